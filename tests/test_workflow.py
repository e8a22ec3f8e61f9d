"""The weekly workflow: who may do what, that its shell works, and that it commits what is new and no more."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.cli.main import main
from generator.site.templating import TEMPLATES
from tests.projects import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(path: Path) -> dict[str, Any]:
    # YAML 1.1 takes the key "on" for a truth.
    found: dict[str, Any] = yaml.load(path.read_text(), Loader=yaml.BaseLoader)
    return found


WEEKLY = read(ROOT / ".github" / "workflows" / "weekly.yml")
JOBS: dict[str, Any] = WEEKLY["jobs"]


def steps(job: str) -> list[dict[str, Any]]:
    return list(JOBS[job]["steps"])


def script(job: str, name: str) -> str:
    (found,) = [step["run"] for step in steps(job) if step.get("name") == name]
    return str(found)


@pytest.mark.parametrize(
    "path", [*WORKFLOWS, TEMPLATES / "starter" / "weekly.yml"], ids=lambda path: path.name
)
def test_it_is_a_workflow_by_the_schema_of_its_host(path: Path) -> None:
    """The schema comes with the package; nothing is fetched."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_finds_mistakes(tmp_path: Path) -> None:
    wrong = (TEMPLATES / "starter" / "weekly.yml").read_text().replace("    runs-on:", "    run-on:", 1)
    (tmp_path / "wrong.yml").write_text(wrong)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run(
        [*command, str(tmp_path / "wrong.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1


def test_no_job_may_do_more_than_it_must() -> None:
    assert WEEKLY["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "publish": {"contents": "read"},
        "keep": {"contents": "write"},
        "show": {"pages": "write", "id-token": "write"},
        "complete": {},
    }


def test_no_secret_is_named_and_no_credential_is_left_behind() -> None:
    text = (ROOT / ".github" / "workflows" / "weekly.yml").read_text()
    assert "secrets." not in text
    assert "github.token" not in text
    for step in steps("publish"):
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_named_by_its_commit(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text())
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_what_may_write_runs_no_program_of_the_project() -> None:
    for step in steps("keep"):
        assert not re.search(r"\b(python|precedent|make|pip)\b", step.get("run", ""))


def test_no_run_is_stopped_half_way_and_none_begins_on_the_hour() -> None:
    assert WEEKLY["concurrency"] == {"group": "weekly", "cancel-in-progress": "false"}
    (schedule,) = WEEKLY["on"]["schedule"]
    minute = int(schedule["cron"].split()[0])
    assert minute % 15 not in (0, 1, 14)
    assert all(int(job["timeout-minutes"]) <= 90 for job in JOBS.values())


def test_the_site_is_shown_after_it_is_kept() -> None:
    assert JOBS["keep"]["needs"] == "publish"
    assert set(JOBS["show"]["needs"]) == {"publish", "keep"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_and_every_script_is_shell(path: Path) -> None:
    for job in read(path)["jobs"].values():
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z/-]+@(v\d+(\.\d+)*|[0-9a-f]{40})", step["uses"])
            else:
                # What an outsider writes is never part of a script; it comes by the environment.
                assert "${{" not in step["run"]
                subprocess.run(["bash", "-n", "-c", step["run"]], check=True)
                for command in re.findall(r"\bprecedent ([a-z]+)", step["run"]):
                    assert command in main.commands


def shell(text: str, where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
        cwd=where,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("code", "passes"), [(0, True), (5, True), (3, False), (4, False)])
def test_a_part_is_shown_and_a_failure_is_not(tmp_path: Path, code: int, passes: bool) -> None:
    program = tmp_path / ".venv" / "bin" / "precedent"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\necho "$@"\necho "missed: 2026-w46 has no published issue"\nexit {code}\n')
    program.chmod(0o755)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").touch()
    text = script("publish", "Publish what has passed")
    done = shell(text, tmp_path, GITHUB_OUTPUT=str(tmp_path / "output"), DRAFTS="yes")
    assert (done.returncode == 0) == passes, done.stderr
    assert "publish --drafts" in done.stdout
    assert "::warning title=Missed::2026-w46 has no published issue" in done.stdout
    assert (tmp_path / "output").read_text() == f"code={code}\n"
    done = shell(text, tmp_path, GITHUB_OUTPUT=str(tmp_path / "output"), DRAFTS="")
    assert "--drafts" not in done.stdout
    (tmp_path / "site" / "index.html").unlink()
    assert shell(text, tmp_path, GITHUB_OUTPUT=str(tmp_path / "output")).returncode != 0


def test_what_is_kept_is_handed_on() -> None:
    (kept,) = [
        step["with"]["path"] for step in steps("publish") if step.get("with", {}).get("name") == "written"
    ]
    assert kept.split() == ["reports", "published.jsonl", "accepted.json", "letter.yml"]


def git(where: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=where, capture_output=True, text=True, check=True)
    return done.stdout


def test_what_is_new_is_committed_and_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "kept.git")
    git(tmp_path, "clone", "--quiet", "kept.git", "work")
    work, written = tmp_path / "work", tmp_path / "written" / "reports"
    frozen = work / "reports" / "old" / "v1" / "edition.json"
    frozen.parent.mkdir(parents=True)
    frozen.write_text("as published\r\n")
    (work / "reports" / "old" / "report.yml").write_text("edited while the run was at work")
    (work / "published.jsonl").write_text('{"slug": "meanwhile"}\n')
    (work / ".gitattributes").write_text((ROOT / ".gitattributes").read_text())
    git(work, "checkout", "--quiet", "-B", "main")
    git(work, "add", ".")
    git(work, "-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "--quiet", "-m", "before")
    git(work, "push", "--quiet", "origin", "main")
    for name, text in (
        ("old/v1/edition.json", "changed"),
        ("old/report.yml", "as it was"),
        ("new/v1/edition.json", "new\r\n"),
        ("2026-w47/report.yml", "a draft"),
    ):
        (written / name).parent.mkdir(parents=True, exist_ok=True)
        (written / name).write_bytes(text.encode())
    (tmp_path / "written" / "accepted.json").write_text("{}")
    (tmp_path / "written" / "published.jsonl").write_text('{"slug": "new"}\n')
    text = script("keep", "Commit")
    settings = {"WRITTEN": str(tmp_path / "written"), "BRANCH": "main"}
    done = shell(text, work, **settings)
    assert done.returncode == 0, done.stderr
    git(tmp_path, "clone", "--quiet", "kept.git", "again")
    again = tmp_path / "again"
    assert (again / "reports/old/v1/edition.json").read_bytes() == b"as published\r\n"
    assert (again / "reports/old/report.yml").read_text() == "edited while the run was at work"
    assert (again / "reports/new/v1/edition.json").read_bytes() == b"new\r\n"
    assert (again / "reports/2026-w47/report.yml").read_text() == "a draft"
    assert (again / "accepted.json").read_text() == "{}"
    # What somebody else published meanwhile is kept too.
    assert (again / "published.jsonl").read_text() == '{"slug": "meanwhile"}\n{"slug": "new"}\n'
    done = shell(text, work, **settings)
    assert "Nothing is new." in done.stdout
