"""The weekly desk's part of the pipeline: the scan of a week, its draft, the score of the issues before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator.errors import DataError, PrecedentError, RequestError
from generator.files import write_atomically
from generator.market.bars import period_number
from generator.market.calendar import period_is_open, sessions
from generator.market.history import as_date
from generator.market.sources import Source

if TYPE_CHECKING:
    from generator.editorial.draft_choice import Told
    from generator.editorial.scorecard import Expectations
    from generator.editorial.scorecard_outcomes import Scorecard
    from generator.editorial.spec_models import ReportSpec
    from generator.editorial.watchlist import Watchlist
    from generator.scan import ranking as scanned
    from generator.scan.ranking import ScanResult
    from generator.scan.values import Firing, ScanQuestion

DRAFTS = "build/drafts"
"""Where the draft from a simulated market lies: `reports/` is a person's."""


LONGEST_GAP = 52
"""A letter that rested for longer than so many weeks has not missed them."""


class NoWeekError(DataError):
    """The benchmark's prices cover no completed week up to the day asked for."""


@dataclass(frozen=True)
class Drafted:
    """A week's issue: its spec's path, and whether it was written just now."""

    path: Path
    slug: str
    as_of: date
    new: bool
    noteworthy: bool


def newest_week(source: Source, benchmark: str, as_of: date | None) -> date:
    """The last session of the newest completed week of the benchmark's prices.

    Raises
    ------
    UnknownAssetError : the source has no prices of the benchmark.
    NoWeekError : they cover no whole week.
    """
    history = source.history(benchmark)
    if as_of is not None:
        history = history.until(np.datetime64(as_of, "D"))
    if not len(history):
        raise NoWeekError(f"{benchmark} has no prices up to {as_of}. Ask for a later day.")
    if not period_is_open(history.last, "weekly", benchmark):
        return as_date(history.last)
    last = as_date(history.last)
    before = history.until(np.datetime64(last - timedelta(days=last.weekday() + 1), "D"))
    if not len(before):
        raise NoWeekError(f"the prices of {benchmark} cover no whole week up to {last}. Ask for a later day.")
    return as_date(before.last)


def missed_weeks(root: Path, published: Collection[str], newest: date) -> list[str]:
    """A line for each week without a published issue, between the newest one that has one and this week:
    a run that did not take place, or a draft that nobody has finished.

    Parameters
    ----------
    newest : a day of the newest completed week, whose issue is not missed yet.
    """
    from generator.editorial.draft import week_slug
    from generator.editorial.spec_files import REPORTS, SPEC_FILE

    this = newest - timedelta(days=newest.weekday())
    weeks = [this - timedelta(weeks=back) for back in range(1, LONGEST_GAP + 1)]
    done = next((n for n, monday in enumerate(weeks) if week_slug(monday) in published), 0)
    lines = []
    for monday in reversed(weeks[:done]):
        slug = week_slug(monday)
        todo = (
            f"finish {REPORTS}/{slug}/{SPEC_FILE}, then: precedent publish {slug}"
            if (root / REPORTS / slug / SPEC_FILE).exists()
            else f"precedent draft --as-of {monday + timedelta(days=6)}"
        )
        lines.append(f"missed: {slug} has no published issue; {todo}")
    return lines


def scan_week(
    assets: Sequence[str],
    signals: tuple[str, ...],
    source: Source,
    as_of: date,
) -> ScanResult:
    """Every signal that began on these assets in the week of ``as_of``, up to that day.

    A month in progress whose signal was on before the week is no news again, until it is over.
    """
    from generator.scan.values import ScanQuestion, scan_signals

    monday = as_of - timedelta(days=as_of.weekday())
    week = sessions("SPY", np.datetime64(monday, "D"), np.datetime64(as_of, "D"))
    question = ScanQuestion(scan_signals(signals), max(1, len(week)), as_of, near=False, fading=False)
    found = _collected(question, assets, source)
    open_now = {(f.signal, f.asset): f for f in found.firings if f.provisional}
    if open_now:
        names, on = (tuple(dict.fromkeys(each)) for each in zip(*open_now, strict=True))
        earlier = ScanQuestion(scan_signals(names), as_of=monday - timedelta(days=1), near=False)
        told = [f for f in _collected(earlier, on, source).firings if f.provisional]
        old = {(f.signal, f.asset) for f in told if _same_bar(f, open_now.get((f.signal, f.asset)))}
        found.firings = [f for f in found.firings if not f.provisional or (f.signal, f.asset) not in old]
    return found.result(source.name, len(assets), complete=True)


def _collected(question: ScanQuestion, assets: Sequence[str], source: Source) -> scanned.Collection:
    from generator.scan.ranking import Collection
    from generator.scan.run import scan_assets

    found = Collection(question)
    for answer in scan_assets(question, assets, source):
        found.add(answer)
    return found


def _same_bar(firing: Firing, other: Firing | None) -> bool:
    """Whether both are of one week or month."""
    from generator.signals.library import find_signal

    kind = find_signal(firing.signal).bars
    return other is not None and period_number(firing.day, kind) == period_number(other.day, kind)


