"""Files of prices: what is read from them, and the one message that each kind of bad file gets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generator.core.errors import BadDataError, DataError, SourceError, UnknownAssetError
from generator.market.providers.files import FilesSource

GOOD = """Date,Open,High,Low,Close,Adj Close,Volume
2026-04-15,10,11,9.5,10.5,5.25,100
2026-04-16,10.5,12,10,11.5,5.75,0
2026-04-17,11.5,11.5,11,11,5.5,300
"""


def write(folder: Path, name: str, text: str) -> FilesSource:
    (folder / name).write_text(text)
    return FilesSource(folder)


def test_a_csv_with_yahoos_columns_is_read_as_it_stands(tmp_path: Path) -> None:
    history = write(tmp_path, "IWM.csv", GOOD).history("IWM")
    assert history.asset == "IWM"
    assert history.source == "files"
    assert history.retrieved is None
    assert history.sessions.dtype == np.dtype("datetime64[D]")
    assert [str(day) for day in history.sessions] == ["2026-04-15", "2026-04-16", "2026-04-17"]
    assert history.field("open").tolist() == [10, 10.5, 11.5]
    assert history.field("high").tolist() == [11, 12, 11.5]
    assert history.field("low").tolist() == [9.5, 10, 11]
    assert history.field("close").tolist() == [10.5, 11.5, 11]
    assert history.field("adjusted_close").tolist() == [5.25, 5.75, 5.5]
    # On the second day the price moved, so somebody traded: a volume of zero is none.
    np.testing.assert_array_equal(history.field("volume"), [100, np.nan, 300])


@pytest.mark.parametrize(
    "text",
    [
        "Date,Close\n2026-04-16,1.5\n2026-04-17,2\n",
        "\ufeffDate,Close\r\n2026-04-16,1.5\r\n2026-04-17,2",
        "Close,Date\n\n1.5,2026-04-16\n\n2,2026-04-17\n\n",
        '"Date","Close"\n"2026-04-16","1.5"\n"2026-04-17","2"\n',
        "Date,Close,Dividends,Stock Splits\n"
        "2026-04-16 00:00:00-04:00,1.5,0.1,0\n2026-04-17 00:00:00-04:00,2,,\n",
    ],
    ids=["plain", "windows", "blank lines", "quoted", "as yfinance saves it"],
)
def test_closes_alone_are_enough(tmp_path: Path, text: str) -> None:
    history = write(tmp_path, "spy.csv", text).history("SPY")
    assert history.close.tolist() == [1.5, 2]
    assert [str(day) for day in history.sessions] == ["2026-04-16", "2026-04-17"]
    assert history.open is None
    assert history.volume is None


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("", "line 1", "is empty"),
        ("Date,Close\n", "", "no session of IWM"),
        ("Date,Close\n2026-04-16,1\n", "", "one session of IWM"),
        ("Date,Open\n2026-04-16,1\n2026-04-17,2\n", "line 1", "no column is known to be the close"),
        ("Close,Open\n1,1\n2,2\n", "line 1", "no column is known to be the date"),
        ("Date,Close,Close\n2026-04-16,1,1\n2026-04-17,1,2\n", "line 1", "the close can be column 'Close'"),
        ("Date,Close\n2026-04-16,1\n2026-04-17,1,7\n", "line 3", "count of values is 3"),
        ("Date,Close\n2026-04-16,1\n2026-04-17\n", "line 3", "count of values is 1"),
        ("Date,Close\n2026-04-16,1\n\n2026-04-17,abc\n", "line 4, column Close", "'abc' is not a number"),
        ("Date,Open,Close\n2026-04-16,1,1\n2026-04-17,2,\n", "line 3, column Close", "the cell is empty"),
        ("Date,Open,Close\n2026-04-16,1,1\n2026-04-17,2,nan\n", "line 3, column Close", "not a number"),
        ("Date,Close\n2026-04-16,1\n2026-04-17,nan\n", "", "one session of IWM"),
        ("Date,Close\n2026-04-16,1\n2026-04-17,inf\n", "line 3, column Close", "is inf"),
        (
            "Date,Close\n2026-04-17,1\n2026-04-16,2\n2026-04-20,2\n",
            "line 3, column Date",
            "comes after 2026-04-17",
        ),
        ("Date,Close\n2026-04-16,1\n2026-04-16,2\n", "line 3, column Date", "there twice"),
        ("Date,Close\n04/16/2026,1\n2026-04-17,2\n", "line 3, column Date", "written in two ways"),
        ("Date,Close\n2026-04-16,1\n2026-02-30,2\n", "line 3, column Date", "'2026-02-30' is not a date"),
        ("Date,Close\n,1\n2026-04-17,2\n", "line 2, column Date", "the cell is empty"),
    ],
)
def test_a_malformed_file_gets_one_message_with_its_place(
    tmp_path: Path, text: str, place: str, what: str
) -> None:
    source = write(tmp_path, "IWM.csv", text)
    with pytest.raises(BadDataError) as caught:
        source.history("IWM")
    message = str(caught.value)
    assert str(tmp_path / "IWM.csv") in message
    assert place in message
    assert what in message
    assert "\n" not in message


def daily(count: int, cell: Callable[[int], str]) -> str:
    """A file of so many days in a row, Monday first, and a close for each."""
    days = np.arange("2024-01-01", "2025-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)][:count]
    return "Date,Close\n" + "".join(f"{day},{cell(k)}\n" for k, day in enumerate(days))


@pytest.mark.parametrize(
    ("rows", "bad", "told"),
    [
        (30, 1, "'x' is not a number. Closes are finite"),
        (30, 5, "(4 more such rows). Closes are finite, and 0 or between"),
        (30, 6, "So many bad rows are the vendor's own"),
        (10, 5, "Correct the row or remove it"),
        (12, 6, "So many bad rows are the vendor's own"),
        (11, 6, "This is no column of closes"),
    ],
)
def test_a_few_bad_closes_are_mistakes_and_many_are_no_column(
    tmp_path: Path, rows: int, bad: int, told: str
) -> None:
    text = daily(rows, lambda k: "x" if 2 <= k < 2 + bad else f"{100 + k}")
    with pytest.raises(BadDataError) as caught:
        write(tmp_path, "IWM.csv", text).history("IWM")
    assert told in str(caught.value)
    assert "line 4, column Close" in str(caught.value)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("02 03 03 04 05 08", "is there twice"),  # five of six are different
        ("02 02 03 03 04 04", "more than once, as most days are"),
        ("02 02 03 03 04", "is there twice"),  # of five nothing is told
        ("02 02 03 03 04 04 05 08 09 10", "more than once, as most days are"),  # seven of ten
        ("02 02 03 03 04 05 08 09 10 11", "is there twice"),  # eight of ten
    ],
)
def test_days_that_are_there_several_times(tmp_path: Path, days: str, told: str) -> None:
    text = "Date,Close\n" + "".join(f"2024-01-{day},1{k}\n" for k, day in enumerate(days.split()))
    with pytest.raises(BadDataError) as caught:
        write(tmp_path, "IWM.csv", text).history("IWM")
    assert told in str(caught.value)


def test_text_in_no_encoding_that_is_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "IWM.csv").write_bytes("Tàglïch,Prëise\n2026-04-16,1\n".encode("latin-1"))
    with pytest.raises(
        BadDataError, match=r"not UTF-8 text, and in no other encoding do its first lines name"
    ):
        FilesSource(tmp_path).history("IWM")


@pytest.mark.parametrize("price", ["1e-320", "1e308"])
def test_a_price_that_no_market_quotes_is_refused_before_it_overflows(tmp_path: Path, price: str) -> None:
    source = write(tmp_path, "IWM.csv", f"Date,Close\n2026-04-16,1.5\n2026-04-17,{price}\n")
    with pytest.raises(BadDataError, match=r"line 3, column Close: .* between 1e-12 and 1e\+15"):
        source.history("IWM")


def test_a_date_in_the_future_is_refused(tmp_path: Path) -> None:
    (tmp_path / "IWM.csv").write_text("Date,Close\n2026-04-16,1\n2062-04-17,2\n")
    source = FilesSource(tmp_path, clock=lambda: datetime(2026, 4, 21, tzinfo=UTC))
    with pytest.raises(BadDataError, match="2062-04-17 is in the future"):
        source.history("IWM")


@pytest.mark.parametrize(("hour", "last"), [(19, "2026-04-16"), (20, "2026-04-17")])
def test_the_bar_of_a_session_that_has_not_closed_is_not_used(tmp_path: Path, hour: int, last: str) -> None:
    (tmp_path / "IWM.csv").write_text(GOOD)
    source = FilesSource(tmp_path, clock=lambda: datetime(2026, 4, 17, hour, 0, tzinfo=UTC))
    assert str(source.history("IWM").last) == last
    assert len(source.notes) == (hour == 19)


def test_strange_prices_are_used_and_told(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        "IWM.csv",
        "Date,Open,High,Low,Close\n2026-04-16,10,9,8,8.5\n2026-04-17,10,11,10.5,12\n2026-04-18,1,1,1,1\n",
    )
    assert len(source.history("IWM")) == 3
    source.history("IWM")
    assert source.notes == [
        "IWM: the high is below the open or the close on 2 sessions, first on 2026-04-16.",
        "IWM: the low is above the open or the close on 1 session, first on 2026-04-17.",
        "IWM: the date is a Saturday or Sunday on 1 session, first on 2026-04-18.",
    ]


def test_an_unknown_ticker_names_what_there_is(tmp_path: Path) -> None:
    source = write(tmp_path, "IWM.csv", GOOD)
    with pytest.raises(UnknownAssetError, match=r"'IWN' in .*: it has IWM\. Did you mean IWM\?"):
        source.history("IWN")
    with pytest.raises(UnknownAssetError):
        source.history("../IWM")


def test_folders_that_are_missing_or_empty(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder or file"):
        FilesSource(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="no CSV or Parquet file"):
        FilesSource(tmp_path)


def long_table(**columns: object) -> pa.Table:
    given = {
        "Ticker": ["A", "A", "BRK-B", "BRK-B", "ZZ"],
        "Date": np.array(["2026-04-16", "2026-04-17"] * 2 + ["2026-04-17"], dtype="datetime64[D]"),
        "Close": [1.0, 2.0, 3.0, 4.0, 5.0],
    }
    return pa.table({**given, **columns})


@pytest.mark.parametrize("form", ["parquet", "small groups", "dictionary", "csv"])
def test_a_long_table_holds_many_assets(tmp_path: Path, form: str) -> None:
    path = tmp_path / ("all.csv" if form == "csv" else "all.parquet")
    table = long_table()
    if form == "csv":
        pa.csv.write_csv(table, path)
    else:
        if form == "dictionary":
            table = table.set_column(0, "Ticker", table["Ticker"].dictionary_encode())
        pq.write_table(table, path, row_group_size=1 if form == "small groups" else 100)
    for where in (path, tmp_path):
        source = FilesSource(where)
        assert source.assets() == ("A", "BRK-B", "ZZ")
        assert source.history("BRK-B").close.tolist() == [3, 4]
        assert source.history("A").close.tolist() == [1, 2]
        for unknown in ("ALL", "B", "BRK", "BRK.B", "A|ZZ"):
            with pytest.raises(UnknownAssetError):
                source.history(unknown)
        with pytest.raises(BadDataError, match="one session of ZZ"):
            source.history("ZZ")


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_fault_in_a_long_table_has_its_own_place(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"all.{suffix}"
    table = long_table(Close=[1.0, 2.0, 3.0, 4e20, 5.0])
    pa.csv.write_csv(table, path) if suffix == "csv" else pq.write_table(table, path, row_group_size=3)
    source = FilesSource(tmp_path)
    place = "line 5" if suffix == "csv" else "row 4"
    with pytest.raises(BadDataError, match=rf"all\.{suffix}, {place}, column Close: the value is 4e\+20"):
        source.history("BRK-B")
    assert len(source.history("A")) == 2


def test_a_file_of_its_own_comes_before_a_long_table(tmp_path: Path) -> None:
    pq.write_table(long_table(), tmp_path / "all.parquet")
    source = write(tmp_path, "A.csv", "Date,Close\n2026-04-16,7\n2026-04-17,8\n")
    assert source.history("A").close.tolist() == [7, 8]


def test_one_asset_in_two_files_is_a_question(tmp_path: Path) -> None:
    (tmp_path / "A.csv").write_text("Date,Close\n2026-04-16,7\n2026-04-17,8\n")
    pq.write_table(long_table().slice(0, 2).drop_columns(["Ticker"]), tmp_path / "A.parquet")
    with pytest.raises(BadDataError, match=r"A is in A\.csv and A\.parquet"):
        FilesSource(tmp_path).history("A")


@pytest.mark.parametrize("long", ["csv", "parquet"])
def test_two_files_of_one_name_are_a_question_when_one_is_a_long_table(tmp_path: Path, long: str) -> None:
    table = long_table().slice(0, 2)
    plain = table.drop_columns(["Ticker"])
    pa.csv.write_csv(table if long == "csv" else plain, tmp_path / "A.csv")
    pq.write_table(table if long == "parquet" else plain, tmp_path / "A.parquet")
    source = FilesSource(tmp_path)
    for ask in (source.history, source.identity):
        with pytest.raises(
            BadDataError, match=r"A is in A\.(csv and A\.parquet|parquet and A\.csv)\. Keep one"
        ):
            ask("A")
    ((_, found),) = source.histories(["A"])
    assert isinstance(found, BadDataError)


def test_a_long_table_of_the_same_name_without_the_asset_is_no_question(tmp_path: Path) -> None:
    pq.write_table(long_table().slice(2), tmp_path / "A.parquet")
    source = write(tmp_path, "A.csv", "Date,Close\n2026-04-16,7\n2026-04-17,8\n")
    assert source.history("A").close.tolist() == [7, 8]
    assert source.history("BRK-B").close.tolist() == [3, 4]


def test_a_parquet_of_timestamps_takes_the_date_on_the_exchanges_clock(tmp_path: Path) -> None:
    # Midnight in New York is 04:00 UTC, midnight in Tokyo 15:00 UTC of the day before.
    for zone, utc in (("America/New_York", "T04"), ("Asia/Tokyo", "T15")):
        day = 16 if zone.startswith("Am") else 15
        stamps = np.array([f"2026-04-{day}{utc}", f"2026-04-{day + 1}{utc}"], dtype="datetime64[ns]")
        dates = pa.array(stamps.astype(np.int64)).cast(pa.timestamp("ns", tz=zone))
        pq.write_table(pa.table({"Date": dates, "Close": [1, 2]}), tmp_path / "T.parquet")
        history = FilesSource(tmp_path).history("T")
        assert [str(d) for d in history.sessions] == ["2026-04-16", "2026-04-17"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"Date": [1, 2], "Close": [1.0, 2.0]}, "row 1, column Date: '1' is not a date"),
        ({"Date": ["2026-04-16", "2026-04-17"], "Close": ["1", "x"]}, "row 2, column Close: 'x' is not"),
        (
            {"Date": ["2026-04-16", "2026-04-17"], "Close": [None, 1.0], "Open": [1.0, 1.0]},
            "row 1, column Close: the cell is empty",
        ),
        ({"Date": ["2026-04-16", None], "Close": [1.0, 1.0]}, "row 2, column Date: the cell is empty"),
    ],
)
def test_malformed_parquet(tmp_path: Path, columns: dict[str, list[object]], message: str) -> None:
    pq.write_table(pa.table(columns), tmp_path / "A.parquet")
    with pytest.raises(BadDataError, match=message):
        FilesSource(tmp_path).history("A")


def test_a_parquet_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "A.parquet").write_text("Date,Close\n")
    with pytest.raises(BadDataError, match="not a whole Parquet file"):
        FilesSource(tmp_path).history("A")


@pytest.mark.parametrize("seed", range(60))
def test_damage_of_any_kind_gives_prices_or_one_line(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    pq.write_table(long_table(), tmp_path / "A.parquet")
    whole = {"A.csv": GOOD.encode(), "A.parquet": (tmp_path / "A.parquet").read_bytes()}
    (tmp_path / "A.parquet").unlink()
    for name, content in whole.items():
        damaged = bytearray(content)
        damaged[random.integers(len(damaged))] = random.integers(256)
        start = random.integers(len(damaged))
        del damaged[start : start + random.integers(4)]
        (tmp_path / name).write_bytes(damaged)
        message = ""
        try:
            assert len(FilesSource(tmp_path).history("A")) >= 2
        except DataError as error:
            message = str(error)
        assert "\n" not in message
        (tmp_path / name).unlink()


def test_a_value_of_a_megabyte(tmp_path: Path) -> None:
    source = write(tmp_path, "A.csv", GOOD + "2026-04-20," + "1" * 1_000_000 + "\n")
    with pytest.raises(BadDataError, match="not a line of a CSV file"):
        source.history("A")


def test_tickers_that_are_numbers(tmp_path: Path) -> None:
    pq.write_table(long_table(Ticker=[1, 1, 2, 2, 3]), tmp_path / "A.parquet")
    with pytest.raises(BadDataError, match="column Ticker: int64 instead of text"):
        FilesSource(tmp_path).history("A")


def test_identity_changes_with_the_content_and_only_with_it(tmp_path: Path) -> None:
    before = write(tmp_path, "IWM.csv", GOOD).identity("IWM")
    os.utime(tmp_path / "IWM.csv", (1, 1))
    assert FilesSource(tmp_path).identity("IWM") == before
    assert write(tmp_path, "IWM.csv", GOOD.replace("11.5", "11.6")).identity("IWM") != before


def test_reading_a_csv_needs_neither_pandas_nor_the_calendar(tmp_path: Path) -> None:
    (tmp_path / "IWM.csv").write_text(GOOD)
    pq.write_table(long_table(), tmp_path / "all.parquet")
    program = (
        "import sys; from pathlib import Path; from generator.market.providers.files import FilesSource\n"
        f"source = FilesSource(Path({str(tmp_path)!r})); source.history('IWM'); source.history('A')\n"
        "assert not {'pandas', 'exchange_calendars', 'pyarrow.dataset'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.skipif("MARKET_DATA" not in os.environ, reason="MARKET_DATA names no folder of real prices")
def test_real_prices_agree_with_pandas_and_are_plain() -> None:
    import pandas as pd

    folder = Path(os.environ["MARKET_DATA"])
    source = FilesSource(folder)
    for asset in ("DIA", "IWM", "MAGS", "QQQ", "SPY"):
        frame = pd.read_csv(folder / f"{asset}.csv", parse_dates=["Date"])
        history = source.history(asset)
        assert np.array_equal(history.sessions, frame["Date"].to_numpy().astype("datetime64[D]"))
        for column, values in (("Close", history.close), ("Open", history.open), ("Volume", history.volume)):
            if values is not None:
                np.testing.assert_allclose(values, frame[column].to_numpy(), rtol=1e-14)
    table = pd.read_parquet(folder / "universe-1000.parquet")
    for asset in table["Ticker"].unique()[[0, 500, 999]]:
        rows = table[table["Ticker"] == asset]
        np.testing.assert_array_equal(source.history(asset).close, rows["Close"].to_numpy())
    assert len(source.assets()) == 1005
    assert source.notes == []


def test_a_small_file_of_more_rows_than_memory_holds_is_refused(tmp_path: Path) -> None:
    days = pa.nulls(100_001).cast(pa.date32()).fill_null(pa.scalar(0, pa.date32()))
    one = pa.table({"Date": days, "Close": pa.nulls(100_001, pa.int8()).fill_null(pa.scalar(1, pa.int8()))})
    pq.write_table(one, tmp_path / "BOMB.parquet")
    assert (tmp_path / "BOMB.parquet").stat().st_size < 10_000
    with pytest.raises(BadDataError, match="100,001 rows of one asset; at most 100,000 are read"):
        FilesSource(tmp_path).history("BOMB")

    count = 10_000_001
    column = pa.nulls(count, pa.int32()).fill_null(pa.scalar(0, pa.int32()))
    codes = pa.DictionaryArray.from_arrays(column.cast(pa.int8()), ["A"])
    pq.write_table(
        pa.table({"Ticker": codes, "Date": column.cast(pa.date32()), "Close": column}),
        tmp_path / "long.parquet",
        row_group_size=count,
    )
    with pytest.raises(BadDataError, match="a row group of 10,000,001 rows; at most 10,000,000"):
        FilesSource(tmp_path / "long.parquet").history("long")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"Date": pa.array([], pa.date32()), "Close": pa.array([], pa.duration("s"))}, "instead of numbers"),
        ({"Date": pa.array([0], pa.timestamp("us", "No/Where")), "Close": pa.array([1.0])}, "time zone"),
    ],
)
def test_columns_that_are_neither_dates_nor_prices(tmp_path, columns, said):
    pq.write_table(pa.table(columns), tmp_path / "IWM.parquet")
    with pytest.raises(BadDataError, match=said):
        FilesSource(tmp_path).history("IWM")
