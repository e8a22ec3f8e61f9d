"""The charts of a report as data: what is drawn, the finding as caption, and the same in words alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from generator.edition.figures import (
    AveragePath,
    Line,
    PriceWithEpisodes,
    RelativePerformance,
    ReturnSpread,
    Seasonality,
    Series,
    SpreadColumn,
)
from generator.edition.values import Cell, Column, Picture, Row, Table
from generator.findings import market_facts
from generator.findings.market_sentences import performance, signal_came
from generator.findings.tables import percent_cell
from generator.findings.view import MIN_CASES, StudyView, named
from generator.language import numbers
from generator.language.asset_names import capital
from generator.language.middle import is_carried
from generator.language.words import any_moment, bar_word, beside, paragraph, possessive, span, stood, tick
from generator.market.history import FloatArray, PriceHistory
from generator.study.values import HorizonSummary

MONTHS_BEFORE = 63
"""Sessions shown before the definition's window, and after the signal."""
LOG_FROM = 3.0
"""Highest ÷ lowest close from which a price axis is logarithmic."""


def series(values: FloatArray | Sequence[float]) -> Series:
    """Floats of an array; None for NaN."""
    return tuple(float(v) if np.isfinite(v) else None for v in values)


def iso(day: np.datetime64 | date) -> str:
    """``2026-04-20``."""
    return str(day) if isinstance(day, date) else str(day.astype("datetime64[D]"))


def price_picture(view: StudyView, key: str, source: str) -> Picture:
    """The asset's closes with the episodes marked and the present case picked out."""
    history = view.history
    start = int(np.searchsorted(history.sessions, np.datetime64(view.result.first, "D")))
    closes, sessions = history.close[start:], history.sessions[start:]
    marks = [(e.date.isoformat(), _close_on(history, e.date)) for e in view.result.episodes]
    present = view.present
    figure = PriceWithEpisodes(
        asset=view.study.asset,
        dates=tuple(iso(s) for s in sessions),
        closes=tuple(float(c) for c in closes),
        marks=tuple(m for i, m in enumerate(marks) if i != present),
        present=None if present is None else marks[present],
        log_scale=bool(closes.max() >= LOG_FROM * closes.min() > 0),
    )
    caption = price_caption(view)
    return Picture(key, figure, caption, f"Line chart of closes of {view.study.asset}. {caption}", source)


def window_picture(view: StudyView, window: int, key: str, source: str) -> Picture:
    """The months around the newest signal, the sessions its definition looks at shaded."""
    history, newest = view.history, view.result.episodes[-1]
    signal = market_facts.session_index(history, newest.date)
    first = max(0, signal - window + 1)
    start = max(0, first - MONTHS_BEFORE)
    stop = min(len(history), signal + MONTHS_BEFORE)
    days = [iso(s) for s in history.sessions[start:stop]]
    marks = [e.date.isoformat() for e in view.result.episodes[:-1] if e.date.isoformat() >= days[0]]
    closes = tuple(float(c) for c in history.close[start:stop])
    figure = PriceWithEpisodes(
        asset=view.study.asset,
        dates=tuple(days),
        closes=closes,
        marks=tuple((day, closes[days.index(day)]) for day in marks),
        present=(newest.date.isoformat(), float(history.close[signal])),
        log_scale=False,
        window=(iso(history.sessions[first]), newest.date.isoformat()),
    )
    seen = numbers.plural(signal - first + 1, "session")
    caption = (
        f"The newest signal came on {numbers.day(newest.date)}, at a close of "
        f"{numbers.price(float(history.close[signal]))}; the {seen} that its definition looks at are shaded."
    )
    return Picture(key, figure, caption, f"Line chart of closes of {view.study.asset}. {caption}", source)


def price_caption(view: StudyView) -> str:
    """When the episodes came: how many, from when to when, and the present one."""
    episodes, asset = view.result.episodes, view.study.asset
    if not episodes:
        return f"The signal has not come once on {asset} since {numbers.month(view.result.first)}."
    if view.study.listed is not None:
        return signal_came(view)
    present, earlier = view.present_episode, episodes[: view.earlier]
    if not earlier:
        return f"{_came(view)} on {asset} for the first time {view.when_text(episodes[0])}."
    often = {1: "once", 2: "twice"}.get(len(earlier), f"{numbers.count(len(earlier))} times")
    came = _came(view)
    if view.moves is not None and view.moves.before > len(earlier):
        came = f"{capital(view.occasion)}s".replace("Such a ", "Such ") + " came"
        often = f"in {numbers.plural(len(earlier), 'spell')}"
    first, last = view.date_text(earlier[0]), view.date_text(earlier[-1])
    when = view.when_text(earlier[0]) if len(earlier) == 1 else f"from {first} to {last}"
    if present is None:
        return f"{came} {often} on {asset}, {when}."
    return f"{came} {often} before on {asset}, {when}. This time: {view.date_text(present)}."


