"""Real prices for tests, where they are to be had; they are never part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

MARKET_DATA = os.environ.get("MARKET_DATA")
real_prices = pytest.mark.skipif(
    MARKET_DATA is None, reason="needs real prices: set MARKET_DATA to a folder with IWM.csv, SPY.csv, …"
)


def market_data() -> Path:
    """The folder of real prices; for tests marked with ``real_prices``."""
    assert MARKET_DATA is not None
    return Path(MARKET_DATA)
