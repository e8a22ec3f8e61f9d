"""What wrong figures most likely are: errors that people make, named only where it is no coincidence.

A cause reproduces a printed figure to its last decimal. With a hundred causes to try, some figure fits one
of them by accident, and the more so the fewer decimals it has. So a cause is named for all the figures that
it explains together, and only when chance would hardly explain as many: the probability of that among the
cells that are left, times the number of figures that were tried near each, is at most ``CHANCE``.

The cause of most figures comes first: so what was done to the whole table goes before what was done to a
column, a row or a cell, and among those that explain as many the first in ``CAUSES``. Figures of another
column or row need no prices but only a coincidence within the table; they are named where nothing else fits.
Where nine in ten wrong figures stay unexplained, none is explained: the table was made from something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, lgamma, log, log1p

from generator.audit.candidates import candidates, reach
from generator.audit.context import AuditContext
from generator.audit.reading import equals
from generator.audit.values import CAUSES, Cause, CauseKind, CellAudit, RowAudit

CHANCE = 0.1
"""Expected number of accidents, in one table, up to which a cause is named."""
SLIPS: tuple[CauseKind, ...] = ("sign", "digits", "rounded")
"""Slips of the pen: the first to be thought of, whatever else was tried."""
FAR_FETCHED: tuple[CauseKind, ...] = ("asset", "currency", "calendar", "lowest", "highest", "annualised")
"""Causes of many variants; their number does not count against the others."""
COINCIDENCES: tuple[CauseKind, ...] = ("other-column", "other-row")
"""Causes that a large table offers for any figure."""
Family = tuple[str, str]
Place = tuple[int, int]


@dataclass(frozen=True)
class _Wrong:
    """A wrong cell.

    Attributes
    ----------
    fitting : the causes that reproduce its figure, by family.
    near : how many of a family's figures lie no farther from the printed one than the right one does.
    chance : that one of these, thrown there at random, is printed like the cell's.
    """

    fitting: Mapping[Family, Cause]
    near: Mapping[Family, int]
    chance: float

    def tried(self, tier: int) -> int:
        """The number of figures near it that were tried up to a tier of causes; at least one."""
        return max(1, sum(n for (kind, _), n in self.near.items() if _tier(kind) <= tier)) if tier else 1


def name_causes(
    rows: Sequence[RowAudit], targets: Sequence[int | None], context: AuditContext
) -> tuple[RowAudit, ...]:
    """The rows with the likely cause of every wrong cell that has one.

    Parameters
    ----------
    targets : of every row, its bar of the target.
    """
    found: dict[Place, _Wrong] = {}
    for i, row in enumerate(rows):
        for k, cell in enumerate(row.cells):
            if cell.status == "wrong" and cell.printed is not None and cell.right is not None:
                found[i, k] = _tried(rows, i, cell, targets[i], context)
    chosen = _choose(found)
    return tuple(
        replace(row, cells=tuple(replace(c, cause=chosen.get((i, k))) for k, c in enumerate(row.cells)))
        for i, row in enumerate(rows)
    )


def _tried(
    rows: Sequence[RowAudit], i: int, cell: CellAudit, target: int | None, context: AuditContext
) -> _Wrong:
    assert cell.printed is not None
    within = reach(cell)
    fitting: dict[Family, Cause] = {}
    near: dict[Family, int] = {}
    for cause in candidates(rows, i, cell, target, context):
        if abs(cause.value - cell.printed.value) <= within:
            near[cause.family] = near.get(cause.family, 0) + 1
        if equals(cell.printed, cause.value):
            fitting.setdefault(cause.family, cause)
    return _Wrong(fitting, near, cell.printed.unit / (2 * within))


def _tier(kind: str) -> int:
    if kind in SLIPS:
        return 0
    return 3 if kind in COINCIDENCES else 2 if kind in FAR_FETCHED else 1


def _choose(found: Mapping[Place, _Wrong]) -> dict[Place, Cause]:
    """One cause a cell: the cause of most cells goes to all of them, then the next one to what is left."""
    chosen: dict[Place, Cause] = {}
    while True:
        left = {place: wrong for place, wrong in found.items() if place not in chosen}
        counts: dict[Family, int] = {}
        for wrong in left.values():
            for family in wrong.fitting:
                counts[family] = counts.get(family, 0) + 1
        told = [family for family, count in counts.items() if _accident(family, count, left) <= CHANCE]
        if not told:
            break
        order: dict[str, int] = {kind: k for k, kind in enumerate(CAUSES)}
        best = min(told, key=lambda f: (f[0] in COINCIDENCES, -counts[f], order[f[0]], f[1]))
        for place, wrong in left.items():
            if best in wrong.fitting:
                chosen[place] = wrong.fitting[best]
    few = len(found) >= 10 and 10 * len(chosen) <= len(found)
    return {} if few else chosen


def _accident(family: Family, count: int, left: Mapping[Place, _Wrong]) -> float:
    """How often chance explains so many of the cells that are left, or more, by one of the causes tried.

    The cells' chances differ; the binomial tail at their mean is never below the true one where it matters.

    References
    ----------
    Hoeffding (1956), On the distribution of the number of successes in independent trials.
    """
    chances = [min(1.0, wrong.chance * wrong.near.get(family, 0)) for wrong in left.values()]
    n, p = len(chances), sum(chances) / len(chances)
    tail = _binomial_tail(n, p, count)
    fitting = [wrong for wrong in left.values() if family in wrong.fitting]
    # A family of many figures has paid for them in its own chance.
    tried = [max(1.0, wrong.tried(_tier(family[0])) / wrong.near[family]) for wrong in fitting]
    return tail * sum(tried) / len(tried)


def _binomial_tail(n: int, p: float, least: int) -> float:
    """The chance of at least so many successes in n trials, by logarithms: n may be thousands."""
    if p >= 1:
        return 1.0
    ways = (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) for k in range(least, n + 1))
    return sum(exp(w + k * log(p) + (n - k) * log1p(-p)) for k, w in enumerate(ways, least))
