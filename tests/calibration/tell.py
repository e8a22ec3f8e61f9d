"""The measured figures in short, beside what they should be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from tests.calibration.alarms import HARD

Rows = Sequence[dict[str, Any]]

FEWEST_JUDGED = 100
"""Histories in which a cell must be judged for its rate to be told: of fewer it is noise."""
LUCKY = ("better-luck", "worse-luck")

Aim = tuple[float, float]
"""The highest share on average, and of any single one."""
HARD_CELL: Aim = (0.05, 0.07)
HARD_REPORT: Aim = (0.10, 0.12)
TOLD_HEADLINE: Aim = (0.20, 0.23)
COVERAGE = (0.93, 0.97)
TAU = (0.05, 0.11)
CHANGED = 0.02


def judged(cell: dict[str, Any]) -> int:
    """Histories in which there were enough cases for a verdict."""
    return int(cell["histories"] - cell["too-few"])


def told(cell: dict[str, Any]) -> int:
    """Histories in which the verdict was better or worse than usual."""
    return sum(int(cell[key]) for key in (*LUCKY, *HARD))


def alarms_of(cells: Rows, signals: Rows) -> dict[str, Any]:
    """False alarms of one kind of history, as shares of the histories in which there was a verdict."""
    known = [cell for cell in cells if judged(cell) >= FEWEST_JUDGED]
    headline = [cell for cell in known if cell["headline"]]
    reports = [signal for signal in signals if signal["judged"] >= FEWEST_JUDGED]
    return {
        "cells": len(known),
        "hard": _shares([(sum(cell[key] for key in HARD), judged(cell), _name(cell)) for cell in known]),
        "reports": _shares([(s["hard"], s["judged"], s["signal"]) for s in reports]),
        "headline": _shares([(told(cell), judged(cell), _name(cell)) for cell in headline]),
    }


def _name(cell: dict[str, Any]) -> str:
    return f"{cell['signal']} {cell['horizon']}"


def _shares(counts: list[tuple[int, int, str]]) -> dict[str, Any] | None:
    """The average and the highest of these shares, each a count, of how many, and of what."""
    if not counts:
        return None
    shares = [(count / of, of, name) for count, of, name in counts]
    highest, of, name = max(shares)
    average = sum(share for share, *_ in shares) / len(shares)
    return {"average": round(average, 4), "highest": round(highest, 4), "of": of, "where": name}


def summarised(table: dict[str, Any]) -> list[dict[str, Any]]:
    """``alarms_of`` every kind of history."""
    return [
        {"history": name, "histories": count}
        | alarms_of(
            [cell for cell in table["cells"] if cell["history"] == name],
            [signal for signal in table["signals"] if signal["history"] == name],
        )
        for name, count in table["histories"].items()
    ]


def lines(table: dict[str, Any]) -> Iterator[str]:
    """What was measured against what was aimed for."""
    aims = {"hard": HARD_CELL, "reports": HARD_REPORT, "headline": TOLD_HEADLINE}
    for row in table["alarms"]:
        yield f"{row['history']}: {row['histories']} histories, {row['cells']} cells"
        for key, aim in aims.items():
            yield f"  {key:9} {_against(row[key], aim)}"
    for row in table["coverage"]:
        share = row["covered"] / max(1, row["intervals"])
        missed = "" if _within(share, row["intervals"]) else "  MISSED"
        what = f"{row['history']:10} {row['interval']:9} {row['horizon']:>4}"
        yield f"coverage {what} {share:7.1%} of {row['intervals']}{missed}"
    for row in table["power"]:
        n = row["histories"]
        yield (
            f"power {row['history']:4} {row['kind']:12} {row['cases']:3} cases ({row['mean_cases']:5}) "
            f"{row['horizon']} planted +{row['points']:<3} realised {row['realised']:+6.2f}  "
            f"hard {row['better-hard'] / n:6.1%}  could be luck {row['better-luck'] / n:6.1%}  "
            f"worse {row['worse'] / n:5.1%}  t {row['t_test'] / n:6.1%}  of {n}"
            f"  edge covered {row['edge_covered']}/{row['edge_intervals']}"
            f"  win rate covered {row['win_rate_covered']}/{row['win_rate_intervals']}"
        )
    for key in ("tau", "survivorship", "steady"):
        yield f"{key}: {table[key]}"


def _against(shares: dict[str, Any] | None, aim: Aim) -> str:
    if shares is None:
        return "too few histories"
    average, most = aim
    error = math.sqrt(most * (1 - most) / shares["of"])
    missed = shares["average"] > average or shares["highest"] > most + 2 * error
    return (
        f"average {shares['average']:6.2%} (aim {average:.0%}), highest {shares['highest']:6.2%} "
        f"of {shares['of']} (aim {most:.0%}, standard error {error:.2%}; {shares['where']})"
        f"{'  MISSED' if missed else ''}"
    )


def _within(share: float, intervals: int) -> bool:
    low, high = COVERAGE
    error = 2 * math.sqrt(0.05 * 0.95 / max(1, intervals))
    return low - error <= share <= high + error


def tell(table: dict[str, Any]) -> None:
    """Print it."""
    for line in lines(table):
        print(line)
