"""Everything that a cell of a published table could have meant: the figures that common errors give.

Each is offered with its cause; ``audit_causes`` decides which of them explain more than chance would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from math import isfinite

import numpy as np

from generator.audit.context import AuditContext
from generator.audit.figures import Printed
from generator.audit.headings import MOVE
from generator.audit.values import Cause, CauseKind, CellAudit, RowAudit
from generator.core.errors import HorizonError
from generator.market.bars import BarKind
from generator.market.history import SAMPLE, DateArray, FloatArray, as_date
from generator.study.horizons import DEFAULTS
from generator.study.returns import HoldingPrices
from generator.study.values import ENTRIES, Horizon

ALSO_TRIED: dict[BarKind, tuple[str, ...]] = {
    "daily": ("1D", "9M", "2Y"),
    "weekly": ("2W", "8W"),
    "monthly": ("2M", "4M", "9M", "2Y"),
}
"""Horizons that a figure may belong to, besides those of the table and the usual ones."""
_DAYS = {"D": 1.0, "W": 7.0, "M": 365.25 / 12, "Y": 365.25}
"""Calendar days of a horizon's unit, on average."""


def candidates(
    rows: Sequence[RowAudit], i: int, cell: CellAudit, target: int | None, context: AuditContext
) -> Iterator[Cause]:
    """Every figure that the cell could have meant."""
    row = rows[i]
    if cell.column == MOVE:
        yield from _moves(row, context)
    elif target is not None:
        horizon = context.horizon(cell.column)
        yield from _other_bars(horizon, target, context)
        yield from _other_prices(horizon, target, context)
        yield from _calendar(horizon, target, context)
        yield from _ways(horizon, target, context)
        if cell.right is not None:
            yield from _forms_of_a_return(horizon, cell.right, context)
            for asset in context.elsewhere:
                yield from _another_asset(asset, horizon, target, cell.right, context)
    if cell.printed is not None and cell.right is not None:
        yield from _slips(cell.printed, cell.right)
    # Simulated prices are not those that the author had: any other cause is out of reach there, and a
    # coincidence within the table would be all that is left.
    if context.prepared.source != SAMPLE:
        yield from _neighbours(rows, i, cell)


def reach(cell: CellAudit) -> float:
    """How far from the printed figure others are counted as tried: as far as the right one is, and never so
    near that the last digits alone decide."""
    if cell.printed is None or cell.right is None:
        return 0.0
    return max(abs(cell.printed.value - cell.right), 10 * cell.printed.unit)


def _other_bars(horizon: Horizon, bar: int, context: AuditContext) -> Iterator[Cause]:
    """The return from or to another bar."""
    held = horizon.bars
    yield from _cause("next-bar", context.returns(bar, held + 1))
    if held > 1:
        yield from _cause("previous-bar", context.returns(bar, held - 1))
    for label, bars in _horizons(context).items():
        if bars != held:
            yield from _cause("horizon", context.returns(bar, bars), label)
    delay = context.prepared.prices.delay
    yield from _cause("late-start", context.between(bar + delay + 1, bar + delay + held))
    yield from _cause("early-start", context.between(bar + delay - 1, bar + delay + held))
    yield from _cause("later", context.returns(bar + 1, held))
    yield from _cause("earlier", context.returns(bar - 1, held))
    shorter = [h.bars for h in context.study.horizons if h.bars < held]
    if shorter:
        yield from _cause("segment", context.between(bar + max(shorter) + delay, bar + held + delay))


def _horizons(context: AuditContext) -> dict[str, int]:
    kind = context.study.bars
    labels = (*(h.label for h in context.study.horizons), *DEFAULTS[kind], *ALSO_TRIED[kind])
    found: dict[str, int] = {}
    for label in labels:
        try:
            horizon = context.horizon(label)
        except HorizonError:
            continue  # a horizon that these bars cannot express cannot have been meant
        if horizon.bars not in found.values():
            found[label] = horizon.bars
    return found


def _other_prices(horizon: Horizon, bar: int, context: AuditContext) -> Iterator[Cause]:
    """The return with or without dividends, or from another entry."""
    kind: CauseKind = "total-return" if context.study.basis == "price" else "price-return"
    prices = context.other_prices(basis="total" if kind == "total-return" else "price")
    if prices is not None:
        yield from _cause(kind, context.returns(bar, horizon.bars, prices))
    for entry in ENTRIES:
        prices = context.other_prices(entry=entry) if entry != context.study.entry else None
        if prices is not None:
            yield from _cause("entry", context.returns(bar, horizon.bars, prices), entry)


