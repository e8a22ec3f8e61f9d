"""The tables of a study: its episodes with their summary, and all statistics beside the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from generator.edition import values as edition
from generator.edition.values import Cell, Column, Row, RowKind, Table, Tone
from generator.findings.families import Family
from generator.findings.view import LIST_ONLY, SHARPE_SHY, StudyView
from generator.language import numbers
from generator.language.asset_names import capital
from generator.language.column_words import column_notes, shown_text
from generator.language.entries import dates_notes, entry_notes, marked
from generator.language.own_words import words
from generator.study.question import trigger_unit
from generator.study.statistic import STATISTICS, Statistic, Unit
from generator.study.values import Episode, Form, HorizonSummary, ShownColumn, ShownValue

SHOWN = 20
"""Episodes a table shows before the rest folds away."""
NOTHING = Cell("")


def tone_of(text: str) -> Tone:
    """The colour of a signed figure, by the sign that it is printed with: what reads 0.00 has none."""
    return "gain" if text.startswith("+") else "loss" if text.startswith(numbers.MINUS) else ""


def percent_cell(value: float | None) -> Cell:
    """A return, signed, with two decimals; coloured by the sign in its text."""
    if value is None or not np.isfinite(value):
        return Cell(numbers.DASH, None, "muted")
    text = numbers.percent(value)
    return Cell(text, value, tone_of(text))


def plain_cell(value: float | None, text: str) -> Cell:
    """A value without colour; an em dash for None."""
    return Cell(text, value) if value is not None else Cell(numbers.DASH, None, "muted")


def rate_cell(value: float | None) -> Cell:
    """A share with two decimals."""
    return plain_cell(value, numbers.rate(value, 2))


def count_cell(value: int) -> Cell:
    """A whole number."""
    return Cell(numbers.whole(value), value)


def episode_table(view: StudyView, key: str, *, newest: int | None = None) -> Table:
    """Episodes as rows, horizons as columns, the summary and the baseline under the same columns.

    ``newest`` keeps only that many of the newest episodes; the summary is always over all complete ones.
    """
    episodes = list(enumerate(view.result.episodes))
    shown = episodes if newest is None else episodes[-newest:]
    leading = [(column, cell) for make, cell in EPISODE_COLUMNS if (column := make(view)) is not None]
    own = [Column(column.heading, column.heading, _FORMS[column.form]) for column in view.study.columns]
    group, scale = words("episodes.returns"), _heat_scale(view)
    horizons = (Column(h.label, h.label, "percent", group, scale) for h in view.study.horizons)
    rows = [_episode_row(view, i, e, [cell for _, cell in leading]) for i, e in shown]
    return Table(
        key=key,
        caption=_episode_caption(view, len(shown)),
        columns=(*(column for column, _ in leading), *own, *horizons),
        rows=(*rows, *_summary_rows(view, len(leading) + len(own))),
        notes=_episode_notes(view),
        download=True,
    )


def _episode_caption(view: StudyView, shown: int) -> str:
    total = len(view.result.episodes)
    if total == 0:
        return "No episode"
    what = f"Every episode and what {view.target} did next"
    return (
        what if shown == total else f"The newest {shown} of {total} episodes and what {view.target} did next"
    )


def _heat_scale(view: StudyView) -> float:
    """The size of return that is tinted in full: the ninth decile, so that one outlier pales no one else."""
    sizes = np.abs(view.result.returns[np.isfinite(view.result.returns)])
    return float(np.percentile(sizes, 90)) if len(sizes) and sizes.max() > 0 else 1.0


def _episode_row(view: StudyView, i: int, episode: Episode, leading: Sequence[EpisodeCell]) -> Row:
    cells = [cell(view, episode) for cell in leading]
    cells += [
        _shown_cell(column, shown)
        for column, shown in zip(view.study.columns, view.result.shown[i], strict=True)
    ]
    cells += [percent_cell(float(value)) for value in view.result.returns[i]]
    return Row(tuple(cells), "provisional" if i == view.present else "episode")


_FORMS: Mapping[Form, edition.Unit] = {"percent": "number", "number": "number", "price": "price"}
"""Of a column of one's own: a value in percent is one already, which a return in decimals is not."""


