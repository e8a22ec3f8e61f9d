"""What a row is, found from the dates: weeks and months in every habit of dating, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from generator.core.errors import BadDataError, RequestError
from generator.market.bars import make_bars
from generator.market.cadence import with_cadence
from generator.market.calendar import sessions
from generator.market.checks import Places, checked_history, completed_only
from generator.market.history import PriceHistory

DAYS = sessions("SPY", np.datetime64("2018-01-02"), np.datetime64("2020-07-31"))
CLOSE = np.arange(1.0, len(DAYS) + 1)
DAILY = PriceHistory("SPY", DAYS, CLOSE)


def series(days, asset="SPY"):
    days = np.array(days, dtype="datetime64[D]")
    return PriceHistory(asset, days, np.arange(1.0, len(days) + 1))


def ends(kind):
    """Last sessions and closes of the weeks or months, by a plain loop."""
    found = {}
    for day, close in zip(DAYS, CLOSE, strict=True):
        key = day.astype("datetime64[M]") if kind == "monthly" else day.astype(object).isocalendar()[:2]
        found[key] = (day, close)
    return [day for day, _ in found.values()], [close for _, close in found.values()]


def monday(day):
    return day - np.timedelta64(day.astype(object).weekday(), "D")


HABITS = {
    ("monthly", "first of the month"): lambda day: day.astype("datetime64[M]").astype("datetime64[D]"),
    ("monthly", "last session"): lambda day: day,
    ("monthly", "last of the month"): lambda day: (
        (day.astype("datetime64[M]") + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    ),
    ("monthly", "the 15th"): lambda day: day.astype("datetime64[M]").astype("datetime64[D]") + 14,
    ("weekly", "Monday"): monday,
    ("weekly", "last session"): lambda day: day,
    ("weekly", "Friday"): lambda day: monday(day) + 4,
    ("weekly", "Saturday"): lambda day: monday(day) + 5,
}


@pytest.mark.parametrize(("kind", "habit"), HABITS)
def test_weeks_and_months_are_those_of_daily_prices_however_they_are_dated(kind, habit):
    days, closes = ends(kind)
    written = PriceHistory(
        "SPY", np.array([HABITS[kind, habit](day) for day in days], dtype="datetime64[D]"), np.array(closes)
    )
    found = with_cadence(written, "SPY.csv")
    assert found.rows == kind
    assert found.sessions.tolist() == [day.astype(object) for day in days]
    bars, daily = make_bars(found, kind, in_progress=False), make_bars(DAILY, kind, in_progress=False)
    np.testing.assert_array_equal(bars.field("close"), daily.field("close"))
    np.testing.assert_array_equal(bars.dates, daily.dates)


@pytest.mark.parametrize(
    ("rows", "other"), [("weekly", "daily"), ("weekly", "monthly"), ("monthly", "weekly")]
)
def test_no_other_bars_are_made_of_them(rows, other):
    found = with_cadence(series(ends(rows)[0]), "SPY.csv")
    with pytest.raises(RequestError, match=rf"SPY has {rows} prices .* --bars {rows}"):
        make_bars(found, other, in_progress=False)


def test_a_row_written_before_its_period_was_over_does_not_count():
    days, _ = ends("monthly")
    days[-1] = np.datetime64("2020-07-17")
    assert with_cadence(series(days), "SPY.csv").last == np.datetime64("2020-06-30")
    # Where months are dated by their first day, the last date does not tell when the row was written.
    firsts = [day.astype("datetime64[M]").astype("datetime64[D]") for day in days]
    assert with_cadence(series(firsts), "SPY.csv").last == np.datetime64("2020-07-31")


def test_the_newest_quote_below_its_own_month_is_left_out():
    firsts = [day.astype("datetime64[M]").astype("datetime64[D]") for day in ends("monthly")[0]]
    found = with_cadence(series([*firsts, np.datetime64("2020-07-17")]), "SPY.csv")
    assert len(found) == len(firsts)
    assert found.close[-1] == len(firsts)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2020, 7, 31, 12, tzinfo=UTC), "2020-06-30"),
        (datetime(2020, 7, 31, 21, tzinfo=UTC), "2020-07-31"),
        (datetime(2020, 7, 2, 21, tzinfo=UTC), "2020-06-30"),
    ],
)
def test_the_last_row_counts_once_its_month_is_over(now, last):
    firsts = [day.astype("datetime64[M]").astype("datetime64[D]") for day in ends("monthly")[0]]
    notes: list[str] = []
    assert completed_only(with_cadence(series(firsts), "SPY.csv"), now, notes).last == np.datetime64(last)
    assert len(notes) == (last != "2020-07-31")


def test_rows_of_the_future_are_refused():
    firsts = [day.astype("datetime64[M]").astype("datetime64[D]") for day in ends("monthly")[0]]
    with pytest.raises(BadDataError, match="in the future"):
        completed_only(with_cadence(series(firsts), "x"), datetime(2020, 1, 2, tzinfo=UTC), [])


@pytest.mark.parametrize(("months", "word"), [(3, "9[0-9]"), (12, "36[56]")])
def test_quarters_and_years_are_refused(months, word):
    days = [np.datetime64("1990-01", "M") + months * i for i in range(20)]
    with pytest.raises(BadDataError, match=rf"SPY\.csv: .* {word} days apart.*sessions, weeks or months"):
        with_cadence(series([day.astype("datetime64[D]") for day in days]), "SPY.csv")


def test_weeks_dated_on_sundays_can_be_read_two_ways():
    sundays = np.datetime64("2020-01-05") + 7 * np.arange(60)
    with pytest.raises(BadDataError, match="ends on 2021-02-21 or the one which begins on it"):
        with_cadence(series(sundays), "SPY.csv")


def test_a_series_of_days_with_years_of_weeks_in_it_is_refused():
    weeks = np.datetime64("2016-01-08") + 7 * np.arange(80)
    with pytest.raises(BadDataError, match="one row for a week from 2016-01-08 to 2017-07-14"):
        with_cadence(series([*weeks, *DAYS]), "SPY.csv")


@pytest.mark.parametrize("seed", range(5))
def test_gaps_and_holidays_leave_days_days_weeks_weeks_and_months_months(seed):
    keep = np.random.default_rng(seed)
    for kind, days in (("daily", DAYS), ("weekly", ends("weekly")[0]), ("monthly", ends("monthly")[0])):
        days = np.array(days)
        thinned = days[keep.random(len(days)) > 0.15]
        found = with_cadence(series(thinned), "x")
        assert found.rows == kind
        np.testing.assert_array_equal(found.sessions, thinned)


def test_every_day_of_the_week_is_a_session_of_a_coin():
    found = with_cadence(series(np.datetime64("2020-01-01") + np.arange(400), "BTC-USD"), "x")
    assert found.rows == "daily"


def test_a_file_is_checked_for_it():
    days, closes = ends("monthly")
    places = Places("IWM.csv", lambda row: f"line {row + 2}")
    found = checked_history("IWM", np.array(days), {"Close": np.array(closes)}, places, "files")
    assert found.rows == "monthly"


def test_weeks_from_sunday_to_thursday_end_on_thursday() -> None:
    """Dated by any day that says which trading week is meant: each row is one week, and no close moves on."""
    days = sessions("2222.SR", np.datetime64("2023-01-01"), np.datetime64("2023-12-31"))
    last = [day for day, after in pairwise(days) if after - after.astype(object).isoweekday() % 7 > day]
    for later in (0, 1):  # Thursdays, and the Fridays of a week from Saturday to Friday
        history = with_cadence(series(np.array(last) + later, "2222.SR"), "x.csv")
        assert history.sessions.tolist() == [day.astype(object) for day in last]
        bars = make_bars(history, "weekly", in_progress=False)
        assert bars.dates.tolist() == history.sessions.tolist()


@pytest.mark.parametrize(
    ("asset", "first"),
    [
        ("2222.SR", "2023-01-01"),  # Sundays, which end a week or begin one
        ("2222.SR", "2023-01-02"),  # Mondays: so are weeks dated that take in the Sunday after
        ("2222.SR", "2023-01-07"),  # Saturdays: its weeks began on them once
        ("TEVA.TA", "2023-01-01"),
        ("TEVA.TA", "2023-01-02"),
    ],
)
def test_weeks_dated_on_a_day_of_two_weeks_are_refused(asset: str, first: str) -> None:
    days = np.datetime64(first) + 7 * np.arange(40)
    with pytest.raises(BadDataError, match="by the last session of"):
        with_cadence(series(days, asset), "x.csv")
