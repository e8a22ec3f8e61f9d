"""The library of named signals: read from ``library.yml``, checked whole, offered by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, get_args

from generator.core.errors import ConditionError, Problem, RequestError, SpecError, UnreadError
from generator.market.bars import BarKind
from generator.signals.english import describe
from generator.signals.language import parse_condition, parse_expression
from generator.signals.tree import number_text

SignalKind = Literal[
    "momentum", "trend", "breakout", "thrust", "reversal", "drawdown", "volatility", "relative strength"
]
MeasureUnit = Literal["percent", "number"]

FILE = "library.yml"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PARAMETER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Signal:
    """A named signal.

    Attributes
    ----------
    name : how it is asked for.
    headline : what a person would call it, a template: ``A month up {percent}% or more``.
    kind, bars : what sort of event it is; the bars it is read on.
    cooldown : bars within which a new run belongs to the previous episode.
    expression, measure : templates with the parameters in braces: ``highest(close, {lookback})``.
    parameters : name → value, each used in ``expression`` or ``measure``.
    measure_unit, measure_heading : ``percent`` (the value is in percent) or ``number``; the table heading.
    origin : where it comes from.
    """

    name: str
    headline: str
    kind: SignalKind
    bars: BarKind
    cooldown: int
    expression: str
    measure: str
    measure_unit: MeasureUnit
    measure_heading: str
    origin: str
    parameters: Mapping[str, float] = field(hash=False)

    @property
    def title(self) -> str:
        """The headline, with the parameters filled in."""
        return _filled(self.headline, self.parameters)

    @property
    def condition(self) -> str:
        """The expression with the parameters filled in."""
        return _filled(self.expression, self.parameters)

    @property
    def measure_text(self) -> str:
        """The measure with the parameters filled in."""
        return _filled(self.measure, self.parameters)

    @property
    def sentence(self) -> str:
        """The condition in plain English; no capital letter, no full stop."""
        return describe(parse_condition(self.condition), self.bars)

    def with_parameters(self, **changes: float) -> Signal:
        """The same signal with other values.

        Raises
        ------
        RequestError : there is no such parameter.
        ConditionError : the condition or the measure cannot be read with these values.
        """
        for name in changes:
            if name not in self.parameters:
                own = ", ".join(self.parameters)
                raise RequestError(f'The signal {self.name} has no parameter "{name}". It has: {own}.')
        changed = replace(self, parameters=MappingProxyType({**self.parameters, **changes}))
        parse_condition(changed.condition)
        parse_expression(changed.measure_text)
        return changed


_OWN: list[Signal] = []
"""The letter's own signals, handed over once, when a process begins."""
_UNREAD: set[str] = set()
"""Names of those that have mistakes."""


def say_signals(signals: Iterable[Signal], unread: Iterable[str] = ()) -> None:
    """Add these signals to the library, in place of those added before, in this process and from now on.

    The command line hands over those of the project (``spec.signals``), and a process hands them to those
    that it begins. Their names are other ones than the library's. ``unread`` names those with mistakes.
    """
    _OWN[:] = signals
    _UNREAD.clear()
    _UNREAD.update(unread)


def own_signals() -> tuple[Signal, ...]:
    """The signals that were handed over to ``say_signals``."""
    return tuple(_OWN)


def load_library() -> Mapping[str, Signal]:
    """Every signal by name: the library's in the order of its file, then the letter's own.

    Raises
    ------
    SpecError : the library's file is not as it must be; every problem at once.
    """
    packaged = packaged_library()
    return MappingProxyType({**packaged, **{signal.name: signal for signal in _OWN}}) if _OWN else packaged


@cache
def packaged_library() -> Mapping[str, Signal]:
    """The signals that come with the program; errors as in ``load_library``."""
    return read_library(resources.files(__package__).joinpath(FILE).read_text("utf-8"))


