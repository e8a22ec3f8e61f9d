"""A table of prices before anything in it is understood, from a text or a Parquet file."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from generator.errors import BadDataError
from generator.market.checks import DATE
from generator.market.providers.columns import role_of
from generator.market.providers.layout import read_sheet
from generator.market.providers.tables import MOST_ROWS, parquet_faults, read_bytes
from generator.market.reading import Reading

_INDEX = "__index_level_0__"
"""What pandas calls an index without a name."""


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
    return Grid(
        sheet.names,
        sheet.tickers,
        sheet.yfinance,
        [sheet.cells[str(at)] for at in range(len(sheet.names))],
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
                f"{path}: {file.metadata.num_rows:,} rows under names of columns that are not Yahoo's; "
                f"at most "
                f"{MOST_ROWS:,} are read so. Name them Date, Ticker, Open, High, Low, Close, Volume."
            )
        table = file.read(use_threads=False)
    names = [DATE if name == _INDEX else name for name in table.column_names]
    levels = [_levels(name) for name in names]
    cells = [table.column(at) for at in range(table.num_columns)]
    row = lambda at: f"row {at + 1}"  # noqa: E731
    if not any(len(each) > 1 for each in levels):
        return Grid(tuple(names), None, False, cells, row, (), str(path), False)
    pairs = [each if len(each) > 1 else (each[0], "") for each in levels]
    first = all(role_of(one) for one, other in pairs if other)
    prices = [one if first or not other else other for one, other in pairs]
    tickers = [(other if first else one) if other else "" for one, other in pairs]
    return Grid(tuple(prices), tuple(tickers), True, cells, row, (), str(path), False)


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
