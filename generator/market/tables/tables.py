"""Reading plain CSV and Parquet files into price columns, remembering where every row stands.

Plain are files with Yahoo's own names of columns, dates like 2026-04-20 and numbers like 1234.56. No pandas:
pyarrow reads a CSV of 6,600 rows in a few milliseconds. Whatever is written otherwise is left to ``foreign``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from generator.core.errors import BadDataError, SourceError, disk_faults
from generator.market.checks import ACTION_COLUMNS, CLOSE, DATE, PRICE_COLUMNS, Places, checked_history
from generator.market.history import Basis, DateArray, FloatArray, PriceHistory
from generator.market.tables.basis import DIVIDENDS, basis_of
from generator.market.tables.moments import sessions_of

# Its own pool keeps what it has been given; a run reads its prices once.
pa.set_memory_pool(pa.system_memory_pool())

TICKER_COLUMNS = ("Ticker", "Symbol")
"""A table with one of these columns holds many assets."""
PLAIN_COLUMNS = (DATE, *TICKER_COLUMNS, *PRICE_COLUMNS, *ACTION_COLUMNS)
MOST_SESSIONS, MOST_ROWS = 100_000, 10_000_000
"""Rows of a Parquet file of one asset, and of one row group of a long one; a CSV is as long as it looks."""
MIDNIGHT = re.compile(r"^(\d{4}-\d{2}-\d{2})[ T]00:00(?::00)?(?:\.0+)?(?:Z|[+-]\d{2}:?\d{2})?$")
"""A date with a time of midnight, as pandas writes the sessions of a time zone."""


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of a file that belong together, not yet checked.

    ``columns`` are the file's own, by name, without the ticker; ``places`` says where each row stands;
    ``said`` is what was understood of the file.
    """

    columns: Mapping[str, Any]
    places: Places
    said: list[str] = field(default_factory=list)

    def history(
        self, asset: str, source: str, notes: list[str] | None = None, told: Basis | None = None
    ) -> PriceHistory:
        """The checked history of these rows.

        Parameters
        ----------
        told : what a person has said of the closes.
        notes : gets what a person should know of single cells.

        Raises
        ------
        BadDataError : see ``checks.checked_history``; also a cell that is no number or no date.
        """
        sessions, said = dates_of(self.columns[DATE], self.places)
        self.said.extend([said] if said else [])
        columns = {
            name: numbers_of(values, name, self.places)
            for name, values in self.columns.items()
            if name in PRICE_COLUMNS
        }
        paid = DIVIDENDS in self.columns and "Adj Close" not in columns and self._pays()
        basis, said = basis_of(asset, told, adjusted=paid)
        self.said.extend([said] if said else [])
        return checked_history(asset, sessions, columns, self.places, source, basis, notes)

    def _pays(self) -> bool:
        try:
            amounts = numbers_of(self.columns[DIVIDENDS], DIVIDENDS, self.places)
        except BadDataError:
            return False  # it is a column that is not read: its cells may be anything
        return bool(np.nansum(np.abs(amounts)) > 0)


def is_plain(names: list[str]) -> bool:
    """Whether a table has Yahoo's names of columns, each once, with a date and a close among them."""
    return (
        len(set(names)) == len(names)
        and all(name in PLAIN_COLUMNS for name in names)
        and DATE in names
        and CLOSE in names
        and not all(name in names for name in TICKER_COLUMNS)
    )


def first_names(path: Path) -> list[str]:
    """The names in the first line of a CSV, or in a Parquet file; none where these are not UTF-8 text.

    Raises
    ------
    SourceError : the file cannot be read.
    BadDataError : a Parquet file that is none.
    """
    if path.suffix.lower() == ".parquet":
        with parquet_faults(path):
            return list(pq.ParquetFile(path).schema_arrow.names)
    with disk_faults(f"cannot read {path}", kind=SourceError), path.open("rb") as stream:
        return _header(stream.readline(100_000))


def ticker_column(names: list[str]) -> str | None:
    """The column that names the asset of each row, or None for a table of one asset."""
    return next((name for name in names if name in TICKER_COLUMNS), None)


def read_plain_csv(content: bytes) -> dict[str, Any] | None:
    """The columns of a plain CSV; None where a line is ragged, or the first is not the names of a plain one.

    Dates and numbers are still text: ``plain_cells`` tells whether they are plain too.
    """
    names = _header(content.split(b"\n", 1)[0])
    if not is_plain(names):
        return None
    text = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    whole = pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False)
    try:
        table = pyarrow.csv.read_csv(io.BytesIO(content), read_options=whole, convert_options=text)
    except pa.ArrowInvalid:
        return None
    return {name: table[name] for name in names}


