"""What a look ahead is told as: cuts, comparisons and changed prices, each by hand or by a loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.market.bars import BarKind
from generator.market.history import PriceHistory
from generator.study.lookahead import (
    MEASURES,
    OTHERWISE,
    Answer,
    Change,
    _across_zones,
    _changed_after,
    _compare,
    _cuts,
    _entered_early,
    answer,
    find_changes,
)
from generator.study.question import make_study
from generator.study.values import Episode, Study
from tests.study.markets import days_of, history_of, random_history

CUT = date(2020, 1, 10)
STUDY = make_study("X", when="close > 1", horizons=["1D", "2D"])
NAN = float("nan")


def episode(day: int, trigger: float | None = 1.0, *, provisional: bool = False) -> Episode:
    return Episode(date(2020, 1, day), day, day, trigger, provisional)


def said(
    episodes: Mapping[Episode, tuple[float, float]], baseline: Mapping[int, tuple[float, float]]
) -> Answer:
    """The same numbers for each of the measures, told apart by their tenths."""
    rows = np.array(list(episodes.values())).reshape(len(episodes), 2)
    return Answer(
        episodes=tuple(episodes),
        measured=tuple(rows + k / 10 for k in range(len(MEASURES))),
        dates=np.array([f"2020-01-{day:02}" for day in baseline], dtype="datetime64[D]"),
        baseline=np.array(list(baseline.values())),
    )


def test_what_is_compared_and_how_it_is_told() -> None:
    then = said(
        {
            episode(3): (1.0, NAN),  # pending then: nothing is asked of it
            episode(6, 5.0): (2.0, 3.0),
            episode(7): (1.0, 1.0),  # gone later
            episode(10, provisional=True): (NAN, NAN),
        },
        {2: (1.0, 2.0), 3: (1.5, 2.5), 6: (9.0, NAN), 7: (7.0, 4.0)},
    )
    whole = said(
        {
            episode(3): (1.0, 9.0),
            episode(6, None): (2.0, 3.5),
            episode(8): (1.0, 1.0),  # was not there
            episode(10): (4.0, 4.0),  # under way on the cut itself
            episode(11): (4.0, 4.0),  # after the cut
            episode(12, provisional=True): (NAN, NAN),
        },
        {2: (1.0, 2.0), 3: (1.6, 2.5), 7: (7.0, NAN), 8: (0.0, 0.0)},
    )
    sixth = date(2020, 1, 6)
    assert list(_compare(STUDY, CUT, then, whole)) == [
        Change(CUT, sixth, "trigger", 5.0, None),
        Change(CUT, sixth, "2D return", 3.0, 3.5),
        Change(CUT, sixth, "2D max drawdown", 3.1, 3.6),
        Change(CUT, sixth, "2D worst daily close", 3.2, 3.7),
        Change(CUT, sixth, "2D max run-up", 3.3, 3.8),
        Change(CUT, date(2020, 1, 7), "episode", 1.0, None),
        Change(CUT, date(2020, 1, 8), "episode", None, 1.0),
        # Of a horizon the first bar that differs: by its value, for want of its day, for want of a value.
        Change(CUT, date(2020, 1, 3), "1D baseline return", 1.5, 1.6),
        Change(CUT, date(2020, 1, 7), "2D baseline return", 4.0, None),
    ]


def test_a_bar_under_way_before_the_cut_is_no_excuse_and_one_on_it_is() -> None:
    flat = {2: (1.0, 2.0)}
    for day, told in ((9, True), (10, False)):
        then = said({episode(day, provisional=True): (NAN, NAN)}, flat)
        whole = said({episode(day): (1.0, 1.0)}, flat)
        assert bool(list(_compare(STUDY, CUT, then, whole))) is told


def test_a_target_that_has_fewer_bars_later_is_told() -> None:
    then = said({}, {2: (1.0, 2.0), 3: (1.0, 2.0), 7: (5.0, 6.0)})
    whole = said({}, {2: (1.0, 2.0), 3: (1.0, 2.0)})
    assert [(c.bar.day, c.what, c.then, c.now) for c in _compare(STUDY, CUT, then, whole)] == [
        (7, "1D baseline return", 5.0, None),
        (7, "2D baseline return", 6.0, None),
    ]


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_the_days_that_are_cut_by_a_loop(kind: BarKind) -> None:
    own = random_history("X", "2019-01-02", "2019-12-31", 1)
    kept = np.ones(len(own), dtype=bool)
    kept[[40, 41, 60, 145]] = False
    other = replace(random_history("BBB", "2019-02-11", "2020-03-31", 2))
    target = PriceHistory("CCC", own.sessions[kept], own.close[kept])
    study = make_study("X", when='on("BBB", close) > lag(close, 1)', target="CCC", bars=kind)
    histories = {"X": own, "BBB": other, "CCC": target}
    last = date(2019, 11, 14)
    common = [
        day
        for day in days_of(own)
        if day in set(days_of(other)) and day in set(days_of(target)) and day <= last
    ]
    months: dict[tuple[int, int], list[date]] = {}
    for day in common:
        months.setdefault((day.year, day.month), []).append(day)
    wanted = {days[-1] for days in months.values()}
    if kind != "daily":
        wanted |= {days[(len(days) - 1) // 2] for days in months.values() if len(days) % 2}
        # Of an even number the middle depends on where the month begins; either is in the middle.
    days = [common[5], common[17], days_of(own)[41], date(2019, 12, 2)]
    whole = replace(
        answer(study, histories, last),
        episodes=tuple(Episode(day, 0, 0, None, False) for day in days),
    )
    found = _cuts(study, histories, last, whole)
    wanted |= {common[5], common[17]}
    assert set(found) >= wanted
    assert list(found) == sorted(set(found))
    more = set(found) - wanted
    middles = {d for m in months.values() if len(m) % 2 == 0 for d in m[len(m) // 2 - 1 : len(m) // 2 + 1]}
    assert more <= (middles if kind != "daily" else set())
    even = sum(len(m) % 2 == 0 for m in months.values())
    assert len(more) <= even
    assert last in found


def test_prices_that_could_not_be_known_are_changed_in_every_field() -> None:
    """New York's close of the 8th comes after Tokyo's close of the 8th, and before that of the 9th."""
    tokyo = history_of("^N225", {"2020-01-07": 10, "2020-01-08": 11, "2020-01-09": 12})
    spy = random_history("SPY", "2020-01-06", "2020-01-10", 3)
    changed = _changed_after(spy, tokyo, date(2020, 1, 8), 2.0)
    scale = [1.0, 1.0, 2.0, 2.0, 2.0]
    for name in ("close", "open", "high", "low", "adjusted_close", "volume"):
        np.testing.assert_array_equal(getattr(changed, name), getattr(spy, name) * scale)
    back = _changed_after(tokyo, spy, date(2020, 1, 8), 0.5)
    np.testing.assert_array_equal(back.close, [10, 11, 6])
    assert back.open is None
    # A close at the same moment is known.
    twin = history_of("QQQ", {"2020-01-08": 5, "2020-01-09": 6})
    np.testing.assert_array_equal(_changed_after(twin, spy, date(2020, 1, 8), 2.0).close, [5, 12])
    assert OTHERWISE == (2.0, 0.5)


def test_an_entry_before_the_signal_by_hand() -> None:
    tokyo = history_of("^N225", {"2020-01-07": 10, "2020-01-08": 11, "2020-01-09": 12})
    spy = history_of("SPY", {"2020-01-07": 10, "2020-01-08": 11, "2020-01-09": 12})
    study = make_study("SPY", when="close > 1", target="^N225")
    both = {"SPY": spy, "^N225": tokyo}

    def entered(bars: list[int | None], asked: Study = study) -> list[Change]:
        episodes = tuple(Episode(date(2020, 1, 8), 1, bar, None, False) for bar in bars)
        then = Answer(episodes, (), tokyo.sessions, np.empty((3, 0)))
        return list(_entered_early(asked, both, date(2020, 1, 9), then))

    assert entered([2, None, 3]) == []
    assert entered([1]) == [Change(date(2020, 1, 9), date(2020, 1, 8), "entry", 1.0, None)]
    assert len(entered([None, 1, 2, 0, 3])) == 2
    assert entered([0], replace(study, bars="weekly")) == []
    # Entered at the very close of the signal.
    assert entered([1], replace(study, target="SPY")) == []


def test_what_hangs_on_later_closes_of_another_clock_is_told() -> None:
    tokyo = random_history("^N225", "2019-01-04", "2019-06-28", 1)
    spy = random_history("SPY", "2019-01-02", "2019-06-28", 2)
    study = make_study("^N225", when='on("SPY", close) > 1', horizons=["1D"])
    both = {"^N225": tokyo, "SPY": spy}

    def leaky(asked: Study, histories: Mapping[str, PriceHistory], as_of: date) -> Answer:
        """Reads New York's close of the as-of date, which Tokyo cannot know: doubled, an episode is gone and
        another there; halved, the trigger is another."""
        real = answer(asked, histories, as_of)
        known, found = spy.close[-1], histories["SPY"].close[-1]
        days = [date(2019, 1, 9), date(2019, 1, 10)]
        assert as_of == last
        kept = [days[1]] if found > known else [days[0]]
        trigger = 3.0 if found < known else 2.0
        episodes = tuple(Episode(day, 0, None, trigger, False) for day in kept)
        return replace(real, episodes=episodes, measured=tuple(np.full((1, 1), NAN) for _ in real.measured))

    last = date(2019, 6, 28)
    found = _across_zones(study, both, last, leaky(study, both, last), leaky)
    assert [(c.cut, c.bar.day, c.what, c.then, c.now) for c in found] == [
        (last, 9, "episode", 1.0, None),
        (last, 10, "episode", None, 1.0),
        (last, 9, "trigger", 2.0, 3.0),
    ]
    # With one clock nothing is asked twice.
    calls: list[date] = []

    def counted(asked: Study, histories: Mapping[str, PriceHistory], as_of: date) -> Answer:
        calls.append(as_of)
        return answer(asked, histories, as_of)

    alike = make_study("SPY", when='on("QQQ", close) > 1000000', horizons=["1D"])
    one = {"SPY": spy, "QQQ": replace(spy, asset="QQQ")}
    proof = find_changes(alike, one, runner=counted)
    assert len(calls) == 1 + len(proof.cuts)
    assert (proof.as_of, proof.changes) == (last, ())
