"""Edges on both sides of the baseline: what is said of them, and how counts beside them are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from generator.findings import conclusion, sentences, uncounted
from generator.findings.tables import episode_table
from generator.language import words
from tests.editorial.hand import hand_view, with_edges, with_p


def test_a_study_that_did_worse_tells_how_far_it_fell_short() -> None:
    view = with_edges({"1M": 0.001, "3M": -0.03, "6M": -0.046}, p=0.1, interval=(-0.07, 0.01))
    assert view.headline is not None
    assert view.headline.verdict.key == "worse-luck"
    assert sentences.edge(view) == (
        "At three months the average falls short of any month’s by 3.0 points (best estimate after shrinkage "
        "−0.3 points); the edge’s 95% interval, −7.0 to +1.0, includes zero."
    )
    assert sentences.chance(view).endswith("about ten shifts in 100 stand out as much.")
    assert sentences.headline_edge(view) == (
        "Over three months the average falls short of any month’s by 3.0 points (best estimate after "
        "shrinkage −0.3 points); its 95% interval includes zero."
    )
    sure = with_edges({"3M": -0.01}, p=0.1, interval=(-0.07, -0.001))
    assert "interval, −7.0 to −0.1, excludes zero." in sentences.edge(sure)
    assert sentences.headline_edge(sure) == (
        "Over three months the average falls short of any month’s by 1.0 point (best estimate after "
        "shrinkage −0.1 points)."
    )


@pytest.mark.parametrize(
    ("edges", "p_values", "named", "led"),
    [
        # Neither the smallest p nor the largest edge leads, but the horizon nearest three months …
        ({"1M": 0.05, "3M": 0.01, "12M": 0.2}, (0.01, 0.6, 0.02), None, "3M"),
        ({"1M": -0.05, "2M": 0.01, "12M": -0.2}, (0.01, 0.6, 0.02), None, "2M"),
        # … or the one that the study names.
        ({"1M": 0.05, "3M": 0.08, "12M": 0.02}, (0.01, 0.02, 0.9), "12M", "12M"),
    ],
)
def test_the_lead_is_the_horizon_named_beforehand(
    edges: Mapping[str, float], p_values: Sequence[float], named: str | None, led: str
) -> None:
    view = with_p(with_edges(edges), p_values, ordinary=(False, False, False))
    study = replace(view.study, named_headline=named)
    view = replace(view, result=replace(view.result, study=study))
    assert view.headline is not None
    assert view.headline.horizon.label == led
    held = words.span(led)
    assert f"after {held}" in sentences.one_line(view)
    assert f" {held} " in sentences.edge(view)
    assert f"Over {held} Alphabet blocks rose" in conclusion.conclusion([view])[0]


def test_while_too_few_cases_are_complete_at_the_headline_the_nearest_horizon_speaks() -> None:
    view = hand_view({"1M": [0.01] * 12, "2M": [0.02] * 11, "3M": [0.03] * 4})
    assert view.headline is not None
    assert view.headline.horizon.label == "2M"


def test_studies_that_agree_are_both_or_all() -> None:
    worse, better = with_edges({"3M": -0.03}, p=0.1), with_edges({"3M": 0.03}, p=0.1)
    few = with_edges({"3M": 0.03}, n=6)
    last = [conclusion.conclusion(views)[-1] for views in (
        [worse] * 3, [worse] * 2, [better] * 2, [worse, worse, few],
    )]  # fmt: skip
    assert last == [
        "All three studies did worse than usual, and luck could explain it.",
        "Both studies did worse than usual, and luck could explain it.",
        "Both studies did better than usual, and luck could explain it.",
        "Both studies with enough cases did worse than usual, and luck could explain it.",
    ]
    # Of those that do not agree each has said what it found, and nothing follows.
    mixed = [better, worse, worse]
    assert conclusion.conclusion(mixed)[-1] == conclusion.conclusion(mixed[:2])[-1] != last[0]
    assert conclusion.conclusion(mixed)[-1].endswith("(worse than usual, though luck could explain it).")


def test_studies_that_agree_say_which_of_them_luck_could_explain() -> None:
    lucky, hard = with_edges({"3M": 0.03}, p=0.1), with_edges({"3M": 0.03}, p=0.04)
    assert hard.headline is not None
    assert hard.headline.verdict.key == "better-hard"
    last = [conclusion.conclusion(views)[-1] for views in ([hard, lucky], [lucky, hard, lucky], [hard, hard])]
    assert last == [
        "Both studies did better than usual, and luck could explain one of them.",
        "All three studies did better than usual, and luck could explain two of them.",
        "Both studies did better than usual.",
    ]
    ordinary = with_edges({"3M": 0.03}, p=0.5)
    assert conclusion.conclusion([ordinary, ordinary])[-1] == (
        "Neither of the two studies shows a clear difference."
    )
    assert conclusion.conclusion([lucky, ordinary])[-1].endswith("(no clear difference).")


def test_counts_that_are_compared_are_written_alike() -> None:
    ten = hand_view({"3M": [0.1] * 3 + [-0.1] * 7}, separate=4)
    assert sentences.one_line(ten).startswith(
        "In 10 cases Alphabet blocks were higher 3 times after three months"
    )
    assert sentences.finding(ten).startswith("The 10 cases crowd into 4 separate periods, too few")
    nine = hand_view({"3M": [0.1] * 3 + [-0.1] * 6}, separate=4)
    assert sentences.one_line(nine).startswith(
        "In nine cases Alphabet blocks were higher three times after three months"
    )
    assert sentences.stands_on(nine) == (
        "All this rests on nine cases, four of them separate at three months."
    )
    pending = hand_view({"1M": [0.1] * 20, "3M": [0.1] * 18, "12M": [0.1] * 8})
    assert uncounted.left_out(pending) == (
        "Not yet complete, and left out: 2 cases at three months, 12 at 12 months."
    )


def test_baselines_from_different_years_on_say_so() -> None:
    view = replace(with_edges({"3M": 0.03}, p=0.1), names_year=True)
    assert "from any month since 2000 they were higher 64% of the time" in sentences.finding(view)
    assert sentences.one_line(view).endswith("against +2.0% from any month since 2000.")
    assert "; from any month since 2000 they rose" in conclusion.conclusion([view])[0]
    assert conclusion.strip(view).caption.endswith("the verdict against any month since 2000")
    table = episode_table(view, "t")
    assert "Any month since 2000: average" in [row.cells[0].text for row in table.rows]
