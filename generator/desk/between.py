"""What several assets did against each other, and together, in the newest week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from generator.desk.facts import Fact, Period, Series, period_ends
from generator.desk.standing import standing_of
from generator.market.history import FloatArray, PriceHistory, as_date

ALIKE = 0.5
"""Correlation of weekly moves from which two assets usually move together, so that a gap between them is
news."""
ALIKE_WEEKS = 156
FEWEST_TOGETHER = 4
"""Members of a group below which it is not told how many rose."""
GAPS: tuple[Period, ...] = ("week", "month")


def gap_fact(one: PriceHistory, other: PriceHistory, period: Period) -> Fact | None:
    """By how much ``one`` did better (a positive value) or worse than ``other`` in the newest week or month
    so far, among all whole ones that both have."""
    first, second = period_ends(one, period), period_ends(other, period)
    common, mine, its = np.intersect1d(first.numbers, second.numbers, return_indices=True)
    if len(common) < 3 or common[-1] != first.numbers[-1] or common[-1] != second.numbers[-1]:
        return None
    gaps = moves_at(first, mine) - moves_at(second, its)
    if np.isnan(gaps[-1]) or gaps[-1] == 0:
        return None
    value, dates = float(gaps[-1]), first.dates[mine][1:]
    begun = max(one.first, other.first)
    stands = standing_of(np.sign(value) * gaps, dates, begun)
    if stands is None:
        return None
    return Fact("gap", one.asset, period, value, as_date(one.last), stands, other=other.asset)


def moves_at(series: Series, positions: np.ndarray) -> FloatArray:
    """The moves between the closes at these positions of a series; NaN from one of zero or below."""
    return Series(series.closes[positions], series.dates[positions], series.numbers[positions]).moves


def correlation(one: PriceHistory, other: PriceHistory) -> float:
    """Of the weekly moves of two assets in the last three years; 0 where that cannot be said."""
    first, second = period_ends(one, "week"), period_ends(other, "week")
    common, mine, its = np.intersect1d(first.numbers, second.numbers, return_indices=True)
    if len(common) < 27:
        return 0.0
    kept = slice(-ALIKE_WEEKS, None)
    a, b = moves_at(first, mine)[kept], moves_at(second, its)[kept]
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < 26 or a[known].std() == 0 or b[known].std() == 0:
        return 0.0
    return float(np.corrcoef(a[known], b[known])[0, 1])


def gaps(histories: Mapping[str, PriceHistory], pairs: Sequence[tuple[str, str]]) -> Iterator[Fact]:
    """The gap of every pair that usually moves together, in the week and in the month so far."""
    for one, other in pairs:
        if correlation(histories[one], histories[other]) < ALIKE:
            continue
        for period in GAPS:
            fact = gap_fact(histories[one], histories[other], period)
            if fact is not None:
                yield fact


def breadth_fact(histories: Sequence[PriceHistory]) -> Fact | None:
    """How many of a group rose, or fell, in the newest week: the larger of the two, among all weeks since the
    youngest of them began. None for a group of fewer than four."""
    if len(histories) < FEWEST_TOGETHER:
        return None
    series = [period_ends(history, "week") for history in histories]
    common = series[0].numbers
    for each in series[1:]:
        common = np.intersect1d(common, each.numbers)
    if len(common) < 3 or any(each.numbers[-1] != common[-1] for each in series):
        return None
    moves = np.array([moves_at(each, np.searchsorted(each.numbers, common)) for each in series])
    if np.isnan(moves).any():
        return None
    rose, fell = (moves > 0).sum(0), (moves < 0).sum(0)
    counted, side = (rose, 1) if rose[-1] >= fell[-1] else (fell, -1)
    dates = series[0].dates[np.searchsorted(series[0].numbers, common)][1:]
    begun = max(history.first for history in histories)
    stands = standing_of(counted.astype(np.float64), dates, begun)
    if stands is None:
        return None
    share = side * float(counted[-1]) / len(histories)
    last = as_date(histories[0].last)
    return Fact(
        "breadth",
        histories[0].asset,
        "week",
        share,
        last,
        stands,
        members=len(histories),
        alike=int(counted[-1]),
    )
