"""Facts of the market: against hand-sized prices, and against real ones where they are at hand."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.article.facts import Fact, FactBook
from generator.core.errors import FieldError, RequestError
from generator.findings import market_facts, market_sentences
from generator.market.history import PriceHistory
from tests.editorial.hand import hand_view, history, walk


def test_month_to_date_by_hand() -> None:
    # Dec 30, 31 | Jan 1, 2, 3, 6: from 100 to 110 by way of one lower close.
    prices = history([95.0, 100.0, 104.0, 103.0, 108.0, 110.0], start="2019-12-30")
    month = market_facts.month_to_date(prices)
    assert month is not None
    assert month.change == pytest.approx(0.10)
    assert (month.sessions, month.up_sessions, month.since, month.earlier_months) == (4, 3, None, 0)


def test_strongest_since_is_the_newest_month_that_moved_as_far() -> None:
    # Month-end closes 100, 120 (+20%), 132 (+10%), 138.6 (+5%), then +10% so far.
    days = np.array(
        ["2020-01-31", "2020-02-28", "2020-03-31", "2020-04-30", "2020-05-15"], dtype="datetime64[D]"
    )
    prices = PriceHistory("ABC", days, np.array([100.0, 120.0, 132.0, 138.6, 152.46]))
    month = market_facts.month_to_date(prices)
    assert month is not None
    assert month.since == date(2020, 3, 31)
    falling = market_facts.month_to_date(PriceHistory("ABC", days, np.array([100.0, 80.0, 88.0, 79.2, 71.0])))
    assert falling is not None
    assert falling.since == date(2020, 2, 28)  # −10.4% so far; April lost exactly 10.0%, February 20%.


@pytest.mark.parametrize(
    ("closes", "phrase"),
    [
        ((100, 100, 110, 121), "no stronger a month than Dec 2025"),
        ((100, 112, 113, 124), "the strongest month since Nov 2025"),
        ((100, 101, 102, 124), "the strongest month since the data begin in Oct 2025"),
        ((100, 100, 80, 72), "no weaker a month than Dec 2025"),
        ((100, 80, 81, 72.9), "the weakest month since Nov 2025"),
        ((100, 101, 101, 101), "no stronger a month than Dec 2025"),
    ],
)
def test_how_a_month_ranks_among_those_before_it(closes: tuple[float, ...], phrase: str) -> None:
    days = np.array(["2025-10-31", "2025-11-28", "2025-12-31", "2026-01-15"], dtype="datetime64[D]")
    given = PriceHistory("ABC", days, np.array(closes, dtype=np.float64))
    assert market_sentences.strongest_phrase(given) == phrase


def test_moves_of_pennies_and_from_zero() -> None:
    moves = market_facts.moves_of(np.array([0.5, 0.6, 0.0, 0.25, -1.0, 2.0, 1.0]))
    assert moves == pytest.approx([0.2, -1.0, np.nan, -5.0, np.nan, -0.5], nan_ok=True)


@pytest.mark.parametrize(("before", "change"), [(0.5, 0.1), (0.0, None), (-1.0, None)])
def test_a_year_to_date_from_a_price_above_zero(before: float, change: float | None) -> None:
    days = np.array(["2025-12-31", "2026-01-15"], dtype="datetime64[D]")
    found = market_facts.year_to_date(PriceHistory("ABC", days, np.array([before, 0.55])))
    assert found == (None if change is None else pytest.approx(change))


def test_the_record_is_the_newest_of_equals() -> None:
    given = history([100.0, 120.0, 90.0, 120.0, 96.0])
    top = market_facts.record(given)
    assert (top.date, top.distance) == (given.sessions[3].item(), pytest.approx(-0.2))


def test_the_first_month_has_no_month_to_date() -> None:
    assert market_facts.month_to_date(history([100.0, 101.0])) is None


def test_record_and_correction_by_hand() -> None:
    prices = history([100.0, 120.0, 90.0, 110.0, 96.0])
    top = market_facts.record(prices)
    assert top.date == date(2000, 1, 4)
    assert top.distance == pytest.approx(96 / 120 - 1)
    assert market_facts.record(history([100.0, 120.0, 90.0, 120.0, 96.0])).date == date(2000, 1, 6)
    fall = market_facts.correction(prices)
    assert (fall.peak, fall.trough) == (date(2000, 1, 4), date(2000, 1, 5))
    assert fall.change == pytest.approx(-0.25)


def test_correction_looks_back_six_months_and_never_ahead() -> None:
    closes = [200.0, 100.0, *[100.0 + i for i in range(200)], 10.0]
    day = history(closes).sessions[-2].item()
    assert market_facts.correction(history(closes), day).change == 0.0
    assert market_facts.correction(history(closes)).change == pytest.approx(10 / 299 - 1)


@pytest.mark.parametrize("seed", range(5))
def test_correction_against_every_pair_of_closes(seed: int) -> None:
    prices = walk(200, seed=seed)
    closes = [float(c) for c in prices.close[-126:]]
    naive = min(later / earlier - 1 for i, earlier in enumerate(closes) for later in closes[i:])
    fall = market_facts.correction(prices)
    assert fall.change == pytest.approx(naive)
    at = {d.item(): float(c) for d, c in zip(prices.sessions, prices.close, strict=True)}
    assert at[fall.trough] / at[fall.peak] - 1 == pytest.approx(naive)


def test_the_distance_below_the_record_of_then() -> None:
    given = history([100.0, 120.0, 90.0, 120.0, 150.0])
    days = [day.item() for day in given.sessions]
    below = [market_facts.below_record(given, day) for day in days]
    assert below == pytest.approx([0.0, 0.0, 90 / 120 - 1, 0.0, 0.0])


def test_change_since_takes_the_close_of_that_day_or_the_last_before() -> None:
    prices = history([100.0, 101.0, 102.0, 103.0, 110.0, 121.0])  # Mon Jan 3 … Fri Jan 7, Mon Jan 10.
    assert market_facts.change_since(prices, date(2000, 1, 9)) == pytest.approx(0.10)
    with pytest.raises(RequestError, match=r"no close on or before 1999-12-31: its data begin on 2000-01-03"):
        market_facts.change_since(prices, date(1999, 12, 31))


def test_gap_and_five_day_gain() -> None:
    prices = history([100.0, 101.0, 102.0, 103.0, 104.0, 105.0], open=np.array([1, 1, 1, 1, 1, 106.6]))
    assert market_facts.change_over(prices, 5) == pytest.approx(0.05)
    assert market_facts.gap(prices) == pytest.approx(106.6 / 104 - 1)
    assert market_facts.change_over(prices, 6) is None


def test_calendar_years_against_a_naive_loop() -> None:
    prices = walk(1500)
    years = market_facts.calendar_years(prices)
    assert years is not None
    dates = [d.item() for d in prices.sessions]
    by_year: dict[int, list[float]] = {}
    for day, close in zip(dates, prices.close, strict=True):
        by_year.setdefault(day.year, []).append(float(close))
    names = sorted(by_year)
    assert years.years == tuple(names[1:-1])
    assert years.year == names[-1]
    for row, name in zip(years.paths, names[1:-1], strict=True):
        start = by_year[name - 1][-1]
        naive = [0.0, *(close / start - 1 for close in by_year[name])]
        assert row[: len(naive)] == pytest.approx(naive)
        assert np.isnan(row[len(naive) :]).all()
    assert years.present[-1] == pytest.approx(by_year[names[-1]][-1] / by_year[names[-2]][-1] - 1)
    first_sessions = [i for i, day in enumerate(by_year[names[-2]])]
    assert years.month_starts[0] == (1, 1)
    assert len(years.month_starts) == 12
    assert years.month_starts[-1][0] <= len(first_sessions)


def test_facts_print_themselves_by_their_unit() -> None:
    assert str(Fact("k", 0.0725, "percent")) == "+7.2%"
    assert str(Fact("k", 0.6154, "rate")) == "62%"
    assert str(Fact("k", 9, "count")) == "nine"
    assert str(Fact("k", 248.756, "price")) == "248.76"
    assert str(Fact("k", date(2025, 11, 28), "date")) == "Nov 28, 2025"
    assert str(Fact("k", None, "percent")) == "—"
    assert str(Fact("k", None, "date")) == "—"
    assert not Fact("k", False, "flag")


def book() -> FactBook:
    view = hand_view({"3M": [0.1, -0.05, 0.04, 0.03, 0.02, 0.01]})
    return FactBook({"big-months": view}, {"ABC": view.history, "XYZ": history([1.0, 2.0, 4.0], "XYZ")})


def test_the_book_gives_study_facts_with_their_sample_size() -> None:
    fact = book().study("big-months").at("3M").win_rate
    assert fact == Fact("study.big-months.3M.win_rate", pytest.approx(5 / 6), "rate", 6)
    assert book().study("big-months").episodes.value == 6
    assert str(book().study("big-months").at("3M").verdict) == "too few cases"


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(RequestError, match=r"no study 'big-month'\. Did you mean 'big-months'"):
        book().study("big-month")
    with pytest.raises(RequestError, match=r"Did you mean 'win_rate'"):
        _ = book().study("big-months").at("3M").winrate
    with pytest.raises(RequestError, match="There are: 3M"):
        book().study("big-months").at("6X")
    with pytest.raises(RequestError, match="Did you mean 'close'"):
        _ = book().market("ABC").closes
    with pytest.raises(RequestError, match="no asset 'QQQ'"):
        book().market("QQQ")
    with pytest.raises(FieldError, match="XYZ has no open"):
        _ = book().market("XYZ").gap


def real(asset: str, as_of: str) -> PriceHistory:
    folder = os.environ.get("MARKET_DATA")
    if not folder:
        pytest.skip("MARKET_DATA names no folder of real prices")
    from generator.market.providers.files import FilesSource

    return FilesSource(Path(folder)).history(asset).until(np.datetime64(as_of))


def test_small_caps_in_april_2026() -> None:
    prices = real("IWM", "2026-04-20")
    month = market_facts.month_to_date(prices)
    assert month is not None
    assert round(month.change * 100, 2) == 11.83
    assert (month.sessions, month.up_sessions, month.since) == (13, 12, date(2020, 11, 30))
    assert market_facts.record(prices).distance == 0
    fall = market_facts.correction(prices)
    assert (fall.peak, fall.trough) == (date(2026, 1, 22), date(2026, 3, 30))
    assert round(fall.change * 100, 1) == -11.2


@pytest.mark.parametrize(("asset", "change"), [("IWM", 29.0), ("SPY", 14.0), ("QQQ", 16.8), ("MAGS", 17.6)])
def test_performance_since_august_2025(asset: str, change: float) -> None:
    assert round(market_facts.change_since(real(asset, "2026-04-20"), date(2025, 8, 1)) * 100, 1) == change


def test_the_surge_of_november_2025() -> None:
    prices = real("IWM", "2025-11-28")
    gain, gap = market_facts.change_over(prices, 5), market_facts.gap(prices)
    assert gain is not None
    assert gap is not None
    assert round(gain * 100, 2) == 8.57
    assert round(gap * 100, 3) == 0.287
