"""What a person writes in ``letter.yml`` and ``report.yml``, as frozen models.

The models hold what can be said of one key alone; what needs two keys, the signal library or the condition
language is checked in the room ``check``. Values arrive as text (see ``core.yaml_files``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator, Field, FiniteFloat, StringConstraints

from generator.core.yaml_models import Written
from generator.market.bars import BarKind
from generator.market.history import ASSET
from generator.study.values import Entry, Form, Level, ReturnBasis

TICKER = f"^{ASSET.pattern}$"
NAME = r"^[a-z0-9][a-z0-9-]{0,79}$"
"""Slugs, names of studies and of signals."""
NOTE_KEY = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
ONE_LINE = r"^[^\n\r]*$"
URL = r"^https?://[^\s?#@]*[^\s?#@/]$"
TAG = r"^tag:[A-Za-z0-9.-]+,[0-9]{4}(-[0-9]{2}){0,2}:[A-Za-z0-9._~/-]+$"
MAILBOX = r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]*[A-Za-z0-9]$"
SENDER = r"^([^<>@\n\r\t]* )?<[^\s<>@]+@[A-Za-z0-9.-]*[A-Za-z0-9]>$|^[^\s<>@]+@[A-Za-z0-9.-]*[A-Za-z0-9]$"
LIST_ID = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"
SUBSCRIBE = rf"^https://[!#-.0-;=?A-z~]+(/[!#-;=?-z~]*)?$|{MAILBOX}"
ALIAS = r"^[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?$"
COLOUR = r"^#?([0-9A-Fa-f]{3}){1,2}$"
FAMILY = r"^-?[A-Za-z][A-Za-z0-9 -]*$"
FONT_FILE = r"^[^/\\][^\\]*\.([tT][tT][fF]|[oO][tT][fF])$"
PICTURE_FILE = r"^[^/\\][^\\]*\.([sS][vV][gG]|[pP][nN][gG])$"
PLACE = r"^(https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[A-Za-z0-9/._~%-]*)?$"
LINK = r"^https://[!#-.0-;=?A-~]+(/[!#-;=?-~]*)?$"


def _iso_date(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
            raise ValueError(f"found '{value[:40]}' where a date such as 2026-04-21 is needed")
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"there is no day {value.strip()} in the calendar") from None
    return value


CODE = re.compile(r"([A-Za-z_]\w*/)*[A-Za-z_]\w*\.py")
"""A file of Python in the project: a module by its path."""


def _code(value: str) -> str:
    if not CODE.fullmatch(value):
        raise ValueError("must be a Python file of the project, such as charts/mine.py")
    return value


Code = Annotated[str, AfterValidator(_code)]
Day = Annotated[date, BeforeValidator(_iso_date)]
Ticker = Annotated[str, Field(pattern=TICKER)]
Name = Annotated[str, Field(pattern=NAME)]
NoteKey = Annotated[str, Field(pattern=NOTE_KEY)]
Text = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(max_length=300, pattern=ONE_LINE)]
MOST = {"studies": 30, "sections": 60}
"""More than any report needs, and few enough that a report is checked at once whatever is in it."""
Heading = Annotated[Line | None, Field(description="The section's heading; one is written when left out.")]


class ColumnSpec(Written):
    """A column of one's own in the episode table, beside the move."""

    heading: Annotated[Line, Field(description="Over the column, and its name in the CSV.")]
    show: Annotated[
        str | None, Field(description="An expression, whose value at the signal's close is shown.")
    ] = None
    recovers: Annotated[
        Level | None,
        Field(
            description="Instead of it: sessions until a close is back at the entry's price, or at the high."
        ),
    ] = None
    format: Annotated[
        Form | None, Field(description="How a value is printed; by the form of the expression.")
    ] = None


