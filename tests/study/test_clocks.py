"""Assets that close at different hours: what was known when, and at which close a position is opened."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from generator.market.bars import Bars, make_bars
from generator.market.clock import first_at_or_after, newest_known
from generator.market.history import PriceHistory
from generator.scan.asset import scan_together
from generator.scan.values import AssetScan, ScanQuestion, ScanSignal
from generator.signals import evaluate
from generator.signals.language import parse_condition, parse_expression
from generator.study import episodes as episode_rules
from generator.study.horizons import parse_horizon
from generator.study.lookahead import find_changes
from generator.study.question import make_study
from generator.study.run import run_study
from tests.study.markets import history_of, random_history

CLOSES = {
    "SPY": ("America/New_York", "16:00", 0),
    "^N225": ("Asia/Tokyo", "15:00", 0),
    "SAP.DE": ("Europe/Berlin", "17:30", 0),
    "BHP.AX": ("Australia/Sydney", "16:00", 0),
    "PETR4.SA": ("America/Sao_Paulo", "17:00", 0),
    "BTC-USD": ("UTC", "00:00", 1),
}
"""Zone, hour and days after its date at which a session ended in 2019, as anybody can look up."""


def moment(asset: str, day: np.datetime64) -> datetime:
    zone, clock, later = CLOSES[asset]
    there = datetime.fromisoformat(f"{day + later} {clock}").replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(ZoneInfo("UTC"))


def bars_of(asset: str, first: str = "2019-02-25", last: str = "2019-04-12") -> Bars:
    """Bars of some weeks without a holiday, over both changes to summer time, and Sydney's away from it."""
    every = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    days = every if asset == "BTC-USD" else every[np.is_busday(every)]
    return make_bars(PriceHistory(asset, days, np.arange(1.0, len(days) + 1)), "daily", in_progress=False)


@pytest.mark.parametrize("asset", CLOSES)
@pytest.mark.parametrize("other", CLOSES)
def test_what_was_known_and_what_can_be_bought_by_a_loop_over_moments(asset: str, other: str) -> None:
    ours, theirs = bars_of(asset), bars_of(other)
    known = [sum(moment(other, t) <= moment(asset, o) for t in theirs.dates) - 1 for o in ours.dates]
    assert newest_known(theirs, ours).tolist() == known
    bought = [sum(moment(other, t) < moment(asset, o) for t in theirs.dates) for o in ours.dates]
    assert first_at_or_after(theirs, ours, np.arange(len(ours))).tolist() == bought


def test_tokyo_reads_new_yorks_close_of_the_day_before_and_new_york_tokyos_of_the_day() -> None:
    tokyo = history_of("^N225", {"2026-04-14": 10, "2026-04-15": 11, "2026-04-16": 12})
    spy = history_of("SPY", {"2026-04-14": 100, "2026-04-15": 96, "2026-04-16": 97})
    both = {"^N225": tokyo, "SPY": spy}
    fell = run_study(make_study("^N225", when='on("SPY", close) == 96', horizons=["1D"]), both)
    assert [e.date for e in fell.episodes] == [date(2026, 4, 16)]
    rose = run_study(make_study("SPY", when='on("^N225", close) == 11', horizons=["1D"]), both)
    assert [e.date for e in rose.episodes] == [date(2026, 4, 15)]


def test_a_target_is_entered_at_its_first_close_after_the_signal() -> None:
    spy = history_of("SPY", {"2026-04-15": 100, "2026-04-16": 96, "2026-04-17": 97, "2026-04-20": 98})
    tokyo = history_of("^N225", {"2026-04-15": 10, "2026-04-16": 20, "2026-04-17": 30, "2026-04-20": 33})
    both = {"SPY": spy, "^N225": tokyo}
    study = make_study("SPY", when="close == 96", target="^N225", horizons=["1D"])
    result = run_study(study, both)
    (episode,) = result.episodes
    # New York closes on the 16th when it is the 17th in Tokyo: in at 30, out at 33.
    assert (episode.date, episode.entered) == (date(2026, 4, 16), date(2026, 4, 17))
    assert not episode.target_was_closed
    assert result.returns[0, 0] == pytest.approx(0.1)
    late = run_study(study, both, date(2026, 4, 16))
    assert late.episodes[0].entered is None
    assert (late.summary("1D").n, late.summary("1D").pending) == (0, 1)
    back = run_study(make_study("^N225", when="close == 20", target="SPY", horizons=["1D"]), both)
    assert back.episodes[0].entered == date(2026, 4, 16)
    assert back.returns[0, 0] == pytest.approx(97 / 96 - 1)


