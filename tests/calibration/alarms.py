"""False alarms and coverage: what the rule says where there is nothing, of every signal of the library."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from generator.signals.library import load_library
from generator.study.evidence.bootstrap import edge_deviation, edge_interval
from generator.study.evidence.statistics import win_rate_intervals
from generator.study.question import make_study
from generator.study.values import Study
from tests.calibration.histories import Histories
from tests.calibration.verdicts import Judge, Result, Said

PRINTED = 5
"""Complete cases from which a page prints intervals."""
ROTATION = 32
"""Every history draws the bootstrap of one signal in so many; the next history of the next ones."""
QUICK, SLOW_ROTATION = 21, 96
"""Horizons below so many sessions have more blocks to draw, and are drawn less often."""
HARD: tuple[Said, ...] = ("better-hard", "worse-hard")
EVERYTHING = 4
"""One history in so many tells every verdict at every horizon; the others those of the headline, and which
of the rest are hard to explain by luck."""
MONTHS = {"1W": "1W", "2W": "2W", "4W": "1M", "13W": "3M", "26W": "6M", "52W": "1Y", "12M": "1Y"}
"""Horizons of weekly and monthly bars under the label that daily ones have."""


@dataclass(frozen=True)
class Row:
    """One horizon of one signal in one history. Decimals; ``deviation`` None where it was not drawn."""

    signal: str
    horizon: str
    headline: bool
    verdict: Said
    n: int
    independent_n: int
    wins: int
    edge: float | None
    deviation: float | None
    spread: float


@cache
def library_studies(asset: str, reads: frozenset[str]) -> tuple[Study, ...]:
    """A study of every signal of the library on an asset, where all that the signal reads is at hand.

    An asset is not compared with itself: relative strength needs another one.
    """
    studies = (make_study(asset, signal=name) for name in load_library())
    return tuple(
        s for s in studies if set(s.assets) <= reads and not (s.condition.assets and len(s.assets) == 1)
    )


def rows_of(asset: str, histories: Histories, seed: int) -> list[Row]:
    """What the rule says of every signal and horizon of one history, the seed its number."""
    judge, rows = Judge(histories), []
    for number, study in enumerate(library_studies(asset, frozenset(histories))):
        for result in judge.results(study, everything=seed % EVERYTHING == 0):
            rotation = ROTATION if result.horizon.sessions >= QUICK else SLOW_ROTATION
            rows.append(row_of(study, result, drawn=(number - seed) % rotation == 0))
    return rows


def row_of(study: Study, result: Result, *, drawn: bool) -> Row:
    """The row of one result; ``drawn``: with the bootstrap's deviation, where a page would print it."""
    evidence, returns = result.evidence, result.every[result.positions]
    known = drawn and evidence.n >= PRINTED and evidence.independent_n >= 2
    return Row(
        signal=study.signal or study.condition.text,
        horizon=result.horizon.label,
        headline=result.horizon == study.headline,
        verdict=result.verdict,
        n=evidence.n,
        independent_n=evidence.independent_n,
        wins=int(np.count_nonzero(returns > 0)),
        edge=evidence.edge,
        deviation=edge_deviation(result.every, result.positions, result.horizon.bars) if known else None,
        spread=float(result.every.std()) if len(result.every) else 0.0,
    )


@dataclass
class Alarms:
    """Tallies of one kind of history."""

    name: str
    histories: int = 0
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    reports: Counter[str] = field(default_factory=Counter)
    judged_reports: Counter[str] = field(default_factory=Counter)

    def add(self, rows: list[Row]) -> None:
        """Count one history."""
        self.histories += 1
        judged, alarmed = set(), set()
        for row in rows:
            self.rows.setdefault((row.signal, row.horizon), []).append(row)
            if row.verdict != "too-few":
                judged.add(row.signal)
            if row.verdict in HARD:
                alarmed.add(row.signal)
        self.judged_reports.update(judged)
        self.reports.update(alarmed)

    def cells(self) -> Iterator[dict[str, Any]]:
        """Counts of each verdict, a signal and horizon each."""
        for (signal, horizon), rows in self.rows.items():
            found = Counter(row.verdict for row in rows)
            yield {
                "history": self.name, "signal": signal, "horizon": horizon, "headline": rows[0].headline,
                "histories": len(rows), **{key: found[key] for key in VERDICTS},
            }  # fmt: skip

    def signals(self) -> Iterator[dict[str, Any]]:
        """Of each signal: histories in which any horizon was judged, and called hard to explain."""
        for signal in sorted({signal for signal, _ in self.rows}):
            yield {
                "history": self.name, "signal": signal, "judged": self.judged_reports[signal],
                "hard": self.reports[signal],
            }  # fmt: skip

    def coverage(self) -> Iterator[dict[str, Any]]:
        """How many intervals hold what they are about, by horizon; the true edge is 0."""
        counts: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
        for (_, label), rows in self.rows.items():
            for name, covered in (("edge", edges_covered(rows, 0.0)), ("win rate", wins_covered(rows))):
                counts[name, MONTHS.get(label, label)].update(covered)
        for (name, horizon), found in counts.items():
            yield {
                "history": self.name, "interval": name, "horizon": horizon, "intervals": found.total(),
                "covered": found[True],
            }  # fmt: skip


VERDICTS: tuple[Said, ...] = (
    "too-few", "ordinary", "better-luck", "better-hard", "worse-luck", "worse-hard", "not-hard",
)  # fmt: skip


def edges_covered(rows: list[Row], true_edge: float) -> list[bool]:
    """Whether each edge interval that was drawn holds the true edge."""
    found = []
    for row in rows:
        if row.deviation is not None and row.edge is not None:
            interval = edge_interval(row.edge, row.deviation, row.independent_n)
            if interval is not None:
                found.append(interval[0] <= true_edge <= interval[1])
    return found


def wins_covered(rows: list[Row]) -> list[bool]:
    """Whether each win-rate interval holds the win rate over all cases of all histories."""
    printed = [row for row in rows if row.n >= PRINTED]
    if not printed:
        return []
    wins, n = np.array([row.wins for row in printed]), np.array([row.n for row in printed])
    low, high = win_rate_intervals(wins / n, np.array([row.independent_n for row in printed]))
    true_rate = wins.sum() / n.sum()
    return [bool(held) for held in (low <= true_rate) & (true_rate <= high)]
