"""What is kept for the next run is found under what it was made from, and nowhere else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from generator.core import shelf as shelves
from generator.core.shelf import Shelf, program


def test_a_thing_is_found_by_all_that_it_was_made_from(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "kept")
    name = shelf.name("a", 1, b"content")
    shelf.keep(name, b"made")
    again = Shelf(tmp_path / "kept")
    assert again.find(again.name("a", 1, b"content")) == b"made"
    for other in (
        ("b", 1, b"content"),
        ("a", 2, b"content"),
        ("a", 1, b"other"),
        ("a", "1", b"content"),
        ("a",),
    ):
        assert again.find(again.name(*other)) is None
    assert shelf.name(b"ab", b"c") != shelf.name(b"a", b"bc")


def test_it_is_made_once(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> bytes:
        made.append("made")
        return b"thing"

    for _ in range(2):
        assert Shelf(tmp_path).of(("from this",), make) == b"thing"
    assert made == ["made"]


@pytest.mark.parametrize("torn", [b"", b"x" * 20, bytes(200)])
def test_what_a_power_cut_has_torn_is_not_there(tmp_path: Path, torn: bytes) -> None:
    shelf = Shelf(tmp_path)
    name = shelf.name("a")
    shelf.keep(name, b"thing")
    (tmp_path / name).write_bytes(torn)
    assert shelf.find(name) is None
    (tmp_path / name).write_bytes(b"another" + bytes(60))
    assert shelf.find(name) is None


def test_what_came_with_a_copy_of_the_folder_is_not_believed(tmp_path: Path) -> None:
    here = Shelf(tmp_path / "here")
    here.keep(here.name("a"), b"anything")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    there = Shelf(tmp_path / "there")
    assert there.find(there.name("a")) is None


def test_what_was_not_asked_for_is_forgotten_but_for_the_newest(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    names = [shelf.name(number) for number in range(5)]
    for number, name in enumerate(names):
        shelf.keep(name, b"thing")
        os.utime(tmp_path / name, ns=(number, number))
    later = Shelf(tmp_path)
    assert later.find(later.name(0)) == b"thing"
    later.forget(2)
    assert [name for name in names if (tmp_path / name).exists()] == [names[0], names[3], names[4]]
    later.forget()
    assert [name for name in names if (tmp_path / name).exists()] == [names[0]]
    assert later.find(later.name(0)) == b"thing"


def test_a_program_is_its_files_and_its_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room" / "below").mkdir(parents=True)
    file = tmp_path / "room" / "below" / "a.py"
    monkeypatch.setattr(shelves, "_PACKAGE", tmp_path)

    def hashed(text: str, *libraries: str) -> str:
        file.write_text(text)
        program.cache_clear()
        return program(("room",), libraries)

    try:
        assert hashed("a", "numpy") == hashed("a", "numpy")
        assert len({hashed("a", "numpy"), hashed("b", "numpy"), hashed("a", "jinja2"), hashed("a")}) == 4
    finally:
        program.cache_clear()
