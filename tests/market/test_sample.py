"""The sample market, measured with loops over its raw bars; nothing of the study room is used here."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from exchange_calendars import get_calendar

from generator.core.errors import UnknownAssetError
from generator.market.checks import oddities
from generator.market.history import PriceHistory, fingerprint
from generator.market.providers.registry import open_source
from generator.market.providers.sample import FILE, SampleSource
from generator.market.sources import Source
from tools.sample_market.bend import Pin, bend
from tools.sample_market.make import market as made

# The corrected table: month, its move, then 1, 3, 6 and 12 months later.
PRINTED = """
2003-04 +10.28 +10.87 +19.24 +32.87 +39.94
2009-04 +15.39  +3.40 +14.53 +16.10 +47.67
2010-09 +12.16  +4.15 +15.91 +24.70  -4.74
2011-10 +15.10  -0.38  +6.77 +10.08 +10.30
2016-11 +11.06  +2.46  +4.73  +3.58 +16.75
2019-01 +11.32  +5.18  +6.19  +5.03  +7.69
2020-04 +13.85  +6.59 +13.08 +17.48 +72.58
2020-11 +18.24  +8.31 +20.60 +24.57 +20.52
2022-07 +10.56  -2.00  -2.09  +2.26  +6.12
2022-10 +11.16  +2.20  +4.45  -4.43 -10.26
2023-12 +11.72  -3.90  +4.78  +1.09 +10.09
2024-07 +10.34  -1.69  -2.72  +1.17  -2.00
2024-11 +11.07  -8.65 -11.25 -15.21  +2.84
"""
ROWS = [line.split() for line in PRINTED.split("\n") if line]
MONTHS = (1, 3, 6, 12)
FIRST_SESSIONS = {
    "IWM": "2000-05-26",
    "SPY": "2000-01-03",
    "QQQ": "2000-01-03",
    "DIA": "2000-01-03",
    "MAGS": "2023-04-11",
}


@pytest.fixture(scope="module")
def market() -> dict[str, PriceHistory]:
    source = SampleSource()
    return {asset: source.history(asset) for asset in source.assets()}


@pytest.fixture(scope="module")
def iwm(market: dict[str, PriceHistory]) -> PriceHistory:
    return market["IWM"]


@pytest.fixture(scope="module")
def month_ends(iwm: PriceHistory) -> dict[str, float]:
    """Last close of each month, in order; later sessions overwrite earlier ones."""
    return {str(day)[:7]: price for day, price in zip(iwm.sessions, iwm.close.tolist(), strict=True)}


def percent(later: float, earlier: float) -> float:
    return (later / earlier - 1) * 100


def after(month_ends: dict[str, float], month: str) -> list[float]:
    """Month-end closes from this month on."""
    names = list(month_ends)
    return [month_ends[name] for name in names[names.index(month) :]]


def column(month_ends: dict[str, float], months: int) -> list[float]:
    closes = [after(month_ends, row[0]) for row in ROWS]
    return [percent(prices[months], prices[0]) for prices in closes]


def at(history: PriceHistory, day: str) -> int:
    position = int(np.searchsorted(history.sessions, np.datetime64(day)))
    assert str(history.sessions[position]) == day
    return position


def log_moves(history: PriceHistory) -> np.ndarray:
    return np.diff(np.log(history.close))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_printed_figure(month_ends: dict[str, float], row: list[str]) -> None:
    month, *figures = row
    names = list(month_ends)
    before = month_ends[names[names.index(month) - 1]]
    closes = after(month_ends, month)
    moves = [percent(closes[0], before), *(percent(closes[months], closes[0]) for months in MONTHS)]
    assert [f"{move:+.2f}" for move in moves] == figures


@pytest.mark.parametrize(
    ("months", "average", "median", "win_rate", "sharpe", "deepest"),
    [
        (1, "2.04", "2.46", "61.54", "0.40", "-8.65"),
        (3, "7.25", "6.19", "76.92", "0.81", "-11.93"),
        (6, "9.18", "5.03", "84.62", "0.71", "-19.44"),
        (12, "16.73", "10.09", "76.92", "0.74", "-19.44"),
    ],
)
def test_the_summary(
    month_ends: dict[str, float],
    months: int,
    average: str,
    median: str,
    win_rate: str,
    sharpe: str,
    deepest: str,
) -> None:
    returns = column(month_ends, months)
    assert f"{statistics.fmean(returns):.2f}" == average
    assert f"{statistics.median(returns):.2f}" == median
    assert f"{100 * sum(r > 0 for r in returns) / 13:.2f}" == win_rate
    assert f"{statistics.fmean(returns) / statistics.pstdev(returns):.2f}" == sharpe
    paths = [after(month_ends, row[0])[: months + 1] for row in ROWS]
    assert f"{min(percent(min(path), path[0]) for path in paths):.2f}" == deepest


def test_the_deepest_drawdowns_are_where_they_belong(month_ends: dict[str, float]) -> None:
    assert f"{percent(month_ends['2022-09'], month_ends['2022-07']):.2f}" == "-11.93"
    assert f"{percent(month_ends['2025-04'], month_ends['2024-11']):.2f}" == "-19.44"


def test_the_deepest_daily_close(iwm: PriceHistory) -> None:
    entry = at(iwm, "2024-11-29")
    path = iwm.close[entry : at(iwm, "2025-11-28") + 1]
    assert f"{percent(path.min(), path[0]):.2f}" == "-27.72"


def test_no_other_month_starts_an_episode(month_ends: dict[str, float]) -> None:
    names, closes = list(month_ends), list(month_ends.values())
    moves = {names[i]: percent(closes[i], closes[i - 1]) for i in range(1, len(names))}
    large = {month for month, move in moves.items() if move > 9.5}
    assert large == {row[0] for row in ROWS} | {"2003-05", "2026-04"}
    assert f"{moves['2003-05']:.2f}" == "10.87"
    assert min(moves.values()) > -25


def test_april_2026(iwm: PriceHistory) -> None:
    start = at(iwm, "2026-03-31")
    closes = iwm.close[start:]
    assert str(iwm.last) == "2026-04-20"
    assert len(closes) - 1 == 13
    assert f"{percent(closes[-1], closes[0]):.2f}" == "11.83"
    assert sum(later > earlier for earlier, later in pairwise(closes)) == 12


def test_the_correction_before_it(iwm: PriceHistory) -> None:
    peak, trough = at(iwm, "2026-01-22"), at(iwm, "2026-03-30")
    assert iwm.close[peak] == iwm.close[: trough + 1].max()
    assert iwm.close[trough] == iwm.close[peak:].min()
    assert f"{percent(iwm.close[trough], iwm.close[peak]):.1f}" == "-11.2"
    assert iwm.close[-1] == iwm.close.max()


def test_performance_since_august_2025(market: dict[str, PriceHistory]) -> None:
    moves = {a: percent(h.close[-1], h.close[at(h, "2025-08-01")]) for a, h in market.items()}
    assert {a: round(moves[a], 1) for a in ("IWM", "SPY", "QQQ", "MAGS")} == {
        "IWM": 29.0,
        "SPY": 14.0,
        "QQQ": 16.8,
        "MAGS": 17.6,
    }


def reversals(history: PriceHistory) -> list[str]:
    """First days of the episodes of: a 20-session high at most 8 sessions after a 20-session low."""
    close = history.close.tolist()
    days, began, before = [], -10, False
    low_at = None
    for i in range(19, len(close)):
        window = close[i - 19 : i + 1]
        if close[i] == min(window):
            low_at = i
        now = close[i] == max(window) and low_at is not None and i - low_at <= 8
        if now and not before and i - began >= 10:
            days.append(str(history.sessions[i]))
            began = i
        before = now
    return days


def test_a_reversal_begins_on_nov_26_2025(iwm: PriceHistory) -> None:
    days = reversals(iwm)
    assert "2025-11-26" in days
    assert not [day for day in days if "2025-10-14" < day < "2025-11-26"]
    assert 30 <= len(days) <= 45


def test_the_surge_of_nov_28_2025(iwm: PriceHistory) -> None:
    day = at(iwm, "2025-11-28")
    assert f"{percent(iwm.close[day], iwm.close[day - 5]):.2f}" == "8.57"
    assert iwm.open is not None
    assert f"{percent(iwm.open[day], iwm.close[day - 1]):.3f}" == "0.287"
    fired = [
        i
        for i in range(day - 21, day)
        if percent(iwm.close[i], iwm.close[i - 5]) > 8.5 and percent(iwm.open[i], iwm.close[i - 1]) > 0.28
    ]
    assert not fired


def test_sessions_are_those_of_new_york(market: dict[str, PriceHistory]) -> None:
    calendar = get_calendar("XNYS", start="1999-12-01")
    for asset, history in market.items():
        days = calendar.sessions_in_range(FIRST_SESSIONS[asset], "2026-04-20").to_numpy()
        np.testing.assert_array_equal(history.sessions, days.astype("datetime64[D]"))


def test_bars_hold_together(market: dict[str, PriceHistory]) -> None:
    for history in market.values():
        prices = [history.open, history.high, history.low, history.close, history.adjusted_close]
        for price in prices:
            assert price is not None
            assert np.isfinite(price).all()
            assert price.min() > 0
            np.testing.assert_array_equal(price, np.round(price, 4))
        open_, high, low, close, adjusted = (np.asarray(price) for price in prices)
        assert (high >= np.maximum(open_, close)).all()
        assert (low <= np.minimum(open_, close)).all()
        assert 0.006 < np.median(high / low - 1) < 0.02
        assert (adjusted <= close).all()
        assert adjusted[-1] == close[-1]
        assert (np.diff(adjusted / close) > -1e-5).all()
        assert history.volume is not None
        assert (history.volume > 1000).all()
        assert (history.volume % 100 == 0).all()
        assert history.source == "sample"
        assert not oddities(history)


def test_moves_look_like_a_market(market: dict[str, PriceHistory]) -> None:
    for asset, history in market.items():
        moves = log_moves(history)
        assert 0.13 < moves.std() * math.sqrt(252) < 0.30
        kurtosis = ((moves - moves.mean()) ** 4).mean() / moves.var() ** 2
        assert 4.5 < kurtosis < 16
        assert abs(np.corrcoef(moves[1:], moves[:-1])[0, 1]) < 0.06
        assert np.abs(moves).max() < 0.15
        if asset != "MAGS":
            for days_apart in (1, 5, 20):
                sizes = np.abs(moves)
                assert np.corrcoef(sizes[days_apart:], sizes[:-days_apart])[0, 1] > 0.1


def test_crises_are_wilder(iwm: PriceHistory) -> None:
    years = iwm.sessions.astype("datetime64[Y]").astype(int)[1:] + 1970
    spread = {year: log_moves(iwm)[years == year].std() * math.sqrt(252) for year in range(2001, 2026)}
    assert sorted(spread, key=spread.__getitem__)[-2:] in ([2008, 2020], [2020, 2008])


def test_assets_move_together(market: dict[str, PriceHistory]) -> None:
    moves = np.array([log_moves(history)[-758:] for history in market.values()])
    together = np.corrcoef(moves)[np.triu_indices(5, 1)]
    assert together.min() > 0.7
    assert together.max() < 0.97


def test_levels_are_plausible(market: dict[str, PriceHistory]) -> None:
    ends = {asset: history.close[-1] for asset, history in market.items()}
    bounds = {"IWM": (240, 300), "SPY": (600, 800), "QQQ": (550, 750), "DIA": (420, 550), "MAGS": (55, 80)}
    assert all(bounds[asset][0] < ends[asset] < bounds[asset][1] for asset in bounds)


def test_the_same_bytes_in_every_process(market: dict[str, PriceHistory]) -> None:
    code = (
        "from generator.market.history import fingerprint\n"
        "from generator.market.providers.sample import SampleSource as S\n"
        "print(fingerprint(S().history(a) for a in reversed(S().assets())), end='')"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout == fingerprint(market.values())


SUMS = {
    "DIA": (6613, 1246497.36, 1253469.92, 1239718.04, 1246722.36, 1047944.53, 30142224400),
    "IWM": (6512, 708270.58, 713255.73, 703465.36, 708381.61, 637059.35, 181713709300),
    "MAGS": (759, 36169.25, 36493.31, 35887.83, 36213.50, 35978.52, 362851300),
    "QQQ": (6613, 1018903.16, 1026382.85, 1011949.95, 1019386.78, 980610.13, 262870679700),
    "SPY": (6613, 1497789.66, 1506556.16, 1489387.50, 1498208.63, 1300964.92, 484985168700),
}
"""Sessions, and the sums of opens, highs, lows, closes, adjusted closes and volumes."""


def test_the_market_is_the_one_that_published_issues_were_made_from(market: dict[str, PriceHistory]) -> None:
    fields = ("open", "high", "low", "close", "adjusted_close", "volume")
    for asset, (sessions, *sums) in SUMS.items():
        history = market[asset]
        assert len(history) == sessions
        # Another processor may round a price otherwise, in its last digit.
        found = [float(history.field(name).sum()) for name in fields]
        assert found == pytest.approx(sums, rel=1e-6), asset


def test_the_file_is_what_its_maker_makes() -> None:
    with np.load(FILE) as stored:
        written = dict(stored)
    makes = made()
    assert written.keys() == makes.keys()
    for name, values in makes.items():
        assert written[name].dtype == values.dtype
        # Another processor may round a price otherwise, in its last digit.
        np.testing.assert_allclose(written[name], values, rtol=1e-6)


def test_the_source() -> None:
    source: Source = SampleSource()
    assert source.name == "sample"
    assert source.simulated is True
    assert source.notes == []
    assert source.assets() == ("DIA", "IWM", "MAGS", "QQQ", "SPY")
    assert source.identity("IWM") == SampleSource().identity("IWM") != source.identity("SPY")


@pytest.mark.parametrize("ask", [SampleSource.history, SampleSource.identity])
def test_an_asset_that_is_not_there(ask: Callable[[SampleSource, str], object]) -> None:
    with pytest.raises(UnknownAssetError, match=r"no 'AAPL'.*DIA, IWM, MAGS, QQQ, SPY.*files:PATH") as caught:
        ask(SampleSource(), "AAPL")
    assert "yahoo" in str(caught.value)


def test_it_is_the_source_that_is_named_sample(tmp_path: Path) -> None:
    assert isinstance(open_source("sample", tmp_path), SampleSource)


def test_bending_by_hand() -> None:
    # Three days of variance 1, 1 and 2 after the first close; 0.04 over all of them is shared 1 : 1 : 2.
    change = bend(np.zeros(4), np.array([1.0, 1.0, 1.0, 2.0]), [Pin(0, 3, 0.04, 0.04)])
    np.testing.assert_allclose(change, [0.0, 0.01, 0.01, 0.02], atol=1e-5)


def test_bending_leaves_a_range_alone_that_holds() -> None:
    pins = [Pin(0, 2, 0.02, 0.02), Pin(1, 2, -0.5, 0.5), Pin(2, 3, 0.03, 0.05)]
    change = bend(np.zeros(4), np.ones(4), pins)
    np.testing.assert_allclose(change, [0.0, 0.01, 0.01, 0.03], atol=1e-5)


def test_bending_is_the_nearest_path() -> None:
    from scipy.optimize import minimize

    random = np.random.default_rng(7)
    returns, variance = random.normal(0, 0.01, 12), random.uniform(0.5, 2, 12)
    pins = [Pin(0, 6, 0.05, 0.05), Pin(2, 9, -0.02, 0.01), Pin(4, 5, 0.012, 0.5), Pin(3, 11, -0.5, -0.01)]

    def slack(change: np.ndarray, pin: Pin) -> np.ndarray:
        move = (returns + change)[pin.start + 1 : pin.end + 1].sum()
        return np.array([move - pin.low, pin.high - move])

    nearest = minimize(
        lambda change: 1000 * (change**2 / variance).sum(),
        np.zeros(12),
        constraints=[{"type": "ineq", "fun": slack, "args": (pin,)} for pin in pins],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert nearest.success
    np.testing.assert_allclose(bend(returns, variance, pins), nearest.x, atol=1e-4)


def test_pins_that_contradict_each_other_are_found() -> None:
    pins = [Pin(0, 1, 0.01, 0.01), Pin(1, 2, 0.01, 0.01), Pin(0, 2, 0.03, 0.03)]
    with pytest.raises(RuntimeError, match="contradict"):
        bend(np.zeros(3), np.ones(3), pins)
