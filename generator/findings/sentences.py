"""Automatic sentences about a study. Each is a function of computed values; one that has nothing to say,
or too few cases to say it, returns an empty text.

What small samples may say (definitions): fewer than 5 cases are listed, without statistics; fewer than 10
carry no share of time and no p-value in prose; the Sharpe ratio is never in prose.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.findings.families import Family
from generator.findings.view import MIN_CASES, MIN_CASES_IN_PROSE, StudyView
from generator.language import numbers
from generator.language.asset_names import has_or_have, lowered
from generator.language.middle import Typical, carried_sentence
from generator.language.words import (
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
from generator.study.values import Episode, HorizonSummary, Streak
from generator.study.verdict import FEWEST_CASES, PHRASES, VerdictKey

SAID: dict[VerdictKey, str] = PHRASES | {
    "ordinary": "no clear difference",
    "better-luck": "better than usual, though luck could explain it",
    "better-hard": "better than usual, and hard to explain by luck",
    "worse-luck": "worse than usual, though luck could explain it",
    "worse-hard": "worse than usual, and hard to explain by luck",
}
"""The verdicts as a sentence says them; tables and JSON have the phrases of the rule."""
_DID: dict[VerdictKey, str] = {
    "better-luck": "did better than usual, though luck could explain it",
    "better-hard": "did better than usual, which is hard to explain by luck",
    "worse-luck": "did worse than usual, though luck could explain it",
    "worse-hard": "did worse than usual, which is hard to explain by luck",
}
"""The same of what did better or worse."""
LONG_SPANS = {"13W": "three months", "26W": "six months", "52W": "a year", "12M": "a year", "1Y": "a year"}
"""Horizons as a reader says them."""


def waited(label: str) -> str:
    """A horizon that a holder waits through, as a reader says it: ``three months`` of 3M and 13W, ``a year``
    of 1Y, 12M and 52W."""
    text = LONG_SPANS.get(label, span(label))
    return f"a {text.removeprefix('one ')}" if text.startswith("one ") else text


def later(label: str) -> str:
    """``three months later``, ``a year later``."""
    return f"{waited(label)} later"


LARGE_ENOUGH = 0.10
"""Least difference between a share of gains and the usual one, for a reader to see it."""
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
    told = paragraph(evidence(view, head), carried_sentence(head))
    if ruling.key == "too-few":
        return paragraph(_too_few(head), told)
    if ruling.key == "ordinary":
        return paragraph(_nothing_unusual(view), told)
    return paragraph(f"{sentence(SAID[ruling.key])[:-1]}:", lowered(told))


def _listed_only(view: StudyView) -> str:
    count = view.earlier
    start = numbers.month(view.result.first)
    if view.study.listed is not None:
        return _few_dates(view)
    if not view.result.episodes:
        return f"The signal has not come once since {start}."
    if count == 0:
        return f"The signal has come for the first time since {start}: there is nothing to compare it with."
    complete = max(s.n for s in view.result.summaries)
    if complete == 0:
        return (
            f"The signal came {times_before(count)}, and no horizon after it is complete yet. "
            "There is nothing to measure."
        )
    return _too_few_to_average(complete)


def _few_dates(view: StudyView) -> str:
    complete = max(s.n for s in view.result.summaries)
    if complete == 0:
        listed = numbers.plural(len(view.result.episodes), "listed date").capitalize()
        return f"{listed}, and no horizon after it is complete yet. There is nothing to measure."
    return _too_few_to_average(complete)


def _too_few_to_average(complete: int) -> str:
    if complete == 1:
        return "Too few cases: one is complete, so it is listed and nothing is averaged."
    return (
        f"Too few cases: {numbers.count(complete)} are complete, so each is listed and nothing is averaged."
    )


def times_before(count: int) -> str:
    """How often something came: ``once before``, ``11 times before``."""
    return {1: "once before", 2: "twice before"}.get(count, f"{numbers.count(count)} times before")


def _too_few(head: HorizonSummary) -> str:
    if head.n < FEWEST_CASES:
        return f"{numbers.count(head.n).capitalize()} cases are too few for a verdict."
    return f"The {beside(head.n, head.n)} cases crowd into {_periods(head)}, too few for a verdict."


def _periods(summary: HorizonSummary) -> str:
    """The separate periods, written as the number of cases beside them is."""
    separate = summary.independent_n
    return f"{beside(separate, summary.n)} separate period{'' if separate == 1 else 's'}"


def _nothing_unusual(view: StudyView) -> str:
    """That the headline shows nothing; nor any other horizon that could be judged, where that is so."""
    judged = [s for s in view.result.summaries if s.verdict.key != "too-few"]
    nothing = SAID["ordinary"].capitalize()
    if len(judged) == 1 or any(s.verdict.key != "ordinary" for s in judged):
        return f"{nothing}."
    if len(judged) < len(view.result.summaries):
        return f"{nothing} at any horizon with enough cases."
    horizons = "either horizon" if len(judged) == 2 else f"any of the {numbers.count(len(judged))} horizons"
    return f"{nothing} at {horizons}."


def evidence(view: StudyView, summary: HorizonSummary) -> str:
    """What happened at one horizon, beside the baseline: times first, then share, then averages."""
    if summary.n < MIN_CASES or summary.average is None:
        return ""
    telling = summary.n >= MIN_CASES_IN_PROSE and 0 < view.wins(summary) < summary.n
    share = f" ({numbers.rate(summary.win_rate)})" if telling else ""
    often = f"{of_times(view.wins(summary), summary.n)}{share}"
    outcome = f"after {span(summary.horizon.label)} {view.called} {view.was} higher {often}"
    return sentence(f"{outcome}, {_averages(view, summary)}")


def _averages(view: StudyView, summary: HorizonSummary) -> str:
    base, moment, middle = summary.baseline, view.any_moment, view.typical(summary)
    if middle is None:
        return ""
    if middle.usual is None:
        return f"with {middle.noun}"
    usual = Typical(middle.usual, None, middle.is_median)
    if summary.n < MIN_CASES_IN_PROSE or base.win_rate is None:
        return f"with {middle.noun}, against {numbers.percent_sign(middle.usual)} from {moment}"
    often = f"{numbers.rate(base.win_rate)} of the time"
    return f"with {middle.noun}; from {moment} {view.it} {view.was} higher {often}, {usual.told}"


def shortest(view: StudyView, family: Family) -> str:
    """The shortest horizon, when it is not the headline and has a verdict, as one of many looked at."""
    if not view.averaged or view.headline is None:
        return ""
    first = min(view.averaged, key=lambda s: s.horizon.bars)
    ruling, middle = first.verdict, view.typical(first)
    if first is view.headline or middle is None or ruling.key == "too-few":
        return ""
    often = of_times(view.wins(first), first.n)
    usual = numbers.percent_sign(middle.usual)
    rate = usual_rate(view, first)
    told = f"higher {often}{rate}, {middle.told} against {usual}{family.aside(view, [first])}"
    after = f"after {span(first.horizon.label)}"
    if ruling.key == "ordinary":
        alike = view.headline.verdict.key == "ordinary"
        return sentence(f"{after}: {told}" if alike else f"{after} there is little to see: {told}")
    if ruling.key == view.headline.verdict.key:
        return f"The same can be said {after}: {told}."
    if ruling.key.split("-")[0] == view.headline.verdict.key.split("-")[0]:
        return sentence(f"{after}: {SAID[ruling.key]}; {told}")
    return f"Not so {after}: {SAID[ruling.key]}; {told}."


def headline_edge(view: StudyView) -> str:
    """The headline's edge in one short sentence, and what is left of it after shrinkage."""
    head = view.headline
    if head is None or head.n < MIN_CASES_IN_PROSE or head.edge is None or abs(head.edge) < FLAT:
        return ""
    usual, held = any_moment(view.kind), span(head.horizon.label)
    did = "beats" if head.edge > 0 else "falls short of"
    text = f"Over {held} the average {did} {possessive(usual)} by {gap(head.edge)}{_shrunk(head)}"
    if head.edge_interval is not None and head.edge_interval[0] <= 0 <= head.edge_interval[1]:
        text += "; its 95% interval includes zero"
    return sentence(text)


