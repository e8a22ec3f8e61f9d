"""The correction column: what was checked in a published table, what is wrong, and what that changes."""

from __future__ import annotations

from datetime import date

from generator.article.audit_tables import cells_table, corrections_table, summary_table
from generator.article.report import Report
from generator.audit.figures import Printed
from generator.audit.headings import MOVE
from generator.audit.run import audit
from generator.audit.statistics import MISTAKEN
from generator.audit.table import read_summary, read_table
from generator.audit.values import (
    Audit,
    Cause,
    CellAudit,
    Occurrence,
    StatisticAudit,
    StatisticCell,
)
from generator.audit.words import (
    STATISTIC_WORDS,
    cause_phrase,
    column_name,
    definition_phrase,
    figure_text,
    move_text,
    prose_figure,
    row_name,
    tally,
)
from generator.edition.values import Values
from generator.language import numbers
from generator.language.words import any_moment, bar_word, listed, pair, paragraph, span, spans
from generator.market.history import SAMPLE
from generator.spec.models import AuditSection

MOST_LISTED = 6
"""Rows, bars or slips that a sentence lists; of more it gives the number."""


def audited(report: Report, spec: AuditSection, key: str) -> Values:
    """The audit of a table in the report's folder.

    Raises
    ------
    RequestError : the table does not fit the study's bars.
    """
    return correction(_audit(report, spec), key)


def outcome(report: Report, spec: AuditSection) -> str:
    """What the audit found, in a few sentences; raises as ``audited``."""
    found = _audit(report, spec)
    return paragraph(checked(found), telling(found))


def _audit(report: Report, spec: AuditSection) -> Audit:
    table = read_table(report.spec.files[spec.table], spec.table)
    summary = read_summary(report.spec.files[spec.summary], spec.summary) if spec.summary else None
    study = report.views[spec.study].study
    return audit(table, summary, study, report.histories, report.as_of)


def correction(found: Audit, key: str) -> Values:
    """What ``report/audit.md`` names of an audit; its tables' keys begin with ``key``."""
    return {
        "prices": prices(found),
        "reading": reading(found),
        "checked": checked(found),
        "telling": telling(found),
        "causes": causes(found),
        "wrong": corrections_table(found, f"{key}-wrong") if found.wrong(moves=False) else None,
        "moves": moves(found),
        "roundings": roundings(found),
        "episodes": episodes(found),
        "what_changes": what_changes(found),
        "summary": summary_table(found, f"{key}-summary") if found.statistics else None,
        "slips": slips(found),
        "definitions": definitions(found),
        "unread": unread(found),
        "cells": cells_table(found, f"{key}-cells"),
    }


def checked(found: Audit) -> str:
    """How many forward returns were computed again, and how many are right."""
    count = tally(found, moves=False)
    open_cells = sum(
        cell.status == "unchecked" and cell.printed is not None for cell in found.cells(moves=False)
    )
    total = sum(count.values()) - count["unchecked"]
    later = f" {numbers.count(open_cells).capitalize()} more cannot be checked." if open_cells else ""
    if total == 0:
        return f"A published table of these episodes has no forward return that can be checked.{later}"
    opening = f"A published table of these episodes gives {numbers.plural(total, 'forward return')}."
    if count["right"] == total:
        return f"{opening} Computed again, every one is right to the last printed digit.{later}"
    right = "none is" if count["right"] == 0 else _are(count["right"])
    parts = [f"{right} right to the last printed digit"]
    if count["rounding"]:
        parts.append(f"{_are(count['rounding'])} off by one in it")
    if count["wrong"]:
        parts.append(f"{_are(count['wrong'])} wrong")
    return f"{opening} Computed again, {listed(parts)}.{later}"


def telling(found: Audit) -> str:
    """The error that misleads most: a column's worst or best case that the table hides, that of the last
    column first; else the return that is farthest off."""
    wrong = [
        (row, cell, cell.printed.value, cell.right)
        for row, cell in found.wrong(moves=False)
        if cell.printed is not None and cell.right is not None
    ]
    if not wrong:
        return ""
    for row, cell, printed, right in reversed(wrong):
        column = [c for c in found.cells(moves=False) if c.column == cell.column and c.right is not None]
        told = [c.printed.value for c in column if c.printed is not None]
        for word, outermost in (("worst", min), ("best", max)):
            if right == outermost(c.right or 0.0 for c in column) and printed != outermost(told):
                return (
                    f"It hides the {word} case after {span(cell.column)}: {row_name(row, found.study.bars)}, "
                    f"printed as {_of_percent(printed, cell)}, was {_of_percent(right, cell)}."
                )
    row, cell, printed, right = max(wrong, key=lambda told: abs(told[2] - told[3]))
    return (
        f"Farthest off is {row_name(row, found.study.bars)} after {span(cell.column)}: "
        f"{_of_percent(printed, cell)} in print, {_of_percent(right, cell)} by the prices."
    )


