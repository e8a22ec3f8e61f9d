"""What lets machines find the issues: the feed and ``robots.txt``. The sitemap is a template of the theme."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.editorial.letter import Letter
from generator.files import OutputFile
from generator.press.addresses import site_address
from generator.press.feed import FEED, feed, in_feed
from generator.press.issue_card import Card
from generator.press.issues import article
from generator.site.markdown import to_html


def discovery_files(issues: Sequence[tuple[Card, Path]], letter: Letter) -> tuple[OutputFile, ...]:
    """``robots.txt``, and the feed where there can be one.

    Parameters
    ----------
    issues : cards and folders of the finished reports, newest first.
    """
    carried = set(in_feed([card for card, _ in issues], letter))
    entries = [(card, to_html(article(folder))) for card, folder in issues if card in carried]
    robots = OutputFile("robots.txt", _robots(any(card.simulated for card, _ in issues), letter))
    return (robots, OutputFile(FEED, feed(entries, letter))) if entries else (robots,)


def _robots(simulated: bool, letter: Letter) -> bytes:
    """Search engines keep out of made-up prices, and are shown the way through real ones."""
    if simulated:
        return b"User-agent: *\nDisallow: /\n"
    site = site_address(letter)
    sitemap = "" if site is None else f"\nSitemap: {site}sitemap.xml\n"
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()
