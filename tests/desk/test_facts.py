"""The facts of a week, each against a naive loop over the closes; nothing after the as-of date counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from generator.desk.between import breadth_fact, correlation, gap_fact, gaps
from generator.desk.facts import (
    Fact,
    Period,
    facts_of,
    falls_through,
    find_fact,
    is_over,
    is_past,
    run_lengths,
)
from generator.market.history import PriceHistory
from tests.desk.hand import history, walk

SEEDS = range(12)


def ends(given: PriceHistory, period: Period) -> list[tuple[date, float]]:
    """The last close of every week, month, quarter or year, by a loop."""
    known: dict[object, tuple[date, float]] = {}
    for day, close in zip(given.sessions.tolist(), given.close.tolist(), strict=True):
        label = {
            "day": day,
            "week": day.isocalendar()[:2],
            "month": (day.year, day.month),
            "quarter": (day.year, (day.month - 1) // 3),
            "year": day.year,
        }[period]
        known[label] = (day, close)
    return list(known.values())


def moves(given: PriceHistory, period: Period) -> list[tuple[date, float]]:
    return [(day, b / a - 1) for (_, a), (day, b) in pairwise(ends(given, period))]


def since(values: list[tuple[date, float]], at: int, side: int) -> tuple[date | None, int]:
    newest, found, place = values[at][1], None, 1
    for day, value in values[:at]:
        if side * value >= side * newest:
            found, place = day, place + 1
    return found, place


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
def test_a_move_ranks_as_a_loop_ranks_it(seed: int, period: Period) -> None:
    given = walk(seed=seed)
    fact = find_fact(given, "move", period)
    known = moves(given, period)
    assert fact is not None
    assert fact.value == pytest.approx(known[-1][1], abs=1e-12)
    assert (fact.standing.since, fact.standing.place) == since(known, len(known) - 1, fact.side)
    assert fact.standing.of == len(known)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("side", [1, -1])
def test_the_largest_day_of_the_week_ranks_as_a_loop_ranks_it(seed: int, side: int) -> None:
    given = walk(seed=seed)
    known = moves(given, "day")
    week = given.sessions[-1].item().isocalendar()[:2]
    at = [i for i, (day, _) in enumerate(known) if day.isocalendar()[:2] == week]
    right = [i for i in at if side * known[i][1] > 0]
    fact = find_fact(given, "move", "day", side)
    if not right:
        assert fact is None
        return
    best = max(right, key=lambda i: (side * known[i][1], i))
    assert fact is not None
    assert (fact.day, fact.value) == (known[best][0], pytest.approx(known[best][1], abs=1e-12))
    assert (fact.standing.since, fact.standing.place) == since(known, best, side)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_range_is_that_of_the_widest_day_of_the_week(seed: int) -> None:
    given = walk(seed=seed)
    assert given.high is not None
    assert given.low is not None
    wide = [
        (given.sessions[i].item(), float((given.high[i] - given.low[i]) / given.close[i - 1]))
        for i in range(1, len(given))
    ]
    week = given.sessions[-1].item().isocalendar()[:2]
    best = max((i for i, (d, _) in enumerate(wide) if d.isocalendar()[:2] == week), key=lambda i: wide[i][1])
    fact = find_fact(given, "range")
    assert fact is not None
    assert (fact.day, fact.value) == (wide[best][0], pytest.approx(wide[best][1]))
    assert (fact.standing.since, fact.standing.place) == since(wide, best, 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_swings_and_calm_are_mean_sizes_of_daily_moves(seed: int) -> None:
    given = walk(seed=seed)
    daily = moves(given, "day")
    weeks: dict[object, list[float]] = {}
    last: dict[object, date] = {}
    for day, move in daily:
        weeks.setdefault(day.isocalendar()[:2], []).append(abs(move))
        last[day.isocalendar()[:2]] = day
    means = [(last[w], sum(m) / len(m)) for w, m in weeks.items()]
    swings, calm = find_fact(given, "swings"), find_fact(given, "calm")
    assert swings is not None
    assert calm is not None
    assert swings.value == pytest.approx(means[-1][1])
    assert (swings.standing.since, swings.standing.place) == since(means, len(means) - 1, 1)
    calms = [(daily[i][0], sum(abs(m) for _, m in daily[i - 20 : i + 1]) / 21) for i in range(20, len(daily))]
    assert calm.value == pytest.approx(calms[-1][1])
    assert calm.standing.since == since(calms, len(calms) - 1, -1)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gap_is_the_difference_of_two_moves(seed: int) -> None:
    one, other = walk(seed=seed), walk(seed=seed + 100, asset="QQQ")
    for period in ("week", "month"):
        known = [
            (day, a - b) for (day, a), (_, b) in zip(moves(one, period), moves(other, period), strict=True)
        ]
        fact = gap_fact(one, other, period)
        assert fact is not None
        assert fact.value == pytest.approx(known[-1][1], abs=1e-12)
        assert (fact.standing.since, fact.standing.place) == since(known, len(known) - 1, fact.side)


def test_a_gap_counts_only_weeks_that_both_have() -> None:
    one, other = walk(1500), walk(400, seed=3, asset="MAGS")
    fact = gap_fact(one, other, "week")
    assert fact is not None
    assert fact.standing.of == len(moves(other, "week"))
    assert fact.standing.first == other.sessions[0].item()


@pytest.mark.parametrize("seed", SEEDS)
def test_how_many_fell_together(seed: int) -> None:
    group = [walk(seed=seed + 10 * k, asset=a) for k, a in enumerate(("SPY", "QQQ", "DIA", "IWM"))]
    weekly = [moves(each, "week") for each in group]
    rose = [sum(m[i][1] > 0 for m in weekly) for i in range(len(weekly[0]))]
    fell = [sum(m[i][1] < 0 for m in weekly) for i in range(len(weekly[0]))]
    counted = rose if rose[-1] >= fell[-1] else fell
    fact = breadth_fact(group)
    assert fact is not None
    assert (fact.alike, fact.members) == (counted[-1], 4)
    earlier = [i for i in range(len(counted) - 1) if counted[i] >= counted[-1]]
    assert fact.standing.since == (weekly[0][earlier[-1]][0] if earlier else None)


def test_a_group_begins_with_its_youngest_and_ends_with_its_first() -> None:
    lasts = ("2026-04-24", "2026-04-23", "2026-04-22", "2026-04-24")
    lengths = (1500, 1300, 700, 900)
    assets = ("SPY", "QQQ", "DIA", "IWM")
    group = [walk(n, k, a, last) for k, (n, a, last) in enumerate(zip(lengths, assets, lasts, strict=True))]
    fact = breadth_fact(group)
    assert fact is not None
    assert (fact.asset, fact.period, fact.day) == ("SPY", "week", date(2026, 4, 24))
    assert fact.standing.first == group[2].first.item()
    assert fact.standing.of == len(moves(group[2], "week"))
    rose = sum(moves(each, "week")[-1][1] > 0 for each in group)
    fell = sum(moves(each, "week")[-1][1] < 0 for each in group)
    assert fact.value == (rose / 4 if rose >= fell else -fell / 4)


def test_a_group_of_which_one_has_no_such_week_is_none() -> None:
    group = [walk(300, k, a) for k, a in enumerate(("SPY", "QQQ", "DIA"))]
    assert breadth_fact([*group, walk(300, 3, "IWM", "2026-04-17")]) is None
    assert breadth_fact([*group, history([100.0, 0.0] * 150, "IWM")]) is None
    assert breadth_fact([*group, walk(8, 3, "IWM")]) is None  # a single whole week


def test_a_gap_is_counted_from_the_younger_and_needs_the_same_last_week() -> None:
    old, young = walk(1500), walk(400, seed=3, asset="MAGS", last="2026-04-23")
    for one, other in ((old, young), (young, old)):
        fact = gap_fact(one, other, "week")
        assert fact is not None
        assert fact.standing.first == young.first.item()
        assert (fact.asset, fact.other, fact.day) == (one.asset, other.asset, one.last.item())
    assert gap_fact(old, walk(400, seed=3, asset="MAGS", last="2026-04-17"), "week") is None
    assert gap_fact(walk(400, asset="MAGS", last="2026-04-17"), old, "week") is None
    assert gap_fact(old, old, "week") is None
    # The only other week begins at zero, so there is nothing to compare with.
    begun = history([0.0] * 5 + [100.0] * 5 + [110.0] * 5)
    assert gap_fact(begun, old, "week") is None


def test_gaps_are_of_pairs_that_move_together() -> None:
    one, stranger = walk(1500), walk(1500, seed=50, asset="GLD")
    noise = np.random.default_rng(5).normal(1, 0.002, len(one))
    twin = replace(one, asset="QQQ", close=one.close * noise)
    known = {"SPY": one, "QQQ": twin, "GLD": stranger}
    found = list(gaps(known, [("SPY", "GLD"), ("SPY", "QQQ"), ("GLD", "QQQ")]))
    assert [(fact.asset, fact.other, fact.period) for fact in found] == [
        *(("SPY", "QQQ", "week"), ("SPY", "QQQ", "month"))
    ]


def test_too_few_for_a_group() -> None:
    assert breadth_fact([walk(), walk(seed=1, asset="QQQ"), walk(seed=2, asset="IWM")]) is None


def test_a_record_is_told_with_the_wait_for_it() -> None:
    fact = find_fact(history([100.0] * 300 + [101.0] + [90.0] * 60 + [102.0]), "record")
    assert fact is not None
    before = history([100.0] * 300 + [101.0] + [90.0] * 60 + [102.0]).sessions[300].item()
    assert fact.standing.since == before
    assert find_fact(history([100.0] * 300 + [101.0] + [90.0] * 61), "record") is None


def test_a_high_of_a_year_is_no_record() -> None:
    given = history([200.0] + [100.0] * 300 + [101.0, 90.0, 102.0])
    assert {fact.kind for fact in facts_of(given)} >= {"high"}
    assert find_fact(given, "record") is None


def test_a_fall_goes_through_ten_percent_once() -> None:
    below = np.array([0.0, 0.05, 0.11, 0.09, 0.12, 0.04, 0.101, 0.2, 0.06, 0.3])
    assert falls_through(below, 0.10).tolist() == [2, 6]
    assert falls_through(below, 0.20).tolist() == [9]
    assert falls_through(np.array([0.1, 0.0, 0.1]), 0.10).tolist() == []  # exactly 10% is not more than 10%


def test_a_correction_is_the_first_since_the_last_close_as_far_down() -> None:
    """A fall stayed 11% down for 20 sessions: the next is the first since its end, not since it began."""
    closes = [100.0] * 300 + [89.0] * 20 + [99.0] * 62 + [89.5]
    given = history(closes)
    found = find_fact(given, "correction")
    assert found is not None
    assert found.standing.since == given.sessions[319].item()
    assert found.standing.place == 2


def test_a_fall_that_was_as_deep_a_few_weeks_ago_goes_on() -> None:
    """On Jun 11, 2020 shares were 10% down again, nine sessions after they last had been: no correction since
    May, but the one of February."""
    closes = [100.0] * 300 + [89.0] * 20 + [99.0] * 61 + [89.5]
    assert find_fact(history(closes), "correction") is None
    # A fall of 20% is one of its own, though it was 10% down lately.
    deep = history([100.0] * 300 + [89.0] * 20 + [99.0] * 10 + [79.5])
    assert {fact.kind for fact in facts_of(deep)} & {"bear", "correction"} == {"bear"}


def test_a_year_of_what_trades_every_day_has_365_days() -> None:
    """A close lower than this one lies 300 days back: eleven months of shares, ten of coins."""
    closes = [100.0] * 400 + [50.0] + [100.0] * 299 + [60.0]
    assert find_fact(history(closes, "SPY"), "low") is not None
    assert find_fact(history(closes, "BTC-USD", clock="24/7"), "low") is None
    longer = [100.0] * 400 + [50.0] + [100.0] * 365 + [60.0]
    assert find_fact(history(longer, "BTC-USD", clock="24/7"), "low") is not None


def test_a_run_that_has_ended_is_past() -> None:
    rising = [100.0, 99.0] * 150 + [100.0 + n for n in range(9)]
    for closes, past in (([*rising, rising[-1] * 0.99], True), (rising, False)):
        given = history(closes)
        run = find_fact(given, "streak", "day")
        assert run is not None
        assert is_past(run, given) is past


def test_a_fall_through_both_in_a_week_is_a_bear_market() -> None:
    closes = [100.0] * 300 + [98.0, 97.0, 89.0, 79.0, 81.0]
    kinds = [f.kind for f in facts_of(history(closes, last="2026-04-24")) if f.kind in ("correction", "bear")]
    assert kinds == ["bear"]


def test_runs_are_counted_to_where_they_end() -> None:
    assert run_lengths(np.array([True, True, False, True, True, True])).tolist() == [1, 2, 0, 1, 2, 3]


def test_a_run_of_days_is_the_longest_since_one_as_long() -> None:
    up, down = [1.01], [0.99]
    steps = up * 9 + down + up * 7 + down + up * 8
    given = history((100 * np.cumprod([1.0] * 100 + steps)).tolist())
    fact = find_fact(given, "streak", "day")
    assert fact is not None
    assert fact.value == 8.0
    ended = given.sessions[len(given) - 1 - 8 - 1 - 7 - 1].item()  # the last of the nine
    assert (fact.standing.since, fact.standing.place) == (ended, 2)


@pytest.mark.parametrize(("after", "told"), [(0, -7.0), (1, -7.0), (4, -7.0), (5, None)])
def test_a_run_of_days_that_ended_in_the_week_is_told(after: int, told: float | None) -> None:
    """Sessions to Friday Apr 24, 2026: the run's last day is ``after`` sessions before it."""
    run = [1.01, 0.99] * 60 + [0.99] * 6
    given = history((100 * np.cumprod(run + ([1.01, 0.99] * 3)[:after])).tolist())
    fact = find_fact(given, "streak", "day")
    assert (None if fact is None else fact.value) == told
    if fact is not None:
        assert fact.day == given.sessions[len(given) - 1 - after].item()


