"""``make mutants``: plant small bugs, one at a time, and count how many the tests notice.

A seeded sample of places in each room is changed in a copy of the project, and the tests of that room and its
nearest run there until one fails. What none notices is printed, to be read one by one; those that change
nothing that anybody could see are listed in ``accepted.txt`` with the reason.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from tests.mutants.plant import Plant, plants
from tests.mutants.rooms import ROOMS, Room
from tests.projects import ROOT

EACH = 40
LEAST_NOTICED = 0.85
SLOWEST = 600
"""Seconds after which a run of the tests counts as having noticed: a bug that hangs is one."""
ACCEPTED = Path(__file__).with_name("accepted.txt")


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


def sample(name: str, room: Room, each: int, seed: str) -> list[Bug]:
    """Bugs of one room, spread over its files by their size."""
    every = [
        Bug(name, str(path.relative_to(ROOT)), plant)
        for path in room.files(ROOT)
        for plant in plants(path.read_text(encoding="utf-8"))
    ]
    accepted = accepted_keys()
    every = [bug for bug in every if bug.key not in accepted]
    return random.Random(f"{seed} {name}").sample(every, min(each, len(every)))


def accepted_keys() -> frozenset[str]:
    """Bugs that cannot be noticed; a line that begins with ``#`` says why those below it are."""
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines() if ACCEPTED.exists() else []
    return frozenset(line for line in lines if line and not line.startswith("#"))


def copies(count: int, place: Path) -> Queue[Path]:
    """So many copies of what git tracks."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    found: Queue[Path] = Queue()
    for number in range(count):
        copy = place / str(number)
        for name in tracked.decode().split("\0"):
            if name and (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        found.put(copy)
    return found


def passes(copy: Path, tests: tuple[str, ...]) -> bool:
    """Whether the tests pass in a copy of the project."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=SLOWEST, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def noticed(bug: Bug, free: Queue[Path]) -> bool:
    """Whether a test fails with the bug in place."""
    copy = free.get()
    target = copy / bug.path
    whole = target.read_text(encoding="utf-8")
    try:
        target.write_text(bug.plant.planted(whole), encoding="utf-8")
        return not passes(copy, ROOMS[bug.room].tests)
    finally:
        target.write_text(whole, encoding="utf-8")
        free.put(copy)


def survivors(bugs: list[Bug], free: Queue[Path], workers: int) -> Iterator[Bug]:
    """The bugs that no test notices."""
    with ThreadPoolExecutor(workers) as pool:
        for bug, seen in zip(bugs, pool.map(lambda bug: noticed(bug, free), bugs), strict=True):
            if not seen:
                yield bug


def main() -> int:
    """Plant and count; 1 when a room notices too few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", default=",".join(ROOMS), help="which rooms, with commas")
    parser.add_argument("--each", type=int, default=EACH, help="bugs a room")
    parser.add_argument("--seed", default=None, help="any text; another one is another sample")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    seed = options.seed or f"{random.SystemRandom().getrandbits(32):08x}"
    few = False
    with tempfile.TemporaryDirectory() as place:
        free = copies(options.workers, Path(place))
        for name in options.rooms.split(","):
            began = time.monotonic()
            bugs = sample(name, ROOMS[name], options.each, seed)
            left = []
            for bug in survivors(bugs, free, options.workers):
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
