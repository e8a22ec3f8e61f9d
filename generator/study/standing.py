"""A condition seen from within every week and month: what it said after each session, before the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import Bars
from generator.market.clock import newest_session_known, same_clock
from generator.market.history import OPTIONAL_FIELDS, DateArray, FloatArray, PriceField, PriceHistory
from generator.signals.evaluate import truth
from generator.signals.language import Condition
from generator.signals.tree import On, walk
from generator.study.prepare import Prepared

FOUR_CENTURIES = np.timedelta64(146_097, "D")
"""A whole number of weeks, after which the calendar repeats: month, day, weekday, ISO week."""

AT_ONCE = 1_000_000
"""Bars evaluated in one go, so that memory stays small."""

Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Standing:
    """A condition seen from within each completed week or month, and at its end.

    Attributes
    ----------
    dates : datetime64[D], shape (P,), the last session of each bar.
    within : bool, shape (P, S): whether the condition was true after session k + 1 of the bar, for all
        sessions but the last; False where it was not, where it was unknown and where there is none such.
    closed : bool, shape (P,): whether it was true on the completed bar.
    """

    dates: DateArray
    within: NDArray[np.bool_]
    closed: NDArray[np.bool_]


def standing_of(prepared: Prepared) -> Standing:
    """The condition after every session of every completed week or month of the study's history.

    Each value is what the study would have said with that day as its as-of date: the bars before, the bar
    in progress through that session, and what had closed by then of the assets that ``on`` reads. A day on
    which one of these has no price is no as-of date and is passed over. The first bar is left out, because
    the prices may begin in its middle, and so are those before ``since``. Daily bars have nothing within
    them.
    """
    bars, condition = prepared.bars, prepared.study.condition
    others = {asset: prepared.others[asset] for asset in condition.assets if asset != bars.asset}
    first = 1
    if prepared.study.since is not None:
        first = max(first, int(np.searchsorted(bars.dates, np.datetime64(prepared.study.since, "D"))))
    first = min(first, bars.completed)
    ends = bars.last_session[: bars.completed]
    sessions = _inner_sessions(bars, first, others)
    bar = np.searchsorted(ends, sessions)
    longest = int(np.diff(ends, prepend=-1)[first:].max(initial=1)) - 1
    within = np.zeros((bars.completed - first, longest), dtype=np.bool_)
    within[bar - first, sessions - ends[bar - 1] - 1] = truth_as_of(condition, bars, others, sessions)
    return Standing(
        dates=bars.dates[first : bars.completed],
        within=within,
        closed=truth(condition, bars, prepared.others)[first : bars.completed] == 1,
    )


def truth_as_of(
    condition: Condition, bars: Bars, others: Mapping[str, Bars], sessions: Positions
) -> NDArray[np.bool_]:
    """Whether the condition was true on the newest bar as of each of these sessions, shape (n,).

    A condition that reaches back a known number of bars is evaluated once for many sessions, on their last
    bars laid end to end. Where that cannot be done (it reaches back without bound, or not enough bars are
    there yet) it is evaluated session by session, on the same bars.

    Parameters
    ----------
    bars, others : of the asset and of every other asset that the condition reads, complete or not.
    sessions : rising positions in ``bars.history.sessions``; days on which the others have a price too.
    """
    found = np.zeros(len(sessions), dtype=np.bool_)
    lengths, whole = _lengths(condition, bars, others, sessions)
    together = np.flatnonzero(whole)
    size = max(1, AT_ONCE // max(lengths.values()))
    for start in range(0, len(together), size):
        chosen = together[start : start + size]
        days = bars.history.sessions[sessions[chosen]]
        laid = {asset: _laid(other, days, lengths[asset]) for asset, other in others.items()}
        own = _laid(bars, days, lengths[bars.asset])
        found[chosen] = truth(condition, own, laid)[lengths[bars.asset] - 1 :: lengths[bars.asset]] == 1
    for position in np.flatnonzero(~whole):
        day = bars.history.sessions[sessions[position]]
        cut = {
            asset: bars_as_of(other, newest_session_known(other, bars, day))
            for asset, other in others.items()
        }
        found[position] = truth(condition, bars_as_of(bars, day), cut)[-1] == 1
    return found


def bars_as_of(bars: Bars, day: np.datetime64) -> Bars:
    """The bars as they were after the session of ``day``, the last one in progress."""
    history = bars.history.until(day)
    kept = int(np.searchsorted(bars.last_session, len(history) - 1)) + 1
    ends = np.append(bars.last_session[: kept - 1], len(history) - 1)
    return replace(
        bars,
        dates=history.sessions[ends],
        periods=bars.periods[:kept],
        last_session=ends,
        in_progress=True,
        history=history,
    )


def _inner_sessions(bars: Bars, first: int, others: Mapping[str, Bars]) -> Positions:
    """Sessions of the completed bars from ``first`` on, without each bar's last, that the others have too."""
    if first >= bars.completed:
        return np.empty(0, dtype=np.intp)
    inner = np.ones(len(bars.history), dtype=np.bool_)
    inner[: bars.last_session[first - 1] + 1] = False
    inner[bars.last_session[bars.completed - 1] :] = False
    inner[bars.last_session] = False
    for other in others.values():
        inner &= np.isin(bars.history.sessions, other.history.sessions)
    return np.flatnonzero(inner)


