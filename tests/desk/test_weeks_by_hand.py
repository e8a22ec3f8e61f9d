"""The week's table, its scan and its draft on disk, each rule at its edge, without a draft written."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from generator.article import build, market_table
from generator.article.market_table import (
    HEADINGS,
    Standing,
    _highs,
    _others,
    _outside,
    _scale,
    _some,
    quiet_week,
)
from generator.core.errors import DataError
from generator.desk import choice as choices
from generator.desk import news as newest
from generator.desk.choice import Led
from generator.desk.news import News
from generator.desk.signals import Told
from generator.language.words import FLAT
from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from generator.run import draft, week
from generator.run.draft import _renamed, behind, choice_of, draft_issue, summary
from generator.run.week import NoWeekError, newest_week, scan_of, scan_week, weeks_told
from generator.scan.values import ScanQuestion, scan_signals
from generator.spec.models import KeyPointsSection, MarketTableSection
from tests.desk.hand import history
from tests.desk.test_told import ranked
from tests.desk.test_week import WATCHLIST, market
from tests.scan.markets import MadeUp

FRIDAY = date(2026, 4, 24)
NAMES = {"SPY": "S&P 500 fund", "GLD": "gold", "XLE": "energy stocks", "QQQ": "Nasdaq 100 fund"}
HIGH = date(2026, 4, 24)
PERCENTS = ("week", "month", "year", "from_high")


def stands(**weeks: float | None) -> dict[str, Standing]:
    return {asset: Standing(change, 0.1, 0.1, -0.1, HIGH) for asset, change in weeks.items()}


@pytest.mark.parametrize(
    ("weeks", "told"),
    [
        ((0.02, 0.01, None, None), ""),
        (
            (0.02, 0.01, None, 0.03),
            "All three assets here rose, the Nasdaq 100 fund most (+3.0%) and gold least",
        ),
        ((0.02, FLAT, None, 0.03), "All three assets here rose,"),
        (
            (-0.02, -FLAT, None, -0.03),
            "All three assets here fell, the Nasdaq 100 fund most (−3.0%) and gold",
        ),
        ((0.02, FLAT * 0.9, None, 0.03), "Of the three assets here two rose and one hardly moved;"),
        ((-0.02, -FLAT * 0.9, None, -0.03), "Of the three assets here two fell and one hardly moved;"),
        ((0.02, 0.0, -0.02, 0.03), "Of the four assets here two rose, one fell and one hardly moved;"),
        (
            (0.02, 0.02, -0.02, -0.02),
            "Of the four assets here two rose and two fell; gold did best (+2.0%) and energy stocks worst",
        ),
    ],
)
def test_how_many_of_a_table_rose(weeks: tuple[float | None, ...], told: str) -> None:
    given = stands(**dict(zip(("SPY", "GLD", "XLE", "QQQ"), weeks, strict=True)))
    assert _others(given, NAMES).startswith(told)
    assert bool(_others(given, NAMES)) == bool(told)


def test_who_ended_the_week_at_a_record() -> None:
    """Ten years of prices have records; four assets are two and two others."""

    def highs(*assets: str, years: float = 11, low: tuple[str, ...] = ()) -> str:
        first = np.datetime64(FRIDAY) - round(365.25 * years)
        days = np.array([first, np.datetime64(FRIDAY)])
        known = {asset: PriceHistory(asset, days, np.array([1.0, 2.0])) for asset in assets}
        fallen = Standing(0.1, None, None, -0.1, date(2026, 3, 2))
        at = {a: fallen if a in low else Standing(0.1, None, None, 0.0, HIGH) for a in assets}
        return _highs(at, known, {})

    assert highs("A") == "A ended the week at a record."
    assert highs("A", "B") == "A and B ended the week at records."
    assert highs("A", "B", low=("B",)) == "A ended the week at a record."
    assert highs("A", "B", "C") == "A, B and C ended the week at records."
    assert highs("A", "B", "C", "D") == "A, B and two others ended the week at records."
    assert highs("A", "B", "C", "D", "E").startswith("A, B and three others")
    assert highs("A", years=10.01) == "A ended the week at a record."
    assert highs("A", "B", years=9.99) == (
        "A ended the week at its highest since prices began in 2016; B ended the week at its highest since "
        "prices began in 2016."
    )
    assert highs("A", low=("A",)) == ""
    assert _some(["A", "B", "C"]) == "A, B and C"


def test_the_largest_change_of_a_column_is_tinted_in_full() -> None:
    assert _scale([0.01, -0.05, None]) == 0.05
    # Bitcoin's year of 2011 would leave every other cell of its column white.
    assert _scale([0.055, -0.28, 33.5]) == 0.28
    assert _scale([0.1, 0.8]) == 0.8
    assert _scale([0.1, 0.81]) == 0.1
    assert _scale([33.5, None]) == 33.5
    assert _scale([0.0, 0.0]) == 1.0
    assert _scale([None]) == 1.0
    assert _scale([]) == 1.0


def letter(
    *, key_points: bool = False, table: bool = True, ranks: tuple[Any, ...] = (), lead: str = ""
) -> Any:
    """A report of two assets in its table, and of one outside that moved farther."""
    closes = {"SPY": 101.0, "GLD": 103.0, "XLE": 92.0}
    histories = {asset: history([*[100.0] * 29, close], asset) for asset, close in closes.items()}
    section = MarketTableSection.model_construct(assets=("SPY", "GLD"), benchmark=None)

    def sections_of(kind: type) -> tuple[Any, ...]:
        there = kind is MarketTableSection and table
        return (section,) if there else (kind,) if kind is KeyPointsSection and key_points else ()

    spec = SimpleNamespace(assets=NAMES, sections_of=sections_of, story=None)
    study = SimpleNamespace(study=SimpleNamespace(asset=lead)) if lead else None
    return SimpleNamespace(
        spec=spec,
        histories=histories,
        news=News(ranks),
        as_of=FRIDAY,
        lead=study,
        ordered=(1,),
        deck_names=frozenset(),
    )


def table(report: Any) -> dict[str, Any]:
    section = MarketTableSection.model_construct(assets=("SPY", "GLD"), benchmark=None)
    return dict(market_table.market_table(report, section, "k"))


def test_what_stands_above_the_table() -> None:
    week = ranked("SPY", 0.1, value=0.012, rare=0.1)
    rare = ranked("GLD", 2.0)
    values = table(letter(ranks=(rare, week)))
    assert values["week"] == "The S&P 500 fund rose 1.2% in the week."
    assert values["rare"] == "Gold rose 5.0%, its best week since Mar 2012."
    assert values["day"] == "Apr 24, 2026"
    assert values["highs"] == (
        "The S&P 500 fund ended the week at its highest since prices began in 2026; gold ended the week at "
        "its highest since prices began in 2026."
    )
    assert table(letter(ranks=(rare, week), key_points=True))["rare"] == ""
    record = ranked("SPY", 2.0, "record", 1.0, "day")
    told = table(letter(ranks=(record, week)))
    assert "record close" in told["week"]
    assert told["highs"].startswith("Gold ended the week at its highest since")
    assert table(letter())["week"] == ""
    standings = table(letter())["standings"]
    assert standings.download
    assert [(column.key, column.heading, column.unit) for column in standings.columns] == [
        ("asset", "Asset", "text"),
        *((key, heading, "percent") for key, heading in zip(PERCENTS, HEADINGS, strict=True)),
        ("high", "High of", "date"),
    ]
    assert [cell.value for cell in standings.rows[0].cells[-2:]] == [0.0, "2026-04-24"]


def test_who_moved_farther_outside_the_table() -> None:
    given = stands(SPY=0.01, GLD=0.03)
    assert _outside(letter(), given) == "Outside this table, energy stocks fell 8.0%."
    assert table(letter())["others"] == "Outside this table, energy stocks fell 8.0%."
    assert _outside(letter(lead="XLE"), given) == ""
    assert _outside(letter(lead="GLD"), given) != ""
    assert _outside(letter(), {**given, **stands(XLE=-0.08)}) == ""


def test_the_finding_of_a_report_without_studies() -> None:
    assert quiet_week(letter(ranks=(ranked("SPY", 0.1, value=0.012, rare=0.1),))) == (
        "The S&P 500 fund rose 1.2% in the week."
    )
    nothing = "No study: nothing of the week was rare enough."
    assert quiet_week(letter()) == nothing
    assert quiet_week(letter(table=False)) == nothing


def test_a_week_that_has_begun_with_the_prices_is_none() -> None:
    with pytest.raises(NoWeekError, match="SPY cover no whole week up to 2026-04-22"):
        newest_week(MadeUp({"SPY": history([100.0, 101.0], last="2026-04-22")}), "SPY", None)
    with pytest.raises(NoWeekError, match="no prices up to 2025-01-02"):
        newest_week(MadeUp({"SPY": history([100.0, 101.0])}), "SPY", date(2025, 1, 2))
    source = MadeUp({"SPY": history([100.0] * 8)})
    assert newest_week(source, "SPY", None) == FRIDAY
    assert newest_week(source, "SPY", date(2026, 4, 23)) == date(2026, 4, 17)
    assert newest_week(source, "SPY", date(2026, 4, 26)) == FRIDAY


def rising(asset: str, day: str, last: str) -> MadeUp:
    """An asset that rose by 12% on a day, after years without a move."""
    days = sessions(asset, np.datetime64("2022-01-03"), np.datetime64(last))
    closes = np.where(days >= np.datetime64(day), 112.0, 100.0)
    return MadeUp({asset: PriceHistory(asset=asset, sessions=days, close=closes)})


@pytest.mark.parametrize(
    ("asset", "day", "came"),
    [
        ("AAA", "2026-04-10", False),  # on the Friday before: known then
        ("AAA", "2026-04-13", True),
        ("BTC-USD", "2026-04-10", False),
        ("BTC-USD", "2026-04-11", True),  # on the Saturday, after that week's close
        ("BTC-USD", "2026-04-12", True),
    ],
)
def test_a_month_under_way_is_news_of_the_week_in_which_it_came(asset: str, day: str, came: bool) -> None:
    found = scan_week(
        (asset,), ("ten-percent-month",), rising(asset, day, "2026-04-17"), date(2026, 4, 17), "XNYS"
    )
    assert [str(event.lead.firing.day) for event in found.events] == ["2026-04-17" if came else ""][:came]


def test_a_scan_of_a_week_is_whole_and_has_nothing_that_is_only_near() -> None:
    closes = [*(100.0 + n % 2 for n in range(599)), 91.5]
    source = MadeUp({"SPY": history(closes), "GLD": history([100.0] * 600, "GLD")})
    question = ScanQuestion(scan_signals(("correction",)), as_of=FRIDAY)
    assert week._collected(question, ("SPY",), source).result("files", 1, complete=True).near != ()
    found = scan_week(("SPY", "GLD"), ("correction",), source, FRIDAY, "XNYS")
    assert (found.near, found.complete, found.asked, found.scanned, found.source) == ((), True, 2, 2, "files")
    assert found.as_of == FRIDAY


def test_which_weeks_have_an_issue() -> None:
    """By the folder's name, or by the card of an issue of a week whose folder has another."""
    known = {
        "mine": SimpleNamespace(as_of="2026-04-17", tags=("weekly", "trend")),
        "special": SimpleNamespace(as_of="2026-04-10", tags=("trend",)),
    }
    known |= dict.fromkeys(("2026-w144", "a2026-w13"), known["special"])
    cards = {"2026-w14": SimpleNamespace(as_of="2026-04-03", tags=()), **known}
    assert weeks_told(cast(Any, cards)) == {"2026-w14", "2026-w16"}


