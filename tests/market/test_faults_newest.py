"""New bars beside an asset's habit: each fault once, and what an ordinary asset does all the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generator.market.history import FloatArray, PriceField, PriceHistory
from generator.market.quality.faults import faults_of
from generator.market.quality.newest import newest_faults
from generator.market.snapshot import Snapshot
from tests.market.test_faults import DAYS, found, history

LAST = str(DAYS[-1])


def with_last(field: PriceField, value: float) -> PriceHistory:
    """Two ordinary years, one cell of the last bar another."""
    plain = history()
    column: FloatArray = plain.field(field).copy()
    column[-1] = value
    return replace(plain, **{field: column})  # type: ignore[arg-type]


def new(changed: PriceHistory) -> list[tuple[str, str]]:
    return found(tuple(newest_faults(changed, DAYS[-3])))


@pytest.mark.parametrize(
    ("field", "factor"), [("high", 10), ("high", 1.3), ("low", 0.01), ("low", 0.75), ("volume", 100)]
)
def test_a_last_value_far_outside_the_habit(field: PriceField, factor: float) -> None:
    wrong = with_last(field, history().field(field)[-1] * factor)
    assert new(wrong) == [("column", LAST)]
    # A first snapshot is held for it too.
    assert ("column", LAST) in found(faults_of(Snapshot(wrong), DAYS[-1]))


def test_what_was_found_is_said_with_its_size() -> None:
    plain = history()
    high = with_last("high", float(max(plain.field("open")[-1], plain.close[-1])) * 10)
    (fault,) = newest_faults(high, DAYS[-3])
    assert fault.sentence.startswith(
        f"The high of {LAST} is above the open and the close by a factor of 10.00;"
    )
    (fault,) = newest_faults(with_last("volume", 1), DAYS[-3])
    assert fault.sentence.startswith(f"The volume of {LAST} is 1; in the month before ")


def test_a_low_of_a_bad_hour_is_no_fault() -> None:
    assert new(with_last("low", history().field("low")[-1] * 0.9)) == []
    # Nor is one as far as the asset has fallen in a day before.
    plain = history()
    fallen = {name: plain.field(name).copy() for name in ("open", "high", "low", "close")}
    for column in fallen.values():
        column[300:] *= 0.75
    fallen["low"][-1] *= 0.75
    assert new(replace(plain, **fallen)) == []  # type: ignore[arg-type]


def test_three_wrong_volumes() -> None:
    volume = history().field("volume").copy()
    volume[-3:] /= 100
    expected = [("column", str(day)) for day in DAYS[-3:]]
    assert new(replace(history(), volume=volume)) == expected


def test_much_is_traded_on_a_day_of_news() -> None:
    plain = history()
    jump = {name: plain.field(name).copy() for name in ("open", "high", "low", "close")}
    for column in jump.values():
        column[-1] *= 1.12
    volume = plain.field("volume").copy()
    volume[-1] = 3e7  # 30 times the usual million
    assert new(replace(plain, volume=volume)) == [("column", LAST)]
    assert new(replace(plain, volume=volume, **jump)) == []  # type: ignore[arg-type]


def test_an_asset_without_volumes_and_one_that_is_seldom_traded() -> None:
    assert new(replace(history(), volume=np.zeros(len(DAYS)))) == []
    volume = history().field("volume").copy()
    volume[::20] = 0
    volume[-1] = 0
    assert new(replace(history(), volume=volume)) == []
    volume[:-1] = 1e6
    assert new(replace(history(), volume=volume)) == [("column", LAST)]


def flat(days: int, habit: int = 0) -> PriceHistory:
    """The last bars are one price, that of the close before; so is every so many of the earlier ones."""
    plain = history()
    columns = {name: plain.field(name).copy() for name in ("open", "high", "low", "close")}
    usual = range(habit, len(DAYS) - days, habit) if habit else ()
    for row in (*usual, *range(len(DAYS) - days, len(DAYS))):
        for column in columns.values():
            column[row] = columns["close"][row - 1]
    return replace(plain, **columns)  # type: ignore[arg-type]


def test_bars_of_one_price() -> None:
    assert new(flat(1)) == [("stale", LAST)]
    assert new(flat(2)) == [("stale", str(DAYS[-2])), ("stale", LAST)]
    assert new(flat(1, habit=50)) == []  # 2% of its bars are such
    one_price = replace(history(), high=history().close, low=history().close, open=history().close)
    assert new(one_price) == []  # a fund that has one price a day


def test_a_bar_of_another_price_without_volume() -> None:
    changed = flat(1)
    for name in ("open", "high", "low", "close"):
        changed.field(name)[-1] += 0.5
    assert new(changed) == []
    changed.field("volume")[-1] = 0
    assert new(changed) == [("stale", LAST), ("column", LAST)]


def test_old_bars_are_not_judged_so() -> None:
    wrong = with_last("high", 1000)
    high = np.roll(wrong.field("high"), -100)
    assert new(replace(history(), high=np.maximum(high, history().field("high")))) == []


@pytest.mark.parametrize("times", [40, 1 / 40])
def test_what_its_volume_often_does(times: float) -> None:
    """Every fifteenth session so much more, or less, is traded: one more such day is its own habit."""
    volume = history().field("volume").copy()
    volume[-1] *= times
    assert new(replace(history(), volume=volume)) == [("column", LAST)]
    volume[14:-20:15] *= times
    assert new(replace(history(), volume=volume)) == []
