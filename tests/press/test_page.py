"""A report as files: the article in Markdown, what it becomes on the page, the files beside it."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.assembly.issue import report_files, svg_size
from generator.core.errors import BadDataError, BuildError
from generator.core.json_values import read_json, write_json
from generator.edition.card import CARD, Card
from generator.edition.values import Cell, Column, Row, Section, Table
from generator.language.escape import Markdown
from generator.pages.guide import THRESHOLDS
from generator.site.markdown import to_html
from generator.site.templating import render
from tests.press import demo
from tests.press.reading import tags, text

GUIDE = "../../how-to-read/index.md"

HOSTILE = [
    "<script>alert(1)</script>",
    "</title></head><body onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "{{ config.site_dir }} {% raw %}",
    "**bold** [a](javascript:alert(1)) `code`",
    "``` fence ``` ~~~ fence ~~~",
    "--- simulated: false ---",
    "# not a heading - not a list",
    "- not a list",
    "1. not a list",
    "12) not a list",
    "/// details | not a fold",
    "//// details",
    "> not a quotation",
    "=== ===",
    "a | b | c",
    "{: .lead onclick=alert(1) }",
    "x {: onclick=alert(1) } y { #short }",
    "[^1]: no footnote [^1]",
    "[a]: https://example.org",
    "![a](https://example.org/a.png)",
    "&lt;b&gt; &amp; &#60;",
    "]]> <!-- --> <![CDATA[",
    "C:\\new\\table \\*",
    "_a_ __b__ *c*",
    "!!! note",
    "’ “ – — 日本語 \u202e",
    "\x02wzxhzdk:0\x03",
]

ORDER = [
    "Small caps · April 21",
    "After 13 earlier months",
    "Prices to",
    "The short version",
    "Through April 20",
    "12 months",
    "Most of these months",
    "The move so far",
    "Thirteen months like it",
    "For information only",
]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {file.path: file.content for file in report_files(demo.edition(), demo.LETTER)}


@pytest.fixture(autouse=True)
def _plain_charts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are drawn for real only where a test looks at them."""
    if "files" not in request.fixturenames:
        demo.draw_nothing(monkeypatch)


def issue(**changes: Any) -> dict[str, bytes]:
    made = report_files(replace(demo.edition(), **changes), demo.LETTER)
    return {file.path: file.content for file in made}


def parts(page: dict[str, bytes]) -> tuple[dict[str, Any], str]:
    """The front matter of an article, and its Markdown."""
    front, _, article = page["index.md"].decode().removeprefix("---\n").partition("\n---\n")
    return yaml.safe_load(front), article


def article(page: dict[str, bytes]) -> str:
    return parts(page)[1]


def test_the_files_of_a_report(files: dict[str, bytes]) -> None:
    assert sorted(files) == [
        "edition.json",
        "email-lead-dark.png",
        "email-lead.png",
        "email.eml",
        "email.html",
        "email.txt",
        "index.md",
        "performance-phone.svg",
        "performance.csv",
        "performance.spots.json",
        "performance.svg",
        "price-phone.svg",
        "price.spots.json",
        "price.svg",
        "social.png",
        "spread-phone.svg",
        "spread.spots.json",
        "spread.svg",
        "ten-percent-months.csv",
    ]


def test_the_article_reads_in_order_and_holds_no_html(files: dict[str, bytes]) -> None:
    words = article(files)
    places = [words.index(part) for part in ORDER]
    assert places == sorted(places)
    assert "<" not in words
    assert "&" not in words.replace("S&P", "")


def test_its_figures_stand_in_it(files: dict[str, bytes]) -> None:
    """A reader in a terminal has the whole table."""
    lines = article(files).splitlines()
    (april,) = [line for line in lines if line.startswith("| Apr 2003")]
    cells = [cell.strip() for cell in april.strip("|").split("|")]
    rows = list(csv.DictReader(io.StringIO(files["ten-percent-months.csv"].decode())))
    assert cells[2] == "+9.41"
    assert float(rows[0]["move"]) == 9.41
    assert [float(c.replace("−", "-")) for c in cells[3:]] == [
        round(float(rows[0][h]), 2) for h in demo.HORIZONS
    ]


