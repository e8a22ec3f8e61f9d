"""How tables are cut and set in an e-mail: which columns and rows, on a phone and in plain text."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from generator.edition.values import Cell, Column, Row, Table
from generator.export.blocks import Table as Block
from generator.export.read import read_blocks
from generator.mail.html import Head, View, _on_a_phone, _tone, _view
from generator.mail.table import first, newest
from generator.mail.text import email_text


def table(columns: Sequence[Column], rows: Sequence[Row] = ()) -> Table:
    cells = tuple(Cell(column.key) for column in columns)
    return Table("t", "T", tuple(columns), tuple(rows) or (Row(cells, kind="episode"),), download=True)


def returns(count: int) -> list[Column]:
    return [Column(f"r{n}", f"{n}M", group="Return") for n in range(count)]


def keys(made: Table) -> list[str]:
    return [column.key for column in made.columns]


DATE, CONTEXT = Column("date", "Date", "date"), Column("context", "Context", "text")


@pytest.mark.parametrize(
    ("count", "kept"),
    [
        (1, [0]),
        (5, [0, 1, 2, 3, 4]),
        (6, [0, 1, 2, 3, 4, 5]),
        # Six spread evenly from end to end: every 6/5, every 12/5.
        (7, [0, 1, 2, 4, 5, 6]),
        (13, [0, 2, 5, 7, 10, 12]),
    ],
)
def test_six_returns_from_end_to_end(count: int, kept: list[int]) -> None:
    made = newest(table([DATE, CONTEXT, *returns(count)]))
    assert keys(made.table) == ["date", "context", *(f"r{n}" for n in kept)]
    gone = [f"{n}M" for n in range(count) if n not in kept]
    several = (
        f"the columns {', '.join(gone[:-1])} and {gone[-1]}" if gone[1:] else f"the {''.join(gone)} column"
    )
    assert made.lacking == (several if gone else "")
    assert not made.table.download
    assert [cell.text for cell in made.table.rows[0].cells] == keys(made.table)


def test_what_stands_before_the_returns_has_the_room_that_is_left() -> None:
    before = [Column(f"b{n}", f"B{n}") for n in range(4)]
    made = newest(table([DATE, *before, CONTEXT, *returns(4)]))
    assert keys(made.table) == ["date", "b0", "b1", "context", "r0", "r1", "r2", "r3"]
    assert made.lacking == "the columns B2 and B3"
    assert made.left_out == ("the columns B2 and B3",)
    plain = newest(table([DATE, *[Column(f"p{n}", f"P{n}") for n in range(7)]]))  # without any group
    assert keys(plain.table) == ["date", "p0", "p1", "p2", "p4", "p5", "p6"]
    # The first column stays, whatever its unit.
    figures = newest(table([Column("n", "N", "number"), *returns(6)]))
    assert keys(figures.table) == ["n", "r0", "r1", "r2", "r3", "r4", "r5"]


def episode(day: str, kind: str = "episode") -> Row:
    return Row((Cell(day, day), Cell(f"of {day}")), kind=kind)  # type: ignore[arg-type]


def test_the_newest_of_many_and_the_plain_statistics() -> None:
    days = [f"20{n:02}-01-01" for n in range(17)]
    shuffled = [days[n * 5 % 17] for n in range(17)]
    rows = [episode(day) for day in shuffled]
    rows[3] = episode(shuffled[3], "provisional")
    extra = [
        Row((Cell("Average"), Cell("+1.00")), kind="summary"),
        Row((Cell("Sharpe ratio"), Cell("0.50")), kind="summary"),
        Row((Cell("Cases"), Cell("17")), kind="summary"),
        Row((Cell("Verdict"), Cell("could be luck", None, "text")), kind="summary"),
        Row((Cell("Any month"), Cell("+0.50")), kind="baseline"),
    ]
    made = newest(table([DATE, Column("r", "1M", group="Return")], [*rows, *extra]))
    assert (made.shown, made.total, made.left_out) == (12, 17, ("5 more rows",))
    kept = [day for day in shuffled if day in days[-12:]]
    labels = [row.cells[0].text for row in made.table.rows]
    assert labels[:12] == kept
    assert labels[12] == "Average"
    assert labels[-1] == "Any month"
    sixteen = newest(table([DATE, Column("r", "1M")], rows[:16]))
    assert (sixteen.shown, sixteen.total, sixteen.left_out) == (16, 16, ())


@pytest.mark.parametrize(
    ("count", "most", "shown", "left"),
    [(3, 5, 3, ""), (5, 5, 5, ""), (6, 5, 6, ""), (7, 5, 5, "2 more rows"), (1300, 5, 5, "1,295 more rows")],
)
def test_the_first_of_a_list(count: int, most: int, shown: int, left: str) -> None:
    rows = [Row((Cell(str(n)), Cell("x"), Cell("y"))) for n in range(count)]
    columns = [Column("a", "A"), Column("b", "B"), Column("c", "C")]
    made = first(table(columns, rows), "c a", most)
    assert (made.shown, made.total, " ".join(made.left_out)) == (shown, count, left)
    assert keys(made.table) == ["a", "c"]
    assert [row.cells[0].text for row in made.table.rows] == [str(n) for n in range(shown)]
    assert made.table.rows[0].cells[1].text == "y"
    assert keys(first(table(columns, rows)).table) == ["a", "b", "c"]


def block(*headings: str, left: str = "Date Context Where") -> Block:
    """A table of one row; those headings stand to the left that are named so."""
    line = "|".join("---" if heading in left.split() else "---:" for heading in headings)
    (found,) = read_blocks(f"|{'|'.join(headings)}|\n|{line}|\n|{'|'.join('x' * len(headings))}|\n")
    assert isinstance(found, Block)
    return found


def shown(view: View) -> list[tuple[str, bool]]:
    """Headings, and whether a phone does without them."""
    return [(column.heading, column.wide) for column in view.columns]


def test_the_contexts_stand_below_the_dates() -> None:
    view = _view(block("Date", "Context", "1M", "3M"))
    assert (view.context, shown(view)) == (1, [("Date", False), ("1M", False), ("3M", False)])
    assert [(c.place, c.right) for c in view.columns] == [(0, False), (2, True), (3, True)]
    # Other words do so in a wide table alone: of more than four columns.
    assert _view(block("Date", "Where", "1M", "3M")).context is None
    assert _view(block("Date", "Where", "1M", "3M", "6M")).context == 1
    assert _view(block("Date", "1M", "3M", "6M", "1Y")).context is None
    assert _view(block("Date", "Where", "1M", "Context", "6M")).context == 3


def test_a_phone_shows_four_from_three_months_on() -> None:
    months = ("1W", "2W", "1M", "3M", "6M", "1Y")
    assert [h for h, wide in shown(_view(block("Date", *months))) if wide] == ["1W", "2W"]
    assert [h for h, wide in shown(_view(block("Date", "1M", "3M", "6M", "1Y", "2Y"))) if wide] == ["1M"]
    assert not any(wide for _, wide in shown(_view(block("Date", "1M", "3M", "6M", "1Y"))))
    # Without that horizon some from end to end.
    plain = [f"C{n}" for n in range(7)]
    assert [h for h, wide in shown(_view(block("Date", *plain))) if not wide] == [
        "Date",
        "C0",
        "C2",
        "C4",
        "C6",
    ]


@pytest.mark.parametrize(
    ("headings", "kept"),
    [
        (["1W", "1M", "3M", "6M", "1Y"], {2, 3, 4, 5}),
        (["3M", "6M", "1Y", "2Y", "3Y"], {1, 2, 3, 4}),
        (["1W", "2W", "3W", "4W", "13W", "26W"], {3, 4, 5, 6}),
        (["1W", "2W", "3W", "13W", "26W", "52W", "104W"], {4, 5, 6, 7}),
        (["a", "b", "c", "d"], {1, 2, 3, 4}),
        (["a", "b", "c", "d", "e"], {1, 2, 4, 5}),
        (["a"], {1}),
    ],
)
def test_which_columns_fit_a_phone(headings: list[str], kept: set[int]) -> None:
    assert _on_a_phone(range(1, len(headings) + 1), ["Date", *headings]) == kept


def test_headings_over_columns_as_a_phone_sees_them() -> None:
    names = [f"Return · {label}" for label in ("1W", "2W", "1M", "3M", "6M")]
    view = _view(block("Date", *names, "Edge · 1M", "q"))
    assert [heading for heading, wide in shown(view) if wide] == ["1W", "2W", "1M"]
    # A heading is left out on a phone with the last of its columns; those without one stand alone.
    assert view.groups == (
        Head("", 1, wide=False),
        Head("Return", 5, wide=False),
        Head("Edge", 1, wide=False),
        Head("", 1, wide=False),
    )
    far = _view(block("Date", "Short · 1D", "Short · 2D", "3M", "6M", "1Y", "2Y"))
    assert far.groups[1:3] == (Head("Short", 2, wide=True), Head("", 1, wide=False))
    assert len(far.groups) == 6
    assert _view(block("Date", "1M")).groups == ()


@pytest.mark.parametrize(
    ("text", "tone"),
    [("+1.20", " gain"), ("−1.20", " loss"), ("0.00", ""), ("+", ""), ("−", ""), ("+x", ""), ("1.2", "")],
)
def test_a_gain_and_a_loss_have_colours(text: str, tone: str) -> None:
    found = read_blocks(f"{text}\n")[0]
    assert _tone(found.words) == tone  # type: ignore[union-attr]


def plain(markdown: str) -> list[str]:
    edition: Any = SimpleNamespace(simulated=False)
    letter: Any = SimpleNamespace(name="A letter")
    return email_text(read_blocks(markdown), edition, letter).splitlines()[2:]


def test_headings_over_several_columns_in_plain_text() -> None:
    lines = plain(
        "| Date | Return, % · 1M | Return, % · 3M | q | Edge · 1M |\n|---|---:|---:|---:|---:|\n"
        "| Apr 2025 | +1.00 | +2.00 | 0.5 | +3.25 |\n"
    )
    assert lines == [
        "             Return, %        Edge",
        "Date         1M     3M    q     1M",
        "Apr 2025  +1.00  +2.00  0.5  +3.25",
    ]


def test_a_heading_of_several_words_stands_on_several_lines() -> None:
    lines = plain("| Asset | Since publication, % | x |\n|---|---:|---:|\n| SPY | +1.00 | 2 |\n")
    assert lines == [
        "              Since",
        "       publication,",
        "Asset             %  x",
        "SPY           +1.00  2",
    ]


def test_headings_are_underlined_by_their_level() -> None:
    assert plain("# One\n\n## Two and\n\n### Three\n") == [
        *("One", "===", "", "Two and", "-------", "", "Three")
    ]
