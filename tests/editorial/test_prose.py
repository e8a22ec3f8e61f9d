"""The author's templates: facts in, no arithmetic, mistakes told with their place."""

from __future__ import annotations

import numpy as np
import pytest

from generator.article.facts import FactBook
from generator.article.prose import render
from generator.core.errors import RequestError
from generator.market.history import PriceHistory
from tests.editorial.hand import hand_view, history


def fill(text: str) -> str:
    view = hand_view({"3M": [0.1, -0.05, 0.04, 0.03, 0.02, 0.0312]})
    return render(text, FactBook({"big-months": view}, view.histories), "report.yml, section prose")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ('It won {{ study("big-months").at("3M").win_rate }}.', "It won 83%."),
        ('{{ study("big-months").at("3M").win_rate | rate(2) }}', "83.33%"),
        ('{{ study("big-months").at("3M").worst | size }}', "5.0%"),
        ('{{ study("big-months").at("3M").worst | percent(2) }}', "−5.00%"),
        (
            '{{ study("big-months").at("3M").wins | count }} of {{ study("big-months").episodes }}',
            "five of six",
        ),
        ('{% if study("big-months").episodes %}yes{% else %}no{% endif %}', "yes"),
        ("No numbers, *stars* and <b>.", "No numbers, *stars* and <b>."),
        ('{{ study("big-months").first_date | month }}', "Apr 2003"),
    ],
)
def test_facts_fill_the_text(text: str, filled: str) -> None:
    assert fill(text) == filled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ 5 }}", "found '5' where a fact is printed"),
        ("{{ 5 | rate }}", "the filter 'rate' takes a fact"),
        ('{{ study("big-months").at("3M").win_rate * 100 }}', "does not calculate"),
        ('{{ study("big-months").at("3M").win_rate.value }}', "found '0.8333"),
        ('{{ study("big-months").at("3M").winrate }}', "Did you mean 'win_rate'"),
        ('{{ study("big-months").at("3M").win_rate | percent }}', "the filter 'percent' takes a percent"),
        ('{{ study("big-months").at("3M").average | percent(9) }}', "decimals from 0 to 4"),
        ('{{ study("nobody").episodes }}', "no study 'nobody'"),
        ("{{ nobody }}", "'nobody' is undefined"),
        ("{{ study( }}", "line 1 of the text"),
        ("{% if %}", "line 1 of the text"),
        ('{{ study("big-months") | upper }}', "No filter named 'upper'"),
        ('{{ study("big-months").__class__ }}', "section prose"),
        ("{% for i in range(9) %}{% endfor %}", "'range' is undefined"),
        ('{{ "a" * 3000000 }}', "characters"),
        ("{{ study() }}", "missing 1 required positional argument"),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        fill(text)
    assert str(caught.value).startswith("report.yml, section prose: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("closes", "phrase"),
    [  # Month-ends from January 2020 on; the last one is the newest month so far.
        ([100.0, 120.0, 132.0, 138.6, 152.46], "the strongest month since Mar 2020"),
        ([100.0, 105.0, 110.25, 111.0, 122.1], "the strongest month since the data begin in Jan 2020"),
        ([100.0, 80.0, 88.0, 79.2, 71.0], "the weakest month since Feb 2020"),
        ([100.0, 101.0, 102.0, 120.0, 121.0], "no stronger a month than Apr 2020"),
        ([100.0, 101.0, 102.0, 80.0, 79.0], "no weaker a month than Apr 2020"),
    ],
)
def test_a_since_is_always_true(closes: list[float], phrase: str) -> None:
    days = ["2020-01-31", "2020-02-28", "2020-03-31", "2020-04-30", "2020-05-15"]
    prices = PriceHistory("ABC", np.array(days, dtype="datetime64[D]"), np.array(closes))
    facts = FactBook({}, {"ABC": prices})
    assert render('{{ market("ABC").strongest_since }}', facts, "here") == phrase
    assert render('{{ market("ABC").history_since | capital }}', facts, "here") == "Since Jan 2020"
    assert (
        render('{{ market("ABC").last_month }}, {{ market("ABC").this_month }}', facts, "here")
        == "April, May"
    )
    low = closes[-1] < max(closes)
    assert ("below its highest close" in render('{{ market("ABC").record }}', facts, "here")) == low


def test_moves_say_which_way_they_went() -> None:
    prices = {
        name: history([100.0, 100.0, *[last] * 5], name) for name, last in (("UP", 104.1), ("DN", 95.3))
    }
    facts = FactBook({}, prices)
    text = '{{ market("UP").five_day_gain | moved }}; {{ market("DN").five_day_gain | stands }}'
    assert render(text, facts, "here") == "rose 4.1%; 4.7% lower than"


def test_a_horizon_and_a_parameter_in_words() -> None:
    assert fill('{{ study("big-months").at("3M").span | capital }} later') == "Three months later"
    with pytest.raises(RequestError, match="no parameter of the study big-months called 'percent'"):
        fill('{{ study("big-months").parameter("percent") }}')
