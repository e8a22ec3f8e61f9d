"""A letter in another language is a folder of files: the German sample, and what in it is still English."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from generator.language import own_words
from generator.site.templating import use_templates
from tests.editorial.test_own_words import DEUTSCH, ROOT
from tests.running import run

SLUG = "2026-04-21-starke-monate"
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|were|with|this|that|from|which|what|after|before|above|below|each|more|not|through|"
    r"prices?|data|issues?|average|months?|years?|cases?|usual|newest|higher|lower|market|forward|return)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = Path(shutil.copytree(DEUTSCH, tmp_path_factory.mktemp("letters") / "deutsch"))
    result = run("report", "--source", "sample", project=root)
    assert result.exit_code == 0, result.output
    yield root
    own_words._letters.clear()
    own_words._taken.clear()
    use_templates(ROOT)


def spoken(html: str) -> list[str]:
    """The texts of a page that a reader sees or hears, one to a line."""
    body = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", html.split("<body", 1)[1], flags=re.S)
    heard = re.findall(r'(?:alt|title|aria-label|placeholder)="([^"]*)"', body)
    return [unescape(line).strip() for line in [*heard, *re.split(r"<[^>]*>", body)] if line.strip()]


def english(texts: list[str]) -> set[str]:
    """Those of them with two English words or more in them, or short ones that are nothing but English."""
    return {text for text in texts if len(ENGLISH.findall(text)) >= (2 if len(text) > 20 else 1)}


def names(heading: str) -> str:
    """A section of the reference."""
    reference = (ROOT / "REFERENCE.md").read_text()
    return reference.split(f"### {heading}\n")[1].split("\n### ")[0]


def test_home_and_article_speak_german(made: Path) -> None:
    for page in ("index.html", f"issues/{SLUG}/index.html"):
        html = (made / "site" / page).read_text()
        assert '<html lang="de"' in html
        assert '<p class="byline">Die Redaktion · Kurse bis ' in html
        left = english(spoken(html))
        assert left <= LEFT, page


def test_the_email_speaks_german(made: Path) -> None:
    html = (made / "build" / "reports" / SLUG / "email.html").read_text()
    assert '<html lang="de"' in html
    assert english(spoken(html)) <= LEFT
    assert "Auf der Seite: die Spalte " in html
    assert "Vorsprung" not in html  # a row for the page alone


LEFT: set[str] = {"Data (CSV)", "Simulated sample prices, not market data, through 20. Apr. 2026"}
"""What Python still says on these pages; REFERENCE lists its kinds."""


def test_figures_and_dates_are_german_and_tinted(made: Path) -> None:
    page = (made / "site" / "issues" / SLUG / "index.html").read_text()
    assert "21. April 2026" in page
    assert re.search(r">Sept\. 2010<", page)
    assert not re.search(r">[+−]\d+\.\d\d<", page)
    assert '<td class="gain">+10,87<' in page
    # Tinted among the returns, of which 24,17 would be tinted in full: 10,87 ÷ 24,17 is four to five tenths.
    assert '<td class="up t4">+10,87<' in page
    csv = (made / "build" / "reports" / SLUG / "monate-episodes.csv").read_text()
    assert ",10.87" in csv


def test_the_reference_names_what_still_speaks_english() -> None:
    told = names("Another language")
    for what in ("charts", "sentences", "asset pages", "terminal"):
        assert what in told.lower(), what
