"""The files: both schemes, only colours of the palette, no text, same bytes; and every picture is legible."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image, ImageColor

from generator.charts.canvas import SIMULATED_NOTE, Canvas
from generator.charts.compose import compose
from generator.charts.render import draw
from generator.charts.style import FORMS, SENTINELS, FormName, house_settings, shades
from generator.edition.figures import Figure
from generator.site.templating import TEMPLATES
from generator.spec.looks import HOUSE
from tests.charts.figures import ODD, USUAL

FORM_NAMES: tuple[FormName, ...] = get_args(FormName)
EVERY = {**USUAL, **ODD}
SVG = "{http://www.w3.org/2000/svg}"


def composed(figure: Figure, form: FormName, simulated: bool = False) -> Canvas:
    with house_settings():
        return compose(figure, form, simulated)


@pytest.mark.parametrize("form", ["page", "phone"])
@pytest.mark.parametrize("name", USUAL)
def test_svg_holds_both_schemes_and_only_the_palette(name: str, form: FormName) -> None:
    text = draw(USUAL[name], form, simulated=True).decode()
    light, dark = re.findall(r"@media \(prefers-color-scheme:(?:light|dark)\)\{(.*?\})\}", text)
    palette = {c for shade in shades().values() for c in (shade.light, shade.dark, shade.middle)}
    assert set(re.findall(r"#[0-9a-f]{6}\b", text)) <= palette
    assert not any(sentinel in text for sentinel in SENTINELS)
    assert set(re.findall(r"#[0-9a-f]{6}", light)) <= {s.light for s in shades().values()}
    assert set(re.findall(r"#[0-9a-f]{6}", dark)) <= {s.dark for s in shades().values()}
    # A class that is used is coloured in both schemes.
    for used in {c for names in re.findall(r'class="([^"]+)"', text) for c in names.split()}:
        assert f".{used}{{" in light
        assert f".{used}{{" in dark


@pytest.mark.parametrize("form", ["page", "phone"])
@pytest.mark.parametrize("name", USUAL)
def test_svg_is_small_transparent_and_without_text(name: str, form: FormName) -> None:
    content = draw(USUAL[name], form, simulated=False)
    root = ElementTree.fromstring(content)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "style", "g", "defs", "path", "use", "clipPath", "rect"}
    assert int(root.get("width", "")) == FORMS[form].width
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert len(content) < 60_000
    covering = [p.get("d", "") for p in root.iter(f"{SVG}path") if p.get("fill") not in (None, "none")]
    assert not any(d.startswith(f"M0 {root.get('height')}") for d in covering)
    references = {e.get("href", "").removeprefix("#") for e in root.iter(f"{SVG}use")}
    assert references <= {e.get("id") for e in root.iter()}


def test_only_drawings_are_rounded_and_not_where_a_line_of_text_begins() -> None:
    text = draw(USUAL["price"], "page", simulated=False).decode()
    assert re.search(r'transform="translate\([^"]*\d\.\d{3,}', text)
    assert not re.search(r' d="[^"]*\d\.\d\d', text)


GROUNDS = [("email", HOUSE.shades["ground"].light), ("email-dark", HOUSE.shades["paper"].dark)]


@pytest.mark.parametrize(("form", "ground"), GROUNDS)
@pytest.mark.parametrize("name", USUAL)
def test_png_is_twice_560_pixels_on_its_ground(name: str, form: FormName, ground: str) -> None:
    picture = Image.open(BytesIO(draw(USUAL[name], form, simulated=True))).convert("RGB")
    assert picture.size[0] == 2 * 560
    assert (
        picture.getpixel((0, 0)) == picture.getpixel((1119, picture.size[1] - 1)) == ImageColor.getrgb(ground)
    )


def test_an_e_mail_has_one_ground() -> None:
    """The chart's stock is what the e-mail's paper lies on, and shows while the chart is not there yet."""
    style = (TEMPLATES / "email" / "style.css").read_text()
    assert re.search(r"\.chart \{[^}]*background-color: \{\{ light\.ground \}\};", style)
    assert re.search(r"body \{[^}]*background-color: \{\{ light\.ground \}\};", style)


def test_email_charts_are_legible_at_the_width_of_a_phone() -> None:
    """Shown 296 pixels wide, on a phone of 320: text of 10 pixels at least; on the phones of most, of 12."""
    for name in ("email", "email-dark"):
        form = FORMS[name]
        assert form.text * 296 / form.width >= 10.5
        assert form.text * 336 / form.width >= 12


def test_same_bytes_in_another_process_on_another_machine(tmp_path: Path) -> None:
    """Other hash seed, other time zone, settings of the user's own: the files do not change."""
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\nfont.size: 30\nsvg.fonttype: none\n")
    script = (
        "import sys, hashlib\n"
        "from generator.charts.render import draw\n"
        "from tests.charts.figures import USUAL\n"
        "parts = [draw(f, form, True) for f in USUAL.values() for form in ('page', 'email')]\n"
        "print(hashlib.sha256(b''.join(parts)).hexdigest())\n"
    )
    answers = set()
    for seed in ("1", "2"):
        own = {"PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
        if seed == "2":
            own["MATPLOTLIBRC"] = str(tmp_path)
            # A place for matplotlib's own files that cannot be written: no word of it on stderr.
            own["MPLCONFIGDIR"] = str(tmp_path / "matplotlibrc" / "none")
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script],
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        answers.add(done.stdout)
    assert len(answers) == 1


