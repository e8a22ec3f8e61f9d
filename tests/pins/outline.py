"""A page as text that a person can compare: one line an element that says something, with what it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

SILENT = {"script", "style", "svg", "template", "noscript", "head"}
EMPTY = {"meta", "link", "img", "br", "hr", "input", "source", "wbr", "col"}
ROWS = {"tr"}
CELLS = {"td", "th"}
BLOCKS = {
    "h1", "h2", "h3", "h4", "p", "li", "summary", "figcaption", "caption", "dt", "dd", "pre", "blockquote",
    "section", "article", "nav", "header", "footer", "main", "aside", "figure", "table", "details", "form",
    "ul", "ol", "dl", "div", "tr", "thead", "tbody", "tfoot",
}  # fmt: skip
ATTRIBUTES = (
    "class",
    "id",
    "href",
    "src",
    "srcset",
    "alt",
    "title",
    "scope",
    "role",
    "aria-label",
    "open",
    "datetime",
)
HASHED = re.compile(r"\.[0-9a-f]{8}(?=\.min\.)")
"""The part of a theme's file name that changes with the theme's version."""


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        if self._silent:
            return
        kept = " ".join(
            f"{name}={HASHED.sub('', value or '')}" for name, value in attrs if name in ATTRIBUTES
        )
        if tag in BLOCKS:
            self._say()
            self.lines.append("  " * len(self._open) + f"<{tag}{' ' + kept if kept else ''}>")
        elif kept or tag in CELLS:
            self._text.append(f" <{tag}{' ' + kept if kept else ''}> ")
        if tag in BLOCKS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent -= 1
            return
        if not self._silent and tag in self._open:
            self._say()
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def _say(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        if text:
            self.lines.append("  " * len(self._open) + text)


def outline(page: str) -> str:
    """The elements and words of a page, without scripts, styles and drawings, one block a line."""
    parser = _Outline()
    parser.feed(page)
    parser.close()
    return "\n".join(parser.lines) + "\n"
