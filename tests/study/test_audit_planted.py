"""Every kind of error in every form of table: found, named, and nothing right accused."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import mean, median

import pytest

from generator.audit.run import audit
from generator.audit.table import read_summary, read_table
from generator.audit.values import Audit
from generator.core.errors import RequestError
from generator.market.providers.files import FilesSource
from tests.real_prices import market_data, real_prices
from tests.study.planted import (
    ERRORS,
    FORMS,
    Case,
    Form,
    Matrix,
    made_cases,
    monthly_case,
    rsi_case,
    surge_case,
    write,
)

CASES = {case.name: case for case in made_cases(5)}
KINDS = ("monthly", "surge", "rsi")
BY_NAME = {form.name: form for form in FORMS}


def audited(case: Case, table: Matrix, form: Form) -> Audit:
    return audit(read_table(write(case, table, form), "t.csv"), None, case.study, case.histories)


def compare(case: Case, table: Matrix, form: Form, found: Audit) -> tuple[int, int]:
    """The numbers of figures that are printed otherwise than the right one, and of these called wrong."""
    true, other, wrong = case.true(), 0, 0
    assert len(found.rows) == len(table)
    for (i, cells), row in zip(table.items(), found.rows, strict=True):
        assert row.day == case.dates[i]
        by_column = {cell.column: cell for cell in row.cells}
        for label in case.horizons:
            printed, right, cell = cells[label], true[i][label], by_column[label]
            if printed is None or right is None:
                assert cell.status == "unchecked"
            elif form.figure(printed) == form.figure(right):
                assert cell.status == "right", (case.name, form.name, label, cell)
            else:
                assert cell.status in ("wrong", "rounding"), (case.name, form.name, label, cell)
                other += 1
                wrong += cell.status == "wrong"
        assert by_column["move"].status == "right", (case.name, form.name, by_column["move"])
    return other, wrong


def cause_of(error: str, case: Case) -> str:
    """The cause that an error is to be given."""
    if error == "entry, next close" and case.study.bars == "daily":
        return "later"  # the same figure
    return re.split(",| over", error)[0]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("seed", range(6))
def test_a_right_table_is_never_accused(seed: int, form: Form) -> None:
    for case in made_cases(seed):
        found = audited(case, case.true(), form)
        assert compare(case, case.true(), form, found) == (0, 0)
        assert {c.status for c in found.cells(moves=False)} <= {"right", "unchecked"}
        assert {row.kind for row in found.rows} == {"episode"}
        assert found.missed == ()
        for row in found.statistics:
            assert {c.right_status for c in row.cells} <= {"right"}, (case.name, form.name, row)
        assert len(found.statistics) == (3 if form.closing else 0)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("form", ["plain", "fractions", "german", "american", "letter"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_table_of_one_error_is_named(kind: str, form: str, error: str) -> None:
    case, shape = CASES[kind], BY_NAME[form]
    if error in ("hundredth", "hundredfold", "index") and not shape.marked:
        pytest.skip("without a unit it is another way to print the right figures, or the next test's")
    table = case.changed(ERRORS[error])
    found = audited(case, table, shape)
    other, wrong = compare(case, table, shape, found)
    assert other
    (cause, count), *_ = found.causes()
    assert (cause.kind, count >= 0.9 * wrong) == (cause_of(error, case), True), (found.causes(), wrong)


@real_prices
@pytest.mark.parametrize(("kind", "form"), [("monthly", "letter"), ("surge", "fractions"), ("rsi", "letter")])
def test_the_same_on_real_prices(kind: str, form: str) -> None:
    prices, shape = FilesSource(market_data()), BY_NAME[form]
    others = {"XYZ": replace(prices.history("DIA"), asset="XYZ")}
    case = {
        "monthly": lambda: monthly_case(prices.history("IWM"), others, 8),
        "surge": lambda: surge_case(prices.history("IWM"), others, 8),
        "rsi": lambda: rsi_case(prices.history("IWM"), others, 27),
    }[kind]()
    assert len(case.episodes) >= 10
    assert compare(case, case.true(), shape, audited(case, case.true(), shape)) == (0, 0)
    for error, figure in ERRORS.items():
        if error == "currency" or (error in ("hundredth", "hundredfold", "index") and not shape.marked):
            continue
        table = case.changed(figure)
        found = audited(case, table, shape)
        _, wrong = compare(case, table, shape, found)
        (cause, count), *_ = found.causes()
        named = (cause.kind, count >= 0.9 * wrong)
        assert named == (cause_of(error, case), True), (error, found.causes(), wrong)


# --- Columns, rows and cells -----------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["hundredth", "log", "total-return", "next-bar", "later", "asset", "sign"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_error_of_one_column(kind: str, error: str) -> None:
    case, form = CASES[kind], BY_NAME["letter"]
    whole, table = case.changed(ERRORS[error]), case.true()
    column = list(case.horizons)[-1]
    for i, cells in table.items():
        cells[column] = whole[i][column]
    found = audited(case, table, form)
    _, wrong = compare(case, table, form, found)
    ((cause, count),) = found.causes()
    assert (cause.kind, count) == (error, wrong)
    assert found.scope(cause) == "column"


@pytest.mark.parametrize("error", ["later", "earlier"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_error_of_one_row(kind: str, error: str) -> None:
    case, form = CASES[kind], BY_NAME["plain"]
    table, i = case.true(), case.episodes[1]
    table[i] = {**case.changed(ERRORS[error])[i], "move": table[i]["move"]}
    found = audited(case, table, form)
    ((cause, count),) = found.causes()
    assert (cause.kind, count, found.scope(cause)) == (error, len(case.horizons), "row")


def noisy(case: Case, size: Callable[[random.Random, float], float], seed: int) -> Matrix:
    chance = random.Random(seed)
    return case.changed(lambda c, i, h, n, right: size(chance, right))


@pytest.mark.parametrize("kind", KINDS)
def test_no_cause_is_made_up(kind: str) -> None:
    """Figures from nowhere, and those of another vendor: each is wrong, and none has a cause to be named."""
    case, named = CASES[kind], 0
    for seed in range(6):
        anything = noisy(case, lambda r, right: r.gauss(1, 12), seed)
        vendor = noisy(case, lambda r, right: right + r.choice((-1, 1)) * r.uniform(0.05, 1.5), seed)
        for table in (anything, vendor):
            named += sum(count for _, count in audited(case, table, BY_NAME["plain"]).causes())
        assert audited(case, vendor, BY_NAME["plain"]).alike
        assert not audited(case, anything, BY_NAME["plain"]).alike
    cells = sum(v is not None for row in case.true().values() for v in row.values())
    assert named <= 0.005 * 12 * cells, named


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_figure_from_nowhere_has_hardly_ever_a_cause(kind: str) -> None:
    case, form, named = CASES[kind], BY_NAME["plain"], 0
    label = list(case.horizons)[1]
    for seed in range(30):
        chance = random.Random(seed)
        table = case.true()
        i = chance.choice([i for i, cells in table.items() if cells[label] is not None])
        table[i][label] = chance.gauss(1, 10)
        named += bool(audited(case, table, form).causes())
    assert named <= 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_currency_that_is_not_at_hand_is_no_cause_but_a_likeness(kind: str) -> None:
    case = CASES[kind]
    table = case.changed(ERRORS["currency"])
    alone = {case.study.asset: case.histories[case.study.asset]}
    text = write(case, table, BY_NAME["plain"])
    found = audit(read_table(text, "t.csv"), None, case.study, alone)
    assert (found.causes(), found.alike) == ((), True)
    wider = audit(read_table(text, "t.csv"), None, case.study, alone, more=lambda: case.histories)
    assert [(cause.kind, cause.label) for cause, _ in wider.causes()] == [("currency", "EURUSD=X")]


@pytest.mark.parametrize("kind", KINDS)
def test_medians_that_are_called_averages(kind: str) -> None:
    case = CASES[kind]
    columns = [
        [v for cells in case.true().values() if (v := cells[label]) is not None] for label in case.horizons
    ]
    for shown, called, other in ((median, "Average", "median"), (mean, "Median", "mean")):
        rows = [["", *case.horizons], [called, *(f"{shown(column):.2f}%" for column in columns)]]
        summary = read_summary("\n".join(",".join(row) for row in rows), "s.csv")
        table = read_table(write(case, case.true(), BY_NAME["plain"]), "t.csv")
        (row,) = audit(table, summary, case.study, case.histories).statistics
        assert {(c.right_status, c.other) for c in row.cells} == {("wrong", other)}


# --- What only the prices can tell -----------------------------------------------------------------------


@pytest.mark.parametrize("order", ["day/month/year", "month/day/year"])
def test_the_order_of_day_and_month_is_told_by_the_bars(order: str) -> None:
    case = CASES["surge"]
    table = {i: cells for i, cells in case.true().items() if case.dates[i].day <= 12}
    assert len(table) >= 3
    pattern = "%d/%m/%Y" if order.startswith("day") else "%m/%d/%Y"
    shape = replace(BY_NAME["plain"], day=lambda c, i: c.dates[i].strftime(pattern))
    found = audited(case, table, shape)
    assert compare(case, table, shape, found) == (0, 0)
    assert [(u.kind, u.detail) for u in found.understood] == [("dates", order)]


def test_an_order_that_nothing_tells_is_asked_for() -> None:
    case = CASES["surge"]
    table = read_table("date,1M\n04/05/2006,1.00\n", "t.csv")
    with pytest.raises(RequestError, match=r"t\.csv:2: '04/05/2006' can be read as 2006-05-04 .*2006-04-05"):
        audit(table, None, case.study, case.histories)


@pytest.mark.parametrize("heading", ["5-day gain", "5D change", "1W", "One week"])
def test_a_trigger_under_a_horizons_heading_is_known_by_its_values(heading: str) -> None:
    case, form = CASES["surge"], BY_NAME["plain"]
    text = write(case, case.true(), form).replace("Gain %", heading)
    text = text.replace("fwd_1w_pct", "two weeks")  # holds the returns of one: wrong, and named
    found = audit(read_table(text, "t.csv"), None, case.study, case.histories)
    assert [(u.kind, u.detail) for u in found.understood] == [("move", heading)]
    assert {c.status for c in found.cells(moves=True)} == {"right"}
    ((cause, _),) = found.causes()
    assert (cause.kind, cause.label, found.scope(cause)) == ("horizon", "1W", "column")


def test_a_move_beside_the_return_of_the_same_span() -> None:
    case = CASES["surge"]
    text = write(case, case.true(), BY_NAME["plain"]).replace("Gain %", "5-day gain")
    text = text.replace("fwd_1w_pct", "5 days later")
    found = audit(read_table(text, "t.csv"), None, case.study, case.histories)
    assert {c.status for c in found.cells(moves=True)} == {"right"}
    assert {c.status for c in found.cells(moves=False)} <= {"right", "unchecked"}


def test_a_forward_return_that_holds_the_move_is_wrong() -> None:
    case, form = CASES["surge"], BY_NAME["plain"]
    table = case.true()
    for cells in table.values():
        cells["1M"] = cells["move"] if cells["1M"] is not None else None
    found = audited(case, table, form)
    ((cause, _),) = found.causes()
    assert (cause.kind, cause.label, found.scope(cause)) == ("other-column", "move", "column")


def test_bars_of_any_kind_are_counted_under_t_plus() -> None:
    case = CASES["monthly"]
    text = write(case, case.true(), BY_NAME["plain"])
    for label, held in case.horizons.items():
        text = text.replace(f"fwd_{label.lower()}_pct", f"T+{held}")
    found = audit(read_table(text, "t.csv"), None, case.study, case.histories)
    assert found.table.horizons == ("1M", "3M", "6M", "12M")
    assert {c.status for c in found.cells(moves=False)} <= {"right", "unchecked"}


def test_a_large_table_is_audited_in_time() -> None:
    """Figures from nowhere, more than factorials can count: no cause, no overflow, and not for long."""
    case = CASES["monthly"]
    chance = random.Random(1)
    days = case.days[300 : 300 + 300 * 2 : 2]
    lines = [
        "date,1W,2W,1M,3M",
        *(f"{d},{','.join(f'{chance.gauss(1, 9):.2f}' for _ in range(4))}" for d in days),
    ]
    study = replace(case.study, bars="daily")
    begin = time.process_time()
    found = audit(read_table("\n".join(lines), "t.csv"), None, study, case.histories)
    assert time.process_time() - begin < 60
    assert len(found.wrong(moves=False)) > 1100
    assert found.causes() == ()
