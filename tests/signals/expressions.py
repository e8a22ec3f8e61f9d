"""Expressions for the tests: one or more of every function, and a Hypothesis strategy for any."""

from __future__ import annotations

from hypothesis import strategies as st

FIELDS = ("open", "high", "low", "close", "volume")

NUMBERS = (
    "lag(close, 1)",
    "lag(close, 7)",
    "lag(close, 2520)",
    "change(close, 1)",
    "change(close, 4)",
    "roc(close, 1)",
    "roc(close, 21)",
    "roc(volume, 1)",
    "highest(close, 1)",
    "highest(high, 20)",
    "lowest(low, 20)",
    "highest(roc(close, 5), 9)",
    "lowest(roc(volume, 1), 3)",
    "sma(close, 1)",
    "sma(close, 2)",
    "sma(close, 13)",
    "sma(close, 50)",
    "sma(lag(close, 5), 20)",
    "sma(roc(volume, 1), 3)",
    "ema(close, 1)",
    "ema(close, 10)",
    "ema(roc(close, 3), 10)",
    "ema(roc(volume, 1), 3)",
    "wma(close, 1)",
    "wma(close, 2)",
    "wma(close, 11)",
    "wma(change(close, 1), 20)",
    "stdev(close, 1)",
    "stdev(close, 20)",
    "stdev(roc(close, 1), 15)",
    "zscore(close, 1)",
    "zscore(close, 20)",
    "zscore(volume, 5)",
    "rsi(close, 2)",
    "rsi(close, 14)",
    "rsi(sma(close, 3), 5)",
    "atr(2)",
    "atr(14)",
    "adx(2)",
    "adx(7)",
    "macd(close, 5, 13)",
    "macd(change(close, 2), 13, 5)",
    "bb_upper(close, 20, 2)",
    "bb_lower(close, 10, 2.5)",
    "gap()",
    "drawdown(close)",
    "drawdown(lag(close, 3))",
    "drawdown(close, 10)",
    "drawdown(change(close, 1), 10)",
    "drawdown(roc(volume, 1))",
    "percentile(close, 1)",
    "percentile(close, 30)",
    "percentile(roc(volume, 1), 4)",
    "streak(close > lag(close, 1))",
    "streak(close > 100)",
    "streak(roc(volume, 1) >= 0)",
    "count(close > open, 10)",
    "count(roc(volume, 1) >= 0, 4)",
    "bars_since(close == highest(close, 15))",
    "bars_since(roc(volume, 1) >= 0)",
    "month()",
    "day_of_month()",
    "weekday()",
    "week_of_year()",
    'on("BBB", close)',
    'on("BBB", sma(close, 10)) / sma(close, 10)',
    'on("AAA", on("BBB", roc(close, 3)))',
    "-close + 3 * (high - low) / (close - open)",
)

TRUTHS = (
    "crosses_above(close, sma(close, 10))",
    "crosses_below(close, sma(close, 10))",
    "crosses_above(roc(volume, 1), 0)",
    "within(close == lowest(close, 10), 5)",
    "within(roc(volume, 1) >= 0, 4)",
    "not within(close > open, 2) or close > 100 and volume != 1",
    "close == highest(close, 20) and bars_since(close == lowest(close, 20)) <= 8",
    'on("BBB", close > lag(close, 1)) and close < lag(close, 1)',
    "roc(volume, 1) > 0 or not (close >= open)",
)


def _windows(least: int = 1) -> st.SearchStrategy[int]:
    return st.integers(least, 6)


def numbers(depth: int = 3) -> st.SearchStrategy[str]:
    """Texts of numeric expressions."""
    leaves = st.one_of(
        st.sampled_from([*FIELDS, "gap()", "month()", "weekday()", "atr(2)", "adx(2)"]),
        st.integers(0, 99).map(str),
    )
    if depth == 0:
        return leaves
    x, c = numbers(depth - 1), truths(depth - 1)
    windowed = (
        "lag",
        "change",
        "roc",
        "highest",
        "lowest",
        "percentile",
        "drawdown",
        "sma",
        "ema",
        "wma",
        "stdev",
    )
    return st.one_of(
        leaves,
        st.builds("({} {} {})".format, x, st.sampled_from("+-*/"), x),
        st.builds("-({})".format, x),
        st.builds("{}({}, {})".format, st.sampled_from(windowed), x, _windows()),
        st.builds("{}({}, {})".format, st.sampled_from(("rsi", "zscore")), x, _windows(2)),
        st.builds("drawdown({})".format, x),
        st.builds("macd({}, {}, {})".format, x, _windows(), _windows()),
        st.builds("bb_{}({}, {}, 1.5)".format, st.sampled_from(("upper", "lower")), x, _windows()),
        st.builds("{}({})".format, st.sampled_from(("streak", "bars_since")), c),
        st.builds("count({}, {})".format, c, _windows()),
        st.builds('on("BBB", {})'.format, x),
    )


def truths(depth: int = 3) -> st.SearchStrategy[str]:
    """Texts of conditions."""
    x = numbers(max(depth - 1, 0))
    compared = st.builds("{} {} {}".format, x, st.sampled_from(("<", "<=", ">", ">=", "==", "!=")), x)
    if depth == 0:
        return compared
    c = truths(depth - 1)
    return st.one_of(
        compared,
        st.builds("({}) {} ({})".format, c, st.sampled_from(("and", "or")), c),
        st.builds("not ({})".format, c),
        st.builds("crosses_{}({}, {})".format, st.sampled_from(("above", "below")), x, x),
        st.builds("within({}, {})".format, c, _windows()),
        st.builds('on("BBB", {})'.format, c),
    )
