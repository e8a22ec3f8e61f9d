"""Does the result hang on one choice? The neighbouring definitions, each half, without the best cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray, PriceHistory, as_date
from generator.study.edges import Edge, Half, NeighbourEdges, Robustness
from generator.study.neighbours import Neighbour, neighbours
from generator.study.prepare import Prepared, complete_positions, complete_returns, find_episodes, prepare
from generator.study.returns import entries_possible
from generator.study.significance import shift_p_value
from generator.study.values import Episode


def robustness_of(
    prepared: Prepared, episodes: tuple[Episode, ...], histories: Mapping[str, PriceHistory]
) -> Robustness:
    """Measure the neighbouring definitions, the halves and the result without its best cases.

    Parameters
    ----------
    prepared, episodes : the study as answered.
    histories : prices of its assets; nothing after the study's own as-of date is used.
    """
    return Robustness(
        published=_edges(prepared, episodes),
        neighbours=tuple(_around(prepared, episodes, histories)),
        halves=_halves(prepared, episodes),
        trimmed=(_trimmed(prepared, episodes, 1), _trimmed(prepared, episodes, 2)),
    )


def answered_neighbours(
    prepared: Prepared, histories: Mapping[str, PriceHistory]
) -> Iterator[tuple[Neighbour, Prepared, tuple[Episode, ...]]]:
    """Every neighbouring definition with its prices and episodes, up to the study's own as-of date."""
    study, last = prepared.study, as_date(prepared.as_of)
    entries = entries_possible(prepared.prices, prepared.first)
    has_sessions = all(histories[asset].rows == "daily" for asset in study.assets)
    for neighbour in neighbours(study, entries=entries, has_sessions=has_sessions):
        other = prepare(neighbour.study, histories, last, shift=neighbour.shift)
        yield neighbour, other, find_episodes(other)


def _around(
    prepared: Prepared, episodes: tuple[Episode, ...], histories: Mapping[str, PriceHistory]
) -> Iterator[NeighbourEdges]:
    """The neighbours' edges, marked where a changed choice changed none of the published cases."""
    for neighbour, other, found in answered_neighbours(prepared, histories):
        entered_alike = neighbour.shift == 0 and neighbour.study.entry == prepared.study.entry
        edges = []
        for edge, horizon in zip(_edges(other, found), prepared.study.horizons, strict=True):
            own = complete_positions(prepared, episodes, horizon.bars)
            same = entered_alike and np.array_equal(own, complete_positions(other, found, horizon.bars))
            edges.append(replace(edge, same_cases=same))
        yield NeighbourEdges(neighbour.group, neighbour.label, tuple(edges))


def _edges(prepared: Prepared, episodes: tuple[Episode, ...]) -> tuple[Edge, ...]:
    return tuple(
        _edge(*complete_returns(prepared, episodes, horizon.bars)) for horizon in prepared.study.horizons
    )


def _edge(every: FloatArray, positions: NDArray[np.intp], *, test: bool = True) -> Edge:
    if len(positions) == 0 or len(every) == 0:
        return Edge(0, None, float(every.mean()) if len(every) else None, None, None)
    average, baseline = float(every[positions].mean()), float(every.mean())
    p_value = shift_p_value(every, positions) if test else None
    return Edge(len(positions), average, baseline, average - baseline, p_value)


def _halves(prepared: Prepared, episodes: tuple[Episode, ...]) -> tuple[Half, Half]:
    """The history cut on the first day of its middle year; a return belongs to the half it begins in."""
    dates = prepared.prices.bars.dates
    first, last = dates[prepared.first], prepared.as_of
    middle_year = (as_date(first).year + as_date(last).year + 1) // 2
    cut = int(np.searchsorted(dates, np.datetime64(f"{middle_year}-01-01"))) - prepared.first
    parts: tuple[list[Edge], list[Edge]] = ([], [])
    for horizon in prepared.study.horizons:
        every, positions = complete_returns(prepared, episodes, horizon.bars)
        early = positions < cut
        parts[0].append(_edge(every[:cut], positions[early]))
        parts[1].append(_edge(every[cut:], positions[~early] - cut))
    split = date(middle_year, 1, 1)
    before = as_date(np.datetime64(split) - np.timedelta64(1, "D"))
    return Half(as_date(first), before, tuple(parts[0])), Half(split, as_date(last), tuple(parts[1]))


def _trimmed(prepared: Prepared, episodes: tuple[Episode, ...], dropped: int) -> tuple[Edge, ...]:
    """The edges without the cases that carry them most: the best, or the worst where the edge is negative."""
    edges = []
    for horizon in prepared.study.horizons:
        every, positions = complete_returns(prepared, episodes, horizon.bars)
        whole = _edge(every, positions, test=False).edge or 0.0
        order = positions[np.argsort(every[positions], kind="stable")]
        rest = max(0, len(order) - dropped)
        kept = order[:rest] if whole >= 0 else order[len(order) - rest :]
        edges.append(_edge(every, np.sort(kept), test=False))
    return tuple(edges)
