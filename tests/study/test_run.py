"""Episodes, forward returns and drawdowns against a naive loop and against tables worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import numpy as np
import pytest

from generator.core.errors import FieldError, HorizonError, RequestError
from generator.market.bars import BAR_KINDS, BarKind
from generator.study.episodes import episode_starts
from generator.study.lookahead import find_changes
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import Entry, ReturnBasis
from tests.study import oracle
from tests.study.markets import days_of, history_of, random_history

HORIZONS = {"daily": ["1D", "1W", "3M"], "weekly": ["1W", "13W"], "monthly": ["1M", "6M"]}


@pytest.mark.parametrize("cooldown", [0, 1, 3, 10])
@pytest.mark.parametrize("seed", range(5))
def test_episodes_begin_where_the_loop_says(seed: int, cooldown: int) -> None:
    truth = np.random.default_rng(seed).choice([1, 0, -1], size=200, p=[0.4, 0.4, 0.2]).astype(np.int8)
    assert episode_starts(truth, cooldown).tolist() == oracle.starts(truth.tolist(), cooldown)


@pytest.mark.parametrize("kind", BAR_KINDS)
@pytest.mark.parametrize("entry", get_args(Entry))
@pytest.mark.parametrize("basis", get_args(ReturnBasis))
def test_returns_and_drawdowns_are_those_of_the_loop(kind: BarKind, entry: Entry, basis: ReturnBasis) -> None:
    # 2024-05-15 is in the middle of a week and of a month: the last bar is in progress.
    history = random_history("IWM", "2021-01-04", "2024-05-15", seed=7)
    study = make_study(
        "IWM", when="close > lag(close, 1)", bars=kind, horizons=HORIZONS[kind], entry=entry, returns=basis
    )
    result = run_study(study, {"IWM": history})
    days = days_of(history)
    ends = {
        "daily": list(range(len(days))),
        "weekly": oracle.week_ends(days),
        "monthly": oracle.month_ends(days),
    }[kind]
    completed = len(ends) if kind == "daily" else len(ends) - 1
    closes = history.close.tolist()
    basis_closes = closes if basis == "price" else history.field("adjusted_close").tolist()
    opens = [o * b / c for o, b, c in zip(history.field("open"), basis_closes, closes, strict=True)]
    truth = [-1, *(int(closes[ends[i]] > closes[ends[i - 1]]) for i in range(1, len(ends)))]

    begun = oracle.starts(truth, 0)
    assert [episode.date for episode in result.episodes] == [days[ends[bar]] for bar in begun]
    assert [episode.provisional for episode in result.episodes] == [bar >= completed for bar in begun]
    for column, horizon in enumerate(study.horizons):
        every = [
            oracle.forward(basis_closes, opens, ends, completed, bar, horizon.bars, entry, kind == "daily")
            for bar in range(len(ends))
        ]
        known = [values[0] for values in every if values is not None]
        positions = [bar for bar in begun if every[bar] is not None]
        for row, bar in enumerate(begun):
            expected = every[bar] or (np.nan,) * 4
            arrays = (result.returns, result.max_drawdown, result.worst_daily_close, result.max_runup)
            np.testing.assert_allclose(
                [array[row, column] for array in arrays], expected, rtol=1e-12, atol=1e-15
            )
        summary = result.summaries[column]
        gains = [known[bar] for bar in positions]
        assert summary.n == len(gains)
        assert summary.pending == sum(1 for bar in begun if bar < completed) - len(gains)
        assert summary.average == pytest.approx(sum(gains) / len(gains))
        assert summary.baseline.n == len(known)
        assert summary.baseline.average == pytest.approx(sum(known) / len(known))
        assert summary.edge == pytest.approx(sum(gains) / len(gains) - sum(known) / len(known))
        assert summary.win_rate == sum(1 for gain in gains if gain > 0) / len(gains)
        assert summary.independent_n == oracle.independent(positions, horizon.bars)
        assert summary.longest_winning_streak is not None
        assert summary.longest_winning_streak.length == oracle.streak(gains)
        assert summary.p_value == pytest.approx(oracle.shift_p(known, positions, horizon.bars))


MONTHS = {
    "2020-01-31": 100.0,
    "2020-02-28": 112.0,  # +12%: an episode
    "2020-03-31": 126.0,  # +12.5%: the same run
    "2020-04-30": 120.0,
    "2020-05-29": 108.0,
    "2020-06-30": 120.0,  # +11.1%: an episode
    "2020-07-31": 121.2,
    "2020-08-14": 134.0,  # +10.6% so far: an episode under way
}


def test_a_table_small_enough_to_check_by_eye() -> None:
    study = make_study("IWM", signal="ten-percent-month", horizons=["1M", "3M", "4M", "12M"])
    result = run_study(study, {"IWM": history_of("IWM", MONTHS)})
    assert [episode.date for episode in result.episodes] == [
        date(2020, 2, 28),
        date(2020, 6, 30),
        date(2020, 8, 14),
    ]
    assert [episode.provisional for episode in result.episodes] == [False, False, True]
    assert [round(episode.trigger or 0, 2) for episode in result.episodes] == [12.0, 11.11, 10.56]
    percent = np.round(result.returns * 100, 2)
    np.testing.assert_array_equal(
        percent,
        [
            [12.5, -3.57, 7.14, np.nan],  # 126/112, 108/112, 120/112, pending
            [1.0, np.nan, np.nan, np.nan],  # 121.2/120, then pending
            [np.nan] * 4,  # in progress: no return begins there
        ],
    )
    np.testing.assert_array_equal(np.round(result.max_drawdown[0] * 100, 2), [0.0, -3.57, -3.57, np.nan])
    np.testing.assert_array_equal(np.round(result.max_runup[0] * 100, 2), [12.5, 12.5, 12.5, np.nan])
    one = result.summary("1M")
    assert (one.n, one.pending, one.baseline.n) == (2, 0, 6)
    assert (result.summary("3M").n, result.summary("3M").pending) == (1, 1)
    assert result.summary("3M").sharpe is None  # no spread
    assert one.profit_factor is None  # no loss
    assert result.summary("12M").average is None
    assert result.summary("12M").p_value is None


def test_statistics_by_hand() -> None:
    closes = [100, 110, 99, 108.9, 108.9, 119.79, 107.811]
    days = ["2020-01-06", "2020-01-07", "2020-01-08", "2020-01-09", "2020-01-10", "2020-01-13", "2020-01-14"]
    history = history_of("IWM", dict(zip(days, closes, strict=True)))
    # From every bar but the last: +10, −10, +10, 0, +10, −10.
    study = make_study(
        "IWM", when="close == 100 or close == 99 or close == 108.9", horizons=["1D"], cooldown=1
    )
    one = run_study(study, {"IWM": history}).summary("1D")
    # 100 is an episode; 99, 108.9 and 108.9 are one run: the returns are +10 and +10.
    assert (one.n, one.independent_n, one.win_rate) == (2, 2, 1.0)
    assert one.baseline.average == pytest.approx(0.10 / 6)
    assert one.baseline.win_rate == 0.5
    assert one.edge == pytest.approx(0.10 - 0.10 / 6)


def test_a_zero_return_is_no_win_but_counts() -> None:
    history = history_of("IWM", {"2020-01-06": 100, "2020-01-07": 100, "2020-01-08": 101})
    one = run_study(make_study("IWM", when="close == 100", horizons=["1D"]), {"IWM": history}).summary("1D")
    assert (one.n, one.win_rate, one.longest_winning_streak, one.profit_factor) == (1, 0.0, None, None)


def test_since_limits_episodes_and_baseline_but_the_cooldown_sees_before_it() -> None:
    history = random_history("IWM", "2021-01-04", "2022-12-30", seed=3)
    when = "close > sma(close, 5)"
    whole = run_study(make_study("IWM", when=when, cooldown=15), {"IWM": history})
    day = date(2022, 1, 3)
    later = run_study(make_study("IWM", when=when, cooldown=15, since=day), {"IWM": history})
    assert [e.date for e in later.episodes] == [e.date for e in whole.episodes if e.date >= day]
    first = later.episodes[0].date
    on_the_day = run_study(make_study("IWM", when=when, cooldown=15, since=first), {"IWM": history})
    assert on_the_day.episodes[0].date == first
    sessions_since = int((history.sessions >= np.datetime64(day)).sum())
    assert later.summary("1W").baseline.n == sessions_since - 5
    with pytest.raises(RequestError, match="2030"):
        run_study(make_study("IWM", when=when, since=date(2030, 1, 1)), {"IWM": history})


def test_the_target_is_measured_from_the_same_months_and_before_its_first_bar_not_at_all() -> None:
    other = history_of("SPY", {day: price for day, price in MONTHS.items() if day >= "2020-05-29"})
    study = make_study("IWM", signal="ten-percent-month", horizons=["1M"], target="SPY")
    result = run_study(study, {"IWM": history_of("IWM", MONTHS), "SPY": other})
    assert [episode.target_bar for episode in result.episodes] == [None, 1, 3]
    assert (result.summary("1M").n, result.summary("1M").pending) == (1, 0)
    assert result.summary("1M").baseline.n == 2


def test_appending_bars_never_changes_the_past() -> None:
    history = random_history("IWM", "2021-01-04", "2023-12-29", seed=11)
    study = make_study("IWM", signal="reverse-up", horizons=["1M"])
    whole = run_study(study, {"IWM": history})
    for cut in range(60, len(history), 97):
        part = run_study(study, {"IWM": history}, history.sessions[cut].item())
        same = [e for e in whole.episodes if e.date <= part.as_of]
        assert [e.date for e in part.episodes] == [e.date for e in same]
        known = np.isfinite(part.returns)
        np.testing.assert_array_equal(part.returns[known], whole.returns[: len(same)][known])


def test_wrong_questions_are_told() -> None:
    with pytest.raises(RequestError, match="say what, with a signal of the library"):
        make_study("IWM")
    with pytest.raises(RequestError, match="cooldown is -1"):
        make_study("IWM", when="close > 1", cooldown=-1)
    with pytest.raises(HorizonError, match="monthly bars cannot express the horizon 1W"):
        make_study("IWM", when="close > 1", bars="monthly", horizons=["1W"])
    with pytest.raises(HorizonError, match="given twice"):
        make_study("IWM", when="close > 1", horizons=["1W", "1w"])
    with pytest.raises(FieldError, match="IWM has no adjusted close"):
        run_study(make_study("IWM", when="close > 1", returns="total"), {"IWM": history_of("IWM", MONTHS)})
    with pytest.raises(FieldError, match="IWM has no open"):
        run_study(make_study("IWM", when="close > 1", entry="next_open"), {"IWM": history_of("IWM", MONTHS)})


def test_another_calendars_week_is_read_as_it_stood_and_never_changes_afterwards() -> None:
    stock = history_of("X", {"2024-01-05": 10, "2024-01-12": 10, "2024-01-19": 10})
    days = [f"2024-01-{day:02d}" for day in range(4, 22)]
    # The coin stands at 100 + day. Its day ends at midnight UTC, after New York's close: on Friday the 12th
    # the newest day that has ended is Thursday, at 111.
    coin = history_of("BTC-USD", {day: 100 + int(day[-2:]) for day in days})
    study = make_study("X", when='on("BTC-USD", close) > 110', bars="weekly", measure='on("BTC-USD", close)')
    histories = {"X": stock, "BTC-USD": coin}
    for as_of in (date(2024, 1, 12), date(2024, 1, 19)):
        (episode,) = run_study(study, histories, as_of).episodes
        assert (episode.date, episode.trigger) == (date(2024, 1, 12), 111.0)
    mixed = {
        "X": random_history("X", "2018-01-02", "2020-12-31", 1),
        "BTC-USD": random_history("BTC-USD", "2017-06-02", "2020-12-31", 2),
    }
    for kind in ("weekly", "monthly"):
        study = make_study("X", when='on("BTC-USD", roc(close, 1)) > 2', bars=kind)
        assert find_changes(study, mixed).changes == ()


def test_the_source_that_is_told_is_that_of_the_signals_asset() -> None:
    own, other = (
        replace(random_history(asset, "2021-01-04", "2022-12-30", seed=3), source=source)
        for asset, source in (("IWM", "files"), ("ABC", "our-database"))
    )
    study = make_study("IWM", target="ABC", when="roc(close, 5) > 3", horizons=["1W"])
    assert run_study(study, {"IWM": own, "ABC": other}).source == "files"
