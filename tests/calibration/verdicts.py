"""What the shipped rule says of a history, without work that cannot change its answer.

A study measures some fifteen neighbours and draws 2,000 bootstraps a horizon; most results are decided before
that: by too few cases, by their own p, or because average, median and win rate do not agree. Those are judged
without neighbours, and the rest by all that a study does. A test holds both to ``run_study``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray
from generator.study.edges import Edge, Half, Robustness
from generator.study.evidence.robustness import evidence_of, robustness_of
from generator.study.evidence.significance import ShiftTest
from generator.study.evidence.statistics import independent_count
from generator.study.prepare import Prepared, complete_returns, find_episodes, prepare
from generator.study.values import Episode, Horizon, Study
from generator.study.verdict import (
    FEWEST_CASES,
    FEWEST_SEPARATE,
    HARD_ELSEWHERE,
    UNUSUAL,
    Evidence,
    VerdictKey,
    judge,
)
from tests.calibration.histories import Histories

DECIDED = ("too-few", "ordinary")
"""Verdicts that no neighbour can change."""
Said = VerdictKey | Literal["not-hard"]
"""A verdict; or only that it is not "hard to explain by luck", where the rest was not asked for."""
NO_EDGE = Edge(0, None, None, None, None)


@dataclass(frozen=True, eq=False)
class Result:
    """One horizon of a study: the verdict, what it weighed, and where the cases are among all returns."""

    horizon: Horizon
    verdict: Said
    evidence: Evidence
    every: FloatArray
    positions: NDArray[np.intp]


class Judge:
    """Judges studies of one history; studies with the same returns share their tests."""

    def __init__(self, histories: Histories) -> None:
        self.histories = histories
        self._tests: dict[tuple[str, str, int], ShiftTest] = {}

    def results(self, study: Study, *, everything: bool = True) -> Iterator[Result]:
        """The results of a study with the usual entry and returns, a horizon each.

        Without ``everything``, a horizon other than the headline whose own p is too large for "hard to
        explain by luck" is told as not that, and no more: most of the work goes into telling the rest.
        """
        prepared = prepare(study, self.histories)
        episodes = find_episodes(prepared)
        alone = self._alone(prepared, episodes)
        found: dict[Horizon, Result] = {}
        for number, horizon in enumerate(study.horizons):
            every, positions = complete_returns(prepared, episodes, horizon.bars)
            edge = alone.published[number]
            if edge.p_value is not None and edge.p_value <= UNUSUAL:
                evidence = evidence_of(prepared, episodes, alone, number)
            else:
                evidence = decided_by_p(edge, independent_count(positions, horizon.bars))
            found[horizon] = Result(horizon, judge(evidence).key, evidence, every, positions)
        undecided = [h for h, result in found.items() if result.verdict not in DECIDED]
        open_horizons = tuple(
            h for h in undecided if everything or h == study.headline or may_be_hard(found[h].evidence)
        )
        for horizon in set(undecided) - set(open_horizons):
            found[horizon] = replace(found[horizon], verdict="not-hard")
        if open_horizons:
            asked = replace(prepared, study=replace(study, horizons=open_horizons))
            robustness = robustness_of(asked, episodes, self.histories)
            for number, horizon in enumerate(open_horizons):
                evidence = evidence_of(asked, episodes, robustness, number)
                evidence = replace(evidence, headline=horizon == study.headline)
                found[horizon] = replace(found[horizon], verdict=judge(evidence).key, evidence=evidence)
        yield from found.values()

    def _alone(self, prepared: Prepared, episodes: tuple[Episode, ...]) -> Robustness:
        """The published edges, with nothing beside them."""
        study = prepared.study
        edges = []
        for horizon in study.horizons:
            every, positions = complete_returns(prepared, episodes, horizon.bars)
            key = (study.target, study.bars, horizon.bars)
            if key not in self._tests:
                self._tests[key] = ShiftTest(every, horizon.bars)
            edges.append(_edge(every, positions, self._tests[key]))
        nothing = tuple(NO_EDGE for _ in study.horizons)
        half = Half(date.min, date.max, nothing)
        return Robustness(tuple(edges), (), (half, half), (nothing, nothing))


def may_be_hard(evidence: Evidence) -> bool:
    """Whether its own p allows "hard to explain by luck" at a horizon other than the headline."""
    return evidence.own_p is not None and evidence.own_p <= HARD_ELSEWHERE


def decided_by_p(edge: Edge, independent_n: int) -> Evidence:
    """What is enough to weigh where there is no p, or too large a one: the rest cannot change the verdict."""
    p = edge.p_value
    return Evidence(
        edge.n, independent_n, edge.edge, None, None, p, p, None, (None, None), None, headline=False
    )


def _edge(every: FloatArray, positions: NDArray[np.intp], test: ShiftTest) -> Edge:
    if len(positions) == 0 or len(every) == 0:
        return NO_EDGE
    average, baseline = float(every[positions].mean()), float(every.mean())
    few = len(positions) < FEWEST_CASES or independent_count(positions, test.horizon) < FEWEST_SEPARATE
    p_value = None if few else test.p_value(positions)  # too few cases, whatever p would be
    return Edge(len(positions), average, baseline, average - baseline, p_value)
