"""A table that somebody published, read from CSV: figures as printed, with their decimals and their lines."""

from __future__ import annotations

import calendar
import csv
import io
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from generator.errors import RequestError

MOVE = "move"
"""Column of the episode's own move; every other column is named by its horizon."""

StatisticName = Literal[
    "average", "median", "win_rate", "best", "worst", "stdev", "sharpe", "max_drawdown", "n"
]
STATISTICS: tuple[StatisticName, ...] = get_args(StatisticName)

MOST_BYTES = 1_000_000
MOST_ROWS = 500
_EMPTY = {"", "-", "--", "—", "–", "−", "…", "...", "?", "n/a", "na", "nan", "null", "none", "tbd", "pending"}
_NUMBER = re.compile(r"-?(?:\d{1,9}|\d{1,3}(?:,\d{3}){1,2})?(?:\.(\d{1,8}))?")
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HORIZON = re.compile(
    rf"(?<![a-z0-9.])(\d{{1,4}}|{'|'.join(_COUNTS)}) ?"
    r"(d|w|m|y|days?|sessions?|wks?|weeks?|mos?|mths?|months?|yrs?|years?)(?![a-z0-9])"
)
_MONTHS = tuple(name.lower() for name in calendar.month_abbr)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
_IN_WORDS = re.compile(r"(?:(\d{1,2}) )?([a-z]{3})[a-z]*\.? (?:(\d{1,2}),? )?(\d{4})")

_MOVE_WORDS = {
    *("move", "gain", "change", "trigger", "return", "roc", "rise", "rally", "fall", "drop", "loss"),
    "performance",
}
_DATE_WORDS = {"episode", "date", "month", "when", "signal", "day", "week", "period", "event"}
_CONTEXT_WORDS = {"context", "note", "notes", "comment", "background", "label", "story", "news"}
_OTHER_MEASURES = {"drawdown", "dd", "low", "high", "runup", "worst", "best", "baseline", "benchmark"}
# The first that fits counts: "max drawdown" is no maximum, "sample deviation" no number of samples.
_STATISTIC_WORDS: Mapping[StatisticName, set[str]] = {
    "max_drawdown": {"drawdown", "dd", "mdd"},
    "sharpe": {"sharpe"},
    "stdev": {"stdev", "std", "deviation", "volatility"},
    "win_rate": {"win", "wins", "winrate", "positive", "hit"},
    "median": {"median"},
    "average": {"average", "mean", "avg"},
    "best": {"best", "max", "maximum", "highest"},
    "worst": {"worst", "min", "minimum", "lowest"},
    "n": {"n", "count", "cases", "episodes", "observations"},
}


@dataclass(frozen=True)
class Printed:
    """A figure as printed: its text, its value (percent, or a plain number) and its decimals."""

    text: str
    value: float
    decimals: int

    @property
    def unit(self) -> float:
        """One unit in the last printed place."""
        return 10.0**-self.decimals


Cells = Mapping[str, Printed | None]
"""Figures by column (``move`` or a horizon); None where nothing is printed."""


@dataclass(frozen=True)
class PublishedRow:
    """An episode as published: its line in the file, its name, the days it can mean, its figures."""

    line: int
    name: str
    first: date
    last: date
    context: str
    cells: Cells

    @property
    def is_month(self) -> bool:
        """Whether the episode is named by a month, and not by a day."""
        return self.first != self.last


@dataclass(frozen=True)
class PublishedTable:
    """A table of episodes. ``unread`` are the headings that were not recognised and are not checked."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]
    unread: tuple[str, ...]

    @property
    def horizons(self) -> tuple[str, ...]:
        """Its forward columns, as labels of horizons."""
        return tuple(column for column in self.columns if column != MOVE)


@dataclass(frozen=True)
class PublishedStatistic:
    """A summary row: its line, its name as written, what it is, its figures by horizon."""

    line: int
    name: str
    statistic: StatisticName
    cells: Cells


@dataclass(frozen=True)
class PublishedSummary:
    """Summary rows. ``unread`` are the headings and rows that were not recognised and are not checked."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[PublishedStatistic, ...]
    unread: tuple[str, ...]


