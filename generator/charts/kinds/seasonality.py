"""The average calendar year with this year on it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from generator.charts.canvas import Canvas, Frame
from generator.charts.kinds.tip import draw_present, present_at_end
from generator.charts.labels import EndLabel, draw_end_labels, labels_width
from generator.charts.scales import Tick, draw_base, draw_rules, return_ticks, span_of, values, widest
from generator.charts.style import FORMS, Form, FormName
from generator.edition.figures import Seasonality
from generator.language.numbers import percent_sign


def draw_seasonality(figure: Seasonality, form_name: FormName, simulated: bool) -> Canvas:
    """Draw the years; see ``render.draw``."""
    form = FORMS[form_name]
    average, present = values(figure.average), values(figure.present)
    lower, upper = values(figure.lower), values(figure.upper)
    sessions = np.arange(max(len(average), len(present), 2), dtype=np.float64)
    x_span = (0.0, float(sessions[-1]))
    y_span = span_of((average, lower, upper, present))
    labels = _labels(figure, form) + present_at_end(present, sessions[-1], str(figure.year))
    ticks = return_ticks(y_span, form)
    frame = Frame(x_span, y_span, widest(ticks, form), labels_width(labels, form))
    canvas = Canvas(form_name, simulated, frame)
    canvas.band(sessions[: len(lower)], lower, upper, "middle half")
    draw_rules(canvas, ticks, zero=True)
    draw_base(canvas, _months(figure, form), centred_between=True)
    canvas.line(sessions[: len(average)], average, "ink", "average", width=form.line)
    draw_present(canvas, present, str(figure.year))
    draw_end_labels(canvas, labels)
    for (_, month), (end, _) in pairwise((*figure.ticks, (len(average) - 1, ""))):
        if 0 <= end < len(average):
            says = f"End of {month}, average year: {percent_sign(float(average[end]))}"
            canvas.spot(float(end), float(average[end]), says)
    return canvas


def _months(figure: Seasonality, form: Form) -> list[Tick]:
    """Months by name, by initial where a dozen names would not fit."""
    return [(float(x), label[:1] if form.narrow else label) for x, label in figure.ticks]


def _labels(figure: Seasonality, form: Form) -> list[EndLabel]:
    average = values(figure.average)
    lower, upper = values(figure.lower), values(figure.upper)
    labels = []
    if np.isfinite(average[-1:]).any():
        years = (f"{figure.first_year}–", str(figure.last_year))
        lines: tuple[str, ...] = ("Average", *years) if form.narrow else ("Average year,", "".join(years))
        labels.append(EndLabel(float(average[-1]), lines, "ink", bold=True))
    if np.isfinite([*lower[-1:], *upper[-1:]]).all() and len(upper) and upper[-1] > lower[-1]:
        lines = ("Middle", "half") if form.narrow else ("Middle half",)
        labels.append(EndLabel(float(upper[-1]), lines, "soft"))
    return labels
