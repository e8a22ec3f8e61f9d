"""The parts that need to be right by themselves, against naive versions and by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from generator.charts.kinds.spread import crowd, swarm
from generator.charts.labels import push_apart, wrapped
from generator.charts.scales import date_ticks, price_ticks, return_ticks, span_of, step_for
from generator.charts.style import FORMS, drawable, shades, text_width
from generator.charts.thinning import shown

PAGE, PHONE = FORMS["page"], FORMS["phone"]


def ordinal(text: str) -> float:
    return float(np.datetime64(text, "D").astype(int) + 719163)


def test_thinning_keeps_the_lowest_and_highest_of_every_pixel() -> None:
    x = np.arange(5000.0)
    y = np.cumsum(np.random.default_rng(1).normal(size=5000))
    stay = shown(x, y, pixels=100, keep=[1234])
    assert len(stay) <= 203
    assert {0, 1234, 4999} <= set(stay.tolist())
    assert (np.diff(stay) > 0).all()
    kept = set(stay.tolist())
    for pixel in range(100):
        inside = [n for n in range(5000) if min(int(x[n] * 100 / 4999), 99) == pixel]
        assert min(inside, key=lambda n: y[n]) in kept
        assert max(inside, key=lambda n: y[n]) in kept


def test_thinning_keeps_gaps_and_short_series() -> None:
    x, y = np.arange(1000.0), np.ones(1000)
    y[500:510] = np.nan
    assert set(range(500, 510)) <= set(shown(x, y, pixels=50).tolist())
    assert shown(x[:90], y[:90], pixels=50).tolist() == list(range(90))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 300), min_size=1, max_size=6), st.integers(8, 30))
def test_labels_are_pushed_apart_as_little_as_possible(wishes: list[float], height: int) -> None:
    wishes = sorted(wishes)
    count = len(wishes)
    placed = push_apart(wishes, [float(height)] * count, 0.0, 300.0)
    assert all(b - a >= height - 1e-6 for a, b in pairwise(placed))
    assert placed[0] >= height / 2 - 1e-6
    assert placed[-1] <= 300 - height / 2 + 1e-6
    best = minimize(
        lambda p: float(((p - wishes) ** 2).sum()),
        np.linspace(height / 2, 300 - height / 2, count),
        jac=lambda p: 2 * (p - np.array(wishes)),
        bounds=[(height / 2, 300 - height / 2)] * count,
        constraints=[
            {"type": "ineq", "fun": lambda p, n=n: p[n + 1] - p[n] - height} for n in range(count - 1)
        ],
        method="SLSQP",
    )
    assert ((np.array(placed) - wishes) ** 2).sum() <= best.fun + 1e-3 * (1 + best.fun)


def test_labels_without_room_share_it_evenly() -> None:
    assert push_apart([50.0, 50.0, 50.0, 50.0], [40.0] * 4, 0.0, 80.0) == pytest.approx([10, 30, 50, 70])
    assert push_apart([], [], 0.0, 80.0) == []


def test_dots_do_not_overlap_while_there_is_room() -> None:
    heights = np.sort(np.random.default_rng(2).normal(100, 40, 60))
    offsets = swarm(heights, 6.0, 40.0)
    assert np.abs(offsets).max() <= 40
    for a in range(60):
        for b in range(a):
            assert np.hypot(heights[a] - heights[b], offsets[a] - offsets[b]) >= 6 - 1e-9
    assert swarm(np.array([1.0]), 6.0, 40.0).tolist() == [0.0]
    assert np.isfinite(swarm(np.zeros(500), 6.0, 10.0)).all()


def test_a_crowd_stands_in_rows_and_only_what_a_row_cannot_hold_is_hidden() -> None:
    heights = np.sort(np.random.default_rng(3).normal(100, 20, 1000))
    stay, offsets = crowd(heights, 4.0, 30.0)
    rows: dict[int, int] = {}
    for height in heights:
        rows[int(height // 4)] = rows.get(int(height // 4), 0) + 1
    assert len(stay) == sum(min(held, 15) for held in rows.values())
    assert np.abs(offsets).max() <= 30
    places = set(zip(np.floor(heights[stay] / 4), offsets, strict=True))
    assert len(places) == len(stay)


@pytest.mark.parametrize(
    ("extent", "most", "step"), [(1.0, 5, 0.2), (0.9, 6, 0.2), (100, 4, 25), (3, 6, 0.5), (7.1, 7, 2)]
)
def test_steps_are_round(extent: float, most: int, step: float) -> None:
    assert step_for(extent, most) == pytest.approx(step)


def test_ticks_speak_the_readers_units() -> None:
    assert [t for _, t in return_ticks((-0.11, 0.32), PAGE)] == ["−10%", "0%", "+10%", "+20%", "+30%"]
    assert [t for _, t in return_ticks((-0.001, 0.011), PAGE)] == [
        "0.0%",
        "+0.2%",
        "+0.4%",
        "+0.6%",
        "+0.8%",
        "+1.0%",
    ]
    assert "+5,000%" in [t for _, t in return_ticks((-1.0, 52.0), PAGE)]
    assert [t for _, t in price_ticks((30, 260), True, PAGE)] == ["30", "50", "70", "100", "150", "200"]
    assert [t for _, t in price_ticks((170, 255), False, PAGE)] == ["180", "200", "220", "240"]


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("low", [1e-6, 0.03, 1.0, 17.0, 4000.0])
@pytest.mark.parametrize("ratio", [1.01, 1.2, 2.0, 8.0, 90.0, 1e5, 1e10])
def test_every_price_span_has_a_few_ticks(low: float, ratio: float, log: bool) -> None:
    for form in (PAGE, PHONE):
        ticks = price_ticks((low, low * ratio), log, form)
        assert 2 <= len(ticks) <= 8
        assert len({label for _, label in ticks}) == len(ticks)
        assert all(low * (1 - 1e-9) <= value <= low * ratio * (1 + 1e-9) for value, _ in ticks)


def test_dates_in_words() -> None:
    years = date_ticks((ordinal("2000-05-26"), ordinal("2026-04-20")), 650, PAGE)
    assert [label for _, label in years][:3] == ["2002", "2004", "2006"]
    assert years[0][0] == ordinal("2002-01-01")
    months = date_ticks((ordinal("2025-08-01"), ordinal("2026-04-20")), 600, PAGE)
    assert [label for _, label in months] == ["Sep 2025", "Nov", "Jan 2026", "Mar"]
    assert [value for value, _ in months][2] == ordinal("2026-01-01")
    weeks = date_ticks((ordinal("2026-03-20"), ordinal("2026-04-20")), 600, PAGE)
    assert weeks[-1] == (ordinal("2026-04-20"), "Apr 20")


def test_spans_hold_zero_and_are_never_empty() -> None:
    low, high = span_of([np.array([0.1, np.nan, 0.3])])
    assert low < 0 < 0.3 < high
    low, high = span_of([])
    assert low < 0 < high


def test_long_labels_are_broken_and_very_long_words_cut() -> None:
    assert wrapped("IWM +29.0%", PAGE) == ("IWM +29.0%",)
    assert wrapped("Magnificent Seven +18%", PHONE) == ("Magnificent", "Seven +18%")
    cut = wrapped("Donaudampfschifffahrtsgesellschaft", PHONE)
    assert cut[0].endswith("…")
    assert text_width(cut[0], PHONE.text) <= 72


def test_what_the_typeface_lacks_becomes_a_question_mark() -> None:
    assert drawable("S&P 500 − Ünï +1%") == "S&P 500 − Ünï +1%"
    assert drawable("日\nx") == "? x"


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""

    def luminance(text: str) -> float:
        channels = [int(text[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    a, b = sorted((luminance(one), luminance(other)))
    return (b + 0.05) / (a + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_stand_out_from_the_paper(scheme: str) -> None:
    paper = getattr(shades()["paper"], scheme)
    for role, least in {
        "ink": 7,
        "soft": 4.5,
        "accent": 4.5,
        "gain": 3,
        "loss": 3,
        "blue": 3,
        "ochre": 3,
    }.items():
        assert contrast(getattr(shades()[role], scheme), paper) >= least, role  # type: ignore[index]


def test_fallback_tones_read_on_both_papers() -> None:
    for role in ("ink", "soft", "accent", "gain", "loss", "line"):
        for paper in (shades()["paper"].light, shades()["paper"].dark):
            assert contrast(shades()[role].middle, paper) >= 3, role  # type: ignore[index]
