"""One builder a kind of section: from the spec and the computed values to blocks."""

from __future__ import annotations

from dataclasses import replace

from generator.desk.week_words import others_story
from generator.editorial import (
    cases,
    conclusion,
    market_facts,
    numbers,
    pictures,
    seasons,
    sentences,
    uncounted,
)
from generator.editorial.also_fired import also_fired_section
from generator.editorial.audit_column import audit_section
from generator.editorial.definition import (
    choices,
    cooldown_sentence,
    reproduction,
    same_dates_sentence,
    signal_sentence,
    steps,
    window_sessions,
)
from generator.editorial.edition import Block, Bullets, Fold, Markdown, Paragraph, Section, Subheading
from generator.editorial.families import how_many_tried
from generator.editorial.market_sentences import fall_before, signal_came
from generator.editorial.market_table import market_section
from generator.editorial.past_signals import past_signals_section
from generator.editorial.report import Report
from generator.editorial.robust import (
    picked_sentence,
    rank_sentence,
    robustness_sentences,
    robustness_table,
)
from generator.editorial.spec_models import (
    AlsoFiredSection,
    AuditSection,
    BestCasesSection,
    BuildSection,
    ConclusionSection,
    CurrentSetupSection,
    KeyPointsSection,
    MarketTableSection,
    MethodSection,
    PastSignalsSection,
    PerformanceSection,
    ProseSection,
    SeasonalitySection,
    SectionSpec,
    SignalSection,
    StudySection,
    WhySection,
    WorstCasesSection,
    note_for,
)
from generator.editorial.tables import SHOWN, episode_table, statistics_table
from generator.editorial.view import LIST_ONLY, StudyView
from generator.editorial.why import why_section
from generator.editorial.words import paragraph, sentence, span
from generator.market.history import PriceHistory, as_date, fingerprint

NEWEST = 15
"""Rows of an episode table that is too long to be shown whole."""


def build_section(report: Report, spec: SectionSpec, key: str) -> Section:
    """A section of the edition; every anchor and file in it begins with ``key``.

    Raises
    ------
    RequestError : the author's text or the section's dates cannot be used.
    """
    match spec:
        case KeyPointsSection():
            return Section(key, spec.heading or "Key points", (Bullets(points(report, spec)),))
        case PerformanceSection():
            return _performance(report, spec, key)
        case SignalSection():
            return _signal(report, spec, key)
        case BuildSection():
            return _build(report, spec, key)
        case StudySection():
            return _study(report, spec, key)
        case BestCasesSection() | WorstCasesSection():
            return _cases(report, spec, key)
        case CurrentSetupSection():
            return _current_setup(report, spec, key)
        case SeasonalitySection():
            return _seasonality(report, spec, key)
        case ProseSection():
            text = report.written(spec.text, f"section {spec.heading or 'prose'}")
            return Section(key, spec.heading, (Markdown(text),))
        case AuditSection():
            return audit_section(report, spec, key)
        case MarketTableSection():
            return market_section(report, spec, key)
        case WhySection():
            return why_section(report, spec, key)
        case AlsoFiredSection():
            return also_fired_section(report, spec, key)
        case PastSignalsSection():
            return past_signals_section(report, spec, key)
        case ConclusionSection():
            texts = conclusion.conclusion(report.ordered)
            return Section(key, spec.heading or "What it means", tuple(Paragraph(t) for t in texts))
        case MethodSection():
            return _method(report, spec, key)


def points(report: Report, spec: KeyPointsSection) -> tuple[str, ...]:
    """The author's own key points, or those written from the facts."""
    if spec.points:
        return tuple(report.written(point, "key_points") for point in spec.points)
    found = conclusion.key_points(report.ordered)
    if not report.spec.sections_of(MarketTableSection):
        return found
    lead = report.lead.study.asset if report.lead else None
    week = others_story(report.news, report.histories, report.spec.assets, () if lead is None else (lead,))
    return (week, *found) if week else found


def _paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text) for text in texts if text)


