"""A table as a PNG: for platforms that take pictures and no tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from generator.charts.lettering import faces, pieces, width_of
from generator.charts.raster import MARGIN, png
from generator.charts.style import Role, dressed, looks, shades
from generator.language.numbers import tone_of
from generator.spec.looks import HOUSE, Looks

RowKind = Literal["", "group", "summary", "baseline", "provisional", "published"]
_SIZE, _LINE, _AIR, _GAP = 14.0, 18.0, 5.0, 18.0
"""CSS pixels: of a letter, from line to line, above and below a row's words, between columns."""
_BASE = 14.0
"""From the top of a line to the foot of its letters."""
_MOST_WORDS, _MOST_FIGURES = 240.0, 110.0
"""What a column holds is broken into lines no longer than this."""
_LEAST_HEADING = 64.0
"""A heading of several words is broken into lines no shorter than this."""
_STATISTICS = ("summary", "baseline")
_BOLD = ("group", "summary", "published")


@dataclass(frozen=True)
class GridRow:
    """A row: its kind, and its cells as they are read; of a group's heading only the first one is shown."""

    kind: RowKind
    cells: Sequence[str]


@dataclass(frozen=True)
class Grid:
    """A table to be drawn: for each column what stands above several (empty: nothing), its heading, and
    whether it stands to the right, as figures do."""

    groups: Sequence[str]
    headings: Sequence[str]
    right: Sequence[bool]
    rows: Sequence[GridRow]


def table_png(grid: Grid, these: Looks = HOUSE) -> bytes:
    """The table on light paper, as wide as it needs to be.

    Raises
    ------
    ValueError : no typeface of this machine has one of its letters; says which.
    """
    with dressed(these):
        sheet = _Sheet(grid)
        svg = sheet.svg()
        return png(svg, shades()["paper"].light, sheet.typefaces)


class _Sheet:
    """Sets a table, from top to bottom."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.typefaces: set[str] = set()
        self._parts: list[str] = []
        self._y = float(MARGIN)
        self._widths = [self._width(column) for column in range(len(grid.headings))]
        self._lefts = [
            MARGIN + sum(self._widths[:column]) + _GAP * column for column in range(len(self._widths))
        ]

    def svg(self) -> str:
        """The whole sheet."""
        if any(self._grid.groups):
            self._groups()
        self._row(self._grid.headings, "soft", bold=False, to_foot=True)
        before: RowKind = ""
        for number, row in enumerate(self._grid.rows):
            parting = number and row.kind in _STATISTICS and before not in _STATISTICS
            self._rule(MARGIN, self._end, "ink" if parting else "rule")
            role: Role = (
                "soft" if row.kind == "baseline" else "accent" if row.kind == "provisional" else "ink"
            )
            if row.kind == "group":
                self._text(MARGIN, self._y + _AIR + _BASE, row.cells[0], role, bold=True)
                self._y += 2 * _AIR + _LINE
            else:
                self._row(row.cells, role, bold=row.kind in _BOLD)
            before = row.kind
        width, height = self._end + MARGIN, self._y + MARGIN
        size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
        style = f'font-size="{_SIZE:g}" xml:space="preserve"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{"".join(self._parts)}</svg>'

    @property
    def _end(self) -> float:
        return self._lefts[-1] + self._widths[-1]

    def _width(self, column: int) -> float:
        """As wide as its longest cell and the longest word of its heading, or as its lines may be."""
        heading = self._grid.headings[column]
        cells = [(row.cells[column], row.kind in _BOLD) for row in self._grid.rows if row.kind != "group"]
        words = [_wide(word, bold) for text, bold in [*cells, (heading, False)] for word in text.split()]
        most = _MOST_FIGURES if self._grid.right[column] else _MOST_WORDS
        longest = max((_wide(text, bold) for text, bold in cells), default=0.0)
        return max([*words, min(longest, most), min(_wide(heading, False), _LEAST_HEADING)])

    def _groups(self) -> None:
        """What stands above several columns, at the right end of them, with a rule below."""
        column = 0
        for group, run in groupby(self._grid.groups):
            last = column + len(list(run)) - 1
            right = self._lefts[last] + self._widths[last]
            if group:
                self._text(right, self._y + _AIR + _BASE, group, "soft", bold=False, to_right=True)
                self._rule(self._lefts[column], right, "rule", self._y + 2 * _AIR + _LINE)
            column = last + 1
        self._y += 2 * _AIR + _LINE

    def _row(self, cells: Sequence[str], role: Role, bold: bool, to_foot: bool = False) -> None:
        stacks = [_broken(text, width, bold) for text, width in zip(cells, self._widths, strict=True)]
        depth = max(len(stack) for stack in stacks)
        for column, stack in enumerate(stacks):
            right = self._grid.right[column]
            x = self._lefts[column] + (self._widths[column] if right else 0)
            paint = tone_of(cells[column]) if right and role in ("ink", "accent") else role
            above = depth - len(stack) if to_foot else 0
            for number, line in enumerate(stack, above):
                self._text(x, self._y + _AIR + _BASE + number * _LINE, line, paint or role, bold, right)
        self._y += 2 * _AIR + depth * _LINE

    def _text(self, x: float, y: float, text: str, role: Role, bold: bool, to_right: bool = False) -> None:
        weight = ' font-weight="600"' if bold else ""
        x -= _wide(text, bold) if to_right else 0
        for letters, face in faces(text, bold):
            if face is None:
                raise ValueError(f"no typeface on this machine has the letter {letters[0]} ({letters[0]!a})")
            self.typefaces.add(str(face.get_file()))
            style = f'x="{x:.4g}" y="{y:g}" fill="{shades()[role].light}"{weight}'
            family = quoteattr(face.get_name().removesuffix(" Semibold"))
            self._parts.append(f"<text {style} font-family={family}>{escape(letters)}</text>")
            x += width_of(letters, face, _SIZE)

    def _rule(self, left: float, right: float, role: Role, y: float | None = None) -> None:
        y = self._y if y is None else y
        self._parts.append(f'<path d="M{left:g} {y:g}H{right:g}" stroke="{shades()[role].light}"/>')


def _broken(text: str, room: float, bold: bool) -> list[str]:
    lines = [""]
    for spaced, piece in pieces(text):
        longer = f"{lines[-1]}{' ' * (spaced and bool(lines[-1]))}{piece}"
        if lines[-1] and _wide(longer, bold) > room + 0.5:
            lines.append(piece)
        else:
            lines[-1] = longer
    return lines


def _wide(text: str, bold: bool) -> float:
    """The width of a line."""
    return _wide_in(text, bold, looks())


@cache
def _wide_in(text: str, bold: bool, _: Looks) -> float:
    return sum(width_of(letters, face, _SIZE) for letters, face in faces(text, bold) if face is not None)
