"""Names for files and anchors, made from words."""

from __future__ import annotations

import re
from collections.abc import Callable


def slug(words: str) -> str:
    """Small letters, digits and hyphens: safe in a path and in an address."""
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-") or "part"


def free_name(stem: str, taken: Callable[[str], bool], extension: str = "") -> str:
    """The name, or the name with the first number that makes it a free one."""
    name, number = f"{stem}{extension}", 1
    while taken(name):
        number += 1
        name = f"{stem}-{number}{extension}"
    return name
