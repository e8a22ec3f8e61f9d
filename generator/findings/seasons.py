"""The calendar in words: what this stretch of the year has brought, beside any stretch as long."""

from __future__ import annotations

import numpy as np

from generator.findings.market_facts import CalendarYears, on_clock
from generator.findings.view import MIN_CASES_IN_PROSE
from generator.language import numbers
from generator.language.asset_names import was
from generator.language.words import pair, stands_at
from generator.market.history import FloatArray, PriceHistory, as_date

MANIFOLD = 1.0
"""An average return of this size, a doubling, gives way to the median."""
SHORTEST = 5
"""Sessions left in the year below which nothing is said about them."""


def rest_of_year(years: CalendarYears) -> FloatArray:
    """Return of each complete year from the present position to its end, shape (years,); NaN where none."""
    at = len(years.present) - 1
    rest = np.full(len(years.paths), np.nan)
    for i, path in enumerate(years.paths):
        known = path[np.isfinite(path)]
        if len(known) - 1 > at:
            rest[i] = (1 + known[-1]) / (1 + known[at]) - 1
    return rest


def usual_stretch(history: PriceHistory, sessions: int) -> FloatArray:
    """Returns over that many sessions of the history's clock from every session, shape (T − sessions,)."""
    history = on_clock(history)
    changes: FloatArray = history.close[sessions:] / history.close[:-sessions] - 1
    return changes


def sessions_left(years: CalendarYears) -> int:
    """Sessions that a usual year has left from the present position."""
    lengths = np.isfinite(years.paths).sum(axis=1) - 1
    return int(np.median(lengths)) - (len(years.present) - 1)


def is_like_others(years: CalendarYears) -> bool:
    """Whether earlier years say something of this one: enough of it is left, and it stands no lower and no
    higher than all of them did at this point."""
    at = min(len(years.present) - 1, years.paths.shape[1] - 1)
    then = years.paths[:, at][np.isfinite(years.paths[:, at])]
    stands = years.present[-1]
    return sessions_left(years) >= SHORTEST and bool(then.min() <= stands <= then.max())


def year_so_far(years: CalendarYears, history: PriceHistory, called: str) -> str:
    """This year against the average year at the same point, of an asset as sentences call it."""
    at = len(years.present) - 1
    column = years.paths[:, min(at, years.paths.shape[1] - 1)]
    usual = float(np.nanmean(column))
    day, so_far = numbers.day(as_date(history.last)), stands_at(float(years.present[-1]))
    return (
        f"By {day} {called} {was(called)} {so_far} on the year; the average year from {years.years[0]} "
        f"to {years.years[-1]} was {stands_at(usual)} by then."
    )


def what_is_left(years: CalendarYears, history: PriceHistory, called: str) -> str:
    """The rest of the year in earlier years, and any stretch of the same length, of an asset as sentences
    call it."""
    left = sessions_left(years)
    rest = rest_of_year(years)
    rest = rest[np.isfinite(rest)]
    if left < SHORTEST or len(rest) < MIN_CASES_IN_PROSE:
        return ""
    wins = int(np.count_nonzero(rest > 0))
    usual = usual_stretch(history, left)
    # Of what has risen many times over, an average says what one year did.
    middle = _median if max(abs(rest.mean()), abs(usual.mean())) >= MANIFOLD else _average
    often = f"in {pair(wins, len(rest))} years ({numbers.rate(wins / len(rest))})"
    usually = f"{numbers.rate(float(np.mean(usual > 0)))} of the time"
    return (
        f"From here to the year’s end {called} rose {often}, "
        f"{middle(rest)}; any {numbers.count(left)} sessions in a row brought a gain {usually}, "
        f"{middle(usual)}."
    )


def _average(returns: FloatArray) -> str:
    return f"{numbers.percent_sign(float(returns.mean()))} on average"


def _median(returns: FloatArray) -> str:
    return f"a median of {numbers.percent_sign(float(np.median(returns)))}"


def season_caution(years: CalendarYears) -> str:
    """How little an average year says."""
    ends = [float(path[np.isfinite(path)][-1]) for path in years.paths]
    low, high = min(ends), max(ends)
    return (
        f"The {numbers.count(len(years.years))} years in the average ended anywhere from "
        f"{numbers.percent_sign(low)} to {numbers.percent_sign(high)}."
    )
