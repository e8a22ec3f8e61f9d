"""The statistics of many lists at once against numpy on each list alone."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest

from generator.study.evidence.statistics import Samples, baseline_of, of_one, one_sample, wilson_intervals

NAMES = ("average", "median", "win_rate", "best", "worst", "stdev", "sharpe", "profit_factor")


def some_lists(seed: int) -> list[np.ndarray]:
    """Samples of 0 to 40 returns with ties and zeros, one all equal, one without a loss, some empty."""
    random = np.random.default_rng(seed)
    made = [np.round(random.normal(0.01, 0.05, size), 2) for size in random.integers(0, 41, 30)]
    return [np.empty(0), np.full(7, 0.03), np.abs(made[0]), *made, np.array([-0.02]), np.empty(0)]


def joined(lists: list[np.ndarray]) -> Samples:
    return Samples(np.concatenate(lists), np.array([len(one) for one in lists]))


def longest(flags: list[bool]) -> tuple[int, int]:
    """Length of the longest row of trues and the position on which the first of that length ends."""
    best, end, place = 0, -1, 0
    for flag, row in groupby(flags):
        size = len(list(row))
        place += size
        if flag and size > best:
            best, end = size, place - 1
    return best, end


@pytest.mark.parametrize("seed", range(6))
def test_every_statistic_is_numpys_of_each_list_alone(seed: int) -> None:
    lists = some_lists(seed)
    found = joined(lists)
    for i, one in enumerate(lists):
        if not len(one):
            for name in NAMES:
                assert np.isnan(getattr(found, name)[i]), name
            assert [column[i] for column in found.longest_winning_streak] == [0, -1]
            continue
        # Equal to the last bit: a scan and a study can never differ.
        assert found.average[i] == np.mean(one)
        assert found.median[i] == np.median(one) == pytest.approx(np.percentile(one, 50))
        assert found.win_rate[i] == sum(value > 0 for value in one.tolist()) / len(one)
        assert (found.best[i], found.worst[i]) == (max(one), min(one))
        spread = 0.0 if len(set(one.tolist())) == 1 else np.std(one)
        assert found.stdev[i] == spread
        if spread:
            assert found.sharpe[i] == np.mean(one) / np.std(one)
        else:
            assert np.isnan(found.sharpe[i])
        gains, losses = one[one > 0].sum(), -one[one < 0].sum()
        if losses:
            assert found.profit_factor[i] == gains / losses
        else:
            assert np.isnan(found.profit_factor[i])
        assert tuple(column[i] for column in found.longest_winning_streak) == longest((one > 0).tolist())


@pytest.mark.parametrize("seed", range(3))
def test_values_beside_the_returns(seed: int) -> None:
    lists = some_lists(seed)
    beside = np.random.default_rng(seed).normal(size=sum(map(len, lists)))
    ends = np.cumsum([len(one) for one in lists])[:-1]
    for found, alone in ((joined(lists).lowest(beside), min), (joined(lists).highest(beside), max)):
        expected = [alone(part) if len(part) else np.nan for part in np.split(beside, ends)]
        np.testing.assert_array_equal(found, expected)


def test_a_single_list() -> None:
    returns = np.array([0.02, -0.01, 0.04])
    assert of_one(lambda lists: lists.average)(returns) == np.mean(returns)
    assert of_one(lambda lists: lists.average)(np.empty(0)) is None
    assert one_sample(np.empty(0)).n.tolist() == [0]


def test_no_list_at_all() -> None:
    nothing = Samples(np.empty(0), np.empty(0, dtype=np.int64))
    assert len(nothing.average) == len(nothing.median) == len(nothing.longest_winning_streak[0]) == 0


@pytest.mark.parametrize("size", [1, 2, 7, 5000, 5001])
def test_a_baseline_is_numpys(size: int) -> None:
    returns = np.round(np.random.default_rng(size).normal(0.01, 0.05, size), 2)
    found = baseline_of(returns)
    assert (found.n, found.average, found.median) == (size, np.mean(returns), np.median(returns))
    assert found.win_rate == (returns > 0).mean()


def test_a_baseline_of_nothing() -> None:
    assert baseline_of(np.empty(0)).average is None


def test_fractions_of_wins() -> None:
    low, high = wilson_intervals(np.array([0.0, 2.5, 4.0]), np.array([4, 4, 4]))
    assert low[0] == 0
    assert high[2] == 1
    assert low[1] < 2.5 / 4 < high[1]
