"""A child process that feeds hostile inputs to the program and measures each.

``python -m tests.security.worker expressions 7000 1000``: a thousand expressions. Hypothesis chooses their
seeds, differently for each number in front: drawing every choice of a maker would cost it 2 ms and repeat
nearly half of the inputs, drawing its seed costs 0.7 ms and repeats one in fifty. An input may give a value
or a PrecedentError. Anything else is a fault, and so are more than a second of processor time and more than
256 MB: the address space of the process is limited to what it has after warming up and that much more, so an
input that needed more would end in a MemoryError. Every fiftieth input is traced as well, for the peak that
is reported. The answer is one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from generator.core.errors import PrecedentError
from tests.security.hostile import MAKERS

SECONDS, MEGABYTES, TRACED, WARM = 1.0, 256, 50, 20
Task = Callable[[str | bytes], object]


@dataclass
class Tally:
    """What became of the inputs of one worker."""

    inputs: int = 0
    values: int = 0
    slowest: float = 0.0
    peak: float = 0.0
    faults: list[str] = field(default_factory=list)


def tasks(folder: Path) -> dict[str, Task]:
    """What is done with an input of each kind; files are written to ``folder``."""
    from generator.check.reading import load_spec
    from generator.language.author_markdown import prose
    from generator.market.providers.files import FilesSource
    from generator.signals.evaluate import truth
    from generator.signals.language import parse_condition
    from generator.site.markdown import to_html
    from generator.spec.letter import load_letter
    from generator.spec.models import ProseSection
    from generator.spec.watchlist import load_watchlist
    from generator.study.question import make_study
    from tests.signals.markets import random_bars

    bars = {name: random_bars(number, 6600, asset=name) for number, name in enumerate(("AAA", "BBB"))}
    for name in ("reports/hostile", "prices"):
        (folder / name).mkdir(parents=True)

    def written(name: str, text: str | bytes) -> Path:
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return path

    def expression(text: str | bytes) -> object:
        condition = parse_condition(str(text))
        make_study("AAA", when=str(text))
        return truth(condition, bars["AAA"], {**dict.fromkeys(condition.assets, bars["BBB"]), **bars})

    def spec(text: str | bytes) -> object:
        loaded = load_spec(written("reports/hostile/report.yml", text))
        return [to_html(prose(section.text, "x")) for section in loaded.sections_of(ProseSection)]

    def table(content: str | bytes) -> object:
        source = FilesSource(written("prices/IWM.csv", content).parent)
        return source.assets(), source.history("IWM"), source.identity("IWM")

    return {
        "expressions": expression,
        "specs": spec,
        "letters": lambda text: load_letter(written("letter.yml", text).parent),
        "watchlists": lambda text: load_watchlist(written("watchlist.yml", text).parent),
        "tables": table,
    }


def measure(task: Task, value: str | bytes, tally: Tally) -> None:
    """Give one input to the program and add what came of it to the tally."""
    traced = tally.inputs % TRACED == 0
    tally.inputs += 1
    if traced:
        tracemalloc.start()
    begun = time.process_time()
    try:
        task(value)
        tally.values += 1
    except PrecedentError:
        pass
    except BaseException as error:
        tally.faults.append(f"{type(error).__name__}: {str(error)[:200]} on {value!r:.300}")
    seconds = time.process_time() - begun
    if traced:  # Which slows it down: not a fair time.
        tally.peak = max(tally.peak, tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
        return
    tally.slowest = max(tally.slowest, seconds)
    if seconds > SECONDS:
        tally.faults.append(f"{seconds:.2f} s on {value!r:.300}")


def limit_memory() -> None:
    """From now on the process may take ``MEGABYTES`` more address space than it has."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    ceiling = used + MEGABYTES * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def main(kind: str, first: int, count: int) -> Tally:
    """Feed ``count`` inputs of a kind, made from seeds that Hypothesis chooses from ``first`` on."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        task = tasks(Path(folder))[kind]

        @seed(first)
        @settings(max_examples=count, phases=[Phase.generate], database=None, deadline=None)
        @given(st.integers(0, 2**64 - 1))
        def feed(number: int) -> None:
            if tally.inputs == WARM:
                limit_memory()
            measure(task, MAKERS[kind](Random(number)), tally)

        feed()
    return tally


if __name__ == "__main__":
    print(json.dumps(asdict(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
