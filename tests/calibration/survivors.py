"""What a list of survivors tells: simulated stocks, of which those that fall by 90% vanish.

Every stock has the same expected gain of 6% a year. Its daily returns are Student's t with four degrees of
freedom; its volatility is drawn evenly between 20% and 60% a year. A stock whose close is 90% below its
highest so far vanishes with that close. Whoever studies the stocks that are listed today sees the survivors
only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from generator.market.history import FloatArray

STOCKS, YEARS, QUARTER = 4000, 20, 63
GAIN = 0.06
VOLATILITY = (0.2, 0.6)
FREEDOM = 4
FALL = 0.9
LARGEST = 0.5
"""Of a day, up or down."""


def survivorship(seed: int = 0) -> dict[str, Any]:
    """Three-month baselines in percent, of the survivors and of all while they lived."""
    random = np.random.default_rng(seed)
    sums, counts = np.zeros(2), np.zeros(2)
    survivors = 0
    for _ in range(STOCKS):
        close, alive = stock(random)
        # Who holds a stock that vanishes keeps what it was worth on its last day.
        begins = np.arange(min(alive, len(close) - QUARTER))
        quarters = close[np.minimum(begins + QUARTER, alive)] / close[begins] - 1
        survived = alive == len(close) - 1
        survivors += survived
        for group in (0, 1) if survived else (0,):
            sums[group] += quarters.sum()
            counts[group] += len(quarters)
    everyone, alone = (100 * sums / counts).round(2).tolist()
    return {
        "stocks": STOCKS, "years": YEARS, "fall": FALL, "survivors": survivors,
        "baseline_all": everyone, "baseline_survivors": alone,
    }  # fmt: skip


def stock(random: np.random.Generator) -> tuple[FloatArray, int]:
    """Closes of one stock, and the position of its last one: the day it vanished, or the end."""
    size = YEARS * 252
    volatility = random.uniform(*VOLATILITY) / np.sqrt(252)
    drawn = volatility * random.standard_t(FREEDOM, size) / np.sqrt(FREEDOM / (FREEDOM - 2))
    gains = (1 + np.clip(drawn, -LARGEST, LARGEST)) * (1 + GAIN) ** (1 / 252)
    close = np.cumprod(np.concatenate(([1.0], gains)))
    fallen = close <= (1 - FALL) * np.maximum.accumulate(close)
    return np.asarray(close, dtype=np.float64), int(np.argmax(fallen)) if fallen.any() else size
