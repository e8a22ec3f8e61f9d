"""No page is stale: a report and the site are made again when one part of what they are made from changes.

One test a part. They make a report once; after that one that begins to be made again stops, and says so.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator.assembly.pages import expectations_file
from generator.check.reading import load_spec
from generator.core.errors import DataError, PrecedentError
from generator.core.files import OutputFile, write_folder
from generator.edition.values import Correction
from generator.market.calendar import close_on
from generator.market.exchanges import say_calendars
from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.publish.freeze import Published
from generator.run.make import INPUTS, TABLES, Run, make_changed, words_hash
from generator.run.site import make_site_if_changed
from generator.scorecard.values import Expectations
from generator.site import templating
from generator.spec.letter import load_letter
from generator.spec.models import ReportSpec
from tests.press.scorecards import expectation
from tests.press.test_frozen import FOLDER as FROZEN
from tests.running import project_with, small_spec
from tests.test_report_runs import prices

SPEC = small_spec(
    "roc(close, 1) > 5 and on('BESIDE', close) > 0",
    columns=[{"heading": "Beside it", "show": 'on("SHOWN", close)'}],
    sections=[
        "key_points",
        {"study": "only"},
        {"also_fired": {"assets": {"SCAN": "Scanned"}, "signals": ["ten-percent-month"]}},
        "past_signals",
        "method",
    ],
)
EARLIER = expectation(asset="PAST", target="PAST", assets=("PAST",), date="2023-01-31", provisional=False)
FROZEN_SLUG = FROZEN.parent.name


@dataclass
class Prices:
    """A folder of prices of which a test changes one thing that it says of itself."""

    folder: Path
    name: str = "files"
    credited: str | None = None
    stale: Sequence[str] = ()
    changed: Mapping[str, str] = field(default_factory=dict)
    simulated = False
    vetted = True
    lists_all = True

    def __post_init__(self) -> None:
        self._files = FilesSource(self.folder)
        self.notes: list[str] = []
        self.held: Mapping[str, str] = {}

    def credit(self, assets: Sequence[str]) -> str | None:
        return self.credited

    def spelled(self, asset: str) -> str:
        return asset

    def history(self, asset: str) -> PriceHistory:
        return self._files.history(asset)

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        return self._files.histories(assets)

    def identity(self, asset: str) -> str:
        return self.changed.get(asset, self._files.identity(asset))

    def assets(self) -> tuple[str, ...]:
        return self._files.assets()

    def key(self, root: Path) -> str:
        return self._files.key(root)


class BegunError(DataError):
    """A report is being made."""


@pytest.fixture(autouse=True)
def as_the_calendar_knows() -> Iterator[None]:
    """What a test tells the calendar is forgotten after it."""
    yield
    close_on(())
    say_calendars({})


def earlier(root: Path, title: str = "Earlier") -> None:
    """An issue that was finished before, whose case is told of."""
    told = Expectations("earlier", title, "2023-02-01", "2023-01-31", "files", (EARLIER,))
    folder = root / "build" / "reports" / "earlier"
    write_folder(folder, [expectations_file(told), OutputFile(INPUTS, b"earlier")])


@dataclass(frozen=True)
class Project:
    """What a report is made from."""

    run: Run
    spec: ReportSpec

    def with_run(self, **changes: Any) -> Project:
        return replace(self, run=replace(self.run, **changes))

    def with_prices(self, **changes: Any) -> Project:
        source = self.run.source
        assert isinstance(source, Prices)
        return self.with_run(source=replace(source, **changes))

    def with_spec(self, **changes: Any) -> Project:
        return replace(self, spec=self.spec.model_copy(update=changes))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with a finished report and site."""
    root = project_with(tmp_path_factory.mktemp("stale") / "letter", one=SPEC)
    for asset in ("IWM", "BESIDE", "SHOWN", "SCAN", "PAST"):
        prices(root / "mine", asset)
    (root / "watchlist.yml").write_text("benchmark: IWM\ngroups:\n  Ours:\n    IWM: Russell 2000\n")
    earlier(root)
    spec = load_spec(root / "reports" / "one" / "report.yml")
    run = Run(root, load_letter(root), Prices(root / "mine"), None, "program", {})
    assert make_changed(run, [spec], print).slugs == ("one",)
    return Project(run, spec)


@pytest.fixture
def project(made: Project, tmp_path: Path) -> Project:
    """The project again, for a test to change."""
    root = Path(shutil.copytree(made.run.root, tmp_path / "letter"))
    return made.with_run(root=root)


