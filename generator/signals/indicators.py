"""Smoothed indicators: averages that never forget, Wilder's indicators, Bollinger bands.

Float64 of shape (B,), or (R, B) for R series that end together; NaN for unknown. A smoothed series starts at
the first known value of what it smooths; after an unknown value later on it stays unknown, for every later
value depends on that one.
"""

from __future__ import annotations

import numpy as np

from generator.market.history import FloatArray
from generator.signals.ties import difference
from generator.signals.windows import change, divide, first_known, lag, mean_and_stdev

_NOTHING = 1e-20
"""A weight below which a past value changes no digit of the sum."""


def ema(x: FloatArray, n: int) -> FloatArray:
    """Exponential average: the mean of the first n values, then weight 2/(n+1) for each new one."""
    return _smooth(x, n, 2 / (n + 1))


def macd(x: FloatArray, fast: int, slow: int) -> FloatArray:
    """``ema(x, fast) − ema(x, slow)``."""
    return difference(ema(x, fast), ema(x, slow))


def rsi(x: FloatArray, n: int) -> FloatArray:
    """Relative strength index, 0 to 100; 50 where there was neither gain nor loss.

    Notes
    -----
    100 · gain ÷ (gain + loss), both smoothed from the mean of the first n changes. Wilder (1978), "New
    Concepts in Technical Trading Systems".
    """
    moves = change(x, 1)
    gain, loss = wilder(np.stack([np.maximum(moves, 0.0), np.maximum(-moves, 0.0)]), n)
    both = gain + loss
    index = divide(100.0 * gain, both)
    index[both == 0] = 50.0
    return index


def atr(high: FloatArray, low: FloatArray, close: FloatArray, n: int) -> FloatArray:
    """Average true range, in the unit of the prices; the first true range is that of the second bar.

    Notes
    -----
    Wilder (1978), "New Concepts in Technical Trading Systems".
    """
    before = lag(close, 1)
    return wilder(np.maximum(high, before) - np.minimum(low, before), n)


def adx(high: FloatArray, low: FloatArray, n: int) -> FloatArray:
    """Average directional index, 0 to 100; a market without any directional movement counts as 0.

    Notes
    -----
    The true range cancels out of the ratio of the two directional indicators and is left out. Wilder (1978),
    "New Concepts in Technical Trading Systems".
    """
    up, down = change(high, 1), -change(low, 1)
    upward = difference(up, down)
    plus = wilder(np.where((upward > 0) & (up > 0), up, 0.0 * upward), n)
    minus = wilder(np.where((upward < 0) & (down > 0), down, 0.0 * upward), n)
    directed = plus + minus
    return wilder(np.where(directed == 0, 0.0, divide(100.0 * np.abs(plus - minus), directed)), n)


def bb_upper(x: FloatArray, n: int, k: float) -> FloatArray:
    """Bollinger's upper band: average plus k population standard deviations of the last n bars."""
    mean, deviation = mean_and_stdev(x, n)
    return mean + k * deviation


def bb_lower(x: FloatArray, n: int, k: float) -> FloatArray:
    """Bollinger's lower band."""
    return bb_upper(x, n, -k)


def wilder(x: FloatArray, n: int) -> FloatArray:
    """Wilder's smoothing: the mean of the first n values, then weight 1/n for each new one."""
    return _smooth(x, n, 1 / n)


def _smooth(x: FloatArray, n: int, weight: float) -> FloatArray:
    if weight == 1:
        return x
    smoothed = np.full(x.shape, np.nan)
    terms = np.zeros(x.shape)
    known = [(row, *first_known(x[row])) for row in np.ndindex(x.shape[:-1])]
    known = [(row, start, stop) for row, start, stop in known if stop - start >= n]
    for row, start, stop in known:
        first = start + n - 1
        np.multiply(x[row][first:stop], weight, out=terms[row][first:stop])
        terms[row][first] = np.mean(x[row][start : first + 1])
    _add_decaying(terms, 1 - weight)
    for row, start, stop in known:
        there = slice(start + n - 1, stop)
        smoothed[row][there] = terms[row][there]
    return smoothed


def _add_decaying(x: FloatArray, decay: float) -> None:
    """Add to each value ``decay`` times the sum before it, in log2(B) steps instead of B.

    After a step the sum reaches back twice as far as before. The value at t is made of the same additions
    however many values follow. What has decayed below the last digit is not added any more.
    """
    earlier, reach, faded = np.empty(x.shape), 1, decay
    while reach < x.shape[-1] and faded > _NOTHING:
        # All that is added is taken before anything is added to.
        np.multiply(x[..., :-reach], faded, out=earlier[..., reach:])
        x[..., reach:] += earlier[..., reach:]
        reach, faded = 2 * reach, faded * faded
