"""Price files as people have them: the same prices come out of every form, or a clear error; never others."""

from __future__ import annotations

import gc
import re
import weakref
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.core.errors import BadDataError, DataError, SourceError, SpecError, UnknownAssetError
from generator.market.providers.files import FilesSource
from generator.market.providers.snapshots import SnapshotStore
from tests.market.vendors import FORMS, bars, number, prices


def folder(tmp_path: Path, content: str | bytes, name: str = "SPY.csv") -> FilesSource:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return FilesSource(tmp_path)


@pytest.mark.parametrize("scale", [60.0, 4200.0])
@pytest.mark.parametrize("form", FORMS)
def test_the_same_closes_come_out_of_every_form(tmp_path: Path, form: str, scale: float) -> None:
    meant = prices(scale=scale)
    source = folder(tmp_path, FORMS[form](meant))
    history = source.history("SPY")
    np.testing.assert_array_equal(history.sessions, meant.sessions)
    np.testing.assert_array_equal(history.close, meant["close"])
    for name in ("open", "high", "low"):
        values = getattr(history, name)
        assert values is None or np.array_equal(values, meant[name])
    assert history.volume is None or np.allclose(history.volume, meant["volume"], rtol=0.2)
    assert len([note for note in source.notes if note.startswith("SPY.csv")]) <= 1
    assert history.basis == ("total" if form.startswith("yfinance") else "price")


DATES = {
    "%Y-%m-%d": True,
    "%Y%m%d": True,
    "%d %b %Y": True,
    "%B %d, %Y": True,
    "%Y/%m/%d": True,
    "%m/%d/%Y": False,
    "%d/%m/%Y": False,
    "%d.%m.%Y": False,
    "%d-%m-%y": False,
    "%m-%d-%y %H:%M": False,
}
"""Ways to write a date, and whether it can be read one way only."""


@settings(max_examples=150, deadline=None)
@given(
    date_form=st.sampled_from(sorted(DATES)),
    names=st.sampled_from(
        ["Date,Close", "Datum,Schlusskurs", "timestamp,price", "FECHA,CIERRE", "日付,終値"]
    ),
    separator=st.sampled_from([";", "\t", "|", ","]),
    decimal=st.sampled_from([".", ","]),
    grouped=st.booleans(),
    places=st.integers(0, 4),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    newest_first=st.booleans(),
    count=st.integers(2, 40),
    scale=st.sampled_from([0.5, 60.0, 990.0, 40_000.0]),
    first=st.dates(date(1995, 1, 2), date(2025, 6, 1)),
)
def test_any_habit_gives_the_same_closes_or_says_what_is_unclear(
    date_form: str,
    names: str,
    separator: str,
    decimal: str,
    grouped: bool,
    places: int,
    encoding: str,
    newest_first: bool,
    count: int,
    scale: float,
    first: date,
) -> None:
    meant = prices(count, first.isoformat(), scale)
    english = names.startswith(("Date", "timestamp", "日付")) and separator != ";" and "." not in date_form
    # In a file in English a point is a decimal point, even where three digits follow throughout.
    assume(not (english and decimal == "," and grouped and places == 0 and scale > 900))
    thousands = {".": ",", ",": "."}[decimal] if grouped else ""
    text = bars(
        meant,
        names.split(","),
        lambda day: day.strftime(date_form),
        lambda value: number(value, decimal, thousands, places),
        order="c",
        separator=separator,
        newest_first=newest_first,
    )
    with TemporaryDirectory() as name:
        source = folder(Path(name), text.encode(encoding))
        try:
            history = source.history("SPY")
        except BadDataError as error:
            message = str(error)
        else:
            message = ""
    if message:
        assert re.search(r"' can be .* or .*source\.yml", message)
        assert "decimal_sign" in message or not DATES[date_form]
        return
    np.testing.assert_array_equal(history.sessions, meant.sessions)
    written = [float(number(value, places=places)) for value in meant["close"]]
    np.testing.assert_array_equal(history.close, written)


