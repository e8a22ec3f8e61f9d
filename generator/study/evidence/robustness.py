"""Does the result hang on one choice? The neighbouring definitions, each half, without the best cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray, PriceHistory, as_date
from generator.study.edges import Edge, Half, NeighbourEdges, Robustness
from generator.study.evidence.neighbours import Neighbour, neighbours
from generator.study.evidence.significance import ShiftTest
from generator.study.evidence.statistics import baseline_of, independent_count, known, one_sample
from generator.study.prepare import Prepared, complete_positions, complete_returns, find_episodes, prepare
from generator.study.returns import entries_possible
from generator.study.values import Entry, Episode
from generator.study.verdict import Evidence

Tests = dict[tuple[Entry, int, int], ShiftTest]
"""The tests of the returns of each entry, shift of the months' ends and horizon: what one of them has worked
out serves every definition with the same returns."""


def robustness_of(
    prepared: Prepared, episodes: tuple[Episode, ...], histories: Mapping[str, PriceHistory]
) -> Robustness:
    """Measure the neighbouring definitions, the halves and the result without its best cases.

    Parameters
    ----------
    prepared, episodes : the study as answered.
    histories : prices of its assets; nothing after the study's own as-of date is used.
    """
    tests: Tests = {}
    return Robustness(
        published=_edges(prepared, episodes, tests),
        neighbours=tuple(_around(prepared, episodes, histories, tests)),
        halves=_halves(prepared, episodes),
        trimmed=(_trimmed(prepared, episodes, 1), _trimmed(prepared, episodes, 2)),
    )


def evidence_of(
    prepared: Prepared, episodes: tuple[Episode, ...], robustness: Robustness, number: int
) -> Evidence:
    """What the verdict on the study's horizon of this number weighs."""
    horizon = prepared.study.horizons[number]
    every, positions = complete_returns(prepared, episodes, horizon.bars)
    samples, baseline, published = (
        one_sample(every[positions]),
        baseline_of(every),
        robustness.published[number],
    )
    return Evidence(
        n=len(positions),
        independent_n=independent_count(positions, horizon.bars),
        edge=published.edge,
        median_edge=_less(known(samples.median[0]), baseline.median),
        win_rate_edge=_less(known(samples.win_rate[0]), baseline.win_rate),
        own_p=published.p_value,
        typical_p=robustness.typical_p(number),
        same_side=robustness.same_side(number),
        halves=(robustness.halves[0].edges[number].edge, robustness.halves[1].edges[number].edge),
        without_two=robustness.trimmed[1][number].edge,
        headline=horizon == prepared.study.headline,
    )


def _less(value: float | None, usual: float | None) -> float | None:
    return None if value is None or usual is None else value - usual


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
    prepared: Prepared,
    episodes: tuple[Episode, ...],
    histories: Mapping[str, PriceHistory],
    tests: Tests,
) -> Iterator[NeighbourEdges]:
    """The neighbours' edges, marked where a changed choice changed none of the published cases."""
    for neighbour, other, found in answered_neighbours(prepared, histories):
        entered_alike = neighbour.shift == 0 and neighbour.study.entry == prepared.study.entry
        measured, edges = _edges(other, found, tests, neighbour.shift), []
        for edge, horizon in zip(measured, prepared.study.horizons, strict=True):
            own = complete_positions(prepared, episodes, horizon.bars)
            same = entered_alike and np.array_equal(own, complete_positions(other, found, horizon.bars))
            edges.append(replace(edge, same_cases=same))
        yield NeighbourEdges(neighbour.group, neighbour.label, tuple(edges))


def _edges(
    prepared: Prepared, episodes: tuple[Episode, ...], tests: Tests, shift: int = 0
) -> tuple[Edge, ...]:
    edges = []
    for horizon in prepared.study.horizons:
        every, positions = complete_returns(prepared, episodes, horizon.bars)
        key = (prepared.study.entry, shift, horizon.bars)
        if key not in tests:
            tests[key] = ShiftTest(every, horizon.bars)
        edges.append(replace(_edge(every, positions), p_value=tests[key].p_value(positions)))
    return tuple(edges)


def _edge(every: FloatArray, positions: NDArray[np.intp]) -> Edge:
    """The edge of these positions, not tested."""
    if len(positions) == 0 or len(every) == 0:
        return Edge(0, None, float(every.mean()) if len(every) else None, None, None)
    average, baseline = float(every[positions].mean()), float(every.mean())
    return Edge(len(positions), average, baseline, average - baseline, None)


def _halves(prepared: Prepared, episodes: tuple[Episode, ...]) -> tuple[Half, Half]:
    """The history cut on the first day of its middle year; a return belongs to the half it begins in."""
    dates = prepared.prices.bars.dates
    first, last = dates[prepared.first], prepared.as_of
    middle_year = (as_date(first).year + as_date(last).year + 1) // 2
    begins = int(np.searchsorted(dates, np.datetime64(f"{middle_year}-01-01")))
    cut = max(0, begins - prepared.first)  # a history within one year has no first half
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
        whole = _edge(every, positions).edge or 0.0
        order = positions[np.argsort(every[positions], kind="stable")]
        rest = max(0, len(order) - dropped)
        kept = order[:rest] if whole >= 0 else order[len(order) - rest :]
        edges.append(_edge(every, np.sort(kept)))
    return tuple(edges)
