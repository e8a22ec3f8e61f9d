"""The scorecard as a file: ``scorecard.csv`` beside its page, a row a horizon of every case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from generator.core.files import OutputFile
from generator.market.history import SAMPLE
from generator.scorecard.outcomes import Case, Outcome, Scorecard, ScoredIssue
from generator.site.downloads import csv_number, csv_text

SCORECARD_CSV = "scorecard/scorecard.csv"
COLUMNS = (
    *("issue", "title", "date", "as_of", "source", "simulated"),
    *("study", "study_title", "asset", "target", "bars", "returns", "signal_date", "provisional", "state"),
    *("entered", "horizon", "horizon_bars", "n", "worst", "lower", "median", "upper", "best", "usual"),
    *("verdict", "return", "place", "complete", "until", "bars_passed", "headline", "counted_from", "gone"),
)
"""Never renamed, removed or moved; a new one comes last. The reference says what each holds."""


def scorecard_csv(scorecard: Scorecard) -> OutputFile:
    """Every line of the scorecard, newest issue first; returns in percent, dates in ISO.

    A case without a horizon to score has one row, without one; so has an issue without a study.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for issue in scorecard.issues:
        writer.writerows(_issue_rows(issue))
    return OutputFile(SCORECARD_CSV, stream.getvalue().encode())


def _issue_rows(issue: ScoredIssue) -> Iterator[list[str]]:
    expected = issue.expected
    own = [
        *map(_text, (expected.slug, expected.title, expected.date, expected.as_of, expected.source)),
        _text(expected.source == SAMPLE),
    ]
    rows = [row for case in issue.cases for row in _case_rows(case)] or [[]]
    for row in rows:
        yield [*own, *row, *[""] * (len(COLUMNS) - len(own) - len(row))]


def _case_rows(case: Case) -> Iterator[list[str]]:
    study = case.expectation
    own = [
        *map(_text, (study.study, study.title, study.asset, study.target, study.bars, study.returns)),
        *map(_text, (study.date, None if study.date is None else study.provisional, case.state)),
        "" if case.entered is None else case.entered.isoformat(),
    ]
    if not study.horizons:
        yield own
    outcomes = {outcome.expected.label: outcome for outcome in case.outcomes}
    for horizon in study.horizons:
        suggested = [
            *map(_text, (horizon.label, horizon.bars, horizon.n)),
            *map(_percent, (horizon.worst, horizon.lower, horizon.median, horizon.upper, horizon.best)),
            _percent(horizon.usual),
            _text(horizon.verdict),
        ]
        led = None if study.headline is None else horizon.label == study.headline
        counted = "" if case.counted is None else case.counted.isoformat()
        happened = _happened(outcomes.get(horizon.label))
        yield [*own, *suggested, *happened, _text(led), counted, _percent(case.gone)]


def _happened(outcome: Outcome | None) -> list[str]:
    if outcome is None:
        return [""] * 5
    return [
        _percent(outcome.value),
        *map(_text, (outcome.place, outcome.complete, outcome.until.isoformat(), outcome.passed)),
    ]


def _percent(value: float | None) -> str:
    return "" if value is None else csv_number(value, "percent")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else csv_text(str(value))
