"""What is published stays as it is, whatever else changes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from generator.site.markdown import to_html
from tests.press.reading import text
from tests.publish.letter import (
    ISSUE,
    LAST,
    OTHER,
    article,
    frozen,
    publish,
    report,
    unpublished,
    verify,
)
from tests.running import listing, page, refused, run, write_spec

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20"><path d="M0 0h80v20H0z"/></svg>'


def test_the_manifest_names_every_file_and_what_it_was_made_from(made: Path) -> None:
    folder = made / "reports" / "one" / "v1"
    manifest = json.loads((folder / "manifest.json").read_text())
    there = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    del there["manifest.json"]
    assert {"edition.json", "index.md", "email.eml", "expectations.json", "social.png"} <= set(there)
    assert {"inputs/one/report.yml", "inputs/letter.yml", "inputs/earlier.json"} <= set(there)
    assert manifest["files"] == {
        name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in there.items()
    }
    assert (manifest["slug"], manifest["version"], manifest["as_of"]) == ("one", 1, LAST)
    assert manifest["source"] == "files"
    spec = (made / "reports" / "one" / "report.yml").read_bytes()
    assert manifest["spec"] == f"sha256:{hashlib.sha256(spec).hexdigest()}"
    kept = manifest["snapshots"]["IWM"].removeprefix("sha256:")
    assert (made / "prices" / "snapshots" / f"{kept}.parquet").exists()
    assert {"python", "precedent", "numpy", "matplotlib"} <= set(manifest["made_with"])


def test_the_site_shows_the_frozen_files_and_no_other_issue(made: Path) -> None:
    folder, place = made / "reports" / "one" / "v1", made / "site" / "issues" / "one"
    shown = {path.name for path in place.iterdir()} - {"index.html"}
    assert {"edition.json", "email.html", "email.txt", "social.png", "lead.svg"} <= shown
    for name in shown:
        assert (place / name).read_bytes() == (folder / name).read_bytes(), name
    words = to_html((folder / "index.md").read_text().partition("\n---\n")[2])
    assert text(article(made, "one")).split() == text(words).split()
    assert [path.name for path in (made / "site" / "issues").iterdir()] == ["one"]


def test_neither_prices_nor_spec_nor_code_change_what_is_published(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, words = listing(project / "site" / "issues" / "one"), article(project, "one")
    history = project / "mine" / "IWM.csv"
    lines = history.read_text().splitlines()
    history.write_text("\n".join([lines[0], f"{lines[1].partition(',')[0]},50", *lines[2:-3]]) + "\n")
    write_spec(project, "one", {**ISSUE, "title": "Another title"})
    monkeypatch.setattr("generator.run.report.program_hash", lambda root: "another program")
    result = run("report", "--source", f"files:{project / 'mine'}", project=project)
    assert result.exit_code == 0, result.output
    assert "reports/one/report.yml has changed since v1 was published" in result.stdout
    after = listing(project / "site" / "issues" / "one")
    del before["index.html"], after["index.html"]  # around its article stands what leads to other issues
    assert after == before
    assert article(project, "one") == words
    assert "A small report" in page(project, "two")
    assert "Another title" not in (project / "site" / "index.html").read_text()
    said = verify(project)
    assert "IWM up to 2024-03-21 were revised since: 3 sessions are gone; close of 2021-" in said


def test_the_scorecard_keeps_an_issue_whose_spec_was_removed(project: Path) -> None:
    (project / "reports" / "one" / "report.yml").unlink()
    shutil.rmtree(project / "reports" / "two")
    report(project)
    assert article(project, "one")
    assert "../issues/one/" in (project / "site" / "scorecard" / "index.html").read_text()


def test_it_keeps_its_pictures_when_the_letter_changes_its_looks(project: Path) -> None:
    """Pages wear the new looks; charts, card and e-mail stay, also when made again."""
    (project / "looks").mkdir()
    (project / "looks" / "logo.svg").write_text(LOGO)
    looks = '\nlooks:\n  logo: looks/logo.svg\n  colours: {light: {accent: "#8a1c4a"}}\n'
    plain = (project / "letter.yml").read_text()
    (project / "letter.yml").write_text(plain + looks)
    publish(project, "two")
    then = frozen(project)
    kept = project / "reports" / "two" / "v1"
    assert (kept / "inputs" / "looks" / "logo.svg").read_text() == LOGO
    assert "#8a1c4a" in (kept / "email.html").read_text()
    other = looks.replace("8a1c4a", "2b4a7f").replace("  logo: looks/logo.svg\n", "")
    (project / "letter.yml").write_text(plain + other)
    (project / "looks" / "logo.svg").unlink()
    report(project)
    assert "--accent: #2b4a7f" in (project / "site" / "assets" / "letter.css").read_text()
    assert frozen(project) == then
    assert "made again: every byte the same" in verify(project, 0, "two")


@pytest.mark.parametrize("how", ["changed", "missing", "added", "manifest", "linked"])
def test_a_frozen_file_that_was_touched_is_found_and_not_shown(project: Path, how: str) -> None:
    folder = project / "reports" / "one" / "v1"
    if how == "missing":
        (folder / "lead.svg").unlink()
    elif how == "manifest":
        (folder / "manifest.json").write_text("{}")
    elif how == "linked":
        (folder / "lead.csv").unlink()
        (folder / "lead.csv").symlink_to("/etc/hostname")
    else:
        with (folder / ("lead.svg" if how == "changed" else "more.svg")).open("a") as file:
            file.write(" ")
    assert "git checkout -- reports/one/v1" in verify(project, 3)
    site = listing(project / "site")
    write_spec(project, "two", {**OTHER, "title": "Another"})
    message = refused(run("report", "--source", f"files:{project / 'mine'}", project=project), 3)
    assert "reports/one/v1" in message
    assert listing(project / "site") == site


def test_a_published_issue_without_its_spec_says_where_a_copy_lies(project: Path) -> None:
    (project / "reports" / "one" / "report.yml").unlink()
    gone = (
        "reports/one/report.yml is gone. As it was published it lies in reports/one/v1/inputs/one/report.yml"
    )
    assert gone in report(project)
    assert gone in unpublished(project, 2, "one", "--correct", "A word.")
    assert "one: published already, as v1" in publish(project, "one")
