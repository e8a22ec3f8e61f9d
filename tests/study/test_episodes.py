"""Episodes on bars counted by hand: where the cooldown ends, where ``since`` begins."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from generator.market.bars import make_bars
from generator.market.history import PriceHistory
from generator.study.episodes import episode_starts, list_episodes, match_bars

DAYS = np.arange("2024-01-01", "2024-01-11", dtype="datetime64[D]")
BARS = make_bars(PriceHistory("X", DAYS, np.arange(1.0, 11.0)), "daily", in_progress=False)
#                 1  2  3  4  5  6  7  8  9 10 January
TRUTH = np.array([0, 1, 1, 0, 1, 0, -1, 1, 0, 1], dtype=np.int8)


def starts(cooldown: int) -> list[int]:
    return episode_starts(TRUTH, cooldown).tolist()


def test_a_run_begins_again_after_false_and_after_unknown() -> None:
    assert starts(0) == starts(1) == [1, 4, 7, 9]


@pytest.mark.parametrize(
    ("cooldown", "kept"), [(2, [1, 4, 7, 9]), (3, [1, 4, 7]), (4, [1, 7]), (6, [1, 7]), (7, [1, 9])]
)
def test_a_run_as_many_bars_later_as_the_cooldown_is_an_episode_of_its_own(cooldown, kept) -> None:
    # Runs begin on bars 1, 4, 7 and 9: three, three and two bars apart, counted from the last one kept.
    assert starts(cooldown) == kept


@pytest.mark.parametrize(
    ("since", "first"), [(date(2024, 1, 4), 4), (date(2024, 1, 5), 4), (date(2024, 1, 6), 7)]
)
def test_an_episode_on_the_very_day_of_since_counts(since, first) -> None:
    found = list_episodes(BARS, BARS, TRUTH, None, cooldown=0, since=since)
    assert found[0].bar == first
    assert found[0].date == DAYS[first].item()


def test_the_cooldown_sees_what_since_leaves_out() -> None:
    # Bar 4 lies within four bars of bar 1, which is before ``since``: it is no episode, and bar 7 is.
    found = list_episodes(BARS, BARS, TRUTH, None, cooldown=4, since=date(2024, 1, 3))
    assert [episode.bar for episode in found] == [7]


def test_a_trigger_that_is_unknown_is_none() -> None:
    triggers = np.arange(10.0)
    triggers[4] = np.nan
    found = list_episodes(BARS, BARS, TRUTH, triggers, cooldown=0, since=None)
    assert [episode.trigger for episode in found] == [1.0, None, 7.0, 9.0]


def test_a_target_is_entered_at_its_first_close_at_or_after_the_signals() -> None:
    target = make_bars(PriceHistory("Y", DAYS[[2, 4, 5, 9]], np.ones(4)), "daily", in_progress=False)
    assert match_bars(BARS, target, np.array([1, 2, 4, 7, 9])).tolist() == [-1, 0, 1, 3, 3]


def test_a_target_is_closed_on_days_between_its_own_and_not_before_its_first() -> None:
    target = make_bars(PriceHistory("Y", DAYS[[2, 4, 5, 9]], np.ones(4)), "daily", in_progress=False)
    found = list_episodes(BARS, target, TRUTH, None, cooldown=0, since=None)
    # Runs begin on bars 1 (before its first price), 4, 7 (between two) and 9.
    assert [episode.target_bar for episode in found] == [None, 1, 3, 3]
    assert [episode.target_was_closed for episode in found] == [False, False, True, False]
    late = make_bars(PriceHistory("Y", DAYS[[0, 1]], np.ones(2)), "daily", in_progress=False)
    waiting = list_episodes(BARS, late, TRUTH, None, cooldown=0, since=None)
    assert [(e.target_bar, e.entered) for e in waiting[1:]] == [(2, None)] * 3


@pytest.mark.parametrize(
    ("delay", "entered"), [(0, [DAYS[1], DAYS[4], DAYS[7], DAYS[9]]), (1, [DAYS[2], DAYS[5], DAYS[8], None])]
)
def test_a_late_entry_comes_a_session_later_or_has_not_come(delay: int, entered: list[object]) -> None:
    found = list_episodes(BARS, BARS, TRUTH, None, cooldown=0, since=None, delay=delay)
    wanted = [None if day is None else day.item() for day in entered]  # type: ignore[attr-defined]
    assert [episode.entered for episode in found] == wanted


def test_an_episode_on_a_bar_in_progress_is_provisional() -> None:
    months = np.array(["2024-01-31", "2024-02-29", "2024-03-14"], dtype="datetime64[D]")
    bars = make_bars(PriceHistory("X", months, np.arange(1.0, 4.0)), "monthly", in_progress=True)
    truth = np.array([0, 1, 0], dtype=np.int8)
    assert not list_episodes(bars, bars, truth, None, cooldown=0, since=None)[0].provisional
    truth = np.array([0, 0, 1], dtype=np.int8)
    assert list_episodes(bars, bars, truth, None, cooldown=0, since=None)[0].provisional
