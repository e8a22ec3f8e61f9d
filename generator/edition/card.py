"""What an issue says of itself, in its ``edition.json``: for lists, feed, e-mail and whoever checks it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.core.errors import disk_faults
from generator.core.json_values import read_json
from generator.edition.values import Correction, Strip

CARD = "edition.json"


@dataclass(frozen=True)
class Drawing:
    """An image file and the size it is drawn at, in CSS pixels: the page keeps its place free."""

    path: str
    width: int
    height: int


@dataclass(frozen=True)
class PictureView:
    """A chart as the templates of the site's own pages set it. Paths are relative to its folder."""

    page: Drawing
    phone: Drawing
    caption: str
    alt: str
    source: str
    csv: str | None


@dataclass(frozen=True)
class Card:
    """An issue without its article: its front matter, its strip, the keys of its tables and charts."""

    slug: str
    title: str
    deck: str
    kicker: str
    date: str
    as_of: str
    author: str
    source: str
    simulated: bool
    finding: str
    verdict: str
    tags: tuple[str, ...]
    fingerprint: str
    strip: Strip | None
    lead: PictureView | None
    key_points: tuple[str, ...]
    tables: tuple[str, ...]
    charts: tuple[str, ...]
    corrections: tuple[Correction, ...]
    notices: tuple[str, ...]


def read_card(folder: Path) -> Card:
    """The card of a finished report or a published version.

    Raises
    ------
    BadDataError : it is not a card, or not a whole one.
    OutputError : the file cannot be read.
    """
    path = folder / CARD
    with disk_faults(f"cannot read {path}", "Make the report again."):
        content = path.read_bytes()
    return read_json(content, Card, str(path))
