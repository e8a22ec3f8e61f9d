"""The scorecard in words: its sentences, the rows of its tables, and the small mark beside each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from generator.edition.values import Tone
from generator.language import numbers
from generator.language.words import bar_word, paragraph, sentence, span, spans
from generator.scorecard.outcomes import (
    FEWEST_SEPARATE,
    Calibration,
    Case,
    Outcome,
    Scorecard,
    ScoredIssue,
    Share,
    State,
)
from generator.scorecard.story import WHERE, case_story, newest_outcome
from generator.scorecard.values import Expectation, ExpectedHorizon

IN_FULL = 26
"""How many issues, the newest, have all their cases on the page: the tables of ten years weigh more than five
megabytes."""
_STATES: dict[State, str] = {
    "none": "no case under way",
    "waiting": "waits for its close",
    "not-held": "gone by the close",
    "over": "over before publication",
    "other-source": "from another source",
    "no-prices": "no prices",
    "no-bar": "no bar on its day",
}
_ENDS = (12.0, 88.0)
"""Where the worst and the best earlier case stand on the mark, in percent of its width."""


@dataclass(frozen=True)
class Mark:
    """The small picture of a row, in percent of its width: the middle half, the median, the return."""

    lower: float
    upper: float
    median: float
    value: float | None


@dataclass(frozen=True)
class ScoreRow:
    """A horizon's row as it is shown. ``open`` while the horizon has not come."""

    horizon: str
    cases: str
    spread: str
    half: str
    median: str
    usual: str
    value: str
    until: str
    where: str
    open: bool
    tone: Tone
    mark: Mark | None


@dataclass(frozen=True)
class CaseEntry:
    """A study's case: what it is called, what became of it, and its rows."""

    title: str
    caption: str
    story: str
    usual_heading: str
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class IssueRow:
    """An issue's row: its first case that has a return, at the horizon that the finding led with, else at the
    longest complete one. ``more`` counts its other cases, as a text."""

    slug: str
    title: str
    date: str
    case: str
    more: str
    horizon: str
    value: str
    gone: str
    where: str
    open: bool
    tone: Tone


@dataclass(frozen=True)
class IssueEntry:
    """An issue on the scorecard page, in full."""

    slug: str
    title: str
    date: str
    as_of: str
    cases: tuple[CaseEntry, ...]


@dataclass(frozen=True)
class ScorePage:
    """Everything the scorecard page says: a row of every issue, and the newest in full.

    ``newest`` is the home page's line, empty without an outcome.
    """

    deck: str
    summary: tuple[str, ...]
    rows: tuple[IssueRow, ...]
    issues: tuple[IssueEntry, ...]
    newest: str


def score_page(scorecard: Scorecard) -> ScorePage:
    """The scorecard, ready to be set."""
    return ScorePage(
        deck=_deck(scorecard),
        summary=(standing(scorecard), *calibration_words(scorecard.calibration)) if scorecard.issues else (),
        rows=tuple(map(_issue_row, scorecard.issues)),
        issues=tuple(_issue(issue, scorecard.as_of) for issue in scorecard.issues[:IN_FULL]),
        newest=newest_outcome(scorecard),
    )


def _deck(scorecard: Scorecard) -> str:
    if not scorecard.issues:
        return "There is no issue yet. Each one will be held here against what happened after it."
    by = "" if scorecard.as_of is None else f", to the close of {numbers.day(scorecard.as_of)}"
    return (
        f"What history suggested when each issue was written, and what a reader could have earned since{by}. "
        "No issue is ever taken off this page."
    )


def standing(scorecard: Scorecard) -> str:
    """How many returns are complete, how many are under way, and what waits, is gone or cannot be scored."""
    cases = [case for issue in scorecard.issues for case in issue.cases if case.state != "none"]
    outcomes = [outcome for case in cases for outcome in case.outcomes]
    issues, states = numbers.plural(len(scorecard.issues), "issue"), [case.state for case in cases]
    waiting, gone = states.count("waiting"), states.count("not-held")
    unscored = sum(states.count(state) for state in ("other-source", "no-prices", "no-bar"))
    return paragraph(
        f"{issues.capitalize()} had {numbers.plural(len(cases), 'case') if cases else 'no case'} under way.",
        _returns(sum(outcome.complete for outcome in outcomes), len(outcomes)),
        _when(
            waiting,
            "case waits for the close that it counts from",
            "cases wait for the closes that they count from",
        ),
        _when(
            gone,
            "case was gone by the close and counts nowhere",
            "cases were gone by the close and count nowhere",
        ),
        _when(
            unscored, "case cannot be scored from these prices", "cases cannot be scored from these prices"
        ),
    )


