"""What search finds, by hand: titles, decks, key points, headings and first paragraphs, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.site.search import PARAGRAPH, plain, search_index

SAMPLE = (Path(__file__).parent / "sample.md").read_text(encoding="utf-8")
FRONT = "---\ntitle: {}\ndescription: {}\n---\n\n"
OWN = """<article class="letter reading">
<h2 id="one">One &amp; only</h2>
<p>First <em>words</em>.</p><p>Second words.</p>
<section data-search-exclude><h2 id="two">Two</h2><p>Left <img src="x"> out.</p></section>
<h3 id="three">Three</h3>
</article>
"""


def write(docs: Path, place: str, title: str, deck: str, body: str) -> None:
    path = docs / place
    path.parent.mkdir(parents=True)
    path.write_text(FRONT.format(json.dumps(title), json.dumps(deck)) + body, encoding="utf-8")


def read(docs: Path) -> dict[str, tuple[str, str, list[tuple[str, str, str]]]]:
    text = search_index(docs).decode()
    assert text.startswith("letterIndex=")
    kept = json.loads(text.removeprefix("letterIndex="))
    texts = kept["texts"]
    assert len(texts) == len(set(texts)), "what several pages say is kept once"
    return {
        place: (texts[title], texts[deck], [(texts[a], texts[h], texts[t]) for a, h, t in parts])
        for place, title, deck, parts in kept["pages"]
    }


def test_an_issue_is_found_by_what_it_says_first(tmp_path: Path) -> None:
    write(tmp_path, "issues/one/index.md", "Small <caps>", "The deck.", SAMPLE)
    title, deck, parts = read(tmp_path)["issues/one/index.html"]
    assert (title, deck) == ("Small <caps>", "The deck.")
    assert parts == [
        ("the-short-version", "The short version", "Rose 8 of 13 times. AT&T | S&P {: .x } a*b* <script>."),
        ("episodes", "Every case", "The author's own words, with a footnote. And a link, a bad one)."),
    ]


def test_a_page_of_the_site_is_found_by_its_headings_and_first_paragraphs(tmp_path: Path) -> None:
    write(tmp_path, "about/index.md", "About", "What it is.", OWN)
    assert read(tmp_path)["about/index.html"][2] == [
        ("one", "One & only", "First words."),
        ("three", "Three", ""),
    ]


def test_of_a_page_that_is_left_out_whole_only_the_title_is_found(tmp_path: Path) -> None:
    left_out = OWN.replace('"letter reading"', '"letter listing" data-search-exclude')
    write(tmp_path, "archive/index.md", "Archive", "Every issue.", left_out)
    assert read(tmp_path) == {"archive/index.html": ("Archive", "Every issue.", [])}


def test_versions_that_were_corrected_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "issues/one/index.md", "Now", "Deck", "# Now\n")
    (tmp_path / "issues/one/v1").mkdir()
    (tmp_path / "issues/one/v1/index.md").write_text(
        '---\ntitle: "Then"\nsuperseded: "May 2"\n---\n\n# Then\n'
    )
    assert list(read(tmp_path)) == ["issues/one/index.html"]


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        (r"a \*b\* \[c\](d) \\ e", r"a *b* [c](d) \ e"),
        ("**bold** and *italic* and `code`", "bold and italic and code"),
        ("snake_case stays, _this_ does not", "snake_case stays, this does not"),
        ("see [a link](x.md#y) and ![a picture](p.svg)", "see a link and"),
        ("a note[^1] &lt;b&gt; &#126;", "a note <b> ~"),
    ],
)
def test_markdown_becomes_the_words_that_a_reader_sees(markdown: str, words: str) -> None:
    assert plain(markdown) == words


def test_captions_are_no_first_paragraphs_and_long_ones_end_at_a_word(tmp_path: Path) -> None:
    caption = "/// figure-caption\nNot this.\n\nNor this.\n///"
    body = f"## A {{: #a }}\n\n![x](y.svg)\n\n{caption}\n\n{'word ' * 99}\n"
    write(tmp_path, "a/index.md", "A", "B", body)
    ((_, _, text),) = read(tmp_path)["a/index.html"][2]
    assert text.startswith("word word")
    assert text.endswith("word …")
    assert len(text) <= PARAGRAPH + 2


@pytest.mark.parametrize(
    "heading", ["The short version {: #the-short-version }", "What I saw {: #what-i-saw }"]
)
def test_key_points_are_kept_whole_wherever_they_stand(tmp_path: Path, heading: str) -> None:
    points = [f"Point {number} {'says much ' * 40}and ends {number}." for number in range(4)]
    one, two, three, four = points
    body = f"## {heading}\n\n- {one}\n- {two}\n\n- {three}\n- {four}\n\nNo first paragraph.\n"
    write(tmp_path, "a/index.md", "A", "B", body)
    ((_, _, text),) = read(tmp_path)["a/index.html"][2]
    assert text == " ".join(points)


def test_the_script_cannot_end_its_element_nor_its_line(tmp_path: Path) -> None:
    write(tmp_path, "a/index.md", "</script>\u2028", "B", "# A\n")
    assert not {"<", "\u2028"} & set(search_index(tmp_path).decode())
