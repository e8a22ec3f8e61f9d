"""Every episode's return as a dot, horizon by horizon, with median, average and the ordinary median."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.charts.canvas import Canvas, Frame
from generator.charts.labels import EndLabel, draw_end_labels, label_point, labels_width
from generator.charts.scales import draw_base, draw_rules, return_ticks, span_of, values, widest
from generator.charts.style import FORMS, Form, FormName, Role
from generator.edition.figures import ReturnSpread, SpreadColumn
from generator.language.numbers import percent_sign
from generator.market.history import FloatArray

_MARGIN = 0.5
_CROWD = 300
_DOT_SIZES = ((20, 7.0), (60, 6.0), (_CROWD, 4.0), (float("inf"), 3.4))
"""Up to so many episodes in a column, dots so many pixels across."""


def draw_spread(figure: ReturnSpread, form_name: FormName, simulated: bool) -> Canvas:
    """Draw the columns; see ``render.draw``."""
    form = FORMS[form_name]
    columns = figure.columns
    x_span = (-_MARGIN, max(len(columns), 1) - _MARGIN)
    y_span = span_of(
        values((*column.returns, column.average, column.median, column.baseline_median)) for column in columns
    )
    # The marks are named once, on the last column that has episodes.
    named = max((n for n, column in enumerate(columns) if column.returns), default=len(columns) - 1)
    labels = _labels(columns[named], form) if columns else []
    ticks = return_ticks(y_span, form)
    frame = Frame(x_span, y_span, widest(ticks, form), labels_width(labels, form), note=_note(columns))
    canvas = Canvas(form_name, simulated, frame)
    draw_rules(canvas, ticks, zero=True)
    draw_base(canvas, [(float(n), column.label) for n, column in enumerate(columns)])
    _draw_columns(canvas, columns)
    last = named == len(columns) - 1
    draw_end_labels(canvas, labels, None if last else canvas.place_of(named + 0.45, 0.0)[0])
    _name_outermost(canvas, columns)
    return canvas


def _name_outermost(canvas: Canvas, columns: tuple[SpreadColumn, ...]) -> None:
    """Say when the best and the worst case came, where a column asks for it and they lie apart."""
    for number, column in enumerate(columns):
        if not (column.best and column.worst):
            continue
        ends = ((max(column.returns), column.best), (min(column.returns), column.worst))
        heights = [canvas.place_of(number, value)[1] for value, _ in ends]
        if heights[0] - heights[1] > 4 * canvas.form.text:
            for value, name in ends:
                label_point(canvas, number, value, name, "soft", bold=False)


def _note(columns: tuple[SpreadColumn, ...]) -> str:
    most = max((len(column.returns) for column in columns), default=0)
    if most > _CROWD:
        return "Each dot is one case; where they crowd, some are hidden"
    return "Each dot is one case" if most else ""


def _draw_columns(canvas: Canvas, columns: tuple[SpreadColumn, ...]) -> None:
    pitch = canvas.place_of(1.0, 0.0)[0] - canvas.place_of(0.0, 0.0)[0]
    pointer = 5.0 if canvas.form.narrow else 7.0
    room = min(0.46 * pitch - pointer, 40.0)
    widest_swarm = max(
        (_draw_dots(canvas, n, column, pitch, room) for n, column in enumerate(columns)), default=0
    )
    # The strokes reach over the widest column of dots, and are as long in all of them.
    half = min(max(widest_swarm + 8, 14.0), room)
    for number, column in enumerate(columns):
        ends = number + np.array([-half, half]) / pitch
        if column.baseline_median is not None:
            height = np.full(2, column.baseline_median)
            canvas.line(ends, height, "soft", "baseline median", width=1.6, dashed=True, order=4)
        if column.median is not None:
            canvas.line(ends, np.full(2, column.median), "ink", "median", width=2.2, order=5)
        if column.average is not None:
            edge = np.array([number + (half + pointer / 2 + 1) / pitch])
            canvas.dots(edge, np.array([column.average]), "average", pointer, "ink", None, order=6, shape="<")
        marks = (
            ("median", column.median, 0.0),
            ("average", column.average, half + pointer / 2 + 1),
            ("usual median", column.baseline_median, half),
        )
        for name, value, aside in marks:
            if value is not None:
                says = f"{name.capitalize()} after {column.label}: {percent_sign(value)}"
                canvas.spot(number + aside / pitch, value, says)


def _draw_dots(canvas: Canvas, number: int, column: SpreadColumn, pitch: float, room: float) -> float:
    """Draw a column's dots within ``room`` pixels of its middle; how far the outermost reaches."""
    size = next(dot for most, dot in _DOT_SIZES if len(column.returns) <= most)
    size = min(size, max(pitch / 12, 4.0))
    order = np.argsort(values(column.returns), kind="stable")
    returns = values(column.returns)[order]
    heights = canvas.places_of(np.full(len(returns), float(number)), returns)[:, 1]
    if len(returns) > _CROWD:
        stay, offsets = crowd(heights, size, room - size / 2)
        returns, order = returns[stay], order[stay]
    else:
        offsets = swarm(heights, size + 0.6, room - size / 2)
    xs = number + offsets / pitch
    for x, value, place in zip(xs, returns, order, strict=True):
        case = column.cases[place] if column.cases else "A case"
        canvas.spot(float(x), float(value), f"{case}, after {column.label}: {percent_sign(float(value))}")
    kinds: tuple[tuple[str, Role, NDArray[np.bool_]], ...] = (
        ("gains", "gain", returns > 0),
        ("losses", "loss", returns <= 0),
    )
    for name, role, chosen in kinds:
        if chosen.any():
            canvas.dots(xs[chosen], returns[chosen], name, size, role, None, order=3)
    return float(np.abs(offsets).max(initial=0.0)) + size / 2


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
    places = _places(spacing / 2, half_width)
    offsets = np.zeros(len(heights))
    for n, height in enumerate(heights):
        near = int(np.searchsorted(heights[:n], height - spacing, side="right"))
        # More neighbours than places fill every place anyway.
        near = max(near, n - 4 * len(places))
        apart = np.hypot(places[:, None] * (-1) ** n - offsets[None, near:n], height - heights[None, near:n])
        nearest = apart.min(axis=1, initial=spacing)
        chosen = int(np.argmax(np.minimum(nearest, spacing) - 1e-9 * np.arange(len(places))))
        # Sides take turns, so that no column leans.
        offsets[n] = places[chosen] * (-1) ** n
    return offsets


