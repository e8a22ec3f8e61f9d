from xml.etree.ElementTree import tostring

import pytest

from generator.core.errors import BadDataError
from generator.export.blocks import Code, Fold, Footnotes, Listing, Paragraph, Picture, Table, changed
from generator.export.read import read_article, read_blocks
from generator.export.words import plain
from tests.export.sample import TEXT


def kinds(blocks):
    return [type(block).__name__ for block in blocks]


def test_the_article_in_its_order():
    article = read_article(TEXT, "index.md")
    assert article.title == "Small caps are having their best month since 2020"
    assert article.front["simulated"] == "false"
    assert kinds(article.blocks) == [
        *(
            "Paragraph",
            "Heading",
            "Paragraph",
            "Paragraph",
            "Quote",
            "Heading",
            "Listing",
            "Table",
            "Picture",
        ),
        *("Heading", "Paragraph", "Table", "Fold", "Paragraph", "Picture", "Paragraph", "Footnotes"),
    ]
    roles = [block.role for block in article.blocks if isinstance(block, Paragraph)]
    assert roles == ["kicker", "deck", "byline", "lead", "", "disclaimer"]


def test_a_table_knows_its_columns_and_rows():
    table = next(b for b in read_article(TEXT, "index.md").blocks if isinstance(b, Table) and b.key)
    assert table.key == "episodes"
    assert table.headings == (
        ("", "Signal"),
        ("", "Context"),
        ("", "Move"),
        ("Forward return, %", "1M"),
        ("Forward return, %", "3M"),
    )
    assert table.right == (False, False, True, True, True)
    assert [row.kind for row in table.rows] == ["", "", "provisional", "summary", "baseline"]
    assert [plain(words) for words in table.caption] == [
        "Every month in which the fund gained 10%",
        "▸ The case under way: its month is not over.",
    ]
    fold = next(b for b in read_article(TEXT, "index.md").blocks if isinstance(b, Fold))
    assert [row.kind for row in fold.blocks[1].rows] == ["group", "", "published"]


def test_code_keeps_every_letter_and_its_caption():
    fold = next(b for b in read_article(TEXT, "index.md").blocks if isinstance(b, Fold))
    code = next(b for b in fold.blocks if isinstance(b, Code))
    assert code.text == "precedent study --asset IWM --signal x  # {: .y }\n/// not a block"
    assert (code.language, plain(code.caption[0])) == ("bash", "To see it yourself")


def test_footnotes_stand_at_the_end_without_their_way_back():
    blocks = read_blocks("One[^a] and two[^b].\n\n[^a]: First.\n[^b]: Second:\n\n    - a list\n    - in it\n")
    notes = blocks[-1]
    assert isinstance(notes, Footnotes)
    assert [kinds(note) for note in notes.items] == [["Paragraph"], ["Paragraph", "Listing"]]
    assert [plain(note[0].words) for note in notes.items] == ["First.", "Second:"]
    assert (
        tostring(blocks[0].words, encoding="unicode") == "<words>One<sup>1</sup> and two<sup>2</sup>.</words>"
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a <b>c</b> d", "a <b>c</b> d"),
        ("x &lt;y&gt; &amp;amp; z", "x <y> &amp; z"),
        (r"1\. \- \# \> \| \= \: \~ \/", "1. - # > | = : ~ /"),
        ("three\nlines\nof it", "three lines of it"),
        ('<div markdown="1">\nx\n</div>', '<div markdown="1"> x </div>'),
    ],
)
def test_markup_that_the_dialect_does_not_have_is_text(source, shown):
    (block,) = read_blocks(source)
    assert plain(block.words) == shown


def test_of_attributes_only_what_means_something_is_read():
    (block,) = read_blocks("A [link](x.md){: onclick=alert(1) .evil } here\n{: style=color:red .deck }\n")
    assert tostring(block.words, encoding="unicode") == '<words>A <a href="x.md">link</a> here</words>'
    assert block.role == "deck"


def test_a_list_keeps_its_numbers_and_its_depth():
    (listing,) = read_blocks("3. three\n\n    more of it\n\n4. four\n    - below\n")
    assert isinstance(listing, Listing)
    assert listing.start == 3
    assert [kinds(item) for item in listing.items] == [["Paragraph", "Paragraph"], ["Paragraph", "Listing"]]


def test_change_reaches_every_block_and_every_word():
    seen, words = [], []

    def change(block):
        seen.append(type(block).__name__)
        return block

    def word(tree):
        words.append(plain(tree))
        return tree

    article = read_article(TEXT, "index.md")
    assert changed(article.blocks, change, word) == article.blocks
    assert seen.count("Table") == 3
    assert seen.index("Code") < seen.index("Fold")
    for said in (
        "inner two",
        "First a | b and x ` y.",
        "To see it yourself",
        "One more came within a day.",
        "+3.10",
    ):
        assert said in words
    assert seen.count("Picture") == 2


@pytest.mark.parametrize("text", ["", "# No front matter\n", "---\ntitle: x\n", "\n---\ntitle: x\n---\n"])
def test_what_is_no_article_is_refused(text):
    with pytest.raises(BadDataError, match=r"index\.md does not begin with front matter"):
        read_article(text, "index.md")


def test_a_picture_may_stand_alone_or_among_words():
    alone, among = read_blocks("![What it shows](a.png)\n\nWords ![b](b.png) around\n")
    assert alone == Picture("a.png", "What it shows")
    assert plain(among.words) == "Words b around"
