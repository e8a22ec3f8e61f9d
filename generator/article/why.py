"""Why a signal is worth a look: how long it had not come, how rare it is, how far it went, how it ranks."""

from __future__ import annotations

import numpy as np

from generator.article.definition import signal_sentence
from generator.article.report import Report
from generator.desk.choice import FALL_SIGNALS
from generator.edition.values import Values
from generator.findings.bunched import bunch_of
from generator.findings.conclusion import finds_something
from generator.findings.first_time import few_went_farther
from generator.findings.move_words import picked_sentences, size_words
from generator.findings.view import StudyView
from generator.language import numbers
from generator.language.asset_names import called, is_or_are
from generator.language.words import gap, listed, pair, paragraph, sentence
from generator.scan.ranking import Finding, ScanResult
from generator.spec.models import AlsoFiredSection, WhySection
from generator.study.ladder import move_in
from generator.study.values import Episode
from generator.study.verdict import BAR_WORD

NAMED = 3
"""Other assets with the same signal on the same day that are named; more are counted."""
DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / 12
LONG = 60
"""Days between two episodes from which it is said how long the signal had not come."""
FEW_YEARS = 5
"""Years below which a part of a year is told."""
A_LITTLE = 1 / 8
"""Of a year: what is no farther from a whole or a half one is called by it."""
UNEVEN = 3
"""How many times the mean wait the last one is, from which no mean is told."""
FEW_BEFORE = 10
"""Earlier measures below which the present one is not ranked among them."""
FAR_OUT = 0.75
"""Share of the earlier cases that a measure must pass to be called far."""


def why(report: Report, spec: WhySection, key: str) -> Values:
    """The reasons, and what having been picked does to a record."""
    view = report.views[spec.study]
    if not view.result.episodes:
        return {"episodes": False, "dated": False, "signal": sentence(signal_sentence(view))}
    lead, picked_from = view is report.lead, view.spec.picked_from
    picked, *rest = picked_sentences(view.study, picked_from, view.earlier) if lead and picked_from else ("",)
    rule = paragraph(*rest)
    return {
        "episodes": True,
        "dated": view.study.listed is not None,
        "since_last": _since_last(view),
        "elsewhere": _elsewhere(view, report),
        "rarity": rarity(view) if lead else "",
        "how_far": _how_far(view),
        # Said once: of the second signal of a report the same is true.
        "rank": rank_in_week(view, report.scan) if report.scan and lead and not picked_from else "",
        "picked": picked or _flattered(report, view),
        "rule": rule,
    }


def _flattered(report: Report, view: StudyView) -> str:
    """That a second story was picked from the week's signals; not where that flatters nothing, or where the
    key points have said it."""
    if view is report.lead or not finds_something(view) or report.points_tell(view):
        return ""
    return picked_from_week(view, report.scan)


def _since_last(view: StudyView) -> str:
    """The signal's day, and how long ago the one before was."""
    episodes = view.result.episodes
    newest, where = episodes[-1], called(view.study.asset, view.names)
    if view.spec.picked_from and len(episodes) > 1:
        # Title and deck have said what happened, and when.
        begun = newest.date if view.moves is None or view.moves.began is None else view.moves.began
        ago = duration((begun - episodes[-2].date).days, in_months=view.kind == "monthly")
        when = view.when_text(episodes[-2])
        came = "began" if view.study.signal in FALL_SIGNALS else "was"
        last = (
            f"The last spell began {when}, {ago} earlier."
            if _has_spells(view)
            else f"The last one {came} {when}, {ago} earlier."
        )
        return paragraph(last, _began(view), _counts_if(view))
    holds = ""
    named = "The signal" if view.signal is None else f"“{view.signal.title}”"
    if newest.provisional and view.study.listed is None:
        came = f"{named} is on for {where} as of {numbers.day(view.result.as_of)}"
        holds = f" {_counts_if(view)}"
    elif view.study.listed is not None:
        came = f"The newest event was on {numbers.day(newest.named_day)}"
    else:
        came = f"{named} came {view.when_text(newest)} for {where}"
    if len(episodes) == 1:
        return f"{came}, for the first time since {numbers.month(view.result.first)}.{holds}"
    before = episodes[-2]
    days = (newest.named_day - before.named_day).days
    if days < LONG:
        return f"{came}; the one before was {view.when_text(before)}.{holds}"
    return f"{came}, for the first time in {duration(days)} (last {view.when_text(before)}).{holds}"


