"""The card that stands for an issue where a link to it is shared: 1200 by 630, read at a quarter of that."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Sheet
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D, Transform
from numpy.typing import NDArray

from generator.charts.canvas import SIMULATED_NOTE
from generator.charts.lettering import pieces, runs, widths
from generator.charts.logo import pixels
from generator.charts.scales import span_of, values
from generator.charts.store import png
from generator.charts.style import (
    PIXELS_PER_INCH,
    Role,
    house_settings,
    shades,
    text_width,
)
from generator.edition.figures import AveragePath
from generator.edition.values import ShareCard, Strip, StripCell
from generator.language.numbers import DASH
from generator.market.history import FloatArray
from generator.spec.looks import Looks

WIDTH, HEIGHT = 1200, 630
_MARGIN = 64
_ACCENT: Role = "accent"
_WARNING: Role = "loss"
_COLOURS = 64
_LOGO = 48
"""Pixels that a logo is high."""
_FIGURES = 4
"""More horizons than these cannot be read on a card."""
_TITLE_SIZES = ((76.0, 2), (64.0, 3), (52.0, 4))
"""The title's size, and the lines it may take; the first that fits is used."""


def card(told: ShareCard, simulated: bool, looks: Looks) -> bytes:
    """The file's content; see ``render.draw``. The logo of the looks stands in the place of the name."""
    with house_settings(looks):
        sheet = _Sheet()
        y = HEIGHT - _MARGIN
        kicker, role = told.kicker.upper(), _ACCENT
        if simulated:
            kicker, role = SIMULATED_NOTE.upper(), _WARNING
        sheet.text(_MARGIN, y - 22, _cut(kicker, 30, WIDTH - 2 * _MARGIN), 30, role)
        _draw_title(sheet, told.title, y - 60)
        sheet.line((_MARGIN, WIDTH - _MARGIN), (88, 88), "ink", 3)
        if looks.logo is None:
            sheet.text(_MARGIN, 40, _cut(told.name, 32, WIDTH - 2 * _MARGIN), 32, "ink")
        else:
            sheet.picture(_MARGIN, 24, pixels(looks.logo, _LOGO, WIDTH - 2 * _MARGIN))
        right = WIDTH - _MARGIN
        if isinstance(told.figure, AveragePath):
            right -= 380
            _draw_path(sheet, told.figure, (right + 20, 120, 360, 190))
        if told.strip is not None:
            _draw_strip(sheet, told.strip, right)
        return png(sheet.sheet, _COLOURS, (shade.light for shade in shades().values()))


class _Sheet:
    """An empty card; pixels count from the lower left corner."""

    def __init__(self) -> None:
        self.sheet = Sheet(figsize=(WIDTH / PIXELS_PER_INCH, HEIGHT / PIXELS_PER_INCH), dpi=PIXELS_PER_INCH)
        self.sheet.set_facecolor(shades()["paper"].light)
        self._pixels: Transform = Affine2D().scale(1 / PIXELS_PER_INCH) + self.sheet.dpi_scale_trans

    def text(self, x: float, y: float, text: str, size: float, role: Role, bold: bool = True) -> None:
        """A line of text on the baseline ``y``; nothing where it cannot be drawn as it is written."""
        line = runs(text, bold) or ()
        for (letters, face), width in zip(line, widths(line, size), strict=True):
            self.sheet.text(
                x,
                y,
                letters,
                transform=self._pixels,
                color=shades()[role].light,
                fontproperties=face,
                fontsize=size,
                verticalalignment="baseline",
                parse_math=False,
            )
            x += width

    def picture(self, x: int, y: int, pixels: NDArray[np.uint8]) -> None:
        """A picture, its lower left corner at this place."""
        self.sheet.figimage(pixels[::-1], x, y, origin="lower")

    def line(
        self, xs: tuple[float, ...], ys: tuple[float, ...], role: Role, width: float, dashed: bool = False
    ) -> None:
        """A line through points given in pixels."""
        line = Line2D(xs, ys, color=shades()[role].light, linewidth=width)
        if dashed:
            line.set_dashes((3.0, 2.0))
        line.set_transform(self._pixels)
        line.set_solid_joinstyle("round")
        self.sheet.add_artist(line)


