"""The as-of date: the last day that exists for a study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce

import numpy as np

from generator.core.errors import DataError, RequestError
from generator.market.calendar import sessions
from generator.market.history import DateArray, PriceHistory

MOST_BEHIND = 5
"""Sessions that a series may end before another one without a word: vendors are a few days late at times."""


def common_sessions(assets: Sequence[str], first: np.datetime64, last: np.datetime64) -> DateArray:
    """The sessions that all of these assets have from ``first`` to ``last``, by their calendars; none where
    ``first`` is the later one."""
    return reduce(np.intersect1d, (sessions(asset, first, max(first - 1, last)) for asset in assets))


def as_of_date(histories: Sequence[PriceHistory], asked: date | None = None) -> np.datetime64:
    """The last session that every series has, on or before the date asked for.

    Parameters
    ----------
    histories : at least one, whole.
    asked : the latest day allowed; None for no limit. It need not be a session.

    Returns
    -------
    datetime64[D]; nothing after it may be seen, so cut the histories with ``until``.

    Raises
    ------
    RequestError : the date asked for is before the first session that the series have in common.
    DataError : the series have no session in common.
    """
    common = reduce(np.intersect1d, (history.sessions for history in histories))
    if not len(common):
        spans = "; ".join(f"{h.asset} from {h.first} to {h.last}" for h in histories)
        raise DataError(
            f"these series have no session in common: {spans}. Leave one out, or study them apart."
        )
    if asked is None:
        return np.datetime64(common[-1])
    stop = int(np.searchsorted(common, np.datetime64(asked, "D"), side="right"))
    if stop == 0:
        names = ", ".join(history.asset for history in histories)
        raise RequestError(
            f"as-of date {asked}: the first session of {names} is {common[0]}. "
            f"Ask for a date from {common[0]} to {common[-1]}."
        )
    return np.datetime64(common[stop - 1])


def is_behind(history: PriceHistory, last: np.datetime64) -> bool:
    """Whether a series ends more than five of its sessions before a day."""
    return bool(history.last < last) and len(sessions(history.asset, history.last, last)) > MOST_BEHIND + 1


def holding_back(histories: Sequence[PriceHistory], asked: date | None = None) -> tuple[PriceHistory, ...]:
    """The series, cut at the date asked for, that end more than five of their sessions before the one that
    reaches farthest, and that one last; none where no series does. The earliest end comes first."""
    last = None if asked is None else np.datetime64(asked, "D")
    seen = [history if last is None else history.until(last) for history in histories]
    seen = [history for history in seen if len(history)]
    if not seen:
        return ()
    newest = max(seen, key=lambda history: history.last)
    behind = [each for each in seen if is_behind(each, newest.last)]
    return (*sorted(behind, key=lambda history: history.last), newest) if behind else ()


def told_holding_back(histories: Sequence[PriceHistory], asked: date | None, what: str) -> str:
    """Which assets end ``what`` (such as ``this report``) long before the others; empty where none does."""
    *behind, newest = holding_back(histories, asked) or (None,)
    if newest is None:
        return ""
    ends = [f"the prices of {behind[0].asset} end on {behind[0].last} and hold {what} there"]
    ends += [f"those of {each.asset} end on {each.last}" for each in behind[1:]]
    return f"{'; '.join(ends)}; those of {newest.asset} reach {newest.last}"
