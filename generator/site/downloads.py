"""Tables as CSV: unrounded numbers, returns and rates in percent, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re

from generator.edition.values import Cell, Column, Table, Unit
from generator.language.numbers import DASH

_FORMULA = re.compile(r"(^|;)(?=[ \"']*[=+\-@＝＋－＠])")
"""Before a formula: at the start of a text, or behind what some countries' spreadsheets part cells with."""
SIMULATED = "simulated"
"""The last column of every file: a table that was copied out of its page still says what it is made of."""
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?$")


def table_csv(table: Table, simulated: bool) -> bytes:
    """A table as CSV (UTF-8, a heading line of column keys, ``simulated`` the last).

    Numbers are unrounded, to ten significant digits; percent and rate columns are in percent, as on the
    page. What does not exist is empty. A text that a spreadsheet would take for a formula gets a leading
    apostrophe.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*(csv_text(column.key) for column in table.columns), SIMULATED])
    made_of = "true" if simulated else "false"
    for row in table.rows:
        cells = zip(row.cells, table.columns, strict=True)
        writer.writerow([*(_field(cell, column) for cell, column in cells), made_of])
    return stream.getvalue().encode()


def _field(cell: Cell, column: Column) -> str:
    if isinstance(cell.value, int | float):
        return csv_number(cell.value, cell.unit or column.unit)
    return csv_text(cell.text if cell.value is None else cell.value)


def csv_text(text: str) -> str:
    """A text as a field: one line, nothing for a dash, no formula."""
    # Single spaces: as the page shows it, and no control character to hide a formula behind.
    text = " ".join(text.split())
    if text == DASH:
        return ""
    return text if _NUMBER.match(text) else _FORMULA.sub(r"\1'", text)


def csv_number(value: float, unit: Unit) -> str:
    """A number as a field: to ten significant digits, percent and rates in percent."""
    scaled = value * 100 if unit in ("percent", "rate") else value
    # Adding zero turns a negative zero into a plain one.
    return f"{float(f'{scaled:.10g}') + 0.0:.10g}"
