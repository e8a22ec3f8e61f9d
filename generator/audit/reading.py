"""What a published table means where only prices can tell: its dates' order, its unit, the trigger's column.

The text of a table settles most of it (``audit_table``). Here the rest is settled by what fits the study's
own bars; dates that these do not settle are an error that names both readings, and figures are percent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal, TypeVar

import numpy as np

from generator.audit.context import AuditContext
from generator.audit.dates import DateOrder
from generator.audit.figures import Printed
from generator.audit.headings import MOVE, Heading
from generator.audit.table import PublishedRow, PublishedSummary, PublishedTable
from generator.core.errors import HorizonError, RequestError
from generator.market.bars import BarKind
from generator.study.horizons import parse_horizon
from generator.study.question import trigger_is_percent

NEARLY = 1e-7
"""Slack for figures that lie exactly between two printed ones."""
T = TypeVar("T")
Form = Literal["percent", "fractions", "multiples"]
"""How returns are written: 10.87, 0.1087 or 1.1087."""
_BAR_LETTER: Mapping[BarKind, str] = {"daily": "D", "weekly": "W", "monthly": "M"}


@dataclass(frozen=True)
class Understood:
    """One thing that was settled: ``dates`` with their order, ``fractions``, ``multiples`` or ``basis
    points`` with the columns that hold them, ``move`` with the heading of the column that holds it."""

    kind: Literal["dates", "fractions", "multiples", "basis points", "move"]
    detail: str


def equals(printed: Printed, value: float) -> bool:
    """Whether a figure, rounded to the printed decimals, is the printed one."""
    return abs(printed.value - value) <= 0.5 * printed.unit + NEARLY


def fit_to_bars(table: PublishedTable, kind: BarKind) -> PublishedTable:
    """The table with its columns as these bars count them: ``T+5`` is five of them.

    A column whose horizon they cannot express, and whose heading need not speak of what came after, is set
    aside: it may hold the trigger.

    Raises
    ------
    RequestError, HorizonError : columns that these bars cannot express, or episodes named by month or week
        where a day is needed; names the file, the line and the column.
    """
    if kind != "daily":
        table = _rename(table, {c: c[:-1] + _BAR_LETTER[kind] for c, h in table.headings.items() if h.bars})
    for column in table.horizons:
        heading = table.headings[column]
        try:
            parse_horizon(column, kind)
        except HorizonError as error:
            if heading.ahead or len(table.columns) == 1:
                raise HorizonError(f"{table.file}:1, column {column}: {error}") from error
            table = set_aside(table, column)
    for row in table.rows:
        if (row.is_month and kind != "monthly") or (row.is_week and kind == "daily"):
            unit, wanted = ("month", "monthly") if row.is_month else ("week", "weekly")
            raise RequestError(
                f"{table.file}:{row.line}: '{row.name}' is a {unit}, and on {kind} bars an episode is a "
                f"day, such as 2003-04-30. Write the day, or ask for {wanted} bars."
            )
    return table


def refuse_columns(summary: PublishedSummary, kind: BarKind) -> PublishedSummary:
    """The summary, when these bars can express its columns.

    Raises
    ------
    HorizonError : names the file and the column.
    """
    for column in summary.columns:
        try:
            parse_horizon(column, kind)
        except HorizonError as error:
            raise HorizonError(f"{summary.file}:1, column {column}: {error}") from error
    return summary


def _rename(table: PublishedTable, names: Mapping[str, str]) -> PublishedTable:
    new = [names.get(column, column) for column in table.columns]
    twice = next((column for column in new if new.count(column) > 1), None)
    if twice:
        raise RequestError(f"{table.file}:1: two columns read as {twice}. Rename or remove one.")
    return replace(
        table,
        columns=tuple(new),
        rows=tuple(
            replace(row, cells={names.get(c, c): printed for c, printed in row.cells.items()})
            for row in table.rows
        ),
        headings={names.get(c, c): heading for c, heading in table.headings.items()},
        closing=tuple(
            replace(row, cells={names.get(c, c): printed for c, printed in row.cells.items()})
            for row in table.closing
        ),
    )


def set_aside(table: PublishedTable, column: str) -> PublishedTable:
    """The table without a column, whose figures are kept among the others."""
    heading = table.headings[column].text
    return replace(
        table,
        columns=tuple(c for c in table.columns if c != column),
        rows=tuple(replace(row, cells=_without(row.cells, column)) for row in table.rows),
        headings=_without(table.headings, column),
        unread=(*table.unread, heading),
        others={**table.others, heading: tuple(row.cells[column] for row in table.rows)},
        closing=tuple(replace(row, cells=_without(row.cells, column)) for row in table.closing),
    )


def _without(cells: Mapping[str, T], column: str) -> dict[str, T]:
    return {c: value for c, value in cells.items() if c != column}


def interpret(table: PublishedTable, context: AuditContext) -> tuple[PublishedTable, tuple[Understood, ...]]:
    """The table as the study's bars show it to be meant, and what they settled.

    Raises
    ------
    RequestError : its dates can be read in two orders and the bars do not tell which.
    """
    found: list[Understood] = []
    if len(table.orders) > 1:
        table = table.read_as(_order(table, context))
        found.append(Understood("dates", table.orders[0]))
    table, moved = _move_column(table, context)
    found += moved
    marked = [c for c in table.columns if table.headings[c].unit == "basis points"]
    table = _reform(table, dict.fromkeys(marked, "basis points"))
    forward, move = _open_columns(table, context)
    for columns in (forward, move):
        form = _form(table, columns, context) if columns else "percent"
        if form != "percent":
            table = _reform(table, dict.fromkeys(columns, form))
            found.append(Understood(form, ", ".join(columns)))
    if marked:
        found.append(Understood("basis points", ", ".join(marked)))
    return table, tuple(found)


def _order(table: PublishedTable, context: AuditContext) -> DateOrder:
    """The order in which the dates are bars on which the condition came true."""
    fires = set(context.fires.tolist())
    evidence: dict[DateOrder, int] = {}
    for order in table.orders:
        read = table.read_as(order)
        evidence[order] = sum(context.bar_of(row.first) in fires for row in read.rows) + max(
            _hits(read, read.columns, form, context) for form in ("percent", "fractions")
        )
    best, second = sorted(evidence, key=lambda order: -evidence[order])[:2]
    if evidence[best] < max(2 * evidence[second], 1) or evidence[best] == evidence[second]:
        row = next(row for row in table.rows if row.readings[best] != row.readings[second])
        days = " and ".join(
            f"{row.readings[order][0].isoformat()} ({order})" for order in sorted((best, second))
        )
        raise RequestError(
            f"{table.file}:{row.line}: '{row.name}' can be read as {days}, and these bars do not tell which. "
            "Write the days as 2003-04-30."
        )
    return best


def _bar(row: PublishedRow, context: AuditContext) -> tuple[int | None, int | None]:
    bar = context.bar_of(row.first)
    return bar, None if bar is None else context.target_bar(bar)


def _right(row: PublishedRow, column: str, context: AuditContext) -> float | None:
    bar, target = _bar(row, context)
    if column == MOVE:
        return context.move(bar)
    return None if target is None else context.returns(target, context.horizon(column).bars)


def _pairs(
    table: PublishedTable, columns: Iterable[str], context: AuditContext
) -> list[tuple[str, Printed, float]]:
    """Every printed figure of these columns that has a right one."""
    return [
        (column, printed, right)
        for column in columns
        for row in table.rows
        if (printed := row.cells[column]) is not None
        and (right := _right(row, column, context)) is not None
        and np.isfinite(right)
    ]


def in_form(printed: Printed, form: Form | str) -> Printed:
    """A figure in percent. One that has its unit behind it is left alone."""
    if printed.mark:
        return printed
    match form:
        case "fractions":
            return printed.times(2)
        case "multiples":
            return printed.less_one().times(2)
        case "basis points":
            return printed.times(-2)
        case _:
            return printed


def _fits(printed: Printed, right: float, form: Form) -> bool:
    """Whether a figure read so is the right one; fractions of less than two decimals fit too easily."""
    if form != "percent" and not printed.mark and printed.decimals < 2:
        return False
    return equals(in_form(printed, form), right)


def _hits(table: PublishedTable, columns: Iterable[str], form: Form, context: AuditContext) -> int:
    return sum(_fits(printed, right, form) for _, printed, right in _pairs(table, columns, context))


def _open_columns(table: PublishedTable, context: AuditContext) -> tuple[list[str], list[str]]:
    """The forward columns, and the move's, that do not say what their figures are in."""
    unsaid = [
        column
        for column in table.columns
        if not table.headings[column].unit
        and not any(printed.mark for row in table.rows if (printed := row.cells[column]) is not None)
    ]
    moves = [MOVE] if MOVE in unsaid and trigger_is_percent(context.study) else []
    return [column for column in unsaid if column != MOVE], moves


