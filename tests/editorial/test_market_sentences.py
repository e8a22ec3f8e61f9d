"""Sentences about a market's present, each at the edge where its words change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.findings import cases, market_sentences
from generator.findings.cases import Feature
from generator.findings.market_facts import MonthToDate
from generator.findings.view import StudyView
from generator.market.history import PriceHistory
from generator.signals.dates import dates_condition
from generator.signals.language import parse_condition
from generator.signals.tree import Listed, ListedDate
from generator.spec.models import StudySpec
from generator.study.question import make_study
from generator.study.run import run_study
from tests.editorial.hand import hand_view, history


@pytest.mark.parametrize(
    ("closes", "told"),
    [
        # Dec 30 and 31, 2019, then January from Wednesday the first on.
        ([100.0, 100.0, 103.0], "is up 3.0% in January through Jan 1, 2020."),
        (
            [100.0, 100.0, 101.0, 97.0],
            "is down 3.0% in January through Jan 2, 2020; it closed higher in one of two sessions.",
        ),
        ([100.0, 100.0, 100.04], "is unchanged in January through Jan 1, 2020."),
        ([100.0, 100.0, 99.96], "is unchanged in January through Jan 1, 2020."),
    ],
)
def test_the_month_so_far(closes: list[float], told: str) -> None:
    given = history(closes, start="2019-12-30")
    assert market_sentences.month_so_far(given, {"ABC": "Blocks"}) == f"ABC (Blocks) {told}"


def test_the_first_month_of_the_data_says_nothing() -> None:
    first = history([100.0, 101.0])
    assert market_sentences.month_so_far(first, {}) == ""
    assert market_sentences.strongest_phrase(first) is None


@pytest.mark.parametrize(
    ("since", "months", "phrase"),
    [
        (None, 11, ""),
        (None, 12, ", more than in any month since the data begin in May 2000"),
        (date(2025, 4, 19), 300, ""),  # 366 days before
        (date(2025, 4, 18), 300, ", more than in any month since Apr 2025"),
    ],
)
def test_a_month_more_than_any_since(since: date | None, months: int, phrase: str) -> None:
    month = MonthToDate(0.1, 13, 12, since, months, date(2000, 5, 26))
    assert market_sentences.since_phrase(month, date(2026, 4, 20)) == phrase


def test_a_december_follows_a_november_of_its_own_year() -> None:
    days = np.array(["2024-11-29", "2024-12-31", "2025-01-31", "2025-12-31"], dtype="datetime64[D]")
    given = PriceHistory("ABC", days, np.array([100.0, 110.0, 111.0, 116.0]))
    assert market_sentences.strongest_phrase(given) == "the strongest month since Dec 2024"


@pytest.mark.parametrize(
    ("last", "record", "sentence"),
    [
        (
            120.0,
            "at its highest close since the data begin in Jan 2000",
            "The close of Jan 6, 2000 is the highest since the data begin in Jan 2000.",
        ),
        (
            102.0,
            "15.0% below its highest close, that of Jan 4, 2000",
            "ABC stands 15.0% below its highest close, that of Jan 4, 2000.",
        ),
    ],
)
def test_where_the_last_close_stands(last: float, record: str, sentence: str) -> None:
    given = history([100.0, 120.0, 90.0, last])
    assert market_sentences.record_phrase(given) == record
    assert market_sentences.against_record(given) == sentence


@pytest.mark.parametrize(("low", "told"), [(90.0, True), (90.01, False), (50.0, True)])
def test_a_fall_of_a_tenth_is_a_correction(low: float, told: bool) -> None:
    """Of 10% as on paper, though 90 ÷ 100 − 1 is a hair less in binary."""
    given = history([95.0, 100.0, low, 99.0])
    size = {90.0: "10.0", 50.0: "50.0"}.get(low)
    assert market_sentences.fall_before(given) == (
        f"ABC’s deepest fall of the last six months was {size}%, from the close of Jan 4, 2000 to that of "
        "Jan 5, 2000."
        if told
        else ""
    )
    assert market_sentences.fall_before(given, date(2000, 1, 4)) == ""


def test_when_the_signal_came() -> None:
    def came(cases: int, *, provisional: bool = False, under_way: bool = False) -> str:
        columns = {"3M": [0.1] * cases, "12M": [0.1] * (cases - under_way)}
        view = hand_view(columns, provisional=provisional)
        # Of a move it would be told how many there were.
        asked = replace(view.result.study, condition=parse_condition("close > sma(close, 10)"))
        return market_sentences.signal_came(replace(view, result=replace(view.result, study=asked)))

    assert came(0) == "The signal has not come once since Jan 2000."
    assert came(1) == "The signal came once, in Apr 2003."
    assert came(1, under_way=True) == (
        "The signal last fired on Apr 30, 2003. It had not come once since Jan 2000."
    )
    assert came(2) == "The signal last fired on Apr 30, 2004, and once before that, in Apr 2003."
    assert came(2, under_way=True) == came(2)
    assert came(3) == (
        "The signal last fired on Apr 30, 2005, and twice before that, from Apr 2003 to Apr 2004."
    )
    assert came(4).endswith("and three times before that, from Apr 2003 to Apr 2005.")
    on = (
        "The month is not over: the signal is on as of Apr 20, 2026, but counts only if it still is at the "
        "last close. "
    )
    assert came(0, provisional=True) == f"{on}It had not come once since Jan 2000."
    assert came(1, provisional=True) == f"{on}It has fired once before, in Apr 2003."
    assert came(2, provisional=True) == f"{on}It has fired twice before, from Apr 2003 to Apr 2004."
    assert came(3, provisional=True) == f"{on}It has fired three times before, from Apr 2003 to Apr 2005."


def test_the_opening_has_the_month_the_record_the_fall_and_the_signal() -> None:
    view = hand_view({"3M": [0.1] * 3})
    assert market_sentences.opening(view) == " ".join(
        filter(
            None,
            (
                market_sentences.month_so_far(view.history, view.names),
                market_sentences.against_record(view.history),
                market_sentences.fall_before(view.history),
                market_sentences.signal_came(view),
            ),
        )
    )


def test_moves_since_a_day_are_told_from_the_largest() -> None:
    def told(**closes: float) -> str:
        histories = {asset: history([100.0, last], asset) for asset, last in closes.items()}
        return market_sentences.performance(histories, date(2000, 1, 3))

    assert told(ABC=110.0) == "Since Jan 3, 2000 ABC rose 10.0%."
    assert told(ABC=90.0, XYZ=80.0, DEF=95.0) == (
        "Since Jan 3, 2000 DEF fell 5.0%, ahead of ABC (−10.0%) and XYZ (−20.0%)."
    )
    assert told(XYZ=110.0, DEF=90.0, ABC=110.0) == (
        "Since Jan 3, 2000 ABC rose 10.0%, like XYZ (+10.0%), ahead of DEF (−10.0%)."
    )
    assert told(XYZ=110.0, ABC=110.0) == "Since Jan 3, 2000 ABC rose 10.0%, like XYZ (+10.0%)."


def test_which_cases_share_a_feature_at_its_edge() -> None:
    """A fall of 10% is one, and 2% below the record are within 2%, as on paper."""
    lows = (98.0, 97.9, 90.0, 90.1, 89.0)
    closes = [close for low in lows for close in (*[100.0] * 140, low)] + [100.0] * 10
    histories = {"ABC": history(closes)}
    study = make_study("ABC", when="close < 99", horizons=["1W"])
    spec = StudySpec(asset="ABC", when="close < 99", horizons=("1W",))
    view = StudyView("lows", spec, run_study(study, histories), histories, {})
    episodes = view.result.episodes
    assert len(episodes) == len(lows)
    told = [cases.features(view, episode, "1W") for episode in episodes]
    fell, near = zip(*told, strict=True)
    tenth, less = (
        Feature("came after a fall of 10% or more within six months", (2, 4), (0, 1, 3)),
        Feature("came without a fall of 10% in the six months before", (0, 1, 3), (2, 4)),
    )
    assert fell == (less, less, tenth, less, tenth)
    within = Feature("closed within 2% of the record", (0,), (1, 2, 3, 4))
    assert near == (within, *[Feature("closed more than 2% below the record", (1, 2, 3, 4), (0,))] * 4)


@pytest.mark.parametrize(
    ("last", "said"), [(2047.0, "down 0.0%"), (2048.5, "unchanged"), (2049.0, "up 0.0%")]
)
def test_a_month_of_the_least_move_that_is_one(
    last: float, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market_sentences, "FLAT", 1 / 2048)
    given = history([2048.0, 2048.0, last], start="2019-12-30")
    assert f"ABC is {said} in January" in market_sentences.month_so_far(given, {})


def test_events_of_a_list_of_dates() -> None:
    prices = history([100.0 + n % 5 for n in range(600)])

    def came(*days: str) -> str:
        listed = Listed("meetings", tuple(ListedDate(date.fromisoformat(day)) for day in days))
        study = make_study("ABC", dates=dates_condition(listed), horizons=["1M"])
        spec = StudySpec(asset="ABC", dates="meetings", horizons=("1M",))
        result = run_study(study, {"ABC": prices})
        return market_sentences.signal_came(StudyView("meetings", spec, result, {"ABC": prices}, {}))

    assert came("2000-02-02") == "The list has one event within the prices of ABC, on Feb 2, 2000."
    assert came("2000-02-02", "2000-06-05", "2001-01-08") == (
        "The list has three events within the prices of ABC, from Feb 2, 2000 to Jan 8, 2001."
    )
    last = str(prices.sessions[-3])
    assert came("2000-02-02", last).endswith("; the last of them is under way.")
