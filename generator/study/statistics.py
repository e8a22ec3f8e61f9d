"""The statistics of one horizon, exactly as defined in the definitions; None where one cannot be formed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray
from generator.study.values import Baseline, Streak

Z_95 = 1.959963984540054
"""97.5th percentile of the standard normal distribution."""


def mean(returns: FloatArray) -> float | None:
    """Arithmetic mean; None when empty."""
    return float(returns.mean()) if len(returns) else None


def median(returns: FloatArray) -> float | None:
    """Median; None when empty."""
    return float(np.median(returns)) if len(returns) else None


def win_rate(returns: FloatArray) -> float | None:
    """Share of returns strictly above 0, of all of them: a zero return counts in n and not as a win."""
    return float(np.count_nonzero(returns > 0) / len(returns)) if len(returns) else None


def wilson_interval(wins: float, n: int) -> tuple[float, float] | None:
    """95% interval of a share, by Wilson's score; None for n = 0.

    ``wins`` may be a fraction, where a share was seen in more cases than the n that are independent.

    References
    ----------
    Wilson (1927), Probable Inference, the Law of Succession, and Statistical Inference, JASA 22, 209-212.
    """
    if n == 0:
        return None
    share = wins / n
    scale = 1 + Z_95**2 / n
    centre = (share + Z_95**2 / (2 * n)) / scale
    half = Z_95 * np.sqrt(share * (1 - share) / n + Z_95**2 / (4 * n**2)) / scale
    # At 0 and n wins the bound is exactly 0 or 1; rounding leaves it a hair off.
    low = 0.0 if wins == 0 else float(centre - half)
    high = 1.0 if wins == n else float(centre + half)
    return low, high


def stdev(returns: FloatArray) -> float | None:
    """Population standard deviation; exactly 0 when all are equal; None when empty."""
    if len(returns) == 0:
        return None
    return 0.0 if returns.min() == returns.max() else float(returns.std())


def sharpe(returns: FloatArray) -> float | None:
    """Mean ÷ population standard deviation; risk-free 0; not annualised. None when there is no spread."""
    spread = stdev(returns)
    return float(returns.mean()) / spread if spread else None


def profit_factor(returns: FloatArray) -> float | None:
    """Sum of gains ÷ sum of losses, absolute; None when there is no loss."""
    losses = -float(returns[returns < 0].sum())
    return float(returns[returns > 0].sum()) / losses if losses > 0 else None


def longest_winning_streak(returns: FloatArray, dates: Sequence[date]) -> Streak | None:
    """Longest run of consecutive episodes with a gain; the earliest of equal ones; None without a gain."""
    best = best_end = length = 0
    for position, gained in enumerate(returns > 0):
        length = length + 1 if gained else 0
        if length > best:
            best, best_end = length, position
    return Streak(best, dates[best_end - best + 1], dates[best_end]) if best else None


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
    return Baseline(len(returns), mean(returns), median(returns), win_rate(returns))