def _form(table: PublishedTable, columns: Sequence[str], context: AuditContext) -> Form:
    """How the figures of these columns are written, all of them alike."""
    pairs = _pairs(table, columns, context)
    if not pairs:
        return "percent"
    forms: tuple[Form, ...] = ("percent", "fractions", "multiples")
    hits = {form: _hits(table, columns, form, context) for form in forms}
    best = max(forms, key=lambda form: hits[form])
    if best != "percent" and hits[best] > hits["percent"] and 5 * hits[best] >= len(pairs):
        return best
    # A table of fractions may be wrong throughout: then some column's figures are about a hundredth in size,
    # and none of them is right as percent.
    sizes = []
    for column in columns:
        mine = [(abs(printed.value), abs(right)) for c, printed, right in pairs if c == column]
        if mine:
            sizes.append(median(p for p, _ in mine) / (median(r for _, r in mine) or 1.0))
    finely = max(printed.decimals for _, printed, _ in pairs) >= 3
    hundredth = 0.002 < min(sizes) < 0.05 and 10 * hits["percent"] < len(pairs)
    return "fractions" if len(pairs) > 3 and finely and hundredth else "percent"


def _reform(table: PublishedTable, forms: Mapping[str, Form | str]) -> PublishedTable:
    def cells(of: Mapping[str, Printed | None]) -> dict[str, Printed | None]:
        return {
            column: in_form(printed, forms[column]) if printed is not None and column in forms else printed
            for column, printed in of.items()
        }

    return replace(table, rows=tuple(replace(row, cells=cells(row.cells)) for row in table.rows))


