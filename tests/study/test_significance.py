"""The shift test, the bootstrap, Wilson and false discovery, against loops, scipy and arch."""

from __future__ import annotations

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap
from scipy import stats

from generator.study.significance import edge_interval, false_discovery_adjusted, shift_p_value
from generator.study.statistics import wilson_interval
from tests.study import oracle


@pytest.mark.parametrize("seed", range(12))
def test_shift_p_is_that_of_the_loop(seed: int) -> None:
    random = np.random.default_rng(seed)
    length = int(random.integers(2, 120))
    returns = random.normal(0.01, 0.05, length)
    positions = np.sort(
        random.choice(length, size=int(random.integers(1, min(length, 15) + 1)), replace=False)
    )
    assert shift_p_value(returns, positions) == pytest.approx(
        oracle.shift_p(returns.tolist(), positions.tolist())
    )


def test_shift_p_by_hand() -> None:
    # Four bars, one episode on the best of them: its distance from the mean 0.02 is 0.06, that of the
    # others is 0.02, so no shift reaches it and p = 1/4.
    returns = np.array([0.0, 0.0, 0.08, 0.0])
    assert shift_p_value(returns, np.array([2])) == 0.25
    assert shift_p_value(returns, np.array([0])) == 1.0


def test_shift_p_of_equal_returns_is_one_and_of_nothing_is_none() -> None:
    assert shift_p_value(np.full(50, 0.1), np.array([3, 17])) == 1.0
    assert shift_p_value(np.full(50, 0.1), np.array([], dtype=np.intp)) is None
    assert shift_p_value(np.array([0.1]), np.array([0])) is None


def test_shift_p_holds_its_level_on_clustered_overlapping_signals() -> None:
    random = np.random.default_rng(5)
    rejected = 0
    for _ in range(400):
        closes = np.exp(np.cumsum(random.normal(0.0004, 0.012, 700)))
        returns = closes[21:] / closes[:-21] - 1
        positions = np.unique(
            np.concatenate([np.arange(s, s + 4) for s in random.integers(0, len(returns) - 4, 8)])
        )
        p_value = shift_p_value(returns, positions)
        assert p_value is not None
        rejected += p_value <= 0.05
    # 5% of 400 is 20; three standard deviations of a binomial are 13.
    assert rejected <= 33


@pytest.mark.parametrize(("horizon", "share"), [(1, 0.05), (21, 0.02), (126, 0.03)])
def test_edge_interval_agrees_with_arch(horizon: int, share: float) -> None:
    random = np.random.default_rng(horizon)
    closes = np.exp(np.cumsum(random.normal(0.0005, 0.01, 2000)))
    returns = closes[horizon:] / closes[:-horizon] - 1
    begins = random.random(len(returns)) < share
    positions = np.flatnonzero(begins)

    def edge(pairs: np.ndarray) -> float:
        return float(pairs[pairs[:, 0] > 0, 1].mean() - pairs[:, 1].mean())

    bootstrap = StationaryBootstrap(max(horizon, 2), np.column_stack((begins, returns)), seed=1)
    low, high = np.percentile(bootstrap.apply(edge, 2000)[:, 0], [2.5, 97.5])
    ours = edge_interval(returns, positions, horizon)
    assert ours is not None
    # Two random samples of 2,000 draws: the ends may differ by a small part of the width.
    assert ours == pytest.approx((low, high), abs=0.12 * (high - low))


def test_edge_interval_is_the_same_every_time_and_holds_the_edge() -> None:
    returns = np.random.default_rng(3).normal(0, 0.02, 500)
    positions = np.arange(5, 500, 25)
    edge = returns[positions].mean() - returns.mean()
    first, second = (edge_interval(returns, positions, 5) for _ in range(2))
    assert first is not None
    assert first == second
    assert first[0] < edge < first[1]


def test_a_draw_without_an_episode_is_drawn_again() -> None:
    returns = np.random.default_rng(4).normal(0, 0.02, 300)
    interval = edge_interval(returns, np.array([150]), 5)
    assert interval is not None
    assert np.isfinite(interval).all()
    assert edge_interval(returns, np.array([], dtype=np.intp), 5) is None


@pytest.mark.parametrize(("wins", "n"), [(0, 1), (1, 1), (8, 13), (10, 13), (0, 7), (13, 13), (500, 1000)])
def test_wilson_is_scipys(wins: int, n: int) -> None:
    theirs = stats.binomtest(wins, n).proportion_ci(method="wilson")
    assert wilson_interval(wins, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_of_nothing_is_none() -> None:
    assert wilson_interval(0, 0) is None


@pytest.mark.parametrize("count", [1, 2, 7, 60])
def test_false_discovery_is_scipys(count: int) -> None:
    p_values = np.random.default_rng(count).random(count) ** 3
    theirs = stats.false_discovery_control(p_values, method="bh")
    np.testing.assert_allclose(false_discovery_adjusted(p_values), theirs, rtol=1e-13)
