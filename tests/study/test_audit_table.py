"""Reading a published table: liberal with what is meant, clear about what cannot be."""

from __future__ import annotations

import calendar
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.audit.dates import read_days
from generator.audit.figures import read_figure
from generator.audit.grid import read_published
from generator.audit.table import read_summary, read_table
from generator.core.errors import RequestError


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("fwd_1m_pct", "1M"),
        ("1M", "1M"),
        ("12m", "12M"),
        ("+3M", "3M"),
        ("3-month return", "3M"),
        ("3 months later (%)", "3M"),
        ("One month", "1M"),
        ("twelve months", "12M"),
        ("1Y", "1Y"),
        ("next 2 years", "2Y"),
        ("10 days", "10D"),
        ("5 sessions", "5D"),
        ("2W", "2W"),
        ("ret_6mo", "6M"),
    ],
)
def test_a_heading_that_names_a_horizon(heading: str, label: str) -> None:
    table = read_table(f"episode,{heading}\n2003-04,1.00\n", "t.csv")
    assert table.horizons == (label,)
    assert table.unread == ()


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("M+1", "1M"),
        ("Month +1", "1M"),
        ("Next Month", "1M"),
        ("1 month later", "1M"),
        ("a month later", "1M"),
        ("+1m", "1M"),
        ("Fwd 3M", "3M"),
        ("next quarter", "3M"),
        ("6 mo.", "6M"),
        ("half a year", "6M"),
        ("One year", "1Y"),
        ("T+5", "5D"),
        ("D+5", "5D"),
        ("63 bars", "63D"),
        ("1wk", "1W"),
        ("following week", "1W"),
        ("5 days later", "5D"),
        ("21 trading days", "21D"),
        ("20d", "20D"),
        ("nach 3 Monaten", "3M"),
        ("1 Jahr", "1Y"),
        ("3 mois", "3M"),
        ("6 meses", "6M"),
    ],
)
def test_headings_of_other_hands(heading: str, label: str) -> None:
    assert read_table(f"episode,{heading}\n2003-04,1.00\n", "t.csv").horizons == (label,)


@pytest.mark.parametrize(
    "heading",
    [
        *("#", "S&P close", "Price", "prior 3M", "Last 12 months", "52-week high", "200-day MA"),
        *("14-day RSI", "10Y yield", "Days since low", "Change in VIX"),
    ],
)
def test_a_heading_of_something_else_is_told(heading: str) -> None:
    table = read_table(f"episode,{heading},1M\n2003-04,7,1.00\n", "t.csv")
    assert (table.columns, table.unread) == (("1M",), (heading,))


@pytest.mark.parametrize("heading", ["Close", "3M drawdown", "worst_6m", "rank", "0M", "A1M", "1.5M", ""])
def test_a_heading_that_names_none_is_told(heading: str) -> None:
    table = read_table(f"episode,1M,{heading}\n2003-04,1.00,whatever\n", "t.csv")
    assert table.columns == ("1M",)
    assert table.unread == (heading,)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2003-04", date(2003, 4, 1), date(2003, 4, 30)),
        ("2003/4", date(2003, 4, 1), date(2003, 4, 30)),
        ("Apr 2003", date(2003, 4, 1), date(2003, 4, 30)),
        ("april  2003", date(2003, 4, 1), date(2003, 4, 30)),
        ("Sept. 2010", date(2010, 9, 1), date(2010, 9, 30)),
        ("2003-04-30", date(2003, 4, 30), date(2003, 4, 30)),
        ("Apr 30, 2003", date(2003, 4, 30), date(2003, 4, 30)),
        ("30 April 2003", date(2003, 4, 30), date(2003, 4, 30)),
    ],
)
def test_names_of_episodes(name: str, first: date, last: date) -> None:
    (row,) = read_table(f'date;1M\n"{name}";1.00\n', "t.csv").rows
    assert (row.first, row.last) == (first, last)


