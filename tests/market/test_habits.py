"""The edges of an asset's habit, on bars of which every reach, move and volume is known by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generator.market.history import FloatArray, PriceHistory
from generator.market.quality.newest import newest_faults

DAYS = np.arange("2021-01-04", "2022-09-01", dtype="datetime64[D]")
DAYS = DAYS[np.is_busday(DAYS)][:400]
UP = np.log(1.01)
"""Each close is one percent above or below the one before, in turn; highs and lows reach as far again."""


def plain() -> dict[str, FloatArray]:
    close = np.where(np.arange(400) % 2, 101.0, 100.0)
    opened = np.concatenate(([100.0], close[:-1]))
    high, low = np.maximum(opened, close) * 1.01, np.minimum(opened, close) / 1.01
    return {"close": close, "open": opened, "high": high, "low": low, "volume": np.full(400, 1000.0)}


def told(columns: dict[str, FloatArray], fresh: int = -1) -> list[str]:
    found = newest_faults(PriceHistory("X", DAYS, **columns), DAYS[fresh])
    return [str(fault.session) for fault in found]


LAST = [str(DAYS[-1])]


def test_plain_bars_are_silent() -> None:
    assert told(plain(), 30) == []


def reaching(side: str, size: float, past: int, past_size: float) -> list[str]:
    """What is told of a reach of the last bar (a logarithm) after so many as large ones of the past."""
    bars = plain()
    above = side == "high"
    base = np.maximum(bars["open"], bars["close"]) if above else np.minimum(bars["open"], bars["close"])
    for row, reach in [(-1, size), *((50 + 40 * k, past_size) for k in range(past))]:
        bars[side][row] = base[row] * np.exp(reach if above else -reach)
    return told(bars)


@pytest.mark.parametrize("side", ["high", "low"])
def test_how_far_a_high_or_low_may_reach(side: str) -> None:
    assert reaching(side, 0.1499, 0, 0) == []
    assert reaching(side, 0.1501, 0, 0) == LAST
    # Three that reached 0.2 make it a habit, two do not.
    assert reaching(side, 0.3199, 2, 0.2) == LAST
    assert reaching(side, 0.3199, 3, 0.2) == []
    assert reaching(side, 0.3201, 3, 0.2) == LAST


def volumes(last: float, at: dict[int, float], *, move: float = UP) -> list[str]:
    """What is told of the last volume; ``at`` gives others, by sessions before it."""
    bars = plain()
    for back, volume in at.items():
        bars["volume"][-1 - back] = volume
    bars["volume"][-1] = last
    bars["close"][-1] = bars["close"][-2] * np.exp(move)
    bars["high"][-1] = bars["low"][-1] = np.nan
    return told(bars)


def test_how_much_may_be_traded() -> None:
    assert volumes(15_000, {}) == []
    assert volumes(15_001, {}) == LAST
    assert volumes(67, {}) == []
    assert volumes(66, {}) == LAST


def test_how_much_may_be_traded_on_news() -> None:
    assert volumes(15_001, {}, move=4.9 * UP) == LAST
    assert volumes(100_000, {}, move=5.1 * UP) == []
    assert volumes(100_001, {}, move=5.1 * UP) == LAST


def test_what_is_usual_is_the_median_of_twenty_sessions() -> None:
    newest = dict.fromkeys(range(1, 11), 3000.0)
    assert volumes(29_999, newest) == []
    assert volumes(30_001, newest) == LAST
    # Eleven of the twenty: the median is 3,000. The year's own share is above the twenty-fifth part then.
    more = dict.fromkeys(range(1, 12), 3000.0)
    assert volumes(44_999, more) == []
    assert volumes(45_001, more) == LAST


def test_what_one_session_in_twenty_five_had_is_no_rarity() -> None:
    some = {25 + 20 * k: 4000.0 for k in range(10)}  # 10 of 252: 3.97%
    assert volumes(15_500, some) == LAST
    assert volumes(15_500, {**some, 252: 4000.0}) == []  # 11, the oldest of them a year ago to the session
    assert volumes(15_500, {**some, 253: 4000.0}) == LAST
    # Of 252 the 241.96th is told off: 1,000 + 0.96 · 3,000, five times that.
    assert volumes(19_399, {**some, 252: 4000.0}) == []
    assert volumes(19_401, {**some, 252: 4000.0}) == LAST


def test_what_seldom_trades() -> None:
    assert volumes(0, {}) == LAST
    # Without a trade on 11 of 252 sessions it is rare, on 12 it is not.
    idle = {25 + 20 * k: 0.0 for k in range(11)}
    assert volumes(0, idle) == LAST
    assert volumes(0, {**idle, 252: 0.0}) == []
    assert volumes(0, {**idle, 253: 0.0}) == LAST
    # On most of the month's: no volume is usual.
    assert volumes(15_001, dict.fromkeys(range(10, 21), 0.0)) == []


def test_volumes_that_are_unknown_tell_no_habit() -> None:
    unknown = dict.fromkeys(range(1, 400), np.nan)
    for known, said in ((19, []), (20, LAST)):
        assert volumes(15_001, {**unknown, **{5 + 3 * k: 1000.0 for k in range(known)}}) == said
    assert volumes(np.nan, {}) == []


def untraded(*, flat: tuple[int, ...] = (), same: bool = True, idle: bool = False) -> list[str]:
    """What is told of a last bar of one price, after others of the past, by sessions before it."""
    bars = plain()
    for back in (0, *flat):
        row = 399 - back
        price = bars["close"][row - 1] if back == 0 and same else bars["close"][row]
        for name in ("open", "high", "low", "close"):
            bars[name][row] = price
    if idle:
        bars["volume"] = np.full(400, 0.0)
    return told(bars)


def test_bars_of_one_price_are_told_where_they_are_no_habit() -> None:
    assert untraded() == LAST
    assert untraded(flat=(100,)) == LAST
    # The year ends before the bars that may have been corrected: nine sessions before this one.
    assert untraded(flat=(100, 261)) == []
    assert untraded(flat=(100, 262)) == LAST
    assert untraded(same=False) == []
    assert untraded(same=False, idle=True) == LAST
    bars = plain()
    for name in ("open", "high", "low", "close"):
        bars[name][-1] = bars["close"][-2]
    del bars["volume"]
    assert told(bars) == LAST
    del bars["open"]
    assert told(bars) == []


def test_the_bars_of_the_last_days_may_have_been_corrected() -> None:
    # Twelve days before a Friday is a Sunday, and the Friday before it is two days too early.
    fresh = next(k for k in range(390, 400) if DAYS[k].astype(object).weekday() == 4)
    monday = fresh - 9
    for row, said in ((monday, [str(DAYS[monday])]), (monday - 1, [])):
        bars = plain()
        bars["high"][row] = 200.0
        assert told(bars, fresh) == said
    monday = next(k for k in range(390, 400) if DAYS[k].astype(object).weekday() == 0)
    wednesday = monday - 8  # twelve days before it
    for row, said in ((wednesday, [str(DAYS[wednesday])]), (wednesday - 1, [])):
        bars = plain()
        bars["high"][row] = 200.0
        assert told(bars, monday) == said


def test_the_first_twenty_bars_are_a_habit_in_the_making() -> None:
    for row, said in ((19, []), (20, [str(DAYS[20])])):
        bars = plain()
        bars["high"][row] = 200.0
        short = {name: column[:25] for name, column in bars.items()}
        found = newest_faults(PriceHistory("X", DAYS[:25], **short), DAYS[15])
        assert [str(fault.session) for fault in found] == said
    history = PriceHistory("X", DAYS, **plain())
    assert list(newest_faults(replace(history, close=history.close - 100), DAYS[-1])) == []
