"""When two numbers count as equal: comparisons and differences decided as on paper.

0.80 → 0.88 is a gain of 10%, though in binary 100 · (0.88 − 0.80) ÷ 0.80 is a hair less; two averages of the
same decimals may differ in the sixteenth digit. Two values within 1e-9 of the larger are equal, and a
difference within 1e-9 of its larger operand is zero. No price has so many digits, and no rounding error of
this package comes near: it is about 1e-14.

The slack is taken from one of the two values, and not from the larger. Where that could matter they agree to
nine digits, so the slack is the same to its ninth digit.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from generator.market.history import FloatArray

SAME = 1e-9
"""Share of a value within which another one equals it."""


@overload
def least_equal(y: float) -> float: ...
@overload
def least_equal(y: FloatArray) -> FloatArray: ...
def least_equal(y: Any) -> Any:
    """The lowest value that equals ``y``; NaN for NaN."""
    return y - abs(y) * SAME


@overload
def most_equal(y: float) -> float: ...
@overload
def most_equal(y: FloatArray) -> FloatArray: ...
def most_equal(y: Any) -> Any:
    """The highest value that equals ``y``; NaN for NaN."""
    return y + abs(y) * SAME


def difference(x: FloatArray, y: FloatArray) -> FloatArray:
    """x − y, exactly 0 where the two are equal; NaN where either is."""
    apart = x - y
    slack = np.abs(x)
    slack *= SAME
    equal = np.abs(apart) <= slack
    if equal.any():
        apart[equal] = 0.0
    return apart


def total(x: FloatArray, y: FloatArray) -> FloatArray:
    """x + y, exactly 0 where one is equal to the other's negative."""
    return difference(x, -y)
