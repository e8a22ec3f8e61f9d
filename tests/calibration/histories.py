"""Histories in which nothing can be foreseen, with the clusters of volatility that real prices have.

Two kinds. **Real paths with random signs**: every session of a real history is mirrored, or not, by the
toss of a coin. Its move from close to close, its gap and its high and low are mirrored together in log
space (a mirrored high is a low); the volume stays. So quiet and turbulent times are the real ones, in their
real order, and direction is a matter of luck. All series of one history share the coins, so that what moved
together still does. **GJR-GARCH** (Glosten, Jagannathan and Runkle 1993) with Student's t, in which
volatility rises after falls, drawn by the library ``arch``.

In both the expected gain of a session, whatever came before it, is the asset's own average gain. A fair
coin does not give that in log space (a move of ±a has the mean cosh(a) > 1, which is more when times are
turbulent), so a mirrored move is divided by its cosh. Hence every true edge is exactly zero, at every
horizon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generator.market.calendar import sessions
from generator.market.history import DateArray, FloatArray, PriceHistory

Histories = Mapping[str, PriceHistory]

GJR = "GJR"
GJR_PARAMETERS = {"mu": 0.0570, "omega": 0.0180, "alpha": 0.0, "gamma": 0.1974, "beta": 0.8862, "nu": 6.69}
"""Fitted once by ``arch.arch_model(returns, p=1, o=1, q=1, dist="t")`` to SPY's daily price returns in
percent, February 1993 to July 2026."""
GJR_FIRST, GJR_LAST = np.datetime64("2000-05-26"), np.datetime64("2026-07-31")
OVERNIGHT = 1 / 3
"""Share of a session's variance that comes before its open."""


@dataclass(frozen=True)
class Kind:
    """A kind of history: its name, the asset that is studied, and the real series whose signs are drawn.

    Without any, it is GJR-GARCH.
    """

    name: str
    asset: str
    real: tuple[PriceHistory, ...] = ()

    def history(self, seed: int) -> Histories:
        """The history of this number, by ticker."""
        if not self.real:
            return {self.asset: gjr_history(self.asset, np.random.default_rng(seed))}
        return random_signs(self.real, np.random.default_rng(seed))


def kinds(market_data: Path | None) -> tuple[Kind, ...]:
    """GJR-GARCH and, where real prices are, SPY's path and IWM's (with SPY's beside it)."""
    simulated = Kind("GJR-GARCH", GJR)
    if market_data is None:
        return (simulated,)
    from generator.market.providers.files import FilesSource

    source = FilesSource(market_data)
    spy, iwm = source.history("SPY"), source.history("IWM")
    return (Kind("SPY", "SPY", (spy,)), Kind("IWM", "IWM", together(iwm, spy)), simulated)


def together(*series: PriceHistory) -> tuple[PriceHistory, ...]:
    """The series on the sessions that all of them have."""
    common = series[0].sessions
    for history in series[1:]:
        common = np.intersect1d(common, history.sessions)
    return tuple(_at(history, np.isin(history.sessions, common)) for history in series)


def _at(history: PriceHistory, kept: np.ndarray) -> PriceHistory:
    opened, high, low, volume = (history.field(name)[kept] for name in ("open", "high", "low", "volume"))
    return PriceHistory(
        history.asset, history.sessions[kept], history.close[kept], opened, high, low, volume=volume
    )


def random_signs(real: tuple[PriceHistory, ...], random: np.random.Generator) -> Histories:
    """These series, on common sessions, with every session but the first mirrored by the toss of one coin."""
    signs = random.choice([-1.0, 1.0], len(real[0]) - 1)
    return {history.asset: mirrored(history, signs) for history in real}


def mirrored(history: PriceHistory, signs: FloatArray) -> PriceHistory:
    """A history with the moves of each session after the first multiplied by its sign in log space.

    Parameters
    ----------
    signs : shape (T − 1,), each +1 or −1. The expected gain over a fair coin is the history's average.
    """
    before = history.close[:-1]
    move, gap, high, low = (
        np.log(history.field(name)[1:] / before) for name in ("close", "open", "high", "low")
    )
    growth = np.log(np.mean(history.close[1:] / before)) - np.log(np.cosh(move))
    log_close = np.concatenate(([0.0], np.cumsum(signs * move + growth)))
    close = history.close[0] * np.exp(log_close)
    # What makes the coin fair is added before the open, so that the session itself is the real one, mirrored.
    start = close[:-1] * np.exp(growth)
    up = signs > 0
    return PriceHistory(
        history.asset,
        history.sessions,
        close,
        open=_led(history.field("open"), start * np.exp(signs * gap)),
        high=_led(history.field("high"), start * np.exp(np.where(up, high, -low))),
        low=_led(history.field("low"), start * np.exp(np.where(up, low, -high))),
        volume=history.volume,
    )


def _led(real: FloatArray, drawn: FloatArray) -> FloatArray:
    return np.concatenate((real[:1], drawn))


def gjr_history(asset: str, random: np.random.Generator, days: DateArray | None = None) -> PriceHistory:
    """A history of closes, opens and volumes on New York's sessions, 26 years unless ``days`` says otherwise.

    The opens lie on the way (a bridge from close to close); the volume rises with the size of the move.
    """
    from arch.univariate import GARCH, ConstantMean, StudentsT

    days = sessions(asset, GJR_FIRST, GJR_LAST) if days is None else days
    size = len(days) - 1
    model = ConstantMean(volatility=GARCH(1, 1, 1), distribution=StudentsT(seed=random))
    drawn = model.simulate(list(GJR_PARAMETERS.values()), size, burn=500)
    gain = 1 + drawn["data"].to_numpy() / 100
    deviation = drawn["volatility"].to_numpy() / 100
    bridge = np.sqrt(OVERNIGHT * (1 - OVERNIGHT)) * deviation * random.standard_normal(size)
    close = 100 * np.concatenate(([1.0], np.cumprod(gain)))
    opened = close[:-1] * np.exp(OVERNIGHT * np.log(gain) + bridge)
    size_of_move = np.abs(np.log(gain)) / deviation
    volume = np.round(1e6 * (0.5 + size_of_move) * np.exp(0.3 * random.standard_normal(size)))
    return PriceHistory(
        asset,
        days,
        close,
        open=np.concatenate((close[:1], opened)),
        volume=np.concatenate(([1e6], volume)),
    )