def _returns(done: int, total: int) -> str:
    if total == 0:
        return ""
    what = f"{numbers.plural(total, 'return')} that began with them"
    if total == 1:
        return (
            "One return has begun, and it is complete." if done else "One return has begun and is under way."
        )
    if done == 0:
        return f"None of the {what} is complete yet."
    if done == total:
        return f"All {what} are complete."
    rest = total - done
    return f"Of the {what}, {numbers.count(done)} {_are(done)} complete and {numbers.count(rest)} not yet."


def _when(count: int, one: str, many: str) -> str:
    """``One case waits``, ``12 cases wait``; nothing for none."""
    return "" if count == 0 else sentence(numbers.plural(count, one, many))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def calibration_words(calibration: Calibration) -> tuple[str, ...]:
    """Whether the ranges have held so far; with few separate periods, why nothing can be said yet."""
    half, whole, above = calibration.half, calibration.whole, calibration.above_usual
    if calibration.n == 0:
        return ("Whether such ranges hold can only be judged once returns are complete.",)
    if half is None or whole is None or above is None:
        cover = "covers" if calibration.n == 1 else "cover"
        what = "The complete return" if calibration.n == 1 else "The complete returns"
        periods = numbers.plural(calibration.separate, "separate period")
        return (
            f"{what} {cover} {periods}: horizons of one case overlap, and so do signals of the same weeks. "
            f"Before there are {numbers.count(FEWEST_SEPARATE)} of them, how often the ranges held says more "
            "about those weeks than about the method, so no share is given. The tables show each return.",
        )
    n, separate = numbers.count(calibration.n), calibration.separate
    return (
        f"Of {n} complete returns, {_counted(half)} ended inside the middle half of the earlier cases and "
        f"{_counted(whole)} inside their whole range. If the past is a fair guide, about "
        f"{numbers.rate(half.fair)} and {numbers.rate(whole.fair)} should. {_close(half)}",
        f"{_counted(above).capitalize()} ended above the median of any such stretch, signal or not; half "
        f"would, if the signals said nothing. The returns overlap and cover {separate} separate periods, "
        f"which leaves the true shares anywhere from {_interval(half)} for the middle half, "
        f"{_interval(whole)} for the range and {_interval(above)} for the comparison with any stretch.",
    )


def _counted(share: Share) -> str:
    return f"{numbers.count(share.count)} ({numbers.rate(share.share)})"


def _close(share: Share) -> str:
    low, high = share.interval
    if low <= share.fair <= high:
        return "That is within what chance allows."
    few = "fewer" if share.share < share.fair else "more"
    return f"That is {few} inside the middle half than chance allows."


def _interval(share: Share) -> str:
    return f"{numbers.rate(share.interval[0])} to {numbers.rate(share.interval[1])}"


def _issue_row(issue: ScoredIssue) -> IssueRow:
    cases = [case for case in issue.cases if case.state != "none"]
    case = next((case for case in cases if case.outcomes), next(iter(cases), None))
    outcome = None if case is None else case.headline or case.longest or next(iter(case.outcomes), None)
    known, value = issue.expected, numbers.percent(None if outcome is None else outcome.value)
    complete = outcome is not None and outcome.complete
    return IssueRow(
        slug=known.slug,
        title=known.title,
        date=known.date,
        case="" if case is None else f"{case.expectation.title} ({case.expectation.target})",
        more=f"and {numbers.count(len(cases) - 1)} more" if len(cases) > 1 else "",
        horizon=numbers.DASH if outcome is None else outcome.expected.label,
        value=value,
        gone=numbers.percent(None if case is None else case.gone),
        where=_where(outcome) if outcome is not None else _STATES["none" if case is None else case.state],
        open=not complete,
        tone=numbers.tone_of(value) if complete else "",
    )


