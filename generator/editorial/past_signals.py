"""What the signals of earlier issues have done since, from the scorecard as of this report's date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from generator.editorial import numbers
from generator.editorial.edition import Block, Cell, Column, Paragraph, Row, Section, Table
from generator.editorial.report import Report
from generator.editorial.scorecard_outcomes import Case, Outcome, Scorecard, ScoredIssue
from generator.editorial.scorecard_story import WHERE
from generator.editorial.spec_models import PastSignalsSection
from generator.editorial.tables import percent_cell
from generator.editorial.view import LIST_ONLY
from generator.editorial.words import pair, paragraph, span

SHOWN = 12
"""Cases in the table, the newest; the scorecard's page has them all."""


def past_signals_section(report: Report, spec: PastSignalsSection, key: str) -> Section:
    """A sentence on where they stand, then a row a case."""
    heading = spec.heading or "What earlier signals have done since"
    scorecard = report.scorecard
    assert scorecard is not None, "the pipeline keeps the score for a report with this section"
    told = [
        (issue, case)
        for issue in scorecard.issues
        for case in issue.cases
        if case.state in ("entered", "waiting", "not-held")
    ]
    if not told:
        return Section(key, heading, (Paragraph(_nothing(scorecard)),))
    blocks: list[Block] = [Paragraph(_on_top(told))]
    blocks.append(_table(told[:SHOWN], f"{key}-cases", report.as_of, len(told)))
    return Section(key, heading, tuple(blocks))


def _nothing(scorecard: Scorecard) -> str:
    if not scorecard.issues:
        return "This is the first issue: there are no earlier ones to keep score of."
    return "No earlier issue has a case that can be scored from these prices yet."


def _on_top(told: Sequence[tuple[ScoredIssue, Case]]) -> str:
    """How many rose, how many complete returns lie in the middle half; how little that says."""
    entered = [case for _, case in told if case.outcomes]
    if not entered:
        return "No earlier case has a return yet."
    rose = sum(_newest(case).value > 0 for case in entered)
    complete = [o for case in entered for o in case.outcomes if o.complete and o.place is not None]
    inside = sum(o.place == "middle" for o in complete)
    if len(entered) == 1:
        start = (
            f"The one earlier case under way stands {'higher' if rose else 'no higher'} than at its entry."
        )
    else:
        how = {0: "none of them stands", 1: "one of them stands", len(entered): "all of them stand"}
        stand = how.get(rose, f"{numbers.count(rose)} of them stand")
        begun = f"{numbers.count(len(entered)).capitalize()} cases of earlier issues have begun"
        start = f"{begun}; {stand} higher than at the entry."
    half = ""
    if len(complete) >= LIST_ONLY:
        often = pair(inside, len(complete)) if inside else f"none of {len(complete)}"
        half = (
            f"Of their complete returns, {often} ended in the middle half of what history suggested; about "
            "half should."
        )
    so_few = "One case says" if len(entered) == 1 else "They overlap, and so few say"
    few = f"{so_few} little about the method; the scorecard keeps every one."
    return paragraph(start, half, few)


def _table(told: Sequence[tuple[ScoredIssue, Case]], key: str, as_of: date, total: int) -> Table:
    newest = "Newest complete horizon"
    columns = (
        Column("signal", "Signal", "text"),
        Column("issue", "Issue of", "date"),
        Column("since", "Since entry, %", "percent"),
        Column("return", "Return, %", "percent", newest),
        Column("suggested", "Median before, %", "percent", newest),
        Column("where", "Where it fell", "text", newest),
    )
    notes = [f"Through {numbers.day(as_of)}; the scorecard has every horizon."]
    if total > len(told):
        notes.append(f"The newest {numbers.count(len(told))} of {numbers.count(total)} cases.")
    return Table(
        key,
        "Signals of earlier issues",
        columns,
        tuple(_row(issue, case) for issue, case in told),
        tuple(notes),
        download=True,
    )


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
        return Row((*head, percent_cell(None), *_none(2), Cell(words, words, "muted")))
    done = [o for o in case.outcomes if o.complete]
    since = percent_cell(_newest(case).value)
    if not done:
        return Row((*head, since, *_none(2), Cell("none complete yet", None, "muted")))
    last = max(done, key=lambda o: o.expected.bars)
    where = WHERE[last.place] if last.place is not None else "too few cases"
    return Row(
        (
            *head,
            since,
            percent_cell(last.value),
            percent_cell(last.expected.median),
            Cell(f"{where}, after {span(last.expected.label)}", where),
        )
    )


def _none(count: int) -> tuple[Cell, ...]:
    return (Cell(numbers.DASH, None, "muted"),) * count


def _newest(case: Case) -> Outcome:
    """The return to the last close while a horizon is open, else that of the longest."""
    return max(case.outcomes, key=lambda o: (not o.complete, o.expected.bars))
