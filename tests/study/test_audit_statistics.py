"""Rows of statistics: units, ways to compute, own cells and right ones; the rows and cells of a table."""

from __future__ import annotations

import statistics
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.audit.context import AuditContext
from generator.audit.figures import Printed
from generator.audit.run import _context, _right_move, audit
from generator.audit.statistics import DEFINITIONS, compared
from generator.audit.table import read_summary, read_table
from generator.audit.values import Audit, StatisticAudit
from generator.study.question import make_study
from generator.study.values import Study
from tests.study.markets import history_of, random_history
from tests.study.published import STUDY, Naive, as_csv, columns, market, published

HISTORY = market(5)
NAIVE = Naive(HISTORY)
EPISODES = NAIVE.episodes()
RIGHT = {held: [float(r) for r in returns] for held, returns in columns(NAIVE).items()}
"""The complete returns, in percent, by months held."""


def found_in(
    summary: str | None, table: str | None = None, study: Study = STUDY, as_of: date | None = None
) -> Audit:
    rows = None if summary is None else read_summary(summary, "s.csv")
    text = as_csv(published(NAIVE)) if table is None else table
    return audit(read_table(text, "t.csv"), rows, study, {"ABC": HISTORY}, as_of)


def only(summary: str, table: str | None = None) -> StatisticAudit:
    (row,) = found_in(summary, table).statistics
    return row


def line(name: str, figures: list[float], decimals: int = 2) -> str:
    return f"{name}," + ",".join(f"{figure:.{decimals}f}" for figure in figures) + "\n"


HEAD = "statistic,1m,3m,6m\n"
MEANS = [statistics.mean(r) for r in RIGHT.values()]
MEDIANS = [statistics.median(r) for r in RIGHT.values()]
WINS = [100 * sum(r > 0 for r in column) / len(column) for column in RIGHT.values()]
COUNTS = [float(len(column)) for column in RIGHT.values()]


@pytest.mark.parametrize(
    ("value", "status"),
    [
        *((4.095, "right"), (4.105, "right")),
        *((4.1051, "rounding"), (4.115, "rounding"), (4.0851, "rounding")),
        *((4.1151, "wrong"), (4.0849, "wrong"), (-4.1, "wrong")),
    ],
)
def test_a_unit_and_a_half_is_rounding(value: float, status: str) -> None:
    assert compared(Printed("4.10", 4.1, 2), value) == status


def test_what_is_not_there_is_not_checked() -> None:
    assert compared(None, 4.1) == compared(Printed("4.10", 4.1, 2), None) == "unchecked"


@pytest.mark.parametrize(
    ("name", "figures", "definition"),
    [
        ("average", MEANS, "mean"),
        ("median", MEDIANS, "median"),
        ("win rate", WINS, "above-zero"),
        ("best", [max(r) for r in RIGHT.values()], "highest"),
        ("worst", [min(r) for r in RIGHT.values()], "lowest"),
        ("n", COUNTS, "count"),
        ("std dev", [statistics.pstdev(r) for r in RIGHT.values()], "population"),
        ("std dev", [statistics.stdev(r) for r in RIGHT.values()], "sample"),
        ("sharpe", [statistics.mean(r) / statistics.stdev(r) for r in RIGHT.values()], "sample"),
        (
            "sharpe",
            [statistics.mean(r) / statistics.pstdev(r) * (12 / h) ** 0.5 for h, r in RIGHT.items()],
            "population-annual",
        ),
        ("max drawdown", [min(*r, 0.0) for r in RIGHT.values()], "lowest-return"),
    ],
)
def test_each_way_to_compute_a_statistic(name: str, figures: list[float], definition: str) -> None:
    row = only(HEAD + line(name, figures, 4), as_csv(published(NAIVE, 6)))
    assert row.definition == definition
    assert [cell.right for cell in row.cells if definition != "lowest-return"] == pytest.approx(
        figures if definition != "lowest-return" else []
    )
    assert {cell.right_status for cell in row.cells} == {"right"}
    assert row.inferred is (len(DEFINITIONS[row.row.statistic]) > 1 and name != "win rate")
    if name != "max drawdown":
        assert {cell.own_status for cell in row.cells} <= {"right", "rounding"}
        assert [cell.own for cell in row.cells] == pytest.approx(figures, abs=2e-4)


