"""Claims and ranges at their edges, and their figures where a case is under way or there is none."""

from __future__ import annotations

from datetime import date

import pytest

from generator.core.errors import RequestError
from generator.fit.claims import EPISODES, Claim, parse_claim
from generator.fit.run import MOST_READINGS, fit, parse_variation, reading_text
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import Horizon
from tests.study.markets import random_history

MONTHS = {"ABC": random_history("ABC", "2008-01-02", "2014-05-15", seed=9, volatility=0.025)}


def test_a_claim_part_by_part() -> None:
    assert parse_claim(" 3m.baseline.average >= −4.75% ", "daily") == Claim(
        "3m.baseline.average >= −4.75%", Horizon("3M", 63), "baseline.average", ">=", -4.75, 2
    )
    assert parse_claim("episodes != +36", "daily") == Claim("episodes != +36", None, EPISODES, "!=", 36.0, 0)
    assert parse_claim("3M.n == 13.0", "monthly").horizon == Horizon("3M", 3)
    assert parse_claim("1Y.n == 13", "daily", "24/7").horizon == Horizon("1Y", 365)


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("1M.n < 5", 4.9, True),
        ("1M.n < 5", 5.0, False),
        ("1M.n <= 5", 5.0, True),
        ("1M.n > 5", 5.0, False),
        ("1M.n >= 5", 5.0, True),
        ("1M.n == 5", 5.5, True),
        ("1M.n == 5", 5.51, False),
        ("1M.n == 5", 4.49, False),
        ("1M.n == 5.0", 5.06, False),
        ("1M.n != 5.0", 5.06, True),
        ("1M.n != 5.0", 4.96, False),
        ("1M.n == -5", 5.0, False),
        ("1M.n != 5", None, False),
    ],
)
def test_what_a_claim_says_of_a_value(text: str, value: float | None, holds: bool) -> None:
    assert parse_claim(text, "daily").holds(value) is holds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "3M.averag > 7",
            r"'averag' is nothing that can be claimed\. Did you mean average\? Claims are made of",
        ),
        ("averag > 7", r"'averag' is nothing that can be claimed\. Did you mean average\?"),
        ("3M.base > 7", r"'base' is nothing that can be claimed\. (Did|Claims)"),
        ("3M.xyzzy > 7", r"'xyzzy' is nothing that can be claimed\. Claims are made of episodes, or of a"),
        ("3M. > 7", r"'3M' is nothing that can be claimed"),
        (".average > 7", "is not a horizon"),
        ("average.3M > 7", "nothing that can be claimed"),
    ],
)
def test_a_claim_about_nothing(text: str, told: str) -> None:
    with pytest.raises(Exception, match=told):
        parse_claim(text, "daily")


def test_a_month_under_way_is_an_episode_and_no_pending_case() -> None:
    claims = [parse_claim(f"{h}.{name} >= 0", "monthly") for h in ("1M", "12M") for name in ("n", "pending")]
    claims.append(parse_claim("episodes > 0", "monthly"))
    claims.append(parse_claim("12M.edge > 0", "monthly"))
    seen = set()
    for day in range(1, 16):
        as_of = date(2014, 5, day)
        found = fit("ABC", "ten-percent-month", [parse_variation("percent=3:6:3")], claims, MONTHS, as_of)
        for reading in (*found.readings, found.own):
            study = make_study(
                "ABC",
                signal="ten-percent-month",
                parameters={"percent": reading.values[0]},
                horizons=["1M", "12M"],
            )
            result = run_study(study, MONTHS, as_of)
            counts = [(s.n, s.pending) for s in result.summaries]
            assert reading.figures[:4] == tuple(float(n) for pair in counts for n in pair)
            assert reading.figures[4] == reading.episodes == len(result.episodes)
            edge = result.summaries[1].edge
            assert reading.figures[5] == (None if edge is None else pytest.approx(100 * edge))
            seen.add(any(e.provisional for e in result.episodes))
        assert found.as_of == result.as_of
    assert seen == {True, False}


