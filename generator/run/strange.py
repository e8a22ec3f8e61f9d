"""What becomes of an issue whose prices are strange: it says so, and is not published unread."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator.core.errors import PrecedentError, SourceError, StrangeError
from generator.core.files import find_project
from generator.market.calendar import utc_now
from generator.market.history import PriceHistory, as_date
from generator.market.providers.registry import is_bundled
from generator.market.quality.suspicions import Inspected, Suspicious, accept, suspicious, vanished
from generator.market.snapshot import REVISED, Fault, Kind, described
from generator.market.sources import Source
from generator.run.week import scan_of, scanned_assets

if TYPE_CHECKING:
    from generator.market.bars import BarKind
    from generator.spec.models import ReportSpec
    from generator.study.values import Study

BREAKS: tuple[Kind, ...] = ("unit", "split", "jump", "action", "identity", "placeholder")
"""Before one of these the series is in another unit, or another security's: no figure across it is right."""
YEAR = 366
"""Days before the as-of date whose prices are told in one way or another: the week, the month, the year."""
BAR_DAYS: dict[BarKind, int] = {"daily": 5, "weekly": 8, "monthly": 31}
"""Days from one bar to the next at the most, but for long holidays."""

Window = tuple[np.datetime64, np.datetime64]


def tell_strange(root: Path, source: Inspected, refused: Iterable[PrecedentError] = ()) -> None:
    """One line on stderr for each asset that was read and looks wrong, and for each that is gone.

    Parameters
    ----------
    refused : why issues are not published; the asset that one of these names is not told of again.
    """
    named = {error.asset for error in refused if isinstance(error, StrangeError)}
    found = {asset: faults for asset, faults in source.suspicions.found().items() if asset not in named}
    for line in (*lines(root, source, found), *vanished(root, source)):
        sys.stderr.write(f"precedent: warning: {line}\n")


def lines(root: Path, source: Source, found: Suspicious) -> list[str]:
    """One line an asset: what is strange, and what can be done."""
    return [
        f"{asset} looks wrong: {described(faults)} If the market did it: "
        f"{acknowledging(root, source, asset, faults)}"
        for asset, faults in found.items()
    ]


def acknowledging(
    root: Path, source: Source, asset: str, faults: Sequence[Fault], as_of: date | None = None
) -> str:
    """The command, as it can be given here, that says that the faults of the first one's day are real.

    ``as_of`` : the last day of the prices that have the faults, where later ones are there.
    """
    day = faults[0].session
    kinds = dict.fromkeys(fault.kind for fault in faults if fault.session == day)
    named = "".join(f" --kind {kind}" for kind in kinds) if len(kinds) > 1 else ""
    project, prices = project_option(root), source_option(root, source)
    until = "" if as_of is None else f" --as-of {as_of}"
    return f'precedent{project} data ack {shlex.quote(asset)} {day}{named}{until}{prices} --reason "…"'


def project_option(root: Path) -> str:
    """``--project``, where a command that is given here would take another folder."""
    return "" if root.absolute() == find_project() else f" --project {shlex.quote(str(root))}"


def source_option(root: Path, source: Source) -> str:
    """``--source``, where a command would take other prices: the letter's own."""
    from generator.spec.letter import LETTER_FILE, load_letter, source_of

    letter = load_letter(root) if (root / LETTER_FILE).is_file() else None
    key = source.key(root)
    own = () if letter is None else [told for told in letter.sources if not is_bundled(told)]
    for told in (None, *map(str, own)):
        try:
            if source_of(root, letter, told).key(root) == key:
                return "" if told is None else f" --source {shlex.quote(told)}"
        except SourceError:
            continue  # a folder that is not here is another one
    kind, _, path = key.partition(":")
    # The key was made of names too: a link stays one.
    named = f"{kind}:{os.path.normpath(root.absolute() / path)}" if path else kind
    return f" --source {shlex.quote(named)}"


def accept_read(root: Path, source: Source, specs: Sequence[ReportSpec]) -> None:
    """Keep what the prices of these reports are, to be compared with what is read next."""
    if not source.vetted and not source.simulated:
        histories = {history.asset: history for spec in specs for history in _histories(spec, source)}
        accept(root, source, list(histories.values()), utc_now().date())


def _histories(spec: ReportSpec, source: Source) -> Iterator[PriceHistory]:
    """Those that the report's studies and tables read, as far as they can be had."""
    from generator.spec.studies import assets_read

    for asset in assets_read(spec):
        try:
            yield source.history(asset)
        except PrecedentError:
            continue  # told where the report is made


def notices(root: Path, spec: ReportSpec, source: Source, as_of: date | None = None) -> tuple[str, ...]:
    """What the page says of prices that it would have shown and could not, and of those that look wrong.

    Parameters
    ----------
    as_of : the last day that exists for the page, whatever its spec says; None for what that says.
    """
    from generator.language import numbers
    from generator.language.asset_names import called
    from generator.spec.studies import assets_read

    said = []
    for asset in assets_read(spec):
        if asset not in source.held and asset not in source.stale:
            continue
        history = source.history(asset)
        last = as_date(history.last)
        if spec.as_of is not None and spec.as_of <= last:
            continue
        why = "look wrong and are held back" if asset in source.held else "could not be had"
        of = "" if history.retrieved is None else f" of {numbers.day(history.retrieved)}"
        said.append(
            f"Newer prices of {called(asset, spec.assets)} {why}. This page goes by those{of}, which end on "
            f"{numbers.day(last)}."
        )
    strange = _strange(root, spec, source, as_of or spec.as_of)
    beyond_closes = _beyond_closes(spec) if strange else frozenset()
    for asset, faults in strange.items():
        # A high or a volume that nothing here looks at is no reader's concern.
        of_page = [fault for fault in faults if fault.kind != "column" or asset in beyond_closes]
        if of_page:
            told = numbers.with_days(described(of_page))
            said.append(f"Some prices of {called(asset, spec.assets)} look wrong. {told}")
    return tuple(said)


