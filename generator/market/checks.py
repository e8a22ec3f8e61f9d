"""What a price series must be before anything is computed from it.

A series that is malformed is refused whole, with the place of the first fault. A series that is well formed
and merely strange is used, and what is strange is said.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from generator.errors import BadDataError
from generator.market.cadence import with_cadence
from generator.market.calendar import DAY, calendar_of, last_completed_session
from generator.market.history import DateArray, FloatArray, PriceField, PriceHistory

DATE, CLOSE = "Date", "Close"
PRICE_COLUMNS: dict[str, PriceField] = {
    "Open": "open",
    "High": "high",
    "Low": "low",
    "Close": "close",
    "Adj Close": "adjusted_close",
    "Volume": "volume",
}
"""Yahoo's column names and the fields they become."""
ACTION_COLUMNS = ("Dividends", "Stock Splits", "Capital Gains")
"""Columns that Yahoo adds; they are allowed and not read, the prices being adjusted already."""
SHORTEST = 2
"""Sessions without which there is not one return."""
LEAST_PRICE, MOST_PRICE = 1e-12, 1e15
"""No quoted price lies outside; squares and ratios of those inside stay far from overflow."""
ROUNDING = 1e-4
"""How far, relative to the price, a high may lie below the close by rounding alone."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """Where the rows of a series stand, for messages.

    ``file`` names the file or source; ``row`` turns a position in the series, counted from 0, into words such
    as ``line 5``.
    """

    file: str
    row: Callable[[int], str]

    def cell(self, row: int, column: str) -> str:
        """``prices/IWM.csv, line 5, column Close``."""
        return f"{self.file}, {self.row(row)}, column {column}"


def check_columns(names: Iterable[str], header: str, keys: tuple[str, ...] = (DATE,)) -> None:
    """Refuse a table without ``keys`` or ``Close``, with a column twice, or with one that is not known.

    Parameters
    ----------
    header : where the names stand: ``prices/IWM.csv, line 1``.

    Raises
    ------
    BadDataError : names the place, the column, the nearest known name and all allowed ones.
    """
    found = list(names)
    allowed = [*keys, *PRICE_COLUMNS, *ACTION_COLUMNS]
    known = f"Columns are {', '.join(allowed)}; {', '.join([*keys, CLOSE])} are needed."
    for name in found:
        if name not in allowed:
            near = difflib.get_close_matches(name.strip().title(), allowed, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise BadDataError(f"{header}: unknown column '{name}'.{hint} {known}")
        if found.count(name) > 1:
            raise BadDataError(f"{header}: column '{name}' is there twice. {known}")
    for name in (*keys, CLOSE):
        if name not in found:
            raise BadDataError(f"{header}: no column '{name}', found {', '.join(found)}. {known}")


def checked_history(
    asset: str, sessions: DateArray, columns: Mapping[str, FloatArray], places: Places, source: str
) -> PriceHistory:
    """A history of these columns, or the first fault.

    Parameters
    ----------
    sessions : datetime64[D], shape (T,), no NaT.
    columns : by Yahoo's names, each of shape (T,); NaN where a cell is empty.
    places : where the rows stand.

    Raises
    ------
    BadDataError : fewer than two sessions; dates unsorted or repeated; a price that is missing, not
        finite, zero, negative or beyond any quoted price; a volume that is missing or negative.
    """
    if len(sessions) < SHORTEST:
        found = "no session" if not len(sessions) else "one session"
        raise BadDataError(f"{places.file}: {found} of {asset}; a study needs at least {SHORTEST}.")
    _check_sessions(sessions, places)
    for name, values in columns.items():
        _check_values(name, values, places)
    fields = {PRICE_COLUMNS[name]: values for name, values in columns.items()}
    history = PriceHistory(asset=asset, sessions=sessions, source=source, **fields)  # type: ignore[arg-type]
    return with_cadence(history, places.file)


def _check_sessions(sessions: DateArray, places: Places) -> None:
    backward = np.flatnonzero(np.diff(sessions) <= np.timedelta64(0, "D"))
    if not len(backward):
        return
    row = int(backward[0]) + 1
    before, date = sessions[row - 1], sessions[row]
    if before == date:
        raise BadDataError(
            f"{places.cell(row, DATE)}: {date} is there twice. A session has one row: remove one of them."
        )
    raise BadDataError(
        f"{places.cell(row, DATE)}: {date} comes after {before}. Sort the rows by date, oldest first."
    )


def _check_values(name: str, values: FloatArray, places: Places) -> None:
    volume = name == "Volume"
    with np.errstate(invalid="ignore"):
        least, most = (0, np.finfo(np.float64).max) if volume else (LEAST_PRICE, MOST_PRICE)
        good = (values >= least) & (values <= most)
    faults = np.flatnonzero(~good)
    if not len(faults):
        return
    row = int(faults[0])
    value = float(values[row])
    found = "is empty or not a number" if np.isnan(value) else f"is {value:g}"
    allowed = "Volumes are 0 or more and finite" if volume else "Prices are above 0 and finite"
    if not volume and 0 < value < np.inf:
        allowed = f"Prices lie between {LEAST_PRICE:g} and {MOST_PRICE:g}"
    others = f" ({len(faults) - 1} more such rows)" if len(faults) > 1 else ""
    remedy = f"{allowed}. Correct the row or remove it."
    raise BadDataError(f"{places.cell(row, name)}: the value {found}{others}. {remedy}")


def completed_only(history: PriceHistory, now: datetime, notes: list[str]) -> PriceHistory:
    """The history without the bar of a session that has not closed at ``now``; says so when there was one.

    Raises
    ------
    BadDataError : a date that is tomorrow nowhere on earth, or no completed session is left.
    """
    today = np.datetime64(now.date(), "D")
    if history.last < today:
        return history
    if history.rows != "daily":
        return _finished_only(history, now, notes)
    if history.last > today + DAY:
        raise BadDataError(
            f"{history.asset}: {history.last} is in the future (it is {today}). Correct the date, or remove "
            "the row."
        )
    completed = history.until(last_completed_session(history.asset, now))
    if len(completed) < SHORTEST:
        raise BadDataError(f"{history.asset}: fewer than {SHORTEST} sessions have closed so far.")
    if len(completed) < len(history):
        notes.append(f"{history.asset}: the session of {history.last} has not closed; its bar is not used.")
    return completed


def _finished_only(history: PriceHistory, now: datetime, notes: list[str]) -> PriceHistory:
    """The weeks or months that are over at ``now``; says so when the last one is not."""
    finished = history.until(last_completed_session(history.asset, now))
    if len(finished) < SHORTEST or len(finished) < len(history) - 1:
        raise BadDataError(
            f"{history.asset}: its {history.rows} prices reach {history.last}, which is in the future. "
            "Correct the dates, or remove the rows."
        )
    if len(finished) < len(history):
        period = "week" if history.rows == "weekly" else "month"
        notes.append(f"{history.asset}: the {period} to {history.last} is not over; its row is not used.")
    return finished


def oddities(history: PriceHistory) -> list[str]:
    """What is strange about a well-formed series, one sentence each; empty for a plain one."""
    said = []
    for field, beyond in (("high", _below), ("low", _above)):
        extreme: FloatArray | None = getattr(history, field)
        if extreme is None:
            continue
        others = [values for values in (history.open, history.close) if values is not None]
        odd = np.any([beyond(extreme, values) for values in others], axis=0)
        side = "below" if field == "high" else "above"
        said += _say(history, odd, f"the {field} is {side} the open or the close")
    if calendar_of(history.asset) != "24/7":
        said += _say(history, ~np.is_busday(history.sessions), "the date is a Saturday or Sunday")
    return said


def _below(extreme: FloatArray, price: FloatArray) -> Flags:
    return extreme < price * (1 - ROUNDING)


def _above(extreme: FloatArray, price: FloatArray) -> Flags:
    return extreme > price * (1 + ROUNDING)


def _say(history: PriceHistory, odd: Flags, what: str) -> list[str]:
    rows = np.flatnonzero(odd)
    if not len(rows):
        return []
    count = "1 session" if len(rows) == 1 else f"{len(rows):,} sessions"
    return [f"{history.asset}: {what} on {count}, first on {history.sessions[rows[0]]}."]
