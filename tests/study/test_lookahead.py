"""The real study never changes its mind about the past; studies that look ahead are all found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from generator.market.bars import Bars, make_bars
from generator.market.history import FloatArray, PriceHistory
from generator.market.providers.files import FilesSource
from generator.signals import evaluate, windows
from generator.signals.library import load_library
from generator.study import episodes as episode_rules
from generator.study import prepare as preparing
from generator.study import run as running
from generator.study.lookahead import Answer, Proof, answer, find_changes
from generator.study.question import make_study
from generator.study.returns import HoldingPrices, Positions
from generator.study.values import Study
from tests.real_prices import market_data, real_prices
from tests.study.markets import history_of, random_history

OURS = random_history("X", "2016-03-15", "2019-06-12", seed=7)
OTHER = random_history("BBB", "2015-11-02", "2019-06-12", seed=8)
HISTORIES = {"X": OURS, "BBB": OTHER}


def proof(when: str, bars: str = "daily", horizon: str = "1M", **choices: Any) -> Proof:
    study = make_study("X", when=when, bars=bars, horizons=[horizon], **choices)  # type: ignore[arg-type]
    return find_changes(study, HISTORIES)


def told(found: Proof) -> set[str]:
    return {change.what for change in found.changes}


# --- The real study --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        {"when": "close == highest(close, 20)", "cooldown": 10},
        {"when": "rsi(close, 14) > 60", "bars": "weekly", "horizon": "4W", "entry": "next_open"},
        {"when": 'on("BBB", roc(close, 1)) > 2', "bars": "monthly", "target": "BBB", "returns": "total"},
        {"when": "zscore(close, 50) > 1", "since": date(2017, 5, 5), "entry": "next_close"},
    ],
    ids=str,
)
def test_the_past_stays_as_it_was(question: dict[str, Any]) -> None:
    found = proof(**question)
    assert found.changes == ()
    assert len(found.cuts) >= 38  # the months from March 2016 to June 2019, at least since they are shared


def test_every_month_end_is_a_cut_and_every_episode() -> None:
    found = proof("roc(close, 5) > 6", bars="daily")
    whole = answer(found.study, HISTORIES, found.as_of)
    months = {(day.year, day.month): day for day in OURS.sessions.tolist()}
    assert set(found.cuts) == set(months.values()) | {e.date for e in whole.episodes}
    assert found.as_of == date(2019, 6, 12)


def test_weeks_and_months_are_also_cut_in_the_middle() -> None:
    cuts = proof("roc(close, 1) > 3", bars="monthly").cuts
    assert date(2018, 5, 31) in cuts
    assert [day for day in cuts if (day.year, day.month) == (2018, 5)] == [
        date(2018, 5, 15),
        date(2018, 5, 31),
    ]


def test_a_month_whose_last_session_is_missing_is_no_change() -> None:
    # April 30 is missing: on April 29 the month was under way, and only later is it known to be over.
    rows = {
        "2020-02-28": 100.0,
        "2020-03-31": 90.0,
        "2020-04-29": 120.0,
        "2020-05-29": 130.0,
        "2020-06-30": 110.0,
    }
    study = make_study("X", when="roc(close, 1) >= 10", bars="monthly", horizons=["1M"])
    assert find_changes(study, {"X": history_of("X", rows)}).changes == ()


@pytest.mark.parametrize("name", load_library())
def test_no_signal_of_the_library(name: str) -> None:
    spy = replace(OTHER, asset="SPY")
    study = make_study("X", signal=name)
    assert find_changes(study, {"X": OURS, "SPY": spy, "QQQ": replace(OTHER, asset="QQQ")}).changes == ()


@real_prices
@pytest.mark.parametrize("name", ["reverse-up", "ten-percent-month"])
def test_the_signals_of_the_two_articles_on_real_prices(name: str) -> None:
    found = find_changes(
        make_study("IWM", signal=name), {"IWM": FilesSource(market_data()).history("IWM")}, date(2026, 4, 20)
    )
    assert found.changes == ()
    assert len(found.cuts) > 310


# --- Planted leaks in conditions -------------------------------------------------------------------------


def centred_average(x: FloatArray, n: int) -> FloatArray:
    average = windows.sma(x, n)
    return np.concatenate((average[n // 2 :], np.full(min(n // 2, len(x)), average[-1])))[: len(x)]


def future_highest(x: FloatArray, n: int) -> FloatArray:
    return windows.highest(x[::-1], n)[::-1] if n <= len(x) else np.full_like(x, np.nan)


def whole_sample_zscore(x: FloatArray, n: int) -> FloatArray:
    return windows.divide(x - x.mean(), np.full_like(x, x.std()))


def whole_sample_percentile(x: FloatArray, n: int) -> FloatArray:
    return np.asarray(100.0 * (x[None, :] <= x[:, None]).mean(axis=1), dtype=np.float64)


def backfilled_average(x: FloatArray, n: int) -> FloatArray:
    average = windows.sma(x, n)
    known = average[np.isfinite(average)]
    return np.where(np.isnan(average), known[0] if len(known) else x[-1], average)


@pytest.mark.parametrize(
    ("function", "leak", "when"),
    [
        ("sma", centred_average, "crosses_above(close, sma(close, 21))"),
        ("highest", future_highest, "close == highest(close, 20)"),
        ("zscore", whole_sample_zscore, "zscore(close, 50) > 1"),
        ("percentile", whole_sample_percentile, "percentile(close, 100) > 90"),
        ("sma", backfilled_average, "close > sma(close, 200)"),
    ],
    ids=[
        "centred average",
        "future highest",
        "z-score of the sample",
        "percentile of the sample",
        "backfill",
    ],
)
def test_a_function_that_looks_ahead(
    function: str, leak: Any, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert proof(when).changes == ()
    monkeypatch.setitem(evaluate._OF_NUMBERS, function, leak)
    assert "episode" in told(proof(when))


def test_a_condition_read_one_bar_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    real = evaluate.truth
    monkeypatch.setattr(preparing, "truth", lambda *a: np.append(real(*a)[1:], np.int8(0)))
    assert "episode" in told(proof("roc(close, 1) > 4"))


def test_another_asset_read_at_its_next_date(monkeypatch: pytest.MonkeyPatch) -> None:
    def next_date(theirs: Bars, ours: Bars) -> Any:
        return np.minimum(np.searchsorted(theirs.dates, ours.dates, side="right"), len(theirs) - 1)

    monkeypatch.setattr(evaluate, "newest_known", next_date)
    assert "episode" in told(proof('on("BBB", roc(close, 1)) > 4'))


def test_a_measure_that_looks_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(evaluate._OF_NUMBERS, "sma", centred_average)
    assert told(proof("roc(close, 1) > 4", measure="sma(close, 21)")) == {"trigger"}


# --- Planted leaks in bars and episodes ------------------------------------------------------------------


def test_a_month_dated_on_its_first_day_with_its_last_close(monkeypatch: pytest.MonkeyPatch) -> None:
    def labelled_early(history: PriceHistory, kind: Any, *, in_progress: bool) -> Bars:
        bars = make_bars(history, kind, in_progress=in_progress)
        first = np.concatenate(([0], bars.last_session[:-1] + 1))
        return replace(bars, dates=history.sessions[first])

    monkeypatch.setattr(preparing, "make_bars", labelled_early)
    assert "episode" in told(proof("roc(close, 1) > 3", bars="monthly"))


@pytest.mark.parametrize("bars", ["weekly", "monthly"])
def test_a_bar_in_progress_counted_as_completed(bars: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "period_is_open", lambda *a: False)
    found = proof("roc(close, 1) > 3", bars=bars, horizon="1Y")
    assert "episode" in told(found)
    # It was there as of the cut, and is nowhere in the whole history.
    assert any(c.what == "episode" and c.then and not c.now and c.bar == c.cut for c in found.changes)


def test_a_cooldown_that_keeps_the_last_of_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    def backwards(truth: Any, cooldown: int, _: int | None = None) -> Any:
        kept: list[int] = []
        for start in episode_rules.run_starts(truth)[::-1]:
            if not kept or kept[-1] - start >= cooldown:
                kept.append(start)
        return np.array(kept[::-1], dtype=np.intp)

    monkeypatch.setattr(episode_rules, "episode_starts", backwards)
    assert "episode" in told(proof("roc(close, 1) > 3", cooldown=21))


# --- Planted leaks in what followed ----------------------------------------------------------------------


def test_a_drawdown_that_sees_beyond_its_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    def deeper(prices: HoldingPrices, positions: Positions, bars_held: int) -> FloatArray:
        lows = [prices.closes[p + 1 : p + 2 * bars_held + 1].min() for p in positions]
        return np.minimum(np.array(lows) / prices.entry_price[positions] - 1, 0)

    monkeypatch.setattr(running, "max_drawdowns", deeper)
    assert told(proof("roc(close, 1) > 4")) == {"1M max drawdown"}


@dataclass
class Leaky:
    """A runner that spoils the answer of the real one."""

    kind: str

    def __call__(self, study: Study, histories: Mapping[str, PriceHistory], as_of: date) -> Answer:
        real = answer(study, histories, as_of)
        closes = histories[study.target].until(np.datetime64(as_of)).close
        if self.kind == "shortened horizon":
            shortened = np.array([[closes[-1] / closes[e.bar] - 1] for e in real.episodes])
            returns = np.where(np.isnan(real.measured[0]), shortened, real.measured[0])
            return replace(real, measured=(returns, *real.measured[1:]))
        if self.kind == "shortened baseline":
            filled = np.where(np.isnan(real.baseline), (closes[-1] / closes - 1)[:, None], real.baseline)
            return replace(real, baseline=filled)
        if self.kind == "revised prices":
            return replace(real, measured=tuple(m * closes[-1] for m in real.measured))
        kept = np.flatnonzero(~(real.measured[0][:, 0] < 0))
        measured = tuple(m[kept] for m in real.measured)
        return replace(real, episodes=tuple(real.episodes[i] for i in kept), measured=measured)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("shortened horizon", "1M return"),
        ("shortened baseline", "1M baseline return"),
        ("revised prices", "1M return"),
        ("losers forgotten", "episode"),
    ],
)
def test_a_runner_that_looks_ahead(kind: str, expected: str) -> None:
    study = make_study("X", when="roc(close, 1) > 4", horizons=["1M"])
    found = find_changes(study, HISTORIES, runner=Leaky(kind))
    assert expected in told(found)


def test_each_change_is_told_once_with_its_first_cut() -> None:
    study = make_study("X", when="roc(close, 1) > 4", horizons=["1M"])
    found = find_changes(study, HISTORIES, runner=Leaky("losers forgotten"))
    assert len({(c.bar, c.what) for c in found.changes}) == len(found.changes)
    first = found.changes[0]
    assert (first.what, first.then, first.now) == ("episode", 1.0, None)
    # It was there at the end of its month, when nobody knew yet that it would lose.
    assert (first.cut.year, first.cut.month) == (first.bar.year, first.bar.month)
