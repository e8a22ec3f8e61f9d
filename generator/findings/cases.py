"""Single episodes in words: what each brought, and which features it shares with the present case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from generator.edition.values import Cell, Column, Row, Table
from generator.findings import market_facts
from generator.findings.market_sentences import CORRECTION
from generator.findings.move_words import size_words
from generator.findings.tables import percent_cell
from generator.findings.view import MIN_CASES, StudyView
from generator.language import numbers
from generator.language.asset_names import called, capital, is_many, was
from generator.language.own_words import words
from generator.language.words import (
    bar_word,
    beside,
    listed,
    moved,
    of_times,
    paragraph,
    sentence,
    span,
    stood,
)
from generator.market.bars import make_bars
from generator.signals.ties import least_equal, most_equal
from generator.study.values import Episode, HorizonSummary

EXTREMES = 3
"""Best and worst cases that a feature is held against."""
NEAR_RECORD = 0.02
"""Within this of the highest close so far, a price is near its record."""


def ranked(view: StudyView, label: str, count: int, *, best: bool) -> list[int]:
    """Positions of the best (worst) complete episodes at a horizon, the most extreme first.

    The best and the worst lists of one study never share an episode: with few cases both become shorter.
    """
    column = view.result.column(label)
    done = [int(i) for i in np.flatnonzero(np.isfinite(column))]
    order = sorted(done, key=lambda i: (column[i], i), reverse=best)
    return order[: min(count, len(order) // 2 if len(order) > 1 else int(best))]


def case_heading(view: StudyView, i: int) -> str:
    """``Apr 2020: Covid trough``."""
    episode = view.result.episodes[i]
    context = view.context(episode)
    return f"{view.date_text(episode)}: {context}" if context else view.date_text(episode)


def case_story(view: StudyView, i: int, label: str) -> str:
    """The move, what followed at the telling horizons, and the deepest close on the way."""
    row = view.result.returns[i]
    horizons = view.study.horizons
    known = [k for k in range(len(horizons)) if np.isfinite(row[k])]
    wanted = [h.label for h in horizons].index(label)
    steps = [f"{stood(float(row[k]))} {span(horizons[k].label)} later" for k in _telling(known, wanted, row)]
    what = "It" if view.target == view.study.asset else capital(view.called)
    followed = f"{what} stood {listed(steps)}." if steps else ""
    return paragraph(_move(view, view.result.episodes[i]), followed, _on_the_way(view, i, wanted))


def _telling(
    known: Sequence[int], wanted: int, row: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> list[int]:
    """The shortest horizon, the ranking one, and the extreme one between them."""
    before = [k for k in known if k <= wanted]
    if len(before) <= 3:
        return before
    extreme = max(before[1:-1], key=lambda k: abs(float(row[k])))
    return [before[0], extreme, before[-1]]


def _move(view: StudyView, episode: Episode) -> str:
    history, asset = view.history, view.study.asset
    at = market_facts.session_index(history, episode.date)
    if view.kind == "daily":
        closed = f"{asset} closed at {numbers.price(float(history.close[at]))}"
        if at < 5 or history.close[at - 5] <= 0:
            return f"{closed}."
        change = float(history.close[at] / history.close[at - 5] - 1)
        return f"{closed}, {stood(change, 'than')} five sessions before."
    bars = make_bars(history.until(np.datetime64(episode.date)), view.kind, in_progress=False)
    closes = bars.field("close")
    if len(closes) < 2 or closes[-2] <= 0:
        return ""
    period = "week" if view.kind == "weekly" else "month"
    return f"{asset} {moved(float(closes[-1] / closes[-2] - 1))} that {period}."


def _on_the_way(view: StudyView, i: int, k: int) -> str:
    worst = float(view.result.worst_daily_close[i, k])
    if np.isnan(worst):  # of weekly or monthly prices
        return ""
    within = span(view.study.horizons[k].label)
    if worst > -0.0005:
        return f"In {within} it never closed below the entry."
    return f"At its lowest in that time it closed {numbers.size(worst)} below the entry."


@dataclass(frozen=True)
class Feature:
    """What the present case has or has not: said as a verb ("closed within 2% of the record"), who shares it.

    ``shared`` and ``others`` are positions of episodes complete at the horizon looked at.
    """

    name: str
    shared: tuple[int, ...]
    others: tuple[int, ...]


def fall_into(view: StudyView, episode: Episode) -> float:
    """The deepest fall, close to close, of the six months up to an episode."""
    return market_facts.correction(view.history, episode.date).change


def distance(view: StudyView, episode: Episode) -> float:
    """The signal's close below the highest close so far."""
    return market_facts.below_record(view.history, episode.date)