def test_the_scan_of_a_report_is_that_of_its_first_section(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(week, "scan_week", lambda *asked: asked)
    monkeypatch.setattr(build, "clock_of", lambda spec: "XTKS")
    sections = [SimpleNamespace(assets=[asset], signals=(asset.lower(),)) for asset in ("SPY", "GLD")]
    spec: Any = SimpleNamespace(sections_of=lambda kind: sections)
    source = market()
    assert scan_of(spec, source, FRIDAY) == (("SPY",), ("spy",), source, FRIDAY, "XTKS")
    assert scan_of(cast(Any, SimpleNamespace(sections_of=lambda kind: ())), source, FRIDAY) is None


def spec_of(slug: str, day: date, as_of: date | None, *tags: str, **more: Any) -> Any:
    fields = {"story": None, "studies": {}, **more}
    return SimpleNamespace(slug=slug, date=day, as_of=as_of, tags=tags, **fields)


def test_which_folder_has_the_issue_of_a_week() -> None:
    before = FRIDAY - timedelta(days=7)
    specs = [
        spec_of("special", FRIDAY, FRIDAY, "special"),
        spec_of("late", FRIDAY, before, "weekly"),
        spec_of("mine", before, FRIDAY, "trend", "weekly"),
        spec_of("other", FRIDAY, None, "weekly"),
    ]
    assert _renamed(specs, FRIDAY) == "mine"
    assert _renamed(specs, FRIDAY - timedelta(days=4)) == "mine"
    assert _renamed([*specs[:2], specs[3]], FRIDAY) == "other"
    assert _renamed(specs, before) == "late"
    assert _renamed(specs[:2], FRIDAY) is None


def test_what_a_choice_is_made_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stories and signals of the issues before, by the day that their prices end on."""
    before = FRIDAY - timedelta(days=7)
    story = SimpleNamespace(fact="SPY week move up", size=0.05)
    studies = {
        "own": SimpleNamespace(signal=None, asset="SPY"),
        "signal": SimpleNamespace(signal="golden-cross", asset="GLD"),
    }
    specs = [
        spec_of("a", FRIDAY, before, story=story, studies=studies),
        spec_of("b", before, None, story=None),
        spec_of("c", FRIDAY, None, story=story, studies=studies),
        spec_of("d", before, FRIDAY, story=story, studies=studies),
    ]
    asked: list[Any] = []
    monkeypatch.setattr(choices, "choose", lambda *given: asked.extend(given))
    monkeypatch.setattr(draft, "scan_week", lambda *given: given)
    monkeypatch.setattr(newest, "news_of", lambda *given: given)
    source, known = market(), {"SPY": history([100.0] * 30)}
    choice_of(known, WATCHLIST, source, FRIDAY, specs)
    news, scan, watchlist, histories, day, led, told = asked
    assert news == (known, "SPY", ("SPY", "GLD"), {"SPY": "SPY", "GLD": "SPY", "XLE": "SPY"})
    assert scan == (("SPY",), (), source, FRIDAY, "XNYS")
    assert (watchlist, histories, day) == (WATCHLIST, known, FRIDAY)
    assert led == [Led("SPY week move up", 0.05, before)]
    assert told == [Told("golden-cross", "GLD", before)]


def test_an_issue_that_is_there_is_left_and_still_refused_to_who_is_strict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "behind", lambda *given: {"SPY": "it is late"})
    path = tmp_path / "reports" / "2026-w17" / "report.yml"
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    made = draft_issue(tmp_path, market(), WATCHLIST, FRIDAY)
    assert (made.path, made.new, made.noteworthy, made.lacking) == (path, False, True, {"SPY": "it is late"})
    assert path.read_text(encoding="utf-8") == "mine"
    with pytest.raises(DataError, match="SPY: it is late"):
        draft_issue(tmp_path, market(), WATCHLIST, FRIDAY, strict=True)


def test_a_benchmark_is_behind_by_the_day_that_is_asked_for() -> None:
    """What its prices have after that day is not looked at; nor what the others have."""
    ends = {"SPY": "2026-05-01", "GLD": "2026-05-01"}

    def lacking(as_of: str | None, **changes: str) -> dict[str, str]:
        known = {a: history([100.0] * 30, a, last) for a, last in {**ends, **changes}.items()}
        source, asked = MadeUp(known), None if as_of is None else date.fromisoformat(as_of)
        return behind(source, WATCHLIST, asked, newest_week(source, "SPY", asked))

    assert lacking(None) == lacking("2026-04-22") == lacking("2026-04-24") == {}
    assert lacking(None, SPY="2026-04-29") == {
        "SPY": "its prices end with the week to 2026-04-24, those of GLD reach 2026-05-01"
    }
    assert lacking("2026-04-30", SPY="2026-04-29") == {}
    assert lacking(None, GLD="2026-04-24") == {}


def test_the_summary_tells_the_weeks_left_out_of_a_real_market(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "missed_weeks", lambda root, told, day: [f"missed before {day}"])
    made = draft.Drafted(tmp_path / "x", "x", FRIDAY, new=False, noteworthy=True, lacking={})
    source = market()
    assert summary(tmp_path, made, [], source, {}) == ["missed before 2026-04-24"]
    assert summary(tmp_path, None, [], source, {}) == []
    source.simulated = True
    assert summary(tmp_path, made, [], source, {}) == []
