"""What much of the market did on the same day, which is no fault of one asset's prices.

The largest days of the past are known. Of any other day a source with many assets tells by itself.
"""

from __future__ import annotations

import numpy as np

from generator.market.snapshot import Fault, Kind, Snapshot

MOST_SHARED: dict[Kind, float] = {"jump": 1.0, "spike": 1.0, "split": 0.5}
"""Kinds that a market in turmoil looks like, up to which log move: preferred shares and mortgage trusts fell
by up to 60% in March 2020, and some of them by a third."""
MOST_OF_NEW = 0.2
"""Of a new bar so large a log move is told even in turmoil: the S&P 500 has moved by 0.14 at most."""
TURMOIL = np.array(
    [
        ("1987-10-14", "1987-11-06"),
        ("1989-10-13", "1989-10-17"),
        ("1997-10-27", "1997-10-29"),
        ("1998-08-27", "1998-09-08"),
        ("1998-10-01", "1998-10-16"),
        ("2000-04-13", "2000-04-19"),
        ("2001-01-03", "2001-01-04"),
        ("2001-09-17", "2001-09-25"),
        ("2002-07-10", "2002-08-08"),
        ("2008-09-15", "2008-12-16"),
        ("2009-01-20", "2009-03-23"),
        ("2010-05-06", "2010-05-12"),
        ("2011-08-04", "2011-08-23"),
        ("2015-08-21", "2015-08-27"),
        ("2018-02-05", "2018-02-09"),
        ("2020-02-24", "2020-04-14"),
        ("2020-06-11", "2020-06-12"),
        ("2020-11-09", "2020-11-10"),
        ("2022-11-10", "2022-11-11"),
        ("2025-04-03", "2025-04-14"),
    ],
    dtype="datetime64[D]",
)
"""Stretches in which the S&P 500 moved by some 4% or more in a day, or more than once; first and last day."""
FEWEST_ASSETS, FEWEST_MOVED, SHARE = 8, 4, 0.1
"""Assets of a source from which on they are a market, and how many of them must move on a day."""
FEWEST_BARS = 20
"""Bars that tell the usual move of an asset."""
MOVES, LEAST_MOVE = 5.0, 0.01
"""Each by so many of its usual moves, and at least by this logarithm."""
EPOCH, DAYS = np.datetime64("1900-01-01", "D"), 75_000
"""The days that are counted: up to the year 2105."""


def _may_be_shared(fault: Fault) -> bool:
    return abs(fault.move) < MOST_SHARED.get(fault.kind, 0.0)


def in_known_turmoil(fault: Fault, fresh: np.datetime64 | None = None) -> bool:
    """Whether a move is one of a day on which the whole market is known to have moved.

    Parameters
    ----------
    fresh : bars from this session on are new, and excused for less. None where none are.
    """
    new = fresh is not None and fault.session >= fresh
    if not _may_be_shared(fault) or (new and abs(fault.move) > MOST_OF_NEW):
        return False
    days = np.array([*fault.sessions, *fault.since])
    return bool(((TURMOIL[:, 0] <= days[:, None]) & (days[:, None] <= TURMOIL[:, 1])).any())


class MarketDays:
    """Counts, day by day, how many assets of a source moved far more than they usually do."""

    def __init__(self) -> None:
        self._there = np.zeros(DAYS, dtype=np.int32)
        self._moved = np.zeros(DAYS, dtype=np.int32)

    def add(self, snapshot: Snapshot) -> None:
        """Count in an asset; what is in memory does not grow."""
        history = snapshot.history
        if len(history) < FEWEST_BARS or history.close.min() <= 0:
            return
        moves = np.abs(snapshot.moves)
        middle = len(moves) // 2
        far = moves > max(MOVES * float(np.partition(moves, middle)[middle]), LEAST_MOVE)
        first, stop = np.searchsorted(history.sessions[1:], (EPOCH, EPOCH + DAYS))
        days = (history.sessions[1:][first:stop] - EPOCH).astype(np.int64)
        self._there[days] += 1
        self._moved[days[far[first:stop]]] += 1

    def shared(self, fault: Fault) -> bool:
        """Whether much of the market moved on a day of what looks like a jump."""
        if not _may_be_shared(fault):
            return False
        days = (np.array([*fault.sessions, *fault.since]) - EPOCH).astype(np.int64)
        days = days[(days >= 0) & (days < DAYS)]
        there, moved = self._there[days], self._moved[days]
        least = np.maximum(SHARE * there, FEWEST_MOVED)
        return bool(((there >= FEWEST_ASSETS) & (moved >= least)).any())
