"""A table of an issue cut to what an e-mail holds: few columns, few rows, fewer still on a phone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import groupby

from generator.editorial.edition import Column, Row, Table

MOST_ROWS = 15
"""An e-mail lists so many episodes, the newest; the page lists all."""
FIRST_ROWS = 12
"""Of the lists of a week it shows so many rows, the first: as many as a drafted page has, so that what their
notes count holds here too."""
ON_A_SCREEN, ON_A_PHONE = 8, 4
"""So many columns of figures fit the e-mail; so many of them fit a phone, the others are hidden there."""
FOR_THE_PAGE = frozenset({"Sharpe", "Edge", "95% from", "95% to", "Separate periods"})
"""The summary rows of a study that only its page shows."""
_EPISODES = ("episode", "provisional")


@dataclass(frozen=True)
class Head:
    """A heading over several columns; ``wide`` when a phone shows none of them."""

    text: str
    columns: int
    wide: bool


@dataclass(frozen=True)
class EmailTable:
    """A table cut for an e-mail.

    ``wide`` are the positions of the columns that a phone does without. ``more`` says in a few words what
    only the page shows; empty when that is nothing.
    """

    table: Table
    wide: frozenset[int]
    more: str

    @property
    def groups(self) -> tuple[Head, ...]:
        """What stands above the headings, from left to right; nothing when no column has a group.

        Columns without one stand alone: a phone hides each by itself.
        """
        columns = list(enumerate(self.table.columns))
        if not any(column.group for _, column in columns):
            return ()
        runs = groupby(columns, key=lambda item: item[1].group or item[0])
        return tuple(self._head([place for place, _ in run]) for _, run in runs)

    def _head(self, places: list[int]) -> Head:
        return Head(self.table.columns[places[0]].group, len(places), self.wide.issuperset(places))


def lists_episodes(table: Table) -> bool:
    """Whether the table has a row for each episode of a study."""
    return any(row.kind in _EPISODES for row in table.rows)


def cut_episodes(table: Table) -> EmailTable:
    """The table with its first column, its figures, its newest episodes and its plainer statistics; cells
    are left as they are."""
    figures = [n for n, column in enumerate(table.columns) if n and column.unit != "text"]
    columns = [0, *_fitting(figures, table.columns, ON_A_SCREEN)]
    episodes = [n for n, row in enumerate(table.rows) if row.kind in _EPISODES]
    most = _without_a_last_one(len(episodes), MOST_ROWS)
    newest = sorted(episodes, key=lambda n: str(table.rows[n].cells[0].value))[-most:]
    gone = set(episodes) - set(newest)
    rows = [row for number, row in enumerate(table.rows) if number not in gone and not _for_the_page(row)]
    kept = tuple(table.columns[n] for n in columns)
    dropped = [row.cells[0].text for row in table.rows if row.cells[0].text in FOR_THE_PAGE]
    # A note explains the row that it begins with.
    notes = tuple(note for note in table.notes if note.partition(":")[0] not in dropped)
    made = replace(table, columns=kept, rows=_cells(rows, columns), notes=notes)
    phone = _fitting(list(range(1, len(kept))), kept, ON_A_PHONE)
    wide = frozenset(range(1, len(kept))) - set(phone)
    return EmailTable(made, wide, _more(len(gone), "earlier episode", len(columns) <= len(figures), dropped))


def cut_first(table: Table, keep: Collection[str], on_a_phone: Collection[str], most: int) -> EmailTable:
    """The first rows of a table, ``most`` or so, with the columns of these keys; a phone shows those of
    ``on_a_phone``."""
    columns = [n for n, column in enumerate(table.columns) if column.key in keep]
    kept = tuple(table.columns[n] for n in columns)
    wide = frozenset(n for n, column in enumerate(kept) if column.key not in on_a_phone)
    rows = table.rows[: _without_a_last_one(len(table.rows), most)]
    made = replace(table, columns=kept, rows=_cells(rows, columns))
    return EmailTable(made, wide, _more(len(table.rows) - len(made.rows), "more row", False, ()))


def _without_a_last_one(rows: int, most: int) -> int:
    """How many rows are shown: a single one more takes no more room than the words that send for it."""
    return rows if rows == most + 1 else most


def _cells(rows: Collection[Row], columns: list[int]) -> tuple[Row, ...]:
    return tuple(replace(row, cells=tuple(row.cells[n] for n in columns)) for row in rows)


def _for_the_page(row: Row) -> bool:
    # A row of words widens every column; the strip has the verdicts.
    return row.cells[0].text in FOR_THE_PAGE or any(cell.unit == "text" for cell in row.cells[1:])


def _more(rows: int, name: str, horizons: bool, statistics: Collection[str]) -> str:
    counted = [f"{rows:,} {name}{'' if rows == 1 else 's'}"] if rows else []
    return ", ".join(
        [*counted, *(["more horizons"] if horizons else []), *(["more statistics"] if statistics else [])]
    )


def _fitting(figures: list[int], columns: tuple[Column, ...], room: int) -> list[int]:
    """So many of the columns of figures: returns spread evenly, both ends included, then what fits beside.

    The returns stand under a heading of their own; the move that set them off goes before any of them.
    """
    returns = [n for n in figures if columns[n].group] or figures
    others = [n for n in figures if n not in returns]
    if len(returns) > room:
        last = len(returns) - 1
        returns = [returns[round(n * last / (room - 1))] for n in range(room)]
    return sorted([*others[: room - len(returns)], *returns])
