"""Wrong input on the command line: one clear message, the right exit code, no file touched."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from generator.cli.main import main
from generator.cli.options import Commands
from generator.market.providers.yahoo import URL_VARIABLE
from tests.projects import ROOT
from tests.running import listing, project_with, refused, run, small_spec, write_spec

NOWHERE = "http://127.0.0.1:9"
"""A port that refuses connections: no network."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one report and, beside its files, a folder of good and bad prices."""
    root = project_with(tmp_path_factory.mktemp("cli") / "letter", small=small_spec())
    prices = root / "my-prices"
    prices.mkdir()
    rows = [f"2026-{month:02}-{day:02},{month + day / 100}" for month in (1, 2, 3) for day in (5, 6, 9)]
    (prices / "GOOD.csv").write_text("\n".join(["Date,Close", *rows]) + "\n")
    shutil.copytree(prices, root / "good-prices")
    for name, text in BAD_FILES.items():
        (prices / f"{name}.csv").write_text(text)
    return root


BAD_FILES = {
    "EMPTY": "",
    "HEADER": "Date,Close\n",
    "SHORT": "Date,Close\n2026-04-16,1\n",
    "NAN": "Date,Close,Open\n2026-04-15,1,1\n2026-04-16,nan,1\n2026-04-17,2,1\n",
    "TWICE": "Date,Close\n2026-04-16,1\n2026-04-16,1\n2026-04-17,2\n",
    "MIXED": "Date,Close\n2026-04-17,1\n2026-04-16,2\n2026-04-20,2\n",
    "WORDS": "Date,Close\n2026-04-16,1\n2026-04-17,one\n",
    "HUGE": "Date,Close\n2026-04-16,1\n2026-04-17,1e20\n",
    "BINARY": "\x00\x01\x02\n",
    "PAGE": "<html><body>Too many requests</body></html>\n",
}
FILES = ("--source", "files:my-prices")
SAMPLE = ("--asset", "IWM", "--source", "sample")
ABOVE_ZERO = ("--when", "close > 0")


def ask(project: Path, code: int, *arguments: str) -> str:
    """Run a command that must be refused; nothing in the project may change."""
    before = listing(project)
    folder = Path.cwd()
    os.chdir(project)
    try:
        message = refused(result := run(*arguments), code)
    finally:
        os.chdir(folder)
    assert result.stdout == ""
    assert listing(project) == before
    return message


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--when", "clse > 0"), 'no field "clse". Did you mean "close"?'),
        (("--when", "highst(close, 20) > 1"), "highest"),
        (("--when", "close >"), "^"),
        (("--when", ""), ""),
        (("--when", "close"), ""),
        (("--when", "close > 1e999"), ""),
        (("--when", "close.__class__ > 0"), "^"),
        (("--when", "__import__('os').system('true')"), "^"),
        (("--when", "close\x00 > 1"), ""),
        (("--when", "sma(close, 100000000) > 1"), "2520"),
        (("--when", "roc(close, ten) > 1"), "ten"),
        (("--signal", "reverse-upp"), "Did you mean reverse-up"),
        (("--signal", "reverse-up", "--when", "close > 1"), "with only one of them"),
        ((), "say what, with a signal of the library"),
        ((*ABOVE_ZERO, "--horizons", "1M,soon"), "'soon' is not a horizon"),
        ((*ABOVE_ZERO, "--horizons", "1W", "--bars", "monthly"), "cannot express"),
        ((*ABOVE_ZERO, "--horizons", ""), "no horizon given"),
        ((*ABOVE_ZERO, "--horizons", "1M,1M"), "given twice"),
        ((*ABOVE_ZERO, "--horizons", "99Y"), "the longest is 2520"),
        ((*ABOVE_ZERO, "--bars", "hourly"), "'hourly' is not one of 'daily', 'weekly', 'monthly'"),
        ((*ABOVE_ZERO, "--cooldown", "ten"), "'ten' is not a valid integer"),
        ((*ABOVE_ZERO, "--cooldown", "-1"), "from 0 to 2520"),
        ((*ABOVE_ZERO, "--entry", "open"), "'open' is not one of"),
        ((*ABOVE_ZERO, "--since", "yesterday"), "write it as 2026-04-20"),
        ((*ABOVE_ZERO, "--as-of", "2026-02-30"), "write it as 2026-04-20"),
        ((*ABOVE_ZERO, "--as-of", "1950-01-01"), "Ask for a date from 2000-"),
        ((*ABOVE_ZERO, "--measure", "clse"), 'Did you mean "close"'),
        ((*ABOVE_ZERO, "--format", "xml"), "'xml' is not one of"),
        ((*ABOVE_ZERO, "--colour"), "No such option '--colour'"),
        ((*ABOVE_ZERO, "--source", "bloomberg"), "source 'bloomberg' is not known"),
        ((*ABOVE_ZERO, "--source", "files:"), "source 'files:' is not known"),
    ],
)
def test_what_was_asked_is_a_mistake(project: Path, arguments: tuple[str, ...], what: str) -> None:
    message = ask(project, 2, "study", *SAMPLE, *arguments)
    assert what in message
    assert len(message) < 1000


