"""Numbers, names of columns and moments as files write them; what is expected is worked out by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from generator.core.errors import BadDataError
from generator.market.cells import is_blank, known_prices, known_volumes, meant_decimals, told_unknown
from generator.market.tables.amounts import Decimal, amounts, cell, habit_of
from generator.market.tables.basis import basis_of, pays_nothing
from generator.market.tables.columns import (
    Roles,
    folded,
    is_continental,
    is_ignored,
    role_of,
    roles_of,
)
from generator.market.tables.moments import sessions_of

NAN = np.nan


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1,234.56", 1234.56, None),
        ("1.234,56 €", None, 1234.56),
        ("1,234", 1234.0, 1.234),
        ("1.234", 1.234, 1234.0),
        ("12,34,567.8", 1234567.8, None),  # in India
        ("1'234.5", 1234.5, None),
        ("1’234,5", None, 1234.5),
        ("1\u00a0234,5", None, 1234.5),
        ("1,23", None, 1.23),
        ("0,123", None, 0.123),
        ("1,234,56", None, None),
        ("1.2.3", None, None),
        ("12", 12.0, 12.0),
        (".5", 0.5, None),
        ("5.", 5.0, None),
        ("$12", 12.0, 12.0),
        ("12 USD", 12.0, 12.0),
        ("USD 12", 12.0, 12.0),
        ("12 kr.", 12.0, 12.0),
        # Units.
        ("62.45M", 62_450_000.0, None),
        ("2k", 2e3, 2e3),
        ("2 Tsd.", 2e3, 2e3),
        ("2mm", 2e6, 2e6),
        ("2 Mio.", 2e6, 2e6),
        ("2mln", 2e6, 2e6),
        ("2 mil", 2e6, 2e6),
        ("2B", 2e9, 2e9),
        ("2bn", 2e9, 2e9),
        ("2mrd", 2e9, 2e9),
        ("2mld", 2e9, 2e9),
        ("2md", 2e9, 2e9),
        ("2T", 2e12, 2e12),
        ("2tn", 2e12, 2e12),
        ("2bio", 2e12, 2e12),
        ("2万", 2e4, 2e4),
        ("2億", 2e8, 2e8),
        ("2亿", 2e8, 2e8),
        # Signs and powers.
        *((text, -3.1, None) for text in ("-3.1", "−3.1", "–3.1", "3.1-", "(3.1)", "($3.1)", "$-3.1")),
        ("+3.1", 3.1, None),
        ("-2M", -2e6, -2e6),
        ("1.5E-2", 0.015, None),
        ("1e3", 1000.0, 1000.0),
    ],
)
def test_a_number_as_people_write_it(text: str, point: float | None, comma: float | None) -> None:
    found = cell(text)
    assert found is not None
    assert (found.value("."), found.value(",")) == (point, comma)
    values = [amounts(pa.array([text, "x"], pa.string()), sign)[0] for sign in (".", ",")]
    np.testing.assert_array_equal(values, [NAN if each is None else each for each in (point, comma)])


@pytest.mark.parametrize("text", ["", "x", "(3.1", "3.1)", "7x", "7 qq", "1 2 3 x", "--1", "3.1%", "."])
def test_what_is_no_number(text: str) -> None:
    assert cell(text) is None


@pytest.mark.parametrize(
    ("columns", "decimal", "example", "clash"),
    [
        ([], ".", "", ""),
        ([["12", "13"]], ".", "", ""),
        ([["1.5", "2.25"]], ".", "1.5", ""),
        ([["1.234", "1.5"]], ".", "1.5", ""),  # all plain, and one with a point that is none of thousands
        ([["1.2345"]], ".", "1.2345", ""),
        ([["-1.5"]], ".", "-1.5", ""),
        ([["1,5", "2,5"]], ",", "1,5", ""),
        ([["n/a", "1,234.5"]], ".", "1,234.5", ""),
        ([["1,000,000"]], ".", "1,000,000", ""),
        ([["1.000.000"]], ",", "1.000.000", ""),
        ([["1,234", "5,678"]], None, "1,234", ""),
        ([["1.234", "x"]], None, "1.234", ""),
        ([["1.234"], ["5,6"]], ",", "5,6", ""),
        ([["1,234"], ["5.6"]], ".", "5.6", ""),
        ([["1.5"], ["2,5"]], None, "1.5", "2,5"),
        ([["2,5", "1.5 €"]], None, "1.5 €", "2,5"),
        ([["x,y", "3,1%"]], ".", "", ""),
    ],
)
def test_the_decimal_sign_of_columns(
    columns: list[list[str]], decimal: Decimal | None, example: str, clash: str
) -> None:
    found = habit_of(columns)
    assert (found.decimal, found.example, found.clash) == (decimal, example, clash)


def test_cells_that_are_no_number_are_unknown() -> None:
    plain = amounts(pa.array(["1.5", "nan", "2"], pa.string()), ".")
    np.testing.assert_array_equal(plain, [1.5, NAN, 2])
    np.testing.assert_array_equal(amounts(pa.array(["1,5", "", "x"], pa.string()), ","), [1.5, NAN, NAN])
    np.testing.assert_array_equal(amounts(pa.array(["1.5", "", "2,000"], pa.string()), "."), [1.5, NAN, 2000])


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("1. Open (USD)", "open"),
        ("2b) Close [EUR]", "close"),
        ("AdjClose", "adj close"),
        (" \ufeff<DATE>* ", "date"),
        ('"Close/Last"', "close last"),
        ("Schlußkurs", "schlusskurs"),
        ("Clôture", "cloture"),
        ("Zamknięcie", "zamkniecie"),
        ("Åbning", "abning"),
        ("Høy", "hoy"),
        ("PX_LAST", "px last"),
        ("ＣＬＯＳＥ", "close"),
        ("終値", "終値"),
    ],
)
def test_a_name_without_its_dress(name: str, plain: str) -> None:
    assert folded(name) == plain


def test_names_of_columns_that_are_known() -> None:
    for name, role in (
        ("Date", ("Date", 0)),
        ("Day", ("Date", 1)),
        ("time", ("Date", 2)),
        ("Schluss", ("Close", 0)),
        ("Last", ("Close", 1)),
        ("Adj Close", ("Adj Close", 0)),
        ("tick volume", ("Volume", 1)),
        ("Symbol", ("Ticker", 0)),
        ("Name", ("Ticker", 1)),
        ("SPY", None),
        ("Close %", None),
        ("±Close", None),
        ("percent close", None),
    ):
        assert role_of(name) == role
    for name, ignored in (
        (" ", True),
        ("Change %", True),
        ("Open Int", True),
        ("Close", False),
        ("SPY", False),
    ):
        assert is_ignored(name) is ignored
    for name, continental in (
        ("Datum", True),
        ("Kurs", True),
        ("Date", False),
        ("Closing Price", False),
        ("Adj. Schlusskurs", True),
        ("日付", False),
        ("SPY", False),
    ):
        assert is_continental(name) is continental


@pytest.mark.parametrize(
    ("names", "of", "others", "rivals"),
    [
        ("Date,Close", {"Date": 0, "Close": 1}, (), ()),
        ("Date,Close,Last", {"Date": 0, "Close": 1}, ("Last",), ()),
        ("Date,Last,Close", {"Date": 0, "Close": 2}, ("Last",), ()),
        ("Date,Last,Settle,Open", {"Date": 0, "Close": 1, "Open": 3}, (), (1, 2)),
        ("Date,Close,Close", {"Date": 0, "Close": 1}, (), (1, 2)),
        ("Datum,Date,Close", {"Date": 1, "Close": 2}, ("Datum",), ()),
        ("Datum,Tag,Close", {"Date": 0, "Close": 2}, ("Tag",), ()),
        ("Date,Close,Vol,Volume", {"Date": 0, "Close": 1, "Volume": 2}, ("Volume",), ()),
        ("Date, Foo ,,Close", {"Date": 0, "Close": 3}, ("Foo",), ()),
        # Letters alone are prices, but for beside names that are not known: there they are tickers.
        ("t,o,h,l,c,v", {"Date": 0, "Open": 1, "High": 2, "Low": 3, "Close": 4, "Volume": 5}, (), ()),
        ("t,c,Change %,", {"Date": 0, "Close": 1}, ("Change %",), ()),
        ("t,SPY,C,v", {"Date": 0}, ("SPY", "C", "v"), ()),
        ("t,SPY,Open", {"Date": 0, "Open": 2}, ("SPY",), ()),
        ("Date,SPY,高", {"Date": 0, "High": 2}, ("SPY",), ()),
    ],
)
def test_which_column_is_which(
    names: str, of: dict[str, int], others: tuple[str, ...], rivals: tuple[int, ...]
) -> None:
    found = roles_of(names.split(","), {}, "X.csv")
    assert (dict(found.of), found.others, found.rivals) == (of, others, rivals)


def test_columns_that_are_told() -> None:
    found = roles_of(["Date", "Foo", "Close"], {"Close": "foo"}, "X.csv")
    assert (dict(found.of), found.others) == ({"Close": 1, "Date": 0}, ("Close",))
    assert dict(roles_of(["foo", " Foo "], {"Close": "Foo"}, "X.csv").of) == {"Close": 1}
    assert dict(roles_of(["Open", "Date"], {"Close": "Open"}, "X.csv").of) == {"Close": 0, "Date": 1}
    for names in (["Date", "", "Last"], ["foo", "FOO"]):
        shown = ", ".join(name for name in names if name)
        with pytest.raises(BadDataError) as caught:
            roles_of(names, {"Close": "Foo"}, "X.csv, line 1")
        assert str(caught.value) == (
            f"X.csv, line 1: no column 'Foo', which is said to be Close. The columns are {shown}. Correct "
            "'columns' in the source.yml or the source of letter.yml."
        )
    assert Roles({"Date": 0, "Close": 2}).said(["date", "x", " Schluss "]) == ["Schluss → Close"]


@pytest.mark.parametrize(
    ("asset", "told", "adjusted", "basis", "said"),
    [
        ("SPY", None, False, "price", ""),
        ("SPY", None, True, "total", "closes adjusted for dividends already, so returns are total returns"),
        ("SPY", "price", True, "price", ""),
        ("SPY", "total", False, "total", "closes adjusted for dividends, as is said"),
        ("^GSPC", None, True, "price", ""),
        ("BTC-USD", None, True, "price", ""),
        ("CL=F", None, True, "price", ""),
        ("7203.T", None, True, "total", "closes adjusted for dividends already"),
    ],
)
def test_what_the_closes_are(asset: str, told: str | None, adjusted: bool, basis: str, said: str) -> None:
    found = basis_of(asset, told, adjusted=adjusted)  # type: ignore[arg-type]
    assert found[0] == basis
    assert found[1].startswith(said)
    assert bool(found[1]) is bool(said)
    assert pays_nothing(asset) is (asset in ("^GSPC", "BTC-USD", "CL=F"))


def moments(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[s]").astype(np.int64)


@pytest.mark.parametrize(
    ("times", "naive", "days", "said"),
    [
        # Tuesday and Wednesday alone; the weekdays tell nothing.
        (("2026-04-21T00:00", "2026-04-22T00:00"), False, "2026-04-21", ""),
        (("2026-04-21T23:30", "2026-04-22T23:30"), True, "2026-04-21", ""),
        # Sunday evening is Monday's session, on any exchange's clock.
        (("2026-04-19T22:00", "2026-04-20T22:00"), True, "2026-04-20", "midnights"),
        # A Friday's session is none of Saturday.
        (("2026-04-23T23:30", "2026-04-24T23:30"), False, "2026-04-23", ""),
        (("2026-04-21T22:00", "2026-04-22T22:00"), False, "2026-04-22", "Europe/Berlin"),
        # From seven in the morning to six in the evening.
        (("2026-04-21T11:00", "2026-04-22T11:00"), False, "2026-04-21", "America/New_York"),
        (("2026-04-21T10:59", "2026-04-22T10:59"), False, "2026-04-21", "Europe/Berlin"),
        (("2026-04-21T21:59", "2026-04-22T21:59"), False, "2026-04-21", "America/New_York"),
        (("2026-04-21T22:01", "2026-04-22T22:01"), False, "2026-04-22", "Asia/Tokyo"),
        (("2026-04-21T11:00", "2026-04-22T22:00"), False, "2026-04-21", "America/New_York"),
        (("2026-04-21T10:59", "2026-04-22T16:00"), False, "2026-04-21", "Europe/Berlin"),
        (("2026-04-21T10:59", "2026-04-22T16:01"), False, "2026-04-21", "Europe/London"),
        # Times that are of no working day anywhere.
        (("2026-04-21T00:30", "2026-04-22T12:30"), False, "2026-04-21", ""),
    ],
)
def test_the_session_of_a_moment(times: tuple[str, ...], naive: bool, days: str, said: str) -> None:
    found, told = sessions_of(moments(*times), naive)
    assert (str(found[0]), said in told, bool(told)) == (days, True, bool(said))
    assert np.diff(found).tolist() == [np.timedelta64(1, "D")]


def test_what_trades_every_day_is_read_at_its_midnights_alone() -> None:
    week = np.datetime64("2026-04-20T00:00", "s") + np.arange(8) * np.timedelta64(86_400, "s")
    for hour, first, said in ((15, "2026-04-21", "Asia/Tokyo"), (13, "2026-04-20", "")):
        found, told = sessions_of((week + np.timedelta64(hour * 3600, "s")).astype(np.int64), False)
        assert (str(found[0]), told.endswith(said), bool(told)) == (first, True, bool(said))


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (float(np.float32(63.64)), 63.64),
        (float(np.float32(0.1)), 0.1),
        (float(np.float32(1.1e-9)), 1.1e-9),
        (float(np.float32(123456.78)), 123456.78),
        (float(np.float32(-63.64)), -63.64),
        (133.984375, 133.984375),  # 133 and 63/64: nine digits
        (63.64, 63.64),
        (0.0, 0.0),
        (16_777_216.0, 16_777_216.0),
    ],
)
def test_the_decimal_that_a_single_was(value: float, meant: float) -> None:
    assert meant_decimals(np.array([value, 1.0])).tolist() == [meant, 1.0]


def test_cells_that_say_nothing() -> None:
    assert all(map(is_blank, ("", " - ", "N/A", "NaN", "#REF!")))
    assert not any(map(is_blank, ("0", "x", "--1")))


def test_optional_cells_that_can_be_none() -> None:
    close = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(known_prices(np.array([0.0, -1.0, 5.0]), close), [NAN, NAN, 5])
    np.testing.assert_array_equal(known_prices(np.array([0.0, -1.0, 5.0]), close - 1), [0, -1, 5])
    np.testing.assert_array_equal(known_prices(np.array([1e15, 1.1e15, 1e-13]), close), [1e15, NAN, NAN])
    whole = np.array([1e-12, 2.0, 3.0])
    assert known_prices(whole, close) is whole
    still = np.array([1.0, 1.0, 1.0, 1.0, 2.0])
    for volume, known in (
        ([0.0, 5.0, 0.0, 7.0, 0.0], [NAN, 5, 0, 7, NAN]),
        ([5.0, -1.0, 1e18, 1.1e18, 1.0], [5, NAN, 1e18, NAN, 1]),
        ([0.0, 0.0, 0.0, 0.0, 9.0], [NAN, NAN, NAN, NAN, 9]),
    ):
        found = known_volumes(np.array(volume), still)
        assert found is not None
        np.testing.assert_array_equal(found, known)
    assert known_volumes(np.zeros(5), still) is None


def test_what_is_told_of_cells_that_are_not_used() -> None:
    days = np.array(["2026-04-16", "2026-04-17", "2026-04-20"], dtype="datetime64[D]")
    before = np.array([0.0, 5.0, NAN])
    assert told_unknown("High", before, np.array([NAN, 5.0, NAN]), days) == (
        "High is unknown on 2 sessions, first on 2026-04-16 (0); the close is used"
    )
    assert told_unknown("Volume", before, np.array([NAN, 5.0, NAN]), days) == (
        "Volume is unknown on 1 session on 2026-04-20 (empty or no number); the close is used"
    )
    assert told_unknown("Volume", np.array([0.0, 5, 6]), np.array([NAN, 5.0, 6]), days) == ""
    assert told_unknown("High", before, None, days) == "no High is a possible one, so it has none"
    assert (
        told_unknown("High", np.full(3, NAN), None, days) == told_unknown("Volume", before, None, days) == ""
    )
