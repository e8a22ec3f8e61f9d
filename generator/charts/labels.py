"""Direct labels: at the right ends of lines, pushed apart; inside a plot, where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from generator.charts.canvas import LINE_HEIGHT, Canvas
from generator.charts.scales import GAP
from generator.charts.style import Form, Role, text_width


@dataclass(frozen=True)
class EndLabel:
    """A label beside the plot: the value it belongs to, its lines of text, its colour.

    ``anchor`` is the value of the data at the line's end; the first line is bold when ``bold``.
    """

    anchor: float
    lines: tuple[str, ...]
    role: Role
    bold: bool = False


def labels_width(labels: Sequence[EndLabel], form: Form) -> float:
    """Pixels to keep free at the right of the plot for these labels."""
    widths = [text_width(line, form.text, label.bold) for label in labels for line in label.lines]
    return max(widths) + GAP + 2 if widths else GAP + 2


def push_apart(wishes: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Centres for labels of these heights: none overlaps another, the sum of squared moves is smallest.

    ``wishes`` ascend. All stay between ``low`` and ``high``; when the labels are higher than that together,
    they move closer than their heights, evenly.
    """
    room = high - low
    total = sum(heights)
    squeeze = min(1.0, room / total) if total else 1.0
    halves = [h * squeeze / 2 for h in heights]
    offsets = [0.0]
    for before, after in pairwise(halves):
        offsets.append(offsets[-1] + before + after)
    # With the least distances taken out, "in order and apart" is "not descending": pool what violates it.
    pools: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=False):
        mean, size = wish - offset, 1
        while pools and pools[-1][0] > mean:
            before_mean, before_size = pools.pop()
            mean = (mean * size + before_mean * before_size) / (size + before_size)
            size += before_size
        pools.append((mean, size))
    level = [mean for mean, size in pools for _ in range(size)]
    if not level:
        return []
    floor, ceiling = low + halves[0], high - halves[-1] - offsets[-1]
    return [min(max(value, floor), ceiling) + offset for value, offset in zip(level, offsets, strict=False)]


def draw_end_labels(canvas: Canvas, labels: Sequence[EndLabel], edge: float | None = None) -> None:
    """Write the labels to the right of ``edge`` (pixels; None: the plot's right edge), with a thin leader
    where one had to move far."""
    line_height = canvas.form.text * LINE_HEIGHT
    ordered = sorted(labels, key=lambda label: label.anchor)
    wishes = [canvas.place_of(canvas.axes.get_xlim()[1], label.anchor)[1] for label in ordered]
    heights = [len(label.lines) * line_height + 2 for label in ordered]
    centres = push_apart(wishes, heights, canvas.bottom - GAP, canvas.top + GAP)
    edge = canvas.right if edge is None else edge
    x = edge + GAP
    for label, wish, centre in zip(ordered, wishes, centres, strict=True):
        if abs(wish - centre) > line_height / 2:
            canvas.stroke((edge + 1, x - 1), (wish, centre), "zero", 0.8)
        for number, line in enumerate(label.lines):
            offset = ((len(label.lines) - 1) / 2 - number) * line_height
            canvas.text(x, centre + offset, line, role=label.role, bold=label.bold)


def label_point(canvas: Canvas, x: float, y: float, text: str, role: Role, bold: bool = True) -> None:
    """Name a point of the data, where the name covers least of what is drawn so far.

    Above, below, right and left are tried, ever further away; everything stays within the plot.
    """
    point_x, point_y = canvas.place_of(x, y)
    width, height = text_width(text, canvas.form.text, bold), canvas.form.text
    drawn = np.concatenate([np.empty((0, 2)), *canvas.drawn])
    best, least = (point_x, point_y), float("inf")
    for reach in (1.0, 2.0, 3.0, 4.5):
        aside, lift = width / 2 + GAP * reach, height / 2 + GAP * reach
        for step_x, step_y in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            half = width / 2
            centre_x = min(max(point_x + step_x * aside, canvas.left + half), canvas.right - half)
            centre_y = min(max(point_y + step_y * lift, canvas.bottom + height), canvas.top - height / 2)
            away = np.abs(drawn - (centre_x, centre_y))
            covered = int(((away[:, 0] < half + 4) & (away[:, 1] < height / 2 + 4)).sum())
            if covered + reach < least:
                best, least = (centre_x, centre_y), covered + reach
    canvas.text(*best, text, role=role, align="center", bold=bold, halo=True)


def wrapped(text: str, form: Form, bold: bool = False) -> tuple[str, ...]:
    """The text in lines short enough to stand beside a plot; a longer word is cut and says so with "…"."""
    most = form.text * (6.0 if form.narrow else 11.6)
    lines: list[str] = []
    for word in text.split():
        while text_width(word, form.text, bold) > most:
            word = word.removesuffix("…")[:-1] + "…"
        if lines and text_width(f"{lines[-1]} {word}", form.text, bold) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)
