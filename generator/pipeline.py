"""``precedent report``: its stages, readable from top to bottom."""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import DataError, OutputError, UnknownAssetError
from generator.files import OutputFile, project_lock, recover_folder, write_atomically, write_folder
from generator.market.history import as_date
from generator.market.sources import Source, open_source
from generator.pipeline_site import fetch_watched, survey_pages_of, watched, watched_identities
from generator.pipeline_week import (
    Drafted,
    NoWeekError,
    draft_issue,
    identities,
    load_drafts,
    scan_of,
    scanned_assets,
    score_of,
    scored_assets,
    summary,
)

if TYPE_CHECKING:
    from generator.charts.studio import Studio
    from generator.editorial.edition import Edition
    from generator.editorial.letter import Letter
    from generator.editorial.report import Report
    from generator.editorial.scorecard import Expectations
    from generator.editorial.spec_models import ReportSpec

Say = Callable[[str], None]

PACKAGE = Path(__file__).parent
INPUTS = ".inputs"
"""In a finished report's folder: the hash of all that went into it."""


@dataclass(frozen=True)
class Order:
    """What was asked of a run: which reports (none: all), from which prices, up to which day."""

    slugs: Sequence[str] = ()
    source: str | None = None
    as_of: date | None = None
    strict: bool = False


def make_reports(root: Path, order: Order, say: Say) -> None:
    """Make the reports and the site; what is unchanged is not made again.

    Parameters
    ----------
    root : the project's folder.
    say : receives the lines that tell a person how it goes.

    Raises
    ------
    PrecedentError : the first thing that went wrong; the site is as it was before.
    """
    # Imported here, so that a question such as `precedent new` does not pay for what only a report needs.
    from generator.editorial.letter import load_letter
    from generator.editorial.spec_studies import assets_read
    from generator.editorial.specs import list_slugs, load_specs

    # Read before the lock, whose file is the first thing written: a mistake in what is asked leaves no trace.
    letter = load_letter(root)
    specs = load_specs(root, order.slugs)
    with project_lock(root), _stage("Done", say):
        recover_folder(root / "site")
        with _stage("Prices", say):
            source = _choose_source(
                root, order, letter.source, [a for spec in specs for a in assets_read(spec)], say
            )
            fetch_watched(watched(root), source, say)
        drafted = None if order.slugs else _draft_if_due(root, source, order.as_of, say)
        drafts = load_drafts(root, drafted, source)
        if drafted is not None and drafted.new and not drafts:
            specs = load_specs(root)  # with the one just written
        _forget_removed(root / "build" / "reports", [*list_slugs(root), *(spec.slug for spec in drafts)])
        made_with = _program_hash(root)
        made = _make_changed(root, (*specs, *drafts), letter, source, order.as_of, made_with, say)
        for note in source.notes:
            say(f"  note: {note}")
        _make_site_if_changed(root, letter, source, order.as_of, made_with, say)
    for line in summary(root, drafted, made, source):
        say(line)
    say("Read it: open site/index.html in a browser, or run 'make serve'.")


def _draft_if_due(root: Path, source: Source, as_of: date | None, say: Say) -> Drafted | None:
    """The issue of the newest completed week, drafted when there is none; None without a watchlist, or
    without prices of its benchmark."""
    from generator.editorial.watchlist import has_watchlist, load_watchlist
    from generator.market.providers.yahoo import UnreachableError

    if not has_watchlist(root):
        return None
    with _stage("Week", say):
        try:
            return draft_issue(root, source, load_watchlist(root), as_of)
        except (UnknownAssetError, UnreachableError, NoWeekError) as error:
            say(f"  note: no issue is drafted: {error}")
            return None


@dataclass(frozen=True)
class _Begun:
    """A report in memory whose charts are being drawn: what it is made from, and the seconds it took."""

    edition: Edition
    expected: Expectations
    inputs: str
    seconds: float


def _make_changed(
    root: Path,
    specs: Sequence[ReportSpec],
    letter: Letter,
    source: Source,
    as_of: date | None,
    made_with: str,
    say: Say,
) -> list[str]:
    """Make the reports that something has changed for; their slugs, in the order of their dates."""
    from generator.charts.studio import Studio

    begun: list[_Begun] = []
    with Studio() as studio:
        for spec in sorted(specs, key=lambda spec: (spec.date, spec.slug)):
            # The oldest come first: an issue tells what the signals of those before it have done.
            earlier = _earlier(root, spec, [each.expected for each in begun])
            inputs = _inputs(spec, letter, source, as_of, made_with, earlier)
            marker = root / "build" / "reports" / spec.slug / INPUTS
            if marker.exists() and marker.read_text() == inputs:
                say(f"  {spec.slug}: unchanged")
            else:
                begun.append(_begin(spec, letter, source, as_of, earlier, inputs, studio))
        return _finish(root, begun, letter, studio, say)


