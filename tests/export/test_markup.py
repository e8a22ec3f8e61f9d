"""Blocks as plain HTML, element by element, and words as trees."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring, tostring

import pytest

from generator.export.blocks import (
    Block,
    Code,
    Fold,
    Footnotes,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Row,
    Rule,
    Table,
)
from generator.export.markup import html
from generator.export.words import flat, plain, relinked, words_of


def words(text: str) -> Element:
    return words_of(text)


def strong(text: str, after: str = "") -> Element:
    made = Element("strong")
    made.text, made.tail = text, after
    return words_of("", [made])


def test_a_fold_is_a_heading_one_deeper_than_what_it_stands_under() -> None:
    blocks = [
        Heading(words("Two"), 2),
        Fold(words("A"), (Fold(words("B"), (Paragraph(words("p")),)), Fold(words("C"), ()))),
        Fold(words("D"), (Heading(words("Five"), 5), Fold(words("E"), ()))),
        Fold(words("F"), ()),
        Heading(words("Six"), 6),
        Fold(words("G"), ()),
    ]
    assert html(blocks) == (
        "<h2>Two</h2>\n<h3>A</h3>\n<h4>B</h4>\n<p>p</p>\n<h4>C</h4>\n<h3>D</h3>\n<h5>Five</h5>\n<h6>E</h6>\n"
        "<h3>F</h3>\n<h6>Six</h6>\n<h6>G</h6>"
    )
    assert html([Fold(words("first"), ())]) == "<h2>first</h2>"


def text(*given: str) -> tuple[Block, ...]:
    return tuple(Paragraph(words(each)) for each in given)


@pytest.mark.parametrize(
    ("start", "begin", "end"),
    [
        (None, "<ul>", "</ul>"),
        (1, "<ol>", "</ol>"),
        (3, '<ol start="3">', "</ol>"),
        (0, '<ol start="0">', "</ol>"),
    ],
)
def test_lists_keep_their_numbers(start: int | None, begin: str, end: str) -> None:
    items = (text("a"), text("b", "c"), (Quote(text("d")),), ())
    assert html([Listing(items, start)]) == (
        f"{begin}<li>a</li><li>b<p>c</p></li><li><blockquote><p>d</p></blockquote></li><li></li>{end}"
    )


def test_the_other_blocks() -> None:
    captions = (words("One."), words("Two."), words("Three."))
    blocks = [
        Paragraph(strong("All set off"), "deck"),
        Paragraph(words("plain"), "note"),
        Code("a <b", "python", captions[:2]),
        Rule(),
        Picture("a.png", "what & why", captions, 600),
        Picture("b.png", "", ()),
        Footnotes((text("n"),)),
    ]
    assert html(blocks).split("\n") == [
        "<p><em>All set off</em></p>",
        "<p>plain</p>",
        "<p><em>One.</em></p>",
        "<p><em>Two.</em></p>",
        "<pre><code>a &lt;b</code></pre>",
        "<hr>",
        '<figure><img src="a.png" alt="what &amp; why" width="600"><figcaption>One.<br>Two.<br>Three.'
        "</figcaption></figure>",
        '<figure><img src="b.png" alt=""></figure>',
        "<hr>",
        "<ol><li>n</li></ol>",
    ]


def test_a_table_with_its_caption_above_and_its_notes_below() -> None:
    table = Table(
        Row((words("Date"), words("1M"))),
        (Row((words("May"), words("+1"))), Row((strong("All"), words("+2")))),
        (False, True),
        (words("Caption"), words("A note."), words("Another.")),
    )
    caption, made, *notes = html([table]).split("\n")
    assert caption == "<p><strong>Caption</strong></p>"
    assert notes == ["<p><em>A note.</em></p>", "<p><em>Another.</em></p>"]
    assert made.startswith("<table><thead><tr><th>Date</th><th ")
    assert made.count('style="text-align:right"') == 3
    assert "<tbody><tr><td>May</td><td " in made
    assert ">+1</td></tr><tr><td><strong>All</strong></td><td " in made


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (strong("All"), "+2", "summary"),
        (strong("Group"), "", "group"),
        (strong("Part", " of it"), "+2", ""),
        (words("▸ Apr 2026"), "+2", "provisional"),
        (words("◆ 10%"), "+2", "published"),
        (words("Apr 2026"), "", ""),
    ],
)
def test_the_kind_of_a_row_is_told_by_its_first_cell(first: Element, second: str, kind: str) -> None:
    assert Row((first, words(second))).kind == kind
    assert Row((first, words(""), words(second))).kind == kind


def tree(xml: str) -> Element:
    return fromstring(f"<p>{xml}</p>")


def read(xml: str) -> Element:
    given = tree(xml)
    return words_of(given.text, given)


@pytest.mark.parametrize(
    ("xml", "made", "told"),
    [
        (" a \n b ", "a b", "a b"),
        ("a<br/>  b", "a<br/>b", "a b"),
        ("a <br/> <em>b</em> c ", "a <br/><em>b</em> c", "a  b c"),
        ("<u>a</u> <span>b<em>c</em></span>", "a b<em>c</em>", "a bc"),
        ("<code>  x  y </code>", "<code>  x  y </code>", "  x  y "),
        ("<del>a</del>b", "<del>a</del>b", "~~a~~b"),
        ('x<img src="s" alt="pic" title="t"/>', 'x<img src="s" alt="pic"/>', "xpic"),
        ('<a href="h" class="c">a</a>', '<a href="h">a</a>', "a"),
        ('<sup><a class="footnote-ref" href="#1">1</a></sup>', "<sup>1</sup>", "1"),
        ('<span class="caption-prefix">Table 1.</span> So', "So", "So"),
    ],
)
def test_words_are_read_as_a_tree(xml: str, made: str, told: str) -> None:
    found = read(xml)
    assert tostring(found, "unicode").replace(" />", "/>") == f"<words>{made}</words>"
    assert plain(found) == told


def test_what_is_set_off_within_what_is_set_off_stays_plain() -> None:
    found = flat(read("a <strong>b <em>c</em></strong> <code>d</code> e"))
    assert tostring(found, "unicode") == "<words>a b c <code>d</code> e</words>"
    assert tostring(flat(read("<strong>b</strong> <em>c</em>"), ("em",)), "unicode") == (
        "<words><strong>b</strong> c</words>"
    )


def test_a_link_that_leads_nowhere_leaves_its_words() -> None:
    given = read('<a href="up">a <em>b</em></a> c <a href="down">d</a> e')
    found = relinked(given, lambda target: None if target == "up" else f"to/{target}")
    assert tostring(found, "unicode") == '<words>a <em>b</em> c <a href="to/down">d</a> e</words>'
    kept = relinked(given, lambda target: target)
    assert tostring(kept, "unicode") == tostring(given, "unicode")