def _shown_cell(column: ShownColumn, shown: ShownValue) -> Cell:
    text = shown_text(column, shown)
    # What has not come yet is a text in the CSV too, so that nobody averages it.
    return Cell(text, text, "muted") if shown.so_far is not None else plain_cell(shown.value, text)


def _date_column(view: StudyView) -> Column:
    return Column("date", words("episodes.date"), "date")


def _date_cell(view: StudyView, episode: Episode) -> Cell:
    text = view.date_text(episode)
    if episode.provisional:
        short = numbers.short_month(episode.date.month)
        text = words("dates.through", month=text, short=short, day=episode.date.day)
    tone: Tone = "present" if episode is view.present_episode else ""
    return Cell(marked(text, episode), episode.named_day.isoformat(), tone)


def _context_column(view: StudyView) -> Column | None:
    told = any(view.context(episode) for episode in view.result.episodes)
    return Column("context", words("episodes.context"), "text") if told else None


def _context_cell(view: StudyView, episode: Episode) -> Cell:
    return Cell(view.context(episode), view.context(episode))


def _trigger_column(view: StudyView) -> Column | None:
    return None if view.trigger_heading is None else Column("trigger", view.trigger_heading, "number")


def _trigger_cell(view: StudyView, episode: Episode) -> Cell:
    return plain_cell(episode.trigger, numbers.trigger(episode.trigger, trigger_unit(view.study)))


EpisodeCell = Callable[[StudyView, Episode], Cell]
EPISODE_COLUMNS: Sequence[tuple[Callable[[StudyView], Column | None], EpisodeCell]] = (
    (_date_column, _date_cell),
    (_context_column, _context_cell),
    (_trigger_column, _trigger_cell),
)
"""The columns of an episode table before its returns: each, or None where it has nothing to show, and its
cell."""


def _summary_rows(view: StudyView, lead: int) -> list[Row]:
    if not view.averaged:
        return []
    return [
        _summary_row(words(f"episodes.{key}", **_moment(view, key)), lead, view, cell, _kind(key))
        for key, cell in _SUMMARY.items()
    ]


def _moment(view: StudyView, key: str) -> dict[str, str]:
    return {"moment": capital(view.any_moment)} if key.startswith("usual_") else {}


def _kind(key: str) -> RowKind:
    return "baseline" if key.startswith("usual_") or key in _QUIET else "summary"


_QUIET = frozenset(("edge_shrunk", "edge_low", "edge_high", "independent_n"))
"""Rows that are set as quietly as the baseline's."""


def _rate_percent(value: float | None) -> Cell:
    return plain_cell(value, numbers.plain(None if value is None else value * 100))


def _sharpe_among_returns(summary: HorizonSummary) -> Cell:
    return replace(plain_cell(summary.sharpe, numbers.plain(summary.sharpe)), unit="number")


def _number_among_returns(count: int) -> Cell:
    return replace(count_cell(count), unit="number")


def _verdict_among_returns(summary: HorizonSummary) -> Cell:
    ruling = words(f"verdicts.{summary.verdict.key}")
    return Cell(ruling, ruling, unit="text")


_SUMMARY: Mapping[str, Callable[[HorizonSummary], Cell]] = {
    "average": lambda s: percent_cell(s.average),
    "usual_average": lambda s: percent_cell(s.baseline.average),
    "median": lambda s: percent_cell(s.median),
    "usual_median": lambda s: percent_cell(s.baseline.median),
    "win_rate": lambda s: _rate_percent(s.win_rate),
    "usual_win_rate": lambda s: _rate_percent(s.baseline.win_rate),
    "sharpe": _sharpe_among_returns,
    "max_drawdown": lambda s: percent_cell(s.max_drawdown),
    "edge": lambda s: percent_cell(s.edge),
    "edge_shrunk": lambda s: percent_cell(s.edge_shrunk),
    "edge_low": lambda s: _cell_of("edge_low", s),
    "edge_high": lambda s: _cell_of("edge_high", s),
    "n": lambda s: _number_among_returns(s.n),
    "independent_n": lambda s: _number_among_returns(s.independent_n),
    "verdict": _verdict_among_returns,
}
"""The rows under the episodes, by their keys among the letter's words."""


