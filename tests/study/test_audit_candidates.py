"""All that a cell could have meant, figure by figure, against plain loops over the prices."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import mean, median

import pytest

from generator.audit.candidates import candidates, is_currency, reach
from generator.audit.context import AuditContext
from generator.audit.headings import MOVE
from generator.audit.run import _context, audit
from generator.audit.table import read_table
from generator.audit.values import CellAudit, RowAudit
from generator.market.bars import BarKind
from generator.market.history import PriceHistory
from generator.study.question import make_study
from generator.study.values import Entry, ReturnBasis
from tests.study import oracle
from tests.study.markets import days_of, random_history
from tests.study.planted import later_date

LAST = "2009-05-14"
"""Within a week and a month."""
OWN = random_history("ABC", "2006-03-01", LAST, seed=21, volatility=0.02)
OTHER = random_history("XYZ", "2006-06-15", LAST, seed=22, volatility=0.013)
EURO = replace(random_history("EURUSD=X", "2006-05-02", LAST, seed=23), low=None, high=None)
HISTORIES = {history.asset: history for history in (OWN, OTHER, EURO)}

Figure = tuple[str, str, str, float]
"""Kind, label, day, value."""


@dataclass
class Loops:
    """The target's prices on bars of a kind; no code of the program."""

    kind: BarKind
    entry: Entry
    basis: ReturnBasis
    since: date | None = None
    history: PriceHistory = OWN

    def __post_init__(self) -> None:
        self.days = days_of(self.history)
        ends = {"weekly": oracle.week_ends, "monthly": oracle.month_ends}
        self.ends = list(range(len(self.days))) if self.kind == "daily" else ends[self.kind](self.days)
        self.done = len(self.ends) - (self.kind != "daily")
        self.quoted: list[float] = self.history.close.tolist()
        self.adjusted: list[float] = self.history.field("adjusted_close").tolist()
        self.opens: list[float] = self.history.field("open").tolist()
        self.daily = self.quoted if self.basis == "price" else self.adjusted
        self.closes = [self.daily[end] for end in self.ends]
        self.delay = int(self.kind == "daily" and self.entry != "close")
        since = self.since or date.min
        self.first = next(i for i, end in enumerate(self.ends) if self.days[end] >= since)

    def period(self, bar: int) -> tuple[int, ...]:
        day = self.days[self.ends[bar]]
        week, month = tuple(day.isocalendar()[:2]), (day.year, day.month)
        return week if self.kind == "weekly" else (*month, day.day * (self.kind == "daily"))

    def paid(self, bar: int, entry: Entry, basis: ReturnBasis) -> float:
        session = self.ends[bar] + (entry != "close")
        daily = self.quoted if basis == "price" else self.adjusted
        if entry == "next_open":
            return self.opens[session] * daily[session] / self.quoted[session]
        return daily[session]

    def forward(
        self, bar: int, held: int, entry: Entry | None = None, basis: ReturnBasis | None = None
    ) -> float | None:
        entry, basis = entry or self.entry, basis or self.basis
        end = bar + held + (self.kind == "daily" and entry != "close")
        if bar < 0 or end >= self.done:
            return None
        daily = self.quoted if basis == "price" else self.adjusted
        return (daily[self.ends[end]] / self.paid(bar, entry, basis) - 1) * 100

    def between(self, start: int, end: int) -> float | None:
        if start < 0 or end >= self.done or start >= end:
            return None
        return (self.closes[end] / self.closes[start] - 1) * 100

    def move(self, bar: int, closes: list[float] | None = None) -> float:
        closes = closes or [self.quoted[end] for end in self.ends]
        return (closes[bar] / closes[bar - 1] - 1) * 100


