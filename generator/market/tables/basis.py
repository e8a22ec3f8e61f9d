"""What the closes of a file are: prices, or prices from which dividends were taken already."""

from __future__ import annotations

from generator.market.exchanges import EVERY_DAY, WEEKDAYS, told_by_ticker
from generator.market.history import Basis

DIVIDENDS = "Dividends"


def pays_nothing(asset: str) -> bool:
    """Whether an asset pays no dividends by its ticker, as an index, a coin, a currency or a future does:
    ``^GSPC``, ``BTC-USD``, ``EURUSD=X``, ``CL=F``."""
    return asset.startswith("^") or told_by_ticker(asset) in (EVERY_DAY, WEEKDAYS)


def basis_of(asset: str, told: Basis | None, *, adjusted: bool) -> tuple[Basis, str]:
    """What the closes are, and a phrase where it is not the usual.

    Parameters
    ----------
    told : what a person has said.
    adjusted : whether the file shows that dividends were taken off: amounts of dividends without adjusted
        closes, the header that yfinance's default leaves, or adjusted closes alone.
    """
    if told is not None:
        return told, "closes adjusted for dividends, as is said" if told == "total" else ""
    if not adjusted or pays_nothing(asset):
        return "price", ""
    return (
        "total",
        "closes adjusted for dividends already, so returns are total returns (basis: price says otherwise)",
    )
