"""A published issue, frozen: ``reports/<slug>/v1/``, its files as they were published and a manifest of them.

The manifest is what makes a folder a published version. It names every file with its SHA-256, so whatever is
missing, added or changed is found; and it says what the issue was made from: prices, spec, code, versions. It
holds no time of day: the same issue, published again from the same prices, has the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from generator.core.errors import BadDataError, OutputError, disk_faults
from generator.core.files import OutputFile, refuse_links, write_folder
from generator.core.json_values import parse_json
from generator.spec.folders import REPORTS, SPEC_FILE, written_file
from generator.spec.models import NAME

MANIFEST = "manifest.json"
INGREDIENTS = "inputs"
"""In a frozen folder: what a person wrote, as it was then. The site does not show it."""
EARLIER = "earlier.json"
"""Among the inputs: which issues before this one it tells of (``earlier.py``)."""
VERSION = re.compile(r"v([1-9][0-9]{0,3})")
"""The folder of a version."""


@dataclass(frozen=True)
class Manifest:
    """What a published version is, and what it was made from.

    Attributes
    ----------
    slug, version, date, as_of : of the issue; ISO dates.
    source : the name of the one that gave the prices; empty of an article that was written elsewhere.
    snapshots : the fingerprint of the prices of every asset that the issue could see, up to ``as_of``.
    absent : assets that were looked for and not to be had, each with the reason.
    spec : SHA-256 of ``report.yml``, or of ``article.md``.
    code : SHA-256 of the program, the templates, the settings and the lock.
    made_with : versions of the program, of Python and of the libraries that decide over numbers and bytes.
    files : SHA-256 by path of every other file of the folder.
    credit : whose prices its pages say that they are; None where nobody said it.
    """

    slug: str
    version: int
    date: str
    as_of: str
    source: str
    snapshots: Mapping[str, str]
    absent: Mapping[str, str]
    spec: str
    code: str
    made_with: Mapping[str, str]
    files: Mapping[str, str]
    credit: str | None = None


@dataclass(frozen=True)
class Published:
    """A published issue: the folders of its versions, the oldest first; the last one is in force."""

    slug: str
    folders: tuple[Path, ...]

    @property
    def newest(self) -> Path:
        """The folder of the version in force."""
        return self.folders[-1]

    @property
    def version(self) -> int:
        """The number of the version in force."""
        return len(self.folders)


def published_issues(root: Path) -> dict[str, Published]:
    """Every issue that was ever published, by slug, whether its spec is still there or not.

    Raises
    ------
    BadDataError : a version has no manifest, or is missing between others.
    OutputError : a report or a version is a link: what lies there is not this issue's.
    """
    refuse_links(root)
    found: dict[str, dict[int, Path]] = {}
    for folder in (root / REPORTS).glob("*/v*"):
        match = VERSION.fullmatch(folder.name)
        if match is not None and folder.is_dir():
            found.setdefault(folder.parent.name, {})[int(match[1])] = folder
    return {slug: _published(slug, found[slug]) for slug in sorted(found)}


def _published(slug: str, folders: Mapping[int, Path]) -> Published:
    for number in range(1, max(folders) + 1):
        if number not in folders or not (folders[number] / MANIFEST).is_file():
            raise BadDataError(
                f"{REPORTS}/{slug}/v{number} is not a whole published version: it has no {MANIFEST}. "
                f"{_restore(slug, number)}"
            )
    return Published(slug, tuple(folders[number] for number in sorted(folders)))


def freeze(root: Path, manifest: Manifest, files: Iterable[OutputFile], inputs: Iterable[OutputFile]) -> Path:
    """Write a version, whole or not at all; its folder.

    Parameters
    ----------
    manifest : of the new version, still without ``files``.
    files : what the site shows and keeps of the issue, as it is.
    inputs : what a person wrote.

    Raises
    ------
    OutputError : a file cannot be written, or this version was published before.
    """
    folder = root / REPORTS / manifest.slug / f"v{manifest.version}"
    kept = [*files, *(OutputFile(f"{INGREDIENTS}/{file.path}", file.content) for file in inputs)]
    hashes = {file.path: sha256(file.content) for file in sorted(kept, key=lambda file: file.path)}
    if folder.exists():
        raise OutputError(f"{folder} is there already, and what is published does not change.")
    write_folder(folder, [*kept, OutputFile(MANIFEST, _written(replace(manifest, files=hashes)))])
    return folder


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a published version.

    Raises
    ------
    BadDataError : it cannot be read, or is that of another version or issue.
    """
    path = folder / MANIFEST
    try:
        manifest = parse_json(path.read_bytes(), Manifest)
        if manifest.slug == folder.parent.name and f"v{manifest.version}" != folder.name:
            raise ValueError(f"it belongs to v{manifest.version}")
        if not re.fullmatch(NAME, manifest.slug):
            raise ValueError("it names no issue")
    except (OSError, ValueError) as error:
        raise BadDataError(
            f"{_name(folder)}/{MANIFEST} cannot be read ({type(error).__name__}: {error}). "
            f"{_restore(folder.parent.name, folder.name[1:])}"
        ) from error
    if manifest.slug != folder.parent.name:
        raise BadDataError(_misplaced(folder, manifest.slug))
    return manifest


