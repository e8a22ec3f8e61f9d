"""Small random markets for the tests, as bars for the program and as lists for the oracle."""

from __future__ import annotations

from datetime import date

import numpy as np

from generator.market.bars import Bars, make_bars
from generator.market.history import PriceHistory
from tests.signals.oracle import Table


def random_bars(
    seed: int, size: int, *, asset: str = "AAA", kind: str = "daily", coarse: bool = False
) -> Bars:
    """Bars of a random walk; ``coarse`` prices have ties, flat stretches and sessions without volume."""
    rng = np.random.default_rng(seed)
    days = np.datetime64("2019-11-25") + np.cumsum(rng.choice([1, 1, 1, 3], size=size)).astype(
        "timedelta64[D]"
    )
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, size)))
    if coarse:
        close = np.maximum(np.round(close / 4), 1) * 4
    opening = np.concatenate(([close[0]], close[:-1])) * (1 if coarse else np.exp(rng.normal(0, 0.01, size)))
    spread = 1 if coarse else np.exp(np.abs(rng.normal(0, 0.01, size)))
    high, low = np.maximum(opening, close) * spread, np.minimum(opening, close) / spread
    volume = rng.integers(0, 3 if coarse else 1000, size).astype(float)
    history = PriceHistory(asset, days, close, opening, high, low, None, volume)
    return make_bars(history, kind, in_progress=False)  # type: ignore[arg-type]


def bars_of(
    close: list[float], asset: str = "AAA", first: str = "2024-01-01", **columns: list[float]
) -> Bars:
    """Daily bars with these closes, a day apart."""
    sessions = np.datetime64(first) + np.arange(len(close)).astype("timedelta64[D]")
    others = {name: np.array(values, dtype=float) for name, values in columns.items()}
    return make_bars(
        PriceHistory(asset, sessions, np.array(close, dtype=float), **others), "daily", in_progress=False
    )


def table(bars: Bars) -> Table:
    """The same bars as lists."""
    days = [date.fromisoformat(str(day)) for day in bars.dates]
    names = ("open", "high", "low", "close", "volume")
    return Table(days, {name: bars.field(name).tolist() for name in names})


def cut(bars: Bars, size: int) -> Bars:
    """The first ``size`` sessions of daily bars."""
    return make_bars(bars.history.until(bars.dates[size - 1]), "daily", in_progress=False)
