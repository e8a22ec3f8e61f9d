"""The scorecard: what was expected, held against prices that can be checked by eye."""

from __future__ import annotations

import csv
import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from generator.article.build import gather
from generator.article.expectations import expect
from generator.check.reading import load_spec
from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.scorecard.outcomes import (
    Case,
    Outcome,
    calibrate,
    keep_score,
    place_of,
    separate_periods,
)
from generator.scorecard.values import Expectation, Expectations, ExpectedHorizon
from generator.spec.letter import load_letter
from generator.spec.studies import assets_read, build_studies
from generator.study.run import run_study
from tests.projects import ROOT
from tests.real_prices import market_data, real_prices
from tests.running import project_with, small_spec
from tests.study.markets import history_of

# Weekdays around two turns of the month; +12% by mid-February.
MONTH = {"2023-12-29": 100.0, "2024-01-31": 100.0, "2024-02-15": 112.0}


def horizon(label: str, bars: int, n: int = 9) -> ExpectedHorizon:
    return ExpectedHorizon(label, bars, n, -0.10, -0.02, 0.01, 0.04, 0.10, 0.005, "could be luck")


def expectation(kind: str = "monthly", day: str | None = "2024-02-15", **changes: object) -> Expectation:
    horizons = {
        "monthly": (horizon("1M", 1), horizon("3M", 3)),
        "daily": (horizon("1D", 1), horizon("3D", 3)),
    }
    made = Expectation(
        "only", "Big months", "ABC", "ABC", ("ABC",), "roc(close, 1) >= 10", kind, 0, "close", "price", None,
        day, kind == "monthly", horizons[kind],
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def issue(*studies: Expectation, slug: str = "one", source: str = "files") -> Expectations:
    return Expectations(slug, "An issue", "2024-02-16", "2024-02-15", source, studies)


def score(expected: Expectation, rows: Mapping[str, float], as_of: date | None = None) -> Case:
    card = keep_score([issue(expected)], {"ABC": history_of("ABC", dict(rows))}, "files", as_of)
    return card.issues[0].cases[0]


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (-0.1001, "below"), (-0.10, "lower"), (-0.0201, "lower"), (-0.02, "middle"), (0.0, "middle"),
        (0.04, "middle"), (0.0401, "upper"), (0.10, "upper"), (0.1001, "above"),
    ],
)  # fmt: skip
def test_where_a_return_lies(value: float, place: str) -> None:
    assert place_of(value, horizon("1M", 1)) == place


def test_without_a_range_a_return_lies_nowhere() -> None:
    few = replace(horizon("1M", 1, 4), worst=None, lower=None, median=None, upper=None, best=None)
    assert place_of(0.01, few) is None


def test_a_month_in_progress_waits_for_its_close() -> None:
    assert score(expectation(), {**MONTH, "2024-02-28": 113.0}) == Case(expectation(), "waiting")


def test_a_month_that_held_counts_from_its_close() -> None:
    rows = {**MONTH, "2024-02-29": 110.0, "2024-03-15": 121.0, "2024-03-28": 99.0, "2024-04-10": 115.5}
    case = score(expectation(), rows)
    assert (case.state, case.entered) == ("entered", date(2024, 2, 29))
    one, three = case.outcomes
    assert (one.complete, one.passed, one.until, one.place) == (True, 1, date(2024, 3, 28), "lower")
    assert one.value == pytest.approx(99 / 110 - 1)
    assert (three.complete, three.passed, three.until, three.place) == (
        False,
        1,
        date(2024, 4, 10),
        "upper",
    )
    assert three.value == pytest.approx(115.5 / 110 - 1)


def test_a_month_that_did_not_hold_counts_nowhere() -> None:
    rows = {**MONTH, "2024-02-29": 109.9, "2024-03-28": 130.0}
    case = score(expectation(), rows)
    assert (case.state, case.outcomes) == ("not-held", ())
    card = keep_score([issue(expectation())], {"ABC": history_of("ABC", rows)}, "files")
    assert card.calibration.n == 0
    assert [i.expected.slug for i in card.issues] == ["one"]


