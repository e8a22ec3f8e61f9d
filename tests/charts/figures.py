"""Figures small enough to check by eye, and the odd ones that a year of letters brings."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from generator.edition.figures import (
    AveragePath,
    Dates,
    Figure,
    Line,
    PriceWithEpisodes,
    RelativePerformance,
    ReturnSpread,
    Seasonality,
    Series,
    SpreadColumn,
)


def days(count: int, first: date = date(2000, 1, 3)) -> Dates:
    return tuple((first + timedelta(days=n)).isoformat() for n in range(count))


def walk(count: int, seed: int = 0, start: float = 100.0, sigma: float = 0.01) -> tuple[float, ...]:
    steps = np.random.default_rng(seed).normal(0.0003, sigma, count)
    return tuple(float(v) for v in start * np.exp(np.cumsum(steps)))


def returns(count: int, seed: int = 0, scale: float = 0.08) -> tuple[float, ...]:
    return tuple(float(v) for v in np.random.default_rng(seed).normal(0.02, scale, count))


def price(count: int = 2000, marks: int = 6, log_scale: bool = True) -> PriceWithEpisodes:
    dates, closes = days(count), walk(count)
    chosen = [int(n) for n in np.linspace(5, count - 50, marks)] if marks else []
    return PriceWithEpisodes(
        asset="IWM",
        dates=dates,
        closes=closes,
        marks=tuple((dates[n], closes[n]) for n in chosen),
        present=(dates[-1], closes[-1]),
        log_scale=log_scale,
    )


def performance(count: int = 200, lines: int = 4) -> RelativePerformance:
    names = ("Russell 2000", "S&P 500", "Nasdaq 100", "Magnificent Seven", "Dow", "Gold", "Oil", "Bonds")
    made = []
    for n in range(lines):
        closes = walk(count, seed=n)
        made.append(Line(names[n], tuple(c / closes[0] - 1 for c in closes), highlighted=n == 0))
    return RelativePerformance(days(count), tuple(made))


def path(bars: int = 12, episodes: int = 13, come: int | None = 3) -> AveragePath:
    average: Series = tuple(0.01 * n for n in range(bars + 1))
    present: Series = tuple(-0.01 * n if come is not None and n < come else None for n in range(bars + 1))
    return AveragePath(
        average=average,
        lower=tuple(0.002 * n for n in range(bars + 1)),
        upper=tuple(0.02 * n for n in range(bars + 1)),
        baseline=tuple(0.007 * n for n in range(bars + 1)),
        present=None if come is None else present,
        present_label="Apr 2026",
        ticks=((1, "1 month"), (3, "3 months"), (6, "6 months"), (12, "12 months")),
        unit="months",
        episodes=episodes,
    )


def column(label: str, count: int, seed: int = 0, scale: float = 0.08) -> SpreadColumn:
    made = returns(count, seed, scale)
    if not made:
        return SpreadColumn(label, (), None, None, 0.01)
    return SpreadColumn(label, made, float(np.mean(made)), float(np.median(made)), 0.01)


def spread(count: int = 13, labels: tuple[str, ...] = ("1M", "3M", "6M", "12M")) -> ReturnSpread:
    return ReturnSpread(tuple(column(label, count, n, 0.04 * (n + 1)) for n, label in enumerate(labels)))


def seasonality(come: int = 80, sessions: int = 252) -> Seasonality:
    average: Series = tuple(0.0003 * n for n in range(sessions))
    steps = (0.0, *walk(sessions, seed=3, start=1.0))
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return Seasonality(
        average=average,
        lower=tuple(0.0003 * n - 0.0003 * n for n in range(sessions)),
        upper=tuple(0.0003 * n + 0.0003 * n for n in range(sessions)),
        present=tuple(steps[n + 1] / steps[1] - 1 if n < come else None for n in range(sessions)),
        year=2026,
        first_year=2001,
        last_year=2025,
        ticks=tuple((21 * n, name) for n, name in enumerate(months)),
    )


USUAL: dict[str, Figure] = {
    "price": price(),
    "performance": performance(),
    "average path": path(),
    "spread": spread(),
    "seasonality": seasonality(),
}

_NOTHING: Series = (None,) * 13
_FLAT = tuple(50.0 for _ in range(300))
_SESSIONS = ((0, "0"), (5, "5"), (21, "21"))
_LONG_NAME = "The equal-weighted Magnificent Seven and Donaudampfschifffahrtsgesellschaft"

ODD: dict[str, Figure] = {
    "price without marks": price(marks=0),
    "price with 200 episodes": price(6000, marks=200),
    "price of one day": PriceWithEpisodes("X", days(1), (10.0,), (), None, True),
    "price of two days": PriceWithEpisodes("X", days(2), (10.0, 11.0), (), (days(2)[1], 11.0), False),
    "price of a month": price(30, marks=1, log_scale=False),
    "price of a year": price(365, marks=3),
    "flat price": PriceWithEpisodes("X", days(300), _FLAT, (), None, True),
    "flat price, linear": PriceWithEpisodes("X", days(300), _FLAT, (), None, False),
    "price from pennies to thousands": PriceWithEpisodes(
        "X", days(3000), tuple(float(v) for v in np.geomspace(1e-4, 9e4, 3000)), (), None, True
    ),
    "present long ago": PriceWithEpisodes(
        "X", days(3000), walk(3000), (), (days(3000)[1500], walk(3000)[1500]), True
    ),
    "present on the first day": PriceWithEpisodes(
        "X", days(500), walk(500), (), (days(500)[0], walk(500)[0]), True, (days(500)[0], days(500)[20])
    ),
    "eight lines": performance(lines=8),
    "lines that end together": RelativePerformance(
        days(50), tuple(Line(f"Asset {n}", tuple(0.001 * k for k in range(50))) for n in range(10))
    ),
    "a line with gaps": RelativePerformance(
        days(4),
        (Line("Gap", (0.0, None, 0.1, None)), Line("None", (None,) * 4), Line("日本 $x_1$", (0, 0, 0, 0))),
    ),
    "a long name": RelativePerformance(days(3), (Line(_LONG_NAME, (0.0, 50.0, 52.0), highlighted=True),)),
    "one date": RelativePerformance(days(1), (Line("IWM", (0.0,)), Line("SPY", (0.0,)))),
    "no line": RelativePerformance(days(5), ()),
    "path of no episode": AveragePath(
        _NOTHING, _NOTHING, _NOTHING, path().baseline, None, "", _SESSIONS, "sessions", 0
    ),
    "path of nothing": AveragePath((), (), (), (), None, "", (), "sessions", 0),
    "path of one episode": AveragePath(
        path().average, path().average, path().average, _NOTHING, None, "", _SESSIONS, "sessions", 1
    ),
    "present of one point": path(come=1),
    "no present": path(come=None),
    "present that has come all the way": path(come=13),
    "path of huge returns": AveragePath(
        tuple(4.2 * n for n in range(13)), _NOTHING, _NOTHING, _NOTHING, None, "", _SESSIONS, "sessions", 7
    ),
    "path of tiny returns": AveragePath(
        tuple(0.00001 * n for n in range(13)),
        _NOTHING,
        _NOTHING,
        _NOTHING,
        None,
        "",
        _SESSIONS,
        "sessions",
        7,
    ),
    "spread of one episode": spread(1),
    "spread of 200 episodes": spread(200, ("1W", "2W", "1M", "2M", "3M", "6M", "1Y")),
    "spread of 3,000 episodes": spread(3000, ("1W", "2W", "1M", "2M", "3M", "6M", "1Y")),
    "spread of one horizon": spread(9, ("1M",)),
    "spread of nothing": ReturnSpread(()),
    "spread of pending episodes": ReturnSpread((column("1M", 3), column("12M", 0))),
    "spread with +5,000%": ReturnSpread((SpreadColumn("1Y", (-0.5, 0.0, 50.0), 16.5, 0.0, None),)),
    "first session of the year": seasonality(come=1),
    "whole year": seasonality(come=252),
    "season of nothing": Seasonality((), (), (), (), 2026, 2001, 2025, ()),
}
