"""A project on which a command is run with one change of its files failing, or killed there."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).parent
COMPILER = shutil.which("cc")
NO_COMPILER = "a C compiler is not installed (Debian, Ubuntu: apt install gcc libc6-dev)"

NOTHING, FAIL, KILL_BEFORE, KILL_AFTER, WRITE_DOWN = range(5)
"""Deeds, as in faults.c."""


@dataclass(frozen=True)
class Fault:
    """What happens at one change of a file: the call fails with an error, or the process is killed."""

    deed: int
    error: int = 0

    @property
    def kills(self) -> bool:
        """Whether the run is to end there."""
        return self.deed in (KILL_BEFORE, KILL_AFTER)


NO_FAULT = Fault(NOTHING)
KILLS = (Fault(KILL_BEFORE), Fault(KILL_AFTER))
ERRORS = tuple(Fault(FAIL, error) for error in (errno.ENOSPC, errno.EACCES, errno.EIO))


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code (negative: the signal), what it printed, whether its fault came to pass."""

    code: int
    words: str
    struck: bool
    seconds: float


@dataclass(frozen=True)
class Change:
    """A change of the project's files that a run makes: by which process, which call, which path."""

    process: int
    call: str
    path: str


def compile_faults(folder: Path) -> Path:
    """The library that makes calls fail, compiled."""
    library = folder / "faults.so"
    source = str(HERE / "faults.c")
    assert COMPILER is not None
    subprocess.run([COMPILER, "-O2", "-shared", "-fPIC", "-o", str(library), source, "-ldl"], check=True)
    return library


class Workbench:
    """A folder with a project at ``root``, and a process that runs commands on it. Use it in a ``with``."""

    def __init__(self, folder: Path, library: Path) -> None:
        self.folder, self.root = folder, folder / "letter"
        self._library = library
        self._state, self._words = folder / "state", folder / "words"
        folder.mkdir(parents=True)
        self._arm(0, NO_FAULT)

    def __enter__(self) -> Self:
        environment = {
            **os.environ,
            "LD_PRELOAD": str(self._library),
            "FAULT_STATE": str(self._state),
            "FAULT_ROOT": str(self.root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(HERE.parents[1]),
        }
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.torture._fault_server"],
            cwd=HERE.parents[1],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()

    def put(self, start: Path) -> None:
        """Let the project be a copy of this folder."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(start, self.root, symlinks=True)

    def run(self, arguments: Sequence[str], place: int = 0, fault: Fault = NO_FAULT) -> Ended:
        """One run, with a fault at its change number ``place``, counted from 0."""
        self._arm(place, fault)
        return self._finished(self._begin(arguments))

    def run_killed_after(self, arguments: Sequence[str], seconds: float) -> Ended:
        """One run that is killed after so many seconds, with the processes that it started."""
        self._arm(0, NO_FAULT)
        process = self._begin(arguments)
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):  # it had ended, or not begun: that is a moment too
            os.killpg(process, signal.SIGKILL)
        return self._finished(process)

    def changes(self, arguments: Sequence[str]) -> list[Change]:
        """Every change of the project's files that a run makes, in order.

        Raises
        ------
        RuntimeError : the run failed.
        """
        log = self._state.with_name("state.log")
        log.unlink(missing_ok=True)
        ended = self.run(arguments, -1, Fault(WRITE_DOWN))
        if ended.code != 0:
            raise RuntimeError(f"the run without a fault failed:\n{ended.words}")
        lines = (line.split("\t") for line in log.read_text().splitlines())
        return [Change(int(process), call, path) for process, call, path in lines]

    def _arm(self, place: int, fault: Fault) -> None:
        numbers = struct.pack("5q", 0, place, fault.deed, fault.error, 0)
        if not self._state.exists():
            self._state.write_bytes(numbers)
        with self._state.open("r+b") as stream:  # in place: it is mapped into the server's memory
            stream.write(numbers)

    def _begin(self, arguments: Sequence[str]) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._begun = time.perf_counter()
        order = [["--project", str(self.root), *arguments], str(self._words)]
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def _finished(self, process: int) -> Ended:
        assert self._server.stdout is not None
        code = int(self._server.stdout.readline())
        seconds = time.perf_counter() - self._begun
        struck = struct.unpack("5q", self._state.read_bytes())[4] == 1
        self._arm(0, NO_FAULT)
        words = self._words.read_text() if self._words.exists() else ""
        return Ended(code, words, struck, seconds)
