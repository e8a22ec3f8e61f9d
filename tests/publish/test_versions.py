"""Frozen folders and the ledger by hand: what is whole, what was changed, what was lost."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator.core.errors import BadDataError, OutputError, RequestError
from generator.core.files import OutputFile
from generator.publish.freeze import (
    Manifest,
    damages,
    freeze,
    has_changed,
    published_issues,
    read_manifest,
    refuse_damage,
    slug_of,
    spec_is_gone,
)
from generator.publish.ledger import (
    losses,
    read_ledger,
    refuse_losses,
    refuse_taken_back,
    withdraw,
    withdrawn,
    write_ledger,
)
from tests.running import ascii_files


def sha(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def frozen(root: Path, slug: str = "one", version: int = 1) -> Path:
    """A version of two files, and of what a person wrote: its spec, a table beside it, the earlier issues."""
    made = Manifest(
        slug, version, "2026-04-21", "2026-04-20", "files", {"SPY": "x"}, {}, "sha256:s", "sha256:c", {}, {}
    )
    files = [OutputFile("index.md", b"page"), OutputFile("charts/a.svg", b"chart")]
    inputs = [
        OutputFile(f"{slug}/report.yml", b"spec"),
        OutputFile(f"{slug}/tables/t.csv", b"table"),
        OutputFile("earlier.json", b"[]"),
    ]
    return freeze(root, made, files, inputs)


def written(root: Path, slug: str = "one") -> Path:
    """The report's own folder, as it was when the version was frozen."""
    folder = root / "reports" / slug
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    (folder / "report.yml").write_bytes(b"spec")
    (folder / "tables" / "t.csv").write_bytes(b"table")
    return folder


