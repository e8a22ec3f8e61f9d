"""What a price history says about the present, computed. Every "since" is a function, not a phrase.

All functions take a history cut at the as-of date and look at nothing else. Returns are decimals, close to
close unless said otherwise. Weeks, months and years are those of the history's ``clock``: where assets are
compared, all between the same two moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import RequestError
from generator.market.bars import make_bars, period_numbers
from generator.market.calendar import calendar_sessions
from generator.market.history import DateArray, FloatArray, PriceHistory, as_date
from generator.market.timetable import week_begins
from generator.study.horizons import parse_horizon

CORRECTION_WINDOW = "6M"
"""How far is looked back for the fall before a move."""


@dataclass(frozen=True)
class MonthToDate:
    """The month that the last session belongs to.

    Attributes
    ----------
    change : last close ÷ last close of the month before − 1.
    sessions, up_sessions : sessions of the month so far, and those that closed above the session before.
    since : last session of the newest earlier month that moved at least as far the same way; None when
        there was none.
    earlier_months : whole months compared with.
    first : first session of the data.
    """

    change: float
    sessions: int
    up_sessions: int
    since: date | None
    earlier_months: int
    first: date


@dataclass(frozen=True)
class Week:
    """The week of the last session. Decimals, close to close.

    Attributes
    ----------
    change : last close ÷ last close of the week before − 1.
    since : last session of the newest earlier week that moved at least as far the same way; None when there
        was none.
    streak : weeks in a row, this one included, that moved the same way; 0 for an unchanged week.
    """

    change: float
    since: date | None
    streak: int


@dataclass(frozen=True)
class Correction:
    """A fall from one close to a later one: both dates, and its size (0 or negative)."""

    peak: date
    trough: date
    change: float


@dataclass(frozen=True)
class Record:
    """The highest close of the data: its date, and the last close ÷ it − 1 (0 at a record, else negative)."""

    date: date
    distance: float


def on_clock(history: PriceHistory) -> PriceHistory:
    """The closes as they stood on the sessions of the history's clock, and at its end; the history itself
    where it keeps that calendar.

    Bitcoin's week is so from Friday to Friday beside New York's, and what it did at the weekend is in it.
    """
    if history.clock in (None, history.calendar):
        return history
    days = calendar_sessions(history.clock, history.first, history.last)
    if not len(days) or days[-1] != history.last:
        days = np.append(days, history.last)
    newest = np.searchsorted(history.sessions, days, side="right") - 1
    told: dict[str, Any] = {"source": history.source, "zone": history.zone, "clock": history.clock}
    return PriceHistory(history.asset, days, history.close[newest], **told)


def week_numbers(history: PriceHistory) -> NDArray[np.int64]:
    """Running number of the week of each session, as the history's clock has its weeks, shape (T,)."""
    return period_numbers(history.sessions, "weekly", week_begins(history.clock or history.calendar))


def days_of(label: str, history: PriceHistory) -> int:
    """Sessions in a stretch such as ``6M``, as the asset trades."""
    return parse_horizon(label, "daily", history.calendar).bars


def session_index(history: PriceHistory, day: date) -> int:
    """Position of the last session on or before a day.

    Raises
    ------
    RequestError : the data begin later.
    """
    index = int(np.searchsorted(history.sessions, np.datetime64(day), side="right")) - 1
    if index < 0:
        raise RequestError(
            f"{history.asset} has no close on or before {day}: its data begin on {as_date(history.first)}. "
            "Use a later date, or another asset."
        )
    return index


