"""A table that somebody published: its episodes and figures as printed, with their lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from generator.audit.dates import DateOrder, Readings, common_orders, read_days
from generator.audit.figures import Printed, decimal_comma, is_figure, is_open, read_figure
from generator.audit.grid import Lines, read_grid, read_published
from generator.audit.headings import (
    AUDITED,
    CONTEXT,
    EPISODE,
    MOVE,
    Heading,
    StatisticName,
    read_heading,
    read_statistic,
)
from generator.core.errors import RequestError

Cells = Mapping[str, Printed | None]
"""Figures by column (``move`` or a horizon); None where nothing is printed."""

_DATE_LIKE = re.compile(r"\d{4}|\d[-/.]\d")
_SHARE = re.compile(r"(\d{1,4}) ?(?:/|of|out of|von) ?(\d{1,4})")


@dataclass(frozen=True)
class PublishedRow:
    """An episode as published: its line in the file, its name, the days it can mean, its figures.

    ``first`` and ``last`` are those of the first order in ``readings``, which holds every order that is left.
    """

    line: int
    name: str
    first: date
    last: date
    context: str
    cells: Cells
    readings: Readings

    @property
    def is_month(self) -> bool:
        """Whether the episode is named by a month, and not by a day or a week."""
        return (self.last - self.first).days > 6

    @property
    def is_week(self) -> bool:
        """Whether it is named by a week."""
        return (self.last - self.first).days == 6

    def read_as(self, order: DateOrder) -> PublishedRow:
        """The row with its date read in this order."""
        first, last = self.readings[order]
        return replace(self, first=first, last=last)


@dataclass(frozen=True)
class PublishedStatistic:
    """A summary row: its line, its name as written, what it is, its figures by horizon."""

    line: int
    name: str
    statistic: StatisticName
    cells: Cells


@dataclass(frozen=True)
class PublishedTable:
    """A table of episodes.

    Attributes
    ----------
    columns : those that are checked: ``move``, and labels of horizons.
    headings : of every one of them, as it is written and what that tells.
    unread : headings that were not recognised and are not checked; ``others`` the figures below those of them
        that hold nothing else, one a row.
    closing : rows of statistics below the episodes; ``left_out`` the names of rows that are neither.
    orders : the orders of day, month and year in which all its dates can be read.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]
    headings: Mapping[str, Heading]
    unread: tuple[str, ...] = ()
    others: Mapping[str, tuple[Printed | None, ...]] = field(default_factory=dict)
    closing: tuple[PublishedStatistic, ...] = ()
    left_out: tuple[str, ...] = ()
    orders: tuple[DateOrder, ...] = ()

    @property
    def horizons(self) -> tuple[str, ...]:
        """Its forward columns, as labels of horizons."""
        return tuple(column for column in self.columns if column != MOVE)

    def read_as(self, order: DateOrder) -> PublishedTable:
        """The table with its dates read in this order."""
        return replace(self, rows=tuple(row.read_as(order) for row in self.rows), orders=(order,))


