"""What one asset did in its newest week, as facts: each computed, and ranked in the asset's own history.

All functions take a history cut at the as-of date. Weeks, months, quarters and years are those of its
``clock``, days are its own sessions. Returns are decimals, close to close.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.desk.standing import DAYS_A_YEAR, Standing, standing_of
from generator.findings.market_facts import moves_of, on_clock, run_lengths, week_numbers
from generator.market.calendar import calendar_sessions
from generator.market.exchanges import EVERY_DAY
from generator.market.history import DateArray, FloatArray, PriceHistory, as_date
from generator.market.timetable import DAY
from generator.signals.ties import SAME

Kind = Literal[
    "move",
    "range",
    "gap",
    "record",
    "high",
    "low",
    "correction",
    "bear",
    "streak",
    "swings",
    "calm",
    "breadth",
]
Period = Literal["day", "week", "month", "quarter", "year"]
PERIODS: tuple[Period, ...] = ("day", "week", "month", "quarter", "year")
FALLS: tuple[tuple[Kind, float], ...] = (("bear", 0.20), ("correction", 0.10))
"""Falls below the highest close of a year that have a name."""
SAME_FALL = 63
"""Sessions within which a close that is as far down again belongs to the fall before."""
YEAR, YEAR_EVERY_DAY = 252, 365
"""Sessions of a year, for its highest and lowest close."""
CALM = 21
"""Sessions over which calm is measured."""
LONG_STREAK: dict[Period, int] = {"day": 6, "week": 5, "month": 5}
"""Periods in a row to one side from which a streak is a fact."""
_LAST_MONTHS: dict[Period, tuple[int, ...]] = {
    "month": tuple(range(1, 13)),
    "quarter": (3, 6, 9, 12),
    "year": (12,),
}
FEWEST = 4
"""Sessions before a week without which nothing of it can be compared."""


@dataclass(frozen=True)
class Fact:
    """Something that happened in the week, and how rare it is in the history that it is told of.

    Attributes
    ----------
    kind : what sort of thing. ``move`` a rise or fall; ``range`` from the lowest to the highest price of a
        day; ``gap`` the lead over another asset; ``record`` and ``high``, ``low`` the first of its kind in
        a while; ``correction`` and ``bear`` a fall through 10% or 20% below the highest close of a year;
        ``streak`` periods in a row; ``swings`` and ``calm`` the size of daily moves; ``breadth`` how many
        of a group.
    asset : ticker; of a group its first member's.
    period : what it is measured over.
    value : a decimal: the move, the range, the gap in returns, the distance below the high, the mean daily
        move; a number of periods for ``streak``, a share of the group for ``breadth``, signed by its side.
    day : session on which it was complete.
    standing : among all of its kind and side.
    other : the asset it is compared with, of a ``gap``.
    members, alike : of ``breadth``: how many there are, and how many went this way.
    """

    kind: Kind
    asset: str
    period: Period
    value: float
    day: date
    standing: Standing
    other: str | None = None
    members: int = 0
    alike: int = 0

    @property
    def side(self) -> int:
        """1 of a rise, −1 of a fall."""
        return 1 if self.value >= 0 else -1

    @property
    def key(self) -> str:
        """What story it is, whatever its size: ``SPY week move down``; ``key_parts`` reads it."""
        return fact_key(self.asset, self.period, self.kind, up=self.side > 0, other=self.other)


def fact_key(asset: str, period: Period, kind: Kind, *, up: bool, other: str | None = None) -> str:
    """The key of a fact that may be there; see ``Fact.key``."""
    against = f"/{other}" if other else ""
    return f"{asset}{against} {period} {kind} {'up' if up else 'down'}"


def key_parts(key: str) -> tuple[str, str, str]:
    """Asset, kind and side of a fact's key."""
    who, _, kind, side = key.split()
    return who.partition("/")[0], kind, side