class StudySpec(Written):
    """One question, as written: after this on the asset, what did the target do?"""

    asset: Annotated[Ticker, Field(description="The ticker on which the signal is read.")]
    target: Annotated[
        Ticker | None, Field(description="The ticker whose returns are measured; the asset.")
    ] = None
    signal: Annotated[Name | None, Field(description="A signal of the library (see: precedent signals).")] = (
        None
    )
    when: Annotated[str | None, Field(description="A condition, instead of a signal.")] = None
    dates: Annotated[
        Line | None, Field(description="A list of dates, instead of a signal: a file in the report's folder.")
    ] = None
    parameters: Annotated[
        Mapping[str, FiniteFloat], Field(max_length=20, description="Changes to the signal's parameters.")
    ] = {}
    bars: Annotated[BarKind | None, Field(description="The bars; the signal's own, else daily.")] = None
    horizons: Annotated[
        tuple[str, ...] | None, Field(max_length=30, description="Such as [1M, 3M, 6M, 12M].")
    ] = None
    horizon: Annotated[
        str | None, Field(description="The one that speaks for the study; the nearest to three months.")
    ] = None
    cooldown: Annotated[
        int | None, Field(ge=0, le=2520, description="In bars; the signal's own, else 0.")
    ] = None
    entry: Annotated[Entry, Field(description="The price at which the return begins.")] = "close"
    returns: Annotated[ReturnBasis | None, Field(description="Price or total; the report's own.")] = None
    measure: Annotated[str | None, Field(description="The expression shown as the move.")] = None
    measure_heading: Annotated[Line | None, Field(description="The move's table heading.")] = None
    columns: Annotated[
        tuple[ColumnSpec, ...], Field(description="More columns of the episode table, beside the move.")
    ] = ()
    since: Annotated[Day | None, Field(description="Leave out everything before this day.")] = None
    present: Annotated[
        Day | None, Field(description="The day on whose bar the case under way begins, whatever came before.")
    ] = None
    contexts: Annotated[
        Mapping[NoteKey, Line],
        Field(max_length=500, description="A phrase for an episode: 2003-04 on monthly bars, else a day."),
    ] = {}
    title: Annotated[Line | None, Field(description="What the report calls the study.")] = None
    picked_from: Annotated[
        int | None,
        Field(
            ge=1, le=1_000_000, description="How many facts of its week it was picked from, by size alone."
        ),
    ] = None


S = TypeVar("S", bound="SectionPart")


class SectionPart(Written):
    """Base of the sections. ``argument`` is the key that ``- kind: value`` gives a value to, if any."""

    argument: ClassVar[str | None] = None


class KeyPointsSection(SectionPart):
    """Three or four points at the top: written from the facts, or the author's own."""

    argument: ClassVar[str | None] = "points"
    kind: Literal["key_points"] = "key_points"
    points: Annotated[
        tuple[Text, ...], Field(max_length=20, description="The author's own points; none: automatic.")
    ] = ()
    heading: Heading = None


class PerformanceSection(SectionPart):
    """Several assets since a day, rebased to zero at its close."""

    kind: Literal["performance"] = "performance"
    assets: Annotated[tuple[Ticker, ...], Field(min_length=1, max_length=12)]
    since: Day
    heading: Heading = None


class _StudysSection(SectionPart):
    argument: ClassVar[str | None] = "study"
    study: Name
    heading: Heading = None


class StudySection(_StudysSection):
    """A study in full: signal, episodes, statistics beside the baseline, path, spread, reproduction."""

    kind: Literal["study"] = "study"


class SignalSection(_StudysSection):
    """A study's signal in plain words and the price chart with its episodes."""

    kind: Literal["signal"] = "signal"


class BuildSection(_StudysSection):
    """How to build a study's backtest: the steps, the spec, the one command."""

    kind: Literal["build"] = "build"


class _CasesSection(SectionPart):
    study: Name
    horizon: Annotated[str, Field(description="One of the study's horizons; cases are ranked by it.")]
    count: Annotated[int, Field(ge=1, le=20)] = 3
    notes: Annotated[
        Mapping[NoteKey, Text],
        Field(max_length=100, description="The author's sentence of context for an episode."),
    ] = {}
    heading: Heading = None


class BestCasesSection(_CasesSection):
    """The best episodes of a study, a paragraph each."""

    kind: Literal["best_cases"] = "best_cases"


class WorstCasesSection(_CasesSection):
    """The worst episodes of a study, a paragraph each."""

    kind: Literal["worst_cases"] = "worst_cases"