def test_shares_with_and_without_zeros() -> None:
    rows = {
        f"2020-01-{day:02}": price
        for day, price in zip((6, 7, 8, 9, 10), (1.0, 2.0, 2.0, 1.0, 2.0), strict=True)
    }
    study = make_study("ABC", when="close > 0", horizons=["1D"])
    table = "date,1D\n" + "".join(f"{day},\n" for day in rows)
    table = table.replace("2020-01-06,", "2020-01-06,100").replace("2020-01-07,", "2020-01-07,0")
    table = table.replace("2020-01-08,", "2020-01-08,-50").replace("2020-01-09,", "2020-01-09,100")
    for printed, definition in (("50", "above-zero"), ("75", "zero-or-above")):
        summary = read_summary(f"statistic,1D\nwin rate,{printed}\n", "s.csv")
        found = audit(read_table(table, "t.csv"), summary, study, {"ABC": history_of("ABC", rows)})
        (row,) = found.statistics
        assert (row.definition, row.inferred) == (definition, True)
    summary = read_summary("statistic,1D\nwin rate,25\n", "s.csv")
    (row,) = audit(read_table(table, "t.csv"), summary, study, {"ABC": history_of("ABC", rows)}).statistics
    # No way gives it; losing is a mistake that does, with the zero among the losers.
    assert (row.definition, row.inferred, row.cells[0].other) == ("above-zero", False, None)
    summary = read_summary("statistic,1D\nwin rate,50.0\nn,4\naverage,37.5\nmedian,50\n", "s.csv")
    rows_found = audit(
        read_table(table, "t.csv"), summary, study, {"ABC": history_of("ABC", rows)}
    ).statistics
    assert [row.cells[0].right_status for row in rows_found] == ["right"] * 4


@pytest.mark.parametrize(
    ("name", "figures", "other"),
    [
        ("average", MEDIANS, "median"),
        ("median", MEANS, "mean"),
        ("win rate", [100 - w for w in WINS], "losers"),
        ("best", [min(r) for r in RIGHT.values()], "lowest"),
        ("worst", [max(r) for r in RIGHT.values()], "highest"),
    ],
)
def test_what_a_statistic_is_taken_for_by_mistake(name: str, figures: list[float], other: str) -> None:
    row = only(HEAD + line(name, figures))
    assert {(cell.right_status, cell.other) for cell in row.cells} == {("wrong", other)}
    assert not row.inferred


def test_another_definition_is_told_only_of_a_figure_that_is_wrong() -> None:
    spreads = [statistics.pstdev(r) for r in RIGHT.values()]
    spreads[2] = statistics.stdev(RIGHT[6])
    row = only(HEAD + line("std dev", spreads))
    assert (row.definition, row.inferred) == ("population", True)
    assert [cell.other for cell in row.cells] == [None, None, "sample"]
    assert [cell.right_status for cell in row.cells] == ["right", "right", "wrong"]
    # One unit off is no other way to compute it.
    near = [statistics.pstdev(RIGHT[1]), statistics.pstdev(RIGHT[3]), statistics.pstdev(RIGHT[6]) + 0.01]
    row = only(HEAD + line("std dev", near))
    assert [cell.right_status for cell in row.cells] == ["right", "right", "rounding"]
    assert [cell.other for cell in row.cells] == [None] * 3


def test_a_figure_from_the_tables_own_cells_needs_no_other_definition() -> None:
    table = published(NAIVE)
    name = NAIVE.months[EPISODES[0]]
    table[name]["fwd_3m_pct"] = f"{(NAIVE.forward(EPISODES[0], 3) or 0) + 30:.2f}"
    own = [float(cells["fwd_3m_pct"]) for cells in table.values() if cells["fwd_3m_pct"]]
    row = only(HEAD + line("average", [MEANS[0], statistics.mean(own), MEANS[2]]), as_csv(table))
    assert [cell.own_status for cell in row.cells] == ["right"] * 3
    assert [cell.right_status for cell in row.cells] == ["right", "wrong", "right"]
    assert [cell.other for cell in row.cells] == [None] * 3


def test_two_definitions_that_fit_alike_are_not_told_apart() -> None:
    row = only(HEAD + line("std dev", [99.99, 88.88, 77.77]))
    assert (row.definition, row.inferred) == ("population", False)
    half = [statistics.pstdev(RIGHT[1]), statistics.stdev(RIGHT[3]), 77.77]
    assert not only(HEAD + line("std dev", half)).inferred
    # A figure that is one unit off counts half of one that is right.
    better = [statistics.pstdev(RIGHT[1]) + 0.01, statistics.stdev(RIGHT[3]), 77.77]
    row = only(HEAD + line("std dev", better))
    assert (row.definition, row.inferred) == ("sample", True)


