"""Columns of one bar that contradict each other, and adjustments that contradict dividends and splits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray, PriceHistory
from generator.market.quality.moves import moves_of
from generator.market.snapshot import Fault, Snapshot, and_more

IMPOSSIBLE = 5e-4
"""How far, relative to the price, a close may lie outside the day's range; rounding stays far below."""
ADJUSTED_NOISE = 1e-5
"""What rounding does to the ratio of the adjusted to the raw close."""
DIGITS = 2e-6
"""Two units of the last of six decimals, which is much for an adjusted close of a few cents."""
PLACEHOLDERS = (0.0, -1.0, -9.0, -9.99, -99.0, -99.99, -999.0, -999.99, -9999.0, -99999.0, -999999.0)
"""Closes that vendors write where there is none."""
USUAL_STEPS, LEAST_STEP = 20.0, 1e-6
"""A close is far from another when it is so many usual daily changes away."""
NEARBY = 50
"""Sessions on each side that tell the usual daily change around a close."""
LARGE_STEP = 0.12
"""A payment of more than this share of the price, where nothing says that there was one."""
PAYMENT = 0.15
"""How far an adjustment's step may be from the dividend that the provider tells, relative to it."""
LEAST_PAYMENT = 2e-4
"""Smaller payments, relative to the price, are lost in the rounding."""

SPLIT_TOLD = 2e-3
"""How far the whole past may be from the ratio of the split that is told."""


