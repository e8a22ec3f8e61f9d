"""The trading calendar: which days are sessions, which have closed, which weeks and months are over.

Every exchange that a ticker can name has its own (see ``exchanges``); its sessions and closing times stand
in a table (see ``timetable``). Currencies and futures trade on weekdays, crypto every day; their days end at
midnight UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import BarKind
from generator.market.exchanges import EVERY_DAY, NEW_YORK, WEEKDAYS, CalendarName, calendar_of
from generator.market.history import DateArray
from generator.market.timetable import DAY, MINUTES, MinuteArray, timetable, week_begins

FIRST_KNOWN = np.datetime64("1970-01-01", "D")
LAST_KNOWN = np.datetime64("2060-12-31", "D")
"""The days of which New York's table tells."""

_STRETCH = np.timedelta64(21, "D")
"""A window in which most exchanges have a session, whatever closes."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


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


def sessions(asset: str, first: np.datetime64, last: np.datetime64, zone: str | None = None) -> DateArray:
    """Sessions of an asset from ``first`` to ``last``, both included; datetime64[D], rising, may be empty.

    Outside the years of which an exchange's holidays are known (see ``holidays_are_known``) every day of its
    trading week counts as a session. Days that were told by ``close_on`` are none of New York's.

    Parameters
    ----------
    zone : of the exchange, where the provider tells it; it counts for a ticker that tells nothing.
    """
    return calendar_sessions(calendar_of(asset, zone), first, last)


def calendar_sessions(code: CalendarName, first: np.datetime64, last: np.datetime64) -> DateArray:
    """``sessions`` of a calendar."""
    days = np.arange(first.astype("datetime64[D]"), last.astype("datetime64[D]") + DAY)
    if code == EVERY_DAY:
        return days
    if code == WEEKDAYS:
        return days[np.is_busday(days)]
    found = timetable(code).sessions(days)
    if code == NEW_YORK and _CLOSURES:
        found = found[~np.isin(found, np.array(_CLOSURES, dtype="datetime64[D]"))]
    return found


def in_trading_week(days: DateArray, asset: str, zone: str | None = None) -> NDArray[np.bool_]:
    """Which of these days can be sessions of an asset by their day of the week, shape of ``days``: Sundays in
    Tel Aviv until 2025, no Fridays. A session that is known of another day counts too."""
    code = calendar_of(asset, zone)
    if code == EVERY_DAY:
        return np.ones(len(days), dtype=np.bool_)
    if code == WEEKDAYS:
        return np.is_busday(days)
    table = timetable(code)
    return table.trades_on(days) | np.isin(days, table.extra)


def holidays_are_known(
    asset: str, first: np.datetime64, last: np.datetime64, zone: str | None = None
) -> bool:
    """Whether all days without a session are known of an asset, from ``first`` to ``last``."""
    code = calendar_of(asset, zone)
    if code in (EVERY_DAY, WEEKDAYS):
        return True
    known = timetable(code).known
    return known is not None and bool(known[0] <= first and last <= known[1])


def closing_moments(days: DateArray, asset: str, zone: str | None = None) -> MinuteArray:
    """When the sessions of these days end: minutes since 1970-01-01 00:00 UTC, shape of ``days``.

    An early close counts. A day without a session is taken to end at the usual hour.
    """
    code = calendar_of(asset, zone)
    if code in (EVERY_DAY, WEEKDAYS):
        return (days.astype("datetime64[D]").astype(np.int64) + 1) * MINUTES
    return timetable(code).closing_moments(days.astype("datetime64[D]"))


def period_is_open(last_session: np.datetime64, kind: BarKind, asset: str, zone: str | None = None) -> bool:
    """Whether the asset has a session after this one in the same trading week or month.

    Daily bars are never open. True means that the bar ending on ``last_session`` is in progress.
    """
    if kind == "daily":
        return False
    day = last_session.astype("datetime64[D]")
    end = _period_end(day, kind, week_begins(calendar_of(asset, zone)))
    return len(sessions(asset, day + DAY, end, zone)) > 0


def last_completed_session(asset: str, now: datetime, zone: str | None = None) -> np.datetime64:
    """The last session of the asset that has closed at ``now``, by its exchange's own hours.

    Parameters
    ----------
    now : an aware datetime.
    """
    moment = now.astimezone(UTC)
    minute = int(moment.timestamp() // 60)
    # East of Greenwich a session may end before its own date has come in UTC.
    newest = np.datetime64(moment.date(), "D") + DAY
    back = _STRETCH
    while True:
        found = sessions(asset, newest - back, newest, zone)
        over = found[closing_moments(found, asset, zone) <= minute]
        if len(over):
            last: np.datetime64 = over[-1]
            return last
        back *= 2


def next_session(day: np.datetime64, asset: str, zone: str | None = None) -> np.datetime64:
    """The first session of the asset after a day."""
    ahead = _STRETCH
    while not len(found := sessions(asset, day + DAY, day + ahead, zone)):
        ahead *= 2
    first: np.datetime64 = found[0]
    return first


def _period_end(day: np.datetime64, kind: BarKind, begins: int) -> np.datetime64:
    """Last day of the month around ``day``, or of the week, which begins so many days before Monday."""
    if kind == "monthly":
        first_of_next: np.datetime64 = (day.astype("datetime64[M]") + 1).astype("datetime64[D]")
        return first_of_next - DAY
    weekday = int((day.astype(np.int64) + 3 + begins) % 7)
    return day + (6 - weekday) * DAY
