"""Which of the engine's files a letter's own were copied from: ``templates/.originals``.

So a letter that was upgraded learns which of its files stand for one that has changed since.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from generator.core.errors import BadDataError, RequestError
from generator.core.files import visible_files, write_atomically
from generator.core.suggest import suggest
from generator.site.templating import FOLDER, TEMPLATES, overridden

RECORD = ".originals"
_REMARK = re.compile(r"\{#.*?#\}", re.DOTALL)
_NOT_READ = "starter/"
"""What ``precedent init`` writes is no template of pages."""


def engine_names() -> tuple[str, ...]:
    """The names of the engine's files that a letter may have in their place."""
    names = (path.relative_to(TEMPLATES).as_posix() for path in visible_files(TEMPLATES))
    return tuple(sorted(name for name in names if not name.startswith(_NOT_READ)))


def copy_template(root: Path, name: str, keep: bool) -> Path:
    """Copy a file of the engine's into the letter, and write down which it was.

    Parameters
    ----------
    keep : the letter's file stays as it is: somebody has compared it with the engine's of now.

    Raises
    ------
    RequestError : the engine has none of that name, the letter has one already, or has none to keep.
    OutputError : a file cannot be written.
    """
    known = engine_names()
    if name not in known:
        raise RequestError(f"the engine has no template {name[:80]!a}. {suggest(name, known)}")
    own = root / FOLDER / name
    if own.resolve() == (TEMPLATES / name).resolve():
        raise RequestError(f"{own} is the engine's own file. Run this in a letter.")
    if keep and not own.is_file():
        raise RequestError(f"there is no {FOLDER}/{name} to keep. Leave --keep out to copy it.")
    if not keep and own.exists():
        raise RequestError(
            f"{FOLDER}/{name} is there already. Compare it with {TEMPLATES / name}; when it is as you want "
            f"it: precedent template {name} --keep"
        )
    if not keep:
        write_atomically(own, (TEMPLATES / name).read_bytes())
    recorded = {**_recorded(root), name: _hash_of(TEMPLATES / name)}
    lines = "".join(f"{digest}  {each}\n" for each, digest in sorted(recorded.items()))
    write_atomically(root / FOLDER / RECORD, lines.encode())
    return own


def state(root: Path) -> dict[str, str]:
    """Every file that stands for one of the engine's, with what is to be done about it; empty: nothing.

    Raises
    ------
    BadDataError : the record cannot be read.
    """
    recorded = _recorded(root)
    return {name: _state(name, recorded.get(name)) for name in overridden()}


def _state(name: str, digest: str | None) -> str:
    if digest == _hash_of(TEMPLATES / name) or _is_place(TEMPLATES / name):
        return ""
    what = (
        "the engine's has changed since it was copied"
        if digest
        else "it is not known which it was copied from"
    )
    return (
        f"{FOLDER}/{name}: {what}. Compare: diff {FOLDER}/{name} {TEMPLATES / name} - then take it out, or "
        f"keep it: precedent template {name} --keep"
    )


def _is_place(path: Path) -> bool:
    """Whether the engine's file only keeps a place for a letter's own, with a remark and nothing else."""
    return path.suffix == ".html" and not _REMARK.sub("", path.read_text(encoding="utf-8")).strip()


def _recorded(root: Path) -> dict[str, str]:
    path = root / FOLDER / RECORD
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadDataError(
            f"{path} cannot be read: {error}. Remove it, and keep each template anew."
        ) from error
    pairs = [line.partition("  ") for line in lines if line.strip()]
    if any(len(digest) != 64 or not name for digest, _, name in pairs):
        raise BadDataError(f"{path} is not as it was written. Remove it, and keep each template anew.")
    return {name: digest for digest, _, name in pairs}


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
