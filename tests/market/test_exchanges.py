"""The tables of sessions and hours, compared with exchange_calendars; which exchange a ticker is of."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np
import pytest

from generator.market.bars import make_bars
from generator.market.calendar import (
    calendar_sessions,
    closing_moments,
    holidays_are_known,
    in_trading_week,
    last_completed_session,
    next_session,
    period_is_open,
    sessions,
)
from generator.market.exchanges import (
    CALENDARS,
    ENDINGS,
    EVERY_DAY,
    INDICES,
    WEEKDAYS,
    ZONES,
    calendar_of,
    said_calendars,
    say_calendars,
    shared_calendar,
)
from generator.market.history import PriceHistory
from generator.market.timetable import TABLES, timetable, week_begins
from tests.market.exchange_tables import ASSUMED, known, library_calendar, library_codes, table

ASSET = {code: f"X.{ending}" for ending, code in ENDINGS.items()} | {"XNYS": "SPY"}
"""A ticker of every calendar."""


SLOW, LATELY = ("XKRX", "XMOS", "XTAE"), date(2015, 1, 1)
"""Exchanges whose calendar takes the library half a minute: their last years are compared here, all of them
by ``make calendar``."""


def days(*texts: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.array(texts, dtype="datetime64[D]")


@pytest.fixture
def unsaid() -> Iterator[None]:
    yield
    say_calendars({})


def test_every_exchange_that_a_ticker_can_name_has_a_table() -> None:
    named = {*ENDINGS.values(), *INDICES.values(), *ZONES.values(), "XNYS"} - {WEEKDAYS, EVERY_DAY}
    assert named == {path.stem for path in TABLES.glob("*.txt")} == {*library_codes(), *ASSUMED}
    assert {WEEKDAYS, EVERY_DAY, *named} == set(CALENDARS)
    assert sum(path.stat().st_size for path in TABLES.glob("*.txt")) < 280_000


@pytest.mark.parametrize("code", library_codes())
def test_every_session_and_close_is_that_of_exchange_calendars(code: str) -> None:
    calendar = library_calendar(code, LATELY if code in SLOW else None)
    first, last = (np.datetime64(day, "D") for day in known(code, calendar))
    first = max(first, np.datetime64(LATELY)) if code in SLOW else first
    theirs = calendar.sessions.to_numpy().astype("datetime64[D]")
    np.testing.assert_array_equal(calendar_sessions(code, first, last), theirs)
    assert holidays_are_known(ASSET[code], first, last)
    assert not holidays_are_known(ASSET[code], first, last + 1)
    closes = (
        calendar.closes.dt.tz_convert("UTC").astype("datetime64[ns, UTC]").astype("int64") // 60_000_000_000
    ).to_numpy()
    np.testing.assert_array_equal(closing_moments(theirs, ASSET[code]), closes)


@pytest.mark.parametrize("code", ["XNYS", "XTAE", "XSAU", "XTKS"])
def test_make_calendar_writes_what_is_there(code: str) -> None:
    assert (TABLES / f"{code}.txt").read_text() == table(code), "make calendar"


@pytest.mark.parametrize("code", sorted(ASSUMED))
def test_where_the_library_knows_nothing_the_days_of_the_week_count(code: str) -> None:
    assert (TABLES / f"{code}.txt").read_text() == table(code), "make calendar"
    assert not holidays_are_known(ASSET[code], *days("2026-04-01", "2026-04-30"))
    week = calendar_sessions(code, *days("2026-04-13", "2026-04-19"))
    assert len(week) == 5


def test_dubai_changed_its_week_with_2022_and_riyadh_in_2013() -> None:
    fridays = days("2021-12-31", "2022-01-07")
    assert in_trading_week(fridays, "EMAAR.AE").tolist() == [False, True]
    assert in_trading_week(
        days("2013-06-22", "2013-06-23", "2013-06-27", "2013-07-04"), "2222.SR"
    ).tolist() == [
        True,
        True,
        False,
        True,
    ]
    assert [week_begins(code) for code in ("XNYS", "XTAE", "XSAU", "XCAI", EVERY_DAY)] == [0, 1, 2, 1, 0]


def test_a_saturday_after_a_fridays_session_ends_its_week() -> None:
    """Seoul traded on six days until 1998, Mumbai trades on the Saturday of a budget."""
    begin_before_monday = {code for code in CALENDARS if week_begins(code)}
    assert begin_before_monday == {"DSMD", "XCAI", "XDFM", "XKUW", "XSAU", "XTAE"}
    for asset, monday, sunday in (
        ("^KS11", "1995-03-06", "1995-03-12"),
        ("^NSEI", "2025-01-27", "2025-02-02"),
    ):
        week = sessions(asset, *days(monday, sunday))
        assert len(week) == 6
        assert not period_is_open(week[-1], "weekly", asset)
        around = sessions(asset, week[0] - 14, week[-1] + 14)
        history = PriceHistory(asset, around, np.ones(len(around)))
        bars = make_bars(history, "weekly", in_progress=False)
        assert week[-1] in bars.dates
        assert week[-2] not in bars.dates


def test_a_name_of_ones_own_a_letter_and_a_providers_zone(unsaid: None) -> None:
    assert calendar_of("NIKKEI") == "XNYS"
    assert calendar_of("^ANY", "Asia/Tokyo") == "XTKS"
    assert calendar_of("VOD.L", "Asia/Tokyo") == "XLON"
    assert calendar_of("SPY", "America/New_York") == calendar_of("SPY", "Nowhere/Else") == "XNYS"
    say_calendars({"NIKKEI": "XTKS"})
    assert said_calendars() == {"NIKKEI": "XTKS"}
    assert calendar_of("NIKKEI") == "XTKS"
    assert shared_calendar(["BTC-USD", "NIKKEI", "SPY"]) == "XTKS"
    assert shared_calendar(["BTC-USD", "ETH-USD"]) == EVERY_DAY


@pytest.mark.parametrize("asset", ["BTCUSDT", "BTC/USDT", "sol_usdc", "ETHUSD", "XBT/EUR", "ETH-BTC"])
def test_pairs_as_coin_exchanges_write_them_trade_every_day(asset: str) -> None:
    assert calendar_of(asset) == EVERY_DAY


@pytest.mark.parametrize("asset", ["USDT", "BTCUSDX", "EUR/USD", "ETH", "SPY"])
def test_other_tickers_do_not(asset: str) -> None:
    assert calendar_of(asset) != EVERY_DAY


def test_a_closure_of_a_month_hides_no_session() -> None:
    # Athens was closed from June 29 to August 2, 2015.
    august = datetime(2015, 8, 2, 12, tzinfo=UTC)
    assert last_completed_session("OPAP.AT", august) == days("2015-06-26")[0]


def test_the_next_session() -> None:
    friday = np.datetime64("2026-04-17")
    following = [str(next_session(friday, asset)) for asset in ("BTC-USD", "2222.SR", "SPY", "ES=F")]
    assert following == ["2026-04-18", "2026-04-19", "2026-04-20", "2026-04-20"]
    assert str(next_session(np.datetime64("2015-06-26"), "OPAP.AT")) == "2015-08-03"


def test_only_the_tables_that_are_asked_for_are_read() -> None:
    program = (
        "import numpy as np; from generator.market.calendar import sessions\n"
        "from generator.market.timetable import timetable\n"
        "sessions('IWM', np.datetime64('2026-04-01'), np.datetime64('2026-04-30'))\n"
        "assert timetable.cache_info().currsize == 1"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    with pytest.raises(KeyError):
        timetable("NONE")
