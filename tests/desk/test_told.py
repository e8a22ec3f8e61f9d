"""Which facts of a week are told, and how: each rule at its edge, on facts made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from generator.desk.choice import Choice, Story
from generator.desk.explain import SHOWN, explanation, value_text
from generator.desk.facts import Fact, Kind, Period
from generator.desk.news import Concern, News, Ranked
from generator.desk.phrases import clause, noun_clause, value_aside
from generator.desk.question import Question
from generator.desk.standing import Standing
from generator.desk.week_words import extremes, far_mover, others_points, same_news, told_facts, week_story
from generator.study.ladder import Move, Rung
from tests.desk.hand import history
from tests.desk.test_choice import fired

FRIDAY = date(2026, 4, 24)
NAMES = {"SPY": "S&P 500 fund", "QQQ": "Nasdaq 100 fund", "GLD": "gold", "XLE": "energy stocks"}


def standing(rare: float = 20.0, since: date | None = date(2012, 3, 2), years: float = 20.0) -> Standing:
    """Waited w years, first of w years: it comes once in w years."""
    return Standing(since, 1, 1000, date(2006, 4, 24), rare if rare < 10 else years, rare)


def ranked(
    asset: str, weight: float, kind: Kind = "move", value: float = 0.05, period: Period = "week", *,
    other: str | None = None, rare: float = 20.0, over: bool = True, concern: Concern = "rest",
    since: date | None = date(2012, 3, 2),
) -> Ranked:  # fmt: skip
    stands = standing(rare, since)
    return Ranked(Fact(kind, asset, period, value, FRIDAY, stands, other, 9, 7), concern, weight, over)


def told(*given: Ranked, most: int = 5) -> list[str]:
    """Which are told, by their assets and kinds."""
    return [f"{r.fact.asset} {r.fact.kind}" for r in told_facts(News(given), most)]


def test_five_are_told_from_a_weight_on() -> None:
    letters = "ABCDEFG"
    alike = [ranked(letter, 3.0 - n / 10) for n, letter in enumerate(letters)]
    many = [
        replace(each, fact=replace(each.fact, day=each.fact.day - timedelta(n)))
        for n, each in enumerate(alike)
    ]
    assert told(*many) == [f"{letter} move" for letter in "ABCDE"]
    # A fall that ranks as another stands in its sentence, and takes no place.
    assert told(*alike[:2], *many[2:]) == [f"{letter} move" for letter in "ABCDEF"]
    assert told(*many, most=6) == [f"{letter} move" for letter in "ABCDEF"]
    assert told(ranked("A", 0.6), ranked("B", 0.59)) == ["A move"]


def test_a_move_is_told_before_a_wide_day() -> None:
    """Gold on Mar 2, 2007: its widest day of all, and down 5.9% in a week of fright."""
    wide, fall = ranked("GLD", 0.64, "range", 0.048, "day"), ranked("GLD", 0.5, value=-0.059, rare=0.7)
    assert told(wide, fall) == ["GLD move"]
    assert told(wide, ranked("GLD", 0.4, value=-0.059)) == ["GLD range"]


def test_what_is_not_rare_or_not_over_is_not_told() -> None:
    assert told(ranked("A", 2.0, rare=0.49), ranked("B", 1.9, rare=0.5)) == ["B move"]
    # Once in 0.75 years is seldom, whenever the last one was; half a year without one is a while.
    for years, is_told in ((1.43, True), (1.42, False)):
        often = replace(standing(), years=years, waited=0.49)
        assert (often.rare >= 0.75) is is_told
        made = ranked("A", 2.0)
        assert told(replace(made, fact=replace(made.fact, standing=often))) == ["A move"] * is_told
    year = ranked("A", 2.0, period="year", over=False)
    assert told(year, ranked("B", 1.9)) == ["B move"]
    # A record quarter is told when it is over: until then it may be lost again.
    assert told(ranked("A", 2.0, period="quarter", over=False, since=None)) == []
    record = ranked("A", 2.0, period="year", over=False, since=None)
    assert told(record, ranked("B", 1.9)) == ["A move", "B move"]


def test_of_an_asset_one_fact_is_told_and_of_a_gap_both_are() -> None:
    assert told(ranked("A", 2.0), ranked("A", 1.9, "record"), ranked("B", 1.8)) == ["A move", "B move"]
    gap = ranked("A", 2.0, "gap", 0.05, other="B")
    # B rose with A's lead: told with it. C and a fall of B are other news.
    assert told(gap, ranked("B", 1.9), ranked("C", 1.8)) == ["A gap", "C move"]
    assert told(gap, ranked("B", 1.9, value=-0.05)) == ["A gap", "B move"]
    one, other = gap.fact, ranked("C", 1.0, "gap", -0.05, other="D").fact
    assert same_news(one, other)  # one gap a week
    assert not same_news(ranked("A", 1.0).fact, ranked("B", 1.0).fact)


@pytest.mark.parametrize(
    ("change", "both"),
    [
        ({}, True),
        ({"value": 0.046}, False),  # not half as wide again
        ({"weight": 1.19}, False),
        ({"rare": 0.4}, False),
        ({"period": "month"}, False),
        ({"value": -0.046875}, True),
    ],
)
def test_two_gaps_are_told_where_one_is_far_wider(change: dict[str, object], both: bool) -> None:
    first = ranked("A", 2.0, "gap", 0.03125, other="B")
    given: dict[str, object] = {"weight": 1.2, "kind": "gap", "value": 0.046875, "other": "D", **change}
    second = ranked("C", **given)  # type: ignore[arg-type]
    between = ranked("E", 1.9, "gap", 0.03125, other="F")
    assert told(first, between, second) == ["A gap", *(["C gap"] if both else [])]


@pytest.mark.parametrize(
    ("kind", "period", "weight", "rare", "plain"),
    [
        ("move", "day", 1.4, 20.0, True),
        ("move", "week", 1.4, 20.0, True),
        ("move", "month", 1.4, 20.0, False),
        ("move", "day", 1.39, 20.0, False),
        ("move", "day", 1.4, 0.4, False),
        ("swings", "week", 1.4, 20.0, False),
    ],
)
def test_a_move_is_told_in_place_of_a_rarer_thing(
    kind: Kind, period: Period, weight: float, rare: float, plain: bool
) -> None:
    best, move = ranked("A", 2.0, "record", 1.0, "day"), ranked("A", weight, kind, period=period, rare=rare)
    assert told(best, move) == ["A move" if plain else "A record"]


def test_a_gap_and_a_group_are_told_as_they_are() -> None:
    for kind in ("gap", "breadth"):
        best = ranked("A", 2.0, kind, other="B" if kind == "gap" else None)  # type: ignore[arg-type]
        assert told(best, ranked("A", 1.9, period="day")) == [f"A {kind}"]


def sentences(*given: Ranked, benchmark: str = "SPY") -> tuple[str, ...]:
    histories = {asset: history([100.0] * 30, asset) for asset in NAMES}
    return week_story(News(given), histories, NAMES, benchmark)


def test_the_benchmarks_week_and_what_is_rare_of_it() -> None:
    """At most three more facts of it, of some weight, over, and none that tells the same again."""
    week = ranked("SPY", 0.1, value=0.012, rare=0.1)
    first, *rest = sentences(
        ranked("SPY", 3.0, "record", 1.0, "day"),
        ranked("SPY", 2.9, "range", 0.03, "day"),
        ranked("SPY", 2.8, "swings", 0.02),
        ranked("SPY", 2.7, "gap", 0.03, other="QQQ"),
        ranked("SPY", 2.6, value=0.2, period="year", over=False),
        ranked("SPY", 1.3, value=0.031, period="day"),
        ranked("SPY", 1.2, "streak", 7.0, "day"),
        ranked("SPY", 1.2, "low", -1.0, "day"),
        week,
    )
    assert first == (
        "The S&P 500 fund rose 1.2% to a record close in the week. It was the first record close since Mar "
        "2012. It rose 3.1% on April 24, its best day since Mar 2012. It rose seven days in a row, its "
        "longest run of gains since Mar 2012."
    )
    assert rest == []
    gap = ranked("SPY", 3.5, "gap", 0.03, other="QQQ")
    assert sentences(gap, week) == (
        "The S&P 500 fund rose 1.2% in the week.",
        "The S&P 500 fund beat the Nasdaq 100 fund by 3.0 points, the most in a week since Mar 2012.",
    )
    assert sentences(ranked("SPY", 1.19, value=0.031, period="month", rare=1.9), week) == (
        "The S&P 500 fund rose 1.2% in the week.",
    )
    assert sentences(ranked("SPY", 1.19, "low", -1.0, "day"), week) == sentences(week)


@pytest.mark.parametrize(("rare", "told"), [(1.0, True), (0.99, False)])
def test_a_day_of_the_benchmark_as_far_as_none_in_a_year_is_told(rare: float, told: bool) -> None:
    """Aug 8, 2024, its best day since Nov 2022: without it a week that ended where it began reads as calm."""
    week = ranked("SPY", 0.1, value=0.0004, rare=0.1)
    (first,) = sentences(ranked("SPY", 0.59, value=0.023, period="day", rare=rare), week)
    assert ("It rose 2.3% on April 24" in first) is told


@pytest.mark.parametrize(("period", "told"), [("day", 1), ("month", 1), ("quarter", 0)])
def test_the_benchmarks_most_extreme_day_or_month_in_two_years_is_told(period: Period, told: int) -> None:
    week = ranked("SPY", 0.1, value=0.012, rare=0.1)
    (first,) = sentences(ranked("SPY", 0.9, value=0.031, period=period, rare=2.0), week)
    assert first.count(f"its best {period} since Mar 2012") == told


def test_a_week_that_fell_is_told_of_no_record() -> None:
    record = ranked("SPY", 1.0, "record", 1.0, "day")
    (fall,) = sentences(ranked("SPY", 0.1, value=-0.012, rare=0.1), record)
    assert fall == "The S&P 500 fund fell 1.2% in the week."
    (day,) = sentences(ranked("SPY", 2.0, value=0.012, period="day"), record)
    assert day == "The S&P 500 fund rose 1.2% on April 24, its best day since Mar 2012."


def test_without_the_benchmarks_week_the_others_are_told() -> None:
    assert sentences(ranked("GLD", 2.0)) == ("Gold rose 5.0%, its best week since Mar 2012.",)


def test_facts_of_one_rank_stand_in_one_sentence() -> None:
    alike = [ranked("GLD", 2.0, value=0.05), ranked("XLE", 1.9, value=0.07)]
    (text,) = sentences(*alike)
    assert text == ("Gold rose 5.0%, its best week since Mar 2012; the same goes for energy stocks (+7.0%).")
    histories = {asset: history([100.0] * 30, asset) for asset in NAMES}
    assert others_points(News(tuple(alike)), histories, NAMES) == (text,)
    assert others_points(News(tuple(alike)), histories, NAMES, ["GLD", "XLE"]) == ()
    for change in (
        {"value": -0.07},
        {"day": date(2026, 4, 23)},
        {"period": "day"},
        {"kind": "swings"},
        {"standing": standing(since=date(2013, 3, 2))},
    ):
        other = replace(alike[1], fact=replace(alike[1].fact, **change))  # type: ignore[arg-type]
        assert len(sentences(alike[0], other)) == 2, change


def test_of_six_others_five_are_told() -> None:
    assets = ("A", "B", "C", "D", "E", "F", "G")
    histories = {asset: history([100.0] * 30, "SPY") for asset in (*assets, "SPY")}
    many = [ranked(a, 3.0 - n / 10, since=date(2001 + n, 3, 2)) for n, a in enumerate(assets)]
    assert len(week_story(News(tuple(many)), histories, {}, "SPY")) == 5
    own = ranked("SPY", 3.5, since=date(1999, 3, 2))
    first, *rest = week_story(News((own, *many)), histories, {}, "SPY")
    assert first.startswith("SPY rose")
    assert [text[:1] for text in rest] == list("ABCDE")
    points = others_points(News((own, *many)), histories, {}, ["SPY"])
    assert [point[:1] for point in points[:3]] == list("ABC")
    assert (len(points), points[3].count(";")) == (4, 1)
    # Of the six rarest those that were told elsewhere are left out.
    points = others_points(News((own, *many)), histories, {}, ["SPY", "A"])
    assert [point[:1] for point in points[:3]] == list("BCD")
    assert points[3].count(";") == 0


def test_in_a_list_names_stay_as_they_are_and_a_sentence_begins_with_a_capital() -> None:
    assets = ("A", "B", "C", "BTC-USD")
    histories = {asset: history([100.0] * 30, "SPY") for asset in assets}
    names = {"A": "long Treasuries", "B": "gold", "C": "crude oil fund", "BTC-USD": "Bitcoin"}
    news = News(tuple(ranked(a, 3.0 - n / 10, since=date(2001 + n, 3, 2)) for n, a in enumerate(assets)))
    first, second, third, last = others_points(news, histories, names)
    assert first.startswith("Long Treasuries rose 5.0%, their best week since Mar 2001.")
    assert second.startswith("Gold rose")
    assert third.startswith("The crude oil fund rose")
    assert last.startswith("Also: Bitcoin’s best week since Mar 2004 (")
    assert others_points(News(()), histories, {}) == ()


def test_who_moved_farthest_outside_the_core() -> None:
    def week(asset: str, change: float, length: int = 10) -> tuple[str, object]:
        return asset, history([*([100.0] * (length - 1)), 100 * (1 + change)], asset)

    def far(*given: tuple[str, object]) -> str | None:
        return far_mover(dict(given), ("SPY", "GLD"))  # type: ignore[arg-type]

    assert far(week("SPY", 0.02), week("GLD", -0.03), week("XLE", -0.04)) == "XLE"
    assert far(week("SPY", 0.02), week("GLD", -0.05), week("XLE", 0.04)) is None
    assert far(week("SPY", 0.02), week("QQQ", 0.03), week("XLE", 0.04), week("DIA", 0.9, 3)) == "XLE"
    assert far(week("DIA", 0.9, 3)) is None


@pytest.mark.parametrize(
    ("given", "there"),
    [
        (ranked("SPY", 0.1, period="day", rare=2.0), True),
        (ranked("SPY", 0.1, period="week", rare=2.0), True),
        (ranked("SPY", 0.1, period="month", rare=2.0), True),
        (ranked("SPY", 9.0, period="year", rare=20.0), False),
        (ranked("SPY", 0.1, period="day", rare=1.99), False),
        (ranked("XLE", 9.0, period="day", rare=20.0), False),
        (ranked("SPY", 9.0, "swings", period="week", rare=20.0), False),
    ],
)
def test_what_is_extreme(given: Ranked, there: bool) -> None:
    assert list(extremes(News((given,)), ("SPY", "GLD"))) == ([given.fact] if there else [])


def fact(kind: Kind, value: float, period: Period = "week", rare: float = 20.0) -> Fact:
    return ranked("GLD", 1.0, kind, value, period, rare=rare, other="SPY" if kind == "gap" else None).fact


@pytest.mark.parametrize(
    ("given", "aside"),
    [
        (fact("move", 0.057), " (+5.7%)"),
        (fact("move", -0.057), " (−5.7%)"),
        (fact("streak", 7.0, "day"), " (seven days, to April 24)"),
        (fact("streak", -5.0), " (five weeks, to April 24)"),
        (fact("range", 0.07, "day"), " (7.0%)"),
        (fact("swings", 0.023), " (2.3%)"),
        (fact("calm", 0.002, "month"), " (0.2%)"),
        (fact("record", 1.0, "day"), ""),
        (fact("high", 1.0, "day"), ""),
        (fact("low", -1.0, "day"), ""),
        (fact("correction", -0.104, "day"), " (−10.4%)"),
    ],
)
def test_a_value_beside_its_rank(given: Fact, aside: str) -> None:
    assert value_aside(given, over=True) == aside
    so_far = aside.replace("%)", "% so far)") if given.kind in ("move", "correction") else aside
    so_far = so_far.replace(", to April 24", "")  # a run that goes on
    assert value_aside(given, over=False) == so_far
    assert noun_clause(given, "gold", over=True).startswith("gold’s ")
    assert noun_clause(given, "gold", over=True).endswith(f"2012{aside}")


@pytest.mark.parametrize(
    ("given", "over", "text"),
    [
        (fact("move", 0.05, rare=0.4), True, "gold rose 5.0% in the week"),
        (fact("move", 0.05, rare=0.5), True, "gold rose 5.0%, its best week since Mar 2012"),
        (fact("move", 0.05, "day"), True, "gold rose 5.0% on April 24, its best day since Mar 2012"),
        (fact("move", 0.05, "month", 0.4), True, "gold rose 5.0% in April"),
        (fact("move", 0.05, "month", 0.4), False, "gold is up 5.0% so far in April"),
        (fact("move", -0.05, "quarter", 0.4), False, "gold is down 5.0% so far in the quarter"),
        (fact("move", -0.05, "year", 0.4), True, "gold fell 5.0% in the year"),
        (fact("streak", -5.0, rare=0.4), True, "gold fell five weeks in a row to April 24"),
        (
            fact("streak", 7.0, "day"),
            True,
            "gold rose seven days in a row to April 24, its longest run of gains since Mar 2012",
        ),
        (
            fact("calm", 0.00234, "month"),
            True,
            "gold moved 0.23% a day on average over 21 sessions, its calmest month since Mar 2012",
        ),
        (
            fact("swings", 0.0234),
            True,
            "gold moved 2.34% a day on average, its wildest week since Mar 2012",
        ),
        (
            fact("range", 0.07, "day"),
            True,
            "gold swung by 7.0% within a day on April 24, its widest swing in a day since Mar 2012",
        ),
        (fact("record", 1.0, "day"), True, "gold closed at a record, its first record close since Mar 2012"),
        (
            fact("high", 1.0, "day"),
            True,
            "gold closed at the highest in a year, its first high of a year since Mar 2012",
        ),
        (
            fact("low", -1.0, "day"),
            True,
            "gold closed at the lowest in a year, its first low of a year since Mar 2012",
        ),
        (
            fact("gap", 0.035, "month"),
            False,
            "gold is ahead of silver by 3.5 points so far in April, the most in a month since Mar 2012",
        ),
        (
            fact("gap", 0.035, "month"),
            True,
            "gold beat silver by 3.5 points in April, the most in a month since Mar 2012",
        ),
        (
            fact("breadth", 7 / 9),
            True,
            "seven of nine of the assets followed most rose, as last in the week to Mar 2, 2012",
        ),
    ],
)
def test_each_kind_in_a_sentence(given: Fact, over: bool, text: str) -> None:
    assert clause(given, "gold", over=over, other="silver") == text


def test_all_of_a_group_and_never_before() -> None:
    given = replace(fact("breadth", -1.0), alike=9, standing=standing(since=None))
    assert clause(given, "gold", over=True) == ("all nine of the assets followed most fell, as never before")


def test_the_ranking_as_the_terminal_shows_it() -> None:
    gap = replace(ranked("GLD", 1.5, "gap", -0.031, other="SPY"), concern="core")
    given = [gap, *(ranked(f"A{n}", 1.4 - n / 100) for n in range(SHOWN + 2))]
    rung = Rung(Move("GLD", "weekly", False, other="SPY"), 3, 17)
    stories = (
        Story(gap, Question("GLD", rung=rung)),
        Story(None, Question("XLE", finding=fired("XLE", "golden-cross", 80).lead)),
    )
    lines = explanation(FRIDAY, Choice(stories, News(tuple(given)))).splitlines()
    assert lines[0] == f"The week to Apr 24, 2026: {SHOWN + 3} facts, the weightiest first."
    assert lines[1] == (
        "  1.50  GLD/SPY week gap down               −3.1%  "
        "once in 20.0 years, the last 2012-03-02, place 1 of 1,000; of the core"
    )
    assert lines[2].startswith("  1.40  A0 week move up                     +5.0%  once in 20.0 years")
    assert lines[SHOWN + 1] == "  and 3 more, of less weight"
    assert lines[SHOWN + 2] == (
        f"Lead: GLD/SPY week gap down; study: {rung.condition} on GLD, 17 earlier cases"
    )
    assert lines[SHOWN + 3] == "Second: study: the signal golden-cross on XLE"
    assert len(lines) == SHOWN + 4
    just = explanation(FRIDAY, Choice((Story(gap, None),), News(tuple(given[:SHOWN])))).splitlines()
    assert just[SHOWN + 1 :] == ["Lead: GLD/SPY week gap down; told without a study"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (fact("streak", -5.0), "5"),
        (fact("record", 1.0), "—"),
        (fact("high", 1.0), "—"),
        (fact("low", -1.0), "—"),
        (fact("move", -0.0512), "−5.1%"),
    ],
)
def test_a_value_in_the_ranking(given: Fact, text: str) -> None:
    assert value_text(given) == text


def test_a_day_to_the_other_side_of_one_told_is_told_with_it() -> None:
    """Long Treasuries in Mar 2020: the worst day on record three days before the best."""
    best = ranked("GLD", 3.0, value=0.075, period="day", rare=14.0)
    worst = ranked("GLD", 2.9, value=-0.067, period="day", rare=14.0)
    (text,) = sentences(best, worst)
    assert text.startswith(
        "Gold rose 7.5% on April 24, its best day since Mar 2012. It fell 6.7% on April 24, "
    )
    (alone,) = sentences(best)
    assert "fell" not in alone


def test_a_swing_within_a_day_is_told_of_the_benchmark_where_there_was_none_like_it_for_a_year() -> None:
    """May 6, 2010: the fund closed 3.2% lower, after a tenth of it had been gone within the day."""
    wide = ranked("SPY", 0.9, "range", 0.103, "day")
    week = ranked("SPY", 0.1, value=-0.012, rare=0.1)
    assert "It swung by 10.3% within a day on April 24" in sentences(wide, week)[0]
    lately = replace(wide, fact=replace(wide.fact, standing=replace(wide.fact.standing, waited=0.5)))
    assert "swung" not in sentences(lately, week)[0]


def on_record(asset: str, value: float, period: Period, day: date = FRIDAY) -> Ranked:
    """A move that is too light to be told by its weight, and has none like it in twenty years."""
    made = ranked(asset, 0.2, value=value, period=period, since=None)
    return replace(made, fact=replace(made.fact, day=day))


def points(*given: Ranked, without: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The key points of these facts alone, in a month that is not over."""
    histories = {asset: history([100.0] * 30, asset) for asset in NAMES}
    return others_points(News(given), histories, NAMES, without)