class CurrentSetupSection(_StudysSection):
    """Where the present case fits among the study's episodes."""

    kind: Literal["current_setup"] = "current_setup"


class SeasonalitySection(SectionPart):
    """An asset's average calendar year with this year on it."""

    argument: ClassVar[str | None] = "asset"
    kind: Literal["seasonality"] = "seasonality"
    asset: Ticker
    heading: Heading = None


class ProseSection(SectionPart):
    """The author's words, in Markdown, with numbers filled in from the facts."""

    argument: ClassVar[str | None] = "text"
    kind: Literal["prose"] = "prose"
    text: Text
    heading: Heading = None


class AuditSection(SectionPart):
    """A published table, computed again: what is right in it, what is wrong, and what that changes."""

    kind: Literal["audit"] = "audit"
    study: Annotated[Name, Field(description="The study that the table is about.")]
    table: Annotated[Line, Field(description="The published episodes, a CSV file in the report's folder.")]
    summary: Annotated[Line | None, Field(description="Its summary rows, a CSV file in the folder.")] = None
    heading: Heading = None


class MarketTableSection(SectionPart):
    """Where assets stand: the week, the month and the year so far, and the distance from the high."""

    kind: Literal["market_table"] = "market_table"
    assets: Annotated[tuple[Ticker, ...], Field(min_length=1, max_length=20)]
    benchmark: Annotated[
        Ticker | None, Field(description="Whose weeks, months and years all are compared over.")
    ] = None
    heading: Heading = None


class WhySection(_StudysSection):
    """Why a study's signal is worth a look: how long ago, how rare, how far, how it ranks in its week."""

    kind: Literal["why"] = "why"


class ChartSection(SectionPart):
    """A chart that a Python file of the letter draws from prices."""

    kind: Literal["chart"] = "chart"
    draws: Annotated[Code, Field(description="The file, which letter.yml lists under code.")]
    assets: Annotated[
        tuple[Ticker, ...], Field(min_length=1, max_length=100, description="Whose prices it is given.")
    ]
    caption: Annotated[Text, Field(description="What the chart shows, under it; facts are filled in.")]
    alt: Annotated[Text, Field(description="The same for who cannot see it.")]
    heading: Heading = None


class AlsoFiredSection(SectionPart):
    """What else came in the report's week, found by a scan as of the report's as-of date."""

    kind: Literal["also_fired"] = "also_fired"
    assets: Annotated[
        Mapping[Ticker, Line],
        Field(min_length=1, max_length=1000, description="The assets scanned, and their names."),
    ]
    signals: Annotated[
        tuple[Name, ...], Field(max_length=100, description="Those of the library; none: all.")
    ] = ()
    heading: Heading = None


class PastSignalsSection(SectionPart):
    """What the signals of earlier issues have done since, up to the report's as-of date."""

    kind: Literal["past_signals"] = "past_signals"
    heading: Heading = None


class ConclusionSection(SectionPart):
    """What the studies allow to say, from the numbers."""

    kind: Literal["conclusion"] = "conclusion"
    heading: Heading = None


class MethodSection(SectionPart):
    """Definitions as executed, data, fingerprint."""

    kind: Literal["method"] = "method"
    heading: Heading = None


SectionSpec = Annotated[
    KeyPointsSection
    | PerformanceSection
    | StudySection
    | SignalSection
    | BuildSection
    | BestCasesSection
    | WorstCasesSection
    | CurrentSetupSection
    | SeasonalitySection
    | ProseSection
    | AuditSection
    | MarketTableSection
    | WhySection
    | ChartSection
    | AlsoFiredSection
    | PastSignalsSection
    | ConclusionSection
    | MethodSection,
    Field(discriminator="kind"),
]


SECTION_MODELS: dict[str, type[SectionPart]] = {
    model.model_fields["kind"].default: model for model in get_args(get_args(SectionSpec)[0])
}
"""The kinds of sections, in the order in which messages list them."""


def kind_of(section: SectionPart) -> str:
    """The kind of a section: the word that is written for it."""
    return str(type(section).model_fields["kind"].default)


