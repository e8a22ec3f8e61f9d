"""The present case on a chart of paths: as far as it has come, and its name at the tip."""

from __future__ import annotations

import numpy as np

from generator.charts.canvas import Canvas
from generator.charts.scales import GAP
from generator.charts.style import text_width
from generator.market.history import FloatArray


def draw_present(canvas: Canvas, present: FloatArray, average: FloatArray, label: str) -> None:
    """Draw the present case from position 0 as far as it has values, a dot and its name at the tip.

    The name stands on the side away from the average, where there is room for it in the picture.
    """
    known = np.flatnonzero(np.isfinite(present))
    if not len(known):
        return
    tip = int(known[-1])
    bars = np.arange(tip + 1, dtype=np.float64)
    if tip > 0:
        canvas.line(bars, present[: tip + 1], "accent", "present", order=5)
    canvas.dot(float(tip), float(present[tip]), "accent", "present tip", size=8)
    if not label:
        return
    x, y = canvas.place_of(float(tip), float(present[tip]))
    width = text_width(label, canvas.form.text, bold=True)
    above = not (tip < len(average) and present[tip] < average[tip])
    lift = 2 * GAP if above else -2 * GAP
    if not canvas.bottom + GAP < y + lift < canvas.top + GAP:
        lift = -lift
    left = min(max(x - width / 2, canvas.left + 2), max(canvas.right - width, canvas.left + 2))
    canvas.text(left, y + lift, label, role="accent", bold=True, halo=True)
