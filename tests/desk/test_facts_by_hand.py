"""Facts of a week from a handful of closes, each worked out by hand, at the edges of what is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from generator.desk.facts import Kind, Period, facts_of, falls_through, find_fact, is_over, move_fact
from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from tests.desk.hand import history, random_closes
from tests.desk.test_rare_days import kinds


def week_ending(*closes: float, before: float = 100.0, weeks: int = 3) -> PriceHistory:
    """Weeks of one price, then a week of five closes to Friday, April 24, 2026."""
    return history([*[before] * (5 * weeks), *closes])


LAST_SESSIONS = (
    *("2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-30", "2025-06-30", "2025-07-31"),
    *("2025-08-29", "2025-09-30", "2025-10-31", "2025-11-28", "2025-12-31"),
)


@pytest.mark.parametrize("month", range(1, 13))
def test_which_months_end_a_quarter_and_a_year(month: int) -> None:
    last = history([100.0] * 5, last=LAST_SESSIONS[month - 1])
    before = history([100.0] * 5, last=str(np.datetime64(LAST_SESSIONS[month - 1]) - 1))
    ends: dict[Period, bool] = {"month": True, "quarter": month % 3 == 0, "year": month == 12}
    for period, over in ends.items():
        assert is_over(last, period) == over, period
        assert not is_over(before, period), period


def test_a_move_after_a_week_that_stood_still_or_began_at_zero() -> None:
    still = week_ending(100, 100, 100, 100, 101)
    for given in (still, replace(still, close=np.array([*[0.0] * 5, *still.close[5:]]))):
        fact = move_fact(given, "week")
        assert fact is not None
        assert fact.value == pytest.approx(0.01)
        assert (fact.members, fact.alike, fact.other) == (0, 0, None)
    # The week before it rose, and this one ends where it began.
    assert move_fact(week_ending(101, 102, 103, 102, 100), "week") is None
    # The week before closed at zero: from there no percentage leads on.
    fallen = replace(still, close=np.array([*[100.0] * 14, 0.0, *[100.0] * 5]))
    assert move_fact(fallen, "week") is None
    # The only other week is unknown: there is nothing to compare with.
    assert move_fact(replace(still, close=np.array([*[100.0] * 4, 0.0, *[100.0] * 14, 101.0])), "week")
    begun = history([*[0.0] * 5, *[100.0] * 5, *[101.0] * 5])
    assert move_fact(begun, "week") is None


@pytest.mark.parametrize("side", [1, -1])
def test_of_two_days_that_moved_as_far_the_newer_is_told(side: int) -> None:
    step = 1.25 if side > 0 else 0.75
    closes = [100.0, 100.0 * step, 100.0, 100.0 * step, 100.0]
    fact = find_fact(week_ending(*closes), "move", "day", side)
    assert fact is not None
    # Up by a quarter on Tuesday and Thursday; down by as much on both.
    assert (fact.day, fact.value) == (date(2026, 4, 23), pytest.approx(side * 0.25))


def ranged(closes: list[float], wide: dict[int, float]) -> PriceHistory:
    """Closes whose highs stand one above their lows, or as far above as is said, by position."""
    given = history(closes)
    spread = np.array([wide.get(n, 1.0) for n in range(len(closes))])
    return replace(given, high=given.close + spread, low=given.close)


def test_the_widest_day_is_one_of_the_week_and_the_newer_of_two() -> None:
    flat = [100.0] * 20
    fact = find_fact(ranged(flat, {14: 9.0, 16: 4.0, 17: 4.0}), "range")
    assert fact is not None
    assert (fact.day, fact.value, fact.side) == (date(2026, 4, 22), 0.04, 1)
    assert (fact.standing.since, fact.standing.place) == (date(2026, 4, 21), 3)
    first = find_fact(ranged(flat, {15: 4.0}), "range")
    assert first is not None
    assert first.day == date(2026, 4, 20)


def test_a_range_needs_both_prices_and_is_none_of_a_day_that_stood_still() -> None:
    whole = ranged([100.0] * 20, {})
    assert "range" in kinds(whole)
    assert "range" not in kinds(replace(whole, high=None))
    assert "range" not in kinds(replace(whole, low=None))
    assert "range" not in kinds(ranged([100.0] * 20, dict.fromkeys(range(20), 0.0)))


def test_a_range_from_a_close_of_zero_is_unknown() -> None:
    """On Wednesday after a close of zero, whether it was wide or none; the other days have theirs."""
    closes = [100.0] * 16 + [0.0, 100.0, 100.0, 100.0]
    for wednesday in (500.0, 0.0):
        fact = find_fact(ranged(closes, {17: wednesday, 18: 3.0}), "range")
        assert fact is not None
        assert (fact.day, fact.value) == (date(2026, 4, 23), 0.03)
        assert fact.standing.of == 17  # of 18 days so far one is unknown
    never = [0.0] * 20
    assert "range" not in kinds(ranged(never, {}))
    # The first close above zero is Monday's: Tuesday's range is the first, and the widest.
    assert "range" not in kinds(ranged([*[0.0] * 15, *[100.0] * 5], {16: 9.0}))


@pytest.mark.parametrize("lowest", [0.0, 0.001])
def test_heights_and_falls_are_of_prices_above_zero(lowest: float) -> None:
    there = lowest > 0
    rising = history([2.0, lowest, *np.linspace(1, 3, 300)])
    assert ("record" in kinds(rising)) == there
    falling = history([2.0, lowest, *np.linspace(1, 3, 300), 2.9, 2.8, 2.6])
    assert ("correction" in kinds(falling)) == there


def test_pennies_have_the_same_facts() -> None:
    closes = np.array([*random_closes(400, 6), 200.0])
    told = [(fact.key, round(fact.value, 9), fact.standing) for fact in facts_of(history(closes.tolist()))]
    small = facts_of(history((closes / 1024).tolist()))
    assert [(fact.key, round(fact.value, 9), fact.standing) for fact in small] == told
    assert "SPY day record up" in {key for key, _, _ in told}
    # A range is one of the close before it.
    wide = find_fact(ranged([0.5] * 20, {**dict.fromkeys(range(20), 0.125), 17: 0.25}), "range")
    assert wide is not None
    assert wide.value == 0.5


@pytest.mark.parametrize(
    ("kind", "before", "last", "value"),
    [("record", 100.0, 110.0, 1.0), ("high", 200.0, 110.0, 1.0), ("low", 100.0, 90.0, -1.0)],
)
def test_a_height_has_its_side_for_a_value(kind: Kind, before: float, last: float, value: float) -> None:
    fact = find_fact(history([before, *[100.0 + n % 7 for n in range(300)], last]), kind)
    assert fact is not None
    assert fact.value == value


def test_the_first_height_of_all_has_no_wait_before_it() -> None:
    """A record after the first close's, and the low of the first year there is: nothing to compare with."""
    record = history([200.0, *[100.0 + n % 7 for n in range(300)], 150.0, 201.0, 150.0, 202.0])
    assert find_fact(record, "record") is None
    low = history([*[100.0 + n % 7 for n in range(252)], 90.0])
    assert find_fact(low, "low") is None
    assert facts_of(low) != ()


