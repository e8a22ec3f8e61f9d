"""The tables of a study: its episodes with their summary, and all statistics beside the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from generator.edition.values import Cell, Column, Row, RowKind, Table, Tone, Unit
from generator.findings.families import Family
from generator.findings.view import MIN_CASES, StudyView
from generator.language import numbers
from generator.language.asset_names import capital
from generator.language.column_words import shown_text
from generator.language.entries import marked
from generator.language.own_words import words
from generator.study.question import trigger_unit
from generator.study.statistic import STATISTICS, Statistic
from generator.study.values import Episode, Form, HorizonSummary, ShownColumn, ShownValue
from generator.study.verdict import VerdictKey

SHOWN = 20
"""Episodes a table shows before the rest folds away."""
NOTHING = Cell("")


def percent_cell(value: float | None) -> Cell:
    """A return, signed, with two decimals; coloured by the sign in its text."""
    if value is None or not np.isfinite(value):
        return Cell(numbers.DASH, None, "muted")
    text = numbers.percent(value)
    return Cell(text, value, numbers.tone_of(text))


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
        caption="",
        columns=(*(column for column, _ in leading), *own, *horizons),
        rows=(*rows, *_summary_rows(view, len(leading) + len(own))),
        download=True,
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


_FORMS: Mapping[Form, Unit] = {"percent": "number", "number": "number", "price": "price"}
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


_SUMMARY = (
    *("average", "baseline_average", "median", "baseline_median", "win_rate", "baseline_win_rate"),
    *("max_drawdown", "n"),
)
"""The statistics below an episode table, in this order; the table of all statistics has the others."""


def _summary_rows(view: StudyView, lead: int) -> list[Row]:
    if not view.averaged:
        return []
    rows = [
        _summary_row(
            _row_name(name, view), lead, view, partial(_among_returns, STATISTICS[name]), _kind(name)
        )
        for name in _SUMMARY
    ]
    if len({summary.verdict.key for summary in view.averaged}) == 1 < len(view.averaged):
        return rows  # what is said of all of them stands in the finding
    return [*rows, _summary_row(words("episodes.verdict"), lead, view, _verdict_cell)]


def _row_name(name: str, view: StudyView) -> str:
    """``Median``, ``Any day: median``, ``Win rate, %``: among returns a share is a figure in percent."""
    return words(f"episodes.{name}", moment=capital(view.any_moment))


def _kind(name: str) -> RowKind:
    """The edge stands for itself; what else stands under a statistic goes with it."""
    return "baseline" if STATISTICS[name].under and name != "edge" else "summary"


def _among_returns(statistic: Statistic, summary: HorizonSummary) -> Cell:
    value = statistic.of(summary)
    if statistic.unit == "rate":
        return plain_cell(value, numbers.plain(statistic.in_percent(value)))
    cell = _statistic_cell(statistic, summary)
    return cell if statistic.printed == "percent" else replace(cell, unit="number")


def verdict_alone(key: VerdictKey) -> str:
    """A verdict where it stands alone, in a strip or a narrow cell; sentences and JSON have the rule's."""
    return words("strip.ordinary") if key == "ordinary" else words(f"verdicts.{key}")


def _verdict_cell(summary: HorizonSummary) -> Cell:
    key = summary.verdict.key
    return Cell(verdict_alone(key), words(f"verdicts.{key}"), unit="text")


def _summary_row(
    label: str, lead: int, view: StudyView, cell: Callable[[HorizonSummary], Cell], kind: RowKind = "summary"
) -> Row:
    blanks = (NOTHING,) * (lead - 1)
    values = (cell(s) if s.n >= MIN_CASES else plain_cell(None, "") for s in view.result.summaries)
    return Row((Cell(label, label), *blanks, *values), kind)


def pending_note(view: StudyView) -> str:
    """What a dash among the returns says; empty where there is none."""
    if np.isfinite(view.result.returns).all():
        return ""
    absent = any(e.target_bar is None and not e.provisional for e in view.result.episodes)
    key = "episodes.absent_note" if absent else "episodes.pending_note"
    return words(key, dash=numbers.DASH, target=view.target)


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


def _group(name: str) -> str:
    """The heading over a group of statistics; none over those that stand alone."""
    return words(f"statistics.group_{name}") if name else ""


def column_unit(statistic: Statistic) -> Unit:
    """The unit of its column; a count is a number there."""
    return "number" if statistic.printed == "count" else statistic.printed


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
            heading, group = words(f"statistics.{name}"), _group(statistic.column)
            column = Column(name, heading, column_unit(statistic), group)
            shown.append((column, partial(_statistic_cell, statistic)))
        if name == "p_value":
            heading = words("statistics.q_value")
            shown.append((Column("q_value", heading, "number", _group("average")), adjusted))
    rows = []
    for s in view.averaged:
        cells = (cell(s) for _, cell in shown)
        rows.append(Row((Cell(s.horizon.label, s.horizon.label), _verdict_cell(s), *cells)))
    lead = (Column(key, words(f"statistics.{key}"), "text") for key in ("horizon", "verdict"))
    return Table(
        key=key,
        caption="",
        columns=(*lead, *(column for column, _ in shown)),
        rows=tuple(rows),
        download=True,
    )
