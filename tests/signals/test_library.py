"""The signal library: what is in it, what it refuses."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from generator.core.errors import ConditionError, RequestError, SpecError
from generator.signals.language import parse_condition, parse_expression
from generator.signals.library import Signal, find_signal, load_library, read_library


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


def test_a_good_entry():
    (signal,) = read_library(ENTRY).values()
    assert signal.condition == "close > sma(close, 5)"
    assert {f.name for f in fields(Signal)} <= set(dir(signal))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("name: good", "name: Not Good", "good.name|Not Good.name: must be lower-case"),
        ("kind: trend", "kind: magic", "good.kind: must be one of momentum"),
        ("bars: daily", "bars: hourly", "good.bars: must be one of daily"),
        ("cooldown: 0", "cooldown: -1", "good.cooldown: must be a whole number"),
        ("cooldown: 0", "cooldown: true", "good.cooldown: must be a whole number"),
        ("  origin: Here.\n", "", "good.origin: is missing"),
        ("origin: Here.", "origin: Here.\n  colour: red", "good.colour: is not known"),
        ("origin: Here.", "origin: [3]", "good.origin: must be a text"),
        ("parameters: {n: 5}", "parameters: {m: 5}", "good.parameters: must be those used"),
        ("parameters: {n: 5}", "parameters: {n: five}", "good.parameters: must be a mapping from names"),
        ("parameters: {n: 5}", "parameters: {n: 0}", "good.expression: n of sma"),
        ("measure: close", "measure: close > 1", "good.measure: This is a condition"),
        ("headline: Good", "headline: Good {k}", "good.headline: may only use"),
        (ENTRY, ENTRY + ENTRY, "good.name: is there twice"),
        (ENTRY, "- 3", "entry 1: must be a mapping"),
        (ENTRY, "name: good", "must be a list"),
        (ENTRY, "- [", r"library.yml:2: is not valid YAML"),
    ],
)
def test_a_wrong_entry_is_refused(before, after, said):
    with pytest.raises(SpecError, match=said):
        read_library(ENTRY.replace(before, after))


def test_all_mistakes_are_told_at_once():
    text = ENTRY.replace("daily", "hourly").replace("trend", "magic") + ENTRY.replace("good", "Bad")
    with pytest.raises(SpecError) as caught:
        read_library(text)
    assert len(caught.value.problems) == 3