def test_a_fall_is_over_when_half_of_it_is_regained() -> None:
    assert falls_through(np.array([0.11, 0.12]), 0.10).tolist() == [0]
    assert falls_through(np.array([0.0, 0.125, 0.0625, 0.126]), 0.125).tolist() == [3]
    assert falls_through(np.array([0.0, 0.13, 0.0625, 0.13]), 0.125).tolist() == [1, 3]
    assert falls_through(np.array([0.0, 0.13, 0.0626, 0.13]), 0.125).tolist() == [1]
    assert falls_through(np.array([0.07, 0.08]), 0.10).tolist() == []


def test_a_month_that_begins_with_the_data_has_no_run() -> None:
    given = history([100.0 + n for n in range(15)], last="2026-04-30")
    assert is_over(given, "month")
    assert kinds(given) == {"move", "swings"}  # a single run of days, so that none is compared


def test_the_swings_of_a_week_among_the_weeks_before() -> None:
    """Weeks of five moves of 1%, 2%, 3% and 2% either way; the first session has no move."""
    closes = [100.0]
    for n in range(19):
        size = (0.01, 0.02, 0.03, 0.02)[(n + 1) // 5]
        closes.append(closes[-1] * (1 + (size if n % 2 else -size)))
    fact = find_fact(history(closes), "swings")
    assert fact is not None
    assert (fact.value, fact.period, fact.day) == (pytest.approx(0.02), "week", date(2026, 4, 24))
    assert fact.standing.of == 4
    assert fact.standing.place in (2, 3)  # two percent, or a hair more or less of it
    wild = find_fact(history([*closes[:-1], closes[-2] * 1.5]), "swings")
    assert wild is not None
    assert (wild.standing.place, wild.standing.since) == (1, None)


def test_swings_and_calm_are_unknown_where_a_close_is_zero() -> None:
    closes = random_closes(400, 2)
    assert {"swings", "calm"} <= kinds(history(closes))
    closes[100] = 0.0
    assert not {"swings", "calm"} & kinds(history(closes))


def test_a_run_counts_once_in_the_history_of_runs() -> None:
    """Seven rises, a fall, six rises, a fall, six rises: the third of three, as long as the second."""
    steps = [1.01] * 7 + [0.99] + [1.01] * 6 + [0.99] + [1.01] * 6
    given = history((100 * np.cumprod([1.0, *steps])).tolist())
    fact = find_fact(given, "streak", "day")
    assert fact is not None
    stands = fact.standing
    assert (fact.value, stands.place, stands.of) == (6.0, 3, 3)
    assert stands.since == given.sessions[-8].item()


def test_a_week_of_a_letter_ends_where_its_clock_has_it() -> None:
    """What a coin did from Friday's close on belongs to the next week; its largest day may be a Sunday."""
    days = sessions("BTC-USD", np.datetime64("2026-03-01"), np.datetime64("2026-04-24"))
    for jump, told in ((date(2026, 4, 17), None), (date(2026, 4, 19), 0.5)):
        close = np.where(days >= np.datetime64(jump), 150.0, 100.0)
        coin = PriceHistory(asset="BTC-USD", sessions=days, close=close, clock="XNYS")
        fact = find_fact(coin, "move", "day", 1)
        assert (None if fact is None else fact.value) == told
        if fact is not None:
            assert fact.day == jump
            assert fact.day + timedelta(days=5) == date(2026, 4, 24)


def test_swings_and_calm_after_a_stretch_without_a_move() -> None:
    """A week and a month in which nothing moved, and one move on the last day."""
    given = history([*random_closes(300, 4), *[100.0] * 25, 101.0])
    swings, calm = find_fact(given, "swings"), find_fact(given, "calm")
    assert swings is not None
    assert swings.value == pytest.approx(0.01 / 5)
    assert calm is not None
    assert calm.value == pytest.approx(0.01 / 21)
    # Of the days so far only those of the stretch itself were calmer.
    assert (calm.standing.place, calm.standing.since) == (5, given.sessions[-2].item())
    still = history([*random_closes(300, 4), *[100.0] * 27])
    assert not {"swings", "calm"} & kinds(still)


def test_a_record_of_a_week_is_told_by_its_first_day_and_stands_on_its_last() -> None:
    """Records on Tuesday and Friday, none on Monday; before them one 60 sessions ago."""
    closes = [*[100.0] * 300, 120.0, *[100.0] * 55, 101.0, 121.0, 110.0, 115.0, 122.0]
    given = history(closes)
    fact = find_fact(given, "record")
    assert fact is not None
    assert fact.day == date(2026, 4, 24)
    tuesday, before = given.sessions[-4].item(), given.sessions[-61].item()
    assert given.close[-61] == 120.0
    assert fact.standing.since == before
    assert fact.standing.waited == pytest.approx((tuesday - before).days / 365.25)