def _of_percent(value: float, cell: CellAudit) -> str:
    return f"{figure_text(value, cell.printed)}%"


def _are(number: int) -> str:
    return f"{numbers.count(number)} {'is' if number == 1 else 'are'}"


def prices(found: Audit) -> str:
    """That an audit on simulated prices proves nothing."""
    if found.source != SAMPLE:
        return ""
    return (
        "The prices here are simulated: this shows what an audit looks like, and only real prices "
        "make it one."
    )


def reading(found: Audit) -> str:
    """How the table was read where it does not say so itself."""
    said: list[str] = []
    units: dict[str, list[str]] = {}
    for understood in found.understood:
        if understood.kind == "dates":
            said.append(f"its dates as {understood.detail}")
        elif understood.kind == "move":
            said.append(f"its column “{understood.detail[:40]}” as the episodes’ own moves")
        else:
            units.setdefault(understood.kind, []).extend(understood.detail.split(", "))
    for unit, columns in units.items():
        said.append(f"its figures under {listed([column_name(column) for column in columns])} as {unit}")
    return f"The table is read so, because its figures fit: {listed(said)}." if said else ""


def causes(found: Audit) -> str:
    """What the wrong returns most likely are, the commonest cause first."""
    wrong = len(found.wrong(moves=False))
    if wrong == 0:
        return ""
    known = found.causes()
    if not known:
        if found.source == SAMPLE:
            return (
                "How the wrong ones came about cannot be told from simulated prices: such a figure is most "
                "often the return to another close, and these closes are not the market’s."
            )
        none = f"None of the usual causes reproduces {'the figure' if wrong == 1 else 'these figures'}"
        if found.alike:
            return (
                f"{none}, but they move with the right ones: prices from another source or in another "
                "currency would do that."
            )
        return f"{none}."
    kind = found.study.bars
    column = found.study.horizons[0].label
    first, explained = known[0]
    phrases = {c.family: _other_rows(found, c) or cause_phrase(c, column, kind) for c, _ in known}
    phrase = phrases[first.family]
    if explained == wrong:
        if too_long := _too_long(found, explained):
            return f"{'Both' if wrong == 2 else f'All {numbers.count(wrong)}'} share one slip: {too_long}."
        who = {1: "It equals", 2: "Both equal"}.get(wrong, f"All {numbers.count(wrong)} equal")
        return f"{who} {phrase}{_reach(found, first, ': ')}."
    parts = [
        f"{phrases[cause.family]} ({numbers.count(number)}{_reach(found, cause, ', ')})"
        for cause, number in known[:MOST_LISTED]
    ]
    left = wrong - sum(number for _, number in known)
    rest = f" Of {numbers.count(left)} no usual cause reproduces the figure." if left else ""
    return f"What the wrong figures equal instead: {listed(parts)}.{rest}"


def _other_rows(found: Audit, cause: Cause) -> str:
    """What figures of several other rows have in common; empty where one row, or no row, is the cause."""
    if cause.kind != "other-row":
        return ""
    places = {row.day or row.row.last: place for place, row in enumerate(found.rows)}
    moved, days = set(), set()
    for row, cell in found.wrong(moves=False):
        if cell.cause and cell.cause.kind == "other-row":
            days.add(cell.cause.day)
            moved.add(places.get(cell.cause.day or date.min, 0) - places[row.day or row.row.last])
    if len(days) == 1:
        return ""
    sides = {-1: "the figure of the episode before", 1: "the figure of the episode after"}
    return sides.get(moved.pop() if len(moved) == 1 else 0, "the figure of another episode")


def _reach(found: Audit, cause: Cause, link: str) -> str:
    """That a cause runs through a whole column or row."""
    cells = [
        (row, cell)
        for row, cell in found.wrong(moves=False)
        if cell.cause and cell.cause.family == cause.family
    ]
    row, cell = cells[0]
    match found.scope(cause):
        case "all":
            return f"{link}the whole table"
        case "column":
            return f"{link}the column {column_name(cell.column)}"
        case "row":
            return f"{link}the row of {row_name(row, found.study.bars)}"
        case _:
            return ""


