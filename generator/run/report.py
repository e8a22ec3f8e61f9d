"""``precedent report``: its stages, readable from top to bottom."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.core.errors import DataError, OutputError, PartialError, UnknownAssetError, UnreachableError
from generator.core.files import project_lock
from generator.market.history import SAMPLE
from generator.market.providers.registry import open_source, title_of
from generator.market.quality.suspicions import Inspected
from generator.market.sources import Source
from generator.run.draft import Drafted, draft_issue, load_drafts, summary, tell_lacking
from generator.run.make import INPUTS, Run, Say, make_changed, make_edition, program_hash
from generator.run.old_articles import make_articles, unpublished_articles
from generator.run.site import fetch_watched, make_site_if_changed, stage, watched
from generator.run.strange import accept_read, tell_strange
from generator.run.week import NoWeekError
from generator.run.workshop import open_studio
from generator.spec.folders import list_articles, written_file

if TYPE_CHECKING:
    from generator.charts.studio import Studio
    from generator.publish.freeze import Published
    from generator.run.workshop import Workshop
    from generator.spec.letter import Letter
    from generator.spec.models import ReportSpec

__all__ = ["Reporting", "make_edition", "make_reports"]


@dataclass(frozen=True)
class Reporting:
    """What was asked of a run: which reports (none: all), from which prices, up to which day."""

    slugs: Sequence[str] = ()
    source: str | None = None
    as_of: date | None = None
    strict: bool = False


def make_reports(root: Path, asked: Reporting, say: Say, workshop: Workshop | None = None) -> None:
    """Make the reports and the site; what is unchanged is not made again.

    Parameters
    ----------
    root : the project's folder.
    say : receives the lines that tell a person how it goes.
    workshop : what is kept for the next run of this process.

    Raises
    ------
    PrecedentError : the first thing that went wrong; the site is as it was before.
    """
    # Imported here, so that a question such as `precedent new` does not pay for what only a report needs.
    from generator.publish.freeze import published_issues
    from generator.publish.ledger import refuse_losses
    from generator.spec.letter import load_letter

    # Read before the lock, whose file is the first thing written: a mistake in what is asked leaves no trace.
    letter = load_letter(root)
    published = published_issues(root)
    refuse_losses(root, published)
    articles = unpublished_articles(root, published, asked.slugs)
    specs = unpublished_specs(root, published, asked.slugs)
    with project_lock(root), stage("Done", say), _drawing(root, workshop) as studio:
        published = published_issues(root)
        tell_changes(root, published, say)
        with stage("Prices", say):
            source = Inspected(choose_source(root, asked, letter, specs, say), root)
            fetch_watched(watched(root), source, say)
        drafted = None if asked.slugs else _draft_if_due(root, source, asked, say)
        drafts = load_drafts(root, drafted, source)
        if drafted is not None and drafted.new and not drafts:
            specs = unpublished_specs(root, published)  # with the one just written
        _forget_removed(root, published, [*(spec.slug for spec in drafts), *list_articles(root)])
        with_what = program_hash(root)
        run = Run(root, letter, source, asked.as_of, with_what, published, workshop=workshop, studio=studio)
        written = make_articles(run, articles, say)
        made = make_changed(run, (*specs, *drafts), say)
        if made.failed and len(made.failed) == len(specs) + len(drafts):
            raise next(iter(made.failed.values()))
        for note in source.notes:
            say(f"  note: {note}")
        tell_strange(root, source)
        accept_read(root, source, (*specs, *drafts))
        make_site_if_changed(run, say)
    for line in summary(root, drafted, (*made.slugs, *written), source, run.cards):
        say(line)
    say("Read it: open site/index.html in a browser, or run 'make serve'.")
    if made.failed:
        raise PartialError("the rest is made, but not these", made.failed)
    if drafted is not None:
        tell_lacking(drafted)


def _drawing(root: Path, workshop: Workshop | None) -> AbstractContextManager[Studio]:
    """Who draws for a whole run: to begin them takes a second."""
    return open_studio(root) if workshop is None else nullcontext(workshop.studio)


def unpublished_specs(
    root: Path, published: Mapping[str, Published], slugs: Sequence[str] = ()
) -> tuple[ReportSpec, ...]:
    """The specs of these reports (none: of all) that are not published; what is published is not read.

    Raises
    ------
    RequestError, SpecError : as ``load_specs``.
    """
    from generator.check.reading import list_slugs, load_specs
    from generator.publish.ledger import refuse_taken_back

    refuse_taken_back(root, slugs or [*list_slugs(root), *list_articles(root)])
    articles = list_articles(root)
    wanted = [s for s in slugs or list_slugs(root) if s not in published and s not in articles]
    return load_specs(root, wanted) if wanted else ()


def tell_changes(root: Path, published: Mapping[str, Published], say: Say) -> None:
    """Say of which published issues the spec was edited since: the site does not follow."""
    from generator.publish.freeze import has_changed, spec_is_gone

    for slug, issue in published.items():
        if gone := spec_is_gone(root, issue):
            say(f"  note: {gone}")
        if has_changed(root, issue) and (written := written_file(root / "reports" / slug)) is not None:
            named = written.relative_to(root)
            say(
                f"  note: {named} has changed since v{issue.version} was published; the "
                f"site shows v{issue.version}. A correction: precedent publish {slug} --correct '...'"
            )


def _draft_if_due(root: Path, source: Source, asked: Reporting, say: Say) -> Drafted | None:
    """The issue of the newest completed week, drafted when there is none; None without a watchlist, or
    without prices of its benchmark.

    Raises
    ------
    UnreachableError : ``--strict``, and the benchmark's prices cannot be had.
    """
    from generator.spec.watchlist import has_watchlist, load_watchlist

    if not has_watchlist(root):
        return None
    with stage("Week", say):
        try:
            return draft_issue(root, source, load_watchlist(root), asked.as_of, strict=asked.strict)
        except (UnknownAssetError, UnreachableError, NoWeekError) as error:
            if asked.strict and isinstance(error, UnreachableError):
                raise  # who asked to be strict is to learn of a week without its issue
            say(f"  note: no issue is drafted: {error}")
            return None


def _forget_removed(root: Path, published: Mapping[str, Published], drafts: Iterable[str]) -> None:
    """Remove what was made of reports that are no longer there, or are published: those are frozen."""
    from generator.check.reading import list_slugs

    finished = root / "build" / "reports"
    kept = {*list_slugs(root), *drafts} - set(published)
    for folder in [] if not finished.exists() else list(finished.iterdir()):
        if folder.name not in kept:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise OutputError(f"cannot remove {folder}: {error.strerror or error}.") from error


def choose_source(
    root: Path, asked: Reporting, letter: Letter, specs: Sequence[ReportSpec], say: Say
) -> Source:
    """The source asked for; on a first run that cannot reach it, the sample market, and it says so.

    Raises
    ------
    DataError : no report has all its assets, which is better known before the first is begun; it cannot
        be reached and real prices were used here before; ``--strict`` met sample or stale
        prices.
    """
    from generator.spec.letter import source_of

    source = source_of(root, letter, asked.source)
    if asked.strict and source.simulated:
        raise DataError(
            "--strict refuses the sample market: its prices are simulated. Name another --source."
        )
    try:
        _refuse_if_none_can_be_made(source, specs)
    except UnreachableError as error:
        if asked.source or asked.strict or _has_real_prices(root, source):
            raise
        say(str(error))
        say("This is a first run, so the reports are made from the SIMULATED SAMPLE MARKET and say so.")
        source = open_source(SAMPLE, root)
    if asked.strict and source.stale:
        raise DataError(
            f"--strict refuses stale prices, and {title_of(source.name)} cannot be reached for newer ones of "
            f"{', '.join(source.stale)}. Check the network, or leave --strict out."
        )
    say(f"Prices from: {source.name}{' (simulated, not market data)' if source.simulated else ''}")
    return source


def _has_real_prices(root: Path, source: Source) -> bool:
    """Whether anything was ever fetched or built from real prices here."""
    from generator.edition.card import read_card

    finished = (marker.parent for marker in (root / "build" / "reports").glob(f"*/{INPUTS}"))
    return bool(source.assets()) or any(not read_card(folder).simulated for folder in finished)


def _refuse_if_none_can_be_made(source: Source, specs: Sequence[ReportSpec]) -> None:
    """Ask for the prices of every report; raise the first refusal when each of them meets one."""
    from generator.spec.studies import assets_read

    failures: list[DataError] = []
    for spec in specs:
        try:
            for asset in assets_read(spec):
                source.identity(asset)
        except UnreachableError:
            raise
        except DataError as error:
            failures.append(error)
    if failures and len(failures) == len(specs):
        raise failures[0]
