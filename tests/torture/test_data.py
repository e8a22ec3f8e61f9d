"""The faults of price data, at a few places each: in real prices, or in those of the sample market."""

from __future__ import annotations

from tests.torture.data import results


def test_faults_of_price_data_are_held() -> None:
    broken = [f"{r.name}: {r.measured} (aim: {r.aim})" for r in results(full=False) if not r.held]
    assert broken == []
