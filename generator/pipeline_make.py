"""The reports' part of the pipeline: from a spec and prices to a finished report in ``build/reports``."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.files import OutputFile, write_folder
from generator.market.history import as_date
from generator.market.sources import Source
from generator.pipeline_week import identities, scan_of, scanned_assets, score_of, scored_assets

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
class _Begun:
    """A report in memory whose charts are being drawn: what it is made from, and the seconds it took."""

    edition: Edition
    expected: Expectations
    inputs: str
    seconds: float


def make_changed(
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
    report = answer(spec, letter, source, as_of, earlier)
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

    return edition_of(answer(spec, letter, source, as_of))


def answer(
    spec: ReportSpec,
    letter: Letter,
    source: Source,
    as_of: date | None,
    earlier: Sequence[Expectations] = (),
) -> Report:
    """The prices of a report up to its as-of date, and the answers to its studies.

    ``earlier`` : what the issues before it expected. The rest, and what is raised, as in ``make_edition``.
    """
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


def program_hash(root: Path) -> str:
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
