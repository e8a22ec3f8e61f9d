"""How a table is meant where only prices tell: each rule on both sides of its edge."""

from __future__ import annotations

import pytest

from generator.audit.figures import Printed
from generator.audit.headings import MOVE
from generator.audit.reading import Understood, equals, fit_to_bars, in_form, refuse_columns
from generator.audit.run import audit
from generator.audit.table import PublishedTable, read_summary, read_table
from generator.audit.values import Audit
from generator.core.errors import HorizonError, RequestError
from generator.market.bars import BarKind
from generator.study.question import make_study
from tests.study.published import STUDY, Naive, as_csv, market
from tests.study.test_audit import EPISODES

HISTORY = market(5)
NAIVE = Naive(HISTORY)
TEN = [m for m in range(3, 60, 5) if abs(NAIVE.forward(m, 1) or 0) > 1][:10]
"""Months with a return that is plainly not zero; whether they are episodes does not matter here."""


def returns(months: list[int]) -> list[float]:
    found = [NAIVE.forward(m, 1) for m in months]
    assert None not in found
    return [value for value in found if value is not None]


def read(cells: dict[int, str], heading: str = "1M") -> Audit:
    table = {NAIVE.months[m]: {heading: cell} for m, cell in cells.items()}
    return audit(read_table(as_csv(table), "t.csv"), None, STUDY, {"ABC": HISTORY})


def forms(found: Audit) -> list[str]:
    return [understood.kind for understood in found.understood]


def test_ten_months() -> None:
    assert len(TEN) == 10


@pytest.mark.parametrize(("form", "scale", "add"), [("fractions", 100, 0.0), ("multiples", 100, 1.0)])
@pytest.mark.parametrize(("right", "told"), [(3, True), (2, True), (1, False)])
def test_a_fifth_of_the_figures_tells_the_form(
    form: str, scale: int, add: float, right: int, told: bool
) -> None:
    cells = {
        m: f"{value / scale + add:.4f}" if k < right else f"{value * 3 + 7:.4f}"
        for k, (m, value) in enumerate(zip(TEN, returns(TEN), strict=True))
    }
    found = read(cells)
    assert forms(found) == ([form] if told else [])
    statuses = [cell.status for row in found.rows for cell in row.cells]
    assert statuses.count("right") == (right if told else 0)


def test_percent_goes_before_another_form_that_fits_as_well() -> None:
    values = returns(TEN)
    for right, told in ((2, []), (1, ["fractions"])):
        cells = {
            m: f"{value:.4f}" if k < right else f"{value / 100:.4f}" if k < 4 else f"{value * 3 + 7:.4f}"
            for k, (m, value) in enumerate(zip(TEN, values, strict=True))
        }
        assert forms(read(cells)) == told


@pytest.mark.parametrize(
    ("rows", "factor", "decimals", "fractions"),
    [
        (4, 0.013, 4, True),
        (3, 0.013, 4, False),  # of three nothing is told
        (4, 0.03, 3, True),
        (4, 0.03, 2, False),  # of two decimals neither
        (10, 0.049, 6, True),
        (10, 0.051, 6, False),
        (10, 0.0021, 6, True),
        (10, 0.0019, 6, False),
    ],
)
def test_wrong_figures_of_a_hundredth_in_size_are_fractions(
    rows: int, factor: float, decimals: int, fractions: bool
) -> None:
    cells = {m: f"{value * factor:.{decimals}f}" for m, value in zip(TEN[:rows], returns(TEN), strict=False)}
    assert forms(read(cells)) == (["fractions"] if fractions else [])


def test_a_figure_with_its_unit_is_left_alone() -> None:
    bare, marked = Printed("0.1087", 0.1087, 4), Printed("0.1087%", 0.1087, 4, "percent")
    assert in_form(bare, "fractions") == Printed("0.1087", 10.87, 2)
    assert in_form(Printed("1.1087", 1.1087, 4), "multiples") == Printed("1.1087", 10.87, 2)
    assert in_form(Printed("1087", 1087.0, 0), "basis points") == Printed("1087", 10.87, 2)
    for form in ("percent", "fractions", "multiples", "basis points"):
        assert in_form(marked, form) == marked
    assert in_form(bare, "percent") == bare


