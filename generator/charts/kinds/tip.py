"""The present case on a chart of paths: as far as it has come, and its name at the tip."""

from __future__ import annotations

import numpy as np

from generator.charts.canvas import Canvas
from generator.charts.labels import EndLabel, label_point
from generator.language.numbers import percent_sign
from generator.market.history import FloatArray


def present_at_end(present: FloatArray, last: float, label: str) -> list[EndLabel]:
    """The label of a present case that has come all the way: beside the plot, with the others."""
    known = np.flatnonzero(np.isfinite(present))
    if not len(known) or known[-1] < last or not label:
        return []
    return [EndLabel(float(present[known[-1]]), (label,), "accent", bold=True)]


def draw_present(canvas: Canvas, present: FloatArray, label: str) -> None:
    """Draw the present case from position 0 as far as it has values, with a dot at the tip and, unless it
    has come all the way, its name there."""
    known = np.flatnonzero(np.isfinite(present))
    if not len(known):
        return
    tip = int(known[-1])
    bars = np.arange(tip + 1, dtype=np.float64)
    if tip > 0:
        canvas.line(bars, present[: tip + 1], "accent", "present", order=5)
    canvas.dot(float(tip), float(present[tip]), "accent", "present tip", size=8)
    canvas.spot(float(tip), float(present[tip]), f"{label or 'Now'}: {percent_sign(float(present[tip]))}")
    if label and tip < canvas.axes.get_xlim()[1]:
        label_point(canvas, float(tip), float(present[tip]), label, "accent")