def test_an_earlier_as_of_date_hides_what_came_after() -> None:
    rows = {**MONTH, "2024-02-29": 110.0, "2024-03-28": 99.0}
    case = score(expectation(), rows, date(2024, 3, 10))
    assert [(o.complete, o.value, o.until) for o in case.outcomes] == [(False, 0.0, date(2024, 2, 29))] * 2
    assert score(expectation(), rows, date(2024, 2, 20)).state == "waiting"
    assert score(expectation(), rows, date(2024, 1, 31)).state == "no-bar"


DAYS = {f"2024-03-{day:02}": 100.0 + day for day in (4, 5, 6, 7, 8)}


@pytest.mark.parametrize(
    ("entry", "first", "second"),
    [
        # Entry 105 on the 5th: 106 a day later, 108 after three.
        ("close", (True, 106 / 105 - 1, date(2024, 3, 6)), (True, 108 / 105 - 1, date(2024, 3, 8))),
        # Entry 106 on the 6th: 107 a day later; three days are not over on the 8th.
        ("next_close", (True, 107 / 106 - 1, date(2024, 3, 7)), (False, 108 / 106 - 1, date(2024, 3, 8))),
    ],
)
def test_days_count_from_the_entry_that_was_chosen(
    entry: str, first: tuple[bool, float, date], second: tuple[bool, float, date]
) -> None:
    case = score(expectation("daily", "2024-03-05", entry=entry, condition="close > 0"), DAYS)
    for outcome, (complete, value, until) in zip(case.outcomes, (first, second), strict=True):
        assert (outcome.complete, outcome.until) == (complete, until)
        assert outcome.value == pytest.approx(value)
    assert [o.passed for o in case.outcomes] == [1, 3 if entry == "close" else 2]


def test_an_entry_that_has_not_come_is_waited_for() -> None:
    last = expectation("daily", "2024-03-08", condition="close > 0")
    assert score(replace(last, entry="next_close"), DAYS).state == "waiting"
    assert [(o.value, o.passed) for o in score(last, DAYS).outcomes] == [(0.0, 0), (0.0, 0)]


# Ten sessions from Friday, March 1, 2024; the signal came on the 4th.
LATER = dict(zip(
    ("2024-03-01", "2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-11"),
    (100.0, 102.0, 105.0, 108.0, 104.0, 110.0, 99.0),
    strict=True,
))  # fmt: skip


def published(day: str, as_of: str = "2024-03-04", until: str = "2024-03-11", **changes: object) -> Case:
    study = expectation("daily", "2024-03-04", condition="close > 0", **changes)
    known = Expectations("one", "An issue", day, as_of, "files", (study,))
    rows = {date: close for date, close in LATER.items() if date <= until}
    return keep_score([known], {"ABC": history_of("ABC", rows)}, "files").issues[0].cases[0]


def test_a_reader_begins_at_the_first_close_after_publication() -> None:
    # Out on the 5th: the close of that day, 105, three of which were gone since 102 on the 4th.
    case = published("2024-03-05")
    assert (case.entered, case.counted) == (date(2024, 3, 4), date(2024, 3, 5))
    assert case.gone is not None
    assert case.gone == pytest.approx(105 / 102 - 1)
    (three,) = case.outcomes  # one day after the 4th is the 5th: over before a reader could begin
    assert (three.expected.label, three.complete, three.until) == ("3D", True, date(2024, 3, 7))
    assert three.value == pytest.approx(104 / 105 - 1)
    assert (1 + case.gone) * (1 + three.value) == pytest.approx(104 / 102), "together the signal's own return"


@pytest.mark.parametrize(
    ("day", "as_of", "counted"),
    [
        ("2024-03-04", "2024-03-01", "2024-03-04"),  # out on the day of the signal, before its close
        ("2024-03-04", "2024-03-04", "2024-03-05"),  # its prices end with that close: the next one
        ("2024-03-02", "2024-03-01", "2024-03-04"),  # on a Saturday, before the signal: its own entry
        ("2024-03-09", "2024-03-08", None),  # on the Saturday after the horizons were over
    ],
)
def test_which_close_is_the_first(day: str, as_of: str, counted: str | None) -> None:
    case = published(day, as_of)
    if counted is None:
        assert (case.state, case.outcomes, case.counted) == ("over", (), date(2024, 3, 11))
    else:
        assert str(case.counted) == counted
        assert case.gone == pytest.approx(LATER[counted] / LATER["2024-03-04"] - 1)


