"""What a new snapshot says of the past that was accepted before.

The past does not change, but for two things: a split divides all of it by one ratio, and a dividend lowers
all adjusted closes before it by one factor. Everything else is told, and the snapshot is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.market.history import OPTIONAL_FIELDS, FloatArray, PriceHistory
from generator.market.quality.columns import SPLIT_TOLD, adjustment_faults, told_since, undivided_faults
from generator.market.quality.identity import said, security_faults
from generator.market.quality.moves import SPLITS
from generator.market.snapshot import Fault, Snapshot

SAME = 2e-5
"""Relative difference of a past price that is rounding; 1e-5 is what adjusted closes were seen to move by."""
DIGITS = 2e-6
"""And two units of the sixth decimal."""
SETTLING = 1e-3
"""What the last accepted close may still move by: its auction was perhaps not yet in it."""
RECENT = 5
"""Last accepted sessions whose open, high, low and volume may still be corrected."""
CORRECTED = 0.02
"""And by how much."""
LATE_PAYMENT = 10
"""Sessions that a dividend may have been paid before the provider adjusts for it."""
USUAL_PAYMENT, QUARTER = 0.009, 63
"""A payment that nothing tells of may take this share of the price, once in so many sessions."""
PAYMENT = 0.15
"""How far a step may be from the dividend that is told, relative to it."""
MOST_UNTOLD = 30
"""A factor that no split explains is perhaps one all the same; a hundredth is a currency's cents."""
ALIKE = 0.5
"""Correlation of old and new daily moves below which they are of two securities."""
VOLUMES, VOLUME_SHARE = 0.1, 0.02
"""A volume that moved by more than this share is another; so many of all volumes may be."""


def difference(before: PriceHistory, now: PriceHistory) -> list[str]:
    """All that is another in a history up to its end, a phrase a column; none when nothing.

    Parameters
    ----------
    before : as it was.
    now : as it is now, cut at the same day.
    """
    _, old, new = np.intersect1d(before.sessions, now.sessions, return_indices=True)
    said = [
        f"1 session is {what}" if count == 1 else f"{count:,} sessions are {what}"
        for count, what in ((len(before) - len(old), "gone"), (len(now) - len(new), "new"))
        if count
    ]
    for name in ("close", *OPTIONAL_FIELDS):
        title, was, given = name.replace("_", " "), getattr(before, name), getattr(now, name)
        if (was is None) != (given is None):
            said.append(f"{title} is {'gone' if given is None else 'new'}")
        elif was is not None:
            unknown = np.isnan(was[old]) & np.isnan(given[new])
            rows = np.flatnonzero((was[old] != given[new]) & ~unknown)
            if len(rows):
                most = np.nanmax(np.abs(_over(given[new[rows]], was[old[rows]]) - 1))
                said.append(f"{title} {_span(before, old[rows])}, by up to {most:.2%}")
    return said


@dataclass(frozen=True, eq=False)
class _Common:
    """The sessions that both snapshots have: their places in each, and the ratio of new to old closes."""

    old: NDArray[np.intp]
    new: NDArray[np.intp]
    ratio: FloatArray
    factor: float


def revisions(before: Snapshot, now: Snapshot) -> tuple[Fault, ...]:
    """What changed in the past that may not change; empty for an ordinary week.

    Parameters
    ----------
    before : the accepted snapshot.
    now : a later answer about the same ticker.
    """
    _, old, new = np.intersect1d(before.sessions, now.sessions, return_indices=True)
    if len(old) < 2:
        text = f"No session of the prices accepted before, which end on {before.history.last}, is left."
        return (Fault("vanished", now.history.first, text),)
    ratio = _over(now.history.close[new], before.history.close[old])
    common = _Common(old, new, ratio, _factor(before, now, ratio))
    return (
        *security_faults(said(before), now, before.history.last),
        *_rows(before, now),
        *undivided_faults(now, before.history.last, common.factor),
        *_closes(before.history, now.history, common),
        *_columns(before.history, now.history, common),
        *_adjusted(before, now, common),
    )


