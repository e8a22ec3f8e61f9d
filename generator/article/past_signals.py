"""What the signals of earlier issues have done since, from the scorecard as of this report's date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from generator.article.report import Report
from generator.edition.values import Cell, Column, Row, Table, Values
from generator.findings.sentences import waited
from generator.findings.tables import percent_cell
from generator.language import numbers
from generator.language.words import pair, paragraph, span
from generator.scorecard.outcomes import Case, Outcome, Scorecard, ScoredIssue
from generator.scorecard.story import WHERE
from generator.spec.models import PastSignalsSection

HARD = "hard to explain by luck"
"""How a verdict ends that an issue took for more than luck."""
SHOWN = 12
"""Cases in the table, the newest; the scorecard's page has them all."""


def past_signals(report: Report, spec: PastSignalsSection, key: str) -> Values:
    """A sentence on where they stand, and a row a case."""
    scorecard = report.scorecard
    assert scorecard is not None, "the pipeline keeps the score for a report with this section"
    told = [
        (issue, case)
        for issue in scorecard.issues
        for case in issue.cases
        if case.state in ("entered", "waiting", "not-held") and _is_news(issue, case, scorecard)
    ]
    if not told:
        return {"on_top": "", "cases": None}
    shown = told[:SHOWN]
    return {
        "on_top": _on_top([case for _, case in told], scorecard),
        "cases": _table(shown, f"{key}-cases"),
        "through": numbers.day(report.as_of),
        "lacks_finding": any(case.outcomes and case.headline is None for _, case in shown),
        "any_ended": any(case.ended for _, case in shown),
        "shown": numbers.count(len(shown)),
        "total": numbers.count(len(told)) if len(told) > len(shown) else "",
    }


def _is_news(issue: ScoredIssue, case: Case, scorecard: Scorecard) -> bool:
    """Whether it was still open what becomes of the case when the issue before this one was written."""
    before = scorecard.issues[0].expected
    if issue.expected.date == before.date:
        return True
    known = case.entered if case.state == "not-held" else _end(case)
    return known is None or known > date.fromisoformat(before.as_of)


def _end(case: Case) -> date | None:
    """The day on which the last horizon was complete; None while one is open."""
    return max(outcome.until for outcome in case.outcomes) if case.ended else None


def _on_top(told: Sequence[Case], scorecard: Scorecard) -> str:
    """How many stand or ended higher, how many returns lie in the middle half; how little that says."""
    entered = [case for case in told if case.outcomes]
    if not entered:
        return "No case told here has a return yet; the scorecard keeps every one."
    return paragraph(
        _under_way([case for case in entered if not case.ended]),
        _ended([case for case in entered if case.ended], scorecard),
        _called(entered),
        _middle_half(scorecard),
        f"{_how_little(len(entered), scorecard)}; the scorecard keeps every one.",
    )


def _under_way(cases: Sequence[Case]) -> str:
    """``Two cases of earlier issues are under way; both stand higher than at publication.``"""
    n, rose = len(cases), sum(_so_far(case) > 0 for case in cases)
    if n == 0:
        return ""
    if n == 1:
        return (
            f"The one earlier case under way stands {'higher' if rose else 'no higher'} than at publication."
        )
    stand = "stands" if rose in (0, 1) else "stand"
    return (
        f"{numbers.count(n).capitalize()} cases of earlier issues are under way; {_of_them(rose, n)} {stand} "
        "higher than at publication."
    )


def _ended(cases: Sequence[Case], scorecard: Scorecard) -> str:
    """``Four cases have ended since the issue of Oct 17, 2008: all four were lower after three months, all
    four higher after a year.`` At the horizons of the findings first, then at the longest; these alone where
    a finding's is not known."""
    if not cases:
        return ""
    n, findings = len(cases), [case.headline for case in cases]
    longest = [case.longest for case in cases]
    has = "has" if n == 1 else "have"
    began = f"{numbers.plural(n, 'case').capitalize()} {has} ended since {_the_issue_before(scorecard)}"
    last = "its longest horizon" if n == 1 else "their longest horizons"
    first, whose = (longest, last) if None in findings else (findings, "the horizon of each finding")
    verb = "was" if n == 1 or _rose(first) == 1 else "were"
    text = f"{began}: {_who(first)} {verb} {_side(first)} {_when(first, whose)}"
    if first != longest:
        alike = n == 1 or (n == 2 and _who(first) == _who(longest) == "both")
        who = "" if alike else f"{_who(longest)} "
        text += f"{',' if who else ' and'} {who}{_side(longest)} {_when(longest, last)}"
    return f"{text}."


def _called(cases: Sequence[Case]) -> str:
    """How many of the results that an issue called hard to explain by luck came out on the side that it
    called: above or below what was usual then. One called worse than usual is no success for having risen."""
    called = [
        (outcome.value > outcome.expected.usual) == outcome.expected.verdict.startswith("better")
        for case in cases
        for outcome in case.outcomes
        if outcome.complete and outcome.expected.verdict.endswith(HARD) and outcome.expected.usual is not None
    ]
    n, right = len(called), sum(called)
    if n == 0:
        return ""
    if n == 1:
        came = "has come out so" if right else "has not come out so"
        return f"The one result here that was called hard to explain by luck {came}."
    many = {0: "none has", 1: "one has", n: "all have"}.get(right, f"{numbers.count(right)} have")
    called_so = f"{numbers.count(n)} results here that were called hard to explain by luck"
    return f"Of the {called_so}, {many} come out so."


