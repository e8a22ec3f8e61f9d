"""Functions of a series over its last n bars. Causal: the value at t is made of x[t − n + 1 … t] alone.

All take and give float64 of shape (B,), or (R, B) for R series that end together: every row is worked out by
itself. NaN is "unknown": a window that is not full yet, or that holds an unknown value, is unknown. Division
by zero is unknown too. No running sums: what has left the window leaves no rounding error behind, however
long the series is. Differences are those of ``ties``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generator.market.history import FloatArray
from generator.signals.ties import SAME, difference, most_equal

State = tuple[FloatArray, ...]
"""What is known of every window of one length: arrays whose position i is the window that begins at bar i."""

Combine = Callable[[State, int, State, int], State]
"""State of joined windows from (older state, its length, newer state, its length)."""


def lag(x: FloatArray, n: int) -> FloatArray:
    """The value n bars ago; unknown on the first n bars."""
    return _padded(x[..., :-n], _bars(x))


def change(x: FloatArray, n: int) -> FloatArray:
    """x minus x n bars ago."""
    return difference(x, lag(x, n))


def roc(x: FloatArray, n: int) -> FloatArray:
    """Percent change from n bars ago; unknown where that was 0 or below."""
    return percent_change(x, lag(x, n))


def percent_change(x: FloatArray, base: FloatArray) -> FloatArray:
    """Percent by which x is above ``base``; unknown where ``base`` is 0 or below, for a percentage of such a
    value has no meaning."""
    moved = difference(x, base)
    moved *= 100.0
    with np.errstate(divide="ignore", invalid="ignore"):
        moved /= base
    meaningless = base <= 0
    if meaningless.any():
        moved[meaningless] = np.nan
    return moved


def divide(x: FloatArray, y: FloatArray) -> FloatArray:
    """x ÷ y; unknown where y is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = x / y
    nothing = y == 0
    if nothing.any():
        quotient[nothing] = np.nan
    return quotient


def highest(x: FloatArray, n: int) -> FloatArray:
    """The highest of the last n bars, the present one included."""
    return _extreme(x, n, np.maximum)


def lowest(x: FloatArray, n: int) -> FloatArray:
    """The lowest of the last n bars, the present one included."""
    return _extreme(x, n, np.minimum)


def sma(x: FloatArray, n: int) -> FloatArray:
    """Simple average of the last n bars."""
    return _fold((x,), n, _join_means)[0]


def wma(x: FloatArray, n: int) -> FloatArray:
    """Average of the last n bars with weights 1 to n, the present bar having weight n."""
    return _fold((x, x), n, _join_weighted)[1]


def stdev(x: FloatArray, n: int) -> FloatArray:
    """Population standard deviation of the last n bars."""
    return mean_and_stdev(x, n)[1]


