"""What may lead and what may follow it, which question a fact asks, which signals are worth one: by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from generator.desk import choice, signals
from generator.desk.choice import Story, choose, is_worn
from generator.desk.facts import Kind, Period
from generator.desk.news import News, Ranked
from generator.desk.question import Question, question_of
from generator.desk.signals import Told, choose_signals, known_as
from generator.desk.standing import Standing, standing_of
from generator.market.history import PriceHistory
from generator.scan.ranking import Event, Finding, ScanResult
from generator.study.ladder import Move, Rung
from tests.desk.hand import history, random_closes
from tests.desk.test_choice import NOTHING, WATCHLIST, fact, fired
from tests.desk.test_news import fact as weighed
from tests.desk.test_news import ranked

FRIDAY = date(2026, 4, 24)
ASSETS = ("SPY", "GLD", "XLE")
FLAT = {asset: history([100.0] * 600, asset) for asset in ASSETS}


def told(
    *ranked: Ranked, events: tuple[Event, ...] = (), histories: dict[str, PriceHistory] = FLAT
) -> list[str]:
    """The stories of a week of these facts and signals, by asset and kind or signal."""
    stories = choose(News(ranked), replace(NOTHING, events=events), WATCHLIST, histories, FRIDAY).stories
    return [
        f"{s.asset} {s.ranked.fact.kind if s.ranked else s.question and s.question.signal}" for s in stories
    ]


def of(asset: str, kind: Kind, value: float, weight: float, period: Period = "day") -> Ranked:
    given = replace(fact(kind, period, value, date(2020, 3, 2)), asset=asset)
    return Ranked(given, "benchmark" if asset == "SPY" else "core", weight)


def test_the_weights_that_the_rules_are_made_with() -> None:
    """Moved together with the drafts of past weeks that they were found on, never alone."""
    assert (choice.LEAD, choice.SECOND, choice.ALONE, choice.GREAT) == (0.75, 1.2, 1.5, 2.0)
    assert (choice.NEARLY, choice.RIVAL, choice.GREW, choice.RAN_ON) == (0.65, 0.8, 1.1, 1.25)
    assert (signals.WORTH, signals.BENCHMARK, signals.CORE, signals.TIRED) == (55.0, 20.0, 10.0, 12.0)


def test_a_second_fact_needs_a_question() -> None:
    first, other = of("SPY", "record", 1.0, 4.0), of("GLD", "record", 1.0, 2.5)
    assert told(first, other) == ["SPY record"]
    event = fired("GLD", "record-close-after-drought", 10)
    assert told(first, other, events=(event,)) == ["SPY record", "GLD record"]


def test_a_fall_of_the_benchmark_alone_is_told_whatever_it_weighs() -> None:
    first = of("SPY", "record", 1.0, 4.0)
    assert told(first, of("SPY", "correction", -0.1, 0.8)) == ["SPY record", "SPY correction"]
    assert told(first, of("SPY", "low", -1.0, 1.1)) == ["SPY record"]
    fall = fired("GLD", "correction", 10)
    assert told(first, of("GLD", "correction", -0.1, 1.1), events=(fall,)) == ["SPY record"]
    # One fall that leads is not the second story as well, with a study or without.
    assert told(of("SPY", "correction", -0.1, 3.0)) == ["SPY correction"]


def test_two_falls_that_ask_one_question_are_one_story() -> None:
    bear, correction = of("SPY", "bear", -0.2, 4.0), of("SPY", "correction", -0.2, 3.0)
    assert told(bear, correction, events=(fired("SPY", "correction", 10),)) == ["SPY bear"]
    both = (fired("SPY", "correction", 10), fired("SPY", "bear-market", 10))
    assert told(bear, correction, events=both) == ["SPY bear", "SPY correction"]


@pytest.mark.parametrize(("alike", "second"), [(0.5, False), (0.499, True)])
def test_from_which_correlation_two_assets_move_together(
    alike: float, second: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rises of assets that do are one event, and a signal of both one story."""
    monkeypatch.setattr(choice, "correlation", lambda one, other: alike)
    known = {
        asset: history([*random_closes(600, 4, 0.03)[:-1], 100.0, 105.0], asset)
        for asset in ("SPY", "GLD", "XLE")
    }
    rises = of("SPY", "move", 0.05, 4.0), of("GLD", "move", 0.05, 3.0)
    assert len(told(*rises, histories=known)) == 1 + second
    same = (fired("SPY", "correction", 60), fired("GLD", "correction", 95))
    assert len(told(of("SPY", "correction", -0.1, 3.0), events=same)) == 1 + second


