"""``make sample``: the sample market, simulated from a fixed seed; the same bytes on every run.

Daily bars of five ETFs on the sessions of the New York Stock Exchange. The prices are invented. Yet IWM's
month-ends print the figures of the ten-percent months in ``figures.csv`` to two decimals, so that the sample
reports read like ones about a market.

How it is solved:

1. Random log returns of all assets (``simulation``): clustering volatility, fat tails, correlation.
2. IWM is bent to pass through its pins (``marks``, ``bend``): printed figures, the rough
   course of the market, and the shapes that the reports speak about. This is the walk's expectation given
   the pins, so that every day gives way in proportion to its own variance.
3. The other assets follow IWM's bend by their regression on it, as correlated walks would, and are then bent
   to their own rough course by what IWM leaves unexplained.
4. Opens, highs, lows, volumes and dividends are put around the closes, and prices are rounded to four
   decimals, which moves no figure by as much as a thousandth of a percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from generator.market.history import DateArray, FloatArray
from generator.market.providers.sample import FILE, LOT, SESSIONS, TICKS
from tools.sample_market import simulation
from tools.sample_market.bend import bend
from tools.sample_market.marks import SMALL_CAPS, phase_pins, sessions, small_cap_pins
from tools.sample_market.simulation import ASSETS, Randomness

RETURN_DECIMALS = 10
IntArray = NDArray[np.int32]
# Streams of random numbers; each asset's bars have their own, from BAR_STREAM on.
PIN_STREAM, BAR_STREAM = 2, 10

# The open of the day after Thanksgiving 2025, in percent from the close before: the gap of the second signal.
SURGE_DAY, SURGE_GAP = np.datetime64("2025-11-28"), 0.287


@dataclass(frozen=True)
class Listing:
    """An asset of the sample market: first session and close, yearly dividend, shares of a usual day."""

    first: np.datetime64
    close: float
    dividend: float
    volume: float


LISTINGS = {
    "IWM": Listing(np.datetime64("2000-05-26"), 45.0, 0.012, 30e6),
    "SPY": Listing(np.datetime64("2000-01-03"), 145.0, 0.017, 80e6),
    "QQQ": Listing(np.datetime64("2000-01-03"), 95.0, 0.006, 45e6),
    "DIA": Listing(np.datetime64("2000-01-03"), 113.0, 0.020, 5e6),
    "MAGS": Listing(np.datetime64("2023-04-11"), 25.0, 0.005, 2e6),
}


@cache
def _shocks() -> simulation.Shocks:
    return simulation.simulate_shocks()


@cache
def _small_cap_bend() -> FloatArray:
    """What the pins of IWM add to its log returns, shape (T,)."""
    row = ASSETS.index(SMALL_CAPS)
    jitter = Randomness(PIN_STREAM).uniform(400)
    pins = small_cap_pins(_first_session(SMALL_CAPS), jitter)
    return bend(_shocks().returns[row], _shocks().variance[row], pins)


def _log_returns(asset: str) -> FloatArray:
    """Log returns of an asset that meet its pins, shape (T,)."""
    this, other = ASSETS.index(asset), ASSETS.index(SMALL_CAPS)
    correlation = simulation.CORRELATION[this, other]
    beta = correlation * simulation.RELATIVE_VOLATILITY[this] / simulation.RELATIVE_VOLATILITY[other]
    followed: FloatArray = _shocks().returns[this] + beta * _small_cap_bend()
    if asset == SMALL_CAPS:
        return followed
    unexplained = _shocks().variance[this] * (1 - correlation**2)
    return followed + bend(followed, unexplained, phase_pins(asset, _first_session(asset)))


def _first_session(asset: str) -> int:
    return int(np.searchsorted(sessions(), LISTINGS[asset].first))


def bars(asset: str) -> IntArray:
    """The bars of one asset as the file has them, shape (6, T)."""
    listing, random = LISTINGS[asset], Randomness(BAR_STREAM + ASSETS.index(asset))
    first = _first_session(asset)
    days = sessions()[first:]
    # Rounded, so that last bits that differ from machine to machine end here.
    returns = np.round(_log_returns(asset)[first:], RETURN_DECIMALS)
    deviation = np.sqrt(_shocks().variance[ASSETS.index(asset)][first:])
    close = listing.close * np.exp(np.cumsum(returns) - returns[0])
    open_ = simulation.opens(close, deviation, random)
    if asset == SMALL_CAPS:
        surge = int(np.searchsorted(days, SURGE_DAY))
        open_[surge] = close[surge - 1] * (1 + SURGE_GAP / 100)
    high, low = simulation.highs_and_lows(open_, close, deviation, random)
    adjusted = simulation.adjusted(close, _dividends(days, listing.dividend))
    prices = np.array([open_, high, low, close, adjusted]) * TICKS
    volume = simulation.volumes(listing.volume, deviation, random) / LOT
    return np.round(np.vstack((prices, volume))).astype(np.int32)


def _dividends(days: DateArray, yearly: float) -> FloatArray:
    """A quarter of the yearly dividend on the first session from the 18th of each quarter's last month."""
    months = days.astype("datetime64[M]")
    in_quarter_end = months.astype(int) % 3 == 2
    from_18th = (days - months.astype("datetime64[D]")).astype(int) >= 17
    due = in_quarter_end & from_18th
    begins = due & ~np.concatenate(([False], due[:-1]))
    return np.where(begins, yearly / 4, 0.0)


def market() -> dict[str, IntArray]:
    """All that the file holds, by name."""
    return {SESSIONS: sessions().astype(np.int32), **{asset: bars(asset) for asset in ASSETS}}


if __name__ == "__main__":
    np.savez_compressed(FILE, allow_pickle=False, **market())
