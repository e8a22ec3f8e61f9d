"""What machines are told about a page: Open Graph and Twitter tags, JSON-LD, the sitemap's date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from generator.edition.card import Card
from generator.site.addresses import issue_address, site_address
from generator.spec.letter import Letter

CARD_IMAGE = "social.png"
_CONTEXT = "https://schema.org"


def issue_meta(card: Card, letter: Letter, downloads: Iterable[str]) -> Mapping[str, object]:
    """Front matter of an issue's page for the head of the page.

    Parameters
    ----------
    downloads : names of the CSV files beside the page.

    Returns
    -------
    ``date``; ``image`` when the site has an address, as social networks take no relative one; and
    ``structured``, JSON-LD to be printed as it is, unless the prices are simulated: what is made up is not
    offered to search engines as data.
    """
    place = issue_address(letter, card.slug)
    meta: dict[str, object] = {"date": card.date}
    if place is not None:
        meta["image"] = place + CARD_IMAGE
    if not card.simulated:
        meta["structured"] = in_script(structured(card, letter, downloads))
    return meta


def home_meta(newest: str | None, letter: Letter) -> Mapping[str, object]:
    """Front matter of the home page: the newest issue's card, where the site has an address."""
    place = None if newest is None else issue_address(letter, newest)
    return {} if place is None else {"image": place + CARD_IMAGE}


def structured(card: Card, letter: Letter, downloads: Iterable[str]) -> dict[str, object]:
    """The issue as an ``Article`` and its figures as a ``Dataset``, in the words of schema.org.

    Without a site address the links are relative to the page, which JSON-LD allows.
    """
    place = issue_address(letter, card.slug) or ""
    publisher: dict[str, object] = {"@type": "Organization", "name": letter.name}
    site = site_address(letter)
    if site is not None:
        publisher["url"] = site
    article: dict[str, object] = {
        "@type": "Article",
        "@id": f"{place}#article",
        "headline": card.title,
        "description": card.deck,
        "datePublished": card.date,
        "dateModified": max(card.date, *(correction.date for correction in card.corrections), ""),
        "author": {"@type": "Organization", "name": card.author or letter.name},
        "publisher": publisher,
        "image": place + CARD_IMAGE,
        "mainEntityOfPage": place or "index.html",
        "keywords": list(card.tags),
    }
    if not card.source:  # written elsewhere: nothing of it is ours to offer as data
        return {"@context": _CONTEXT, "@graph": [article]}
    article["isBasedOn"] = {"@id": f"{place}#data"}
    dataset = {
        "@type": "Dataset",
        "@id": f"{place}#data",
        "name": f"{card.title}: episodes and statistics",
        "description": f"Every table and chart of the issue as data, unrounded. {card.deck}",
        "datePublished": card.date,
        "temporalCoverage": f"../{card.as_of}",
        "creator": publisher,
        "isAccessibleForFree": True,
        "distribution": [
            _download(place, "edition.json", "application/json"),
            *(_download(place, name, "text/csv") for name in downloads),
        ],
    }
    return {"@context": _CONTEXT, "@graph": [article, dataset]}


def in_script(value: object) -> str:
    """JSON that can stand inside a script element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _download(place: str, name: str, kind: str) -> dict[str, str]:
    return {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": place + name}