def slug_of(folder: Path) -> str:
    """The slug that a version was published under, whatever its folder is called now; empty where its
    manifest does not tell."""
    try:
        return str(json.loads((folder / MANIFEST).read_bytes())["slug"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _misplaced(folder: Path, slug: str) -> str:
    """What to do about a version that lies in the folder of another slug."""
    here = f"{REPORTS}/{folder.parent.name}"
    if (folder.parent.parent / slug).exists():
        return f"{_name(folder)} is a copy of what was published as {slug}. Remove it: rm -r {_name(folder)}"
    return f"{here} was published as {slug}; rename the folder back: git mv {here} {REPORTS}/{slug}"


def damages(folder: Path) -> list[str]:
    """What is not as it was published in a version's folder: a line a file, none when it is whole.

    Raises
    ------
    BadDataError : its manifest cannot be read.
    OutputError : a file cannot be read.
    """
    manifest = read_manifest(folder)
    there = {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() or path.is_symlink()
    } - {MANIFEST}
    found = [f"{name} is missing" for name in sorted(set(manifest.files) - there)]
    found += [f"{name} was added" for name in sorted(there - set(manifest.files))]
    for name in sorted(there & set(manifest.files)):
        with disk_faults(f"cannot read {folder / name}"):
            content = (folder / name).read_bytes()
        if sha256(content) != manifest.files[name]:
            found.append(f"{name} has changed")
    return found


def refuse_damage(folder: Path) -> None:
    """Raise unless a version's folder is as it was published.

    Raises
    ------
    BadDataError : says what is not; nothing should be made of it.
    """
    found = damages(folder)
    if found:
        raise BadDataError(
            f"{_name(folder)} is not what was published: {'; '.join(found)}. "
            f"{_restore(folder.parent.name, folder.name[1:])}"
        )


def has_changed(root: Path, issue: Published) -> bool:
    """Whether the spec of a published issue, or a table that it names, is other than when its newest version
    was published. One whose spec was removed has not changed: what is published stays."""
    written = root / REPORTS / issue.slug
    if written_file(written) is None:
        return False
    manifest = read_manifest(issue.newest)
    kept = (name for name in manifest.files if Path(name).parts[:2] == (INGREDIENTS, issue.slug))
    for name in kept:
        path = _beside(written, name)
        if not path.is_file() or sha256(path.read_bytes()) != manifest.files[name]:
            return True
    return False


def spec_is_gone(root: Path, issue: Published) -> str:
    """Says that the spec of a published issue was removed, and where a copy lies; empty when it is there."""
    if written_file(root / REPORTS / issue.slug) is not None:
        return ""
    copy = written_file(issue.newest / INGREDIENTS / issue.slug)
    name = SPEC_FILE if copy is None else copy.name
    place = f"{_name(issue.newest)}/{INGREDIENTS}/{issue.slug}/{name}"
    return f"{REPORTS}/{issue.slug}/{name} is gone. As it was published it lies in {place}"


def sha256(content: bytes) -> str:
    """``sha256:…`` of these bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _beside(written: Path, name: str) -> Path:
    """Where a file kept under ``inputs/<slug>/`` stands in the report's own folder."""
    return written.joinpath(*Path(name).parts[2:])


def _written(manifest: Manifest) -> bytes:
    return json.dumps(asdict(manifest), indent=1, ensure_ascii=False).encode() + b"\n"


def _name(folder: Path) -> str:
    return f"{REPORTS}/{folder.parent.name}/{folder.name}"


def _restore(slug: str, number: int | str) -> str:
    return f"Put it back as it was: git checkout -- {REPORTS}/{slug}/v{number}"
