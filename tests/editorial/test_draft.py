"""Drafts of a week's issue: the choice, the words, the tables, and nothing after their date."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from generator.article.market_table import _highs, _others, standing
from generator.article.why import duration
from generator.core.errors import DataError
from generator.desk import words as draft_words
from generator.desk.choice import GREW
from generator.desk.draft import week_slug
from generator.desk.signals import WORTH, Told, choose_signals
from generator.findings.market_facts import week_to_date
from generator.language.typed_numbers import typed_numbers
from generator.language.words import paragraph
from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from generator.market.providers.registry import open_source
from generator.run.draft import behind
from generator.run.week import newest_week, scan_week
from generator.scan.ranking import Event, Finding, ScanResult
from generator.scan.values import Firing
from generator.signals.library import load_library
from generator.spec.watchlist import WatchedAsset, Watchlist
from generator.study.values import Baseline
from tests.real_prices import market_data, real_prices
from tests.running import copy_project, refused, run
from tests.scan.markets import MadeUp

FRIDAY = date(2026, 4, 17)
WATCHLIST = Watchlist(
    "SPY",
    {t: WatchedAsset(t, t, "all", "SPY") for t in ("SPY", "IWM", "XLE", "EWZ")},
    ("SPY", "IWM"),
)


def prices(closes: dict[str, float]) -> PriceHistory:
    days = np.array(list(closes), dtype="datetime64[D]")
    return PriceHistory(asset="AAA", sessions=days, close=np.array(list(closes.values())))


def firing(signal: str, asset: str, day: date = FRIDAY, separate: int = 20) -> Firing:
    usual = Baseline(n=100, average=0.0, median=0.0, win_rate=0.5)
    return Firing(
        asset, signal, day, False, 1.0, 0.5, 20.0, 21, "3M", 20, separate, 0.1, 0.1, 0.6, usual, 0.1, 0.2
    )


def finding(signal: str, asset: str, interest: float, **more: object) -> Finding:
    """A finding whose parts all have this interest."""
    part = interest / 100
    return Finding(firing(signal, asset, **more), 0, 0.5, part, part, part)  # type: ignore[arg-type]


def scanned(*events: Event) -> ScanResult:
    ranked = tuple(sorted(events, key=lambda event: -event.lead.interest))
    return ScanResult(FRIDAY, 5, "files", 4, 4, ranked, (), (), (), 1, True)


def event(first: Finding, *also: Finding) -> Event:
    return Event(first, also)


def chosen(scan: ScanResult, *told: Told) -> list[tuple[str, str]]:
    return [(f.firing.signal, f.firing.asset) for f in choose_signals(scan, WATCHLIST, told)]


def test_the_most_interesting_signal_comes_first() -> None:
    scan = scanned(event(finding("reverse-up", "XLE", 80)), event(finding("golden-cross", "SPY", 56)))
    assert chosen(scan) == [("reverse-up", "XLE"), ("golden-cross", "SPY")]


def test_five_assets_on_one_day_are_one_event_told_for_the_best_known() -> None:
    scan = scanned(
        event(
            finding("reverse-up", "EWZ", 72),
            finding("reverse-up", "IWM", 70),
            finding("reverse-up", "SPY", 69),
        )
    )
    assert chosen(scan) == [("reverse-up", "SPY")]


def test_what_is_far_more_interesting_stands_for_its_event() -> None:
    scan = scanned(event(finding("reverse-up", "EWZ", 85), finding("reverse-up", "SPY", 60)))
    assert chosen(scan) == [("reverse-up", "EWZ")]


def test_among_equals_the_core_comes_first() -> None:
    scan = scanned(event(finding("reverse-up", "XLE", 64)), event(finding("golden-cross", "IWM", 61)))
    assert chosen(scan)[0] == ("golden-cross", "IWM")


def test_a_signal_that_came_on_several_days_is_told_for_what_readers_know() -> None:
    scan = scanned(
        event(finding("death-cross", "XLE", 75)),
        event(finding("death-cross", "IWM", 67, day=FRIDAY - timedelta(days=1))),
    )
    assert chosen(scan) == [("death-cross", "IWM")]


def test_what_was_told_lately_is_not_told_again() -> None:
    told = Told("reverse-up", "SPY", FRIDAY - timedelta(days=7))
    both = scanned(event(finding("reverse-up", "SPY", 80)), event(finding("golden-cross", "IWM", 60)))
    assert chosen(both, told) == [("golden-cross", "IWM")]
    assert chosen(both, replace(told, as_of=FRIDAY - timedelta(days=35))) == [("golden-cross", "IWM")]
    assert chosen(both, replace(told, as_of=FRIDAY - timedelta(days=36)))[0] == ("reverse-up", "SPY")


def test_a_signal_told_lately_elsewhere_loses_interest() -> None:
    scan = scanned(event(finding("reverse-up", "SPY", 66)))
    assert chosen(scan, Told("reverse-up", "IWM", FRIDAY - timedelta(days=7))) == []
    assert chosen(scan, Told("reverse-up", "IWM", FRIDAY - timedelta(days=42))) == [("reverse-up", "SPY")]
    # Twelve points of it: what is worth a study by more than that is told all the same.
    more = scanned(event(finding("reverse-up", "SPY", WORTH + 12.5)))
    assert chosen(more, Told("reverse-up", "IWM", FRIDAY - timedelta(days=7))) == [("reverse-up", "SPY")]


def test_a_month_under_way_is_told_once() -> None:
    scan = scanned(event(finding("ten-percent-month", "SPY", 80)))
    assert chosen(scan, Told("ten-percent-month", "SPY", FRIDAY - timedelta(days=7))) == []
    assert chosen(scan, Told("ten-percent-month", "SPY", FRIDAY - timedelta(days=65))) != []


def test_what_is_dull_or_has_too_few_periods_is_not_worth_a_study() -> None:
    dull = scanned(
        event(finding("reverse-up", "SPY", WORTH - 1)), event(finding("golden-cross", "IWM", 90, separate=2))
    )
    assert chosen(dull) == []
    assert chosen(scanned()) == []


def test_every_signal_of_the_library_has_words_of_its_own() -> None:
    assert set(draft_words.BY_SIGNAL) == set(load_library())


@pytest.mark.parametrize("name", sorted(load_library()))
def test_no_number_is_typed_and_no_title_comes_twice_in_a_row(name: str) -> None:
    signal = load_library()[name]
    texts = [draft_words.title(signal, "gold", week) for week in range(3)]
    assert len(set(texts)) == 3
    texts.append(draft_words.study_title(signal, "gold"))
    by_kind = replace(signal, name="new", parameters={})
    # Its headline says what it is; a kind may say another thing.
    assert draft_words.study_title(by_kind, "gold") == ""
    texts += [draft_words.title(by_kind, "gold", week) for week in range(2)]
    for each in (signal, by_kind):
        for day in (FRIDAY, FRIDAY - timedelta(days=2)):
            told = replace(
                finding("reverse-up", "GLD", 60), firing=replace(firing("reverse-up", "GLD"), day=day)
            )
            deck = draft_words.deck(each, "gold", told, "x", FRIDAY)
            texts.append(re.sub(r"{{.*?}}", "", deck))
            assert ("so_far" in deck) == (day < FRIDAY)
    for text in texts:
        assert not typed_numbers(text), text
        assert "{" not in text, text


def test_a_month_that_is_not_over_is_told_as_such() -> None:
    signal = load_library()["ten-percent-month"]
    under_way = finding("ten-percent-month", "GLD", 60)
    told = [
        replace(under_way, firing=replace(under_way.firing, provisional=open_)) for open_ in (True, False)
    ]
    decks = [draft_words.deck(signal, "gold", f, "x", FRIDAY) for f in told]
    assert decks[0].startswith('In {{ market("GLD").this_month }}, which is not over, gold rose ')
    assert decks[1].startswith('In {{ market("GLD").this_month }} gold rose ')


def test_weeks_are_those_of_the_iso_calendar() -> None:
    assert week_slug(date(2026, 1, 2)) == "2026-w01"
    assert week_slug(date(2027, 1, 1)) == "2026-w53"


def test_spans_of_days_in_words() -> None:
    assert [duration(d) for d in (63, 280, 1096)] == ["nine weeks", "nine months", "three years"]
    # 2.11, 2.29, 2.4, 2.61 and 2.75 years; of five and more no part of one is told.
    assert [duration(d) for d in (771, 836, 877, 953, 1004)] == [
        "two years",
        "more than two years",
        "two and a half years",
        "two and a half years",
        "nearly three years",
    ]
    assert duration(1960) == "five years"
    assert [duration(91), duration(91, in_months=True)] == ["13 weeks", "three months"]


def test_a_week_by_hand() -> None:
    # Weekly closes: 100, 110 (+10%), 99 (−10%), 103.95 (+5%, on a Wednesday).
    history = prices(
        {
            "2025-12-12": 100,
            "2025-12-19": 110,
            "2025-12-22": 120,
            "2025-12-26": 99,
            "2025-12-29": 100,
            "2025-12-31": 103.95,
        }
    )
    week = week_to_date(history)
    assert week is not None
    assert week.change == pytest.approx(0.05)
    assert (week.since, week.streak) == (date(2025, 12, 19), 1)
    stands = standing(history)
    assert stands.week == pytest.approx(0.05)
    assert stands.month is None  # no close of the month before
    assert stands.year is None
    assert (stands.distance, stands.high) == (pytest.approx(103.95 / 120 - 1), date(2025, 12, 22))


def test_year_and_month_to_date_by_hand() -> None:
    history = prices({"2025-12-31": 100, "2026-01-02": 104, "2026-01-30": 110, "2026-02-03": 99})
    stands = standing(history)
    assert stands.year == pytest.approx(-0.01)
    assert stands.month == pytest.approx(-0.10)
    assert stands.distance == pytest.approx(-0.10)


def month_so_far(last: str) -> PriceHistory:
    """An asset that rose by 12% on Apr 8, 2026, after years without a move."""
    days = sessions("SPY", np.datetime64("2022-01-03"), np.datetime64(last))
    closes = np.where(days >= np.datetime64("2026-04-08"), 112.0, 100.0)
    return PriceHistory(asset="AAA", sessions=days, close=closes)


@pytest.mark.parametrize(
    ("friday", "came"),
    [("2026-04-10", ["2026-04-10"]), ("2026-04-17", []), ("2026-04-24", []), ("2026-05-01", ["2026-04-30"])],
)
def test_a_month_under_way_comes_once_and_again_when_it_is_over(friday: str, came: list[str]) -> None:
    source = MadeUp({"AAA": month_so_far("2026-05-29")})
    found = scan_week(("AAA",), ("ten-percent-month",), source, date.fromisoformat(friday), "XNYS")
    assert [str(f.firing.day) for event in found.events for f in event.findings] == came


def test_every_session_of_the_week_is_news_of_the_week() -> None:
    days = sessions("SPY", np.datetime64("2024-01-02"), np.datetime64("2026-04-17"))
    closes = 100 + np.arange(len(days)) % 2
    closes[days >= np.datetime64("2026-04-13")] = 80  # a fall of a fifth on Monday
    history = PriceHistory(asset="AAA", sessions=days, close=closes.astype(float))
    found = scan_week(("AAA",), ("correction",), MadeUp({"AAA": history}), FRIDAY, "XNYS")
    (event,) = found.events
    assert (str(event.lead.firing.day), event.lead.sessions_ago, event.lead.fresh) == ("2026-04-13", 4, 1.0)


@pytest.mark.parametrize(
    ("asset", "fell", "friday", "told"),
    [
        ("BTC-USD", "2026-04-11", "2026-04-17", True),  # a Saturday: after the close of the week before
        ("BTC-USD", "2026-04-10", "2026-04-17", False),
        ("BTC-USD", "2026-04-13", "2026-04-17", True),
        ("^N225", "2025-09-19", "2025-09-26", False),  # Tokyo had four sessions, New York five
        ("^N225", "2025-09-22", "2025-09-26", True),
        ("^N225", "2026-01-16", "2026-01-23", False),  # New York had four, Tokyo five
        ("^N225", "2026-01-19", "2026-01-23", True),
        ("2222.SR", "2026-04-12", "2026-04-17", True),  # a Sunday
        ("2222.SR", "2026-04-09", "2026-04-17", False),
        ("000001.SS", "2026-02-13", "2026-02-20", False),  # Shanghai was closed for the whole week
    ],
)
def test_the_week_is_the_letters_and_the_sessions_the_assets_own(
    asset: str, fell: str, friday: str, told: bool
) -> None:
    days = sessions(asset, np.datetime64("2024-01-02"), np.datetime64(friday))
    closes = 100.0 + np.arange(len(days)) % 2
    closes[days >= np.datetime64(fell)] = 80  # a fall of a fifth
    assert np.isin(np.datetime64(fell), days)
    source = MadeUp({asset: PriceHistory(asset=asset, sessions=days, close=closes)})
    found = scan_week((asset,), ("correction",), source, date.fromisoformat(friday), "XNYS")
    assert [str(event.lead.firing.day) for event in found.events] == [fell] * told
    assert found.stale == ()


@pytest.mark.parametrize(
    ("benchmark", "ends", "lacking"),
    [
        ("BTC-USD", "2026-04-24", False),  # a Friday: its week is not over, and nothing is lacking
        ("BTC-USD", "2026-04-23", True),
        ("^N225", "2026-04-24", False),
        ("^N225", "2026-04-23", True),
        ("2222.SR", "2026-04-23", False),  # its week ends on a Thursday
    ],
)
def test_a_benchmark_is_behind_when_it_lacks_a_session(benchmark: str, ends: str, lacking: bool) -> None:
    def until(asset: str, last: str) -> PriceHistory:
        days = sessions(asset, np.datetime64("2026-01-05"), np.datetime64(last))
        return PriceHistory(asset=asset, sessions=days, close=np.full(len(days), 100.0))

    source = MadeUp({benchmark: until(benchmark, ends), "SPY": until("SPY", "2026-04-24")})
    day = newest_week(source, benchmark, None)
    found = behind(source, Watchlist(benchmark, {}, (benchmark, "SPY")), None, day)
    assert list(found) == [benchmark] * lacking


def told_week(week: dict[str, tuple[float, float, float]]) -> str:
    """What is said above the market table. Of each asset: a high, the close of last week, the last one."""
    days = ("2026-03-31", "2026-04-10", "2026-04-17")
    histories = {
        asset: replace(prices(dict(zip(days, closes, strict=True))), asset=asset)
        for asset, closes in week.items()
    }
    stands = {asset: standing(history) for asset, history in histories.items()}
    names = {"SPY": "S&P 500", "GLD": "gold", "EEM": "emerging markets"}
    return paragraph(_others(stands, names), _highs(stands, histories, names))


def test_what_is_said_of_a_week() -> None:
    up = {"SPY": (110.0, 100.0, 101.0), "GLD": (110.0, 100.0, 105.0), "EEM": (110.0, 100.0, 102.0)}
    assert told_week(up) == ("All three assets here rose, gold most (+5.0%) and the S&P 500 least (+1.0%).")
    down = {asset: (110.0, 100.0, 200.0 - last) for asset, (_, _, last) in up.items()}
    assert told_week(down) == ("All three assets here fell, gold most (−5.0%) and the S&P 500 least (−1.0%).")
    # A week that reads 0.0% neither rose nor fell; prices of less than ten years have no records.
    mixed = {"SPY": (100.0, 100.0, 100.01), "GLD": (100.0, 100.0, 99.0), "EEM": (101.0, 100.0, 100.0)}
    assert told_week(mixed) == (
        "Of the three assets here one fell and two hardly moved; the S&P 500 did best (0.0%) and gold worst "
        "(−1.0%). The S&P 500 ended the week at its highest since prices began in 2026."
    )


def test_a_record_is_one_of_its_own_data_and_of_ten_years() -> None:
    histories = {
        "SPY": prices({"2015-01-02": 200, "2026-04-10": 200, "2026-04-17": 210}),
        "GLD": prices({"2025-06-02": 100, "2026-04-10": 110, "2026-04-17": 120}),
    }
    stands = {asset: standing(history) for asset, history in histories.items()}
    assert _highs(stands, histories, {"SPY": "S&P 500", "GLD": "gold"}) == (
        "The S&P 500 ended the week at a record; gold ended the week at its highest since prices began in "
        "2025."
    )


@pytest.mark.parametrize(
    ("first", "high", "told"),
    [
        ("2015-01-02", "2026-04-14", "The S&P 500 closed at a record on April 14."),
        ("2015-01-02", "2026-04-10", ""),  # the week before
        # too short a history for records
        (
            "2017-01-03",
            "2026-04-14",
            "The S&P 500 closed at its highest since prices began in 2017 on April 14.",
        ),
    ],
)
def test_a_record_within_the_week_is_told_though_the_week_ended_below_it(
    first: str, high: str, told: str
) -> None:
    closes = {first: 100.0, "2026-04-10": 200.0, "2026-04-14": 201.0, "2026-04-17": 199.0}
    histories = {"SPY": prices({**closes, high: 215.0})}
    stands = {"SPY": standing(histories["SPY"])}
    assert _highs(stands, histories, {"SPY": "S&P 500"}) == told


def test_the_newest_week_is_over() -> None:
    source = open_source("sample", Path())
    assert newest_week(source, "SPY", None) == date(2026, 4, 17)  # the sample ends on a Monday
    assert newest_week(source, "SPY", date(2026, 4, 16)) == date(2026, 4, 10)
    assert newest_week(source, "SPY", date(2026, 4, 5)) == date(2026, 4, 2)  # Good Friday
    with pytest.raises(DataError, match="Ask for a later day"):
        newest_week(source, "SPY", date(1999, 1, 1))


def test_a_draft_of_the_sample_lies_aside_and_is_kept(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "p", reports=False)
    assert "wrote build/drafts/2026-w16/report.yml" in run("draft", "--source", "sample", project=root).output
    path = root / "build" / "drafts" / "2026-w16" / "report.yml"
    path.write_text(path.read_text() + "# mine\n")
    assert "left as it is" in run("draft", "--source", "sample", project=root).output
    assert path.read_text().endswith("# mine\n")
    assert 'kicker: "Draft · ' in path.read_text()
    assert not (root / "reports").exists()


def test_a_draft_needs_a_watchlist_and_a_known_source(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "p", reports=False)
    assert "source 'nowhere'" in refused(run("draft", "--source", "nowhere", project=root), 2)
    (root / "watchlist.yml").unlink()
    assert "watchlist.yml" in refused(run("draft", "--source", "sample", project=root), 2)


FIVE = """benchmark: SPY
groups:
  US indices: {SPY: S&P 500, QQQ: Nasdaq 100, DIA: Dow Jones Industrials, IWM: Russell 2000}