def read_library(text: str) -> Mapping[str, Signal]:
    """The signals written in this YAML text; errors as in ``load_library``."""
    # Late, for the commands that read no file.
    from generator.core.yaml_files import parse_yaml

    entries: Any = parse_yaml(text, FILE, "signals").value["signals"]
    problems: list[Problem] = []
    signals: dict[str, Signal] = {}
    for number, written in enumerate(entries or (), 1):
        entry = _with_numbers(written)
        found = list(_mistakes(entry, number, signals))
        problems += found
        if not found:
            signals[entry["name"]] = Signal(**{**entry, "parameters": MappingProxyType(entry["parameters"])})
    if problems:
        raise SpecError(problems)
    return MappingProxyType(signals)


def find_signal(name: str) -> Signal:
    """The signal of this name.

    Raises
    ------
    UnreadError : the letter has one, with a mistake.
    RequestError : there is none; the message offers the nearest names.
    """
    library = load_library()
    if name not in library:
        if name in _UNREAD:
            raise UnreadError(f'The letter\'s signal "{name}" has a mistake; correct it in signals.yml.')
        near = difflib.get_close_matches(name.lower(), list(library), n=3, cutoff=0.5)
        advice = f"Did you mean {' or '.join(near)}? " if near else ""
        raise RequestError(f'There is no signal "{name}". {advice}"precedent signals" lists them all.')
    return library[name]


def _filled(template: str, parameters: Mapping[str, float]) -> str:
    return _PARAMETER.sub(lambda match: number_text(parameters[match[1]]), template)


def _with_numbers(entry: Any) -> Any:
    """An entry as it was written, all text, with numbers where they belong."""
    if not isinstance(entry, dict):
        return entry
    return {
        key: _number(value) if key in ("cooldown", "parameters") else value for key, value in entry.items()
    }


def _number(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _number(each) for name, each in value.items()}
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def _mistakes(entry: Any, number: int, known: Mapping[str, Signal]) -> Iterator[Problem]:
    """What is wrong with one entry: its shape first, then what its values say."""
    place = entry.get("name") if isinstance(entry, dict) and entry.get("name") else f"entry {number}"
    wrong = list(_misshapen(entry)) or list(untrue(entry, known))
    return (Problem(FILE, None, f"{place}.{key}" if key else str(place), message) for key, message in wrong)


def _misshapen(entry: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(entry, dict):
        yield "", "must be a mapping"
        return
    wanted = {f.name for f in fields(Signal)}
    for key in sorted(wanted - set(entry)):
        yield key, "is missing"
    for key in sorted(set(entry) - wanted, key=str):
        yield str(key), f"is not known; allowed are {', '.join(sorted(wanted))}"
    for key in sorted(wanted & set(entry) - {"cooldown", "parameters"}):
        if not isinstance(entry[key], str) or not entry[key]:
            yield key, "must be a text"
    if not isinstance(entry.get("cooldown"), int) or entry["cooldown"] < 0:
        yield "cooldown", "must be a whole number from 0"
    parameters = entry.get("parameters")
    if not isinstance(parameters, dict) or not all(isinstance(v, int | float) for v in parameters.values()):
        yield "parameters", "must be a mapping from names to numbers"


def untrue(entry: Mapping[str, Any], known: Mapping[str, Signal]) -> Iterator[tuple[str, str]]:
    """What the values of a signal that has all its keys do not allow: each key and what is wrong with it."""
    if not _NAME.fullmatch(entry["name"]):
        yield "name", "must be lower-case words joined by hyphens"
    if entry["name"] in known:
        yield "name", "is there twice"
    for key, allowed in (("kind", SignalKind), ("measure_unit", MeasureUnit), ("bars", BarKind)):
        if entry[key] not in get_args(allowed):
            yield key, f"must be one of {', '.join(get_args(allowed))}"
    used = set(_PARAMETER.findall(entry["expression"] + entry["measure"]))
    if used != set(entry["parameters"]):
        yield "parameters", f"must be those used in the expression and the measure: {', '.join(sorted(used))}"
        return
    if not set(_PARAMETER.findall(entry["headline"])) <= used:
        yield "headline", f"may only use the parameters {', '.join(sorted(used))}"
    for key, parse in (("expression", parse_condition), ("measure", parse_expression)):
        try:
            parse(_filled(entry[key], entry["parameters"]))
        except ConditionError as error:
            yield key, str(error)
