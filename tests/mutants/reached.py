"""A plugin of pytest that writes down which test reaches which function, and how long each takes.

What is set up for a test counts for every test of its file, as most of it is shared. Functions that run in
another process are not seen.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import pytest

WRITTEN_TO = "MUTANTS_REACHED"
"""The name of the variable that holds the file to write."""

seconds: dict[str, float] = defaultdict(float)
reached: dict[str, set[str]] = defaultdict(set)
"""By a function's ``path:line``, the tests (or the files of tests, for what was set up) that reach it."""
_source = str(Path.cwd() / "generator") + os.sep


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """What is set up is reached by every test of the file."""
    yield from _traced(item.nodeid.split("::")[0])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """The test itself."""
    yield from _traced(item.nodeid)


def _traced(test: str) -> Iterator[None]:
    # Most calls repeat one of a few functions: by its identity such a call is passed over at once.
    seen: dict[int, CodeType] = {}

    def trace(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if id(code) in seen:
            return
        seen[id(code)] = code
        if code.co_filename.startswith(_source):
            reached[f"generator/{code.co_filename.removeprefix(_source)}:{code.co_firstlineno}"].add(test)

    threading.settrace(trace)
    sys.settrace(trace)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        threading.settrace(None)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """How long a test took, with what was set up for it."""
    seconds[report.nodeid] += report.duration


def pytest_sessionfinish() -> None:
    """Write it all down."""
    written = {"seconds": seconds, "reached": {place: sorted(tests) for place, tests in reached.items()}}
    Path(os.environ[WRITTEN_TO]).write_text(json.dumps(written), encoding="utf-8")
