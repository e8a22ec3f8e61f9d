"""What a command costs: seconds by the clock and of work, and memory, of it and all it starts."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.2
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of work on any core, MB of the largest process and of all at once, and
    what it printed."""

    clock: float
    work: float
    largest: float
    together: float
    said: str


def cost(command: Sequence[str], **more: object) -> Cost:
    """Run a command to its end.

    Raises
    ------
    RuntimeError : it failed; with its words.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, **more
    )
    watch = _Watch(process.pid)
    assert process.stdout is not None
    with process.stdout as stream:
        said = stream.read()
    _, status, usage = os.wait4(process.pid, 0)
    clock = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    together = watch.end()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{said}")
    return Cost(clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, together, said)


class _Watch:
    """Looks at the memory of a session of processes until told to end; shared pages count once (PSS)."""

    def __init__(self, session: int) -> None:
        self._session, self._peak, self._done = session, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> float:
        self._done.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._done.wait(EVERY):
            found = (_megabytes(place, self._session) for place in Path("/proc").glob("[0-9]*"))
            self._peak = max(self._peak, sum(found))


def _megabytes(place: Path, session: int) -> float:
    try:
        if os.getsid(int(place.name)) != session:
            return 0.0
        for line in (place / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except (ProcessLookupError, FileNotFoundError):
        pass  # it has ended
    return 0.0
