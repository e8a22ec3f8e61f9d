"""What a run made and the next one takes up again, in a folder below ``build/``: each under the hash of all
that it was made from, so that nothing stale is ever found.

The hash has a mark in it that no copy of a folder has: what came with somebody's letter is not believed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from generator.core.errors import disk_faults
from generator.core.files import replace_file, visible_files

_PACKAGE = Path(__file__).parents[1]
KEPT = Path("build", "kept")
"""Where a project has its shelves."""
_MARK = ".made-here"
_DIGEST = hashlib.sha256().digest_size


@cache
def program(rooms: tuple[str, ...], libraries: tuple[str, ...]) -> str:
    """A hash of these rooms and of the versions of these libraries, for what is made by them."""
    files = (path for room in rooms for path in sorted(visible_files(_PACKAGE / room)))
    parts = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256(repr((parts, list(map(version, libraries)))).encode()).hexdigest()


class Shelf:
    """The things of one kind that are kept. A thing that cannot be read back whole is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark: tuple[int, int] | None = None
        self._asked: set[str] = set()

    def name(self, *made_from: object) -> str:
        """The name of what is made from these: bytes, or what says all of itself in its ``repr``."""
        if self._mark is None:
            self._mark = self._made_here()
        digest = hashlib.sha256(repr(self._mark).encode())
        for part in made_from:
            content = part if isinstance(part, bytes) else repr(part).encode()
            digest.update(f"{len(content)} ".encode() + content)
        return digest.hexdigest()

    def find(self, name: str) -> bytes | None:
        """What was kept under this name; None where nothing was, or where a power cut has torn it."""
        self._asked.add(name)
        try:
            content = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        digest, thing = content[:_DIGEST], content[_DIGEST:]
        return thing if hashlib.sha256(thing).digest() == digest else None

    def keep(self, name: str, thing: bytes) -> None:
        """Keep this under a name.

        Raises
        ------
        OutputError : it cannot be written.
        """
        self._asked.add(name)
        content = hashlib.sha256(thing).digest() + thing
        with disk_faults(f"cannot write to {self._folder}"):
            replace_file(self._folder / name, lambda part: part.write_bytes(content))

    def of(self, made_from: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        """What is made from these, made now where it was not kept."""
        name = self.name(*made_from)
        thing = self.find(name)
        if thing is None:
            thing = make()
            self.keep(name, thing)
        return thing

    def forget(self, most: int = 0) -> None:
        """Remove what was not asked for since this shelf was opened, but for the newest, so many."""
        if not self._folder.exists():
            return
        with os.scandir(self._folder) as entries:
            others = [e for e in entries if e.name not in self._asked and e.name != _MARK]
        for entry in sorted(others, key=lambda e: e.stat().st_mtime_ns, reverse=True)[most:]:
            with suppress(FileNotFoundError):
                Path(entry).unlink()

    def _made_here(self) -> tuple[int, int]:
        """The number and the time of a file, which the system gives and nobody can set."""
        mark = self._folder / _MARK
        self._folder.mkdir(parents=True, exist_ok=True)
        if not mark.exists():
            mark.touch()
        stat = mark.stat()
        return stat.st_ino, stat.st_ctime_ns
