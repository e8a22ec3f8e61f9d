"""What a deck says of a study, and what two histories of one report have to do with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from generator.findings.conclusion import finds_nothing
from generator.findings.followed import followed, said_of
from generator.findings.together import opposed, shared_dates
from generator.findings.view import StudyView
from generator.language.middle import Typical
from generator.signals.language import parse_condition
from generator.spec.models import StudySpec
from generator.study.verdict import VerdictKey
from tests.editorial.hand import hand_view

OFTEN = [0.05] * 11 + [-0.01]
"""Eleven of twelve, 92%: more often than from any month (64%), as a reader sees."""
FAR = [0.3] * 8 + [-0.06] * 4
"""Eight of twelve, 67%: about as often as from any month, and 18.0% on average against 2.0%."""


def judged(columns: Mapping[str, Sequence[float]], *keys: VerdictKey) -> StudyView:
    """A study of these returns, with these verdicts."""
    view = hand_view(columns)
    told = tuple(
        replace(s, verdict=replace(s.verdict, key=key))
        for s, key in zip(view.result.summaries, keys, strict=True)
    )
    return replace(view, result=replace(view.result, summaries=told))


def shifted(view: StudyView, days: int, first: int = 0) -> StudyView:
    """Another signal's study, whose cases from the first one on come so many days later."""
    moved = tuple(
        replace(episode, date=episode.date + timedelta(days if at >= first else 200))
        for at, episode in enumerate(view.result.episodes)
    )
    asked = replace(view.result.study, condition=parse_condition("roc(close, 1) <= -10"))
    return replace(view, result=replace(view.result, study=asked, episodes=moved))


def test_a_verdict_that_the_shares_show_needs_no_other_figure() -> None:
    both = judged({"3M": OFTEN, "12M": OFTEN}, "better-hard", "better-hard")
    assert followed(both).endswith(
        "Three months later they were higher 11 of 12 times, a year later 11 of 12 (any month: 64% and 64%): "
        "better than usual, and hard to explain by luck."
    )


def test_a_verdict_that_the_shares_do_not_show_says_what_it_is_measured_by() -> None:
    apart = judged({"3M": OFTEN, "12M": FAR}, "better-luck", "better-luck")
    assert followed(apart).endswith(
        "(any month: 64% and 64%): at three months, better than usual, though luck could explain it; at a "
        "year, better than usual by the average, +18.0% against +2.0%, though luck could explain it."
    )
    none = judged({"3M": OFTEN, "12M": FAR}, "better-luck", "ordinary")
    assert followed(none).endswith("though luck could explain it; at a year, no clear difference.")


@pytest.mark.parametrize(
    ("keys", "nothing"),
    [
        (("ordinary", "ordinary"), True),
        (("ordinary", "too-few"), True),
        (("too-few", "too-few"), False),
        (("ordinary", "worse-luck"), False),
    ],
)
def test_a_study_that_finds_nothing(keys: tuple[VerdictKey, VerdictKey], nothing: bool) -> None:
    """Where no horizon could be judged the cases are all that there is, and are shown."""
    assert finds_nothing(judged({"3M": OFTEN, "12M": OFTEN}, *keys)) is nothing


def test_that_two_histories_are_of_the_same_dates_is_said() -> None:
    lead = hand_view({"3M": OFTEN})
    assert shared_dates(shifted(lead, 31), lead) == (
        "All 12 earlier cases came within a month of one above: much of this is the same history."
    )
    assert shared_dates(shifted(lead, -31, first=6), lead) == (
        "6 of the 12 earlier cases came within a month of one above: much of this is the same history."
    )


def test_dates_of_other_months_or_of_the_lead_itself_are_not_called_shared() -> None:
    lead = hand_view({"3M": OFTEN})
    assert shared_dates(shifted(lead, 32), lead) == ""
    assert shared_dates(shifted(lead, 0, first=7), lead) == ""  # five of twelve
    assert shared_dates(lead, lead) == ""
    # The same dates on another target are what such a study is for.
    assert shared_dates(replace(lead, name="other"), lead) == ""
    few = hand_view({"3M": [0.05] * 4})
    assert shared_dates(shifted(few, 0), few) == ""


def test_a_case_that_is_open_is_none_of_the_earlier_ones() -> None:
    lead = hand_view({"3M": OFTEN[:11]}, provisional=True)
    mine = shifted(lead, 0, first=6)
    assert mine.earlier == 11
    assert shared_dates(mine, lead) == ""  # five of the eleven earlier ones
    assert shared_dates(shifted(lead, 0, first=5), lead).startswith("6 of the 11 earlier cases")


@pytest.mark.parametrize(
    ("target", "middle", "says"),
    [
        ("ABC", Typical(-0.03, 0.01, False), True),
        ("ABC", Typical(0.0, 0.01, False), True),
        ("ABC", Typical(0.001, 0.01, False), False),  # less than a point from usual
        ("ABC", Typical(0.05, 0.01, False), False),
        ("ABC", Typical(-0.03, None, False), False),
        ("ABC", None, False),
        ("XYZ", Typical(-0.03, 0.01, False), False),
    ],
)
def test_a_history_that_points_the_other_way_is_put_beside(
    target: str, middle: Typical | None, says: bool
) -> None:
    lead = judged({"3M": OFTEN}, "better-luck")
    told = opposed(lead, target, middle)
    assert bool(told) is says
    if says:
        # Eleven times 5% and once −1%.
        assert told.endswith("points the other way (+4.5% against +2.0%): the two histories disagree.")
    assert opposed(judged({"3M": OFTEN}, "ordinary"), target, middle) == ""


@pytest.mark.parametrize(
    ("title", "after"),
    [
        ("The MACD turn in crude oil", "a MACD turn"),
        ("The oversold close of crude oil", "an oversold close"),
        ("A month this weak for crude oil", "a month this weak"),
        ("The lead of crude oil over the market", "a lead of crude oil over the market"),
    ],
)
def test_another_story_s_signal_is_one_that_no_reader_has_met(title: str, after: str) -> None:
    made = hand_view({"3M": OFTEN})
    spec = StudySpec(asset="ABC", signal="macd-turns-up", title=title)
    asked = replace(made.result.study, condition=parse_condition("close > sma(close, 10)"))
    view = replace(made, spec=spec, names={"ABC": "crude oil fund"}, result=replace(made.result, study=asked))
    assert said_of(view, "3M", "was up") == f"Three months after {after}, the crude oil fund was up."
    under_way = hand_view({"3M": OFTEN[:11], "12M": OFTEN[:10]})
    view = replace(view, result=replace(under_way.result, study=asked, as_of=date(2013, 6, 28)))
    assert said_of(view, "3M", "was up").startswith(
        f"Three months after {after} such as that of Apr 2013, the"
    )
