"""Closes that were filled in: bars that repeat the one before, prices that stand still, drawn lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray, PriceHistory
from generator.market.snapshot import Fault

LEAST_RUN, RARE = 3, 0.003
"""A run of so many equal closes is suspicious when so few are to be expected in the sessions looked at."""
STARK, MOVING = 1e-5, 0.06
"""In a past that has stood for long so few, and the close around must hardly ever stay the same: a thin
market's does for weeks."""
HABITS = (101, 501)
"""Sessions around a run that tell how usual an equal close is there; the larger share counts."""
AGAIN = (5, 10)
"""Sessions of a week, and of two, that are there a second time. Four do agree by chance in a long history."""
DRAWN, LEAST_STEP = 8, 3e-4
"""Equal steps in a row that only a ruler makes. Five eighths of a dollar in a row were traded once, and a
fund that moves by a cent a day does so still."""


def repeat_faults(
    history: PriceHistory, start: np.datetime64, fresh: np.datetime64 | None = None
) -> Iterator[Fault]:
    """Bars that repeat the one before, runs of equal closes beyond the asset's habit, and drawn lines.

    Parameters
    ----------
    start : only what is found from this session on is told.
    fresh : bars from this session on are new, and so are the last ones in any case: a shorter run is told.
    """
    yield from _same_bars(history, start)
    yield from _same_closes(history, start, history.last if fresh is None else fresh)
    yield from _stretches_again(history, start)
    yield from _drawn(history, start)


def _same_bars(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    if history.open is None or history.high is None or history.low is None:
        return
    same = (history.high[1:] > history.low[1:]) & (np.diff(history.close) == 0)
    for column in (history.open, history.high, history.low):
        same &= np.diff(column) == 0
    same &= history.sessions[1:] >= start
    if np.any(same):
        rows = np.flatnonzero(same) + 1
        session = history.sessions[rows[0]]
        text = f"The bar of {session} repeats the one before{_more(len(rows))}."
        yield Fault("stale", session, text, tuple(history.sessions[rows[1:]]))


def _same_closes(history: PriceHistory, start: np.datetime64, fresh: np.datetime64) -> Iterator[Fault]:
    equal = np.diff(history.close) == 0
    if not np.any(equal[2:] & equal[1:-1] & equal[:-2]):
        return  # no run of LEAST_RUN
    starts, lengths = _runs(equal)
    long = lengths >= LEAST_RUN
    starts, lengths = starts[long], lengths[long]
    if not len(starts):
        return
    sums = np.concatenate(([0], np.cumsum(equal)))
    share = np.full(len(starts), 1 / len(equal))
    for width in HABITS:
        first = np.maximum(starts - width // 2, 0)
        last = np.minimum(starts + lengths + width // 2, len(equal))
        # A run does not vouch for itself, but for one of its sessions.
        rest = last - first - lengths + 1
        share = np.maximum(share, (sums[last] - sums[first] - lengths + 1) / rest)
    looked_at = max(int((history.sessions[1:] >= start).sum()), 1)
    expected = looked_at * np.minimum(share, 0.95) ** lengths
    begins, ends = history.sessions[starts], history.sessions[starts + lengths]
    starkly = (expected < STARK) & (share <= MOVING)
    rare = np.flatnonzero(np.where(ends >= fresh, expected < RARE, starkly) & (ends >= start))
    if len(rare):
        k = rare[np.argmax(lengths[rare])]
        rest = rare[rare != k]
        yield Fault(
            "stale",
            ends[k],
            f"The close is the same on {lengths[k] + 1:,} sessions from {begins[k]} to "
            f"{ends[k]}{_more(len(rare), 'run')}.",
            tuple(ends[rest]),
            since=(begins[k], *begins[rest]),
        )


def _stretches_again(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    """Weeks whose closes are those of the week before, one by one; of closes that hardly move, none."""
    close = history.close
    found: list[tuple[int, int]] = []
    for length in AGAIN:
        starts, lengths = _runs(close[:-length] == close[length:])
        found += [
            (begin + length, begin + 2 * length - 1)
            for begin in starts[lengths >= length].tolist()
            if len(np.unique(close[begin : begin + length])) == length
        ]
    found = sorted((k, last) for k, last in set(found) if history.sessions[last] >= start)
    if found:
        begins, ends = (history.sessions[list(rows)] for rows in zip(*found, strict=True))
        yield Fault(
            "stale",
            ends[0],
            f"The closes from {begins[0]} to {ends[0]} are those of the sessions before them, one by one"
            f"{_more(len(found), 'stretch')}.",
            tuple(ends[1:]),
            since=tuple(begins),
        )


def _drawn(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    """Equal steps in a row, in price or in percent: filled in, not traded."""
    if len(history) < DRAWN + 2 or history.close.min() <= 0:
        return  # a spread that crosses zero moves by the same hundredth for days
    told = history.sessions[:0]
    for logarithms in (False, True):
        if not _may_be_drawn(history.close, logarithms=logarithms):
            continue
        values = np.log(history.close) if logarithms else history.close
        starts, lengths = _runs(_equal_steps(values[:-2], values[1:-1], values[2:]))
        # DRAWN equal steps are one less equal difference.
        ends = history.sessions[starts + lengths + 1]
        long = np.flatnonzero((lengths >= DRAWN - 1) & (ends >= start) & ~np.isin(ends, told))
        if len(long):
            k, begins = long[0], history.sessions[starts]
            yield Fault(
                "drawn",
                ends[k],
                f"From {history.sessions[starts[k]]} to {ends[k]} every step of the close is the same, as if "
                f"drawn with a ruler{_more(len(long), 'stretch')}.",
                tuple(ends[long[1:]]),
                since=tuple(begins[long]),
            )
            told = ends[long]


def _may_be_drawn(close: FloatArray, *, logarithms: bool) -> bool:
    """Whether there can be a run of ``DRAWN`` equal steps, found from a few of them.

    It holds one of every ``DRAWN`` - 1 places, and at each distance up to three it goes on from there to one
    side or the other.
    """
    places = np.arange(0, len(close) - 2, DRAWN - 1)
    places = places[_equal_at(close, places, logarithms=logarithms)]
    for apart in (3, 2, 1):
        if not len(places):
            return False
        sides = np.concatenate((np.maximum(places - apart, 0), np.minimum(places + apart, len(close) - 3)))
        places = places[_equal_at(close, sides, logarithms=logarithms).reshape(2, -1).any(axis=0)]
    return bool(len(places))


def _equal_at(close: FloatArray, places: NDArray[np.intp], *, logarithms: bool) -> NDArray[np.bool_]:
    values = close[places + np.arange(3)[:, None]]
    return _equal_steps(*(np.log(values) if logarithms else values))


def _equal_steps(first: FloatArray, middle: FloatArray, last: FloatArray) -> NDArray[np.bool_]:
    """Whether the steps between three values are the same, and no standing still."""
    to, on, size = middle - first, last - middle, np.abs(last)
    equal: NDArray[np.bool_] = (np.abs(on - to) <= 2e-6 * size) & (np.abs(on) > LEAST_STEP * size)
    return equal


def _runs(flags: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each run of True begins, and how long it is."""
    padded = np.zeros(len(flags) + 2, dtype=np.bool_)
    padded[1:-1] = flags
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return edges[::2], edges[1::2] - edges[::2]


def _more(count: int, what: str = "bar") -> str:
    if count == 1:
        return ""
    plural = f"{what}es" if what.endswith("ch") else f"{what}s"
    return f" ({count - 1:,} more such {what if count == 2 else plural})"
