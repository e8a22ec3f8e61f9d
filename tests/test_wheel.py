"""The wheel alone, in an environment of its own: a letter is begun, made, published, exported and sent."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from generator.run.init import EXAMPLE, Beginning, installed_from, new_id
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


def installed(wheel: Path, place: Path) -> str:
    """The program of a wheel with what the lock names, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = str(place / "bin" / "python")
    # pip, for it knows where this machine gets its packages.
    locked = [python, "-m", "pip", "install", "--quiet", "--require-hashes"]
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
    assert "base_url" in refused(run("init", str(tmp_path / "new"), "--base-url", "example.org"), 2)
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
