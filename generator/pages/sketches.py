"""Idealised pictures of the library's signals: a made-up path on which the signal fires once, at its end.

Nothing comes after the signal in these pictures, so that they promise nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.market.bars import BarKind, make_bars
from generator.market.history import FloatArray, PriceHistory
from generator.signals.evaluate import Evaluation
from generator.signals.language import parse_condition
from generator.signals.library import Signal
from generator.study.episodes import episode_starts

LEAST_SHOWN = 12


@dataclass(frozen=True)
class Leg:
    """A stretch of a path: its bars, its change in percent, how far it swings from bar to bar in percent, and
    the opening gap of its bars in percent (None: half of the bar's change)."""

    bars: int
    change: float
    swing: float = 0.25
    gap: float | None = None


@dataclass(frozen=True)
class Shape:
    """A path: how many of its bars are shown, its legs, and those of the market beside it."""

    shown: int
    legs: tuple[Leg, ...]
    market: tuple[Leg, ...] = ()


@dataclass(frozen=True)
class Sketch:
    """An idealised picture: made-up closes that end on the signal bar, perhaps the market's beside them."""

    closes: tuple[float, ...]
    market: tuple[float, ...]
    bars: BarKind


def _shape(shown: int, *legs: Leg, market: tuple[Leg, ...] = ()) -> Shape:
    return Shape(shown, legs, market)


SHAPES: dict[str, Shape] = {
    "reverse-up": _shape(45, Leg(60, 5), Leg(15, -7), Leg(8, 11)),
    "reverse-down": _shape(45, Leg(60, -5), Leg(15, 7), Leg(8, -11)),
    "ten-percent-month": _shape(14, Leg(24, 8, 2), Leg(1, 14, 0)),
    "five-day-surge-with-gap": _shape(40, Leg(60, -3, 0.5), Leg(6, 12)),
    "ten-percent-drop-month": _shape(14, Leg(24, 8, 2), Leg(1, -14, 0)),
    "golden-cross": _shape(220, Leg(280, -20), Leg(200, 28)),
    "death-cross": _shape(220, Leg(280, 25), Leg(200, -22)),
    "back-above-the-average": _shape(170, Leg(230, 18), Leg(100, -20), Leg(60, 26)),
    "ten-month-average-cross": _shape(24, Leg(24, 20, 1), Leg(8, -16, 1), Leg(8, 18, 1)),
    "macd-turns-up": _shape(60, Leg(90, -14), Leg(30, 10)),
    "year-high-after-drought": _shape(330, Leg(270, 20), Leg(140, -18), Leg(200, 36)),
    "record-close-after-drought": _shape(330, Leg(270, 20), Leg(140, -18), Leg(200, 36)),
    "up-day-streak": _shape(35, Leg(60, 1, 0.6), Leg(9, 4, 0)),
    "down-day-streak": _shape(35, Leg(60, 3, 0.6), Leg(7, -5, 0)),
    "up-week-streak": _shape(30, Leg(40, 6, 1), Leg(8, 7, 0)),
    "nine-of-ten-up-months": _shape(30, Leg(30, 6, 2), Leg(10, 14, 0)),
    "nine-of-ten-up-days": _shape(40, Leg(60, -2, 0.6), Leg(11, 8, 0)),
    "thrust-from-a-low": _shape(60, Leg(70, 4), Leg(20, -14), Leg(10, 13)),
    "big-up-day-on-volume": _shape(40, Leg(70, -4, 0.4), Leg(1, 4.5)),
    "rsi-oversold": _shape(45, Leg(70, 8, 0.5), Leg(15, -11)),
    "rsi-overbought": _shape(45, Leg(70, -8, 0.5), Leg(15, 11)),
    "two-day-rsi-dip": _shape(60, Leg(240, 28), Leg(5, -5, 0)),
    "lower-band-close": _shape(40, Leg(60, 2, 0.4), Leg(2, -8, 0)),
    "gap-down-reversal": _shape(30, Leg(50, -6, 0.4), Leg(1, 1.4, 0, gap=-1.6)),
    "correction": _shape(130, Leg(270, 20), Leg(45, -15)),
    "bear-market": _shape(230, Leg(270, 22), Leg(120, -27)),
    "volatility-spike": _shape(90, Leg(280, 10, 0.3), Leg(15, -9, 2.5)),
    "volatility-squeeze": _shape(90, Leg(300, 8, 1.2), Leg(40, 1, 0.05)),
    "relative-strength-breakout": _shape(
        150, Leg(300, 2), Leg(80, 9), market=(Leg(200, 4), Leg(110, 9), Leg(70, -2))
    ),
    "strong-while-the-market-is-weak": _shape(
        150, Leg(260, 12), Leg(60, -5), Leg(70, 12), market=(Leg(260, 10), Leg(130, -15))
    ),
}
"""A path for each signal of the library, by name."""


def sketch(signal: Signal) -> Sketch | None:
    """The idealised picture of a signal; None when there is no path on which it fires."""
    shape = SHAPES.get(signal.name)
    if shape is None:
        return None
    history = _history("SKETCH", shape.legs, signal.bars)
    condition = parse_condition(signal.condition)
    beside = {asset: _history(asset, shape.market or shape.legs, signal.bars) for asset in condition.assets}
    evaluation = Evaluation(
        make_bars(history, signal.bars, in_progress=False),
        {asset: make_bars(other, signal.bars, in_progress=False) for asset, other in beside.items()},
    )
    starts = episode_starts(evaluation.truth(condition), signal.cooldown)
    # Before the last leg the path only gets ready; what fires there is not what the picture is about.
    starts = starts[starts >= len(history) - shape.legs[-1].bars]
    if not len(starts):
        return None
    stop = int(starts[0]) + 1
    shown = slice(max(0, stop - max(shape.shown, LEAST_SHOWN)), stop)
    market = next(iter(beside.values())).close[shown] if beside else np.empty(0)
    return Sketch(
        tuple(round(float(c), 3) for c in history.close[shown]),
        tuple(round(float(c), 3) for c in market),
        signal.bars,
    )


def _history(asset: str, legs: tuple[Leg, ...], kind: BarKind) -> PriceHistory:
    """Made-up bars along the legs, one session a bar."""
    changes, swings, gaps = [], [], []
    for leg in legs:
        step = (1 + leg.change / 100) ** (1 / leg.bars) - 1
        changes += [step] * leg.bars
        swings += [leg.swing / 100] * leg.bars
        gaps += [leg.gap] * leg.bars
    # Two waves that never meet again look like prices, and are the same every time.
    bars = np.arange(len(changes))
    waves = np.sin(1.9 * bars) + 0.8 * np.sin(0.83 * bars + 1)
    closes = 100 * np.cumprod(1 + np.array(changes)) * (1 + np.array(swings) * waves)
    before = np.concatenate(([100.0], closes[:-1]))
    moves = closes / before - 1
    opens = before * (
        1 + np.array([m / 2 if g is None else g / 100 for m, g in zip(moves, gaps, strict=True)])
    )
    return PriceHistory(
        asset=asset,
        sessions=_days(len(closes), kind),
        close=closes,
        open=opens,
        high=np.maximum(opens, closes) * 1.001,
        low=np.minimum(opens, closes) * 0.999,
        volume=_volumes(moves),
    )


def _volumes(moves: FloatArray) -> FloatArray:
    """A thousand shares a bar, three times as many on a bar that moves 3% or more."""
    return np.where(np.abs(moves) >= 0.03, 3000.0, 1000.0)


def _days(count: int, kind: BarKind) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """A day in each of so many consecutive days, weeks or months."""
    if kind == "monthly":
        return (np.datetime64("1990-01", "M") + np.arange(count)).astype("datetime64[D]")
    step = 7 if kind == "weekly" else 1
    return np.datetime64("1990-01-01", "D") + step * np.arange(count)
