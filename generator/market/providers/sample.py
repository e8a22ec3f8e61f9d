"""The sample market: simulated prices that come with the program, for trying it without a network.

Daily bars of five ETFs on the sessions of the New York Stock Exchange. The prices are invented; what is
rendered from them says so. ``make sample`` writes the file (``tools/sample_market/``).
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import UnknownAssetError
from generator.market.history import SAMPLE, DateArray, PriceHistory
from generator.market.sources import PlainSource

FILE = Path(__file__).with_name("sample.npz")
SESSIONS = "sessions"
"""All sessions, in days since 1970. The bars of an asset, under its ticker, are of the last of them: rows of
opens, highs, lows, closes, adjusted closes and volumes."""
TICKS, LOT = 10_000, 100
"""Prices are written in ten-thousandths, volumes in hundreds of shares."""
ASSETS = ("DIA", "IWM", "MAGS", "QQQ", "SPY")


class SampleSource(PlainSource):
    """Source of the simulated prices."""

    name = SAMPLE
    simulated = True

    def spelled(self, asset: str) -> str:
        """In capitals, as all its tickers are."""
        return asset.upper()

    def assets(self) -> tuple[str, ...]:
        """Tickers of the sample market, sorted."""
        return ASSETS

    def history(self, asset: str) -> PriceHistory:
        """Daily bars of one asset, all of them.

        Raises
        ------
        UnknownAssetError : the sample market has no such asset.
        """
        self._check(asset)
        return _histories()[self.spelled(asset)]

    def identity(self, asset: str) -> str:
        """What the asset's prices are made of, as a hash: they change only when it does.

        Raises
        ------
        UnknownAssetError : the sample market has no such asset.
        """
        self._check(asset)
        return f"sample:{self.spelled(asset)}:{_file_hash()}"

    def _check(self, asset: str) -> None:
        if self.spelled(asset) not in ASSETS:
            raise UnknownAssetError(
                f"the sample market has no '{asset}': it has {', '.join(ASSETS)}, all simulated. "
                "For other assets use real prices: --source files:PATH or --source yahoo."
            )


@cache
def _histories() -> dict[str, PriceHistory]:
    with np.load(FILE) as stored:
        days = stored[SESSIONS].astype("datetime64[D]")
        return {asset: _history(asset, days, stored[asset]) for asset in ASSETS}


def _history(asset: str, days: DateArray, bars: NDArray[np.int32]) -> PriceHistory:
    open_, high, low, close, adjusted = bars[:-1] / TICKS
    return PriceHistory(
        asset=asset,
        sessions=days[-len(close) :],
        close=close,
        open=open_,
        high=high,
        low=low,
        adjusted_close=adjusted,
        volume=bars[-1] * float(LOT),
        source=SAMPLE,
    )


@cache
def _file_hash() -> str:
    return hashlib.sha256(FILE.read_bytes()).hexdigest()
