"""An audit for the terminal, as JSON and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from generator.article.audit_column import correction
from generator.article.table import table_markdown
from generator.audit.values import Audit, CellAudit, Occurrence, StatisticCell
from generator.audit.words import cause_phrase
from generator.edition.values import Table
from generator.language import numbers
from generator.language.escape import escape
from generator.language.price_words import NOT_MARKET_DATA
from generator.language.words import paragraph
from generator.market.history import SAMPLE
from generator.output.study import JsonObject, question
from generator.output.terminal import print_rows


def print_audit(found: Audit, console: Console) -> None:
    """The correction column and its tables for a person at a terminal."""
    if found.source == SAMPLE:
        console.print(Text(NOT_MARKET_DATA, style="bold yellow"))
    console.print(Text(title_of(found), style="bold"))
    console.print(Text(note_of(found), style="dim"))
    for heading, told in _parts(found):
        console.print()
        if isinstance(told, Table):
            console.print(Text(heading, style="bold"))
            print_rows(*_grid(told), console)
        else:
            console.print(Text(told))


def as_markdown(found: Audit) -> str:
    """The correction column and its tables as Markdown."""
    parts = [f"## {escape(title_of(found))}\n", f"{escape(note_of(found))}\n"]
    if found.source == SAMPLE:
        parts.insert(1, f"**{NOT_MARKET_DATA}**\n")
    for heading, told in _parts(found):
        if isinstance(told, Table):
            parts.append(f"### {heading}\n\n{table_markdown(told)}\n")
        else:
            parts.append(f"{escape(told)}\n")
    return "\n".join(parts)


def title_of(found: Audit) -> str:
    """What was audited."""
    return (
        f"{found.study.asset}: {found.table.file} against {found.study.signal or found.study.condition.text}"
    )


def note_of(found: Audit) -> str:
    """The choices behind the right figures."""
    study = found.study
    return (
        f"{study.condition.text}; {study.bars} bars, cooldown {study.cooldown}, entry {study.entry}, "
        f"{study.basis} return; through {numbers.day(found.as_of)}, source {found.source}."
    )


def _parts(found: Audit) -> Iterator[tuple[str, str | Table]]:
    """The column from top to bottom, nothing folded away: paragraphs, and tables with their headings."""
    said = correction(found, "audit")
    parts = (
        ("", said["prices"]),
        ("", said["reading"]),
        ("", paragraph(said["checked"], said["causes"])),
        ("Forward returns to correct", said["wrong"]),
        ("", paragraph(said["moves"], said["roundings"])),
        ("", said["episodes"]),
        ("", said["what_changes"]),
        ("The summary as published, and right", said["summary"]),
        ("", paragraph(said["slips"], said["definitions"])),
        ("", said["unread"]),
        ("Every cell as published, with its correction", said["cells"]),
    )
    yield from ((heading, part) for heading, part in parts if part)


def _grid(table: Table) -> tuple[list[str], list[list[str]]]:
    headings = [column.heading for column in table.columns]
    return headings, [[cell.text for cell in row.cells] for row in table.rows]


def as_json(found: Audit) -> str:
    """The audit as JSON: figures in percent, unrounded; null for what does not exist."""
    return json.dumps(json_object(found), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def json_object(found: Audit) -> JsonObject:
    """The audit as plain JSON values."""
    return {
        **question(found.study),
        "as_of": found.as_of.isoformat(),
        "source": found.source,
        "fingerprint": found.fingerprint,
        "table": found.table.file,
        "columns": list(found.table.columns),
        "rows": [
            {
                "line": row.row.line,
                "episode": row.row.name,
                "kind": row.kind,
                "date": _iso(row.day),
                "belongs_to": _iso(row.belongs_to),
                "cells": {cell.column: _cell(cell, found) for cell in row.cells},
            }
            for row in found.rows
        ],
        "causes": [
            {
                "cause": cause.kind,
                "label": cause.label or None,
                "cells": count,
                "scope": found.scope(cause) or None,
            }
            for cause, count in found.causes()
        ],
        "missed": [_occurrence(o) for o in found.missed],
        "later": [_occurrence(o) for o in found.later],
        "folded": [_occurrence(o) for o in found.folded],
        "summary": [
            {
                "line": row.row.line,
                "row": row.row.name,
                "statistic": row.row.statistic,
                "definition": row.definition,
                "inferred": row.inferred,
                "cells": {cell.column: _statistic(cell) for cell in row.cells},
            }
            for row in found.statistics
        ],
        "baseline": {
            label: {
                "n": usual.n,
                "average": _percent(usual.average),
                "median": _percent(usual.median),
                "win_rate": _percent(usual.win_rate),
            }
            for label, usual in found.baselines.items()
        },
        "understood": [{"kind": u.kind, "detail": u.detail} for u in found.understood],
        "alike": found.alike,
        "unread": list(found.unread),
    }


def _cell(cell: CellAudit, found: Audit) -> JsonObject:
    cause = cell.cause
    return {
        "printed": None if cell.printed is None else cell.printed.value,
        "right": cell.right,
        "status": cell.status,
        "reason": cell.reason or None,
        "cause": None if cause is None else cause.kind,
        "cause_text": None if cause is None else cause_phrase(cause, cell.column, found.study.bars),
    }


def _statistic(cell: StatisticCell) -> JsonObject:
    return {
        "printed": None if cell.printed is None else cell.printed.value,
        "own": cell.own,
        "own_status": cell.own_status,
        "right": cell.right,
        "right_status": cell.right_status,
        "other_definition": cell.other,
    }


def _occurrence(occurrence: Occurrence) -> JsonObject:
    return {
        "date": occurrence.day.isoformat(),
        "trigger": occurrence.trigger,
        "provisional": occurrence.provisional,
        "belongs_to": _iso(occurrence.belongs_to),
    }


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())


def _percent(value: float | None) -> float | None:
    return None if value is None else value * 100
