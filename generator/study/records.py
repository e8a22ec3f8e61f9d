"""The statistics of many signals on one asset at once: a column a horizon, a row a signal.

Every figure is that of ``statistics`` and means the same. There each is formed for one list of returns; here
for all lists of an asset in a few passes over its arrays, because a scan asks for a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray
from generator.study.returns import (
    HoldingPrices,
    Positions,
    forward_returns,
    max_drawdowns,
    max_runups,
    worst_daily_closes,
)
from generator.study.statistics import Z_95, baseline_of, independent_count
from generator.study.values import Baseline, Horizon

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Records:
    """Statistics of S signals at H horizons, over complete episodes.

    Arrays have shape (S, H), decimals, NaN where a statistic cannot be formed; names as in the definitions.
    ``win_low`` and ``win_high`` are the Wilson interval; ``baselines`` has one for each horizon, shared by
    all signals.
    """

    n: IntArray
    independent_n: IntArray
    average: FloatArray
    median: FloatArray
    win_rate: FloatArray
    win_low: FloatArray
    win_high: FloatArray
    best: FloatArray
    worst: FloatArray
    stdev: FloatArray
    sharpe: FloatArray
    max_drawdown: FloatArray
    worst_daily_close: FloatArray
    max_runup: FloatArray
    profit_factor: FloatArray
    longest_winning_streak: IntArray
    edge: FloatArray
    baselines: tuple[Baseline, ...]


def records_of(
    prices: HoldingPrices, horizons: Sequence[Horizon], starts: Sequence[Positions]
) -> tuple[Records, tuple[FloatArray, ...]]:
    """The records of these signals, and the forward return from every complete bar, one array a horizon.

    Parameters
    ----------
    prices : of the asset, cut at the as-of date.
    starts : one rising array a signal: the bars on which its episodes begin.
    """
    every = tuple(forward_returns(prices, h.bars)[: prices.complete(h.bars)] for h in horizons)
    bars = np.concatenate([np.empty(0, dtype=np.intp), *starts])
    owner = np.repeat(np.arange(len(starts)), [len(s) for s in starts])
    baselines = tuple(baseline_of(returns) for returns in every)
    means = np.array([np.nan if b.average is None else b.average for b in baselines])
    shape = (len(horizons), len(starts))
    flat = _statistics(*_followed(prices, horizons, every, bars, owner, len(starts)))
    table: dict[str, Any] = {name: column.reshape(shape).T for name, column in flat.items()}
    separate = [
        [independent_count(own[: np.searchsorted(own, len(returns))], h.bars) for own in starts]
        for h, returns in zip(horizons, every, strict=True)
    ]
    table["independent_n"] = np.array(separate, dtype=np.int64).reshape(shape).T
    return Records(**table, edge=table["average"] - means, baselines=baselines), every


def _followed(
    prices: HoldingPrices,
    horizons: Sequence[Horizon],
    every: Sequence[FloatArray],
    bars: Positions,
    owner: NDArray[np.intp],
    signals: int,
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Episodes of each list, one list a horizon and signal, and end to end what followed in all of them.

    That is returns, max drawdowns, worst daily closes and max run-ups.
    """
    counts, parts = [], []
    for horizon, returns in zip(horizons, every, strict=True):
        complete = bars < len(returns)
        positions = bars[complete]
        counts.append(np.bincount(owner[complete], minlength=signals))
        lowest = max_drawdowns(prices, positions, horizon.bars)
        # On daily bars the study's own closes are the daily ones.
        daily = lowest if prices.bars.kind == "daily" else worst_daily_closes(prices, positions, horizon.bars)
        highest = max_runups(prices, positions, horizon.bars)
        parts.append((returns[positions], lowest, daily, highest))
    returns, lowest, daily, highest = (np.concatenate(column) for column in zip(*parts, strict=True))
    return np.concatenate(counts), returns, lowest, daily, highest