def _beyond_closes(spec: ReportSpec) -> frozenset[str]:
    """The assets of which a study looks at more than closes: opens, highs, lows, volumes."""
    from generator.signals.language import Condition, Expression
    from generator.signals.tree import reads_closes
    from generator.spec.studies import build_studies

    read: set[str] = set()
    for study in build_studies(spec).values():
        shown = (column.shows for column in study.columns)
        asked = [
            e.tree for e in (study.condition, study.measure, *shown) if isinstance(e, Condition | Expression)
        ]
        if study.entry == "next_open" or not all(map(reads_closes, asked)):
            read.update(study.assets)
    return frozenset(read)


def _strange(root: Path, spec: ReportSpec, source: Source, last: date | None) -> Suspicious:
    """What is strange about the prices of a report up to its last day, each beside the others."""
    until = None if last is None else np.datetime64(last, "D")
    return suspicious(root, source, list(_histories(spec, source)), until)


def refuse_strange_prices(root: Path, spec: ReportSpec, as_of: date, source: Source) -> None:
    """Raise when what looks wrong is in what a report tells, or breaks a series, and nobody has looked at it.

    Raises
    ------
    StrangeError : which asset, on which day, what it looks like, and what can be done.
    """
    found = _strange(root, spec, source, as_of)
    windows = _windows(spec, source, found, as_of)
    told = [
        (asset, fault, why)
        for asset, faults in found.items()
        for fault in faults
        if (why := _why_not(fault, windows.get(asset, []), as_of))
    ]
    told += [
        (asset, fault, "the asset is in the week's scan")
        for asset, fault in _scanned(root, spec, as_of, source)
    ]
    if not told:
        return
    asset, fault, why = told[0]
    rest = len(told) - 1
    more = f" {rest:,} more such fault{'s' if rest > 1 else ''} will be named then." if rest else ""
    later = as_date(source.history(asset).last) > as_of
    command = acknowledging(root, source, asset, (fault, *found.get(asset, ())), as_of if later else None)
    raise StrangeError(
        f"prices of {asset} look wrong, and {why}. {fault.sentence} Correct them; or, if the market did it: "
        f"{command}{more}",
        asset,
    )


def _why_not(fault: Fault, windows: Sequence[Window], as_of: date) -> str:
    """Why a fault is not published unread; empty where no figure of the report hangs on it."""
    if fault.kind in REVISED:
        return "their past is not what it was at the last report"
    if fault.kind in BREAKS:
        return "the series breaks there"
    last = np.datetime64(as_of, "D")
    if fault.touches(last - YEAR, last):
        return "the fault is in the last year"
    return "the fault is in a case of the report" if any(fault.touches(*window) for window in windows) else ""


def _windows(spec: ReportSpec, source: Source, found: Suspicious, as_of: date) -> dict[str, list[Window]]:
    """For each strange asset the stretches that the cases of the report's studies cover."""
    from generator.spec.studies import build_studies
    from generator.study.prepare import find_episodes, prepare

    windows: dict[str, list[Window]] = {}
    for study in build_studies(spec).values() if found else ():
        strange = [asset for asset in study.assets if asset in found]
        if not strange:
            continue
        histories = {asset: source.history(asset) for asset in study.assets}
        days = [np.datetime64(e.date, "D") for e in find_episodes(prepare(study, histories, as_of))]
        for asset in strange:
            windows.setdefault(asset, []).extend(
                _window(study, history=histories[asset], day=day) for day in days
            )
    return windows


def _window(study: Study, history: PriceHistory, day: np.datetime64) -> Window:
    """From the bar before a case's signal to the end of its longest horizon."""
    bars = max((horizon.bars for horizon in study.horizons), default=1) + 1
    first = day - 2 * BAR_DAYS[study.bars]
    if study.bars == "daily":
        row = int(np.searchsorted(history.sessions, day)) + bars
        return first, history.sessions[min(row, len(history) - 1)]
    return first, day + bars * BAR_DAYS[study.bars]


def _scanned(root: Path, spec: ReportSpec, as_of: date, source: Source) -> Iterator[tuple[str, Fault]]:
    """The faults of assets of which the report tells only what fired on them."""
    from generator.spec.studies import assets_read

    rest = sorted(set(scanned_assets(spec)) - set(assets_read(spec)))
    if not rest:
        return
    inspected = Inspected(source, root)
    for _ in inspected.histories(rest):
        pass  # each is looked at as it comes
    strange = {
        asset: [fault for fault in faults if _why_not(fault, [], as_of)]
        for asset, faults in inspected.suspicions.found().items()
    }
    if not any(strange.values()):
        return
    scan = scan_of(spec, source, as_of)
    events = () if scan is None else scan.events
    fired = {finding.firing.asset for event in events for finding in event.findings}
    yield from ((asset, fault) for asset in sorted(fired & set(strange)) for fault in strange[asset])
