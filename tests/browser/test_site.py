"""The whole site as readers meet it: three widths, light and dark, with scripts and without, on paper.

On real prices where MARKET_DATA names some, on the sample market otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.chromium import Chromium, Tab, needs_chromium
from tests.browser.server import Server, served
from tests.press.reading import tags
from tests.projects import copy_project
from tests.real_prices import MARKET_DATA
from tests.running import run

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

MONTH, TURN = "2026-04-21-small-caps-ten-percent-month", "2025-12-01-small-caps-reverse-up"
ISSUES = [f"issues/{slug}/index.html" for slug in (MONTH, TURN)]
PAGES = [
    *ISSUES,
    "index.html",
    *(
        f"{name}/index.html"
        for name in ("archive", "archive/signals", "tags", "how-to-read", "scorecard", "about")
    ),
    *(f"{name}/index.html" for name in ("signals", "signals/ten-percent-month", "assets/iwm")),
]
WIDTHS = (360, 768, 1440)
SMALLEST_TEXT = 9.5
LIMIT = 400_000
HERE = Path(__file__).parent
# Regions are named by what they hold, and a page may hold two of the same; sections are not landmarks here.
# What holds is not told node by node: that takes longer than the rules.
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
IN_OTHER_COLOURS = {**AXE, "runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules whose answer hangs on the scheme; what a page is made of is the same in both."""
IN_OTHER_COLOURS_AND_ROOM = {
    **AXE,
    "runOnly": [*IN_OTHER_COLOURS["runOnly"], "target-size", "scrollable-region-focusable"],
}
OPEN_ALL = "() => { for (const fold of document.querySelectorAll('details')) fold.open = true }"
SMALL_HEADS = """() => [...document.querySelectorAll(".sort")].filter(
  (head) => head.offsetWidth && (head.offsetWidth < 24 || head.offsetHeight < 24)
).length"""
SHIFT = """async () => {
  for (const image of document.images) image.loading = "eager"
  await Promise.all([...document.images].map((image) => image.decode()))
  scrollTo(0, document.body.scrollHeight)
  await new Promise((done) => setTimeout(done, 100))
  return new Promise((done) => {
    let sum = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum += entry.value
    }).observe({ type: "layout-shift", buffered: true })
    setTimeout(() => done(sum), 100)
  })
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_project(tmp_path_factory.mktemp("letter") / "project")
    source = "sample" if MARKET_DATA is None else f"files:{MARKET_DATA}"
    result = run("report", MONTH, TURN, "--source", source, project=root)
    assert result.exit_code == 0, result.output
    return root / "site"


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[Server]:
    with served(site, compressed=True) as running:
        yield running


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("widths", [(360,), (1440, 768)])
def test_nothing_to_stumble_over(
    browser: Chromium, server: Server, page: str, widths: tuple[int, ...]
) -> None:
    for scheme, scripts, other in (("light", True, "dark"), ("dark", False, "light")):
        tab = browser.open(server.address + page, widths[0], scheme, scripts)
        for width in widths:
            tab.resize(width)
            where = (width, scheme, scripts)
            assert tab.value((HERE / "faults.js").read_text()) == [], where
        tab.value(OPEN_ALL)
        for width in widths:
            tab.resize(width)
            where = (width, scheme, scripts)
            assert tab.value((HERE / "faults.js").read_text()) == [], where
        tab.page.emulate_media(color_scheme=other)
        assert tab.value((HERE / "faults.js").read_text()) == [], (other, scripts)
        assert tab.errors == [], where
        assert [url for url in tab.requests if not url.startswith((server.address, "data:"))] == [], where


# Each page in both schemes, at one width each. What a page is made of is the same in both, so the second time
# the rules are asked whose answer hangs on colours or room; the longer issue, whose folds take the rules a
# minute, is asked once: both issues are of one kind.
@pytest.mark.parametrize("page", [page for page in PAGES if page != ISSUES[1]])
def test_by_the_rules_of_colours_and_room(browser: Chromium, server: Server, page: str) -> None:
    tab = browser.open(server.address + page, 1440, "dark")
    assert broken(tab, IN_OTHER_COLOURS_AND_ROOM) == (0, [])


@pytest.mark.parametrize("page", PAGES)
def test_by_the_rules_of_wcag(browser: Chromium, server: Server, page: str) -> None:
    tab = browser.open(server.address + page, 360, "light")
    assert broken(tab, AXE) == (0, [])


def broken(tab: Tab, options: dict[str, list[str]]) -> tuple[int, list[tuple[str, list[str], str]]]:
    """With all folds open: heads of columns that are too small, and what else breaks the rules.

    The rules count what is seen of a head: half under the first column it is small until a swipe brings it
    forth. So its size is asked apart.
    """
    tab.value(OPEN_ALL)
    small = tab.value(SMALL_HEADS)
    found = violations(tab, options)
    return small, [each for each in found if not (each[0] == "target-size" and 'class="sort"' in each[2])]


def violations(tab: Tab, options: dict[str, list[str]]) -> list[tuple[str, list[str], str]]:
    return [
        (problem["id"], node["target"], node["html"][:120])
        for problem in Axe().run(tab.page, options=options).response["violations"]
        for node in problem["nodes"]
    ]


def test_words_too_faint_in_one_scheme_would_be_found(browser: Chromium, server: Server) -> None:
    tab = browser.open(server.address + "tags/index.html", 1440, "dark")
    faint = "@media (prefers-color-scheme: light) { main * { color: #eee !important } }"
    tab.value(f"() => document.querySelector('style, link[rel=stylesheet]').sheet.insertRule({faint!r})")
    assert violations(tab, AXE) == []
    tab.page.emulate_media(color_scheme="light")
    assert {rule for rule, *_ in violations(tab, IN_OTHER_COLOURS)} == {"color-contrast"}


@pytest.mark.parametrize("page", [*ISSUES, "index.html", "assets/iwm/index.html"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_moves_while_the_page_arrives(
    browser: Chromium, server: Server, page: str, width: int
) -> None:
    tab = browser.open(server.address + page, width)
    assert tab.value(SHIFT) < 0.01


@pytest.mark.parametrize("page", ISSUES)
@pytest.mark.parametrize("width", WIDTHS)
def test_charts_are_read_without_a_glass(browser: Chromium, server: Server, page: str, width: int) -> None:
    tab = browser.open(server.address + page, width)
    charts = tab.value(
        """async () => Promise.all([...document.querySelectorAll(".chart img")].map(async (image) => {
          image.loading = "eager"
          await image.decode()
          const text = await (await fetch(image.currentSrc)).text()
          return [image.getBoundingClientRect().width, text]
        }))"""
    )
    assert charts
    for shown, text in charts:
        drawn = float(re.search(r'viewBox="0 0 ([\d.]+)', text)[1])
        sizes = [100 * float(scale) * shown / drawn for scale in re.findall(r"scale\((0\.\d+) -", text)]
        assert sizes
        assert min(sizes) >= SMALLEST_TEXT


@pytest.mark.parametrize("page", ISSUES)
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("compressed", [True, False])
def test_what_an_issue_weighs(browser: Chromium, site: Path, page: str, width: int, compressed: bool) -> None:
    with served(site, compressed) as server:
        tab = browser.open(server.address + page, width)
        tab.value(
            "async () => { for (const i of document.images) { i.loading = 'eager'; await i.decode() } }"
        )
        # MkDocs' own search and style stay where they are until someone searches.
        assert len(server.fetched(".css")) == 2, "one for the screen, one for paper, which no paint waits for"
        assert not server.fetched(".woff2", ".json", "bundle.js")
        assert len(server.fetched(".js")) == 2
        # The longest model has twelve charts, and their hot spots; compressed, it is a third of this.
        assert sum(server.sent.values()) < (LIMIT if compressed or page == ISSUES[0] else 1.35 * LIMIT)


def test_the_keyboard_goes_everywhere_and_is_seen(browser: Chromium, server: Server) -> None:
    tab = browser.open(server.address + ISSUES[0], 1440)
    seen = []
    for _ in range(40):
        tab.page.keyboard.press("Tab")
        seen.append(
            tab.value(
                """() => {
                  const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect()
                  return [e.className, parseFloat(s.outlineWidth), s.outlineStyle, b.right > 0]
                }"""
            )
        )
    assert seen[0][0] == "skip"
    assert {"scroll whole", "sort", "tool scheme"} <= {name for name, *_ in seen}
    assert all(width >= 2 and line != "none" and inside for _, width, line, inside in seen), seen


def test_a_table_sorts_by_value_and_back(browser: Chromium, server: Server) -> None:
    tab = browser.open(server.address + ISSUES[0], 1440)
    column = """(name) => {
      const table = document.querySelector("table.sortable")
      const heads = [...table.querySelectorAll("thead th[scope=col]")]
      const head = heads.find((head) => head.textContent.trim() === name)
      const at = { Date: 0, "12M": table.tBodies[0].rows[0].cells.length - 1 }[name]
      const cells = [...table.tBodies[0].rows].map((row) => row.cells[at].textContent)
      return [head.getAttribute("aria-sort"), cells]
    }"""

    def figures(texts: list[str]) -> list[float]:
        return [float(text.replace("−", "-")) for text in texts if text != "—"]

    none, printed = tab.value(column, "12M")
    assert none is None
    button = tab.page.locator("table.sortable").first.get_by_role("button", name="12M")
    button.click()
    order, texts = tab.value(column, "12M")
    assert (order, figures(texts)) == ("descending", sorted(figures(printed), reverse=True))
    button.press("Enter")
    order, texts = tab.value(column, "12M")
    assert (order, figures(texts)) == ("ascending", sorted(figures(printed)))
    assert texts[len(figures(texts)) :] == ["—"] * (len(texts) - len(figures(texts)))
    _, ordered_dates = tab.value(column, "Date")
    button.press(" ")
    assert tab.value(column, "12M") == [None, printed]
    tab.page.locator("table.sortable").first.get_by_role("button", name="Date").click()
    order, dates = tab.value(column, "Date")
    assert order == "ascending"
    assert sorted(dates) == sorted(ordered_dates)
    years = [int(re.search(r"\d{4}", text)[0]) for text in dates]
    assert years == sorted(years)


@pytest.mark.parametrize("page", ISSUES)
@pytest.mark.parametrize("scripts", [True, False])
def test_paper_has_the_article_whole_and_nothing_to_click(
    browser: Chromium, server: Server, page: str, scripts: bool
) -> None:
    tab = browser.open(server.address + page, 720, scripts=scripts)
    tab.page.emulate_media(media="print")
    gone = [".bar", ".search", ".copy", ".skip", ".neighbours", ".download"]
    seen = (
        "(names) => names.filter((n) => [...document.querySelectorAll(n)].some((e) => e.checkVisibility()))"
    )
    assert tab.value(seen, gone) == []
    wide = "(e) => e.scrollWidth > e.clientWidth + 1"
    assert tab.value(f"() => [...document.querySelectorAll('.scroll')].filter({wide}).length") == 0
    assert len(tab.page.pdf(format="A4", prefer_css_page_size=True)) > 50_000


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {path: list(tags(path.read_text())) for path in sorted(site.rglob("*.html"))}
    anchors = {path: {a["id"] for _, a in found if "id" in a} for path, found in pages.items()}
    for path, found in pages.items():
        for _, attributes in found:
            for target in (attributes.get("href"), attributes.get("src"), attributes.get("srcset")):
                if target is None or re.match(r"[a-z]+:", target) or path.name == "404.html":
                    continue
                place, anchor = urldefrag(target)
                file = path if place == "" else (path.parent / unquote(place)).resolve()
                assert file.is_file(), (path, target)
                assert not anchor or anchor in anchors[file], (path, target)


def first_paint(tab: Tab) -> list[str]:
    """What the first paint waited for, by the browser's own account."""
    return tab.value(
        """() => performance.getEntriesByType("resource")
          .filter((entry) => entry.renderBlockingStatus === "blocking")
          .map((entry) => entry.name.split("/").pop())"""
    )


def test_the_first_paint_waits_for_the_style_sheets_and_no_font(browser: Chromium, server: Server) -> None:
    tab = browser.open(server.address + ISSUES[0], 1440)
    assert sorted(first_paint(tab)) == ["letter.css", "scheme.js"]
