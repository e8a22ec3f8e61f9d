"""Verdicts on real prices as months go by: how many of the steps from month-end to month-end change one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import HorizonSummary, Study, StudyResult

FIRST, LAST = np.datetime64("2024-01-01"), np.datetime64("2026-07-31")
Step = tuple[StudyResult, StudyResult, int]
"""A study at one month's end and at the next, and the number of the horizon."""


def studies() -> tuple[Study, ...]:
    """Those of the two model reports."""
    return (
        make_study("IWM", signal="ten-percent-month"),
        make_study("IWM", signal="reverse-up"),
        make_study("IWM", target="SPY", signal="reverse-up"),
        make_study("IWM", signal="five-day-surge-with-gap"),
    )


def month_ends(history: PriceHistory) -> list[date]:
    """The last session of every month from January 2024 to July 2026."""
    days = history.sessions[(history.sessions >= FIRST) & (history.sessions <= LAST)]
    ends = [
        day for day, after in pairwise(days) if day.astype("datetime64[M]") != after.astype("datetime64[M]")
    ]
    return [day.astype(date) for day in [*ends, days[-1]]]


def prices(market_data: Path) -> Mapping[str, PriceHistory]:
    """Those that the studies need."""
    source = FilesSource(market_data)
    return {asset: source.history(asset) for asset in ("IWM", "SPY")}


def steps(histories: Mapping[str, PriceHistory]) -> Iterator[Step]:
    """Every step of every study and horizon."""
    ends = month_ends(histories["IWM"])
    for study in studies():
        results = [run_study(study, histories, day) for day in ends]
        for before, after in pairwise(results):
            yield from ((before, after, number) for number in range(len(study.horizons)))


def summaries(step: Step) -> tuple[HorizonSummary, HorizonSummary]:
    """The horizon before and after the step."""
    before, after, number = step
    return before.summaries[number], after.summaries[number]


def steadiness(market_data: Path) -> dict[str, Any]:
    """How many steps there are, and how many change the verdict."""
    pairs = [summaries(step) for step in steps(prices(market_data))]
    changed = sum(old.verdict != new.verdict for old, new in pairs)
    return {"first": str(FIRST)[:7], "last": str(LAST)[:7], "steps": len(pairs), "changed": changed}
