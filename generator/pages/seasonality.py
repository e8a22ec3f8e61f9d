"""The calendar on an asset's page: average years, months and weeks, and how little they tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from generator.article.pictures import seasonality_picture, series
from generator.edition.figures import Series
from generator.edition.values import Cell, Column, Picture, Row, Table
from generator.findings.market_facts import CalendarYears, calendar_years
from generator.findings.seasons import season_caution, what_is_left, year_so_far
from generator.findings.tables import percent_cell, plain_cell, rate_cell
from generator.language import numbers
from generator.language.words import listed, of_times, pair, paragraph
from generator.market.bars import BarKind
from generator.market.history import PriceHistory
from generator.study.evidence.seasonal import (
    FEWEST_YEARS,
    CalendarReturns,
    SeasonPart,
    calendar_returns,
    season_parts,
)

DISTINCT = 0.10
"""A q-value up to which a month or week is called different from any other."""
CYCLE = ("Election year", "Year after the election", "Midterm year", "Year before the election")
"""Years of the US election cycle, by the year's remainder from four."""
_EVERY = 3
"""Sessions between two points of a small chart."""


@dataclass(frozen=True)
class Panel:
    """A small chart: the average path of some years, the present year beside it.

    Paths are decimal returns, a point every few sessions; ``present`` is empty where the present year is not
    one of them.
    """

    title: str
    note: str
    average: Series
    present: Series


@dataclass(frozen=True)
class Panels:
    """Small charts to be read side by side, on one scale. ``low`` and ``high`` bound all of them; ``length``
    is the number of points of a whole year."""

    title: str
    caution: str
    panels: tuple[Panel, ...]
    low: float
    high: float
    length: int


@dataclass(frozen=True)
class Seasonality:
    """The calendar of one asset."""

    words: tuple[str, ...]
    picture: Picture
    groups: tuple[Panels, ...]
    months: Table | None
    month_words: str
    weeks: Table | None
    week_words: str


def seasonality(history: PriceHistory, called: str, source: str) -> Seasonality | None:
    """The calendar of an asset; None before there are two whole years.

    Parameters
    ----------
    history : cut at the as-of date. ``called`` : the asset as sentences call it.
    """
    years = calendar_years(history)
    if years is None:
        return None
    months, weeks = calendar_returns(history, "monthly"), calendar_returns(history, "weekly")
    month_parts, week_parts = season_parts(months), season_parts(weeks)
    words = (
        paragraph(year_so_far(years, history, called), season_caution(years)),
        what_is_left(years, history, called),
    )
    caption = f"The average calendar year of {called}, and {years.year} so far."
    return Seasonality(
        words=tuple(text for text in words if text),
        picture=seasonality_picture(years, history.asset, caption, "seasonality", source),
        groups=(
            _panels("By year of the US election cycle", years, cycle_year),
            _panels("By decade", years, lambda year: f"{year // 10 * 10}s"),
        ),
        months=_table("monthly", history.asset, months, month_parts),
        month_words=distinct_words("monthly", month_parts),
        weeks=_table("weekly", history.asset, weeks, week_parts),
        week_words=distinct_words("weekly", week_parts),
    )


def cycle_year(year: int) -> str:
    """Where a year stands in the US election cycle."""
    return CYCLE[year % 4]


def _panels(title: str, years: CalendarYears, group_of: Callable[[int], str]) -> Panels:
    """A panel for each group of years, in the order in which they come."""
    names = list(dict.fromkeys(group_of(year) for year in years.years))
    if group_of is cycle_year:
        names = [name for name in CYCLE if name in names]
    present = series(_thinned(years.present))
    panels = []
    for name in names:
        rows = [i for i, year in enumerate(years.years) if group_of(year) == name]
        own = years.paths[rows]
        reach = int(np.count_nonzero(np.isfinite(own).all(axis=0)))
        mean = own[:, :reach].mean(axis=0)
        panels.append(
            Panel(
                title=name,
                note=_panel_note(own),
                average=series(_thinned(mean)),
                present=present if group_of(years.year) == name else (),
            )
        )
    values = [v for panel in panels for v in (*panel.average, *panel.present) if v is not None]
    return Panels(
        title=title,
        caution=_panel_caution(years, group_of, names),
        panels=tuple(panels),
        low=min([*values, 0.0]),
        high=max([*values, 0.0]),
        length=len(_thinned(np.zeros(years.paths.shape[1]))),
    )


