"""The one place where numbers and dates become text, for the page, the e-mail, the CSV and the terminal.

Inside the program returns are decimals (0.1028); here they become ``+10.28``. A true minus sign, never
``−0.00``, an em dash for what does not exist.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

import numpy as np

MINUS = "−"
DASH = "—"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def signed(value: float | None, decimals: int = 2) -> str:
    """A signed number that is already in its unit: ``+10.28``, ``−4.74``, ``0.00``; an em dash for None."""
    if value is None or not np.isfinite(value):
        return DASH
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (MINUS if value < 0 else "+") + text


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
    return text if text == DASH else text + "%"


def size(value: float | None, decimals: int = 1) -> str:
    """The size of a decimal return without its sign, for "fell 4.7%": −0.0474 → ``4.7%``."""
    return DASH if value is None else f"{abs(value) * 100:,.{decimals}f}%"


def rate(value: float | None, decimals: int = 0) -> str:
    """A share as percent: 0.6154 → ``62%``; with ``decimals=2`` for tables, ``61.54%``."""
    return DASH if value is None or not np.isfinite(value) else f"{value * 100:.{decimals}f}%"


def price(value: float | None) -> str:
    """A price with two decimals, or as many more as five significant figures need: ``2,775.00``, ``1.2789``,
    ``0.0000085``."""
    if value is None or not np.isfinite(value):
        return DASH
    decimals = price_decimals(value)
    whole, _, part = f"{abs(value):,.{decimals}f}".partition(".")
    text = f"{whole}.{part.rstrip('0').ljust(2, '0')}"
    return MINUS + text if value < 0 and text.strip("0.,") else text


def price_decimals(value: float) -> int:
    """Decimals that show five significant figures of a price, two at least."""
    return 2 if value == 0 else max(2, 4 - int(np.floor(np.log10(abs(value)))))


def p_value(value: float | None) -> str:
    """A p-value: ``0.40``, ``0.008``, ``< 0.001``."""
    if value is None:
        return DASH
    if value < 0.001:
        return "< 0.001"
    return f"{value:.3f}" if value < 0.01 else f"{value:.2f}"


def count(value: int) -> str:
    """A count for prose: ``nine``, ``38``, ``1,204``."""
    return _SMALL[value] if 0 <= value < len(_SMALL) else f"{value:,}"


def ordinal(value: int) -> str:
    """A place for prose: ``first``, ``tenth``, ``11th``, ``22nd``."""
    if 1 <= value <= len(_PLACES):
        return _PLACES[value - 1]
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value:,}{ending}"


def plural(value: int, one: str, many: str | None = None) -> str:
    """``one episode``, ``13 episodes``."""
    return f"{count(value)} {one if value == 1 else many or one + 's'}"


def day(value: date) -> str:
    """``Nov 26, 2025``."""
    return f"{MONTHS[value.month - 1]} {value.day}, {value.year}"


def with_days(text: str) -> str:
    """A sentence of the terminal for a page: ``2025-11-26`` in it becomes ``Nov 26, 2025``."""
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: day(date.fromisoformat(found[0])), text)


def long_day(value: date) -> str:
    """``November 26, 2025``."""
    return f"{MONTH_NAMES[value.month - 1]} {value.day}, {value.year}"


def month(value: date) -> str:
    """``Apr 2003``."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def bar_date(value: date, kind: str) -> str:
    """The date of a bar: ``Apr 2003`` on monthly bars, ``Nov 26, 2025`` on the others."""
    return month(value) if kind == "monthly" else day(value)
