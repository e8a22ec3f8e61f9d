"""Closes that no market made: jumps, spikes, repeats, lines drawn with a ruler.

What is extreme is judged by the asset's own habit: its usual daily move in the hundred sessions around, and
the largest moves it made elsewhere. A quiet fund may not do what a coin does every month.

Every rule looks at the whole series and tells what it finds from the session ``start`` on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from generator.market.history import DateArray, FloatArray, PriceHistory
from generator.market.snapshot import Fault, percent

BLOCK = 20
"""Sessions whose usual move is taken together."""
LEAST_SCALE = 2e-4
"""A usual move is at least this; a cash fund's is smaller, and its distributions would all be jumps."""
APART = 10
"""Moves nearer than this belong to one event."""
CANDIDATES = 40
"""The largest moves that are looked at; a series with more faults than that shows in these."""

QUIET_JUMP, QUIET_TIMES = 30.0, 1.3
"""A fresh jump: so many usual moves, and so many times the largest such elsewhere."""
LARGE_JUMP, LARGE_TIMES = 0.15, 1.6
"""Or a logarithm of this size, and so many times the largest elsewhere."""
OLD_JUMP, OLD_TIMES = 18.0, 1.8
"""A jump of long ago has stood in the provider's history for years: it must be both, and starker."""
SPLIT_JUMP, SPLIT_TIMES = 12.0, 1.3
"""One whose ratio is that of a split needs less."""
SPLITS = (Fraction(3, 2), *(Fraction(n) for n in (2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 50, 100)))
SPLIT_SIZES = np.log([float(ratio) for ratio in SPLITS])
SPLIT_NEAR = 2.5
"""How near to a split's ratio a jump must be, in usual moves."""

SPIKE, LEAST_SPIKE, SPIKE_BACK = 10.0, 0.03, 0.25
"""Out and back: usual moves and logarithm of each way, and what may remain of it."""
SPIKE_LONGEST = 3
"""Sessions from the way out to the way back."""
SPIKE_TIMES = 0.9
"""So many times the largest move elsewhere: a market in turmoil turns back as well."""

LEAST_RUN, RARE = 3, 0.003
"""A run of so many equal closes is suspicious when so few are to be expected in the sessions looked at."""
HABITS = (101, 501)
"""Sessions around a run that tell how usual an equal close is there; the larger share counts."""
DRAWN, LEAST_STEP = 8, 3e-4
"""Equal steps in a row that only a ruler makes. Five eighths of a dollar in a row were traded once, and a
fund that moves by a cent a day does so still."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Daily log moves of a close, each with the usual size of a move around it."""

    sessions: DateArray
    moves: FloatArray
    scale: FloatArray

    @property
    def sizes(self) -> FloatArray:
        """Moves as multiples of the usual one."""
        return np.abs(self.moves) / self.scale


def moves_of(sessions: DateArray, before: FloatArray, after: FloatArray) -> Moves:
    """The moves from ``before`` to ``after``, both of shape (T - 1,)."""
    moves = np.log(after / before)
    return Moves(sessions, moves, usual(moves))


