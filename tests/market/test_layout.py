"""From bytes to a table of text: encodings, where the names stand, which lines are rows, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.core.errors import BadDataError
from generator.market.tables.layout import SEPARATORS, Sheet, read_sheet

FILE = Path("X.csv")
ROWS = "2026-04-16,1.5\n2026-04-17,2.5\n"


def sheet(content: str | bytes, **told: str) -> Sheet:
    return read_sheet(content if isinstance(content, bytes) else content.encode(), FILE, told)


def rows(found: Sheet) -> list[tuple[str, ...]]:
    return list(zip(*(found.cells[str(at)].to_pylist() for at in range(len(found.names))), strict=True))


def refused(content: str | bytes, **told: str) -> str:
    with pytest.raises(BadDataError) as caught:
        sheet(content, **told)
    return str(caught.value)


def test_a_plain_table_stands_as_it_is_and_says_nothing() -> None:
    found = sheet("\nDate,Close\n2026-04-16, 1.5 \n\n2026-04-17,2.5\n")
    assert (found.names, found.tickers, found.yfinance) == (("Date", "Close"), None, False)
    assert rows(found) == [("2026-04-16", "1.5"), ("2026-04-17", "2.5")]
    assert (list(found.lines), found.said, found.separator) == ([3, 5], (), ",")
    # A space before a quote belongs to neither cell.
    assert rows(sheet('Date, "Close"\n2026-04-16, "1,234.5"\n')) == [("2026-04-16", "1,234.5")]


@pytest.mark.parametrize(
    ("separator", "said"),
    [
        (";", ("semicolons between cells",)),
        ("\t", ("tabs between cells",)),
        ("|", ("bars between cells",)),
    ],
)
def test_another_separator_is_told(separator: str, said: tuple[str, ...]) -> None:
    found = sheet(f"Date,Close\n{ROWS}".replace(",", separator))
    assert (found.said, found.separator) == (said, separator)
    assert len(rows(found)) == 2
    assert separator in SEPARATORS


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (f"Date,Close\n{ROWS}", "utf-8", ()),
        (f"Date,Close\n{ROWS}", "utf-8-sig", ()),
        (f"Date,Close\n{ROWS}", "utf-16", ()),
        (f"Date,Close\n{ROWS}", "utf-16-le", ()),
        (f"Date,Close\n{ROWS}", "utf-16-be", ()),
        # Of the first twenty letters sixteen are of one byte.
        (f"Дата,Close\n{ROWS}", "utf-16-le", ()),
        (f"Дата,Close\n{ROWS}", "utf-16-be", ()),
        (f"Datum,Schlußkurs\n{ROWS}", "cp1252", ("text in cp1252",)),
        (f"日付,終値\n{ROWS}", "cp932", ("text in cp932",)),
        (f"日期,收盘\n{ROWS}", "gb18030", ("text in gb18030",)),
        (f"Дата,Закрытие\n{ROWS}", "cp1251", ("text in cp1251",)),
    ],
)
def test_an_encoding_is_found_by_the_names(text: str, encoding: str, said: tuple[str, ...]) -> None:
    found = sheet(text.encode(encoding))
    assert found.names == tuple(text.partition("\n")[0].split(","))
    assert rows(found) == [("2026-04-16", "1.5"), ("2026-04-17", "2.5")]
    assert found.said == said


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter_without_a_mark_need_most_letters_of_one(encoding: str) -> None:
    assert refused(f"Датум,Close\n{ROWS}".encode(encoding)) == (
        "X.csv: no table of prices: the file is not text. Get the prices as CSV."
    )
    # Where zeros stand in both places nothing is text.
    both = bytearray(f"Date,Close\n{ROWS}".encode(encoding))
    both[6] = both[7] = 0
    assert "the file is not text" in refused(bytes(both))


def test_a_web_page_is_shown_by_its_words() -> None:
    words = "Too many requests " * 9
    assert refused(f"<!DOCTYPE html>\n<html><body>{words}</body></html>\n") == (
        f"X.csv: no table of prices: it is a web page ('{words[:80]}'), as a vendor sends in place of data "
        "to who is not logged in or asks too often. Download the prices again."
    )
    # What stands after 2,000 letters is not shown.
    assert refused("<html>" + " " * 1990 + "abcdefgh").split("'")[1] == "abcd"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (" \n\t\n", "X.csv, line 1: the file is empty. Its first line names the columns: Date,Close."),
        (
            "hello\nworld\n",
            "X.csv: no table of prices: no line names a date and a close. It begins with 'hello'. A price "
            "file begins like Date,Close.",
        ),
        (
            "\n  2026-04-16;1.5\n2026-04-17;2\n",
            "X.csv, line 1: the names of the columns are missing; the first line is a row already "
            "('2026-04-16;1.5'). Put a line above it, such as Date,Open,High,Low,Close,Volume.",
        ),
        (
            "Date,Open,,Change %\n",
            "X.csv, line 1: no column is known to be the close; found Date, Open. Name it in a source.yml "
            "next to the file, such as columns: {Close: Last}.",
        ),
        (
            "Close;Open\n1;1\n",
            "X.csv, line 1: no column is known to be the date; found Close, Open. Name it in a source.yml "
            "next to the file, such as columns: {Date: Day}.",
        ),
        ("Date,\n2026-04-16,5\n", "no column is known to be the close; found Date. Name"),
        ("x" * 90 + "\n", f"It begins with '{'x' * 80}'."),
        (",".join(["Open", "b" * 300]), f"found Open, {'b' * 194}. Name"),
    ],
)
def test_no_names_of_columns_that_are_known(content: str, said: str) -> None:
    assert said in refused(content)


@pytest.mark.parametrize("nameless", ["", "index", "Index", "Unnamed: 0", "row.names"])
def test_a_first_column_of_dates_needs_no_name(nameless: str) -> None:
    found = sheet(f"{nameless},Close\n{ROWS}")
    assert found.names == ("Date", "Close")
    assert sheet(f"{nameless},Close\n20260416,1.5\n20260417,2.5\n").names == ("Date", "Close")
    # Numbers of rows, up to seven digits, are no dates; nor is one cell that is none.
    for first, second in (
        ("1000001", "1000002"),
        ("1000001", "20260417"),
        ("2026-04-16", "later"),
        ("1", "2026-04-17"),
    ):
        assert "no column is known to be the date" in refused(f"{nameless},Close\n{first},1\n{second},2\n")
    # Two rows tell, not a third.
    assert len(rows(sheet(f"{nameless},Close\n{ROWS}later,3\n"))) == 2
    # Beside a date that has its name the first column is something else.
    both = sheet(f"{nameless},Date,Close\n2026-04-16,2026-04-16,1.5\n2026-04-17,2026-04-17,2.5\n")
    assert both.names == (nameless, "Date", "Close")
    # A row that is shorter than the names tells nothing.
    assert "known to be the date" in refused(f"{nameless},Close,Open\n2026-04-16,1\n2026-04-17,2\n")


@pytest.mark.parametrize("above", [0, 1, 39])
def test_names_may_stand_below_a_preamble(above: int) -> None:
    lines = "".join(f"remark {number}\n" for number in range(above))
    for names in ("Date,Close", "Date,GDP"):
        found = sheet(f"{lines}{names}\n{ROWS}")
        assert (found.names, list(found.lines)) == (tuple(names.split(",")), [above + 2, above + 3])
        assert found.said == ()


def test_below_forty_lines_nobody_looks_for_names() -> None:
    lines = "".join(f"remark {number}\n" for number in range(40))
    assert "It begins with 'remark 0'" in refused(f"{lines}Date,Close\n{ROWS}")


def test_the_separator_that_gives_most_columns_is_the_one() -> None:
    found = sheet("Date, Close\nDate;Open;Close\n2026-04-16;1;1.5\n2026-04-17;2;2.5\n")
    assert found.names == ("Date", "Open", "Close")
    assert rows(found)[0] == ("2026-04-16", "1", "1.5")


@pytest.mark.parametrize(
    ("below", "known"),
    [
        (ROWS, True),
        ("2026-04-16,1.5\n", True),
        # One line of units, or of longer names, may stand between.
        (f",Percent\n{ROWS}", True),
        (f"Day,Percent\n{ROWS}", True),
        (f"words,Percent\nwords,of a year\n{ROWS}", False),
        (f"12,Percent\n{ROWS}", False),
        ("hello,1\nhello,2\n", False),
        ("2026-04-16\n2026-04-17\n", False),
        ("", False),
    ],
)
def test_a_price_of_a_name_that_is_not_known_has_dates_beside_it(below: str, known: bool) -> None:
    content = f"Date,GDP\n{below}"
    if known:
        found = sheet(content)
        assert (found.names, rows(found)[0]) == (("Date", "GDP"), ("2026-04-16", "1.5"))
    else:
        assert "no column is known to be the close" in refused(content)


def test_a_column_that_is_told_is_one_of_the_names() -> None:
    assert sheet(f"When,What\n{ROWS}", Date="When", Close="What").names == ("When", "What")
    assert sheet(f"When,Close\n{ROWS}", Date="when").names == ("When", "Close")
    assert sheet(f"When,GDP\n{ROWS}", Date="When").names == ("When", "GDP")
    assert "no column is known to be the date" in refused(f"When,Close\n{ROWS}", Close="What")


SEVERAL = "2026-04-16,1,2,3\n2026-04-17,1,2,3\n"


@pytest.mark.parametrize(
    ("heads", "prices", "tickers", "first"),
    [
        ("Price,Close,Close,Volume\nTicker,A,B,A\nDate,,,\n", "Close,Close,Volume", "A,B,A", 4),
        ("Ticker,A,B,A\nPrice,Close,Close,Volume\nDate,,,\n", "Close,Close,Volume", "A,B,A", 4),
        ("Price,Close,Close,Volume\nTicker,A,B,A\n", "Close,Close,Volume", "A,B,A", 3),
        (",Adj Close,Open,Low\n,A,A,A\nDate,,,\n", "Adj Close,Open,Low", "A,A,A", 4),
        ("note\nPrice,Close,Close,Volume\nTicker,A,B,A\nDate,,,\n", "Close,Close,Volume", "A,B,A", 5),
    ],
)
def test_prices_and_tickers_in_lines_of_their_own(heads: str, prices: str, tickers: str, first: int) -> None:
    found = sheet(heads + SEVERAL)
    assert found.names == ("Date", *prices.split(","))
    assert found.tickers == ("", *tickers.split(","))
    assert (found.yfinance, found.said) == (True, ())
    assert list(found.lines) == [first, first + 1]
    assert rows(found)[0] == ("2026-04-16", "1", "2", "3")


def test_prices_and_tickers_of_one_column_and_of_no_row() -> None:
    found = sheet(f"Price,Close\nTicker,SPY\nDate,\n{ROWS}")
    assert (found.names, found.tickers) == (("Date", "Close"), ("", "SPY"))
    assert (sheet("Price,Close\nTicker,SPY\n").tickers, len(rows(found))) == (("", "SPY"), 2)
    # A third line with anything beside its first cell is none of names.
    found = sheet(f"Price,Close,Open\nTicker,A,A\nDate,x,\n{ROWS}".replace(".5\n", ".5,1\n"))
    assert (found.tickers, found.said) == (("", "A", "A"), ("1 line without a date left out",))


@pytest.mark.parametrize(
    "heads",
    [
        "Date,Close,Open,Low\n,USD,USD,USD\n",  # units
        "Date,Close,Open,Low\nDay,A,B,C\n",
        "Date,Close,Open,Low\n",
    ],
)
def test_a_line_below_the_names_need_not_be_one_of_tickers(heads: str) -> None:
    found = sheet(heads + SEVERAL)
    assert (found.names, found.tickers, found.yfinance) == (("Date", "Close", "Open", "Low"), None, False)
    assert rows(found)[0] == ("2026-04-16", "1", "2", "3")


@pytest.mark.parametrize(
    "heads",
    [
        ",Close,Close,Volume\n,A,B,A\n",  # nothing says that the first column is one of dates
        "Price,Close,Close,Volume\nTicker,A,,A\nDate,,,\n",
        "Price,Close,Close,Volume\nTicker,,B,A\nDate,,,\n",
        "Price,Close,Other,Volume\nTicker,A,B,A\nDate,,,\n",
        "Price,Open,Low,Volume\nTicker,A,B,A\nDate,,,\n",
        "Price,Close,Date,Volume\nTicker,A,B,A\nDate,,,\n",
        "Other,Close,Close,Volume\nTicker,A,B,A\nDate,,,\n",
        "Price,Close,Close,Volume\nTicker,A,B\nDate,,,\n",
    ],
)
def test_lines_that_are_no_prices_and_tickers(heads: str) -> None:
    try:
        found = sheet(heads + SEVERAL)
    except BadDataError:
        return
    assert not found.yfinance


def test_lines_around_the_rows_are_left_out_and_counted() -> None:
    found = sheet(f"Date,Close\n,USD\n{ROWS}\nSource: the exchange\n*delayed,\n")
    assert list(found.lines) == [3, 4]
    assert found.said == ("3 lines without a date left out",)
    found = sheet(f"Date,Close\n{ROWS}the end,\n")
    assert found.said == ("1 line without a date left out",)
    found = sheet("Date,Close\n2026-04-16,1.5\n2026-04-16,0.31 Dividend\n2026-04-17,2:1 stock splits\n")
    assert (rows(found), list(found.lines)) == ([("2026-04-16", "1.5")], [2])
    assert found.said == ("2 lines of dividends or splits left out",)
    both = sheet("Date;Close\n2026-04-16;1.5\n2026-04-16;0.31 dividend\nthe end;\n")
    assert both.said == (
        "semicolons between cells",
        "1 line without a date left out, 1 line of dividends or splits left out",
    )


@pytest.mark.parametrize(
    "kept",
    [
        ("99/99/2026,1", "2026-04-17,2"),  # begins with a digit: a row, with a mistake
        ("2026-04-16,1", "99/99/2026,2"),
        ("2026-04-16,1", "some words,2", "2026-04-17,3"),  # in the middle
        ("2026-04-16,1", ",$12"),
        ("2026-04-16,1", ",12"),
        (",12", "2026-04-17,2"),
        ("9/99/2026,1", "2026-04-17,2"),
        ("USD,", "99/99/2026,1", "2026-04-17,2"),
        ("2026-04-16,1", "99/99/2026,2", "the end,"),
    ],
)
def test_what_may_be_a_row_is_kept_so_that_its_mistake_is_told(kept: tuple[str, ...]) -> None:
    found = sheet("Date,Close\n" + "".join(f"{row}\n" for row in kept))
    assert rows(found) == [tuple(row.split(",")) for row in kept]
    assert found.said == ()


def test_a_table_of_no_dates_is_kept_whole() -> None:
    assert len(rows(sheet("Date,Close\nsome,1\nwords,2\n"))) == 2


def test_where_the_dates_are_not_the_first_column() -> None:
    found = sheet("Close,Date\nUSD,\n1.5,2026-04-16\n0.3 dividend,2026-04-16\n2.5,2026-04-17\nthe end,\n")
    assert (rows(found), list(found.lines)) == ([("1.5", "2026-04-16"), ("2.5", "2026-04-17")], [3, 5])
    assert rows(sheet("Close,Date\n1.5,2026-04-16\nthe end\n")) == [("1.5", "2026-04-16")]
    assert len(rows(sheet("Close,Date\nUSD,9/99/2026\n1.5,2026-04-17\n"))) == 2
    assert len(rows(sheet(f"When,Close\n{ROWS}the end,\n", Date="When"))) == 2


@pytest.mark.parametrize(
    ("row", "count"), [("2026-04-17", 1), ("2026-04-17,2,3,4", 4), ("2026-04-17,2,,,5", 5)]
)
def test_a_ragged_line_is_refused(row: str, count: int) -> None:
    # The last name is empty: its cell may be left out.
    assert refused(f"Date,Close,\n2026-04-16,1\n\n{row}\n") == (
        f"X.csv, line 4: the count of values is {count}; the line of names has 3. Every line has one value "
        "for each column."
    )


def test_cells_beside_the_names_that_hold_nothing_do_no_harm() -> None:
    found = sheet("Date,Close,\n2026-04-16,1\n2026-04-17,2,x\n2026-04-20,3,, ,\n")
    assert rows(found) == [("2026-04-16", "1", ""), ("2026-04-17", "2", "x"), ("2026-04-20", "3", "")]


@pytest.mark.parametrize(("before", "line"), [("", 1), ("2026-04-16,1\n\n2026-04-17,2\n", 5)])
def test_a_quote_that_is_never_closed(before: str, line: int) -> None:
    assert refused(f'Date,Close\n{before}"' + "x" * 140_000) == (
        f"X.csv, line {line}: not a line of a CSV file (field larger than field limit (131072))."
    )
