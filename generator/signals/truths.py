"""Three-valued truth over the bars: Kleene's logic, and functions of a condition's past.

Truth is int8 of shape (B,): 1 true, 0 false, −1 unknown. Numbers are float64 with NaN for unknown.

Notes
-----
Kleene (1952), "Introduction to Metamathematics", §64: the strong connectives.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray

TruthArray = NDArray[np.int8]

TRUE, FALSE, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)
_UNKNOWN_WEIGHT = 1 << 20
"""What an unknown bar counts: more than the longest window has bars."""

_COMPARE: dict[str, Callable[[FloatArray, FloatArray | float], NDArray[np.bool_]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def compare(operator: str, x: FloatArray, y: FloatArray | float) -> TruthArray:
    """``x operator y``; unknown where either is. ``y`` may be the same known number on every bar."""
    compared: TruthArray = _COMPARE[operator](x, y).view(np.int8)
    unknown = np.isnan(x)
    if isinstance(y, np.ndarray):
        unknown |= np.isnan(y)
    compared[unknown] = UNKNOWN
    return compared


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


def streak(condition: TruthArray) -> FloatArray:
    """Number of bars in a row, ending now, on which the condition was true; 0 when it is false now.

    Unknown when the row reaches back to an unknown bar: it may be longer than can be seen.
    """
    end = _latest(condition != TRUE)
    length = np.arange(len(condition), dtype=np.float64)
    length -= end
    length[(end >= 0) & (condition[end] == UNKNOWN)] = np.nan
    return length


def bars_since(condition: TruthArray) -> FloatArray:
    """Bars since the condition was last true; 0 when it is true now.

    Unknown before the first time, and when an unknown bar lies nearer than the last true one.
    """
    last = _latest(condition != FALSE)
    since = np.arange(len(condition), dtype=np.float64)
    since -= last
    since[(last < 0) | (condition[last] != TRUE)] = np.nan
    return since


def count(condition: TruthArray, n: int) -> FloatArray:
    """Number of the last n bars on which the condition was true; unknown with an unknown bar among them."""
    counted = np.full(len(condition), np.nan)
    # Whole numbers, so nothing drifts; one unknown weighs more than any window full of trues.
    weights = condition.astype(np.int64)
    weights[condition == UNKNOWN] = _UNKNOWN_WEIGHT
    total = np.cumsum(weights)
    total[n:] -= total[:-n].copy()
    within = total[n - 1 :]
    counted[n - 1 :] = within
    counted[n - 1 :][within >= _UNKNOWN_WEIGHT] = np.nan
    return counted


def within(condition: TruthArray, n: int) -> TruthArray:
    """Whether the condition was true on one or more of the last n bars: ``count(condition, n) >= 1``."""
    return compare(">=", count(condition, n), 1.0)


def _newly(condition: TruthArray) -> TruthArray:
    before = np.concatenate(([UNKNOWN], condition[:-1]))
    return both(condition, negate(before))


def _latest(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Position of the newest flag at or before each bar, −1 where there is none yet; shape (B,)."""
    positions = np.full(len(flags), -1)
    flagged = np.flatnonzero(flags)
    positions[flagged] = flagged
    return np.maximum.accumulate(positions)
