"""A move's own question: the threshold against a naive search, its shape, its neighbours."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.article.definition import signal_sentence
from generator.findings.followed import followed
from generator.findings.sentences import chance
from generator.findings.view import StudyView
from generator.market.history import PriceHistory
from generator.market.providers.registry import open_source
from generator.spec.models import StudySpec
from generator.study.evidence.neighbours import neighbours
from generator.study.ladder import ENOUGH, RUNGS, SOME, Move, Rung, move_of, next_rungs, rung_of
from generator.study.prepare import find_episodes, prepare
from generator.study.question import make_study
from generator.study.run import run_study
from tests.desk.hand import history, walk
from tests.real_prices import market_data, real_prices


def naive_cases(given: PriceHistory, size: float, cooldown: int) -> list[date]:
    """First days of the rises of this size or more, a month apart, by a loop."""
    closes, found, last, before = given.close.tolist(), [], None, False
    for i in range(1, len(closes)):
        rose = 100 * (closes[i] / closes[i - 1] - 1) >= size - 1e-9
        if rose and not before and (last is None or i - last >= cooldown):
            found.append(given.sessions[i].item())
            last = i
        before = rose
    return found


@pytest.mark.parametrize("seed", range(10))
def test_the_threshold_is_the_largest_that_leaves_enough_cases(seed: int) -> None:
    given = walk(2500, seed)
    closes = given.close.copy()
    closes[-3:] *= 1.045  # a rise of some four percent in the last week
    given = history(closes.tolist())
    move, day = Move("SPY", "daily", up=True), given.sessions[-3].item()
    present = 100 * (closes[-3] / closes[-4] - 1)
    counts = {size: len(naive_cases(given, size, 21)) - 1 for size in RUNGS if size <= present}
    enough = [size for size, earlier in counts.items() if earlier >= ENOUGH]
    some = [size for size, earlier in counts.items() if earlier >= SOME and 3 * size >= present]
    found = rung_of(move, day, {"SPY": given}, given.sessions[-1].item())
    wanted = max(enough, default=max(some, default=None))
    assert (None if found is None else found.size) == wanted
    assert found is None or found.earlier == counts[found.size]


def rising(cases: int, size: float, present: float) -> PriceHistory:
    """So many rises of a size, a month and more apart, and one of another size on the last day."""
    moves = np.zeros(30 * (cases + 1) + 1)
    moves[30:-1:30], moves[-1] = size / 100, present / 100
    return history((100 * np.cumprod(1 + moves)).tolist())


@pytest.mark.parametrize(
    ("cases", "size", "present", "wanted"),
    [
        (10, 3.2, 4.4, Rung(Move("SPY", "daily", True), 3, 10)),  # ten are enough
        (9, 3.2, 4.4, Rung(Move("SPY", "daily", True), 3, 9)),
        (5, 3.2, 4.4, Rung(Move("SPY", "daily", True), 3, 5)),  # five are some
        (4, 3.2, 4.4, None),
        (10, 4.2, 4.4, Rung(Move("SPY", "daily", True), 4, 10)),
        (10, 0.5, 4.4, Rung(Move("SPY", "daily", True), 0.5, 10)),
        (10, 0.4, 4.4, None),
        (10, 17, 17, Rung(Move("SPY", "daily", True), 15, 10)),
    ],
)
def test_thresholds_by_hand(cases: int, size: float, present: float, wanted: Rung | None) -> None:
    given = rising(cases, size, present)
    last = given.sessions[-1].item()
    assert rung_of(Move("SPY", "daily", up=True), last, {"SPY": given}, last) == wanted


def test_a_larger_threshold_with_ten_cases_goes_before_a_smaller_one_with_more() -> None:
    moves = np.zeros(30 * 16 + 1)
    moves[30:-1:30], moves[-1] = 0.011, 0.044
    moves[30:331:30] = 0.021  # eleven of two percent, four more of one
    moves[30:151:30] = 0.031  # five of these of three percent
    given = history((100 * np.cumprod(1 + moves)).tolist())
    last = given.sessions[-1].item()
    found = rung_of(Move("SPY", "daily", up=True), last, {"SPY": given}, last)
    assert found == Rung(Move("SPY", "daily", up=True), 2, 11)


def test_the_thresholds_that_may_be_asked_for() -> None:
    assert RUNGS[:13] == (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10)
    assert RUNGS[13:] == tuple(range(15, 501, 5))


def test_no_threshold_without_five_cases() -> None:
    given = history([*[100.0] * 400, 103.0])
    move = Move("SPY", "daily", up=True)
    assert rung_of(move, given.sessions[-1].item(), {"SPY": given}, given.sessions[-1].item()) is None


@pytest.mark.parametrize(("present", "size"), [(5.9, 2.0), (6.1, None)])
def test_a_few_far_smaller_moves_are_not_the_same_move(present: float, size: float | None) -> None:
    steps = ([0.0] * 30 + [2.4]) * 6 + [0.0] * 30 + [present]
    given = history((100 * np.cumprod(1 + np.array(steps) / 100)).tolist())
    last = given.sessions[-1].item()
    found = rung_of(Move("SPY", "daily", up=True), last, {"SPY": given}, last)
    assert (None if found is None else found.size) == size


def test_a_day_without_the_move_has_no_question() -> None:
    given = walk(2500, 3)
    falling = int(np.flatnonzero(given.close[1:] < given.close[:-1])[-1]) + 1
    move = Move("SPY", "daily", up=True)
    assert rung_of(move, given.sessions[falling].item(), {"SPY": given}, given.sessions[-1].item()) is None


@pytest.mark.parametrize(
    ("move", "size", "text"),
    [
        (Move("SPY", "daily", True), 5.0, "roc(close, 1) >= 5"),
        (Move("SPY", "weekly", False), 2.5, "roc(close, 1) <= -2.5"),
        (Move("BTC-USD", "daily", True, 7), 7.0, "roc(close, 7) >= 7"),
        (Move("IWM", "monthly", False, 1, "QQQ"), 8.0, 'roc(close, 1) - on("QQQ", roc(close, 1)) <= -8'),
    ],
)
def test_a_move_is_known_by_its_condition(move: Move, size: float, text: str) -> None:
    assert move.condition(size) == text
    assert move_of(move.study(size)) == (move, size)


@pytest.mark.parametrize(
    "text",
    ["roc(close, 1) >= 5.5", "roc(close, 1) > 5", "roc(close, 1) >= -5", "rsi(close, 2) <= 5", "gap() >= 5"],
)
def test_another_condition_is_no_move(text: str) -> None:
    assert move_of(make_study("SPY", when=text)) is None


def test_the_neighbours_of_a_threshold_are_the_rungs_next_to_it() -> None:
    assert next_rungs(0.5) == (1, 1.5)
    assert next_rungs(3) == (2, 2.5, 4, 5)
    assert next_rungs(10) == (8, 9, 15, 20)
    near = [n for n in neighbours(Move("BTC-USD", "daily", True, 7).study(7)) if n.group == "threshold"]
    assert [n.label for n in near] == ["7 → 5", "7 → 6", "7 → 8", "7 → 9"]
    assert next(n.study.condition.text for n in near) == "roc(close, 7) >= 5"


def test_what_comes_again_within_a_month_is_the_same_case() -> None:
    assert Move("SPY", "daily", True).cooldown == 21
    assert Move("SPY", "weekly", True).cooldown == 4
    assert Move("SPY", "monthly", True).cooldown == 1
    assert Move("BTC-USD", "daily", True, 7).cooldown == 30


@real_prices
def test_the_question_of_april_2025() -> None:
    prices = open_source(f"files:{market_data()}", Path()).history("SPY").until(np.datetime64("2026-07-31"))
    move = Move("SPY", "daily", up=True)
    found = rung_of(move, date(2025, 4, 9), {"SPY": prices}, date(2025, 4, 11))
    assert found == Rung(move, 5, 11)
    study = move.study(5)
    assert [e.date.year for e in find_episodes(prepare(study, {"SPY": prices}, date(2025, 4, 11)))] == [
        *(1997, 1998, 1998, 2000, 2002, 2008, 2008, 2009, 2018, 2020, 2022, 2025)
    ]
    year = run_study(study, {"SPY": prices}, date(2025, 4, 11)).summary("1Y")
    assert (year.n, round((year.win_rate or 0) * year.n)) == (11, 10)
    assert round((year.baseline.win_rate or 0) * 100) == 78


@pytest.mark.parametrize(
    ("up", "rule"),
    [
        (
            True,
            "The signal, on daily closes of QQQ: its change in a day is 1 point or more above that of SPY.",
        ),
        (
            False,
            "The signal, on daily closes of QQQ: its change in a day is 1 point or more below that of SPY.",
        ),
    ],
)
def test_the_words_of_a_gap_name_both_funds(up: bool, rule: str) -> None:
    prices = {"QQQ": walk(1500, 1, "QQQ"), "SPY": walk(1500, 2)}
    study = Move("QQQ", "daily", up, other="SPY").study(1)
    result = run_study(study, prices, date(2026, 4, 24))
    names = {"QQQ": "Nasdaq 100 fund", "SPY": "S&P 500 fund"}
    spec = StudySpec(asset="QQQ", when=study.condition.text, bars="daily")
    view = StudyView("gap", spec, result, prices, names)
    assert signal_sentence(view) == rule
    assert "stand out as much" in chance(view)
    done = "beaten" if up else "trailed"
    assert followed(view).startswith(f"It has {done} the S&P 500 fund by 1 point or more in a day ")
