"""The draft of the newest week: where it is, what it is made from, and what of it wants a human eye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator.core.errors import DataError, PartialError, PrecedentError
from generator.core.files import write_atomically
from generator.market.bars import period_number
from generator.market.calendar import sessions
from generator.market.exchanges import calendar_of
from generator.market.history import PriceHistory, as_date
from generator.market.sources import Source
from generator.market.timetable import DAY
from generator.run.week import missed_weeks, newest_week, scan_week, weeks_told
from generator.spec.folders import REPORTS

if TYPE_CHECKING:
    from generator.desk.choice import Choice
    from generator.edition.card import Card
    from generator.spec.models import ReportSpec
    from generator.spec.watchlist import Watchlist

FEWEST = 10
"""Sessions beyond which a series has the two weeks that a week's facts compare."""
WEEK = timedelta(weeks=1)
DRAFTS = "build/drafts"
"""Where the draft from a simulated market lies: `reports/` is a person's."""


@dataclass(frozen=True)
class Drafted:
    """A week's issue: its spec's path, and whether it was written just now.

    ``lacking`` : assets of the core that it is without, although the source has them, and why.
    """

    path: Path
    slug: str
    as_of: date
    new: bool
    noteworthy: bool
    lacking: Mapping[str, str]


def draft_issue(
    root: Path, source: Source, watchlist: Watchlist, as_of: date | None, *, strict: bool = False
) -> Drafted:
    """Write the spec of the newest completed week, unless there is one, under whatever name.

    Raises
    ------
    PrecedentError : the benchmark has no prices; a spec cannot be read; the file cannot be written; the
        prices of the core are not all there, and ``strict``.
    """
    from generator.desk.draft import Draft, draft_text, week_slug
    from generator.spec.folders import SPEC_FILE

    day = newest_week(source, watchlist.benchmark, as_of)
    lacking = behind(source, watchlist, as_of, day)
    slug = week_slug(day)
    path = root / (DRAFTS if source.simulated else REPORTS) / slug / SPEC_FILE
    there = path.exists() or (path.parent / "v1").exists()
    specs = () if there else _issues_before(root, day)
    renamed = None if source.simulated else _renamed(specs, day)
    if renamed is not None:
        there, slug, path = True, renamed, root / REPORTS / renamed / SPEC_FILE
    if there:
        _refuse_lacking(day, lacking, strict)
        return Drafted(path, slug, day, new=False, noteworthy=True, lacking=lacking)
    histories, missing = prices_of_week(watchlist, source, day)
    lacking |= {} if source.simulated else missing
    _refuse_lacking(day, lacking, strict)
    choice = choice_of(histories, watchlist, source, day, specs)
    draft = Draft(day, watchlist, histories, choice, source.simulated, lacking)
    write_atomically(path, draft_text(draft).encode())
    return Drafted(path, slug, day, new=True, noteworthy=bool(choice.stories), lacking=lacking)


def choice_of(
    histories: Mapping[str, PriceHistory],
    watchlist: Watchlist,
    source: Source,
    day: date,
    specs: Sequence[ReportSpec],
) -> Choice:
    """The ranked facts of a week, and what of them and of the library's signals an issue is made of.

    Parameters
    ----------
    histories : cut at the week's last session, with the benchmark's clock.
    specs : earlier issues.
    """
    from generator.desk.choice import Led, choose
    from generator.desk.news import news_of
    from generator.desk.signals import Told

    benchmarks = {asset: watched.benchmark for asset, watched in watchlist.assets.items()}
    news = news_of(histories, watchlist.benchmark, watchlist.core, benchmarks)
    scan = scan_week(tuple(histories), (), source, day, calendar_of(watchlist.benchmark))
    before = [(spec, when) for spec in specs if (when := spec.as_of or spec.date) < day]
    led = [Led(spec.story.fact, spec.story.size, when) for spec, when in before if spec.story is not None]
    told = [
        Told(study.signal, study.asset, when)
        for spec, when in before
        for study in spec.studies.values()
        if study.signal is not None
    ]
    return choose(news, scan, watchlist, histories, day, led, told)


def explain(root: Path, source: Source, watchlist: Watchlist, as_of: date | None) -> tuple[date, Choice]:
    """The newest completed week and what a draft of it is made of; nothing is written."""
    day = newest_week(source, watchlist.benchmark, as_of)
    histories, _ = prices_of_week(watchlist, source, day)
    return day, choice_of(histories, watchlist, source, day, _issues_before(root, day))


def _issues_before(root: Path, day: date) -> tuple[ReportSpec, ...]:
    """The specs that a week's choice looks at: all that are not published, and of those that are the ones of
    the week or of as long before it as a signal cools down. What was published years ago is not read: its
    spec may be one of an older program."""
    from generator.check.reading import list_slugs, load_specs
    from generator.desk.signals import longest_span
    from generator.publish.freeze import published_issues, read_manifest

    published, first = published_issues(root), day - longest_span() - WEEK
    old = {
        slug
        for slug, issue in published.items()
        if not first <= date.fromisoformat(read_manifest(issue.newest).as_of) <= day + WEEK
    }
    wanted = [slug for slug in list_slugs(root) if slug not in old]
    return load_specs(root, wanted) if wanted else ()


def _renamed(specs: Sequence[ReportSpec], day: date) -> str | None:
    """The slug of the issue of this day's week, where its folder has another name."""
    from generator.desk.draft import WEEKLY, week_slug

    weekly = (spec for spec in specs if WEEKLY in spec.tags)
    return next((s.slug for s in weekly if week_slug(s.as_of or s.date) == week_slug(day)), None)


