"""An issue in the site: MkDocs makes a page of its abstract, and the whole article is set into that page.

An article weighs hundreds of kilobytes. MkDocs would hold every one in memory, parse it as Markdown that it
is not, and write all its words into the index that a browser loads for the first search. So MkDocs reads
title, deck, key points and headings, which is what search finds; the article goes into the finished page
unread, byte for byte, and its charts and tables beside it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.editorial.edition import Correction
from generator.errors import BuildError
from generator.press.email import MESSAGE
from generator.press.freeze import INGREDIENTS
from generator.press.page import CARD, ENTRY, PAGE, Card, as_markdown
from generator.press.superseded import one_folder_deeper, superseded_front_matter
from generator.press.templating import render

EXPECTATIONS = "expectations.json"
"""In a finished report's folder: what it expected, for the scorecard."""
_UNPUBLISHED = frozenset((PAGE, CARD, EXPECTATIONS, ENTRY, MESSAGE, INGREDIENTS))
_BEGIN, _END = b"<!-- abstract -->", b"<!-- end of abstract -->"
_FRONT_MATTER_ENDS = b"\n---\n"


@dataclass(frozen=True)
class Assembled:
    """What a site is built from, beside ``build/docs``: the date it carries, and the folders of the finished
    reports by their places in the site (``issues/<slug>``; ``issues/<slug>/v1`` once corrected)."""

    as_of: date
    issues: Mapping[str, Path]


def issue_page(card: Card, folder: Path, foot: str) -> bytes:
    """The page of an issue as MkDocs reads it: the report's front matter, its abstract, and the foot."""
    front, _ = _parts(folder)
    return front + b"\n" + as_markdown(render("site/abstract.html", card=card) + foot)


def superseded_page(card: Card, folder: Path, correction: Correction) -> bytes:
    """The page of a version that a correction has replaced; nothing leads from it to other issues."""
    front = superseded_front_matter(_parts(folder)[0], correction.date)
    return front + b"\n" + as_markdown(render("site/abstract.html", card=card))


def set_issues(site: Path, issues: Mapping[str, Path], earlier: Path) -> None:
    """Set every article into its page of a site that MkDocs has built, and its files beside it.

    Parameters
    ----------
    issues : as in ``Assembled``.
    earlier : the site that was built before. What it holds of an issue and has not changed since is linked,
        not copied again: ten years of charts are more than a gigabyte.

    Raises
    ------
    BuildError : a page has no place for its article.
    OSError : a file cannot be read or written.
    """
    for place, folder in issues.items():
        _set_article(site / place / "index.html", folder, deeper=place.count("/") > 1)
        old = _times(earlier / place)
        for name, time in _times(folder).items():
            _place(name, folder, site / place, earlier / place if old.get(name) == time else None)


def _parts(folder: Path) -> tuple[bytes, bytes]:
    """The front matter of a report's page, and its article."""
    front, ends, article = (folder / PAGE).read_bytes().partition(_FRONT_MATTER_ENDS)
    return front + ends, article.lstrip(b"\n")


def _set_article(page: Path, folder: Path, *, deeper: bool) -> None:
    head, begin, rest = page.read_bytes().partition(_BEGIN)
    _, end, tail = rest.partition(_END)
    if not begin or not end:
        raise BuildError(f"{page.name} of {folder.name} has no place for the article.")
    article = _parts(folder)[1].rstrip(b"\n")
    page.write_bytes(head + (one_folder_deeper(article) if deeper else article) + tail)


def _times(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of the files of a folder that are published; of a folder that is not there, none."""
    if not folder.exists():
        return {}
    with os.scandir(folder) as entries:
        shown = (e for e in entries if e.name not in _UNPUBLISHED and not e.name.startswith("."))
        return {e.name: (e.stat().st_size, e.stat().st_mtime_ns) for e in shown if e.is_file()}


def _place(name: str, folder: Path, target: Path, earlier: Path | None) -> None:
    """Put a file in the site: the earlier site's own copy of it, or a new copy with the same time.

    The site never shares a file with the folder it was made from, so that whoever changes a site by hand
    changes no issue; and a file that was changed by hand has another time, and is not taken over.
    """
    if earlier is not None:
        os.link(earlier / name, target / name)
    else:
        shutil.copy2(folder / name, target / name)
