"""Hansen's test for superior predictive ability, worked out again in plain loops."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap

from generator.study.evidence.bootstrap import blocks
from generator.study.evidence.neighbours import neighbours
from generator.study.evidence.snooping import (
    DRAWS,
    SEED,
    _long_run_deviations,
    spa_p_value,
    superior_ability_p,
)
from generator.study.prepare import find_episodes, prepare
from generator.study.question import make_study
from tests.study.markets import history_of, random_history


def long_run_variance(column: Sequence[float], block: int) -> float:
    """T times the variance of the mean under the stationary bootstrap: of the column laid in a circle, two
    bars that are k apart are drawn k apart where no new block has begun between them."""
    length, mean = len(column), math.fsum(column) / len(column)
    away = [value - mean for value in column]
    total = math.fsum(value * value for value in away) / length
    for k in range(1, length):
        together = math.fsum(away[t] * away[(t + k) % length] for t in range(length)) / length
        total += 2 * (1 - k / length) * (1 - 1 / block) ** k * together
    return total


def naive_p(rows: list[list[float]], block: int, draws: int, seed: int) -> float:
    """The consistent p-value, a draw and a rule at a time."""
    length = len(rows)
    columns = [list(column) for column in zip(*rows, strict=True)]
    rules = [
        (column, math.fsum(column) / length, math.sqrt(variance))
        for column in columns
        if (variance := long_run_variance(column, block)) > 1e-20
    ]
    if not rules:
        return 1.0
    root = math.sqrt(length)
    best = max(0.0, *(root * mean / deviation for _, mean, deviation in rules))
    hopeless = -math.sqrt(2 * math.log(math.log(length)))
    starts, ends = blocks(np.random.default_rng(seed), draws, length, block)
    larger = 0
    for begins, stops in zip(starts.tolist(), ends.tolist(), strict=True):
        bars = [bar % length for a, b in zip(begins, stops, strict=True) for bar in range(a, b)]
        assert len(bars) == length
        largest = 0.0
        for column, mean, deviation in rules:
            drawn = math.fsum(column[bar] for bar in bars) / length
            centre = mean if root * mean / deviation >= hopeless else 0.0
            largest = max(largest, root * (drawn - centre) / deviation)
        larger += largest > best
    return larger / draws


@pytest.mark.parametrize("seed", range(5))
def test_the_p_value_is_that_of_loops(seed: int) -> None:
    """Rules of unlike swings, one that follows itself, one hopeless and one that never moves."""
    random = np.random.default_rng(seed)
    drawn = random.normal(0, 1, (90, 6)) * np.array([1.0, 8.0, 0.2, 3.0, 1.0, 1.0])
    drawn[1:, 1] += 0.6 * drawn[:-1, 1]
    drawn -= drawn.mean(axis=0)
    drawn += np.array([0.02, 0.5, 0.01 + 0.005 * seed, -0.2, -1.0, 0.0])
    drawn[:, 5] = 0.0
    wanted = naive_p(drawn.tolist(), 5, 150, seed)
    assert spa_p_value(drawn, 5, draws=150, seed=seed) == wanted
    assert 0 < wanted < 1


def test_rules_at_the_edge_of_hopeless() -> None:
    """A rule just above the threshold is centred on its own mean, one just below it on 0."""
    random = np.random.default_rng(11)
    base = random.normal(0, 1, (80, 2))
    base -= base.mean(axis=0)
    deviation = math.sqrt(long_run_variance(base[:, 1].tolist(), 4))
    edge = -math.sqrt(2 * math.log(math.log(80))) * deviation / math.sqrt(80)
    found = []
    for shift in (edge * 0.99, edge * 1.01):
        drawn = base + np.array([0.05, shift])
        found.append(spa_p_value(drawn, 4, draws=400))
        assert found[-1] == naive_p(drawn.tolist(), 4, 400, 0)
    assert found[0] > found[1] + 0.05


def test_the_draws_and_their_seed_are_fixed() -> None:
    drawn = np.random.default_rng(5).normal(0.03, 1, (60, 3))
    assert (DRAWS, SEED) == (500, 0)
    assert spa_p_value(drawn, 3) == naive_p(drawn.tolist(), 3, 500, 0)


def test_no_rule_above_nothing_has_no_case() -> None:
    drawn = np.random.default_rng(6).normal(-0.4, 1, (60, 3))
    # The best is 0; draws of rules that are out of reach seldom rise above it, and never to it alone.
    assert spa_p_value(drawn, 3, draws=200) == naive_p(drawn.tolist(), 3, 200, 0)


@pytest.mark.parametrize("block", [2, 6, 20])
def test_the_deviation_is_that_of_the_circle_and_of_arch(block: int) -> None:
    random = np.random.default_rng(block)
    noise = random.normal(0, 1, (120, 2))
    following = noise.copy()
    for t in range(1, 120):
        following[t] += 0.7 * following[t - 1]
    found = _long_run_deviations(following, block)
    wanted = [math.sqrt(long_run_variance(column.tolist(), block)) for column in following.T]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    drawn = StationaryBootstrap(block, following[:, 0], seed=3).apply(np.mean, 4000)
    assert math.sqrt(120) * drawn.std() == pytest.approx(found[0], rel=0.06)


@pytest.mark.parametrize("horizon", ["1W", "1M"])
def test_the_map_is_laid_out_as_loops_lay_it_out(horizon: str) -> None:
    history = random_history("IWM", "2019-01-02", "2020-12-31", seed=4)
    closes, opens = history.close.tolist(), history.field("open").tolist()
    study = make_study("IWM", when="roc(close, 1) > 2", horizons=[horizon])
    held = study.horizons[0].bars
    columns: list[list[float]] = []
    for each in [study, *(near.study for near in neighbours(study))]:
        prepared = prepare(each, {"IWM": history})
        late = each.entry != "close"
        paid = opens if each.entry == "next_open" else closes
        returns = [
            closes[bar + held + late] / paid[bar + late] - 1 for bar in range(len(closes) - held - late)
        ]
        begins = {e.bar for e in find_episodes(prepared) if e.bar < len(returns)}
        usual = math.fsum(returns) / len(returns)
        scale = len(returns) / len(begins)
        columns.append([(each - usual) * scale if bar in begins else 0.0 for bar, each in enumerate(returns)])
    stretch = max(1, held // 8)
    length = min(map(len, columns)) // stretch
    newest = [column[len(column) - length * stretch :] for column in columns]
    rows = [
        [math.fsum(column[t * stretch : (t + 1) * stretch]) / stretch for column in newest]
        for t in range(length)
    ]
    prepared = prepare(study, {"IWM": history})
    found = superior_ability_p(prepared, find_episodes(prepared), {"IWM": history}, study.horizons[0])
    assert found == spa_p_value(np.array(rows), max(held // stretch, 2))
    assert found is not None
    assert 0.02 < found < 0.98


def test_a_definition_without_a_case_is_no_rule_and_none_at_all_no_test() -> None:
    rows = {f"2020-01-{day:02}": 100.0 for day in range(1, 29)}
    history = history_of("BTC-USD", rows)
    study = make_study("BTC-USD", when="close > 500", horizons=["1D"])
    prepared = prepare(study, {"BTC-USD": history})
    assert (
        superior_ability_p(prepared, find_episodes(prepared), {"BTC-USD": history}, study.horizons[0]) is None
    )
