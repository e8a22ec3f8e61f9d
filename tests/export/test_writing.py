"""Blocks as Markdown, to the letter; where links lead from elsewhere; what reading makes of rare markup."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring, tostring

import numpy as np
import pytest
from PIL import Image

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
    changed,
)
from generator.export.commonmark import _stands_out, commonmark
from generator.export.entry import entry_html
from generator.export.issue import _width, elsewhere, export_files
from generator.export.markup import html
from generator.export.read import read_blocks
from generator.export.words import plain, words_of
from generator.spec.looks import HOUSE
from tests.export.sample import DRAWING, SKETCH, chart
from tests.export.test_markup import text, words
from tests.press.reading import tags


def tree(xml: str) -> Element:
    given = fromstring(f"<p>{xml}</p>")
    return words_of(given.text, given)


def row(*cells: str) -> Row:
    return Row(tuple(map(words, cells)))


def written(*blocks: Block) -> list[str]:
    made = commonmark(blocks)
    assert made.endswith("\n")
    return made[:-1].split("\n")


# Markdown, to the letter


def test_a_fold_is_a_heading_one_deeper_than_what_it_stands_under() -> None:
    assert written(Fold(words("first"), ()))[0] == "## first"
    blocks = (
        Heading(words("Two"), 2),
        Fold(words("A"), (Fold(words("B"), text("p")), Fold(words("C"), ()))),
        Fold(words("D"), (Heading(words("Five"), 5), Fold(words("E"), ()))),
        Heading(words("Six"), 6),
        Fold(words("F"), ()),
    )
    headings = [line for line in written(*blocks) if line]
    assert headings == ["## Two", "### A", "#### B", "p", "#### C", "### D", "##### Five", "###### E",
                        "###### Six", "###### F"]  # fmt: skip


def test_columns_are_set_out_to_24_letters() -> None:
    long = "a cell of thirty letters, here"
    table = Table(
        row("A", "Figure", "W"),
        (row("x" * 24, "1", "w"), row(long, "+12.5", "w"), row("s", "|", "w")),
        (False, True, False),
        (words("Caption"), words("A note."), words("Another.")),
    )
    assert written(table) == [
        "**Caption**",
        "",
        f"| A{' ' * 23} | Figure | W   |",
        f"| {'-' * 24} | -----: | --- |",
        f"| {'x' * 24} |      1 | w   |",
        f"| {long} |  +12.5 | w   |",
        f"| s{' ' * 23} |     \\| | w   |",
        "",
        "*A note.*",
        "",
        "*Another.*",
    ]


@pytest.mark.parametrize(
    ("listing", "lines"),
    [
        (Listing((text("a"), text("b"))), ["- a", "- b"]),
        (Listing((text("a"), text("b")), 3), ["3. a", "4. b"]),
        (Listing((text("a"), ())), ["- a", "-"]),
        # One item of several blocks sets all apart.
        (Listing((text("a"), text("b", "c"))), ["- a", "", "- b", "", "  c"]),
        (Listing((text("a"), (Quote(text("q")),))), ["- a", "- > q"]),
        # A list below words is no such block, where it begins with one.
        (Listing(((*text("a"), Listing((text("b"),))), text("c"))), ["- a", "  - b", "- c"]),
        (Listing(((*text("a"), Listing((text("b"),), 1)), text("c"))), ["- a", "  1. b", "- c"]),
        (Listing(((*text("a"), Listing((text("b"),), 2)), text("c"))), ["- a", "", "  2. b", "", "- c"]),
        (Listing(((*text("a"), Listing(((),))), text("c"))), ["- a", "", "  -", "", "- c"]),
        (Listing(((*text("a"), Listing((text("b"),))),), 10), ["10. a", "    - b"]),
    ],
)
def test_lists(listing: Listing, lines: list[str]) -> None:
    assert written(listing) == lines


def test_two_lists_in_a_row_are_two() -> None:
    plain_list, numbered = Listing((text("a"),)), Listing((text("b"),), 1)
    assert written(plain_list, plain_list, numbered, numbered) == [
        *("- a", "", "* a", "", "1) b", "", "1) b")
    ]
    assert written(numbered, Rule(), numbered) == ["1. b", "", "---", "", "1. b"]


def test_the_other_blocks() -> None:
    captions = (words("One."), words("Two."))
    assert written(
        Paragraph(words("All"), "deck"),
        Paragraph(words("")),
        Paragraph(words(""), "deck"),
        Code("a\n`b`", "python", captions),
        Picture("a b.png", "what\nit is", captions),
        Quote((*text("q"), Rule())),
        Footnotes((text("n"), text("m"))),
    ) == [
        *("*All*", "", "", "", "", "*One.*", "", "*Two.*", "", "```python", "a", "`b`", "```", ""),
        *("![what it is](a%20b.png)", "", "*One.*", "", "*Two.*", "", "> q", ">", "> ---", ""),
        *("---", "", "1. n", "2. m"),
    ]


@pytest.mark.parametrize(
    ("xml", "line"),
    [
        ('Look!<a href="x y">it</a>.', r"Look\![it](x%20y)."),
        ('Look <a href="x">it</a>!', "Look [it](x)!"),
        ("a<sup>12</sup> b", "a¹² b"),
        ('a<img src="p.png" alt="see  it"/>b', "a![see it](p.png)b"),
        ("a<br/>b", "a\\\nb"),
        ("<strong>a</strong> <em>b</em> <del>c</del>", "**a** *b* ~~c~~"),
        ("<code>a_b</code> a_b", r"`a_b` a\_b"),
        ("1. a", r"1\. a"),
        ("12) a", r"12\) a"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
    ],
)
def test_words(xml: str, line: str) -> None:
    assert commonmark([Paragraph(tree(xml))]) == f"{line}\n"


@pytest.mark.parametrize(
    ("before", "inner", "after", "stands"),
    [
        ("", "a", "", True),
        ("a ", "b", " c", True),
        ("a", "b", "c", True),  # inside a word
        ("a ", "", " c", False),
        ("a ", " b", " c", False),
        ("a ", "b ", " c", False),
        ("*", "b", "", False),
        ("~", "b", "", False),
        # A sign at an edge needs room or a sign beside the mark.
        ("a", "(b", "c", False),
        ("a ", "(b", "c", True),
        ("a.", "(b", "c", True),
        ("a", "b)", "c", False),
        ("a", "b)", " c", True),
        ("a", "b)", ".", True),
        ("", "(b)", "", True),
        ("a", "(b)", "", False),
        ("", "(b)", "a", False),
        ("a", "+b", "c", False),  # a symbol is a sign too
        ("a+", "(b", "c", False),  # and no room
        ("a", "(bc", "d", False),
        ("a", "bc)", "d", False),
    ],
)
def test_where_marks_would_be_read(before: str, inner: str, after: str, stands: bool) -> None:
    assert _stands_out(before, inner, after) == stands


# Every block and every word


def test_each_block_is_changed_after_those_inside_it_with_all_its_words() -> None:
    table = Table(row("h"), (row("c"),), (False,), (words("t"),))
    blocks: Sequence[Block] = (
        Heading(words("a"), 2),
        Paragraph(words("b"), "deck"),
        Quote(text("q")),
        Fold(words("s"), text("f")),
        Listing((text("i"), text("j")), 1),
        Footnotes((text("n"),)),
        Picture("p.png", "alt", (words("k"),)),
        Code("x = 1", "python", (words("l"),)),
        table,
        Rule(),
    )
    order: list[str] = []

    def change(block: Block) -> Block:
        order.append(type(block).__name__)
        return replace(block, alt="other") if isinstance(block, Picture) else block

    made = changed(blocks, change, lambda given: words(plain(given).upper()))
    assert html(made) == (
        "<h2>A</h2>\n<p><em>B</em></p>\n<blockquote><p>Q</p></blockquote>\n<h3>S</h3>\n<p>F</p>\n"
        '<ol><li>I</li><li>J</li></ol>\n<hr>\n<ol><li>N</li></ol>\n<figure><img src="p.png" alt="other">'
        "<figcaption>K</figcaption></figure>\n<p><em>L</em></p>\n<pre><code>x = 1</code></pre>\n"
        "<p><strong>T</strong></p>\n<table><thead><tr><th>H</th></tr></thead><tbody><tr><td>C</td></tr></tbody>"
        "</table>\n<hr>"
    )
    assert order == [
        *("Heading", "Paragraph", "Paragraph", "Quote", "Paragraph", "Fold", "Paragraph", "Paragraph"),
        *("Listing", "Paragraph", "Footnotes", "Picture", "Code", "Table", "Rule"),
    ]
    assert Picture("a", "b").width == 0
    assert Row((tree("<em>Any month</em>"), words("+1"))).kind == "baseline"
    assert Row((tree("<code>x</code>"), words("+1"))).kind == ""


# Links


PAGE = "https://letter.example/issues/april/"


@pytest.mark.parametrize(
    ("target", "address", "leads"),
    [
        ("https://a.example/b.md", PAGE, "https://a.example/b.md"),
        ("https://a.example/", None, "https://a.example/"),
        ("mailto:a@b.example", None, "mailto:a@b.example"),
        ("javascript:alert(1)", PAGE, None),
        ("", PAGE, None),
        ("#method", PAGE, f"{PAGE}#method"),
        ("#method", None, None),
        ("v1/index.md", PAGE, f"{PAGE}v1/"),
        ("../../how-to-read.md#verdict", PAGE, "https://letter.example/how-to-read#verdict"),
        ("../may/index.md?x=1", PAGE, "https://letter.example/issues/may/?x=1"),
        ("myindex.md", PAGE, f"{PAGE}myindex"),
        ("a.md.png", PAGE, f"{PAGE}a.md.png"),
    ],
)
def test_where_a_link_leads_from_elsewhere(target: str, address: str | None, leads: str | None) -> None:
    assert elsewhere(target, address) == leads


ENTRY = """\
---
title: The title
---

