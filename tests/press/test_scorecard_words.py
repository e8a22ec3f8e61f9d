"""What the scorecard says of its cases, sentence by sentence, and what its file has of each."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from generator.assembly.scorecard_csv import scorecard_csv
from generator.pages.scorecard import IN_FULL, calibration_words, score_page, standing
from generator.scorecard.outcomes import Calibration, Case, Outcome, Scorecard, ScoredIssue, Share, State
from generator.scorecard.story import case_story, newest_outcome
from generator.scorecard.values import Expectations, ExpectedHorizon
from tests.press.scorecards import expectation, expected_horizon, outcome

NEWEST = date(2026, 7, 31)
ENTERED = date(2026, 4, 30)
FEW = Calibration(2, 1, None, None, None)


def card(*cases: Case, issues: int = 1, source: str = "files") -> Scorecard:
    expected = Expectations(
        "one", "An issue", "2026-04-22", "2026-04-21", source, tuple(c.expectation for c in cases)
    )
    return Scorecard((ScoredIssue(expected, cases),) * issues, FEW, NEWEST)


def entered(*outcomes: Outcome, counted: date = ENTERED, gone: float | None = 0.0, **changes: Any) -> Case:
    study = expectation(horizons=tuple(each.expected for each in outcomes), **changes)
    return Case(study, "entered", ENTERED, outcomes, counted, gone)


def story(case: Case) -> str:
    return score_page(card(case)).issues[0].cases[0].story


def horizons(*verdicts: tuple[str, int, str]) -> tuple[ExpectedHorizon, ...]:
    return tuple(replace(expected_horizon(label, bars), verdict=verdict) for label, bars, verdict in verdicts)


def test_verdicts_that_are_alike_stand_together() -> None:
    six = [("1W", 1), ("2W", 2), ("1M", 4), ("2M", 8), ("3M", 13), ("6M", 26)]
    phrases = ["better", "better", "too few", "luck", "luck", "luck"]
    case = Case(
        expectation(horizons=horizons(*((*h, p) for h, p in zip(six, phrases, strict=True)))), "no-bar"
    )
    assert story(case).endswith(
        "The verdict at the time: at one and two weeks better; at one month too few; at two to six months "
        "luck."
    )
    alike = Case(expectation(horizons=horizons(("1W", 1, "luck"), ("1M", 4, "luck"))), "no-bar")
    assert story(alike).endswith("The verdict at the time, at every horizon: luck.")
    one = Case(expectation(horizons=horizons(("1W", 1, "luck"))), "no-bar")
    assert story(one).endswith("The verdict at the time: at one week luck.")
    mixed = Case(
        expectation(horizons=horizons(("1W", 1, "a"), ("1M", 4, "a"), ("3M", 13, "a"), ("1Y", 52, "b"))),
        "no-bar",
    )
    assert story(mixed).endswith("The verdict at the time: at one week to three months a; at one year b.")


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        ("none", "No case was under way when the issue was written"),
        ("other-source", "This issue was made from another source"),
        ("no-prices", "The source of the newest prices lacks one of IWM and SPY."),
        ("no-bar", "The newest prices have no bar for the day of this case."),
        ("waiting", "The signal was on before April 2026 was over. It waits for the close of April 2026:"),
        (
            "not-held",
            "The signal was on when the issue was written, but it was gone by the close of April 2026.",
        ),
    ],
)
def test_the_story_of_a_case_without_returns(state: State, begins: str) -> None:
    assert story(Case(expectation(assets=("IWM", "SPY")), state)).startswith(begins)


def test_a_signal_that_came_waits_for_its_session() -> None:
    case = Case(expectation(provisional=False), "waiting", date(2026, 4, 20))
    assert story(case).startswith("The signal came on Apr 20, 2026. Its return waits for the next session.")
    weekly = Case(expectation(bars="weekly"), "waiting")
    assert "before the week of Apr 20, 2026 was over" in story(weekly)


def test_from_which_close_returns_count() -> None:
    one = outcome(expected_horizon("1M", 1), 0.05)
    assert story(entered(one)).startswith(
        "The signal held to the close of the month, on Apr 30, 2026; returns count from that close."
    )
    plain = entered(one, provisional=False, entry="next_open")
    assert story(plain).startswith("The signal came on Apr 30, 2026; returns count from the next open.")
    late = entered(one, counted=date(2026, 5, 4), gone=-0.02, target="SPY")
    told = story(late)
    assert "Returns count from the close of May 4, 2026, the first after publication" in told
    assert "by then SPY stood 2.0% lower" in told
    assert "count from that close" not in told


def test_the_horizon_of_the_finding_then_the_longest() -> None:
    one, three, twelve = (expected_horizon(f"{n}M", n) for n in (1, 3, 12))
    done = (outcome(one, 0.05), outcome(three, -0.10), outcome(twelve, 0.30))
    assert "Twelve months later" not in story(entered(*done))
    told = story(entered(*done, headline="3M"))
    assert "Three months later IWM stood 10.0% lower, below all 13" in told
    assert "12 months later it stood 30.0% higher, above all 13 earlier cases." in told
    told = story(entered(*done, headline="12M"))
    assert told.count("later") == 1
    assert "12 months later IWM stood 30.0% higher" in told
    named = story(entered(*done, headline="3M", name="long Treasuries"))
    assert "Three months later long Treasuries stood 10.0% lower" in named
    assert "12 months later they stood 30.0% higher" in named
    assert "IWM" not in named
    running = (outcome(one, 0.05), outcome(twelve, 0.01, complete=False, passed=3))
    told = story(entered(*running, headline="12M"))
    assert (
        "One month later IWM stood 5.0% higher, in the middle half of the 13 earlier cases. The horizon of "
        "the finding, 12 months, is still open: by Jul 31, 2026 it stood 1.0% higher."
    ) in told


def test_before_a_horizon_is_complete_the_price_stands_somewhere() -> None:
    open_one = replace(
        outcome(expected_horizon("12M", 12), 0.0476, complete=False, passed=1), until=date(2026, 5, 29)
    )
    assert "By May 29, 2026 IWM stood 4.8% higher; no horizon is complete yet." in story(entered(open_one))
    today = replace(open_one, until=ENTERED, value=0.0)
    assert "No session has passed since." in story(entered(today))


def test_rows_by_hand() -> None:
    one, twelve = expected_horizon("1M", 1), expected_horizon("12M", 12)
    case = entered(outcome(one, -0.10), outcome(twelve, 0.06, complete=False, passed=3))
    entry = score_page(card(case)).issues[0].cases[0]
    first, last = entry.rows
    assert entry.usual_heading == "Any month"
    assert (first.horizon, first.cases, first.spread, first.half) == (
        "1M",
        "13",
        "−8.00 to +20.00",
        "−2.00 to +9.00",
    )
    assert (first.median, first.usual, first.value, first.until) == (
        "+3.00",
        "+2.00",
        "−10.00",
        "Jul 31, 2026",
    )
    assert (first.open, first.tone, last.open, last.tone) == (False, "loss", True, "")
    assert last.until == "3 of 12 months"
    assert last.where.endswith(" so far")
    assert first.mark is not None
    assert last.mark is not None
    # The range from −8% to +20% is drawn from 12 to 88 of 100.
    assert (first.mark.lower, first.mark.median, first.mark.upper) == (28.3, 41.9, 58.1)
    assert (first.mark.value, last.mark.value) == (6.6, 50.0)
    daily = entered(outcome(expected_horizon("1D", 1), 0.0, complete=False), bars="daily")
    daily = replace(daily, outcomes=(replace(daily.outcomes[0], passed=0),))
    entry = score_page(card(daily)).issues[0].cases[0]
    assert (entry.usual_heading, entry.rows[0].until) == ("Any day", "0 of 1 session")


@pytest.mark.parametrize(("value", "at"), [(-0.30, 2.0), (0.90, 98.0)])
def test_a_return_far_outside_stays_on_the_picture(value: float, at: float) -> None:
    case = entered(outcome(expected_horizon(), value))
    mark = score_page(card(case)).issues[0].cases[0].rows[0].mark
    assert mark is not None
    assert mark.value == at


def test_without_a_range_there_is_no_mark() -> None:
    few = replace(expected_horizon(n=3), worst=None, lower=None, median=None, upper=None, best=None)
    row = score_page(card(entered(outcome(few, 0.01)))).issues[0].cases[0].rows[0]
    assert (row.mark, row.spread, row.median, row.where) == (None, "—", "—", "too few earlier cases")
    flat = replace(expected_horizon(), worst=0.01, lower=0.01, median=0.01, upper=0.01, best=0.01)
    assert score_page(card(entered(outcome(flat, 0.01)))).issues[0].cases[0].rows[0].mark is None


def test_the_row_of_an_issue_is_its_first_case_with_a_return() -> None:
    one, three, twelve = (expected_horizon(f"{n}M", n) for n in (1, 3, 12))
    case = entered(
        outcome(one, 0.05),
        outcome(three, -0.10),
        outcome(twelve, 0.30, complete=False),
        target="SPY",
        gone=0.01,
    )
    waiting, none = Case(expectation(title="W"), "waiting"), Case(expectation(), "none")
    (row,) = score_page(card(none, waiting, case)).rows
    assert (row.case, row.more) == ("Months of ten percent or more (SPY)", "and one more")
    assert (row.horizon, row.value, row.open, row.tone) == ("3M", "−10.00", False, "loss")
    assert row.gone == "+1.00"
    led = replace(case, expectation=replace(case.expectation, headline="12M"))
    (row,) = score_page(card(led)).rows
    assert (row.horizon, row.value, row.open, row.tone, row.more) == ("12M", "+30.00", True, "", "")
    (row,) = score_page(card(waiting)).rows
    assert (row.case, row.horizon, row.open) == ("W (IWM)", "—", True)
    (row,) = score_page(card(none)).rows
    assert row.case == ""
    (row,) = score_page(card(entered(outcome(twelve, 0.30, complete=False)))).rows
    assert (row.horizon, row.value) == ("12M", "+30.00")


def test_how_many_are_complete() -> None:
    one, three = (expected_horizon(f"{n}M", n) for n in (1, 3))
    done, running = outcome(one, 0.01), outcome(three, 0.01, complete=False)
    waiting, gone = Case(expectation(), "waiting"), Case(expectation(), "not-held")
    lost = Case(expectation(), "no-prices")

    def said(*cases: Case, issues: int = 1) -> str:
        return standing(card(*cases, issues=issues))

    assert said(entered(done)) == (
        "One issue had one case under way. One return has begun, and it is complete."
    )
    assert said(entered(running)).endswith("One return has begun and is under way.")
    assert said(entered(done, running)).endswith(
        "Of the two returns that began with them, one is complete and one not yet."
    )
    assert "two are complete and one not yet" in said(entered(done, done, running))
    assert said(entered(running, running)).endswith(
        "None of the two returns that began with them is complete yet."
    )
    assert said(entered(done), issues=2) == (
        "Two issues had two cases under way. All two returns that began with them are complete."
    )
    assert said(Case(expectation(), "none")) == "One issue had no case under way."
    told = said(waiting, waiting, gone, lost)
    assert "Two cases wait for the closes that they count from." in told
    assert "One case was gone by the close and counts nowhere." in told
    assert "One case cannot be scored from these prices." in told


def test_the_newest_in_full_and_the_file_of_all() -> None:
    one, twelve = expected_horizon("1M", 1), expected_horizon("12M", 12)
    case = entered(
        outcome(one, 0.05), outcome(twelve, 0.06, complete=False, passed=3), headline="12M",
        target="SPY", counted=date(2026, 5, 4), gone=0.015,
    )  # fmt: skip
    waiting = Case(expectation(), "waiting")
    many = card(case, waiting, issues=IN_FULL + 1)
    assert (len(score_page(many).rows), len(score_page(many).issues)) == (IN_FULL + 1, IN_FULL)
    sample = replace(card(case, waiting, source="sample"))
    rows = list(csv.DictReader(io.StringIO(scorecard_csv(sample).content.decode())))
    assert [row["horizon"] for row in rows] == ["1M", "12M", "1M", "3M", "12M"]
    first, second, third = rows[:3]
    assert (first["simulated"], first["asset"], first["target"]) == ("true", "IWM", "SPY")
    assert (first["signal_date"], first["entered"], first["counted_from"]) == (
        *("2026-04-20", "2026-04-30", "2026-05-04"),
    )
    assert (float(first["return"]), first["complete"], first["bars_passed"]) == (5.0, "true", "1")
    assert (second["complete"], second["bars_passed"], second["until"]) == ("false", "3", "2026-07-31")
    assert (first["headline"], second["headline"], third["headline"]) == ("false", "true", "")
    assert [float(first[name]) for name in ("worst", "lower", "median", "upper", "best", "usual")] == [
        *(-8.0, -2.0, 3.0, 9.0, 20.0, 2.0)
    ]
    assert (float(first["gone"]), third["gone"], third["return"], third["place"]) == (1.5, "", "", "")
    assert (first["n"], first["horizon_bars"], second["horizon_bars"]) == ("13", "1", "12")


def test_sentences_name_the_asset_that_was_measured() -> None:
    done = outcome(expected_horizon("1M", 1), 0.05)
    running = outcome(expected_horizon("12M", 12), 0.01, complete=False, passed=3)
    assert "SPY stood 5.0% higher" in story(entered(done, target="SPY"))
    assert "By Jul 31, 2026 SPY stood 1.0% higher" in story(entered(running, target="SPY"))
    assert "SPY stood 5.0% higher" in story(entered(done, target="SPY", headline="1M"))


def test_without_a_return_or_a_close_nothing_is_said_of_it() -> None:
    came = "The signal held to the close of the month, on Apr 30, 2026; returns count from that close."
    running = outcome(expected_horizon("12M", 12), 0.01, complete=False, passed=3)
    assert case_story(replace(entered(running), outcomes=()), NEWEST) == came
    assert case_story(entered(running), None) == came
    assert case_story(entered(running), NEWEST) != came


def test_of_two_cases_alike_the_first_is_the_newest() -> None:
    done = entered(outcome(expected_horizon("1M", 1), 0.05))
    other = replace(done, expectation=replace(done.expectation, title="Another"))
    assert newest_outcome(card(done, other)).startswith("Months of ten percent or more, Apr 30, 2026: one")
    assert newest_outcome(card(other, done)).startswith("Another, Apr 30, 2026: one month later")


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((0.4, 0.6), "within what chance allows"),
        ((0.2, 0.4), "within what chance allows"),
        ((0.41, 0.6), "more inside the middle half than chance allows"),
        ((0.2, 0.39), "fewer inside the middle half than chance allows"),
    ],
)
def test_what_chance_allows_at_its_edge(interval: tuple[float, float], said: str) -> None:
    half = Share(10, sum(interval) / 2, 0.4, interval)
    first, second = calibration_words(Calibration(20, 12, half, half, half))
    assert said in first
    assert second.startswith("Ten ")


def test_when_the_ranges_cannot_be_judged() -> None:
    (none,) = calibration_words(Calibration(0, 0, None, None, None))
    assert none.startswith("Whether such ranges hold can only be judged")
    (one,) = calibration_words(Calibration(1, 1, None, None, None))
    assert one.startswith("The complete return covers one separate period: ")
    (more,) = calibration_words(Calibration(3, 2, None, None, None))
    assert more.startswith("The complete returns cover two separate periods: ")


def test_what_kind_of_returns_a_table_has() -> None:
    one = outcome(expected_horizon("1M", 1), 0.05)
    for returns in ("total", "price"):
        entry = score_page(card(entered(one, returns=returns, target="SPY", title="T"))).issues[0].cases[0]
        assert entry.caption == f"T: suggested and happened, {returns} returns of SPY, %"


def test_without_a_horizon_there_was_no_verdict() -> None:
    none = Case(expectation(horizons=(), date=None, provisional=False), "none")
    entry = score_page(card(none)).issues[0].cases[0]
    assert entry.story == "No case was under way when the issue was written: every episode was complete."
    assert entry.rows == ()


def test_every_line_of_the_file_has_every_column() -> None:
    """Of a case with returns, of one that waits, of one without a date, of an issue without a study."""
    one, twelve = expected_horizon("1M", 1), expected_horizon("12M", 12)
    running = entered(outcome(one, 0.05))
    half = replace(running, expectation=replace(running.expectation, horizons=(one, twelve)))
    none = Case(expectation(horizons=(), date=None, provisional=False), "none")
    kept = Case(expectation(horizons=(one,), provisional=False), "no-bar")
    cards = [card(half, Case(expectation(horizons=(one,)), "waiting"), none, kept), card()]
    for scorecard, lines in zip(cards, (5, 1), strict=True):
        text = scorecard_csv(scorecard).content.decode()
        assert text.endswith("\n")
        assert "\r" not in text
        header, *rows = csv.reader(io.StringIO(text))
        assert [len(row) for row in rows] == [len(header)] * lines
        assert len(header) == 34
    rows = list(csv.DictReader(io.StringIO(scorecard_csv(cards[0]).content.decode())))
    assert [row["provisional"] for row in rows] == ["true", "true", "true", "", "false"]
    assert [row["complete"] for row in rows] == ["true", "", "", "", ""]
    assert [row["signal_date"] for row in rows] == ["2026-04-20"] * 3 + ["", "2026-04-20"]
    # The open horizon of a case has what the case has: no place, no return, from when it would count.
    assert [rows[1][name] for name in ("return", "place", "until", "bars_passed", "headline")] == [""] * 5
    assert (rows[1]["counted_from"], rows[1]["gone"]) == ("2026-04-30", "0")
