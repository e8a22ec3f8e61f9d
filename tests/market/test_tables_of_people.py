"""Tables that people and their programs make: index columns without a name, tickers within names, months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generator.core.errors import BadDataError, SpecError, UnknownAssetError
from generator.market.providers.files import FilesSource
from generator.market.tables.grid import _written_together
from tests.market.vendors import OHLCV, Prices, bars, number, prices, table


def folder(tmp_path: Path, content: str | bytes, name: str = "prices.csv") -> FilesSource:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return FilesSource(tmp_path)


def wide(p: Prices, *heads: list[str], **others: str) -> str:
    """Lines of names, and below them a date, the closes of SPY, twice these, and columns of one cell."""
    rows = [
        [str(day), number(p["close"][n]), number(p["close"][n] * 2), *others.values()]
        for n, day in enumerate(p.days)
    ]
    return table([*heads, *rows])


SIDE_BY_SIDE: dict[str, Callable[[Prices], str]] = {
    "plain": lambda p: wide(p, ["Date", "SPY", "QQQ"]),
    "pandas' index without a name": lambda p: wide(p, ["", "SPY", "QQQ"]),
    "the same, read and written again": lambda p: wide(p, ["Unnamed: 0", "SPY", "QQQ"]),
    "an empty column": lambda p: wide(p, ["Date", "SPY", "QQQ", "XYZ"], xyz=""),
    "a column of words": lambda p: wide(p, ["Date", "SPY", "QQQ", "Regime"], regime="bull"),
    "tickers of one letter": lambda p: wide(p, ["Date", "SPY", "QQQ", "C", "T", "V"], c="1", t="2", v="3"),
    "tickers that are words": lambda p: wide(p, ["DATE", "SPY", "QQQ", "LOW"], low="220.5"),
    "names above the tickers": lambda p: wide(p, ["Name", "S&P 500", "Nasdaq"], ["Date", "SPY", "QQQ"]),
    "names below the tickers": lambda p: wide(p, ["Date", "SPY", "QQQ"], ["", "S&P 500", "Nasdaq"]),
    "units below the tickers": lambda p: wide(p, ["Date", "SPY", "QQQ"], ["Currency", "USD", "USD"]),
    "ticker and price": lambda p: wide(p, ["Date", "SPY_Close", "QQQ_Close"]),
    "price and ticker": lambda p: wide(p, ["Date", "Close_SPY", "Close_QQQ"]),
    "with a space": lambda p: wide(p, ["Date", "SPY Adj Close", "QQQ Adj Close"]),
    "with opens": lambda p: wide(p, ["Date", "SPY.Close", "QQQ.Close", "SPY.Open"], o="61.5"),
    "levels as text": lambda p: wide(p, ["Date", "('Close', 'SPY')", "('Close', 'QQQ')"]),
    "Bloomberg": lambda p: wide(p, ["Dates", "SPY", "QQQ"]),
}


@pytest.mark.parametrize("form", SIDE_BY_SIDE)
def test_closes_side_by_side_are_found_by_their_tickers(tmp_path: Path, form: str) -> None:
    p = prices()
    source = folder(tmp_path, SIDE_BY_SIDE[form](p))
    for asset, factor in (("SPY", 1), ("qqq", 2)):
        history = source.history(asset)
        np.testing.assert_array_equal(history.sessions, p.sessions)
        np.testing.assert_allclose(history.close, p["close"] * factor, atol=1e-9)
    assert history.basis == ("total" if form in ("levels as text", "with a space") else "price")


def test_what_is_no_number_beside_closes_is_named(tmp_path: Path) -> None:
    source = folder(tmp_path, SIDE_BY_SIDE["a column of words"](prices()))
    source.history("SPY")
    assert source.notes == ["prices.csv: not read: Regime, each column the closes of one of 2 assets."]


def test_several_numbers_for_each_ticker_are_not_taken_for_closes(tmp_path: Path) -> None:
    rows = [["84398", str(day), "SPY", "60.5", "0.01"] for day in prices().days]
    source = folder(tmp_path, table([["permno", "date", "ticker", "quoted", "ret"], *rows]))
    with pytest.raises(UnknownAssetError, match=r"no column is known to be the close; found permno, date"):
        source.history("SPY")


ALONE: dict[str, Callable[[Prices], str | bytes]] = {
    "R's quantmod": lambda p: bars(p, ["Index", *(f"SPY.{name}" for name in OHLCV)], str, quote=True),
    "R's row names": lambda p: bars(p, ["", *(f"SPY.{name}" for name in OHLCV)], str, quote=True),
    "pandas' index without a name": lambda p: bars(p, ["", *OHLCV], str),
    "big-endian UTF-16 without a mark": lambda p: bars(p, ["Date", *OHLCV], str).encode("utf-16-be"),
    "CoinGecko": lambda p: bars(p, ["snapped_at", "price"], lambda d: f"{d} 00:00:00 UTC", order="c"),
    "MetaStock": lambda p: bars(p, ["<DTYYYYMMDD>", "<CLOSE>"], lambda d: f"{d:%Y%m%d}", order="c"),
    "Barchart": lambda p: bars(p, ["Date Time", "Open", "High", "Low", "Latest", "Volume"], str),
    "Boursorama": lambda p: bars(
        p, ["date", "ouv", "haut", "bas", "clot", "vol"], lambda d: f"{d:%d/%m/%Y} 00:00", separator="\t"
    ),
    "Indonesian": lambda p: bars(p, ["Tanggal", "Terakhir", "Pembukaan"], str, order="co"),
    "Vietnamese": lambda p: bars(p, ["Ngày", "Lần cuối"], str, order="c"),
    "Thai": lambda p: bars(p, ["วันที่", "ล่าสุด"], str, order="c"),
    "German without umlauts": lambda p: bars(
        p, ["Datum", "Eroeffnung", "Hoechst", "Tief", "Schluss", "Stuecke"], str
    ),
    "JavaScript": lambda p: bars(
        p,
        ["Date", "Close"],
        lambda d: f"{d:%a %b %d %Y} 00:00:00 GMT-0500 (Eastern Standard Time)",
        order="c",
    ),
    "the close under the file's name": lambda p: bars(p, ["Date", "SPY", "Volume"], str, order="cv"),
    "Yahoo's page with its remarks": lambda p: bars(
        p,
        ["Date", "Open", "High", "Low", "Close Close price adjusted for splits.", "Volume"],
        lambda d: f"{d:%b} {d.day}, {d.year}",
        volume=lambda v: f"{v:,.0f}",
        separator="\t",
        newest_first=True,
    ),
    "Yahoo's page with dividends": lambda p: (
        bars(p, ["Date", *OHLCV], str, separator="\t")
        + f"{p.days[-1]}\t1.76 Dividend\n{p.days[-1]}\t4:1 Stock Splits\t\t\t\t\n"
    ),
}


@pytest.mark.parametrize("form", ALONE)
def test_tables_of_one_asset(tmp_path: Path, form: str) -> None:
    p = prices()
    history = folder(tmp_path, ALONE[form](p), "SPY.csv").history("SPY")
    np.testing.assert_array_equal(history.sessions, p.sessions)
    np.testing.assert_array_equal(history.close, p["close"])
    assert history.open is None or np.array_equal(history.open, p["open"])
    assert history.volume is None or np.array_equal(history.volume, p["volume"])


def test_lines_of_dividends_and_splits_are_told(tmp_path: Path) -> None:
    source = folder(tmp_path, ALONE["Yahoo's page with dividends"](prices()), "SPY.csv")
    source.history("SPY")
    assert source.notes == ["SPY.csv: tabs between cells, 2 lines of dividends or splits left out."]


@pytest.mark.parametrize("written", ["%b-%y", "%B %Y", "%Y%m", "%m/%Y", "%m-%Y", "%Y-%m", "%Y.%m", "%YM%m"])
@pytest.mark.parametrize("newest_first", [False, True])
def test_months_as_people_write_them(tmp_path: Path, written: str, newest_first: bool) -> None:
    months = [date(1998 + n // 12, n % 12 + 1, 1) for n in range(60)]
    rows = [[f"{month:{written}}", str(50 + n)] for n, month in enumerate(months)]
    history = folder(
        tmp_path, table([["Date", "Close"], *(rows[::-1] if newest_first else rows)]), "SPY.csv"
    ).history("SPY")
    assert history.rows == "monthly"
    assert [str(day)[:7] for day in history.sessions] == [str(month)[:7] for month in months]
    np.testing.assert_array_equal(history.close, 50 + np.arange(60))


def test_days_without_a_year_are_not_taken_for_months(tmp_path: Path) -> None:
    rows = [[f"{day:%d-%b}", "5"] for day in prices().days]
    with pytest.raises(BadDataError, match="'26-Feb' is not a date"):
        folder(tmp_path, table([["Date", "Close"], *rows]), "SPY.csv").history("SPY")
    rows = [[f"{day:%b %d}", str(5 + n)] for n, day in enumerate(prices().days)]
    with pytest.raises(BadDataError):
        folder(tmp_path, table([["Date", "Close"], *rows]), "SPY.csv").history("SPY")


def test_parquet_of_categories_floats_and_nameless_indices(tmp_path: Path) -> None:
    p = prices()
    close = pd.Series(p["close"], index=pd.DatetimeIndex(p.sessions))
    unix = [float(pd.Timestamp(day, tz="America/New_York").timestamp()) for day in p.days]
    texts = pa.array([str(day) for day in p.days]).dictionary_encode()
    pq.write_table(pa.table({"Date": texts, "Close": p["close"]}), tmp_path / "A.parquet")
    pq.write_table(pa.table({"timestamp": unix, "close": p["close"]}), tmp_path / "B.parquet")
    both = pd.concat({"C": close, "D": close * 2}, names=["ticker", None]).rename("Close").to_frame()
    both.to_parquet(tmp_path / "two.parquet")
    source = FilesSource(tmp_path)
    for asset, factor in {"A": 1, "B": 1, "C": 1, "D": 2}.items():
        history = source.history(asset)
        np.testing.assert_array_equal(history.sessions, p.sessions)
        np.testing.assert_allclose(history.close, p["close"] * factor)


def test_a_decimal_sign_that_the_cells_deny_is_told(tmp_path: Path) -> None:
    (tmp_path / "source.yml").write_text("decimal_sign: comma\n")
    source = folder(tmp_path, bars(prices(), ["Date", "Close"], str, order="c"), "SPY.csv")
    with pytest.raises(BadDataError, match=r"another decimal sign .* Correct it in the source\.yml"):
        source.history("SPY")


def test_a_credit_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "source.yml").write_text("credit: |\n  Tiingo\n  and others\n")
    with pytest.raises(SpecError, match="credit: must be one line"):
        folder(tmp_path, "Date,Close\n", "SPY.csv")


def test_looking_for_a_ticker_reads_no_file_of_another_asset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bars(prices(), ["Date", *OHLCV], str)
    for number_of_file in range(5):
        (tmp_path / f"T{number_of_file}.csv").write_text(content)
    read: list[str] = []
    monkeypatch.setattr(
        "generator.market.tables.price_file.read_bytes",
        lambda path: read.append(path.name) or path.read_bytes(),
    )
    assert len(FilesSource(tmp_path).history("t3")) == 40
    with pytest.raises(UnknownAssetError):
        FilesSource(tmp_path).history("NONE")
    assert read == ["T3.csv"]


def test_numbers_of_rows_are_no_dates(tmp_path: Path) -> None:
    rows = [[str(10_000 + n), "60.5"] for n in range(30)]
    with pytest.raises(BadDataError, match="no column is known to be the date"):
        folder(tmp_path, table([["", "Close"], *rows]), "SPY.csv").history("SPY")


@pytest.mark.parametrize(("every", "told"), [(1, True), (7, False)])
def test_who_trades_every_weekend_is_told_how_to_say_so(tmp_path: Path, every: int, told: bool) -> None:
    days = np.datetime64("2026-01-05") + np.arange(120)
    # One Saturday among weekdays, or all days.
    kept = [day for n, day in enumerate(days) if every == 1 or np.is_busday(day) or n == 5]
    source = folder(tmp_path, table([["Date", "Close"], *([str(day), "60.5"] for day in kept)]), "COIN.csv")
    source.history("COIN")
    assert [note.endswith("say so in watchlist.yml: calendar: 24/7.") for note in source.notes] == [told]


@pytest.mark.parametrize(
    ("names", "prices", "tickers"),
    [
        (("Date", "SPY.Close", "QQQ.Close"), ("Date", "Close", "Close"), ("", "SPY", "QQQ")),
        (("Date", "Close_SPY", "Volume_SPY"), ("Date", "Close", "Volume"), ("", "SPY", "SPY")),
        (("SPY.Close", "Date"), ("Close", "Date"), ("SPY", "")),
        (("SPY.Close", "QQQ.Close"), None, None),  # no day
        (("Date", "date", "SPY.Close"), None, None),  # two
        (("Date", "SPY.Close", "QQQ"), None, None),
        (("Date", "SPY.Open"), None, None),  # no close
    ],
)
def test_names_of_prices_and_tickers_in_one(
    names: tuple[str, ...], prices: tuple[str, ...] | None, tickers: tuple[str, ...] | None
) -> None:
    assert _written_together(names) == (None if prices is None else (prices, tickers))
