"""The study of a list of dates against a naive loop, and without a look ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import numpy as np
import pytest

from generator.core.errors import RequestError
from generator.market.bars import BAR_KINDS, BarKind
from generator.signals.dates import read_dates
from generator.signals.language import Condition
from generator.study.holding import holding
from generator.study.lookahead import find_changes
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import DatesUsed, Entry
from tests.study import oracle
from tests.study.markets import days_of, history_of, random_history

HISTORY = random_history("IWM", "2018-01-02", "2024-05-15", seed=11)
HORIZONS = {"daily": ["1D", "1M"], "weekly": ["1W", "13W"], "monthly": ["1M", "6M"]}


def listed(days: list[date]) -> Condition:
    return read_dates("\n".join(f"{day},of {day}" for day in days), "events.csv")


def some_days(seed: int, count: int = 60) -> list[date]:
    """Any days of the calendar, weekends, the years before and the time after the prices included."""
    offsets = np.random.default_rng(seed).choice(2500, size=count, replace=False)
    return sorted(date(2017, 11, 1) + timedelta(days=int(n)) for n in offsets)


@pytest.mark.parametrize("kind", BAR_KINDS)
@pytest.mark.parametrize("entry", get_args(Entry))
@pytest.mark.parametrize("cooldown", [0, 5])
def test_cases_returns_and_p_are_those_of_the_loop(kind: BarKind, entry: Entry, cooldown: int) -> None:
    days = days_of(HISTORY)
    wanted = some_days(seed=5)
    study = make_study(
        "IWM", dates=listed(wanted), bars=kind, horizons=HORIZONS[kind], entry=entry, cooldown=cooldown
    )
    result = run_study(study, {"IWM": HISTORY})
    ends = {
        "daily": list(range(len(days))),
        "weekly": oracle.week_ends(days),
        "monthly": oracle.month_ends(days),
    }[kind]
    completed = len(ends) if kind == "daily" else len(ends) - 1

    starts: list[int] = []
    named: dict[int, list[date]] = {}
    before = after = together = 0
    for day in wanted:
        bar = next((i for i, end in enumerate(ends) if days[end] >= day), None)
        if day < days[0]:
            before += 1
        elif bar is None:
            after += 1
        elif starts and (bar == starts[-1] or bar - starts[-1] < cooldown):
            together += 1
            if bar == starts[-1]:
                named[bar].append(day)
        else:
            starts.append(bar)
            named[bar] = [day]
    assert before
    assert after
    assert [episode.bar for episode in result.episodes] == starts
    assert [episode.listed for episode in result.episodes] == [named[bar][0] for bar in starts]
    assert [e.label for e in result.episodes] == ["; ".join(f"of {d}" for d in named[b]) for b in starts]
    assert [episode.date for episode in result.episodes] == [days[ends[bar]] for bar in starts]
    assert all(e.date >= e.named_day for e in result.episodes)
    assert result.dates_used == DatesUsed(60, 0, days[0], before, after, together, len(starts))

    closes = HISTORY.close.tolist()
    opens = HISTORY.field("open").tolist()
    for column, horizon in enumerate(study.horizons):
        found = [
            oracle.forward(closes, opens, ends, completed, bar, horizon.bars, entry, kind == "daily")
            for bar in range(len(ends))
        ]
        returns = [None if each is None else each[0] for each in found]
        shown = [None if np.isnan(value) else value for value in result.returns[:, column]]
        assert shown == [
            None if bar >= completed or returns[bar] is None else pytest.approx(returns[bar])
            for bar in starts
        ]
        every = [value for value in returns if value is not None]
        complete = [bar for bar in starts if bar < completed and returns[bar] is not None]
        assert result.summaries[column].n == len(complete)
        p = oracle.shift_p(every, complete, horizon.bars)
        assert result.summaries[column].p_value == (None if p is None else pytest.approx(p))


def test_dates_of_days_in_a_row_are_cases_of_their_own() -> None:
    days = days_of(HISTORY)[100:104]
    result = run_study(make_study("IWM", dates=listed(days), horizons=["1D"]), {"IWM": HISTORY})
    assert [e.date for e in result.episodes] == days


def test_a_closed_day_is_entered_at_the_next_close_and_marked() -> None:
    # 2020-03-15 was a Sunday; prices on the three days around it.
    prices = {"2020-03-12": 100.0, "2020-03-13": 110.0, "2020-03-16": 88.0, "2020-03-17": 99.0}
    history = history_of("SPY", prices)
    study = make_study("SPY", dates=listed([date(2020, 3, 13), date(2020, 3, 15)]), horizons=["1D"])
    friday, sunday = run_study(study, {"SPY": history}).episodes
    assert (friday.date, friday.entered, friday.target_was_closed) == (date(2020, 3, 13),) * 2 + (False,)
    assert (sunday.date, sunday.entered, sunday.target_was_closed) == (date(2020, 3, 16),) * 2 + (True,)
    assert sunday.listed == date(2020, 3, 15)
    returns = run_study(study, {"SPY": history}).returns[:, 0]
    np.testing.assert_allclose(returns, [88 / 110 - 1, 99 / 88 - 1])


def test_a_saturday_is_read_on_the_next_week() -> None:
    study = make_study("IWM", dates=listed([date(2021, 5, 8)]), bars="weekly", horizons=["1W"])
    (episode,) = run_study(study, {"IWM": HISTORY}).episodes
    assert (episode.date, episode.target_was_closed) == (date(2021, 5, 14), True)


@pytest.mark.parametrize("kind", BAR_KINDS)
def test_a_list_does_not_look_ahead(kind: BarKind) -> None:
    study = make_study("IWM", dates=listed(some_days(8)), bars=kind, horizons=HORIZONS[kind])
    assert find_changes(study, {"IWM": HISTORY}).changes == ()


def test_a_case_on_a_month_in_progress_is_provisional_and_nothing_is_said_of_holding() -> None:
    study = make_study("IWM", dates=listed([date(2020, 1, 6), date(2024, 5, 14)]), bars="monthly")
    result = run_study(study, {"IWM": HISTORY})
    assert [e.provisional for e in result.episodes] == [False, True]
    assert result.summaries[0].n == 1
    assert holding(study, {"IWM": HISTORY}) is None


def test_since_leaves_out_earlier_dates_after_the_cooldown_has_seen_them() -> None:
    days = [date(2020, 1, 6), date(2020, 1, 8), date(2020, 6, 1)]
    study = make_study("IWM", dates=listed(days), cooldown=5, since=date(2020, 1, 7), horizons=["1D"])
    result = run_study(study, {"IWM": HISTORY})
    assert [e.date for e in result.episodes] == days[2:]
    assert result.dates_used == DatesUsed(3, 0, date(2020, 1, 7), 1, 0, 1, 1)
    # A date that is read on the very day counts, and the cooldown sees it.
    whole = run_study(replace(study, since=date(2020, 1, 6)), {"IWM": HISTORY})
    assert [e.date for e in whole.episodes] == [days[0], days[2]]
    assert whole.dates_used == DatesUsed(3, 0, date(2020, 1, 6), 0, 0, 1, 2)


def test_a_list_without_any_date_within_the_prices_is_an_error() -> None:
    study = make_study("IWM", dates=listed([date(1999, 1, 4), date(2030, 1, 4)]))
    with pytest.raises(RequestError, match="no date of its 2, 1999-01-04 to 2030-01-04, can be read on IWM"):
        run_study(study, {"IWM": HISTORY})


def test_another_target_is_entered_at_its_next_close() -> None:
    coin = history_of(
        "BTC-USD", {"2020-03-14": 10.0, "2020-03-15": 11.0, "2020-03-16": 12.0, "2020-03-17": 18.0}
    )
    own = history_of("SPY", {"2020-03-13": 110.0, "2020-03-16": 88.0, "2020-03-17": 99.0})
    study = make_study("SPY", target="BTC-USD", dates=listed([date(2020, 3, 15)]), horizons=["1D"])
    result = run_study(study, {"SPY": own, "BTC-USD": coin})
    (episode,) = result.episodes
    assert (episode.entered, episode.target_was_closed) == (date(2020, 3, 16), False)
    assert result.returns[0, 0] == pytest.approx(18 / 12 - 1)


def test_the_neighbours_read_every_date_later_and_never_earlier() -> None:
    days = [day for day in some_days(4) if day > date(2018, 2, 1)]
    result = run_study(make_study("IWM", dates=listed(days), horizons=["1M"]), {"IWM": HISTORY})
    found = {n.label: n.edges[0].edge for n in result.robustness.neighbours if n.group == "date"}
    assert list(found) == ["1 day later", "2 days later", "3 days later", "5 days later"]
    closes = HISTORY.close
    every = closes[21:] / closes[:-21] - 1
    bars = {episode.bar + 2 for episode in result.episodes}
    cases = [every[bar] for bar in bars if bar < len(every)]
    assert found["2 days later"] == pytest.approx(np.mean(cases) - np.mean(every))
