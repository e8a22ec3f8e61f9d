"""The Markdown export, read by a CommonMark parser that knows nothing of this project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.export.blocks import Block, Code, Heading, Listing, Paragraph, Picture, Quote, Row, Table
from generator.export.commonmark import commonmark
from generator.export.words import plain
from tests.export.sample import SKETCH, TEXT, exported

_KNOWN = MarkdownIt("commonmark").enable("table")


def parse(text: str) -> list[Token]:
    return _KNOWN.parse(text)


def inner(tokens: Iterable[Token]) -> list[Token]:
    """All tokens, those of the words included."""
    return [part for token in tokens for part in (token, *(token.children or ()))]


def said(token: Token) -> str:
    """The words of a block, as a reader sees them."""
    parts = []
    for part in token.children or ():
        breaks = part.type in ("softbreak", "hardbreak")
        parts.append(" " if breaks else said(part) if part.type == "image" else part.content)
    return "".join(parts)


def blocks_said(text: str) -> list[str]:
    return [
        said(token) if token.type == "inline" else token.content for token in parse(text) if token.content
    ]


def issue() -> str:
    return exported("markdown")["issue.md"].decode()


def test_it_holds_nothing_but_commonmark_and_tables():
    tokens = inner(parse(issue()))
    assert not [token for token in tokens if token.type.startswith("html")]
    outside_code = [token.content for token in tokens if token.type == "text"]
    assert not [words for words in outside_code if re.search(r"\{:|^/{3,}|\[\^|^---", words)]
    # Attributes are those that Markdown itself gives.
    assert {name for token in tokens for name in token.attrs} <= {"href", "src", "alt", "style", "start"}


def test_every_word_of_the_article_is_there_in_its_order():
    shown = "\n".join(blocks_said(issue()))
    places = [
        shown.index(words)
        for words in (
            "SMALL CAPS · APRIL 21, 2026",
            "Small caps are having their best month since 2020",
            "Three months after such months it was up 9 times in 13.",
            "Prices to April 20, 2026",
            "Correction, May 2, 2026. The average was misprinted.",
            "Costs of 3 * 4 | 5 _cents_ are <b> left out.",
            "IWM after the signal, and the verdict against any month.",
            "nothing that this history can tell from luck",
            "The average rose to 5.1% after three months",
            "The gain comes in the first three months.",
            "Thirteen months ended 10% up.¹",
            "Vaccines; the vote is over | counted",
            "▸ The case under way: its month is not over.",
            "How sure we are",
            "◆ 10% in a month",
            "precedent study --asset IWM --signal x  # {: .y }\n/// not a block",
            "<script>alert(1)</script>, AT&T, 5 < 6.",
            "Past returns say what happened",
            "One more came within a day.",
        )
    ]
    assert places == sorted(places)


def test_tables_are_the_articles_own():
    """Compared with the cells as they stand in the article's source."""

    def cells(line: str) -> list[str]:
        parts = re.split(r"(?<!\\)\|", line.strip().strip("|"))
        return [re.sub(r"\*|\\(?=\|)", "", part).strip() for part in parts]

    lines = TEXT.split("\n")
    written = [cells(line) for line in lines if line.startswith("| ") or line.startswith("|  ")]
    rows, row = [], []
    for token in parse(issue()):
        if token.type == "tr_close":
            rows.append(row)
            row = []
        elif token.type == "inline" and token.level == 4 + (token.map is None):
            row.append(said(token))
        elif token.type == "inline":
            row = []
    assert rows == written
    sides = [token.attrs.get("style") for token in parse(issue()) if token.type == "th_open"]
    assert sides.count("text-align:right") == 3 + 3 + 1


def test_its_pictures_lie_beside_it():
    files = exported("markdown")
    shown = [
        token.attrs["src"] for token in inner(parse(files["issue.md"].decode())) if token.type == "image"
    ]
    assert shown == ["average-path.png", "sketch.png", "drawing.png"]
    assert set(shown) == files.keys() - {"issue.md"}
    assert files["sketch.png"] == SKETCH