def mean_and_stdev(x: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
    """``sma`` and ``stdev`` of the last n bars; exactly 0 where all of them are equal (see ``ties``).

    Notes
    -----
    Windows are joined from halves by the pairwise update of Chan, Golub & LeVeque (1983), "Algorithms for
    computing the sample variance", The American Statistician 37(3): about log2(n) steps, no cancellation.
    """
    mean, squares = _fold((x, x * 0.0), n, _join_moments)
    squares /= n
    deviation = np.sqrt(squares, out=squares)
    flat = deviation <= np.abs(mean) * SAME
    if flat.any():
        deviation[flat] = 0.0
    return mean, deviation


def zscore(x: FloatArray, n: int) -> FloatArray:
    """Standard deviations by which x is above the average of its last n bars; unknown when there are none."""
    mean, deviation = mean_and_stdev(x, n)
    return divide(difference(x, mean), deviation)


def percentile(x: FloatArray, n: int) -> FloatArray:
    """Percent of the last n values that are at or below the present one, above 0 to 100."""
    if n > _bars(x):
        return _unknown(x)
    limit = most_equal(x[..., n - 1 :])
    # In small whole numbers and in place: the largest windows are counted in half the time.
    at_or_below, lower = np.ones(limit.shape, dtype=np.int16), np.empty(limit.shape, dtype=np.bool_)
    for back in range(1, n):
        np.less_equal(x[..., n - 1 - back : _bars(x) - back], limit, out=lower)
        np.add(at_or_below, lower.view(np.int8), out=at_or_below)
    # A comparison with NaN is silently false; the highest of the window is unknown if any of it is.
    return np.where(np.isnan(highest(x, n)), np.nan, _padded(at_or_below * 100.0 / n, _bars(x)))


def drawdown(x: FloatArray, n: int | None = None) -> FloatArray:
    """Percent below the highest value so far, or of the last n bars; 0 or negative.

    Starts at the first known value. Unknown where the highest is not above 0.
    """
    return percent_change(x, highest(x, n) if n is not None else _highest_so_far(x))


def first_known(x: FloatArray) -> tuple[int, int]:
    """Where the first stretch of known values begins and ends; both ``len(x)`` when there is none.

    Of one series, shape (B,).
    """
    unknown = np.isnan(x)
    start = int(np.argmin(unknown)) if len(x) else 0
    if start == len(x) or unknown[start]:
        return len(x), len(x)
    length = int(np.argmax(unknown[start:]))
    return start, start + length if length else len(x)


def _highest_so_far(x: FloatArray) -> FloatArray:
    # Before the first known value lies what nothing is below; an unknown value later on stays.
    begun = np.logical_or.accumulate(~np.isnan(x), axis=-1)
    return np.where(begun, np.maximum.accumulate(np.where(begun, x, -np.inf), axis=-1), np.nan)


def _bars(x: FloatArray) -> int:
    return int(x.shape[-1])


def _unknown(x: FloatArray) -> FloatArray:
    return np.full(x.shape, np.nan)


def _padded(values: FloatArray, size: int) -> FloatArray:
    """These values at the end of ``size``, unknown ones before them."""
    padded, ahead = np.empty((*values.shape[:-1], size)), size - values.shape[-1]
    padded[..., :ahead] = np.nan
    padded[..., ahead:] = values
    return padded


def _extreme(x: FloatArray, n: int, extreme: np.ufunc) -> FloatArray:
    """Extremes of windows of length n, each covered by two whose length is a power of two."""
    found = _unknown(x)
    if n > _bars(x):
        return found
    block, length = x, 1
    while 2 * length < n:
        block, length = extreme(block[..., :-length], block[..., length:]), 2 * length
    windows = _bars(x) - n + 1
    extreme(block[..., :windows], block[..., n - length :], out=found[..., n - 1 :])
    return found


def _fold(single: State, n: int, join: Combine) -> State:
    """The state of all windows of length n, joined from windows whose lengths are powers of two."""
    size = _bars(single[0])
    if n > size:
        return tuple(map(_unknown, single))
    block, length = single, 1
    folded: State | None = None
    done = 0
    while True:
        if n & length:
            folded, done = (block, length) if folded is None else _joined(block, length, folded, done, join)
        if folded is not None and done == n:
            return tuple(_padded(part, size) for part in folded)
        block, length = _joined(block, length, block, length, join)


def _joined(older: State, a: int, newer: State, b: int, join: Combine) -> tuple[State, int]:
    """Windows of length a + b: each older window with the newer one that begins where it ends."""
    behind = tuple(part[..., a:] for part in newer)
    before = tuple(part[..., : _bars(behind[0])] for part in older)
    return join(before, a, behind, b), a + b


def _join_means(older: State, a: int, newer: State, b: int) -> State:
    mean = newer[0] - older[0]
    mean *= b / (a + b)
    mean += older[0]
    return (mean,)


def _join_moments(older: State, a: int, newer: State, b: int) -> State:
    apart = newer[0] - older[0]
    mean = apart * (b / (a + b))
    mean += older[0]
    apart *= apart
    apart *= a * b / (a + b)
    squares = older[1] + newer[1]
    squares += apart
    return mean, squares


def _join_weighted(older: State, a: int, newer: State, b: int) -> State:
    """Means and linearly weighted means; in the joined window every newer weight grows by a."""
    total = (a + b) * (a + b + 1) / 2
    level = older[1]
    weighted = level + (newer[1] - level) * (b * (b + 1) / 2 / total) + (newer[0] - level) * (a * b / total)
    return (*_join_means(older, a, newer, b), weighted)
