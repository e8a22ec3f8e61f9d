"""What the signal pages say: a page for each signal of the library, and their index by kind."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from generator.edition.values import Cell, Column, Row, Table
from generator.findings.tables import count_cell, percent_cell, plain_cell, rate_cell
from generator.findings.view import MIN_CASES
from generator.language import numbers
from generator.language.asset_names import capital
from generator.language.words import any_moment, bar_span, listed, pair, paragraph, sentence, span
from generator.pages.sketches import Sketch, sketch
from generator.pages.survey import State, Survey
from generator.scan.values import HEADLINES
from generator.scorecard.values import Expectation, Expectations
from generator.signals.library import Signal, load_library
from generator.signals.tree import number_text

RECENT = 21
"""Sessions within which a firing still counts as recent."""
STRONGEST = 0.08
"""An edge from which the tint of a cell is full."""


@dataclass(frozen=True)
class IssueLink:
    """An issue that a page points to; ``date`` is ISO."""

    slug: str
    title: str
    date: str


@dataclass(frozen=True)
class SignalPage:
    """Everything the page of one signal says. ``details`` are (term, text, whether it is code)."""

    name: str
    title: str
    kind: str
    deck: str
    summary: tuple[str, ...]
    details: tuple[tuple[str, str, bool], ...]
    sketch: Sketch | None
    record: Table | None
    standing: Table | None
    notes: tuple[str, ...]
    issues: tuple[IssueLink, ...] = ()


@dataclass(frozen=True)
class IndexEntry:
    """A signal on the index: what it is, and when it fired last."""

    name: str
    title: str
    sentence: str
    newest: str


@dataclass(frozen=True)
class SignalIndex:
    """The index of the signals: entries by kind, and the week's signals."""

    title: str
    coverage: str
    week: Table | None
    kinds: tuple[tuple[str, tuple[IndexEntry, ...]], ...]


def signal_pages(survey: Survey) -> tuple[SignalPage, ...]:
    """A page for each signal of the library, in its order, its issues left out."""
    return tuple(_page(signal, survey) for signal in load_library().values())


def signal_index(survey: Survey) -> SignalIndex:
    """All signals by kind, the week's on top."""
    library = sorted(load_library().values(), key=lambda signal: signal.kind)
    kinds = tuple(
        (kind.capitalize(), tuple(_entry(signal, survey) for signal in signals))
        for kind, signals in groupby(library, key=lambda signal: signal.kind)
    )
    title = f"The {len(library)} signals we watch"
    return SignalIndex(title, coverage(survey), week_table(survey), kinds)


def coverage(survey: Survey) -> str:
    """How much of the watchlist has prices."""
    have, listed_assets = len(survey.assets), len(survey.watchlist.assets)
    which = (
        f"All {have} assets of the watchlist have prices here"
        if have == listed_assets
        else f"{have} of the watchlist’s {listed_assets} assets have prices here"
    )
    return f"{which}; the newest are of {numbers.day(survey.as_of)}." if survey.as_of else f"{which}."


def week_table(survey: Survey, most: int = 8) -> Table | None:
    """The week's signals, those of most interest first; None when nothing fired that has enough cases."""
    recorded = [event for event in survey.week.events if event.lead.firing.n >= MIN_CASES]
    if not recorded:
        return None
    columns = (
        Column("signal", "Signal", "text"),
        Column("assets", "On", "text"),
        Column("date", "Date", "date"),
        Column("n", "Cases", "number"),
        Column("median", "Median", group="After three months, %"),
        Column("usual", "Usual", group="After three months, %"),
        Column("q", "q", "number"),
    )
    library = load_library()
    rows = []
    for event in recorded[:most]:
        firing, signal = event.lead.firing, library[event.lead.firing.signal]
        date = numbers.day(firing.day)
        rows.append(
            Row(
                (
                    Cell(signal.title, signal.name),
                    Cell(listed([finding.firing.asset for finding in event.findings])),
                    Cell(f"{date}, provisional" if firing.provisional else date, firing.day.isoformat()),
                    count_cell(firing.n),
                    percent_cell(firing.median),
                    percent_cell(firing.baseline.median),
                    plain_cell(event.lead.q_value, numbers.p_value(event.lead.q_value)),
                )
            )
        )
    notes: tuple[str, ...] = (
        "The record is that of the first asset named: complete cases, the median of what followed, and that "
        "of any day, week or month; q is the p-value adjusted for all that fired. Ranked by how rare, how "
        "telling and how fresh each signal is. Each row is a list of its own cases, so two on one asset may "
        "point apart.",
    )
    rest = len(survey.week.events) - len(rows)
    if rest:
        notes += (f"{numbers.count(rest).capitalize()} more fired in these five sessions.",)
    return Table("week", "What fired in the last five sessions", columns, tuple(rows), notes)


