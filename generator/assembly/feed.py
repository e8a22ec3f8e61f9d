"""The Atom feed (RFC 4287): the newest issues, whole."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from generator.edition.card import Card
from generator.site.addresses import issue_address, site_address
from generator.spec.letter import Letter

FEED = "feed.xml"
IN_THE_FEED = 20
_ATOM = "http://www.w3.org/2005/Atom"


def in_feed(cards: Sequence[Card], letter: Letter) -> tuple[Card, ...]:
    """The issues that the feed carries, newest first.

    None without a site address, because a feed's links and ids are absolute; and none made from simulated
    prices, because a feed reader shows them among real ones.
    """
    if letter.base_url is None:
        return ()
    return tuple(card for card in cards if not card.simulated)[:IN_THE_FEED]


def feed(entries: Sequence[tuple[Card, str]], letter: Letter) -> bytes:
    """The feed of these issues (newest first), each with its content as HTML whose links are absolute.

    Raises
    ------
    ValueError : the letter has no site address, or there is no issue.
    """
    site = site_address(letter)
    if site is None or not entries:
        raise ValueError("a feed needs a site address and an issue")
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _text(root, "title", letter.name)
    _text(root, "subtitle", letter.tagline)
    _text(root, "id", letter.id or site)
    _text(root, "updated", max(_updated(card) for card, _ in entries))
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": site + FEED})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": site})
    SubElement(root, "icon").text = f"{site}assets/mark.svg"
    _text(SubElement(root, "author"), "name", letter.author)
    indent(root)
    for card, content in entries:
        root.append(_entry(card, content, letter))
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(card: Card, content: str, letter: Letter) -> Element:
    address = issue_address(letter, card.slug)
    assert address is not None
    entry = Element("entry")
    _text(entry, "title", card.title)
    _text(entry, "id", address if letter.id is None else f"{letter.id}/{card.slug}")
    _text(entry, "published", f"{card.date}T00:00:00Z")
    _text(entry, "updated", _updated(card))
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    if card.author:
        _text(SubElement(entry, "author"), "name", card.author)
    for tag in card.tags:
        SubElement(entry, "category", {"term": tag})
    _text(entry, "summary", card.finding or card.deck)
    SubElement(entry, "content", {"type": "html"}).text = content
    return entry


def _updated(card: Card) -> str:
    """The day an issue last changed: never before its prices ended."""
    corrected = (correction.date for correction in card.corrections)
    return f"{max(card.date, card.as_of, *corrected)}T00:00:00Z"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
