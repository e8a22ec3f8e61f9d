"""Cutting the history changes nothing before the cut; another unit of money changes nothing at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.core.errors import ConditionError
from generator.market.bars import make_bars
from generator.signals.evaluate import truth, values
from generator.signals.language import parse_condition, parse_expression
from generator.signals.library import load_library
from tests.signals import expressions
from tests.signals.markets import cut, random_bars

SIZE = 120
OURS = random_bars(11, SIZE)
OTHER = random_bars(12, SIZE, asset="BBB")


def other_until(ours, whole):
    """The other asset's bars, cut at the same date."""
    history = whole.history.until(ours.dates[-1])
    return make_bars(history, whole.kind, in_progress=False)


@pytest.mark.parametrize("text", [*expressions.NUMBERS, *expressions.TRUTHS])
def test_no_function_sees_the_future(text):
    evaluate, parsed = (
        (truth, parse_condition(text)) if text in expressions.TRUTHS else (values, parse_expression(text))
    )
    whole = evaluate(parsed, OURS, {"BBB": OTHER})
    for size in (1, 2, 5, 17, 40, 64, 65, 119):
        part = cut(OURS, size)
        if len(OTHER.history.until(part.dates[-1])) == 0:
            continue
        found = evaluate(parsed, part, {"BBB": other_until(part, OTHER)})
        np.testing.assert_array_equal(found, whole[:size])


@settings(max_examples=40, deadline=None)
@given(text=expressions.truths(), size=st.integers(5, SIZE - 1))
def test_no_condition_sees_the_future(text, size):
    try:
        condition = parse_condition(text)
    except ConditionError:
        return
    part = cut(OURS, size)
    found = truth(condition, part, {"BBB": other_until(part, OTHER)})
    np.testing.assert_array_equal(found, truth(condition, OURS, {"BBB": OTHER})[:size])


@pytest.mark.parametrize("name", load_library())
def test_no_signal_sees_the_future(name):
    signal = load_library()[name]
    size = {"daily": 700, "weekly": 900, "monthly": 1500}[signal.bars]
    daily, other = random_bars(21, size), random_bars(22, size, asset="SPY")
    condition, measure = parse_condition(signal.condition), parse_expression(signal.measure_text)

    def seen(stop: int):
        ours = cut(daily, stop)
        others = {"SPY": make_bars(other.history.until(ours.dates[-1]), signal.bars, in_progress=False)}
        bars = make_bars(ours.history, signal.bars, in_progress=False)
        return bars, truth(condition, bars, others), values(measure, bars, others)

    bars, fires, moves = seen(size)
    for stop in (size // 2, size - 37, size - 1):
        part, fired, moved = seen(stop)
        # The last bar of a cut history may be a week or month that was not over yet.
        same = len(part) - 1
        assert (part.dates[:same] == bars.dates[:same]).all()
        np.testing.assert_array_equal(fired[:same], fires[:same])
        np.testing.assert_array_equal(moved[:same], moves[:same])


@pytest.mark.parametrize("name", load_library())
def test_the_unit_of_money_does_not_matter(name):
    signal = load_library()[name]
    daily = random_bars(31, 1500)
    other = make_bars(random_bars(32, 1500, asset="SPY").history, signal.bars, in_progress=False)
    condition = parse_condition(signal.condition)
    bars = make_bars(daily.history, signal.bars, in_progress=False)
    # A power of two moves no digit, so that even ties stay ties.
    columns = {c: getattr(daily.history, c) * 0.25 for c in ("open", "high", "low", "close")}
    scaled = make_bars(replace(daily.history, **columns), signal.bars, in_progress=False)
    np.testing.assert_array_equal(
        truth(condition, scaled, {"SPY": other}), truth(condition, bars, {"SPY": other})
    )
