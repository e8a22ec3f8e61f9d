"""A table of an issue cut to what an e-mail holds: its newest rows or its first ones, and few columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from generator.edition.values import Column, Row, Table
from generator.language import numbers
from generator.language.own_words import words
from generator.language.words import listed

WHOLE, MOST_ROWS = 16, 12
"""An e-mail lists all rows where there are so many, else the newest or first of them; the page lists all."""
MOST_FIGURES = 6
"""So many columns of figures fit the e-mail."""
FOR_THE_PAGE = ("max_drawdown", "n")
"""The summary rows of a study that only its page shows, by their keys among the letter's words; its verdicts
stand in the strip."""
_EPISODES = ("episode", "provisional")


@dataclass(frozen=True)
class Cut:
    """A table cut for an e-mail: how many rows of how many it shows, and in words which columns it leaves
    out; empty where it shows all."""

    table: Table
    shown: int
    total: int
    lacking: str = ""

    @property
    def left_out(self) -> tuple[str, ...]:
        """What only the page shows, in a few words each: rows, columns."""
        rows = self.total - self.shown
        more = words("email.row" if rows == 1 else "email.rows", count=numbers.whole(rows)) if rows else ""
        return tuple(filter(None, (more, self.lacking)))


def newest(table: Table) -> Cut:
    """The newest episodes with their contexts, and the plainer statistics; cells are left as they are."""
    episodes = [n for n, row in enumerate(table.rows) if row.kind in _EPISODES]
    most = len(episodes) if len(episodes) <= WHOLE else MOST_ROWS
    kept = set(sorted(episodes, key=lambda n: str(table.rows[n].cells[0].value))[-most:])
    rows = [row for n, row in enumerate(table.rows) if n in kept or (n not in episodes and _is_plain(row))]
    columns = _fitting(table.columns)
    made = _of_columns(table, columns, rows)
    left = [column.heading for n, column in enumerate(table.columns) if n not in columns]
    return Cut(made, len(kept), len(episodes), named_columns(left) if left else "")


def named_columns(headings: Sequence[str]) -> str:
    """``the 2M column``, ``the columns Move and 2M``: without the units of their headings."""
    names = [heading.partition(",")[0] for heading in headings]
    key = "email.column" if len(names) == 1 else "email.columns"
    return words(key, names=listed(names, words("email.and")))


def first(table: Table, keys: str = "", most: int = MOST_ROWS) -> Cut:
    """The first rows; of the columns those of these keys, parted by spaces, or all."""
    columns = [n for n, c in enumerate(table.columns) if not keys or c.key in keys.split()]
    # A single row more takes no more room than the words that send for it.
    rows = table.rows[: most + (len(table.rows) == most + 1)]
    return Cut(_of_columns(table, columns, list(rows)), len(rows), len(table.rows))


def _of_columns(table: Table, columns: list[int], rows: list[Row]) -> Table:
    cut = tuple(replace(row, cells=tuple(row.cells[n] for n in columns)) for row in rows)
    return replace(table, columns=tuple(table.columns[n] for n in columns), rows=cut, download=False)


def _is_plain(row: Row) -> bool:
    # A row of words widens every column.
    for_the_page = {words(f"episodes.{key}") for key in FOR_THE_PAGE}
    return row.cells[0].text not in for_the_page and not any(cell.unit == "text" for cell in row.cells[1:])


def _fitting(columns: tuple[Column, ...]) -> list[int]:
    """All columns of words, and so many of figures as fit: returns spread evenly, both ends included, then
    what stands before them."""
    figures = [n for n, column in enumerate(columns) if n and column.unit not in ("text", "date")]
    returns = [n for n in figures if columns[n].group] or figures
    others = [n for n in figures if n not in returns]
    if len(returns) > MOST_FIGURES:
        last = len(returns) - 1
        returns = [returns[round(n * last / (MOST_FIGURES - 1))] for n in range(MOST_FIGURES)]
    kept = {*others[: MOST_FIGURES - len(returns)], *returns}
    return [n for n in range(len(columns)) if n not in figures or n in kept]