def cut_everywhere(given: PriceHistory) -> Iterator[np.datetime64]:
    yield from given.sessions[300::97]


def test_no_fact_knows_what_came_after() -> None:
    """Whatever is true of a history that ends on a day is true of one that goes on, cut there."""
    whole = walk(1500, seed=5)
    for day in cut_everywhere(whole):
        stop = int(np.searchsorted(whole.sessions, day, side="right"))
        short = history(whole.close[:stop].tolist(), last=str(day))
        other = facts_of(whole.until(day))
        assert [f for f in other if f.kind != "range"] == list(facts_of(short))


def test_scaling_prices_changes_no_fact() -> None:
    given = walk(900, seed=7)
    twice = history((given.close * 2).tolist())

    def told(facts: tuple[Fact, ...]) -> list[tuple[object, ...]]:
        return [
            (f.key, round(f.value, 9), f.standing.since, f.standing.place) for f in facts if f.kind != "range"
        ]

    assert told(facts_of(given)) == told(facts_of(twice))


def test_bitcoins_week_runs_from_friday_to_friday() -> None:
    """On a day that is a Friday, seven days after the Friday before; its weekend is in the week."""
    closes = np.linspace(100, 200, 800)
    given = history(closes.tolist(), asset="BTC-USD", last="2026-04-24")
    fact = find_fact(given, "move", "week")
    assert fact is not None
    assert fact.value == pytest.approx(closes[-1] / closes[-8] - 1)