def usual(moves: FloatArray) -> FloatArray:
    """The usual absolute move around each: the median of five blocks' means without their two largest."""
    count = len(moves)
    blocks = -(-count // BLOCK)
    # The short block is the oldest, so that the newest moves are judged by a full one.
    padded = np.full(blocks * BLOCK, np.inf)
    padded[-count:] = np.abs(moves)
    table = np.sort(padded.reshape(blocks, BLOCK), axis=1)
    kept = np.maximum(np.isfinite(table).sum(axis=1) - 2, 1)
    inside = np.arange(BLOCK) < kept[:, None]
    means = np.where(inside, table, 0).sum(axis=1) / kept
    around = np.lib.stride_tricks.sliding_window_view(np.pad(means, 2, mode="reflect"), 5)
    scale: FloatArray = np.repeat(np.median(around, axis=1), BLOCK)[-count:]
    return np.maximum(scale, LEAST_SCALE)


def move_faults(history: PriceHistory, start: np.datetime64, fresh: np.datetime64) -> Iterator[Fault]:
    """Jumps and spikes of the close; from ``fresh`` on they are judged more strictly."""
    if len(history) < BLOCK:
        return
    close = moves_of(history.sessions[1:], history.close[:-1], history.close[1:])
    found = [*_spikes(history, close), *_jumps(close, fresh, "close")]
    if history.open is not None:
        # A whole bar that is wrong stands out more between the close before and its open.
        gap = moves_of(history.sessions[1:], history.close[:-1], history.open[1:])
        found += _jumps(gap, fresh, "open, against the close before,")
    told: set[np.datetime64] = set()
    for fault in found:
        if fault.session >= start and fault.session not in told:
            told.add(fault.session)
            yield fault


def _jumps(found: Moves, fresh: np.datetime64, field: str) -> Iterator[Fault]:
    largest, sizes = np.abs(found.moves), found.sizes
    by_move, by_size = _largest(largest), _largest(sizes)
    candidates = np.unique(np.concatenate((by_move, by_size)))
    for i in candidates[(largest[candidates] > LARGE_JUMP) | (sizes[candidates] > SPLIT_JUMP)].tolist():
        move, size = float(largest[i]), float(sizes[i])
        times = move / _elsewhere(largest, by_move, i)
        split = _split_near(found, i)
        likely = size > SPLIT_JUMP and split != ""
        why = f"{times:.1f} times its largest move at another time"
        if found.sessions[i] < fresh:
            extreme = move > LARGE_JUMP and times > OLD_TIMES and (size > OLD_JUMP or likely)
        else:
            extreme = (move > LARGE_JUMP and times > LARGE_TIMES) or (likely and times > SPLIT_TIMES)
            if not extreme and move > LEAST_SPIKE and size > QUIET_JUMP:
                extreme = size > QUIET_TIMES * _elsewhere(sizes, by_size, i)
                why = f"{size:.0f} times its usual daily move"
        if extreme:
            session = found.sessions[i]
            like = f", as if a split of {split} were not applied" if split else ""
            change = percent(float(np.expm1(found.moves[i])))
            yield Fault("jump", session, f"On {session} the {field} {change}, {why}{like}.")


def _largest(values: FloatArray) -> NDArray[np.intp]:
    count = min(CANDIDATES, len(values))
    first = np.argpartition(-values, count - 1)[:count]
    order: NDArray[np.intp] = first[np.argsort(-values[first], kind="stable")]
    return order


def _elsewhere(values: FloatArray, order: NDArray[np.intp], i: int) -> float:
    """The second largest value that is not part of the same event; the largest may be the way back."""
    far = order[np.abs(order - i) > APART]
    return max(float(values[far[1]] if len(far) > 1 else np.median(values)), LEAST_SCALE)


def _split_near(found: Moves, i: int) -> str:
    """``2:1`` when the move is that of a split, within what the market may have moved that day."""
    size = abs(float(found.moves[i]))
    distances = np.abs(SPLIT_SIZES - size)
    nearest = int(np.argmin(distances))
    if distances[nearest] > SPLIT_NEAR * found.scale[i]:
        return ""
    new, old = SPLITS[nearest].numerator, SPLITS[nearest].denominator
    return f"{new}:{old}" if found.moves[i] < 0 else f"{old}:{new}"


def _spikes(history: PriceHistory, found: Moves) -> Iterator[Fault]:
    """Out and back within a few sessions, each way far beyond the usual."""
    moves, sizes, sessions = found.moves, found.sizes, found.sessions
    largest = np.abs(moves)
    by_move = _largest(largest)
    candidates = _largest(sizes)
    for i in candidates[(largest[candidates] > LEAST_SPIKE) & (sizes[candidates] > SPIKE)].tolist():
        for j in range(i + 1, min(i + 1 + SPIKE_LONGEST, len(moves))):
            least = float(min(largest[i], largest[j]))
            back = abs(float(moves[i : j + 1].sum()))
            size = float(min(sizes[i], sizes[j]))
            if moves[i] * moves[j] > 0 or back > SPIKE_BACK * least or least < LEAST_SPIKE or size < SPIKE:
                continue
            if least > SPIKE_TIMES * _elsewhere(largest, by_move, i):
                change = percent(float(np.expm1(moves[i])))
                yield Fault(
                    "spike",
                    sessions[j],
                    f"On {sessions[i]} the close {change} and was back on {sessions[j]}; each way is at "
                    f"least {size:.0f} times its usual daily move.",
                )
                break


def repeat_faults(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    """Bars that repeat the one before, runs of equal closes beyond the asset's habit, and drawn lines."""
    yield from _same_bars(history, start)
    yield from _same_closes(history, start)
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


def _same_closes(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    equal = np.diff(history.close) == 0
    starts, lengths = _runs(equal)
    if not len(starts):
        return
    count = len(equal)
    sums = np.concatenate(([0], np.cumsum(equal)))
    share = np.full(len(starts), 1 / count)
    for width in HABITS:
        first = np.maximum(starts + lengths // 2 - width // 2, 0)
        last = np.minimum(first + width, count)
        # A run does not vouch for itself, but for one of its sessions.
        rest = np.maximum(last - first - lengths + 1, 1)
        share = np.maximum(share, (sums[last] - sums[first] - lengths + 1) / rest)
    looked_at = max(int((history.sessions[1:] >= start).sum()), 1)
    expected = looked_at * np.minimum(share, 0.95) ** lengths
    ends = history.sessions[starts + lengths]
    rare = np.flatnonzero((expected < RARE) & (lengths >= LEAST_RUN) & (ends >= start))
    if len(rare):
        k = rare[np.argmax(lengths[rare])]
        yield Fault(
            "stale",
            ends[k],
            f"The close is the same on {lengths[k] + 1:,} sessions from {history.sessions[starts[k]]} to "
            f"{ends[k]}{_more(len(rare), 'run')}.",
            tuple(ends[rare[rare != k]]),
        )


def _drawn(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    """Equal steps in a row, in price or in percent: filled in, not traded."""
    if len(history) < DRAWN + 2:
        return
    told = history.sessions[:0]
    for values in (history.close, np.log(history.close)):
        steps = np.diff(values)
        near = np.abs(np.diff(steps)) <= 2e-6 * np.abs(values[2:])
        starts, lengths = _runs(near & (np.abs(steps[1:]) > LEAST_STEP * np.abs(values[2:])))
        # DRAWN equal steps are one less equal difference.
        ends = history.sessions[starts + lengths + 1]
        long = np.flatnonzero((lengths >= DRAWN - 1) & (ends >= start) & ~np.isin(ends, told))
        if len(long):
            k = long[0]
            yield Fault(
                "drawn",
                ends[k],
                f"From {history.sessions[starts[k]]} to {ends[k]} every step of the close is the same, as if "
                f"drawn with a ruler{_more(len(long), 'stretch')}.",
                tuple(ends[long[1:]]),
            )
            told = ends[long]


def _runs(flags: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each run of True begins, and how long it is."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return starts, stops - starts


def _more(count: int, what: str = "bar") -> str:
    if count == 1:
        return ""
    plural = f"{what}es" if what.endswith("ch") else f"{what}s"
    return f" ({count - 1:,} more such {what if count == 2 else plural})"
