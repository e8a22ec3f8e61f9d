"""The author's Markdown in an article: all that Markdown has, and nothing that reaches out of its section."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from generator.check.reading import load_spec
from generator.core.errors import SpecError
from generator.export.blocks import Paragraph
from generator.export.read import read_blocks
from generator.export.words import plain
from generator.language.author_lines import author_lines
from generator.language.author_markdown import links_in, pictures_in, prose, unclosed_fence
from generator.site.markdown import to_html
from tests.running import small_spec, write_spec

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("# A\n\n## B\n\n##### C", "### A\n\n### B\n\n#### C"),
        ("A\n===\n\nB\n---", "### A\n\n### B"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("- a\n---", "- a\n---"),
        ("```\n# code <b>\n/// x\n```", "```\n# code <b>\n/// x\n```"),
        ("    # code <b>", "    # code <b>"),
        ("a `<b>` <b> <https://x.example/a>", "a `<b>` &lt;b> <https://x.example/a>"),
        ("/// details | x\n  //// y", "&#47;// details | x\n&#47;/// y"),
        ("A note.[^1] `[^1]`\n\n[^1]: Here.", "A note.[^k-1] `[^1]`\n\n[^k-1]: Here."),
        ("![a](x.png) ![b](y.png)", "![a](x.png) b"),
        ("`![b](y.png)`", "`![b](y.png)`"),
        ("```\nnot closed", "```\nnot closed\n```"),
    ],
)
def test_what_stands_in_the_article(source: str, shown: str) -> None:
    assert prose(source, "k", {"x.png"}) == shown


def test_what_follows_is_not_reached() -> None:
    for source in ("```\nopen", "~~~~\nopen", "/// details | x\nopen", "<div><p>open", "<!-- open", "| a"):
        page = to_html(f"{prose(source, 'k')}\n\n## Next {{: #next }}\n\nWords.")
        assert '<h2 id="next">Next</h2>' in page, source
        assert page.count("<section>") >= 1


def test_footnotes_of_two_sections_are_two_notes() -> None:
    text = "Said.[^1]\n\n[^1]: The {} note."
    page = to_html("\n\n".join(prose(text.format(key), key) for key in ("first", "second")))
    assert "The first note." in page
    assert "The second note." in page


def test_links_that_no_page_follows_are_found() -> None:
    followed = "[a](https://x.example) [b](#method) [c](mailto:a@b.example) [d](../other/index.html)"
    assert links_in(followed) == ()
    assert links_in("[a](javascript:alert) [b](//x.example) `[c](data:x)`\n\n[d]: vbscript:x") == (
        "javascript:alert",
        "//x.example",
        "vbscript:x",
    )


def test_pictures_are_those_outside_code() -> None:
    assert pictures_in('![a](x.png "T") ![b](<y.jpg>) `![c](z.png)`\n\n    ![d](w.png)') == ("x.png", "y.jpg")
    assert unclosed_fence("```\na")
    assert not unclosed_fence("```\na\n```")


def spec_with(root: Path, text: str) -> Path:
    write_spec(root, "one", small_spec("close > 0", sections=[{"prose": text}]))
    return root / "reports" / "one" / "report.yml"


def test_a_picture_of_the_folder_is_read(tmp_path: Path) -> None:
    path = spec_with(tmp_path, "![A chart](mine.png)")
    (path.parent / "mine.png").write_bytes(PNG)
    assert load_spec(path).pictures == {"mine.png": PNG}


def structure(html: str) -> str:
    """The elements and words of a page, but for what the page's own frame and looseness of lists add."""
    html = re.sub(r"</?(?:p|header|section|article|figure)\b[^>]*>", "", html)
    html = re.sub(r"<(\w+)[^>]*>", r"<\1>", html).replace("<s>", "<del>").replace("</s>", "</del>")
    return re.sub(r"\s+", "", html)


