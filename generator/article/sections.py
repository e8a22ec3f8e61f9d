"""The registry of section kinds: for each its model, and the facts that its template sets by name.

What a section says in which order stands in ``templates/report/<kind>.md``; here is what it may name. A value
is a text (the template escapes it), a table, a picture, or ``None`` and an empty text where there is nothing
to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from generator.article import pictures
from generator.article.also_fired import also_fired, best_record
from generator.article.audit_column import audited, outcome
from generator.article.definition import (
    choices,
    command,
    cooldown_sentence,
    same_dates_sentence,
    signal_sentence,
    steps,
    window_sessions,
)
from generator.article.market_table import market_table
from generator.article.past_signals import past_signals
from generator.article.report import Report
from generator.article.why import picked_from_week, why
from generator.core.errors import RequestError
from generator.desk.facts import fact_key
from generator.desk.week_words import fact_story, others_points
from generator.edition.figures import OwnDrawing
from generator.edition.values import Picture, Section, Values
from generator.findings import cases, conclusion, market_facts, seasons, sentences, uncounted
from generator.findings.bunched import bunched
from generator.findings.families import doubt, how_many_tried
from generator.findings.followed import came_before
from generator.findings.gap_after import kept_ahead
from generator.findings.market_sentences import fall_before, signal_came
from generator.findings.robust import (
    SAME,
    has_same_cases,
    next_door,
    parts,
    picked_sentence,
    rank_sentence,
    robustness_table,
    shortest,
)
from generator.findings.sentences import deepest_loss, later
from generator.findings.tables import SHOWN, episode_table, pending_note, statistics_table
from generator.findings.together import opposed, shared_dates
from generator.findings.view import MIN_CASES, MIN_CASES_FOR_SHARPE, StudyView
from generator.language import numbers
from generator.language.asset_names import called, capital, is_basket
from generator.language.author_markdown import prose
from generator.language.column_words import column_notes
from generator.language.entries import dates_notes, entry_notes
from generator.language.escape import Markdown
from generator.language.price_words import payments_left_out, priced
from generator.language.words import any_moment, paragraph, sentence, span
from generator.market.history import PriceHistory, as_date, fingerprint
from generator.spec.letter import unlisted
from generator.spec.models import (
    AlsoFiredSection,
    AuditSection,
    BestCasesSection,
    BuildSection,
    ChartSection,
    ConclusionSection,
    CurrentSetupSection,
    KeyPointsSection,
    MarketTableSection,
    MethodSection,
    PastSignalsSection,
    PerformanceSection,
    ProseSection,
    SeasonalitySection,
    SectionPart,
    SignalSection,
    StudySection,
    WhySection,
    WorstCasesSection,
    kind_of,
    note_for,
)
from generator.study.ladder import move_of
from generator.study.verdict import BAR_WORD

NEWEST = 15
"""Rows of an episode table that is too long to be shown whole."""


def build_section(report: Report, spec: SectionPart, key: str) -> Section:
    """A section of the edition; every anchor and file in it begins with ``key``.

    Raises
    ------
    RequestError : the author's text or the section's dates cannot be used.
    """
    values = SECTIONS[type(spec)](report, spec, key)
    return Section(key, kind_of(spec), getattr(spec, "heading", None), values)


def points(report: Report, spec: KeyPointsSection) -> tuple[str, ...]:
    """The author's own key points, or those written from the facts; then what audits found."""
    audits = (outcome(report, section) for section in report.spec.sections_of(AuditSection))
    return (*_own_points(report, spec), *audits)


def _own_points(report: Report, spec: KeyPointsSection) -> tuple[str, ...]:
    if spec.points:
        return tuple(report.written(point, "key_points") for point in spec.points)
    if not report.ordered:
        # A short issue: its facts stand in the week's paragraph, above.
        return tuple(filter(None, _records(report)))
    found = conclusion.key_points(report.ordered, tells_week=report.is_weekly, leads=report.lead is not None)
    if not report.is_weekly:
        return found
    told = report.deck_names if report.lead is None else {report.lead.study.asset}
    rare = others_points(report.news, report.histories, report.spec.assets, told)
    # A result of the studies that is hard to explain by luck comes before what is rare in the week; the
    # record of a signal without a study after it, then a run of gains.
    best = report.standout
    hard = best is not None and best.is_hard
    first, rest = (found[:1], found[1:]) if best is not None else ((), found)
    if best is not None and hard:
        first = (paragraph(first[0], picked_from_week(best.view, report.scan)),)
    before, after = (first, ()) if hard else ((), first)
    points = tuple(point for point in (*before, *rare, *_records(report), *after, *rest) if point)
    # What a holder may meet is an aside: alone it is no short version.
    alone = report.lead is not None and points == (deepest_loss(report.lead),)
    return () if alone else points


