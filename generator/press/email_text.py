"""The plain-text part of an e-mail, set for a terminal: 72 columns, figures under figures."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

from generator.editorial import numbers
from generator.editorial.edition import Edition, Strip
from generator.editorial.letter import Letter
from generator.press.email_table import EmailTable, episode_table, findings

COLUMNS = 72
SIMULATED = (
    "SIMULATED PRICES. A program made them up to show how this letter works; "
    + "they say nothing about any market."
)
_SUMMARIES = ("summary", "baseline")


def email_text(edition: Edition, letter: Letter, page: str | None) -> str:
    """An edition as plain text, no line longer than 72 columns but for an address.

    Parameters
    ----------
    page : address of the whole issue, or None when it has none yet.
    """
    return "\n".join(_lines(edition, letter, page)) + "\n"


def _lines(edition: Edition, letter: Letter, page: str | None) -> Iterator[str]:
    if edition.simulated:
        yield from (*_wrapped(SIMULATED), "")
    yield from (letter.name, "", *_wrapped(edition.kicker.upper()), "")
    title = _wrapped(edition.title)
    yield from (*title, "=" * max(len(line) for line in title), "")
    yield from (*_wrapped(edition.deck), "")
    author = f"{edition.author} · " if edition.author else ""
    day = numbers.day(date.fromisoformat(edition.as_of))
    yield from _wrapped(f"{author}Prices to {day} · {edition.source}")
    if edition.strip is not None:
        yield from ("", *_heading(edition.strip.caption), *_strip(edition.strip))
    if edition.key_points:
        yield from ("", *_heading("The short version"))
        for point in edition.key_points:
            yield from textwrap.wrap(point, COLUMNS, initial_indent="* ", subsequent_indent="  ")
    episodes = episode_table(edition)
    if episodes is not None:
        yield from ("", *_heading(episodes.table.caption), *_table(episodes))
    verdicts = findings(edition)
    if verdicts:
        yield from ("", *_heading("The verdict"))
        for number, verdict in enumerate(verdicts):
            yield from (*([""] if number else []), *_wrapped(verdict))
    if page is not None:
        yield from ("", "Read the whole issue:", page)
    yield from ("", "-" * COLUMNS, *_wrapped(letter.disclaimer))


def _heading(text: str) -> list[str]:
    lines = _wrapped(text)
    return [*lines, "-" * max(len(line) for line in lines)]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS) or [""]


def _strip(strip: Strip) -> list[str]:
    """A line a horizon; a verdict that does not fit continues under itself."""
    rows = [(cell.label, cell.average, cell.win_rate) for cell in strip.cells]
    widths = [max(len(text) for text in column) for column in zip(*rows, strict=True)]
    lines = []
    for (label, average, rose), cell in zip(rows, strip.cells, strict=True):
        figures = f"{label:<{widths[0]}}  {average:>{widths[1]}}  {rose:<{widths[2]}}  "
        lines += textwrap.wrap(
            cell.verdict, COLUMNS, initial_indent=figures, subsequent_indent=" " * len(figures)
        ) or [figures.rstrip()]
    return lines


def _table(episodes: EmailTable) -> list[str]:
    """The figures under their headings; summary rows set off; the columns that fit, as on a phone."""
    table = episodes.table
    heads = [column.heading for column in table.columns]
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    kept = list(range(len(heads)))
    if _width(kept, [heads, *texts]) > COLUMNS:
        kept = [n for n in kept if n not in episodes.wide]
    # A heading of several words stands on several lines, so that it does not widen its column.
    stacks = [_stack(heads[n], max((len(row[n]) for row in texts), default=0)) for n in kept]
    depth = max(len(stack) for stack in stacks)
    above = [[([""] * (depth - len(stack)) + stack)[line] for stack in stacks] for line in range(depth)]
    rows = [[row[n] for n in kept] for row in texts]
    widths = [max(len(row[n]) for row in [*above, *rows]) for n in range(len(kept))]
    lines = [_row(row, widths) for row in above]
    before = ""
    for row, cells in zip(table.rows, rows, strict=True):
        if row.kind in _SUMMARIES and before not in _SUMMARIES:
            lines.append("-" * (sum(widths) + 2 * (len(widths) - 1)))
        lines.append(_row(cells, widths))
        before = row.kind
    more = [heads[n] for n in range(len(heads)) if n not in kept]
    if more:
        lines += ["", *_wrapped(f"Also on the page: {', '.join(more)}.")]
    if episodes.left_out:
        lines += ["", f"{numbers.plural(episodes.left_out, 'earlier episode')} on the page.".capitalize()]
    return [*lines, *(line for note in table.notes for line in ("", *_wrapped(note)))]


def _stack(heading: str, width: int) -> list[str]:
    return textwrap.wrap(heading, max(width, 7), break_long_words=False) or [""]


def _width(kept: Sequence[int], rows: Sequence[Sequence[str]]) -> int:
    return sum(max(len(row[n]) for row in rows[1:] or rows) for n in kept) + 2 * (len(kept) - 1)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join([f"{first[0]:<{first[1]}}", *(f"{cell:>{width}}" for cell, width in rest)]).rstrip()
