"""Small studies made by hand for the tests of the editorial room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from generator.findings.view import StudyView
from generator.market.history import PriceHistory
from generator.signals.language import parse_condition
from generator.spec.models import StudySpec
from generator.study.edges import Edge, Half, NeighbourEdges, Robustness
from generator.study.horizons import parse_horizons
from generator.study.values import Baseline, Episode, Horizon, HorizonSummary, Streak, Study, StudyResult
from generator.study.verdict import Evidence, Verdict, judge

ORDINARY = Verdict("ordinary", "nothing that this history can tell from luck")
USUAL = 0.02
"""The average of a hand-made baseline."""


def weekdays(count: int, start: str = "2000-01-03") -> np.ndarray:
    """So many weekdays from a day on."""
    return np.busday_offset(np.datetime64(start), np.arange(count), roll="forward")


def history(
    closes: Sequence[float], asset: str = "ABC", start: str = "2000-01-03", **columns: object
) -> PriceHistory:
    """Closes on consecutive weekdays."""
    return PriceHistory(asset, weekdays(len(closes), start), np.array(closes, dtype=float), **columns)  # type: ignore[arg-type]


def walk(
    count: int, asset: str = "ABC", seed: int = 1, drift: float = 0.0004, start: str = "2000-01-03"
) -> PriceHistory:
    """A random walk with opens."""
    random = np.random.default_rng(seed)
    closes = 100 * np.exp(np.cumsum(random.normal(drift, 0.012, count)))
    opens = np.append(100.0, closes[:-1]) * np.exp(random.normal(0, 0.003, count))
    return history(list(closes), asset, start, open=opens)


def summary(
    horizon: Horizon,
    returns: Sequence[float],
    dates: Sequence[date],
    *,
    pending: int = 0,
    p: float | None = 0.5,
    usual: tuple[float, float, float] = (USUAL, 0.025, 0.64),
    interval: tuple[float, float] | None = (-0.01, 0.05),
    separate: int | None = None,
) -> HorizonSummary:
    """Statistics of hand-made returns; the tests' own arithmetic. All that a verdict weighs has one side."""
    n = len(returns)
    values = np.array(returns, dtype=float)
    run = best = 0
    end = -1
    for i, value in enumerate(returns):
        run = run + 1 if value > 0 else 0
        if run > best:
            best, end = run, i
    worst = min(0.0, min(returns, default=0.0))
    edge = float(values.mean()) - usual[0] if n else None
    return HorizonSummary(
        horizon=horizon,
        n=n,
        pending=pending,
        independent_n=n if separate is None else separate,
        average=float(values.mean()) if n else None,
        median=float(np.median(values)) if n else None,
        win_rate=float((values > 0).mean()) if n else None,
        win_rate_interval=(0.4, 0.9) if n else None,
        best=max(returns, default=None),
        worst=min(returns, default=None),
        stdev=float(values.std()) if n else None,
        sharpe=None if not n or values.std() == 0 else float(values.mean() / values.std()),
        max_drawdown=worst if n else None,
        worst_daily_close=worst - 0.05 if n else None,
        max_runup=max(0.0, *returns) if n else None,
        profit_factor=None,
        longest_winning_streak=Streak(best, dates[end - best + 1], dates[end]) if best else None,
        baseline=Baseline(300, *usual),
        edge=edge,
        p_value=p if n else None,
        edge_interval=interval if n else None,
        edge_shrunk=None if edge is None else edge / 10,
        verdict=judge(
            Evidence(
                n,
                n if separate is None else separate,
                edge,
                edge,
                edge,
                p,
                p,
                1.0,
                (edge, edge),
                edge,
                headline=horizon.label == "3M",
            )
        ),
    )


def monthly_dates(count: int) -> list[date]:
    """Month ends, one a year from 2003 on."""
    return [date(2003 + i, 4, 30) for i in range(count)]


def robustness(summaries: Sequence[HorizonSummary]) -> Robustness:
    """As if every neighbour and every part of the history gave the published edge."""
    own = tuple(Edge(s.n, s.average, s.baseline.average, s.edge, s.p_value) for s in summaries)
    halves = (
        Half(date(2000, 1, 31), date(2012, 12, 31), own),
        Half(date(2013, 1, 1), date(2026, 4, 20), own),
    )
    near = tuple(NeighbourEdges("threshold", f"{n}", own) for n in (8, 9, 11, 12))
    return Robustness(own, near, halves, (own, own))


def hand_view(
    columns: Mapping[str, Sequence[float]],
    *,
    provisional: bool = False,
    contexts: Mapping[str, str] | None = None,
    **shape: object,
) -> StudyView:
    """A monthly study whose returns are given, horizon by horizon; missing ones at the end are pending."""
    horizons = parse_horizons(columns, "monthly")
    count = max(map(len, columns.values()))
    dates = monthly_dates(count + provisional)
    episodes = tuple(Episode(day, i, i, 10.5, provisional and i == count) for i, day in enumerate(dates))
    returns = np.full((len(episodes), len(horizons)), np.nan)
    for k, column in enumerate(columns.values()):
        returns[: len(column), k] = column
    drawdowns = np.minimum(returns, 0)
    summaries = tuple(
        summary(h, list(c), dates, pending=count - len(c), **shape)  # type: ignore[arg-type]
        for h, c in zip(horizons, columns.values(), strict=True)
    )
    prices = walk(7000, drift=0.0002)
    condition = parse_condition("roc(close, 1) >= 10")
    study = Study("ABC", "ABC", condition, "monthly", horizons)
    result = StudyResult(
        study, date(2026, 4, 20), "files", "sha256:0", date(2000, 1, 31), episodes,
        returns, drawdowns, drawdowns - 0.05, np.maximum(returns, 0), summaries, robustness(summaries),
        shown=tuple(() for _ in episodes),
    )  # fmt: skip
    spec = StudySpec(asset="ABC", when="roc(close, 1) >= 10", bars="monthly", contexts=contexts or {})
    return StudyView("big-months", spec, result, {"ABC": prices}, {"ABC": "Alphabet blocks"})


def with_edges(edges: Mapping[str, float], n: int = 12, **shape: object) -> StudyView:
    """A study with these edges, each of as many cases that are all alike."""
    return hand_view({label: [USUAL + edge] * n for label, edge in edges.items()}, **shape)  # type: ignore[arg-type]


def with_p(view: StudyView, p_values: Sequence[float | None], *, ordinary: Sequence[bool]) -> StudyView:
    """The study with these p-values, and these horizons ordinary."""
    told = tuple(
        replace(s, p_value=p, verdict=ORDINARY if usual else s.verdict)
        for s, p, usual in zip(view.result.summaries, p_values, ordinary, strict=True)
    )
    return replace(view, result=replace(view.result, summaries=told))
