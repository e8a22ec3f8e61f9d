"""Surveys for tests of pages: of nothing, and of the sample market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from generator.market.history import PriceHistory
from generator.market.providers.sample import SampleSource
from generator.pages.signals import SignalIndex
from generator.pages.survey import Survey, take_survey
from generator.pages.survey_site import SurveySite, survey_site, with_issues
from generator.scorecard.values import Expectation, Expectations
from generator.signals.library import find_signal
from generator.spec.watchlist import WatchedAsset, Watchlist

NOTHING = SurveySite(SignalIndex("", "", None, ()), (), (), None, simulated=False)
SIMULATED = replace(NOTHING, simulated=True)
NAMES = {"SPY": "S&P 500", "IWM": "Russell 2000", "MAGS": "Magnificent Seven", "^GSPC": "S&P 500 index"}
WATCHLIST = Watchlist(
    "SPY",
    MappingProxyType({t: WatchedAsset(t, name, "US", "SPY") for t, name in NAMES.items()}),
    ("SPY", "IWM", "^GSPC"),
)


@cache
def histories() -> dict[str, PriceHistory]:
    """Three assets of the sample market; ^GSPC is not in it."""
    source = SampleSource()
    return {asset: source.history(asset) for asset in ("SPY", "IWM", "MAGS")}


@cache
def sample_survey() -> Survey:
    """All signals on them."""
    return take_survey(WATCHLIST, histories(), None, "sample", simulated=True)


@cache
def sample_site() -> SurveySite:
    """The pages of that survey, with one issue on IWM's reverse-up."""
    return with_issues(survey_site(sample_survey(), histories(), None), issues())


def issues() -> Sequence[Expectations]:
    """One issue that studied reverse-up on IWM."""
    signal = find_signal("reverse-up")
    study = Expectation(
        study="reverse",
        title="Reverse up",
        asset="IWM",
        target="IWM",
        assets=("IWM",),
        condition=signal.condition,
        bars="daily",
        cooldown=10,
        entry="close",
        returns="price",
        since=None,
        date=None,
        provisional=False,
        horizons=(),
    )
    return (Expectations("small-caps", "Small caps turn", "2025-12-01", "2025-11-28", "sample", (study,)),)
