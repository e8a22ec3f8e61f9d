"""What is understood of a file that is not plain, and what is said of it; every choice on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generator.core.errors import BadDataError, DataError
from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource

DAYS = ("2026-04-16", "2026-04-17", "2026-04-20", "2026-04-21", "2026-04-22")
ALSO = "Say it in a source.yml next to the file, such as"


def text(names: str, *columns: str, separator: str = ",") -> str:
    """Names with commas, and below them days and columns, each a text of cells with spaces between."""
    cells = [column.split() for column in columns]
    rows = [[day, *row] for day, *row in zip(DAYS, *cells, strict=False)]
    return "\n".join(separator.join(row) for row in [names.split(","), *rows]) + "\n"


def read(
    folder: Path, content: str, asset: str = "SPY", name: str = "SPY.csv", told: str = ""
) -> tuple[PriceHistory, list[str]]:
    (folder / name).write_text(content, encoding="utf-8")
    if told:
        (folder / "source.yml").write_text(told)
    source = FilesSource(folder)
    return source.history(asset), source.notes


def refused(folder: Path, content: str, asset: str = "SPY", name: str = "SPY.csv", told: str = "") -> str:
    with pytest.raises(DataError) as caught:
        read(folder, content, asset, name, told)
    return str(caught.value).replace(f"{folder}/", "")


def parquet(folder: Path, columns: Mapping[str, object], name: str = "SPY.parquet") -> Path:
    pq.write_table(pa.table(dict(columns)), folder / name)
    return folder


@pytest.mark.parametrize(
    ("content", "closes", "notes"),
    [
        (text("date,close", "1.5 2.5"), [1.5, 2.5], []),
        (text("date,Schluss", "1.5 2.5"), [1.5, 2.5], ["SPY.csv: columns Schluss → Close."]),
        (
            text("date,adj close", "1.5 2.5"),
            [1.5, 2.5],
            [
                "SPY.csv: the adjusted close is the only one, closes adjusted for dividends already, so "
                "returns are total returns (basis: price says otherwise)."
            ],
        ),
        (
            text("date,close," + ",".join("abcdefgi"), "1.5 2.5", *["1 2"] * 8),
            [1.5, 2.5],
            ["SPY.csv: not read: a, b, c, d, e, f, g, i."],
        ),
        (
            text("date,close," + ",".join(f"x{n}" for n in range(8)), "1.5 2.5", *["1 2"] * 8),
            [1.5, 2.5],
            ["SPY.csv: not read: x0, x1, x2, x3, x4, x5, x6, x7."],
        ),
        (
            text("date,close," + ",".join(f"x{n}" for n in range(9)), "1.5 2.5", *["1 2"] * 9),
            [1.5, 2.5],
            ["SPY.csv: not read: x0, x1, x2, x3, x4, x5, x6, x7 …."],
        ),
        # One column of numbers under a name that is not known.
        (text("date,GDP", "1.5 2.5"), [1.5, 2.5], ["SPY.csv: columns GDP → Close."]),
        (
            text("date,GDP,Regime", "1.5 2.5", "up down"),
            [1.5, 2.5],
            ["SPY.csv: not read: Regime, columns GDP → Close."],
        ),
        (text("date,GDP,Volume", "1.5 2.5", "5 6").replace("GDP", "spy"), [1.5, 2.5], None),
        (text("Date,SPY,Open", "1.5 2.5", "1 2"), [1.5, 2.5], ["SPY.csv: columns SPY → Close."]),
        # A name that is the same words throughout names no ticker.
        (text("date,close,name", "1.5 2.5", "S&P500 S&P500").replace("S&P500", "S&P 500"), [1.5, 2.5], []),
        # The sign of volumes may be another than that of prices.
        (
            text("date;close;volume", "1.5 2.5", "1.234.567 2.345.678").replace(",", ";"),
            [1.5, 2.5],
            ["SPY.csv: semicolons between cells."],
        ),
        (text("date;close", "1,5 2,5", separator=";"), [1.5, 2.5], None),
    ],
)
def test_a_file_of_one_asset(
    tmp_path: Path, content: str, closes: list[float], notes: list[str] | None
) -> None:
    history, said = read(tmp_path, content)
    assert history.close.tolist() == closes
    assert notes is None or said == notes
    if "volume" in content:
        assert history.field("volume").tolist() == [1_234_567, 2_345_678]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            text("date,Open,GDP", "1 2", "1 2"),
            f"SPY.csv, line 1: no column is known to be the close; found date, Open, GDP. "
            f"{ALSO} columns: {{Close: Last}}.",
        ),
        (text("DATE,ABC,LOW", "1 2", "1 2"), "no column is known to be the close; found DATE, ABC, LOW."),
        (text("Date,ABC,DEF,Low", "1 2", "1 2", "1 2"), "found Date, ABC, DEF, Low."),
        (text("date,ticker,one,two", "A B", "1 2", "1 2"), "found date, ticker, one, two."),
        (text("date,words", "up down"), "found date, words."),
        (
            text("date,last,settle", "1.5 2.5", "1.5 2.6"),
            f"SPY.csv, line 1: the close can be column 'last' (2.5 in line 3) or 'settle' (2.6). {ALSO} "
            "columns: {Close: last}.",
        ),
        (
            text("date,close,close", "1.5 2.5", "1.6 2.5"),
            "SPY.csv, line 1: the close can be column 'close' (1.5 in line 2) or 'close' (1.6). Rename or "
            "remove one.",
        ),
        (
            text("date,last,settle,price", "1.5 2.5", "1.5 2.5", "1.5 2.6"),
            "the close can be column 'last' (2.5 in line 3) or 'price' (2.6).",
        ),
        (
            text("date,close", "1.5 2.5 3.5").replace("2026-04-17", "late"),
            "SPY.csv, line 3, column Date: 'late' is not a date. Dates look like 2026-04-20.",
        ),
        (
            "date,close\n01/05/2026,1\n01/06/2026,2\n",
            "SPY.csv, line 2, column Date: '01/05/2026' can be day/month/year (2026-05-01) or month/day/year "
            "(2026-01-05), and so can every date here. Say which in a source.yml next to the file, such as "
            "date_format: day/month/year.",
        ),
        (
            'date,close\n2026-04-16,"1,234"\n2026-04-17,"1,236"\n',
            f"SPY.csv: '1,234' can be 1234 or 1.234, and nothing in the file tells which. {ALSO} "
            "decimal_sign: point, for 1234.",
        ),
        (
            text("date,close", "1.234 1.236", separator=";").replace("date,", "date;"),
            f"SPY.csv: '1.234' can be 1.234 or 1234, and nothing in the file tells which. {ALSO} "
            "decimal_sign: comma, for 1234.",
        ),
        (
            text("date,close", "1.5 2,5", separator=";").replace("date,", "date;"),
            "SPY.csv: '1.5' has a decimal point and '2,5' a decimal comma. Write all numbers alike.",
        ),
        (
            text("date,close,open", "1.5 x", "1 2"),
            "SPY.csv, line 3, column Close: 'x' is not a number.",
        ),
    ],
)
def test_what_can_be_read_two_ways_or_not_at_all(tmp_path: Path, content: str, message: str) -> None:
    assert message in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "closes"),
    [
        # Of each alone a point of thousands is possible; the country tells.
        ("date,close\n2026-04-16,1.234\n2026-04-17,1.236\n", [1.234, 1.236]),
        ("Datum,close\n2026-04-16,1.234\n2026-04-17,1.236\n", None),
        ("date,Schluss\n2026-04-16,1.234\n2026-04-17,1.236\n", None),
        ("date;close\n2026-04-16;1.234\n2026-04-17;1.236\n", None),
        ("date\tclose\n16.04.2026\t1.234\n17.04.2026\t1.236\n", None),
        # Which reading is smooth: less than three times up or down.
        ('date,close\n2026-04-16,400\n2026-04-17,"1,003"\n', [400, 1003]),
        ('date,close\n2026-04-16,330\n2026-04-17,"1,003"\n', None),
        ('date,close\n2026-04-16,2\n2026-04-17,"1,003"\n', [2, 1.003]),
        ('date,close\n2026-04-16,3\n2026-04-17,"1,003"\n', [3, 1.003]),
        ('date,close\n2026-04-16,4\n2026-04-17,"1,003"\n', None),
        ('date,close\n2026-04-16,0\n2026-04-17,400\n2026-04-20,"1,003"\n', [0, 400, 1003]),
        # The volumes tell, where one of them has a sign.
        ('date,close,volume\n2026-04-16,"1,234",5000\n2026-04-17,"1,236",6000\n', None),
        ('date,close,volume\n2026-04-16,"1,234","5,000,000"\n2026-04-17,"1,236",6000\n', [1234, 1236]),
        ('date,close,volume\n2026-04-16,"1,234","5.000.000"\n2026-04-17,"1,236",6000\n', [1.234, 1.236]),
        ('date,close,volume\n2026-04-16,"1,234","5,000"\n2026-04-17,"1,236","6,000"\n', None),
    ],
)
def test_a_sign_that_each_cell_leaves_open(tmp_path: Path, content: str, closes: list[float] | None) -> None:
    if closes is None:
        assert "and nothing in the file tells which" in refused(tmp_path, content)
    else:
        assert read(tmp_path, content)[0].close.tolist() == closes


def test_a_sign_that_is_told(tmp_path: Path) -> None:
    both = "date;close;volume\n2026-04-16;1.234;5.000\n2026-04-17;1.236;6.000\n"
    for sign, closes, volumes in (("point", [1.234, 1.236], [5, 6]), ("comma", [1234, 1236], [5000, 6000])):
        history, notes = read(tmp_path, both, told=f"decimal_sign: {sign}\n")
        assert (history.close.tolist(), history.field("volume").tolist()) == (closes, volumes)
        assert notes == ["SPY.csv: semicolons between cells."]
    assert refused(tmp_path, text("date,close", "1.5 2.5"), told="decimal_sign: comma\n") == (
        "SPY.csv: '1.5' shows another decimal sign than the decimal_sign that is said. Correct it in the "
        "source.yml or the source of letter.yml, or leave it out."
    )
    mixed = text("date,close", "1.5 2,5", separator=";").replace("date,", "date;")
    assert "line 3, column Close: '2,5' is not a number" in refused(
        tmp_path, mixed, told="decimal_sign: point\n"
    )


def test_an_order_of_dates_that_is_told(tmp_path: Path) -> None:
    days = "date,close\n01/05/2026,1\n01/06/2026,2\n"
    history, notes = read(tmp_path, days, told="date_format: mm/dd/yyyy\n")
    assert str(history.first) == "2026-01-05"
    assert notes == ["SPY.csv: dates read as month/day/year, as is said."]


@pytest.mark.parametrize(
    ("content", "closes", "said"),
    [
        (
            text("Date,ABC,DEF", "1 2", "3 4"),
            {"ABC": [1, 2], "DEF": [3, 4]},
            "each column the closes of one of 2 assets",
        ),
        (
            text("DATE,ABC,DEF,LOW", "1 2", "3 4", "5 6"),
            {"ABC": [1, 2], "DEF": [3, 4], "LOW": [5, 6]},
            "each column the closes of one of 3 assets",
        ),
        (
            text("date,ticker,quoted", "A B A B", "1 2 3 4"),
            {"A": [1, 3], "B": [2, 4]},
            "columns quoted → Close",
        ),
        (text("date,name,close", "A B A B", "1 2 3 4"), {"A": [1, 3], "B": [2, 4]}, "columns name → Ticker"),
        (text("date,name,close", "A A", "1 2"), {"A": [1, 2]}, "columns name → Ticker"),
        (
            "Price,Close,Close\nTicker,A,B\nDate,,\n2026-04-16,1,2\n2026-04-17,3,4\n",
            {"A": [1, 3], "B": [2, 4]},
            "2 tickers side by side, closes adjusted for dividends already",
        ),
        (
            "Price,Adj Close,Open\nTicker,A,A\nDate,,\n2026-04-16,1,2\n2026-04-17,3,4\n",
            {"A": [1, 3]},
            "the ticker is A, closes adjusted for dividends already",
        ),
    ],
)
def test_a_file_of_several_assets(
    tmp_path: Path, content: str, closes: dict[str, list[float]], said: str
) -> None:
    (tmp_path / "all.csv").write_text(content)
    source = FilesSource(tmp_path)
    assert source.assets() == tuple(closes)
    for asset, values in closes.items():
        assert source.history(asset).close.tolist() == values
    assert source.notes[0].startswith(f"all.csv: {said}")


def test_an_asset_of_several_beside_each_other_has_its_own_columns(tmp_path: Path) -> None:
    content = "Price,Close,Adj Close,Close,Volume\nTicker,A,A,B,B\nDate,,,,\n" + "".join(
        f"{day},{n + 1},{n + 2},{n + 3},{n + 4}\n" for n, day in enumerate(DAYS)
    )
    history, _ = read(tmp_path, content, "A", "all.csv")
    assert (history.close[0], history.field("adjusted_close")[0], history.volume) == (1, 2, None)
    assert history.basis == "price"
    history, _ = read(tmp_path, content, "B", "all.csv")
    assert (history.close[0], history.adjusted_close, history.field("volume")[0]) == (3, None, 4)
    assert history.basis == "total"


@pytest.mark.parametrize(("words", "numeric"), [(1, True), (2, False)])
def test_a_column_of_numbers_is_one_with_less_than_a_fifth_of_words(
    tmp_path: Path, words: int, numeric: bool
) -> None:
    cells = ["up"] * words + [f"{n}.5" for n in range(10 - words)]
    days = np.busday_offset("2026-04-16", np.arange(11), roll="forward")
    rows = "".join(
        f"{day},{n + 7},{cell}\n" for n, (day, cell) in enumerate(zip(days, [*cells, ""], strict=True))
    )
    (tmp_path / "all.csv").write_text(f"Date,ABC,XYZ\n{rows}")
    source = FilesSource(tmp_path)
    assert source.assets() == (("ABC", "XYZ") if numeric else ("all",))
    assert source.history("ABC").close[0] == 7


def test_columns_of_words_or_of_nothing_are_no_closes(tmp_path: Path) -> None:
    content = text("Date,ABC,DEF,NONE,WORD", "1 2", "3 4", "- -", "up down")
    (tmp_path / "all.csv").write_text(content)
    source = FilesSource(tmp_path)
    assert source.assets() == ("ABC", "DEF")
    source.history("ABC")
    assert source.notes == ["all.csv: not read: NONE, WORD, each column the closes of one of 2 assets."]


def test_another_name_of_the_one_series(tmp_path: Path) -> None:
    (tmp_path / "fred.csv").write_text(text("observation_date,GDP", "1 2"))
    (tmp_path / "own.csv").write_text(text("date,close", "3 4"))
    source = FilesSource(tmp_path)
    assert source.history("GDP").close.tolist() == source.history("fred").close.tolist() == [1, 2]
    assert source.history("OWN").close.tolist() == [3, 4]
    for asset in ("close", "date"):
        with pytest.raises(DataError, match="no prices for"):
            source.history(asset)


# --- Parquet ---------------------------------------------------------------------------------------------


def test_a_parquet_of_other_names(tmp_path: Path) -> None:
    days = pa.array(np.array(DAYS[:2], dtype="datetime64[D]"))
    source = FilesSource(parquet(tmp_path, {"day": days, "last": [1.5, 2.5], "tdj": [1, 2]}))
    assert source.history("SPY").close.tolist() == [1.5, 2.5]
    assert source.notes == ["SPY.parquet: columns day → Date, last → Close, not read: tdj."]


@pytest.mark.parametrize(
    ("columns", "closes"),
    [
        (
            {"ABC": [1, 2], "DEF": [1.5, 2.5], "GHI": [Decimal("7.5"), Decimal("8.5")]},
            {"ABC": 1, "DEF": 1.5, "GHI": 7.5},
        ),
        ({"ABC": [1, 2], "DEF": [True, False], "GHI": ["3", "4"]}, {"ABC": 1, "GHI": 3}),
    ],
)
def test_columns_of_a_parquet_that_are_numbers(
    tmp_path: Path, columns: dict[str, list[object]], closes: dict[str, float]
) -> None:
    days = pa.array(np.array(DAYS[:2], dtype="datetime64[D]"))
    source = FilesSource(parquet(tmp_path, {"date": days, **columns}, "all.parquet"))
    assert source.assets() == tuple(closes)
    assert {asset: source.history(asset).close[0] for asset in closes} == closes


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"close": [1.5, 2.5], "x" * 210: [1, 2]},
            f"SPY.parquet: no column is known to be the date; found close, {'x' * 193}. {ALSO} columns: "
            "{Date: Day}.",
        ),
        (
            {"date": list(DAYS[:2]), "ticker": [1, 2], "last": [1.5, 2.5]},
            "SPY.parquet, column Ticker: int64 instead of text. Store tickers as text.",
        ),
        (
            {"Date": list(DAYS[:2]), **{f"('{name}', 'A')": [1.0, 2.0] for name in ("Open", "Low", "High")}},
            "SPY.parquet: no column is known to be the close; found Open, Low, High.",
        ),
        (
            {"date": list(DAYS[:2]), "last": [True, False], "open": [[1], [2]]},
            "SPY.parquet, column open: list<",
        ),
        (
            {"date": list(DAYS[:2]), "last": [1.5, None], "open": [1, 2]},
            "row 2, column Close: the cell is empty",
        ),
        ({"date": list(DAYS[:2]), "last": ["1.5", None], "open": [1, 2]}, "row 2, column Close: the cell is"),
        ({"date": list(DAYS[:2]), "last": ["1.5", "x"], "open": [1, 2]}, "row 2, column Close: 'x' is not a"),
    ],
)
def test_a_parquet_that_cannot_be_understood(
    tmp_path: Path, columns: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(BadDataError) as caught:
        FilesSource(parquet(tmp_path, columns)).history("SPY")
    assert message in str(caught.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize("coded", [False, True])
def test_rows_without_a_ticker_are_nobodys(tmp_path: Path, coded: bool) -> None:
    tickers = pa.array(["A", "B", None, "A", "", "B"])
    days = [DAYS[0], DAYS[0], DAYS[1], DAYS[1], DAYS[2], DAYS[2]]
    ticker = tickers.dictionary_encode() if coded else tickers
    source = FilesSource(parquet(tmp_path, {"date": days, "ticker": ticker, "last": [1.0, 2, 3, 4, 5, 6]}))
    assert source.assets() == ("A", "B")
    assert source.history("A").close.tolist() == [1, 4]
    assert source.history("B").close.tolist() == [2, 6]
