"""How many were tried: every result of a report weighed as one of the many that the report looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from generator.findings.view import MIN_CASES_IN_PROSE, StudyView
from generator.language import numbers
from generator.language.words import span
from generator.study.evidence.significance import false_discovery_adjusted
from generator.study.values import HorizonSummary


@dataclass(frozen=True)
class Family:
    """The results of a report, a study and a horizon each, and their p-values adjusted for their number.

    ``adjusted`` is by the study's name and the horizon's label: Benjamini–Hochberg over all of them.
    """

    adjusted: Mapping[tuple[str, str], float]

    @property
    def size(self) -> int:
        """Number of results in the family."""
        return len(self.adjusted)

    def q_value(self, view: StudyView, summary: HorizonSummary) -> float | None:
        """The adjusted p-value of a result; None where it has no p-value."""
        return self.adjusted.get((view.name, summary.horizon.label))

    def aside(self, view: StudyView, summaries: Sequence[HorizonSummary]) -> str:
        """The q of results whose horizon nobody named beforehand, and among how many they were looked at:
        `` (q 0.24 among 12 results)``. Only those that are called unusual need it; one with too few cases
        for a p-value in prose has none."""
        told = [s for s in summaries if s.n >= MIN_CASES_IN_PROSE and s.verdict.is_unusual]
        known = [q for q in (self.q_value(view, s) for s in told) if q is not None]
        if not known:
            return ""
        ends = list(dict.fromkeys(_in_prose(q) for q in (min(known), max(known))))
        return f" (q {' to '.join(ends)} among {numbers.plural(self.size, 'result')})"


def family_of(views: Iterable[StudyView]) -> Family:
    """The family of these studies: every horizon with enough cases for statistics."""
    found = {
        (view.name, summary.horizon.label): summary.p_value
        for view in views
        for summary in view.averaged
        if summary.p_value is not None
    }
    adjusted = false_discovery_adjusted(np.array(list(found.values()), dtype=np.float64))
    return Family(dict(zip(found, map(float, adjusted), strict=True)))


def doubt(view: StudyView, family: Family) -> str:
    """One plain sentence on what luck does to a headline that is called unusual; empty of another."""
    head = view.headline
    if head is None or head.p_value is None or not head.verdict.is_unusual:
        return ""
    share = round(head.p_value * 100)
    few = {0: "less than once", 1: "about once", 2: "about twice"}
    often = f"{few.get(share, f'about {numbers.count(share)} times')} in 100"
    middle = view.typical(head)
    if middle is None or middle.usual is None:
        return ""
    told = (
        f"After {span(head.horizon.label)} these cases brought {middle.told}, "
        f"{view.any_moment} {numbers.percent_sign(middle.usual)}."
    )
    text = f"{told} A gap as large turns up by luck {often}"
    q = family.q_value(view, head)
    if q is None or family.size < 2 or _in_prose(q) == _in_prose(head.p_value):
        return f"{text}."
    return f"{text}, and more often where {numbers.plural(family.size, 'result')} are looked at."


def how_many_tried(view: StudyView, family: Family, *, again: bool = False) -> str:
    """What the number of results looked at does to the headline's p-value; empty where it does nothing.

    ``again`` : it has been explained before, so a short sentence will do.
    """
    head = view.headline
    if head is None or head.n < MIN_CASES_IN_PROSE or head.p_value is None or not head.verdict.is_unusual:
        return ""
    adjusted = family.q_value(view, head)
    before, after = _in_prose(head.p_value), _in_prose(adjusted)
    if before == after:
        return ""
    if again:
        looked = numbers.count(family.size)
        return f"Allowing for all {looked} results, its p-value rises from {before} to {after}."
    return (
        f"This report looks at {numbers.count(family.size)} results, and the best of several can look good "
        f"by luck alone: allowing for that, this one’s p-value rises from {before} to {after}."
    )


def _in_prose(p: float | None) -> str:
    """A p-value in a sentence: ``0.06``, ``below 0.001``."""
    return numbers.p_value(p).replace("< ", "below ")
