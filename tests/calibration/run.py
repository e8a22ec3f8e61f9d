"""``make calibrate``: how often the verdict rule is wrong, and how often it finds what is there.

Histories without an effect, and the same with one planted, number by number until there are enough of them
or the time is up; then τ, survivorship and the steadiness of verdicts. The whole is written where the how-
to-read page takes it from. Takes up to an hour on two cores. Real prices (``MARKET_DATA``) are needed for
that; without them, or with ``--histories``, it prints what it finds and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from tests.calibration.alarms import Alarms, Row, rows_of
from tests.calibration.histories import Kind, kinds
from tests.calibration.power import Found, Power, found_of, plans_of
from tests.calibration.shrinkage import real_rows, tau_of
from tests.calibration.steady import steadiness
from tests.calibration.survivors import survivorship
from tests.calibration.tell import FEWEST_JUDGED, summarised, tell
from tests.projects import ROOT

HISTORIES, MINUTES = 1000, 50
FEWEST = 400
"""Histories below which the figures are too rough to be written."""
FIRST = 1000
"""Number, and seed, of the first history; those below are for tests and trials."""
TABLE = ROOT / "templates" / "site" / "calibration.json"
Task = tuple[str, str, int]
"""Alarms or power, the kind of history, its number."""


@cache
def known_kinds() -> dict[str, Kind]:
    """The kinds of history by name; real ones where MARKET_DATA is."""
    return {kind.name: kind for kind in kinds(market_data())}


def market_data() -> Path | None:
    """The folder of real prices."""
    place = os.environ.get("MARKET_DATA")
    return None if place is None else Path(place)


def tasks(histories: int) -> Iterator[Task]:
    """All that is to be measured; effects are planted into real paths, where there are some."""
    every = list(known_kinds())
    planted = [name for name, kind in known_kinds().items() if kind.real] or every
    for seed in range(FIRST, FIRST + histories):
        yield from (("alarms", name, seed) for name in every)
        yield from (("power", name, seed) for name in planted)


def one(task: Task) -> tuple[Task, Any]:
    """What one history says."""
    what, name, seed = task
    kind = known_kinds()[name]
    histories = kind.history(seed)
    if what == "alarms":
        return task, rows_of(kind.asset, histories, seed)
    return task, {plan: found_of(plan, histories[kind.asset], seed) for plan in plans_of(seed)}


def measured(histories: int, minutes: float) -> tuple[list[Alarms], list[Power]]:
    """The tallies of as many histories as the time allows, the same numbers of every kind."""
    alarms: dict[str, Alarms] = {}
    power: dict[str, Power] = {}
    began, size = time.monotonic(), len(list(tasks(1)))
    with Pool(os.cpu_count()) as pool:
        pending: list[tuple[Task, Any]] = []
        # In their order: whether a history counts must not hang on how long it took.
        for found in pool.imap(one, tasks(histories)):
            pending.append(found)
            if len(pending) < size:
                continue
            for (what, name, _), result in pending:
                if what == "alarms":
                    rows: list[Row] = result
                    alarms.setdefault(name, Alarms(name)).add(rows)
                else:
                    plants: dict[Any, Found] = result
                    power.setdefault(name, Power(name)).add(plants)
            pending.clear()
            done, elapsed = found[0][2] + 1 - FIRST, (time.monotonic() - began) / 60
            end = "\r" if sys.stderr.isatty() else "\n"
            print(
                f"{done} of {histories} histories, {elapsed:.1f} minutes",
                end=end,
                file=sys.stderr,
                flush=True,
            )
            if elapsed > minutes:
                pool.terminate()
                break
    return list(alarms.values()), list(power.values())


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--histories", type=int, help="a quicker look, which writes nothing")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="when to stop making histories")
    asked = parser.parse_args()
    place = market_data()
    alarms, power = measured(asked.histories or HISTORIES, asked.minutes)
    without_effect = [row for each in alarms for rows in each.rows.values() for row in rows]
    table: dict[str, Any] = {
        "measured": datetime.now(UTC).date().isoformat(),
        "histories": {each.name: each.histories for each in alarms},
        "cells": [cell for each in alarms for cell in each.cells()],
        "signals": [signal for each in alarms for signal in each.signals()],
        "coverage": [cell for each in alarms for cell in each.coverage()],
        "power": [cell for each in power for cell in each.cells()],
        "tau": None if place is None else tau_of(dict(real_rows(place)), without_effect),
        "survivorship": survivorship(),
        "steady": None if place is None else steadiness(place),
    }
    table = {
        "measured": table.pop("measured"),
        "fewest_judged": FEWEST_JUDGED,
        "alarms": summarised(table),
        **table,
    }
    tell(table)
    if asked.histories is None and place is not None:
        if min(each.histories for each in alarms) < FEWEST:
            sys.exit(f"fewer than {FEWEST} histories in {asked.minutes:g} minutes: nothing is written")
        TABLE.write_text(written(table))


def written(table: dict[str, Any]) -> str:
    """The table as JSON, a line a cell."""
    parts = []
    for key, value in table.items():
        if isinstance(value, list):
            lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in value)
            parts.append(f" {json.dumps(key)}: [\n{lines}\n ]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    main()
