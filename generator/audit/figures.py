"""Figures as people print them: signs, percent signs, decimal points or commas, footnotes, open cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from generator.core.errors import RequestError

FigureUnit = Literal["", "percent", "basis points"]
"""What stands behind a figure."""

_EMPTY = {
    *("", "-", "--", "---", "—", "–", "−", "…", "...", "..", ".", "?", "n/a", "n.a.", "na", "nan", "#n/a"),
    *("null", "none", "nil", "tbd", "tba", "pending", "open", "k.a.", "in progress", "not yet", "x", "/"),
}
_FOOTNOTE = re.compile(r"(?:\s*(?:\[[^\]]{1,8}\]|\([a-z]\)|[*†‡§¶^#_`]+|[¹²³⁴⁵⁶⁷⁸⁹⁰]+))+$", re.IGNORECASE)
_UNIT = re.compile(r"\s*(%|％|pct\.?|percent|per cent|prozent|pp|p\.p\.|bps?)$", re.IGNORECASE)
_CURRENCY = re.compile(r"^([-+]?)\s*(?:[a-z]{0,2}\$|[€£¥])\s*")
_SPACES = re.compile(r"(?<=\d)[ '’](?=\d{3}(?!\d))")
_POINT = re.compile(r"-?(?:\d{1,9}|\d{1,3}(?:,\d{3}){1,3})?(?:\.(\d{1,8}))?")
_COMMA = re.compile(r"-?(?:\d{1,9}|\d{1,3}(?:\.\d{3}){1,3})?(?:,(\d{1,8}))?")
_MINUS = str.maketrans(dict.fromkeys("−–‒—﹣－‐‑", "-"))


@dataclass(frozen=True)
class Printed:
    """A figure as printed: its text, its value (percent, or a plain number), its decimals in that unit
    (−1 where the last printed place is that of the tens), and what stands behind it."""

    text: str
    value: float
    decimals: int
    mark: FigureUnit = ""

    @property
    def unit(self) -> float:
        """One unit in the last printed place."""
        return 10.0**-self.decimals

    def times(self, power: int) -> Printed:
        """The figure in a unit smaller by ten to this power: a fraction of 0.1087 as 10.87 percent."""
        return Printed(self.text, _scaled(self.value, power), self.decimals - power, self.mark)

    def less_one(self) -> Printed:
        """A multiple of 1.1087 as a return of 0.1087."""
        return Printed(self.text, round(self.value - 1, max(self.decimals, 0)), self.decimals, self.mark)


def _scaled(value: float, power: int) -> float:
    return float(f"{value:.12f}e{power}")


def is_open(text: str) -> bool:
    """Whether a cell says that there is no figure."""
    return _bare(text) in _EMPTY


def _bare(text: str) -> str:
    """The cell without emphasis and footnotes, in lower case."""
    plain = " ".join(text.split()).strip("*_`").strip()
    return (plain if plain.lower() in _EMPTY else _FOOTNOTE.sub("", plain)).strip().lower()


def _core(text: str) -> tuple[str, FigureUnit]:
    """The digits with their signs, points and commas, and the unit behind them."""
    plain = _bare(text)
    for sign in ("▼", "↓", "▾", "🔻"):
        if plain.startswith(sign):
            plain = f"-{plain.removeprefix(sign).strip().lstrip('-−–')}"
    plain = plain.lstrip("▲↑▴🔺").strip().translate(_MINUS)
    unit: FigureUnit = ""
    if found := _UNIT.search(plain):
        unit, plain = ("basis points" if found[1].startswith("bp") else "percent"), plain[: found.start()]
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1].strip()}"
        if found := _UNIT.search(plain):
            unit, plain = ("basis points" if found[1].startswith("bp") else "percent"), plain[: found.start()]
    if plain.endswith("-"):  # as some ledgers write it
        plain = f"-{plain.removesuffix('-')}"
    plain = _SPACES.sub("", _CURRENCY.sub(r"\1", plain.removeprefix("+").strip()))
    return re.sub(r"^- +", "-", plain), unit


def read_figure(text: str, place: str, *, comma: bool = False) -> Printed | None:
    """A printed figure; None where the cell is open.

    Parameters
    ----------
    place : the file, line and column, for messages.
    comma : whether the decimal sign is a comma; see ``decimal_comma``.

    Raises
    ------
    RequestError : it is not a number.
    """
    if is_open(text):
        return None
    plain, mark = _core(text)
    found = (_COMMA if comma else _POINT).fullmatch(plain)
    if found is None or not any(c.isdigit() for c in plain):
        raise RequestError(
            f"{place}: '{text[:40]}' is not a number. Write a figure such as 4.15 or −4.74 there, or leave "
            "the cell empty."
        )
    digits = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
    printed = Printed(text, float(digits), len(found[1] or ""), mark)
    return printed.times(-2) if mark == "basis points" else printed


def is_figure(text: str) -> bool:
    """Whether a cell holds a figure, by whichever decimal sign."""
    plain = _core(text)[0]
    return any(c.isdigit() for c in plain) and any(form.fullmatch(plain) for form in (_POINT, _COMMA))


def decimal_comma(cells: Iterable[str], file: str) -> bool:
    """Whether a table's decimal sign is a comma: as its figures say that can be read in one way only.

    Raises
    ------
    RequestError : its figures can be read both ways throughout; names one and both readings.
    """
    doubtful = ""
    votes = set()
    for text in cells:
        vote = _vote(_core(text)[0]) if is_figure(text) else None
        votes.add(vote)
        if vote == "doubtful":
            doubtful = doubtful or text
    if {"comma", "point"} <= votes or not doubtful:
        # Where figures contradict each other, those with a comma are no numbers, and the reader says which.
        return "comma" in votes and "point" not in votes
    if "comma" in votes or "point" in votes:
        return "comma" in votes
    plain = _core(doubtful)[0]
    raise RequestError(
        f"{file}: '{doubtful[:40]}' can be read as {plain.replace(',', '.')} and as "
        f"{plain.replace(',', '')}, and no other figure tells which. Write the decimals with a point."
    )


def _vote(plain: str) -> Literal["comma", "point", "doubtful"] | None:
    """Which decimal sign a figure has; None where it has neither sign, or one that says nothing."""
    commas, points = plain.count(","), plain.count(".")
    if commas and points:
        return "comma" if plain.rindex(",") > plain.rindex(".") else "point"
    if commas > 1 or points > 1:
        return "point" if commas else "comma"
    sign = "," if commas else "." if points else ""
    if not sign:
        return None
    before, _, after = plain.lstrip("-").partition(sign)
    if len(after) == 3 and before.strip("0") and len(before) <= 3:
        # 1.087 is read with a point unless another figure says that thousands are so written.
        return "doubtful" if commas else None
    return "comma" if commas else "point"