def month_to_date(history: PriceHistory) -> MonthToDate | None:
    """The month so far; None in the first month of the data, for weekly prices, and where the month before
    closed at zero or below."""
    if history.rows == "weekly":
        return None
    history = on_clock(history)
    bars = make_bars(history, "monthly", in_progress=True)
    if len(bars) < 2:
        return None
    closes = bars.field("close")
    moves = moves_of(closes)
    change = float(moves[-1])
    if np.isnan(change):
        return None
    earlier = moves[:-1]
    at_least = np.flatnonzero(earlier >= change if change >= 0 else earlier <= change)
    start = int(bars.last_session[-2])
    month = history.close[start:]
    return MonthToDate(
        change=change,
        sessions=len(month) - 1,
        up_sessions=int(np.count_nonzero(month[1:] > month[:-1])),
        since=as_date(bars.dates[at_least[-1] + 1]) if len(at_least) else None,
        earlier_months=len(earlier),
        first=as_date(history.first),
    )


def week_to_date(history: PriceHistory) -> Week | None:
    """The week so far; None in the first week of the data, for monthly prices, and where the week before
    closed at zero or below."""
    if history.rows == "monthly":
        return None
    history = on_clock(history)
    periods = week_numbers(history)
    last = np.flatnonzero(np.append(periods[1:] != periods[:-1], True))
    closes, days = history.close[last], history.sessions[last]
    if len(closes) < 2:
        return None
    moves = moves_of(closes)
    change, earlier = float(moves[-1]), moves[:-1]
    if np.isnan(change):
        return None
    alike = np.flatnonzero(earlier >= change if change >= 0 else earlier <= change)
    return Week(
        change=change,
        since=as_date(days[alike[-1] + 1]) if len(alike) else None,
        streak=_streak(moves),
    )


def year_to_date(history: PriceHistory) -> float | None:
    """Last close ÷ last close of the year before − 1; None in the first year of the data, and where the year
    before closed at zero or below."""
    history = on_clock(history)
    years = history.sessions.astype("datetime64[Y]")
    before = np.flatnonzero(years < years[-1])
    start = history.close[before[-1]] if len(before) else 0.0
    return float(history.close[-1] / start - 1) if start > 0 else None


