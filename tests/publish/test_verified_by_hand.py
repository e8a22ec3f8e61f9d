"""``precedent verify`` by hand: which versions are looked at, and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from generator.core.errors import BadDataError, OutputError, RequestError
from generator.core.files import OutputFile
from generator.market.history import PriceHistory, fingerprint
from generator.market.providers.snapshots import SnapshotStore
from generator.publish.freeze import Manifest, freeze, published_issues, sha256
from generator.publish.ledger import write_ledger
from generator.run import verify as verifying
from generator.run.make import versions
from generator.run.verify import _Prices
from tests.desk.hand import history
from tests.press.test_frozen import FOLDER as FROZEN
from tests.scan.markets import MadeUp

CLOSES = [100.0, 101.0, 102.0]


def manifest(slug: str = "one", day: str = "2026-04-20", number: int = 1, **changes: Any) -> Manifest:
    made: dict[str, Any] = {
        "slug": slug, "version": number, "date": day, "as_of": "2026-04-17", "source": "files",
        "snapshots": {}, "absent": {}, "spec": "s", "code": "sha256:code", "made_with": versions(),
        "files": {},
    }  # fmt: skip
    return Manifest(**{**made, **changes})


def version(root: Path, told: Manifest, files: int = 1) -> Path:
    """A version of so many pages, which tells of no other issue."""
    pages = [OutputFile(f"page-{n}.md", b"x") for n in range(files)]
    return freeze(root, told, pages, [OutputFile("earlier.json", b"{}")])


# Which versions


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An old issue of two versions and a new one of one, of two, three and four files."""
    for slug, day, number, files in (
        ("old", "2026-04-13", 1, 1), ("old", "2026-04-13", 2, 2), ("new", "2026-04-20", 1, 3),
    ):  # fmt: skip
        version(tmp_path, manifest(slug, day, number), files)
    write_ledger(tmp_path, published_issues(tmp_path))
    vendor = MadeUp({})
    vendor.notes.append("asked once")
    monkeypatch.setattr("generator.spec.letter.load_letter", lambda root: None)
    monkeypatch.setattr("generator.spec.letter.source_of", lambda root, letter, source: vendor)
    monkeypatch.setattr(verifying, "program_hash", lambda root: "code")
    monkeypatch.setattr(
        verifying, "_verify_one", lambda root, folder, vendor, code, say: say(f"  looked at by {code}")
    )
    return tmp_path


def verified(root: Path, *slugs: str) -> tuple[list[str], str]:
    """What was said, and what is wrong; empty where nothing is."""
    said: list[str] = []
    try:
        verifying.verify(root, slugs, None, said.append)
    except BadDataError as error:
        return said, str(error)
    return said, ""


LOOKED, NOTE = "  looked at by code", "note: asked once"
ONLY = "Only the newest issue was made again. Name others to have them made again too."


def test_which_versions_are_looked_at_and_made_again(project: Path) -> None:
    whole = "Files: 9 in 3 published versions, all as published"
    assert verified(project) == ([whole, "new v1", LOOKED, NOTE, ONLY], "")
    old = ["Files: 5 in 2 published versions, all as published", "old v1", LOOKED, "old v2", LOOKED, NOTE]
    assert verified(project, "old") == (old, "")
    new = ["Files: 4 in 1 published version, all as published", "new v1", LOOKED, NOTE]
    assert verified(project, "new") == (new, "")
    said, _ = verified(project, "new", "old")
    assert said == [whole, "new v1", LOOKED, "old v1", LOOKED, "old v2", LOOKED, NOTE]
    with pytest.raises(RequestError, match=r"'x{80}' was never published\. Published issues: new, old\."):
        verified(project, "old", "x" * 81)


