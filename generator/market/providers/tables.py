"""Reading CSV and Parquet files into price columns, remembering where every row stands.

No pandas: pyarrow reads a CSV of 6,600 rows in a few milliseconds. A CSV is read as text first and turned
into numbers column by column, so that a cell that is no number can be named by line and column; the slow
search for that line happens only once a file is known to be bad.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from generator.errors import BadDataError, SourceError
from generator.market.checks import DATE, PRICE_COLUMNS, Places, check_columns, checked_history
from generator.market.history import DateArray, FloatArray, PriceHistory

# Its own pool keeps what it has been given; a run reads its prices once.
pa.set_memory_pool(pa.system_memory_pool())

TICKER_COLUMNS = ("Ticker", "Symbol")
"""A table with one of these columns holds many assets."""
MOST_SESSIONS, MOST_ROWS = 100_000, 10_000_000
"""Rows of a Parquet file of one asset, and of one row group of a long one; a CSV is as long as it looks."""
MIDNIGHT = re.compile(r"^(\d{4}-\d{2}-\d{2})[ T]00:00(?::00)?(?:\.0+)?(?:Z|[+-]\d{2}:?\d{2})?$")
"""A date with a time of midnight, as pandas writes the sessions of a time zone."""


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of a file that belong together, not yet checked.

    ``columns`` are the file's own, by name, without the ticker; ``places`` says where each row stands.
    """

    columns: dict[str, Any]
    places: Places

    def history(self, asset: str, source: str) -> PriceHistory:
        """The checked history of these rows.

        Raises
        ------
        BadDataError : see ``checks.checked_history``; also a cell that is no number or no date.
        """
        sessions = _dates(self.columns[DATE], self.places)
        columns = {
            name: _numbers(values, name, self.places)
            for name, values in self.columns.items()
            if name in PRICE_COLUMNS
        }
        return checked_history(asset, sessions, columns, self.places, source)


def column_names(path: Path) -> list[str]:
    """The column names of a file, without reading its rows.

    Raises
    ------
    SourceError : the file cannot be read.
    BadDataError : an empty CSV, one that is not UTF-8, or a Parquet file that is none.
    """
    if path.suffix.lower() == ".parquet":
        with parquet_faults(path):
            return list(open_parquet(path).schema_arrow.names)
    try:
        with path.open("rb") as stream:
            return _header(stream.readline(), path)
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}.") from error


def ticker_column(names: list[str]) -> str | None:
    """The column that names the asset of each row, or None for a table of one asset."""
    return next((name for name in names if name in TICKER_COLUMNS), None)


def read_csv(path: Path, asset: str) -> Table | None:
    """The rows of one asset in a CSV; None when the file has a ticker column and the asset is not in it.

    Raises
    ------
    SourceError, BadDataError : see ``column_names``; also a row with too few or too many cells.
    """
    content = _read_bytes(path)
    names = _header(content.split(b"\n", 1)[0], path)
    ticker = checked_ticker_column(names, f"{path}, line 1")
    text = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    whole = pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False)
    try:
        table = pyarrow.csv.read_csv(io.BytesIO(content), read_options=whole, convert_options=text)
    except pa.ArrowInvalid as error:
        raise _ragged(content, len(names), path) from error
    rows = np.arange(table.num_rows)
    if ticker is not None:
        chosen = _rows_of(table[ticker], asset)
        table, rows = table.take(chosen).drop_columns([ticker]), to_numpy(chosen).astype(np.int64)
        if not len(rows):
            return None

    def row(position: int) -> str:
        lines = [line for line, _ in _records(content, path)]
        return f"line {lines[int(rows[position]) + 1]}"

    return Table({name: table[name] for name in table.column_names}, Places(str(path), row))


