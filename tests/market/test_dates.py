"""Dates in text, cell by cell and column by column; what is expected is worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from generator.market.tables.dates import DatesError, Order, _even, is_date, parse_order, read_dates

DAY = 86_400


def days(*texts: str, told: Order | None = None, owners: tuple[int, ...] | None = None) -> list[str]:
    numbers = None if owners is None else np.array(owners, np.int32)
    return [str(day) for day in read_dates(texts, numbers, told).days]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-20", "2026-04-20"),
        ("2026/4/5", "2026-04-05"),
        ("2026. 4. 5.", "2026-04-05"),
        (" '2026-04-20' ", "2026-04-20"),
        ("2026-04-20 (Mon)", "2026-04-20"),
        ("20260420", "2026-04-20"),
        ("20261220", "2026-12-20"),
        ("20260420.0", "2026-04-20"),
        ("2026年4月20日", "2026-04-20"),
        ("2026년 4월 20일", "2026-04-20"),
        # The edges of a month, of a year, and of the years that a date can be of.
        ("2026-01-31", "2026-01-31"),
        ("2026-12-31", "2026-12-31"),
        ("2024-02-29", "2024-02-29"),
        ("1700-01-01", "1700-01-01"),
        ("2200-12-31", "2200-12-31"),
        ("17000101", "1700-01-01"),
        ("22001231", "2200-12-31"),
        # Months alone.
        ("2026-04", "2026-04-01"),
        ("2026M4", "2026-04-01"),
        ("04/2026", "2026-04-01"),
        ("202604", "2026-04-01"),
        ("202601", "2026-01-01"),
        ("202612", "2026-12-01"),
        ("170001", "1700-01-01"),
        ("220012", "2200-12-01"),
        ("Apr 2026", "2026-04-01"),
        ("2026 Apr", "2026-04-01"),
        ("Apr-26", "2026-04-01"),
        # Months by their names, among other words.
        ("20-Apr-2026", "2026-04-20"),
        ("Apr 20, 2026", "2026-04-20"),
        ("2026 Apr 20", "2026-04-20"),
        ("May 20, 2026", "2026-05-20"),
        ("Mon, 20 Apr 2026", "2026-04-20"),
        ("Mon Apr 20 2026", "2026-04-20"),
        ("Mo., 20. April 2026", "2026-04-20"),
        ("20 de abril de 2026", "2026-04-20"),
        # Days of the week that are names of a month, or begin like one.
        ("mar. 21 avr. 2026", "2026-04-21"),
        ("martes, 21 de abril de 2026", "2026-04-21"),
        # Two digits of a year: from 1950 to 2049.
        ("5-Apr-49", "2049-04-05"),
        ("5-Apr-50", "1950-04-05"),
        ("5-Apr-00", "2000-04-05"),
        # Excel's numbers of days, and the times of Unix by their count of digits.
        ("10000", str(date(1899, 12, 30) + timedelta(10_000))),
        ("46132", "2026-04-20"),
        ("80000", str(date(1899, 12, 30) + timedelta(80_000))),
        ("1000000", "1970-01-12"),
        ("1776643200", "2026-04-20"),
        ("1776643199.9", "2026-04-19"),
        ("10000000000", "2286-11-20"),
        ("100000000000", "1973-03-03"),
        ("10000000000000", "2286-11-20"),
        ("100000000000000", "1973-03-03"),
        ("10000000000000000", "2286-11-20"),
        ("100000000000000000", "1973-03-03"),
        ("10000000000000000000", "2286-11-20"),
        ("-8640000", "1969-09-23"),
        ("-20260420", "1969-05-11"),
    ],
)
def test_a_cell_that_can_be_read_one_way(text: str, day: str) -> None:
    assert days(text) == [day]
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-32", "2026-01-00", "2026-13-01", "2026-00-10", "2026-02-29", "1699-12-31", "2201-01-01"),
        *("202-01-02", "01/02/202", "16991231", "22010101", "20251301", "13/13/2026", "20/04/0100"),
        *("202613", "202600", "169912", "220101", "123456", "09999", "80001", "-86400", "1" * 21),
        *(
            "26-Apr",
            "Apr 5",
            "Apr 205",
            "Apr",
            "20 2026",
            "Apr 1 2 2026",
            "Apr 1 20 2026",
            "20 Apr 206",
            "2026 Apr 205",
        ),
        *("20 Apr 2026 later", "20 Apr 0100", "hello", "16:00"),
    ],
)
def test_a_cell_that_is_none(text: str) -> None:
    with pytest.raises(DatesError, match=f"^'{text}' is not a date") as caught:
        days(text)
    assert caught.value.row == 0


@pytest.mark.parametrize("text", ["", "hello", "Apr 5", "2026 Apr 205", "20251301", "202613", "32.13.26"])
def test_what_is_no_date_is_none_among_cells_either(text: str) -> None:
    assert not is_date(text)


@pytest.mark.parametrize("text", ["31/12/2026", "12/31/2026", "26/12/31"])
def test_a_date_in_any_order_is_one(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    ("texts", "row", "message"),
    [
        (("2026-04-20", "2026-04-20", "2026-02-30"), 2, "'2026-02-30' is not a date"),
        (("2026-04-20", "  ", "x", "  "), 1, "the cell is empty"),
        (("2026-04-20", "y" * 50), 1, f"'{'y' * 40}' is not a date"),
        (
            ("2026-04-20", "2026-04-20", "46133", "46134", "46133"),
            2,
            "dates are written in two ways, '2026-04-20' and '46133'. Write all alike",
        ),
        # The order that goes farthest is the one that was meant.
        (("13/04/2026", "31/04/2026"), 1, "'31/04/2026' is not a date in the order day/month/year"),
        (("04/13/2026", "04/31/2026"), 1, "'04/31/2026' is not a date in the order month/day/year"),
        (
            ("01/05/2026", "01/06/2026"),
            0,
            "'01/05/2026' can be day/month/year (2026-05-01) or month/day/year (2026-01-05), and so can "
            "every date here. Say which in a source.yml next to the file, such as date_format: "
            "day/month/year",
        ),
        # All three orders, of weekdays; a day that is there twice is sorted in none.
        (
            ("02/03/04",),
            0,
            "'02/03/04' can be year/month/day (2002-03-04) or day/month/year (2004-03-02), and so can every "
            "date here. Say which in a source.yml next to the file, such as date_format: year/month/day",
        ),
        *(
            (
                texts,
                0,
                f"'{texts[0]}' can be day/month/year ({day}) or month/day/year ({month}), and so can every "
                "date here. Say which in a source.yml next to the file, such as date_format: day/month/year",
            )
            for texts, day, month in (
                (("02/03/2026", "02/03/2026", "03/02/2026", "04/03/2026"), "2026-03-02", "2026-02-03"),
                (("04/03/2026", "03/02/2026", "02/03/2026", "02/03/2026"), "2026-03-04", "2026-04-03"),
            )
        ),
    ],
)
def test_a_column_that_is_refused(texts: tuple[str, ...], row: int, message: str) -> None:
    with pytest.raises(DatesError) as caught:
        days(*texts)
    assert (caught.value.row, str(caught.value)) == (row, message)


def test_an_order_that_is_told_is_the_only_one() -> None:
    assert days("01/05/2026", told=("month", "day", "year")) == ["2026-01-05"]
    assert days("01/05/26", told=("day", "month", "year")) == ["2026-05-01"]
    with pytest.raises(DatesError, match="'13/05/2026' is not a date in the order month/day/year"):
        days("13/05/2026", told=("month", "day", "year"))


@pytest.mark.parametrize(
    ("texts", "first", "said"),
    [
        # A day above twelve; two digits of a year; digits alone.
        (("20/04/2026",), "2026-04-20", "day/month/year"),
        (("04/20/2026",), "2026-04-20", "month/day/year"),
        (("04/20/49",), "2049-04-20", "month/day/year"),
        (("04/20/50",), "1950-04-20", "month/day/year"),
        (("20042026",), "2026-04-20", "day/month/year"),
        (("20041999",), "1999-04-20", "day/month/year"),
        (("04202026",), "2026-04-20", "month/day/year"),
        # 26 April of 2020 is a Sunday, 20 April of 2026 a Monday.
        (("26/04/20", "26/04/21"), "2026-04-20", ""),
        # Both ways give one day.
        (("05/05/2026",), "2026-05-05", "day/month/year"),
        # Rising, or falling, in one order: February, March, April; of day first March, February, June.
        (("02/03/2026", "03/02/2026", "04/06/2026"), "2026-02-03", "month/day/year"),
        (("04/06/2026", "03/02/2026", "02/03/2026"), "2026-04-06", "month/day/year"),
        # 1 August of 2026 is a Saturday, 8 January a Thursday.
        (("01/08/2026", "01/09/2026"), "2026-01-08", "month/day/year"),
        # Steps of a month, or of a day and one of five months: all are weekdays and rise either way.
        (
            ("02/06/2026", "03/06/2026", "04/06/2026", "05/06/2026", "06/11/2026"),
            "2026-02-06",
            "month/day/year",
        ),
    ],
)
def test_the_order_of_a_column(texts: tuple[str, ...], first: str, said: str) -> None:
    found = read_dates(texts, None, None)
    assert (str(found.days[0]), found.said) == (first, said and f"dates read as {said}")


def test_an_order_is_of_each_series_by_itself() -> None:
    one, other = ["02/03/2026", "03/02/2026", "04/06/2026"], ["02/02/2026", "03/03/2026", "04/08/2026"]
    months = ["2026-02-03", "2026-03-02", "2026-04-06", "2026-02-02", "2026-03-03", "2026-04-08"]
    assert days(*one, *other, owners=(0, 0, 0, 1, 1, 1)) == months
    mixed = [text for pair in zip(other, one, strict=True) for text in pair]
    assert days(*mixed, owners=(5, 2, 5, 2, 5, 2))[1::2] == months[:3]
    with pytest.raises(DatesError, match="can be day/month/year"):
        days(*mixed)
    # Rows of two series in turn keep their order.
    long = [f"{month:02}/{day:02}/2026" for month in range(1, 13) for day in (3, 10) for _ in range(2)]
    assert days(*long, owners=(0, 1) * 24)[-1] == "2026-12-10"


@pytest.mark.parametrize(
    ("steps", "even"),
    [((1, 1, 8), True), ((1, 1, 9), False), ((2, 2, 2, 12), True), ((-1, -1, -9), False), ((1, 99), True)],
)
def test_a_step_is_far_longer_than_usual_from_four_times_and_four_days(
    steps: tuple[int, ...], even: bool
) -> None:
    assert _even(np.datetime64("2026-01-01") + np.cumsum([0, *steps])) is even


@pytest.mark.parametrize(
    ("text", "seconds", "naive"),
    [
        ("2026-04-20 16:00", 57_600, True),
        ("2026-04-20T09:30:15", 34_215, True),
        ("2026-04-20 09:30:15.250", 34_215, True),
        ("2026-04-20 12:05 AM", 300, True),
        ("2026-04-20 12:05 PM", 43_500, True),
        ("Apr 20, 2026, 1:02:03 p.m.", 46_923, True),
        ("20.04.2026 23:59:59", 86_399, True),
        ("2026-04-20T20:00:00Z", 72_000, False),
        *(
            (f"2026-04-20 20:00:00{zone}", 72_000, False)
            for zone in ("+00:00", "+0000", "+00", " UTC", " GMT")
        ),
        ("2026-04-20 16:00:00-04:00", None, False),
        ("2026-04-20 16:00 EST", None, False),
        ("2026-04-20 00:00:00", None, False),
        ("2026-04-20T00:00:00Z", None, False),
        ("20260420 093000", None, False),
        ("20260420 0930", None, False),
        ("2026-04-20", None, False),
        ("20260420", None, False),
        ("46132", None, False),
    ],
)
def test_a_time_of_day(text: str, seconds: int | None, naive: bool) -> None:
    found = read_dates([text], None, None)
    midnight = (date(2026, 4, 20) - date(1970, 1, 1)).days * DAY
    assert [str(day) for day in found.days] == ["2026-04-20"]
    assert (None if found.moments is None else found.moments.tolist()) == (
        None if seconds is None else [midnight + seconds]
    )
    assert found.naive is naive


def test_one_clock_that_is_named_is_that_of_the_column() -> None:
    some = read_dates(["2026-04-20 20:00", "2026-04-21 20:00Z"], None, None)
    assert (some.moments is not None, some.naive) == (True, False)
    midnight = read_dates(["2026-04-20 00:00", "2026-04-21 16:00"], None, None)
    assert midnight.moments is not None
    own = read_dates(["2026-04-20 20:00Z", "2026-04-21 20:00-04:00"], None, None)
    assert own.moments is None


def test_unix_times_are_moments_in_utc() -> None:
    found = read_dates(["1776717000000", "1776803400000", "1776717000000"], None, None)
    assert found.moments is not None
    assert found.moments.tolist() == [1776717000, 1776803400, 1776717000]
    assert (found.naive, found.said, found.dotted) == (False, "dates read as Unix time", False)


def test_how_a_column_was_read_is_said_where_it_is_not_plain() -> None:
    for text, said in (("2026-04-20", ""), ("Apr 2026", ""), ("46132", "dates read as Excel's day numbers")):
        assert read_dates([text], None, None).said == said
    empty = read_dates([], None, None)
    assert (empty.days.dtype, len(empty.days), empty.moments, empty.naive, empty.said) == (
        np.dtype("datetime64[D]"),
        0,
        None,
        False,
        "",
    )


def test_one_column_may_write_a_day_in_several_ways_that_are_plain() -> None:
    some = ("20260420", "2026-04-21", "2026年4月22日", "23-Apr-2026", "Apr 24, 2026")
    assert days(*some) == [f"2026-04-{day}" for day in range(20, 25)]
    assert days("202604", "2026-05", "06/2026", "Jul 2026") == [f"2026-0{m}-01" for m in range(4, 8)]


def test_points_between_days_and_months_are_those_of_countries_with_decimal_commas() -> None:
    for texts, dotted in (
        (("20.04.2026", "21.04.26"), True),
        (("20.04.2026 16:00",), True),
        (("20.04.2026", "21/04/2026"), False),
        (("20/04/2026",), False),
        (("2026.04.20",), False),
        (("20042026",), False),
    ):
        assert read_dates(texts, None, None).dotted is dotted


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("day/month/year", "day/month/year"),
        ("dd.mm.yyyy", "day/month/year"),
        ("%d-%m-%y", "day/month/year"),
        ("DD/MM/YYYY", "day/month/year"),
        ("mm/dd/yyyy", "month/day/year"),
        ("m/d/y", "month/day/year"),
        ("YYYY-MM-DD", "year/month/day"),
        ("yyyymmdd", "year/month/day"),
        ("yyyy-dd-mm", None),
        ("dd/mm", None),
        ("day/month/year/hour", None),
        ("ymd or dmy", None),
        ("", None),
    ],
)
def test_an_order_as_people_write_it(text: str, order: str | None) -> None:
    assert parse_order(text) == (None if order is None else tuple(order.split("/")))