def _inputs(
    spec: ReportSpec,
    letter: Letter,
    source: Source,
    as_of: date | None,
    made_with: str,
    earlier: Sequence[Expectations],
) -> str:
    """Hash of all that goes into a report."""
    from generator.editorial.spec_studies import assets_read

    prices = [f"{asset} {source.identity(asset)}" for asset in assets_read(spec)]
    prices += identities((*scanned_assets(spec), *scored_assets(earlier)), source)
    tables = repr(sorted(spec.files.items()))
    parts = [made_with, hashlib.sha256(spec.text.encode()).hexdigest(), tables, source.name, str(as_of)]
    parts += [repr(letter), repr(earlier), *prices]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _begin(
    spec: ReportSpec,
    letter: Letter,
    source: Source,
    as_of: date | None,
    earlier: Sequence[Expectations],
    inputs: str,
    studio: Studio,
) -> _Begun:
    """Answer a report's studies, write its edition, and have its charts drawn."""
    from generator.editorial.build import edition_of
    from generator.editorial.scorecard import expect
    from generator.press.page import drawings

    since = time.perf_counter()
    report = _answer(spec, letter, source, as_of, earlier)
    edition = edition_of(report)
    studio.order(drawings(edition))
    return _Begun(edition, expect(report), inputs, time.perf_counter() - since)


def _finish(root: Path, begun: Sequence[_Begun], letter: Letter, studio: Studio, say: Say) -> list[str]:
    """Set these reports and write them, each folder whole; their slugs."""
    from generator.press.page import report_files
    from generator.press.site import expectations_file

    for report in begun:
        since, slug = time.perf_counter(), report.edition.slug
        files = report_files(report.edition, letter, studio.draw)
        marker = OutputFile(INPUTS, report.inputs.encode())
        write_folder(root / "build" / "reports" / slug, [*files, expectations_file(report.expected), marker])
        say(f"  {slug}: {report.seconds + time.perf_counter() - since:.1f} s")
    return [report.edition.slug for report in begun]


def _earlier(root: Path, spec: ReportSpec, begun: Sequence[Expectations]) -> tuple[Expectations, ...]:
    """What the issues before a report expected, where it tells of them: those begun in this run, and those
    that were finished before."""
    from generator.editorial.spec_models import PastSignalsSection
    from generator.press.site import read_expectations

    if not spec.sections_of(PastSignalsSection):
        return ()
    known = {each.slug: each for each in begun}
    for marker in (root / "build" / "reports").glob(f"*/{INPUTS}"):
        if marker.parent.name not in known:
            known[marker.parent.name] = read_expectations(marker.parent)
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
    from generator.editorial.build import edition_of

    return edition_of(_answer(spec, letter, source, as_of))


def _answer(
    spec: ReportSpec,
    letter: Letter,
    source: Source,
    as_of: date | None,
    earlier: Sequence[Expectations] = (),
) -> Report:
    """The prices of a report up to its as-of date, and the answers to its studies."""
    from generator.editorial.build import gather
    from generator.editorial.spec_studies import assets_read, build_studies
    from generator.market.asof import as_of_date
    from generator.study.run import run_study

    whole = {asset: source.history(asset) for asset in assets_read(spec)}
    asked = min((day for day in (spec.as_of, as_of) if day is not None), default=None)
    last = as_of_date(list(whole.values()), asked)
    histories = {asset: history.until(last) for asset, history in whole.items()}
    results = {name: run_study(study, histories) for name, study in build_studies(spec).items()}
    day = as_date(last)
    return gather(
        spec,
        letter,
        histories,
        results,
        source.name,
        source.simulated,
        scan_of(spec, source, day),
        score_of(spec, earlier, source, day),
    )


