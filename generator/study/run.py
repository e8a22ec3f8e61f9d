"""A study from its question to its answer: bars, condition, episodes, returns, statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from generator.core.errors import HorizonError, RequestError
from generator.market.exchanges import calendar_of
from generator.market.history import FloatArray, PriceHistory, as_date
from generator.signals.evaluate import truth
from generator.study.columns import shown_values
from generator.study.edges import Robustness
from generator.study.episodes import bar_of, dates_used
from generator.study.evidence.bootstrap import edge_deviation, edge_interval, edge_shrunk
from generator.study.evidence.robustness import evidence_of, robustness_of
from generator.study.evidence.statistics import Samples, baseline_of, known, one_sample, win_rate_intervals
from generator.study.horizons import default_horizons
from generator.study.prepare import Prepared, complete_positions, complete_returns, find_episodes, prepare
from generator.study.returns import forward_returns, max_drawdowns, max_runups, worst_daily_closes
from generator.study.values import (
    DatesUsed,
    Episode,
    Horizon,
    HorizonSummary,
    Streak,
    Study,
    StudyResult,
)
from generator.study.verdict import BAR_WORD, judge


def run_study(study: Study, histories: Mapping[str, PriceHistory], as_of: date | None = None) -> StudyResult:
    """Answer a study.

    Parameters
    ----------
    study : the question.
    histories : prices of at least every asset in ``study.assets``.
    as_of : nothing after this day exists; None for the last session that all series have.

    Raises
    ------
    DataError, FieldError : see ``prepare``.
    RequestError : ``since`` leaves no bar; none of a list's dates lies within the prices; the condition is
        not true on the bar of the present case.
    """
    prepared = prepare(study, histories, as_of)
    study = prepared.study
    target = prepared.prices.bars
    if prepared.first >= len(target):
        raise RequestError(
            f"{study.target} has no {study.bars} bar on or after {study.since}: its prices end on "
            f"{target.dates[-1]}. Choose an earlier date for since."
        )
    episodes = find_episodes(prepared)
    _check_present(prepared, episodes)
    used = _dates_used(prepared, episodes)
    robustness = robustness_of(prepared, episodes, histories)
    columns = [measure(prepared, episodes, horizon) for horizon in study.horizons]
    returns, drawdowns, daily, runups = (np.column_stack([column[i] for column in columns]) for i in range(4))
    return StudyResult(
        study=study,
        as_of=as_date(prepared.as_of),
        source=prepared.source,
        fingerprint=prepared.fingerprint,
        first=as_date(target.dates[prepared.first]),
        episodes=episodes,
        returns=returns,
        max_drawdown=drawdowns,
        worst_daily_close=daily,
        max_runup=runups,
        summaries=tuple(
            _summarise(prepared, episodes, column, robustness, i) for i, column in enumerate(columns)
        ),
        robustness=robustness,
        adjusted=tuple(asset for asset in study.assets if histories[asset].basis == "total"),
        dates_used=used,
        shown=shown_values(prepared, episodes),
    )


def _check_present(prepared: Prepared, episodes: tuple[Episode, ...]) -> None:
    """Raise where the bar on which the present case is said to begin has none.

    Raises
    ------
    RequestError : names the newest bar on which the condition is true.
    """
    study, bars = prepared.study, prepared.bars
    if study.present is None or bar_of(bars, study.present) in [episode.bar for episode in episodes]:
        return
    came = bars.dates[truth(study.condition, bars, prepared.others) > 0]
    newest = f"it was last true on {came[-1]}" if len(came) else "it was never true"
    raise RequestError(
        f"the present case is said to begin on {study.present}, and on that {BAR_WORD[study.bars]} of "
        f"{study.asset} the condition {study.condition.text} is not true, or the study begins later; "
        f"{newest}. Name a day on which it is, or leave present out."
    )


def _dates_used(prepared: Prepared, episodes: tuple[Episode, ...]) -> DatesUsed | None:
    """What became of the dates of a list; None of a condition.

    Raises
    ------
    RequestError : none of them lies within the prices.
    """
    study, bars = prepared.study, prepared.bars
    if study.listed is None:
        return None
    used = dates_used(study.listed, bars, episodes, study.since)
    if not used.cases:
        dates = study.listed.dates
        raise RequestError(
            f"{study.listed.name}: no date of its {used.dates}, {dates[0].day} to {dates[-1].day}, "
            f"can be read on {study.asset}, whose {study.bars} bars go from "
            f"{study.since or bars.history.first} to {bars.history.last}. Give dates between these, or "
            "prices that reach further."
        )
    return used


def run_asked_study(
    study: Study, histories: Mapping[str, PriceHistory], as_of: date | None = None
) -> StudyResult:
    """``run_study`` for a person, who learns at once that a horizon they named has no return to show.

    Of the usual horizons, which nobody named, one that is longer than the history is pending everywhere.

    Raises
    ------
    HorizonError : a horizon is longer than the history; other errors as for ``run_study``.
    """
    result = run_study(study, histories, as_of)
    if study.horizons != default_horizons(study.bars, calendar_of(study.target)):
        for summary in result.summaries:
            if summary.baseline.n == 0:
                label, bars = summary.horizon.label, f"{summary.horizon.bars:,} {study.bars} bars"
                raise HorizonError(
                    f"the horizon {label} ({bars}) is longer than the history of {study.target}, which goes "
                    f"from {result.first} to {result.as_of}. Ask for a shorter one, or for prices that reach "
                    "further back."
                )
    return result


Columns = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""Returns, max drawdowns, worst daily closes and max run-ups of every episode at one horizon."""


