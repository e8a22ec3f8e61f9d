"""The author's Markdown in an article: all that Markdown has, and nothing that reaches out of its section."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.check.reading import load_spec
from generator.core.errors import SpecError
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
        ("/// details | x\n  //// y", "&#47;// details | x\n  &#47;/// y"),
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
