"""Comparisons are decided as on paper: against fractions, on prices in cents where ties are common."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.signals.evaluate import truth, values
from generator.signals.language import parse_condition, parse_expression
from generator.signals.ties import SAME, difference
from tests.signals.markets import bars_of, random_bars


def holds(text: str, closes: list[float], **columns: list[float]) -> int:
    """The truth on the last bar."""
    return int(truth(parse_condition(text), bars_of(closes, **columns), {})[-1])


TEN_PERCENT = [
    "roc(close, 1) >= 10",
    "roc(close, 1) == 10",
    "roc(close, 1) <= 10",
    "not roc(close, 1) > 10",
    "not roc(close, 1) < 10",
    "not roc(close, 1) != 10",
    "10 <= roc(close, 1)",
    "roc(close, 1) - 10 >= 0",
    "roc(close, 1) - 10 == 0",
    "-roc(close, 1) + 10 <= 0",
    "close / lag(close, 1) >= 1.1",
    "close / lag(close, 1) - 1 == 0.1",
    "close - lag(close, 1) * 1.1 == 0",
    "change(close, 1) / lag(close, 1) * 100 >= 10",
    "close == 1.1 * lag(close, 1)",
    "highest(roc(close, 1), 1) >= 10",
    "count(roc(close, 1) >= 10, 1) == 1",
]


@pytest.mark.parametrize("text", TEN_PERCENT)
@pytest.mark.parametrize(
    ("before", "now"),
    [(0.80, 0.88), (1.10, 1.21), (0.07, 0.077), (11.3, 12.43), (4070.0, 4477.0), (3e-7, 3.3e-7)],
)
def test_a_gain_of_ten_percent_is_one(text, before, now):
    assert holds(text, [before, now]) == 1


def test_a_loss_of_ten_percent_is_one_whatever_the_function():
    closes = [11.10, 9.99]
    for text in ("roc(close, 1) <= -10", "drawdown(close) == -10", "drawdown(close, 2) <= -10"):
        assert holds(text, closes) == 1
        assert holds(f"not {text.replace('<=', '==').replace('==', '>')}", closes) == 1
    assert holds("gap() == -10", closes, open=[1.0, 9.99]) == 1


def test_what_differs_on_paper_differs():
    assert holds("roc(close, 1) >= 10", [1000.0, 1099.99]) == 0
    assert holds("roc(close, 1) > 10", [1000.0, 1100.01]) == 1
    assert holds("close > lag(close, 1)", [99999.98, 99999.99]) == 1


CENTS = st.lists(st.integers(100, 130), min_size=12, max_size=40)
COMPARE = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
}


@settings(max_examples=150, deadline=None)
@given(
    cents=CENTS, fast=st.integers(1, 5), slow=st.integers(2, 11), operator=st.sampled_from(sorted(COMPARE))
)
def test_averages_compare_as_their_fractions_do(cents, fast, slow, operator):
    bars = bars_of([c / 100 for c in cents])
    short, long = f"sma(close, {fast})", f"sma(close, {slow})"
    exact = [
        (Fraction(sum(cents[t - fast + 1 : t + 1]), fast), Fraction(sum(cents[t - slow + 1 : t + 1]), slow))
        for t in range(max(fast, slow) - 1, len(cents))
    ]
    wanted = [int(COMPARE[operator](x, y)) for x, y in exact]
    for text in (
        f"{short} {operator} {long}",
        f"{short} - {long} {operator} 0",
        f"0 {operator} {long} - {short}",
    ):
        assert truth(parse_condition(text), bars, {}).tolist()[-len(wanted) :] == wanted
    above = [x > y for x, y in exact]
    crossed = [int(now and not before) for before, now in pairwise(above)]
    found = truth(parse_condition(f"crosses_above({short}, {long})"), bars, {}).tolist()
    assert found[len(found) - len(crossed) :] == crossed


@settings(max_examples=150, deadline=None)
@given(
    cents=CENTS, n=st.integers(1, 6), tenths=st.integers(-150, 150), operator=st.sampled_from(sorted(COMPARE))
)
def test_percent_changes_compare_as_their_fractions_do(cents, n, tenths, operator):
    bars = bars_of([c / 100 for c in cents])
    wanted = [
        int(COMPARE[operator](Fraction(100 * (now - before), before), Fraction(tenths, 10)))
        for before, now in zip(cents, cents[n:], strict=False)
    ]
    found = truth(parse_condition(f"roc(close, {n}) {operator} {tenths / 10}"), bars, {}).tolist()
    assert found[n:] == wanted


@settings(max_examples=100, deadline=None)
@given(cents=CENTS, n=st.integers(2, 10))
def test_a_rank_counts_ties_as_on_paper(cents, n):
    # Daily changes of cents: equal on paper, and in binary apart in the last digits.
    moves = [b - a for a, b in pairwise(cents)]
    found = values(
        parse_expression(f"percentile(change(close, 1), {n})"), bars_of([c / 100 for c in cents]), {}
    )
    wanted = [
        100 * sum(m <= moves[t] for m in moves[t - n + 1 : t + 1]) / n for t in range(n - 1, len(moves))
    ]
    np.testing.assert_allclose(found[n:], wanted, rtol=1e-12)


def test_averages_that_stand_equal_never_cross():
    closes = np.round(63.1 + 0.37 * (np.arange(600) % 10), 2).tolist()
    bars = bars_of(closes)
    for text in (
        "crosses_above(sma(close, 60), sma(close, 210))",
        "crosses_below(sma(close, 60), sma(close, 210))",
        "sma(close, 60) - sma(close, 210) > 0",
        "sma(close, 60) - sma(close, 210) < 0",
        "sma(close, 60) != sma(close, 210)",
    ):
        assert truth(parse_condition(text), bars, {})[209:].max() <= 0, text
    assert (truth(parse_condition("sma(close, 60) == sma(close, 210)"), bars, {})[209:] == 1).all()


def test_steps_of_equal_size_have_no_deviation():
    closes = [round(10 + 0.01 * i, 2) for i in range(60)]
    assert holds("stdev(change(close, 1), 20) == 0", closes) == 1
    assert holds("zscore(change(close, 1), 20) > -99", closes) == -1
    assert holds("change(close, 1) == bb_upper(change(close, 1), 20, 2)", closes) == 1
    assert holds("change(close, 1) == highest(change(close, 1), 20)", closes) == 1
    assert holds("count(change(close, 1) == lag(change(close, 1), 1), 58) == 58", closes) == 1


def test_a_move_up_as_large_as_the_move_down_is_no_direction():
    # The high rises 0.10 and the low falls 0.10 on every bar: neither counts, so there is no direction.
    high = [round(10 + 0.1 * i, 2) for i in range(30)]
    low = [round(9.9 - 0.1 * i, 2) for i in range(30)]
    assert any(high[i + 1] - high[i] != low[i] - low[i + 1] for i in range(29)), "in binary they differ"
    found = values(parse_expression("adx(2)"), bars_of([9.95] * 30, high=high, low=low), {})
    np.testing.assert_array_equal(found[3:], 0.0)


def test_rsi_keeps_its_value_through_a_flat_stretch():
    # Gain 2, then loss 1, then 90 flat bars: both averages shrink alike. n = 2: gain 1, loss 0.5 at the seed.
    found = values(parse_expression("rsi(close, 2)"), bars_of([10, 12, 11, *[11.0] * 90]), {})
    np.testing.assert_allclose(found[2:], 100 * 1 / 1.5, rtol=1e-9)


def test_what_left_a_window_leaves_nothing_behind_on_a_long_series():
    # A million times the price, once, long ago: a running sum would carry its rounding error for ever.
    closes = np.full(20_000, 0.07)
    closes[5] = 70_000.0
    bars = bars_of(closes.tolist())
    for text in ("sma(close, 50) == 0.07", "sma(close, 50) == sma(close, 200)", "stdev(close, 50) == 0"):
        assert (truth(parse_condition(text), bars, {})[300:] == 1).all(), text


def test_a_difference_of_nothing_is_zero_and_any_other_is_kept():
    x = np.array([1.0, 1.0, 1.0, 0.0, -3.0, np.nan, 1e-300])
    y = np.array([1.0, 1.0 + 0.5 * SAME, 1.0 + 2 * SAME, 1e-300, -3.0, 1.0, 0.0])
    found = difference(x, y)
    assert found[[0, 1, 4]].tolist() == [0.0, 0.0, 0.0]
    assert found[2] == 1.0 - (1.0 + 2 * SAME)
    assert found[3] == -1e-300
    assert np.isnan(found[5])
    assert found[6] == 1e-300


def test_a_change_from_zero_or_below_is_unknown():
    closes = [5.0, -2.0, 0.0, 4.0, 5.0]
    np.testing.assert_array_equal(
        values(parse_expression("roc(close, 1)"), bars_of(closes), {}), [np.nan, -140, np.nan, np.nan, 25]
    )
    bars = bars_of(closes, open=[5.0, 6.0, -3.0, 1.0, 5.0])
    np.testing.assert_array_equal(
        values(parse_expression("gap()"), bars, {}), [np.nan, 20, np.nan, np.nan, 25]
    )
    np.testing.assert_array_equal(
        values(parse_expression("drawdown(close, 2)"), bars_of(closes), {}), [np.nan, -140, np.nan, 0, 0]
    )
    # A difference and a level are what they are.
    np.testing.assert_array_equal(values(parse_expression("change(close, 1)"), bars, {})[1:], [-7, 2, 4, 1])
    assert truth(parse_condition("close < 0"), bars, {}).tolist() == [0, 1, 0, 0, 0]


@pytest.mark.parametrize("level", [0.0013, 1.0, 98_765.4])
def test_scaling_the_prices_changes_no_truth(level):
    bars = random_bars(11, 400, coarse=True)
    scaled = bars_of((bars.field("close") * level).tolist())
    for text in ("close == highest(close, 20)", "sma(close, 3) > sma(close, 9)", "roc(close, 1) >= 4"):
        condition = parse_condition(text)
        assert truth(condition, scaled, {}).tolist() == truth(condition, bars, {}).tolist()
