"""What an e-mail tells below its key points: the issue's studies, and the week beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.editorial.edition import Edition, Paragraph, Section, Table
from generator.press.email_table import FIRST_ROWS, EmailTable, cut_episodes, cut_first, lists_episodes

_MARKET = "market-table"
_COLUMNS = {
    _MARKET: (
        ("asset", "week", "month", "year", "from_high"),
        ("asset", "week", "month", "year", "from_high"),
    ),
    "also-fired": (
        ("signal", "assets", "n", "average", "usual", "q"),
        ("signal", "assets", "average", "usual"),
    ),
    "past-signals": (
        ("signal", "since", "return", "suggested", "where"),
        ("signal", "since", "return", "suggested"),
    ),
}
"""Of the sections with these keys: the columns of their table that an e-mail has, and a phone of those."""


@dataclass(frozen=True)
class Part:
    """A part of an e-mail: its heading, its paragraphs, its table."""

    heading: str
    words: tuple[str, ...] = ()
    table: EmailTable | None = None


def parts(edition: Edition) -> tuple[Part, ...]:
    """The parts of an issue's e-mail, in the issue's order.

    Of the studies the first table of episodes that the page shows without a click, then the verdicts of
    all; of the week its table, why this signal was chosen, the season, what else came, and what earlier
    signals have done since.
    """
    return tuple(_parts(edition))


def _parts(edition: Edition) -> Iterator[Part]:
    verdicts = _paragraphs(edition.sections, "finding")
    lead = next((s for s in edition.sections if _episodes(s) is not None), None)
    for section in edition.sections:
        table = _episodes(section)
        if section is lead and table is not None:
            yield Part(table.caption, table=cut_episodes(table))
            if verdicts:
                yield Part("The verdict", verdicts)
        elif _of_the_week(section):
            yield Part(section.heading or "", _paragraphs((section,), "lead", "body"), _digest(section))
    if lead is None and verdicts:
        yield Part("The verdict", verdicts)


def _of_the_week(section: Section) -> bool:
    return section.key in _COLUMNS or section.key.endswith("-why") or section.key.startswith("seasonality-")


def _episodes(section: Section) -> Table | None:
    tables = (block for block in section.blocks if isinstance(block, Table))
    return next((table for table in tables if lists_episodes(table)), None)


def _digest(section: Section) -> EmailTable | None:
    tables = [block for block in section.blocks if isinstance(block, Table)]
    if section.key not in _COLUMNS or not tables:
        return None
    # The words above the market table tell of all its assets, first and last.
    most = len(tables[0].rows) if section.key == _MARKET else FIRST_ROWS
    return cut_first(tables[0], *_COLUMNS[section.key], most)


def _paragraphs(sections: tuple[Section, ...], *roles: str) -> tuple[str, ...]:
    return tuple(
        block.text
        for section in sections
        for block in section.blocks
        if isinstance(block, Paragraph) and block.role in roles
    )