def draft_issue(root: Path, source: Source, watchlist: Watchlist, as_of: date | None) -> Drafted:
    """Write the spec of the newest completed week, unless there is one.

    Raises
    ------
    PrecedentError : the benchmark has no prices; a spec cannot be read; the file cannot be written.
    """
    from generator.editorial.draft import Draft, draft_text, week_slug
    from generator.editorial.draft_choice import choose
    from generator.editorial.market_facts import week_to_date
    from generator.editorial.spec_files import REPORTS, SPEC_FILE

    day = newest_week(source, watchlist.benchmark, as_of)
    slug = week_slug(day)
    path = root / (DRAFTS if source.simulated else REPORTS) / slug / SPEC_FILE
    if path.exists() or (path.parent / "v1").exists():
        return Drafted(path, slug, day, new=False, noteworthy=True)
    assets = _with_prices(watchlist, source, day)
    scan = scan_week(assets, (), source, day)
    choice = choose(scan, watchlist, _told_before(root, day))
    week = week_to_date(source.history(watchlist.benchmark).until(np.datetime64(day, "D")))
    draft = Draft(day, watchlist, assets, scan, choice, week.change if week else 0.0, source.simulated)
    write_atomically(path, draft_text(draft).encode())
    return Drafted(path, slug, day, new=True, noteworthy=bool(choice.findings))


def _with_prices(watchlist: Watchlist, source: Source, day: date) -> tuple[str, ...]:
    """The watchlist's assets that have a close on that day and two weeks of them before it."""
    known = source.assets() if source.name != "yahoo" else tuple(watchlist.assets)
    wanted = [asset for asset in watchlist.assets if asset in known]
    last, found = np.datetime64(day, "D"), set()
    for asset, history in source.histories(wanted):
        if isinstance(history, PrecedentError):
            continue  # `precedent scan` tells why; an issue is written without it.
        seen = history.until(last)
        if len(seen) > 10 and seen.last == last:
            found.add(asset)
    return tuple(asset for asset in wanted if asset in found)


def _told_before(root: Path, day: date) -> list[Told]:
    """What the issues before that day studied."""
    from generator.editorial.draft_choice import Told
    from generator.editorial.specs import load_specs

    return [
        Told(study.signal, study.asset, when)
        for spec in load_specs(root)
        if (when := spec.as_of or spec.date) < day
        for study in spec.studies.values()
        if study.signal is not None
    ]


def load_drafts(root: Path, drafted: Drafted | None, source: Source) -> tuple[ReportSpec, ...]:
    """The specs that lie aside and belong on the site of a simulated market: that of the newest week.

    Without a newest week (only some reports were asked for) those that were made before stay.
    """
    from generator.editorial.spec_files import SPEC_FILE
    from generator.editorial.specs import load_spec

    if not source.simulated:
        return ()
    found = sorted((root / DRAFTS).glob(f"*/{SPEC_FILE}")) if drafted is None else [drafted.path]
    return tuple(load_spec(path) for path in found)


def summary(
    root: Path,
    drafted: Drafted | None,
    made: Sequence[str],
    source: Source,
    published: Collection[str],
) -> list[str]:
    """What is new, and what wants a human eye; the weeks left out among them. The weeks of a simulated market
    are not those of the published issues."""
    lines = []
    if made:
        lines.append(f"New or changed: {', '.join(made)}.")
    if drafted is not None and drafted.new:
        path = drafted.path.relative_to(root)
        short = "" if drafted.noteworthy else ", and a short one: nothing called for a study"
        lines.append(f"To read and edit: {path}, a draft of the week to {drafted.as_of}{short}.")
    if source.notes:
        lines.append(f"To look at: {len(source.notes)} remarks on prices, above.")
    if source.stale:
        lines.append(f"To look at: prices are not the newest of {', '.join(source.stale)}.")
    if drafted is not None and not source.simulated:
        lines += missed_weeks(root, published, drafted.as_of)
    return lines


def scan_of(spec: ReportSpec, source: Source, as_of: date) -> ScanResult | None:
    """The scan that a report's section tells; None where it has no such section."""
    from generator.editorial.spec_models import AlsoFiredSection

    told = spec.sections_of(AlsoFiredSection)
    return scan_week(tuple(told[0].assets), told[0].signals, source, as_of) if told else None


def scanned_assets(spec: ReportSpec) -> tuple[str, ...]:
    """The assets whose prices a report's scan reads."""
    from generator.editorial.spec_models import AlsoFiredSection
    from generator.scan.values import scan_signals

    found: list[str] = []
    for section in spec.sections_of(AlsoFiredSection):
        beside = [asset for signal in scan_signals(section.signals) for asset in signal.assets]
        found += [*section.assets, *beside]
    return tuple(dict.fromkeys(found))


def identities(assets: Sequence[str], source: Source) -> list[str]:
    """What these prices are; an asset that is not to be had has its reason."""
    said = []
    for asset in assets:
        try:
            said.append(f"{asset} {source.identity(asset)}")
        except (DataError, RequestError) as error:
            said.append(f"{asset} {error}")
    return said


def score_of(
    spec: ReportSpec, earlier: Sequence[Expectations], source: Source, as_of: date
) -> Scorecard | None:
    """The score of the issues before a report, as of its own date; None where it has no such section."""
    from generator.editorial.scorecard_outcomes import keep_score
    from generator.editorial.spec_models import PastSignalsSection

    if not spec.sections_of(PastSignalsSection):
        return None
    known = [e for e in earlier if e.source == source.name and date.fromisoformat(e.as_of) <= as_of]
    found = source.histories(scored_assets(known))
    histories = {asset: h for asset, h in found if not isinstance(h, PrecedentError)}
    return keep_score(known, histories, source.name, as_of)


def scored_assets(expected: Sequence[Expectations]) -> tuple[str, ...]:
    """The assets whose prices the score of these issues needs."""
    return tuple(
        dict.fromkeys(asset for issue in expected for study in issue.studies for asset in study.assets)
    )