SOME_DAY = st.dates(date(1970, 1, 1), date(2060, 12, 31))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG = (
    ("January", "January", "Januar", "janvier", "enero", "gennaio", "janeiro", "januari"),
    ("February", "February", "Februar", "février", "febrero", "febbraio", "fevereiro", "februari"),
    ("March", "March", "März", "mars", "marzo", "marzo", "março", "maart"),
    ("April", "April", "April", "avril", "abril", "aprile", "abril", "april"),
    ("May", "May", "Mai", "mai", "mayo", "maggio", "maio", "mei"),
    ("June", "June", "Juni", "juin", "junio", "giugno", "junho", "juni"),
    ("July", "July", "Juli", "juillet", "julio", "luglio", "julho", "juli"),
    ("August", "August", "August", "août", "agosto", "agosto", "agosto", "augustus"),
    ("September", "Sept.", "September", "septembre", "septiembre", "settembre", "setembro", "september"),
    ("October", "October", "Oktober", "octobre", "octubre", "ottobre", "outubro", "oktober"),
    ("November", "November", "November", "novembre", "noviembre", "novembre", "novembro", "november"),
    ("December", "December", "Dezember", "décembre", "diciembre", "dicembre", "dezembro", "december"),
)


@given(SOME_DAY, st.integers(0, 7))
def test_a_day_in_any_form_reads_back(day: date, language: int) -> None:
    short, month = MONTHS[day.month - 1], LONG[day.month - 1][language]
    two = 1969 <= day.year < 2069
    forms = [
        *(f"{day}", f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day} 16:00:00", f"{day}T00:00:00Z", f"{day}*"),
        *(f"{day.day} {month} {day.year}", f"{day.day}. {month} {day.year}", f"{day:%d}-{short}-{day.year}"),
        *(f"{short} {day.day}, {day.year}", f"{short} {day.day}th, {day.year}", f"{day:%A}, {day:%d %B %Y}"),
        *(f"{day.year}年{day.month}月{day.day}日", f"{day.day} de {month} de {day.year} [2]"),
        *([f"{day.day}-{short}-{day:%y}", f"{short} {day.day}, '{day:%y}"] if two else []),
    ]
    for form in forms:
        assert set(read_days(form).values()) == {(day, day)}, form
    for separator in "/-.":
        numbers = f"{day.day}{separator}{day.month}{separator}{day.year}"
        assert read_days(numbers)["day/month/year"] == (day, day)
        numbers = f"{day.month}{separator}{day.day}{separator}{day.year}"
        assert read_days(numbers)["month/day/year"] == (day, day)


@given(SOME_DAY, st.integers(0, 7))
def test_a_month_in_any_form_reads_back(day: date, language: int) -> None:
    short, month = MONTHS[day.month - 1], LONG[day.month - 1][language]
    span = (day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))
    two = 1969 <= day.year < 2069
    forms = [
        *(
            f"{day:%Y-%m}",
            f"{day.month}/{day.year}",
            f"{day:%m.%Y}",
            f"{day:%Y}M{day:%m}",
            f"{month} {day.year}",
        ),
        *(f"{short}-{day.year}", f"{day.year} {short}", f"{short}. {day.year} (MTD)"),
        *([f"{short}-{day:%y}", f"{short} '{day:%y}", f"{month} ’{day:%y}"] if two else []),
    ]
    for form in forms:
        assert set(read_days(form).values()) == {span}, form


@pytest.mark.parametrize(
    "name", ["20-Apr", "Decline 2003", "Apr", "2003", "31 Apr 2003", "2003-02-30", "1.2.3"]
)
def test_what_is_no_name_of_an_episode(name: str) -> None:
    assert read_days(name) == {}


@given(st.integers(-99_999_999, 99_999_999), st.integers(0, 4))
def test_a_figure_in_any_form_reads_back(digits: int, decimals: int) -> None:
    value = digits / 10**decimals
    size = f"{abs(value):,.{decimals}f}"
    sign = "-" if digits < 0 else ""
    bare = size.replace(",", "")
    german = size.replace(",", " ").replace(".", ",").replace(" ", ".")
    points = [f"{sign}{bare}", f"{sign}{size}%", f"{sign.replace('-', '−')}{bare}†", f"**{sign}{bare}**"]
    points += [f"{sign}{size.replace(',', chr(0x202F))} %", f"{sign}{bare} [3]", f"{sign or '+'}{bare}"]
    points += [f"({bare}%)", f"({size})", f"{bare}-"] if sign else []
    for form in points:
        figure = read_figure(form, "here")
        assert figure is not None, form
        assert (figure.value, figure.decimals) == (value, decimals), form
    for form in (f"{sign}{german}", f"{sign}{bare.replace('.', ',')} %"):
        figure = read_figure(form, "here", comma=True)
        assert figure is not None, form
        assert (figure.value, figure.decimals) == (value, decimals), form


