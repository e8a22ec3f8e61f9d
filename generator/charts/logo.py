"""The letter's logo as pixels: for cards and e-mails, where an SVG cannot be shown."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from resvg_py import svg_to_bytes

from generator.core.errors import BuildError
from generator.spec.looks import LookFile


@cache
def logo_png(logo: LookFile, height: int, widest: int) -> bytes:
    """The logo as a PNG of this height, or of this width where it would be wider.

    Raises
    ------
    BuildError : it cannot be drawn.
    """
    stored = BytesIO()
    Image.fromarray(pixels(logo, height, widest)).save(stored, "PNG", optimize=True)
    return stored.getvalue()


@cache
def pixels(logo: LookFile, height: int, widest: int) -> NDArray[np.uint8]:
    """The logo as red, green, blue and opacity, row by row; the rest as ``logo_png``."""
    try:
        content = logo.path.read_bytes()
        if logo.name.lower().endswith(".svg"):
            content = bytes(svg_to_bytes(svg_string=content.decode(), height=4 * height))
        with Image.open(BytesIO(content)) as opened:
            image = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise BuildError(f"{logo.name} cannot be drawn: {error}. Save it as SVG or PNG.") from error
    scale = min(height / image.height, widest / image.width)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return np.array(image.resize(size, Image.Resampling.LANCZOS))
