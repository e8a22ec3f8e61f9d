"""What an audit finds, as frozen values. Figures are in the unit in which they are printed: percent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np

from generator.audit.figures import Printed
from generator.audit.headings import MOVE
from generator.audit.reading import Understood
from generator.audit.table import PublishedRow, PublishedStatistic, PublishedTable
from generator.study.values import Baseline, Study

Status = Literal["right", "rounding", "wrong", "unchecked"]
Reason = Literal["", "empty", "pending", "no-bar", "no-measure"]
"""Why a cell cannot be checked: nothing printed, not over by the as-of date, no prices, no move defined."""

CauseKind = Literal[
    "next-bar", "previous-bar", "horizon", "late-start", "early-start", "later", "earlier", "segment",
    "total-return", "price-return", "entry", "calendar",
    "hundredth", "hundredfold", "log", "annualised", "index", "excess", "asset", "currency",
    "lowest", "highest", "earlier-session", "sign", "rounded", "digits", "other-column", "other-row",
]  # fmt: skip
CAUSES: tuple[CauseKind, ...] = get_args(CauseKind)
"""Where two explain as many figures, the first is named."""

Definition = Literal[
    "mean", "median", "above-zero", "zero-or-above", "highest", "lowest", "count",
    "population", "sample", "population-annual", "sample-annual",
    "bar-closes", "daily-closes", "lowest-return", "losers",
]  # fmt: skip
"""How a statistic may have been computed."""

Scope = Literal["", "all", "column", "row"]
MOST_ALIKE_BY_CHANCE = 8
"""Figures below which moving together says little."""

RowKind = Literal["episode", "provisional", "folded", "ordinary", "too-early", "no-bar"]
"""A row of the table: an episode; one under way; a later bar of an episode; a bar on which the condition is
not true; one before the day from which episodes count; nothing in these prices."""


@dataclass(frozen=True)
class Cause:
    """What a wrong figure equals. ``label`` names a horizon, an entry, an asset, a column or a formula,
    ``day`` another row or session, where the kind has one; ``value`` is the figure, unrounded."""

    kind: CauseKind
    value: float
    label: str = ""
    day: date | None = None

    @property
    def family(self) -> tuple[str, str]:
        """What two cells with the same cause have in common."""
        return self.kind, "" if self.kind == "other-column" else self.label


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
    understood : what only the prices could tell of how the table is meant.
    unread : headings and rows that were not recognised, or are not checked.
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
    understood: tuple[Understood, ...]
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

    @property
    def unexplained(self) -> int:
        """The number of wrong forward returns without a cause."""
        return sum(cell.cause is None for _, cell in self.wrong(moves=False))

    def scope(self, cause: Cause) -> Scope:
        """How far a cause of wrong forward returns reaches: through ``all`` of the table, one ``column`` or
        one ``row``: it explains all that is wrong there, two figures at least, and that is most of it."""
        wrong = self.wrong(moves=False)
        mine = [(row, cell) for row, cell in wrong if cell.cause and cell.cause.family == cause.family]
        columns, lines = {cell.column for _, cell in mine}, {row.row.line for row, _ in mine}
        every = [(row, cell) for row in self.rows for cell in row.cells if cell.column != MOVE]
        checked = [(row, cell) for row, cell in every if cell.status != "unchecked"]

        def fills(there: list[tuple[RowAudit, CellAudit]]) -> bool:
            faulty = sum(cell.status == "wrong" for _, cell in there)
            return len(mine) >= 2 and len(mine) == faulty and 3 * len(mine) >= 2 * len(there)

        if fills(checked) and len(columns) > 1 and len(lines) > 1:
            return "all"
        if len(columns) == 1 and fills([(row, cell) for row, cell in checked if cell.column in columns]):
            return "column"
        if len(lines) == 1 and fills([(row, cell) for row, cell in checked if row.row.line in lines]):
            return "row"
        return ""

    @property
    def alike(self) -> bool:
        """Whether the wrong forward returns, though no cause reproduces them, move with the right ones: as
        they would on prices from elsewhere, or in another currency."""
        cells = [cell for _, cell in self.wrong(moves=False) if cell.printed and cell.right is not None]
        if len(cells) < MOST_ALIKE_BY_CHANCE or 10 * self.unexplained < 9 * len(cells):
            return False
        printed = np.array([cell.printed.value for cell in cells if cell.printed])
        right = np.array([cell.right for cell in cells])
        if not printed.std() or not right.std():
            return False
        return float(np.corrcoef(printed, right)[0, 1]) > 0.8