def test_the_decimal_sign_is_that_of_the_table() -> None:
    comma = "date;1M;3M\n2003-04;1,087;10,5\n2003-05;1.087,25;-3,00\n"
    values = [[c.value for c in row.cells.values() if c] for row in read_table(comma, "t.csv").rows]
    assert values == [[1.087, 10.5], [1087.25, -3.0]]
    point = 'date,1M,3M\n2003-04,"1,087",10.5\n'
    assert [c and c.value for c in read_table(point, "t.csv").rows[0].cells.values()] == [1087.0, 10.5]
    both = "date;1M;3M\n2003-04;1,08;10.5\n"
    with pytest.raises(RequestError, match=r"t\.csv:2, column '1M': '1,08' is not a number"):
        read_table(both, "t.csv")


def test_rows_that_are_no_episodes() -> None:
    text = (
        "Table 4\nDate,Gain,1M,3M\nApr 2003,10.28,10.87,19.24\nAverage,,10.87,19.24\n% positive,,1/1,1 of 1\n"
        "Total,,10.87,19.24\nAll months,,1.0,2.0\n* provisional\n"
    )
    table = read_table(text, "t.csv")
    assert [(row.name, row.line) for row in table.rows] == [("Apr 2003", 3)]
    assert [(row.name, row.statistic) for row in table.closing] == [
        ("Average", "average"),
        ("% positive", "win_rate"),
    ]
    assert table.closing[1].cells["3M"] is not None
    assert table.closing[1].cells["3M"].value == 100
    assert table.left_out == ("Total", "All months", "* provisional")


@pytest.mark.parametrize(
    ("printed", "value", "decimals"),
    [
        ("10.28", 10.28, 2),
        ("+10.3", 10.3, 1),
        ("-4.74", -4.74, 2),
        ("−4.74", -4.74, 2),
        ("–4.74%", -4.74, 2),
        ("(4.74)", -4.74, 2),
        ("(4.74%)", -4.74, 2),
        ("7", 7.0, 0),
        ("1,234.50", 1234.5, 2),
        (".5", 0.5, 1),
    ],
)
def test_figures_as_people_print_them(printed: str, value: float, decimals: int) -> None:
    (row,) = read_table(f'date\t1M\n2003-04\t"{printed}"\n', "t.csv").rows
    figure = row.cells["1M"]
    assert figure is not None
    assert (figure.text, figure.value, figure.decimals) == (printed, value, decimals)


@pytest.mark.parametrize("printed", ["", "—", "-", "n/a", "NaN", "pending", "…", "TBD"])
def test_cells_left_open(printed: str) -> None:
    (row,) = read_table(f"date,move_pct,1M\n2003-04,10.00,{printed}\n", "t.csv").rows
    assert row.cells["1M"] is None


def test_a_table_whole() -> None:
    head = "\ufeffEpisode,Context,Move %,fwd_1m_pct"
    text = f'{head}\r\n2003-04,"Low, at last",10.28,10.87\r\n\r\n2009-04,,15.39,\r\n'
    table = read_table(text, "t.csv")
    assert table.columns == ("move", "1M")
    assert [row.line for row in table.rows] == [2, 4]
    assert table.rows[0].context == "Low, at last"
    assert table.rows[1].cells["1M"] is None


