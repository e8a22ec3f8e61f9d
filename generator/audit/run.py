"""The audit of a published table: every figure computed again, every wrong one put beside the right one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from generator.audit.causes import name_causes
from generator.audit.context import AuditContext
from generator.audit.figures import Printed
from generator.audit.headings import MOVE
from generator.audit.reading import NEARLY, equals, fit_to_bars, interpret, refuse_columns
from generator.audit.statistics import audit_statistics
from generator.audit.table import PublishedRow, PublishedSummary, PublishedTable
from generator.audit.values import Audit, CellAudit, Occurrence, Reason, RowAudit, RowKind
from generator.core.errors import RequestError
from generator.market.exchanges import calendar_of
from generator.market.history import SAMPLE, PriceHistory, as_date
from generator.study.horizons import parse_horizons
from generator.study.prepare import prepare
from generator.study.values import Study

MoreHistories = Callable[[], Mapping[str, PriceHistory]]


def audit(
    table: PublishedTable,
    summary: PublishedSummary | None,
    study: Study,
    histories: Mapping[str, PriceHistory],
    as_of: date | None = None,
    *,
    more: MoreHistories | None = None,
) -> Audit:
    """Compute a published table again.

    A printed figure is *right* when the computed one, rounded to as many decimals as are printed, equals it;
    *rounding* when it is one unit off in the last of them; else *wrong*.

    Parameters
    ----------
    table, summary : as published.
    study : the definition that the table claims; its horizons are replaced by those of the table.
    histories : prices of at least every asset of the study.
    as_of : nothing after this day exists; None for the last session that all series have.
    more : gives prices of other assets; asked only when figures are left that nothing explains, which may be
        another asset's, or in another currency.

    Raises
    ------
    RequestError : a row that these bars cannot have, two rows of one bar, or dates that can be read in two
        ways; names the line.
    HorizonError : a column that these bars cannot express.
    DataError, FieldError : see ``prepare``.
    """
    table = fit_to_bars(table, study.bars)
    if summary is not None:
        summary = refuse_columns(summary, study.bars)
    context = _context(table, summary, study, histories, as_of)
    read, understood = interpret(table, context)
    if read.columns != table.columns:
        context = _context(read, summary, study, histories, as_of)
    table = read
    bars = [context.bar_of(row.first) for row in table.rows]
    _refuse_twice(table, bars)
    targets = [None if bar is None else context.target_bar(bar) for bar in bars]
    rows = tuple(
        _row(row, bar, target, context) for row, bar, target in zip(table.rows, bars, targets, strict=True)
    )
    named = name_causes(rows, targets, context)
    if more is not None and context.prepared.source != SAMPLE and _unexplained(named) > 1:
        wider = replace(context, histories={**more(), **context.histories})
        named = name_causes(rows, targets, wider)
    missed, later = _absent(rows, bars, context)
    prepared = context.prepared
    return Audit(
        study=context.study,
        as_of=as_date(prepared.as_of),
        source=prepared.source,
        fingerprint=prepared.fingerprint,
        table=table,
        rows=named,
        missed=missed,
        later=later,
        folded=_folded(bars, context),
        statistics=audit_statistics(
            summary,
            table,
            rows,
            targets,
            context,
            fractions=any(u.kind == "fractions" and u.detail != MOVE for u in understood),
        ),
        baselines={horizon.label: context.baseline(horizon.bars) for horizon in context.study.horizons},
        understood=understood,
        unread=(*table.unread, *table.left_out, *(summary.unread if summary else ())),
    )


def _context(
    table: PublishedTable,
    summary: PublishedSummary | None,
    study: Study,
    histories: Mapping[str, PriceHistory],
    as_of: date | None,
) -> AuditContext:
    """The prices for a study of the table's horizons."""
    labels = dict.fromkeys((*table.horizons, *(summary.columns if summary else ())))
    # A table of moves alone is checked too; a study needs a horizon all the same.
    if labels:
        study = replace(study, horizons=parse_horizons(labels, study.bars, calendar_of(study.target)))
    else:
        study = replace(study, horizons=study.horizons[:1])
    prepared = prepare(study, histories, as_of)
    return AuditContext(prepared.study, histories, prepared)