def _calendar(horizon: Horizon, bar: int, context: AuditContext) -> Iterator[Cause]:
    """The return to a date of the calendar: so many months, or days, after that of the signal."""
    prices = context.prepared.prices
    bars = prices.bars
    start, paid = bars.dates[bar], prices.entry_price[bar]
    for label, end in _dates_after(as_date(start), horizon):
        for series, closes, where in _series(prices):
            after = int(np.searchsorted(series, end))
            before = int(np.searchsorted(series, end, side="right")) - 1
            if after == len(series):
                continue  # the date has not come yet
            for side, place in (("after", after), ("before", before)):
                if series[place] > start:
                    change = float(closes[place] / paid - 1) * 100
                    yield from _cause("calendar", change, f"{label} {side} {where}")


def _series(prices: HoldingPrices) -> Iterator[tuple[DateArray, FloatArray, str]]:
    """Dates and closes in which a date may be looked up: the sessions, and the bars."""
    bars = prices.bars
    yield bars.history.sessions, prices.daily, "sessions"
    if bars.kind != "daily":
        stop = bars.completed
        yield bars.dates[:stop], prices.closes[:stop], "bars"


def _dates_after(start: date, horizon: Horizon) -> Iterator[tuple[str, np.datetime64]]:
    number, unit = int(horizon.label[:-1]), horizon.label[-1]
    day = np.datetime64(start, "D")
    counted = day + round(number * _DAYS[unit])
    same_day, thirties = counted, counted
    if unit in "MY":
        month = day.astype("datetime64[M]")
        ahead = month + np.timedelta64(number * (12 if unit == "Y" else 1), "M")
        last = (ahead + 1).astype("datetime64[D]") - 1
        same_day = min(ahead.astype("datetime64[D]") + (day - month.astype("datetime64[D]")), last)
        thirties = day + 30 * number if unit == "M" else counted
    yield from (("months", same_day), ("days", counted), ("thirties", thirties))


def _ways(horizon: Horizon, bar: int, context: AuditContext) -> Iterator[Cause]:
    """The lowest and the highest close, or price, on the way instead of the one at its end."""
    prices = context.prepared.prices
    end = bar + horizon.bars + prices.delay
    if context.returns(bar, horizon.bars) is None:
        return
    paid, ends = prices.entry_price[bar], prices.bars.last_session
    first, last = ends[bar] + 1, ends[end]
    history = prices.bars.history
    ways: list[tuple[str, FloatArray | None, FloatArray | None]] = [
        ("bars", prices.closes[bar + 1 : end + 1], prices.closes[bar + 1 : end + 1]),
        ("daily", prices.daily[first : last + 1], prices.daily[first : last + 1]),
    ]
    if history.low is not None and history.high is not None and context.study.basis == "price":
        ways.append(("prices", history.low[first : last + 1], history.high[first : last + 1]))
    for label, low, high in ways:
        if low is not None and high is not None:
            yield from _cause("lowest", float(low.min() / paid - 1) * 100, label)
            yield from _cause("highest", float(high.max() / paid - 1) * 100, label)


def _forms_of_a_return(horizon: Horizon, right: float, context: AuditContext) -> Iterator[Cause]:
    """The right return in another unit or by another formula, or less what is usual."""
    growth = 1 + right / 100
    if growth > 0:
        yield from _cause("log", float(np.log(growth)) * 100)
        years = horizon.bars / context.horizon("1Y").bars
        if years != 1:
            yield from _cause("annualised", float(min(growth ** (1 / years), 1e9) - 1) * 100, "compound")
            yield from _cause("annualised", right / years, "simple")
    yield from _cause("index", 100 + right)
    bases = [context.baseline(horizon.bars)]
    if context.prepared.first:
        bases.append(context.whole_baseline(horizon.bars))
    for usual in bases:
        if usual.average is not None:
            yield from _cause("excess", right - usual.average * 100, "average")
        if usual.median is not None:
            yield from _cause("excess", right - usual.median * 100, "median")


