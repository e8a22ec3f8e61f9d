"""The prices that a published table is held against, and all that its cells could have meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.market.exchanges import calendar_of
from generator.market.history import FloatArray, PriceHistory, as_date
from generator.signals.evaluate import truth, values
from generator.signals.language import leading_measure
from generator.study.horizons import parse_horizon
from generator.study.prepare import Prepared, find_episodes, prepare
from generator.study.returns import HoldingPrices, forward_returns, holding_prices
from generator.study.values import Entry, Episode, Horizon, ReturnBasis, Study


@dataclass(frozen=True, eq=False)
class Ground:
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
        prices = prices or self.prepared.prices
        if not 0 <= target_bar < prices.complete(bars_held):
            return None
        return float(forward_returns(prices, bars_held)[target_bar] * 100)

    def between(self, start: int, end: int) -> float | None:
        """Price return in percent from one close of the target's bars to another; None without them."""
        closes = self.prepared.prices.closes
        if not 0 <= start < end < self.prepared.prices.bars.completed:
            return None
        return float((closes[end] / closes[start] - 1) * 100)

    def other_prices(
        self, *, basis: ReturnBasis | None = None, entry: Entry | None = None
    ) -> HoldingPrices | None:
        """The target's prices on another basis or with another entry; None where they are not to be had."""
        bars = self.prepared.prices.bars
        basis, entry = basis or self.study.returns, entry or self.study.entry
        if basis == "total" and bars.history.adjusted_close is None:
            return None
        if entry == "next_open" and bars.history.open is None:
            return None
        return holding_prices(bars, entry, basis)


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
