"""Pages of the letter's own: what becomes of them, and what is told of mistakes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.check.own_pages import load_pages, read_pages
from tests.press.demo import EMPTY_PNG
from tests.running import project_with, refused, run, small_spec
from tests.test_report_runs import UP, prices

PAGE = """\
---
title: Who we are
nav: Imprint
---
We write, <script>alert(1)</script> and [link](../archive/index.md).

![The office](office.png)
"""


def write(root: Path, name: str, text: str) -> None:
    (root / "pages").mkdir(parents=True, exist_ok=True)
    (root / "pages" / name).write_text(text, encoding="utf-8")


def test_a_page_and_its_picture(tmp_path: Path) -> None:
    write(tmp_path, "imprint.md", PAGE)
    (tmp_path / "pages" / "office.png").write_bytes(EMPTY_PNG)
    (page,) = load_pages(tmp_path)
    assert (page.name, page.header.title, page.header.nav) == ("imprint", "Who we are", "Imprint")
    assert page.text.startswith("# Who we are\n\nWe write")
    assert page.pictures == {"office.png": EMPTY_PNG}


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.md", "# No header\n", "a.md:1: does not begin with its header"),
        ("a.md", "---\nnav: X\n---\nText\n", "title"),
        ("a.md", "---\ntitle: X\nnaf: Y\n---\nText\n", "a.md:3: naf"),
        ("a.md", "---\ntitle: X\n---\n![x](gone.png)\n", "'gone.png' cannot be read"),
        ("a.md", "---\ntitle: X\n---\n![x](https://example.org/x.png)\n", "not in the same folder"),
        ("a.md", "---\ntitle: X\n---\n[x](javascript:alert)\n", "cannot be shown"),
        ("archive.md", PAGE, "the site has a page of that name"),
        ("Über uns.md", PAGE, "is no name of a page"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, name: str, text: str, found: str) -> None:
    write(tmp_path, name, text)
    pages, problems = read_pages(tmp_path)
    assert pages == ()
    (problem,) = problems
    assert found in str(problem)


def test_html_that_looks_like_the_sites_own_stays_words(tmp_path: Path) -> None:
    write(tmp_path, "a.md", '---\ntitle: X\n---\n<article class="letter"><script>x</script></article>\n')
    (page,) = load_pages(tmp_path)
    assert page.text.startswith("# X\n\n<article")


@pytest.mark.slow
def test_pages_are_part_of_the_site(tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter", one=small_spec(UP))
    source = prices(root / "mine")
    write(root, "imprint.md", PAGE)
    (root / "pages" / "office.png").write_bytes(EMPTY_PNG)
    write(root, "about.md", "---\ntitle: About us\n---\n# Ours\n\nOur own words.\n")
    assert run("report", "--source", source, project=root).exit_code == 0
    built = root / "site" / "imprint"
    text = (built / "index.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in text
    assert (built / "office.png").read_bytes() == EMPTY_PNG
    home = (root / "site" / "index.html").read_text(encoding="utf-8")
    assert '<a href="imprint/index.html">Imprint</a>' in home
    about = (root / "site" / "about" / "index.html").read_text(encoding="utf-8")
    assert "Our own words." in about
    assert "Who writes it" not in about
    assert "imprint/index.html" in (root / "site" / "search-index.js").read_text(encoding="utf-8")
    done = run("report", "--source", source, project=root)
    assert "Site: unchanged" in done.output
    write(root, "about.md", "---\ntitle: About us\n---\nNew words.\n")
    done = run("report", "--source", source, project=root)
    assert "one: unchanged" in done.output
    assert "New words." in (root / "site" / "about" / "index.html").read_text(encoding="utf-8")
    write(root, "about.md", "no header")
    assert "pages/about.md:1" in refused(run("report", "--source", source, project=root), 2)
    assert "pages/about.md:1" in refused(run("check", project=root), 2)
