"""The key points of a week's issue: one fact each, and none that stands alone as an aside."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from generator.article import sections
from generator.article.report import Report
from generator.article.sections import points
from generator.findings.market_facts import calendar_years
from generator.findings.seasons import what_is_left
from generator.findings.sentences import deepest_loss
from generator.findings.standout import standout
from generator.spec.models import AuditSection, KeyPointsSection, MarketTableSection
from tests.desk.hand import history
from tests.editorial.hand import hand_view

WORST = {"1M": [0.05, -0.02] * 6, "3M": [0.05, -0.02] * 6}


def told(monkeypatch: pytest.MonkeyPatch, *rare: str) -> tuple[str, ...]:
    """The points of a week with one study that found nothing, and these facts beside it."""
    monkeypatch.setattr(sections, "others_points", lambda *given: rare)
    table = MarketTableSection.model_construct(assets=("ABC",))
    view = hand_view(WORST, p=0.9)
    spec = SimpleNamespace(
        assets={"ABC": "Alphabet blocks"},
        sections_of=lambda kind: {MarketTableSection: (table,), AuditSection: ()}.get(kind, ()),
    )
    report = SimpleNamespace(
        spec=spec,
        lead=view,
        ordered=(view,),
        standout=standout((view,)),
        is_weekly=True,
        news=None,
        histories={},
        scan=None,
        deck_names=frozenset(),
    )
    return points(cast(Report, report), KeyPointsSection.model_construct(points=()))


def test_each_rare_fact_is_a_point_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    made = told(monkeypatch, "Gold rose.", "Oil fell.")
    assert made[:2] == ("Gold rose.", "Oil fell.")
    assert not any("luck" in point or "no clear difference" in point for point in made)


def test_what_a_holder_met_is_no_short_version_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert deepest_loss(hand_view(WORST, p=0.9)) in told(monkeypatch, "Gold rose.")
    assert told(monkeypatch) == ()


def test_of_what_rises_manifold_the_year_is_told_by_its_middle() -> None:
    # Tenfold a year: no average of such years says anything.
    for yearly, middle in ((10.0, "a median of"), (1.1, "on average")):
        given = history([yearly ** (n / 252) for n in range(252 * 14)], "SPY", last="2026-04-24")
        years = calendar_years(given)
        assert years is not None
        text = what_is_left(cast(Any, years), given, "Bitcoin")
        assert text.count(middle) == 2
