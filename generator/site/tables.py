"""Plain tables of Markdown as the figures of a page: headings in two levels, rows in groups, tints, signs.

A table is looked at before its cells are read as Markdown. What a row is stands in its first cell:
``**bold**`` a summary, ``*italic*`` a baseline, ``▸`` the case under way, ``◆`` the published definition.
What a column holds stands in its alignment: left words, none dates, right figures. A row of plain text goes
into the page as it is: an issue has thousands of cells, and each takes the parser's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from generator.language.numbers import DASH, ENGLISH, MINUS, read_figure
from generator.site.pictures import data_beside

WIDE_FROM = 6
"""A table of so many columns is set wider than the prose."""
LONG_FROM = 30
"""A table of so many cases is set smaller on paper."""
BOXED_FROM = 100
"""A table of so many cases scrolls inside itself, under its headings, and says so."""
SORTED_FROM = 8
"""Rows of one kind from which a reader may want another order."""
TINTS = 10
"""Strengths of tint that the style sheet knows; more could not be told apart."""
CONTEXT = "Context"
"""The column that a phone shows below the row's heading, so that there is room for the figures..."""
FIGURES_FROM = 3
"""... and so it does with words and dates that stand between the heading and so many columns of figures."""
_SAME, _ARROW, _BETWEEN = "same", " → ", " · "
_MARKS = {"▸": "provisional", "◆": "published"}
_CASES = ("episode", "body", "provisional")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"\b([A-Z][a-z]{2,8}) (?:(\d{1,2}), )?(\d{4})\b")
_MARKUP = re.compile(r"[\\`*_\[<{^]")
"""Text with none of these is what it is: the parser need not look at it."""
_SPECIAL = re.compile(r"[&<>\"]")
_AMPERSAND = re.compile(r"&(?!#?\w+;)")


@dataclass(frozen=True)
class Grid:
    """A table as it stands in the Markdown: the cells of its head, what each column holds by its alignment
    (``words``, ``when`` or "" for figures), and the cells of its rows."""

    head: tuple[str, ...]
    holds: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Keep = Callable[[str], str]
"""Puts finished HTML aside and gives the text that stands for it until the page is whole."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, the heading above its run of columns, what it holds, the size of figure that is
    tinted in full (None without tints), and whether its signs are coloured."""

    heading: str
    group: str
    holds: str
    scale: float | None
    signed: bool
    below: bool = False
    """Whether a phone shows it below the row's heading."""
    marks: str = ENGLISH
    """Its figures' decimal point and the mark between their thousands."""

    @cached_property
    def css(self) -> str:
        """The classes of its heading and its cells."""
        return f"{self.holds} context".strip() if self.below else self.holds


@dataclass(frozen=True)
class Row:
    """A row: its kind, its cells as Markdown without their marks, and whether it begins a group."""

    kind: str
    cells: tuple[str, ...]
    begins: bool


def figure_of(figure: Element, grid: Grid, keep: Keep) -> None:
    """Make of a ``figure`` with a table and its caption the figure that a page shows, in place.

    Raises
    ------
    ValueError : ``data-heat`` names a column that is not there, or ``data-scale`` does not go with it.
    """
    caption = figure[1]
    named = figure.attrib.get("id", "")
    columns = _columns(grid, figure.attrib)
    turned = "turned" in figure.attrib.get("class", "").split()
    rows = _rows(grid, columns, _numbers(figure.attrib.get("data-rules", "")))
    title, *notes = list(caption) or [Element("p")]
    cases = sum(row.kind in _CASES for row in rows)
    groups = [tuple(run) for _, run in groupby(rows, key=_counter(rows))]
    csv = data_beside(figure)
    figure.clear()
    if named:
        figure.set("id", named)
    wide = turned or len(columns) >= WIDE_FROM
    marks = {"wide": wide, "long": cases >= LONG_FROM, "boxed": cases >= BOXED_FROM}
    figure.set(
        "class", " ".join(["table", *(m for m, on in marks.items() if on), *(["turned"] if turned else [])])
    )
    box = SubElement(figure, "div", {"class": "scroll", "role": "region", "tabindex": "0"})
    sorts = not turned and sum(_worth_sorting(group) for group in groups) == 1
    made = SubElement(box, "table", {"class": "sortable"} if sorts else {})
    title.tag = "caption"
    made.append(title)
    _head(made, columns)
    for group in groups:
        _body(made, group, columns, keep)
    _foot(figure, cases if cases >= BOXED_FROM else 0, notes, csv)