@dataclass(frozen=True, eq=False)
class Series:
    """The closes at the end of each period, on the clock: shape (K,), the last one perhaps in progress."""

    closes: FloatArray
    dates: DateArray
    numbers: NDArray[np.int64]

    @property
    def moves(self) -> FloatArray:
        """From each close to the next, shape (K − 1,)."""
        return moves_of(self.closes)


def period_ends(history: PriceHistory, period: Period) -> Series:
    """The last close of every week, month, quarter or year of the clock; of ``day`` the clock's own
    sessions."""
    clocked = on_clock(history)
    if period == "day":
        numbers = clocked.sessions.astype("datetime64[D]").astype(np.int64)
    elif period == "week":
        numbers = week_numbers(clocked)
    else:
        months = clocked.sessions.astype("datetime64[M]").astype(np.int64)
        numbers = months // {"month": 1, "quarter": 3, "year": 12}[period]
    last = np.flatnonzero(np.append(numbers[1:] != numbers[:-1], True))
    return Series(clocked.close[last], clocked.sessions[last], numbers[last])


def is_over(history: PriceHistory, period: Period, left: int = 0) -> bool:
    """Whether the clock has no session after the last one in the same month, quarter or year, or so many at
    most; a day is over, and so is the week that a letter is of."""
    last_months = _LAST_MONTHS.get(period)
    if last_months is None:
        return True
    if as_date(history.last).month not in last_months:
        return False
    end = (history.last.astype("datetime64[M]") + 1).astype("datetime64[D]") - DAY
    return len(calendar_sessions(history.clock or history.calendar, history.last + DAY, end)) <= left


def is_past(fact: Fact, history: PriceHistory) -> bool:
    """Whether what a fact is measured over has ended: its month, quarter or year; of a run, whether it
    did."""
    if fact.kind == "streak":
        return fact.day < as_date(history.last)
    return is_over(history, fact.period)


def week_begin(history: PriceHistory) -> int:
    """Position of the first of the asset's own sessions in its newest week."""
    ends = period_ends(history, "week")
    if len(ends.dates) < 2:
        return 0
    return int(np.searchsorted(history.sessions, ends.dates[-2], side="right"))


def facts_of(history: PriceHistory) -> tuple[Fact, ...]:
    """Every fact of the newest week of one asset; none of prices that are not daily, or hardly begun.

    Parameters
    ----------
    history : cut at the as-of date, with the clock of the letter.
    """
    begin = week_begin(history)
    if history.rows != "daily" or begin < FEWEST:
        return ()
    found = (_days(history, begin), _periods(history), _range(history, begin), _heights(history, begin))
    more = (_crossings(history, begin), _streaks(history, begin), _swings(history), _calm(history))
    return tuple(fact for group in (*found, *more) for fact in group)


def year_of(history: PriceHistory) -> int:
    """Sessions of a year of an asset: of one that trades every day, every day."""
    return YEAR_EVERY_DAY if history.calendar == EVERY_DAY else YEAR


def find_fact(history: PriceHistory, kind: Kind, period: Period | None = None, side: int = 0) -> Fact | None:
    """The newest week's fact of a kind, of any period and side where none is named; None where there is
    none."""
    if kind == "move" and period not in (None, "day"):
        return move_fact(history, period)
    found = facts_of(history)
    return next(
        (f for f in found if f.kind == kind and period in (None, f.period) and side in (0, f.side)), None
    )


def move_fact(history: PriceHistory, period: Period) -> Fact | None:
    """The move of the newest week, month, quarter or year so far, among all whole ones before it."""
    ends = period_ends(history, period)
    moves = ends.moves
    if not len(moves) or np.isnan(moves[-1]) or moves[-1] == 0:
        return None
    value = float(moves[-1])
    stands = standing_of(np.sign(value) * moves, ends.dates[1:], history.first)
    return (
        None if stands is None else Fact("move", history.asset, period, value, as_date(history.last), stands)
    )


def _periods(history: PriceHistory) -> Iterator[Fact]:
    for period in PERIODS[1:]:
        fact = move_fact(history, period)
        if fact is not None:
            yield fact