def _came(view: StudyView) -> str:
    return f"{capital(view.occasion)} came"


def _close_on(history: PriceHistory, day: date) -> float:
    return float(history.close[market_facts.session_index(history, day)])


def path_picture(view: StudyView, key: str, source: str) -> Picture | None:
    """The average path after the signal against the baseline's; None with too few complete cases."""
    path = view.path
    if path.n < MIN_CASES or path.average is None or path.lower is None or path.upper is None:
        return None
    empty = (None,) * len(path.average)
    figure = AveragePath(
        average=series(path.average),
        lower=series(path.lower),
        upper=series(path.upper),
        baseline=empty if path.baseline is None else series(path.baseline),
        present=None if path.present is None else series(path.present),
        present_label=_present_label(view),
        ticks=tuple((h.bars, tick(h.label)) for h in view.study.horizons),
        unit=f"{bar_word(view.kind)}s",
        episodes=path.n,
        occasion=view.occasion,
    )
    caption = path_caption(view)
    alt = f"Average path of {view.called} after {view.occasion} beside the usual path. {caption}"
    return Picture(key, figure, caption, alt, source, _path_table(figure, f"{key}-data"))


def _present_label(view: StudyView) -> str:
    episode = view.present_episode
    return "" if episode is None else view.date_text(episode)


def path_caption(view: StudyView) -> str:
    """Where the average path ends, and where the usual one does."""
    path = view.path
    if path.average is None:
        return ""
    last = max(view.result.summaries, key=lambda s: s.horizon.bars)
    average, longest = float(path.average[-1]), span(last.horizon.label)
    usual = None if path.baseline is None else float(path.baseline[-1])
    if view.by_median and last.median is not None:
        moment = any_moment(view.kind)
        end = f"The median case of {view.called} stood {stood(last.median)} {longest} after {view.occasion}"
        middle = last.baseline.median
        end += "" if middle is None else f" ({moment}: {numbers.percent_sign(middle)})"
        end += f"; the average was {numbers.percent_sign(average)}"
        end += "" if usual is None else f" ({moment}: {numbers.percent_sign(usual)})"
        end += ", but hangs on a few cases" if is_carried(last) else ""
    else:
        end = f"On average {view.called} stood {stood(average)} {longest} after {view.occasion}"
        end += "" if usual is None else f", and {stood(usual)} {longest} after {any_moment(view.kind)}"
    so_far = "" if path.present is None else path.present[np.isfinite(path.present)]
    tail = ""
    if len(so_far) > 1:
        tail = f" This time: {numbers.percent_sign(float(so_far[-1]))} so far."
    return f"{end}. The band holds the middle half of {numbers.count(path.n)} cases.{tail}"


def _path_table(figure: AveragePath, key: str) -> Table:
    lines = {
        "average": figure.average,
        "lower_quartile": figure.lower,
        "upper_quartile": figure.upper,
        "baseline": figure.baseline,
    }
    if figure.present is not None:
        lines["present"] = figure.present
    return series_table(key, "Average path", figure.unit, [str(i) for i in range(len(figure.average))], lines)


def series_table(
    key: str, caption: str, first: str, labels: Sequence[str], lines: Mapping[str, Series]
) -> Table:
    """The numbers behind a line chart: a row a point, a column a line."""
    columns = (
        Column(first, first.capitalize(), "text"),
        *(Column(name, name.replace("_", " ").capitalize()) for name in lines),
    )
    rows = (
        Row((Cell(label, label), *(percent_cell(line[i]) for line in lines.values())))
        for i, label in enumerate(labels)
    )
    return Table(key, caption, columns, tuple(rows), download=True)


def spread_picture(view: StudyView, key: str, source: str) -> Picture | None:
    """Every return at every horizon; None with too few cases everywhere."""
    if not view.averaged:
        return None
    told = [s for s in view.result.summaries if s.n > 0]
    columns = tuple(_spread_column(view, s, named=s is told[-1]) for s in told)
    caption = spread_caption(view)
    alt = f"Every case as a dot, horizon by horizon, for {view.called}. {caption}"
    return Picture(key, ReturnSpread(columns), caption, alt, source)


