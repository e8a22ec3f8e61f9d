"""The weekly desk's part of the pipeline: which week it is, its scan, the score of the issues before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator.core.errors import DataError, PrecedentError, RequestError
from generator.market.bars import period_number, period_numbers
from generator.market.calendar import calendar_sessions, period_is_open
from generator.market.exchanges import CalendarName, calendar_of
from generator.market.history import as_date
from generator.market.sources import Source
from generator.market.timetable import DAY, week_begins
from generator.spec.folders import REPORTS

if TYPE_CHECKING:
    from generator.edition.card import Card
    from generator.scan import ranking as scanned
    from generator.scan.ranking import ScanResult
    from generator.scan.values import Firing, ScanQuestion
    from generator.scorecard.outcomes import Scorecard
    from generator.scorecard.values import Expectations
    from generator.spec.models import ReportSpec

LONGEST_GAP = 52
"""A letter that rested for longer than so many weeks has not missed them."""
LONGEST_CLOSURE = np.timedelta64(28, "D")
"""A window in which every exchange has a session."""


class NoWeekError(DataError):
    """The benchmark's prices cover no completed week up to the day asked for."""


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
    if not period_is_open(history.last, "weekly", benchmark, history.zone):
        return as_date(history.last)
    weeks = period_numbers(history.sessions, "weekly", week_begins(history.calendar))
    before = history.sessions[weeks < weeks[-1]]
    if not len(before):
        raise NoWeekError(
            f"the prices of {benchmark} cover no whole week up to {history.last}. Ask for a later day."
        )
    return as_date(before[-1])


def weeks_told(cards: Mapping[str, Card]) -> set[str]:
    """The weeks that have a published issue, as ``2026-w05``, whatever its folder is called; ``cards`` are
    those of the published issues, by slug."""
    from generator.desk.draft import WEEK, WEEKLY, week_slug

    told = {slug for slug in cards if WEEK.fullmatch(slug)}
    others = (cards[slug] for slug in cards if slug not in told)
    return told | {week_slug(date.fromisoformat(card.as_of)) for card in others if WEEKLY in card.tags}


def missed_weeks(root: Path, told: Collection[str], newest: date) -> list[str]:
    """A line for each week without a published issue, between the newest one that has one and this week:
    a run that did not take place, or a draft that nobody has finished.

    Parameters
    ----------
    told : the weeks that have one, as ``weeks_told`` gives them.
    newest : a day of the newest completed week, whose issue is not missed yet.
    """
    from generator.desk.draft import week_slug
    from generator.spec.folders import SPEC_FILE

    this = newest - timedelta(days=newest.weekday())
    weeks = [this - timedelta(weeks=back) for back in range(1, LONGEST_GAP + 1)]
    done = next((n for n, monday in enumerate(weeks) if week_slug(monday) in told), 0)
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
    clock: CalendarName,
) -> ScanResult:
    """Every signal that began on these assets in the week of ``as_of``, up to that day.

    The week is that of the clock, and begins after its last session of the week before: beside New York's,
    what a coin did at the weekend is in it. A month in progress whose signal was on before the week is no
    news again, until it is over.
    """
    from generator.scan.values import ScanQuestion, scan_signals

    since = _week_since(as_of, clock)
    question = ScanQuestion(scan_signals(signals), as_of=as_of, near=False, fading=False, since=since)
    found = _collected(question, assets, source)
    open_now = {(f.signal, f.asset): f for f in found.firings if f.provisional}
    if open_now:
        names, on = (tuple(dict.fromkeys(each)) for each in zip(*open_now, strict=True))
        earlier = ScanQuestion(scan_signals(names), as_of=since - timedelta(days=1), near=False)
        told = [f for f in _collected(earlier, on, source).firings if f.provisional]
        old = {(f.signal, f.asset) for f in told if _same_bar(f, open_now.get((f.signal, f.asset)))}
        found.firings = [f for f in found.firings if not f.provisional or (f.signal, f.asset) not in old]
    return found.result(source.name, len(assets), complete=True)


def _week_since(day: date, clock: CalendarName) -> date:
    """The day after the last session that the clock had before the week of a day."""
    first = np.datetime64(day - timedelta(days=(day.weekday() + week_begins(clock)) % 7), "D")
    before = calendar_sessions(clock, first - LONGEST_CLOSURE, first - DAY)
    return as_date(before[-1] + DAY if len(before) else first)


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

    kind, begins = find_signal(firing.signal).bars, week_begins(calendar_of(firing.asset))
    return other is not None and period_number(firing.day, kind, begins) == period_number(
        other.day, kind, begins
    )


def scan_of(spec: ReportSpec, source: Source, as_of: date) -> ScanResult | None:
    """The scan that a report's section tells; None where it has no such section."""
    from generator.spec.models import AlsoFiredSection

    told = spec.sections_of(AlsoFiredSection)
    if not told:
        return None
    from generator.article.build import clock_of

    return scan_week(tuple(told[0].assets), told[0].signals, source, as_of, clock_of(spec))


def scanned_assets(spec: ReportSpec) -> tuple[str, ...]:
    """The assets whose prices a report's scan reads."""
    from generator.scan.values import scan_signals
    from generator.spec.models import AlsoFiredSection

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
    from generator.scorecard.outcomes import keep_score
    from generator.spec.models import PastSignalsSection

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
