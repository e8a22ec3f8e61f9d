"""Charts that a letter draws itself: a function from prices to a matplotlib figure, in the house's look."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from types import ModuleType
from typing import Any, get_args

import matplotlib as mpl
from cycler import cycler
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Sheet
from matplotlib.font_manager import fontManager

from generator.charts.canvas import HALO, LINE_HEIGHT, SIMULATED_NOTE
from generator.charts.store import png
from generator.charts.style import (
    FORMS,
    PIXELS_PER_INCH,
    Form,
    FormName,
    Role,
    colour,
    shades,
    typeface,
)
from generator.charts.svg import finish
from generator.core.errors import RequestError
from generator.edition.figures import OwnDrawing

FUNCTION = "draw"
_CYCLE: tuple[Role, ...] = ("accent", "line", "blue", "ochre", "plum", "loss")
_COLOURS = 96
_TALLEST = 2.0
"""A picture is at most so many times as high as it is wide."""


@dataclass(frozen=True)
class Look:
    """What a function of the letter is told of the picture that it draws.

    Attributes
    ----------
    size : width and height in inches, for ``figsize``; the height is a proposal.
    narrow : for a phone: fewer ticks and shorter labels.
    """

    size: tuple[float, float]
    narrow: bool
    colours: Mapping[str, str]

    def colour(self, role: str) -> str:
        """The colour of a role, in light and in dark: ``accent``, ``ink``, ``soft``, ``rule`` and so on.

        Raises
        ------
        RequestError : there is no such role.
        """
        if role not in self.colours:
            raise RequestError(f"there is no colour '{role}'. Allowed: {', '.join(self.colours)}.")
        return self.colours[role]


def own_picture(figure: OwnDrawing, form: FormName, simulated: bool) -> bytes:
    """The file's content, as ``render.draw`` gives it; call it inside ``house_settings``.

    Raises
    ------
    RequestError : the letter's code fails, or gives no figure; says in which line.
    """
    shape = FORMS[form]
    mpl.rcParams.update(_settings(shape))  # type: ignore[arg-type]  # names of settings
    try:
        module = ModuleType("chart")
        module.__file__ = figure.file
        exec(compile(figure.code, figure.file, "exec"), module.__dict__)
        sheet = getattr(module, FUNCTION)(dict(figure.prices), _look(shape))
        if not isinstance(sheet, Sheet):
            found = type(sheet).__name__
            raise RequestError(f"{FUNCTION}() gave a {found} where a matplotlib Figure is needed")
        return _stored(sheet, shape, simulated)
    except (Exception, SystemExit) as error:
        raise RequestError(_failure(figure.file, error)) from None


def _look(form: Form) -> Look:
    size = form.width / PIXELS_PER_INCH, form.height / PIXELS_PER_INCH
    return Look(size, form.narrow, {role: colour(role, form) for role in get_args(Role)})


def _settings(form: Form) -> dict[str, Any]:
    """What makes a plain plot look like the house's charts."""
    soft = colour("soft", form)
    return {
        "font.family": _family(),
        "font.size": form.text,
        "lines.linewidth": form.line,
        "figure.figsize": _look(form).size,
        "figure.constrained_layout.use": True,
        "figure.facecolor": "none" if form.vector else colour("paper", form),
        "axes.facecolor": "none",
        "axes.edgecolor": colour("zero", form),
        "axes.labelcolor": soft,
        "axes.titlecolor": colour("ink", form),
        "axes.titlesize": form.text,
        "axes.labelsize": form.text,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.prop_cycle": cycler(color=[colour(role, form) for role in _CYCLE]),
        "grid.color": colour("rule", form),
        "text.color": soft,
        "xtick.color": soft,
        "ytick.color": soft,
        "xtick.labelsize": form.text,
        "ytick.labelsize": form.text,
        "legend.frameon": False,
        "date.converter": "concise",
        "svg.image_inline": True,
    }


@cache
def _family() -> str:
    for bold in (False, True):
        fontManager.addfont(str(typeface(bold).get_file()))
    return str(typeface().get_name())


def _stored(sheet: Sheet, form: Form, simulated: bool) -> bytes:
    """The figure as wide as its form, with the words that say what simulated prices are."""
    width, height = sheet.get_size_inches()
    wide = form.width / PIXELS_PER_INCH
    sheet.set_size_inches(wide, wide * min(height / width, _TALLEST))
    _leave_room(sheet, form, simulated)
    if not form.vector:
        sheet.set_dpi(form.sharpness * PIXELS_PER_INCH)
        return png(sheet, _COLOURS, (colour(role, form) for role in shades()))
    sheet.set_dpi(PIXELS_PER_INCH)
    stored = BytesIO()
    FigureCanvasSVG(sheet).print_svg(stored, metadata={"Date": None})  # type: ignore[no-untyped-call]
    drawn = stored.getvalue().decode()
    if "<image" in drawn:
        raise RequestError(
            "it draws pixels (imshow, or rasterized=True), which have one colour scheme. Draw shapes, as "
            "pcolormesh and contourf do"
        )
    width, height = sheet.get_size_inches() * PIXELS_PER_INCH
    return finish(drawn, round(width), round(height), HALO)


def _leave_room(sheet: Sheet, form: Form, simulated: bool) -> None:
    """The form's margin around the figure, and the words about simulated prices above it."""
    width, height = sheet.get_size_inches() * PIXELS_PER_INCH
    line = form.text * LINE_HEIGHT + 2 if simulated else 0
    right, up = form.margin / width, form.margin / height
    engine = sheet.get_layout_engine()
    if engine is not None:
        engine.set(rect=(right, up, 1 - 2 * right, 1 - 2 * up - line / height))  # type: ignore[call-arg]
    elif simulated:
        sheet.subplots_adjust(top=min(sheet.subplotpars.top, 1 - up - 1.5 * line / height))
    if simulated:
        ink = colour("ink", form)
        sheet.text(right, 1 - up, SIMULATED_NOTE, color=ink, va="top", weight="semibold")


def _failure(file: str, error: BaseException) -> str:
    """Where in the letter's file it failed, and why."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if isinstance(error, SyntaxError) and error.filename == file:
        lines.append(error.lineno)
    place = f"{file}, line {lines[-1]}" if lines else file
    why = str(error).rstrip(".")
    if not isinstance(error, RequestError):
        why = ": ".join(each for each in (type(error).__name__, why) if each)
    return f"{place}: {why}. A chart is drawn by its function {FUNCTION}(prices, look)."
