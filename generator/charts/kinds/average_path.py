"""The average path after the signal, the middle half around it, the ordinary path and the present case."""

from __future__ import annotations

import numpy as np

from generator.charts.canvas import Canvas, Frame
from generator.charts.kinds.tip import draw_present, present_at_end
from generator.charts.labels import EndLabel, draw_end_labels, labels_width
from generator.charts.scales import draw_base, draw_rules, return_ticks, span_of, values, widest
from generator.charts.style import FORMS, Form, FormName
from generator.edition.figures import AveragePath
from generator.language.numbers import percent_sign
from generator.market.history import FloatArray


def draw_average_path(figure: AveragePath, form_name: FormName, simulated: bool) -> Canvas:
    """Draw the paths; see ``render.draw``."""
    form = FORMS[form_name]
    average, baseline = values(figure.average), values(figure.baseline)
    lower, upper = values(figure.lower), values(figure.upper)
    present = values(figure.present or ())
    bars = np.arange(max(len(average), 2), dtype=np.float64)
    labels = _labels(figure, average, baseline, (lower, upper), form)
    labels += present_at_end(present, bars[-1], figure.present_label)
    x_span = (0.0, float(bars[-1]))
    y_span = span_of((average, baseline, lower, upper, present))
    ticks = return_ticks(y_span, form)
    frame = Frame(x_span, y_span, widest(ticks, form), labels_width(labels, form), caption=_caption(figure))
    canvas = Canvas(form_name, simulated, frame)
    canvas.band(bars[: len(lower)], lower, upper, "middle half")
    draw_rules(canvas, ticks, zero=True)
    draw_base(canvas, [(float(bar), label) for bar, label in figure.ticks if bar <= bars[-1]])
    canvas.line(bars[: len(baseline)], baseline, "soft", "baseline", width=1.3, dashed=True)
    canvas.line(bars[: len(average)], average, "ink", "average", width=form.line + 0.4)
    draw_present(canvas, present, figure.present_label)
    draw_end_labels(canvas, labels)
    _say(canvas, figure, average, baseline)
    return canvas


def _say(canvas: Canvas, figure: AveragePath, average: FloatArray, baseline: FloatArray) -> None:
    """At every tick, what the case or the cases did until then, and what is usual."""
    cases = "the one case" if figure.episodes == 1 else f"average of {figure.episodes:,} cases"
    usual = _usual(figure)
    for bar, label in figure.ticks:
        bare = label.strip().isdigit()
        unit = figure.unit.removesuffix("s") if label.strip() == "1" else figure.unit
        after = f"After {label} {unit}" if bare else f"After {label}"
        for line, name in ((average, cases), (baseline, f"from any {usual}")):
            if bar < len(line):
                canvas.spot(
                    float(bar), float(line[bar]), f"{after}, {name}: {percent_sign(float(line[bar]))}"
                )


def _usual(figure: AveragePath) -> str:
    """The page calls any start of a daily study "any day", and the axis counts sessions."""
    return "day" if figure.unit == "sessions" else figure.unit.removesuffix("s")


def _caption(figure: AveragePath) -> str:
    """Under the axis: bare numbers need their unit, "3 months" does not."""
    bare = all(label.strip().isdigit() for _, label in figure.ticks)
    return f"{figure.unit} after {figure.occasion}" if bare else f"after {figure.occasion}"


def _labels(
    figure: AveragePath,
    average: FloatArray,
    baseline: FloatArray,
    band: tuple[FloatArray, FloatArray],
    form: Form,
) -> list[EndLabel]:
    labels = []
    if np.isfinite(average[-1:]).any():
        one = figure.episodes == 1
        text = ("The one", "episode") if one else ("Average", f"of {figure.episodes:,}")
        labels.append(EndLabel(float(average[-1]), _fit(text, form), "ink", bold=True))
    if np.isfinite(baseline[-1:]).any():
        text = ("Any", _usual(figure))
        labels.append(EndLabel(float(baseline[-1]), _fit(text, form), "soft"))
    low, high = (edge[-1] if len(edge) else np.nan for edge in band)
    if np.isfinite([low, high]).all() and high > low:
        labels.append(EndLabel(float(high), _fit(("Middle", "half"), form), "soft"))
    return labels


def _fit(words: tuple[str, str], form: Form) -> tuple[str, ...]:
    return words if form.narrow else (" ".join(words),)
