"""Weeks and months of a market against naive loops, and what prices can be too few or too low for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from generator.core.errors import FieldError, RequestError
from generator.findings import market_facts
from generator.market.history import PriceHistory
from tests.editorial.hand import history, walk

SEEDS = range(8)
LENGTHS = (333, 420, 507)


def closes_of(given: PriceHistory) -> list[tuple[date, float]]:
    return list(zip(given.sessions.tolist(), given.close.tolist(), strict=True))


def last_of_each(given: PriceHistory, label: Callable[[date], object]) -> list[tuple[date, float]]:
    return list({label(day): (day, close) for day, close in closes_of(given)}.values())


def moves(ends: list[tuple[date, float]]) -> list[tuple[date, float]]:
    return [(day, b / a - 1) for (_, a), (day, b) in pairwise(ends)]


def as_far(known: list[tuple[date, float]], newest: float) -> list[int]:
    """Places of the moves that went at least as far to the same side."""
    return [n for n, (_, m) in enumerate(known) if (m >= newest if newest >= 0 else m <= newest)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_week_as_a_loop_has_it(seed: int, length: int) -> None:
    given = walk(length, seed=seed)
    *earlier, (_, newest) = moves(last_of_each(given, lambda day: day.isocalendar()[:2]))
    alike = as_far(earlier, newest)
    streak = 1
    for _, move in reversed(earlier):
        if (move > 0) != (newest > 0):
            break
        streak += 1
    week = market_facts.week_to_date(given)
    assert week is not None
    assert week.change == pytest.approx(newest)
    assert week.since == (earlier[alike[-1]][0] if alike else None)
    assert week.streak == streak


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_month_as_a_loop_has_it(seed: int, length: int) -> None:
    given = walk(length, seed=seed)
    ends = last_of_each(given, lambda day: (day.year, day.month))
    *earlier, (last, newest) = moves(ends)
    alike = as_far(earlier, newest)
    inside = [(a, b, day) for (_, a), (day, b) in pairwise(closes_of(given)) if day.month == last.month]
    inside = [each for each in inside if each[2].year == last.year]
    month = market_facts.month_to_date(given)
    assert month is not None
    assert month.change == pytest.approx(newest)
    assert month.since == (earlier[alike[-1]][0] if alike else None)
    assert (month.sessions, month.up_sessions) == (len(inside), sum(b > a for a, b, _ in inside))
    assert (month.earlier_months, month.first) == (len(earlier), given.first.item())


def test_a_week_that_did_not_move_is_no_streak() -> None:
    flat = market_facts.week_to_date(history([100.0] * 25))
    assert flat is not None
    assert (flat.change, flat.streak, flat.since) == (0.0, 0, date(2000, 1, 28))
    up = market_facts.week_to_date(history([100.0] * 10 + [101.0] * 5 + [102.0] * 5))
    assert up is not None
    assert (up.streak, up.since) == (2, date(2000, 1, 21))
    always = market_facts.week_to_date(history([100.0 + n for n in range(20)]))
    assert always is not None
    assert always.streak == 3


def test_what_rows_of_weeks_and_months_cannot_tell() -> None:
    given = walk(800)
    weekly, monthly = replace(given, rows="weekly"), replace(given, rows="monthly")
    assert market_facts.month_to_date(weekly) is None
    assert market_facts.month_to_date(monthly) is not None
    assert market_facts.week_to_date(weekly) is not None
    assert market_facts.week_to_date(monthly) is None
    for coarse in (weekly, monthly):
        assert market_facts.change_over(coarse, 5) is None
        assert market_facts.calendar_years(coarse) is None
        with pytest.raises(RequestError, match=f"has {coarse.rows} prices"):
            market_facts.correction(coarse)


def numbers_of(given: PriceHistory) -> list[float | None]:
    """The percentages of a market."""
    week, month = market_facts.week_to_date(given), market_facts.month_to_date(given)
    years = market_facts.calendar_years(given)
    return [
        *(None if each is None else each.change for each in (week, month)),
        market_facts.year_to_date(given),
        market_facts.record(given).distance,
        market_facts.correction(given).change,
        market_facts.below_record(given, given.sessions[-9].item()),
        market_facts.change_since(given, given.sessions[-9].item()),
        market_facts.change_over(given, 5),
        market_facts.gap(given),
        None if years is None else float(np.nansum(years.paths)),
    ]


def test_prices_of_pennies_have_the_same_percentages() -> None:
    given = walk(1200)
    assert given.open is not None
    pennies = replace(given, close=given.close / 1000, open=given.open / 1000)
    assert None not in numbers_of(given)
    assert numbers_of(pennies) == pytest.approx(numbers_of(given))


def test_of_a_value_of_zero_or_below_there_is_no_percentage() -> None:
    given = walk(60)
    for value in (0.0, -2.0):
        for back in (2, 6):
            close = given.close.copy()
            close[-back] = value
            fallen = replace(given, close=close)
            assert (market_facts.gap(fallen) is None) == (back == 2)
            assert (market_facts.change_over(fallen, 5) is None) == (back == 6)
            assert market_facts.calendar_years(fallen) is None
            with pytest.raises(RequestError, match="stands at"):
                market_facts.change_since(fallen, fallen.sessions[-back].item())
        nothing = replace(given, close=np.full(60, value))
        for asked in (
            lambda: market_facts.record(nothing),  # noqa: B023
            lambda: market_facts.correction(nothing),  # noqa: B023
            lambda: market_facts.below_record(nothing, nothing.last.item()),  # noqa: B023
        ):
            with pytest.raises(RequestError, match="value of zero or below"):
                asked()
        assert market_facts.week_to_date(nothing) is None
        assert market_facts.month_to_date(nothing) is None


def test_the_first_of_everything_is_compared_with_nothing() -> None:
    two = history([100.0, 101.0], open=np.array([np.nan, 102.0]))
    assert market_facts.gap(two) == pytest.approx(0.02)
    assert market_facts.gap(two.until(two.first)) is None
    assert market_facts.gap(replace(two, open=np.array([100.0, np.nan]))) is None
    with pytest.raises(FieldError):
        market_facts.gap(replace(two, open=None))
    assert market_facts.week_to_date(two) is None
    assert market_facts.year_to_date(two) is None
    assert market_facts.change_over(two, 1) == pytest.approx(0.01)
    assert market_facts.change_over(two, 2) is None


def test_seasons_need_two_whole_years() -> None:
    """From 2000 on: 2000 began with the data, 2001 and 2002 are whole, 2003 is under way."""
    given = walk(1200)
    short, long = (given.until(np.datetime64(day)) for day in ("2002-12-31", "2003-01-01"))
    assert market_facts.calendar_years(short) is None
    years = market_facts.calendar_years(long)
    assert years is not None
    assert (years.years, years.year, len(years.present)) == ((2001, 2002), 2003, 2)
    # Position 0 is the close of the year before; the first session of a month stands at its number.
    inside = [day for day, _ in closes_of(given) if day.year == 2002]
    starts = [(n, day.month) for n, day in enumerate(inside, 1) if n == 1 or inside[n - 2].month != day.month]
    assert list(years.month_starts) == starts


def ends_at(levels: list[float], period: str) -> PriceHistory:
    """Closes at the end of months from October 2025 on, or of weeks from September 12, 2025."""
    first = np.datetime64("2025-10", "M") + np.arange(len(levels)) + 1
    days = first.astype("datetime64[D]") - 1
    if period == "week":
        days = np.datetime64("2025-09-12") + 7 * np.arange(len(levels))
    return PriceHistory("ABC", days.astype("datetime64[D]"), np.array(levels, dtype=np.float64))


@pytest.mark.parametrize(
    ("levels", "since"),
    [
        ((100, 101, 102, 102), 2),  # it stood still; the one before rose, which is as far up
        ((100, 99, 98, 98), None),
        ((100, 100, 50, 25), 2),  # fell by half, as the one before did
        ((100, 100, 200, 400), 2),
        ((100, 50, 100, 51), 1),
        ((100, 51, 100, 50), None),
        ((0, 1, 2, 4), 2),  # one move is unknown
        ((0, 1, 2, 5), None),
    ],
)
def test_since_when_a_week_or_month_did_not_move_as_far(levels: list[float], since: int | None) -> None:
    month, week = (
        market_facts.month_to_date(ends_at(levels, "month")),
        market_facts.week_to_date(ends_at(levels, "week")),
    )
    for found, given in ((month, ends_at(levels, "month")), (week, ends_at(levels, "week"))):
        assert found is not None
        assert found.change == pytest.approx(levels[-1] / levels[-2] - 1)
        assert found.since == (None if since is None else given.sessions[since].item())


def test_a_session_that_stood_still_did_not_close_higher() -> None:
    given = history([100.0, 100.0, 101.0, 101.0, 100.5], start="2019-12-31")
    month = market_facts.month_to_date(given)
    assert month is not None
    assert (month.sessions, month.up_sessions) == (4, 1)


def test_a_fall_may_begin_with_the_first_close() -> None:
    fall = market_facts.correction(history([120.0, 110.0, 90.0, 100.0]))
    assert (fall.peak, fall.trough, fall.change) == (date(2000, 1, 3), date(2000, 1, 5), -0.25)
    with pytest.raises(RequestError, match="ABC stands at 0 on 2000-01-03"):
        market_facts.correction(history([0.0, 110.0, 90.0]))
    # Within a fall a value of nothing is one.
    assert market_facts.correction(history([120.0, 0.0, 90.0])).change == -1.0


def test_a_streak_goes_back_to_a_week_of_another_side() -> None:
    for levels, streak in (
        ((100, 101, 102, 103), 3),
        ((100, 99, 102, 103), 2),
        ((100, 101, 101, 103), 1),
        ((100, 101, 99, 98), 2),
        ((100, 101, 102, 102), 0),
        ((0, 101, 102, 103), 2),
    ):
        week = market_facts.week_to_date(ends_at(list(levels), "week"))
        assert week is not None
        assert week.streak == streak, levels


def test_a_fall_does_not_begin_with_the_rise_after_it() -> None:
    fall = market_facts.correction(history([100.0, 90.0, 130.0, 129.0]))
    assert (fall.peak, fall.trough, fall.change) == (date(2000, 1, 3), date(2000, 1, 4), pytest.approx(-0.1))
