"""Sentences, read one by one, and what must hold for those nobody has read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from generator.core.errors import ConditionError
from generator.signals.dates import read_dates
from generator.signals.english import describe
from generator.signals.language import parse_condition, parse_expression
from generator.signals.simplify import simplify
from tests.signals import expressions

DAILY = {
    "close == highest(close, 20) and bars_since(close == lowest(close, 20)) <= 8": (
        "the close is the highest of the last 20 sessions, and it was the lowest of the last 20 "
        "at most 8 sessions ago"
    ),
    "roc(close, 5) > 8.5 and gap() > 0.28": (
        "the close is up more than 8.5% from 5 sessions before, and the open is more than 0.28% above "
        "the close of the session before"
    ),
    "roc(close, 21) <= -10": "the close is down 10% or more from 21 sessions before",
    "roc(close, 21) < 0": "the close is lower than 21 sessions before",
    "roc(close, 21) > -5": "the percent change of the close from 21 sessions before is above −5%",
    "change(close, 1) >= 2": "the close is up 2 or more from the session before",
    "gap() <= -1": "the open is 1% or more below the close of the session before",
    "gap() > 0": "the open is above the close of the session before",
    "close > lag(close, 1)": "the close is higher than the session before",
    "close > lag(high, 1)": "the close is above the high of the session before",
    "close > lag(sma(close, 20), 5)": (
        "the close is above (the 20-session average of the close) 5 sessions before"
    ),
    "close > lag(highest(high, 20), 1)": "the close is above the highest high of the 20 sessions before",
    "close > lag(highest(close, 20), 1)": "the close is above its highest of the 20 sessions before",
    "close >= highest(close, 20)": "the close is the highest of the last 20 sessions",
    "close <= highest(high, 20)": "the close is at or below the highest high of the last 20 sessions",
    "close != lowest(close, 5)": "the close is not the lowest of the last 5 sessions",
    "crosses_above(sma(close, 50), sma(close, 200))": (
        "the 50-session average of the close crosses above its 200-session average"
    ),
    "crosses_below(ema(close, 10), wma(close, 30))": (
        "the 10-session exponential average of the close crosses below its 30-session weighted average"
    ),
    "crosses_below(rsi(close, 14), 30)": "the 14-session RSI of the close crosses below 30",
    "crosses_below(drawdown(close, 252), -10)": (
        "the close falls to more than 10% below its highest of the last 252 sessions"
    ),
    "rsi(close, 14) > sma(rsi(close, 14), 20)": (
        "the 14-session RSI of the close is above its 20-session average"
    ),
    "sma(close, 50) > sma(sma(close, 50), 20)": (
        "the 50-session average of the close is above the 20-session average of the 50-session average "
        "of the close"
    ),
    "close > 1.5 * sma(close, 200)": "the close is above 1.5 times its 200-session average",
    "close > sma(open, 200)": "the close is above the 200-session average of the open",
    "(close / sma(close, 200) - 1) * 100 >= 10": "the close is 10% or more above its 200-session average",
    "volume > 2 * sma(volume, 50)": "the volume is above 2 times its 50-session average",
    "stdev(close, 20) < 3": "the 20-session standard deviation of the close is below 3",
    "zscore(atr(14), 252) > 3": "the 252-session z-score of the 14-session average true range is above 3",
    "adx(14) >= 25": "the 14-session ADX is 25 or more",
    "macd(close, 12, 26) > 0": "the MACD (12 and 26 sessions) of the close is above 0",
    "close > bb_upper(close, 20, 2)": (
        "the close is above its upper Bollinger band (20 sessions, 2 standard deviations)"
    ),
    "open < bb_lower(close, 20, 1)": (
        "the open is below the lower Bollinger band (20 sessions, 1 standard deviation) of the close"
    ),
    "drawdown(close) == 0": "the close is at its highest so far",
    "drawdown(close) <= -20": "the close is 20% or more below its highest so far",
    "drawdown(close, 252) > -5": "the close is less than 5% below its highest of the last 252 sessions",
    "percentile(close, 252) >= 95": (
        "the percentile of the close among the last 252 sessions is 95% or more"
    ),
    "streak(close > lag(close, 1)) >= 8": (
        "on each of the last 8 sessions, the close was higher than the session before"
    ),
    "streak(close > lag(close, 1)) > 7": (
        "on each of the last 8 sessions, the close was higher than the session before"
    ),
    "streak(close > open) == 3": "for exactly 3 sessions in a row up to now, the close was above the open",
    "streak(close > open) < 3": (
        "the number of sessions in a row, up to now, on which the close was above the open is below 3"
    ),
    "count(roc(close, 1) > 0, 10) >= 9": (
        "on at least 9 of the last 10 sessions, the close was higher than the session before"
    ),
    "count(close > open, 10) < 3": "on fewer than 3 of the last 10 sessions, the close was above the open",
    "count(close > open, 10) == 0": (
        "on none of the last 10 sessions was it true that the close was above the open"
    ),
    "within(crosses_above(close, sma(close, 200)), 10)": (
        "on at least one of the last 10 sessions, the close crossed above its 200-session average"
    ),
    "not within(gap() < 0, 3)": (
        "on none of the last 3 sessions was it true that the open was below the close of the session before"
    ),
    "within(close > open, 1)": "the close is above the open",
    "bars_since(close == highest(close, 252)) > 251": (
        "more than 251 sessions have passed since the close was the highest of the last 252 sessions"
    ),
    "bars_since(roc(close, 1) > 3) < 5": (
        "fewer than 5 sessions ago, the close was up more than 3% from the session before"
    ),
    "bars_since(streak(close < open) >= 3) <= 5": (
        "at most 5 sessions ago, on each of the 3 sessions up to then, the close was below the open"
    ),
    "close == highest(close, 252) and count(close == highest(close, 252), 126) == 1": (
        "the close is the highest of the last 252 sessions, for the first time in 126 sessions"
    ),
    'close / on("SPY", close) == highest(close / on("SPY", close), 252)': (
        "the close divided by SPY's close is the highest of the last 252 sessions"
    ),
    'on("SPY", close > sma(close, 200) and roc(close, 5) < -5) and close > open': (
        "SPY's close is above its 200-session average, it is down more than 5% from 5 sessions before, "
        "and the close is above the open"
    ),
    'on("SPY", gap()) < -2': "SPY's open is more than 2% below the close of the session before",
    'on("QQQ", highest(high, 5)) > 3': "QQQ's highest high of the last 5 sessions is above 3",
    "month() == 10 and weekday() != 4": "the month is October, and the weekday is not Friday",
    "weekday() < 2 and day_of_month() >= 15": (
        "the weekday (Monday is 0) is below 2, and the day of the month is 15 or more"
    ),
    "week_of_year() == 1": "the week of the year is 1",
    "close > 1 or open > 2 and high > 3": (
        "the close is above 1, or both the open is above 2 and the high is above 3"
    ),
    "(close > 1 or open > 2) and high > 3": (
        "either the close is above 1 or the open is above 2, and the high is above 3"
    ),
    "close > 1 and open > 2 and (high > 3 and low > 4)": (
        "the close is above 1, the open is above 2, the high is above 3, and the low is above 4"
    ),
    "close > 1 and (open > 2 or high > 3 or low > 4)": (
        "the close is above 1, and (the open is above 2, the high is above 3, or the low is above 4)"
    ),
    "not (close > 1 and open > 2)": "the close is 1 or less, or the open is 2 or less",
    "not (close == 1 or crosses_above(close, open))": (
        "the close is not 1, and it does not cross above the open"
    ),
    "within(close > 1 and open > 2, 10)": (
        "on at least one of the last 10 sessions, (the close was above 1, and the open was above 2)"
    ),
    "sma(close - open, 20) > sma(close, 20) - open": (
        "the 20-session average of (the close minus the open) is above "
        "((the 20-session average of the close) minus the open)"
    ),
    "-close < -3": "minus the close is below −3",
    "3 < close": "the close is above 3",
    "volume > 1000000": "the volume is above 1,000,000",
    "close > 1234.5": "the close is above 1234.5",
    "1 < 2": "1 is below 2",
}


@pytest.mark.parametrize(("text", "sentence"), DAILY.items())
def test_sentences(text, sentence):
    assert describe(parse_condition(text), "daily") == sentence


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("roc(close, 1) >= 10", "monthly", "the close is up 10% or more from the month before"),
        ("roc(close, 12) >= 10", "monthly", "the close is up 10% or more from 12 months before"),
        ("crosses_above(close, sma(close, 40))", "weekly", "the close crosses above its 40-week average"),
        ("streak(close > open) >= 6", "weekly", "on each of the last 6 weeks, the close was above the open"),
    ],
)
def test_bars(text, kind, sentence):
    assert describe(parse_condition(text), kind) == sentence


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("roc(close, 5)", "the percent change of the close from 5 sessions before"),
        ("roc(close, 1)", "the daily percent change of the close"),
        (
            "(close / lowest(close, 20) - 1) * 100",
            "the percent distance of the close from the lowest close of the last 20 sessions",
        ),
        ("close / sma(close, 200)", "the ratio of the close to its 200-session average"),
        ("(close - open) / (high - low)", "(the close minus the open) divided by (the high minus the low)"),
        (
            "lag(roc(close, 5), 3)",
            "(the percent change of the close from 5 sessions before) 3 sessions before",
        ),
        ('on("SPY", drawdown(close))', "the percent drawdown of SPY's close from its highest so far"),
        (
            "highest(change(close, 5), 9)",
            "the highest value of the change of the close from 5 sessions before in the last 9 sessions",
        ),
        ("bars_since(close > open)", "the number of sessions since the close was above the open"),
        (
            "count(close > open, 9)",
            "the number of sessions among the last 9 sessions on which the close was above the open",
        ),
        ("close * 2 - -3", "(the close times 2) minus −3"),
    ],
)
def test_measures(text, phrase):
    assert describe(parse_expression(text), "daily") == phrase


LAST_5, ABOVE = "the last 5 sessions", "the close was above the open"
COUNTS = {
    "count(close > open, 1) > 0": "the close is above the open",
    "count(close > open, 1) >= 1": "the close is above the open",
    "count(close > open, 5) > 0": "on at least one of the last 5 sessions, the close was above the open",
    "count(close > open, 5) >= 1": "on at least one of the last 5 sessions, the close was above the open",
    "count(close > open, 5) > 1": "on more than 1 of the last 5 sessions, the close was above the open",
    "count(close > open, 5) == 1": "on exactly 1 of the last 5 sessions, the close was above the open",
    "count(close > open, 5) < 1": f"on none of {LAST_5} was it true that {ABOVE}",
    "count(close > open, 5) <= 0": f"on none of {LAST_5} was it true that {ABOVE}",
    "count(close > open, 5) <= 1": "on at most 1 of the last 5 sessions, the close was above the open",
    "streak(close > open) > 0": (
        "the number of sessions in a row, up to now, on which the close was above the open is above 0"
    ),
    "streak(close > open) >= 1": (
        "the number of sessions in a row, up to now, on which the close was above the open is 1 or more"
    ),
    "streak(close > open) > 1": "on each of the last 2 sessions, the close was above the open",
    "streak(close > open) >= 2": "on each of the last 2 sessions, the close was above the open",
    "streak(close > open) == 1": (
        "the number of sessions in a row, up to now, on which the close was above the open is 1"
    ),
    "streak(close > open) == 2": "for exactly 2 sessions in a row up to now, the close was above the open",
}


@pytest.mark.parametrize(("text", "sentence"), COUNTS.items())
def test_counts_and_runs_at_their_edges(text, sentence):
    assert describe(parse_condition(text), "daily") == sentence


def read_sentences() -> list[tuple[str, str]]:
    """Pairs of an expression and what is said of it, from ``sentences.txt``."""
    text = Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("# ")]
    return list(zip(lines[::2], lines[1::2], strict=True))


@pytest.mark.parametrize(("text", "said"), read_sentences())
def test_every_turn_at_its_edges(text, said):
    try:
        expression = parse_expression(text)
    except ConditionError:
        expression = parse_condition(text)
    assert describe(expression, "daily") == said


def test_a_list_of_dates_is_said_by_its_name():
    assert describe(read_dates("2020-03-15, cut", "cuts.csv"), "weekly") == "a date of the list cuts.csv"


def test_different_expressions_have_different_sentences():
    texts = [*expressions.NUMBERS]
    said = [describe(parse_expression(text), "daily") for text in texts]
    assert len(set(said)) == len(texts)
    texts = list(DAILY)
    same = {"streak(close > lag(close, 1)) > 7", "within(close > open, 1)"}
    said = [describe(parse_condition(text), "daily") for text in texts if text not in same]
    assert len(set(said)) == len(texts) - len(same)


@settings(max_examples=200, deadline=None)
@given(expressions.truths())
def test_any_condition_can_be_said(text):
    try:
        condition = parse_condition(text)
    except ConditionError:
        return
    for kind in ("daily", "weekly", "monthly"):
        sentence = describe(condition, kind)
        assert sentence == sentence.strip()
        assert "  " not in sentence
        assert "-0" not in sentence
        assert sentence.count("(") == sentence.count(")")
        assert simplify(simplify(condition.tree)) == simplify(condition.tree)
