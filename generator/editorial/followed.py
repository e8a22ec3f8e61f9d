"""What followed, in the two sentences of a deck: how often it came before, how often the target was higher."""

from __future__ import annotations

from generator.desk.move_words import move_words
from generator.desk.phrases import capital, with_article
from generator.editorial import numbers
from generator.editorial.sentences import SAID
from generator.editorial.view import SHY, StudyView
from generator.editorial.words import of_times, paragraph, span
from generator.study.values import HorizonSummary


def followed(view: StudyView) -> str:
    """How often it came before, then how often the target was higher at the headline and at the longest horizon;
    a year is told whatever it shows, so neither is picked."""
    count, words = view.earlier, move_words(view.study, view.names)
    if count == 0:
        return "It has never happened before."
    times = {1: "once before", 2: "twice before"}.get(count, f"{numbers.count(count)} times before")
    came = f"It has been {words} {times}." if words else f"That has happened {times}."
    head = view.headline
    if head is None:
        return came
    last = max(view.averaged, key=lambda s: s.horizon.bars)
    parts = [_often(view, s) for s in dict.fromkeys((head, last))]
    told = f"{capital(' and '.join(parts))}{_usual(view, head, last)}"
    if head.verdict.key == "too-few":
        return paragraph(came, f"{told}; {numbers.count(head.n)} cases are too few for a verdict.")
    return paragraph(came, f"{told}: {SAID[head.verdict.key]}.")


def _often(view: StudyView, summary: HorizonSummary) -> str:
    later = f"{span(summary.horizon.label).replace('one ', 'a ')} later"
    target = (
        "it" if view.target == view.study.asset else with_article(view.names.get(view.target, view.target))
    )
    return f"{later} {target} was higher {of_times(view.wins(summary), summary.n)}"


def _usual(view: StudyView, head: HorizonSummary, last: HorizonSummary) -> str:
    """``, against 69% and 78% of the time from any day``; nothing where shares are not told."""
    rates = [s.baseline.win_rate for s in dict.fromkeys((head, last))]
    if min(head.n, last.n) < SHY or None in rates:
        return ""
    told = " and ".join(numbers.rate(rate) for rate in rates)
    return f" ({view.any_moment}: {told})"
