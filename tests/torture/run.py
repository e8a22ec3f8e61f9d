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
BEGIN, END = "<!-- begin of the results -->", "<!-- end of the results -->"


def parts() -> list[str]:
    """The modules of this folder that have results."""
    here = Path(__file__).parent
    names = (path.stem for path in here.glob("*.py"))
    return sorted(name for name in names if name not in NOT_PARTS and not name.startswith(("test_", "_")))


def measure(names: list[str], full: bool) -> Iterator[Result]:
    """Each part's lines, printed as they come."""
    for name in names:
        begun = time.perf_counter()
        for result in importlib.import_module(f"tests.torture.{name}").results(full):
            print(
                f"{'held ' if result.held else 'BROKE'} {result.name}: {result.measured} (aim: {result.aim})",
                flush=True,
            )
            yield result
        print(f"      {name}: {time.perf_counter() - begun:.0f} s", flush=True)


def table(results: list[Result]) -> str:
    """The results as a Markdown table."""
    rows = [f"| {r.name} | {r.aim} | {r.measured}{'' if r.held else ' (**not met**)'} |" for r in results]
    return "\n".join(["| what is done | aim | measured |", "|---|---|---|", *rows])


def write_table(results: list[Result]) -> None:
    """Put the table between the two marks of RELIABILITY.md."""
    text = RELIABILITY.read_text()
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    RELIABILITY.write_text(f"{head}{BEGIN}\n{table(results)}\n{END}{tail}")


def main() -> int:
    """Run the parts asked for; 1 when a number is not what it must be."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--part", action="append", choices=parts(), help="only this part; may be given again")
    asked.add_argument("--short", action="store_true", help="as short as in make test")
    arguments = asked.parse_args()
    results = list(measure(arguments.part or parts(), full=not arguments.short))
    if not arguments.part and not arguments.short:
        write_table(results)
    return 0 if all(result.held for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
