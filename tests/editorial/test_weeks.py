"""Issues of several weeks on real prices: nothing after their date is in them, and their score is right."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from generator.article.article import Article, write_article
from generator.article.build import edition_of
from generator.article.expectations import expect
from generator.assembly.scorecard_csv import scorecard_csv
from generator.check.reading import load_spec
from generator.market.providers.registry import open_source
from generator.run.draft import draft_issue
from generator.run.make import answer
from generator.scorecard.outcomes import Case, Scorecard, keep_score
from generator.scorecard.values import Expectation, Expectations
from generator.spec.letter import load_letter
from generator.spec.watchlist import load_watchlist
from tests.real_prices import market_data, real_prices
from tests.running import copy_project
from tests.study.oracle import starts

WATCHED = """benchmark: SPY
groups:
  US indices: {SPY: S&P 500, QQQ: Nasdaq 100, DIA: Dow Jones Industrials, IWM: Russell 2000}
"""
ASSETS = ("SPY", "QQQ", "DIA", "IWM")
FRIDAYS = (date(2025, 3, 14), date(2025, 4, 11))
"""A correction, then a day as large as few: both are studied on daily bars."""

pytestmark = real_prices


@dataclass(frozen=True)
class Issue:
    """A week's issue as it was made: its spec, its article, what it expected."""

    spec: str
    article: Article
    expected: Expectations


def make_issues(root: Path, folders: Sequence[Path]) -> list[Issue]:
    """The issues of these Fridays, one after another in one project, each from the prices in its folder."""
    copy_project(root, reports=False)
    (root / "watchlist.yml").write_text(WATCHED)
    letter, watchlist = load_letter(root), load_watchlist(root)
    issues: list[Issue] = []
    for friday, folder in zip(FRIDAYS, folders, strict=True):
        source = open_source(f"files:{folder}", root)
        drafted = draft_issue(root, source, watchlist, friday)
        report = answer(load_spec(drafted.path), letter, source, None, [issue.expected for issue in issues])
        issues.append(Issue(drafted.path.read_text(), write_article(edition_of(report), ""), expect(report)))
    return issues


@pytest.fixture(scope="module")
def issues(tmp_path_factory: pytest.TempPathFactory) -> list[Issue]:
    folder = tmp_path_factory.mktemp("whole")
    for asset in ASSETS:
        (folder / f"{asset}.csv").write_bytes((market_data() / f"{asset}.csv").read_bytes())
    return make_issues(tmp_path_factory.mktemp("weeks") / "p", [folder] * len(FRIDAYS))


