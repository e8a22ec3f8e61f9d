"""What becomes of a new snapshot: accepted, or held beside the one that was accepted before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from generator.core.errors import BadDataError, RequestError
from generator.market.checks import CLOSE, DATE, PRICE_COLUMNS, Places
from generator.market.history import DateArray, FloatArray
from generator.market.providers.store import PriceStore, Stored
from generator.market.quality.accepted import (
    load_accepted,
    record_faults,
    record_of,
    save_accepted,
    twin_faults,
)
from generator.market.quality.acknowledged import (
    acknowledge,
    entries_of,
    faults_to_excuse,
    load_acknowledged,
    not_excused,
)
from generator.market.quality.faults import faults_of, finished
from generator.market.quality.revisions import revisions
from generator.market.snapshot import Fault, Snapshot, and_more
from generator.market.tables.tables import Table, to_numpy
from generator.market.timetable import DAY

UNUSED = 0.05
"""A column of which more than this share is impossible was never any good; fewer are a fault."""
SETTLING = timedelta(minutes=60)
"""A last bar still moves for a while after the close: a session counts as completed this much later."""


@dataclass(frozen=True)
class Acknowledged:
    """What a person's word has excused, and what is still suspicious: empty when the prices are accepted."""

    excused: tuple[Fault, ...]
    left: tuple[Fault, ...]


class Vetting:
    """The price store of a project, and what it takes to come into it.

    Parameters
    ----------
    root : the project's folder.
    source : the name of the provider, for the histories and the records (``Source.key``).
    """

    def __init__(self, root: Path, source: str) -> None:
        self.root, self.source = root, source
        self.store = PriceStore.of(root, source)

    def accepted(self, asset: str, notes: list[str]) -> Snapshot | None:
        """The last accepted snapshot of an asset; None when there is none.

        Raises
        ------
        BadDataError, SourceError : the file in the store is damaged.
        """
        stored = self.store.load(asset)
        return None if stored is None else self._snapshot(asset, stored, notes)

    def judge(self, asset: str, stored: Stored, wanted: np.datetime64) -> Stored:
        """A new answer with its bars cut to finished sessions, and with its faults that nobody excused.

        Parameters
        ----------
        stored : the answer as it came.
        wanted : the last session that has closed; nothing after it is kept.
        """
        cut = replace(stored, table=finished_rows(stored.table, wanted), faults=())
        try:
            now = self._snapshot(asset, cut, [])
        except BadDataError as error:
            return replace(cut, faults=(Fault("malformed", wanted, str(error)),))
        done = finished(now, stored.retrieved - SETTLING)
        if done < now.history.last:
            cut = replace(cut, table=finished_rows(cut.table, done))
            now = now.until(done)
        faults = [*unusable(cut.table), *self._faults(asset, now, wanted)]
        return replace(
            cut, faults=not_excused(load_acknowledged(self.root), self.source, asset, faults, cut.day)
        )

    def _faults(self, asset: str, now: Snapshot, wanted: np.datetime64) -> Sequence[Fault]:
        before = self.accepted(asset, [])
        records = load_accepted(self.root, self.source)
        twins = twin_faults(records, now)
        if before is not None:
            start = before.history.last + DAY
            return [*twins, *revisions(before, now), *faults_of(now, wanted, start, start)]
        if asset in records:
            # Year by year much of the past goes unseen: all of it is looked at again.
            record, fresh = records[asset], np.datetime64(records[asset].last, "D") + DAY
            return [*twins, *record_faults(record, now), *faults_of(now, wanted, None, fresh)]
        return [*twins, *faults_of(now, wanted)]

    def accept_or_hold(self, asset: str, judged: Stored) -> bool:
        """Accept a judged answer into the store, or hold it beside; True when it was accepted.

        Raises
        ------
        OutputError : a file cannot be written; the store is as it was.
        """
        if judged.faults:
            self.store.held.save(asset, judged)
            return False
        self.store.save(asset, judged)
        record = record_of(self._snapshot(asset, judged, []), judged.day)
        save_accepted(self.root, self.source, {asset: record})
        self.store.held.remove(asset)
        return True

    def acknowledge(
        self, asset: str, day: date, reason: str, now: datetime, kinds: Sequence[str] = ()
    ) -> Acknowledged:
        """Excuse what is suspicious about an asset on a day; accept its held prices when nothing else is.

        Parameters
        ----------
        kinds : of the faults; may be left out when those of the day are all of one kind.

        Raises
        ------
        RequestError : the asset is not held, has no such fault of that day, several kinds of which none is
            named, or one that nobody can excuse.
        """
        held = self.store.held.load(asset)
        if held is None:
            others = ", ".join(self.store.held.assets()) or "no asset is"
            raise RequestError(f"{asset} is not held, so there is nothing to acknowledge. Held: {others}.")
        wanted = to_days(held.table)[-1] if held.table.num_rows else np.datetime64(held.day, "D")
        asked = faults_to_excuse(asset, day, held.faults, kinds, "Run 'precedent data update' later.")
        acknowledge(self.root, entries_of(self.source, asset, asked, now.date(), reason))
        judged = self.judge(asset, held, wanted)
        self.accept_or_hold(asset, judged)
        return Acknowledged(tuple(asked), judged.faults)

    def _snapshot(self, asset: str, stored: Stored, notes: list[str]) -> Snapshot:
        columns = {name: stored.table[name] for name in stored.table.column_names}
        places = Places(f"fetched prices of {asset}", lambda row: str(stored.table[DATE][row].as_py()))
        told = dict(stored.beside)
        history = Table(columns, places).history(asset, self.source, notes)
        history = replace(history, retrieved=stored.day, zone=told.get("zone"))
        days = to_days(stored.table)
        order = np.argsort(days)
        rows = order[np.searchsorted(days[order], history.sessions)]  # a row of no price is no session
        first, traded = told.pop("first_trade", None), told.pop("traded", None)
        return Snapshot(
            history,
            dividends=_actions(columns, "Dividends", rows),
            splits=_actions(columns, "Stock Splits", rows),
            first_trade=None if first is None else date.fromisoformat(first),
            traded=None if traded is None else datetime.fromisoformat(traded),
            **told,
        )


