import functools
import http.server
import threading
from pathlib import Path

import pytest

from tests.browser.chromium import address, needs_chromium
from tests.press import demo, scorecards, surveys
from tests.press.test_site import project

pytestmark = [pytest.mark.browser, needs_chromium]

ISSUE = "issues/small-caps-ten-percent-month/index.html"
PAGES = [
    "index.html",
    ISSUE,
    *(f"{name}/index.html" for name in ("archive", "scorecard", "how-to-read", "about", "tags")),
    *(f"{name}/index.html" for name in ("signals", "signals/relative-strength-breakout", "assets/iwm")),
    *(f"archive/{by}/index.html" for by in ("assets", "signals", "verdicts")),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    from generator.assembly.mkdocs import build_site
    from generator.assembly.pages import assemble

    root, folders = project(tmp_path_factory.mktemp("project"), [demo.edition(), demo.earlier(0)])
    build_site(root, assemble(folders, demo.LETTER, root, scorecards.demo(), surveys.sample_site()))
    return root / "site"


@pytest.fixture(scope="module")
def server(site):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("widths", [(360, 390), (1440, 768)])
def test_no_page_is_wider_than_the_screen(browser, site, page, widths):
    tab = browser.open(address(site / page), widths[0])
    tab.value("() => { for (const fold of document.querySelectorAll('details')) fold.open = true }")
    for width in widths:
        tab.resize(width)
        assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.errors == []


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_moves_when_the_charts_arrive(browser, site, width):
    tab = browser.open(address(site / ISSUE), width)
    shapes = tab.value(
        "[...document.images].map(i => { i.loading = 'eager'; const b = i.getBoundingClientRect();"
        " const s = innerWidth <= 600 ? i.parentElement.querySelector('source') : i;"
        " return b.width / b.height / (s.getAttribute('width') / s.getAttribute('height')) })"
    )
    assert shapes == pytest.approx([1] * 3, rel=0.02)


def test_the_first_column_stays_while_a_table_is_pushed_aside(browser, site):
    tab = browser.open(address(site / ISSUE), 360)
    left = "document.querySelector('tbody th').getBoundingClientRect().left"
    before = tab.value(left)
    tab.value("document.querySelector('.scroll').scrollLeft = 200")
    assert tab.value("document.querySelector('.scroll').scrollLeft") > 50
    assert tab.value(left) == before


def test_on_a_phone_a_table_of_horizons_begins_with_a_whole_column_of_three_months(browser, site):
    tab = browser.open(address(site / ISSUE), 360)
    gaps = tab.value(
        """() => [...document.querySelectorAll(".scroll")].flatMap((box) => {
          const heads = [...box.querySelectorAll("thead th")]
          const quarter = heads.find((head) => head.textContent.trim() === "3M")
          if (!quarter || !box.scrollLeft) return []
          const words = box.querySelector("thead .group > span").getBoundingClientRect()
          const first = box.querySelector("thead th").getBoundingClientRect().right
          return [quarter.getBoundingClientRect().left - first, Math.min(words.left - first, 0)]
        })"""
    )
    assert gaps
    assert gaps == pytest.approx([0] * len(gaps), abs=1)


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 252, 247)"), ("dark", "rgb(23, 24, 26)")])
def test_the_page_follows_the_device_and_then_the_reader(browser, site, scheme, paper):
    background = "getComputedStyle(document.body).backgroundColor"
    tab = browser.open(address(site / ISSUE), 1440, scheme)
    assert tab.value(background) == paper
    tab.value("document.querySelector('.scheme').click()")
    assert tab.value(background) != paper
    tab.value("document.querySelector('.scheme').click()")
    assert tab.value(background) == paper
    tab.value("localStorage.clear()")


@pytest.mark.parametrize("page", [ISSUE, "signals/reverse-up/index.html", "assets/iwm/index.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(browser, site, scheme, page):
    """WCAG 2 contrast of every piece of text on a plain ground: 4.5 to 1, 3 to 1 for large text."""
    tab = browser.open(address(site / page), 1440, scheme)
    weak = tab.value((Path(__file__).parent / "contrast.js").read_text())
    assert weak == []


@pytest.mark.parametrize("from_disk", [True, False])
def test_search_answers_and_asks_only_this_site(browser, site, server, from_disk):
    home = address(site) + "/" if from_disk else server
    tab = browser.open(home + ISSUE, 1440)
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("baseline edge")
    tab.page.wait_for_selector(".search-found a")
    first = tab.page.locator(".search-found a").first
    assert first.get_attribute("href") == home + "how-to-read/index.html#baseline"
    assert first.locator("mark").all_inner_texts()[:2] == ["Baseline", "edge"]
    assert [url for url in tab.requests if not url.startswith(home)] == []
    assert tab.errors == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("10% month", True),  # the title
        ("coin flip", True),  # the deck
        ("worst case 28%", True),  # a later key point
        ("every CASE", True),  # a heading, whatever its case
        ("ase", False),  # no word begins so
        ("zzz", False),
    ],
)
def test_search_goes_by_the_beginnings_of_words(browser, site, typed, found):
    tab = browser.open(address(site / "index.html"), 1440)
    tab.page.locator(".search-open").click()
    tab.page.keyboard.type(typed)
    tab.page.wait_for_function("document.querySelector('.search-said').textContent !== 'Loading…'")
    assert (tab.page.locator(".search-found a").count() > 0) == found


def test_on_paper_every_fold_is_open(browser, site):
    tab = browser.open(address(site / ISSUE), 1440)
    folds = "[...document.querySelectorAll('details')].map(fold => fold.open)"
    tab.value("dispatchEvent(new Event('beforeprint'))")
    assert set(tab.value(folds)) == {True}
    tab.value("dispatchEvent(new Event('afterprint'))")
    assert set(tab.value(folds)) == {False}


@pytest.mark.parametrize(
    ("page", "table"),
    [("assets/iwm/index.html", "#signals"), ("scorecard/index.html", ".issues"), ("index.html", "#week")],
)
def test_what_counts_is_seen_on_a_phone_without_a_swipe(browser, site, page, table):
    tab = browser.open(address(site / page), 360)
    tab.page.wait_for_timeout(300)
    assert tab.value(f"document.querySelector('{table} .scroll').matches('.whole')")
