"""Kleene's tables, and what an unknown bar does to functions of the past."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from generator.signals import truths
from generator.signals.evaluate import truth
from generator.signals.language import parse_condition
from generator.signals.simplify import simplify
from tests.signals.markets import random_bars

T, F, U = 1, 0, -1
NAN = np.nan


def of(*values: int):
    return np.array(values, dtype=np.int8)


BOTH = {(T, T): T, (T, F): F, (T, U): U, (F, T): F, (F, F): F, (F, U): F, (U, T): U, (U, F): F, (U, U): U}
EITHER = {(T, T): T, (T, F): T, (T, U): T, (F, T): T, (F, F): F, (F, U): U, (U, T): T, (U, F): U, (U, U): U}


@pytest.mark.parametrize(("x", "y"), list(product((T, F, U), repeat=2)))
def test_kleene(x, y):
    assert truths.both(of(x), of(y)).tolist() == [BOTH[x, y]]
    assert truths.either(of(x), of(y)).tolist() == [EITHER[x, y]]
    assert truths.negate(of(x)).tolist() == [{T: F, F: T, U: U}[x]]


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
def test_a_comparison_with_an_unknown_is_unknown(operator):
    x, y = np.array([NAN, 1.0, NAN]), np.array([1.0, NAN, NAN])
    assert truths.compare(operator, x, y).tolist() == [U, U, U]


def test_streak():
    found = truths.streak(of(T, T, F, T, T, U, T, F, T))
    np.testing.assert_array_equal(found, [1, 2, 0, 1, 2, NAN, NAN, 0, 1])


def test_bars_since():
    found = truths.bars_since(of(F, U, F, T, F, F, U, F, T, F))
    np.testing.assert_array_equal(found, [NAN, NAN, NAN, 0, 1, 2, NAN, NAN, 0, 1])


def test_count_and_within():
    condition = of(T, F, T, U, F, F, T)
    np.testing.assert_array_equal(truths.count(condition, 2), [NAN, 1, 1, NAN, NAN, 0, 1])
    assert truths.within(condition, 2).tolist() == [U, T, T, U, U, F, T]
    assert truths.within(condition, 9).tolist() == [U] * 7


def test_crossing_needs_to_know_the_bar_before():
    x, y = np.array([2.0, 0.0, 2.0, NAN, 2.0, 2.0, 1.0]), np.ones(7)
    # On the fourth bar x is unknown, but it was above before: no crossing whatever it is.
    assert truths.crosses_above(x, y).tolist() == [U, F, T, F, U, F, F]
    assert truths.crosses_below(x, y).tolist() == [F, T, F, U, F, F, F]


@pytest.mark.parametrize(
    "text",
    [
        "not (close > lag(close, 3) and not (open < lag(open, 2) or volume > 500))",
        'not on("BBB", close > lag(close, 1) or not (close < lag(close, 2)))',
        "not not within(roc(volume, 1) > 0, 2)",
        "not (crosses_above(close, sma(close, 3)) or close == highest(close, 4))",
        "close > 1 and (open > 1 and (volume > 500 or not (close > lag(close, 1))))",
    ],
)
def test_settling_for_speech_changes_no_truth(text):
    ours, others = random_bars(1, 60, coarse=True), {"BBB": random_bars(2, 50, asset="BBB")}
    condition = parse_condition(text)
    simplified = type(condition)(text, simplify(condition.tree), None, condition.assets)
    assert truth(simplified, ours, others).tolist() == truth(condition, ours, others).tolist()