def test_what_has_no_fact_weighs_nothing_and_is_no_event_of_another() -> None:
    lead, signal = Story(of("SPY", "move", 0.05, 4.0), None), Story(None, Question("SPY"))
    assert (choice._weight(signal), choice._weight(lead)) == (0.0, 4.0)
    assert not choice._is_told_with(signal, lead, FLAT)
    assert not choice._is_told_with(lead, signal, FLAT)
    assert not choice._is_fall(signal, "SPY")


def test_a_lead_of_an_earlier_issue_that_is_no_fact_of_this_week_has_not_grown() -> None:
    behind = replace(fact("gap", "month", -0.9, None), asset="IWM", other="QQQ")
    led = [choice.Led("IWM/SPY month gap down", 0.06, FRIDAY - timedelta(days=7))]
    assert is_worn(behind, News((Ranked(behind, "core", 1.0),)), led, FRIDAY)
    # Of two issues that led with it the one that it has not outgrown counts.
    twice = [replace(led[0], size=0.06), replace(led[0], size=0.02)]
    market = replace(behind, other="SPY", value=-0.03)
    assert is_worn(market, News((Ranked(market, "core", 1.0),)), twice, FRIDAY)


@pytest.mark.parametrize(
    ("kind", "period", "value", "signal"),
    [
        ("record", "day", 1.0, "record-close-after-drought"),
        ("high", "day", 1.0, "year-high-after-drought"),
        ("correction", "day", -0.1, "correction"),
        ("bear", "day", -0.2, "bear-market"),
        ("bear", "day", -0.2, "correction"),
        ("calm", "month", 0.002, "volatility-squeeze"),
        ("swings", "week", 0.02, "volatility-spike"),
        ("streak", "day", 7.0, "up-day-streak"),
        ("streak", "day", -7.0, "down-day-streak"),
        ("streak", "week", 7.0, "up-week-streak"),
        ("streak", "month", 9.0, "nine-of-ten-up-months"),
    ],
)
def test_which_signal_a_fact_asks(kind: Kind, period: Period, value: float, signal: str) -> None:
    given = fact(kind, period, value, None)
    events = (fired("GLD", signal, 90), fired("SPY", "golden-cross", 90), fired("SPY", signal, 10))
    asked = question_of(given, FLAT, replace(NOTHING, events=events), FRIDAY)
    assert asked is not None
    assert (asked.asset, asked.signal, asked.rung) == ("SPY", signal, None)
    assert asked.finding == events[2].lead
    assert question_of(given, FLAT, replace(NOTHING, events=events[:2]), FRIDAY) is None


@pytest.mark.parametrize(
    ("kind", "period", "value"),
    [("streak", "week", -7.0), ("streak", "month", -9.0), ("low", "day", -1.0), ("range", "day", 0.05)],
)
def test_what_no_signal_asks(kind: Kind, period: Period, value: float) -> None:
    every = tuple(fired("SPY", name, 90) for name in ("up-week-streak", "down-day-streak", "correction"))
    given = fact(kind, period, value, None)
    assert question_of(given, FLAT, replace(NOTHING, events=every), FRIDAY) is None


def test_a_bear_market_asks_its_own_signal_first() -> None:
    events = (fired("SPY", "correction", 90), fired("SPY", "bear-market", 10))
    asked = question_of(fact("bear", "day", -0.2, None), FLAT, replace(NOTHING, events=events), FRIDAY)
    assert asked is not None
    assert asked.signal == "bear-market"


@pytest.mark.parametrize(("earlier", "enough"), [(9, False), (10, True)])
def test_how_many_cases_are_enough(earlier: int, enough: bool) -> None:
    assert Question("SPY", rung=Rung(Move("SPY", "daily", True), 3, earlier)).is_enough == enough
    finding = fired("SPY", "correction", 90, episodes=earlier + 1).lead
    assert Question("SPY", finding=finding).is_enough == enough
    assert not Question("SPY").is_enough


def found(asset: str, signal: str, interest: float, **changes: object) -> Finding:
    finding = fired(asset, signal, interest).lead
    return replace(finding, firing=replace(finding.firing, **changes))  # type: ignore[arg-type]


