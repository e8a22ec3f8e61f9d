"""Text that YAML takes for a remark: ``title: What follows issue #goldrush`` is read as "What follows issue".

A remark behind a value is fine, ``cooldown: 21  # a month``. It is a mistake behind words that a reader would
see, and wherever nothing stands between the sign and what follows it, as in a hashtag.
"""

from __future__ import annotations

import re

from generator.core.yaml_faults import LONGEST

_REMARK = re.compile(r"[ \t]+#(?P<begun>\s?)[^\n]*")
_WORDS = frozenset(
    (
        *(
            "title",
            "deck",
            "kicker",
            "heading",
            "measure_heading",
            "text",
            "because",
            "reason",
            "tags",
            "author",
        ),
        *("name", "tagline", "disclaimer", "postal_address", "sender", "key_points", "points", "contexts"),
        *("notes", "groups", "assets"),
    )
)
"""Keys whose values, and whatever stands below them, are words for readers."""
_NO_WORDS = frozenset(("calendar", "benchmark", "core"))
"""Keys below those whose values are not."""


def lost(line: str, column: int, keys: tuple[str | int, ...]) -> str | None:
    """The message where text is lost behind a value without quotes that ends at ``column``; or None.

    Parameters
    ----------
    line : the line that the value ends on.
    keys : the path of the value.
    """
    remark = _REMARK.fullmatch(line, column)
    if remark is None:
        return None
    names = [key for key in keys if isinstance(key, str)]
    words = any(name in _WORDS for name in names) and names[-1] not in _NO_WORDS
    if not words and remark["begun"]:
        return None
    todo = "Put the whole text in quotes" + ("" if words else ", or a space behind the # of a remark")
    return f"ends before {_shown(remark[0].strip())!r}, which YAML takes for a remark. {todo}."


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
