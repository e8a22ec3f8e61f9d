"""How much markup a text may hold: enough for any page, too little to keep a parser busy.

The Markdown parser tries every opening bracket against all that follow, so twenty thousand of them take
minutes; the template parser goes down with every bracket in braces. Both are counted first, in one pass.
"""

from __future__ import annotations

import re

MOST_MARKS = {"[": 200, "`": 200, "<": 200, "|": 2000, "*": 2000, "_": 2000}
"""How often a character that Markdown looks behind may stand in one text."""
MOST_NESTED = 6
LONGEST_PART = 300
"""Characters between ``{{`` and ``}}``, them included."""
MOST_IN_BRACES = 5000
"""Characters of all templates of a report together."""

_NESTED = re.compile(rf"^(?:[ \t]*(?:[*+-]|[0-9]+[.)]|>)){{{MOST_NESTED + 1}}}", re.MULTILINE)
_OPENING = re.compile(r"\{[{%#]")
_INSIDE = r"""(?:[^{}"']|"[^{}"']*"|'[^{}"']*')*"""
_PART = re.compile(rf"\{{(?:\{{{_INSIDE}\}}|%{_INSIDE}%|\#[^{{}}]*\#)\}}")


def too_much_markup(text: str) -> str | None:
    """Why a text of Markdown holds more markup than is allowed; None when it does not."""
    for mark, most in MOST_MARKS.items():
        if (count := text.count(mark)) > most:
            return f"holds '{mark}' {count:,} times; at most {most:,} are allowed in one text. Split it."
    if _NESTED.search(text):
        return f"begins a line with more than {MOST_NESTED} marks of lists or quotations. Use fewer."
    return None


def parts_in_braces(text: str) -> tuple[int, int | None]:
    """How many characters stand in braces, and where a part begins that does not end as one should.

    A part ends within ``LONGEST_PART`` characters and holds no other brace, so where it ends is where the
    template parser sees it end.
    """
    size = place = 0
    for opening in _OPENING.finditer(text):
        if opening.start() < place:
            continue
        part = _PART.match(text[opening.start() : opening.start() + LONGEST_PART])
        if part is None:
            return size, opening.start()
        size += len(part[0])
        place = opening.start() + len(part[0])
    return size, None