def _records(report: Report) -> list[str]:
    """What stands out of the signals without a study."""
    return [best_record(report, section) for section in report.spec.sections_of(AlsoFiredSection)]


def _key_points(report: Report, spec: KeyPointsSection, key: str) -> Values:
    return {"points": points(report, spec)}


def _performance(report: Report, spec: PerformanceSection, key: str) -> Values:
    chosen = {asset: report.histories[asset] for asset in spec.assets}
    last = as_date(min(history.sessions[-1] for history in chosen.values()))
    picture = None
    if spec.since < last:
        accent = report.lead.study.asset if report.lead else spec.assets[0]
        picture = pictures.performance_picture(
            chosen, spec.since, report.spec.assets, accent, f"{key}-chart", report.source_line
        )
    return {"since": numbers.day(spec.since), "last": numbers.day(last), "performance": picture}


def _signal(report: Report, spec: SignalSection, key: str) -> Values:
    return signal_values(report, report.views[spec.study], key)


def signal_values(report: Report, view: StudyView, key: str) -> Values:
    """What ``report/signal_words.md`` names: the signal in words, its window, all its cases on the price."""
    sessions, window = window_sessions(view), None
    if sessions is not None and view.result.episodes:
        window = pictures.window_picture(view, sessions, f"{key}-window", report.source_line)
    return {
        "dated": view.study.listed is not None,
        "signal": signal_sentence(view),
        "cooldown": cooldown_sentence(view),
        "came": "" if report.says_why(view) else signal_came(view),
        "window": window,
        "price": pictures.price_picture(view, f"{key}-price", report.source_line),
    }


def _build(report: Report, spec: BuildSection, key: str) -> Values:
    view = report.views[spec.study]
    return {"steps": steps(view), **reproduction(report, view)}


def reproduction(report: Report, view: StudyView) -> Values:
    """What does a study again: its lines of the spec, and the command that prints the same numbers."""
    return {"study_lines": report.spec.excerpts.get(view.name, ""), "command": command(view, report)}


def _study(report: Report, spec: StudySection, key: str) -> Values:
    """Verdict, evidence, caveats, tables and charts; the signal where no other section has it."""
    view, source = report.views[spec.study], report.source_line
    shown_elsewhere = report.shows_signal(view, spec)
    lead, week = view is report.lead, report.is_weekly
    signal = {} if shown_elsewhere else signal_values(report, view, key)
    # The name of a move says what it asks, and of another than the lead's nobody has said what happened; the
    # name of a library's signal needs its sentence.
    happened = _happened(report, view) if week and not lead else ""
    told_signal = signal.get("signal", "") if view.signal else happened
    return {
        "title": view.title,
        "leads": lead,
        "mailed": lead or not (report.points_tell(view) or (week and not conclusion.finds_something(view))),
        # A week has one chart a story open, and that of its lead stands at the top.
        "folds_path": week,
        # A second story that found nothing is its answer in a line; all else is folded.
        "brief": week and not lead and conclusion.finds_nothing(view),
        **signal,
        **({"signal": ""} if view.signal and told_signal else {}),
        "told_signal": told_signal,
        "tells_signal": not shown_elsewhere,
        "same_dates": same_dates_sentence(view)
        if shown_elsewhere and view.target != view.study.asset
        else "",
        "finding": ""
        if report.deck_tells(view)
        else paragraph(sentences.finding(view), _best_of(report, view)),
        "bunched": "" if report.deck_tells_when(view) else bunched(view),
        # Of the lead's target it is said above everything.
        "payments": ""
        if report.lead is not None and view.target == report.lead.target
        else payments_left_out(report.histories, priced([view.study]), report.spec.assets),
        "shortest": sentences.shortest(view, report.family),
        "drift": sentences.drift(view),
        "edge": sentences.edge(view),
        "doubt": doubt(view, report.family),
        "shared_dates": "" if report.lead is None else shared_dates(view, report.lead),
        "opposed": _opposed(report, view),
        # Of the lead the deck says it.
        "kept_ahead": "" if report.deck_tells(view) else capital(kept_ahead(view, view.told)),
        "chance": sentences.chance(view),
        "overlap": sentences.overlap(view),
        "next_door": next_door(view),
        "parts": parts(view),
        "how_many_tried": how_many_tried(view, report.family, again=not lead),
        **_episodes(view, key),
        # A week's key points have told it of the lead.
        "will_it_hold": "" if lead and week and report.writes_points else cases.will_it_hold(view),
        "path": None if lead else pictures.path_picture(view, f"{key}-path", source),
        "spread": sentences.spread(view),
        "price_paid": sentences.price_paid(view),
        "streak": sentences.streak(view),
        "spread_picture": pictures.spread_picture(view, f"{key}-spread", source),
        "left_out": uncounted.left_out(view),
        "statistics": statistics_table(view, f"{key}-statistics", report.family),
        "rank": rank_sentence(view),
        "picked": picked_sentence(view),
        "neighbours": robustness_table(view, f"{key}-robustness"),
        "any_moment": view.any_moment,
        "any_start": any_moment(view.kind),
        "same": SAME if has_same_cases(view) else "",
        "counted_at": span(shortest(view)),
        "least": numbers.count(MIN_CASES),
        "results": numbers.plural(report.family.size, "result"),
        "reproduces": not report.shows_build(view.name),
        **reproduction(report, view),
    }


