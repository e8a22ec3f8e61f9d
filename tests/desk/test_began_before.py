"""A move that belongs to a case that began earlier: only the first of a month is a case, and that is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.article.why import _began, _how_far
from generator.findings.followed import followed
from generator.findings.view import StudyView
from generator.language import numbers
from generator.spec.models import StudySpec
from generator.study.ladder import Move
from generator.study.run import run_study
from tests.desk.hand import history


def view(*falls: int) -> StudyView:
    """SPY at 100 but for falls of 5% long ago and so many sessions before the last; each is regained."""
    moves = np.zeros(1500)
    for at in (*range(200, 1300, 100), *(1499 - ago for ago in falls)):
        moves[at] = -0.05
        if at < 1499:
            moves[at + 1] = 1 / 0.95 - 1
    prices = {"SPY": history((100 * np.cumprod(1 + moves)).tolist())}
    study = Move("SPY", "daily", up=False).study(4)
    spec = StudySpec(asset="SPY", when="roc(close, 1) <= -4", bars="daily", picked_from=9)
    result = run_study(study, prices, date(2026, 4, 24))
    return StudyView("fall", spec, result, prices, {"SPY": "S&P 500 fund"})


def test_a_fall_within_a_month_of_another_names_the_first() -> None:
    found = view(5, 2)  # Apr 17 and 22, 2026
    assert found.began_before is not None
    assert found.began_before.date == date(2026, 4, 17)
    assert "11 times before; this one began on Apr 17, 2026." in followed(found)
    assert _began(found) == (
        "This case began on Apr 17, 2026 (−5.0%); what comes within a month belongs to it."
    )
    assert _how_far(found) == ""


def test_the_first_fall_of_a_month_is_the_case() -> None:
    found = view(2)
    assert found.began_before is None
    assert "It has been down 4% or more in a day 11 times before." in followed(found)
    assert _began(found) == ""


def test_every_fall_is_counted_and_those_of_a_month_are_one_spell() -> None:
    """Long ago twelve falls: two of them within a month. Each is a fall that a reader finds in a chart."""
    found = view(2, 1499 - 210)  # the other falls stand at 200, 300 … 1200; one more at 210
    assert found.earlier == 11
    moves = found.moves
    assert moves is not None
    assert (moves.before, moves.largest) == (12, pytest.approx(5.0))
    assert "It has been down 4% or more in a day 12 times before, in 11 spells." in followed(found)


def test_a_move_that_no_earlier_one_matched_says_how_far_the_farthest_went() -> None:
    assert "None went as far" not in followed(view(2))
    deeper = replace(view(2), result=view(2).result)
    prices = deeper.histories["SPY"]
    close = prices.close.copy()
    close[-3:] *= 0.93 / 0.95  # the newest fall is of 7%, and stays
    histories = {"SPY": replace(prices, close=close)}
    study = Move("SPY", "daily", up=False).study(4)
    deeper = replace(deeper, histories=histories, result=run_study(study, histories, date(2026, 4, 24)))
    largest = deeper.moves
    assert largest is not None
    assert largest.when is not None
    month = numbers.month(largest.when)
    assert f"None went as far: the largest was 5.0%, in {month}." in followed(deeper)


def test_weeks_in_a_row_that_never_were_are_told() -> None:
    """Falls of 4% in the newest two and three weeks; long ago twice two weeks in a row."""
    for newest, told in ((3, "Now it is three weeks in a row; until this time the most was two."), (2, "")):
        falls = [
            *(n + k for n in range(20, 180, 10) for k in range(2 if n < 40 else 1)),
            *range(200 - newest, 200),
        ]
        moves = np.zeros(1000)
        for week in falls:
            moves[5 * week + 4] = -0.05
        prices = {"SPY": history((100 * np.cumprod(1 + moves)).tolist())}
        study = Move("SPY", "weekly", up=False).study(4)
        spec = StudySpec(asset="SPY", when="roc(close, 1) <= -4", bars="weekly", picked_from=9)
        result = run_study(study, prices, date(2026, 4, 24))
        text = followed(StudyView("fall", spec, result, prices, {"SPY": "S&P 500 fund"}))
        assert ("in a row" in text) is bool(told)
        assert told in text
