"""How many words of a page or an e-mail stand open: outside what is folded and outside tables of figures."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))
HIDDEN = frozenset(("details", "head", "style", "script", "title"))


class _Open(HTMLParser):
    """Collects text outside what is folded or unseen, and outside tables that hold figures."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.within: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self.texts.append(" ")
            return
        given = dict(attrs)
        figures = tag == "table" and given.get("role") != "presentation"
        unseen = (
            "display:none" in (given.get("style") or "").replace(" ", "") or given.get("hidden", "no") != "no"
        )
        strip = "strip" in (given.get("class") or "").split()
        self.within.append((tag, tag in HIDDEN or figures or unseen or strip))
        self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        while self.within and tag not in VOID:
            if self.within.pop()[0] == tag:
                break
        self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not any(apart for _, apart in self.within):
            self.texts.append(data)


def open_words(page: str) -> list[str]:
    """The words that a reader sees without opening anything, and without those in tables of figures."""
    reader = _Open()
    reader.feed(page)
    return [word for word in "".join(reader.texts).split() if re.search(r"\w", word)]
