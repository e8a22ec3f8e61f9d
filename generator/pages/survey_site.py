"""All that the site says of the survey: the signals' pages, the assets' pages, the week's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from generator.article.report import source_line
from generator.market.history import PriceHistory
from generator.pages.assets import AssetPage, asset_pages
from generator.pages.signals import IssueLink, SignalIndex, SignalPage, issues_by, signal_index, signal_pages
from generator.pages.survey import Survey
from generator.scorecard.values import Expectations
from generator.signals.library import Signal, load_library


@dataclass(frozen=True)
class SurveySite:
    """The pages of signals and assets. ``as_of`` is the newest session seen; None without any."""

    index: SignalIndex
    signals: tuple[SignalPage, ...]
    assets: tuple[AssetPage, ...]
    as_of: date | None
    simulated: bool


def survey_site(
    survey: Survey,
    histories: Mapping[str, PriceHistory],
    as_of: date | None,
    credit: str | None = None,
) -> SurveySite:
    """The pages of a survey, their issues left out; see ``take_survey`` and ``source_line``."""
    line = "" if survey.as_of is None else source_line(survey.source, survey.simulated, survey.as_of, credit)
    return SurveySite(
        index=signal_index(survey),
        signals=signal_pages(survey),
        assets=asset_pages(survey, histories, as_of, line),
        as_of=survey.as_of,
        simulated=survey.simulated,
    )


def with_issues(site: SurveySite, expected: Sequence[Expectations]) -> SurveySite:
    """The pages with the issues that they point to."""
    library = load_library()
    of_signals = issues_by(expected, lambda study: ((study.condition, study.bars),))
    of_assets = issues_by(expected, lambda study: (study.asset, study.target))

    def of_signal(signal: Signal) -> tuple[IssueLink, ...]:
        return of_signals.get((signal.condition, signal.bars), ())

    return replace(
        site,
        signals=tuple(replace(page, issues=of_signal(library[page.name])) for page in site.signals),
        assets=tuple(replace(page, issues=of_assets.get(page.ticker, ())) for page in site.assets),
    )