def _best_of(report: Report, view: StudyView) -> str:
    """The result that stands out of a week, in the section of its study, where it is at another horizon than
    the headline."""
    best = report.standout if report.is_weekly else None
    if best is None or not best.is_hard or best.view is not view or best.summary is view.headline:
        return ""
    told = f"{later(best.summary.horizon.label)} {view.it} {sentences.outcome(view, best.summary)}"
    return sentence(f"{capital(told)}: {sentences.SAID[best.summary.verdict.key]}")


def _happened(report: Report, view: StudyView) -> str:
    """The move of the week that a study asks about, and how often it came before."""
    asked = move_of(view.study)
    if asked is None:
        return ""
    move = asked[0]
    key = fact_key(
        move.asset, BAR_WORD[view.kind], "gap" if move.other else "move", up=move.up, other=move.other
    )
    told = fact_story(report.news, report.histories, report.spec.assets, key)
    return paragraph(told, came_before(view)) if told else ""


def _opposed(report: Report, view: StudyView) -> str:
    """That a study points to the other side than the lead, on the same target."""
    head, lead = view.headline, report.lead
    return (
        "" if head is None or lead is None or view is lead else opposed(lead, view.target, view.typical(head))
    )


def _episodes(view: StudyView, key: str) -> Values:
    """All episodes; the newest alone where all are too many to be shown unasked."""
    total = len(view.result.episodes)
    newest = None
    if total > SHOWN:
        newest = replace(episode_table(view, f"{key}-newest", newest=NEWEST), download=False)
    whole = None if total == 0 else episode_table(view, f"{key}-episodes")
    return {
        "episodes": whole,
        "newest": newest,
        "shown": NEWEST,
        "how_many": total,
        "target": view.called,
        "read_so": (*column_notes(view.result), *dates_notes(view.result), *entry_notes(view.result)),
        "pending": pending_note(view),
        "rough_below": MIN_CASES_FOR_SHARPE if any(s.n < MIN_CASES_FOR_SHARPE for s in view.averaged) else 0,
        "too_few": any(0 < s.n < MIN_CASES for s in view.result.summaries),
    }


@dataclass(frozen=True)
class CaseWords:
    """A case in words; ``note`` is the author's, checked Markdown."""

    heading: str
    story: str
    note: str


def _cases(report: Report, spec: BestCasesSection | WorstCasesSection, key: str, *, best: bool) -> Values:
    view = report.views[spec.study]
    told = []
    for i in cases.ranked(view, spec.horizon, spec.count, best=best):
        note = note_for(spec.notes, view.result.episodes[i].named_day, view.kind) or ""
        written = _authors(report, note, f"section {kind_of(spec)}", f"{key}-{i}") if note else ""
        told.append(CaseWords(cases.case_heading(view, i), cases.case_story(view, i, spec.horizon), written))
    return {"cases": tuple(told), "after": span(spec.horizon)}


def _current_setup(report: Report, spec: CurrentSetupSection, key: str) -> Values:
    view = report.views[spec.study]
    present = view.present_episode
    values: dict[str, Any] = {
        "came": signal_came(view),
        "under_way": present is not None,
        "setup": None,
        "occasion": view.occasion,
    }
    if present is None:
        return values
    values |= {
        "so_far": cases.so_far(view, present),
        "fall_before": fall_before(view.history),
        "finding": sentences.finding(view),
    }
    if view.averaged:
        last = max(view.averaged, key=lambda s: s.horizon.bars)
        label = last.horizon.label
        shared = cases.features(view, present, label)
        # Where the study has a section of its own, this stands there, under the row that it is about.
        values |= {
            "will_it_hold": "" if report.shows_study(view.name) else cases.will_it_hold(view),
            "features": tuple(t for f in shared if (t := cases.feature_sentence(view, f, label))),
            "setup": cases.setup_table(view, present, last, f"{key}-cases"),
            "after": span(label),
        }
    return values


