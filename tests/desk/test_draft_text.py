"""The draft of a week as a file: every line of it, for a move and a signal, a dull week and one aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from generator.desk.choice import Choice, Story
from generator.desk.draft import Draft, draft_text, is_draft, left_out, week_slug
from generator.desk.facts import Fact, Kind, Period
from generator.desk.news import News, Ranked
from generator.desk.question import Question
from generator.desk.standing import Standing
from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from generator.run.week import missed_weeks, scan_week
from generator.spec.watchlist import WatchedAsset, Watchlist
from generator.study.ladder import Move, Rung
from tests.desk.hand import history
from tests.desk.test_choice import fired
from tests.desk.test_words import spec
from tests.scan.markets import MadeUp

FRIDAY = date(2026, 4, 24)
NAMES = {
    "SPY": "S&P 500 fund", "GLD": "gold", "XLE": "energy stocks", "BRK.B": "Berkshire: B", "ON": "Onsemi",
    "QQQ": "Nasdaq 100 fund",
}  # fmt: skip
WATCHED = {ticker: WatchedAsset(ticker, name, "all", "SPY") for ticker, name in NAMES.items()}
WATCHLIST = Watchlist("SPY", WATCHED, ("GLD", "SPY", "QQQ"))


def fact(asset: str, kind: Kind, value: float, period: Period = "day", other: str | None = None) -> Fact:
    stands = Standing(date(2012, 3, 2), 2, 1000, date(2006, 4, 24), 20.0, 14.0)
    return Fact(kind, asset, period, value, FRIDAY, stands, other)


def story(given: Fact, question: Question | None, weight: float = 3.0) -> Story:
    return Story(Ranked(given, "core", weight), question)


def histories() -> dict[str, PriceHistory]:
    """Without the Nasdaq 100; the two at the end have moved nowhere, Berkshire farthest."""
    moves = {"SPY": 1.01, "GLD": 0.98, "XLE": 1.0, "BRK.B": 1.09, "ON": 1.0}
    return {a: history([*[100.0] * 29, 100 * move], a) for a, move in moves.items()}


def made(*stories: Story, news: tuple[Ranked, ...] = (), **changes: Any) -> tuple[list[str], dict[str, Any]]:
    """The remarks, and the rest as YAML has it."""
    ranked = tuple(s.ranked for s in stories if s.ranked is not None) + news
    draft = Draft(FRIDAY, WATCHLIST, histories(), Choice(stories, News(ranked)), False, {})
    text = draft_text(replace(draft, **changes))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    lines = text.splitlines()
    remarks = [line for line in lines if line.startswith("#")]
    assert lines[: len(remarks)] == remarks
    return remarks, yaml.safe_load(text)


DOWN = Question("GLD", rung=Rung(Move("GLD", "monthly", False, other="SPY"), 2.5, 17))
FIRST = "# Drafted from the prices to Apr 24, 2026; yours to edit. It is not written again while it is here."


def test_a_move_and_a_signal() -> None:
    lead = story(fact("GLD", "gap", -0.0312, "month", "SPY"), DOWN)
    second = Story(None, Question("BRK.B", finding=fired("BRK.B", "golden-cross", 77.6).lead))
    remarks, text = made(lead, second, lacking={"QQQ": "it has no close on that day"})
    assert remarks == [
        FIRST,
        "# Without QQQ: it has no close on that day",
        "# GLD/SPY month gap down: once in 16.1 years, the last 2012-03-02, place 2 of 1,000; of the core."
        .replace("16.1", f"{14**0.6 * 10**0.4:.1f}"),
        "# golden-cross on BRK.B: interest 78 of 100.",
    ]  # fmt: skip
    gld, spy = '{{ market("GLD").month_to_date | up }}', '{{ market("SPY").month_to_date | up }}'
    month = '{{ market("GLD").this_month }}'
    gap = '{{ market("GLD").against("SPY").month_gap'
    name = "gld-spy-month-down-2-5"
    assert text == {
        "title": f"Gold is {gap} | gap }}}} behind the S&P 500 fund in {month}, {gap}_rank }}}}",
        "deck": f"Gold is {gld} so far in {month}; the S&P 500 fund is {spy}. "
        f'{{{{ study("{name}").followed }}}} {{{{ study("{name}").standout }}}}',
        "kicker": "Gold",
        "date": FRIDAY,
        "as_of": FRIDAY,
        "tags": ["weekly", "trend"],
        "lead": name,
        "story": {"fact": "GLD/SPY month gap down", "size": 0.0312},
        "assets": {"SPY": "S&P 500 fund", "GLD": "gold", "BRK.B": "Berkshire: B"},
        "studies": {
            name: {
                "asset": "GLD",
                "when": 'roc(close, 1) - on("SPY", roc(close, 1)) <= -2.5',
                "bars": "monthly",
                "cooldown": DOWN.rung.move.cooldown if DOWN.rung else None,
                "present": lead.ranked.fact.day if lead.ranked else None,
                "picked_from": 1,
            },
            "golden-cross-brk-b": {
                "asset": "BRK.B",
                "signal": "golden-cross",
                "title": "The golden cross in Berkshire: B",
            },
        },
        "sections": [
            "key_points",
            {"market_table": {"assets": ["SPY", "GLD"], "benchmark": "SPY"}},
            {"why": {"study": name, "heading": "Why this one"}},
            {"study": name},
            {"why": {"study": "golden-cross-brk-b", "heading": "The second story"}},
            {"study": "golden-cross-brk-b"},
            {"seasonality": "GLD"},
            {"also_fired": {"assets": {a: NAMES[a] for a in ("SPY", "GLD", "XLE", "BRK.B", "ON")}}},
            "past_signals",
            "method",
        ],
    }


def test_two_moves_have_one_why_and_every_asset_that_is_told() -> None:
    up = Question("ON", rung=Rung(Move("ON", "daily", True), 3, 17))
    first, second = (
        story(fact("ON", "move", 0.031), up),
        story(fact("GLD", "gap", -0.03, "month", "SPY"), DOWN),
    )
    told = Ranked(fact("XLE", "move", -0.02, "week"), "rest", 0.9)
    _, text = made(first, second, news=(told,))
    assert list(text["studies"]) == ["on-day-up-3", "gld-spy-month-down-2-5"]
    assert text["studies"]["on-day-up-3"]["picked_from"] == 3
    assert [each for each in text["sections"] if "why" in each] == [
        {"why": {"study": "on-day-up-3", "heading": "Why this one"}}
    ]
    assert list(text["assets"]) == ["SPY", "GLD", "ON", "XLE", "BRK.B"]
    assert (text["kicker"], text["tags"], text["lead"]) == ("Onsemi", ["weekly"], "on-day-up-3")


def test_a_fact_without_a_study() -> None:
    _, text = made(story(fact("XLE", "record", 1.0), None))
    assert (
        text["deck"]
        == 'Energy stocks {{ market("XLE").week_to_date | moved }} in the week, to a record close.'
    )
    assert "studies" not in text
    assert "lead" not in text
    assert text["story"] == {"fact": "XLE day record up", "size": 1.0, "picked_from": 1}
    assert text["sections"][1] == {"market_table": {"assets": ["SPY", "GLD"], "benchmark": "SPY"}}
    assert text["sections"][2] == {"seasonality": "XLE"}


def test_a_move_without_a_study_says_how_rare_it_is_and_what_else_moved() -> None:
    gold = Ranked(fact("GLD", "move", 0.05, "week"), "core", 2.0)
    _, text = made(story(fact("XLE", "move", 0.2, "week"), None), news=(gold,))
    assert text["deck"] == (
        'Energy stocks {{ market("XLE").week_to_date | moved }} in the week. '
        'It was the {{ market("XLE").week_place }}. Gold had its {{ market("GLD").week_rank }}.'
    )
    assert text["story"] == {"fact": "XLE week move up", "size": 0.2, "picked_from": 2}
    # What the second story studies is not told before it.
    up = Question("GLD", rung=Rung(Move("GLD", "weekly", True), 3, 17))
    _, text = made(story(fact("XLE", "move", 0.2, "week"), None), Story(gold, up))
    assert "Gold had" not in text["deck"]
    assert "lead" not in text
    headed = [each["why"] for each in text["sections"] if "why" in each]
    assert headed == []
    second = Story(None, Question("BRK.B", finding=fired("BRK.B", "golden-cross", 77.6).lead))
    _, text = made(story(fact("XLE", "move", 0.2, "week"), None), second)
    (why,) = (each["why"] for each in text["sections"] if "why" in each)
    assert why == {"study": "golden-cross-brk-b", "heading": "The second story"}


def test_late_in_december_no_time_of_year_is_told() -> None:
    lead = story(fact("GLD", "move", 0.031), Question("GLD", rung=Rung(Move("GLD", "daily", True), 3, 17)))
    for day, told in ((date(2026, 12, 11), True), (date(2026, 12, 18), False)):
        _, text = made(lead, as_of=day)
        assert any("seasonality" in each for each in text["sections"]) is told


def test_a_signal_leads() -> None:
    finding = fired("SPY", "golden-cross", 80).lead
    _, text = made(Story(None, Question("SPY", finding=finding)))
    # Week 2026-04-24 is the 105,685th since the first of January of year 1: of three titles the second.
    number = FRIDAY.toordinal() // 7 % 3
    titles = (
        "A golden cross in the S&P 500",
        "The averages of the S&P 500 have crossed upward",
        "The S&P 500 turned up, says an old rule",
    )
    assert text["title"] == titles[number]
    assert text["lead"] == "golden-cross-spy"
    assert "story" not in text
    assert (text["kicker"], text["tags"]) == ("The S&P 500", ["weekly", "trend"])
    facts = 'study("golden-cross-spy")'
    values = [f'{{{{ {facts}.parameter("{name}") }}}}' for name in ("fast", "slow")]
    assert text["deck"] == (
        f"On {{{{ {facts}.present_date }}}} the S&P 500 fund saw the {values[0]}-session average rise above "
        f"the {values[1]}-session one. "
        'It {{ market("SPY").week_to_date | moved }} in the week. '
        f"{{{{ {facts}.followed }}}} {{{{ {facts}.standout }}}}"
    )


@pytest.mark.parametrize(
    ("news", "title", "deck"),
    [
        ((), "in the week", "No move of the week was rare enough to ask what came next"),
        (
            (Ranked(fact("SPY", "record", 1.0), "benchmark", 0.5),),
            "to a record close",
            'The S&P 500 fund had its {{ market("SPY").record_rank }}. '
            "No move of the week was rare enough to ask what came next",
        ),
        (
            (Ranked(fact("GLD", "record", 1.0), "core", 0.5),),
            "in the week",
            "No move of the week was rare enough to ask what came next",
        ),
        (
            (Ranked(fact("GLD", "move", 0.1), "core", 0.5),),
            "in the week",
            "Nothing in the week was rare enough to make a study of",
        ),
    ],
)
def test_a_dull_week(news: tuple[Ranked, ...], title: str, deck: str) -> None:
    remarks, text = made(news=news)
    assert remarks == [
        FIRST,
        "# Nothing in the week is rare enough to lead with: the issue says so, and is short.",
    ]
    assert text["title"] == f'The S&P 500 fund {{{{ market("SPY").week_to_date | moved }}}} {title}'
    assert text["deck"] == f"{deck}, so this issue is short."
    assert (text["kicker"], text["tags"]) == ("The week", ["weekly"])
    assert not {"studies", "lead", "story"} & set(text)
    kinds = [each if isinstance(each, str) else next(iter(each)) for each in text["sections"]]
    assert kinds == ["key_points", "market_table", "also_fired", "past_signals", "method"]


def test_a_draft_from_a_simulated_market_says_so() -> None:
    _, text = made(aside=True)
    assert (text["kicker"], text["tags"]) == ("Draft · The week", ["draft", "weekly"])


def test_the_benchmarks_fall_is_told_whatever_leads() -> None:
    fall = Ranked(fact("SPY", "correction", -0.1034), "benchmark", 2.9)
    day, below = ('{{ market("SPY").below_high_date | month_day }}', '{{ market("SPY").below_high | size }}')
    rank = '{{ market("SPY").correction_rank }}'
    _, text = made(story(fact("GLD", "record", 1.0), None), news=(fall,))
    assert (
        f"On {day} the S&P 500 fund closed {below} below its highest close in a year, its {rank}."
        in text["deck"]
    )
    _, own = made(story(fact("SPY", "record", 1.0), None), news=(fall,))
    assert f" On {day} it closed {below} below" in own["deck"]
    _, itself = made(Story(fall, None))
    assert itself["deck"].count("On ") == 1


def test_names_of_weeks_and_drafts() -> None:
    assert [week_slug(date(*day)) for day in ((2026, 4, 24), (2026, 1, 30), (2021, 1, 1))] == [
        *("2026-w17", "2026-w05", "2020-w53")
    ]
    remark = "# Drafted from the prices to Apr 24, 2026"
    assert is_draft(spec(f"{remark}\n"))
    assert is_draft(spec("title: x\n", "draft"))
    assert not is_draft(spec("title: x\n", "weekly"))
    assert left_out(spec(f"{remark}\n# Without A: b\n# Without C: d\ntitle: x\n")) == ("A: b", "C: d")
    assert left_out(spec("# Without A: b\n")) == ()


def test_a_name_that_yaml_would_read_as_something_else_is_quoted() -> None:
    names = {**NAMES, "XLE": "12", "ON": "no", "BRK.B": "A [b]", "GLD": "#gold"}
    assets = {ticker: replace(each, name=names[ticker]) for ticker, each in WATCHED.items()}
    _, text = made(watchlist=replace(WATCHLIST, assets=assets))
    (fired_on,) = [each["also_fired"] for each in text["sections"] if "also_fired" in each]
    assert fired_on["assets"] == {a: names[a] for a in ("SPY", "GLD", "XLE", "BRK.B", "ON")}


def test_which_weeks_were_missed(tmp_path: Path) -> None:
    """Between the newest week that has an issue and this one, the oldest first; none after a year's rest."""
    weeks = [f"2026-w{n:02}" for n in range(1, 18)]
    assert missed_weeks(tmp_path, weeks[:-1], FRIDAY) == []
    assert missed_weeks(tmp_path, [], FRIDAY) == []
    (tmp_path / "reports" / "2026-w15").mkdir(parents=True)
    (tmp_path / "reports" / "2026-w15" / "report.yml").write_text("x")
    assert missed_weeks(tmp_path, weeks[:14], FRIDAY - timedelta(days=1)) == [
        "missed: 2026-w15 has no published issue; finish reports/2026-w15/report.yml, then: "
        "precedent publish 2026-w15",
        "missed: 2026-w16 has no published issue; precedent draft --as-of 2026-04-19",
    ]
    assert len(missed_weeks(tmp_path, ["2025-w17"], FRIDAY)) == 51
    assert missed_weeks(tmp_path, ["2025-w16"], FRIDAY) == []


