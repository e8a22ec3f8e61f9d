"""The command line as a terminal runs it: in processes of its own, which Ctrl-C reaches all at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")


def interrupted(arguments: list[str], *, processes: int, later: float) -> tuple[int, str, str]:
    """Run ``precedent``; Ctrl-C comes ``later`` seconds after it has begun its first so many processes.

    Gives the exit code, what was said, and what was complained of; no process is left.
    """
    with started(arguments) as process:
        wait_for(lambda: len(living(process.pid)) >= processes)
        time.sleep(later)
        os.killpg(process.pid, signal.SIGINT)
        return ended(process)


def robbed(arguments: list[str]) -> tuple[int, str, str]:
    """Run ``precedent`` and kill the first process that shares its work, as a system without memory does."""
    with started(arguments) as process:
        wait_for(lambda: bool(workers(process.pid)))
        os.kill(workers(process.pid)[0], signal.SIGKILL)
        return ended(process)


def orphaned(arguments: list[str], number: int) -> None:
    """Run ``precedent`` and end it by a signal once others share its work; none of them may be left."""
    with started(arguments) as process:
        wait_for(lambda: bool(workers(process.pid)))
        time.sleep(0.3)
        process.send_signal(number)
        process.wait(timeout=60)
        wait_for(lambda: not living(process.pid))
        left = living(process.pid)
        if left:
            os.killpg(process.pid, signal.SIGKILL)
        assert left == {}


def started(arguments: list[str]) -> subprocess.Popen[str]:
    """The command, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from generator.cli.start import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that a shell started in the background ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, what was said, what was complained of; no process is left."""
    try:
        said, complained = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # or leaving the block would wait for it
        raise
    assert living(process.pid) == {}
    return process.returncode, said, complained


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so, for a minute at most."""
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def workers(group: int) -> list[int]:
    """The processes of a group that share its work."""
    return [number for number, line in living(group).items() if "spawn_main" in line]


def living(group: int) -> dict[int, str]:
    """Command lines of the processes of a group; one that has ended and is not yet collected has none."""
    found = {}
    for process in PROC.iterdir():
        try:
            if process.name.isdigit() and os.getpgid(int(process.name)) == group:
                found[int(process.name)] = (process / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
    return {number: line for number, line in found.items() if line}
