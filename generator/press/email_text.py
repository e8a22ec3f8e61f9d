"""The plain-text part of an e-mail, set for a terminal: 72 columns, figures under figures."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date

from generator.editorial import numbers
from generator.editorial.edition import Edition, Strip
from generator.editorial.letter import Letter
from generator.press.email_grid import COLUMNS, grid
from generator.press.email_parts import Part, parts

SIMULATED = (
    "SIMULATED PRICES. A program made them up to show how this letter works; "
    + "they say nothing about any market."
)


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
    for correction in edition.corrections:
        corrected = numbers.day(date.fromisoformat(correction.date))
        yield from (*_wrapped(f"Correction, {corrected}. {correction.note}"), "")
    for notice in edition.notices:
        yield from (*_wrapped(notice), "")
    author = f"{edition.author} · " if edition.author else ""
    day = numbers.day(date.fromisoformat(edition.as_of))
    yield from _wrapped(f"{author}Prices to {day} · {edition.source}")
    if edition.strip is not None:
        yield from ("", *_heading(edition.strip.caption), *_strip(edition.strip))
    if edition.key_points:
        yield from ("", *_heading("The short version"))
        for point in edition.key_points:
            yield from textwrap.wrap(point, COLUMNS, initial_indent="* ", subsequent_indent="  ")
    for part in parts(edition):
        yield from ("", *_heading(part.heading), *_part(part, "On the page" if page else "Left out here"))
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


def _part(part: Part, elsewhere: str) -> Iterator[str]:
    """The paragraphs, then the table under its caption."""
    for number, words in enumerate(part.words):
        yield from (*([""] if number else []), *_wrapped(words))
    if part.table is None:
        return
    if part.words:
        yield from ("", *_wrapped(part.table.table.caption), "")
    yield from grid(part.table, elsewhere)
