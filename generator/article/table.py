"""A table as Markdown: pipes, with marks on the first cell of a row that say what the row is.

**Bold** is a summary row, *italic* the baseline's, ``▸`` the case under way, ``◆`` the definition that its
neighbours are held against. A row with nothing but a bold first cell heads a group. Alignment says what a
column holds: words to the left, figures to the right, dates as they come. What the page needs to know beside
that (tints, lines between groups) stands in the attributes of the caption.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from generator.edition.values import Cell, Column, Row, RowKind, Table, Unit
from generator.language.escape import Markdown, escape
from generator.language.numbers import ENGLISH, MINUS, marks

TURNED_FROM = 13
"""A table of so many columns, and more of them than rows, is set with its columns as rows."""
_AROUND: dict[RowKind, str] = {"summary": "**", "baseline": "*"}
_BEFORE: dict[RowKind, str] = {"provisional": "▸ ", "published": "◆ "}
_RULES: dict[Unit, str] = {"text": ":---", "date": "---"}
WIDEST, WIDEST_FIGURE = 30, 16
"""A cell of more letters than this does not widen its column; a verdict under figures is no figure."""


def table_markdown(table: Table) -> Markdown:
    """The rows of a table as pipes, figures under figures; its caption is the template's."""
    table = turned(table)
    head, *body = [[_heading(column) for column in table.columns], *(_cells(row) for row in table.rows)]
    # A heading under a group's is long, and would push the figures apart.
    heads = ("" if column.group else heading for column, heading in zip(table.columns, head, strict=True))
    right = [column.unit not in _RULES for column in table.columns]
    most = [WIDEST_FIGURE if figures else WIDEST for figures in right]
    widths = [_width(cells, m) for cells, m in zip(zip(heads, *body, strict=True), most, strict=True)]
    rule = [_RULES.get(column.unit, "---:") for column in table.columns]
    return Markdown("\n".join(_line(line, widths, right) for line in (head, rule, *body)))


def _width(cells: Sequence[str], most: int) -> int:
    """How wide a column is set: as its widest cell, but for the few that are far wider than figures are."""
    return max((len(cell) for cell in cells if len(cell) <= most), default=0)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    placed = (
        cell.rjust(width) if figures else cell.ljust(width)
        for cell, width, figures in zip(cells, widths, right, strict=True)
    )
    return f"| {' | '.join(placed)} |"


def table_attributes(table: Table, name: str) -> Markdown:
    """What the page is told of a table, as the attributes of its caption; ``name`` is its anchor."""
    told: dict[str, str] = {"id": name}
    if is_turned(table):
        told["class"] = "turned"
    tinted = [column for column in table.columns if column.scale is not None]
    if tinted:
        told["data-heat"] = "; ".join(column.heading for column in tinted)
        scales = [_printed(column) for column in tinted]
        told["data-scale"] = scales[0] if len(set(scales)) == 1 else "; ".join(scales)
    if not is_turned(table) and (plain := "; ".join(_plain(table))):
        told["data-plain"] = plain
    if marks() != ENGLISH:
        told["data-marks"] = marks()
    if rules := " ".join(str(place) for place in _rules(table.rows)):
        told["data-rules"] = rules
    if table.download:
        told["data-csv"] = f"{name}.csv"
    return attributes(told)


def attributes(told: dict[str, str]) -> Markdown:
    """Attributes as a line of YAML, as a block's options want them."""
    members = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items())
    return Markdown(f"{{{', '.join(members)}}}")


def is_turned(table: Table) -> bool:
    """Whether a table is too wide to be read, and has a row for each column instead."""
    return len(table.columns) >= TURNED_FROM and len(table.columns) > len(table.rows)


def turned(table: Table) -> Table:
    """The table with a row for each column, under headings of their groups; itself where it is narrow."""
    if not is_turned(table):
        return table
    first, *others = table.columns
    names = (Column(row.cells[0].text, row.cells[0].text) for row in table.rows)
    columns = (replace(first, unit="text"), *names)
    rows: list[Row] = []
    for group, members in groupby(enumerate(others, start=1), key=lambda member: member[1].group):
        if group:
            rows.append(Row((Cell(group), *(Cell("") for _ in table.rows)), "summary"))
        rows += [_as_row(table, place, column) for place, column in members]
    return replace(table, columns=columns, rows=tuple(rows))


def _as_row(table: Table, place: int, column: Column) -> Row:
    return Row((Cell(column.heading), *(row.cells[place] for row in table.rows)))


def _heading(column: Column) -> str:
    text = f"{column.group} · {column.heading}" if column.group else column.heading
    return escape(text)


def _cells(row: Row) -> list[str]:
    first, *others = (_cell(cell, row.kind) for cell in row.cells)
    return [f"{_BEFORE.get(row.kind, '')}{first}", *others]


def _cell(cell: Cell, kind: RowKind) -> str:
    around, text = "**" if cell.strong else _AROUND.get(kind, ""), escape(cell.text)
    if cell.href:
        text = Markdown(f"[{text}]({cell.href})")
    return f"{around}{text}{around}" if text else ""


def _printed(column: Column) -> str:
    """A column's scale in the unit that it is printed in."""
    scale = column.scale or 1.0
    return f"{scale * 100 if column.unit in ('percent', 'rate') else scale:.4g}"


def _plain(table: Table) -> Iterator[str]:
    """Headings of the columns of figures whose signs are not coloured."""
    for place, column in enumerate(table.columns):
        cells = [row.cells[place] for row in table.rows if row.cells[place].text[:1] in ("+", MINUS)]
        if cells and column.unit not in _RULES and column.scale is None and not any(c.tone for c in cells):
            yield column.heading


def _rules(rows: Sequence[Row]) -> Iterator[int]:
    """The rows, counted from 1, that begin another group of the same kind."""
    for place, (before, row) in enumerate(pairwise(rows), start=2):
        if before.kind == row.kind and before.group != row.group:
            yield place