def test_a_version_holds_its_files_and_their_hashes(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    assert folder == tmp_path / "reports" / "one" / "v1"
    expected = {
        "charts/a.svg": sha(b"chart"),
        "index.md": sha(b"page"),
        "inputs/earlier.json": sha(b"[]"),
        "inputs/one/report.yml": sha(b"spec"),
        "inputs/one/tables/t.csv": sha(b"table"),
    }
    content = (folder / "manifest.json").read_text()
    told = json.loads(content)
    assert list(told["files"].items()) == list(expected.items())
    assert (told["slug"], told["version"], told["snapshots"], told["credit"]) == (
        "one",
        1,
        {"SPY": "x"},
        None,
    )
    assert content.endswith("}\n")
    assert {name: sha((folder / name).read_bytes()) for name in expected} == expected
    assert damages(folder) == []
    refuse_damage(folder)
    with pytest.raises(OutputError, match="is there already, and what is published does not change"):
        frozen(tmp_path)
    assert read_manifest(folder).files == expected


def test_a_manifest_is_read_by_people_too(tmp_path: Path) -> None:
    told = Manifest(
        "one", 1, "2026-04-21", "2026-04-20", "files", {}, {"QQQ": "für Müller"}, "s", "c", {}, {}, "Zürich"
    )
    folder = freeze(tmp_path, told, [OutputFile("b.md", b"page"), OutputFile("a.md", b"page")], [])
    assert (folder / "manifest.json").read_text(encoding="utf-8") == (
        '{\n "slug": "one",\n "version": 1,\n "date": "2026-04-21",\n "as_of": "2026-04-20",\n'
        ' "source": "files",\n "snapshots": {},\n "absent": {\n  "QQQ": "für Müller"\n },\n "spec": "s",\n'
        f' "code": "c",\n "made_with": {{}},\n "files": {{\n  "a.md": "{sha(b"page")}",\n'
        f'  "b.md": "{sha(b"page")}"\n }},\n "credit": "Zürich"\n}}\n'
    )


def test_versions_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for version in (2, 10, 1, 3, 4, 5, 6, 7, 8, 9):
        frozen(tmp_path, version=version)
    frozen(tmp_path, "two")
    for name in ("v0", "v01", "vx", "v10000", "w1"):
        (tmp_path / "reports" / "one" / name).mkdir()
    (tmp_path / "reports" / "two" / "v2").write_text("a file")
    found = published_issues(tmp_path)
    assert list(found) == ["one", "two"]
    assert [folder.name for folder in found["one"].folders] == [f"v{n}" for n in range(1, 11)]
    assert (found["one"].newest.name, found["one"].version) == ("v10", 10)
    assert (found["two"].newest.name, found["two"].version) == ("v1", 1)


@pytest.mark.parametrize(("removed", "told"), [("v1", "v1"), ("v2", "v2"), ("v3/manifest.json", "v3")])
def test_a_version_that_is_missing_between_others(removed: str, told: str, tmp_path: Path) -> None:
    for version in (1, 2, 3):
        frozen(tmp_path, version=version)
    path = tmp_path / "reports" / "one" / removed
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(BadDataError, match=f"reports/one/{told} is not a whole published version") as caught:
        published_issues(tmp_path)
    assert str(caught.value).endswith(f"git checkout -- reports/one/{told}")


def test_what_is_not_as_it_was_published_is_named_in_order(tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    (folder / "index.md").write_bytes(b"Page")
    (folder / "charts" / "a.svg").unlink()
    (folder / "inputs" / "earlier.json").unlink()
    (folder / "charts" / "b.svg").write_bytes(b"")
    (folder / "a-link").symlink_to(folder / "nowhere")
    (folder / "empty").mkdir()
    expected = [
        "charts/a.svg is missing",
        "inputs/earlier.json is missing",
        "a-link was added",
        "charts/b.svg was added",
        "index.md has changed",
    ]
    assert damages(folder) == expected
    with pytest.raises(BadDataError) as caught:
        refuse_damage(folder)
    assert str(caught.value) == (
        f"reports/one/v1 is not what was published: {'; '.join(expected)}. "
        "Put it back as it was: git checkout -- reports/one/v1"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "it belongs to v2"),
        ({"slug": "../up"}, "it names no issue"),
        ({"slug": "two"}, "reports/one was published as two; rename the folder back: git mv"),
        ({"files": 3}, r"reports/one/v1/manifest\.json cannot be read"),
        ({"slug": "other"}, r"reports/one/v1 is a copy of what was published as other\. Remove it: rm -r"),
        ({"slug": "two", "version": 2}, "reports/one was published as two"),
    ],
)
def test_a_manifest_that_is_anothers(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    (tmp_path / "reports" / "other").mkdir()
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(BadDataError, match=message):
        read_manifest(folder)
    assert slug_of(folder) == change.get("slug", "one")


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_a_manifest_that_tells_nothing(content: str | None, tmp_path: Path) -> None:
    folder = frozen(tmp_path)
    path = folder / "manifest.json"
    path.unlink() if content is None else path.write_text(content)
    assert slug_of(folder) == ""
    with pytest.raises(BadDataError, match="cannot be read"):
        read_manifest(folder)


def test_a_spec_or_a_table_of_it_that_changed(tmp_path: Path) -> None:
    frozen(tmp_path)
    (issue,) = published_issues(tmp_path).values()
    copy = "reports/one/v1/inputs/one/report.yml"
    assert not has_changed(tmp_path, issue)  # nobody has the spec any more
    assert spec_is_gone(tmp_path, issue) == (
        f"reports/one/report.yml is gone. As it was published it lies in {copy}"
    )
    folder = written(tmp_path)
    assert not has_changed(tmp_path, issue)
    assert spec_is_gone(tmp_path, issue) == ""
    (folder / "earlier.json").write_text("nothing to do with it")
    assert not has_changed(tmp_path, issue)
    for name in ("report.yml", "tables/t.csv"):
        kept = (folder / name).read_bytes()
        (folder / name).write_bytes(kept + b" ")
        assert has_changed(tmp_path, issue)
        (folder / name).write_bytes(kept)
        assert not has_changed(tmp_path, issue)
    (folder / "tables" / "t.csv").unlink()
    assert has_changed(tmp_path, issue)


def test_an_article_from_elsewhere_that_is_gone(tmp_path: Path) -> None:
    told = Manifest("old", 1, "2026-04-21", "2026-04-21", "", {}, {}, "s", "c", {}, {})
    freeze(tmp_path, told, [], [OutputFile("old/article.md", b"# Old")])
    (issue,) = published_issues(tmp_path).values()
    assert spec_is_gone(tmp_path, issue) == (
        "reports/old/article.md is gone. As it was published it lies in reports/old/v1/inputs/old/article.md"
    )
    (tmp_path / "reports" / "old" / "article.md").write_bytes(b"# New")
    assert spec_is_gone(tmp_path, issue) == ""
    assert has_changed(tmp_path, issue)


def ledger(root: Path, *told: dict[str, Any]) -> None:
    lines = [json.dumps({"slug": "one", "version": 1, "manifest": "sha256:1", **each}) for each in told]
    (root / "published.jsonl").write_text("\n\n".join(lines) + "\n")


def known(root: Path) -> dict[str, tuple[int, str, str]]:
    """Version, manifest and the day on which it was taken back, by slug."""
    return {
        slug: (each.version, each.manifest, "" if each.withdrawn is None else str(each.withdrawn))
        for slug, each in read_ledger(root).items()
    }


GONE = {"withdrawn": "2026-05-01", "reason": "wrong"}


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ([{}, {}], (1, "sha256:1", "")),
        ([{}, {"version": 2, "manifest": "sha256:2"}], (2, "sha256:2", "")),
        ([{"version": 2, "manifest": "sha256:2"}, {}], (2, "sha256:2", "")),
        ([{"version": 10}, {"version": 9}], (10, "sha256:1", "")),
        # What was taken back stays so, whatever else a line says.
        ([GONE, {"version": 2}], (1, "sha256:1", "2026-05-01")),
        ([{"version": 2}, GONE], (1, "sha256:1", "2026-05-01")),
        ([{"manifest": "sha256:2"}, GONE], (1, "sha256:1", "2026-05-01")),
    ],
)
def test_which_line_on_an_issue_counts(
    told: list[dict[str, Any]], counts: tuple[int, str, str], tmp_path: Path
) -> None:
    ledger(tmp_path, *told, {"slug": "two", "version": 7})
    assert known(tmp_path) == {"one": counts, "two": (7, "sha256:1", "")}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"manifest": "sha256:2"}, "two lines on v1 of one: it was published twice"),
        ({"withdrawn": "2026-5-1"}, "line 3 cannot be read"),
        ({"withdrawn": "yesterday"}, "line 3 cannot be read"),
        ({"version": "1"}, "line 3 cannot be read"),
        ({"manifest": None}, "line 3 cannot be read"),
        ({"slug": "A b"}, "line 3 cannot be read"),
    ],
)
def test_a_line_that_cannot_be_right(line: dict[str, Any], message: str, tmp_path: Path) -> None:
    ledger(tmp_path, {}, line)
    with pytest.raises(BadDataError, match=message):
        read_ledger(tmp_path)


