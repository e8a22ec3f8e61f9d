"""Closes that were filled in: bars that repeat the one before, prices that stand still, drawn lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray, PriceHistory
from generator.market.snapshot import Fault, Snapshot, and_more

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
    snapshot: Snapshot, start: np.datetime64, fresh: np.datetime64 | None = None
) -> Iterator[Fault]:
    """Bars that repeat the one before, runs of equal closes beyond the asset's habit, and drawn lines.

    Parameters
    ----------
    start : only what is found from this session on is told.
    fresh : bars from this session on are new, and so are the last ones in any case: a shorter run is told.
    """
    history = snapshot.history
    yield from _same_bars(history, start)
    yield from _same_closes(history, start, history.last if fresh is None else fresh)
    yield from _stretches_again(history, start)
    yield from _drawn(snapshot, start)


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
        text = f"The bar of {session} repeats the one before{and_more(len(rows))}."
        yield Fault("stale", session, text, tuple(history.sessions[rows[1:]]))


def _same_closes(history: PriceHistory, start: np.datetime64, fresh: np.datetime64) -> Iterator[Fault]:
    equal = history.close[1:] == history.close[:-1]
    starts, lengths = _runs(equal, LEAST_RUN)
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
    looked_at = max(len(equal) - int(np.searchsorted(history.sessions[1:], start)), 1)
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
            f"{ends[k]}{and_more(len(rare), 'run')}.",
            tuple(ends[rest]),
            since=(begins[k], *begins[rest]),
        )


def _stretches_again(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    """Weeks whose closes are those of the week before, one by one; of closes that hardly move, none."""
    close = history.close
    found: list[tuple[int, int]] = []
    for length in AGAIN:
        starts, _ = _runs(close[:-length] == close[length:], length)
        found += [
            (begin + length, begin + 2 * length - 1)
            for begin in starts.tolist()
            if len(set(close[begin : begin + length].tolist())) == length
        ]
    found = sorted((k, last) for k, last in set(found) if history.sessions[last] >= start)
    if found:
        begins, ends = (history.sessions[list(rows)] for rows in zip(*found, strict=True))
        yield Fault(
            "stale",
            ends[0],
            f"The closes from {begins[0]} to {ends[0]} are those of the sessions before them, one by one"
            f"{and_more(len(found), 'stretch')}.",
            tuple(ends[1:]),
            since=tuple(begins),
        )


def _drawn(snapshot: Snapshot, start: np.datetime64) -> Iterator[Fault]:
    """Equal steps in a row, in price or in percent: filled in, not traded."""
    history = snapshot.history
    if len(history) < DRAWN + 2 or history.close.min() <= 0:
        return  # a spread that crosses zero moves by the same hundredth for days
    told = history.sessions[:0]
    for values, steps in ((history.close, np.diff(history.close)), (snapshot.logs, snapshot.moves)):
        # DRAWN equal steps are one less equal difference.
        starts, lengths = _runs(_equal_steps(values, steps), DRAWN - 1)
        ends = history.sessions[starts + lengths + 1]
        long = np.flatnonzero((ends >= start) & ~np.isin(ends, told)) if len(ends) else starts
        if len(long):
            k, begins = long[0], history.sessions[starts]
            yield Fault(
                "drawn",
                ends[k],
                f"From {history.sessions[starts[k]]} to {ends[k]} every step of the close is the same, as if "
                f"drawn with a ruler{and_more(len(long), 'stretch')}.",
                tuple(ends[long[1:]]),
                since=tuple(begins[long]),
            )
            told = ends[long]


def _equal_steps(values: FloatArray, steps: FloatArray) -> NDArray[np.bool_]:
    """Whether each step but the first is the one before, and no standing still; shape (T - 2,)."""
    size = np.abs(values[2:])
    equal: NDArray[np.bool_] = np.abs(np.diff(steps)) <= 2e-6 * size
    rows = np.flatnonzero(equal)
    equal[rows] = np.abs(steps[rows + 1]) > LEAST_STEP * size[rows]
    return equal


def _runs(flags: NDArray[np.bool_], least: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each run of at least ``least`` True begins, and how long it is."""
    from_here, length = flags, 1  # whether ``length`` of them follow from here on
    while length < least:
        more = min(length, least - length)
        from_here, length = from_here[:-more] & from_here[more:], length + more
    if not from_here.any():
        none = np.zeros(0, dtype=np.intp)
        return none, none
    padded = np.zeros(len(from_here) + 2, dtype=np.bool_)
    padded[1:-1] = from_here
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return edges[::2], edges[1::2] - edges[::2] + least - 1
