"""The shift test, the bootstrap, Wilson and false discovery, against loops, scipy and arch."""

from __future__ import annotations

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap
from scipy import stats

from generator.study.evidence.bootstrap import TAU, edge_deviation, edge_interval, edge_shrunk
from generator.study.evidence.significance import (
    ShiftTest,
    false_discovery_adjusted,
    quick_length,
    shift_p_value,
)
from generator.study.evidence.statistics import wilson_interval, win_rate_intervals
from generator.study.evidence.student import t_quantile
from tests.study import oracle


def a_market(kind: str, random: np.random.Generator, length: int) -> np.ndarray:
    """Returns with heavy tails, with ties, in a rhythm, nearly constant, or with one that dwarfs the rest."""
    returns = random.standard_t(3, length) * 0.05
    if kind == "ties":
        return np.round(returns, 2)
    if kind == "two values":
        return random.choice([-0.01, 0.01], length)
    if kind == "rhythm":
        return np.tile(returns[:7], length // 7 + 1)[:length]
    if kind == "constant":
        # Of prices that rise by 1% a bar the last digits of the returns are rounding.
        returns = 0.01 + random.choice([-1e-16, 0, 1e-16], length)
        returns[random.integers(0, length, 3)] = 0.3
    if kind == "giant":
        returns[random.integers(0, length)] = 150.0
    return returns


@pytest.mark.parametrize("kind", ["tails", "ties", "two values", "rhythm", "constant", "giant"])
@pytest.mark.parametrize("seed", range(8))
def test_shift_p_is_that_of_the_loop(kind: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    length, horizon = int(random.integers(205, 400)), int(random.integers(1, 20))
    returns = a_market(kind, random, length)
    test = ShiftTest(returns, horizon)
    # One object tests many definitions; two episodes may be entered on one bar.
    for size in (2, 3, 8, 25, 160):
        positions = np.sort(random.integers(0, length, size))
        if kind == "rhythm" and size == 8:
            positions = np.arange(0, length, 14)
        expected = oracle.shift_p(returns.tolist(), positions.tolist(), horizon)
        assert (
            test.p_value(positions) == shift_p_value(returns, positions, horizon) == pytest.approx(expected)
        )


def test_shift_p_by_hand() -> None:
    # 120 bars, horizon 1: the 119 shifts 1 to 119. Only the three bars of the episodes are not 0, so their
    # mean of 2 lies 1.95 above the baseline of 0.05, with a deviation of 0.82. A shift that keeps two of them
    # would need the episodes in a rhythm; with one of them in place t is at most 0.64, without any it is
    # infinite (no spread, and not the baseline): that is so at 119 − 6 shifts.
    returns = np.zeros(120)
    positions = np.array([10, 21, 43])
    returns[positions] = 1.0, 2.0, 3.0
    assert shift_p_value(returns, positions, 1) == pytest.approx((1 + 119 - 6) / 120)
    returns[:] = np.random.default_rng(0).normal(0, 0.5, 120)
    returns[positions] = 1.0, 1.001, 0.999
    # No other three are so far from the baseline beside a deviation of a thousandth.
    assert shift_p_value(returns, positions, 1) == pytest.approx(1 / 120)


def test_shifts_within_the_horizon_are_not_among_them() -> None:
    # Moves of ten bars: shifted by less than ten bars they would still be seen. At 10 … 990 they are gone.
    returns = np.random.default_rng(1).normal(0, 0.03, 1000)
    positions = np.array([20, 63, 121, 377, 801])
    for start in positions:
        returns[start - 9 : start + 10] += 0.2
    assert shift_p_value(returns, positions, 10) == pytest.approx(1 / 982)
    assert oracle.shift_p(returns.tolist(), positions.tolist(), 1) > 10 / 999


@pytest.mark.parametrize(
    ("length", "horizon", "n"),
    [(300, 5, 2), (300, 31, 5), (100, 1, 5), (99, 1, 5), (106, 5, 5), (0, 1, 0), (1, 1, 1), (50, 252, 3)],
)
def test_where_there_is_no_shift_p(length: int, horizon: int, n: int) -> None:
    returns = np.random.default_rng(0).normal(0, 0.1, length)
    positions = np.arange(n)
    expected = oracle.shift_p(returns.tolist(), positions.tolist(), horizon)
    assert shift_p_value(returns, positions, horizon) == expected
    assert (expected is None) == (length != 100)


def test_shift_p_of_equal_returns_is_one() -> None:
    assert shift_p_value(np.full(150, 0.1), np.array([3, 17, 40]), 5) == 1.0
    growing = 100 * 1.013 ** np.arange(160)
    assert shift_p_value(growing[10:] / growing[:-10] - 1, np.array([3, 17, 40]), 10) == 1.0


@pytest.mark.parametrize("least", [1, 2, 7, 8, 9, 13_000, 12_999, 622])
def test_a_quick_length_is_long_enough_and_has_small_primes(least: int) -> None:
    size = quick_length(least)
    assert least <= size <= max(8, 1.25 * least)
    for prime in (2, 3, 5):
        while size % prime == 0:
            size //= prime
    assert size == 1


def test_shift_p_holds_its_level_where_volatility_clusters_and_the_signal_seeks_it() -> None:
    random = np.random.default_rng(5)
    rejected = 0
    for _ in range(300):
        state = np.zeros(1500)
        for day, news in enumerate(random.normal(0, 0.1, 1499)):
            state[day + 1] = 0.98 * state[day] + news
        moves = 0.01 * np.exp(state) * random.standard_normal(1500)
        closes = np.exp(np.cumsum(moves))
        returns = closes[21:] / closes[:-21] - 1
        fires = np.flatnonzero(np.abs(moves[: len(returns)]) > np.quantile(np.abs(moves), 0.97))
        positions = fires[np.insert(np.diff(fires) > 10, 0, True)]
        p_value = shift_p_value(returns, positions, 21)
        assert p_value is not None
        rejected += p_value <= 0.05
    # 5% of 300 is 15; three standard deviations of a binomial are 11.
    assert rejected <= 26


@pytest.mark.parametrize(("horizon", "share"), [(1, 0.05), (21, 0.02), (126, 0.03)])
def test_edge_deviation_agrees_with_arch(horizon: int, share: float) -> None:
    random = np.random.default_rng(horizon)
    closes = np.exp(np.cumsum(random.normal(0.0005, 0.01, 2000)))
    returns = closes[horizon:] / closes[:-horizon] - 1
    begins = random.random(len(returns)) < share
    positions = np.flatnonzero(begins)

    def edge(pairs: np.ndarray) -> float:
        return float(pairs[pairs[:, 0] > 0, 1].mean() - pairs[:, 1].mean())

    bootstrap = StationaryBootstrap(max(horizon, 2), np.column_stack((begins, returns)), seed=1)
    theirs = bootstrap.apply(edge, 2000)[:, 0].std()
    # A deviation of 2,000 draws is known to 1.6% (more where the tails are heavy), and here are two.
    assert edge_deviation(returns, positions, horizon) == pytest.approx(theirs, rel=0.08)


def test_a_draw_without_an_episode_is_drawn_again() -> None:
    returns = np.random.default_rng(4).normal(0, 0.02, 300)
    deviation = edge_deviation(returns, np.array([150]), 5)
    # Every draw that counts has the same one episode; only the baseline moves, by the deviation of a mean.
    assert deviation == pytest.approx(returns.std() / np.sqrt(300), rel=0.1)
    assert edge_deviation(returns, np.array([], dtype=np.intp), 5) is None
    assert edge_deviation(np.array([0.1]), np.array([0]), 5) is None


def test_two_episodes_on_one_bar_are_two() -> None:
    returns = np.random.default_rng(6).normal(0, 0.02, 400)
    thrice, once = np.array([50, 50, 50, 200, 300]), np.array([50, 200, 300])
    assert edge_deviation(returns, thrice, 5) != edge_deviation(returns, once, 5)


def test_edge_interval_is_student_s_on_the_separate_cases() -> None:
    assert edge_interval(0.05, 0.02, 13) == pytest.approx(stats.t.interval(0.95, 12, loc=0.05, scale=0.02))
    assert edge_interval(-0.05, 0.02, 2) == pytest.approx(stats.t.interval(0.95, 1, loc=-0.05, scale=0.02))
    assert edge_interval(0.05, 0.02, 1) is None


def test_quantiles_of_student_s_t_are_scipys() -> None:
    freedom = np.arange(1, 10_001)
    ours = np.array([t_quantile(number) for number in freedom.tolist()])
    np.testing.assert_allclose(ours, stats.t.ppf(0.975, freedom), rtol=1e-11)


def test_the_shrunken_edge_by_hand() -> None:
    # τ = 0.08 × 0.12 = 0.0096; 0.0096² ÷ (0.0096² + 0.0288²) = 1 ÷ (1 + 9).
    assert edge_shrunk(0.05, 0.0288, 13, 0.12) == pytest.approx(0.005)
    assert edge_shrunk(-0.05, 0.0, 13, 0.12) == pytest.approx(-0.05)
    assert edge_shrunk(0.05, 0.0288, 1, 0.12) is None
    assert edge_shrunk(0.0, 0.0, 13, 0.0) is None


@pytest.mark.parametrize(("seed", "noise"), [(1, 0.3), (2, 1.0), (3, 3.0)])
def test_the_shrunken_edge_is_the_mean_of_true_edges_given_what_was_seen(seed: int, noise: float) -> None:
    random = np.random.default_rng(seed)
    true = random.normal(0, TAU * 0.1, 400_000)
    seen = true + random.normal(0, noise * TAU * 0.1, len(true))
    near = np.abs(seen - 0.008) < 0.0005
    estimate = edge_shrunk(0.008, noise * TAU * 0.1, 20, 0.1)
    assert estimate == pytest.approx(true[near].mean(), abs=5 * true[near].std() / np.sqrt(near.sum()))


@pytest.mark.parametrize(("wins", "n"), [(0, 1), (1, 1), (8, 13), (10, 13), (0, 7), (13, 13), (500, 1000)])
def test_wilson_is_scipys(wins: int, n: int) -> None:
    theirs = stats.binomtest(wins, n).proportion_ci(method="wilson")
    assert wilson_interval(wins, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize(("win_rate", "separate"), [(0.7, 9), (0.0, 4), (1.0, 6), (14 / 33, 21)])
def test_a_win_rates_interval_has_the_share_of_all_and_the_size_of_the_separate_ones(
    win_rate: float, separate: int
) -> None:
    z = stats.norm.ppf(0.975)
    middle = (win_rate + z**2 / (2 * separate)) / (1 + z**2 / separate)
    root = np.sqrt(win_rate * (1 - win_rate) / separate + z**2 / (4 * separate**2))
    half = z / (1 + z**2 / separate) * root
    found = win_rate_intervals(np.array([win_rate]), np.array([separate]))
    assert [bound[0] for bound in found] == pytest.approx([middle - half, middle + half], abs=1e-12)


def test_wilson_of_nothing_is_none() -> None:
    assert wilson_interval(0, 0) is None


@pytest.mark.parametrize("count", [1, 2, 7, 60])
def test_false_discovery_is_scipys(count: int) -> None:
    p_values = np.random.default_rng(count).random(count) ** 3
    theirs = stats.false_discovery_control(p_values, method="bh")
    np.testing.assert_allclose(false_discovery_adjusted(p_values), theirs, rtol=1e-13)