def test_days_that_can_be_read_two_ways_are_an_error_that_a_source_yml_settles(tmp_path: Path) -> None:
    source = folder(tmp_path, "Date,Close\n01/05/2026,1.5\n01/06/2026,2.5\n")
    with pytest.raises(
        BadDataError, match=r"line 2, column Date: '01/05/2026' can be day/month/year \(2026-05-01\)"
    ):
        source.history("SPY")
    for order, first in (("day/month/year", "2026-05-01"), ("mm/dd/yyyy", "2026-01-05")):
        (tmp_path / "source.yml").write_text(f"date_format: {order}\n")
        assert str(FilesSource(tmp_path).history("SPY").first) == first


def test_all_the_rows_together_settle_the_order_of_day_and_month(tmp_path: Path) -> None:
    for text, first in (
        # Four weekdays in a row, or the fourth of four months, one of them a Saturday.
        ("04/06/2026,04/07/2026,04/08/2026,04/09/2026", "2026-04-06"),
        # Rising only as month/day.
        ("02/05/2026,03/04/2026", "2026-02-05"),
    ):
        rows = "".join(f"{day},{n + 1}.5\n" for n, day in enumerate(text.split(",")))
        source = folder(tmp_path, "Date,Close\n" + rows)
        assert str(source.history("SPY").first) == first


def test_a_thousand_that_may_be_a_decimal_is_an_error_that_a_source_yml_settles(tmp_path: Path) -> None:
    rows = 'Date,Close\n2026-04-16,"1,234"\n2026-04-17,"1,236"\n'
    with pytest.raises(BadDataError, match=r"'1,234' can be 1234 or 1.234"):
        folder(tmp_path, rows).history("SPY")
    for sign, close in (("comma", 1.234), ("point", 1234)):
        (tmp_path / "source.yml").write_text(f"decimal_sign: {sign}\n")
        assert FilesSource(tmp_path).history("SPY").close[0] == close
    (tmp_path / "source.yml").unlink()
    # Where the closes cross a thousand only one reading is smooth; a volume in millions settles it too.
    crossing = 'Date,Close\n2026-04-16,998\n2026-04-17,"1,003"\n'
    assert folder(tmp_path, crossing).history("SPY").close.tolist() == [998, 1003]
    volumes = 'Date,Close,Volume\n2026-04-16,"1,234","1,200,300"\n2026-04-17,"1,236","1,200,300"\n'
    assert folder(tmp_path, volumes).history("SPY").close.tolist() == [1234, 1236]


def test_two_columns_that_may_be_the_close(tmp_path: Path) -> None:
    rows = "Date,Last,Settle\n2026-04-16,1.5,1.6\n2026-04-17,2.5,2.6\n"
    with pytest.raises(BadDataError, match=r"can be column 'Last' \(1.5 in line 2\) or 'Settle' \(1.6\)"):
        folder(tmp_path, rows).history("SPY")
    (tmp_path / "source.yml").write_text("columns: {Close: Settle}\n")
    assert FilesSource(tmp_path).history("SPY").close.tolist() == [1.6, 2.6]
    (tmp_path / "source.yml").unlink()
    same = folder(tmp_path, rows.replace("1.6", "1.5").replace("2.6", "2.5"))
    assert same.history("SPY").close.tolist() == [1.5, 2.5]
    both = folder(tmp_path, rows.replace("Settle", "Close"))
    assert both.history("SPY").close.tolist() == [1.6, 2.6]
    assert both.notes == ["SPY.csv: not read: Last."]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<!DOCTYPE html>\n<html><body>too many requests</body></html>\n", "it is a web page"),
        ('{"Note": "call frequency"}', "it is JSON"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"\x1f\x8b\x08rest", "a gzip archive"),
        (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X\xff\xfe", "is not text"),
        ("", "the file is empty"),
        ("hello\nworld\n", "no line names a date and a close"),
        ("2026-04-16,1.5\n2026-04-17,1.6\n", "the names of the columns are missing"),
        ("Date,Open\n2026-04-16,1\n2026-04-17,2\n", "no column is known to be the close"),
        (
            "Date,Close\n2026-04-16,1\nsome words,2\n2026-04-17,3\n",
            "line 3, column Date: 'some words' is not a date",
        ),
        ("Date,Close\n2026-04-16,1.5\n17.04.2026,2\n", "dates are written in two ways"),
        (
            "Date;Close\n2026-04-16;1.5\n2026-04-17;2,5\n",
            "'1.5' has a decimal point and '2,5' a decimal comma",
        ),
        ("Datum;Schlu\xdf\n".encode("latin-1"), "no session of SPY"),
        (
            "Date,Close\n" + "".join(f"2026-04-{d:02},n.v.x\n" for d in range(1, 30)),
            "This is no column of closes",
        ),
        (
            "time,close\n" + "".join(f"{1776691800 + 60 * n},1\n" for n in range(30)),
            "The rows are finer than days",
        ),
    ],
)
def test_what_is_no_table_of_prices_is_refused_as_what_it_looks_like(
    tmp_path: Path, content: str | bytes, what: str
) -> None:
    with pytest.raises(BadDataError) as caught:
        folder(tmp_path, content).history("SPY")
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_spoils_only_itself(tmp_path: Path) -> None:
    (tmp_path / "._IWM.csv").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    (tmp_path / "OLD.csv").write_text("<html>")
    source = folder(tmp_path, FORMS["lower case"](prices()))
    assert source.assets() == ("OLD", "SPY")
    found = dict(source.histories(["OLD", "SPY", "NONE"]))
    assert isinstance(found["OLD"], BadDataError)
    assert len(found["SPY"]) == 40  # type: ignore[arg-type]
    assert isinstance(found["NONE"], UnknownAssetError)
    assert "OLD.csv: no table of prices" in str(found["NONE"])


