"""The look of every chart: sizes, colours by role, typeface, and what they do to matplotlib's settings.

Colours are named by what they mean. A chart asks for a role and gets the colour to draw with: on an SVG a
sentinel that ``svg`` turns into a class with a light and a dark value, on a PNG the value of its scheme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

from generator.core.errors import BuildError
from generator.spec.looks import HOUSE, LookFile, Looks, Shade

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
RULE_WIDTH, ZERO_WIDTH = 1.0, 1.2
"""Pixels of the light rules, and of the rule at zero."""
PIXELS_PER_INCH = 72
"""One matplotlib point is one CSS pixel as shown, so that all sizes here are what the reader sees."""


_NAMES: dict[Role, str] = {
    "ink": "ink",
    "soft": "soft",
    "rule": "rule",
    "zero": "zero",
    "line": "line",
    "accent": "accent",
    "gain": "gain_mark",
    "loss": "loss_mark",
    "band": "band",
    "paper": "paper",
    "blue": "second",
    "ochre": "third",
    "plum": "fourth",
}
"""The colours of the letter's looks that the roles have."""
SENTINELS: dict[str, Role] = {f"#fe01{number:02x}": role for number, role in enumerate(_NAMES)}
SENTINEL_OF = {role: colour for colour, role in SENTINELS.items()}
NEEDED = "0123456789+−–—-…·.,:;%()’“” ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""What every chart may say: without these a typeface is of no use to it."""
_looks: list[Looks] = [HOUSE]


def looks() -> Looks:
    """Those that are drawn in now."""
    return _looks[-1]


def shades() -> Mapping[Role, Shade]:
    """The colours of the roles."""
    return _shades(looks())


@cache
def _shades(looks: Looks) -> Mapping[Role, Shade]:
    return {role: looks.shades[name] for role, name in _NAMES.items()}


def colour(role: Role, form: Form) -> str:
    """The colour to draw a role with: a sentinel on an SVG, the value of its scheme on a PNG."""
    if form.vector:
        return SENTINEL_OF[role]
    shade = shades()[role]
    return shade.dark if form.paint == "dark" else _tinted(shade.light)


def _tinted(shade: str) -> str:
    """A colour of light paper as it looks printed on the stock: what was paper is stock."""
    ink, stock, paper = (
        [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        for colour in (shade, looks().shades["ground"].light, shades()["paper"].light)
    )
    tinted = (min(round(i * s / max(p, 1)), 255) for i, s, p in zip(ink, stock, paper, strict=True))
    return "#" + "".join(f"{part:02x}" for part in tinted)


def typeface(bold: bool = False) -> FontProperties:
    """The letter's own for labels; without one Source Sans Pro from its installed package, regular or
    semibold."""
    own = looks().labels
    return _house_typeface(bold) if own.regular is None else _own_typeface((bold and own.bold) or own.regular)


@cache
def _house_typeface(bold: bool) -> FontProperties:
    name = f"SourceSansPro-{'Semibold' if bold else 'Regular'}.ttf"
    with resources.as_file(resources.files("font_source_sans_pro") / "files" / name) as path:
        return FontProperties(fname=str(path))


@cache
def _own_typeface(file: LookFile) -> FontProperties:
    if why := typeface_fault(file.path):
        raise BuildError(f"{file.name}: {why}")
    return FontProperties(fname=str(file.path))


def typeface_fault(path: Path) -> str:
    """Why charts cannot be drawn with a font file; empty when they can."""
    try:
        # Not from those that are open: the file may have changed since.
        known = FT2Font(str(path)).get_charmap()
    except (OSError, RuntimeError) as error:
        return f"cannot be opened as a font ({error}). Take the .ttf or .otf that its maker gives."
    lacking = [letter for letter in NEEDED if ord(letter) not in known]
    if not lacking:
        return ""
    return (
        f"has no shape for {' '.join(lacking[:8])}{' and more' if lacking[8:] else ''}, which charts need. "
        "Take the whole font, not a part of it, or leave its files out: then charts keep the house's."
    )


def characters(bold: bool) -> frozenset[int]:
    """What the typeface has shapes for."""
    return _characters(str(typeface(bold).get_file()))


@cache
def _characters(path: str) -> frozenset[int]:
    return frozenset(get_font(path).get_charmap())


def drawable(text: str, bold: bool = False) -> str:
    """The text on one line, with a question mark for every character the typeface has no shape for."""
    known = characters(bold)
    return "".join(c if ord(c) in known else "?" for c in " ".join(text.split()))


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of text in CSS pixels."""
    font = typeface(bold).copy()
    font.set_size(size)
    width: float = text_to_path.get_text_width_height_descent(drawable(text, bold), font, ismath=False)[0]
    return width


@contextmanager
def dressed(these: Looks) -> Iterator[None]:
    """What is drawn in here has these looks."""
    _looks.append(these)
    try:
        yield
    finally:
        _looks.pop()


@contextmanager
def house_settings(these: Looks = HOUSE) -> Iterator[None]:
    """Matplotlib as it comes, whatever the machine's own settings say, with text as shapes, fixed ids, and
    these looks."""
    with dressed(these), mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["svg.hashsalt"] = "precedent"
        mpl.rcParams["svg.fonttype"] = "path"
        # Lines are thinned before they are drawn; matplotlib's own thinning could drop a marked point.
        mpl.rcParams["path.simplify"] = False
        # Letters as wide as they were measured for the layout.
        mpl.rcParams["text.hinting"] = "none"
        yield