def _entry(signal: Signal, survey: Survey) -> IndexEntry:
    return IndexEntry(signal.name, signal.title, sentence(signal.sentence), newest(signal, survey))


def newest(signal: Signal, survey: Survey) -> str:
    """The newest firing anywhere: ``Newest: IWM and SPY, Apr 20, 2026``."""
    fired = [state for state in survey.of_signal(signal.name) if state.day is not None]
    days = [state.day for state in fired if state.day is not None]
    if not days:
        return "It has not fired on any asset here."
    last = max(days)
    where = [state.asset for state in fired if state.day == last]
    shown = listed(where) if len(where) <= 4 else f"{len(where)} assets"
    open_bar = ", provisional" if any(s.provisional for s in fired if s.day == last) else ""
    return f"Newest: {shown}, {numbers.day(last)}{open_bar}."


def _page(signal: Signal, survey: Survey) -> SignalPage:
    states = survey.of_signal(signal.name)
    return SignalPage(
        name=signal.name,
        title=signal.title,
        kind=signal.kind,
        deck=sentence(signal.sentence),
        summary=tuple(text for text in (_record_words(signal, states), _standing_words(states)) if text),
        details=_details(signal),
        sketch=sketch(signal),
        record=_record(signal, states, survey) if states else None,
        standing=_standing(signal, states) if states else None,
        notes=_unread(signal, survey),
    )


def _details(signal: Signal) -> tuple[tuple[str, str, bool], ...]:
    quiet = (
        f"a signal back within {bar_span(signal.cooldown, signal.bars)} belongs to the same episode"
        if signal.cooldown > 1
        else "none; an episode ends when the condition does"
    )
    values = ", ".join(f"{name} {number_text(value)}" for name, value in signal.parameters.items())
    return (
        ("Expression", signal.condition, True),
        ("Parameters", values or "none", False),
        ("Bars", signal.bars, False),
        ("Cooldown", quiet, False),
        ("Measure", signal.measure_text, True),
        ("Origin", signal.origin, False),
    )


def _judged(states: Sequence[State]) -> list[State]:
    """States with enough complete cases to speak of an average, the smallest edge first."""
    known = [state for state in states if state.n >= MIN_CASES and state.edge is not None]
    return sorted(known, key=lambda state: (state.edge or 0.0, state.asset))


def _record_words(signal: Signal, states: Sequence[State]) -> str:
    """On how many assets it did better than usual, and how little that says."""
    told = _judged(states)
    if not told:
        return "It has come too seldom on every asset here to speak of averages."
    held = span(HEADLINES[signal.bars])
    better = sum((state.edge or 0.0) > 0 for state in told)
    least = min(state.independent_n for state in told)
    most = max(state.independent_n for state in told)
    periods = f"{least}" if least == most else f"{least} to {most}"
    if len(told) == 1:
        side = "higher" if better else "lower"
        told_of = (
            f"The average return over {held} after it was {side} than after {any_moment(signal.bars)} on "
            f"{told[0].asset}, the one asset with five cases or more."
        )
    else:
        told_of = (
            f"The average return over {held} after it was higher than after {any_moment(signal.bars)} on "
            f"{pair(better, len(told))} assets."
        )
    caution = (
        f"Assets that move together tell the same story many times, and each has {periods} separate "
        f"{'period' if most == 1 else 'periods'} of its own; a list sorted by its result always has a "
        "best and a worst."
    )
    return paragraph(told_of, caution if len(told) > 1 else "")


