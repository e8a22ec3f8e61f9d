"""Quantiles of Student's t distribution, for whole degrees of freedom."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

COVERED = 0.95


@cache
def t_quantile(freedom: int) -> float:
    """97.5th percentile of Student's t with this many degrees of freedom, from 1.

    The probability between −t and t is concave in t, so Newton's method from the normal quantile, which is
    always below, climbs to the root and stops there.
    """
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    scale /= math.sqrt(freedom * math.pi)
    t, step = 1.959963984540054, 1.0
    while step > 1e-13 * t:
        density = scale * (1 + t * t / freedom) ** (-(freedom + 1) / 2)
        step = (COVERED - _between(t, freedom)) / (2 * density)
        t += step
    return t


def _between(t: float, freedom: int) -> float:
    """Probability between −t and t, by the finite series for whole degrees of freedom.

    References
    ----------
    Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    cosine_square = freedom / (freedom + t * t)
    sine = t / math.sqrt(freedom + t * t)
    odd = freedom % 2
    if freedom == 1:
        return 2 / math.pi * math.atan(t)
    first = math.sqrt(cosine_square) if odd else 1.0
    numbers = np.arange(2 + odd, freedom - 1, 2)
    series = first * (1 + float(np.cumprod(cosine_square * (numbers - 1) / numbers).sum()))
    if odd:
        return 2 / math.pi * (math.atan(t / math.sqrt(freedom)) + sine * series)
    return sine * series
