"""The one place where numbers and dates become text, for the page, the e-mail, the CSV and the terminal.

Signs, months and the order of a date are those of the letter's ``words.yml``; the examples are English.

Inside the program returns are decimals (0.1028); here they become ``+10.28``. A true minus sign, never
``−0.00``, an em dash for what does not exist.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Literal

import numpy as np

from generator.language.own_words import listed_words, words

MINUS = "−"
ENGLISH = ".,"
"""Its ``marks``."""
DASH = "—"
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def _written(text: str) -> str:
    """A number as Python writes it, with the letter's signs."""
    return text if marks() == ENGLISH else text.translate(str.maketrans(ENGLISH, marks()))


def _with_sign(text: str) -> str:
    return words("numbers.percent", number=text)


def marks() -> str:
    """The letter's decimal point and the mark between its thousands."""
    return words("numbers.decimal") + words("numbers.thousands")


def read_figure(text: str, marked: str) -> float | None:
    """The number that a text begins with, written with these ``marks``; None where it begins with none."""
    decimal, thousands = marked[0], marked[1]
    found = _figure(decimal, thousands).match(text)
    if found is None:
        return None
    digits = found[2].replace(thousands, "").replace(decimal, ".")
    return float(digits) * (-1 if found[1] in ("-", MINUS) else 1)


def tone_of(text: str) -> Literal["gain", "loss", ""]:
    """The colour of a figure, by the sign that it is printed with: what reads 0.00 has none, and no words."""
    if not text[1:2].isdigit():
        return ""
    return "gain" if text[0] == "+" else "loss" if text[0] == MINUS else ""


@cache
def _figure(decimal: str, thousands: str) -> re.Pattern[str]:
    decimal, thousands = re.escape(decimal), re.escape(thousands)
    return re.compile(rf"([+−-]?)((?:\d[\d{thousands}]*)?(?:{decimal})?\d+)")


def whole(value: int) -> str:
    """A whole number: ``1,204``."""
    return _written(f"{value:,}")


def signed(value: float | None, decimals: int = 2) -> str:
    """A signed number that is already in its unit: ``+10.28``, ``−4.74``, ``0.00``; an em dash for None."""
    if value is None or not np.isfinite(value):
        return DASH
    text = f"{abs(value):,.{decimals}f}"
    if not text.strip("0.,"):
        return _written(text)
    return (MINUS if value < 0 else "+") + _written(text)


def plain(value: float | None, decimals: int = 2) -> str:
    """A number with a sign only when it is negative: ``0.81``, ``−1.20``; an em dash for None."""
    return signed(value, decimals).removeprefix("+")


def trigger(value: float | None, unit: Literal["percent", "price", "number"]) -> str:
    """What set a signal off: a percentage with its sign, a price with its decimals, else two decimals."""
    if unit == "percent":
        return signed(value)
    return price(value) if unit == "price" else plain(value)


def percent(value: float | None, decimals: int = 2) -> str:
    """A decimal return as signed percent points without the sign %: 0.1028 → ``+10.28`` (for tables)."""
    return signed(None if value is None else value * 100, decimals)


def percent_sign(value: float | None, decimals: int = 1) -> str:
    """A decimal return for prose: 0.1028 → ``+10.3%``."""
    text = percent(value, decimals)
    return text if text == DASH else _with_sign(text)


def size(value: float | None, decimals: int = 1) -> str:
    """The size of a decimal return without its sign, for "fell 4.7%": −0.0474 → ``4.7%``."""
    return DASH if value is None else _with_sign(_written(f"{abs(value) * 100:,.{decimals}f}"))


def rate(value: float | None, decimals: int = 0) -> str:
    """A share as percent: 0.6154 → ``62%``; with ``decimals=2`` for tables, ``61.54%``."""
    if value is None or not np.isfinite(value):
        return DASH
    return _with_sign(_written(f"{value * 100:.{decimals}f}"))


def price(value: float | None) -> str:
    """A price with two decimals, or as many more as five significant figures need: ``2,775.00``, ``1.2789``,
    ``0.0000085``."""
    if value is None or not np.isfinite(value):
        return DASH
    decimals = price_decimals(value)
    before, _, part = f"{abs(value):,.{decimals}f}".partition(".")
    text = f"{before}.{part.rstrip('0').ljust(2, '0')}"
    return (MINUS if value < 0 and text.strip("0.,") else "") + _written(text)


def price_decimals(value: float) -> int:
    """Decimals that show five significant figures of a price, two at least."""
    return 2 if value == 0 else max(2, 4 - int(np.floor(np.log10(abs(value)))))


def p_value(value: float | None) -> str:
    """A p-value: ``0.40``, ``0.008``, ``< 0.001``."""
    if value is None:
        return DASH
    if value < 0.001:
        return f"< {_written('0.001')}"
    return _written(f"{value:.3f}" if value < 0.01 else f"{value:.2f}")


def count(value: int) -> str:
    """A count for prose: ``nine``, ``38``, ``1,204``."""
    small = listed_words("numbers.small")
    return small[value] if 0 <= value < len(small) else whole(value)


def ordinal(value: int) -> str:
    """A place for prose: ``first``, ``tenth``, ``11th``, ``22nd``."""
    if 1 <= value <= len(_PLACES):
        return _PLACES[value - 1]
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{whole(value)}{ending}"


def plural(value: int, one: str, many: str | None = None) -> str:
    """``one episode``, ``13 episodes``."""
    return f"{count(value)} {one if value == 1 else many or one + 's'}"


def month_name(number: int) -> str:
    """``November`` for 11."""
    return listed_words("dates.months")[number - 1]


def short_month(number: int) -> str:
    """``Nov`` for 11."""
    return listed_words("dates.short_months")[number - 1]


def day(value: date) -> str:
    """``Nov 26, 2025``."""
    return words("dates.day", month=short_month(value.month), day=value.day, year=value.year)


def with_days(text: str) -> str:
    """A sentence of the terminal for a page: ``2025-11-26`` in it becomes ``Nov 26, 2025``."""
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: day(date.fromisoformat(found[0])), text)


def long_day(value: date) -> str:
    """``November 26, 2025``."""
    return words("dates.long_day", month=month_name(value.month), day=value.day, year=value.year)


def month(value: date) -> str:
    """``Apr 2003``."""
    return words("dates.month", month=short_month(value.month), year=value.year)


def bar_date(value: date, kind: str) -> str:
    """The date of a bar: ``Apr 2003`` on monthly bars, ``Nov 26, 2025`` on the others."""
    return month(value) if kind == "monthly" else day(value)
