"""A page that was converted before is taken up again, to the byte, while nothing of it has changed."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from generator.site import converted, frame
from generator.site.converted import FOLDER, forget_conversions

SVG = '<svg viewBox="0 0 {} 300"></svg>'
PAGE = """---
title: One
---
Kicker
{: .kicker }

# A *title* & more {: #top }

A [guide](../../how/index.md#verdict), [a place](https://example.com/?a=1&b=2), [here](#top),
[data](a.csv).[^1]

![The path](a.svg)

/// figure-caption
    attrs: {id: "a", data-csv: "a.csv"}
The path
///

| Asset | Week |
| :--- | ---: |
| **SPY** | −1.25 |

[^1]: A note.
"""


class Letter:
    """A folder that MkDocs makes a site from, and how often it has read a page as Markdown."""

    def __init__(self, root: Path) -> None:
        self.docs = root / "docs"
        self.page = self.docs / "issues" / "one" / "index.md"
        self.root = root
        self.read = 0
        for name, text in {
            "how/index.md": "# How\n\n## Verdict {: #verdict }\n",
            "issues/one/index.md": PAGE,
            "issues/one/a.svg": SVG.format(400),
            "issues/one/a.csv": "a\n",
            "index.md": '<article class="x"><p>Own</p></article>\n',
        }.items():
            (self.docs / name).parent.mkdir(parents=True, exist_ok=True)
            (self.docs / name).write_text(text, encoding="utf-8")

    def kept(self) -> list[str]:
        return sorted(path.name for path in (self.root / FOLDER).glob("*.json"))

    def build(self) -> str:
        (self.root / "mkdocs.yml").write_text(
            "site_name: A\nuse_directory_urls: false\nplugins: []\ntheme: {name: mkdocs}\n"
            "markdown_extensions: [generator.site.markdown]\n"
        )
        build(load_config(str(self.root / "mkdocs.yml")))
        return (self.root / "site" / "issues" / "one" / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Letter:
    converted._made_here.cache_clear()
    letter = Letter(tmp_path)
    framed = frame.frame

    def counted(root: Element, folder: Path | None) -> None:
        letter.read += len(root) > 0
        framed(root, folder)

    monkeypatch.setattr(frame, "frame", counted)
    return letter


def test_a_page_is_read_once_and_is_the_same_again(letter: Letter) -> None:
    first = letter.build()
    assert letter.read == 2  # the issue and the guide; the generator's own HTML is not read at all
    assert 'href="../../how/index.html#verdict"' in first
    assert 'href="https://example.com/?a=1&amp;b=2"' in first
    assert 'width="400"' in first
    assert letter.kept() == ["how~index.json", "issues~one~index.json"]
    assert letter.build() == first
    assert letter.read == 2


@pytest.mark.parametrize("what", ["words", "picture", "program", "torn", "elsewhere"])
def test_it_is_read_again_when_anything_has_changed(
    letter: Letter, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = letter.build()
    kept = letter.root / FOLDER / "issues~one~index.json"
    if what == "words":
        letter.page.write_text(PAGE.replace("The path", "Another path"), encoding="utf-8")
    elif what == "picture":
        picture = letter.page.with_name("a.svg")
        picture.write_text(SVG.format(500))
        os.utime(picture, ns=(1, 1))
    elif what == "program":
        monkeypatch.setattr(converted, "_program", lambda: "another")
    elif what == "torn":
        kept.write_bytes(kept.read_bytes()[:100])
    else:
        # As in a copy of the folder: what came with it may be anybody's.
        (letter.root / FOLDER / ".made-here").unlink()
        kept.write_text(kept.read_text().replace("A note", "<script>"))
        converted._made_here.cache_clear()
    before = letter.read
    again = letter.build()
    assert letter.read > before
    assert (again == first) is (what not in ("words", "picture"))
    assert ("Another path" in again, 'width="500"' in again) == (what == "words", what == "picture")


def test_its_links_are_looked_at_in_every_build(letter: Letter, caplog: pytest.LogCaptureFixture) -> None:
    letter.build()
    (letter.docs / "how" / "index.md").write_text("# How\n\n## Other {: #other }\n")
    with caplog.at_level(logging.INFO, "mkdocs"):
        letter.build()
    assert "does not contain an anchor '#verdict'" in caplog.text
    (letter.docs / "how" / "index.md").unlink()
    caplog.clear()
    before = letter.read
    with caplog.at_level(logging.WARNING, "mkdocs"):
        page = letter.build()
    assert "how/index.md" in caplog.text
    assert letter.read == before
    assert 'href="../../how/index.md#verdict"' in page


def test_what_is_no_longer_there_is_forgotten(letter: Letter) -> None:
    letter.build()
    letter.page.unlink()
    forget_conversions(letter.docs)
    assert letter.kept() == ["how~index.json"]