def _panel_note(paths: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """``six years, rose four of six times, +8.1% on average``."""
    ends = np.array([path[np.isfinite(path)][-1] for path in paths])
    wins = int(np.count_nonzero(ends > 0))
    if len(ends) == 1:
        return f"one year, {numbers.percent_sign(float(ends[0]))}"
    return (
        f"{numbers.plural(len(ends), 'year')}, rose {of_times(wins, len(ends))}, "
        f"{numbers.percent_sign(float(ends.mean()))} on average"
    )


def _panel_caution(years: CalendarYears, group_of: Callable[[int], str], names: Sequence[str]) -> str:
    sizes = [sum(group_of(year) == name for year in years.years) for name in names]
    least, most = min(sizes), max(sizes)
    hold = numbers.plural(most, "year") if least == most else f"{pair(least, most, 'to')} years"
    return (
        f"Each line is the average of {hold}. One unusual year bends such a line from end to end, so read "
        "them as history and not as a forecast."
    )


def _thinned(path: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    return [float(value) for value in path[::_EVERY]]


def part_name(kind: BarKind, number: int) -> str:
    """``September``, ``week 39``."""
    return numbers.month_name(number) if kind == "monthly" else f"week {number}"


def distinct_words(kind: BarKind, parts: Sequence[SeasonPart]) -> str:
    """Whether any month or week differs from any other, after allowing for how many were looked at."""
    word = "month" if kind == "monthly" else "week"
    if not parts:
        return ""
    if parts[0].q_value is None:
        return (
            f"With {numbers.plural(parts[0].n, 'whole year')} of prices there are too few of each {word} to "
            "test."
        )
    tested = [part for part in parts if part.q_value is not None]
    found = [part for part in tested if part.q_value is not None and part.q_value <= DISTINCT]
    lowest = min(tested, key=lambda part: (part.q_value or 0.0, part.p_value or 0.0))
    if not found:
        return (
            f"None of the {len(parts)} {word}s is told apart from any other {word}. The most unusual is "
            f"{part_name(kind, lowest.number)}: allowing for all {len(parts)} that were looked at, its q is "
            f"{numbers.p_value(lowest.q_value)}, where {numbers.p_value(DISTINCT)} or less would be worth a "
            "second look."
        )
    names = listed(
        [
            f"{part_name(kind, part.number)} ({numbers.percent_sign(part.average)} on average, q "
            f"{numbers.p_value(part.q_value)})"
            for part in found
        ]
    )
    rest = len(parts) - len(found)
    stands = "stands" if len(found) == 1 else "stand"
    others = f"The other {rest} show no clear difference." if rest else ""
    return paragraph(
        f"{names[0].upper()}{names[1:]} {stands} apart from the other {word}s when they are shuffled within "
        "each year.",
        others,
        "On average at most one in ten of such findings is luck, and all of them were found by looking back.",
    )


def _table(kind: BarKind, asset: str, calendar: CalendarReturns, parts: Sequence[SeasonPart]) -> Table | None:
    """Statistics of every month or week of the year."""
    if not parts:
        return None
    word = "month" if kind == "monthly" else "week"
    columns = (
        Column(word, word.capitalize(), "text"),
        Column("average", "Average"),
        Column("median", "Median"),
        Column("worst", "Worst"),
        Column("best", "Best"),
        Column("win_rate", "Win rate", "rate"),
        Column("win_rate_low", "from", "rate", group="95% interval"),
        Column("win_rate_high", "to", "rate", group="95% interval"),
        Column("p_value", "p", "number"),
        Column("q_value", "q", "number"),
    )
    first, last = calendar.years[0], calendar.years[-1]
    notes: tuple[str, ...] = (
        f"Returns in %, of {numbers.plural(len(calendar.years), 'whole year')} from {first} to {last}. "
        "The interval is Wilson's.",
    )
    if parts[0].n >= FEWEST_YEARS:
        notes += (
            f"p: how often a {word} drawn at random from every year lies as far from the usual; q: the same, "
            f"allowing for all {len(parts)}.",
        )
    rows = tuple(Row(_cells(kind, part)) for part in parts)
    return Table(f"{word}s", f"{asset} by {word} of the year", columns, rows, notes, download=True)


def _cells(kind: BarKind, part: SeasonPart) -> tuple[Cell, ...]:
    name = part_name(kind, part.number)
    low, high = part.win_rate_interval
    return (
        Cell(name[0].upper() + name[1:], part.number),
        _average(part),
        percent_cell(part.median),
        percent_cell(part.worst),
        percent_cell(part.best),
        rate_cell(part.win_rate),
        rate_cell(low),
        rate_cell(high),
        plain_cell(part.p_value, numbers.p_value(part.p_value)),
        plain_cell(part.q_value, numbers.p_value(part.q_value)),
    )


def _average(part: SeasonPart) -> Cell:
    """Set apart only where the calendar is told apart from chance."""
    return replace(percent_cell(part.average), strong=part.q_value is not None and part.q_value <= DISTINCT)
