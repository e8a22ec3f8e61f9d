"""MkDocs by itself, and its successor by itself, make the site from what the generator has written.

Neither is told anything but ``mkdocs.yml``: no hook, no plugin, nothing set in afterwards.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from generator.assembly.mkdocs import build_site
from generator.assembly.pages import assemble
from generator.site.templating import TEMPLATES
from tests.press import demo, scorecards, surveys
from tests.press.test_site import project
from tests.running import listing

pytestmark = [pytest.mark.slow]


class Outline(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, and its words, entities read."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # One writes an address as "./a", and takes the marks of what is not to be searched away.
        kept = [
            (name, (value or "").removeprefix("./")) for name, value in attrs if name != "data-search-exclude"
        ]
        self.parts.append((tag, kept))

    def handle_data(self, data: str) -> None:
        words = data.split()
        if words and self.parts and isinstance(self.parts[-1], list):
            self.parts[-1] += words
        elif words:
            self.parts.append(words)


def outline(page: Path) -> list[object]:
    parser = Outline()
    parser.feed(page.read_text(encoding="utf-8"))
    parser.close()
    return parser.parts


def built(root: Path, *command: str) -> Path:
    """The site that a builder makes when it is called as anyone would, moved to a folder of its own."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return (root / "site").rename(root / command[0])


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    with pytest.MonkeyPatch.context() as patch:
        demo.draw_nothing(patch)
        root, folders = project(tmp_path_factory.mktemp("letter"), [demo.edition(), demo.earlier(0)])
        assemble(folders, demo.LETTER, root, scorecards.demo(), surveys.sample_site())
    for name in ("first", "again"):  # as a run builds it, and as the next one takes it up
        build_site(root, date(2026, 4, 21))
        (root / "site").rename(root / name)
    shutil.copy(TEMPLATES / "mkdocs.yml", root)
    assert "hooks" not in (root / "mkdocs.yml").read_text(encoding="utf-8")
    shutil.rmtree(root / "site", ignore_errors=True)
    mkdocs = built(root, "mkdocs", "build", "--strict")
    zensical = built(root, "zensical", "build", "--strict")
    return mkdocs, zensical


def test_both_make_the_same_pages(sites: tuple[Path, Path]) -> None:
    mkdocs, zensical = sites
    names = [sorted(str(path.relative_to(site)) for path in site.rglob("*.html")) for site in sites]
    assert names[0] == names[1]
    assert "404.html" in names[0]
    issues = [name for name in names[0] if name.startswith("issues/")]
    assert len(issues) >= 2
    for name in names[0]:
        assert outline(mkdocs / name) == outline(zensical / name), name
    assert max((mkdocs / name).read_text(encoding="utf-8").count("<table") for name in issues) >= 2


def test_a_run_makes_what_mkdocs_makes(sites: tuple[Path, Path]) -> None:
    mkdocs, _ = sites
    alone, first, again = (
        {path: found for path, found in listing(folder).items() if path != "sitemap.xml.gz"}
        for folder in (mkdocs, mkdocs.with_name("first"), mkdocs.with_name("again"))
    )
    assert first == alone
    assert again == alone


def test_both_have_the_files_beside_the_pages(sites: tuple[Path, Path]) -> None:
    files = [
        {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
        for site in sites
    ]
    mkdocs, zensical = (
        {p: b for p, b in each.items() if p.suffix not in (".html", ".gz", ".xml")} for each in files
    )
    # Its own search, which no page asks for.
    zensical.pop(Path("search.json"), None)
    assert mkdocs == zensical
    assert Path("search-index.js") in mkdocs
