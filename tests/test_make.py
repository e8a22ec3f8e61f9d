"""The Makefile: when it installs again, and what it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.projects import ROOT

PYTHON = f"python{sys.version_info[0]}.{sys.version_info[1]}"
ANEW = "rm -rf .venv\n"
INSTALL = "-m pip "

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


def make(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Of a make that runs these tests nothing is handed on to the one that is tested.
    mine = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "PYTHONPATH")}
    return subprocess.run(
        ["make", f"PYTHON={sys.executable}", *arguments],
        cwd=where,
        env=mine,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def planned(where: Path, target: str = "report") -> str:
    """What ``make`` would run."""
    done = make(where, "--dry-run", target)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A project whose .venv finds its program, as after an installation; libraries are not needed here."""
    place = tmp_path / "letter"
    (place / "generator").mkdir(parents=True)
    (place / "generator" / "__init__.py").touch()
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / ".venv"], check=True)
    packages = place / ".venv" / "lib" / PYTHON / "site-packages"
    (packages / "precedent.pth").write_text(f"{place}\n")
    (place / ".venv" / ".runtime-installed").touch()
    (place / ".venv" / ".development-installed").touch()
    return place


def test_what_is_installed_is_not_installed_again(installed: Path) -> None:
    for target in ("report", "lint"):
        assert ANEW not in planned(installed, target)
        assert INSTALL not in planned(installed, target)
    os.utime(installed / "requirements.lock", (4e9, 4e9))
    assert ANEW not in planned(installed)
    assert INSTALL in planned(installed)


def moved(place: Path) -> Path:
    return place.rename(place.with_name("moved"))


def copied(place: Path) -> Path:
    """The program that its .venv finds is the other folder's."""
    return Path(shutil.copytree(place, place.with_name("copied"), symlinks=True))


def upgraded(place: Path) -> Path:
    (place / ".venv" / "lib" / PYTHON).rename(place / ".venv" / "lib" / "python3.10")
    return place


def dangling(place: Path) -> Path:
    for name in ("python", "python3", PYTHON):
        (place / ".venv" / "bin" / name).unlink(missing_ok=True)
    (place / ".venv" / "bin" / "python").symlink_to(place / "removed" / "python3")
    return place


@pytest.mark.parametrize("change", [moved, copied, upgraded, dangling])
def test_a_venv_that_does_not_fit_is_made_anew(installed: Path, change: Callable[[Path], Path]) -> None:
    place = change(installed)
    for target in ("report", ".venv/.runtime-installed"):
        plan = planned(place, target)
        assert plan.index(ANEW) < plan.index(INSTALL)
    assert "requirements-dev.lock" in planned(place, "lint")
    assert ".venv" not in planned(place, "help")
    # No package is fetched here: the venv is made, the rest is said to be done.
    done = make(place, ".venv/.runtime-installed", "PIP=true")
    assert (done.returncode, done.stderr) == (0, "")
    assert "is made anew" in done.stdout
    assert (place / ".venv" / "lib" / PYTHON / "site-packages").is_dir()
    assert (place / ".venv" / ".runtime-installed").exists()
    assert not (place / ".venv" / ".development-installed").exists()


def test_a_python_that_is_too_old_leaves_the_venv_alone(installed: Path) -> None:
    place = moved(installed)
    done = make(place, "report", "PYTHON=false")
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stdout
    assert (place / ".venv" / ".runtime-installed").exists()


def test_the_program_is_run_without_its_script(installed: Path) -> None:
    # The first line of .venv/bin/precedent names a folder; and the module is one that can be begun.
    assert ".venv/bin/precedent" not in planned(installed)
    done = subprocess.run(
        [sys.executable, "-m", "generator.cli.start", "report", "--bogus"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: precedent report ")


def test_the_site_is_served_where_it_was_asked_for(installed: Path) -> None:
    assert "serve --port 8000" in planned(installed, "serve")
    done = make(installed, "--dry-run", "serve", "PORT=8765", "ARGS=--source sample")
    assert "serve --port 8765 --source sample" in done.stdout


def test_the_checks_see_nothing_of_the_machine(tmp_path: Path) -> None:
    """``.ci/run`` with a ``make`` that tells what it was asked, and in which environment."""
    told = tmp_path / "told"
    fake = tmp_path / "make"
    fake.write_text(f'#!/bin/sh\n{{ echo "make $*"; env | sed "s/^/  /"; }} >> {told}\n')
    fake.chmod(0o755)
    there = {"HOME": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}", "MARKET_DATA": "/prices here"}
    more = {"CI": "true", "PYTHONUNBUFFERED": "1", "PIP_INDEX_URL": "https://example.org/simple"}
    subprocess.run([ROOT / ".ci" / "run"], env=there | more, check=True, capture_output=True, timeout=600)
    calls = [call.splitlines() for call in told.read_text().split("make ")[1:]]
    install, *checks = calls
    assert install[0] == ".venv/.development-installed"
    assert "  PIP_INDEX_URL=https://example.org/simple" in install
    assert [call[0] for call in checks] == ["--jobs=2 lint types", "report ARGS=--source sample", "test"]
    for call in checks:
        names = {line.strip().partition("=")[0] for line in call[1:]}
        assert names <= {"HOME", "PATH", "MARKET_DATA", "PWD", "OLDPWD", "SHLVL", "_"}
        assert "  MARKET_DATA=/prices here" in call