def test_tickers_are_found_as_they_are_spelled_whatever_the_case(tmp_path: Path) -> None:
    rows = "".join(
        f"2026-04-{d},{t},{p}.5\n"
        for d in (16, 17)
        for p, t in enumerate(["spy", "SPX Index", "VOD.l", "Vod.L"])
    )
    source = folder(tmp_path, "Date,Ticker,Close\n" + rows, "prices.csv")
    assert source.assets() == ("SPX Index", "VOD.l", "Vod.L", "spy")
    for asked, close, spelled in (
        ("SPY", 0.5, "spy"),
        ("spx index", 1.5, "SPX Index"),
        ("Vod.L", 3.5, "Vod.L"),
    ):
        assert source.history(asked).close[0] == close
        assert source.spelled(asked) == spelled
    with pytest.raises(BadDataError, match=r"VOD.L is in prices.csv as 'VOD.l' and 'Vod.L'. Write it as one"):
        source.history("VOD.L")
    (tmp_path / "Gold.csv").write_text("Date,Close\n2026-04-16,7\n2026-04-17,8\n")
    assert FilesSource(tmp_path).spelled("GOLD") == "Gold"


def test_the_series_of_a_column_is_known_by_its_name_too(tmp_path: Path) -> None:
    source = folder(tmp_path, FORMS["FRED"](prices()).replace("SPY", "SP500"), "fredgraph.csv")  # type: ignore[arg-type]
    assert source.history("SP500").close[0] == source.history("fredgraph").close[0]


def test_adjusted_closes_without_others_are_total_returns(tmp_path: Path) -> None:
    rows = "Date,{}{}\n2026-04-16,1.5,0\n2026-04-17,2.5,{}\n2026-04-20,2.6,0\n"
    for close, extra, paid, name, basis in (
        ("Adj Close", ",Volume", 0, "SPY.csv", "total"),
        ("Close", ",Dividends", 0.31, "SPY.csv", "total"),
        ("Close", ",Dividends", 0, "SPY.csv", "price"),
        ("Close", ",Dividends", 0.31, "^SPX.csv", "price"),
        ("Close", ",Dividends", 0.31, "ETH-USD.csv", "price"),
        ("close", ",divCash", 0.31, "SPY.csv", "total"),
    ):
        (source,) = [folder(tmp_path, rows.format(close, extra, paid), name)]
        assert source.history(name.removesuffix(".csv")).basis == basis
        (tmp_path / "source.yml").write_text("basis: price\n")
        assert FilesSource(tmp_path).history(name.removesuffix(".csv")).basis == "price"
        (tmp_path / "source.yml").unlink()
        (tmp_path / name).unlink()
    both = "Date,Close,Adj Close,Dividends\n2026-04-16,1.5,1.4,0\n2026-04-17,2.5,2.5,0.1\n"
    assert folder(tmp_path, both).history("SPY").basis == "price"


