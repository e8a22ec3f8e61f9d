"""The episode table of an issue cut to what an e-mail holds: few columns, the newest rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator.editorial.edition import Block, Edition, Paragraph, Section, Table

MOST_ROWS = 16
"""An e-mail lists so many episodes, the newest; the page lists all."""
ON_A_PHONE = 4
"""So many columns of returns fit a phone; the others are shown on wider screens only."""
_EPISODES = ("episode", "provisional")


@dataclass(frozen=True)
class EmailTable:
    """A table cut for an e-mail. ``left_out`` counts the episodes that only the page lists; ``wide`` are the
    positions of the columns that a phone does without."""

    table: Table
    left_out: int
    wide: frozenset[int]


def episode_table(edition: Edition) -> EmailTable | None:
    """The first table of episodes that the issue shows without a click, cut; None when it has none."""
    for block in _shown(edition.sections):
        if isinstance(block, Table) and any(row.kind in _EPISODES for row in block.rows):
            return cut(block)
    return None


def findings(edition: Edition) -> tuple[str, ...]:
    """The verdicts of the issue's studies, in the issue's order."""
    return tuple(
        block.text
        for block in _shown(edition.sections)
        if isinstance(block, Paragraph) and block.role == "finding"
    )


def cut(table: Table) -> EmailTable:
    """The table with its first column, its figures and its newest episodes; cells are left as they are."""
    columns = [n for n, column in enumerate(table.columns) if n == 0 or column.unit != "text"]
    episodes = [n for n, row in enumerate(table.rows) if row.kind in _EPISODES]
    newest = sorted(episodes, key=lambda n: str(table.rows[n].cells[0].value))[-MOST_ROWS:]
    gone = set(episodes) - set(newest)
    rows = tuple(
        replace(row, cells=tuple(row.cells[n] for n in columns))
        for number, row in enumerate(table.rows)
        # A row of words widens every column; the strip has the verdicts.
        if number not in gone and not any(cell.unit == "text" for cell in row.cells[1:])
    )
    kept = tuple(table.columns[n] for n in columns)
    # The returns stand under a heading of their own, beside the move that set them off.
    returns = [n for n, column in enumerate(kept) if column.group] or list(range(1, len(kept)))
    return EmailTable(replace(table, columns=kept, rows=rows), len(gone), frozenset(_spare(returns)))


def _spare(columns: list[int]) -> set[int]:
    """The columns to hide on a phone, so that those which stay are spread evenly, both ends included."""
    if len(columns) <= ON_A_PHONE:
        return set()
    last = len(columns) - 1
    return set(columns) - {columns[round(n * last / (ON_A_PHONE - 1))] for n in range(ON_A_PHONE)}


def _shown(sections: tuple[Section, ...]) -> Iterator[Block]:
    """Every block that a reader sees without a click."""
    for section in sections:
        yield from section.blocks