def test_from_files_that_end_with_the_week_the_same_issue_is_made(
    issues: list[Issue], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folders = []
    for friday in FRIDAYS:
        folder = tmp_path_factory.mktemp("cut")
        for asset in ASSETS:
            head, *lines = (market_data() / f"{asset}.csv").read_text().splitlines()
            kept = [line for line in lines if line[:10] <= str(friday)]
            (folder / f"{asset}.csv").write_text("\n".join([head, *kept]) + "\n")
        folders.append(folder)
    again = make_issues(tmp_path_factory.mktemp("cut-weeks") / "p", folders)
    for whole, cut in zip(issues, again, strict=True):
        assert cut.spec == whole.spec
        assert cut.article == whole.article
        assert cut.expected == whole.expected


def test_the_weeks_are_different_stories(issues: list[Issue]) -> None:
    stories = [
        (s.condition, s.asset) for issue in issues for s in issue.expected.studies if s.asset == s.target
    ]
    assert len(set(stories)) == len(stories) >= len(FRIDAYS)
    assert len({issue.expected.title for issue in issues}) == len(FRIDAYS)
    assert [issue.expected.as_of for issue in issues] == ["2025-03-14", "2025-04-11"]


@pytest.fixture(scope="module")
def card(issues: list[Issue]) -> Scorecard:
    source = open_source(f"files:{market_data()}", market_data())
    return keep_score([issue.expected for issue in issues], {a: source.history(a) for a in ASSETS}, "files")


Prices = dict[str, list[float]]


@cache
def columns(asset: str) -> tuple[list[str], Prices]:
    with (market_data() / f"{asset}.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = ("Open", "High", "Low", "Close", "Volume")
    return [row["Date"] for row in rows], {n.lower(): [float(row[n]) for row in rows] for n in names}


def correction(prices: Prices) -> list[bool]:
    c = prices["close"]
    below = [t >= 251 and (c[t] / max(c[t - 251 : t + 1]) - 1) * 100 < -10 for t in range(len(c))]
    return [t >= 252 and below[t] and not below[t - 1] for t in range(len(c))]


def five_percent_day(prices: Prices) -> list[bool]:
    c = prices["close"]
    return [t > 0 and (c[t] / c[t - 1] - 1) * 100 >= 5 for t in range(len(c))]


def volatility_spike(prices: Prices) -> list[bool]:
    c = prices["close"]
    moves = [0.0, *((b / a - 1) * 100 for a, b in pairwise(c))]
    return [
        t >= 252 and statistics.pstdev(moves[t - 9 : t + 1]) >= 2 * statistics.pstdev(moves[t - 251 : t + 1])
        for t in range(len(c))
    ]


SIGNALS: Mapping[str, Callable[[Prices], list[bool]]] = {
    "correction-spy": correction,
    "correction-qqq": correction,
    "spy-day-up-5": five_percent_day,
    "volatility-spike-qqq": volatility_spike,
}
"""What these weeks study once more, bar by bar."""


@cache
def begins(study: str, asset: str, cooldown: int, until: str) -> list[str]:
    """The days on which episodes began."""
    dates, prices = columns(asset)
    stop = sum(day <= until for day in dates)
    truth = SIGNALS[study]({name: values[:stop] for name, values in prices.items()})
    return [dates[bar] for bar in starts([int(value) for value in truth], cooldown)]


def cases(card: Scorecard) -> list[tuple[Expectations, Case]]:
    return [(issue.expected, case) for issue in card.issues for case in issue.cases]


def test_what_was_suggested_is_what_the_earlier_cases_did(card: Scorecard) -> None:
    for issue, case in cases(card):
        study = case.expectation
        assert (study.bars, study.entry, study.returns) == ("daily", "close", "price")
        days = begins(study.study, study.asset, study.cooldown, issue.as_of)
        assert study.date == days[-1]
        dates, prices = columns(study.target)
        closes, last = prices["close"], dates.index(issue.as_of)
        first = max(dates[0], columns(study.asset)[0][0])
        at = [dates.index(day) for day in days if day in dates]
        for expected in study.horizons:
            held = expected.bars
            returns = [closes[b + held] / closes[b] - 1 for b in at if b + held <= last]
            lower, median, upper = statistics.quantiles(returns, n=4, method="inclusive")
            assert expected.n == len(returns)
            assert (expected.worst, expected.lower, expected.median, expected.upper, expected.best) == (
                pytest.approx((min(returns), lower, median, upper, max(returns)))
            )
            every = [closes[b + held] / closes[b] - 1 for b in range(dates.index(first), last - held + 1)]
            assert expected.usual == pytest.approx(statistics.median(every))


def test_what_has_happened_is_what_the_price_files_say(card: Scorecard) -> None:
    done = inside = above = 0
    for issue, case in cases(card):
        study = case.expectation
        dates, prices = columns(study.target)
        closes, start = prices["close"], dates.index(str(study.date))
        assert (case.state, str(case.entered)) == ("entered", study.date)
        # A reader could have had it from the first close dated on or after the issue, and after its prices.
        counted = next(n for n, day in enumerate(dates) if day >= issue.date and day > issue.as_of)
        assert counted > start
        still_open = [h for h in study.horizons if start + h.bars > counted]
        assert [o.expected for o in case.outcomes] == still_open
        assert str(case.counted) == dates[counted]
        assert case.gone == pytest.approx(closes[counted] / closes[start] - 1, rel=1e-12)
        for outcome in case.outcomes:
            end = start + outcome.expected.bars
            assert outcome.complete == (end < len(dates))
            end = min(end, len(dates) - 1)
            value = closes[end] / closes[counted] - 1
            assert (outcome.passed, str(outcome.until)) == (end - start, dates[end])
            assert outcome.value == pytest.approx(value, rel=1e-12)
            assert outcome.place == naive_place(study, outcome.expected.label, value)
            done += outcome.complete
            inside += outcome.complete and outcome.place == "middle"
            above += outcome.complete and value > (outcome.expected.usual or 0.0)
    assert done >= 14
    assert card.calibration.n == done
    if card.calibration.half is not None and card.calibration.above_usual is not None:
        assert (card.calibration.half.count, card.calibration.above_usual.count) == (inside, above)
    # The file has the same lines.
    rows = list(csv.DictReader(scorecard_csv(card).content.decode().splitlines()))
    assert len(rows) == sum(len(case.expectation.horizons) for _, case in cases(card))
    assert sum(row["complete"] == "true" for row in rows) == done
    assert sum(row["complete"] == "true" and row["place"] == "middle" for row in rows) == inside


def naive_place(study: Expectation, label: str, value: float) -> str:
    (horizon,) = [h for h in study.horizons if h.label == label]
    marks = (horizon.worst, horizon.lower, horizon.upper, horizon.best)
    if value < (marks[0] or 0):
        return "below"
    if value > (marks[3] or 0):
        return "above"
    if value < (marks[1] or 0):
        return "lower"
    return "upper" if value > (marks[2] or 0) else "middle"
