"""The average path after a signal against a plain loop: other prices at the target, and a late entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from generator.market.history import PriceHistory
from generator.study.paths import AveragePath, average_path
from generator.study.prepare import find_episodes, prepare
from generator.study.question import make_study
from generator.study.values import Entry
from tests.study import oracle
from tests.study.markets import days_of, history_of, random_history

OWN = random_history("IWM", "2019-01-02", "2024-05-15", seed=7)
OLD, YOUNG = (random_history("ABC", first, "2024-05-15", seed=8) for first in ("2018-06-01", "2019-06-03"))
"""Targets that begin before and after the asset."""
LONGEST = {"daily": 21, "weekly": 13, "monthly": 6}


def asked(bars: str, entry: Entry, target: PriceHistory, as_of: date | None = None) -> AveragePath:
    study = make_study(
        "IWM",
        when="close > lag(close, 1)",
        target="ABC",
        bars=bars,  # type: ignore[arg-type]
        horizons={"daily": ["1M", "1W"], "weekly": ["13W", "4W"], "monthly": ["6M", "1M"]}[bars],
        entry=entry,
    )
    prepared = prepare(study, {"IWM": OWN, "ABC": target}, as_of)
    return average_path(prepared, find_episodes(prepared))


def ends_of(history: PriceHistory, bars: str) -> list[int]:
    days = days_of(history)
    if bars == "daily":
        return list(range(len(days)))
    return oracle.week_ends(days) if bars == "weekly" else oracle.month_ends(days)


def path_of(
    target: PriceHistory, bar: int, ends: Sequence[int], entry: Entry, steps: int, late: int
) -> list[float] | None:
    """0, then the returns since the entry to so many closes; None where the last has not come."""
    closes, opens = target.close.tolist(), target.field("open").tolist()
    if bar + steps + late >= len(ends):
        return None
    session = ends[bar] + (entry != "close")
    paid = opens[session] if entry == "next_open" else closes[session]
    return [0.0, *(closes[ends[bar + step + late]] / paid - 1 for step in range(1, steps + 1))]


@pytest.mark.parametrize("target", [OLD, YOUNG], ids=["old", "young"])
@pytest.mark.parametrize("entry", ["close", "next_open", "next_close"])
@pytest.mark.parametrize("bars", ["daily", "weekly", "monthly"])
def test_an_average_path_is_that_of_the_loop(bars: str, entry: Entry, target: PriceHistory) -> None:
    own, ends = ends_of(OWN, bars), ends_of(target, bars)
    if bars != "daily":  # May 15, 2024 is within a week and a month: neither is over
        own, ends = own[:-1], ends[:-1]
    closes = [OWN.close[end] for end in own]
    rises = [i for i in range(1, len(closes)) if closes[i] > closes[i - 1]]
    starts = [i for i in rises if i - 1 not in rises]
    # Both end together, so a bar of the one is that of the other from the end.
    positions = [place for i in starts if (place := i - len(own) + len(ends)) >= 0]
    late = 1 if entry != "close" and bars == "daily" else 0

    def paths(where: Sequence[int]) -> np.ndarray:
        each = (path_of(target, bar, ends, entry, LONGEST[bars], late) for bar in where)
        return np.array([path for path in each if path is not None])

    found, cases = asked(bars, entry, target), paths(positions)
    # What is usual begins where both have prices.
    usual = paths(range(max(0, len(ends) - len(own)), len(ends)))
    assert found.n == len(cases) > 10
    assert found.average == pytest.approx(cases.mean(axis=0))
    assert found.lower == pytest.approx(np.quantile(cases, 0.25, axis=0))
    assert found.upper == pytest.approx(np.quantile(cases, 0.75, axis=0))
    assert found.baseline == pytest.approx(usual.mean(axis=0))


@pytest.mark.parametrize("held", [0, 1, 3])
@pytest.mark.parametrize("entry", ["close", "next_open", "next_close"])
def test_the_present_path_goes_as_far_as_its_closes(entry: Entry, held: int) -> None:
    closes, opens = OLD.close, OLD.field("open")
    rises = np.diff(OWN.close) > 0
    starts = [i + 1 for i in range(1, len(rises)) if rises[i] and not rises[i - 1]]
    signal = next(a for a, b in pairwise(starts) if a > 500 and b - a > 5)  # the newest one for five sessions
    bar = signal - len(OWN) + len(OLD)
    late = int(entry != "close")
    paid = opens[bar + 1] if entry == "next_open" else closes[bar + late]
    found = asked("daily", entry, OLD, OLD.sessions[bar + late + held].item()).present
    assert found is not None
    known = [0.0, *(closes[bar + late + step] / paid - 1 for step in range(1, held + 1))]
    assert found[: held + 1] == pytest.approx(known)
    assert np.isnan(found[held + 1 :]).all()
    assert len(found) == LONGEST["daily"] + 1


WEEKS = {
    "2024-01-05": 100.0,
    "2024-01-12": 110.0,  # the signal
    "2024-01-19": 99.0,
    "2024-01-24": 88.0,  # a week in progress
}


def test_a_bar_in_progress_is_no_point_of_the_present_path() -> None:
    study = make_study("IWM", when="roc(close, 1) >= 10", bars="weekly", horizons=["4W"])
    prepared = prepare(study, {"IWM": history_of("IWM", WEEKS)})
    found = average_path(prepared, find_episodes(prepared))
    assert found.present is not None
    np.testing.assert_allclose(found.present, [0, 99 / 110 - 1, np.nan, np.nan, np.nan])
    assert (found.n, found.average, found.lower, found.upper, found.baseline) == (0, None, None, None, None)


def test_no_present_path_where_the_newest_case_is_complete_or_the_target_has_not_closed() -> None:
    days = [f"2024-01-{day:02}" for day in (2, 3, 4, 5, 8, 9)]
    own = history_of("IWM", dict(zip(days, (100.0, 100.0, 110.0, 100.0, 100.0, 100.0), strict=True)))
    study = make_study("IWM", when="roc(close, 1) >= 10", horizons=["3D", "1D"])
    for last, present in (("2024-01-08", True), ("2024-01-09", False)):
        prepared = prepare(study, {"IWM": own}, date.fromisoformat(last))
        found = average_path(prepared, find_episodes(prepared))
        assert (found.present is not None, found.n) == (present, 1 - present)
    # The target closes hours before the signal is known: its next close has not come yet.
    frankfurt = history_of("ABC.DE", dict(zip(days, (50.0, 51.0, 52.0, 53.0, 54.0, 55.0), strict=True)))
    waits = replace(study, target="ABC.DE")
    for last, present in (("2024-01-04", False), ("2024-01-05", True)):
        prepared = prepare(waits, {"IWM": own, "ABC.DE": frankfurt}, date.fromisoformat(last))
        found = average_path(prepared, find_episodes(prepared))
        assert (found.present is not None) is present
    quiet = make_study("IWM", when="close > 500", horizons=["1D"])
    assert average_path(prepare(quiet, {"IWM": own}), ()).present is None
