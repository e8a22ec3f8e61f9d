"""Weeks that everybody remembers, on real prices: what leads, and that every claim is true of the files."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from generator.desk.news import News, news_of
from generator.desk.week_words import far_mover, told_facts, week_story
from generator.market.history import PriceHistory
from generator.market.providers.registry import open_source
from tests.real_prices import market_data, real_prices

ASSETS = ("SPY", "QQQ", "DIA", "IWM", "MAGS")

pytestmark = real_prices


@cache
def whole(asset: str) -> PriceHistory:
    return open_source(f"files:{market_data()}", Path()).history(asset)


def news(day: str) -> News:
    last = np.datetime64(day)
    cut = {a: replace(whole(a).until(last), clock="XNYS") for a in ASSETS}
    held = {a: h for a, h in cut.items() if len(h) > 10 and h.last == last}
    return news_of(held, "SPY", ASSETS)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2008-10-10", "SPY week move down"),
        ("2018-12-28", "SPY day bear down"),
        ("2020-03-20", "SPY day move down"),
        ("2024-12-20", "DIA day streak down"),  # ten days, which had ended on the day before
        ("2025-04-11", "SPY day move up"),
        ("2026-04-24", "QQQ month move up"),
        ("2026-07-31", "QQQ/SPY month gap down"),
    ],
)
def test_what_was_the_week_s_first_fact(day: str, told: str) -> None:
    assert news(day).ranked[0].fact.key == told


def test_the_worst_day_in_two_years_is_told_whatever_leads() -> None:
    cut = {a: replace(whole(a).until(np.datetime64("2024-12-20")), clock="XNYS") for a in ASSETS}
    names = {asset: f"{asset} fund" for asset in ASSETS}
    first = week_story(news("2024-12-20"), cut, names, "SPY")[0]
    assert "fell 3.0% on December 18, its worst day since Sep 2022" in first


def test_a_dull_week_has_nothing_of_weight() -> None:
    assert news("2014-05-23").ranked[0].weight < 0.75


@cache
def weekly_moves(asset: str) -> list[tuple[date, float]]:
    """Of the file, by a loop: the last session of every ISO week and its move."""
    ends: dict[tuple[int, int], tuple[date, float]] = {}
    with (market_data() / f"{asset}.csv").open() as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["Date"])
            ends[day.isocalendar()[:2]] = (day, float(row["Close"]))
    return [(day, b / a - 1) for (_, a), (day, b) in pairwise(ends.values())]


@pytest.mark.parametrize("day", ["2008-10-10", "2016-07-08", "2020-03-20", "2023-03-17", "2025-04-11"])
@pytest.mark.parametrize("asset", ["SPY", "QQQ", "DIA", "IWM"])
def test_the_week_is_ranked_as_the_file_says(asset: str, day: str) -> None:
    (fact,) = [r.fact for r in news(day).of(asset) if (r.fact.kind, r.fact.period) == ("move", "week")]
    known = [(d, m) for d, m in weekly_moves(asset) if d <= date.fromisoformat(day)]
    as_far = [d for d, m in known[:-1] if fact.side * m >= fact.side * known[-1][1]]
    assert fact.value == pytest.approx(known[-1][1])
    assert fact.standing.since == (as_far[-1] if as_far else None)
    assert fact.standing.place == len(as_far) + 1


def test_two_ends_of_the_market_are_told_beside_the_weightiest_gap() -> None:
    # Of the files, to the last closes of Mar 10 and 17, 2023: IWM −2.8%, QQQ +5.8%, SPY +1.1%.
    told = [r.fact.key for r in told_facts(news("2023-03-17"))]
    assert "IWM/QQQ week gap down" in told
    (fact,) = [r.fact for r in told_facts(news("2023-03-17")) if r.fact.key == "IWM/QQQ week gap down"]
    moves = [dict(weekly_moves(asset))[date(2023, 3, 17)] for asset in ("IWM", "QQQ")]
    assert fact.value == pytest.approx(moves[0] - moves[1])


def test_the_largest_mover_outside_the_core_is_found() -> None:
    # In the week to Apr 11, 2025 MAGS rose 8.5%, more than SPY, QQQ, DIA and IWM.
    last = np.datetime64("2025-04-11")
    cut = {a: replace(whole(a).until(last), clock="XNYS") for a in ASSETS}
    moves = {a: abs(dict(weekly_moves(a))[date(2025, 4, 11)]) for a in ASSETS}
    assert max(moves, key=lambda asset: moves[asset]) == "MAGS"
    assert far_mover(cut, ("SPY", "QQQ", "DIA", "IWM")) == "MAGS"
    assert far_mover(cut, ASSETS) is None