def behind(source: Source, watchlist: Watchlist, as_of: date | None, day: date) -> dict[str, str]:
    """The benchmark, when others of the core have a whole week more than it and it lacks sessions of that
    week; else nothing. Bitcoin's week is not over on a Friday, and nothing is lacking then."""
    benchmark = source.history(watchlist.benchmark)
    last = benchmark.last if as_of is None else benchmark.until(np.datetime64(as_of, "D")).last
    for asset in watchlist.core:
        try:
            newest = newest_week(source, asset, as_of)
        except PrecedentError:
            continue  # told where its prices are wanted
        lacked = sessions(
            watchlist.benchmark, last + DAY, max(last, np.datetime64(newest, "D")), benchmark.zone
        )
        if period_number(newest, "weekly") > period_number(day, "weekly") and len(lacked):
            why = f"its prices end with the week to {day}, those of {asset} reach {newest}"
            return {watchlist.benchmark: why}
    return {}


def _refuse_lacking(day: date, lacking: Mapping[str, str], strict: bool) -> None:
    if strict and lacking:
        told = "; ".join(f"{asset}: {why}" for asset, why in lacking.items())
        raise DataError(
            f"no issue is drafted of the week to {day}, because prices of the core are not all there. "
            f"{told}. Bring them up to date, or take the asset out of the core in watchlist.yml."
        )


def tell_lacking(drafted: Drafted) -> None:
    """Raise when the week's issue is without an asset of the core: a scheduler stops before it is published.

    Raises
    ------
    PartialError : with the reasons.
    """
    if drafted.lacking:
        failed = {asset: DataError(why) for asset, why in drafted.lacking.items()}
        raise PartialError("all is done, but the week's issue is without these of the core", failed)


def prices_of_week(
    watchlist: Watchlist, source: Source, day: date
) -> tuple[dict[str, PriceHistory], dict[str, str]]:
    """The prices of the watchlist's assets that have a close on that day and two weeks of them before it, cut
    there and with the benchmark's clock; and those of the core that have not, with the reason. The others
    that have not, and those that began later, are told in the source's notes."""
    known = source.assets() if source.lists_all else tuple(watchlist.assets)
    wanted = [asset for asset in watchlist.assets if asset in known]
    last, clock = np.datetime64(day, "D"), calendar_of(watchlist.benchmark)
    found, lacking, later = {}, {}, {}
    for asset, history in source.histories(wanted):
        if isinstance(history, PrecedentError):
            lacking[asset] = " ".join(str(history).split())  # one line
        elif history.last < last:
            lacking[asset] = f"its prices end on {as_date(history.last)}"
        elif history.rows != "daily":
            lacking[asset] = f"it has {history.rows} prices, and a letter of the week needs daily ones"
        elif len(seen := history.until(last)) <= FEWEST < len(history) - len(seen):
            later[asset] = f"its prices begin on {as_date(history.first)}"
        elif len(seen) <= FEWEST:
            lacking[asset] = f"it has {len(seen)} sessions by then, and two weeks are needed"
        elif seen.last != last:
            lacking[asset] = "it has no close on that day"
        else:
            found[asset] = replace(seen, clock=clock)
    source.notes.extend(
        f"{asset} is not in the week to {day}: {why}"
        for asset, why in (lacking | later).items()
        if asset in later or asset not in watchlist.core
    )
    core = {asset: why for asset, why in lacking.items() if asset in watchlist.core}
    return {asset: found[asset] for asset in wanted if asset in found}, core


def load_drafts(root: Path, drafted: Drafted | None, source: Source) -> tuple[ReportSpec, ...]:
    """The specs that lie aside and belong on the site of a simulated market: that of the newest week.

    Without a newest week (only some reports were asked for) those that were made before stay.
    """
    from generator.check.reading import load_spec
    from generator.spec.folders import SPEC_FILE

    if not source.simulated:
        return ()
    found = sorted((root / DRAFTS).glob(f"*/{SPEC_FILE}")) if drafted is None else [drafted.path]
    return tuple(load_spec(path) for path in found)


def summary(
    root: Path,
    drafted: Drafted | None,
    made: Sequence[str],
    source: Source,
    cards: Mapping[str, Card],
) -> list[str]:
    """What is new, and what wants a human eye; the weeks left out among them. The weeks of a simulated market
    are not those of the published issues, whose cards by slug these are."""
    from generator.desk.draft import REMARK
    from generator.spec.folders import SPEC_FILE

    lines = []
    if made:
        lines.append(f"New or changed: {', '.join(made)}.")
    if drafted is not None and drafted.new:
        path = drafted.path.relative_to(root)
        short = "" if drafted.noteworthy else ", and a short one: nothing called for a study"
        lines.append(f"To read and edit: {path}, a draft of the week to {drafted.as_of}{short}.")
    for path in sorted((root / REPORTS).glob(f"*/{SPEC_FILE}")):
        known = path.parent.name in cards or (drafted is not None and drafted.new and path == drafted.path)
        if not known and path.read_text(encoding="utf-8").startswith(REMARK):
            lines.append(f"Still a draft, to read and edit: {path.relative_to(root)}.")
    if source.notes:
        lines.append(f"To look at: {len(source.notes)} remarks on prices, above.")
    if source.stale:
        lines.append(f"To look at: prices are not the newest of {', '.join(source.stale)}.")
    if drafted is not None and not source.simulated:
        lines += missed_weeks(root, weeks_told(cards), drafted.as_of)
    return lines
