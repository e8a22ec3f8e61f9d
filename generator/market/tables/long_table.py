"""Many assets out of one long Parquet file, a few million prices at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from generator.market.checks import Places
from generator.market.tables.tables import (
    Table,
    open_parquet,
    parquet_faults,
    ticker_column,
    to_numpy,
)

ROWS_AT_ONCE = 400_000
"""Rows of the assets that are read together: what is in memory does not grow with the file."""


@dataclass(frozen=True, eq=False)
class _Content:
    """Where each ticker is: the row groups that hold it and its number of rows; tickers as they come."""

    groups: dict[str, list[int]]
    rows: dict[str, int]


def read_assets(path: Path, assets: Sequence[str]) -> Iterator[tuple[str, Table]]:
    """The rows of these assets, each whole and in the order of the file; those it does not hold are left out.

    Row groups are read once where the file is sorted by ticker. Where an asset is spread over all of them,
    they are read again for each lot of ``ROWS_AT_ONCE`` rows: slower, in the same memory.

    Raises
    ------
    SourceError, BadDataError : see ``tables.read_parquet``: of the file, not of one asset.
    """
    with parquet_faults(path):
        file = open_parquet(path)
        ticker = ticker_column(list(file.schema_arrow.names))
        assert ticker is not None  # The caller has looked.
        content = _content(file, ticker)
    wanted = set(assets)
    for lot in _lots(content, [asset for asset in content.rows if asset in wanted]):
        yield from _read_lot(path, file, ticker, lot, content)


def _content(file: Any, ticker: str) -> _Content:
    content = _Content({}, {})
    for group in range(file.num_row_groups):
        names, codes = _coded(file.read_row_group(group, columns=[ticker], use_threads=False)[ticker])
        for name, count in zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True):
            if count and name is not None:
                content.groups.setdefault(name, []).append(group)
                content.rows[name] = content.rows.get(name, 0) + count
    return content


def _coded(column: Any) -> tuple[list[str | None], NDArray[np.int32]]:
    """The names in a column of tickers, and for each row which of them it is; an empty cell is the last."""
    coded = column.combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    names = [*coded.dictionary.to_pylist(), None]
    if coded.indices.null_count:
        missing = len(names) - 1
        return names, np.array([missing if i is None else i for i in coded.indices.to_pylist()], np.int32)
    return names, to_numpy(coded.indices)


def _lots(content: _Content, assets: list[str]) -> Iterator[list[str]]:
    lot: list[str] = []
    rows = 0
    for asset in assets:
        if lot and rows + content.rows[asset] > ROWS_AT_ONCE:
            yield lot
            lot, rows = [], 0
        lot.append(asset)
        rows += content.rows[asset]
    if lot:
        yield lot


def _read_lot(
    path: Path, file: Any, ticker: str, lot: list[str], content: _Content
) -> Iterator[tuple[str, Table]]:
    numbers = {asset: number for number, asset in enumerate(lot)}
    parts, owners, places = [], [], []
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    for group in sorted({group for asset in lot for group in content.groups[asset]}):
        with parquet_faults(path):
            part = file.read_row_group(group, use_threads=False)
        names, codes = _coded(part[ticker])
        owner = np.array([numbers.get(name or "", -1) for name in names], np.int32)[codes]
        rows = np.flatnonzero(owner >= 0)
        parts.append(_taken(part.drop_columns([ticker]), rows))
        owners.append(owner[rows])
        places.append(rows + sum(sizes[:group]))
    table, owner, place = pa.concat_tables(parts), np.concatenate(owners), np.concatenate(places)
    if np.any(owner[1:] < owner[:-1]):
        order = np.argsort(owner, kind="stable")
        table, owner, place = _taken(table, order), owner[order], place[order]
    bounds = np.searchsorted(owner, np.arange(len(lot) + 1))
    for number, asset in enumerate(lot):
        first, stop = int(bounds[number]), int(bounds[number + 1])
        yield asset, _table(path, table.slice(first, stop - first), place[first:stop])


def _taken(table: Any, rows: NDArray[np.intp]) -> Any:
    """These rows; a stretch of them as it is, because an Arrow array of positions imports pandas (0.3 s)."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and bool(np.all(rows[1:] > rows[:-1])):
        return table.slice(int(rows[0]), len(rows))
    return table.take(pa.array(rows))


def _table(path: Path, rows: Any, place: NDArray[np.intp]) -> Table:
    columns = {name: rows[name] for name in rows.column_names}
    return Table(columns, Places(str(path), lambda position: f"row {place[position] + 1}"))
