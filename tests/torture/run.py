"""``make torture``: everything that may go wrong is made to, at full length, and the results are printed.

A part is a module of this folder with ``results(full)``: it gives its lines as they are measured. ``make
test`` runs the same parts shorter (``full=False``).
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.torture.result import Result

NOT_PARTS = ("__init__", "run", "result")
RELIABILITY = Path(__file__).parents[2] / "RELIABILITY.md"


def parts() -> list[str]:
    """The modules of this folder that have results."""
    here = Path(__file__).parent
    names = (path.stem for path in here.glob("*.py"))
    return sorted(name for name in names if name not in NOT_PARTS and not name.startswith(("test_", "_")))


def measure(part: str, full: bool) -> Iterator[Result]:
    """A part's lines, printed as they come."""
    begun = time.perf_counter()
    for result in importlib.import_module(f"tests.torture.{part}").results(full):
        print(
            f"{'held ' if result.held else 'BROKE'} {result.name}: {result.measured} (aim: {result.aim})",
            flush=True,
        )
        yield result
    print(f"      {part}: {time.perf_counter() - begun:.0f} s", flush=True)


def table(results: list[Result]) -> str:
    """The results as a Markdown table."""
    rows = [f"| {r.name} | {r.aim} | {r.measured}{'' if r.held else ' (**not met**)'} |" for r in results]
    return "\n".join(["| what is done | aim | measured |", "|---|---|---|", *rows])


def write_table(part: str, results: list[Result]) -> None:
    """Put the table of one part between its marks in RELIABILITY.md."""
    begin, end = f"<!-- begin of {part} -->", f"<!-- end of {part} -->"
    head, rest = RELIABILITY.read_text().split(begin)
    tail = rest.split(end)[1]
    RELIABILITY.write_text(f"{head}{begin}\n{table(results)}\n{end}{tail}")


def main() -> int:
    """Run the parts asked for; 1 when a number is not what it must be."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--part", action="append", choices=parts(), help="only this part; may be given again")
    asked.add_argument("--short", action="store_true", help="as short as in make test; writes nothing")
    arguments = asked.parse_args()
    held = True
    for part in arguments.part or parts():
        results = list(measure(part, full=not arguments.short))
        if not arguments.short:
            write_table(part, results)
        held = held and all(result.held for result in results)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
