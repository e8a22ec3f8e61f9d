"""What an article is made of once its Markdown is read: blocks in order, their words as small trees.

A tree of words is an ``Element`` named ``words`` with text in it and, of elements, only those of ``INLINE``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal
from xml.etree.ElementTree import Element

from generator.export.words import plain

RowKind = Literal["", "group", "summary", "baseline", "provisional", "published"]
_OF_GROUP = " · "
_MARKS: dict[str, RowKind] = {"▸": "provisional", "◆": "published"}
"""What the row of a case under way begins with, and that of the definition that others are held against."""


ROLES = ("kicker", "deck", "byline", "lead", "finding", "note", "disclaimer", "onward")


@dataclass(frozen=True)
class Heading:
    """A heading; the article's title has level 1."""

    words: Element
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``role`` is one of ``ROLES``, or empty."""

    words: Element
    role: str = ""


@dataclass(frozen=True)
class Listing:
    """A list; each item holds blocks. ``start`` is the number of the first item, None: a list without."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None


@dataclass(frozen=True)
class Quote:
    """A block quote: an author's, or a notice."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Code:
    """Code as it is written, and what it is."""

    text: str
    language: str = ""
    caption: tuple[Element, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A line across."""


@dataclass(frozen=True)
class Picture:
    """A picture: its file, what it shows in words, and its caption, a paragraph each.

    ``width`` is in CSS pixels, 0 where the file decides.
    """

    source: str
    alt: str
    caption: tuple[Element, ...] = ()
    width: int = 0
    key: str = ""
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """A row of a table; its first cell tells of what kind it is."""

    cells: tuple[Element, ...]

    @property
    def kind(self) -> RowKind:
        """Bold: a summary, or where no other cell is filled the heading of the rows below it; in italics:
        what is usual; with a mark: the case under way, or the published definition."""
        first = self.cells[0]
        whole = next(iter(first), None)
        if plain(first)[:1] in _MARKS:
            return _MARKS[plain(first)[:1]]
        if whole is None or plain(whole) != plain(first):
            return ""
        if whole.tag == "strong":
            return "summary" if any(plain(cell) for cell in self.cells[1:]) else "group"
        return "baseline" if whole.tag == "em" else ""


@dataclass(frozen=True)
class Table:
    """A table: its headings and rows as they are written, which columns stand to the right, its caption and
    the notes that follow it."""

    head: Row
    rows: tuple[Row, ...]
    right: tuple[bool, ...]
    caption: tuple[Element, ...] = ()
    key: str = ""
    classes: frozenset[str] = frozenset()

    @property
    def headings(self) -> tuple[tuple[str, str], ...]:
        """Each column's group (empty: none) and its own heading: "Forward return, % · 1M" are the two."""
        parts = (plain(cell).rpartition(_OF_GROUP) for cell in self.head.cells)
        return tuple((group, heading) for group, _, heading in parts)


@dataclass(frozen=True)
class Fold:
    """What the page keeps one click deep."""

    summary: Element
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Footnotes:
    """The footnotes, in the order of their numbers."""

    items: tuple[tuple[Block, ...], ...]


Change = Callable[["Block"], "Block"]
Block = Heading | Paragraph | Listing | Quote | Code | Rule | Picture | Table | Fold | Footnotes


def changed(
    blocks: Iterable[Block], change: Change, words: Callable[[Element], Element]
) -> tuple[Block, ...]:
    """The blocks, each as ``change`` makes it after those inside it, its words as ``words`` makes them."""
    return tuple(change(_changed(block, change, words)) for block in blocks)


def _changed(block: Block, change: Change, words: Callable[[Element], Element]) -> Block:
    inner, several = partial(changed, change=change, words=words), partial(_several, words)
    match block:
        case Heading() | Paragraph():
            return replace(block, words=words(block.words))
        case Quote():
            return replace(block, blocks=inner(block.blocks))
        case Fold():
            return replace(block, summary=words(block.summary), blocks=inner(block.blocks))
        case Listing() | Footnotes():
            return replace(block, items=tuple(map(inner, block.items)))
        case Picture() | Code():
            return replace(block, caption=several(block.caption))
        case Table():
            rows = tuple(Row(several(row.cells)) for row in (block.head, *block.rows))
            return replace(block, head=rows[0], rows=rows[1:], caption=several(block.caption))
        case Rule():
            return block


def _several(words: Callable[[Element], Element], given: Iterable[Element]) -> tuple[Element, ...]:
    return tuple(map(words, given))
