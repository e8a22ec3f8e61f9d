"""Writing without tearing: whole files, whole folders, one run at a time.

Every file is written to a temporary name beside its destination, synced, and moved over it; a folder is
built aside and swapped in by renames. Killed at any point, the reader finds the old state or the new one.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from generator.core.errors import BuildError, OutputError, disk_faults

PART, ASIDE = ".part", ".new"
"""How the names of hidden files and folders end that are not whole yet."""
_HERE, _EXCHANGE = -100, 2
"""Of Linux's renameat2: AT_FDCWD, paths start at the working directory; RENAME_EXCHANGE.
RENAME_SWAP of macOS's renamex_np is 2 as well."""


UNCHANGED = "What was there is unchanged."
WRITTEN = ("build", "site", "prices", "outbox", "reports")
"""The folders of a project that commands write to."""


def is_file(path: Path) -> bool:
    """Whether a file is there; no name that a stranger may write is an error, however long."""
    try:
        return path.is_file()
    except OSError:
        return False


def find_project() -> Path:
    """The folder of the letter: this one, or the nearest one above it; this one where there is none.

    Raises
    ------
    OutputError : this folder is gone.
    """
    with disk_faults("cannot find the folder that this was started in", "Go to another with cd."):
        start = Path.cwd()
    return next((folder for folder in (start, *start.parents) if (folder / "letter.yml").is_file()), start)


def visible_files(folder: Path, *, without: re.Pattern[str] | None = None) -> Iterator[Path]:
    """All files below a folder, in no order, without what hides and without compiled code.

    ``without`` : folders of such a name are left out, with all that is in them.
    """
    for place, below, names in os.walk(folder):
        below[:] = [
            name
            for name in below
            if not (name.startswith(".") or name == "__pycache__" or (without and without.fullmatch(name)))
        ]
        files = (Path(place) / name for name in names if not name.startswith("."))
        yield from (path for path in files if path.is_file())


@dataclass(frozen=True)
class OutputFile:
    """A file to be written: its path (relative to where its folder will be) and its bytes."""

    path: str
    content: bytes


def write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content`` whole, or leave it as it was.

    Raises
    ------
    OutputError : the disk is full, the folder is missing or not writable; names the file and the reason.
    """
    with disk_faults(f"cannot write {path}", UNCHANGED):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Put a file in its place whole, without waiting for the disk: for what the next run can make again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    write(part)
    part.replace(path)


def remove_file(path: Path) -> None:
    """Remove a file, if it is there.

    Raises
    ------
    OutputError : it cannot be removed.
    """
    with disk_faults(f"cannot remove {path}"):
        path.unlink(missing_ok=True)


def write_folder(folder: Path, files: Iterable[OutputFile]) -> None:
    """Replace a folder by exactly these files, whole, or leave it as it was.

    Raises
    ------
    OutputError : a file cannot be written; the old folder stays.
    """
    aside = folder.with_name(f".{folder.name}{ASIDE}")
    with disk_faults(f"cannot write {folder}", UNCHANGED):
        _remove(aside)
        aside.mkdir(parents=True)
    try:
        for file in files:
            write_atomically(aside / file.path, file.content)
        swap_folder(aside, folder)
    except OutputError:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def swap_folder(new: Path, current: Path) -> None:
    """Put the folder ``new`` in the place of ``current``; the old one is removed afterwards.

    On Linux and macOS the two change places in one step, so that there is never no folder. Where that cannot
    be had it takes two renames; a run killed between them leaves the old folder under ``.<name>.old``, which
    ``recover_folder`` puts back.

    Raises
    ------
    OutputError : a rename failed; the old folder is in its place. Or ``sync_folder``'s.
    """
    old = current.with_name(f".{current.name}.old")
    with disk_faults(f"cannot replace {current}", "The old one is in place."):
        recover_folder(current)
        if not current.exists():
            new.rename(current)
        elif _exchange(new, current):
            old = new
        else:
            _swap_in_two_steps(new, current, old)
    sync_folder(current.parent)
    shutil.rmtree(old, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Let two folders change places in one step; False where the system or the disk does not know how."""
    system = ctypes.CDLL(None, use_errno=True)
    one, other = os.fsencode(first), os.fsencode(second)
    if (linux := getattr(system, "renameat2", None)) is not None:
        failed = linux(_HERE, one, _HERE, other, _EXCHANGE)
    elif (macos := getattr(system, "renamex_np", None)) is not None:
        failed = macos(one, other, _EXCHANGE)
    else:
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(second))


