"""The colour of a figure is its own sign's, on the strip and in the tables."""

from __future__ import annotations

import pytest

from generator.edition.values import Cell
from generator.findings import conclusion
from generator.findings.tables import percent_cell
from tests.editorial.hand import with_edges, with_p


def test_a_figure_has_the_colour_of_its_own_sign_whatever_the_verdict() -> None:
    # Beside a baseline of 2.0%: +0.7% is worse than usual, −0.3% here ordinary.
    view = with_edges({"1M": -0.023, "3M": -0.02, "6M": -0.013}, p=0.1)
    view = with_p(view, (0.1, 0.1, 0.1), ordinary=(True, False, False))
    cells = conclusion.strip(view).cells
    assert [(c.average, c.verdict.split(",")[0], c.tone) for c in cells] == [
        ("−0.3%", "no clear difference", "loss"),
        ("0.0%", "worse than usual", ""),
        ("+0.7%", "worse than usual", "gain"),
    ]
    few = conclusion.strip(with_edges({"1M": 0.05}, n=6)).cells[0]
    assert (few.average, few.tone) == ("+7.0%", "muted")


@pytest.mark.parametrize(
    ("value", "text", "tone"),
    [(0.00004, "0.00", ""), (-0.00004, "0.00", ""), (0.0001, "+0.01", "gain"), (-0.0001, "−0.01", "loss")],
)
def test_what_rounds_to_zero_has_no_colour(value: float, text: str, tone: str) -> None:
    assert percent_cell(value) == Cell(text, value, tone)  # type: ignore[arg-type]
