"""What an e-mail tells below its key points: the issue's studies, and the week beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.editorial.edition import Edition, Section, Table
from generator.editorial.words import paragraph
from generator.press.email_table import FIRST_ROWS, EmailTable, cut_episodes, cut_first, lists_episodes

_MARKET = "market_table"
_COLUMNS = {
    _MARKET: (
        ("asset", "week", "month", "year", "from_high"),
        ("asset", "week", "month", "year", "from_high"),
    ),
    "also_fired": (
        ("signal", "assets", "n", "average", "usual", "q"),
        ("signal", "assets", "average", "usual"),
    ),
    "past_signals": (
        ("signal", "since", "return", "suggested", "where"),
        ("signal", "since", "return", "suggested"),
    ),
}
"""Of the sections of these kinds: the columns of their table that an e-mail has, and a phone of those."""

_WORDS = {
    _MARKET: ("The week", (("week", "day", "others", "highs"),)),
    "why": ("Why this signal", (("since_last", "elsewhere", "rarity", "how_far"), ("rank",), ("signal",))),
    "seasonality": ("The time of year", (("what_is_left", "caution"), ("no_average_year",))),
    "also_fired": ("What else came this week", (("on_top",),)),
    "past_signals": ("What earlier signals have done since", (("on_top",),)),
}
"""Of the sections of these kinds: their heading where the author gave none, and the sentences of each
paragraph."""


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
    verdicts = tuple(s.values["finding"] for s in edition.sections if s.kind == "study")
    lead = next((s for s in edition.sections if _episodes(s) is not None), None)
    for section in edition.sections:
        table = _episodes(section)
        if section is lead and table is not None:
            yield Part(table.caption, table=cut_episodes(table))
            if verdicts:
                yield Part("The verdict", verdicts)
        elif section.kind in _WORDS:
            heading, words = _WORDS[section.kind]
            told = (paragraph(*(section.values.get(name, "") for name in names)) for names in words)
            yield Part(section.heading or heading, tuple(text for text in told if text), _digest(section))
    if lead is None and verdicts:
        yield Part("The verdict", verdicts)


def _episodes(section: Section) -> Table | None:
    if section.kind != "study":
        return None
    table: Table | None = section.values["newest"] or section.values["episodes"]
    return table if table is not None and lists_episodes(table) else None


def _digest(section: Section) -> EmailTable | None:
    tables = list(section.tables().values())
    if section.kind not in _COLUMNS or not tables:
        return None
    # The words above the market table tell of all its assets, first and last.
    most = len(tables[0].rows) if section.kind == _MARKET else FIRST_ROWS
    return cut_first(tables[0], *_COLUMNS[section.kind], most)
