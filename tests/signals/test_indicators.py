"""Indicators against TA-Lib, wherever the two define the same thing."""

from __future__ import annotations

import numpy as np
import pytest
import talib

from generator.signals.evaluate import values
from generator.signals.indicators import adx
from generator.signals.language import parse_expression
from tests.signals.markets import random_bars

BARS = random_bars(7, 1500)
OPEN, HIGH, LOW, CLOSE, VOLUME = (BARS.field(f) for f in ("open", "high", "low", "close", "volume"))


def ours(text: str):
    return values(parse_expression(text), BARS, {})


@pytest.mark.parametrize("n", [2, 14, 50, 200])
@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("sma", talib.SMA),
        ("ema", talib.EMA),
        ("wma", talib.WMA),
        ("stdev", talib.STDDEV),
        ("highest", talib.MAX),
        ("lowest", talib.MIN),
        ("rsi", talib.RSI),
        ("change", talib.MOM),
        ("roc", talib.ROC),
    ],
)
def test_of_closes(name, theirs, n):
    # TA-Lib's deviation is a difference of running sums and good to seven digits only.
    tolerance = 1e-6 if name == "stdev" else 1e-10
    np.testing.assert_allclose(ours(f"{name}(close, {n})"), theirs(CLOSE, n), rtol=tolerance, atol=1e-9)


@pytest.mark.parametrize("n", [2, 14, 50])
def test_atr(n):
    np.testing.assert_allclose(ours(f"atr({n})"), talib.ATR(HIGH, LOW, CLOSE, n), rtol=1e-10)


@pytest.mark.parametrize("n", [5, 14, 20])
def test_adx_after_both_have_forgotten_their_beginnings(n):
    found, theirs = ours(f"adx({n})"), talib.ADX(HIGH, LOW, CLOSE, n)
    # TA-Lib seeds with a sum of n − 1 and one smoothing step; the difference fades by (1 − 1/n) a bar.
    forgotten = 40 * n
    np.testing.assert_allclose(found[forgotten:], theirs[forgotten:], rtol=1e-8)
    assert np.isnan(found[: 2 * n - 1]).all()
    assert not np.isnan(found[2 * n - 1])


def test_macd_after_both_have_forgotten_their_beginnings():
    theirs = talib.MACD(CLOSE, 12, 26, 9)[0]
    np.testing.assert_allclose(ours("macd(close, 12, 26)")[600:], theirs[600:], rtol=1e-8, atol=1e-10)


def test_bollinger_bands():
    upper, _, lower = talib.BBANDS(CLOSE, 20, 2.5, 2.5)
    np.testing.assert_allclose(ours("bb_upper(close, 20, 2.5)"), upper, rtol=1e-8)
    np.testing.assert_allclose(ours("bb_lower(close, 20, 2.5)"), lower, rtol=1e-8)


def test_percentile_against_scipy():
    from scipy.stats import percentileofscore

    found = ours("percentile(volume, 40)")
    wanted = [percentileofscore(VOLUME[i - 39 : i + 1], VOLUME[i], kind="weak") for i in range(39, 300)]
    np.testing.assert_allclose(found[39:300], wanted)


def test_zscore_against_scipy():
    from scipy.stats import zscore

    found = ours("zscore(close, 30)")
    wanted = [zscore(CLOSE[i - 29 : i + 1])[-1] for i in range(29, 300)]
    np.testing.assert_allclose(found[29:300], wanted, rtol=1e-9)


def test_wilders_own_true_range_by_hand():
    # Bars (high, low, close): 10-8-9, 11-9-10, 10-7-8. True ranges of bars 2 and 3: 2 and 3.
    from tests.signals.markets import bars_of

    bars = bars_of([9, 10, 8], high=[10, 11, 10], low=[8, 9, 7], open=[9, 9, 10])
    np.testing.assert_array_equal(values(parse_expression("atr(2)"), bars, {}), [np.nan, np.nan, 2.5])


def test_adx_of_a_bar_that_goes_as_far_up_as_down_by_hand():
    # Wilder: only the larger of the two counts, and neither where they are equal. Ten bars widen by one on
    # both sides, so nothing is directed; then three rise by one with their lows.
    high = [10.0 + k for k in range(11)] + [21.0, 22.0, 23.0]
    low = [9.0 - k for k in range(11)] + [0.0, 1.0, 2.0]
    found = adx(np.array(high), np.array(low), 2)
    assert found[3:11] == pytest.approx(0.0)
    assert found[11:] == pytest.approx([50.0, 75.0, 87.5])
