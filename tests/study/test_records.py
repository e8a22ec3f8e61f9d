"""Many signals at once give what each study gives alone; ranks and shares of neighbours by hand."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from generator.market.bars import BarKind
from generator.study.edges import Edge, Half, NeighbourEdges, Robustness
from generator.study.evidence.records import Records, records_of
from generator.study.evidence.statistics import independent_count
from generator.study.prepare import find_episodes, prepare
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.statistic import STATISTICS
from generator.study.values import HorizonSummary
from tests.study.markets import random_history

HISTORY = random_history("IWM", "2014-01-02", "2018-05-16", seed=17)
WHENS = (
    "roc(close, 1) > 1",  # now and again, often within a horizon
    "close == highest(close, 250)",
    "close > 1000000",  # never
    "day_of_month() <= 3 and month() == 1",  # once a year
)


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_records_are_the_summaries_of_studies(kind: BarKind) -> None:
    summaries: list[tuple[HorizonSummary, ...]] = []
    starts = []
    for when in WHENS:
        study = make_study("IWM", when=when if kind == "daily" else when.replace("250", "9"), bars=kind)
        prepared = prepare(study, {"IWM": HISTORY})
        starts.append(np.array([e.bar for e in find_episodes(prepared) if not e.provisional], dtype=np.intp))
        summaries.append(run_study(study, {"IWM": HISTORY}).summaries)
    found, every = records_of(prepared.prices, study.horizons, starts)
    assert [len(column) for column in every] == [s.baseline.n for s in summaries[0]]
    assert found.baselines == tuple(s.baseline for s in summaries[0])
    assert found.n.shape == (len(WHENS), len(study.horizons))
    for name in (each.name for each in fields(Records)):
        if name == "baselines":
            continue
        for i, of_signal in enumerate(summaries):
            for k, summary in enumerate(of_signal):
                wanted, value = STATISTICS[name].of(summary), getattr(found, name)[i, k]
                told = (name, WHENS[i], summary.horizon.label)
                if wanted is None:
                    assert np.isnan(value), told
                else:
                    assert value == pytest.approx(wanted, rel=1e-12), told
    assert (found.independent_n < found.n).any()
    assert (found.n[2] == 0).all()


@pytest.mark.parametrize(
    ("positions", "horizon", "separate"),
    [([], 5, 0), ([3], 5, 1), ([0, 4], 5, 1), ([0, 5], 5, 2), ([0, 4, 5, 9, 10], 5, 3), ([7, 7, 8], 1, 2)],
)
def test_separate_cases_begin_at_or_after_the_end_of_the_last(
    positions: list[int], horizon: int, separate: int
) -> None:
    assert independent_count(np.array(positions, dtype=np.intp), horizon) == separate


def around(own: Edge, *others: Edge) -> Robustness:
    halves = (Half(date(2000, 1, 3), date(2012, 12, 31), ()), Half(date(2013, 1, 1), date(2026, 4, 20), ()))
    near = tuple(NeighbourEdges("cooldown", str(k), (edge,)) for k, edge in enumerate(others))
    return Robustness((own,), near, halves, ((), ()))


def edge(value: float | None, p: float | None = 0.5, n: int = 12) -> Edge:
    return Edge(n, None, None, value, p)


@pytest.mark.parametrize(
    ("own", "others", "rank"),
    [
        (0.02, (0.01, 0.02, 0.03), (2, 4)),  # a tie is no better
        (0.02, (0.03, 0.04, 0.05), (4, 4)),
        (-0.02, (-0.01, 0.05, -0.03), (2, 4)),
        (0.0, (0.01, -0.01, -0.02), (2, 4)),  # neither: ranked from above
        (0.02, (0.01, 0.03), None),  # of two others none is ranked
        (None, (0.01, 0.02, 0.03), None),
        (0.02, (0.01, 0.03, None, None), None),
    ],
)
def test_the_rank_among_the_neighbours(
    own: float | None, others: tuple[float | None, ...], rank: tuple[int, int] | None
) -> None:
    assert around(edge(own), *map(edge, others)).rank(0) == rank


def test_the_share_of_neighbours_on_the_same_side() -> None:
    assert around(edge(0.02), edge(0.01), edge(-0.01), edge(0.0), edge(None)).same_side(0) == 1 / 3
    assert around(edge(-0.02), edge(-0.01), edge(0.01)).same_side(0) == 1 / 2
    assert around(edge(0.02), edge(None)).same_side(0) is None
    assert around(edge(None), edge(0.02)).same_side(0) is None
    assert around(edge(0.02)).same_side(0) is None
    assert around(edge(0.02), edge(0.01, n=0), edge(-0.01)).same_side(0) == 0


def test_the_typical_p_is_the_middle_of_those_that_have_cases() -> None:
    assert around(edge(0.02, 0.3), edge(0.01, 0.1), edge(0.01, 0.05)).typical_p(0) == pytest.approx(0.1)
    assert around(edge(0.02, 0.3), edge(0.01, 0.1)).typical_p(0) == pytest.approx(0.2)
    assert around(edge(0.02, 0.3), edge(0.01, 0.1, n=0), edge(0.01, None)).typical_p(0) == 0.3
    assert around(edge(None, None), edge(0.01, 0.4)).typical_p(0) == 0.4
    assert around(edge(None, 0.3, n=0)).typical_p(0) is None
