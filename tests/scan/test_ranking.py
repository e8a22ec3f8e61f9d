"""What a scan tells first, and of which days, counted by hand."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.market.history import PriceHistory
from generator.scan import run
from generator.scan.asset import _extreme, scan_together
from generator.scan.near import MOVES, find_near
from generator.scan.ranking import Collection, Event
from generator.scan.values import AssetScan, Firing, Near, ScanQuestion, scan_signals
from generator.signals.language import parse_condition, parse_expression
from generator.study.values import Baseline
from tests.scan.markets import scan_asset
from tests.study.markets import random_history

DAILY = scan_signals(("reverse-up", "correction"))
WEDNESDAY, FRIDAY = date(2014, 3, 12), date(2014, 3, 14)
FIRING = Firing(
    *("AAA", "reverse-up", WEDNESDAY, False, 5.0, 0.8, 20.0, 5, "3M", 9, 5, 0.1, 0.11, 0.8),
    *(Baseline(100, 0.02, 0.02, 0.6), 0.08, 0.04),
)


def ranked(firings: list[Firing], lasts: dict[str, date], **choices: object) -> tuple[Event, ...]:
    question = ScanQuestion(DAILY, **choices)  # type: ignore[arg-type]
    return Collection(question, firings, lasts=lasts).result("files", 1, complete=True).events


def test_news_fade_by_sessions_unless_a_week_is_one_letters() -> None:
    for fading, fresh in ((True, 3 / 5), (False, 1.0)):
        (event,) = ranked([FIRING], {"AAA": FRIDAY}, fading=fading)
        assert event.lead.sessions_ago == 2
        assert event.lead.fresh == pytest.approx(fresh)
    # A week in progress is half as much news: it may still be taken back.
    (event,) = ranked([replace(FIRING, provisional=True)], {"AAA": FRIDAY})
    assert event.lead.fresh == pytest.approx(3 / 5 / 2)
    (event,) = ranked([replace(FIRING, day=FRIDAY)], {"AAA": FRIDAY})
    assert (event.lead.sessions_ago, event.lead.fresh) == (0, 1)


def test_the_oldest_session_asked_for_is_the_first_that_counts() -> None:
    for asked, told in ((3, 1), (2, 0)):
        assert len(ranked([FIRING], {"AAA": FRIDAY}, sessions=asked)) == told
    for since, told in ((WEDNESDAY, 1), (date(2014, 3, 13), 0)):
        assert len(ranked([FIRING], {"AAA": FRIDAY}, sessions=1, since=since)) == told


def test_sessions_are_those_of_each_assets_own_calendar() -> None:
    # Five sessions end with Friday the 14th in New York, and seven days are seven of a coin's.
    monday, coin = replace(FIRING, day=date(2014, 3, 10)), replace(FIRING, asset="BTC-USD")
    lasts = {"AAA": FRIDAY, "BTC-USD": FRIDAY}
    days = [replace(coin, day=date(2014, 3, day)) for day in (9, 10)]
    events = ranked([monday, *days], lasts, sessions=5)
    ago = {(f.firing.asset, f.firing.day.day): f.sessions_ago for e in events for f in e.findings}
    assert ago == {("AAA", 10): 4, ("BTC-USD", 10): 4}
    # Since Saturday: the coin alone has a session, so New York's window is empty and nothing has faded.
    question = {"since": date(2014, 3, 15), "sessions": 5}
    sunday = {"AAA": FRIDAY, "BTC-USD": date(2014, 3, 16)}
    events = ranked([replace(coin, day=date(2014, 3, 15))], sunday, **question)
    assert [(e.lead.sessions_ago, e.lead.fresh) for e in events] == [(1, 0.5)]
    found = Collection(ScanQuestion(DAILY, **question), [], lasts=sunday)  # type: ignore[arg-type]
    assert found.result("files", 2, complete=True).stale == ()


def test_an_asset_is_stale_when_it_ends_before_the_oldest_session_asked_for() -> None:
    for last, stale in ((date(2014, 3, 12), ()), (date(2014, 3, 11), ("OLD",))):
        found = Collection(ScanQuestion(DAILY, 3), [], lasts={"AAA": FRIDAY, "OLD": last})
        assert found.result("files", 2, complete=True).stale == stale


def test_a_long_closure_leaves_as_many_sessions() -> None:
    # New York was closed from Sep 11 to 14, 2001: five sessions before the 21st begin with the 17th.
    friday = date(2001, 9, 21)
    for day, told in ((date(2001, 9, 17), 1), (date(2001, 9, 10), 0)):
        assert len(ranked([replace(FIRING, day=day)], {"AAA": friday}, sessions=5)) == told
    for day, told in ((date(2001, 9, 10), 1), (date(2001, 9, 7), 0)):
        assert len(ranked([replace(FIRING, day=day)], {"AAA": friday}, sessions=6)) == told


def test_events_of_equal_interest_are_in_the_order_of_signal_and_asset() -> None:
    firings = [
        replace(FIRING, asset=asset, signal=signal, day=day)
        for asset, signal, day in (
            ("CCC", "reverse-up", FRIDAY),
            ("BBB", "correction", FRIDAY),
            ("AAA", "reverse-up", FRIDAY),
            ("AAA", "correction", WEDNESDAY),
            ("DDD", "reverse-up", FRIDAY),
        )
    ]
    firings[-1] = replace(firings[-1], p_value=0.01)  # says more than the others
    events = ranked(firings, dict.fromkeys(("AAA", "BBB", "CCC", "DDD"), FRIDAY))
    told = [[(f.firing.asset, f.firing.day) for f in event.findings] for event in events]
    assert told == [
        [("DDD", FRIDAY), ("AAA", FRIDAY), ("CCC", FRIDAY)],
        [("BBB", FRIDAY)],
        [("AAA", WEDNESDAY)],
    ]


def test_what_is_near_is_told_by_the_size_of_the_move_then_by_name() -> None:
    found = Collection(ScanQuestion(DAILY), lasts={"AAA": FRIDAY, "BBB": FRIDAY})
    found.near = [
        Near("BBB", "reverse-up", -0.005, 9.0),
        Near("AAA", "reverse-up", 0.005, 9.0),
        Near("AAA", "reverse-up", -0.01, 9.0),
        Near("AAA", "correction", 0.005, 9.0),
        Near("BBB", "correction", 0.0, 9.0),
    ]
    result = found.result("files", 2, complete=True)
    assert [(n.asset, n.signal, n.move) for n in result.near] == [
        ("BBB", "correction", 0.0),
        ("AAA", "correction", 0.005),
        ("AAA", "reverse-up", 0.005),
        ("BBB", "reverse-up", -0.005),
        ("AAA", "reverse-up", -0.01),
    ]


def test_nothing_scanned_is_nothing_found() -> None:
    result = Collection(ScanQuestion(DAILY)).result("files", 3, complete=False)
    assert (result.as_of, result.asked, result.scanned, result.complete) == (None, 3, 0, False)
    assert result.events == result.near == result.stale == ()


# --- One asset -------------------------------------------------------------------------------------------


def moves_of(*percent: float) -> PriceHistory:
    """These moves at the end of a year of rises by a tenth of a percent, on weekdays."""
    days = np.arange("2013-01-01", "2014-12-31", dtype="datetime64[D]")
    days = days[np.is_busday(days)][: 250 + len(percent)]
    moves = np.concatenate((np.full(250, 0.1), percent))
    return PriceHistory("X-USD", days, 100 * np.cumprod(1 + moves / 100))


def fired(when: str, history: PriceHistory, sessions: int = 5, **choices: object) -> tuple[Firing, ...]:
    (signal,) = scan_signals(("correction",))
    condition, measure = parse_condition(when), parse_expression("roc(close, 1)")
    asked = replace(signal, condition=condition, measure=measure, cooldown=0)
    question = ScanQuestion((asked,), sessions, near=False, **choices)  # type: ignore[arg-type]
    return scan_asset(history, {}, question).firings


@pytest.mark.parametrize(
    ("when", "percent", "extreme"),
    [
        ("roc(close, 1) > 3", (4, 0, 5, 0, 8, 0, 5, 0), 1 / 3),  # of 4, 5 and 8 only 4 is less extreme
        ("roc(close, 1) > 3", (4, 0, 5, 0, 6, 0), 1),
        ("roc(close, 1) > 3", (5, 0, 4, 0), 0),
        ("roc(close, 1) < -3", (-4, 0, -5, 0, -8, 0, -6, 0), 2 / 3),
        ("roc(close, 1) < -3", (-9, 0, -4, 0), 0),
        ("roc(close, 1) > 3", (5, 0), None),
    ],
)
def test_how_extreme_it_is_this_time(when: str, percent: tuple[float, ...], extreme: float | None) -> None:
    (firing,) = fired(when, moves_of(*percent))
    assert firing.extreme == (None if extreme is None else pytest.approx(extreme))
    assert firing.episodes == len(percent) / 2
    assert firing.trigger == pytest.approx(percent[-2])


@pytest.mark.parametrize(
    ("triggers", "extreme"),
    [
        ([3.0, 3.0, 2.0, 3.0], 1 / 3),  # as extreme is not less extreme
        ([-3.0, -2.0, -3.0, -3.0], 1 / 3),
        ([np.nan, 2.0, 3.0], 1.0),
        ([2.0, np.nan], None),
        ([np.nan, 2.0], None),
    ],
)
def test_extreme_is_beyond_and_not_beside(triggers: list[float], extreme: float | None) -> None:
    found = _extreme(np.array(triggers), np.array([0.0, np.nan, 0.5, -0.5]))
    assert found == (None if extreme is None else pytest.approx(extreme))


def test_a_signal_is_recent_up_to_the_oldest_session_asked_for() -> None:
    history = moves_of(5, 0, 0, 0)
    begun = history.sessions[-4].item()
    assert [f.day for f in fired("roc(close, 1) > 3", history, 4)] == [begun]
    assert fired("roc(close, 1) > 3", history, 3) == ()
    assert [f.day for f in fired("roc(close, 1) > 3", history, 1, since=begun)] == [begun]
    assert fired("roc(close, 1) > 3", history, 1, since=history.sessions[-3].item()) == ()
    # More sessions than there are: all of them.
    young = PriceHistory("X-USD", history.sessions[-5:], history.close[-5:])
    assert [f.day for f in fired("roc(close, 1) > 3", young, 250)] == [begun]


def test_the_moves_that_are_tried_go_up_and_down_to_two_percent_by_quarters() -> None:
    steps = [0.0025, 0.005, 0.0075, 0.01, 0.0125, 0.015, 0.0175, 0.02]
    assert list(MOVES) == pytest.approx([0.0, *(side * step for step in steps for side in (1, -1))])


def test_no_cooldown_lets_through_what_would_belong_to_the_episode_before() -> None:
    (signal,) = scan_signals(("correction",))
    again = replace(signal, condition=parse_condition("roc(close, 1) > 1.1"), cooldown=3)
    for last, told in (((5, 0, 0), [0.0125]), ((5, 0), [])):
        found = find_near(moves_of(*last), [again], {})
        assert [near.move for near in found] == told


@pytest.mark.parametrize(
    ("when", "read"),
    [
        ("close > 1", True),
        ("roc(close, 1) > -9 and sma(close, 3) > 1", True),
        ("high > 1", False),
        ("close > 1 and volume >= 0", False),
        ("gap() > -9", False),
        ("atr(2) > 0", False),
        ("adx(2) >= 0", False),
    ],
)
def test_a_close_alone_says_only_what_is_made_of_closes(when: str, read: bool) -> None:
    history = moves_of(-1)
    (signal,) = scan_signals(("correction",))
    asked = replace(signal, condition=parse_condition(f"{when} and roc(close, 1) > -0.1"), cooldown=0)
    assert [near.move for near in find_near(history, [asked], {})] == ([0.0] if read else [])


def test_assets_of_any_length_are_answered_in_the_order_of_asking() -> None:
    lasts = ("2013-03-12", "2014-03-12", "2010-03-12", "2014-03-12", "2012-03-12", "2014-03-11", "2009-06-12")
    histories = [random_history(f"A{k}", "2009-01-02", last, k) for k, last in enumerate(lasts)]
    question = ScanQuestion(scan_signals(), 250, near=False)
    together = scan_together(histories, {}, question)
    for history, answer in zip(histories, together, strict=True):
        assert isinstance(answer, AssetScan)
        assert (answer.asset, answer.last) == (history.asset, history.last.item())
        alone = scan_asset(history, {}, question)
        assert answer.firings == alone.firings
        assert [table.signals for table in answer.tables] == [table.signals for table in alone.tables]


def test_a_process_reads_nothing_any_more_when_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    history, stop = random_history("AAA", "2013-01-02", "2014-03-12", 1), threading.Event()
    given = run._Given({}, ScanQuestion(DAILY), stop, (), {}, ())  # type: ignore[arg-type]
    monkeypatch.setattr(run, "_GIVEN", [given])
    (answer,) = run._work([("AAA", history)])
    assert isinstance(answer, AssetScan)
    assert answer.tables == ()  # of many assets the records stay where they are
    stop.set()
    assert run._work([("AAA", history)]) == []
