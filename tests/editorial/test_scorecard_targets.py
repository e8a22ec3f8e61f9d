"""Scores of a signal on one asset with returns of another, at other prices and in months that it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from generator.article.expectations import _expected, expect
from generator.market.history import PriceHistory
from generator.scorecard.outcomes import (
    Calibration,
    Case,
    Outcome,
    calibrate,
    keep_score,
    place_of,
    separate_periods,
)
from generator.scorecard.values import Expectation, Expectations
from generator.signals.dates import dates_condition
from generator.signals.tree import Listed, ListedDate
from tests.editorial.hand import hand_view
from tests.editorial.test_scorecard import expectation, finished, horizon, issue
from tests.study.markets import history_of

# The signal's asset, and a target at other prices.
ABC = dict(zip(
    ("2024-03-01", "2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-11"),
    (100.0, 102.0, 105.0, 108.0, 104.0, 110.0, 99.0),
    strict=True,
))  # fmt: skip
XYZ = dict(zip(
    ("2024-03-01", "2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-11"),
    (20.0, 25.0, 30.0, 24.0, 27.0, 36.0, 18.0),
    strict=True,
))  # fmt: skip


def daily(**changes: object) -> Expectation:
    both = {"target": "XYZ", "assets": ("ABC", "XYZ"), "condition": "close > 0", **changes}
    return expectation("daily", "2024-03-04", **both)


def scored(
    study: Expectation, histories: Mapping[str, PriceHistory], day: str = "2024-03-05",
    as_of: str = "2024-03-04",
) -> Case:  # fmt: skip
    known = Expectations("one", "An issue", day, as_of, "files", (study,))
    return keep_score([known], histories, "files").issues[0].cases[0]


def both(until: str = "2024-03-11", target_until: str = "2024-03-11") -> dict[str, PriceHistory]:
    rows = {"ABC": (ABC, until), "XYZ": (XYZ, target_until)}
    return {
        asset: history_of(asset, {day: close for day, close in known.items() if day <= last})
        for asset, (known, last) in rows.items()
    }


def test_returns_are_those_of_the_target() -> None:
    case = scored(daily(), both())
    assert (case.state, case.entered, case.counted) == ("entered", date(2024, 3, 4), date(2024, 3, 5))
    assert case.gone == pytest.approx(30 / 25 - 1)
    (three,) = case.outcomes
    assert (three.value, three.until, three.complete) == (
        pytest.approx(27 / 30 - 1), date(2024, 3, 7), True
    )  # fmt: skip
    assert (three.passed, three.place) == (3, "lower")


@pytest.mark.parametrize(
    ("until", "target_until", "state"),
    [
        ("2024-03-01", "2024-03-11", "no-bar"),
        ("2024-03-11", "2024-03-01", "no-bar"),
        ("2024-03-11", "2024-03-04", "waiting"),  # the first close after publication has not come
        ("2024-03-04", "2024-03-11", "waiting"),  # nothing after the last close of both is looked at
        ("2024-03-05", "2024-03-05", "entered"),
    ],
)
def test_both_assets_reach_to_the_day_of_the_case(until: str, target_until: str, state: str) -> None:
    assert scored(daily(), both(until, target_until)).state == state


@pytest.mark.parametrize(("missing", "has"), [("ABC", "XYZ"), ("XYZ", "ABC")])
def test_each_asset_is_needed(missing: str, has: str) -> None:
    assert scored(daily(), {has: both()[has]}).state == "no-prices"


def month(until: str) -> dict[str, float]:
    rows = {
        "2023-12-29": 100.0,
        "2024-01-31": 100.0,
        "2024-02-09": 90.0,
        "2024-02-15": 112.0,
        "2024-02-29": 111.0,
    }
    rows |= {"2024-03-15": 115.0, "2024-03-28": 120.0, "2024-04-02": 121.0}
    return {day: close for day, close in rows.items() if day <= until}


@pytest.mark.parametrize(
    ("until", "target_until", "state"),
    [
        ("2024-04-02", "2024-02-15", "waiting"),  # the month of the target is not over
        ("2024-02-15", "2024-04-02", "waiting"),  # that of the signal is not
        ("2024-04-02", "2024-04-02", "entered"),
        ("2024-02-09", "2024-04-02", "no-bar"),  # prices of that month, and not to the day of the case
        ("2024-04-02", "2024-02-09", "no-bar"),
    ],
)
def test_a_month_waits_for_both(until: str, target_until: str, state: str) -> None:
    study = expectation(target="XYZ", assets=("ABC", "XYZ"))
    histories = {"ABC": history_of("ABC", month(until)), "XYZ": history_of("XYZ", month(target_until))}
    assert scored(study, histories, "2024-02-16", "2024-02-15").state == state


def test_where_the_target_lacks_the_month_its_next_one_counts() -> None:
    study = expectation(target="XYZ", assets=("ABC", "XYZ"))

    def case(*without: str) -> Case:
        rows = {day: close for day, close in month("2024-04-02").items() if day[:7] not in without}
        histories = {"ABC": history_of("ABC", month("2024-04-02")), "XYZ": history_of("XYZ", rows)}
        return scored(study, histories, "2024-02-16", "2024-02-15")

    march = case("2024-02")
    assert (march.state, march.entered, march.counted, march.gone) == (
        "entered", date(2024, 2, 29), date(2024, 3, 28), 0.0
    )  # fmt: skip
    assert [outcome.value for outcome in march.outcomes] == pytest.approx([121 / 120 - 1] * 2)
    # Before its first prices a target has no return.
    assert case("2023-12", "2024-01", "2024-02").state == "no-bar"


def test_a_target_that_closed_before_the_signal_came_is_waited_for() -> None:
    """Tokyo closes before New York on the same day."""
    days = {day: close for day, close in ABC.items() if day <= "2024-03-08"}
    histories = {asset: history_of(asset, days) for asset in ("SPY", "^N225")}
    study = daily(asset="SPY", target="^N225", assets=("SPY", "^N225"), date="2024-03-08")
    assert scored(study, histories, "2024-03-01", "2024-02-29").state == "waiting"
    early = replace(study, asset="^N225", target="SPY")
    assert scored(early, histories, "2024-03-01", "2024-02-29").state == "entered"


def test_total_returns_are_those_of_adjusted_closes() -> None:
    histories = both()
    adjusted = histories["XYZ"].close * np.array([0.5, 0.5, 0.5, 0.5, 0.75, 0.75, 1.0])
    histories["XYZ"] = replace(histories["XYZ"], adjusted_close=adjusted)
    (total,) = scored(daily(returns="total"), histories).outcomes
    assert total.value == pytest.approx(27 * 0.75 / 15 - 1)
    (price,) = scored(daily(), histories).outcomes
    assert price.value == pytest.approx(27 / 30 - 1)


def test_a_case_of_a_list_of_dates() -> None:
    study = daily(condition="", dates="meetings")
    case = scored(study, both())
    assert (case.state, case.entered) == ("entered", date(2024, 3, 4))


def test_a_week_waits_for_its_friday_and_counts_weeks() -> None:
    rows = dict(zip(
        ("2024-02-23", "2024-03-01", "2024-03-04", "2024-03-08", "2024-03-14", "2024-03-15", "2024-03-20"),
        (100.0, 100.0, 112.0, 110.0, 120.0, 121.0, 99.0), strict=True,
    ))  # fmt: skip
    weeks = (horizon("1W", 1), horizon("2W", 2))
    study = expectation("daily", "2024-03-04", bars="weekly", provisional=True, horizons=weeks)

    def state(until: str, **changes: object) -> Case:
        known = {day: close for day, close in rows.items() if day <= until}
        return scored(replace(study, **changes), {"ABC": history_of("ABC", known)})  # type: ignore[arg-type]

    assert state("2024-03-04").state == "waiting"
    case = state("2024-03-20")
    assert (case.state, case.entered, case.counted) == ("entered", date(2024, 3, 8), date(2024, 3, 8))
    one, two = case.outcomes
    assert (one.value, one.until, one.complete, one.passed) == (
        pytest.approx(121 / 110 - 1), date(2024, 3, 15), True, 1
    )  # fmt: skip
    assert (two.value, two.until, two.complete, two.passed) == (
        pytest.approx(99 / 110 - 1), date(2024, 3, 20), False, 1
    )  # fmt: skip
    assert state("2024-03-20", condition="roc(close, 1) >= 10.1").state == "not-held"


def test_a_cooldown_takes_a_case_that_would_not_be_one() -> None:
    """A provisional case counts when it is an episode of the question as it was asked."""
    rows = {"2023-11-30": 100.0, "2023-12-29": 111.0, "2024-01-31": 111.0, "2024-02-15": 124.0}
    rows |= {"2024-02-29": 123.0, "2024-03-28": 120.0, "2024-04-02": 121.0}
    histories = {"ABC": history_of("ABC", rows)}
    # December's rise of 11% and February's of 10.8% are one case with a cooldown of three months.
    asked: list[dict[str, object]] = [
        {}, {"cooldown": 3}, {"since": "2024-02-29"}, {"since": "2024-03-01"}
    ]  # fmt: skip
    studies = [expectation(condition="roc(close, 1) >= 10", **changes) for changes in asked]
    states = [scored(study, histories, "2024-02-16", "2024-02-15").state for study in studies]
    assert states == ["entered", "not-held", "entered", "not-held"]


def test_the_newest_close_is_one_that_was_read() -> None:
    young = history_of("OTH", {"2024-03-12": 1.0, "2024-04-30": 2.0})
    card = keep_score([issue(daily())], {**both(), "OTH": young}, "files")
    assert card.as_of == date(2024, 3, 11)
    one = {**both("2024-03-08"), "OTH": young}
    assert keep_score([issue(daily())], one, "files").as_of == date(2024, 3, 11)  # the target's
    hidden = keep_score([issue(daily())], both(), "files", date(2024, 3, 7))
    assert hidden.as_of == date(2024, 3, 7)


def test_issues_stand_from_the_newest_and_by_name_on_one_day() -> None:
    cards = [("b", "2024-03-01"), ("c", "2024-03-08"), ("a", "2024-03-01"), ("d", "2023-12-29")]
    expected = [Expectations(slug, slug, day, day, "files", ()) for slug, day in cards]
    found = keep_score(expected, {}, "files")
    assert [each.expected.slug for each in found.issues] == ["c", "a", "b", "d"]


def case_of(*outcomes: Outcome, headline: str | None = None) -> Case:
    return Case(
        expectation(headline=headline), "entered", date(2024, 2, 29), outcomes, date(2024, 2, 29), 0.0
    )


def test_the_headline_the_longest_and_the_end_of_a_case() -> None:
    def done(label: str, bars: int, complete: bool = True) -> Outcome:
        return Outcome(horizon(label, bars), 0.01, complete, bars, date(2024, 6, 28), "middle")

    one, three, six = done("1M", 1), done("3M", 3), done("6M", 6, complete=False)
    case = case_of(three, one, six, headline="1M")
    assert (case.headline, case.longest, case.ended) == (one, three, False)
    assert case_of(three, one).ended
    assert case_of(three, one, headline="6M").headline is None
    assert (case_of(six).longest, case_of(six).ended) == (None, False)
    assert (case_of().longest, case_of().ended, case_of().headline) == (None, False, None)


def test_what_counts_for_the_shares() -> None:
    """Complete returns with a range, from a known close; ten separate periods are enough."""

    def months(count: int) -> list[Case]:
        return [finished(date(2010 + n // 12, 1 + n % 12, 1), 28, 0.0) for n in range(count)]

    ten = calibrate(months(10))
    assert ten.half is not None
    assert (ten.n, ten.separate, ten.half.count) == (10, 10, 10)
    assert calibrate(months(9)) == Calibration(9, 9, None, None, None)
    (good,) = months(10)[9].outcomes
    open_one, placeless = replace(good, complete=False), replace(good, place=None)
    more = replace(months(11)[10], outcomes=(open_one, placeless))
    assert calibrate([*months(10), more]).n == 10
    # The usual return is beaten, not met; without one there is nothing to beat.
    usual, known = {0: 0.005, 1: 0.02, 2: 0.006}, months(10)
    for n, value in usual.items():
        (outcome,) = known[n].outcomes
        asked = replace(outcome.expected, usual=None) if n == 1 else outcome.expected
        known[n] = replace(known[n], outcomes=(replace(outcome, value=value, expected=asked),))
    above = calibrate(known).above_usual
    assert above is not None
    assert above.count == 1


@pytest.mark.parametrize("count", [4, 5])
def test_a_range_needs_five_cases(count: int) -> None:
    view = hand_view({"3M": [0.04, -0.02, 0.01, 0.03, 0.2][:count]})
    (summary,) = view.result.summaries
    found = _expected(summary, view.result.column("3M"))
    marks = (found.worst, found.lower, found.median, found.upper, found.best)
    assert marks == ((None,) * 5 if count == 4 else (-0.02, 0.01, 0.03, 0.04, 0.2))
    assert (found.n, found.bars, found.usual) == (count, 3, summary.baseline.median)
    assert place_of(0.05, found) == (None if count == 4 else "upper")


def test_a_target_may_begin_with_the_bar_of_the_case() -> None:
    young = {day: close for day, close in XYZ.items() if day >= "2024-03-04"}
    case = scored(daily(), {"ABC": both()["ABC"], "XYZ": history_of("XYZ", young)})
    assert (case.state, case.gone) == ("entered", pytest.approx(30 / 25 - 1))


def test_the_month_of_the_signal_is_waited_for_when_the_targets_is_over() -> None:
    """Good Friday was March 29, 2024: New York's month ended on the Thursday, a coin's on Sunday."""

    def state(last: str) -> str:
        days = np.arange("2024-01-31", np.datetime64(last) + 1, dtype="datetime64[D]")
        coin = PriceHistory("BTC-USD", days, np.where(days >= np.datetime64("2024-03-20"), 120.0, 100.0))
        fund = {"2024-01-31": 20.0, "2024-02-29": 21.0, "2024-03-28": 22.0, "2024-04-01": 23.0}
        held = {day: close for day, close in fund.items() if day <= last}
        study = expectation(
            day="2024-03-20", asset="BTC-USD", target="SPY", assets=("BTC-USD", "SPY"),
        )  # fmt: skip
        histories = {"BTC-USD": coin, "SPY": history_of("SPY", held)}
        return scored(study, histories, "2024-03-21", "2024-03-20").state

    assert state("2024-03-28") == "waiting"
    assert state("2024-04-01") == "entered"


def test_an_issue_of_the_day_on_which_the_entry_is_paid_counts_from_its_close() -> None:
    """Who reads it then has missed the open: 104 at the open of the 5th, 105 at its close."""
    opened = replace(history_of("ABC", ABC), open=np.array([*[1.0] * 2, 104.0, *[1.0] * 4]))
    study = expectation("daily", "2024-03-04", condition="close > 0", entry="next_open")
    for day, as_of, counted, gone in (
        ("2024-03-04", "2024-03-01", date(2024, 3, 5), 0.0),  # before it: from the open
        ("2024-03-05", "2024-03-04", date(2024, 3, 5), 105 / 104 - 1),
        ("2024-03-06", "2024-03-05", date(2024, 3, 6), 108 / 104 - 1),
    ):
        case = scored(study, {"ABC": opened}, day, as_of)
        assert (case.counted, case.gone) == (counted, pytest.approx(gone))
        assert case.outcomes[-1].value == pytest.approx(110 / (104 * (1 + gone)) - 1)


def test_what_is_kept_of_a_question_is_as_it_was_asked() -> None:
    """Of the first of two horizons the newest case is complete; the finding led with the second."""
    view = hand_view({"1M": [0.1, 0.2, 0.3, 0.1, 0.2, 0.4], "3M": [0.04, -0.02, 0.01, 0.03, 0.2]})
    listed = Listed("meetings", tuple(ListedDate(episode.date) for episode in view.result.episodes))
    condition, dates = view.study.condition, dates_condition(listed)
    for asked, named in ((condition, None), (dates, "meetings")):
        study = replace(
            view.study, condition=asked, target="XYZ", cooldown=7, entry="next_close", returns="total",
            since=date(2001, 5, 6),
        )  # fmt: skip
        given: Any = replace(view, result=replace(view.result, study=study))
        spec = SimpleNamespace(slug="one", date=date(2026, 4, 22))
        report: Any = SimpleNamespace(
            spec=spec, title="An issue", as_of=date(2026, 4, 20), source="files", views={"x": given}
        )
        found = expect(report)
        assert (found.slug, found.title, found.date, found.as_of, found.source) == (
            *("one", "An issue", "2026-04-22", "2026-04-20", "files"),
        )
        (told,) = found.studies
        assert (told.study, told.asset, told.target, told.assets) == (
            "big-months",
            "ABC",
            "XYZ",
            study.assets,
        )
        assert (told.condition, told.dates) == (asked.text, named)
        assert (told.bars, told.cooldown, told.entry, told.returns) == ("monthly", 7, "next_close", "total")
        assert (told.since, told.date, told.provisional) == ("2001-05-06", "2008-04-30", False)
        assert told.headline == given.headline.horizon.label
        assert [(horizon.label, horizon.n) for horizon in told.horizons] == [("3M", 5)]


def test_without_a_case_or_a_headline_nothing_is_expected() -> None:
    views = [hand_view({"1M": [0.1, 0.2, 0.3], "3M": [0.1, 0.2, 0.3]}), hand_view({"1M": []})]
    priced = {
        str(n): replace(view, result=replace(view.result, study=replace(view.study, returns="price")))
        for n, view in enumerate(views)
    }
    report: Any = SimpleNamespace(
        spec=SimpleNamespace(slug="one", date=date(2026, 4, 22)), title="An issue", as_of=date(2026, 4, 20),
        source="files", views=priced,
    )  # fmt: skip
    told, empty = expect(report).studies
    assert (told.date, told.provisional, told.horizons, told.since) == (None, False, (), None)
    assert (told.cooldown, told.entry, told.returns, told.dates) == (0, "close", "price", None)
    assert (empty.date, empty.headline) == (None, None)


def test_a_long_period_gives_way_to_short_ones() -> None:
    day = [date(2020, 1, n) for n in range(1, 32)]
    assert separate_periods([(day[0], day[20]), (day[1], day[5]), (day[5], day[9])]) == 2
    assert separate_periods([(day[5], day[9]), (day[1], day[6])]) == 1
    assert separate_periods([]) == 0
