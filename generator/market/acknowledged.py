"""Faults that a person has looked at and found to be what the market did: ``acknowledged.yml``.

The file is part of the project and goes into its git. Each entry excuses one kind of fault of one asset on
one session. What is wrong with a snapshot alone is excused for ever; what changed in the past is excused up
to the day of the entry, for it is the past from then on, and another change is another matter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from generator.errors import Problem, SpecError
from generator.files import write_atomically
from generator.files_yaml import KeyPath, Value, YamlDocument, read_yaml
from generator.market.snapshot import REVISED, Fault, Kind

FILE = "acknowledged.yml"
KEYS = ("asset", "session", "kind", "on", "reason")
HEAD = """\
# Moves that looked like faults of the data and are real: written by 'precedent data ack', kept in git.
acknowledged:
"""


@dataclass(frozen=True)
class Acknowledgement:
    """One excused fault: of which asset and session, since when, and why."""

    asset: str
    session: date
    kind: Kind
    on: date
    reason: str

    def excuses(self, asset: str, fault: Fault, retrieved: date) -> bool:
        """Whether this fault, in prices of this day, is the one acknowledged."""
        if (self.asset, str(self.session), self.kind) != (asset, str(fault.session), fault.kind):
            return False
        return fault.kind not in REVISED or retrieved <= self.on


def load_acknowledged(root: Path) -> tuple[Acknowledgement, ...]:
    """The entries of ``acknowledged.yml``; none where there is no such file.

    Raises
    ------
    SpecError : every mistake in it, with line and key.
    """
    if not (root / FILE).exists():
        return ()
    document = read_yaml(root / FILE, FILE)
    entries = document.value.get("acknowledged")
    problems: list[Problem] = []
    if list(document.value) != ["acknowledged"] or not isinstance(entries, list | None):
        raise SpecError([document.problem((), "must hold one key, 'acknowledged', with a list of entries.")])
    found = [_entry(document, ("acknowledged", i), entry, problems) for i, entry in enumerate(entries or ())]
    if problems:
        raise SpecError(problems)
    return tuple(entry for entry in found if entry is not None)


def _entry(
    document: YamlDocument, path: KeyPath, entry: Value, problems: list[Problem]
) -> Acknowledgement | None:
    before = len(problems)
    if not isinstance(entry, dict) or set(entry) != set(KEYS):
        problems.append(document.problem(path, f"must have the keys {', '.join(KEYS)}, each once."))
        return None
    days: dict[str, date] = {}
    for key in KEYS:
        value = entry[key]
        if not isinstance(value, str):
            problems.append(document.problem((*path, key), "must be text."))
        elif key in ("session", "on"):
            try:
                days[key] = date.fromisoformat(value)
            except ValueError:
                problems.append(document.problem((*path, key), "is not a date such as 2026-01-30."))
        elif key == "kind" and value not in get_args(Kind):
            known = ", ".join(get_args(Kind))
            problems.append(document.problem((*path, key), f"is not a kind of fault: {known}."))
    if len(problems) > before:
        return None
    kind: Kind = str(entry["kind"])  # type: ignore[assignment]
    return Acknowledgement(str(entry["asset"]), days["session"], kind, days["on"], str(entry["reason"]))


def acknowledge(root: Path, entries: Sequence[Acknowledgement]) -> None:
    """Add entries at the end of ``acknowledged.yml``, whose other lines stay as they are.

    Raises
    ------
    SpecError : there are mistakes in the file; it is left alone.
    OutputError : it cannot be written; it is as it was.
    """
    there = load_acknowledged(root)
    path = root / FILE
    text = path.read_text(encoding="utf-8-sig").rstrip("\n") + "\n" if there else HEAD
    for entry in entries:
        values = (entry.asset, str(entry.session), entry.kind, str(entry.on), entry.reason)
        # JSON's quotes are YAML's double ones.
        lines = [
            f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in zip(KEYS, values, strict=True)
        ]
        text += "  - " + "\n    ".join(lines) + "\n"
    write_atomically(path, text.encode())
