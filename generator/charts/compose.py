"""A figure drawn and stored: the chart of its kind, then SVG or PNG."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache, partial
from io import BytesIO
from typing import Literal

from matplotlib.backends.backend_svg import FigureCanvasSVG

from generator.charts.canvas import HALO, Canvas
from generator.charts.kinds.average_path import draw_average_path
from generator.charts.kinds.performance import draw_performance
from generator.charts.kinds.price import draw_price
from generator.charts.kinds.seasonality import draw_seasonality
from generator.charts.kinds.spread import draw_spread
from generator.charts.own import own_picture
from generator.charts.store import png
from generator.charts.style import FormName, colour, house_settings, shades
from generator.charts.svg import finish
from generator.edition.figures import (
    AveragePath,
    Figure,
    HouseFigure,
    OwnDrawing,
    PriceWithEpisodes,
    RelativePerformance,
    ReturnSpread,
    Seasonality,
)
from generator.spec.looks import Looks

_PNG_COLOURS = 96
NO_SPOTS = b'{"page":[],"phone":[]}'
"""Of a chart of the letter's own, whose dots say nothing."""


def picture(figure: Figure, form: FormName | Literal["spots"], simulated: bool, looks: Looks) -> bytes:
    """The file's content; see ``render.draw``."""
    if not isinstance(figure, OwnDrawing):
        return pictures(figure, (form,), simulated, looks)[0]
    with house_settings(looks):
        return NO_SPOTS if form == "spots" else own_picture(figure, form, simulated)


def pictures(
    figure: HouseFigure, forms: Sequence[FormName | Literal["spots"]], simulated: bool, looks: Looks
) -> list[bytes]:
    """The files of several forms; hot spots are those of the drawings of page and phone."""
    with house_settings(looks):
        sheet = cache(partial(compose, figure, simulated=simulated))
        return [_spots(sheet) if form == "spots" else _stored(sheet(form)) for form in forms]


def compose(figure: HouseFigure, form: FormName, simulated: bool) -> Canvas:
    """Draw a figure on a canvas, not yet stored; call it inside ``house_settings``."""
    match figure:
        case PriceWithEpisodes():
            return draw_price(figure, form, simulated)
        case RelativePerformance():
            return draw_performance(figure, form, simulated)
        case AveragePath():
            return draw_average_path(figure, form, simulated)
        case ReturnSpread():
            return draw_spread(figure, form, simulated)
        case Seasonality():
            return draw_seasonality(figure, form, simulated)


def _spots(sheet: Callable[[FormName], Canvas]) -> bytes:
    """The hot spots of both drawings, in the order in which arrow keys come to them."""
    forms: tuple[FormName, ...] = ("page", "phone")
    spots = {form: sheet(form).spots for form in forms}
    return json.dumps(spots, ensure_ascii=False, separators=(",", ":")).encode()


def _stored(canvas: Canvas) -> bytes:
    if not canvas.form.vector:
        return png(canvas.sheet, _PNG_COLOURS, (colour(role, canvas.form) for role in shades()))
    # The backend's own signature carries no types.
    print_svg: Callable[..., None] = FigureCanvasSVG(canvas.sheet).print_svg
    buffer = BytesIO()
    print_svg(buffer, metadata={"Date": None})
    return finish(buffer.getvalue().decode(), canvas.width, canvas.height, HALO)
