"""Automatic sentences about a study. Each is a function of computed values; one that has nothing to say,
or too few cases to say it, returns an empty text.

What small samples may say (definitions): fewer than 5 cases are listed, without statistics; fewer than 10
carry no share of time and no p-value in prose; the Sharpe ratio is never in prose.
"""

from __future__ import annotations

import numpy as np

from generator.editorial import numbers
from generator.editorial.view import LIST_ONLY, SHY, StudyView
from generator.editorial.words import (
    FLAT,
    any_moment,
    beside,
    gap,
    of_times,
    pair,
    paragraph,
    points,
    possessive,
    sentence,
    span,
    spans,
    times,
)
from generator.market.history import as_date
from generator.study.values import Episode, HorizonSummary
from generator.study.verdict import FEWEST, UNUSUAL

MANY = 4
"""More horizons than this are counted, not named."""
TELLING_DIFFERENCE = 0.005
"""An average that one case moves by less than this does not hang on it."""
TELLING_STREAK = 5
"""A run of gains shorter than this is not worth a sentence."""


def finding(view: StudyView) -> str:
    """The verdict on the study, then its evidence."""
    head = view.headline
    if head is None:
        return _listed_only(view)
    ruling = head.verdict
    if ruling.key == "too-few":
        return paragraph(_too_few(head), evidence(view, head))
    if ruling.key == "ordinary":
        return paragraph(_nothing_unusual(view), evidence(view, head))
    return paragraph(f"{sentence(ruling.phrase)[:-1]}:", _lower_first(evidence(view, head)))


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _listed_only(view: StudyView) -> str:
    count = view.earlier
    start = numbers.month(view.result.first)
    if not view.result.episodes:
        return f"The signal has not come once since {start}."
    if count == 0:
        return f"The signal has come for the first time since {start}: there is nothing to compare it with."
    complete = max(s.n for s in view.result.summaries)
    if complete == 0:
        return (
            f"The signal came {_times_before(count)}, and no horizon after it is complete yet. "
            "There is nothing to measure."
        )
    if complete == 1:
        return "Too few cases: one is complete, so it is listed and nothing is averaged."
    return (
        f"Too few cases: {numbers.count(complete)} are complete, so each is listed and nothing is averaged."
    )


def _times_before(count: int) -> str:
    return {1: "once before", 2: "twice before"}.get(count, f"{numbers.count(count)} times before")


def _too_few(head: HorizonSummary) -> str:
    if head.n < FEWEST:
        return f"{numbers.count(head.n).capitalize()} cases are too few for a verdict."
    return f"The {beside(head.n, head.n)} cases crowd into {_periods(head)}, too few for a verdict."


def _periods(summary: HorizonSummary) -> str:
    """The separate periods, written as the number of cases beside them is."""
    separate = summary.independent_n
    return f"{beside(separate, summary.n)} separate period{'' if separate == 1 else 's'}"


def _nothing_unusual(view: StudyView) -> str:
    moment = any_moment(view.kind)
    judged = [s for s in view.result.summaries if s.verdict.key != "too-few"]
    if len(judged) == 1:
        return f"No different from {moment}."
    horizons = "either horizon" if len(judged) == 2 else f"any of the {numbers.count(len(judged))} horizons"
    return f"No different from {moment}, at {horizons}."


def evidence(view: StudyView, summary: HorizonSummary) -> str:
    """What happened at one horizon, beside the baseline: times first, then share, then averages."""
    if summary.n < LIST_ONLY or summary.average is None:
        return ""
    telling = summary.n >= SHY and 0 < view.wins(summary) < summary.n
    share = f" ({numbers.rate(summary.win_rate)})" if telling else ""
    often = f"{of_times(view.wins(summary), summary.n)}{share}"
    outcome = f"after {span(summary.horizon.label)} {view.target} was higher {often}"
    return sentence(f"{outcome}, {_averages(view, summary)}")


def _averages(view: StudyView, summary: HorizonSummary) -> str:
    base, moment = summary.baseline, any_moment(view.kind)
    average = f"with an average of {numbers.percent_sign(summary.average)}"
    if base.average is None:
        return average
    usual = numbers.percent_sign(base.average)
    if summary.n < SHY or base.win_rate is None:
        return f"{average}, against {usual} from {moment}"
    often = f"{numbers.rate(base.win_rate)} of the time"
    return f"{average}; from {moment} it was higher {often}, {usual} on average"


