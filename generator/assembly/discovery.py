"""What lets machines find the issues: the feed and ``robots.txt``. The sitemap is a template of the theme."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.assembly.feed import FEED, feed, in_feed
from generator.assembly.issue import PAGE
from generator.core.files import OutputFile
from generator.edition.card import Card
from generator.export.entry import entry_html
from generator.mail.email import CHART
from generator.site.addresses import issue_address, site_address
from generator.spec.letter import Letter


def discovery_files(issues: Sequence[tuple[Card, Path]], letter: Letter) -> tuple[OutputFile, ...]:
    """``robots.txt``, and the feed where there can be one.

    Parameters
    ----------
    issues : cards and folders of the finished reports, newest first.
    """
    carried = set(in_feed([card for card, _ in issues], letter))
    entries = [(card, _entry(card, folder, letter)) for card, folder in issues if card in carried]
    robots = OutputFile("robots.txt", _robots(any(card.simulated for card, _ in issues), letter))
    return (robots, OutputFile(FEED, feed(entries, letter))) if entries else (robots,)


def _entry(card: Card, folder: Path, letter: Letter) -> str:
    address = issue_address(letter, card.slug)
    assert address is not None  # without one there is no feed
    return entry_html(
        (folder / PAGE).read_text(encoding="utf-8"), PAGE, address, CHART, letter.subscribe_link
    )


def _robots(simulated: bool, letter: Letter) -> bytes:
    """Search engines keep out of made-up prices, and are shown the way through real ones."""
    if simulated:
        return b"User-agent: *\nDisallow: /\n"
    site = site_address(letter)
    sitemap = "" if site is None else f"\nSitemap: {site}sitemap.xml\n"
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()