def test_a_reading_without_a_case_fulfils_nothing_but_its_count() -> None:
    fields = ("average", "edge", "max_drawdown", "max_runup", "p_value", "median", "sharpe", "win_rate")
    claims = [parse_claim(f"1M.{field} > -1000", "monthly") for field in fields]
    claims += [parse_claim("1M.n == 0", "monthly"), parse_claim("1M.longest_winning_streak == 0", "monthly")]
    found = fit("ABC", "ten-percent-month", [parse_variation("percent=90:91")], claims, MONTHS)
    assert [reading.holds for reading in found.readings] == [(False,) * 8 + (True, True)] * 2
    assert [reading.figures[:8] for reading in found.readings] == [(None,) * 8] * 2
    assert (found.fitting, found.holding(0), found.holding(8), found.refused) == ((), 0, 2, 0)


def test_own_values_in_and_outside_the_grid_and_their_text() -> None:
    claim = parse_claim("episodes >= 0", "monthly")
    ranges = [parse_variation("percent=9:11"), parse_variation("cooldown=0:2:2")]
    found = fit("ABC", "ten-percent-month", ranges, [claim], MONTHS)
    assert found.own_in_grid
    assert found.own.values == (10, 0)
    assert [reading.values for reading in found.readings] == [(p, c) for p in (9, 10, 11) for c in (0, 2)]
    assert reading_text(found, found.readings[1]) == "percent 9, cooldown 2"
    assert [h.label for h in found.study.horizons] == ["1M", "3M", "6M", "12M"]
    ranges = [parse_variation("percent=9.5:10.4:0.3")]
    found = fit("ABC", "ten-percent-month", ranges, [claim], MONTHS)
    assert not found.own_in_grid
    assert found.variations[0].values == (9.5, 9.8, 10.1, 10.4)
    # Nothing is said of a horizon that no claim names.
    claims = [parse_claim("6M.n >= 0", "monthly"), claim, parse_claim("6M.average < 0", "monthly")]
    assert [h.label for h in fit("ABC", "ten-percent-month", ranges, claims, MONTHS).study.horizons] == ["6M"]


@pytest.mark.parametrize(
    ("text", "count", "last"),
    [
        ("a=1:2000", 2000, 2000.0),
        ("a=5:5", 1, 5.0),
        ("a=0:1:0.3", 4, 0.9),
        ("a=0:0.7:0.1", 8, 0.7),
        ("a=-2:2:2", 3, 2.0),
        ("a=0.5:2", 2, 1.5),
    ],
)
def test_the_values_of_a_range(text: str, count: int, last: float) -> None:
    values = parse_variation(text).values
    assert (len(values), values[-1]) == (count, last)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a=1:2001", r"'a=1:2001' has 2,001 values; the most are 2,000\. Take a larger step"),
        ("a=3:2", "the range must rise, by a step above 0"),
        ("a=2:3:0", "the range must rise, by a step above 0"),
        ("a = 2:3", "is not a range. Write NAME=FROM:TO"),
    ],
)
def test_a_range_that_is_none(text: str, told: str) -> None:
    with pytest.raises(RequestError, match=told):
        parse_variation(text)


def fitted(*ranges: str) -> None:
    claim = parse_claim("episodes >= 0", "daily")
    fit("ABC", "reverse-up", [parse_variation(text) for text in ranges], [claim], MONTHS)


def test_the_most_readings_and_cooldowns() -> None:
    assert MOST_READINGS == 2000
    with pytest.raises(RequestError, match="that makes 2,001 readings; the most are 2,000"):
        fitted("lookback=1:69", "within=1:29")
    for cooldown in ("cooldown=0:1:0.5", "cooldown=-1:1", "cooldown=2519:2521"):
        with pytest.raises(RequestError, match="the cooldown is a whole number of bars from 0 to 2520"):
            fitted(cooldown)
    fitted("cooldown=0:2520:2520")
    with pytest.raises(
        RequestError, match=r"say what varies, such as --vary lookback=15:25; there are: lookback"
    ):
        fitted()
    with pytest.raises(RequestError, match="within is varied twice"):
        fitted("lookback=10:11", "within=5:6", "within=7:8")
