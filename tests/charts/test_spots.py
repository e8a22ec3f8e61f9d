"""Hot spots lie where the dots and line ends are drawn, and say what the figure holds there."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from generator.charts.render import draw
from generator.edition.figures import AveragePath, Line, RelativePerformance, ReturnSpread, SpreadColumn
from tests.charts import figures

SPREAD = ReturnSpread(
    (
        SpreadColumn(
            "3 months", (0.10, -0.05, 0.02), 0.023, 0.02, 0.01, cases=("Nov 2020", "Oct 2022", "Jan 2019")
        ),
    )
)


def spots(figure) -> dict[str, list[tuple[int, int, str]]]:
    return json.loads(draw(figure, "spots", False))


def test_every_dot_says_its_case_and_its_value() -> None:
    said = [text for _, _, text in spots(SPREAD)["page"]]
    assert said == [
        "Oct 2022, after 3 months: −5.0%",
        "Jan 2019, after 3 months: +2.0%",
        "Nov 2020, after 3 months: +10.0%",
        "Median after 3 months: +2.0%",
        "Average after 3 months: +2.3%",
        "Usual median after 3 months: +1.0%",
    ]


@pytest.mark.parametrize("form", ["page", "phone"])
def test_dots_are_where_the_spots_say(form) -> None:
    """The dots of a spread are drawn as strokes without length, whose places stand in the picture."""
    image = draw(SPREAD, form, False).decode()
    width, height = (float(size) for size in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', image).groups())
    dots = []
    for path in re.findall(r'<path d="(m[^"]*h0)"', image):
        x, y = 0.0, 0.0
        for right, down in re.findall(r"m(-?[\d.]+) ?(-?[\d.]+)h0", path):
            x, y = x + float(right), y + float(down)
            dots.append((1000 * x / width, 1000 * y / height))
    told = sorted((x, y) for x, y, text in spots(SPREAD)[form] if text[:3] in ("Nov", "Oct", "Jan"))
    assert len(dots) == 3
    for (x, y), (right, down) in zip(told, sorted(dots), strict=True):
        assert abs(x - right) <= 1
        assert abs(y - down) <= 1


def test_lines_say_where_they_end() -> None:
    lines = (Line("IWM", (0.0, 0.1, 0.25)), Line("SPY", (0.0, 0.05, None)))
    figure = RelativePerformance(("2025-08-01", "2025-08-04", "2025-08-05"), lines)
    first, second = spots(figure)["page"]
    assert first[2] == "IWM: +25.0% since Aug 1, 2025"
    assert second[2] == "SPY: +5.0% since Aug 1, 2025"
    assert first[0] > second[0], "the second ends a session earlier"
    assert first[1] < second[1], "and lower"


def test_an_average_path_says_at_every_tick_what_is_usual_too() -> None:
    average, baseline = (0.0, 0.02, 0.03), (0.0, 0.01, 0.015)
    figure = AveragePath(
        average, average, average, baseline, (0.0, -0.04, None), "Apr 2026", ((1, "1"),), "months", 13
    )
    said = {text: (x, y) for x, y, text in spots(figure)["page"]}
    assert list(said) == [
        "Apr 2026: −4.0%",
        "After 1 month, average of 13 cases: +2.0%",
        "After 1 month, from any month: +1.0%",
    ]
    assert len({x for x, _ in said.values()}) == 1
    heights = [y for _, y in said.values()]
    assert heights[0] > heights[2] > heights[1]


@pytest.mark.parametrize(
    "figure", [figures.price(), figures.performance(), figures.path(), figures.seasonality()]
)
def test_every_chart_says_something_inside_its_picture(figure) -> None:
    for form in ("page", "phone"):
        told = spots(figure)[form]
        assert told
        assert all(0 <= x <= 1000 and 0 <= y <= 1000 and text for x, y, text in told)


def test_prices_are_told_by_their_day_in_the_order_of_days() -> None:
    told = spots(figures.price(marks=4))["page"]
    assert len(told) == 5
    assert all(one[0] < other[0] for one, other in pairwise(told))
    assert re.fullmatch(r"\w{3} \d+, \d{4}: [\d,.]+", told[0][2])
