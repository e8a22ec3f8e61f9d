"""Tables as CSV: unrounded numbers, returns and rates in percent, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re

from generator.editorial.edition import Cell, Column, Table
from generator.editorial.numbers import DASH

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?$")


def table_csv(table: Table) -> bytes:
    """A table as CSV (UTF-8, a heading line of column keys).

    Numbers are unrounded, to ten significant digits; percent and rate columns are in percent, as on the
    page. What does not exist is empty. A text that a spreadsheet would take for a formula gets a leading
    apostrophe.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    for row in table.rows:
        writer.writerow([_field(cell, column) for cell, column in zip(row.cells, table.columns, strict=True)])
    return stream.getvalue().encode()


def _field(cell: Cell, column: Column) -> str:
    if isinstance(cell.value, int | float):
        return _number(cell.value, column)
    text = cell.text if cell.value is None else cell.value
    if text == DASH:
        return ""
    if text.lstrip().startswith(_FORMULA_STARTS) or text.startswith(("\t", "\r")):
        return text if _NUMBER.match(text) else f"'{text}"
    return text


def _number(value: float, column: Column) -> str:
    scaled = value * 100 if column.unit in ("percent", "rate") else value
    # Adding zero turns a negative zero into a plain one.
    return f"{float(f'{scaled:.10g}') + 0.0:.10g}"
