"""``make mutants``: plant small bugs, one at a time, and count how many the tests notice.

A seeded sample of places in each room is changed in a copy of the project. Of the tests of that room and its
nearest those run there that reach the changed function, until one fails (all of them where none was seen to
reach it). What none notices is printed, to be read one by one; those that change nothing that anybody could
see are listed in ``accepted.txt`` with the reason.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from types import MappingProxyType
from typing import Any

from tests.mutants import reached
from tests.mutants.plant import Plant, plants
from tests.mutants.rooms import ROOMS, Room
from tests.projects import ROOT

EACH = 40
LEAST_NOTICED = 0.85
SLOWER = 5
"""So many times the usual seconds, and a minute, count as having noticed: a bug that hangs is one."""
ACCEPTED = Path(__file__).with_name("accepted.txt")
SEEN = ROOT / "build" / "mutants.json"
"""What each file of tests reaches, as long as it and the code stay as they are."""


@dataclass(frozen=True)
class Bug:
    """A change in a file of a room."""

    room: str
    path: str
    plant: Plant

    @property
    def told(self) -> str:
        """``study/episodes.py:42: a < b -> a <= b``, the same as long as the code is."""
        old, new = (" ".join(text.split())[:90] for text in (self.plant.old, self.plant.new))
        return f"{self.path}:{self.plant.line}: {old} -> {new}"

    @property
    def key(self) -> str:
        """Without the line, which moves."""
        old, new = (" ".join(text.split()) for text in (self.plant.old, self.plant.new))
        return f"{self.path}: {old} -> {new}"


def sample(name: str, room: Room, each: int, seed: str, like: str) -> list[Bug]:
    """Bugs of one room, spread over its files by their size; or all whose line has a text."""
    every = [
        Bug(name, str(path.relative_to(ROOT)), plant)
        for path in room.files(ROOT)
        for plant in plants(path.read_text(encoding="utf-8"))
    ]
    accepted = accepted_keys()
    every = [bug for bug in every if bug.key not in accepted]
    if like:
        return [bug for bug in every if like in bug.told]
    return random.Random(f"{seed} {name}").sample(every, min(each, len(every)))


def accepted_keys() -> frozenset[str]:
    """Bugs that cannot be noticed; a line that begins with ``#`` says why those below it are."""
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines() if ACCEPTED.exists() else []
    return frozenset(line for line in lines if line and not line.startswith("#"))


