"""Effects of a known size, planted into histories in which there is none.

After every case of a signal the price drifts up: evenly over the h bars that follow, by so much that each
case gains the planted points more than it would have gained. A bar that follows several cases drifts once.
The cases are found on the price that has the drift in it: going forward in time, the next case is looked
for after the drift of all earlier ones has been added. So the signal that a study finds in the planted
history is exactly the one that has the effect. The days after the cases belong to the history like all
others, so its baseline rises too, and the edge that a study can find (the *realised* edge) is smaller than
what was planted.

Three kinds of signal. **Random dates** have nothing to do with the price: the volume of each session is
drawn at random (Pareto, tail index 3), and the signal is a high volume. **Momentum** is a rise, **drop** a
fall over a month (21 sessions), **surge** a rise over a week (five), which crowds together in turbulent
times; a new run within 21 sessions belongs to the last case. The threshold of each is set so that the
history without the effect has 15, 30 or 60 cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray, PriceHistory
from generator.study.episodes import episode_starts
from generator.study.question import make_study
from generator.study.values import Study

SignalKind = Literal["random dates", "momentum", "drop", "surge"]
DAYS: Mapping[SignalKind, int] = {"momentum": 21, "drop": 21, "surge": 5}
"""Sessions over which a rise or a fall is measured."""
COOLDOWN = 21
TAIL = 3.0
"""Tail index of the random volume: a threshold 10% higher leaves three quarters of the cases."""
VOLUME = 1000


@dataclass(frozen=True)
class Plant:
    """What is planted: the kind of signal, its cases without the effect, the horizon, the points gained."""

    kind: SignalKind
    cases: int
    horizon: Literal["3M", "1Y"]
    points: int


@dataclass(frozen=True)
class Planted:
    """A history with an effect in it, the study that asks for it, and the number of its cases."""

    history: PriceHistory
    study: Study
    cases: int


def plant(plan: Plant, history: PriceHistory, seed: int) -> Planted:
    """Plant an effect into a history without one; the seed is that of the random dates."""
    if plan.kind == "random dates":
        return _at_random_dates(plan, history, seed)
    sign, days = -1.0 if plan.kind == "drop" else 1.0, DAYS[plan.kind]
    threshold = _threshold(history.close, sign, days, plan.cases)
    study = make_study(
        history.asset,
        when=f"roc(close, {days}) {'>=' if sign > 0 else '<='} {sign * threshold:.2f}",
        cooldown=COOLDOWN,
        horizons=[plan.horizon],
    )
    close, cases = history.close, np.empty(0, dtype=np.intp)
    while True:
        found = _starts(close, sign, days, threshold)
        later = found[len(cases) :]
        if len(later) == 0:
            return Planted(moved(history, close), study, len(cases))
        cases = found[: len(cases) + 1]
        close = drifted(history.close, cases, study.horizons[0].bars, plan.points)


def _at_random_dates(plan: Plant, history: PriceHistory, seed: int) -> Planted:
    random = np.random.default_rng([seed, 1])
    drawn = random.pareto(TAIL, len(history)) + 1
    highest = np.sort(drawn)[::-1]
    volume = drawn * VOLUME * 2 / (highest[plan.cases - 1] + highest[plan.cases])
    study = make_study(history.asset, when=f"volume >= {VOLUME}", horizons=[plan.horizon])
    cases = episode_starts((volume >= VOLUME).astype(np.int8), 0)
    close = drifted(history.close, cases, study.horizons[0].bars, plan.points)
    return Planted(replace(moved(history, close), volume=volume), study, len(cases))


def drifted(close: FloatArray, cases: NDArray[np.intp], bars: int, points: float) -> FloatArray:
    """The closes with ``points`` percent more over the ``bars`` bars after each case, spread evenly."""
    begins = np.zeros(len(close) + bars + 1)
    np.add.at(begins, cases + 1, 1)
    np.add.at(begins, cases + bars + 1, -1)
    under_way = np.cumsum(begins)[: len(close)] > 0
    return np.asarray(close * np.exp(np.cumsum(under_way) * (np.log1p(points / 100) / bars)))


def moved(history: PriceHistory, close: FloatArray) -> PriceHistory:
    """The history with these closes; its opens keep their distance from the close before them."""
    opened = history.field("open").copy()
    opened[1:] *= close[:-1] / history.close[:-1]
    return PriceHistory(history.asset, history.sessions, close, open=opened, volume=history.volume)


def _starts(close: FloatArray, sign: float, days: int, threshold: float) -> NDArray[np.intp]:
    fires = np.zeros(len(close), dtype=np.int8)
    fires[days:] = _moves(close, sign, days) >= threshold
    return episode_starts(fires, COOLDOWN)


def _moves(close: FloatArray, sign: float, days: int) -> FloatArray:
    """Rises (falls) over so many sessions, in percent."""
    return np.asarray(sign * (close[days:] / close[:-days] - 1) * 100)


def _threshold(close: FloatArray, sign: float, days: int, cases: int) -> float:
    """The highest threshold, to two decimals, at which there are so many cases."""
    # From the highest down; the number of cases rises until they crowd together.
    candidates = np.unique(np.round(_moves(close, sign, days), 2))[::-1]
    low, high = 0, int(np.searchsorted(-candidates, 0.0))
    while low < high:
        middle = (low + high) // 2
        if len(_starts(close, sign, days, float(candidates[middle]))) >= cases:
            high = middle
        else:
            low = middle + 1
    return float(candidates[low])
