"""What a report expects of its present cases, from nothing after its as-of date.

What has happened since is found later, from newer prices (``generator.scorecard.outcomes``).
"""

from __future__ import annotations

import numpy as np

from generator.article.report import Report
from generator.findings.view import MIN_CASES, StudyView
from generator.scorecard.values import Expectation, Expectations, ExpectedHorizon
from generator.study.values import HorizonSummary


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
        dates=None if study.listed is None else study.listed.name,
        name=view.called,
        present=None if study.present is None else study.present.isoformat(),
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
    if len(returns) >= MIN_CASES:
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
