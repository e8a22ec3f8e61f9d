"""A source of made-up histories for scans."""

from __future__ import annotations

from collections.abc import Mapping

from generator.core.errors import BadDataError, UnknownAssetError
from generator.market.history import PriceHistory
from generator.market.sources import PlainSource
from generator.scan.asset import scan_together
from generator.scan.values import AssetScan, ScanQuestion
from tests.study.markets import random_history


class MadeUp(PlainSource):
    """These histories; an asset that is None is malformed."""

    name = "files"

    def __init__(self, histories: Mapping[str, PriceHistory | None]) -> None:
        super().__init__()
        self.known = histories

    def history(self, asset: str) -> PriceHistory:
        if asset not in self.known:
            raise UnknownAssetError(f"no prices for {asset}")
        history = self.known[asset]
        if history is None:
            raise BadDataError(f"{asset}: line 3 is bad")
        return history

    def identity(self, asset: str) -> str:
        return asset

    def assets(self) -> tuple[str, ...]:
        return tuple(sorted(self.known))


def walks(count: int, last: str = "2014-03-12") -> dict[str, PriceHistory | None]:
    """Random walks A0, A1, …"""
    return {f"A{i}": random_history(f"A{i}", "2009-01-02", last, i) for i in range(count)}


def scan_asset(
    history: PriceHistory, others: Mapping[str, PriceHistory], question: ScanQuestion
) -> AssetScan:
    """The scan of one asset alone, which has sessions up to the as-of date."""
    (answer,) = scan_together([history], others, question)
    assert isinstance(answer, AssetScan)
    return answer