def bar_faults(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    """Bars whose high is below, or whose low is above, another of their prices."""
    if history.high is None and history.low is None:
        return
    prices = [column for column in (history.open, history.close) if column is not None]
    wrong: NDArray[np.bool_] = np.zeros(len(history), dtype=bool)
    slack = IMPOSSIBLE * np.abs(history.close)
    # A cell that is unknown (NaN) contradicts nothing.
    if history.high is not None:
        wrong |= history.high < np.fmax.reduce(prices) - slack
    if history.low is not None:
        wrong |= history.low > np.fmin.reduce(prices) + slack
    if history.high is not None and history.low is not None:
        wrong |= history.high < history.low - slack
    rows = np.flatnonzero(wrong & (history.sessions >= start))
    if len(rows):
        session = history.sessions[rows[0]]
        yield Fault(
            "impossible-bar",
            session,
            f"On {session} the open or the close lies outside the day's high and low{and_more(len(rows))}.",
            tuple(history.sessions[rows[1:]]),
        )


def placeholder_faults(history: PriceHistory, start: np.datetime64) -> Iterator[Fault]:
    """Closes of 0, −1 or −999 that stand for a missing one, and closes with the wrong sign.

    Yields, spreads and some futures do fall below zero; they do not get there from 180 in one step.
    """
    close = history.close
    if close.min() > 0 or len(close) < 2:
        return
    rows = np.flatnonzero(close <= 0)
    steps = np.abs(np.diff(close))
    usual = USUAL_STEPS * max(float(np.median(steps)), LEAST_STEP)
    rows = rows[rows > 0]
    before = close[rows - 1]
    # Prices of a young or a fallen company move by far less than they do at other times.
    nearby = [float(np.median(steps[max(row - NEARBY, 0) : row + NEARBY])) for row in rows.tolist()]
    least = np.minimum(usual, USUAL_STEPS * np.where(np.array(nearby) > 0, nearby, np.inf))
    stands_for = np.isin(close[rows], PLACEHOLDERS) & (np.abs(before - close[rows]) > least)
    # A stretch of them is one close after the other: each is like the first.
    stands_for |= np.isin(close[rows], PLACEHOLDERS) & (before == close[rows]) & (np.median(close) > usual)
    wrong_sign = (np.abs(before + close[rows]) < usual) & (before > usual)
    rows = rows[(stands_for | wrong_sign) & (history.sessions[rows] >= start)]
    if len(rows):
        session = history.sessions[rows[0]]
        yield Fault(
            "placeholder",
            session,
            f"The close of {session} is {close[rows[0]]:g}, far from the one before: a mark for a "
            f"missing price, or a wrong sign{and_more(len(rows))}.",
            tuple(history.sessions[rows[1:]]),
        )


def adjustment_faults(snapshot: Snapshot, start: np.datetime64) -> Iterator[Fault]:
    """Adjusted closes above the raw ones, undone adjustments, payments that were not adjusted for."""
    history = snapshot.history
    if history.adjusted_close is None or history.close.min() <= 0:
        return
    ratio = history.adjusted_close / history.close
    noise = ADJUSTED_NOISE + DIGITS / history.adjusted_close
    yield from _wrong_ratios(history, ratio, noise, start)
    if snapshot.dividends is not None:
        yield from _unadjusted(history, snapshot.dividends, ratio, start)


def _wrong_ratios(
    history: PriceHistory, ratio: FloatArray, noise: FloatArray, start: np.datetime64
) -> Iterator[Fault]:
    sessions = history.sessions
    above = np.flatnonzero((ratio > 1 + noise) & (sessions >= start))
    if len(above):
        yield Fault(
            "adjusted",
            sessions[above[0]],
            f"From {sessions[above[0]]} on {len(above):,} sessions the adjusted close is above the close.",
            tuple(sessions[above[1:]]),
        )
    steps = np.diff(np.log(ratio))
    slack = noise[1:] + noise[:-1]
    wrong = np.flatnonzero(((steps < -slack) | (steps > LARGE_STEP)) & (sessions[1:] >= start))
    if len(wrong):
        session = sessions[wrong[0] + 1]
        yield Fault(
            "adjusted",
            session,
            f"On {session} the adjustment of the close changes by {np.expm1(steps[wrong[0]]):+.2%}, which no "
            f"payment explains{and_more(len(wrong), 'day')}.",
            tuple(sessions[wrong[1:] + 1]),
        )


def _unadjusted(
    history: PriceHistory, dividends: FloatArray, ratio: FloatArray, start: np.datetime64
) -> Iterator[Fault]:
    """Dividends without the step in the adjustment that belongs to them, or with one of another size."""
    before = history.close[:-1]
    due = -np.log1p(-np.minimum(dividends[1:] / before, 0.9))
    steps = np.diff(np.log(ratio))
    wrong = (due > LEAST_PAYMENT) & (np.abs(steps - due) > PAYMENT * due + 2 * ADJUSTED_NOISE)
    rows = np.flatnonzero(wrong & (history.sessions[1:] >= start))
    if not len(rows):
        return
    session, paid = history.sessions[rows[0] + 1], int((due > LEAST_PAYMENT).sum())
    yield Fault(
        "adjusted",
        session,
        f"The dividend of {session} is not in the adjusted close as it should be; {len(rows):,} of {paid:,} "
        "dividends are so.",
        tuple(history.sessions[rows[1:] + 1]),
    )


def split_faults(snapshot: Snapshot, start: np.datetime64) -> Iterator[Fault]:
    """Splits that the provider tells, and that the close shows: they are not applied, or applied twice."""
    history, splits = snapshot.history, snapshot.splits
    if splits is None or len(history) < 2 or history.close.min() <= 0:
        return
    found = moves_of(history.sessions[1:], history.close[:-1], history.close[1:])
    for row in np.flatnonzero((splits[1:] > 0) & (splits[1:] != 1) & (history.sessions[1:] >= start)):
        ratio = float(splits[row + 1])
        expected, move = np.log(ratio), float(found.moves[row])
        # Nearer to the split's own size than to nothing at all.
        if abs(move) > abs(expected) / 2 and abs(expected) > 3 * found.scale[row]:
            session = found.sessions[row]
            how = "is not applied to the prices before it" if move * expected < 0 else "is applied twice"
            yield Fault("action", session, f"The split of {session} (1 share into {ratio:g}) {how}.")


def told_since(snapshot: Snapshot, last: np.datetime64) -> float:
    """New shares for each old one by all splits that are told after ``last``; 1 where there is none."""
    if snapshot.splits is None:
        return 1.0
    since = snapshot.splits[snapshot.sessions > last]
    return float(np.prod(since[since > 0]))


def undivided_faults(snapshot: Snapshot, last: np.datetime64, factor: float) -> Iterator[Fault]:
    """The split that is told after ``last`` where the past, accepted then, is as it was (a factor of 1)."""
    told = told_since(snapshot, last)
    if factor == 1 and abs(told - 1) > SPLIT_TOLD:
        splits = np.zeros(len(snapshot.sessions)) if snapshot.splits is None else snapshot.splits
        session = snapshot.sessions[(splits > 0) & (snapshot.sessions > last)][-1]
        yield Fault(
            "action",
            session,
            f"The split of {session} (1 share into {told:g}) has not divided the prices accepted before: it "
            "is not applied, or there was none.",
        )
