"""The audit of published summary rows: computed from the table's own cells and from the right ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from generator.audit.context import AuditContext
from generator.audit.figures import Printed
from generator.audit.headings import Heading, StatisticName, read_heading
from generator.audit.reading import NEARLY, equals, in_form
from generator.audit.table import PublishedStatistic, PublishedSummary, PublishedTable
from generator.audit.values import Definition, Lowest, RowAudit, StatisticAudit, StatisticCell, Status
from generator.market.history import FloatArray, as_date
from generator.study.evidence.statistics import of_one
from generator.study.returns import max_drawdowns, worst_daily_closes
from generator.study.values import Horizon

DEFINITIONS: Mapping[StatisticName, tuple[Definition, ...]] = {
    "average": ("mean",),
    "median": ("median",),
    "win_rate": ("above-zero", "zero-or-above"),
    "best": ("highest",),
    "worst": ("lowest",),
    "n": ("count",),
    "stdev": ("population", "sample"),
    "sharpe": ("population", "sample", "population-annual", "sample-annual"),
    "max_drawdown": ("bar-closes", "daily-closes", "lowest-return"),
}
"""Ways in which each statistic is computed out there, ours first: it is taken where several fit alike."""


MISTAKEN: Mapping[StatisticName, tuple[Definition, ...]] = {
    "average": ("median",),
    "median": ("mean",),
    "win_rate": ("losers",),
    "best": ("lowest",),
    "worst": ("highest",),
}
"""What a statistic is taken for by mistake: never right, but worth naming."""
_NO_RETURNS: tuple[StatisticName, ...] = ("n", "sharpe")


def audit_statistics(
    summary: PublishedSummary | None,
    table: PublishedTable,
    rows: Sequence[RowAudit],
    targets: Sequence[int | None],
    context: AuditContext,
    *,
    fractions: bool = False,
) -> tuple[StatisticAudit, ...]:
    """Every row of statistics, below the table and in the summary, by the definition that explains most.

    A definition explains a cell when it gives the printed figure from the table's own cells or from the right
    ones; one unit off in the last decimal counts half.

    Parameters
    ----------
    fractions : whether the table's returns are written as fractions.
    """
    labels = dict.fromkeys((*table.horizons, *(summary.columns if summary else ())))
    columns = {
        label: _Column(label, table, rows, targets, context, context.horizon(label)) for label in labels
    }
    published = _in_percent(table.closing, table.headings, columns, fractions=fractions)
    if summary is not None:
        published += _in_percent(summary.rows, summary.headings, columns, fractions=False)
    return tuple(_statistic(row, columns) for row in published)


def _in_percent(
    rows: Sequence[PublishedStatistic],
    headings: Mapping[str, Heading],
    columns: Mapping[str, _Column],
    *,
    fractions: bool,
) -> list[PublishedStatistic]:
    """The rows with figures in percent. Those that do not say what they are in are fractions where that fits
    more of them; all returns alike, and each row of shares by itself."""

    def read(row: PublishedStatistic, *, as_fractions: bool) -> PublishedStatistic:
        said = read_heading(row.name).unit or (row.statistic in _NO_RETURNS and "percent")
        cells = {
            label: in_form(printed, "basis points" if unit == "basis points" else "fractions")
            if printed is not None
            and (unit := "" if row.statistic in _NO_RETURNS else headings[label].unit) != "percent"
            and (unit or (as_fractions and not said))
            else printed
            for label, printed in row.cells.items()
        }
        return replace(row, cells=cells)

    def fits(some: Sequence[PublishedStatistic]) -> int:
        return sum(
            max(
                sum(_points(row, label, columns[label], d) for label in row.cells)
                for d in DEFINITIONS[row.statistic]
            )
            for row in some
        )

    groups = [[row for row in rows if row.statistic not in ("win_rate", *_NO_RETURNS)]]
    groups += [[row] for row in rows if row.statistic == "win_rate"]
    chosen = {id(row): row for row in rows}
    for group in groups:
        ways = {way: [read(row, as_fractions=way) for row in group] for way in (fractions, not fractions)}
        better = max(ways, key=lambda way: fits(ways[way]))  # the table's own way where both fit alike
        chosen |= {id(row): new for row, new in zip(group, ways[better], strict=True)}
    return [chosen[id(row)] for row in rows]


class _Column:
    """One horizon: the printed cells, the right ones, and the target's bars behind them."""

    def __init__(
        self,
        label: str,
        table: PublishedTable,
        rows: Sequence[RowAudit],
        targets: Sequence[int | None],
        context: AuditContext,
        horizon: Horizon,
    ) -> None:
        printed, right, positions = [], [], []
        for row, target in zip(rows, targets, strict=True):
            figure = row.row.cells.get(label)
            if figure is not None:
                printed.append(figure.value)
            value = None if target is None else context.returns(target, horizon.bars)
            # A cell that the table leaves open is in no statistic of its author's.
            if (
                value is not None
                and target is not None
                and (figure is not None or label not in table.columns)
            ):
                right.append(value)
                positions.append(target)
        self.label, self.horizon, self.context = label, horizon, context
        self.printed, self.right = np.array(printed), np.array(right)
        self.positions = np.array(positions, dtype=np.intp)

    def own(self, statistic: StatisticName, definition: Definition) -> float | None:
        """The statistic of the printed cells; None where they cannot give it."""
        if definition in ("bar-closes", "daily-closes"):
            return None
        return self._of(self.printed, statistic, definition)

    def true(self, statistic: StatisticName, definition: Definition) -> float | None:
        """The statistic of the right cells."""
        prices, bars = self.context.prepared.prices, self.horizon.bars
        path = {"bar-closes": max_drawdowns, "daily-closes": worst_daily_closes}.get(definition)
        if path is None:
            return self._of(self.right, statistic, definition)
        return float(path(prices, self.positions, bars).min() * 100) if len(self.positions) else None

    def _of(self, returns: FloatArray, statistic: StatisticName, definition: Definition) -> float | None:
        if len(returns) == 0:
            return None
        compute = _FORMULAS[definition]
        if statistic == "sharpe":
            spread = compute(returns)
            scale = np.sqrt(self.context.horizon("1Y").bars / self.horizon.bars)
            annual = float(scale) if definition.endswith("-annual") else 1.0
            return float(returns.mean()) / spread * annual if spread else None
        return compute(returns)

    def lowest(self) -> Lowest | None:
        """Where the right max drawdown by the study's bars was reached."""
        if not len(self.positions):
            return None
        prepared = self.context.prepared
        prices = prepared.prices
        falls = max_drawdowns(prices, self.positions, self.horizon.bars)
        start = int(self.positions[int(falls.argmin())])
        stop = start + self.horizon.bars + prices.delay
        if falls.min() == 0:
            return None
        bottom = start + 1 + int(prices.closes[start + 1 : stop + 1].argmin())
        dates = prices.bars.dates
        return Lowest(as_date(dates[start]), as_date(dates[bottom]))


