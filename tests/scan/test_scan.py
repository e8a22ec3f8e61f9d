"""Many assets: what goes wrong with one, what is spread over processes, how what fired is ranked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from multiprocessing import active_children

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from generator.market.cadence import with_cadence
from generator.market.calendar import sessions
from generator.market.history import PriceHistory, as_date
from generator.scan.near import find_near
from generator.scan.ranking import Collection, ScanResult, consequential, unusual
from generator.scan.run import scan_assets
from generator.scan.values import AssetScan, Firing, ScanQuestion, Skipped, scan_signals
from generator.signals.language import parse_condition
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import Baseline
from tests.scan.markets import MadeUp, scan_asset, walks
from tests.study.markets import history_of, random_history

DAILY = scan_signals(("reverse-up", "golden-cross", "correction", "rsi-oversold"))


def scan(question: ScanQuestion, source: MadeUp, assets: list[str]) -> ScanResult:
    found = Collection(question)
    for answer in scan_assets(question, assets, source):
        found.add(answer)
    return found.result(source.name, len(assets), complete=True)


def closes_only(history: PriceHistory) -> PriceHistory:
    return PriceHistory(history.asset, history.sessions, history.close)


def test_one_bad_series_spoils_none_of_the_rest() -> None:
    source = MadeUp({**walks(3), "BAD": None})
    result = scan(ScanQuestion(DAILY, 20), source, ["A0", "BAD", "A1", "GONE", "A2"])
    assert (result.asked, result.scanned) == (5, 3)
    assert result.skipped == (
        Skipped("BAD", None, "BAD: line 3 is bad"),
        Skipped("GONE", None, "no prices for GONE"),
    )
    assert result.events


def test_a_series_of_closes_misses_only_the_signals_that_need_more() -> None:
    history = closes_only(random_history("AAA", "2009-01-02", "2014-03-12", 1))
    others = {"SPY": random_history("SPY", "2009-01-02", "2014-03-12", 2)}
    answer = scan_asset(history, others, ScanQuestion(scan_signals(), near=False))
    skipped = {s.signal: s.reason for s in answer.skipped}
    assert set(skipped) == {"five-day-surge-with-gap", "gap-down-reversal", "big-up-day-on-volume"}
    assert "AAA has no volume prices" in skipped["big-up-day-on-volume"]
    assert sum(len(table.signals) for table in answer.tables) == 27


def test_a_benchmark_that_is_not_there_is_told() -> None:
    history = random_history("AAA", "2009-01-02", "2014-03-12", 1)
    answer = scan_asset(history, {}, ScanQuestion(scan_signals(("relative-strength-breakout", "correction"))))
    assert answer.skipped == (Skipped("AAA", "relative-strength-breakout", "needs the prices of SPY"),)
    (table,) = answer.tables
    assert table.signals == ("correction",)


def test_a_benchmark_that_ends_earlier_ends_the_signal_earlier() -> None:
    histories = {
        "AAA": random_history("AAA", "2009-01-02", "2014-03-12", 1),
        "SPY": random_history("SPY", "2009-01-02", "2014-02-12", 2),
    }
    signals = scan_signals(("relative-strength-breakout",))
    answer = scan_asset(histories["AAA"], histories, ScanQuestion(signals, 252, near=False))
    result = run_study(make_study("AAA", signal="relative-strength-breakout"), histories)
    assert result.as_of == date(2014, 2, 12)
    assert answer.tables[0].records.n[0].tolist() == [s.n for s in result.summaries]


@pytest.mark.parametrize("sessions", [2, 3, 30, 260])
def test_a_short_series_has_few_episodes_and_no_error(sessions: int) -> None:
    whole = random_history("AAA", "2009-01-02", "2014-03-12", 1)
    history = whole.until(whole.sessions[sessions - 1])
    answer = scan_asset(history, {"SPY": replace(whole, asset="SPY")}, ScanQuestion(scan_signals()))
    for table in answer.tables:
        none = table.records.n == 0
        assert np.isnan(table.records.average[none]).all()
        assert np.isfinite(table.records.average[~none]).all()


def test_before_the_first_session_an_asset_is_skipped() -> None:
    question = ScanQuestion(DAILY, as_of=date(2001, 1, 1))
    (answer,) = scan_assets(question, ["A0"], MadeUp(walks(1)))
    assert isinstance(answer, Skipped)
    assert "the first session of A0 is 2009-01-02" in answer.reason


def test_several_processes_say_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.scan.run.cores", lambda: 2)  # on a machine with one, too
    source = MadeUp(walks(25))
    question = ScanQuestion(DAILY, 20)
    spread = [a for a in scan_assets(question, list(source.known), source) if isinstance(a, AssetScan)]
    alone = [scan_asset(source.history(asset), {}, question) for asset in source.known]
    assert [a.asset for a in spread] == [a.asset for a in alone]
    assert [a.firings for a in spread] == [a.firings for a in alone]
    assert [a.near for a in spread] == [a.near for a in alone]
    # Their records stay where they are; those of fewer assets come along, from one process.
    assert not any(answer.tables for answer in spread)
    few = scan_assets(question, list(source.known)[:24], source)
    assert all(isinstance(answer, AssetScan) and answer.tables for answer in few)


def test_closing_a_scan_ends_its_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.scan.run.cores", lambda: 2)  # on a machine with one, too
    answers = scan_assets(ScanQuestion(DAILY), list(walks(40)), MadeUp(walks(40)))
    next(answers)
    begun = active_children()
    assert begun
    answers.close()
    assert not [process for process in begun if process.is_alive()]


def test_nothing_after_the_as_of_date_matters() -> None:
    whole = walks(2)
    cut = {asset: h.until(np.datetime64("2012-06-29")) for asset, h in whole.items() if h}
    question = ScanQuestion(scan_signals(("reverse-up", "ten-month-average-cross", "correction")), 60)
    then = scan(question, MadeUp(cut), list(cut))
    now = scan(replace(question, as_of=date(2012, 6, 29)), MadeUp(whole), list(whole))
    assert then == now
    assert then.as_of == date(2012, 6, 29)


def test_q_is_taken_over_all_that_fired() -> None:
    source = MadeUp(walks(12))
    result = scan(ScanQuestion(DAILY, 60, near=False), source, list(source.known))
    findings = [f for event in result.events for f in event.findings]
    p_values = [f.firing.p_value for f in findings]
    assert None not in p_values
    assert result.tests == len(p_values) > 5
    assert [f.q_value for f in findings] == pytest.approx(false_discovery_control(p_values))


def test_the_same_signal_on_the_same_day_is_one_event() -> None:
    first = random_history("AAA", "2009-01-02", "2014-03-12", 1)
    source = MadeUp({"AAA": first, "BBB": replace(first, asset="BBB"), "CCC": walks(1)["A0"]})
    result = scan(ScanQuestion(DAILY, 200, near=False), source, ["BBB", "CCC", "AAA"])
    twins = [e for e in result.events if e.lead.firing.asset == "AAA"]
    assert twins
    for event in twins:
        assert "BBB" in [f.firing.asset for f in event.also]
    assert [e.lead.interest for e in result.events] == sorted(
        (e.lead.interest for e in result.events), reverse=True
    )


def test_an_asset_that_ended_long_ago_has_no_event_and_is_named() -> None:
    source = MadeUp({**walks(2), "OLD": random_history("OLD", "2005-01-03", "2010-03-12", 7)})
    result = scan(ScanQuestion(DAILY, 250), source, list(source.known))
    assert result.stale == ("OLD",)
    assert all(f.firing.asset != "OLD" for e in result.events for f in e.findings)


FIRING = Firing(
    *("AAA", "reverse-up", date(2014, 3, 12), False, 5.0, 0.8, 20.0, 5, "3M", 5, 5, 0.1, 0.1, 0.8),
    *(Baseline(100, 0.02, 0.02, 0.6), 0.08, 0.04),
)


def test_interest_by_hand() -> None:
    # Once in four years: 4/5. More extreme than four in five: 0.8. The mean is 0.8.
    assert unusual(FIRING) == pytest.approx(0.8)
    assert unusual(replace(FIRING, extreme=None)) == pytest.approx(0.65)
    # (1 − 0.04) · 5/10
    assert consequential(FIRING) == pytest.approx(0.48)
    assert consequential(replace(FIRING, p_value=None)) == 0
    found = Collection(ScanQuestion(DAILY, 5), [FIRING], lasts={"AAA": date(2014, 3, 13)})
    (event,) = found.result("files", 1, complete=True).events
    # One of five sessions ago: 4/5 fresh.
    assert event.lead.sessions_ago == 1
    assert event.lead.interest == pytest.approx(40 * 0.8 + 40 * 0.48 + 20 * 0.8)
    assert event.lead.q_value == 0.04


def test_what_is_near_fires_when_it_comes() -> None:
    days = np.arange("2013-01-01", "2013-03-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    # A fall to a one-month low, then a rise to just below the one-month high.
    closes = [100.0] * 22 + [99.9 - 0.1 * i for i in range(11)] + [90.0, 94.0, 97.0, 99.5]
    history = history_of("AAA", dict(zip(map(str, days), closes, strict=False)))
    answer = scan_asset(history, {}, ScanQuestion(scan_signals(("reverse-up",))))
    (near,) = answer.near
    # 99.5 · 1.005 = 99.9975 is still below 100; three quarters of a percent is enough.
    assert (near.signal, near.move, near.last_close) == ("reverse-up", 0.0075, 99.5)
    with_it = history_of("AAA", dict(zip(map(str, days), [*closes, 99.5 * 1.0075], strict=False)))
    (firing,) = scan_asset(with_it, {}, ScanQuestion(scan_signals(("reverse-up",)))).firings
    assert firing.day == with_it.sessions[-1].item()


def test_what_is_near_is_told_of_assets_with_a_close_of_the_newest_session() -> None:
    days = [str(day) for day in sessions("AAA", np.datetime64("2013-01-02"), np.datetime64("2013-03-01"))]
    closes = [100.0] * 22 + [99.9 - 0.1 * i for i in range(11)] + [90.0, 94.0, 97.0, 99.5]
    new, old = (history_of(a, dict(zip(days[k:], closes, strict=False))) for a, k in (("NEW", 1), ("OLD", 0)))
    question = ScanQuestion(scan_signals(("reverse-up",)))
    alone = scan(question, MadeUp({"OLD": old}), ["OLD"])
    assert [near.asset for near in alone.near] == ["OLD"]
    both = scan(question, MadeUp({"OLD": old, "NEW": new}), ["OLD", "NEW"])
    assert [near.asset for near in both.near] == ["NEW"]
    assert both.stale == ()  # it lacks a session, not the whole week


def test_a_firing_without_a_p_value_is_no_test() -> None:
    source = MadeUp(walks(12))
    result = scan(ScanQuestion(DAILY, 60, near=False), source, list(source.known))
    found = Collection(ScanQuestion(DAILY, 60, near=False))
    firings = [f.firing for event in result.events for f in event.findings]
    found.firings = [replace(firings[0], p_value=None), *firings[1:]]
    found.lasts = {asset: history.last.item() for asset, history in source.known.items() if history}
    less = found.result("files", 12, complete=True)
    assert less.tests == result.tests - 1 == len(firings) - 1
    findings = [f for event in less.events for f in event.findings]
    known = [f for f in findings if f.firing.p_value is not None]
    assert [f.q_value for f in findings if f.firing.p_value is None] == [None]
    p_values = [f.firing.p_value for f in known]
    assert [f.q_value for f in known] == pytest.approx(false_discovery_control(p_values))


def test_a_small_move_may_set_off_what_a_larger_one_would_not() -> None:
    history = random_history("AAA", "2009-01-02", "2014-03-12", 1)
    (signal,) = scan_signals(("correction",))
    expected = {
        "roc(close, 1) > 0.3 and roc(close, 1) < 0.8": [0.005],
        "(roc(close, 1) > 0.6 and roc(close, 1) < 0.8) or roc(close, 1) < -1.8": [0.0075, -0.02],
        "roc(close, 1) < 0.1 and roc(close, 1) > -0.1": [0.0],
        # Where no move at all is enough, larger ones are no news.
        "roc(close, 1) < 0.55 and roc(close, 1) > -0.55": [0.0],
    }
    for condition, moves in expected.items():
        found = find_near(history, [replace(signal, condition=parse_condition(condition), cooldown=0)], {})
        assert [near.move for near in found] == moves, condition


def test_what_is_near_knows_nothing_of_another_assets_next_session() -> None:
    history = random_history("AAA", "2009-01-02", "2014-03-12", 1)
    spy = random_history("SPY", "2009-01-02", "2014-03-14", 2)
    later = spy.sessions > history.last
    assert later.sum() == 2
    spy = replace(spy, close=np.where(later, 9999.0, spy.close))
    (signal,) = scan_signals(("correction",))
    for condition, moves in (("on('SPY', close) == 9999", []), ("on('SPY', close) < 9999", [0.0])):
        asked = replace(
            signal, condition=parse_condition(f"{condition} and roc(close, 1) > -0.1"), cooldown=0
        )
        assert [near.move for near in find_near(history, [asked], {"SPY": spy})] == moves, condition


def test_what_is_near_is_what_a_longer_history_says() -> None:
    signals = scan_signals()
    others = {"SPY": random_history("SPY", "2009-01-02", "2014-03-12", 99)}
    told = 0
    for seed in range(6):
        history = random_history(f"A{seed}", "2009-01-02", "2014-03-12", seed, 0.005)
        for near in scan_asset(history, others, ScanQuestion(signals)).near:
            longer = PriceHistory(
                history.asset,
                np.append(history.sessions, np.datetime64("2014-03-13")),
                np.append(history.close, history.close[-1] * (1 + near.move)),
            )
            spy = others["SPY"]
            same = PriceHistory(
                "SPY",
                np.append(spy.sessions, np.datetime64("2014-03-13")),
                np.append(spy.close, spy.close[-1]),
            )
            result = run_study(
                make_study(history.asset, signal=near.signal), {history.asset: longer, "SPY": same}
            )
            assert result.episodes[-1].date == date(2014, 3, 13), near
            told += 1
    assert told > 3


def months_of(history: PriceHistory) -> PriceHistory:
    """The last session of every month, as a file of months would have it."""
    months = history.sessions.astype("datetime64[M]")
    last = np.flatnonzero(np.append(months[1:] != months[:-1], True))
    return with_cadence(PriceHistory(history.asset, history.sessions[last], history.close[last]), "rows.csv")


def test_months_are_read_by_monthly_signals_alone_and_spoil_nothing_else() -> None:
    known = walks(3, "2014-02-28")
    daily = known["A1"]
    assert daily is not None
    question = ScanQuestion(scan_signals(), near=False)
    source = {**known, "SPY": random_history("SPY", "2009-01-02", "2014-02-28", 9)}
    asked = ["A0", "A1", "A2"]
    whole = {a.asset: a for a in scan_assets(question, asked, MadeUp(source))}
    mixed = {a.asset: a for a in scan_assets(question, asked, MadeUp({**source, "A1": months_of(daily)}))}
    monthly = {signal.name for signal in question.signals if signal.bars == "monthly"}
    months = mixed["A1"]
    assert isinstance(months, AssetScan)
    assert {s.signal for s in months.skipped} == {s.name for s in question.signals} - monthly
    assert all("A1 has monthly prices" in s.reason for s in months.skipped)
    for asset in ("A0", "A2"):
        ours, theirs = mixed[asset], whole[asset]
        assert isinstance(ours, AssetScan)
        assert isinstance(theirs, AssetScan)
        assert ours.firings == theirs.firings
        assert ours.skipped == theirs.skipped == ()


def test_months_that_began_long_ago_are_not_recent() -> None:
    # Up ten percent in May; five sessions are a week, and five rows would reach back to it.
    months = np.arange("2013-01", "2014-01", dtype="datetime64[M]")
    closes = np.where(months < np.datetime64("2013-05"), 100.0, 112.0)
    history = with_cadence(PriceHistory("A", months.astype("datetime64[D]"), closes), "rows.csv")
    signals = scan_signals(("ten-percent-month",))
    for as_of, fired in ((date(2013, 5, 31), 1), (date(2013, 9, 30), 0)):
        answer = scan_asset(history, {}, ScanQuestion(signals, 5, as_of, near=False))
        assert len(answer.firings) == fired


@pytest.mark.parametrize(
    ("asset", "asked", "fired"), [("A", 5, 0), ("A", 6, 1), ("X-USD", 7, 0), ("X-USD", 8, 1)]
)
def test_recent_weeks_are_those_that_end_on_a_recent_session(asset: str, asked: int, fired: int) -> None:
    # New York was closed on Good Friday, Apr 18, 2014: that week ends on the 17th, five sessions before the
    # next one. A week of what trades every day ends on a Sunday.
    mondays = np.arange("2013-09-02", "2014-04-22", 7, dtype="datetime64[D]")
    closes = np.full(len(mondays), 100.0)
    closes[-2:] = 120.0
    history = with_cadence(PriceHistory(asset, mondays, closes), "rows.csv")
    signal = replace(scan_signals(("ten-percent-month",))[0], bars="weekly")
    answer = scan_asset(history, {}, ScanQuestion((signal,), asked, near=False))
    assert [firing.day for firing in answer.firings] == [as_date(history.sessions[-2])] * fired


def test_a_benchmark_that_ended_long_ago_makes_nothing_recent() -> None:
    history = random_history("AAA", "2009-01-02", "2014-03-12", 1)
    short = random_history("SPY", "2009-01-02", "2013-02-12", 2)
    signals = scan_signals(("relative-strength-breakout",))
    answer = scan_asset(history, {"SPY": short}, ScanQuestion(signals, 252, near=False))
    assert answer.firings == ()
    (skipped,) = answer.skipped
    assert "the prices of SPY end on 2013-02-12, its own on 2014-03-12" in skipped.reason


def test_a_benchmark_of_months_is_told_by_the_signals_that_need_its_days() -> None:
    history = random_history("AAA", "2009-01-02", "2014-02-28", 1)
    spy = months_of(random_history("SPY", "2009-01-02", "2014-02-28", 2))
    answer = scan_asset(history, {"SPY": spy}, ScanQuestion(scan_signals(), near=False))
    assert answer.skipped
    assert all("SPY has monthly prices" in s.reason for s in answer.skipped)


def test_a_firing_says_how_long_its_history_is() -> None:
    history = random_history("AAA", "2009-01-02", "2014-03-12", 1)
    fired = scan_asset(history, {}, ScanQuestion(DAILY, 250, near=False)).firings
    assert fired
    days = (history.last - history.first).astype(int)
    assert [firing.years for firing in fired] == pytest.approx([days / 365.25] * len(fired), abs=1e-9)


def test_nothing_is_near_a_close_of_zero() -> None:
    plain = random_history("AAA", "2009-01-02", "2014-03-12", 1)
    close = plain.close.copy()
    close[-1] = 0.0
    (signal,) = scan_signals(("correction",))
    flat = replace(signal, condition=parse_condition("sma(close, 2) == 0"), cooldown=0)
    assert find_near(closes_only(replace(plain, close=close)), [flat], {}) == ()


def test_no_record_is_told_of_a_series_with_a_close_below_zero() -> None:
    plain = random_history("AAA", "2009-01-02", "2014-02-28", 1)
    close = plain.close.copy()
    close[700] = -37.63
    answer = scan_asset(closes_only(replace(plain, close=close)), {}, ScanQuestion(DAILY, 50))
    assert not answer.firings
    assert not answer.tables
    assert all(f"{plain.sessions[700]} is -37.63" in s.reason for s in answer.skipped)
    close[-1] = -1.0
    assert scan_asset(closes_only(replace(plain, close=close)), {}, ScanQuestion(DAILY, 50)).near == ()
