"""The fact book of a report: every number an author may use, by name, with its unit and its sample size.

In a template: ``study("ten-percent-months").at("3M").win_rate`` or ``market("IWM").month_to_date``. A fact
printed bare formats itself by its unit; filters choose another form. There is nothing to calculate with.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NoReturn

from generator.editorial import market_facts, numbers
from generator.editorial.view import StudyView
from generator.errors import RequestError
from generator.market.history import PriceHistory, as_date
from generator.study.values import HorizonSummary

FactUnit = Literal["percent", "rate", "number", "count", "price", "date", "text", "flag"]
FactValue = float | str | date | bool | None


@dataclass(frozen=True)
class Fact:
    """A computed value.

    Attributes
    ----------
    key : where it comes from, such as ``study.ten-percent-months.3M.win_rate``.
    value : decimal for percent and rate; None when it does not exist.
    unit : decides how it prints.
    n : the number of cases behind it; None where that has no meaning.
    """

    key: str
    value: FactValue
    unit: FactUnit
    n: int | None = None

    def __str__(self) -> str:
        return _FORMATS[self.unit](self.value)

    def __bool__(self) -> bool:
        return bool(self.value)


def _number(form: Callable[[float | None], str]) -> Callable[[FactValue], str]:
    def text(value: FactValue) -> str:
        return form(value) if value is None or isinstance(value, int | float) else str(value)

    return text


def _date(value: FactValue) -> str:
    return numbers.day(value) if isinstance(value, date) else numbers.DASH


def _count(value: float | None) -> str:
    return numbers.DASH if value is None else numbers.count(int(value))


_FORMATS: Mapping[FactUnit, Callable[[FactValue], str]] = {
    "percent": _number(numbers.percent_sign),
    "rate": _number(numbers.rate),
    "number": _number(numbers.plain),
    "count": _number(_count),
    "price": _number(numbers.price),
    "date": _date,
    "text": lambda value: numbers.DASH if value is None else str(value),
    "flag": lambda value: "yes" if value else "no",
}


def unknown_name(what: str, name: str, known: Iterable[str]) -> NoReturn:
    """Refuse a name that a template used.

    Raises
    ------
    RequestError : always; names the nearest known name, or all of them.
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(names)}."
    raise RequestError(f"there is no {what} '{name}'. {hint}")


class _Facts:
    """Facts by attribute; an unknown one is refused with the nearest known name."""

    _what = "fact"

    def __init__(self, key: str, facts: Mapping[str, Callable[[], Fact]]) -> None:
        self._key, self._facts = key, facts

    def __getattr__(self, name: str) -> Fact:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._facts:
            unknown_name(f"fact of {self._key} called", name, self._facts)
        return self._facts[name]()


class HorizonFacts(_Facts):
    """The facts of one study at one horizon."""


class MarketFacts(_Facts):
    """The facts of one asset at the as-of date."""

    def __init__(self, history: PriceHistory) -> None:
        super().__init__(f"market({history.asset})", _market_table(history))
        self._history = history

    def change_since(self, day: str) -> Fact:
        """Return from the close of a day (or the last one before it) to the last close.

        Raises
        ------
        RequestError : not a date, or before the data begin.
        """
        try:
            start = date.fromisoformat(day)
        except (TypeError, ValueError):
            raise RequestError(f"change_since needs a date such as '2025-08-01', not {day!r}.") from None
        key = f"market.{self._history.asset}.change_since.{day}"
        return Fact(key, market_facts.change_since(self._history, start), "percent")


class StudyFacts(_Facts):
    """The facts of one study."""

    def __init__(self, view: StudyView) -> None:
        super().__init__(f"study({view.name})", _study_table(view))
        self._view = view

    def at(self, label: str) -> HorizonFacts:
        """The facts at one horizon.

        Raises
        ------
        RequestError : the study has no such horizon.
        """
        labels = [h.label for h in self._view.study.horizons]
        if label not in labels:
            unknown_name(f"horizon of the study {self._view.name} called", str(label), labels)
        summary = self._view.result.summary(label)
        return HorizonFacts(f"study({self._view.name}).at({label})", _horizon_table(self._view, summary))


