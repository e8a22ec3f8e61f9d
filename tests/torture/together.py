"""Many runs at once, of which one works; and the same run three times, which gives the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.projects import ROOT, copy_project
from tests.running import listing, project_with, small_spec
from tests.test_report_runs import UP, prices
from tests.torture.result import Result

AT_ONCE = 50
PROGRAM = "from generator.cli.main import main; main(prog_name='precedent')"
DRAWS_ITSELF = "from generator.charts.studio import Studio; Studio.order = lambda *_: None; "
"""Before PROGRAM: charts are drawn in the process of the run."""
MACHINES = (
    {"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"},
    {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/Los_Angeles", "LANG": "C", "PYTHONHASHSEED": "4242"},
)
"""What differs between machines and must not matter."""


def results(full: bool) -> Iterator[Result]:
    """Two lines."""
    with tempfile.TemporaryDirectory() as folder:
        yield at_once(Path(folder) / "together")
        yield three_times(Path(folder), full)


def at_once(place: Path) -> Result:
    """Fifty reports started at the same moment in one project."""
    root = project_with(place / "letter", one=small_spec(UP, sections=["conclusion"]))
    source = prices(place / "mine")
    words = place / "words"
    words.mkdir()
    arguments = ["--project", str(root), "report", "--source", source]
    command = [sys.executable, "-m", "tests.torture._many", str(AT_ONCE), str(words), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    codes = Counter(json.loads(done.stdout))
    told = sum("another run is at work" in path.read_text() for path in words.iterdir())
    held = codes == {0: 1, 4: AT_ONCE - 1} and told == AT_ONCE - 1 and (root / "site/index.html").exists()
    return Result(
        f"{AT_ONCE} runs of `report` started at the same moment",
        "1 works, the others say so and leave",
        f"{codes[0]} worked, {told} said so and left with exit code 4",
        held,
    )


def three_times(place: Path, full: bool) -> Result:
    """The same project in three folders, time zones, languages and orders of hashing; in a short run two of
    them draw their charts themselves."""
    made = []
    for number, machine in enumerate(MACHINES):
        root = place / f"letter{number}"
        if full:
            source = "sample"
            copy_project(root)
        else:
            source = prices(place / "mine")
            project_with(root, one=small_spec(UP, sections=["key_points", "conclusion"]))
        program = PROGRAM if full or number == 0 else DRAWS_ITSELF + PROGRAM
        command = [sys.executable, "-c", program, "--project", str(root), "report", "--source", source]
        environment = {**os.environ, **machine}
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
        # What is kept for the next run is known by marks of this place.
        built = listing(root / "build").items()
        kept = {path: found for path, found in built if not path.startswith("kept/")}
        made.append({**listing(root / "site"), **kept})
    unlike = {path for one in made for path in one if len({each.get(path) for each in made}) > 1}
    return Result(
        f"`report` three times, in other folders, time zones and languages: {len(made[0])} files",
        "the same bytes",
        f"{len(unlike)} files differ{': ' if unlike else ''}{', '.join(sorted(unlike)[:5])}",
        not unlike,
    )