def shortest(view: StudyView) -> str:
    """The shortest horizon, when it is not the headline and has a verdict."""
    if not view.averaged or view.headline is None:
        return ""
    first = min(view.averaged, key=lambda s: s.horizon.bars)
    ruling = first.verdict
    if first is view.headline or first.average is None or ruling.key == "too-few":
        return ""
    often = of_times(view.wins(first), first.n)
    usual = numbers.percent_sign(first.baseline.average)
    told = f"higher {often}, {numbers.percent_sign(first.average)} on average against {usual}"
    after = f"after {span(first.horizon.label)}"
    if ruling.key == "ordinary":
        alike = view.headline.verdict.key == "ordinary"
        return sentence(f"{after}: {told}" if alike else f"{after} there is little to see: {told}")
    if ruling.key.split("-")[0] == view.headline.verdict.key.split("-")[0]:
        return f"The same can be said {after}: {told}."
    return f"Not so {after}: {ruling.phrase}, {told}."


def _widest(view: StudyView) -> HorizonSummary | None:
    """The horizon with the largest edge on the side of the study's verdict, or on any side where the verdict
    takes none, among those with enough cases to speak of one."""
    judged = [s for s in view.averaged if s.n >= SHY]
    ruling = "" if view.headline is None else view.headline.verdict.key.split("-")[0]
    side = {"better": 1, "worse": -1}.get(ruling, 0)
    agreeing = [s for s in judged if side * (s.edge or 0.0) >= FLAT]
    return max(agreeing or judged, key=lambda s: abs(s.edge or 0.0), default=None)


def widest_edge(view: StudyView) -> str:
    """The largest edge in one short sentence."""
    widest = _widest(view)
    if widest is None or widest.edge is None or abs(widest.edge) < FLAT:
        return ""
    did = f"added is {points(widest.edge)}" if widest.edge > 0 else f"took away is {gap(widest.edge)}"
    usual, held = any_moment(view.kind), span(widest.horizon.label)
    text = f"Against {usual}, the most that the signal {did}, over {held}"
    if widest.edge_interval is not None and widest.edge_interval[0] <= 0 <= widest.edge_interval[1]:
        text += ", and that may still be nothing: its 95% interval includes zero"
    return sentence(text)


def edge(view: StudyView) -> str:
    """Where the edge is widest, how sure that is, and what chance alone would do."""
    widest = _widest(view)
    if widest is None or widest.edge is None:
        return ""
    usual, at = any_moment(view.kind), span(widest.horizon.label)
    if abs(widest.edge) < FLAT:
        return f"At no horizon does its average stand out from that of {usual}."
    if widest.edge > 0:
        text, its = f"The edge over {usual} is widest at {at}, {points(widest.edge)}", "its"
    else:
        short = f"furthest short of {possessive(usual)} at {at}, by {gap(widest.edge)}"
        text, its = f"The average falls {short}", "the edge’s"
    if widest.edge_interval is not None:
        low, high = widest.edge_interval
        zero = "does not rule out zero" if low <= 0 <= high else "leaves zero out"
        text += f"; {its} 95% interval, {_bound(low)} to {_bound(high)}, {zero}"
    return paragraph(sentence(text), chance(view))


def _bound(value: float) -> str:
    return numbers.percent(value, 1)


def chance(view: StudyView) -> str:
    """What moving the dates around the calendar gives, at the headline horizon."""
    head = view.headline
    if head is None or head.n < SHY or head.p_value is None or head.verdict.key == "too-few":
        return ""
    share, held = round(head.p_value * 100), span(head.horizon.label)
    often = "fewer than 1 try in 100" if share < 1 else f"about {share} of 100 tries"
    text = f"At {held} the same dates, moved around the calendar together, gave a gap as large in {often}"
    looked = [s.p_value for s in view.averaged if s.n >= SHY and s.p_value is not None]
    if len(looked) > 1 and share < 100 * UNUSUAL and head.p_value == min(looked):
        text += f", and {held} is the strongest of {numbers.count(len(looked))} horizons looked at"
    return sentence(text)


def drift(view: StudyView) -> str:
    """How much of the longest horizon's average any bar would have brought."""
    done = [s for s in view.averaged if s.n >= SHY]
    if not done:
        return ""
    last = max(done, key=lambda s: s.horizon.bars)
    average, usual = last.average, last.baseline.average
    if average is None or usual is None or not 0 < usual < average or usual / average < 1 / 3:
        return ""
    return (
        f"Much of the gain is drift: of the {numbers.percent_sign(average)} after "
        f"{span(last.horizon.label)}, holding from {any_moment(view.kind)} brought "
        f"{numbers.percent_sign(usual)}."
    )


