"""On other machines: an empty environment, output that nobody can take, systems that are not Linux."""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from generator.core import files
from generator.core.files import swap_folder
from generator.core.processes import cores
from tests.projects import ROOT

FULL = Path("/dev/full")
STUDY = ["study", "--asset", "IWM", "--signal", "ten-percent-month", "--source", "sample"]
WRITING = [STUDY, [*STUDY, "--format", "json"], ["--help"], ["study", "--help"], ["--version"], ["signals"]]
NO_SPACE = "precedent: cannot write the output: No space left on device.\n"

needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.fixture
def empty(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine on which nothing is set."""
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}


def command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-P", "-m", "generator.cli.start", *arguments]


def run(
    arguments: list[str], environment: dict[str, str], **streams: int
) -> subprocess.CompletedProcess[str]:
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run(
        command(arguments), cwd=ROOT, env=environment, **piped, encoding="utf-8", check=False
    )


@needs_full
@pytest.mark.parametrize("unbuffered", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_full_device_is_told_once(
    arguments: list[str], unbuffered: dict[str, str], empty: dict[str, str]
) -> None:
    with FULL.open("w") as full:
        done = run(arguments, empty | unbuffered, stdout=full.fileno())
    assert (done.returncode, done.stderr) == (4, NO_SPACE)


@needs_full
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(STUDY, 4), (["study"], 2), (["studi"], 2), (["study", "--asset", "IWM", "--source", "sample"], 2)],
    ids=str,
)
def test_where_no_message_can_be_written_the_exit_code_says_it(
    arguments: list[str], code: int, empty: dict[str, str]
) -> None:
    with FULL.open("w") as full:
        assert run(arguments, empty, stdout=full.fileno(), stderr=full.fileno()).returncode == code


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_who_stops_reading_hears_nothing_more(arguments: list[str], empty: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run(arguments, empty, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(("closed", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)])
def test_a_closed_stream_is_one_that_nobody_wants(closed: str, code: int, empty: dict[str, str]) -> None:
    line = f'exec "$@" {closed}'
    done = subprocess.run(
        ["sh", "-c", line, "sh", *command(STUDY)], cwd=ROOT, env=empty, capture_output=True, check=False
    )
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "settings",
    [{}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LANG": "C.UTF-8", "TERM": "dumb"}, {"COLUMNS": "30"}],
    ids=str,
)
def test_minus_signs_and_dashes_whatever_is_set(settings: dict[str, str], empty: dict[str, str]) -> None:
    done = run(STUDY, empty | settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert "−" in done.stdout
    assert done.stdout == run(STUDY, empty).stdout


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"PYTHONIOENCODING": "latin-1"}, "latin-1"),
        ({"PYTHONIOENCODING": "ascii"}, "ascii"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "ascii"),
    ],
    ids=str,
)
def test_an_encoding_without_minus_signs_is_told(
    settings: dict[str, str], name: str, empty: dict[str, str]
) -> None:
    done = run(STUDY, empty | settings)
    assert done.returncode == 4
    assert done.stderr == (
        f"precedent: the encoding {name} cannot show '\\u2212'. Set PYTHONIOENCODING=utf-8.\n"
    )


def test_the_cores_where_the_system_tells_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert cores() == 3
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


def test_a_scan_of_many_assets_without_what_only_linux_has(tmp_path: Path, empty: dict[str, str]) -> None:
    """More than 24 assets, so that several processes share the work; the function is gone in each."""
    prices = tmp_path / "prices"
    prices.mkdir()
    rows = "".join(f"2024-{m:02}-{d:02},{100 + m + d / 7:.4f}\n" for m in range(1, 13) for d in range(1, 27))
    for number in range(30):
        (prices / f"A{number}.csv").write_text(f"Date,Close\n{rows}")
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "sitecustomize.py").write_text(
        "import os, pathlib\n"
        "del os.sched_getaffinity\n"
        "os.cpu_count = lambda: 2\n"
        "pathlib.Path(os.environ['BEGUN'], str(os.getpid())).touch()\n"
    )
    begun = tmp_path / "begun"
    begun.mkdir()
    done = run(
        ["scan", "--source", f"files:{prices}", "--signals", "reverse-up,correction", "--format", "json"],
        empty | {"PYTHONPATH": str(lacking), "BEGUN": str(begun)},
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert '"scanned": 30' in done.stdout
    assert len(list(begun.iterdir())) >= 3  # the command and the two that share its work


class MacOS:
    """The C library of macOS, as far as folders change places: it has ``renamex_np`` and no ``renameat2``."""

    def __init__(self, error: int = 0) -> None:
        self.error = error
        self.asked: list[tuple[bytes, bytes, int]] = []

    def renamex_np(self, one: bytes, other: bytes, flags: int) -> int:
        self.asked.append((one, other, flags))
        if self.error:
            ctypes.set_errno(self.error)
            return -1
        between = Path(os.fsdecode(one)).with_name("between")
        Path(os.fsdecode(one)).rename(between)
        Path(os.fsdecode(other)).rename(os.fsdecode(one))
        between.rename(os.fsdecode(other))
        return 0


def two_folders(place: Path) -> tuple[Path, Path]:
    for name in ("new", "site"):
        (place / name).mkdir()
        (place / name / "text").write_text(name)
    return place / "new", place / "site"


def on(monkeypatch: pytest.MonkeyPatch, system: object) -> None:
    monkeypatch.setattr(files.ctypes, "CDLL", lambda *_, **__: system)  # type: ignore[attr-defined]


def test_on_macos_two_folders_change_places_in_one_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, site = two_folders(tmp_path)
    system = MacOS()
    on(monkeypatch, system)
    swap_folder(new, site)
    assert system.asked == [(os.fsencode(new), os.fsencode(site), 2)]
    assert (site / "text").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("system", [MacOS(errno.ENOTSUP), SimpleNamespace()], ids=["HFS+", "neither"])
def test_where_folders_cannot_change_places_two_renames_do(
    system: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, site = two_folders(tmp_path)
    on(monkeypatch, system)
    swap_folder(new, site)
    assert (site / "text").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def loaded_by(*words: str) -> set[str]:
    """The packages that a command loads, in a process of its own."""
    script = (
        "import sys\n"
        "from generator.cli.start import main\n"
        f"sys.argv = {['precedent', *words]!r}\n"
        "try:\n    main()\nfinally:\n"
        "    print('loaded', *{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("loaded")[2].split())


def test_a_command_loads_what_it_needs_and_no_more() -> None:
    assert not {"numpy", "yaml", "jinja2", "pandas", "pyarrow", "rich"} & loaded_by("--help")
    study = loaded_by("study", "--source", "sample", "--asset", "IWM", "--signal", "golden-cross")
    assert {"numpy", "rich"} <= study
    assert not {"jinja2", "pandas", "pydantic", "matplotlib", "markdown", "mkdocs"} & study
