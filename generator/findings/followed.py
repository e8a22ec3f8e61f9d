"""What followed, in the two sentences of a deck: how often it came before, how often the target was
higher."""

from __future__ import annotations

from collections.abc import Sequence

from generator.findings.move_words import in_time, move_words
from generator.findings.sentences import LONG_SPANS, SAID
from generator.findings.view import MIN_CASES_IN_PROSE, StudyView
from generator.language import numbers
from generator.language.asset_names import capital, with_article
from generator.language.words import beside, listed, of_times, paragraph, span
from generator.study.ladder import move_of
from generator.study.values import HorizonSummary


def followed(view: StudyView) -> str:
    """How often it came before, then how often the target was higher at the headline and at the longest
    horizon; the longest is told whatever it shows, so neither is picked."""
    came = _came(view)
    head = view.headline
    if head is None:
        return came
    last = max(view.averaged, key=lambda s: s.horizon.bars)
    both = tuple(dict.fromkeys((head, last)))
    target = (
        "it" if view.target == view.study.asset else with_article(view.names.get(view.target, view.target))
    )
    often = [of_times(view.wins(s), s.n) for s in both]
    told = f"{later(head.horizon.label)} {target} was higher {often[0]}"
    if len(both) > 1:
        told += f", {later(last.horizon.label)} {often[1].removesuffix(' times')}"
    told = f"{capital(told)}{_usual(view, both)}"
    if head.verdict.key == "too-few":
        return paragraph(came, f"{told}; {beside(head.n, head.n)} cases are too few for a verdict.")
    return paragraph(came, f"{told}: {SAID[head.verdict.key]}.")


def _came(view: StudyView) -> str:
    words, count = _move(view), view.earlier
    if count == 0:
        return "That has never happened before."
    times = {1: "once before", 2: "twice before"}.get(count, f"{numbers.count(count)} times before")
    began = view.began_before
    if words is not None and began is not None:
        return f"It has {words} {times} this case, which began {view.when_text(began)}."
    if words is not None:
        return f"It has {words} {times}."
    return f"“{view.signal.title}” has come {times}." if view.signal else f"That has happened {times}."


def _move(view: StudyView) -> str | None:
    """What the fund has done before: ``been up 5% or more in a day``; of a gap, where two funds have been
    named, ``trailed the S&P 500 fund by 5 points or more in a month``."""
    words, found = move_words(view.study, view.names), move_of(view.study)
    if words is None or found is None or found[0].other is None:
        return None if words is None else f"been {words}"
    other = with_article(view.names.get(found[0].other, found[0].other))
    size = words.partition(" or more")[0]
    return f"{'beaten' if found[0].up else 'trailed'} {other} by {size} or more {in_time(found[0])}"


def later(label: str) -> str:
    """A horizon as a reader says it: ``three months later`` of 3M and 13W, ``a year later`` of 1Y, 12M and
    52W."""
    return f"{LONG_SPANS.get(label) or span(label).replace('one ', 'a ')} later"


def _usual(view: StudyView, summaries: Sequence[HorizonSummary]) -> str:
    """`` (any day: 69% and 78%)``; nothing where shares are not told."""
    rates = [s.baseline.win_rate for s in summaries]
    if min(s.n for s in summaries) < MIN_CASES_IN_PROSE or None in rates:
        return ""
    return f" ({view.any_moment}: {listed([numbers.rate(rate) for rate in rates])})"