def test_before_the_first_close_after_publication_nothing_counts() -> None:
    case = published("2024-03-08", until="2024-03-07")
    assert (case.state, case.entered, case.outcomes) == ("waiting", date(2024, 3, 4), ())


def test_an_entry_after_publication_counts_from_itself() -> None:
    case = published("2024-03-04", as_of="2024-03-01", entry="next_close")
    assert (case.counted, case.gone) == (date(2024, 3, 5), 0.0)
    assert case.outcomes[0].value == pytest.approx(108 / 105 - 1)


def test_the_place_is_that_of_a_readers_return() -> None:
    # The middle half ends at +4%: the signal saw 5.9% (102 to 108), a reader 2.9% (105 to 108).
    (two,) = published("2024-03-05", horizons=(horizon("2D", 2),)).outcomes
    assert two.value == pytest.approx(108 / 105 - 1)
    assert two.place == "middle"
    assert place_of(108 / 102 - 1, two.expected) == "upper"


def test_no_issue_is_ever_taken_off() -> None:
    kinds = {
        "a": (expectation(day=None, horizons=(), provisional=False), "files", "none"),
        "b": (expectation(), "sample", "other-source"),
        "c": (expectation(asset="XYZ", assets=("XYZ", "ABC")), "files", "no-prices"),
        "d": (expectation("daily", "2024-02-03"), "files", "no-bar"),
        "e": (expectation(), "files", "waiting"),
        "f": (expectation("daily", "2031-01-02"), "files", "no-bar"),
    }
    expected = [issue(e, slug=slug, source=source) for slug, (e, source, _) in kinds.items()]
    card = keep_score(expected, {"ABC": history_of("ABC", MONTH)}, "files")
    assert {i.expected.slug: i.cases[0].state for i in card.issues} == {s: k[2] for s, k in kinds.items()}
    assert card.as_of == date(2024, 2, 15)
    nothing = keep_score(expected, {}, "files")
    assert len(nothing.issues) == len(kinds)
    assert nothing.as_of is None


def test_an_empty_scorecard() -> None:
    card = keep_score([], {}, "yahoo")
    assert (card.issues, card.as_of, card.calibration.n) == ((), None, 0)


def finished(start: date, days: int, value: float, n: int = 9) -> Case:
    outcome = Outcome(horizon("1M", 1, n), value, True, 1, start + timedelta(days), None)
    outcome = replace(outcome, place=place_of(value, outcome.expected))
    return Case(expectation(), "entered", start, (outcome,), start, 0.0)


def test_shares_and_their_intervals() -> None:
    # Twenty months one after the other: 9 in the middle half, 8 in the quarters, 3 outside.
    values = [0.0] * 4 + [0.02] * 5 + [-0.05] * 3 + [0.07] * 5 + [-0.2] + [0.3] * 2
    cases = [finished(date(2010, 1, 1) + timedelta(40 * i), 30, v) for i, v in enumerate(values)]
    found = calibrate(cases)
    assert (found.n, found.separate) == (20, 20)
    assert found.half is not None
    assert found.whole is not None
    assert found.above_usual is not None
    assert (found.half.count, found.whole.count, found.above_usual.count) == (9, 17, 12)
    # Of nine earlier cases a tenth falls inside the range 8 times in 10.
    assert (found.half.fair, found.whole.fair, found.above_usual.fair) == pytest.approx((0.4, 0.8, 0.5))
    for share in (found.half, found.whole, found.above_usual):
        wilson = binomtest(share.count, 20).proportion_ci(method="wilson")
        assert share.interval == pytest.approx((wilson.low, wilson.high))
        assert share.share == share.count / 20
    # The same returns seen a second time are no news: the interval stays as wide.
    twice = calibrate([*cases, *cases])
    assert (twice.n, twice.separate) == (40, 20)
    assert twice.half is not None
    assert twice.half.interval == pytest.approx(found.half.interval)


def test_few_separate_periods_are_silent() -> None:
    same = [finished(date(2010, 1, 1), 30, 0.0) for _ in range(50)]
    apart = [finished(date(2011, 1, 1) + timedelta(30 * i), 30, 0.0) for i in range(8)]
    found = calibrate([*same, *apart])
    assert (found.n, found.separate, found.half, found.whole, found.above_usual) == (58, 9, None, None, None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(1, 6)), max_size=8))
