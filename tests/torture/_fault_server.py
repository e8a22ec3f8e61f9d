"""Runs ``precedent`` again and again, each time in a fork of a process that has everything imported.

Started with ``faults.so`` before the C library. A line of stdin is JSON: the arguments, and the file for what
the run prints. Two lines of stdout answer: the run's process, which leads a group of its own, and how it
ended (the exit code, or minus the signal that killed it).
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from itertools import islice

from generator.article import build  # noqa: F401

# Whatever a report or a sending needs is imported once, before the first fork.
from generator.assembly import issue as page  # noqa: F401
from generator.assembly import mkdocs as site_builder  # noqa: F401
from generator.assembly import pages as site  # noqa: F401
from generator.charts import render  # noqa: F401
from generator.charts.studio import Studio
from generator.check import reading as specs  # noqa: F401
from generator.cli.main import main
from generator.market.providers import files  # noqa: F401
from generator.signals import library
from generator.spec import folders as spec_files  # noqa: F401
from generator.study import run  # noqa: F401

SIGNALS = 2


def child(arguments: list[str], words: str) -> None:
    """One run, in a session of its own, so that what it starts can be ended with it."""
    os.setsid()
    handle = os.open(words, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    try:
        main(arguments, prog_name="precedent")
    except SystemExit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 1)
    os._exit(0)


def serve() -> None:
    """One run a line, until stdin ends."""
    # Charts are drawn here, where matplotlib is imported already: the processes that draw them otherwise
    # write nothing into the project.
    # And the library is short: each of its signals has a page, made and removed like every other.
    read = library.read_library
    library.read_library = lambda text: dict(islice(read(text).items(), SIGNALS))
    Studio.order = lambda self, orders: None  # type: ignore[method-assign]
    for line in sys.stdin:
        arguments, words = json.loads(line)
        process = os.fork()
        if process == 0:
            child(arguments, words)
        print(process, flush=True)
        _, status = os.waitpid(process, 0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)  # what a killed run leaves behind dies with the machine
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
