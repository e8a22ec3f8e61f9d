"""Several assets rebased to zero, each named at the right end of its line."""

from __future__ import annotations

from datetime import date

import numpy as np

from generator.charts.canvas import Canvas, Frame
from generator.charts.labels import EndLabel, draw_end_labels, labels_width, wrapped
from generator.charts.scales import (
    date_span,
    date_ticks,
    draw_base,
    draw_rules,
    ordinals,
    return_ticks,
    span_of,
    values,
    widest,
)
from generator.charts.style import FORMS, Form, FormName, Role
from generator.charts.thinning import shown
from generator.edition.figures import Line, RelativePerformance
from generator.language.numbers import day, percent_sign
from generator.market.history import FloatArray

_OTHERS: tuple[Role, ...] = ("ink", "blue", "ochre", "plum", "soft")


def draw_performance(figure: RelativePerformance, form_name: FormName, simulated: bool) -> Canvas:
    """Draw the lines; see ``render.draw``."""
    form = FORMS[form_name]
    days = ordinals(figure.dates)
    lines = [(line, values(line.values)) for line in figure.lines]
    lines = [(line, series) for line, series in lines if np.isfinite(series).any()]
    roles = _roles([line for line, _ in lines])
    labels = [_label(line, series, role, form) for (line, series), role in zip(lines, roles, strict=True)]
    x_span, y_span = date_span(days), span_of(series for _, series in lines)
    ticks = return_ticks(y_span, form)
    frame = Frame(x_span, y_span, widest(ticks, form), labels_width(labels, form))
    canvas = Canvas(form_name, simulated, frame)
    draw_rules(canvas, ticks, zero=True)
    draw_base(canvas, date_ticks(x_span, canvas.right - canvas.left, form))
    for (line, series), role in zip(lines, roles, strict=True):
        stay = shown(days, series, canvas.right - canvas.left)
        width = form.line + 0.4 if line.highlighted else form.line - 0.3
        canvas.line(
            days[stay], series[stay], role, line.label, width=width, order=4 if line.highlighted else 3
        )
    draw_end_labels(canvas, labels)
    since = day(date.fromisoformat(figure.dates[0]))
    for line, series in lines:
        end = np.flatnonzero(np.isfinite(series))[-1]
        says = f"{line.label}: {percent_sign(float(series[end]))} since {since}"
        canvas.spot(float(days[end]), float(series[end]), says)
    return canvas


def _roles(lines: list[Line]) -> list[Role]:
    """The accent for what is highlighted; the others take turns."""
    roles: list[Role] = []
    others = 0
    for line in lines:
        if line.highlighted:
            roles.append("accent")
        else:
            roles.append(_OTHERS[others % len(_OTHERS)])
            others += 1
    return roles


def _label(line: Line, series: FloatArray, role: Role, form: Form) -> EndLabel:
    last = float(series[np.isfinite(series)][-1])
    name = line.short or line.label if form.narrow else line.label
    text = f"{name} {percent_sign(last, 0 if form.narrow else 1)}"
    return EndLabel(last, wrapped(text, form, line.highlighted), role, bold=line.highlighted)
