"""Every neighbour that a study has, by its group and label, and what it asks."""

from __future__ import annotations

import pytest

from generator.signals.dates import read_dates
from generator.study.evidence.neighbours import near_values, neighbours
from generator.study.question import make_study
from generator.study.values import Study

DATES = read_dates("2020-03-15\n2020-06-01", "cuts.txt")


def near(study: Study, **choices: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in neighbours(study, **choices):  # type: ignore[arg-type]
        found.setdefault(each.group, []).append(each.label)
    return found


def test_all_neighbours_of_a_condition_on_days() -> None:
    assert near(make_study("IWM", when="rsi(close, 14) < 30", cooldown=10)) == {
        "the 14": ["14 → 11", "14 → 13", "14 → 15", "14 → 17"],
        "the 30": ["30 → 24", "30 → 27", "30 → 33", "30 → 36"],
        "cooldown": ["10 → 0 bars", "10 → 5 bars", "10 → 21 bars"],
        "entry": ["close → next open", "close → next close"],
    }


def test_all_neighbours_of_a_condition_on_weeks_and_months() -> None:
    weekly = make_study("IWM", when="close > sma(close, 4)", bars="weekly", cooldown=1, entry="next_close")
    assert near(weekly, entries=("close", "next_close")) == {
        "the 4": ["4 → 3", "4 → 5"],
        "cooldown": ["1 → 2 bars", "1 → 4 bars"],
        "entry": ["next close → close"],
    }
    monthly = make_study("IWM", when="close > sma(close, 4)", bars="monthly", cooldown=3)
    wanted = {
        "the 4": ["4 → 3", "4 → 5"],
        "cooldown": ["3 → 0 bars", "3 → 1 bars"],
        "entry": ["close → next open", "close → next close"],
        "month measured": [
            *("3 sessions before", "2 sessions before", "1 session before"),
            *("1 session after", "2 sessions after", "3 sessions after"),
        ],
    }
    assert near(monthly) == wanted
    del wanted["month measured"]
    assert near(monthly, has_sessions=False) == wanted
    assert [n.shift for n in neighbours(monthly) if n.group == "month measured"] == [-3, -2, -1, 1, 2, 3]
    assert {n.shift for n in neighbours(monthly) if n.group != "month measured"} == {0}


@pytest.mark.parametrize(
    ("bars", "labels", "later"),
    [
        ("daily", ["1 day later", "2 days later", "3 days later", "5 days later"], [1, 2, 3, 5]),
        ("weekly", ["1 week later", "2 weeks later"], [1, 2]),
        ("monthly", ["1 month later"], [1]),
    ],
)
def test_a_list_of_dates_is_read_later(bars: str, labels: list[str], later: list[int]) -> None:
    study = make_study("IWM", dates=DATES, bars=bars)  # type: ignore[arg-type]
    assert near(study)["date"] == labels
    found = [n.study.listed for n in neighbours(study) if n.group == "date"]
    assert [each and each.later for each in found] == later
    assert [each and each.dates for each in found] == [study.listed and study.listed.dates] * len(later)
    assert set(near(study)) == {"date", "cooldown", "entry"} | ({"month measured"} & set(near(study)))


def test_a_neighbour_differs_in_its_choice_alone_and_has_no_measure() -> None:
    study = make_study(
        "IWM", signal="reverse-up", target="SPY", horizons=["1M"], measure="rsi(close, 14)", cooldown=10
    )
    for each in neighbours(study):
        assert each.study.measure is None
        assert (each.study.asset, each.study.target, each.study.horizons) == ("IWM", "SPY", study.horizons)
        assert (each.study.cooldown == 10) is (each.group != "cooldown")
        assert (each.study.entry == "close") is (each.group != "entry")
        assert (each.study.condition == study.condition) is (each.group in ("cooldown", "entry"))
    assert near(study)["lookback"] == ["20 → 16", "20 → 18", "20 → 22", "20 → 24"]
    assert near(study)["within"] == ["8 → 7", "8 → 9"]


def test_a_value_that_the_language_does_not_allow_is_no_neighbour() -> None:
    # 2,520 is the largest window, and a window of rsi has two bars at least.
    assert near(make_study("IWM", when="close > sma(close, 2500)"))["the 2500"] == [
        "2500 → 2000",
        "2500 → 2250",
    ]
    assert near(make_study("IWM", when="rsi(close, 2) < 10"))["the 2"] == ["2 → 3"]


def test_the_threshold_of_a_move_goes_by_rungs_and_other_numbers_by_tenths() -> None:
    assert near(make_study("IWM", when="roc(close, 5) >= 3"))["threshold"] == [
        "3 → 2",
        "3 → 2.5",
        "3 → 4",
        "3 → 5",
    ]
    other = near(make_study("IWM", when="roc(close, 5) > 3"))
    assert other["the 3"] == ["3 → 2", "3 → 4"]
    assert other["the 5"] == ["5 → 4", "5 → 6"]
    twice = make_study("IWM", when="close > sma(close, 50) and low < lowest(low, 50) * 1.5")
    assert list(near(twice)) == ["the 50", "the 1.5", "cooldown", "entry"]
    texts = {n.label: n.study.condition.text for n in neighbours(twice)}
    assert texts["50 → 40"] == "close > sma(close, 40) and low < lowest(low, 40) * 1.5"
    assert texts["1.5 → 1.2"] == "close > sma(close, 50) and low < lowest(low, 50) * 1.2"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (-1, ()),
        (-2, (-3, -1)),
        (12, (10, 11, 13, 14)),
        (14, (11, 13, 15, 17)),
        (0.5, (0.4, 0.45, 0.55, 0.6)),
        (-0.5, (-0.6, -0.55, -0.45, -0.4)),
        (9.9, (7.92, 8.91, 10.89, 11.88)),
    ],
)
def test_values_to_either_side(value: float, found: tuple[float, ...]) -> None:
    assert near_values(value) == pytest.approx(found)
