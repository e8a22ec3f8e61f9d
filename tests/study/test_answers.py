"""What a study answers at the edges: streaks, horizons beyond the history, windows, columns, the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.core.errors import HorizonError, RequestError
from generator.market.bars import make_bars
from generator.market.history import PriceHistory
from generator.study.columns import make_column, read_column, refuse_headings
from generator.study.evidence.seasonal import CalendarReturns, calendar_returns, season_parts
from generator.study.ladder import Move, move_of, next_rungs, rung_of
from generator.study.question import make_study
from generator.study.returns import entries_possible, first_sound, holding_prices
from generator.study.run import run_asked_study, run_study
from generator.study.statistic import PRINTED, STATISTICS, in_percent
from tests.study.markets import history_of, random_history

DAYS = [f"2020-01-{day:02}" for day in (6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 21, 22, 23)]


def prices(*closes: float, asset: str = "IWM") -> PriceHistory:
    return history_of(asset, dict(zip(DAYS, closes, strict=False)))


# --- Answers ---------------------------------------------------------------------------------------------


def test_the_earliest_of_the_longest_streaks_is_told() -> None:
    # Every second close is a case of 5; what follows is a gain, a gain, a loss, a gain, a gain, a loss.
    history = prices(5, 6, 5, 7, 5, 4, 5, 6, 5, 8, 5, 3)
    study = make_study("IWM", when="close == 5", horizons=["1D"])
    one = run_study(study, {"IWM": history}).summary("1D")
    assert one.n == 6
    streak = one.longest_winning_streak
    assert streak is not None
    assert (streak.length, streak.first, streak.last) == (2, date(2020, 1, 6), date(2020, 1, 8))
    losing = make_study("IWM", when="close == 8", horizons=["1D"])
    assert run_study(losing, {"IWM": history}).summary("1D").longest_winning_streak is None


def test_a_horizon_that_somebody_named_is_not_longer_than_the_history() -> None:
    history = {"IWM": prices(*range(1, 14))}
    asked = make_study("IWM", when="close == 3", horizons=["1W", "12D"])
    assert run_asked_study(asked, history).summary("12D").baseline.n == 1
    longer = make_study("IWM", when="close == 3", horizons=["1W", "13D"])
    with pytest.raises(
        HorizonError,
        match=r"the horizon 13D \(13 daily bars\) is longer than the history of IWM, which goes from",
    ):
        run_asked_study(longer, history)
    # Of the usual ones, which nobody named, it is pending.
    usual = make_study("IWM", when="close == 3")
    assert run_asked_study(usual, history).summary("1Y").average is None
    coin = {"BTC-USD": prices(*range(1, 14), asset="BTC-USD")}
    usual = make_study("BTC-USD", when="close == 3")
    assert run_asked_study(usual, coin).summary("1Y").average is None


def test_a_summary_and_a_column_are_found_by_their_label() -> None:
    history = {"IWM": prices(5, 6, 5, 7, 5, 4)}
    result = run_study(make_study("IWM", when="close == 5", horizons=["1D", "2D"]), history)
    assert result.summary("2D").horizon.bars == 2
    assert result.column("2D").tolist()[:2] == [0.0, 0.0]
    assert result.column("1D")[0] == pytest.approx(0.2)
    with pytest.raises(KeyError):
        result.summary("3D")
    assert result.completed.tolist() == [True, True, True]


# --- Windows ---------------------------------------------------------------------------------------------


def test_from_where_closes_are_sound_and_which_entries_there_are() -> None:
    history = prices(5, -1, 3, 4, 0.0, 6, 7)
    held = holding_prices(make_bars(history, "daily", in_progress=False), "close", "price")
    assert first_sound(held) == 5
    assert first_sound(replace(held, daily=np.array([1.0, 2.0]))) == 0
    unknown = replace(held, daily=np.array([1.0, 2.0, 3, 4, 5, 6, np.nan]))
    assert first_sound(unknown) == 7
    opens = np.array([5.0, 5, 5, 0, 5, 5, 5])
    whole = replace(history, close=np.arange(1.0, 8.0), open=opens)
    held = holding_prices(make_bars(whole, "daily", in_progress=False), "close", "price")
    # The open of the first bar's own session is not paid after it.
    assert entries_possible(held, 2) == ("close", "next_close")
    assert entries_possible(held, 3) == ("close", "next_open", "next_close")
    assert entries_possible(held, 7) == ("close", "next_open", "next_close")
    closes = replace(whole, open=None)
    held = holding_prices(make_bars(closes, "daily", in_progress=False), "close", "price")
    assert entries_possible(held, 0) == ("close", "next_close")


def test_prices_of_weeks_have_no_next_session() -> None:
    weeks = PriceHistory(
        "IWM",
        np.arange("2020-01-03", "2020-06-01", 7, dtype="datetime64[D]"),
        np.arange(1.0, 23.0),
        rows="weekly",
    )
    bars = make_bars(weeks, "weekly", in_progress=False)
    assert entries_possible(holding_prices(bars, "close", "price"), 0) == ("close",)
    for entry in ("next_open", "next_close"):
        with pytest.raises(
            RequestError, match="IWM has weekly prices, which do not say what the next session"
        ):
            holding_prices(bars, entry, "price")


@pytest.mark.parametrize(
    ("closes", "told"),
    [
        (
            (1, 0, 3, 4, 5),
            r"close of IWM on 2020-01-07 is 0, .* Begin after it with --since 2020-01-08 \(in a",
        ),
        ((1, 2, -3.5, 4, 5), r"on 2020-01-08 is -3\.5, .* --since 2020-01-09"),
        (
            (1, 2, 3, 0, 5),
            r"on 2020-01-09 is 0, .* No later day is left to begin on; measure the returns of another",
        ),
        ((0, 2, 0, 4, 5), r"on 2020-01-08 is 0"),
    ],
)
def test_a_window_with_a_close_of_nothing_is_refused_with_the_way_out(
    closes: tuple[float, ...], told: str
) -> None:
    with pytest.raises(RequestError, match=told):
        run_study(make_study("IWM", when="close > 1", horizons=["1D"]), {"IWM": prices(*closes)})


# --- Columns ---------------------------------------------------------------------------------------------


def test_a_column_part_by_part() -> None:
    assert read_column("A: close").form == "price"
    assert read_column("A: close as percent").form == "percent"
    assert read_column("A: roc(close, 1)").form == "percent"
    assert read_column("A:recovers   high").shows == "high"
    assert read_column("A: recovers entry").form == "number"
    assert read_column(' A b : on("X", close) as number').heading == "A b"
    for parts, told in (
        (("A", None, None, None), "needs an expression to show, or a level to recover; it has neither"),
        (("A", "close", "high", None), "needs an expression to show, or a level to recover; it has both"),
        (("A", None, "high", "price"), "counts sessions, so it has no format"),
    ):
        with pytest.raises(RequestError, match=told):
            make_column(*parts)


def test_headings_that_are_taken() -> None:
    refuse_headings([f"C{k}" for k in range(6)])
    refuse_headings(["3M high", "M3", "3", "12 mo"])
    for headings, told in (
        ([f"C{k}" for k in range(7)], "7 columns; a table has room for 6"),
        ([" Trigger "], "the table has a column ' Trigger ' of its own"),
        (["12m"], "the table has a column '12m' of its own"),
        (["A", "B", "a "], "two columns have the heading 'a '"),
        (["A: B"], "must be one line without a colon"),
        (["A\nB"], "must be one line without a colon"),
    ):
        with pytest.raises(RequestError, match=told):
            refuse_headings(headings)


# --- Moves -----------------------------------------------------------------------------------------------


def test_rungs_at_the_lower_end_and_moves_beyond_the_last_bar() -> None:
    assert next_rungs(1) == (0.5, 1.5, 2)
    assert next_rungs(1.5) == (0.5, 1, 2, 2.5)
    assert next_rungs(500) == (490, 495)
    history = random_history("SPY", "2012-01-03", "2013-06-28", 3)
    move = Move("SPY", "daily", up=True)
    assert rung_of(move, date(2013, 6, 29), {"SPY": history}, date(2013, 6, 28)) is None


def test_a_signal_with_a_name_is_no_move_of_its_own() -> None:
    assert move_of(make_study("IWM", signal="ten-percent-month")) is None
    assert move_of(make_study("IWM", when="roc(close, 1) >= 10", bars="monthly")) == (
        Move("IWM", "monthly", up=True),
        10,
    )
    assert move_of(make_study("IWM", when="roc(close, 1) <= 10", bars="monthly")) is None
    assert move_of(make_study("IWM", when="roc(close, 1) >= 0")) is None


# --- The calendar ----------------------------------------------------------------------------------------


def test_ten_years_are_tested_and_nine_are_not() -> None:
    returns = np.random.default_rng(2).normal(0, 0.03, (10, 12))
    ten = season_parts(CalendarReturns(tuple(range(10)), returns))
    assert all(part.p_value is not None and part.q_value is not None for part in ten)
    assert [part.number for part in ten] == list(range(1, 13))
    nine = season_parts(CalendarReturns(tuple(range(9)), returns[:9]))
    assert {(part.p_value, part.q_value) for part in nine} == {(None, None)}
    assert nine[3].wins == int((returns[:9, 3] > 0).sum())
    level = np.zeros((9, 12))
    assert {(part.wins, part.win_rate) for part in season_parts(CalendarReturns((1,), level))} == {(0, 0.0)}


def test_a_year_with_a_close_below_zero_has_no_returns() -> None:
    days = np.arange("2009-12-01", "2014-03-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    closes = np.linspace(50.0, 90.0, len(days))
    closes[days == np.datetime64("2011-05-31")] = -4.0
    found = calendar_returns(PriceHistory("ABC", days, closes), "monthly")
    assert found.years == (2010, 2012, 2013)
    assert found.returns.shape == (3, 12)


# --- Statistics ------------------------------------------------------------------------------------------


def test_how_units_print_and_what_is_in_percent() -> None:
    units = {name: (s.unit, s.printed, s.signed) for name, s in STATISTICS.items()}
    assert units["average"] == ("percent", "percent", True)
    assert units["stdev"] == ("spread", "percent", False)
    assert units["win_rate_low"] == ("bound", "rate", False)
    assert units["p_value"] == ("p", "number", False)
    assert units["n"] == ("count", "count", False)
    assert PRINTED["number"] == "number"
    assert in_percent("average", 0.05) == pytest.approx(5.0)
    assert in_percent("win_rate_high", 0.5) == pytest.approx(50.0)
    assert in_percent("stdev", 0.5) == pytest.approx(50.0)
    assert in_percent("sharpe", 0.5) == in_percent("p_value", 0.5) == 0.5
    assert in_percent("average", None) is None


def test_a_statistic_of_a_summary() -> None:
    history = random_history("IWM", "2014-01-02", "2017-12-29", 3)
    summary = run_study(make_study("IWM", when="roc(close, 5) > 3"), {"IWM": history}).summary("1M")
    assert summary.edge_interval is not None
    assert summary.win_rate_interval is not None
    assert summary.longest_winning_streak is not None
    told = {name: statistic.of(summary) for name, statistic in STATISTICS.items()}
    assert (told["edge_low"], told["edge_high"]) == summary.edge_interval
    assert (told["win_rate_low"], told["win_rate_high"]) == summary.win_rate_interval
    assert told["longest_winning_streak"] == summary.longest_winning_streak.length
    bare = replace(summary, edge_interval=None, win_rate_interval=None, longest_winning_streak=None)
    assert STATISTICS["edge_low"].of(bare) is STATISTICS["win_rate_high"].of(bare) is None
    assert STATISTICS["longest_winning_streak"].of(bare) == 0
