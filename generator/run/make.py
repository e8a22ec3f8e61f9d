"""The reports' part of the pipeline: from a spec and prices to a finished report in ``build/reports``."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, reduce
from importlib.metadata import version
from operator import or_
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

from generator.core.errors import DataError, PrecedentError, RequestError
from generator.core.files import OutputFile, visible_files, write_folder
from generator.language.own_words import WORDS_FILE
from generator.market.calendar import closures
from generator.market.exchanges import said_calendars
from generator.market.history import as_date
from generator.market.sources import Source
from generator.run.strange import notices
from generator.run.week import identities, scan_of, scanned_assets, score_of, scored_assets
from generator.run.workshop import kept, open_studio
from generator.spec.signals import SIGNALS_FILE

if TYPE_CHECKING:
    from generator.article.article import Article
    from generator.article.report import Report
    from generator.charts.studio import Studio
    from generator.edition.card import Card
    from generator.edition.values import Correction, Edition
    from generator.publish.freeze import Published
    from generator.run.workshop import Workshop
    from generator.scorecard.values import Expectations
    from generator.spec.letter import Letter
    from generator.spec.models import ReportSpec
    from generator.study.values import Study, StudyResult

Say = Callable[[str], None]

PACKAGE = Path(__file__).parents[1]
LIBRARIES = ("precedent", "numpy", "pandas", "matplotlib", "jinja2")
TABLES = ("parts.md", "table.md")
"""Templates of the report that a table of the site's own pages is set with."""
INPUTS = ".inputs"
"""In a finished report's folder: the hash of all that went into it."""


@dataclass(frozen=True)
class Run:
    """What the reports of a run have in common.

    Attributes
    ----------
    as_of : nothing after this day exists, whatever the specs say; None for the specs' own.
    made_with : see ``program_hash``.
    published : the issues that are frozen, by slug.
    published_only : whether the site shows, and issues tell of, what is published and nothing else.
    corrections : by slug, those of issues that are made again to be corrected.
    workshop : what is kept for the next run of this process; None where there is none.
    studio : who draws for the whole run; None where each part of it has its own.
    """

    root: Path
    letter: Letter
    source: Source
    as_of: date | None
    made_with: str
    published: Mapping[str, Published]
    published_only: bool = False
    corrections: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)
    workshop: Workshop | None = None
    studio: Studio | None = None

    @cached_property
    def told(self) -> Mapping[str, Expectations]:
        """What the published issues expected, by slug: read once in a run."""
        from generator.assembly.pages import read_expectations

        return {slug: read_expectations(issue.newest) for slug, issue in self.published.items()}

    @cached_property
    def cards(self) -> Mapping[str, Card]:
        """What the published issues say of themselves, by slug."""
        return _Cards(self.published)

    def made(self, slug: str) -> Path:
        """The folder of a finished report."""
        return self.root / "build" / "reports" / slug

    def unpublished(self) -> list[Path]:
        """The folders of the finished reports that are not published; none where only those count."""
        if self.published_only:
            return []
        folders = (marker.parent for marker in self.made("").glob(f"*/{INPUTS}"))
        return sorted(folder for folder in folders if folder.name not in self.published)


