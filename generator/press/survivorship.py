"""What it does to averages that only stocks that are still there can be studied."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from generator.editorial import numbers
from generator.press.templating import TEMPLATES

CALIBRATION = TEMPLATES / "site" / "calibration.json"


@dataclass(frozen=True)
class Survivorship:
    """Average three months of simulated stocks, as text: of those that are left, and of all."""

    survivors: str
    everyone: str


def survivorship(path: Path = CALIBRATION) -> Survivorship | None:
    """What ``make calibrate`` measured, in percent in the file; None where it has not."""
    measured = json.loads(path.read_text()) if path.exists() else {}
    found = measured.get("survivorship") if isinstance(measured, dict) else None
    if found is None:
        return None
    ends = (found["baseline_survivors"], found["baseline_all"])
    return Survivorship(*(f"{numbers.signed(end)}%" for end in ends))


def survivorship_sentence(path: Path = CALIBRATION) -> str:
    """A sentence for whoever looks at single stocks."""
    told = survivorship(path)
    figures = ""
    if told is not None:
        figures = f" (of simulated ones, {told.survivors} in three months, against {told.everyone} for all)"
    return (
        f"Stocks that can be studied today are those still there, and their averages are too good{figures}."
    )
