from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from generator.charts import lettering
from generator.charts.render import draw
from generator.charts.style import shades, typeface
from generator.edition.values import ShareCard
from tests.charts.figures import USUAL
from tests.press import demo


def drawn(simulated=False, figure="average path", **changes):
    words = {
        "name": "Precedent",
        "kicker": "Small caps",
        "title": "A 10% month",
        "strip": demo.edition().strip,
    }
    return draw(ShareCard(**{**words, **changes}, figure=USUAL.get(figure)), "card", simulated)


def open_png(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def test_it_has_the_size_that_networks_ask_for():
    content = drawn()
    assert open_png(content).size == (1200, 630)
    assert len(content) < 60_000
    paper = tuple(int(shades()["paper"].light[n : n + 2], 16) for n in (1, 3, 5))
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
    told = ShareCard("Precedent", "k", "t", demo.edition().strip, USUAL["average path"])
    one, other = (draw(told, "card", False) for _ in range(2))
    assert one == other


HOUSE = "Small caps: ten years − Ünï, Ελλάδα, Россия"
MORE = ["日経平均が上昇", "罗素2000指数", "러셀 2000 지수", "Nikkei 日経平均 +10%"]
SHAPED = [
    "ارتفع",
    "ראסל 2000",
    "रसेल",
    "ดัชนี",
    "ரஸ்ஸல்",
    "👨‍👩‍👧",
    "🇯🇵",
    "👍🏽",
    "مؤشر Russell 2000",
    "x\u0303\u0304",
]


@pytest.fixture
def bare(monkeypatch):
    """A machine without any typeface."""
    monkeypatch.setattr(lettering, "findSystemFonts", list)
    for kept in (lettering._other_face, lettering._installed):
        kept.cache_clear()
    yield
    for kept in (lettering._other_face, lettering._installed):
        kept.cache_clear()


def installed_for(letter):
    return any(lettering._draws(path, letter) for path in lettering._installed(True))


@pytest.mark.parametrize("text", SHAPED)
def test_a_script_that_is_more_than_letters_side_by_side_is_left_out(text):
    assert lettering.runs(text, True) is None
    assert drawn(title=text) == drawn(title="")
    assert drawn(kicker=text) == drawn(kicker="")
    assert drawn(name=text) == drawn(name="")
    assert drawn(title=text) != drawn()
    assert lettering.in_house(text)


@pytest.mark.parametrize("text", MORE)
def test_without_a_typeface_that_has_it_a_line_is_left_out(text, bare):
    assert lettering.runs(text, True) is None
    assert drawn(title=text) == drawn(title="")
    assert drawn(kicker=text) == drawn(kicker="")
    assert drawn(name=text) == drawn(name="")


@pytest.mark.parametrize("text", MORE)
def test_with_a_typeface_that_has_it_a_line_is_drawn(text):
    if not all(installed_for(letter) for letter in "日罗러"):
        pytest.skip("no typeface with Chinese, Japanese and Korean letters is installed here")
    line = lettering.runs(text, True)
    assert "".join(letters for letters, _ in line) == text
    assert drawn(title=text) != drawn(title="")
    assert drawn(title=text) == drawn(title=text)
    assert not lettering.in_house(text)


def test_what_the_house_has_is_drawn_alike_on_every_machine(bare):
    ((letters, face),) = lettering.runs(HOUSE, True)
    assert (letters, face) == (HOUSE, typeface(bold=True))
    assert lettering.in_house(HOUSE)


@pytest.mark.parametrize("text", [*MORE, HOUSE, "\U000f1234 private", "🚀 up", "\ufffd", "\u2603"])
def test_every_letter_that_is_drawn_has_a_shape(text):
    for letters, face in lettering.runs(text, True) or ():
        assert all(lettering._draws(face.get_file(), letter) for letter in letters if letter != " ")


def test_lines_break_between_letters_without_spaces_and_before_no_full_stop():
    pieces = list(lettering.pieces("株価は、 上昇。 S&P 500指数"))
    assert pieces == [
        (False, "株"),
        (False, "価"),
        (False, "は、"),
        (True, "上"),
        (False, "昇。"),
        (True, "S&P"),
        (True, "500"),
        (False, "指"),
        (False, "数"),
    ]
