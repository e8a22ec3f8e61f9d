"""What a price series must be before anything is computed from it.

A series whose dates or closes are malformed is refused whole, with the place of the first fault. Optional
cells that cannot be used are unknown. A series that is well formed and merely strange is used, and what is
strange is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import BadDataError
from generator.market.cadence import with_cadence
from generator.market.calendar import in_trading_week, last_completed_session
from generator.market.cells import (
    LEAST_PRICE,
    MOST_PRICE,
    is_blank,
    known_prices,
    known_volumes,
    meant_decimals,
    possible_closes,
    told_unknown,
)
from generator.market.exchanges import calendar_of
from generator.market.history import Basis, DateArray, FloatArray, PriceField, PriceHistory
from generator.market.snapshot import and_more
from generator.market.timetable import DAY

DATE, CLOSE, VOLUME = "Date", "Close", "Volume"
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
FEW_FAULTS = 5
"""Bad rows that a person can correct one by one."""
ROUNDING = 1e-4
"""How far, relative to the price, a high may lie below the close by rounding alone."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """Where the rows of a series stand, for messages.

    ``file`` names the file or source; ``row`` turns a position in the series, counted from 0, into words such
    as ``line 5``; ``written`` gives a cell as it is written there, None where nobody knows.
    """

    file: str
    row: Callable[[int], str]
    written: Callable[[int, str], str | None] = lambda row, column: None

    def moved(self, positions: NDArray[np.intp]) -> Places:
        """The places of these rows, which now stand at 0, 1, 2 …"""
        return Places(
            self.file,
            lambda row: self.row(int(positions[row])),
            lambda row, column: self.written(int(positions[row]), column),
        )

    def cell(self, row: int, column: str) -> str:
        """``prices/IWM.csv, line 5, column Close``."""
        return f"{self.file}, {self.row(row)}, column {column}"


def checked_history(
    asset: str,
    sessions: DateArray,
    columns: Mapping[str, FloatArray],
    places: Places,
    source: str,
    basis: Basis = "price",
    notes: list[str] | None = None,
) -> PriceHistory:
    """A history of these columns, or the first fault.

    Rows may come newest first; a row of no price at all is no session. Cells of optional columns that are not
    possible are unknown. Prices in single precision become the decimals that they were.

    Parameters
    ----------
    sessions : datetime64[D], shape (T,), no NaT.
    columns : by Yahoo's names, each of shape (T,); NaN where a cell is empty or no number.
    places : where the rows stand.
    basis : what the closes are.
    notes : gets what a person should know of the cells that are not used.

    Raises
    ------
    BadDataError : fewer than two sessions; dates neither rising nor falling, or repeated; a close that is
        missing, not finite or beyond any price.
    """
    said = [] if notes is None else notes
    chosen, empty = _rows_with_prices(sessions, columns, places)
    dropped = np.sort(sessions[empty])
    if chosen is not None:
        sessions, places = sessions[chosen], places.moved(chosen)
        columns = {name: values[chosen] for name, values in columns.items()}
    if len(sessions) < SHORTEST:
        found = "no session" if not len(sessions) else "one session"
        raise BadDataError(f"{places.file}: {found} of {asset}; a study needs at least {SHORTEST}.")
    if len(dropped):
        first = dropped[0]
        days = f"{first} has" if len(dropped) == 1 else f"{len(dropped):,} days, first {first}, have"
        said.append(f"{asset}: {days} no price at all, and so no bar.")
    check_sessions(sessions, places)
    fields: dict[str, FloatArray | None] = {"close": meant_decimals(columns[CLOSE])}
    close = columns[CLOSE]
    _check_closes(close, places)
    for name, field in PRICE_COLUMNS.items():
        if name == CLOSE or name not in columns:
            continue
        values = columns[name]
        known = known_volumes(values, close) if name == VOLUME else known_prices(values, close)
        if known is not None and np.isnan(known).all():
            known = None
        if told := told_unknown(name, values, known, sessions):
            said.append(f"{asset}: {told}.")
        fields[field] = known if known is None or name == VOLUME else meant_decimals(known)
    history = PriceHistory(asset=asset, sessions=sessions, source=source, basis=basis, **fields)  # type: ignore[arg-type]
    return with_cadence(history, places.file)


def _rows_with_prices(
    sessions: DateArray, columns: Mapping[str, FloatArray], places: Places
) -> tuple[NDArray[np.intp] | None, NDArray[np.intp]]:
    """The rows to use, oldest first, None when all are used as they come; and the rows that have no price."""
    empty = np.isnan(columns[CLOSE])
    if empty.any():
        for name, values in columns.items():
            if name != VOLUME:
                empty &= np.isnan(values)
        for row in np.flatnonzero(empty).tolist():
            empty[row] = not any(_is_bad(places.written(row, name)) for name in columns)
    backwards = len(sessions) > 1 and bool(np.all(sessions[1:] < sessions[:-1]))
    if not backwards and not empty.any():
        return None, np.empty(0, dtype=np.intp)
    rows = np.flatnonzero(~empty)
    return rows[::-1] if backwards else rows, np.flatnonzero(empty)


def _is_bad(written: str | None) -> bool:
    """Whether a cell holds something other than nothing."""
    return written is not None and not is_blank(written)


def check_sessions(sessions: DateArray, places: Places) -> None:
    """Refuse dates that do not rise.

    Raises
    ------
    BadDataError : names the place; where most days are there several times, says what the file may be.
    """
    backward = np.flatnonzero(np.diff(sessions) <= np.timedelta64(0, "D"))
    if not len(backward):
        return
    row = int(backward[0]) + 1
    before, date = sessions[row - 1], sessions[row]
    if len(sessions) > FEW_FAULTS and len(np.unique(sessions)) <= 0.7 * len(sessions):
        raise BadDataError(
            f"{places.cell(row, DATE)}: {date} is there more than once, as most days are. The rows are finer "
            "than days, or belong to several assets. Give daily rows, or name the column of the tickers in a "
            "source.yml next to the file (columns: {Ticker: …})."
        )
    if before == date:
        raise BadDataError(
            f"{places.cell(row, DATE)}: {date} is there twice. A session has one row: remove one of them."
        )
    raise BadDataError(
        f"{places.cell(row, DATE)}: {date} comes after {before}. Sort the rows by date, oldest or newest "
        f"first."
    )


def _check_closes(close: FloatArray, places: Places) -> None:
    faults = np.flatnonzero(~possible_closes(close))
    if not len(faults):
        return
    row = int(faults[0])
    value = float(close[row])
    written = places.written(row, CLOSE)
    if not np.isnan(value):
        found = f"the value is {value:g}"
    elif written is not None and written.strip():
        found = f"'{written.strip()[:40]}' is not a number"
    else:
        found = "the cell is empty or not a number"
    size = f"Closes are finite, and 0 or between {LEAST_PRICE:g} and {MOST_PRICE:g} in size"
    if len(faults) > FEW_FAULTS and len(faults) > len(close) / 2:
        remedy = (
            "This is no column of closes. Name the column that is in a source.yml next to the file, such as "
            "columns: {Close: Last}."
        )
    elif len(faults) > FEW_FAULTS:
        remedy = (
            f"{size}. So many bad rows are the vendor's own: export the series again, or leave those years "
            "out of the file."
        )
    else:
        remedy = f"{size}. Correct the row or remove it."
    raise BadDataError(f"{places.cell(row, CLOSE)}: {found}{and_more(len(faults), 'row')}. {remedy}")


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


FEW_WEEKS, EVERY_WEEKEND = 28, 0.2
"""Bars, and the share of them on weekends (2 in 7 where all are traded), of what seems to trade every day."""


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
        odd = ~np.is_busday(history.sessions)
        if odd.any():
            odd[odd] = ~in_trading_week(history.sessions[odd], history.asset, history.zone)
        found = _say(history, odd, "the date is a Saturday or Sunday")
        if len(odd) >= FEW_WEEKS and np.mean(odd) > EVERY_WEEKEND:
            found = [
                f"{each} If it trades every day, say so in watchlist.yml: calendar: 24/7." for each in found
            ]
        said += found
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
