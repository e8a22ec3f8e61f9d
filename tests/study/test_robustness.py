"""Neighbouring definitions, halves, the rest without the best: by hand and against separate studies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from arch.bootstrap import SPA

from generator.core.errors import RequestError
from generator.market.bars import BarKind, make_bars, make_shifted_months
from generator.market.history import PriceHistory
from generator.study.edges import Edge, Half, NeighbourEdges, Robustness
from generator.study.evidence.neighbours import near_values, neighbours
from generator.study.evidence.robustness import evidence_of
from generator.study.evidence.snooping import _long_run_deviations, spa_p_value, superior_ability_p
from generator.study.prepare import find_episodes, prepare
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.verdict import Evidence, judge
from tests.study import oracle
from tests.study.markets import days_of, history_of, random_history


@pytest.mark.parametrize(
    ("value", "near"),
    [
        (20, (16, 18, 22, 24)),
        (15, (12, 13, 17, 18)),
        (10, (8, 9, 11, 12)),
        (9, (8, 10)),
        (5, (4, 6)),
        (2, (1, 3)),
        (-5, (-6, -4)),
        (8.5, (6.8, 7.65, 9.35, 10.2)),
        (1.5, (1.2, 1.35, 1.65, 1.8)),
        (0.28, (0.224, 0.252, 0.308, 0.336)),
        (-10, (-12, -11, -9, -8)),
        (0, ()),
        (1, ()),
    ],
)
def test_values_next_door(value: float, near: tuple[float, ...]) -> None:
    assert near_values(value) == pytest.approx(near)


def test_named_parameters_vary_by_name_and_both_windows_of_a_signal_together() -> None:
    study = make_study("IWM", signal="reverse-up")
    texts = {n.label: n.study.condition.text for n in neighbours(study) if n.group == "lookback"}
    assert texts["20 → 16"] == "close == highest(close, 16) and bars_since(close == lowest(close, 16)) <= 8"
    assert "20 → 20" not in texts


def test_numbers_of_an_own_condition_vary_and_those_in_names_do_not() -> None:
    study = make_study("IWM", when='on("BTC2-USD", roc(close, 5)) > 8.5 and sma(close, 50) > sma(close, 200)')
    around = [n for n in neighbours(study, entries=("close", "next_close")) if n.group.startswith("the ")]
    assert {n.group for n in around} == {"the 5", "the 8.5", "the 50", "the 200"}
    assert all("BTC2-USD" in n.study.condition.text for n in around)
    assert all(n.study.entry == "close" for n in around)


def test_cooldowns_and_entries_and_measuring_days() -> None:
    monthly = neighbours(make_study("IWM", signal="ten-percent-month"), entries=("close", "next_close"))
    assert [n.shift for n in monthly if n.group == "month measured"] == [-3, -2, -1, 1, 2, 3]
    assert [n.study.cooldown for n in monthly if n.group == "cooldown"] == [3]  # 0 and 1 are the same
    assert [n.study.entry for n in monthly if n.group == "entry"] == ["next_close"]
    daily = neighbours(make_study("IWM", signal="reverse-up"))
    assert [n.study.cooldown for n in daily if n.group == "cooldown"] == [0, 5, 21]
    assert [n.study.entry for n in daily if n.group == "entry"] == ["next_open", "next_close"]


def test_months_measured_on_another_day_by_hand() -> None:
    closes = {
        "2020-01-30": 1.0,
        "2020-01-31": 2.0,
        "2020-02-03": 3.0,
        "2020-02-27": 4.0,
        "2020-02-28": 5.0,
        "2020-03-02": 6.0,
    }
    history = history_of("IWM", closes)
    before = make_shifted_months(history, -1)
    assert before.field("close").tolist() == [1.0, 4.0, 6.0]
    assert before.in_progress
    after = make_shifted_months(history, 1)
    assert after.field("close").tolist() == [3.0, 6.0]
    assert not after.in_progress
    plain = make_bars(history, "monthly", in_progress=True)
    assert plain.periods[:2].tolist() == before.periods[:2].tolist() == after.periods.tolist()


def test_each_neighbour_is_the_study_that_asks_it() -> None:
    history = random_history("IWM", "2015-01-02", "2023-12-29", seed=5)
    study = make_study("IWM", signal="reverse-up", horizons=["1M", "3M"])
    robustness = run_study(study, {"IWM": history}).robustness
    asked = make_study("IWM", signal="reverse-up", parameters={"lookback": 16}, horizons=["1M", "3M"])
    alone = run_study(asked, {"IWM": history})
    found = next(n for n in robustness.neighbours if n.label == "20 → 16")
    for edge, summary in zip(found.edges, alone.summaries, strict=True):
        assert (edge.n, edge.edge, edge.p_value) == (summary.n, summary.edge, summary.p_value)


def hand_made(own: Edge, near: list[Edge]) -> Robustness:
    """One horizon, and these neighbours at it."""
    halves = (Half(date(2000, 1, 3), date(2012, 12, 31), ()), Half(date(2013, 1, 1), date(2026, 4, 20), ()))
    around = tuple(NeighbourEdges("cooldown", f"{i}", (edge,)) for i, edge in enumerate(near))
    return Robustness((own,), around, halves, ((), ()))


@pytest.mark.parametrize("side", [1, -1])
def test_neighbours_with_the_published_cases_are_no_evidence(side: int) -> None:
    own = Edge(20, 0.05, 0.02, side * 0.03, 0.30)
    repeated = [replace(own, same_cases=True)] * 3
    edges, p_values = [0.02, 0.01, 0.04, -0.01, 0.03], [0.01, 0.02, 0.03, 0.04, 0.05]
    others = [Edge(20, 0.0, 0.0, side * e, p) for e, p in zip(edges, p_values, strict=True)]
    found = hand_made(own, [*repeated, *others, Edge(0, None, 0.02, None, None)])
    # Further out is 0.04 alone; 0.03 ties, from other cases.
    assert found.rank(0) == (2, 6)
    # The middle of 0.01 0.02 0.03 0.04 0.05 and four of 0.30: they weigh the published p more.
    assert found.typical_p(0) == pytest.approx(0.05)
    assert found.same_side(0) == pytest.approx(4 / 5)
    alone = hand_made(own, repeated)
    assert (alone.rank(0), alone.typical_p(0), alone.same_side(0)) == (None, 0.30, None)


def test_a_neighbour_repeats_the_study_where_no_complete_case_is_another() -> None:
    """Leaps of 10% every 60 sessions, one of 4.5% among them, and one of 5.5% just before the end."""
    days = random_history("IWM", "2012-01-03", "2016-12-30", seed=1).sessions
    moves = np.zeros(len(days))
    moves[60::60], moves[90], moves[-3] = 0.10, 0.045, 0.055
    moves[::7] -= 0.002
    history = PriceHistory("IWM", days, 100 * np.cumprod(1 + moves))
    study = make_study("IWM", when="roc(close, 1) > 5", horizons=["1D", "1M"], cooldown=0)
    near = run_study(study, {"IWM": history}).robustness.neighbours
    assert {n.label: tuple(e.same_cases for e in n.edges) for n in near} == {
        "5 → 4": (False, False),  # the leap of 4.5% is one more
        "5 → 6": (False, True),  # the newest one is not, and a month after it has not passed
        "0 → 5 bars": (True, True),
        "0 → 10 bars": (True, True),
        "0 → 21 bars": (True, True),
        "close → next close": (False, False),  # the same dates, bought later
    }


def test_months_measured_on_another_day_are_other_cases() -> None:
    history = random_history("IWM", "2012-01-03", "2016-12-30", seed=1)
    study = make_study("IWM", when="close > 0", bars="monthly", horizons=["1M"])
    near = run_study(study, {"IWM": history}).robustness.neighbours
    assert not any(n.edges[0].same_cases for n in near if n.group == "month measured")


@pytest.mark.parametrize(("seed", "side"), [(9, 1), (1, -1)])
def test_halves_and_trimmed_by_loops(seed: int, side: int) -> None:
    history = random_history("IWM", "2012-01-03", "2023-12-29", seed=seed)
    study = make_study("IWM", when="roc(close, 5) > 4", horizons=["1M"], cooldown=5)
    result = run_study(study, {"IWM": history})
    closes, days = history.close.tolist(), days_of(history)
    every = {day: closes[i + 21] / closes[i] - 1 for i, day in enumerate(days[:-21])}
    gains = {e.date: every[e.date] for e in result.episodes if e.date in every}
    first, second = result.robustness.halves
    assert (first.last, second.first) == (date(2017, 12, 31), date(2018, 1, 1))
    for half in (first, second):
        inside = [gain for day, gain in gains.items() if half.first <= day <= half.last]
        usual = [gain for day, gain in every.items() if half.first <= day <= half.last]
        assert half.edges[0].n == len(inside)
        assert half.edges[0].edge == pytest.approx(np.mean(inside) - np.mean(usual))
    ranked = sorted(gains.values())
    whole = np.mean(ranked) - np.mean(list(every.values()))
    assert np.sign(whole) == side
    for dropped, edges in zip((1, 2), result.robustness.trimmed, strict=True):
        kept = ranked[:-dropped] if whole >= 0 else ranked[dropped:]
        assert edges[0].average == pytest.approx(np.mean(kept))


def test_a_return_belongs_to_the_half_in_which_it_begins() -> None:
    days = random_history("IWM", "2012-01-03", "2015-12-31", seed=1).sessions
    begins = int(np.searchsorted(days, np.datetime64("2014-01-01")))
    moves = np.full(len(days), 0.001)
    moves[[begins - 30, begins - 1]], moves[[begins, begins + 30]] = 0.02, 0.03
    history = PriceHistory("IWM", days, 100 * np.cumprod(1 + moves))
    study = make_study("IWM", when="roc(close, 1) > 2.5 or roc(close, 1) > 1.5", horizons=["1D"], cooldown=0)
    first, second = (half.edges[0] for half in run_study(study, {"IWM": history}).robustness.halves)
    # Of the two next to each other in the turn of the year the second belongs to the first one's run.
    assert (first.n, second.n) == (2, 1)
    alone = make_study("IWM", when="roc(close, 1) > 2.5", horizons=["1D"], cooldown=0)
    first, second = (half.edges[0] for half in run_study(alone, {"IWM": history}).robustness.halves)
    assert (first.n, second.n) == (0, 2)


def test_a_history_within_one_year_has_no_first_half() -> None:
    history = random_history("IWM", "2021-01-04", "2022-12-30", seed=3)
    study = make_study("IWM", when="roc(close, 5) > 2", horizons=["1W"], since=date(2022, 1, 20))
    result = run_study(study, {"IWM": history})
    first, second = (half.edges[0] for half in result.robustness.halves)
    assert (first.n, first.edge) == (0, None)
    assert (second.n, second.edge) == (result.summaries[0].n, result.summaries[0].edge)


STRONG = Evidence(20, 12, 0.05, 0.04, 0.2, 0.04, 0.09, 0.95, (0.04, 0.06), 0.03, headline=True)
MIRRORED = replace(
    STRONG, edge=-0.05, median_edge=-0.04, win_rate_edge=-0.2, halves=(-0.04, -0.06), without_two=-0.03
)


@pytest.mark.parametrize(("evidence", "side", "word"), [(STRONG, 1, "better"), (MIRRORED, -1, "worse")])
def test_the_rule_calls_hard_only_what_everything_agrees_on(evidence: Evidence, side: int, word: str) -> None:
    assert judge(evidence).key == f"{word}-hard"
    assert judge(evidence).phrase == f"{word} than usual, hard to explain by luck"
    at_the_line = replace(evidence, independent_n=10, own_p=0.05, typical_p=0.10, same_side=0.8)
    assert judge(at_the_line).key == f"{word}-hard"
    for weaker in (
        {"independent_n": 9},
        {"own_p": 0.0501},
        {"typical_p": 0.1001},
        {"same_side": 0.79},
        {"same_side": None},
        {"halves": (side * 0.04, side * -0.01)},
        {"halves": (side * 0.04, 0.0)},
        {"halves": (None, side * 0.06)},
        {"without_two": side * -0.001},
        {"without_two": None},
        {"headline": False},
    ):
        assert judge(replace(evidence, **weaker)).key == f"{word}-luck", weaker


def test_a_horizon_that_nobody_named_needs_a_smaller_p() -> None:
    assert judge(replace(STRONG, headline=False, own_p=0.01)).key == "better-hard"
    assert judge(replace(STRONG, headline=False, own_p=0.0101)).key == "better-luck"


@pytest.mark.parametrize("evidence", [STRONG, MIRRORED])
def test_better_or_worse_needs_average_median_and_win_rate_on_one_side(evidence: Evidence) -> None:
    for name in ("edge", "median_edge", "win_rate_edge"):
        for value in (-getattr(evidence, name), 0.0):
            found = judge(replace(evidence, **{name: value}))
            assert found.key == "ordinary", (name, value)
            assert found.phrase == "nothing that this history can tell from luck"


def test_the_rule_is_silent_with_few_cases_and_calls_the_ordinary_ordinary() -> None:
    for few in ({"n": 9}, {"independent_n": 4}, {"own_p": None}, {"typical_p": None}):
        assert judge(replace(STRONG, **few)).key == "too-few", few
    for many in ({"own_p": 0.2001}, {"typical_p": 0.2001}):
        assert judge(replace(STRONG, **many)).key == "ordinary", many
    assert judge(replace(STRONG, own_p=0.20, typical_p=0.20)).key == "better-luck"


def test_the_evidence_is_what_the_study_counted() -> None:
    history = random_history("IWM", "2008-01-02", "2023-12-29", seed=7)
    study = make_study("IWM", when="roc(close, 5) > 4", horizons=["1M", "3M"], cooldown=5)
    prepared = prepare(study, {"IWM": history})
    episodes = find_episodes(prepared)
    result = run_study(study, {"IWM": history})
    for k, summary in enumerate(result.summaries):
        found = evidence_of(prepared, episodes, result.robustness, k)
        usual = history.close[summary.horizon.bars :] / history.close[: -summary.horizon.bars] - 1
        gains = np.array([usual[e.bar] for e in episodes if e.bar < len(usual)])
        assert found.median_edge == pytest.approx(np.median(gains) - np.median(usual))
        assert found.win_rate_edge == pytest.approx((gains > 0).mean() - (usual > 0).mean())
        assert found.edge == pytest.approx(gains.mean() - usual.mean())
        assert (found.n, found.headline) == (len(gains), summary.horizon.label == "3M")
        assert found.own_p == oracle.shift_p(
            usual.tolist(), [e.bar for e in episodes if e.bar < len(usual)], summary.horizon.bars
        )
        assert judge(found) == summary.verdict


@pytest.mark.parametrize(
    ("bars", "horizons", "headline", "expected"),
    [
        ("daily", None, None, "3M"),
        ("weekly", None, None, "13W"),
        ("monthly", None, None, "3M"),
        ("daily", ["1W", "1Y", "6M"], None, "1W"),
        ("daily", ["1D", "4M", "2M"], None, "2M"),
        ("daily", ["2Y", "1Y"], None, "1Y"),
        ("daily", None, "6m", "6M"),
        ("monthly", ["1M", "12M"], "12M", "12M"),
    ],
)
def test_the_headline_horizon_is_the_one_named_or_nearest_three_months(
    bars: BarKind, horizons: list[str] | None, headline: str | None, expected: str
) -> None:
    study = make_study("IWM", when="close > 1", bars=bars, horizons=horizons, headline=headline)
    assert study.headline.label == expected


def test_a_headline_that_is_no_horizon_of_the_study_is_refused() -> None:
    with pytest.raises(RequestError, match=r"headline horizon 9M is none .* 1M, 3M\. Name one of these"):
        make_study("IWM", when="close > 1", horizons=["1M", "3M"], headline="9M")


@pytest.mark.parametrize("seed", range(6))
def test_hansens_test_agrees_with_arch_where_all_deviations_are_equal(seed: int) -> None:
    # arch 8.0 takes the option to studentise and does not use it; with equal deviations that makes no
    # difference, and everything else can be compared.
    random = np.random.default_rng(seed)
    periods, rules = int(random.integers(100, 500)), int(random.integers(2, 18))
    common = random.normal(0, 0.7, (periods, 1))
    drawn = random.normal(random.normal(0, 0.05, rules), 1, (periods, rules)) + common
    drawn[:, 0] += 0.15 * (seed % 2)
    equal = drawn / _long_run_deviations(drawn, 8)
    theirs = SPA(np.zeros(periods), -equal, block_size=8, reps=2000, seed=0)
    theirs.compute()
    ours = spa_p_value(equal, 8, draws=2000)
    # Both are shares of 2,000 draws.
    assert ours == pytest.approx(theirs.pvalues["consistent"], abs=0.045)


def test_hansens_test_leaves_out_hopeless_rules_as_arch_does() -> None:
    # Rules that lose by far on every stretch would, recentred too, be drawn above a middling best one.
    random = np.random.default_rng(7)
    drawn = random.normal(0, 1, (250, 12))
    drawn[:, 0] += 0.07 - drawn[:, 0].mean()
    drawn[:, 1:] -= 1.0
    equal = drawn / _long_run_deviations(drawn, 4)
    theirs = SPA(np.zeros(250), -equal, block_size=4, reps=2000, seed=0)
    theirs.compute()
    consistent, everyone = theirs.pvalues["consistent"], theirs.pvalues["upper"]
    assert everyone > consistent + 0.2  # recentring all of them would be noticed
    assert spa_p_value(equal, 4, draws=2000) == pytest.approx(consistent, abs=0.045)


def test_hansens_test_does_not_mind_the_size_of_a_rules_swings() -> None:
    random = np.random.default_rng(3)
    performances = random.normal(0, 1, (300, 5))
    swinging = performances * np.array([1.0, 30.0, 1.0, 0.1, 5.0])
    assert spa_p_value(swinging, 4) == spa_p_value(performances, 4)
    assert spa_p_value(np.zeros((50, 3)), 4) == 1.0


def test_hansens_test_tells_an_effect_from_none() -> None:
    history = random_history("IWM", "2008-01-02", "2023-12-29", seed=2, volatility=0.01)
    study = make_study("IWM", when="roc(close, 1) > 2", horizons=["1M"])
    prepared = prepare(study, {"IWM": history})
    episodes = find_episodes(prepared)
    nothing = superior_ability_p(prepared, episodes, {"IWM": history}, study.horizons[0])
    assert nothing is not None
    assert nothing > 0.05
    returns = np.diff(np.log(history.close), prepend=np.log(history.close[0]))
    for episode in episodes:
        returns[episode.bar + 1 : episode.bar + 22] += 0.004
    planted = replace(history, close=history.close[0] * np.exp(np.cumsum(returns)), open=None)
    prepared = prepare(study, {"IWM": planted})
    effect = superior_ability_p(prepared, find_episodes(prepared), {"IWM": planted}, study.horizons[0])
    assert effect is not None
    assert effect < 0.05
