"""What stands out of a report: the result that is hardest to explain by luck, else a long run of gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.findings.families import family_of
from generator.findings.followed import said_of
from generator.findings.sentences import SAID, is_large, later, longest_run, outcome, usual_rate
from generator.findings.view import StudyView
from generator.language import numbers
from generator.language.asset_names import capital
from generator.language.words import FLAT, gap, of_times, sentence
from generator.study.values import HorizonSummary

STANDS_OUT = 0.10
"""The largest q, its p-value adjusted for all results looked at, of one that is told above its section."""
FAR, MANY_TIMES = 0.01, 0.5
"""The same of returns: how far they lie from the usual one, and which part of that one this is at least."""
LONG_RUN = 10
"""A run of gains of so many cases is told above its section..."""
LUCKY_RUN = 0.01
"""... where so many gains in a row have, from any start, no larger chance than this."""


@dataclass(frozen=True)
class Standout:
    """A result, its sentence, and the same in short for a deck."""

    view: StudyView
    summary: HorizonSummary
    text: str
    short: str

    @property
    def is_hard(self) -> bool:
        """Whether it is hard to explain by luck; else it is a run."""
        return self.summary.verdict.key.endswith("hard")


def standout(views: Sequence[StudyView], *, leads: bool = True) -> Standout | None:
    """The result with the smallest q among those that are hard to explain by luck at any horizon, even when
    it is allowed for how many were looked at; without
    one the longest run of gains that luck seldom brings; None where there is neither.

    Parameters
    ----------
    views : every study of the report, the lead first. ``leads`` : the first of them carries the report, so
        that what it comes after has been named.
    """
    family, lead = family_of(views), views[0] if leads else None
    hard = [
        (q, view is not views[0], n, view, summary)
        for view in views
        for n, summary in enumerate(view.averaged)
        if summary.verdict.key.endswith("hard")
        and (q := family.q_value(view, summary)) is not None
        and q <= STANDS_OUT
        and (is_large(summary.win_rate, summary.baseline.win_rate) or _is_far(view, summary))
    ]
    if not hard:
        return next((found for view in views if (found := _run(view, lead)) is not None), None)
    *_, view, summary = min(hard, key=lambda each: each[:3])
    judged = SAID[summary.verdict.key]
    long = _of(view, lead, summary, f"{outcome(view, summary)}: {judged}{family.aside(view, [summary])}")
    return Standout(
        view, summary, long, _of(view, lead, summary, _in_short(view, lead, summary, family.size))
    )


def _in_short(view: StudyView, lead: StudyView | None, summary: HorizonSummary, looked_at: int) -> str:
    """The same for a deck; of another story than the lead a clause, for its section says the rest."""
    often = f"{view.was} higher {of_times(view.wins(summary), summary.n)}{usual_rate(view, summary)}"
    judged = SAID[summary.verdict.key]
    if view is not lead:
        among = f", even among {numbers.plural(looked_at, 'result')}" if looked_at > 1 else ""
        return f"{often}: {judged.partition(', and ')[2]}{among}"
    much = _by_how_much(view, summary)
    # How much more than usual is a verdict already.
    ruled = judged.partition(", and ")[2] if much else judged
    allowed = f", even allowing for the {numbers.count(looked_at)} results looked at" if looked_at > 1 else ""
    return f"{often}{much}: {ruled}{allowed}"


def _by_how_much(view: StudyView, summary: HorizonSummary) -> str:
    """``, 2.1 points more than usual``: how large it is, beside how unlikely."""
    middle = view.typical(summary)
    if middle is None or middle.usual is None or abs(middle.value - middle.usual) < FLAT:
        return ""
    more = "more" if middle.value > middle.usual else "less"
    return f", {gap(middle.value - middle.usual)} {more} than usual"


def _is_far(view: StudyView, summary: HorizonSummary) -> bool:
    """Whether the returns differ so much from the usual one that a reader sees it."""
    middle = view.typical(summary)
    if middle is None or middle.usual is None:
        return False
    return abs(middle.value - middle.usual) >= max(FAR, MANY_TIMES * abs(middle.usual))


def beside_the_deck(views: Sequence[StudyView]) -> str:
    """The same for a deck that tells what followed the lead study's signal at its headline horizon."""
    found = standout(views)
    if found is None or (found.is_hard and found.summary is views[0].headline):
        return ""
    return found.short


def _run(view: StudyView, lead: StudyView | None) -> Standout | None:
    found = longest_run(view)
    if found is None:
        return None
    run, summaries = found
    rate = summaries[0].baseline.win_rate
    if run.length < LONG_RUN or rate is None or rate**run.length > LUCKY_RUN:
        return None
    column = view.result.column(summaries[0].horizon.label)
    last = view.result.episodes[int(np.flatnonzero(np.isfinite(column))[-1])]
    if run.last != last.date:  # A run that broke years ago is no news.
        return None
    text = (
        f"{view.was} higher {numbers.count(run.length)} times running, from {numbers.month(run.first)} to "
        f"{numbers.month(run.last)}"
    )
    usual = f" ({view.any_moment}: {numbers.rate(rate)} of the time)"
    long, short = (_of(view, lead, summaries[0], told) for told in (text + usual, text))
    return Standout(view, summaries[0], long, short)


def _of(view: StudyView, lead: StudyView | None, summary: HorizonSummary, what: str) -> str:
    """A sentence of the lead study; of another one with what it comes after before it."""
    label = summary.horizon.label
    if view is lead:
        return sentence(capital(f"{later(label)} {view.called} {what}"))
    return said_of(view, label, what)
