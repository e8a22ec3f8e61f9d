"""Prices as DataFrames: in from a notebook, checked as those of a file are, and out again."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from generator.core.errors import BadDataError, RequestError
from generator.market.bars import Bars
from generator.market.calendar import utc_now
from generator.market.checks import CLOSE, PRICE_COLUMNS, Places, checked_history, completed_only
from generator.market.history import ASSET, Basis, DateArray, PriceHistory
from generator.market.tables.basis import DIVIDENDS, basis_of

UNNAMED = "PRICES"
"""What prices are called of which nobody said the asset."""
SOURCE = "notebook"


def history_of(
    prices: pd.DataFrame | pd.Series, asset: str | None, basis: Basis | None, notes: list[str]
) -> PriceHistory:
    """Prices of a notebook as a checked history.

    Parameters
    ----------
    prices : closes, or a DataFrame with Yahoo's names of columns in any case, ``Close`` at least; the index
        holds the dates. Where a moment has a time zone, its date there counts.
    asset : what it is called, which tells the calendar; else ``prices.attrs["asset"]``, else ``PRICES``.
    basis : what the closes are; else as it is of a file (``total`` where dividends were taken off already).
    notes : gets what a person should know of single cells.

    Raises
    ------
    RequestError : no dates in the index, or no closes; a name that is no ticker.
    BadDataError : dates or closes that cannot be used.
    """
    name = asset or str(prices.attrs.get("asset", UNNAMED))
    if not ASSET.fullmatch(name):
        raise RequestError(f'{name[:40]!r} is no ticker. Say asset="SPY", for instance.')
    frame = prices.to_frame(CLOSE) if isinstance(prices, pd.Series) else _flat(prices)
    columns = {title: _numbers(frame, title, name) for title in PRICE_COLUMNS if title in frame}
    if CLOSE not in columns:
        found = ", ".join(map(str, frame.columns)) or "no column"
        raise RequestError(
            f"the prices of {name} have no column Close; they have {found}. Rename the one that is."
        )
    told = basis or prices.attrs.get("basis")
    amounts = frame[DIVIDENDS] if DIVIDENDS in frame else pd.Series(dtype=float)
    adjusted = "Adj Close" not in frame and bool((pd.to_numeric(amounts, errors="coerce") > 0).any())
    meaning, said = basis_of(name, told, adjusted=adjusted)
    if said:
        notes.append(f"{name}: {said}.")
    places = Places(f"the prices of {name}", lambda row: f"row {row}")
    history = checked_history(name, _days(frame, name), columns, places, SOURCE, meaning, notes)
    return completed_only(history, utc_now(), notes)


def frame_of(history: PriceHistory) -> pd.DataFrame:
    """A history as a DataFrame by date; ``attrs`` tell the asset, what its closes are and the source."""
    fields = {title: getattr(history, field) for title, field in PRICE_COLUMNS.items()}
    frame = pd.DataFrame(
        {title: values for title, values in fields.items() if values is not None},
        index=pd.DatetimeIndex(history.sessions, name="Date"),
    )
    frame.attrs = {"asset": history.asset, "basis": history.basis, "source": history.source}
    return frame


def bars_frame(bars: Bars) -> pd.DataFrame:
    """Bars as a DataFrame by the date of each bar's last session."""
    fields = {
        title: bars.field(field)
        for title, field in PRICE_COLUMNS.items()
        if getattr(bars.history, field) is not None
    }
    return pd.DataFrame(fields, index=pd.DatetimeIndex(bars.dates, name="Date"))


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns by Yahoo's names, also where yfinance has the ticker beside each, or under another case."""
    if isinstance(frame.columns, pd.MultiIndex):
        levels = [frame.columns.get_level_values(level) for level in range(frame.columns.nlevels)]
        wide = [level for level in levels if level.nunique() > 1]
        if len(wide) > 1:
            raise RequestError("the columns hold several assets. Give the prices of one of them.")
        frame = frame.set_axis(wide[0] if wide else levels[0], axis=1)
    known = {title.casefold().replace(" ", "_"): title for title in (*PRICE_COLUMNS, DIVIDENDS, "Date")}
    titles: list[Hashable] = [known.get(str(c).casefold().replace(" ", "_"), c) for c in frame.columns]
    frame = frame.set_axis(titles, axis=1)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise RequestError(f"the prices have the column {twice[0]} twice. Keep one.")
    return frame.set_index("Date") if "Date" in frame else frame


def _days(frame: pd.DataFrame, name: str) -> DateArray:
    index = frame.index
    if not isinstance(index, pd.DatetimeIndex):
        if index.inferred_type not in ("date", "string", "datetime64"):
            raise RequestError(
                f"the index of the prices of {name} holds no dates. Make it one with pd.to_datetime."
            )
        try:
            index = pd.DatetimeIndex(pd.to_datetime(index))
        except ValueError as error:
            raise RequestError(f"the index of the prices of {name} holds what is no date: {error}") from error
    if index.hasnans:
        raise BadDataError(f"the prices of {name} have a row without a date. Remove it.")
    return np.asarray(index.tz_localize(None).to_numpy(), dtype="datetime64[D]")


def _numbers(frame: pd.DataFrame, title: str, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    try:
        return pd.to_numeric(frame[title]).to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise BadDataError(f"the prices of {name}, column {title}: {error}") from error