@dataclass(frozen=True)
class PublishedSummary:
    """Summary rows. ``unread`` are the headings and rows that were not recognised and are not checked."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[PublishedStatistic, ...]
    headings: Mapping[str, Heading]
    unread: tuple[str, ...]


def read_table(text: str, file: str) -> PublishedTable:
    """A published table of episodes, a column of dates and the figures of each.

    Parameters
    ----------
    file : its name in messages.

    Raises
    ------
    RequestError : it cannot be read; names the line and the column.
    """
    names, lines = read_grid(text, file)
    at = _dated_column(names, lines, file)
    roles, unread = _roles(names, at, file)
    columns = tuple(role for role in roles if role != CONTEXT)
    if not columns:
        raise RequestError(
            f"{file}:1: no column to check: found {_listed(names)}. Head a forward return by its horizon, "
            "such as 3M or fwd_3m_pct, and the move 'move_pct'."
        )
    dated, closing, left_out = _sort_rows(lines, names, at, file)
    places = [roles[column] for column in columns]
    # The rows below the episodes may hold anything; they are asked only where the episodes do not tell.
    comma = decimal_comma((cells[k] for _, cells in dated for k in places), file)
    readings = [(line, cells[at], read_days(cells[at])) for line, cells in dated]
    orders = common_orders(readings, file)
    rows = []
    for (line, name, days), (_, cells) in zip(readings, dated, strict=True):
        figures = {
            column: read_figure(cells[k], f"{file}:{line}, column '{names[k]}'", comma=comma)
            for column, k in zip(columns, places, strict=True)
        }
        context = cells[roles[CONTEXT]] if CONTEXT in roles else ""
        kept = {order: days[order] for order in orders}
        rows.append(PublishedRow(line, name, *kept[orders[0]], context, figures, kept))
    statistics = []
    for line, name, statistic, cells in closing:
        below = {c: cells[k] for c, k in zip(columns, places, strict=True) if c != MOVE}
        figures, odd = _statistic_cells(statistic, below, comma=comma)
        statistics.append(PublishedStatistic(line, name, statistic, figures))
        left_out += [f"{name}, {column}" for column in odd]
        if MOVE in columns and not is_open(cells[roles[MOVE]]):
            left_out.append(f"{name}, {names[roles[MOVE]]}")
    return PublishedTable(
        file=file,
        columns=columns,
        rows=tuple(rows),
        headings={column: read_heading(names[k]) for column, k in zip(columns, places, strict=True)},
        unread=tuple(unread),
        others=_others(names, [cells for _, cells in dated], unread, comma=comma),
        closing=tuple(statistics),
        left_out=tuple(left_out),
        orders=orders,
    )


def _dated_column(names: Sequence[str], lines: Lines, file: str) -> int:
    """The column that names the episodes: one headed so, else any whose cells are mostly dates."""
    headed = [k for k, name in enumerate(names) if read_heading(name).role == EPISODE]
    others = [k for k, name in enumerate(names) if read_heading(name).role in ("", CONTEXT)]
    for k in (*headed, *others):
        filled = [cells[k] for _, cells in lines if cells[k]]
        if filled and 2 * sum(bool(read_days(cell)) for cell in filled) >= len(filled):
            return k
    if headed:
        return headed[0]
    raise RequestError(
        f"{file}:1: no column names the episodes: found {_listed(names)}. Head it 'episode' or 'date'."
    )


def _roles(names: Sequence[str], dated: int, file: str) -> tuple[dict[str, int], list[str]]:
    """The columns that are read, by what they stand for, and the headings of the others."""
    roles: dict[str, int] = {}
    unread: list[str] = []
    for k, name in enumerate(names):
        heading = read_heading(name)
        role = heading.role
        if k == dated:
            continue
        if role in ("", EPISODE) or (role in roles and role in (MOVE, CONTEXT)):
            unread.append(name)
        elif role not in roles:
            roles[role] = k
        else:
            # "5-day gain" beside "5 days later": the one that does not speak of what came after is set aside.
            before = read_heading(names[roles[role]])
            aside = before if heading.ahead else heading
            if before.ahead == heading.ahead or not aside.of_a_move:
                raise RequestError(
                    f"{file}:1: the columns '{before.text}' and '{name}' both read as {role}. "
                    "Rename or remove one."
                )
            unread.append(aside.text)
            if heading.ahead:
                roles[role] = k
    return roles, unread


_Closing = list[tuple[int, str, StatisticName, list[str]]]


def _sort_rows(lines: Lines, names: Sequence[str], at: int, file: str) -> tuple[Lines, _Closing, list[str]]:
    """The rows of episodes, those of statistics, and the names of those that are neither."""
    dated, closing, left_out = [], [], []
    last = max((line for line, cells in lines if read_days(cells[at])), default=0)
    for line, cells in lines:
        if read_days(cells[at]):
            dated.append((line, cells))
            continue
        name = cells[at] or next((cell for cell in cells if cell and not is_figure(cell)), "")
        statistic = read_statistic(name)
        if statistic is not None:
            closing.append((line, name, statistic, cells))
        elif sum(map(bool, cells)) == 1 or (line > last and name and not _DATE_LIKE.search(name)):
            left_out.append(name or next(filter(None, cells)))
        else:
            raise RequestError(
                f"{file}:{line}, column '{names[at]}': '{cells[at][:40]}' is not a month or a day. Write "
                "2003-04, 2003-04-30 or Apr 2003."
            )
    if not dated:
        raise RequestError(
            f"{file}: no row begins with a month or a day: found '{lines[0][1][at][:40]}' in line "
            f"{lines[0][0]}. Write 2003-04, 2003-04-30 or Apr 2003."
        )
    return dated, closing, left_out


def _others(
    names: Sequence[str], rows: Sequence[Sequence[str]], unread: Sequence[str], *, comma: bool
) -> dict[str, tuple[Printed | None, ...]]:
    """The figures of the columns that were not recognised, where they hold figures alone."""
    found = {}
    for k, name in enumerate(names):
        cells = [row[k] for row in rows]
        if name in unread and all(is_figure(cell) or is_open(cell) for cell in cells):
            try:
                found[name] = tuple(read_figure(cell, "", comma=comma) for cell in cells)
            except RequestError:
                continue  # figures by the other decimal sign; nothing that would be checked
    return found


def _statistic_cells(
    statistic: StatisticName, cells: Mapping[str, str], *, comma: bool
) -> tuple[dict[str, Printed | None], list[str]]:
    """The figures of a statistic's row, and the columns in which it holds something else."""
    figures: dict[str, Printed | None] = {}
    odd = []
    for column, text in cells.items():
        share = _SHARE.search(text) if statistic == "win_rate" else None
        if share and int(share[2]):
            # "9/13" is exact; two decimals are what a rate is shown with.
            figures[column] = Printed(text, round(100 * int(share[1]) / int(share[2]), 2), 2, "percent")
            continue
        try:
            figures[column] = read_figure(text, "", comma=comma)
        except RequestError:
            figures[column] = None
            odd.append(column)
    return figures, odd


