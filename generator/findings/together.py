"""What two histories of one report have to do with each other: cases of the same dates, results that point to
opposite sides."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta

from generator.findings.view import MIN_CASES, StudyView
from generator.language import numbers
from generator.language.middle import Typical, typical
from generator.language.words import beside, sentence

MONTH = timedelta(days=31)
"""Cases so close together are of one time."""
TELLING = 0.01
"""A difference from usual from which a result points to a side."""


def shared_dates(view: StudyView, lead: StudyView) -> str:
    """That most earlier cases of a study came within a month of one of the lead's; empty where most did not,
    and of the same dates measured on another target."""
    mine, its = _earlier(view), _earlier(lead)
    if view is lead or view.same_signal(lead) or len(mine) < MIN_CASES or not its:
        return ""
    shared = sum(_is_near(day, its) for day in mine)
    if 2 * shared < len(mine):
        return ""
    of = beside(len(mine), len(mine))
    most = f"all {of}" if shared == len(mine) else f"{beside(shared, len(mine))} of the {of}"
    return sentence(
        f"{most} earlier cases came within a month of one above: much of this is the same history"
    )


def _earlier(view: StudyView) -> list[date]:
    return [episode.date for episode in view.result.episodes[: view.earlier]]


def _is_near(day: date, days: list[date]) -> bool:
    at = bisect_left(days, day)
    return any(abs(day - other) <= MONTH for other in days[max(at - 1, 0) : at + 1])


def opposed(lead: StudyView, target: str, middle: Typical | None) -> str:
    """That another history of the lead's own target points to the other side; empty where the lead's headline
    is not called unusual, and where it does not.

    Parameters
    ----------
    target, middle : of the other history: whose returns, and what speaks for them.
    """
    head = lead.headline
    # Both by one measure, so that they can be read beside each other.
    own = None if head is None or middle is None else typical(head, by_median=middle.is_median)
    if head is None or own is None or middle is None or own.usual is None or middle.usual is None:
        return ""
    if target != lead.target or not head.verdict.is_unusual:
        return ""
    difference, other = own.value - own.usual, middle.value - middle.usual
    if difference * other >= 0 or abs(other) < TELLING:
        return ""
    against = f"{numbers.percent_sign(own.value)} against {numbers.percent_sign(own.usual)}"
    other_way = f"What followed {lead.occasion} points the other way ({against})"
    return f"{other_way}: the two histories disagree."