def tracked() -> list[str]:
    """The files that git tracks and that are there."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [name for name in names.decode().split("\0") if name and (ROOT / name).is_file()]


def copies(count: int, place: Path) -> Queue[Path]:
    """So many copies of what git tracks."""
    found: Queue[Path] = Queue()
    for number in range(count):
        copy = place / str(number)
        for name in tracked():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
        found.put(copy)
    return found


@dataclass(frozen=True)
class Tests:
    """The tests of a room, each with its seconds, and those that reach a function, by its ``path:line``."""

    seconds: dict[str, float]
    reached: dict[str, list[str]]

    def reaching(self, bug: Bug, source: str) -> list[str]:
        """The tests that reach the function with the bug; all where it stands in none, or none is seen."""
        names = set(self.reached.get(f"{bug.path}:{function_at(source, bug.plant.line)}", ()))
        reaching = [test for test in self.seconds if test in names or test.partition("::")[0] in names]
        return self.quickest(reaching or self.seconds)

    def limit(self, tests: Iterable[str]) -> float:
        """Seconds that these tests may take."""
        return 60 + SLOWER * sum(self.seconds[test] for test in tests)

    def quickest(self, tests: Iterable[str]) -> list[str]:
        """The same tests, those of a file together, the file that takes least first."""
        files: dict[str, list[str]] = {}
        for test in tests:
            files.setdefault(test.partition("::")[0], []).append(test)
        ordered = sorted(files.values(), key=lambda those: sum(self.seconds[test] for test in those))
        return [test for those in ordered for test in those]


def function_at(source: str, line: int) -> int:
    """The first line, decorators included, of the innermost function around a line; 0 outside all."""
    functions = [
        (min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]), node.end_lineno or 0)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    return max((first for first, last in functions if first <= line <= last), default=0)


def tests_of(room: Room, copy: Path) -> Tests:
    """Run the tests of a room without a bug, and see what each of them reaches.

    Files of tests that were seen before, with the same code, are not run again.
    """
    state, found = digests(copy), Tests({}, {})
    known: dict[str, dict[str, Any]] = json.loads(SEEN.read_text(encoding="utf-8")) if SEEN.exists() else {}
    known = {file: seen for file, seen in known.items() if seen["state"] == state.get(file)}
    files = [str(path.relative_to(copy)) for name in room.tests for path in test_files(copy / name)]
    written = copy / "reached.json"
    if new := [file for file in files if file not in known]:
        environment = {reached.WRITTEN_TO: str(written)}
        ended = run_tests(copy, ["-p", reached.__name__, *new], None, environment)
        if ended.returncode:
            raise RuntimeError(
                f"the tests fail without any bug:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
            )
        of_all = json.loads(written.read_text(encoding="utf-8"))
        for file in new:
            own = {test: time for test, time in of_all["seconds"].items() if is_of(test, file)}
            places = {
                place: [test for test in tests if is_of(test, file)]
                for place, tests in of_all["reached"].items()
            }
            known[file] = {"state": state[file], "seconds": own, "reached": places}
        SEEN.parent.mkdir(exist_ok=True)
        SEEN.write_text(json.dumps(known), encoding="utf-8")
    for file in files:
        found.seconds.update(known[file]["seconds"])
        for place, tests in known[file]["reached"].items():
            found.reached.setdefault(place, []).extend(tests)
    return found


def test_files(path: Path) -> list[Path]:
    """The files of tests in a folder, or the file itself."""
    return sorted(path.rglob("test_*.py")) if path.is_dir() else [path]


def is_of(test: str, file: str) -> bool:
    """Whether a test stands in a file."""
    return test.partition("::")[0] == file


def digests(copy: Path) -> dict[str, str]:
    """Of each file of tests: it, and all that is neither one nor prose."""
    files = {name: (copy / name).read_bytes() for name in tracked() if not name.startswith("tests/mutants/")}
    tests = {name: text for name, text in files.items() if Path(name).name.startswith("test_")}
    common = hashlib.sha256()
    for name, text in files.items():
        if name not in tests and not name.endswith(".md"):
            common.update(name.encode() + text)
    return {name: hashlib.sha256(common.digest() + text).hexdigest() for name, text in tests.items()}


def run_tests(
    copy: Path,
    tests: Sequence[str],
    limit: float | None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[str]:
    """Run tests in a copy of the project until one fails; TimeoutExpired after so many seconds."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    whole = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.run(
        command, cwd=copy, env=whole, capture_output=True, text=True, timeout=limit, check=False
    )


def noticed(bug: Bug, tests: Tests, free: Queue[Path]) -> bool:
    """Whether a test fails with the bug in place."""
    copy = free.get()
    target = copy / bug.path
    whole = target.read_text(encoding="utf-8")
    those = tests.reaching(bug, whole)
    try:
        target.write_text(bug.plant.planted(whole), encoding="utf-8")
        return run_tests(copy, those, tests.limit(those)).returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(whole, encoding="utf-8")
        free.put(copy)


def survivors(bugs: list[Bug], tests: Tests, free: Queue[Path], workers: int) -> Iterator[Bug]:
    """The bugs that no test notices."""
    with ThreadPoolExecutor(workers) as pool:
        for bug, seen in zip(bugs, pool.map(lambda bug: noticed(bug, tests, free), bugs), strict=True):
            if not seen:
                yield bug


def main() -> int:
    """Plant and count; 1 when a room notices too few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", default=",".join(ROOMS), help="which rooms, with commas")
    parser.add_argument("--each", type=int, default=EACH, help="bugs a room")
    parser.add_argument("--seed", default=None, help="any text; another one is another sample")
    parser.add_argument("--like", default="", help="all bugs whose line has this text, in place of a sample")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    seed = options.seed or f"{random.SystemRandom().getrandbits(32):08x}"
    few = False
    with tempfile.TemporaryDirectory() as place:
        free = copies(options.workers, Path(place))
        for name in options.rooms.split(","):
            began = time.monotonic()
            bugs = sample(name, ROOMS[name], options.each, seed, options.like)
            if not bugs:
                continue
            copy = free.get()
            tests = tests_of(ROOMS[name], copy)
            free.put(copy)
            left = []
            for bug in survivors(bugs, tests, free, options.workers):
                left.append(bug)
                print(f"  not noticed: {bug.told}", flush=True)
            share = 1 - len(left) / len(bugs)
            few |= share < LEAST_NOTICED
            spent = (time.monotonic() - began) / 60
            print(
                f"{name}: {len(bugs) - len(left)} of {len(bugs)} noticed ({share:.0%}), "
                f"{spent:.0f} min, seed {seed}",
                flush=True,
            )
    return int(few)


if __name__ == "__main__":
    sys.exit(main())
