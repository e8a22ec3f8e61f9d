"""From a figure to the bytes of a picture: SVG for page and phone, PNG for e-mail and card."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from generator.edition.figures import Figure, OwnDrawing
from generator.edition.values import ShareCard
from generator.spec.looks import HOUSE, Looks

if TYPE_CHECKING:
    from generator.charts.style import FormName

    Drawn = FormName | Literal["spots", "card"]


class Draw(Protocol):
    """``drawer``, or who draws in its place (``studio.Studio.draw``)."""

    def __call__(self, figure: Figure | ShareCard, form: Drawn, simulated: bool) -> bytes:
        """See ``draw``."""


def drawer(looks: Looks) -> Draw:
    """Who draws at once, in these looks."""
    return partial(draw, looks=looks)


def draw(figure: Figure | ShareCard, form: Drawn, simulated: bool, looks: Looks = HOUSE) -> bytes:
    """Draw a figure.

    Parameters
    ----------
    figure : what to show.
    form : ``page`` (SVG, 760 px wide), ``phone`` (SVG, 360 px wide, taller for its width),
        ``email`` or ``email-dark`` (PNG, 1,120 pixels wide, to be shown from 300 to 560 wide);
        ``spots`` (JSON: for page and phone, what a reader who points at a dot or a line's end is told, as
        lists of how far right, how far down, in thousandths of the picture, and the words); ``card`` (PNG,
        1200 by 630 pixels), and nothing else, of a card.
    simulated : the prices come from the sample market; the picture says so.
    looks : its colours and its typeface.

    Returns
    -------
    The file's content. The same input gives the same bytes. An SVG has a transparent ground and both
    colour schemes in it.
    """
    # Matplotlib takes half a second to import: only who draws waits for it.
    if isinstance(figure, ShareCard):
        from generator.charts.kinds.card import card

        return card(figure, simulated, looks)
    from generator.charts.compose import picture

    assert form != "card", "only a card is drawn as one"
    return picture(figure, form, simulated, looks)


def draw_forms(
    figure: Figure | ShareCard, forms: tuple[Drawn, ...], simulated: bool, looks: Looks = HOUSE
) -> list[bytes]:
    """Draw a figure in several forms, which takes less than one by one; the rest is as in ``draw``."""
    if isinstance(figure, ShareCard | OwnDrawing):
        return [draw(figure, form, simulated, looks) for form in forms]
    from generator.charts.compose import pictures

    return pictures(figure, [form for form in forms if form != "card"], simulated, looks)


def card_hangs_on_machine(looks: Looks, *texts: str) -> bool:
    """Words of a card need typefaces beside the letter's own: another machine may draw it otherwise."""
    from generator.charts.lettering import in_house
    from generator.charts.style import dressed

    with dressed(looks):
        return not all(map(in_house, texts))