def test_a_ledger_that_is_no_text(tmp_path: Path) -> None:
    assert read_ledger(tmp_path) == {}
    (tmp_path / "published.jsonl").write_bytes(b"\xff")
    with pytest.raises(OutputError, match="cannot read"):
        read_ledger(tmp_path)


def test_a_ledger_is_read_in_utf_8_wherever_it_is(tmp_path: Path) -> None:
    line = {"slug": "one", "version": 1, "manifest": "m", "withdrawn": "2026-05-01", "reason": "für Müller"}
    (tmp_path / "published.jsonl").write_bytes(json.dumps(line, ensure_ascii=False).encode())
    with ascii_files():
        assert read_ledger(tmp_path)["one"].reason == "für Müller"


def test_one_that_lies_under_another_name_is_not_lost(tmp_path: Path) -> None:
    for slug in ("one", "two", "three"):
        frozen(tmp_path, slug)
    write_ledger(tmp_path, published_issues(tmp_path))
    reports = tmp_path / "reports"
    (reports / "two").rename(reports / "moved")
    assert losses(tmp_path, published_issues(tmp_path)) == {}
    with pytest.raises(BadDataError, match="reports/moved was published as two; rename the folder back"):
        refuse_losses(tmp_path, published_issues(tmp_path))
    shutil.rmtree(reports / "one")
    assert list(losses(tmp_path, published_issues(tmp_path))) == ["one"]
    shutil.rmtree(reports / "moved")
    with pytest.raises(BadDataError) as caught:
        refuse_losses(tmp_path, published_issues(tmp_path))
    assert [line.partition(" ")[0] for line in str(caught.value).splitlines()] == ["one", "two"]


