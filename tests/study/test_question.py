"""From what is asked to a study: what is taken where nothing is said, units, horizons at their edges."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from generator.core.errors import HorizonError, RequestError
from generator.market.bars import BarKind
from generator.signals.dates import read_dates
from generator.signals.language import parse_expression
from generator.study.horizons import default_horizons, parse_horizon, parse_horizons
from generator.study.prepare import prepare
from generator.study.question import (
    find_headline,
    make_study,
    measured_signal,
    trigger_is_percent,
    trigger_unit,
    unit_of,
)
from generator.study.values import Horizon, Study
from tests.study.markets import history_of

DATES = read_dates("2020-03-15", "cuts.txt")


# --- What is taken where nothing is said -----------------------------------------------------------------


def test_a_condition_is_asked_with_the_usual_choices() -> None:
    study = make_study("IWM", when="roc(close, 5) > 3")
    assert (study.asset, study.target, study.bars, study.cooldown) == ("IWM", "IWM", "daily", 0)
    assert (study.entry, study.returns, study.measure, study.since) == ("close", None, None, None)
    assert (study.signal, study.parameters, study.named_headline, study.columns) == (None, (), None, ())
    assert [h.label for h in study.horizons] == ["1W", "2W", "1M", "2M", "3M", "6M", "1Y"]
    assert [h.bars for h in study.horizons] == [5, 10, 21, 42, 63, 126, 252]
    assert make_study("IWM", when="close > 1", measure="gap()").measure == parse_expression("gap()")
    assert make_study("IWM", dates=DATES).condition == DATES


def test_a_signal_brings_its_own_choices_and_gives_way_to_what_is_said() -> None:
    own = make_study("IWM", signal="ten-percent-month")
    assert (own.bars, own.cooldown, own.parameters) == ("monthly", 0, (("percent", 10),))
    assert [h.label for h in own.horizons] == ["1M", "3M", "6M", "12M"]
    surge = make_study("IWM", signal="five-day-surge-with-gap")
    assert (surge.bars, surge.cooldown) == ("daily", 21)
    assert surge.measure is not None
    assert surge.measure.text == "roc(close, 5)"
    told = make_study(
        "IWM", signal="five-day-surge-with-gap", bars="weekly", cooldown=0, measure="gap()", target="SPY"
    )
    assert (told.bars, told.cooldown, told.target) == ("weekly", 0, "SPY")
    assert told.measure == parse_expression("gap()")
    near = make_study("IWM", signal="reverse-up", parameters={"lookback": 15})
    assert near.parameters == (("lookback", 15), ("within", 8))
    assert "highest(close, 15)" in near.condition.text


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({}, "say what, with a signal of the library"),
        ({"when": "close > 1", "signal": "reverse-up"}, "only one of them"),
        ({"when": "close > 1", "dates": DATES}, "only one of them"),
        ({"when": "close > 1", "parameters": {"percent": 5}}, "parameters belong to a signal"),
        ({"when": "close > 1", "target": " "}, "a ticker is empty"),
        ({"when": "close > 1", "cooldown": -1}, "the cooldown is -1; it is a number of bars from 0 to 2520"),
        ({"when": "close > 1", "cooldown": 2521}, "the cooldown is 2521"),
        (
            {"when": "close > 1", "horizons": []},
            "no horizon given; for daily bars the usual ones are 1W 2W 1M",
        ),
    ],
)
def test_a_question_that_cannot_be_asked(choices: dict[str, object], told: str) -> None:
    with pytest.raises((RequestError, HorizonError), match=told):
        make_study("IWM", **choices)  # type: ignore[arg-type]


def test_a_ticker_of_blanks_is_none() -> None:
    with pytest.raises(RequestError, match="a ticker is empty"):
        make_study("  ", when="close > 1")


def test_the_longest_cooldown_and_none_are_allowed() -> None:
    assert make_study("IWM", when="close > 1", cooldown=2520).cooldown == 2520
    assert make_study("IWM", when="close > 1", cooldown=0).cooldown == 0
    assert make_study("IWM", when="close > 1", parameters={}).parameters == ()


# --- Horizons --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "kind", "calendar", "bars"),
    [
        ("2520D", "daily", "XNYS", 2520),
        ("10Y", "daily", "XNYS", 2520),
        ("120M", "daily", "XNYS", 2520),
        ("504W", "daily", "XNYS", 2520),
        ("10Y", "daily", "24/7", 3650),
        ("3650D", "daily", "24/7", 3650),
        ("48Y", "weekly", "24/7", 2496),
        ("7M", "daily", "24/7", 213),  # 212.9
        ("18M", "daily", "24/7", 547),  # 547.5, a half is rounded down
        ("30M", "daily", "24/7", 912),  # 912.5
        ("5W", "daily", "24/7", 35),
        (" 3m ", "monthly", "XNYS", 3),
        ("2y", "monthly", "XNYS", 24),
    ],
)
def test_a_horizon_in_bars(label: str, kind: BarKind, calendar: str, bars: int) -> None:
    assert parse_horizon(label, kind, calendar) == Horizon(label.strip().upper(), bars)


@pytest.mark.parametrize(
    ("label", "kind", "calendar", "told"),
    [
        ("2521D", "daily", "XNYS", "the horizon 2521D is 2521 daily bars; the longest is 2520"),
        ("3651D", "daily", "24/7", "the horizon 3651D is 3651 daily bars; the longest is 3650"),
        ("49Y", "weekly", "24/7", "the horizon 49Y is 2548 weekly bars; the longest is 2520"),
        (
            "0D",
            "daily",
            "XNYS",
            "'0D' is not a horizon. On daily bars a horizon is a number and D, W, M or Y",
        ),
        ("10000D", "daily", "XNYS", "'10000D' is not a horizon"),
        ("quarter", "monthly", "XNYS", "'quarter' is not a horizon. On monthly bars .* M or Y, such as 1M"),
        (
            "1W",
            "monthly",
            "XNYS",
            "monthly bars cannot express the horizon 1W. On monthly .* M or Y, such as",
        ),
        (
            "1D",
            "weekly",
            "XNYS",
            "weekly bars cannot express the horizon 1D. On weekly .* W or Y, such as 4W",
        ),
        ("x" * 40, "daily", "XNYS", f"'{'x' * 20}' is not a horizon"),
    ],
)
def test_a_horizon_that_is_none(label: str, kind: BarKind, calendar: str, told: str) -> None:
    with pytest.raises(HorizonError, match=told):
        parse_horizon(label, kind, calendar)


def test_horizons_keep_their_order_and_stand_once() -> None:
    assert [h.label for h in parse_horizons(["6M", "1m", "1Y"], "monthly")] == ["6M", "1M", "1Y"]
    with pytest.raises(HorizonError, match="the horizon 1M is given twice"):
        parse_horizons(["6M", "1M", "3M", "1m"], "monthly")
    # Twelve months and a year are as long, and two names.
    assert len(parse_horizons(["12M", "1Y"], "monthly")) == 2
    assert [h.bars for h in default_horizons("daily", "24/7")] == [7, 14, 30, 61, 91, 182, 365]
    assert [h.bars for h in default_horizons("weekly")] == [4, 13, 26, 52]


@pytest.mark.parametrize(
    ("label", "sessions"), [("1D", 1), ("3W", 15), ("3M", 63), ("12M", 252), ("2Y", 504)]
)
def test_a_horizons_length_in_sessions_is_what_its_label_says(label: str, sessions: int) -> None:
    assert Horizon(label, 7).sessions == sessions


def test_the_headline_of_two_that_are_as_near_is_the_shorter() -> None:
    # Three months are 63 sessions: 62 and 64, in either order, and 42 and 84.
    for labels in (["64D", "62D"], ["62D", "64D"]):
        assert make_study("IWM", when="close > 1", horizons=labels).headline.label == "62D"
    assert make_study("IWM", when="close > 1", horizons=["4M", "2M"]).headline.label == "2M"


def test_a_headline_is_found_by_its_label_in_any_case() -> None:
    held = parse_horizons(["1M", "6M"], "daily")
    assert find_headline("6m", held, "daily") == held[1]
    with pytest.raises(
        RequestError, match=r"the headline horizon 3M is none .* 1M, 6M\. Name one of these, or"
    ):
        find_headline("3m", held, "daily")
    with pytest.raises(HorizonError, match="'soon' is not a horizon"):
        find_headline("soon", held, "daily")


# --- Units -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("roc(close, 5)", "percent"),
        ("-roc(close, 5)", "percent"),
        ("gap()", "percent"),
        ("drawdown(close)", "percent"),
        ('on("SPY", roc(close, 5))', "percent"),
        ('on("SPY", -gap())', "percent"),
        ("percentile(close, 9)", "number"),
        ("rsi(close, 14)", "number"),
        ("zscore(close, 20)", "number"),
        ("close", "price"),
        ("-close", "price"),
        ("high", "price"),
        ("volume", "number"),
        ("sma(volume, 5)", "number"),
        ("sma(close, 5)", "price"),
        ("lag(close, 1)", "price"),
        ("change(close, 1)", "price"),
        ("highest(high, 5)", "price"),
        ("lowest(low, 5)", "price"),
        ("ema(close, 5)", "price"),
        ("wma(close, 5)", "price"),
        ("stdev(close, 5)", "price"),
        ("macd(close, 3, 9)", "price"),
        ("bb_upper(close, 20, 2)", "price"),
        ("bb_lower(close, 20, 2)", "price"),
        ("atr(14)", "price"),
        ("adx(14)", "number"),
        ("close - open", "price"),
        ("close + open", "price"),
        ("close - 5", "number"),
        ("5 - close", "number"),
        ("close - volume", "number"),
        ("close * 2", "price"),
        ("2 * close", "price"),
        ("close * open", "number"),
        ("volume * 2", "number"),
        ("2 * volume", "number"),
        ("close / 2", "price"),
        ("2 / close", "number"),
        ("volume / 2", "number"),
        ("close / open", "number"),
        ('on("SPY", close)', "price"),
        ('on("SPY", volume)', "number"),
        ('close - on("SPY", close)', "price"),
        ("7", "number"),
        ("sma(roc(close, 1), 5)", "number"),
    ],
)
def test_what_an_expressions_value_is_in(text: str, unit: str) -> None:
    assert unit_of(parse_expression(text)) == unit


def asked(**choices: object) -> Study:
    return make_study("IWM", **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("study", "unit"),
    [
        (asked(when="roc(close, 5) > 3"), "percent"),
        (asked(when="(roc(close, 5)) > 3"), "percent"),
        (asked(when="close > sma(close, 5)"), "price"),
        (asked(when="rsi(close, 14) < 30"), "number"),
        (asked(when="percentile(close, 9) > 3"), "percent"),
        (asked(when='on("SPY", close) > 3'), "percent"),
        (asked(when="crosses_above(close, sma(close, 5))"), "number"),  # no comparison, no measure
        (asked(when="rsi(close, 14) < 30", measure="roc(close, 5)"), "percent"),
        (asked(when="roc(close, 5) > 3", measure="rsi(close, 14)"), "number"),
        (asked(when="roc(close, 5) > 3", measure="close"), "price"),
        (asked(dates=DATES), "number"),
        (asked(signal="ten-percent-month"), "percent"),
        (asked(signal="ten-percent-month", measure="rsi(close, 14)"), "number"),
        (asked(signal="rsi-oversold"), "number"),
        (asked(signal="rsi-oversold", measure="roc(close, 1)"), "percent"),
    ],
)
def test_what_a_trigger_is_in(study: Study, unit: str) -> None:
    assert trigger_unit(study) == unit
    assert trigger_is_percent(study) is (unit == "percent")


def test_a_signals_own_measure_is_known_with_its_parameters() -> None:
    study = make_study("IWM", signal="five-day-surge-with-gap")
    found = measured_signal(study)
    assert found is not None
    assert found.name == "five-day-surge-with-gap"
    name, value = study.parameters[0]
    near = measured_signal(make_study("IWM", signal=found.name, parameters={name: value + 1}))
    assert near is not None
    assert near.parameters[name] == value + 1
    assert measured_signal(make_study("IWM", signal=found.name, measure="close")) is None
    assert measured_signal(make_study("IWM", when="roc(close, 5) > 3", measure="roc(close, 5)")) is None


# --- The study's own values ------------------------------------------------------------------------------


def test_every_asset_is_named_once_the_own_first() -> None:
    from generator.study.columns import read_columns

    study = make_study(
        "IWM",
        when='on("QQQ", roc(close, 1)) > on("IWM", roc(close, 1))',
        target="SPY",
        measure='on("DIA", close)',
        columns=read_columns(['A: on("VIX", close)', "B: recovers entry", 'C: on("SPY", close)']),
    )
    assert study.assets == ("IWM", "SPY", "QQQ", "DIA", "VIX")
    assert make_study("IWM", when="close > 1").assets == ("IWM",)
    no_measure = make_study("IWM", when="close > 1", columns=read_columns(['A: on("VIX", close)']))
    assert no_measure.assets == ("IWM", "VIX")


def test_the_basis_is_known_once_the_study_has_met_its_prices() -> None:
    study = make_study("IWM", when="close > 1")
    with pytest.raises(ValueError, match="the study of IWM has not met its prices yet"):
        _ = study.basis
    rows = {f"2020-01-{day:02}": 100.0 + day for day in range(6, 11)}
    assert prepare(study, {"IWM": history_of("IWM", rows)}).study.basis == "price"


def test_the_first_bar_of_a_studys_history_is_the_first_of_both_and_of_since() -> None:
    days = [f"2020-01-{day:02}" for day in (6, 7, 8, 9, 10, 13, 14)]
    own = history_of("IWM", dict.fromkeys(days[2:], 5.0))
    target = history_of("SPY", dict.fromkeys(days, 5.0))
    both = {"IWM": own, "SPY": target}
    for since, first in ((None, 2), (date(2020, 1, 7), 2), (date(2020, 1, 10), 4), (date(2020, 1, 11), 5)):
        study = make_study("IWM", when="close > 1", target="SPY", since=since, horizons=["1D"])
        prepared = prepare(study, both)
        assert prepared.first == first, since
        assert np.array_equal(prepared.bars.dates, own.sessions)
    young = history_of("SPY", dict.fromkeys(days[4:], 5.0))
    study = make_study("IWM", when="close > 1", target="SPY", horizons=["1D"])
    assert prepare(study, {"IWM": own, "SPY": young}).first == 0
