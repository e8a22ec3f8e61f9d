"""Checks that need more than one key of a spec, the signal library or the condition language.

Each check takes the parts that are well formed and returns every problem it finds, so that one broken part
hides nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from generator.core.errors import Problem, RequestError, UnreadError
from generator.core.suggest import suggest
from generator.core.yaml_files import KeyPath, YamlDocument
from generator.market.bars import BarKind
from generator.signals.language import parse_condition, parse_expression
from generator.signals.library import Signal, find_signal
from generator.spec.models import (
    AlsoFiredSection,
    BestCasesSection,
    ChartSection,
    ColumnSpec,
    ConclusionSection,
    KeyPointsSection,
    MarketTableSection,
    PerformanceSection,
    ReportHeader,
    SeasonalitySection,
    SectionPart,
    StudySpec,
    WorstCasesSection,
    kind_of,
)
from generator.spec.studies import bars_of
from generator.study.columns import make_column, refuse_headings
from generator.study.horizons import DEFAULTS, parse_horizon, parse_horizons
from generator.study.question import find_headline

_ASKED = ("signal", "when", "dates")
"""The keys that say what a study asks about."""


def check_header(header: ReportHeader, document: YamlDocument, studies: Collection[str]) -> Iterator[Problem]:
    """The as-of date is not after the report's own; the lead is a study of the report."""
    if header.as_of is not None and header.as_of > header.date:
        yield document.problem(
            ("as_of",), f"{header.as_of} is after the report's date, {header.date}. Change one of them."
        )
    if header.lead is not None and header.lead not in studies:
        yield document.problem(
            ("lead",), f"there is no study '{header.lead}'. {suggest(header.lead, studies)}"
        )


def check_dates(
    header: ReportHeader,
    document: YamlDocument,
    studies: Mapping[str, StudySpec],
    sections: Sequence[tuple[KeyPath, SectionPart]],
) -> Iterator[Problem]:
    """Nothing begins, and no episode is named, after the last day that the report looks at."""
    limit = header.as_of or header.date
    for name, study in studies.items():
        if study.since is not None and study.since >= limit:
            yield document.problem(("studies", name, "since"), _too_late(study.since.isoformat(), limit))
        if study.present is not None and study.present > limit:
            yield document.problem(("studies", name, "present"), _too_late(study.present.isoformat(), limit))
        for key in study.contexts:
            if key > limit.isoformat():
                yield document.problem(("studies", name, "contexts", key), _too_late(key, limit))
    for path, section in sections:
        if isinstance(section, PerformanceSection) and section.since >= limit:
            message = _too_late(section.since.isoformat(), limit)
            yield document.problem((*path, kind_of(section), "since"), message)


def check_study(
    study: StudySpec,
    written: Collection[str],
    document: YamlDocument,
    path: KeyPath,
    assets: Collection[str],
) -> Iterator[Problem]:
    """Everything in one study: assets, signal or condition, parameters, measure, horizons, contexts.

    Parameters
    ----------
    study : without the keys that could not be read, each of which is told already.
    written : the keys that have a value in the file.
    path : of the study.
    assets : the report's tickers.
    """
    for key, ticker in (("asset", study.asset), ("target", study.target)):
        if ticker is not None:
            yield from _check_asset(ticker, document, (*path, key), assets)
    unread = [key for key in (*_ASKED, "bars") if key in written and getattr(study, key) is None]
    asked = [key for key in _ASKED if getattr(study, key) is not None]
    if len(asked) != 1 and not unread:
        found = " and ".join(f"'{key}'" for key in asked) or "none"
        yield document.problem(path, f"needs exactly one of 'signal', 'when' and 'dates'; it has {found}.")
    signal: Signal | None = None
    if study.signal is not None:
        try:
            signal = find_signal(study.signal)
        except UnreadError:
            pass  # Told of signals.yml.
        except RequestError as error:
            yield document.problem((*path, "signal"), str(error))
    yield from _check_parameters(study, signal, document, (*path, "parameters"))
    if study.when is not None:
        yield from _attempt(lambda: parse_condition(study.when or ""), document, (*path, "when"))
    if study.measure is not None:
        yield from _attempt(lambda: parse_expression(study.measure or ""), document, (*path, "measure"))
    yield from _check_columns(study.columns, document, (*path, "columns"))
    if unread or (study.signal is not None and signal is None and study.bars is None):
        return  # The bars are not known, and with them neither horizons nor the shape of the contexts.
    bars = bars_of(study, signal)
    wrong: list[Problem] = []
    if study.horizons is not None:
        wrong += _check_horizons(study.horizons, bars, document, (*path, "horizons"))
    yield from wrong
    if study.horizon is not None and not wrong:
        held = DEFAULTS[bars] if study.horizons is None else study.horizons
        find = partial(find_headline, study.horizon, parse_horizons(held, bars), bars)
        yield from _attempt(find, document, (*path, "horizon"))
    yield from _check_notes(study.contexts, bars, document, (*path, "contexts"))