def _sample(returns: FloatArray) -> float | None:
    return float(returns.std(ddof=1)) if len(returns) > 1 else None


_FORMULAS: Mapping[Definition, Callable[[FloatArray], float | None]] = {
    "mean": of_one(lambda lists: lists.average),
    "median": of_one(lambda lists: lists.median),
    "above-zero": lambda returns: float((returns > 0).mean() * 100),
    "zero-or-above": lambda returns: float((returns >= 0).mean() * 100),
    "highest": lambda returns: float(returns.max()),
    "lowest": lambda returns: float(returns.min()),
    "lowest-return": lambda returns: float(min(returns.min(), 0.0)),
    "losers": lambda returns: float((returns <= 0).mean() * 100),
    "count": lambda returns: float(len(returns)),
    "population": of_one(lambda lists: lists.stdev),
    "population-annual": of_one(lambda lists: lists.stdev),
    "sample": _sample,
    "sample-annual": _sample,
}


def _statistic(row: PublishedStatistic, columns: Mapping[str, _Column]) -> StatisticAudit:
    choices = DEFINITIONS[row.statistic]
    points = {
        choice: sum(_points(row, label, columns[label], choice) for label in row.cells) for choice in choices
    }
    definition = max(choices, key=lambda choice: points[choice])
    cells = tuple(_cell(row, label, columns[label], definition) for label in row.cells)
    # Where two definitions fit alike, the figures do not tell which one was used.
    others = [points[choice] for choice in choices if choice != definition]
    return StatisticAudit(row, definition, bool(others) and points[definition] > max(others), cells)


def _points(row: PublishedStatistic, label: str, column: _Column, definition: Definition) -> int:
    printed = row.cells[label]
    values = (column.own(row.statistic, definition), column.true(row.statistic, definition))
    worth: dict[Status, int] = {"right": 2, "rounding": 1}
    return max(worth.get(compared(printed, value), 0) for value in values)


def compared(printed: Printed | None, value: float | None) -> Status:
    """How a printed figure stands to a computed one."""
    if printed is None or value is None:
        return "unchecked"
    if equals(printed, value):
        return "right"
    return "rounding" if abs(printed.value - value) <= 1.5 * printed.unit + NEARLY else "wrong"


def _cell(row: PublishedStatistic, label: str, column: _Column, definition: Definition) -> StatisticCell:
    printed = row.cells[label]
    own, right = column.own(row.statistic, definition), column.true(row.statistic, definition)
    own_status, right_status = compared(printed, own), compared(printed, right)
    return StatisticCell(
        column=label,
        printed=printed,
        own=own,
        right=right,
        own_status=own_status,
        right_status=right_status,
        other=_other(row, column, printed, definition)
        if "right" not in (own_status, right_status) and right_status == "wrong"
        else None,
        lowest=column.lowest() if definition == "bar-closes" else None,
    )


def _other(
    row: PublishedStatistic, column: _Column, printed: Printed | None, definition: Definition
) -> Definition | None:
    """Another definition that gives the printed figure."""
    for choice in (*DEFINITIONS[row.statistic], *MISTAKEN.get(row.statistic, ())):
        values = (column.own(row.statistic, choice), column.true(row.statistic, choice))
        if choice != definition and any(compared(printed, value) == "right" for value in values):
            return choice
    return None
