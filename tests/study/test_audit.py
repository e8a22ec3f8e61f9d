"""The audit: planted errors are found with their cause, right figures are never accused."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from generator.audit.figures import Printed
from generator.audit.reading import equals
from generator.audit.run import audit
from generator.audit.table import read_summary, read_table
from generator.core.errors import HorizonError, RequestError
from generator.market.history import PriceHistory
from generator.study.question import make_study
from generator.study.values import Horizon
from tests.study.markets import random_history
from tests.study.published import (
    HORIZONS,
    STUDY,
    Naive,
    all_cells,
    as_csv,
    audited,
    cell,
    columns,
    market,
    published,
    text,
)

HISTORY = market(5)
NAIVE = Naive(HISTORY)
EPISODES = NAIVE.episodes()
NAMES = [NAIVE.months[m] for m in EPISODES]


def test_the_market_has_something_to_audit() -> None:
    assert 6 <= len(EPISODES) <= 30
    assert all(NAIVE.forward(m, 7) is not None for m in EPISODES[:4])


# --- Right figures are never accused ---------------------------------------------------------------------


@pytest.mark.parametrize("decimals", [0, 1, 2, 4])
@pytest.mark.parametrize("seed", range(4))
def test_no_right_cell_is_accused(seed: int, decimals: int) -> None:
    history = market(seed)
    found = audited(history, published(Naive(history), decimals))
    assert {c.status for c in all_cells(found)} <= {"right", "unchecked"}
    assert {c.reason for c in all_cells(found) if c.status == "unchecked"} <= {"pending"}
    assert found.missed == found.later == ()
    assert {row.kind for row in found.rows} == {"episode"}


def test_right_figures_are_the_hand_computed_ones() -> None:
    found = audited(HISTORY, published(NAIVE))
    for row, m in zip(found.rows, EPISODES, strict=True):
        wanted = [NAIVE.move(m), *(NAIVE.forward(m, h) for h in HORIZONS)]
        assert [c.right for c in row.cells] == [w if w is None else pytest.approx(w) for w in wanted]


# --- Planted errors --------------------------------------------------------------------------------------

M = EPISODES[1]
NAME = NAMES[1]
PLANTED = [
    ("next-bar", "", 3, lambda: NAIVE.forward(M, 4)),
    ("previous-bar", "", 6, lambda: NAIVE.forward(M, 5)),
    ("horizon", "1M", 6, lambda: NAIVE.forward(M, 1)),
    ("horizon", "9M", 3, lambda: NAIVE.forward(M, 9)),
    ("horizon", "2M", 6, lambda: NAIVE.forward(M, 2)),
    ("late-start", "", 6, lambda: (NAIVE.close(M + 6) / NAIVE.close(M + 1) - 1) * 100),
    ("early-start", "", 3, lambda: (NAIVE.close(M + 3) / NAIVE.close(M - 1) - 1) * 100),
    ("later", "", 3, lambda: NAIVE.forward(M + 1, 3)),
    ("earlier", "", 3, lambda: NAIVE.forward(M - 1, 3)),
    ("total-return", "", 6, lambda: NAIVE.forward(M, 6, total=True)),
    ("entry", "next_open", 3, lambda: NAIVE.entered(M, 3, "next_open")),
    ("entry", "next_close", 1, lambda: NAIVE.entered(M, 1, "next_close")),
    ("sign", "", 3, lambda: -(NAIVE.forward(M, 3) or 0)),
    ("other-column", "move", 3, lambda: NAIVE.move(M)),
    ("other-row", "", 3, lambda: NAIVE.forward(EPISODES[3], 3)),
]


@pytest.mark.parametrize(
    ("kind", "label", "held", "value"), PLANTED, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_planted_error_gets_its_cause(kind: str, label: str, held: int, value: object) -> None:
    table = published(NAIVE)
    table[NAME][f"fwd_{held}m_pct"] = text(value())  # type: ignore[operator]
    found = audited(HISTORY, table)
    wrong = [c for c in all_cells(found) if c.status != "right" and c.reason != "pending"]
    assert wrong == [cell(found, NAME, f"{held}M")]
    assert wrong[0].status == "wrong"
    assert wrong[0].right == pytest.approx(NAIVE.forward(M, held))
    assert wrong[0].cause is not None
    assert (wrong[0].cause.kind, wrong[0].cause.label) == (kind, label)
    if kind == "other-row":
        assert wrong[0].cause.day is not None
        assert f"{wrong[0].cause.day:%Y-%m}" == NAMES[3]


def test_swapped_digits() -> None:
    for name, cells in published(NAIVE).items():
        right = cells["fwd_6m_pct"]
        digits = right.lstrip("-").replace(".", "")
        if len(digits) == 4 and digits[1] != digits[2]:
            swapped = f"{'-' if right.startswith('-') else ''}{digits[0]}{digits[2]}.{digits[1]}{digits[3]}"
            table = published(NAIVE)
            table[name]["fwd_6m_pct"] = swapped
            found = cell(audited(HISTORY, table), name, "6M")
            assert (found.status, found.cause and found.cause.kind) == ("wrong", "digits")
            return
    pytest.fail("no figure of four digits")


def test_a_wrong_figure_that_nothing_explains_has_no_cause() -> None:
    table = published(NAIVE)
    table[NAME]["fwd_3m_pct"] = text((NAIVE.forward(M, 3) or 0) + 123.45)
    found = cell(audited(HISTORY, table), NAME, "3M")
    assert (found.status, found.cause) == ("wrong", None)


def test_an_excess_over_the_whole_history_is_named_in_a_table_of_its_newest_part() -> None:
    months = range(len(NAIVE.months))
    table = {name: dict(cells) for name, cells in published(NAIVE).items() if name in NAMES[-6:]}
    for held in HORIZONS:
        every = [r for m in months if (r := NAIVE.forward(m, held)) is not None]
        for m, name in zip(EPISODES[-6:], NAMES[-6:], strict=True):
            right = NAIVE.forward(m, held)
            table[name][f"fwd_{held}m_pct"] = text(None if right is None else right - np.mean(every))
    since = NAIVE.history.sessions[NAIVE.last[EPISODES[-6]]].item()
    rows = read_table(as_csv(table), "table.csv")
    found = audit(rows, None, replace(STUDY, since=since), {"ABC": HISTORY}, None)
    wrong = [cell for row in found.rows for cell in row.cells if cell.status == "wrong"]
    assert len(wrong) > 12
    assert {cell.cause and (cell.cause.kind, cell.cause.label) for cell in wrong} == {("excess", "average")}


def test_the_cause_of_many_cells_goes_before_coincidences() -> None:
    # One figure that went to the next month-end is also that of another row: the others tell which it is.
    table = published(NAIVE)
    for name, m in zip(NAMES[:3], EPISODES[:3], strict=True):
        table[name]["fwd_3m_pct"] = text(NAIVE.forward(m, 4))
    table[NAMES[0]]["fwd_6m_pct"] = table[NAMES[0]]["fwd_1m_pct"]
    table[NAMES[4]]["fwd_3m_pct"] = table[NAMES[0]]["fwd_3m_pct"]
    found = audited(HISTORY, table)
    assert [(c.kind, n) for c, n in found.causes()] == [("next-bar", 3), ("horizon", 1), ("other-row", 1)]


def test_coincidences_in_a_coarse_table_are_not_preferred() -> None:
    # Printed without decimals, most figures stand somewhere else in the table too.
    table = published(NAIVE, 0)
    for name, m in zip(NAMES[:5], EPISODES[:5], strict=True):
        for held in HORIZONS:
            table[name][f"fwd_{held}m_pct"] = text(NAIVE.forward(m, held + 1), 0)
    found = audited(HISTORY, table)
    assert found.wrong(moves=False)
    assert {cause.kind for cause, _ in found.causes()} == {"next-bar"}


def test_errors_in_the_move() -> None:
    table = published(NAIVE)
    for name, value in (
        (NAMES[0], NAIVE.move(EPISODES[0] + 1)),
        (NAMES[1], NAIVE.move(EPISODES[1] - 1)),
        (NAMES[2], NAIVE.move(EPISODES[2], total=True)),
        (NAMES[3], -NAIVE.move(EPISODES[3])),
    ):
        table[name]["move_pct"] = text(value)
    found = audited(HISTORY, table)
    kinds = [c.cause.kind if (c := cell(found, name, "move")).cause else c.status for name in NAMES[:4]]
    assert kinds == ["next-bar", "previous-bar", "total-return", "sign"]
    assert {c.status for c in found.cells(moves=False)} <= {"right", "unchecked"}


def test_a_move_printed_before_the_month_was_over() -> None:
    history = market(last="2013-12-31")
    naive = Naive(history)
    at = naive.last[EPISODES[-2] - 1]
    # Look for a month in progress that fires at its tenth session, in a market cut there.
    for month in range(2, len(naive.months)):
        begin = naive.last[month - 1]
        moves = [(history.close[begin + k] / history.close[begin] - 1) * 100 for k in range(1, 15)]
        if moves[9] >= 6 and abs(moves[7] - moves[9]) > 0.1 and naive.move(month - 1) < 6:
            at = begin + 10
            break
    as_of = history.sessions[at].item()
    cut = Naive(history.until(history.sessions[at]))
    table = {naive.months[m]: published(naive)[naive.months[m]] for m in naive.episodes() if m < month}
    for m in naive.episodes():
        if m < month:
            table[naive.months[m]].update({f"fwd_{h}m_pct": text(cut.forward(m, h)) for h in HORIZONS})
            for h in HORIZONS:
                if m + h >= month:
                    table[naive.months[m]][f"fwd_{h}m_pct"] = ""
    table[naive.months[month]] = {"move_pct": text(moves[7]), **{f"fwd_{h}m_pct": "" for h in HORIZONS}}
    found = audited(history, table, as_of=as_of)
    last = found.rows[-1]
    assert last.kind == "provisional"
    assert last.cells[0].right == pytest.approx(moves[9])
    assert last.cells[0].cause is not None
    assert last.cells[0].cause.kind == "earlier-session"
    assert last.cells[0].cause.day == history.sessions[at - 2].item()
    assert {c.reason for c in last.cells[1:]} == {"pending"}
    assert not found.wrong(moves=False)


# --- Rounding --------------------------------------------------------------------------------------------


def test_one_unit_off_is_rounding_and_two_are_wrong() -> None:
    right = NAIVE.forward(M, 6)
    assert right is not None
    for units, status in ((0, "right"), (1, "rounding"), (-1, "rounding"), (2, "wrong"), (-2, "wrong")):
        table = published(NAIVE)
        table[NAME]["fwd_6m_pct"] = text(round(right, 2) + units * 0.01)
        assert cell(audited(HISTORY, table), NAME, "6M").status == status


def test_a_figure_that_was_cut_off() -> None:
    for name, m in zip(NAMES, EPISODES, strict=True):
        value = abs(NAIVE.forward(m, 3) or 0)
        if value * 100 % 1 > 0.6:
            table = published(NAIVE)
            sign = "-" if (NAIVE.forward(m, 3) or 0) < 0 else ""
            table[name]["fwd_3m_pct"] = f"{sign}{int(value * 100) / 100:.2f}"
            found = cell(audited(HISTORY, table), name, "3M")
            assert (found.status, found.truncated) == ("rounding", True)
            return
    pytest.fail("no figure to cut off")


def test_a_tie_between_two_printed_figures_is_right_either_way() -> None:
    assert equals(Printed("1.5", 1.5, 1), 1.45)
    assert equals(Printed("1.4", 1.4, 1), 1.45)
    assert not equals(Printed("1.6", 1.6, 1), 1.45)


# --- Episodes --------------------------------------------------------------------------------------------


def test_episodes_missed_added_and_folded() -> None:
    table = published(NAIVE)
    del table[NAMES[2]]
    quiet = next(m for m in range(5, 60) if NAIVE.move(m) < 2 and NAIVE.months[m] not in table)
    table[NAIVE.months[quiet]] = {
        "move_pct": text(NAIVE.move(quiet)),
        **{f"fwd_{h}m_pct": text(NAIVE.forward(quiet, h)) for h in HORIZONS},
    }
    table["1999-05"] = dict.fromkeys(["move_pct", *(f"fwd_{h}m_pct" for h in HORIZONS)], "1.00")
    found = audited(HISTORY, table)
    assert [f"{o.day:%Y-%m}" for o in found.missed] == [NAMES[2]]
    kinds = {row.row.name: row.kind for row in found.rows}
    assert kinds[NAIVE.months[quiet]] == "ordinary"
    assert kinds["1999-05"] == "no-bar"
    # Its figures are checked all the same; those without a bar cannot be.
    assert {c.status for row in found.rows if row.kind == "ordinary" for c in row.cells} == {"right"}
    assert {c.reason for row in found.rows if row.kind == "no-bar" for c in row.cells} == {"no-bar"}


def test_a_month_that_belongs_to_the_episode_before_it() -> None:
    # A lower bar makes runs of two months more likely; they are found by the naive months.
    naive = Naive(HISTORY)
    pairs = [m for m in range(1, len(naive.months) - 1) if naive.move(m) >= 3 and naive.move(m + 1) >= 3]
    starts = naive.episodes(3)
    first = next(m for m in pairs if m in starts)
    study = make_study("ABC", when="roc(close, 1) >= 3", bars="monthly")
    whole = {naive.months[m]: {"1M": text(naive.forward(m, 1))} for m in starts}
    left_out = audit(read_table(as_csv(whole), "t.csv"), None, study, {"ABC": HISTORY})
    assert (naive.months[first + 1], naive.months[first]) in [
        (f"{o.day:%Y-%m}", f"{o.belongs_to:%Y-%m}") for o in left_out.folded
    ]
    assert not left_out.missed
    whole[naive.months[first + 1]] = {"1M": text(naive.forward(first + 1, 1))}
    counted_twice = audit(read_table(as_csv(whole), "t.csv"), None, study, {"ABC": HISTORY}).rows[-1]
    assert counted_twice.kind == "folded"
    assert f"{counted_twice.belongs_to:%Y-%m}" == naive.months[first]
    assert {c.status for c in counted_twice.cells} == {"right"}


def test_a_row_before_the_day_from_which_episodes_count() -> None:
    study = replace(STUDY, since=date(2008, 1, 1))
    table = {name: cells for name, cells in published(NAIVE).items() if name >= "2008"}
    assert {
        row.kind for row in audit(read_table(as_csv(table), "t"), None, study, {"ABC": HISTORY}).rows
    } == {"episode"}
    early = next(name for name in NAMES if name < "2008")
    found = audit(
        read_table(as_csv({early: published(NAIVE)[early], **table}), "t"), None, study, {"ABC": HISTORY}
    )
    assert [row.kind for row in found.rows[:2]] == ["too-early", "episode"]
    assert found.missed == ()


def test_what_the_table_leaves_open_is_not_wrong() -> None:
    table = published(NAIVE)
    table[NAME]["fwd_3m_pct"] = "—"
    found = cell(audited(HISTORY, table), NAME, "3M")
    assert (found.status, found.reason, found.right) == (
        "unchecked",
        "empty",
        pytest.approx(NAIVE.forward(M, 3)),
    )


def test_an_episode_under_way_is_not_missed() -> None:
    # A month in progress may be no episode any more when it ends; a table need not have it, even when its
    # last row is a later one.
    for month in range(24, len(NAIVE.months)):
        begin = NAIVE.last[month - 1]
        at = begin + 10
        move = HISTORY.close[at] / HISTORY.close[begin] - 1
        if at < NAIVE.last[month] and move >= 0.06 and NAIVE.move(month - 1) < 6:
            break
    else:
        pytest.fail("no month that is an episode after ten sessions")
    as_of = HISTORY.sessions[at].item()
    table = {name: cells for name, cells in published(NAIVE).items() if name < NAIVE.months[month - 12]}
    cut = {name: dict.fromkeys(cells, "") for name, cells in table.items()}
    cut["2031-05"] = dict.fromkeys(next(iter(cut.values())), "")
    found = audited(HISTORY, cut, as_of=as_of)
    assert as_of in [o.day for o in found.later if o.provisional]
    assert as_of not in [o.day for o in found.missed]


def test_an_entry_at_the_next_close_moves_start_and_end() -> None:
    study = make_study("ABC", when="roc(close, 5) > 6", horizons=["1M"], cooldown=21, entry="next_close")
    closes = HISTORY.close
    fires = [i for i in range(5, len(closes)) if closes[i] / closes[i - 5] - 1 > 0.06]
    i = next(k for k in fires if k - 1 not in fires)
    for kind, start, end in (
        ("right", i + 1, i + 22),
        ("early-start", i, i + 22),
        ("late-start", i + 2, i + 22),
        ("next-bar", i + 1, i + 23),
        ("earlier", i, i + 21),
    ):
        printed = text((closes[end] / closes[start] - 1) * 100)
        table = {str(HISTORY.sessions[i]): {"1M": printed}}
        (row,) = audit(read_table(as_csv(table), "t.csv"), None, study, {"ABC": HISTORY}).rows
        (only,) = row.cells
        assert (only.cause.kind if only.cause else only.status) == kind


LATE = make_study("ABC", when="roc(close, 5) > 6", horizons=["1W", "1M"], cooldown=21, entry="next_close")
"""Entered at the next close: a week ends six sessions after the signal, a month 22."""


def late_episodes() -> list[int]:
    """Bars on which the condition of ``LATE`` came true with a complete month after them."""
    closes = HISTORY.close
    fires = [i for i in range(5, len(closes) - 22) if closes[i] / closes[i - 5] - 1 > 0.06]
    return [i for k, i in enumerate(fires) if k == 0 or i - fires[k - 1] >= 21]


def causes(printed: Mapping[int, float], *others: PriceHistory) -> dict[int, tuple[str, str]]:
    """What the audit says of a month's returns beside the episodes on these bars; a week's are right."""
    closes = HISTORY.close
    rows = {
        str(HISTORY.sessions[i]): {"1W": text((closes[i + 6] / closes[i + 1] - 1) * 100), "1M": text(value)}
        for i, value in printed.items()
    }
    histories = {history.asset: history for history in (HISTORY, *others)}
    found = audit(read_table(as_csv(rows), "t.csv"), None, LATE, histories)
    months = [cell for row in found.rows for cell in row.cells if cell.column == "1M"]
    return {
        i: (cell.cause.kind, cell.cause.label)
        for i, cell in zip(printed, months, strict=True)
        if cell.cause is not None
    }


def test_a_late_entry_moves_both_ends_of_a_segment_and_of_a_currency() -> None:
    closes, bars = HISTORY.close, late_episodes()
    segments = {i: (closes[i + 22] / closes[i + 6] - 1) * 100 for i in bars}
    assert causes(segments) == dict.fromkeys(bars, ("segment", ""))
    rate = replace(random_history("EURUSD=X", "2006-01-03", "2013-12-31", 8), low=None, high=None)
    days, euros = rate.sessions, rate.close

    def grown(i: int, power: int) -> float:
        start, end = (int(np.searchsorted(days, HISTORY.sessions[k], side="right")) - 1 for k in (i, i + 22))
        return float(closes[i + 22] / closes[i + 1] * (euros[end] / euros[start]) ** power)

    for power, label in ((1, "1/EURUSD=X"), (-1, "EURUSD=X")):
        elsewhere = {i: (grown(i, power) - 1) * 100 for i in bars}
        assert causes(elsewhere, rate) == dict.fromkeys(bars, ("currency", label))


def test_a_late_entry_moves_the_end_of_the_way_on_which_the_lowest_price_is_sought() -> None:
    closes, low = HISTORY.close, HISTORY.low
    assert low is not None
    lowest = {i: low[i + 2 : i + 23].min() for i in late_episodes()}
    found = causes({i: (price / closes[i + 1] - 1) * 100 for i, price in lowest.items()})
    last = [i for i, price in lowest.items() if low[i + 22] == price]
    assert {found[i] for i in last} == {("lowest", "prices")}
    # So it does for the close at which a drawdown was deepest.
    i = next(i for i in late_episodes() if closes[i + 22] == closes[i + 1 : i + 23].min() < closes[i + 1])
    fall = (closes[i + 22] / closes[i + 1] - 1) * 100
    table = read_table(as_csv({str(HISTORY.sessions[i]): {"1M": text(fall)}}), "t.csv")
    summary = read_summary(f"statistic,1M\nmax_drawdown,{text(fall)}\n", "s.csv")
    (row,) = audit(table, summary, LATE, {"ABC": HISTORY}).statistics
    (only,) = row.cells
    assert only.lowest is not None
    assert only.lowest.day == HISTORY.sessions[i + 22].item()


def test_a_late_entry_is_paid_where_a_date_of_the_calendar_ends_the_return() -> None:
    closes, days = HISTORY.close, HISTORY.sessions

    def month_later(i: int) -> int:
        day = days[i].item()
        year, month = divmod(day.year * 12 + day.month, 12)
        last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return int(np.searchsorted(days, np.datetime64(date(year, month + 1, min(day.day, last)), "D")))

    ends = {i: month_later(i) for i in late_episodes()}
    found = causes({i: (closes[end] / closes[i + 1] - 1) * 100 for i, end in ends.items()})
    other = [i for i, end in ends.items() if end != i + 22]
    assert len(other) > len(ends) / 2
    assert {found[i] for i in other} == {("calendar", "months after sessions")}


def test_a_late_entry_is_paid_before_the_way_on_which_the_highest_price_is_sought() -> None:
    closes, high = HISTORY.close, HISTORY.high
    assert high is not None
    highest = {i: high[i + 1 : i + 23].max() for i in late_episodes()}
    found = causes({i: (price / closes[i + 1] - 1) * 100 for i, price in highest.items()})
    assert set(found.values()) == {("highest", "prices")}
    assert len(found) == len(highest)


def test_two_months_instead_of_one_and_the_other_way_round() -> None:
    """The shortest return that has one before it, and a column whose neighbours are no usual horizons."""
    study = replace(STUDY, horizons=(Horizon("2M", 2), Horizon("5M", 5)))
    for held, printed, kind in ((2, 1, "previous-bar"), (2, 3, "next-bar"), (5, 4, "previous-bar")):
        table = {
            NAIVE.months[m]: {f"{h}M": text(NAIVE.forward(m, printed if h == held else h)) for h in (2, 5)}
            for m in EPISODES[:6]
        }
        found = audit(read_table(as_csv(table), "t.csv"), None, study, {"ABC": HISTORY})
        assert [cause.kind for cause, _ in found.causes()] == [kind]


def test_what_the_table_names_is_neither_missed_nor_folded() -> None:
    starts = NAIVE.episodes(3)
    again = [m + 1 for m in starts if m + 1 < len(NAIVE.months) and NAIVE.move(m + 1) >= 3]
    assert len(again) > 1
    study = make_study("ABC", when="roc(close, 1) >= 3", bars="monthly")
    named = [*starts[1:-1], again[0]]
    table = {NAIVE.months[m]: {"1M": text(NAIVE.forward(m, 1))} for m in sorted(named)}
    found = audit(read_table(as_csv(table), "t.csv"), None, study, {"ABC": HISTORY})
    assert [f"{o.day:%Y-%m}" for o in found.missed] == [NAIVE.months[starts[0]]]
    assert [f"{o.day:%Y-%m}" for o in found.later] == [NAIVE.months[starts[-1]]]
    wanted = {
        NAIVE.months[m]: NAIVE.months[max(s for s in starts if s < m)]
        for m in range(starts[0], len(NAIVE.months))
        if NAIVE.move(m) >= 3 and m not in starts and m not in named
    }
    assert {f"{o.day:%Y-%m}": f"{o.belongs_to:%Y-%m}" for o in found.folded} == wanted
    assert all(
        o.trigger == pytest.approx(NAIVE.move(NAIVE.months.index(f"{o.day:%Y-%m}"))) for o in found.folded
    )


def test_a_statistic_of_a_horizon_that_the_table_does_not_show() -> None:
    returns = [r for m in EPISODES if (r := NAIVE.forward(m, 12)) is not None]
    summary = f"statistic,3m,12m\naverage,0.00,{statistics.mean(returns):.2f}\n"
    table = {name: {"fwd_3m_pct": cells["fwd_3m_pct"]} for name, cells in published(NAIVE).items()}
    found = audited(HISTORY, table, summary)
    (row,) = found.statistics
    assert set(found.baselines) == {"3M", "12M"}
    cells = {cell.column: cell for cell in row.cells}
    assert (cells["12M"].own, cells["12M"].right) == (None, pytest.approx(statistics.mean(returns)))
    assert cells["12M"].right_status == "right"


def test_nothing_after_the_as_of_date_is_seen() -> None:
    day = date(2010, 6, 30)
    early = audited(HISTORY, published(NAIVE), as_of=day)
    cut = audited(HISTORY.until(HISTORY.sessions[HISTORY.sessions <= day][-1]), published(NAIVE))
    assert early.rows == cut.rows
    assert early.fingerprint == cut.fingerprint


def test_daily_bars_count_sessions() -> None:
    study = make_study("ABC", when="roc(close, 5) > 6", horizons=["1W", "1M"], cooldown=21)
    closes = HISTORY.close
    fires = [i for i in range(5, len(closes)) if closes[i] / closes[i - 5] - 1 > 0.06]
    starts: list[int] = []
    for i in fires:
        if i - 1 not in fires and (not starts or i - starts[-1] >= 21):
            starts.append(i)
    starts = [i for i in starts if i + 22 < len(closes)]
    table = {
        str(HISTORY.sessions[i]): {
            "1 week": text((closes[i + 5] / closes[i] - 1) * 100),
            "one month": text((closes[i + 21] / closes[i] - 1) * 100),
        }
        for i in starts
    }
    first = starts[0]
    table[str(HISTORY.sessions[first])]["one month"] = text((closes[first + 22] / closes[first] - 1) * 100)
    found = audit(read_table(as_csv(table), "t.csv"), None, study, {"ABC": HISTORY})
    assert [(row.row.name, c.column, c.cause and c.cause.kind) for row, c in found.wrong(moves=False)] == [
        (str(HISTORY.sessions[first]), "1M", "next-bar")
    ]


def test_what_cannot_be_audited() -> None:
    history = {"ABC": HISTORY}
    daily = make_study("ABC", when="roc(close, 1) > 6")
    with pytest.raises(RequestError, match=r"t\.csv:2: '2008-01' is a month, and on daily bars"):
        audit(read_table("episode,1M\n2008-01,3.00\n", "t.csv"), None, daily, history)
    with pytest.raises(HorizonError, match=r"t\.csv:1, column 1W: monthly bars cannot express"):
        audit(read_table("episode,1W\n2008-01,3.00\n", "t.csv"), None, STUDY, history)
    twice = "episode,1M\n2008-01,3.00\nJan 2008,3.00\n"
    with pytest.raises(RequestError, match=r"t\.csv:3: 'Jan 2008' is the same bar as '2008-01' in line 2"):
        audit(read_table(twice, "t.csv"), None, STUDY, history)


def test_closes_without_dividends_and_opens_are_enough() -> None:
    bare = replace(HISTORY, open=None, high=None, low=None, adjusted_close=None, volume=None)
    table = published(NAIVE)
    table[NAME]["fwd_3m_pct"] = text((NAIVE.forward(M, 3) or 0) + 50)
    found = cell(audited(bare, table), NAME, "3M")
    assert (found.status, found.cause) == ("wrong", None)


# --- Summary rows ----------------------------------------------------------------------------------------


def summary_of(rows: dict[str, list[float]]) -> str:
    lines = ["statistic,1m,3m,6m", *(",".join([n, *(text(v) for v in vs)]) for n, vs in rows.items())]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("spread", ["population", "sample", "population-annual", "sample-annual"])
def test_which_deviation_a_sharpe_was_computed_with(spread: str) -> None:
    figures = []
    for held, returns in columns(NAIVE).items():
        deviation = (
            statistics.pstdev(returns) if spread.startswith("population") else statistics.stdev(returns)
        )
        annual = (12 / held) ** 0.5 if spread.endswith("annual") else 1
        figures.append(statistics.mean(returns) / deviation * annual)
    found = audited(HISTORY, published(NAIVE), summary_of({"Sharpe ratio": figures}))
    (row,) = found.statistics
    assert (row.definition, row.inferred) == (spread, True)
    assert {c.right_status for c in row.cells} == {"right"}


@pytest.mark.parametrize(("kind", "daily"), [("bar-closes", False), ("daily-closes", True)])
def test_which_closes_a_drawdown_was_computed_with(kind: str, daily: bool) -> None:
    figures = []
    for held in HORIZONS:
        lows = [0.0]
        for m in EPISODES:
            if NAIVE.forward(m, held) is not None:
                way = HISTORY.close[NAIVE.last[m] + 1 : NAIVE.last[m + held] + 1]
                ends = [NAIVE.close(m + k) for k in range(1, held + 1)]
                lows.append((min(way if daily else ends) / NAIVE.close(m) - 1) * 100)
        figures.append(min(lows))
    found = audited(HISTORY, published(NAIVE), summary_of({"max_drawdown_pct": figures}))
    (row,) = found.statistics
    assert (row.definition, row.inferred) == (kind, True)
    assert [c.right for c in row.cells] == [pytest.approx(f) for f in figures]


def test_a_cell_that_the_table_leaves_open_is_in_no_statistic() -> None:
    table = published(NAIVE)
    table[NAME]["fwd_3m_pct"] = "—"
    others = [cells["fwd_3m_pct"] for name, cells in table.items() if name != NAME]
    left = [float(cell) for cell in others if cell]
    rows = {"average": [0.0, statistics.mean(left), 0.0], "n": [0.0, float(len(left)), 0.0]}
    average, n = audited(HISTORY, table, summary_of(rows)).statistics
    assert average.cells[1].right_status == n.cells[1].right_status == "right"
    assert n.cells[1].right == len(left)
    exact = [r for m in EPISODES if m != M and (r := NAIVE.forward(m, 3)) is not None]
    assert average.cells[1].right == pytest.approx(statistics.mean(exact))


def test_medians_called_averages() -> None:
    medians = [statistics.median(returns) for returns in columns(NAIVE).values()]
    found = audited(HISTORY, published(NAIVE), summary_of({"average": medians}))
    assert [(c.right_status, c.other) for c in found.statistics[0].cells] == [("wrong", "median")] * 3


def test_a_summary_of_wrong_cells_follows_from_them_and_is_wrong() -> None:
    table = published(NAIVE)
    for name, m in zip(NAMES[:3], EPISODES[:3], strict=True):
        table[name]["fwd_3m_pct"] = text(NAIVE.forward(m, 3 + 1))
    own = [[float(c[f"fwd_{h}m_pct"]) for c in table.values() if c[f"fwd_{h}m_pct"]] for h in HORIZONS]
    means = [statistics.mean(returns) for returns in own]
    medians = [statistics.median(returns) for returns in own]
    wins = [100 * sum(r > 0 for r in returns) / len(returns) for returns in own]
    means[0] += 0.01  # off by one in the last digit
    rows = {"average_pct": means, "median": medians, "win rate": wins, "n": [float(len(r)) for r in own]}
    found = audited(HISTORY, table, summary_of(rows))
    average, median, _, n = found.statistics
    assert [c.own_status for c in average.cells] == ["rounding", "right", "right"]
    assert average.cells[1].right_status == "wrong"
    right = columns(NAIVE)[3]
    assert average.cells[1].right == pytest.approx(right.mean())
    assert average.cells[1].own == pytest.approx(means[1])
    assert median.cells[1].right == pytest.approx(statistics.median(right))
    assert {c.right_status for c in n.cells} == {"right"}
