"""The statistics of many signals on one asset at once: a column a horizon, a row a signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generator.market.history import FloatArray
from generator.study.evidence.statistics import (
    IntArray,
    Samples,
    baseline_of,
    independent_count,
    win_rate_intervals,
)
from generator.study.horizons import LONGEST_EVERY_DAY
from generator.study.returns import (
    HoldingPrices,
    Positions,
    completed_returns,
    max_drawdowns,
    max_runups,
    returns_from,
    worst_daily_closes,
)
from generator.study.values import Baseline, Horizon


@dataclass(frozen=True, eq=False)
class Records:
    """Statistics of S signals at H horizons, over complete episodes.

    Arrays have shape (S, H), decimals, NaN where a statistic cannot be formed; named by their keys in
    ``STATISTICS``. ``win_rate_low`` and ``win_rate_high`` are the Wilson interval; ``baselines`` has one for
    each horizon, shared by all signals.
    """

    n: IntArray
    independent_n: IntArray
    average: FloatArray
    median: FloatArray
    win_rate: FloatArray
    win_rate_low: FloatArray
    win_rate_high: FloatArray
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
    every = tuple(completed_returns(prices, horizon.bars) for horizon in horizons)
    baselines = tuple(map(baseline_of, every))
    lengths = np.array([len(returns) for returns in every])
    n = np.array([own.searchsorted(lengths) for own in starts])
    complete = [own[:count] for own, row in zip(starts, n.tolist(), strict=True) for count in row]
    held = np.tile([horizon.bars for horizon in horizons], len(starts))
    # Where no two episodes of a signal begin within the horizon, all of them are apart.
    gaps = [(own[1:] - own[:-1]).min(initial=LONGEST_EVERY_DAY) for own in starts]
    apart = np.repeat(gaps, len(horizons)) >= held
    separate = [
        len(own) if alone else independent_count(own, bars)
        for own, bars, alone in zip(complete, held.tolist(), apart.tolist(), strict=True)
    ]
    independent = np.array(separate, dtype=np.int64)
    table = _statistics(prices, np.concatenate(complete), np.repeat(held, n.ravel()), n.ravel(), independent)
    shaped: dict[str, Any] = {name: column.reshape(n.shape) for name, column in table.items()}
    means = np.array([np.nan if b.average is None else b.average for b in baselines])
    return Records(**shaped, edge=shaped["average"] - means, baselines=baselines), every


def _statistics(
    prices: HoldingPrices, positions: Positions, held: IntArray, n: IntArray, independent_n: IntArray
) -> dict[str, FloatArray | IntArray]:
    """The statistics of all samples, each of shape (samples,); positions lie sample after sample."""
    samples = Samples(returns_from(prices, positions, held), n)
    drawdowns = max_drawdowns(prices, positions, held)
    # On daily bars the study's own closes are the daily ones.
    daily = drawdowns if prices.bars.kind == "daily" else worst_daily_closes(prices, positions, held)
    low, high = win_rate_intervals(samples.win_rate, independent_n)
    return {
        "n": n,
        "independent_n": independent_n,
        "average": samples.average,
        "median": samples.median,
        "win_rate": samples.win_rate,
        "win_rate_low": low,
        "win_rate_high": high,
        "best": samples.best,
        "worst": samples.worst,
        "stdev": samples.stdev,
        "sharpe": samples.sharpe,
        "max_drawdown": samples.lowest(drawdowns),
        "worst_daily_close": samples.lowest(daily),
        "max_runup": samples.highest(max_runups(prices, positions, held)),
        "profit_factor": samples.profit_factor,
        "longest_winning_streak": samples.longest_winning_streak[0],
    }
