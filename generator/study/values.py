"""The question and the answer of a study, as frozen values. Returns are decimals, NaN where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import BarKind
from generator.market.history import FloatArray
from generator.signals.language import Condition, Expression
from generator.signals.tree import Listed
from generator.study.edges import Robustness
from generator.study.verdict import Verdict

Date = date
"""The type, where a field of that name hides it."""
Entry = Literal["close", "next_open", "next_close"]
ReturnBasis = Literal["price", "total"]
ENTRIES: tuple[Entry, ...] = ("close", "next_open", "next_close")

Level = Literal["entry", "high"]
"""What a close may come back to: the price of the entry, or the highest close until then."""
Form = Literal["percent", "number", "price"]

SESSIONS_PER_UNIT = {"D": 1, "W": 5, "M": 21, "Y": 252}
USUAL_HEADLINE = 63
"""Sessions: a study that names no headline horizon has the one nearest three months."""


@dataclass(frozen=True)
class Horizon:
    """A holding period: its label (``3M``) and its length in bars of the study."""

    label: str
    bars: int

    @property
    def sessions(self) -> int:
        """About how many sessions of an exchange it lasts, whatever the bars: what its label says."""
        return int(self.label[:-1]) * SESSIONS_PER_UNIT[self.label[-1]]


@dataclass(frozen=True)
class ShownColumn:
    """A column of one's own in the episode table.

    Attributes
    ----------
    heading : over it, and its name in CSV and JSON.
    shows : an expression, whose value on the signal bar is shown; or a level, and what is shown is how many
        sessions the target's close took to be back at it.
    form : how the value is printed; a value in percent is a number already, as in the language.
    """

    heading: str
    shows: Expression | Level
    form: Form


@dataclass(frozen=True)
class ShownValue:
    """A value in such a column: None where there is none. ``so_far`` : sessions for which a close has not
    been back at its level; None where it has, and of an expression."""

    value: float | None
    so_far: int | None = None


@dataclass(frozen=True)
class Study:
    """The question: after this condition on this asset, what did the target do?

    ``condition`` is the parsed expression, or a list of dates (``listed``); ``measure`` the expression of the
    trigger value, None to take the left side of the condition's leftmost comparison. ``returns`` is None
    where nobody said: price returns, or total returns of a target whose closes are adjusted for dividends
    already; an answered study names one of the two. ``signal`` is the library name it came from, and
    ``parameters`` are the values its named parameters were given. ``named_headline`` is the label of the
    horizon that was said to be the headline, None where nobody said. ``columns`` are what the table of
    episodes shows beside the move. On the bar of the day ``present`` the case under way begins, whatever came
    within the cooldown before it.
    """

    asset: str
    target: str
    condition: Condition
    bars: BarKind
    horizons: tuple[Horizon, ...]
    cooldown: int = 0
    entry: Entry = "close"
    returns: ReturnBasis | None = None
    measure: Expression | None = None
    since: date | None = None
    signal: str | None = None
    parameters: tuple[tuple[str, float], ...] = ()
    named_headline: str | None = None
    columns: tuple[ShownColumn, ...] = ()
    present: date | None = None

    @property
    def listed(self) -> Listed | None:
        """The list of dates that the study asks about; None where it asks about a condition."""
        return self.condition.tree if isinstance(self.condition.tree, Listed) else None

    @property
    def headline(self) -> Horizon:
        """The horizon that speaks for the study, fixed before anything is counted: the one named, else the
        one nearest three months, the shorter of two that are as near."""
        for horizon in self.horizons:
            if horizon.label == self.named_headline:
                return horizon
        return min(self.horizons, key=lambda h: (abs(h.sessions - USUAL_HEADLINE), h.sessions))

    @property
    def basis(self) -> ReturnBasis:
        """The basis of the returns of an answered study.

        Raises
        ------
        ValueError : the study has not been answered, and does not say it.
        """
        if self.returns is None:
            raise ValueError(f"the study of {self.asset} has not met its prices yet")
        return self.returns

    @property
    def assets(self) -> tuple[str, ...]:
        """Every asset whose prices the study reads, the asset itself first, without repeats."""
        shown = [column.shows for column in self.columns if isinstance(column.shows, Expression)]
        asked = [self.measure, *shown] if self.measure is not None else shown
        also = (*self.condition.assets, *(asset for each in asked for asset in each.assets))
        return tuple(dict.fromkeys((self.asset, self.target, *also)))


@dataclass(frozen=True)
class Episode:
    """One time the condition became true.

    Attributes
    ----------
    date : date of the signal bar (its last session; the as-of date when provisional).
    bar : position of the signal bar in the asset's bars.
    target_bar : position of the target's bar at whose close a position can be opened first (the signal's own
        bar where both are one asset); the number of its bars where that close has not come yet; None where
        the signal came before the target's first bar.
    trigger : the measure's value on the signal bar, in the unit of the expression; None when undefined.
    provisional : the signal bar is a week or month in progress; part of no statistic.
    entered : the session on which the position is opened; None where that has not come yet, or never will.
    target_was_closed : the target has no bar of the signal's day, week or month, and is entered at its next.
    listed : of a list of dates, the day that the list names (the first of several); None of a condition.
    label : what the list says of it; empty where it says nothing.
    """

    date: date
    bar: int
    target_bar: int | None
    trigger: float | None
    provisional: bool
    entered: Date | None = None
    target_was_closed: bool = False
    listed: Date | None = None
    label: str = ""

    @property
    def named_day(self) -> Date:
        """The day that readers know it by: the listed one, else that of the signal bar."""
        return self.listed or self.date


@dataclass(frozen=True)
class DatesUsed:
    """What became of the dates of a list. Counts of dates, but ``cases``, of episodes.

    Attributes
    ----------
    dates : all of the list, each day once; ``repeated`` : lines that named a day again.
    begin : the first session of the asset, or ``since``; ``before`` : dates before it.
    after : after the last session before the as-of date, so that no close has followed yet.
    together : on a bar that another date has begun a case on, or within its cooldown.
    cases : episodes: ``dates`` less ``before``, ``after`` and ``together``.
    """

    dates: int
    repeated: int
    begin: Date
    before: int
    after: int
    together: int
    cases: int


@dataclass(frozen=True)
class Streak:
    """Consecutive episodes with a gain: how many, and the dates of the first and last of them."""

    length: int
    first: date
    last: date


@dataclass(frozen=True)
class Baseline:
    """The same forward return from every bar of the target (see ``definitions``)."""

    n: int
    average: float | None
    median: float | None
    win_rate: float | None


@dataclass(frozen=True)
class HorizonSummary:
    """Statistics of one horizon over complete episodes. Decimals; None where it cannot be formed."""

    horizon: Horizon
    n: int
    pending: int
    independent_n: int
    average: float | None
    median: float | None
    win_rate: float | None
    win_rate_interval: tuple[float, float] | None
    best: float | None
    worst: float | None
    stdev: float | None
    sharpe: float | None
    max_drawdown: float | None
    worst_daily_close: float | None
    max_runup: float | None
    profit_factor: float | None
    longest_winning_streak: Streak | None
    baseline: Baseline
    edge: float | None
    p_value: float | None
    edge_interval: tuple[float, float] | None
    edge_shrunk: float | None
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class StudyResult:
    """The answer. Arrays have shape (episodes, horizons); NaN where pending or where the target has no bar.

    ``returns`` forward returns; ``max_drawdown`` lowest close between entry and horizon on the study's own
    bars ÷ entry − 1 (never above 0); ``worst_daily_close`` the same on daily closes; ``max_runup`` the
    mirror image on the study's bars (never below 0). All decimals.
    ``first`` : first bar with a baseline. ``robustness`` : how the edge holds up under other choices.
    ``adjusted`` : assets of the study whose closes are adjusted for dividends already.
    ``dates_used`` : what became of the dates of a list; None of a condition.
    ``shown`` : what the study's columns show, a row an episode.
    """

    study: Study
    as_of: date
    source: str
    fingerprint: str
    first: date
    episodes: tuple[Episode, ...]
    returns: FloatArray
    max_drawdown: FloatArray
    worst_daily_close: FloatArray
    max_runup: FloatArray
    summaries: tuple[HorizonSummary, ...]
    robustness: Robustness
    adjusted: tuple[str, ...] = ()
    dates_used: DatesUsed | None = None
    shown: tuple[tuple[ShownValue, ...], ...] = ()

    def summary(self, label: str) -> HorizonSummary:
        """The summary of the horizon with this label; KeyError when the study has none."""
        for summary in self.summaries:
            if summary.horizon.label == label:
                return summary
        raise KeyError(label)

    def column(self, label: str) -> FloatArray:
        """Forward returns at the horizon with this label, shape (episodes,)."""
        labels = [h.label for h in self.study.horizons]
        column: FloatArray = self.returns[:, labels.index(label)]
        return column

    @property
    def completed(self) -> NDArray[np.bool_]:
        """Which episodes are not provisional, shape (episodes,)."""
        return np.array([not e.provisional for e in self.episodes], dtype=np.bool_)
