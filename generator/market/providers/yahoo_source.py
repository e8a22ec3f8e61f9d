"""Prices from Yahoo by way of the price store, which is brought up to date at the first use of an asset."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from generator.core.errors import (
    DataError,
    HeldError,
    SourceError,
    UnknownAssetError,
    UnreachableError,
)
from generator.market.calendar import last_completed_session, utc_now
from generator.market.checks import oddities
from generator.market.history import PriceHistory, fingerprint
from generator.market.providers.store import Stored, read_frame
from generator.market.providers.vetting import SETTLING, Vetting
from generator.market.providers.yahoo import (
    OutOfOrderError,
    RateLimitedError,
    fetch,
)
from generator.market.snapshot import Snapshot, described
from generator.market.sources import USUAL, PlainSource

ELSEWHERE = "Or use prices of your own (--source files:PATH), or the simulated market (--source sample)."


class YahooSource(PlainSource):
    """Yahoo's daily bars, kept in ``<root>/prices``.

    An asset is asked for when its snapshot misses a completed session, once in the life of this object. When
    Yahoo cannot be reached or knows the asset no more, the stored snapshot is used as it is, and ``notes``
    says so.

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
    stale : assets whose stored prices were used because Yahoo gave none.
    held : assets whose stored prices were used because those that Yahoo gives now are suspicious, and why.
    """

    name = USUAL
    vetted = True
    lists_all = False

    def __init__(
        self,
        root: Path,
        *,
        clock: Callable[[], datetime] = utc_now,
        limit: float = 45.0,
        pause: float = 0.5,
        backoff: tuple[float, ...] = (5.0, 20.0),
    ) -> None:
        super().__init__()
        self._vetting = Vetting(root, self.name)
        self.store = self._vetting.store
        self.stale: list[str] = []
        self.held: dict[str, str] = {}
        self._clock = clock
        self._limit, self._pause, self._backoff = limit, pause, backoff
        self._histories: dict[str, PriceHistory] = {}
        self._failures: dict[str, DataError] = {}
        self._stopped: SourceError | None = None
        self._asked = 0

    @property
    def stopped(self) -> bool:
        """Whether Yahoo refused or could not be reached, so that it is not asked any more."""
        return self._stopped is not None

    def spelled(self, asset: str) -> str:
        """In capitals, as Yahoo writes its tickers."""
        return asset.upper()

    def assets(self) -> tuple[str, ...]:
        """Tickers in the store, sorted; Yahoo has many more."""
        return self.store.assets()

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
        SpecError : mistakes in ``acknowledged.yml``.
        OutputError : the store cannot be written.
        """
        asset = self.spelled(asset)
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
        before = self._vetting.accepted(asset, self.notes)
        zone = None if before is None else before.zone
        wanted = last_completed_session(asset, self._clock() - SETTLING, zone)
        if before is not None and before.history.last >= wanted:
            return before.history
        try:
            answer = self._held_today(asset) or self._answer(asset)
        except UnreachableError as error:
            if before is None:
                raise UnreachableError(
                    f"{error}, and no prices of {asset} are stored. Check the network. {ELSEWHERE}"
                ) from error
            return self._stored(asset, before.history, str(error))
        except UnknownAssetError:
            if before is None:
                raise
            return self._stored(asset, before.history, "Yahoo has no prices of it now")
        judged = self._vetting.judge(asset, answer, wanted)
        if self._vetting.accept_or_hold(asset, judged):
            accepted = self._vetting.accepted(asset, self.notes)
            assert accepted is not None  # it has just been stored
            return accepted.history
        return self._hold(asset, judged, before)

    def _stored(self, asset: str, used: PriceHistory, why: str) -> PriceHistory:
        """The accepted prices where there are no others."""
        self.stale.append(asset)
        self.notes.append(
            f"{asset}: {why}; the stored prices are used. They end on {used.last} and were retrieved on "
            f"{used.retrieved}."
        )
        return used

    def _hold(self, asset: str, judged: Stored, before: Snapshot | None) -> PriceHistory:
        """The accepted prices in the place of those that are held.

        Raises
        ------
        HeldError : there are none.
        """
        why = f"{asset} is held: {described(judged.faults)}"
        if before is None:
            raise HeldError(
                f"{why} No prices of it were accepted before. If this is what the market did: precedent data "
                f'ack {asset} {judged.faults[0].session} --reason "…"'
            )
        used = before.history
        self.held[asset] = f"{why} The prices of {used.retrieved} are used; they end on {used.last}."
        self.notes.append(self.held[asset])
        return used

    def _held_today(self, asset: str) -> Stored | None:
        """An answer that was held today already: asking again so soon would bring the same."""
        held = self.store.held.load(asset)
        return held if held is not None and held.day == self._clock().astimezone(UTC).date() else None

    def _answer(self, asset: str) -> Stored:
        table, beside = read_frame(self._ask(asset))
        return Stored(table, self._clock(), beside)

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
            except OutOfOrderError:
                # It may be so for one asset, and the others need not wait to learn it.
                raise
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