def test_what_is_published_is_added_to_what_was(tmp_path: Path) -> None:
    ledger(tmp_path, {"slug": "gone"}, {"slug": "back", **GONE})
    for slug, version in (("one", 1), ("one", 2), ("back", 1)):
        frozen(tmp_path, slug, version)
    write_ledger(tmp_path, published_issues(tmp_path))
    manifest = sha((tmp_path / "reports" / "one" / "v2" / "manifest.json").read_bytes())
    assert known(tmp_path) == {
        "gone": (1, "sha256:1", ""), "back": (1, "sha256:1", "2026-05-01"), "one": (2, manifest, "")
    }  # fmt: skip
    path = tmp_path / "published.jsonl"
    lines = path.read_text().splitlines()
    assert lines == sorted(lines)
    assert "null" not in path.read_text()


def test_an_issue_that_is_taken_back(tmp_path: Path) -> None:
    frozen(tmp_path)
    frozen(tmp_path, "two")
    issues = published_issues(tmp_path)
    write_ledger(tmp_path, issues)
    refuse_taken_back(tmp_path, ["one", "two"])
    withdraw(tmp_path, issues, "one", date(2026, 5, 1), "wrong")
    assert {slug: told[::2] for slug, told in known(tmp_path).items()} == {
        "one": (1, "2026-05-01"), "two": (1, "")
    }  # fmt: skip
    assert read_ledger(tmp_path)["one"].reason == "wrong"
    assert list(withdrawn(tmp_path)) == ["one"]
    refuse_taken_back(tmp_path, ["two"])
    with pytest.raises(RequestError, match=r"'one' was taken back on 2026-05-01, .* rename the folder"):
        refuse_taken_back(tmp_path, ["two", "one"])
    again = losses(tmp_path, published_issues(tmp_path))
    assert again == {"one": "one was taken back on 2026-05-01 and is there again: git rm -r reports/one"}
    shutil.rmtree(tmp_path / "reports" / "one")
    assert losses(tmp_path, published_issues(tmp_path)) == {}
    with pytest.raises(RequestError, match=r"another name\.$"):
        refuse_taken_back(tmp_path, ["one"])


def test_what_was_lost_and_how_it_comes_back(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        frozen(tmp_path, version=version)
    write_ledger(tmp_path, published_issues(tmp_path))
    folder = tmp_path / "reports" / "one"
    back = "; to take it back on purpose: precedent unpublish one"

    def said() -> str:
        return losses(tmp_path, published_issues(tmp_path)).get("one", "")

    assert said() == ""
    for version in (3, 2):
        shutil.rmtree(folder / f"v{version}")
    assert said() == (
        "one was published (v3) but only v1 is there: git checkout -- reports/one/v2 reports/one/v3" + back
    )
    shutil.rmtree(folder / "v1")
    assert said() == (
        "one was published (v3) and is gone: git checkout -- reports/one/v1 reports/one/v2 reports/one/v3"
        + back
    )
    folder.rmdir()
    assert said() == "one was published (v3) and is gone: git checkout -- reports/one" + back


@pytest.mark.parametrize(("count", "more"), [(5, None), (6, "and 1 more."), (7, "and 2 more.")])
def test_five_losses_are_told(count: int, more: str | None, tmp_path: Path) -> None:
    ledger(tmp_path, *({"slug": f"issue-{n}"} for n in range(count)))
    with pytest.raises(BadDataError) as caught:
        refuse_losses(tmp_path, {})
    lines = str(caught.value).splitlines()
    assert len(lines) == 5 + (more is not None)
    assert lines[-1] == more or more is None
    refuse_losses(tmp_path / "elsewhere", {})
