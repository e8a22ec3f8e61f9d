"""The faults of price data, at a few places each."""

from __future__ import annotations

from tests.real_prices import real_prices
from tests.torture.data import results


@real_prices
def test_faults_of_price_data_are_held() -> None:
    broken = [f"{r.name}: {r.measured} (aim: {r.aim})" for r in results(full=False) if not r.held]
    assert broken == []