HORIZONS: dict[BarKind, dict[str, int]] = {
    "daily": {"1W": 5, "1M": 21, "3M": 63},
    "weekly": {"4W": 4, "13W": 13, "52W": 52},
    "monthly": {"1M": 1, "3M": 3, "1Y": 12},
}
OTHERS: dict[BarKind, dict[str, int]] = {
    "daily": {"2W": 10, "2M": 42, "6M": 126, "1Y": 252, "1D": 1, "9M": 189, "2Y": 504},
    "weekly": {"26W": 26, "2W": 2, "8W": 8},
    "monthly": {"6M": 6, "2M": 2, "4M": 4, "9M": 9, "2Y": 24},
}
A_YEAR = {"daily": 252, "weekly": 52, "monthly": 12}


def naive_calendar(loops: Loops, bar: int, label: str) -> Iterator[tuple[str, float]]:
    start, number, unit = loops.days[loops.ends[bar]], int(label[:-1]), label[-1]
    long = {"D": 1, "W": 7, "M": 365.25 / 12, "Y": 365.25}[unit]
    counted = start + timedelta(days=round(number * long))
    thirties = start + timedelta(days=30 * number) if unit == "M" else counted
    sessions = (loops.days, loops.daily)
    bars = ([loops.days[end] for end in loops.ends[: loops.done]], loops.closes[: loops.done])
    for way, end in (("months", later_date(start, label)), ("days", counted), ("thirties", thirties)):
        for where, (days, closes) in (("sessions", sessions), ("bars", bars)):
            if (where == "bars" and loops.kind == "daily") or end > days[-1]:
                continue
            for side, place in (("after", bisect_left(days, end)), ("before", bisect_right(days, end) - 1)):
                if days[place] > start:
                    paid = loops.paid(bar, loops.entry, loops.basis)
                    yield f"{way} {side} {where}", (closes[place] / paid - 1) * 100


def naive_ways(loops: Loops, bar: int, held: int) -> Iterator[tuple[str, str, float]]:
    end, paid = bar + held + loops.delay, loops.paid(bar, loops.entry, loops.basis)
    first, last = loops.ends[bar] + 1, loops.ends[end]
    ways = [("bars", loops.closes[bar + 1 : end + 1]), ("daily", loops.daily[first : last + 1])]
    low, high = OWN.field("low").tolist(), OWN.field("high").tolist()
    for label, way in ways:
        yield "lowest", label, (min(way) / paid - 1) * 100
        yield "highest", label, (max(way) / paid - 1) * 100
    if loops.basis == "price":
        yield "lowest", "prices", (min(low[first : last + 1]) / paid - 1) * 100
        yield "highest", "prices", (max(high[first : last + 1]) / paid - 1) * 100


def naive_elsewhere(loops: Loops, bar: int, held: int, right: float) -> Iterator[tuple[str, str, float]]:
    start, end = loops.days[loops.ends[bar]], loops.days[loops.ends[bar + held + loops.delay]]
    for other in (OTHER, EURO):
        theirs = Loops(loops.kind, loops.entry, loops.basis, history=other)
        place = next((k for k in range(len(theirs.ends)) if theirs.period(k) == loops.period(bar)), None)
        change = None if place is None else theirs.forward(place, held)
        if change is not None:
            yield "asset", other.asset, change
            yield "excess", other.asset, right - change
        if other is EURO and theirs.days[0] <= start:
            at = [bisect_right(theirs.days, day) - 1 for day in (start, end)]
            grown = theirs.quoted[at[1]] / theirs.quoted[at[0]]
            yield "currency", "EURUSD=X", ((1 + right / 100) / grown - 1) * 100
            yield "currency", "1/EURUSD=X", ((1 + right / 100) * grown - 1) * 100


