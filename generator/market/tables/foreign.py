"""Price files as vendors, spreadsheets and programs write them: understood once for the whole file.

What each column is comes from its name (``columns``), the order of dates and the decimal sign from all the
cells of the file (``dates``, ``amounts``). What can be read two ways is an error that names both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from generator.core.errors import BadDataError
from generator.market.cells import is_blank
from generator.market.checks import CLOSE, DATE, PRICE_COLUMNS, VOLUME, Places, checked_history
from generator.market.history import FloatArray, PriceHistory
from generator.market.reading import SOURCE_FILE, Reading
from generator.market.tables.amounts import Decimal, amounts, habit_of
from generator.market.tables.basis import DIVIDENDS, basis_of
from generator.market.tables.columns import Role, Roles, is_continental, is_ignored, role_of, roles_of
from generator.market.tables.dates import Dates, DatesError, order_text, read_dates
from generator.market.tables.grid import parquet_grid, text_grid
from generator.market.tables.moments import sessions_of
from generator.market.tables.tables import dates_of, numbers_of

TICKER, ADJUSTED = "Ticker", "Adj Close"
ALSO = f"Say it in a {SOURCE_FILE} next to the file, such as"


@dataclass(frozen=True, eq=False)
class _Block:
    """The columns of one series of a table of several side by side, or of the whole table."""

    ticker: str | None
    of: Mapping[Role, int]
    adjusted_only: bool


class Foreign:
    """A price file whose names, dates or numbers are not the plain ones.

    Parameters
    ----------
    path : a CSV or Parquet file.
    reading : what a person has said about it.

    Raises
    ------
    SourceError : it cannot be read.
    BadDataError : it is no table of prices, or can be understood in two ways.
    """

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path, self.reading = path, reading
        parquet = path.suffix.lower() == ".parquet"
        self._grid = parquet_grid(path) if parquet else text_grid(path, reading)
        self._said: list[str] = list(self._grid.said)
        self._blocks = self._find_blocks()
        self._owners, self._names = self._find_owners()
        self._dates = self._read_dates()
        self._decimals = self._find_decimals()
        self._numbers: dict[int, FloatArray] = {}

    @property
    def said(self) -> str:
        """What was understood of the file, in one line; empty where nothing is to be said."""
        return ", ".join(dict.fromkeys(self._said))

    @cached_property
    def tickers(self) -> tuple[str, ...] | None:
        """The assets that the file names; None where it holds the one that it is named after."""
        if self._names is not None:
            return tuple(sorted(name for name in self._names if name))
        named = tuple(block.ticker for block in self._blocks if block.ticker is not None)
        return named or None

    @property
    def alias(self) -> str | None:
        """Another name of the one series: that of its column, as in FRED's files."""
        (block, *more) = self._blocks
        name = self._grid.names[block.of[CLOSE]].strip()
        return name if not more and self.tickers is None and role_of(name) is None else None

    def history(self, ticker: str | None, asset: str, source: str, notes: list[str]) -> PriceHistory:
        """The checked history of one series.

        Parameters
        ----------
        ticker : as ``tickers`` has it; None in a file of one asset.
        asset : what the history is called.
        notes : gets what a person should know of single cells.

        Raises
        ------
        BadDataError : see ``checks.checked_history``.
        """
        block = next((each for each in self._blocks if each.ticker == ticker), self._blocks[0])
        rows = self._rows_of(ticker)
        columns = {role: self._column(at)[rows] for role, at in block.of.items() if role in PRICE_COLUMNS}
        places = Places(
            str(self.path),
            lambda row: self._grid.row(int(rows[row])),
            lambda row, name: self._written(int(rows[row]), block.of.get(name)),
        )
        days, said = self._dates.days[rows], ""
        if self._dates.moments is not None:
            days, said = sessions_of(self._dates.moments[rows], self._dates.naive)
        paid = DIVIDENDS in block.of and bool(np.nansum(np.abs(self._column(block.of[DIVIDENDS])[rows])) > 0)
        adjusted = ADJUSTED not in block.of and (paid or self._grid.yfinance or block.adjusted_only)
        basis, total = basis_of(asset, self.reading.basis, adjusted=adjusted)
        self._said += [phrase for phrase in (said, total) if phrase]
        return checked_history(asset, days, columns, places, source, basis, notes)

    def _written(self, row: int, at: int | None) -> str | None:
        return (
            None if at is None or not self._grid.is_text(at) else str(self._grid.cells[at][row].as_py() or "")
        )

    def _rows_of(self, ticker: str | None) -> NDArray[np.intp]:
        if self._owners is None or self._names is None or ticker is None:
            return np.arange(len(self._dates.days))
        return np.flatnonzero(self._owners == self._names.index(ticker))

    def _find_blocks(self) -> list[_Block]:
        grid = self._grid
        if grid.tickers is None:
            roles = roles_of(grid.names, self.reading.columns, grid.head)
            return self._one_table(roles)
        blocks = []
        for ticker in dict.fromkeys(name for name in grid.tickers if name):
            at = [n for n, name in enumerate(grid.tickers) if name == ticker]
            roles = roles_of([grid.names[n] for n in at], {}, grid.head)
            of = {role: at[n] for role, n in roles.of.items()}
            date = next(n for n, name in enumerate(grid.tickers) if not name)
            if CLOSE in of or ADJUSTED in of:
                only = CLOSE not in of
                blocks.append(_Block(ticker, {**_closes(of), DATE: date}, only))
        if not blocks:
            raise BadDataError(
                f"{grid.head}: no column is known to be the close; found {', '.join(grid.names[1:6])}."
            )
        names = [block.ticker or "" for block in blocks]
        self._said.append(
            f"{len(names)} tickers side by side" if len(names) > 1 else f"the ticker is {names[0]}"
        )
        return blocks

    def _one_table(self, roles: Roles) -> list[_Block]:
        """The series of a table with one line of names: one, or one a column where no column is a known
        price."""
        grid, of = self._grid, dict(roles.of)
        if DATE not in of:
            raise BadDataError(
                f"{grid.head}: no column is known to be the date; found {', '.join(grid.names)[:200]}. "
                f"{ALSO} columns: {{Date: Day}}."
            )
        if roles.rivals:
            self._refuse_rivals(roles.rivals)
        if CLOSE in of or ADJUSTED in of:
            if TICKER in of and self._is_description(of[TICKER]):
                del of[TICKER]
            others = [name for name in roles.others if name]
            self._said += self._told_columns(roles, of)
            if others:
                self._said.append(f"not read: {', '.join(others[:8])}{' …' if len(others) > 8 else ''}")
            if CLOSE not in of:
                self._said.append("the adjusted close is the only one")
            return [_Block(None, _closes(of), CLOSE not in of)]
        return self._series_by_column(of)

    def _told_columns(self, roles: Roles, of: Mapping[Role, int]) -> list[str]:
        changed = Roles({role: of[role] for role in roles.of if role in of}).said(self._grid.names)
        return [f"columns {', '.join(changed)}"] if changed else []

    def _series_by_column(self, of: Mapping[Role, int]) -> list[_Block]:
        """Every column of numbers under a name that is not known is the closes of a series of that name."""
        grid = self._grid
        used = set(of.values())
        free = [at for at, name in enumerate(grid.names) if at not in used and not is_ignored(name)]
        series = [at for at in free if self._is_numeric(at)]
        prices = [at for role, at in of.items() if role not in (DATE, TICKER)]
        own = [at for at in series if grid.names[at].strip().casefold() == self.path.stem.casefold()]
        if prices and own:
            self._said.append(f"columns {grid.names[own[0]].strip()} → Close")
            return [_Block(None, {**of, CLOSE: own[0]}, False)]
        if prices and len(prices) < len(series) and all(grid.names[at].isupper() for at in series + prices):
            series, prices = sorted(series + prices), []  # LOW and OPEN are tickers too
        # In a table of many assets, all of them cannot have several closes.
        if not series or prices or (TICKER in of and len(series) > 1):
            raise BadDataError(
                f"{grid.head}: no column is known to be the close; found {', '.join(grid.names)[:200]}. "
                f"{ALSO} columns: {{Close: Last}}."
            )
        base = {role: at for role, at in of.items() if role in (DATE, TICKER)}
        others = [name for at in free if at not in series and (name := grid.names[at].strip())]
        self._said += [f"not read: {', '.join(others)}"] if others else []
        if len(series) == 1:
            self._said.append(f"columns {grid.names[series[0]].strip()} → Close")
            return [_Block(None, {**base, CLOSE: series[0]}, False)]
        self._said.append(f"each column the closes of one of {len(series)} assets")
        return [_Block(grid.names[at].strip(), {**base, CLOSE: at}, False) for at in series]

    def _is_numeric(self, at: int) -> bool:
        if not self._grid.is_text(at):
            kind = self._grid.cells[at].type
            return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
        texts = [text for text in self._grid.texts(at)[:500] if not is_blank(text)]
        values = [np.isnan(amounts(pa.array(texts, pa.string()), sign)) for sign in (".", ",")]
        return bool(texts) and min(float(np.mean(each)) for each in values) < 0.2

    def _is_description(self, at: int) -> bool:
        """Whether a column called Name is the same words throughout, so that it names no ticker."""
        known = role_of(self._grid.names[at])
        if known is None or known[1] == 0 or TICKER in self.reading.columns:
            return False
        found = set(self._grid.texts(at))
        return len(found) == 1 and " " in next(iter(found))

    def _refuse_rivals(self, rivals: Sequence[int]) -> None:
        """Several columns that may be the close are an error, unless they say the same."""
        grid = self._grid
        first, *others = rivals
        for other in others:
            for row, (one, two) in enumerate(zip(grid.texts(first), grid.texts(other), strict=True)):
                if one != two:
                    names = [grid.names[at].strip() for at in (first, other)]
                    how = (
                        "Rename or remove one"
                        if names[0] == names[1]
                        else f"{ALSO} columns: {{Close: {names[0]}}}"
                    )
                    raise BadDataError(
                        f"{grid.head}: the close can be column '{names[0]}' ({one} in {grid.row(row)}) or "
                        f"'{names[1]}' ({two}). {how}."
                    )

    def _find_owners(self) -> tuple[NDArray[np.int32] | None, list[str] | None]:
        """For each row of a table of many the number of its ticker, and the tickers."""
        at = self._blocks[0].of.get(TICKER)
        if at is None or self._grid.tickers is not None:
            return None, None
        coded = (
            self._grid.cells[at].combine_chunks()
            if isinstance(self._grid.cells[at], pa.ChunkedArray)
            else self._grid.cells[at]
        )
        if not self._grid.is_text(at) and not pa.types.is_dictionary(coded.type):
            raise BadDataError(
                f"{self._grid.head}, column {TICKER}: {coded.type} instead of text. Store tickers as text."
            )
        coded = coded if pa.types.is_dictionary(coded.type) else coded.dictionary_encode()
        names = [str(name or "").strip() for name in coded.dictionary.to_pylist()]
        codes = np.array([-1 if code is None else code for code in coded.indices.to_pylist()], np.int32)
        unique = list(dict.fromkeys(names))
        return np.array([*(unique.index(name) for name in names), -1], np.int32)[codes], unique

    def _read_dates(self) -> Dates:
        at, grid = self._blocks[0].of[DATE], self._grid
        order = self.reading.date_format
        if not grid.is_text(at):
            kind = grid.cells[at].type
            if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
                return self._stored_dates(at)
        try:
            found = read_dates(grid.texts(at), self._owners, order)
        except DatesError as error:
            remedy = "" if "date_format" in str(error) else " Dates look like 2026-04-20."
            raise BadDataError(
                f"{self.path}, {grid.row(error.row)}, column {DATE}: {error}.{remedy}".replace("..", ".")
            ) from error
        if found.said:
            self._said.append(
                found.said if order is None else f"dates read as {order_text(order)}, as is said"
            )
        return found

    def _stored_dates(self, at: int) -> Dates:
        column = self._grid.cells[at]
        kind = column.type
        places = Places(str(self.path), lambda row: str(self._grid.row(row)))
        days, _ = dates_of(column, places)
        if pa.types.is_timestamp(kind) and kind.tz in (None, "UTC", "Etc/UTC"):
            seconds = np.array(
                column.cast(pa.timestamp("s", tz=kind.tz), safe=False).cast(pa.int64()).to_pylist(), np.int64
            )
            return Dates(
                np.asarray((seconds // 86_400).astype("datetime64[D]")), seconds, kind.tz is None, ""
            )
        return Dates(days, None, False, "")

    def _find_decimals(self) -> dict[bool, Decimal]:
        """The decimal sign of the prices (False) and of the volumes (True)."""
        prices = [
            at
            for block in self._blocks
            for role, at in block.of.items()
            if role in PRICE_COLUMNS and role != VOLUME
        ]
        volumes = [block.of[VOLUME] for block in self._blocks if VOLUME in block.of]
        texts = [self._grid.texts(at) for at in dict.fromkeys(prices) if self._grid.is_text(at)]
        habit = habit_of(texts)
        if (told := self.reading.decimal_sign) is not None:
            if habit.decimal not in (None, told) and not habit.clash:
                raise BadDataError(
                    f"{self.path}: '{habit.example}' shows another decimal sign than the decimal_sign that "
                    f"is said. Correct it in the {SOURCE_FILE} or the source of letter.yml, or leave it out."
                )
            return dict.fromkeys((False, True), told)
        amount = habit_of([self._grid.texts(at) for at in volumes if self._grid.is_text(at)])
        if habit.clash:
            raise BadDataError(
                f"{self.path}: '{habit.example}' has a decimal point and '{habit.clash}' a decimal comma. "
                "Write all numbers alike."
            )
        sign = habit.decimal
        if sign is None:
            sign = self._likely_sign(habit.example, amount.decimal if amount.example else None)
        if sign == ",":
            self._said.append("decimal comma")
        elif any("," in text for column in texts for text in column[:200]):
            self._said.append("comma for thousands")
        own = amount.decimal if amount.decimal is not None and amount.example else sign
        return {False: sign, True: own}

    def _likely_sign(self, example: str, of_volumes: Decimal | None) -> Decimal:
        """The decimal sign where each cell can be read both ways, by the volumes or by the steps of the
        closes."""
        if of_volumes is not None:
            return of_volumes
        jumps: dict[Decimal, float] = {}
        for sign in (".", ","):
            values = amounts(pa.array(self._grid.texts(self._blocks[0].of[CLOSE]), pa.string()), sign)
            values = np.abs(values[np.isfinite(values) & (values != 0)])
            jumps[sign] = float(np.max(np.abs(np.diff(np.log(values))), initial=0.0))
        smooth: list[Decimal] = [sign for sign in jumps if jumps[sign] < np.log(3)]
        rough = [sign for sign in jumps if jumps[sign] > np.log(20)]
        if len(smooth) == 1 and len(rough) == 1:
            return smooth[0]
        of = self._blocks[0].of
        names = [self._grid.names[of[role]] for role in (DATE, CLOSE)]
        elsewhere = self._grid.continental or self._dates.dotted or any(map(is_continental, names))
        if "," not in example and not elsewhere:
            return "."  # where nothing else is of a country with decimal commas, a point is a point
        point, comma = (amounts(pa.array([example], pa.string()), sign)[0] for sign in (".", ","))
        raise BadDataError(
            f"{self.path}: '{example}' can be {point:.10g} or {comma:.10g}, and nothing in the file tells "
            f"which. {ALSO} decimal_sign: {'point' if point > comma else 'comma'}, for "
            f"{max(point, comma):.10g}."
        )

    def _column(self, at: int) -> FloatArray:
        if at not in self._numbers:
            grid = self._grid
            if grid.is_text(at):
                volume = any(block.of.get(VOLUME) == at for block in self._blocks)
                self._numbers[at] = amounts(grid.cells[at], self._decimals[volume])
            else:
                places = Places(str(self.path), lambda row: str(grid.row(row)))
                self._numbers[at] = np.asarray(numbers_of(grid.cells[at], grid.names[at], places))
        return self._numbers[at]


def _closes(of: Mapping[Role, int]) -> dict[Role, int]:
    """The columns, with the adjusted close in the place of the close where it is the only one."""
    if CLOSE in of:
        return dict(of)
    return {**{role: at for role, at in of.items() if role != ADJUSTED}, CLOSE: of[ADJUSTED]}
