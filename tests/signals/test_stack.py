"""Series that are worked out together say, to the last bit, what each says alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.core.errors import ConditionError, FieldError
from generator.market.bars import make_bars
from generator.signals.evaluate import evaluations, truth, values
from generator.signals.language import parse_condition, parse_expression
from generator.signals.library import load_library
from tests.signals import expressions
from tests.signals.markets import random_bars

LENGTHS = (120, 1, 97, 3, 60, 12)
NAMES = ("A", "B", "AAA", "C", "D", "E")
SERIES = [
    random_bars(seed, size, asset=name) for seed, (name, size) in enumerate(zip(NAMES, LENGTHS, strict=True))
]
OTHERS = {"BBB": random_bars(20, 90, asset="BBB"), "AAA": SERIES[2]}


TOLD_FROM_THE_BEGINNING = ("streak(close > 0)", "count(streak(close > 0) >= 3, 2)")


@pytest.mark.parametrize("text", [*expressions.NUMBERS, *expressions.TRUTHS, *TOLD_FROM_THE_BEGINNING])
def test_every_function(text):
    if text in expressions.TRUTHS:
        condition = parse_condition(text)
        for bars, together in zip(SERIES, evaluations(SERIES, OTHERS), strict=True):
            np.testing.assert_array_equal(together.truth(condition), truth(condition, bars, OTHERS))
    else:
        expression = parse_expression(text)
        for bars, together in zip(SERIES, evaluations(SERIES, OTHERS), strict=True):
            np.testing.assert_array_equal(together.values(expression), values(expression, bars, OTHERS))


@settings(max_examples=60, deadline=None)
@given(text=expressions.truths(), sizes=st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_any_condition(text, sizes):
    try:
        condition = parse_condition(text)
    except ConditionError:
        return
    series = [random_bars(size, size, asset=f"A{size}", coarse=True) for size in sizes]
    for bars, together in zip(series, evaluations(series, OTHERS), strict=True):
        np.testing.assert_array_equal(together.truth(condition), truth(condition, bars, OTHERS))


@pytest.mark.parametrize("name", [n for n, s in load_library().items() if "on(" not in s.condition])
def test_every_signal_of_the_library(name):
    signal = load_library()[name]
    condition = parse_condition(signal.condition)
    series = [
        make_bars(random_bars(seed, size).history, signal.bars, in_progress=False)
        for seed, size in enumerate((2000, 700, 1400))
    ]
    for bars, together in zip(series, evaluations(series, OTHERS), strict=True):
        np.testing.assert_array_equal(together.truth(condition), truth(condition, bars, OTHERS))


def test_a_series_without_the_field_is_told_by_its_name_and_spoils_no_other():
    first, second = SERIES[0], SERIES[2]
    closes_only = replace(second.history, open=None, high=None, low=None, volume=None)
    bars = make_bars(closes_only, "daily", in_progress=False)
    condition = parse_condition("volume > sma(volume, 5)")
    whole, lacking = evaluations([first, bars], {})
    np.testing.assert_array_equal(whole.truth(condition), truth(condition, first, {}))
    with pytest.raises(FieldError, match=f"^{second.asset} has no volume"):
        lacking.truth(condition)