"""


@real_prices
def test_consecutive_weeks_are_different_stories_and_know_nothing_of_the_future(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "p", reports=False)
    (root / "watchlist.yml").write_text(FIVE)
    fridays = [date(2026, 3, 20) + timedelta(weeks=k) for k in range(5)]
    for friday in fridays:
        run("draft", "--as-of", str(friday), "--source", f"files:{market_data()}", project=root)
    texts = {path.parent.name: path.read_text() for path in (root / "reports").glob("*/report.yml")}
    assert len(texts) == 5
    stories: dict[str, float] = {}
    for text in (texts[slug] for slug in sorted(texts)):
        for fact, size in re.findall(r"^story: \{fact: (.+), size: ([0-9.]+)\}$", text, re.MULTILINE):
            assert float(size) >= GREW * stories.get(fact, 0.0)  # led with again only where it has grown
            stories[fact] = float(size)
    assert len(stories) >= 2
    assert "No mistakes found" in run("check", project=root).output
    # The same drafts from files that end with their week: nothing later was looked at.
    cut = tmp_path / "cut"
    cut.mkdir()
    for name in ("SPY", "QQQ", "DIA", "IWM"):
        lines = (market_data() / f"{name}.csv").read_text().splitlines()
        kept = [lines[0], *(line for line in lines[1:] if line[:10] <= str(fridays[-1]))]
        (cut / f"{name}.csv").write_text("\n".join(kept) + "\n")
    (root / "reports" / week_slug(fridays[-1]) / "report.yml").unlink()
    run("draft", "--source", f"files:{cut}", project=root)
    assert (root / "reports" / week_slug(fridays[-1]) / "report.yml").read_text() == texts[
        week_slug(fridays[-1])
    ]
