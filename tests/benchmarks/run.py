"""``make bench``: times and peak memory of whole processes, from one run, beside the promises.

``make bench ARGS="--part serve"`` measures one part: commands, serve, archive or scan. The archive is that of
ten years, which takes a quarter of an hour; with ``--short`` it is one of forty issues.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generator.market.providers.sample import SampleSource
from tests.benchmarks.serving import served_edits
from tests.projects import copy_project
from tests.real_prices import MARKET_DATA
from tests.torture import ten_years

RUNS = 5
SERVED = 3
"""Edits of a kind under ``precedent serve``."""
PANDAS_ASSETS = 30
"""Assets on which the pandas way is measured: all thousand would take minutes."""
CLOSE_ONLY = (
    *("reverse-up", "reverse-down", "golden-cross", "death-cross", "back-above-the-average"),
    *("macd-turns-up", "year-high-after-drought", "record-close-after-drought", "up-day-streak"),
    *("down-day-streak", "nine-of-ten-up-days", "thrust-from-a-low", "rsi-oversold", "rsi-overbought"),
    *("two-day-rsi-dip", "lower-band-close", "correction", "bear-market", "volatility-spike"),
    "volatility-squeeze",
)


@dataclass(frozen=True)
class Case:
    """A command, what it is called, the promised seconds, how often it runs, and what is done before each."""

    name: str
    command: Sequence[str]
    aim: float
    runs: int = RUNS
    before: Callable[[], None] = lambda: None


def measure(command: Sequence[str]) -> tuple[float, float]:
    """(wall seconds, peak memory in MB) of one run; memory is the largest single process of it."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status:
        assert process.stderr is not None
        raise SystemExit(f"{' '.join(command)} failed:\n{process.stderr.read().decode()}")
    return seconds, usage.ru_maxrss / 1024


def write_prices(folder: Path) -> None:
    """The sample market's IWM as a Yahoo CSV: 26 years of daily bars with all columns."""
    history = SampleSource().history("IWM")
    folder.mkdir()
    columns = [history.field(name) for name in ("open", "high", "low", "close", "adjusted_close", "volume")]
    lines = ["Date,Open,High,Low,Close,Adj Close,Volume"]
    for row, day in enumerate(history.sessions):
        lines.append(",".join([str(day), *(f"{column[row]:.6g}" for column in columns)]))
    (folder / "IWM.csv").write_text("\n".join(lines) + "\n")


def write_repeated(universe: Path, path: Path, times: int = 12) -> None:
    """The same table so many times, each time with tickers of its own and in row groups as before."""
    file = pq.ParquetFile(universe)
    with pq.ParquetWriter(path, file.schema_arrow) as writer:
        for time_, group in itertools.product(range(times), range(file.num_row_groups)):
            rows = file.read_row_group(group)
            kind = rows["Ticker"].type
            named = pc.binary_join_element_wise(
                rows["Ticker"], pa.scalar(str(time_), kind), pa.scalar("-", kind)
            )
            writer.write_table(rows.set_column(rows.column_names.index("Ticker"), "Ticker", named.cast(kind)))


def cases(work: Path) -> list[Case]:
    """What is measured."""
    precedent = str(Path(sys.executable).with_name("precedent"))
    project = copy_project(work / "project")
    write_prices(work / "prices")
    report = [precedent, "--project", str(project), "report", "--source", "sample"]

    def change_everything() -> None:
        subprocess.run(["rm", "-rf", str(project / "build"), str(project / "site")], check=True)

    study = [precedent, "study", "--asset", "IWM", "--source", f"files:{work / 'prices'}"]
    return [
        Case("precedent --help", [precedent, "--help"], 0.3),
        Case("precedent study, daily", [*study, "--signal", "reverse-up"], 1.0),
        Case("precedent study, monthly", [*study, "--signal", "ten-percent-month"], 1.0),
        Case("precedent report, all new", report, 12.0, 3, change_everything),
        Case("precedent report, unchanged", report, 3.0),
    ]


