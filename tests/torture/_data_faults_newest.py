"""Faults of the newest bars, splits and dividends: in the past, the accepted snapshot would show them."""

from __future__ import annotations

import numpy as np

from generator.market.snapshot import Snapshot
from tests.torture._data_faults import FAULTS, PRICES, Raw, fault

__all__ = ["FAULTS"]


def _times(raw: Raw, name: str, rows: slice, factor: float) -> Raw | None:
    if name not in raw.columns:
        return None
    raw.columns[name][rows] *= factor
    return raw


LAST = slice(-1, None)


@fault("the last high 10 or 100 times")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    return _times(raw, "high", LAST, float(rng.choice([10, 100])))


@fault("the last low a tenth or a hundredth")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    return _times(raw, "low", LAST, float(rng.choice([0.1, 0.01])))


@fault("the last volume 100 times")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    return _times(raw, "volume", LAST, 100)


@fault("the last volumes a hundredth")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    return _times(raw, "volume", slice(-3, None), 0.01)


@fault("the last bars flat at the close before, without volume")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    raw = _flat(raw, int(rng.integers(1, 4)))
    return _times(raw, "volume", slice(-1, None), 0)


@fault("the last bar flat at the close before, with its volume")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    return _flat(raw, 1) if "open" in raw.columns else None


def _flat(raw: Raw, days: int) -> Raw:
    close = raw.columns["close"][-1 - days]
    for name in PRICES:
        if name in raw.columns:
            raw.columns[name][-days:] = close
    return raw


@fault("a split told by which the past is not divided")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    """The new bar is after the split, or there was none."""
    splits, ratio = raw.actions["splits"], float(rng.choice([1.02, 1.03, 1.05, 1.1, 1.25, 2, 4]))
    assert splits is not None
    splits[-1] = ratio
    return raw.scaled(LAST, 1 / ratio if rng.random() < 0.7 else 1)


@fault("the last dividend told again")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    dividends = raw.actions["dividends"]
    if dividends is None or np.count_nonzero(dividends) < 3:
        return None
    paid = np.flatnonzero(dividends)
    # From half of the usual time on it is as near to the next payment as to the one that it repeats.
    if not 0 < raw.count - 1 - paid[-1] < 0.4 * np.median(np.diff(paid)):
        return None
    return _paid(raw, raw.count - 1, float(dividends[paid[-1]]))


@fault("a new dividend ten times the last")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    dividends = raw.actions["dividends"]
    if dividends is None or not dividends.any():
        return None
    amount = 10 * float(dividends[np.flatnonzero(dividends)[-1]])
    if dividends[-1] or amount < raw.columns["close"][-2] / 100:
        return None  # Less than 1% of the price: some funds pay ten times as much in one month as in another.
    return _paid(raw, raw.count - 1, amount)


def _paid(raw: Raw, day: int, amount: float) -> Raw:
    """Told, and taken off the adjusted closes as a real one is."""
    dividends = raw.actions["dividends"]
    assert dividends is not None
    dividends[day] = amount
    raw.columns["adjusted_close"][:day] *= 1 - amount / raw.columns["close"][day - 1]
    return raw