def _issue(issue: ScoredIssue, newest: date | None) -> IssueEntry:
    expected = issue.expected
    return IssueEntry(
        slug=expected.slug,
        title=expected.title,
        date=expected.date,
        as_of=expected.as_of,
        cases=tuple(_case(case, newest) for case in issue.cases),
    )


def _case(case: Case, newest: date | None) -> CaseEntry:
    expected = case.expectation
    outcomes = {outcome.expected.label: outcome for outcome in case.outcomes}
    bar = bar_word(expected.bars)
    return CaseEntry(
        title=expected.title,
        caption=f"{expected.title}: suggested and happened, {_basis(expected)} of {expected.target}, %",
        story=paragraph(case_story(case, newest), _verdicts(expected.horizons)),
        usual_heading=f"Any {'day' if bar == 'session' else bar}",
        rows=tuple(_row(h, outcomes.get(h.label), bar) for h in expected.horizons),
    )


def _basis(expected: Expectation) -> str:
    return "total returns" if expected.returns == "total" else "price returns"


def _verdicts(horizons: Sequence[ExpectedHorizon]) -> str:
    """The verdicts of the time; neighbouring horizons with the same one together."""
    if not horizons:
        return ""
    runs = [(phrase, list(run)) for phrase, run in groupby(horizons, key=lambda h: h.verdict)]
    if len(runs) == 1 and len(horizons) > 1:
        return sentence(f"the verdict at the time, at every horizon: {runs[0][0]}")
    parts = [f"at {_stretch([h.label for h in run])} {phrase}" for phrase, run in runs]
    return sentence(f"the verdict at the time: {'; '.join(parts)}")


def _stretch(labels: Sequence[str]) -> str:
    """``six months``, ``two and three months``, ``three to 12 months``, ``one week to three months``."""
    if len(labels) < 3:
        return spans(labels)
    first, last = span(labels[0]), span(labels[-1])
    unit = last.rpartition(" ")[2]
    return f"{first.removesuffix(f' {unit}')} to {last}"


def _row(expected: ExpectedHorizon, outcome: Outcome | None, bar: str) -> ScoreRow:
    value = None if outcome is None else outcome.value
    return ScoreRow(
        horizon=expected.label,
        cases=f"{expected.n:,}",
        spread=_between(expected.worst, expected.best),
        half=_between(expected.lower, expected.upper),
        median=numbers.percent(expected.median),
        usual=numbers.percent(expected.usual),
        value=numbers.percent(value),
        until=numbers.DASH if outcome is None else _until(outcome, bar),
        where=numbers.DASH if outcome is None else _where(outcome),
        open=outcome is not None and not outcome.complete,
        tone=""
        if outcome is None or not outcome.complete
        else numbers.tone_of(numbers.percent(outcome.value)),
        mark=_mark(expected, value),
    )


def _between(low: float | None, high: float | None) -> str:
    return numbers.DASH if low is None else f"{numbers.percent(low)} to {numbers.percent(high)}"


def _until(outcome: Outcome, bar: str) -> str:
    if outcome.complete:
        return numbers.day(outcome.until)
    of = outcome.expected.bars
    return f"{outcome.passed:,} of {of:,} {bar if of == 1 else bar + 's'}"


def _where(outcome: Outcome) -> str:
    if outcome.place is None:
        return "too few earlier cases"
    return WHERE[outcome.place] if outcome.complete else f"{WHERE[outcome.place]} so far"


def _mark(expected: ExpectedHorizon, value: float | None) -> Mark | None:
    worst, best = expected.worst, expected.best
    if worst is None or best is None or worst == best:
        return None
    left, right = _ENDS

    def at(level: float | None) -> float:
        assert level is not None
        place = left + (level - worst) / (best - worst) * (right - left)
        return round(min(max(place, 2.0), 98.0), 1)

    return Mark(
        at(expected.lower), at(expected.upper), at(expected.median), None if value is None else at(value)
    )
