"""An issue where MkDocs reads it: its article under front matter for the site, its files beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.assembly.issue import PAGE
from generator.edition.card import Card
from generator.edition.values import Correction
from generator.language import numbers
from generator.mail.email import MESSAGE
from generator.publish.freeze import INGREDIENTS
from generator.site.meta import issue_meta
from generator.spec.letter import Letter

EXPECTATIONS = "expectations.json"
"""In a finished report's folder: what it expected, for the scorecard."""
UNPUBLISHED = frozenset((PAGE, EXPECTATIONS, MESSAGE, INGREDIENTS))
"""Files of a finished report that its page does not show or offer."""
_FRONT_MATTER_ENDS = "\n---\n"
_OUTWARD = re.compile(r"(?<=\]\()(?=\.\./|v[0-9]+/)")
"""Where an article's link leaves the issue's folder, or leads to an older version in it."""

_CORRECTION = re.compile(r"^> \*\*Correction, .*\n> \{: \.notice \}\n\n", re.MULTILINE)
_SAYS = frozenset((".csv", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"))


@dataclass(frozen=True)
class Around:
    """What the site puts around an issue: its neighbours, and its topics with their folders."""

    older: Card | None
    newer: Card | None
    topics: Sequence[tuple[str, str]]


def issue_page(card: Card, folder: Path, letter: Letter, around: Around) -> bytes:
    """The page of an issue as MkDocs reads it."""
    more = {
        "older": _neighbour(around.older),
        "newer": _neighbour(around.newer),
        "topics": [{"name": name, "folder": folder} for name, folder in around.topics],
    }
    return _page(card, folder, letter, more, article(folder))


def superseded_page(card: Card, folder: Path, letter: Letter, correction: Correction) -> bytes:
    """The page of a version that a correction has replaced: it stays at an address of its own, in the
    issue's folder, and nothing leads from it to other issues."""
    day = numbers.day(date.fromisoformat(correction.date))
    more = {"superseded": day}
    return _page(card, folder, letter, more, _OUTWARD.sub("../", article(folder)))


def article(folder: Path) -> str:
    """The article of a finished report, without what its file says of it before it begins."""
    return (folder / PAGE).read_text(encoding="utf-8").partition(_FRONT_MATTER_ENDS)[2].lstrip("\n")


def said(folder: Path) -> dict[str, bytes]:
    """The words, figures and pictures of an issue by file, without its corrections."""
    kept = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _SAYS}
    return {**kept, PAGE: _CORRECTION.sub("", article(folder)).encode()}


def _page(card: Card, folder: Path, letter: Letter, more: Mapping[str, object], text: str) -> bytes:
    """Front matter and article. The theme escapes the words of front matter."""
    downloads = sorted(path.name for path in folder.glob("*.csv"))
    meta: dict[str, object] = {
        "title": card.title,
        "description": card.deck,
        "tags": list(card.tags),
        "simulated": card.simulated,
        "issue": True,
        **issue_meta(card, letter, downloads),
        **more,
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in meta.items()]
    return "\n".join(["---", *lines, "---", "", text]).encode()


def _neighbour(card: Card | None) -> dict[str, str] | None:
    return None if card is None else {"slug": card.slug, "title": card.title}


def older_versions(folder: Path) -> list[Path]:
    """The versions before a frozen one, the oldest first; none of a report that is not published."""
    match = re.fullmatch(r"v([0-9]+)", folder.name)
    return [] if match is None else [folder.with_name(f"v{n}") for n in range(1, int(match[1]))]
