"""``published.jsonl``: what was published once is never gone from the site without a word."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from generator.core.errors import BadDataError
from generator.publish.freeze import published_issues
from generator.publish.ledger import losses, read_ledger, write_ledger
from tests.press.test_frozen import FOLDER
from tests.projects import ROOT
from tests.publish.letter import ISSUE, OTHER, publish, report, unpublished, verify
from tests.running import listing, page, project_with, refused, run, write_spec
from tests.test_report_runs import prices

BACK = "; to take it back on purpose: precedent unpublish two"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose two reports are published."""
    root = project_with(tmp_path_factory.mktemp("ledger") / "letter", one=ISSUE, two=OTHER)
    prices(root / "mine")
    publish(root)
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """The project again, for a test to change."""
    return Path(shutil.copytree(made, tmp_path / "letter"))


def line(root: Path, slug: str, version: int = 1) -> str:
    content = (root / "reports" / slug / f"v{version}" / "manifest.json").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f'{{"slug": "{slug}", "version": {version}, "manifest": "sha256:{digest}"}}'


def unmade(root: Path, code: int = 3) -> str:
    """A run of ``report`` that must leave the site as it is."""
    site = listing(root / "site")
    message = refused(run("report", "--source", f"files:{root / 'mine'}", project=root), code)
    assert listing(root / "site") == site
    return message


def test_it_has_a_line_an_issue_with_its_newest_version(project: Path) -> None:
    ledger = project / "published.jsonl"
    assert ledger.read_text() == f"{line(project, 'one')}\n{line(project, 'two')}\n"
    write_spec(project, "one", {**ISSUE, "title": "What was meant"})
    publish(project, "one", "--correct", "A word.")
    assert ledger.read_text() == f"{line(project, 'one', 2)}\n{line(project, 'two')}\n"


def test_an_issue_that_is_gone_is_missed_by_all_who_would_show_it(project: Path) -> None:
    shutil.rmtree(project / "reports" / "two")
    told = f"two was published (v1) and is gone: git checkout -- reports/two{BACK}"
    assert told in unmade(project)
    assert told in unpublished(project, 3)
    assert told in unpublished(project, 3, "two", "--correct", "A word.")
    assert told in verify(project, 3)
    assert told in verify(project, 3, "two")
    assert "two was" not in verify(project, 0, "one")


def test_an_issue_is_taken_back_for_good(project: Path) -> None:
    version = shutil.copytree(project / "reports" / "two" / "v1", project.parent / "two")
    done = run("unpublish", "two", "--reason", "The prices were <wrong>.", project=project)
    assert done.exit_code == 0, done.output
    assert not (project / "reports" / "two").exists()
    publish(project)
    text = page(project, "two")
    assert "This issue was taken back" in text
    assert "The prices were &lt;wrong&gt;." in text
    assert 'content="noindex"' in text
    assert "issues/two/" not in (project / "site" / "archive" / "index.html").read_text()
    assert [slug for slug, entry in read_ledger(project).items() if entry.withdrawn] == ["two"]
    assert "all as published" in verify(project)
    # Nothing brings it back: not its name, not its folder, not an old line of the ledger.
    write_spec(project, "two", OTHER)
    result = run("publish", "two", "--source", f"files:{project / 'mine'}", project=project)
    assert "was taken back on" in refused(result, result.exit_code)
    assert result.exit_code in (2, 3)
    checked = refused(run("check", project=project), 2)
    assert "reports/two: an issue of this name was taken back on" in checked
    for command in (("report", "two"), ("report",), ("new", "two")):
        told = refused(run(*command, project=project), 2)
        assert "an issue 'two' was taken back on" in told
        assert "Give the new one another name: rename the folder reports/two." in told
    shutil.copytree(version, project / "reports" / "two" / "v1")
    assert "is there again: git rm -r reports/two" in unmade(project)
    old = json.dumps({"slug": "two", "version": 9, "manifest": "sha256:9"})
    with (project / "published.jsonl").open("a") as ledger:
        ledger.write(f"{old}\n")
    assert read_ledger(project)["two"].withdrawn


def test_only_a_published_issue_is_taken_back_and_with_a_reason(project: Path) -> None:
    before = listing(project)
    assert "Did you mean 'two'" in refused(run("unpublish", "twoo", "--reason", "x", project=project), 2)
    assert "a sentence" in refused(run("unpublish", "two", "--reason", " ", project=project), 2)
    assert "--reason" in refused(run("unpublish", "two", project=project), 2)
    assert listing(project) == before


def test_only_what_is_gone_is_brought_back(project: Path) -> None:
    shutil.rmtree(project / "reports" / "two" / "v1")
    assert f"two was published (v1) and is gone: git checkout -- reports/two/v1{BACK}" in unmade(project)
    assert "two was published (v1) and is gone" in unpublished(project, 3, "two")


def test_another_manifest_is_not_what_was_published(project: Path) -> None:
    path = project / "reports" / "two" / "v1" / "manifest.json"
    path.write_text(path.read_text() + " ")
    told = "two was published (v1) but its manifest.json is another: git checkout -- reports/two/v1"
    assert told in unmade(project)
    assert told in unpublished(project, 3)
    assert told in verify(project, 3)


def test_a_run_that_ended_before_it_was_written_is_made_up_for(project: Path) -> None:
    ledger = project / "published.jsonl"
    whole = ledger.read_text()
    ledger.write_text(f"{line(project, 'one')}\n")
    report(project)
    assert ledger.read_text() != whole
    publish(project)
    assert ledger.read_text() == whole
    ledger.unlink()  # a project from before there was one
    assert "all as published" in verify(project)
    publish(project)
    assert ledger.read_text() == whole


