"""From the bytes of a text file to a table of text: encoding, separator, where the names of the columns
stand.

What is no table of prices (a page, an answer of a web service, a workbook) is refused as what it looks like.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from generator.core.errors import BadDataError
from generator.market.tables.columns import Role, folded, is_ignored, role_of
from generator.market.tables.dates import is_date

SEPARATORS = (",", ";", "\t", "|")
ENCODINGS = ("cp1252", "cp932", "gb18030", "big5", "euc_kr", "cp1250", "cp1251", "cp1253")
"""What text that is not UTF-8 may be in, tried until the names of the columns are known ones."""
PREAMBLE = 40
"""Lines above the names of the columns, at most."""
SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or ZIP archive. Save the sheet as CSV, or unpack the archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook. Save the sheet as CSV",
    b"\x1f\x8b": "a gzip archive. Unpack it",
    b"PAR1": "a Parquet file. Let its name end in .parquet",
    b"%PDF": "a PDF document. Get the prices as CSV",
    b"SQLite": "a database. Export the prices as CSV",
}
_PAGE = re.compile(r"^\s*(?:<!doctype|<html|<head|<body|<\?xml|<script|<svg|<!--)", re.IGNORECASE)
_JSON = re.compile(r'^\s*(?:\{\s*(?:"|\})|\[\s*(?:\{|\[|"|\]))')
_LONE_NUMBER = re.compile(r"^\W*\d")
_ACTION = re.compile(r"^[\d.,:/ ]+(?:dividend|stock split|capital gain)s?$", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Sheet:
    """A table of text as it stands in a file.

    Attributes
    ----------
    names : of the columns. In a table of several assets side by side, of prices.
    tickers : the asset of each column, in such a table; empty for a column of dates. None in any other.
    yfinance : whether the names stand in several lines, as yfinance saves them.
    cells : an Arrow table with one column of text for each name, called ``0``, ``1`` …
    lines : the line of the file on which each row stands.
    said : what was understood of the form.
    separator : between the cells.
    """

    names: tuple[str, ...]
    tickers: tuple[str, ...] | None
    yfinance: bool
    cells: pa.Table
    lines: Sequence[int]
    said: tuple[str, ...]
    separator: str


@dataclass(frozen=True)
class _Head:
    names: tuple[str, ...]
    tickers: tuple[str, ...] | None
    records: int
    yfinance: bool
    separator: str


def read_sheet(content: bytes, path: Path, told: Mapping[Role, str]) -> Sheet:
    """The table in a text file.

    Parameters
    ----------
    told : the file's own names of some columns, as a person has said.

    Raises
    ------
    BadDataError : it is no text, no table, has no names of columns that are known, or ragged lines.
    """
    text, encoding = _decoded(content, path, told)
    head = _head(text, told)
    if head is None:
        raise _no_head(text, path)
    said: tuple[str, ...] = () if encoding in ("utf-8", "utf-16") else (f"text in {encoding}",)
    if head.separator != ",":
        said += ({";": "semicolons", "\t": "tabs", "|": "bars"}[head.separator] + " between cells",)
    cells, lines, left_out = _cells(text, head, path)
    if left_out:
        said += (left_out,)
    return Sheet(head.names, head.tickers, head.yfinance, cells, lines, said, head.separator)


def _decoded(content: bytes, path: Path, told: Mapping[Role, str]) -> tuple[str, str]:
    """The text of a file, and in what it is encoded.

    Raises
    ------
    BadDataError : the file is empty, of another kind, or no text.
    """
    for signature, what in SIGNATURES.items():
        if content.startswith(signature):
            raise BadDataError(f"{path}: no table of prices: the file is {what}.")
    text, encoding = _unicode(content)
    if text is None:
        if b"\x00" in content[:10_000]:
            raise BadDataError(f"{path}: no table of prices: the file is not text. Get the prices as CSV.")
        for encoding in ENCODINGS:
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _head(text, told) is not None:
                break
        else:
            raise BadDataError(
                f"{path}: not UTF-8 text, and in no other encoding do its first lines name a date and a "
                "price. Save the file as UTF-8 CSV."
            )
    assert text is not None
    if not text.strip():
        raise BadDataError(
            f"{path}, line 1: the file is empty. Its first line names the columns: Date,Close."
        )
    shown = " ".join(_TAGS.sub(" ", text[:2000]).split())[:80]
    if _PAGE.match(text):
        raise BadDataError(
            f"{path}: no table of prices: it is a web page ('{shown}'), as a vendor sends in place of data "
            "to who is not logged in or asks too often. Download the prices again."
        )
    if _JSON.match(text):
        raise BadDataError(
            f"{path}: no table of prices: it is JSON ('{' '.join(text[:200].split())[:80]}'), the answer of "
            "a web service. Ask the service for CSV."
        )
    return text, encoding


def _unicode(content: bytes) -> tuple[str | None, str]:
    even, odd = content[:40:2], content[1:40:2]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif odd.count(0) > 15 and 0 not in even:
        encoding = "utf-16-le"
    elif even.count(0) > 15 and 0 not in odd:
        encoding = "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None, ""
    return (None if "\x00" in text[:10_000] else text), re.sub("-(sig|le|be)$", "", encoding)


def records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    for found in reader:
        if found:
            yield reader.line_num, found


def _head(text: str, told: Mapping[Role, str]) -> _Head | None:
    """Where the names stand, by the separator that gives most columns; None where nothing is known."""
    found = [head for separator in SEPARATORS if (head := _head_with(text, separator, told)) is not None]
    return max(found, key=lambda head: len(head.names)) if found else None


def _head_with(text: str, separator: str, told: Mapping[Role, str]) -> _Head | None:
    first: list[list[str]] = []
    try:
        for _, found in islice(records(text[:100_000], separator), PREAMBLE + 2):
            first.append([each.strip() for each in found])
    except csv.Error:
        return None
    for at, row in enumerate(first[:PREAMBLE]):
        after = first[at + 1 : at + 3]
        if (head := _several_lines(row, after, at, separator)) is not None:
            return head
        names = _with_dates_named(row, after)
        if _names_a_table(names, after, told):
            return _Head(tuple(names), None, at + 1, False, separator)
    return None


def _with_dates_named(row: list[str], after: list[list[str]]) -> list[str]:
    """The names, with that of a first column of dates, which pandas and R leave out when it is the index."""
    nameless = row[0].casefold() in ("", "index", "unnamed: 0", "row.names")
    # Short whole numbers count the rows, as in a part of a longer table.
    counted = any(under and under[0].isdigit() and len(under[0]) < 8 for under in after)
    dated = bool(after) and all(len(under) >= len(row) and is_date(under[0]) for under in after)
    nameless = nameless and not counted
    if not nameless or not dated or any((role_of(name) or ("",))[0] == "Date" for name in row):
        return row
    return ["Date", *row[1:]]


def _names_a_table(row: list[str], after: list[list[str]], told: Mapping[Role, str]) -> bool:
    """Whether a row holds the names of a date and of a price; where no price is known, of numbers below."""
    own = {folded(name): role for role, name in told.items()}
    roles = {own.get(folded(name)) or (known[0] if (known := role_of(name)) else None) for name in row}
    if "Date" not in roles or sum(map(bool, row)) < 2:
        return False
    if roles & {"Close", "Adj Close"}:
        return True
    # A column of prices under the name of its series, as FRED's.
    below = [under for under in after if len(under) >= len(row)]
    date = next(
        at
        for at, name in enumerate(row)
        if (role_of(name) or ("",))[0] == "Date" or own.get(folded(name)) == "Date"
    )
    # Between the names and the prices may stand one line of longer names or of units.
    if len(below) > 1 and not is_date(below[0][date]) and _is_remark(below[0], date):
        below = below[1:]
    return bool(below) and all(is_date(under[date]) for under in below)


def _several_lines(row: list[str], after: list[list[str]], at: int, separator: str) -> _Head | None:
    """Names in two or three lines: prices and tickers, in this order or the other, then the name of the
    dates."""
    if not after or len(after[0]) != len(row) or len(row) < 2 or is_date(row[0]):
        return None
    for prices, tickers in ((row, after[0]), (after[0], row)):
        kinds = [role_of(name) for name in prices[1:]]
        roles = {kind[0] for kind in kinds if kind is not None}
        if None in kinds or not all(tickers[1:]) or not roles & {"Close", "Adj Close"}:
            continue
        corners = {prices[0].casefold(), tickers[0].casefold()}
        third = len(after) > 1 and not is_date(after[1][0]) and not any(after[1][1:])
        if (
            roles & {"Date", "Ticker"}
            or not corners <= {"", "price", "ticker"}
            or not (corners != {""} or third)
        ):
            continue
        names = ("Date", *prices[1:])
        return _Head(names, ("", *tickers[1:]), at + (3 if third else 2), True, separator)
    return None


def _cells(text: str, head: _Head, path: Path) -> tuple[pa.Table, Sequence[int], str]:
    """The rows below the names; the lines they stand on; which lines at the end are left out."""
    width = len(head.names)
    least = max((at + 1 for at, name in enumerate(head.names) if name), default=width)
    found: list[list[str]] = []
    lines: list[int] = []
    try:
        for number, (line, row) in enumerate(records(text, head.separator)):
            if number >= head.records and any(cell.strip() for cell in row):
                found.append(row)
                lines.append(line)
    except csv.Error as error:
        at = lines[-1] + 1 if lines else 1
        raise BadDataError(f"{path}, line {at}: not a line of a CSV file ({error}).") from error
    date = next((at for at, name in enumerate(head.names) if (role_of(name) or ("",))[0] == "Date"), 0)

    def undated(rows: Iterable[list[str]]) -> int:
        """How many rows come before the first with a date; none where there is no date at all."""
        return next((n for n, row in enumerate(rows) if len(row) > date and is_date(row[date])), 0)

    kept = [not _is_action(row, date) for row in found]
    found, lines = list(compress(found, kept)), list(compress(lines, kept))
    start, stop = undated(found), len(found) - undated(reversed(found))
    # Below the names there may be a line of units, below the rows remarks: they begin with words.
    if not all(_is_remark(row, date) for row in found[:start]):
        start = 0
    if not all(_is_remark(row, date) for row in found[stop:]):
        stop = len(found)
    left_out = len(found) - (stop - start)
    found, lines = found[start:stop], lines[start:stop]
    for row, line in zip(found, lines, strict=True):
        if len(row) < least or any(map(str.strip, row[width:])):
            raise BadDataError(
                f"{path}, line {line}: the count of values is {len(row)}; the line of names has {width}. "
                "Every line has one value for each column."
            )
    columns = [[row[at].strip() if at < len(row) else "" for row in found] for at in range(width)]
    arrays = [pa.array(column, pa.string()) for column in columns]
    table = pa.table(dict(zip(map(str, range(width)), arrays, strict=True)))
    said = [
        "1 line" + what if count == 1 else f"{count:,} lines" + what
        for count, what in (
            (left_out, " without a date left out"),
            (kept.count(False), " of dividends or splits left out"),
        )
        if count
    ]
    return table, lines, ", ".join(said)


def _is_action(row: list[str], date: int) -> bool:
    """Whether a row tells of a dividend or a split and of no price, as between those of Yahoo's page."""
    others = [cell.strip() for at, cell in enumerate(row) if at != date and cell.strip()]
    return len(others) == 1 and _ACTION.match(others[0]) is not None