def read_table(text: str, file: str) -> PublishedTable:
    """A published table of episodes.

    A column of episodes (``2003-04``, ``2003-04-30``, ``Apr 2003``, ``Apr 30, 2003``), perhaps the move,
    perhaps a context, and forward returns in percent whose headings name a horizon (``fwd_1m_pct``, ``1M``,
    ``3-month return``).

    Parameters
    ----------
    text : the file's text, commas, semicolons or tabs between the cells.
    file : its name in messages.

    Raises
    ------
    RequestError : it cannot be read; names the line and the column.
    """
    heading, lines = _read_rows(text, file)
    roles: dict[str, int] = {}
    unread: list[str] = []
    for place, name in enumerate(heading):
        role = _role(name)
        if role is None:
            unread.append(name)
        elif role in roles:
            raise RequestError(
                f"{file}:1: the columns '{heading[roles[role]]}' and '{name}' both read as {role}. "
                "Rename or remove one."
            )
        else:
            roles[role] = place
    if "episode" not in roles:
        raise RequestError(
            f"{file}:1: no column names the episodes: found {_listed(heading)}. Head it 'episode' or 'date'."
        )
    columns = tuple(role for role in roles if role not in ("episode", "context"))
    if not columns:
        raise RequestError(
            f"{file}:1: no column to check: found {_listed(heading)}. Head a forward return by its horizon, "
            "such as 3M or fwd_3m_pct, and the move 'move_pct'."
        )
    rows = tuple(_row(line, cells, heading, roles, columns, file) for line, cells in lines)
    return PublishedTable(file, columns, rows, tuple(unread))


def read_summary(text: str, file: str) -> PublishedSummary:
    """Published summary rows: a column of statistics' names, then a column a horizon.

    Raises
    ------
    RequestError : as ``read_table``; also when no row or no column is recognised.
    """
    heading, lines = _read_rows(text, file)
    labels = {place: label for place, name in enumerate(heading) if place and (label := _horizon(name))}
    if not labels:
        raise RequestError(
            f"{file}:1: no column is headed by a horizon: found {_listed(heading)}. Write 1M, 3M, … there."
        )
    twice = next((label for label in labels.values() if list(labels.values()).count(label) > 1), None)
    if twice:
        raise RequestError(f"{file}:1: two columns read as {twice}. Rename or remove one.")
    unread = [name for place, name in enumerate(heading) if place and place not in labels]
    rows: list[PublishedStatistic] = []
    for line, cells in lines:
        statistic = _statistic(cells[0])
        if statistic is None:
            unread.append(cells[0])
            continue
        figures = {label: _figure(cells[at], file, line, heading[at]) for at, label in labels.items()}
        rows.append(PublishedStatistic(line, cells[0], statistic, figures))
    if not rows:
        raise RequestError(f"{file}: no row is a statistic. Recognised are {', '.join(STATISTICS)}.")
    return PublishedSummary(file, tuple(labels.values()), tuple(rows), tuple(unread))


