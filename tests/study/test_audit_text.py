"""The text of a published table at its edges: grids, headings, dates, figures, rows that are no episodes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator.audit.dates import common_orders, read_days
from generator.audit.figures import Printed, decimal_comma, is_figure, is_open, read_figure
from generator.audit.grid import read_grid, read_published
from generator.audit.headings import Heading, read_heading, read_statistic
from generator.audit.table import load_summary, load_table, read_summary, read_table
from generator.core.errors import RequestError

# --- Figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "decimals", "mark"),
    [
        ("▼ 4.74", -4.74, 2, ""),
        ("▲4.74%", 4.74, 2, "percent"),
        ("↓-4.74", -4.74, 2, ""),
        ("(4.74 %)", -4.74, 2, "percent"),
        ("(4.74) %", -4.74, 2, "percent"),
        ("25 bp", 0.25, 2, "basis points"),
        ("(25bps)", -0.25, 2, "basis points"),
        ("(25) bps", -0.25, 2, "basis points"),
        ("1,250bp", 12.5, 2, "basis points"),
        ("4.74 pct.", 4.74, 2, "percent"),
        ("4.74-", -4.74, 2, ""),
        ("- 4.74", -4.74, 2, ""),
        ("$1,234.5", 1234.5, 1, ""),
        ("-$ 12", -12.0, 0, ""),
        ("$3.10", 3.1, 2, ""),
        ("US$3.10", 3.1, 2, ""),
        ("+A$ 3.10", 3.1, 2, ""),
        ("-£3.10", -3.1, 2, ""),
        ("3US$", None, 0, ""),
        ("1 234.50", 1234.5, 2, ""),
        ("1'234", 1234.0, 0, ""),
        ("_4.10_", 4.1, 2, ""),
        ("0", 0.0, 0, ""),
        ("7.", None, 0, ""),
        ("--4", None, 0, ""),
        ("1,23", None, 0, ""),
        ("%", None, 0, ""),
        ("()", None, 0, ""),
    ],
)
def test_signs_units_and_brackets(text: str, value: float | None, decimals: int, mark: str) -> None:
    assert is_figure(text) is (value is not None or text == "1,23")
    if value is None:
        with pytest.raises(RequestError, match=r"here: .* is not a number"):
            read_figure(text, "here")
    else:
        assert read_figure(text, "here") == Printed(text, value, decimals, mark)  # type: ignore[arg-type]


def test_open_cells_and_figures_are_not_the_same() -> None:
    for text in ("", " ", "**—**", "N/A", "Pending", "n.a.", "…", "x"):
        assert is_open(text), text
        assert read_figure(text, "here") is None
    for text in ("0", "0.00", "-0", "xx", "n"):
        assert not is_open(text), text


def test_a_figure_in_another_unit() -> None:
    figure = Printed("1.1087", 1.1087, 4)
    assert figure.unit == pytest.approx(0.0001)
    assert Printed("40", 40.0, -1).unit == 10
    assert figure.times(2) == Printed("1.1087", 110.87, 2)
    assert figure.times(-2) == Printed("1.1087", 0.011087, 6)
    assert figure.less_one() == Printed("1.1087", 0.1087, 4)
    assert Printed("0.7", 0.7, 1).less_one().value == -0.3
    assert Printed("3", 3.0, 0).less_one() == Printed("3", 2.0, 0)


@pytest.mark.parametrize(
    ("cells", "comma"),
    [
        ([], False),
        (["5", "—", "words"], False),
        (["1,08"], True),
        (["1.08"], False),
        (["1,08", "10.5"], False),
        (["1,087", "10,5"], True),
        (["1,087", "10.5"], False),
        (["1,087", "1.087"], None),  # a point with three digits after it says nothing
        (["0,087"], True),  # no thousands begin with nothing
        (["-0,087", "1,087"], True),
        (["1234,567"], True),
        (["123,456"], None),
        (["-123,456"], None),
        (["1,0875"], True),
        (["1,000,000"], False),
        (["1.000.000"], True),
        (["1.087,25"], True),
        (["1,087.25"], False),
        (["1.087", "2.345"], False),
        (["1,087", "1,000,000"], False),
    ],
)
def test_the_decimal_sign(cells: list[str], comma: bool | None) -> None:
    if comma is None:
        with pytest.raises(RequestError, match=r"t\.csv: '.*' can be read as .* no other figure tells which"):
            decimal_comma(cells, "t.csv")
    else:
        assert decimal_comma(cells, "t.csv") is comma


def test_the_first_doubtful_figure_is_named_with_both_readings() -> None:
    with pytest.raises(RequestError, match=r"t\.csv: '1,087%' can be read as 1\.087 and as 1087, and no"):
        decimal_comma(["5", "1,087%", "2,345"], "t.csv")


# --- Dates -----------------------------------------------------------------------------------------------

DMY, MDY, YMD = "day/month/year", "month/day/year", "year/month/day"


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("03/04/05", {DMY: "2005-04-03", MDY: "2005-03-04", YMD: "2003-04-05"}),
        ("3/04/05", {DMY: "2005-04-03", MDY: "2005-03-04"}),
        ("03/04/2005", {DMY: "2005-04-03", MDY: "2005-03-04"}),
        ("30/04/05", {DMY: "2005-04-30", YMD: "2030-04-05"}),
        ("04/30/05", {MDY: "2005-04-30"}),
        ("68/12/31", {YMD: "2068-12-31"}),
        ("69/12/31", {YMD: "1969-12-31"}),
        ("03/04-05", {}),
        ("13/13/2005", {}),
    ],
)
def test_a_numeric_date_in_each_order_that_the_calendar_has(text: str, readings: dict[str, str]) -> None:
    found = {order: str(first) for order, (first, last) in read_days(text).items() if first == last}
    assert found == readings


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2004-W53", "2004-12-27", "2005-01-02"),
        ("2003w5", "2003-01-27", "2003-02-02"),
        ("2003-W53", None, None),
        ("2003-W00", None, None),
        ("Apr-20", "2020-04-01", "2020-04-30"),
        ("Apr 5", None, None),
        ("20 Apr", None, None),
        ("5 Apr 20", "2020-04-05", "2020-04-05"),
        ("Apr 5 20", "2020-04-05", "2020-04-05"),
        ("Apr 20 5", None, None),
        ("Apr 5 20 7", None, None),
        ("Apr 5 6 2003", None, None),
        ("Apr 2003 2004", None, None),
        ("Apr May 2003", None, None),
        ("late Apr 2003", None, None),
        ("Apr 123", None, None),
        ("30 Apr '20", "2020-04-30", "2020-04-30"),
        ("Feb 2024", "2024-02-01", "2024-02-29"),
        ("Feb '68", "2068-02-01", "2068-02-29"),
        ("Feb '69", "1969-02-01", "1969-02-28"),
        ("the 3rd of April, 2003", "2003-04-03", "2003-04-03"),
        ("Tue 4 March 2003", "2003-03-04", "2003-03-04"),
        ("2003m04", "2003-04-01", "2003-04-30"),
        ("20030431", None, None),
        ("2003-04-30 4:00 pm", "2003-04-30", "2003-04-30"),
        ("2003-04 (so far)", "2003-04-01", "2003-04-30"),
    ],
)
def test_a_name_of_an_episode_at_its_edges(text: str, first: str | None, last: str | None) -> None:
    found = set(read_days(text).values())
    wanted = (
        set() if first is None or last is None else {(date.fromisoformat(first), date.fromisoformat(last))}
    )
    assert found == wanted
    assert len(read_days(text)) == (3 if wanted else 0)


def orders(*names: str) -> tuple[str, ...]:
    return common_orders([(line, name, read_days(name)) for line, name in enumerate(names, 2)], "t.csv")


def test_the_orders_that_all_dates_have_in_common() -> None:
    assert orders("03/04/2005", "30/04/2005") == (DMY,)
    assert orders("03/04/2005", "04/30/2005") == (MDY,)
    assert orders("03/04/2005", "05/06/2005") == (DMY, MDY)
    assert orders("03/04/05", "05/06/07") == (DMY, MDY, YMD)
    # Where both mean the same day there is nothing to tell.
    assert orders("04/04/2005", "2005-05-06") == (DMY,)
    assert orders("04/04/2005", "03/04/2005") == (DMY, MDY)
    # With points the day comes first; one date with bars takes that back.
    assert orders("03.04.2005", "05.06.2005") == (DMY,)
    assert orders("03.04.2005", "Apr 2005") == (DMY,)
    assert orders("03.04.2005", "05/06/2005") == (DMY, MDY)
    assert orders("03.04.2005", "04.30.2005") == (MDY,)


def test_dates_that_cannot_stand_together_are_named_with_their_lines() -> None:
    with pytest.raises(
        RequestError,
        match=r"t\.csv:3: '4/30/2003' has the month before the day, and '30/4/2003' in line 4 the day before",
    ):
        orders("Apr 2003", "4/30/2003", "30/4/2003", "5/31/2003", "31/5/2003")


# --- Headings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "role", "ahead", "bars"),
    [
        ("T+5", "5D", True, True),
        ("D+5", "5D", True, False),
        ("W+2", "2W", True, False),
        ("Q+1", "3M", True, False),
        ("Y + 2", "2Y", True, False),
        ("63 bars", "63D", False, True),
        ("bar 5", "5D", False, True),
        ("bars 12", "12D", False, True),
        ("Day 5", "5D", False, False),
        ("month 3", "3M", False, False),
        ("2 quarters", "6M", False, False),
        ("half a year", "6M", False, False),
        ("half year later", "6M", True, False),
        ("five days", "5D", False, False),
        ("twelve weeks", "12W", False, False),
        ("one m", "", False, False),
        ("next w", "", False, False),
        ("next wk", "", False, False),
        ("next mon", "1M", True, False),
        ("a month", "1M", False, False),
        ("t 5", "", False, False),
        ("0M", "", False, False),
        ("0 bars", "", False, False),
        ("3M after", "3M", True, False),
        ("3M return", "3M", False, False),
        ("return", "move", False, False),
        ("prior return", "", False, False),
        ("max gain", "", False, False),
        ("note", "context", False, False),
        ("day", "episode", False, False),
        ("date of the event", "episode", False, False),
        ("gain note", "move", False, False),
        ("note of the day", "context", False, False),
        ("colour", "", False, False),
    ],
)
def test_what_a_heading_says(text: str, role: str, ahead: bool, bars: bool) -> None:
    found = read_heading(text)
    assert (found.role, found.ahead, found.bars) == (role, ahead, bars)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *(
            ("1M", ""),
            ("1M %", "percent"),
            ("1M pct", "percent"),
            ("gain %", "percent"),
            ("rank %", "percent"),
        ),
        *(("1M bps", "basis points"), ("1M (bp)", "basis points"), ("day bp", "basis points")),
        ("prior 3M %", "percent"),
    ],
)
def test_the_unit_that_a_heading_names(text: str, unit: str) -> None:
    assert read_heading(text).unit == unit


def test_a_heading_may_speak_of_the_move() -> None:
    assert Heading("5-day gain").of_a_move
    assert not Heading("5 days later").of_a_move


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("Average", "average"),
        ("Ø", "average"),
        ("Max drawdown", "max_drawdown"),
        ("Sample deviation", "stdev"),
        ("σ", "stdev"),
        ("% positive", "win_rate"),
        ("Positive vs. all", "win_rate"),
        ("Winners", "win_rate"),
        ("Average winner", None),
        ("Average wins", None),
        ("Best winners", None),
        ("Win rate", "win_rate"),
        ("Average gain", None),
        ("Excess average", None),
        ("Any month: average", None),
        ("Number of cases", "n"),
        ("Worst", "worst"),
        ("Maximum", "best"),
        ("mood", None),
        ("", None),
    ],
)
def test_which_statistic_a_name_stands_for(name: str, statistic: str | None) -> None:
    assert read_statistic(name) == statistic


# --- Grids -----------------------------------------------------------------------------------------------


def grid(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    return read_grid(text, "t.csv")


def test_titles_above_the_headings_are_passed_over() -> None:
    assert grid("Table 4\n\na,b\n1,2\n") == (["a", "b"], [(4, ["1", "2"])])
    assert grid("Table 4\n\nafter Apr 2003\na,b\n1,2\n") == (["a", "b"], [(5, ["1", "2"])])
    assert grid("Table 4\nafter Apr 2003\n| a | b |\n|---|---|\n| 1 | 2 |\n")[1] == [(5, ["1", "2"])]
    # With one column there is no telling a title from a heading.
    assert grid("Table 4\na\n1\n") == (["Table 4"], [(2, ["a"]), (3, ["1"])])
    with pytest.raises(RequestError, match=r"t\.csv:2: has 2 cells where the headings have 1"):
        grid("Table 4\na,b\n")


def test_a_row_may_miss_its_empty_cells_or_have_too_many() -> None:
    names, rows = grid("a,b,c\nnote\n1,2,3,,\n,,4\n")
    assert names == ["a", "b", "c"]
    assert rows == [(2, ["note", "", ""]), (3, ["1", "2", "3"]), (4, ["", "", "4"])]
    for row, cells in (("1,2", 2), ("1,2,3,4", 4), ("1,2,3,,5", 5)):
        with pytest.raises(RequestError, match=rf"t\.csv:2: has {cells} cells where the headings have 3"):
            grid(f"a,b,c\n{row}\n")


def test_the_delimiter_is_a_tab_or_a_semicolon_before_a_comma() -> None:
    assert grid("a;b\n1,5;2,5\n")[1] == [(2, ["1,5", "2,5"])]
    assert grid("a\tb;c\n1\t2\n")[0] == ["a", "b;c"]
    # What stands between quotes is text, of one line or of several.
    assert grid('a,b\n1,"2;3"\n')[1] == [(2, ["1", "2;3"])]
    assert grid('a;b\n1;"2,3,\n4,5,\t6"\n')[1] == [(3, ["1", "2,3, 4,5, 6"])]
    # It is that of the line with most of them among the first three.
    assert grid("Gains, in all\na;b;c\n1;2;3\n")[0] == ["a", "b", "c"]


def test_most_rows() -> None:
    assert len(grid("a,b\n" + "1,2\n" * 500)[1]) == 500
    with pytest.raises(RequestError, match=r"t\.csv: has 501 rows; the most that are checked are 500"):
        grid("a,b\n" + "1,2\n" * 501)


def test_a_table_of_markdown() -> None:
    text = "\n| a | b\\|c |\n|---|:-:|\n\n| 1 | 2 |\n 3 | 4\n"
    assert grid(text) == (["a", "b|c"], [(5, ["1", "2"]), (6, ["3", "4"])])
    assert grid("Title\n| a | b |\n|---|---|\n| 1 | 2 |\n")[0] == ["a", "b"]
    # The line of dashes stands among the first four.
    late = "".join(f"| {k} | {k} |\n" for k in range(4)) + "|---|---|\n"
    assert len(grid(late.removeprefix("| 0 | 0 |\n"))[0]) == 2
    assert len(grid(late)[0]) == 1
    # Bars without such a line are cells of a file of one column.
    assert grid("a|b\n1|2\n") == (["a|b"], [(2, ["1|2"])])


def test_a_file_of_a_million_bytes_is_the_largest(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x" * 1_000_000)
    assert len(read_published(path, "t.csv")) == 1_000_000
    path.write_text("x" * 1_000_001)
    with pytest.raises(RequestError, match=r"t\.csv: is larger than a million bytes"):
        read_published(path, "t.csv")
    path.write_bytes(b"a\nb\nc\xff\n")
    with pytest.raises(RequestError, match=r"t\.csv:3: is not UTF-8 text"):
        read_published(path, "t.csv")
    path.write_text("episode,1M\n2003-04,1.00\n")
    assert load_table(path).file == str(path)
    path.write_text("statistic,1M\naverage,1.00\n")
    assert load_summary(path).file == str(path)


# --- Rows and columns ------------------------------------------------------------------------------------


def test_days_weeks_and_months() -> None:
    rows = read_table("date,1M\n2003-04-30,1\n2003-W18,1\nFeb 2003,1\n", "t.csv").rows
    assert [(row.is_week, row.is_month) for row in rows] == [(False, False), (True, False), (False, True)]


def test_two_columns_of_one_horizon_are_told_apart_by_what_came_after() -> None:
    for heading in ("date,5-day gain,5 days later", "date,5 days later,5-day gain"):
        table = read_table(f"{heading}\n2003-04-30,1.00,2.00\n", "t.csv")
        assert (table.columns, table.unread) == (("5D",), ("5-day gain",))
        value = table.rows[0].cells["5D"]
        assert value is not None
        assert value.value == (2.0 if heading.endswith("later") else 1.0)
    for heading in ("date,5 days,5 days later", "date,5-day gain,5-day change", "date,5 days later,+5d"):
        with pytest.raises(RequestError, match=r"t\.csv:1: the columns '5.*' and '.*5.*' both read as 5D"):
            read_table(f"{heading}\n2003-04-30,1.00,2.00\n", "t.csv")


def test_a_second_move_or_note_is_not_read() -> None:
    table = read_table("date,move,gain,note,comment,1M\n2003-04,1,2,a,b,3\n", "t.csv")
    assert (table.columns, table.unread) == (("move", "1M"), ("gain", "comment"))
    assert table.rows[0].context == "a"
    assert table.others == {"gain": (Printed("2", 2.0, 0),)}


def test_columns_that_were_not_recognised_are_kept_where_they_hold_figures_alone() -> None:
    text = "date,Colour,Size,Open,1M\n2003-04,blue,1.5,—,3.00\n2003-05,2.5,2,4.25,3.00\n"
    table = read_table(text, "t.csv")
    assert table.unread == ("Colour", "Size", "Open")
    assert table.others == {
        "Size": (Printed("1.5", 1.5, 1), Printed("2", 2.0, 0)),
        "Open": (None, Printed("4.25", 4.25, 2)),
    }
    # Figures by the other decimal sign are nothing that would be checked.
    table = read_table('date,Size,Other,1M\n2003-04,"1,5",7,3.00\n', "t.csv")
    assert table.others == {"Other": (Printed("7", 7.0, 0),)}


def test_rows_that_are_neither_episodes_nor_statistics() -> None:
    body = "2003-04,1.00\n2003-05,2.00\n"
    assert read_table(f"date,1M\nsome note,\n{body}", "t.csv").left_out == ("some note",)
    assert read_table(f"date,1M\n{body}Total,3.00\n", "t.csv").left_out == ("Total",)
    assert read_table(f"date,1M\n{body},3.00\n", "t.csv").left_out == ("3.00",)
    for text in (f"Total,3.00\n{body}", f"{body}2003,3.00\n", f"{body}1/5,3.00\n"):
        with pytest.raises(RequestError, match="is not a month or a day"):
            read_table(f"date,1M\n{text}", "t.csv")


def test_a_statistic_below_the_table_holds_figures_or_says_where_it_does_not() -> None:
    text = "date,move,1M,3M\n2003-04,10.00,1.00,2.00\nAverage,9.00,1.00,low\nn,—,1,1\nWin rate,,9/13,0/0\n"
    table = read_table(text, "t.csv")
    average, n, wins = table.closing
    assert (average.line, average.name, n.statistic) == (3, "Average", "n")
    assert average.cells == {"1M": Printed("1.00", 1.0, 2), "3M": None}
    assert wins.cells["1M"] == Printed("9/13", 69.23, 2, "percent")
    assert table.left_out == ("Average, 3M", "Average, move", "Win rate, 3M")
    shares = read_table("date,1M\n2003-04,1.00\nWin rate,2 of 3\nAverage,2/3\n", "t.csv").closing
    assert [row.cells["1M"] for row in shares] == [Printed("2 of 3", 66.67, 2, "percent"), None]


def test_a_summarys_odd_figure_is_named_by_its_own_heading() -> None:
    text = "statistic,1 month,mood,3 months\naverage,1.00,good,low\n"
    with pytest.raises(RequestError, match=r"s\.csv:2, column '3 months': 'low' is not a number"):
        read_summary(text, "s.csv")
    summary = read_summary("statistic,move,1 month,date,note,3 months\nAverage,5,1.00,x,y,2.00\n", "s.csv")
    assert (summary.columns, summary.unread) == (("1M", "3M"), ("move", "date", "note"))
    assert [figure and figure.value for figure in summary.rows[0].cells.values()] == [1.0, 2.0]
    assert (summary.rows[0].line, summary.headings["3M"].text) == (2, "3 months")
    comma = read_summary("statistic;1M;3M\naverage;1,5;2,25\n", "s.csv")
    assert [figure and figure.value for figure in comma.rows[0].cells.values()] == [1.5, 2.25]


@pytest.mark.parametrize(("count", "more"), [(12, ""), (13, " and 1 more"), (20, " and 8 more")])
def test_a_long_list_of_headings_is_cut(count: int, more: str) -> None:
    names = [f"c{chr(97 + k)}" for k in range(count)]
    listed = ", ".join(f"'{name}'" for name in names[:12]) + more
    with pytest.raises(RequestError, match=rf"t\.csv:1: no column names the episodes: found {listed}\. Head"):
        read_table(",".join(names) + "\n" + ",".join("x" for _ in names) + "\n", "t.csv")


def test_the_dated_column_of_which_the_heading_does_not_speak() -> None:
    # Headed so, it names the episodes where none holds dates: the message speaks of its cells.
    with pytest.raises(
        RequestError, match=r"t\.csv: no row begins with a month or a day: found 'x' in line 2"
    ):
        read_table("date,1M\nx,\n", "t.csv")
    table = read_table("note,1M\n2003-04,1.00\n", "t.csv")
    assert (table.rows[0].name, table.rows[0].context) == ("2003-04", "")