def run_lengths(true: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many in a row, ending at each position, are true; shape of ``true``."""
    at = np.arange(1, len(true) + 1)
    return np.asarray(at - np.maximum.accumulate(np.where(true, 0, at)), dtype=np.int64)


def moves_of(closes: FloatArray) -> FloatArray:
    """From each close to the next, as a decimal; NaN from one of zero or below. Shape (T − 1,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(closes[:-1] > 0, closes[1:] / closes[:-1] - 1, np.nan)


def _streak(moves: FloatArray) -> int:
    other = np.flatnonzero(np.sign(moves) != np.sign(moves[-1]))
    if moves[-1] == 0:
        return 0
    return len(moves) - (int(other[-1]) + 1 if len(other) else 0)


def record(history: PriceHistory) -> Record:
    """The highest close of the data and the distance to it; the newest one of equals.

    Raises
    ------
    RequestError : no close is above zero, so that there is nothing to be below of.
    """
    newest = len(history) - 1 - int(np.argmax(history.close[::-1]))
    _refuse_nothing(history, float(history.close[newest]), as_date(history.sessions[newest]))
    return Record(as_date(history.sessions[newest]), float(history.close[-1] / history.close[newest] - 1))


def correction(history: PriceHistory, until: date | None = None) -> Correction:
    """The deepest fall, close to close, within the six months up to and with a day (default: the last).

    Raises
    ------
    RequestError : the data begin after ``until``, are not daily, or stand at zero or below then.
    """
    stop = len(history) if until is None else session_index(history, until) + 1
    start = max(0, stop - days_of(CORRECTION_WINDOW, history))
    if history.rows != "daily":
        raise RequestError(
            f"{history.asset} has {history.rows} prices, and a correction is measured on daily ones. Take "
            "another asset, or give daily prices."
        )
    closes = history.close[start:stop]
    _refuse_nothing(history, float(closes[0]), as_date(history.sessions[start]))
    falls = closes / np.maximum.accumulate(closes) - 1
    trough = int(np.argmin(falls))
    peak = int(np.argmax(closes[: trough + 1]))
    sessions = history.sessions[start:stop]
    return Correction(as_date(sessions[peak]), as_date(sessions[trough]), float(falls[trough]))


def below_record(history: PriceHistory, day: date) -> float:
    """The close on a day ÷ the highest close up to then − 1; 0 at a record."""
    stop = session_index(history, day) + 1
    top = float(np.max(history.close[:stop]))
    _refuse_nothing(history, top, day)
    return float(history.close[stop - 1] / top - 1)


def change_since(history: PriceHistory, day: date) -> float:
    """Last close ÷ the close of that day, or of the last session before it, − 1.

    Raises
    ------
    RequestError : the data begin later, or stand at zero or below on that day.
    """
    start = float(history.close[session_index(history, day)])
    _refuse_nothing(history, start, day)
    return float(history.close[-1] / start - 1)


def _refuse_nothing(history: PriceHistory, base: float, day: date) -> None:
    if base <= 0:
        raise RequestError(
            f"{history.asset} stands at {base:g} on {day}, and a percentage of a value of zero or below has "
            "no meaning. Take another day or another asset."
        )


def change_over(history: PriceHistory, sessions: int) -> float | None:
    """Last close ÷ the close that many sessions before − 1; None when the data are shorter or not daily, and
    where that close is zero or below."""
    if len(history) <= sessions or history.rows != "daily" or history.close[-1 - sessions] <= 0:
        return None
    return float(history.close[-1] / history.close[-1 - sessions] - 1)


def gap(history: PriceHistory) -> float | None:
    """Last open ÷ the close before it − 1; None with a single session, with an unknown open, and from a close
    of zero or below.

    Raises
    ------
    FieldError : the series has no opens.
    """
    opens = history.field("open")
    if len(history) < 2 or np.isnan(opens[-1]) or history.close[-2] <= 0:
        return None
    return float(opens[-1] / history.close[-2] - 1)


@dataclass(frozen=True, eq=False)
class CalendarYears:
    """Paths of calendar years by session of the year, position 0 being the last close of the year before.

    Attributes
    ----------
    years : the complete years, rising.
    paths : shape (years, positions), return since the last close of the year before; NaN past a year's end.
    present : shape (positions so far,), this year's path.
    year : this year.
    month_starts : (position, month 1–12) of each month's first session, from the newest complete year.
    """

    years: tuple[int, ...]
    paths: FloatArray
    present: FloatArray
    year: int
    month_starts: tuple[tuple[int, int], ...]


def calendar_years(history: PriceHistory) -> CalendarYears | None:
    """Split a history into calendar years of its clock; None before there are two complete ones to average,
    of prices that are not daily, and of a series with values of zero or below.

    The newest year in the data counts as the present one, never as complete.
    """
    history = on_clock(history)
    numbers = history.sessions.astype("datetime64[Y]").astype(int) + 1970
    ends = np.append(np.flatnonzero(numbers[1:] != numbers[:-1]), len(numbers) - 1)
    if len(ends) < 4 or history.rows != "daily" or history.close.min() <= 0:
        return None
    pieces = [_path(history.close, int(a), int(b)) for a, b in pairwise(ends)]
    complete = pieces[:-1]
    paths = np.full((len(complete), max(map(len, complete))), np.nan)
    for row, piece in zip(paths, complete, strict=True):
        row[: len(piece)] = piece
    newest = history.sessions[ends[-3] + 1 : ends[-2] + 1]
    return CalendarYears(
        years=tuple(int(y) for y in numbers[ends[1:-1]]),
        paths=paths,
        present=pieces[-1],
        year=int(numbers[-1]),
        month_starts=_month_starts(newest),
    )


def _path(closes: FloatArray, before: int, last: int) -> FloatArray:
    path: FloatArray = closes[before : last + 1] / closes[before] - 1
    return path


def _month_starts(sessions: DateArray) -> tuple[tuple[int, int], ...]:
    months = sessions.astype("datetime64[M]").astype(int) % 12 + 1
    first = np.append(0, np.flatnonzero(months[1:] != months[:-1]) + 1)
    return tuple((int(i) + 1, int(months[i])) for i in first)
