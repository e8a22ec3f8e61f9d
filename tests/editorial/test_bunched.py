"""Cases that come from one time are said to: by dates that can be checked by eye, and by chance alone."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import date, timedelta

from generator.findings.bunched import Bunch, bunch, bunched
from generator.findings.followed import followed
from generator.findings.view import StudyView
from tests.editorial.hand import hand_view, monthly_dates

DOT_COM = [
    *(date(2000, 3, 31), date(2000, 9, 29), date(2001, 2, 28), date(2001, 7, 31), date(2002, 2, 28)),
    *(date(2002, 4, 30), date(2002, 6, 28), date(2002, 12, 31), date(2008, 1, 31), date(2008, 9, 30)),
]


def test_most_cases_from_one_time_are_told_with_its_ends():
    """Eight of ten in 2.75 of 27 years; with the two of 2008 it would be 8.5 years, which is no one time."""
    assert bunch(DOT_COM, 27) == Bunch(8, 10, date(2000, 3, 31), date(2002, 12, 31))


def test_the_same_cases_in_a_short_history_are_spread_over_it():
    assert bunch(DOT_COM, 10) is None


def test_four_cases_are_no_bunch_and_half_of_them_are_not_most():
    assert bunch(DOT_COM[:4], 27) is None
    spread = [date(1980 + 2 * n, 1, 31) for n in range(8)]
    assert bunch([*spread, *DOT_COM[:8]], 40) is None


def test_dates_without_a_pattern_are_hardly_ever_called_bunched():
    rng = random.Random(4)
    for count, most in ((5, 0.02), (8, 0.07), (10, 0.03), (20, 0.005)):
        drawn = [
            sorted(date(1995, 1, 1) + timedelta(days=rng.randrange(11_000)) for _ in range(count))
            for _ in range(1_000)
        ]
        assert sum(bunch(days, 11_000 / 365.25) is not None for days in drawn) / 1_000 <= most


def at(days: list[date]) -> StudyView:
    """A study with cases on these days."""
    view = hand_view({"3M": [0.1] * len(days)})
    episodes = tuple(replace(e, date=day) for e, day in zip(view.result.episodes, days, strict=True))
    return replace(view, result=replace(view.result, episodes=episodes))


def test_the_sentence_counts_names_the_time_and_says_what_it_means():
    assert bunched(at(DOT_COM)) == (
        "8 of the 10 earlier cases came from Mar 2000 to Dec 2002; they tell as much of that time as of "
        "such a move."
    )
    assert bunched(at(DOT_COM[:6])).startswith("All six earlier cases came from Mar 2000 to Apr 2002; they")
    assert bunched(at(monthly_dates(12))) == ""


def with_present(days: list[date]) -> StudyView:
    """The same with a case that is going on now."""
    view = at([*days, date(2027, 4, 30)])
    episodes = (*view.result.episodes[:-1], replace(view.result.episodes[-1], provisional=True))
    return replace(view, result=replace(view.result, episodes=episodes))


def test_the_present_case_is_none_of_the_earlier_ones():
    """Five of six, and a seventh that is going on, are told as five of six."""
    now = with_present([*DOT_COM[:5], date(2015, 5, 29)])
    assert bunched(now).startswith("Five of the six earlier cases came from Mar 2000 to Feb 2002;")


def test_a_deck_says_from_when_most_cases_come():
    told = followed(with_present(DOT_COM))
    assert " 15 times before, in 10 spells, eight of them from Mar 2000 to Dec 2002. " in told
    assert " of them " not in followed(with_present(monthly_dates(12)))


def test_a_study_of_thousands_of_cases_takes_no_time():
    """Every stretch of 3,000 cases would be 2.7 million of them, for each of two sentences."""
    rng = random.Random(5)
    days = sorted(date(1993, 1, 1) + timedelta(days=rng.randrange(12_000)) for _ in range(3_000))
    begun = time.process_time()
    assert bunch(days, 33) is None
    assert time.process_time() - begun < 0.5
