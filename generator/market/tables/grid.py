"""A table of prices before anything in it is understood, from a text or a Parquet file."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from generator.core.errors import BadDataError
from generator.market.checks import DATE
from generator.market.reading import Reading
from generator.market.tables.columns import is_ignored, role_of
from generator.market.tables.layout import read_sheet
from generator.market.tables.tables import MOST_ROWS, parquet_faults, read_bytes

_INDEX = re.compile(r"__index_level_\d+__")
"""What pandas calls an index without a name."""
_BETWEEN = (".", "_", " ", ":", "|", "-", "/")
"""What stands between a ticker and a price in the name of a column, as in SPY.Close and Close_SPY."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A table as it stands in a file: columns of text, or of whatever a Parquet file holds.

    Attributes
    ----------
    names : of the columns; ``tickers`` : the asset of each, in a table of several side by side, else None.
    yfinance : whether the names come in several lines or levels, as yfinance saves them.
    cells : an Arrow column each.
    row : turns a row's number into words for messages.
    said : what was understood of the form.
    head : where the names stand.
    continental : whether the separator is one of countries with decimal commas.
    """

    names: tuple[str, ...]
    tickers: tuple[str, ...] | None
    yfinance: bool
    cells: Sequence[Any]
    row: Callable[[int], str]
    said: tuple[str, ...]
    head: str
    continental: bool

    def is_text(self, at: int) -> bool:
        """Whether a column is text."""
        kind = self.cells[at].type
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))

    def texts(self, at: int) -> list[str]:
        """The cells of a column as text, empty where there is none."""
        return ["" if text is None else str(text) for text in self.cells[at].to_pylist()]


def text_grid(path: Path, reading: Reading) -> Grid:
    """The table in a text file; raises as ``layout.read_sheet``."""
    sheet = read_sheet(read_bytes(path), path, reading.columns)
    lines = sheet.lines
    names, tickers, levels = sheet.names, sheet.tickers, sheet.yfinance
    if tickers is None and not reading.columns:
        names, tickers, levels = _tickers_of(names)
    return Grid(
        names,
        tickers,
        levels,
        [sheet.cells[str(at)] for at in range(len(names))],
        lambda row: f"line {lines[row]}",
        sheet.said,
        f"{path}, line 1",
        sheet.separator == ";",
    )


def parquet_grid(path: Path) -> Grid:
    """The table in a Parquet file.

    Raises
    ------
    SourceError, BadDataError : the file cannot be read, is none, or holds too many rows.
    """
    with parquet_faults(path):
        file = pq.ParquetFile(path)
        if file.metadata.num_rows > MOST_ROWS:
            raise BadDataError(
                f"{path}: {file.metadata.num_rows:,} rows under names of columns that are not Yahoo's; at "
                f"most {MOST_ROWS:,} are read so. Name them Date, Ticker, Open, High, Low, Close, Volume."
            )
        table = file.read(use_threads=False)
    cells = [_decoded(table.column(at)) for at in range(table.num_columns)]
    found = [_index_name(name, cell) for name, cell in zip(table.column_names, cells, strict=True)]
    names, tickers, levels = _tickers_of(found)
    return Grid(names, tickers, levels, cells, lambda at: f"row {at + 1}", (), str(path), False)


def _index_name(name: str, cells: Any) -> str:
    """A column's name; that of an index without one by what is in it."""
    if not _INDEX.fullmatch(name):
        return name
    text = pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)
    return "Ticker" if text and name != "__index_level_0__" else DATE


def _decoded(cells: Any) -> Any:
    """A column without a dictionary, in which pandas and polars keep categories."""
    return cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells


def _tickers_of(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...] | None, bool]:
    """Names of prices and their tickers, where the columns bear both; else the names as they are and None.

    The last is True for levels of pandas' columns, which yfinance's downloads have.
    """
    levels = [_levels(name) for name in names]
    if not any(len(each) > 1 for each in levels):
        written = _written_together(names)
        return (tuple(names), None, False) if written is None else (*written, False)
    pairs = [each if len(each) > 1 else (each[0], "") for each in levels]
    first = all(role_of(one) for one, other in pairs if other)
    prices = [one if first or not other else other for one, other in pairs]
    tickers = [(other if first else one) if other else "" for one, other in pairs]
    return tuple(prices), tuple(tickers), True


def _written_together(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """``SPY.Close`` or ``Close_SPY`` throughout, but for one column of dates, as prices and tickers."""
    date = [at for at, name in enumerate(names) if (role_of(name) or ("",))[0] == DATE]
    if len(date) != 1:
        return None
    for between in _BETWEEN:
        for ticker_first in (True, False):
            pairs = [
                (name, "") if at in date else _taken_apart(name, between, ticker_first)
                for at, name in enumerate(names)
            ]
            whole = [pair for pair in pairs if pair is not None]
            roles = {(role_of(price) or ("",))[0] for price, ticker in whole if ticker}
            if len(whole) == len(names) and roles & {"Close", "Adj Close"}:
                return tuple(price for price, _ in whole), tuple(ticker for _, ticker in whole)
    return None


def _taken_apart(name: str, between: str, ticker_first: bool) -> tuple[str, str] | None:
    """The price and the ticker in a column's name, the longest known name of a price; None where none is."""
    if role_of(name) is not None:
        return None
    at = [n for n, letter in enumerate(name) if letter == between]
    for cut in at if ticker_first else reversed(at):
        before, after = name[:cut].strip(), name[cut + 1 :].strip()
        ticker, price = (before, after) if ticker_first else (after, before)
        known = role_of(price)
        if ticker and len(price) > 1 and (is_ignored(price) or (known and known[0] not in (DATE, "Ticker"))):
            return price, ticker
    return None


def _levels(name: str) -> tuple[str, ...]:
    """The levels of a pandas column's name, which Parquet keeps as ``('Close', 'SPY')``."""
    if not (name.startswith("('") and name.endswith(")")):
        return (name,)
    try:
        found = ast.literal_eval(name)
    except (ValueError, SyntaxError):
        return (name,)
    texts = tuple(str(part) for part in found)
    return texts[:1] if len(texts) == 2 and not texts[1] else texts
