"""The calendar: what each month or week of the year has brought, and whether it is more than luck.

Only whole years count, so that every month and every week has the same years behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import BarKind, make_bars, period_numbers
from generator.market.history import FloatArray, PriceHistory
from generator.study.evidence.bootstrap import SEED
from generator.study.evidence.significance import false_discovery_adjusted
from generator.study.evidence.statistics import wilson_interval

FEWEST_YEARS = 10
"""Whole years below which months and weeks are not tested."""
SHUFFLES = 20_000
PER_YEAR: dict[BarKind, int] = {"monthly": 12, "weekly": 52}
"""Parts of a year. Week 53, which most years do not have, is left out."""


@dataclass(frozen=True, eq=False)
class CalendarReturns:
    """Returns by part of the year.

    Attributes
    ----------
    years : the whole years, rising.
    returns : shape (years, parts), decimals: of each calendar month, or of each ISO week from the last close
        of the week before.
    """

    years: tuple[int, ...]
    returns: FloatArray


@dataclass(frozen=True)
class SeasonPart:
    """One month or week of the year over all years. ``number`` counts from 1.

    ``p_value`` is that of ``shuffle_p_values``, ``q_value`` adjusted for all parts of the year; None with
    fewer than ten years.
    """

    number: int
    n: int
    wins: int
    average: float
    median: float
    best: float
    worst: float
    win_rate: float
    win_rate_interval: tuple[float, float]
    p_value: float | None
    q_value: float | None


def calendar_returns(history: PriceHistory, kind: BarKind) -> CalendarReturns:
    """The returns of every month (``monthly``) or ISO week (``weekly``) of the whole years.

    The newest year of the data counts as the present one, never as whole. A year with a month or week
    without a session is left out, and so is one with a return from a close of zero or below.

    Raises
    ------
    RequestError : the bars cannot be made of the history's rows.
    """
    parts = PER_YEAR[kind]
    bars = make_bars(history, kind, in_progress=True)
    closes = bars.field("close")
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = np.where(closes[:-1] > 0, closes[1:] / closes[:-1] - 1, np.nan)
    years, numbers = _place(bars.periods[1:], kind)
    # A return over a missing month or week belongs to none.
    follows = np.diff(bars.periods) == 1
    present = int(_place(period_numbers(history.sessions[-1:], kind), kind)[0][0])
    table = {int(year): np.full(parts, np.nan) for year in np.unique(years) if year < present}
    for year, number, change, whole in zip(years, numbers, returns, follows, strict=True):
        if year < present and number <= parts and whole:
            table[int(year)][number - 1] = change
    kept = {year: row for year, row in table.items() if np.isfinite(row).all()}
    return CalendarReturns(tuple(kept), np.array(list(kept.values())).reshape(len(kept), parts))


def season_parts(calendar: CalendarReturns) -> tuple[SeasonPart, ...]:
    """Statistics and tests of every part of the year; empty without a whole year."""
    returns = calendar.returns
    n = len(returns)
    if n == 0:
        return ()
    tested = n >= FEWEST_YEARS
    p_values = shuffle_p_values(returns) if tested else None
    q_values = None if p_values is None else false_discovery_adjusted(p_values)
    return tuple(
        _part(
            i + 1,
            returns[:, i],
            None if p_values is None else float(p_values[i]),
            None if q_values is None else float(q_values[i]),
        )
        for i in range(returns.shape[1])
    )


def shuffle_p_values(returns: FloatArray, *, shuffles: int = SHUFFLES, seed: int = SEED) -> FloatArray:
    """Is a part of the year different from any part? Permutation test within years.

    If the calendar meant nothing, the parts of each year could stand in any order. So a month's average is
    that of one part drawn at random from every year; p = (1 + draws whose average lies at least as far from
    the mean of all) ÷ (1 + draws). One set of draws serves every part. Good and bad years do not blur the
    comparison, because each month is held against the others of its own year.

    The circular shift is of no use here: moved by whole years, a month stays the same month.

    Parameters
    ----------
    returns : shape (years, parts), no NaN.

    Returns
    -------
    shape (parts,), from 1 ÷ (1 + draws) to 1.

    References
    ----------
    Phipson and Smyth (2010), Permutation P-values Should Never Be Zero.
    """
    years, parts = returns.shape
    picks = np.random.default_rng(seed).integers(0, parts, size=(years, shuffles))
    drawn = np.zeros(shuffles)
    for row, picked in zip(returns, picks, strict=True):
        drawn += row[picked]
    usual = returns.mean()
    distances = np.sort(np.abs(drawn / years - usual))
    observed = np.abs(returns.mean(axis=0) - usual)
    reached = shuffles - np.searchsorted(distances, observed - 1e-12, side="left")
    p_values: FloatArray = (1 + reached) / (1 + shuffles)
    return p_values


def _place(periods: NDArray[np.int64], kind: BarKind) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Year and number within it, from 1, of each month or ISO week."""
    if kind == "monthly":
        return 1970 + periods // 12, periods % 12 + 1
    # An ISO week belongs to the year of its Thursday; week 0 is that of Thursday, Jan 1, 1970.
    thursdays = (periods * 7).astype("datetime64[D]")
    years = thursdays.astype("datetime64[Y]")
    numbers = (thursdays - years.astype("datetime64[D]")).astype(np.int64) // 7 + 1
    return years.astype(np.int64) + 1970, numbers


def _part(number: int, returns: FloatArray, p_value: float | None, q_value: float | None) -> SeasonPart:
    n, wins = len(returns), int(np.count_nonzero(returns > 0))
    interval = wilson_interval(wins, n)
    assert interval is not None  # there is a year
    return SeasonPart(
        number=number,
        n=n,
        wins=wins,
        average=float(returns.mean()),
        median=float(np.median(returns)),
        best=float(returns.max()),
        worst=float(returns.min()),
        win_rate=wins / n,
        win_rate_interval=interval,
        p_value=p_value,
        q_value=q_value,
    )
