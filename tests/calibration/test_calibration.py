"""A small version of ``make calibrate``, with fixed seeds, and what the large one rests on."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from generator.market.history import PriceHistory
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import Study
from tests.calibration.alarms import HARD, Alarms, Row, edges_covered, library_studies, rows_of, wins_covered
from tests.calibration.histories import GJR, gjr_history, kinds, mirrored
from tests.calibration.planting import Plant, drifted, plant
from tests.calibration.power import found_of
from tests.calibration.shrinkage import estimated_tau
from tests.calibration.steady import changes
from tests.calibration.survivors import FALL, stock
from tests.calibration.tell import alarms_of, lines
from tests.calibration.verdicts import Judge
from tests.study.markets import random_history

HISTORIES = 12


def gjr(seed: int) -> PriceHistory:
    return gjr_history(GJR, np.random.default_rng(seed))


def studies() -> tuple[Study, ...]:
    """Every fifth signal of the library on daily bars, and those on weekly and monthly ones."""
    library = library_studies(GJR, frozenset({GJR}))
    daily = [study for study in library if study.bars == "daily"]
    return (*daily[::5], *(study for study in library if study.bars != "daily"))


def test_the_quick_way_gives_the_verdicts_of_a_study() -> None:
    histories = {GJR: gjr(11)}
    judge, seen = Judge(histories), Counter[str]()
    for study in studies():
        whole = run_study(study, histories).summaries
        for summary, full, quick in zip(
            whole, judge.results(study), judge.results(study, everything=False), strict=True
        ):
            assert full.verdict == summary.verdict.key
            assert (full.evidence.n, full.evidence.independent_n) == (summary.n, summary.independent_n)
            assert full.evidence.edge == summary.edge
            if quick.verdict == "not-hard":
                assert summary.verdict.key not in HARD
                assert summary.horizon != study.headline
            else:
                assert quick.verdict == full.verdict
            seen[quick.verdict] += 1
    assert {"too-few", "ordinary", "not-hard"} <= set(seen)
    assert seen["better-luck"] + seen["worse-luck"] > 0


def test_there_are_few_false_alarms_and_the_rule_is_not_mute() -> None:
    """On average over all signals; the single ones take more histories."""
    tallies = Alarms(GJR)
    for seed in range(100, 100 + HISTORIES):
        tallies.add(rows_of(GJR, {GJR: gjr(seed)}, seed))
    cells = list(tallies.cells())
    judged = sum(cell["histories"] - cell["too-few"] for cell in cells)
    hard = sum(cell["better-hard"] + cell["worse-hard"] for cell in cells)
    headline = [cell for cell in cells if cell["headline"]]
    asked = sum(cell["histories"] - cell["too-few"] for cell in headline)
    told = sum(cell["better-luck"] + cell["worse-luck"] for cell in headline)
    told += sum(cell["better-hard"] + cell["worse-hard"] for cell in headline)
    assert judged > 100 * HISTORIES
    assert 0.002 < hard / judged < 0.04
    assert 0.05 < told / asked < 0.25
    reports = list(tallies.signals())
    assert sum(row["hard"] for row in reports) / sum(row["judged"] for row in reports) < 0.10


def test_an_effect_on_random_dates_is_found() -> None:
    plan = Plant("random dates", 30, "3M", 8)
    found = [found_of(plan, gjr(seed), seed) for seed in range(200, 212)]
    assert sum(each.row.verdict == "better-hard" for each in found) >= 7
    edges = [each.row.edge for each in found if each.row.edge is not None]
    assert 0.04 < float(np.mean(edges)) < 0.09
    nothing = [found_of(Plant("random dates", 30, "3M", 0), gjr(seed), seed) for seed in range(200, 212)]
    assert sum(each.row.verdict == "better-hard" for each in nothing) <= 2


@pytest.mark.parametrize("kind", ["random dates", "momentum", "drop", "surge"])
def test_every_case_of_the_study_has_the_effect_and_no_other(kind: str) -> None:
    history = gjr(21)
    plan = Plant(kind, 30, "3M", 8)  # type: ignore[arg-type]
    planted = plant(plan, history, 21)
    result = run_study(planted.study, {GJR: planted.history})
    cases = [episode.bar for episode in result.episodes]
    assert len(cases) == planted.cases
    assert 20 <= planted.cases <= 50
    under_way = {bar for case in cases for bar in range(case + 1, case + 64)}
    daily = (planted.history.close[1:] / planted.history.close[:-1]) / (
        history.close[1:] / history.close[:-1]
    )
    for bar in range(1, len(history)):
        assert daily[bar - 1] == pytest.approx(1.08 ** (1 / 63) if bar in under_way else 1.0, rel=1e-9)


def test_a_planted_case_gains_exactly_the_points() -> None:
    close = np.linspace(100, 130, 60)
    moved = drifted(close, np.array([5, 20, 25], dtype=np.intp), 10, 8.0)
    for case in (5, 20, 25):
        assert moved[case + 10] / moved[case] == pytest.approx(1.08 * close[case + 10] / close[case])
    assert moved[40] / moved[36] == pytest.approx(close[40] / close[36])


def test_a_mirrored_session_is_the_real_one_upside_down() -> None:
    history = random_history("IWM", "2015-01-02", "2016-12-30", 3)
    signs = np.where(np.arange(len(history) - 1) % 2, -1.0, 1.0)
    drawn = mirrored(history, signs)
    assert drawn.volume is history.volume
    high, low = drawn.field("high"), drawn.field("low")
    assert (low <= np.minimum(drawn.field("open"), drawn.close) * (1 + 1e-12)).all()
    assert (high >= np.maximum(drawn.field("open"), drawn.close) * (1 - 1e-12)).all()
    real = np.log(history.field("close")[1:] / history.field("open")[1:])
    day = np.log(drawn.field("close")[1:] / drawn.field("open")[1:])
    assert day == pytest.approx(signs * real)
    # Over a fair coin every session has the same expected gain: the history's average.
    up, down = mirrored(history, np.ones_like(signs)), mirrored(history, -np.ones_like(signs))
    gains = [drawn.close[1:] / drawn.close[:-1] for drawn in (up, down)]
    expected = np.mean(history.close[1:] / history.close[:-1])
    assert (gains[0] + gains[1]) / 2 == pytest.approx(np.full(len(signs), expected))


def test_the_model_has_clusters_of_volatility_and_no_memory_of_direction() -> None:
    moves = np.concatenate([np.diff(np.log(gjr(seed).close)) for seed in range(3)])
    sizes = np.abs(moves)

    def correlation(x: np.ndarray, y: np.ndarray) -> float:
        return float(np.corrcoef(x, y)[0, 1])

    assert correlation(sizes[1:], sizes[:-1]) > 0.1
    assert abs(correlation(moves[1:], moves[:-1])) < 0.06
    assert correlation(sizes[1:], np.minimum(moves[:-1], 0)) < correlation(
        sizes[1:], -np.maximum(moves[:-1], 0)
    )
    kurtosis = np.mean((moves - moves.mean()) ** 4) / moves.var() ** 2
    assert kurtosis > 5


def test_the_same_number_is_the_same_history() -> None:
    (kind,) = kinds(None)
    assert (kind.history(5)[GJR].close == kind.history(5)[GJR].close).all()
    assert (kind.history(5)[GJR].close != kind.history(6)[GJR].close).any()


def row(edge: float, deviation: float, wins: int = 6) -> Row:
    return Row("x", "3M", True, "ordinary", 10, 10, wins, edge, deviation, 1.0)


def test_coverage_counts_the_intervals_that_hold_the_truth() -> None:
    # t(9; 97.5%) is 2.262.
    assert edges_covered([row(0.22, 0.1), row(0.23, 0.1), row(-0.1, 0.1)], 0.0) == [True, False, True]
    # 22 of 40 in all; Wilson's interval of 10 in 10 begins at 72%.
    assert wins_covered([row(0, 0, 10), row(0, 0, 5), row(0, 0, 4), row(0, 0, 3)]) == [
        False,
        True,
        True,
        True,
    ]


def test_tau_is_found_where_it_is_and_not_where_it_is_not() -> None:
    random = np.random.default_rng(4)
    spread = [row(float(random.normal(0, np.hypot(0.08, 0.06))), 0.06) for _ in range(3000)]
    nothing = [row(float(random.normal(0, 0.06)), 0.06) for _ in range(3000)]
    assert estimated_tau(spread) == pytest.approx(0.08, abs=0.006)
    assert estimated_tau(nothing) <= 0.02


def test_a_stock_vanishes_on_the_day_it_has_lost_nine_tenths() -> None:
    random = np.random.default_rng(1)
    fates = [stock(random) for _ in range(60)]
    gone = [(close, last) for close, last in fates if last < len(close) - 1]
    assert 5 < len(gone) < 55
    for close, last in gone:
        falls = [close[day] / close[: day + 1].max() - 1 for day in range(last - 30, last + 1)]
        assert falls[-1] <= -FALL < min(falls[:-1])


def test_shares_are_of_the_histories_in_which_there_was_a_verdict() -> None:
    cell = {
        "signal": "a",
        "horizon": "3M",
        "headline": True,
        "histories": 400,
        "too-few": 200,
        "ordinary": 170,
    }
    cell |= {"better-luck": 12, "worse-luck": 8, "better-hard": 6, "worse-hard": 4, "not-hard": 0}
    rare = cell | {"signal": "b", "too-few": 399, "better-hard": 1}
    found = alarms_of([cell, rare], [{"signal": "a", "judged": 200, "hard": 20}])
    assert found["cells"] == 1
    assert found["hard"] == {"average": 0.05, "highest": 0.05, "of": 200, "where": "a 3M"}
    assert found["headline"]["average"] == 0.15
    assert found["reports"]["highest"] == 0.10


def test_a_missed_aim_is_named_beyond_twice_its_standard_error() -> None:
    def told(average: float, highest: float) -> bool:
        shares = {"average": average, "highest": highest, "of": 400, "where": "a 3M"}
        alarms = [
            {
                "history": "SPY",
                "histories": 400,
                "cells": 1,
                "hard": shares,
                "reports": None,
                "headline": None,
            }
        ]
        table = {
            "alarms": alarms,
            "coverage": [],
            "power": [],
            "tau": None,
            "survivorship": None,
            "steady": None,
        }
        return "MISSED" in "\n".join(lines(table))

    # The standard error of 7% of 400 is 1.28%.
    assert not told(0.05, 0.095)
    assert told(0.05, 0.096)
    assert told(0.051, 0.06)


def test_a_change_is_counted_from_one_month_end_to_the_next() -> None:
    histories = {"IWM": random_history("IWM", "2012-01-03", "2026-07-31", 7)}
    study = make_study("IWM", signal="reverse-up", horizons=["1M"])
    days = [date(2023 + month // 12, month % 12 + 1, 1) - timedelta(1) for month in range(13, 44)]
    found = [run_study(study, histories, day).summaries[0].verdict for day in days]
    changed = sum(before != after for before, after in pairwise(found))
    assert changed > 0
    assert changes([study], histories) == {"steps": 30, "changed": changed}
