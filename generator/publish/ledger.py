"""What was ever published, in a line an issue: ``published.json``, kept in git beside ``accepted.json``.

The folder of an issue is all there is of it: without this file, one whose folder has gone has left no trace.
It is written after a version is frozen. A version that was frozen by a run which ended before that is written
down by the next ``precedent publish``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from generator.core.errors import BadDataError, OutputError
from generator.core.files import write_atomically
from generator.publish.freeze import MANIFEST, Published, read_manifest, sha256, slug_of
from generator.spec.folders import REPORTS
from generator.spec.models import NAME

FILE = "published.json"
TOLD = 5
"""Lost issues that one message tells of."""
_LAST_COMMA = re.compile(r",\s*\}\s*\Z")


@dataclass(frozen=True)
class Entry:
    """The newest version of a published issue, and the SHA-256 of its manifest."""

    version: int
    manifest: str


def read_ledger(root: Path) -> dict[str, Entry]:
    """What was published, by slug; none where there is no such file, as in a project from before it.

    Raises
    ------
    BadDataError : it is not as the program writes it.
    OutputError : it cannot be read.
    """
    path = root / FILE
    try:
        # Who takes the last line out leaves a comma behind.
        written = json.loads(_LAST_COMMA.sub("}", path.read_text(encoding="utf-8")))
        return {slug: _entry(slug, told) for slug, told in written.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise OutputError(f"cannot read {path}: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadDataError(
            f"{path} cannot be read ({type(error).__name__}: {error}). Put it back as it was: "
            f"git checkout -- {FILE}"
        ) from error


def _entry(slug: str, told: Mapping[str, object]) -> Entry:
    version, manifest = told["version"], told["manifest"]
    if not re.fullmatch(NAME, slug) or not isinstance(version, int) or not isinstance(manifest, str):
        raise ValueError(f"{slug[:80]!a} is no issue")
    return Entry(version, manifest)


def write_ledger(root: Path, published: Mapping[str, Published]) -> None:
    """Add what is published to what was, unless it is there.

    Raises
    ------
    BadDataError, OutputError : the file cannot be read or written.
    """
    before = read_ledger(root)
    now = {slug: Entry(issue.version, _hash_of(issue.newest)) for slug, issue in published.items()}
    if before | now == before:
        return
    lines = [
        f"{json.dumps(slug)}: {json.dumps(asdict(each))}" for slug, each in sorted((before | now).items())
    ]
    write_atomically(root / FILE, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


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
        f"to take it back on purpose, remove its line from {FILE}"
    )


def _hash_of(folder: Path) -> str:
    path = folder / MANIFEST
    try:
        return sha256(path.read_bytes())
    except OSError as error:
        raise OutputError(f"cannot read {path}: {error.strerror or error}.") from error