@pytest.mark.parametrize(
    "text",
    [
        "close > 1" + " + 1" * 25_000,
        "(" * 5_000 + "close > 1" + ")" * 5_000,
        "not " * 5_000 + "close > 1",
        "-" * 5_000 + "close > 1",
        "close > " + "9" * 100_000,
        "sma(" * 100 + "close",
    ],
    ids=["100,000 characters", "5,000 brackets", "5,000 nots", "5,000 minuses", "a long number", "deep"],
)
def test_a_monstrous_expression_is_refused_at_once(project: Path, text: str) -> None:
    begun = time.perf_counter()
    message = ask(project, 2, "study", *SAMPLE, "--when", text)
    assert time.perf_counter() - begun < 1
    assert len(message) < 1000


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--asset", "NOPE", "--source", "sample"), "it has DIA, IWM, MAGS, QQQ, SPY"),
        (("--asset", "../IWM", "--source", "sample"), "no '../IWM'"),
        (("--asset", "GOOD", "--target", "GODO", "--source", "files:good-prices"), "Did you mean GOOD?"),
        (("--asset", "GOOD", "--source", "files:nowhere"), "there is no such folder or file"),
        (("--asset", "GOOD", "--source", "files:reports"), "no CSV or Parquet file is here"),
        (("--asset", "EMPTY", *FILES), "EMPTY.csv, line 1"),
        (("--asset", "HEADER", *FILES), "no session of HEADER"),
        (("--asset", "SHORT", *FILES), "one session of SHORT"),
        (("--asset", "NAN", *FILES), "NAN.csv, line 3, column Close"),
        (("--asset", "TWICE", *FILES), "TWICE.csv, line 3, column Date"),
        (("--asset", "MIXED", *FILES), "MIXED.csv, line 3, column Date"),
        (("--asset", "WORDS", *FILES), "WORDS.csv, line 3, column Close: 'one' is not a number"),
        (("--asset", "HUGE", *FILES), "HUGE.csv, line 3, column Close"),
        (("--asset", "BINARY", *FILES), "BINARY.csv: no table of prices: the file is not text"),
        (("--asset", "PAGE", *FILES), "PAGE.csv: no table of prices: it is a web page"),
    ],
)
def test_prices_that_cannot_be_had_or_trusted(project: Path, arguments: tuple[str, ...], what: str) -> None:
    message = ask(project, 3, "study", *ABOVE_ZERO, "--horizons", "1D", *arguments)
    assert what in message
    assert message.count("\n") == 1


def test_a_field_that_the_series_lacks(project: Path) -> None:
    asked = ("study", "--asset", "GOOD", "--horizons", "1D", *FILES)
    assert "GOOD has no volume" in ask(project, 2, *asked, "--when", "volume > 0")
    assert "GOOD has no open" in ask(project, 2, *asked, *ABOVE_ZERO, "--entry", "next_open")
    assert "GOOD has no adjusted close" in ask(project, 2, *asked, *ABOVE_ZERO, "--returns", "total")


def test_no_network_and_an_empty_store(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, NOWHERE)
    before = {path for path in listing(project) if not path.startswith("prices/.yahoo/")}
    message = refused(run("study", "--asset", "IWM", *ABOVE_ZERO, project=project), 3)
    assert "Yahoo cannot be reached" in message
    assert "no prices of IWM are stored" in message
    assert "--source sample" in message
    assert {path for path in listing(project) if not path.startswith("prices/.yahoo/")} == before