def plain_cells(columns: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same columns with dates and numbers; None where a cell is neither empty nor plain."""
    made: dict[str, Any] = {}
    for name, column in columns.items():
        try:
            if name == DATE:
                made[name] = _plain_dates(column)
            elif name in PRICE_COLUMNS:
                made[name] = column.cast(pa.float64())
            else:
                made[name] = column
        except pa.ArrowInvalid:
            return None
        if name in (DATE, *PRICE_COLUMNS) and made[name].null_count:
            return None
    return made


def _plain_dates(column: Any) -> Any:
    try:
        return column.cast(pa.date32())
    except pa.ArrowInvalid:
        return pc.replace_substring_regex(column, MIDNIGHT.pattern, r"\1").cast(pa.date32())


def plain_table(columns: Mapping[str, Any], path: Path, asset: str) -> Table | None:
    """The rows of one asset; None when there is a ticker column and the asset is not in it."""
    ticker = ticker_column(list(columns))
    kept = {name: column for name, column in columns.items() if name != ticker}
    rows: NDArray[np.int64] | None = None
    if ticker is not None:
        chosen = _rows_of(columns[ticker], asset)
        kept, rows = (
            {name: column.take(chosen) for name, column in kept.items()},
            to_numpy(chosen).astype(np.int64),
        )
        if not len(rows):
            return None

    def row(position: int) -> str:
        lines = [line for line, _ in _records(read_bytes(path))]
        return f"line {lines[int(position if rows is None else rows[position]) + 1]}"

    return Table(kept, Places(str(path), row))


def read_parquet(path: Path, asset: str) -> Table | None:
    """The rows of one asset in a plain Parquet file, reading only the row groups that can hold it.

    None when the file has a ticker column and the asset is not in it.

    Raises
    ------
    SourceError, BadDataError : the file cannot be read, or is none.
    """
    with parquet_faults(path):
        file = open_parquet(path)
        ticker = ticker_column(list(file.schema_arrow.names))
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


def parquet_tickers(path: Path) -> list[str]:
    """Every ticker of a plain Parquet file with a ticker column, sorted."""
    with parquet_faults(path):
        file = open_parquet(path)
        ticker = ticker_column(list(file.schema_arrow.names))
        found: set[str | None] = set()
        # One group after another: the column of a long table is larger than its prices in use.
        for group in range(file.num_row_groups):
            column = file.read_row_group(group, columns=[ticker], use_threads=False)[ticker]
            found.update(pc.unique(column).to_pylist())
    return sorted(name for name in found if name is not None)


def is_plain_parquet(path: Path) -> bool:
    """Whether a Parquet file has Yahoo's names of columns, dates and numbers in them.

    Raises
    ------
    SourceError, BadDataError : the file cannot be read, or is none.
    """
    with parquet_faults(path):
        schema = pq.ParquetFile(path).schema_arrow
    if not is_plain(list(schema.names)):
        return False
    dates = schema.field(DATE).type
    foreign = (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)
    return not (pa.types.is_integer(dates) or pa.types.is_floating(dates)) and not any(
        is_foreign(schema.field(name).type)
        for is_foreign in foreign
        for name in (DATE, *PRICE_COLUMNS)
        if name in schema.names
    )


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises
    ------
    SourceError : it cannot be read.
    """
    with disk_faults(f"cannot read {path}", kind=SourceError):
        return path.read_bytes()


def _header(line: bytes) -> list[str]:
    try:
        return next(csv.reader([line.decode("utf-8-sig").strip("\r\n")]), [])
    except (csv.Error, UnicodeDecodeError):
        return []


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


def dates_of(column: Any, places: Places) -> tuple[DateArray, str]:
    """A column of dates or moments as sessions, and what to tell of how they were read.

    Raises
    ------
    BadDataError : an empty cell, or a column of something else.
    """
    kind = column.type
    _refuse_empty(column, DATE, places)
    if pa.types.is_timestamp(kind):
        try:
            local = pc.local_timestamp(column) if kind.tz else column
        except pa.ArrowInvalid as error:
            raise BadDataError(
                f"{places.file}, column {DATE}: the time zone {kind.tz!a} is not known. Store dates."
            ) from error
        seconds = to_numpy(local.cast(pa.timestamp("s"), safe=False).cast(pa.int64()))
        if kind.tz in (None, "UTC", "Etc/UTC", "GMT", "+00:00", "Z"):
            return sessions_of(seconds, naive=kind.tz is None)
        # The session is the date on the exchange's own clock.
        return np.asarray((seconds // 86_400).astype("datetime64[D]")), ""
    if pa.types.is_date(kind):
        return to_numpy(column.cast(pa.date32()).cast(pa.int32())).astype("datetime64[D]"), ""
    raise BadDataError(f"{places.file}, column {DATE}: {kind} instead of dates. Store dates or timestamps.")


def numbers_of(column: Any, name: str, places: Places) -> FloatArray:
    """A column of numbers, NaN where a cell is empty.

    Raises
    ------
    BadDataError : it is a column of something else.
    """
    try:
        values = column.cast(pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadDataError(
            f"{places.file}, column {name}: {column.type} instead of numbers. Store numbers."
        ) from error
    if not values.null_count:
        return to_numpy(values)
    return np.array([np.nan if value is None else value for value in values.to_pylist()], dtype=np.float64)


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


def _records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each record that is not blank, the header included."""
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"), newline=""))
    for cells in reader:
        if cells:
            yield reader.line_num, cells