class FactBook:
    """Everything that templates of one report may say."""

    def __init__(self, views: Mapping[str, StudyView], histories: Mapping[str, PriceHistory]) -> None:
        self._views, self._histories = views, histories

    def study(self, name: str) -> StudyFacts:
        """The facts of a study of the report; RequestError when it has none of that name."""
        if name not in self._views:
            unknown_name("study", str(name), self._views)
        return StudyFacts(self._views[name])

    def market(self, asset: str) -> MarketFacts:
        """The facts of an asset of the report; RequestError when it has none of that ticker."""
        if asset not in self._histories:
            unknown_name("asset", str(asset), self._histories)
        return MarketFacts(self._histories[asset])


def _study_table(view: StudyView) -> Mapping[str, Callable[[], Fact]]:
    key, present = f"study.{view.name}", view.present
    dates = [e.date for e in view.result.episodes]
    return _constant(
        key,
        None,
        episodes=(sum(not e.provisional for e in view.result.episodes), "count"),
        earlier=(view.earlier, "count"),
        first_date=(dates[0] if dates else None, "date"),
        last_date=(dates[-1] if dates else None, "date"),
        present_date=(None if present is None else dates[present], "date"),
    )


def _horizon_table(view: StudyView, s: HorizonSummary) -> Mapping[str, Callable[[], Fact]]:
    streak, base = s.longest_winning_streak, s.baseline
    win_low, win_high = s.win_rate_interval or (None, None)
    edge_low, edge_high = s.edge_interval or (None, None)
    return _constant(
        f"study.{view.name}.{s.horizon.label}",
        s.n,
        n=(s.n, "count"),
        pending=(s.pending, "count"),
        independent_n=(s.independent_n, "count"),
        wins=(view.wins(s), "count"),
        losses=(s.n - view.wins(s), "count"),
        average=(s.average, "percent"),
        median=(s.median, "percent"),
        win_rate=(s.win_rate, "rate"),
        win_rate_low=(win_low, "rate"),
        win_rate_high=(win_high, "rate"),
        best=(s.best, "percent"),
        worst=(s.worst, "percent"),
        stdev=(s.stdev, "percent"),
        sharpe=(s.sharpe, "number"),
        max_drawdown=(s.max_drawdown, "percent"),
        worst_daily_close=(s.worst_daily_close, "percent"),
        max_runup=(s.max_runup, "percent"),
        profit_factor=(s.profit_factor, "number"),
        streak_length=(streak.length if streak else None, "count"),
        streak_first=(streak.first if streak else None, "date"),
        streak_last=(streak.last if streak else None, "date"),
        baseline_n=(base.n, "count"),
        baseline_average=(base.average, "percent"),
        baseline_median=(base.median, "percent"),
        baseline_win_rate=(base.win_rate, "rate"),
        edge=(s.edge, "percent"),
        edge_low=(edge_low, "percent"),
        edge_high=(edge_high, "percent"),
        p_value=(s.p_value, "number"),
        verdict=(s.verdict.phrase, "text"),
    )


def _constant(
    key: str, cases: int | None, /, **facts: tuple[FactValue, FactUnit]
) -> Mapping[str, Callable[[], Fact]]:
    def maker(name: str, value: FactValue, unit: FactUnit) -> Callable[[], Fact]:
        return lambda: Fact(f"{key}.{name}", value, unit, cases)

    return {name: maker(name, value, unit) for name, (value, unit) in facts.items()}


def _market_table(history: PriceHistory) -> Mapping[str, Callable[[], Fact]]:
    """Facts that are computed only when they are asked for: not every series has opens."""
    month = market_facts.month_to_date(history)
    fall = market_facts.correction(history)
    record = market_facts.record(history)
    table = _constant(
        f"market.{history.asset}",
        None,
        close=(float(history.close[-1]), "price"),
        as_of=(as_date(history.last), "date"),
        month_to_date=(month.change if month else None, "percent"),
        sessions=(month.sessions if month else None, "count"),
        up_sessions=(month.up_sessions if month else None, "count"),
        strongest_since=(month.since if month else None, "date"),
        at_record=(record.distance == 0, "flag"),
        record_distance=(record.distance, "percent"),
        record_date=(record.date, "date"),
        correction=(fall.change, "percent"),
        peak_date=(fall.peak, "date"),
        trough_date=(fall.trough, "date"),
        five_day_gain=(market_facts.change_over(history, 5), "percent"),
    )
    key = f"market.{history.asset}.gap"
    return {**table, "gap": lambda: Fact(key, market_facts.gap(history), "percent")}
