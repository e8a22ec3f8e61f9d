"""The scorecard's second half: what a reader could have had since, by the newest prices, beside the past.

Returns count from the first close after publication; an entry that came later counts from itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import numpy as np

from generator.market.bars import period_numbers
from generator.market.history import PriceHistory, as_date
from generator.market.timetable import week_begins
from generator.scorecard.values import Expectation, Expectations, ExpectedHorizon
from generator.signals.dates import dates_condition
from generator.signals.tree import Listed, ListedDate
from generator.study.episodes import match_bars
from generator.study.evidence.statistics import wilson_interval
from generator.study.prepare import Prepared, find_episodes, prepare
from generator.study.question import make_study
from generator.study.returns import HoldingPrices
from generator.study.values import Study

Place = Literal["below", "lower", "middle", "upper", "above"]
"""Where a return lies among those of the earlier cases: below all, in the lower quarter, the middle half, the
upper quarter, above all."""
State = Literal["none", "waiting", "not-held", "entered", "over", "other-source", "no-prices", "no-bar"]
"""``none``: no case was under way. ``waiting``: for the close of its bar, its entry price, or the first close
after publication. ``over``: at that close every horizon had passed.
``not-held``: at the close of its bar the condition was false. ``entered``: its returns are counted.
``other-source``, ``no-prices``, ``no-bar``: the newest prices are of another source, lack an asset, or do
not reach to (or skip) the case's day."""
FEWEST_SEPARATE = 10
"""Separate periods below which no share is given: outcomes that overlap are one experience."""


@dataclass(frozen=True)
class Outcome:
    """What happened at one horizon. Decimals.

    ``value`` is the return from ``Case.counted`` to the horizon when ``complete``, else to the last close;
    ``passed`` the completed bars since entry, of ``expected.bars``; ``until`` the day the return ends on.
    ``place`` is None where the earlier cases were too few to suggest a range.
    """

    expected: ExpectedHorizon
    value: float
    complete: bool
    passed: int
    until: date
    place: Place | None


@dataclass(frozen=True)
class Case:
    """A present case and what became of it. ``entered`` is the day of its completed signal bar, None before
    there is one. ``counted`` is the day from whose close (or entry) on a reader could have had its returns,
    ``gone`` the return from the entry until then. ``outcomes`` are there from then on, one for each horizon
    that was open then."""

    expectation: Expectation
    state: State
    entered: date | None = None
    outcomes: tuple[Outcome, ...] = ()
    counted: date | None = None
    gone: float | None = None

    @property
    def headline(self) -> Outcome | None:
        """What happened at the horizon that the finding led with, complete or not; None where that is not
        known, or was over when the issue was written."""
        label = self.expectation.headline
        return next((outcome for outcome in self.outcomes if outcome.expected.label == label), None)

    @property
    def longest(self) -> Outcome | None:
        """The longest complete horizon; None while all are open."""
        done = [outcome for outcome in self.outcomes if outcome.complete]
        return max(done, key=lambda outcome: outcome.expected.bars, default=None)

    @property
    def ended(self) -> bool:
        """Whether every horizon is complete."""
        return bool(self.outcomes) and all(outcome.complete for outcome in self.outcomes)


@dataclass(frozen=True)
class ScoredIssue:
    """An issue on the scorecard; every issue is on it."""

    expected: Expectations
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Share:
    """A share of the complete outcomes, what it would be if the past were a fair guide, and its 95%
    interval (Wilson), formed with the number of separate periods as n."""

    count: int
    share: float
    fair: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Calibration:
    """All complete outcomes that had a range to fall into.

    ``n`` of them cover ``separate`` periods that do not overlap, whatever the asset. The shares are None
    with fewer than ten of those: inside the middle half, inside the range, above the baseline's median.
    """

    n: int
    separate: int
    half: Share | None
    whole: Share | None
    above_usual: Share | None


