"""What is strange about prices as they are read, whatever source they are from.

A provider's answers are vetted before they come into the price store; files are a person's own, and nobody
has looked at them. So every rule is put to all that a command reads: what it finds is told, and what a page
rests on waits for a person's word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from generator.core.errors import PrecedentError
from generator.market.history import PriceHistory
from generator.market.quality.accepted import (
    FILE,
    Record,
    load_accepted,
    record_faults,
    record_of,
    save_accepted,
)
from generator.market.quality.acknowledged import load_acknowledged, not_excused
from generator.market.quality.faults import faults_of
from generator.market.quality.market import MarketDays
from generator.market.snapshot import REVISED, Fault, Snapshot
from generator.market.sources import Source

Suspicious = Mapping[str, tuple[Fault, ...]]
"""What is strange, by asset; nothing of an asset that is as it should be."""


class Suspicions:
    """Looks at one history after another; what is in memory does not grow with what is in order.

    Parameters
    ----------
    root : the project's folder, with what was accepted and acknowledged there.
    source : where the prices come from. Simulated ones are not looked at.

    Raises
    ------
    SpecError, SourceError, BadDataError : the project's records cannot be read.
    """

    def __init__(self, root: Path, source: Source) -> None:
        self._key, self._simulated = source.key(root), source.simulated
        self._excused = load_acknowledged(root)
        self.records: Mapping[str, Record] = {} if source.vetted else load_accepted(root, self._key)
        self._days = MarketDays()
        self._looked_at: set[str] = set()
        self._found: dict[str, tuple[Fault, ...]] = {}

    def look(self, history: PriceHistory, until: np.datetime64 | None = None) -> None:
        """Put every rule to a history up to a day, once in the life of this object.

        It is compared with its record whole: a page that ends before the record does misses nothing.
        """
        asset = history.asset
        if self._simulated or asset in self._looked_at:
            return
        self._looked_at.add(asset)
        seen, record = history if until is None else history.until(until), self.records.get(asset)
        snapshot = Snapshot(seen)
        self._days.add(snapshot)
        faults = faults_of(snapshot) if len(seen) and not holds_marks(seen) else ()
        if record is not None:
            faults = (*record_faults(record, Snapshot(history)), *faults)
        if faults:
            # What changed is excused until the record that it is compared with is a newer one.
            since = None if record is None else date.fromisoformat(record.retrieved)
            left = not_excused(self._excused, self._key, asset, faults, history.retrieved or since)
            if left:
                self._found[asset] = left

    def found(self) -> Suspicious:
        """What was found so far; not the moves that much of what was looked at shares."""
        unlike = {
            asset: tuple(fault for fault in faults if not self._days.shared(fault))
            for asset, faults in self._found.items()
        }
        return {asset: unlike[asset] for asset in sorted(unlike) if unlike[asset]}


LARGEST_MARK = 10
"""A series of whole numbers no larger than this, some of them zero or below, holds no prices."""


def holds_marks(history: PriceHistory) -> bool:
    """Whether a series holds marks, such as 0 and 1 for a state, and no prices."""
    closes = history.close
    whole = closes == np.round(closes)
    return bool(whole.all() and np.abs(closes).max() <= LARGEST_MARK and closes.min() <= 0)


class Inspected:
    """A source whose prices are looked at as they are read.

    See ``Source`` for the rest.
    """

    def __init__(self, source: Source, root: Path) -> None:
        self._source = source
        self.suspicions = Suspicions(root, source)

    @property
    def name(self) -> str:
        """See ``Source``."""
        return self._source.name

    @property
    def simulated(self) -> bool:
        """See ``Source``."""
        return self._source.simulated

    @property
    def vetted(self) -> bool:
        """See ``Source``."""
        return self._source.vetted

    @property
    def lists_all(self) -> bool:
        """See ``Source``."""
        return self._source.lists_all

    def credit(self, assets: Sequence[str]) -> str | None:
        """See ``Source.credit``."""
        return self._source.credit(assets)

    @property
    def notes(self) -> list[str]:
        """See ``Source``."""
        return self._source.notes

    @property
    def stale(self) -> Sequence[str]:
        """See ``Source``."""
        return self._source.stale

    @property
    def held(self) -> Mapping[str, str]:
        """See ``Source``."""
        return self._source.held

    def spelled(self, asset: str) -> str:
        """See ``Source.spelled``."""
        return self._source.spelled(asset)

    def history(self, asset: str) -> PriceHistory:
        """See ``Source.history``."""
        history = self._source.history(asset)
        self.suspicions.look(history)
        return history

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        """See ``Source.histories``."""
        for asset, history in self._source.histories(assets):
            if isinstance(history, PriceHistory):
                self.suspicions.look(history)
            yield asset, history

    def identity(self, asset: str) -> str:
        """See ``Source.identity``."""
        return self._source.identity(asset)

    def assets(self) -> tuple[str, ...]:
        """See ``Source.assets``."""
        return self._source.assets()

    def key(self, root: Path) -> str:
        """See ``Source.key``."""
        return self._source.key(root)


def suspicious(
    root: Path, source: Source, histories: Sequence[PriceHistory], until: np.datetime64 | None = None
) -> Suspicious:
    """What is strange about these histories of a source up to a day, each beside the others."""
    suspicions = Suspicions(root, source)
    for history in histories:
        suspicions.look(history, until)
    return suspicions.found()


def vanished(root: Path, source: Source) -> list[str]:
    """A line for each asset that was accepted of a source and is no longer there."""
    if source.vetted:
        return []
    records = load_accepted(root, source.key(root))
    gone = sorted(set(records) - set(source.assets())) if records else []
    return [
        f"{asset} is gone: its prices from {records[asset].first} to {records[asset].last} were accepted on "
        f"{records[asset].retrieved}, and the source has none now. Bring them back; or, where that is "
        f"meant, delete its line under {source.key(root)!r} in {FILE}."
        for asset in gone
    ]


def accept(root: Path, source: Source, histories: Sequence[PriceHistory], today: date) -> None:
    """Keep what these prices are, to be compared with what is read next; not where their past has changed.

    Of a source that is vetted as its prices come in nothing is left to do.

    Raises
    ------
    SourceError, BadDataError, OutputError : see ``save_accepted``.
    """
    if source.vetted or source.simulated:
        return
    suspicions = Suspicions(root, source)
    for history in histories:
        suspicions.look(history)
    found = suspicions.found()
    new: dict[str, Record] = {}
    for history in histories:
        if any(fault.kind in REVISED for fault in found.get(history.asset, ())):
            continue
        record, before = record_of(Snapshot(history), today), suspicions.records.get(history.asset)
        if before is None or before.fingerprint != record.fingerprint:
            new[history.asset] = record
    if new:
        save_accepted(root, source.key(root), new)
