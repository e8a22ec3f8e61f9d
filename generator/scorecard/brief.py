"""Issues that are too old for tables of their own on the scorecard's page: a line each."""

from __future__ import annotations

from dataclasses import dataclass

from generator.scorecard.outcomes import ScoredIssue

IN_FULL = 26
"""How many issues have tables on the scorecard's page, the newest; those before have a line each, because the
tables of ten years weigh more than five megabytes."""


@dataclass(frozen=True)
class BriefEntry:
    """An earlier issue: how many of its returns are complete, and how many of those lie in the middle half of
    what the cases before it suggested."""

    slug: str
    title: str
    date: str
    complete: int
    inside: int


def brief(issue: ScoredIssue) -> BriefEntry:
    """The line of an issue."""
    complete = [o for case in issue.cases for o in case.outcomes if o.complete and o.place is not None]
    inside = sum(outcome.place == "middle" for outcome in complete)
    known = issue.expected
    return BriefEntry(known.slug, known.title, known.date, len(complete), inside)