def test_links_lead_to_the_web_or_nowhere():
    def links(text: str) -> list[str]:
        return [token.attrs["href"] for token in inner(parse(text)) if token.type == "link_open"]

    assert links(issue()) == [
        "https://letter.example/issues/april/v1/",
        "https://letter.example/issues/april/#episodes",
        "https://letter.example/how-to-read/#verdict",
        "https://example.org/a_%28b%29?x=1&y=2",
    ]
    assert links(exported("markdown", address=None)["issue.md"].decode()) == [
        "https://example.org/a_%28b%29?x=1&y=2"
    ]


def test_tables_may_be_pictures():
    files = exported("markdown", tables=False)
    tokens = inner(parse(files["issue.md"].decode()))
    assert not [token for token in tokens if token.type == "table_open"]
    shown = [(token.content, token.attrs["src"]) for token in tokens if token.type == "image"]
    assert ("Every month in which the fund gained 10%", "episodes.png") in shown
    assert {source for _, source in shown} == files.keys() - {"issue.md"}


def test_made_up_prices_are_called_so_first():
    text = TEXT.replace("simulated: false", "simulated: true")
    assert exported("markdown", text)["issue.md"].startswith(
        b"> **Simulated prices.** A program made them up"
    )
    assert b"imulated" not in exported("markdown")["issue.md"]


_LINE = st.text(
    st.one_of(
        st.sampled_from("\\`*_{}[]()<>#+-.!|~&;:=$@/'\"0123456789 aB"),
        st.characters(exclude_categories=["C", "Z"]),
    ),
    min_size=1,
    max_size=40,
).map(lambda text: " ".join(text.split()))


def words(text: str, tag: str | None = None, before: str = "", after: str = "") -> Element:
    made = Element("words")
    made.text = before if tag else text
    if tag:
        part = Element(tag, {"href": "https://a.example/"} if tag == "a" else {})
        part.text, part.tail = text, after
        made.append(part)
    return made


def row(*texts: str) -> Row:
    return Row(tuple(map(words, texts)))


@given(_LINE, _LINE)
@example("1. x", "- - -")
@example("&amp;", "```")
@example("# x #", "+")
@example("![x](y)", "|--|")
def test_any_text_is_read_back_as_it_is(first, second):
    """In every kind of block: nothing that data or a name holds becomes markup."""
    if not first or not second:
        return
    table = Table(row(first, second), (row(second, first),), (False, True), (words(first), words(second)))
    blocks: tuple[Block, ...] = (
        Heading(words(first), 2),
        Paragraph(words(first)),
        Paragraph(words(second), "deck"),
        Listing(((Paragraph(words(first)),), (Paragraph(words(second)),))),
        Listing(((Paragraph(words(first)), Listing(((Paragraph(words(second)),),), 7)),), 3),
        Quote((Paragraph(words(first)), Paragraph(words(second)))),
        table,
        Picture("a b(c).png", first, (words(second),)),
    )
    expected = [first, first, second, first, second, first, second, first, second]
    expected += [first, first, second, second, first, second, first, second]
    assert blocks_said(commonmark(blocks)) == expected


@given(st.text(st.sampled_from("`~ ab\n"), max_size=30))
def test_code_is_read_back_as_it_is(text):
    (token,) = parse(commonmark((Code(text, "bash"),)))
    assert (token.type, token.content, token.info) == ("fence", f"{text}\n", "bash")


@given(_LINE, _LINE, _LINE, st.sampled_from(["strong", "em", "code", "a"]))
def test_no_word_is_lost_around_what_is_set_off(before, text, after, tag):
    """Where marks could not be read as marks they are left out; a word never is, nor is a mark shown."""
    if not (before and text and after):
        return
    given_words = words(text, tag, before, after)
    assert blocks_said(commonmark((Paragraph(given_words),))) == [plain(given_words)]


@given(_LINE, st.sampled_from(["strong", "em", "code", "a"]))
def test_what_stands_apart_is_set_off(text, tag):
    if not text:
        return
    (token,) = (
        token
        for token in parse(commonmark((Paragraph(words(text, tag, "One ", " two.")),)))
        if token.children
    )
    kinds = [part.type for part in token.children]
    assert any(kind in ("strong_open", "em_open", "code_inline", "link_open") for kind in kinds)
