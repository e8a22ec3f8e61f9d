"""``precedent publish`` by hand: what is wanted, what goes out, in what order, and what is frozen of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from generator.core.errors import (
    DataError,
    NothingError,
    PartialError,
    PrecedentError,
    RequestError,
    SpecError,
    UnknownAssetError,
)
from generator.core.files import OutputFile
from generator.market.history import PriceHistory, fingerprint
from generator.market.providers.snapshots import SnapshotStore
from generator.publish.freeze import Manifest, freeze, published_issues
from generator.publish.ledger import read_ledger, withdraw
from generator.run import publish as publishing
from generator.run.correct import refuse_same
from generator.run.make import Made, Run
from generator.run.publish import Publishing
from generator.run.week import NoWeekError
from tests.desk.hand import history
from tests.publish.test_versions import sha
from tests.running import project_with, small_spec, write_spec
from tests.scan.markets import MadeUp

NOW = datetime(2026, 4, 21, 23, tzinfo=UTC)
TODAY = NOW.date()
NOTHING = cast(Any, None)
ALL = Publishing()


def spec_of(slug: str, day: str = "2026-04-21", **more: Any) -> Any:
    """A spec as far as it is looked at."""
    told = {
        "slug": slug,
        "date": date.fromisoformat(day),
        "files": {},
        "pictures": {},
        "code": {},
        "tags": (),
    }
    return SimpleNamespace(**{**told, "text": "title: x\n", **more})


def version(root: Path, slug: str, number: int = 1) -> Path:
    """A version of one page and its spec."""
    told = Manifest(slug, number, "2026-04-21", "2026-04-20", "files", {}, {}, "sha256:s", "sha256:c", {}, {})
    spec = root / "reports" / slug / "report.yml"
    content = spec.read_bytes() if spec.exists() else b"spec"
    inputs = [OutputFile(f"{slug}/report.yml", content)]
    return freeze(root, told, [OutputFile("index.md", f"page {number}".encode())], inputs)


def a_run(root: Path, **changes: Any) -> Run:
    letter = SimpleNamespace(looks=SimpleNamespace(files=()))
    made: dict[str, Any] = {
        "root": root, "letter": letter, "source": NOTHING, "as_of": None, "made_with": "it",
        "published": published_issues(root), "published_only": True,
    }  # fmt: skip
    return Run(**{**made, **changes})


# What is wanted


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Five reports: one published, one of today, one of tomorrow, one a draft, one with a mistake."""
    root = project_with(tmp_path / "letter")
    for slug, day, more in (
        ("out", "2026-04-20", {}),
        ("today", "2026-04-21", {}),
        ("tomorrow", "2026-04-22", {}),
        ("a-draft", "2026-04-20", {"tags": ["draft"]}),
        ("bad", "2026-04-20", {"sections": 3}),
    ):
        write_spec(root, slug, small_spec(date=day, **cast(Any, more)))
    version(root, "out")
    return root


def wanted(root: Path, *slugs: str, **more: Any) -> tuple[list[str], list[str], list[str]]:
    """What is to be published, what was said, and what has failed."""
    said: list[str] = []
    failed: dict[str, PrecedentError] = {}
    asked = Publishing(slugs, **more)
    specs = publishing._wanted(root, published_issues(root), asked, TODAY, said.append, failed)
    return [spec.slug for spec in specs], said, list(failed)


TOMORROW = "  tomorrow: its date, 2026-04-22, has not come"
UNREAD = "  a-draft: a draft that nobody has edited; remove its first line, or use --drafts"


def test_without_a_name_all_that_is_due_is_wanted(project: Path) -> None:
    assert Publishing((), None, False, None) == ALL
    assert wanted(project) == (["today"], [UNREAD, TOMORROW], ["bad"])
    assert wanted(project, drafts=True) == (["a-draft", "today"], [TOMORROW], ["bad"])


