"""An empty chart to draw on: one plot in a figure, placed and written on in CSS pixels.

Matplotlib's own axes furniture stays off; rules, ticks and labels are drawn here, so that every chart has
the same and the layout is known before anything is drawn. Pixels count from the lower left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Affine2D, Transform

from generator.charts.style import FORMS, PIXELS_PER_INCH, Form, FormName, Role, colour, drawable, typeface
from generator.market.history import FloatArray

Spot = tuple[float, float, str]
"""A hot spot: how far right and down it lies, in thousandths of the picture, and what it says."""
SIMULATED_NOTE = "Simulated sample prices, not market data"
Span = tuple[float, float]
Align = Literal["left", "center", "right"]

CAP_HEIGHT = 0.66
"""Height of capitals and figures as a share of the text size, to centre text on a line."""
LINE_HEIGHT = 1.2
HALO = "halo"
"""The name under which ``svg`` finds a text that is to be kept clear of lines."""
_TOP, _BOTTOM = 8.0, 26.0


@dataclass(frozen=True)
class Frame:
    """What a chart asks for before it can be laid out.

    ``left`` and ``right`` are the pixels that labels need beside the plot; ``note`` is a short line above
    it; ``caption`` one below the horizontal axis.
    """

    x: Span
    y: Span
    left: float
    right: float
    log: bool = False
    note: str = ""
    caption: str = ""


class Canvas:
    """One plot, ready to be drawn on.

    Attributes
    ----------
    sheet : the matplotlib figure.
    axes : its only axes, limits set.
    form : where it will be shown.
    left, right, bottom, top : the plot's edges in pixels.
    drawn : what labels inside the plot should keep clear of: points in pixels, arrays of shape (n, 2).
    spots : what a reader who points at the picture is told, and where.
    """

    def __init__(self, form: FormName, simulated: bool, frame: Frame) -> None:
        self.form: Form = FORMS[form]
        lines = ([SIMULATED_NOTE] if simulated else []) + ([frame.note] if frame.note else [])
        line_height = self.form.text * LINE_HEIGHT + 2
        header = len(lines) * line_height + (6 if lines else 0)
        footer = line_height if frame.caption else 0
        # Notes make the picture taller, never the plot smaller.
        self.width, self.height = float(self.form.width), self.form.height + round(header + footer)
        self.drawn: list[FloatArray] = []
        self.spots: list[Spot] = []
        margin = self.form.margin
        self.left, self.right = margin + frame.left, self.width - margin - frame.right
        self.bottom, self.top = margin + _BOTTOM + footer, self.height - margin - _TOP - header
        self.sheet = Sheet(figsize=(self.width / PIXELS_PER_INCH, self.height / PIXELS_PER_INCH))
        self.sheet.set_dpi(self.form.sharpness * PIXELS_PER_INCH)
        self.sheet.patch.set_visible(not self.form.vector)
        self.sheet.set_facecolor(self.colour("paper"))
        self.axes = self._place(frame)
        self.pixels: Transform = Affine2D().scale(1 / PIXELS_PER_INCH) + self.sheet.dpi_scale_trans
        for number, line in enumerate(lines):
            warning = simulated and number == 0
            y = self.height - margin - 2 - (number + 0.5) * line_height
            self.text(margin, y, line, role="ink" if warning else "soft", bold=warning)
        if frame.caption:
            middle = (self.left + self.right) / 2
            self.text(middle, margin + line_height / 2, frame.caption, role="soft", align="center")

    def _place(self, frame: Frame) -> Axes:
        box = (
            self.left / self.width,
            self.bottom / self.height,
            (self.right - self.left) / self.width,
            (self.top - self.bottom) / self.height,
        )
        axes = self.sheet.add_axes(box)
        axes.set_axis_off()
        if frame.log:
            axes.set_yscale("log")
        axes.set_xlim(*frame.x)
        axes.set_ylim(*frame.y)
        axes.set_autoscale_on(False)
        return axes

    def colour(self, role: Role) -> str:
        """The colour to draw a role with."""
        return colour(role, self.form)

    def place_of(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the data lies, in pixels."""
        point = self.places_of(np.array([x]), np.array([y]))[0]
        return float(point[0]), float(point[1])

    def places_of(self, xs: FloatArray, ys: FloatArray) -> FloatArray:
        """Where points of the data lie, in pixels, shape (n, 2)."""
        to_pixels = self.axes.transData + self.pixels.inverted()
        places: FloatArray = np.asarray(to_pixels.transform(np.column_stack([xs, ys])), dtype=np.float64)
        return places

    def spot(self, x: float, y: float, says: str) -> None:
        """Have a point of the data say something to whoever points at it, if it has a value."""
        if np.isfinite([x, y]).all():
            right, up = self.place_of(x, y)
            place = round(1000 * right / self.width), round(1000 * (1 - up / self.height))
            self.spots.append((*place, says))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        role: Role = "soft",
        align: Align = "left",
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """Write a line of text, its figures centred on ``y`` (pixels); a halo keeps it clear of lines."""
        size = self.form.text
        written = self.sheet.text(
            x,
            y - size * CAP_HEIGHT / 2,
            drawable(text, bold),
            transform=self.pixels,
            color=self.colour(role),
            fontproperties=typeface(bold),
            fontsize=size,
            horizontalalignment=align,
            verticalalignment="baseline",
            parse_math=False,
        )
        if halo and self.form.vector:
            written.set_gid(HALO)
        elif halo:
            written.set_path_effects([withStroke(linewidth=4, foreground=self.colour("paper"))])

    def stroke(self, xs: Sequence[float], ys: Sequence[float], role: Role, width: float = 1.0) -> None:
        """A straight stroke given in pixels: a rule, a tick, a leader."""
        line = Line2D(xs, ys, transform=self.pixels, color=self.colour(role), linewidth=width)
        line.set_solid_capstyle("butt")
        line.set_zorder(1)
        line.set_clip_on(False)
        self.axes.add_artist(line)

    def line(
        self,
        xs: FloatArray,
        ys: FloatArray,
        role: Role,
        name: str,
        width: float | None = None,
        dashed: bool = False,
        order: float = 3,
    ) -> None:
        """A line of data, with a gap where a value is NaN; ``name`` says what it is."""
        (drawn,) = self.axes.plot(
            xs,
            ys,
            color=self.colour(role),
            linewidth=self.form.line if width is None else width,
            label=name,
            zorder=order,
            clip_on=False,
            solid_joinstyle="round",
            solid_capstyle="round",
        )
        if dashed:
            drawn.set_dashes((3.0, 2.0))
            drawn.set_dash_capstyle("butt")
        self.drawn.append(_along(self.places_of(xs, ys)))

    def dot(self, x: float, y: float, role: Role, name: str, size: float = 7.0) -> None:
        """A filled dot on a point of the data, set off from the line under it."""
        self.dots(np.array([x]), np.array([y]), name, size, fill=role, edge="paper", order=6)

    def dots(
        self,
        xs: FloatArray,
        ys: FloatArray,
        name: str,
        size: float,
        fill: Role,
        edge: Role | None,
        order: float,
        shape: str = "o",
    ) -> None:
        """Many small marks of one kind, ``size`` pixels across."""
        self.axes.plot(
            xs,
            ys,
            linestyle="none",
            marker=shape,
            markersize=size,
            markerfacecolor=self.colour(fill),
            markeredgecolor="none" if edge is None else self.colour(edge),
            markeredgewidth=0 if edge is None else 1.3,
            label=name,
            zorder=order,
            clip_on=False,
        )
        self.drawn.append(self.places_of(xs, ys))

    def band(self, xs: FloatArray, lower: FloatArray, upper: FloatArray, name: str) -> None:
        """A tinted band between two lines, under the rules."""
        self.axes.fill_between(xs, lower, upper, color=self.colour("band"), linewidth=0, label=name, zorder=0)


def _along(points: FloatArray) -> FloatArray:
    """Points no further apart than a few pixels along a line given by its corners, shape (n, 2)."""
    known = points[np.isfinite(points).all(axis=1)]
    if len(known) < 2:
        return known
    lengths = np.r_[0.0, np.cumsum(np.hypot(*np.diff(known, axis=0).T))]
    stops = np.linspace(0.0, lengths[-1], max(2, int(lengths[-1] / 3)))
    return np.column_stack([np.interp(stops, lengths, known[:, axis]) for axis in (0, 1)])
