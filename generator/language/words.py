"""Small pieces of English that sentences are put together from: spans, counts, lists, moves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.language import numbers
from generator.language.own_words import words
from generator.market.bars import BarKind

_UNITS = {"D": "session", "W": "week", "M": "month", "Y": "year"}
_BARS: dict[BarKind, str] = {"daily": "session", "weekly": "week", "monthly": "month"}
_LABEL = re.compile(r"(\d+)([DWMY])")
FLAT = 0.0005
"""A move smaller than this reads 0.0% in prose, so prose calls it unchanged."""


def span(label: str) -> str:
    """A horizon's label in words: ``3M`` → ``three months``, ``12M`` → ``12 months``."""
    match = _LABEL.fullmatch(label)
    if match is None:
        return label
    return numbers.plural(int(match[1]), *_unit(match[2]))


def tick(label: str) -> str:
    """A horizon's label on an axis, where figures are read at a glance: ``3M`` → ``3 months``."""
    match = _LABEL.fullmatch(label)
    if match is None:
        return label
    one, many = _unit(match[2])
    return f"{match[1]} {one if match[1] == '1' else many}"


def _unit(letter: str) -> tuple[str, str]:
    """What a letter of a label stands for, alone and in the plural."""
    return words(f"spans.{_UNITS[letter]}"), words(f"spans.{_UNITS[letter]}s")


def spans(labels: Sequence[str]) -> str:
    """Several horizons in words, a shared unit said once: ``three, six and 12 months``."""
    said = [span(label) for label in labels]
    units = {text.rsplit(" ", 1)[-1].removesuffix("s") for text in said}
    if len(said) > 1 and len(units) == 1:
        return f"{listed([text.rsplit(' ', 1)[0] for text in said])} {units.pop()}s"
    return listed(said)


def bar_word(kind: BarKind) -> str:
    """``session``, ``week`` or ``month``."""
    return _BARS[kind]


def bar_span(bars: int, kind: BarKind) -> str:
    """``21 sessions``, ``one month``."""
    return numbers.plural(bars, _BARS[kind])


def any_moment(kind: BarKind) -> str:
    """What the baseline starts from, in the verdict's words: ``any day``, ``any week``, ``any month``."""
    return words(f"any.{kind}")


def listed(items: Sequence[str], link: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``; with another ``link``, ``a or b``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {link} {items[-1]}"


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop."""
    if not text:
        return ""
    capital = text[0].upper() + text[1:]
    return capital if capital[-1] in ".!?:" else capital + "."


def paragraph(*sentences: str) -> str:
    """Sentences joined into one paragraph; empty ones leave no trace."""
    return " ".join(s for s in sentences if s)


def beside(value: int, most: int) -> str:
    """A count in figures or in words, as its sentence writes ``most``, which it is compared with."""
    return numbers.whole(value) if most >= 10 else numbers.count(value)


def pair(k: int, n: int, link: str = "of") -> str:
    """``10 of 13``, ``four of six``: both as digits or both as words."""
    return f"{beside(k, n)} {link} {beside(n, n)}"


def of_times(wins: int, n: int) -> str:
    """``10 of 13 times``, ``all 13 times``, ``both times``, ``the one time``, ``in none of 13 cases``."""
    if n == 1:
        return "the one time" if wins else "not the one time"
    if wins == n:
        return "both times" if n == 2 else f"all {numbers.count(n)} times"
    if wins == 0:
        return "neither time" if n == 2 else f"in none of {numbers.count(n)} cases"
    return f"{pair(wins, n)} times"


def times(wins: int, n: int) -> str:
    """How often, when n has been named: ``10 times``, ``once``, ``every time``, ``not once``."""
    if wins == 0:
        return "not once" if n > 1 else "not"
    if wins == n:
        return "every time" if n > 1 else "too"
    return {1: "once", 2: "twice"}.get(wins, f"{beside(wins, n)} times")


def moved(value: float) -> str:
    """A move as a verb: ``rose 4.1%``, ``fell 4.7%``, ``hardly moved``."""
    if abs(value) < FLAT:
        return "hardly moved"
    return f"{'rose' if value > 0 else 'fell'} {numbers.size(value)}"


def stands_at(value: float) -> str:
    """A move that is not over: ``up 4.1%``, ``down 4.7%``, ``unchanged``."""
    return "unchanged" if abs(value) < FLAT else f"{'up' if value > 0 else 'down'} {numbers.size(value)}"


def stood(value: float, than: str = "") -> str:
    """Where a price stands after a move: ``4.1% higher``, ``4.7% lower``, ``unchanged``.

    With ``than`` it goes on to what it is compared with: ``4.1% higher than``, ``unchanged from``.
    """
    if abs(value) < FLAT:
        return "unchanged from" if than else "unchanged"
    text = f"{numbers.size(value)} {'higher' if value > 0 else 'lower'}"
    return f"{text} {than}" if than else text


def points(value: float) -> str:
    """A difference of two returns in percentage points: ``+5.1 points``."""
    text = numbers.percent(value, 1)
    return f"{text} {'point' if text in ('+1.0', f'{numbers.MINUS}1.0') else 'points'}"


def gap(value: float) -> str:
    """The size of a difference of two returns, for "short by 3.0 points": ``3.0 points``."""
    return points(abs(value)).removeprefix("+")


def possessive(name: str) -> str:
    """``IWM’s``, ``Sachs’``."""
    return name + ("’" if name.endswith("s") else "’s")
