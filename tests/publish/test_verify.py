"""``precedent verify``: what was published is there, and comes out again."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.projects import ROOT
from tests.publish.letter import (
    ISSUE,
    TELLS,
    publish,
    report,
    unpublished,
    verify,
)
from tests.real_prices import market_data, real_prices
from tests.running import listing, project_with, refused, run, write_spec


def test_it_is_made_again_with_every_byte_the_same(made: Path) -> None:
    said = verify(made)
    files = json.loads((made / "reports" / "one" / "v1" / "manifest.json").read_text())["files"]
    assert f"Files: {len(files)} in 1 published version, all as published" in said
    assert "prices: not revised since" in said
    assert "made again: every byte the same" in said


def test_what_comes_out_otherwise_is_damage_only_where_nothing_explains_it(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.run.verify._other_files", lambda *_: ["index.md"])
    said = verify(made, 3)
    assert "made again, otherwise: index.md" in said
    assert "the program: the same as then" in said
    assert "from the same prices the same program makes something else" in said
    # Another program explains it, though the prices are the same.
    monkeypatch.setattr("generator.run.verify.program_hash", lambda root: "another program")
    said = verify(made, 0)
    assert "made again, otherwise: index.md" in said
    assert "the program: code, templates, settings or lock are others than then" in said


def test_an_issue_that_tells_of_one_taken_back_since_is_whole(project: Path) -> None:
    write_spec(project, "before", {**ISSUE, "date": "2024-03-20", "as_of": "2024-03-20"})
    write_spec(project, "two", TELLS)
    publish(project, "before")
    publish(project, "two")
    done = run("unpublish", "before", "--reason", "A wrong price.", project=project)
    assert done.exit_code == 0, done.output
    said = verify(project, 0, "two")
    assert "not made again: it tells of before, taken back since" in said
    assert "every byte the same" in verify(project, 0, "one")
    report(project)
    assert "A wrong price." in (project / "site/issues/before/index.html").read_text()


def test_an_issue_refers_to_those_that_it_tells_of(project: Path) -> None:
    write_spec(project, "before", {**ISSUE, "date": "2024-03-20", "as_of": "2024-03-20"})
    write_spec(project, "two", TELLS)
    publish(project, "before")
    publish(project, "two")
    expected = project / "reports" / "before" / "v1" / "expectations.json"
    told = json.loads((project / "reports" / "two" / "v1" / "inputs" / "earlier.json").read_text())
    # Not "one": it has the same date.
    assert told == {"before/v1": f"sha256:{hashlib.sha256(expected.read_bytes()).hexdigest()}"}
    assert "made again: every byte the same" in verify(project, 0, "two")
    write_spec(
        project, "before", {**ISSUE, "date": "2024-03-20", "as_of": "2024-03-20", "title": "Corrected"}
    )
    publish(project, "before", "--correct", "A word.")
    assert "made again: every byte the same" in verify(project, 0, "two")
    whole = expected.read_bytes()
    expected.write_bytes(whole.replace(b"IWM", b"SPY"))
    said = verify(project, 3)
    assert "before v1\n  DAMAGED: reports/before/v1 is not what was published" in said
    assert (
        "two v1\n  DAMAGED: it tells of reports/before/v1/expectations.json, which has changed since" in said
    )
    write_spec(project, "three", {**TELLS, "title": "Another"})
    shutil.rmtree(project / "reports" / "before" / "v2")
    message = unpublished(project, 3, "three")
    assert "before was published (v2) but only v1 is there: git checkout -- reports/before/v2; " in message
    (project / "published.jsonl").unlink()
    assert "before/v1/expectations.json is not what was published" in unpublished(project, 3, "three")
    shutil.rmtree(project / "reports" / "before")
    said = verify(project, 3, "two")
    assert "reports/before/v1/expectations.json, which is missing" in said
    assert "git checkout -- reports/before/v1" in said


def test_without_a_name_only_the_newest_issue_is_made_again(project: Path) -> None:
    write_spec(project, "before", {**ISSUE, "date": "2024-03-20", "as_of": "2024-03-20"})
    publish(project, "before")
    said = verify(project)
    assert "in 2 published versions, all as published" in said
    assert said.count("made again: every byte the same") == 1
    assert "one v1" in said
    assert "before v1" not in said
    assert "Only the newest issue was made again. Name others" in said
    said = verify(project, 0, "before", "one")
    assert said.count("made again: every byte the same") == 2
    assert "Only the newest" not in said
    with (project / "reports" / "before" / "v1" / "lead.svg").open("a") as file:
        file.write(" ")
    said = verify(project, 3)
    assert "lead.svg has changed" in said
    assert "made again: every byte the same" in said


def test_without_the_kept_prices_those_of_today_are_used(project: Path) -> None:
    shutil.rmtree(project / "prices")
    said = verify(project)
    assert "the snapshot is not kept here" in said
    assert "made again: every byte the same" in said


def test_a_kept_snapshot_with_other_prices_is_damage(project: Path) -> None:
    (kept,) = (project / "prices" / "snapshots").glob("*.parquet")
    kept.write_bytes(kept.read_bytes()[:-20])
    said = verify(project, 3)
    assert said.count(kept.name) == 1
    assert "not a parquet file. Remove it" in said


def test_another_source_is_not_compared(project: Path) -> None:
    result = run("verify", "--source", "sample", project=project)
    assert result.exit_code == 0, result.output
    assert "published from files, and this is sample" in result.stdout
    assert "made again: every byte the same" in result.stdout


def test_a_name_that_was_never_published(project: Path) -> None:
    message = refused(run("verify", "two", "--source", "sample", project=project), 2)
    assert "'two' was never published. Published issues: one." in message


@real_prices
def test_the_april_issue_on_real_prices(tmp_path: Path) -> None:
    slug = "2026-04-21-small-caps-ten-percent-month"
    root = project_with(tmp_path / "letter")
    shutil.copytree(ROOT / "reports" / slug, root / "reports" / slug)
    source = ("--source", f"files:{market_data()}")
    done = run("publish", *source, project=root)
    assert done.exit_code == 0, done.output
    before = listing(root / "site" / "issues" / slug)
    again = run("publish", *source, project=root)
    assert again.exit_code == 0, again.output
    assert listing(root / "site" / "issues" / slug) == before
    checked = run("verify", *source, project=root)
    assert checked.exit_code == 0, checked.output
    assert "made again: every byte the same" in checked.stdout
