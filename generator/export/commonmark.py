"""Blocks as CommonMark with the tables of GitHub's flavour: no HTML, no attributes, no other extension."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import assert_never
from urllib.parse import quote
from xml.etree.ElementTree import Element

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
    Rule,
    Table,
)
from generator.export.words import flat

_SPECIAL = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w+;)")
_AT_START = re.compile(r"^(?:(\d{1,9})([.)])(?=\s|$)|[#>=]|-(?=[-\s]|$)|\+(?=\s|$))")
_WIDEST = 24
"""Columns of a table are set out to this many letters; a longer cell pushes its row to the right."""
_BREAK = "\\\n"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_IN_ADDRESS = "!#$%&'*+,-./:;=?@_~"
_DEEPEST = 6
_MARKS = {"strong": "**", "em": "*", "del": "~~"}


def commonmark(blocks: Sequence[Block]) -> str:
    """The blocks as text that ends with a line feed."""
    return "\n".join(_Writer().lines(blocks)) + "\n"


class _Writer:
    """Writes blocks in their order; it knows the level of the heading that it is under."""

    def __init__(self) -> None:
        self._level = 1

    def lines(self, blocks: Sequence[Block]) -> Iterator[str]:
        """Blocks one after the other, a free line between two."""
        before: Block | None = None
        for block in blocks:
            if before is not None:
                yield ""
            # Two lists in a row are two by their marks only.
            again = isinstance(before, Listing)
            yield from self._listing(block, again) if isinstance(block, Listing) else self._block(block)
            before = block

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                self._level = block.level
                yield self._heading(block.words)
            case Paragraph():
                yield from (
                    self._emphasised(block.words, "*")
                    if block.role == "deck"
                    else self._paragraph(block.words)
                )
            case Listing():
                yield from self._listing(block)
            case Quote():
                yield from (f"> {line}".rstrip() for line in self.lines(block.blocks))
            case Code():
                for words in block.caption:
                    yield from (*self._emphasised(words, "*"), "")
                yield from _fenced(block)
            case Rule():
                yield "---"
            case Picture():
                yield _picture(block.alt, block.source)
                for words in block.caption:
                    yield from ("", *self._emphasised(words, "*"))
            case Table():
                yield from self._table(block)
            case Fold():
                yield from self._fold(block)
            case Footnotes():
                yield from ("---", "", *self._listing(Listing(block.items, 1)))
            case _:
                assert_never(block)

    def _heading(self, words: Element) -> str:
        # Signs at its end would be read as the end of the heading.
        line = re.sub(r"(#+)$", r"\\\1", self._one_line(words))
        return f"{'#' * self._level} {line}"

    def _paragraph(self, words: Element) -> Iterator[str]:
        """Lines whose beginnings do not turn them into something else."""
        for line in self._words(words).split("\n"):
            yield _AT_START.sub(
                lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[0]}", line
            )

    def _emphasised(self, words: Element, mark: str) -> Iterator[str]:
        """All of it emphasised, and nothing in it once more."""
        line = self._words(flat(words))
        yield from f"{mark}{line}{mark}".split("\n") if line else ()

    def _listing(self, listing: Listing, again: bool = False) -> Iterator[str]:
        loose = any(len(item) > 1 and not _is_tight(item) for item in listing.items)
        for number, item in enumerate(listing.items):
            if loose and number:
                yield ""
            sign = ")" if again else "."
            mark = (
                f"{listing.start + number}{sign} " if listing.start is not None else "* " if again else "- "
            )
            first = True
            for line in self._tight(item) if _is_tight(item) else self.lines(item):
                yield f"{mark if first else ' ' * len(mark)}{line}".rstrip()
                first = False
            if first:
                yield mark.rstrip()

    def _tight(self, item: Sequence[Block]) -> Iterator[str]:
        for block in item:
            yield from self._block(block)

    def _table(self, table: Table) -> Iterator[str]:
        for words in table.caption[:1]:
            yield from (*self._emphasised(words, "**"), "")
        rows = [[self._cell(cell) for cell in row.cells] for row in (table.head, *table.rows)]
        widths = [max(3, *(min(len(row[n]), _WIDEST) for row in rows)) for n in range(len(table.right))]
        head, *body = (_row(row, widths, table.right) for row in rows)
        rule = [
            f"{'-' * (width - right)}{':' * right}" for width, right in zip(widths, table.right, strict=True)
        ]
        yield from (head, f"| {' | '.join(rule)} |", *body)
        for words in table.caption[1:]:
            yield from ("", *self._emphasised(words, "*"))

    def _cell(self, words: Element) -> str:
        return self._one_line(words).replace("|", "\\|")

    def _fold(self, fold: Fold) -> Iterator[str]:
        """What was folded, open, under a heading one level below the one that it stands under."""
        above, self._level = self._level, min(self._level + 1, _DEEPEST)
        yield from (self._heading(fold.summary), "", *self.lines(fold.blocks))
        self._level = above

    def _one_line(self, words: Element) -> str:
        return self._words(words).replace(_BREAK, " ")

    def _words(self, words: Element) -> str:
        """Text and what is set off in it."""
        made = _escaped(words.text)
        for element in words:
            tail = _escaped(element.tail)
            inner = self._words(element)
            if element.tag == "code":
                made += _code_span(element.text or "")
            elif element.tag == "br":
                made += _BREAK
            elif element.tag == "sup":
                made += inner.translate(_RAISED)
            elif element.tag == "img":
                made += _picture(element.get("alt", ""), element.get("src", ""))
            elif element.tag == "a":
                # An exclamation mark before a link would make a picture of it.
                made = f"{made[:-1]}\\!" if made.endswith("!") else made
                made += f"[{inner}]({quote(element.get('href', ''), safe=_IN_ADDRESS)})"
            elif _stands_out(made, inner, tail):
                made += f"{_MARKS[element.tag]}{inner}{_MARKS[element.tag]}"
            else:
                made += inner
            made += tail
        return made


def _is_tight(item: Sequence[Block]) -> bool:
    """Words, and below them at most a list, which a parser sees there only where it begins with one."""
    match item:
        case [Paragraph()]:
            return True
        case [Paragraph(), Listing(start=start, items=[[*first], *_])]:
            return start in (None, 1) and bool(first)
    return False


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    set_out = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    )
    return f"| {' | '.join(set_out)} |"


def _picture(alt: str, source: str) -> str:
    return f"![{_escaped(' '.join(alt.split()))}]({quote(source, safe=_IN_ADDRESS)})"


def _fenced(code: Code) -> Iterator[str]:
    longest = max(map(len, re.findall("`+", code.text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}{code.language}", *code.text.split("\n"), fence)


def _code_span(text: str) -> str:
    runs = set(map(len, re.findall("`+", text)))
    ticks = "`" * next(n for n in range(1, len(text) + 2) if n not in runs)
    edge = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def _escaped(text: str | None) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text or "")


def _stands_out(before: str, inner: str, after: str) -> bool:
    """Marks of emphasis around ``inner`` would be read as such: not where letters stand on both sides of a
    mark and a sign, nor beside other marks."""
    if not inner or inner[0].isspace() or inner[-1].isspace() or before.endswith(("*", "~")):
        return False
    opens = not _is_sign(inner[0]) or _is_free(before[-1:])
    closes = not _is_sign(inner[-1]) or _is_free(after[:1])
    return opens and closes


def _is_free(sign: str) -> bool:
    return not sign or sign.isspace() or unicodedata.category(sign)[0] == "P"


def _is_sign(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PS"
