"""Weeks of real prices drafted one after another, each beside the issues before it, and read by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from generator.article.article import write_article
from generator.check.reading import load_specs
from generator.desk.choice import GREW
from generator.edition.values import Edition
from generator.site.markdown import to_html
from generator.spec.models import Story
from tests.desk.length import open_words
from tests.desk.test_length import MAIL, PAGE, WATCHED, counted, editions
from tests.projects import copy_project
from tests.real_prices import market_data, real_prices

FRIDAYS = tuple(date.fromisoformat(d) for d in ("2025-03-21", "2025-03-28", "2025-04-04", "2025-04-11"))
"""Worst month since 2022, twice, and grown between; worst week since 2020; best day since 2008."""
STIFF = r"It came|The present case|\btold\b|\bbeside\b|after the signal|\b(rose|fell) 0\.0%|prices since \d"
CALM = r"\b(quiet|routine|uneventful)\b"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sequence[Edition]]:
    root = copy_project(tmp_path_factory.mktemp("weeks") / "p", reports=False)
    (root / "watchlist.yml").write_text(WATCHED)
    return root, tuple(editions(root, f"files:{market_data()}", *FRIDAYS))


def stories(root: Path) -> list[tuple[date, Story]]:
    return sorted(
        ((spec.as_of or spec.date, spec.story) for spec in load_specs(root) if spec.story is not None),
        key=lambda each: each[0],
    )


@real_prices
def test_no_story_is_led_with_twice_unless_it_grew(drafted: tuple[Path, Sequence[Edition]]) -> None:
    told = stories(drafted[0])
    assert [day for day, _ in told] == list(FRIDAYS)
    for n, (_, story) in enumerate(told):
        who, _, kind, side = story.fact.split()
        for _, before in told[:n]:
            its, _, was, way = before.fact.split()
            if (who.split("/")[0], kind, side) == (its.split("/")[0], was, way):
                assert story.size >= GREW * before.size


@real_prices
def test_every_week_is_short_and_plainly_written(drafted: tuple[Path, Sequence[Edition]]) -> None:
    for edition in drafted[1]:
        page, mail = counted(edition)
        assert (page <= PAGE, mail <= MAIL) == (True, True), edition.slug
        words = " ".join(open_words(to_html(write_article(edition, "").text)))
        assert re.findall(STIFF, words) == [], edition.slug
        # Each of these weeks holds the most extreme day, week or month of a fund in two years.
        assert re.findall(CALM, words, re.IGNORECASE) == [], edition.slug


@real_prices
def test_a_week_with_a_ranked_fact_does_not_lead_with_too_few_cases(
    drafted: tuple[Path, Sequence[Edition]],
) -> None:
    for edition in drafted[1]:
        assert "too few" not in f"{edition.title} {edition.deck}", edition.slug
