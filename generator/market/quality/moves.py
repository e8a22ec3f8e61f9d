"""Closes that no market made: prices in another unit, splits that were not applied, spikes, other jumps.

A market makes large moves too. So no size alone is a fault. What is looked at is how a move stands in its own
series: against the usual move around it and the largest elsewhere, whether it was taken back at once, whether
its ratio is that of a split or of another unit, whether trading was excited on the day and after it (news
is), and whether much of the market moved that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from generator.market.history import DateArray, FloatArray, PriceHistory
from generator.market.snapshot import Fault, Snapshot, percent

BLOCK = 20
"""Sessions whose usual move is taken together."""
LEAST_SCALE = 2e-4
"""A usual move is at least this; a cash fund's is smaller, and its distributions would all be jumps."""
APART = 10
"""Moves nearer than this belong to one event."""
CANDIDATES = 40
"""The largest moves that are looked at; a series with more faults than that shows in these."""
AROUND, EVENT, TRIMMED = 50, 3, 0.9
"""Sessions on each side whose moves make the usual one, without those next to the move itself, and without
the largest tenth."""
LEAST_MOVE = 0.03
"""What is looked at at all: a logarithm of this size."""
UNTRADED = 0.4
"""Where more than this share of the closes around are the close before, prices are no market's to begin with,
and only another unit can be told from what is usual."""

HUNDRED = float(np.log(100))
UNIT_JUMP = 3.0
"""A logarithm that no market makes in a day: 20 times, or a twentieth."""
ONCE_JUMP, ONCE_SIZE, ONCE_TIMES, ONCE_TIMES_OF_FUND = 0.15, 18.0, 1.95, 1.8
"""A move that stays, whatever its ratio: its logarithm, usual moves, times the largest elsewhere."""
ONCE_SCALE = 0.02
"""It is a fault only where the usual move is at most this: a young drug maker does lose 80% in a day."""
ONCE_LARGEST, ONCE_LARGE_TIMES = 0.45, 4.0
"""Currencies differ by up to about half. A company loses more on bad news, so a larger move must be so many
times the largest elsewhere."""
SPLITS = (Fraction(3, 2), *(Fraction(n) for n in (2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 50, 100)))
SPLIT_SIZES = np.log([float(ratio) for ratio in SPLITS])
SPLIT_NEAR, SPLIT_NEAREST = 2.5, 0.1
"""How near to a split's ratio a jump must be, in usual moves, and in any case."""
SPLIT_SIZE, SPLIT_TIMES = 12.0, 2.6
"""A jump with a split's ratio: usual moves, times the largest elsewhere."""
SPLIT_YEAR, SPLIT_HIGH = 252, 0.6
"""A company splits its shares after they rose: from below this share of the year's highest close a fall is
news."""
CALM_MOST, CALM_MOST_OF_FUND, CALM_LEAST = 1.35, 1.7, 0.4
"""Mean of the next moves, but the largest, in usual ones: after news they are larger, which says less of what
moves little. And the least of all of them, which are smaller after an offer for the company."""
FUND_SCALE = 0.012
"""The usual move of a fund, an index or a large company is at most this."""
NO_NEWS_TIMES = 5.5
"""No news moves a price so many times as far as the largest move at any other time."""
AFTERSHOCK = 2.0
"""Mean of the next moves, the largest too, in usual ones, from which on there was news."""
AFTER, FEWEST_AFTER = 5, 3
"""Moves that tell how calm it was."""
NEWS_VOLUME, VOLUME_DAYS = 3.0, 10
"""On news this many times the volume of the days after it is traded."""

SPIKE, SPIKE_BACK, SPIKE_TIMES = 12.0, 0.1, 1.25
"""Out and back: usual moves of each way, what may remain of it, and times the largest elsewhere."""
SPIKE_UNTRADED = 3.0
"""Times the largest elsewhere where the close hardly changes from day to day."""
STARK_MOVE, STARK_SIZE, STARK_SCALE = 1.38, 30.0, 0.02
"""A logarithm (four times, or a quarter) and usual moves of a spike, or a split's jump, that may stand beside
another one as large; of a split the usual move, too."""
SPIKE_LONGEST = 3
"""Sessions from the way out to the way back."""
YOUNG_COIN, YOUNG_MOVE = 365, 1.2
"""In the first year of a coin a close may multiply or fall to a third, and go back, as in a thin market."""

