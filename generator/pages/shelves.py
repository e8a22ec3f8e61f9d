"""The shelves of the archive, its issues by asset, signal and verdict, and the line of an issue there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.core.names import slug
from generator.edition.card import Card
from generator.edition.values import StripCell
from generator.language.asset_names import capital
from generator.language.words import span
from generator.scorecard.values import Expectation, Expectations
from generator.signals.library import load_library

HARD = "hard to explain by luck"
SHELVES = (("assets", "asset"), ("signals", "signal"), ("verdicts", "verdict"))
"""The ways to look for issues: each the folder of its page in the archive, and what it goes by."""
OTHER_CONDITIONS = "Other conditions"
NO_VERDICT = "No verdict"


@dataclass(frozen=True)
class Filed:
    """The issues under one name, newest first; ``anchor`` is its place on the page."""

    name: str
    anchor: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Shelf:
    """One way to look for issues: its folder in the archive, what it goes by, its groups."""

    folder: str
    by: str
    groups: tuple[Filed, ...]


def shelves(cards: Sequence[Card], expected: Mapping[str, Expectations]) -> tuple[Shelf, ...]:
    """The issues by asset, signal and verdict.

    Parameters
    ----------
    cards : newest first.
    expected : by slug; an issue studies the assets and the signals of its studies.
    """
    titles = {(signal.condition, signal.bars): signal.title for signal in load_library().values()}

    def studies(card: Card) -> tuple[Expectation, ...]:
        return expected[card.slug].studies if card.slug in expected else ()

    def signals(card: Card) -> list[str]:
        return [titles.get((study.condition, study.bars), OTHER_CONDITIONS) for study in studies(card)]

    def assets(card: Card) -> list[str]:
        return [asset for study in studies(card) for asset in (study.asset, study.target)]

    def verdict(card: Card) -> list[str]:
        return [capital(card.verdict) or NO_VERDICT]

    names = (assets, signals, verdict)
    return tuple(
        Shelf(folder, by, _filed({card: name(card) for card in cards}))
        for (folder, by), name in zip(SHELVES, names, strict=True)
    )


def _filed(names: Mapping[Card, Sequence[str]]) -> tuple[Filed, ...]:
    rest = (OTHER_CONDITIONS, NO_VERDICT)
    every = sorted(
        {name for found in names.values() for name in found}, key=lambda name: (name in rest, name.casefold())
    )
    return tuple(
        Filed(name, slug(name), tuple(card for card, found in names.items() if name in found))
        for name in every
    )


def lines(cards: Sequence[Card]) -> dict[str, str]:
    """What lists say of each issue, by slug."""
    return {card.slug: line(card) for card in cards}


def line(card: Card) -> str:
    """What an issue found, in the form that suits it: what stands out first, whatever its horizon."""
    cells = card.strip.cells if card.strip else ()
    head = next((cell for cell in cells if cell.headline), None)
    if head is None:
        return card.finding
    hard = next(_hard(cells, head), None)
    if hard is not None:
        return f"{capital(span(hard.label))} later, {hard.verdict}: {_record(hard)}."
    if head.verdict == "too few cases":
        return f"Too few cases to say: {head.win_rate} after {span(head.label)}."
    if "usual" in head.verdict:
        return f"{capital(_record(head))}, {span(head.label)} later."
    return f"{capital(span(head.label))} later: {_record(head)}."


def _hard(cells: Sequence[StripCell], head: StripCell) -> Iterator[StripCell]:
    """What luck hardly explains, the headline first."""
    return (cell for cell in (head, *cells) if cell.verdict.endswith(HARD))


def _record(cell: StripCell) -> str:
    """``rose 10 of 13 times, +7.2% on average against the usual +2.1%``."""
    middle = f"a median of {cell.average}" if cell.median else f"{cell.average} on average"
    usual = f" against the usual {cell.usual}" if cell.usual else ""
    return f"{cell.win_rate} times, {middle}{usual}"
