"""Prices that a person keeps in files: a folder of ``<TICKER>.csv|.parquet``, or tables of many assets."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from generator.core.errors import (
    BadDataError,
    DataError,
    PrecedentError,
    SourceError,
    UnknownAssetError,
    disk_faults,
)
from generator.market.calendar import utc_now
from generator.market.checks import completed_only, oddities
from generator.market.history import PriceHistory
from generator.market.reading import AS_WRITTEN, SOURCE_FILE, Reading
from generator.market.sources import PlainSource
from generator.market.tables.long_table import read_assets
from generator.market.tables.price_file import PriceFile, same_name
from generator.market.tables.tables import Table

SUFFIXES = (".csv", ".txt", ".tsv", ".parquet")
MOST_NAMED = 12
"""Tickers named in a message before it says how many more there are."""


class FilesSource(PlainSource):
    """A folder of price files, or one file.

    A file that names its assets, in a column or side by side, holds these; any other is the asset that it is
    named after. A table is looked into for an asset that has no file of its own. Tickers are found as they
    are spelled in the files, whatever the case in which they are asked for.

    Parameters
    ----------
    path : the folder or file.
    clock : gives the present moment; a bar of a session that has not closed then is left out.
    reading : how the files are to be read, as a person has said elsewhere than in the folder's
    ``source.yml``.

    Attributes
    ----------
    notes : what is strange about the prices read so far, and how files were understood, for a person to see.

    Raises
    ------
    SourceError : there is no such folder or file, or it holds no CSV or Parquet file.
    SpecError : mistakes in ``source.yml``.
    """

    name = "files"

    def __init__(
        self, path: Path, clock: Callable[[], datetime] = utc_now, reading: Reading = AS_WRITTEN
    ) -> None:
        super().__init__()
        self.path = path
        self._clock = clock
        self._reading = folders_reading(path, reading)
        files = _price_files(path)
        self._files = [PriceFile(file, self._reading) for file in files]
        self._histories: dict[str, PriceHistory] = {}
        self._hashes: dict[Path, str] = {}
        self._homes: dict[str, tuple[PriceFile, str | None]] = {}
        self._noted: set[str] = set()

    def history(self, asset: str) -> PriceHistory:
        """Completed daily bars of one asset.

        Raises
        ------
        UnknownAssetError : no file and no table has it; names what there is.
        BadDataError : a malformed file, or two that hold the asset; says file, line and column.
        SourceError : a file cannot be read.
        """
        if asset not in self._histories:
            self._histories[asset] = self._read(asset)
        return self._histories[asset]

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        """See ``Source.histories``; the assets of one long plain Parquet are read together."""
        left = dict.fromkeys(assets)
        (first, *more) = self._files
        if not more and first.is_long_parquet:
            for asset, table in read_assets(first.path, list(left)):
                del left[asset]
                yield asset, self._judged(asset, table)
        for asset in left:
            try:
                yield asset, self._read(asset)
            except DataError as error:
                yield asset, error

    def spelled(self, asset: str) -> str:
        """The ticker as the files spell it; as it was asked for where none has it."""
        try:
            home, ticker = self._home(asset)
        except DataError:
            return asset
        return home.path.stem if ticker is None else ticker

    def _read(self, asset: str) -> PriceHistory:
        home, ticker = self._home(asset)
        notes: list[str] = []
        history = home.history(ticker, asset, self.name, notes)
        home.release()
        if home.said and home.said not in self._noted:
            self._noted.add(home.said)
            self.notes.append(f"{home.path.name}: {home.said}.")
        return self._completed(history, notes)

    def _judged(self, asset: str, table: Table) -> PriceHistory | PrecedentError:
        notes: list[str] = []
        try:
            return self._completed(table.history(asset, self.name, notes, self._reading.basis), notes)
        except DataError as error:
            return error

    def _completed(self, history: PriceHistory, notes: list[str]) -> PriceHistory:
        self.notes += notes
        history = completed_only(history, self._clock(), self.notes)
        self.notes += oddities(history)
        return history

    def identity(self, asset: str) -> str:
        """The name and the SHA-256 of the file that holds the asset, and how it is to be read.

        Raises
        ------
        UnknownAssetError, BadDataError, SourceError : as ``history``.
        """
        path = self._home(asset)[0].path
        if path not in self._hashes:
            self._hashes[path] = _sha256(path)
        told = "" if self._reading == AS_WRITTEN else f" {self._reading!r}"
        return f"{self.name} {path.name} sha256:{self._hashes[path]}{told}"

    def assets(self) -> tuple[str, ...]:
        """Every ticker there is, sorted: of files named after one, and of tables.

        A file that cannot be read counts as the asset that it is named after, so that who asks for all is
        told.
        """
        found: set[str] = set()
        for file in self._files:
            try:
                found.update(file.tickers or (file.path.stem,))
                file.release()
            except DataError:
                found.add(file.path.stem)
        return tuple(sorted(found))

    def credit(self, assets: Sequence[str]) -> str | None:
        """Whose prices a person has said that they are."""
        return self._reading.credit

    def key(self, root: Path) -> str:
        """``files:`` and the way from the project to the folder: the same from wherever it is asked for."""
        return f"{self.name}:{Path(os.path.relpath(self.path, root)).as_posix()}"

    def _home(self, asset: str) -> tuple[PriceFile, str | None]:
        """The file that holds an asset, and the ticker under which; None in a file that is named after it."""
        if asset not in self._homes:
            self._homes[asset] = self._find_home(asset)
        return self._homes[asset]

    def _find_home(self, asset: str) -> tuple[PriceFile, str | None]:
        """
        Raises
        ------
        UnknownAssetError : no file has it.
        BadDataError : two have it, or two spellings differ from what was asked for.
        """
        for exact in (True, False):
            named = [file for file in self._files if same_name(file.path.stem, asset, exact=exact)]
            own = [(file, None) for file in named if not file.is_table]
            # A file of its own comes before the tables, but not before one that bears its name as well.
            tables: list[tuple[PriceFile, str | None]] = [
                (file, ticker)
                for file in (named if own else self._files)
                for ticker in file.holds(asset, exact=exact)
                if (file, ticker) not in own
            ]
            homes = [*own, *tables]
            for file in self._files if not homes else ():
                file.release()
            if len(homes) > 1:
                raise BadDataError(f"{self.path}: {asset} is in {_listed(homes)}.")
            if homes:
                return homes[0]
            for file in named:
                if file.broken is not None:
                    raise file.broken
        raise self._unknown(asset)

    def _unknown(self, asset: str) -> UnknownAssetError:
        there = self.assets()
        folded = {name.upper(): name for name in there}
        near = [folded[name] for name in difflib.get_close_matches(asset.upper(), folded, n=3)]
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        # Files of their own first; a long table's tickers fill what room is left.
        named = [file.path.stem for file in self._files if not file.is_table]
        shown = list(dict.fromkeys((*named, *there)))[:MOST_NAMED]
        more = f" and {len(there) - len(shown):,} more" if len(there) > len(shown) else ""
        broken = next((str(file.broken) for file in self._files if file.broken is not None), "")
        also = f" One file cannot be read: {broken}" if broken else ""
        return UnknownAssetError(
            f"no prices for '{asset}' in {self.path}: it has {', '.join(shown) or 'none'}{more}.{hint} "
            f"Add a file {asset}.csv with the columns Date and Close, or use another source.{also}"
        )


def _listed(homes: Sequence[tuple[PriceFile, str | None]]) -> str:
    """The places that hold one asset, and what to do."""
    files = list(dict.fromkeys(file.path.name for file, _ in homes))
    if len(files) > 1:
        return f"{' and '.join(files)}. Keep one of them"
    spellings = " and ".join(repr(ticker) for _, ticker in homes)
    return f"{files[0]} as {spellings}. Write it as one of them"


def folders_reading(path: Path, reading: Reading) -> Reading:
    """What a person has said in the folder's ``source.yml`` and elsewhere, together.

    Raises
    ------
    SpecError : mistakes in it, or a key to which the two give different values.
    """
    file = (path if path.is_dir() else path.parent) / SOURCE_FILE
    if not file.exists():
        return reading
    # Only who has such a file pays for the library that checks it.
    from generator.market.tables.mapping import load_reading

    return load_reading(file, reading)


def _price_files(path: Path) -> list[Path]:
    layout = "Give a folder of <TICKER>.csv or <TICKER>.parquet, or one table with a Ticker column."
    with disk_faults(f"files:{path}: cannot be read", kind=SourceError):
        if path.is_dir():
            found = (p for p in path.iterdir() if not p.name.startswith("."))
            files = sorted(p for p in found if p.suffix.lower() in SUFFIXES and p.is_file())
        else:
            files = [path] if path.is_file() and path.suffix.lower() in SUFFIXES else []
    if files:
        return files
    if not path.exists():
        raise SourceError(f"files:{path}: there is no such folder or file. {layout}")
    raise SourceError(f"files:{path}: no CSV or Parquet file is here. {layout}")


def _sha256(path: Path) -> str:
    with disk_faults(f"cannot read {path}", kind=SourceError), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
