"""Prices as text: two decimals, or as many more as five significant figures need."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.language import numbers
from generator.study.question import make_study, trigger_unit


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0000085, "0.0000085"),
        (1.27892, "1.2789"),
        (1.2, "1.20"),
        (9.99996, "10.00"),
        (12.3456, "12.346"),
        (291.200012, "291.20"),
        (2775.0, "2,775.00"),
        (1234567.891, "1,234,567.89"),
        (0.0, "0.00"),
        (0.5, "0.50"),
        (0.123456, "0.12346"),
        (-37.63, "−37.63"),
        (-0.0213, "−0.0213"),
        (63.63999938964844, "63.64"),
        (None, "—"),
        (float("nan"), "—"),
    ],
)
def test_a_price_has_the_decimals_that_it_needs(value, text):
    assert numbers.price(value) == text


@given(st.floats(1e-12, 1e9))
def test_a_price_is_never_further_off_than_its_fifth_figure(value):
    text = numbers.price(value).replace(",", "")
    assert abs(Decimal(text) - Decimal(value)) <= Decimal(value) * Decimal("5.0000001e-5")
    whole, _, part = text.partition(".")
    assert len(part) == 2 or (len(part) > 2 and not part.endswith("0") and len(whole) < 3)


@pytest.mark.parametrize(
    ("measure", "unit"),
    [
        ("close", "price"),
        ("sma(close, 20) - lag(low, 3)", "price"),
        ("2 * highest(high, 5) / 3", "price"),
        ("atr(14)", "price"),
        ("-macd(close, 12, 26)", "price"),
        ('on("SPY", close)', "percent"),
        ("close / sma(close, 200)", "number"),
        ("volume", "number"),
        ("rsi(close, 14)", "number"),
        ("zscore(close, 20)", "number"),
        ("roc(close, 1)", "percent"),
    ],
)
def test_what_a_trigger_is_in(measure, unit):
    assert trigger_unit(make_study("X", when="close > 1", measure=measure)) == unit
