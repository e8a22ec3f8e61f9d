"""What the how-to-read page tells of the program's rules, read from the code so that they cannot differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from generator.editorial import numbers
from generator.editorial.robust import STRIKING
from generator.editorial.view import LIST_ONLY, SHARPE_SHY, SHY
from generator.editorial.words import listed, span
from generator.press.templating import TEMPLATES
from generator.study import verdict
from generator.study.bootstrap import DRAWS
from generator.study.neighbours import SHIFTS, SMALL, STEPS

CALIBRATION = TEMPLATES / "site" / "calibration.json"

THRESHOLDS: Mapping[str, str] = {
    "fewest": f"{verdict.FEWEST}",
    "separate": f"{verdict.FEWEST_SEPARATE}",
    "unusual": numbers.p_value(verdict.UNUSUAL),
    "hard": numbers.p_value(verdict.HARD_AT_HEADLINE),
    "hard_elsewhere": numbers.p_value(verdict.HARD_ELSEWHERE),
    "hard_typical": numbers.p_value(verdict.HARD_TYPICAL),
    "neighbours": numbers.rate(verdict.MOST_NEIGHBOURS),
    "sizes": listed([numbers.rate(step) for step in STEPS]),
    "small": f"{SMALL}",
    "shift": numbers.count(max(SHIFTS)),
    "striking": listed([numbers.ordinal(place) for place in range(1, STRIKING + 1)], "or").capitalize(),
    "draws": f"{DRAWS:,}",
    "list_only": f"{LIST_ONLY}",
    "shy": f"{SHY}",
    "sharpe_shy": f"{SHARPE_SHY}",
}
"""Every threshold that the page names, as text."""


@dataclass(frozen=True)
class CalibratedCase:
    """A kind of history and of signal, and the share of false alarms at each horizon, as text."""

    name: str
    shares: tuple[str, ...]


@dataclass(frozen=True)
class Calibration:
    """How often the verdict rule raised a false alarm: histories a case, horizons, cases, highest share."""

    histories: int
    horizons: tuple[str, ...]
    cases: tuple[CalibratedCase, ...]
    highest: str


def calibration(path: Path = CALIBRATION) -> Calibration | None:
    """What ``make calibrate`` measured and wrote; None where it has not been run."""
    if not path.exists():
        return None
    measured = json.loads(path.read_text())
    kinds = [(name, list(rows)) for name, rows in groupby(measured, key=lambda row: row["case"])]
    return Calibration(
        histories=measured[0]["histories"],
        # A year is 12M on monthly bars and 1Y on daily ones; the first case names them for all.
        horizons=tuple(span(row["horizon"]) for row in kinds[0][1]),
        cases=tuple(
            CalibratedCase(name, tuple(numbers.rate(row["hard_to_explain"], 2) for row in rows))
            for name, rows in kinds
        ),
        highest=numbers.rate(max(row["hard_to_explain"] for row in measured), 2),
    )
