"""The wheel alone, in an environment of its own: a letter is begun, made, published, exported and sent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.run.init import EXAMPLE, Beginning, Engine, init, installed_from, new_id
from generator.spec.letter import load_letter
from tests.post.letters import Mailbox, open_server
from tests.projects import ROOT
from tests.running import listing, refused, run, small_spec, write_spec
from tests.test_report_runs import UP, prices

LAST = "2024-03-21"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(place), str(ROOT)], check=True)
    (built,) = place.glob("*.whl")
    return built


def test_the_wheel_has_every_file_of_the_engine(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, place in (("generator", ""), ("templates", "generator/")):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"{place}{path.relative_to(ROOT)}" in names
    assert not [name for name in names if not name.startswith(("generator/", "precedent"))]
    (place,) = {name.partition("/")[0] for name in names if ".data/" in name}
    for guide in ("README.md", "REFERENCE.md", "CHANGELOG.md", "words.yml"):
        assert f"{place}/data/share/doc/precedent/{guide}" in names


@pytest.mark.slow
def test_a_letter_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    program = installed(wheel, tmp_path / "env")
    letter = tmp_path / "letter"

    def precedent(*arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [program, *arguments],
            cwd=letter if letter.exists() else tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    precedent("init", str(letter), "--name", "The Test Letter", "--base-url", "https://letter.example")
    requirement = (letter / "requirements.txt").read_text().splitlines()[-1]
    assert requirement == f"./engine/{wheel.name}"
    assert (letter / requirement).read_bytes() == wheel.read_bytes()
    assert "No mistakes found." in precedent("check")
    prices(letter / "mine")
    write_spec(letter, "one", small_spec(UP, date=LAST, as_of=LAST))
    assert "one: " in precedent("report", "one", "--source", "files:mine")
    assert "one: published as v1" in precedent("publish", "one", "--source", "files:mine")
    assert "The Test Letter" in (letter / "site" / "issues" / "one" / "index.html").read_text()
    assert (letter / "site" / "assets" / "letter.css").is_file()
    precedent("export", "one", "--to", "markdown")
    assert (letter / "build" / "export" / "one").is_dir()
    text = (letter / "letter.yml").read_text()
    for key, value in (
        ("sender", "letter@letter.example"),
        ("postal_address", "1 Sample Street"),
        ("list_id", "letter.example"),
        ("unsubscribe_mail", "leave@letter.example"),
    ):
        text = text.replace(f"\n{key}:", f"\n{key}: {value}", 1)
    (letter / "letter.yml").write_text(text)
    mailbox = Mailbox()
    server = open_server(mailbox)
    server.start()
    try:
        port = str(server.server.sockets[0].getsockname()[1])
        settings = {"HOST": "127.0.0.1", "PORT": port, "TLS": "none"}
        said = {f"PRECEDENT_SMTP_{name}": value for name, value in settings.items()}
        precedent("send", "one", "--to", "reader@readers.example", **said)
    finally:
        server.stop()
    assert mailbox.got() == ["reader@readers.example"]


class Runner:
    """A machine of GitHub's as far as a letter's workflow needs one: each job begins with a fresh clone, what
    is handed on lies in a folder, and every ``run`` is executed as it stands."""

    def __init__(self, origin: Path, place: Path) -> None:
        self.origin, self.place = origin, place
        self.outputs: dict[str, str] = {}
        self.ran: list[str] = []

    def job(self, name: str, steps: list[dict[str, Any]]) -> Path:
        """Do the steps of a job; its folder."""
        folder = self.place / name
        for step in steps:
            used = str(step.get("uses", ""))
            if used.startswith("actions/checkout@"):
                git(self.place, "clone", "--quiet", str(self.origin), str(folder))
            elif used.startswith("actions/upload-artifact@") and step["with"]["name"] == "written":
                for path in step["with"]["path"].split():
                    self._hand_on(folder / path)
            elif "run" in step:
                folder.mkdir(exist_ok=True)
                self._run(step, folder)
        return folder

    def _hand_on(self, path: Path) -> None:
        kept = self.place / "written"
        if path.is_dir():
            shutil.copytree(path, kept / path.name)
        elif path.exists():
            kept.mkdir(exist_ok=True)
            shutil.copy2(path, kept / path.name)

    def _run(self, step: dict[str, Any], folder: Path) -> None:
        output = self.place / "output"
        output.touch()
        said = {
            "${{ vars.PUBLISH_DRAFTS }}": "",
            "${{ runner.temp }}": str(self.place),
            "${{ github.ref_name }}": "main",
            "${{ needs.publish.outputs.code }}": self.outputs.get("code", ""),
        }
        settings = {"HOME": str(self.place), "PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(output)}
        for key, value in step.get("env", {}).items():
            for expression, meant in said.items():
                value = value.replace(expression, meant)
            assert "${{" not in value
            settings[key] = value
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder, env=settings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{step['name']}\n{done.stdout}\n{done.stderr}"
        self.outputs |= dict(line.split("=", 1) for line in output.read_text().splitlines())
        self.ran.append(step["name"])


def git(where: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=where, check=True, capture_output=True)


def lent(folder: Path) -> None:
    """An environment in a letter that finds what is installed here, but for the program itself: so the
    letter's own wheel is installed and nothing is fetched."""
    subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
    here = Path(sysconfig.get_paths()["purelib"])
    links = folder / ".venv" / "lent"
    links.mkdir()
    for path in here.iterdir():
        if not path.name.lower().startswith(("precedent", "pip", "__", "_editable", "_precedent")):
            (links / path.name).symlink_to(path)
    (own,) = (folder / ".venv" / "lib").glob("python*/site-packages")
    (own / "lent.pth").write_text(f"{links}\n")


