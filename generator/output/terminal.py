"""Tables for a person at a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from generator.language.numbers import DASH, MINUS
from generator.output.study import (
    Grid,
    episode_grid,
    notes_of,
    robustness_grid,
    statistics_grid,
    title_of,
    verdict_lines,
)
from generator.study.values import StudyResult


def print_study(results: Sequence[StudyResult], console: Console) -> None:
    """Episodes, then statistics beside the baseline, for each target."""
    for result in results:
        console.print(_study(result))


def _study(result: StudyResult) -> RenderableType:
    notes = notes_of(result)
    simulated = [Text(notes.pop(0), style="bold yellow")] if result.source == "sample" else []
    episodes: RenderableType = (
        _table(episode_grid(result), signed_from=1, last_is_present=_last_is_present(result))
        if result.episodes
        else Text("No episode: the condition was not true on any bar of the history.")
    )
    return Group(
        *simulated,
        Text(title_of(result), style="bold"),
        *(Text(note, style="dim") for note in notes),
        Text(""),
        episodes,
        Text(""),
        _table(statistics_grid(result), signed_from=len(result.summaries) + 1, last_is_present=False),
        Text(""),
        Text("Verdict", style="bold"),
        *(Text(f"  {line}") for line in verdict_lines(result)),
        Text(""),
        Text("Does it hang on one choice?", style="bold"),
        _table(robustness_grid(result), signed_from=len(result.summaries) + 1, last_is_present=False),
        Text(""),
    )


def _last_is_present(result: StudyResult) -> bool:
    return result.episodes[-1].provisional


def _table(grid: Grid, *, signed_from: int, last_is_present: bool) -> Table:
    """A table without boxes; columns from ``signed_from`` on are coloured by their sign."""
    headings, rows = grid
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="left" if position == 0 else "right", no_wrap=True)
    for number, row in enumerate(rows):
        cells = [Text(cell, style=_style(cell) if i >= signed_from else "") for i, cell in enumerate(row)]
        head_of_group = signed_from > len(headings) - 1 and row[0].startswith("  ")
        style = "cyan" if last_is_present and number == len(rows) - 1 else "dim" if head_of_group else None
        table.add_row(*cells, style=style)
    return table


def _style(text: str) -> str:
    if text.startswith("+"):
        return "green"
    if text.startswith(MINUS):
        return "red"
    return "dim" if text == DASH else ""


def print_rows(headings: list[str], rows: list[list[str]], console: Console) -> None:
    """A plain listing; the last column wraps."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for position, heading in enumerate(headings):
        table.add_column(heading, no_wrap=position < len(headings) - 1)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