def test_where_a_drawdown_was_deepest_and_of_what_there_is_none() -> None:
    figures = []
    for held in (1, 3, 6):
        lows = [
            (min(NAIVE.close(m + k) for k in range(1, held + 1)) / NAIVE.close(m) - 1) * 100
            for m in EPISODES
            if NAIVE.forward(m, held) is not None
        ]
        figures.append(min(*lows, 0.0))
    row = only(HEAD + line("max drawdown", figures))
    for held, cell in zip((1, 3, 6), row.cells, strict=True):
        place = min(
            (
                (NAIVE.close(m + k) / NAIVE.close(m), m, k)
                for m in EPISODES
                for k in range(1, held + 1)
                if NAIVE.forward(m, held) is not None
            ),
        )
        assert cell.lowest is not None
        assert f"{cell.lowest.episode:%Y-%m}" == NAIVE.months[place[1]]
        assert f"{cell.lowest.day:%Y-%m}" == NAIVE.months[place[1] + place[2]]
    assert {cell.lowest for cell in only(HEAD + line("average", MEANS)).cells} == {None}


def test_a_market_that_only_rises_has_no_deepest_close_and_an_open_column_no_statistic() -> None:
    rows = {f"2020-01-{day:02}": 100.0 + day for day in range(6, 11)}
    study = make_study("ABC", when="close == 107", horizons=["1D", "3D"])
    table = read_table("date,1D,3D\n2020-01-07,0.93,2.80\n2020-01-10,,\n", "t.csv")
    summary = read_summary("statistic,1D,3D\nmax drawdown,0.00,0.00\nstd dev,0.00,1.00\nn,1,1\n", "s.csv")
    found = audit(table, summary, study, {"ABC": history_of("ABC", rows)})
    drawdown, spread, n = found.statistics
    assert [(cell.right, cell.lowest) for cell in drawdown.cells] == [(0.0, None), (0.0, None)]
    assert [cell.right for cell in n.cells] == [1.0, 1.0]
    # A sample of one has no sample deviation.
    assert [cell.right for cell in spread.cells] == [0.0, 0.0]
    pending = read_summary("statistic,9D\nmax drawdown,0.00\naverage,1.00\nsharpe,1\nn,0\n", "s.csv")
    found = audit(table, pending, study, {"ABC": history_of("ABC", rows)})
    for row in found.statistics:
        assert [(c.own, c.right, c.right_status, c.lowest) for c in row.cells] == [
            (None, None, "unchecked", None)
        ]


def test_a_sharpe_without_spread_is_none() -> None:
    rows = {f"2020-01-{day:02}": 100.0 for day in range(6, 11)}
    study = make_study("ABC", when="close > 1", horizons=["1D"])
    table = read_table("date,1D\n2020-01-06,0.00\n2020-01-07,0.00\n", "t.csv")
    summary = read_summary("statistic,1D\nsharpe,0.00\n", "s.csv")
    (row,) = audit(table, summary, study, {"ABC": history_of("ABC", rows)}).statistics
    assert [(cell.own, cell.right) for cell in row.cells] == [(None, None)]


# --- Units -----------------------------------------------------------------------------------------------


def values(row: StatisticAudit) -> list[float | None]:
    return [None if cell.printed is None else cell.printed.value for cell in row.cells]


def test_a_summary_of_fractions_beside_a_table_in_percent() -> None:
    text = HEAD + line("average", [m / 100 for m in MEANS], 4) + line("median", [m / 100 for m in MEDIANS], 4)
    text += line("win rate", [w / 100 for w in WINS], 4) + line("n", COUNTS, 0)
    text += line("sharpe", [statistics.mean(r) / statistics.pstdev(r) for r in RIGHT.values()])
    found = found_in(text)
    for row in found.statistics:
        assert {cell.right_status for cell in row.cells} == {"right"}, row.row.name
    assert values(found.statistics[0]) == pytest.approx(MEANS, abs=0.006)
    assert values(found.statistics[3]) == COUNTS


