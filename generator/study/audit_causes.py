"""What a wrong figure most likely is: errors that people make, tried in a fixed order.

A cause is named only where it reproduces the printed figure to its last decimal. Where several do, the one
that explains most cells of the table is taken, then the first in the order of ``CAUSES``:

1. the return to the next, or to the previous, bar; 2. the return at another horizon; 3. the entry a bar late
or early, with the right end; 4. both ends a bar late or early; 5. total for price return, or the reverse;
6. another entry; 7. (a move under way) as it stood some sessions before; 8. the opposite sign; 9. two
neighbouring digits swapped; 10. another column's figure; 11. another row's.

The last two need no prices but only a coincidence within the table, of which a large table has many. They are
named only where nothing else fits, and not tried on simulated prices: those are not the ones the author had,
so that any other cause is out of reach there and a coincidence would be all that is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from generator.errors import HorizonError
from generator.market.bars import BarKind
from generator.market.history import SAMPLE, as_date
from generator.study.audit_ground import Ground
from generator.study.audit_table import MOVE, Printed
from generator.study.audit_values import CAUSES, Cause, CauseKind, CellAudit, RowAudit
from generator.study.horizons import DEFAULTS
from generator.study.values import ENTRIES, Horizon

NEARLY = 1e-7
"""Slack for figures that lie exactly between two printed ones."""
COINCIDENCES: tuple[CauseKind, ...] = ("other-column", "other-row")
"""Causes that a large table offers for any figure."""
ALSO_TRIED: dict[BarKind, tuple[str, ...]] = {
    "daily": ("1D", "9M", "2Y"),
    "weekly": ("2W", "8W"),
    "monthly": ("2M", "4M", "9M", "2Y"),
}
"""Horizons that a figure may belong to, besides those of the table and the usual ones."""


def equals(printed: Printed, value: float) -> bool:
    """Whether a figure, rounded to the printed decimals, is the printed one."""
    return abs(printed.value - value) <= 0.5 * printed.unit + NEARLY


def name_causes(
    rows: Sequence[RowAudit], targets: Sequence[int | None], ground: Ground
) -> tuple[RowAudit, ...]:
    """The rows with the likely cause of every wrong cell that has one.

    Parameters
    ----------
    targets : of every row, its bar of the target.
    """
    found: dict[tuple[int, int], list[Cause]] = {}
    for i, row in enumerate(rows):
        for k, cell in enumerate(row.cells):
            if cell.status == "wrong" and cell.printed is not None:
                causes = _causes(rows, i, cell, targets[i], ground)
                found[i, k] = [cause for cause in causes if equals(cell.printed, cause.value)]
    chosen = _commonest_first(found)
    return tuple(
        replace(row, cells=tuple(replace(c, cause=chosen.get((i, k))) for k, c in enumerate(row.cells)))
        for i, row in enumerate(rows)
    )


def _commonest_first(found: Mapping[tuple[int, int], list[Cause]]) -> dict[tuple[int, int], Cause]:
    """One cause a cell: the cause of most cells goes to all of them, then the next one to what is left."""
    chosen: dict[tuple[int, int], Cause] = {}
    while True:
        open_cells = {place: causes for place, causes in found.items() if causes and place not in chosen}
        if not open_cells:
            return chosen
        families: dict[tuple[str, str], int] = {}
        for causes in open_cells.values():
            for family in dict.fromkeys(cause.family for cause in causes):
                families[family] = families.get(family, 0) + 1
        best = min(families, key=lambda f: (f[0] in COINCIDENCES, -families[f], CAUSES.index(f[0])))
        for place, causes in open_cells.items():
            cause = next((cause for cause in causes if cause.family == best), None)
            if cause is not None:
                chosen[place] = cause


def _causes(
    rows: Sequence[RowAudit], i: int, cell: CellAudit, target: int | None, ground: Ground
) -> Iterator[Cause]:
    """Every figure that the cell could have meant, in the order of ``CAUSES``."""
    row = rows[i]
    if cell.column == MOVE:
        yield from _moves(row, ground)
    elif target is not None:
        yield from _returns(ground.horizon(cell.column), target, ground)
    yield from _slips_of_the_pen(cell)
    if ground.prepared.source != SAMPLE:
        yield from _neighbours(rows, i, cell)


def _returns(horizon: Horizon, bar: int, ground: Ground) -> Iterator[Cause]:
    held = horizon.bars
    yield from _cause("next-bar", ground.returns(bar, held + 1))
    if held > 1:
        yield from _cause("previous-bar", ground.returns(bar, held - 1))
    for label, bars in _horizons(ground).items():
        if bars != held:
            yield from _cause("horizon", ground.returns(bar, bars), label)
    delay = ground.prepared.prices.delay
    yield from _cause("late-start", ground.between(bar + 1, bar + held + delay))
    yield from _cause("early-start", ground.between(bar - 1, bar + held + delay))
    yield from _cause("later", ground.returns(bar + 1, held))
    yield from _cause("earlier", ground.returns(bar - 1, held))
    if ground.study.returns == "price":
        yield from _with_other_prices("total-return", bar, held, ground)
    else:
        yield from _with_other_prices("price-return", bar, held, ground)
    for entry in ENTRIES:
        prices = ground.other_prices(entry=entry) if entry != ground.study.entry else None
        if prices is not None:
            yield from _cause("entry", ground.returns(bar, held, prices), entry)


def _with_other_prices(kind: CauseKind, bar: int, held: int, ground: Ground) -> Iterator[Cause]:
    prices = ground.other_prices(basis="total" if kind == "total-return" else "price")
    if prices is not None:
        yield from _cause(kind, ground.returns(bar, held, prices))


def _horizons(ground: Ground) -> dict[str, int]:
    kind = ground.study.bars
    labels = (*(h.label for h in ground.study.horizons), *DEFAULTS[kind], *ALSO_TRIED[kind])
    found: dict[str, int] = {}
    for label in labels:
        try:
            horizon = ground.horizon(label)
        except HorizonError:
            continue  # a horizon that these bars cannot express cannot have been meant
        if horizon.bars not in found.values():
            found[label] = horizon.bars
    return found


def _moves(row: RowAudit, ground: Ground) -> Iterator[Cause]:
    """The move of a neighbouring bar, with dividends, or as it stood before the bar was over."""
    days = {str(day): i for i, day in enumerate(ground.prepared.bars.dates)}
    bar, moves, adjusted = days.get(str(row.day)), ground.moves, ground.adjusted_moves
    if bar is None or moves is None:
        return
    beside: tuple[tuple[CauseKind, int], ...] = (("next-bar", bar + 1), ("previous-bar", bar - 1))
    for kind, near in beside:
        if 0 <= near < len(moves):
            yield from _cause(kind, float(moves[near]))
    if adjusted is not None:
        yield from _cause("total-return", float(adjusted[bar]))
    if row.kind == "provisional":
        for day, move in ground.earlier_moves:
            yield from _cause("earlier-session", move, day=as_date(day))


def _slips_of_the_pen(cell: CellAudit) -> Iterator[Cause]:
    if cell.printed is None or cell.right is None:
        return
    yield from _cause("sign", -cell.right)
    if _swapped(cell.printed, cell.right):
        yield from _cause("digits", cell.printed.value)


def _swapped(printed: Printed, right: float) -> bool:
    """Whether two neighbouring digits of the right figure, exchanged, give the printed one."""
    mine, its = (f"{value:.{printed.decimals}f}" for value in (printed.value, right))
    if len(mine) != len(its) or mine.startswith("-") != its.startswith("-"):
        return False
    a, b = (text.replace(".", "").replace("-", "") for text in (mine, its))
    apart = [k for k in range(len(a)) if a[k] != b[k]]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = apart
    return a[first] == b[second] and a[second] == b[first]


def _neighbours(rows: Sequence[RowAudit], i: int, cell: CellAudit) -> Iterator[Cause]:
    """The figures, printed and right, of the same row's other columns, then of the column's other rows."""
    for other in rows[i].cells:
        if other.column != cell.column:
            for figure in _figures(other):
                yield from _cause("other-column", figure, other.column)
    nearest_first = sorted((k for k in range(len(rows)) if k != i), key=lambda k: abs(k - i))
    for k in nearest_first:
        for other in rows[k].cells:
            if other.column == cell.column:
                for figure in _figures(other):
                    yield from _cause("other-row", figure, day=rows[k].day or rows[k].row.last)


def _figures(cell: CellAudit) -> Iterator[float]:
    if cell.printed is not None:
        yield cell.printed.value
    if cell.right is not None:
        yield cell.right


def _cause(kind: CauseKind, value: float | None, label: str = "", day: date | None = None) -> Iterator[Cause]:
    if value is not None and value == value:  # NaN is no figure
        yield Cause(kind, value, label, day)
