"""A table of an e-mail in plain text: figures under figures, 72 columns wide at most."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.editorial.edition import Row
from generator.press.email_table import EmailTable

COLUMNS = 72
_GAP = 2
_LEAST, _LEAST_WORDS = 8, 14
"""A heading is broken into lines no shorter than this; words in a column no shorter than that."""
_SUMMARIES = ("summary", "baseline")


@dataclass(frozen=True)
class _Column:
    """A column as it is set: its place in the table, its width, words to the left or figures to the right."""

    place: int
    width: int
    words: bool


def grid(view: EmailTable, elsewhere: str) -> list[str]:
    """The table as lines: its headings, its rows, a rule above the summary, its notes; the columns that fit,
    as on a phone.

    What it leaves out is told in the end, after the words ``elsewhere``.
    """
    columns = _columns(view, range(len(view.table.columns)))
    if _width(columns) > COLUMNS:
        columns = _columns(view, [n for n in range(len(view.table.columns)) if n not in view.wide])
    lines = [*_groups(view, columns), *_heads(view, columns)]
    before = ""
    for row in view.table.rows:
        if row.kind in _SUMMARIES and before not in _SUMMARIES:
            lines.append("-" * _width(columns))
        lines += _row(row, columns)
        before = row.kind
    shown = {column.place for column in columns}
    more = [column.heading for n, column in enumerate(view.table.columns) if n not in shown]
    told = " · ".join([*([view.more] if view.more else []), *more])
    below = [*view.table.notes, *([f"{elsewhere}: {told}."] if told else [])]
    return [*lines, *(line for words in below for line in ("", *textwrap.wrap(words, COLUMNS)))]


def _columns(view: EmailTable, places: Sequence[int]) -> list[_Column]:
    """The columns at these places, as wide as their contents; words give way where there is no room."""
    table = view.table
    made = []
    for place in places:
        column = table.columns[place]
        # A heading of several words stands on several lines, so that it does not widen its column.
        lines = textwrap.wrap(column.heading, _LEAST, break_long_words=False)
        width = max(len(text) for text in [*(row.cells[place].text for row in table.rows), *lines, " "])
        made.append(_Column(place, width, place == 0 or column.unit == "text"))
    spare = COLUMNS - _width(made)
    for number, wide in reversed(list(enumerate(made))):
        if spare < 0 and wide.words and wide.width > _LEAST_WORDS:
            width = max(_LEAST_WORDS, wide.width + spare)
            spare += wide.width - width
            made[number] = _Column(wide.place, width, words=True)
    return made


def _groups(view: EmailTable, columns: list[_Column]) -> Iterator[str]:
    """The headings over several columns, each at the right end of its columns."""
    if not view.groups:
        return
    line, names = "", [column.group for column in view.table.columns]
    for number, column in enumerate(columns):
        group = names[column.place]
        line = line.ljust(_width(columns[: number + 1]))
        ends = number + 1 == len(columns) or names[columns[number + 1].place] != group
        if group and ends:
            line = line[: max(0, len(line) - len(group))].rstrip().ljust(len(line) - len(group)) + group
    yield line.rstrip()


def _heads(view: EmailTable, columns: list[_Column]) -> list[str]:
    stacks = [_stack(view.table.columns[column.place].heading, column) for column in columns]
    depth = max(len(stack) for stack in stacks)
    level = [[""] * (depth - len(stack)) + stack for stack in stacks]
    return [_line([stack[n] for stack in level], columns) for n in range(depth)]


def _row(row: Row, columns: list[_Column]) -> list[str]:
    stacks = [_stack(row.cells[column.place].text, column) for column in columns]
    depth = max(len(stack) for stack in stacks)
    level = [stack + [""] * (depth - len(stack)) for stack in stacks]
    return [_line([stack[n] for stack in level], columns) for n in range(depth)]


def _stack(text: str, column: _Column) -> list[str]:
    return textwrap.wrap(text, column.width, break_long_words=False) or [""]


def _line(cells: Sequence[str], columns: Sequence[_Column]) -> str:
    set_out = (
        f"{cell:<{column.width}}" if column.words else f"{cell:>{column.width}}"
        for cell, column in zip(cells, columns, strict=True)
    )
    return (" " * _GAP).join(set_out).rstrip()


def _width(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + _GAP * (len(columns) - 1)