def test_shares_are_read_each_row_by_itself_and_returns_together() -> None:
    # Shares in percent beside returns as fractions, and the other way round.
    text = HEAD + line("average", [m / 100 for m in MEANS], 4) + line("win rate", WINS)
    assert {c.right_status for row in found_in(text).statistics for c in row.cells} == {"right"}
    text = HEAD + line("average", MEANS) + line("win rate", [w / 100 for w in WINS], 4)
    assert {c.right_status for row in found_in(text).statistics for c in row.cells} == {"right"}
    # Two rows of returns in percent outvote one that would fit as fractions.
    text = HEAD + line("average", MEANS) + line("best", [max(r) for r in RIGHT.values()])
    text += line("median", [m / 100 for m in MEDIANS], 4)
    average, best, median = found_in(text).statistics
    assert {c.right_status for row in (average, best) for c in row.cells} == {"right"}
    assert {c.right_status for c in median.cells} == {"wrong"}


def test_what_fits_neither_way_stays_in_percent_or_as_its_table_is() -> None:
    odd = [55.55, 44.44, 33.33]
    assert values(only(HEAD + line("average", odd))) == odd
    table = {
        name: {
            key: f"{float(cell) / 100:.4f}" if cell and key != "move_pct" else cell
            for key, cell in cells.items()
        }
        for name, cells in published(NAIVE).items()
    }
    bare = as_csv(table).replace("_pct", "")
    # A summary says for itself what it is in; the rows below a table are as the table is.
    assert values(only(HEAD + line("average", odd), bare)) == odd
    below = bare + "Average,," + ",".join(f"{v / 100:.4f}" for v in odd) + "\n"
    (row,) = found_in(None, below).statistics
    assert values(row) == pytest.approx(odd)
    right = bare + "Average,," + ",".join(f"{m / 100:.4f}" for m in MEANS) + "\n"
    right += "Win rate,," + ",".join(f"{w / 100:.4f}" for w in WINS) + "\n"
    right += "Sharpe,," + ",".join(f"{statistics.mean(r) / statistics.pstdev(r):.2f}" for r in RIGHT.values())
    found = found_in(None, right + "\n")
    assert {c.right_status for row in found.statistics for c in row.cells} == {"right"}
    assert [u.kind for u in found.understood] == ["fractions"]


def test_a_row_that_says_percent_is_in_percent() -> None:
    fractions = [m / 100 for m in MEANS]
    row = only(HEAD + line("average %", fractions, 4))
    assert values(row) == pytest.approx(fractions, abs=1e-4)
    assert {cell.right_status for cell in row.cells} == {"wrong"}
    row = only("statistic,1m %,3m %,6m %\n" + line("average", fractions, 4))
    assert values(row) == pytest.approx(fractions, abs=1e-4)


def test_a_heading_in_basis_points_is_of_returns_and_not_of_counts() -> None:
    text = "statistic,1m bps,3m bps,6m bps\n" + line("average", [m * 100 for m in MEANS], 0)
    text += line("n", COUNTS, 0)
    text += line("sharpe", [statistics.mean(r) / statistics.pstdev(r) for r in RIGHT.values()])
    found = found_in(text)
    assert {c.right_status for row in found.statistics for c in row.cells} == {"right"}
    assert values(found.statistics[0]) == pytest.approx(MEANS, abs=0.006)


def test_an_empty_cell_of_a_summary_is_not_checked() -> None:
    row = only("statistic,1m,3m\naverage,,\n")
    assert [(c.printed, c.right_status, c.own_status, c.other) for c in row.cells] == [
        (None, "unchecked", "unchecked", None)
    ] * 2
    assert [c.right for c in row.cells] == pytest.approx(MEANS[:2])


# --- Rows and cells of the table -------------------------------------------------------------------------


def context(study: Study = STUDY, as_of: date | None = None) -> AuditContext:
    table = read_table(as_csv(published(NAIVE)), "t.csv")
    return _context(table, None, study, {"ABC": HISTORY}, as_of)


def test_the_bar_of_a_day_and_its_move() -> None:
    found = context()
    last = len(NAIVE.months) - 1
    assert found.bar_of(date(2006, 1, 1)) == 0
    assert found.bar_of(date(2005, 12, 31)) is None
    assert found.bar_of(date(2013, 12, 31)) == last
    assert found.bar_of(date(2014, 1, 1)) is None
    assert found.move(None) is None
    assert found.move(0) is None  # nothing before it
    assert found.move(5) == pytest.approx(NAIVE.move(5))
    assert (found.target_bar(0), found.target_bar(last)) == (0, last)
    assert found.returns(0, 1) == pytest.approx(NAIVE.forward(0, 1))
    assert (found.returns(-1, 1), found.returns(last, 1)) == (None, None)
    fires = [m for m in range(1, last + 1) if NAIVE.move(m) >= 6]
    assert found.fires.tolist() == fires


