"""Lists of dates, numbers as they are written, and names that are nearly right, at their edges."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from generator.core.errors import ConditionError, RequestError
from generator.market.bars import make_bars
from generator.market.history import PriceHistory
from generator.signals.dates import bars_of_dates, joined, read_dates, truth_of_dates
from generator.signals.evaluate import truth
from generator.signals.language import parse_condition, parse_expression
from generator.signals.library import find_signal
from generator.signals.tree import Listed, ListedDate, children, number_text, walk
from tests.signals.test_dates import read as listed

DAYS = np.arange("2021-03-01", "2021-03-11", dtype="datetime64[D]")
BARS = make_bars(PriceHistory("X-USD", DAYS, np.arange(1.0, 11.0)), "daily", in_progress=False)


def test_the_longest_label_and_the_most_dates() -> None:
    assert listed(f"2020-01-02,{'x' * 300}").dates[0].label == "x" * 300
    with pytest.raises(RequestError, match="the label is longer than 300 characters"):
        listed(f"2020-01-02,{'x' * 301}")
    days = [date(1950, 1, 1) + timedelta(days=n) for n in range(10_000)]
    assert len(listed("\n".join(map(str, days))).dates) == 10_000


@pytest.mark.parametrize(("wrong", "more"), [(5, ""), (6, "and 1 more lines."), (9, "and 4 more lines.")])
def test_five_lines_are_named_and_more_are_counted(wrong: int, more: str) -> None:
    with pytest.raises(RequestError) as caught:
        listed("\n".join(["2020-01-02", *["today"] * wrong]))
    lines = str(caught.value).split("\n")
    assert [line.split(": ")[0] for line in lines[:5]] == [f"cuts.csv:{n}" for n in range(2, 7)]
    assert lines[5:] == ([more] if more else [])


def test_days_that_are_named_again_are_counted_and_their_labels_joined_once() -> None:
    found = listed("2020-01-02,b\n2020-01-01\n2020-01-02,a\n2020-01-02,b\n")
    assert found == Listed(
        "cuts.csv", (ListedDate(date(2020, 1, 1)), ListedDate(date(2020, 1, 2), "b; a")), repeated=2
    )
    assert joined(["", "x", "", "y", "x"]) == "x; y"
    assert joined([]) == joined(["", ""]) == ""


def test_quotes_belong_to_a_label_only_where_they_close() -> None:
    text = '2020-01-01,"a"\n2020-01-02,"\n2020-01-03,"a\n2020-01-04,a"\n2020-01-05,""\n2020-01-06, a  b \n'
    assert [each.label for each in listed(text).dates] == ["a", '"', '"a', 'a"', "", "a b"]


def test_dates_read_later_end_with_the_bars() -> None:
    found = listed("2021-02-28\n2021-03-01\n2021-03-08\n2021-03-10\n2021-03-11\n")
    assert bars_of_dates(found, BARS).tolist() == [-1, 0, 7, 9, 10]
    later = Listed(found.name, found.dates, later=2)
    assert bars_of_dates(later, BARS).tolist() == [-1, 2, 9, 10, 10]
    assert np.flatnonzero(truth_of_dates(later, BARS)).tolist() == [2, 9]
    assert np.flatnonzero(truth_of_dates(found, BARS)).tolist() == [0, 7, 9]
    condition = read_dates("2021-03-08", "cuts.csv")
    assert (condition.history, condition.assets, condition.text) == (0, (), "the dates of cuts.csv")
    assert np.flatnonzero(truth(condition, BARS, {})).tolist() == [7]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20.0, "20"),
        (-3.0, "-3"),
        (0.0, "0"),
        (8.5, "8.5"),
        (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1000000000000000.0"),
        (-1e15, "-1000000000000000.0"),
        (1e16, "1e+16"),
        (0.1, "0.1"),
    ],
)
def test_a_number_as_it_is_written(value: float, text: str) -> None:
    assert number_text(value) == text
    assert float(text) == value


def test_nodes_are_walked_parents_first_from_left_to_right() -> None:
    tree = parse_condition(
        "not (close > 1 and on('SPY', -open) < lag(high, 2)) or crosses_above(low, 3)"
    ).tree
    names = [type(node).__name__ for node in walk(tree)]
    assert names == [
        *("Logic", "Not", "Logic", "Comparison", "Field", "Number", "Comparison", "On", "Negation", "Field"),
        *("Call", "Field", "Call", "Field", "Number"),
    ]
    assert children(parse_expression("close").tree) == children(parse_expression("gap()").tree) == ()


def said(text: str) -> str:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    return str(caught.value).split("\n")[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x > 1", 'There is no field "x". The fields are: open, high, low, close, volume.'),
        (
            "sm > 1",  # no field, but nearly a function
            'There is no field "sm". Did you mean "sma"? The fields are: open, high, low, close, volume.',
        ),
        ("higest(close, 2) > 1", 'There is no function "higest". Did you mean "highest"?'),
        ("close > 1 adn open > 1", 'Expected an operator or the end, found "adn". Did you mean "and"?'),
        ("close > 1 x", 'Expected an operator or the end, found "x".'),
        ("close > 1 2", 'Expected an operator or the end, found "2".'),
        ("close > 1 'a'", "Expected an operator or the end, found 'a'."),
        ("close >", "Expected a field, a number, a function or a bracket, found the end."),
        ("close > )", 'Expected a field, a number, a function or a bracket, found ")".'),
        ("(close > 1", 'Expected ")" to close the bracket, found the end.'),
        ("highest(close 2) > 1", 'Expected "," before n: highest(x, n), found "2".'),
        ("on('SPY' close) > 1", 'Expected "," after the ticker: on("SPY", x), found "close".'),
        ("bb_upper(close, 20, -2) > 1", "k of bb_upper(x, n, k) is a number written out, such as 2."),
        ("drawdown(close, 2, 3) > 1", "drawdown takes no more arguments: drawdown(x, n)."),
        ("rsi(close, 2521) > 1", "n of rsi(x, n) is a whole number from 2 to 2520."),
        ("close > 1 > 2", 'What a comparison gives cannot be compared again. Write "a > b and b > c".'),
        ("close + 1", "This is a number, not a condition (true or false). Compare it with something: for"),
    ],
)
def test_what_a_message_says(text: str, told: str) -> None:
    assert said(text).startswith(told) if told.endswith("for") else said(text) == told


def test_an_expression_that_is_a_condition_is_told_where() -> None:
    with pytest.raises(ConditionError) as caught:
        parse_expression("(close > 1)")
    first, _, caret = str(caught.value).split("\n")
    assert first == "This is a condition (true or false), not a number. Leave the comparison out."
    assert caret == " " * 3 + "^"


def test_three_near_names_at_most() -> None:
    with pytest.raises(RequestError) as caught:
        find_signal("reverse")
    assert str(caught.value).startswith('There is no signal "reverse". Did you mean reverse-')
    with pytest.raises(
        RequestError, match=r'^There is no signal "zzzz"\. "precedent signals" lists them all\.$'
    ):
        find_signal("zzzz")
    with pytest.raises(RequestError) as caught:
        find_signal("REVERSE-UP")
    assert "Did you mean reverse-up" in str(caught.value)
    assert str(caught.value).count(" or ") <= 2
