"""What other definitions, and parts of the history, gave: the values a study's robustness is told with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

FEWEST_COMPARED = 3
"""Neighbours that must have cases of their own at a horizon before the published definition is ranked among
them."""


@dataclass(frozen=True)
class Edge:
    """What one definition, or one part of the history, gave at one horizon. Decimals; None without a case.

    ``same_cases`` : a neighbour's cases are exactly the published ones, entered the same way. It repeats the
    published figures and is no evidence for or against them.
    """

    n: int
    average: float | None
    baseline: float | None
    edge: float | None
    p_value: float | None
    same_cases: bool = False


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

    def others(self, horizon: int) -> list[Edge]:
        """The edges of the neighbours that have cases, and not just the published ones: those that count."""
        edges = (neighbour.edges[horizon] for neighbour in self.neighbours)
        return [edge for edge in edges if edge.n and not edge.same_cases]

    def rank(self, horizon: int) -> tuple[int, int] | None:
        """(rank of the published edge, number of definitions ranked); None with too few. First is the edge
        furthest out on the published one's side: the highest above the baseline, the lowest below it."""
        own = self.published[horizon].edge
        others = [edge.edge for edge in self.others(horizon) if edge.edge is not None]
        if own is None or len(others) < FEWEST_COMPARED:
            return None
        side = -1 if own < 0 else 1
        return 1 + sum(1 for edge in others if edge * side > own * side), 1 + len(others)

    def typical_p(self, horizon: int) -> float | None:
        """Median p of the published definition and all neighbours; None without a case.

        One with exactly the published cases stands for a choice that hardly matters: it leaves the middle
        nearer to the published p, which then hangs less on the few neighbours that are left.
        """
        every = (self.published[horizon], *(each.edges[horizon] for each in self.neighbours))
        known = [edge.p_value for edge in every if edge.n and edge.p_value is not None]
        return float(np.median(known)) if known else None

    def same_side(self, horizon: int) -> float | None:
        """Share of the others whose edge has the published one's sign; None without others."""
        own, others = self.published[horizon].edge, self.others(horizon)
        known = [edge.edge for edge in others if edge.edge is not None]
        if own is None or not known:
            return None
        return sum(1 for edge in known if edge * own > 0) / len(known)
