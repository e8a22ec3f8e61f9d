"""A scan says of each signal on each asset what a study of it says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.scan.values import AssetScan, ScanQuestion, scan_signals
from generator.study.question import make_study
from generator.study.run import run_study
from tests.real_prices import market_data, real_prices
from tests.scan.markets import scan_asset
from tests.study.markets import random_history

NAMES = ("average", "median", "win_rate", "best", "worst", "stdev", "sharpe", "max_drawdown")
MORE = ("worst_daily_close", "max_runup", "profit_factor", "edge")


def hold_against_studies(scan: AssetScan, histories: dict[str, PriceHistory], as_of: date | None) -> int:
    compared = 0
    for table in scan.tables:
        for row, name in enumerate(table.signals):
            result = run_study(make_study(scan.asset, signal=name), histories, as_of)
            for column, summary in enumerate(result.summaries):
                records = table.records
                place = f"{scan.asset} {name} {summary.horizon.label}"
                assert records.n[row, column] == summary.n, place
                assert records.independent_n[row, column] == summary.independent_n, place
                streak = summary.longest_winning_streak
                assert records.longest_winning_streak[row, column] == (streak.length if streak else 0), place
                for key in (*NAMES, *MORE):
                    expected = getattr(summary, key)
                    found = getattr(records, key)[row, column]
                    assert found == pytest.approx(
                        np.nan if expected is None else expected, rel=1e-15, abs=1e-15, nan_ok=True
                    ), f"{place} {key}"
                if summary.win_rate_interval:
                    interval = (records.win_rate_low[row, column], records.win_rate_high[row, column])
                    assert interval == pytest.approx(summary.win_rate_interval), place
                assert records.baselines[column] == summary.baseline, place
                compared += 1
            for firing in (f for f in scan.firings if f.signal == name):
                last, summary = result.episodes[-1], result.summary(firing.horizon)
                assert (firing.day, firing.provisional) == (last.date, last.provisional)
                assert firing.trigger == last.trigger
                assert firing.p_value == summary.p_value
                assert (firing.n, firing.episodes) == (summary.n, len(result.episodes))
                assert firing.independent_n == summary.independent_n
                assert firing.baseline == summary.baseline
                for key in ("average", "median", "win_rate", "edge"):
                    assert getattr(firing, key) == pytest.approx(getattr(summary, key)), key
    return compared


@pytest.mark.parametrize("as_of", [None, date(2013, 7, 17)])
def test_random_prices(as_of: date | None) -> None:
    histories = {
        "AAA": random_history("AAA", "2009-01-02", "2014-03-12", 1),
        "SPY": random_history("SPY", "2008-06-02", "2014-03-13", 2, 0.012),
    }
    scan = scan_asset(
        histories["AAA"], {"SPY": histories["SPY"]}, ScanQuestion(scan_signals(), 250, as_of, near=False)
    )
    assert scan.skipped == ()
    assert scan.firings
    assert hold_against_studies(scan, histories, as_of) == 30 * 7 - 4 * 3 - 3


@real_prices
@pytest.mark.parametrize("as_of", [date(2025, 11, 28), date(2020, 4, 9)])
def test_real_prices(as_of: date) -> None:
    source = FilesSource(market_data())
    histories = {asset: source.history(asset) for asset in ("IWM", "SPY")}
    signals = scan_signals(
        ("reverse-up", "ten-percent-month", "up-week-streak", "relative-strength-breakout")
    )
    scan = scan_asset(histories["IWM"], histories, ScanQuestion(signals, 10, as_of, near=False))
    assert hold_against_studies(scan, histories, as_of) == 7 + 4 + 4 + 7
    if as_of.year == 2025:
        assert "reverse-up" in {firing.signal for firing in scan.firings}
