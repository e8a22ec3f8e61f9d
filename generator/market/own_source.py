"""What a letter's own source of prices is made of: say what there is, and give the table of an asset."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from generator.core.errors import BadDataError, PrecedentError, SourceError, UnknownAssetError
from generator.market.calendar import utc_now
from generator.market.checks import (
    CLOSE,
    DATE,
    PRICE_COLUMNS,
    Places,
    checked_history,
    completed_only,
    oddities,
)
from generator.market.history import Basis, PriceHistory
from generator.market.sources import PlainSource

T = TypeVar("T")


class TableSource(PlainSource):
    """A source that reads one table an asset, from a database or a service of one's own.

    A class of a letter gives ``name``, ``tickers`` and ``table``; the checks are those of any price file.

    Parameters
    ----------
    root : the project's folder.

    Attributes
    ----------
    name : a word of small letters, digits and hyphens: what the JSON of a study, the records of the project
        and, without a ``title``, the byline call it.
    title : whose prices readers are told that they are.
    basis : what the closes are: ``price``, or ``total`` where dividends were taken off already.
    """

    title: str | None = None
    basis: Basis = "price"

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root
        self._histories: dict[str, PriceHistory] = {}
        self._assets: tuple[str, ...] | None = None

    @abstractmethod
    def tickers(self) -> Sequence[str]:
        """The tickers of all that there is."""

    @abstractmethod
    def table(self, ticker: str) -> Mapping[str, ArrayLike]:
        """The rows of one ticker, as columns of one length.

        Returns
        -------
        ``Date`` (dates or texts such as ``2026-04-20``, rising or falling) and ``Close``; ``Open``, ``High``,
        ``Low``, ``Adj Close`` and ``Volume`` where there are any. None or NaN where a cell is empty.
        """

    def now(self) -> datetime:
        """The present moment: a bar of a session that has not closed by then is left out."""
        return utc_now()

    def assets(self) -> tuple[str, ...]:
        """See ``Source.assets``."""
        if self._assets is None:
            self._assets = tuple(sorted(self._asked("its tickers", self.tickers)))
        return self._assets

    def spelled(self, asset: str) -> str:
        """The ticker as the source spells it; as it was asked for where it has none."""
        there = self.assets()
        return asset if asset in there else next((t for t in there if t.upper() == asset.upper()), asset)

    def history(self, asset: str) -> PriceHistory:
        """See ``Source.history``."""
        if asset not in self._histories:
            self._histories[asset] = self._read(asset)
        return self._histories[asset]

    def _read(self, asset: str) -> PriceHistory:
        ticker, there = self.spelled(asset), self.assets()
        if ticker not in there:
            raise UnknownAssetError(
                f"source '{self.name}' has no prices for '{asset}': it has {', '.join(there[:12]) or 'none'}"
                f"{' and more' if len(there) > 12 else ''}. Name one of these, or another source."
            )
        table = self._asked(asset, lambda: self.table(ticker))
        lacking = [name for name in (DATE, CLOSE) if name not in table]
        if lacking:
            raise BadDataError(
                f"source '{self.name}', {asset}: the table has no column {' and none '.join(lacking)}. "
                f"It has {', '.join(table) or 'none'}."
            )
        try:
            days = np.array(list(np.asarray(table[DATE]).tolist()), dtype="datetime64[D]")
            columns = {
                name: np.array(np.asarray(table[name]).tolist(), dtype=np.float64)
                for name in PRICE_COLUMNS
                if name in table
            }
        except (ValueError, TypeError) as error:
            raise BadDataError(
                f"source '{self.name}', {asset}: {error}. Dates are such as 2026-04-20, the others numbers."
            ) from error
        if np.isnat(days).any() or any(len(values) != len(days) for values in columns.values()):
            raise BadDataError(
                f"source '{self.name}', {asset}: an empty date, or columns of other lengths than Date's."
            )
        places = Places(f"source '{self.name}', {asset}", lambda row: f"row {row + 1}")
        history = checked_history(asset, days, columns, places, self.name, self.basis, self.notes)
        history = completed_only(history, self.now(), self.notes)
        self.notes += oddities(history)
        return history

    def _asked(self, what: str, call: Callable[[], T]) -> T:
        """What the letter's own code gives; whatever goes wrong in it is a failure of the source."""
        try:
            return call()
        except PrecedentError:
            raise
        except Exception as error:
            raise SourceError(
                f"source '{self.name}' fails on {what}: {type(error).__name__}: {error}. Look at its code "
                "and at what it reads."
            ) from error

    def credit(self, assets: Sequence[str]) -> str | None:
        """See ``Source.credit``."""
        return self.title
