"""The question that a fact asks: the same move at a threshold of the ladder, or the library's own signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from generator.desk.facts import Fact, Period, period_ends
from generator.market.bars import BarKind
from generator.market.history import PriceHistory
from generator.scan.ranking import Finding, ScanResult
from generator.study.ladder import ENOUGH, Move, Rung, rung_of

BARS: Mapping[Period, BarKind] = {"day": "daily", "week": "weekly", "month": "monthly"}
SIGNALS: Mapping[tuple[str, int], tuple[str, ...]] = {
    ("record", 1): ("record-close-after-drought",),
    ("high", 1): ("year-high-after-drought",),
    ("correction", -1): ("correction",),
    ("bear", -1): ("bear-market", "correction"),
    ("calm", 1): ("volatility-squeeze",),
    ("swings", 1): ("volatility-spike",),
}
"""The library's signals that ask what a fact asks, by its kind and side."""
STREAKS: Mapping[tuple[Period, int], tuple[str, ...]] = {
    ("day", 1): ("up-day-streak",),
    ("day", -1): ("down-day-streak",),
    ("week", 1): ("up-week-streak",),
    ("month", 1): ("nine-of-ten-up-months",),
}


@dataclass(frozen=True)
class Question:
    """What a study of a fact asks: a threshold of the ladder, or a signal of the library that fired for
    it."""

    asset: str
    rung: Rung | None = None
    finding: Finding | None = None

    @property
    def is_enough(self) -> bool:
        """Whether its earlier cases are enough for a verdict."""
        if self.rung is not None:
            return self.rung.earlier >= ENOUGH
        return self.finding is not None and self.finding.firing.episodes > ENOUGH

    @property
    def signal(self) -> str | None:
        """The library's signal, if it is one."""
        return None if self.finding is None else self.finding.firing.signal


def question_of(
    fact: Fact, histories: Mapping[str, PriceHistory], scan: ScanResult, as_of: date
) -> Question | None:
    """The study of a fact, made by rule; None where it is told without one.

    Parameters
    ----------
    histories : cut at the as-of date, with the clock of the letter.
    scan : of the week.
    """
    move = move_of_fact(fact, histories)
    if move is not None:
        rung = rung_of(move, fact.day, histories, as_of)
        return None if rung is None else Question(fact.asset, rung=rung)
    wanted = STREAKS.get((fact.period, fact.side), ()) if fact.kind == "streak" else ()
    wanted = wanted or SIGNALS.get((fact.kind, fact.side), ())
    found = [f for e in scan.events for f in e.findings if f.firing.asset == fact.asset]
    for name in wanted:
        finding = next((f for f in found if f.firing.signal == name), None)
        if finding is not None:
            return Question(fact.asset, finding=finding)
    return None


def move_of_fact(fact: Fact, histories: Mapping[str, PriceHistory]) -> Move | None:
    """The move that a fact is, on the bars that show it as the fact has it.

    A week of an asset that keeps another calendar than the letter's is asked for in days: Bitcoin's from
    Friday to Friday is seven of them. A month, and a gap to an asset of another calendar, has no such
    question.
    """
    if fact.kind not in ("move", "gap") or fact.period not in BARS:
        return None
    history, up = histories[fact.asset], fact.value > 0
    at_home = all(h.clock in (None, h.calendar) for h in (history, histories[fact.other or fact.asset]))
    if fact.period == "day" or at_home:
        return Move(fact.asset, BARS[fact.period], up, other=fact.other)
    if fact.period == "week" and fact.other is None:
        before = period_ends(history, "week").dates[-2]
        length = len(history) - int(np.searchsorted(history.sessions, before, side="right"))
        return Move(fact.asset, "daily", up, length)
    return None
