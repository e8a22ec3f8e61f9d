"""Frozen issues are looked at in every run, and read again only when somebody has touched them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from generator.core.errors import BadDataError
from generator.core.files import OutputFile
from generator.publish import whole
from generator.publish.freeze import Manifest, freeze
from generator.publish.whole import refuse_any_damage


@pytest.fixture
def version(tmp_path: Path) -> Path:
    told = Manifest(
        slug="one",
        version=1,
        date="2026-04-21",
        as_of="2026-04-17",
        source="files",
        snapshots={},
        absent={},
        spec="",
        code="",
        made_with={},
        files={},
    )
    return freeze(tmp_path, told, [OutputFile("index.md", b"words"), OutputFile("a.svg", b"<svg/>")], [])


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The versions whose files were read."""
    folders: list[Path] = []
    refuse_damage = whole.refuse_damage

    def counted(folder: Path) -> None:
        folders.append(folder)
        refuse_damage(folder)

    monkeypatch.setattr(whole, "refuse_damage", counted)
    return folders


def test_what_nobody_touched_is_read_once(tmp_path: Path, version: Path, read: list[Path]) -> None:
    for _ in range(3):
        refuse_any_damage(tmp_path, [version])
    assert read == [version]
    (version / "a.svg").touch()
    refuse_any_damage(tmp_path, [version])
    assert read == [version, version]


@pytest.mark.parametrize("what", ["changed", "in secret", "added", "removed", "a folder in its place"])
def test_what_was_touched_is_found_each_time(tmp_path: Path, version: Path, what: str) -> None:
    refuse_any_damage(tmp_path, [version])
    page = version / "index.md"
    if what == "changed":
        page.write_text("other words")
    elif what == "in secret":
        # As long as before, and its time set back.
        times = page.stat()
        page.write_text("wards")
        os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif what == "added":
        (version / "more.md").write_text("more")
    elif what == "removed":
        page.unlink()
    else:
        shutil.copytree(version, tmp_path / "copy")
        (tmp_path / "copy" / "index.md").write_text("wards")
        shutil.rmtree(version)
        (tmp_path / "copy").rename(version)
    for _ in range(2):
        with pytest.raises(BadDataError, match=r"not what was published.*(index|more)\.md"):
            refuse_any_damage(tmp_path, [version])


def test_a_record_that_is_torn_or_anybodys_is_not_believed(
    tmp_path: Path, version: Path, read: list[Path]
) -> None:
    refuse_any_damage(tmp_path, [version])
    record = tmp_path / "build" / "whole.json"
    for content in (b"", b"[1", b"[]", b'{"reports/one/v1": "0"}', b'{"reports/one/v1": null}'):
        record.write_bytes(content)
        refuse_any_damage(tmp_path, [version])
    assert len(read) == 6


@pytest.mark.parametrize("mark", ["st_size", "st_mtime_ns", "st_ctime_ns", "st_ino"])
def test_each_mark_of_a_file_is_looked_at(mark: str, version: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
    told = dict.fromkeys(names, 1)
    monkeypatch.setattr(whole.os, "lstat", lambda path: SimpleNamespace(**told))
    before = whole._marks(version)
    assert whole._marks(version) == before
    told[mark] = 2
    assert whole._marks(version) != before