def _rows(before: Snapshot, now: Snapshot) -> Iterator[Fault]:
    """Sessions that are gone, and sessions in the past that were not there."""
    for kind, here, there, words in (
        ("vanished", before, now, ("is gone", "are gone")),
        ("invented", now, before, ("was not there before", "were not there before")),
    ):
        past = here.sessions[here.sessions <= before.history.last]
        changed = np.setdiff1d(past, there.sessions, assume_unique=True)
        if len(changed):
            span = f"{changed[0]}" if len(changed) == 1 else f"{changed[0]} to {changed[-1]}"
            verb, count = (
                (words[0], "1 session") if len(changed) == 1 else (words[1], f"{len(changed):,} sessions")
            )
            yield Fault(kind, changed[-1], f"Of the accepted past {count} ({span}) {verb}.")  # type: ignore[arg-type]


def _factor(before: Snapshot, now: Snapshot, ratio: FloatArray) -> float:
    """What the whole past is multiplied by because of a split since; 1 where there is none."""
    middle = float(np.median(ratio))
    if not 0 < middle < np.inf or abs(middle - 1) <= SAME or np.median(np.abs(ratio / middle - 1)) > SAME:
        return 1.0
    if now.splits is not None:
        told = told_since(now, before.history.last)
        return middle if told != 1 and abs(middle * told - 1) <= SPLIT_TOLD else 1.0
    size = max(middle, 1 / middle)
    known = any(abs(size / float(split) - 1) < SAME for split in SPLITS if split <= MOST_UNTOLD)
    return middle if known else 1.0


def _slack(price: FloatArray) -> FloatArray:
    """What rounding may move prices by, relative to them; zero is zero."""
    return SAME + DIGITS / np.where(price == 0, np.inf, np.abs(price))


def _over(now: FloatArray, before: FloatArray) -> FloatArray:
    """The ratio of two prices, 1 of equal ones, infinity of anything else over zero."""
    whole = np.where(now == before, 1.0, np.inf)
    return np.divide(now, before, out=whole, where=before != 0)


def _closes(before: PriceHistory, now: PriceHistory, common: _Common) -> Iterator[Fault]:
    moved = np.abs(common.ratio / common.factor - 1)
    slack = _slack(now.close[common.new])
    if common.old[-1] == len(before) - 1:
        slack[-1] = SETTLING
    rows = np.flatnonzero(moved > slack)
    if not len(rows):
        return
    first, last = (before.sessions[common.old[rows[i]]] for i in (0, -1))
    alike = _alike(before.close[common.old], now.close[common.new])
    most = f"by up to {moved[rows].max():.2%}" if np.isfinite(moved[rows]).all() else "from zero"
    if len(rows) > len(moved) / 2 and alike < ALIKE:
        yield Fault(
            "other-security",
            last,
            f"The daily moves of {len(rows):,} sessions are others than before (correlation {alike:.2f}): "
            "another security under the same ticker?",
        )
    elif _is_adjusted(before, now, common, rows):
        yield Fault(
            "columns",
            last,
            f"The close of {len(rows):,} sessions is now what the adjusted close was: the column has changed "
            "its meaning.",
        )
    elif len(rows) == 1 and first == before.last:
        yield Fault(
            "rewritten",
            last,
            f"The last accepted close, of {last}, was {before.close[-1]:,.4f} and is now "
            f"{now.close[common.new[-1]]:,.4f}: it was not final then, or is wrong now.",
        )
    else:
        factor = float(np.median(common.ratio[rows]))
        same = len(rows) > 2 and bool(np.isfinite(common.ratio[rows]).all()) and factor != 0
        same = same and float(np.abs(common.ratio[rows] / factor - 1).max()) < SAME
        by = f", all multiplied by {factor:.6g} without a split that is told" if same else f", {most}"
        yield Fault(
            "rewritten", last, f"The close {_span(before, common.old[rows])} is another than before{by}."
        )


def _alike(old: FloatArray, new: FloatArray) -> float:
    """Correlation of the daily moves; that of a constant series with anything is 0.

    Of values of zero and below, which have no log, the differences.
    """
    logs = bool(np.all(old > 0) and np.all(new > 0))
    first, second = (np.diff(np.log(each) if logs else each) for each in (old, new))
    spread = float(first.std() * second.std())
    return float(np.mean((first - first.mean()) * (second - second.mean())) / spread) if spread else 0.0


def _is_adjusted(before: PriceHistory, now: PriceHistory, common: _Common, rows: NDArray[np.intp]) -> bool:
    """Whether the changed closes are the adjusted ones of before, but for the payments since."""
    if before.adjusted_close is None or len(rows) <= RECENT:
        return False
    ratio = _over(now.close[common.new[rows]], before.adjusted_close[common.old[rows]])
    return bool(np.isfinite(ratio).all() and np.median(ratio) != 0) and bool(
        np.median(np.abs(ratio / np.median(ratio) - 1)) < SAME
    )


