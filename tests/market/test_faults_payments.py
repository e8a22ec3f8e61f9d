"""New dividends beside those of two years: 0.5 a quarter of a price near 100."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generator.market.quality.faults import faults_of
from generator.market.quality.payments import payment_faults
from generator.market.snapshot import Snapshot
from tests.market.test_faults import DAYS, found, history

QUARTERS = np.arange(len(DAYS) - 8, 0, -63)[::-1]


def paying(rows: np.ndarray, amount: float, extra: dict[int, float]) -> Snapshot:
    """These payments and more, each of them adjusted for."""
    dividends = np.zeros(len(DAYS))
    dividends[rows] = amount
    for row, more in extra.items():
        dividends[row] = more
    plain = history()
    adjusted = plain.close.copy()
    for row in np.flatnonzero(dividends):
        adjusted[:row] *= 1 - dividends[row] / plain.close[row - 1]
    return Snapshot(replace(plain, adjusted_close=adjusted), dividends=dividends)


def new(snapshot: Snapshot) -> list[tuple[str, str]]:
    return found(tuple(payment_faults(snapshot, DAYS[-3])))


def test_ordinary_payments() -> None:
    assert new(paying(QUARTERS, 0.5, {})) == []
    assert faults_of(paying(QUARTERS, 0.5, {}), DAYS[-1]) == ()


@pytest.mark.parametrize(
    ("amount", "told"), [(0.5, True), (0.51, True), (0.4, False), (0.9, False), (5.0, True)]
)
def test_a_payment_a_few_days_after_another(amount: float, told: bool) -> None:
    paid = paying(QUARTERS, 0.5, {-2: amount})
    assert new(paid) == ([("action", str(DAYS[-2]))] if told else [])
    assert found(faults_of(paid)) == new(paid)


def test_what_was_found_is_said() -> None:
    (again,) = payment_faults(paying(QUARTERS, 0.5, {-2: 0.5}), DAYS[-3])
    assert again.sentence == f"The dividend of {DAYS[-2]}, 0.5, is that of {DAYS[-8]} told a second time."
    (large,) = payment_faults(paying(QUARTERS[:-1], 0.5, {-2: 5.0}), DAYS[-3])
    assert " of the price; the largest of the two years before was " in large.sentence


def test_a_large_payment_needs_to_be_large() -> None:
    session = [("action", str(DAYS[-2]))]
    assert new(paying(QUARTERS[:-1], 0.5, {-2: 5.0})) == session
    assert new(paying(QUARTERS[:-1], 0.05, {-2: 0.5})) == []  # ten times as much, and next to nothing
    # A fund that paid as much before, and one that pays for the first time.
    assert new(paying(QUARTERS[:-1], 0.5, {-250: 4.0, -2: 5.0})) == []
    assert new(paying(QUARTERS[:0], 0.5, {-2: 5.0})) == []


def test_a_fund_that_pays_every_week() -> None:
    weeks = np.arange(len(DAYS) - 2, 0, -5)[::-1]
    assert new(paying(weeks, 0.5, {})) == []


def test_a_payment_that_is_told_late_is_judged_and_an_old_one_is_not() -> None:
    assert new(paying(QUARTERS[:-1], 0.5, {-8: 5.0})) == [("action", str(DAYS[-8]))]
    assert new(paying(QUARTERS[:-1], 0.5, {-40: 5.0})) == []


def test_a_payment_after_a_close_of_zero_is_a_share_of_nothing() -> None:
    paid = paying(QUARTERS, 0.5, {})
    close = paid.history.close.copy()
    close[QUARTERS - 1] = 0
    assert new(replace(paid, history=replace(paid.history, close=close))) == []