def begins(project: Project, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the report is made again."""

    def stop(*_: object) -> None:
        raise BegunError("made again")

    monkeypatch.setattr("generator.run.make.answer", stop)
    said: list[str] = []
    failed = make_changed(project.run, [project.spec], said.append).failed
    assert all(isinstance(error, BegunError) for error in failed.values()), failed
    assert ("  one: unchanged" in said) != ("one" in failed)
    return "one" in failed


def test_a_report_of_which_nothing_changed_is_kept(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not begins(project, monkeypatch)
    assert not begins(project.with_prices(changed={"OTHER": "of no matter"}), monkeypatch)


def _tell(project: Project) -> Project:
    earlier(project.run.root, "Another title")
    return project


def _close(project: Project) -> Project:
    close_on([date(2023, 3, 1)])
    return project


def _say(project: Project) -> Project:
    say_calendars({"SCAN": "XTKS"})
    return project


PARTS: dict[str, Callable[[Project], Project]] = {
    "the program": lambda p: p.with_run(made_with="another program"),
    "the letter": lambda p: p.with_run(letter=p.run.letter.model_copy(update={"name": "Another"})),
    "the last day asked for": lambda p: p.with_run(as_of=date(2023, 3, 1)),
    "the spec's last day": lambda p: p.with_spec(as_of=date(2023, 3, 1)),
    "the spec's text": lambda p: p.with_spec(text=p.spec.text + "# a remark\n"),
    "a table it names": lambda p: p.with_spec(files={"table.csv": "Date,1M\n"}),
    "the code of a chart": lambda p: p.with_spec(code={"charts/mine.py": "def draw(prices, look): ..."}),
    "a picture it shows": lambda p: p.with_spec(pictures={"picture.png": b"png"}),
    "the source": lambda p: p.with_prices(name="another"),
    "whose prices they are": lambda p: p.with_prices(credited="Somebody"),
    "prices of a study": lambda p: p.with_prices(changed={"IWM": "new"}),
    "prices that a condition looks at": lambda p: p.with_prices(changed={"BESIDE": "new"}),
    "prices that a column shows": lambda p: p.with_prices(changed={"SHOWN": "new"}),
    "prices of the week's scan": lambda p: p.with_prices(changed={"SCAN": "new"}),
    "prices of earlier cases": lambda p: p.with_prices(changed={"PAST": "new"}),
    "earlier issues": _tell,
    "a correction": lambda p: p.with_run(corrections={"one": (Correction("2026-05-01", "A word.", 1),)}),
    "a notice": lambda p: p.with_prices(stale=("IWM",)),
    "a day of closure": _close,
    "a calendar": _say,
}


@pytest.mark.parametrize("part", PARTS)
def test_a_report_is_made_again_when_one_part_changes(
    project: Project, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert begins(PARTS[part](project), monkeypatch)


@pytest.fixture
def site(project: Project, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, list[Path]]:
    """The project with a site, and where sites are built, which is not done here."""
    built: list[Path] = []
    for name in ("run.site.survey_pages_of", "assembly.pages.assemble"):
        monkeypatch.setattr(f"generator.{name}", lambda *_: None)
    for name in ("survey_drawings", "survey_files"):
        monkeypatch.setattr(f"generator.assembly.survey_pages.{name}", lambda *_: ())

    def build(root: Path, *_: object) -> tuple[str, ...]:
        built.append(root)
        return ()

    monkeypatch.setattr("generator.assembly.mkdocs.build_site", build)
    root = project.run.root
    frozen = Path(shutil.copytree(FROZEN, root / "reports" / FROZEN_SLUG / "v1"))
    project = project.with_run(published={FROZEN_SLUG: Published(FROZEN_SLUG, (frozen,))})
    (root / "site").mkdir()
    (root / "site" / "index.html").write_text("the site")
    make_site_if_changed(project.run, print)
    assert built == [root]
    built.clear()
    return project, built


def test_a_site_of_which_nothing_changed_is_kept(site: tuple[Project, list[Path]]) -> None:
    project, built = site
    make_site_if_changed(project.run, print)
    assert not built


def _republish(project: Project) -> Project:
    manifest = project.run.published[FROZEN_SLUG].newest / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    return project


def _finish(project: Project) -> Project:
    (project.run.root / "build" / "reports" / "one" / INPUTS).write_text("others")
    return project


def _remove(project: Project) -> Project:
    shutil.rmtree(project.run.root / "build" / "reports" / "one")
    return project


def _watch(project: Project) -> Project:
    path = project.run.root / "watchlist.yml"
    path.write_text(path.read_text().replace("Russell 2000", "Small caps"))
    return project


def _lose(project: Project) -> Project:
    (project.run.root / "site" / "index.html").unlink()
    return project


SITE_PARTS: dict[str, Callable[[Project], Project]] = {
    "the program": PARTS["the program"],
    "the letter": PARTS["the letter"],
    "the last day asked for": PARTS["the last day asked for"],
    "the source": PARTS["the source"],
    "a published issue": _republish,
    "a finished report": _finish,
    "a report that is gone": _remove,
    "prices of the scorecard": PARTS["prices of earlier cases"],
    "the watchlist": _watch,
    "prices of the watchlist": PARTS["prices of a study"],
    "a day of closure": _close,
    "a calendar": _say,
    "the site is gone": _lose,
}


@pytest.mark.parametrize("part", SITE_PARTS)
def test_the_site_is_made_again_when_one_part_changes(site: tuple[Project, list[Path]], part: str) -> None:
    project, built = site
    make_site_if_changed(SITE_PARTS[part](project).run, print)
    assert built == [project.run.root]


def test_pages_of_the_site_hang_on_the_templates_that_they_are_written_by(tmp_path: Path) -> None:
    def with_own(name: str, text: str) -> str:
        (tmp_path / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "templates" / name).write_text(text)
        return words_hash()

    letters = [*templating._letters]
    templating.use_templates(tmp_path)
    try:
        plain = words_hash()
        assert with_own("report/conclusion.md", "Other words") == plain, "no table is set with it"
        seen = {plain, with_own("site/signal.html", "Other"), with_own("report/parts.md", "Other")}
        seen.add(with_own("report/conclusion.md", "An own table may take this up"))
        assert len(seen) == 4
    finally:
        templating._letters[:] = letters


def test_a_table_is_set_with_the_templates_that_are_said() -> None:
    taken_up = re.findall(r'(?:from|import|include|extends) "report/([^"]+)"', _text_of(*TABLES))
    assert set(taken_up) <= set(TABLES)


def _text_of(*names: str) -> str:
    return "".join((templating.TEMPLATES / "report" / name).read_text() for name in names)
