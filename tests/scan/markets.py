"""A source of made-up histories for scans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from generator.core.errors import BadDataError, PrecedentError, UnknownAssetError
from generator.market.history import PriceHistory
from generator.market.sources import NONE_HELD, one_by_one
from generator.scan.asset import scan_together
from generator.scan.values import AssetScan, ScanQuestion
from tests.study.markets import random_history


class MadeUp:
    """These histories; an asset that is None is malformed."""

    name = "files"
    simulated = False
    vetted = False
    lists_all = True
    stale: Sequence[str] = ()
    held: Mapping[str, str] = NONE_HELD

    def __init__(self, histories: Mapping[str, PriceHistory | None]) -> None:
        self.known = histories
        self.notes: list[str] = []

    def history(self, asset: str) -> PriceHistory:
        if asset not in self.known:
            raise UnknownAssetError(f"no prices for {asset}")
        history = self.known[asset]
        if history is None:
            raise BadDataError(f"{asset}: line 3 is bad")
        return history

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        return one_by_one(self, assets)

    def identity(self, asset: str) -> str:
        return asset

    def assets(self) -> tuple[str, ...]:
        return tuple(sorted(self.known))

    def key(self, root: Path) -> str:
        return self.name


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
