"""The table of what else came in the week: a record in every row, one measure in all of them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from generator.article.also_fired import also_fired
from generator.edition.values import Table, Values
from generator.scan.ranking import Finding
from generator.spec.models import AlsoFiredSection
from generator.study.values import Baseline
from tests.editorial.test_draft import event, finding, scanned

NAMES = {"SPY": "S&P 500 fund", "IWM": "Russell 2000 fund", "BTC-USD": "Bitcoin"}


def with_record(signal: str, asset: str, interest: float, **record: Any) -> Finding:
    made = finding(signal, asset, interest)
    return replace(made, firing=replace(made.firing, **record))


def told(*findings: Finding) -> Values:
    report: Any = SimpleNamespace(
        scan=scanned(*(event(each) for each in findings)), views={}, lead=None, points_tell_records=False
    )
    return also_fired(report, AlsoFiredSection(assets=NAMES), "also-fired")


def rows(values: Values) -> list[list[str]]:
    table = values["events"]
    assert isinstance(table, Table)
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_no_row_is_without_a_record_and_those_left_out_are_counted() -> None:
    few = with_record("death-cross", "SPY", 90, n=2)
    unjudged = replace(finding("golden-cross", "SPY", 80), q_value=None)
    values = told(few, unjudged, finding("reverse-up", "IWM", 70))
    assert [row[1] for row in rows(values)] == ["IWM"]
    assert all("—" not in row for row in rows(values))
    assert values["untested"] == "Two events"
    assert told(few)["events"] is None


def test_every_row_has_the_median_for_a_few_great_years_carry_averages() -> None:
    usual = Baseline(n=100, average=2.1192, median=0.21, win_rate=0.6)
    wild = with_record("reverse-up", "BTC-USD", 90, average=1.7878, median=0.62, baseline=usual)
    calm = with_record("golden-cross", "SPY", 80, average=0.05, median=0.04)
    values = told(wild, calm)
    table = values["events"]
    assert isinstance(table, Table)
    assert [column.heading for column in table.columns][4:] == ["Median, %", "Any start, %", "q"]
    assert [row[4:6] for row in rows(values)] == [["+62.00", "+21.00"], ["+4.00", "0.00"]]
