"""Scorecards for the pages: an empty one, and one with every kind of case on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from generator.scorecard.outcomes import (
    Calibration,
    Case,
    Outcome,
    Scorecard,
    ScoredIssue,
    keep_score,
    place_of,
)
from generator.scorecard.values import Expectation, Expectations, ExpectedHorizon

NOTHING = keep_score((), {}, "sample")


def expected_horizon(label: str = "3M", bars: int = 3, n: int = 13) -> ExpectedHorizon:
    """A range from −8% to +20% with its middle half from −2% to +9%."""
    return ExpectedHorizon(label, bars, n, -0.08, -0.02, 0.03, 0.09, 0.20, 0.02, "could be luck")


def expectation(**changes: object) -> Expectation:
    """A monthly case of April 2026 with three horizons."""
    horizons = (expected_horizon("1M", 1), expected_horizon("3M", 3), expected_horizon("12M", 12))
    case = Expectation(
        "months", "Months of ten percent or more", "IWM", "IWM", ("IWM",), "roc(close, 1) >= 10", "monthly",
        0, "close", "price", None, "2026-04-20", True, horizons,
    )  # fmt: skip
    return replace(case, **changes)  # type: ignore[arg-type]


def outcome(expected: ExpectedHorizon, value: float, complete: bool = True, passed: int = 0) -> Outcome:
    """What happened at a horizon."""
    day = date(2026, 7, 31)
    return Outcome(expected, value, complete, passed or expected.bars, day, place_of(value, expected))


def demo() -> Scorecard:
    """Three issues: a case under way, one of each other state, and none."""
    study = expectation()
    one, three, twelve = study.horizons
    running = Case(
        study,
        "entered",
        date(2026, 4, 30),
        (outcome(one, 0.0448), outcome(three, -0.0976), outcome(twelve, 0.0476, False, 3)),
        date(2026, 4, 30),
        0.0,
    )
    waiting = Case(replace(study, title="A month <under way>"), "waiting")
    gone = Case(study, "not-held", date(2026, 4, 30))
    none = Case(expectation(date=None, provisional=False, horizons=()), "none")

    def issue(slug: str, day: str, *cases: Case) -> ScoredIssue:
        expected = Expectations(
            slug, f"Issue {slug}", day, day, "sample", tuple(c.expectation for c in cases)
        )
        return ScoredIssue(expected, cases)

    return Scorecard(
        (
            issue("small-caps-ten-percent-month", "2026-04-21", running, waiting),
            issue("earlier-0", "2025-11-28", gone, none),
        ),
        Calibration(2, 1, None, None, None),
        date(2026, 4, 20),
    )
