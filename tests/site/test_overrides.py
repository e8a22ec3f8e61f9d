"""What a letter has of its own stands in the place of the engine's, file by file, and counts as an input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.article.article import Placed, render
from generator.run.make import dress_hash
from generator.site import templating
from tests.running import listing, page, project_with, run, small_spec
from tests.test_report_runs import UP, prices


@pytest.fixture(autouse=True)
def _nobodys_templates() -> Iterator[None]:
    yield
    templating.use_templates(Path("/nowhere"))


def own(root: Path, name: str, text: str) -> None:
    path = root / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine with two templates of its own."""
    place = tmp_path / "engine"
    for name in ("site/a.html", "site/b.html"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(f"engine {name}")
    monkeypatch.setattr(templating, "TEMPLATES", place)
    return place


def test_the_letters_file_is_read_and_the_others_are_the_engines(engine: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    own(letter, "site/a.html", "mine")
    own(letter, "site/new.html", "{% include 'site/b.html' %}!")
    templating.use_templates(letter)
    assert templating.render("site/a.html") == "mine"
    assert templating.render("site/new.html") == "engine site/b.html!"
    assert templating.overridden() == ("site/a.html",)
    templating.use_templates(tmp_path / "another")
    assert templating.render("site/a.html") == "engine site/a.html"
    assert templating.overridden() == ()


def test_a_running_process_sees_what_comes_and_goes(engine: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    (engine / "site/b.html").write_text("{% include 'site/a.html' %}")
    templating.use_templates(letter)
    assert templating.render("site/b.html") == "engine site/a.html"
    own(letter, "site/a.html", "mine")
    assert templating.render("site/b.html") == templating.render("site/a.html") == "mine"
    assert templating.overridden() == ("site/a.html",)
    (letter / "templates/site/a.html").unlink()
    assert templating.render("site/b.html") == "engine site/a.html"


def test_an_articles_template_of_a_letters_own_that_comes_is_seen(tmp_path: Path) -> None:
    templating.use_templates(tmp_path)
    words = {"heading": "", "key": "mine", "words": "Words."}
    assert render("prose", Placed(), words) == "Words.\n"
    own(tmp_path, "report/prose.md", "Mine.")
    assert render("prose", Placed(), words) == "Mine.\n"


def test_the_hash_is_of_the_files_that_are_read(engine: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    templating.use_templates(letter)
    before = dress_hash(letter)
    (engine / "site/a.html").write_text("edited")
    edited = dress_hash(letter)
    assert edited != before
    own(letter, "site/a.html", "mine")
    templating.use_templates(letter)
    mine = dress_hash(letter)
    assert mine not in (before, edited)
    # What nobody reads any more changes nothing.
    (engine / "site/a.html").write_text("edited again")
    assert dress_hash(letter) == mine
    (letter / "mkdocs.yml").write_text("site_name: x")
    assert dress_hash(letter) != mine


@pytest.mark.slow
def test_a_letter_with_words_and_looks_of_its_own(tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter", one=small_spec(UP))
    source = prices(root / "mine")
    assert run("report", "--source", source, project=root).exit_code == 0
    assert "Method of the house" not in page(root, "one")
    style = (root / "site" / "assets" / "print.css").read_bytes()
    own(root, "report/method.md", "## Method of the house {: #method }\n")
    own(root, "theme/assets/letter.css", "body { color: teal }")
    done = run("report", "--source", source, project=root)
    assert done.exit_code == 0, done.output
    assert "unchanged" not in done.output
    assert "Method of the house" in page(root, "one")
    assert (root / "site" / "assets" / "letter.css").read_text().endswith("body { color: teal }")
    assert (root / "site" / "assets" / "print.css").read_bytes() == style
    before = listing(root / "site")
    assert "one: unchanged" in run("report", "--source", source, project=root).output
    assert listing(root / "site") == before