def _performance(report: Report, spec: PerformanceSection, key: str) -> Section:
    chosen = {asset: report.histories[asset] for asset in spec.assets}
    heading = spec.heading or f"Since {numbers.day(spec.since)}"
    last = as_date(min(history.sessions[-1] for history in chosen.values()))
    if spec.since >= last:
        begins = numbers.day(spec.since)
        return Section(
            key, heading, _paragraphs(f"The prices end on {numbers.day(last)}; this begins on {begins}.")
        )
    accent = report.lead.study.asset if report.lead else spec.assets[0]
    picture = pictures.performance_picture(
        chosen, spec.since, report.spec.assets, accent, f"{key}-chart", report.source_line
    )
    return Section(key, heading, (picture,))


def _signal(report: Report, spec: SignalSection, key: str) -> Section:
    view = report.views[spec.study]
    return Section(key, spec.heading or "The signal", _signal_blocks(report, view, key))


def _signal_blocks(report: Report, view: StudyView, key: str) -> tuple[Block, ...]:
    came = "" if report.says_why(view) else signal_came(view)
    words = paragraph(signal_sentence(view), cooldown_sentence(view), came)
    blocks: list[Block] = [Paragraph(words)]
    window = window_sessions(view)
    if window is not None and view.result.episodes:
        blocks.append(pictures.window_picture(view, window, f"{key}-window", report.source_line))
    blocks.append(pictures.price_picture(view, f"{key}-price", report.source_line))
    return tuple(blocks)


def _build(report: Report, spec: BuildSection, key: str) -> Section:
    view = report.views[spec.study]
    blocks = (steps(view), *reproduction(view, report))
    return Section(key, spec.heading or "How to build this backtest", blocks)


def _study(report: Report, spec: StudySection, key: str) -> Section:
    """Verdict, evidence, caveats; the table; the path, the spread; details folded away."""
    view, source = report.views[spec.study], report.source_line
    blocks: list[Block] = []
    if not report.shows_signal(view, spec):
        blocks += _signal_blocks(report, view, key)
    elif view.target != view.study.asset:
        blocks.append(Paragraph(same_dates_sentence(view)))
    blocks.append(Paragraph(sentences.finding(view), "finding"))
    blocks += _paragraphs(
        paragraph(sentences.shortest(view, report.family), sentences.drift(view)),
        paragraph(sentences.edge(view), sentences.overlap(view)),
        paragraph(
            robustness_sentences(view), how_many_tried(view, report.family, again=view is not report.lead)
        ),
    )
    blocks += _episodes(view, key)
    blocks += _paragraphs(cases.will_it_hold(view))
    if view is not report.lead:
        blocks += _present(pictures.path_picture(view, f"{key}-path", source))
    blocks += _paragraphs(
        paragraph(sentences.spread(view), sentences.price_paid(view), sentences.streak(view))
    )
    blocks += _present(pictures.spread_picture(view, f"{key}-spread", source))
    left_out = uncounted.left_out(view)
    if left_out:
        blocks.append(Paragraph(left_out, "note"))
    blocks += _folds(report, view, key)
    return Section(key, spec.heading or view.title, tuple(blocks))


def _present(block: Block | None) -> tuple[Block, ...]:
    return () if block is None else (block,)


def _episodes(view: StudyView, key: str) -> tuple[Block, ...]:
    total = len(view.result.episodes)
    if total == 0:
        return ()
    whole = episode_table(view, f"{key}-episodes")
    if total <= SHOWN:
        return (whole,)
    newest = replace(episode_table(view, f"{key}-newest", newest=NEWEST), download=False)
    return (newest, Fold(f"All {total} episodes", (whole,)))


def _folds(report: Report, view: StudyView, key: str) -> tuple[Block, ...]:
    folds: list[Block] = []
    table = statistics_table(view, f"{key}-statistics", report.family)
    if table is not None:
        folds.append(Fold("All statistics", (table,)))
    others = robustness_table(view, f"{key}-robustness")
    if others is not None:
        words = _paragraphs(paragraph(rank_sentence(view), picked_sentence(view)))
        folds.append(Fold("Does it hang on one choice?", (*words, others)))
    if not report.shows_build(view.name):
        folds.append(Fold("Reproduce this", reproduction(view, report)))
    return tuple(folds)