def check_section(
    section: SectionPart,
    document: YamlDocument,
    path: KeyPath,
    assets: Collection[str],
    studies: Collection[str],
    known: Mapping[str, StudySpec],
    *,
    scans: bool = False,
) -> Iterator[Problem]:
    """The studies, assets, horizons and notes that one section names.

    Parameters
    ----------
    path : of the section's item; its keys are written at ``(*path, kind, key)``.
    studies : names of all studies written.
    known : those of them that are well formed.
    scans : the report tells what else came in its week, of which its key points may be written.
    """
    path = (*path, kind_of(section))
    if isinstance(section, PerformanceSection | MarketTableSection | ChartSection):
        for place, ticker in enumerate(section.assets):
            yield from _check_asset(ticker, document, (*path, "assets", place), assets)
    elif isinstance(section, AlsoFiredSection):
        for place, signal in enumerate(section.signals):
            yield from _attempt(partial(find_signal, signal), document, (*path, "signals", place))
    elif isinstance(section, SeasonalitySection):
        yield from _check_asset(section.asset, document, (*path, "asset"), assets)
    automatic = isinstance(section, KeyPointsSection) and not section.points and not scans
    if not studies and (automatic or isinstance(section, ConclusionSection)):
        yield document.problem(path, "is written from the studies, and this report has none. Leave it out.")
    name: str | None = getattr(section, "study", None)
    if name is None:
        return
    if name not in studies:
        yield document.problem((*path, "study"), f"there is no study '{name}'. {suggest(name, studies)}")
    elif name in known and isinstance(section, BestCasesSection | WorstCasesSection):
        yield from _check_cases(section, known[name], document, path)


def _check_columns(columns: Sequence[ColumnSpec], document: YamlDocument, path: KeyPath) -> Iterator[Problem]:
    yield from _attempt(lambda: refuse_headings([column.heading for column in columns]), document, path)
    for place, column in enumerate(columns):
        key = "recovers" if column.show is None and column.recovers is not None else "show"
        at = (*path, place, key) if getattr(column, key) is not None else (*path, place)
        make = partial(make_column, column.heading, column.show, column.recovers, column.format)
        yield from _attempt(make, document, at)


def _too_late(found: str, limit: date) -> str:
    return f"{found} is not before {limit}, the last day this report looks at. Choose an earlier one."


def _check_cases(
    section: BestCasesSection | WorstCasesSection, study: StudySpec, document: YamlDocument, path: KeyPath
) -> Iterator[Problem]:
    try:
        signal = find_signal(study.signal) if study.signal is not None else None
    except RequestError:
        return  # Told at the study.
    bars = bars_of(study, signal)
    labels = [label.upper() for label in study.horizons or DEFAULTS[bars]]
    if section.horizon.upper() not in labels:
        advice = suggest(section.horizon, labels)
        message = f"the study '{section.study}' has no horizon '{section.horizon}'. {advice}"
        yield document.problem((*path, "horizon"), message)
    yield from _check_notes(section.notes, bars, document, (*path, "notes"))


def _check_asset(
    ticker: str, document: YamlDocument, path: KeyPath, assets: Collection[str]
) -> Iterator[Problem]:
    if ticker not in assets:
        advice = f"{suggest(ticker, assets)} Or add it to 'assets' with its name."
        message = f"'{ticker}' is not among the report's assets. {advice}"
        yield document.problem(path, message)


def _check_parameters(
    study: StudySpec, signal: Signal | None, document: YamlDocument, path: KeyPath
) -> Iterator[Problem]:
    if study.parameters and study.signal is None:
        yield document.problem(
            path, "belong to a signal, and this study has none. Write the numbers in 'when'."
        )
    if study.parameters and signal is not None:
        unknown = [name for name in study.parameters if name not in signal.parameters]
        for name in unknown:
            message = f"the signal '{signal.name}' has no such parameter. {suggest(name, signal.parameters)}"
            yield document.problem((*path, name), message)
        if not unknown:
            yield from _attempt(lambda: signal.with_parameters(**study.parameters), document, path)


def _check_horizons(
    labels: tuple[str, ...], bars: BarKind, document: YamlDocument, path: KeyPath
) -> Iterator[Problem]:
    problems: list[Problem] = []
    for place, label in enumerate(labels):
        problems += _attempt(partial(parse_horizon, label, bars), document, (*path, place))
    yield from problems or _attempt(lambda: parse_horizons(labels, bars), document, path)


def _check_notes(
    notes: Mapping[str, str], bars: BarKind, document: YamlDocument, path: KeyPath
) -> Iterator[Problem]:
    monthly = bars == "monthly"
    for key in notes:
        if monthly != (len(key) == len("2003-04")):
            wanted = "a month such as 2003-04" if monthly else "a day such as 2003-04-30"
            message = f"episodes on {bars} bars are named by {wanted}."
            yield document.problem((*path, key), message)
            continue
        try:
            date.fromisoformat(f"{key}-01" if monthly else key)
        except ValueError:
            yield document.problem((*path, key), "is not in the calendar.")


def _attempt(action: Callable[[], object], document: YamlDocument, path: KeyPath) -> Iterator[Problem]:
    """The problem that an action raises, if it does."""
    try:
        action()
    except UnreadError:
        pass  # Told of signals.yml.
    except RequestError as error:
        yield document.problem(path, str(error))