@dataclass(frozen=True)
class Scorecard:
    """Every issue, newest first, and all of them together. ``as_of`` is the newest close used, or None."""

    issues: tuple[ScoredIssue, ...]
    calibration: Calibration
    as_of: date | None


def keep_score(
    expected: Sequence[Expectations],
    histories: Mapping[str, PriceHistory],
    source: str,
    as_of: date | None = None,
) -> Scorecard:
    """Hold what was expected against what has happened.

    Parameters
    ----------
    expected : of every issue, in any order.
    histories : the newest prices by ticker; an asset may be missing.
    source : name of the source they are from; a case from another source is listed without a return.
    as_of : nothing after this day exists; None for all there is.
    """
    until = np.datetime64("9999-12-31" if as_of is None else as_of.isoformat(), "D")
    known = {asset: history.until(until) for asset, history in histories.items()}
    known = {asset: history for asset, history in known.items() if len(history)}
    # Many issues ask the same of the same prices.
    ready = cache(lambda study: prepare(study, known))
    issues = tuple(
        ScoredIssue(
            issue,
            tuple(
                _score(issue, study, known, ready) if issue.source == source else Case(study, "other-source")
                for study in issue.studies
            ),
        )
        for issue in sorted(expected, key=lambda e: (-date.fromisoformat(e.date).toordinal(), e.slug))
    )
    read = {asset for issue in issues for case in issue.cases for asset in case.expectation.assets}
    newest = max((as_date(known[asset].last) for asset in read & known.keys()), default=None)
    return Scorecard(issues, calibrate([case for issue in issues for case in issue.cases]), newest)


def _score(
    issue: Expectations,
    expected: Expectation,
    histories: Mapping[str, PriceHistory],
    ready: Callable[[Study], Prepared],
) -> Case:
    """What became of one present case."""
    if expected.date is None:
        return Case(expected, "none")
    if any(asset not in histories for asset in expected.assets):
        return Case(expected, "no-prices")
    day = np.datetime64(expected.date, "D")
    if min(histories[asset].last for asset in expected.assets) < day:
        return Case(expected, "no-bar")
    prepared = ready(_study(expected))
    own, target = prepared.bars, prepared.prices.bars
    period = int(period_numbers(np.array([day]), expected.bars, week_begins(own.history.calendar))[0])
    if period not in own.periods:
        return Case(expected, "no-bar")
    signal_bar = int(np.searchsorted(own.periods, period))
    bar = int(match_bars(own, target, np.array([signal_bar], dtype=np.intp))[0])
    if bar < 0:
        return Case(expected, "no-bar")
    if signal_bar >= own.completed or bar >= target.completed:
        return Case(expected, "waiting")
    entered = as_date(own.dates[signal_bar])
    if expected.provisional and signal_bar not in {e.bar for e in find_episodes(prepared)}:
        return Case(expected, "not-held", entered)
    entry = _readers_entry(issue, expected, prepared.prices, bar)
    if entry is None:
        return Case(expected, "waiting", entered)
    found = (_outcome(prepared.prices, bar, horizon, entry) for horizon in expected.horizons)
    outcomes = tuple(outcome for outcome in found if outcome is not None)
    gone = entry.price / float(prepared.prices.entry_price[bar]) - 1
    counted = as_date(prepared.prices.bars.history.sessions[entry.session])
    return Case(expected, "entered" if outcomes else "over", entered, outcomes, counted, gone)


@dataclass(frozen=True)
class _Entry:
    """A session of the target, by its number, and the price that is paid in it."""

    session: int
    price: float


def _readers_entry(
    issue: Expectations, expected: Expectation, prices: HoldingPrices, bar: int
) -> _Entry | None:
    """Where a reader could begin; None before there is such a price.

    It is the first close of a session dated on or after the issue's date and after its as-of date, or the
    case's own entry where that comes later.
    """
    sessions, price = prices.bars.history.sessions, float(prices.entry_price[bar])
    own = int(prices.bars.last_session[bar]) + (expected.entry != "close")
    first = max(
        int(np.searchsorted(sessions, np.datetime64(issue.date, "D"))),
        int(np.searchsorted(sessions, np.datetime64(issue.as_of, "D"), side="right")),
    )
    if not np.isfinite(price) or first >= len(sessions):
        return None
    return _Entry(own, price) if first < own else _Entry(first, float(prices.daily[first]))