def _make_site_if_changed(
    root: Path, letter: Letter, source: Source, as_of: date | None, made_with: str, say: Say
) -> None:
    from generator.press.build import build_site
    from generator.press.site import assemble, read_expectations

    folders = sorted(marker.parent for marker in (root / "build" / "reports").glob(f"*/{INPUTS}"))
    expected = [read_expectations(folder) for folder in folders]
    prices = _newest_prices(expected, source, say)
    watchlist = watched(root)
    surveyed = watched_identities(watchlist, source, say)
    parts = [made_with, repr(letter), *(f"{f.name} {(f / INPUTS).read_text()}" for f in folders)]
    # The scorecard goes by the newest prices, whatever the reports were made from.
    parts += [source.name, str(as_of), *(f"{asset} {identity}" for asset, identity in prices.items())]
    # So do the signal and asset pages.
    parts += [repr(watchlist), *(f"{asset} {identity}" for asset, identity in surveyed.items())]
    built_from = "\n".join(parts)
    marker = root / "build" / "site.inputs"
    if (root / "site" / "index.html").exists() and marker.exists() and marker.read_text() == built_from:
        say("Site: unchanged")
        return
    with _stage("Site", say):
        from generator.editorial.scorecard_outcomes import keep_score

        marker.unlink(missing_ok=True)
        scorecard = keep_score(
            expected, {asset: source.history(asset) for asset in prices}, source.name, as_of
        )
        survey = survey_pages_of(watchlist, surveyed, source, expected, as_of)
        build_site(root, assemble(folders, letter, root, scorecard, survey))
        write_atomically(marker, built_from.encode())


def _newest_prices(expected: Sequence[Expectations], source: Source, say: Say) -> dict[str, str]:
    """The identities of the prices that the scorecard reads, by asset. An issue that was made earlier may
    have an asset that this source lacks: its case says so on the page, and this says so here."""
    wanted = dict.fromkeys(
        asset
        for issue in expected
        if issue.source == source.name
        for study in issue.studies
        if study.date is not None
        for asset in study.assets
    )
    prices: dict[str, str] = {}
    for asset in wanted:
        try:
            prices[asset] = source.identity(asset)
        except UnknownAssetError as error:
            say(f"  note: scorecard: {error}")
    return prices


def _forget_removed(finished: Path, slugs: Iterable[str]) -> None:
    """Remove what was made of reports that are no longer there."""
    kept = set(slugs)
    for folder in [] if not finished.exists() else list(finished.iterdir()):
        if folder.name not in kept:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise OutputError(f"cannot remove {folder}: {error.strerror or error}.") from error


def _choose_source(root: Path, order: Order, usual: str, wanted: Sequence[str], say: Say) -> Source:
    """The source asked for; on a first run that cannot reach Yahoo, the sample market, and it says so.

    Raises
    ------
    DataError : an asset of any report is not to be had, which is better known before the first is made;
        Yahoo cannot be reached and real prices were used here before; ``--strict`` met sample or stale
        prices.
    """
    from generator.market.providers.yahoo import UnreachableError

    source = open_source(order.source or usual, root)
    if order.strict and source.simulated:
        raise DataError(
            "--strict refuses the sample market: its prices are simulated. Name another --source."
        )
    try:
        for asset in dict.fromkeys(wanted):
            source.identity(asset)
    except UnreachableError as error:
        if order.source or order.strict or _has_real_prices(root):
            raise
        say(str(error))
        say("This is a first run, so the reports are made from the SIMULATED SAMPLE MARKET and say so.")
        source = open_source("sample", root)
    if order.strict and source.stale:
        raise DataError(
            f"--strict refuses stale prices, and Yahoo cannot be reached for newer ones of "
            f"{', '.join(source.stale)}. Check the network, or leave --strict out."
        )
    say(f"Prices from: {source.name}{' (simulated, not market data)' if source.simulated else ''}")
    return source


def _has_real_prices(root: Path) -> bool:
    """Whether anything was ever fetched or built from real prices here."""
    from generator.market.providers.yahoo_source import YahooSource
    from generator.press.site import read_card

    finished = (marker.parent for marker in (root / "build" / "reports").glob(f"*/{INPUTS}"))
    return YahooSource(root).has_prices or any(not read_card(folder).simulated for folder in finished)


def _program_hash(root: Path) -> str:
    """Hash of the code, the templates, the settings and the libraries that make reports and site."""
    digest = hashlib.sha256(sys.version.encode())
    folders = (PACKAGE, root / "templates")
    files = [
        path for folder in folders for path in sorted(folder.rglob("*")) if "__pycache__" not in path.parts
    ]
    for path in [*files, root / "mkdocs.yml", root / "requirements.lock"]:
        if path.is_file():
            digest.update(f"{path.name}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def _stage(name: str, say: Say) -> Iterator[None]:
    """Tell how long a stage took, when it succeeded."""
    begun = time.perf_counter()
    yield
    say(f"{name}: {time.perf_counter() - begun:.1f} s")
