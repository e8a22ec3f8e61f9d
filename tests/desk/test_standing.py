"""Standings against a naive loop: since when, which place, of how many."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from generator.desk.standing import Standing, standing_of


def naive(values: list[float], dates: list[date]) -> tuple[date | None, int, int]:
    """The same by a loop over all that came before."""
    newest, since, place, of = values[-1], None, 1, 1
    for value, day in zip(values[:-1], dates[:-1], strict=True):
        if value != value:
            continue
        of += 1
        if value >= newest:
            since, place = day, place + 1
    return since, place, of


@pytest.mark.parametrize("seed", range(30))
def test_a_standing_is_what_a_loop_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=200).round(1)  # rounded, so that there are ties
    values[rng.random(200) < 0.1] = np.nan
    values[-1] = rng.normal()
    days = np.datetime64("2000-01-07") + 7 * np.arange(200)
    found = standing_of(values, days, days[0])
    assert found is not None
    assert (found.since, found.place, found.of) == naive(values.tolist(), [d.item() for d in days])
    assert found.first == date(2000, 1, 7)


def test_what_came_after_is_not_looked_at() -> None:
    days = np.arange("2020-01-01", "2020-01-07", dtype="datetime64[D]")
    values = np.array([0.1, 0.3, 0.2, 0.9, 0.8, 0.7])
    whole = standing_of(values, days, days[0], at=2)
    assert whole == standing_of(values[:3], days[:3], days[0])
    assert whole is not None
    assert (whole.since, whole.place, whole.of) == (date(2020, 1, 2), 2, 3)


def test_what_is_unknown_or_alone_stands_nowhere() -> None:
    days = np.arange("2020-01-01", "2020-01-04", dtype="datetime64[D]")
    assert standing_of(np.array([1.0, 2.0, np.nan]), days, days[0]) is None
    assert standing_of(np.array([1.0]), days[:1], days[0]) is None
    assert standing_of(np.array([np.nan, 1.0]), days[:2], days[0]) is None
    assert standing_of(np.array([]), days[:0], days[0]) is None


def test_a_record_needs_ten_years() -> None:
    long = Standing(None, 1, 500, date(2000, 1, 1), 10.0, 10.0)
    short = Standing(None, 1, 500, date(2000, 1, 1), 9.9, 9.9)
    beaten = Standing(date(2001, 1, 1), 2, 500, date(2000, 1, 1), 20.0, 19.0)
    assert (long.is_record, short.is_record, beaten.is_record) == (True, False, False)


def test_rare_is_what_has_not_come_for_long_and_came_seldom() -> None:
    def rare(waited: float, place: int) -> float:
        return Standing(date(2010, 1, 1), place, 1000, date(2000, 1, 1), 20.0, waited).rare

    assert rare(20.0, 1) == pytest.approx(20.0)
    assert rare(5.0, 4) == pytest.approx(5.0)
    assert rare(5.0, 2) > rare(5.0, 3)
    assert rare(6.0, 2) > rare(5.0, 2)
