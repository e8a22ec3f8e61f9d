"""Words inside a block, as a small tree: read from HTML, and as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from xml.etree.ElementTree import Element

INLINE = frozenset({"strong", "em", "code", "a", "img", "br", "sup", "del"})
_BLANKS = " \xa0"
_SPACE = re.compile(r"[ \t\r\n]+")


Resolve = Callable[[str], str | None]
"""Where a link of the article leads from elsewhere; None: nowhere."""


def words_of(text: str | None, elements: Iterable[Element] = ()) -> Element:
    """A tree of words from text and what follows it; space is one blank, elements that are not ``INLINE``
    leave their words behind."""
    words = Element("words")
    _add_text(words, text or "")
    for element in elements:
        _add(words, element)
    _strip(words)
    return words


def plain(words: Element) -> str:
    """The words without anything else; a picture is what it shows, and what is struck out stays marked."""
    parts = [words.text or ""]
    for element in words:
        match element.tag:
            case "br":
                parts.append(" ")
            case "img":
                parts.append(element.get("alt", ""))
            case "del":
                parts.append(f"~~{plain(element)}~~")
            case _:
                parts.append(plain(element))
        parts.append(element.tail or "")
    return "".join(parts)


def flat(words: Element, tags: Collection[str] = ("em", "strong")) -> Element:
    """The words with nothing set off by these: where all of it is, nothing in it is."""
    made = Element(words.tag, words.attrib)
    made.text = words.text
    for element in words:
        inner = flat(element, tags)
        if element.tag in tags:
            _append(made, inner)
        else:
            made.append(inner)
        _add_text(made, element.tail or "")
    return made


def relinked(words: Element, resolve: Resolve) -> Element:
    """The words with their links led elsewhere; of one that leads nowhere the words stay."""
    made = Element(words.tag, words.attrib)
    made.text = words.text
    for element in words:
        inner = relinked(element, resolve)
        target = resolve(element.get("href", "")) if element.tag == "a" else ""
        if target is None:
            _append(made, inner)
        else:
            if target:
                inner.set("href", target)
            made.append(inner)
        _add_text(made, element.tail or "")
    return made


def _append(parent: Element, inner: Element) -> None:
    _add_text(parent, inner.text or "")
    parent.extend(inner)


def _add(parent: Element, element: Element) -> None:
    """Append an element, or what is in it, and the text behind it."""
    if element.tag in INLINE and "footnote-ref" not in (element.get("class") or ""):
        kept = {
            name: element.get(name, "") for name in ("href", "src", "alt") if element.get(name) is not None
        }
        made = Element(element.tag, kept)
        parent.append(made)
    else:
        made = parent
    if "caption-prefix" not in (element.get("class") or ""):
        _add_text(made, element.text or "", exact=element.tag == "code")
        for child in element:
            _add(made, child)
    _add_text(parent, element.tail or "")


def _add_text(parent: Element, text: str, exact: bool = False) -> None:
    text = text if exact else _SPACE.sub(" ", text)
    if len(parent) and parent[-1].tag == "br" and not parent[-1].tail:
        text = text.lstrip(" ")
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _strip(words: Element) -> None:
    words.text = (words.text or "").lstrip(_BLANKS)
    if len(words):
        words[-1].tail = (words[-1].tail or "").rstrip(_BLANKS)
    else:
        words.text = words.text.rstrip(_BLANKS)
