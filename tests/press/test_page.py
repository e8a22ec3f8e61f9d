import json
import math
from dataclasses import replace

import pytest

from generator.editorial.edition import Cell, Column, Fold, Markdown, Paragraph, Row, Section, Table
from generator.errors import BadDataError
from generator.press.codec import edition_json, read_edition, write_json
from generator.press.guide import THRESHOLDS
from generator.press.page import report_files, svg_size
from generator.press.templating import render
from tests.press import demo
from tests.press.reading import OF_A_REPORT, tags, text

GUIDE = "../../how-to-read/index.html"

HOSTILE = [
    "<script>alert(1)</script>",
    "</title></head><body onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "{{ config.site_dir }} {% raw %}",
    "**bold** [a](javascript:alert(1)) `code`",
    "```\nfence\n```\n~~~\nfence\n~~~",
    "--- \nsimulated: false\n---",
    "# not a heading\n\n- not a list",
    "&lt;b&gt; &amp; &#60;",
    "]]> <!-- --> <![CDATA[",
    "’ “ – — 日本語 \u202e",
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
def files():
    return {file.path: file.content for file in report_files(demo.edition(), demo.LETTER)}


@pytest.fixture(autouse=True)
def _plain_charts(request, monkeypatch):
    """Charts are drawn for real only where a test looks at them."""
    if "files" not in request.fixturenames:
        demo.draw_nothing(monkeypatch)


def issue(**changes):
    made = report_files(replace(demo.edition(), **changes), demo.LETTER)
    return {file.path: file.content for file in made}


def test_the_files_of_a_report(files):
    assert sorted(files) == [
        "card.json",
        "edition.json",
        "email-lead-dark.png",
        "email-lead.png",
        "email.eml",
        "email.html",
        "email.txt",
        "entry.html",
        "index.md",
        "performance-phone.svg",
        "performance.csv",
        "performance.svg",
        "price-phone.svg",
        "price.svg",
        "social.png",
        "spread-phone.svg",
        "spread.svg",
        "ten-percent-months.csv",
    ]


def test_the_page_reads_in_order(files):
    body = text(files["index.md"].decode().split("\n---\n", 1)[1])
    places = [body.index(words) for words in ORDER]
    assert places == sorted(places)


def test_a_chart_keeps_its_place_free_and_says_what_it_shows(files):
    page = files["index.md"].decode()
    images = [attributes for tag, attributes in tags(page) if tag == "img"]
    for image in images:
        assert svg_size(files[image["src"]]) == (int(image["width"]), int(image["height"]))
        assert image["alt"]
    sources = [attributes for tag, attributes in tags(page) if tag == "source"]
    assert [s["srcset"] for s in sources] == ["price-phone.svg", "performance-phone.svg", "spread-phone.svg"]


def test_every_file_that_the_page_names_is_there(files):
    for tag, attributes in tags(files["index.md"].decode()):
        for name in ("src", "srcset", "href"):
            target = attributes.get(name)
            if target and not target.startswith(("#", GUIDE)):
                assert target in files, (tag, target)


def test_the_verdicts_lead_to_their_rule(files):
    links = [attributes["href"] for tag, attributes in tags(files["index.md"].decode()) if tag == "a"]
    assert f"{GUIDE}#verdict" in links
    assert 'id="verdict"' in render(
        "site/how-to-read.html", rule=THRESHOLDS, calibration=None, survivorship=None
    )


def test_anchors_are_unique_and_the_author_can_link_to_them(files):
    anchors = [attributes["id"] for _, attributes in tags(files["index.md"].decode()) if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    assert "method" in anchors


@pytest.mark.parametrize("words", HOSTILE)
def test_text_of_any_kind_is_shown_as_it_is(words):
    section = Section("s", words, (Paragraph(words), Fold(words, (Paragraph(words, "note"),))))
    page = issue(
        title=words, deck=words, kicker=words, author=words, key_points=(words,), sections=(section,)
    )
    front, body = page["index.md"].decode().split("\n---\n", 1)
    ours = ("a", {"href": f"{GUIDE}#verdict"})
    assert tags(body).count(ours) == 1
    assert {tag for tag, _ in (found for found in tags(body) if found != ours)} <= OF_A_REPORT
    assert not any(name.startswith("on") for _, attributes in tags(body) for name in attributes)
    assert text(body).count(words.strip()) == 9
    # The front matter has one line a key, and nothing in it can close a tag.
    assert [line.split(":")[0] for line in front.splitlines()[1:]] == [
        "title",
        "description",
        "tags",
        "simulated",
        "issue",
        "date",
        "image",
    ]
    assert "<" not in front
    assert "`" not in body
    assert "~" not in body


def test_a_section_can_be_there_twice():
    section = demo.edition().sections[1]
    page = issue(sections=(section, section))
    anchors = [a["id"] for _, a in tags(page["index.md"].decode()) if "id" in a]
    assert len(anchors) == len(set(anchors))
    assert "ten-percent-months-2.csv" not in page


def test_two_tables_of_one_name_keep_their_own_files():
    def table(value: float) -> Table:
        return Table("../../Same name", "T", (Column("x", "X"),), (Row((Cell("", value),)),), download=True)

    page = issue(sections=(Section("s", None, (table(0.1), table(0.2))),))
    assert page["same-name.csv"] != page["same-name-2.csv"]
    assert not any(".." in path for path in page)


def test_a_report_with_nothing_in_it_is_a_page():
    page = issue(strip=None, key_points=(), lead=None, sections=(), tags=())["index.md"].decode()
    assert "The short version" not in page
    assert demo.edition().title in page


def test_the_same_edition_gives_the_same_bytes(files):
    again = {file.path: file.content for file in report_files(demo.edition(), demo.LETTER)}
    assert again == files


def test_an_edition_reads_back_whole():
    edition = replace(
        demo.edition(), sections=(*demo.edition().sections, Section("x", None, (Markdown("*a*"),)))
    )
    assert read_edition(edition_json(edition)) == edition


def test_what_is_not_a_number_is_never_written():
    cell = Cell("?", math.nan)
    with pytest.raises(ValueError, match="JSON"):
        write_json(cell)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"type": "Editions"}',
        b'{"type": "Edition", "slug": "x"}',
        b'{"type":"Cell","text":"a"}',
    ],
)
def test_a_broken_edition_is_one_clear_message(content):
    with pytest.raises(BadDataError, match=r"old\.json .*Make the report again"):
        read_edition(content, "old.json")


def test_numbers_in_the_edition_are_not_rounded(files):
    plain = json.loads(files["edition.json"])
    table = next(b for b in plain["sections"][1]["blocks"] if b["type"] == "Table")
    assert table["rows"][0]["cells"][2]["value"] == 0.0941
