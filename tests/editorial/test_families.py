"""Every result among those it was picked from: false discovery, Hansen's test, the neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from generator.findings import robust
from generator.findings.families import family_of, how_many_tried
from generator.findings.tables import episode_table, statistics_table
from generator.findings.view import StudyView
from generator.study.edges import Edge, Half, NeighbourEdges, Robustness
from tests.editorial.hand import hand_view

RISING = [0.05, 0.02, 0.08, -0.01, 0.04, 0.03, 0.06, -0.02, 0.05, 0.01, 0.07, 0.04]


def with_p_values(name: str, p_values: Sequence[float]) -> StudyView:
    """A study with these p-values at 1M, 2M, 3M …"""
    view = hand_view({f"{k + 1}M": RISING for k in range(len(p_values))})
    summaries = tuple(replace(s, p_value=p) for s, p in zip(view.result.summaries, p_values, strict=True))
    return replace(view, name=name, result=replace(view.result, summaries=summaries))


def test_every_p_value_is_adjusted_for_all_results_of_the_report() -> None:
    first, second = with_p_values("a", [0.01, 0.2, 0.04]), with_p_values("b", [0.03, 0.6])
    family = family_of([first, second])
    right = false_discovery_control([0.01, 0.2, 0.04, 0.03, 0.6])
    assert family.size == 5
    found = [family.q_value(v, s) for v in (first, second) for s in v.result.summaries]
    np.testing.assert_allclose(np.array(found, dtype=float), right)


def test_a_family_has_only_results_that_are_shown() -> None:
    view = hand_view({"1M": RISING, "3M": [0.1, 0.2]})
    family = family_of([view])
    assert family.size == 1
    assert family.q_value(view, view.result.summary("3M")) is None
    assert family_of([hand_view({"1M": [0.1]})]).size == 0


def test_the_number_of_results_is_told_where_it_matters() -> None:
    # Two results: 0.08 is doubled when the other is 0.5, and the larger one stays.
    view = replace(hand_view({"1M": RISING, "3M": RISING}, p=0.08))
    low, high = view.result.summaries
    result = replace(view.result, summaries=(replace(low, p_value=0.5), high))
    view = replace(view, result=result)
    assert how_many_tried(view, family_of([view])) == (
        "This report looks at two results, and the best of several can look good by luck alone: allowing for "
        "that, this one’s p-value rises from 0.08 to 0.16."
    )
    assert how_many_tried(view, family_of([view]), again=True) == (
        "Allowing for all two results, its p-value rises from 0.08 to 0.16."
    )
    alone = hand_view({"1M": RISING}, p=0.08)
    assert how_many_tried(alone, family_of([alone])) == ""
    ordinary = hand_view({"1M": RISING, "3M": RISING}, p=0.6)
    assert how_many_tried(ordinary, family_of([ordinary])) == ""


def test_every_statistics_table_has_baseline_edge_interval_periods_and_verdict() -> None:
    view = hand_view({"1M": RISING, "3M": RISING}, p=0.08, separate=9)
    below = {row.cells[0].text: [c.text for c in row.cells[-2:]] for row in episode_table(view, "t").rows}
    # The average of RISING is 3.50; the hand-made baseline 2.00.
    assert below["Average"] == ["+3.50", "+3.50"]
    assert below["Any month: average"] == ["+2.00", "+2.00"]
    assert below["Cases"] == ["12", "12"]
    # Said of both in the finding, and so not under each; the rest has a table of its own.
    assert not {"Verdict", "Edge", "Separate periods"} & set(below)
    whole = statistics_table(view, "t", family_of([view]))
    assert whole is not None
    keys = [column.key for column in whole.columns]
    shown = [{key: cell.text for key, cell in zip(keys, row.cells, strict=True)} for row in whole.rows]
    for row in shown:
        # Hand-made: the best estimate is a tenth of the edge of 1.50.
        assert (row["edge"], row["edge_shrunk"]) == ("+1.50", "+0.15")
        assert (row["edge_low"], row["edge_high"]) == ("−1.00", "+5.00")
        assert (row["n"], row["independent_n"]) == ("12", "9")
        assert row["verdict"] == "better than usual, could be luck"
    assert {
        "verdict",
        "n",
        "independent_n",
        "baseline_average",
        "edge",
        "edge_low",
        "edge_high",
        "edge_shrunk",
    } < set(keys)
    assert [row.cells[keys.index("q_value")].text for row in whole.rows] == ["0.08", "0.08"]


def around(view: StudyView, edges: Sequence[float | None], n: int = 12) -> StudyView:
    """The study with these edges of its neighbours, at its one horizon."""
    own = view.result.robustness.published
    near = tuple(
        NeighbourEdges("lookback", f"20 → {10 + i}", (Edge(n, edge, 0.0, edge, 0.1),))
        for i, edge in enumerate(edges)
    )
    halves = (Half(date(2000, 1, 3), date(2012, 12, 31), own), Half(date(2013, 1, 1), date(2026, 4, 20), own))
    return replace(view, result=replace(view.result, robustness=Robustness(own, near, halves, (own, own))))


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ([0.01, 0.012, 0.002, -0.01], "is the largest of five: be careful, a definition can be picked"),
        ([0.02, 0.012, 0.002, -0.01], "is the second largest of five: be careful, a definition can be"),
        ([0.02, 0.02, 0.03, -0.01], "is the fourth largest of five; being the best of its neighbours would"),
        ([0.015, 0.015, 0.015, 0.015], ""),
        ([0.02, 0.03, None, None], ""),
    ],
)
def test_the_rank_among_the_neighbours(edges: Sequence[float | None], said: str) -> None:
    view = around(hand_view({"3M": RISING}, p=0.08, usual=(0.02, 0.02, 0.6)), edges)
    own = view.result.summaries[0].edge
    assert own == pytest.approx(0.015)
    exact = [own if edge == 0.015 else edge for edge in edges]
    told = robust.rank_sentence(around(view, exact))
    assert (said in told) if said else told == ""


def test_below_the_baseline_the_lowest_edge_is_the_striking_one() -> None:
    view = around(hand_view({"3M": [-r for r in RISING]}, p=0.08), [-0.01, -0.02, -0.03, 0.01])
    assert "is the lowest of five: be careful" in robust.rank_sentence(view)


def test_the_robustness_map_has_the_published_definition_first_and_its_neighbours_in_groups() -> None:
    view = around(hand_view({"3M": RISING}, usual=(0.02, 0.02, 0.6)), [0.03, -0.015, None])
    table = robust.robustness_table(view, "map")
    assert table is not None
    assert [(row.kind, row.group, row.cells[0].text) for row in table.rows[:3]] == [
        ("published", "as published", "As published"),
        ("body", "lookback", "Lookback 20 → 10"),
        ("body", "lookback", "Lookback 20 → 11"),
    ]
    assert table.columns[2].scale == 0.03, "the largest edge of the column is tinted in full"
    assert [row.cells[2].text for row in table.rows[:4]] == ["+1.50", "+3.00", "−1.50", "—"]
    assert [row.cells[0].text for row in table.rows[-4:]] == [
        "Only 2000 to 2012", "Only 2013 to 2026", "Without the strongest case", "Without the two strongest",
    ]  # fmt: skip


def test_hansens_test_is_told_in_plain_words_and_is_rough_with_few_cases() -> None:
    view = around(hand_view({"3M": RISING}, p=0.08), [0.01, 0.012])
    object.__setattr__(view, "superior_p", 0.123)
    assert robust.picked_sentence(view) == (
        "If none of the three definitions meant anything, the best of them would still look this good about "
        "12 times in 100 (Hansen’s test for superior predictive ability, at three months). With 12 cases "
        "this is a rough figure; no verdict rests on it."
    )
    object.__setattr__(view, "superior_p", None)
    assert robust.picked_sentence(view) == ""