def _swap_in_two_steps(new: Path, current: Path, old: Path) -> None:
    current.rename(old)
    try:
        new.rename(current)
    except OSError:
        old.rename(current)
        raise


def sync_folder(folder: Path) -> None:
    """What was renamed into a folder is found again after a power cut only when the folder is synced too.

    Raises
    ------
    OutputError : the disk does not say that it was.
    """
    again = "What is in it is whole; run the same again."
    with disk_faults(f"cannot make sure that {folder} is kept", again):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def recover_folder(current: Path) -> None:
    """Finish what a killed swap began: put the old folder back, or remove it when the new one is there.

    Raises
    ------
    OutputError : a folder cannot be moved or removed.
    """
    old = current.with_name(f".{current.name}.old")
    with disk_faults(f"cannot put {old} back in its place"):
        if old.exists() and not current.exists():
            old.rename(current)
        _remove(old)


def sweep(folder: Path) -> None:
    """Remove what killed runs left half written in a folder; only for who holds the lock.

    Raises
    ------
    OutputError : something cannot be removed.
    """
    try:
        for path in [*folder.glob(f".*{PART}"), *folder.glob(f".*{ASIDE}")]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    except OSError as error:
        raise OutputError(f"cannot remove {error.filename or folder}: {error.strerror or error}.") from error


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def refuse_links(root: Path) -> None:
    """Refuse a project in which a folder that is written to or cleared, or something in it down to the
    versions of a report, is a link to somewhere else. The site is swapped whole, so only itself counts.

    A link can come with the files of a letter that somebody else wrote.

    Raises
    ------
    OutputError : names the link.
    """
    folders = [root / name for name in WRITTEN]
    links = (folder for folder in folders if folder.is_symlink())
    inside = (link for folder in folders if folder.name != "site" for link in _links_in(folder, 2))
    for link in (*links, *inside):
        raise OutputError(
            f"{link} is a link. What is written there could be anybody's: nothing was written. "
            "Put what it leads to in its place."
        )


def _links_in(folder: Path, levels: int) -> Iterator[Path]:
    """The links in a folder, down to so many levels; in what is no folder, none. Ten years of issues are
    thousands of places: what lists them knows which of them is a link."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink():
                    yield Path(entry)
                elif levels > 1 and entry.is_dir():
                    yield from _links_in(Path(entry), levels - 1)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return


@contextmanager
def project_lock(root: Path) -> Iterator[None]:
    """Hold the project's lock; one run works, the others leave. What a killed run left half done is put right
    first.

    Raises
    ------
    BuildError : another run holds it.
    OutputError : the lock, or what a killed run left, cannot be written or removed.
    """
    refuse_links(root)
    path = root / "build" / ".lock"
    with disk_faults(f"cannot write {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not followed where it is a link, and not cut off.
        stream = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644), "r+")
    with stream:
        lock(
            stream, f"another run is at work in {root} (it holds {path}). Wait for it to end, then try again."
        )
        recover_folder(root / "site")
        # Not prices/ itself, which others write without this lock.
        written = ("", "build", "build/reports", "prices/snapshots")
        for folder in (*(root / name for name in written), *(root / "reports").glob("*/")):
            sweep(folder)
        yield


def lock(stream: IO[Any], otherwise: str) -> None:
    """Hold the lock of an open file until it is closed.

    Raises
    ------
    BuildError : another run holds it; says ``otherwise``.
    """
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BuildError(otherwise) from error
