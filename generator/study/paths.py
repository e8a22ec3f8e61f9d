"""The average path after the signal, against the path from every bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.market.history import FloatArray
from generator.study.prepare import Prepared, complete_positions
from generator.study.values import Episode


@dataclass(frozen=True, eq=False)
class AveragePath:
    """Mean return by bars since entry, over the episodes complete through the longest horizon.

    Arrays have shape (H + 1,), position 0 is the entry; decimals. ``average``, ``lower`` and ``upper``
    (quartiles: the middle half) are None without a complete episode. ``baseline`` is the mean path over
    every bar that is complete through H. ``present`` is the newest episode's path as far as it has come,
    NaN beyond, when it is not complete itself; else None. ``n`` is the number of episodes averaged.
    """

    average: FloatArray | None
    lower: FloatArray | None
    upper: FloatArray | None
    baseline: FloatArray | None
    present: FloatArray | None
    n: int


def average_path(prepared: Prepared, episodes: tuple[Episode, ...]) -> AveragePath:
    """Average path through the study's longest horizon.

    The same episodes are averaged at every bar, so a bend in the line is a move and never a change of
    sample.
    """
    longest = max(horizon.bars for horizon in prepared.study.horizons)
    positions = complete_positions(prepared, episodes, longest)
    every = np.arange(prepared.first, max(prepared.first, prepared.prices.complete(longest)))
    paths = _paths(prepared, positions, longest)
    quartiles = np.percentile(paths, [25, 75], axis=0) if len(positions) else None
    return AveragePath(
        average=paths.mean(axis=0) if len(positions) else None,
        lower=None if quartiles is None else quartiles[0],
        upper=None if quartiles is None else quartiles[1],
        baseline=_mean_path(prepared, every, longest) if len(every) else None,
        present=_present(prepared, episodes, longest),
        n=len(positions),
    )


def _paths(
    prepared: Prepared, positions: np.ndarray[tuple[int], np.dtype[np.intp]], longest: int
) -> FloatArray:
    """Return since entry of each position, shape (n, longest + 1)."""
    prices = prepared.prices
    steps = np.arange(1, longest + 1) + prices.delay
    closes = prices.closes[positions[:, None] + steps[None, :]]
    entry = prices.entry_price[positions][:, None]
    return np.concatenate((np.zeros((len(positions), 1)), closes / entry - 1), axis=1)


def _mean_path(
    prepared: Prepared, every: np.ndarray[tuple[int], np.dtype[np.intp]], longest: int
) -> FloatArray:
    """Mean of the paths from every bar, a bar since entry at a time, in little memory."""
    prices = prepared.prices
    entry = prices.entry_price[every]
    means = [
        float(np.mean(prices.closes[every + step + prices.delay] / entry)) - 1
        for step in range(1, longest + 1)
    ]
    return np.array([0.0, *means])


def _present(prepared: Prepared, episodes: tuple[Episode, ...], longest: int) -> FloatArray | None:
    """Path of the newest episode when it is not complete; only completed bars after the entry count."""
    if not episodes or episodes[-1].target_bar is None:
        return None
    position, prices = episodes[-1].target_bar, prepared.prices
    if position < prices.complete(longest) or position == len(prices.bars):
        return None
    path = np.full(longest + 1, np.nan)
    path[0] = 0.0
    known = prices.closes[position + 1 + prices.delay : prices.bars.completed]
    path[1 : len(known) + 1] = known / prices.entry_price[position] - 1
    return path
