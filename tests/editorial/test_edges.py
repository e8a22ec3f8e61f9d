"""Edges on both sides of the baseline: what is said of them, and how counts beside them are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from generator.editorial import conclusion, sentences
from tests.editorial.hand import hand_view, with_edges, with_p


def test_a_study_that_did_worse_tells_where_it_fell_shortest() -> None:
    view = with_edges({"1M": 0.001, "3M": -0.03, "6M": -0.046}, p=0.1, interval=(-0.07, 0.01))
    assert view.headline is not None
    assert view.headline.verdict.key == "worse-luck"
    assert sentences.edge(view) == (
        "The average falls furthest short of any month’s at six months, by 4.6 points; the edge’s 95% "
        "interval, −7.0 to +1.0, does not rule out zero. At six months the same dates, moved around the "
        "calendar together, gave a gap as large in about 10 of 100 tries, and six months is the strongest of "
        "three horizons looked at."
    )
    assert sentences.widest_edge(view) == (
        "Against any month, the most that the signal took away is 4.6 points, over six months, and that may "
        "still be nothing: its 95% interval includes zero."
    )
    sure = with_edges({"1M": -0.01}, p=0.1, interval=(-0.07, -0.001))
    assert sentences.edge(sure).startswith(
        "The average falls furthest short of any month’s at one month, by 1.0 point; the edge’s 95% "
        "interval, −7.0 to −0.1, leaves zero out."
    )
    assert sentences.widest_edge(sure) == (
        "Against any month, the most that the signal took away is 1.0 point, over one month."
    )


@pytest.mark.parametrize(
    ("edges", "ordinary", "told"),
    [
        # The verdict is of one month; a year that says nothing unusual is not what the study shows.
        (
            {"1M": -0.03, "12M": 0.045},
            (False, True),
            "short of any month’s at one month, by 3.0 points",
        ),
        (
            {"1M": 0.03, "12M": -0.045},
            (False, True),
            "edge over any month is widest at one month, +3.0 ",
        ),
        # No verdict takes a side: the larger edge is told, whichever it is.
        (
            {"1M": 0.03, "12M": -0.045},
            (True, True),
            "short of any month’s at 12 months, by 4.5 points",
        ),
        (
            {"1M": 0.03, "12M": -0.02},
            (True, True),
            "edge over any month is widest at one month, +3.0 ",
        ),
        (
            {"1M": 0.0004, "12M": -0.0003},
            (True, True),
            "no horizon does its average stand out from that",
        ),
        # The headline's own edge reads 0.0: the larger one of the other side is no secret.
        (
            {"1M": -0.0004, "12M": 0.03},
            (False, True),
            "edge over any month is widest at 12 months, +3.0 ",
        ),
    ],
)
def test_the_widest_edge_is_on_the_side_of_the_verdict(
    edges: Mapping[str, float], ordinary: Sequence[bool], told: str
) -> None:
    view = with_p(with_edges(edges, p=0.1), (0.1, 0.5), ordinary=ordinary)
    assert told in sentences.edge(view)


def test_only_the_strongest_horizon_is_called_the_strongest() -> None:
    view = with_p(with_edges({"1M": 0.03, "12M": 0.02}), (0.1, 0.15), ordinary=(True, True))
    assert sentences.chance(view).endswith("gave a gap as large in about 15 of 100 tries.")
    view = with_p(view, (0.15, 0.1), ordinary=(True, True))
    assert sentences.chance(view).endswith("and 12 months is the strongest of two horizons looked at.")


def test_studies_that_agree_are_both_or_all() -> None:
    worse, better = with_edges({"3M": -0.03}, p=0.1), with_edges({"3M": 0.03}, p=0.1)
    few = with_edges({"3M": 0.03}, n=6)
    last = [conclusion.conclusion(views)[-1] for views in (
        [worse] * 3, [worse] * 2, [better] * 2, [better, worse, worse], [worse, worse, few],
        [better] * 9 + [worse],
    )]  # fmt: skip
    assert last == [
        "At their strongest horizons all three studies did worse than usual, and luck could explain it.",
        "At their strongest horizons both studies did worse than usual, and luck could explain it.",
        "At their strongest horizons both studies did better than usual, and luck could explain it.",
        "Of the three studies, each at its strongest horizon, one came out better than usual and two worse "
        "than usual.",
        "At their strongest horizons both studies with enough cases did worse than usual, and luck could "
        "explain it.",
        "Of the 10 studies, each at its strongest horizon, 9 came out better than usual and 1 worse than "
        "usual.",
    ]


def test_counts_that_are_compared_are_written_alike() -> None:
    ten = hand_view({"3M": [0.1] * 3 + [-0.1] * 7}, separate=4)
    assert sentences.one_line(ten).startswith("In 10 cases ABC was higher 3 times after three months")
    assert sentences.finding(ten).startswith("The 10 cases crowd into 4 separate periods, too few")
    nine = hand_view({"3M": [0.1] * 3 + [-0.1] * 6}, separate=4)
    assert sentences.one_line(nine).startswith("In nine cases ABC was higher three times after three months")
    assert sentences.stands_on(nine) == (
        "It all rests on nine cases, which make four separate periods at three months."
    )
    pending = hand_view({"1M": [0.1] * 20, "3M": [0.1] * 18, "12M": [0.1] * 8})
    assert sentences.left_out(pending) == (
        "Not yet complete, and left out: 2 cases at three months, 12 at 12 months."
    )