def naive_returns(loops: Loops, bar: int, label: str) -> Iterator[tuple[str, str, float | None]]:
    """Everything that a forward return could have meant, without what else the table shows."""
    held = (HORIZONS[loops.kind] | OTHERS[loops.kind])[label]
    delay, right = loops.delay, loops.forward(bar, held)
    yield "next-bar", "", loops.forward(bar, held + 1)
    if held > 1:
        yield "previous-bar", "", loops.forward(bar, held - 1)
    for other, bars in (HORIZONS[loops.kind] | OTHERS[loops.kind]).items():
        if bars != held:
            yield "horizon", other, loops.forward(bar, bars)
    yield "late-start", "", loops.between(bar + delay + 1, bar + delay + held)
    yield "early-start", "", loops.between(bar + delay - 1, bar + delay + held)
    yield "later", "", loops.forward(bar + 1, held)
    yield "earlier", "", loops.forward(bar - 1, held)
    shorter = [bars for bars in HORIZONS[loops.kind].values() if bars < held]
    if shorter:
        yield "segment", "", loops.between(bar + shorter[-1] + delay, bar + held + delay)
    basis: ReturnBasis = "total" if loops.basis == "price" else "price"
    yield f"{basis}-return", "", loops.forward(bar, held, basis=basis)
    entries: tuple[Entry, ...] = ("close", "next_open", "next_close")
    for entry in entries:
        if entry != loops.entry:
            yield "entry", entry, loops.forward(bar, held, entry=entry)
    yield from (("calendar", *each) for each in naive_calendar(loops, bar, label))
    if right is None:
        return
    yield from naive_ways(loops, bar, held)
    growth, years = 1 + right / 100, held / A_YEAR[loops.kind]
    yield "log", "", math.log(growth) * 100
    if years != 1:
        yield "annualised", "compound", (growth ** (1 / years) - 1) * 100
        yield "annualised", "simple", right / years
    yield "index", "", 100 + right
    for begin in [loops.first] + [0] * (loops.first > 0):
        usual = [r for k in range(begin, loops.done) if (r := loops.forward(k, held)) is not None]
        yield "excess", "average", right - mean(usual)
        yield "excess", "median", right - median(usual)
    yield from naive_elsewhere(loops, bar, held, right)
    yield from (("sign", "", -right), ("hundredth", "", right / 100), ("hundredfold", "", right * 100))
    yield from (("rounded", "0", round(right, 0)), ("rounded", "1", round(right, 1)))


def study_of(loops: Loops) -> object:
    return make_study(
        "ABC",
        when="roc(close, 1) >= 2",
        bars=loops.kind,
        horizons=list(HORIZONS[loops.kind]),
        entry=loops.entry,
        returns=loops.basis,
        since=loops.since,
    )


def asked(loops: Loops, bars: list[int], figure: str = "777.77") -> tuple[tuple[RowAudit, ...], AuditContext]:
    """Rows of these bars whose every return is printed as one figure that nothing gives."""
    labels = list(HORIZONS[loops.kind])
    cells = [["date", "move_pct", *labels]]
    cells += [[str(loops.days[loops.ends[bar]]), figure, *[figure] * len(labels)] for bar in bars]
    table = read_table("\n".join(map(",".join, cells)), "t.csv")
    study = study_of(loops)
    found = audit(table, None, study, HISTORIES)  # type: ignore[arg-type]
    return found.rows, _context(found.table, None, study, HISTORIES, None)  # type: ignore[arg-type]


def shown(rows: tuple[RowAudit, ...], i: int, cell: CellAudit, context: AuditContext) -> list[Figure]:
    bar = context.bar_of(rows[i].row.first)
    assert bar is not None
    found = candidates(rows, i, cell, context.target_bar(bar), context)
    return sorted((c.kind, c.label, str(c.day or ""), round(c.value, 7)) for c in found)


CASES = [
    Loops("monthly", "close", "price"),
    Loops("monthly", "next_open", "price", date(2007, 2, 1)),
    Loops("monthly", "next_close", "total"),
    Loops("weekly", "close", "total", date(2006, 9, 1)),
    Loops("weekly", "next_open", "price"),
    Loops("daily", "close", "price"),
    Loops("daily", "next_close", "price", date(2006, 4, 3)),
    Loops("daily", "next_open", "total"),
]


