"""What a published issue tells of those before it, kept as references: ``inputs/earlier.json``.

An issue that tells what earlier signals have done needs what all issues before it expected. Each has that in
its own frozen folder, so only the version and the SHA-256 of its file are kept: whole copies would grow with
the square of the archive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.assembly.issues import EXPECTATIONS
from generator.assembly.pages import read_expectations
from generator.core.errors import BadDataError, OutputError
from generator.core.files import OutputFile
from generator.core.json_values import parse_json
from generator.publish.freeze import EARLIER, INGREDIENTS, VERSION, read_manifest, sha256
from generator.publish.ledger import withdrawn
from generator.scorecard.values import Expectations
from generator.spec.folders import REPORTS
from generator.spec.models import NAME


def earlier_file(folders: Iterable[Path]) -> OutputFile:
    """The references to the issues of these frozen folders.

    Raises
    ------
    BadDataError : what one of them expected is not what was published.
    """
    told: dict[str, str] = {}
    for folder in folders:
        name = f"{folder.parent.name}/{folder.name}"
        told[name] = read_manifest(folder).files.get(EXPECTATIONS, "none")
        if _hash_of(folder) != told[name]:
            raise BadDataError(
                f"{REPORTS}/{name}/{EXPECTATIONS} is not what was published. {_put_back(name)}"
            )
    return OutputFile(EARLIER, json.dumps(told, indent=1).encode() + b"\n")


def read_earlier(root: Path, folder: Path) -> tuple[Expectations, ...]:
    """What the issues before a published version had expected, as it told it.

    Raises
    ------
    BadDataError : the references cannot be read; an issue is missing or has changed.
    """
    refuse_other_earlier(root, folder, {})
    return tuple(read_expectations(root / REPORTS / name) for name in _references(folder))


def refuse_other_earlier(root: Path, folder: Path, hashes: dict[str, str | None]) -> None:
    """Raise unless the issues that a published version tells of are there, as they were then; those that were
    taken back since need not be.

    Parameters
    ----------
    hashes : what was found of other versions before, and gets what is found now.

    Raises
    ------
    BadDataError : names the first that is missing or has changed.
    """
    gone = withdrawn(root)
    for name, then in _references(folder).items():
        if name.partition("/")[0] in gone:
            continue
        if name not in hashes:
            hashes[name] = _hash_of(root / REPORTS / name)
        if hashes[name] != then:
            how = "is missing" if hashes[name] is None else "has changed since"
            raise BadDataError(f"it tells of {REPORTS}/{name}/{EXPECTATIONS}, which {how}. {_put_back(name)}")


def taken_back(root: Path, folder: Path) -> list[str]:
    """The issues that a published version tells of and that were taken back since."""
    gone = withdrawn(root)
    return sorted({slug for name in _references(folder) if (slug := name.partition("/")[0]) in gone})


def _references(folder: Path) -> Mapping[str, str]:
    """SHA-256 of ``expectations.json`` by ``slug/version``."""
    path = folder / INGREDIENTS / EARLIER
    try:
        told = parse_json(path.read_bytes(), dict[str, str])
        if not all(map(_is_version, told)):
            raise ValueError("it names no versions of issues")
    except (OSError, ValueError) as error:
        raise BadDataError(f"{path} cannot be read ({type(error).__name__}: {error}).") from error
    return told


def _is_version(name: str) -> bool:
    slug, _, version = name.partition("/")
    return bool(re.fullmatch(NAME, slug) and VERSION.fullmatch(version))


def _hash_of(folder: Path) -> str | None:
    """The hash of what an issue expected; None where the file is missing."""
    path = folder / EXPECTATIONS
    try:
        return sha256(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(f"cannot read {path}: {error.strerror or error}.") from error


def _put_back(name: str) -> str:
    return f"Put it back as it was: git checkout -- {REPORTS}/{name}"
