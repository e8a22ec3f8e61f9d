"""Dates as people and vendors write them, and which of the possible orders of day, month and year is meant.

The order is decided for a whole column: by days above 12, else by the one order in which the rows are sorted,
lie on weekdays and are evenly spaced. Where two orders are left, it is an error that names both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.market.history import DateArray
from generator.market.tables.months import month_of

Part = Literal["day", "month", "year"]
Order = tuple[Part, Part, Part]
ORDERS: tuple[Order, ...] = (
    ("year", "month", "day"),
    ("day", "month", "year"),
    ("month", "day", "year"),
)
"""With the surest first: nobody writes year, day, month."""
SECOND, MILLISECOND, MICROSECOND, NANOSECOND = 1, 10**3, 10**6, 10**9
OLDEST, NEWEST = 1700, 2200
"""Years that a date can be of."""
PIVOT = 50
"""Years of two digits below it are of this century."""
NO_DAY = np.datetime64("NaT", "D")
EXCEL_FIRST, EXCEL_LAST = 10_000, 80_000
EXCEL_ZERO = np.datetime64("1899-12-30", "D")
"""What day 0 of Excel's serial numbers is, for all days since March 1900."""

_TIME = re.compile(
    r"(?:^|[T\s,]+)(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?"
    r"\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|UTC|GMT|[A-Z]{2,4}T|[+-]\d{2})?\s*(?:\([^)]*\))?$"
)
_SHORT_TIME = re.compile(r"(?P<date>^\d{8})\s+(?:\d{6}|\d{4})$")
_NUMBERS = re.compile(r"^(\d{1,4})\s*([-/.\s])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?$")
_WEEKDAY = re.compile(r"^[^\W\d_]{1,12}\.?,?\s+(?=\d)|\s*\([^\W\d_]{1,12}\)$")
_EAST = re.compile(r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?$")
_MONTH_ONLY = re.compile(r"^(\d{4})(?:[-/.]|M)(\d{1,2})$")
_MONTH_FIRST = re.compile(r"^(\d{1,2})[-/.](\d{4})$")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_DIGITS = re.compile(r"^-?\d+(?:\.\d+)?$")


class DatesError(ValueError):
    """A column of dates that cannot be read; ``row`` is the first that cannot, or an example of what is
    unclear."""

    def __init__(self, row: int, message: str) -> None:
        self.row = row
        super().__init__(message)


@dataclass(frozen=True)
class Dates:
    """A column of dates.

    Attributes
    ----------
    days : datetime64[D], shape (T,). Of moments: the day in UTC.
    moments : seconds since 1970 in UTC, shape (T,), where the cells are moments on no exchange's own clock
    (Unix
        time, or a time with Z or UTC); else None. ``naive`` is True where no clock was named.
    said : how the cells were read, where that is not plain.
    dotted : whether the cells are written 20.04.2026, as where the comma is the decimal sign.
    """

    days: DateArray
    moments: NDArray[np.int64] | None
    naive: bool
    said: str
    dotted: bool = False


@dataclass(frozen=True)
class _Cell:
    """A cell taken apart: three numbers in the order of the text, a certain date, or a moment."""

    numbers: tuple[int, int, int] | None = None
    date: tuple[int, int, int] | None = None
    unix: int | None = None
    seconds: int = 0
    zone: Literal["", "utc", "own"] = ""
    dotted: bool = False
    form: str = ""


def read_dates(texts: Sequence[str], owners: NDArray[np.int32] | None, told: Order | None) -> Dates:
    """A column of text as dates.

    Parameters
    ----------
    texts : as written.
    owners : for each row the number of its series, in a table of many; None where there is one.
    told : the order of day, month and year, where a person has said it.

    Raises
    ------
    DatesError : a cell that should be a date and is none, two forms in one column, or two orders that both
    fit.
    """
    whole = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    rows = np.fromiter((whole[text] for text in texts), dtype=np.intp, count=len(texts))
    first_row = {number: row for row, number in reversed(list(enumerate(rows.tolist())))}
    cells: list[_Cell] = []
    forms: dict[str, int] = {}
    for number, text in enumerate(whole):
        found = _taken_apart(text)
        if found is None:
            shown = f"'{text.strip()[:40]}' is not a date" if text.strip() else "the cell is empty"
            raise DatesError(first_row[number], shown)
        cells.append(found)
        forms.setdefault(found.form, number)
    if not cells:
        return Dates(np.empty(0, dtype="datetime64[D]"), None, False, "")
    if len(forms) > 1:
        one, two = (list(whole)[number] for number in list(forms.values())[:2])
        raise DatesError(
            first_row[list(forms.values())[1]],
            f"dates are written in two ways, '{one.strip()[:40]}' and '{two.strip()[:40]}'. Write all alike",
        )
    form = next(iter(forms))
    if form == "unix":
        return _unix(cells, rows)
    if form == "numbers":
        days, said = _ordered(cells, rows, owners, told, list(whole), first_row)
    else:
        days = _certain(cells, rows, list(whole), first_row)
        said = "dates read as Excel's day numbers" if form == "excel" else ""
    return _with_times(days, cells, rows, said)


def _taken_apart(text: str) -> _Cell | None:
    bare = text.strip().strip("'\"").strip()
    if (weekday := _WEEKDAY.search(bare)) is not None and month_of(weekday[0].strip(" .,()")) is None:
        bare = _WEEKDAY.sub("", bare)
    if _DIGITS.match(bare) and (found := _whole_number(bare)) is not None:
        return found
    match = _TIME.search(bare)
    seconds, zone = 0, ""
    if match is not None and match.start() > 0:
        hour = (
            int(match["h"]) % 12 + (12 if match["half"][0] in "Pp" else 0)
            if match["half"]
            else int(match["h"])
        )
        seconds = hour * 3600 + int(match["m"]) * 60 + int(match["s"] or 0)
        bare = bare[: match.start()].strip()
        told = match["zone"] or ""
        zone = "utc" if told in ("Z", "UTC", "GMT", "+00:00", "+0000", "+00") else "own" if told else ""
    elif (short := _SHORT_TIME.match(bare)) is not None:
        bare = short["date"]
    found = _date_alone(bare)
    if found is None:
        return None
    return _Cell(found.numbers, found.date, None, seconds, zone, found.dotted, found.form)  # type: ignore[arg-type]


def _whole_number(bare: str) -> _Cell | None:
    """Digits alone: 20260420, a serial number of Excel, or Unix time in seconds to nanoseconds."""
    whole = bare.partition(".")[0]
    size = len(whole.lstrip("-"))
    if size == 8 and not whole.startswith("-"):
        year, month, day = int(whole[:4]), int(whole[4:6]), int(whole[6:])
        if OLDEST <= year <= NEWEST and month <= 12:
            return _Cell(date=(year, month, day), form="date")
        return _Cell(numbers=(int(whole[:2]), int(whole[2:4]), int(whole[4:])), form="numbers")
    if size == 6 and OLDEST <= int(whole[:4]) <= NEWEST and 1 <= int(whole[4:]) <= 12:
        return _Cell(date=(int(whole[:4]), int(whole[4:]), 1), form="month")
    if size == 5 and EXCEL_FIRST <= int(whole) <= EXCEL_LAST:
        year, month, day = map(int, str(EXCEL_ZERO + np.timedelta64(int(whole), "D")).split("-"))
        return _Cell(date=(year, month, day), form="excel")
    for most, scale in ((11, SECOND), (14, MILLISECOND), (17, MICROSECOND), (20, NANOSECOND)):
        if size <= most:
            return _Cell(unix=int(whole) // scale, zone="utc", form="unix") if size > 6 else None
    return None


def _date_alone(bare: str) -> _Cell | None:
    if (match := _EAST.match(bare)) is not None:
        return _Cell(date=(int(match[1]), int(match[2]), int(match[3])), form="date")
    if (match := _NUMBERS.match(bare)) is not None:
        numbers = (int(match[1]), int(match[3]), int(match[4]))
        if len(match[1]) == 4:
            return _Cell(date=numbers, form="date")
        return _Cell(numbers=numbers, dotted=match[2] == ".", form="numbers")
    if (match := _MONTH_ONLY.match(bare)) is not None:
        return _Cell(date=(int(match[1]), int(match[2]), 1), form="month")
    if (match := _MONTH_FIRST.match(bare)) is not None:
        return _Cell(date=(int(match[2]), int(match[1]), 1), form="month")
    if bare.isdigit() and len(bare) == 8:
        return _whole_number(bare)
    return _with_month_name(bare)


def _with_month_name(bare: str) -> _Cell | None:
    """``20-Apr-2026``, ``Apr 20, 2026``, ``Mo., 20. April 2026``, ``Apr 2026``; words that name no month
    are days."""
    numbers: list[str] = []
    month, before = 0, 0
    for word in _WORDS.findall(bare):
        if word.isdigit():
            numbers.append(word)
        elif month and len(numbers) >= 2:
            return None
        elif (known := month_of(word)) is not None:
            # Where there are two, the first is a day of the week: mar. 21 avr. 2026.
            month, before = known, len(numbers)
    if not month or not numbers or len(numbers) > 2:
        return None
    if len(numbers) == 1:
        # Apr-26 is how a spreadsheet writes a month; 26-Apr is a day of no year.
        of_month = len(numbers[0]) == 4 or (len(numbers[0]) == 2 and before == 0)
        return _Cell(date=(_year(numbers[0]), month, 1), form="month") if of_month else None
    day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
    if len(year) not in (2, 4) or len(day) > 2:
        return None
    return _Cell(date=(_year(year), month, int(day)), form="date")


def _year(text: str) -> int:
    number = int(text)
    if number >= 100:
        return number
    return number + (2000 if number < PIVOT else 1900)


def _unix(cells: Sequence[_Cell], rows: NDArray[np.intp]) -> Dates:
    seconds = np.array([each.unix for each in cells], np.int64)[rows]
    return Dates((seconds // 86_400).astype("datetime64[D]"), seconds, False, "dates read as Unix time")


def _certain(
    cells: Sequence[_Cell], rows: NDArray[np.intp], texts: list[str], first_row: Mapping[int, int]
) -> DateArray:
    days = _days(*np.array([each.date for each in cells], np.int64).T)
    wrong = np.flatnonzero(np.isnat(days))
    if len(wrong):
        raise DatesError(first_row[int(wrong[0])], f"'{texts[wrong[0]].strip()[:40]}' is not a date")
    return days[rows]


def _days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> DateArray:
    """Days of the calendar; NaT where there is no such day."""
    good = (year >= OLDEST) & (year <= NEWEST) & (month >= 1) & (month <= 12) & (day >= 1)
    months = ((year[good] - 1970) * 12 + month[good] - 1).astype("datetime64[M]")
    found = months.astype("datetime64[D]") + (day[good] - 1).astype("timedelta64[D]")
    found[found.astype("datetime64[M]") != months] = NO_DAY
    days: DateArray = np.full(len(year), NO_DAY)
    days[good] = found
    return days


def _ordered(
    cells: Sequence[_Cell],
    rows: NDArray[np.intp],
    owners: NDArray[np.int32] | None,
    told: Order | None,
    texts: list[str],
    first_row: Mapping[int, int],
) -> tuple[DateArray, str]:
    """The days of cells of three numbers, and in which order these were read."""
    parts = np.array([each.numbers for each in cells], np.int64)
    fitting: dict[Order, DateArray] = {}
    faults: dict[Order, int] = {}
    for order in ORDERS if told is None else (told,):
        days = _in_order(parts, order)
        wrong = np.flatnonzero(np.isnat(days))
        if len(wrong):
            faults[order] = int(wrong[0])
        else:
            fitting[order] = days[rows]
    if not fitting:
        # The order that goes farthest is the one that was meant.
        order = max(faults, key=lambda each: faults[each])
        text = texts[faults[order]].strip()
        raise DatesError(first_row[faults[order]], f"'{text}' is not a date in the order {'/'.join(order)}")
    left = _most_likely(fitting, owners)
    if len(left) > 1:
        first, second = (f"{order_text(order)} ({fitting[order][0]})" for order in left[:2])
        raise DatesError(
            0,
            f"'{texts[0].strip()}' can be {first} or {second}, and so can every date here. Say which "
            f"in a source.yml next to the file, such as date_format: {order_text(left[0])}",
        )
    plain = left[0] == ORDERS[0]
    return fitting[left[0]], "" if plain else f"dates read as {order_text(left[0])}"


def order_text(order: Order) -> str:
    """``month/day/year``"""
    return "/".join(order)


def _in_order(parts: NDArray[np.int64], order: Order) -> DateArray:
    year, month, day = (parts[:, order.index(part)] for part in ("year", "month", "day"))
    full = np.where(year >= 100, year, np.where(year < PIVOT, year + 2000, year + 1900))
    return _days(full, month, day)


def _most_likely(fitting: Mapping[Order, DateArray], owners: NDArray[np.int32] | None) -> list[Order]:
    """The orders that nothing in the column speaks against; two that give the same days count once."""
    left: list[Order] = []
    for order, days in fitting.items():
        if not any(np.array_equal(days, fitting[other]) for other in left):
            left.append(order)
    for test in (_sorted, _weekdays, _even):
        if len(left) > 1:
            passed = [order for order in left if all(test(part) for part in _series(fitting[order], owners))]
            left = passed or left
    return left


def _series(days: DateArray, owners: NDArray[np.int32] | None) -> list[DateArray]:
    if owners is None:
        return [days]
    order = np.argsort(owners, kind="stable")
    bounds = np.flatnonzero(np.diff(owners[order])) + 1
    return np.split(days[order], bounds)


def _sorted(days: DateArray) -> bool:
    steps = np.diff(days).astype(np.int64)
    return bool(np.all(steps > 0) or np.all(steps < 0))


def _weekdays(days: DateArray) -> bool:
    return bool(np.is_busday(days).all())


def _even(days: DateArray) -> bool:
    """Whether no step is far longer than the usual one."""
    steps = np.abs(np.diff(days).astype(np.int64))
    return len(steps) < 3 or bool(steps.max() <= 4 * np.median(steps) + 4)


def _with_times(days: DateArray, cells: Sequence[_Cell], rows: NDArray[np.intp], said: str) -> Dates:
    """The days, with their moments where times other than midnight tell of another clock than the
    exchange's."""
    dotted = all(each.dotted for each in cells)
    seconds = np.array([each.seconds for each in cells], np.int64)[rows]
    own = any(each.zone == "own" for each in cells)
    if own or not seconds.any():
        return Dates(days, None, False, said, dotted)
    moments = days.astype("datetime64[s]").astype(np.int64) + seconds
    return Dates(days, moments, not any(each.zone == "utc" for each in cells), said, dotted)


def is_date(text: str) -> bool:
    """Whether a cell can be a date."""
    found = _taken_apart(text)
    if found is None:
        return False
    if found.numbers is not None:
        parts = np.array([found.numbers], np.int64)
        return any(not np.isnat(_in_order(parts, order)[0]) for order in ORDERS)
    return True


def parse_order(text: str) -> Order | None:
    """``day/month/year``, ``dd.mm.yyyy`` or ``%d-%m-%y`` as an order; None for any other text."""
    short = re.sub(r"day|month|year", lambda word: word[0][0], text.lower())
    letters = re.findall("[dmy]", re.sub(r"(.)\1+", r"\1", re.sub("[^a-z]", "", short)))
    names: dict[str, Part] = {"d": "day", "m": "month", "y": "year"}
    order = tuple(names[letter] for letter in letters)
    if re.sub("[^a-z]", "", short).strip("dmy") or order not in ORDERS:
        return None
    return order
