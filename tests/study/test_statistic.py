"""The registry of statistics: one key, unit and place for all who show them."""

from __future__ import annotations

import statistics
from dataclasses import fields

import pytest

from generator.article.fact_kinds import HORIZON_FACTS
from generator.audit.headings import AUDITED
from generator.findings.families import family_of
from generator.findings.tables import episode_table, statistics_table
from generator.findings.view import StudyView
from generator.fit.claims import FIELDS
from generator.output.study import json_object, statistics_grid
from generator.spec.models import StudySpec
from generator.study.evidence.records import Records
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.statistic import STATISTICS
from generator.study.values import Baseline
from tests.study.markets import random_history


def answered() -> StudyView:
    history = random_history("ABC", "2005-01-03", "2015-12-31", 4)
    study = make_study("ABC", when="roc(close, 21) > 8", horizons=["1M", "3M"], cooldown=21)
    spec = StudySpec(asset="ABC", when="roc(close, 21) > 8", horizons=("1M", "3M"), cooldown=21)
    result = run_study(study, {"ABC": history})
    return StudyView("rises", spec, result, {"ABC": history}, {"ABC": "Alphabet"})


def test_every_form_tells_the_same_statistics() -> None:
    view = answered()
    table = statistics_table(view, "statistics", family_of([view]))
    assert table is not None
    shown = {column.key: cell.value for column, cell in zip(table.columns, table.rows[0].cells, strict=True)}
    summary = view.result.summaries[0]
    told = json_object(view.result)["summary"]["1M"]
    for name, statistic in STATISTICS.items():
        value = statistic.of(summary)
        if statistic.column is not None:
            assert shown[name] == value, name
        if name == "longest_winning_streak":
            said = told[name]["length"]
        elif name.startswith("baseline_"):
            said = told["baseline"][name.removeprefix("baseline_")]
        elif name.endswith(("_low", "_high")):
            interval, side = name.rsplit("_", 1)
            said = told[f"{interval}_interval"][side == "high"]
        else:
            said = told[name]
        assert said == statistic.in_percent(value), name
    # Against the returns themselves, by another library.
    returns = [float(r) * 100 for r in view.result.column("1M") if r == r]
    assert shown["n"] == told["n"] == len(returns) > 10
    assert told["average"] == pytest.approx(statistics.fmean(returns))
    assert told["median"] == pytest.approx(statistics.median(returns))
    assert told["stdev"] == pytest.approx(statistics.pstdev(returns))
    assert told["win_rate"] == pytest.approx(100 * sum(r > 0 for r in returns) / len(returns))
    assert (told["best"], told["worst"]) == pytest.approx((max(returns), min(returns)))


def test_claims_and_facts_are_of_statistics() -> None:
    assert {field.replace(".", "_") for field in FIELDS} <= set(STATISTICS)
    # Three facts tell of the streak.
    assert set(STATISTICS) - set(HORIZON_FACTS) == {"longest_winning_streak"}


def test_a_line_stands_under_a_statistic_that_comes_before_it() -> None:
    names = list(STATISTICS)
    for name, statistic in STATISTICS.items():
        assert not statistic.under or names.index(statistic.under) < names.index(name)
    _, rows = statistics_grid(answered().result)
    lines = ["Episodes", "  separate periods", "  pending", "Average", "  any day", "  edge"]
    assert [row[0] for row in rows[:6]] == lines


def test_who_computes_many_at_once_names_them_by_the_same_keys() -> None:
    assert {field.name for field in fields(Records)} <= {*STATISTICS, "baselines"}
    assert {f"baseline_{field.name}" for field in fields(Baseline)} <= set(STATISTICS)
    assert set(AUDITED) <= set(STATISTICS)


def test_the_summary_below_the_episodes_is_that_of_the_horizons() -> None:
    view = answered()
    table = episode_table(view, "episodes")
    rows = {str(row.cells[0].value): row for row in table.rows if row.kind in ("summary", "baseline")}
    assert list(rows) == [
        *("Average", "Any day: average", "Median", "Any day: median"),
        *("Win rate, %", "Any day: win rate, %", "Max drawdown", "Cases"),
    ]
    summary = view.result.summaries[0]
    first = len(table.columns) - 2
    assert rows["Any day: median"].cells[first].value == summary.baseline.median
    assert rows["Any day: win rate, %"].cells[first].value == summary.baseline.win_rate
    assert rows["Cases"].cells[first].value == summary.n
    assert [name for name, row in rows.items() if row.kind == "summary"] == [
        *("Average", "Median", "Win rate, %", "Max drawdown", "Cases")
    ]
