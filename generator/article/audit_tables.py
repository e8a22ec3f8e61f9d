"""The tables of a correction column: the wrong cells, the summary beside the right one, every cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.audit.figures import Printed
from generator.audit.headings import StatisticName
from generator.audit.values import Audit, CellAudit, RowAudit, StatisticAudit, StatisticCell
from generator.audit.words import (
    STATISTIC_NAMES,
    cause_phrase,
    cell_text,
    column_name,
    figure_text,
    row_name,
)
from generator.edition.values import Cell, Column, Row, RowKind, Table, Tone
from generator.findings.tables import column_unit
from generator.language import numbers
from generator.language.words import any_moment
from generator.study.statistic import STATISTICS
from generator.study.values import Baseline

NOTHING = Cell(numbers.DASH, None, "muted")


def corrections_table(found: Audit, key: str) -> Table:
    """The wrong forward returns: episode, horizon, as published, right, and what the published one equals."""
    wrong = found.wrong(moves=False)
    with_cause = any(cell.cause for _, cell in wrong)
    columns = [
        Column("episode", "Episode", "date"),
        Column("horizon", "Horizon", "text"),
        Column("published", "Published, %"),
        Column("right", "Right, %"),
    ]
    if with_cause:
        columns.append(Column("cause", "What the published figure equals", "text"))
    rows = tuple(Row(_correction(row, cell, found, with_cause=with_cause)) for row, cell in wrong)
    return Table(key, "", tuple(columns), rows, download=True)


def _correction(row: RowAudit, cell: CellAudit, found: Audit, *, with_cause: bool) -> tuple[Cell, ...]:
    kind = found.study.bars
    cells = (
        Cell(row_name(row, kind), row.day.isoformat() if row.day else row.row.name),
        Cell(cell.column, cell.column),
        _return(cell.printed.value if cell.printed else None, cell.printed),
        _return(cell.right, cell.printed),
    )
    if not with_cause:
        return cells
    cause = cause_phrase(cell.cause, cell.column, kind) if cell.cause else None
    return (*cells, NOTHING if cause is None else Cell(cause, cause))


def _return(value: float | None, printed: Printed | None) -> Cell:
    if value is None:
        return NOTHING
    text = figure_text(value, printed)
    return Cell(text, value / 100, "gain" if value > 0 else "loss" if value < 0 else "")


def summary_table(found: Audit, key: str) -> Table:
    """Each summary row as published, right, and from any bar."""
    labels = tuple(dict.fromkeys(cell.column for row in found.statistics for cell in row.cells))
    columns = (Column("statistic", "Statistic", "text"), *(Column(label, label) for label in labels))
    rows = [row for statistic in found.statistics for row in _summary_rows(statistic, labels, found)]
    return Table(key, "", columns, tuple(rows), download=True)


def _summary_rows(audited: StatisticAudit, labels: Sequence[str], found: Audit) -> list[Row]:
    name, statistic = STATISTIC_NAMES[audited.row.statistic], audited.row.statistic
    by_column = {cell.column: cell for cell in audited.cells}

    def line(title: str, value: Callable[[StatisticCell], float | None], kind: RowKind) -> Row:
        cells = (by_column.get(label) for label in labels)
        shown = [NOTHING if c is None else _figure(value(c), c.printed, statistic) for c in cells]
        return Row((Cell(title, title), *shown), kind, name)

    rows = [
        line(f"{name}: published", lambda c: c.printed.value if c.printed else None, "body"),
        line(f"{name}: right", lambda c: c.right, "body"),
    ]
    if f"baseline_{statistic}" in STATISTICS and statistic != "n":
        usual = f"{name}: {any_moment(found.study.bars)}"
        rows.append(line(usual, lambda c: _usual(found.baselines[c.column], statistic), "baseline"))
    return rows


def _usual(baseline: Baseline, statistic: StatisticName) -> float | None:
    """A baseline's statistic in percent."""
    value: float | None = getattr(baseline, statistic)
    return None if value is None else value * 100


def _figure(value: float | None, printed: Printed | None, statistic: StatisticName) -> Cell:
    if value is None:
        return NOTHING
    text = figure_text(value, printed, statistic)
    known = STATISTICS[statistic]
    unit = column_unit(known)
    tone: Tone = numbers.tone_of(text) if known.signed else ""
    return Cell(text, value if unit == "number" else value / 100, tone, unit=unit)


def cells_table(found: Audit, key: str) -> Table:
    """The whole table as published; a wrong cell has the right figure beside it."""
    kind = found.study.bars
    columns = (
        Column("episode", "Episode", "date"),
        *(Column(column, column_name(column), "text") for column in found.table.columns),
    )
    rows = []
    for row in found.rows:
        name = Cell(row_name(row, kind), row.day.isoformat() if row.day else row.row.name)
        row_kind: RowKind = "provisional" if row.kind == "provisional" else "episode"
        rows.append(Row((name, *(_both(cell, found) for cell in row.cells)), row_kind))
    return Table(key, "", columns, tuple(rows), download=True)


def _both(cell: CellAudit, found: Audit) -> Cell:
    """The printed figure, and the right one where it differs."""
    if cell.printed is None:
        return NOTHING
    text = cell_text(cell.printed.value, cell, found.study)
    if cell.status in ("wrong", "rounding"):
        text = f"{text} → {cell_text(cell.right, cell, found.study)}"
        return Cell(text, text, "loss" if cell.status == "wrong" else "")
    return Cell(text, text, "muted" if cell.status == "unchecked" else "")
