"""What was ever published, in a line an issue: ``published.jsonl``, kept in git beside ``accepted.json``.

A line is an object of its own, and of several on one issue the newest version counts: so the lines of two
people who published apart are put together by keeping all, which git does by itself (``merge=union``).

The folder of an issue is all there is of it: without this file, one whose folder has gone has left no trace.
It is written after a version is frozen. A version that was frozen by a run which ended before that is written
down by the next ``precedent publish``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from generator.core.errors import BadDataError, OutputError, RequestError, disk_faults
from generator.core.files import write_atomically
from generator.core.json_values import parse_json
from generator.publish.freeze import MANIFEST, Published, read_manifest, sha256, slug_of
from generator.spec.folders import REPORTS
from generator.spec.models import NAME

FILE = "published.jsonl"
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
TOLD = 5
"""Lost issues that one message tells of."""


@dataclass(frozen=True)
class Entry:
    """The newest version of a published issue, and the SHA-256 of its manifest; the day on which it was taken
    back, and why, if it was."""

    slug: Annotated[str, Field(pattern=NAME)]
    version: int
    manifest: str
    withdrawn: date | None = None
    reason: str | None = None


def read_ledger(root: Path) -> dict[str, Entry]:
    """What was published, by slug; none where there is no such file, as in a project from before it.

    Raises
    ------
    BadDataError : it is not as the program writes it.
    OutputError : it cannot be read.
    """
    path = root / FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"cannot read {path}: {error}.") from error
    found: dict[str, Entry] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            entry = _entry(line, f"{path}, line {number}")
            other = found.setdefault(entry.slug, entry)
            both = other.withdrawn is None and entry.withdrawn is None
            if both and other.version == entry.version and other != entry:
                raise BadDataError(_two_of_one(path, entry.slug, entry.version))
            found[entry.slug] = max(other, entry, key=lambda each: (each.withdrawn is not None, each.version))
    return found


def _entry(line: str, place: str) -> Entry:
    if line.startswith(_CONFLICT):
        raise BadDataError(
            f"{place}: git could not put two versions of this file together. Every line of both is right: "
            f"remove the lines that begin with {', '.join(_CONFLICT)}, and keep all others."
        )
    try:
        return parse_json(line.encode(), Entry)
    except ValueError as error:
        raise BadDataError(
            f"{place} cannot be read ({error}). Put the file back as it was: git checkout -- {FILE}"
        ) from error


def _two_of_one(path: Path, slug: str, version: int) -> str:
    return (
        f"{path} has two lines on v{version} of {slug}: it was published twice, by two people. Keep the "
        f"line with the SHA-256 of the {MANIFEST} in {REPORTS}/{slug}/v{version}, and remove the other: "
        f"sha256sum {REPORTS}/{slug}/v{version}/{MANIFEST}"
    )


def write_ledger(root: Path, published: Mapping[str, Published]) -> None:
    """Add what is published to what was, unless it is there.

    Raises
    ------
    BadDataError, OutputError : the file cannot be read or written.
    """
    before = read_ledger(root)
    now = {slug: Entry(slug, issue.version, _hash_of(issue.newest)) for slug, issue in published.items()}
    now = {slug: each for slug, each in now.items() if slug not in before or before[slug].withdrawn is None}
    if before | now != before:
        _write(root, before | now)


def withdraw(root: Path, published: Mapping[str, Published], slug: str, day: date, reason: str) -> None:
    """Write down that an issue was taken back on this day.

    Raises
    ------
    BadDataError, OutputError : the file cannot be read or written.
    """
    issue = published[slug]
    taken_back = Entry(slug, issue.version, _hash_of(issue.newest), day, reason)
    _write(root, {**read_ledger(root), slug: taken_back})


def withdrawn(root: Path) -> dict[str, Entry]:
    """The issues that were taken back, by slug.

    Raises
    ------
    BadDataError, OutputError : the ledger cannot be read.
    """
    return {slug: entry for slug, entry in read_ledger(root).items() if entry.withdrawn is not None}


def refuse_taken_back(root: Path, slugs: Iterable[str]) -> None:
    """Raise where one of these issues was taken back: its address says so, for good.

    Raises
    ------
    RequestError : names the first.
    """
    gone = withdrawn(root)
    for slug in slugs:
        if slug in gone:
            raise RequestError(
                f"an issue '{slug}' was taken back on {gone[slug].withdrawn}, and its address says so. Give "
                f"the new one another name{_renamed(root, slug)}."
            )


def _renamed(root: Path, slug: str) -> str:
    return f": rename the folder {REPORTS}/{slug}" if (root / REPORTS / slug).exists() else ""


def _write(root: Path, entries: Mapping[str, Entry]) -> None:
    told = ({k: v for k, v in asdict(each).items() if v is not None} for each in entries.values())
    lines = sorted(json.dumps(each, default=str) for each in told)
    write_atomically(root / FILE, "".join(f"{line}\n" for line in lines).encode())


def losses(root: Path, published: Mapping[str, Published]) -> dict[str, str]:
    """The issues that were published and are not there as they were, by slug, each with what to do.

    One that lies under another name is none of them: its manifest says so to all who read it.

    Raises
    ------
    BadDataError, OutputError : the ledger, or a manifest, cannot be read.
    """
    ledger = read_ledger(root)
    found = {slug: _loss(root, slug, entry, published.get(slug)) for slug, entry in ledger.items()}
    lost = {slug: said for slug, said in found.items() if said}
    moved = {slug_of(issue.newest) for slug, issue in published.items() if slug not in ledger} if lost else ()
    return {slug: said for slug, said in lost.items() if slug not in moved}


def refuse_losses(root: Path, published: Mapping[str, Published]) -> None:
    """Raise unless all that was ever published is there.

    Raises
    ------
    BadDataError : says what is not; a site made now would be without it.
    """
    if ledger := read_ledger(root):
        for slug in published.keys() - ledger.keys():
            read_manifest(published[slug].newest)  # one that was renamed says what it was
    found = list(losses(root, published).values())
    if found:
        more = [f"and {len(found) - TOLD:,} more."] if len(found) > TOLD else []
        raise BadDataError("\n".join([*found[:TOLD], *more]))


def _loss(root: Path, slug: str, entry: Entry, issue: Published | None) -> str:
    """What is wrong with an issue of the ledger; empty when nothing is."""
    if entry.withdrawn is not None:
        again = f"git rm -r {REPORTS}/{slug}"
        return (
            "" if issue is None else f"{slug} was taken back on {entry.withdrawn} and is there again: {again}"
        )
    there = 0 if issue is None else issue.version
    if issue is None or there < entry.version:
        # Only what is gone is brought back: a spec that somebody edits is not written over.
        folders = [f"{REPORTS}/{slug}/v{number}" for number in range(there + 1, entry.version + 1)]
        restore = " ".join(folders) if (root / REPORTS / slug).exists() else f"{REPORTS}/{slug}"
        what = "is gone" if issue is None else f"only v{there} is there"
    elif _hash_of(issue.folders[entry.version - 1]) != entry.manifest:
        restore = f"{REPORTS}/{slug}/v{entry.version}"
        what = f"its {MANIFEST} is another"
    else:
        return ""
    how = "and" if issue is None else "but"
    return (
        f"{slug} was published (v{entry.version}) {how} {what}: git checkout -- {restore}; "
        f"to take it back on purpose: precedent unpublish {slug}"
    )


def _hash_of(folder: Path) -> str:
    path = folder / MANIFEST
    with disk_faults(f"cannot read {path}"):
        return sha256(path.read_bytes())
