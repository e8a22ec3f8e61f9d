"""The verdict of one horizon, by rule from its numbers. No verdict comes from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.market.bars import BarKind
from generator.study.values import HorizonSummary

VerdictKey = Literal["too-few", "ordinary", "better-luck", "better-hard", "worse-luck", "worse-hard"]
BAR_WORD: dict[BarKind, str] = {"daily": "day", "weekly": "week", "monthly": "month"}

FEWEST = 10
"""Complete episodes below which no verdict is given."""
FEWEST_SEPARATE = 5
"""Separate periods below which no verdict is given: episodes on top of each other are one experience."""
NOTHING_UNUSUAL = 0.25
"""A shift p above this is what an arbitrary set of bars gives one time in four: nothing to speak of."""
HARD_TO_EXPLAIN = 0.01
"""The shift p that, together with an interval on one side of zero, is hard to explain by luck. Well below
the usual 0.05, because every report looks at several horizons and picked its signal for being striking."""


@dataclass(frozen=True)
class Verdict:
    """A rule's result: its key and the few words a reader sees."""

    key: VerdictKey
    phrase: str


def verdict(summary: HorizonSummary, kind: BarKind) -> Verdict:
    """Weigh the number of cases, the edge, the shift p and the edge's interval of one horizon."""
    edge, p_value, interval = summary.edge, summary.p_value, summary.edge_interval
    too_few = summary.n < FEWEST or summary.independent_n < FEWEST_SEPARATE
    if too_few or edge is None or p_value is None or interval is None:
        return Verdict("too-few", "too few cases")
    if edge == 0 or p_value > NOTHING_UNUSUAL:
        return Verdict("ordinary", f"no different from any {BAR_WORD[kind]}")
    one_sided = interval[0] > 0 or interval[1] < 0
    hard = p_value <= HARD_TO_EXPLAIN and one_sided
    if edge > 0:
        return (
            Verdict("better-hard", "better than usual, hard to explain by luck")
            if hard
            else Verdict("better-luck", "better than usual, could be luck")
        )
    return (
        Verdict("worse-hard", "worse than usual, hard to explain by luck")
        if hard
        else Verdict("worse-luck", "worse than usual, could be luck")
    )
