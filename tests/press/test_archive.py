"""The archive: a line an issue that suits its finding, and the issues by asset, signal and verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.edition.card import Card
from generator.edition.values import Strip, StripCell
from generator.pages.shelves import NO_VERDICT, OTHER_CONDITIONS, line, shelves
from generator.scorecard.values import Expectation, Expectations
from generator.signals.library import find_signal

LUCK, HARD = "better than usual, could be luck", "worse than usual, hard to explain by luck"
ORDINARY, FEW = "no clear difference", "too few cases"


def card(slug: str, *cells: StripCell, verdict: str = "") -> Card:
    strip = Strip("after the signal", cells) if cells else None
    words = dict.fromkeys(
        ("title", "deck", "kicker", "date", "as_of", "author", "source", "fingerprint"), "x"
    )
    return Card(
        slug=slug, **words, simulated=False, finding="The finding.", verdict=verdict, tags=(), strip=strip,
        lead=None, key_points=(), tables=(), charts=(), corrections=(), notices=(),
    )  # fmt: skip


def cell(
    label: str, verdict: str, *, headline: bool = False, median: bool = False, usual: str = ""
) -> StripCell:
    often = "rose 10 of 13"
    return StripCell(label, "+7.2%", often, verdict, headline=headline, median=median, usual=usual)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ((), "The finding."),
        ((cell("3M", FEW, headline=True),), "Too few cases to say: rose 10 of 13 after three months."),
        (
            (cell("3M", LUCK, headline=True),),
            "Rose 10 of 13 times, +7.2% on average, three months later.",
        ),
        (
            (cell("3M", ORDINARY, headline=True, median=True),),
            "Three months later: rose 10 of 13 times, a median of +7.2%.",
        ),
        (
            (cell("3M", LUCK, headline=True, usual="+2.1%"),),
            "Rose 10 of 13 times, +7.2% on average against the usual +2.1%, three months later.",
        ),
        (
            (cell("1W", HARD), cell("3M", ORDINARY, headline=True)),
            "One week later, worse than usual, hard to explain by luck: rose 10 of 13 times, +7.2% on "
            "average.",
        ),
    ],
)
def test_a_line_has_the_form_of_its_finding(cells: tuple[StripCell, ...], words: str) -> None:
    assert line(card("a", *cells)) == words


def expected(slug: str, asset: str, condition: str) -> Expectations:
    study = Expectation(
        study="s", title="S", asset=asset, target="SPY", assets=(asset, "SPY"), condition=condition,
        bars="daily", cooldown=0, entry="close", returns="price", since=None, date=None,
        provisional=False, horizons=(),
    )  # fmt: skip
    return Expectations(slug, "t", "2026-01-02", "2026-01-02", "sample", (study,))


def test_issues_stand_under_their_assets_signals_and_verdicts() -> None:
    cross = find_signal("golden-cross")
    one, two, bare = card("one", verdict=LUCK), card("two", verdict=LUCK), card("bare")
    told = {"one": expected("one", "IWM", cross.condition), "two": expected("two", "SPY", "close > 5")}
    by_asset, by_signal, by_verdict = shelves((one, two, bare), told)
    assert [(g.name, g.cards) for g in by_asset.groups] == [("IWM", (one,)), ("SPY", (one, two))]
    assert [(g.name, g.cards) for g in by_signal.groups] == [
        (cross.title, (one,)),
        (OTHER_CONDITIONS, (two,)),
    ]
    assert [(g.name, g.cards) for g in by_verdict.groups] == [
        ("Better than usual, could be luck", (one, two)),
        (NO_VERDICT, (bare,)),
    ]
    changed = replace(told["one"], studies=(replace(told["one"].studies[0], bars="weekly"),))
    assert shelves((one,), {"one": changed})[1].groups[0].name == OTHER_CONDITIONS
