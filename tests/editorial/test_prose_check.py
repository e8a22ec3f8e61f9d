"""What ``precedent check`` says of the author's words: typed numbers, and mistakes inside braces."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.article.prose import FILTERS
from generator.check.reading import check, load_spec, new_spec
from generator.core.errors import Problem
from generator.language.typed_numbers import typed_numbers
from tests.projects import copy_project


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rose 77% of the time.", ["77%"]),
        ("It rose 11.7 percent, or 1,204.50 points.", ["11.7", "1,204.50"]),
        ("A 10-day high in Q3, after QE2.", ["10", "3", "2"]),
        ("half", ["half"]),
        ("In the first half, the second half and half of June.", ["half", "June"]),
        ("Three of twenty-one; a dozen; hundreds.", ["Three", "twenty-one", "dozen", "hundreds"]),
        ("two hundred and five cases", ["two hundred and five"]),
        ("It doubled, and rose threefold. Twice!", ["doubled", "threefold", "Twice"]),
        ("No one knows which one it was; one month, one index.", []),
        ("one percent, one in five, one of ten", ["one", "one", "five", "one", "ten"]),
        ("A third of the cases; the third case; a quarter of the cases.", ["A third", "a quarter"]),
        ("since 1987, and since Dec 2023", ["1987", "Dec", "2023"]),
        ("It may rise in May; May it rise? Since May it fell.", ["May", "May"]),
        ("The march of March.", ["March"]),
        ("½ of it, x², and ٣ more", ["½", "²", "٣"]),
        ("often, attend, tend, weighty, someone, anyone, tenth, fourth, sixths, stone", []),
        ("First, second and third; once more.", []),
    ],
)
def test_what_is_a_number(text: str, found: list[str]) -> None:
    assert [number.text for number in typed_numbers(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Russell 2000 and the S&P\n500", []),
        ("The Russell 20000, a Russell 2000.5 and 2000", ["20000", "2000.5", "2000"]),
        ("[The 3 rules](https://example.org/2024/1) https://example.org/7", ["3"]),
        ("1. First\n2. Second\n\n10) Third", []),
        ("Of 12\n1987. A year", ["12", "1987"]),
    ],
)
def test_names_addresses_and_list_markers_are_free(text: str, found: list[str]) -> None:
    names = ["Russell 2000", "S&P 500"]
    assert [number.text for number in typed_numbers(text, names, markdown=True)] == found


SPEC = """\
title: {title}
date: 2026-04-21
kicker: Small caps
assets: {{IWM: Russell 2000, SPY: S&P 500}}
{more}
studies:
  big-months:
    asset: IWM
    signal: ten-percent-month
    horizons: [3M, 12M]
    contexts: {{2003-04: The low}}
sections:
  - best_cases:
      study: big-months
      horizon: 12M
      heading: Good ones
      notes:
        2003-04: It was spring.
  - prose: |
      The Russell 2000 rose
      {prose}
      and that is all.
  - prose:
      text: >-
        Folded
        words {folded}
        end.
  - key_points: [Much]
