"""Numbers and dates that were typed into a text by hand.

A number is what is written with digits (also inside a word: ``QE2``, ``10-day``), a cardinal number in words
(``three``, ``a dozen``, ``twice``, ``doubled``, ``half``), and a month by its name. Ordinals are not counts.
``one`` is a number only where it measures (``one percent``, ``one in five``), for elsewhere it is mostly a
pronoun; ``May`` is a month only after a word such as ``in`` or ``since``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from generator.language.own_words import english

_UNITS = "two|three|four|five|six|seven|eight|nine"
_CARDINAL = (
    f"zero|{_UNITS}|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    f"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-(?:one|{_UNITS}))?"
    "|(?:hundred|thousand|million|billion|trillion|dozen)s?"
)
_SIZES = (
    "twice|thrice|(?:doubl|tripl|quadrupl|halv)(?:ed|ing)|(?:two|three|four|five|ten)fold"
    "|(?<!first )(?<!second )(?<!other )(?<!last )(?<!latter )half"
)
_ONE = (
    r"one(?=[\s-]+(?:per\s?cent|percentage|basis|points?\b|half|third|quarter|fifth|tenth|hundred|thousand"
    rf"|million|billion|trillion|dozen|(?:out\s+)?(?:of|in)\s+(?:every\s+)?(?:\d|(?:{_CARDINAL})\b)))"
)
_SHARE = r"a\s+(?:third|quarter|fifth|tenth)(?=\s+of\b)"
_MONTH = "|".join(sorted({*english()["dates.months"], *english()["dates.short_months"], "Sept"} - {"May"}))
_MAY = (
    r"(?i:(?<=\b(?:in|of|by|to)\s)|(?<=\b(?:from|last|late|this|next)\s)|(?<=\bearly\s)"
    r"|(?<=\b(?:since|until|after)\s))May"
)
_FIGURE = (
    r"\d+(?:[.,:/]\d+)*(?:\s?%)?|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u218b\u2460-\u249b]+"
)
_WORDS = rf"(?:{_CARDINAL}|{_SIZES})(?:[\s-]+(?:and\s+)?(?:{_CARDINAL}))*"
_NUMBER = re.compile(
    rf"(?P<figure>{_FIGURE})|(?P<date>\b(?:{_MONTH}|{_MAY})\b)|(?i:\b(?:{_WORDS}|{_ONE}|{_SHARE})\b)"
)
_YEAR = re.compile(r"(?:1[89]|2[01])\d\d")
_UNREAD = re.compile(
    r"(?<=\]\()[^()\s]+|<?https?://[^\s)>]+|\[\^[^\]\s]+\]|^[ ]{0,3}\d{1,2}[.)](?=\s)", re.MULTILINE
)
"""Where digits are no numbers of the text: addresses, the marks of footnotes, those of a numbered list."""


@dataclass(frozen=True)
class TypedNumber:
    """A number in a text: where it stands, as it is written, and whether it is a date."""

    start: int
    text: str
    is_date: bool


def typed_numbers(
    text: str, names: Collection[str] = (), *, markdown: bool = False
) -> tuple[TypedNumber, ...]:
    """Every number of a text that is not part of one of the ``names``.

    Parameters
    ----------
    names : words that may hold numbers, such as ``Russell 2000``; any blank in them stands for a line's end
        too, and they are not looked for inside longer words.
    markdown : whether addresses and the markers of numbered lists are to be passed over.
    """
    found = list(_NUMBER.finditer(text))
    if not found:
        return ()
    free = [match.span() for name in names for match in _pattern(name).finditer(text)]
    if markdown:
        free += [match.span() for match in _UNREAD.finditer(text)]
    free.sort()
    starts = [start for start, _ in free]
    # How far the passages that begin up to here reach: one of them holds what ends before that.
    reach = list(accumulate((end for _, end in free), max, initial=-1))
    return tuple(
        TypedNumber(match.start(), match[0], match["date"] is not None)
        for match in found
        if reach[bisect_right(starts, match.start())] < match.end()
    )


def holds(text: str, name: str) -> bool:
    """Whether a text has these words and a number in them."""
    return bool(typed_numbers(" ".join(name.split()))) and _pattern(name).search(text) is not None


def is_bare(text: str) -> bool:
    """Whether a text is a number alone, and not a year: to allow it would allow it everywhere."""
    match = _NUMBER.fullmatch(text)
    return match is not None and not _YEAR.fullmatch(text) and match["date"] is None


@lru_cache(maxsize=2048)
def _pattern(name: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?<!\w){words}(?!\w)")
