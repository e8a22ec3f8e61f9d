"""Small line charts as SVG inside the page: no text in them, colours from the page's own style."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from generator.pages.seasonality import Panel, Panels
from generator.pages.sketches import Sketch

WIDTH, HEIGHT = 640, 200
PANEL_WIDTH, PANEL_HEIGHT = 300, 110
_MARGIN = 10
_ROOM = 0.06
"""Share of a sketch's width that stays free after its last bar."""


def sketch_svg(sketch: Sketch, alt: str) -> Markup:
    """An idealised picture: the made-up path, the market's beside it, a dot on the signal's bar."""
    lines = [sketch.closes]
    if sketch.market:
        # Both begin at the same height, so that what one does beside the other is seen.
        scale = sketch.closes[0] / sketch.market[0]
        lines.append(tuple(value * scale for value in sketch.market))
    low, high = min(map(min, lines)), max(map(max, lines))
    right = WIDTH * (1 - _ROOM)

    def place(i: int, value: float) -> tuple[float, float]:
        x = _MARGIN + (right - _MARGIN) * i / (len(sketch.closes) - 1)
        return x, _height(value, low, high, HEIGHT)

    paths = [
        _path([place(i, value) for i, value in enumerate(line)], name)
        for line, name in zip(reversed(lines), ("beside", "path")[-len(lines) :], strict=True)
    ]
    x, y = place(len(sketch.closes) - 1, sketch.closes[-1])
    dot = f'<circle class="now" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    return _svg(WIDTH, HEIGHT, "".join(paths) + dot, alt)


def panel_svg(panel: Panel, panels: Panels) -> Markup:
    """A panel's average path and the present year on the scale that all panels share."""

    def points(line: Sequence[float | None]) -> list[tuple[float, float]]:
        return [
            (
                PANEL_WIDTH * i / (panels.length - 1),
                _height(value, panels.low, panels.high, PANEL_HEIGHT),
            )
            for i, value in enumerate(line)
            if value is not None
        ]

    zero = _height(0.0, panels.low, panels.high, PANEL_HEIGHT)
    base = f'<path class="zero" d="M0 {zero:.1f}H{PANEL_WIDTH}"/>'
    drawn = base + _path(points(panel.average), "path")
    if panel.present:
        drawn += _path(points(panel.present), "now-line")
    return _svg(PANEL_WIDTH, PANEL_HEIGHT, drawn, f"{panel.title}: {panel.note}.")


def _height(value: float, low: float, high: float, height: int) -> float:
    span = high - low or 1.0
    return height - _MARGIN - (height - 2 * _MARGIN) * (value - low) / span


def _path(points: Sequence[tuple[float, float]], name: str) -> str:
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="{name}" d="M{steps}"/>'


def _svg(width: int, height: int, content: str, alt: str) -> Markup:
    return Markup('<svg class="lines" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, alt, Markup(content)
    )