def crowd(heights: FloatArray, spacing: float, half_width: float) -> tuple[NDArray[np.intp], FloatArray]:
    """The same for a crowd: dots side by side in rows, without those for which their row has no room.

    Returns
    -------
    positions of the dots that stay, and their offsets from the middle in pixels.
    """
    places = _places(spacing, half_width)
    rows = np.floor(heights / spacing)
    starts = np.searchsorted(rows, rows, side="left")
    rank = np.arange(len(heights)) - starts
    stay = np.flatnonzero(rank < len(places))
    return stay, places[rank[stay]]


def _places(step: float, half_width: float) -> FloatArray:
    """Offsets a step apart, the nearest to the middle first, none further than ``half_width``."""
    aside = np.arange(1, int(half_width / step) + 1) * step
    both_sides: FloatArray = np.column_stack([aside, -aside]).ravel()
    return np.concatenate([np.zeros(1), both_sides])


def _labels(column: SpreadColumn, form: Form) -> list[EndLabel]:
    """Names of the three marks of a column."""
    labels = []
    if column.median is not None:
        labels.append(EndLabel(column.median, ("Median",), "ink", bold=True))
    if column.average is not None:
        labels.append(EndLabel(column.average, ("Average",), "ink"))
    if column.baseline_median is not None:
        lines = ("Usual", "median") if form.narrow else ("Usual median",)
        labels.append(EndLabel(column.baseline_median, lines, "soft"))
    return labels
