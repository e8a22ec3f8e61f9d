"""A letter's own signals: ``signals.yml`` at the top of the project, in the form of the library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, FiniteFloat

from generator.core.errors import Problem, SpecError
from generator.core.yaml_files import KeyPath, Value, YamlDocument, read_yaml
from generator.core.yaml_models import Written
from generator.market.bars import BarKind
from generator.signals.library import (
    MeasureUnit,
    Signal,
    own_signals,
    packaged_library,
    say_signals,
    untrue,
)
from generator.spec.models import Line
from generator.spec.problems import validate_part

SIGNALS_FILE = "signals.yml"
MISNAMED = "signals.yaml"
MOST = 500
_LIST, _KIND = "signals", "kind"


class SignalEntry(Written):
    """A signal as it is written, but for its ``kind``: the attributes of ``library.Signal``."""

    name: Annotated[Line, Field(description="How it is asked for: lower-case words joined by hyphens.")]
    headline: Annotated[Line, Field(description="What a person would call it; parameters in braces.")]
    bars: Annotated[BarKind, Field(description="The bars it is read on.")] = "daily"
    cooldown: Annotated[
        int, Field(ge=0, le=2520, description="Bars within which a new run belongs to the last episode.")
    ] = 0
    expression: Annotated[str, Field(description="The condition; parameters in braces.")]
    parameters: Annotated[
        Mapping[str, FiniteFloat], Field(max_length=20, description="The values of its parameters.")
    ] = {}
    measure: Annotated[str, Field(description="The expression shown as the move; parameters in braces.")]
    measure_unit: Annotated[MeasureUnit, Field(description="percent, or number.")]
    measure_heading: Annotated[Line, Field(description="The move's table heading.")]
    origin: Annotated[Line, Field(description="Where it comes from.")] = "This letter."


def load_signals(root: Path) -> tuple[Signal, ...]:
    """The signals of the project at ``root``; none where it has no file of them.

    Raises
    ------
    SpecError : every mistake in the file, with line and key.
    """
    signals, problems = _read(root)
    if problems:
        raise SpecError(problems)
    return signals


def check_signals(root: Path) -> list[Problem]:
    """Every mistake in ``signals.yml``; signals without one are handed over, for the specs that use them."""
    signals, problems = _read(root)
    say_signals(signals, _names(root) if problems else ())
    return problems


@contextmanager
def signals_of(root: Path) -> Iterator[None]:
    """What is done in here knows the own signals of this folder, and no others."""
    before = own_signals()
    say_signals(load_signals(root))
    try:
        yield
    finally:
        say_signals(before)


def _names(root: Path) -> list[str]:
    """The names that stand in the file, whatever is wrong with it."""
    try:
        text = (root / SIGNALS_FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return re.findall(r"^[ -]*name:[ ]*[\"']?([\w-]+)", text, re.MULTILINE)


def _read(root: Path) -> tuple[tuple[Signal, ...], list[Problem]]:
    path = root / SIGNALS_FILE
    if not path.exists():
        if (root / MISNAMED).exists():
            return (), [Problem(MISNAMED, None, "", f"is not read. Rename it to {SIGNALS_FILE}.")]
        return (), []
    try:
        document = read_yaml(path, SIGNALS_FILE, _LIST)
    except SpecError as error:
        return (), list(error.problems)
    entries = document.value[_LIST]
    entries = entries if isinstance(entries, list) else []
    signals: dict[str, Signal] = {}
    problems: list[Problem] = []
    if len(entries) > MOST:
        return (), [document.problem((_LIST,), f"has {len(entries):,}; at most {MOST} are allowed.")]
    for place, written in enumerate(entries):
        signal, found = _signal(written, document, (_LIST, place), signals)
        problems += found
        if signal is not None:
            signals[signal.name] = signal
    return tuple(signals.values()), problems


def _signal(
    written: Value, document: YamlDocument, path: KeyPath, known: Mapping[str, Signal]
) -> tuple[Signal | None, list[Problem]]:
    """One entry as a signal, and everything wrong with it."""
    entry, problems = validate_part(SignalEntry, written, document, path, (_KIND,))
    if not isinstance(written, dict) or entry is None or problems:
        return None, problems
    values = {**entry.model_dump(), _KIND: written.get(_KIND), "parameters": dict(entry.parameters)}
    problems = [document.problem((*path, key), message) for key, message in _mistakes(values, known)]
    if problems:
        return None, problems
    return Signal(**{**values, "parameters": MappingProxyType(values["parameters"])}), []


def _mistakes(values: Mapping[str, object], known: Mapping[str, Signal]) -> Iterator[tuple[str, str]]:
    if values["name"] in packaged_library():
        yield "name", f"the library has a signal '{values['name']}' already. Give yours another name."
    for key, message in untrue(values, known):
        yield key, message if message.endswith(".") or "\n" in message else f"{message}."
