"""The words of an audit, one by one as a reader sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from generator.audit.figures import Printed
from generator.audit.headings import MOVE
from generator.audit.table import read_table
from generator.audit.values import Cause, CauseKind, CellAudit, RowAudit
from generator.audit.words import (
    cause_phrase,
    cell_text,
    definition_phrase,
    figure_text,
    move_text,
    prose_figure,
    remark,
    row_name,
    tally,
)
from generator.market.bars import BarKind
from generator.study.question import make_study
from tests.study.published import Naive, audited, market, published

DAY = date(2024, 5, 31)


@pytest.mark.parametrize(
    ("kind", "label", "column", "bars", "words"),
    [
        ("next-bar", "", "3M", "monthly", "the return to the next month-end"),
        ("next-bar", "", MOVE, "weekly", "the move of the next week"),
        ("previous-bar", "", "3M", "weekly", "the return to the week-end before"),
        ("previous-bar", "", MOVE, "daily", "the move of the session before"),
        ("horizon", "1M", "3M", "daily", "the return after one month"),
        ("late-start", "", "3M", "monthly", "the return from the month-end after the entry"),
        ("early-start", "", "3M", "daily", "the return from the close before the entry"),
        ("later", "", "3M", "daily", "the return begun and ended one session too late"),
        ("earlier", "", "3M", "weekly", "the return begun and ended one week too early"),
        ("segment", "", "3M", "daily", "the return since the horizon before it"),
        ("total-return", "", "3M", "daily", "the return with dividends"),
        ("price-return", "", MOVE, "daily", "the move without dividends"),
        ("entry", "close", "3M", "daily", "the return from the close of the signal"),
        ("entry", "next_open", "3M", "daily", "the return from the next open"),
        ("asset", "SPY", "3M", "daily", "the return of SPY"),
        ("currency", "EURUSD=X", "3M", "daily", "the return in another currency, by EURUSD=X"),
        ("lowest", "daily", "3M", "monthly", "the lowest daily close on the way"),
        ("highest", "prices", "3M", "monthly", "the highest price on the way"),
        ("lowest", "bars", "3M", "monthly", "the lowest month-end on the way"),
        ("earlier-session", "", MOVE, "monthly", "the move through May 31, 2024"),
        ("other-column", MOVE, "3M", "monthly", "the row’s figure under Move"),
        ("other-column", "6M", "3M", "monthly", "the row’s figure under 6M"),
        ("other-row", "", "3M", "monthly", "the figure of May 2024"),
        ("other-row", "", "3M", "daily", "the figure of May 31, 2024"),
        ("log", "", MOVE, "daily", "the logarithmic move"),
        ("log", "", "3M", "daily", "the logarithmic return"),
        ("excess", "average", "3M", "daily", "the return less the usual average"),
        ("excess", "SPY", "3M", "daily", "the return less that of SPY"),
        ("rounded", "0", "3M", "daily", "the right figure rounded to a whole number"),
        ("rounded", "1", "3M", "daily", "the right figure rounded to one decimal"),
        ("rounded", "2", "3M", "daily", "the right figure rounded to two decimals"),
        (
            *("calendar", "months after sessions", "3M", "monthly"),
            "the return to the same date of the calendar (the first close on or after it)",
        ),
        (
            *("calendar", "thirties before bars", "3M", "monthly"),
            "the return after months of 30 days (the last month-end on or before it)",
        ),
        (
            *("calendar", "days before sessions", "3M", "weekly"),
            "the return after days of the calendar (the last close on or before it)",
        ),
    ],
)
def test_what_a_wrong_figure_equals(
    kind: CauseKind, label: str, column: str, bars: BarKind, words: str
) -> None:
    assert cause_phrase(Cause(kind, 1.0, label, DAY), column, bars) == words


def test_a_row_without_a_day_has_none_to_tell() -> None:
    assert cause_phrase(Cause("other-row", 1.0), "3M", "monthly") == "the figure of —"
    (row,) = read_table("episode,1M\nMay 2024,1.00\n", "t.csv").rows
    assert row_name(RowAudit(row, "no-bar", None, None, ()), "monthly") == "May 2024"
    for bars, name in (("monthly", "May 2024"), ("daily", "May 31, 2024")):
        assert row_name(RowAudit(row, "episode", DAY, None, ()), bars) == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bars", "closes"),
    [("daily", "daily closes"), ("weekly", "week-end closes"), ("monthly", "month-end closes")],
)
def test_the_closes_of_a_drawdown_are_those_of_the_bars(bars: BarKind, closes: str) -> None:
    assert definition_phrase("bar-closes", bars) == closes
    assert definition_phrase("daily-closes", bars) == "daily closes"


PERCENT = make_study("ABC", when="roc(close, 1) >= 6", bars="monthly")
INDEX = make_study("ABC", when="rsi(close, 14) < 30")


def test_figures_have_the_printed_decimals_and_a_sign_where_they_are_returns() -> None:
    printed, tens = Printed("4.1", 4.1, 1), Printed("40", 40.0, -1)
    assert figure_text(4.126, printed) == "+4.1"
    assert figure_text(4.126, None) == "+4.13"
    assert figure_text(43.0, tens) == "+43"
    assert figure_text(-4.126, printed, "average") == "−4.1"
    assert figure_text(63.2, None, "win_rate") == "63.20"
    assert figure_text(None, printed) == "—"
    assert prose_figure(printed, 63.2, "win_rate") == "63.2%"
    assert prose_figure(printed, 4.126, "average") == "+4.1%"
    assert prose_figure(printed, 0.71, "sharpe") == "0.7"
    assert prose_figure(Printed("12", 12.0, 0), 12.0, "n") == "12"
    assert move_text(10.284, 2, PERCENT) == "+10.28%"
    assert move_text(63.204, 1, INDEX) == "63.2"


def test_a_move_that_is_no_percent_has_no_sign() -> None:
    for column, study, text in (
        (MOVE, PERCENT, "+4.13"),
        (MOVE, INDEX, "4.13"),
        ("3M", PERCENT, "+4.13"),
        ("3M", INDEX, "+4.13"),
    ):
        assert cell_text(4.126, CellAudit(column, None, 4.126, "right"), study) == text
    one, tens = Printed("4.1", 4.1, 1), Printed("40", 40.0, -1)
    assert cell_text(4.126, CellAudit("3M", one, 4.126, "right"), PERCENT) == "+4.1"
    assert cell_text(43.0, CellAudit("3M", tens, 43.0, "right"), PERCENT) == "+43"


def test_what_is_said_beside_a_mark() -> None:
    right = CellAudit("3M", Printed("4.10", 4.1, 2), 4.1, "right")
    wrong = replace(right, status="wrong", cause=Cause("sign", -4.1))
    assert remark(right, "monthly") == ""
    assert remark(wrong, "monthly") == "the right figure with the opposite sign"
    assert remark(replace(wrong, cause=None), "monthly") == ""
    rounding = replace(right, status="rounding")
    assert remark(rounding, "monthly") == "one unit off in the last place"
    assert remark(replace(rounding, truncated=True), "monthly") == "cut off, not rounded"
    for reason, words in (
        ("empty", "nothing printed"),
        ("pending", "not over yet"),
        ("no-bar", "no such bar in these prices"),
        ("no-measure", "the study has no move"),
    ):
        assert remark(replace(right, status="unchecked", reason=reason), "monthly") == words  # type: ignore[arg-type]


def test_marks_are_counted_of_moves_and_of_returns_apart() -> None:
    naive = Naive(market(5))
    table = published(naive)
    first, second = list(table)[:2]
    table[first]["fwd_1m_pct"] = table[first]["fwd_3m_pct"] = "123.45"
    table[second]["move_pct"] = "123.45"
    pending = sum(naive.forward(m, h) is None for m in naive.episodes() for h in (1, 3, 6))
    found, cases = audited(naive.history, table), len(table)
    assert pending
    returns = {"right": 3 * cases - 2 - pending, "rounding": 0, "wrong": 2, "unchecked": pending}
    assert tally(found, moves=False) == returns
    assert tally(found, moves=True) == {"right": cases - 1, "rounding": 0, "wrong": 1, "unchecked": 0}
