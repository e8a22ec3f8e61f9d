"""Forty sessions as vendors, spreadsheets and programs would write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from generator.market.history import DateArray, FloatArray


@dataclass(frozen=True, eq=False)
class Prices:
    """Daily bars with closes of cents: sessions, and open, high, low, close, volume by name."""

    sessions: DateArray
    columns: dict[str, FloatArray]

    @property
    def days(self) -> list[date]:
        """The sessions as dates."""
        return [date.fromisoformat(str(day)) for day in self.sessions]

    def __getitem__(self, name: str) -> FloatArray:
        return self.columns[name]


def prices(count: int = 40, first: str = "2026-02-26", scale: float = 60.0, seed: int = 5) -> Prices:
    """A walk on weekdays, in cents."""
    random = np.random.default_rng(seed)
    days = np.busday_offset(first, np.arange(count), roll="forward")
    close = np.round(scale * np.exp(np.cumsum(random.normal(0, 0.012, count))), 2)
    start = np.round(close * (1 + random.normal(0, 0.004, count)), 2)
    high = np.round(np.maximum(close, start) + scale * 0.003, 2)
    low = np.round(np.minimum(close, start) - scale * 0.003, 2)
    volume = random.integers(10_000, 900_000, count) * 100.0
    return Prices(days, {"open": start, "high": high, "low": low, "close": close, "volume": volume})


def number(value: float, decimal: str = ".", thousands: str = "", places: int = 2) -> str:
    """``1.234,56`` and its like."""
    return f"{value:,.{places}f}".translate(str.maketrans({",": thousands, ".": decimal}))


def table(rows: Sequence[Sequence[str]], separator: str = ",", quote: bool = False, end: str = "\n") -> str:
    """Rows as the text of a file."""

    def cell(text: str) -> str:
        return f'"{text}"' if quote or separator in text else text

    return "".join(separator.join(map(cell, row)) + end for row in rows)


def bars(
    p: Prices,
    names: Sequence[str],
    day: Callable[[date], str],
    price: Callable[[float], str] = number,
    volume: Callable[[float], str] = lambda value: f"{value:.0f}",
    order: str = "ohlcv",
    newest_first: bool = False,
    **options: object,
) -> str:
    """The usual table: a date and some of open, high, low, close, volume."""
    fields = {"o": "open", "h": "high", "l": "low", "c": "close", "v": "volume"}
    rows = [
        [day(at), *((volume if key == "v" else price)(p[fields[key]][n]) for key in order)]
        for n, at in enumerate(p.days)
    ]
    return table([names, *(rows[::-1] if newest_first else rows)], **options)  # type: ignore[arg-type]


def _new_york(day: date, at: time = time(9, 30)) -> int:
    return int(datetime.combine(day, at, ZoneInfo("America/New_York")).timestamp())


GERMAN_MONTHS = ("Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
FRENCH_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
SPANISH_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
OHLCV = ["Open", "High", "Low", "Close", "Volume"]


def _us(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def _de(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _comma(value: float) -> str:
    return number(value, ",", ".")


def _millions(value: float) -> str:
    return f"{value / 1e6:.2f}M"


def _wide(p: Prices, ticker_first: bool) -> str:
    names = ["Close", "Close", "Volume", "Volume"]
    tickers = ["SPY", "IWM"] * 2
    heads = (
        [["Ticker", *tickers], ["Price", *names]]
        if ticker_first
        else [["Price", *names], ["Ticker", *tickers]]
    )
    rows = [
        [str(day), number(p["close"][n]), number(p["close"][n] * 2), f"{p['volume'][n]:.0f}", "7"]
        for n, day in enumerate(p.days)
    ]
    return table([*heads, ["Date", "", "", "", ""], *rows])


FORMS: dict[str, Callable[[Prices], str | bytes]] = {
    "plain": lambda p: bars(p, ["Date", *OHLCV], str),
    "lower case": lambda p: bars(p, ["date", *map(str.lower, OHLCV)], str),
    "upper case, newest first": lambda p: bars(p, ["DATE", *map(str.upper, OHLCV)], str, newest_first=True),
    "plain, newest first": lambda p: bars(p, ["Date", *OHLCV], str, newest_first=True),
    "byte order mark and Windows": lambda p: (
        b"\xef\xbb\xbf" + bars(p, ["Date", *OHLCV], str, end="\r\n").encode()
    ),
    "UTF-16": lambda p: bars(p, ["Date", *OHLCV], str, separator="\t").encode("utf-16"),
    "tabs": lambda p: bars(p, ["Date", *OHLCV], str, separator="\t"),
    "bars between": lambda p: bars(p, ["Date", *OHLCV], str, separator="|"),
    "Yahoo's page": lambda p: bars(
        p,
        ["Date", "Open", "High", "Low", "Close*", "Volume"],
        lambda day: f"{day:%b} {day.day}, {day.year}",
        volume=lambda value: f"{value:,.0f}",
        newest_first=True,
    ),
    "investing.com": lambda p: (
        "\ufeff"
        + bars(
            p,
            ["Date", "Price", "Open", "High", "Low", "Vol."],
            _us,
            order="cohlv",
            volume=_millions,
            quote=True,
        )
    ),
    "investing.com in German": lambda p: bars(
        p,
        ["Datum", "Zuletzt", "Eröffn.", "Hoch", "Tief", "Vol."],
        _de,
        _comma,
        order="cohlv",
        volume=lambda value: f"{value / 1e6:.2f}M".replace(".", ","),
        quote=True,
        newest_first=True,
    ),
    "investing.com in French": lambda p: bars(
        p,
        ["Date", "Dernier", "Ouv.", "Plus Haut", "Plus Bas", "Vol."],
        lambda day: f"{day:%d/%m/%Y}",
        _comma,
        order="cohlv",
        volume=lambda value: f"{value / 1e3:.2f}K".replace(".", ","),
        quote=True,
    ),
    "investing.com in Spanish": lambda p: bars(
        p,
        ["Fecha", "Último", "Apertura", "Máximo", "Mínimo", "Vol."],
        _de,
        _comma,
        order="cohlv",
        volume=lambda value: f"{value / 1e6:.2f}M".replace(".", ","),
        quote=True,
    ),
    "Nasdaq": lambda p: bars(
        p,
        ["Date", "Close/Last", "Volume", "Open", "High", "Low"],
        _us,
        "${:.2f}".format,
        order="cvohl",
        newest_first=True,
    ),
    "Stooq": lambda p: bars(p, ["Data", "Otwarcie", "Najwyzszy", "Najnizszy", "Zamkniecie", "Wolumen"], str),
    "Tiingo": lambda p: bars(
        p,
        ["date", "close", "high", "low", "open", "volume"],
        lambda day: f"{day}T00:00:00.000Z",
        order="chlov",
    ),
    "Alpha Vantage": lambda p: bars(p, ["timestamp", *map(str.lower, OHLCV)], str, newest_first=True),
    "Alpha Vantage's JSON as a table": lambda p: bars(
        p, ["date", "1. open", "2. high", "3. low", "4. close", "5. volume"], str
    ),
    "Polygon": lambda p: bars(
        p, ["t", "v", "o", "c", "h", "l"], lambda day: str(_new_york(day, time(0)) * 1000), order="vochl"
    ),
    "Unix milliseconds": lambda p: bars(
        p, ["t", "o", "h", "l", "c", "v"], lambda day: str(_new_york(day, time(0)) * 1000)
    ),
    "TradingView": lambda p: bars(
        p, ["time", "open", "high", "low", "close", "Volume"], lambda day: str(_new_york(day))
    ),
    "MetaTrader": lambda p: bars(
        p,
        ["<DATE>", "<OPEN>", "<HIGH>", "<LOW>", "<CLOSE>", "<TICKVOL>"],
        lambda day: f"{day:%Y.%m.%d}",
        separator="\t",
    ),
    "Google Sheets": lambda p: bars(
        p, ["Date", "Close"], lambda day: f"{day.month}/{day.day}/{day.year} 16:00:00", order="c"
    ),
    "FRED": lambda p: bars(p, ["observation_date", "SPY"], str, order="c").replace(
        "2026-03-02,", "2026-03-01,.\n2026-03-02,"
    ),
    "FRED of old": lambda p: bars(p, ["DATE", "VALUE"], str, order="c") + "2026-12-24,.\n",
    "ECB": lambda p: "Exchange rate\n" + bars(p, ["TIME_PERIOD", "OBS_VALUE"], str, order="c"),
    "Bloomberg": lambda p: bars(
        p, ["Date", "PX_LAST", "PX_VOLUME"], lambda day: f"{day:%m/%d/%y}", order="cv"
    ),
    "Refinitiv": lambda p: bars(
        p,
        ["Exchange Date", "Close", "Open", "Low", "High", "Volume"],
        lambda day: f"{day:%d-%b-%Y}",
        order="colhv",
    ),
    "Excel in German": lambda p: bars(
        p, ["Datum", "Eröffnung", "Hoch", "Tief", "Schluss", "Volumen"], _de, _comma, separator=";"
    ),
    "Excel in German, cp1252": lambda p: bars(
        p, ["Datum", "Erster", "Hoch", "Tief", "Schlußkurs", "Stück"], _de, _comma, separator=";"
    ).encode("cp1252"),
    "euro signs": lambda p: bars(
        p,
        ["Datum", "Erster", "Hoch", "Tief", "Schlusskurs", "Stuecke"],
        _de,
        lambda v: f"{_comma(v)} €",
        separator=";",
    ).replace("Stuecke", "Volumen"),
    "month names in German": lambda p: bars(
        p,
        ["Datum", "Schluss"],
        lambda d: f"{d.day}. {GERMAN_MONTHS[d.month - 1]} {d.year}",
        _comma,
        order="c",
        separator=";",
    ),
    "month names in French": lambda p: bars(
        p,
        ["Date", "Clôture"],
        lambda d: f"{d.day} {FRENCH_MONTHS[d.month - 1]} {d.year}",
        _comma,
        order="c",
        separator=";",
    ),
    "month names in Spanish": lambda p: bars(
        p,
        ["Fecha", "Cierre"],
        lambda d: f"{d.day} {SPANISH_MONTHS[d.month - 1]} {d.year}",
        _comma,
        order="c",
        separator=";",
    ),
    "Excel in Swedish": lambda p: bars(
        p,
        ["Datum", "Öppning", "Högst", "Lägst", "Stängningskurs", "Volym"],
        str,
        lambda v: number(v, ",", "\u00a0"),
        separator=";",
    ),
    "Excel in Swiss German": lambda p: bars(
        p, ["Datum", "Schluss"], _de, lambda v: number(v, ".", "’"), order="c", separator=";"
    ),
    "Excel with its own sep line": lambda p: "sep=;\n" + bars(p, ["Date", *OHLCV], str, separator=";"),
    "serial numbers of Excel": lambda p: bars(
        p, ["Date", "Close"], lambda d: str((d - date(1899, 12, 30)).days), order="c"
    ),
    "Yahoo Japan": lambda p: bars(
        p,
        ["日付", "始値", "高値", "安値", "終値", "出来高"],
        lambda d: f"{d.year}年{d.month}月{d.day}日",
        lambda v: number(v, thousands=","),
    ),
    "Yahoo Japan in Shift-JIS": lambda p: bars(
        p, ["日付", "始値", "高値", "安値", "終値", "出来高"], lambda d: f"{d:%Y/%m/%d}"
    ).encode("cp932"),
    "Chinese": lambda p: bars(p, ["日期", "开盘", "最高", "最低", "收盘", "成交量"], str).encode("gb18030"),
    "Chinese with short names": lambda p: bars(
        p, ["日期", "开盘", "高", "低", "收盘", "交易量", "总市值"], str, order="ohlcvv"
    ),
    "Swedish bank": lambda p: bars(p, ["Datum", "Stängning"], str, _comma, order="c", separator=";"),
    "Russian": lambda p: bars(
        p, ["Дата", "Открытие", "Макс", "Мин", "Закрытие", "Объем"], _de, _comma, separator=";"
    ),
    "dates without separators": lambda p: bars(
        p, ["<DTYYYYMMDD>", "<CLOSE>"], lambda d: f"{d:%Y%m%d}", order="c"
    ).replace("<DTYYYYMMDD>", "<DATE>"),
    "two-digit years": lambda p: bars(
        p, ["Datum", "Kurs"], lambda d: f"{d:%d.%m.%y}", _comma, order="c", separator=";"
    ),
    "preamble and footer": lambda p: (
        "SPDR S&P 500 ETF Trust\nPrices in USD\n\n"
        + bars(p, ["Date", *OHLCV], str)
        + "\nSource: the exchange\n*delayed,,,,,\n"
    ),
    "a line of units": lambda p: bars(p, ["Date", *OHLCV], str).replace(
        "Volume\n", "Volume\n,USD,USD,USD,USD,shares\n"
    ),
    "yfinance's three lines": lambda p: (
        "Price,Close,Volume\nTicker,SPY,SPY\nDate,,\n" + bars(p, [], str, order="cv").lstrip("\n")
    ),
    "yfinance, several side by side": lambda p: _wide(p, ticker_first=False),
    "yfinance, by ticker": lambda p: _wide(p, ticker_first=True),
    "closes of several side by side": lambda p: table(
        [["Date", "IWM", "SPY"], *([str(d), "7.5", number(p["close"][n])] for n, d in enumerate(p.days))]
    ),
    "pandas' index": lambda p: bars(p, ["Date", "0"], lambda d: f"{d} 00:00:00", order="c"),
    "times with the exchange's offset": lambda p: bars(
        p, ["Datetime", *OHLCV], lambda d: f"{d} 00:00:00-05:00"
    ),
    "minus for missing days": lambda p: (
        bars(p, ["Date", "Close", "Volume"], str, order="cv") + "2026-12-24,-,-\n"
    ),
    "Kaggle": lambda p: table(
        [
            ["date", "open", "high", "low", "close", "volume", "Name"],
            *(
                [
                    str(d),
                    *(number(p[k][n]) for k in ("open", "high", "low", "close")),
                    f"{p['volume'][n]:.0f}",
                    "SPY",
                ]
                for n, d in enumerate(p.days)
            ),
            *([str(d), "1", "1", "1", "1", "1", "AAL"] for d in p.days),
        ]
    ),
    "percent columns": lambda p: table(
        [
            ["Date", "Close", "Change %"],
            *([str(d), number(p["close"][n]), "0.12%"] for n, d in enumerate(p.days)),
        ]
    ),
    "time in UTC at the close": lambda p: bars(
        p,
        ["Date", "Close"],
        lambda d: f"{datetime.fromtimestamp(_new_york(d, time(16)), UTC):%Y-%m-%d %H:%M:%S}+00:00",
        order="c",
    ),
}
"""Every form as a function from prices to the content of ``SPY.csv``."""