def _read_rows(text: str, file: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The headings, and the rows with their lines; every row is as long as the headings."""
    if "\0" in text:
        raise RequestError(f"{file}: is not a text file. Save the table as CSV.")
    first = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, [" ".join(cell.split()) for cell in cells]) for cells in reader)
    except csv.Error as error:
        raise RequestError(f"{file}:{reader.line_num}: cannot be read as CSV: {error}.") from error
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if len(rows) < 2:
        found = "no row" if rows else "neither"
        raise RequestError(f"{file}: needs a line of headings and at least one row; it has {found}.")
    if len(rows) > MOST_ROWS + 1:
        raise RequestError(f"{file}: has {len(rows) - 1:,} rows; the most that are checked are {MOST_ROWS}.")
    heading = rows[0][1]
    for line, cells in rows[1:]:
        if len(cells) != len(heading):
            raise RequestError(
                f"{file}:{line}: has {len(cells)} cells where the headings have {len(heading)}. "
                "Put a cell that has a comma in it between quotes."
            )
    return heading, rows[1:]


def _words(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9.]+", " ", name.lower()).split())


def _role(name: str) -> str | None:
    """What a heading stands for: ``episode``, ``context``, ``move``, a horizon's label, or nothing known."""
    words = set(_words(name).split())
    label = _horizon(name)
    if label:
        return label
    if words & _OTHER_MEASURES:
        return None
    for role, known in ((MOVE, _MOVE_WORDS), ("context", _CONTEXT_WORDS), ("episode", _DATE_WORDS)):
        if words & known:
            return role
    return None


def _horizon(name: str) -> str | None:
    """``fwd_3m_pct``, ``3-month return`` → ``3M``; None for a heading of something else."""
    text = _words(name)
    found = _HORIZON.search(text)
    if found is None or set(text.split()) & _OTHER_MEASURES:
        return None
    count = _COUNTS.index(found[1]) + 1 if found[1] in _COUNTS else int(found[1])
    unit = "D" if found[2].startswith("s") else found[2][0].upper()
    return f"{count}{unit}" if count else None


def _statistic(name: str) -> StatisticName | None:
    words = set(_words(name).split())
    return next((statistic for statistic, known in _STATISTIC_WORDS.items() if words & known), None)


def _row(
    line: int,
    cells: Sequence[str],
    heading: Sequence[str],
    roles: Mapping[str, int],
    columns: Sequence[str],
    file: str,
) -> PublishedRow:
    at = roles["episode"]
    first, last = _days(cells[at], f"{file}:{line}, column '{heading[at]}'")
    context = cells[roles["context"]] if "context" in roles else ""
    figures = {c: _figure(cells[roles[c]], file, line, heading[roles[c]]) for c in columns}
    return PublishedRow(line, cells[at], first, last, context, figures)


def _days(text: str, place: str) -> tuple[date, date]:
    """The first and the last day that an episode's name can mean: a month, or one day."""
    plain = " ".join(text.lower().split())
    iso, words = _ISO.fullmatch(plain), _IN_WORDS.fullmatch(plain)
    if iso is not None:
        year, month, day = int(iso[1]), int(iso[2]), iso[3]
    elif words is not None and words[2] in _MONTHS and not (words[1] and words[3]):
        year, month, day = int(words[4]), _MONTHS.index(words[2]), words[1] or words[3]
    else:
        raise RequestError(
            f"{place}: '{text[:40]}' is not a month or a day. Write 2003-04, 2003-04-30 or Apr 2003; summary "
            "rows belong in a file of their own."
        )
    try:
        if day is not None:
            return date(year, month, int(day)), date(year, month, int(day))
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:
        raise RequestError(f"{place}: '{text[:40]}' is not in the calendar.") from None


def _figure(text: str, file: str, line: int, column: str) -> Printed | None:
    """A printed figure: signs of any kind, a percent sign, thousands, a negative number in parentheses."""
    if text.lower() in _EMPTY:
        return None
    plain = text.replace("−", "-").replace("–", "-").removesuffix("%").strip()
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1].removesuffix('%')}"
    plain = plain.removeprefix("+")
    found = _NUMBER.fullmatch(plain)
    if found is None or not any(c.isdigit() for c in plain):
        raise RequestError(
            f"{file}:{line}, column '{column}': '{text[:40]}' is not a number. Write a figure such as "
            "4.15 or −4.74 there, or leave the cell empty."
        )
    return Printed(text, float(plain.replace(",", "")), len(found[1] or ""))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name[:30]}'" for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def read_published(path: Path, shown: str) -> str:
    """The text of a published file; ``shown`` is its name in messages.

    Raises
    ------
    RequestError : there is no such file, it cannot be read, or it is no text.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RequestError(f"{shown}: is no plain file. Name a CSV file.")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise RequestError(f"{shown}: cannot be read: {error.strerror or error}.") from error
    if len(content) > MOST_BYTES:
        raise RequestError(f"{shown}: is larger than a million bytes, which no published table is.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RequestError(f"{shown}:{line}: is not UTF-8 text. Save the table as CSV in UTF-8.") from error
