"""What became of a case, in sentences: those of the scorecard's page and of the home page."""

from __future__ import annotations

from datetime import date

from generator.language import numbers
from generator.language.asset_names import it, lowered
from generator.language.words import bar_word, listed, paragraph, sentence, span, stood
from generator.scorecard.outcomes import Case, Outcome, Place, Scorecard
from generator.scorecard.values import Expectation

WHERE: dict[Place, str] = {
    "below": "below the range",
    "lower": "lower quarter",
    "middle": "middle half",
    "upper": "upper quarter",
    "above": "above the range",
}


def case_story(case: Case, newest: date | None) -> str:
    """What became of a case, in a sentence or two."""
    expected = case.expectation
    match case.state:
        case "none":
            return "No case was under way when the issue was written: every episode was complete."
        case "other-source":
            return "This issue was made from another source than the newest prices, so it is not scored here."
        case "no-prices":
            return f"The source of the newest prices lacks one of {listed(expected.assets)}."
        case "no-bar":
            return "The newest prices have no bar for the day of this case."
        case "waiting":
            return _waits(case)
        case "not-held":
            return (
                f"The signal was on when the issue was written, but it was gone by the close of "
                f"{_period(expected)}. It did not hold, and counts in no statistic."
            )
        case "over":
            return paragraph(_entry(case), "Every horizon was over by then, so nothing was left to count.")
    return paragraph(_entry(case), _so_far(case, newest))


def _waits(case: Case) -> str:
    expected = case.expectation
    if case.entered is not None:
        return f"The signal came on {numbers.day(case.entered)}. Its return waits for the next session."
    return (
        f"The signal was on before {_period(expected)} was over. It waits for the close of "
        f"{_period(expected)}: only if the signal holds until then does its return begin."
    )


def _period(expected: Expectation) -> str:
    """The week or month of a case whose bar was in progress: ``April 2026``, ``the week of Apr 20, 2026``."""
    day = date.fromisoformat(expected.date or "")
    if expected.bars == "weekly":
        return f"the week of {numbers.day(day)}"
    return f"{numbers.month_name(day.month)} {day.year}"


def _entry(case: Case) -> str:
    expected, entered = case.expectation, case.entered
    assert entered is not None
    day = numbers.day(entered)
    came = f"The signal came on {day}"
    if expected.provisional:
        came = f"The signal held to the close of the {bar_word(expected.bars)}, on {day}"
    if late := _late(case):
        return paragraph(sentence(came), late)
    counted = {"close": "that close", "next_open": "the next open", "next_close": "the next close"}
    return f"{came}; returns count from {counted[expected.entry]}."


def _late(case: Case) -> str:
    """From which close a reader could have had the returns, and how much was gone by then; nothing where the
    entry itself came after publication."""
    if not case.gone:
        return ""
    assert case.counted is not None
    return (
        f"Returns count from the close of {numbers.day(case.counted)}, the first after publication; by then "
        f"{case.expectation.called} stood {stood(case.gone)}."
    )


def _so_far(case: Case, newest: date | None) -> str:
    """The complete horizons worth telling; before there is one, where the price stands."""
    if case.longest is not None:
        return _results(case)
    first = next(iter(case.outcomes), None)
    if first is None or newest is None:
        return ""
    if first.until == case.counted:
        return "No session has passed since."
    called = case.expectation.called
    return f"By {numbers.day(first.until)} {called} stood {stood(first.value)}; no horizon is complete yet."


def _results(case: Case) -> str:
    """The horizon that the finding led with, where it is complete, then the longest complete one, where that
    is another."""
    head, longest, called = case.headline, case.longest, case.expectation.called
    assert longest is not None
    first = head if head is not None and head.complete else longest
    told = [_after(first, called)]
    if first is not longest:
        told.append(_after(longest, it(called)))
    elif head is not None and head is not longest:
        waits = f"the horizon of the finding, {span(head.expected.label)}, is still open"
        told.append(f"{waits}: by {numbers.day(head.until)} {it(called)} stood {stood(head.value)}")
    return paragraph(*map(sentence, told))


def _after(outcome: Outcome, called: str) -> str:
    return f"{span(outcome.expected.label)} later {called} stood {stood(outcome.value)}{_place(outcome)}"


def _place(outcome: Outcome) -> str:
    """``, in the middle half of the 13 earlier cases``; nothing where those were too few for a range."""
    cases = f"{numbers.count(outcome.expected.n)} earlier cases"
    match outcome.place:
        case None:
            return ""
        case "below" | "above":
            return f", {outcome.place} all {cases}"
    return f", in the {WHERE[outcome.place]} of the {cases}"


def newest_outcome(scorecard: Scorecard) -> str:
    """For the home page: the case whose return was completed last, the longer one of the same day."""
    done = [
        (case.longest.until, case.longest.expected.bars, case)
        for issue in scorecard.issues
        for case in issue.cases
        if case.longest is not None
    ]
    if not done:
        return ""
    *_, case = max(done, key=lambda item: item[:2])
    assert case.entered is not None
    results = _results(case)
    # They begin with a horizon, which goes on in small letters after the colon.
    told = f"{case.expectation.title}, {numbers.day(case.entered)}: {lowered(results)}"
    return paragraph(told, _late(case))
