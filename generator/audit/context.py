"""The prices that a published table is held against, and all that its cells could have meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import DataError, RequestError
from generator.market.bars import period_numbers
from generator.market.exchanges import calendar_of
from generator.market.history import FloatArray, PriceHistory, as_date
from generator.market.timetable import week_begins
from generator.signals.evaluate import truth, values
from generator.signals.language import leading_measure
from generator.study.episodes import match_bars
from generator.study.evidence.statistics import baseline_of
from generator.study.horizons import parse_horizon
from generator.study.prepare import Prepared, find_episodes, prepare
from generator.study.returns import HoldingPrices, completed_returns, entries_possible, holding_prices
from generator.study.values import Baseline, Entry, Episode, Horizon, ReturnBasis, Study


@dataclass(frozen=True, eq=False)
class AuditContext:
    """A study's prices with everything that an audit asks of them. Returns leave it in percent."""

    study: Study
    histories: Mapping[str, PriceHistory]
    prepared: Prepared

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """The study's episodes, the provisional one included."""
        return find_episodes(self.prepared)

    @cached_property
    def fires(self) -> NDArray[np.intp]:
        """Bars on which the condition is true."""
        prepared = self.prepared
        return np.flatnonzero(truth(self.study.condition, prepared.bars, prepared.others) == 1)

    @cached_property
    def moves(self) -> FloatArray | None:
        """The measure on every bar, in its own unit; None where the study has none."""
        return _moves(self.prepared)

    def bar_of(self, day: date) -> int | None:
        """The bar of the signal's asset that a day belongs to; None where the prices have none."""
        bars = self.prepared.bars
        at = np.array([day], dtype="datetime64[D]")
        period = period_numbers(at, bars.kind, week_begins(bars.history.calendar))[0]
        place = int(np.searchsorted(bars.periods, period))
        return place if place < len(bars) and bars.periods[place] == period else None

    def target_bar(self, bar: int) -> int | None:
        """The target's bar that belongs to one of the signal's asset; None where it has none."""
        match = match_bars(self.prepared.bars, self.prepared.prices.bars, np.array([bar], dtype=np.intp))[0]
        return int(match) if 0 <= match < len(self.prepared.prices.bars) else None

    def move(self, bar: int | None) -> float | None:
        """The measure on a bar; None where it has none."""
        if bar is None or self.moves is None or not np.isfinite(self.moves[bar]):
            return None
        return float(self.moves[bar])

    @cached_property
    def adjusted_moves(self) -> FloatArray | None:
        """The measure on prices adjusted for dividends; None where it or they are not to be had."""
        assets = {asset: self.histories[asset] for asset in self.study.assets}
        if self.moves is None or any(history.adjusted_close is None for history in assets.values()):
            return None
        adjusted = {asset: _adjusted(history) for asset, history in assets.items()}
        return _moves(prepare(self.study, adjusted, as_date(self.prepared.as_of)))

    @cached_property
    def earlier_moves(self) -> tuple[tuple[np.datetime64, float], ...]:
        """The move of the bar in progress as it stood at each earlier session of it, the latest first."""
        bars = self.prepared.bars
        if self.moves is None or not bars.in_progress:
            return ()
        first = bars.last_session[-2] + 1 if len(bars) > 1 else 0
        found = []
        for day in bars.history.sessions[first:-1][::-1]:
            earlier = _moves(prepare(self.study, self.histories, as_date(day)))
            if earlier is not None and np.isfinite(earlier[-1]):
                found.append((day, float(earlier[-1])))
        return tuple(found)

    def horizon(self, label: str) -> Horizon:
        """A horizon such as ``3M`` on the study's bars, counted as its target trades."""
        return parse_horizon(label, self.study.bars, calendar_of(self.study.target))

    def returns(self, target_bar: int, bars_held: int, prices: HoldingPrices | None = None) -> float | None:
        """Forward return in percent from a bar of the target; None where it is not complete."""
        every = self.every_return(bars_held, prices)
        return float(every[target_bar]) if 0 <= target_bar < len(every) else None

    def every_return(self, bars_held: int, prices: HoldingPrices | None = None) -> FloatArray:
        """Forward returns in percent from every bar of the target that has a complete one, shape (L,)."""
        prices = prices or self.prepared.prices
        key = (id(prices), bars_held)
        if key not in self._returns:
            # The prices are kept beside their returns: while they live no others have their id.
            self._returns[key] = (prices, completed_returns(prices, bars_held) * 100)
        return self._returns[key][1]

    @cached_property
    def _returns(self) -> dict[tuple[int, int], tuple[HoldingPrices, FloatArray]]:
        return {}

    def baseline(self, bars_held: int) -> Baseline:
        """The forward returns from every bar of the study's history, in decimals."""
        return baseline_of(completed_returns(self.prepared.prices, bars_held)[self.prepared.first :])

    def whole_baseline(self, bars_held: int) -> Baseline:
        """The same from every bar with a price: a table may leave out old episodes and compare with all."""
        returns = completed_returns(self.prepared.prices, bars_held)
        return baseline_of(returns[np.isfinite(returns)])

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The assets whose prices are at hand, besides the target."""
        return tuple(asset for asset in self.histories if asset != self.study.target)

    def on_target(self, asset: str) -> HoldingPrices | None:
        """Another asset's prices as the target's; None where its history does not reach."""
        if asset not in self._targets:
            study = replace(self.study, target=asset)
            try:
                prepared = prepare(study, self.histories, as_date(self.prepared.as_of))
            except (DataError, RequestError):  # it has no session in common with the study, or no such price
                prepared = None
            self._targets[asset] = None if prepared is None else prepared.prices
        return self._targets[asset]

    @cached_property
    def _targets(self) -> dict[str, HoldingPrices | None]:
        return {}

    def between(self, start: int, end: int) -> float | None:
        """Price return in percent from one close of the target's bars to another; None without them."""
        closes = self.prepared.prices.closes
        if not 0 <= start < end < self.prepared.prices.bars.completed:
            return None
        return float((closes[end] / closes[start] - 1) * 100)

    @cached_property
    def _others(self) -> dict[tuple[ReturnBasis, Entry], HoldingPrices | None]:
        return {}

    def other_prices(
        self, *, basis: ReturnBasis | None = None, entry: Entry | None = None
    ) -> HoldingPrices | None:
        """The target's prices on another basis or with another entry; None where they are not to be had."""
        bars = self.prepared.prices.bars
        basis, entry = basis or self.study.basis, entry or self.study.entry
        if (basis, entry) not in self._others:
            own = basis == bars.history.basis
            adjusted = basis == "total" and bars.history.adjusted_close is not None
            enters = entry in entries_possible(self.prepared.prices, self.prepared.first)
            there = (own or adjusted) and enters
            self._others[basis, entry] = holding_prices(bars, entry, basis) if there else None
        return self._others[basis, entry]


def _moves(prepared: Prepared) -> FloatArray | None:
    measure = prepared.study.measure or leading_measure(prepared.study.condition)
    return None if measure is None else values(measure, prepared.bars, prepared.others)


def _adjusted(history: PriceHistory) -> PriceHistory:
    """The history with every price adjusted for dividends as its close is."""
    close = history.field("adjusted_close")
    factor = close / history.close

    def scaled(prices: FloatArray | None) -> FloatArray | None:
        return None if prices is None else prices * factor

    return replace(
        history,
        close=close,
        open=scaled(history.open),
        high=scaled(history.high),
        low=scaled(history.low),
    )
