"""Bars by hand, and against pandas on real prices."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generator.core.errors import FieldError
from generator.market.bars import BarKind, Bars, make_bars, period_numbers
from generator.market.clock import aligned_bars
from generator.market.history import PriceHistory, fingerprint
from generator.market.providers.files import FilesSource

# Monday to Friday, a weekend, Monday and Tuesday; the month changes on the Wednesday.
SESSIONS = np.array(
    ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-06", "2026-04-07"], "datetime64[D]"
)


@pytest.fixture
def history() -> PriceHistory:
    return PriceHistory(
        asset="X",
        sessions=SESSIONS,
        open=np.array([10.0, 11, 12, 13, 14, 15]),
        high=np.array([20.0, 29, 22, 23, 24, 21]),
        low=np.array([9.0, 8, 7, 6, 5.5, 5]),
        close=np.array([11.0, 12, 13, 14, 15, 16]),
        volume=np.array([1.0, 2, 4, 8, 16, 32]),
    )


def test_weekly_bars_by_hand(history: PriceHistory) -> None:
    bars = make_bars(history, "weekly", in_progress=True)
    assert [str(d) for d in bars.dates] == ["2026-04-02", "2026-04-07"]
    assert bars.field("open").tolist() == [10, 14]
    assert bars.field("high").tolist() == [29, 24]
    assert bars.field("low").tolist() == [6, 5]
    assert bars.field("close").tolist() == [14, 16]
    assert bars.field("volume").tolist() == [15, 48]
    assert bars.last_session.tolist() == [3, 5]
    assert (len(bars), bars.completed) == (2, 1)


def test_monthly_bars_by_hand(history: PriceHistory) -> None:
    bars = make_bars(history, "monthly", in_progress=False)
    assert [str(d) for d in bars.dates] == ["2026-03-31", "2026-04-07"]
    assert bars.field("open").tolist() == [10, 12]
    assert bars.field("high").tolist() == [29, 24]
    assert bars.field("low").tolist() == [8, 5]
    assert bars.field("close").tolist() == [12, 16]
    assert bars.field("volume").tolist() == [3, 60]
    assert bars.completed == 2


def test_daily_bars_are_the_sessions_and_never_in_progress(history: PriceHistory) -> None:
    bars = make_bars(history, "daily", in_progress=True)
    assert np.array_equal(bars.dates, history.sessions)
    assert np.array_equal(bars.field("high"), history.field("high"))
    assert bars.completed == 6


def test_iso_weeks_run_from_monday_to_sunday_across_the_year() -> None:
    days = np.array(["2025-12-29", "2025-12-31", "2026-01-02", "2026-01-04", "2026-01-05"], "datetime64[D]")
    weeks = period_numbers(days, "weekly")
    assert (weeks - weeks[0]).tolist() == [0, 0, 0, 0, 1]
    # The running number and the ISO week change together, over forty years and before 1970.
    every = np.arange("1960-01-01", "2000-01-01", dtype="datetime64[D]")
    iso = [d.isocalendar()[:2] for d in every.tolist()]
    changes = [a != b for a, b in zip(iso[1:], iso[:-1], strict=True)]
    assert (np.diff(period_numbers(every, "weekly")) == 1).tolist() == changes


def test_a_missing_field_names_the_asset_and_what_there_is(history: PriceHistory) -> None:
    with pytest.raises(FieldError, match="X has no adjusted close prices"):
        make_bars(history, "weekly", in_progress=False).field("adjusted_close")


def test_until_cuts_every_column(history: PriceHistory) -> None:
    cut = history.until(np.datetime64("2026-04-04"))
    assert len(cut) == 4
    assert cut.last == np.datetime64("2026-04-02")
    assert [len(cut.field(name)) for name in ("open", "high", "low", "close", "volume")] == [4] * 5
    assert cut.adjusted_close is None
    assert history.until(np.datetime64("2026-04-07")) is history
    assert len(history.until(np.datetime64("2026-01-01"))) == 0


def test_the_fingerprint_sees_every_price_and_no_more(history: PriceHistory) -> None:
    whole = fingerprint([history])
    assert whole.startswith("sha256:")
    other = PriceHistory("A", history.sessions, history.close)
    assert fingerprint([history, other]) == fingerprint([other, history])
    assert fingerprint([history, other]) != whole
    assert fingerprint([history.until(np.datetime64("2026-04-06"))]) != whole
    copy = PriceHistory("X", history.sessions, history.close.copy())
    copy.close[0] += 0.01
    assert fingerprint([copy]) != fingerprint([PriceHistory("X", history.sessions, history.close)])


@pytest.mark.skipif("MARKET_DATA" not in os.environ, reason="MARKET_DATA names no folder of real prices")
@pytest.mark.parametrize(("kind", "rule"), [("weekly", "W-SUN"), ("monthly", "ME")])
def test_real_prices_agree_with_pandas(kind: BarKind, rule: str) -> None:
    import pandas as pd

    folder = Path(os.environ["MARKET_DATA"])
    bars = make_bars(FilesSource(folder).history("IWM"), kind, in_progress=False)
    frame = pd.read_csv(folder / "IWM.csv", parse_dates=["Date"]).set_index("Date", drop=False)
    how = {"Date": "last", "Open": "first", "High": "max", "Low": "min", "Close": "last", "Volume": "sum"}
    expected = frame.resample(rule).agg(how).dropna()
    assert np.array_equal(bars.dates, expected["Date"].to_numpy().astype("datetime64[D]"))
    np.testing.assert_allclose(bars.field("open"), expected["Open"])
    np.testing.assert_allclose(bars.field("high"), expected["High"])
    np.testing.assert_allclose(bars.field("low"), expected["Low"])
    np.testing.assert_allclose(bars.field("close"), expected["Close"])
    np.testing.assert_allclose(bars.field("volume"), expected["Volume"])


NAN = np.nan


def test_what_needs_an_unknown_cell_is_unknown_and_nothing_else(history: PriceHistory) -> None:
    gaps = replace(
        history,
        open=np.array([10.0, NAN, NAN, 13, 14, NAN]),
        high=np.array([20.0, 29, 22, NAN, 24, 21]),
        low=np.array([9.0, 8, 7, 6, 5.5, NAN]),
        volume=np.array([NAN, 2, 4, 8, 16, 32]),
    )
    weekly, monthly = (make_bars(gaps, kind, in_progress=False) for kind in ("weekly", "monthly"))
    # Opens of March 30 and April 6, 2026 are known, and April's first is not.
    np.testing.assert_array_equal(weekly.field("open"), [10, 14])
    np.testing.assert_array_equal(monthly.field("open"), [10, NAN])
    np.testing.assert_array_equal(weekly.field("high"), [NAN, 24])
    np.testing.assert_array_equal(monthly.field("high"), [29, NAN])
    np.testing.assert_array_equal(weekly.field("low"), [6, NAN])
    np.testing.assert_array_equal(weekly.field("volume"), [NAN, 48])
    np.testing.assert_array_equal(monthly.field("volume"), [NAN, 60])
    np.testing.assert_array_equal(weekly.field("close"), [14, 16])


def test_a_week_of_another_asset_ends_with_ours_and_the_rest_is_its_next() -> None:
    # Ours trades on Monday and Friday; a coin every day from Monday, March 30 to Tuesday, April 7, 2026.
    ours = make_bars(
        PriceHistory("X", np.array(["2026-03-30", "2026-04-03"], "datetime64[D]"), np.array([1.0, 2])),
        "weekly",
        in_progress=False,
    )
    days = np.arange("2026-03-30", "2026-04-08", dtype="datetime64[D]")
    coin = make_bars(PriceHistory("C-USD", days, np.arange(9.0)), "weekly", in_progress=False)
    seen = aligned_bars(coin, ours)
    # The coin's day ends after New York's close: of April 3, a Friday, Thursday's is the newest known.
    assert [str(day) for day in seen.dates] == ["2026-04-02", "2026-04-07"]
    assert seen.field("close").tolist() == [3, 8]
    late = make_bars(PriceHistory("C-USD", days[5:], np.arange(4.0)), "weekly", in_progress=False)
    assert [str(day) for day in aligned_bars(late, ours).dates] == ["2026-04-07"]


def weeks(asset: str, *days: str) -> Bars:
    sessions = np.array(days, dtype="datetime64[D]")
    return make_bars(
        PriceHistory(asset, sessions, np.arange(1.0, len(sessions) + 1)), "weekly", in_progress=False
    )


def test_a_week_of_another_asset_ends_with_the_last_session_that_had_closed_by_then() -> None:
    spy = weeks("SPY", "2019-03-07", "2019-03-08", "2019-03-14", "2019-03-15", "2019-03-21", "2019-03-22")
    # Both close at the same moment of the same day, which is in time.
    iwm = weeks("IWM", "2019-03-08", "2019-03-15", "2019-03-22")
    assert aligned_bars(spy, iwm).field("close").tolist() == [2.0, 4.0, 6.0]
    # Tokyo's Friday closes before New York's: Thursday's close is the last that it saw.
    tokyo = weeks("^N225", "2019-03-08", "2019-03-15", "2019-03-22")
    assert aligned_bars(spy, tokyo).field("close").tolist() == [1.0, 3.0, 5.0]
    # Its week of a Monday alone saw no session of New York's week, which is no bar then.
    short = weeks("^N225", "2019-03-08", "2019-03-11", "2019-03-22")
    seen = aligned_bars(spy, short)
    assert [str(day) for day in seen.dates] == ["2019-03-07", "2019-03-21"]
