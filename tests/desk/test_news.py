"""What a fact weighs among the week's news, each weight by hand, and which gaps are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import log2

import pytest

from generator.desk import news
from generator.desk.choice import LEAD
from generator.desk.facts import Fact, Kind, Period
from generator.desk.news import LARGE_WEIGHT, Ranked, news_of
from generator.desk.standing import Standing
from generator.market.history import PriceHistory
from tests.desk.hand import history

CORE = ("SPY", "GLD", "QQQ", "NONE")  # of which the source has no prices
FRIDAY, QUARTER = date(2026, 4, 24), date(2026, 6, 30)


def fact(
    asset: str, kind: Kind, period: Period = "week", rare: float = 15.0, other: str | None = None,
    years: float | None = None,
) -> Fact:  # fmt: skip
    """A fact that comes once in so many years: as long ago as that, of a history in which it did so."""
    long = rare if years is None else years
    # Waited w years, p-th of y years: w^0.6 (y / p)^0.4, which is w where y / p is.
    stands = Standing(date(2010, 1, 1), round(long / rare), 500, date(2000, 1, 1), long, rare)
    assert stands.rare == pytest.approx(rare)
    return Fact(kind, asset, period, -0.1, FRIDAY, stands, other)


def ranked(monkeypatch: pytest.MonkeyPatch, given: Fact, last: date = FRIDAY) -> Ranked:
    """This fact alone, as the news of a week that ends on a day."""
    with monkeypatch.context() as patch:
        patch.setattr(news, "facts_of", lambda each: [given] if each.asset == "SPY" else [])
        histories = {a: history([100.0] * 30, a, str(last)) for a in ("SPY", "GLD", "QQQ", "XLE")}
        found = news_of(histories, "SPY", CORE).ranked
    return next(each for each in found if each.fact is given)


@pytest.mark.parametrize(
    ("given", "concern", "weight"),
    [
        # Once in 15 years: log2(16) = 4.
        (fact("SPY", "move"), "benchmark", 4.0),
        (fact("SPY", "move", "day"), "benchmark", 4.0),
        (fact("SPY", "move", "month"), "benchmark", 4 * 0.9),
        (fact("SPY", "move", "quarter"), "benchmark", 4 * 0.7 * 0.35),
        (fact("SPY", "move", "year"), "benchmark", 4 * 0.7 * 0.35),
        (fact("GLD", "move"), "core", 4 * 0.85),
        (fact("XLE", "move"), "rest", 4 * 0.55),
        # A lead over the benchmark counts for more, of the core alone.
        (fact("GLD", "gap", other="SPY"), "core", 4 * 0.85 * 0.9),
        (fact("GLD", "gap", other="QQQ"), "core", 4 * 0.85 * 0.75),
        (fact("XLE", "gap", other="SPY"), "rest", 4 * 0.55 * 0.75),
        (fact("SPY", "gap", other="GLD"), "benchmark", 4 * 0.75),
        (fact("SPY", "record"), "benchmark", 4 * 0.75),
        (fact("SPY", "high"), "benchmark", 4 * 0.6),
        (fact("SPY", "low"), "benchmark", 4 * 0.6),
        (fact("SPY", "streak"), "benchmark", 4 * 0.75),
        (fact("SPY", "calm", "month"), "benchmark", 4 * 0.6 * 0.9),
        (fact("SPY", "range", "day"), "benchmark", 4 * 0.55),
        (fact("SPY", "swings"), "benchmark", 4 * 0.55),
        # How many of the core rose is the core's, whosever name it has.
        (fact("SPY", "breadth"), "core", 4 * 0.85 * 0.5),
        (fact("XLE", "breadth"), "core", 4 * 0.85 * 0.5),
        # Less than ten years of prices have no records; ten years have.
        (fact("SPY", "move", rare=7, years=7), "benchmark", 3 * 0.8),
        (fact("SPY", "move", rare=3.3, years=9.9), "benchmark", log2(4.3) * 0.8),
        (fact("SPY", "move", rare=5, years=10), "benchmark", log2(6)),
        # The benchmark's falls weigh 3 and 4 however often they come, and more where they are rarer.
        (fact("SPY", "correction", "day", 1, years=20), "benchmark", 3.0),
        (fact("SPY", "bear", "day", 1, years=20), "benchmark", 4.0),
        (fact("SPY", "bear", "day", 31), "benchmark", 5.0),
        # Of the core a third of that, and less where they come more than once a year.
        (fact("GLD", "correction", "day", 1, years=20), "core", 3 / 3),
        (fact("GLD", "bear", "day", 1, years=20), "core", 4 / 3),
        (fact("GLD", "bear", "day", 0.5, years=20), "core", 4 / 3 * 0.5),
        (fact("GLD", "correction", "day", 15), "core", 4 * 0.85),
        (fact("XLE", "bear", "day", 1, years=20), "rest", 0.55),
    ],
)  # fmt: skip
def test_what_a_fact_weighs(
    given: Fact, concern: str, weight: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ranked(monkeypatch, given)
    assert (found.concern, found.weight) == (concern, pytest.approx(weight))
    assert found.over == (given.period not in ("quarter", "year"))


@pytest.mark.parametrize(
    ("asset", "period", "size", "waited", "news_at_least"),
    [
        ("GLD", "week", 0.20, 0.6, True), ("GLD", "week", -0.25, 0.6, True),
        ("GLD", "week", 0.19, 0.6, False), ("GLD", "day", 0.15, 0.6, True), ("GLD", "day", 0.14, 0.6, False),
        ("GLD", "week", 0.20, 0.4, False), ("XLE", "week", 0.50, 0.6, False),
        ("GLD", "month", 0.90, 0.6, False),
    ],
)  # fmt: skip
def test_a_very_large_move_of_the_core_is_news_whatever_is_usual_for_its_asset(
    asset: str,
    period: Period,
    size: float,
    waited: float,
    news_at_least: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Place 400 of 15 years: by its rarity alone it would weigh next to nothing.
    stands = Standing(date(2010, 1, 1), 400, 800, date(2011, 1, 1), 15.0, waited)
    given = Fact("move", asset, period, size, FRIDAY, stands)
    with monkeypatch.context() as patch:
        patch.setattr(news, "facts_of", lambda each: [given] if each.asset == asset else [])
        histories = {a: history([100.0] * 30, a, str(FRIDAY)) for a in ("SPY", "GLD", "QQQ", "XLE")}
        (found,) = (each for each in news_of(histories, "SPY", CORE).ranked if each.fact is given)
    assert (found.weight == LARGE_WEIGHT) == news_at_least
    assert news_at_least or found.weight < LEAD / 2


def test_a_quarter_that_has_ended_weighs_more_than_one_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for period, over in (("quarter", True), ("year", False), ("month", True)):
        given = fact("SPY", "move", period)  # type: ignore[arg-type]
        found = ranked(monkeypatch, given, QUARTER)
        assert found.over == over
        part = 0.9 if period == "month" else 0.7 * (1 if over else 0.35)
        assert found.weight == pytest.approx(4 * part)


def test_of_equal_weights_the_names_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    move = fact("SPY", "move")
    given = [move, replace(move, value=0.1), fact("SPY", "record"), fact("SPY", "move", rare=31)]
    monkeypatch.setattr(news, "facts_of", lambda each: given)
    found = news_of({"SPY": history([100.0] * 30)}, "SPY", ("SPY",))
    assert [each.fact for each in found.ranked] == [given[3], given[0], given[1], given[2]]
    assert found.looked_at == 4
    assert [each.fact for each in found.of("SPY")] == [each.fact for each in found.ranked]
    assert found.of("GLD") == ()


def test_which_pairs_are_looked_at_for_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each asset beside its benchmark, where that has prices; of the core each pair once, the benchmark's
    aside."""
    asked: list[tuple[str, str]] = []

    def gaps(histories: Mapping[str, PriceHistory], pairs: Sequence[tuple[str, str]]) -> Iterator[Fact]:
        asked.extend(pairs)
        return iter([fact("XLE", "gap", other="QQQ")])

    monkeypatch.setattr(news, "gaps", gaps)
    histories = {a: history([100.0] * 30, a) for a in ("SPY", "GLD", "QQQ", "DIA", "XLE", "EWJ")}
    core = (*CORE, "DIA")
    beside = {"XLE": "QQQ", "EWJ": "EWG", "GLD": "SPY", "SPY": "SPY"}  # nobody has EWG's prices
    found = news_of(histories, "SPY", core, beside)
    assert asked == [
        *(("GLD", "SPY"), ("QQQ", "SPY"), ("DIA", "SPY"), ("XLE", "QQQ")),
        *(("QQQ", "GLD"), ("DIA", "GLD"), ("DIA", "QQQ")),
    ]
    assert found.of("XLE")[0].fact.key == "XLE/QQQ week gap down"


def test_how_many_of_the_core_rose_counts_those_with_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    closes = [100.0 + n for n in range(30)]
    four = {a: history(closes, a) for a in ("SPY", "GLD", "QQQ", "DIA")}
    monkeypatch.setattr(news, "facts_of", lambda each: [])
    monkeypatch.setattr(news, "gaps", lambda *_: [])
    (all_rose,) = news_of({**four, "XLE": history(closes[::-1], "XLE")}, "SPY", (*CORE, "DIA")).ranked
    assert (all_rose.fact.kind, all_rose.fact.alike, all_rose.fact.members) == ("breadth", 4, 4)
    assert news_of(four, "SPY", CORE).ranked == ()  # three of the core have prices