@pytest.mark.parametrize(
    ("fell", "as_of", "told"),
    [
        ("2026-04-19", "2026-04-19", True),  # a Sunday, on which Riyadh's week begins
        ("2026-04-16", "2026-04-19", False),
        ("2026-04-19", "2026-04-23", True),
        ("2026-04-16", "2026-04-23", False),
        ("2026-04-16", "2026-04-16", True),
    ],
)
def test_the_week_of_a_letter_that_keeps_riyadhs_calendar(fell: str, as_of: str, told: bool) -> None:
    days = sessions("2222.SR", np.datetime64("2024-01-02"), np.datetime64(as_of))
    closes = np.where(days >= np.datetime64(fell), 80.0, 100.0 + np.arange(len(days)) % 2)
    source = MadeUp({"2222.SR": PriceHistory(asset="2222.SR", sessions=days, close=closes)})
    found = scan_week(("2222.SR",), ("correction",), source, date.fromisoformat(as_of), "XSAU")
    assert [str(event.lead.firing.day) for event in found.events] == [fell] * told


def test_a_short_issue_tells_the_loudest_week_and_no_record_of_every_week() -> None:
    lately = fact("SPY", "record", 1.0)
    lately = replace(lately, standing=replace(lately.standing, waited=0.03))
    loud = replace(fact("GLD", "move", 0.18), period="week", standing=replace(lately.standing, waited=0.1))
    _, text = made(news=(Ranked(lately, "benchmark", 0.5), Ranked(loud, "core", 0.1)))
    assert text["deck"].startswith('Gold {{ market("GLD").week_to_date | moved }} in the week. No move of')


