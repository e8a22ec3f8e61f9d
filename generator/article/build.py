"""From a spec, prices and answers to an edition: the report whole, before it has a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from generator.article import pictures
from generator.article.facts import FactBook
from generator.article.market_table import quiet_week
from generator.article.report import Report
from generator.article.sections import build_section, points
from generator.edition.values import Edition, Picture, Section
from generator.findings import conclusion
from generator.findings.market_sentences import opening
from generator.findings.view import StudyView
from generator.language import numbers
from generator.language.price_words import price_notices
from generator.market.asof import as_of_date
from generator.market.exchanges import CalendarName, calendar_of, shared_calendar
from generator.market.history import PriceHistory, as_date, fingerprint
from generator.scan.ranking import ScanResult
from generator.scorecard.outcomes import Scorecard
from generator.spec.letter import Letter
from generator.spec.models import (
    ChartSection,
    KeyPointsSection,
    MarketTableSection,
    ProseSection,
    ReportSpec,
    SeasonalitySection,
    SectionSpec,
    StudySection,
)
from generator.spec.studies import assets_read
from generator.study.values import StudyResult

SHORT = "the-short-version"
"""The anchor of the key points that open a report."""


def edition_of(report: Report) -> Edition:
    """Everything a gathered report says.

    Raises
    ------
    RequestError : the author's text names a fact that does not exist, or a section a day without prices.
    """
    spec, lead = report.spec, report.lead
    finding = conclusion.finding(lead) if lead else quiet_week(report)
    return Edition(
        slug=spec.slug,
        title=report.title,
        deck=report.written(spec.deck, "deck") if spec.deck else conclusion.deck(lead) if lead else finding,
        kicker=_kicker(report),
        date=spec.date.isoformat(),
        as_of=report.as_of.isoformat(),
        author=spec.author or report.letter.author,
        source=report.source_name,
        simulated=report.simulated,
        finding=finding,
        verdict=conclusion.report_verdict(lead) if lead else "",
        tags=spec.tags,
        strip=conclusion.strip(lead) if lead and lead.result.episodes else None,
        key_points=_key_points(report),
        lead=_lead_picture(report),
        short=_short(report),
        sections=_sections(report),
        studies={name: view.result for name, view in report.views.items()},
        pictures=spec.pictures,
        fingerprint=fingerprint(report.histories.values()),
        notices=price_notices(
            report.histories, [lead.study] if lead else [], spec.assets, [] if lead else _moved(report)
        ),
    )


def gather(
    spec: ReportSpec,
    letter: Letter,
    histories: Mapping[str, PriceHistory],
    results: Mapping[str, StudyResult],
    source_name: str,
    simulated: bool,
    scan: ScanResult | None = None,
    scorecard: Scorecard | None = None,
    credit: str | None = None,
) -> Report:
    """Cut every series at the report's as-of date and put what the builders need in one place.

    Parameters
    ----------
    spec, letter : as written and checked.
    histories : prices of every asset the report reads (``assets_read``), by ticker.
    results : the answer to every study of the spec, by name, made with the report's as-of date.
    source_name : of the price source.
    simulated : whether any price came from the sample market.
    scan, scorecard : as of that date already.
    credit : whose prices they are, where said.
    """
    read = {asset: histories[asset] for asset in assets_read(spec)}
    as_of = as_of_date(tuple(read.values()), spec.as_of)
    clock = clock_of(spec)
    cut = {asset: replace(history.until(as_of), clock=clock) for asset, history in read.items()}
    differ = len({results[name].first.year for name in spec.studies}) > 1
    views = {
        name: StudyView(name, written, results[name], cut, spec.assets, names_year=differ)
        for name, written in spec.studies.items()
    }
    views = {
        name: replace(view, others=tuple(v for v in views.values() if v is not view))
        for name, view in views.items()
    }
    facts = FactBook(views, cut)
    day = as_date(as_of)
    return Report(spec, letter, views, cut, facts, day, source_name, simulated, scan, scorecard, credit)


def clock_of(spec: ReportSpec) -> CalendarName:
    """The calendar by whose weeks, months and years a report compares its assets: that of the benchmark of
    its first market table, else the one that its assets share."""
    tables = spec.sections_of(MarketTableSection)
    if tables and tables[0].benchmark is not None:
        return calendar_of(tables[0].benchmark)
    return shared_calendar(tables[0].assets if tables else spec.assets)


def _moved(report: Report) -> list[str]:
    """The assets of the fact that a report without a study leads with."""
    story = report.spec.story
    fact = None if story is None else report.news.find(story.fact)
    return [] if fact is None else [asset for asset in (fact.asset, fact.other) if asset]


def _kicker(report: Report) -> str:
    asset = report.lead.target if report.lead else next(iter(report.spec.assets))
    subject = report.spec.kicker or report.spec.assets.get(asset, asset)
    return f"{subject} · {numbers.long_day(report.spec.date)}"


def _key_points(report: Report) -> tuple[str, ...]:
    """Those of the first key_points section; none when the spec leaves it out."""
    first = next(iter(report.spec.sections_of(KeyPointsSection)), None)
    return () if first is None else points(report, first)


def _opens(report: Report) -> KeyPointsSection | None:
    """The key points, where the report opens with them: then they stand above the strip and the chart."""
    first = report.spec.sections[0]
    return first if isinstance(first, KeyPointsSection) else None


def _short(report: Report) -> Section | None:
    opens = _opens(report)
    return None if opens is None else build_section(report, opens, SHORT)


def _lead_picture(report: Report) -> Picture | None:
    """The average path of the lead study, or its price chart when there are too few cases to average."""
    if report.lead is None:
        return None
    path = pictures.path_picture(report.lead, "lead", report.source_line)
    return path or pictures.price_picture(report.lead, "lead", report.source_line)


def _sections(report: Report) -> tuple[Section, ...]:
    """The spec's sections in its order, without the key points that open the report."""
    specs = [spec for spec in report.spec.sections if spec is not _opens(report)]
    built: list[Section] = []
    if report.lead and (not specs or not isinstance(specs[0], ProseSection | MarketTableSection)):
        # The author's own words open the report, or the market table's; without them it opens with what has
        # just happened.
        built.append(Section("opening", "opening", None, {"words": opening(report.lead)}))
    taken = {"opening", "lead", SHORT}
    return (*built, *(build_section(report, spec, _key(spec, taken)) for spec in specs))


def _key(spec: SectionSpec, taken: set[str]) -> str:
    """An anchor made from the study and the kind (from the heading for prose), unlike any before it."""
    stem = re.sub(r"[^a-z0-9]+", "-", _name(spec).lower()).strip("-")[:60] or spec.kind
    key, count = stem, 1
    while key in taken:
        count += 1
        key = f"{stem}-{count}"
    taken.add(key)
    return key


def _name(spec: SectionSpec) -> str:
    match spec:
        case ProseSection():
            return spec.heading or "words"
        case StudySection():
            return spec.study
        case ChartSection():
            return spec.heading or spec.draws.removesuffix(".py")
        case SeasonalitySection():
            return f"{spec.kind}-{spec.asset}"
    study = getattr(spec, "study", None)
    return f"{study}-{spec.kind}" if study else spec.kind
