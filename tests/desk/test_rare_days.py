"""Records, highs and lows, falls and runs of a week, each against a naive loop, and where each begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, pairwise

import numpy as np
import pytest

from generator.desk.facts import Fact, Kind, Period, facts_of, find_fact, is_over, week_begin
from generator.market.history import PriceHistory
from tests.desk.hand import history, random_closes, walk
from tests.desk.test_facts import ends

YEAR = 365.25


def week_of(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def this_week(given: PriceHistory) -> list[date]:
    last = given.last.item()
    return [day for day in given.sessions[-7:].tolist() if week_of(day) == week_of(last)]


def days_and_closes(given: PriceHistory) -> tuple[list[date], list[float]]:
    return given.sessions.tolist(), given.close.tolist()


def came(given: PriceHistory, kind: Kind) -> list[date]:
    """Days with a record close, or the highest or lowest close of a year of 252 sessions."""
    days, closes = days_and_closes(given)
    found = []
    for n, close in enumerate(closes):
        year = closes[n - 251 : n + 1] if n >= 251 else []
        is_it = {
            "record": close >= max(closes[: n + 1]),
            "high": bool(year) and close >= max(year),
            "low": bool(year) and close <= min(year),
        }
        if is_it[kind]:
            found.append(days[n])
    return found


def cuts(given: PriceHistory, kind: Kind) -> list[PriceHistory]:
    """The history up to some of the days on which such a close came, none in its first years."""
    late = [day for day in came(given, kind) if day > given.first.item() + timedelta(days=600)]
    return [given.until(np.datetime64(day)) for day in late[:: max(1, len(late) // 4)]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["record", "high", "low"])
def test_how_long_a_high_or_a_low_was_waited_for(seed: int, kind: Kind) -> None:
    for given in cuts(walk(seed=seed), kind):
        last = given.last.item()
        found = find_fact(given, kind)
        all_days = came(given, kind)
        earlier = [day for day in all_days if week_of(day) != week_of(last)]
        if (kind == "high" and last in came(given, "record")) or len(earlier) < 2:
            # A record is told as one; and the only wait so far is more than no other.
            assert found is None
            continue
        assert found is not None
        newest = min(day for day in all_days if week_of(day) == week_of(last))
        waits = [(b - a).days for a, b in pairwise([*earlier, newest])]
        assert (found.day, found.side, found.period) == (last, -1 if kind == "low" else 1, "day")
        stands = found.standing
        assert (stands.since, stands.of) == (earlier[-1], len(waits))
        assert stands.place == 1 + sum(wait >= waits[-1] for wait in waits[:-1])
        assert stands.waited == pytest.approx(waits[-1] / YEAR)
        assert stands.years == pytest.approx((newest - given.first.item()).days / YEAR)
        assert stands.first == given.first.item()


def falls(given: PriceHistory, limit: float) -> list[tuple[date, float]]:
    """Days on which a fall went through a limit below the highest close of a year, and how far they lay below
    it; a fall is over when half of the limit is regained."""
    days, closes = days_and_closes(given)
    found, under = [], False
    for n in range(251, len(closes)):
        below = 1 - closes[n] / max(closes[n - 251 : n + 1])
        if below > limit and not under:
            found.append((days[n], below))
            under = True
        elif below <= limit / 2:
            under = False
    return found


def far_down(given: PriceHistory, limit: float) -> list[date]:
    """Days whose close lay below the highest of a year by more than a limit."""
    days, closes = days_and_closes(given)
    return [days[n] for n in range(251, len(closes)) if 1 - closes[n] / max(closes[n - 251 : n + 1]) > limit]


def goes_on(given: PriceHistory, began: date, limit: float) -> bool:
    """Whether a close of the 62 sessions before that day was as far down."""
    days, _ = days_and_closes(given)
    at = days.index(began)
    return any(day in days[max(at - 62, 0) : at] for day in far_down(given, limit))


@pytest.mark.parametrize("seed", range(8))
def test_a_fall_is_told_with_those_before_it(seed: int) -> None:
    """On the day itself and at the end of its week; of both kinds in one week the deeper."""
    whole = replace(walk(2500, seed=seed), open=None, high=None, low=None)
    told = 0
    for day, _ in (falls(whole, 0.10) + falls(whole, 0.20))[:12]:
        for later in (0, 6 - day.isoweekday()):
            if later < 0:
                continue
            given = whole.until(np.datetime64(day + timedelta(days=later)))
            named: dict[Kind, list[tuple[date, float]]] = {
                "bear": falls(given, 0.20), "correction": falls(given, 0.10)
            }  # fmt: skip
            fresh: list[tuple[Kind, int]] = [
                (kind, next(n for n, (d, _) in enumerate(found) if week_of(d) == week_of(given.last.item())))
                for kind, found in named.items()
                if found and week_of(found[-1][0]) == week_of(given.last.item())
            ]
            facts = [f for f in facts_of(given) if f.kind in named]
            fresh = [
                (kind, at)
                for kind, at in fresh
                if not goes_on(given, named[kind][at][0], 0.20 if kind == "bear" else 0.10)
            ]
            assert [f.kind for f in facts] == [kind for kind, _ in fresh[:1]]
            if not fresh:
                continue
            ((kind, at), (fact,)) = fresh[0], facts
            began, below = named[kind][at]
            assert (fact.day, fact.value) == (began, pytest.approx(-below))
            stands = fact.standing
            # The last close so far down before it, whenever the fall that it belongs to began.
            down = [d for d in far_down(given, 0.20 if kind == "bear" else 0.10) if d < began]
            since = down[-1] if down else None
            assert (stands.since, stands.place, stands.of) == (since, at + 1, at + 1)
            first = given.first.item()
            assert stands.years == pytest.approx((began - first).days / YEAR)
            assert stands.waited == pytest.approx((began - (since or first)).days / YEAR)
            assert stands.first == first
            told += 1
    assert told > 1


LEAST: dict[Period, int] = {"day": 6, "week": 5, "month": 5}


def runs(given: PriceHistory, period: Period) -> list[tuple[date, int, int]]:
    """Every run of periods to one side: the end of its last one, its side, its length."""
    known = ends(given, period)
    moves = [(day, int(np.sign(b - a))) for (_, a), (day, b) in pairwise(known)]
    grouped = [list(run) for _, run in groupby(moves, key=lambda each: each[1])]
    return [(run[-1][0], run[-1][1], len(run)) for run in grouped]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("period", LEAST)
def test_a_run_is_told_from_where_it_is_long(seed: int, period: Period) -> None:
    whole = replace(walk(2500, seed=seed), open=None, high=None, low=None)
    known = ends(whole, period)[60:]
    told = {-1: 0, 1: 0}
    for day, _ in known[:: 11 if period == "day" else 3 if period == "week" else 1]:
        given = whole.until(np.datetime64(day))
        # Of days it is the longest of the week, also where it is over.
        ended = [given] if period != "day" else [given.until(np.datetime64(d)) for d in this_week(given)]
        *earlier, (end, side, length) = max(
            (runs(cut, period) for cut in ended), key=lambda r: (r[-1][2], r[-1][0])
        )
        found = find_fact(given, "streak", period)
        alike = [(its_end, size) for its_end, its, size in earlier if its == side]
        if length < LEAST[period]:
            assert found is None
            continue
        assert found is not None
        as_long = [its_end for its_end, size in alike if size >= length]
        assert (found.value, found.day) == (side * length, end)
        assert (found.standing.since, found.standing.place) == (
            as_long[-1] if as_long else None,
            len(as_long) + 1,
        )
        assert found.standing.of == len(alike) + 1
        told[side] += 1
    assert sum(told.values()) > 0


def test_a_run_of_months_is_told_when_its_month_is_over() -> None:
    closes = [*random_closes(600, 3), *np.geomspace(100, 200, 150).tolist()]  # seven months of rises
    assert find_fact(history(closes, last="2026-04-30"), "streak", "month") is not None
    assert find_fact(history(closes, last="2026-04-29"), "streak", "month") is None


def kinds(given: PriceHistory) -> set[str]:
    return {fact.kind for fact in facts_of(given)}


def test_a_year_is_needed_for_what_is_of_a_year() -> None:
    rising = [100 * 1.001**n * (1 + 0.0001 * (n % 3)) for n in range(254)]
    assert "record" not in kinds(history(rising[:252]))
    assert "record" in kinds(history(rising[:253]))
    assert "calm" not in kinds(history(rising[:253]))  # 252 moves
    assert "calm" in kinds(history(rising[:254]))
    for length, there in ((251, False), (252, True)):
        falling = [*([100.0] * (length - 1)), 89.0]
        assert ("correction" in kinds(history(falling))) == there


def test_a_week_needs_four_sessions_before_it() -> None:
    """April 24, 2026 is a Friday, so five sessions are its week."""
    closes = [100.0, 101.0, 103.0, 102.0, 104.0, 108.0, 107.0, 109.0, 111.0]
    assert facts_of(history(closes[1:])) == ()
    given = history(closes)
    assert week_begin(given) == 4
    assert facts_of(given) != ()
    assert facts_of(replace(given, rows="weekly")) == ()
    assert week_begin(history(closes[:5])) == 0


def test_a_coins_week_begins_after_the_letters_last_session() -> None:
    """New York's Good Friday was April 3, 2026: the week before it ended on the Thursday."""
    closes = [100.0 + n for n in range(40)]
    given = history(closes, "BTC-USD", "2026-04-24")
    assert given.sessions[week_begin(given)] == np.datetime64("2026-04-18")
    given = history(closes, "BTC-USD", "2026-04-10")
    assert given.sessions[week_begin(given)] == np.datetime64("2026-04-03")


