"""Verdicts on real prices as months go by: how many of the steps from month-end to month-end change one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.study.question import make_study
from generator.study.values import Study
from tests.calibration.alarms import library_studies
from tests.calibration.histories import Histories
from tests.calibration.verdicts import Judge, Said

ASSETS = ("IWM", "SPY")
FIRST, LAST = np.datetime64("2024-01-01"), np.datetime64("2026-07-31")


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


def prices(market_data: Path) -> Histories:
    """Those that the studies need."""
    source = FilesSource(market_data)
    return {asset: source.history(asset) for asset in ASSETS}


def verdicts(asked: Iterable[Study], histories: Histories, day: date) -> list[Said]:
    """The verdict of every study and horizon as of a day."""
    judge = Judge({asset: history.until(np.datetime64(day)) for asset, history in histories.items()})
    return [result.verdict for study in asked for result in judge.results(study)]


def changes(asked: Iterable[Study], histories: Histories) -> dict[str, int]:
    """How many steps from month-end to month-end there are, and how many change the verdict."""
    ends = [verdicts(asked, histories, day) for day in month_ends(histories["IWM"])]
    pairs = [pair for before, after in pairwise(ends) for pair in zip(before, after, strict=True)]
    return {"steps": len(pairs), "changed": sum(old != new for old, new in pairs)}


def steadiness(market_data: Path) -> dict[str, Any]:
    """The changes over the library on the letter's two assets, and over the studies of the model reports."""
    histories = prices(market_data)
    library = [study for asset in ASSETS for study in library_studies(asset, frozenset(histories))]
    return {
        "first": str(FIRST)[:7], "last": str(LAST)[:7],
        "library": changes(library, histories), "reports": changes(studies(), histories),
    }  # fmt: skip