def _statistics(
    counts: IntArray, returns: FloatArray, lowest: FloatArray, daily: FloatArray, highest: FloatArray
) -> dict[str, FloatArray | IntArray]:
    """The statistics of every list, each of shape (lists,)."""
    groups = _Groups(counts)
    average = groups.mean(returns)
    spread = groups.stdev(returns, average)
    won = returns > 0
    wins = groups.total(won.astype(np.float64))
    gains, losses = groups.total(np.where(won, returns, 0.0)), groups.total(np.where(won, 0.0, -returns))
    low, high = _wilson(wins, counts)
    ordered = returns[np.lexsort((returns, np.repeat(np.arange(len(counts)), counts)))]
    return {
        "n": counts,
        "average": average,
        "median": groups.median(ordered),
        "win_rate": _ratio(wins, counts),
        "win_low": low,
        "win_high": high,
        "best": groups.last(ordered),
        "worst": groups.first(ordered),
        "stdev": spread,
        "sharpe": _ratio(average, spread),
        "max_drawdown": groups.extreme(lowest, np.minimum),
        "worst_daily_close": groups.extreme(daily, np.minimum),
        "max_runup": groups.extreme(highest, np.maximum),
        "profit_factor": _ratio(gains, losses),
        "longest_winning_streak": groups.longest(won),
    }


class _Groups:
    """Sums and extremes over stretches of an array; the stretches follow one another, some may be empty.

    Parameters
    ----------
    counts : shape (S,), the length of each stretch.
    """

    def __init__(self, counts: IntArray) -> None:
        self.counts = counts
        self.stops = np.cumsum(counts)
        self.filled = np.flatnonzero(counts)
        self.begins = (self.stops - counts)[self.filled]

    def extreme(self, values: FloatArray, ufunc: np.ufunc) -> FloatArray:
        """``ufunc`` reduced over each stretch; NaN over an empty one."""
        found = np.full(len(self.counts), np.nan)
        if len(self.filled):
            found[self.filled] = ufunc.reduceat(values, self.begins)
        return found

    def total(self, values: FloatArray) -> FloatArray:
        """Sums; 0 over an empty stretch."""
        found = np.zeros(len(self.counts))
        if len(self.filled):
            found[self.filled] = np.add.reduceat(values, self.begins)
        return found

    def mean(self, values: FloatArray) -> FloatArray:
        """Means; NaN over an empty stretch."""
        return _ratio(self.total(values), self.counts)

    def stdev(self, values: FloatArray, means: FloatArray) -> FloatArray:
        """Population standard deviations; exactly 0 where all values are equal."""
        apart = values - np.repeat(means, self.counts)
        spread = np.sqrt(_ratio(self.total(apart * apart), self.counts))
        level = self.extreme(values, np.minimum) == self.extreme(values, np.maximum)
        return np.where(level, 0.0, spread)

    def first(self, values: FloatArray) -> FloatArray:
        """The first value of each stretch; NaN of an empty one."""
        found = np.full(len(self.counts), np.nan)
        found[self.filled] = values[self.begins]
        return found

    def last(self, values: FloatArray) -> FloatArray:
        """The last value of each stretch; NaN of an empty one."""
        found = np.full(len(self.counts), np.nan)
        found[self.filled] = values[self.stops[self.filled] - 1]
        return found

    def median(self, ordered: FloatArray) -> FloatArray:
        """Medians of stretches that rise; NaN of an empty one."""
        found = np.full(len(self.counts), np.nan)
        size = self.counts[self.filled]
        found[self.filled] = (ordered[self.begins + (size - 1) // 2] + ordered[self.begins + size // 2]) / 2
        return found

    def longest(self, flags: NDArray[np.bool_]) -> IntArray:
        """Most flags in a row within each stretch."""
        if not len(flags):
            return np.zeros(len(self.counts), dtype=np.int64)
        # A row ends before every bar without a flag and before every new stretch.
        place = np.arange(len(flags))
        before = np.where(flags, -1, place)
        before[self.begins] = np.maximum(before[self.begins], self.begins - 1)
        rows = place - np.maximum.accumulate(before)
        rows = np.where(flags, rows, 0)
        longest = np.zeros(len(self.counts), dtype=np.int64)
        longest[self.filled] = np.maximum.reduceat(rows, self.begins)
        return longest


def _ratio(over: FloatArray, under: FloatArray | IntArray) -> FloatArray:
    """NaN where ``under`` is 0 or unknown."""
    quotient: FloatArray = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    return quotient


def _wilson(wins: FloatArray, n: IntArray) -> tuple[FloatArray, FloatArray]:
    """``statistics.wilson_interval`` of every share."""
    share, size = _ratio(wins, n), np.maximum(n, 1)
    scale = 1 + Z_95**2 / size
    centre = (share + Z_95**2 / (2 * size)) / scale
    half = Z_95 * np.sqrt(share * (1 - share) / size + Z_95**2 / (4 * size**2)) / scale
    low = np.where(wins == 0, share, centre - half)
    return low, np.where(wins == n, share, centre + half)