def _began(view: StudyView) -> str:
    """Of a move that belongs to an earlier one's case, when that began and what it measured then."""
    moves = view.moves
    if moves is None or moves.first is None:
        return ""
    size = moves.first / 100
    first = f"{numbers.percent_sign(size if _rises(view) else -size)}" if _is_alone(view) else gap(size)
    spell = (
        "Months in a row are one spell"
        if view.kind == "monthly"
        else "Moves within a month count as one spell"
    )
    measured = "" if view.study.present is None else "; we measure this one from the move in the title"
    return f"{spell}{measured}. It began {view.began} ({first})."


def _rises(view: StudyView) -> bool:
    """Whether a move is a rise."""
    asked = move_in(view.study)
    return asked is None or asked[0].up


def _has_spells(view: StudyView) -> bool:
    """Whether a move came more often than in cases apart, so that these are called spells."""
    return view.moves is not None and (view.began is not None or view.moves.before > view.earlier)


def _is_alone(view: StudyView) -> bool:
    """Whether a move is of one asset, no gap between two."""
    asked = move_in(view.study)
    return asked is None or asked[0].other is None


def _counts_if(view: StudyView) -> str:
    """What must still be so at the last close of a week or month for its case to count: ``December counts
    only if the S&P 500 fund is still down 7% or more at its last close.``"""
    newest = view.result.episodes[-1]
    if not newest.provisional or view.study.listed is not None:
        return ""
    period = numbers.month_name(newest.date.month) if view.kind == "monthly" else "The week"
    words = size_words(view.study, view.names)
    where = called(view.study.asset, view.names)
    still = "the signal still holds" if words is None else f"{where} {is_or_are(where)} still {words}"
    return f"{period} counts only if {still} at its last close."


def _elsewhere(view: StudyView, report: Report) -> str:
    """The other assets that had it in the week, and what having picked one of them does to its record."""
    scan = report.scan
    findings = () if scan is None else tuple(f for event in scan.events for f in event.findings)
    own = next((f for f in findings if is_of(f, view)), None)
    if own is None:
        return ""
    alike = [f for f in findings if f.firing.signal == own.firing.signal and f is not own]
    others = list(dict.fromkeys(f.firing.asset for f in alike if f.firing.asset != view.study.asset))
    if not others:
        return ""
    names = {a: n for s in report.spec.sections_of(AlsoFiredSection) for a, n in s.assets.items()}
    told = [called(asset, {**names, **view.names}) for asset in others]
    together = all(f.firing.day == own.firing.day for f in alike)
    period = BAR_WORD[view.kind] if together else "week"
    when = f"{'on' if period == 'day' else 'in'} the same {period}"
    if len(others) <= NAMED:
        text = sentence(f"{listed(told)} had it {when}")
    else:
        text = f"{numbers.count(len(others))} others had it {when}, {listed(told[:NAMED])} among them"
    # What leads as a fact was picked before its record was known; one that tells nothing flatters nobody.
    picked_before = view.spec.picked_from or not finds_something(view)
    flattered = not picked_before and all(_p(own) <= _p(f) for f in alike)
    return paragraph(
        sentence(text),
        "We show the one with the most unusual record, which flatters the result." if flattered else "",
    )


def duration(days: int, *, in_months: bool = False) -> str:
    """Days in words: ``ten weeks``, ``14 months``, ``three years``, ``nearly four years``; of months no
    weeks."""
    if days < 100 and not in_months:
        return numbers.plural(round(days / 7), "week")
    months = round(days / DAYS_A_MONTH)
    if months < 24:
        return numbers.plural(months, "month")
    years = days / DAYS_A_YEAR
    whole, rest = int(years), years % 1
    if whole >= FEW_YEARS or min(rest, 1 - rest) < A_LITTLE:
        return numbers.plural(round(years), "year")
    if abs(rest - 0.5) < A_LITTLE:
        return f"{numbers.count(whole)} and a half years"
    return (
        f"more than {numbers.plural(whole, 'year')}"
        if rest < 0.5
        else f"nearly {numbers.plural(whole + 1, 'year')}"
    )


