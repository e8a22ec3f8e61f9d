"""A week's draft, its weeks and its prices: what is asked, what is said, and what is written where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from generator.article.market_table import HEADINGS, market_table, quiet_week
from generator.article.report import Report
from generator.core.errors import DataError, PartialError
from generator.desk.choice import Choice, Story
from generator.desk.draft import Draft, draft_text
from generator.desk.facts import Fact, Kind, Period
from generator.desk.news import News, Ranked, news_of
from generator.desk.standing import Standing
from generator.desk.week_words import fact_story
from generator.language import numbers
from generator.run.draft import Drafted, draft_issue, load_drafts, prices_of_week, summary, tell_lacking
from generator.run.week import identities, scanned_assets, score_of, scored_assets
from generator.scorecard.values import Expectations
from generator.spec.models import MarketTableSection, ReportSpec
from generator.spec.watchlist import WatchedAsset, Watchlist
from tests.desk.hand import history, random_closes
from tests.desk.test_choice import WATCHLIST as FALLS
from tests.desk.test_choice import chosen
from tests.desk.test_choice import market as falls
from tests.scan.markets import MadeUp

FRIDAY = date(2026, 4, 24)
CORE = ("SPY", "GLD")
NAMES = {"GLD": "gold", "SPY": "S&P 500 fund", "XLE": "energy stocks"}
WATCHLIST = Watchlist("SPY", {t: WatchedAsset(t, NAMES[t], "all", "SPY") for t in NAMES}, CORE)
REPORT = """title: {title}
deck: d
date: {day}
tags: [{tags}]
assets: {{SPY: S&P 500 fund}}
studies:
  down: {{asset: SPY, when: "roc(close, 1) < -5"}}
