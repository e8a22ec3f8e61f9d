"""A version that a correction has replaced: it stays at an address of its own, and says what it is."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

from generator.editorial import numbers

_OUTWARD = re.compile(rb'(?<==")(?=\.\./|v[0-9]+/)')
"""Where an article's link leaves the issue's folder, or leads to an older version in it."""


def older_versions(folder: Path) -> list[Path]:
    """The versions before a frozen one, the oldest first; none of a report that is not published."""
    match = re.fullmatch(r"v([0-9]+)", folder.name)
    return [] if match is None else [folder.with_name(f"v{n}") for n in range(1, int(match[1]))]


def superseded_front_matter(front: bytes, corrected: str) -> bytes:
    """The front matter of a version's page, with what the theme and the search need to know of it."""
    day = numbers.day(date.fromisoformat(corrected))
    more = f"superseded: {json.dumps(day)}\nsearch:\n  exclude: true\n"
    return front.replace(b"---\n", b"---\n" + more.encode(), 1)


def one_folder_deeper(article: bytes) -> bytes:
    """An article whose links still arrive when its page lies in a folder of the issue's folder."""
    return _OUTWARD.sub(b"../", article)