def features(view: StudyView, present: Episode, label: str) -> tuple[Feature, ...]:
    """The present case's features; each splits the complete cases in those that share it and the others."""
    done = [int(i) for i in np.flatnonzero(np.isfinite(view.result.column(label)))]
    episodes = view.result.episodes
    tests: tuple[tuple[Callable[[Episode], bool], str, str], ...] = (
        (
            lambda e: fall_into(view, e) <= most_equal(-CORRECTION),
            "came after a fall of 10% or more within six months",
            "came without a fall of 10% in the six months before",
        ),
        (
            lambda e: distance(view, e) >= least_equal(-NEAR_RECORD),
            "closed within 2% of the record",
            "closed more than 2% below the record",
        ),
    )
    found = []
    for has, with_it, without in tests:
        now = has(present)
        same = tuple(i for i in done if has(episodes[i]) == now)
        found.append(Feature(with_it if now else without, same, tuple(i for i in done if i not in same)))
    return tuple(found)


def feature_sentence(view: StudyView, feature: Feature, label: str) -> str:
    """How the cases that share a feature did, and the others."""
    total = len(feature.shared) + len(feature.others)
    if total == 0:
        return ""
    count = len(feature.shared)
    if count == 0:
        return f"This one {feature.name}; no earlier one did."
    every = numbers.count(total)
    who = (
        f"All {every} earlier cases also"
        if count == total
        else f"Of the {every} earlier cases, {beside(count, total)} also"
    )
    start = f"{who} {feature.name}{_among_extremes(view, feature, label)}"
    outcome = _outcome(view, feature.shared, label)
    rest = f"; the others, {_outcome(view, feature.others, label)}" if feature.others else ""
    return sentence(f"{start}. After {span(label)}: {outcome}{rest}")


def _among_extremes(view: StudyView, feature: Feature, label: str) -> str:
    """``, among them all of the three best and two of the three worst``, or that none of these is; nothing
    with few cases."""
    if len(feature.shared) + len(feature.others) < 3 * EXTREMES or not feature.others:
        return ""
    few = numbers.count(EXTREMES)
    found = [
        len(set(ranked(view, label, EXTREMES, best=side)) & set(feature.shared)) for side in (True, False)
    ]
    if not any(found):
        return f"; none was among the {few} best or the {few} worst"
    best, worst = (_which(members, EXTREMES) for members in found)
    return f", among them {best} of the {few} best and {worst} of the {few} worst"


def _outcome(view: StudyView, members: Sequence[int], label: str) -> str:
    """``higher eight of 11 times, +18.2% on average``; a handful is listed instead."""
    values = view.result.column(label)[list(members)]
    if len(members) < MIN_CASES:
        return listed(
            [
                f"{numbers.percent_sign(float(v))} ({view.date_text(view.result.episodes[i])})"
                for i, v in zip(members, values, strict=True)
            ]
        )
    wins = int(np.count_nonzero(values > 0))
    return f"higher {of_times(wins, len(members))}, {numbers.percent_sign(float(values.mean()))} on average"


def so_far(view: StudyView, episode: Episode) -> str:
    """How far the present case has come by the last close."""
    history = view.histories[view.target]
    begun = view.followed_from(episode)
    if begun is None:
        return ""
    start = market_facts.session_index(history, begun)
    passed = len(history) - 1 - start
    if passed == 0:
        return f"It is as fresh as can be: {view.occasion} came at the last close."
    change = float(history.close[-1] / history.close[start] - 1)
    row = {"daily": "session", "weekly": "week", "monthly": "month"}[history.rows]
    later = f"{numbers.plural(passed, row).capitalize()} later, by {numbers.day(view.result.as_of)}"
    return f"{later}, {view.called} {'stand' if is_many(view.called) else 'stands'} {stood(change)}."


