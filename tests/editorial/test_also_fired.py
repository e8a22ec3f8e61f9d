"""What came in a week beside the studies: the record that stands out is a key point, and told once."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from generator.article.also_fired import also_fired, best_record
from generator.article.report import Report
from generator.scan.ranking import Event
from generator.spec.models import AlsoFiredSection
from generator.study.values import Baseline
from tests.desk.test_choice import NOTHING, fired

SECTION = AlsoFiredSection.model_construct(assets={"GLD": "gold fund", "SPY": "S&P 500 fund"}, signals=())


def event(asset: str, q: float, wins: float = 0.2, n: int = 20, separate: int = 20) -> Event:
    """A correction of an asset: 20% of 20 cases higher, −1.8% in the middle, against 60% and +2.4% from any
    day."""
    made = fired(asset, "correction", 60)
    firing = replace(
        made.lead.firing,
        n=n,
        independent_n=separate,
        win_rate=wins,
        average=-0.018,
        median=-0.017,
        baseline=Baseline(n=5000, average=0.024, median=0.02, win_rate=0.6),
    )
    return Event(replace(made.lead, firing=firing, q_value=q), ())


def report(*events: Event, writes: bool = True) -> Report:
    scan = replace(NOTHING, events=events)
    return cast(Report, SimpleNamespace(scan=scan, views={}, points_tell_records=writes, lead=None))


def test_the_record_that_stands_out_is_a_key_point_and_told_once() -> None:
    made = report(event("GLD", 0.02), event("SPY", 0.5))
    assert best_record(made, SECTION) == (
        "The gold fund fell more than 10% below the highest close in a year; three months after earlier "
        "cases it was higher 4 of 20 times (any start: 60%), a median of −1.7% against +2.0% (q 0.02 among "
        "two histories)."
    )
    told = also_fired(made, SECTION, "k")
    assert told["standing_out"] == ""
    assert told["on_top"].startswith("Two signals fired:")
    # An author's own key points do not tell it, so the section does.
    own = also_fired(report(event("GLD", 0.02), event("SPY", 0.5), writes=False), SECTION, "k")
    assert own["standing_out"].startswith(
        "After allowing for the two histories with enough cases, one history stands"
    )
    assert own["on_top"].startswith(own["standing_out"])


@pytest.mark.parametrize(
    "given",
    [
        event("GLD", 0.11),
        event("GLD", 0.02, n=9),
        event("GLD", 0.02, separate=4),
        event("GLD", 0.02, wins=0.55),  # too near the usual 60% for a reader to see
    ],
)
def test_what_does_not_stand_out_is_no_key_point(given: Event) -> None:
    assert best_record(report(given, event("SPY", 0.5)), SECTION) == ""


def test_a_record_of_too_few_cases_is_not_the_lowest_q() -> None:
    told = also_fired(report(event("GLD", 0.02, n=9), event("SPY", 0.5)), SECTION, "k")
    # After they have been named as those that have no study.
    assert told["on_top"].endswith("something always fires. None of their histories stands out.")

    # The table beside it has no q of it either.
    assert [row.cells[-1].text for row in told["events"].rows] == ["—", "0.50"]


def test_few_cases_that_carry_the_average_leave_the_word_to_the_middle_one() -> None:
    given = event("GLD", 0.02)
    lead = replace(given.lead, firing=replace(given.lead.firing, average=-0.09))
    assert ", a median of −1.7% against +2.0% (q" in best_record(report(replace(given, lead=lead)), SECTION)


def test_the_table_has_the_middle_case() -> None:
    """Of an asset that once rose a thousandfold an average says nothing."""
    made = also_fired(report(event("GLD", 0.02)), SECTION, "k")["events"]
    (row,) = made.rows
    assert [cell.value for cell in row.cells[4:6]] == [-0.017, 0.02]
