"""The cells of a published file, with their lines: CSV by comma, semicolon or tab, or a Markdown table."""

from __future__ import annotations

import csv
import io
import re
import stat
from pathlib import Path

from generator.core.errors import RequestError

MOST_BYTES = 1_000_000
MOST_ROWS = 500

_RULE = re.compile(r"\|?[\s:|+-]*-[\s:|+-]*\|?")

Lines = list[tuple[int, list[str]]]


def read_grid(text: str, file: str) -> tuple[list[str], Lines]:
    """The headings, and the rows with their lines; every row is as long as the headings.

    Lines of one cell above the headings are titles and skipped; one below them is a row of empty cells.

    Raises
    ------
    RequestError : it is no text, has no row or too many, or a row of another length.
    """
    if "\0" in text:
        raise RequestError(f"{file}: is not a text file. Save the table as CSV.")
    rows = _markdown(text) if _is_markdown(text) else _csv(text, file)
    rows = [(line, cells) for line, cells in rows if any(cells)]
    several = next((k for k, (_, cells) in enumerate(rows) if sum(map(bool, cells)) > 1), 0)
    if len(rows) - several > 1:
        rows = rows[several:]
    if len(rows) < 2:
        found = "no row" if rows else "neither"
        raise RequestError(f"{file}: needs a line of headings and at least one row; it has {found}.")
    if len(rows) > MOST_ROWS + 1:
        raise RequestError(f"{file}: has {len(rows) - 1:,} rows; the most that are checked are {MOST_ROWS}.")
    heading = rows[0][1]
    return heading, [(line, _as_long(cells, heading, line, file)) for line, cells in rows[1:]]


def _as_long(cells: list[str], heading: list[str], line: int, file: str) -> list[str]:
    """A row as long as the headings: what is missing or too much may be empty cells, and a note fills one."""
    while len(cells) > len(heading) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) == 1:
        cells = [*cells, *([""] * (len(heading) - 1))]
    if len(cells) != len(heading):
        raise RequestError(
            f"{file}:{line}: has {len(cells)} cells where the headings have {len(heading)}. "
            "Put a cell that has a comma in it between quotes."
        )
    return cells


def _csv(text: str, file: str) -> Lines:
    plain = text.lstrip("\ufeff")
    # What stands between quotes is no part of the question.
    lines = re.sub('"[^"]*"', "", plain).splitlines()[:3]
    first = max(lines, key=lambda line: sum(map(line.count, ",;\t")), default="")
    # A semicolon or a tab goes before a comma, which may be a decimal sign or part of a heading.
    delimiter = next((sign for sign in "\t;" if sign in first), ",")
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter)
    rows: Lines = []
    try:
        rows.extend((reader.line_num, [" ".join(cell.split()) for cell in cells]) for cells in reader)
    except csv.Error as error:
        raise RequestError(f"{file}:{reader.line_num}: cannot be read as CSV: {error}.") from error
    return rows


def _is_markdown(text: str) -> bool:
    """Whether a line of dashes and bars stands below the headings."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return any("|" in line and "-" in line and _RULE.fullmatch(line) for line in lines[:4])


def _markdown(text: str) -> Lines:
    rows: Lines = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        if plain and not _RULE.fullmatch(plain):
            # A bar with a backslash before it is part of its cell.
            cells = re.split(r"(?<!\\)\|", plain.removeprefix("|").removesuffix("|"))
            rows.append((number, [" ".join(cell.replace(r"\|", "|").split()) for cell in cells]))
    return rows


def read_published(path: Path, shown: str) -> str:
    """The text of a small file that a person made; ``shown`` is its name in messages.

    Raises
    ------
    RequestError : there is no such file, it cannot be read, or it is no text.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RequestError(f"{shown}: is no plain file. Name a text or CSV file.")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise RequestError(f"{shown}: cannot be read: {error.strerror or error}.") from error
    if len(content) > MOST_BYTES:
        raise RequestError(f"{shown}: is larger than a million bytes, which no such list or table is.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RequestError(f"{shown}:{line}: is not UTF-8 text. Save it as text or CSV in UTF-8.") from error
