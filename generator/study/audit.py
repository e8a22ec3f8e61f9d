"""The audit of a published table: every figure computed again, every wrong one put beside the right one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from generator.errors import HorizonError, RequestError
from generator.market.bars import BarKind, period_numbers
from generator.market.exchanges import calendar_of
from generator.market.history import PriceHistory, as_date
from generator.market.timetable import week_begins
from generator.study.audit_causes import NEARLY, equals, name_causes
from generator.study.audit_ground import Ground
from generator.study.audit_statistics import audit_statistics
from generator.study.audit_table import MOVE, Printed, PublishedRow, PublishedSummary, PublishedTable
from generator.study.audit_values import Audit, CellAudit, Occurrence, Reason, RowAudit, RowKind
from generator.study.episodes import match_bars
from generator.study.horizons import parse_horizon, parse_horizons
from generator.study.prepare import prepare
from generator.study.returns import completed_returns
from generator.study.statistics import baseline_of
from generator.study.values import Baseline, Horizon, Study


def audit(
    table: PublishedTable,
    summary: PublishedSummary | None,
    study: Study,
    histories: Mapping[str, PriceHistory],
    as_of: date | None = None,
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

    Raises
    ------
    RequestError : a row that these bars cannot have, or two rows of one bar; names the line.
    HorizonError : a column that these bars cannot express.
    DataError, FieldError : see ``prepare``.
    """
    refuse_other_bars(table, study.bars)
    if summary is not None:
        refuse_other_bars(summary, study.bars)
    labels = dict.fromkeys((*table.horizons, *(summary.columns if summary else ())))
    # A table of moves alone is checked too; a study needs a horizon all the same.
    study = replace(
        study,
        horizons=parse_horizons(labels, study.bars, calendar_of(study.target))
        if labels
        else study.horizons[:1],
    )
    ground = Ground(study, histories, prepare(study, histories, as_of))
    bars = [_bar_of(row, ground) for row in table.rows]
    _refuse_twice(table, bars)
    targets = [None if bar is None else _target_bar(bar, ground) for bar in bars]
    rows = [
        _row(row, bar, target, ground) for row, bar, target in zip(table.rows, bars, targets, strict=True)
    ]
    prepared = ground.prepared
    missed, later = _absent(rows, bars, ground)
    return Audit(
        study=study,
        as_of=as_date(prepared.as_of),
        source=prepared.source,
        fingerprint=prepared.fingerprint,
        table=table,
        rows=name_causes(rows, targets, ground),
        missed=missed,
        later=later,
        folded=_folded(bars, ground),
        statistics=audit_statistics(summary, table, rows, targets, ground) if summary else (),
        baselines={horizon.label: _baseline(ground, horizon) for horizon in study.horizons},
        unread=(*table.unread, *(summary.unread if summary else ())),
    )


def refuse_other_bars(published: PublishedTable | PublishedSummary, kind: BarKind) -> None:
    """Refuse columns that these bars cannot express, and episodes named by month where a day is needed.

    Raises
    ------
    RequestError, HorizonError : names the file, the line and the column.
    """
    for label in published.columns:
        try:
            if label != MOVE:
                parse_horizon(label, kind)
        except HorizonError as error:
            raise HorizonError(f"{published.file}:1, column {label}: {error}") from error
    rows = published.rows if isinstance(published, PublishedTable) else ()
    for row in rows:
        if row.is_month and kind != "monthly":
            raise RequestError(
                f"{published.file}:{row.line}: '{row.name}' is a month, and on {kind} bars an episode is a "
                "day, such as 2003-04-30. Write the day, or ask for monthly bars."
            )


def _bar_of(row: PublishedRow, ground: Ground) -> int | None:
    """The bar of the signal's asset that a row is about; None where the prices have none."""
    bars = ground.prepared.bars
    begins = week_begins(bars.history.calendar)
    period = period_numbers(np.array([row.first], dtype="datetime64[D]"), bars.kind, begins)[0]
    place = int(np.searchsorted(bars.periods, period))
    return place if place < len(bars) and bars.periods[place] == period else None


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


def _target_bar(bar: int, ground: Ground) -> int | None:
    prepared = ground.prepared
    match = match_bars(prepared.bars, prepared.prices.bars, np.array([bar], dtype=np.intp))[0]
    return int(match) if 0 <= match < len(prepared.prices.bars) else None


def _row(row: PublishedRow, bar: int | None, target: int | None, ground: Ground) -> RowAudit:
    kind, belongs_to = _kind(bar, ground)
    cells = tuple(_cell(column, printed, bar, target, ground) for column, printed in row.cells.items())
    day = None if bar is None else as_date(ground.prepared.bars.dates[bar])
    return RowAudit(row, kind, day, belongs_to, cells)


def _kind(bar: int | None, ground: Ground) -> tuple[RowKind, date | None]:
    """What the row's bar is, and the episode that it is a later bar of."""
    if bar is None:
        return "no-bar", None
    for episode in ground.episodes:
        if episode.bar == bar:
            return ("provisional" if episode.provisional else "episode"), None
    if bar not in ground.fires:
        return "ordinary", None
    before = _episode_before(bar, ground)
    return ("folded" if before else "too-early"), before


def _episode_before(bar: int, ground: Ground) -> date | None:
    """The episode that a bar on which the condition is true belongs to; None before the first one kept."""
    before = [episode for episode in ground.episodes if episode.bar < bar]
    return before[-1].date if before else None


def _cell(
    column: str, printed: Printed | None, bar: int | None, target: int | None, ground: Ground
) -> CellAudit:
    right, reason = _right_move(bar, ground) if column == MOVE else _right_return(column, target, ground)
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


def _right_move(bar: int | None, ground: Ground) -> tuple[float | None, Reason]:
    if ground.moves is None:
        return None, "no-measure"
    if bar is None or not np.isfinite(ground.moves[bar]):
        return None, "no-bar"
    return float(ground.moves[bar]), ""


def _right_return(column: str, target: int | None, ground: Ground) -> tuple[float | None, Reason]:
    if target is None:
        return None, "no-bar"
    right = ground.returns(target, ground.horizon(column).bars)
    return right, "" if right is not None else "pending"


def _absent(
    rows: Sequence[RowAudit], bars: Sequence[int | None], ground: Ground
) -> tuple[tuple[Occurrence, ...], tuple[Occurrence, ...]]:
    """Episodes that the table does not have: those within its time, and those after its last row."""
    last = max((row.row.last for row in rows), default=date.min)
    absent = [
        Occurrence(episode.date, episode.trigger, episode.provisional)
        for episode in ground.episodes
        if episode.bar not in bars
    ]
    missed = tuple(o for o in absent if o.day <= last and not o.provisional)
    return missed, tuple(o for o in absent if o not in missed)


def _folded(bars: Sequence[int | None], ground: Ground) -> tuple[Occurrence, ...]:
    """Bars on which the condition was true again, and that the table rightly leaves out."""
    own = {episode.bar for episode in ground.episodes}
    dates, moves = ground.prepared.bars.dates, ground.moves
    found = []
    for bar in ground.fires.tolist():
        episode = _episode_before(bar, ground)
        if bar not in own and bar not in bars and episode is not None:
            move = None if moves is None or not np.isfinite(moves[bar]) else float(moves[bar])
            found.append(Occurrence(as_date(dates[bar]), move, False, episode))
    return tuple(found)


def _baseline(ground: Ground, horizon: Horizon) -> Baseline:
    prices, first = ground.prepared.prices, ground.prepared.first
    return baseline_of(completed_returns(prices, horizon.bars)[first:])