def _days(history: PriceHistory, begin: int) -> Iterator[Fact]:
    moves, dates = moves_of(history.close), history.sessions[1:]
    this_week = moves[begin - 1 :]
    for side in (1, -1):
        sized = side * this_week
        if not np.any(sized > 0):
            continue
        at = len(moves) - 1 - int(np.nanargmax(sized[::-1]))
        stands = standing_of(side * moves, dates, history.first, at)
        if stands is not None:
            yield Fact("move", history.asset, "day", float(moves[at]), as_date(dates[at]), stands)


def _range(history: PriceHistory, begin: int) -> Iterator[Fact]:
    """The day with the widest range from low to high, as a part of the close before it."""
    if history.high is None or history.low is None:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        base = history.close[:-1]
        wide = np.where(base > 0, (history.high[1:] - history.low[1:]) / base, np.nan)
    this_week = wide[begin - 1 :]
    if not np.any(np.isfinite(this_week)):
        return
    at = len(wide) - 1 - int(np.nanargmax(this_week[::-1]))
    stands = standing_of(wide, history.sessions[1:], history.first, at)
    if stands is not None and wide[at] > 0:
        day = as_date(history.sessions[at + 1])
        yield Fact("range", history.asset, "day", float(wide[at]), day, stands)


def _heights(history: PriceHistory, begin: int) -> Iterator[Fact]:
    """A record close, else the highest or lowest close of a year, on the last session; ranked by how long ago
    the last one was before this week."""
    close, dates, year = history.close, history.sessions, year_of(history)
    if close.min() <= 0 or len(close) <= year:
        return
    records = close >= np.maximum.accumulate(close)
    windows = np.lib.stride_tricks.sliding_window_view(close, year)
    highs, lows = np.zeros(len(close), bool), np.zeros(len(close), bool)
    highs[year - 1 :], lows[year - 1 :] = (
        close[year - 1 :] >= windows.max(1),
        close[year - 1 :] <= windows.min(1),
    )
    kinds: tuple[tuple[Kind, NDArray[np.bool_]], ...] = (("record", records), ("high", highs), ("low", lows))
    for kind, came in kinds:
        if not came[-1] or (kind == "high" and records[-1]):
            continue
        stands = _first_in(came, dates, begin, history.first)
        if stands is not None:
            yield Fact(kind, history.asset, "day", -1.0 if kind == "low" else 1.0, as_date(dates[-1]), stands)


def _first_in(came: NDArray[np.bool_], dates: DateArray, begin: int, first: np.datetime64) -> Standing | None:
    """How long the newest wait for such a day was, among all waits before it; the week is one day of it."""
    at = np.flatnonzero(came)
    newest = at[at >= begin][0]
    days = dates[at[at <= newest]]
    waits = (days[1:] - days[:-1]).astype(np.int64).astype(np.float64)
    stands = standing_of(waits, days[1:], first)
    # What a reader is told is when the last such day was, not when a wait as long ended.
    return stands and replace(stands, since=as_date(days[-2]), waited=_years(days[-1] - days[-2]))


def _crossings(history: PriceHistory, begin: int) -> Iterator[Fact]:
    """The first close of a fall that lies more than 10% or 20% below the highest close of a year; a fall
    through both in a week is the latter."""
    close, dates, year = history.close, history.sessions, year_of(history)
    if close.min() <= 0 or len(close) < year:
        return
    below = 1 - close[year - 1 :] / np.lib.stride_tricks.sliding_window_view(close, year).max(1)
    for kind, limit in FALLS:
        starts = falls_through(below, limit) + year - 1
        fresh = starts[starts >= begin]
        if len(fresh):
            at = int(fresh[0])
            beyond = np.flatnonzero(below[: at - year + 1] > limit * (1 + SAME)) + year - 1
            if len(beyond) and at - int(beyond[-1]) < SAME_FALL:
                continue  # It was as far down a few weeks ago: that fall goes on.
            stands = _wait_of(dates[starts[starts <= at]], history.first, dates[beyond[-1:]])
            yield Fact(kind, history.asset, "day", -float(below[at - year + 1]), as_date(dates[at]), stands)
            return