def _cases(report: Report, spec: BestCasesSection | WorstCasesSection, key: str) -> Section:
    view, best = report.views[spec.study], isinstance(spec, BestCasesSection)
    chosen = cases.ranked(view, spec.horizon, spec.count, best=best)
    heading = spec.heading or ("The best cases" if best else "The worst cases")
    if not chosen:
        return Section(
            key, heading, _paragraphs(f"Too few cases are complete after {span(spec.horizon)} to rank them.")
        )
    most, first = ("most", "best") if best else ("least", "worst")
    blocks: list[Block] = [
        Paragraph(f"The cases that brought the {most} after {span(spec.horizon)}, the {first} first.")
    ]
    for i in chosen:
        blocks.append(Subheading(cases.case_heading(view, i)))
        blocks.append(Paragraph(cases.case_story(view, i, spec.horizon)))
        note = note_for(spec.notes, view.result.episodes[i].date, view.kind)
        if note:
            blocks.append(Markdown(report.written(note, f"section {heading}")))
    return Section(key, heading, tuple(blocks))


def _current_setup(report: Report, spec: CurrentSetupSection, key: str) -> Section:
    view = report.views[spec.study]
    heading = spec.heading or "Where the present case fits"
    present, told = view.present_episode, view.averaged
    if present is None:
        return Section(key, heading, _paragraphs(f"{signal_came(view)} No case is under way."))
    fall = fall_before(view.history)
    if not told:
        return Section(
            key, heading, _paragraphs(paragraph(cases.so_far(view, present), fall), sentences.finding(view))
        )
    last = max(told, key=lambda s: s.horizon.bars)
    shared = cases.features(view, present, last.horizon.label)
    caution = (
        "The features were chosen by looking, and a split leaves few cases on either side: this describes "
        "the cases and tests nothing."
    )
    lines = [cases.feature_sentence(view, feature, last.horizon.label) for feature in shared]
    # Where the study has a section of its own, this stands there, under the row that it is about.
    holds = "" if report.shows_study(view.name) else cases.will_it_hold(view)
    blocks: tuple[Block, ...] = (
        *_paragraphs(holds, paragraph(cases.so_far(view, present), fall), *lines),
        cases.setup_table(view, present, last, f"{key}-cases"),
        Paragraph(caution, "note"),
    )
    return Section(key, heading, blocks)


def _no_average_year(history: PriceHistory) -> str:
    if history.rows != "daily":
        return f"An average year is made of daily prices; those of {history.asset} are {history.rows}."
    if history.close.min() <= 0:
        return f"{history.asset} has stood at zero or below, so an average of percentages has no meaning."
    return f"The prices of {history.asset} cover too few whole years for an average one."


def _seasonality(report: Report, spec: SeasonalitySection, key: str) -> Section:
    history = report.histories[spec.asset]
    years = market_facts.calendar_years(history)
    heading = spec.heading or "The time of year"
    if years is None or len(years.years) < LIST_ONLY:
        return Section(
            key,
            heading,
            _paragraphs(_no_average_year(history)),
        )
    caption = seasons.year_so_far(years, history)
    picture = pictures.seasonality_picture(years, spec.asset, caption, f"{key}-chart", report.source_line)
    text = paragraph(seasons.what_is_left(years, history), seasons.season_caution(years))
    return Section(key, heading, (*_paragraphs(text), picture))


def _method(report: Report, spec: MethodSection, key: str) -> Section:
    words = Paragraph(
        "Each study asks what came after every earlier case and puts the same figures for any start beside "
        "them. The definitions are those that were executed."
    )
    details: list[Block] = []
    for view in report.views.values():
        details += [Subheading(view.title), Bullets(choices(view))]
    details += [Subheading("Prices"), Bullets(_data_lines(report))]
    fold = Fold("The definitions, and the prices they were read on", tuple(details))
    return Section(key, spec.heading or "Method", (words, fold))


def _data_lines(report: Report) -> tuple[str, ...]:
    lines = [sentence(report.source_line)]
    for asset, history in report.histories.items():
        begin, end = (numbers.day(as_date(d)) for d in (history.first, history.last))
        row = {"daily": "sessions", "weekly": "weeks", "monthly": "months"}[history.rows]
        adjusted = ", closes adjusted for dividends" if history.basis == "total" else ""
        lines.append(f"{asset}: {len(history):,} {row} from {begin} to {end}{adjusted}.")
    lines.append("Nothing after the as-of date was used, prices of other assets included.")
    lines.append(
        "Single stocks that can be studied today are those that are still there: their averages are too good."
    )
    lines.append(f"Fingerprint of all these prices: {fingerprint(report.histories.values())}.")
    return tuple(lines)
