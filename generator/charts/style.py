"""The look of every chart: sizes, colours by role, typeface, and what they do to matplotlib's settings.

Colours are named by what they mean. A chart asks for a role and gets the colour to draw with: on an SVG a
sentinel that ``svg`` turns into a class with a light and a dark value, on a PNG the value of its scheme.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.textpath import text_to_path

FormName = Literal["page", "phone", "email", "email-dark"]
Paint = Literal["both", "tinted", "dark"]
"""A form's colours: both schemes, in an SVG; the light ones as if printed on tinted stock; the dark ones."""
Role = Literal[
    "ink", "soft", "rule", "zero", "line", "accent", "gain", "loss", "band", "paper", "blue", "ochre", "plum"
]


@dataclass(frozen=True)
class Form:
    """Where a chart is shown: its size, text size and line width in CSS pixels, and its colours.

    ``margin`` is kept free on all sides; a PNG has ``sharpness`` pixels for each CSS pixel.
    """

    name: FormName
    width: int
    height: int
    text: float
    line: float
    paint: Paint = "both"
    margin: float = 0.0
    sharpness: float = 1.0

    @property
    def vector(self) -> bool:
        """Stored as an SVG, and not as a PNG."""
        return self.paint == "both"

    @property
    def narrow(self) -> bool:
        """Too narrow for labels of more than a word or two beside the plot."""
        return self.width < 500


FORMS: dict[FormName, Form] = {
    "page": Form("page", 760, 400, 13.0, 2.0),
    "phone": Form("phone", 360, 300, 12.0, 1.8),
    # One picture for a phone of 320 pixels and a column of 560, at two pixels of the file to each of those.
    "email": Form("email", 448, 290, 16.5, 2.4, "tinted", margin=10.0, sharpness=2.5),
    "email-dark": Form("email-dark", 448, 290, 16.5, 2.4, "dark", margin=10.0, sharpness=2.5),
}
STOCK = "#f3eee3"
"""The tinted stock: it glares less than paper where a mail program darkens everything but the pictures."""
PIXELS_PER_INCH = 72
"""One matplotlib point is one CSS pixel as shown, so that all sizes here are what the reader sees."""


@dataclass(frozen=True)
class Shade:
    """A role's colour on light paper, on dark paper, and where a viewer knows no colour schemes: then a
    middle tone that reads on both, as strong as ``weight``."""

    light: str
    dark: str
    middle: str
    weight: float = 1.0


SHADES: dict[Role, Shade] = {
    "ink": Shade("#1c1b19", "#e8e4dc", "#7d7a75"),
    "soft": Shade("#676259", "#a8a398", "#7d7a75"),
    "rule": Shade("#e6e1d7", "#2d2e31", "#808080", 0.3),
    "zero": Shade("#8c867b", "#77736b", "#808080"),
    "line": Shade("#5a564f", "#b9b4aa", "#7d7a75"),
    "accent": Shade("#0b6470", "#62c3cc", "#2a8f99"),
    "gain": Shade("#1f7f86", "#58b5b6", "#2f9397"),
    "loss": Shade("#c4501b", "#ea8550", "#d06a34"),
    "band": Shade("#e9e8e1", "#26292b", "#808080", 0.2),
    "paper": Shade("#fffcf7", "#17181a", "#808080", 0.0),
    "blue": Shade("#456b9f", "#8fb2e0", "#6f93c0"),
    "ochre": Shade("#8f6614", "#d8ae5e", "#b58a3a"),
    "plum": Shade("#8e5f93", "#c79acb", "#a377a8"),
}
SENTINELS: dict[str, Role] = {f"#fe01{number:02x}": role for number, role in enumerate(SHADES)}
SENTINEL_OF = {role: colour for colour, role in SENTINELS.items()}


def colour(role: Role, form: Form) -> str:
    """The colour to draw a role with: a sentinel on an SVG, the value of its scheme on a PNG."""
    if form.vector:
        return SENTINEL_OF[role]
    return SHADES[role].dark if form.paint == "dark" else _tinted(SHADES[role].light)


def _tinted(shade: str) -> str:
    """A colour of light paper as it looks printed on the stock: what was paper is stock."""
    ink, stock, paper = (
        [int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (shade, STOCK, SHADES["paper"].light)
    )
    return "#" + "".join(f"{round(i * s / p):02x}" for i, s, p in zip(ink, stock, paper, strict=True))


@cache
def typeface(bold: bool = False) -> FontProperties:
    """Source Sans Pro from its installed package, regular or semibold."""
    name = f"SourceSansPro-{'Semibold' if bold else 'Regular'}.ttf"
    with resources.as_file(resources.files("font_source_sans_pro") / "files" / name) as path:
        return FontProperties(fname=str(path))


@cache
def _characters(bold: bool) -> frozenset[int]:
    return frozenset(get_font(str(typeface(bold).get_file())).get_charmap())


def drawable(text: str, bold: bool = False) -> str:
    """The text on one line, with a question mark for every character the typeface has no shape for."""
    known = _characters(bold)
    return "".join(c if ord(c) in known else "?" for c in " ".join(text.split()))


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of text in CSS pixels."""
    font = typeface(bold).copy()
    font.set_size(size)
    width: float = text_to_path.get_text_width_height_descent(drawable(text, bold), font, ismath=False)[0]
    return width


@contextmanager
def house_settings() -> Iterator[None]:
    """Matplotlib as it comes, whatever the machine's own settings say, with text as shapes and fixed ids."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["svg.hashsalt"] = "precedent"
        mpl.rcParams["svg.fonttype"] = "path"
        # Lines are thinned before they are drawn; matplotlib's own thinning could drop a marked point.
        mpl.rcParams["path.simplify"] = False
        # Letters as wide as they were measured for the layout.
        mpl.rcParams["text.hinting"] = "none"
        yield
