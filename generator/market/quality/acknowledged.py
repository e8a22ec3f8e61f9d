"""What a person has looked at and found to be what the market did: ``acknowledged.yml``.

The file is part of the project and goes into its git. Each entry excuses one kind of fault of one asset on
the sessions that it names, and on no other. What is wrong with a snapshot alone is excused for ever; what
changed in the past is excused up to the day of the entry, for it is the past from then on, and another change
is another matter. Before the entries may stand ``closures``: days on which New York was closed unexpectedly.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np

from generator.core.errors import Problem, RequestError, SpecError
from generator.core.files import write_atomically
from generator.core.yaml_files import MAX_BYTES, KeyPath, Value, YamlDocument, read_yaml
from generator.market.history import as_date
from generator.market.snapshot import REVISED, Fault, Kind
from generator.market.sources import USUAL

FILE = "acknowledged.yml"
CLOSURES, ENTRIES = "closures", "acknowledged"
"""The keys of the file, in their order: the program adds entries at its end."""
KEYS = ("source", "asset", "session", "kind", "on", "reason")
HEAD = """\
# Moves that looked like faults of the data and are real: written by 'precedent data ack', kept in git.
"""
REASON_LONGEST = 300
SHOWN = 3
"""Sessions that a sentence names of those that are not excused."""


@dataclass(frozen=True)
class Acknowledgement:
    """One excused fault: of which source, asset and sessions, since when, and why."""

    source: str
    asset: str
    sessions: tuple[date, ...]
    kind: Kind
    on: date
    reason: str

    def excuses(self, source: str, asset: str, kind: Kind, retrieved: date | None) -> bool:
        """Whether it is about such faults of an asset in prices of this day, on its sessions."""
        same = (self.source, self.asset, self.kind) == (source, asset, kind)
        return same and (kind not in REVISED or (retrieved is not None and retrieved <= self.on))


def not_excused(
    entries: Sequence[Acknowledgement],
    source: str,
    asset: str,
    faults: Sequence[Fault],
    retrieved: date | None,
) -> tuple[Fault, ...]:
    """The faults of an asset without those that are excused, each of the sessions that are left of it.

    Parameters
    ----------
    source : as ``Source.key`` gives it.
    retrieved : the day of the prices that have the faults, or of those that they are compared with where
        they are of no day (files); None where there is neither.
    """
    left = []
    for fault in faults:
        days = {
            day
            for each in entries
            if each.excuses(source, asset, fault.kind, retrieved)
            for day in each.sessions
        }
        rest = tuple(session for session in fault.sessions if session.item() not in days)
        if len(rest) == len(fault.sessions):
            left.append(fault)
        elif rest:
            more = f" and {len(rest) - SHOWN:,} more" if len(rest) > SHOWN else ""
            shown = ", ".join(map(str, rest[:SHOWN]))
            text = f"{fault.sentence} Not acknowledged yet: {shown}{more}."
            begins = dict(zip(fault.sessions, fault.since, strict=False))
            since = tuple(begins[session] for session in rest) if fault.since else ()
            left.append(replace(fault, session=rest[0], sentence=text, others=rest[1:], since=since))
    return tuple(left)


def faults_to_excuse(
    asset: str, day: date, faults: Sequence[Fault], kinds: Sequence[str], otherwise: str
) -> list[Fault]:
    """The faults of a day that a person means: those of these kinds, all where they are of one kind.

    Parameters
    ----------
    otherwise : what can be done about prices that cannot be read.

    Raises
    ------
    RequestError : there is none of that day; several kinds of which none is named; one that nobody can
        excuse.
    """
    asked = [fault for fault in faults if fault.session == np.datetime64(day, "D")]
    if not asked:
        days = ", ".join(dict.fromkeys(f"{f.session} ({f.kind})" for f in faults))
        raise RequestError(f"{asset} has no fault of {day} to acknowledge. Suspicious: {days or 'nothing'}.")
    there = list(dict.fromkeys(fault.kind for fault in asked))
    found = "".join(f"\n  {fault.kind}: {fault.sentence}" for fault in asked)
    for kind in kinds:
        if kind not in there:
            raise RequestError(f"{asset} has no fault of {day} of the kind '{kind}'. It has these:{found}")
    if len(there) > 1 and not kinds:
        raise RequestError(
            f"{asset} has faults of {day} of {len(there)} kinds. Name each that is real with --kind:{found}"
        )
    asked = [fault for fault in asked if not kinds or fault.kind in kinds]
    if any(fault.kind == "malformed" for fault in asked):
        raise RequestError(
            f"{asset}: prices that cannot be read cannot be acknowledged: {asked[0].sentence} {otherwise}"
        )
    return asked


def entries_of(
    source: str, asset: str, faults: Sequence[Fault], on: date, reason: str
) -> list[Acknowledgement]:
    """What is written of these faults into ``acknowledged.yml``.

    Raises
    ------
    RequestError : the reason is none, or too long.
    """
    text = reason.strip()
    if not 0 < len(text) <= REASON_LONGEST or "\n" in text:
        raise RequestError(f"--reason must be one line of up to {REASON_LONGEST} characters.")
    return [
        Acknowledgement(source, asset, tuple(map(as_date, fault.sessions)), fault.kind, on, text)
        for fault in faults
    ]


def load_acknowledged(root: Path) -> tuple[Acknowledgement, ...]:
    """The entries of ``acknowledged.yml``; none where there is no such file.

    Raises
    ------
    SpecError : every mistake in it, with line and key.
    """
    document = _read(root)
    if document is None:
        return ()
    problems: list[Problem] = []
    entries = document.value.get(ENTRIES) or ()
    found = [_entry(document, (ENTRIES, i), entry, problems) for i, entry in enumerate(entries)]
    if problems:
        raise SpecError(problems)
    return tuple(entry for entry in found if entry is not None)


def load_closures(root: Path) -> tuple[date, ...]:
    """The days on which New York was closed and the calendar does not know it; none where there is no file.

    Raises
    ------
    SpecError : every mistake in them, with line and key.
    """
    document = _read(root)
    if document is None:
        return ()
    problems: list[Problem] = []
    days: list[date] = []
    for i, told in enumerate(document.value.get(CLOSURES) or ()):
        try:
            days.append(date.fromisoformat(str(told)))
        except ValueError:
            problems.append(document.problem((CLOSURES, i), "is not a date such as 2026-01-30."))
    if problems:
        raise SpecError(problems)
    return tuple(days)


def _read(root: Path) -> YamlDocument | None:
    if not (root / FILE).exists():
        return None
    document = read_yaml(root / FILE, FILE)
    if list(document.value) not in ([ENTRIES], [CLOSURES], [CLOSURES, ENTRIES]):
        text = f"must hold '{ENTRIES}', before it '{CLOSURES}' where there are any, and nothing else."
        raise SpecError([document.problem((), text)])
    for key, value in document.value.items():
        if not isinstance(value, list | None):
            raise SpecError([document.problem((key,), "must be a list.")])
    return document


def _entry(
    document: YamlDocument, path: KeyPath, entry: Value, problems: list[Problem]
) -> Acknowledgement | None:
    before = len(problems)
    if not isinstance(entry, dict) or {*entry, "source"} != set(KEYS):
        known = ", ".join(KEYS)
        problems.append(
            document.problem(path, f"must have the keys {known}, each once (source may be left out).")
        )
        return None
    entry = {"source": USUAL, **entry}
    days: dict[str, tuple[date, ...]] = {}
    for key in KEYS:
        value = entry[key]
        if not isinstance(value, str):
            problems.append(document.problem((*path, key), "must be text."))
        elif key in ("session", "on"):
            try:
                days[key] = tuple(date.fromisoformat(day) for day in value.split(" "))
            except ValueError:
                problems.append(document.problem((*path, key), "is not a date such as 2026-01-30."))
        elif key == "kind" and value not in get_args(Kind):
            known = ", ".join(get_args(Kind))
            problems.append(document.problem((*path, key), f"is not a kind of fault: {known}."))
    if len(problems) > before:
        return None
    kind: Kind = str(entry["kind"])  # type: ignore[assignment]
    source, asset = str(entry["source"]), str(entry["asset"])
    return Acknowledgement(source, asset, days["session"], kind, days["on"][-1], str(entry["reason"]))


def acknowledge(root: Path, entries: Sequence[Acknowledgement]) -> None:
    """Add entries at the end of ``acknowledged.yml``, whose other lines stay as they are.

    Raises
    ------
    SpecError : there are mistakes in the file; it is left alone.
    RequestError : it would be too long to be read again; it is left alone.
    OutputError : it cannot be written; it is as it was.
    """
    load_acknowledged(root)
    path, document = root / FILE, _read(root)
    text = HEAD if document is None else document.text.rstrip("\n") + "\n"
    if document is None or ENTRIES not in document.value:
        text += f"{ENTRIES}:\n"
    for entry in entries:
        values = (
            entry.source,
            entry.asset,
            " ".join(map(str, entry.sessions)),
            entry.kind,
            str(entry.on),
            entry.reason,
        )
        # JSON's quotes are YAML's double ones.
        lines = [
            f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in zip(KEYS, values, strict=True)
        ]
        text += "  - " + "\n    ".join(lines) + "\n"
    content = text.encode()
    if len(content) > MAX_BYTES:
        raise RequestError(
            f"{FILE} would be {len(content):,} bytes long; at most {MAX_BYTES:,} are read. Remove entries of "
            "assets that you no longer follow."
        )
    write_atomically(path, content)