def test_a_month_on_record_for_many_is_told_once() -> None:
    """Mar 2020 was the worst month on record for small caps, the Dow and energy, each of which had more to
    tell."""
    made = [
        on_record(asset, value, "month")
        for asset, value in (("SPY", -0.228), ("GLD", -0.307), ("XLE", -0.429))
    ]
    assert points(*made) == (
        "April is so far the worst month on record for the S&P 500 fund (−22.8%), gold (−30.7%) and energy "
        "stocks (−42.9%).",
    )
    assert points(*made[:2]) == ()


def test_a_day_or_week_on_record_is_told_of_one_alone() -> None:
    """Apr 9, 2025: the best day on record of two funds, each of which had more to tell."""
    thursday = FRIDAY - timedelta(1)
    days = [on_record("QQQ", 0.12, "day", thursday), on_record("GLD", 0.09, "day", thursday)]
    week = on_record("XLE", -0.2, "week")
    assert points(*days, week) == (
        "April 23 was the best day on record for the Nasdaq 100 fund (+12.0%) and gold (+9.0%).",
        "It was the worst week on record for energy stocks (−20.0%).",
    )
    # A fall and a rise of one day are two records; so are those of two days.
    fall = on_record("XLE", -0.1, "day", thursday)
    assert len(points(*days, fall)) == 2
    assert len(points(days[0], on_record("GLD", 0.09, "day"))) == 2
    # Two sentences at most, and none of an asset that is told elsewhere, or whose day is told already.
    assert len(points(*days, fall, week)) == 2
    assert points(*days, without=("GLD", "QQQ")) == ()
    (alone,) = points(replace(days[0], weight=2.0))
    assert alone.startswith("The Nasdaq 100 fund rose 12.0% on April 23")


@pytest.mark.parametrize(
    ("weight", "waited", "is_told"), [(0.25, 0.2, True), (0.24, 0.2, False), (0.25, 0.19, False)]
)
def test_where_nothing_weighty_happened_the_key_points_tell_lighter_facts(
    weight: float, waited: float, is_told: bool
) -> None:
    """Jun 11, 2020: the Dow's worst day since March, in a week whose title is the S&P's."""
    light = ranked("GLD", weight, value=-0.068, period="day", rare=waited)
    assert points(light) == (
        ("Gold fell 6.8% on April 24, its worst day since Mar 2012.",) if is_told else ()
    )
    # It stands beside one that is weightier; two of them make a short version without it.
    assert len(points(ranked("QQQ", 2.0), light)) == 1 + is_told
    assert len(points(ranked("QQQ", 2.0), ranked("XLE", 1.9, value=-0.05), light)) == 2


def test_what_is_no_record_of_ten_years_is_not_told_for_one() -> None:
    made = on_record("QQQ", 0.12, "day")
    short = replace(made, fact=replace(made.fact, standing=replace(made.fact.standing, years=9.9)))
    assert points(short) == ()