def streak(view: StudyView) -> str:
    """The longest run of gains at any horizon, when it is long."""
    # Cases on top of each other rise together: a run of them is one rise, told many times.
    apart = [s for s in view.averaged if s.n >= SHY and s.independent_n * 2 > s.n]
    found = [(s.longest_winning_streak, s) for s in apart]
    runs = [run for run, _ in found if run is not None and run.length >= TELLING_STREAK]
    if not runs:
        return ""
    longest = max(runs, key=lambda run: run.length)
    where = [s for run, s in found if run == longest]
    if any(longest.length == s.n for s in where):
        return ""
    return (
        f"The longest run of gains is {numbers.count(longest.length)} in a row, from "
        f"{view.day_text(longest.first)} to {view.day_text(longest.last)}, at "
        f"{spans([s.horizon.label for s in where])}."
    )


def spread(view: StudyView) -> str:
    """Best and worst case at the longest horizon, and the average without the best."""
    if not view.averaged:
        return ""
    last = max(view.averaged, key=lambda s: s.horizon.bars)
    column = view.result.column(last.horizon.label)
    low, high = int(np.nanargmin(column)), int(np.nanargmax(column))
    episodes = view.result.episodes
    text = (
        f"After {span(last.horizon.label)} the outcomes run from {numbers.percent_sign(float(column[low]))} "
        f"({view.date_text(episodes[low])}) to {numbers.percent_sign(float(column[high]))} "
        f"({view.date_text(episodes[high])})."
    )
    if last.n < SHY or last.average is None or last.average <= 0:
        return text
    rest = float((np.nansum(column) - column[high]) / (last.n - 1))
    if last.average - rest < TELLING_DIFFERENCE:
        return text
    return f"{text} Without the best one, the average is {numbers.percent_sign(rest)}."


def deepest_loss(view: StudyView) -> str:
    """The deepest loss on the way by daily closes, in one short sentence."""
    last = max(view.averaged, key=lambda s: s.horizon.bars, default=None)
    if last is None or last.worst_daily_close is None or last.worst_daily_close > -0.0005:
        return ""
    return (
        f"At worst a holder was down {numbers.size(last.worst_daily_close)} at a daily close, within "
        f"{span(last.horizon.label)} of the signal of {view.date_text(_deepest(view, last))}."
    )


def _deepest(view: StudyView, summary: HorizonSummary) -> Episode:
    """The episode with the lowest daily close within a horizon."""
    column = [h.label for h in view.study.horizons].index(summary.horizon.label)
    return view.result.episodes[int(np.nanargmin(view.result.worst_daily_close[:, column]))]


def price_paid(view: StudyView) -> str:
    """The deepest loss on the way, by the study's own closes and by daily ones."""
    if not view.averaged:
        return ""
    last = max(view.averaged, key=lambda s: s.horizon.bars)
    if last.worst_daily_close is None or last.max_drawdown is None:
        return ""
    within = f"Within {span(last.horizon.label)}"
    if last.worst_daily_close > -0.0005:
        return f"{within} no case closed below its entry."
    daily = numbers.size(last.worst_daily_close)
    start = f"Holding on had its price: {_lower_first(within)} the deepest loss was"
    where = f"in the case of {view.date_text(_deepest(view, last))}"
    if view.kind == "daily":
        return f"{start} {daily} at a close, {where}."
    own = "week-end" if view.kind == "weekly" else "month-end"
    if last.max_drawdown > -0.0005:
        return f"{start} {daily} at a daily close, {where}; by {own} closes there was none."
    return f"{start} {numbers.size(last.max_drawdown)} by {own} closes and {daily} by daily ones, {where}."


def overlap(view: StudyView) -> str:
    """How many separate periods stand behind the cases at the longest horizon."""
    done = [s for s in view.averaged if s.independent_n < s.n]
    if not done:
        return ""
    last = max(done, key=lambda s: s.horizon.bars)
    stand = "stands" if last.independent_n == 1 else "stand"
    return (
        f"At {span(last.horizon.label)} the cases overlap: only {_periods(last)} {stand} behind the "
        f"{beside(last.n, last.n)}."
    )