def _draw_title(sheet: _Sheet, title: str, top: float) -> None:
    room = WIDTH - 2 * _MARGIN
    if runs(title, bold=True) is None:
        return
    for size, most in _TITLE_SIZES:
        lines = _broken(title, size, room)
        if len(lines) <= most:
            break
    last = "".join(" " * spaced + line for spaced, line in lines[most - 1 :]).strip()
    shown = [*(line for _, line in lines[: most - 1]), last]
    for number, line in enumerate(_cut(line, size, room) for line in shown):
        sheet.text(_MARGIN, top - size * 0.8 - number * size * 1.08, line, size, "ink")


def _draw_strip(sheet: _Sheet, strip: Strip, right: float) -> None:
    """The average return at some horizons: the first, the last and the headline are among them."""
    cells = _evenly(strip.cells)
    what = "Median" if any(cell.median for cell in cells) else "Average"
    sheet.text(_MARGIN, 222, f"{what} {strip.after.lower()}", 26, "soft", bold=False)
    pitch = (right - _MARGIN) / max(len(cells), 1)
    size = min([48.0, *(48.0 * (pitch - 16) / text_width(cell.average, 48, bold=True) for cell in cells)])
    for number, cell in enumerate(cells):
        x = _MARGIN + number * pitch
        tone: Role = "gain" if cell.tone == "gain" else "loss" if cell.tone == "loss" else "ink"
        sheet.text(x, 176, cell.label, 30, "soft")
        sheet.text(x, 124, cell.average, size, "soft" if cell.average == DASH else tone)


def _evenly(cells: tuple[StripCell, ...]) -> tuple[StripCell, ...]:
    if len(cells) <= _FIGURES:
        return cells
    last = len(cells) - 1
    places = [round(n * last / (_FIGURES - 1)) for n in range(_FIGURES)]
    lead = next((place for place, cell in enumerate(cells) if cell.headline), places[0])
    if lead not in places:
        inner = range(1, _FIGURES - 1)
        places[min(inner, key=lambda n: abs(places[n] - lead))] = lead
    return tuple(cells[place] for place in places)


def _draw_path(sheet: _Sheet, figure: AveragePath, box: tuple[float, float, float, float]) -> None:
    """The average path over the ordinary one, without axes: the shape is all that a small picture can say."""
    average, baseline = values(figure.average), values(figure.baseline)
    low, high = span_of((average, baseline))
    left, bottom, width, height = box
    sheet.line((left, left + width), (bottom + height * -low / (high - low),) * 2, "zero", 2)
    lines: tuple[tuple[FloatArray, Role, float, bool], ...] = (
        (baseline, "soft", 3.0, True),
        (average, "ink", 6.0, False),
    )
    for path, role, thick, dashed in lines:
        known = np.flatnonzero(np.isfinite(path))
        xs = left + width * known / max(len(path) - 1, 1)
        ys = bottom + height * (path[known] - low) / (high - low)
        sheet.line(tuple(xs), tuple(ys), role, thick, dashed)


def _broken(text: str, size: float, room: float) -> list[tuple[bool, str]]:
    """Words on lines no wider than ``room``, and whether a space stood before each line; a word that is wider
    has a line of its own."""
    lines: list[tuple[bool, str]] = []
    for spaced, word in pieces(text):
        longer = f"{lines[-1][1]}{' ' * spaced}{word}" if lines else word
        if lines and _wide(longer, size) <= room:
            lines[-1] = (lines[-1][0], longer)
        else:
            lines.append((spaced, word))
    return lines


def _wide(text: str, size: float) -> float:
    """The width of a line; one that cannot be drawn takes no room."""
    return sum(widths(runs(text, bold=True) or (), size))


def _cut(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    width = _wide(text, size)
    if width <= room:
        return text
    # Nearly there in one step; measuring is slow.
    text = text[: int(len(text) * room / width) + 2]
    while text and _wide(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
