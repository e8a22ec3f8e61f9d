"""Every kind of fact as headline, deck and clause, rising and falling, over and under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from generator.desk.draft import REMARK, WITHOUT, is_draft, left_out
from generator.desk.facts import Fact, Kind, Period
from generator.desk.phrases import deed, points, since_text
from generator.desk.standing import Standing
from generator.desk.titles import deed_of, rank_name, title_of
from generator.spec.models import ReportSpec

FRIDAY = date(2026, 4, 24)


def standing(place: int = 1, years: float = 20.0, since: date | None = None) -> Standing:
    return Standing(since, place, 1000, date(2006, 4, 24), years, years)


def fact(kind: Kind, value: float, period: Period = "week", place: int = 2, years: float = 20.0) -> Fact:
    """The second or so of its kind: nothing went as far since March 2012."""
    other, stands = "QQQ" if kind == "gap" else None, standing(place, years, date(2012, 3, 2))
    return Fact(kind, "SPY", period, value, FRIDAY, stands, other, members=9, alike=7)


def spy(name: str) -> str:
    return f'{{{{ market("SPY").{name} }}}}'


@pytest.mark.parametrize(
    ("given", "over", "title"),
    [
        (fact("move", 0.05, "day"), True, f"The S&P 500 fund’s {spy('best_day_rank')}"),
        (fact("move", -0.05, "day"), False, f"The S&P 500 fund’s {spy('worst_day_rank')}"),
        (fact("move", -0.05), True, f"The S&P 500 fund’s {spy('week_rank')}"),
        (fact("move", -0.05, "month"), False, f"The S&P 500 fund is having its {spy('month_rank')}"),
        (fact("move", -0.05, "month"), True, f"The S&P 500 fund’s {spy('month_rank')}"),
        (fact("calm", 0.001, "month"), False, f"The S&P 500 fund’s {spy('calm_rank')}"),
        (fact("range", 0.08, "day"), True, f"The S&P 500 fund’s {spy('widest_day_rank')}"),
        (fact("record", 0.0), True, f"The S&P 500 fund’s {spy('record_rank')}"),
        (
            fact("streak", 7.0, "day"),
            False,
            f"The S&P 500 fund rose {spy('day_streak')} days in a row, its {spy('day_streak_rank')}",
        ),
        (
            fact("streak", -5.0),
            False,
            f"The S&P 500 fund fell {spy('week_streak')} weeks in a row, its {spy('week_streak_rank')}",
        ),
        (
            fact("streak", 7.0, "day"),
            True,
            f"The S&P 500 fund’s run of {spy('day_streak')} days of gains ended, "
            f"its {spy('day_streak_rank')}",
        ),
    ],
)
def test_headlines(given: Fact, over: bool, title: str) -> None:
    assert title_of(given, "S&P 500 fund", "", over=over) == title


@pytest.mark.parametrize(("value", "over", "how"), [(0.05, True, "beat"), (-0.05, True, "trailed")])
def test_a_gap_that_is_over(value: float, over: bool, how: str) -> None:
    title = title_of(fact("gap", value), "S&P 500 fund", "Nasdaq 100 fund", over=over)
    assert title.startswith(
        f'The S&P 500 fund {how} the Nasdaq 100 fund by {{{{ market("SPY").against("QQQ").week_gap |'
    )


@pytest.mark.parametrize(("value", "where"), [(0.05, "ahead of"), (-0.05, "behind")])
def test_a_gap_under_way(value: float, where: str) -> None:
    title = title_of(fact("gap", value, "month"), "S&P 500 fund", "Nasdaq 100 fund", over=False)
    assert title.startswith("The S&P 500 fund is {{")
    assert f" }}}} {where} the Nasdaq 100 fund in {spy('this_month')}, {{{{" in title


def test_how_many_rose_is_no_headline() -> None:
    with pytest.raises(ValueError, match="no headline"):
        title_of(fact("breadth", 0.7), "S&P 500 fund", "", over=True)


@pytest.mark.parametrize(
    ("given", "over", "text"),
    [
        (
            fact("move", 0.05, "day"),
            True,
            f"{spy('best_day | moved')} on {spy('best_day_date | month_day')}.",
        ),
        (
            fact("move", -0.05, "day"),
            True,
            f"{spy('worst_day | moved')} on {spy('worst_day_date | month_day')}.",
        ),
        (fact("move", 0.05), False, f"{spy('week_to_date | moved')} in the week."),
        (fact("move", 0.05, "quarter"), True, f"{spy('quarter_to_date | moved')} in the quarter."),
        (
            fact("move", 0.05, "month"),
            False,
            f"is {spy('month_to_date | up')} so far in {spy('this_month')}.",
        ),
        (
            fact("calm", 0.001, "month"),
            True,
            f"moved {spy('calm | size(2)')} a day over the last month.",
        ),
        (fact("record", 0.0), True, f"{spy('week_to_date | moved')} in the week, to a record close."),
        (fact("range", 0.07, "day"), True, f"{spy('week_to_date | moved')} in the week."),
    ],
)
def test_decks(given: Fact, over: bool, text: str) -> None:
    assert deed_of(given, "S&P 500 fund", "", over=over) == f"The S&P 500 fund {text}"


def test_the_deck_of_a_fall_says_when() -> None:
    assert deed_of(fact("bear", -0.21, "day"), "S&P 500 fund", "", over=True) == (
        f"On {spy('below_high_date | month_day')} the S&P 500 fund closed {spy('below_high | size')} below "
        f"its highest close in a year, its {spy('bear_rank')}."
    )


def test_the_deck_of_a_gap_has_both_moves() -> None:
    qqq = '{{ market("QQQ").'
    told = deed_of(fact("gap", 0.05), "S&P 500 fund", "Nasdaq 100 fund", over=True)
    assert told == (
        f"The S&P 500 fund {spy('week_to_date | moved')} in the week; "
        f"the Nasdaq 100 fund {qqq}week_to_date | moved }}}}."
    )
    told = deed_of(fact("gap", 0.05, "month"), "S&P 500 fund", "Nasdaq 100 fund", over=False)
    assert told == (
        f"The S&P 500 fund is {spy('month_to_date | up')} so far in {spy('this_month')}; "
        f"the Nasdaq 100 fund is {qqq}month_to_date | up }}}}."
    )


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (fact("move", 0.041), "rose 4.1%"),
        (fact("move", -0.041), "fell 4.1%"),
        (fact("gap", 0.086), "beat gold by 8.6 points"),
        (fact("gap", -0.01), "trailed gold by 1.0 point"),
        (fact("streak", 7.0, "day"), "rose seven days in a row"),
        (fact("streak", -5.0), "fell five weeks in a row"),
        (fact("calm", 0.00234, "month"), "moved 0.23% a day on average"),
        (fact("range", 0.07, "day"), "swung by 7.0% within a day"),
        (fact("bear", -0.204, "day"), "closed 20.4% below the highest close in a year on April 24"),
        (fact("breadth", 7 / 9), "seven of nine rose"),
        (fact("breadth", -7 / 9), "seven of nine fell"),
    ],
)
def test_what_was_done(given: Fact, text: str) -> None:
    assert deed(given, "gold") == text


def test_points_agree_with_their_figure() -> None:
    assert [points(0.01), points(-0.021), points(0.001)] == ["1.0 point", "2.1 points", "0.1 points"]


def test_since_when() -> None:
    day = date(2026, 4, 24)
    quarter = standing(2, since=date(2013, 9, 30))
    assert since_text(quarter, day, "quarter") == "since the third quarter of 2013"
    assert since_text(replace(quarter, since=date(2013, 10, 1)), day, "quarter").startswith(
        "since the fourth"
    )
    assert since_text(standing(2, since=date(2026, 2, 24)), day, "week") == "since Feb 24, 2026"
    assert since_text(standing(2, since=date(2026, 2, 23)), day, "week") == "since Feb 2026"
    assert since_text(standing(2, since=date(2026, 3, 31)), day, "month") == "since Mar 2026"


def test_each_kind_has_its_rank() -> None:
    ranks = {rank_name(fact(kind, -0.1)) for kind in ("range", "record", "high", "low", "swings", "calm")}
    assert len(ranks) == 6
    assert rank_name(fact("streak", 6, "month")) == "month_streak_rank"
    assert rank_name(fact("move", 0.0, "day")) == "best_day_rank"


def spec(text: str, *tags: str) -> ReportSpec:
    made = ReportSpec.model_construct(tags=tags)
    object.__setattr__(made, "text", text)
    return made


def test_a_draft_is_one_until_its_first_line_is_gone() -> None:
    drafted = f"{REMARK} April 24.\n{WITHOUT}GLD: no close\ntitle: x\n"
    assert is_draft(spec(drafted))
    assert left_out(spec(drafted)) == ("GLD: no close",)
    edited = drafted.partition("\n")[2]
    assert not is_draft(spec(edited))
    assert left_out(spec(edited)) == ()
    assert is_draft(spec("title: x\n", "weekly", "draft"))