def _is_remark(row: list[str], date: int) -> bool:
    """Whether a row without a date is none of prices: it begins with words, or is one cell."""
    first = next((cell.strip() for cell in row if cell.strip()), "")
    dated = row[date].strip() if len(row) > date else ""
    return (
        not first[:1].isdigit() and not dated[:1].isdigit() and (bool(dated) or not _LONE_NUMBER.match(first))
    )


def _no_head(text: str, path: Path) -> BadDataError:
    """Why a text has no names of columns that are known."""
    line = next(line for line in text.splitlines() if line.strip())
    shown = line.strip()[:80]
    cells = next((cells for separator in SEPARATORS if len(cells := line.split(separator)) > 1), [line])
    if is_date(cells[0]):
        return BadDataError(
            f"{path}, line 1: the names of the columns are missing; the first line is a row already "
            f"('{shown}'). Put a line above it, such as Date,Open,High,Low,Close,Volume."
        )
    has_date = any((role_of(cell) or ("",))[0] == "Date" for cell in cells)
    lacking = "no column is known to be the close" if has_date else "no column is known to be the date"
    rest = ", ".join(cell.strip() for cell in cells if cell.strip() and not is_ignored(cell))[:200]
    if len(cells) == 1:
        return BadDataError(
            f"{path}: no table of prices: no line names a date and a close. It begins with '{shown}'. A "
            "price file begins like Date,Close."
        )
    return BadDataError(
        f"{path}, line 1: {lacking}; found {rest}. Name it in a source.yml next to the file, such as "
        "columns: {" + ("Close: Last" if has_date else "Date: Day") + "}."
    )
