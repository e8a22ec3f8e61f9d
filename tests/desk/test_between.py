"""Assets against each other, by hand: the weeks that all have, who rose, which pairs are alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from generator.desk import between
from generator.desk.between import GAPS, breadth_fact, correlation, gap_fact, gaps
from generator.market.history import PriceHistory
from tests.desk.hand import history, random_closes

FRIDAY, BEFORE = date(2025, 11, 21), date(2025, 11, 14)
"""No holiday of New York's is near."""


def weeks(*closes: float, asset: str = "SPY") -> PriceHistory:
    """Weeks of five sessions of one price each, the last one to Friday."""
    return history([close for close in closes for _ in range(5)], asset, str(FRIDAY))


def test_a_gap_needs_a_week_before_that_both_have() -> None:
    one = weeks(100, 110, 121)
    fact = gap_fact(one, weeks(100, 102, 106, asset="QQQ"), "week")
    assert fact is not None
    assert (fact.key, fact.period, fact.day) == ("SPY/QQQ week gap up", "week", FRIDAY)
    assert fact.value == pytest.approx(0.10 - 4 / 102)
    # The week before: 10% against 2%, which is farther.
    assert (fact.standing.since, fact.standing.place, fact.standing.of) == (BEFORE, 2, 2)
    assert gap_fact(one, weeks(102, 106, asset="QQQ"), "week") is None


def test_a_gap_after_a_week_without_one_or_with_an_unknown_one() -> None:
    """Both moved alike in the week before, or from zero; what counts is the newest."""
    one = weeks(100, 100, 110, 121)
    for other in (weeks(50, 50, 55, 66, asset="QQQ"), weeks(100, 0, 55, 66, asset="QQQ")):
        fact = gap_fact(one, other, "week")
        assert fact is not None
        assert fact.value == pytest.approx(0.1 - 0.2)
    assert gap_fact(weeks(100, 100, 110, 121), weeks(100, 200, 300, 330, asset="QQQ"), "week") is None
    assert gap_fact(one, weeks(100, 200, 0, 330, asset="QQQ"), "week") is None


@pytest.mark.parametrize(("alike", "told"), [(0.5, True), (0.499, False)])
def test_from_which_correlation_a_gap_is_news(
    alike: float, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(between, "correlation", lambda one, other: alike)
    known = {"SPY": history(random_closes(300, 1)), "QQQ": history(random_closes(300, 2), "QQQ")}
    found = list(gaps(known, [("SPY", "QQQ")]))
    assert [fact.period for fact in found] == (list(GAPS) if told else [])
    assert GAPS == ("week", "month")


def test_a_correlation_leaves_out_what_is_unknown() -> None:
    """Week by week, by numpy; a week that begins at zero or below has no move."""
    one, other = random_closes(800, 1), random_closes(800, 2)
    first = history(one)
    ends = [n for n in range(799) if starts_week(first, n + 1)]
    one[ends[-40]] = 0.0
    first, second = history(one), history(other, "QQQ")
    a, b = (np.array(each)[[*ends, 799]] for each in (one, other))
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = [np.where(each[:-1] > 0, each[1:] / each[:-1] - 1, np.nan)[-156:] for each in (a, b)]
    known = np.isfinite(moves[0])
    assert (~known).sum() == 1
    assert correlation(first, second) == pytest.approx(np.corrcoef(moves[0][known], moves[1][known])[0, 1])


def starts_week(given: PriceHistory, at: int) -> bool:
    """Whether a session is the first of its week."""
    return bool(given.sessions[at].item().weekday() < given.sessions[at - 1].item().weekday())


def group(*moves: Sequence[float]) -> list[PriceHistory]:
    """Assets at 100 that moved so in the newest weeks, one after the other."""
    assets = ("SPY", "QQQ", "DIA", "IWM", "XLE")
    return [
        weeks(*(100 * np.cumprod([1.0, *(1 + np.array(own))])).tolist(), asset=asset)
        for own, asset in zip(moves, assets, strict=False)
    ]


@pytest.mark.parametrize(
    ("newest", "value", "alike"),
    [
        ((0.01, 0.02, 0.0, -0.01), 0.5, 2),  # two rose, one fell, one stood still
        ((0.01, -0.02, 0.0, -0.01), -0.5, 2),
        ((0.01, 0.02, -0.03, -0.01), 0.5, 2),  # as many rose as fell: they rose
        ((0.01, -0.02, -0.03, -0.01), -0.75, 3),
        ((0.0, 0.0, 0.0, -0.5), -0.25, 1),
        ((1.5, 0.0, 0.0, 0.0), 0.25, 1),
        ((0.0, 0.0, 0.0, 0.0), 0.0, 0),
    ],
)
def test_how_many_of_a_group_rose_or_fell(newest: Sequence[float], value: float, alike: int) -> None:
    fact = breadth_fact(group(*((0.5, 0.5, move) for move in newest)))
    assert fact is not None
    assert (fact.value, fact.alike, fact.members, fact.other) == (value, alike, 4, None)
    # All four rose in both weeks before; never did any fall.
    assert fact.standing.of == 3
    assert fact.standing.place == (3 if value >= 0 else 1)
    assert fact.standing.since == (BEFORE if value >= 0 else None)


def test_a_group_has_a_week_to_compare_with_or_no_fact() -> None:
    assert breadth_fact(group(*[(0.1, 0.1)] * 4)) is not None
    assert breadth_fact(group(*[(0.1,)] * 4)) is None
    assert breadth_fact(group(*[(0.1, 0.1)] * 3)) is None
    five = breadth_fact(group(*[(0.1, 0.1)] * 4, (-0.1, -0.1)))
    assert five is not None
    assert (five.alike, five.members, five.value) == (4, 5, 0.8)


@pytest.mark.parametrize("young", range(4))
def test_a_group_is_counted_from_its_youngest_wherever_that_stands(young: int) -> None:
    """The oldest has six weeks, the youngest three; last week one fell, this week three did."""
    moves = [[0.1] * (6 - n) for n in range(4)]
    for n, (before, newest) in enumerate(((-0.1, 0.1), (0.1, -0.1), (0.1, -0.1), (0.1, -0.1))):
        moves[n][-2:] = [before, newest]
    order = [3, *range(3)]
    given = group(*(moves[order[(n - young) % 4]] for n in range(4)))
    fact = breadth_fact(given)
    assert fact is not None
    assert (fact.asset, fact.alike, fact.value) == ("SPY", 3, -0.75)
    assert fact.standing.of == 3
    assert (fact.standing.since, fact.standing.place) == (None, 1)
    assert fact.standing.first == given[young].first.item()
    # The other way round this week: three rose, as in the week before last.
    other = group(*([*own[:-1], -own[-1]] for own in (moves[order[(n - young) % 4]] for n in range(4))))
    rise = breadth_fact(other)
    assert rise is not None
    assert (rise.alike, rise.standing.since, rise.standing.place) == (3, BEFORE, 3)