def _actions(columns: dict[str, pa.ChunkedArray], name: str, rows: NDArray[np.intp]) -> FloatArray | None:
    if name not in columns or columns[name].null_count:
        return None
    return to_numpy(columns[name].cast(pa.float64()))[rows]


def to_days(table: pa.Table) -> DateArray:
    """The dates of a provider's table."""
    return np.asarray(table[DATE].cast(pa.date32()).to_pylist(), dtype="datetime64[D]")


def finished_rows(table: pa.Table, wanted: np.datetime64) -> pa.Table:
    """Rows up to a session, less those at the end without a close, which the provider has not finished."""
    days = to_days(table)
    kept = np.flatnonzero(days <= wanted)
    stop = int(kept[-1]) + 1 if len(kept) else 0
    while stop and not np.isfinite(table[CLOSE][stop - 1].as_py() or np.nan):
        stop -= 1
    return table.slice(0, stop)


def unusable(table: pa.Table) -> list[Fault]:
    """Optional columns that are good but for a few bars, which is no habit but a fault."""
    found = []
    for name in PRICE_COLUMNS:
        if name == CLOSE or name not in table.column_names:
            continue
        wrong = impossible(table[name], name)
        rows = np.flatnonzero(wrong)
        newly = len(wrong) > 1 and wrong[-1] and not wrong[-2]
        if newly or 0 < len(rows) <= UNUSED * len(wrong):
            day = to_days(table)[rows[-1]]
            text = f"On {day} there is no possible value of {name}{and_more(len(rows))}."
            found.append(Fault("column", day, text, tuple(to_days(table)[rows[:-1]])))
    return found


def impossible(column: pa.ChunkedArray, name: str) -> NDArray[np.bool_]:
    """Where a column has no value, or none that a price or a volume can have."""
    values = np.asarray(pc.fill_null(column.cast(pa.float64()), float("nan")).to_pylist())
    with np.errstate(invalid="ignore"):
        good = values >= 0 if name == "Volume" else values > 0
    wrong: NDArray[np.bool_] = ~(good & np.isfinite(values))
    return wrong
