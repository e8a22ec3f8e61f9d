"""The HTML of an e-mail: tables for layout, every style in its element, dark colours for who has them."""

from __future__ import annotations

from dataclasses import dataclass

from css_inline import CSSInliner

from generator.editorial.edition import Edition
from generator.editorial.letter import Letter
from generator.press.email_parts import parts
from generator.press.templating import render

WIDTH = 600
"""No e-mail is wider, in CSS pixels."""
MARGIN = 20
"""Pixels of paper on either side of the words."""
STOCK = "#f3eee3"
"""What the paper lies on, and what the chart is printed on."""


@dataclass(frozen=True)
class Image:
    """A chart in an e-mail: where its PNG is, its size in pixels of the file, and where the one for dark
    paper is, if anywhere."""

    source: str
    width: int
    height: int
    dark: str | None = None


def png_size(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG in its own pixels."""
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")


def email_html(edition: Edition, letter: Letter, chart: Image | None, page: str | None) -> str:
    """An edition as the HTML of an e-mail.

    Parameters
    ----------
    chart : the lead chart, or None when the edition has none.
    page : address of the whole issue, or None when it has none yet: then nothing links to it.
    """
    column = WIDTH - 2 * MARGIN
    text = render(
        "email/issue.html",
        edition=edition,
        letter=letter,
        chart=chart,
        chart_size=None if chart is None else (column, round(chart.height * column / chart.width)),
        parts=parts(edition),
        page=page,
        width=WIDTH,
        margin=MARGIN,
        stock=STOCK,
    )
    # Nothing is fetched while styles are moved: the template has no links to style sheets.
    inliner = CSSInliner(load_remote_stylesheets=False, minify_css=True)
    html: str = inliner.inline(text)
    return html