@pytest.mark.parametrize(
    "source",
    [
        "- a\n  - b\n    - c\n- d",
        "- a\n    - b\n        - c\n- d",
        "- a\n\t- b\n\t- c\n- d",
        "1. a\n   - b\n   - c\n2. d",
        "1) a\n2) b",
        "1. a\n   1. b\n      1. c\n   2. d\n2. e",
        "10. a\n    - b\n11. c",
        "  - a\n  - b\n\nc",
        "- a\n\n  second\n\n- b\n\nafter",
        "- a\n  goes on\nlazily\n- b",
        "Before:\n- a\n- b",
        "In\n2008. It was",
        "- a\n\n      code\n\n- b",
        "- a\n\n  ```\n  code <b>\n\n  more\n  ```\n- b",
        "a\n```\ncode\n```\nb",
        "> quoted\n> - list\n>   - in\n>\n> more",
        "- a\n\n  > q\n\n- b",
        "a  \nb\\\nc",
        "~~old~~ new, a ~ b ~ c",
        "`a\nb <c>` d",
        "a\n\n- - -\n\nb",
        "- **a**: b\n  c\n- d",
        "#no heading",
        '[w](https://x.example/a_(b)) [t](https://x.example "T")',
    ],
)
def test_it_is_read_as_commonmark_has_it(source: str) -> None:
    theirs = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").render(source)
    assert structure(to_html(prose(source, "k"))) == structure(theirs)


@pytest.mark.parametrize(
    "written",
    ["![A](my chart.png)", "![A](<my chart.png>)", "![A [b]](my%20chart.png)", "![A\nb](my chart.png 'T')"],
)
def test_a_picture_whose_name_has_spaces(written: str) -> None:
    assert pictures_in(written) == ("my chart.png",)
    assert 'src="my%20chart.png"' in to_html(prose(written, "k", {"my chart.png"}))


def test_what_stands_in_lists_is_looked_through() -> None:
    text = "- a\n    - ![b](x.png) [^1] <b>\n\n      [c](data:x)"
    assert pictures_in(text) == ("x.png",)
    assert links_in(text) == ("data:x",)
    assert prose(text, "k") == "- a\n    - b [^k-1] &lt;b>\n\n        [c](data:x)"
    assert len(author_lines(">" * 20_000)) == 1


@pytest.mark.parametrize(
    ("text", "name", "content", "message"),
    [
        ("![a](gone.png)", "", b"", "the picture 'gone.png' cannot be read: No such file"),
        ("![a](https://x.example/a.png)", "", b"", "is not in the same folder"),
        ("![a](../a.png)", "", b"", "is not in the same folder"),
        ("![a](a.svg)", "a.svg", b"<svg/>", "'a.svg' is no picture that can be shown. Allowed: .png"),
        ("![a](a.png)", "a.png", b"<svg/>", "'a.png' does not hold a picture"),
        ("![a](social.png)", "social.png", PNG, "is the name of a file that is made"),
        ("![a][b]\n\n[b]: a.png", "a.png", PNG, "names no file"),
        ("```\ncode", "", b"", "a block of code begins with ``` or ~~~ and does not end"),
        ("A[^gone].", "", b"", "the footnote [^gone] is not there"),
        ("- [ ] open", "", b"", "'- [ ]' would be shown as it is typed: there are no boxes"),
        ("Term\n:   words", "", b"", "':   words' would be shown as it is typed: write a list of terms"),
        ("a<sub>b</sub>", "", b"", "'<sub>' would be shown as it is typed: HTML is not read"),
        ("[a](javascript:alert)", "", b"", "the link to 'javascript:alert' cannot be shown"),
    ],
)
def test_what_cannot_be_shown_is_said(
    tmp_path: Path, text: str, name: str, content: bytes, message: str
) -> None:
    path = spec_with(tmp_path, text)
    if name:
        (path.parent / name).write_bytes(content)
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    (problem,) = caught.value.problems
    assert message in str(problem)
    assert problem.key == "sections[1].prose"


def test_what_is_struck_out_stays_marked_where_it_cannot_be() -> None:
    (paragraph,) = read_blocks(prose("a ~~b~~", "k"))
    assert isinstance(paragraph, Paragraph)
    assert plain(paragraph.words) == "a ~~b~~"
