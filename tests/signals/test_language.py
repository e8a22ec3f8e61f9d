"""Parsing: what is allowed, what is refused and how, limits."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.core.errors import ConditionError
from generator.signals.language import leading_measure, parse_condition, parse_expression
from generator.signals.tree import to_text
from tests.signals import expressions


def message(text: str) -> str:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("clse > 1", "clse", 'no field "clse". Did you mean "close"'),
        ("close > higest(close, 20)", "higest", 'no function "higest". Did you mean "highest"'),
        ("close > 1 AND open > 1", "AND", 'Did you mean "and"'),
        ("CLOSE > 1", "CLOSE", 'Did you mean "close"'),
        ("1 < close < 3", "< 3", 'Write "a < b and b < c"'),
        ("close = 3", "=", 'Write "=="'),
        ("roc(close, 1) >= 10%", "%", "in percent already"),
        ("close ** 2 > 1", "* 2", "Expected a field"),
        ("close^2 > 1", "^", "no powers"),
        ("close.mean > 1", ".", "Nothing has attributes"),
        ("close[1] > 1", "[", "lag(x, n)"),
        ("close & open", "&", 'Write "and"'),
        ("close ≥ 1", "≥", 'Write ">="'),
        ("close > −1", "−", "plain minus"),
        ("close", "close", "a number, not a condition"),
        ("close > (open > 1)", "open", "a condition (true or false)"),
        ("close and open > 1", "close", 'On the left of "and"'),
        ("not close", "close", 'Behind "not"'),
        ("-(close > 1) > 1", "close", 'Behind "-"'),
        ("streak(close) > 1", "close)", "As cond of streak(cond)"),
        ("highest(close > 1, 3) > 1", "close", "As x of highest(x, n)"),
        ("highest(close) > 1", ")", "n is missing: write highest(x, n)"),
        ("highest() > 1", ")", "x is missing"),
        ("highest(close, 20, 3) > 1", ", 3", "no more arguments"),
        ("highest(close, 2.5) > 1", "2.5", "a whole number from 1 to 2520"),
        ("highest(close, 0) > 1", "0)", "from 1 to 2520"),
        ("highest(close, -1) > 1", "-1", "from 1 to 2520"),
        ("highest(close, 2521) > 1", "2521", "from 1 to 2520"),
        ("highest(close, 2 + 3) > 1", "2 +", "from 1 to 2520"),
        ("highest(close, close) > 1", "close) >", "from 1 to 2520"),
        ("rsi(close, 1) > 1", "1) >", "from 2 to 2520"),
        ("bb_upper(close, 20, close) > 1", "close) >", "a number written out"),
        ("gap > 1", "gap", "write gap()"),
        ("close() > 1", "close", "a price field, not a function"),
        ('"SPY" > 1', '"SPY"', "A text stands only in on"),
        ("on(SPY, close) > 1", "SPY", "a ticker in quotation marks"),
        ('on("S/P", close) > 1', '"S/P"', "a ticker in quotation marks"),
        ('on("SPY") > 1', ") >", 'after the ticker: on("SPY", x)'),
        ('on("SPY, close) > 1', '"SPY', "not closed"),
        ("lambda: 1", ":", "not part of the language"),
        ("close > 1)", ")", "closes nothing"),
        ("(close > 1", "", 'Expected ")"'),
        ("close >", "", "found the end"),
        ("close > 1, open > 1", ",", 'Join conditions with "and"'),
        ("close > 1 open > 1", "open", "Expected an operator or the end"),
        ("close > 1e999", "1e999", "too large"),
        ("close > {lookback}", "{", "signal library"),
    ],
)
def test_mistakes_are_shown_where_they_are(text, place, said):
    first, shown, caret = message(text).split("\n")
    assert said in first
    assert shown == f"  {text}"
    position = text.rindex(place) if place else len(text)
    assert caret == " " * (position + 2) + "^"


def test_an_empty_text():
    assert "empty" in message("")
    assert "empty" in message("  \n ")


def test_what_a_terminal_would_obey_is_not_shown():
    assert "\x1b" not in message("\x1b[31mclose > 1")
    assert "U+001B" in message("\x1b[31mclose > 1")
    message("\ud800").encode()


def test_white_space_and_lines_do_not_matter():
    assert parse_condition("close\n  >\t1").text == "close > 1"
    assert parse_condition("close>1").tree == parse_condition(" close  > 1 ").tree


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1 + 2 * 3 > 4", "1 + 2 * 3 > 4"),
        ("(1 + 2) * 3 > 4", "(1 + 2) * 3 > 4"),
        ("1 - (2 - 3) > 4", "1 - (2 - 3) > 4"),
        ("1 - 2 - 3 > 4", "1 - 2 - 3 > 4"),
        ("(1 - 2) - 3 > 4", "1 - 2 - 3 > 4"),
        ("-(1 + 2) / 3 > 4", "-(1 + 2) / 3 > 4"),
        ("not 1 > 2 and 3 > 4", "not 1 > 2 and 3 > 4"),
        ("not (1 > 2 and 3 > 4)", "not (1 > 2 and 3 > 4)"),
        ("1 > 2 or 3 > 4 and 5 > 6", "1 > 2 or 3 > 4 and 5 > 6"),
        ("(1 > 2 or 3 > 4) and 5 > 6", "(1 > 2 or 3 > 4) and 5 > 6"),
        ("on('brk-b', close) > .5e1", 'on("BRK-B", close) > 5'),
    ],
)
def test_precedence(text, written):
    assert to_text(parse_condition(text).tree) == written


@settings(max_examples=150, deadline=None)
@given(expressions.truths())
def test_a_tree_written_out_is_read_as_the_same_tree(text):
    try:
        tree = parse_condition(text).tree
    except ConditionError:
        return
    assert parse_condition(to_text(tree)).tree == tree


# Limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "(" * 5_000,
        "(" * 400,
        "-" * 499 + "1",
        "not " * 124 + "1",
        "lag(" * 120,
        "1" + "+1" * 249,
        "close>1 and " * 40 + "close>1",
        "highest(" * 21 + "close" + ",2)" * 21 + " > 1",
        "9" * 499,
        '"' * 500,
        " " * 500,
        "\x00" * 100,
    ],
)
def test_hostile_texts_end_at_once(text):
    start = time.perf_counter()
    message(text)
    assert time.perf_counter() - start < 0.1


def test_the_limits_themselves_are_allowed():
    assert parse_condition("close > 1".ljust(500))
    assert parse_condition(" and ".join(["close>1"] * 25))
    assert parse_condition("(" * 18 + "close > 1" + ")" * 18)
    assert parse_condition("1" + "+1" * 18 + " > 1")
    assert "more than 100 parts" in message(" and ".join(["close>1"] * 26))
    assert "20 deep" in message("(" * 19 + "close > 1" + ")" * 19)
    assert "20 deep" in message("1" + "+1" * 19 + " > 1")
    assert "501 characters; at most 500" in message("close > 1".ljust(501))


PIECES = st.sampled_from(
    [
        "close",
        "volume",
        "highest",
        "streak",
        "on",
        "(",
        ")",
        ",",
        "and",
        "or",
        "not",
        "<",
        "==",
        "+",
        "-",
        "*",
        "1",
        "20",
        '"SPY"',
        " ",
    ]
)


@settings(max_examples=300, deadline=500)
@given(st.one_of(st.text(max_size=600), st.lists(PIECES, max_size=60).map(" ".join)))
@example("close > 1")
def test_any_text_gives_a_tree_or_a_condition_error(text):
    for parse in (parse_condition, parse_expression):
        try:
            parse(text)
        except ConditionError as error:
            assert str(error).isprintable() or "\n" in str(error)  # noqa: PT017


# What is known of an expression ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "history"),
    [
        ("close > 1", 0),
        ("roc(close, 5) > 1", 5),
        ("close == highest(close, 20)", 19),
        ("sma(roc(close, 5), 20) > sma(close, 10)", 24),
        ("gap() > 1", 1),
        ("crosses_above(sma(close, 50), sma(close, 200))", 200),
        ("within(close > lag(close, 1), 10)", 10),
        ("drawdown(close, 252) < -10", 251),
        ("drawdown(close) < -10", None),
        ("ema(close, 5) > 1", None),
        ("sma(rsi(close, 14), 3) > 1", None),
        ("bars_since(close > 1) > 1", None),
        ("streak(close > 1) > 1", None),
        ('on("SPY", roc(close, 5)) > 1', 5),
        ("weekday() == 1", 0),
    ],
)
def test_history(text, history):
    assert parse_condition(text).history == history


def test_assets_in_order_without_repeats():
    condition = parse_condition('on("spy", close > 1) and on("QQQ", close > on("SPY", close))')
    assert condition.assets == ("SPY", "QQQ")


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("roc(close, 1) >= 10", "roc(close, 1)"),
        ("roc(close, 5) > 8.5 and gap() > 0.28", "roc(close, 5)"),
        ("close == highest(close, 20) and bars_since(close == lowest(close, 20)) <= 8", "close"),
        ("not (gap() > 1)", "gap()"),
        ("(not (gap() > 1) or open > 3) and close > 2", "close"),
        ("streak(close > open) >= 5", "streak(close > open)"),
        ("crosses_above(close, open)", None),
        ("within(close > open, 3)", None),
        ('on("SPY", close) / close > 1', 'on("SPY", close) / close'),
    ],
)
def test_leading_measure(text, measure):
    found = leading_measure(parse_condition(text))
    assert (found.text if found else None) == measure
    assert found is None or parse_expression(found.text).tree == found.tree


def test_values_can_be_keys():
    a, b = parse_condition("close > 1 and open > 1"), parse_condition("close > 1 and open > 1")
    assert len({a, b}) == 1
    assert hash(a.tree) == hash(b.tree)


@pytest.mark.parametrize(
    "text",
    [
        "close > 1.5 * sma(close, 20)",
        "not (close > open)",
        "-close < 3 and open > 2",
        "on('SPY', close) > 1 or crosses_above(close, open)",
    ],
)
def test_where_a_condition_is_written_makes_it_no_other(text: str) -> None:
    one, other = parse_condition(text).tree, parse_condition(f"  ({text})").tree
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) != repr(other)  # their places are not the same


@pytest.mark.parametrize(
    "text",
    [
        "close * -open",
        "-close * 2",
        "-close + open",
        "-(close + open)",
        "-(close * open)",
        "(close + open) * 2",
        "close * (open + high)",
        "close + open * high",
        "close * open / high",
        "close / (open * high)",
        "close / (open / high)",
        "close - open - high",
        "close - (open - high)",
        "close + (open - high)",
        "lag(close - open, 3) * 2.5",
        'on("SPY", close + open) * 2',
    ],
)
def test_an_expression_has_the_brackets_that_it_needs_and_no_more(text):
    assert to_text(parse_expression(text).tree) == text


@pytest.mark.parametrize(
    "text",
    [
        "close + 1 > open * 2",
        "not close > 1",
        "not not close > 1",
        "not close > 1 and open > 2",
        "not (close > 1 and open > 2)",
        "not (close > 1 or open > 2)",
        "close > 1 or open > 2 and high > 3",
        "(close > 1 or open > 2) and high > 3",
        "close > 1 and (open > 2 or high > 3)",
        "close > 1 and (open > 2 and high > 3)",
        'on("SPY", close > 1 and open > 2)',
        "within(close > 1 or open > 2, 3)",
        "bb_upper(close, 20, 2.5) > -1",
    ],
)
def test_a_condition_has_the_brackets_that_it_needs_and_no_more(text):
    assert to_text(parse_condition(text).tree) == text
