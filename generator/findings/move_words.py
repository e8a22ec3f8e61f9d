"""A study of a move in words: what it asks."""

from __future__ import annotations

from collections.abc import Mapping

from generator.language import numbers
from generator.language.asset_names import called, capital
from generator.signals.tree import number_text
from generator.study.ladder import ENOUGH, SOME, Move, move_in, move_of
from generator.study.values import Study
from generator.study.verdict import BAR_WORD


def move_words(study: Study, names: Mapping[str, str]) -> str | None:
    """``up 5% or more in a day``, ``8 points or more behind the Nasdaq 100 fund in a week``; None of another
    study."""
    found = move_of(study)
    return None if found is None else f"{size_words(study, names)} {in_time(found[0])}"


def size_words(study: Study, names: Mapping[str, str]) -> str | None:
    """``up 5% or more``, ``8 points or more behind the Nasdaq 100 fund``, also of a signal that is a move;
    None of another study."""
    found = move_in(study)
    if found is None:
        return None
    move, size = found
    if move.other is None:
        return f"{'up' if move.up else 'down'} {number_text(size)}% or more"
    other = called(move.other, names)
    unit = "point" if size == 1 else "points"
    return f"{number_text(size)} {unit} or more {'ahead of' if move.up else 'behind'} {other}"


def in_time(move: Move) -> str:
    """``in a day``, ``in seven days``."""
    period = BAR_WORD[move.bars]
    return f"in a {period}" if move.length == 1 else f"in {numbers.plural(move.length, period)}"


def move_title(study: Study, names: Mapping[str, str]) -> str | None:
    """What a report calls a study of a move: ``The S&P 500 fund, up 5% or more in a day``."""
    words = move_words(study, names)
    if words is None:
        return None
    return f"{capital(called(study.asset, names))}, {words}"


def move_heading(study: Study) -> str | None:
    """The heading of the move's column in a table; None of another study."""
    found = move_of(study)
    if found is None:
        return None
    return "Move, %" if found[0].other is None else "Gap, points"


def gap_rule(study: Study) -> str:
    """What a study of a gap looks at: ``its change in a month is 5 points or more below that of SPY``; empty
    of another."""
    found = move_of(study)
    if found is None or found[0].other is None:
        return ""
    move, size = found
    points = f"{number_text(size)} point{'' if size == 1 else 's'} or more"
    return f"its change {in_time(move)} is {points} {'above' if move.up else 'below'} that of {move.other}"


def picked_sentences(study: Study, picked_from: int, earlier: int) -> tuple[str, ...]:
    """Why a move is studied, and by which rule at this threshold.

    Parameters
    ----------
    picked_from : facts that were looked at. ``earlier`` : earlier cases of the study.
    """
    facts = numbers.plural(picked_from, "fact")
    chosen = (
        f"We ranked {facts} of the week by how rare they are and how many readers they touch, and picked "
        "this one before we looked at what followed."
    )
    found = move_of(study)
    if found is None:
        return (chosen,)
    unit = "%" if found[0].other is None else " points"
    enough = f"at least {numbers.count(ENOUGH if earlier >= ENOUGH else SOME)} earlier cases"
    rule = (
        f"The threshold, {number_text(found[1])}{unit}, is the largest that the move clears and that leaves "
        f"{enough}. The steps were fixed beforehand: half percents to 3, whole ones to 10, then fives."
    )
    return chosen, rule
