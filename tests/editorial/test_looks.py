"""looks: in letter.yml: what is written is what everything gets, and what cannot be used is told."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.font_manager import findfont, get_font
from PIL import Image

from generator.assembly.theme import theme_files
from generator.charts.render import draw
from generator.charts.style import NEEDED
from generator.check.looks import check_looks
from generator.core.errors import SpecError
from generator.edition.values import ShareCard
from generator.site.templating import TEMPLATES
from generator.spec.letter import Letter, load_letter
from generator.spec.looks import HOUSE, contrast, unreadable
from tests.charts.figures import USUAL

FONT = Path(findfont("DejaVu Serif"))
"""Matplotlib brings this one."""
HEAD = "name: Mine\ntagline: t\nauthor: a\ndisclaimer: d\n"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20">'
    '<rect width="80" height="20" fill="#8a1c4a"/></svg>'
)
OWN = """looks:
  logo: looks/logo.svg
  colours:
    light: {paper: "#fff", accent: "#8a1c4a", gain: "#1b6b2f"}
    dark: {paper: "#101418"}
  fonts:
    labels: {family: Mine Sans, fallback: [Arial], regular: looks/mine.ttf}
    text: {family: Source Serif 4, fallback: [Georgia, serif]}
"""


def folder(place: Path, looks: str = OWN) -> Path:
    (place / "looks").mkdir(exist_ok=True)
    (place / "looks" / "mine.ttf").write_bytes(FONT.read_bytes())
    (place / "looks" / "logo.svg").write_text(LOGO)
    (place / "letter.yml").write_text(HEAD + looks)
    return place


def mine(place: Path, looks: str = OWN) -> Letter:
    return load_letter(folder(place, looks))


def wrong(place: Path, looks: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        mine(place, looks)
    return [f"{problem.key}: {problem.message}" for problem in caught.value.problems]


def test_contrast_is_that_of_the_standard():
    """Values of WCAG's own examples: black on white, and #777 on white just fails."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_the_house_can_be_read():
    assert list(unreadable(HOUSE)) == []
    assert load_letter(Path(__file__).parents[2]).looks is HOUSE


def test_no_colour_of_the_looks_is_written_anywhere_else():
    theme = ("theme/assets/letter.css", "theme/assets/looks.css", "theme/assets/mark.svg")
    for name in (*theme, "email/style.css", "email/client.css", "email/frame.html"):
        text = (TEMPLATES / name).read_text()
        values = {value for _, shade in HOUSE.colours for value in (shade.light, shade.dark)}
        assert not [value for value in values - {"#fffcf7"} if value in text], name