def _standing_words(states: Sequence[State]) -> str:
    """Where it has fired lately."""
    recent = [s for s in states if s.sessions_ago is not None and s.sessions_ago < RECENT]
    if not states:
        return ""
    if not recent:
        return f"It has not fired within the last {RECENT} sessions on any of them."
    recent.sort(key=lambda state: (state.sessions_ago or 0, state.asset))
    names = [state.asset for state in recent]
    shown = names if len(names) <= 6 else [*names[:5], f"{len(names) - 5} more"]
    return f"Within the last {RECENT} sessions it fired on {listed(shown)}."


def _record(signal: Signal, states: Sequence[State], survey: Survey) -> Table:
    held = span(HEADLINES[signal.bars])
    columns = (
        Column("asset", "Asset", "text"),
        Column("name", "Name", "text"),
        Column("n", "Cases", "number"),
        Column("independent_n", "Separate periods", "number"),
        Column("average", "Average, %"),
        Column("baseline", f"{any_moment(signal.bars).capitalize()}, %"),
        Column("edge", "Edge, points", scale=STRONGEST),
        Column("win_rate", "Win rate", "rate"),
        Column("baseline_win_rate", "Usual win rate", "rate"),
    )
    told = _judged(states)
    few = [state for state in states if state not in told]
    names = survey.watchlist.names
    rows = tuple(_record_row(state, capital(names[state.asset])) for state in (*told, *few))
    notes = (
        "From the worst edge to the best. An asset with fewer than five complete cases has no averages.",
    )
    caption = f"{signal.title}: what followed within {held}, by asset"
    return Table("record", caption, columns, rows, notes, download=True)


def _record_row(state: State, name: str) -> Row:
    told = state.n >= MIN_CASES
    return Row(
        (
            Cell(state.asset, state.asset),
            Cell(name, name),
            count_cell(state.n),
            count_cell(state.independent_n),
            percent_cell(state.average if told else None),
            percent_cell(state.baseline.average if told else None),
            percent_cell(state.edge if told else None),
            rate_cell(state.win_rate if told else None),
            rate_cell(state.baseline.win_rate if told else None),
        )
    )


def _standing(signal: Signal, states: Sequence[State]) -> Table:
    columns = (
        Column("asset", "Asset", "text"),
        Column("date", "Last fired", "date"),
        Column("sessions", "Sessions since", "number"),
        Column("since", "Return since, %"),
    )
    order = sorted(states, key=lambda s: (s.sessions_ago is None, s.sessions_ago or 0, s.asset))
    rows = tuple(Row((Cell(state.asset, state.asset), *standing_cells(state))) for state in order)
    return Table("standing", f"{signal.title}: when it came last", columns, rows, download=True)


def standing_cells(state: State) -> tuple[Cell, Cell, Cell]:
    """When a signal came last, sessions since, the return since."""
    if state.day is None or state.sessions_ago is None:
        return Cell("never", None, "muted"), Cell(numbers.DASH, None, "muted"), percent_cell(None)
    day = numbers.day(state.day)
    shown = Cell(f"{day}, provisional" if state.provisional else day, state.day.isoformat())
    if state.provisional or state.sessions_ago == 0:
        return shown, count_cell(state.sessions_ago), percent_cell(None)
    return shown, count_cell(state.sessions_ago), percent_cell(state.since)


def _unread(signal: Signal, survey: Survey) -> tuple[str, ...]:
    """On which assets it cannot be read."""
    assets = [skipped.asset for skipped in survey.skipped if skipped.signal == signal.name]
    if not assets:
        return ()
    return (f"Not read on {listed(assets)}: the prices there lack something that the definition needs.",)


def issues_by(
    expected: Sequence[Expectations], named: Callable[[Expectation], Iterable[Hashable]]
) -> dict[Hashable, tuple[IssueLink, ...]]:
    """The issues by what their studies are of, newest first; ``named`` says it of a study."""
    found: dict[Hashable, list[IssueLink]] = {}
    for issue in sorted(expected, key=lambda issue: (issue.date, issue.slug), reverse=True):
        link = IssueLink(issue.slug, issue.title, issue.date)
        for name in {name for study in issue.studies for name in named(study)}:
            found.setdefault(name, []).append(link)
    return {name: tuple(links) for name, links in found.items()}