class AsWritten(Written):
    """Words with a number in them that no fact gives, and why they may stand."""

    text: Annotated[Line, Field(description="The words, as they stand in the report: Black Monday 1987.")]
    because: Annotated[Line, Field(description="Why no fact gives the number: a name; a quoted figure.")]


class Story(Written):
    """The fact that an issue leads with, so that it is not led with again unless it has grown."""

    fact: Annotated[Line, Field(description="Which, without its size: SPY week move down.")]
    size: Annotated[FiniteFloat, Field(description="How far it had gone, as a decimal or a count.")]
    picked_from: Annotated[
        int | None,
        Field(ge=1, le=1_000_000, description="How many facts it was picked from; a study of it says so."),
    ] = None


class ReportHeader(Written):
    """What is written at the top of a report, before its studies and sections."""

    title: Annotated[Line, Field(description="The headline; facts are filled in.")]
    date: Annotated[Day, Field(description="The day of publication.")]
    as_of: Annotated[Day | None, Field(description="Nothing after this day is used; the last session.")] = (
        None
    )
    deck: Annotated[Text | None, Field(description="The sentence under the title; one is written.")] = None
    kicker: Annotated[Line | None, Field(description="The short line above the title; one is written.")] = (
        None
    )
    author: Annotated[Line | None, Field(description="The letter's own when left out.")] = None
    tags: Annotated[tuple[Line, ...], Field(max_length=20, description="Words to find the report by.")] = ()
    assets: Annotated[
        Mapping[Ticker, Line], Field(min_length=1, max_length=100, description="Tickers and their names.")
    ]
    returns: Annotated[
        ReturnBasis | None,
        Field(description="Price returns, or total returns with dividends; price, where the closes are."),
    ] = None
    lead: Annotated[Name | None, Field(description="The study of the deck and strip; the first.")] = None
    story: Annotated[Story | None, Field(description="The fact that a drafted issue leads with.")] = None
    as_written: Annotated[
        tuple[AsWritten, ...],
        Field(
            max_length=100,
            description="Numbers that may be typed by hand, each with the words around it and a reason.",
        ),
    ] = ()


class ReportSpec(ReportHeader):
    """A report, as written.

    ``slug`` is the folder's name, ``text`` the whole file and ``excerpts`` each study's own lines in it;
    ``files`` are the texts of the files that its studies and sections name, ``pictures`` those that its words
    show, ``code`` the texts of the project's files that draw its charts. The others are keys of the file.
    """

    slug: Name
    text: Annotated[str, StringConstraints(strip_whitespace=False)]
    excerpts: Mapping[str, str]
    files: Mapping[str, Annotated[str, StringConstraints(strip_whitespace=False)]] = {}
    pictures: Mapping[str, bytes] = {}
    code: Mapping[Code, Annotated[str, StringConstraints(strip_whitespace=False)]] = {}
    studies: Annotated[Mapping[Name, StudySpec], Field(description="The questions, by name.")]
    sections: Annotated[tuple[SectionSpec, ...], Field(min_length=1, description="What the report shows.")]

    @property
    def lead_study(self) -> str | None:
        """The name of the study that carries the deck, the strip and the lead chart; None without studies,
        and where the issue leads with a fact that is told without one."""
        alone = self.story is not None and self.lead is None
        return None if alone else self.lead or next(iter(self.studies), None)

    def sections_of(self, kind: type[S]) -> tuple[S, ...]:
        """Its sections of one kind."""
        return tuple(section for section in self.sections if isinstance(section, kind))


def note_for(notes: Mapping[str, str], day: date, bars: BarKind) -> str | None:
    """The phrase written for the episode of this day, or None.

    On monthly bars notes are kept by month (``2003-04``), on weekly bars by any day of the week, on daily
    bars by the day.
    """
    if bars == "monthly":
        return notes.get(f"{day:%Y-%m}")
    if bars == "weekly":
        monday = day - timedelta(days=day.weekday())
        return next((n for k in range(7) if (n := notes.get(f"{monday + timedelta(days=k)}"))), None)
    return notes.get(day.isoformat())