def measure(prepared: Prepared, episodes: tuple[Episode, ...], horizon: Horizon) -> Columns:
    """What followed each episode at one horizon; NaN where the horizon is not complete."""
    prices = prepared.prices
    positions = complete_positions(prepared, episodes, horizon.bars)
    complete = set(positions.tolist())
    rows = [i for i, e in enumerate(episodes) if not e.provisional and e.target_bar in complete]
    measured = (
        forward_returns(prices, horizon.bars)[positions],
        max_drawdowns(prices, positions, horizon.bars),
        worst_daily_closes(prices, positions, horizon.bars),
        max_runups(prices, positions, horizon.bars),
    )
    returns, drawdowns, daily, runups = (_at_rows(rows, found, len(episodes)) for found in measured)
    return returns, drawdowns, daily, runups


def _at_rows(rows: list[int], found: FloatArray, size: int) -> FloatArray:
    column = np.full(size, np.nan)
    column[rows] = found
    return column


def _summarise(
    prepared: Prepared, episodes: tuple[Episode, ...], columns: Columns, robustness: Robustness, number: int
) -> HorizonSummary:
    """Statistics of the study's horizon of this number, over its complete episodes."""
    horizon = prepared.study.horizons[number]
    every, positions = complete_returns(prepared, episodes, horizon.bars)
    done = np.isfinite(columns[0])
    returns, drawdowns, daily, runups = (column[done] for column in columns)
    dates = [episode.date for episode, complete in zip(episodes, done, strict=True) if complete]
    waiting = sum(1 for e in episodes if e.target_bar is not None and not e.provisional) - len(returns)
    evidence = evidence_of(prepared, episodes, robustness, number)
    edge, separate = evidence.edge, evidence.independent_n
    deviation = edge_deviation(every, positions, horizon.bars)
    samples = one_sample(returns)
    low, high = win_rate_intervals(samples.win_rate, np.array([separate]))
    return HorizonSummary(
        horizon=horizon,
        n=len(returns),
        pending=waiting,
        independent_n=separate,
        average=known(samples.average[0]),
        median=known(samples.median[0]),
        win_rate=known(samples.win_rate[0]),
        win_rate_interval=(float(low[0]), float(high[0])) if len(returns) else None,
        best=known(samples.best[0]),
        worst=known(samples.worst[0]),
        stdev=known(samples.stdev[0]),
        sharpe=known(samples.sharpe[0]),
        max_drawdown=known(samples.lowest(drawdowns)[0]),
        worst_daily_close=known(samples.lowest(daily)[0]),
        max_runup=known(samples.highest(runups)[0]),
        profit_factor=known(samples.profit_factor[0]),
        longest_winning_streak=_streak(samples, dates),
        baseline=baseline_of(every),
        edge=edge,
        p_value=evidence.own_p,
        edge_interval=None if edge is None or deviation is None else edge_interval(edge, deviation, separate),
        edge_shrunk=None
        if edge is None or deviation is None
        else edge_shrunk(edge, deviation, separate, float(every.std())),
        verdict=judge(evidence),
    )


def _streak(samples: Samples, dates: Sequence[date]) -> Streak | None:
    """Longest run of consecutive episodes with a gain; the earliest of equal ones; None without a gain."""
    length, end = (int(found[0]) for found in samples.longest_winning_streak)
    return Streak(length, dates[end - length + 1], dates[end]) if length else None