@pytest.mark.parametrize("form", ["csv", "float32 parquet", "float64 parquet", "foreign"])
def test_prices_in_single_precision_are_the_decimals_that_were_meant(tmp_path: Path, form: str) -> None:
    meant = prices(400, "2024-01-02", scale=63.6)
    single = meant["close"].astype(np.float32)
    frame = pd.DataFrame({"Date": meant.sessions, "Close": single.astype(float)})
    if form.endswith("parquet"):
        kind = np.float32 if form.startswith("float32") else np.float64
        frame.astype({"Close": kind}).to_parquet(tmp_path / "SPY.parquet", index=False)
    else:
        names = {"Close": "close"} if form == "foreign" else {}
        frame.rename(columns=names).to_csv(tmp_path / "SPY.csv", index=False)
    assert not np.array_equal(frame["Close"], meant["close"])
    np.testing.assert_array_equal(FilesSource(tmp_path).history("SPY").close, meant["close"])


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Europe/Berlin", "00:00"),
        ("Europe/London", "00:00"),
        ("Asia/Tokyo", "00:00"),
        ("Asia/Kolkata", "00:00"),
        ("Australia/Sydney", "10:00"),
        ("America/New_York", "00:00"),
        ("America/New_York", "16:00"),
        ("Asia/Riyadh", "00:00"),
    ],
)
@pytest.mark.parametrize("form", ["parquet", "naive parquet", "csv", "unix", "long parquet"])
def test_moments_in_utc_are_sessions_of_the_exchanges_own_day(
    tmp_path: Path, form: str, zone: str, at: str
) -> None:
    days = pd.bdate_range("2024-01-02", periods=300)
    if zone == "Asia/Riyadh":
        days = pd.date_range("2024-01-02", periods=300)
        days = days[~days.dayofweek.isin([4, 5])]
    moments = pd.DatetimeIndex([f"{day.date()} {at}" for day in days]).tz_localize(zone).tz_convert("UTC")
    frame = pd.DataFrame({"Date": moments, "Close": np.arange(len(days)) + 1.5})
    if form == "unix":
        frame["Date"] = [int(moment.timestamp()) for moment in moments]
    if form == "naive parquet":
        if zone in ("Asia/Riyadh", "Europe/London"):
            pytest.skip("without a clock its days cannot be told from those of UTC")
        frame["Date"] = moments.tz_localize(None)
    if form == "long parquet":
        frame["Ticker"] = "XX"
    if form.endswith("parquet"):
        frame.to_parquet(tmp_path / "XX.parquet", index=False)
    else:
        frame.to_csv(tmp_path / "XX.csv", index=False)
    history = FilesSource(tmp_path).history("XX")
    np.testing.assert_array_equal(history.sessions, days.to_numpy().astype("datetime64[D]"))


@pytest.mark.parametrize("ticker_first", [False, True])
@pytest.mark.parametrize("index", ["Date", None])
def test_what_pandas_writes_as_parquet(tmp_path: Path, ticker_first: bool, index: str | None) -> None:
    meant = prices()
    columns = [("Close", "SPY"), ("Open", "SPY"), ("Close", "IWM"), ("Volume", "SPY")]
    values = np.column_stack([meant["close"], meant["open"], meant["close"] / 2, meant["volume"]])
    names = [(ticker, price) for price, ticker in columns] if ticker_first else columns
    frame = pd.DataFrame(
        values, index=pd.DatetimeIndex(meant.sessions, name=index), columns=pd.MultiIndex.from_tuples(names)
    )
    frame.to_parquet(tmp_path / "wide.parquet")
    source = FilesSource(tmp_path)
    assert source.assets() == ("IWM", "SPY")
    history = source.history("SPY")
    np.testing.assert_array_equal(history.close, meant["close"])
    np.testing.assert_array_equal(history.field("open"), meant["open"])
    np.testing.assert_array_equal(history.sessions, meant.sessions)
    assert history.basis == "total"
    plain = frame.droplevel(0 if ticker_first else 1, axis=1).iloc[:, :2].rename(columns=str.lower)
    plain.to_parquet(tmp_path / "QQQ.parquet")
    np.testing.assert_array_equal(FilesSource(tmp_path).history("QQQ").close, meant["close"])