def read_parquet(path: Path, asset: str) -> Table | None:
    """The rows of one asset in a Parquet file, reading only the row groups that can hold it.

    None when the file has a ticker column and the asset is not in it.

    Raises
    ------
    SourceError, BadDataError : see ``column_names``.
    """
    with parquet_faults(path):
        file = open_parquet(path)
        ticker = checked_ticker_column(list(file.schema_arrow.names), str(path))
        groups = range(file.num_row_groups) if ticker is None else _groups_with(file, ticker, asset)
        parts = [file.read_row_group(group, use_threads=False) for group in groups]
    starts = np.cumsum([0, *(file.metadata.row_group(g).num_rows for g in range(file.num_row_groups))])
    rows = [start + np.arange(part.num_rows) for start, part in zip(starts[list(groups)], parts, strict=True)]
    if ticker is not None:
        for index, part in enumerate(parts):
            chosen = _rows_of(part[ticker], asset)
            parts[index] = part.take(chosen).drop_columns([ticker])
            rows[index] = rows[index][to_numpy(chosen)]
    found = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    if ticker is not None and not len(found):
        return None
    table = pa.concat_tables(parts) if parts else file.schema_arrow.empty_table()
    places = Places(str(path), lambda position: f"row {found[position] + 1}")
    return Table({name: table[name] for name in table.column_names}, places)


def tickers_in(path: Path) -> list[str]:
    """Every ticker of a table with a ticker column, sorted."""
    names = column_names(path)
    ticker = ticker_column(names)
    if ticker is None:
        raise ValueError(f"{path} has no ticker column")
    if path.suffix.lower() == ".parquet":
        with parquet_faults(path):
            file = open_parquet(path)
            groups = range(file.num_row_groups)
            parts = [file.read_row_group(g, columns=[ticker], use_threads=False)[ticker] for g in groups]
        found = {ticker for part in parts for ticker in pc.unique(part).to_pylist()}
        return sorted(found - {None})
    position = names.index(ticker)
    records = list(_records(_read_bytes(path), path))[1:]
    return sorted({cells[position] for _, cells in records if len(cells) > position})


def _read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises
    ------
    SourceError : it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}.") from error


def _header(line: bytes, path: Path) -> list[str]:
    try:
        names = next(csv.reader([line.decode("utf-8-sig").strip("\r\n")]), [])
    except csv.Error as error:
        raise BadDataError(f"{path}, line 1: not the first line of a CSV file ({error}).") from error
    except UnicodeDecodeError as error:
        raise BadDataError(f"{path}, line 1: not UTF-8 text. Save the file as UTF-8 CSV.") from error
    if not names:
        raise BadDataError(
            f"{path}, line 1: the file is empty. Its first line names the columns: Date,Close."
        )
    return names


def checked_ticker_column(names: list[str], header: str) -> str | None:
    """``ticker_column`` of a table whose columns are all known ones; BadDataError names one that is not."""
    ticker = ticker_column(names)
    check_columns(names, header, (DATE,) if ticker is None else (ticker, DATE))
    return ticker


