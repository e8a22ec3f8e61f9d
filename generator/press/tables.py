"""Tables made ready for the page: headings in two levels, rows in groups, tints and classes of the cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from generator.editorial.edition import Cell, Column, Row, RowKind, Table, Unit

WIDE_FROM = 6
"""A table of so many columns is set wider than the prose."""
TURNED_FROM = 13
"""A table of so many columns, and more of them than rows, is set with its columns as rows."""
LONG_FROM = 30
"""A table of so many cases is set smaller on paper."""
BOXED_FROM = 100
"""A table of so many cases scrolls inside itself, under its headings, and says so."""
TINTS = 10
"""Strengths of tint that the style sheet knows; more could not be told apart."""
CONTEXT = "context"
"""The column that a phone shows below the row's heading, so that there is room for the figures."""
SORTED_FROM = 8
"""Rows of one kind from which a reader may want another order."""


@dataclass(frozen=True)
class Heading:
    """A heading cell: its text, how far it spans, what it heads (a ``scope``), its class."""

    text: str
    columns: int
    rows: int
    scope: str
    css: str


@dataclass(frozen=True)
class CellView:
    """A cell as set: its text, class attribute, where it leads, what it is sorted by if that is not its text,
    and what a phone shows below it."""

    text: str
    css: str
    href: str | None = None
    order: str | None = None
    also: str | None = None


@dataclass(frozen=True)
class RowGroup:
    """Consecutive rows of one kind and group: a ``tbody`` of its own, under a hairline, perhaps a heading."""

    kind: RowKind
    rows: tuple[tuple[CellView, ...], ...]
    heading: str = ""


@dataclass(frozen=True)
class TableView:
    """A table as the templates set it. ``csv`` is the file beside the page, or None; ``label`` names the part
    of the page that scrolls, as no other part is named; ``boxed`` is how many rows scroll inside it, 0 where
    the page shows them all."""

    anchor: str
    caption: str
    label: str
    headings: tuple[tuple[Heading, ...], ...]
    groups: tuple[RowGroup, ...]
    notes: tuple[str, ...]
    csv: str | None
    wide: bool
    long: bool
    boxed: int
    turned: bool
    sortable: bool


def table_view(table: Table, anchor: str, csv: str | None, label: str | None = None) -> TableView:
    """Everything a template needs to set the table, under this anchor, in the order it needs it; its label is
    its caption unless it is given."""
    turned = len(table.columns) >= TURNED_FROM and len(table.columns) > len(table.rows)
    cases = sum(row.kind in ("episode", "body", "provisional") for row in table.rows)
    headings, groups = _turned(table) if turned else (_headings(table.columns), _groups(table))
    return TableView(
        anchor=anchor,
        caption=table.caption,
        label=label or table.caption,
        headings=headings,
        groups=groups,
        notes=table.notes,
        csv=csv,
        wide=len(table.columns) >= WIDE_FROM,
        long=cases >= LONG_FROM,
        boxed=cases if cases >= BOXED_FROM else 0,
        turned=turned,
        sortable=not turned and sum(_worth_sorting(group) for group in groups) == 1,
    )


def linked(view: TableView, places: Mapping[str, str]) -> TableView:
    """The table with its rows' headings leading to these places, by what the heading says."""

    def leading(row: tuple[CellView, ...]) -> tuple[CellView, ...]:
        return replace(row[0], href=places.get(row[0].text)), *row[1:]

    groups = (replace(group, rows=tuple(map(leading, group.rows))) for group in view.groups)
    return replace(view, groups=tuple(groups))


def _worth_sorting(group: RowGroup) -> bool:
    return group.kind in ("episode", "body") and len(group.rows) >= SORTED_FROM


def _groups(table: Table) -> tuple[RowGroup, ...]:
    return tuple(
        RowGroup(kind, tuple(_row(row, table.columns) for row in rows))
        for (kind, _), rows in groupby(table.rows, key=lambda row: (row.kind, row.group))
    )


def _turned(table: Table) -> tuple[tuple[tuple[Heading, ...], ...], tuple[RowGroup, ...]]:
    """Headings and rows with a row for each column; columns of a group stand under the group's heading."""
    names = tuple(Heading(row.cells[0].text, 1, 1, "col", "") for row in table.rows)
    first = Heading(table.columns[0].heading, 1, 1, "col", "words")
    places = range(1, len(table.columns))
    groups = (
        RowGroup("body", tuple(_turned_row(table, place) for place in run), heading)
        for heading, run in groupby(places, key=lambda place: table.columns[place].group)
    )
    return ((first, *names),), tuple(groups)


def _turned_row(table: Table, place: int) -> tuple[CellView, ...]:
    cells = (_cell(row.cells[place], table.columns[place]) for row in table.rows)
    return CellView(table.columns[place].heading, "words"), *cells


def _headings(columns: tuple[Column, ...]) -> tuple[tuple[Heading, ...], ...]:
    if not any(column.group for column in columns):
        return (tuple(_heading(column) for column in columns),)
    upper: list[Heading] = []
    for name, members in groupby(columns, key=lambda column: column.group):
        run = tuple(members)
        if name:
            upper.append(Heading(name, len(run), 1, "colgroup", "group"))
        else:
            upper.extend(_heading(column, rows=2) for column in run)
    return tuple(upper), tuple(_heading(column) for column in columns if column.group)


def _heading(column: Column, rows: int = 1) -> Heading:
    return Heading(column.heading, 1, rows, "col", _css(column.unit, column))


def _row(row: Row, columns: tuple[Column, ...]) -> tuple[CellView, ...]:
    first, *others = (_cell(cell, column) for cell, column in zip(row.cells, columns, strict=True))
    also = next((c.text for c, column in zip(row.cells, columns, strict=True) if column.key == CONTEXT), None)
    return replace(first, also=also or None), *others


def _cell(cell: Cell, column: Column) -> CellView:
    css = _css(cell.unit or column.unit, column)
    scale = 0.0 if cell.strong else column.scale
    if scale is None or not isinstance(cell.value, float) or not cell.value:
        order = cell.value if column.unit == "date" and isinstance(cell.value, str) else None
        return CellView(cell.text, f"{css} {cell.tone}".strip(), order=order)
    # On a tint the figure stays ink; its sign and the tint say the rest.
    side = "up" if cell.value > 0 else "down"
    step = TINTS if cell.strong else max(1, round(min(abs(cell.value) / scale, 1) * TINTS))
    return CellView(cell.text, f"{css} {side} t{step}".strip())


def _css(unit: Unit, column: Column) -> str:
    """Figures are what tables hold, and need no class."""
    css = "words" if unit == "text" else "when" if unit == "date" else ""
    return f"{css} {CONTEXT}" if column.key == CONTEXT else css
