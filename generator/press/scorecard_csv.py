"""The scorecard as a file: ``scorecard.csv`` beside its page, a row a horizon of every case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from generator.editorial.scorecard_outcomes import Case, Outcome, Scorecard, ScoredIssue
from generator.files import OutputFile
from generator.market.history import SAMPLE
from generator.press.downloads import csv_number, csv_text

SCORECARD_CSV = "scorecard/scorecard.csv"
COLUMNS = (
    *("issue", "title", "date", "as_of", "source", "simulated"),
    *("study", "study_title", "asset", "target", "bars", "returns", "signal_date", "provisional", "state"),
    *("entered", "horizon", "horizon_bars", "n", "worst", "lower", "median", "upper", "best", "usual"),
    *("verdict", "return", "place", "complete", "until", "bars_passed"),
)
"""Never renamed, removed or moved; a new one comes last. The reference says what each holds."""

Value = str | int | bool | None


def scorecard_csv(scorecard: Scorecard) -> OutputFile:
    """Every line of the scorecard, newest issue first; returns in percent, dates in ISO.

    A case without a horizon to score has one row, without one; so has an issue without a study.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for issue in scorecard.issues:
        for row in _issue_rows(issue):
            writer.writerow([_text(row.get(column)) for column in COLUMNS])
    return OutputFile(SCORECARD_CSV, stream.getvalue().encode())


def _issue_rows(issue: ScoredIssue) -> Iterator[dict[str, Value]]:
    expected = issue.expected
    own: dict[str, Value] = {
        "issue": expected.slug,
        "title": expected.title,
        "date": expected.date,
        "as_of": expected.as_of,
        "source": expected.source,
        "simulated": expected.source == SAMPLE,
    }
    if not issue.cases:
        yield own
    for case in issue.cases:
        for row in _case_rows(case):
            yield own | row


def _case_rows(case: Case) -> Iterator[dict[str, Value]]:
    study = case.expectation
    own: dict[str, Value] = {
        "study": study.study,
        "study_title": study.title,
        "asset": study.asset,
        "target": study.target,
        "bars": study.bars,
        "returns": study.returns,
        "signal_date": study.date,
        "provisional": None if study.date is None else study.provisional,
        "state": case.state,
        "entered": None if case.entered is None else case.entered.isoformat(),
    }
    if not study.horizons:
        yield own
    outcomes = {outcome.expected.label: outcome for outcome in case.outcomes}
    for horizon in study.horizons:
        suggested: dict[str, Value] = {
            "horizon": horizon.label,
            "horizon_bars": horizon.bars,
            "n": horizon.n,
            "worst": _percent(horizon.worst),
            "lower": _percent(horizon.lower),
            "median": _percent(horizon.median),
            "upper": _percent(horizon.upper),
            "best": _percent(horizon.best),
            "usual": _percent(horizon.usual),
            "verdict": horizon.verdict,
        }
        yield own | suggested | _happened(outcomes.get(horizon.label))


def _happened(outcome: Outcome | None) -> dict[str, Value]:
    if outcome is None:
        return {}
    return {
        "return": _percent(outcome.value),
        "place": outcome.place,
        "complete": outcome.complete,
        "until": outcome.until.isoformat(),
        "bars_passed": outcome.passed,
    }


def _percent(value: float | None) -> str | None:
    return None if value is None else csv_number(value, "percent")


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else csv_text(str(value))