def test_what_is_written_for_light_paper_is_made_readable_on_dark_paper(tmp_path):
    looks = mine(tmp_path).looks
    assert looks.shades["accent"].light == "#8a1c4a"
    assert contrast(looks.shades["accent"].dark, "#101418") >= 4.5
    assert looks.shades["accent"].dark != HOUSE.shades["accent"].dark
    # What is led by a colour follows it; what is not written stays the house's.
    assert looks.shades["gain_tint"].light == looks.shades["gain_mark"].light == "#1b6b2f"
    assert looks.shades["loss_mark"] == HOUSE.shades["loss_mark"]


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ("looks: {colour: {}}", "looks.colour: there is no such key. Did you mean 'colours'?"),
        ("looks: {colours: {lihgt: {}}}", "looks.colours.lihgt: there is no such key. Did you mean 'light"),
        ("looks:\n  colours:\n    light:\n      accent: #8a1c4a", "looks.colours.light.accent: has no"),
        ('looks: {colours: {light: {accent: "teal"}}}', "looks.colours.light.accent: found 'teal' where"),
        ('looks: {colours: {light: {accent: "#cce"}}}', "looks.colours.light.accent: #ccccee has a"),
        ('looks: {colours: {dark: {paper: "#fff"}}}', "looks.colours.dark.paper: #ffffff cannot be"),
        ("looks: {logo: looks/none.png}", "looks.logo: there is no file looks/none.png"),
        ("looks: {logo: ../logo.png}", "looks.logo: ../logo.png leads out"),
        ("looks: {logo: logo.gif}", "looks.logo: found 'logo.gif' where an .svg or .png"),
        ("looks: {logo_dark: looks/logo.svg}", "looks.logo_dark: needs a 'logo'"),
        ("looks: {fonts: {labels: {regular: looks/mine.ttf}}}", "looks.fonts.labels.family: 'family' is"),
        ("looks: {fonts: {text: {family: X, bold: looks/mine.ttf}}}", "looks.fonts.text: names a bold"),
        ("looks: {fonts: {text: {family: X, regular: looks/x.woff2}}}", "looks.fonts.text.regular: found"),
        ("looks: {fonts: {text: {family: X, regular: x.woff2, bold: looks/mine.ttf}}}", "looks.fonts.text."),
        ("looks: {fonts: {text: {family: 'X; }'}}}", "looks.fonts.text.family: found 'X; }'"),
        ("looks: nice", "looks: found 'nice' where keys and values are needed"),
        ("looks: {fonts: [a]}", "looks.fonts: found a list where keys and values are needed"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_once(tmp_path, looks, told):
    found = wrong(tmp_path, looks + "\n")
    assert len(found) == 1, found
    assert found[0].startswith(told)


def test_a_font_file_that_cannot_be_opened_is_told(tmp_path):
    folder(tmp_path)
    for content in (b"wOF2" + FONT.read_bytes()[4:], FONT.read_bytes()[:20_000], b"", b"<html>"):
        (tmp_path / "looks" / "mine.ttf").write_bytes(content)
        with pytest.raises(SpecError, match=r"mine\.ttf cannot be opened as a font"):
            load_letter(tmp_path)
    (tmp_path / "looks" / "logo.svg").write_text("<html>")
    with pytest.raises(SpecError, match=r"logo\.svg is no picture of the kind"):
        load_letter(tmp_path)


def test_a_font_without_the_signs_of_a_chart_is_told_by_check(tmp_path):
    """A font of mathematical signs alone: it opens, and has no letters."""
    looks = mine(tmp_path).looks
    assert list(check_looks(looks)) == []
    signs = Path(findfont("STIXSizeOneSym"))
    assert not set(map(ord, NEEDED)) <= set(get_font(str(signs)).get_charmap())
    (tmp_path / "looks" / "mine.ttf").write_bytes(signs.read_bytes())
    (problem,) = check_looks(load_letter(tmp_path).looks)
    assert problem.key == "looks.fonts.labels.regular"
    assert "which charts need" in problem.message


@pytest.mark.parametrize("name", USUAL)
def test_charts_are_drawn_in_them(tmp_path, name):
    looks = mine(tmp_path).looks
    drawn, house = (draw(USUAL[name], "page", False, these).decode() for these in (looks, HOUSE))
    assert drawn != house
    for colour in ("accent", "gain_mark", "paper"):
        if HOUSE.shades[colour].dark in house:
            assert looks.shades[colour].dark in drawn
            assert HOUSE.shades[colour].dark not in drawn


def test_a_card_has_the_colours_and_the_logo(tmp_path):
    looks = mine(tmp_path).looks
    content = draw(ShareCard("Mine", "k", "T", None, None), "card", False, looks)
    card = Image.open(BytesIO(content)).convert("RGB")
    assert card.getpixel((2, 2)) == (255, 255, 255)
    # The logo lies 64 pixels from the left and 24 above the lower edge, 48 high and 192 wide.
    for place in ((66, 630 - 28), (250, 630 - 68)):
        assert card.getpixel(place) == (0x8A, 0x1C, 0x4A)
    assert card.getpixel((262, 600)) == (255, 255, 255)


def test_pages_get_colours_fonts_and_the_files(tmp_path):
    letter = mine(tmp_path)
    files = {file.path: file.content for file in theme_files(letter.looks)}
    sheet = files["assets/letter.css"].decode()
    font = letter.looks.labels.regular
    assert sheet.count("--accent: #8a1c4a;") == 2  # light, and print
    assert "--sans: 'Mine Sans',Arial;" in sheet
    assert "--serif: 'Source Serif 4',Georgia,serif;" in sheet
    assert f'src: url("fonts/{font.served}")' in sheet
    assert files[f"assets/fonts/{font.served}"] == FONT.read_bytes()
    assert "#8a1c4a" in files["assets/mark.svg"].decode()
    assert Image.open(BytesIO(files["assets/mail-logo.png"])).size == (288, 72)
    assert "@font-face" not in {f.path: f.content for f in theme_files(HOUSE)}["assets/letter.css"].decode()


def test_other_content_of_a_file_is_another_look(tmp_path):
    before = mine(tmp_path)
    assert repr(before) == repr(load_letter(tmp_path))
    (tmp_path / "looks" / "logo.svg").write_text(LOGO.replace("8a1c4a", "8a1c4b"))
    after = load_letter(tmp_path)
    assert repr(after) != repr(before)
    assert after.looks != before.looks
    assert str(tmp_path) not in repr(after)
