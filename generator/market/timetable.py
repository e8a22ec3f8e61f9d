"""What the tables of sessions say: one file an exchange, read when it is first asked for.

``make calendar`` writes them from exchange_calendars, which imports pandas, so would take 35 MB and a third
of a second of every run; the tests compare the two. Some exchanges are unknown to that library: their tables
give weekdays and an hour, and no holidays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from generator.market.exchanges import EVERY_DAY, WEEKDAYS
from generator.market.history import DateArray

TABLES = Path(__file__).with_name("exchange_tables")
DAY = np.timedelta64(1, "D")
MINUTES = 24 * 60
_FRIDAY = 5
_SAMPLE = 7
"""Days between those on which a zone's clock is looked at first; none is changed and put back in a week."""

MinuteArray = NDArray[np.int64]
"""Minutes since 1970-01-01 00:00 UTC."""


@dataclass(frozen=True, eq=False)
class Timetable:
    """One exchange.

    Attributes
    ----------
    zone : its time zone.
    known : first and last day of which holidays are known; None where no list of them is.
    weeks : from which day on, which days of the week have sessions (Monday is 1).
    hours : from which day on, when sessions end: local minutes after midnight.
    years : the lines of the table, by year; parsed when asked for.
    """

    zone: str
    known: tuple[np.datetime64, np.datetime64] | None
    weeks: tuple[tuple[np.datetime64, frozenset[int]], ...]
    hours: tuple[tuple[np.datetime64, int], ...]
    years: tuple[str, ...]

    @cached_property
    def week_begins(self) -> int:
        """Days by which its weeks begin before Monday: 1 where it ever rested on Fridays and traded on
        Sundays, 2 where on Saturdays. A Saturday after a Friday's session ends the week of that Friday."""
        days = {day for _, week in self.weeks if _FRIDAY not in week for day in week}
        return 2 if 6 in days else int(7 in days)

    @cached_property
    def closed(self) -> DateArray:
        """Days of its trading week without a session."""
        return _days(self._part(0))

    @cached_property
    def extra(self) -> DateArray:
        """Sessions on other days of the week."""
        return _days(self._part(1))

    @cached_property
    def odd_hours(self) -> tuple[DateArray, NDArray[np.int64]]:
        """Sessions that end at another hour than usual, rising, and when: local minutes after midnight."""
        found: dict[np.datetime64, int] = {}
        for year, text in self._part(2):
            minutes = 0
            for word in text.split():
                if ":" in word:
                    minutes = _minutes(word)
                else:
                    found[_day(year, word)] = minutes
        days = sorted(found)
        return np.array(days, dtype="datetime64[D]"), np.array([found[day] for day in days], dtype=np.int64)

    def _part(self, number: int) -> Iterator[tuple[str, str]]:
        return ((line[:4], line[4:].split("|")[number]) for line in self.years)

    def trades_on(self, days: DateArray) -> NDArray[np.bool_]:
        """Which of these days belong to its trading week, holidays or not."""
        weekday = (days.astype(np.int64) + 3) % 7 + 1
        found = np.zeros(len(days), dtype=np.bool_)
        for begin, week in self.weeks:
            later = days >= begin
            found[later] = np.isin(weekday[later], list(week))
        return found

    def sessions(self, days: DateArray) -> DateArray:
        """Those of these days that are sessions; where no holidays are known, all its week."""
        places = days.astype(np.int64) - _TABLED[0].astype(np.int64)
        if len(days) and places.min() >= 0 and places.max() < len(self._is_session):
            open_days: DateArray = days[self._is_session[places]]
            return open_days
        return days[self._are_sessions(days)]

    @cached_property
    def _is_session(self) -> NDArray[np.bool_]:
        """Of each day that is usually asked for. A scan asks of dozens of stretches for every asset."""
        return self._are_sessions(np.arange(*_TABLED))

    def _are_sessions(self, days: DateArray) -> NDArray[np.bool_]:
        return (self.trades_on(days) & ~np.isin(days, self.closed)) | np.isin(days, self.extra)

    def closing_moments(self, days: DateArray) -> MinuteArray:
        """When the sessions of these days end, in UTC, shape of ``days``."""
        begins = np.array([begin for begin, _ in self.hours])
        usual = np.array([minutes for _, minutes in self.hours])
        local = usual[np.searchsorted(begins, days, side="right") - 1]
        odd, at = self.odd_hours
        if len(odd):
            place = np.minimum(np.searchsorted(odd, days), len(odd) - 1)
            local = np.where(odd[place] == days, at[place], local)
        return np.asarray(days.astype(np.int64) * MINUTES + local - _offsets(self.zone, days))


