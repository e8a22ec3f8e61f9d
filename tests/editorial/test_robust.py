"""What is said of the definitions next door, above and below the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from generator.edition.values import Cell
from generator.findings import robust
from generator.findings.view import StudyView
from generator.study.edges import Edge, Half, NeighbourEdges, Robustness
from tests.editorial.hand import with_edges


def around(view: StudyView, others: Sequence[tuple[float, bool]]) -> StudyView:
    """The study with these edges of its neighbours at its one horizon, and whether they have its cases."""
    own = view.result.robustness.published
    near = tuple(
        NeighbourEdges("lookback", f"20 → {10 + i}", (Edge(12, edge, 0.0, edge, 0.1, same),))
        for i, (edge, same) in enumerate(others)
    )
    halves = (Half(date(2000, 1, 3), date(2012, 12, 31), own), Half(date(2013, 1, 1), date(2026, 4, 20), own))
    return replace(view, result=replace(view.result, robustness=Robustness(own, near, halves, (own, own))))


def test_the_lowest_edge_is_warned_of_though_neighbours_repeat_it() -> None:
    view = with_edges({"3M": -0.0299}, p=0.1)
    own = view.result.summaries[0].edge
    assert own is not None
    near = [(own, True), (own, True), (-0.02, False), (-0.01, False), (-0.015, False), (0.01, False)]
    assert robust.rank_sentence(around(view, near)) == (
        "At three months the edge of the published definition is the lowest of five: be careful, a "
        "definition can be picked for its result."
    )
    lower = [(own, True), (-0.04, False), (-0.05, False), (-0.01, False), (0.01, False)]
    assert robust.rank_sentence(around(view, lower)) == (
        "At three months the edge of the published definition is the third lowest of five; being the lowest "
        "of its neighbours would be a warning."
    )


def test_the_last_of_its_neighbours_is_called_by_its_other_end() -> None:
    for own, end in ((-0.01, "highest"), (0.01, "smallest")):
        view = around(with_edges({"3M": own}, p=0.1), [(own * times, False) for times in (2, 3, 4, 5)])
        assert f"the edge of the published definition is the {end} of five;" in robust.rank_sentence(view)


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (
            [0.02, 0.01, 0.01],
            "{slightly} all three variants still beat any month.",
        ),
        ([0.02, 0.01], "{slightly} both variants still beat any month."),
        ([0.02], "{slightly} the one variant still beats any month."),
        ([-0.02, -0.01], "{hangs} no variant beats any month."),
        ([0.02, -0.02], "{hangs} only one of two variants beats any month."),
        ([], "The edge was +3.0 points from 2000 to 2012"),
    ],
)
def test_neighbours_that_change_nothing_are_in_no_sentence(others: Sequence[float], told: str) -> None:
    view = with_edges({"3M": 0.03}, p=0.1)
    repeated = [(0.03, True), (0.03, True)]
    found = around(view, [*repeated, *((edge, False) for edge in others)])
    text = robust.next_door(found) or robust.parts(found)
    hangs = "The result hangs on its definition: change that slightly, and at three months"
    slightly = "Change the definition slightly, and at three months"
    assert text.startswith(told.format(hangs=hangs, slightly=slightly))


def test_hansens_test_is_told_of_the_definitions_that_differ() -> None:
    view = with_edges({"3M": 0.03}, p=0.1)
    several, alone = around(view, [(0.03, True), (0.02, False), (0.01, False)]), around(view, [(0.03, True)])
    for each in (several, alone):
        object.__setattr__(each, "superior_p", 0.012)
    assert robust.picked_sentence(several).startswith(
        "If none of the three definitions meant anything, the best of them would still look this good about "
        "once in 100 (Hansen’s test"
    )
    assert robust.picked_sentence(alone) == ""


def test_the_map_says_where_a_neighbour_has_the_same_cases() -> None:
    view = with_edges({"3M": 0.03}, p=0.1)
    table = robust.robustness_table(around(view, [(0.03, True), (0.015, False)]), "map")
    assert table is not None
    assert [row.cells[2] for row in table.rows[:3]] == [
        Cell("+3.00", pytest.approx(0.03), "gain"),
        Cell("same", 0.03, "muted"),
        Cell("+1.50", 0.015, "gain"),
    ]
    assert robust.has_same_cases(around(view, [(0.03, True), (0.015, False)]))
    assert not robust.has_same_cases(around(view, [(0.03, False)]))
