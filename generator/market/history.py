"""Prices of one asset, as every room receives them, and the fingerprint of what a study could see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import FieldError
from generator.market.exchanges import CalendarName, calendar_of

FloatArray = NDArray[np.float64]
DateArray = NDArray[np.datetime64]
"""Dates travel as ``datetime64[D]``."""

PriceField = Literal["open", "high", "low", "close", "volume", "adjusted_close"]
OPTIONAL_FIELDS: tuple[PriceField, ...] = ("open", "high", "low", "adjusted_close", "volume")

TICKER = re.compile(r"[A-Z0-9^][A-Z0-9^=.&-]{0,19}")
"""What a ticker may look like, upper case; every one of these characters is safe in a file's name:
``SPY``, ``BRK-B``, ``^VIX``, ``EURUSD=X``, ``0700.HK``."""

ASSET = re.compile(r"[A-Za-z0-9^](?:[A-Za-z0-9^=.&_ -]{0,38}[A-Za-z0-9^=.&_-])?")
"""How an asset may be called that a person keeps in files: ``spy``, ``VOD.l``, ``SPX Index``."""

Basis = Literal["price", "total"]
"""What a series' ``close`` is: split-adjusted only, or adjusted for dividends already."""
Rows = Literal["daily", "weekly", "monthly"]
"""What one row of a series is: a session, or a week or month of which nothing finer is known."""

SAMPLE = "sample"
"""Name of the source whose prices are simulated; whatever is made from it says so."""


@dataclass(frozen=True, eq=False)
class PriceHistory:
    """Completed bars of one asset, of sessions unless ``rows`` says otherwise.

    Attributes
    ----------
    asset : the ticker.
    sessions : datetime64[D], shape (T,), strictly increasing, of the asset's own calendar.
    close : shape (T,), split-adjusted; adjusted for dividends only where ``basis`` says so.
    open, high, low : shape (T,) on the same footing as ``close``, NaN where a cell is unknown, or None for
        a closes-only series.
    adjusted_close : shape (T,), adjusted for dividends too, NaN where unknown, or None.
    volume : shape (T,), shares, NaN where unknown, or None.
    source : the name of the source that gave them.
    retrieved : the day the prices were fetched; None where it has no meaning.
    basis : ``total`` when ``close`` is adjusted for dividends already, so that its returns are total returns.
    rows : ``weekly`` or ``monthly`` when a row is such a period and not a session.
    zone : the exchange's time zone, where the provider tells it.
    clock : the calendar by whose weeks, months and years it is compared with other assets; None for its own.
    """

    asset: str
    sessions: DateArray
    close: FloatArray
    open: FloatArray | None = None
    high: FloatArray | None = None
    low: FloatArray | None = None
    adjusted_close: FloatArray | None = None
    volume: FloatArray | None = None
    source: str = "files"
    retrieved: date | None = None
    basis: Basis = "price"
    rows: Rows = "daily"
    zone: str | None = None
    clock: CalendarName | None = None

    @property
    def calendar(self) -> CalendarName:
        """The code of the calendar that it keeps (see ``exchanges.calendar_of``)."""
        return calendar_of(self.asset, self.zone)

    def __len__(self) -> int:
        return len(self.sessions)

    @property
    def first(self) -> np.datetime64:
        """First session."""
        return np.datetime64(self.sessions[0], "D")

    @property
    def last(self) -> np.datetime64:
        """Last session."""
        return np.datetime64(self.sessions[-1], "D")

    def until(self, as_of: np.datetime64) -> PriceHistory:
        """The same history with nothing after ``as_of``; may be empty."""
        stop = int(np.searchsorted(self.sessions, as_of, side="right"))
        if stop == len(self.sessions):
            return self
        optional: dict[str, FloatArray | None] = {name: getattr(self, name) for name in OPTIONAL_FIELDS}
        cut: dict[str, Any] = {name: None if a is None else a[:stop] for name, a in optional.items()}
        return replace(self, sessions=self.sessions[:stop], close=self.close[:stop], **cut)

    def field(self, name: PriceField) -> FloatArray:
        """One price column, shape (T,).

        Raises
        ------
        FieldError : the series does not carry it; the message names the asset and the field.
        """
        array: FloatArray | None = getattr(self, name)
        if array is None:
            kept = ["close", *(f for f in OPTIONAL_FIELDS if getattr(self, f) is not None)]
            raise FieldError(
                f"{self.asset} has no {name.replace('_', ' ')} prices in the source '{self.source}': "
                f"it carries {', '.join(k.replace('_', ' ') for k in kept)}. "
                "Use one of these fields, or another source."
            )
        return array


def as_date(day: np.datetime64) -> date:
    """A ``datetime64[D]`` as a calendar date."""
    return date.fromisoformat(str(day.astype("datetime64[D]")))


def fingerprint(histories: Iterable[PriceHistory]) -> str:
    """``sha256:…`` of the sessions and prices of these histories, in a fixed byte form.

    Histories are taken in the order of their tickers. Each contributes its ticker, what its closes are and
    what a row is where that is not the usual (``basis total``, ``rows monthly``), for the same numbers mean
    something else then; then one block per column that it carries: the column's name, then little-endian
    int64 days since 1970-01-01 for the sessions and IEEE-754 float64 for the prices. Every unknown cell has
    the same bytes. Cut the histories at the as-of date first.
    """
    digest = hashlib.sha256()
    for history in sorted(histories, key=lambda h: h.asset):
        digest.update(f"asset {history.asset} {len(history)}\n".encode())
        if history.basis != "price":
            digest.update(f"basis {history.basis}\n".encode())
        if history.rows != "daily":
            digest.update(f"rows {history.rows}\n".encode())
        digest.update(history.sessions.astype("datetime64[D]").astype("<i8").tobytes())
        for name in ("close", *OPTIONAL_FIELDS):
            array = getattr(history, name)
            if array is not None:
                digest.update(f"{name}\n".encode())
                digest.update(np.where(np.isnan(array), np.nan, array).astype("<f8").tobytes())
    return f"sha256:{digest.hexdigest()}"
