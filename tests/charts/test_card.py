from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from generator.charts.card import CardWords, card
from generator.charts.render import draw_card
from generator.charts.style import SHADES
from tests.charts.figures import USUAL
from tests.press import demo


def drawn(simulated=False, figure="average path", **changes):
    words = {
        "name": "Precedent",
        "kicker": "Small caps",
        "title": "A 10% month",
        "strip": demo.edition().strip,
    }
    return draw_card(**{**words, **changes}, figure=USUAL.get(figure), simulated=simulated)


def open_png(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def test_it_has_the_size_that_networks_ask_for():
    content = drawn()
    assert open_png(content).size == (1200, 630)
    assert len(content) < 60_000
    paper = tuple(int(SHADES["paper"].light[n : n + 2], 16) for n in (1, 3, 5))
    assert open_png(content).getpixel((3, 3)) == paper


@pytest.mark.parametrize("title", ["", "x" * 400, "A long title of many words " * 20, "日本 $x^2$ <b>"])
def test_nothing_reaches_the_edge(title):
    picture = np.asarray(open_png(drawn(title=title, kicker=title, name=title)))
    for edge in (picture[:, :50], picture[:, 1150:], picture[:20], picture[610:]):
        assert (edge == picture[0, 0]).all()


@pytest.mark.parametrize("figure", ["price", "seasonality", None])
def test_other_charts_are_left_out(figure):
    assert drawn(figure=figure) == drawn(figure="spread")


def test_the_strip_is_cut_to_four_with_both_ends():
    strip = demo.edition().strip
    many = replace(strip, cells=tuple(replace(strip.cells[0], average=f"+{n}.0%") for n in range(7)))
    four = replace(strip, cells=tuple(many.cells[n] for n in (0, 2, 4, 6)))
    assert drawn(strip=many) == drawn(strip=four)
    assert drawn(strip=many) != drawn(strip=None)
    # The horizon that speaks for the study takes the place of the nearest one between the ends.
    led = replace(many, cells=tuple(replace(cell, headline=n == 3) for n, cell in enumerate(many.cells)))
    with_it = replace(strip, cells=tuple(many.cells[n] for n in (0, 3, 4, 6)))
    assert drawn(strip=led) == drawn(strip=with_it) != drawn(strip=four)


def test_simulated_prices_say_so_on_it():
    assert drawn(simulated=True) != drawn(simulated=False)
    assert drawn(simulated=True, kicker="a") == drawn(simulated=True, kicker="b")


def test_the_same_words_give_the_same_bytes():
    words = CardWords("Precedent", "k", "t", demo.edition().strip)
    assert card(words, USUAL["average path"], False) == card(words, USUAL["average path"], False)
