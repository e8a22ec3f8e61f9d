"""Bending a simulated path so that it passes through given returns.

A price path of independent daily log returns with known variances is a random walk. Its expectation, given
the sums of the returns over some stretches of sessions, is known in closed form: the walk keeps its own
wiggles, and each stretch is tilted by an amount in proportion to every day's variance. Here a return that
must hold is a ``Pin``; ``bend`` solves for all of them at once.

With pins ``A r = b``, daily variances ``V`` (diagonal) and a path ``r``::

    r + V Aᵀ λ      where      (A V Aᵀ) λ = b − A r

An entry of ``A V Aᵀ`` is the variance of the sessions that two pins share, so that the system has the size
of the number of pins, not of sessions. Figures that were rounded to two decimals contradict each other in
the third where pins form a circle (A to B, B to C, and A to C); least squares then shares the difference
out, which leaves each within its rounding. Pins that are ranges take part while they pull (a primal-dual
active set): what comes out is the path nearest to the simulated one, day by day in units of its variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray

ROUNDS = 60
"""A dozen are enough; ranges that cannot be met together would go on for ever."""
TOLERANCE = 1e-9
ROUNDING = 4e-5
"""Half a hundredth of a percent, less some room for the rounding of prices."""
CUTOFF = 1e-11
"""Directions weaker than this, against the strongest, are circles of pins."""
MULTIPLIER_DECIMALS = 5


@dataclass(frozen=True)
class Pin:
    """The return from one session's close to another's: a value, or a range.

    Attributes
    ----------
    start, end : positions of the sessions, ``start < end``.
    low, high : log returns, ``low <= high``; equal for a return that must be met.
    """

    start: int
    end: int
    low: float
    high: float


def log_return(percent: float) -> float:
    """Log return of a percent change."""
    return float(np.log1p(percent / 100))


def bend(returns: FloatArray, variance: FloatArray, pins: Sequence[Pin]) -> FloatArray:
    """What to add to each return so that all pins hold, shape (T,).

    Parameters
    ----------
    returns : daily log returns, shape (T,); position t is the return into session t.
    variance : their variances, shape (T,), positive.
    pins : the returns to meet. Ranges that hold by themselves change nothing.

    Raises
    ------
    RuntimeError : the pins contradict each other.
    """
    start = np.array([pin.start for pin in pins], dtype=np.intp)
    end = np.array([pin.end for pin in pins], dtype=np.intp)
    low = np.array([pin.low for pin in pins])
    high = np.array([pin.high for pin in pins])
    shared = _shared_variance(np.cumsum(variance), start, end)
    before = _moves(returns, start, end)
    exact = low == high
    active, target = exact.copy(), low.copy()
    for _ in range(ROUNDS):
        multipliers = np.zeros(len(pins))
        gap = (target - before)[active]
        solution = _least_squares(shared[np.ix_(active, active)], gap)
        # Rounded, so that linear algebra libraries that differ in the last bit give the same prices.
        multipliers[active] = np.round(solution, MULTIPLIER_DECIMALS)
        change = variance * _covering(len(returns), start, end, multipliers)
        moves = before + _moves(change, start, end)
        # A range pulls up at its low end, down at its high end, and not at all in between.
        idle = active & ~exact & np.where(target == low, multipliers < 0, multipliers > 0)
        violated = ~active & ((moves < low - TOLERANCE) | (moves > high + TOLERANCE))
        if not (idle.any() or violated.any()):
            _check_met(moves[active], target[active])
            return change
        target[violated] = np.clip(moves, low, high)[violated]
        active = (active | violated) & ~idle
    raise RuntimeError(f"the pins of the sample market contradict each other: no path after {ROUNDS} rounds")


def _least_squares(matrix: FloatArray, values: FloatArray) -> FloatArray:
    """Shortest least-squares solution of a symmetric, non-negative system that may be singular."""
    strengths, directions = np.linalg.eigh(matrix)
    kept = strengths > CUTOFF * strengths[-1]
    basis = directions[:, kept]
    return np.asarray(basis @ ((basis.T @ values) / strengths[kept]), dtype=np.float64)


def _check_met(moves: FloatArray, target: FloatArray) -> None:
    missed = np.abs(moves - target).max()
    if missed > ROUNDING:
        raise RuntimeError(f"the pins of the sample market contradict each other, by {missed:.6f}")


def _shared_variance(total: FloatArray, start: NDArray[np.intp], end: NDArray[np.intp]) -> FloatArray:
    """Variance of the sessions that each two stretches share, shape (P, P)."""
    overlap = total[np.minimum.outer(end, end)] - total[np.maximum.outer(start, start)]
    return np.maximum(overlap, 0.0)


def _moves(returns: FloatArray, start: NDArray[np.intp], end: NDArray[np.intp]) -> FloatArray:
    """Log return over each stretch, shape (P,)."""
    levels = np.cumsum(returns)
    return np.asarray(levels[end] - levels[start], dtype=np.float64)


def _covering(
    length: int, start: NDArray[np.intp], end: NDArray[np.intp], multipliers: FloatArray
) -> FloatArray:
    """Sum of the multipliers of the stretches that cover each session, shape (T,)."""
    steps = np.zeros(length + 1)
    np.add.at(steps, start + 1, multipliers)
    np.add.at(steps, end + 1, -multipliers)
    return np.cumsum(steps)[:length]