def _another_asset(
    asset: str, horizon: Horizon, bar: int, right: float, context: AuditContext
) -> Iterator[Cause]:
    """Another asset's return from the same bar, the return less that one, or in that currency."""
    prices = context.on_target(asset)
    own = context.prepared.prices.bars
    if prices is None:
        return
    place = int(np.searchsorted(prices.bars.periods, own.periods[bar]))
    if place < len(prices.bars) and prices.bars.periods[place] == own.periods[bar]:
        theirs = context.returns(place, horizon.bars, prices)
        if theirs is not None:
            yield from _cause("asset", theirs, asset)
            yield from _cause("excess", right - theirs, asset)
    if is_currency(asset):
        end = bar + horizon.bars + context.prepared.prices.delay
        days, rate = prices.bars.history.sessions, prices.bars.history.close
        at = [int(np.searchsorted(days, own.dates[k], side="right")) - 1 for k in (bar, end)]
        if at[0] >= 0:
            change = float(rate[at[1]] / rate[at[0]])
            yield from _cause("currency", ((1 + right / 100) / change - 1) * 100, asset)
            yield from _cause("currency", ((1 + right / 100) * change - 1) * 100, f"1/{asset}")


def is_currency(asset: str) -> bool:
    """Whether a ticker names a pair of currencies or the dollar's index, as Yahoo writes them."""
    return asset.endswith("=X") or asset.startswith("DX-Y") or asset == "DXY"


def _moves(row: RowAudit, context: AuditContext) -> Iterator[Cause]:
    """The move of a neighbouring bar, with dividends, or as it stood before the bar was over."""
    bar = None if row.day is None else context.bar_of(row.day)
    moves, adjusted = context.moves, context.adjusted_moves
    if bar is None or moves is None:
        return
    near_bars: tuple[tuple[CauseKind, int], ...] = (("next-bar", bar + 1), ("previous-bar", bar - 1))
    for kind, near in near_bars:
        if 0 <= near < len(moves):
            yield from _cause(kind, float(moves[near]))
    if adjusted is not None:
        yield from _cause("total-return", float(adjusted[bar]))
    if moves[bar] > -100:
        yield from _cause("log", float(np.log1p(moves[bar] / 100)) * 100)
    if row.kind == "provisional":
        for day, move in context.earlier_moves:
            yield from _cause("earlier-session", move, day=as_date(day))


def _slips(printed: Printed, right: float) -> Iterator[Cause]:
    yield from _cause("sign", -right)
    yield from _cause("hundredth", right / 100)
    yield from _cause("hundredfold", right * 100)
    for decimals in range(max(printed.decimals - 2, 0), printed.decimals):
        yield from _cause("rounded", round(right, decimals), str(decimals))
    if _swapped(printed, right):
        yield from _cause("digits", printed.value)


def _swapped(printed: Printed, right: float) -> bool:
    """Whether two neighbouring digits of the right figure, exchanged, give the printed one."""
    mine, its = (f"{value:.{max(printed.decimals, 0)}f}" for value in (printed.value, right))
    if len(mine) != len(its) or mine.startswith("-") != its.startswith("-"):
        return False
    a, b = (text.replace(".", "").replace("-", "") for text in (mine, its))
    apart = [k for k in range(len(a)) if a[k] != b[k]]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = apart
    return a[first] == b[second] and a[second] == b[first]


def _neighbours(rows: Sequence[RowAudit], i: int, cell: CellAudit) -> Iterator[Cause]:
    """The figures, printed and right, of the same row's other columns, then of the column's other rows.

    Of thousands only those within reach are offered.
    """
    printed, near = cell.printed, reach(cell)
    if printed is None:
        return
    for other in rows[i].cells:
        if other.column != cell.column:
            for figure in _figures(other):
                if abs(figure - printed.value) <= near:
                    yield from _cause("other-column", figure, other.column)
    nearest_first = sorted((k for k in range(len(rows)) if k != i), key=lambda k: abs(k - i))
    for k in nearest_first:
        for other in rows[k].cells:
            if other.column == cell.column:
                for figure in _figures(other):
                    if abs(figure - printed.value) <= near:
                        yield from _cause("other-row", figure, day=rows[k].day or rows[k].row.last)


def _figures(cell: CellAudit) -> Iterator[float]:
    if cell.printed is not None:
        yield cell.printed.value
    if cell.right is not None:
        yield cell.right


def _cause(kind: CauseKind, value: float | None, label: str = "", day: date | None = None) -> Iterator[Cause]:
    if value is not None and isfinite(value):
        yield Cause(kind, value, label, day)
