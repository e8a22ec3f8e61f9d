"""The fact book of a report: every number an author may use, by name, with its unit and its sample size.

In a template: ``study("ten-percent-months").at("3M").win_rate`` or ``market("IWM").month_to_date``. A fact
printed bare formats itself by its unit; filters choose another form. There is nothing to calculate with.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, NoReturn, TypeVar

from generator.article.fact_kinds import (
    AGAINST_FACTS,
    HORIZON_FACTS,
    MARKET_FACTS,
    STUDY_FACTS,
    Against,
    AtHorizon,
    FactKind,
    FactUnit,
    FactValue,
)
from generator.core.errors import RequestError
from generator.findings import market_facts
from generator.findings.view import StudyView
from generator.language import numbers
from generator.market.history import PriceHistory
from generator.signals.tree import number_text

S = TypeVar("S")


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
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(names) or 'none'}."
    raise RequestError(f"there is no {what} '{name}'. {hint}")


class _Facts(Generic[S]):
    """Facts by attribute, found when they are asked for; an unknown one is refused with the nearest name."""

    def __init__(
        self, called: str, key: str, kinds: Mapping[str, FactKind[S]], subject: S, n: int | None
    ) -> None:
        self._called, self._key, self._kinds, self._subject, self._n = called, key, kinds, subject, n

    def __getattr__(self, name: str) -> Fact:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._kinds:
            unknown_name(f"fact of {self._called} called", name, self._kinds)
        kind = self._kinds[name]
        return Fact(f"{self._key}.{name}", kind.find(self._subject), kind.unit, self._n)


class HorizonFacts(_Facts[AtHorizon]):
    """The facts of one study at one horizon."""


class MarketFacts(_Facts[PriceHistory]):
    """The facts of one asset at the as-of date."""

    def __init__(self, history: PriceHistory, histories: Mapping[str, PriceHistory]) -> None:
        asset, self._histories = history.asset, histories
        super().__init__(f"market({asset})", f"market.{asset}", MARKET_FACTS, history, None)

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
        key = f"market.{self._subject.asset}.change_since.{day}"
        return Fact(key, market_facts.change_since(self._subject, start), "percent")

    def against(self, other: str) -> AgainstFacts:
        """The facts of this asset beside another one of the report.

        Raises
        ------
        RequestError : the report has no such asset.
        """
        if other not in self._histories:
            unknown_name("asset", str(other), self._histories)
        return AgainstFacts(Against(self._subject, self._histories[other]))


class AgainstFacts(_Facts[Against]):
    """What one asset did more than another."""

    def __init__(self, pair: Against) -> None:
        one, other = pair.one.asset, pair.other.asset
        super().__init__(
            f"market({one}).against({other})", f"market.{one}.{other}", AGAINST_FACTS, pair, None
        )


class StudyFacts(_Facts[StudyView]):
    """The facts of one study."""

    def __init__(self, view: StudyView) -> None:
        super().__init__(f"study({view.name})", f"study.{view.name}", STUDY_FACTS, view, None)

    def at(self, label: str) -> HorizonFacts:
        """The facts at one horizon.

        Raises
        ------
        RequestError : the study has no such horizon.
        """
        view = self._subject
        labels = [h.label for h in view.study.horizons]
        if label not in labels:
            unknown_name(f"horizon of the study {view.name} called", str(label), labels)
        summary = view.result.summary(label)
        called, key = f"study({view.name}).at({label})", f"study.{view.name}.{label}"
        return HorizonFacts(called, key, HORIZON_FACTS, AtHorizon(view, summary), summary.n)

    def parameter(self, name: str) -> Fact:
        """A number of the study's signal, as its condition has it.

        Raises
        ------
        RequestError : the signal has no such parameter, or the study has no signal.
        """
        view = self._subject
        values = view.signal.parameters if view.signal else {}
        if name not in values:
            unknown_name(f"parameter of the study {view.name} called", str(name), values)
        return Fact(f"study.{view.name}.parameter.{name}", number_text(values[name]), "text")


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
        return MarketFacts(self._histories[asset], self._histories)
