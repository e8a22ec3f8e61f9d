"""Is an edge more than luck? The circular-shift test, the stationary bootstrap, false discovery."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray

DRAWS = 2_000
SEED = 0
_CHUNK = 250


def shift_p_value(returns: FloatArray, positions: NDArray[np.intp]) -> float | None:
    """Circular-shift test of the mean return at these positions against the mean over all bars.

    All positions move together by s = 1 … L−1 bars around the L bars, which keeps the distances between the
    episodes, and so their clustering and overlap, as they are. p = (1 + number of shifts whose
    \\|mean − baseline\\| ≥ the observed one) ÷ L. Deterministic; the smallest possible value is 1/L.

    Parameters
    ----------
    returns : shape (L,), the forward return from every bar with a complete horizon, no NaN.
    positions : shape (n,), where in ``returns`` the complete episodes begin.

    Returns
    -------
    p from 1/L to 1; None without an episode or with fewer than two bars.

    References
    ----------
    Politis, Romano and Wolf (1999), Subsampling, on circular blocks; the permutation p-value counts the
    observed arrangement as one of the shifts (Phipson and Smyth 2010).
    """
    length = len(returns)
    if len(positions) == 0 or length < 2:
        return None
    twice = np.concatenate((returns, returns))
    total = np.zeros(length)
    for position in positions:
        total += twice[position : position + length]
    distance = np.abs(total / len(positions) - returns.mean())
    # Shifts that give the same episodes in another order of addition are equal, whatever rounding says.
    reached = distance[1:] >= distance[0] - 1e-12
    return float((1 + np.count_nonzero(reached)) / length)


def edge_interval(
    returns: FloatArray, positions: NDArray[np.intp], horizon: int, *, draws: int = DRAWS, seed: int = SEED
) -> tuple[float, float] | None:
    """95% percentile interval of the edge by the stationary bootstrap of (episode begins here, return).

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
    (2.5th, 97.5th percentile) of the edge, decimals; None without an episode or with fewer than two bars.

    References
    ----------
    Politis and Romano (1994), The Stationary Bootstrap, JASA 89, 1303-1313.
    """
    length = len(returns)
    if len(positions) == 0 or length < 2:
        return None
    begins = np.zeros(length)
    begins[positions] = 1.0
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
    low, high = np.percentile(np.concatenate(edges), [2.5, 97.5])
    return float(low), float(high)


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
