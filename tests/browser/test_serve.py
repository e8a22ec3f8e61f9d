"""The pages of ``precedent serve`` in a browser: they load again by themselves, and show what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Chromium, needs_chromium
from tests.running import project_with, small_spec
from tests.test_serve import LONGEST, Served

pytestmark = [pytest.mark.browser, needs_chromium]
PATIENCE = 1000 * LONGEST


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = project_with(tmp_path_factory.mktemp("served"), small=small_spec())
    (made / "watchlist.yml").unlink(missing_ok=True)
    return made


@pytest.fixture(scope="module")
def served(project: Path) -> Iterator[Served]:
    serving = Served(project)
    try:
        yield serving
    finally:
        serving.process.kill()
        serving.process.communicate()


def test_a_page_loads_again_when_its_words_change(browser: Chromium, served: Served, project: Path) -> None:
    # Before the first site there is a page that waits for it, and turns into it by itself.
    tab = browser.open(f"{served.address}/issues/small/index.html", 1280)
    heading = tab.page.locator("h1", has_text="A small report")
    heading.wait_for(timeout=PATIENCE)

    spec = project / "reports/small/report.yml"
    right = spec.read_text()
    spec.write_text(right.replace("A small report", "Another title"))
    tab.page.locator("h1", has_text="Another title").wait_for(timeout=PATIENCE)

    spec.write_text(right.replace("sections:", "sectoins:"))
    trouble = tab.page.locator("#trouble")
    trouble.wait_for(timeout=PATIENCE)
    assert "sectoins" in trouble.inner_text()
    assert tab.page.locator("h1", has_text="Another title").is_visible(), "the page stays"

    spec.write_text(right)
    tab.page.locator("h1", has_text="A small report").wait_for(timeout=PATIENCE)
    assert trouble.count() == 0
    assert [error for error in tab.errors if "404" not in error] == [], (
        "nothing is refused by the page's policy"
    )


def test_a_style_of_ones_own_that_is_added_is_seen(browser: Chromium, served: Served, project: Path) -> None:
    tab = browser.open(f"{served.address}/issues/small/index.html", 1280)
    style = project / "templates/theme/assets/print.css"
    style.parent.mkdir(parents=True, exist_ok=True)
    style.write_text("h1 { color: rgb(1, 2, 3) }")
    words = project / "templates/report/method.md"
    words.parent.mkdir(parents=True, exist_ok=True)
    words.write_text("## Words of our own {: #method }\n")
    tab.page.locator("h2", has_text="Words of our own").wait_for(timeout=PATIENCE)
    tab.page.emulate_media(media="print")
    assert tab.value("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"