def _shrunk(summary: HorizonSummary) -> str:
    """The best estimate beside a raw edge; empty where it cannot be formed."""
    if summary.edge_shrunk is None:
        return ""
    return f" (best estimate after shrinkage {points(summary.edge_shrunk)})"


def edge(view: StudyView) -> str:
    """The headline's edge, what is left of it after shrinkage, and how sure it is."""
    head = view.headline
    if head is None or head.n < MIN_CASES_IN_PROSE or head.edge is None:
        return ""
    usual, at = any_moment(view.kind), span(head.horizon.label)
    if abs(head.edge) < FLAT:
        return f"At {at} its average does not stand out from that of {usual}."
    if head.edge > 0:
        text = f"The edge over {usual} at {at} is {points(head.edge)}"
    else:
        text = f"At {at} the average falls short of {possessive(usual)} by {gap(head.edge)}"
    text += _shrunk(head)
    if head.edge_interval is not None:
        low, high = head.edge_interval
        zero = "includes zero" if low <= 0 <= high else "excludes zero"
        text += f"; the edge’s 95% interval, {_bound(low)} to {_bound(high)}, {zero}"
    return sentence(text)


def _bound(value: float) -> str:
    return numbers.percent(value, 1)


def chance(view: StudyView) -> str:
    """How often chance does as much, at the headline horizon: the gap is weighed by the returns' spread."""
    head = view.headline
    if head is None or head.n < MIN_CASES_IN_PROSE or head.p_value is None or head.verdict.key == "too-few":
        return ""
    share = round(head.p_value * 100)
    few = {0: "fewer than one shift in 100 stands", 1: "about one shift in 100 stands"}
    stand = few.get(share, f"about {numbers.count(share)} shifts in 100 stand")
    return f"Shift these dates along the calendar, and {stand} out as much."


