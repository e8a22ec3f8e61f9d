"""The trading calendar: which days are sessions, which have closed, which weeks and months are over.

Three calendars are enough for what Yahoo serves: ``XNYS`` (the New York Stock Exchange; also used for
listings elsewhere, whose day ends before New York's does), ``24/5`` for currencies and futures, ``24/7`` for
crypto. New York's holidays and half sessions stand in ``new_york.txt``, written from exchange_calendars. That
library imports pandas, so would take 35 MB and a third of a second of every run; the tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from generator.market.bars import BarKind
from generator.market.history import DateArray

CalendarName = Literal["XNYS", "24/5", "24/7"]

CRYPTO = re.compile(r"[A-Z0-9]+-(USD|EUR|GBP|JPY|CAD|AUD|USDT|BTC|ETH)")
ROUND_THE_CLOCK = re.compile(r".+=[XF]")

NEW_YORK_TABLE = Path(__file__).with_name("new_york.txt")
FIRST_KNOWN = np.datetime64("1970-01-01", "D")
LAST_KNOWN = np.datetime64("2060-12-31", "D")
"""The days that the table tells of."""

DAY = np.timedelta64(1, "D")
SURELY_TWO_SESSIONS = np.timedelta64(21, "D")
"""A window of this length has two sessions in it, whatever closes."""
NEW_YORK = ZoneInfo("America/New_York")
CLOSE, EARLY_CLOSE = time(16), time(13)
"""In New York; of a half session since 1993."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def calendar_of(asset: str) -> CalendarName:
    """``24/7`` for ``BTC-USD``, ``24/5`` for ``EURUSD=X`` and ``ES=F``, ``XNYS`` for every other ticker."""
    if CRYPTO.fullmatch(asset):
        return "24/7"
    return "24/5" if ROUND_THE_CLOCK.fullmatch(asset) else "XNYS"


_CLOSURES: list[date] = []
"""Handed over once, when a process begins."""


def close_on(days: Iterable[date]) -> None:
    """Take it that New York was closed on these days too, in this process and from now on.

    The table cannot know a hurricane or a day of mourning. The command line hands over what the project says
    (``acknowledged.load_closures``), and a process hands it to those that it begins.
    """
    _CLOSURES[:] = days


def closures() -> tuple[date, ...]:
    """The days that were handed over to ``close_on``."""
    return tuple(_CLOSURES)


def sessions(asset: str, first: np.datetime64, last: np.datetime64) -> DateArray:
    """Sessions of an asset from ``first`` to ``last``, both included; datetime64[D], rising, may be empty.

    New York's holidays are known from 1970 to 2060; outside those years every weekday counts as a session.
    Days that were told by ``close_on`` are none either.
    """
    first, last = first.astype("datetime64[D]"), last.astype("datetime64[D]")
    days = np.arange(first, last + DAY)
    name = calendar_of(asset)
    if name == "24/7":
        return days
    weekdays = days[np.is_busday(days)]
    if name == "24/5":
        return weekdays
    closed = _new_york().closed
    if _CLOSURES:
        closed = np.concatenate((closed, np.array(_CLOSURES, dtype="datetime64[D]")))
    return weekdays[~np.isin(weekdays, closed)]


def period_is_open(last_session: np.datetime64, kind: BarKind, asset: str) -> bool:
    """Whether the asset has a session after this one in the same ISO week or month.

    Daily bars are never open. True means that the bar ending on ``last_session`` is in progress.
    """
    if kind == "daily":
        return False
    day = last_session.astype("datetime64[D]")
    return len(sessions(asset, day + DAY, _period_end(day, kind))) > 0


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
    closing = EARLY_CLOSE if today in _new_york().half_sessions else CLOSE
    under_way = bool(found[-1] == today) and there.time() < closing
    last: np.datetime64 = found[-2] if under_way else found[-1]
    return last


def _period_end(day: np.datetime64, kind: BarKind) -> np.datetime64:
    """Last calendar day of the ISO week or month around ``day``."""
    if kind == "monthly":
        first_of_next: np.datetime64 = (day.astype("datetime64[M]") + 1).astype("datetime64[D]")
        return first_of_next - DAY
    weekday = int((day.astype(np.int64) + 3) % 7)
    return day + (6 - weekday) * DAY


@dataclass(frozen=True)
class _NewYork:
    """The table: weekdays without a session, and sessions that end at ``EARLY_CLOSE``."""

    closed: DateArray
    half_sessions: frozenset[np.datetime64]


@cache
def _new_york() -> _NewYork:
    closed: list[np.datetime64] = []
    half: list[np.datetime64] = []
    for line in NEW_YORK_TABLE.read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            year, _, days = line.partition(" ")
            for found, part in zip((closed, half), days.split("|"), strict=True):
                found += [np.datetime64(f"{year}-{day}", "D") for day in part.split()]
    return _NewYork(np.array(closed), frozenset(half))
