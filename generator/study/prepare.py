"""A study's prices made ready: cut at the as-of date, gathered into bars, and its episodes found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.market.asof import as_of_date
from generator.market.bars import Bars, make_bars, make_shifted_months
from generator.market.calendar import period_is_open
from generator.market.clock import aligned_bars
from generator.market.history import FloatArray, PriceHistory, fingerprint
from generator.signals.evaluate import truth, values
from generator.signals.language import leading_measure
from generator.study.episodes import list_dated_episodes, list_episodes
from generator.study.returns import (
    HoldingPrices,
    basis_of,
    check_window,
    completed_returns,
    first_sound,
    holding_prices,
)
from generator.study.values import Episode, Study


@dataclass(frozen=True, eq=False)
class Prepared:
    """A study's prices, ready to be asked; ``study`` names the basis of its returns.

    ``bars`` of the signal's asset, ``others`` of every asset by ticker as they stood on the dates of
    ``bars``, ``prices`` of the target, ``first`` the first target bar of the study's history: both assets
    have prices, and ``since`` has come.
    """

    study: Study
    as_of: np.datetime64
    bars: Bars
    others: Mapping[str, Bars]
    prices: HoldingPrices
    first: int
    source: str

    @cached_property
    def fingerprint(self) -> str:
        """Of all the prices that the study could see."""
        return fingerprint(bars.history for bars in self.others.values())


def prepare(
    study: Study, histories: Mapping[str, PriceHistory], as_of: date | None = None, *, shift: int = 0
) -> Prepared:
    """Cut every series of the study at its as-of date and gather it into bars.

    Parameters
    ----------
    shift : sessions by which the day that closes a month is moved; monthly bars only.

    Raises
    ------
    DataError : the series have no session in common up to ``as_of``.
    FieldError : the entry or the return basis needs a price field that the target lacks, or its closes are of
        the other basis.
    RequestError : a series has other rows than the study's bars can be made of, or a percent return has no
        meaning on the target's prices.
    """
    needed = {asset: histories[asset] for asset in study.assets}
    last = as_of_date(list(needed.values()), as_of)
    cut = {asset: history.until(last) for asset, history in needed.items()}
    bars = {asset: _bars(history, study, shift) for asset, history in cut.items()}
    own, target = bars[study.asset], bars[study.target]
    basis = basis_of(study.returns, target.history)
    prices = holding_prices(target, study.entry, basis)
    first = int(np.searchsorted(target.periods, own.periods[0]))
    if study.since is not None:
        first = max(first, int(np.searchsorted(target.dates, np.datetime64(study.since, "D"))))
    if shift:
        # The published study's own window is checked; a neighbour begins where its own is sound.
        first = max(first, first_sound(prices))
    check_window(prices, first)
    return Prepared(
        study=replace(study, returns=basis),
        as_of=last,
        bars=own,
        others={asset: aligned_bars(other, own) for asset, other in bars.items()},
        prices=prices,
        first=first,
        source=cut[study.asset].source,
    )


def _bars(history: PriceHistory, study: Study, shift: int) -> Bars:
    if shift:
        return make_shifted_months(history, shift)
    open_period = period_is_open(history.last, study.bars, history.asset, history.zone)
    return make_bars(history, study.bars, in_progress=open_period)


def find_episodes(prepared: Prepared) -> tuple[Episode, ...]:
    """The episodes of a prepared study, oldest first, the provisional one included."""
    study = prepared.study
    measure = study.measure or leading_measure(study.condition)
    triggers = None if measure is None else values(measure, prepared.bars, prepared.others)
    delay = 0 if study.entry == "close" else 1
    bars, target = prepared.bars, prepared.prices.bars
    if study.listed is not None:
        return list_dated_episodes(
            bars, target, study.listed, triggers, cooldown=study.cooldown, since=study.since, delay=delay
        )
    found = truth(study.condition, bars, prepared.others)
    return list_episodes(
        bars,
        target,
        found,
        triggers,
        cooldown=study.cooldown,
        since=study.since,
        delay=delay,
        present=study.present,
    )


def complete_positions(prepared: Prepared, episodes: tuple[Episode, ...], bars_held: int) -> NDArray[np.intp]:
    """Target bars of the episodes whose horizon is complete, shape (n,), rising."""
    stop = prepared.prices.complete(bars_held)
    bars = [e.target_bar for e in episodes if e.target_bar is not None and not e.provisional]
    return np.array([bar for bar in bars if prepared.first <= bar < stop], dtype=np.intp)


def complete_returns(
    prepared: Prepared, episodes: tuple[Episode, ...], bars_held: int
) -> tuple[FloatArray, NDArray[np.intp]]:
    """Forward return of every bar whose horizon is complete, shape (L,), and where among them the complete
    episodes begin, shape (n,): what baseline, edge and tests are made from."""
    every = completed_returns(prepared.prices, bars_held)[prepared.first :]
    return every, complete_positions(prepared, episodes, bars_held) - prepared.first
