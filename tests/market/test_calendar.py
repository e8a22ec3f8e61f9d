"""Calendar facts that anybody can look up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from generator.market.bars import BarKind
from generator.market.calendar import close_on, closures, last_completed_session, period_is_open, sessions
from generator.market.exchanges import calendar_of
from generator.market.timetable import _offsets


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


@pytest.mark.parametrize(
    ("asset", "name"),
    [
        ("SPY", "XNYS"),
        ("BRK-B", "XNYS"),
        ("^GSPC", "XNYS"),
        ("VOD.L", "XLON"),
        ("7203.T", "XTKS"),
        ("^N225", "XTKS"),
        ("^GDAXI", "XETR"),
        ("BRK.B", "XNYS"),
        ("petr4.sa", "BVMF"),
        ("^CNXIT", "XBOM"),
        ("DX-Y.NYB", "24/5"),
        ("BTC-USD", "24/7"),
        ("ETH-BTC", "24/7"),
        ("EURUSD=X", "24/5"),
        ("ES=F", "24/5"),
    ],
)
def test_the_calendar_of_a_ticker(asset: str, name: str) -> None:
    assert calendar_of(asset) == name


def test_good_friday_is_no_session() -> None:
    found = sessions("SPY", day("2026-04-01"), day("2026-04-07"))
    assert [str(d) for d in found] == ["2026-04-01", "2026-04-02", "2026-04-06", "2026-04-07"]
    assert found.dtype == np.dtype("datetime64[D]")
    assert len(sessions("SPY", day("2026-04-03"), day("2026-04-05"))) == 0
    assert len(sessions("BTC-USD", day("2026-04-03"), day("2026-04-05"))) == 3
    assert len(sessions("ES=F", day("2026-04-03"), day("2026-04-05"))) == 1


def test_a_year_of_sessions() -> None:
    # 2025 had 250: 261 weekdays, ten holidays and the day of mourning on January 9.
    found = sessions("SPY", day("2025-01-01"), day("2025-12-31"))
    assert len(found) == 250
    assert day("2025-01-09") not in found


@pytest.fixture
def closed_on_a_friday() -> Iterator[None]:
    close_on([date(2026, 7, 24)])
    yield
    close_on(())


@pytest.mark.usefixtures("closed_on_a_friday")
def test_a_closure_that_the_table_does_not_know() -> None:
    assert closures() == (date(2026, 7, 24),)
    week = day("2026-07-20"), day("2026-07-26")
    assert sessions("SPY", *week).astype(str).tolist() == [f"2026-07-{n}" for n in (20, 21, 22, 23)]
    assert len(sessions("ES=F", *week)) == 5
    assert len(sessions("BTC-USD", *week)) == 7
    saturday = datetime(2026, 7, 25, 12, tzinfo=UTC)
    assert last_completed_session("SPY", saturday) == day("2026-07-23")
    assert not period_is_open(day("2026-07-23"), "weekly", "SPY")
    close_on(())
    assert last_completed_session("SPY", saturday) == day("2026-07-24")


@pytest.mark.parametrize(("first", "last"), [("1700-01-04", "1700-01-08"), ("9000-01-06", "9000-01-10")])
def test_beyond_the_known_years_every_weekday_is_a_session(first: str, last: str) -> None:
    found = sessions("SPY", day(first), day(last))
    assert len(found) == np.busday_count(first, last) + int(np.is_busday(last))


def test_sessions_across_the_edge_of_the_known_years() -> None:
    found = sessions("SPY", day("1969-12-20"), day("1970-01-05"))
    assert bool((np.diff(found) > np.timedelta64(0, "D")).all())
    assert day("1969-12-25") in found  # no rule is applied there
    assert day("1970-01-01") not in found


@pytest.mark.parametrize(
    ("last", "kind", "asset", "is_open"),
    [
        ("2026-04-20", "daily", "IWM", False),
        ("2026-04-20", "weekly", "IWM", True),
        ("2026-04-20", "monthly", "IWM", True),
        ("2026-04-02", "weekly", "IWM", False),  # Good Friday follows
        ("2026-04-01", "weekly", "IWM", True),
        ("2026-04-24", "weekly", "IWM", False),
        ("2026-04-30", "monthly", "IWM", False),
        ("2026-04-29", "monthly", "IWM", True),
        ("2026-05-29", "monthly", "IWM", False),  # a Friday; the month ends on Sunday
        ("2024-03-28", "monthly", "IWM", False),  # the Thursday before Good Friday, March 29
        ("2024-03-27", "monthly", "IWM", True),
        ("2025-11-26", "weekly", "IWM", True),  # Thanksgiving, then half a session
        ("2025-11-28", "monthly", "IWM", False),
        ("2001-09-10", "weekly", "IWM", False),  # the Exchange stayed shut until the 17th
        ("2001-09-10", "monthly", "IWM", True),
        ("2026-04-24", "weekly", "BTC-USD", True),
        ("2026-04-26", "weekly", "BTC-USD", False),
        ("2026-05-29", "monthly", "BTC-USD", True),
        ("2026-05-31", "monthly", "BTC-USD", False),
        ("2026-04-02", "weekly", "ES=F", True),
        ("2025-12-30", "monthly", "SAP.DE", False),  # Frankfurt is closed on New Year's Eve
        ("2025-12-30", "monthly", "7203.T", False),  # and so is Tokyo
        ("2025-12-30", "monthly", "SPY", True),
        ("2025-12-30", "monthly", "VOD.L", True),
        ("2025-06-12", "weekly", "TEVA.TA", False),  # a Thursday
        ("2025-06-15", "weekly", "TEVA.TA", True),  # the Sunday after it begins the next week
        ("2026-02-05", "weekly", "TEVA.TA", True),  # since January 2026 they trade on Fridays
        ("2026-04-16", "weekly", "2222.SR", False),
        ("2026-04-16", "weekly", "QNBK.QA", False),
        ("2026-04-16", "weekly", "PETR4.SA", True),
        ("1700-01-04", "weekly", "IWM", True),
        ("9000-01-06", "weekly", "IWM", True),
    ],
)
def test_whether_a_week_or_month_is_open(last: str, kind: BarKind, asset: str, is_open: bool) -> None:
    assert period_is_open(day(last), kind, asset) is is_open


@pytest.mark.parametrize(
    ("asset", "now", "last"),
    [
        ("SPY", (2026, 4, 20, 19, 59), "2026-04-17"),  # 15:59 in New York
        ("SPY", (2026, 4, 20, 20, 0), "2026-04-20"),
        ("SPY", (2026, 1, 20, 20, 59), "2026-01-16"),  # winter time; Monday was a holiday
        ("SPY", (2026, 1, 20, 21, 0), "2026-01-20"),
        ("SPY", (2025, 11, 28, 17, 59), "2025-11-26"),  # the half session after Thanksgiving
        ("SPY", (2025, 11, 28, 18, 0), "2025-11-28"),
        ("SPY", (2026, 4, 5, 12, 0), "2026-04-02"),  # Easter Sunday
        ("SPY", (2001, 9, 16, 12, 0), "2001-09-10"),
        ("BTC-USD", (2026, 4, 20, 23, 59), "2026-04-19"),
        ("BTC-USD", (2026, 4, 21, 0, 0), "2026-04-20"),
        ("EURUSD=X", (2026, 4, 20, 12, 0), "2026-04-17"),
        ("EURUSD=X", (2026, 4, 19, 12, 0), "2026-04-17"),
        ("EURUSD=X", (2026, 4, 21, 0, 0), "2026-04-20"),
        ("7203.T", (2026, 4, 20, 6, 29), "2026-04-17"),  # 15:29 in Tokyo
        ("7203.T", (2026, 4, 20, 6, 30), "2026-04-20"),
        ("^N225", (2024, 11, 1, 6, 0), "2024-11-01"),  # until then at 15:00
        ("^N225", (2024, 11, 5, 6, 0), "2024-11-01"),  # from then on at 15:30; the 4th was a holiday
        ("SAP.DE", (2026, 4, 20, 15, 29), "2026-04-17"),  # 17:29 in Frankfurt
        ("SAP.DE", (2026, 4, 20, 15, 30), "2026-04-20"),
        ("BHP.AX", (2026, 4, 20, 5, 59), "2026-04-17"),  # 15:59 in Sydney
        ("BHP.AX", (2026, 4, 20, 6, 0), "2026-04-20"),
        ("FPH.NZ", (2026, 1, 19, 22, 0), "2026-01-19"),  # Tuesday morning in Auckland
        ("VOD.L", (2025, 12, 24, 12, 30), "2025-12-24"),  # London closes at 12:30 on Christmas Eve
        ("TEVA.TA", (2025, 6, 15, 14, 0), "2025-06-15"),  # a Sunday
        ("2222.SR", (2026, 4, 17, 12, 0), "2026-04-16"),  # Friday is none in Riyadh
        ("COMI.CA", (2026, 4, 19, 12, 30), "2026-04-19"),  # a Sunday in Cairo
    ],
)
def test_the_last_completed_session(asset: str, now: tuple[int, int, int, int, int], last: str) -> None:
    assert last_completed_session(asset, datetime(*now, tzinfo=UTC)) == day(last)


def test_the_calendar_imports_no_library() -> None:
    program = (
        "import sys, numpy as np; from generator.market.calendar import sessions\n"
        "sessions('IWM', np.datetime64('2026-04-01'), np.datetime64('2026-04-30'))\n"
        "assert not {'pandas', 'exchange_calendars'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("zone", "offsets"),
    [
        # Clocks change on Sundays at night; what counts is noon.
        (
            "America/New_York",
            {
                "2024-01-01": -300,
                "2024-03-09": -300,
                "2024-03-10": -240,
                "2024-11-02": -240,
                "2024-11-03": -300,
            },
        ),
        ("Asia/Jerusalem", {"2024-03-28": 120, "2024-03-29": 180, "2024-10-26": 180, "2024-10-27": 120}),
        ("Africa/Cairo", {"2023-04-27": 120, "2023-04-28": 180, "2023-10-26": 180, "2023-10-27": 120}),
        ("Asia/Tokyo", {"1999-12-31": 540, "2024-07-01": 540}),
        ("Australia/Sydney", {"2023-12-31": 660, "2024-04-06": 660, "2024-04-07": 600, "2024-10-06": 660}),
    ],
)
def test_the_clock_of_a_zone_on_the_days_on_which_it_changes(zone: str, offsets: dict[str, int]) -> None:
    days = np.array(list(offsets), dtype="datetime64[D]")
    assert _offsets(zone, days).tolist() == list(offsets.values())
    for day, minutes in offsets.items():  # alone, as well as among the others
        assert _offsets(zone, np.array([day], dtype="datetime64[D]")).tolist() == [minutes]
    noon = [datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone)) for day in offsets]
    assert [int(moment.utcoffset().total_seconds()) // 60 for moment in noon] == list(offsets.values())  # type: ignore[union-attr]
    assert _offsets(zone, days[:0]).tolist() == []