def test_what_is_named_is_wanted_or_refused(project: Path) -> None:
    assert wanted(project, "today", "out") == (["today"], ["  out: published already, as v1"], [])
    assert wanted(project, "out") == ([], ["  out: published already, as v1"], [])
    assert wanted(project, "a-draft", drafts=True) == (["a-draft"], [], [])
    for slug, told in (
        ("tomorrow", r"tomorrow is dated 2026-04-22, which has not come\. Publish it then\."),
        ("a-draft", r"reports/a-draft/report\.yml is a draft that nobody has edited\. Read it, remove"),
        ("nowhere", "nowhere"),
        ("bad", "sections"),
    ):
        with pytest.raises(RequestError, match=told):
            wanted(project, slug)
    # An article from elsewhere is published by others.
    article = project / "reports" / "old" / "article.md"
    article.parent.mkdir()
    article.write_text("# Old\n")
    assert wanted(project, "old") == ([], [], [])
    assert wanted(project, "old", "today") == (["today"], [], [])
    write_spec(project, "out", small_spec(date="2026-04-20", title="Another"))
    with pytest.raises(RequestError, match=r"reports/out/report\.yml has changed .* publish out --correct"):
        wanted(project, "out")


def test_what_is_corrected_is_one_issue_that_is_published(project: Path) -> None:
    assert wanted(project, "out", correct="A word.") == (["out"], [], [])
    for slugs in ((), ("today",), ("out", "today")):
        with pytest.raises(RequestError, match="--correct takes one issue that is published"):
            wanted(project, *slugs, correct="A word.")
    with pytest.raises(RequestError, match="takes a sentence for the reader"):
        wanted(project, "out", correct="")


# The order of it all