def _columns(before: PriceHistory, now: PriceHistory, common: _Common) -> Iterator[Fault]:
    """Columns that are gone, and opens, highs, lows and volumes of the past that are others."""
    for name in OPTIONAL_FIELDS:
        was: FloatArray | None = getattr(before, name)
        given: FloatArray | None = getattr(now, name)
        if was is None or name == "adjusted_close":
            gone = was is not None and given is None
        elif given is None:
            gone = True
        else:
            gone = False
            yield from _column(name, was[common.old], given[common.new], before, common)
        if gone:
            yield Fault("columns", before.last, f"The column '{name.replace('_', ' ')}' is gone.")


def _column(
    name: str, was: FloatArray, given: FloatArray, before: PriceHistory, common: _Common
) -> Iterator[Fault]:
    recent = common.old >= len(before) - RECENT
    if name == "volume":
        moved = np.abs(given * common.factor - was) > VOLUMES * np.maximum(was, 1)
        moved &= np.abs(given - was) > VOLUMES * np.maximum(was, 1)
        rows = np.flatnonzero(moved & ~recent)
        if len(rows) <= VOLUME_SHARE * len(moved):
            return
    else:
        slack = np.where(recent, CORRECTED, _slack(given))
        rows = np.flatnonzero(np.abs(_over(given, was) / common.factor - 1) > slack)
    if len(rows):
        places = common.old[rows]
        text = f"The {name} {_span(before, places)} is another than before."
        yield Fault("rewritten", before.sessions[places[-1]], text)


def _span(history: PriceHistory, places: NDArray[np.intp]) -> str:
    first, last = (history.sessions[places[i]] for i in (0, -1))
    return f"of {first}" if len(places) == 1 else f"of {len(places):,} sessions from {first} to {last}"


def _adjusted(before: Snapshot, now: Snapshot, common: _Common) -> Iterator[Fault]:
    """Adjusted closes that moved by anything but one factor for the payments since."""
    was, given = before.history.adjusted_close, now.history.adjusted_close
    if was is None or given is None:
        return
    ratio = _over(given[common.new], was[common.old]) / common.factor
    slack = _slack(given[common.new])
    old = common.old < len(before.history) - LATE_PAYMENT
    past = ratio[old] if old.any() else ratio
    middle = float(np.median(past))
    uneven = np.abs(ratio / middle - 1) > slack
    # A payment of the last days may come into the adjusted closes late: not into those after it.
    uneven &= old | (ratio < middle - slack) | (ratio > 1 + slack)
    rows = np.flatnonzero(uneven)
    last = before.sessions[common.old[rows[-1]]] if len(rows) else before.history.last
    if len(rows):
        yield Fault(
            "readjusted",
            last,
            f"The adjusted closes of {len(rows):,} sessions up to {last} moved otherwise than by one factor.",
        )
        return
    if len(before.history) > LATE_PAYMENT:
        # What came late must be right too.
        yield from adjustment_faults(now, before.sessions[-LATE_PAYMENT])
    if abs(middle - 1) > float(np.median(slack)) and not _paid(before, now, middle):
        yield Fault(
            "readjusted",
            last,
            f"All adjusted closes up to {last} moved by {middle - 1:+.2%}, which no payment since explains.",
        )


def _paid(before: Snapshot, now: Snapshot, factor: float) -> bool:
    """Whether payments explain that the adjusted past is multiplied by ``factor``."""
    first = max(len(before.history) - LATE_PAYMENT, 1)
    since = np.flatnonzero(now.sessions >= before.sessions[min(first, len(before.history) - 1)])
    since = since[since > 0]
    since = since[now.history.close[since - 1] > 0]  # of nothing there is no share
    if now.dividends is not None and since.size:
        steps = np.log1p(-np.minimum(now.dividends[since] / now.history.close[since - 1], 0.9))
        # Those of the last days may have been adjusted for before.
        sums = [float(steps[i:].sum()) for i in range(LATE_PAYMENT + 1)]
        return any(abs(np.log(factor) - due) <= PAYMENT * abs(due) + SAME for due in sums if due)
    payments = 1 + len(since) // QUARTER
    return (1 - USUAL_PAYMENT) ** payments <= factor <= 1 + SAME
