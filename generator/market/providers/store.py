"""The price store: the last snapshot that Yahoo gave of each asset, in ``<project>/prices``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from generator.errors import RequestError
from generator.files import write_atomically
from generator.market.history import TICKER

RETRIEVED = b"retrieved"


class PriceStore:
    """A folder of Parquet files, one an asset, each replaced whole.

    A file holds Yahoo's columns for completed sessions, unrepaired, and in its metadata the moment it was
    retrieved.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, asset: str) -> Path:
        """The file of an asset, which may not exist.

        Raises
        ------
        RequestError : the text cannot be a ticker.
        """
        if not TICKER.fullmatch(asset):
            raise RequestError(
                f"'{asset[:40]}' is not a ticker. It has up to 20 capital letters, digits and . - = ^ &, "
                "such as SPY, ^GSPC, BRK-B or BTC-USD."
            )
        return self.folder / f"{asset}.parquet"

    def assets(self) -> tuple[str, ...]:
        """Tickers in the store, sorted."""
        return tuple(sorted(path.stem for path in self.folder.glob("[!.]*.parquet")))

    def save(self, asset: str, table: pa.Table, retrieved: datetime) -> None:
        """Put a snapshot in the place of the one before.

        Raises
        ------
        OutputError : the file cannot be written; the one before is unchanged.
        """
        moment = retrieved.astimezone(UTC).isoformat(timespec="seconds")
        sink = pa.BufferOutputStream()
        pq.write_table(table.replace_schema_metadata({RETRIEVED: moment.encode()}), sink)
        write_atomically(self.path(asset), sink.getvalue().to_pybytes())

    def retrieved(self, asset: str) -> date:
        """The day (UTC) a stored snapshot was retrieved."""
        metadata = pq.read_schema(self.path(asset)).metadata
        return datetime.fromisoformat(metadata[RETRIEVED].decode()).date()
