"""Closing prices with the episodes as small rings and the present case as the one accent."""

from __future__ import annotations

from datetime import date

import numpy as np

from generator.charts.canvas import Canvas, Frame, Span
from generator.charts.labels import EndLabel, draw_end_labels, label_point, labels_width
from generator.charts.scales import (
    date_span,
    date_ticks,
    draw_base,
    draw_rules,
    ordinal,
    ordinals,
    price_ticks,
    values,
    widest,
)
from generator.charts.style import FORMS, Form, FormName, Role
from generator.charts.thinning import shown
from generator.edition.figures import PriceWithEpisodes
from generator.language.numbers import day
from generator.language.numbers import price as price_text
from generator.market.history import FloatArray

_NEAR_END = 0.06
"""A present case in this last part of the span is labelled beside the plot instead of inside it."""


def draw_price(figure: PriceWithEpisodes, form_name: FormName, simulated: bool) -> Canvas:
    """Draw the prices; see ``render.draw``."""
    form = FORMS[form_name]
    days, closes = ordinals(figure.dates), values(figure.closes)
    x_span = date_span(days)
    y_span = _price_span(figure, closes)
    ticks = price_ticks(y_span, figure.log_scale, form)
    label = _end_label(figure, x_span, form)
    left, right = widest(ticks, form), labels_width([label], form)
    frame = Frame(x_span, y_span, left, right, log=figure.log_scale, note=_note(figure))
    canvas = Canvas(form_name, simulated, frame)
    if figure.window is not None:
        begin, end = (float(ordinal(d)) for d in figure.window)
        canvas.axes.axvspan(begin, end, color=canvas.colour("band"), linewidth=0, zorder=0, label="window")
    draw_rules(canvas, ticks, zero=False)
    draw_base(canvas, date_ticks(x_span, canvas.right - canvas.left, form))
    _draw_line(canvas, figure, days, closes)
    _draw_marks(canvas, figure)
    draw_end_labels(canvas, [label])
    if figure.present is None:
        newest = day(date.fromisoformat(figure.dates[-1]))
        canvas.spot(float(days[-1]), float(closes[-1]), f"{newest}: {price_text(float(closes[-1]))}")
    elif not _at_the_end(figure, x_span):
        when, price = figure.present
        label_point(canvas, float(ordinal(when)), price, day(date.fromisoformat(when)), "accent")
    return canvas


def _price_span(figure: PriceWithEpisodes, closes: FloatArray) -> Span:
    marked = [price for _, price in (*figure.marks, *([figure.present] if figure.present else []))]
    low, high = min(closes.min(), *marked, np.inf), max(closes.max(), *marked, -np.inf)
    if high <= low * 1.001:
        low, high = low * 0.97, high * 1.03
    if figure.log_scale:
        air = (high / low) ** 0.05
        return float(low / air), float(high * air)
    air = 0.05 * (high - low)
    return float(low - air), float(high + air)


def _note(figure: PriceWithEpisodes) -> str:
    scale = ", log scale" if figure.log_scale else ""
    rings = " · rings mark earlier cases" if figure.marks else ""
    return f"{figure.asset} at the close{scale}{rings}"


def _at_the_end(figure: PriceWithEpisodes, x_span: Span) -> bool:
    if figure.present is None:
        return False
    return ordinal(figure.present[0]) >= x_span[1] - _NEAR_END * (x_span[1] - x_span[0])


def _end_label(figure: PriceWithEpisodes, x_span: Span, form: Form) -> EndLabel:
    """Beside the plot: the present case when it is there, else the last close."""
    if figure.present is not None and _at_the_end(figure, x_span):
        when, price = figure.present
        return EndLabel(price, _date_lines(when, form), "accent", bold=True)
    return EndLabel(figure.closes[-1], _date_lines(figure.dates[-1], form), "soft")


def _date_lines(when: str, form: Form) -> tuple[str, ...]:
    text = day(date.fromisoformat(when))
    if not form.narrow:
        return (text,)
    first, space, year = text.rpartition(" ")
    return (first, year) if space else (text,)


def _draw_line(canvas: Canvas, figure: PriceWithEpisodes, days: FloatArray, closes: FloatArray) -> None:
    points = [*figure.marks, *([figure.present] if figure.present else [])]
    position = {d: n for n, d in enumerate(figure.dates)}
    marked = [position[when] for when, _ in points if when in position]
    stay = shown(days, closes, canvas.right - canvas.left, marked)
    if len(days) == 1:
        canvas.dot(float(days[0]), float(closes[0]), "line", "close", size=5)
        return
    dense = len(stay) > canvas.right - canvas.left
    role: Role = "line" if points else "ink"
    canvas.line(days[stay], closes[stay], role, "close", width=1.3 if dense else 1.7)


def _draw_marks(canvas: Canvas, figure: PriceWithEpisodes) -> None:
    for when, price in (*figure.marks, *((figure.present,) if figure.present else ())):
        canvas.spot(float(ordinal(when)), price, f"{day(date.fromisoformat(when))}: {price_text(price)}")
    if figure.marks:
        size = 6.5 if len(figure.marks) <= 60 else 4.5
        xs = ordinals(tuple(when for when, _ in figure.marks))
        canvas.dots(xs, values(price for _, price in figure.marks), "episodes", size, "paper", "ink", order=4)
    if figure.present is not None:
        when, price = figure.present
        canvas.dot(float(ordinal(when)), price, "accent", "present", size=9)