def strip_of(figure: Element, grid: Grid) -> None:
    """Make of a ``figure`` with the table of a strip the list of its horizons, in place."""
    head, lines, caption = grid.head, grid.rows, figure[1]
    title = caption[0] if len(caption) else Element("p")
    figure.clear()
    figure.tag = "section"
    figure.set("class", "strip")
    title.tag = "p"
    title.set("class", "strip-caption")
    figure.append(title)
    cells = SubElement(figure, "ol", {"style": f"--cells:{len(head) - 1}"})
    for place in range(1, len(head)):
        average, rate, verdict = (lines[n][place] if n < len(lines) else "" for n in range(3))
        label, headline = _bare(head[place], "**")
        cell = SubElement(cells, "li", {"class": "headline"} if headline else {})
        tone = "muted" if verdict.startswith("too few") else _tone(average)
        for css, text in (
            ("strip-label", label),
            (f"strip-average {tone}".strip(), average),
            ("strip-rate", rate),
            ("strip-verdict", verdict),
        ):
            if text:
                SubElement(cell, "span", {"class": css}).text = _read_as(text)


def _columns(grid: Grid, options: dict[str, str]) -> tuple[Column, ...]:
    names = [heading.rpartition(_BETWEEN) for heading in grid.head]
    heat = _listed(options.get("data-heat", ""))
    scales = [float(size) for size in _listed(options.get("data-scale", ""))]
    missing = [name for name in heat if name not in {heading for _, _, heading in names}]
    if missing:
        raise ValueError(f"data-heat names the column {missing[0]}, which the table does not have")
    if heat and len(scales) not in (1, len(heat)):
        raise ValueError("data-scale has neither one size for all columns of data-heat nor one for each")
    sizes = dict(zip(heat, scales * len(heat) if len(scales) == 1 else scales, strict=False))
    plain, below = _listed(options.get("data-plain", "")), _below(grid)
    marks = options.get("data-marks", ENGLISH)
    return tuple(
        Column(heading, group, held, sizes.get(heading), heading not in plain, n in below, marks)
        for n, ((group, _, heading), held) in enumerate(zip(names, grid.holds, strict=True))
    )


def _below(grid: Grid) -> frozenset[int]:
    """The places of the columns that a phone shows below the row's heading."""
    context = {n for n, heading in enumerate(grid.head) if n and heading == CONTEXT}
    figures = next((n for n, held in enumerate(grid.holds) if n and not held), len(grid.holds))
    between = range(1, figures) if grid.holds[figures:].count("") >= FIGURES_FROM else ()
    return frozenset(context.union(between))


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split())


def _rows(grid: Grid, columns: Sequence[Column], rules: frozenset[int]) -> list[Row]:
    plain = "episode" if columns[0].holds == "when" else "body"
    rows: list[Row] = []
    headed = False
    for number, cells in enumerate(grid.rows, 1):
        kind, shown = _kind(cells, plain)
        other = bool(rows) and rows[-1].kind != kind
        rows.append(Row(kind, shown, begins=other or number in rules or kind == "heading"))
        if headed and kind != "heading":
            rows[-1] = Row(kind, shown, begins=False)
        headed = kind == "heading"
    return rows


def _kind(cells: Sequence[str], plain: str) -> tuple[str, tuple[str, ...]]:
    """What a row is, and its cells without the marks that say so."""
    first = cells[0]
    if first[:1] in _MARKS:
        return _MARKS[first[0]], (first[1:].strip(), *cells[1:])
    _, bold = _bare(first, "**")
    if bold:
        kind = "heading" if not any(cells[1:]) else "summary"
        return kind, tuple(_bare(cell, "**")[0] for cell in cells)
    _, italic = _bare(first, "*")
    if italic:
        return "baseline", tuple(_bare(cell, "*")[0] for cell in cells)
    return plain, tuple(cells)


def _bare(text: str, mark: str) -> tuple[str, bool]:
    """The text without the marks around it, and whether it had them."""
    marked = len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark)
    return (
        (text[len(mark) : -len(mark)], True) if marked and not text.endswith("\\" + mark) else (text, False)
    )


def _counter(rows: Iterable[Row]) -> Callable[[Row], int]:
    """A key that goes up by one with every row that begins a group."""
    places, count = {}, 0
    for row in rows:
        count += row.begins
        places[id(row)] = count
    return lambda row: places[id(row)]


def _worth_sorting(group: Sequence[Row]) -> bool:
    return group[0].kind in ("episode", "body") and len(group) >= SORTED_FROM


def _head(table: Element, columns: Sequence[Column]) -> None:
    head = SubElement(table, "thead")
    upper = SubElement(head, "tr")
    if not any(column.group for column in columns):
        for column in columns:
            _heading(upper, column)
        return
    lower = SubElement(head, "tr")
    for name, members in groupby(columns, key=lambda column: column.group):
        run = tuple(members)
        if name:
            over = SubElement(upper, "th", {"scope": "colgroup", "class": "group"})
            if len(run) > 1:
                over.set("colspan", str(len(run)))
            SubElement(over, "span").text = _read_as(name)
        for column in run:
            _heading(lower if name else upper, column, rows=1 if name else 2)


def _heading(line: Element, column: Column, rows: int = 1) -> None:
    cell = SubElement(line, "th", {"scope": "col"})
    if column.css:
        cell.set("class", column.css)
    if rows > 1:
        cell.set("rowspan", str(rows))
    cell.text = _read_as(column.heading)


