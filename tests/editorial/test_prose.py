"""The author's templates: facts in, no arithmetic, mistakes told with their place."""

from __future__ import annotations

import pytest

from generator.editorial.facts import FactBook
from generator.editorial.prose import render
from generator.errors import RequestError
from tests.editorial.hand import hand_view


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