def test_a_month_is_over_on_its_last_session() -> None:
    assert is_over(history([1.0] * 30, last="2026-07-31"), "month")
    assert not is_over(history([1.0] * 30, last="2026-07-30"), "month")
    assert not is_over(history([1.0] * 30, last="2026-07-31"), "quarter")
    assert is_over(history([1.0] * 30, last="2025-12-31"), "year")
    # On Friday, Dec 26, 2025 three sessions were left.
    assert is_over(history([1.0] * 30, last="2025-12-26"), "year", 3)
    assert not is_over(history([1.0] * 30, last="2025-12-26"), "year", 2)
    assert is_over(history([1.0] * 30, last="2026-05-29"), "month")  # the 30th and 31st are a weekend


def test_prices_at_zero_have_no_facts_of_percentages() -> None:
    given = history([*np.linspace(5, 1, 300), 0.0, -1.0, 2.0, 3.0, 4.0])
    assert all(np.isfinite(f.value) for f in facts_of(given))
    assert not any(f.kind in ("record", "high", "low", "correction", "bear", "calm") for f in facts_of(given))


def test_alike_assets_correlate() -> None:
    one = walk(seed=1)
    assert correlation(one, one) == pytest.approx(1.0)
    assert abs(correlation(one, walk(seed=50, asset="QQQ"))) < 0.3
    assert correlation(one, history([100.0] * 1500, asset="QQQ")) == 0.0
    assert correlation(history([100.0] * 1500, asset="QQQ"), one) == 0.0


def test_a_correlation_is_of_three_years_and_needs_half_of_one() -> None:
    one, other = walk(1500, seed=1), walk(1500, seed=2, asset="QQQ")
    a, b = ([move for _, move in moves(each, "week")] for each in (one, other))
    assert correlation(one, other) == pytest.approx(np.corrcoef(a[-156:], b[-156:])[0, 1])
    for length in range(120, 145):
        short, twin = walk(length, seed=1), walk(length, seed=2, asset="QQQ")
        assert (correlation(short, twin) == 0.0) == (len(moves(short, "week")) < 26)