@pytest.mark.parametrize("loops", CASES, ids=lambda case: f"{case.kind} {case.entry} {case.basis}")
def test_everything_that_a_return_could_have_meant(loops: Loops) -> None:
    shortest = min(HORIZONS[loops.kind].values())
    newest = loops.done - 1 - shortest - loops.delay
    bars = [0, 1, len(loops.ends) // 3, len(loops.ends) // 2, newest]
    rows, context = asked(loops, bars)
    for i, bar in enumerate(bars):
        for cell in rows[i].cells[1:]:
            assert cell.right == pytest.approx(loops.forward(bar, HORIZONS[loops.kind][cell.column]))
            wanted = sorted(
                (kind, label, "", round(value, 7))
                for kind, label, value in naive_returns(loops, bar, cell.column)
                if value is not None
            )
            # The figure that all cells print is the one thing that a coincidence can be with.
            found = [each for each in shown(rows, i, cell, context) if not each[0].startswith("other-")]
            assert [each[:3] for each in found] == [each[:3] for each in wanted], (bar, cell.column)
            assert [each[3] for each in found] == pytest.approx([each[3] for each in wanted], abs=2e-7)


@pytest.mark.parametrize("loops", [CASES[0], CASES[3], CASES[6]], ids=["monthly", "weekly", "daily"])
def test_everything_that_a_move_could_have_meant(loops: Loops) -> None:
    last = len(loops.ends) - 1
    bars = [1, len(loops.ends) // 3, last - 1, last]
    rows, context = asked(loops, bars)
    adjusted = [loops.adjusted[end] for end in loops.ends]
    for i, bar in enumerate(bars):
        right = loops.move(bar)
        wanted: list[Figure] = [
            ("total-return", "", "", loops.move(bar, adjusted)),
            ("log", "", "", math.log(1 + right / 100) * 100),
            ("sign", "", "", -right),
            ("hundredth", "", "", right / 100),
            ("hundredfold", "", "", right * 100),
            ("rounded", "0", "", round(right, 0)),
            ("rounded", "1", "", round(right, 1)),
        ]
        if bar > 1:
            wanted.append(("previous-bar", "", "", loops.move(bar - 1)))
        if bar < last:
            wanted.append(("next-bar", "", "", loops.move(bar + 1)))
        if bar == last and loops.kind != "daily" and rows[i].kind == "provisional":
            before = loops.quoted[loops.ends[-2]]
            for k in range(loops.ends[-2] + 1, loops.ends[-1]):
                day = str(loops.days[k])
                wanted.append(("earlier-session", "", day, (loops.quoted[k] / before - 1) * 100))
        found = shown(rows, i, rows[i].cells[0], context)
        found = [each for each in found if not each[0].startswith("other-")]
        wanted.sort()
        assert [each[:3] for each in found] == [each[:3] for each in wanted], bar
        assert [each[3] for each in found] == pytest.approx([each[3] for each in wanted], abs=2e-7)


def test_figures_of_the_same_row_and_column_within_reach() -> None:
    """A cell of 5.00 where 3.00 is right: what stands as near as that is offered, and nothing else."""
    loops = CASES[0]
    rows, context = asked(loops, [10, 14, 20])

    def cell(column: str, printed: str | None, right: float | None) -> CellAudit:
        table = read_table(f"date,1M\n2007-01,{printed or ''}\n", "t.csv")
        return CellAudit(column, table.rows[0].cells["1M"], right, "wrong")

    own = (
        cell(MOVE, "6.00", 1.0),
        cell("1M", "7.00", 7.01),  # as near as the right one, and a hair farther
        cell("3M", "5.00", 3.0),
        cell("1Y", None, 2.999),
    )
    before = (cell(MOVE, "5.00", 5.0), cell("3M", "4.00", 8.0))
    after = (cell("1M", "5.00", 5.0), cell("3M", None, 4.5))
    made = (
        replace(rows[0], cells=before, day=None),
        replace(rows[1], cells=own),
        replace(rows[2], cells=after),
    )
    found = [(c.kind, c.label, c.day, c.value) for c in candidates(made, 1, own[2], None, context)]
    others = [each for each in found if each[0].startswith("other-")]
    assert others == [
        ("other-column", MOVE, None, 6.0),
        ("other-column", "1M", None, 7.0),
        # Of rows as far away the earlier one comes first; without a bar it has the last day of its name.
        ("other-row", "", rows[0].row.last, 4.0),
        ("other-row", "", rows[2].day, 4.5),
    ]
    # The nearest row comes first, whatever its place.
    turned = (made[2], made[2], made[0], made[1])
    nearest = [each for each in candidates(turned, 3, own[2], None, context) if each.kind == "other-row"]
    assert [each.value for each in nearest] == [4.0, 4.5, 4.5]
    empty = cell("3M", None, 3.0)
    assert list(candidates(turned, 3, empty, None, context)) == []


def test_how_far_other_figures_are_looked_for() -> None:
    (row,) = read_table("date,1M,3M\n2007-01,5.00,5.0\n", "t.csv").rows
    two, one = row.cells["1M"], row.cells["3M"]
    assert reach(CellAudit("1M", two, 3.0, "wrong")) == pytest.approx(2.0)
    assert reach(CellAudit("1M", two, -3.0, "wrong")) == pytest.approx(8.0)
    assert reach(CellAudit("1M", two, 4.98, "wrong")) == pytest.approx(0.10)
    assert reach(CellAudit("1M", one, 4.7, "wrong")) == pytest.approx(1.0)
    assert reach(CellAudit("1M", None, 4.7, "wrong")) == reach(CellAudit("1M", two, None, "wrong")) == 0


@pytest.mark.parametrize(
    ("printed", "right", "swapped"),
    [
        ("12.34", 13.24, True),
        ("12.34", 12.43, True),
        ("12.34", 21.34, True),
        ("12.34", 12.34, False),
        ("12.34", 14.32, False),  # two apart
        ("12.34", 21.43, False),  # two pairs
        ("12.34", 12.36, False),
        ("12.34", 13.44, False),  # one of them another digit
        ("12.34", 14.24, False),
        ("-12.34", -13.24, True),
        ("-12.34", 13.24, False),
        ("2.34", -3.24, False),
        ("12.34", 112.34, False),
        ("123", 132.2, True),
        ("5", 6.0, False),
    ],
)
def test_two_digits_that_have_changed_places(printed: str, right: float, swapped: bool) -> None:
    rows, context = asked(CASES[0], [10])
    figure = read_table(f"date,1M\n2007-01,{printed}\n", "t.csv").rows[0].cells["1M"]
    found = candidates(rows, 0, CellAudit("1M", figure, right, "wrong"), None, context)
    assert [c.value for c in found if c.kind == "digits"] == ([float(printed)] if swapped else [])


def test_roundings_to_fewer_decimals_than_are_printed() -> None:
    rows, context = asked(CASES[0], [10])
    for printed, labels in (("5", []), ("5.0", ["0"]), ("5.00", ["0", "1"]), ("5.0000", ["2", "3"])):
        figure = read_table(f"date,1M\n2007-01,{printed}\n", "t.csv").rows[0].cells["1M"]
        found = list(candidates(rows, 0, CellAudit("1M", figure, 3.45678, "wrong"), None, context))
        rounded = [(c.label, c.value) for c in found if c.kind == "rounded"]
        assert rounded == [(label, round(3.45678, int(label))) for label in labels]


def test_a_loss_of_everything_has_no_logarithm() -> None:
    rows, context = asked(CASES[0], [10])
    for right, there in ((-99.5, True), (-100.0, False), (-130.0, False)):
        cell = replace(rows[0].cells[2], right=right)
        kinds = {c.kind for c in candidates(rows, 0, cell, 10, context)}
        assert ({"log", "annualised"} <= kinds, "index" in kinds) == (there, True)
        assert bool({"log", "annualised"} & kinds) is there


@pytest.mark.parametrize(
    ("asset", "currency"),
    [("EURUSD=X", True), ("DX-Y.NYB", True), ("DXY", True), ("SPY", False), ("=XY", False), ("ADX-Y", False)],
)
def test_what_names_a_currency(asset: str, currency: bool) -> None:
    assert is_currency(asset) is currency
