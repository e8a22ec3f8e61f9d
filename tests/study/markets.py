"""Small markets for tests."""

from __future__ import annotations

from datetime import date

import numpy as np

from generator.market.calendar import sessions
from generator.market.history import PriceHistory


def random_history(asset: str, first: str, last: str, seed: int, volatility: float = 0.02) -> PriceHistory:
    """A random walk on the sessions of XNYS, with opens and dividends."""
    random = np.random.default_rng(seed)
    days = sessions(asset, np.datetime64(first), np.datetime64(last))
    close = 100 * np.exp(np.cumsum(random.normal(0.0003, volatility, len(days))))
    opened = np.concatenate(([100.0], close[:-1])) * np.exp(random.normal(0, volatility / 3, len(days)))
    dividends = np.exp(np.linspace(-0.2, 0, len(days)))
    return PriceHistory(
        asset=asset,
        sessions=days,
        close=close,
        open=opened,
        high=np.maximum(opened, close) * 1.01,
        low=np.minimum(opened, close) * 0.99,
        adjusted_close=close * dividends,
        volume=np.full(len(days), 1000.0),
    )


def history_of(asset: str, rows: dict[str, float]) -> PriceHistory:
    """A closes-only history written by hand."""
    days = np.array(list(rows), dtype="datetime64[D]")
    return PriceHistory(asset=asset, sessions=days, close=np.array(list(rows.values()), dtype=float))


def days_of(history: PriceHistory) -> list[date]:
    """The sessions as dates."""
    return [day.item() for day in history.sessions]
