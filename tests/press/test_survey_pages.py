"""The pages of signals and assets as files: links that lead somewhere, drawings, downloads."""

from __future__ import annotations

import posixpath
import re

import pytest

from generator.assembly.survey_pages import asset_folders, survey_drawings, survey_files, week_view
from generator.charts.render import draw
from generator.core.files import OutputFile
from generator.signals.library import load_library
from tests.press import demo
from tests.press.surveys import NOTHING, sample_site


@pytest.fixture(scope="module")
def files() -> dict[str, OutputFile]:
    made = survey_files(sample_site(), demo.LETTER)
    assert len({file.path for file in made}) == len(made)
    return {file.path: file for file in made}


def test_all_that_is_drawn_was_announced(files):
    # Each once and in this order, so that another process can draw ahead of the pages.
    site, drawn = sample_site(), []

    def artist(figure, form, simulated):
        drawn.append((figure, form, simulated))
        return draw(figure, form, simulated)

    assert {file.path: file for file in survey_files(site, demo.LETTER, artist)} == files
    assert drawn == list(survey_drawings(site))
    assert len(drawn) == 3 * 2 * len(site.assets)


def text(files: dict[str, OutputFile], path: str) -> str:
    return files[path].content.decode()


def test_a_page_for_every_signal_and_every_core_asset(files):
    pages = {path for path in files if path.endswith("index.md")}
    signals = {f"signals/{name}/index.md" for name in load_library()}
    assert pages == {"signals/index.md", "assets/spy/index.md", "assets/iwm/index.md", *signals}


def test_links_and_pictures_lead_somewhere(files):
    for path, file in files.items():
        if not path.endswith(".md"):
            continue
        places = re.findall(r'(?:href|src|srcset)="([^"]+)"', file.content.decode())
        for place in places:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), place.split("#")[0]))
            if target.startswith("issues/"):
                assert target == "issues/small-caps/index.html"
            else:
                assert target.replace(".html", ".md") in files, f"{path}: {place}"


def test_a_signal_page_says_what_it_is(files):
    page = text(files, "signals/reverse-up/index.md")
    assert "The close is the highest of the last 20 sessions" in page
    assert "Idealised, not prices." in page
    assert 'class="lines"' in page
    assert "<circle" in page
    assert "precedent study --asset IWM --signal reverse-up" in page
    assert "Small caps turn" in page
    assert "simulated: true" in page
    assert files["signals/reverse-up/record.csv"].content.startswith(b"asset,")


def test_an_asset_page_has_its_calendar(files):
    page = text(files, "assets/iwm/index.md")
    for words in ("Every signal", "By year of the US election cycle", "By decade", "Month by month"):
        assert words in page
    assert {"assets/iwm/price.svg", "assets/iwm/months.csv", "assets/iwm/weeks.csv"} <= set(files)
    assert page.count("<svg") == 4 + 3


def test_nothing_that_is_not_a_number_is_shown(files):
    for path, file in files.items():
        if path.endswith((".md", ".csv")):
            assert not re.search(r"\bnan\b|\bNone\b(?! of)|\binf\b", file.content.decode()), path


def test_the_week_leads_to_the_signals():
    view = week_view(sample_site(), "signals/")
    assert view is not None
    hrefs = re.findall(r'<a href="([^"]*)"', view)
    assert len(hrefs) == view.count('scope="row"')
    assert all(re.fullmatch(r"signals/[a-z0-9-]+/index\.html", href or "") for href in hrefs)


def test_without_prices_there_is_an_index_all_the_same():
    (index,) = survey_files(NOTHING, demo.LETTER)
    assert b"Nothing has fired" in index.content
    assert asset_folders(NOTHING) == {}
    assert week_view(NOTHING, "") is None
