"""The statistics of samples of returns, exactly as defined in the definitions.

A study has one sample for each horizon, a scan one for every signal and horizon of an asset. Samples lie end
to end in one array, so that a hundred are computed in a few passes, by the functions that compute one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray
from generator.study.values import Baseline

IntArray = NDArray[np.int64]

Z_95 = 1.959963984540054
"""97.5th percentile of the standard normal distribution."""


class Samples:
    """Samples of returns, end to end. A statistic has shape (samples,), NaN where it cannot be formed.

    Parameters
    ----------
    returns : shape (N,), decimals, no NaN; within a sample in the order of its episodes.
    n : shape (samples,), the length of each sample, 0 allowed; N in all.
    """

    def __init__(self, returns: FloatArray, n: IntArray) -> None:
        self.returns, self.n = returns, n
        self._stops = np.cumsum(n)
        self._filled = np.flatnonzero(n)
        self._begins = (self._stops - n)[self._filled]

    @cached_property
    def average(self) -> FloatArray:
        """Arithmetic means."""
        return _ratio(_totals(self.returns, self.n), self.n)

    @cached_property
    def median(self) -> FloatArray:
        """Medians."""
        size = self.n[self._filled]
        lower, upper = self._begins + (size - 1) // 2, self._begins + size // 2
        return self._of_filled((self._ordered[lower] + self._ordered[upper]) / 2)

    @cached_property
    def best(self) -> FloatArray:
        """Highest returns."""
        return self._of_filled(self._ordered[self._stops[self._filled] - 1])

    @cached_property
    def worst(self) -> FloatArray:
        """Lowest returns."""
        return self._of_filled(self._ordered[self._begins])

    @cached_property
    def win_rate(self) -> FloatArray:
        """Shares of returns strictly above 0: a zero return counts in n and not as a win."""
        return _ratio(self.wins, self.n)

    @cached_property
    def wins(self) -> IntArray:
        """Counts of returns strictly above 0."""
        return self._count(self._won)

    @cached_property
    def stdev(self) -> FloatArray:
        """Population standard deviations; exactly 0 where all returns are equal."""
        apart = self.returns - np.repeat(self.average, self.n)
        spread = np.sqrt(_ratio(_totals(apart * apart, self.n), self.n))
        return np.where(self.best == self.worst, 0.0, spread)

    @cached_property
    def sharpe(self) -> FloatArray:
        """Mean ÷ population standard deviation; risk-free 0; not annualised. NaN without spread."""
        return _ratio(self.average, self.stdev)

    @cached_property
    def profit_factor(self) -> FloatArray:
        """Sum of gains ÷ sum of losses, absolute; NaN without a loss."""
        losing = self.returns < 0
        gains = _totals(self.returns[self._won], self.wins)
        losses = -_totals(self.returns[losing], self._count(losing))
        return _ratio(gains, losses)

    @cached_property
    def longest_winning_streak(self) -> tuple[IntArray, IntArray]:
        """Most gains in a row, and where in its sample the first such run ends; 0 and −1 without a gain."""
        lengths = np.zeros(len(self.n), dtype=np.int64)
        ends = np.full(len(self.n), -1, dtype=np.int64)
        if len(self._filled):
            # A row ends before every return that is no gain and before every new sample.
            place = np.arange(len(self.returns))
            before = np.where(self._won, -1, place)
            before[self._begins] = np.maximum(before[self._begins], self._begins - 1)
            rows = place - np.maximum.accumulate(before)
            lengths[self._filled] = np.maximum.reduceat(rows, self._begins)
            reached = np.where(rows == np.repeat(lengths, self.n), place, len(place))
            first = np.minimum.reduceat(reached, self._begins) - self._begins
            ends[self._filled] = np.where(lengths[self._filled] > 0, first, -1)
        return lengths, ends

    def lowest(self, values: FloatArray) -> FloatArray:
        """The lowest of each sample of values that lie as the returns do."""
        return self._of_filled(np.minimum.reduceat(values, self._begins) if len(values) else values)

    def highest(self, values: FloatArray) -> FloatArray:
        """The highest of each sample of values that lie as the returns do."""
        return -self.lowest(-values)

    @cached_property
    def _won(self) -> NDArray[np.bool_]:
        won: NDArray[np.bool_] = self.returns > 0
        return won

    @cached_property
    def _ordered(self) -> FloatArray:
        """The returns, each sample rising."""
        ordered, begin = self.returns.copy(), 0
        for stop in self._stops.tolist():
            ordered[begin:stop].sort()
            begin = stop
        return ordered

    def _count(self, flags: NDArray[np.bool_]) -> IntArray:
        """Flags in each sample."""
        before = np.concatenate(([0], np.cumsum(flags)))
        return np.asarray(before[self._stops] - before[self._stops - self.n])

    def _of_filled(self, values: FloatArray) -> FloatArray:
        """These values of the samples that are not empty, NaN of those that are."""
        found = np.full(len(self.n), np.nan)
        found[self._filled] = values
        return found


def one_sample(returns: FloatArray) -> Samples:
    """A single sample, shape (n,); may be empty."""
    return Samples(returns, np.array([len(returns)]))


def of_one(statistic: Callable[[Samples], FloatArray]) -> Callable[[FloatArray], float | None]:
    """A statistic as a function of a single sample; it gives None where the statistic cannot be formed."""
    return lambda returns: known(statistic(one_sample(returns))[0])


def known(value: float) -> float | None:
    """The value as a plain number; None for NaN."""
    return float(value) if np.isfinite(value) else None


def wilson_intervals(wins: FloatArray | IntArray, n: IntArray) -> tuple[FloatArray, FloatArray]:
    """95% intervals of shares, by Wilson's score: lower and upper bounds, NaN for n = 0.

    ``wins`` may be fractions, where a share was seen in more cases than the n that are independent.

    References
    ----------
    Wilson (1927), Probable Inference, the Law of Succession, and Statistical Inference, JASA 22, 209-212.
    """
    share, size = _ratio(wins, n), np.maximum(n, 1)
    scale = 1 + Z_95**2 / size
    centre = (share + Z_95**2 / (2 * size)) / scale
    half = Z_95 * np.sqrt(share * (1 - share) / size + Z_95**2 / (4 * size**2)) / scale
    # At 0 and n wins the bound is exactly 0 or 1; rounding leaves it a hair off.
    return np.where(wins == 0, share, centre - half), np.where(wins == n, share, centre + half)


def wilson_interval(wins: float, n: int) -> tuple[float, float] | None:
    """One of ``wilson_intervals``; None for n = 0."""
    low, high = wilson_intervals(np.array([wins], dtype=np.float64), np.array([n]))
    return (float(low[0]), float(high[0])) if n else None


def win_rate_intervals(win_rate: FloatArray, independent_n: IntArray) -> tuple[FloatArray, FloatArray]:
    """95% intervals of win rates seen in all episodes, as sure as the separate ones of them make it.

    On all episodes Wilson's interval covers 71 to 87% where horizons overlap.
    """
    return wilson_intervals(win_rate * independent_n, independent_n)


def independent_count(positions: NDArray[np.intp], horizon: int) -> int:
    """Episodes left when each must begin at or after the end of the last counted one's horizon."""
    counted, free_from = 0, -1
    for position in positions.tolist():
        if position >= free_from:
            counted += 1
            free_from = position + horizon
    return counted


def baseline_of(returns: FloatArray) -> Baseline:
    """The baseline from the forward returns of every bar, shape (L,), no NaN."""
    n = len(returns)
    if n == 0:
        return Baseline(0, None, None, None)
    # Of thousands of returns the middle ones are found without sorting the rest.
    parted = np.partition(returns, n // 2)
    upper = parted[n // 2]
    lower = upper if n % 2 else parted[: n // 2].max()
    gained = np.count_nonzero(returns > 0)
    return Baseline(n, float(returns.mean()), float((lower + upper) / 2), float(gained / n))


def _totals(values: FloatArray, n: IntArray) -> FloatArray:
    """Sums of samples that lie end to end, 0 of an empty one.

    A 0 leads each sample, as in ``numpy.sum``: to the last bit these are its sums.
    """
    number = np.arange(len(n))
    led = np.zeros(len(values) + len(n))
    led[np.arange(len(values)) + np.repeat(number + 1, n)] = values
    return np.asarray(np.add.reduceat(led, np.cumsum(n) - n + number) if len(n) else led)


def _ratio(over: FloatArray | IntArray, under: FloatArray | IntArray) -> FloatArray:
    """NaN where ``under`` is 0 or unknown."""
    quotient: FloatArray = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    return quotient