def test_separate_periods_are_the_most_that_fit(spans: list[tuple[int, int]]) -> None:
    origin = date(2020, 1, 1)
    periods = [(origin + timedelta(begin), origin + timedelta(begin + size)) for begin, size in spans]
    most = 0
    for size in range(len(periods) + 1):
        for chosen in itertools.combinations(sorted(periods), size):
            if all(one[1] <= two[0] for one, two in itertools.pairwise(chosen)):
                most = size
    assert separate_periods(periods) == most


def months(levels: Sequence[float]) -> PriceHistory:
    """Closes that move with the month alone, from January 2020 on."""
    days = np.arange(
        np.datetime64("2020-01-01"), (np.datetime64("2020-01", "M") + len(levels)).astype("M8[D]")
    )
    held = sessions("IWM", days[0], days[-1])
    return PriceHistory("IWM", held, np.array(levels)[held.astype("M8[M]").astype(int) - 50 * 12])


def test_a_horizon_that_was_complete_when_the_issue_was_written_is_not_expected(tmp_path: Path) -> None:
    # Every half year a month of +10%, then one of so many percent; the last +10% is two months old.
    after = [4.0, -3.0, 2.0, 6.0, 1.0, -5.0]
    moves = [0.0, *itertools.chain(*([10.0, a, 0.0, 0.0, 0.0, 0.0] for a in after)), 10.0, 7.0, 0.0]
    prices = months(
        list(itertools.accumulate((1 + m / 100 for m in moves), lambda x, y: x * y, initial=100))[1:]
    )
    studies = {
        "only": {"asset": "IWM", "when": "roc(close, 1) > 8", "bars": "monthly", "horizons": ["1M", "3M"]}
    }
    root = project_with(tmp_path / "letter", one=small_spec(studies=studies))
    spec = load_spec(root / "reports" / "one" / "report.yml")
    results = {name: run_study(study, {"IWM": prices}) for name, study in build_studies(spec).items()}
    last = results["only"].returns[-1]
    assert (last[0], np.isnan(last[1])) == (pytest.approx(0.07), True)
    (told,) = expect(gather(spec, load_letter(ROOT), {"IWM": prices}, results, "files", False)).studies
    assert (told.study, told.date, told.provisional) == ("only", str(month_ends(prices)[-3]), False)
    (open_,) = told.horizons
    # One month after the last case was known, so only three months are expected, of the six cases before it.
    assert (open_.label, open_.n) == ("3M", 6)
    assert (open_.worst, open_.best) == pytest.approx((-0.05, 0.06))


def month_ends(prices: PriceHistory) -> list[date]:
    return [list(days)[-1] for _, days in itertools.groupby(prices.sessions.tolist(), lambda d: d.month)]


@pytest.mark.parametrize("now", [9.0, 1.0])
def test_a_case_of_a_month_in_progress_is_provisional(tmp_path: Path, now: float) -> None:
    moves = [0.0, *itertools.chain(*([10.0, a, 0.0] for a in (4.0, -3.0, 2.0, 6.0, 1.0, -5.0))), now]
    levels = itertools.accumulate((1 + m / 100 for m in moves), lambda x, y: x * y, initial=100)
    whole = months(list(levels)[1:])
    prices = whole.until(whole.sessions[-8])
    study = {"asset": "IWM", "when": "roc(close, 1) > 8", "bars": "monthly", "horizons": ["1M", "3M"]}
    root = project_with(tmp_path / "letter", one=small_spec(studies={"only": study}))
    spec = load_spec(root / "reports" / "one" / "report.yml")
    results = {name: run_study(study, {"IWM": prices}) for name, study in build_studies(spec).items()}
    (told,) = expect(gather(spec, load_letter(ROOT), {"IWM": prices}, results, "files", False)).studies
    if now > 8:
        assert (told.date, told.provisional) == (str(prices.last), True)
        assert [horizon.label for horizon in told.horizons] == ["1M", "3M"]
    else:
        assert (told.date, told.provisional) == (str(month_ends(prices)[-4]), False)