def _unexplained(rows: Sequence[RowAudit]) -> int:
    return sum(
        cell.status == "wrong" and cell.cause is None and cell.column != MOVE
        for row in rows
        for cell in row.cells
    )


def _refuse_twice(table: PublishedTable, bars: Sequence[int | None]) -> None:
    seen: dict[int, PublishedRow] = {}
    for row, bar in zip(table.rows, bars, strict=True):
        if bar is not None and bar in seen:
            raise RequestError(
                f"{table.file}:{row.line}: '{row.name}' is the same bar as '{seen[bar].name}' in line "
                f"{seen[bar].line}. Remove one of the two rows."
            )
        if bar is not None:
            seen[bar] = row


def _row(row: PublishedRow, bar: int | None, target: int | None, context: AuditContext) -> RowAudit:
    kind, belongs_to = _kind(bar, context)
    cells = tuple(_cell(column, printed, bar, target, context) for column, printed in row.cells.items())
    day = None if bar is None else as_date(context.prepared.bars.dates[bar])
    return RowAudit(row, kind, day, belongs_to, cells)


def _kind(bar: int | None, context: AuditContext) -> tuple[RowKind, date | None]:
    """What the row's bar is, and the episode that it is a later bar of."""
    if bar is None:
        return "no-bar", None
    for episode in context.episodes:
        if episode.bar == bar:
            return ("provisional" if episode.provisional else "episode"), None
    if bar not in context.fires:
        return "ordinary", None
    before = _episode_before(bar, context)
    return ("folded" if before else "too-early"), before


def _episode_before(bar: int, context: AuditContext) -> date | None:
    """The episode that a bar on which the condition is true belongs to; None before the first one kept."""
    before = [episode for episode in context.episodes if episode.bar < bar]
    return before[-1].date if before else None


def _cell(
    column: str, printed: Printed | None, bar: int | None, target: int | None, context: AuditContext
) -> CellAudit:
    right, reason = _right_move(bar, context) if column == MOVE else _right_return(column, target, context)
    if printed is None:
        return CellAudit(column, None, right, "unchecked", reason or "empty")
    if right is None:
        return CellAudit(column, printed, None, "unchecked", reason)
    if equals(printed, right):
        return CellAudit(column, printed, right, "right")
    if abs(printed.value - right) <= 1.5 * printed.unit + NEARLY:
        cut = abs(printed.value) < abs(right) and abs(printed.value - right) < printed.unit
        return CellAudit(column, printed, right, "rounding", truncated=cut)
    return CellAudit(column, printed, right, "wrong")


def _right_move(bar: int | None, context: AuditContext) -> tuple[float | None, Reason]:
    if context.moves is None:
        return None, "no-measure"
    right = context.move(bar)
    return right, "" if right is not None else "no-bar"


def _right_return(column: str, target: int | None, context: AuditContext) -> tuple[float | None, Reason]:
    if target is None:
        return None, "no-bar"
    right = context.returns(target, context.horizon(column).bars)
    return right, "" if right is not None else "pending"


def _absent(
    rows: Sequence[RowAudit], bars: Sequence[int | None], context: AuditContext
) -> tuple[tuple[Occurrence, ...], tuple[Occurrence, ...]]:
    """Episodes that the table does not have: those within its time, and those after its last row."""
    last = max((row.row.last for row in rows), default=date.min)
    absent = [
        Occurrence(episode.date, episode.trigger, episode.provisional)
        for episode in context.episodes
        if episode.bar not in bars
    ]
    missed = tuple(o for o in absent if o.day <= last and not o.provisional)
    return missed, tuple(o for o in absent if o not in missed)


def _folded(bars: Sequence[int | None], context: AuditContext) -> tuple[Occurrence, ...]:
    """Bars on which the condition was true again, and that the table rightly leaves out."""
    own = {episode.bar for episode in context.episodes}
    dates, moves = context.prepared.bars.dates, context.moves
    found = []
    for bar in context.fires.tolist():
        episode = _episode_before(bar, context)
        if bar not in own and bar not in bars and episode is not None:
            move = None if moves is None or not np.isfinite(moves[bar]) else float(moves[bar])
            found.append(Occurrence(as_date(dates[bar]), move, False, episode))
    return tuple(found)
