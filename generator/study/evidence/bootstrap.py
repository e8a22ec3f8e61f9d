"""How far could the edge be off? The stationary bootstrap, the interval from it, and the shrunken edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray
from generator.study.evidence.student import t_quantile

DRAWS = 2_000
SEED = 0
TAU = 0.08
"""Spread of true edges beside the spread of the returns at their horizon: over the library on ten assets it
is estimated at 0.05 to 0.11, hardly told from none. It changes by hand only, when the estimate of ``make
calibrate`` leaves that range."""
_CHUNK = 250


def edge_deviation(
    returns: FloatArray, positions: NDArray[np.intp], horizon: int, *, draws: int = DRAWS, seed: int = SEED
) -> float | None:
    """Standard deviation of the edge under the stationary bootstrap of (episode begins here, return).

    Blocks begin anywhere, wrap around, and have geometric lengths with mean ``max(horizon, 2)``. The edge of
    a draw is the mean return over its episodes − the mean over all its bars. A draw without an episode is
    drawn again.

    Parameters
    ----------
    returns : shape (L,), the forward return from every bar with a complete horizon, no NaN.
    positions : shape (n,), where in ``returns`` the complete episodes begin.
    horizon : length of the forward return in bars.

    Returns
    -------
    Population standard deviation of the draws, decimals; None without an episode or with fewer than two bars.

    References
    ----------
    Politis and Romano (1994), The Stationary Bootstrap, JASA 89, 1303-1313.
    """
    length = len(returns)
    if len(positions) == 0 or length < 2:
        return None
    begins = np.bincount(positions, minlength=length).astype(np.float64)
    sums = [_running_sum(column) for column in (begins, begins * returns, returns)]
    generator = np.random.default_rng(seed)
    edges: list[FloatArray] = []
    missing = draws
    while missing > 0:
        starts, ends = blocks(generator, min(missing, _CHUNK), length, max(horizon, 2))
        count, gained, everything = (np.sum(total[ends] - total[starts], axis=1) for total in sums)
        drawn = np.rint(count) > 0
        edges.append(gained[drawn] / np.rint(count[drawn]) - everything[drawn] / length)
        missing -= int(np.count_nonzero(drawn))
    return float(np.concatenate(edges).std())


def edge_interval(edge: float, deviation: float, independent_n: int) -> tuple[float, float] | None:
    """95% interval: edge ± t quantile of ``independent_n`` − 1 × the deviation of the bootstrap's draws.

    The t quantile instead of the draws' own percentiles allows for the few separate cases that there are.
    None with fewer than two of them.
    """
    if independent_n < 2:
        return None
    half = t_quantile(independent_n - 1) * deviation
    return edge - half, edge + half


def edge_shrunk(edge: float, deviation: float, independent_n: int, spread: float) -> float | None:
    """The best estimate of the edge: what is left after allowing for how such edges usually shrink.

    edge × τ² ÷ (τ² + deviation²), with τ = ``TAU`` × the spread of the returns. None where the deviation
    means nothing, with fewer than two separate cases, and without any spread.

    Parameters
    ----------
    deviation : of the bootstrap's draws.
    spread : population standard deviation of the forward returns from every bar.

    References
    ----------
    Efron and Morris (1975), Data Analysis Using Stein's Estimator and its Generalizations, JASA 70, 311-319.
    """
    prior = (TAU * spread) ** 2
    if independent_n < 2 or prior + deviation**2 == 0:
        return None
    return edge * prior / (prior + deviation**2)


def _running_sum(column: FloatArray) -> FloatArray:
    """Sums of the column laid out twice, so that a block that wraps around is a difference of two of them."""
    return np.concatenate(([0.0], np.cumsum(np.concatenate((column, column)))))


def blocks(
    generator: np.random.Generator, draws: int, length: int, mean: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Blocks of the stationary bootstrap: their begin and end in each draw, both of shape (draws, blocks).

    A draw has ``length`` bars; positions run on into a second copy of them, where a block wraps around.
    Blocks beyond the length of a draw are empty; the last one is cut to fit.
    """
    # The ceiling of an exponential of this scale is geometric with success probability 1/mean.
    scale = -1 / np.log1p(-1 / mean)
    expected = length / mean
    blocks = int(expected + 4 * np.sqrt(expected)) + 4
    lengths = np.ceil(generator.standard_exponential((draws, blocks)) * scale).astype(np.intp)
    while lengths.sum(axis=1).min() < length:
        more = np.ceil(generator.standard_exponential((draws, blocks)) * scale).astype(np.intp)
        lengths = np.concatenate((lengths, more), axis=1)
    stops = np.minimum(np.cumsum(lengths, axis=1), length)
    sizes = np.diff(stops, axis=1, prepend=0)
    starts = generator.integers(0, length, sizes.shape)
    return starts, starts + sizes
