"""A page that was made before is taken up again, to the byte, while nothing of it has changed."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from generator.assembly import kept_pages
from generator.assembly.builder import Saving
from generator.assembly.kept_pages import FOLDER, made_of_their_own
from generator.site import frame
from generator.site.templating import TEMPLATES

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
MAIN = "<title>{{ config.site_name }}</title>{% include 'foot.html' %}{{ page.content }}"
SETTINGS = """site_name: A
use_directory_urls: false
plugins: []
theme: {name: null, custom_dir: theme}
not_in_nav: "/issues/"
nav: [{Home: index.md}, {How: how/index.md}]
markdown_extensions: [generator.site.markdown]
"""
HOOK = """from pathlib import Path

def on_page_content(html, **_):
    return html + Path("said").read_text()
"""


class Letter:
    """A folder that MkDocs makes a site from, and how often it has converted an issue's page."""

    def __init__(self, root: Path) -> None:
        self.docs = root / "docs"
        self.page = self.docs / "issues" / "one" / "index.md"
        self.root = root
        self.converted = 0
        for name, text in {
            "docs/how/index.md": "# How\n\n## Verdict {: #verdict }\n",
            "docs/issues/one/index.md": PAGE,
            "docs/issues/one/a.svg": SVG.format(400),
            "docs/issues/one/a.csv": "a\n",
            "docs/issues/two/index.md": "[One](../one/index.md#top)\n",
            "docs/index.md": '<article class="x"><p>Own</p></article>\n',
            "theme/main.html": MAIN,
            "theme/foot.html": "{{ page.meta.title }}",
            "mkdocs.yml": SETTINGS,
        }.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def kept(self) -> list[Path]:
        return [path for path in (self.root / FOLDER).iterdir() if not path.name.startswith(".")]

    def config(self) -> MkDocsConfig:
        return load_config(str(self.root / "mkdocs.yml"))

    def build(self) -> str:
        config = self.config()
        config.plugins["precedent"] = Saving(config, pages=not config.plugins)
        return self._built(config)

    def build_alone(self) -> str:
        return self._built(self.config())

    def _built(self, config: MkDocsConfig) -> str:
        self.converted = 0
        build(config)
        return (self.root / "site" / "issues" / "one" / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Letter:
    letter = Letter(tmp_path)
    framed = frame.frame

    def counted(root: Element, folder: Path | None) -> None:
        letter.converted += folder is not None and "issues" in folder.parts
        framed(root, folder)

    monkeypatch.setattr(frame, "frame", counted)
    return letter


def test_a_page_is_made_once_and_is_what_mkdocs_makes(letter: Letter) -> None:
    alone = letter.build_alone()
    assert letter.converted == 2
    assert 'href="../../how/index.html#verdict"' in alone
    assert 'href="https://example.com/?a=1&amp;b=2"' in alone
    assert 'width="400"' in alone
    assert letter.build() == alone
    assert letter.converted == 2
    assert len(letter.kept()) == 4
    assert letter.build() == alone
    assert letter.converted == 0
    names = [sorted(path.name for path in (letter.root / "site" / "issues" / "one").iterdir())]
    assert names == [["a.csv", "a.svg", "index.html"]]


def _words(letter: Letter) -> None:
    letter.page.write_text(PAGE.replace("The path", "Another path"), encoding="utf-8")


def _picture(letter: Letter) -> None:
    picture = letter.page.with_name("a.svg")
    picture.write_text(SVG.format(500))
    os.utime(picture, ns=(1, 1))


CONVERTS: dict[str, tuple[Callable[[Letter], None], str]] = {
    "words": (_words, "Another path"),
    "front matter": (lambda each: each.write("docs/issues/one/index.md", PAGE.replace("One", "1")), "1<"),
    "a picture": (_picture, 'width="500"'),
}
DRESSES: dict[str, tuple[Callable[[Letter], None], str]] = {
    "a setting": (lambda each: each.write("mkdocs.yml", SETTINGS.replace("name: A", "name: B", 1)), ">B<"),
    "the theme": (lambda each: each.write("theme/main.html", f"{MAIN}!"), "!"),
    "a part of the theme": (lambda each: each.write("theme/foot.html", "Foot"), "Foot"),
}


@pytest.mark.parametrize("what", CONVERTS)
def test_it_is_made_again_when_it_has_changed(letter: Letter, what: str) -> None:
    letter.build()
    change, shown = CONVERTS[what]
    change(letter)
    again = letter.build()
    assert shown in again
    assert letter.converted == 1
    assert letter.build_alone() == again
    assert len(letter.kept()) == 4, "what was kept of it before is gone"


@pytest.mark.parametrize("what", DRESSES)
def test_it_is_dressed_again_when_what_is_around_it_has_changed(letter: Letter, what: str) -> None:
    letter.build()
    change, shown = DRESSES[what]
    change(letter)
    again = letter.build()
    assert shown in again
    assert letter.converted == 0
    assert letter.build_alone() == again


@pytest.mark.parametrize("what", ["program", "torn", "elsewhere"])
def test_what_cannot_be_relied_on_is_not_taken_up(
    letter: Letter, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = letter.build()
    if what == "program":
        monkeypatch.setattr(kept_pages, "program", lambda *_: "another")
    for path in letter.kept():
        if what == "torn":
            path.write_bytes(path.read_bytes()[:100])
    if what == "elsewhere":  # as in a copy of the folder: what came with it may be anybody's
        (letter.root / FOLDER / ".made-here").unlink()
        (letter.root / FOLDER / ".made-here").touch()
        os.utime(letter.root / FOLDER / ".made-here")
    assert letter.build() == first
    assert letter.converted == 2


@pytest.mark.parametrize(
    "more",
    ["{{ pages | length }}", "{{ build_date_utc }}", "{{ page.toc }}", "{{ nav.items[0].meta.title }}"],
)
def test_a_theme_that_shows_more_than_the_page_is_asked_every_time(
    letter: Letter, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    letter.write("theme/foot.html", more)
    letter.build()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    letter.write("docs/issues/three/index.md", "Three\n")
    letter.write("docs/index.md", "---\ntitle: Other\n---\nOther\n")
    assert letter.build() == letter.build_alone()
    assert not (letter.root / FOLDER).exists()


def test_the_engines_own_theme_shows_nothing_else(letter: Letter) -> None:
    shutil.rmtree(letter.root / "theme")
    shutil.copytree(TEMPLATES / "theme", letter.root / "theme")
    assert made_of_their_own(letter.config())


def test_another_plugin_may_change_pages(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    letter.write("hook.py", HOOK)
    letter.write("mkdocs.yml", f"{SETTINGS}hooks: [hook.py]\n")
    monkeypatch.chdir(letter.root)
    for said in ("first", "second"):
        letter.write("said", said)
        assert said in letter.build()


def test_its_links_are_looked_at_in_every_build(letter: Letter, caplog: pytest.LogCaptureFixture) -> None:
    letter.build()
    letter.write("docs/how/index.md", "# How\n\n## Other {: #other }\n")
    with caplog.at_level(logging.INFO, "mkdocs"):
        letter.build()
    assert letter.converted == 0
    assert "does not contain an anchor '#verdict'" in caplog.text
    (letter.docs / "how" / "index.md").unlink()
    letter.write("mkdocs.yml", SETTINGS.replace(", {How: how/index.md}", ""))
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "mkdocs"):
            page = letter.build()
        assert "how/index.md" in caplog.text
        assert 'href="../../how/index.md#verdict"' in page


def test_headings_of_kept_pages_are_known(letter: Letter, caplog: pytest.LogCaptureFixture) -> None:
    letter.build()
    letter.write("docs/issues/three/index.md", "[One](../one/index.md#top), [Gone](../one/index.md#gone)\n")
    with caplog.at_level(logging.INFO, "mkdocs"):
        letter.build()
    assert "#gone" in caplog.text
    assert "#top" not in caplog.text


def test_what_is_no_longer_there_is_forgotten(letter: Letter) -> None:
    letter.build()
    letter.page.with_name("a.csv").write_text("another\n")
    (letter.docs / "issues" / "two" / "index.md").unlink()
    letter.build()
    assert len(letter.kept()) == 2


def test_what_is_beside_an_issue_is_no_copy(letter: Letter) -> None:
    letter.build()
    data, beside = (letter.root / place / "issues/one/a.csv" for place in ("docs", "site"))
    assert data.samefile(beside)


def test_a_process_whose_parent_has_ended_ends() -> None:
    command = [sys.executable, "-m", "generator.assembly.builder"]
    assert subprocess.run(command, input="", text=True, check=True, capture_output=True).stderr == ""
