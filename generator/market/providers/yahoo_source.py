"""Prices from Yahoo by way of the price store, which is brought up to date at the first use of an asset."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generator.errors import BadDataError, DataError, HeldError, PrecedentError, SourceError
from generator.market.calendar import last_completed_session, utc_now
from generator.market.checks import CLOSE, DATE, PRICE_COLUMNS, Places, oddities
from generator.market.history import PriceHistory, fingerprint
from generator.market.providers.store import PriceStore
from generator.market.providers.tables import Table, read_parquet
from generator.market.providers.yahoo import RateLimitedError, UnreachableError, fetch
from generator.market.sources import one_by_one

SETTLING = timedelta(minutes=60)
"""Yahoo's last bar still moves for a while after the close; a session counts as completed this much later."""
REVISED = 1e-4
"""Relative change of a past close that is worth telling."""
ELSEWHERE = "Or use prices of your own (--source files:PATH), or the simulated market (--source sample)."


class YahooSource:
    """Yahoo's daily bars, kept in ``<root>/prices``.

    An asset is asked for when its snapshot misses a completed session, once in the life of this object. When
    Yahoo cannot be reached, the stored snapshot is used as it is, and ``notes`` says so.

    Parameters
    ----------
    root : the project's folder.
    clock : gives the present moment.
    limit : seconds that one request may take on the wall clock.
    pause : seconds between two requests.
    backoff : seconds to wait after each refusal (HTTP 429) before the next try; then it ends.

    Attributes
    ----------
    notes : what a person should know about the prices read so far.
    stale : assets whose stored prices were used because Yahoo could not be reached.
    held : assets whose stored prices were used because those that Yahoo gives now are suspicious, and why.
    """

    name = "yahoo"
    simulated = False

    def __init__(
        self,
        root: Path,
        *,
        clock: Callable[[], datetime] = utc_now,
        limit: float = 45.0,
        pause: float = 0.5,
        backoff: tuple[float, ...] = (5.0, 20.0),
    ) -> None:
        self.store = PriceStore(root / "prices")
        self.notes: list[str] = []
        self.stale: list[str] = []
        self.held: dict[str, str] = {}
        self._clock, self._limit, self._pause, self._backoff = clock, limit, pause, backoff
        self._histories: dict[str, PriceHistory] = {}
        self._failures: dict[str, DataError] = {}
        self._stopped: SourceError | None = None
        self._asked = 0

    @property
    def has_prices(self) -> bool:
        """Whether the store holds any asset."""
        return bool(self.store.assets())

    def assets(self) -> tuple[str, ...]:
        """Tickers in the store, sorted; Yahoo has many more."""
        return self.store.assets()

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        """See ``Source.histories``."""
        return one_by_one(self, assets)

    def identity(self, asset: str) -> str:
        """The day and the fingerprint of the snapshot that ``history`` gives, brought up to date first.

        Raises
        ------
        RequestError, DataError, OutputError : as ``history``.
        """
        history = self.history(asset)
        return f"{self.name} {history.retrieved} {fingerprint([history])}"

    def history(self, asset: str) -> PriceHistory:
        """Completed daily bars of one asset.

        Raises
        ------
        RequestError : the text cannot be a ticker.
        UnknownAssetError : Yahoo has no prices for it.
        UnreachableError : Yahoo cannot be reached and nothing is stored; a SourceError.
        SourceError : Yahoo refuses (HTTP 429), or its answer cannot be read.
        HeldError : its prices are suspicious, and none were accepted before.
        OutputError : the store cannot be written.
        """
        if asset in self._failures:
            raise self._failures[asset]
        if asset not in self._histories:
            try:
                history = self._up_to_date(asset)
            except DataError as error:
                self._failures[asset] = error
                raise
            self.notes += oddities(history)
            self._histories[asset] = history
        return self._histories[asset]

    def _up_to_date(self, asset: str) -> PriceHistory:
        stored = self._stored(asset)
        wanted = last_completed_session(asset, self._clock() - SETTLING)
        if stored is not None and stored.last >= wanted:
            return stored
        try:
            fetched = self._fetch(asset, wanted)
        except UnreachableError as error:
            if stored is None:
                raise UnreachableError(
                    f"{error}, and no prices of {asset} are stored. Check the network. {ELSEWHERE}"
                ) from error
            self.stale.append(asset)
            self.notes.append(
                f"{asset}: {error}; the stored prices are used. They end on {stored.last} and were retrieved "
                f"on {stored.retrieved}."
            )
            return stored
        except BadDataError as error:
            if stored is None:
                raise HeldError(f"{asset} is held: {error} No prices of it were accepted before.") from error
            self.held[asset] = (
                f"{asset} is held: {error} The prices of {stored.retrieved} are used; they end on "
                f"{stored.last}."
            )
            self.notes.append(self.held[asset])
            return stored
        if stored is not None:
            self.notes += revisions(stored, fetched)
        return fetched

    def _stored(self, asset: str) -> PriceHistory | None:
        path = self.store.path(asset)
        if not path.exists():
            return None
        table = read_parquet(path, asset)
        assert table is not None  # only a table with a ticker column can miss an asset
        dropped: list[str] = []
        history = _usable(table, asset, dropped).history(asset, self.name)
        self.notes += [note for note in dropped if note not in self.notes]
        return replace(history, retrieved=self.store.retrieved(asset))

    def _fetch(self, asset: str, wanted: np.datetime64) -> PriceHistory:
        """Fetch, cut to completed sessions, check, and only then store."""
        content = self._ask(asset)
        retrieved = self._clock()
        table = _completed(pq.ParquetFile(pa.BufferReader(content)).read(), wanted)
        columns = {name: table[name] for name in table.column_names}
        places = Places(f"Yahoo's prices of {asset}", lambda row: str(table[DATE][row].as_py()))
        _usable(Table(columns, places), asset, []).history(asset, self.name)
        self.store.save(asset, table, retrieved)
        history = self._stored(asset)
        assert history is not None
        return history

    def _ask(self, asset: str) -> bytes:
        """One request, politely: a pause between assets, longer ones when Yahoo refuses."""
        if self._stopped is not None:
            raise self._stopped
        for wait in (*self._backoff, None):
            if self._asked:
                time.sleep(self._pause)
            self._asked += 1
            try:
                return fetch(asset, self.store.folder / ".yahoo", self._limit)
            except UnreachableError as error:
                # The others need not wait for the same silence.
                self._stopped = error
                raise
            except RateLimitedError as error:
                if wait is None:
                    # Nor is a refusal asked for again: that would make it last longer.
                    self._stopped = SourceError(f"{error}. Try again in an hour. {ELSEWHERE}")
                    raise self._stopped from error
                time.sleep(wait)
        raise AssertionError("the last try returns or raises")


