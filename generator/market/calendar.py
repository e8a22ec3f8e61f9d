"""The trading calendar: which days are sessions, which have closed, which weeks and months are over.

Three calendars are enough for what Yahoo serves: ``XNYS`` (the New York Stock Exchange; also used for
listings elsewhere, whose day ends before New York's does), ``24/5`` for currencies and futures, ``24/7`` for
crypto. New York's holidays and half sessions come from the library ``holidays``; the tests hold every day
that it knows against exchange_calendars, which needs pandas and so 60 MB and half a second of every run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from generator.market.bars import BarKind
from generator.market.history import DateArray

CalendarName = Literal["XNYS", "24/5", "24/7"]

CRYPTO = re.compile(r"[A-Z0-9]+-(USD|EUR|GBP|JPY|CAD|AUD|USDT|BTC|ETH)")
ROUND_THE_CLOCK = re.compile(r".+=[XF]")

LONGEST_CLOSURE = 7
"""Weekdays in a row without a session in New York, at most, since 1915 (the bank holiday of March 1933)."""

# Where holidays and exchange_calendars both know New York's holidays; they agree on all days but one.
FIRST_KNOWN = np.datetime64("1970-01-01", "D")
LAST_KNOWN = np.datetime64("2100-12-31", "D")
WRONGLY_CLOSED = np.array(["1970-05-29"], dtype="datetime64[D]")
"""Taken for a holiday by ``holidays``, as Memorial Day was a Saturday that year; New York was open."""

DAY = np.timedelta64(1, "D")
SURELY_TWO_SESSIONS = np.timedelta64(21, "D")
"""A window of this length has two sessions in it, whatever closes."""
NEW_YORK = ZoneInfo("America/New_York")
CLOSE, EARLY_CLOSE = time(16), time(13)
"""In New York. Half sessions ended at other hours until 1992."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def calendar_of(asset: str) -> CalendarName:
    """``24/7`` for ``BTC-USD``, ``24/5`` for ``EURUSD=X`` and ``ES=F``, ``XNYS`` for every other ticker."""
    if CRYPTO.fullmatch(asset):
        return "24/7"
    return "24/5" if ROUND_THE_CLOCK.fullmatch(asset) else "XNYS"


def sessions(asset: str, first: np.datetime64, last: np.datetime64) -> DateArray:
    """Sessions of an asset from ``first`` to ``last``, both included; datetime64[D], rising, may be empty.

    New York's holidays are known from 1970 to 2100; outside those years every weekday counts as a session.
    """
    first, last = first.astype("datetime64[D]"), last.astype("datetime64[D]")
    days = np.arange(first, last + DAY)
    name = calendar_of(asset)
    if name == "24/7":
        return days
    weekdays = days[np.is_busday(days)]
    if name == "24/5" or not len(weekdays):
        return weekdays
    inside = weekdays[(weekdays >= FIRST_KNOWN) & (weekdays <= LAST_KNOWN)]
    if not len(inside):
        return weekdays
    decades = range(int(str(inside[0])[:3]), int(str(inside[-1])[:3]) + 1)
    known = np.concatenate([_new_york_decade(decade) for decade in decades])
    known = known[(known >= inside[0]) & (known <= inside[-1])]
    before, after = weekdays[weekdays < FIRST_KNOWN], weekdays[weekdays > LAST_KNOWN]
    return np.concatenate((before, known, after))


def period_is_open(last_session: np.datetime64, kind: BarKind, asset: str) -> bool:
    """Whether the asset has a session after this one in the same ISO week or month.

    Daily bars are never open. True means that the bar ending on ``last_session`` is in progress.
    """
    if kind == "daily":
        return False
    day = last_session.astype("datetime64[D]")
    rest = np.arange(day + DAY, _period_end(day, kind) + DAY)
    name = calendar_of(asset)
    if name == "24/7":
        return len(rest) > 0
    weekdays = rest[np.is_busday(rest)]
    if not len(weekdays):
        return False
    if name == "24/5" or len(weekdays) > LONGEST_CLOSURE:
        return True
    return len(sessions(asset, weekdays[0], weekdays[-1])) > 0


def last_completed_session(asset: str, now: datetime) -> np.datetime64:
    """The last session of the asset that has closed at ``now``; early closes are respected.

    Parameters
    ----------
    now : an aware datetime. Days of ``24/5`` and ``24/7`` end at midnight UTC, those of New York at the
        closing bell.
    """
    moment = now.astimezone(UTC)
    today = np.datetime64(moment.date(), "D")
    if calendar_of(asset) == "24/7":
        return today - DAY
    if calendar_of(asset) == "24/5":
        return np.busday_offset(today, -1, roll="forward")
    there = moment.astimezone(NEW_YORK)
    today = np.datetime64(there.date(), "D")
    found = sessions(asset, today - SURELY_TWO_SESSIONS, today)
    under_way = bool(found[-1] == today) and there.time() < _closing_time(there.date())
    last: np.datetime64 = found[-2] if under_way else found[-1]
    return last


def _period_end(day: np.datetime64, kind: BarKind) -> np.datetime64:
    """Last calendar day of the ISO week or month around ``day``."""
    if kind == "monthly":
        first_of_next: np.datetime64 = (day.astype("datetime64[M]") + 1).astype("datetime64[D]")
        return first_of_next - DAY
    weekday = int((day.astype(np.int64) + 3) % 7)
    return day + (6 - weekday) * DAY


@cache
def _new_york_decade(decade: int) -> DateArray:
    """New York's sessions of the ten years from ``decade`` · 10, as far as they are known."""
    last = min(np.datetime64(f"{decade}9-12-31"), LAST_KNOWN)
    weekdays = np.arange(np.datetime64(f"{decade}0-01-01"), last + DAY)
    weekdays = weekdays[np.is_busday(weekdays)]
    closed = np.array(_special_days("public", range(decade * 10, decade * 10 + 10)), dtype="datetime64[D]")
    return weekdays[~np.isin(weekdays, np.setdiff1d(closed, WRONGLY_CLOSED))]


def _closing_time(session: date) -> time:
    """When a session of New York ends, by the clock there."""
    return EARLY_CLOSE if session in _special_days("half_day", [session.year]) else CLOSE


def _special_days(kind: Literal["public", "half_day"], years: Iterable[int]) -> list[date]:
    """Days on which New York does not trade, or only for half of the day."""
    from holidays import financial_holidays

    return list(financial_holidays("NYSE", years=years, categories=kind))
