"""The price store: the last accepted snapshot of each asset, in ``<project>/prices``; held ones below it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from generator.core.errors import BadDataError, RequestError
from generator.core.files import remove_file, write_atomically
from generator.market.history import TICKER
from generator.market.snapshot import Fault, Kind
from generator.market.sources import USUAL
from generator.market.tables.tables import parquet_faults

RETRIEVED, BESIDE_KEY, FAULTS, SOURCE = b"retrieved", b"beside", b"faults", b"source"


@dataclass(frozen=True, eq=False)
class Stored:
    """A file of the store: its rows, the moment they were retrieved, what the provider said beside them, and
    why they are held, if they are."""

    table: pa.Table
    retrieved: datetime
    beside: dict[str, str]
    faults: tuple[Fault, ...] = ()

    @property
    def day(self) -> date:
        """The day (UTC) of ``retrieved``."""
        return self.retrieved.astimezone(UTC).date()


class PriceStore:
    """A folder of Parquet files, one an asset, each replaced whole.

    A file holds the provider's columns for completed sessions, unrepaired, and in its metadata the moment it
    was retrieved and the provider's name. The folder ``held`` below has suspicious snapshots, with their
    faults.
    """

    def __init__(self, folder: Path, source: str = USUAL) -> None:
        self.folder, self.source = folder, source

    @classmethod
    def of(cls, root: Path, source: str) -> PriceStore:
        """The store of a provider: of the usual one ``prices`` itself, of another a folder in it."""
        folder = root / "prices"
        return cls(folder if source == USUAL else folder / source, source)

    @property
    def held(self) -> PriceStore:
        """The store of the held snapshots."""
        return PriceStore(self.folder / "held", self.source)

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

    def save(self, asset: str, stored: Stored) -> None:
        """Put a snapshot in the place of the one before.

        Raises
        ------
        OutputError : the file cannot be written; the one before is unchanged.
        """
        faults = [[f.kind, str(f.session), f.sentence, *map(str, f.others)] for f in stored.faults]
        metadata = {
            RETRIEVED: stored.retrieved.astimezone(UTC).isoformat(timespec="seconds").encode(),
            BESIDE_KEY: json.dumps(stored.beside).encode(),
            FAULTS: json.dumps(faults).encode(),
            SOURCE: self.source.encode(),
        }
        sink = pa.BufferOutputStream()
        pq.write_table(stored.table.replace_schema_metadata(metadata), sink)
        write_atomically(self.path(asset), sink.getvalue().to_pybytes())

    def load(self, asset: str) -> Stored | None:
        """What is stored of an asset; None when nothing is.

        Raises
        ------
        BadDataError, SourceError : the file is damaged or cannot be read.
        """
        path = self.path(asset)
        if not path.exists():
            return None
        with parquet_faults(path):
            table = pq.ParquetFile(path).read()
        metadata = table.schema.metadata
        source = metadata.get(SOURCE, USUAL.encode()).decode()
        if source != self.source:
            raise BadDataError(
                f"{path} holds prices from {source}, not from {self.source}. Move it to where it belongs, or "
                "remove it."
            )
        beside, faults = (json.loads(metadata.get(key, b"null")) for key in (BESIDE_KEY, FAULTS))
        return Stored(
            table,
            datetime.fromisoformat(metadata[RETRIEVED].decode()),
            beside or {},
            tuple(_fault(*told) for told in faults or ()),
        )

    def remove(self, asset: str) -> None:
        """Remove what is stored of an asset, if anything is.

        Raises
        ------
        OutputError : it cannot be removed.
        """
        remove_file(self.path(asset))


def _fault(kind: Kind, day: str, text: str, *others: str) -> Fault:
    return Fault(kind, np.datetime64(day, "D"), text, tuple(np.datetime64(each, "D") for each in others))


def save_frame(prices: Any, beside: dict[str, str], path: Path) -> None:
    """Write a pandas frame of prices for ``read_frame``."""
    table = pa.Table.from_pandas(prices, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({BESIDE_KEY: json.dumps(beside).encode()}), path)


def read_frame(content: bytes) -> tuple[pa.Table, dict[str, str]]:
    """The rows, and what was said beside them, of a file that ``save_frame`` wrote."""
    table = pq.ParquetFile(pa.BufferReader(content)).read()
    return table, json.loads(table.schema.metadata[BESIDE_KEY])