def compare_universe(universe: Path) -> None:
    """The scan of a thousand assets, and the pandas way on the first of them, reckoned up to a thousand."""
    precedent = str(Path(sys.executable).with_name("precedent"))
    source = ["--source", f"files:{universe}", "--format", "csv"]
    signals = ",".join(CLOSE_ONLY)
    scanning = measure([precedent, "scan", *source, "--signals", signals])
    statistics = [sys.executable, "-m", "tests.benchmarks.statistics_way", str(universe), signals]
    plain = measure(statistics)
    way = [sys.executable, "-m", "tests.benchmarks.pandas_way", str(universe)]
    start, some = measure([*way, "0"])[0], measure([*way, str(PANDAS_ASSETS)])
    reckoned = start + (some[0] - start) * 1000 / PANDAS_ASSETS
    print(f"{'precedent scan, 1,000 assets':30}{scanning[0]:8.2f}{'':24}{scanning[1]:9.0f}")
    few = ["--format", "csv", "--signals", "golden-cross"]
    with tempfile.TemporaryDirectory() as work:
        repeated = Path(work) / "twelve.parquet"
        write_repeated(universe, repeated)
        for name, table in (("a signal, 1,000 assets", universe), ("a signal, 12,000 assets", repeated)):
            seconds, memory = measure([precedent, "scan", "--source", f"files:{table}", *few])
            print(f"{'  ' + name:30}{seconds:8.2f}{'':24}{memory:9.0f}")
    print(f"{'  its statistics alone':30}{plain[0]:8.2f}{'':16}{6.0:8.1f}{plain[1]:9.0f}")
    print(f"{'  the same with pandas':30}{reckoned:8.1f}  {reckoned / plain[0]:.0f} times as long (aim: 8)")


def measure_commands() -> None:
    """One line a command: median and range of the wall time, the aim, peak memory."""
    print(f"{'':30}{'median':>8}{'from':>8}{'to':>8}{'aim':>8}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as work:
        for case in cases(Path(work)):
            case.before()
            measure(case.command)
            figures = []
            for _ in range(case.runs):
                case.before()
                figures.append(measure(case.command))
            seconds = [wall for wall, _ in figures]
            peak = float(np.max([memory for _, memory in figures]))
            print(
                f"{case.name:30}{statistics.median(seconds):8.2f}{min(seconds):8.2f}{max(seconds):8.2f}"
                f"{case.aim:8.1f}{peak:9.0f}"
            )


def measure_serving() -> None:
    """One line an edit: median and range of the seconds until it is seen, the aim."""
    with tempfile.TemporaryDirectory() as work:
        for name, aim, seconds in served_edits(Path(work), SERVED):
            middle, least, most = statistics.median(seconds), min(seconds), max(seconds)
            print(f"{name:30}{middle:8.2f}{least:8.2f}{most:8.2f}{aim:8.1f}", flush=True)


def measure_archive(full: bool) -> None:
    """The archive of ten years, cold and in a week's run, and what its search weighs; one line a figure."""
    for found in ten_years.results(full):
        missed = "" if found.held else "  NOT MET"
        print(f"{found.name}: {found.measured} (aim: {found.aim}){missed}", flush=True)


def measure_scans() -> None:
    """Scans of a universe of real prices, where there is one."""
    universe = None if MARKET_DATA is None else Path(MARKET_DATA) / "universe-1000.parquet"
    if universe is None or not universe.is_file():
        print("precedent scan: skipped, MARKET_DATA names no folder with universe-1000.parquet")
    else:
        compare_universe(universe)


def main() -> None:
    """Measure all parts, or the one that is asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description="Times and memory beside the promises.")
    parser.add_argument("--part", choices=("commands", "serve", "archive", "scan"))
    parser.add_argument("--short", action="store_true", help="an archive of forty issues")
    asked = parser.parse_args()
    parts: dict[str, Callable[[], None]] = {
        "commands": measure_commands,
        "serve": measure_serving,
        "archive": partial(measure_archive, not asked.short),
        "scan": measure_scans,
    }
    for name, part in parts.items():
        if asked.part in (None, name):
            part()


if __name__ == "__main__":
    main()