@contextmanager
def parquet_faults(path: Path) -> Iterator[None]:
    """Whatever pyarrow raises about a damaged file, as one of our errors."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise SourceError(f"cannot read {path}: {error.strerror}.") from error
        reason = str(error).splitlines()[0].rstrip(".")
        raise BadDataError(f"{path}: not a whole Parquet file ({reason}). Write it again.") from error


def open_parquet(path: Path) -> Any:
    """A Parquet file with its tickers as codes; raises what ``parquet_faults`` turns into our errors.

    Raises
    ------
    BadDataError : more rows than fit into memory: a few kilobytes can say that they are a billion.
    """
    file = pq.ParquetFile(path)
    ticker = ticker_column(file.schema_arrow.names)
    if ticker is None:
        if file.metadata.num_rows > MOST_SESSIONS:
            raise BadDataError(
                f"{path}: {file.metadata.num_rows:,} rows of one asset; at most {MOST_SESSIONS:,} are read. "
                "Is a column of tickers missing?"
            )
        return file
    largest = max((file.metadata.row_group(g).num_rows for g in range(file.num_row_groups)), default=0)
    if largest > MOST_ROWS:
        raise BadDataError(
            f"{path}: a row group of {largest:,} rows; at most {MOST_ROWS:,} are read at once. "
            "Write it again with smaller ones (row_group_size=1000000)."
        )
    kind = file.schema_arrow.field(ticker).type
    if not any(fits(kind) for fits in (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)):
        raise BadDataError(f"{path}, column {ticker}: {kind} instead of text. Store tickers as text.")
    # As codes, a column of tickers is read three times as fast as text.
    return pq.ParquetFile(path, read_dictionary=[ticker])


def _groups_with(file: Any, ticker: str, asset: str) -> list[int]:
    """Row groups whose least and greatest ticker leave room for this one, or which do not say."""
    column = file.schema_arrow.names.index(ticker)
    groups = []
    for group in range(file.num_row_groups):
        statistics = file.metadata.row_group(group).column(column).statistics
        known = statistics is not None and statistics.has_min_max and isinstance(statistics.min, str)
        if not known or statistics.min <= asset <= statistics.max:
            groups.append(group)
    return groups


def _dates(column: Any, places: Places) -> DateArray:
    kind = column.type
    if pa.types.is_timestamp(kind):
        # The session is the date on the exchange's own clock.
        try:
            days = (pc.local_timestamp(column) if kind.tz else column).cast(pa.date32(), safe=False)
        except pa.ArrowInvalid as error:
            raise BadDataError(
                f"{places.file}, column {DATE}: the time zone {kind.tz!a} is not known. Store dates."
            ) from error
    elif pa.types.is_date(kind):
        days = column.cast(pa.date32())
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        days = _dates_from_text(column, places)
    else:
        raise BadDataError(
            f"{places.file}, column {DATE}: {kind} instead of dates. Store dates or timestamps."
        )
    _refuse_empty(days, DATE, places)
    return to_numpy(days.cast(pa.int32())).astype("datetime64[D]")


def _dates_from_text(column: Any, places: Places) -> Any:
    try:
        return column.cast(pa.date32())
    except pa.ArrowInvalid:
        column = pc.replace_substring_regex(column, MIDNIGHT.pattern, r"\1")
    try:
        return column.cast(pa.date32())
    except pa.ArrowInvalid as error:
        row, found = _first_fault(column, pa.date32())
        raise BadDataError(
            f"{places.cell(row, DATE)}: '{found}' is not a date. Dates look like 2026-04-20."
        ) from error


def _numbers(column: Any, name: str, places: Places) -> FloatArray:
    _refuse_empty(column, name, places)
    try:
        return to_numpy(column.cast(pa.float64(), safe=False))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        if not len(column):
            raise BadDataError(
                f"{places.file}, column {name}: {column.type} instead of numbers. Store numbers."
            ) from error
        row, found = _first_fault(column, pa.float64())
        what = f"'{found}' is not a number" if found.strip() else "the cell is empty"
        raise BadDataError(
            f"{places.cell(row, name)}: {what}. Write numbers like 1234.56, without thousands separators."
        ) from error


def _refuse_empty(column: Any, name: str, places: Places) -> None:
    if column.null_count:
        row = int(to_numpy(pc.indices_nonzero(column.is_null()))[0])
        raise BadDataError(f"{places.cell(row, name)}: the cell is empty. Fill it in, or remove the row.")


def _rows_of(column: Any, asset: str) -> Any:
    """Positions of the rows whose ticker is ``asset``, as an Arrow array."""
    # A pattern and not an equality, because making an Arrow scalar imports pandas.
    pattern = f"^{re.escape(asset)}$"
    if not pa.types.is_dictionary(column.type):
        return pc.indices_nonzero(pc.match_substring_regex(column.cast(pa.string()), pattern))
    coded = column.combine_chunks()
    matches = pc.match_substring_regex(coded.dictionary.cast(pa.string()), pattern)
    return pc.indices_nonzero(pc.take(matches, coded.indices))


def to_numpy(column: Any) -> NDArray[Any]:
    """A numeric column without nulls; by DLPack, because pyarrow's ``to_numpy`` imports pandas (0.3 s)."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.from_dlpack(whole)


def _first_fault(column: Any, kind: Any) -> tuple[int, str]:
    """Position and text of the first cell of a column that cannot become ``kind``."""
    for row, cell in enumerate(column):
        try:
            cell.cast(kind)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return row, str(cell.as_py())[:40]
    raise ValueError("the column has no fault")


def _records(content: bytes, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each record that is not blank, the header included."""
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"), newline=""))
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadDataError(f"{path}, line {reader.line_num}: not a line of a CSV file ({error}).") from error


def _ragged(content: bytes, width: int, path: Path) -> BadDataError:
    for line, cells in _records(content, path):
        if len(cells) != width:
            return BadDataError(
                f"{path}, line {line}: the count of values is {len(cells)}; line 1 names {width} columns. "
                "Every line has one value for each column."
            )
    return BadDataError(f"{path}: not a CSV file in UTF-8.")