@dataclass
class Seen:
    """What the parts of a run were asked, each of which does nothing here."""

    published: list[str] = field(default_factory=list)
    refused: list[tuple[str, ...]] = field(default_factory=list)
    strict: list[bool] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    sites: list[list[str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def run_of(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    specs: Sequence[Any] = (),
    fails: Sequence[str] = (),
    articles: Sequence[Any] = (),
    asked: Publishing = ALL,
    letter_id: str | None = "tag:example.org,2026:letter",
) -> tuple[Seen, PrecedentError | None]:
    """A run of publish whose parts only tell what they were asked; and how it ended."""
    seen = Seen()

    def one(run: Run, spec: Any, correct: str | None, now: datetime, say: Any) -> Run:
        assert (run.published_only, run.as_of, run.made_with, now) == (True, None, "hash", NOW)
        seen.published.append(spec.slug if correct is None else f"{spec.slug} {correct}")
        if spec.slug in fails:
            raise DataError(f"no prices of {spec.slug}")
        return replace(run, published={**run.published, spec.slug: NOTHING})

    def choose(root: Path, reporting: Any, *_: Any) -> Any:
        seen.strict.append(reporting.strict)
        return SimpleNamespace(
            key=lambda root: "files", simulated=True, vetted=True, notes=["a note"], name="files"
        )

    letter = SimpleNamespace(id=letter_id)
    for name, value in {
        "_wanted": lambda *_: tuple(specs),
        "_publish_one": one,
        "_missed": lambda *_: ["missed: one"],
        "due_articles": lambda *_: tuple(articles),
        "publish_articles": lambda run, articles, say: replace(
            run, published={**run.published, **dict.fromkeys(articles, NOTHING)}
        ),
        "refuse_correction": lambda root, slugs: seen.refused.append(tuple(slugs)),
        "choose_source": choose,
        "tell_changes": lambda *_: None,
        "watched": lambda root: NOTHING,
        "fetch_watched": lambda *_: None,
        "refuse_a_bad_market": lambda *_: None,
        "program_hash": lambda root: "hash",
        "tell_strange": lambda root, source, refused: seen.strange.extend(map(str, refused)),
        "accept_read": lambda root, source, specs: seen.kept.extend(spec.slug for spec in specs),
        "make_site_if_changed": lambda run, say: seen.sites.append(sorted(run.published)),
        "stage": lambda *_: nullcontext(),
    }.items():
        monkeypatch.setattr(publishing, name, value)
    monkeypatch.setattr("generator.spec.letter.load_letter", lambda root: letter)
    root.mkdir(exist_ok=True)
    try:
        publishing.publish(root, asked, NOW, seen.said.append)
    except PrecedentError as error:
        return seen, error
    return seen, None


def test_issues_go_out_by_their_dates_and_the_rest_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = [spec_of("b"), spec_of("a"), spec_of("z", "2026-04-20")]
    seen, error = run_of(tmp_path / "all", monkeypatch, specs)
    assert error is None
    assert seen.published == ["z", "a", "b"]
    assert seen.kept == ["b", "a", "z"]
    assert seen.sites == [["a", "b", "z"]]
    assert seen.said == ["  note: a note", "missed: one"]
    assert (seen.strict, seen.refused) == ([True], [()])

    seen, error = run_of(tmp_path / "some", monkeypatch, specs, fails=["a"])
    assert isinstance(error, PartialError)
    assert "these" in str(error)
    assert "no prices of a" in str(error)
    assert seen.published == ["z", "a", "b"]
    assert seen.kept == ["b", "z"]
    assert seen.sites == [["b", "z"]]
    assert seen.strange == ["no prices of a"]


def test_where_nothing_goes_out_the_site_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specs = [spec_of("a"), spec_of("b")]
    seen, error = run_of(tmp_path / "none", monkeypatch, specs, fails=["a", "b"])
    assert isinstance(error, NothingError)
    assert (seen.kept, seen.sites, seen.said) == ([], [], [])
    assert seen.strange == ["no prices of a", "no prices of b"]
    # An article that went out with them is something.
    seen, error = run_of(tmp_path / "article", monkeypatch, specs, fails=["a", "b"], articles=["old"])
    assert isinstance(error, PartialError)
    assert seen.sites == [["old"]]
    seen, error = run_of(tmp_path / "fresh", monkeypatch)
    assert error is None
    assert (seen.sites, seen.said[-1]) == ([], "Nothing is published yet; the site is left as it is.")


def test_only_a_correction_is_refused_of_what_was_written_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Publishing(("old",))
    assert run_of(tmp_path / "new", monkeypatch, asked=asked)[0].refused == [()]
    asked = Publishing(("one",), correct="A word.")
    seen, _ = run_of(tmp_path / "old", monkeypatch, [spec_of("one")], asked=asked)
    assert (seen.refused, seen.published) == ([("one",)], ["one A word."])
    seen, error = run_of(tmp_path / "nameless", monkeypatch, [spec_of("one")], letter_id=None)
    assert isinstance(error, SpecError)
    assert "letter.yml: id: is missing" in str(error)
    assert (seen.strict, seen.published) == ([], [])


def test_which_weeks_were_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missed(benchmark: str, newest: date | Exception) -> list[str]:
        def find(source: object, asset: str, as_of: date | None) -> date:
            assert (source, asset, as_of) == ("source", "SPY", None)
            if isinstance(newest, Exception):
                raise newest
            return newest

        monkeypatch.setattr(publishing, "newest_week", find)
        monkeypatch.setattr(publishing, "weeks_told", lambda published: {"2026-w14"})
        run = a_run(tmp_path, source="source")
        return publishing._missed(run, cast(Any, SimpleNamespace(benchmark=benchmark)))

    told = missed("SPY", date(2026, 4, 17))
    assert [line.partition(" has")[0] for line in told] == ["missed: 2026-w15"]
    assert missed("", date(2026, 4, 17)) == []
    assert missed("SPY", UnknownAssetError("none")) == []
    assert missed("SPY", NoWeekError("none")) == []


# One issue


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is frozen of the issues that are published here: no more than a page."""
    frozen: list[Any] = []

    def freezing(run: Run, spec: Any, number: int, now: datetime) -> None:
        frozen.append((spec.slug, number, run.as_of))
        version(run.root, spec.slug, number)

    def correction(run: Run, spec: Any, note: str, today: date) -> Run:
        frozen.append((note, today))
        return replace(run, as_of=date(2026, 4, 17))

    monkeypatch.setattr(publishing, "_freeze_report", freezing)
    monkeypatch.setattr(publishing, "run_of_correction", correction)
    monkeypatch.setattr(publishing, "refuse_same", lambda run, spec: frozen.append("not the same"))
    monkeypatch.setattr(publishing, "make_changed", lambda run, specs, say: Made(("one",), {}))
    return frozen


def test_one_issue_is_made_and_frozen_and_then_corrected(tmp_path: Path, one: list[Any]) -> None:
    said: list[str] = []
    run = publishing._publish_one(a_run(tmp_path), spec_of("one"), None, NOW, said.append)
    assert one == [("one", 1, None)]
    assert (list(run.published), said) == (["one"], ["  one: published as v1"])
    assert read_ledger(tmp_path)["one"].version == 1
    one.clear()
    made = run.made("one")
    made.mkdir(parents=True)
    run = publishing._publish_one(run, spec_of("one"), "A word.", NOW, said.append)
    assert one == [("A word.", TODAY), "not the same", ("one", 2, date(2026, 4, 17))]
    assert (run.published["one"].version, run.as_of, said[1:]) == (2, None, ["  one: published as v2"])
    assert read_ledger(tmp_path)["one"].version == 2
    assert not made.exists()


def test_what_was_taken_back_or_lacks_an_asset_is_not_made(
    tmp_path: Path, one: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = publishing._publish_one(a_run(tmp_path), spec_of("one"), None, NOW, lambda _: None)
    withdraw(tmp_path, run.published, "one", date(2026, 5, 1), "wrong")
    one.clear()
    with pytest.raises(RequestError, match=r"taken back on 2026-05-01, .* Rename the folder reports/one\."):
        publishing._publish_one(run, spec_of("one"), None, NOW, lambda _: None)
    monkeypatch.setattr("generator.desk.draft.left_out", lambda spec: ("SPY: none", "QQQ: none"))
    with pytest.raises(DataError, match="made without an asset of the core, SPY: none"):
        publishing._publish_one(run, spec_of("two"), None, NOW, lambda _: None)
    monkeypatch.undo()
    no_prices = Made((), {"two": DataError("no prices")})
    monkeypatch.setattr(publishing, "make_changed", lambda *_: no_prices)
    with pytest.raises(DataError, match="no prices"):
        publishing._publish_one(run, spec_of("two"), None, NOW, lambda _: None)
    assert one == []


def test_a_correction_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.assembly.issues.said", lambda folder: (folder / "index.md").read_bytes())
    version(tmp_path, "one")
    version(tmp_path, "one", 2)
    run = a_run(tmp_path)
    page = run.made("one") / "index.md"
    page.parent.mkdir(parents=True)
    for content, same in (("page 1", False), ("page 2", True), ("page 3", False)):
        page.write_text(content)
        if not same:
            refuse_same(run, spec_of("one"))
            continue
        with pytest.raises(
            RequestError, match=r"nothing in it differs from v2; edit reports/one/report\.yml"
        ):
            refuse_same(run, spec_of("one"))


# What is frozen


class Credited(MadeUp):
    """Prices of somebody."""

    def credit(self, assets: Sequence[str]) -> str | None:
        return f"Müller, of {', '.join(assets)}"


def test_what_is_frozen_of_an_issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "reports" / "one"
    for name, content in {
        "reports/one/report.yml": b"spec",
        "reports/one/b.csv": b"table",
        "reports/one/a.png": b"picture",
        "reports/one/unnamed.txt": b"not of the issue",
        "letter.yml": b"letter",
        "signals.yml": b"signals",
        "charts/mine.py": b"chart",
        "looks/logo.svg": b"logo",
        "build/reports/one/index.md": b"page",
        "build/reports/one/charts/lead.svg": b"drawn",
        "build/reports/one/.inputs": b"hash",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    spec = spec_of("one", files={"b.csv": ""}, pictures={"a.png": b""}, code={"charts/mine.py": ""})
    version(tmp_path, "before")
    version(tmp_path, "before", 2)
    asked: list[Any] = []
    card = SimpleNamespace(as_of="2026-04-20", date="2026-04-21")
    monkeypatch.setattr("generator.edition.card.read_card", lambda made: card)
    monkeypatch.setattr("generator.check.reading.load_specs", lambda root, slugs: (spec,))
    monkeypatch.setattr("generator.spec.studies.assets_read", lambda spec: ("SPY", "QQQ"))
    monkeypatch.setattr(
        "generator.run.earlier.earlier_file",
        lambda folders: OutputFile("earlier.json", repr([folder.name for folder in folders]).encode()),
    )
    monkeypatch.setattr(publishing, "refuse_old_prices", lambda *told: asked.append(told))
    monkeypatch.setattr(publishing, "refuse_strange_prices", lambda *told: asked.append(told))
    told = (SimpleNamespace(slug="before"),)
    monkeypatch.setattr(publishing, "earlier_than", lambda run, spec: told)
    monkeypatch.setattr(
        publishing, "_keep_prices", lambda *given: ({"SPY": "sha256:1"}, {"QQQ": repr(given[2:])})
    )
    source = Credited({})
    logo = SimpleNamespace(name="looks/logo.svg", path=tmp_path / "looks" / "logo.svg")
    letter = SimpleNamespace(looks=SimpleNamespace(files=(logo,)))
    run = a_run(tmp_path, source=source, letter=letter, as_of=date(2026, 4, 20), made_with="program")
    publishing._freeze_report(run, spec, 3, NOW)
    last = date(2026, 4, 20)
    assert asked == [(spec, last, last, source, NOW), (tmp_path, spec, last, source)]
    frozen = folder / "v3"
    manifest = json.loads((frozen / "manifest.json").read_bytes())
    files = {
        "charts/lead.svg": b"drawn",
        "index.md": b"page",
        "inputs/charts/mine.py": b"chart",
        "inputs/earlier.json": b"['v2']",
        "inputs/letter.yml": b"letter",
        "inputs/looks/logo.svg": b"logo",
        "inputs/one/a.png": b"picture",
        "inputs/one/b.csv": b"table",
        "inputs/one/report.yml": b"spec",
        "inputs/signals.yml": b"signals",
    }
    assert {name: (frozen / name).read_bytes() for name in files} == files
    assert manifest.pop("files") == {name: sha(content) for name, content in files.items()}
    assert set(manifest.pop("made_with")) >= {"python", "numpy"}
    assert manifest == {
        "slug": "one", "version": 3, "date": "2026-04-21", "as_of": "2026-04-20", "source": "files",
        "snapshots": {"SPY": "sha256:1"}, "absent": {"QQQ": repr((told, last))}, "spec": sha(b"spec"),
        "code": "sha256:program", "credit": "Müller, of SPY, QQQ",
    }  # fmt: skip


def test_a_spec_that_was_edited_meanwhile_is_not_frozen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = spec_of("one")
    for name in ("reports/one/report.yml", "build/reports/one/index.md"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"x")
    card = SimpleNamespace(as_of="2026-04-20", date="2026-04-21")
    monkeypatch.setattr("generator.edition.card.read_card", lambda made: card)
    monkeypatch.setattr(
        "generator.check.reading.load_specs", lambda root, slugs: (spec_of("one", "2026-04-22"),)
    )
    monkeypatch.setattr("generator.spec.studies.assets_read", lambda spec: ())
    for name in ("refuse_old_prices", "refuse_strange_prices"):
        monkeypatch.setattr(publishing, name, lambda *_: None)
    monkeypatch.setattr(publishing, "earlier_than", lambda run, spec: ())
    monkeypatch.setattr(publishing, "_keep_prices", lambda *_: ({}, {}))
    run = a_run(tmp_path, source=MadeUp({}))
    with pytest.raises(DataError, match=r"reports/one/report\.yml was edited while it was published"):
        publishing._freeze_report(run, spec, 1, NOW)
    assert not (tmp_path / "reports" / "one" / "v1").exists()


def test_which_prices_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closes = [100.0, 101.0, 102.0, 103.0]
    known: dict[str, PriceHistory | None] = {
        asset: history(closes, asset, "2026-04-21") for asset in ("SPY", "SCAN", "PAST", "UNUSED")
    }
    known["BAD"] = None
    monkeypatch.setattr("generator.spec.studies.assets_read", lambda spec: ("SPY", "BAD"))
    monkeypatch.setattr(publishing, "scanned_assets", lambda spec: ("SPY", "SCAN"))
    monkeypatch.setattr(publishing, "scored_assets", lambda earlier: ("PAST", "GONE"))
    run = a_run(tmp_path, source=MadeUp(known))
    snapshots, absent = publishing._keep_prices(run, spec_of("one"), (), date(2026, 4, 20))
    assert list(snapshots) == ["PAST", "SCAN", "SPY"]
    assert absent == {"BAD": "BAD: line 3 is bad", "GONE": "no prices for GONE"}
    store = SnapshotStore(tmp_path)
    for asset, key in snapshots.items():
        kept = store.load(key, "files")
        assert kept is not None
        assert (str(kept.sessions[-1]), kept.close.tolist()) == ("2026-04-20", closes[:3])
        cut = cast(PriceHistory, known[asset]).until(np.datetime64("2026-04-20"))
        assert key == fingerprint([cut])
