"""No reader takes a table that is cut off by its box for the whole: hand-made tables, long and wide."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from generator.article.market_table import HEADINGS
from generator.edition.values import Cell, Column, Row, Table
from tests.browser.chromium import address, needs_chromium
from tests.press import demo, scorecards, surveys
from tests.press.test_site import project

pytestmark = [pytest.mark.browser, needs_chromium]

FAULTS = (Path(__file__).parent / "faults.js").read_text()
CUT = "is cut at the right", "is cut at the bottom", "rows not counted"
NAMES = (
    "EFA (developed markets overseas fund)",
    "IWO (small-cap growth stocks fund)",
    "IWD (large-cap value stocks fund)",
    "USMV (low-volatility stocks fund)",
    "LQD (investment-grade bonds fund)",
    "XLY (consumer discretionary fund)",
    "XBI (biotechnology stocks fund)",
    "DIA (Dow Jones Industrials fund)",
    "EMB (emerging-market bonds fund)",
    "RSP (S&P 500 equal weight fund)",
)
SHAPES = {"short": (34, 2), "wide": (34, 12), "many": (130, 2), "both": (130, 12)}
BOX = "(key) => { const b = document.querySelector(`#${key} .scroll`);"


def table(key: str, rows: int, columns: int) -> Table:
    heads = (
        Column("asset", "Asset", "text"),
        *(Column(f"c{n}", f"Column {n}", scale=0.1) for n in range(columns)),
    )
    body = (Row((Cell(f"R{n}"), *(Cell("+12.34", 0.1234),) * columns)) for n in range(rows))
    return Table(key, f"The {key} table", heads, tuple(body))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    from generator.assembly.mkdocs import build_site
    from generator.assembly.pages import assemble

    tables = tuple(table(key, *shape) for key, shape in SHAPES.items())
    shown = demo.tables("tables", "Tables", market_table(), horizons_table(), *tables)
    study = demo.study(study_lines=f"words: {'a long line ' * 30}")
    edition = replace(demo.edition(), sections=(*shown, study))
    root, folders = project(tmp_path_factory.mktemp("project"), [edition])
    build_site(root, assemble(folders, demo.LETTER, root, scorecards.demo(), surveys.NOTHING))
    return address(root / "site" / "issues" / edition.slug / "index.html")


def market_table() -> Table:
    """As the market table is set, with long names."""
    keys = HEADINGS
    heads = (
        Column("asset", "Asset", "text"),
        *(Column(key, key, scale=0.2) for key in keys[:3]),
        Column(keys[3], keys[3]),
        Column("high", "High of", "date"),
    )
    figures = [Cell(text, -0.1) for text in ("−10.15", "−11.40", "−22.97")]
    rows = (
        Row((Cell(name), *figures, Cell("−23.41", -0.2341), Cell("Dec 14, 2024", "2024-12-14")))
        for name in NAMES
    )
    return Table("market-table-standings", "Price changes to the close of Apr 4, 2025", heads, tuple(rows))


def horizons_table() -> Table:
    """As the episodes of a daily study are set: seven horizons, and rows of long names under them."""
    returns = ["1W", "2W", "1M", "2M", "3M", "6M", "1Y"]
    heads = (
        Column("date", "Date", "date"),
        Column("move", "Move, %", "number"),
        *(Column(label, label, "percent", "Forward return, %", 0.1) for label in returns),
    )
    figures = (Cell("+12.34", 0.1234),) * len(returns)
    cases = (Row((Cell(f"Oct {n}, 1997"), Cell("+5.50"), *figures), "episode") for n in range(10, 20))
    usual = Row((Cell("Any day since 1993: win rate, %"), Cell(""), *figures), "baseline")
    return Table("horizons", "What followed each", heads, (*cases, usual))


def cuts(tab):
    return [fault for fault in tab.value(FAULTS) if fault.startswith(CUT)]


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_box_that_scrolls_shows_it(browser, page, width, scripts):
    tab = browser.open(page, width, scripts=scripts)
    assert cuts(tab) == []
    tab.value(
        """() => {
          const sheet = new CSSStyleSheet()
          sheet.replaceSync(
            ".scroll::before, .scroll::after { content: none !important; background: none !important }" +
            "pre { background: none !important } .rows { display: none !important }")
          document.adoptedStyleSheets = [sheet]
        }"""
    )
    found = "\n".join(cuts(tab))
    for complaint in CUT:
        assert complaint in found, complaint


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("key", ["short", "wide"])
def test_a_table_of_an_asset_or_signal_shows_all_its_rows(browser, page, width, key):
    tab = browser.open(page, width)
    hidden = tab.value(BOX + "return b.scrollHeight - b.clientHeight }", key)
    assert hidden <= 0


@pytest.mark.parametrize(("key", "width"), [("short", 360), ("short", 1280), ("many", 360), ("many", 1280)])
def test_the_head_stays_while_the_rows_go_by(browser, page, key, width):
    tab = browser.open(page, width)
    above = tab.value(
        BOX
        + """document.documentElement.style.scrollBehavior = "auto"
          const row = b.querySelector("tbody tr:nth-child(20)"), head = b.querySelector("thead")
          if (b.closest(".boxed")) b.scrollTop = row.offsetTop
          else scrollTo(0, scrollY + row.getBoundingClientRect().top)
          const top = b.closest(".boxed") ? b.getBoundingClientRect().top : 0
          return head.getBoundingClientRect().top - top }""",
        key,
    )
    assert abs(above) < 1


@pytest.mark.parametrize(("scheme", "paper"), [("light", (255, 252, 247)), ("dark", (23, 24, 26))])
def test_what_is_cut_off_fades_into_the_paper_and_the_end_does_not(browser, page, scheme, paper):
    """At the right edge there is paper where more is hidden; at the table's end nothing is covered."""
    tab = browser.open(page, 360, scheme)
    box = tab.page.locator("#wide .scroll")
    box.scroll_into_view_if_needed()
    assert edge(box.screenshot()) == {paper}
    strip = """b.scrollLeft = b.scrollWidth
      const cell = b.querySelector("tbody td:last-child").getBoundingClientRect()
      const text = parseFloat(getComputedStyle(b.querySelector("tbody td")).paddingRight)
      const fade = b.getBoundingClientRect().right - parseFloat(getComputedStyle(b, "::after").width)
      return fade - (cell.right - text) }"""
    assert tab.value(BOX + strip, "wide") >= -1


