"""Is an edge more than luck? The studentised circular-shift test, and false discovery over many of them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray

FEWEST_EPISODES, FEWEST_HORIZONS, FEWEST_SHIFTS = 3, 10, 99
"""Without as many episodes, horizons that fit into the history, and shifts, there is no test."""
TIE = 1e-9
"""Relative difference within which two values of t are equal."""
ROUNDING = 1e-12
"""A difference of this size beside the prices' ratios is rounding: such returns are equal."""
_DOUBTFUL = 1e-6
"""Relative distance from the observed t within which a shift is computed once more, term by term."""
_TRANSFORM = 1e-14
"""Bound of the rounding of a Fourier transform beside the lengths of the two columns it multiplies."""
_MANY = 128
"""More episodes than this are summed by transforms, fewer one by one, which is quicker then."""
_AT_ONCE = 500_000


class ShiftTest:
    """Studentised circular-shift test of mean returns at some positions against the mean over all bars.

    All positions move together by s = h … L − h bars around the L bars, which keeps the distances between
    the episodes, and so their clustering and overlap, as they are; nearer shifts would put the signal's own
    move inside the window. With t(s) = \\|mean − baseline\\| ÷ population standard deviation of the
    returns at that shift, p = (1 + number of shifts with t(s) ≥ t(0)) ÷ (1 + number of shifts). A standard
    deviation of 0 gives t = 0 where the mean equals the baseline, else infinity. Deterministic.

    One object tests any number of definitions, whose sums of returns and of squares at all shifts are formed
    together: of many episodes as circular correlations, for which the returns are transformed once. Shifts
    whose t is so near to the observed one that rounding could decide are computed term by term.

    Parameters
    ----------
    returns : shape (L,), the forward return from every bar with a complete horizon, no NaN.
    horizon : length of the forward return in bars, h.

    References
    ----------
    Politis, Romano and Wolf (1999), Subsampling, on circular blocks; Janssen (1997), Studentized permutation
    tests, Statistics & Probability Letters 36, 9-21, on why the mean is divided by the standard deviation;
    Phipson and Smyth (2010), on counting the observed arrangement among the others.
    """

    def __init__(self, returns: FloatArray, horizon: int) -> None:
        self.returns, self.horizon = returns, horizon
        self._shifts = len(returns) - 2 * horizon + 1
        self._possible = len(returns) >= FEWEST_HORIZONS * horizon and self._shifts >= FEWEST_SHIFTS

    def p_value(self, positions: NDArray[np.intp]) -> float | None:
        """p from 1 ÷ (1 + number of shifts) to 1.

        None with fewer than three episodes, with fewer bars than ten horizons, or fewer than 99 shifts.

        Parameters
        ----------
        positions : shape (n,), where in ``returns`` the complete episodes begin.
        """
        if not self._possible or len(positions) < FEWEST_EPISODES:
            return None
        observed = self._t(self.returns[positions][None, :])[0]
        if observed == 0:
            return 1.0  # no t is below 0
        reached, doubtful = self._compare(positions, float(observed))
        count = int(np.count_nonzero(reached & ~doubtful))
        shifts = np.flatnonzero(doubtful) + self.horizon
        step = max(1, _AT_ONCE // len(positions))
        for begin in range(0, len(shifts), step):
            moved = (positions + shifts[begin : begin + step, None]) % len(self.returns)
            count += int(np.count_nonzero(self._t(self.returns[moved]) >= observed * (1 - TIE)))
        return (1 + count) / (1 + self._shifts)

    @cached_property
    def _mean(self) -> float:
        return float(self.returns.mean())

    @cached_property
    def _tiny(self) -> float:
        """Size of a difference that is rounding."""
        return ROUNDING * (1 + float(np.abs(self.returns).max()))

    def _t(self, samples: FloatArray) -> FloatArray:
        """t of each row of returns, shape (rows,)."""
        apart, spread = np.abs(samples.mean(axis=1) - self._mean), samples.std(axis=1)
        apart = np.where(apart > self._tiny, apart, 0.0)
        alike = np.where(apart > 0, np.inf, 0.0)
        return np.asarray(np.divide(apart, spread, out=alike, where=spread > self._tiny))

    def _compare(
        self, positions: NDArray[np.intp], observed: float
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Of each shift, whether its t reaches the observed one, and whether rounding could decide that."""
        n = len(positions)
        sums, squares = self._sums(positions)
        mean_square = (sums / n) ** 2
        variance = squares / n - mean_square
        lengths = _TRANSFORM * np.sqrt(n) * self._lengths
        noise = 2 * float(np.abs(sums).max()) * lengths[0] / n**2 + lengths[1] / n
        if np.isinf(observed):
            near = np.asarray(variance <= 2 * self._tiny**2 + noise)
            return np.zeros_like(near), near
        limit = observed**2 * variance
        slack = 2 * _DOUBTFUL * np.abs(limit) + (1 + observed**2) * noise
        return mean_square >= limit, np.abs(mean_square - limit) <= slack

    def _sums(self, positions: NDArray[np.intp]) -> FloatArray:
        """Sums of the returns less the baseline, and of their squares, at each shift: shape (2, shifts)."""
        if len(positions) > _MANY:
            return self._transformed(positions)
        total = np.zeros((2, self._shifts))
        for first in (positions + self.horizon).tolist():
            total += self._twice[:, first : first + self._shifts]
        return total

    def _transformed(self, positions: NDArray[np.intp]) -> FloatArray:
        """The same as circular correlations, which take as long for any number of episodes."""
        begins = np.bincount(positions, minlength=len(self.returns)).astype(np.float64)
        spectra = np.conj(np.fft.rfft(begins, self._correlations.shape[1])) * self._spectra
        np.fft.irfft(spectra, self._correlations.shape[1], out=self._correlations)
        return self._correlations[:, self.horizon : self.horizon + self._shifts]

    @cached_property
    def _correlations(self) -> FloatArray:
        """Room for the sums, used again and again: asking for new memory takes as long as the transform."""
        return np.empty((2, quick_length(2 * len(self.returns))))

    @cached_property
    def _twice(self) -> FloatArray:
        """The columns laid out twice, so that a shift past the end goes on at the beginning."""
        return np.concatenate((self._columns, self._columns), axis=1)

    @cached_property
    def _columns(self) -> FloatArray:
        apart = self.returns - self._mean
        return np.stack((apart, apart * apart))

    @cached_property
    def _lengths(self) -> FloatArray:
        return np.asarray(np.sqrt(2 * (self._columns**2).sum(axis=1)))

    @cached_property
    def _spectra(self) -> NDArray[np.complex128]:
        return np.asarray(np.fft.rfft(self._twice, self._correlations.shape[1]))


def shift_p_value(returns: FloatArray, positions: NDArray[np.intp], horizon: int) -> float | None:
    """``ShiftTest`` of a single definition."""
    return ShiftTest(returns, horizon).p_value(positions)


def quick_length(least: int) -> int:
    """A length from ``least`` on, whose transform is quick: few primes, and small."""
    power = max(0, least.bit_length() - 4)
    return min(size << power for size in (8, 9, 10, 12, 15, 16) if size << power >= least)


def false_discovery_adjusted(p_values: FloatArray) -> FloatArray:
    """Benjamini–Hochberg adjusted p-values, in the order given, shape (m,), each at most 1.

    References
    ----------
    Benjamini and Hochberg (1995), Controlling the False Discovery Rate, JRSS B 57, 289-300.
    """
    count = len(p_values)
    order = np.argsort(p_values, kind="stable")[::-1]
    ranks = np.arange(count, 0, -1)
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(np.minimum.accumulate(p_values[order] * count / ranks), 1.0)
    return adjusted
