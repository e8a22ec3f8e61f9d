"""A drawn sheet as the bytes of a small PNG."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Sheet
from numpy.typing import NDArray
from PIL import Image

_NEAR = 3
"""So far, of 255, is a colour moved by being one of few."""


def png(sheet: Sheet, colours: int, exact: Iterable[str]) -> bytes:
    """The sheet as a PNG of so many colours: a chart needs no more, and a letter is read over a slow line.

    The colours of ``exact`` that it has stay as they are: its ground must not show against the page.
    """
    canvas = FigureCanvasAgg(sheet)
    # The backend's own signatures carry no types.
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    # Six times as fast as a median cut, and smaller for flat colours.
    few = Image.fromarray(pixels[:, :, :3]).quantize(
        colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    few.putpalette(_kept(np.array(few.getpalette(), dtype=np.uint8).reshape(-1, 3), exact).tobytes())
    stored = BytesIO()
    few.save(stored, "PNG", optimize=True)
    return stored.getvalue()


def _kept(palette: NDArray[np.uint8], exact: Iterable[str]) -> NDArray[np.uint8]:
    for name in exact:
        colour = np.array(to_rgb(name)) * 255
        distance = np.abs(palette - colour).max(axis=1)
        if distance.min() <= _NEAR:
            palette[distance.argmin()] = np.round(colour)
    return palette