class Cell(NamedTuple):
    """A cell of the page: its tag, its attributes, its text as Markdown."""

    tag: str
    attributes: dict[str, str]
    text: str


def _body(table: Element, group: Sequence[Row], columns: Sequence[Column], keep: Keep) -> None:
    kind = next((row.kind for row in group if row.kind != "heading"), "body")
    body = SubElement(table, "tbody", {"class": kind})
    lines = [_cells(row, columns) for row in group]
    for plain, run in groupby(lines, key=lambda cells: not _MARKUP.search(" ".join(c.text for c in cells))):
        if plain:
            kept = keep("\n".join(map(_written, run)))
            if len(body):
                body[-1].tail = kept
            else:
                body.text = kept
            continue
        for cells in run:
            line = SubElement(body, "tr")
            for cell in cells:
                SubElement(line, cell.tag, cell.attributes).text = _read_as(cell.text)


def _written(cells: Sequence[Cell]) -> str:
    """A row of plain cells as HTML."""
    return f"<tr>{''.join(map(_cell_written, cells))}</tr>"


def _cell_written(cell: Cell) -> str:
    attributes = "".join(f' {name}="{_plain(value)}"' for name, value in cell.attributes.items())
    return f"<{cell.tag}{attributes}>{_plain(cell.text)}</{cell.tag}>"


def _plain(text: str) -> str:
    """Text for HTML; entities that stand in it stay."""
    if not _SPECIAL.search(text):
        return text
    return _AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _cells(row: Row, columns: Sequence[Column]) -> list[Cell]:
    if row.kind == "heading":
        # The words stay in the first column, which stands still while a phone pushes the others aside.
        head = Cell("th", {"scope": "rowgroup", "class": "group"}, row.cells[0])
        return [head, Cell("td", {"colspan": str(len(columns) - 1)}, "")] if columns[1:] else [head]
    return [_cell(column, text, row, columns) for column, text in zip(columns, row.cells, strict=True)]


def _cell(column: Column, text: str, row: Row, columns: Sequence[Column]) -> Cell:
    first = column is columns[0]
    # A single figure in bold is set apart, as a summary is.
    text, strong = (text, False) if first or column.holds else _bare(text, "**")
    attributes = {"scope": "row"} if first else {}
    css = _css(column, text, row.kind, first, strong)
    if css:
        attributes["class"] = css
    order = _iso(text) if column.holds == "when" else None
    if order:
        attributes["data-order"] = order
    also = [t for c, t in zip(columns, row.cells, strict=True) if c.below and t] if first else []
    if also:
        attributes["data-also"] = _BETWEEN.join(also)
    return Cell("th" if first else "td", attributes, text)


def _css(column: Column, text: str, kind: str, first: bool, strong: bool) -> str:
    if first or column.holds:
        mark = ("present" if kind == "provisional" else "") if first else "loss" if _ARROW in text else ""
        return f"{column.css} {mark}".strip()
    found = read_figure(text, column.marks)
    if found is None and text and text not in (DASH, _SAME):
        return "words"
    value = found or 0.0
    if (column.scale is not None and kind in (*_CASES, "published")) or strong:
        # On a tint the figure stays ink; its sign and the tint say the rest.
        share = 1.0 if strong else abs(value) / (column.scale or 1.0)
        tint = f"{'up' if value > 0 else 'down'} t{max(1, round(min(share, 1) * TINTS))}"
        return tint if value else _tone(text) if found is None else ""
    return _tone(text) if column.signed else "muted" if text == DASH else ""


def _tone(text: str) -> str:
    """The colour of a figure, by the sign that it is printed with."""
    if _ARROW in text or text.startswith(MINUS):
        return "loss"
    return "gain" if text.startswith("+") else "muted" if text in (DASH, _SAME) else ""


def _iso(text: str) -> str | None:
    """The date that a cell begins with, for sorting: ``Nov 3, 2020`` and ``Nov 2020``."""
    found = _DATE.search(text)
    if found is None or found[1][:3].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(found[1][:3].lower()) + 1
    return f"{found[3]}-{month:02}" + (f"-{int(found[2]):02}" if found[2] else "")


def _foot(figure: Element, boxed: int, notes: Sequence[Element], csv: str | None) -> None:
    if not (boxed or notes or csv):
        return
    foot = SubElement(figure, "figcaption")
    if boxed:
        SubElement(
            foot, "span", {"class": "rows"}
        ).text = f"Here are {boxed:,} rows: scroll the table to see them all."
    for note in notes:
        note.tag = "span"
        note.set("class", "note")
        foot.append(note)
    if csv:
        place = SubElement(foot, "span", {"class": "download"})
        SubElement(place, "a", {"href": csv, "download": csv}).text = "Download as CSV"


def _read_as(text: str) -> str:
    return text if _MARKUP.search(text) else AtomicString(text)
