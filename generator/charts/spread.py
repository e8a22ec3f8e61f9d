"""Every episode's return as a dot, horizon by horizon, with median, average and the ordinary median."""

from __future__ import annotations

import numpy as np

from generator.charts.canvas import Canvas, Frame
from generator.charts.labels import EndLabel, draw_end_labels, labels_width
from generator.charts.scales import draw_base, draw_rules, return_ticks, span_of, values, widest
from generator.charts.style import FORMS, Form, FormName
from generator.editorial.figures import ReturnSpread, SpreadColumn
from generator.market.history import FloatArray

_MARGIN = 0.5
_DOT = 6.0
_SMALL_DOT = 4.0


def draw_spread(figure: ReturnSpread, form_name: FormName, simulated: bool) -> Canvas:
    """Draw the columns; ``draw`` in ``render`` says what comes of it."""
    form = FORMS[form_name]
    columns = figure.columns
    x_span = (-_MARGIN, max(len(columns), 1) - _MARGIN)
    y_span = span_of(
        values((*column.returns, column.average, column.median, column.baseline_median)) for column in columns
    )
    labels = _labels(columns, form)
    ticks = return_ticks(y_span, form)
    note = "Each dot is one episode" if any(column.returns for column in columns) else ""
    frame = Frame(x_span, y_span, widest(ticks, form), labels_width(labels, form), note=note)
    canvas = Canvas(form_name, simulated, frame)
    draw_rules(canvas, ticks, zero=True)
    draw_base(canvas, [(float(n), column.label) for n, column in enumerate(columns)])
    for number, column in enumerate(columns):
        _draw_column(canvas, number, column)
    draw_end_labels(canvas, labels)
    return canvas


def _draw_column(canvas: Canvas, number: int, column: SpreadColumn) -> None:
    middle, _ = canvas.place_of(float(number), 0.0)
    half = 0.36 * (canvas.place_of(number + 1.0, 0.0)[0] - middle)
    half = min(half, 48.0)
    size = _DOT if len(column.returns) <= 60 and not canvas.form.narrow else _SMALL_DOT
    returns = np.sort(values(column.returns))
    heights = np.array([canvas.place_of(number, r)[1] for r in returns])
    offsets = swarm(heights, size + 0.6, half)
    per_pixel = 1 / (canvas.place_of(number + 1.0, 0.0)[0] - middle)
    xs = number + offsets * per_pixel
    for name, chosen in (("gains", returns > 0), ("losses", returns <= 0)):
        if chosen.any():
            role = "gain" if name == "gains" else "loss"
            canvas.dots(xs[chosen], returns[chosen], name, size, role, None, order=3)
    if column.baseline_median is not None:
        y = column.baseline_median
        ends = number + np.array([-half - 4, half + 4]) * per_pixel
        canvas.line(ends, np.array([y, y]), "soft", "baseline median", width=1.6, dashed=True, order=4)
    if column.median is not None:
        ends = number + np.array([-half, half]) * per_pixel
        canvas.line(ends, np.array([column.median] * 2), "ink", "median", width=2.2, order=5)
    if column.average is not None:
        edge = np.array([number + (half + 7) * per_pixel])
        canvas.dots(edge, np.array([column.average]), "average", 7.0, "ink", None, order=6, shape="<")


def swarm(heights: FloatArray, spacing: float, half_width: float) -> FloatArray:
    """Sideways places of dots so that they do not overlap, nearest the middle first.

    Where a column is full the dots share the least crowded place.

    Parameters
    ----------
    heights : shape (n,), ascending, in pixels.
    spacing : least distance between two dots, in pixels.
    half_width : dots stay within this of the middle.

    Returns
    -------
    offsets from the middle in pixels, shape (n,).
    """
    steps = int(2 * half_width / spacing)
    places = np.array([(k + 1) // 2 * (1 if k % 2 else -1) for k in range(2 * steps + 1)]) * spacing / 2
    places = places[np.abs(places) <= half_width] if steps else np.zeros(1)
    offsets = np.zeros(len(heights))
    for n, height in enumerate(heights):
        near = int(np.searchsorted(heights[:n], height - spacing, side="right"))
        apart = np.hypot(places[:, None] - offsets[None, near:n], height - heights[None, near:n])
        nearest = apart.min(axis=1, initial=spacing)
        offsets[n] = places[int(np.argmax(np.minimum(nearest, spacing) - 1e-9 * np.arange(len(places))))]
    return offsets


def _labels(columns: tuple[SpreadColumn, ...], form: Form) -> list[EndLabel]:
    """Names of the three marks, beside the last column that has them."""
    filled = [column for column in columns if column.returns]
    if not filled or filled[-1] is not columns[-1]:
        return []
    last = filled[-1]
    labels = []
    if last.median is not None:
        labels.append(EndLabel(last.median, ("Median",), "ink", bold=True))
    if last.average is not None:
        labels.append(EndLabel(last.average, ("Average",), "ink"))
    if last.baseline_median is not None:
        lines = ("Ordinary", "median") if form.narrow else ("Ordinary median",)
        labels.append(EndLabel(last.baseline_median, lines, "soft"))
    return labels