def test_a_month_ends_with_the_sessions_of_the_letter() -> None:
    """May 29, 2026 is a Friday, and New York's last session of the month."""
    coin = history([100.0] * 60, "BTC-USD", "2026-05-29")
    assert is_over(coin, "month")
    assert not is_over(replace(coin, clock=None), "month")
    assert not is_over(history([100.0] * 60, "BTC-USD", "2026-05-28"), "month")
    assert is_over(coin, "week")
    assert is_over(coin, "day")


def test_what_did_not_move_is_no_fact() -> None:
    flat = facts_of(history([100.0] * 400))
    assert {(fact.kind, fact.side) for fact in flat} <= {("record", 1), ("low", -1), ("high", 1)}
    # Weeks, months and years close where they had begun, and move in between: on Wednesdays of mid-month.
    days = history([100.0] * 400).sessions.tolist()
    back = [100.0 + (day.isoweekday() == 3 and 8 <= day.day <= 24) for day in days]
    moves: list[Fact] = [fact for fact in facts_of(history(back)) if fact.kind == "move"]
    assert {fact.period for fact in moves} == {"day"}
    assert find_fact(history(back), "swings") is not None


def test_a_fact_is_found_by_kind_period_and_side() -> None:
    given = walk(seed=3)
    day, fall = find_fact(given, "move", side=1), find_fact(given, "move", "day", -1)
    assert day is not None
    assert fall is not None
    assert (day.period, day.side) == ("day", 1)
    assert (fall.period, fall.side) == ("day", -1)
    assert find_fact(given, "move", "day", 1) == day
    assert find_fact(given, "swings", "day") is None
    found = find_fact(given, "swings", "week")
    assert found is not None
    assert found == find_fact(given, "swings")
