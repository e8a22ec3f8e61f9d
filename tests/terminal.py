"""The command line as a terminal runs it: in processes of its own, which Ctrl-C reaches all at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PROC = Path("/proc")


def interrupted(arguments: list[str], *, processes: int, later: float) -> tuple[int, str, str]:
    """Run ``precedent``; Ctrl-C comes ``later`` seconds after it has begun its first so many processes.

    Gives the exit code, what was said, and what was complained of; no process is left.
    """
    with subprocess.Popen(
        [sys.executable, "-c", "from generator.cli_start import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that a shell started in the background ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        deadline = time.monotonic() + 60
        while len(living(process.pid)) < processes and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(later)
        os.killpg(process.pid, signal.SIGINT)
        said, complained = process.communicate(timeout=60)
        assert living(process.pid) == []
    return process.returncode, said, complained


def living(group: int) -> list[str]:
    """Command lines of the processes of a group; one that has ended and is not yet collected has none."""
    found = []
    for process in PROC.iterdir():
        try:
            if process.name.isdigit() and os.getpgid(int(process.name)) == group:
                found.append((process / "cmdline").read_text())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return [line for line in found if line]
