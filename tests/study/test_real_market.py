"""The published figures, on real prices: the corrected table, and the claims of the second article."""

from __future__ import annotations

from datetime import date

import pytest

from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import StudyResult
from tests.real_prices import market_data, real_prices

pytestmark = real_prices

# Month, move, and the returns 1, 3, 6 and 12 month-ends later, as corrected cell by cell from the published
# table with real prices: what any reader can look up.
TEN_PERCENT_MONTHS = """
    2003-04 10.28 10.87 19.24 32.87 39.94
    2009-04 15.39 3.40 14.53 16.10 47.67
    2010-09 12.16 4.15 15.91 24.70 -4.74
    2011-10 15.10 -0.38 6.77 10.08 10.30
    2016-11 11.06 2.46 4.73 3.58 16.75
    2019-01 11.32 5.18 6.19 5.03 7.69
    2020-04 13.85 6.59 13.08 17.48 72.58
    2020-11 18.24 8.31 20.60 24.57 20.52
    2022-07 10.56 -2.00 -2.09 2.26 6.12
    2022-10 11.16 2.20 4.45 -4.43 -10.26
    2023-12 11.72 -3.90 4.78 1.09 10.09
    2024-07 10.34 -1.69 -2.72 1.17 -2.00
    2024-11 11.07 -8.65 -11.25 -15.21 2.84
"""
TABLE = [line.split() for line in TEN_PERCENT_MONTHS.split("\n") if line.strip()]


@pytest.fixture(scope="module")
def prices() -> dict[str, PriceHistory]:
    source = FilesSource(market_data())
    return {asset: source.history(asset) for asset in ("IWM", "SPY")}


@pytest.fixture(scope="module")
def months(prices: dict[str, PriceHistory]) -> StudyResult:
    return run_study(make_study("IWM", signal="ten-percent-month"), prices, date(2026, 4, 20))


def reverse_up(prices: dict[str, PriceHistory], as_of: date) -> StudyResult:
    return run_study(make_study("IWM", signal="reverse-up"), prices, as_of)


def test_every_cell_of_the_corrected_table(months: StudyResult) -> None:
    assert [f"{e.date:%Y-%m}" for e in months.episodes if not e.provisional] == [row[0] for row in TABLE]
    for row, episode, returns in zip(TABLE, months.episodes, months.returns, strict=False):
        cells = [episode.trigger or 0, *(returns * 100)]
        assert [f"{cell:.2f}" for cell in cells] == row[1:]


def test_the_month_under_way(months: StudyResult) -> None:
    present = months.episodes[-1]
    assert (present.date, present.provisional) == (date(2026, 4, 20), True)
    assert f"{present.trigger:.2f}" == "11.83"
    assert [summary.n for summary in months.summaries] == [13] * 4
    assert [summary.pending for summary in months.summaries] == [0] * 4


def test_statistics_of_the_corrected_table(months: StudyResult) -> None:
    def shown(field: str, scale: float = 100) -> list[float]:
        return [round(getattr(summary, field) * scale, 2) for summary in months.summaries]

    # The 6M average of the printed cells is 9.18; that of the unrounded returns is 9.1749.
    assert shown("average") == [2.04, 7.25, 9.17, 16.73]
    assert shown("median") == [2.46, 6.19, 5.03, 10.09]
    assert shown("win_rate") == [61.54, 76.92, 84.62, 76.92]
    assert shown("sharpe", 1) == [0.40, 0.81, 0.71, 0.74]
    assert shown("max_drawdown") == [-8.65, -11.93, -19.44, -19.44]
    assert shown("worst_daily_close")[3] == -27.72
    assert shown("p_value", 1) == [0.38, 0.06, 0.15, 0.18]
    assert months.study.headline.label == "3M"
    # Of a raw edge of +5.1 half a point is left.
    assert shown("edge_shrunk")[1] == pytest.approx(0.5, abs=0.1)
    assert [summary.verdict.key for summary in months.summaries] == ["ordinary", *["better-luck"] * 3]
    assert [summary.independent_n for summary in months.summaries] == [13, 13, 11, 9]
    assert [round((s.edge or 0) * 100, 1) for s in months.summaries] == [1.3, 5.1, 5.0, 8.4]


def test_the_reverse_up_claims(prices: dict[str, PriceHistory]) -> None:
    to_july = reverse_up(prices, date(2026, 7, 31))
    assert len(to_july.episodes) == 38
    to_november = reverse_up(prices, date(2025, 11, 28))
    assert len(to_november.episodes) == 36
    assert [e.date for e in to_november.episodes[-2:]] == [date(2025, 10, 14), date(2025, 11, 26)]
    streak = to_november.summary("3M").longest_winning_streak
    assert streak is not None
    assert (streak.length, streak.first, streak.last) == (14, date(2013, 4, 30), date(2020, 11, 5))
    assert round((to_november.summary("1Y").best or 0) * 100, 1) == 63.1
    p_values = {s.horizon.label: round(s.p_value or 0, 2) for s in to_november.summaries}
    for label, expected in {"1W": 0.51, "1M": 0.82, "3M": 0.40, "6M": 0.25, "1Y": 0.38}.items():
        assert p_values[label] == expected, label
    assert {s.verdict.key for s in to_november.summaries} == {"ordinary"}


def test_the_surge_with_a_gap(prices: dict[str, PriceHistory]) -> None:
    result = run_study(make_study("IWM", signal="five-day-surge-with-gap"), prices, date(2025, 11, 28))
    assert result.episodes[-1].date == date(2025, 11, 28)
    assert f"{result.episodes[-1].trigger:.2f}" == "8.57"
    gap = run_study(
        make_study("IWM", when="roc(close, 5) > 8.5 and gap() > 0.28", measure="gap()"),
        prices,
        date(2025, 11, 28),
    )
    assert f"{gap.episodes[-1].trigger:.3f}" == "0.287"
    to_july = run_study(
        make_study("IWM", signal="five-day-surge-with-gap"), prices, date(2026, 7, 31)
    ).summary("1W")
    assert round((to_july.edge or 0) * 100, 1) == -2.3
    assert round(to_july.p_value or 0, 2) == 0.03


def test_the_sp_500_after_the_signal_of_small_caps(prices: dict[str, PriceHistory]) -> None:
    study = make_study("IWM", signal="reverse-up", target="SPY", horizons=["3M"])
    result = run_study(study, prices, date(2025, 11, 28))
    spy = prices["SPY"]
    days = [str(day) for day in spy.sessions]
    for episode, (after,) in zip(result.episodes, result.returns, strict=True):
        entry = days.index(episode.date.isoformat())
        if entry + 63 < len(days) and days[entry + 63] <= "2025-11-28":
            assert after == pytest.approx(spy.close[entry + 63] / spy.close[entry] - 1)
    assert result.summary("3M").n == 34


def test_since_2013_the_three_month_edge_is_small(prices: dict[str, PriceHistory]) -> None:
    study = make_study("IWM", signal="ten-percent-month", since=date(2013, 1, 1))
    summary = run_study(study, prices, date(2026, 4, 20)).summary("3M")
    assert round((summary.edge or 0) * 100, 1) == 1.8
    assert summary.p_value == pytest.approx(0.5, abs=0.05)