@cache
def timetable(code: str) -> Timetable:
    """The table of one exchange; KeyError where there is none."""
    path = TABLES / f"{code}.txt"
    if not path.exists():
        raise KeyError(code)
    zone, known, weeks, hours, years = "", None, [], [], []
    for line in path.read_text(encoding="ascii").splitlines():
        word, _, rest = line.partition(" ")
        if word.isdigit():
            years.append(line)
        elif word == "zone":
            zone = rest
        elif word == "known":
            first, last = rest.split()
            known = (np.datetime64(first, "D"), np.datetime64(last, "D"))
        elif word == "week":
            day, digits = rest.split()
            weeks.append((np.datetime64(day, "D"), frozenset(map(int, digits))))
        elif word == "close":
            day, at = rest.split()
            hours.append((np.datetime64(day, "D"), _minutes(at)))
    # What is said of the first years holds before them too.
    weeks[0], hours[0] = (_EVER, weeks[0][1]), (_EVER, hours[0][1])
    return Timetable(zone, known, tuple(weeks), tuple(hours), tuple(years))


def week_begins(code: str) -> int:
    """Days by which the weeks of a calendar begin before Monday."""
    return 0 if code in (EVERY_DAY, WEEKDAYS) else timetable(code).week_begins


_EVER = np.datetime64("0001-01-01", "D")
_TABLED = (np.datetime64("1960-01-01", "D"), np.datetime64("2061-01-01", "D"))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _day(year: str, word: str) -> np.datetime64:
    return np.datetime64(f"{year}-{word[:2]}-{word[2:]}", "D")


def _days(parts: Iterator[tuple[str, str]]) -> DateArray:
    return np.array(
        [_day(year, word) for year, text in parts for word in text.split()], dtype="datetime64[D]"
    )


def _offsets(zone: str, days: DateArray) -> NDArray[np.int64]:
    """Minutes by which the zone's clock is before UTC at noon of these days, shape of ``days``."""
    if not len(days):
        return np.empty(0, dtype=np.int64)
    changes, offsets = _clock(zone, *(int(str(day)[:4]) for day in (days.min(), days.max())))
    return offsets[np.searchsorted(changes, days.astype(np.int64), side="right") - 1]


@cache
def _clock(zone: str, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Days, counted from 1970, from which on the clock shows another time, and its minutes before UTC."""
    there = ZoneInfo(zone)
    noon = np.timedelta64(12, "h")

    def offset(day: int) -> int:
        moment = (np.datetime64(day, "D") + noon).astype("datetime64[s]").item().replace(tzinfo=there)
        return int(moment.utcoffset().total_seconds()) // 60

    begin = int(np.datetime64(f"{first:04}-01-01", "D").astype(np.int64))
    end = int(np.datetime64(f"{last:04}-12-31", "D").astype(np.int64)) + _SAMPLE
    changes, offsets = [begin], [offset(begin)]
    for day in range(begin + _SAMPLE, end + 1, _SAMPLE):
        found = offset(day)
        if found != offsets[-1]:
            low, high = day - _SAMPLE, day
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
            changes.append(high)
            offsets.append(found)
    return np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)
