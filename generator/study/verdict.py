"""The verdict of one horizon, by rule from its numbers. No verdict comes from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.market.bars import BarKind

VerdictKey = Literal["too-few", "ordinary", "better-luck", "better-hard", "worse-luck", "worse-hard"]
BAR_WORD: dict[BarKind, Literal["day", "week", "month"]] = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
}

FEWEST_CASES = 10
"""Complete episodes below which no verdict is given, and separate periods below which none is called hard
to explain."""
FEWEST_SEPARATE = 5
"""Separate periods below which no verdict is given: episodes on top of each other are one experience."""
UNUSUAL = 0.20
"""The largest p, own and typical, of a result that is called better or worse than usual."""
HARD_AT_HEADLINE = 0.05
"""The largest p of its own with which a result at the headline horizon is hard to explain by luck. That
horizon is named before anything is counted."""
HARD_ELSEWHERE = 0.01
"""The same at any other horizon: there are several of them, and one is easily the most striking."""
HARD_TYPICAL = 0.10
"""The largest typical p of a result that is hard to explain by luck."""
MOST_NEIGHBOURS = 0.8
"""Share of the neighbouring definitions with cases of their own that must lie on the same side of the
baseline."""


@dataclass(frozen=True)
class Evidence:
    """What a verdict weighs, of one horizon. Decimals; None where it cannot be formed.

    Attributes
    ----------
    n, independent_n : complete episodes, and those whose horizons do not overlap.
    edge, median_edge, win_rate_edge : average, median and win rate, each less that of the baseline.
    own_p : the p-value of the definition itself.
    typical_p : the middle one of the p-values of the definition and its neighbours. One p-value jumps when a
        month is added or a threshold moves; the middle of some fifteen does not.
    same_side : share of the neighbours whose edge has the sign of the published one; None without any.
        A neighbour with exactly the published cases is not among them: it only says the same again.
    halves : the edges of the first and the second half of the history.
    without_two : the edge without the two cases that carry it most.
    headline : this is the horizon that was named beforehand.
    """

    n: int
    independent_n: int
    edge: float | None
    median_edge: float | None
    win_rate_edge: float | None
    own_p: float | None
    typical_p: float | None
    same_side: float | None
    halves: tuple[float | None, float | None]
    without_two: float | None
    headline: bool


@dataclass(frozen=True)
class Verdict:
    """A rule's result: its key and the few words a reader sees."""

    key: VerdictKey
    phrase: str

    @property
    def is_unusual(self) -> bool:
        """Whether it was enough to judge, and better or worse than usual."""
        return self.key not in ("too-few", "ordinary")


PHRASES: dict[VerdictKey, str] = {
    "too-few": "too few cases",
    "ordinary": "nothing that this history can tell from luck",
    "better-luck": "better than usual, could be luck",
    "better-hard": "better than usual, hard to explain by luck",
    "worse-luck": "worse than usual, could be luck",
    "worse-hard": "worse than usual, hard to explain by luck",
}


def judge(evidence: Evidence) -> Verdict:
    """Weigh the evidence of one horizon.

    1. Fewer than ten cases, fewer than five separate periods, or no p-value: too few cases.
    2. A p of its own or a typical p above 0.20, or average, median and win rate not all on one side of the
       baseline: nothing that this history can tell from luck.
    3. Better or worse than usual by that side; and hard to explain by luck only when everything agrees
       (``is_hard_to_explain``), else it could be luck.
    """
    key = _key(evidence)
    return Verdict(key, PHRASES[key])


def _key(evidence: Evidence) -> VerdictKey:
    own_p, typical_p = evidence.own_p, evidence.typical_p
    too_few = evidence.n < FEWEST_CASES or evidence.independent_n < FEWEST_SEPARATE
    if too_few or own_p is None or typical_p is None:
        return "too-few"
    side = side_of(evidence)
    if side == 0 or max(own_p, typical_p) > UNUSUAL:
        return "ordinary"
    hard = is_hard_to_explain(evidence, side)
    if side > 0:
        return "better-hard" if hard else "better-luck"
    return "worse-hard" if hard else "worse-luck"


def side_of(evidence: Evidence) -> int:
    """1 where average, median and win rate are all above the baseline's, −1 where all are below, else 0."""
    sides = {_sign(e) for e in (evidence.edge, evidence.median_edge, evidence.win_rate_edge)}
    return sides.pop() if len(sides) == 1 else 0


def is_hard_to_explain(evidence: Evidence, side: int) -> bool:
    """Whether everything agrees: a p of its own of at most 0.05 at the headline horizon, 0.01 elsewhere; a
    typical p of at most 0.10; at least ten separate periods; and at least four in five neighbouring
    definitions, both halves of the history, and the rest without the two strongest cases, all on this side.
    Never without neighbours."""
    own_p, typical_p, same_side = evidence.own_p, evidence.typical_p, evidence.same_side
    return (
        own_p is not None
        and own_p <= (HARD_AT_HEADLINE if evidence.headline else HARD_ELSEWHERE)
        and typical_p is not None
        and typical_p <= HARD_TYPICAL
        and evidence.independent_n >= FEWEST_CASES
        and same_side is not None
        and same_side >= MOST_NEIGHBOURS
        and all(_sign(edge) == side for edge in (*evidence.halves, evidence.without_two))
    )


def _sign(edge: float | None) -> int:
    """1, −1, or 0 for nothing either way."""
    return 0 if edge is None else (edge > 0) - (edge < 0)
