"""The definitions next door: the same study with one choice changed a little. Whether that changed a case is
for ``robustness`` to see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from generator.core.errors import ConditionError
from generator.market.bars import BarKind
from generator.signals.dates import dates_condition
from generator.signals.language import parse_condition
from generator.signals.library import find_signal
from generator.signals.tree import number_text
from generator.study.ladder import move_of, next_rungs
from generator.study.values import ENTRIES, Entry, Study
from generator.study.verdict import BAR_WORD

STEPS = (0.1, 0.2)
"""How far a size moves to either side of its published value, in parts of it."""
SMALL = 10
"""A whole number below this moves by one instead: a tenth of it is no whole number."""
COOLDOWNS: dict[BarKind, tuple[int, ...]] = {
    "daily": (0, 5, 10, 21),
    "weekly": (0, 2, 4),
    "monthly": (0, 1, 3),
}
LATER: dict[BarKind, tuple[int, ...]] = {"daily": (1, 2, 3, 5), "weekly": (1, 2), "monthly": (1,)}
"""Bars after its own on which a date of a list is read. Never before it: nothing was known there."""
SHIFTS = (-3, -2, -1, 1, 2, 3)
"""Sessions by which the day that closes a month is moved."""
ENTRY_WORDS: dict[Entry, str] = {"close": "close", "next_open": "next open", "next_close": "next close"}

_NUMBER = re.compile(r"""("[^"]*"|'[^']*')|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])""")


@dataclass(frozen=True)
class Neighbour:
    """One changed choice: which, to what, and the study that asks it; ``shift`` as in ``prepare``."""

    group: str
    label: str
    study: Study
    shift: int = 0


def neighbours(
    study: Study, *, entries: Collection[Entry] = ENTRIES, has_sessions: bool = True
) -> tuple[Neighbour, ...]:
    """Every definition next to the study's own, each with one choice changed.

    A list of dates is read some bars later. Parameters of a library signal are varied by name, the threshold
    of a move (see ``ladder``) by the thresholds next to it. Any other condition of the author's own is varied
    number by number; equal numbers vary together, since they are most often one window used twice.

    Parameters
    ----------
    entries : those for which the target has prices.
    has_sessions : every series has daily prices, so that a month can be measured on another day.
    """
    return (
        *_parameters(study),
        *_cooldowns(study),
        *_entries(study, entries),
        *(_shifts(study) if has_sessions else ()),
    )


def near_values(value: float) -> tuple[float, ...]:
    """Values around one: a whole number below 10 moves by one, every other size by 10% and 20%.

    Whole stays whole: 10 becomes 8, 9, 11, 12; 5 becomes 4, 6; 8.5 becomes 6.8, 7.65, 9.35, 10.2. A whole
    number of 1 or less is a unit or a switch, not a size: it has no neighbours.
    """
    whole = float(value).is_integer()
    if value == 0 or (whole and abs(value) <= 1):
        return ()
    steps: list[float]
    if whole:
        # Half a step is rounded away from the value, to both sides alike.
        steps = [1] if abs(value) < SMALL else [int(abs(value) * step + 0.5) for step in STEPS]
    else:
        steps = [value * step for step in STEPS]
    return tuple(sorted(float(f"{value + side * step:.12g}") for step in steps for side in (-1, 1)))


def _parameters(study: Study) -> Iterator[Neighbour]:
    if study.listed is not None:
        for later in LATER[study.bars]:
            changed = replace(study, condition=dates_condition(replace(study.listed, later=later)))
            yield Neighbour("date", f"{later} {BAR_WORD[study.bars]}{'s'[: later > 1]} later", changed)
        return
    asked = move_of(study)
    if asked is not None:
        move, size = asked
        for near in next_rungs(size):
            changed = replace(study, condition=parse_condition(move.condition(near)), measure=None)
            yield Neighbour("threshold", f"{number_text(size)} → {number_text(near)}", changed)
        return
    template, values = _template(study)
    for name, value in values.items():
        for near in near_values(value):
            text = _filled(template, {**values, name: near})
            try:
                condition = parse_condition(text)
            except ConditionError:
                continue  # the language does not allow this value, so nobody could have chosen it
            label = f"{number_text(value)} → {number_text(near)}"
            changed = replace(study, condition=condition, measure=None)
            yield Neighbour(name, label, changed)


def _template(study: Study) -> tuple[str, Mapping[str, float]]:
    """The condition with a brace for each number that can be varied, and their values."""
    if study.signal is not None:
        return find_signal(study.signal).expression, dict(study.parameters)
    values: dict[str, float] = {}

    def name(match: re.Match[str]) -> str:
        quoted, number = match.groups()
        if quoted:
            return str(quoted)
        values[f"the {number}"] = float(number)
        return f"{{the {number}}}"

    return _NUMBER.sub(name, study.condition.text), values


def _filled(template: str, values: Mapping[str, float]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", number_text(value))
    return template


def _cooldowns(study: Study) -> Iterator[Neighbour]:
    for cooldown in COOLDOWNS[study.bars]:
        # A cooldown of 0 and of 1 are the same thing: no two runs begin on one bar.
        if max(cooldown, 1) != max(study.cooldown, 1):
            label = f"{study.cooldown} → {cooldown} bars"
            yield Neighbour("cooldown", label, replace(study, cooldown=cooldown, measure=None))


def _entries(study: Study, entries: Collection[Entry]) -> Iterator[Neighbour]:
    for entry in ENTRIES:
        if entry != study.entry and entry in entries:
            label = f"{ENTRY_WORDS[study.entry]} → {ENTRY_WORDS[entry]}"
            yield Neighbour("entry", label, replace(study, entry=entry, measure=None))


def _shifts(study: Study) -> Iterator[Neighbour]:
    if study.bars == "monthly":
        for shift in SHIFTS:
            word = "session" if abs(shift) == 1 else "sessions"
            when = "before" if shift < 0 else "after"
            label = f"{abs(shift)} {word} {when}"
            yield Neighbour("month measured", label, replace(study, measure=None), shift)
