"""The verdict of one horizon, by rule from its numbers. No verdict comes from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.market.bars import BarKind

VerdictKey = Literal["too-few", "ordinary", "better-luck", "better-hard", "worse-luck", "worse-hard"]
BAR_WORD: dict[BarKind, str] = {"daily": "day", "weekly": "week", "monthly": "month"}

FEWEST = 10
"""Complete episodes below which no verdict is given, and separate periods below which none is called hard
to explain."""
FEWEST_SEPARATE = 5
"""Separate periods below which no verdict is given: episodes on top of each other are one experience."""
NOTHING_UNUSUAL = 0.20
"""A typical p above this is what an arbitrary set of dates gives one time in five: nothing to speak of."""
BORROWED = 0.40
"""A published definition whose own p is above this has nothing to show, whatever its neighbours have."""
HARD_TO_EXPLAIN = 0.01
"""The typical p that, with all the rest, is hard to explain by luck. Well below the usual 0.05, because
every report looks at several horizons and its signal was picked for being striking."""
MOST_NEIGHBOURS = 0.8
"""Share of the neighbouring definitions with cases of their own that must lie on the same side of the
baseline."""


@dataclass(frozen=True)
class Evidence:
    """What a verdict weighs, of one horizon. Decimals; None where it cannot be formed.

    Attributes
    ----------
    n, independent_n : complete episodes, and those whose horizons do not overlap.
    edge, edge_interval : average − baseline, and its 95% interval.
    own_p : the shift p-value of the definition itself.
    typical_p : the middle one of the shift p-values of the definition and its neighbours. One p-value
        jumps when a month is added or a threshold moves; the middle of some fifteen does not.
    same_side : share of the neighbours whose edge has the sign of the published one; None without any.
        A neighbour with exactly the published cases is not among them: it only says the same again.
    halves : the edges of the first and the second half of the history.
    without_two : the edge without the two cases that carry it most.
    """

    n: int
    independent_n: int
    edge: float | None
    edge_interval: tuple[float, float] | None
    own_p: float | None
    typical_p: float | None
    same_side: float | None
    halves: tuple[float | None, float | None]
    without_two: float | None


@dataclass(frozen=True)
class Verdict:
    """A rule's result: its key and the few words a reader sees."""

    key: VerdictKey
    phrase: str


def judge(evidence: Evidence, kind: BarKind) -> Verdict:
    """Weigh the evidence of one horizon.

    1. Fewer than ten cases, or fewer than five separate periods: too few cases.
    2. A typical p above 0.20, or a p of its own above 0.40: no different from any day, week or month.
    3. Better or worse than usual by the sign of the edge; and hard to explain by luck only when everything
       agrees (``is_hard_to_explain``), else it could be luck.
    """
    edge, own_p, typical_p = evidence.edge, evidence.own_p, evidence.typical_p
    too_few = evidence.n < FEWEST or evidence.independent_n < FEWEST_SEPARATE
    if too_few or edge is None or own_p is None or typical_p is None:
        return Verdict("too-few", "too few cases")
    if edge == 0 or typical_p > NOTHING_UNUSUAL or own_p > BORROWED:
        return Verdict("ordinary", f"no different from any {BAR_WORD[kind]}")
    hard = is_hard_to_explain(evidence, edge)
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


def is_hard_to_explain(evidence: Evidence, edge: float) -> bool:
    """Whether everything agrees: at least ten separate periods, a typical p of at most 0.01, an interval on
    one side of zero, and at least four in five neighbouring definitions, both halves of the history, and the
    rest without the two strongest cases, all on the side of the edge."""
    interval, rest = evidence.edge_interval, evidence.without_two
    return (
        evidence.independent_n >= FEWEST
        and evidence.typical_p is not None
        and evidence.typical_p <= HARD_TO_EXPLAIN
        and interval is not None
        and interval[0] * interval[1] > 0
        and (evidence.same_side is None or evidence.same_side >= MOST_NEIGHBOURS)
        and all(half is not None and half * edge > 0 for half in evidence.halves)
        and rest is not None
        and rest * edge > 0
    )
