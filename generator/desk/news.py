"""The facts of a week, ranked: what is rare in its own history, of what readers have a stake in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from generator.desk.between import breadth_fact, gaps
from generator.desk.facts import Fact, Period, facts_of, is_over
from generator.market.history import PriceHistory

Concern = Literal["benchmark", "core", "rest"]
WEIGHTS: Mapping[Concern, float] = {"benchmark": 1.0, "core": 0.85, "rest": 0.55}
"""How much of a fact's rarity counts, by how many readers have a stake in it."""
KINDS = {
    "move": 1.0,
    "gap": 0.75,
    "record": 0.75,
    "correction": 1.0,
    "bear": 1.0,
    "high": 0.6,
    "low": 0.6,
    "streak": 0.75,
    "calm": 0.6,
    "range": 0.55,
    "swings": 0.55,
    "breadth": 0.5,
}
"""How much of it counts by kind: a move is a story, its range and its swings are the same one told again."""
PERIODS = {"day": 1.0, "week": 1.0, "month": 0.9, "quarter": 0.7, "year": 0.7}
"""A week's letter is of its week."""
AGAINST_THE_MARKET = 0.9
"""What counts of a gap between the core and the benchmark."""
SHORT_HISTORY = 0.8
"""What is left of it in a history too short for records."""
UNENDED: tuple[Period, ...] = ("quarter", "year")
UNFINISHED = 0.35
"""What is left of that for a quarter or year that has not ended: it would be told for weeks."""
NEARLY = 4
"""Sessions left of a quarter or year that is told as if it had ended, in the last whole week's letter."""
LARGE: Mapping[Period, float] = {"day": 0.15, "week": 0.20}
LARGE_WEIGHT, LARGE_WAIT = 0.8, 0.5
"""A move of the core of such a size is news whatever is usual for its asset: its least weight, where there
was none like it in so many years."""
NAMED_FALLS = {"correction": 3.0, "bear": 4.0}
"""Least weight of the benchmark's fall through 10% or 20%, however often there was one; a third of it for the
core, less for an asset on which it comes more than once a year."""


@dataclass(frozen=True)
class Ranked:
    """A fact and why it stands where it does: ``weight`` is what it is ranked by; ``over`` is whether what it
    is measured over has ended, or will within days, where that is a quarter or a year."""

    fact: Fact
    concern: Concern
    weight: float
    over: bool = True


@dataclass(frozen=True)
class News:
    """The facts of a week, the weightiest first; ``looked_at`` is how many there were to choose from."""

    ranked: tuple[Ranked, ...]

    @property
    def looked_at(self) -> int:
        """How many facts were looked at."""
        return len(self.ranked)

    def of(self, asset: str) -> tuple[Ranked, ...]:
        """Those of one asset."""
        return tuple(each for each in self.ranked if each.fact.asset == asset)

    def find(self, key: str) -> Fact | None:
        """The fact of a key; None where the week has none."""
        return next((each.fact for each in self.ranked if each.fact.key == key), None)


def news_of(
    histories: Mapping[str, PriceHistory],
    benchmark: str,
    core: Sequence[str],
    benchmarks: Mapping[str, str] | None = None,
) -> News:
    """The facts of the newest week of these assets, ranked.

    Parameters
    ----------
    histories : by ticker, cut at the as-of date, with the benchmark's calendar for a clock.
    core : the assets of most interest, those without prices left out.
    benchmarks : what each asset is put beside; ``benchmark`` where nothing is said.
    """
    found = [fact for history in histories.values() for fact in facts_of(history)]
    held = [asset for asset in core if asset in histories]
    beside = {asset: (benchmarks or {}).get(asset, benchmark) for asset in histories}
    pairs = [(asset, other) for asset, other in beside.items() if other in histories and other != asset]
    pairs += [(b, a) for i, a in enumerate(held) for b in held[i + 1 :] if benchmark not in (a, b)]
    found += gaps(histories, list(dict.fromkeys(pairs)))
    together = breadth_fact([histories[asset] for asset in held])
    if together is not None:
        found.append(together)
    over = {each: is_over(histories[benchmark], each, NEARLY) for each in UNENDED}
    ranked = [_ranked(fact, benchmark, held, over) for fact in found]
    return News(tuple(sorted(ranked, key=lambda each: (-each.weight, each.fact.key))))


def _ranked(fact: Fact, benchmark: str, core: Sequence[str], over: Mapping[Period, bool]) -> Ranked:
    concern: Concern = "benchmark" if fact.asset == benchmark else "core" if fact.asset in core else "rest"
    if fact.kind == "breadth":
        concern = "core"
    kind = AGAINST_THE_MARKET if (concern, fact.other) == ("core", benchmark) else KINDS[fact.kind]
    weight = float(np.log2(1 + fact.standing.rare)) * WEIGHTS[concern] * kind
    weight *= 1.0 if fact.standing.is_long else SHORT_HISTORY
    ended = over.get(fact.period, True)
    weight *= PERIODS[fact.period] * (1 if ended else UNFINISHED)
    if fact.kind in NAMED_FALLS and concern != "rest":
        eventful = 1.0 if concern == "benchmark" else min(1.0, fact.standing.rare) / 3
        weight = max(weight, NAMED_FALLS[fact.kind] * eventful)
    large = fact.kind == "move" and abs(fact.value) >= LARGE.get(fact.period, np.inf)
    if large and concern != "rest" and fact.standing.waited >= LARGE_WAIT:
        weight = max(weight, LARGE_WEIGHT)
    return Ranked(fact, concern, weight, ended)
