"""Histories made by hand for the desk's tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from generator.market.calendar import sessions
from generator.market.history import PriceHistory


def history(
    closes: Sequence[float], asset: str = "SPY", last: str = "2026-04-24", clock: str = "XNYS"
) -> PriceHistory:
    """These closes on the newest sessions of the asset up to a day."""
    end = np.datetime64(last)
    days = sessions(asset, end - np.timedelta64(3 * len(closes) + 30, "D"), end)[-len(closes) :]
    return PriceHistory(asset=asset, sessions=days, close=np.array(closes, dtype=np.float64), clock=clock)


def random_closes(length: int, seed: int = 0, spread: float = 0.01) -> list[float]:
    """A random walk of closes."""
    moves = np.random.default_rng(seed).normal(0.0003, spread, length)
    return (100 * np.cumprod(1 + moves)).tolist()


def walk(length: int = 1500, seed: int = 0, asset: str = "SPY", last: str = "2026-04-24") -> PriceHistory:
    """A random history with opens, highs and lows."""
    made = history(random_closes(length, seed), asset, last)
    wide = np.random.default_rng(seed + 1).uniform(0.001, 0.03, length)
    return replace(made, open=made.close, high=made.close * (1 + wide), low=made.close * (1 - wide))
