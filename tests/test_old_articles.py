"""Articles written elsewhere become issues; old addresses of issues lead to them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from generator.check.old_articles import read_article
from generator.check.reading import check
from generator.core.errors import SpecError
from tests.publish.letter import ISSUE, frozen, publish, report, verify
from tests.running import listing, page, project_with, refused, run
from tests.test_report_runs import prices

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c636460f8cf000002010100b9a7cbd50000000049454e44ae426082"
)
OLD = """---
title: A quiet week
date: 2019-05-03
author: Somebody
tags: [Rates, Quiet]
---
# A quiet week

Nothing **much** happened, and [nothing](https://example.org/a) is worth telling. A second sentence.

## What else

![The desk](desk.png)

It cost {{ 3 }} dollars, up 4%. <script>alert(1)</script>

| a | b |
|---|---|
| 1 | 2 |
"""
ALIASES = (
    "\nbase_url: https://mine.example\naliases:\n  quiet: a-quiet-week\n  2019/05/quiet-week: a-quiet-week\n"
)
ALIASES += "  posts/one.html: one\n"


def write_article(root: Path, slug: str = "a-quiet-week", text: str = OLD) -> Path:
    folder = root / "reports" / slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "article.md").write_text(text)
    (folder / "desk.png").write_bytes(PIXEL)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project_with(tmp_path_factory.mktemp("old") / "letter", one=ISSUE)
    letter = (root / "letter.yml").read_text().replace("\nbase_url:", "\n")
    (root / "letter.yml").write_text(letter + ALIASES)
    prices(root / "mine")
    write_article(root)
    assert check(root) == ()
    said = publish(root)
    assert "a-quiet-week: published as v1" in said
    assert "one: published as v1" in said
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "letter"))


def test_it_is_an_issue_on_page_in_archive_feed_and_search(made: Path) -> None:
    site, issue = made / "site", page(made, "a-quiet-week")
    assert "<h2" in issue
    assert issue.count("A quiet week</h1>") == 1
    assert "May 3, 2019" in issue
    assert '<p class="byline">Somebody</p>' in issue
    assert '<img alt="The desk"' in issue
    assert (site / "issues/a-quiet-week/desk.png").read_bytes() == PIXEL
    # Its words are told as they are: no facts, no scripts, no figures of ours.
    assert "It cost {{ 3 }} dollars" in issue
    assert "<script>alert" not in issue
    for word in ("Prices to", "Method", "verdict", "Dataset"):
        assert word not in issue
    assert "Nothing much happened, and nothing is worth telling." in (site / "archive/index.html").read_text()
    feed = (site / "feed.xml").read_text()
    assert "<title>A quiet week</title>" in feed
    assert "<published>2019-05-03T00:00:00Z</published>" in feed
    search = (site / "search-index.js").read_text()
    assert "A quiet week" in search
    assert "What else" in search
    assert (site / "tags/rates/index.html").is_file()


def test_it_has_an_e_mail_and_can_be_exported(made: Path) -> None:
    kept = made / "reports/a-quiet-week/v1"
    text = (kept / "email.txt").read_text()
    assert "worth telling" in text
    assert "Prices to" not in text
    assert "2019" in (kept / "email.eml").read_text()
    assert run("export", "a-quiet-week", "--to", "markdown", project=made).exit_code == 0
    assert "## What else" in (made / "build/export/a-quiet-week/markdown/issue.md").read_text()


def test_it_stays_as_it_was_published(project: Path) -> None:
    assert "every byte the same" in verify(project, 0, "a-quiet-week")
    before = frozen(project)
    write_article(project, text=OLD.replace("much", "little"))
    said = report(project)
    assert "reports/a-quiet-week/article.md has changed since v1 was published" in said
    assert frozen(project) == before
    assert "is not corrected here" in refused(
        run("publish", "a-quiet-week", "--correct", "x", project=project), 2
    )
    shutil.rmtree(project / "reports" / "a-quiet-week" / "v1")
    assert "a-quiet-week was published (v1) and is gone" in verify(project, 3)


def test_an_old_address_leads_on_without_scripts_and_tells_no_one_to_find_it(made: Path) -> None:
    site = made / "site"
    for place, up, slug in (
        ("issues/quiet/index.html", "../../", "a-quiet-week"),
        ("2019/05/quiet-week/index.html", "../../../", "a-quiet-week"),
        ("posts/one.html", "../", "one"),
    ):
        moved = (site / place).read_text()
        target = f"{up}issues/{slug}/index.html"
        assert f'<meta http-equiv="refresh" content="0; url={target}">' in moved
        assert (site / place).parent.joinpath(target).is_file()
        assert f'<link rel="canonical" href="https://mine.example/issues/{slug}/">' in moved
        assert '<meta name="robots" content="noindex">' in moved
        assert moved.count("canonical") == 1
    assert "quiet-week/</loc>" in (site / "sitemap.xml").read_text()
    assert not re.search("issues/quiet/|2019/05|posts/one", (site / "sitemap.xml").read_text())
    assert "posts" not in (site / "feed.xml").read_text()


@pytest.mark.parametrize(
    ("alias", "told"),
    [
        ("x: no-such", "aliases.x: there is no issue 'no-such'."),
        ("one: a-quiet-week", "aliases.one: is the address of the issue one."),
        ("archive/: one", "aliases.archive/: is the address of the site's own page archive/."),
        ("tags/index.html: one", "aliases.tags/index.html: is the address of the site's own page tags/."),
        ("../x: one", "an old slug, or an old address from the site's root"),
        ("x: One Two", "a name of small letters"),
    ],
)
def test_an_alias_that_leads_nowhere_or_stands_in_the_way_is_told(
    project: Path, alias: str, told: str
) -> None:
    (project / "letter.yml").write_text((project / "letter.yml").read_text() + f"  {alias}\n")
    assert told in refused(run("check", project=project), 2)


def test_an_alias_in_the_place_of_another_page_stops_the_build(project: Path) -> None:
    before = listing(project / "site")
    (project / "letter.yml").write_text((project / "letter.yml").read_text() + "  about/: one\n")
    told = refused(run("report", "--source", f"files:{project / 'mine'}", project=project), 2)
    assert "aliases.about/: is the address of another page" in told
    assert listing(project / "site") == before


def test_a_new_address_of_the_site_is_everywhere_and_nothing_frozen_knows_it(project: Path) -> None:
    """What is frozen is the same; of the old address only the e-mails tell, which have been sent."""
    before = frozen(project)
    texts = [name for name in before if not name.endswith((".png", "letter.yml"))]
    knowing = [name for name in texts if b"mine.example" in (project / "reports" / name).read_bytes()]
    assert {Path(name).name for name in knowing} <= {"email.html", "email.txt", "email.eml"}
    letter = (project / "letter.yml").read_text()
    (project / "letter.yml").write_text(letter.replace("https://mine.example", "https://new.example/letter"))
    report(project)
    assert frozen(project) == before
    site = project / "site"
    for path in (*site.rglob("index.html"), site / "feed.xml", site / "sitemap.xml"):
        assert "mine.example" not in path.read_text(), path
    assert "https://new.example/letter/issues/one/" in (site / "feed.xml").read_text()
    assert json.loads((project / "build/letter.yml").read_text())["site_url"] == "https://new.example/letter/"
    assert "every byte the same" in verify(project, 0, "one")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Words.", "does not begin with its header"),
        ("---\ntitle: x\n---\nWords.", "'date' is missing"),
        ("---\ntitle: x\ndate: May 3\n---\nWords.", "where a date such as"),
        ("---\ntitle: x\ndate: 2019-05-03\nlayout: post\n---\nWords.", "there is no such key"),
        (OLD.replace("desk.png", "none.png"), "the picture 'none.png' cannot be read"),
        (OLD.replace("https://example.org/a", "javascript:x"), "cannot be shown"),
    ],
)
def test_every_mistake_of_an_article_is_told_with_its_file(tmp_path: Path, text: str, told: str) -> None:
    folder = write_article(tmp_path, text=text)
    with pytest.raises(SpecError) as caught:
        read_article(folder)
    (problem,) = caught.value.problems
    assert problem.file == "reports/a-quiet-week/article.md"
    assert told in problem.message


def test_an_article_and_a_spec_are_not_one_issue(tmp_path: Path) -> None:
    folder = write_article(tmp_path)
    (folder / "report.yml").write_text("title: x\n")
    with pytest.raises(SpecError, match=r"lies beside a report\.yml"):
        read_article(folder)
