"""What is one step from firing: daily signals that a small move of the next close would set off.

The question is asked of the signal itself: a session is added whose close lies up to 2% above or below the
last one, in steps of a quarter of a percent, and the condition is read on it. Nothing is extrapolated. So
that this is cheap on many assets, the last bars alone are looked at first, all moves together; what begins
there is then read on the whole history, and only what that gives is told. A signal that hangs on bars older
than those can be missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from generator.market.bars import Bars, make_bars
from generator.market.calendar import next_session
from generator.market.history import PriceHistory
from generator.scan.values import NEAR, Near, ScanSignal
from generator.signals.evaluate import Evaluation, evaluations
from generator.signals.tree import reads_closes
from generator.study.episodes import episode_starts

TAIL = 600
"""Bars that are looked at first: two years of sessions and some."""
STEPS = 8
MOVES = (0.0, *(side * NEAR * step / STEPS for step in range(1, STEPS + 1) for side in (1, -1)))
"""From the smallest to the largest."""


def find_near(
    history: PriceHistory, signals: Sequence[ScanSignal], others: Mapping[str, PriceHistory]
) -> tuple[Near, ...]:
    """The signals that would begin at the next close, each with the smallest move that does it.

    Parameters
    ----------
    history : of the asset, cut at the as-of date.
    signals : daily ones that are not true on the last bar. Those that read more than closes are passed over:
        a close alone does not say what they would be. Nothing is near a close of zero or below, of which
        a percentage has no meaning.
    others : of the assets that the signals read; their prices are taken as unchanged.
    """
    judged = [signal for signal in signals if reads_closes(signal.condition.tree)]
    if not judged or history.close[-1] <= 0:
        return ()
    references = {asset: others[asset].until(history.last) for signal in judged for asset in signal.assets}
    bars = {asset: make_bars(other, "daily", in_progress=False) for asset, other in references.items()}
    looks = evaluations([_next(history, move, TAIL) for move in MOVES], bars)
    found = []
    for signal in judged:
        # The bar before is that of today, on which it was not true.
        setting_off = [
            move for move, look in zip(MOVES, looks, strict=True) if look.truth(signal.condition)[-1] == 1
        ]
        found += [
            Near(history.asset, signal.name, move, float(history.close[-1]))
            for move in _smallest(history, signal, setting_off, bars)
        ]
    return tuple(found)


def _smallest(
    history: PriceHistory, signal: ScanSignal, moves: Sequence[float], references: Mapping[str, Bars]
) -> list[float]:
    """The smallest of these moves up and down with which an episode begins; 0 alone, where it is enough."""
    found: list[float] = []
    for move in moves:
        if any(other == 0 or other * move > 0 for other in found):
            continue
        truth = Evaluation(_next(history, move), references).truth(signal.condition)
        starts = episode_starts(truth, signal.cooldown)
        if len(starts) and starts[-1] == len(truth) - 1:
            found.append(move)
    return found


def _next(history: PriceHistory, move: float, tail: int | None = None) -> Bars:
    """The (last) bars and one session more, whose close has moved so far."""
    kept = slice(None if tail is None else max(0, len(history) - tail), None)
    following = next_session(history.last, history.asset, history.zone)
    extended = PriceHistory(
        asset=history.asset,
        sessions=np.append(history.sessions[kept], following),
        close=np.append(history.close[kept], history.close[-1] * (1 + move)),
        zone=history.zone,
    )
    return make_bars(extended, "daily", in_progress=False)
