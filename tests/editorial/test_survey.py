"""What the signal and asset pages say, held to the studies of the same signals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from generator.core.errors import SpecError
from generator.market.history import PriceHistory
from generator.pages.assets import asset_pages
from generator.pages.seasonality import cycle_year, distinct_words, seasonality
from generator.pages.signals import coverage, newest, signal_index, signal_pages
from generator.pages.sketches import sketch
from generator.pages.survey import take_survey
from generator.scan.values import HEADLINES
from generator.signals.language import parse_condition
from generator.signals.library import find_signal, load_library
from generator.signals.tree import Field, walk
from generator.spec.watchlist import load_watchlist
from generator.study.evidence.seasonal import SeasonPart
from generator.study.question import make_study
from generator.study.run import run_study
from tests.press.surveys import WATCHLIST, histories, sample_site, sample_survey
from tests.signals.oracle import Oracle, Table


@pytest.mark.parametrize("name", ["reverse-up", "ten-percent-month", "up-week-streak"])
def test_a_state_is_what_the_study_says(name):
    states = {state.asset: state for state in sample_survey().of_signal(name)}
    prices = histories()
    for asset in ("IWM", "SPY"):
        result = run_study(make_study(asset, signal=name), prices)
        summary = result.summary(HEADLINES[result.study.bars])
        state, last = states[asset], result.episodes[-1]
        assert (state.n, state.independent_n) == (summary.n, summary.independent_n)
        assert state.average == pytest.approx(summary.average)
        assert state.edge == pytest.approx(summary.edge)
        assert state.win_rate == pytest.approx(summary.win_rate)
        assert state.baseline == summary.baseline
        assert (state.day, state.provisional) == (last.date, last.provisional)
        at = list(prices[asset].sessions.astype(object)).index(last.date)
        assert state.sessions_ago == len(prices[asset]) - 1 - at
        assert state.since == pytest.approx(prices[asset].close[-1] / prices[asset].close[at] - 1)


def test_nothing_after_the_as_of_date_is_seen():
    day = date(2024, 3, 28)
    cut = {asset: history.until(np.datetime64(day)) for asset, history in histories().items()}
    before = take_survey(WATCHLIST, cut, None, "sample", simulated=True)
    asked = take_survey(WATCHLIST, histories(), day, "sample", simulated=True)
    assert asked.states == before.states
    assert asked.week == before.week
    assert asset_pages(asked, histories(), day, "") == asset_pages(before, cut, None, "")


def test_what_has_no_prices_is_counted():
    survey = sample_survey()
    assert survey.assets == ("SPY", "IWM", "MAGS")
    assert survey.missing == ("^GSPC",)
    assert survey.core == ("SPY", "IWM")
    assert (
        coverage(survey) == "3 of the watchlist’s 4 assets have prices here; the newest are of Apr 20, 2026."
    )


def test_an_asset_that_begins_later_is_not_there_yet():
    survey = take_survey(WATCHLIST, histories(), date(2015, 1, 2), "sample", simulated=True)
    assert survey.assets == ("SPY", "IWM")


def test_the_record_runs_from_the_worst_edge_to_the_best():
    for page in signal_pages(sample_survey()):
        assert page.record is not None
        edges = [row.cells[6].value for row in page.record.rows]
        known = [edge for edge in edges if edge is not None]
        assert known == sorted(known)
        assert edges[: len(known)] == known  # what has none stands last
        for row in page.record.rows:
            if row.cells[2].value < 5:
                assert {cell.text for cell in row.cells[4:]} == {"—"}


def test_a_provisional_case_has_no_return_yet():
    (page,) = (page for page in signal_pages(sample_survey()) if page.name == "ten-percent-month")
    assert page.standing is not None
    row = next(row for row in page.standing.rows if row.cells[0].text == "IWM")
    assert [cell.text for cell in row.cells] == ["IWM", "Apr 20, 2026, provisional", "0", "—"]


def test_issues_are_found_by_their_definition():
    site = sample_site()
    pages = {page.name: page for page in site.signals}
    assert [issue.slug for issue in pages["reverse-up"].issues] == ["small-caps"]
    assert pages["reverse-down"].issues == ()
    assets = {page.ticker: page for page in site.assets}
    assert [issue.slug for issue in assets["IWM"].issues] == ["small-caps"]
    assert assets["SPY"].issues == ()


def test_every_signal_is_on_the_index_once():
    index = signal_index(sample_survey())
    names = [entry.name for _, entries in index.kinds for entry in entries]
    assert sorted(names) == sorted(load_library())
    assert index.week is not None
    assert [column.heading for column in index.week.columns][4:] == ["Median", "Usual", "q"]
    assert all(row.cells[4].text != "—" for row in index.week.rows)
    assert newest(find_signal("ten-percent-month"), sample_survey()).startswith("Newest: ")


def test_every_signal_of_the_library_has_a_picture():
    for signal in load_library().values():
        drawn = sketch(signal)
        assert drawn is not None, signal.name
        assert len(drawn.closes) >= 10
        assert sketch(signal) == drawn


def test_every_picture_ends_on_its_signal():
    """By the slow reading of the language, on the closes that are shown; some read more than those."""
    seen = []
    for signal in load_library().values():
        condition = parse_condition(signal.condition)
        fields = {node.name for node in walk(condition.tree) if isinstance(node, Field)}
        if condition.assets or fields != {"close"} or "gap()" in signal.condition:
            continue
        closes = list(sketch(signal).closes)
        days = [date(2000, 1, 1) + timedelta(days=k) for k in range(len(closes))]
        oracle = Oracle(Table(days, {"close": closes}))
        before, last = (oracle.at(condition.tree, t) for t in (len(days) - 2, len(days) - 1))
        if last is None:  # it reads bars from before those that are shown
            continue
        assert (before, last) in ((False, True), (None, True)), signal.name
        seen.append(signal.name)
    assert len(seen) > 12


def test_pictures_are_what_the_definitions_say():
    """By eye: a handful of definitions written again as plain comparisons."""
    closes = {name: np.array(drawn.closes) for name, s in load_library().items() if (drawn := sketch(s))}
    up = closes["reverse-up"]
    assert up[-1] == up[-20:].max()
    assert any(up[i] == up[i - 19 : i + 1].min() for i in range(len(up) - 9, len(up)))
    month = closes["ten-percent-month"]
    assert month[-1] / month[-2] >= 1.10 > month[-2] / month[-3]
    streak = closes["up-day-streak"]
    assert (np.diff(streak[-9:]) > 0).all()
    assert streak[-9] <= streak[-10]
    bear = closes["bear-market"]
    assert bear[-1] / bear.max() < 0.80 <= bear[-2] / bear.max()


def test_a_signal_without_a_picture_has_a_page():
    assert sketch(replace(load_library()["reverse-up"], name="of-my-own")) is None


def test_election_years():
    names = [cycle_year(year) for year in (2024, 2025, 2026, 2027)]
    assert names == [
        "Election year",
        "Year after the election",
        "Midterm year",
        "Year before the election",
    ]


def flat_years() -> PriceHistory:
    """Twelve years, each of which rises 1% a month in even years and falls 1% in odd ones."""
    days = np.arange(np.datetime64("2011-12-30"), np.datetime64("2024-03-02"))
    days = days[np.is_busday(days)]
    years = days.astype("datetime64[Y]").astype(int) + 1970
    months = days.astype("datetime64[M]")
    turns = np.concatenate(([False], months[1:] != months[:-1]))
    steps = np.where(turns, np.where(years % 2 == 0, 0.01, -0.01), 0.0)
    return PriceHistory("ABC", days, 100 * np.cumprod(1 + steps))


def test_the_calendar_of_a_market_checked_by_hand():
    calendar = seasonality(flat_years(), "gold", "Prices")
    assert calendar is not None
    cycle, decades = calendar.groups
    # 2012, 2016, 2020 are election years; each rises 12 times by 1%.
    assert cycle.panels[0].note == "three years, rose all three times, +12.7% on average"
    assert cycle.panels[1].note == "three years, rose in none of three cases, −11.4% on average"
    assert [panel.title for panel in decades.panels] == ["2010s", "2020s"]
    assert [bool(panel.present) for panel in cycle.panels] == [True, False, False, False]
    assert [bool(panel.present) for panel in decades.panels] == [False, True]
    assert calendar.months is not None
    january = calendar.months.rows[0]
    assert [cell.text for cell in january.cells[:2]] == ["January", "0.00"]
    assert january.cells[5].text == "50.00%"
    assert calendar.month_words.startswith("None of the 12 months is told apart from any other month.")


def part(number: int, q: float | None) -> SeasonPart:
    return SeasonPart(number, 20, 15, 0.021, 0.02, 0.1, -0.1, 0.75, (0.5, 0.9), q, q)


def test_words_follow_the_numbers():
    quiet = [part(n, 0.5) for n in range(1, 12)]
    found = distinct_words("monthly", [*quiet, part(12, 0.04)])
    assert found.startswith("December (+2.1% on average, q 0.04) stands apart from the other months")
    assert "The other 11 show no clear difference." in found
    assert "None of the 12 months" in distinct_words("monthly", [*quiet, part(12, 0.11)])
    assert "too few" in distinct_words("monthly", [part(n, None) for n in range(1, 13)])
    assert distinct_words("weekly", []) == ""


def test_the_core_is_named_or_the_first_group(tmp_path):
    written = "benchmark: SPY\n{}groups:\n  US:\n    SPY: S&P\n    IWM: Russell\n  Bonds:\n    TLT: Bonds\n"
    (tmp_path / "watchlist.yml").write_text(written.format(""))
    assert load_watchlist(tmp_path).core == ("SPY", "IWM")
    (tmp_path / "watchlist.yml").write_text(written.format("core: [TLT, SPY]\n"))
    assert load_watchlist(tmp_path).core == ("TLT", "SPY")
    (tmp_path / "watchlist.yml").write_text(written.format("core: [TLT, GLD]\n"))
    with pytest.raises(SpecError, match="names GLD, which stands in no group"):
        load_watchlist(tmp_path)