def will_it_hold(view: StudyView) -> str:
    """How often the signal, on after as many sessions of a week or month, still was at its close: ``Will it
    hold? In 13 earlier months the fund was up 8% or more after 17 sessions, as now; nine kept it to the last
    close.`` With fewer such cases than can be averaged, first how often it was on at all."""
    past = view.holding
    if past is None or past.stood == 0:
        return ""
    period, kept, there = bar_word(view.kind), past.closed_at_session, past.stood_at_session
    months, after = f"earlier {period}", numbers.plural(past.session, "session")
    if there >= MIN_CASES:
        held = f"{_which(kept, there)} kept it to the last close"
        stood = f"In {numbers.plural(there, months)} {_stood(view)} after {after}, as now"
        return f"Will it hold? {stood}; {held}."
    text = (
        f"Will it hold? In {numbers.plural(past.stood, months)} {_stood(view)} at some point before the last "
        f"day; {_ended(past.closed, past.stood)}"
    )
    if there == 1:
        text += f". The one that was there after {after}, as now, {'kept' if kept else 'lost'} it"
    elif there and kept in (0, there):
        lasted = "it lasted" if kept else "it did not last"
        text += f". In {_all(there)} that were there after {after}, as now, {lasted}"
    elif there:
        those = f"the {beside(there, there)} that were there after {after}, as now"
        text += f". Of {those}, {_which(kept, there)} kept it"
    return sentence(text)


def _all(there: int) -> str:
    return "both" if there == 2 else f"all {numbers.count(there)}"


def _stood(view: StudyView) -> str:
    """What it was that stood: ``the S&P 500 fund was down 7% or more``."""
    words = size_words(view.study, view.names)
    if words is None:
        return "the signal was on"
    who = called(view.study.asset, view.names)
    return f"{who} {was(who)} {words}"


def _ended(closed: int, stood: int) -> str:
    """``11 ended that way``; of a single one whether it did."""
    if stood == 1:
        return "it ended that way" if closed else "it did not end that way"
    return f"{_which(closed, stood)} ended that way"


def _which(some: int, every: int) -> str:
    return "all" if some == every else "none" if some == 0 else beside(some, every)


def setup_table(view: StudyView, present: Episode, summary: HorizonSummary, key: str) -> Table:
    """Every case with what came before it and what came after, the best first; the present one on top."""
    label = summary.horizon.label
    column = view.result.column(label)
    done = [int(i) for i in np.flatnonzero(np.isfinite(column))]
    order = sorted(done, key=lambda i: -column[i])
    columns = (
        Column("date", words("setup.date"), "date"),
        Column("context", words("setup.context"), "text"),
        Column("fall_before", words("setup.fall_before")),
        Column("from_record", words("setup.from_record")),
        Column(label, words("setup.after", span=span(label))),
    )
    rows = [_setup_row(view, present, None, "provisional")]
    rows += [_setup_row(view, view.result.episodes[i], float(column[i]), "episode") for i in order]
    keep = [c for c in range(len(columns)) if c != 1 or any(view.context(e) for e in view.result.episodes)]
    return Table(
        key=key,
        caption="",
        columns=tuple(columns[c] for c in keep),
        rows=tuple(Row(tuple(row.cells[c] for c in keep), row.kind) for row in rows),
        download=True,
    )


def _setup_row(view: StudyView, episode: Episode, later: float | None, kind: str) -> Row:
    context = view.context(episode)
    cells = (
        Cell(view.date_text(episode), episode.named_day.isoformat()),
        Cell(context, context),
        percent_cell(fall_into(view, episode)),
        percent_cell(distance(view, episode)),
        percent_cell(later),
    )
    return Row(cells, "provisional" if kind == "provisional" else "episode")
