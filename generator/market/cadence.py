"""What a row of a price series is: a session, a week or a month. Found from its dates, never from its name.

A series of weeks or months is dated by the last session of each, so that it lines up with daily prices, and a
row whose period is not over cannot be mistaken for one whose period is. What is neither is refused.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import BadDataError
from generator.market.bars import period_numbers
from generator.market.calendar import sessions
from generator.market.history import DateArray, PriceHistory, Rows
from generator.market.timetable import DAY, week_begins

FEWEST = 4
"""Rows below which a step is no habit: they are taken for sessions."""
LONGEST_OF_DAYS = 4
"""Days of the usual step of a thinly traded asset, whose rows are sessions all the same."""
STEPS: dict[Rows, tuple[int, int]] = {"weekly": (5, 9), "monthly": (26, 33)}
"""Days from one row to the next, shortest and longest; holidays move the last session of a week."""
STRETCH = 26
"""Rows in a row that keep a longer step, after which a series of days is one of two kinds."""
_WHAT = {"weekly": "a week", "monthly": "a month"}
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


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
        row a week or month; a week or month has several rows; weeks are dated on a day which ends some
        vendors' weeks and begins others' (see ``_refuse_edges``).
    """
    days = history.sessions.astype("datetime64[D]").astype(np.int64)
    if len(days) < FEWEST:
        return history
    steps = np.diff(days)
    if 2 * np.count_nonzero(steps <= LONGEST_OF_DAYS) >= len(steps):
        _refuse_two_kinds(history, steps, place)
        return history
    usual = int(np.sort(steps)[(len(steps) - 1) // 2])
    for rows, (least, most) in STEPS.items():
        if least <= usual <= most:
            return _dated(history, rows, place)
    raise BadDataError(
        f"{place}: the rows of {history.asset} are usually {usual} days apart. Rows may be sessions, weeks "
        "or months; give a file with one of these."
    )


def _refuse_two_kinds(history: PriceHistory, steps: NDArray[np.int64], place: str) -> None:
    for rows, (least, most) in STEPS.items():
        inside = (steps >= least) & (steps <= most)
        if np.count_nonzero(inside) < STRETCH:
            continue
        edges = np.flatnonzero(np.diff(np.concatenate(([0], inside.astype(np.int64), [0]))))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if end - begin >= STRETCH:
                first, last = history.sessions[begin], history.sessions[end]
                raise BadDataError(
                    f"{place}: {history.asset} has one row for {_WHAT[rows]} from {first} to {last}, and one "
                    "for a session elsewhere. Keep the rows of one kind, in a file of their own."
                )


def _dated(history: PriceHistory, rows: Rows, place: str) -> PriceHistory:
    dates = history.sessions.astype("datetime64[D]")
    begins = week_begins(history.calendar)
    if rows == "weekly":
        _refuse_edges(history, dates, begins, place)
    periods = period_numbers(dates, rows, begins)
    ends = last_sessions(history, dates, rows)
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


def _refuse_edges(history: PriceHistory, dates: DateArray, begins: int, place: str) -> None:
    """Refuse weeks that are dated on Sundays, where an exchange's week begins earlier on any day from its
    first to Monday: some vendors let all weeks run from Monday to Sunday, and the row of a Monday then holds
    the close of a Sunday which belongs to the exchange's next week."""
    weekday = (dates.astype(np.int64) + 3) % 7
    edges = [*range(7 - begins, 7), 0] if begins else [6]
    usual = next((edge for edge in edges if np.count_nonzero(weekday == edge) * 2 > len(dates)), None)
    if usual is None:
        return
    found = f"{place}: the rows of {history.asset} are weeks, dated on {_DAYS[usual]}: that can be "
    if begins and usual == 0:
        raise BadDataError(
            f"{found}the week from Monday to Sunday around {dates[-1]} or that of its exchange, which begins "
            "before Monday. Date each row by the last session of the exchange's week, or give daily prices."
        )
    days = "last session" if begins else "Monday or the Friday"
    raise BadDataError(
        f"{found}the week which ends on {dates[-1]} or the one which begins on it. Date each row by the "
        f"{days} of its week, or give daily prices."
    )


def last_sessions(history: PriceHistory, dates: DateArray, rows: Rows) -> DateArray:
    """The last session of the week or month around each of these days; its last weekday where there is none.

    Parameters
    ----------
    history : whose exchange it is.
    dates : datetime64[D], shape (T,), rising.
    """
    margin, begins = 31 * DAY, week_begins(history.calendar)
    known = sessions(history.asset, dates[0] - margin, dates[-1] + margin, history.zone)
    periods, wanted = period_numbers(known, rows, begins), period_numbers(dates, rows, begins)
    found = np.searchsorted(periods, wanted, side="right") - 1
    there = (found >= 0) & (periods[found] == wanted)
    return np.where(there, known[found], _last_weekdays(dates, rows, begins))


def _last_weekdays(dates: DateArray, rows: Rows, begins: int) -> DateArray:
    if rows == "monthly":
        following = (dates.astype("datetime64[M]") + 1).astype("datetime64[D]")
    else:
        following = dates + (7 - (dates.astype(np.int64) + 3 + begins) % 7).astype("timedelta64[D]")
    return np.busday_offset(following, -1, roll="forward")
