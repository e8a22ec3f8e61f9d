"""``words.yml``: every key is used, a letter's words go before, mistakes are told, English is as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from generator.findings.tables import _SUMMARY
from generator.language import numbers, own_words
from generator.language.own_words import WORDS_FILE, english, read_words, use_words, words
from generator.language.words import any_moment, span, tick
from generator.market.bars import BAR_KINDS
from generator.run.make import dress_hash, program_hash
from generator.study.statistic import STATISTICS
from generator.study.verdict import PHRASES, VerdictKey
from tests.running import project_with, refused, run

ROOT = Path(__file__).parents[2]
DEUTSCH = ROOT / "tests" / "letters" / "deutsch"
_DYNAMIC = {
    "verdicts": set(get_args(VerdictKey)),
    "any": {*BAR_KINDS, "since"},
    "spans": {f"{unit}{s}" for unit in ("session", "week", "month", "year") for s in ("", "s")},
    "statistics": {
        *(name for name, each in STATISTICS.items() if each.column is not None),
        *(f"group_{each.column}" for each in STATISTICS.values() if each.column),
        *("q_value", "horizon", "verdict"),
    },
}
"""Groups of which a key is put together where it is used."""


@pytest.fixture(autouse=True)
def afterwards_english() -> Iterator[None]:
    yield
    own_words._letters.clear()
    own_words._taken.clear()


@pytest.fixture
def german() -> None:
    use_words(DEUTSCH)


def test_every_key_is_used_and_every_used_key_is_there() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "generator").rglob("*.py"))
    named = set(re.findall(r'"((?:[a-z]+)\.[a-z_]+)"', source))
    made = {f"{group}.{name}" for group, names in _DYNAMIC.items() for name in names}
    made |= {f"episodes.{name}" for name in _SUMMARY}
    groups = {key.split(".")[0] for key in english()}
    assert {key for key in english() if key not in named and key not in made} == set()
    called = set(re.findall(r'\bwords\(\s*"([a-z]+\.[a-z_-]+)"', source))
    assert (called | made) - english().keys() == set()
    assert set(_DYNAMIC) <= groups


def test_the_english_verdicts_are_those_of_the_rule() -> None:
    assert {key: words(f"verdicts.{key}") for key in PHRASES} == PHRASES


def test_the_german_letter_has_every_key() -> None:
    own, problems = read_words(DEUTSCH)
    assert problems == []
    assert own.keys() == english().keys()


@pytest.mark.usefixtures("german")
def test_numbers_and_dates_in_german() -> None:
    assert numbers.percent(-0.10284) == "−10,28"
    assert numbers.percent(0.0) == "0,00"
    assert numbers.percent_sign(0.1028) == "+10,3 %"
    assert numbers.rate(0.6154) == "62 %"
    assert numbers.size(-0.0474) == "4,7 %"
    assert numbers.price(2775.0) == "2.775,00"
    assert numbers.price(0.0000085) == "0,0000085"
    assert numbers.p_value(0.0001) == "< 0,001"
    assert numbers.count(9) == "neun"
    assert numbers.count(1204) == "1.204"
    assert numbers.day(date(2026, 4, 20)) == "20. Apr. 2026"
    assert numbers.long_day(date(2026, 4, 20)) == "20. April 2026"
    assert numbers.month(date(2003, 3, 31)) == "März 2003"
    assert span("3M") == "drei Monate"
    assert tick("12M") == "12 Monate"
    assert any_moment("monthly") == "ein beliebiger Monat"
    assert numbers.tone_of(numbers.percent(0.01)) == "gain"


@pytest.mark.parametrize("root", [DEUTSCH, ROOT / "nowhere"], ids=["german", "english"])
@pytest.mark.parametrize("value", [0.0, 0.5, -0.5, 12.25, -1234.5, 1234567.75, 999.99])
def test_a_figure_is_read_as_it_is_written(root: Path, value: float) -> None:
    use_words(root)
    assert numbers.read_figure(numbers.signed(value), numbers.marks()) == value
    assert numbers.read_figure(f"{numbers.signed(value)} Punkte", numbers.marks()) == value
    assert numbers.read_figure("— nothing", numbers.marks()) is None


def letter(place: Path, text: str) -> Path:
    root = project_with(place / "letter")
    (root / WORDS_FILE).write_text(text)
    return root


def test_a_key_alone_goes_before_the_english_one(tmp_path: Path) -> None:
    use_words(letter(tmp_path, "neighbours:\n  edge: Advantage\n"))
    assert words("neighbours.edge") == "Advantage"
    assert words("episodes.median") == "Median"


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("epsodes:\n  edge: A\n", "epsodes", "Did you mean 'episodes'?"),
        ("episodes:\n  medain: A\n", "episodes.medain", "Did you mean 'median'?"),
        ("episodes: A\n", "episodes", "needs keys and their words"),
        ("dates:\n  months: [A, B]\n", "dates.months", "has 2 words; it needs 12."),
        ("dates:\n  months: A\n", "dates.months", "needs a list of 12 words: January, February"),
        ('dates:\n  day: "{day}. {mont} {year}"\n', "dates.day", "no '{mont}' here. Did you mean 'month'?"),
        ("neighbours:\n  edge: [A]\n", "neighbours.edge", "needs words, such as 'Edge, points'."),
        ('numbers:\n  decimal: ","\n', "numbers", "the sign of decimals and of thousands"),
        ('numbers:\n  decimal: "::"\n', "numbers.decimal", "it is one sign"),
        ("episodes: [\n", "", ""),
    ],
)
def test_each_mistake_is_told_once_with_its_line(tmp_path: Path, text: str, key: str, told: str) -> None:
    root = letter(tmp_path, text)
    _, (problem,) = read_words(root)
    assert problem.file == WORDS_FILE
    assert problem.line
    assert problem.key == key
    assert told in problem.message
    assert problem.message in refused(run("check", project=root), 2)


def test_pages_are_made_again_when_words_change(tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter")
    before = program_hash(root), dress_hash(root)
    (root / WORDS_FILE).write_text("neighbours:\n  edge: Advantage\n")
    after = program_hash(root), dress_hash(root)
    assert all(was != now for was, now in zip(before, after, strict=True))