def test_a_figure_between_two_printed_ones_is_either() -> None:
    assert equals(Printed("1.5", 1.5, 1), 1.55)
    assert not equals(Printed("1.5", 1.5, 1), 1.5501)
    assert equals(Printed("40", 40.0, -1), 45.0)
    assert not equals(Printed("40", 40.0, -1), 45.001)


def test_basis_points_that_a_heading_names_are_told() -> None:
    cells = {m: f"{value * 100:.0f}" for m, value in zip(TEN, returns(TEN), strict=True)}
    found = read(cells, "1M (bps)")
    assert found.understood == (Understood("basis points", "1M"),)
    assert {cell.status for row in found.rows for cell in row.cells} == {"right"}


# --- The column of the trigger ---------------------------------------------------------------------------


def beside(moves: list[float], heading: str, decimals: int = 2) -> Audit:
    """The ten months' returns, and beside them a column of these figures."""
    table = {
        NAIVE.months[m]: {heading: f"{move:.{decimals}f}", "3M": f"{NAIVE.forward(m, 3):.2f}"}
        for m, move in zip(TEN, moves, strict=False)
    }
    return audit(read_table(as_csv(table), "t.csv"), None, STUDY, {"ABC": HISTORY})


@pytest.mark.parametrize(
    ("rows", "right", "told"), [(10, 6, True), (10, 5, False), (3, 2, True), (2, 1, False), (1, 1, True)]
)
def test_a_column_is_the_move_when_most_of_it_is(rows: int, right: int, told: bool) -> None:
    moves = [NAIVE.move(m) if k < right else 77.77 for k, m in enumerate(TEN[:rows])]
    found = beside(moves, "Colour")
    assert found.understood == ((Understood("move", "Colour"),) if told else ())
    assert found.unread == (() if told else ("Colour",))
    marks = [cell.status for row in found.rows for cell in row.cells if cell.column == MOVE]
    assert marks == (["right"] * right + ["wrong"] * (rows - right) if told else [])


def test_moves_may_be_fractions_too() -> None:
    found = beside([NAIVE.move(m) / 100 for m in TEN], "Colour", 4)
    assert found.understood == (Understood("move", "Colour"), Understood("fractions", MOVE))
    assert {c.status for row in found.rows for c in row.cells} == {"right"}


def test_a_column_of_the_move_stands_while_one_of_its_figures_is_right() -> None:
    others = [NAIVE.move(m) for m in TEN]
    for right, unread in ((1, ("Colour",)), (0, ("Move",))):
        table = {
            NAIVE.months[m]: {
                "Move": f"{move if k < right else 77.77:.2f}",
                "Colour": f"{move:.2f}",
                "3M": f"{NAIVE.forward(m, 3):.2f}",
            }
            for k, (m, move) in enumerate(zip(TEN, others, strict=True))
        }
        found = audit(read_table(as_csv(table), "t.csv"), None, STUDY, {"ABC": HISTORY})
        assert found.unread == unread
        assert len([c for row in found.rows for c in row.cells if c.column == MOVE]) == 10


# --- The order of day and month --------------------------------------------------------------------------


DAILY = make_study("ABC", when="roc(close, 5) > 5", cooldown=0, horizons=["1M"])


def dated(days: int, right: int) -> Audit:
    """Rows of days that can be read in two orders; of so many the return is right, day first."""
    closes, sessions = HISTORY.close, [day.item() for day in HISTORY.sessions]
    there = set(sessions)
    rows = []
    for i, day in enumerate(sessions[: len(sessions) - 30]):
        turned = day.replace(day=day.month, month=day.day) if day.day <= 12 != day.month else None
        if turned is not None and day.day != day.month and turned in there:
            rows.append((day, (closes[i + 21] / closes[i] - 1) * 100))
    lines = [
        f"{day:%d/%m/%Y},{value if k < right else 55.55:.2f}" for k, (day, value) in enumerate(rows[:days])
    ]
    return audit(read_table("\n".join(["date,1M", *lines]) + "\n", "t.csv"), None, DAILY, {"ABC": HISTORY})


