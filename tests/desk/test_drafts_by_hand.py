"""Drafts and what is said of them, each line where it could be another, without prices being searched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import yaml

from generator.desk.choice import Choice, Story
from generator.desk.draft import REMARK, Draft, draft_text
from generator.desk.facts import Fact
from generator.desk.news import News, Ranked
from generator.desk.question import Question
from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from generator.run.draft import Drafted, behind, load_drafts, prices_of_week, summary
from generator.run.week import newest_week
from generator.spec.watchlist import Watchlist
from tests.desk.hand import history
from tests.desk.test_choice import fired
from tests.desk.test_draft_text import WATCHED, WATCHLIST, histories, made
from tests.desk.test_week import REPORT, market
from tests.desk.test_week import WATCHLIST as THREE
from tests.desk.test_words import fact, standing
from tests.scan.markets import MadeUp

FRIDAY = date(2026, 4, 24)


def text_of(*stories: Story, news: tuple[Ranked, ...] = (), as_of: date = FRIDAY, **changes: Any) -> str:
    draft = Draft(as_of, WATCHLIST, histories(), Choice(stories, News(news)), False, {})
    return draft_text(replace(draft, **changes))


def titled(*own: Fact) -> str:
    """The title of a dull week in which the benchmark did this."""
    text = text_of(news=tuple(Ranked(each, "benchmark", 0.5) for each in own))
    return str(yaml.safe_load(text)["title"])


def test_two_signals_are_told_by_the_first() -> None:
    first, second = (
        Story(None, Question(asset, finding=fired(asset, signal, 80).lead))
        for asset, signal in (("SPY", "golden-cross"), ("GLD", "death-cross"))
    )
    text = yaml.safe_load(text_of(first, second))
    assert text["title"] == "A golden cross in the S&P 500"
    assert 'study("golden-cross-spy").followed' in text["deck"]
    assert list(text["studies"]) == ["golden-cross-spy", "death-cross-gld"]
    assert text["tags"] == ["weekly", "trend"]


def test_the_headline_of_a_signal_changes_from_week_to_week() -> None:
    lead = Story(None, Question("SPY", finding=fired("SPY", "golden-cross", 80).lead))
    weeks = [yaml.safe_load(text_of(lead, as_of=FRIDAY + timedelta(weeks=n)))["title"] for n in range(9)]
    assert weeks[:3] == weeks[3:6] == weeks[6:]
    assert len(set(weeks[:3])) == 3


def test_a_record_is_the_title_of_a_dull_week_whatever_else_there_was() -> None:
    waited = replace(standing(50, 20.0, date(2024, 4, 24)), waited=2.0)
    day, swings, gap = (
        replace(fact(kind, 0.02, period), standing=waited)  # type: ignore[arg-type]
        for kind, period in (("move", "day"), ("swings", "week"), ("gap", "week"))
    )
    assert titled(day).endswith('’s {{ market("SPY").best_day_rank }}')
    moved = '{{ market("SPY").week_to_date | moved }}'
    assert titled(day, fact("record", 1.0, "day")).endswith(f" {moved} to a record close")
    assert titled(fact("record", 1.0, "day"), day).endswith(f" {moved} to a record close")
    for other in (swings, gap, replace(day, period="month")):
        assert titled(other).endswith(f" {moved} in the week")


def test_a_name_is_written_as_it_is() -> None:
    """In letters of its own, which YAML need not have spelled out."""
    assets = {**WATCHED, "GLD": replace(WATCHED["GLD"], name="Nestlé: “A”")}
    text = text_of(watchlist=replace(WATCHLIST, assets=assets), aside=True)
    assert '  GLD: "Nestlé: “A”"\n' in text
    assert 'kicker: "Draft · The week"\n' in text
    named = replace(WATCHED["SPY"], name="Joe's fund")
    title = text_of(watchlist=replace(WATCHLIST, assets={**WATCHED, "SPY": named})).splitlines()[2]
    assert title.startswith("title: '")
    assert "Joe''s" in title
    assert title.endswith(' {{ market("SPY").week_to_date | moved }} in the week\'')


def test_an_asset_that_moved_farthest_is_named_and_one_without_prices_is_not() -> None:
    _, text = made()
    assert text["assets"] == {"SPY": "S&P 500 fund", "GLD": "gold", "BRK.B": "Berkshire: B"}
    calm = {asset: history([100.0] * 30, asset) for asset in ("SPY", "GLD")}
    _, text = made(histories=calm)
    assert text["assets"] == {"SPY": "S&P 500 fund", "GLD": "gold"}


def fund_of(seen: int, later: int) -> PriceHistory:
    """A fund with so many sessions up to the Friday, and so many after it."""
    given = history([100.0 + n for n in range(seen + later)], "GLD")
    return replace(given, sessions=given.sessions + (np.datetime64(FRIDAY) - given.sessions[seen - 1]))


@pytest.mark.parametrize(
    ("seen", "later", "why"),
    [
        (11, 0, None),
        (11, 50, None),
        (10, 11, "later"),
        (10, 10, "it has 10 sessions by then, and two weeks are needed"),
        (8, 0, "it has 8 sessions by then, and two weeks are needed"),
        (8, 40, "later"),
    ],
)
def test_which_young_funds_are_in_a_week(seen: int, later: int, why: str | None) -> None:
    given = fund_of(seen, later)
    source = MadeUp({"SPY": history([100.0] * 30), "GLD": given})
    priced, lacking = prices_of_week(THREE, source, FRIDAY)
    assert ("GLD" in priced) == (why is None)
    assert lacking == ({"GLD": why} if why not in (None, "later") else {})
    begun = given.first.item()
    note = f"GLD is not in the week to 2026-04-24: its prices begin on {begun}"
    assert source.notes == ([note] if why == "later" else [])


def test_a_coin_that_leads_a_letter_is_not_behind_on_a_friday_that_is_asked_for() -> None:
    """Its prices go on, and its week does; the fund's is over."""

    def until(asset: str, last: str) -> PriceHistory:
        days = sessions(asset, np.datetime64("2026-01-05"), np.datetime64(last))
        return PriceHistory(asset=asset, sessions=days, close=np.full(len(days), 100.0))

    for coin, lacking in (("2026-05-01", False), ("2026-04-24", False), ("2026-04-23", True)):
        source = MadeUp({"BTC-USD": until("BTC-USD", coin), "SPY": until("SPY", "2026-05-01")})
        day = newest_week(source, "BTC-USD", FRIDAY)
        assert day == date(2026, 4, 19)
        found = behind(source, Watchlist("BTC-USD", {}, ("BTC-USD", "SPY")), FRIDAY, day)
        assert list(found) == ["BTC-USD"] * lacking


