"""Writing whole or not at all: files, folders, swaps and the project's lock."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from generator.core import files
from generator.core.errors import BuildError, OutputError
from generator.core.files import (
    OutputFile,
    project_lock,
    recover_folder,
    remove_file,
    swap_folder,
    sweep,
    write_atomically,
    write_folder,
)
from tests.running import listing


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "inside" / "a.txt"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert [found.name for found in path.parent.iterdir()] == ["a.txt"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("call", ["fsync", "mkstemp", "replace"])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    place = {"fsync": "os.fsync", "mkstemp": "tempfile.mkstemp", "replace": "pathlib.Path.replace"}[call]
    monkeypatch.setattr(place, full)
    with pytest.raises(OutputError) as caught:
        write_atomically(path, b"new")
    assert caught.value.exit_code == 4
    assert str(caught.value) == f"cannot write {path}: No space left on device. What was there is unchanged."
    monkeypatch.undo()
    assert listing(tmp_path).keys() == {"a.txt"}
    assert path.read_bytes() == b"old"


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*file/a\.txt: File exists"):
        write_atomically(tmp_path / "file" / "a.txt", b"")
    with pytest.raises(OutputError, match=r"cannot write .*file/folder"):
        write_folder(tmp_path / "file" / "folder", [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="Permission denied"):
            write_atomically(tmp_path / "a.txt", b"")
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    write_folder(folder, [OutputFile("a", b"1"), OutputFile("b/c", b"2")])
    write_folder(folder, [OutputFile("d", b"3")])
    assert [(path, (tmp_path / path).read_bytes()) for path in listing(tmp_path)] == [("made/d", b"3")]


def test_a_folder_of_which_one_file_cannot_be_written_stays(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    write_folder(folder, [OutputFile("a", b"1")])
    before = listing(tmp_path)
    with pytest.raises(OutputError):
        write_folder(folder, [OutputFile("a", b"2"), OutputFile("a/b", b"3")])
    assert listing(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_what_a_killed_run_left_aside_does_not_get_in(tmp_path: Path) -> None:
    (tmp_path / ".made.new").mkdir()
    (tmp_path / ".made.new" / "half").write_text("")
    write_folder(tmp_path / "made", [OutputFile("a", b"1")])
    assert listing(tmp_path).keys() == {"made/a"}


def test_a_sweep_removes_what_is_not_whole_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".made.new" / "deep").mkdir(parents=True)
    (tmp_path / ".a.txt.x1y2.part").write_text("half")
    for kept in ("a.txt", ".hidden", ".made.old", "b.part"):
        (tmp_path / kept).write_text("")
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", ".made.old", "a.txt", "b.part"]
    sweep(tmp_path / "nowhere")


def folder_with(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "text").write_text(text)
    return path


def test_two_folders_change_places_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, current = folder_with(tmp_path / "new", "new"), folder_with(tmp_path / "site", "old")
    monkeypatch.setattr(Path, "rename", full)  # which the two steps would need
    swap_folder(new, current)
    assert (current / "text").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_where_there_is_no_exchange_two_steps_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, current = folder_with(tmp_path / "new", "new"), folder_with(tmp_path / "site", "old")
    monkeypatch.setattr(files, "_exchange", lambda *_: False)
    swap_folder(new, current)
    assert (current / "text").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_exchange_that_fails_leaves_the_old_folder(tmp_path: Path) -> None:
    current = folder_with(tmp_path / "site", "old")
    with pytest.raises(OutputError, match=r"cannot replace .*site: No such file.*The old one is in place\."):
        swap_folder(tmp_path / "new", current)
    assert (current / "text").read_text() == "old"


def test_a_swap_that_fails_puts_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, current = folder_with(tmp_path / "new", "new"), folder_with(tmp_path / "site", "old")
    monkeypatch.setattr(files, "_exchange", lambda *_: False)
    rename = Path.rename

    def stubborn(path: Path, target: Path) -> Path:
        return full() if path == new else rename(path, target)  # type: ignore[return-value]

    monkeypatch.setattr(Path, "rename", stubborn)
    with pytest.raises(OutputError, match=r"cannot replace .*site: No space left.*The old one is in place\."):
        swap_folder(new, current)
    assert (current / "text").read_text() == "old"
    assert not (tmp_path / ".site.old").exists()


@pytest.mark.parametrize("killed", ["before the first rename", "between the two", "after the second"])
def test_a_killed_swap_is_finished_by_the_next_run(tmp_path: Path, killed: str) -> None:
    site, old = tmp_path / "site", tmp_path / ".site.old"
    if killed == "between the two":
        folder_with(old, "old")
    else:
        folder_with(site, "old" if killed == "before the first rename" else "new")
    if killed == "after the second":
        folder_with(old, "old")
    recover_folder(site)
    assert (site / "text").read_text() == ("new" if killed == "after the second" else "old")
    assert not old.exists()


def test_what_cannot_be_recovered_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / ".site.old", "old")
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OutputError, match=r"cannot put .*\.site\.old back"):
        recover_folder(tmp_path / "site")


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with (
        project_lock(tmp_path),
        pytest.raises(BuildError, match="another run is at work"),
        project_lock(tmp_path),
    ):
        pass
    with project_lock(tmp_path):
        pass


def test_a_run_that_is_killed_gives_the_lock_back(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from generator.core.files import project_lock\n"
        "with project_lock(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert done.returncode < 0
    with project_lock(tmp_path):
        pass


def test_a_lock_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*build/\.lock"), project_lock(tmp_path):
        pass


def test_a_file_that_cannot_be_removed_is_named(tmp_path: Path) -> None:
    remove_file(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    remove_file(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=r"cannot remove .*folder"):
        remove_file(tmp_path / "folder")


def test_a_folder_that_is_not_synced_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, current = tmp_path / "new", tmp_path / "current"
    for folder in (new, current):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"cannot make sure that .* is kept: No space left on device"):
        swap_folder(new, current)
    assert (current / "name").read_text() == "new"