def test_one_right_figure_tells_the_order_and_none_does_not() -> None:
    found = dated(3, 1)
    assert [(u.kind, u.detail) for u in found.understood] == [("dates", "day/month/year")]
    with pytest.raises(RequestError, match="these bars do not tell which"):
        dated(3, 0)


def test_the_market_has_enough_episodes() -> None:
    assert len(EPISODES) >= 6


# --- Columns and rows as the bars count them --------------------------------------------------------------


def fitted(text: str, kind: BarKind) -> PublishedTable:
    return fit_to_bars(read_table(text, "t.csv"), kind)


def test_bars_of_any_kind_are_counted_in_the_tables_own() -> None:
    text = "date,move,T+5,T+10,3M\n2003-04-30,1,2,3,4\nAverage,,2,3,4\n"
    for kind, columns in (("daily", ("5D", "10D", "3M")), ("monthly", ("5M", "10M", "3M"))):
        table = fitted(text, kind)  # type: ignore[arg-type]
        assert table.horizons == columns
        assert [figure and figure.value for figure in table.rows[0].cells.values()] == [1, 2, 3, 4]
        assert [figure and figure.value for figure in table.closing[0].cells.values()] == [2, 3, 4]
        assert [table.headings[column].text for column in columns] == ["T+5", "T+10", "3M"]
    with pytest.raises(RequestError, match=r"t\.csv:1: two columns read as 5M\. Rename or remove one"):
        fitted("date,T+5,5M\n2003-04-30,1,2\n", "monthly")
    assert fitted("date,T+5,5M\n2003-04-30,1,2\n", "daily").horizons == ("5D", "5M")


def test_a_column_that_these_bars_cannot_express_is_set_aside_or_refused() -> None:
    table = fitted("date,1W,3M\n2003-04,1.00,2.00\nn,1,1\n", "monthly")
    assert (table.horizons, table.unread, list(table.others)) == (("3M",), ("1W",), ["1W"])
    assert [figure and figure.value for figure in table.others["1W"]] == [1.0]
    assert list(table.headings) == list(table.rows[0].cells) == list(table.closing[0].cells) == ["3M"]
    for text in ("date,1 week later,3M\n2003-04,1,2\n", "date,1W\n2003-04,1\n"):
        with pytest.raises(HorizonError, match=r"t\.csv:1, column 1W: monthly bars cannot express"):
            fitted(text, "monthly")
    with pytest.raises(HorizonError, match=r"s\.csv:1, column 1W: monthly bars cannot express"):
        refuse_columns(read_summary("statistic,3M,1W\naverage,1,2\n", "s.csv"), "monthly")
    summary = read_summary("statistic,3M,1W\naverage,1,2\n", "s.csv")
    assert refuse_columns(summary, "daily") == summary


@pytest.mark.parametrize(
    ("name", "kind", "unit"),
    [
        ("2003-04", "daily", "month"),
        ("2003-04", "weekly", "month"),
        ("2003-04", "monthly", None),
        ("2003-W18", "daily", "week"),
        ("2003-W18", "weekly", None),
        ("2003-W18", "monthly", None),
        ("2003-04-30", "daily", None),
        ("2003-04-30", "monthly", None),
    ],
)
def test_an_episode_is_named_by_a_day_where_the_bars_are_days(
    name: str, kind: BarKind, unit: str | None
) -> None:
    text = f"date,1Y\n{name},1\n"
    if unit is None:
        assert fitted(text, kind).rows[0].name == name
        return
    told = rf"t\.csv:2: '{name}' is a {unit}, and on {kind} bars .* ask for {unit}ly bars\."
    with pytest.raises(RequestError, match=told):
        fitted(text, kind)