def _spread_column(view: StudyView, summary: HorizonSummary, *, named: bool) -> SpreadColumn:
    column = view.result.column(summary.horizon.label)
    told = summary.n >= MIN_CASES
    best, worst = (
        view.date_text(view.result.episodes[int(place)]) if told and named else ""
        for place in (np.nanargmax(column), np.nanargmin(column))
    )
    return SpreadColumn(
        label=tick(summary.horizon.label),
        returns=tuple(float(v) for v in column[np.isfinite(column)]),
        average=summary.average if told else None,
        median=summary.median if told else None,
        baseline_median=summary.baseline.median if told else None,
        best=best,
        worst=worst,
        cases=tuple(
            view.date_text(view.result.episodes[int(n)]) for n in np.flatnonzero(np.isfinite(column))
        ),
    )


def spread_caption(view: StudyView) -> str:
    """How wide the cases lie at the longest horizon, and how many of them above the usual median."""
    last = max(view.averaged, key=lambda s: s.horizon.bars)
    column = view.result.column(last.horizon.label)
    held = span(last.horizon.label)
    usual = last.baseline.median
    if usual is None:
        reach = f"from {numbers.percent_sign(last.worst)} to {numbers.percent_sign(last.best)}"
        return f"After {held} the cases lie {reach}."
    above = int(np.count_nonzero(column > usual))
    some = "all" if above == last.n else "none" if above == 0 else beside(above, last.n)
    return (
        f"After {held} {some} of the {beside(last.n, last.n)} cases had beaten {possessive(view.called)} "
        f"usual return ({numbers.percent_sign(usual)}, the median from {any_moment(view.kind)})."
    )


def performance_picture(
    histories: Mapping[str, PriceHistory],
    since: date,
    names: Mapping[str, str],
    lead: str,
    key: str,
    source: str,
) -> Picture:
    """Several assets rebased to zero at the close of a day.

    Raises
    ------
    RequestError : the data of one begin later.
    """
    base = max(h.sessions[market_facts.session_index(h, since)] for h in histories.values())
    days = np.unique(np.concatenate([h.sessions[h.sessions >= base] for h in histories.values()]))
    lines = []
    for asset, history in histories.items():
        start = history.close[market_facts.session_index(history, since)]
        at = np.searchsorted(history.sessions, days, side="right") - 1
        changes = history.close[at] / start - 1
        lines.append(Line(named(asset, names), series(changes), highlighted=asset == lead, short=asset))
    figure = RelativePerformance(tuple(iso(d) for d in days), tuple(lines))
    data = series_table(
        f"{key}-data", "Performance", "date", figure.dates, {line.label: line.values for line in figure.lines}
    )
    caption = performance(histories, since)
    return Picture(key, figure, caption, f"Lines rebased to zero. {caption}", source, data)


def seasonality_picture(
    years: market_facts.CalendarYears, asset: str, caption: str, key: str, source: str
) -> Picture:
    """The average calendar year with this year on it."""
    # Years differ by a session or two. Only positions that all of them reach are averaged, so that a bend in
    # the line is never a change of sample; this year may go on a little longer.
    reach = int(np.count_nonzero(np.isfinite(years.paths).all(axis=0)))
    length = max(reach, len(years.present))
    whole = np.full((4, length), np.nan)
    whole[0, :reach] = years.paths[:, :reach].mean(axis=0)
    whole[1:3, :reach] = np.percentile(years.paths[:, :reach], [25, 75], axis=0)
    whole[3, : len(years.present)] = years.present
    average, lower, upper, present = map(series, whole)
    figure = Seasonality(
        average=average,
        lower=lower,
        upper=upper,
        present=present,
        year=years.year,
        first_year=years.years[0],
        last_year=years.years[-1],
        ticks=tuple((p, numbers.short_month(m)) for p, m in years.month_starts),
    )
    lines = {"average": figure.average, "lower_quartile": figure.lower, "upper_quartile": figure.upper}
    data = series_table(
        f"{key}-data",
        "Average year",
        "session",
        [str(i) for i in range(length)],
        {**lines, str(years.year): figure.present},
    )
    return Picture(
        key, figure, caption, paragraph(f"Average calendar year of {asset}.", caption), source, data
    )