def _who(outcomes: Sequence[Outcome | None]) -> str:
    """``it``, ``both``, ``all four``, ``two of four``: those of which ``_side`` speaks."""
    n, rose = len(outcomes), _rose(outcomes)
    if n == 1:
        return "it"
    return pair(rose, n) if 0 < rose < n else "both" if n == 2 else f"all {numbers.count(n)}"


def _side(outcomes: Sequence[Outcome | None]) -> str:
    if _rose(outcomes):
        return "higher"
    return "lower" if all(each is not None and each.value < 0 for each in outcomes) else "no higher"


def _rose(outcomes: Sequence[Outcome | None]) -> int:
    return sum(outcome is not None and outcome.value > 0 for outcome in outcomes)


def _when(outcomes: Sequence[Outcome | None], which: str) -> str:
    """``after three months`` where all are of one horizon, by whatever label, else which horizon of each it
    is."""
    waits = {waited(outcome.expected.label) for outcome in outcomes if outcome is not None}
    return f"after {waits.pop()}" if len(waits) == 1 else f"at {which}"


def _of_them(k: int, n: int) -> str:
    """``both``, ``neither``, ``all of them``, ``none of them``, ``five of them``."""
    if k == n:
        return "both" if n == 2 else "all of them"
    if k == 0:
        return "neither" if n == 2 else "none of them"
    return f"{numbers.count(k)} of them"


def _the_issue_before(scorecard: Scorecard) -> str:
    day = date.fromisoformat(scorecard.issues[0].expected.date)
    return f"the issue of {numbers.day(day)}"


def _middle_half(scorecard: Scorecard) -> str:
    """How many of all complete returns lie in the middle half, by the scorecard's own rule: nothing before
    they cover enough separate periods."""
    half, n = scorecard.calibration.half, scorecard.calibration.n
    if half is None:
        return ""
    often = pair(half.count, n) if half.count else f"none of {n:,}"
    return (
        f"Of all complete returns so far, {often} ended in the middle half of what history suggested; about "
        f"{numbers.rate(half.fair)} should."
    )


def _how_little(cases: int, scorecard: Scorecard) -> str:
    if scorecard.calibration.half is not None:
        return "Many of them overlap"
    return (
        "One case says little about the method"
        if cases == 1
        else "They overlap and are too few to judge the method"
    )


def _table(told: Sequence[tuple[ScoredIssue, Case]], key: str) -> Table:
    finding = "Horizon of the finding"
    columns = (
        Column("signal", "Signal", "text"),
        Column("issue", "Issue of", "date"),
        Column("since", "Since publication, %", "percent"),
        Column("return", "Return, %", "percent", finding),
        Column("suggested", "Median before, %", "percent", finding),
        Column("where", "Where it fell", "text", finding),
        Column("longest", "Longest complete horizon, %", "text"),
    )
    table = Table(key, "", columns, tuple(_row(issue, case) for issue, case in told), download=True)
    if any(case.outcomes and not case.ended for _, case in told):
        return table
    # None is under way: nothing stands under what they have come to.
    at = [column.key for column in columns].index("since")
    rows = tuple(replace(row, cells=row.cells[:at] + row.cells[at + 1 :]) for row in table.rows)
    return replace(table, columns=columns[:at] + columns[at + 1 :], rows=rows)


def _row(issue: ScoredIssue, case: Case) -> Row:
    study = case.expectation
    day = date.fromisoformat(issue.expected.date)
    # With the ticker: a name can hide which fund was measured.
    title = study.title.removesuffix(f", measured on {study.target}")
    head = (
        Cell(f"{title} ({study.target})", study.study),
        Cell(numbers.day(day), issue.expected.date),
    )
    if not case.outcomes:
        words = "waits for its close" if case.state == "waiting" else "was gone by the close"
        return Row((*head, percent_cell(None), *_without_return(words), _of_the_longest(case)))
    since = percent_cell(None if case.ended else _so_far(case))
    return Row((*head, since, *_of_the_finding(case), _of_the_longest(case)))


def _of_the_finding(case: Case) -> tuple[Cell, ...]:
    outcome = case.headline or case.longest
    if outcome is None:
        return _without_return("none complete yet")
    after = span(outcome.expected.label)
    if not outcome.complete:
        return _without_return(f"{after} not over", outcome.expected.median)
    median = percent_cell(outcome.expected.median)
    return (percent_cell(outcome.value), median, Cell(f"{_where(outcome)}, after {after}"))


def _without_return(words: str, median: float | None = None) -> tuple[Cell, ...]:
    return (percent_cell(None), percent_cell(median), Cell(words, None, "muted"))


def _of_the_longest(case: Case) -> Cell:
    """In words, as it comes second; a dash where it was told already."""
    outcome = case.longest
    if outcome is None or outcome is (case.headline or outcome):
        return Cell(numbers.DASH, None, "muted")
    after = span(outcome.expected.label)
    return Cell(f"{_where(outcome)}, {numbers.percent(outcome.value)} after {after}")


def _where(outcome: Outcome) -> str:
    return WHERE[outcome.place] if outcome.place is not None else "too few cases"


def _so_far(case: Case) -> float:
    """The return from publication to the last close, while a horizon is open."""
    return next(outcome.value for outcome in case.outcomes if not outcome.complete)
