"""``make calendar``: the tables of sessions and closing times, written from exchange_calendars."""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any

import numpy as np
from exchange_calendars import ExchangeCalendar
from exchange_calendars.calendar_utils import global_calendar_dispatcher

from generator.market.exchanges import CALENDARS, EVERY_DAY, WEEKDAYS
from generator.market.timetable import TABLES

FIRST, LAST = date(1990, 1, 1), date(2050, 12, 31)
FARTHER = {"XNYS": (date(1970, 1, 1), date(2060, 12, 31))}
"""What the tables tell of, where the library goes as far."""

HEAD = """\
# {code}: written by "make calendar", not to be edited by hand.
# Of each year: weekdays without a session | sessions on other days | sessions that close early or late
"""


@dataclass(frozen=True)
class Assumed:
    """An exchange that the library does not know: its zone, its weeks and hours from these days on."""

    zone: str
    close: str
    weeks: Mapping[str, str]


ASSUMED = {
    "BVCA": Assumed("America/Caracas", "13:00", {"1900-01-01": "12345"}),
    "DSMD": Assumed("Asia/Qatar", "13:15", {"1900-01-01": "12347"}),
    "XCAI": Assumed("Africa/Cairo", "14:30", {"1900-01-01": "12347"}),
    "XCOL": Assumed("Asia/Colombo", "14:30", {"1900-01-01": "12345"}),
    "XDFM": Assumed("Asia/Dubai", "15:00", {"1900-01-01": "12347", "2022-01-01": "12345"}),
    "XKUW": Assumed("Asia/Kuwait", "12:45", {"1900-01-01": "12347"}),
    "XSTC": Assumed("Asia/Ho_Chi_Minh", "15:00", {"1900-01-01": "12345"}),
}
EARLIER_WEEKS = {"XSAU": {"1900-01-01": "12367", "2013-06-29": "12347"}}
"""What the library leaves out: Riyadh traded from Saturday to Wednesday until June 2013."""


def library_codes() -> tuple[str, ...]:
    """The calendars whose table comes from the library."""
    return tuple(sorted(set(CALENDARS) - {WEEKDAYS, EVERY_DAY, *ASSUMED}))


@cache
def library_calendar(code: str, since: date | None = None) -> ExchangeCalendar:
    """The library's calendar of every day in the table, or of those since a day."""
    kind = global_calendar_dispatcher._calendar_factories[code]
    first, last = FARTHER.get(code, (FIRST, LAST))
    first = first if since is None else since
    low, high = kind.bound_min(), kind.bound_max()
    first = first if low is None else max(first, low.date())
    last = last if high is None else min(last, high.date())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(start=str(first), end=str(last))


def known(code: str, calendar: ExchangeCalendar) -> tuple[date, date]:
    """First and last day that the library tells of."""
    first, last = FARTHER.get(code, (FIRST, LAST))
    low, high = calendar.bound_min(), calendar.bound_max()
    return (
        first if low is None else max(first, low.date()),
        last if high is None else min(last, high.date()),
    )


def table(code: str) -> str:
    """The table of one exchange."""
    if code in ASSUMED:
        given = ASSUMED[code]
        lines = [f"week {day} {week}" for day, week in given.weeks.items()]
        return "\n".join(
            (HEAD.format(code=code) + f"zone {given.zone}", *lines, f"close 1900-01-01 {given.close}\n")
        )
    calendar = library_calendar(code)
    first, last = known(code, calendar)
    weeks = _weeks(code, calendar)
    closes = _regular_closes(calendar)
    return "\n".join(
        (
            HEAD.format(code=code) + f"zone {calendar.tz.key}",
            f"known {first} {last}",
            *(f"week {day} {week}" for day, week in weeks.items()),
            *(f"close {day} {at:%H:%M}" for day, at in closes.items()),
            *_years(calendar, first, last, weeks, closes),
            "",
        )
    )


def _weeks(code: str, calendar: ExchangeCalendar) -> dict[str, str]:
    """The days of the week with sessions (Monday is 1), from which day on."""
    found = dict(EARLIER_WEEKS.get(code, {}))
    for _, end, mask in getattr(calendar, "special_weekmasks", ()):
        found.setdefault("1900-01-01", _digits(mask))
        found[str((end + np.timedelta64(1, "D")).date())] = _digits(calendar.weekmask)
    return found or {"1900-01-01": _digits(calendar.weekmask)}


def _digits(mask: str) -> str:
    return "".join(str(i + 1) for i, there in enumerate(mask) if there == "1")


def _local(calendar: ExchangeCalendar) -> Mapping[np.datetime64, time]:
    ends = calendar.closes.dt.tz_convert(calendar.tz)
    return {np.datetime64(session.date(), "D"): end.time() for session, end in ends.items()}


def _regular_closes(calendar: ExchangeCalendar) -> dict[str, time]:
    told: Any = getattr(calendar, "close_times", ())
    found = {"1900-01-01" if day is None else str(day.date()): at for day, at in told}
    return found or {"1900-01-01": Counter(_local(calendar).values()).most_common(1)[0][0]}


def _years(
    calendar: ExchangeCalendar, first: date, last: date, weeks: Mapping[str, str], closes: Mapping[str, time]
) -> Iterable[str]:
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    local = _local(calendar)
    sessions = set(local)
    closed, extra, odd = defaultdict(list), defaultdict(list), defaultdict(lambda: defaultdict(list))
    for day in days:
        text = str(day)
        year, short = text[:4], text[5:7] + text[8:]
        week = weeks[max(begin for begin in weeks if begin <= text)]
        weekday = str(day.item().isoweekday())
        if weekday in week and day not in sessions:
            closed[year].append(short)
        if weekday not in week and day in sessions:
            extra[year].append(short)
        if day in sessions and local[day] != closes[max(begin for begin in closes if begin <= text)]:
            odd[year][f"{local[day]:%H:%M}"].append(short)
    for year in range(first.year, last.year + 1):
        at = " ".join(f"{hour} {' '.join(found)}" for hour, found in sorted(odd[str(year)].items()))
        yield f"{year} {' '.join(closed[str(year)])}|{' '.join(extra[str(year)])}|{at}".strip()


def write() -> None:
    """Write every table anew, and remove those that no ticker names."""
    wanted = sorted({*library_codes(), *ASSUMED})
    for path in TABLES.glob("*.txt"):
        if path.stem not in wanted:
            path.unlink()
    for code in wanted:
        (TABLES / f"{code}.txt").write_text(table(code), encoding="ascii")


if __name__ == "__main__":
    write()