def _seasonality(report: Report, spec: SeasonalitySection, key: str) -> Values:
    history = report.histories[spec.asset]
    years = market_facts.calendar_years(history)
    of_week = report.is_weekly
    if years is None or len(years.years) < MIN_CASES:
        return {"year": None, "no_average_year": _no_average_year(history), "of_week": of_week}
    if of_week and not seasons.is_like_others(years):
        return {"year": None, "no_average_year": "", "of_week": of_week}
    named = called(spec.asset, report.spec.assets)
    caption = seasons.year_so_far(years, history, named)
    return {
        "year": pictures.seasonality_picture(years, spec.asset, caption, f"{key}-chart", report.source_line),
        "caption": caption,
        "of_week": of_week,
        "what_is_left": seasons.what_is_left(years, history, named),
        "caution": seasons.season_caution(years),
    }


def _no_average_year(history: PriceHistory) -> str:
    if history.rows != "daily":
        return f"An average year is made of daily prices; those of {history.asset} are {history.rows}."
    if history.close.min() <= 0:
        return f"{history.asset} has stood at zero or below, so an average of percentages has no meaning."
    return f"The prices of {history.asset} cover too few whole years for an average one."


def _chart(report: Report, spec: ChartSection, key: str) -> Values:
    if spec.draws not in report.letter.code:
        raise RequestError(unlisted(spec.draws))
    prices = tuple((asset, report.histories[asset]) for asset in spec.assets)
    figure = OwnDrawing(
        spec.draws, report.spec.code[spec.draws], fingerprint([each for _, each in prices]), prices
    )
    caption, alt = (report.written(text, f"section chart {spec.draws}") for text in (spec.caption, spec.alt))
    return {"picture": Picture(f"{key}-chart", figure, caption, alt, report.source_line)}


def _prose(report: Report, spec: ProseSection, key: str) -> Values:
    return {"words": _authors(report, spec.text, f"section {spec.heading or 'prose'}", key)}


def _authors(report: Report, text: str, place: str, key: str) -> Markdown:
    """The author's Markdown with its numbers filled in; ``key`` keeps its footnotes apart from others."""
    return prose(report.written(text, place), key, report.spec.pictures)


def _conclusion(report: Report, spec: ConclusionSection, key: str) -> Values:
    return {"paragraphs": conclusion.conclusion(report.ordered)}


@dataclass(frozen=True)
class Choices:
    """Every choice of a study, one to a line, under its title."""

    title: str
    lines: tuple[str, ...]


def _method(report: Report, spec: MethodSection, key: str) -> Values:
    return {
        "studies": tuple(Choices(view.title, choices(view)) for view in report.views.values()),
        "source_line": sentence(report.source_line),
        "prices": tuple(_prices(asset, history) for asset, history in report.histories.items()),
        "fingerprint": fingerprint(report.histories.values()),
        "single_stocks": any(
            view.target.isalpha() and not is_basket(report.spec.assets.get(view.target, ""))
            for view in report.views.values()
        ),
    }


def _prices(asset: str, history: PriceHistory) -> str:
    begin, end = (numbers.day(as_date(d)) for d in (history.first, history.last))
    row = {"daily": "sessions", "weekly": "weeks", "monthly": "months"}[history.rows]
    adjusted = ", closes adjusted for dividends" if history.basis == "total" else ""
    return f"{asset}: {len(history):,} {row} from {begin} to {end}{adjusted}."


Facts = Callable[[Report, Any, str], Values]

SECTIONS: Mapping[type[SectionPart], Facts] = {
    KeyPointsSection: _key_points,
    PerformanceSection: _performance,
    SignalSection: _signal,
    BuildSection: _build,
    StudySection: _study,
    BestCasesSection: partial(_cases, best=True),
    WorstCasesSection: partial(_cases, best=False),
    CurrentSetupSection: _current_setup,
    SeasonalitySection: _seasonality,
    ProseSection: _prose,
    ChartSection: _chart,
    AuditSection: audited,
    MarketTableSection: market_table,
    WhySection: why,
    AlsoFiredSection: also_fired,
    PastSignalsSection: past_signals,
    ConclusionSection: _conclusion,
    MethodSection: _method,
}
"""The facts of every kind of section. Its model is in ``spec/``, its words in ``templates/report/``."""