"""


def problems(
    root: Path, prose: str = "", *, folded: str = "", title: str = "A report", more: str = ""
) -> list[Problem]:
    """Every problem of a report; its prose is on line 21, its folded words on line 26."""
    copy_project(root, reports=False)
    path = root / "reports" / "a-report" / "report.yml"
    path.parent.mkdir(parents=True)
    path.write_text(SPEC.format(title=title, prose=prose, folded=folded, more=more or "tags: []"))
    return list(check(root))


def told(root: Path, prose: str, **more: str) -> str:
    (problem,) = problems(root, prose, **more)
    assert problem.file == "reports/a-report/report.yml"
    return f"{problem.line}: {problem.key}: {problem.message}"


def test_words_with_facts_alone_are_right(tmp_path: Path) -> None:
    prose = (
        '{{ market("IWM").month_to_date | size(2) }}, {{ study("big-months").at("3M").span | capital }}, '
        '{% if not market("SPY").at_record and study("big-months").present_date %}'
        '{{ study("big-months").parameter("percent") }}% '
        '{% elif market("SPY").gap %}of{% else %}and{% endif %} '
        '{{ market("SPY").change_since("2026-01-02") | moved }} {# 77 #}'
    )
    assert problems(tmp_path, prose) == []


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_known(tmp_path: Path, name: str) -> None:
    facts = {
        "rate": "win_rate", "percent": "average", "number": "sharpe", "count": "wins", "date": "streak_first",
        None: "verdict",
    }  # fmt: skip
    unit = FILTERS[name].unit
    fact = 'market("IWM").close' if unit == "price" else f'study("big-months").at("3M").{facts[unit]}'
    assert problems(tmp_path, f"{{{{ {fact} | {name} }}}}") == []


@pytest.mark.parametrize(
    ("prose", "message"),
    [
        ("{{ market() ) }}", "21: sections[2].prose: "),
        ("{% if %}", "21: sections[2].prose: "),
        ('{{ study("big-month").episodes }}', "no study 'big-month'. Did you mean 'big-months'?"),
        ('{{ study("big-months").at("6M").n }}', "no horizon '6M'. There are: 3M, 12M."),
        ('{{ study("big-months").at("3M").winrate }}', "no fact 'winrate'. Did you mean 'win_rate'?"),
        ('{{ study("big-months").win_rate }}', 'study("big-months").at("3M").win_rate'),
        ('{{ study("big-months").parameter("percents") }}', "Did you mean 'percent'?"),
        ('{{ market("SPX").close }}', "no asset 'SPX'. Did you mean 'SPY'?"),
        ('{{ market("IWM").closing }}', "Did you mean 'close'?"),
        ('{{ markt("IWM").close }}', "nothing called 'markt'. Did you mean 'market'?"),
        ('{{ market("IWM").close | pric }}', "no filter 'pric'. Did you mean 'price'?"),
        ('{{ market("IWM").close | rate }}', "the filter 'rate' takes a rate, and this is a price."),
        ('{{ market("IWM").gap | percent(9) }}', "a number of decimals from 0 to 4"),
        ('{{ market("IWM").gap | percent | size }}', "Keep one of the filters"),
        ('{{ market("IWM").change_since("June") }}', "needs a date such as '2025-08-01'"),
        ('{{ market("IWM").close * 2 }}', "only facts are printed"),
        ('{{ "77%" }}', "only facts are printed"),
        ("{{ 77 }}", "only facts are printed"),
        ('{{ market("IWM").close ~ "0" }}', "only facts are printed"),
        ('{{ "77" if market("IWM").at_record else "12" }}', "only facts are printed"),
        ('{% set x = market("IWM").close %}', "'assign' is no part of a report's words"),
        ('{% if market("IWM").close > 5 %}high{% endif %}', "only facts are printed and asked about"),
        ("{% raw %}{{ 77 }}{% endraw %}", "the number '77' is typed by hand"),
        ("77% of the time", "the number '77%' is typed by hand, in 'rose 77% of'. Name a fact, or list"),
        ('{{ market("IWM").close }}0', "the number '0' is typed by hand"),
        ("12. in a row", "the number '12' is typed by hand"),
        ('{{ market("IWM").close }}12. in a row', "the number '12' is typed by hand"),
        ("since 1987", "the number '1987' is typed by hand"),
        ("most since December", "the date 'December' is typed by hand"),
        ("Three months later", 'Write {{ study("big-months").at("3M").span | capital }}, or list'),
        ("in 12 months", 'Write {{ study("big-months").at("12M").span }}, or list'),
        ("10% or more", 'Write {{ study("big-months").parameter("percent") }}%, or list'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path: Path, prose: str, message: str) -> None:
    if prose == "12. in a row":  # A number that opens a line is the marker of a list; here it does not.
        prose = f"of {prose}"
    text = told(tmp_path, prose)
    assert text.startswith("21: sections[2].prose: ")
    assert message in text


def test_the_line_in_folded_words_and_in_keys(tmp_path: Path) -> None:
    assert told(tmp_path, "a lot", folded="88").startswith("26: sections[3].prose.text: ")


def test_every_text_of_the_author_is_read(tmp_path: Path) -> None:
    spec = (
        SPEC.replace("Small caps", "5 caps").replace("The low", "Low 6").replace("Good ones", "7 good ones")
    )
    spec = spec.replace("It was spring", "It was spring 8")
    spec = spec.replace(
        "    contexts:", "    title: Study 9\n    measure_heading: Over 11 days\n    contexts:"
    )
    spec = spec.format(title="A 4 report", prose="much", folded="", more="deck: Deck 3, {{ five().x }}")
    spec = spec.replace("[Much]", "[Much, '12 of them']")
    copy_project(tmp_path, reports=False)
    path = tmp_path / "reports" / "a-report" / "report.yml"
    path.parent.mkdir(parents=True)
    path.write_text(spec)
    found = [(p.line, p.message.split("'")[1]) for p in check(tmp_path)]
    assert found == [
        (1, "4"), (3, "5"), (5, "five"), (5, "3"), (11, "9"), (12, "11"), (13, "6"), (18, "7"), (20, "8"),
        (30, "12"),
    ]  # fmt: skip


def test_as_written_lets_a_number_stand_with_its_words(tmp_path: Path) -> None:
    more = "as_written: [{text: rule of 72, because: a name}, {text: '1987', because: a year}]"
    assert problems(tmp_path, "by the rule\n      of 72, as in 1987", more=more) == []


def test_as_written_covers_nothing_else(tmp_path: Path) -> None:
    more = "as_written: [{text: rule of 72, because: a name}]"
    assert "'72' is typed" in told(tmp_path, "by the rule of 72 in 72 cases", more=more)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{text: '77', because: a number}", "5: as_written[1].text: '77' alone would allow"),
        ("{text: three, because: a number}", "'three' alone would allow"),
        ("{text: rule of 72, because: a name}", "5: as_written[1].text: no number in the report's words"),
        ("{text: that is all, because: a name}", "no number in the report's words"),
        ("{text: rule of 72}", "'because' is missing. Add it."),
        ("{text: rule of 72, because: ''}", "is empty"),
        ("rule of 72", "keys and values"),
    ],
)
def test_an_entry_that_is_wrong(tmp_path: Path, entry: str, message: str) -> None:
    assert message in told(tmp_path, "a lot", more=f"as_written: [{entry}]")


@pytest.mark.parametrize("slug", ["top-10-stocks", "7", "2026-05-04-a-year-of-two-halves", "in-may", "x"])
def test_a_new_report_passes_whatever_its_name(tmp_path: Path, slug: str) -> None:
    copy_project(tmp_path / "letter", reports=False)
    load_spec(new_spec(tmp_path / "letter", slug))
