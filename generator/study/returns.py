"""Forward returns and the lowest and highest points on the way, in decimals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import Bars
from generator.market.history import FloatArray
from generator.study.values import Entry, ReturnBasis

Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class HoldingPrices:
    """The target's prices as a position held from a signal bar sees them.

    Attributes
    ----------
    bars : bars of the target.
    daily : shape (T,), daily closes on the return basis (split-adjusted, or adjusted for dividends too).
    entry_price : shape (B,), the price paid after the signal on each bar; NaN where it has not come yet.
    delay : bars by which the entry comes after the signal bar: 1 for an entry at the next session of daily
        bars, else 0. On weekly and monthly bars an entry at the next session opens the next bar, so its
        first horizon ends with that bar.
    """

    bars: Bars
    daily: FloatArray
    entry_price: FloatArray
    delay: int

    @cached_property
    def closes(self) -> FloatArray:
        """Closes of the bars on the return basis, shape (B,)."""
        return self.daily[self.bars.last_session]

    def complete(self, bars_held: int) -> int:
        """Number of bars, from the first, whose holding period of ``bars_held`` bars has been completed."""
        return max(0, self.bars.completed - bars_held - self.delay)


def holding_prices(bars: Bars, entry: Entry, basis: ReturnBasis) -> HoldingPrices:
    """Prices for returns on these bars.

    Raises
    ------
    FieldError : total return without adjusted closes, or an entry at the open without opens.
    """
    history = bars.history
    daily = history.close if basis == "price" else history.field("adjusted_close")
    if entry == "close":
        paid, offset = daily, 0
    elif entry == "next_close":
        paid, offset = daily, 1
    else:
        # The open on the basis of the returns: dividends scale all prices of a session alike.
        paid, offset = history.field("open") * (daily / history.close), 1
    sessions = bars.last_session + offset
    there = sessions < len(paid)
    entry_price = np.full(len(bars), np.nan)
    entry_price[there] = paid[sessions[there]]
    return HoldingPrices(bars, daily, entry_price, delay=offset if bars.kind == "daily" else 0)


def forward_returns(prices: HoldingPrices, bars_held: int) -> FloatArray:
    """Forward return from every bar, shape (B,): price ``bars_held`` bars after entry ÷ entry price − 1.

    NaN where the holding period is not complete. A bar in progress is neither a beginning nor an end.
    """
    complete = prices.complete(bars_held)
    returns = np.full(len(prices.bars), np.nan)
    exits = prices.closes[bars_held + prices.delay : bars_held + prices.delay + complete]
    returns[:complete] = exits / prices.entry_price[:complete] - 1
    return returns


def max_drawdowns(prices: HoldingPrices, positions: Positions, bars_held: int) -> FloatArray:
    """Lowest close of the study's bars between entry and horizon ÷ entry − 1, never above 0, shape (n,)."""
    first, last = positions + 1, positions + bars_held + prices.delay
    return _extreme(prices, prices.closes, positions, first, last, np.minimum)


def max_runups(prices: HoldingPrices, positions: Positions, bars_held: int) -> FloatArray:
    """Highest close of the study's bars between entry and horizon ÷ entry − 1, never below 0, shape (n,)."""
    first, last = positions + 1, positions + bars_held + prices.delay
    return _extreme(prices, prices.closes, positions, first, last, np.maximum)


def worst_daily_closes(prices: HoldingPrices, positions: Positions, bars_held: int) -> FloatArray:
    """Lowest daily close between entry and horizon ÷ entry − 1, never above 0, shape (n,)."""
    ends = prices.bars.last_session
    last = ends[positions + bars_held + prices.delay]
    return _extreme(prices, prices.daily, positions, ends[positions] + 1, last, np.minimum)


def _extreme(
    prices: HoldingPrices,
    series: FloatArray,
    positions: Positions,
    first: Positions,
    last: Positions,
    extreme: np.ufunc,
) -> FloatArray:
    """Extreme of ``series[first..last]`` ÷ entry price − 1, with the entry itself (0) counted in."""
    if len(positions) == 0:
        return np.empty(0)
    # reduceat wants the end of each stretch as an index: one element more keeps the last one valid.
    padded = np.append(series, np.nan)
    stretches = np.column_stack((first, last + 1)).ravel()
    reached = extreme.reduceat(padded, stretches)[::2]
    return np.asarray(extreme(reached / prices.entry_price[positions] - 1, 0.0))
