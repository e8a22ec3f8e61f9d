"""The trading calendar: which days are sessions, which have closed, which weeks and months are over.

Three calendars are enough for what Yahoo serves: ``XNYS`` (the New York Stock Exchange; also used for
listings elsewhere, whose day ends before New York's does), ``24/5`` for currencies and futures, ``24/7`` for
crypto. New York's holidays and early closes come from exchange_calendars; importing it takes most of a
second, so it is asked only where arithmetic cannot answer.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from generator.market.bars import BarKind
from generator.market.history import DateArray

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

CalendarName = Literal["XNYS", "24/5", "24/7"]

CRYPTO = re.compile(r"[A-Z0-9]+-(USD|EUR|GBP|JPY|CAD|AUD|USDT|BTC|ETH)")
ROUND_THE_CLOCK = re.compile(r".+=[XF]")

LONGEST_CLOSURE = 7
"""Weekdays in a row without a session in New York, at most, since 1915 (the bank holiday of March 1933)."""

# The years to which exchange_calendars applies New York's holidays.
FIRST_KNOWN = np.datetime64("1970-01-01", "D")
LAST_KNOWN = np.datetime64("2200-12-31", "D")
DAY = np.timedelta64(1, "D")
SURELY_A_SESSION = np.timedelta64(21, "D")
"""A window of this length has a session in it; exchange_calendars refuses one without."""


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

    New York's holidays are known from 1970 to 2200; outside those years every weekday counts as a session.
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
    schedule = _new_york(today - SURELY_A_SESSION, today).closes
    closed = schedule.index[(schedule <= moment).to_numpy()]
    return np.datetime64(closed[-1].date(), "D")


def _period_end(day: np.datetime64, kind: BarKind) -> np.datetime64:
    """Last calendar day of the ISO week or month around ``day``."""
    if kind == "monthly":
        first_of_next: np.datetime64 = (day.astype("datetime64[M]") + 1).astype("datetime64[D]")
        return first_of_next - DAY
    weekday = int((day.astype(np.int64) + 3) % 7)
    return day + (6 - weekday) * DAY


@cache
def _new_york_decade(decade: int) -> DateArray:
    """New York's sessions of the ten years from ``decade`` · 10; a decade takes hardly longer than a day."""
    last = min(np.datetime64(f"{decade}9-12-31"), LAST_KNOWN)
    days: DateArray = _new_york(np.datetime64(f"{decade}0-01-01"), last).sessions.to_numpy()
    return days.astype("datetime64[D]")


@lru_cache(maxsize=16)
def _new_york(first: np.datetime64, last: np.datetime64) -> ExchangeCalendar:
    """New York's calendar over a window; the class itself, because the registry would build thirty years."""
    from exchange_calendars.exchange_calendar_xnys import XNYSExchangeCalendar

    return XNYSExchangeCalendar(start=str(first), end=str(last))