FRESH_QUIET, FRESH_QUIET_TIMES = 30.0, 1.3
"""A new jump: so many usual moves, and so many times the largest such elsewhere."""
FRESH_JUMP, FRESH_TIMES = 0.15, 1.6
"""Or a logarithm of this size, and so many times the largest elsewhere."""
FRESH_SPLIT, FRESH_SPLIT_TIMES = 12.0, 1.3
"""One whose ratio is that of a split needs less."""


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


@dataclass(frozen=True, eq=False)
class Candidates:
    """The largest moves of a series, the largest first, and how each stands in it.

    Of the ``CANDIDATES`` largest and the new ones, those that stand out from the others.

    Attributes
    ----------
    rows : positions in ``moves``, shape (K,).
    moves : all daily log moves, shape (T - 1,).
    scale : usual absolute move around each, shape (K,).
    sizes : in usual moves, shape (K,).
    times : times the second largest move elsewhere (the largest may be the way back), shape (K,).
    traded : whether the closes around change from day to day, shape (K,).
    """

    rows: NDArray[np.intp]
    moves: FloatArray
    scale: FloatArray
    sizes: FloatArray
    times: FloatArray
    traded: NDArray[np.bool_]


def move_faults(
    snapshot: Snapshot, start: np.datetime64, fresh: np.datetime64 | None = None, *, coin: bool = False
) -> Iterator[Fault]:
    """Other units, splits not applied, spikes and jumps of the close.

    Parameters
    ----------
    start : only what is found from this session on is told.
    fresh : bars from this session on are new: a jump among them is told that would be left alone in a past
        that has stood for long. None where no bar is new.
    coin : its first year is a thin market's.
    """
    history = snapshot.history
    if len(history) < BLOCK or history.close.min() <= 0:
        return
    moves = snapshot.moves
    new = np.zeros(0, dtype=np.intp)
    if fresh is not None:
        new = np.flatnonzero(history.sessions[1:] >= fresh)
    found = _candidates(moves, new)
    faults = [*_spikes(history, found, coin), *_levels(history, found, coin)] if len(found.rows) else []
    if len(new):
        faults += _fresh_jumps(history, moves, new, "close")
        if history.open is not None:
            # A whole bar that is wrong stands out more between the close before and its open.
            gaps = np.log(history.open[1:] / history.close[:-1])
            faults += _fresh_jumps(history, gaps, new, "open, against the close before,")
    told: set[np.datetime64] = set()
    for fault in faults:
        days = {fault.session, *fault.since}
        if fault.session >= start and not days & told:
            told |= days
            yield fault


def _candidates(moves: FloatArray, new: NDArray[np.intp]) -> Candidates:
    sizes = np.abs(moves)
    rows = _largest(sizes)
    if len(new):
        rows = np.union1d(rows, new)
        rows = rows[np.argsort(-sizes[rows], kind="stable")]
    times = sizes[rows] / _elsewhere(sizes, rows)
    # What none of the rules looks at needs no usual move; in most series that is all of them.
    large = (sizes[rows] > LEAST_MOVE) & ((sizes[rows] > STARK_MOVE) | (times > SPIKE_TIMES))
    rows, times = rows[large], times[large]
    if not len(rows):
        return Candidates(rows, moves, times, times, times, large[large])
    around = _around(len(moves), rows)
    near = sizes[around]
    count = int(near.shape[1] * TRIMMED)
    kept = np.partition(near, count, axis=1)[:, :count]
    scale = np.maximum(kept.mean(axis=1), LEAST_SCALE)
    traded = (near == 0).mean(axis=1) <= UNTRADED
    return Candidates(rows, moves, scale, sizes[rows] / scale, times, traded)