def test_a_target_that_is_closed_is_entered_at_its_next_close_and_is_not_pending() -> None:
    coin = history_of("BTC-USD", {f"2026-04-{d}": 100 + d for d in range(10, 25)})
    spy = history_of("SPY", {f"2026-04-{d}": d for d in (10, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24)})
    both = {"BTC-USD": coin, "SPY": spy}
    study = make_study("BTC-USD", when="close == 118 or close == 120", target="SPY", horizons=["1D"])
    result = run_study(study, both)
    saturday, monday = result.episodes
    assert (saturday.entered, saturday.target_was_closed) == (date(2026, 4, 20), True)
    # Its Monday ends after New York's.
    assert (monday.entered, monday.target_was_closed) == (date(2026, 4, 21), False)
    assert result.returns[:, 0].tolist() == pytest.approx([21 / 20 - 1, 22 / 21 - 1])
    assert result.summary("1D").pending == 0
    holiday = history_of("VOD.L", {"2026-04-02": 1.0, "2026-04-07": 2.0, "2026-04-08": 3.0})
    new_york = history_of("SPY", {"2026-04-02": 9, "2026-04-06": 8, "2026-04-07": 7, "2026-04-08": 7})
    easter = run_study(
        make_study("SPY", when="close == 8", target="VOD.L", horizons=["1D"]),
        {"SPY": new_york, "VOD.L": holiday},
    )
    assert (easter.episodes[0].entered, easter.episodes[0].target_was_closed) == (date(2026, 4, 7), True)


def test_a_week_without_the_target_is_entered_with_its_next() -> None:
    weeks = {"2026-01-09": 1, "2026-01-16": 2, "2026-01-23": 3, "2026-01-30": 4}
    own = history_of("SPY", weeks)
    target = history_of("600519.SS", {k: v for k, v in weeks.items() if k != "2026-01-16"})
    study = make_study("SPY", when="close == 2", target="600519.SS", bars="weekly", horizons=["1W"])
    (episode,) = run_study(study, {"SPY": own, "600519.SS": target}).episodes
    assert (episode.entered, episode.target_was_closed) == (date(2026, 1, 23), True)


def test_weeks_from_sunday_to_thursday() -> None:
    days = [
        d
        for d in np.arange("2025-06-01", "2025-06-27", dtype="datetime64[D]")
        if (int(d.astype(int)) + 3) % 7 not in (4, 5)
    ]
    history = PriceHistory("TEVA.TA", np.array(days), np.arange(1.0, len(days) + 1))
    bars = make_bars(history, "weekly", in_progress=False)
    assert bars.dates.astype(str).tolist() == ["2025-06-05", "2025-06-12", "2025-06-19", "2025-06-26"]
    assert np.diff(bars.last_session).tolist() == [5, 5, 5]


def test_a_year_of_what_trades_every_day_has_365() -> None:
    labels = ["1D", "1W", "2W", "1M", "2M", "3M", "6M", "9M", "1Y", "2Y"]
    assert [parse_horizon(x, "daily", "24/7").bars for x in labels] == [
        1,
        7,
        14,
        30,
        61,
        91,
        182,
        274,
        365,
        730,
    ]
    assert [parse_horizon(x, "daily", "24/5").bars for x in labels] == [
        1,
        5,
        10,
        21,
        42,
        63,
        126,
        189,
        252,
        504,
    ]
    coin = make_study("SPY", when="close > 1", target="BTC-USD")
    assert [h.bars for h in coin.horizons] == [7, 14, 30, 61, 91, 182, 365]
    assert [h.bars for h in make_study("BTC-USD", when="close > 1", target="SPY").horizons][-1] == 252
    assert make_study("BTC-USD", when="close > 1", bars="monthly", horizons=["1Y"]).horizons[0].bars == 12


