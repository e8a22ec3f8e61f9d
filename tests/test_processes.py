"""Ctrl-C never meets a process that is begun by half, and reaches the command all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from generator.core.processes import uninterrupted
from tests.projects import copy_project
from tests.terminal import PROC, interrupted, orphaned, robbed

DEAF = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


@pytest.fixture
def listening_thread() -> threading.Event:
    """Another thread, as libraries have them: the system may give it a signal that the main thread blocks."""
    over = threading.Event()
    threading.Thread(target=over.wait, args=(10,), daemon=True).start()
    return over


def test_ctrl_c_waits_until_the_block_is_over(listening_thread: threading.Event) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    whole = False
    try:
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the place where it is raised is the point
            with uninterrupted():
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.2)
                whole = True
            whole = False
        assert whole
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
        listening_thread.set()


def test_what_begins_in_it_is_deaf_and_what_begins_after_it_is_not() -> None:
    with uninterrupted():
        inside = subprocess.run([sys.executable, "-c", DEAF], capture_output=True, text=True, check=True)
    outside = subprocess.run([sys.executable, "-c", DEAF], capture_output=True, text=True, check=True)
    assert (inside.stdout, outside.stdout) == ("True\n", "False\n")


def test_it_serves_a_thread_too() -> None:
    heard: list[set[int]] = []

    def begin() -> None:
        with uninterrupted():
            heard.append(set(signal.pthread_sigmask(signal.SIG_BLOCK, [])))

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    assert signal.SIGINT in heard[0]


@pytest.mark.slow
@pytest.mark.skipif(not PROC.is_dir(), reason="reads /proc")
@pytest.mark.parametrize("later", [0.0, 0.3])
def test_ctrl_c_while_charts_are_drawn_elsewhere(later: float, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter")
    arguments = ["--project", str(project), "report", "--source", "sample"]
    code, _, complained = interrupted(arguments, processes=3, later=later)
    assert (code, complained.splitlines()[-1]) == (130, "precedent: interrupted.")
    assert "Traceback" not in complained
    assert not (project / "site").exists()


@pytest.mark.slow
@pytest.mark.skipif(not PROC.is_dir(), reason="reads /proc")
def test_a_process_that_draws_is_killed(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter")
    code, _, complained = robbed(["--project", str(project), "report", "--source", "sample"])
    assert (code, len(complained.splitlines())) == (4, 1), complained
    assert complained.startswith("precedent: a process that draws the charts was ended from outside")
    assert not (project / "site").exists()


@pytest.mark.slow
@pytest.mark.skipif(not PROC.is_dir(), reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_a_run_that_is_killed(number: int, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter")
    orphaned(["--project", str(project), "report", "--source", "sample"], number)
