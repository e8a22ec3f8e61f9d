"""The present case on a chart of paths: as far as it has come, and its name at the tip."""

from __future__ import annotations

import numpy as np

from generator.charts.canvas import Canvas
from generator.charts.labels import label_point
from generator.market.history import FloatArray


def draw_present(canvas: Canvas, present: FloatArray, label: str) -> None:
    """Draw the present case from position 0 as far as it has values, a dot and its name at the tip."""
    known = np.flatnonzero(np.isfinite(present))
    if not len(known):
        return
    tip = int(known[-1])
    bars = np.arange(tip + 1, dtype=np.float64)
    if tip > 0:
        canvas.line(bars, present[: tip + 1], "accent", "present", order=5)
    canvas.dot(float(tip), float(present[tip]), "accent", "present tip", size=8)
    if label:
        label_point(canvas, float(tip), float(present[tip]), label, "accent")