def test_a_day_within_a_gap_has_no_bar() -> None:
    kept = HISTORY.sessions.astype("datetime64[M]") != np.datetime64("2009-05")
    gap = replace(
        HISTORY,
        sessions=HISTORY.sessions[kept],
        close=HISTORY.close[kept],
        open=None,
        high=None,
        low=None,
        volume=None,
        adjusted_close=None,
    )
    table = read_table("episode,1M\n2009-05,1.00\n2009-06,1.00\n", "t.csv")
    found = audit(table, None, STUDY, {"ABC": gap})
    assert [row.kind for row in found.rows] == ["no-bar", "ordinary"]
    assert [row.day for row in found.rows] == [None, date(2009, 6, 30)]


def test_a_target_that_begins_later_or_has_not_closed_has_no_bar() -> None:
    young = random_history("SPY", "2009-01-05", "2013-10-31", 4)
    study = replace(STUDY, target="SPY")
    table = read_table("episode,1M\n2008-05,1.00\n2009-05,1.00\n2013-10,1.00\n", "t.csv")
    found = audit(table, None, study, {"ABC": HISTORY, "SPY": young})
    assert [row.cells[0].reason for row in found.rows] == ["no-bar", "", "pending"]
    assert found.as_of == date(2013, 10, 31)


def test_a_study_without_a_measure_has_no_move() -> None:
    study = make_study("ABC", when="crosses_above(close, sma(close, 3))", bars="monthly")
    found = audit(read_table(as_csv(published(NAIVE)), "t.csv"), None, study, {"ABC": HISTORY})
    assert {c.reason for c in found.cells(moves=True)} == {"no-measure"}
    assert {c.status for c in found.cells(moves=True)} == {"unchecked"}
    assert _right_move(None, context()) == (None, "no-bar")
    assert _right_move(0, context()) == (None, "no-bar")
    assert _right_move(5, context())[1] == ""


def test_a_cut_figure_lies_nearer_to_zero_than_the_right_one_by_less_than_a_unit() -> None:
    for m in EPISODES:
        right = NAIVE.forward(m, 3)
        if right is None:
            continue
        for units in range(-14, 15):
            printed = round(right + units / 1000, 2)
            table = f"episode,3M\n{NAIVE.months[m]},{printed:.2f}\n"
            (row,) = found_in(None, table).rows
            (cell,) = row.cells
            away = abs(printed - right)
            status = "right" if away < 0.005 else "rounding" if away < 0.015 else "wrong"
            assert cell.status == status
            cut = status == "rounding" and abs(printed) < abs(right) and away < 0.01
            assert cell.truncated is cut
        break


def test_other_assets_are_asked_for_only_where_two_figures_are_left_unexplained() -> None:
    asked: list[int] = []

    def more() -> dict[str, object]:
        asked.append(1)
        return {}

    for wrong, times in ((0, 0), (1, 0), (2, 1)):
        asked.clear()
        table = published(NAIVE)
        for name, odd in list(zip(table, ("123.45", "-87.61"), strict=False))[:wrong]:
            table[name]["fwd_3m_pct"] = odd
        for name in list(table)[3:5]:
            table[name]["move_pct"] = "123.45"
        rows = read_table(as_csv(table), "t.csv")
        audit(rows, None, STUDY, {"ABC": HISTORY}, more=more)  # type: ignore[arg-type]
        assert len(asked) == times
    sample = replace(HISTORY, source="sample")
    audit(rows, None, STUDY, {"ABC": sample}, more=more)  # type: ignore[arg-type]
    assert len(asked) == 1


def test_a_table_of_moves_alone_is_checked_and_has_one_baseline() -> None:
    table = "\n".join(["episode,move", *(f"{NAIVE.months[m]},{NAIVE.move(m):.2f}" for m in EPISODES)]) + "\n"
    found = found_in(None, table)
    assert {c.status for c in found.cells(moves=True)} == {"right"}
    assert found.cells(moves=False) == ()
    assert list(found.baselines) == ["1M"]


def test_what_was_not_read_is_told_of_table_and_summary() -> None:
    table = as_csv(published(NAIVE)).replace("episode,", "episode,colour,", 1)
    lines = table.splitlines()
    table = "\n".join([lines[0], *(row.replace(",", ",blue,", 1) for row in lines[1:])])
    found = found_in("statistic,1m,mood\naverage,1.00,x\nluck,1,2\n", table + "\nTotal,,,,,\n")
    assert found.unread == ("colour", "Total", "mood", "luck")
