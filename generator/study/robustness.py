"""Does the result hang on one choice? The neighbouring definitions, each half, without the best cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray, PriceHistory, as_date
from generator.study.neighbours import neighbours
from generator.study.returns import forward_returns
from generator.study.prepare import Prepared, complete_positions, find_episodes, prepare
from generator.study.significance import shift_p_value
from generator.study.values import Episode, Horizon

FEWEST_COMPARED = 3
"""Neighbours that must have cases at a horizon before the published definition is ranked among them."""


@dataclass(frozen=True)
class Edge:
    """What one definition, or one part of the history, gave at one horizon. Decimals; None without a case."""

    n: int
    average: float | None
    baseline: float | None
    edge: float | None
    p_value: float | None


@dataclass(frozen=True)
class NeighbourEdges:
    """One neighbouring definition: the choice that differs, to what, and an ``Edge`` a horizon."""

    group: str
    label: str
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Half:
    """A part of the history: its first and last day, and an ``Edge`` a horizon of the episodes in it."""

    first: date
    last: date
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Robustness:
    """How the edge of a study holds up.

    Attributes
    ----------
    published : the study's own edges, a horizon each.
    neighbours : the definitions next door.
    halves : the history up to, and from, the first day of its middle year.
    without_best : the edges without the best case, and without the best two.
    """

    published: tuple[Edge, ...]
    neighbours: tuple[NeighbourEdges, ...]
    halves: tuple[Half, Half]
    without_best: tuple[tuple[Edge, ...], tuple[Edge, ...]]

    def rank(self, horizon: int) -> tuple[int, int] | None:
        """(rank of the published edge, number of definitions ranked), 1 the highest; None with too few."""
        own = self.published[horizon].edge
        others = [n.edges[horizon].edge for n in self.neighbours]
        known = [edge for edge in others if edge is not None]
        if own is None or len(known) < FEWEST_COMPARED:
            return None
        return 1 + sum(1 for edge in known if edge > own), 1 + len(known)

    def typical_p(self, horizon: int) -> float | None:
        """Median shift p of the published definition and its neighbours; None without a case.

        A single p-value jumps when one month is added; the median of some twenty definitions that mean the
        same thing to a reader does not.
        """
        every = [self.published, *(n.edges for n in self.neighbours)]
        known = [edges[horizon].p_value for edges in every]
        values = [p for p in known if p is not None]
        return float(np.median(values)) if values else None

    def same_sign(self, horizon: int) -> float | None:
        """Share of the neighbours whose edge has the published one's sign; None without neighbours."""
        own = self.published[horizon].edge
        known = [n.edges[horizon].edge for n in self.neighbours]
        edges = [edge for edge in known if edge is not None]
        if own is None or not edges:
            return None
        return sum(1 for edge in edges if edge * own > 0) / len(edges)


def robustness_of(
    prepared: Prepared, episodes: tuple[Episode, ...], histories: Mapping[str, PriceHistory]
) -> Robustness:
    """Measure the neighbouring definitions, the halves and the result without its best cases.

    Parameters
    ----------
    prepared, episodes : the study as answered.
    histories : prices of its assets; nothing after the study's own as-of date is used.
    """
    study = prepared.study
    last = as_date(prepared.as_of)
    has_opens = histories[study.target].open is not None
    around = []
    for neighbour in neighbours(study, has_opens=has_opens):
        other = prepare(neighbour.study, histories, last, shift=neighbour.shift)
        around.append(NeighbourEdges(neighbour.group, neighbour.label, _edges(other, find_episodes(other))))
    return Robustness(
        published=_edges(prepared, episodes),
        neighbours=tuple(around),
        halves=_halves(prepared, episodes),
        without_best=(_without_best(prepared, episodes, 1), _without_best(prepared, episodes, 2)),
    )


def _edges(prepared: Prepared, episodes: tuple[Episode, ...]) -> tuple[Edge, ...]:
    return tuple(_edge(*_columns(prepared, episodes, horizon)) for horizon in prepared.study.horizons)


def _columns(
    prepared: Prepared, episodes: tuple[Episode, ...], horizon: Horizon
) -> tuple[FloatArray, NDArray[np.intp]]:
    """Returns of every bar with a complete horizon, and where among them the complete episodes begin."""
    every = forward_returns(prepared.prices, horizon.bars)
    stop = prepared.prices.complete(horizon.bars)
    positions = complete_positions(prepared, episodes, horizon.bars)
    return every[prepared.first : stop], positions - prepared.first


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
        every, positions = _columns(prepared, episodes, horizon)
        early = positions < cut
        parts[0].append(_edge(every[:cut], positions[early]))
        parts[1].append(_edge(every[cut:], positions[~early] - cut))
    split = date(middle_year, 1, 1)
    before = as_date(np.datetime64(split) - np.timedelta64(1, "D"))
    return Half(as_date(first), before, tuple(parts[0])), Half(split, as_date(last), tuple(parts[1]))


def _without_best(prepared: Prepared, episodes: tuple[Episode, ...], dropped: int) -> tuple[Edge, ...]:
    edges = []
    for horizon in prepared.study.horizons:
        every, positions = _columns(prepared, episodes, horizon)
        kept = positions[np.argsort(every[positions], kind="stable")][: max(0, len(positions) - dropped)]
        edges.append(_edge(every, np.sort(kept), test=False))
    return tuple(edges)