def test_a_day_to_the_other_side_is_told_in_the_deck() -> None:
    """The S&P 500 fund's worst day on record, Oct 15, 2008, came two days after its best."""
    fall, rise = fact("SPY", "move", -0.098), fact("SPY", "move", 0.145)
    news = (Ranked(fall, "benchmark", 4.0), Ranked(rise, "benchmark", 3.9))
    _, text = made(story(fall, None), news=news)
    assert (
        'On {{ market("SPY").best_day_date | month_day }} it {{ market("SPY").best_day | moved }}, its '
        '{{ market("SPY").best_day_rank }}.'
    ) in text["deck"]


def test_a_swing_within_a_day_is_in_the_deck_where_no_close_shows_it() -> None:
    """The flash crash: a tenth gone and regained within May 6, 2010, in a week that fell 6.4%."""
    week, swing = fact("SPY", "move", -0.064, "week"), fact("SPY", "range", 0.103)
    _, text = made(story(week, None), news=(Ranked(swing, "benchmark", 0.9),))
    told = 'It swung by {{ market("SPY").widest_day | size }} within a day, its'
    assert told in text["deck"]
    crash = Ranked(fact("SPY", "move", -0.06), "benchmark", 2.0)  # on that day
    _, text = made(story(week, None), news=(Ranked(swing, "benchmark", 0.9), crash))
    assert told not in text["deck"]
