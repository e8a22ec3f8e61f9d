"""Every function of the language against the naive oracle, on random prices with ties and unknowns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.core.errors import ConditionError, FieldError
from generator.market.bars import make_bars
from generator.signals.evaluate import truth, values
from generator.signals.language import parse_condition, parse_expression
from generator.signals.tree import Call, On, walk
from generator.signals.vocabulary import FUNCTIONS
from tests.signals import expressions
from tests.signals.markets import bars_of, random_bars, table
from tests.signals.oracle import Oracle, Table

SIZE = 90


def markets(coarse: bool, seed: int = 1, size: int = SIZE):
    ours = random_bars(seed, size, coarse=coarse)
    others = {"BBB": random_bars(seed + 100, size - 5, asset="BBB", coarse=coarse)}
    tables = {"AAA": table(ours), "BBB": table(others["BBB"])}
    return ours, others, Oracle(tables["AAA"], tables)


def assert_same_numbers(found, wanted):
    expected = np.array([np.nan if x is None else float(x) for x in wanted])
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def as_truth(series):
    return [-1 if x is None else int(x) for x in series]


def test_the_lists_below_hold_every_function():
    trees = [parse_expression(t).tree for t in expressions.NUMBERS]
    trees += [parse_condition(t).tree for t in expressions.TRUTHS]
    used = {node.name for tree in trees for node in walk(tree) if isinstance(node, Call)}
    assert used == set(FUNCTIONS)
    assert any(isinstance(node, On) for tree in trees for node in walk(tree))


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("text", expressions.NUMBERS)
def test_numbers_agree_with_the_oracle(text, coarse):
    ours, others, oracle = markets(coarse)
    expression = parse_expression(text)
    assert_same_numbers(values(expression, ours, others), oracle.series(expression.tree))


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("text", expressions.TRUTHS)
def test_truths_agree_with_the_oracle(text, coarse):
    ours, others, oracle = markets(coarse)
    condition = parse_condition(text)
    found = truth(condition, ours, others)
    assert found.dtype == np.int8
    assert found.tolist() == as_truth(oracle.series(condition.tree))


@pytest.mark.parametrize("text", [*expressions.NUMBERS, *expressions.TRUTHS])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_short_histories_agree_with_the_oracle(text, size):
    ours = random_bars(5, size)
    others = {"BBB": random_bars(6, size, asset="BBB")}
    oracle = Oracle(table(ours), {"AAA": table(ours), "BBB": table(others["BBB"])})
    if text in expressions.TRUTHS:
        condition = parse_condition(text)
        assert truth(condition, ours, others).tolist() == as_truth(oracle.series(condition.tree))
    else:
        expression = parse_expression(text)
        assert_same_numbers(values(expression, ours, others), oracle.series(expression.tree))


# Closes on whole fours and only exact functions, so that a tie is a tie in both.
EXACT = st.one_of(
    st.builds(
        "{}({}, {})".format,
        st.sampled_from(("lag", "change", "highest", "lowest")),
        st.just("close"),
        st.integers(1, 5),
    ),
    st.builds(
        "count(close {} lag(close, {}), {})".format,
        st.sampled_from("<>"),
        st.integers(1, 3),
        st.integers(1, 5),
    ),
    st.builds("streak(close {} lag(close, {}))".format, st.sampled_from(("<=", ">=")), st.integers(1, 3)),
    st.builds("bars_since(close == highest(close, {}))".format, st.integers(1, 5)),
    st.sampled_from(("close", "4", "0", "volume / volume")),
)
COMPARED = st.builds("{} {} {}".format, EXACT, st.sampled_from(("<", "<=", ">", ">=", "==", "!=")), EXACT)
JOINED = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("within({}, {})".format, inner, st.integers(1, 4)),
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(text=JOINED, seed=st.integers(0, 50))
def test_any_condition_agrees_with_the_oracle(text, seed):
    try:
        condition = parse_condition(text)
    except ConditionError:
        return
    ours = random_bars(seed, 25, coarse=True)
    assert truth(condition, ours, {}).tolist() == as_truth(Oracle(table(ours)).series(condition.tree))


@settings(max_examples=60, deadline=None)
@given(text=expressions.truths(), seed=st.integers(0, 20))
def test_any_condition_gives_a_truth_and_no_warning(text, seed):
    try:
        condition = parse_condition(text)
    except ConditionError:
        return
    ours = random_bars(seed, 30, coarse=True)
    found = truth(condition, ours, {"BBB": random_bars(seed + 1, 30, asset="BBB")})
    assert found.shape == (30,)
    assert set(found.tolist()) <= {-1, 0, 1}


@pytest.mark.parametrize(
    "name", ["lag", "highest", "lowest", "sma", "wma", "stdev", "percentile", "drawdown"]
)
def test_windows_of_any_length_on_histories_of_any_length(name):
    for size in range(1, 13):
        ours = random_bars(size, size)
        oracle = Oracle(table(ours))
        for n in range(1, 17):
            expression = parse_expression(f"{name}(close, {n})")
            assert_same_numbers(values(expression, ours, {}), oracle.series(expression.tree))


# Exactness -------------------------------------------------------------------------------------------

FLAT_TEXTS = {
    "close > sma(close, 7)": 0,
    "close < sma(close, 7)": 0,
    "close == sma(close, 200)": 1,
    "close == wma(close, 7)": 1,
    "close == ema(close, 9)": 1,
    "stdev(close, 50) == 0": 1,
    "zscore(close, 50) >= 0": -1,
    "close == bb_upper(close, 20, 2)": 1,
    "rsi(close, 14) == 50": 1,
    "drawdown(close) == 0": 1,
}


@pytest.mark.parametrize(("text", "last"), FLAT_TEXTS.items())
@pytest.mark.parametrize("level", [0.1, 7.3, 1234.56, 1e7 / 3])
def test_a_flat_stretch_after_a_wild_one_leaves_no_rounding_behind(text, last, level):
    wild = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.1, 300)))
    # An average that never forgets is flat only if all of its past is, and so is the highest so far.
    forgets = not any(name in text for name in ("ema", "rsi", "drawdown"))
    closes = [*(wild.tolist() if forgets else []), *[level] * 220]
    assert truth(parse_condition(text), bars_of(closes), {})[-1] == last


@pytest.mark.parametrize("level", [1.0, 1e4, 1e8])
def test_deviation_is_exact_at_any_level(level):
    noise = np.random.default_rng(3).normal(0, 1, 5000)
    found = values(parse_expression("stdev(close, 100)"), bars_of((level + 10 + noise).tolist()), {})
    shifted = level + 10 + noise
    wanted = [np.std(shifted[i - 99 : i + 1] - shifted[i]) for i in range(99, 5000)]
    np.testing.assert_allclose(found[99:], wanted, rtol=1e-6)


def test_beyond_all_numbers_is_unknown():
    bars = bars_of([1e300, 1e300, 1e300])
    assert truth(parse_condition("close * close > 1"), bars, {}).tolist() == [-1, -1, -1]
    swinging = bars_of([1, 1e300, 1])
    assert truth(parse_condition("stdev(close, 2) >= 0"), swinging, {}).tolist() == [-1, -1, -1]


# Other assets, fields, work --------------------------------------------------------------------------


def test_a_percentage_is_of_any_price_above_zero():
    bars = bars_of([0.5, 0.75, 0.0, 0.3, -0.2, 0.1])
    np.testing.assert_allclose(
        values(parse_expression("roc(close, 1)"), bars, {}),
        [np.nan, 50, -100, np.nan, -200 + 100 / 3, np.nan],
    )
    np.testing.assert_allclose(
        values(parse_expression("drawdown(close, 2)"), bars, {}),
        [np.nan, 0, -100, 0, -100 - 200 / 3, 0],
    )
    np.testing.assert_array_equal(
        values(parse_expression("1 / close"), bars_of([0.5, 0.0, -0.5]), {}), [2, np.nan, -2]
    )


def test_on_takes_the_newest_bar_dated_on_or_before():
    ours = bars_of([1, 2, 3, 4], first="2024-01-03")
    other = bars_of([10, 20], asset="SPY", first="2024-01-04")
    found = values(parse_expression('on("SPY", close)'), ours, {"SPY": other})
    np.testing.assert_array_equal(found, [np.nan, 10, 20, 20])
    assert truth(parse_condition('on("SPY", close > 10)'), ours, {"SPY": other}).tolist() == [-1, 0, 1, 1]
    assert truth(parse_condition('not on("SPY", close > 10)'), ours, {"SPY": other}).tolist() == [-1, 1, 0, 0]


def test_on_may_name_the_asset_itself():
    bars = bars_of([1, 2, 3], asset="SPY")
    assert truth(parse_condition('close == on("spy", close)'), bars, {}).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "field"),
    [("gap() > 1", "open"), ("atr(2) > 1", "high"), ("adx(2) > 1", "high"), ("volume > 1", "volume")],
)
def test_a_missing_field_is_named_with_its_asset(text, field):
    with pytest.raises(FieldError, match=rf"(?s)XYZ has no {field}"):
        truth(parse_condition(text), bars_of([1, 2, 3], asset="XYZ"), {})


def test_every_distinct_sub_tree_is_worked_out_once(monkeypatch):
    from generator.signals import evaluate

    calls = []
    honest = evaluate._OF_NUMBERS["sma"]
    monkeypatch.setitem(evaluate._OF_NUMBERS, "sma", lambda x, n: calls.append(n) or honest(x, n))
    text = "close > sma(close, 3) and open > sma( close , 3) or sma(close, 3) > sma(close, 4)"
    truth(parse_condition(text), random_bars(0, 20), {})
    assert sorted(calls) == [3, 4]


def test_hand_sized_example():
    # Lows of three bars on bars 2 and 3 (from 0); highs of three on 4 and 5, at most two bars later.
    bars = bars_of([12, 11, 10, 10, 11, 12, 11])
    found = truth(
        parse_condition("close == highest(close, 3) and bars_since(close == lowest(close, 3)) <= 2"), bars, {}
    )
    assert found.tolist() == [-1, -1, 0, 0, 1, 1, 0]


# Unknown cells ---------------------------------------------------------------------------------------


def holes_in(bars, seed):
    """The same bars with one cell in eight of every column but the close unknown."""
    keep = np.random.default_rng(seed)
    history = bars.history
    torn = {
        name: np.where(keep.random(len(history)) < 0.125, np.nan, getattr(history, name))
        for name in ("open", "high", "low", "volume")
    }
    return make_bars(replace(history, **torn), bars.kind, in_progress=False)


HOLED = [
    "gap() > 0",
    "not gap() > 0",
    "gap() > 0 or close > lag(close, 1)",
    "gap() > 0 and close > lag(close, 1)",
    "volume > sma(volume, 3)",
    "close > open or not volume > 500",
    "within(high == highest(high, 5), 2)",
    "close > lowest(low, 4)",
    "count(close > open, 3) >= 2",
    "streak(close > open) >= 2",
    "bars_since(close < open) <= 1",
    "crosses_above(close, lag(high, 1))",
    "percentile(volume, 4) >= 75",
    "atr(2) > 1",
    "adx(2) > 20",
    'on("BBB", high > lag(high, 1))',
]


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
@pytest.mark.parametrize("text", HOLED)
def test_unknown_cells_agree_with_the_oracle_on_any_bars(text, kind):
    size = {"daily": 60, "weekly": 200, "monthly": 600}[kind]
    ours = holes_in(random_bars(21, size, kind=kind), 1)
    others = {"BBB": holes_in(random_bars(22, size, asset="BBB", kind=kind), 2)}
    tables = {"AAA": by_hand(ours), "BBB": by_hand(others["BBB"])}
    condition = parse_condition(text)
    wanted = as_truth(Oracle(tables["AAA"], tables).series(condition.tree))
    assert truth(condition, ours, others).tolist() == wanted
    assert -1 in wanted


def by_hand(bars):
    """The table of these bars from their sessions, by a plain loop."""
    history, rows = bars.history, {}
    for i, day in enumerate(history.sessions.tolist()):
        key = {"daily": day, "weekly": day.isocalendar()[:2], "monthly": (day.year, day.month)}[bars.kind]
        rows.setdefault(key, []).append(i)

    def known(name, cells, fold):
        values = [float(getattr(history, name)[i]) for i in cells]
        return float("nan") if any(v != v for v in values) else fold(values)

    folds = {"high": max, "low": min, "volume": sum}
    columns = {
        "open": [float(history.open[cells[0]]) for cells in rows.values()],
        "close": [float(history.close[cells[-1]]) for cells in rows.values()],
        **{name: [known(name, cells, fold) for cells in rows.values()] for name, fold in folds.items()},
    }
    return Table([history.sessions[cells[-1]].item() for cells in rows.values()], columns)