def _too_long(found: Audit, explained: int) -> str:
    """A counting error that runs through a table deserves to be explained once."""
    cause, _ = found.causes()[0]
    if cause.kind != "next-bar" or explained < 2:
        return ""
    rows = len({row.row.line for row, _ in found.wrong(moves=False)})
    return f"in {numbers.plural(rows, 'row')} the count runs a {bar_word(found.study.bars)} too long"


def moves(found: Audit) -> str:
    """The column of the move."""
    count = tally(found, moves=True)
    total = sum(count.values()) - count["unchecked"]
    if total == 0:
        return ""
    kind, wrong = found.study.bars, found.wrong(moves=True)
    if count["right"] == total:
        return f"The episodes’ own moves are right, {numbers.count(total)} of them."
    lines = [f"Of the episodes’ own moves {pair(count['right'], total)} are right."]
    for row, cell in wrong[:MOST_LISTED]:
        under_way = row.kind == "provisional"
        through = f", still under way on {numbers.day(found.as_of)}," if under_way else ""
        cause = f"; the printed figure is {cause_phrase(cell.cause, MOVE, kind)}" if cell.cause else ""
        lines.append(
            f"That of {row_name(row, kind)}{through} is {_move(cell.right, cell, found)} and not "
            f"{_move(cell.printed.value if cell.printed else None, cell, found)}{cause}."
        )
    if len(wrong) > MOST_LISTED:
        lines.append(f"The other {numbers.count(len(wrong) - MOST_LISTED)} stand in the whole table below.")
    return " ".join(lines)


def _move(value: float | None, cell: CellAudit, found: Audit) -> str:
    return move_text(value, 2 if cell.printed is None else max(cell.printed.decimals, 0), found.study)


def roundings(found: Audit) -> str:
    """Cells that are off by one unit in the last printed place."""
    cells = [c for c in (*found.cells(moves=True), *found.cells(moves=False)) if c.status == "rounding"]
    if not cells:
        return ""
    cut = sum(cell.truncated for cell in cells)
    how = " cut off rather than rounded" if cut == len(cells) else " off by one in the last printed digit"
    return f"{numbers.plural(len(cells), 'figure').capitalize()} {'is' if len(cells) == 1 else 'are'}{how}."


def episodes(found: Audit) -> str:
    """Episodes missed or added, and bars that are part of one."""
    kind = found.study.bars
    extra = [row for row in found.rows if row.kind not in ("episode", "provisional")]
    lines = []
    if not found.missed and not extra:
        lines.append("The list of episodes is complete and correct.")
    if found.missed:
        lines.append(f"The table misses {_occurrences(found.missed, found)}.")
    for row in extra[:MOST_LISTED]:
        name = row_name(row, kind)
        if row.kind == "folded" and row.belongs_to is not None:
            lines.append(
                f"{name} is no episode of its own: it belongs to {numbers.bar_date(row.belongs_to, kind)}."
            )
        elif row.kind == "no-bar":
            lines.append(f"For {name} these prices have no bar.")
        elif row.kind == "too-early":
            lines.append(f"{name} is before the day from which episodes count.")
        else:
            lines.append(f"{name} does not meet the condition.")
    if len(extra) > MOST_LISTED:
        lines.append(f"{numbers.count(len(extra) - MOST_LISTED).capitalize()} more rows are like these.")
    lines.append(_folded(found))
    if found.later and not all(o.provisional for o in found.later):
        lines.append(f"After its last row came {_occurrences(found.later, found)}.")
    return paragraph(*lines)


def _folded(found: Audit) -> str:
    """Bars on which the condition was true again; on daily bars that is every run, and not worth a word."""
    if not found.folded or found.study.bars == "daily":
        return ""
    kind = found.study.bars
    if len(found.folded) > MOST_LISTED:
        return (
            f"{numbers.count(len(found.folded)).capitalize()} more {kind} bars met the condition and belong "
            "to the episodes before them."
        )
    said = [
        f"{_occurrence(o, found)} met the condition too and belongs to the episode of "
        f"{numbers.bar_date(o.belongs_to, kind)}"
        for o in found.folded
        if o.belongs_to is not None
    ]
    return f"{'; '.join(said)}."


def _occurrences(some: tuple[Occurrence, ...], found: Audit) -> str:
    if len(some) > MOST_LISTED:
        return numbers.plural(len(some), "episode")
    return listed([_occurrence(o, found) for o in some])


def _occurrence(occurrence: Occurrence, found: Audit) -> str:
    day = numbers.bar_date(occurrence.day, found.study.bars)
    return day if occurrence.trigger is None else f"{day} ({move_text(occurrence.trigger, 2, found.study)})"


