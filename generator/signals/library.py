"""The library of named signals: read from ``library.yml``, offered by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, get_args

from generator.core.errors import ConditionError, RequestError, UnreadError
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
    """Every signal by name: the library's in the order of its file, then the letter's own."""
    packaged = packaged_library()
    return MappingProxyType({**packaged, **{signal.name: signal for signal in _OWN}}) if _OWN else packaged


@cache
def packaged_library() -> Mapping[str, Signal]:
    """The signals that come with the program."""
    return read_library(resources.files(__package__).joinpath(FILE).read_text("utf-8"))


def read_library(text: str) -> Mapping[str, Signal]:
    """The signals written in this YAML text, each with all its keys."""
    # Late, for the commands that read no file.
    from generator.core.yaml_files import parse_yaml

    entries: Any = parse_yaml(text, FILE, "signals").value["signals"]
    return MappingProxyType({entry["name"]: _signal(entry) for entry in entries})


def _signal(entry: Mapping[str, Any]) -> Signal:
    written: Mapping[str, str] = entry["parameters"]
    parameters = {name: float(text) if "." in text else int(text) for name, text in written.items()}
    read = {"cooldown": int(entry["cooldown"]), "parameters": MappingProxyType(parameters)}
    return Signal(**{**entry, **read})


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