def test_a_bad_optional_cell_is_unknown_and_said_and_closes_are_used(tmp_path: Path) -> None:
    rows = (
        "Date,Open,High,Low,Close,Adj Close,Volume\n"
        "2026-04-15,0,11,9.5,10.5,-0.01,0\n"
        "2026-04-16,10.5,x,10,11.5,5.75,\n"
        "2026-04-17,11.5,11.5,11,11,5.5,300\n"
        "2026-04-20,11.5,11.5,11,11.2,5.5,0\n"
        "2026-04-21,11.5,11.5,11,11.2,5.5,0\n"
    )
    source = folder(tmp_path, rows)
    history = source.history("SPY")
    nan = np.nan
    np.testing.assert_array_equal(history.field("open"), [nan, 10.5, 11.5, 11.5, 11.5])
    np.testing.assert_array_equal(history.field("high"), [11, nan, 11.5, 11.5, 11.5])
    np.testing.assert_array_equal(history.field("adjusted_close"), [nan, 5.75, 5.5, 5.5, 5.5])
    # Before the first volume nobody knows; on a bar that moved somebody traded.
    np.testing.assert_array_equal(history.field("volume"), [nan, nan, 300, nan, 0])
    assert history.close.tolist() == [10.5, 11.5, 11, 11.2, 11.2]
    assert [note for note in source.notes if "unknown" in note] == [
        "SPY: Open is unknown on 1 session on 2026-04-15 (0); the close is used.",
        "SPY: High is unknown on 1 session on 2026-04-16 (empty or no number); the close is used.",
        "SPY: Adj Close is unknown on 1 session on 2026-04-15 (-0.01); the close is used.",
        "SPY: Volume is unknown on 1 session on 2026-04-16 (empty or no number); the close is used.",
    ]


def test_a_volume_of_zero_throughout_is_no_volume(tmp_path: Path) -> None:
    rows = "Date,Close,Volume,Open\n2026-04-16,1.5,0,\n2026-04-17,1.6,0,\n"
    history = folder(tmp_path, rows).history("SPY")
    assert history.volume is None
    assert history.open is None


def test_closes_of_zero_and_below_are_read(tmp_path: Path) -> None:
    rows = "Date,Open,Close\n2026-04-16,0.5,0.3\n2026-04-17,0,0\n2026-04-20,-37.1,-37.63\n"
    history = folder(tmp_path, rows, "CL=F.csv").history("CL=F")
    assert history.close.tolist() == [0.3, 0, -37.63]
    assert history.field("open").tolist() == [0.5, 0, -37.1]


def test_mistakes_in_a_source_yml_name_the_line_and_what_is_allowed(tmp_path: Path) -> None:
    folder(tmp_path, "Date,Close\n2026-04-16,1\n2026-04-17,2\n")
    (tmp_path / "source.yml").write_text(
        "colums: {Close: Last}\ndate_format: monthly\ndecimal_sign: dot\n"
        "columns: {Clos: Last}\nbasis: gross\n"
    )
    with pytest.raises(SpecError) as caught:
        FilesSource(tmp_path)
    message = str(caught.value)
    for part in (
        "source.yml:1: colums: there is no such key. Did you mean 'columns'?",
        "source.yml:2: date_format: found 'monthly' where an order such as day/month/year",
        "source.yml:3: decimal_sign: found 'dot'",
        "source.yml:4: columns: there is no column 'Clos' to be read. Did you mean 'Close'?",
        "source.yml:5: basis: found 'gross'",
    ):
        assert part in message
    (tmp_path / "source.yml").write_text("columns: {Close: Last}\n")
    with pytest.raises(
        BadDataError, match=r"no column 'Last', which is said to be Close\. The columns are Date, Close"
    ):
        FilesSource(tmp_path).history("SPY")


