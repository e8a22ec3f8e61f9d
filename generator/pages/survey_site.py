"""All that the site says of the survey: the signals' pages, the assets' pages, the week's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from generator.article.report import source_line
from generator.market.history import PriceHistory
from generator.pages.assets import AssetPage, asset_pages
from generator.pages.signals import SignalIndex, SignalPage, signal_index, signal_pages
from generator.pages.survey import take_survey
from generator.scorecard.values import Expectations
from generator.spec.watchlist import Watchlist


@dataclass(frozen=True)
class SurveySite:
    """The pages of signals and assets. ``as_of`` is the newest session seen; None without any."""

    index: SignalIndex
    signals: tuple[SignalPage, ...]
    assets: tuple[AssetPage, ...]
    as_of: date | None
    simulated: bool


def survey_site(
    watchlist: Watchlist,
    histories: Mapping[str, PriceHistory],
    expected: Sequence[Expectations],
    as_of: date | None,
    source: str,
    simulated: bool,
    credit: str | None = None,
) -> SurveySite:
    """Survey the watchlist and write its pages; see ``take_survey`` and ``source_line``."""
    survey = take_survey(watchlist, histories, as_of, source, simulated)
    line = "" if survey.as_of is None else source_line(source, simulated, survey.as_of, credit)
    return SurveySite(
        index=signal_index(survey),
        signals=signal_pages(survey, expected),
        assets=asset_pages(survey, histories, expected, as_of, line),
        as_of=survey.as_of,
        simulated=simulated,
    )
