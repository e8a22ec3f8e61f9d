"""Forward returns and the lowest and highest points on the way, in decimals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import FieldError, RequestError
from generator.market.bars import Bars
from generator.market.history import FloatArray, PriceHistory
from generator.study.values import ENTRIES, Entry, ReturnBasis

Positions = NDArray[np.intp]
Held = int | NDArray[np.intp]
"""Bars that positions are held for: the same for all, or one for each."""


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


def basis_of(asked: ReturnBasis | None, history: PriceHistory) -> ReturnBasis:
    """The basis of the returns of a target: as asked, else that of its closes.

    Raises
    ------
    FieldError : price returns of closes that are adjusted for dividends already.
    """
    if asked == "price" and history.basis == "total":
        raise FieldError(
            f"the closes of {history.asset} in the source '{history.source}' are adjusted for dividends "
            "already, so price returns cannot be measured on them. Ask for total returns, or leave "
            "the choice open; or give a file with unadjusted closes. If these closes are unadjusted after "
            "all, say basis: price in the folder's source.yml, or under source: in letter.yml."
        )
    return asked or history.basis


def holding_prices(bars: Bars, entry: Entry, basis: ReturnBasis) -> HoldingPrices:
    """Prices for returns on these bars.

    Raises
    ------
    FieldError : total return without adjusted closes, or an entry at the open without opens.
    RequestError : an entry at the next session of a series whose rows are weeks or months.
    """
    history = bars.history
    if entry != "close" and history.rows != "daily":
        raise RequestError(
            f"{history.asset} has {history.rows} prices, which do not say what the next session's were. "
            "Enter at the close, or give daily prices."
        )
    adjusted_apart = basis == "total" and history.basis == "price"
    daily = history.field("adjusted_close") if adjusted_apart else history.close
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


def entries_possible(prices: HoldingPrices, first: int) -> tuple[Entry, ...]:
    """The entries for which the target has a price after every bar from ``first`` on."""
    history = prices.bars.history
    if history.rows != "daily":
        return ("close",)
    begin = int(prices.bars.last_session[first]) + 1 if first < len(prices.bars) else len(history)
    opens = None if history.open is None else history.open[begin:]
    return ENTRIES if opens is not None and (opens > 0).all() else ("close", "next_close")


def first_sound(prices: HoldingPrices) -> int:
    """The first bar from which on every daily close is known and above zero; B where there is none.

    Any close of a study's window can be an entry, an exit or the lowest on the way.
    """
    unsound = np.flatnonzero(~(prices.daily > 0))
    return int(np.searchsorted(prices.bars.last_session, unsound[-1], side="right")) if len(unsound) else 0


def check_window(prices: HoldingPrices, first: int) -> None:
    """Refuse to measure returns where the target has a price of zero or below, or an unknown one.

    Parameters
    ----------
    first : the first bar of the study's history. Its window is that bar's close and every session after it.

    Raises
    ------
    RequestError : names the last such session, and the day to begin on.
    """
    history, bars = prices.bars.history, prices.bars
    if first < min(first_sound(prices), len(bars)):
        session = int(np.flatnonzero(~(prices.daily > 0))[-1])
        value = prices.daily[session]
        kind = "close" if prices.daily is history.close else "adjusted close"
    else:
        entries = prices.entry_price[first : prices.complete(1)]
        unsound = np.flatnonzero(~(entries > 0))
        if not len(unsound):
            return
        session, value = int(bars.last_session[first + unsound[-1]]) + 1, entries[unsound[-1]]
        kind = "open"
    found = "is unknown" if np.isnan(value) else f"is {value:.10g}"
    begin = history.sessions[session + 1 : -1][:1]
    remedy = (
        f"Begin after it with --since {begin[0]} (in a spec, since: {begin[0]}), or measure the returns of "
        if len(begin)
        else "No later day is left to begin on; measure the returns of "
    )
    raise RequestError(
        f"the {kind} of {history.asset} on {history.sessions[session]} {found}, and a percent return from "
        f"it, to it or across it has no meaning. {remedy}another target."
    )


def forward_returns(prices: HoldingPrices, bars_held: int) -> FloatArray:
    """Forward return from every bar, shape (B,): price ``bars_held`` bars after entry ÷ entry price − 1.

    NaN where the holding period is not complete. A bar in progress is neither a beginning nor an end.
    """
    returns = np.full(len(prices.bars), np.nan)
    complete = completed_returns(prices, bars_held)
    returns[: len(complete)] = complete
    return returns


def completed_returns(prices: HoldingPrices, bars_held: int) -> FloatArray:
    """``forward_returns`` of the bars whose holding period is complete, shape (L,): the first L of all."""
    complete = prices.complete(bars_held)
    exits = prices.closes[bars_held + prices.delay : bars_held + prices.delay + complete]
    return np.asarray(exits / prices.entry_price[:complete] - 1)


def returns_from(prices: HoldingPrices, positions: Positions, bars_held: Held) -> FloatArray:
    """``forward_returns`` of these positions alone, shape (n,), each with a horizon of its own if need be."""
    exits = prices.closes[positions + bars_held + prices.delay]
    return np.asarray(exits / prices.entry_price[positions] - 1)


def max_drawdowns(prices: HoldingPrices, positions: Positions, bars_held: Held) -> FloatArray:
    """Lowest close of the study's bars between entry and horizon ÷ entry − 1, never above 0, shape (n,)."""
    lowest = _extreme(prices.closes, positions + 1, positions + bars_held + prices.delay, np.minimum)
    return np.minimum(lowest / prices.entry_price[positions] - 1, 0.0)


def max_runups(prices: HoldingPrices, positions: Positions, bars_held: Held) -> FloatArray:
    """Highest close of the study's bars between entry and horizon ÷ entry − 1, never below 0, shape (n,)."""
    highest = _extreme(prices.closes, positions + 1, positions + bars_held + prices.delay, np.maximum)
    return np.maximum(highest / prices.entry_price[positions] - 1, 0.0)


def worst_daily_closes(prices: HoldingPrices, positions: Positions, bars_held: Held) -> FloatArray:
    """Lowest daily close between entry and horizon ÷ entry − 1, never above 0, shape (n,).

    NaN of a target without daily closes.
    """
    if prices.bars.history.rows != "daily":
        return np.full(len(positions), np.nan)
    ends = prices.bars.last_session
    last = ends[positions + bars_held + prices.delay]
    lowest = _extreme(prices.daily, ends[positions] + 1, last, np.minimum)
    return np.minimum(lowest / prices.entry_price[positions] - 1, 0.0)


def _extreme(series: FloatArray, first: Positions, last: Positions, extreme: np.ufunc) -> FloatArray:
    """Extreme of ``series[first..last]`` of each pair, from those of all stretches of 1, 2, 4, 8, … values.

    References
    ----------
    Bender and Farach-Colton (2000), The LCA Problem Revisited: a stretch is covered by two whose length is a
    power of two, and an extreme does not mind that they overlap.
    """
    if len(first) == 0:
        return np.empty(0)
    levels = np.frexp(last - first + 1)[1] - 1
    table = np.empty((levels.max() + 1, len(series)))
    table[0] = series
    for level in range(1, len(table)):
        half = 1 << (level - 1)
        stop = len(series) - 2 * half + 1
        shorter = table[level - 1]
        extreme(shorter[:stop], shorter[half : half + stop], out=table[level, :stop])
    rows, flat = levels * len(series), table.ravel()
    return np.asarray(extreme(flat[rows + first], flat[rows + last + 1 - (1 << levels)]))
