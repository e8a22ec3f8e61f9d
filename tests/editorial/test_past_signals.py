"""What an issue says of the signals of those before it, checked by eye."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from generator.article.article import Placed, section_markdown
from generator.article.past_signals import past_signals
from generator.edition.values import Section, Table
from generator.scorecard.outcomes import (
    Calibration,
    Case,
    Scorecard,
    ScoredIssue,
    Share,
)
from generator.scorecard.values import Expectations
from generator.spec.models import PastSignalsSection
from tests.press import scorecards

FEW = Calibration(83, 5, None, None, None)


def section(scorecard: Scorecard) -> tuple[str, list[list[str]], tuple[str, ...]]:
    report: Any = SimpleNamespace(scorecard=scorecard, as_of=date(2026, 7, 31))
    values = past_signals(report, PastSignalsSection(), "past")
    shown = [table for table in values.values() if isinstance(table, Table)]
    rows = [[cell.text for cell in row.cells] for table in shown for row in table.rows]
    text = section_markdown(Section("past", "past_signals", None, values), Placed())
    caption = re.search(r"/// table-caption\n.*?\n(.*?)\n///", text, re.DOTALL)
    notes = caption[1].split("\n\n")[1:] if caption else ()
    return values["on_top"], rows, tuple(notes)


def told(scorecard: Scorecard) -> tuple[str, list[list[str]]]:
    return section(scorecard)[:2]


def case(
    returns: dict[str, float],
    headline: str | None,
    still_open: float | None = None,
    until: str = "2026-07-31",
) -> Case:
    """A case with these complete returns, by months; and one at 12 months that is open, where it says so."""
    expected = {f"{n}M": scorecards.expected_horizon(f"{n}M", n) for n in (1, 3, 6, 12)}
    outcomes = [scorecards.outcome(expected[label], value) for label, value in returns.items()]
    if still_open is not None:
        outcomes.append(scorecards.outcome(expected["12M"], still_open, complete=False, passed=3))
    outcomes = [replace(outcome, until=date.fromisoformat(until)) for outcome in outcomes]
    study = scorecards.expectation(horizons=tuple(o.expected for o in outcomes), headline=headline)
    return Case(study, "entered", date(2025, 7, 31), tuple(outcomes))


def card(*issues: tuple[str, tuple[Case, ...]], calibration: Calibration = FEW) -> Scorecard:
    """Issues by their date, the newest first."""
    scored = [
        ScoredIssue(
            Expectations("one", "An issue", day, day, "files", tuple(c.expectation for c in cases)), cases
        )
        for day, cases in issues
    ]
    return Scorecard(tuple(scored), calibration, date(2026, 7, 31))


def called(verdict: str, **returns: float) -> Case:
    """A case of which an issue said this; usual are 2%."""
    made = case(returns, "3M")
    outcomes = tuple(replace(o, expected=replace(o.expected, verdict=verdict)) for o in made.outcomes)
    return replace(made, outcomes=outcomes)


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        # Gold of Mar 2020 was called worse than usual, and rose 11%.
        (
            (("worse", 0.11),),
            "The one result here that was called hard to explain by luck has not come out so.",
        ),
        ((("worse", 0.01),), "The one result here that was called hard to explain by luck has come out so."),
        (
            (("worse", 0.11), ("better", 0.03)),
            "Of the two results here that were called hard to explain by luck, one has come out so.",
        ),
        (
            (("worse", 0.11), ("better", 0.01)),
            "Of the two results here that were called hard to explain by luck, none has come out so.",
        ),
        (
            (("worse", -0.11), ("better", 0.03), ("better", 0.3)),
            "Of the three results here that were called hard to explain by luck, all have come out so.",
        ),
    ],
)
def test_what_was_called_more_than_luck_is_held_to_it(
    cases: tuple[tuple[str, float], ...], said: str
) -> None:
    made = [called(f"{way} than usual, hard to explain by luck", **{"3M": value}) for way, value in cases]
    assert said in told(card(("2026-01-02", tuple(made))))[0]
    lucky = [called(f"{way} than usual, could be luck", **{"3M": value}) for way, value in cases]
    assert "hard to explain" not in told(card(("2026-01-02", tuple(lucky))))[0]


def test_a_row_a_case_with_its_newest_complete_horizon() -> None:
    text, rows, notes = section(scorecards.demo())
    assert text == (
        "The one earlier case under way stands higher than at publication. One case says little about the "
        "method; the scorecard keeps every one."
    )
    # Since entry and what the earlier cases suggested are those of the card: +4.76% so far, a median of 3%.
    # The demo's issues did not keep which horizon their finding led with.
    assert rows == [
        [
            "Months of ten percent or more (IWM)", "Apr 21, 2026", "+4.76", "−9.76", "+3.00",
            "below the range, after three months", "—",
        ],
        ["A month <under way> (IWM)", "Apr 21, 2026", "—", "—", "—", "waits for its close", "—"],
        ["Months of ten percent or more (IWM)", "Nov 28, 2025", "—", "—", "—", "was gone by the close", "—"],
    ]  # fmt: skip
    assert notes == (
        "Through Jul 31, 2026, from the first close after publication, or from an entry that came later; the "
        "scorecard has every horizon.",
        "Where no finding’s horizon is on record, the longest complete one stands in its place.",
    )


def test_the_table_of_cases_is_a_file_with_these_columns() -> None:
    report: Any = SimpleNamespace(scorecard=scorecards.demo(), as_of=date(2026, 7, 31))
    values = past_signals(report, PastSignalsSection(), "past")
    table = values["cases"]
    assert isinstance(table, Table)
    assert (table.key, table.download) == ("past-cases", True)
    finding = "Horizon of the finding"
    assert [(column.key, column.unit, column.group) for column in table.columns] == [
        ("signal", "text", ""),
        ("issue", "date", ""),
        ("since", "percent", ""),
        ("return", "percent", finding),
        ("suggested", "percent", finding),
        ("where", "text", finding),
        ("longest", "text", ""),
    ]
    # In the file a return is a number, a name the study's, a day ISO; what has no figure is empty.
    first, waiting, _ = table.rows
    assert [cell.value for cell in first.cells[:5]] == ["months", "2026-04-21", 0.0476, -0.0976, 0.03]
    assert [cell.value for cell in waiting.cells] == ["months", "2026-04-21", *[None] * 5]
    assert (values["shown"], values["total"], values["lacks_finding"], values["any_ended"]) == (
        *("three", "", True, False),
    )


@pytest.mark.parametrize(("count", "shown", "total"), [(12, 12, ""), (13, 12, "13")])
def test_twelve_cases_are_shown(count: int, shown: int, total: str) -> None:
    cases = tuple(case({"1M": n / 100}, "1M", 0.02) for n in range(count))
    report: Any = SimpleNamespace(scorecard=card(("2025-12-05", cases)), as_of=date(2026, 7, 31))
    values = past_signals(report, PastSignalsSection(), "past")
    assert [row.cells[3].value for row in values["cases"].rows] == [n / 100 for n in range(shown)]
    assert values["total"] == total
    assert values["on_top"].startswith(f"{count} cases of earlier issues")
    ended = card(("2025-12-05", (case({"1M": 0.1, "12M": 0.2}, "12M"),)))
    report = SimpleNamespace(scorecard=ended, as_of=date(2026, 7, 31))
    told_of = past_signals(report, PastSignalsSection(), "past")
    assert (told_of["any_ended"], told_of["lacks_finding"]) == (True, False)


@pytest.mark.parametrize(
    ("rising", "told"),
    [
        ((0.01, -0.01, -0.02), "one of them stands higher"),
        ((0.01, 0.02, -0.02), "two of them stand higher"),
        ((-0.01, -0.02, -0.03), "none of them stands higher"),
        ((0.01, 0.02, 0.03), "all of them stand higher"),
        ((-0.01, -0.02), "neither stands higher"),
        ((0.01, -0.02), "one of them stands higher"),
        ((0.02,), "The one earlier case under way stands higher"),
        ((-0.02,), "The one earlier case under way stands no higher"),
    ],
)
def test_how_many_of_those_under_way_stand_higher(rising: tuple[float, ...], told: str) -> None:
    cases = tuple(case({"1M": 0.5}, "1M", value) for value in rising)
    text, _, _ = section(card(("2025-12-05", cases)))
    assert f"{told} than at publication." in text


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (((0.1, -0.1),), ": it was higher after six months and lower after a year."),
        (((0.1, 0.2), (0.1, 0.1)), ": both were higher after six months and higher after a year."),
        (((-0.1, 0.2), (-0.1, 0.1)), ": both were lower after six months and higher after a year."),
        (((0.1, 0.2), (-0.1, 0.1), (-0.1, -0.2)), ": one of three was higher after six months, two of three"),
        (((-0.1, 0.2), (-0.1, -0.1), (0.0, -0.2)), ": all three were no higher after six months, one of"),
    ],
)
def test_how_many_of_those_that_ended_were_higher(pairs: tuple[tuple[float, float], ...], said: str) -> None:
    cases = tuple(case({"6M": first, "12M": last}, "6M") for first, last in pairs)
    text, _, _ = section(card(("2025-12-05", cases)))
    assert said in text


def test_the_horizon_of_the_finding_comes_before_the_longest() -> None:
    # Of 13 earlier cases half lay between −2% and +9%, all between −8% and +20%.
    ended = case({"1M": 0.01, "6M": -0.0302, "12M": 0.1538}, "6M")
    same = case({"1M": 0.01, "12M": 0.0538}, "12M")
    running = case({"1M": -0.05, "3M": 0.0111}, "12M", 0.0222)
    first = case({}, "12M", -0.0333)
    _, rows, notes = section(card(("2025-12-05", (ended, same, running, first))))
    name, day = "Months of ten percent or more (IWM)", "Dec 5, 2025"
    assert rows == [
        [
            name, day, "—", "−3.02", "+3.00", "lower quarter, after six months",
            "upper quarter, +15.38 after 12 months",
        ],
        [name, day, "—", "+5.38", "+3.00", "middle half, after 12 months", "—"],
        [name, day, "+2.22", "—", "+3.00", "12 months not over", "middle half, +1.11 after three months"],
        [name, day, "−3.33", "—", "+3.00", "12 months not over", "—"],
    ]  # fmt: skip
    assert notes[1:] == ("A case is followed to its last horizon.",)


def test_a_case_that_has_ended_is_not_said_to_stand_anywhere() -> None:
    lost, won = case({"6M": -0.0002, "12M": 0.304}, "6M"), case({"6M": 0.05, "12M": 0.1}, "6M")
    closing = " They overlap and are too few to judge the method; the scorecard keeps every one."
    text, _ = told(card(("2025-12-05", (lost, won))))
    assert text == (
        "Two cases have ended since the issue of Dec 5, 2025: one of two was higher after "
        "six months, both higher after a year." + closing
    )
    text, _ = told(card(("2025-12-05", (won, case({"1M": 0.1}, "1M", -0.1), case({"1M": 0.1}, "1M", -0.2)))))
    assert text == (
        "Two cases of earlier issues are under way; neither stands higher than at publication. One case has "
        "ended since the issue of Dec 5, 2025: it was higher after six months and higher after a year."
        + closing
    )
    old = case({"6M": -0.01, "12M": 0.2}, None)
    text, _ = told(card(("2025-12-05", (old, old, old))))
    assert text == (
        "Three cases have ended since the issue of Dec 5, 2025: all three were higher after a year." + closing
    )
    text, _ = told(card(("2025-12-05", (case({"12M": -0.01}, "12M"),))))
    assert text == (
        "One case has ended since the issue of Dec 5, 2025: it was lower after a year. One case says little "
        "about the method; the scorecard keeps every one."
    )


def test_a_return_of_nothing_is_no_rise() -> None:
    flat = case({"6M": 0.0, "12M": 0.0}, "6M")
    text, _ = told(card(("2025-12-05", (flat, case({"6M": 0.0001, "12M": 0.0}, "6M")))))
    assert ": one of two was higher after six months, both no higher after a year." in text
    text, _ = told(card(("2025-12-05", (case({"1M": 0.1}, "1M", 0.0),))))
    assert text.startswith("The one earlier case under way stands no higher than at publication.")


def test_two_are_both() -> None:
    rising = case({"1M": 0.01}, "1M", 0.02)
    text, _ = told(card(("2025-12-05", (rising, rising))))
    assert text.startswith(
        "Two cases of earlier issues are under way; both stand higher than at publication."
    )


def test_what_the_issue_before_could_tell_the_end_of_is_left_to_the_scorecard() -> None:
    over = case({"6M": 0.01, "12M": 0.02}, "6M", until="2026-07-24")
    late = case({"6M": 0.03, "12M": 0.04}, "6M", until="2026-07-27")
    running = case({"6M": 0.05}, "6M", 0.06)
    gone = Case(scorecards.expectation(), "not-held", date(2026, 7, 24))
    newest = ("2026-07-24", (case({}, "12M", 0.07),))
    text, rows = told(card(newest, ("2025-07-25", (over, late, running, gone))))
    assert [row[2:4] for row in rows] == [["+7.00", "—"], ["—", "+3.00"], ["+6.00", "+5.00"]]
    assert text.startswith("Two cases of earlier issues are under way; both stand higher")
    assert "One case has ended since the issue of Jul 24, 2026:" in text
    text, rows = told(card(("2026-07-24", ()), ("2025-07-25", (over, gone))))
    assert (text, rows) == ("", [])  # nothing to tell is no section


def test_what_they_have_come_to_is_a_column_only_where_one_is_under_way() -> None:
    over, running = case({"6M": 0.03, "12M": 0.04}, "6M"), case({"6M": 0.05}, "6M", 0.06)
    for cases, width in (((over,), 6), ((over, running), 7)):
        _, rows = told(card(("2026-07-24", cases)))
        assert {len(row) for row in rows} == {width}


def test_all_cases_of_the_issue_before_are_news() -> None:
    """Also one that was gone on its own day, and one whose horizons were over soon."""
    gone = Case(scorecards.expectation(), "not-held", date(2026, 7, 24))
    over = case({"1M": 0.01}, "1M", until="2026-07-24")
    _, rows = told(card(("2026-07-24", (gone, over))))
    assert [row[4] for row in rows] == ["was gone by the close", "middle half, after one month"]


def test_a_case_without_a_finding_or_a_complete_return_has_neither() -> None:
    _, rows = told(card(("2026-07-24", (case({}, None, 0.02),))))
    assert [row[2:] for row in rows] == [["+2.00", "—", "—", "none complete yet", "—"]]


def test_a_case_ends_with_its_last_horizon() -> None:
    """Of which the issue before this one, to July 24, could not tell, though the first had come."""
    found = case({"6M": 0.01, "12M": 0.02}, "6M", until="2026-07-20")
    first, last = found.outcomes
    later = [replace(each, until=date(2026, 7, 27)) for each in (first, last)]
    for order in ((first, later[1]), (later[0], last)):
        text, _ = told(card(("2026-07-24", ()), ("2025-07-25", (replace(found, outcomes=order),))))
        assert text.startswith("One case has ended since the issue of Jul 24, 2026:")
    assert told(card(("2026-07-24", ()), ("2025-07-25", (found,))))[1] == []


def test_a_share_is_given_when_the_scorecard_gives_one() -> None:
    rising = case({"1M": 0.01, "3M": 0.0, "6M": 0.01}, "1M", 0.02)
    issue = ("2025-12-05", (rising, rising, rising))
    text, _ = told(card(issue))
    assert "middle half" not in text
    half = Share(40, 40 / 90, 0.4643, (0.2, 0.7))
    text, _ = told(card(issue, calibration=Calibration(90, 12, half, half, half)))
    assert text == (
        "Three cases of earlier issues are under way; all of them stand higher than at publication. Of all "
        "complete returns so far, 40 of 90 ended in the middle half of what history suggested; about 46% "
        "should. Many of them overlap; the scorecard keeps every one."
    )


def test_a_case_without_an_entry_has_no_return() -> None:
    text, _ = told(card(("2026-07-24", (Case(scorecards.expectation(), "waiting"),))))
    assert text == "No case told here has a return yet; the scorecard keeps every one."


def test_the_first_issue_has_nothing_to_keep_score_of() -> None:
    text, rows = told(scorecards.NOTHING)
    assert (text, rows) == ("", [])
