"""What stands out of a report leads it, from whatever study and horizon it comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.findings import conclusion
from generator.findings.standout import beside_the_deck, standout
from generator.findings.view import StudyView
from tests.editorial.hand import hand_view, with_p

RISING = [0.05] * 5 + [-0.01] + [0.05] * 6
BASELINE_RATE = 0.64


def found_at(p_values: tuple[float, float], hard: tuple[bool, bool], name: str) -> StudyView:
    """A study at one and at three months, its headline; hard to explain by luck where asked."""
    view = with_p(hand_view({"1M": RISING, "3M": RISING}), p_values, ordinary=(True, True))
    told = tuple(
        replace(s, verdict=replace(s.verdict, key="better-hard")) if is_hard else s
        for s, is_hard in zip(view.result.summaries, hard, strict=True)
    )
    return replace(view, name=name, result=replace(view.result, summaries=told))


def test_a_result_at_another_horizon_leads_with_its_q_and_the_number_of_results() -> None:
    # Two results with p 0.004 and 0.5: the smaller is doubled.
    lead = found_at((0.004, 0.5), (True, False), "lead")
    assert beside_the_deck([lead]) == (
        "A month later Alphabet blocks were higher 11 of 12 times (any month: 64%), 2.5 points more than "
        "usual: hard to explain by luck, even allowing for the two results looked at."
    )
    points = conclusion.key_points([lead], tells_week=True)
    # Eleven times 5% and once −1%: 4.5% on average; the hand-made baseline is 2%.
    assert points[0].startswith(
        "A month later Alphabet blocks were higher 11 of 12 times (any month: 64%), +4.5% on average against "
    )
    assert not any("three months" in point and "hard" in point for point in points)


def test_another_study_s_result_is_told_under_its_name() -> None:
    lead = found_at((0.5, 0.5), (False, False), "lead")
    other = replace(found_at((0.5, 0.001), (False, True), "big-months"), names={"ABC": "gold fund"})
    found = standout([lead, other])
    assert found is not None
    assert found.view is other
    assert found.text.startswith(
        "The gold fund has been up 10% or more in a month 16 times before, in 12 spells; three months later"
    )
    assert "(q 0.004 among four results)" in found.text


def test_what_the_deck_has_said_is_not_said_again() -> None:
    lead = found_at((0.5, 0.001), (False, True), "lead")
    assert standout([lead]) is not None
    assert beside_the_deck([lead]) == ""


@pytest.mark.parametrize(("gains", "told"), [(14, True), (9, False)])
def test_a_long_run_leads_where_no_result_is_hard_to_explain(gains: int, told: bool) -> None:
    # From any start 64% gain: 14 in a row have a chance of 0.2%.
    assert BASELINE_RATE**9 > 0.01 > BASELINE_RATE**14
    view = with_p(hand_view({"3M": [-0.05] * 4 + [0.02] * gains}), [0.5], ordinary=[True])
    found = standout([view])
    assert (found is not None) is told
    if found is not None:
        run = "Three months later Alphabet blocks were higher 14 times running, from Apr 2007 to Apr 2020"
        assert (found.short, found.text) == (f"{run}.", f"{run} (any month: 64% of the time).")


def test_nothing_stands_out_of_what_luck_could_do() -> None:
    lead = found_at((0.5, 0.5), (False, False), "lead")
    assert standout([lead]) is None
    assert beside_the_deck([lead]) == ""


def test_a_run_that_has_broken_is_no_news() -> None:
    view = with_p(hand_view({"3M": [-0.05] + [0.02] * 14 + [-0.05]}), [0.5], ordinary=[True])
    assert standout([view]) is None


@pytest.mark.parametrize(("p", "told"), [(0.02, True), (0.06, False)])
def test_what_luck_explains_once_it_is_allowed_for_all_that_was_looked_at_does_not_stand_out(
    p: float, told: bool
) -> None:
    # Two results: the q of the smaller p is twice as large, 0.04 or 0.12.
    lead = found_at((p, 0.9), (True, False), "lead")
    assert (standout([lead]) is not None) is told
    assert (beside_the_deck([lead]) != "") is told


def test_what_a_reader_does_not_see_does_not_stand_out() -> None:
    # 8 of 12 gains against 64% from any start: "hard to explain" or not, nobody sees a difference.
    even = [0.05] * 4 + [-0.01] * 4 + [0.05] * 4
    view = with_p(hand_view({"1M": even, "3M": even}), (0.004, 0.9), ordinary=(True, True))
    first, second = view.result.summaries
    hard = replace(first, verdict=replace(first.verdict, key="better-hard"))
    assert standout([replace(view, result=replace(view.result, summaries=(hard, second)))]) is None


def test_without_a_lead_the_first_study_is_named_too() -> None:
    view = replace(found_at((0.5, 0.001), (False, True), "big-months"), names={"ABC": "gold fund"})
    found = standout([view], leads=False)
    assert found is not None
    assert found.text.startswith("The gold fund has been up 10% or more in a month")
    told = conclusion.key_points([view], tells_week=True, leads=False)
    assert told == (found.text,)