def edge(png: bytes) -> set[tuple[int, ...]]:
    """The colours at the right edge of an image."""
    image = Image.open(BytesIO(png)).convert("RGB")
    return {image.getpixel((image.width - 2, y)) for y in range(image.height)}


def test_on_paper_every_row_is_there(browser, page):
    tab = browser.open(page, 720)
    tab.page.emulate_media(media="print")
    cut = "[...document.querySelectorAll('.scroll')].map(box => getComputedStyle(box).overflow)"
    assert set(tab.value(cut)) == {"visible"}
    assert tab.value("document.querySelector('#many .rows').checkVisibility()") is False
    heights = "['many', 'short'].map(k => document.querySelector(`#${k} .scroll`).offsetHeight)"
    many, short = tab.value(heights)
    assert many > 3 * short


@pytest.mark.parametrize("width", [360, 390])
def test_no_name_makes_a_column_of_words_of_the_market_table_on_a_phone(browser, page, width):
    """And all figures beside them are in sight at once."""
    tab = browser.open(page, width)
    lines = """[...document.querySelectorAll("#market-table-standings tbody th")].map(cell => {
      const words = document.createRange()
      words.selectNodeContents(cell)
      return new Set([...words.getClientRects()].map(box => Math.round(box.top))).size })"""
    assert max(tab.value(lines)) <= 3
    figure = tab.page.locator("#market-table-standings tbody td:nth-child(5)").first.bounding_box()
    assert figure["x"] + figure["width"] <= width - 15
    assert tab.value("document.querySelector('#market-table-standings .scroll').matches('.whole')")


SHOWN = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true
  return new Promise((done) => setTimeout(() => done([...document.querySelectorAll(".scroll")].map((box) => {
    const table = box.querySelector("table")
    const [upper, lower] = [...table.tHead.rows].map((row) => [...row.cells])
    const heads = upper.flatMap((head) => (head.colSpan > 1 ? lower.splice(0, head.colSpan) : [head]))
    const figures = heads.slice(1).filter((head) => !head.matches(".words, .when") && head.offsetWidth)
    const left = heads[0].getBoundingClientRect().right - 1
    const right = box.getBoundingClientRect().right - 15
    const whole = figures.filter((head) => {
      const cell = head.getBoundingClientRect()
      return cell.left >= left && cell.right <= right
    })
    return [box.closest("figure").id, whole.length, Math.min(figures.length, 3)]
  })), 300))
}"""
"""Of every table, folds opened: its anchor, how many columns of figures are seen whole, and how many of them
must be, since the columns that matter are seen first."""


@pytest.mark.parametrize("turned", [False, True])
def test_a_phone_shows_three_whole_columns_of_figures(browser, page, turned):
    """Also one that was turned, or a window that was made narrower after the page had come."""
    tab = browser.open(page, 560 if turned else 360)
    if turned:
        tab.page.wait_for_timeout(300)
        tab.page.set_viewport_size({"width": 360, "height": 780})
        tab.page.wait_for_timeout(300)
    shown = tab.value(SHOWN)
    assert ["horizons", 3, 3] in shown
    assert [told for told in shown if told[1] < told[2]] == []


@pytest.mark.parametrize("was", [1280, 560])
def test_a_wide_screen_shows_every_horizon(browser, page, was):
    """Also a phone that was turned on its side: the room that its first column took is given back."""
    tab = browser.open(page, was)
    tab.page.wait_for_timeout(300)
    tab.page.set_viewport_size({"width": 1280, "height": 780})
    tab.page.wait_for_timeout(300)
    assert tab.value("document.querySelector('#horizons .scroll').matches('.whole')")
    assert tab.value("document.querySelector('#horizons thead th').style.minWidth") == ""