def test_every_file_that_the_article_names_is_there(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for tag, attributes in tags(to_html(article(files), tmp_path)):
        for name in ("src", "srcset", "href"):
            target = attributes.get(name)
            if target and not target.startswith(("#", GUIDE)):
                assert target in files, (tag, target)
        if tag == "img":
            size = svg_size(files[attributes["src"] or ""])
            assert size == (int(attributes["width"] or 0), int(attributes["height"] or 0))
            assert attributes["alt"]


def test_the_verdicts_lead_to_their_rule(files: dict[str, bytes]) -> None:
    assert f"({GUIDE}#verdict)" in article(files)
    guide = render("site/how-to-read.html", rule=THRESHOLDS, calibration=None, survivorship=None)
    assert 'id="verdict"' in guide


def test_anchors_are_unique_and_the_author_can_link_to_them(files: dict[str, bytes]) -> None:
    anchors = [attributes["id"] for _, attributes in tags(to_html(article(files))) if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    assert "method" in anchors


@pytest.mark.parametrize("words", HOSTILE)
def test_text_of_any_kind_is_shown_as_it_is(words: str) -> None:
    shown = " ".join(words.replace("\x02", " ").replace("\x03", " ").split())
    row = Row((Cell(words, words), Cell(words, words)))
    table = Table("t", words, (Column("a", words, "text"), Column("b", words, "text")), (row, row), (words,))
    plain = tags(to_html(article(issue(**said("plain words", (replace_cells(table, "plain words"),))))))
    page = issue(**said(words, (table,)))
    front, markdown = parts(page)
    html = to_html(markdown)
    # The same elements as of plain words, and each of the words where those stood.
    assert [(tag, sorted(a)) for tag, a in tags(html)] == [(tag, sorted(a)) for tag, a in plain]
    assert " ".join(text(html).split()).count(shown) >= 16
    assert {front[key] for key in ("title", "deck", "kicker", "author")} == {words}


def said(words: str, tables: tuple[Table, ...]) -> dict[str, Any]:
    """An issue that says this in every place that carries words."""
    build = dict.fromkeys(("study_lines", "command"), "code")
    study = demo.study(
        finding=words, shortest=words, drift=words, left_out=words, title=words, same_dates=words, **build
    )
    return {
        **dict.fromkeys(("title", "deck", "kicker", "author"), words),
        "short": Section("the-short-version", "key_points", words, {"points": (words, words)}),
        "sections": (replace(study, heading=words), *demo.tables("s", words, *tables)),
        "notices": (words,),
    }


def replace_cells(table: Table, words: str) -> Table:
    columns = tuple(replace(column, heading=words) for column in table.columns)
    rows = tuple(replace(row, cells=tuple(Cell(words, words) for _ in row.cells)) for row in table.rows)
    return replace(table, caption=words, notes=(words,), columns=columns, rows=rows)


def test_a_section_can_be_there_twice() -> None:
    section = demo.edition().sections[2]
    page = issue(sections=(section, section))
    assert article(page).count('id: "ten-percent-months"') == 2


def test_two_tables_of_one_name_keep_their_own_files() -> None:
    def table(value: float) -> Table:
        return Table("../../Same name", "T", (Column("x", "X"),), (Row((Cell("", value),)),), download=True)

    page = issue(sections=demo.tables("s", "Two", table(0.1), table(0.2)))
    assert page["same-name.csv"] != page["same-name-2.csv"]
    assert not any(".." in path for path in page)


def test_a_report_with_nothing_in_it_is_a_page() -> None:
    words = article(issue(strip=None, short=None, key_points=(), lead=None, sections=(), tags=()))
    assert "The short version" not in words
    assert demo.edition().title in words


def test_the_same_edition_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    again = {file.path: file.content for file in report_files(demo.edition(), demo.LETTER)}
    assert again == files


def test_the_edition_says_what_the_page_is_and_holds_no_cells(files: dict[str, bytes]) -> None:
    card = read_json(files[CARD], Card, CARD)
    assert (card.title, card.strip, card.key_points) == (
        demo.edition().title,
        demo.edition().strip,
        demo.KEY_POINTS,
    )
    assert card.tables == ("ten-percent-months", "statistics")
    assert card.charts == ("performance", "spread", "price")
    plain = json.loads(files[CARD])
    assert "sections" not in plain
    assert "+10.28" not in files[CARD].decode()


def test_what_is_not_a_number_is_never_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(Cell("?", math.nan))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"slug": "x"}', b'{"slug": 3}'])
def test_a_broken_edition_is_one_clear_message(content: bytes) -> None:
    with pytest.raises(BadDataError, match=r"old\.json .*Make the report again"):
        read_json(content, Card, "old.json")


def test_a_name_that_a_template_is_not_given_stops_the_build() -> None:
    section = demo.study()
    values = {name: value for name, value in section.values.items() if name != "finding"}
    with pytest.raises(BuildError, match=r"report/study\.md: 'finding' is undefined.*It is given: .*spread"):
        issue(sections=(replace(section, values=values),))


def test_a_second_story_that_found_nothing_is_a_line_and_its_cases_are_folded() -> None:
    newest = replace(demo.episodes(), key="newest")
    shown = {"leads": False, "newest": newest, "bunched": "Most of one time.", "doubt": "Luck does as much."}
    long = article(issue(sections=(demo.study(**shown),)))
    brief = article(issue(sections=(demo.study(**shown, brief=True),)))
    fold = "//// details | All 13 episodes"
    assert long.index("The newest 15 of 13") < long.index(fold)
    assert "The newest 15" not in brief
    for words in ("Most of one time.", "Luck does as much."):
        assert long.index(words) < long.index(fold)
        assert brief.index(words) > brief.index(fold)
    whole = article(issue(sections=(demo.study(leads=False, brief=True),)))
    assert whole.index(fold) < whole.index("Every episode and what IWM did next")


@pytest.mark.parametrize("value", [0.5, None, True, ("a",)])
def test_a_template_prints_texts_and_nothing_that_python_did_not_word(value: object) -> None:
    with pytest.raises(BuildError, match=r"a template prints texts, not "):
        issue(sections=(Section("opening", "opening", None, {"words": value}),))


def test_what_is_markdown_already_is_set_as_it_is() -> None:
    page = issue(sections=(demo.prose("mine", None, "A **word** and `code`"),))
    assert "A **word** and `code`" in article(page)
    assert Markdown("x") == "x"
