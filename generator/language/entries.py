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
        did = f"did not trade that {BAR_WORD[study.bars]}"
        if study.listed is not None and study.bars != "daily":
            did = f"had no session left in that {BAR_WORD[study.bars]}"
        notes.append(
            f"{MARK} {study.target} {did}, so the return starts at its next close: {_cases(closed, total)}."
        )
    shut = sum(
        study.bars == "daily" and not e.target_was_closed and e.date > e.named_day for e in result.episodes
    )
    if shut:
        notes.append(
            f"{study.asset}, by whose sessions the dates are read, did not trade that day, so the return "
            f"starts after its next close: {_cases(shut, total)}."
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


def dates_notes(result: StudyResult) -> tuple[str, ...]:
    """What became of the dates of a list, and when each counts as known; nothing of a condition."""
    used, listed, asset = result.dates_used, result.study.listed, result.study.asset
    if used is None or listed is None:
        return ()
    left = {
        f"before {numbers.day(used.begin)}": used.before,
        f"after {numbers.day(result.as_of)}": used.after,
        "on the bar of another or within its cooldown": used.together,
    }
    told = [f"{numbers.plural(used.dates, 'date')} in {listed.name}: {numbers.plural(used.cases, 'case')}"]
    told += [f"{numbers.count(count)} {where}" for where, count in left.items() if count]
    if used.repeated:
        told.append(f"{numbers.count(used.repeated)} named again")
    known = f"A date counts as known at the close of that day on {asset}, or else at its next close"
    return (f"{', '.join(told)}.", f"{known}.")


def _cases(count: int, total: int) -> str:
    return f"{numbers.count(count)} of {numbers.plural(total, 'case')}"
