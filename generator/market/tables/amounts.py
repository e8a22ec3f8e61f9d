"""Numbers as people and vendors write them: ``1,234.56``, ``1.234,56 €``, ``$12``, ``62.45M``, ``(3.1)``.

Which sign is the decimal one is decided for a whole file, from the cells that can be read one way only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from generator.market.history import FloatArray

Decimal = Literal[".", ","]
SIGNS: tuple[Decimal, Decimal] = (".", ",")

UNITS = {"": 1.0, "k": 1e3, "tsd": 1e3, "m": 1e6, "mm": 1e6, "mio": 1e6, "mln": 1e6, "mil": 1e6, "b": 1e9}
UNITS |= {"bn": 1e9, "mrd": 1e9, "mld": 1e9, "md": 1e9, "t": 1e12, "tn": 1e12, "bio": 1e12}
UNITS |= {"万": 1e4, "億": 1e8, "亿": 1e8}
_CURRENCY = r"(?:[A-Z]{1,2}\$|US\$|[$€£¥₹₩₽₺₪฿₫₴₦]|[A-Z]{3}|kr\.?|zł|Kč|Fr\.?|R\$|円|元|원|pts?\.?|p)"
_CELL = re.compile(
    rf"^(?P<open>\()?\s*{_CURRENCY}?\s*(?P<sign>[-+−–])?\s*{_CURRENCY}?\s*"
    r"(?P<body>\d[\d.,'’´\s]*|[.,]\d+)(?:[eE](?P<power>[-+]?\d{1,3}))?\s*"
    r"(?P<unit>[A-Za-z]{1,3}|万|億|亿)??\.?\s*"
    rf"{_CURRENCY}?\s*(?P<tail>[-−])?\s*(?P<shut>\))?$"
)
_BODY = {
    sign: re.compile(
        rf"^(?:\d+|[1-9]\d{{0,2}}(?:(?P<t>[{other}'’´ ])\d{{2,3}}(?:(?P=t)\d{{2,3}})*)?(?<=\d{{3}}))?"
        rf"(?:{re.escape(sign)}\d*)?$"
    )
    for sign, other in ((".", ","), (",", "."))
}
"""What stands between the signs, with this decimal sign: thousands in groups of three (in India, of two)."""
_GAPS = re.compile(r"\s")
_MARKS = re.compile(r"[,.]")
_POINT = re.compile(r"^-?\d+\.(?:\d{1,2}|\d{4,})$")
"""A number whose point cannot be one of thousands."""


@dataclass(frozen=True)
class Cell:
    """A number without its sign, currency and unit: the digits with their marks, and what to multiply by."""

    body: str
    factor: float

    def value(self, decimal: Decimal) -> float | None:
        """The number; None when it is none with this decimal sign."""
        if _BODY[decimal].match(self.body) is None:
            return None
        whole, _, part = self.body.partition(decimal)
        digits = "".join(c for c in whole if c.isdigit())
        return float(f"{digits or 0}.{part or 0}{self.power}") * self.factor

    power: str = ""


def cell(text: str) -> Cell | None:
    """The parts of a cell; None when it is no number."""
    match = _CELL.match(text.strip())
    if match is None:
        return None
    unit = UNITS.get((match["unit"] or "").casefold())
    if unit is None or bool(match["open"]) != bool(match["shut"]):
        return None
    minus = bool(match["open"]) or match["sign"] in ("-", "−", "–") or bool(match["tail"])
    power = f"e{match['power']}" if match["power"] else ""
    return Cell(_GAPS.sub(" ", match["body"].strip()), -unit if minus else unit, power)


@dataclass(frozen=True)
class Habit:
    """The decimal sign of some columns.

    Attributes
    ----------
    decimal : the sign; None when the cells can be read both ways.
    example : a cell that decides it, or that can be read both ways; empty when no cell has a sign.
    clash : a cell that can be read only with the other sign.
    """

    decimal: Decimal | None
    example: str = ""
    clash: str = ""


def habit_of(columns: Iterable[Sequence[str]]) -> Habit:
    """Which sign is the decimal one in these columns of text, by the cells that leave no choice."""
    sure: dict[Decimal, str] = {}
    unsure = ""
    for column in columns:
        if (example := _plainly_points(column)) is not None:
            sure.setdefault(".", example)
            continue
        for text in column:
            if _MARKS.search(text) is None or (found := cell(text)) is None:
                continue
            point, comma = (found.value(sign) for sign in SIGNS)
            if point is not None and comma is None:
                sure.setdefault(".", text)
            elif comma is not None and point is None:
                sure.setdefault(",", text)
            elif point != comma:
                unsure = unsure or text
    if len(sure) == 2:
        return Habit(None, sure["."], sure[","])
    for sign, text in sure.items():
        return Habit(sign, text)
    return Habit(None, unsure) if unsure else Habit(".")


def _plainly_points(column: Sequence[str]) -> str | None:
    """A cell that shows a decimal point, of a column of nothing but plain numbers; None for any other."""
    example = next((text for text in column if _POINT.search(text)), None)
    return None if example is None or _plain_numbers(column) is None else example


def _plain_numbers(texts: Sequence[str]) -> FloatArray | None:
    try:
        return np.array(texts, dtype=np.float64)
    except ValueError:
        return None


def amounts(column: Any, decimal: Decimal) -> FloatArray:
    """A column of text as numbers, shape (T,); NaN where a cell is empty or no number.

    Parameters
    ----------
    column : an Arrow array of text without nulls.
    """
    texts = column.to_pylist()
    if decimal == "." and (plain := _plain_numbers(texts)) is not None:
        return plain  # as most columns are
    values = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        found = cell(text)
        value = None if found is None else found.value(decimal)
        if value is not None:
            values[row] = value
    return values