def what_changes(found: Audit) -> str:
    """What the right figures change in the averages, beside any bar."""
    average = next((s for s in found.statistics if s.row.statistic == "average"), None)
    if average is None:
        return ""
    told = [c for c in average.cells if c.printed is not None and c.right is not None]
    changed = [c for c in told if c.right_status == "wrong"]
    if not told:
        return ""
    if not changed:
        return "The averages stand as they were printed."
    directions = []
    for word, up in (("higher", True), ("lower", False)):
        labels = [c.column for c in changed if _rises(c) == up]
        if labels:
            directions.append(f"{word} after {spans(labels)}")
    most = max(changed, key=lambda c: abs((c.right or 0) - (c.printed.value if c.printed else 0)))
    usual = found.baselines[most.column].average
    beside = f" ({any_moment(found.study.bars)}: {numbers.percent(usual, 1)}%)" if usual is not None else ""
    return (
        f"Put right, the average is {' and '.join(directions)}. The largest change is at "
        f"{span(most.column)}: {numbers.signed(most.right, 1)}% instead of "
        f"{numbers.signed(most.printed.value if most.printed else None, 1)}%{beside}."
    )


def _rises(cell: StatisticCell) -> bool:
    return cell.printed is not None and cell.right is not None and cell.right > cell.printed.value


def slips(found: Audit) -> str:
    """Summary figures that follow neither from the table’s own cells nor from the right ones."""
    lines, follow, total = [], 0, 0
    for row in found.statistics:
        total += sum(cell.printed is not None for cell in row.cells)
        follow += sum("right" in (cell.own_status, cell.right_status) for cell in row.cells if cell.printed)
        lines += [_mistaken(row, found)] if _mistaken(row, found) else _slips_of(row, found)
    if not total:
        return ""
    which = "is right or follows" if follow == 1 else "are right or follow"
    head = f"Of the {total:,} summary figures {follow:,} {which} from the table’s own cells."
    if len(lines) > MOST_LISTED:
        return f"{head} The others are marked in the table."
    return paragraph(head, *lines)


def _slips_of(row: StatisticAudit, found: Audit) -> list[str]:
    return [
        _slip(row, cell, cell.printed, found)
        for cell in row.cells
        if cell.printed is not None and "right" not in (cell.own_status, cell.right_status)
    ]


def _mistaken(row: StatisticAudit, found: Audit) -> str:
    """That a whole row holds another statistic than it is called by: medians for averages."""
    others = {
        cell.other
        for cell in row.cells
        if cell.printed is not None and "right" not in (cell.own_status, cell.right_status)
    }
    count = sum(cell.other in MISTAKEN.get(row.row.statistic, ()) for cell in row.cells)
    other = next(iter(others)) if len(others) == 1 else None
    if other is None or count < 2:
        return ""
    name = STATISTIC_WORDS[row.row.statistic]
    return f"What is printed as the {name} is {definition_phrase(other, found.study.bars)}."


def _slip(row: StatisticAudit, cell: StatisticCell, printed: Printed, found: Audit) -> str:
    kind, statistic = found.study.bars, row.row.statistic
    name = f"the {STATISTIC_WORDS[statistic]} after {span(cell.column)}"
    text = f"{name[0].upper()}{name[1:]}, {prose_figure(printed, printed.value, statistic)},"
    if cell.own is not None and cell.own_status == "rounding":
        return f"{text} is {prose_figure(printed, cell.own, statistic)} by the table’s own cells."
    right = prose_figure(printed, cell.right, statistic)
    also = f" is {definition_phrase(cell.other, kind)};" if cell.other else ""
    if cell.lowest is not None and cell.right_status == "wrong":
        episode, day = (numbers.bar_date(d, kind) for d in (cell.lowest.episode, cell.lowest.day))
        return f"{text}{also or ' is not the deepest:'} the case of {episode} stood at {right} in {day}."
    return f"{text}{also or ' fits no definition that was tried:'} the right figure is {right}."


def definitions(found: Audit) -> str:
    """The definitions that the figures themselves give away."""
    kind = found.study.bars
    said = [
        f"the {STATISTIC_WORDS[row.row.statistic]} with {definition_phrase(row.definition, kind)}"
        for row in found.statistics
        if row.inferred
    ]
    return f"Its figures show that the table computes {listed(said)}." if said else ""


def unread(found: Audit) -> str:
    """What was not recognised, and so not checked."""
    if not found.unread:
        return ""
    names = [name[:40] or "(no heading)" for name in found.unread[:12]]
    return f"Not recognised and not checked: {listed(names)}."