def drafted(root: Path, slug: str, place: str = "reports", first: str = REMARK) -> Path:
    path = root / place / slug / "report.yml"
    path.parent.mkdir(parents=True)
    text = REPORT.format(title="week", day="2026-04-10", tags="weekly")
    path.write_text(f"{first}\n{text}", encoding="utf-8")
    return path


def test_drafts_that_lie_aside_are_of_a_simulated_market_alone(tmp_path: Path) -> None:
    drafted(tmp_path, "2026-w15", "build/drafts")
    source = market()
    assert load_drafts(tmp_path, None, source) == ()
    source.simulated = True
    assert [spec.slug for spec in load_drafts(tmp_path, None, source)] == ["2026-w15"]


def test_which_drafts_are_still_to_be_read(tmp_path: Path) -> None:
    """Not those that are published, nor the one that was told of as new; nor what has been edited."""
    for slug in ("a", "b", "c"):
        drafted(tmp_path, slug)
    drafted(tmp_path, "d", first="# mine")
    source = MadeUp({})
    source.simulated = True

    def still(this: Drafted | None, *published: str) -> list[str]:
        lines = summary(tmp_path, this, [], source, dict.fromkeys(published, cast(Any, None)))
        return [line.rpartition("reports/")[2][0] for line in lines if line.startswith("Still")]

    path = tmp_path / "reports" / "b" / "report.yml"
    new, old = (Drafted(path, "b", FRIDAY, new=fresh, noteworthy=True, lacking={}) for fresh in (True, False))
    assert still(None) == ["a", "b", "c"]
    assert still(None, "a", "x") == ["b", "c"]
    assert still(new) == ["a", "c"]
    assert still(old) == ["a", "b", "c"]
    assert still(new, "c") == ["a"]
    told = summary(tmp_path, new, [], source, {})[0]
    assert told == "To read and edit: reports/b/report.yml, a draft of the week to 2026-04-24."
    short = summary(tmp_path, replace(new, noteworthy=False), [], source, {})[0]
    assert short == f"{told.removesuffix('.')}, and a short one: nothing called for a study."
    assert not [line for line in summary(tmp_path, old, [], source, {}) if line.startswith("To read")]
