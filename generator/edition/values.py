"""The edition: all that a report says, before it has a form. Article, e-mail, CSV and JSON are made from it.

All values are frozen. Returns are decimals. Text is plain text: who renders it escapes it; what an author
wrote in Markdown is ``escape.Markdown``. Words that hang on no number stand in the templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.edition.figures import Figure
from generator.study.values import StudyResult

Tone = Literal["", "gain", "loss", "muted", "present"]
Unit = Literal["text", "percent", "rate", "number", "price", "date"]
RowKind = Literal["episode", "provisional", "summary", "baseline", "body", "published"]


@dataclass(frozen=True)
class Cell:
    """One table cell. ``text`` is exactly what is shown; ``value`` the unrounded value for CSV, JSON and
    sorting (decimal for percent and rate units). ``tone`` colours the text. ``unit`` is the value's own
    where it is not its column's: a Sharpe among returns. ``strong`` sets it apart from its column, ``href``
    leads somewhere."""

    text: str
    value: float | str | None = None
    tone: Tone = ""
    unit: Unit | None = None
    strong: bool = False
    href: str = ""


@dataclass(frozen=True)
class Column:
    """A table column: ``key`` names it in CSV and JSON, ``heading`` on the page, ``group`` spans several
    columns ("Forward return, %"). ``scale`` is the size of value that is tinted in full; None: no tints."""

    key: str
    heading: str
    unit: Unit = "percent"
    group: str = ""
    scale: float | None = None


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
    ``download`` offers the CSV beside it. Caption and notes are the template's, unless other forms than the
    article show them too."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    download: bool = False


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


Values = Mapping[str, Any]
"""What a section's template may name: texts, tables, pictures, and small values of these."""


@dataclass(frozen=True)
class Section:
    """A part of the report: its anchor, its kind, the heading that the author gave it (None: the template's),
    and what the template of its kind sets by name."""

    key: str
    kind: str
    heading: str | None
    values: Values

    def tables(self) -> Mapping[str, Table]:
        """Its tables by name."""
        return {name: value for name, value in self.values.items() if isinstance(value, Table)}


@dataclass(frozen=True)
class StripCell:
    """One horizon in the strip under the deck: label, average, "rose 10 of 13", verdict in a few words.

    ``headline`` : the one that speaks for the study. ``median`` : ``average`` is the median, because a few
    cases carry the average of this one or another of its strip. ``usual`` : the same figure of the baseline,
    for lists; empty where there is none.
    """

    label: str
    average: str
    win_rate: str
    verdict: str
    tone: Tone = ""
    headline: bool = False
    median: bool = False
    usual: str = ""


@dataclass(frozen=True)
class Strip:
    """The summary strip of the lead study: what it is about, a cell a horizon, and what these come after."""

    caption: str
    cells: tuple[StripCell, ...]
    after: str = "After the signal"

    @property
    def medians(self) -> bool:
        """Whether a median stands in place of an average."""
        return any(cell.median for cell in self.cells)

    @property
    def judges_apart(self) -> bool:
        """Whether its cells need their verdicts; the caption has them where all are alike."""
        return len(self.cells) < 2 or len({cell.verdict for cell in self.cells}) > 1


@dataclass(frozen=True)
class ShareCard:
    """What is drawn where a link to an issue is shared: the letter's name, the line above the title, the
    title, the strip's figures (None where there are none), and the chart that leads it.

    Words are cut with an ellipsis where they do not fit, and left out where no typeface of the machine has
    their letters. Up to four averages are shown, the first and the last among them. Of charts an average path
    is drawn small; others are left out.
    """

    name: str
    kicker: str
    title: str
    strip: Strip | None
    figure: Figure | None


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
    ``lead`` is the chart shown under the strip and on the home page. ``short`` are the key points where they
    open the report, and come before it; ``key_points`` their texts wherever they stand. ``studies`` are the
    answers by the names of the spec, ``pictures`` the author's own by the names of their files.
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
    short: Section | None
    sections: tuple[Section, ...]
    studies: Mapping[str, StudyResult]
    fingerprint: str
    corrections: tuple[Correction, ...] = ()
    notices: tuple[str, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
