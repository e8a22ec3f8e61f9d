"""The Markdown of an issue becomes its page: a sample by hand, and words that want to be markup."""

from __future__ import annotations

import base64
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from generator.site import markdown
from generator.site.markdown import to_html
from tests.security.payloads import PAYLOADS

SAMPLE = (Path(__file__).parent / "sample.md").read_text(encoding="utf-8")
SVG = '<svg viewBox="0 0 {} {}"></svg>'


class Reader(HTMLParser):
    """The tags of a page, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def page() -> str:
    return to_html(SAMPLE)


def part(page: str, begin: str, end: str) -> str:
    found = re.search(f"{re.escape(begin)}.*?{re.escape(end)}", page, re.DOTALL)
    assert found, begin
    return found[0]


def test_the_head_stands_in_its_order(page: str) -> None:
    head = part(page, '<header class="head">', "</header>")
    assert [a.get("class") or tag for tag, a in read(head).tags] == ["head", "kicker", "h1", "deck", "byline"]
    assert page.startswith('<article class="letter issue">')
    assert '<p class="notice" role="note"><strong>Correction, May 2, 2026.</strong>' in page
    assert page.rstrip().endswith("</footer></article>")


def test_sections_begin_with_their_headings_and_footnotes_come_last(page: str) -> None:
    sections = [a for tag, a in read(page).tags if tag == "section"]
    assert [a.get("class") for a in sections] == ["short", "strip", None, None]
    assert (
        page.index('<h2 id="episodes">') < page.index('<div class="footnote">') < page.index('class="foot"')
    )


def test_what_a_row_is_stands_in_its_first_cell(page: str) -> None:
    table = part(page, '<figure class="table" id="episode-table">', "</figure>")
    kinds = ["episode", "provisional", "summary", "baseline", "summary"]
    assert re.findall(r'<tbody class="(\w+)">', table) == kinds
    assert "▸" not in table
    assert "*" not in table
    assert (
        '<th scope="row" class="when present" data-order="2026-04-20" data-also="Truce">Apr 20, 2026</th>'
        in table
    )
    assert '<th class="group" colspan="2" scope="colgroup"><span>Forward return, %</span></th>' in table
    assert '<td class="words">too few cases</td>' in table


def test_tints_go_by_the_scale_and_the_rest_by_its_sign(page: str) -> None:
    table = part(page, '<figure class="table" id="episode-table">', "</figure>")
    # By hand, of 10: 1.20 is a tenth, 12.00 more than all of it, 3.00 three tenths, 0.00 none.
    assert re.findall(r'<td class="((?:up|down) t\d+)">([^<]+)', table) == [
        ("down t1", "−1.20"),
        ("up t10", "+12.00"),
        ("up t3", "+3.00"),
    ]
    assert "<td>0.00</td>" in table
    assert '<td class="gain">+18.43</td>' in table
    assert '<td class="gain">+0.82</td>' in table, "a baseline carries no tint"


def test_the_neighbours_of_a_definition_stand_in_groups(page: str) -> None:
    table = part(page, '<figure class="table" id="neighbours">', "</figure>")
    assert re.findall(r'<tbody class="(\w+)">', table) == ["published", "body", "body", "body"]
    # In the first column, which stands still, and beside it a cell for all others.
    assert '<tr><th scope="rowgroup" class="group">Other choices</th><td colspan="2"></td></tr>' in table
    assert '<td class="muted">same</td>' in table


def test_a_strip_is_a_list_of_horizons(page: str) -> None:
    strip = part(page, '<section aria-label="IWM after the signal', "</section>")
    assert strip.count("<li") == 4
    assert '<li class="headline"><span class="strip-label">3M</span>' in strip
    assert '<span class="strip-average muted">—</span>' in strip
    assert '<span class="guide"> · <a href="../../how-to-read/index.md#verdict">' in strip


def test_a_picture_knows_its_size_its_phone_and_its_spots(tmp_path: Path) -> None:
    (tmp_path / "average-path.svg").write_text(SVG.format(760, 420))
    (tmp_path / "average-path-phone.svg").write_text(SVG.format(360, 300))
    (tmp_path / "average-path.spots.json").write_text(
        '{"page": [[1, 2, "a \\"b\\" <c>"]], "phone": [[3, 4, "a \\"b\\" <c>"], [5, 6, "d"]]}'
    )
    chart = part(to_html(SAMPLE, tmp_path), "<figure class=", "</figure>")
    tags = read(chart).tags
    (source,) = (a for tag, a in tags if tag == "source")
    assert source["srcset"] == "average-path-phone.svg"
    assert (source["width"], source["height"]) == ("360", "300")
    (image,) = (a for tag, a in tags if tag == "img")
    assert (image["width"], image["height"], image.get("loading")) == ("760", "420", None)
    spots = json.loads(zlib.decompress(base64.b64decode(tags[0][1]["data-spots"])))
    assert spots == {"page": [[1, 2, 'a "b" <c>']], "phone": [[3, 4, 'a "b" <c>'], [5, 6, "d"]]}
    assert '<span class="credit">Prices: Yahoo, to April 20, 2026.<span class="download">' in chart


def test_code_has_its_caption_first_and_can_be_reached(page: str) -> None:
    code = part(page, '<figure class="code">', "</figure>")
    assert code.index("The definition as it was run") < code.index('<pre tabindex="0" role="group"')
    assert '<code class="language-yaml">month: &quot;&lt;10%&quot;' in code


@pytest.mark.parametrize(
    "line",
    [
        '{id: "two", data-heat: "4W; −13W", data-scale: "3.5"}',
        '{id: "one", id: "two"}',
        '{id: "wörter", data-csv: "a.csv"}',
        r'{id: "a\u0062c", data-heat: "a\tb"}',
        '{id: "a\u2028b"}',
        '{id: "a\u00a0b"}',
        '{id: "a", }',
        '{id: "a" , class: strip}',
        '{id: "a"}\n    class: "b"',
        '{id: "a"} # more',
        '{id: "a", data-heat: 3}',
        '{id: "',
        "{}",
        *(f'{{id: "{payload}"}}' for payload in PAYLOADS[:40] if "\n" not in payload),
    ],
)
def test_attributes_are_read_as_yaml_reads_them(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for end in ("\nWords\n///\n", "\nWords\n\nMore\n///\n\nAfter\n", "\n///\n", ""):
        source = f"![a](b.svg)\n\n/// figure-caption\n    attrs: {line}{end}"
        quickly = to_html(source)
        with monkeypatch.context() as patched:
            patched.setattr(markdown, "_ATTRIBUTES", re.compile("(?!)"))
            assert to_html(source) == quickly


def test_a_page_of_the_generators_own_is_left_alone() -> None:
    own = '<article class="letter home">\n\n    <p>`a` *b* ~~~\n\n```\n<script>x</script></p>\n</article>'
    assert to_html(own) == own


@pytest.mark.parametrize(
    ("attributes", "complaint"),
    [
        ('{data-heat: "2M", data-scale: "1"}', "2M, which the table does not have"),
        ('{data-heat: "1M; 3M", data-scale: "1; 2; 3"}', "neither one size"),
    ],
)
def test_tints_of_columns_that_are_not_there_are_refused(attributes: str, complaint: str) -> None:
    caption = f"/// table-caption\n    attrs: {attributes}\nC\n///\n"
    table = f"| A | 1M | 3M |\n|---|---:|---:|\n| x | 1 | 2 |\n\n{caption}"
    with pytest.raises(ValueError, match=complaint):
        to_html(table)


PLACES = (
    "{}",
    "# {}",
    "- {}",
    "> {}",
    "a {{: {} }}",
    "# A {{: {} }}",
    "*a*{{: {} }}",
    "![a](x.svg){{: {} }}",
    "| a | {} |\n|---|---|\n| {} | b {{: {} }} |\n\n/// table-caption\n    attrs: {{id: x}}\n{}\n///",
    "/// details | {}\n    attrs: {{onclick: hacked()}}\n{}\n///",
    "/// details\n    type: {}\n\nx\n///",
    "![{}](x.svg '{}')\n\n/// figure-caption\n    attrs: {{onclick: 'x', data-csv: 'data:x'}}\n{}\n///",
    "[a]({})",
    "![a]({})",
    "[a][b]\n\n[b]: {}",
    "a[^1]\n\n[^1]: {}",
    "```{}\n{}\n```",
)
ALLOWED = {
    *(
        "id",
        "class",
        "href",
        "src",
        "alt",
        "title",
        "scope",
        "colspan",
        "rowspan",
        "role",
        "tabindex",
        "start",
    ),
    *("aria-label", "aria-labelledby", "loading", "decoding", "download", "data-order", "data-also", "open"),
}
TAGS = {
    *(
        "article",
        "section",
        "header",
        "footer",
        "div",
        "p",
        "span",
        "a",
        "img",
        "picture",
        "figure",
        "figcaption",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "br",
    ),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "sup", "hr"),
}


def faults(page: str) -> list[str]:
    """What a page has that no words may bring into it."""
    found = []
    for tag, attributes in read(page).tags:
        if tag not in TAGS:
            found.append(f"<{tag}>")
        found += [f"{tag} {name}" for name in attributes if name not in ALLOWED]
        for name in ("href", "src", "download"):
            target = re.sub(r"[\x00-\x20]", "", attributes.get(name) or "")
            if re.match(r"(?!https?:|mailto:)[\w+.-]*:|//|\\", target):
                found.append(f"{tag} {name}={target}")
        if tag == "img" and re.match(r"\w+:|/|.*\.\./", attributes.get("src") or ""):
            found.append(f"img src={attributes['src']}")
    return found


@pytest.mark.parametrize("place", PLACES)
def test_no_words_become_markup(place: str) -> None:
    for payload in PAYLOADS:
        source = place.replace("{{", "\x00").replace("}}", "\x01").replace("{}", payload)
        source = source.replace("\x00", "{").replace("\x01", "}")
        assert faults(to_html(source)) == [], source


def test_the_check_of_pages_finds_what_is_let_through() -> None:
    bad = '<p onclick="x"><script>y</script><a href="java&#115;cript:z"><img src="//e"><iframe></p>'
    assert faults(bad) == [
        "p onclick",
        "<script>",
        "a href=javascript:z",
        "img src=//e",
        "img src=//e",
        "<iframe>",
    ]
