"""What a chart shows, as data: drawn by ``charts``, carried by the edition. Returns are decimals.

Series are tuples of the same length; None where there is no value. Dates are ISO text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.market.history import PriceHistory

Series = tuple[float | None, ...]
Dates = tuple[str, ...]


@dataclass(frozen=True)
class PriceWithEpisodes:
    """Closing prices with episodes marked small and the present case picked out.

    ``marks`` are (date, close) of past episodes; ``present`` the one under way or newest, or None.
    ``window`` is a (first, last) date span to shade, such as the definition's own window, or None.
    """

    asset: str
    dates: Dates
    closes: tuple[float, ...]
    marks: tuple[tuple[str, float], ...]
    present: tuple[str, float] | None
    log_scale: bool
    window: tuple[str, str] | None = None


@dataclass(frozen=True)
class Line:
    """A labelled line of a relative-performance chart: decimal return since the first date. ``short`` is what
    a phone has room for."""

    label: str
    values: Series
    highlighted: bool = False
    short: str = ""


@dataclass(frozen=True)
class RelativePerformance:
    """Several assets rebased to zero at the first date; labels at the right edge, by the last value."""

    dates: Dates
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class AveragePath:
    """Average path after the signal, by bars since entry (position 0 is entry, return 0).

    ``lower``/``upper`` bound the middle half of the episodes; ``baseline`` is the average path from every
    bar; ``present`` the present case as far as it has come (None where it has not happened), or None.
    ``ticks`` are (bars, label) pairs for the axis, ``unit`` the word for a bar ("sessions", "months"),
    ``occasion`` what entry comes after.
    """

    average: Series
    lower: Series
    upper: Series
    baseline: Series
    present: Series | None
    present_label: str
    ticks: tuple[tuple[int, str], ...]
    unit: str
    episodes: int
    occasion: str = "the signal"


@dataclass(frozen=True)
class SpreadColumn:
    """All returns at one horizon with their mean and median and the baseline's median; ``cases`` says when
    each was; ``best`` and ``worst`` name the outermost two on the chart, or are empty."""

    label: str
    returns: tuple[float, ...]
    average: float | None
    median: float | None
    baseline_median: float | None
    best: str = ""
    worst: str = ""
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReturnSpread:
    """How the returns spread: every episode a dot, horizon by horizon."""

    columns: tuple[SpreadColumn, ...]


@dataclass(frozen=True)
class Seasonality:
    """The average calendar year with this year on it, by session of the year (position 0: last close of the
    year before). ``ticks`` are (position, label) pairs for the months."""

    average: Series
    lower: Series
    upper: Series
    present: Series
    year: int
    first_year: int
    last_year: int
    ticks: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class OwnDrawing:
    """What a Python file of the letter draws: where it lies in the project, its text, and the prices that it
    is given, by ticker. Two are equal where the code and the prices are."""

    file: str
    code: str
    fingerprint: str
    prices: tuple[tuple[str, PriceHistory], ...] = field(compare=False)


HouseFigure = PriceWithEpisodes | RelativePerformance | AveragePath | ReturnSpread | Seasonality
Figure = HouseFigure | OwnDrawing
