"""Bars of several series one below the other, so that a condition is worked out on all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import Bars
from generator.market.clock import newest_known
from generator.market.history import DateArray, FloatArray, PriceField


@dataclass(frozen=True, eq=False)
class Stack:
    """R series of bars that end together: row r of an array is of ``rows[r]``, and ends in the last column.

    A series that is shorter than the longest has no bars in the first columns: NaN, or no date.
    """

    rows: tuple[Bars, ...]

    @cached_property
    def shape(self) -> tuple[int, int]:
        """R series, B bars of the longest."""
        return len(self.rows), max(map(len, self.rows))

    @cached_property
    def assets(self) -> frozenset[str]:
        """Whose series they are."""
        return frozenset(bars.asset for bars in self.rows)

    @cached_property
    def first(self) -> NDArray[np.intp]:
        """Columns in which the series begin, shape (R, 1)."""
        return np.array([[self.shape[1] - len(bars)] for bars in self.rows])

    @cached_property
    def dates(self) -> DateArray:
        """Dates of the bars, shape (R, B)."""
        return self._laid([bars.dates for bars in self.rows], np.datetime64("NaT", "D"))

    def field(self, name: PriceField) -> FloatArray:
        """One price column, shape (R, B).

        Raises
        ------
        FieldError : one of the series does not carry the field.
        """
        return self._laid([bars.field(name) for bars in self.rows], np.nan)

    def newest_known(self, theirs: Bars) -> NDArray[np.intp]:
        """Position of another asset's newest bar that had closed when each bar closed, shape (R, B); −1 where
        there is none."""
        return self._laid([newest_known(theirs, bars) for bars in self.rows], np.intp(-1))

    def _laid(self, columns: list[NDArray[Any]], nothing: Any) -> NDArray[Any]:
        laid = np.full(self.shape, nothing, dtype=columns[0].dtype)
        for row, column in zip(laid, columns, strict=True):
            row[len(row) - len(column) :] = column
        return laid