def revisions(before: PriceHistory, after: PriceHistory) -> list[str]:
    """What Yahoo changed in the past since the last snapshot, in one sentence; empty when nothing."""
    _, old, new = np.intersect1d(before.sessions, after.sessions, return_indices=True)
    gone = len(before) - len(old)
    changed = np.flatnonzero(np.abs(after.close[new] / before.close[old] - 1) > REVISED)
    said = []
    if len(changed):
        first, last = (before.sessions[old[changed[i]]] for i in (0, -1))
        said.append(
            f"{after.asset}: Yahoo now gives other closes for {len(changed):,} sessions from {first} to "
            f"{last} than on {before.retrieved} (a split, or a correction)."
        )
    if gone:
        said.append(f"{after.asset}: {gone:,} sessions that Yahoo gave on {before.retrieved} are gone.")
    return said


def _completed(table: pa.Table, wanted: np.datetime64) -> pa.Table:
    """Rows up to a session, less those at the end without a close, which Yahoo has not finished either."""
    days = np.asarray(table[DATE].cast(pa.date32()).to_pylist(), dtype="datetime64[D]")
    stop = int(np.searchsorted(days, wanted, side="right"))
    while stop and not np.isfinite(table[CLOSE][stop - 1].as_py() or np.nan):
        stop -= 1
    return table.slice(0, stop)


def _usable(table: Table, asset: str, notes: list[str]) -> Table:
    """Without the optional columns that hold impossible values: early bars of indices have an open of 0.

    The close is never left out: a fault in it is an error.
    """
    kept = dict(table.columns)
    for name in PRICE_COLUMNS:
        if name == CLOSE or name not in kept:
            continue
        values = kept[name].cast(pa.float64())
        least, empty = pc.min(values).as_py(), values.null_count or pc.any(pc.is_nan(values)).as_py()
        if empty or (least is not None and (least < 0 or (least == 0 and name != "Volume"))):
            del kept[name]
            notes.append(f"{asset}: Yahoo's column {name} has impossible values; it is not used.")
    return Table(kept, table.places)