REVERSE = ROOT / "reports" / "2025-12-01-small-caps-reverse-up" / "report.yml"
SESSIONS = {"1W": 5, "2W": 10, "1M": 21, "2M": 42, "3M": 63, "6M": 126, "1Y": 252}


@pytest.fixture(scope="module")
def real() -> dict[str, PriceHistory]:
    source = FilesSource(market_data())
    return {asset: source.history(asset) for asset in ("IWM", "SPY", "QQQ", "DIA")}


@pytest.fixture(scope="module")
def reverse_up(real: dict[str, PriceHistory]) -> Expectations:
    """What the issue of Dec 1, 2025 expected, made without any price after its as-of date."""
    spec = load_spec(REVERSE)
    cut = {asset: real[asset].until(np.datetime64("2025-11-28")) for asset in assets_read(spec)}
    results = {name: run_study(study, cut) for name, study in build_studies(spec).items()}
    return expect(gather(spec, load_letter(ROOT), cut, results, "files", False))


def closes(asset: str) -> tuple[list[str], list[float]]:
    with (market_data() / f"{asset}.csv").open() as file:
        rows = list(csv.DictReader(file))
    return [row["Date"] for row in rows], [float(row["Close"]) for row in rows]


@real_prices
def test_the_real_outcomes_are_those_of_the_price_file(
    reverse_up: Expectations, real: dict[str, PriceHistory]
) -> None:
    card = keep_score([reverse_up], real, "files")
    starts = {"reverse-up": "2025-11-26", "reverse-up-sp500": "2025-11-26", "five-day-surge": "2025-11-28"}
    assert {c.expectation.study: str(c.entered) for c in card.issues[0].cases} == starts
    for case in card.issues[0].cases:
        dates, prices = closes(case.expectation.target)
        start = dates.index(starts[case.expectation.study])
        # The issue came out on Monday, Dec 1, 2025: a reader could begin at that day's close.
        begin = dates.index("2025-12-01")
        assert str(case.counted) == "2025-12-01"
        assert case.gone == pytest.approx(prices[begin] / prices[start] - 1, rel=1e-12)
        assert [o.expected.label for o in case.outcomes] == list(SESSIONS)
        for outcome in case.outcomes:
            end = start + SESSIONS[outcome.expected.label]
            assert outcome.complete == (end < len(dates))
            end = min(end, len(dates) - 1)
            assert (outcome.passed, str(outcome.until)) == (end - start, dates[end])
            assert outcome.value == pytest.approx(prices[end] / prices[begin] - 1, rel=1e-12)


@real_prices
def test_the_real_range_is_that_of_the_earlier_cases(
    reverse_up: Expectations, real: dict[str, PriceHistory]
) -> None:
    (study, *_) = reverse_up.studies
    dates, prices = closes("IWM")
    last = dates.index("2025-11-28")
    result = run_study(build_studies(load_spec(REVERSE))["reverse-up"], real, date(2025, 11, 28))
    begins = [dates.index(str(e.date)) for e in result.episodes]
    for expected in study.horizons:
        held = SESSIONS[expected.label]
        returns = [prices[b + held] / prices[b] - 1 for b in begins if b + held <= last]
        lower, median, upper = statistics.quantiles(returns, n=4, method="inclusive")
        assert expected.n == len(returns)
        assert (expected.worst, expected.lower, expected.median, expected.upper, expected.best) == (
            pytest.approx((min(returns), lower, median, upper, max(returns)))
        )
        every = [prices[b + held] / prices[b] - 1 for b in range(last - held + 1)]
        assert expected.usual == pytest.approx(statistics.median(every))


@real_prices
def test_the_month_of_april_2026_held_on_real_prices(real: dict[str, PriceHistory]) -> None:
    dates, prices = closes("IWM")
    ends = dict(zip(dates, prices, strict=True))
    april = expectation(day="2026-04-20", asset="IWM", target="IWM", assets=("IWM",))
    (case,) = keep_score([issue(april)], real, "files").issues[0].cases
    assert (case.state, case.entered) == ("entered", date(2026, 4, 30))
    one, three = case.outcomes
    assert one.value == pytest.approx(ends["2026-05-29"] / ends["2026-04-30"] - 1)
    assert three.value == pytest.approx(ends["2026-07-31"] / ends["2026-04-30"] - 1)
    assert one.complete
    assert three.complete
