"""One price file: plain or foreign, of one asset or many, opened when it is first asked for anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.core.errors import DataError
from generator.market.history import PriceHistory
from generator.market.reading import Reading
from generator.market.tables.tables import (
    Table,
    first_names,
    is_plain,
    is_plain_parquet,
    parquet_tickers,
    plain_cells,
    plain_table,
    read_bytes,
    read_parquet,
    read_plain_csv,
    ticker_column,
)

if TYPE_CHECKING:
    from generator.market.tables.foreign import Foreign


class PriceFile:
    """A CSV or Parquet file of prices.

    Parameters
    ----------
    path : the file.
    reading : what a person has said about how it is to be read.

    Attributes
    ----------
    broken : why the file cannot be read, as far as that is known; None where it can.
    said : what was understood of the file, in one line; empty where nothing is to be said.
    """

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path, self.reading = path, reading
        self.broken: DataError | None = None
        self.said = ""
        self._parquet = path.suffix.lower() == ".parquet"
        self._tables: dict[str, Table | None] = {}

    @cached_property
    def _is_plain(self) -> bool:
        """Whether it has Yahoo's names of columns, and nothing was said that asks for more care."""
        reading = self.reading
        if reading.columns or reading.date_format or reading.decimal_sign:
            return False
        return is_plain_parquet(self.path) if self._parquet else is_plain(self._names)

    @cached_property
    def _names(self) -> list[str]:
        return first_names(self.path)

    @cached_property
    def _columns(self) -> Mapping[str, Any] | None:
        """The columns of a plain CSV; None where a cell is not plain."""
        content = read_bytes(self.path)
        columns = read_plain_csv(content)
        return None if columns is None else plain_cells(columns)

    @cached_property
    def _foreign(self) -> Foreign:
        from generator.market.tables.foreign import Foreign

        try:
            return Foreign(self.path, self.reading)
        except DataError as error:
            self.broken = error
            raise

    @property
    def _reads_plainly(self) -> bool:
        return self._is_plain and (self._parquet or self._columns is not None)

    def release(self) -> None:
        """Forget what was read of a file of one asset: a folder may hold thousands."""
        if not self.is_table:
            self._tables = {}
            self.__dict__.pop("_columns", None)
            self.__dict__.pop("_foreign", None)

    @cached_property
    def is_table(self) -> bool:
        """Whether the file names its assets; False for one that cannot be read."""
        try:
            return self._is_long if self._is_plain else self._foreign.tickers is not None
        except DataError as error:
            self.broken = error
            return False

    @property
    def is_long_parquet(self) -> bool:
        """Whether it is a plain Parquet with a column of tickers."""
        try:
            return self._parquet and self._is_plain and self._is_long
        except DataError:
            return False

    @property
    def _is_long(self) -> bool:
        return ticker_column(self._names) is not None

    @cached_property
    def tickers(self) -> tuple[str, ...] | None:
        """The assets that the file names; None where it holds the one that it is named after.

        Raises
        ------
        DataError : the file cannot be read.
        """
        if not self._is_plain:
            return self._foreign.tickers
        if not self._is_long:
            return None
        if self._parquet:
            return tuple(parquet_tickers(self.path))
        if self._columns is None:
            return self._foreign.tickers
        names = self._columns[ticker_column(self._names) or ""].unique().to_pylist()
        return tuple(sorted(name for name in names if name))

    def holds(self, asset: str, *, exact: bool) -> list[str | None]:
        """The tickers under which the file holds an asset; None stands for a file with another name of its
        own.

        A file that cannot be read holds nothing.
        """
        try:
            if self._is_plain and not self._is_long:
                return []  # its first line says so; a folder may hold thousands
            if exact and self._reads_plainly and self._is_long:
                return [asset] if self._plain(asset) is not None else []
            if self.tickers is None:
                alias = self._foreign.alias
                return [None] if alias is not None and same_name(alias, asset, exact=exact) else []
            found: list[str | None] = [name for name in self.tickers if same_name(name, asset, exact=exact)]
            if not found and len(self.tickers) == 1 and same_name(self.path.stem, asset, exact=exact):
                return list(self.tickers)
            return found
        except DataError as error:
            self.broken = error
            return []

    def history(self, ticker: str | None, asset: str, source: str, notes: list[str]) -> PriceHistory:
        """The checked history of one asset.

        Parameters
        ----------
        ticker : as ``tickers`` has it; None in a file that is named after its asset.
        asset : what the history is called.
        notes : gets what a person should know of single cells.

        Raises
        ------
        DataError : the file cannot be read, or its prices cannot be used.
        """
        table = self._plain(ticker or asset) if self._reads_plainly else None
        if table is None:
            foreign = self._foreign
            history = foreign.history(ticker, asset, source, notes)
            self.said = foreign.said
            return history
        history = table.history(asset, source, notes, self.reading.basis)
        self.said = ", ".join(dict.fromkeys(table.said))
        return history

    def _plain(self, ticker: str) -> Table | None:
        """The rows of an asset in a plain file; kept, as to look is to read."""
        if ticker not in self._tables:
            if self._parquet:
                self._tables = {ticker: read_parquet(self.path, ticker)}
            else:
                assert self._columns is not None  # the caller has looked
                self._tables = {ticker: plain_table(self._columns, self.path, ticker)}
        return self._tables[ticker]


def same_name(one: str, other: str, *, exact: bool) -> bool:
    """Whether two tickers are one, to the letter or whatever the case."""
    return one == other if exact else one.casefold() == other.casefold()
