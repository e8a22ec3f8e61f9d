"""Closes that were filled in, on both sides of every edge: no close here is another's by chance."""

from __future__ import annotations

import numpy as np
import pytest

from generator.market.history import FloatArray, PriceHistory
from generator.market.quality.repeats import repeat_faults
from generator.market.snapshot import Snapshot

DAYS = np.arange("2018-01-01", "2023-01-01", dtype="datetime64[D]")
DAYS = DAYS[np.is_busday(DAYS)]


def wave(count: int) -> FloatArray:
    """Closes of which no two, and no two steps, are equal."""
    return 100 + 10 * np.sin(1.7 * np.arange(count)) + 0.001 * np.arange(count)


def told(closes: FloatArray, start: int = 0, fresh: int | None = None) -> list[tuple[str, int, int]]:
    """Kind, first and last place of every stretch."""
    history = PriceHistory("X", DAYS[: len(closes)], closes)
    found = repeat_faults(Snapshot(history), DAYS[start], None if fresh is None else DAYS[fresh])
    return [
        (fault.kind, *(int(np.searchsorted(DAYS, day)) for day in (begin, end)))
        for fault in found
        for begin, end in zip(fault.since, fault.sessions, strict=True)
    ]


def still(closes: FloatArray, at: int, equal: int) -> FloatArray:
    """The close of a place once more on so many sessions after it."""
    closes[at : at + equal + 1] = closes[at]
    return closes


def test_closes_that_move_are_silent() -> None:
    assert told(wave(1200), fresh=0) == []


# An equal close is to be expected on one of 101 sessions where no other one is near.


@pytest.mark.parametrize(
    ("count", "equal", "old", "new"),
    [
        (600, 2, False, False),
        (600, 3, False, True),  # 600 / 101³ is 0.0006
        (600, 4, True, True),  # 600 / 101⁴ is 0.000006
        (1200, 4, False, True),  # 1,200 / 101⁴ is 0.0000115
        (1200, 5, True, True),
    ],
)
def test_closes_that_stand_still(count: int, equal: int, old: bool, new: bool) -> None:
    closes = still(wave(count), 300, equal)
    run = [("stale", 300, 300 + equal)]
    assert told(closes) == (run if old else [])
    assert told(closes, fresh=300 + equal) == (run if new else [])
    assert told(closes, fresh=301 + equal) == (run if old else [])
    # What ends before the first session that is asked about is not told; fewer sessions are fewer chances.
    assert told(closes, start=301 + equal) == []
    assert told(closes, start=300 + equal, fresh=300 + equal) == (run if new else [])


def test_the_last_session_is_new_in_any_case() -> None:
    # At the end there are 51 sessions around it: 304 / 51³ is 0.0023, and 404 / 51³ is 0.003046.
    assert told(still(wave(304), 300, 3)) == [("stale", 300, 303)]
    assert told(still(wave(305), 300, 3)) == []
    assert told(still(wave(404), 400, 3)) == []


def test_fewer_sessions_looked_at_are_fewer_chances() -> None:
    closes = still(wave(1200), 300, 4)
    # 10⁻⁵ · 101⁴ is 1,040.6.
    assert told(closes, start=1199 - 1040 + 1) == [("stale", 300, 304)]
    assert told(closes, start=1199 - 1041 + 1) == []


@pytest.mark.parametrize(
    ("others", "equal", "said"),
    [
        (5, 7, True),  # 6 of 101, and 600 · (6/101)⁷ is below 0.00001
        (5, 6, False),
        (6, 7, False),  # 7 of 101 is a thin market's
        (6, 12, False),
    ],
)
def test_where_closes_are_often_the_same_a_run_says_less(others: int, equal: int, said: bool) -> None:
    closes = wave(600)
    for k in range(others):
        still(closes, 262 + 6 * k, 1)
    still(closes, 300, equal)
    assert told(closes) == ([("stale", 300, 300 + equal)] if said else [])


def test_the_longer_of_two_habits_counts() -> None:
    # Within fifty sessions no other close is the same, within 250 many are: 101 to each side are not all.
    for others, said in ((28, True), (31, False)):
        closes = wave(900)
        for k in range(others):
            still(closes, 210 + 4 * k, 1)
        still(closes, 400, 8)
        assert told(closes) == ([("stale", 400, 408)] if said else [])


def bars(closes: FloatArray) -> dict[str, FloatArray]:
    return {"close": closes, "open": closes - 1, "high": closes + 2, "low": closes - 3}


def test_a_bar_that_repeats_the_one_before() -> None:
    for name in ("open", "high", "low", "close"):
        columns = bars(wave(100))
        for column in columns.values():
            column[50] = column[49]
        whole = PriceHistory("X", DAYS[:100], **columns)
        (fault,) = repeat_faults(Snapshot(whole), DAYS[50])
        assert fault.sentence == f"The bar of {DAYS[50]} repeats the one before."
        assert list(repeat_faults(Snapshot(whole), DAYS[51])) == []
        columns[name][50] += 0.01
        assert list(repeat_faults(Snapshot(PriceHistory("X", DAYS[:100], **columns)), DAYS[0])) == []


def test_a_bar_of_one_price_repeats_nothing_and_further_ones_are_counted() -> None:
    columns = bars(wave(100))
    for column in columns.values():
        column[50] = column[49] = columns["close"][49]
    assert list(repeat_faults(Snapshot(PriceHistory("X", DAYS[:100], **columns)), DAYS[0])) == []
    columns = bars(wave(100))
    for place in (50, 60, 62):
        for column in columns.values():
            column[place] = column[place - 1]
    (fault,) = repeat_faults(Snapshot(PriceHistory("X", DAYS[:100], **columns)), DAYS[0])
    assert fault.sentence == f"The bar of {DAYS[50]} repeats the one before (2 more such bars)."
    assert fault.sessions == (DAYS[50], DAYS[60], DAYS[62])


@pytest.mark.parametrize("length", [5, 10])
def test_a_week_or_two_that_are_there_again(length: int) -> None:
    closes = wave(300)
    closes[200 : 200 + length] = closes[200 - length : 200]
    assert told(closes) == [("stale", 200, 199 + length)]
    assert told(closes, start=199 + length) == [("stale", 200, 199 + length)]
    assert told(closes, start=200 + length) == []
    closes[200 + length - 1] += 0.01
    assert told(closes) == []


def test_a_week_with_two_equal_closes_is_none() -> None:
    closes = wave(300)
    closes[198] = closes[196]
    closes[200:205] = closes[195:200]
    assert told(closes) == []


@pytest.mark.parametrize("percent", [False, True])
@pytest.mark.parametrize(
    ("steps", "size", "said"), [(8, 0.01, True), (7, 0.01, False), (8, 0.00031, True), (8, 0.00028, False)]
)
def test_a_line_that_only_a_ruler_draws(percent: bool, steps: int, size: float, said: bool) -> None:
    closes = wave(300)
    number = np.arange(steps + 1)
    closes[200 : 201 + steps] = 100 * ((1 + size) ** number if percent else 1 + size * number)
    line = [("drawn", 200, 200 + steps)] if said else []
    assert told(closes) == line
    assert told(closes, start=200 + steps) == line
    assert told(closes, start=201 + steps) == []


def test_a_short_series_draws_no_line() -> None:
    line = 100 + np.arange(10.0)
    assert [kind for kind, *_ in told(line)] == ["drawn"]
    assert told(line[:9]) == []
    assert told(line - 100) == []  # from zero on
