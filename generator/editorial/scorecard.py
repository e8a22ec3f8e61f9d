"""The scorecard's first half: what a report expected of its present cases, frozen with the report.

What was expected is written beside a report's page and never looks past its as-of date. What has happened
since is found later, from newer prices (``scorecard_outcomes``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.editorial.report import Report
from generator.editorial.view import LIST_ONLY, StudyView
from generator.market.bars import BarKind
from generator.study.values import Entry, HorizonSummary, ReturnBasis


@dataclass(frozen=True)
class ExpectedHorizon:
    """What the earlier cases suggested at one horizon that was open on the as-of date. Decimals.

    ``n`` earlier cases were complete. ``lower`` and ``upper`` bound the middle half of their returns (25th
    and 75th percentile), ``worst`` and ``best`` all of them; None with fewer than five. ``usual`` is the
    baseline's median, ``verdict`` the words of the time.
    """

    label: str
    bars: int
    n: int
    worst: float | None
    lower: float | None
    median: float | None
    upper: float | None
    best: float | None
    usual: float | None
    verdict: str


@dataclass(frozen=True)
class Expectation:
    """What was expected of one study's present case.

    ``date`` is the ISO date of its signal bar, the as-of date while the bar was ``provisional``; None when
    the study had no case under way, and then there are no horizons. The question is kept as it was asked:
    ``condition`` with its numbers filled in, so that a later change of the signal library cannot change it.
    ``assets`` are all whose prices it reads. ``headline`` is the label of the horizon that the finding led
    with; None without one, and in what was written before it was kept.
    """

    study: str
    title: str
    asset: str
    target: str
    assets: tuple[str, ...]
    condition: str
    bars: BarKind
    cooldown: int
    entry: Entry
    returns: ReturnBasis
    since: str | None
    date: str | None
    provisional: bool
    horizons: tuple[ExpectedHorizon, ...]
    headline: str | None = None


@dataclass(frozen=True)
class Expectations:
    """What one report expected: all its studies, those without a case under way included. ISO dates."""

    slug: str
    title: str
    date: str
    as_of: str
    source: str
    studies: tuple[Expectation, ...]


def expect(report: Report) -> Expectations:
    """What a report expects of its present cases, from nothing after its as-of date."""
    return Expectations(
        slug=report.spec.slug,
        title=report.title,
        date=report.spec.date.isoformat(),
        as_of=report.as_of.isoformat(),
        source=report.source,
        studies=tuple(_expectation(view) for view in report.views.values()),
    )


def _expectation(view: StudyView) -> Expectation:
    study, episode = view.study, view.present_episode
    return Expectation(
        study=view.name,
        title=view.title,
        asset=study.asset,
        target=study.target,
        assets=study.assets,
        condition=study.condition.text,
        bars=study.bars,
        cooldown=study.cooldown,
        entry=study.entry,
        returns=study.basis,
        since=None if study.since is None else study.since.isoformat(),
        date=None if episode is None else episode.date.isoformat(),
        provisional=episode is not None and episode.provisional,
        horizons=() if view.present is None else _open_horizons(view, view.present),
        headline=None if view.headline is None else view.headline.horizon.label,
    )


def _open_horizons(view: StudyView, present: int) -> tuple[ExpectedHorizon, ...]:
    """Only horizons still open: of a complete one the answer was known, and is part of the earlier cases."""
    row = view.result.returns[present]
    return tuple(
        _expected(summary, view.result.column(summary.horizon.label))
        for summary, known in zip(view.result.summaries, np.isfinite(row), strict=True)
        if not known
    )


def _expected(
    summary: HorizonSummary, column: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> ExpectedHorizon:
    returns = column[np.isfinite(column)]
    marks: list[float] | list[None] = [None] * 5
    if len(returns) >= LIST_ONLY:
        marks = [float(mark) for mark in np.percentile(returns, [0, 25, 50, 75, 100])]
    worst, lower, median, upper, best = marks
    return ExpectedHorizon(
        label=summary.horizon.label,
        bars=summary.horizon.bars,
        n=len(returns),
        worst=worst,
        lower=lower,
        median=median,
        upper=upper,
        best=best,
        usual=summary.baseline.median,
        verdict=summary.verdict.phrase,
    )