def test_a_ledger_that_cannot_be_read_is_refused(project: Path) -> None:
    ledger = project / "published.jsonl"
    for text in (
        "{",
        "[]",
        '{"one": 1}',
        '{"slug": "../up", "version": 1, "manifest": ""}',
        '{"slug": "one"}',
    ):
        ledger.write_text(text)
        message = unmade(project)
        assert "published.jsonl, line 1 cannot be read" in message, text
        assert "git checkout -- published.jsonl" in message


def git(where: Path, *arguments: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    subprocess.run(["git", *who, *arguments], cwd=where, check=True, capture_output=True)


def test_what_two_people_published_apart_is_put_together_by_git(tmp_path: Path) -> None:
    def ledger(*told: tuple[str, int]) -> None:
        lines = [json.dumps({"slug": slug, "version": n, "manifest": f"sha256:{n}"}) for slug, n in told]
        (tmp_path / "published.jsonl").write_text("".join(f"{each}\n" for each in lines))

    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / ".gitattributes").write_text((ROOT / ".gitattributes").read_text())
    for branch, told in (
        ("main", [("b", 1)]),
        ("other", [("a", 1), ("b", 2)]),
        ("main", [("b", 1), ("c", 1)]),
    ):
        git(tmp_path, "checkout", "--quiet", *(["main"] if branch == "main" and told[1:] else ["-B", branch]))
        ledger(*told)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", "-m", branch)
    git(tmp_path, "merge", "--quiet", "other")
    assert {slug: entry.version for slug, entry in read_ledger(tmp_path).items()} == {"a": 1, "b": 2, "c": 1}


def test_a_conflict_says_how_to_end_it_and_that_works(tmp_path: Path) -> None:
    path = tmp_path / "published.jsonl"
    one, two = ('{"slug": "%s", "version": 1, "manifest": "sha256:1"}' % slug for slug in "ab")  # noqa: UP031
    path.write_text(f"<<<<<<< HEAD\n{one}\n=======\n{two}\n>>>>>>> other\n")
    with pytest.raises(BadDataError, match="remove the lines that begin with <<<<<<<"):
        read_ledger(tmp_path)
    kept = [each for each in path.read_text().splitlines() if not each.startswith(("<<<", "===", ">>>"))]
    path.write_text("\n".join(kept))
    assert sorted(read_ledger(tmp_path)) == ["a", "b"]


def test_an_issue_that_two_people_published_says_so(tmp_path: Path) -> None:
    lines = [f'{{"slug": "a", "version": 1, "manifest": "sha256:{n}"}}\n' for n in (1, 2)]
    (tmp_path / "published.jsonl").write_text("".join(lines))
    with pytest.raises(BadDataError, match="two lines on v1 of a"):
        read_ledger(tmp_path)


def test_a_folder_with_another_name_says_what_it_was(project: Path) -> None:
    (project / "reports" / "two").rename(project / "reports" / "two-quiet")
    told = (
        "reports/two-quiet was published as two; rename the folder back: git mv reports/two-quiet reports/two"
    )
    for message in (unmade(project), unpublished(project, 3), verify(project, 3)):
        assert told in message
        assert "is gone" not in message
    (project / "published.jsonl").unlink()
    assert told in unmade(project)


def test_a_copy_of_a_folder_says_so(project: Path) -> None:
    shutil.copytree(project / "reports" / "two", project / "reports" / "three")
    told = "reports/three/v1 is a copy of what was published as two. Remove it: rm -r reports/three/v1"
    assert told in unmade(project)
    assert told in verify(project, 3)


def test_a_version_that_was_frozen_before_its_line_was_written_is_no_loss(tmp_path: Path) -> None:
    issue = tmp_path / "reports" / FOLDER.parent.name
    first = Path(shutil.copytree(FOLDER, issue / "v1"))
    write_ledger(tmp_path, published_issues(tmp_path))
    second = Path(shutil.copytree(FOLDER, issue / "v2"))
    (second / "manifest.json").write_text((second / "manifest.json").read_text() + "\n")
    assert losses(tmp_path, published_issues(tmp_path)) == {}
    # The line still guards the version that it names, which is not the newest.
    (first / "manifest.json").write_text((first / "manifest.json").read_text() + "\n")
    (told,) = losses(tmp_path, published_issues(tmp_path)).values()
    assert f"its manifest.json is another: git checkout -- reports/{issue.name}/v1; to take it back" in told


def test_many_that_are_gone_are_counted(tmp_path: Path) -> None:
    for number in range(8):
        folder = shutil.copytree(FOLDER, tmp_path / "reports" / f"issue-{number}" / "v1")
        manifest = folder / "manifest.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "slug": f"issue-{number}"}))
    write_ledger(tmp_path, published_issues(tmp_path))
    assert losses(tmp_path, published_issues(tmp_path)) == {}
    shutil.rmtree(tmp_path / "reports")
    assert list(losses(tmp_path, {})) == [f"issue-{number}" for number in range(8)]
    shutil.copy2(Path(__file__).parent.parent / "letter.yml", tmp_path)
    message = refused(run("report", "--source", "sample", project=tmp_path), 3)
    assert message.count("is gone") == 5
    assert message.endswith("and 3 more.\n")