def _summary_row(
    label: str, lead: int, view: StudyView, cell: Callable[[HorizonSummary], Cell], kind: RowKind
) -> Row:
    blanks = (NOTHING,) * (lead - 1)
    values = (cell(s) if s.n >= LIST_ONLY else plain_cell(None, "") for s in view.result.summaries)
    return Row((Cell(label, label), *blanks, *values), kind)


def _episode_notes(view: StudyView) -> tuple[str, ...]:
    notes = []
    if view.averaged:
        notes.append(words("episodes.edge_note", moment=view.any_moment))
    notes += [*column_notes(view.result), *dates_notes(view.result), *entry_notes(view.result)]
    if not np.isfinite(view.result.returns).all():
        absent = any(e.target_bar is None and not e.provisional for e in view.result.episodes)
        key = "episodes.absent_note" if absent else "episodes.pending_note"
        notes.append(words(key, dash=numbers.DASH, target=view.target))
    return (*notes, *sample_notes(view))


def sample_notes(view: StudyView) -> tuple[str, ...]:
    """What few cases do to its statistics."""
    notes = []
    if view.averaged and any(s.n < SHARPE_SHY for s in view.averaged):
        notes.append(words("episodes.sharpe_note", count=SHARPE_SHY))
    if any(0 < s.n < LIST_ONLY for s in view.result.summaries):
        notes.append(words("episodes.few_note", count=numbers.count(LIST_ONLY)))
    return tuple(notes)


def _statistic_cell(statistic: Statistic, summary: HorizonSummary) -> Cell:
    value = statistic.of(summary)
    match statistic.unit:
        case "percent":
            return percent_cell(value)
        case "rate" | "bound":
            return rate_cell(value)
        case "count":
            return count_cell(int(value or 0))
        case "p":
            return plain_cell(value, numbers.p_value(value))
        case "spread" | "number":
            return plain_cell(value, numbers.plain(statistic.in_percent(value)))


def _cell_of(name: str, summary: HorizonSummary) -> Cell:
    return _statistic_cell(STATISTICS[name], summary)


def _group(name: str) -> str:
    """The heading over a group of statistics; none over those that stand alone."""
    return words(f"statistics.group_{name}") if name else ""


_UNITS: Mapping[Unit, edition.Unit] = {
    "count": "number",
    "percent": "percent",
    "spread": "percent",
    "rate": "rate",
    "bound": "rate",
    "number": "number",
    "p": "number",
}
"""Of the column of a statistic."""


def statistics_table(view: StudyView, key: str, family: Family) -> Table | None:
    """All statistics, a row a horizon, the baseline beside each; None when no horizon has enough cases."""
    if not view.averaged:
        return None

    def adjusted(summary: HorizonSummary) -> Cell:
        value = family.q_value(view, summary)
        return plain_cell(value, numbers.p_value(value))

    shown: list[tuple[Column, Callable[[HorizonSummary], Cell]]] = []
    for name, statistic in STATISTICS.items():
        if statistic.column is not None:
            heading, unit = words(f"statistics.{name}"), _UNITS[statistic.unit]
            column = Column(name, heading, unit, _group(statistic.column))
            shown.append((column, partial(_statistic_cell, statistic)))
        if name == "p_value":
            heading = words("statistics.q_value")
            shown.append((Column("q_value", heading, "number", _group("average")), adjusted))
    rows = []
    for s in view.averaged:
        ruling = words(f"verdicts.{s.verdict.key}")
        cells = (cell(s) for _, cell in shown)
        rows.append(Row((Cell(s.horizon.label, s.horizon.label), Cell(ruling, ruling), *cells)))
    lead = (Column(key, words(f"statistics.{key}"), "text") for key in ("horizon", "verdict"))
    return Table(
        key=key,
        caption="",
        columns=(*lead, *(column for column, _ in shown)),
        rows=tuple(rows),
        download=True,
    )
