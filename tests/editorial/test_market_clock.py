"""Assets that are compared over a week, a month or a year are measured between the same two moments."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.article.market_table import standing
from generator.findings.market_facts import (
    days_of,
    month_to_date,
    on_clock,
    record,
    week_to_date,
    year_to_date,
)
from generator.market.history import PriceHistory
from tests.real_prices import market_data, real_prices


def daily(asset: str, first: str, last: str, clock: str | None = None) -> PriceHistory:
    """A close for every calendar day: 100, 101, 102, …"""
    days = np.arange(first, np.datetime64(last) + 1, dtype="datetime64[D]")
    return PriceHistory(asset, days, 100.0 + np.arange(len(days)), clock=clock)


def test_a_coins_week_month_and_year_beside_new_yorks() -> None:
    # Friday, April 10 to Friday, April 17, 2026; the month from Tuesday, March 31; the year from December 31.
    coin = daily("BTC-USD", "2025-12-01", "2026-04-17", clock="XNYS")
    close = {day: 100.0 + n for n, day in enumerate(coin.sessions.astype(str))}
    week = week_to_date(coin)
    assert week is not None
    assert week.change == pytest.approx(close["2026-04-17"] / close["2026-04-10"] - 1)
    month = month_to_date(coin)
    assert month is not None
    assert month.change == pytest.approx(close["2026-04-17"] / close["2026-03-31"] - 1)
    assert month.sessions == 12  # Good Friday was none
    assert year_to_date(coin) == pytest.approx(close["2026-04-17"] / close["2025-12-31"] - 1)
    february = daily("BTC-USD", "2025-12-01", "2026-02-27", clock="XNYS")
    # January ended on Friday the 30th in New York, and on Saturday for the coin itself.
    changes = [month_to_date(replace(february, clock=clock)) for clock in ("XNYS", None)]
    assert [None if m is None else round(m.change, 6) for m in changes] == [
        round(188 / 160 - 1, 6),
        round(188 / 161 - 1, 6),
    ]


def test_what_a_coin_did_at_the_weekend_is_in_its_week_and_its_record_is_its_own() -> None:
    days = np.arange("2026-04-06", "2026-04-18", dtype="datetime64[D]")
    close = np.full(len(days), 100.0)
    close[days == np.datetime64("2026-04-11")] = 150.0  # a Saturday
    close[days >= np.datetime64("2026-04-12")] = 90.0
    coin = PriceHistory("BTC-USD", days, close, clock="XNYS")
    week, top = week_to_date(coin), record(coin)
    assert week is not None
    assert week.change == pytest.approx(-0.1)
    assert (top.date, top.distance) == (date(2026, 4, 11), pytest.approx(90 / 150 - 1))


def test_an_end_between_two_sessions_of_the_clock_counts() -> None:
    coin = daily("BTC-USD", "2026-04-01", "2026-04-19", clock="XNYS")  # ends on a Sunday
    assert on_clock(coin).sessions[-3:].astype(str).tolist() == ["2026-04-16", "2026-04-17", "2026-04-19"]
    week = week_to_date(coin)
    assert week is not None
    assert week.change == pytest.approx(118 / 109 - 1)


def test_tel_aviv_beside_new_york_and_new_york_beside_tel_aviv() -> None:
    days = np.arange("2025-06-01", "2025-06-20", dtype="datetime64[D]")
    israel = days[np.is_busday(days, weekmask="Sun Mon Tue Wed Thu")]
    spy = days[np.is_busday(days)]
    stock = PriceHistory("TEVA.TA", israel, 100.0 + np.arange(len(israel)))
    fund = PriceHistory("SPY", spy, 100.0 + np.arange(len(spy)))

    def week(history: PriceHistory, clock: str) -> float:
        found = week_to_date(replace(history, clock=clock))
        assert found is not None
        return found.change

    # To Thursday, June 19 (a holiday in New York): from the Thursday before, or from the Friday before.
    assert week(stock, "XTAE") == pytest.approx(114 / 109 - 1)
    assert week(stock, "XNYS") == pytest.approx(114 / 109 - 1)
    assert week(fund, "XTAE") == pytest.approx(
        fund.close[-1] / fund.close[spy == np.datetime64("2025-06-12")][0] - 1
    )
    assert week(fund, "XNYS") == pytest.approx(
        fund.close[-1] / fund.close[spy == np.datetime64("2025-06-13")][0] - 1
    )


def test_six_months_and_a_year_of_what_trades_every_day() -> None:
    coin, fund = daily("BTC-USD", "2026-01-01", "2026-01-09"), daily("SPY", "2026-01-01", "2026-01-09")
    assert [days_of(label, each) for each in (coin, fund) for label in ("6M", "1Y")] == [182, 365, 126, 252]


@real_prices
@pytest.mark.parametrize("end", ["2018-02-09", "2020-03-13", "2021-05-21", "2022-06-17", "2024-11-08"])
def test_bitcoins_real_week_beside_the_funds(end: str) -> None:
    path = market_data().parent / "market-more" / "BTC-USD.csv"
    if not path.exists():
        pytest.skip("no prices of Bitcoin beside MARKET_DATA")
    with Path(path).open() as file:
        closes = {row["Date"]: float(row["Close"]) for row in csv.DictReader(file)}
    days = np.array(list(closes), dtype="datetime64[D]")
    coin = PriceHistory("BTC-USD", days, np.array(list(closes.values()))).until(np.datetime64(end))
    before = str(np.datetime64(end) - 7)
    expected = closes[end] / closes[before] - 1
    assert standing(replace(coin, clock="XNYS")).week == pytest.approx(expected)
    if end == "2018-02-09":
        assert round(expected * 100, 2) == -1.06
