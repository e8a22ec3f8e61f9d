"""The plain-text part of an e-mail, set for a terminal: 72 columns, figures under figures."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from generator.edition.values import Edition
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
from generator.export.words import plain
from generator.language.own_words import words
from generator.mail.table import named_columns
from generator.spec.letter import Letter

COLUMNS = 72
_GAP = 2
_LEAST, _LEAST_WORDS = 8, 14
"""A heading is broken into lines no shorter than this; words in a column no shorter than that."""
_SUMMARIES = ("summary", "baseline")


def email_text(blocks: Sequence[Block], edition: Edition, letter: Letter) -> str:
    """The blocks of an e-mail as plain text, no line longer than 72 columns but for an address."""
    warning = f"{words('simulated.title').upper()} {words('simulated.made_up')}"
    lines = [*([*_wrapped(warning), ""] if edition.simulated else []), letter.name]
    for block in blocks:
        made = list(_block(block))
        lines += ["", *made] if made else []
    return "\n".join(lines) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            lines = _wrapped(plain(block.words))
            under = {1: "=", 2: "-"}.get(block.level)
            yield from (*lines, *([under * max(map(len, lines))] if under else []))
        case Paragraph(role="kicker"):
            yield from _wrapped(plain(block.words).upper())
        case Paragraph(role="disclaimer"):
            yield from ("-" * COLUMNS, *_wrapped(plain(block.words)))
        case Paragraph():
            yield from _paragraph(block.words)
        case Listing():
            for number, item in enumerate(block.items, block.start or 0):
                mark = "* " if block.start is None else f"{number}. "
                yield from _indented(mark, item)
        case Quote():
            for number, inner in enumerate(block.blocks):
                yield from (*([""] if number else []), *_block(inner))
        case Code():
            yield from (f"    {line}".rstrip() for line in block.text.split("\n"))
        case Rule():
            yield "-" * COLUMNS
        case Picture():
            yield from () if "lead" in block.classes else _wrapped(f"[Picture: {block.alt}]")
        case Table():
            yield from _strip(block) if "strip" in block.classes else _table(block)
        case Fold():
            yield from _wrapped(plain(block.summary))
            for inner in block.blocks:
                yield from ("", *_block(inner))
        case Footnotes():
            for number, note in enumerate(block.items, 1):
                yield from _indented(f"{number}. ", note)


def _indented(mark: str, blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        words = block.words if isinstance(block, Paragraph) else None
        room = COLUMNS - len(mark)
        for line in _block(block) if words is None else textwrap.wrap(plain(words), room):
            yield f"{mark}{line}".rstrip()
            mark = " " * len(mark)


def _paragraph(words: Element) -> list[str]:
    """The words; the addresses of their links below them, each on a line of its own."""
    links = [link.get("href", "") for link in words.iter("a")]
    return [*_wrapped(plain(words)), *links]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS) or [""]


def _strip(table: Table) -> Iterator[str]:
    """A line a horizon; a verdict that does not fit continues under itself, one of all is left out."""
    for told in table.caption:
        lines = _wrapped(plain(told))
        yield from (*lines, "-" * max(map(len, lines)))
    columns = [[plain(cell) for cell in row.cells[1:]] for row in (table.head, *table.rows)]
    widths = [max(map(len, column)) for column in columns]
    for label, average, often, *verdict in zip(*columns, strict=True):
        figures = f"{label:<{widths[0]}}  {average:>{widths[1]}}  {often:<{widths[2]}}  "
        below = " " * len(figures)
        lines = textwrap.wrap("".join(verdict), COLUMNS, initial_indent=figures, subsequent_indent=below)
        yield from lines or [figures.rstrip()]


@dataclass(frozen=True)
class _Column:
    """A column as it is set: its place in the table, its width, words to the left or figures to the right."""

    place: int
    width: int
    words: bool


def _table(table: Table) -> Iterator[str]:
    """Caption, headings and rows, a rule above the summary, notes; where there is no room for all columns
    those at both ends of the figures stay, and a line says which are left to the page."""
    for told in table.caption[:1]:
        yield from (*_wrapped(plain(told)), "")
    places = list(range(len(table.right)))
    columns, gone = _columns(table, places), list[int]()
    while _width(columns) > COLUMNS and len(places) > 2:
        gone.append(places.pop(-2))
        columns = _columns(table, places)
    yield from _groups(table, columns)
    yield from _level([_stack(table.headings[c.place][1], c) for c in columns], columns, to_foot=True)
    before = ""
    for row in table.rows:
        if row.kind in _SUMMARIES and before not in _SUMMARIES:
            yield "-" * _width(columns)
        yield from _level([_stack(plain(row.cells[c.place]), c) for c in columns], columns)
        before = row.kind
    for told in table.caption[1:]:
        yield from ("", *_wrapped(plain(told)))
    if gone:
        left = named_columns([table.headings[place][1] for place in sorted(gone)])
        yield from ("", *_wrapped(f"Left out here: {left}."))


def _columns(table: Table, places: Sequence[int]) -> list[_Column]:
    """The columns at these places, as wide as their contents; words give way where there is no room."""
    made = []
    for place in places:
        # A heading of several words stands on several lines, so that it does not widen its column.
        lines = textwrap.wrap(table.headings[place][1], _LEAST, break_long_words=False)
        cells = [plain(row.cells[place]) for row in table.rows if row.kind != "group"]
        right = table.right[place]
        longest = max(
            map(len, [*(_longest_word(c) if right and len(c) > 14 else c for c in cells), *lines, " "])
        )
        made.append(_Column(place, longest, not right))
    spare = COLUMNS - _width(made)
    for number, wide in reversed(list(enumerate(made))):
        if spare < 0 and wide.words and wide.width > _LEAST_WORDS:
            width = max(_LEAST_WORDS, wide.width + spare)
            spare += wide.width - width
            made[number] = _Column(wide.place, width, words=True)
    return made


def _longest_word(text: str) -> str:
    return max(text.split(), key=len)


def _groups(table: Table, columns: list[_Column]) -> Iterator[str]:
    """The headings over several columns, each at the right end of its columns."""
    names = [table.headings[column.place][0] for column in columns]
    if not any(names):
        return
    line = ""
    for number, group in enumerate(names):
        if group and names[number + 1 : number + 2] != [group]:
            # One that is longer than its columns takes nothing from the one before.
            after = len(line) + _GAP if line else 0
            line = line.ljust(max(after, _width(columns[: number + 1]) - len(group))) + group
    yield line


def _level(stacks: list[list[str]], columns: list[_Column], to_foot: bool = False) -> Iterator[str]:
    depth = max(len(stack) for stack in stacks)
    empty = [[""] * (depth - len(stack)) for stack in stacks]
    full = [e + s if to_foot else s + e for s, e in zip(stacks, empty, strict=True)]
    for line in zip(*full, strict=True):
        cells = (
            f"{cell:<{c.width}}" if c.words else f"{cell:>{c.width}}"
            for cell, c in zip(line, columns, strict=True)
        )
        yield (" " * _GAP).join(cells).rstrip()


def _stack(text: str, column: _Column) -> list[str]:
    return textwrap.wrap(text, column.width, break_long_words=False) or [""]


def _width(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + _GAP * (len(columns) - 1)