def studied(*findings: Finding, before: tuple[Told, ...] = ()) -> list[tuple[str, str]]:
    scan = ScanResult(FRIDAY, 5, "files", 3, 3, (Event(findings[0], findings[1:]),), (), (), (), 0, True)
    return [(f.firing.asset, f.firing.signal) for f in choose_signals(scan, WATCHLIST, before)]


@pytest.mark.parametrize(
    ("interest", "changes", "worth"),
    [
        (55.0, {}, True),
        (54.9, {}, False),
        (90.0, {"n": 10}, True),
        (90.0, {"n": 9}, False),
        (90.0, {"independent_n": 5}, True),
        (90.0, {"independent_n": 4}, False),
    ],
)
def test_what_makes_a_signal_worth_a_study(interest: float, changes: dict[str, int], worth: bool) -> None:
    assert bool(studied(found("XLE", "golden-cross", interest, **changes))) == worth


def test_the_interest_that_an_asset_adds() -> None:
    assert [known_as(asset, WATCHLIST) for asset in ASSETS] == [20.0, 10.0, 0.0]
    golden, death = (found("XLE", name, 80.0) for name in ("golden-cross", "death-cross"))
    # Of equal worth by name of signal, then of asset.
    assert studied(golden, death) == [("XLE", "death-cross"), ("XLE", "golden-cross")]
    assert studied(found("SPY", "golden-cross", 60.0), death)[0] == ("XLE", "death-cross")
    assert studied(found("SPY", "golden-cross", 60.1), death)[0] == ("SPY", "golden-cross")
    assert studied(found("GLD", "golden-cross", 70.1), death)[0] == ("GLD", "golden-cross")
    assert studied(golden, found("EWZ", "golden-cross", 80.0)) == [("EWZ", "golden-cross")]


@pytest.mark.parametrize(
    ("ago", "interest", "worth"), [(35, 66.9, False), (35, 67.0, True), (36, 66.9, True)]
)
def test_what_was_studied_lately_elsewhere_is_less_worth(ago: int, interest: float, worth: bool) -> None:
    before = (Told("golden-cross", "GLD", FRIDAY - timedelta(days=ago)),)
    assert bool(studied(found("XLE", "golden-cross", interest), before=before)) == worth


@pytest.mark.parametrize(
    ("signal", "days"),
    # Ten sessions are two weeks and 63 of them 88 days; less than 35 days it never is.
    [("reverse-up", 35), ("golden-cross", 35), ("up-week-streak", 35), ("correction", 88)],
)
def test_how_long_a_signal_cools_down(signal: str, days: int) -> None:
    """Its cooldown in days of the calendar, five sessions to a week, and 35 days at least."""
    for ago, told_again in ((days, False), (days + 1, True)):
        before = (Told(signal, "XLE", FRIDAY - timedelta(days=ago)),)
        assert bool(studied(found("XLE", signal, 100.0), before=before)) == told_again, ago


def test_a_week_without_sessions_has_no_signals() -> None:
    scan = replace(NOTHING, as_of=None, events=(Event(found("SPY", "golden-cross", 90.0), ()),))
    assert choose_signals(scan, WATCHLIST, ()) == ()


def test_a_history_of_a_day_is_one() -> None:
    """So that nothing is divided by nothing."""
    days = np.array(["2026-04-23", "2026-04-24"], dtype="datetime64[D]")
    found = standing_of(np.array([1.0, 2.0]), days, days[1])
    assert found is not None
    assert found.years == found.waited == pytest.approx(1 / 365.25)
    tied = standing_of(np.array([2.0, 2.0]), days, days[0])
    assert tied == Standing(date(2026, 4, 23), 2, 2, date(2026, 4, 23), 1 / 365.25, 1 / 365.25)


def test_a_fact_is_over_unless_it_is_said() -> None:
    assert Ranked(fact("move", "week", 0.1, None), "core", 1.0).over


@pytest.mark.parametrize(("rare", "weight"), [(1.4, 4 / 3), (1.0, 4 / 3), (0.8, 0.8 * 4 / 3)])
def test_a_fall_of_the_core_weighs_a_third_unless_it_comes_often(
    rare: float, weight: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ranked(monkeypatch, weighed("GLD", "bear", "day", rare, years=rare * 20))
    assert found.weight == pytest.approx(weight)
