"""Was the definition picked for its result? Hansen's test over it and its neighbours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generator.market.history import FloatArray, PriceHistory, as_date
from generator.study.neighbours import neighbours
from generator.study.prepare import Prepared, complete_positions, find_episodes, prepare
from generator.study.returns import forward_returns
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

    References
    ----------
    Hansen (2005), A Test for Superior Predictive Ability, JBES 23, 365-380; computed by ``arch`` with the
    stationary bootstrap, mean block ``max(horizon, 2)``.
    """
    # A second and a half, which only a report with a robustness map has to pay.
    from arch.bootstrap import SPA

    last, study = as_date(prepared.as_of), prepared.study
    columns = [_performance(prepared, episodes, horizon)]
    for neighbour in neighbours(study, has_opens=histories[study.target].open is not None):
        other = prepare(neighbour.study, histories, last, shift=neighbour.shift)
        columns.append(_performance(other, find_episodes(other), horizon))
    known = [column for column in columns if column is not None]
    if not known:
        return None
    # Bars are gathered into stretches of an eighth of the horizon, which leaves every mean as it is and the
    # blocks of the bootstrap as long as they were, at a small part of the work.
    stretch = max(1, horizon.bars // STRETCHES)
    length = min(len(column) for column in known) // stretch
    losses = -np.column_stack([_gathered(column, stretch, length) for column in known])
    test = SPA(np.zeros(length), losses, block_size=max(horizon.bars // stretch, 2), reps=DRAWS, seed=SEED)
    test.compute()
    return float(test.pvalues["consistent"])


def _performance(prepared: Prepared, episodes: tuple[Episode, ...], horizon: Horizon) -> FloatArray | None:
    """Performance of one definition on every bar with a complete horizon; its mean is the edge."""
    returns = forward_returns(prepared.prices, horizon.bars)
    every = returns[prepared.first : prepared.prices.complete(horizon.bars)]
    positions = complete_positions(prepared, episodes, horizon.bars) - prepared.first
    if len(positions) == 0:
        return None
    performance = np.zeros(len(every))
    performance[positions] = (every[positions] - every.mean()) * (len(every) / len(positions))
    return performance


def _gathered(performance: FloatArray, stretch: int, length: int) -> FloatArray:
    """Means over consecutive stretches, the newest ``length`` of them."""
    newest = performance[len(performance) - length * stretch :]
    return np.asarray(newest.reshape(length, stretch).mean(axis=1))
