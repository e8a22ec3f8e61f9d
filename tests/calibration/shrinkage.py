"""How large are true edges? The estimate of τ, on real prices and where there is nothing to estimate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from generator.market.providers.files import FilesSource
from generator.study.verdict import FEWEST_CASES, FEWEST_SEPARATE
from tests.calibration.alarms import Row, library_studies, row_of
from tests.calibration.verdicts import Judge

HORIZONS = ("1M", "3M", "1Y")
SESSIONS = 2520
"""An asset with a shorter history than ten years tells too little."""
GRID = np.arange(0, 0.4001, 0.001)


def estimated_tau(rows: list[Row]) -> float:
    """τ ÷ the returns' spread, by maximum likelihood: each edge is drawn from a normal distribution around 0
    with the variance τ² + its own deviation², all three beside the spread of the returns at its horizon."""
    edges = np.array([row.edge for row in rows]) / [row.spread for row in rows]
    deviations = np.array([row.deviation for row in rows]) / [row.spread for row in rows]
    variance = GRID[:, None] ** 2 + deviations**2
    likelihood = -0.5 * (np.log(variance) + edges**2 / variance).sum(axis=1)
    return float(GRID[np.argmax(likelihood)])


def measured_edges(rows: list[Row], horizon: str) -> list[Row]:
    """The rows of one horizon with enough cases and a bootstrap."""
    return [
        row
        for row in rows
        if row.horizon == horizon
        and row.deviation is not None
        and row.n >= FEWEST_CASES
        and row.independent_n >= FEWEST_SEPARATE
    ]


def real_rows(market_data: Path) -> Iterator[tuple[str, list[Row]]]:
    """The edges of the library's signals on daily bars, of every asset with ten years in the folder."""
    source = FilesSource(market_data)
    spy = source.history("SPY")
    for path in sorted(market_data.glob("*.csv")):
        history = source.history(path.stem)
        if len(history) < SESSIONS:
            continue
        histories = {"SPY": spy, history.asset: history}
        judge = Judge(histories)
        studies = library_studies(history.asset, frozenset(histories))
        yield (
            history.asset,
            [
                row_of(study, result, drawn=True)
                for study in studies
                if study.bars == "daily"
                for result in judge.results(study, everything=False)
                if result.horizon.label in HORIZONS
            ],
        )


def tau_of(real: dict[str, list[Row]], without_effect: list[Row]) -> dict[str, Any]:
    """The estimates side by side, at each horizon."""
    found = [row for rows in real.values() for row in rows]
    return {
        "assets": sorted(real),
        "horizons": [
            {
                "horizon": label,
                "edges": len(measured_edges(found, label)),
                "tau": estimated_tau(measured_edges(found, label)),
                "edges_without_effect": len(measured_edges(without_effect, label)),
                "tau_without_effect": estimated_tau(measured_edges(without_effect, label)),
            }
            for label in HORIZONS
        ],
    }