def test_no_ticker_and_a_since_after_the_last_price_are_mistakes_in_what_was_asked(project: Path) -> None:
    assert "a ticker is empty" in ask(project, 2, "study", "--asset", "", *ABOVE_ZERO, "--source", "sample")
    late = ask(project, 2, "study", "--asset", "GOOD", "--since", "2030-01-01", *ABOVE_ZERO, *FILES)
    assert "Choose an earlier date" in late


@pytest.mark.parametrize("asset", ["../IWM", "A B", "--when", "iwm;ls"])
def test_what_is_no_ticker_never_reaches_yahoo(project: Path, asset: str) -> None:
    assert "is not a ticker" in ask(project, 2, "study", f"--asset={asset}", *ABOVE_ZERO, "--source", "yahoo")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("report", "../small"), "'../small' is not a report's name"),
        (("report", "/etc"), "'/etc' is not a report's name"),
        (("report", "smal"), "there is no report 'smal' in reports/. Did you mean 'small'?"),
        (("report", "--source", "nowhere"), "source 'nowhere' is not known"),
        (("report", "--quickly"), "No such option '--quickly'"),
        (("new", "../escape"), "'../escape' is not a report's name"),
        (("new", "a/b"), "'a/b' is not a report's name"),
        (("new", "Two Words"), "is not a report's name"),
        (("new", "x" * 200), "is not a report's name"),
        (("new", "small"), "there is a folder reports/small already"),
        (("new",), "Missing argument 'SLUG'"),
        (("signals", "reverse"), '"precedent signals" lists them all'),
        (("publish-everything",), "No such command 'publish-everything'"),
        (("--nonsense",), "No such option '--nonsense'"),
        (("--project",), "'--project' requires an argument"),
    ],
)
def test_the_other_commands(project: Path, arguments: tuple[str, ...], what: str) -> None:
    assert what in ask(project, 2, *arguments)


@pytest.mark.parametrize("command", [("report",), ("check",), ("new", "first")])
def test_a_folder_that_is_no_letter(tmp_path: Path, command: tuple[str, ...]) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        message = refused(run(*command, project=folder), 2)
        assert f"letter.yml: there is none in {folder}" in message
        assert "--project" in message
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_is_misnamed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.run.report.make_reports", lambda root, order, say: None)
    root = project_with(tmp_path / "letter", fine=small_spec())
    (root / "reports" / "typo").mkdir()
    (root / "reports" / "typo" / "report.yaml").touch()
    told = "reports/typo: there is no report.yml here (found report.yaml; rename it)."
    assert run("report", project=root).stderr == f"precedent: note: {told}\n"
    assert run("report", "fine", project=root).stderr == ""
    assert told in ask(root, 2, "check")


