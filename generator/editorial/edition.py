"""The edition: everything a report says, before it has a form. Page, e-mail, CSV and JSON are made from it.

All values are frozen and JSON-friendly (text, numbers, tuples, None; never NaN, never arrays), so an
edition can be written to ``edition.json`` and read back whole. Returns are decimals. Text is plain text:
who renders it escapes it. Only ``Markdown`` carries the author's own Markdown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.editorial.figures import Figure

Tone = Literal["", "gain", "loss", "muted", "present"]
Unit = Literal["text", "percent", "rate", "number", "price", "date"]
RowKind = Literal["episode", "provisional", "summary", "baseline", "body", "published"]


@dataclass(frozen=True)
class Cell:
    """One table cell. ``text`` is exactly what is shown; ``value`` the unrounded value for CSV, JSON and
    sorting (decimal for percent and rate units). ``tone`` colours the text; ``heat`` from −1 to 1 tints the
    ground (None: no tint). ``unit`` is the value's own where it is not its column's: a Sharpe among
    returns."""

    text: str
    value: float | str | None = None
    tone: Tone = ""
    heat: float | None = None
    unit: Unit | None = None


@dataclass(frozen=True)
class Column:
    """A table column: ``key`` names it in CSV and JSON, ``heading`` on the page, ``group`` spans several
    columns ("Forward return, %")."""

    key: str
    heading: str
    unit: Unit = "percent"
    group: str = ""


@dataclass(frozen=True)
class Row:
    """A table row; ``kind`` decides how it is set (a provisional row is the present case, a published one the
    definition that its neighbours are held against). A line is drawn where ``group`` changes."""

    cells: tuple[Cell, ...]
    kind: RowKind = "body"
    group: str = ""


@dataclass(frozen=True)
class Table:
    """A table. ``key`` is its anchor and the stem of its CSV; the first column is the row's heading.
    ``download`` offers the CSV beside it. ``notes`` are footnotes."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    download: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text. ``lead`` opens the report; ``finding`` is a verdict; ``note`` is small."""

    text: str
    role: Literal["body", "lead", "finding", "note"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list of plain-text items."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class Markdown:
    """The author's own words, in Markdown, with every number already filled in from the facts."""

    source: str


@dataclass(frozen=True)
class Picture:
    """A chart: what is drawn (``figure``), the finding as its caption, alt text that states it, a source
    line. ``key`` is the stem of its files; ``data`` the table behind it, offered as CSV."""

    key: str
    figure: Figure
    caption: str
    alt: str
    source: str
    data: Table | None = None


@dataclass(frozen=True)
class Code:
    """A command or a spec to copy."""

    text: str
    language: Literal["bash", "yaml"]
    caption: str = ""


@dataclass(frozen=True)
class Fold:
    """Details one click deep."""

    summary: str
    blocks: tuple[Block, ...]


Block = Paragraph | Bullets | Subheading | Markdown | Table | Picture | Code | Fold


@dataclass(frozen=True)
class Section:
    """A part of the report: its anchor, its heading (None: no heading) and its blocks."""

    key: str
    heading: str | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class StripCell:
    """One horizon in the strip under the deck: label, average, "rose 10 of 13", verdict in a few words.

    ``headline`` : the one that speaks for the study. ``median`` : ``average`` is the median, because a few
    cases carry the average.
    """

    label: str
    average: str
    win_rate: str
    verdict: str
    tone: Tone = ""
    headline: bool = False
    median: bool = False


@dataclass(frozen=True)
class Strip:
    """The summary strip of the lead study: what it is about, a cell a horizon."""

    caption: str
    cells: tuple[StripCell, ...]


@dataclass(frozen=True)
class Correction:
    """A correction of a published issue: its ISO date, what was wrong, and the version that it replaced."""

    date: str
    note: str
    version: int


@dataclass(frozen=True)
class Edition:
    """One report.

    ``date`` and ``as_of`` are ISO dates; ``kicker`` the line above the title; ``deck`` the one sentence
    that carries the finding; ``finding`` one line for lists (home, archive, feed), ``verdict`` its few-word
    verdict. ``simulated`` is True when any price came from the sample market: then every form says so.
    ``lead`` is the chart shown under the strip and on the home page. ``key_points`` come before it.
    ``fingerprint`` is that of all prices the report could see. ``corrections`` are those of a published
    issue, the oldest first. ``notices`` are what a reader must know before the first figure, such as prices
    that are held.
    """

    slug: str
    title: str
    deck: str
    kicker: str
    date: str
    as_of: str
    author: str
    source: str
    simulated: bool
    finding: str
    verdict: str
    tags: tuple[str, ...]
    strip: Strip | None
    key_points: tuple[str, ...]
    lead: Picture | None
    sections: tuple[Section, ...]
    fingerprint: str
    corrections: tuple[Correction, ...] = ()
    notices: tuple[str, ...] = ()