def falls_through(below: FloatArray, limit: float) -> NDArray[np.intp]:
    """Positions at which a fall goes beyond a limit, one a fall: it is over when half of the limit is
    regained.

    Parameters
    ----------
    below : shape (T,), how far each close lies below the high, 0 or positive.
    """
    deep, over = below > limit * (1 + SAME), below <= limit / 2
    marks = np.flatnonzero(deep | over)
    begins = deep[marks] & np.append(True, ~deep[marks][:-1])[: len(marks)]
    return np.asarray(marks[begins], dtype=np.intp)


def _wait_of(days: DateArray, first: np.datetime64, last: DateArray) -> Standing:
    """How the last of these days stands among them, when all that counts is that they came.

    Parameters
    ----------
    last : the last session before it that was as far down, if any: what readers reckon from is when the fall
        before was over, not when it began.
    """
    years = _years(days[-1] - first)
    since = as_date(last[0]) if len(last) else None
    waited = _years(days[-1] - last[0]) if len(last) else years
    return Standing(since, len(days), len(days), as_date(first), years, waited)


def _years(span: np.timedelta64) -> float:
    return float(span / np.timedelta64(1, "D")) / DAYS_A_YEAR


def _streaks(history: PriceHistory, begin: int) -> Iterator[Fact]:
    """The longest run of days that the week has the end of, and runs of weeks and months that go on.

    ``begin`` : position of the week's first session.
    """
    for period, least in LONG_STREAK.items():
        moves, dates = (
            (moves_of(history.close), history.sessions[1:])
            if period == "day"
            else ((ends := period_ends(history, period)).moves, ends.dates[1:])
        )
        if not len(moves) or (period == "month" and not is_over(history, "month")):
            continue
        sides, newest = np.sign(moves), begin - 1 if period == "day" else len(moves) - 1
        runs = {side: run_lengths(sides == side) for side in (1.0, -1.0)}
        side, at = max(
            ((side, at) for at in range(newest, len(moves)) for side in runs),
            key=lambda each: (runs[each[0]][each[1]], each[1]),
        )
        run = runs[side][: at + 1]
        if run[at] < least:
            continue
        # A run counts once, by its length at its end; the newest one may not be over.
        ends_of_runs = np.append(run[1:] == 0, True) & (run > 0)
        stands = standing_of(
            run[ends_of_runs].astype(np.float64), dates[: at + 1][ends_of_runs], history.first
        )
        if stands is not None:
            yield Fact("streak", history.asset, period, float(side * run[at]), as_date(dates[at]), stands)


def _swings(history: PriceHistory) -> Iterator[Fact]:
    """The mean size of the daily moves of the week."""
    sessions = period_ends(history, "day")
    weeks = week_numbers(on_clock(history))[1:]
    sizes = np.abs(sessions.moves)
    if np.isnan(sizes).any() or not len(sizes):
        return
    starts = np.flatnonzero(np.append(True, weeks[1:] != weeks[:-1]))
    counts = np.diff(np.append(starts, len(weeks)))
    means = np.add.reduceat(sizes, starts) / counts
    last = sessions.dates[1:][np.append(starts[1:] - 1, len(weeks) - 1)]
    stands = standing_of(means, last, history.first)
    if stands is not None and means[-1] > 0:
        yield Fact("swings", history.asset, "week", float(means[-1]), as_date(history.last), stands)


def _calm(history: PriceHistory) -> Iterator[Fact]:
    """The mean size of the daily moves of a month, where it is small."""
    sessions = period_ends(history, "day")
    sizes = np.abs(sessions.moves)
    if np.isnan(sizes).any() or len(sizes) <= YEAR:
        return
    means = np.convolve(sizes, np.full(CALM, 1 / CALM), "valid")
    stands = standing_of(-means, sessions.dates[CALM:], history.first)
    if stands is not None and means[-1] > 0:
        yield Fact("calm", history.asset, "month", float(means[-1]), as_date(history.last), stands)
