"""What the closes of a file are: prices, or prices from which dividends were taken already."""

from __future__ import annotations

import re

from generator.market.history import Basis

DIVIDENDS = "Dividends"
_PAYS_NOTHING = re.compile(r"\^.+|.+-(USD|EUR|GBP|JPY|CAD|AUD|USDT|BTC|ETH)|.+=[XF]", re.IGNORECASE)
"""Indices, coins, currencies and futures, as Yahoo writes them."""


def pays_nothing(asset: str) -> bool:
    """Whether an asset pays no dividends by its ticker: ``^GSPC``, ``BTC-USD``, ``EURUSD=X``, ``CL=F``."""
    return _PAYS_NOTHING.fullmatch(asset) is not None


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
