"""From a figure to the bytes of a picture: SVG for the page and the phone, PNG for the e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.editorial.figures import Figure

if TYPE_CHECKING:
    from generator.charts.style import FormName


def draw(figure: Figure, form: FormName, simulated: bool) -> bytes:
    """Draw a figure.

    Parameters
    ----------
    figure : what to show.
    form : ``page`` (SVG, 760 px wide), ``phone`` (SVG, 360 px wide, taller for its width) or ``email``
        (PNG, 600 px wide at twice the resolution, on paper colour).
    simulated : the prices come from the sample market; the picture says so.

    Returns
    -------
    The file's content. The same input gives the same bytes. An SVG has a transparent ground and both
    colour schemes in it.
    """
    # Matplotlib takes half a second to import: only who draws waits for it.
    from generator.charts.compose import picture

    return picture(figure, form, simulated)