def test_a_summary_whole() -> None:
    text = (
        "statistic,1m,3m,comment\naverage_pct,1.71,6.72,x\nWin rate %,53.85,69.23,\n"
        "Sharpe,0.28,0.71,\nmax_drawdown_pct,−8.65,—,\nStd dev,5,6,\nBest,1,2,\nn,13,13,\nmood,1,2,\n"
    )
    summary = read_summary(text, "s.csv")
    assert summary.columns == ("1M", "3M")
    assert [row.statistic for row in summary.rows] == [
        *("average", "win_rate", "sharpe", "max_drawdown", "stdev", "best", "n"),
    ]
    assert summary.rows[3].cells["3M"] is None
    assert summary.unread == ("comment", "mood")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"t\.csv: needs a line of headings and at least one row; it has neither"),
        ("episode,1M\n", r"t\.csv: needs a line of headings and at least one row; it has no row"),
        ("episode,1M\n2003-04,ten\n", r"t\.csv:2, column '1M': 'ten' is not a number"),
        ("episode,1M\n2003-04,1.2.3\n", r"t\.csv:2, column '1M': '1\.2\.3' is not"),
        ("episode,1M\n2003-04,1e5\n", r"column '1M': '1e5' is not a number"),
        ("episode,1M\n2003-04,10,28\n", r"t\.csv:2: has 3 cells where the headings have 2"),
        ("episode,1M\n2003-13,1\n", r"t\.csv:2, column 'episode': '2003-13' is not a month or a day"),
        ("episode,1M\nApril,1\n2003-05,1\n", r"t\.csv:2, column 'episode': 'April' is not a month or a day"),
        ("episode,1M\n2003-04,1\n31.4.2003,1\n", r"t\.csv:3, column 'episode': '31\.4\.2003' is not a month"),
        ("episode,1M\nAverage,1\n", r"t\.csv: no row begins with a month or a day"),
        (
            "date,1M\n4/30/2003,1\n30/4/2003,1\n",
            r"t\.csv:2: '4/30/2003' has the month before the day, and '30/4/2003' in line 3 the day before",
        ),
        ('date,1M\n2003-04,"1,087"\n', r"t\.csv: '1,087' can be read as 1\.087 and as 1087, and no other"),
        (
            "episode,1M,fwd_1m_pct\n2003-04,1,1\n",
            r"t\.csv:1: the columns '1M' and 'fwd_1m_pct' both read as 1M",
        ),
        ("x,1M\nApril,1\n", r"t\.csv:1: no column names the episodes: found 'x', '1M'"),
        ("episode,x\n2003-04,1\n", r"t\.csv:1: no column to check"),
        ("episode,1M\n2003-04,\0\n", "is not a text file"),
        ("episode,1M\n" + "2003-04,1\n" * 501, r"t\.csv: has 501 rows; the most that are checked are 500"),
        ('episode,1M\n"2003-04,1\n', r"t\.csv"),
    ],
)
def test_a_table_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        read_table(text, "t.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("statistic,a\naverage,1\n", r"s\.csv:1: no column is headed by a horizon"),
        ("statistic,1M\nmood,1\n", r"s\.csv: no row is a statistic"),
        ("statistic,1M,1 month\naverage,1,1\n", r"s\.csv:1: two columns read as 1M"),
        ("statistic,1M\naverage,high\n", r"s\.csv:2, column '1M': 'high' is not a number"),
    ],
)
def test_a_summary_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        read_summary(text, "s.csv")


@given(st.text(max_size=200))
def test_any_text_gives_a_table_or_the_error(text: str) -> None:
    for read in (read_table, read_summary):
        for content in (text, f"episode,1M\n{text},1\n", f"episode,1M\n2003-04,{text}\n"):
            # Any other exception, or a hang, fails the test.
            with suppress(RequestError):
                read(content, "t.csv")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"a\.csv: cannot be read: No such file"):
        read_published(tmp_path / "a.csv", "a.csv")
    with pytest.raises(RequestError, match=r"here: is no plain file"):
        read_published(tmp_path, "here")
    (tmp_path / "b.csv").write_bytes(b"episode,1M\n2003-04,\xff\n")
    with pytest.raises(RequestError, match=r"b\.csv:2: is not UTF-8 text"):
        read_published(tmp_path / "b.csv", "b.csv")
    (tmp_path / "c.csv").write_bytes(b"x" * 1_000_001)
    with pytest.raises(RequestError, match="larger than a million bytes"):
        read_published(tmp_path / "c.csv", "c.csv")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # Numbered episodes beside their dates, in either order.
        ("episode,date,1M\n1,2003-04,1.00\n2,2009-04,2.00\n", ["2003-04", "2009-04"]),
        ("date,episode,1M\n2003-04,1,1.00\n2009-04,2,2.00\n", ["2003-04", "2009-04"]),
        # No heading says which: the column that holds dates.
        ("what,seen,1M\nfirst,2003-04,1.00\nsecond,2009-04,2.00\n", ["2003-04", "2009-04"]),
        # Half of the cells that are filled are dates; the others are left to the message.
        ("what,seen,1M\nx,2003-04,1.00\ny,Average,2.00\nz,,\n", ["2003-04"]),
    ],
)
def test_the_column_that_names_the_episodes_is_the_one_with_dates(text: str, names: list[str]) -> None:
    assert [row.name for row in read_table(text, "t.csv").rows] == names


def test_a_table_without_dates_names_what_was_found() -> None:
    with pytest.raises(
        RequestError, match=r"t\.csv:1: no column names the episodes: found 'what', 'seen', '1M'"
    ):
        read_table("what,seen,1M\nx,2003-04,1.00\ny,Average,2.00\nz,Best,3.00\n", "t.csv")