def stands_on(view: StudyView) -> str:
    """How little all of it stands on: cases, and separate periods where they overlap."""
    if not view.averaged:
        return ""
    last = max(view.averaged, key=lambda s: s.horizon.bars)
    if last.independent_n == last.n:
        return f"It all rests on {numbers.plural(last.n, 'case')}."
    periods = f"{_periods(last)} at {span(last.horizon.label)}"
    return f"It all rests on {beside(last.n, last.n)} cases, which make {periods}."


def left_out(view: StudyView) -> str:
    """Episodes that are pending, provisional or before the target's data: shown, not counted."""
    parts = [_pending(view)]
    absent = sum(e.target_bar is None and not e.provisional for e in view.result.episodes)
    if absent:
        signals = numbers.plural(absent, "signal").capitalize()
        begin = numbers.month(as_date(view.histories[view.target].first))
        parts.append(
            f"{signals} came before the prices of {view.target} begin, in {begin}, and {_has(absent)}."
        )
    present = view.present_episode
    if present is not None and present.provisional:
        period = "week" if view.kind == "weekly" else "month"
        parts.append(
            f"The {period} of the newest case is not over: the row shows it through "
            f"{numbers.day(view.result.as_of)}, and it enters no statistic."
        )
    return paragraph(*parts)


def _pending(view: StudyView) -> str:
    waiting = sorted((s for s in view.result.summaries if s.pending), key=lambda s: s.horizon.bars)
    if not waiting or not any(s.n for s in view.result.summaries):
        return ""
    first, last = waiting[0], waiting[-1]
    verb = "is" if last.pending == 1 else "are"
    if first.pending == last.pending:
        whole = len(waiting) == len(view.result.summaries)
        where = "any horizon" if whole else spans([s.horizon.label for s in waiting])
        many = numbers.plural(last.pending, "case").capitalize()
        return f"{many} {verb} not yet complete at {where} and {verb} left out."
    least = f"{beside(first.pending, last.pending)} {'case' if first.pending == 1 else 'cases'}"
    most = f"{beside(last.pending, last.pending)} at {span(last.horizon.label)}"
    return f"Not yet complete, and left out: {least} at {span(first.horizon.label)}, {most}."


def _has(count: int) -> str:
    return "has no return" if count == 1 else "have no return"


def beyond_luck(view: StudyView) -> str:
    """Whether any horizon is hard to explain by luck."""
    keys = [s.verdict.key for s in view.averaged]
    judged = [k for k in keys if k != "too-few"]
    if len(judged) < 2 or all(k == "ordinary" for k in judged) or any(k.endswith("hard") for k in judged):
        return ""
    none = "Neither" if len(judged) == 2 else "None"
    return f"{none} of the {numbers.count(len(judged))} horizons is beyond what luck could do."


def by_verdict(view: StudyView) -> str:
    """Horizons gathered by their verdict: ``One month later: no different from any month.``"""
    groups: dict[str, list[str]] = {}
    for summary in view.averaged:
        groups.setdefault(summary.verdict.phrase, []).append(summary.horizon.label)
    if len(groups) == 1 and 1 < len(view.averaged) == len(view.result.summaries):
        phrase = next(iter(groups))
        return f"At every horizon: {phrase}."
    total = len(view.averaged)
    return paragraph(*(f"{_at(labels, total)}: {phrase}." for phrase, labels in groups.items()))


def _at(labels: list[str], total: int) -> str:
    """``After three and six months``; many of them are counted instead."""
    return f"After {spans(labels)}" if len(labels) <= MANY else f"At {pair(len(labels), total)} horizons"


def one_line(view: StudyView, name: str = "") -> str:
    """The finding in one line, for lists and decks; ``name`` stands for the ticker."""
    head = view.headline
    if head is None or head.average is None:
        return _listed_only(view)
    usual = head.baseline.average
    against = "" if usual is None else f", against {numbers.percent_sign(usual)} from {any_moment(view.kind)}"
    often = times(view.wins(head), head.n)
    # A count below that of the cases before is no slip: the others are not complete at this horizon.
    complete = head.n < view.earlier
    cases = "complete cases" if complete else "earlier cases" if view.present is not None else "cases"
    return sentence(
        f"In {beside(head.n, head.n)} {cases} {name or view.target} was higher {often} after "
        f"{span(head.horizon.label)}, {numbers.percent_sign(head.average)} on average{against}"
    )