class _Cards(Mapping[str, "Card"]):
    """Each card is read when it is first asked for, and once: a run that changes nothing asks for few."""

    def __init__(self, published: Mapping[str, Published]) -> None:
        self._published = published
        self._read: dict[str, Card] = {}

    def __getitem__(self, slug: str) -> Card:
        from generator.edition.card import read_card

        if slug not in self._read:
            self._read[slug] = read_card(self._published[slug].newest)
        return self._read[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._published

    def __iter__(self) -> Iterator[str]:
        return iter(self._published)

    def __len__(self) -> int:
        return len(self._published)


@contextmanager
def studio_of(run: Run) -> Iterator[Studio]:
    """The run's studio, or one for this block; it draws in the letter's looks."""
    with nullcontext(run.studio) if run.studio is not None else open_studio(run.root) as studio:
        studio.looks = run.letter.looks
        yield studio


@dataclass(frozen=True)
class Made:
    """The reports that were made, in the order of their dates, and those that could not be, with why."""

    slugs: tuple[str, ...]
    failed: Mapping[str, PrecedentError]


@dataclass(frozen=True)
class _Begun:
    """A report in memory whose charts are being drawn: what it is made from, and the seconds it took."""

    edition: Edition
    article: Article
    expected: Expectations
    inputs: str
    seconds: float


def make_changed(run: Run, specs: Sequence[ReportSpec], say: Say) -> Made:
    """Make the reports that something has changed for. One that cannot be made does not stop the others.

    Raises
    ------
    OutputError : a report cannot be written.
    """
    begun: list[_Begun] = []
    failed: dict[str, PrecedentError] = {}
    with studio_of(run) as studio:
        for spec in sorted(specs, key=lambda spec: (spec.date, spec.slug)):
            # The oldest come first: an issue tells what the signals of those before it have done.
            earlier = earlier_than(run, spec, [each.expected for each in begun])
            try:
                content = _content(run, spec, earlier)
                inputs = hashlib.sha256(f"{run.made_with}\n{content}".encode()).hexdigest()
                _tell_what_holds_back(run, spec, say)
                marker = run.made(spec.slug) / INPUTS
                if marker.exists() and marker.read_text(encoding="utf-8") == inputs:
                    say(f"  {spec.slug}: unchanged")
                else:
                    begun.append(_begin(run, spec, earlier, content, inputs, studio))
            except (DataError, RequestError) as error:
                failed[spec.slug] = error
        return Made(_finish(run, begun, studio, say, failed), failed)


def _content(run: Run, spec: ReportSpec, earlier: Sequence[Expectations]) -> str:
    """Hash of all that goes into a report, but for the program and its templates."""
    from generator.spec.studies import assets_read

    prices = [f"{asset} {run.source.identity(asset)}" for asset in assets_read(spec)]
    prices += identities((*scanned_assets(spec), *scored_assets(earlier)), run.source)
    tables = repr([sorted([*spec.files.items(), *spec.pictures.items()]), sorted(spec.code.items())])
    parts = [
        hashlib.sha256(spec.text.encode()).hexdigest(),
        tables,
        run.source.name,
        repr(run.source.credit(assets_read(spec))),
    ]
    parts += [str(_latest_day(spec, run.as_of)), repr(run.letter), repr(earlier), *prices]
    parts += [repr(run.corrections.get(spec.slug)), repr(notices(run.root, spec, run.source, run.as_of))]
    parts += [repr(closures()), repr(said_calendars())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _tell_what_holds_back(run: Run, spec: ReportSpec, say: Say) -> None:
    """Say which assets end a report's prices long before those of the others end."""
    from generator.market.asof import told_holding_back
    from generator.spec.studies import assets_read

    histories = [run.source.history(asset) for asset in assets_read(spec)]
    if told := told_holding_back(histories, _latest_day(spec, run.as_of), "this report"):
        say(f"  note: {spec.slug}: {told}")


def _begin(
    run: Run,
    spec: ReportSpec,
    earlier: Sequence[Expectations],
    content: str,
    inputs: str,
    studio: Studio,
) -> _Begun:
    """Answer a report's studies, write its edition, and have its charts drawn."""
    from generator.article.article import write_article
    from generator.article.build import edition_of
    from generator.article.expectations import expect
    from generator.assembly.issue import drawings

    def written() -> tuple[Edition, Expectations]:
        report = answer(spec, run.letter, run.source, run.as_of, earlier, run.workshop)
        return edition_of(report), expect(report)

    since = time.perf_counter()
    edition, expected = kept(run.workshop, lambda: ("edition", spec.slug, content), written)
    edition = replace(
        edition,
        corrections=run.corrections.get(spec.slug, ()),
        notices=(*notices(run.root, spec, run.source, run.as_of), *edition.notices),
    )
    article = write_article(edition, run.letter.disclaimer)
    studio.order(drawings(edition, article, run.letter))
    return _Begun(edition, article, expected, inputs, time.perf_counter() - since)


def _finish(
    run: Run,
    begun: Sequence[_Begun],
    studio: Studio,
    say: Say,
    failed: dict[str, PrecedentError],
) -> tuple[str, ...]:
    """Set these reports and write them, each folder whole; the slugs of those that could be drawn."""
    finished: list[str] = []
    from generator.assembly.issue import report_files
    from generator.assembly.pages import expectations_file

    for report in begun:
        since, slug = time.perf_counter(), report.edition.slug
        try:
            files = report_files(report.edition, run.letter, studio.draw, report.article)
        except RequestError as error:  # of a chart that the letter draws itself
            failed[slug] = error
            continue
        marker = OutputFile(INPUTS, report.inputs.encode())
        write_folder(run.made(slug), [*files, expectations_file(report.expected), marker])
        finished.append(slug)
        say(f"  {slug}: {report.seconds + time.perf_counter() - since:.1f} s")
    return tuple(finished)


def earlier_than(run: Run, spec: ReportSpec, begun: Sequence[Expectations] = ()) -> tuple[Expectations, ...]:
    """What the issues before a report expected, where it tells of them: those published, those begun in this
    run, and those that were finished before."""
    from generator.assembly.pages import read_expectations
    from generator.spec.models import PastSignalsSection

    if not spec.sections_of(PastSignalsSection):
        return ()
    known = {**run.told, **{each.slug: each for each in begun}}
    for folder in run.unpublished():
        if folder.name not in known:
            known[folder.name] = read_expectations(folder)
    return tuple(
        known[slug]
        for slug in sorted(known)
        if slug != spec.slug and date.fromisoformat(known[slug].date) < spec.date
    )


def make_edition(spec: ReportSpec, letter: Letter, source: Source, as_of: date | None = None) -> Edition:
    """Prices, studies, edition: one report, before it has a form.

    Parameters
    ----------
    as_of : nothing after this day exists, whatever the spec says; None for the spec's own.

    Raises
    ------
    PrecedentError : prices, conditions or the author's prose cannot be used.
    """
    from generator.article.build import edition_of

    return edition_of(answer(spec, letter, source, as_of))


def answer(
    spec: ReportSpec,
    letter: Letter,
    source: Source,
    as_of: date | None,
    earlier: Sequence[Expectations] = (),
    workshop: Workshop | None = None,
) -> Report:
    """The prices of a report up to its as-of date, and the answers to its studies.

    ``earlier`` : what the issues before it expected. ``workshop`` : where answers are kept. The rest, and
    what is raised, as in ``make_edition``.
    """
    from generator.article.build import clock_of, gather
    from generator.market.asof import as_of_date
    from generator.spec.models import AlsoFiredSection
    from generator.spec.studies import assets_read, build_studies
    from generator.study.run import run_study

    whole = {asset: source.history(asset) for asset in assets_read(spec)}
    last = as_of_date(list(whole.values()), _latest_day(spec, as_of))
    histories = {asset: history.until(last) for asset, history in whole.items()}
    prices = tuple((asset, source.identity(asset)) for asset in histories)

    def answered(study: Study) -> StudyResult:
        key = "study", study, prices, str(last)
        return kept(workshop, lambda: key, lambda: run_study(study, histories))

    results = {name: answered(study) for name, study in build_studies(spec).items()}
    day = as_date(last)

    def asked() -> Hashable:
        scanned = identities(scanned_assets(spec), source)
        return "scan", repr(spec.sections_of(AlsoFiredSection)), clock_of(spec), str(scanned), str(last)

    return gather(
        spec,
        letter,
        histories,
        results,
        source.name,
        source.simulated,
        kept(workshop, asked, lambda: scan_of(spec, source, day)),
        score_of(spec, earlier, source, day),
        source.credit([*whole]),
    )


def _latest_day(spec: ReportSpec, as_of: date | None) -> date | None:
    """The last day that a report may see, by its spec and by what was asked for; None for no limit."""
    return min((day for day in (spec.as_of, as_of) if day is not None), default=None)


def versions() -> dict[str, str]:
    """The versions of what decides over the numbers and bytes of an issue."""
    return {"python": python_version(), **{name: version(name) for name in LIBRARIES}}


def program_hash(root: Path) -> str:
    """Hash of what makes reports: code, templates of articles and e-mails, libraries, own signals."""
    from generator.site.templating import FOLDER, template_files

    code = {str(path.relative_to(PACKAGE)): path for path in sorted(visible_files(PACKAGE))}
    # Where the program is installed, its templates lie in the package too.
    files = {name: path for name, path in code.items() if not name.startswith(f"{FOLDER}/")}
    for kind in ("report", "email"):
        files |= {f"{FOLDER}/{kind}/{name}": path for name, path in template_files(kind).items()}
    own = (_there(root / name) for name in ("requirements.lock", SIGNALS_FILE, WORDS_FILE))
    return _hash_of(reduce(or_, own, files))


def dress_hash(root: Path) -> str:
    """Hash of the templates and settings that the site around the reports is made with.

    Both hashes are of the files that are really read, the letter's own where it has one.
    """
    from generator.site.templating import template_files

    return _hash_of(template_files() | _there(root / "mkdocs.yml") | _there(root / WORDS_FILE))


def words_hash() -> str:
    """Hash of the templates that the site's own pages are written by: of the report's, those of a table; all
    of them where a letter has a table of its own, which may take up others."""
    from generator.site.templating import template_files, template_folders

    report = template_files("report")
    engines = template_folders()[-1]
    if all(report[name].is_relative_to(engines) for name in TABLES):
        report = {name: report[name] for name in TABLES}
    kinds = {"site": template_files("site"), "report": report}
    return _hash_of({f"{kind}/{name}": path for kind, files in kinds.items() for name, path in files.items()})


def _there(path: Path) -> dict[str, Path]:
    return {path.name: path} if path.is_file() else {}


def _hash_of(files: dict[str, Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name, path in files.items():
        digest.update(f"{name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
