"""Prices that a person keeps in files: a folder of ``<TICKER>.csv|.parquet``, or one long table."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from generator.errors import BadDataError, DataError, PrecedentError, SourceError, UnknownAssetError
from generator.market.calendar import utc_now
from generator.market.checks import completed_only, oddities
from generator.market.history import PriceHistory
from generator.market.providers.long_table import read_assets
from generator.market.providers.tables import (
    Table,
    column_names,
    read_csv,
    read_parquet,
    ticker_column,
    tickers_in,
)
from generator.market.sources import NONE_HELD

SUFFIXES = (".csv", ".parquet")
MOST_NAMED = 12
"""Tickers named in a message before it says how many more there are."""


class FilesSource:
    """A folder of price files, or one file.

    A file with a ticker column is a long table of many assets; any other is the asset that it is named
    after. A long table is looked into for an asset that has no file of its own.

    Parameters
    ----------
    path : the folder or file.
    clock : gives the present moment; a bar of a session that has not closed then is left out.

    Attributes
    ----------
    notes : what is strange about the prices read so far, for a person to see.

    Raises
    ------
    SourceError : there is no such folder or file, or it holds no CSV or Parquet file.
    """

    name = "files"
    simulated = False
    vetted = False
    stale: Sequence[str] = ()
    held: Mapping[str, str] = NONE_HELD

    def __init__(self, path: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self.notes: list[str] = []
        self._clock = clock
        self._files = _price_files(path)
        self._histories: dict[str, PriceHistory] = {}
        self._hashes: dict[Path, str] = {}
        self._homes: dict[str, Path] = {}
        self._tables: dict[tuple[Path, str], Table | None] = {}

    def history(self, asset: str) -> PriceHistory:
        """Completed daily bars of one asset.

        Raises
        ------
        UnknownAssetError : no file and no table has it; names what there is.
        BadDataError : a malformed file; says file, line and column, and nothing of it is used.
        SourceError : a file cannot be read.
        """
        if asset not in self._histories:
            home = self._home(asset)
            table = self._table(home, asset)
            if table is None:
                raise self._unknown(asset)
            self._histories[asset] = self._checked(asset, table)
            del self._tables[home, asset]
        return self._histories[asset]

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        """See ``Source.histories``; the assets of one long Parquet are read together."""
        left = dict.fromkeys(assets)
        if len(self._files) == 1 and self._files[0].suffix.lower() == ".parquet" and _is_long(self._files[0]):
            for asset, table in read_assets(self._files[0], list(left)):
                del left[asset]
                yield asset, self._judged(asset, table)
        for asset in left:
            try:
                rows = self._read(self._home(asset), asset)
                yield asset, self._unknown(asset) if rows is None else self._judged(asset, rows)
            except DataError as error:
                yield asset, error

    def _judged(self, asset: str, table: Table) -> PriceHistory | PrecedentError:
        try:
            return self._checked(asset, table)
        except DataError as error:
            return error

    def _checked(self, asset: str, table: Table) -> PriceHistory:
        history = completed_only(table.history(asset, self.name), self._clock(), self.notes)
        self.notes += oddities(history)
        return history

    def identity(self, asset: str) -> str:
        """The name and the SHA-256 of the file that holds the asset.

        Raises
        ------
        UnknownAssetError, BadDataError, SourceError : as ``history``.
        """
        home = self._home(asset)
        if home not in self._hashes:
            self._hashes[home] = _sha256(home)
        return f"{self.name} {home.name} sha256:{self._hashes[home]}"

    def assets(self) -> tuple[str, ...]:
        """Every ticker there is, sorted: of files named after one, and of long tables."""
        listed = {ticker for path in self._files if _is_long(path) for ticker in tickers_in(path)}
        return tuple(sorted(listed.union(self._named())))

    def key(self, root: Path) -> str:
        """``files:`` and the way from the project to the folder: the same from wherever it is asked for."""
        return f"{self.name}:{Path(os.path.relpath(self.path, root)).as_posix()}"

    def _named(self) -> list[str]:
        return [path.stem.upper() for path in self._files if not _is_long(path)]

    def _home(self, asset: str) -> Path:
        """The file that holds an asset."""
        if asset not in self._homes:
            named = [path for path in self._files if path.stem.upper() == asset]
            own = [path for path in named if not _is_long(path)]
            # A file of its own comes before the tables, but not before one that bears its name as well.
            tables = [p for p in (named if own else self._files) if _is_long(p)]
            homes = own + [path for path in tables if self._table(path, asset) is not None]
            if not homes:
                raise self._unknown(asset)
            if len(homes) > 1:
                both = " and ".join(path.name for path in homes)
                raise BadDataError(f"{self.path}: {asset} is in {both}. Keep one of them.")
            self._homes[asset] = homes[0]
        return self._homes[asset]

    def _table(self, path: Path, asset: str) -> Table | None:
        """The rows of an asset in a file; kept until ``history`` has used them, as to look is to read."""
        if (path, asset) not in self._tables:
            self._tables[path, asset] = self._read(path, asset)
        return self._tables[path, asset]

    @staticmethod
    def _read(path: Path, asset: str) -> Table | None:
        return (read_parquet if path.suffix.lower() == ".parquet" else read_csv)(path, asset)

    def _unknown(self, asset: str) -> UnknownAssetError:
        there = self.assets()
        near = difflib.get_close_matches(asset.upper(), there, n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        # Files of their own first; a long table's tickers fill what room is left.
        shown = list(dict.fromkeys((*self._named(), *there)))[:MOST_NAMED]
        more = f" and {len(there) - len(shown):,} more" if len(there) > len(shown) else ""
        return UnknownAssetError(
            f"no prices for '{asset}' in {self.path}: it has {', '.join(shown) or 'none'}{more}.{hint} "
            f"Add a file {asset}.csv with the columns Date and Close, or use another source."
        )


def _price_files(path: Path) -> list[Path]:
    layout = "Give a folder of <TICKER>.csv or <TICKER>.parquet, or one table with a Ticker column."
    try:
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
        else:
            files = [path] if path.is_file() and path.suffix.lower() in SUFFIXES else []
    except OSError as error:
        raise SourceError(f"files:{path}: cannot be read: {error.strerror or error}.") from error
    if files:
        return files
    if not path.exists():
        raise SourceError(f"files:{path}: there is no such folder or file. {layout}")
    raise SourceError(f"files:{path}: no CSV or Parquet file is here. {layout}")


def _is_long(path: Path) -> bool:
    return ticker_column(column_names(path)) is not None


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}.") from error
