"""Random daily returns of five related assets, and bars around their closes.

Volatility follows the phases of the market, an asymmetric GARCH on the common shock (falls raise it more
than rises) and a mixing variable that all assets share, which makes the tails fat. Shocks of the assets are
correlated. Overnight moves and daily highs and lows have the laws of a Brownian path with the day's
variance: the bridge at the open, and the largest and smallest value of a bridge from open to close.

Random numbers are made here from the raw output of PCG64, whose stream is fixed; NumPy's distributions may
change between versions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.market.history import FloatArray
from tools.sample_market.marks import phases, sessions

SEED = 402
SHOCK_STREAM = 1
ASSETS = ("IWM", "SPY", "QQQ", "DIA", "MAGS")
# Daily volatility against SPY's, and correlation of the shocks, in the order of ASSETS.
RELATIVE_VOLATILITY = np.array([1.22, 1.00, 1.22, 0.96, 1.45])
CORRELATION = np.array(
    [
        [1.00, 0.87, 0.80, 0.84, 0.76],
        [0.87, 1.00, 0.91, 0.94, 0.85],
        [0.80, 0.91, 1.00, 0.82, 0.92],
        [0.84, 0.94, 0.82, 1.00, 0.77],
        [0.76, 0.85, 0.92, 0.77, 1.00],
    ]
)
SESSIONS_A_YEAR = 252
TAIL = 7
"""Degrees of freedom of the shocks' Student t distribution."""

# GJR-GARCH of Glosten, Jagannathan & Runkle (1993), scaled to a mean of one.
REACTION, FALL_REACTION, PERSISTENCE = 0.02, 0.10, 0.91
OVERNIGHT = 0.30
"""Share of a day's variance that lies between the close and the next open."""


class Randomness:
    """Uniform and normal numbers of one named stream, the same for ever."""

    def __init__(self, stream: int) -> None:
        self._bits = np.random.PCG64([SEED, stream])

    def uniform(self, *shape: int) -> FloatArray:
        """Numbers in (0, 1)."""
        raw = np.asarray(self._bits.random_raw(int(np.prod(shape))), dtype=np.uint64)
        return ((raw >> np.uint64(11)).astype(np.float64).reshape(shape) + 0.5) * 2.0**-53

    def normal(self, *shape: int) -> FloatArray:
        """Standard normal numbers, by Box & Muller (1958)."""
        radius = np.sqrt(-2 * np.log(self.uniform(*shape)))
        return np.asarray(radius * np.cos(2 * np.pi * self.uniform(*shape)), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Shocks:
    """Log returns before any pin is met, shape (assets, T), and their variances."""

    returns: FloatArray
    variance: FloatArray


def simulate_shocks() -> Shocks:
    """Daily log returns of all assets over all sessions, without drift."""
    length = len(sessions())
    random = Randomness(SHOCK_STREAM)
    correlated = np.linalg.cholesky(CORRELATION) @ random.normal(len(ASSETS), length)
    mixing = (TAIL - 2) / np.sum(random.normal(TAIL, length) ** 2, axis=0)
    common = correlated[ASSETS.index("SPY")] * np.sqrt(mixing)
    variance = _phase_volatility() ** 2 / SESSIONS_A_YEAR * _clustering(common) * mixing
    by_asset = RELATIVE_VOLATILITY[:, None] ** 2 * variance
    return Shocks(returns=correlated * np.sqrt(by_asset), variance=by_asset)


def _phase_volatility() -> FloatArray:
    """Annual volatility of SPY at each session, shape (T,), passing smoothly from phase to phase."""
    ends = np.array([phase.last for phase in phases()])
    levels = np.array([phase.volatility for phase in phases()]) / 100
    stepped = levels[np.searchsorted(ends, sessions())]
    width = 10
    return np.convolve(
        np.pad(stepped, (width // 2, width - 1 - width // 2), "edge"), np.ones(width) / width, "valid"
    )


def _clustering(shock: FloatArray) -> FloatArray:
    """Variance factor of each session from the shocks before it, shape (T,), around one."""
    base = 1 - REACTION - FALL_REACTION / 2 - PERSISTENCE
    factor = np.empty(len(shock))
    present = 1.0
    for position, value in enumerate(shock.tolist()):
        factor[position] = present
        reaction = REACTION + FALL_REACTION if value < 0 else REACTION
        present = base + present * (reaction * value * value + PERSISTENCE)
    return factor


def opens(close: FloatArray, deviation: FloatArray, random: Randomness) -> FloatArray:
    """Opening prices between the close before and the close of the day, shape (T,)."""
    before = np.concatenate((close[:1], close[:-1]))
    noise = np.sqrt(OVERNIGHT * (1 - OVERNIGHT)) * deviation * random.normal(len(close))
    return np.asarray(before * np.exp(OVERNIGHT * np.log(close / before) + noise), dtype=np.float64)


def highs_and_lows(
    open_: FloatArray, close: FloatArray, deviation: FloatArray, random: Randomness
) -> tuple[FloatArray, FloatArray]:
    """Highest and lowest price between open and close, each shape (T,)."""
    move = np.log(close / open_)
    spread = 2 * (1 - OVERNIGHT) * deviation**2
    reach_up = np.sqrt(move**2 - spread * np.log(random.uniform(len(close))))
    reach_down = np.sqrt(move**2 - spread * np.log(random.uniform(len(close))))
    return open_ * np.exp((move + reach_up) / 2), open_ * np.exp((move - reach_down) / 2)


def volumes(usual: float, deviation: FloatArray, random: Randomness) -> FloatArray:
    """Shares traded, in hundreds, shape (T,): growing in an asset's first years, more on wild days."""
    length = len(deviation)
    mood = np.empty(length)
    present = 0.0
    for position, shock in enumerate(random.normal(length).tolist()):
        present = 0.9 * present + 0.12 * shock
        mood[position] = present
    youth = -2.5 * np.exp(-np.arange(length) / (3 * SESSIONS_A_YEAR))
    wildness = 0.6 * np.log(deviation / np.median(deviation))
    noise = 0.15 * random.normal(length)
    shares = usual * np.exp(youth + mood + wildness + noise)
    return np.asarray(np.round(shares / 100) * 100, dtype=np.float64)


def adjusted(close: FloatArray, dividend: FloatArray) -> FloatArray:
    """Closes adjusted for the dividends to come, shape (T,).

    Parameters
    ----------
    close : shape (T,).
    dividend : shape (T,), as a share of the close before; 0 but on ex-dividend days.
    """
    kept = np.cumprod((1 - dividend)[::-1])[::-1]
    return np.asarray(close * np.append(kept[1:], 1.0), dtype=np.float64)
