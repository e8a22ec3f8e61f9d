"""Asking Yahoo in a fork of a process that has yfinance imported: the import takes longer than all the rest.

It stands in the place of ``subprocess`` in ``providers/yahoo.py``; what is forked there does what the command
would do, in an environment like this one's, and ends with its exit code.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.market.providers import yahoo

TimeoutExpired = subprocess.TimeoutExpired
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["yfinance", "curl_cffi.requests", "pyarrow.parquet", yahoo.__name__])


def begin() -> None:
    """Wait until the process that forks has everything imported, so that no test counts that time."""
    first = _forks.Process(target=int)
    first.start()
    first.join()


def run(
    command: Sequence[str], *, capture_output: bool, timeout: float, check: bool
) -> subprocess.CompletedProcess[bytes]:
    """As ``subprocess.run`` does it, for the one command that ``fetch`` gives."""
    assert list(command[:3]) == [sys.executable, "-m", yahoo.__name__]
    assert capture_output
    assert not check
    child = _forks.Process(target=_asked, args=(command[3:], dict(os.environ)))
    child.start()
    child.join(timeout)
    if child.exitcode is None:
        child.kill()
        child.join()
        raise TimeoutExpired(command, timeout)
    return subprocess.CompletedProcess(command, child.exitcode, b"", b"")


def _asked(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    asset, answer, cache = arguments
    sys.exit(yahoo._child(asset, Path(answer), cache))
