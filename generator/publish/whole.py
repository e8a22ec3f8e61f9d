"""Whether the frozen issues are whole, in every run, without reading ten years of them in every run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from generator.core.files import write_atomically
from generator.core.json_values import parse_json
from generator.publish.freeze import refuse_damage

_RECORD = Path("build", "whole.json")


def refuse_any_damage(root: Path, folders: Iterable[Path]) -> None:
    """Raise unless each version is as it was published; one whose files nobody touched since it was found
    whole is not read again. ``precedent verify`` reads them all.

    Raises
    ------
    BadDataError : as ``refuse_damage``.
    OutputError : the record of what was found whole cannot be written.
    """
    before = _recorded(root / _RECORD)
    found: dict[str, str] = {}
    for folder in folders:
        name, marks = str(folder.relative_to(root)), _marks(folder)
        if before.get(name) != marks:
            refuse_damage(folder)
        found[name] = marks
    if found != before:
        write_atomically(root / _RECORD, json.dumps(found).encode())


def _marks(folder: Path) -> str:
    """A hash of what changes with any write to a file below: the system's own time of it, which nobody can
    set, and the file's number, which no copy has."""
    marks: list[tuple[str, int, int, int, int]] = []
    for place, _, names in os.walk(folder):
        for name in names:
            file = os.lstat(f"{place}/{name}")
            marks.append((f"{place}/{name}", file.st_size, file.st_mtime_ns, file.st_ctime_ns, file.st_ino))
    return hashlib.sha256(repr(sorted(marks)).encode()).hexdigest()


def _recorded(record: Path) -> dict[str, str]:
    try:
        return parse_json(record.read_bytes(), dict[str, str])
    except (FileNotFoundError, ValueError):  # nothing was found whole yet
        return {}