def _move_column(table: PublishedTable, context: AuditContext) -> tuple[PublishedTable, list[Understood]]:
    """The table with the column that holds the trigger as its move.

    Without a column that is headed as the move, it is one headed by a horizon that does not speak of what
    came after, or one that was not recognised, when most of its figures are the moves. One that is headed as
    the move and holds none of them is of something else, when another one holds them.
    """
    asked = (*(c for c in table.horizons if not table.headings[c].ahead), *table.others)
    holding = next((c for c in asked if _holds_moves(_column(table, c), table, context)), None)
    if MOVE in table.columns:
        own = _column(table, MOVE)
        if _share(own, table, context) > 0 or holding is None:
            return table, []
        table = set_aside(table, MOVE)
    elif holding is None:
        return table, []
    figures = _column(table, holding)
    if holding in table.columns:
        heading = table.headings[holding]
        # Where the figures are also the returns of that horizon, the heading stands.
        returns = _hits(table, [holding], "percent", context)
        if returns >= sum(printed is not None for printed in figures) / 2:
            return table, []
        table = set_aside(table, holding)
    else:
        heading = Heading(holding)
    others = {name: column for name, column in table.others.items() if name != heading.text}
    table = replace(
        table,
        columns=(MOVE, *table.columns),
        rows=tuple(
            replace(row, cells={MOVE: printed, **row.cells})
            for row, printed in zip(table.rows, figures, strict=True)
        ),
        headings={MOVE: replace(heading, role=MOVE), **table.headings},
        unread=tuple(name for name in table.unread if name != heading.text),
        others=others,
    )
    return table, [Understood("move", heading.text)]


def _column(table: PublishedTable, name: str) -> tuple[Printed | None, ...]:
    return table.others[name] if name in table.others else tuple(row.cells[name] for row in table.rows)


def _share(figures: Sequence[Printed | None], table: PublishedTable, context: AuditContext) -> float:
    """How many of a column's figures are the moves of their rows, as a share."""
    there, hits = 0, 0
    forms: tuple[Form, ...] = ("percent", "fractions") if trigger_is_percent(context.study) else ("percent",)
    for printed, row in zip(figures, table.rows, strict=True):
        right = context.move(_bar(row, context)[0])
        if printed is not None and right is not None:
            there += 1
            hits += any(_fits(printed, right, form) for form in forms)
    return hits / there if there else 0.0


def _holds_moves(figures: Sequence[Printed | None], table: PublishedTable, context: AuditContext) -> bool:
    return _share(figures, table, context) > 0.5
