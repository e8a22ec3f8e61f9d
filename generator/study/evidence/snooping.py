"""Was the definition picked for its result? Hansen's test over it and its neighbours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.market.history import FloatArray, PriceHistory
from generator.study.evidence.bootstrap import blocks
from generator.study.evidence.robustness import answered_neighbours
from generator.study.prepare import Prepared, complete_returns
from generator.study.values import Episode, Horizon

DRAWS = 500
SEED = 0
STRETCHES = 8


def superior_ability_p(
    prepared: Prepared, episodes: tuple[Episode, ...], histories: Mapping[str, PriceHistory], horizon: Horizon
) -> float | None:
    """P-value of Hansen's test for superior predictive ability over the robustness map, at one horizon.

    The null hypothesis: no definition of the map, the published one included, has a positive edge; the
    p-value allows for having picked the best of them. Each definition's performance on a bar is its return
    beyond the baseline where an episode begins, scaled to have the edge as its mean, and 0 elsewhere.

    Returns
    -------
    The consistent p-value from 0 to 1; None when no definition has an episode.

    """
    columns = [_performance(prepared, episodes, horizon)]
    for _, other, found in answered_neighbours(prepared, histories):
        columns.append(_performance(other, found, horizon))
    known = [column for column in columns if column is not None]
    if not known:
        return None
    # Bars are gathered into stretches of an eighth of the horizon, which leaves every mean as it is and the
    # blocks of the bootstrap as long as they were, at a small part of the work.
    stretch = max(1, horizon.bars // STRETCHES)
    length = min(len(column) for column in known) // stretch
    performances = np.column_stack([_gathered(column, stretch, length) for column in known])
    return spa_p_value(performances, max(horizon.bars // stretch, 2))


def spa_p_value(performances: FloatArray, block: int, *, draws: int = DRAWS, seed: int = SEED) -> float:
    """Hansen's consistent p-value that no column has a positive mean, allowing for the choice of the best.

    Parameters
    ----------
    performances : shape (T, K), performance of K rules beyond the benchmark, T periods.
    block : mean length of the stationary bootstrap's blocks, in periods, from 2.

    Returns
    -------
    From 0 to 1.

    References
    ----------
    Hansen (2005), A Test for Superior Predictive Ability, JBES 23, 365-380: the studentised maximum, the
    long-run variance with the kernel of the stationary bootstrap, and the consistent recentring, which
    leaves out rules that are too bad to matter.
    """
    length = len(performances)
    means, deviations = performances.mean(axis=0), _long_run_deviations(performances, block)
    known = deviations > 0
    if not known.any():
        return 1.0
    performances, means, deviations = performances[:, known], means[known], deviations[known]
    root = np.sqrt(length)
    best = max(0.0, float(np.max(root * means / deviations)))
    matters = root * means / deviations >= -np.sqrt(2 * np.log(np.log(length)))
    centre = np.where(matters, means, 0.0)
    twice = np.concatenate((performances, performances))
    sums = np.concatenate((np.zeros((1, twice.shape[1])), np.cumsum(twice, axis=0)))
    starts, ends = blocks(np.random.default_rng(seed), draws, length, block)
    # A rule at a time: all at once they take 200 MB.
    drawn = np.column_stack([(rule[ends] - rule[starts]).sum(axis=1) for rule in sums.T]) / length
    largest = np.maximum(0.0, np.max(root * (drawn - centre) / deviations, axis=1))
    return float(np.mean(largest > best))


def _long_run_deviations(performances: FloatArray, block: int) -> FloatArray:
    """Square root of T times the variance of each mean under the stationary bootstrap, shape (K,)."""
    length = len(performances)
    away = performances - performances.mean(axis=0)
    lags, stay = np.arange(1, length), 1 - 1 / block
    weights = (length - lags) / length * stay**lags + lags / length * stay ** (length - lags)
    # Autocovariances of all lags at once: the transform is padded so that the ends do not meet.
    spectrum = np.fft.rfft(away, 2 * length, axis=0)
    covariances = np.fft.irfft(np.abs(spectrum) ** 2, axis=0)[:length] / length
    variances = covariances[0] + 2 * (weights[:, None] * covariances[1:]).sum(axis=0)
    return np.asarray(np.sqrt(np.maximum(variances, 0.0)))


def _performance(prepared: Prepared, episodes: tuple[Episode, ...], horizon: Horizon) -> FloatArray | None:
    """Performance of one definition on every bar with a complete horizon; its mean is the edge."""
    every, positions = complete_returns(prepared, episodes, horizon.bars)
    if len(positions) == 0:
        return None
    performance = np.zeros(len(every))
    performance[positions] = (every[positions] - every.mean()) * (len(every) / len(positions))
    return performance


def _gathered(performance: FloatArray, stretch: int, length: int) -> FloatArray:
    """Means over consecutive stretches, the newest ``length`` of them."""
    newest = performance[len(performance) - length * stretch :]
    return np.asarray(newest.reshape(length, stretch).mean(axis=1))