def _around(count: int, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The positions around each row, shape (K, 2 × (AROUND − EVENT)); at an end, more of the other side."""
    offsets = np.concatenate((np.arange(-AROUND, -EVENT), np.arange(EVENT + 1, AROUND + 1)))
    wide = 2 * AROUND + 1
    places = rows[:, None] + offsets
    places = np.where(places < 0, places + wide, places)
    places = np.where(places >= count, places - wide, places)
    clipped: NDArray[np.intp] = np.clip(places, 0, count - 1)
    return clipped


def _elsewhere(sizes: FloatArray, rows: NDArray[np.intp]) -> FloatArray:
    """Of each row the second largest of the others that are not part of its event; rows, largest first."""
    far = np.abs(rows[:, None] - rows) > APART
    ranks = np.cumsum(far, axis=1)
    second = np.argmax(ranks >= 2, axis=1)
    known = ranks[:, -1] >= 2
    values: FloatArray = sizes[rows[second]]
    if not known.all():
        values = np.where(known, values, np.median(sizes))
    return np.asarray(np.maximum(values, LEAST_SCALE))


def _spikes(history: PriceHistory, found: Candidates, coin: bool) -> Iterator[Fault]:
    """Out and back within a few sessions, each way far beyond the usual."""
    moves, sessions = found.moves, history.sessions[1:]
    sizes = np.abs(moves)
    times = np.where(found.traded, SPIKE_TIMES, SPIKE_UNTRADED)
    # One error must not vouch for the next one.
    stark = found.traded & (sizes[found.rows] > STARK_MOVE) & (found.sizes > STARK_SIZE)
    worth = (sizes[found.rows] > LEAST_MOVE) & (found.sizes > SPIKE) & (stark | (found.times > times))
    for k in np.flatnonzero(worth).tolist():
        i, scale = int(found.rows[k]), float(found.scale[k])
        if coin and i < YOUNG_COIN and sizes[i] < YOUNG_MOVE:
            continue
        for j in range(i + 1, min(i + 1 + SPIKE_LONGEST, len(moves))):
            least = float(min(sizes[i], sizes[j]))
            back = abs(float(moves[i : j + 1].sum()))
            if moves[i] * moves[j] > 0 or least < SPIKE * scale:
                continue
            if back > max(SPIKE_BACK * least, (j - i + 1) * scale):
                continue
            change = percent(float(np.expm1(moves[i])))
            yield Fault(
                "spike",
                sessions[j],
                f"On {sessions[i]} the close {change} and was back on {sessions[j]}; each way is at "
                f"least {least / scale:.0f} times its usual daily move.",
                since=(sessions[i],),
                move=float(moves[i]),
            )
            break


def _levels(history: PriceHistory, found: Candidates, coin: bool) -> Iterator[Fault]:
    """Moves after which the whole series stands elsewhere: another unit, a split, a jump without news."""
    sizes = np.abs(found.moves)[found.rows]
    worth = (found.sizes > SPLIT_SIZE) & (found.times > ONCE_TIMES_OF_FUND) & (sizes > ONCE_JUMP)
    worth |= sizes > UNIT_JUMP
    worth |= (sizes > STARK_MOVE) & (found.sizes > STARK_SIZE)
    for k in np.flatnonzero(worth).tolist():
        i, move = int(found.rows[k]), float(found.moves[found.rows[k]])
        if coin and i < YOUNG_COIN and abs(move) < YOUNG_MOVE:
            continue
        kind = _level(history, found, k)
        if kind is None:
            continue
        session = history.sessions[i + 1]
        change = percent(float(np.expm1(move)))
        split = split_near(move, float(found.scale[k]))
        like = {
            "unit": ", which no market does in a day: another unit",
            "split": f", as if a split of {split} were not applied",
        }.get(kind, "")
        text = f"On {session} the close {change}, {found.times[k]:.1f} times its largest move at another time"
        yield Fault(kind, session, f"{text}{like}.", move=move)  # type: ignore[arg-type]


def _level(history: PriceHistory, found: Candidates, k: int) -> str | None:
    """What a move that stays is: ``unit``, ``split``, ``jump``; None for the market's own."""
    i, size, times = int(found.rows[k]), float(found.sizes[k]), float(found.times[k])
    move, scale = float(found.moves[i]), float(found.scale[k])
    split = split_near(move, scale)
    if abs(move) > UNIT_JUMP:
        hundredth = abs(abs(move) - HUNDRED) < SPLIT_NEAREST  # pence for pounds
        return "split" if split and found.traded[k] and not hundredth else "unit"
    if not found.traded[k] or (times < NO_NEWS_TIMES and _on_news(history, found.moves, i, scale)):
        return None
    if split and abs(move) > STARK_MOVE and size > STARK_SIZE and scale < STARK_SCALE:
        return "split"
    if split and size > SPLIT_SIZE and times > SPLIT_TIMES:
        year = history.close[max(i - SPLIT_YEAR, 0) : i + 1]
        return "split" if move > 0 or year[-1] >= SPLIT_HIGH * year.max() else None
    least = ONCE_TIMES_OF_FUND if scale < FUND_SCALE else ONCE_TIMES
    if abs(move) > ONCE_LARGEST:
        least = ONCE_LARGE_TIMES
    once = size > ONCE_SIZE and times > least and scale < ONCE_SCALE
    return "jump" if once and i >= BLOCK else None  # the first weeks of a fund are no habit yet


def _on_news(history: PriceHistory, moves: FloatArray, i: int, scale: float) -> bool:
    """Whether trading was excited by what moved the price: then it is the market's own."""
    after = np.abs(moves[i + 1 : i + 1 + AFTER])
    most = (CALM_MOST_OF_FUND if scale < FUND_SCALE else CALM_MOST) * scale
    if len(after) >= FEWEST_AFTER and np.sort(after)[:-1].mean() > most:
        return True
    if len(after) == AFTER and after.mean() > AFTERSHOCK * scale:
        return True
    if len(after) == AFTER and moves[i] > 0 and after.mean() < CALM_LEAST * scale:
        return True  # an offer for the company: from now on its price is the offer's
    if history.volume is None:
        return False
    volume = history.volume
    later = volume[i + 2 : i + 2 + VOLUME_DAYS]
    if len(later) == VOLUME_DAYS:
        return bool(volume[i + 1] > NEWS_VOLUME * np.median(later))
    # At the end of a series: a split that is not applied multiplies the shares traded or their value.
    first = max(i + 1 - VOLUME_DAYS, 0)
    before = volume[first : i + 1]
    value = before * history.close[first : i + 1]
    more = volume[i + 1] > NEWS_VOLUME * np.median(before)
    return bool(more and volume[i + 1] * history.close[i + 1] > NEWS_VOLUME * np.median(value))


def split_near(move: float, scale: float) -> str:
    """``2:1`` when a log move is that of a split, within what the market may have moved that day."""
    distances = np.abs(SPLIT_SIZES - abs(move))
    nearest = int(np.argmin(distances))
    if distances[nearest] > min(SPLIT_NEAR * scale, SPLIT_NEAREST):
        return ""
    new, old = SPLITS[nearest].numerator, SPLITS[nearest].denominator
    return f"{new}:{old}" if move < 0 else f"{old}:{new}"


def _fresh_jumps(
    history: PriceHistory, moves: FloatArray, new: NDArray[np.intp], field: str
) -> Iterator[Fault]:
    """Jumps of new bars that would be left alone in a past that has stood for long."""
    scale = usual(moves)
    found = Moves(history.sessions[1:], moves, scale)
    largest, sizes = np.abs(moves), found.sizes
    by_move, by_size = _largest(largest), _largest(sizes)
    worth = (largest[new] > FRESH_JUMP) | (sizes[new] > FRESH_SPLIT)
    for i in new[worth].tolist():
        move, size = float(largest[i]), float(sizes[i])
        times = move / _second(largest, by_move, i)
        split = split_near(float(moves[i]), float(scale[i]))
        why = f"{times:.1f} times its largest move at another time"
        extreme = move > FRESH_JUMP and times > FRESH_TIMES
        likely = split != "" and size > FRESH_SPLIT and times > FRESH_SPLIT_TIMES
        if not extreme and not likely and move > LEAST_MOVE and size > FRESH_QUIET:
            extreme = size > FRESH_QUIET_TIMES * _second(sizes, by_size, i)
            why = f"{size:.0f} times its usual daily move"
        if extreme or likely:
            session = found.sessions[i]
            like = f", as if a split of {split} were not applied" if split else ""
            change = percent(float(np.expm1(moves[i])))
            kind = "split" if likely else "jump"
            text = f"On {session} the {field} {change}, {why}{like}."
            yield Fault(kind, session, text, move=float(moves[i]))  # type: ignore[arg-type]


def _largest(values: FloatArray) -> NDArray[np.intp]:
    count = min(CANDIDATES, len(values))
    least = np.partition(values, len(values) - count)[len(values) - count]
    rows = np.flatnonzero(values >= least)
    largest: NDArray[np.intp] = rows[np.argsort(-values[rows], kind="stable")][:count]
    return largest


def _second(values: FloatArray, order: NDArray[np.intp], i: int) -> float:
    """The second largest value that is not part of the same event; the largest may be the way back."""
    far = order[np.abs(order - i) > APART]
    return max(float(values[far[1]] if len(far) > 1 else np.median(values)), LEAST_SCALE)
