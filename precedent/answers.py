"""The answer of a study, as DataFrames, a picture and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from generator.market.history import DateArray, FloatArray
from generator.output.study import (
    episode_grid,
    json_object,
    notes_of,
    statistics_grid,
    title_of,
    verdict_lines,
)
from generator.study.paths import average_path
from generator.study.prepare import Prepared
from generator.study.values import Baseline, HorizonSummary, StudyResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PAIRS = {"win_rate_interval": "win_rate", "edge_interval": "edge"}
"""Intervals of a summary, which become two columns: ``edge_low`` and ``edge_high``."""
_APART = ("horizon", "baseline", "longest_winning_streak", "verdict")
"""What of a summary is no number."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a study found. Returns, rates and drawdowns are decimals; NaN where pending or undefined.

    Attributes
    ----------
    result, prepared : the study as the program has it.
    notes : what a person should know of the prices.
    """

    result: StudyResult
    prepared: Prepared
    notes: tuple[str, ...] = ()

    @property
    def episodes(self) -> pd.DataFrame:
        """The cases by the date of their bar: ``trigger``, ``provisional``, ``entered``,
        ``target_was_closed``; of a list of dates ``listed`` and ``label`` too, and the columns asked for by
        their headings, NaN where a recovery has not come."""
        found = self.result.episodes
        frame = pd.DataFrame(
            {
                "trigger": [np.nan if e.trigger is None else e.trigger for e in found],
                "provisional": [e.provisional for e in found],
                "entered": _days([e.entered for e in found]),
                "target_was_closed": [e.target_was_closed for e in found],
            },
            index=self._dates,
        )
        if self.result.study.listed is not None:
            frame.insert(0, "listed", _days([e.listed for e in found]))
            frame.insert(1, "label", [e.label for e in found])
        for place, column in enumerate(self.result.study.columns):
            frame[column.heading] = [
                np.nan if row[place].value is None else row[place].value for row in self.result.shown
            ]
        return frame

    @property
    def returns(self) -> pd.DataFrame:
        """Forward returns, a row a case by its date, a column a horizon."""
        return self._by_horizon(self.result.returns)

    @property
    def max_drawdown(self) -> pd.DataFrame:
        """The lowest close of the study's bars on the way; as ``returns``."""
        return self._by_horizon(self.result.max_drawdown)

    @property
    def worst_daily_close(self) -> pd.DataFrame:
        """The lowest daily close on the way; as ``returns``."""
        return self._by_horizon(self.result.worst_daily_close)

    @property
    def max_runup(self) -> pd.DataFrame:
        """The highest close of the study's bars on the way; as ``returns``."""
        return self._by_horizon(self.result.max_runup)

    @property
    def summary(self) -> pd.DataFrame:
        """The statistics, a row a horizon; ``verdict`` is its phrase."""
        return self._of_horizons([_statistics(summary) for summary in self.result.summaries])

    @property
    def baseline(self) -> pd.DataFrame:
        """The same from every bar: ``n``, ``average``, ``median``, ``win_rate``, a row a horizon."""
        names = [field.name for field in fields(Baseline)]
        return self._of_horizons([{n: getattr(s.baseline, n) for n in names} for s in self.result.summaries])

    @property
    def verdict(self) -> str:
        """The verdict at the headline horizon."""
        return self.result.summary(self.result.study.headline.label).verdict.phrase

    def to_dict(self) -> dict[str, Any]:
        """What ``precedent study --format json`` prints, in percent."""
        return json_object(self.result)

    def plot(self, ax: Axes | None = None) -> Axes:
        """The average path after the cases against that from every bar, in percent by bars since entry.

        Parameters
        ----------
        ax : where to draw; a new figure when left out.
        """
        import matplotlib.pyplot as plt

        axes = plt.subplots()[1] if ax is None else ax
        path = average_path(self.prepared, self.result.episodes)
        for values, label in (
            (path.average, f"average of {path.n} cases"),
            (path.baseline, "from any bar"),
            (path.present, "the present case"),
        ):
            if values is not None:
                axes.plot(100 * values, label=label)
        if path.lower is not None and path.upper is not None:
            steps = np.arange(len(path.lower))
            axes.fill_between(steps, 100 * path.lower, 100 * path.upper, alpha=0.2, label="middle half")
        axes.axhline(0, color="grey", linewidth=0.8)
        axes.set(title=title_of(self.result), xlabel="bars since entry", ylabel="return, %")
        axes.legend()
        return axes

    def _repr_html_(self) -> str:
        """Episodes and statistics in percent, as the command line shows them."""
        said = [*notes_of(self.result), *self.notes]
        verdicts = "<br>".join(escape(line.strip()) for line in verdict_lines(self.result))
        return "".join(
            [
                f"<h4>{escape(title_of(self.result))}</h4>",
                *(f"<p>{escape(note)}</p>" for note in said),
                _table(*episode_grid(self.result)),
                _table(*statistics_grid(self.result)),
                f"<p>{verdicts}</p>",
            ]
        )

    @property
    def _dates(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex([e.date for e in self.result.episodes], name="date")

    @property
    def _labels(self) -> list[str]:
        return [horizon.label for horizon in self.result.study.horizons]

    def _by_horizon(self, values: FloatArray) -> pd.DataFrame:
        columns = pd.Index(self._labels, name="horizon")
        return pd.DataFrame(values.copy(), index=self._dates, columns=columns)

    def _of_horizons(self, rows: list[dict[str, Any]]) -> pd.DataFrame:
        return pd.DataFrame(rows, index=pd.Index(self._labels, name="horizon"))


def _days(days: Sequence[date | None]) -> DateArray:
    return np.array(days, dtype="datetime64[s]")


def _statistics(summary: HorizonSummary) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in fields(summary):
        value = getattr(summary, field.name)
        if field.name in _PAIRS:
            low, high = (np.nan, np.nan) if value is None else value
            row |= {f"{_PAIRS[field.name]}_low": low, f"{_PAIRS[field.name]}_high": high}
        elif field.name not in _APART:
            row[field.name] = np.nan if value is None else value
    streak = summary.longest_winning_streak
    row["longest_winning_streak"] = 0 if streak is None else streak.length
    return {**row, "verdict": summary.verdict.phrase}


def _table(headings: list[str], rows: list[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(headings, 'th')}</thead><tbody>{body}</tbody></table>"
