"""A move within a month of another is of the same spell: every one is counted, and when the spell began is
said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.article.why import _began
from generator.findings.followed import followed
from generator.findings.market_sentences import signal_came
from generator.findings.view import StudyView
from generator.spec.models import StudySpec
from generator.study.ladder import Move
from generator.study.run import run_study
from tests.desk.hand import history


def view(*falls: int, last: float = 0.05, present: date | None = None) -> StudyView:
    """SPY at 100 but for falls of 5% long ago and so many sessions before the last; each is regained. The
    newest is of the size ``last``."""
    moves = np.zeros(1500)
    for at in (*range(200, 1300, 100), *(1499 - ago for ago in falls)):
        moves[at] = -last if at == 1499 - falls[-1] else -0.05
        if at < 1499:
            moves[at + 1] = 1 / (1 + moves[at]) - 1
    prices = {"SPY": history((100 * np.cumprod(1 + moves)).tolist())}
    study = replace(Move("SPY", "daily", up=False).study(4), present=present)
    spec = StudySpec(asset="SPY", when="roc(close, 1) <= -4", bars="daily", picked_from=9)
    result = run_study(study, prices, date(2026, 4, 24))
    return StudyView("fall", spec, result, prices, {"SPY": "S&P 500 fund"})


def test_a_fall_within_a_month_of_another_names_the_first() -> None:
    found = view(5, 2)  # Apr 17 and 22, 2026
    assert found.moves is not None
    assert found.moves.began == date(2026, 4, 17)
    assert "11 times before; this one began on Apr 17." in followed(found)
    assert _began(found) == "Moves within a month count as one spell. It began on Apr 17 (−5.0%)."


def test_a_larger_fall_of_the_same_spell_went_farther() -> None:
    """On Apr 17 it fell 7%, on Apr 22 the title's 5%: nobody may read that none went as far."""
    moves = np.zeros(1500)
    moves[range(200, 1300, 100)] = -0.041
    moves[-6], moves[-3] = -0.07, -0.05
    prices = {"SPY": history((100 * np.cumprod(1 + moves)).tolist())}
    study = replace(Move("SPY", "daily", up=False).study(4), present=date(2026, 4, 22))
    result = run_study(study, prices, date(2026, 4, 24))
    spec = StudySpec(asset="SPY", when="roc(close, 1) <= -4", bars="daily", picked_from=9)
    assert "None went as far" not in followed(StudyView("fall", spec, result, prices, {"SPY": "SPY"}))


def test_the_first_fall_of_a_month_is_the_case() -> None:
    found = view(2)
    assert found.moves is not None
    assert found.moves.began is None
    assert "It has been down 4% or more in a day 11 times before." in followed(found)
    assert _began(found) == ""


def test_the_title_s_own_fall_is_this_time() -> None:
    found = view(5, 2, last=0.07, present=date(2026, 4, 22))
    assert found.present_episode is not None
    assert found.present_episode.date == date(2026, 4, 22)
    said = followed(found)
    # The fall of Apr 17 came before the title's too: twelve of them, as a reader counts.
    assert "12 times before, in 11 earlier spells and this one, which began on Apr 17." in said
    assert "None went as far: the largest was 5.0%," in said
    assert _began(found).startswith("Moves within a month count as one spell; we measure this one from the")
    assert ", and 12 times, in 11 spells, before that, from " in signal_came(found)
    # From the first close of the spell, 95 of 100, the lowest since was 93.
    assert found.ride is not None
    assert found.ride[0] == date(2026, 4, 17)
    assert abs(found.ride[1] - (93 / 95 - 1)) < 1e-9


def test_every_fall_is_counted_and_those_of_a_month_are_one_spell() -> None:
    """Long ago twelve falls: two of them within a month. Each is a fall that a reader finds in a chart."""
    found = view(2, 1499 - 210)  # the other falls stand at 200, 300 … 1200; one more at 210
    assert found.earlier == 11
    moves = found.moves
    assert moves is not None
    assert (moves.before, moves.largest) == (12, pytest.approx(5.0))
    assert "It has been down 4% or more in a day 12 times before, in 11 spells." in followed(found)


def test_a_run_longer_than_any_before_is_said() -> None:
    found = view(4, 2, 0)
    assert "in a row" not in followed(found)
    moves = np.zeros(1500)
    moves[range(200, 1300, 100)] = -0.05
    moves[-3:] = -0.05
    prices = {"SPY": history((100 * np.cumprod(1 + moves)).tolist())}
    study = replace(Move("SPY", "daily", up=False).study(4), present=date(2026, 4, 24))
    result = run_study(study, prices, date(2026, 4, 24))
    spec = StudySpec(asset="SPY", when="roc(close, 1) <= -4", bars="daily", picked_from=9)
    said = followed(StudyView("fall", spec, result, prices, {"SPY": "S&P 500 fund"}))
    assert "It is the third such day in a row; never before were there two." in said


def test_weeks_in_a_row_that_never_were_are_told() -> None:
    """Falls of 4% in the newest two and three weeks; long ago twice two weeks in a row."""
    for newest, told in ((3, "It is the third such week in a row; before, there were at most two."), (2, "")):
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
