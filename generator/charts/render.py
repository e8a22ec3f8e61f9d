"""From a figure to the bytes of a picture: SVG for page and phone, PNG for e-mail and card."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal, Protocol

from generator.edition.figures import Figure
from generator.spec.looks import HOUSE, Looks

if TYPE_CHECKING:
    from generator.charts.style import FormName

    Drawn = FormName | Literal["spots"]
    from generator.edition.values import Strip


class Draw(Protocol):
    """``drawer``, or who draws in its place (``studio.Studio.draw``)."""

    def __call__(self, figure: Figure, form: Drawn, simulated: bool) -> bytes:
        """See ``draw``."""


def drawer(looks: Looks) -> Draw:
    """Who draws at once, in these looks."""
    return partial(draw, looks=looks)


def draw(figure: Figure, form: Drawn, simulated: bool, looks: Looks = HOUSE) -> bytes:
    """Draw a figure.

    Parameters
    ----------
    figure : what to show.
    form : ``page`` (SVG, 760 px wide), ``phone`` (SVG, 360 px wide, taller for its width),
        ``email`` or ``email-dark`` (PNG, 1,120 pixels wide, to be shown from 300 to 560 wide);
        ``spots`` (JSON: for page and phone, what a reader who points at a dot or a line's end is told, as
        lists of how far right, how far down, in thousandths of the picture, and the words).
    simulated : the prices come from the sample market; the picture says so.
    looks : its colours and its typeface.

    Returns
    -------
    The file's content. The same input gives the same bytes. An SVG has a transparent ground and both
    colour schemes in it.
    """
    # Matplotlib takes half a second to import: only who draws waits for it.
    from generator.charts.compose import picture

    return picture(figure, form, simulated, looks)


def card_hangs_on_machine(looks: Looks, *texts: str) -> bool:
    """Words of a card need typefaces beside the letter's own: another machine may draw it otherwise."""
    from generator.charts.lettering import in_house
    from generator.charts.style import dressed

    with dressed(looks):
        return not all(map(in_house, texts))


@lru_cache(maxsize=8)
def draw_card(
    name: str,
    kicker: str,
    title: str,
    strip: Strip | None,
    figure: Figure | None,
    simulated: bool,
    looks: Looks = HOUSE,
) -> bytes:
    """Draw the card of an issue, shown where a link to it is shared: a PNG of 1200 by 630 pixels.

    Parameters
    ----------
    name, kicker, title : of the letter and the issue; cut with an ellipsis where they do not fit, and left
        out where no typeface of the machine has their letters (see ``lettering``).
    strip : up to four of its averages are shown, the first and the last among them.
    figure : an average path is drawn small; other charts are left out.
    simulated : the prices come from the sample market; the card says so.
    looks : its colours, its typeface, and the logo that stands in the place of the name.
    """
    from generator.charts.kinds.card import CardWords, card

    return card(CardWords(name, kicker, title, strip), figure, simulated, looks)
