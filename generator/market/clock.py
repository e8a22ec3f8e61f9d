"""What was known when: bars of assets that close at different hours, put in order.

Tokyo's close of a date comes before New York's, a coin's day ends after it. So dates alone do not say whether
one bar could be known when another closed; the exchanges' closing times do.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import Bars
from generator.market.calendar import closing_moments
from generator.market.history import DateArray

Order = NDArray[np.int64] | DateArray
"""Times that can be compared: dates of assets of one calendar, closing moments of others."""


def newest_known(theirs: Bars, ours: Bars) -> NDArray[np.intp]:
    """Position of their newest bar that had closed when each of our bars closed, shape (B,); −1 before their
    first. A bar that closes at the same moment is known."""
    known, wanted = _in_order(theirs, theirs.dates, ours, ours.dates)
    return np.searchsorted(known, wanted, side="right") - 1


def first_at_or_after(theirs: Bars, ours: Bars, positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Position of their first bar that closed when these of our bars had closed, shape of ``positions``; the
    number of their bars where none has yet. A bar that closes at the same moment will do."""
    known, wanted = _in_order(theirs, theirs.dates, ours, ours.dates[positions])
    return np.searchsorted(known, wanted, side="left")


def aligned_bars(theirs: Bars, own: Bars) -> Bars:
    """Weeks or months of another asset as they stood when ``own``'s bars closed.

    Where the other asset trades on after the last session of ``own``'s bar (crypto at the weekend, New York
    after Tokyo), the rest belongs to its next bar. So what ``on`` reads of a week is the same on its last day
    and ever after. Daily bars are returned as they are.
    """
    if theirs.kind == "daily":
        return theirs
    found = np.minimum(np.searchsorted(own.periods, theirs.periods), len(own) - 1)
    same = own.periods[found] == theirs.periods
    history = theirs.history
    daily, closes = _in_order(theirs, history.sessions, own, own.dates)
    seen = np.searchsorted(daily, closes, side="right") - 1
    ends = np.where(same, np.minimum(seen[found], theirs.last_session), theirs.last_session)
    kept = ends > np.concatenate(([-1], theirs.last_session[:-1]))
    return replace(
        theirs,
        dates=history.sessions[ends[kept]],
        periods=theirs.periods[kept],
        last_session=ends[kept],
    )


def newest_session_known(theirs: Bars, ours: Bars, day: np.datetime64) -> np.datetime64:
    """Their newest session that had closed when ours of this day closed; without one, the day before their
    first."""
    sessions = theirs.history.sessions
    known, wanted = _in_order(theirs, sessions, ours, np.array([day], dtype="datetime64[D]"))
    position = int(np.searchsorted(known, wanted[0], side="right")) - 1
    return np.datetime64(sessions[position] if position >= 0 else sessions[0] - 1, "D")


def same_clock(one: Bars, other: Bars) -> bool:
    """Whether bars of both close together, date by date."""
    return one.history.calendar == other.history.calendar


def _in_order(one: Bars, days: DateArray, other: Bars, others: DateArray) -> tuple[Order, Order]:
    """Sessions of two assets as times that can be compared."""
    if same_clock(one, other):
        return days, others
    return (
        closing_moments(days, one.asset, one.history.zone),
        closing_moments(others, other.asset, other.history.zone),
    )
