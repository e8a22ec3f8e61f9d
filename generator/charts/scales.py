"""Axes in the reader's units: which values get a tick, what it says, and the rules that go with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor, log10

import numpy as np

from generator.charts.canvas import Canvas, Span
from generator.charts.style import RULE_WIDTH, ZERO_WIDTH, Form, text_width
from generator.edition.figures import Dates
from generator.language.numbers import day, month, percent_sign, plain
from generator.market.history import FloatArray

Tick = tuple[float, str]
GAP = 8.0
"""Pixels between a label and what it labels."""
_SPAN = re.compile(r"^(\d+) ([wmy])(?:eek|onth|ear)s?$")
_STEPS = (1.0, 2.0, 2.5, 5.0)
_LOG_LADDERS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100)
_MONTH_STEPS = (1, 2, 3, 6)
_DAY_STEPS = (1, 2, 5, 10, 20, 40)


def values(series: Iterable[float | None]) -> FloatArray:
    """A series of a figure as an array; NaN where it has no value."""
    return np.array([np.nan if value is None else value for value in series], dtype=np.float64)


def span_of(arrays: Iterable[FloatArray], least: float = 0.02) -> Span:
    """Limits for returns: all finite values and zero, never closer than ``least``, with a little air."""
    flat = np.concatenate([np.zeros(1), *(np.asarray(a, dtype=np.float64).ravel() for a in arrays)])
    flat = flat[np.isfinite(flat)]
    low, high = float(flat.min()), float(flat.max())
    if high - low < least:
        low, high = low - least / 2, high + least / 2
    air = 0.04 * (high - low)
    return low - air, high + air


def step_for(extent: float, most: int) -> float:
    """The smallest step (1, 2, 2.5 or 5 times a power of ten) that fits ``extent`` at most ``most`` times."""
    power = 10.0 ** floor(log10(extent / most))
    return next(s * power for s in (*_STEPS, 10.0, 20.0) if extent / (s * power) <= most)


def round_values(low: float, high: float, most: int) -> tuple[list[float], int]:
    """Round values between two limits, and how many decimals they need."""
    step = step_for(high - low, most)
    decimals = next(d for d in range(16) if abs(round(step, d) - step) < 1e-9 * step)
    return [n * step for n in range(ceil(low / step), floor(high / step) + 1)], decimals


def return_ticks(span: Span, form: Form) -> list[Tick]:
    """Ticks of an axis of decimal returns: ``+10%``, ``0%``, ``−5%``."""
    marks, decimals = round_values(*span, most=5 if form.narrow else 6)
    return [(value, percent_sign(value, max(decimals - 2, 0))) for value in marks]


def price_ticks(span: Span, log: bool, form: Form) -> list[Tick]:
    """Ticks of a price axis; on a log scale 1–2–5 ladders where the span holds three of them."""
    low, high = span
    most = 5 if form.narrow else 7
    if log:
        decades = range(floor(log10(low)), ceil(log10(high)) + 1)
        whole = [10.0**d for d in decades if low <= 10.0**d <= high]
        if len(whole) > most:
            return [(mark, _price_label(mark)) for mark in whole[:: ceil(len(whole) / most)]]
        for ladder in reversed(_LOG_LADDERS):
            marks = [m * 10.0**d for d in decades for m in ladder if low <= m * 10.0**d <= high]
            if 3 <= len(marks) <= most:
                return [(mark, _price_label(mark)) for mark in marks]
    marks, decimals = round_values(low, high, most - 1)
    return [(mark, plain(mark, decimals)) for mark in marks if not log or mark > 0]


def _price_label(mark: float) -> str:
    decimals = next(d for d in range(16) if abs(round(mark, d) - mark) < 1e-9 * mark)
    return plain(mark, decimals)


def widest(ticks: Sequence[Tick], form: Form) -> float:
    """Pixels that the labels of a vertical axis need, with the gap to the plot."""
    return max((text_width(label, form.text) for _, label in ticks), default=0.0) + GAP + 2


def draw_rules(canvas: Canvas, ticks: Sequence[Tick], zero: bool) -> None:
    """A light rule and a label a tick; the zero line stronger where zero means something."""
    for value, label in ticks:
        y = canvas.place_of(canvas.axes.get_xlim()[0], value)[1]
        strong = zero and value == 0
        if strong or y > canvas.bottom + 4:
            canvas.stroke(
                (canvas.left, canvas.right),
                (y, y),
                "zero" if strong else "rule",
                ZERO_WIDTH if strong else RULE_WIDTH,
            )
        canvas.text(canvas.left - GAP, y, label, align="right")


def draw_base(canvas: Canvas, ticks: Sequence[Tick], centred_between: bool = False) -> None:
    """Ticks and labels of the horizontal axis; labels that would touch are left out, the last one stays.
    On a phone "3 months" is "3M" before anything is left out.

    With ``centred_between`` a label names the stretch up to the next tick, as a month does.
    """
    form = canvas.form
    canvas.stroke((canvas.left, canvas.right), (canvas.bottom, canvas.bottom), "rule")
    if not ticks:
        return
    edges = [*(x for x, _ in ticks), canvas.axes.get_xlim()[1]]
    at = [canvas.place_of(x, canvas.axes.get_ylim()[0])[0] for x in edges]
    for edge in at if centred_between else at[:-1]:
        canvas.stroke((edge, edge), (canvas.bottom, canvas.bottom - 4), "zero")
    labels = [label for _, label in ticks]
    if form.narrow and not centred_between and _touch(labels, at, form):
        labels = [_SPAN.sub(lambda span: f"{span[1]}{span[2].upper()}", label) for label in labels]
    free = float("inf")
    for label, begin, end in reversed(list(zip(labels, at, at[1:], strict=False))):
        half = text_width(label, form.text) / 2
        middle = (begin + end) / 2 if centred_between else begin
        middle = min(max(middle, form.margin + half), canvas.width - form.margin - half)
        if middle + half <= free:
            canvas.text(middle, canvas.bottom - 14, label, align="center")
            free = middle - half - GAP / 2


def _touch(labels: Sequence[str], at: Sequence[float], form: Form) -> bool:
    widths = [text_width(label, form.text) for label in labels]
    return any(
        right - left < (before + after) / 2 + GAP / 2
        for (left, right), (before, after) in zip(pairwise(at), pairwise(widths), strict=False)
    )


def ordinal(text: str) -> int:
    """An ISO date as a number of days."""
    return date.fromisoformat(text).toordinal()


def ordinals(dates: Dates) -> FloatArray:
    """ISO dates as numbers of days, for a horizontal axis of dates."""
    return np.array([ordinal(d) for d in dates], dtype=np.float64)


def date_span(days: FloatArray) -> Span:
    """Limits of an axis of dates; a single date gets a week on either side."""
    first, last = float(days[0]), float(days[-1])
    return (first, last) if last > first else (first - 7, last + 7)


def date_ticks(span: Span, pixels: float, form: Form) -> list[Tick]:
    """Ticks of an axis of dates: years on long spans, months with their year on short ones, then days."""
    per_day = pixels / (span[1] - span[0])
    first, last = date.fromordinal(ceil(span[0])), date.fromordinal(floor(span[1]))
    if last.year - first.year >= 4:
        need = text_width("2000", form.text) + 2.5 * GAP
        step = next(s for s in _YEAR_STEPS if s * 365.25 * per_day >= need or s == _YEAR_STEPS[-1])
        years = [y for y in range(first.year, last.year + 1) if y % step == 0 and date(y, 1, 1) >= first]
        return [(float(date(y, 1, 1).toordinal()), str(y)) for y in years]
    need = text_width("Mmm 2000", form.text) + 2 * GAP
    if (last - first).days > 75:
        step = next((s for s in _MONTH_STEPS if s * 30.4 * per_day >= need), 12)
        return _month_ticks(first, last, step)
    step = next((s for s in _DAY_STEPS if s * per_day >= need), 80)
    dates = [last - timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
    return [(float(d.toordinal()), day(d).split(",")[0]) for d in reversed(dates)]


def _month_ticks(first: date, last: date, step: int) -> list[Tick]:
    starts = [date(y, m, 1) for y in range(first.year, last.year + 1) for m in range(1, 13, step)]
    ticks: list[Tick] = []
    for start in starts:
        if first <= start <= last:
            # The year is named where it begins, and once at the left.
            names_year = start.month == 1 or not ticks
            ticks.append((float(start.toordinal()), month(start) if names_year else month(start).split()[0]))
    return ticks
