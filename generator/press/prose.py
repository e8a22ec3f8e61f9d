"""The author's Markdown as safe HTML: raw HTML comes out as text, links lead only where links may lead."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

from markdown import Markdown

_SCHEMES = ("http", "https", "mailto")
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\x9f]")
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}


def allowed_link(target: str) -> str | None:
    """The target of a link as it may be used, or None: http, https, mailto and relative ones only.

    Browsers decode entities and drop control characters before they look for a scheme; so does this.
    """
    target = _INVISIBLE.sub("", html.unescape(target))
    if target.startswith(("//", "\\", "/\\")):
        return None
    scheme = _SCHEME.match(target)
    if scheme is not None:
        return target if scheme[1].lower() in _SCHEMES else None
    return None if ":" in re.split(r"[/?#]", target, maxsplit=1)[0] else target


def markdown_html(source: str) -> str:
    """Render Markdown. Headings sit below a section's own (h3, h4); pictures are left out, their text stays.

    Raw HTML is shown as text. A link that is not allowed is shown as its text.
    """
    parser = Markdown(extensions=["tables", "sane_lists"], output_format="html")
    parser.preprocessors.deregister("html_block")
    for pattern in ("html", "automail"):
        parser.inlinePatterns.deregister(pattern)
    # After all others: only then are backslashes and entities in a link what a browser will see.
    parser.treeprocessors.register(_Safe(), "safe", priority=-1)
    text: str = parser.convert(source)
    return text


class _Safe:
    """A tree processor: checks links, drops pictures (each would be a request), moves headings down."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            element.tag = _HEADINGS.get(element.tag, element.tag)
            if element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                element.tag, element.text = "span", element.get("alt", "")
                element.attrib.clear()

    def _link(self, element: Element) -> None:
        target = allowed_link(element.get("href", ""))
        if target is None:
            element.tag = "span"
            element.attrib.clear()
        else:
            element.set("href", target)
