"""The signal library: what is in it, what it refuses."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from generator.core.errors import ConditionError, RequestError
from generator.signals.language import parse_condition, parse_expression
from generator.signals.library import (
    Signal,
    find_signal,
    load_library,
    packaged_library,
    read_library,
    untrue,
)


@pytest.mark.parametrize(
    ("name", "condition", "bars", "cooldown"),
    [
        (
            "reverse-up",
            "close == highest(close, 20) and bars_since(close == lowest(close, 20)) <= 8",
            "daily",
            10,
        ),
        (
            "reverse-down",
            "close == lowest(close, 20) and bars_since(close == highest(close, 20)) <= 8",
            "daily",
            10,
        ),
        ("ten-percent-month", "roc(close, 1) >= 10", "monthly", 0),
        ("five-day-surge-with-gap", "roc(close, 5) > 8.5 and gap() > 0.28", "daily", 21),
    ],
)
def test_the_published_signals(name, condition, bars, cooldown):
    signal = find_signal(name)
    assert (signal.condition, signal.bars, signal.cooldown) == (condition, bars, cooldown)


def test_the_library_is_large_and_all_of_it_can_be_read():
    library = load_library()
    assert len(library) >= 24
    assert list(library)[:4] == ["reverse-up", "reverse-down", "ten-percent-month", "five-day-surge-with-gap"]
    for name, signal in library.items():
        assert signal.name == name
        assert "{" not in signal.condition + signal.measure_text + signal.title
        measured, condition = parse_expression(signal.measure_text), parse_condition(signal.condition)
        # A study fetches the assets that its condition reads.
        assert set(measured.assets) <= set(condition.assets)
        assert signal.sentence[0].islower()
        assert len(signal.measure_heading) <= 24
    assert len({signal.sentence for signal in library.values()}) == len(library)


def test_parameters_can_be_changed():
    signal = find_signal("reverse-up")
    changed = signal.with_parameters(lookback=63)
    assert changed.condition == "close == highest(close, 63) and bars_since(close == lowest(close, 63)) <= 8"
    assert changed.measure_text == "(close / lowest(close, 63) - 1) * 100"
    assert "last 63 sessions" in changed.sentence
    assert signal.parameters["lookback"] == 20
    assert find_signal("ten-percent-month").with_parameters(percent=12.5).title == "A month up 12.5% or more"
    assert find_signal("ten-percent-month").with_parameters(percent=-5).condition == "roc(close, 1) >= -5"


def test_parameters_that_cannot_be():
    with pytest.raises(RequestError, match=r'reverse-up has no parameter "look".*lookback, within'):
        find_signal("reverse-up").with_parameters(look=3)
    with pytest.raises(ConditionError, match="from 1 to 2520"):
        find_signal("reverse-up").with_parameters(lookback=2.5)


def test_signals_are_frozen():
    signal = find_signal("reverse-up")
    with pytest.raises(FrozenInstanceError):
        signal.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        signal.parameters["lookback"] = 3  # type: ignore[index]
    with pytest.raises(TypeError):
        load_library()["x"] = signal  # type: ignore[index]
    assert hash(signal) == hash(find_signal("reverse-up"))


def test_unknown_names_get_the_nearest():
    with pytest.raises(RequestError, match=r'no signal "reverse_up".*reverse-up'):
        find_signal("reverse_up")
    with pytest.raises(RequestError, match="lists them all"):
        find_signal("")


ENTRY = """
- name: good
  headline: Good
  kind: trend
  bars: daily
  cooldown: 0
  expression: close > sma(close, {n})
  parameters: {n: 5}
  measure: close
  measure_unit: number
  measure_heading: Close
  origin: Here.
"""


def asdict_of(signal: Signal) -> dict[str, object]:
    return {each.name: getattr(signal, each.name) for each in fields(Signal)}


def test_a_good_entry():
    (signal,) = read_library(ENTRY).values()
    assert signal.condition == "close > sma(close, 5)"
    assert {f.name for f in fields(Signal)} <= set(dir(signal))


def test_what_stands_in_the_library_is_true() -> None:
    known: dict[str, Signal] = {}
    for name, signal in packaged_library().items():
        assert list(untrue(asdict_of(signal), known)) == [], name
        known[name] = signal


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Not Good"}, ("name", "must be lower-case")),
        ({"kind": "magic"}, ("kind", "must be one of momentum")),
        ({"bars": "hourly"}, ("bars", "must be one of daily")),
        ({"parameters": {"m": 5}}, ("parameters", "must be those used")),
        ({"parameters": {"n": 0}}, ("expression", "n of sma")),
        ({"measure": "close > 1"}, ("measure", "This is a condition")),
        ({"headline": "Good {k}"}, ("headline", "may only use")),
    ],
)
def test_a_wrong_entry_is_told(changes: dict[str, object], said: tuple[str, str]) -> None:
    (signal,) = read_library(ENTRY).values()
    ((key, message),) = untrue({**asdict_of(signal), **changes}, {})
    assert key == said[0]
    assert said[1] in message


def test_all_mistakes_are_told_at_once() -> None:
    (signal,) = read_library(ENTRY).values()
    entry = {**asdict_of(signal), "bars": "hourly", "kind": "magic"}
    assert [key for key, _ in untrue(entry, {"good": signal})] == ["name", "kind", "bars"]
