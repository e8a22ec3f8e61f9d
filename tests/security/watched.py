"""A watchlist with a payload for every name, in each form that it goes out in; what of it has survived."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from generator.assembly.pages import site_pages
from generator.assembly.survey_pages import survey_files
from generator.core.json_values import read_json
from generator.edition.card import CARD, Card
from generator.language.asset_names import capital
from generator.output.scan import as_csv, as_json
from generator.pages.assets import AssetPage, asset_pages
from generator.pages.signals import signal_index, signal_pages
from generator.pages.survey_site import SurveySite, with_issues
from generator.spec.watchlist import WatchedAsset, Watchlist
from tests.press import demo, scorecards, surveys
from tests.security.injected import forms, formulas_in, markup_in

_DRAWN_BY_US = ("svg",)
"""Sketches and panels stand in the page."""


def watchlist(payload: str) -> Watchlist:
    """Assets and a group of this name."""
    assets = {ticker: WatchedAsset(ticker, payload, payload, "SPY") for ticker in surveys.NAMES}
    return Watchlist("SPY", MappingProxyType(assets), ("IWM",))


def site_with(payload: str) -> SurveySite:
    """The pages of signals and assets of that watchlist, with an issue of that title."""
    survey = replace(surveys.sample_survey(), watchlist=watchlist(payload))
    issues = [replace(issue, title=payload) for issue in surveys.issues()]
    assets = asset_pages(survey, surveys.histories(), None, payload)
    bare = replace(surveys.NOTHING, index=signal_index(survey), signals=signal_pages(survey), assets=assets)
    site = with_issues(bare, issues)
    signals = tuple(page for page in site.signals if page.issues or page.name == "reverse-up")
    return replace(site, signals=signals)


def asset_called(name: str, ticker: str) -> AssetPage:
    """The page of an asset of this name: all else is IWM's."""
    (page, *_) = [page for page in surveys.sample_site().assets if page.ticker == "IWM"]
    return replace(page, ticker=ticker, name=capital(name))


def survivors(payload: str) -> Iterator[str]:
    """What of a payload is more than words in pages, tables and scans; nothing when all is well."""
    card = read_json(forms(payload)[CARD], Card, CARD)
    site = site_with(payload)
    files = [*survey_files(site, demo.LETTER), *site_pages((card,), demo.LETTER, scorecards.demo(), site)]
    for file in files:
        if file.path.endswith(".md"):
            text = file.content.partition(b"\n---\n")[2].decode()
            yield from (f"{file.path}: {found}" for found in markup_in(text, own=_DRAWN_BY_US))
        elif file.path.endswith(".csv"):
            yield from (f"{file.path}: {found}" for found in formulas_in(file.content))
    week, names = surveys.sample_survey().week, watchlist(payload).names
    yield from (f"scan: {found}" for found in formulas_in(as_csv(week, names).encode()))
    told = {
        found["name"] for event in json.loads(as_json(week, names))["events"] for found in event["findings"]
    }
    if told != {payload}:
        yield f"scan: the name is {told!r:.60}"
