"""The calendar's months and weeks against hand calculation, ``datetime``, enumeration and scipy."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest, false_discovery_control

from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.study.evidence.seasonal import (
    CalendarReturns,
    calendar_returns,
    season_parts,
    shuffle_p_values,
)
from tests.real_prices import market_data, real_prices


def history_of(first: str, last: str, seed: int = 1) -> PriceHistory:
    days = np.arange(np.datetime64(first), np.datetime64(last))
    days = days[np.is_busday(days)]
    closes = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0.0003, 0.01, len(days))))
    return PriceHistory("ABC", days, closes)


def naive_months(history: PriceHistory) -> dict[tuple[int, int], float]:
    """The return of every month after the first, by a plain loop over the days."""
    last: dict[tuple[int, int], float] = {}
    for day, close in zip(history.sessions.astype(object), history.close, strict=True):
        last[day.year, day.month] = close
    closes = list(last.items())
    return {key: close / closes[i][1] - 1 for i, (key, close) in enumerate(closes[1:])}


def naive_weeks(history: PriceHistory) -> dict[tuple[int, int], float]:
    last: dict[tuple[int, int], float] = {}
    for day, close in zip(history.sessions.astype(object), history.close, strict=True):
        iso = day.isocalendar()
        last[iso.year, iso.week] = close
    closes = list(last.items())
    return {key: close / closes[i][1] - 1 for i, (key, close) in enumerate(closes[1:])}


def test_months_are_those_of_a_plain_loop_over_whole_years():
    history = history_of("2009-06-15", "2024-08-20")
    calendar = calendar_returns(history, "monthly")
    assert calendar.years == tuple(range(2010, 2024))  # the first and the present year are not whole
    expected = naive_months(history)
    for year, row in zip(calendar.years, calendar.returns, strict=True):
        assert row == pytest.approx([expected[year, month] for month in range(1, 13)])


def test_weeks_are_those_of_the_iso_calendar():
    history = history_of("2009-06-15", "2024-08-20")
    calendar = calendar_returns(history, "weekly")
    assert calendar.years == tuple(range(2010, 2024))
    expected = naive_weeks(history)
    for year, row in zip(calendar.years, calendar.returns, strict=True):
        assert row == pytest.approx([expected[year, week] for week in range(1, 53)])


def test_a_year_with_a_month_without_prices_is_left_out():
    whole = history_of("2009-12-01", "2014-03-01")
    kept = whole.sessions.astype("datetime64[M]") != np.datetime64("2011-05")
    broken = PriceHistory("ABC", whole.sessions[kept], whole.close[kept])
    assert calendar_returns(broken, "monthly").years == (2010, 2012, 2013)


def test_a_return_over_a_december_without_prices_is_no_januarys() -> None:
    whole = history_of("2009-12-01", "2014-03-01")
    kept = whole.sessions.astype("datetime64[M]") != np.datetime64("2011-12")
    broken = PriceHistory("ABC", whole.sessions[kept], whole.close[kept])
    # What January 2012 shows is two months long: neither year is whole.
    assert calendar_returns(broken, "monthly").years == (2010, 2013)


def test_the_present_year_changes_nothing():
    history = history_of("2009-06-15", "2025-01-01")
    for kind in ("monthly", "weekly"):
        # Dec 31, 2024 belongs to the first ISO week of 2025, so stop before it.
        before = history.until(np.datetime64("2024-12-27"))
        early = calendar_returns(history.until(np.datetime64("2024-03-08")), kind)
        late = calendar_returns(before, kind)
        assert early.years == late.years
        assert np.array_equal(early.returns, late.returns)


def test_the_shuffle_is_that_of_every_possible_pick():
    returns = np.array([[0.01, 0.04, -0.02, 0.00], [0.03, 0.06, -0.01, 0.02], [0.00, 0.09, 0.01, -0.05]])
    usual = returns.mean()
    distances = [abs(np.mean(pick) - usual) for pick in product(*returns)]
    exact = [np.mean(np.array(distances) >= abs(returns[:, i].mean() - usual) - 1e-12) for i in range(4)]
    found = shuffle_p_values(returns, shuffles=200_000)
    assert found == pytest.approx(exact, abs=0.005)


def test_good_and_bad_years_do_not_matter():
    returns = np.random.default_rng(4).normal(0, 0.02, (15, 12))
    moved = returns + np.linspace(-0.2, 0.2, 15)[:, None]
    assert shuffle_p_values(moved) == pytest.approx(shuffle_p_values(returns), abs=1e-9)


def test_p_values_are_even_where_there_is_nothing():
    draws = np.random.default_rng(5)
    found = np.concatenate(
        [shuffle_p_values(draws.normal(0, 0.04, (25, 12)), shuffles=999) for _ in range(80)]
    )
    assert np.mean(found <= 0.05) == pytest.approx(0.05, abs=0.02)
    assert found.mean() == pytest.approx(0.5, abs=0.04)


def test_statistics_of_a_part():
    returns = np.random.default_rng(6).normal(0.002, 0.03, (12, 12))
    returns[:, 3] += 0.06
    parts = season_parts(CalendarReturns(tuple(range(2000, 2012)), returns))
    p_values = shuffle_p_values(returns)
    adjusted = false_discovery_control(p_values, method="bh")
    for i, part in enumerate(parts):
        own = returns[:, i]
        wins = int((own > 0).sum())
        interval = binomtest(wins, 12).proportion_ci(method="wilson")
        assert (part.number, part.n, part.wins, part.win_rate) == (i + 1, 12, wins, wins / 12)
        assert (part.average, part.median) == pytest.approx((own.mean(), np.median(own)))
        assert (part.best, part.worst) == (own.max(), own.min())
        assert part.win_rate_interval == pytest.approx((interval.low, interval.high))
        assert part.p_value == pytest.approx(p_values[i])
        assert part.q_value == pytest.approx(adjusted[i])
    assert min(parts, key=lambda part: part.q_value or 0).number == 4


def test_few_years_are_not_tested_and_none_gives_nothing():
    few = CalendarReturns(tuple(range(9)), np.random.default_rng(7).normal(0, 0.03, (9, 12)))
    assert {part.p_value for part in season_parts(few)} == {None}
    young = history_of("2024-02-01", "2024-09-01")
    assert season_parts(calendar_returns(young, "monthly")) == ()


@real_prices
def test_septembers_of_the_s_and_p_500():
    """1994 to 2025 from the price file, by a plain loop."""
    history = FilesSource(market_data()).history("SPY").until(np.datetime64("2026-07-31"))
    september = season_parts(calendar_returns(history, "monthly"))[8]
    months = naive_months(history)
    own = [months[year, 9] for year in range(1994, 2026)]
    assert september.average == pytest.approx(np.mean(own))
    assert september.wins == sum(value > 0 for value in own)
    assert september.n == 32


def test_week_53_belongs_to_no_week():
    history = history_of("2014-12-01", "2017-02-01")
    assert date(2015, 12, 31).isocalendar().week == 53
    calendar = calendar_returns(history, "weekly")
    assert calendar.years == (2015, 2016)
    friday = date(2016, 1, 8)
    closes = dict(zip(history.sessions.astype(object), history.close, strict=True))
    assert calendar.returns[1, 0] == pytest.approx(closes[friday] / closes[friday - timedelta(days=7)] - 1)