def world() -> Mapping[str, PriceHistory]:
    return {
        "^N225": random_history("^N225", "2019-01-04", "2021-12-30", 1),
        "SPY": random_history("SPY", "2019-01-02", "2021-12-31", 2),
        "BTC-USD": random_history("BTC-USD", "2019-01-02", "2021-12-31", 3),
    }


@pytest.mark.parametrize("bars", ["daily", "weekly", "monthly"])
def test_a_leak_across_zones_is_caught(bars: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("SPY", "BTC-USD"):
        study = make_study("^N225", when=f'on("{other}", roc(close, 1)) > 2', bars=bars, horizons=["1Y"])
        assert find_changes(study, world()).changes == ()

    def by_date(theirs: Bars, ours: Bars) -> Any:
        return np.searchsorted(theirs.dates, ours.dates, side="right") - 1

    monkeypatch.setattr(evaluate, "newest_known", by_date)
    monkeypatch.setattr("generator.study.prepare.aligned_bars", lambda theirs, own: theirs)
    study = make_study("^N225", when='on("SPY", roc(close, 1)) > 2', bars=bars, horizons=["1Y"])
    assert "episode" in {change.what for change in find_changes(study, world()).changes}


def test_an_entry_before_the_signal_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study("SPY", when="roc(close, 1) > 2", target="^N225", horizons=["1W"])
    assert find_changes(study, world()).changes == ()

    def by_date(theirs: Bars, ours: Bars, positions: Any) -> Any:
        return np.searchsorted(theirs.dates, ours.dates[positions])

    monkeypatch.setattr(episode_rules, "first_at_or_after", by_date)
    assert {change.what for change in find_changes(study, world()).changes} == {"entry"}


def test_a_scan_reads_other_clocks_as_a_study_does() -> None:
    histories = world()
    text = 'on("SPY", roc(close, 1)) > 2'
    signal = ScanSignal("s", parse_condition(text), parse_expression('on("SPY", roc(close, 1))'), "daily", 0)
    scanned = scan_together(
        list(histories.values()), histories, ScanQuestion((signal,), sessions=250, near=False)
    )
    for answer in scanned:
        assert isinstance(answer, AssetScan)
        study = run_study(make_study(answer.asset, when=text), histories)
        found = answer.firings[0]
        assert found.episodes == len(study.episodes)
        assert (found.day, found.trigger) == (study.episodes[-1].date, study.episodes[-1].trigger)
        assert found.average == pytest.approx(study.summary("3M").average)


@pytest.mark.skipif("MARKET_DATA" not in os.environ, reason="MARKET_DATA names no folder of real prices")
def test_an_index_that_repeats_new_yorks_move_a_session_later_foretells_nothing() -> None:
    from generator.market.providers.files import FilesSource

    spy = FilesSource(Path(os.environ["MARKET_DATA"])).history("SPY")
    change = np.append(0.0, spy.close[1:] / spy.close[:-1] - 1)
    late = np.append(0.0, change[:-1])
    for asset in ("^N225", "BHP.AX", "SAP.DE"):
        tale = PriceHistory(asset, spy.sessions, 10_000 * np.cumprod(1 + late))
        study = make_study(asset, when='on("SPY", roc(close, 1) <= -3)', horizons=["1D"])
        one = run_study(study, {asset: tale, "SPY": spy}).summary("1D")
        # Known is the move of the day before, and that is in the price already: what follows is any day's.
        assert one.n > 30
        assert abs(one.average or 0) < 0.01
        assert one.win_rate is not None
        assert 0.3 < one.win_rate < 0.7