def drift(view: StudyView) -> str:
    """How much of the headline's average any bar would have brought."""
    head = view.headline
    if head is None or head.n < MIN_CASES_IN_PROSE or view.by_median:
        return ""
    average, usual = head.average, head.baseline.average
    if average is None or usual is None or not 0 < usual < average or usual / average < 1 / 3:
        return ""
    return (
        f"Much of the gain is drift: {gap(usual).split(' ')[0]} of the {gap(average)} after "
        f"{span(head.horizon.label)} would have come from {view.any_moment}."
    )


def longest_run(view: StudyView) -> tuple[Streak, list[HorizonSummary]] | None:
    """The longest run of gains and the horizons that have it; None where it is short, or all cases gained."""
    # Cases on top of each other rise together: a run of them is one rise, told many times.
    apart = [s for s in view.averaged if s.n >= MIN_CASES_IN_PROSE and s.independent_n * 2 > s.n]
    found = [(s.longest_winning_streak, s) for s in apart]
    runs = [run for run, _ in found if run is not None and run.length >= TELLING_STREAK]
    if not runs:
        return None
    longest = max(runs, key=lambda run: run.length)
    where = [s for run, s in found if run == longest]
    return None if any(longest.length == s.n for s in where) else (longest, where)


def streak(view: StudyView) -> str:
    """The longest run of gains at any horizon, when it is long."""
    found = longest_run(view)
    if found is None:
        return ""
    longest, where = found
    return (
        f"From {numbers.month(longest.first)} to {numbers.month(longest.last)} {view.called} {view.was} "
        f"higher {numbers.count(longest.length)} times running, at {spans([s.horizon.label for s in where])}."
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
    if last.n < MIN_CASES_IN_PROSE or last.average is None or last.average <= 0:
        return text
    rest = float((np.nansum(column) - column[high]) / (last.n - 1))
    if last.average - rest < TELLING_DIFFERENCE:
        return text
    return f"{text} Without the best one, the average is {numbers.percent_sign(rest)}."


def deepest_loss(view: StudyView) -> str:
    """The deepest loss on the way by daily closes, of complete cases and of those still open, in one short
    sentence; where this time it has been deeper already, that it has."""
    last = max(view.averaged, key=lambda s: s.horizon.bars, default=None)
    if last is None or last.worst_daily_close is None:
        return ""
    within = waited(last.horizon.label)
    deepest, loss, is_open = _deepest(view, last)
    worst, ride = numbers.size(loss), view.ride
    if ride is not None and ride[1] < min(loss, -0.0005) and deepest is not view.present_episode:
        began, fall = ride
        since = f"{view.called} {has_or_have(view.called)} been {numbers.size(fall)} below the close of "
        spell = "" if view.began is None else ", when this spell began"
        before = f"after earlier ones the deepest fall within {within} was {worst}"
        return (
            f"This time is worse already than any before: {since}{numbers.day(began)}{spell}; {before}, "
            f"after {view.date_text(deepest)}."
        )
    if loss > -0.0005:
        return ""
    holder = f"after {view.date_text(deepest)} a holder of {view.called}"
    if is_open:
        return f"The worst ride is not over: {holder} was already {worst} down."
    return f"The worst ride: {holder} was {worst} down within {within}."


def _deepest(view: StudyView, summary: HorizonSummary) -> tuple[Episode, float, bool]:
    """The episode with the lowest daily close within a horizon, that loss, and whether its horizon is still
    open; the case under way is told apart."""
    column = [h.label for h in view.study.horizons].index(summary.horizon.label)
    losses = view.result.worst_daily_close[:, column].copy()
    still = np.isnan(losses)
    for n in np.flatnonzero(still):
        if n != view.present:
            fall = view.lowest_since(view.result.episodes[n])
            losses[n] = np.nan if fall is None else fall
    at = int(np.nanargmin(losses))
    return view.result.episodes[at], float(losses[at]), bool(still[at])


def price_paid(view: StudyView) -> str:
    """The deepest loss on the way, by the study's own closes and by daily ones."""
    if not view.averaged:
        return ""
    last = max(view.averaged, key=lambda s: s.horizon.bars)
    if last.worst_daily_close is None or last.max_drawdown is None:
        return ""
    within = f"Within {span(last.horizon.label)}"
    deepest, loss, is_open = _deepest(view, last)
    if loss > -0.0005:
        return f"{within} no case closed below its entry."
    daily, own = numbers.size(loss), numbers.size(last.max_drawdown)
    held = f"already {daily} down" if is_open else f"{daily} down within {waited(last.horizon.label)}"
    text = f"It could hurt: after {view.date_text(deepest)} a holder was {held}"
    if is_open:
        return f"{text}."
    if view.kind == "daily" or own == daily:
        return f"{text}."
    closes = "week-end" if view.kind == "weekly" else "month-end"
    if last.max_drawdown > -0.0005:
        return f"{text}, by daily closes; by {closes} closes there was no loss."
    return f"{text}, by daily closes; by {closes} closes the deepest fall was {own}."


def overlap(view: StudyView) -> str:
    """How many separate periods stand behind the cases at the longest horizon."""
    done = [s for s in view.averaged if s.independent_n < s.n]
    if not done:
        return ""
    last = max(done, key=lambda s: s.horizon.bars)
    separate = "is" if last.independent_n == 1 else "are"
    apart = f"{pair(last.independent_n, last.n)} {separate} separate"
    return f"At {span(last.horizon.label)} the cases overlap; only {apart}."


def stands_on(view: StudyView) -> str:
    """How little all of it stands on: cases, and separate periods where they overlap."""
    if not view.averaged:
        return ""
    last = max(view.averaged, key=lambda s: s.horizon.bars)
    if last.independent_n == last.n:
        return f"All this rests on {numbers.plural(last.n, 'case')}."
    apart = f"{beside(last.independent_n, last.n)} of them separate at {span(last.horizon.label)}"
    return f"All this rests on {beside(last.n, last.n)} cases, {apart}."


def beyond_luck(view: StudyView) -> str:
    """Whether any horizon that differs is hard to explain by luck."""
    keys = [s.verdict.key for s in view.averaged]
    judged = [k for k in keys if k != "too-few"]
    differ = [k for k in judged if k != "ordinary"]
    if len(judged) < 2 or not differ or any(k.endswith("hard") for k in judged):
        return ""
    if len(differ) < len(judged):
        those = "one that differs" if len(differ) == 1 else f"{numbers.count(len(differ))} that differ"
        return f"Luck could explain the {those} from {view.any_moment}."
    every = "both horizons" if len(judged) == 2 else f"all {numbers.count(len(judged))} horizons"
    return f"Luck could explain {every}{'' if len(judged) == len(keys) else ' with enough cases'}."


def by_verdict(view: StudyView, family: Family, told_before: HorizonSummary | None = None) -> str:
    """Horizons gathered by their verdict, the headline's first; what is told of another one carries its q.

    Parameters
    ----------
    told_before : a horizon to leave out.
    """
    head = view.headline
    if head is None:
        return ""
    alike: dict[VerdictKey, list[HorizonSummary]] = {head.verdict.key: []}
    for summary in view.averaged:
        if summary is not told_before:
            alike.setdefault(summary.verdict.key, []).append(summary)
    alike = {key: group for key, group in alike.items() if group}
    told: list[str] = []
    total = len(view.averaged)
    for key, group in alike.items():
        aside = "" if group == [head] else family.aside(view, group)
        every = len(group) == total == len(view.result.summaries) > 1
        at = "at every horizon" if every else _at(group, head, total)
        did = _did(view.it if any(view.called in text for text in told) else view.called, key)
        told.append(sentence(f"{at} {did}{aside}"))
    return paragraph(*told)


def _did(called: str, key: VerdictKey) -> str:
    """A verdict as the end of a sentence about a target."""
    if key == "ordinary":
        return f"there is {SAID[key]}"
    if key == "too-few":
        return "the cases are too few"
    return f"{called} {_DID[key]}"


def outcome(view: StudyView, summary: HorizonSummary) -> str:
    """``was higher 14 of 18 times (any day: 63%), +6.4% on average against +1.4%``, to follow what it is said
    of."""
    middle, often = view.typical(summary), of_times(view.wins(summary), summary.n)
    usual = "" if middle is None or middle.usual is None else f" against {numbers.percent_sign(middle.usual)}"
    told = "" if middle is None else f", {middle.told}{usual}"
    return f"{view.was} higher {often}{usual_rate(view, summary)}{told}"


def is_large(rate: float | None, usual: float | None) -> bool:
    """Whether gains were so much more or less frequent than usual that a reader sees it."""
    return rate is not None and usual is not None and abs(rate - usual) >= LARGE_ENOUGH


def usual_rate(view: StudyView, summary: HorizonSummary) -> str:
    """`` (any day: 63%)``; nothing where shares are not told."""
    rate = summary.baseline.win_rate
    if summary.n < MIN_CASES_IN_PROSE or rate is None:
        return ""
    return f" ({view.any_moment}: {numbers.rate(rate)})"


def _at(group: Sequence[HorizonSummary], head: HorizonSummary, total: int) -> str:
    """``after three and six months``; many of them are counted, and only the headline is named."""
    if len(group) <= MANY:
        return f"after {spans([summary.horizon.label for summary in group])}"
    named = f", {span(head.horizon.label)} among them," if head in group else ""
    return f"at {pair(len(group), total)} horizons{named}"


def one_line(view: StudyView, who: str = "") -> str:
    """The finding in one line, for lists and decks; ``who`` stands for the target where it has been named."""
    head = view.headline
    middle = None if head is None else view.typical(head)
    if head is None or middle is None:
        return _listed_only(view)
    usual, moment = middle.usual, view.any_moment
    against = "" if usual is None else f", against {numbers.percent_sign(usual)} from {moment}"
    often = times(view.wins(head), head.n)
    # A count below that of the cases before is no slip: the others are not complete at this horizon.
    complete = head.n < view.earlier
    cases = "complete cases" if complete else "earlier cases" if view.present is not None else "cases"
    if view.counts_present(head):
        cases = "cases, this one counted,"
    return sentence(
        f"In {beside(head.n, head.n)} {cases} {who or view.called} {view.was} higher {often} after "
        f"{span(head.horizon.label)}, {middle.told}{against}"
    )
