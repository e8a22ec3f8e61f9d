"""Path data made short, read back by a reader of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.charts.svg import compact

POINTS = {"m": 1, "l": 1, "q": 2, "c": 3}
place = st.tuples(*[st.floats(-2000, 2000).map(lambda x: round(x, 6))] * 2)
piece = st.one_of(
    st.tuples(st.just("L"), st.lists(place, min_size=1, max_size=1)),
    st.tuples(st.just("Q"), st.lists(place, min_size=2, max_size=2)),
    st.tuples(st.just("C"), st.lists(place, min_size=3, max_size=3)),
)
run = st.tuples(place, st.lists(piece, max_size=6), st.booleans())


def written(runs: list[tuple[tuple[float, float], list, bool]]) -> str:
    """Path data as matplotlib writes it."""
    lines = []
    for first, pieces, closed in runs:
        for command, points in [("M", [first]), *pieces]:
            lines.append(f"{command} {' '.join(f'{x:f} {y:f}' for x, y in points)} \n")
        lines += ["z\n"] if closed else []
    return "".join(lines)


def read(data: str) -> list[tuple[str, list[tuple[float, float]]]]:
    """Relative path data as absolute commands, one a piece, as the SVG grammar has them."""
    tokens = re.findall(r"[a-z]|-?(?:\d+\.?\d*|\.\d+)", data)
    found: list[tuple[str, list[tuple[float, float]]]] = []
    x = y = start_x = start_y = 0.0
    command = ""
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        if command == "z":
            x, y = start_x, start_y
            found.append(("z", []))
        elif command == "h":
            x += float(tokens.pop(0))
            found.append(("l", [(x, y)]))
        else:
            points = [(x + float(tokens.pop(0)), y + float(tokens.pop(0))) for _ in range(POINTS[command])]
            found.append((command, points))
            x, y = points[-1]
            if command == "m":
                start_x, start_y, command = x, y, "l"
                found[-1] = ("m", points)
    return found


@given(st.lists(run, min_size=1, max_size=4), st.sampled_from([0, 1]))
def test_the_short_path_goes_through_the_same_points(runs: list, decimals: int) -> None:
    expected: list[tuple[str, list[tuple[float, float]]]] = []
    for first, pieces, closed in runs:
        rounded = [(c.lower(), [tuple(round(v * 10**decimals) / 10**decimals for v in p) for p in points])
                   for c, points in [("M", [first]), *pieces]]  # fmt: skip
        at, alone = None, False
        for name, points in rounded:
            if name == "l" and points == [at] and not alone:
                continue
            expected.append((name, points))
            at, alone = points[-1], name == "m"
        expected += [("z", [])] if closed else []
    got = read(compact(written(runs), decimals))
    assert [name for name, _ in got] == [name for name, _ in expected]
    for (_, some), (_, others) in zip(got, expected, strict=True):
        assert [v for p in some for v in p] == pytest.approx([v for p in others for v in p], abs=1e-6)


def test_numbers_take_no_more_characters_than_they_need() -> None:
    path = "M 40.12 -131.9 \nL 40.13 -131.88 \nL 42.6 -123.3 \nL 42 -123 \nz\nM 1 1 \nL 1 1 \n"
    assert compact(path, 1) == "m40.1-131.9h0l2.5 8.6-.6 .3zm-39.1 132.9h0"
