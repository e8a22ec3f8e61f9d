"""Where a position is opened later than its signal, because the target was closed or had closed: in words."""

from __future__ import annotations

from generator.language import numbers
from generator.study.values import Episode, StudyResult
from generator.study.verdict import BAR_WORD

MARK = "†"
"""Beside the date of a case whose target was closed."""


def marked(date_text: str, episode: Episode) -> str:
    """The date of a case, marked where its target was closed."""
    return f"{date_text} {MARK}" if episode.target_was_closed else date_text


def entry_notes(result: StudyResult) -> tuple[str, ...]:
    """How many cases are entered later than their signal, and why; nothing where none is."""
    study = result.study
    closed = sum(e.target_was_closed for e in result.episodes)
    total = len(result.episodes)
    notes = []
    if closed:
        notes.append(
            f"{MARK} {study.target} did not trade that {BAR_WORD[study.bars]}, so the return starts at its "
            f"next close: {_cases(closed, total)}."
        )
    after = sum(
        study.bars == "daily"
        and study.entry == "close"
        and not e.target_was_closed
        and e.entered is not None
        and e.entered > e.date
        for e in result.episodes
    )
    if after:
        notes.append(
            f"{study.target} closes before {study.asset} does, so the return starts at its next close: "
            f"{_cases(after, total)}."
        )
    return tuple(notes)


def _cases(count: int, total: int) -> str:
    return f"{numbers.count(count)} of {numbers.plural(total, 'case')}"
