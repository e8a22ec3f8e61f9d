"""Three-valued truth over the bars: Kleene's logic, and functions of a condition's past.

Truth is int8 of shape (B,), or (R, B) for R series that end together: 1 true, 0 false, −1 unknown. Numbers
are float64 with NaN for unknown.

Notes
-----
Kleene (1952), "Introduction to Metamathematics", §64: the strong connectives.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray
from generator.signals.ties import least_equal, most_equal

TruthArray = NDArray[np.int8]

TRUE, FALSE, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)

Flags = NDArray[np.bool_]


def _equal(x: FloatArray, y: FloatArray | float) -> Flags:
    return (x >= least_equal(y)) & (x <= most_equal(y))


_COMPARE: dict[str, Callable[[FloatArray, FloatArray | float], Flags]] = {
    "<": lambda x, y: x < least_equal(y),
    "<=": lambda x, y: x <= most_equal(y),
    ">": lambda x, y: x > most_equal(y),
    ">=": lambda x, y: x >= least_equal(y),
    "==": _equal,
    "!=": lambda x, y: ~_equal(x, y),
}
"""Of any two known values exactly one of ``<``, ``==`` and ``>`` is true."""


def compare(operator: str, x: FloatArray, y: FloatArray | float) -> TruthArray:
    """``x operator y``; unknown where either is. ``y`` may be the same known number on every bar.

    Values within 1e-9 of each other are equal (see ``ties``).
    """
    compared = _COMPARE[operator](x, y)
    unknown = np.isnan(x)
    if isinstance(y, np.ndarray):
        unknown |= np.isnan(y)
    if operator == "!=":
        compared &= ~unknown
    # Nothing is beside NaN, above it or below it: 0 − 1 is −1.
    found: TruthArray = compared.view(np.int8)
    found -= unknown.view(np.int8)
    return found


def negate(condition: TruthArray) -> TruthArray:
    """True for false, false for true, unknown for unknown."""
    contrary: TruthArray = (condition == FALSE).view(np.int8) - (condition == UNKNOWN).view(np.int8)
    return contrary


def both(x: TruthArray, y: TruthArray) -> TruthArray:
    """False where one is false, true where both are true, otherwise unknown."""
    # Where neither is false, the lesser one: unknown is −1.
    joined: TruthArray = np.minimum(x, y) * ((x != FALSE) & (y != FALSE)).view(np.int8)
    return joined


def either(x: TruthArray, y: TruthArray) -> TruthArray:
    """True where one is true, false where both are false, otherwise unknown."""
    return negate(both(negate(x), negate(y)))


def crosses_above(x: FloatArray, y: FloatArray) -> TruthArray:
    """x is above y now and was not on the bar before."""
    return _newly(compare(">", x, y))


def crosses_below(x: FloatArray, y: FloatArray) -> TruthArray:
    """x is below y now and was not on the bar before."""
    return _newly(compare("<", x, y))


def streak(condition: TruthArray, first: int | NDArray[np.intp] = 0) -> FloatArray:
    """Number of bars in a row, ending now, on which the condition was true; 0 when it is false now.

    Unknown when the row reaches back to an unknown bar: it may be longer than can be seen. ``first`` is where
    the bars begin, shape (R, 1) for R series: what lies before is no bar, not an unknown one.
    """
    end, unknown = _latest(condition != TRUE, condition == UNKNOWN)
    bar = np.arange(condition.shape[-1])
    return np.where(unknown & ((end >= first) | (bar < first)), np.nan, bar - end)


def bars_since(condition: TruthArray) -> FloatArray:
    """Bars since the condition was last true; 0 when it is true now.

    Unknown before the first time, and when an unknown bar lies nearer than the last true one.
    """
    last, unknown = _latest(condition != FALSE, condition == UNKNOWN)
    return np.where(unknown, np.nan, np.arange(condition.shape[-1]) - last)


def count(condition: TruthArray, n: int) -> FloatArray:
    """Number of the last n bars on which the condition was true; unknown with an unknown bar among them."""
    counted = np.full(condition.shape, np.nan)
    # Whole numbers, so nothing drifts; one unknown weighs more than a window full of trues.
    weight = np.int32(n + 1)
    total = np.cumsum(np.where(condition == UNKNOWN, weight, condition), axis=-1, dtype=np.int32)
    total[..., n:] -= total[..., :-n].copy()
    within = total[..., n - 1 :]
    counted[..., n - 1 :] = np.where(within >= weight, np.nan, within)
    return counted


def within(condition: TruthArray, n: int) -> TruthArray:
    """Whether the condition was true on one or more of the last n bars: ``count(condition, n) >= 1``."""
    return compare(">=", count(condition, n), 1.0)


def _newly(condition: TruthArray) -> TruthArray:
    before = np.empty_like(condition)
    before[..., :1] = UNKNOWN
    before[..., 1:] = condition[..., :-1]
    return both(condition, negate(before))


def _latest(
    flags: NDArray[np.bool_], besides: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Position of the newest flag at or before each bar, −1 where there is none yet, and whether the second
    flag is up there too; it counts as up where there is none yet."""
    marks = np.where(flags, np.arange(0, 2 * flags.shape[-1], 2, dtype=np.int32) + besides, np.int32(-1))
    newest = np.maximum.accumulate(marks, axis=-1)
    return newest >> 1, (newest & 1).astype(np.bool_)