def _study(expected: Expectation) -> Study:
    dates = None
    if expected.dates is not None and expected.date is not None:
        present = ListedDate(date.fromisoformat(expected.date))
        dates = dates_condition(Listed(expected.dates, (present,)))
    return make_study(
        expected.asset,
        when=expected.condition if dates is None else None,
        dates=dates,
        target=expected.target,
        bars=expected.bars,
        horizons=[horizon.label for horizon in expected.horizons],
        cooldown=expected.cooldown,
        entry=expected.entry,
        returns=expected.returns,
        since=None if expected.since is None else date.fromisoformat(expected.since),
        present=None if expected.present is None else date.fromisoformat(expected.present),
    )


def _outcome(prices: HoldingPrices, bar: int, horizon: ExpectedHorizon, entry: _Entry) -> Outcome | None:
    """The reader's return to the end of the horizon of target bar ``bar``, or to the last close so far; None
    where it was over at the reader's entry."""
    complete = bar < prices.complete(horizon.bars)
    end = len(prices.daily) - 1
    if complete:
        end = int(prices.bars.last_session[bar + horizon.bars + prices.delay])
        if end <= entry.session:
            return None
    value = float(prices.daily[end] / entry.price - 1)
    until = prices.bars.history.sessions[end]
    passed = max(0, min(horizon.bars, prices.bars.completed - 1 - bar - prices.delay))
    return Outcome(horizon, value, complete, passed, as_date(until), place_of(value, horizon))


def place_of(value: float, horizon: ExpectedHorizon) -> Place | None:
    """Where a return lies among the earlier ones; a bound belongs to the part nearer to the middle."""
    worst, lower, upper, best = horizon.worst, horizon.lower, horizon.upper, horizon.best
    if worst is None or lower is None or upper is None or best is None:
        return None
    if value < worst:
        return "below"
    if value < lower:
        return "lower"
    if value <= upper:
        return "middle"
    return "upper" if value <= best else "above"


def calibrate(cases: Sequence[Case]) -> Calibration:
    """How often the complete outcomes fell where the past said they would.

    A new case falls between the i-th and the k-th of n earlier ones, all alike, with probability
    (k − i) ÷ (n + 1): inside the range (n − 1) ÷ (n + 1), inside the middle half about half of that.
    """
    done = [
        (case, outcome)
        for case in cases
        for outcome in case.outcomes
        if outcome.complete and outcome.place is not None
    ]
    outcomes = [outcome for _, outcome in done]
    separate = separate_periods([(case.counted, o.until) for case, o in done if case.counted is not None])
    if separate < FEWEST_SEPARATE:
        return Calibration(len(done), separate, None, None, None)
    fair = float(np.mean([(o.expected.n - 1) / (o.expected.n + 1) for o in outcomes]))

    def share(counts: Callable[[Outcome], bool], of: float) -> Share:
        count = sum(map(counts, outcomes))
        interval = wilson_interval(count / len(outcomes) * separate, separate)
        assert interval is not None
        return Share(count, count / len(outcomes), of, interval)

    return Calibration(
        len(done),
        separate,
        share(lambda o: o.place == "middle", fair / 2),
        share(lambda o: o.place not in ("below", "above"), fair),
        share(lambda o: o.expected.usual is not None and o.value > o.expected.usual, 0.5),
    )


def separate_periods(periods: Sequence[tuple[date, date]]) -> int:
    """The most of these (first day, end) periods that do not overlap; one may begin the day another ends."""
    count, free = 0, date.min
    for begin, end in sorted(periods, key=lambda period: period[1]):
        if begin >= free:
            count, free = count + 1, end
    return count
