"""Words of one and of many, of what is over and what is not, of facts alone and alike: by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from generator.desk import words as draft_words
from generator.desk.choice import Choice, Story
from generator.desk.draft import Draft, draft_text
from generator.desk.explain import explanation
from generator.desk.facts import Fact, Kind, Period
from generator.desk.news import News, Ranked
from generator.desk.phrases import clause, noun_clause, rank_text
from generator.desk.question import Question
from generator.desk.titles import deed_of, fall_of, rank_name, title_of
from generator.desk.week_words import _Teller, told_facts, week_story
from generator.signals.library import find_signal
from generator.study.ladder import Move, Rung
from tests.desk.hand import history
from tests.desk.test_choice import fired
from tests.desk.test_draft_text import WATCHLIST, histories
from tests.desk.test_told import ranked
from tests.desk.test_words import fact, spy, standing

NAMES = {"SPY": "S&P 500 fund", "QQQ": "Nasdaq 100 fund", "GLD": "gold", "XLE": "energy stocks"}
MANY = "energy stocks"
HISTORIES = {asset: history([100.0] * 30, asset) for asset in NAMES}


def against(name: str) -> str:
    return f'{{{{ market("SPY").against("QQQ").{name} }}}}'


@pytest.mark.parametrize(
    ("given", "over", "title"),
    [
        (fact("move", -0.05, "month"), False, f"Energy stocks are having their {spy('month_rank')}"),
        (fact("move", -0.05, "month"), True, f"Energy stocks’ {spy('month_rank')}"),
        (
            fact("streak", 5.0),
            False,
            f"Energy stocks rose {spy('week_streak')} weeks in a row, their {spy('week_streak_rank')}",
        ),
        (
            fact("gap", -0.05, "month"),
            False,
            f"Energy stocks are {against('month_gap | gap')} behind silver in {spy('this_month')}, "
            f"{against('month_gap_rank')}",
        ),
        (
            fact("gap", 0.05),
            True,
            f"Energy stocks beat silver by {against('week_gap | gap')}, {against('week_gap_rank')}",
        ),
    ],
)
def test_headlines_of_many(given: Fact, over: bool, title: str) -> None:
    assert title_of(given, MANY, "silver", over=over) == title


@pytest.mark.parametrize("kind", ["range", "record", "high", "low", "correction", "swings", "calm"])
def test_each_kind_is_a_headline(kind: Kind) -> None:
    title = title_of(fact(kind, 0.05), "gold", "", over=False)
    assert title == f"Gold’s {spy(rank_name(fact(kind, 0.05)))}"


def test_a_close_far_down_is_no_second_bear_market() -> None:
    """Of Dec 2018 the last close 20% below the high of its year was in Sep 2009, long after the low."""
    title = title_of(fact("bear", -0.2, "day"), "gold", "", over=False)
    assert title == f"Gold closed {spy('below_high | size')} below its high, its {spy('bear_rank')}"
    assert rank_text(fact("bear", -0.2, "day")) == "first close so far down since Mar 2012"


def test_a_lead_that_never_was_as_wide_is_one_of_the_market() -> None:
    widest = replace(fact("gap", 0.05), standing=standing(1, 20.0))
    assert title_of(widest, "gold", "silver", over=True).startswith("Gold beat silver by {{")


def test_decks_of_many_and_of_a_month_that_is_over() -> None:
    month, gap = fact("move", 0.05, "month"), fact("gap", 0.05, "month")
    moved = f"{spy('month_to_date | moved')} in {spy('this_month')}"
    assert deed_of(month, "S&P 500 fund", "", over=True) == f"The S&P 500 fund {moved}."
    assert deed_of(gap, "S&P 500 fund", "Nasdaq 100 fund", over=True) == (
        f'The S&P 500 fund {moved}; the Nasdaq 100 fund {{{{ market("QQQ").month_to_date | moved }}}}.'
    )
    below = f"{spy('below_high | size')} below their highest close in a year, their {spy('bear_rank')}."
    fall = fact("bear", -0.21, "day")
    assert fall_of(fall, MANY) == f"On {spy('below_high_date | month_day')} energy stocks closed {below}"
    assert deed_of(fall, MANY, "", over=True) == fall_of(fall, MANY)
    assert deed_of(fact("low", -1.0, "day"), MANY, "", over=True) == (
        f"Energy stocks {spy('week_to_date | moved')} in the week."
    )


@pytest.mark.parametrize(
    ("given", "over", "text"),
    [
        # A day and a week are over whatever is said of the month.
        (fact("move", 0.05), False, "energy stocks rose 5.0%, their best week since Mar 2012"),
        (
            fact("move", 0.05, "day"),
            False,
            "energy stocks rose 5.0% on April 24, their best day since Mar 2012",
        ),
        (
            fact("gap", 0.05),
            False,
            "energy stocks beat oil by 5.0 points, the most in a week since Mar 2012",
        ),
        (
            fact("gap", -0.05, "month"),
            False,
            "energy stocks are behind oil by 5.0 points so far in April, the most in a month since Mar 2012",
        ),
        (
            fact("streak", -5.0),
            False,
            "energy stocks fell five weeks in a row, their longest run of losses since",
        ),
        (
            fact("record", 1.0, "day"),
            True,
            "energy stocks closed at a record, their first record close since",
        ),
        (
            fact("low", -1.0, "day"),
            True,
            "energy stocks closed at the lowest in a year, their first low of a year",
        ),
        (
            fact("move", -0.05, "quarter"),
            False,
            "energy stocks are down 5.0% so far in the quarter, their worst quarter since the first quarter",
        ),
    ],
)
def test_clauses_of_many(given: Fact, over: bool, text: str) -> None:
    told = clause(given, MANY, over=over, other="oil", many=True)
    assert told.startswith(text)
    assert clause(given, "gold", over=over, other="oil").startswith("gold ")
    assert "their" not in clause(given, "gold", over=over, other="oil")


def test_no_record_is_said_unless_there_was_one() -> None:
    week = fact("move", 0.05)
    assert clause(week, "gold", over=True) == "gold rose 5.0%, its best week since Mar 2012"
    assert clause(week, "gold", over=True, to_record=True) == (
        "gold rose 5.0% to a record close, its best week since Mar 2012"
    )


@pytest.mark.parametrize(
    ("kind", "side", "rank"),
    [
        ("record", 1.0, "first record close"),
        ("high", 1.0, "first high of a year"),
        ("low", -1.0, "first low of a year"),
        ("correction", -0.1, "first correction"),
        ("bear", -0.2, "first close so far down"),
    ],
)
def test_what_never_was_before_is_said_of_the_prices_there_are(kind: Kind, side: float, rank: str) -> None:
    never = replace(fact(kind, side, "day"), standing=standing(1, 20.0))
    assert rank_text(never) == f"{rank} since prices began in 2006"
    assert rank_text(fact(kind, side, "day")) == f"{rank} since Mar 2012"
    swing = replace(fact("swings", 0.02), standing=standing(1, 20.0))
    assert rank_text(swing) == "wildest week on record"


def sentences(*given: Ranked, benchmark: str = "SPY") -> tuple[str, ...]:
    return week_story(News(given), HISTORIES, NAMES, benchmark)


def test_many_are_they_when_they_are_told_of_again() -> None:
    week = ranked("XLE", 0.1, value=0.012, rare=0.1)
    (first,) = sentences(ranked("XLE", 2.0, value=0.031, period="day"), week, benchmark="XLE")
    assert first == (
        "Energy stocks rose 1.2% in the week. They rose 3.1% on April 24, their best day since Mar 2012."
    )
    # April is not over on the 24th.
    (month,) = sentences(ranked("XLE", 2.0, value=0.05, period="month"), benchmark="SPY")
    assert month == "Energy stocks are up 5.0% so far in April, their best month since Mar 2012."


def test_of_more_than_three_rare_facts_of_the_benchmark_the_weightiest_are_told() -> None:
    given = [
        ranked("SPY", 3.0, value=0.031, period="day", rare=1.9),
        ranked("SPY", 2.9, "streak", 7.0, "day"),
        ranked("SPY", 2.8, "low", -1.0, "day"),
        ranked("SPY", 2.7, value=-0.031, period="day", rare=1.9),
    ]
    (first,) = sentences(*given)
    assert first.count("2012") == 3
    assert "fell 3.1%" not in first
    assert first.startswith("The S&P 500 fund rose 3.1% on April 24")
    assert ". It rose seven days in a row" in first


def listed(*given: Ranked) -> list[str]:
    """The facts as a list has them."""
    return _Teller(News(given), HISTORIES, NAMES).listed([each.fact for each in given])


def test_runs_and_swings_of_one_rank_stand_apart() -> None:
    kinds: tuple[tuple[Kind, float, Period], ...] = (
        ("swings", 0.02, "week"), ("streak", 7.0, "week"), ("calm", 0.002, "month"),
    )  # fmt: skip
    for kind, value, period in kinds:
        alike = [ranked(asset, 2.0, kind, value, period) for asset in ("GLD", "XLE")]
        assert len(sentences(*alike)) == 2
        assert len(listed(*alike)) == 2


def test_a_list_has_gaps_groups_and_what_is_not_over() -> None:
    gap = ranked("GLD", 2.0, "gap", 0.05, other="QQQ")
    assert listed(gap) == ["gold beat the Nasdaq 100 fund by 5.0 points, the most in a week since Mar 2012"]
    year = ranked("XLE", 2.0, value=0.3, period="year", over=False, since=None)
    assert listed(year) == ["energy stocks’ best year since prices began in 2006 (+30.0% so far)"]
    alike = [replace(year, fact=replace(year.fact, asset=asset)) for asset in ("GLD", "XLE", "QQQ")]
    assert listed(*alike) == [
        "the best year since prices began in 2006 for gold (+30.0% so far), energy stocks (+30.0% so far) "
        "and the Nasdaq 100 fund (+30.0% so far)"
    ]
    group = ranked("SPY", 2.0, "breadth", 7 / 9)
    assert noun_clause(group.fact, "the S&P 500 fund", over=True) == (
        "seven of nine of the assets followed most rose, as last in the week to Mar 2, 2012"
    )


def test_the_widest_gap_is_sought_among_those_of_the_weightiest_ones_time() -> None:
    """A wider gap of a month is no match for a week's; a third of the week's time is."""
    week = ranked("A", 2.0, "gap", 0.03125, other="B")
    month = ranked("C", 1.9, "gap", 0.5, "month", other="D")
    other = ranked("E", 1.8, "gap", -0.0625, other="F")
    found = [f"{r.fact.asset} {r.fact.kind}" for r in told_facts(News((week, month, other)))]
    assert found == ["A gap", "E gap"]
    # What is told of the widest gap's assets is not told again.
    also = ranked("E", 1.7, value=-0.05)
    assert [r.fact.asset for r in told_facts(News((week, month, other, also)))] == ["A", "E"]


def test_a_signal_that_leads_has_another_headline_every_week() -> None:
    signal = find_signal("golden-cross")
    titles = [draft_words.title(signal, "gold", week) for week in range(4)]
    assert titles[0] == titles[3]
    assert titles[:3] == [
        "A golden cross in gold",
        "The averages of gold have crossed upward",
        "Gold turned up, says an old rule",
    ]


@pytest.mark.parametrize(
    ("signal", "provisional", "begins"),
    [
        ("golden-cross", False, 'On {{ study("x").present_date }} gold saw'),
        ("up-week-streak", False, 'In the week to {{ study("x").present_date }} gold had closed'),
        ("up-week-streak", True, "In a week that is not over gold had closed"),
        ("ten-percent-month", False, 'In {{ market("GLD").this_month }} gold rose'),
        ("ten-percent-month", True, 'In {{ market("GLD").this_month }}, which is not over, gold rose'),
    ],
)
def test_when_a_signal_came(signal: str, provisional: bool, begins: str) -> None:
    finding = fired("GLD", signal, 80).lead
    finding = replace(finding, firing=replace(finding.firing, provisional=provisional))
    for day, so_far in ((finding.firing.day, 'market("GLD").week_to_date'), (date(2026, 4, 25), "so_far")):
        deck = draft_words.deck(find_signal(signal), "gold", finding, "x", day)
        assert deck.startswith(begins)
        assert so_far in deck


def test_a_dull_week_of_a_day_like_none_in_half_a_year_is_titled_by_it() -> None:
    for waited, titled in ((0.5, True), (0.499, False)):
        stands = replace(standing(50, 20.0, date(2025, 10, 24)), waited=waited)
        own = replace(fact("move", -0.02, "day"), standing=stands)
        news = News((Ranked(own, "benchmark", 0.5),))
        text = draft_text(Draft(date(2026, 4, 24), WATCHLIST, histories(), Choice((), news), False, {}))
        assert ("worst_day_rank" in text) == titled


def test_what_was_asked_of_each_story() -> None:
    lead = ranked("GLD", 1.5)
    rung = Rung(Move("GLD", "daily", True), 3, 17)
    lines = explanation(
        date(2026, 4, 24), Choice((Story(lead, None), Story(lead, Question("GLD", rung=rung))), News((lead,)))
    ).splitlines()
    assert lines[2:] == [
        "Lead: GLD week move up; told without a study",
        "Second: GLD week move up; study: roc(close, 1) >= 3 on GLD, 17 earlier cases",
    ]
