"""A drawn chart as a PNG: for wherever an SVG, or the viewer's own colours, cannot be had."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from resvg_py import svg_to_bytes

from generator.spec.looks import HOUSE, Looks

Scheme = Literal["light", "dark"]
SHARPNESS = 2
"""Pixels of a PNG for each CSS pixel."""
MARGIN = 16
"""CSS pixels of ground around a chart, which on the page stands on the page's own."""
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)" viewBox="0 0 \1 \2"')
_SHEET = re.compile(r"<style>.*?</style>", re.DOTALL)


def chart_png(svg: bytes, scheme: Scheme = "light", looks: Looks = HOUSE) -> bytes:
    """A chart of ours (``svg.finish``) in one of its two schemes, on that scheme's paper, with a margin.

    Raises
    ------
    ValueError : it is no chart of ours, or cannot be drawn.
    """
    text = svg.decode()
    rules = re.search(rf"@media \(prefers-color-scheme:{scheme}\)\{{((?:[^{{}}]*\{{[^{{}}]*\}})*)\}}", text)
    size = _SIZE.search(text)
    if rules is None or size is None:
        raise ValueError("no chart of ours")
    text = _SHEET.sub(lambda _: f"<style>{rules[1]}</style>", text, count=1)
    width, height = (float(side) + 2 * MARGIN for side in size.groups())
    around = f'width="{width:g}" height="{height:g}" viewBox="-{MARGIN} -{MARGIN} {width:g} {height:g}"'
    return png(text.replace(size[0], around, 1), looks.scheme(scheme)["paper"], ())


def is_chart(svg: bytes) -> bool:
    """Whether an SVG is a chart of ours, with both schemes in it."""
    return b"<style>@media (prefers-color-scheme:" in svg[:1000]


def png(svg: str, ground: str | None = None, typefaces: Collection[str] | None = None) -> bytes:
    """An SVG as a PNG of two pixels for each of its own.

    Parameters
    ----------
    ground : colour under it; None: transparent.
    typefaces : files of the typefaces that its text is set in; None: whatever this machine has.

    Raises
    ------
    ValueError : it is no SVG, or cannot be drawn.
    """
    return bytes(
        svg_to_bytes(
            svg_string=svg,
            zoom=SHARPNESS,
            background=ground,
            font_files=list(typefaces or ()),
            skip_system_fonts=typefaces is not None,
        )
    )