def read_summary(text: str, file: str) -> PublishedSummary:
    """Published summary rows: a column of statistics' names, then a column a horizon.

    Raises
    ------
    RequestError : as ``read_table``; also when no row or no column is recognised.
    """
    names, lines = read_grid(text, file)
    headings = {k: read_heading(name) for k, name in enumerate(names) if k}
    labels = {k: h.role for k, h in headings.items() if h.role not in ("", MOVE, EPISODE, CONTEXT)}
    if not labels:
        raise RequestError(
            f"{file}:1: no column is headed by a horizon: found {_listed(names)}. Write 1M, 3M, … there."
        )
    twice = next((label for label in labels.values() if list(labels.values()).count(label) > 1), None)
    if twice:
        raise RequestError(f"{file}:1: two columns read as {twice}. Rename or remove one.")
    unread = [name for k, name in enumerate(names) if k and k not in labels]
    comma = decimal_comma((cells[k] for _, cells in lines for k in labels), file)
    rows: list[PublishedStatistic] = []
    for line, cells in lines:
        statistic = read_statistic(cells[0])
        if statistic is None:
            unread.append(cells[0])
            continue
        below = {label: cells[k] for k, label in labels.items()}
        figures, odd = _statistic_cells(statistic, below, comma=comma)
        for label in odd:
            place = next(k for k in labels if labels[k] == label)
            read_figure(cells[place], f"{file}:{line}, column '{names[place]}'", comma=comma)
        rows.append(PublishedStatistic(line, cells[0], statistic, figures))
    if not rows:
        raise RequestError(f"{file}: no row is a statistic. Recognised are {', '.join(AUDITED)}.")
    return PublishedSummary(
        file,
        tuple(labels.values()),
        tuple(rows),
        {label: headings[k] for k, label in labels.items()},
        tuple(unread),
    )


def load_table(path: Path) -> PublishedTable:
    """``read_table`` of a file, which messages name as it is named here."""
    return read_table(read_published(path, str(path)), str(path))


def load_summary(path: Path) -> PublishedSummary:
    """``read_summary`` of a file, which messages name as it is named here."""
    return read_summary(read_published(path, str(path)), str(path))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name[:30]}'" for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