sections: [study: down]
"""


def market(length: int = 2600) -> MadeUp:
    return MadeUp({a: history(random_closes(length, n), a) for n, a in enumerate(("SPY", "GLD", "XLE"), 1)})


def report(benchmark: str | None) -> tuple[Report, MarketTableSection]:
    histories = {asset: cast(Any, each) for asset, each in market().known.items()}
    section = MarketTableSection.model_construct(assets=("GLD", "SPY", "XLE"), benchmark=benchmark)
    spec = SimpleNamespace(
        story=None,
        deck=None,
        assets=NAMES,
        sections_of=lambda kind: (section,) if kind is MarketTableSection else (),
    )
    news = news_of(histories, "SPY", CORE)
    made = SimpleNamespace(
        spec=spec, histories=histories, news=news, as_of=FRIDAY, lead=None, ordered=(), deck_names=frozenset()
    )
    return cast(Report, made), section


@pytest.mark.parametrize(
    ("benchmark", "begins"), [("SPY", "The S&P 500 fund "), ("XLE", "Energy stocks "), (None, "Gold ")]
)
def test_the_week_begins_with_the_benchmark_else_with_the_first(benchmark: str | None, begins: str) -> None:
    made, section = report(benchmark)
    assert quiet_week(made).startswith(begins)
    assert market_table(made, section, "k")["week"] == quiet_week(made)


def test_the_market_table_by_hand() -> None:
    made, section = report("SPY")
    table = cast(Any, market_table(made, section, "k")["standings"])
    assert table.key == "k-standings"
    assert [column.heading for column in table.columns][1:5] == list(HEADINGS)
    for row, asset in zip(table.rows, ("GLD", "SPY", "XLE"), strict=True):
        given = made.histories[asset]
        days, closes = given.sessions, given.close
        values = [cell.value for cell in row.cells]
        assert values[0] == asset
        before = [np.flatnonzero(days < np.datetime64(day))[-1] for day in ("2026-04-20", "2026-04-01")]
        year = np.flatnonzero(days < np.datetime64("2026-01-01"))[-1]
        expected = [closes[-1] / closes[at] - 1 for at in (*before, year)]
        assert values[1:4] == pytest.approx(expected)
        assert values[4] == pytest.approx(closes[-1] / closes.max() - 1)
        assert values[5] == str(days[closes.argmax()])
    for n, column in enumerate(table.columns[1:4], 1):
        assert column.scale == max(abs(row.cells[n].value) for row in table.rows)


def test_the_week_begins_with_the_asset_of_the_title() -> None:
    made, section = report("SPY")
    for key, begins in (("XLE day move up", "Energy stocks "), ("SPY week move up", "The S&P 500 fund ")):
        cast(Any, made.spec).story, cast(Any, made.spec).deck = (
            SimpleNamespace(fact=key, picked_from=None),
            None,
        )
        told = cast(str, market_table(made, section, "k")["week"])
        assert told.startswith(begins)
        assert "The S&P 500 fund " in told
    # Where the deck has said how its week was it is not said again.
    cast(Any, made.spec).story = SimpleNamespace(fact="XLE day record up", picked_from=None)
    cast(Any, made.spec).deck = 'Energy stocks {{ market("XLE").week_to_date | moved }} in the week.'
    assert cast(str, market_table(made, section, "k")["week"]).startswith("The S&P 500 fund ")


@pytest.mark.parametrize(("last", "told"), [(79.0, True), (81.0, False)])
def test_how_far_the_benchmark_lies_below_its_high_is_told_of_a_bear_market(last: float, told: bool) -> None:
    made, section = report("SPY")
    fallen = history([*[90.0] * 20, 100.0, *np.linspace(99, last, 300)], "SPY")
    cast(Any, made).histories["SPY"] = fallen
    high = numbers.day(fallen.sessions[20].item())
    depth = market_table(made, section, "k")["depth"]
    assert depth == (f"It is 21.0% below its high of {high}." if told else "")


def test_a_lead_without_a_study_says_from_how_many_it_was_picked() -> None:
    made, section = report("SPY")
    cast(Any, made.spec).story = SimpleNamespace(fact="SPY week move up", picked_from=117)
    assert market_table(made, section, "k")["picked_from"] == 117
    assert fact_story(made.news, made.histories, NAMES, "SPY week no such thing") == ""


def written(root: Path, slug: str, day: str, tags: str = "weekly") -> None:
    (root / "reports" / slug).mkdir(parents=True)
    text = REPORT.format(title="week", day=day, tags=tags)
    (root / "reports" / slug / "report.yml").write_text(text, encoding="utf-8")


def test_a_weeks_issue_is_drafted_once_whatever_its_folder_is_called(tmp_path: Path) -> None:
    source = market()
    first = draft_issue(tmp_path, source, WATCHLIST, FRIDAY)
    assert (first.slug, first.as_of, first.new, first.lacking) == ("2026-w17", FRIDAY, True, {})
    assert first.path == tmp_path / "reports" / "2026-w17" / "report.yml"
    again = draft_issue(tmp_path, source, WATCHLIST, FRIDAY)
    assert (again.slug, again.new, again.path) == ("2026-w17", False, first.path)
    first.path.parent.rename(tmp_path / "reports" / "my-week")
    written(tmp_path, "special", "2026-04-24", "special")
    written(tmp_path, "2026-w16", "2026-04-17")
    named = draft_issue(tmp_path, source, WATCHLIST, FRIDAY)
    assert (named.slug, named.new) == ("my-week", False)
    assert not first.path.exists()


def test_a_deck_tells_what_followed_where_it_was_asked() -> None:
    histories = falls(spy=-0.08)
    choice = chosen(histories)
    lead = choice.stories[0]
    assert lead.question is not None

    def deck(stories: tuple[Story, ...]) -> str:
        draft = Draft(FRIDAY, FALLS, histories, replace(choice, stories=stories), False, {})
        return next(line for line in draft_text(draft).splitlines() if line.startswith("deck: "))

    assert deck((lead,)).count(".followed }}") == deck((lead,)).count(".standout }}") == 1
    unasked = deck((replace(lead, question=None),))
    assert "followed" not in unasked
    assert unasked.startswith(deck((lead,)).partition(" {{ study(")[0])


@pytest.mark.parametrize(
    ("kind", "period", "since", "title"),
    [
        ("move", "day", date(2025, 10, 10), 'The S&P 500 fund’s {{ market("SPY").worst_day_rank }}'),
        ("move", "week", date(2025, 10, 10), 'The S&P 500 fund’s {{ market("SPY").week_rank }}'),
        (
            "move",
            "week",
            date(2025, 12, 10),
            'The S&P 500 fund {{ market("SPY").week_to_date | moved }} in the week',
        ),
        (
            "move",
            "month",
            date(2025, 10, 10),
            'The S&P 500 fund {{ market("SPY").week_to_date | moved }} in the week',
        ),
        (
            "record",
            "day",
            date(2025, 3, 1),
            'The S&P 500 fund {{ market("SPY").week_to_date | moved }} to a record close',
        ),
    ],
)
def test_a_short_issue_is_titled_by_what_had_not_been_for_a_while(
    kind: Kind, period: Period, since: date, title: str
) -> None:
    waited = (FRIDAY - since).days / 365.25
    stands = Standing(since, 50, 5000, date(2000, 1, 3), 26.0, waited)
    own = Fact(kind, "SPY", period, -0.02 if kind == "move" else 1.0, FRIDAY, stands)
    news = News((Ranked(own, "benchmark", 0.5),))
    draft = Draft(FRIDAY, WATCHLIST, falls(), Choice((), news), False, {})
    written = next(line for line in draft_text(draft).splitlines() if line.startswith("title: "))
    assert written == f"title: '{title}'"
    deck = next(line for line in draft_text(draft).splitlines() if line.startswith("deck: "))
    assert ("too common" in deck) == ("_rank }}" in title)


def test_a_published_week_is_not_drafted_again(tmp_path: Path) -> None:
    (tmp_path / "reports" / "2026-w17" / "v1").mkdir(parents=True)
    assert not draft_issue(tmp_path, market(), WATCHLIST, FRIDAY).new


def test_what_the_core_lacks_is_said_in_the_draft_and_stops_who_is_strict(tmp_path: Path) -> None:
    source = market()
    gold, energy = source.known["GLD"], source.known["XLE"]
    assert gold is not None
    assert energy is not None
    early = np.datetime64("2026-04-22")
    known = {**source.known, "GLD": gold.until(early), "XLE": energy.until(early)}
    with pytest.raises(DataError, match=r"GLD: its prices end on 2026-04-22\. Bring them up to date"):
        draft_issue(tmp_path, MadeUp(known), WATCHLIST, FRIDAY, strict=True)
    assert not (tmp_path / "reports").exists()
    source = MadeUp(known)
    made = draft_issue(tmp_path, source, WATCHLIST, FRIDAY)
    assert made.lacking == {"GLD": "its prices end on 2026-04-22"}
    assert source.notes == ["XLE is not in the week to 2026-04-24: its prices end on 2026-04-22"]
    with pytest.raises(PartialError, match="GLD"):
        tell_lacking(made)
    tell_lacking(Drafted(made.path, made.slug, FRIDAY, new=True, noteworthy=True, lacking={}))


def test_weekly_prices_and_short_ones_are_in_no_week(tmp_path: Path) -> None:
    known = dict(market().known)
    gold = known["GLD"]
    assert gold is not None
    known["GLD"] = replace(gold, rows="weekly")
    priced, lacking = prices_of_week(WATCHLIST, MadeUp(known), FRIDAY)
    assert list(priced) == ["SPY", "XLE"]
    assert "it has weekly prices" in lacking["GLD"]
    assert {each.clock for each in priced.values()} == {"XNYS"}


def test_what_had_not_begun_by_then_is_no_fault_of_the_prices(tmp_path: Path) -> None:
    """Gold's fund of 300 sessions, asked of a week that ends on its fifth; of one with five sessions in all
    nobody knows why there are no more."""
    known = dict(market().known)
    gold = history(random_closes(300, 3), "GLD")
    known["GLD"] = replace(gold, sessions=gold.sessions + (np.datetime64(FRIDAY) - gold.sessions[4]))
    source = MadeUp(known)
    priced, lacking = prices_of_week(WATCHLIST, source, FRIDAY)
    assert (list(priced), lacking) == (["SPY", "XLE"], {})
    begun = known["GLD"].sessions[0]
    assert source.notes == [f"GLD is not in the week to 2026-04-24: its prices begin on {begun}"]
    known["GLD"] = known["GLD"].until(np.datetime64(FRIDAY))
    assert prices_of_week(WATCHLIST, MadeUp(known), FRIDAY)[1] == {
        "GLD": "it has 5 sessions by then, and two weeks are needed"
    }


def test_the_summary_names_what_wants_a_reader(tmp_path: Path) -> None:
    source = market()
    made = draft_issue(tmp_path, source, WATCHLIST, FRIDAY)
    older = tmp_path / "reports" / "2026-w16"
    older.mkdir()
    (older / "report.yml").write_text(made.path.read_text(encoding="utf-8"), encoding="utf-8")
    written(tmp_path, "mine", "2026-04-17")
    source.notes, source.stale = ["a", "b"], ["GLD"]
    lines = summary(tmp_path, made, ["2026-w17", "mine"], source, {})
    assert lines[0] == "New or changed: 2026-w17, mine."
    assert lines[1].startswith(
        "To read and edit: reports/2026-w17/report.yml, a draft of the week to 2026-04-24"
    )
    assert lines[1].endswith("nothing called for a study.") == (not made.noteworthy)
    assert lines[2:] == [
        "Still a draft, to read and edit: reports/2026-w16/report.yml.",
        "To look at: 2 remarks on prices, above.",
        "To look at: prices are not the newest of GLD.",
    ]
    assert summary(tmp_path, None, [], MadeUp({}), {}) == [
        "Still a draft, to read and edit: reports/2026-w16/report.yml.",
        "Still a draft, to read and edit: reports/2026-w17/report.yml.",
    ]


def test_drafts_of_a_simulated_market_lie_aside(tmp_path: Path) -> None:
    source = market()
    assert load_drafts(tmp_path, None, source) == ()
    source.simulated = True
    for slug in ("2026-w15", "2026-w16"):
        path = tmp_path / "build" / "drafts" / slug / "report.yml"
        path.parent.mkdir(parents=True)
        path.write_text(REPORT.format(title="week", day="2026-04-10", tags="weekly"), encoding="utf-8")
    assert [spec.slug for spec in load_drafts(tmp_path, None, source)] == ["2026-w15", "2026-w16"]
    made = draft_issue(tmp_path, source, WATCHLIST, FRIDAY)
    assert made.path == tmp_path / "build" / "drafts" / "2026-w17" / "report.yml"
    assert [spec.slug for spec in load_drafts(tmp_path, made, source)] == ["2026-w17"]


def test_the_identity_of_prices_or_why_there_is_none() -> None:
    class Known(MadeUp):
        def identity(self, asset: str) -> str:
            return str(self.history(asset).last)

    known = Known({"SPY": history([1.0, 2.0]), "BAD": None})
    assert identities(["SPY", "QQQ", "BAD"], known) == [
        *("SPY 2026-04-24", "QQQ no prices for QQQ", "BAD BAD: line 3 is bad")
    ]


def test_a_scan_reads_what_its_signals_name() -> None:
    section = SimpleNamespace(assets=("SPY", "GLD"), signals=("volatility-spike", "reverse-up"))
    spec = cast(ReportSpec, SimpleNamespace(sections_of=lambda kind: (section, section)))
    read = scanned_assets(spec)
    assert read[:2] == ("SPY", "GLD")
    assert len(read) == len(set(read))


def test_the_score_reads_each_asset_once() -> None:
    studies = [SimpleNamespace(assets=("SPY", "QQQ")), SimpleNamespace(assets=("QQQ", "GLD"))]
    issue = cast(Expectations, SimpleNamespace(studies=studies))
    assert scored_assets([issue, issue]) == ("SPY", "QQQ", "GLD")


def test_the_score_of_an_issue_knows_no_later_one_and_none_of_another_source() -> None:
    def issue(slug: str, as_of: str, source: str = "files") -> Expectations:
        return Expectations(slug, slug, as_of, as_of, source, ())

    known = [issue("a", "2026-04-17"), issue("b", "2026-04-24"), issue("c", "2026-04-25")]
    known.append(issue("d", "2026-04-17", "yahoo"))
    told = cast(ReportSpec, SimpleNamespace(sections_of=lambda kind: (kind,)))
    card = score_of(told, known, market(), FRIDAY)
    assert card is not None
    assert [each.expected.slug for each in card.issues] == ["b", "a"]
    silent = cast(ReportSpec, SimpleNamespace(sections_of=lambda kind: ()))
    assert score_of(silent, known, market(), FRIDAY) is None
