"""The answer of a study as JSON, CSV, Markdown and a table for the terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from generator.language import numbers
from generator.language.column_words import NOT_YET, column_notes, shown_text
from generator.language.entries import dates_notes, entry_notes, marked
from generator.language.escape import escape
from generator.language.numbers import DASH
from generator.language.price_words import NOT_MARKET_DATA
from generator.market.history import SAMPLE
from generator.study.edges import Edge, Robustness
from generator.study.question import measured_signal, trigger_unit
from generator.study.statistic import STATISTICS, Unit, in_percent
from generator.study.values import DatesUsed, Episode, HorizonSummary, ShownValue, Study, StudyResult
from generator.study.verdict import BAR_WORD

JsonObject = dict[str, Any]


def as_json(results: Sequence[StudyResult]) -> str:
    """One object for one result, a list for several targets; as laid down in the definitions."""
    objects = [json_object(result) for result in results]
    return json.dumps(objects[0] if len(objects) == 1 else objects, indent=1, allow_nan=False) + "\n"


def json_object(result: StudyResult) -> JsonObject:
    """A result as plain JSON values: percent unrounded, null for what is pending or undefined."""
    study = result.study
    return {
        **question(result.study),
        "as_of": result.as_of.isoformat(),
        "source": result.source,
        "fingerprint": result.fingerprint,
        "horizons": [horizon.label for horizon in study.horizons],
        "headline": study.headline.label,
        **({"dates_used": _dates_used(result.dates_used)} if result.dates_used else {}),
        "episodes": [_json_episode(result, i, episode) for i, episode in enumerate(result.episodes)],
        "summary": {summary.horizon.label: _json_summary(summary) for summary in result.summaries},
        "robustness": {
            horizon.label: _json_robustness(result.robustness, k) for k, horizon in enumerate(study.horizons)
        },
    }


def _dates_used(used: DatesUsed) -> JsonObject:
    return {**asdict(used), "begin": used.begin.isoformat()}


def question(study: Study) -> JsonObject:
    """What was asked, as plain JSON values."""
    return {
        "asset": study.asset,
        "target": study.target,
        "bars": study.bars,
        "when": None if study.listed else study.condition.text,
        **({"dates": study.listed.name} if study.listed else {}),
        "cooldown": study.cooldown,
        "entry": study.entry,
        "returns": study.basis,
    }


def _json_episode(result: StudyResult, row: int, episode: Episode) -> JsonObject:
    def by_horizon(array: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float | None]:
        values = (float(value) for value in array[row])
        labels = (horizon.label for horizon in result.study.horizons)
        return {label: _percent(value) for label, value in zip(labels, values, strict=True)}

    return {
        "date": episode.date.isoformat(),
        **(
            {}
            if episode.listed is None
            else {"listed": episode.listed.isoformat(), "label": episode.label or None}
        ),
        "trigger": episode.trigger,
        **_json_shown(result, row),
        "provisional": episode.provisional,
        "entered": None if episode.entered is None else episode.entered.isoformat(),
        "target_was_closed": episode.target_was_closed,
        "returns": by_horizon(result.returns),
        "max_drawdown": by_horizon(result.max_drawdown),
        "worst_daily_close": by_horizon(result.worst_daily_close),
        "max_runup": by_horizon(result.max_runup),
    }


def _json_shown(result: StudyResult, row: int) -> JsonObject:
    columns = result.study.columns
    if not columns:
        return {}
    shown = {column.heading: value for column, value in zip(columns, result.shown[row], strict=True)}
    waiting = {heading: each.so_far for heading, each in shown.items() if each.so_far is not None}
    return {"columns": {heading: each.value for heading, each in shown.items()}, "not_yet": waiting}


def _json_summary(summary: HorizonSummary) -> JsonObject:
    def figures(*names: str) -> dict[str, float | None]:
        return {name: in_percent(name, STATISTICS[name].of(summary)) for name in names}

    streak = summary.longest_winning_streak
    baseline = ("n", "average", "median", "win_rate")
    return {
        **figures("n", "pending", "independent_n", "average", "median", "win_rate"),
        "win_rate_interval": _percents(summary.win_rate_interval),
        **figures("best", "worst", "stdev", "sharpe", "max_drawdown", "worst_daily_close", "max_runup"),
        **figures("profit_factor"),
        "longest_winning_streak": None
        if streak is None
        else {"length": streak.length, "first": streak.first.isoformat(), "last": streak.last.isoformat()},
        "baseline": {name: figures(f"baseline_{name}")[f"baseline_{name}"] for name in baseline},
        **figures("edge", "p_value"),
        "edge_interval": _percents(summary.edge_interval),
        **figures("edge_shrunk"),
        "verdict": {"key": summary.verdict.key, "phrase": summary.verdict.phrase},
    }


def _json_robustness(found: Robustness, k: int) -> JsonObject:
    """What the verdict on the horizon of this number weighed beside its own figures."""
    place = found.rank(k)
    return {
        "typical_p": found.typical_p(k),
        "same_side": _percent(found.same_side(k)),
        "rank": None if place is None else {"rank": place[0], "of": place[1]},
        "neighbours": [
            {
                "choice": neighbour.group,
                "change": neighbour.label,
                "p_value": neighbour.edges[k].p_value,
                "same_cases": neighbour.edges[k].same_cases,
                **_json_edge(neighbour.edges[k]),
            }
            for neighbour in found.neighbours
        ],
        "halves": [
            {"first": half.first.isoformat(), "last": half.last.isoformat(), **_json_edge(half.edges[k])}
            for half in found.halves
        ],
        "without_strongest": _json_edge(found.trimmed[0][k]),
        "without_two_strongest": _json_edge(found.trimmed[1][k]),
    }


def _json_edge(edge: Edge) -> JsonObject:
    return {"n": edge.n, "edge": _percent(edge.edge)}


def _percent(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else value * 100


def _percents(values: tuple[float, float] | None) -> list[float] | None:
    return None if values is None else [value * 100 for value in values]


def as_csv(results: Sequence[StudyResult]) -> str:
    """The episodes as CSV, one row an episode and target: percent unrounded, empty where pending.

    Every row names its source and the basis of its returns, so that simulated prices and total returns are
    known as such wherever the file goes, and carries the verdict of every horizon with what it weighed.
    """
    labels = [horizon.label for horizon in results[0].study.horizons]
    measures = ("returns", "max_drawdown", "worst_daily_close", "max_runup")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = [f"{measure}_{label}" for measure in measures for label in labels]
    judged = [f"{name}_{label}" for label in labels for name in _JUDGED]
    dated = results[0].study.listed is not None
    own = ["listed", "label"] if dated else []
    about = ["asset", "target", "source", "returns", "date", *own, "trigger"]
    about += [column.heading for column in results[0].study.columns]
    writer.writerow([*about, "provisional", "entered", "target_was_closed", *names, *judged])
    for result in results:
        ruling = [value for k in range(len(labels)) for value in _judged(result, k)]
        for row, episode in enumerate(result.episodes):
            cells = [_percent(float(value)) for name in measures for value in getattr(result, name)[row]]
            study = result.study
            head = [study.asset, study.target, result.source, study.basis, episode.date.isoformat()]
            if episode.listed is not None:
                head += [episode.listed.isoformat(), episode.label]
            trigger = "" if episode.trigger is None else episode.trigger
            beside = [_csv_shown(value) for value in result.shown[row]]
            provisional, closed = (str(f).lower() for f in (episode.provisional, episode.target_was_closed))
            entered = "" if episode.entered is None else episode.entered.isoformat()
            shown = ("" if cell is None else cell for cell in (*cells, *ruling))
            writer.writerow([*head, trigger, *beside, provisional, entered, closed, *shown])
    return stream.getvalue()


def _csv_shown(shown: ShownValue) -> str | float:
    if shown.so_far is not None:
        return f"{shown.so_far}{NOT_YET}"
    if shown.value is None:
        return ""
    return int(shown.value) if shown.value.is_integer() else shown.value


_WEIGHED = ("edge", "edge_shrunk", "p_value")
_JUDGED = (
    *("verdict", *_WEIGHED, "typical_p", "same_side"),
    *("edge_first_half", "edge_second_half", "edge_without_two"),
)


def _judged(result: StudyResult, k: int) -> tuple[str | float | None, ...]:
    """The verdict on the horizon of this number and what it weighed, in the order of ``_JUDGED``."""
    summary, found = result.summaries[k], result.robustness
    parts = (*(half.edges[k] for half in found.halves), found.trimmed[1][k])
    return (
        summary.verdict.phrase,
        *(in_percent(name, STATISTICS[name].of(summary)) for name in _WEIGHED),
        *(found.typical_p(k), _percent(found.same_side(k))),
        *(_percent(part.edge) for part in parts),
    )


Grid = tuple[list[str], list[list[str]]]
"""Headings and rows of text."""


def episode_grid(result: StudyResult) -> Grid:
    """Episodes as text: date, trigger, columns of one's own, a forward return a horizon; pending as dashes.

    Of a list of dates the label stands where there is one, and a trigger only where a measure was asked for.
    """
    study, kind = result.study, result.study.bars
    unit = trigger_unit(study)
    labelled = any(episode.label for episode in result.episodes)
    measured = study.listed is None or study.measure is not None
    headings = ["Date", *["Context"][:labelled], *[_trigger_heading(result)][:measured]]
    headings += [column.heading for column in study.columns]
    headings += [horizon.label for horizon in study.horizons]
    rows = []
    for row, episode in enumerate(result.episodes):
        when = (
            f"through {numbers.day(episode.date)}"
            if episode.provisional
            else numbers.bar_date(episode.named_day, kind)
        )
        returns = [numbers.percent(float(value)) for value in result.returns[row]]
        trigger = [numbers.trigger(episode.trigger, unit)] if measured else []
        beside = [shown_text(*pair) for pair in zip(study.columns, result.shown[row], strict=True)]
        rows.append([marked(when, episode), *[episode.label][:labelled], *trigger, *beside, *returns])
    return headings, rows


def _trigger_heading(result: StudyResult) -> str:
    """The library's heading of the signal's own measure; a plain word for any other."""
    signal = measured_signal(result.study)
    return "Trigger" if signal is None else signal.measure_heading


def statistics_grid(result: StudyResult) -> Grid:
    """Statistics as text, a column a horizon, each beside its baseline."""
    summaries = result.summaries
    rows = []
    for name in dict.fromkeys((*_FIRST, *STATISTICS)):
        statistic = STATISTICS[name]
        if statistic.label:
            label = statistic.label.format(bar=BAR_WORD[result.study.bars])
            cells = [_WRITTEN[statistic.unit](statistic.of(summary)) for summary in summaries]
            rows.append([f"  {label}" if statistic.under else label, *cells])
    return ["", *(s.horizon.label for s in summaries)], rows


_FIRST = ("n", "independent_n", "pending")
_WRITTEN: Mapping[Unit, Callable[[float | None], str]] = {
    "count": str,
    "percent": numbers.percent,
    "spread": lambda value: numbers.plain(_percent(value)),
    "rate": lambda value: numbers.rate(value, 2),
    "bound": numbers.rate,
    "number": numbers.plain,
    "p": numbers.p_value,
}


def title_of(result: StudyResult) -> str:
    """What was asked, in one line."""
    study = result.study
    name = study.signal or study.condition.text
    on = "" if study.target == study.asset else f", {study.target} afterwards"
    return f"{study.asset}: {name}{on}"


def notes_of(result: StudyResult) -> list[str]:
    """The choices behind the numbers, and whether the prices are simulated."""
    study = result.study
    entry = {"close": "the close", "next_open": "the next open", "next_close": "the next close"}[study.entry]
    asked = study.condition.text if study.listed is None else "Dates as listed"
    notes = [
        f"{asked}; {study.bars} bars, cooldown {study.cooldown}, entry at {entry}, "
        f"{study.basis} return; history from {numbers.day(result.first)} to {numbers.day(result.as_of)}, "
        f"source {result.source}. Returns in percent."
    ]
    notes += [*column_notes(result), *dates_notes(result), *entry_notes(result)]
    if result.adjusted:
        read = "returns are total returns, and conditions read the adjusted closes"
        notes[0] += f" The closes of {', '.join(result.adjusted)} are adjusted for dividends: {read}."
    if result.source == SAMPLE:
        notes.insert(0, NOT_MARKET_DATA)
    return notes


def as_markdown(results: Sequence[StudyResult]) -> str:
    """Episodes and statistics as Markdown tables."""
    parts = []
    for result in results:
        parts.append(f"## {escape(title_of(result))}\n")
        parts.extend(f"{escape(note)}\n" for note in notes_of(result))
        parts.append(_pipes(episode_grid(result)) if result.episodes else "No episode.\n")
        parts.append(_pipes(statistics_grid(result)))
        parts.append("\n".join(f"- {line.strip()}" for line in verdict_lines(result)) + "\n")
        parts.append(_pipes(robustness_grid(result)))
    return "\n".join(parts)


def verdict_lines(result: StudyResult) -> list[str]:
    """The verdict of every horizon, a line each; the one that speaks for the study is marked."""
    study = result.study
    width = max(len(horizon.label) for horizon in study.horizons)
    marks = ["  (headline)" if s.horizon == study.headline else "" for s in result.summaries]
    return [
        f"{s.horizon.label:>{width}}  {s.verdict.phrase}{mark}"
        for s, mark in zip(result.summaries, marks, strict=True)
    ]


def robustness_grid(result: StudyResult) -> Grid:
    """The edge under other choices: its rank among the neighbouring definitions, and parts of the cases."""
    found = result.robustness
    places = [found.rank(k) for k in range(len(result.summaries))]
    sides = [found.same_side(k) for k in range(len(result.summaries))]
    typical = [numbers.p_value(found.typical_p(k)) for k in range(len(result.summaries))]
    rows = [
        ["Edge ranks among neighbours", *(DASH if p is None else f"{p[0]} of {p[1]}" for p in places)],
        ["Neighbours on its side", *(DASH if side is None else numbers.rate(side) for side in sides)],
        ["Typical p", *typical],
    ]
    parts = [(f"Edge {half.first.year} to {half.last.year}", half.edges) for half in found.halves]
    parts += [("Edge without the two strongest", found.trimmed[1])]
    rows += [[name, *(numbers.percent(edge.edge) for edge in edges)] for name, edges in parts]
    return ["", *(s.horizon.label for s in result.summaries)], rows


def _pipes(grid: Grid) -> str:
    """A grid by the writer of the articles' tables: its first column words, the others figures."""
    # Late: an answer in the terminal needs nothing of the article.
    from generator.article.table import table_markdown
    from generator.edition.values import Cell, Column, Row, Table

    (first, *others), rows = grid
    columns = (Column(first, first, "text"), *(Column(name, name) for name in others))
    body = tuple(Row(tuple(map(Cell, row))) for row in rows)
    return f"{table_markdown(Table('', '', columns, body))}\n"
