"""The card that stands for an issue where a link to it is shared: 1200 by 630, read at a quarter of that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure as Sheet
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D, Transform

from generator.charts.canvas import SIMULATED_NOTE
from generator.charts.scales import span_of, values
from generator.charts.store import png
from generator.charts.style import (
    PIXELS_PER_INCH,
    SHADES,
    Role,
    drawable,
    house_settings,
    text_width,
    typeface,
)
from generator.editorial.edition import Strip, StripCell
from generator.editorial.figures import AveragePath, Figure
from generator.editorial.numbers import DASH
from generator.market.history import FloatArray

WIDTH, HEIGHT = 1200, 630
_MARGIN = 64
_ACCENT: Role = "accent"
_WARNING: Role = "loss"
_COLOURS = 64
_FIGURES = 4
"""More horizons than these cannot be read on a card."""
_TITLE_SIZES = ((76.0, 2), (64.0, 3), (52.0, 4))
"""The title's size, and the lines it may take; the first that fits is used."""


@dataclass(frozen=True)
class CardWords:
    """What a card says: the letter's name, the line above the title, the title, the strip's figures."""

    name: str
    kicker: str
    title: str
    strip: Strip | None


def card(words: CardWords, figure: Figure | None, simulated: bool) -> bytes:
    """The file's content; see ``render.draw_card``."""
    with house_settings():
        sheet = _Sheet()
        y = HEIGHT - _MARGIN
        kicker, role = words.kicker.upper(), _ACCENT
        if simulated:
            kicker, role = SIMULATED_NOTE.upper(), _WARNING
        sheet.text(_MARGIN, y - 22, _cut(kicker, 30, WIDTH - 2 * _MARGIN), 30, role)
        _draw_title(sheet, words.title, y - 60)
        sheet.line((_MARGIN, WIDTH - _MARGIN), (88, 88), "ink", 3)
        sheet.text(_MARGIN, 40, _cut(words.name, 32, WIDTH - 2 * _MARGIN), 32, "ink")
        right = WIDTH - _MARGIN
        if isinstance(figure, AveragePath):
            right -= 380
            _draw_path(sheet, figure, (right + 20, 120, 360, 190))
        if words.strip is not None:
            _draw_strip(sheet, words.strip, right)
        return png(sheet.sheet, _COLOURS, (shade.light for shade in SHADES.values()))


class _Sheet:
    """An empty card; pixels count from the lower left corner."""

    def __init__(self) -> None:
        self.sheet = Sheet(figsize=(WIDTH / PIXELS_PER_INCH, HEIGHT / PIXELS_PER_INCH), dpi=PIXELS_PER_INCH)
        self.sheet.set_facecolor(SHADES["paper"].light)
        self._pixels: Transform = Affine2D().scale(1 / PIXELS_PER_INCH) + self.sheet.dpi_scale_trans

    def text(self, x: float, y: float, text: str, size: float, role: Role, bold: bool = True) -> None:
        """A line of text on the baseline ``y``."""
        self.sheet.text(
            x,
            y,
            drawable(text, bold),
            transform=self._pixels,
            color=SHADES[role].light,
            fontproperties=typeface(bold),
            fontsize=size,
            verticalalignment="baseline",
            parse_math=False,
        )

    def line(
        self, xs: tuple[float, ...], ys: tuple[float, ...], role: Role, width: float, dashed: bool = False
    ) -> None:
        """A line through points given in pixels."""
        line = Line2D(xs, ys, color=SHADES[role].light, linewidth=width)
        if dashed:
            line.set_dashes((3.0, 2.0))
        line.set_transform(self._pixels)
        line.set_solid_joinstyle("round")
        self.sheet.add_artist(line)


def _draw_title(sheet: _Sheet, title: str, top: float) -> None:
    room = WIDTH - 2 * _MARGIN
    for size, most in _TITLE_SIZES:
        lines = _broken(title, size, room)
        if len(lines) <= most:
            break
    lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    for number, line in enumerate(_cut(line, size, room) for line in lines):
        sheet.text(_MARGIN, top - size * 0.8 - number * size * 1.08, line, size, "ink")


def _draw_strip(sheet: _Sheet, strip: Strip, right: float) -> None:
    """The average return at some horizons: the first, the last and the headline are among them."""
    cells = _evenly(strip.cells)
    what = "Average or median" if any(cell.median for cell in cells) else "Average"
    sheet.text(_MARGIN, 222, f"{what} after the signal", 26, "soft", bold=False)
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


def _broken(text: str, size: float, room: float) -> list[str]:
    """Words on lines no wider than ``room``; a word that is wider has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=True) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def _cut(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    width = text_width(text, size, bold=True)
    if width <= room:
        return text
    # Nearly there in one step; measuring is slow.
    text = text[: int(len(text) * room / width) + 2]
    while text and text_width(f"{text}…", size, bold=True) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
