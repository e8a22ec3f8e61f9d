"""Columns, adjustments, splits and payments that contradict each other, on both sides of every edge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from generator.market.history import FloatArray, PriceHistory
from generator.market.quality.columns import (
    adjustment_faults,
    bar_faults,
    placeholder_faults,
    split_faults,
    told_since,
    undivided_faults,
)
from generator.market.quality.payments import payment_faults
from generator.market.quality.suspicions import holds_marks
from generator.market.snapshot import Fault, Snapshot

DAYS = np.arange("2019-01-01", "2022-12-31", dtype="datetime64[D]")
DAYS = DAYS[np.is_busday(DAYS)][:1000]
FIRST = DAYS[0]


def places(faults: Iterable[Fault]) -> list[list[int]]:
    """Of every fault, the places of its sessions."""
    return [[int(np.searchsorted(DAYS, day)) for day in fault.sessions] for fault in faults]


# --- Bars ------------------------------------------------------------------------------------------------


def bar(**cells: float) -> PriceHistory:
    """Five bars of open 100, high 102, low 98 and close 101, the third with other cells."""
    columns = {name: np.full(5, value) for name, value in PLAIN.items()}
    for name, value in cells.items():
        columns[name][2] = value
    return PriceHistory("X", DAYS[:5], **columns)


PLAIN = {"open": 100.0, "high": 102.0, "low": 98.0, "close": 101.0}


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        # Half a thousandth of the close, 0.0505, is rounding.
        ({"high": 100.9496}, False),
        ({"high": 100.9494}, True),
        ({"open": 102.0504}, False),
        ({"open": 102.0506}, True),
        ({"low": 100.0504}, False),
        ({"low": 100.0506}, True),
        ({"open": 97.9496}, False),
        ({"open": 97.9494}, True),
        ({"high": np.nan}, False),
        ({"high": np.nan, "low": 100.1}, True),
        ({"low": np.nan, "high": 100.9}, True),
        ({"open": np.nan, "high": 100.0}, True),
    ],
)
def test_a_price_outside_its_day(cells: dict[str, float], wrong: bool) -> None:
    history = bar(**cells)
    assert places(bar_faults(history, FIRST)) == ([[2]] if wrong else [])
    assert places(bar_faults(history, DAYS[2])) == ([[2]] if wrong else [])
    assert places(bar_faults(history, DAYS[3])) == []


def test_a_high_below_the_low_is_wrong_without_an_open() -> None:
    close = np.full(5, 101.0)
    high, low = close + 0.02, close - 0.02
    high[2], low[2] = 100.97, 101.03  # each within the slack of the close, and 0.06 apart
    assert places(bar_faults(PriceHistory("X", DAYS[:5], close, high=high, low=low), FIRST)) == [[2]]
    assert places(bar_faults(PriceHistory("X", DAYS[:5], close, high=high), FIRST)) == []
    assert places(bar_faults(PriceHistory("X", DAYS[:5], close), FIRST)) == []


# --- Marks -----------------------------------------------------------------------------------------------


def closes(at: dict[int, float], level: float = 50.0, step: float = 0.5) -> PriceHistory:
    """Closes of a level and a step more, in turn, with others at some places."""
    found = level + step * (np.arange(300) % 2)
    for place, value in at.items():
        found[place] = value
    return PriceHistory("X", DAYS[:300], found)


@pytest.mark.parametrize(
    ("at", "level", "marked"),
    [
        ({200: 0.0}, 50.0, [[200]]),
        *(
            ({200: mark}, 50.0, [[200]])
            for mark in (-1.0, -9.0, -9.99, -99.0, -99.99, -999.0, -999.99, -9999.0, -99999.0, -999999.0)
        ),
        ({200: -1.0, 201: -1.0, 202: -1.0}, 50.0, [[200, 201, 202]]),
        ({200: -2.0}, 50.0, []),  # no vendor's mark
        ({200: -37.63}, 50.0, []),
        ({0: 0.0}, 50.0, []),
        # Twenty usual steps of 0.5: a close may get there in one.
        ({200: 0.0}, 10.01, [[200]]),
        ({200: 0.0}, 9.4, []),
        # The same number below zero is a wrong sign, above twenty steps and within as many of it.
        ({200: -50.0}, 50.0, [[200]]),
        ({200: -40.6}, 50.0, [[200]]),
        ({200: -40.0}, 50.0, []),
        ({200: -10.2}, 10.3, [[200]]),
        ({200: -9.2}, 9.2, []),
    ],
)
def test_marks_for_a_missing_close(at: dict[int, float], level: float, marked: list[list[int]]) -> None:
    history = closes(at, level)
    assert places(placeholder_faults(history, FIRST)) == marked
    assert places(placeholder_faults(history, DAYS[203])) == []


def test_what_moves_little_around_a_mark_needs_less() -> None:
    calm = closes({200: 0.0}, 2.0, 0.5)
    assert places(placeholder_faults(calm, FIRST)) == []
    calm.close[140:200] = 2.0 + 0.05 * (np.arange(60) % 2)
    calm.close[201:260] = 2.0 + 0.05 * (np.arange(59) % 2)
    assert places(placeholder_faults(calm, FIRST)) == [[200]]


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ((0, 1, 0, 1), True),
        ((-10, 10, 0, 1), True),
        ((0, 11, 0, 1), False),
        ((0, 1.5, 0, 1), False),
        ((1, 2, 1, 10), False),
        ((-1, 1, 2, 3), True),
    ],
)
def test_a_series_of_small_whole_numbers_holds_marks(values: tuple[float, ...], marks: bool) -> None:
    assert holds_marks(PriceHistory("X", DAYS[:4], np.array(values, dtype=float))) is marks


# --- Adjustments -----------------------------------------------------------------------------------------


def adjusted(ratio: FloatArray, dividends: dict[int, float] | None = None) -> Snapshot:
    """Closes of 100 whose adjusted ones are these parts of them, and the dividends that are told."""
    paid = None
    if dividends is not None:
        paid = np.zeros(len(ratio))
        for place, amount in dividends.items():
            paid[place] = amount
    close = np.full(len(ratio), 100.0)
    return Snapshot(
        PriceHistory("X", DAYS[: len(ratio)], close, adjusted_close=close * ratio), dividends=paid
    )


def stepped(*steps: tuple[int, float]) -> FloatArray:
    """Ratios that end at 1, lower before each place by a logarithm."""
    logs = np.zeros(50)
    for place, size in steps:
        logs[:place] -= size
    return np.exp(logs)


@pytest.mark.parametrize(
    ("above", "told"), [(1 + 1.001e-5 + 2e-8, True), (1 + 0.999e-5 + 2e-8, False), (1.0, False)]
)
def test_an_adjusted_close_above_its_close(above: float, told: bool) -> None:
    ratio = np.ones(50)
    ratio[10:] = above
    assert places(adjustment_faults(adjusted(ratio), DAYS[11])) == ([list(range(11, 50))] if told else [])


@pytest.mark.parametrize(
    ("size", "told"), [(0.119, False), (0.121, True), (-1.9e-5, False), (-2.2e-5, True), (-0.02, True)]
)
def test_a_step_that_no_payment_explains(size: float, told: bool) -> None:
    ratio = stepped((10, 0.3 if size < 0 else size), *(((20, size),) if size < 0 else ()))
    start = DAYS[20] if size < 0 else DAYS[10]
    place = 20 if size < 0 else 10
    assert places(adjustment_faults(adjusted(ratio), start)) == ([[place]] if told else [])
    assert places(adjustment_faults(adjusted(ratio), start + 1)) == []


@pytest.mark.parametrize(
    ("amount", "size", "told"),
    [
        (2.0, -np.log1p(-0.02), False),
        (2.0, -np.log1p(-0.02) * 1.149, False),
        (2.0, -np.log1p(-0.02) * 1.153, True),
        (2.0, -np.log1p(-0.02) * 0.851, False),
        (2.0, -np.log1p(-0.02) * 0.847, True),
        (2.0, 0.0, True),
        (0.021, 0.0, True),  # two in ten thousand of the price
        (0.019, 0.0, False),
    ],
)
def test_a_dividend_is_in_the_adjustment(amount: float, size: float, told: bool) -> None:
    snapshot = adjusted(stepped((20, size)), {20: amount})
    assert places(adjustment_faults(snapshot, DAYS[20])) == ([[20]] if told else [])
    assert places(adjustment_faults(snapshot, DAYS[21])) == []
    assert places(adjustment_faults(replace(snapshot, dividends=None), FIRST)) == []


def test_a_payment_of_nearly_everything_counts_as_nine_tenths() -> None:
    assert places(adjustment_faults(adjusted(stepped((20, -np.log(0.1))), {20: 99.9}), DAYS[21])) == []
    (fault,) = adjustment_faults(adjusted(stepped((20, 0.11)), {20: 99.9}), FIRST)
    assert fault.sentence.endswith("as it should be; 1 of 1 dividends are so.")


# --- Splits ----------------------------------------------------------------------------------------------


def split(told: float, move: float, usual: float = 0.01) -> list[str]:
    """What is said of a split of which the close shows this log move."""
    moves = np.where(np.arange(100) % 2, usual, -usual)
    moves[0], moves[60] = 0, move
    splits = np.zeros(100)
    splits[60] = told
    history = PriceHistory("X", DAYS[:100], 100 * np.exp(np.cumsum(moves)))
    faults = list(split_faults(Snapshot(history, splits=splits), DAYS[60]))
    assert not list(split_faults(Snapshot(history, splits=splits), DAYS[61]))
    assert all(fault.session == DAYS[60] for fault in faults)
    return [" ".join(fault.sentence.split()[8:10]) for fault in faults]


def test_a_split_that_the_close_shows() -> None:
    half = np.log(2) / 2
    assert split(2, -np.log(2)) == ["is not"]
    assert split(2, np.log(2)) == ["is applied"]
    assert split(0.5, np.log(2)) == ["is not"]
    assert split(2, -half - 0.001) == ["is not"]
    assert split(2, -half + 0.001) == []
    assert split(1, -np.log(2)) == split(0, -np.log(2)) == []
    # A split of a size that the market moves by: three usual moves.
    assert split(1.031, -0.03) == ["is not"]
    assert split(1.029, -0.03) == []


def test_splits_that_are_told_since() -> None:
    splits = np.zeros(50)
    splits[[10, 20, 30]] = 2, 3, 0.5
    snapshot = Snapshot(PriceHistory("X", DAYS[:50], np.full(50, 10.0)), splits=splits)
    for last, shares in ((9, 3.0), (10, 1.5), (19, 1.5), (20, 0.5), (30, 1.0)):
        assert told_since(snapshot, DAYS[last]) == shares
        faults = list(undivided_faults(snapshot, DAYS[last], 1.0))
        assert [fault.session for fault in faults] == ([DAYS[30]] if shares != 1 else [])
        assert list(undivided_faults(snapshot, DAYS[last], 0.5)) == []
    splits[30] = 1.003
    assert len(list(undivided_faults(snapshot, DAYS[25], 1.0))) == 1
    splits[30] = 1.001
    assert list(undivided_faults(snapshot, DAYS[25], 1.0)) == []
    assert told_since(replace(snapshot, splits=None), DAYS[0]) == 1.0


# --- Payments --------------------------------------------------------------------------------------------


def payments(paid: dict[int, float], fresh: int = -1) -> list[int]:
    dividends = np.zeros(1000)
    for place, amount in paid.items():
        dividends[place] = amount
    snapshot = Snapshot(PriceHistory("X", DAYS, np.full(1000, 100.0)), dividends=dividends)
    return [place for (place,) in places(payment_faults(snapshot, DAYS[fresh]))]


QUARTERS = dict.fromkeys(range(499, 999, 60), 0.5)
"""The last of them on place 979."""


@pytest.mark.parametrize(
    ("at", "amount", "told"),
    [
        (999, 0.5, True),
        (999, 0.514, True),
        (999, 0.486, True),
        (999, 0.516, False),  # three percent more is another one
        (999, 0.484, False),
    ],
)
def test_the_same_payment_soon_after_another(at: int, amount: float, told: bool) -> None:
    assert payments({**QUARTERS, at: amount}) == ([at] if told else [])


def test_soon_is_less_than_half_of_the_usual_time() -> None:
    for last, told in ((970, True), (969, False)):  # 29 and 30 sessions before place 999, where 60 are usual
        some = dict.fromkeys(range(last, 499, -60), 0.5)
        assert payments({**some, 999: 0.5}) == ([999] if told else [])


@pytest.mark.parametrize(
    ("before", "amount", "told"),
    [
        (0.2, 1.01, True),  # a percent of the price
        (0.2, 0.99, False),
        (0.4, 1.61, True),  # four times the usual one
        (0.4, 1.59, False),
    ],
)
def test_a_payment_far_above_the_habit(before: float, amount: float, told: bool) -> None:
    some = dict.fromkeys(range(519, 960, 60), before)
    assert payments({**some, 999: amount}) == ([999] if told else [])


def test_twice_the_largest_of_two_years_is_large() -> None:
    some = dict.fromkeys(range(519, 960, 60), 0.4)
    assert payments({**some, 579: 0.9, 999: 1.81}) == [999]
    assert payments({**some, 579: 0.9, 999: 1.79}) == []
    # Two years are 504 sessions.
    for place, told in ((495, False), (494, True)):
        assert payments({**some, place: 0.9, 999: 1.7}) == ([999] if told else [])


def test_a_payment_may_be_told_two_weeks_late() -> None:
    some = dict.fromkeys(range(519, 960, 60), 0.2)
    friday = next(k for k in range(985, 995) if DAYS[k].astype(object).weekday() == 4)
    for later, told in ((10, [friday]), (11, [])):
        if friday + later < 1000:
            assert payments({**some, friday: 3.0}, friday + later) == told
    assert payments({999: 30.0}) == []  # without a habit
