"""What other definitions, and parts of the history, gave: the values a study's robustness is told with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

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
    """How the edge of a study holds up; tuples of ``Edge`` have one a horizon.

    Attributes
    ----------
    published : the study's own edges.
    neighbours : the definitions next door.
    halves : the history up to, and from, the first day of its middle year.
    trimmed : the edges without the one case, and without the two, that carry it most: the best where the
        edge is positive, the worst where it is negative.
    """

    published: tuple[Edge, ...]
    neighbours: tuple[NeighbourEdges, ...]
    halves: tuple[Half, Half]
    trimmed: tuple[tuple[Edge, ...], tuple[Edge, ...]]

    def rank(self, horizon: int) -> tuple[int, int] | None:
        """(rank of the published edge, number of definitions ranked), 1 the highest; None with too few."""
        own = self.published[horizon].edge
        others = self._others(horizon)
        if own is None or len(others) < FEWEST_COMPARED:
            return None
        return 1 + sum(1 for edge in others if edge > own), 1 + len(others)

    def typical_p(self, horizon: int) -> float | None:
        """Median shift p of the published definition and its neighbours; None without a case."""
        every = (self.published, *(n.edges for n in self.neighbours))
        known = [p for p in (edges[horizon].p_value for edges in every) if p is not None]
        return float(np.median(known)) if known else None

    def same_side(self, horizon: int) -> float | None:
        """Share of the neighbours whose edge has the published one's sign; None without neighbours."""
        own, others = self.published[horizon].edge, self._others(horizon)
        if own is None or not others:
            return None
        return sum(1 for edge in others if edge * own > 0) / len(others)

    def _others(self, horizon: int) -> list[float]:
        edges = (neighbour.edges[horizon].edge for neighbour in self.neighbours)
        return [edge for edge in edges if edge is not None]
