"""What a row of a price series is: a session, a week or a month. Found from its dates, never from its name.

A series of weeks or months is dated by the last session of each, so that it lines up with daily prices, and a
row whose period is not over cannot be mistaken for one whose period is. What is neither is refused.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generator.errors import BadDataError
from generator.market.bars import period_numbers
from generator.market.calendar import DAY, sessions
from generator.market.history import DateArray, PriceHistory, Rows

FEWEST = 4
"""Rows below which a step is no habit: they are taken for sessions."""
LONGEST_OF_DAYS = 4
"""Days of the usual step of a thinly traded asset, whose rows are sessions all the same."""
STEPS: dict[Rows, tuple[int, int]] = {"weekly": (5, 9), "monthly": (26, 33)}
"""Days from one row to the next, shortest and longest; holidays move the last session of a week."""
STRETCH = 26
"""Rows in a row that keep a longer step, after which a series of days is one of two kinds."""
_WHAT = {"weekly": "a week", "monthly": "a month"}
_SUNDAY = 6


def with_cadence(history: PriceHistory, place: str) -> PriceHistory:
    """The series with ``rows`` set; one of weeks or months is dated by the last session of each.

    The last row of such a series is left out where it was written before its period was over: where the other
    rows are dated by the end of theirs and this one is not.

    Parameters
    ----------
    place : the file, for messages.

    Raises
    ------
    BadDataError : the usual step is none of a day, a week and a month; a stretch of a daily series has one
        row a week or month; a week or month has several rows; weeks are dated on Sundays, which end some
        vendors' weeks and begin others'.
    """
    days = history.sessions.astype("datetime64[D]").astype(np.int64)
    if len(days) < FEWEST:
        return history
    steps = np.diff(days)
    usual = int(np.sort(steps)[(len(steps) - 1) // 2])
    if usual <= LONGEST_OF_DAYS:
        _refuse_two_kinds(history, steps, place)
        return history
    for rows, (least, most) in STEPS.items():
        if least <= usual <= most:
            return _dated(history, rows, place)
    raise BadDataError(
        f"{place}: the rows of {history.asset} are usually {usual} days apart. Rows may be sessions, weeks "
        "or months; give a file with one of these."
    )


def _refuse_two_kinds(history: PriceHistory, steps: NDArray[np.int64], place: str) -> None:
    for rows, (least, most) in STEPS.items():
        kept = np.concatenate(([0], ((steps >= least) & (steps <= most)).astype(np.int64), [0]))
        edges = np.flatnonzero(np.diff(kept))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if end - begin >= STRETCH:
                first, last = history.sessions[begin], history.sessions[end]
                raise BadDataError(
                    f"{place}: {history.asset} has one row for {_WHAT[rows]} from {first} to {last}, and one "
                    "for a session elsewhere. Keep the rows of one kind, in a file of their own."
                )


def _dated(history: PriceHistory, rows: Rows, place: str) -> PriceHistory:
    dates = history.sessions.astype("datetime64[D]")
    if rows == "weekly":
        _refuse_sundays(history, dates, place)
    periods = period_numbers(dates, rows)
    ends = last_sessions(history.asset, dates, rows)
    if periods[-1] == periods[-2]:
        # Some vendors put the newest quote below the row of its own period.
        return _dated(history.until(dates[-2]), rows, place)
    twice = np.flatnonzero(np.diff(periods) == 0)
    if len(twice):
        first, second = dates[twice[0]], dates[twice[0] + 1]
        raise BadDataError(
            f"{place}: the rows of {history.asset} are usually {_WHAT[rows]} apart, and {first} and {second} "
            f"lie in the same one. Give one row for {_WHAT[rows]}, or daily prices."
        )
    dated = replace(history, sessions=ends, rows=rows)
    by_end = np.count_nonzero(dates[:-1] >= ends[:-1]) * 2 > len(dates) - 1
    return dated.until(ends[-2]) if by_end and dates[-1] < ends[-1] else dated


def _refuse_sundays(history: PriceHistory, dates: DateArray, place: str) -> None:
    weekday = (dates.astype(np.int64) + 3) % 7
    if np.count_nonzero(weekday == _SUNDAY) * 2 > len(dates):
        raise BadDataError(
            f"{place}: the rows of {history.asset} are weeks, dated on Sundays: that can be the week which "
            f"ends on {dates[-1]} or the one which begins on it. Date each row by the Monday or the Friday "
            "of its week, or give daily prices."
        )


def last_sessions(asset: str, dates: DateArray, rows: Rows) -> DateArray:
    """The last session of the week or month around each of these days; its last weekday where there is none.

    Parameters
    ----------
    dates : datetime64[D], shape (T,), rising.
    """
    margin = 31 * DAY
    known = sessions(asset, dates[0] - margin, dates[-1] + margin)
    periods, wanted = period_numbers(known, rows), period_numbers(dates, rows)
    found = np.searchsorted(periods, wanted, side="right") - 1
    there = (found >= 0) & (periods[found] == wanted)
    return np.where(there, known[found], _last_weekdays(dates, rows))


def _last_weekdays(dates: DateArray, rows: Rows) -> DateArray:
    if rows == "monthly":
        following = (dates.astype("datetime64[M]") + 1).astype("datetime64[D]")
    else:
        following = dates + (7 - (dates.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    return np.busday_offset(following, -1, roll="forward")
