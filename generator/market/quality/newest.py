"""New bars beside the asset's own habit: highs, lows and volumes far outside it, bars without trade.

Only the newest bars are judged. What has stood in the provider's history for years is not held for a high or
a volume, of which a real one of long ago cannot be told from a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from generator.market.history import FloatArray, PriceHistory
from generator.market.quality.moves import BLOCK, moves_of
from generator.market.snapshot import Fault

CORRECTED = np.timedelta64(12, "D")
"""Bars of the last days before the new ones are judged with them: they may have been corrected since."""
LARGE_REACH, REACH_TIMES = 0.15, 1.6
"""A high or low so far, as a logarithm, and so many times as far as is the habit."""
NTH_REACH = 3
"""The third largest reach of the past is the habit: two wrong ones in it do not vouch for a third."""
YEAR, MONTH = 252, 20
"""Sessions that tell an asset's habit."""
SELDOM = 0.004
"""What at most one of a year's sessions had is no habit."""
VOLUME_TIMES, NEWS_TIMES = 15.0, 100.0
"""A volume so many times the usual one of the month is suspicious; the larger number on a day of news."""
NEWS = 5.0
"""A close that moved by so many usual moves tells of news, on which much is traded."""
RARE_VOLUME, RARE_TIMES = 0.04, 5.0
"""And it must be so many times beyond what all but this share of the year's volumes were."""


def newest_faults(history: PriceHistory, fresh: np.datetime64) -> Iterator[Fault]:
    """Highs, lows and volumes far outside the asset's habit, and bars without trade, from ``fresh`` on."""
    first = max(int(np.searchsorted(history.sessions, fresh - CORRECTED)), BLOCK)
    if first < len(history) and history.close.min() > 0:
        yield from _reaches(history, first)
        yield from _untraded(history, first)
        yield from _volumes(history, first)


def _reaches(history: PriceHistory, first: int) -> Iterator[Fault]:
    """Highs far above, and lows far below, the open and the close: one wrong trade makes them."""
    if history.high is None and history.low is None:
        return
    prices = [column for column in (history.open, history.close) if column is not None]
    moves = float(np.abs(np.diff(np.log(history.close[:first]))).max())
    if history.high is not None:
        reach = np.log(history.high / np.fmax.reduce(prices))
        yield from _reach(history, first, reach, moves, "high", "above")
    if history.low is not None:
        reach = np.log(np.fmin.reduce(prices) / history.low)
        yield from _reach(history, first, reach, moves, "low", "below")


def _reach(
    history: PriceHistory, first: int, reach: FloatArray, moves: float, field: str, where: str
) -> Iterator[Fault]:
    reach = np.nan_to_num(reach)  # a cell that is unknown reaches nowhere
    habit = max(float(np.sort(reach[:first])[-NTH_REACH]), moves)
    for row in first + np.flatnonzero(reach[first:] > max(LARGE_REACH, REACH_TIMES * habit)):
        session, size = history.sessions[row], float(np.exp(reach[row]))
        yield Fault(
            "column",
            session,
            f"The {field} of {session} is {where} the open and the close by a factor of {size:,.2f}; "
            "no day reached or moved nearly so far before.",
        )


def _untraded(history: PriceHistory, first: int) -> Iterator[Fault]:
    """Bars of one price that is the close before, or without volume, where the asset hardly ever had one."""
    if history.open is None or history.high is None or history.low is None:
        return
    flat = (history.high == history.low) & (history.open == history.close)
    if flat[max(first - YEAR, 0) : first].mean() > SELDOM:
        return
    same = np.concatenate(([False], np.diff(history.close) == 0))
    idle = np.zeros(len(history), dtype=bool) if history.volume is None else history.volume == 0
    for row in first + np.flatnonzero((flat & (same | idle))[first:]):
        session = history.sessions[row]
        why = "the close before" if same[row] else "one without volume"
        yield Fault(
            "stale",
            session,
            f"The bar of {session} is one price, {why}: filled in, not traded.",
        )


def _volumes(history: PriceHistory, first: int) -> Iterator[Fault]:
    if history.volume is None:
        return
    close = moves_of(history.sessions[1:], history.close[:-1], history.close[1:])
    for row in range(first, len(history)):
        volume, year = float(history.volume[row]), history.volume[max(row - YEAR, 0) : row]
        year = year[np.isfinite(year)]
        if np.isnan(volume) or len(year) < MONTH:
            continue
        usual = float(np.median(year[-MONTH:]))
        if usual == 0:
            continue
        least, most = np.quantile(year, (RARE_VOLUME, 1 - RARE_VOLUME))
        times = NEWS_TIMES if close.sizes[row - 1] > NEWS else VOLUME_TIMES
        large = volume > max(times * usual, RARE_TIMES * most)
        small = volume < min(usual / VOLUME_TIMES, least / RARE_TIMES)
        if large or small:
            session = history.sessions[row]
            yield Fault(
                "column",
                session,
                f"The volume of {session} is {volume:,.0f}; in the month before {usual:,.0f} were usual.",
            )