def rarity(view: StudyView) -> str:
    """How often it comes."""
    total = len(view.result.episodes)
    wait = _wait(view)
    years = (view.result.as_of - view.result.first).days / DAYS_A_YEAR
    how_long = numbers.plural(round(years), "year")
    if total == 1 or years < 1:
        return ""
    if view.study.listed is not None:
        many = numbers.count(total)
        return f"In {how_long} of prices the list has {many} events, about one in {_span(wait)}."
    there = f"There have been {numbers.count(total)} in {how_long}"
    if _has_spells(view):
        there = f"There have been {numbers.count(total)} spells in {how_long}, this one counted"
    newest, before = view.result.episodes[-1].date, view.result.episodes[-2].date
    # Where the last wait was of another kind, a mean says nothing.
    uneven = (newest - before).days > UNEVEN * wait or bunch_of(view) is not None
    return f"{there}." if uneven else f"{there}, about one every {_span(wait)}."


def _wait(view: StudyView) -> float:
    return (view.result.as_of - view.result.first).days / len(view.result.episodes)


def _span(days: float) -> str:
    """A mean wait, which is no exact figure: ``ten weeks``, ``14 months``, ``three years``."""
    years = days / DAYS_A_YEAR
    text = numbers.plural(round(years), "year") if years >= 2 else duration(round(days))
    return text.removeprefix("one ")


def _how_far(view: StudyView) -> str:
    """Where its measure lies among the earlier ones, when it lies far out and is a percentage."""
    if view.moves is not None:
        return few_went_farther(view)
    *before, newest = view.result.episodes
    heading, value = view.trigger_heading, newest.trigger
    known = [e.trigger for e in before if e.trigger is not None]
    if heading is None or value is None or not view.trigger_is_percent or len(known) < FEW_BEFORE:
        return ""
    passed = sum(abs(each) < abs(value) for each in known)
    if passed < FAR_OUT * len(known):
        return ""
    reading = f"{heading.removesuffix(', %').lower()}: {numbers.signed(value, 1)}%"
    if passed == len(known):
        return f"This one was more extreme than all {numbers.count(passed)} before it ({reading})."
    return f"This one was more extreme than {pair(passed, len(known))} before it ({reading})."


def rank_in_week(view: StudyView, scan: ScanResult) -> str:
    """Its place among what came in the same week, and what having picked it does to its record."""
    findings = [finding for event in scan.events for finding in event.findings]
    own = next((f for f in findings if is_of(f, view)), None)
    if own is None or len(scan.events) < 3:
        return ""
    tested = [f for f in findings if f.firing.p_value is not None]
    ranks = []
    if all(_per_case(own) >= _per_case(f) for f in findings):
        ranks.append("this one is the rarest on its asset")
    if own in tested and all(_p(own) <= _p(f) for f in tested):
        ranks.append("this one has the most unusual record")
    alike = [f.interest for f in findings if f.firing.signal == own.firing.signal]
    if not ranks and all(max(alike) >= f.interest for f in findings):
        ranks.append("this one scored highest for rarity, size and freshness")
    # As the section below counts them: a signal on several assets is one.
    came_by = numbers.count(len(scan.events))
    among = f"{came_by} signals that came this week on {_watched(scan)}"
    came = f"Of the {among}, {' and '.join(ranks)}." if ranks else f"It is one of {among}."
    return (
        f"{came} Pick one signal from {came_by} and even noise can look striking. Read "
        "the record sceptically."
    )


def picked_from_week(view: StudyView, scan: ScanResult | None) -> str:
    """That a study of a library's signal was picked from all that came in the week; empty of others."""
    if scan is None or len(scan.events) < 2:
        return ""
    if not any(is_of(finding, view) for event in scan.events for finding in event.findings):
        return ""
    return f"It was picked from {numbers.count(len(scan.events))} signals of the week, which flatters it."


def _watched(scan: ScanResult) -> str:
    return f"the {numbers.plural(scan.scanned, 'asset')} watched"


def _per_case(finding: Finding) -> float:
    return finding.firing.years / finding.firing.episodes


def _p(finding: Finding) -> float:
    return 1.0 if finding.firing.p_value is None else finding.firing.p_value


def is_of(finding: Finding, view: StudyView) -> bool:
    """Whether a finding of the scan is the newest case of a study."""
    episodes: tuple[Episode, ...] = tuple(view.result.episodes)
    return bool(
        episodes
        and finding.firing.asset == view.study.asset
        and finding.firing.signal == view.spec.signal
        and np.datetime64(finding.firing.day) == np.datetime64(episodes[-1].date)
    )