def _lengths(
    condition: Condition, bars: Bars, others: Mapping[str, Bars], sessions: Positions
) -> tuple[dict[str, int], NDArray[np.bool_]]:
    """How many of the newest bars of each asset are enough, and for which sessions there are as many."""
    reach = condition.history
    # What is laid end to end is put in order by dates, which say nothing across clocks.
    dated = all(same_clock(bars, other) for other in others.values())
    if reach is None or _on_within_on(condition) or not dated:
        return {bars.asset: 1}, np.zeros(len(sessions), dtype=np.bool_)
    newest = np.searchsorted(bars.last_session, sessions)
    whole = newest >= reach
    lengths = {bars.asset: reach + 1}
    oldest = bars.history.sessions[sessions] if reach == 0 else bars.dates[np.maximum(newest - reach, 0)]
    for asset, other in others.items():
        position = _sessions_on(other, bars.history.sessions[sessions])
        theirs = np.searchsorted(other.last_session, position)
        # What the oldest bar sees of the other asset reaches back as far again.
        needed = theirs - (np.searchsorted(other.dates, oldest, side="right") - 1 - reach) + 1
        lengths[asset] = int(needed[whole].max(initial=1))
        whole &= theirs + 1 >= lengths[asset]
    return lengths, whole


def _on_within_on(condition: Condition) -> bool:
    inside = (node.operand for node in walk(condition.tree) if isinstance(node, On))
    return any(isinstance(node, On) for operand in inside for node in walk(operand))


def _sessions_on(bars: Bars, days: DateArray) -> Positions:
    """Positions of these days, which are sessions of the asset."""
    return np.searchsorted(bars.history.sessions, days)


def _laid(bars: Bars, days: DateArray, length: int) -> Bars:
    """The newest ``length`` bars as of each day, laid end to end, shape (n · length,).

    Each stretch is dated four centuries after the one before it, so that the dates rise, the calendar stays
    what it was, and a look for the newest bar on or before a day stays within the stretch.
    """
    sessions = _sessions_on(bars, days)
    newest = np.searchsorted(bars.last_session, sessions)
    before = newest[:, None] + np.arange(1 - length, 0)
    later = np.arange(len(days))[:, None] * FOUR_CENTURIES
    blocks: DateArray = np.column_stack((bars.dates[before], bars.history.sessions[sessions]))
    dates = (blocks + later).ravel()

    def lay(name: PriceField) -> FloatArray:
        return np.column_stack((bars.field(name)[before], _so_far(bars, name)[sessions])).ravel()

    kept: dict[str, Any] = {
        name: lay(name) for name in OPTIONAL_FIELDS if getattr(bars.history, name) is not None
    }
    everything = np.arange(len(dates))
    history = PriceHistory(
        bars.asset, dates, lay("close"), **kept, source=bars.history.source, zone=bars.history.zone
    )
    return Bars(bars.asset, "daily", dates, everything, everything, False, history)


def _so_far(bars: Bars, name: PriceField) -> FloatArray:
    """A field of the bar in progress after each session, shape (T,)."""
    daily = bars.history.field(name)
    if name in ("close", "adjusted_close"):
        return daily
    lengths = np.diff(bars.last_session, prepend=-1)
    inside = np.arange(lengths.max()) < lengths[:, None]
    table = np.zeros(inside.shape)
    table[inside] = daily
    if name == "open":
        running = np.broadcast_to(table[:, :1], table.shape)
    else:
        running = {"high": np.maximum, "low": np.minimum, "volume": np.add}[name].accumulate(table, axis=1)
    return np.asarray(running[inside])
