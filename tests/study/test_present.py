"""The case under way begins where it is said to begin; the spell that was running is no earlier case."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from generator.core.errors import RequestError
from generator.market.history import PriceHistory
from generator.study.episodes import episode_starts
from generator.study.ladder import Move, rung_of
from generator.study.question import make_study
from generator.study.run import run_study
from tests.desk.hand import history

#         0  1  2  3  4  5  6  7  8  9 10 11 12
TRUTH = [0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("cooldown", "present", "starts"),
    [
        (0, None, [1, 6, 8, 12]),
        (0, 9, [1, 6, 9, 12]),  # the second bar of a run: the run's first was of this spell
        (5, None, [1, 6, 12]),
        (5, 8, [1, 8]),  # 8 belongs to the episode of 6, which is this time's; 12 is within five bars of 8
        (5, 9, [1, 9]),
        (5, 6, [1, 6, 12]),  # it began there anyway
        (5, 7, [1, 6, 12]),  # not true there: nothing to begin
        (5, 13, [1, 6, 12]),  # no bar has reached it
        (20, 12, [12]),
    ],
)
def test_the_present_case_takes_the_place_of_its_spell(
    cooldown: int, present: int | None, starts: list[int]
) -> None:
    assert episode_starts(np.array(TRUTH, np.int8), cooldown, present).tolist() == starts


def test_what_is_unknown_begins_nothing() -> None:
    assert episode_starts(np.array([1, 0, -1], np.int8), 5, 2).tolist() == [0]


def prices(*falls: int) -> dict[str, PriceHistory]:
    """SPY at 100 but for falls of 5% on these of 600 sessions, each regained on the next."""
    moves = np.zeros(600)
    for at in falls:
        moves[at] = -0.05
        if at + 1 < len(moves):
            moves[at + 1] = 1 / 0.95 - 1
    return {"SPY": history((100 * np.cumprod(1 + moves)).tolist())}


def test_a_study_counts_from_the_present_move_and_no_other_of_its_month() -> None:
    given = prices(100, 200, 300, 585, 597)
    days = given["SPY"].sessions
    study = make_study("SPY", when="roc(close, 1) <= -4", cooldown=21, present=days[597].item())
    found = run_study(study, given)
    assert [e.date for e in found.episodes] == [days[i].item() for i in (100, 200, 300, 597)]
    # Of the spell that began 12 sessions before, a week was complete: it is no precedent of itself.
    assert found.summaries[0].n == 3
    plain = run_study(make_study("SPY", when="roc(close, 1) <= -4", cooldown=21), given)
    assert [e.date for e in plain.episodes] == [days[i].item() for i in (100, 200, 300, 585)]
    assert plain.summaries[0].n == 4


def test_a_present_case_without_the_move_is_refused() -> None:
    given = prices(100, 200, 300)
    days = given["SPY"].sessions
    study = make_study("SPY", when="roc(close, 1) <= -4", present=days[400].item())
    with pytest.raises(RequestError, match=f"is not true.*last true on {days[300]}"):
        run_study(study, given)
    with pytest.raises(RequestError, match="is not true"):
        run_study(make_study("SPY", when="roc(close, 1) <= -4", present=date(2100, 1, 1)), given)


def test_the_threshold_counts_the_cases_before_the_present_one() -> None:
    falls = [*range(20, 420, 40), 585, 597]
    given = prices(*falls)
    days = given["SPY"].sessions
    found = rung_of(Move("SPY", "daily", up=False), days[597].item(), given, days[-1].item())
    assert found is not None
    assert (found.size, found.earlier) == (5, 10)
