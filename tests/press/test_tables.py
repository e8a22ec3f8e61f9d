import csv
import io

import pandas
import pytest

from generator.editorial import numbers
from generator.editorial.edition import Cell, Column, Row, Table
from generator.press.downloads import table_csv
from generator.press.tables import BOXED_FROM, LONG_FROM, TURNED_FROM, table_view
from generator.press.templating import environment
from tests.press import demo
from tests.press.reading import table_rows, tags, text


def page_of(table: Table) -> str:
    module = environment().get_template("report/blocks.html").module
    return str(module.table(table_view(table, table.key, f"{table.key}.csv")))


def read_csv(table: Table, simulated: bool = False) -> list[list[str]]:
    """The fields, without the last column, which is the same in every row."""
    rows = list(csv.reader(io.StringIO(table_csv(table, simulated).decode(), newline="")))
    assert [row.pop() for row in rows] == ["simulated", *[str(simulated).lower()] * (len(rows) - 1)]
    return rows


def column(*values: object, unit: str = "percent") -> Table:
    cells = tuple(
        Cell(value) if isinstance(value, str) else Cell(numbers.percent(value), value) for value in values
    )
    return Table("t", "T", (Column("x", "X", unit),), tuple(Row((cell,)) for cell in cells))


def test_the_headings_say_what_they_head():
    page = page_of(demo.episodes())
    heads = [attributes for tag, attributes in tags(page.split("</thead>")[0]) if tag == "th"]
    assert [(h["scope"], h.get("colspan"), h.get("rowspan")) for h in heads] == [
        ("col", None, "2"),
        ("col", None, "2"),
        ("col", None, "2"),
        ("colgroup", "4", None),
        *[("col", None, None)] * 4,
    ]
    assert text(page.split("</caption>")[0]).strip().endswith("and what followed")


def test_every_row_begins_with_its_heading_and_the_cells_are_in_order():
    table = demo.episodes()
    body = page_of(table).split("</thead>")[1]
    assert table_rows(body) == [[cell.text for cell in row.cells] for row in table.rows]
    assert sum(a.get("scope") == "row" for tag, a in tags(body) if tag == "th") == len(table.rows)


def test_rows_of_a_kind_stand_together():
    kinds = [attributes["class"] for tag, attributes in tags(page_of(demo.episodes())) if tag == "tbody"]
    assert kinds == ["episode", "provisional", "summary", "baseline"]


def test_the_tint_has_a_side_and_a_strength_and_never_stands_for_the_sign():
    cells = (
        Cell("+1.00", 0.01),
        Cell("+9.00", 0.09),
        Cell("−9.00", -0.54),
        Cell("0.00", 0.0),
    )
    table = Table("t", "T", tuple(Column(key, key, scale=0.18) for key in "abcd"), (Row(cells),))
    set_as = [attributes for tag, attributes in tags(page_of(table)) if tag == "td"]
    assert [c.get("class") for c in set_as] == ["up t5", "down t10", None]


def test_a_long_table_is_set_smaller_on_paper():
    short, long = column(*[0.1] * (LONG_FROM - 1)), column(*[0.1] * LONG_FROM)
    assert not table_view(short, "t", None).long
    assert table_view(long, "t", None).long


def test_only_a_table_of_very_many_rows_scrolls_inside_itself_and_says_how_many():
    assert BOXED_FROM == 100
    said = "rows: scroll the table to see them all"
    whole, boxed = page_of(column(*[0.1] * 99)), page_of(column(*[0.1] * 1234))
    assert "boxed" not in whole
    assert said not in whole
    assert 'class="table long boxed"' in boxed
    assert f"Here are 1,234 {said}." in boxed


def test_what_a_cell_says_is_text():
    page = page_of(column("<script>alert(1)</script>", '"><img src=x>', unit="text"))
    assert not {tag for tag, _ in tags(page)} & {"script", "img"}


def test_the_csv_gives_the_figures_of_the_page():
    table = demo.episodes()
    head, *lines = read_csv(table)
    assert head == ["date", "context", "move", "1M", "3M", "6M", "12M"]
    for line, row in zip(lines, table.rows, strict=True):
        for field, cell, col in zip(line, row.cells, table.columns, strict=True):
            if not isinstance(cell.value, float):
                assert field == ("" if cell.text == numbers.DASH else cell.text)
            elif "%" in cell.text:
                assert numbers.rate(float(field) / 100, 2) == cell.text
            else:
                assert numbers.percent(float(field) / 100) == cell.text, col.key


@pytest.mark.parametrize(
    ("value", "field"),
    [(0.1028, "10.28"), (-0.0474, "-4.74"), (-0.0, "0"), (0.28999999999999998, "29"), (0.1 + 0.2, "30")],
)
def test_signed_numbers_stay_numbers(value, field):
    assert read_csv(column(value))[1] == [field]


def test_a_price_is_not_in_percent():
    table = Table("t", "T", (Column("close", "Close", "price"),), (Row((Cell("2,775.00", 2775.0),)),))
    assert read_csv(table)[1] == ["2775"]


@pytest.mark.parametrize(
    "words", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "-"]
)
def test_words_that_a_spreadsheet_would_run_get_an_apostrophe(words):
    field = read_csv(column(words, unit="text"))[1][0]
    assert field == "'" + words.strip()


@pytest.mark.parametrize(
    ("words", "field"), [("a;=1+1", "a;'=1+1"), ('a; "@SUM(1)', "a;' \"@SUM(1)"), ("oil; gas", "oil; gas")]
)
def test_a_formula_behind_another_country_s_separator_is_words_too(words, field):
    assert read_csv(column(words, unit="text"))[1][0] == field


@pytest.mark.parametrize(
    "words", ["+10.28", "-4.74", "+7.25%", "35–82", "Apr 2003", 'a "quote", a comma', "−4.74"]
)
def test_other_words_are_left_alone(words):
    assert read_csv(column(words, unit="text"))[1] == [words]


def test_a_heading_is_no_formula_either():
    table = Table("t", "T", (Column("=1+1", "X"), Column("1M", "1M")), ())
    assert read_csv(table)[0] == ["'=1+1", "1M"]


def test_pandas_reads_numbers_dates_and_what_the_prices_are():
    read = pandas.read_csv(io.BytesIO(table_csv(demo.performance_picture().data, simulated=True)))
    assert list(read.columns) == ["date", "IWM", "MAGS", "QQQ", "SPY", "simulated"]
    assert read["simulated"].tolist() == [True] * len(read)
    assert {kind.kind for kind in read.dtypes[1:5]} == {"f"}
    assert not pandas.read_csv(io.BytesIO(table_csv(demo.episodes(), simulated=False)))["simulated"].any()


def test_a_table_with_many_columns_and_few_rows_is_turned_on_the_page_alone():
    keys = [f"c{n}" for n in range(TURNED_FROM)]
    columns = tuple(Column(key, key.upper(), group="G" if key == "c1" else "") for key in keys)
    rows = tuple(Row(tuple(Cell(f"{name}-{key}") for key in keys)) for name in "ab")
    table = Table("t", "T", columns, rows)
    head, *lines = table_rows(page_of(table))
    assert head == ["C0", "a-c0", "b-c0"]
    assert lines[0] == ["G"]
    assert lines[1] == ["C1", "a-c1", "b-c1"]
    assert lines[2] == ["C2", "a-c2", "b-c2"]
    assert read_csv(table)[0] == keys
