"""What is without precedent, and what became of a gap: counted by hand from small histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from generator.article.why import _how_far
from generator.findings.first_time import few_went_farther, without_precedent
from generator.findings.followed import followed
from generator.findings.gap_after import gap_after, kept_ahead
from generator.findings.sentences import deepest_loss, price_paid
from generator.findings.view import StudyView
from generator.market.bars import make_bars
from generator.market.history import PriceHistory
from generator.spec.models import StudySpec
from generator.study.ladder import Move
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import Study
from tests.desk.hand import history

NAMES = {"SPY": "S&P 500 fund", "DIA": "Dow fund"}
LAST = date(2026, 4, 24)


def seen(study: Study, prices: dict[str, PriceHistory]) -> StudyView:
    spec = StudySpec(asset=study.asset, when=study.condition.text, bars=study.bars, picked_from=9)
    if study.signal is not None:
        spec = StudySpec(asset=study.asset, signal=study.signal, picked_from=9)
    return StudyView("study", spec, run_study(study, prices, LAST), prices, NAMES)


def falling(*moves: tuple[int, float]) -> StudyView:
    """SPY with these moves on these of 1,500 sessions; the case under way is the newest of them."""
    changes = np.zeros(1500)
    for at, move in moves:
        changes[at] = move
    prices = {"SPY": history((100 * np.cumprod(1 + changes)).tolist())}
    present = prices["SPY"].sessions[moves[-1][0]].item()
    return seen(replace(Move("SPY", "daily", up=False).study(4), present=present), prices)


LONG_AGO = tuple((at, -0.05) for at in range(200, 1300, 100))


def test_moves_that_went_farther_are_named_where_they_are_few() -> None:
    found = falling(*LONG_AGO[:-1], (1200, -0.08), (1498, -0.07))
    when = found.histories["SPY"].sessions[1200].item()
    assert without_precedent(found) == ""
    assert few_went_farther(found) == f"Only {when:%b} {when.day}, {when.year} went farther."
    assert _how_far(found) == few_went_farther(found)
    assert few_went_farther(falling(*LONG_AGO, (1498, -0.07))) == ""
    assert few_went_farther(falling(*LONG_AGO, (1498, -0.045))) == ""  # all eleven went farther


@pytest.mark.parametrize(
    ("newest", "said"),
    [
        (-0.25, "all 20 before it (fall: −25.0%)"),
        (-0.195, "19 of 20 before it (fall: −19.5%)"),
        (-0.1, ""),
    ],
)
def test_how_far_a_signal_went_among_its_earlier_cases(newest: float, said: str) -> None:
    falls = [*(-n / 100 for n in range(1, 21)), newest]
    view: Any = SimpleNamespace(
        moves=None,
        trigger_heading="Fall, %",
        trigger_is_percent=True,
        result=SimpleNamespace(episodes=[SimpleNamespace(trigger=100 * fall) for fall in falls]),
    )
    assert _how_far(view) == (f"This one was more extreme than {said}." if said else "")


def test_a_ride_that_is_worse_already_than_any_before_is_said() -> None:
    # Before, no case lost more than 5% more within a year; this spell lost 10% after its first fall.
    ordinary = falling(*LONG_AGO, (1490, -0.05), (1498, -0.05))
    assert deepest_loss(ordinary).startswith("The worst ride: after ")
    worse = falling(*LONG_AGO, (1480, -0.05), (1490, -0.25), (1498, -0.06))
    began = worse.histories["SPY"].sessions[1480].item()
    lost = 100 * (1 - 0.75 * 0.94)
    assert deepest_loss(worse).startswith(
        "This time is worse already than any before: the S&P 500 fund has been "
        f"{lost:.1f}% below the close of {began:%b} {began.day}, {began.year}, when this spell began; after "
        "earlier ones the deepest fall within a year was "
    )


def test_a_case_whose_year_is_open_is_a_ride_too() -> None:
    """A fall 100 sessions ago, a slow loss of a third since then, and one more fall today: no complete case
    lost as much."""
    moves = np.zeros(1500)
    for at, move in (*LONG_AGO, (1399, -0.05), (1499, -0.05)):
        moves[at] = move
    moves[1410:1490] = -0.005
    prices = {"SPY": history((100 * np.cumprod(1 + moves)).tolist())}
    present = prices["SPY"].sessions[-1].item()
    found = seen(replace(Move("SPY", "daily", up=False).study(4), present=present), prices)
    open_since = prices["SPY"].sessions[1399].item()
    lost = 100 * (1 - 0.995**80 * 0.95)
    worst = (
        f"after {open_since:%b} {open_since.day}, {open_since.year} a holder of the S&P 500 fund was already "
    )
    assert deepest_loss(found) == f"The worst ride is not over: {worst}{lost:.1f}% down."
    assert price_paid(found).startswith("It could hurt: after ")
    assert price_paid(found).endswith(f"a holder was already {lost:.1f}% down.")


def test_a_calm_below_all_before_is_said() -> None:
    rng = np.random.default_rng(3)
    moves = rng.normal(0, 0.01, 1500)
    for at in (400, 700, 1000):
        moves[at : at + 20] *= 0.3
    moves[-20:] *= 0.01
    view = seen(
        make_study("SPY", signal="volatility-squeeze"),
        {"SPY": history((100 * np.cumprod(1 + moves)).tolist())},
    )
    *before, now = (episode.trigger for episode in view.result.episodes)
    least = min(each for each in before if each is not None)
    assert view.present is not None
    assert now is not None
    assert now < least
    said = without_precedent(view)
    assert said.startswith("This time is calmer than all ")
    calmest = view.result.episodes[before.index(least)]
    assert said.endswith(f", the calmest of which was in {calmest.date:%b %Y}.")
    wild = replace(view, result=replace(view.result, episodes=view.result.episodes[:-1]))
    assert without_precedent(wild) == ""


@pytest.fixture
def gap() -> StudyView:
    """SPY and DIA: random months, in which SPY is often far ahead; months in a row happen."""
    prices = {}
    for asset, seed in (("SPY", 1), ("DIA", 2)):
        moves = np.random.default_rng(seed).normal(0.0003, 0.012, 2500)
        prices[asset] = history((100 * np.cumprod(1 + moves)).tolist(), asset)
    return seen(Move("SPY", "monthly", up=True, other="DIA").study(5), prices)


def test_what_became_of_a_gap_is_counted_from_both_funds(gap: StudyView) -> None:
    mine, theirs = (make_bars(gap.histories[asset], "monthly", in_progress=True) for asset in ("SPY", "DIA"))
    own, other = mine.field("close")[: mine.completed], theirs.field("close")[: theirs.completed]
    for summary in gap.result.summaries:
        h = summary.horizon.bars
        ahead = [own[i + h] / own[i] > other[i + h] / other[i] for i in range(len(own) - h)]
        cases = [e.bar for e in gap.result.episodes if not e.provisional and e.bar + h < len(own)]
        found = gap_after(gap, summary)
        assert found is not None
        assert (found.ahead, found.n) == (sum(ahead[i] for i in cases), len(cases))
        assert found.usual == pytest.approx(sum(ahead) / len(ahead))
    assert "It did better than the Dow fund over the next three months " in followed(gap)


def test_no_gap_has_nothing_become_of_it() -> None:
    view = falling(*LONG_AGO, (1498, -0.05))
    assert gap_after(view, view.result.summaries[0]) is None
    assert kept_ahead(view, view.told) == ""
