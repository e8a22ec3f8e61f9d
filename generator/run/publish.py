"""``precedent publish``: what has passed every check is frozen, and the site shows just that from then on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator.core.errors import (
    DataError,
    NothingError,
    PartialError,
    PrecedentError,
    Problem,
    RequestError,
    SpecError,
    UnknownAssetError,
)
from generator.core.files import OutputFile, project_lock
from generator.market.asof import common_sessions
from generator.market.calendar import last_completed_session
from generator.market.exchanges import NEW_YORK, calendar_of
from generator.market.quality.faults import LONG_HOLIDAY, knows_holidays
from generator.market.quality.suspicions import Inspected
from generator.market.sources import Source
from generator.run.correct import refuse_same, run_of_correction, spec_to_correct
from generator.run.make import (
    INPUTS,
    Run,
    Say,
    earlier_than,
    make_changed,
    program_hash,
    versions,
)
from generator.run.market import refuse_a_bad_market
from generator.run.old_articles import due_articles, publish_articles, refuse_correction
from generator.run.report import Reporting, choose_source, tell_changes
from generator.run.site import fetch_watched, make_site_if_changed, stage, watched
from generator.run.strange import accept_read, refuse_strange_prices, tell_strange
from generator.run.week import (
    NoWeekError,
    missed_weeks,
    newest_week,
    scanned_assets,
    scored_assets,
    weeks_told,
)
from generator.run.workshop import open_studio
from generator.spec.folders import list_articles

if TYPE_CHECKING:
    from generator.publish.freeze import Published
    from generator.scorecard.values import Expectations
    from generator.spec.models import ReportSpec
    from generator.spec.watchlist import Watchlist

WINDOW = np.timedelta64(14, "D")
"""Every calendar has a session in so many days."""


NO_ID = (
    "is missing. Feed readers know an issue by it for good, also when the address of the letter changes. "
    "Add a line once, before the first issue is out, such as id: tag:example.org,2026:letter, with your own "
    "domain."
)


@dataclass(frozen=True)
class Publishing:
    """What was asked: which issues (none: all that are due), from which prices, and whether a draft that
    nobody has edited may go out. With ``correct``, what was wrong with the one published issue that is
    named."""

    slugs: Sequence[str] = ()
    source: str | None = None
    drafts: bool = False
    correct: str | None = None


def publish(root: Path, asked: Publishing, now: datetime, say: Say) -> None:
    """Freeze the issues asked for, each that passes, and build the site from what is published.

    Parameters
    ----------
    now : the present moment, in UTC. An issue of a later date is not due; a session that has closed must be
        in the prices of an issue of its date.

    Raises
    ------
    PartialError : some issues did not pass; the others are published.
    PrecedentError : nothing was published, and the site is as it was.
    """
    from generator.publish.freeze import published_issues
    from generator.publish.ledger import refuse_losses, write_ledger
    from generator.spec.letter import LETTER_FILE, load_letter

    letter = load_letter(root)
    if letter.id is None:
        raise SpecError([Problem(LETTER_FILE, None, "id", NO_ID)])
    failed: dict[str, PrecedentError] = {}
    published = published_issues(root)
    refuse_losses(root, published)
    refuse_correction(root, asked.slugs if asked.correct is not None else ())
    articles = due_articles(root, published, asked.slugs, now.date(), say)
    specs = _wanted(root, published, asked, now.date(), say, failed)
    with project_lock(root), stage("Done", say), open_studio(root) as studio:
        published = published_issues(root)
        write_ledger(root, published)
        tell_changes(root, published, say)
        with stage("Prices", say):
            reporting = Reporting(source=asked.source, strict=True)
            source = Inspected(choose_source(root, reporting, letter, specs, say), root)
            watchlist = watched(root)
            fetch_watched(watchlist, source, say)
            refuse_a_bad_market(watchlist, source)
        made_with = program_hash(root)
        run = Run(root, letter, source, None, made_with, published, published_only=True, studio=studio)
        run = publish_articles(run, articles, say)
        for spec in sorted(specs, key=lambda spec: (spec.date, spec.slug)):
            try:
                run = _publish_one(run, spec, asked.correct, now, say)
            except (DataError, RequestError) as error:
                failed[spec.slug] = error
        tell_strange(root, source, failed.values())
        if failed and not articles and set(failed).issuperset(spec.slug for spec in specs):
            raise NothingError(failed)
        accept_read(root, source, [spec for spec in specs if spec.slug not in failed])
        for note in source.notes:
            say(f"  note: {note}")
        for line in _missed(run, watchlist):
            say(line)
        if run.published:
            make_site_if_changed(run, say)
        else:
            say("Nothing is published yet; the site is left as it is.")
    if failed:
        raise PartialError("the rest is published, but not these", failed)


def _missed(run: Run, watchlist: Watchlist) -> list[str]:
    """What weeks were left out; none where the source does not tell what week it is."""
    if not watchlist.benchmark:
        return []
    try:
        newest = newest_week(run.source, watchlist.benchmark, None)
    except (UnknownAssetError, NoWeekError):
        return []
    return missed_weeks(run.root, weeks_told(run.cards), newest)


def _publish_one(run: Run, spec: ReportSpec, correct: str | None, now: datetime, say: Say) -> Run:
    """Make an issue, unless it is made, and freeze it; the run with it among the published.

    One after another, so that an issue tells of those before it that are published, and of no other.

    Raises
    ------
    DataError, RequestError : it cannot be made, may not be published, or corrects nothing.
    OutputError : a file cannot be written.
    """
    from generator.desk.draft import left_out
    from generator.publish.freeze import published_issues
    from generator.publish.ledger import withdrawn, write_ledger

    if (taken_back := withdrawn(run.root).get(spec.slug)) is not None:
        raise RequestError(
            f"an issue of this name was taken back on {taken_back.withdrawn}, and its address says so. "
            f"Rename the folder reports/{spec.slug}."
        )
    for reason in left_out(spec):
        raise DataError(
            f"this draft was made without an asset of the core, {reason}. Read it, and remove its first line "
            "to publish it as it is; or remove it, and draft it again when the prices are there."
        )
    number, at = 1, run
    if correct is not None:
        number = run.published[spec.slug].version + 1
        at = run_of_correction(run, spec, correct, now.date())
    made = make_changed(at, [spec], say)
    if made.failed:
        raise made.failed[spec.slug]
    if correct is not None:
        refuse_same(at, spec)
    _freeze_report(at, spec, number, now)
    shutil.rmtree(at.made(spec.slug), ignore_errors=True)  # frozen now; the next run would remove it
    say(f"  {spec.slug}: published as v{number}")
    published = published_issues(run.root)
    write_ledger(run.root, published)
    return replace(run, published=published)


def _wanted(
    root: Path,
    published: Mapping[str, Published],
    asked: Publishing,
    today: date,
    say: Say,
    failed: dict[str, PrecedentError],
) -> tuple[ReportSpec, ...]:
    """The specs to publish: those named, or all whose date has come and that somebody has read.

    Parameters
    ----------
    failed : gets the specs with mistakes, where none was named: they do not stop the others.

    Raises
    ------
    RequestError : one that was named is published already, is a draft, or its date has not come.
    """
    from generator.check.reading import list_slugs, load_specs
    from generator.desk.draft import is_draft
    from generator.publish.freeze import has_changed

    if asked.correct is not None:
        return spec_to_correct(root, published, asked.slugs, asked.correct)
    if not asked.slugs:
        due = []
        for slug in (slug for slug in list_slugs(root) if slug not in published):
            try:
                (spec,) = load_specs(root, [slug])
            except RequestError as error:
                failed[slug] = error
                continue
            if spec.date > today:
                say(f"  {spec.slug}: its date, {spec.date}, has not come")
            elif is_draft(spec) and not asked.drafts:
                say(f"  {spec.slug}: a draft that nobody has edited; remove its first line, or use --drafts")
            else:
                due.append(spec)
        return tuple(due)
    new = [slug for slug in asked.slugs if slug not in published and slug not in list_articles(root)]
    specs = load_specs(root, new) if new else ()
    for slug in asked.slugs:
        if slug in published:
            say(f"  {slug}: published already, as v{published[slug].version}")
            if has_changed(root, published[slug]):
                raise RequestError(
                    f"reports/{slug}/report.yml has changed since it was published, and what is published "
                    f"does not change. A correction is a new version: precedent publish {slug} --correct "
                    "'what was wrong'"
                )
    for spec in specs:
        if spec.date > today:
            raise RequestError(f"{spec.slug} is dated {spec.date}, which has not come. Publish it then.")
        if is_draft(spec) and not asked.drafts:
            raise RequestError(
                f"reports/{spec.slug}/report.yml is a draft that nobody has edited. Read it, remove its "
                "first line, and publish it then; or publish drafts as they are with --drafts."
            )
    return specs


def _freeze_report(run: Run, spec: ReportSpec, number: int, now: datetime) -> None:
    """Freeze a finished report as version ``number``, if it may be published.

    Raises
    ------
    DataError : its prices are stale, held, strange, or do not reach its date; an issue that it tells of is
        damaged.
    OutputError : a file cannot be written.
    """
    from generator.check.reading import load_specs
    from generator.edition.card import read_card
    from generator.publish.freeze import Manifest, freeze, sha256
    from generator.run.earlier import earlier_file
    from generator.spec.folders import REPORTS, SPEC_FILE
    from generator.spec.letter import LETTER_FILE
    from generator.spec.signals import SIGNALS_FILE

    made = run.made(spec.slug)
    edition = read_card(made)
    as_of = date.fromisoformat(edition.as_of)
    refuse_old_prices(spec, as_of, run.as_of, run.source, now)
    refuse_strange_prices(run.root, spec, as_of, run.source)
    earlier = earlier_than(run, spec)
    snapshots, absent = _keep_prices(run, spec, earlier, as_of)
    folder = run.root / REPORTS / spec.slug
    from generator.spec.studies import assets_read

    manifest = Manifest(
        slug=spec.slug,
        version=number,
        date=edition.date,
        as_of=edition.as_of,
        source=run.source.name,
        snapshots=snapshots,
        absent=absent,
        spec=sha256((folder / SPEC_FILE).read_bytes()),
        code=f"sha256:{run.made_with}",
        made_with=versions(),
        files={},
        credit=run.source.credit(assets_read(spec)),
    )
    written = [SPEC_FILE, *sorted([*spec.files, *spec.pictures])]
    inputs = [OutputFile(f"{spec.slug}/{name}", (folder / name).read_bytes()) for name in written]
    inputs += [
        OutputFile(name, (run.root / name).read_bytes())
        for name in (LETTER_FILE, SIGNALS_FILE, *spec.code)
        if (run.root / name).exists()
    ]
    inputs += [OutputFile(file.name, file.path.read_bytes()) for file in run.letter.looks.files]
    # Only published issues are told of here, so each has a frozen folder to refer to.
    inputs.append(earlier_file(run.published[each.slug].newest for each in earlier))
    files = [
        OutputFile(str(path.relative_to(made)), path.read_bytes())
        for path in sorted(made.rglob("*"))
        if path.is_file() and path.name != INPUTS
    ]
    if load_specs(run.root, [spec.slug]) != (spec,):
        raise DataError(f"{REPORTS}/{spec.slug}/{SPEC_FILE} was edited while it was published. Try again.")
    freeze(run.root, manifest, files, inputs)


def _keep_prices(
    run: Run, spec: ReportSpec, earlier: Sequence[Expectations], as_of: date
) -> tuple[dict[str, str], dict[str, str]]:
    """Keep the prices that a report could see; their fingerprints by asset, and what was not to be had."""
    from generator.market.providers.snapshots import SnapshotStore
    from generator.spec.studies import assets_read

    store, last = SnapshotStore(run.root), np.datetime64(as_of, "D")
    snapshots: dict[str, str] = {}
    absent: dict[str, str] = {}
    read = (*assets_read(spec), *scanned_assets(spec), *scored_assets(earlier))
    for asset in sorted(set(read)):
        try:
            snapshots[asset] = store.save(run.source.history(asset).until(last))
        except (DataError, RequestError) as error:
            absent[asset] = str(error)
    return snapshots, absent


def refuse_old_prices(
    spec: ReportSpec, as_of: date, corrected: date | None, source: Source, now: datetime
) -> None:
    """Raise unless a report's prices are trusted, the newest there are, and reach its own date.

    Parameters
    ----------
    as_of : where its prices end.
    corrected : where those of the version that it corrects end, and it must reach no farther.
    now : only sessions that have closed can be missed.

    Raises
    ------
    DataError : says what is wrong and what to do.
    """
    from generator.spec.studies import assets_read

    assets = assets_read(spec)
    for asset in assets:
        if asset in source.held:
            raise DataError(source.held[asset])
        if asset in source.stale:
            raise DataError(f"newer prices of {asset} cannot be had, and old ones are not published.")
    if as_of > spec.date:
        raise DataError(
            f"it is dated {spec.date} and shows prices to {as_of}. Write 'as_of: {spec.date}' into "
            f"reports/{spec.slug}/report.yml, or give it a later date."
        )
    # Where an exchange's holidays are not known, it may have been closed since.
    last = np.datetime64(as_of, "D")
    today = np.datetime64(now.date(), "D")
    if not all(knows_holidays(asset, last, max(last, today)) for asset in assets):
        last += LONG_HOLIDAY
    until = np.datetime64(corrected or spec.as_of or spec.date, "D")
    wanted = common_sessions(assets, until - WINDOW, until)
    wanted = wanted[wanted <= min(last_completed_session(asset, now) for asset in assets)]
    missed = [day for day in wanted if day > last]
    # An issue that is dated later than its prices is not news: nothing may have been missed in between.
    date_ = np.datetime64(spec.date, "D")
    missed += [day for day in common_sessions(assets, date_ - WINDOW, date_) if last < day < date_]
    if missed:
        ends = {asset: source.history(asset).until(max(missed)).last for asset in assets}
        late = [f"those of {asset} on {end}" for asset, end in ends.items() if end < max(missed)]
        named = f": {', '.join(late)}" if late else ""  # none where the spec's own as_of is early
        told = (
            " If New York was closed that day, name it under 'closures' in acknowledged.yml."
            if any(calendar_of(asset) == NEW_YORK for asset in assets)
            else ""
        )
        raise DataError(
            f"its prices end on {as_of}, before the session of {max(missed)}{named}. Publish it when there "
            f"are newer prices, or correct its dates.{told}"
        )