@pytest.mark.slow
def test_every_step_of_the_workflow_runs_in_order_in_a_clean_folder(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = tmp_path / "letter"
    monkeypatch.setattr(
        "generator.run.init.installed_from", lambda _: Engine(f"./engine/{wheel.name}", wheel=wheel)
    )
    init(letter, Beginning("Mine"))
    shutil.rmtree(letter / "reports" / EXAMPLE)
    prices(letter / "mine")
    (letter / "letter.yml").write_text(
        (letter / "letter.yml").read_text().replace("source: yahoo", "source: files:mine")
    )
    (letter / "watchlist.yml").write_text("benchmark: IWM\ngroups:\n  All:\n    IWM: Russell 2000\n")
    write_spec(letter, "one", small_spec(UP, date=LAST, as_of=LAST))
    (tmp_path / ".gitconfig").write_text(
        "[user]\nname = n\nemail = n@example.org\n[init]\ndefaultBranch = main\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    git(letter, "init", "--quiet")
    git(letter, "add", "--all")
    git(letter, "commit", "--quiet", "--message", "A letter")
    git(tmp_path, "clone", "--quiet", "--bare", str(letter), "origin.git")
    workflow = yaml.load((letter / ".github/workflows/weekly.yml").read_text(), Loader=yaml.BaseLoader)
    runner = Runner(tmp_path / "origin.git", tmp_path)
    jobs = {name: list(job["steps"]) for name, job in workflow["jobs"].items()}
    (tmp_path / "publish").mkdir()
    git(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), "publish")
    lent(tmp_path / "publish")
    runner.job("publish", jobs["publish"][1:])
    for name in ("keep", "show", "complete"):
        runner.job(name, jobs[name])
    written = [step["name"] for steps in jobs.values() for step in steps if "run" in step]
    assert runner.ran == written
    assert list(jobs) == ["publish", "keep", "show", "complete"]
    git(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), "after")
    assert (tmp_path / "after/reports/one/v1/manifest.json").is_file()
    assert '"slug": "one"' in (tmp_path / "after/published.jsonl").read_text()
    assert len(list((tmp_path / "after/reports").glob("*/report.yml"))) == 2  # the week's draft is kept too
    assert (tmp_path / "publish/site/issues/one/index.html").is_file()


def installed(wheel: Path, place: Path) -> str:
    """The program of a wheel with what the lock names, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = str(place / "bin" / "python")
    # pip, for it knows where this machine gets its packages. None is compiled ahead: most of their modules
    # are never imported here.
    locked = [python, "-m", "pip", "install", "--quiet", "--no-compile", "--require-hashes"]
    done = subprocess.run(
        [*locked, "-r", str(ROOT / "requirements.lock")], capture_output=True, text=True, check=False
    )
    if done.returncode and any(words in done.stderr for words in ("connect", "Retrying", "timed out")):
        pytest.skip(f"packages cannot be had here: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    return str(place / "bin" / "precedent")


def test_init_begins_a_letter_whose_files_are_in_order(tmp_path: Path) -> None:
    name = 'Bull & "Bear": <weekly>'
    done = run("init", str(tmp_path / "new"), "--name", name, "--author", "A. Writer")
    assert done.exit_code == 0, done.output
    assert load_letter(tmp_path / "new").name == name
    assert load_letter(tmp_path / "new").author == "A. Writer"
    checked = run("check", project=tmp_path / "new")
    assert checked.exit_code == 0, checked.output
    assert (tmp_path / "new" / "reports" / EXAMPLE / "report.yml").is_file()
    assert (tmp_path / "new" / ".gitattributes").read_bytes() == (ROOT / ".gitattributes").read_bytes()
    weekly = Path(".github", "workflows", "weekly.yml")
    assert (tmp_path / "new" / weekly).read_bytes() == (ROOT / weekly).read_bytes()


def test_init_writes_over_nothing_and_leaves_nothing_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    before = listing(tmp_path)
    assert "mine.txt is in it" in refused(run("init", str(tmp_path)), 2)
    assert "--base-url: found" in refused(run("init", str(tmp_path / "new"), "--base-url", "example.org"), 2)
    assert "name" in refused(run("init", str(tmp_path / "new"), "--name", ""), 2)
    assert listing(tmp_path) == before


@pytest.mark.parametrize(
    ("told", "requirement"),
    [
        (
            '{"url": "https://example.org/p.whl", "archive_info": {"hashes": {"sha256": "ab12"}}}',
            "precedent @ https://example.org/p.whl#sha256=ab12",
        ),
        (
            '{"url": "https://example.org/p.git", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}}',
            "precedent @ git+https://example.org/p.git@c0ffee",
        ),
        ("{}", ""),
    ],
)
def test_the_requirement_is_where_the_program_came_from(told: str, requirement: str) -> None:
    engine = installed_from(told)
    assert engine.requirement == requirement
    assert bool(engine.note) == (not requirement)


def test_the_id_is_of_the_address_and_no_two_are_the_same() -> None:
    ids = {new_id(Beginning("A letter", base_url="https://example.org/a")) for _ in range(20)}
    assert len(ids) == 20
    assert all(each.startswith("tag:example.org,") for each in ids)
