"""Blocks as plain HTML elements: what any editor takes when it is pasted, and any feed reader shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

from generator.export.blocks import (
    Block,
    Code,
    Fold,
    Footnotes,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Row,
    Rule,
    Table,
)
from generator.export.words import flat

_DEEPEST = 6


def html(blocks: Sequence[Block]) -> str:
    """The blocks, an element a line."""
    parts = (tostring(part, encoding="unicode", method="html") for part in _Maker().elements(blocks))
    return "\n".join(parts)


class _Maker:
    """Makes elements of blocks in their order; it knows the level of the heading that it is under."""

    def __init__(self) -> None:
        self._level = 1

    def elements(self, blocks: Iterable[Block]) -> Iterator[Element]:
        """Each block as one element or several."""
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Element]:
        match block:
            case Heading():
                self._level = block.level
                yield _set(f"h{block.level}", block.words)
            case Paragraph():
                yield _emphasised("em", block.words) if block.role == "deck" else _set("p", block.words)
            case Listing():
                yield self._listing(block)
            case Quote():
                yield _around("blockquote", self.elements(block.blocks))
            case Code():
                yield from (_emphasised("em", words) for words in block.caption)
                code = Element("code")
                code.text = block.text
                yield _around("pre", [code])
            case Rule():
                yield Element("hr")
            case Picture():
                yield _picture(block)
            case Table():
                yield from _table(block)
            case Fold():
                above, self._level = self._level, min(self._level + 1, _DEEPEST)
                yield _set(f"h{self._level}", block.summary)
                yield from self.elements(block.blocks)
                self._level = above
            case Footnotes():
                yield Element("hr")
                yield self._listing(Listing(block.items, 1))
            case _:
                assert_never(block)

    def _listing(self, listing: Listing) -> Element:
        made = Element("ul" if listing.start is None else "ol")
        if listing.start not in (None, 1):
            made.set("start", str(listing.start))
        for item in listing.items:
            # Words alone need no paragraph, which editors would set apart.
            first, rest = (item[0], item[1:]) if item and isinstance(item[0], Paragraph) else (None, item)
            line = Element("li") if first is None else _set("li", first.words)
            line.extend(self.elements(rest))
            made.append(line)
        return made


def _set(tag: str, words: Element) -> Element:
    made = Element(tag)
    made.text = words.text
    made.extend(words)
    return made


def _around(tag: str, elements: Iterable[Element]) -> Element:
    made = Element(tag)
    made.extend(elements)
    return made


def _emphasised(tag: str, words: Element) -> Element:
    return _around("p", [_set(tag, flat(words))])


def _picture(picture: Picture) -> Element:
    figure = Element("figure")
    image = SubElement(figure, "img", {"src": picture.source, "alt": picture.alt})
    if picture.width:
        image.set("width", str(picture.width))
    for number, words in enumerate(picture.caption):
        if number:
            SubElement(figure[1], "br").tail = words.text
            figure[1].extend(words)
        else:
            figure.append(_set("figcaption", words))
    return figure


def _table(table: Table) -> Iterator[Element]:
    yield from (_emphasised("strong", words) for words in table.caption[:1])
    made = Element("table")
    SubElement(made, "thead").append(_row("th", table.head, table.right))
    body = SubElement(made, "tbody")
    body.extend(_row("td", row, table.right) for row in table.rows)
    yield made
    yield from (_emphasised("em", words) for words in table.caption[1:])


def _row(tag: str, row: Row, right: Sequence[bool]) -> Element:
    made = Element("tr")
    for words, to_right in zip(row.cells, right, strict=True):
        cell = _set(tag, words)
        if to_right:
            cell.set("style", "text-align:right")
        made.append(cell)
    return made
