"""Every change of a file that ``report``, ``publish`` and ``send`` make fails in turn, or is the last one.

The way of SQLite's own crash tests: the run is repeated, each time with the fault one change further. Then
the project is looked at, the command is run again, and it must end as if nothing had been.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from generator.core.files import ASIDE, PART
from tests.running import listing
from tests.torture._scenarios import Scenario, mail_server, publishing, reporting, sending
from tests.torture._workbench import (
    ERRORS,
    KILLS,
    Change,
    Ended,
    Fault,
    Workbench,
    compile_faults,
)
from tests.torture.result import Result

BENCHES = 2
PROGRESS_EVERY, HEAL_ANYWAY = 100, 20
RANDOM_MOMENTS, SHORT_MOMENTS = 300, 2
MKDOCS_EVERY, SHORT_EVERY = 5, 179
"""One change in so many: of MkDocs's, and of all in the short version."""

WRITES = ("write", "sendfile", "sendfile64", "copy_file_range", "open", "open64", "openat", "openat64")
Trial = tuple[int, Fault] | float
"""A fault at a change, or a kill after so many seconds."""
Open = Callable[[Workbench, Path], Scenario]


@dataclass
class Tally:
    """What came of the runs. ``survived`` counts failing calls that the run could do without, ``healed`` how
    often the command was run again: from each state of the files once, and now and then from the same."""

    changes: int = 0
    places: frozenset[int] = frozenset()
    kills: int = 0
    errors: int = 0
    moments: int = 0
    missed: int = 0
    survived: int = 0
    healed: int = 0
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            max(self.changes, other.changes),
            self.places | other.places,
            self.kills + other.kills,
            self.errors + other.errors,
            self.moments + other.moments,
            self.missed + other.missed,
            self.survived + other.survived,
            self.healed + other.healed,
            self.wrong + other.wrong,
        )


def trials(changes: Sequence[Change], full: bool) -> list[Trial]:
    """Where which fault strikes: a kill before and one after each of the command's own changes, each error
    at each of its writes, and at its other changes the errors in turn; at one in five of MkDocs's changes
    one kind each, because they all lie in a folder aside."""
    kinds, turns = itertools.cycle((*KILLS, *ERRORS)), itertools.cycle(ERRORS)
    mine = [i for i, change in enumerate(changes) if change.process == changes[0].process]
    other = [i for i, change in enumerate(changes) if change.process != changes[0].process]
    if not full:
        return list(zip([*mine[::SHORT_EVERY], *other[:: 3 * SHORT_EVERY]], kinds, strict=False))
    found: list[Trial] = list(itertools.product(mine, KILLS))
    for place in mine:
        found += [(place, error) for error in (ERRORS if changes[place].call in WRITES else [next(turns)])]
    return [*found, *zip(other[::MKDOCS_EVERY], kinds, strict=False)]


def torment(place: Path, library: Path, open_scenario: Open, share: int, full: bool) -> Tally:
    """One bench's share of the trials of a scenario."""
    with Workbench(place, library) as bench:
        scenario = open_scenario(bench, place / "start")
        bench.put(scenario.start)
        changes = bench.changes(scenario.arguments())
        bench.put(scenario.start)
        seconds = bench.run(scenario.arguments()).seconds
        chance = random.Random(share)
        benches, moments = (BENCHES, RANDOM_MOMENTS) if full else (1, SHORT_MOMENTS)
        asked: list[Trial] = trials(changes, full)[share::benches]
        asked += [chance.uniform(0, seconds) for _ in range(moments // benches)]
        tally, seen = Tally(changes=len(changes)), set[str]()
        for number, trial in enumerate(asked, 1):
            try_one(bench, scenario, trial, changes, tally, seen, chance)
            if number % PROGRESS_EVERY == 0:
                print(f"      {scenario.name}: {number} of {len(asked)} by one of {BENCHES}", flush=True)
        return tally


def try_one(
    bench: Workbench,
    scenario: Scenario,
    trial: Trial,
    changes: Sequence[Change],
    tally: Tally,
    seen: set[str],
    chance: random.Random,
) -> None:
    """Run with the fault, look, run again, look. From files that it was run from before, not always."""
    bench.put(scenario.start)
    arguments = scenario.arguments()
    if isinstance(trial, float):
        ended = bench.run_killed_after(arguments, trial)
        what = f"killed after {trial:.2f} s"
        tally.moments += 1
        problem = ""
    else:
        place, fault = trial
        ended = bench.run(arguments, place, fault)
        what = f"{fault} at {changes[place].call} {changes[place].path}"
        tally.places |= {place}
        tally.kills += fault.kills
        tally.errors += not fault.kills
        tally.missed += not ended.struck
        tally.survived += not fault.kills and ended.struck and ended.code == 0
        problem = _words_problem(ended)
    problem = problem or scenario.faulty(bench.root, ended)
    state = tree(bench.root)
    anew = state not in seen or not scenario.repeats or chance.randrange(HEAL_ANYWAY) == 0
    if not problem and anew:
        seen.add(state)
        tally.healed += 1
        problem = scenario.healed(bench.root, bench.run(arguments))
    if problem:
        tally.wrong.append(f"{scenario.name}, {what}: {problem}")
        print(f"{tally.wrong[-1]}\n{ended.words[-500:]}", flush=True)


def tree(root: Path) -> str:
    """All folders and files below a folder as one hash, without what the next run sweeps away first."""
    folders = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_dir())
    found = [*listing(root).items(), *((folder, "") for folder in folders)]
    kept = [each for each in found if not any(_swept(part) for part in Path(each[0]).parts)]
    return hashlib.sha256(repr(sorted(kept)).encode()).hexdigest()


def _swept(name: str) -> bool:
    return name.startswith(".") and name.endswith((ASIDE, PART))


def _words_problem(ended: Ended) -> str:
    if "Traceback" in ended.words:
        return "a traceback"
    return "no message" if ended.code > 0 and "precedent: " not in ended.words else ""


def results(full: bool) -> Iterator[Result]:
    """One line a command."""
    with tempfile.TemporaryDirectory() as folder, mail_server() as mailbox:
        place = Path(folder)
        library = compile_faults(place)
        scenarios: dict[str, Open] = {
            "report": reporting,
            "publish": publishing,
            "send": lambda bench, start: sending(bench, start, mailbox),
        }
        for name, scenario in scenarios.items():
            benches = BENCHES if full else 1
            with ThreadPoolExecutor(benches) as pool:
                shares = [
                    pool.submit(torment, place / f"{name}{share}", library, scenario, share, full)
                    for share in range(benches)
                ]
                tally = sum((share.result() for share in shares), Tally())
            yield line(name, tally)


def line(name: str, tally: Tally) -> Result:
    """A command's line of the table."""
    return Result(
        f"`{name}`, at {len(tally.places)} of its {tally.changes} changes of files, killed before and after, "
        f"no space, no permission, disk error; and killed at {tally.moments} random moments",
        "0 torn or lost, the next run heals",
        f"{len(tally.wrong)} of {tally.kills} kills, {tally.errors} errors and {tally.moments} moments; "
        f"{tally.survived} errors did not matter, {tally.missed} faults did not strike; run again "
        f"{tally.healed} times",
        not tally.wrong,
    )
