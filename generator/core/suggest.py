"""The nearest of the names that are allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

SHOWN = 16
"""About so many allowed names are listed in a message, and at most so many unknown keys of one place."""
NOT_WORTH_HIDING = 2
"""So few names that are left over are named too: "and 1 more" is no shorter than the one."""


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that is most like this one; None where none is."""
    folded = {candidate.lower(): candidate for candidate in allowed}
    near = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def suggest(name: str, allowed: Iterable[str]) -> str:
    """The nearest allowed name, and the allowed ones: ``Did you mean 'asset'? Allowed: asset, target.``"""
    names = list(allowed)
    near = nearest(name, names)
    question = "" if near is None else f"Did you mean '{near}'? "
    shown = names if len(names) <= SHOWN + NOT_WORTH_HIDING else names[:SHOWN]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return f"{question}Allowed: {', '.join(shown)}{more}." if names else f"{question}None is defined."