def test_a_letter_with_mistakes(tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter")
    (root / "letter.yml").write_text("name: [\n")
    assert "letter.yml:" in ask(root, 2, "report")
    (root / "letter.yml").write_text("nme: X\ntagline: Y\nauthor: Z\ndisclaimer: W\nsource: bloomberg\n")
    message = ask(root, 2, "check")
    assert "2 mistakes found" in message
    assert all(part in message for part in ("letter.yml:1: nme", "name", "letter.yml:5: source"))


TEN_MISTAKES = """\
title: ''
date: 2026-13-45
as_of: tomorrow
tgas: [one]
assets:
  IWM: Russell 2000
studies:
  one: {asset: IWN, signal: reverse-upp}
  two: {asset: IWM, when: clse > 1, horizons: [1M, soon]}
  three: {asset: IWM, when: close > 1, cooldown: ten, entry: later}
sections:
  - study: four
  - keypoints
"""


def test_a_spec_with_ten_mistakes_names_them_all_at_once(tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter", fine=small_spec())
    write_spec(root, "wrong", TEN_MISTAKES)
    message = ask(root, 2, "check")
    assert ask(root, 2, "report", "--source", "sample") == message
    lines = message.splitlines()[1:]
    assert len([line for line in lines if line.startswith("  reports/wrong/report.yml:")]) >= 10
    for number in (1, 2, 3, 4, 8, 9, 10, 12, 13):
        assert f"reports/wrong/report.yml:{number}: " in message
    for right in ("tags", "IWM", "reverse-up", "close", "key_points"):
        assert right in message
    assert "fine" not in message


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("study", *SAMPLE, "--when", "clse > 0"), 2),
        (("study", "--asset", "NOPE", *ABOVE_ZERO, "--source", "sample"), 3),
        (("report", "../small"), 2),
        (("signals", "nope"), 2),
    ],
)
def test_the_program_itself_ends_with_these_exit_codes(
    project: Path, arguments: tuple[str, ...], code: int
) -> None:
    program = [sys.executable, "-c", "from generator.cli.main import main; main(prog_name='precedent')"]
    done = subprocess.run(
        [*program, "--project", str(project), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("precedent: ")
    assert "Traceback" not in done.stderr


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter", small=small_spec())
    (root / "build").write_text("")
    assert "cannot write" in ask(root, 4, "report", "--source", "sample")
    (root / "reports" / "file").write_text("")
    assert "there is a folder reports/file already" in ask(root, 2, "new", "file")


def test_a_new_report_on_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project_with(tmp_path / "letter", small=small_spec())

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left on device. What was there is unchanged." in ask(root, 4, "new", "another")
    monkeypatch.undo()
    assert run("new", "another", project=root).exit_code == 0


EVERY = (
    ("study", *SAMPLE, "--signal", "reverse-up"),
    ("report",),
    ("report", "--source", "sample"),
    ("draft", "--source", "sample"),
    ("new", "x"),
    ("check",),
    ("scan", "--source", "sample"),
    ("data", "status"),
    ("data", "update"),
    ("data", "check"),
    ("publish",),
    ("verify",),
    ("send", "x", "--dry-run", "--to", "a@example.org"),
)


@pytest.mark.parametrize("place", ["empty", "letter.yml is a folder", "nowhere"])
@pytest.mark.parametrize("arguments", EVERY, ids=" ".join)
def test_outside_a_project(
    arguments: tuple[str, ...], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message and its exit code, never an exception that nobody caught."""
    folder = tmp_path / "somewhere"
    folder.mkdir()
    if place == "letter.yml is a folder":
        (folder / "letter.yml").mkdir()
    monkeypatch.chdir(folder)
    if place == "nowhere":
        folder.rmdir()
    done = CliRunner().invoke(main, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    works = place != "nowhere" and arguments[:2] in (("study", "--asset"), ("data", "status"))
    assert (done.exit_code == 0) == works, done.output
    assert done.exit_code in (0, 2, 3, 4)
    assert works or done.output.startswith("precedent: ")


def test_a_file_that_nobody_expected_to_fail_is_named(tmp_path: Path) -> None:
    @click.group(cls=Commands)
    def group() -> None:
        """Of one command."""

    @group.command()
    def read() -> None:
        """Read a folder as a file."""
        tmp_path.read_text()

    done = CliRunner().invoke(group, ["read"])
    assert done.exit_code == 4
    assert done.output == f"precedent: cannot read or write {tmp_path}: Is a directory.\n"


def test_interrupted_while_python_reads_the_program() -> None:
    """As when Ctrl-C comes in the first moments: a module that interrupts stands in for the person."""
    interrupting = "import sys; from importlib.abc import MetaPathFinder as M"
    finder = "class F(M):\n def find_spec(self, name, *_):\n  if name == 'click': raise KeyboardInterrupt"
    start = "sys.meta_path.insert(0, F())\nfrom generator.cli.start import main\nmain()"
    program = "\n".join((interrupting, finder, start))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "precedent: interrupted.\n")


def test_the_installed_command_begins_there() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"precedent": "generator.cli.start:main"}


def commands(group: click.Group, path: str = "precedent") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        found |= commands(command, f"{path} {name}") if isinstance(command, click.Group) else {}
        found |= {} if isinstance(command, click.Group) else {f"{path} {name}": command}
    return found


@pytest.mark.parametrize("path", commands(main))
def test_help_shows_an_example_that_can_be_given(path: str) -> None:
    command = commands(main)[path]
    example = (command.epilog or "").removeprefix("Example: ")
    words, asked = path.split(), shlex.split(example)
    assert asked[: len(words)] == words
    command.make_context(path, asked[len(words) :])
