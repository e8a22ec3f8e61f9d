"""Names of episodes as people write them: days and months in any common form, and in which order."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, get_args

from generator.core.accents import without_accents
from generator.core.errors import RequestError
from generator.market.tables.months import month_of

DateOrder = Literal["day/month/year", "month/day/year", "year/month/day"]
"""What the parts of an all-numeric date can mean."""
ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
Days = tuple[date, date]
"""The first and the last day that a name can mean."""
Readings = Mapping[DateOrder, Days]
"""The days that a name means in each order in which it is a date."""

_WEEKDAYS = (
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun", "montag", "dienstag", "mittwoch", "donnerstag"),
    *("freitag", "samstag", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "lunes", "martes"),
    *("miercoles", "jueves", "viernes", "lunedi", "martedi", "mercoledi", "giovedi", "venerdi"),
)
_FILLERS = {"of", "de", "del", "di", "the", "le", "el", "st", "nd", "rd", "th", "er", "am"}
_REMARK = re.compile(
    r"(?:\s*(?:\([^()]*\)|\[[^\]]*\]|[*†‡§¶]+|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\b(?:mtd|ytd|to date|so far)\b))+$", re.IGNORECASE
)
_TIME = re.compile(r"[ t,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:z|utc|gmt|[ap]m|[+-]\d{2}:?\d{2}))?$")
_YEAR_FIRST = re.compile(r"(\d{4})(?:年|[-/. ])(\d{1,2})(?:(?:月|[-/. ])(?:(\d{1,2})日?)?)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})m?(0[1-9]|1[0-2])(\d{2})?")
_WEEK = re.compile(r"(\d{4})-?w(\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\.?")
_YEAR_OF_TWO = re.compile(r"['’‘`´](\d{2})\b")


def read_days(text: str) -> Readings:
    """What an episode's name can mean; empty where it is no day, week or month.

    An all-numeric date such as ``04/05/2003`` is one day in each order in which the calendar has it.
    Two-digit years from 69 on are those of the last century.
    """
    plain = _TIME.sub("", without_accents(_REMARK.sub("", text.strip()).lower()).strip())
    if found := _YEAR_FIRST.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _same(_days(found[1], found[2], found[3]))
    if found := _WEEK.fullmatch(plain):
        return _same(_week(int(found[1]), int(found[2])))
    if found := _MONTH_YEAR.fullmatch(plain):
        return _same(_days(found[2], found[1]))
    if found := _NUMERIC.fullmatch(plain):
        return _numeric(found[1], found[3], found[4])
    return _same(_in_words(plain))


def _numeric(first: str, second: str, third: str) -> Readings:
    meant: dict[DateOrder, Days | None] = {
        "day/month/year": _days(third, second, first),
        "month/day/year": _days(third, first, second),
        "year/month/day": _days(first, second, third) if len(third) == 2 and len(first) == 2 else None,
    }
    return {order: days for order, days in meant.items() if days is not None}


def _in_words(plain: str) -> Days | None:
    """``30 Apr 2003``, ``April 30th, 2003``, ``Apr '20``, ``Apr-20``, ``30. April 2003``, ``2003 Apr``."""
    marked = _YEAR_OF_TWO.search(plain)
    parts = re.findall(r"[a-z]+|\d+", _YEAR_OF_TWO.sub(" ", plain))
    words = [p for p in parts if p.isalpha() and p not in _FILLERS and not p.startswith(_WEEKDAYS)]
    # "mar" begins both March and a Tuesday; a name that has a month besides has the Tuesday.
    months = [month for word in words if (month := month_of(word))]
    figures = [part for part in parts if part.isdigit()]
    if len(months) != 1 or len(words) != 1 or any(len(f) not in (1, 2, 4) for f in figures):
        return None
    years = [marked[1]] if marked else [f for f in figures if len(f) == 4]
    rest = [f for f in figures if len(f) != 4]
    if len(years) == 1 and len(rest) <= 1:
        return _days(years[0], str(months[0]), rest[0] if rest else None)
    if years or not rest or len(rest) > 2:
        return None
    if len(rest) == 2:
        return _days(rest[1], str(months[0]), rest[0]) if len(rest[1]) == 2 else None
    # Without a day and an apostrophe "Apr-20" is a month; "20-Apr" may be a day without a year.
    month_first = parts.index(words[0]) < parts.index(rest[0])
    return _days(rest[0], str(months[0])) if month_first and len(rest[0]) == 2 else None


def _days(year: str, month: str, day: str | None = None) -> Days | None:
    whole = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 69 else 1900)
    try:
        if day is not None:
            return date(whole, int(month), int(day)), date(whole, int(month), int(day))
        return date(whole, int(month), 1), date(whole, int(month), calendar.monthrange(whole, int(month))[1])
    except ValueError:  # calendar.IllegalMonthError is one too
        return None


def _week(year: int, week: int) -> Days | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
        return monday, monday + timedelta(days=6)
    except (ValueError, OverflowError):
        return None


def _same(days: Days | None) -> Readings:
    return {} if days is None else dict.fromkeys(ORDERS, days)


def common_orders(names: Sequence[tuple[int, str, Readings]], file: str) -> tuple[DateOrder, ...]:
    """The orders in which every name is a date; of those that mean the same days only the first.

    Parameters
    ----------
    names : of every row its line, its name and what that can mean.

    Raises
    ------
    RequestError : no order fits all of them; names two that cannot stand together.
    """
    left = [order for order in ORDERS if all(order in readings for _, _, readings in names)]
    if not left:
        day_first = next(name for name in names if "day/month/year" not in name[2])
        month_first = next(name for name in names if "month/day/year" not in name[2])
        raise RequestError(
            f"{file}:{day_first[0]}: '{day_first[1][:40]}' has the month before the day, and "
            f"'{month_first[1][:40]}' in line {month_first[0]} the day before the month. "
            "Write all days as 2003-04-30."
        )
    dotted = [name for _, name, _ in names if _NUMERIC.fullmatch(name.strip())]
    if dotted and "day/month/year" in left and all("." in name for name in dotted):
        return ("day/month/year",)
    meanings: dict[tuple[Days, ...], DateOrder] = {}
    for order in left:
        meanings.setdefault(tuple(readings[order] for _, _, readings in names), order)
    return tuple(meanings.values())
