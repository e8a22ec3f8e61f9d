"""Power: of effects that were planted, how many the rule finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy import stats

from generator.market.history import FloatArray, PriceHistory
from tests.calibration.alarms import Row, edges_covered, row_of, wins_covered
from tests.calibration.planting import Plant, plant
from tests.calibration.verdicts import Judge, Result

PLANS = (
    *(
        Plant(kind, cases, "3M", points)
        for kind in ("random dates", "momentum", "drop")
        for cases in (15, 30, 60)
        for points in (2, 4, 8)
    ),
    *(
        Plant(kind, cases, "1Y", points)
        for kind in ("random dates", "momentum", "drop")
        for cases in (15, 30)
        for points in (8, 16, 24)
    ),
    *(Plant("surge", 30, "3M", points) for points in (2, 4, 8)),
)
FRONT = tuple(plan for plan in PLANS if plan.cases == 30 and plan.kind != "surge")
"""Those of the table in front; every history asks for them, one in ``ALL`` for the others too."""
ALL = 8
LEVEL = 0.05


def plans_of(seed: int) -> tuple[Plant, ...]:
    """The plans of the history of this number."""
    return PLANS if seed % ALL == 0 else FRONT


@dataclass(frozen=True)
class Found:
    """What was found of one plant in one history; ``t_test``: a t-test on separate cases finds a gain."""

    row: Row
    t_test: bool


def found_of(plan: Plant, history: PriceHistory, seed: int) -> Found:
    """Plant, and ask the rule."""
    planted = plant(plan, history, seed)
    (result,) = Judge({history.asset: planted.history}).results(planted.study)
    drawn = plan in FRONT and plan.points in (8, 24) and seed % ALL == 0
    return Found(row_of(planted.study, result, drawn=drawn), t_test_finds(result))


def t_test_finds(result: Result) -> bool:
    """Whether the separate cases' mean lies above the baseline with a two-sided p of at most 0.05."""
    returns = result.every[separate(result)]
    if len(returns) < 2:
        return False
    t, p = stats.ttest_1samp(returns, result.every.mean())
    return bool(t > 0 and p <= LEVEL)


def separate(result: Result) -> list[int]:
    """Positions of the cases that begin at or after the end of the last counted one's horizon."""
    kept: list[int] = []
    for position in result.positions.tolist():
        if not kept or position >= kept[-1] + result.horizon.bars:
            kept.append(position)
    return kept


@dataclass
class Power:
    """Tallies of one kind of history."""

    name: str
    found: dict[Plant, list[Found]] = field(default_factory=dict)

    def add(self, found: dict[Plant, Found]) -> None:
        """Count one history."""
        for plan, result in found.items():
            self.found.setdefault(plan, []).append(result)

    def cells(self) -> Iterator[dict[str, Any]]:
        """A plan each: the realised edge in points, and of how many histories what was said."""
        for plan, found in self.found.items():
            rows = [each.row for each in found]
            edges: FloatArray = np.array([row.edge for row in rows if row.edge is not None])
            true_edge = float(edges.mean())
            covered, won = edges_covered(rows, true_edge), wins_covered(rows)
            yield {
                "history": self.name, **asdict(plan), "histories": len(rows),
                "mean_cases": round(float(np.mean([row.n for row in rows])), 1),
                "realised": round(100 * true_edge, 2),
                "too-few": sum(row.verdict == "too-few" for row in rows),
                "better-luck": sum(row.verdict == "better-luck" for row in rows),
                "better-hard": sum(row.verdict == "better-hard" for row in rows),
                "worse": sum(row.verdict.startswith("worse") for row in rows),
                "t_test": sum(each.t_test for each in found),
                "edge_intervals": len(covered), "edge_covered": sum(covered),
                "win_rate_intervals": len(won), "win_rate_covered": sum(won),
            }  # fmt: skip