def test_a_day_of_an_asset_that_trades_every_day_ends_at_its_own_midnight(tmp_path: Path) -> None:
    days = np.arange("2024-01-01", "2024-03-01", dtype="datetime64[D]")
    rows = "".join(f"{day}T23:59:59.999Z;{n + 1}.5\n" for n, day in enumerate(days))
    history = folder(tmp_path, "timestamp;close\n" + rows, "BTC-USD.csv").history("BTC-USD")
    np.testing.assert_array_equal(history.sessions, days)


def test_what_is_said_changes_the_identity(tmp_path: Path) -> None:
    source = folder(tmp_path, "Date,Close\n2026-04-16,1\n2026-04-17,2\n")
    (tmp_path / "source.yml").write_text("basis: total\n")
    assert FilesSource(tmp_path).identity("SPY") != source.identity("SPY")


def test_a_folder_of_like_files_is_told_once(tmp_path: Path) -> None:
    for name in ("A.csv", "B.csv"):
        (tmp_path / name).write_bytes(str(FORMS["Nasdaq"](prices())).encode())
    source = FilesSource(tmp_path)
    assert all(isinstance(each, object) for _, each in source.histories(["A", "B"]))
    assert source.notes == ["A.csv: columns Close/Last → Close, dates read as month/day/year."]


@pytest.mark.parametrize("seed", range(80))
def test_damage_of_any_kind_gives_prices_or_one_line(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    form = list(FORMS)[seed % len(FORMS)]
    content = FORMS[form](prices())
    damaged = bytearray(content if isinstance(content, bytes) else content.encode())
    for _ in range(3):
        damaged[random.integers(len(damaged))] = random.integers(256)
        start = random.integers(len(damaged))
        del damaged[start : start + random.integers(4)]
    message = ""
    try:
        folder(tmp_path, bytes(damaged)).history("SPY")
    except (DataError, SourceError) as error:
        message = str(error)
    assert "\n" not in message


def test_what_was_read_of_a_file_of_one_asset_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "A.csv").write_text(str(FORMS["plain"](prices())))
    (tmp_path / "B.csv").write_text(str(FORMS["Nasdaq"](prices())))
    source = FilesSource(tmp_path)
    assert source.assets() == ("A", "B")
    kept = [weakref.ref(history) for _, history in source.histories(["A", "B"])]
    gc.collect()
    assert [each() for each in kept] == [None, None]
    assert not any({"_columns", "_foreign"} & set(vars(file)) for file in source._files)


def test_prices_that_are_kept_keep_what_their_closes_are(tmp_path: Path) -> None:
    (tmp_path / "source.yml").write_text("basis: total\n")
    history = folder(tmp_path, FORMS["plain"](prices())).history("SPY")
    store = SnapshotStore(tmp_path)
    kept = store.load(store.save(history), "files")
    assert kept is not None
    assert (kept.basis, kept.rows) == (history.basis, history.rows) == ("total", "daily")


def test_a_day_without_a_price_and_dates_that_are_numbers_are_told(tmp_path: Path) -> None:
    source = folder(tmp_path, "Date,Close,Volume\n46128,1,5\n46129,N/A,-\n46132,2,5\n46133,,\n46134,3,5\n")
    assert [str(day) for day in source.history("SPY").sessions] == ["2026-04-16", "2026-04-20", "2026-04-22"]
    assert source.notes == [
        "SPY.csv: dates read as Excel's day numbers.",
        "SPY: 2 days, first 2026-04-17, have no price at all, and so no bar.",
    ]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("998.50", "999.50", "997.25", "999.75"), []),
        (("998.50", '"1,001.50"', '"1,002.25"', "999.75"), ["IWM.csv: comma for thousands."]),
        (('"998,50"', '"1.001,50"', '"1.002,25"', '"999,75"'), ["IWM.csv: decimal comma."]),
    ],
)
def test_signs_that_are_not_plain_are_told_once_one_cell_has_them(
    tmp_path: Path, cells: tuple[str, ...], said: list[str]
) -> None:
    lines = [f"2024-01-0{day},{cell}" for day, cell in enumerate(cells, 2)]
    (tmp_path / "IWM.csv").write_text("\n".join(["Date,Close", *lines]) + "\n", encoding="utf-8")
    source = FilesSource(tmp_path)
    assert source.history("IWM").close[0] == 998.5
    assert source.notes == said