def test_where_nothing_was_published(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(RequestError, match=r"'one' was never published\. Published issues: none\."):
        verified(empty, "one")
    assert verified(empty) == (["Files: 0 in 0 published versions, all as published", NOTE], "")


def test_a_version_that_is_damaged_is_told_and_not_made_again(project: Path) -> None:
    (project / "reports" / "old" / "v1" / "page-0.md").write_bytes(b"y")
    said, wrong = verified(project, "old")
    assert said[0].startswith("old v1\n  DAMAGED: reports/old/v1 is not what was published: page-0.md has")
    assert said[1:] == ["Files: 3 in 1 published version, all as published", "old v2", LOOKED, NOTE]
    assert wrong == "not what was published: old v1. See above what is wrong."
    assert verified(project, "new")[1] == ""
    (project / "reports" / "new" / "v1" / "page-0.md").write_bytes(b"y")
    said, wrong = verified(project)
    # The newest issue that is whole.
    assert said[2:] == ["Files: 3 in 1 published version, all as published", "old v2", LOOKED, NOTE, ONLY]
    assert wrong.startswith("not what was published: new v1, old v1. See")


def test_a_version_that_comes_out_otherwise_is_damaged(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(root: Path, folder: Path, *_: Any) -> None:
        if folder.name == "v1":
            raise BadDataError("it is otherwise.")

    monkeypatch.setattr(verifying, "_verify_one", one)
    said, wrong = verified(project, "old")
    assert said[1:] == ["old v1", "  DAMAGED: it is otherwise.", "old v2", NOTE]
    assert wrong == "not what was published: old v1. See above what is wrong."


def test_an_issue_that_is_lost_is_told(project: Path) -> None:
    version(project, manifest("gone"))
    write_ledger(project, published_issues(project))
    (project / "reports" / "gone").rename(project / "gone")
    said, wrong = verified(project)
    assert said[0].startswith("  LOST: gone was published (v1) and is gone: git checkout -- reports/gone;")
    assert wrong.startswith("not what was published: gone. See")
    assert verified(project, "new")[1] == ""
    said, wrong = verified(project, "gone")
    assert said[1:] == ["Files: 0 in 0 published versions, all as published", NOTE]
    assert said[0].startswith("  LOST: gone was")
    assert wrong.startswith("not what was published: gone. See")
    # One that lies under another name is not lost: its folder says what it is.
    (project / "gone").rename(project / "reports" / "moved")
    said, wrong = verified(project)
    assert not any("LOST" in line for line in said)
    assert wrong.startswith("not what was published: moved v1. See")


def test_what_an_issue_tells_of_is_read_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def refuse(root: Path, folder: Path, hashes: dict[str, str | None]) -> None:
        asked.append(len(hashes))
        hashes[folder.name] = None
        if folder.parent.name == "new":
            raise BadDataError("it tells of another")

    monkeypatch.setattr("generator.run.earlier.refuse_other_earlier", refuse)
    said, wrong = verified(project)
    assert asked == [0, 1, 1]
    assert said[:2] == [
        "new v1\n  DAMAGED: it tells of another", "Files: 5 in 2 published versions, all as published"
    ]  # fmt: skip
    assert "new v1" in wrong


# One version


class Vendor(MadeUp):
    """A source of another name."""

    name = "other"


def of(*assets: str, closes: Sequence[float] = CLOSES, last: str = "2026-04-17") -> dict[str, PriceHistory]:
    return {asset: history(closes, asset, last) for asset in assets}


def keys(*assets: str) -> dict[str, str]:
    return {asset: fingerprint([each]) for asset, each in of(*assets).items()}


def test_kept_and_present_prices(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    for each in of("SPY", "QQQ").values():
        store.save(each)
    told = manifest(snapshots=keys("SPY", "QQQ", "DIA"))
    said: list[str] = []
    later = of("SPY", "DIA", closes=[*CLOSES, 103.0], last="2026-04-20")
    prices = verifying._prices(tmp_path, told, cast(Any, MadeUp(later)), said.append)
    assert list(prices.kept) == ["SPY", "QQQ"]
    assert prices.kept["SPY"].source == "files"
    assert {asset: str(each.last) for asset, each in prices.present.items()} == {
        "SPY": "2026-04-17", "DIA": "2026-04-17"
    }  # fmt: skip
    assert said == ["  not compared with today's prices of QQQ: no prices for QQQ"]
    said.clear()
    prices = verifying._prices(tmp_path, told, cast(Any, Vendor(later)), said.append)
    assert (list(prices.kept), prices.present) == (["SPY", "QQQ"], {})
    assert said == [
        "  not compared with today's prices: it was published from files, and this is other. Name that "
        "source with --source."
    ]


def one_version(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    other: Sequence[str] | Exception,
    told: Manifest | None = None,
    present: Mapping[str, PriceHistory] | None = None,
    code: str = "code",
    gone: Sequence[str] = (),
    machine: bool = False,
) -> list[str]:
    """What is said of a version from which these files come out otherwise; last, what is wrong."""

    def differ(root: Path, folder: Path, told: Manifest, histories: Mapping[str, PriceHistory]) -> Any:
        assert set(histories) == set(told.snapshots)
        if isinstance(other, Exception):
            raise other
        return list(other)

    said: list[str] = []
    monkeypatch.setattr("generator.publish.freeze.read_manifest", lambda folder: told or manifest())
    monkeypatch.setattr("generator.run.earlier.taken_back", lambda root, folder: list(gone))
    monkeypatch.setattr(verifying, "_prices", lambda *_: _Prices({}, present or {}))
    monkeypatch.setattr(verifying, "_tell_revisions", lambda *_: said.append("revisions"))
    monkeypatch.setattr(verifying, "_other_files", differ)
    monkeypatch.setattr(verifying, "_card_hangs_on_machine", lambda folder: machine)
    try:
        verifying._verify_one(root, root / "v1", cast(Any, MadeUp({})), code, said.append)
    except BadDataError as error:
        said.append(f"wrong: {error}")
    return said


WRONG = "wrong: from the same prices the same program makes something else."
SAME = "  the program: the same as then"
CHANGED = "  the program: code, templates, settings or lock are others than then"


def test_what_is_said_of_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(*arguments: Any, **more: Any) -> list[str]:
        return one_version(tmp_path, monkeypatch, *arguments, **more)

    assert said([]) == ["revisions", "  made again: every byte the same"]
    # Of an article that was written elsewhere there are no prices.
    assert said([], manifest(source="")) == ["  made again: every byte the same"]
    gone = said([], gone=["a", "b"])
    assert gone == ["revisions", "  not made again: it tells of a, b, taken back since"]
    lacking = said([], manifest(snapshots=keys("SPY", "QQQ", "DIA")), of("QQQ"))
    assert lacking == ["revisions", "  not made again: no prices of DIA, SPY"]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (["lead.svg"], "; words and numbers are the same"),
        (["lead.svg", "index.md"], ""),
        (["lead.csv", "lead.svg"], ""),
        (["edition.json"], ""),
    ],
)
def test_what_comes_out_otherwise_is_told(
    other: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = f"  made again, otherwise: {', '.join(other)}{words}"
    said = one_version(tmp_path, monkeypatch, other)
    assert said == ["revisions", told, SAME, WRONG]
    assert one_version(tmp_path, monkeypatch, other, code="new") == ["revisions", told, CHANGED]


def test_what_may_explain_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(*arguments: Any, **more: Any) -> list[str]:
        return one_version(tmp_path, monkeypatch, *arguments, **more)[2:]

    two = manifest(snapshots=keys("SPY", "QQQ"))
    assert said(["a.svg"], two, of("SPY", "QQQ")) == [SAME, WRONG]
    revised = {**of("SPY"), **of("QQQ", closes=[99.0, 101.0, 102.0])}
    assert said(["a.svg"], two, revised) == [SAME]
    assert said(["a.svg"], two, of("SPY", "QQQ", closes=[1.0, 2.0, 3.0])) == [SAME]
    card = "  the card has letters drawn in typefaces of the machine: with others it looks otherwise"
    assert said(["social.png"], machine=True) == [SAME, card]
    assert said(["social.png"]) == [SAME, WRONG]
    assert said(["a.svg", "social.png"], machine=True) == [SAME, WRONG]
    failed = one_version(tmp_path, monkeypatch, OutputError("no room"), code="new")
    assert failed[1:] == [
        "  cannot be made again with this program: no room",
        "  made again, otherwise: everything; words and numbers are the same",
        CHANGED,
    ]


# Made again


def test_an_issue_is_made_again_from_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its corrections and notices are those that it was published with; what a person wrote is not made."""
    from generator.edition.card import read_card

    card = read_card(FROZEN)
    assert card.corrections
    assert card.notices
    asked: dict[str, Any] = {}

    def answered(spec: Any, letter: Any, source: Any, as_of: date, earlier: Any) -> Any:
        asked.update(spec=spec, letter=letter, source=source, as_of=as_of, earlier=earlier)
        return "report"

    def files(edition: Any, letter: Any) -> list[OutputFile]:
        asked.update(edition=edition, worn=letter)
        return [OutputFile("index.md", b"page"), OutputFile("lead.svg", b"new")]

    for name, value in {
        "article.build.edition_of": lambda report: replace(card, corrections=(), notices=()),
        "article.expectations.expect": lambda report: f"expected of {report}",
        "assembly.issue.report_files": files,
        "assembly.pages.expectations_file": lambda told: OutputFile("expectations.json", told.encode()),
        "check.reading.load_spec": lambda path: path,
        "edition.card.read_card": lambda folder: card,
        "run.earlier.read_earlier": lambda root, folder: ("earlier", root, folder),
        "run.verify.answer": answered,
        "spec.letter.load_letter": lambda root: f"letter of {root.name}",
    }.items():
        monkeypatch.setattr(f"generator.{name}", value)
    folder = tmp_path / "reports" / "one" / "v1"
    (folder / "inputs").mkdir(parents=True)
    hashes = {
        "index.md": sha256(b"page"), "lead.svg": sha256(b"old"), "inputs/one/report.yml": sha256(b"spec"),
        "expectations.json": sha256(b"expected of report"),
    }  # fmt: skip
    told = manifest(files=hashes, absent={"DIA": "none"}, credit="Somebody")
    known = of("SPY")
    assert verifying._other_files(tmp_path, folder, told, known) == ["lead.svg"]
    assert asked["spec"] == folder / "inputs" / "one" / "report.yml"
    assert (asked["letter"], asked["worn"]) == ("letter of inputs", "letter of inputs")
    assert (asked["as_of"], asked["earlier"]) == (date(2026, 4, 17), ("earlier", tmp_path, folder))
    assert asked["edition"] == card
    source = asked["source"]
    assert (source.name, source.history("SPY"), source.credit(["SPY"])) == ("files", known["SPY"], "Somebody")
    with pytest.raises(Exception, match="none"):
        source.history("DIA")


def test_an_article_is_made_again_from_its_own_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "check.old_articles.read_article": lambda folder: folder,
        "run.old_articles.article_files": lambda article, letter: [
            OutputFile("index.md", f"{article.relative_to(tmp_path)} {letter}".encode())
        ],
        "spec.letter.load_letter": lambda root: f"letter of {root.name}",
    }.items():
        monkeypatch.setattr(f"generator.{name}", value)
    page = sha256(b"v1/inputs/one letter of inputs")
    told = manifest(source="", files={"index.md": page, "inputs/letter.yml": sha256(b"x")})
    assert verifying._other_files(tmp_path, tmp_path / "v1", told, {}) == []
    other = replace(told, files={"index.md": sha256(b"another")})
    assert verifying._other_files(tmp_path, tmp_path / "v1", other, {}) == ["index.md"]


def test_a_card_hangs_on_the_letters_that_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    letter = SimpleNamespace(looks="looks", name="The Letter")
    read: list[Path] = []

    def load(root: Path) -> Any:
        read.append(root)
        return letter

    def hangs(looks: object, *texts: str) -> bool:
        asked.append((looks, *texts))
        return True

    card = SimpleNamespace(kicker="Kicker", title="Title")
    monkeypatch.setattr("generator.charts.render.card_hangs_on_machine", hangs)
    monkeypatch.setattr("generator.spec.letter.load_letter", load)
    monkeypatch.setattr("generator.edition.card.read_card", lambda folder: card)
    assert verifying._card_hangs_on_machine(Path("v1"))
    assert asked == [("looks", "The Letter", "Kicker", "Title")]
    assert read == [Path("v1/inputs")]
