"""An issue for a feed reader, which has its own type and drops what it does not know: plain elements only."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from generator.export.blocks import Block, Fold, Heading, Paragraph, Picture, changed
from generator.export.issue import elsewhere
from generator.export.markup import html
from generator.export.read import read_article
from generator.export.words import relinked, words_of

_OF_THE_ENTRY = ("kicker", "byline")


def entry_html(text: str, name: str, address: str, lead: str, subscribe: str | None = None) -> str:
    """An article as the content of its entry: every link and picture absolute; what is folded stays on the
    page, and its title, kicker and byline are the entry's own.

    Parameters
    ----------
    text, name : the article with its front matter, and its file's name in messages.
    address : of the article on the web.
    lead : the file of its lead chart that feed readers show.
    subscribe : where one subscribes, for a last line.
    """

    def change(block: Block) -> Block:
        if not isinstance(block, Picture):
            return block
        source = lead if "lead" in block.classes else block.source
        return replace(block, source=urljoin(address, source))

    def words(given: Element) -> Element:
        made = relinked(given, lambda target: elsewhere(target, address))
        for image in made.iter("img"):
            image.set("src", urljoin(address, image.get("src", "")))
        return made

    shown = [block for block in read_article(text, name).blocks if not _stays(block)]
    links = [("Details and data are on the page.", address)]
    links += [] if subscribe is None else [("Subscribe", subscribe)]
    return html(changed([*shown, *(_linked(text, place) for text, place in links)], change, words))


def _linked(text: str, place: str) -> Paragraph:
    link = Element("a", {"href": place})
    link.text = text
    return Paragraph(words_of("", [link]))


def _stays(block: Block) -> bool:
    return (
        isinstance(block, Fold)
        or (isinstance(block, Heading) and block.level == 1)
        or (isinstance(block, Paragraph) and block.role in _OF_THE_ENTRY)
    )
