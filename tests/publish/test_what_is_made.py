"""The making of reports by hand: what a run knows, in what order, what is kept, what it is hashed by."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from generator.assembly.pages import expectations_file
from generator.check.reading import load_specs
from generator.core.errors import DataError
from generator.core.files import write_folder
from generator.edition.card import read_card
from generator.edition.values import Correction
from generator.publish.freeze import Published
from generator.run import make
from generator.run.make import Run, answer, earlier_than, make_changed
from generator.scorecard.values import Expectations
from generator.spec.letter import load_letter
from tests.press.test_frozen import FOLDER as FROZEN
from tests.projects import copy_project
from tests.running import small_spec, write_spec
from tests.scan.markets import MadeUp, walks

FROZEN_SLUG = FROZEN.parent.name
FROZEN_ISSUE = {FROZEN_SLUG: Published(FROZEN_SLUG, (FROZEN,))}


def a_run(root: Path, **changes: Any) -> Run:
    made: dict[str, Any] = {
        "root": root, "letter": SimpleNamespace(looks=None, disclaimer=""), "source": None, "as_of": None,
        "made_with": "it", "published": {},
    }  # fmt: skip
    return Run(**{**made, **changes})


def spec_of(slug: str, day: str, *sections: str, as_of: str | None = None) -> Any:
    """A spec as far as it is looked at."""
    told = None if as_of is None else date.fromisoformat(as_of)
    return SimpleNamespace(
        slug=slug, date=date.fromisoformat(day), as_of=told, sections_of=lambda kind: sections
    )


def expected(slug: str, day: str, title: str = "It") -> Expectations:
    return Expectations(slug, title, day, day, "files", ())


def finished(root: Path, told: Expectations) -> None:
    folder = root / "build" / "reports" / told.slug
    write_folder(folder, [expectations_file(told)])
    (folder / ".inputs").write_text("it")


def test_what_a_run_knows(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    assert (run.published_only, run.corrections, run.workshop) == (False, {}, None)
    assert run.made("one") == tmp_path / "build" / "reports" / "one"
    assert run.unpublished() == []
    for slug in ("c", "b", "a"):
        finished(tmp_path, expected(slug, "2026-04-20"))
    (tmp_path / "build" / "reports" / "begun").mkdir()
    run = a_run(tmp_path, published={**FROZEN_ISSUE, "b": cast(Any, None)})
    assert [folder.name for folder in run.unpublished()] == ["a", "c"]
    assert replace(run, published_only=True).unpublished() == []
    told = a_run(tmp_path, published=FROZEN_ISSUE).told
    assert [issue.slug for issue in told.values()] == list(told) == [FROZEN_SLUG]


def test_which_issues_a_report_tells_of(tmp_path: Path) -> None:
    frozen_day = read_card(FROZEN).date
    finished(tmp_path, expected("finished", "2030-01-01"))
    finished(tmp_path, expected("again", "2030-01-02", "As it was"))
    run = a_run(tmp_path, published=FROZEN_ISSUE)
    begun = [
        expected("again", "2030-01-02", "As it is now"),
        expected("same-day", "2030-01-03"),
        expected("yesterday", "2030-01-02"),
        expected("tomorrow", "2030-01-04"),
        expected("one", "2029-01-01"),
    ]
    told = earlier_than(run, spec_of("one", "2030-01-03", "a section"), begun)
    assert [each.slug for each in told] == sorted(["again", "finished", "yesterday", FROZEN_SLUG])
    assert {each.slug: each.title for each in told}["again"] == "As it is now"
    assert earlier_than(run, spec_of("one", "2030-01-03"), begun) == ()
    only = replace(run, published_only=True)
    assert [each.slug for each in earlier_than(only, spec_of("one", "2030-01-03", "it"))] == [FROZEN_SLUG]
    assert earlier_than(only, spec_of("one", frozen_day, "it")) == ()


@pytest.mark.parametrize(
    ("own", "asked", "latest"),
    [
        (None, None, None),
        ("2026-04-20", None, "2026-04-20"),
        (None, "2026-04-17", "2026-04-17"),
        ("2026-04-20", "2026-04-17", "2026-04-17"),
        ("2026-04-16", "2026-04-17", "2026-04-16"),
    ],
)
def test_the_latest_day_that_a_report_sees(own: str | None, asked: str | None, latest: str | None) -> None:
    until = None if asked is None else date.fromisoformat(asked)
    found = make._latest_day(spec_of("one", "2026-04-21", as_of=own), until)
    assert found == (None if latest is None else date.fromisoformat(latest))


def test_reports_are_begun_by_date_and_one_that_fails_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier: dict[str, list[str]] = {}

    def begin(run: Run, spec: Any, told: Any, content: str, inputs: str, studio: object) -> Any:
        earlier[spec.slug] = [each.slug for each in told]
        if spec.slug == "fails":
            raise DataError("no prices")
        assert inputs == hashlib.sha256(f"it\ncontent of {spec.slug}".encode()).hexdigest()
        return SimpleNamespace(expected=expected(spec.slug, str(spec.date)))

    @contextmanager
    def no_studio(*_: object) -> Iterator[None]:
        yield None

    monkeypatch.setattr(make, "studio_of", no_studio)
    monkeypatch.setattr(make, "_content", lambda run, spec, earlier: f"content of {spec.slug}")
    monkeypatch.setattr(make, "_tell_what_holds_back", lambda *_: None)
    monkeypatch.setattr(make, "_begin", begin)
    monkeypatch.setattr(make, "_finish", lambda run, begun, *_: tuple(e.expected.slug for e in begun))
    finished(tmp_path, expected("kept", "2026-04-19"))
    marker = tmp_path / "build" / "reports" / "kept" / ".inputs"
    marker.write_text(hashlib.sha256(b"it\ncontent of kept").hexdigest())
    specs = [
        spec_of("b", "2026-04-21", "it"), spec_of("kept", "2026-04-19", "it"),
        spec_of("a", "2026-04-21", "it"), spec_of("z", "2026-04-20"), spec_of("fails", "2026-04-22", "it"),
    ]  # fmt: skip
    said: list[str] = []
    done = make_changed(a_run(tmp_path), specs, said.append)
    assert done.slugs == ("z", "a", "b")
    assert {slug: str(error) for slug, error in done.failed.items()} == {"fails": "no prices"}
    assert said == ["  kept: unchanged"]
    assert earlier == {"z": [], "a": ["kept", "z"], "b": ["kept", "z"], "fails": ["a", "b", "kept", "z"]}
    marker.write_text(hashlib.sha256(b"another\ncontent of kept").hexdigest())
    assert make_changed(a_run(tmp_path), specs, said.append).slugs == ("kept", "z", "a", "b")


class Memory:
    """A workshop that keeps every answer, and under which key."""

    def __init__(self) -> None:
        self.answers: dict[Hashable, Any] = {}

    def of(self, key: Hashable, made: Callable[[], Any]) -> Any:
        if key not in self.answers:
            self.answers[key] = made()
        return self.answers[key]


def test_an_edition_is_kept_by_what_it_is_made_from_and_wears_its_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = replace(read_card(FROZEN), corrections=(), notices=("of its own",))
    ordered: list[object] = []
    monkeypatch.setattr(make, "answer", lambda *arguments: arguments)
    monkeypatch.setattr("generator.article.build.edition_of", lambda report: card)
    monkeypatch.setattr("generator.article.expectations.expect", lambda report: report)
    monkeypatch.setattr("generator.article.article.write_article", lambda edition, disclaimer: None)
    monkeypatch.setattr("generator.assembly.issue.drawings", lambda edition, article, letter: edition.notices)
    monkeypatch.setattr(make, "notices", lambda *_: ("of its prices",))
    note = Correction("2026-05-01", "A word.", 1)
    memory = Memory()
    run = a_run(tmp_path, corrections={"one": (note,)}, workshop=memory, source="source")
    spec = spec_of("one", "2026-04-21")
    studio = cast(Any, SimpleNamespace(order=ordered.append))

    def begun(run: Run, spec: Any, told: tuple[Expectations, ...], content: str) -> Any:
        return make._begin(run, spec, told, content, "inputs", studio)

    first = begun(run, spec, (expected("x", "2026-04-01"),), "content")
    assert first.edition.corrections == (note,)
    assert first.edition.notices == ("of its prices", "of its own")
    assert ordered == [("of its prices", "of its own")]
    assert first.inputs == "inputs"
    assert 0 <= first.seconds < 60
    assert first.expected[2:] == ("source", None, (expected("x", "2026-04-01"),), memory)
    assert begun(run, spec, (), "content").expected is first.expected
    assert begun(run, spec, (), "other content").expected is not first.expected
    assert begun(run, spec_of("two", "2026-04-21"), (), "content").edition.corrections == ()
    assert len(memory.answers) == 3


def test_answers_are_kept_by_study_prices_and_day(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "letter", reports=False)
    section = {"also_fired": {"assets": {"A1": "Scanned"}, "signals": ["ten-percent-month"]}}
    sections = ["key_points", {"study": "only"}, section, "method"]
    write_spec(root, "one", small_spec("roc(close, 1) > 5", "A0", sections=sections))
    (spec,) = load_specs(root, ["one"])
    letter, memory = load_letter(root), cast(Any, Memory())
    given = walks(2)
    days = (None, date(2013, 5, 31), date(2012, 5, 31))

    def shown(source: MadeUp, day: date | None, workshop: Any = None) -> str:
        report = answer(spec, letter, cast(Any, source), day, (), workshop)
        assert report.as_of == (day or date(2014, 3, 12))
        episodes = report.views["only"].result.episodes
        assert report.scan is not None
        fired = [f.firing.day for event in report.scan.events for f in event.findings]
        return repr((episodes, report.scan.as_of, fired))

    source = MadeUp(given)
    plain = [shown(source, day) for day in days]
    assert len(set(plain)) == 3
    assert [shown(source, day, memory) for day in days] == plain
    assert len(memory.answers) == 6
    assert [shown(source, day, memory) for day in days] == plain
    assert len(memory.answers) == 6
    # Other prices, other answers.
    changed = MadeUp(
        {
            "A0": given["A1"] and replace(given["A1"], asset="A0"),
            "A1": given["A0"] and replace(given["A0"], asset="A1"),
        }
    )
    changed.identity = lambda asset: f"new {asset}"  # type: ignore[method-assign]
    assert shown(changed, None, memory) != plain[0]
    assert len(memory.answers) == 8


def hash_of(**files: bytes) -> str:
    told = hashlib.sha256(sys.version.encode())
    for name, content in files.items():
        told.update(f"{name}\n".encode() + content)
    return told.hexdigest()


def test_what_the_program_is_hashed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (make.PACKAGE / "run" / "make.py").is_file()
    package, root = tmp_path / "package", tmp_path / "letter"
    for name in ("b.py", "a/c.py", "templates/site/page.html"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_bytes(name.encode())
    root.mkdir()
    kinds: list[str] = []

    def templates(below: str = "") -> dict[str, Path]:
        kinds.append(below)
        names = ("t.html", *make.TABLES) if below == "report" else ("t.html",)
        return dict.fromkeys(names, package / "templates" / "site" / "page.html")

    monkeypatch.setattr(make, "PACKAGE", package)
    monkeypatch.setattr("generator.site.templating.template_files", templates)
    page = b"templates/site/page.html"
    code = {"a/c.py": b"a/c.py", "b.py": b"b.py"}
    report = {f"report/{name}": page for name in ("t.html", "parts.md", "table.md")}
    worn = {f"templates/{name}": page for name in (*report, "email/t.html")}
    assert make.program_hash(root) == hash_of(**code, **worn)
    assert kinds == ["report", "email"]
    assert make.dress_hash(root) == hash_of(**{"t.html": page})
    # A letter's own table may take up any template; the engine's takes up none but its own parts.
    assert make.words_hash() == hash_of(**{"site/t.html": page, **report})
    monkeypatch.setattr("generator.site.templating.template_folders", lambda: (root, package / "templates"))
    tables = {name: page for name in report if name != "report/t.html"}
    assert make.words_hash() == hash_of(**{"site/t.html": page, **tables})
    for name in ("letter.yml", "requirements.lock", "signals.yml", "words.yml", "mkdocs.yml"):
        (root / name).write_bytes(name.encode())
    own = {name: name.encode() for name in ("requirements.lock", "signals.yml", "words.yml")}
    assert make.program_hash(root) == hash_of(**code, **worn, **own)
    dress = {"t.html": page, "mkdocs.yml": b"mkdocs.yml", "words.yml": b"words.yml"}
    assert make.dress_hash(root) == hash_of(**dress)


def test_the_versions_that_decide_over_numbers_and_bytes() -> None:
    found = make.versions()
    assert found.pop("python") == ".".join(map(str, sys.version_info[:3]))
    names = ("precedent", "numpy", "pandas", "matplotlib", "jinja2")
    assert found == {name: version(name) for name in names}
