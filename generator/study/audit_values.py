"""What an audit finds, as frozen values. Figures are in the unit in which they are printed: percent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from generator.study.audit_table import MOVE, Printed, PublishedRow, PublishedStatistic, PublishedTable
from generator.study.values import Baseline, Study

Status = Literal["right", "rounding", "wrong", "unchecked"]
Reason = Literal["", "empty", "pending", "no-bar", "no-measure"]
"""Why a cell cannot be checked: nothing printed, not over by the as-of date, no prices, no move defined."""

CauseKind = Literal[
    "next-bar", "previous-bar", "horizon", "late-start", "early-start", "later", "earlier",
    "total-return", "price-return", "entry", "earlier-session", "sign", "digits", "other-column", "other-row",
]  # fmt: skip
CAUSES: tuple[CauseKind, ...] = get_args(CauseKind)
"""In the order in which they are tried."""

Definition = Literal[
    "mean", "median", "above-zero", "zero-or-above", "highest", "lowest", "count",
    "population", "sample", "population-annual", "sample-annual",
    "bar-closes", "daily-closes", "lowest-return",
]  # fmt: skip
"""How a statistic may have been computed."""

RowKind = Literal["episode", "provisional", "folded", "ordinary", "too-early", "no-bar"]
"""A row of the table: an episode; one under way; a later bar of an episode; a bar on which the condition is
not true; one before the day from which episodes count; nothing in these prices."""


@dataclass(frozen=True)
class Cause:
    """What a wrong figure equals. ``label`` names a horizon, an entry or a column, ``day`` another row or
    session, where the kind has one; ``value`` is the figure, unrounded."""

    kind: CauseKind
    value: float
    label: str = ""
    day: date | None = None

    @property
    def family(self) -> tuple[str, str]:
        """What two cells with the same cause have in common."""
        return self.kind, self.label if self.kind in ("horizon", "entry") else ""


@dataclass(frozen=True)
class CellAudit:
    """One cell. ``right`` is the unrounded figure, None where there is none; ``truncated`` tells a rounding
    that merely cut digits off."""

    column: str
    printed: Printed | None
    right: float | None
    status: Status
    reason: Reason = ""
    truncated: bool = False
    cause: Cause | None = None


@dataclass(frozen=True)
class RowAudit:
    """One row. ``day`` is that of its bar; ``belongs_to`` the episode that a folded row is part of."""

    row: PublishedRow
    kind: RowKind
    day: date | None
    belongs_to: date | None
    cells: tuple[CellAudit, ...]


@dataclass(frozen=True)
class Occurrence:
    """A bar on which the condition was true, with its move; ``belongs_to`` an episode before it, or None."""

    day: date
    trigger: float | None
    provisional: bool
    belongs_to: date | None = None


@dataclass(frozen=True)
class Lowest:
    """Where a drawdown was deepest: the episode, and the day of the close."""

    episode: date
    day: date


@dataclass(frozen=True)
class StatisticCell:
    """One cell of a summary row.

    ``own`` is the figure from the table's printed cells (None where they cannot give it), ``right`` that from
    the right cells; the statuses say how the printed one compares with each. ``other`` is a definition that
    gives the printed figure where the row's own does not, ``lowest`` where a drawdown was deepest.
    """

    column: str
    printed: Printed | None
    own: float | None
    right: float | None
    own_status: Status
    right_status: Status
    other: Definition | None = None
    lowest: Lowest | None = None


@dataclass(frozen=True)
class StatisticAudit:
    """One summary row and the definition that explains most of its cells; ``inferred`` when no other one
    explains as many."""

    row: PublishedStatistic
    definition: Definition
    inferred: bool
    cells: tuple[StatisticCell, ...]


@dataclass(frozen=True)
class Audit:
    """Everything that was found.

    Attributes
    ----------
    study : the question with the table's horizons; ``as_of``, ``source``, ``fingerprint`` as in a study.
    missed : episodes within the table's time that it does not have; ``later`` those after its last row.
    folded : bars on which the condition was true again within an episode, and that the table leaves out.
    baselines : of every horizon, by its label.
    unread : headings and rows that were not recognised.
    """

    study: Study
    as_of: date
    source: str
    fingerprint: str
    table: PublishedTable
    rows: tuple[RowAudit, ...]
    missed: tuple[Occurrence, ...]
    later: tuple[Occurrence, ...]
    folded: tuple[Occurrence, ...]
    statistics: tuple[StatisticAudit, ...]
    baselines: dict[str, Baseline]
    unread: tuple[str, ...]

    def cells(self, *, moves: bool) -> tuple[CellAudit, ...]:
        """The cells of the moves, or those of the forward returns."""
        return tuple(cell for row in self.rows for cell in row.cells if (cell.column == MOVE) == moves)

    def wrong(self, *, moves: bool) -> tuple[tuple[RowAudit, CellAudit], ...]:
        """The wrong moves, or the wrong forward returns, each with its row."""
        return tuple(
            (row, cell)
            for row in self.rows
            for cell in row.cells
            if cell.status == "wrong" and (cell.column == MOVE) == moves
        )

    def causes(self) -> tuple[tuple[Cause, int], ...]:
        """The causes of the wrong forward returns, an example of each, with the number of cells explained."""
        found: dict[tuple[str, str], tuple[Cause, int]] = {}
        for _, cell in self.wrong(moves=False):
            if cell.cause is not None:
                example, count = found.get(cell.cause.family, (cell.cause, 0))
                found[cell.cause.family] = (example, count + 1)
        return tuple(sorted(found.values(), key=lambda pair: -pair[1]))
