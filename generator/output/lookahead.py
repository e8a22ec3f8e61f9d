"""What a search for a look ahead found, for a person at a terminal."""

from __future__ import annotations

from generator.language.numbers import day, percent, plural, signed
from generator.study.lookahead import Change, Proof

HEADINGS = ["As of", "Episode", "What", "Said then", "Says now"]
MOST_SHOWN = 20
"""Rows of a table: who has seen twenty changes knows that there is a leak."""


def summary_of(proof: Proof) -> str:
    """One line: the study, how often it was asked again, and what came of it."""
    study = proof.study
    name = study.signal or study.condition.text
    span = f"asked again on {len(proof.cuts):,} days from {day(proof.cuts[0])} to {day(proof.cuts[-1])}"
    found = plural(len(proof.changes), "change") if proof.changes else "nothing in its past changes"
    return f"{name} on {study.asset}, {study.bars}: {span}: {found}"


def rows_of(proof: Proof) -> list[list[str]]:
    """The changes as rows under ``HEADINGS``, the first twenty and a last row that counts the rest."""
    rows = [
        [
            day(change.cut),
            day(change.bar),
            change.what,
            _value(change, change.then),
            _value(change, change.now),
        ]
        for change in proof.changes[:MOST_SHOWN]
    ]
    rest = len(proof.changes) - len(rows)
    return [*rows, [f"… and {rest:,} more", "", "", "", ""]] if rest else rows


def _value(change: Change, value: float | None) -> str:
    if change.what == "episode":
        return "not there" if value is None else "there"
    return signed(value) if change.what == "trigger" else percent(value)