@pytest.mark.parametrize("form", FORM_NAMES)
@pytest.mark.parametrize("name", EVERY)
def test_every_figure_is_legible(name: str, form: FormName) -> None:
    """Nothing written leaves the picture, nothing written covers anything else that is written."""
    with house_settings():
        canvas = compose(EVERY[name], form, simulated=True)
        renderer = FigureCanvasAgg(canvas.sheet).get_renderer()
        canvas.sheet.draw(renderer)
        boxes = [text.get_window_extent(renderer) for text in canvas.sheet.texts]
    texts = [text.get_text() for text in canvas.sheet.texts]
    assert texts[0] == SIMULATED_NOTE
    assert not any("nan" in text.lower().split() or text == "—" for text in texts)
    width, height = canvas.sheet.bbox.width, canvas.sheet.bbox.height
    scale = width / canvas.width
    for text, box in zip(texts, boxes, strict=True):
        assert box.x0 >= -scale, text
        assert box.x1 <= width + scale, text
        assert box.y0 >= -scale, text
        assert box.y1 <= height + scale, text
    for (a, one), (b, other) in combinations(list(zip(texts, boxes, strict=True)), 2):
        overlap_x = min(one.x1, other.x1) - max(one.x0, other.x0)
        overlap_y = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert overlap_x <= 0 or overlap_y <= 4 * scale, (a, b)


def luminance(colour: str) -> float:
    """WCAG 2's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", EVERY)
def test_words_on_charts_stand_out_from_their_ground(name: str, scheme: str) -> None:
    """WCAG 2 AA, 4.5 to 1, on paper and on the band, which labels inside a plot may lie on."""
    roles = {SENTINELS[str(text.get_color())] for text in composed(EVERY[name], "page").sheet.texts}
    for role in roles:
        for ground in ("paper", "band") if role in ("ink", "soft", "accent") else ("paper",):
            darker, lighter = sorted(luminance(getattr(shades()[key], scheme)) for key in (role, ground))
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (role, ground)


@pytest.mark.parametrize("name", USUAL)
def test_only_simulated_prices_are_called_so(name: str) -> None:
    real = [text.get_text() for text in composed(USUAL[name], "page").sheet.texts]
    assert SIMULATED_NOTE not in real


def test_prices_of_26_years_make_a_small_file() -> None:
    assert len(draw(ODD["price with 200 episodes"], "page", simulated=True)) < 80_000


def test_matplotlib_is_imported_only_to_draw() -> None:
    script = "import sys, generator.charts.render; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
