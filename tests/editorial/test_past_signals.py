"""What an issue says of the signals of those before it, checked by eye."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from generator.editorial.edition import Paragraph, Table
from generator.editorial.past_signals import past_signals_section
from generator.editorial.scorecard_outcomes import Scorecard
from generator.editorial.spec_models import PastSignalsSection
from tests.press import scorecards


def told(scorecard: Scorecard) -> tuple[str, list[list[str]]]:
    report: Any = SimpleNamespace(scorecard=scorecard, as_of=date(2026, 7, 31))
    paragraph, *tables = past_signals_section(report, PastSignalsSection(), "past").blocks
    assert isinstance(paragraph, Paragraph)
    rows = [row for table in tables if isinstance(table, Table) for row in table.rows]
    return paragraph.text, [[cell.text for cell in row.cells] for row in rows]


def test_a_row_a_case_with_its_newest_complete_horizon() -> None:
    text, rows = told(scorecards.demo())
    assert text == (
        "The one earlier case under way stands higher than at its entry. One case says little about the "
        "method; the scorecard keeps every one."
    )
    # Since entry and what the earlier cases suggested are those of the card: +4.76% so far, a median of 3%.
    assert rows == [
        [
            "Months of ten percent or more (IWM)", "Apr 21, 2026", "+4.76", "−9.76", "+3.00",
            "below the range, after three months",
        ],
        ["A month <under way> (IWM)", "Apr 21, 2026", "—", "—", "—", "waits for its close"],
        ["Months of ten percent or more (IWM)", "Nov 28, 2025", "—", "—", "—", "was gone by the close"],
    ]  # fmt: skip


def test_the_first_issue_has_nothing_to_keep_score_of() -> None:
    text, rows = told(scorecards.NOTHING)
    assert (text, rows) == ("This is the first issue: there are no earlier ones to keep score of.", [])