APRIL
{: .kicker }

# The title

What happened
{: .deck }

By the desk
{: .byline }

![Chart](lead.svg){: .lead }

## A heading

Words with [a link](#method) and ![a sketch](sketch.png) in them.

![Other](other.svg)

/// details | Folded
Not in the feed.
///
"""


def test_the_content_of_an_entry() -> None:
    made = entry_html(ENTRY, "index.md", PAGE, "lead.png", "https://letter.example/join")
    shown = [
        "<p><em>What happened</em></p>",
        f'<figure><img src="{PAGE}lead.png" alt="Chart"></figure>',
        "<h2>A heading</h2>",
        f'<p>Words with <a href="{PAGE}#method">a link</a> and <img src="{PAGE}sketch.png" alt="a sketch"> '
        "in them.</p>",
        f'<figure><img src="{PAGE}other.svg" alt="Other"></figure>',
        f'<p><a href="{PAGE}">Details and data are on the page.</a></p>',
    ]
    assert made.split("\n") == [*shown, '<p><a href="https://letter.example/join">Subscribe</a></p>']
    assert entry_html(ENTRY, "index.md", PAGE, "lead.png").split("\n") == shown


# Rare markup


def shown(markdown: str) -> list[tuple[str, str]]:
    """Each block's kind and words."""
    return [
        (type(block).__name__, plain(block.words) if isinstance(block, Heading | Paragraph) else "")
        for block in read_blocks(markdown)
    ]


def test_a_picture_alone_is_a_block_and_beside_words_it_is_none() -> None:
    (alone,) = read_blocks("![What it shows](a.png){: .lead .wide }\n")
    assert alone == Picture("a.png", "What it shows", classes=frozenset({"lead", "wide"}))
    assert shown("![b](b.png) after\n") == [("Paragraph", "b after")]
    assert shown("before ![b](b.png)\n") == [("Paragraph", "before b")]
    assert shown("![a](a.png) ![b](b.png)\n") == [("Paragraph", "a b")]
    assert shown("*words*\n") == [("Paragraph", "words")]
    (captioned,) = read_blocks(
        "![b](b.png){: .small }\n\n/// figure-caption\n    attrs: {id: key, class: lead}\nTold.\n\n"
        "More.\n///\n"
    )
    assert isinstance(captioned, Picture)
    assert (captioned.source, captioned.alt, captioned.key) == ("b.png", "b", "key")
    assert captioned.classes == {"lead", "small"}
    assert [plain(each) for each in captioned.caption] == ["Told.", "More."]


def test_what_a_caption_is_about_may_be_words() -> None:
    (quote,) = read_blocks("Words.\n\n/// figure-caption\nTold.\n///\n")
    assert isinstance(quote, Quote)
    assert plain(quote.blocks[0].words) == "Words."  # type: ignore[union-attr]


def test_headings_of_each_level_and_code_of_each_kind() -> None:
    found = read_blocks("# a\n\n## b\n\n###### f\n\n####### g\n\n```python\nx\n```\n\n    y\n\n```\nz\n```\n")
    assert [(plain(b.words), b.level) for b in found if isinstance(b, Heading)] == [
        ("a", 1), ("b", 2), ("f", 6), ("# g", 6)
    ]  # fmt: skip
    assert [(b.text, b.language) for b in found if isinstance(b, Code)] == [
        ("x", "python"),
        ("y", ""),
        ("z", ""),
    ]


def test_rows_of_a_table_are_read_with_its_classes() -> None:
    (table,) = read_blocks("| A | B |\n|---|---:|\n| *a* | 1 |\n{: .strip }\n") or (None,)
    assert isinstance(table, Table)
    assert tostring(table.rows[0].cells[0], "unicode") == "<words><em>a</em></words>"
    assert table.right == (False, True)


# Pictures


def test_a_width_is_read_from_the_file() -> None:
    head = b"\x89PNG" + bytes(12)
    assert _width(head + (0x01020304).to_bytes(4, "big") + (7).to_bytes(4, "big")) == 0x01020304 // 2


TWO = """\
---
title: Two & more
---

![Chart](average-path.svg)

![Sketch](SKETCH.PNG)

| A | B |
|---|---:|
| a | 1 |

Words ![in words](SKETCH.PNG) here.
"""


def read(name: str) -> bytes:
    return {"average-path.svg": chart(), "SKETCH.PNG": SKETCH, "drawing.svg": DRAWING}[name]


def test_a_page_for_elsewhere_has_each_picture_at_its_size() -> None:
    (page,) = export_files(TWO, read, "html")
    found = [attributes for name, attributes in tags(page.content.decode()) if name == "img"]
    (viewbox,) = (attributes["width"] for attributes in found[:1])
    drawn = export_files(TWO, read, "markdown")
    width = Image.open(io.BytesIO(drawn[1].content)).width
    assert [file.path for file in drawn] == ["issue.md", "average-path.png", "sketch.png"]
    assert viewbox == str(width // 2)
    assert ["width" in attributes for attributes in found] == [True, False, False]
    assert "<title>Two &amp; more</title>" in page.content.decode()
    assert "<table>" in page.content.decode()


def test_a_table_as_a_picture_is_named_and_sized() -> None:
    (page,) = export_files(TWO, read, "html", tables=False)
    (table,) = (a for name, a in tags(page.content.decode()) if name == "img" and a["alt"] == "Table")
    files = {file.path: file.content for file in export_files(TWO, read, "images")}
    assert list(files) == ["average-path.png", "sketch.png", "table.png"]
    assert table["width"] == str(Image.open(io.BytesIO(files["table.png"])).width // 2)
    strip = (
        "---\ntitle: x\n---\n\n| A | B |\n|---|---:|\n| a | 1 |\n\n/// table-caption\n"
        "    attrs: {class: strip}\nTold.\n///\n"
    )
    assert [file.path for file in export_files(strip, read, "images")] == ["strip.png"]
    (page,) = export_files(strip, read, "html", tables=False)
    assert [a["alt"] for name, a in tags(page.content.decode()) if name == "img"] == ["Told."]


def test_a_picture_wears_the_looks_of_its_letter() -> None:
    shades = {**HOUSE.shades, "paper": replace(HOUSE.shades["paper"], light="#102030")}
    looks = replace(HOUSE, colours=tuple(shades.items()))
    for file in export_files(TWO, read, "images", looks=looks):
        if file.path != "sketch.png":
            drawn = np.asarray(Image.open(io.BytesIO(file.content)).convert("RGB"))
            assert drawn[0, 0].tolist() == [0x10, 0x20, 0x30], file.path
