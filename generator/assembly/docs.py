"""The folder that MkDocs reads, ``build/docs``, brought up to date: what has not changed stays.

Ten years of charts are more than a gigabyte. No file is shared with an issue's own folder, so that whoever
changes one here changes no issue. What a run leaves that was killed, the next one puts right.
"""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path

from generator.core.files import replace_file


class Docs:
    """The files of a folder, as they are written one after another; ``finish`` removes all others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: set[str] = set()

    def has(self, path: str) -> bool:
        """Whether a file was written here."""
        return path in self._files

    def write(self, path: str, content: bytes) -> None:
        """Write a file, unless it is as it shall be."""
        self._files.add(path)
        place = self._folder / path
        if not place.is_file() or place.read_bytes() != content:
            replace_file(place, lambda part: part.write_bytes(content))

    def copy(self, folder: Path, into: str, left_out: frozenset[str]) -> None:
        """Copy the files of a folder, without what hides, but for those that are here with the same size and
        time."""
        there = _times(self._folder / into)
        for name, time in _times(folder).items():
            if name not in left_out:
                self._files.add(f"{into}/{name}")
                if there.get(name) != time:
                    replace_file(self._folder / into / name, partial(shutil.copy2, folder / name))

    def finish(self, *beside: str) -> None:
        """Remove what was not written and is not named, and the folders that this leaves empty."""
        kept = {*self._files, *beside}
        for place, _, names in os.walk(self._folder, topdown=False):
            here = Path(place)
            inside = "" if here == self._folder else f"{here.relative_to(self._folder).as_posix()}/"
            for name in names:
                if f"{inside}{name}" not in kept:
                    (here / name).unlink()
            if not any(here.iterdir()):
                here.rmdir()


def _times(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of the files of a folder; of a folder that is not there, none."""
    if not folder.exists():
        return {}
    with os.scandir(folder) as entries:
        found = ((e.name, e.stat()) for e in entries if e.is_file() and not e.name.startswith("."))
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in found}
