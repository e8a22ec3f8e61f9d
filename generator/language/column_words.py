"""Columns of one's own in the episode table, in words."""

from __future__ import annotations

from generator.language import numbers
from generator.language.own_words import words
from generator.language.words import listed
from generator.study.values import Level, ShownColumn, ShownValue, StudyResult

NOT_YET = "+"
"""Behind the sessions so far of a recovery that has not come."""
_LEVELS: dict[Level, str] = {"entry": "episodes.recovery_entry", "high": "episodes.recovery_high"}


def shown_text(column: ShownColumn, shown: ShownValue) -> str:
    """``21.04``, ``+3.20`` of a percentage; ``12`` sessions of a recovery, ``34+`` where it has not come."""
    if shown.so_far is not None:
        return f"{numbers.whole(shown.so_far)}{NOT_YET}"
    if shown.value is None:
        return numbers.DASH
    if column.shows in _LEVELS:
        return numbers.whole(int(shown.value))
    return numbers.trigger(shown.value, column.form)


def column_notes(result: StudyResult) -> tuple[str, ...]:
    """What the columns are that count sessions; nothing of the others, which their headings say."""
    study = result.study
    notes = []
    for column in study.columns:
        key = next((key for level, key in _LEVELS.items() if level == column.shows), None)
        if key is not None:
            notes.append(words(key, heading=column.heading, target=study.target))
    waiting = [
        column.heading
        for place, column in enumerate(study.columns)
        if any(row[place].so_far is not None for row in result.shown)
    ]
    if waiting:
        notes.append(words("episodes.not_yet", mark=NOT_YET, headings=listed(waiting)))
    return tuple(notes)
