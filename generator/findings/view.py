"""A study as the editor sees it: the answer, the prices behind it, and what the spec calls things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from generator.findings.market_facts import run_lengths
from generator.findings.move_words import move_heading, move_title
from generator.language import numbers
from generator.language.asset_names import called, it, was
from generator.language.middle import Typical, is_carried, typical
from generator.language.own_words import words
from generator.language.words import any_moment
from generator.market.bars import BarKind
from generator.market.history import FloatArray, PriceHistory, as_date
from generator.signals.evaluate import truth, values
from generator.signals.language import leading_measure
from generator.signals.library import Signal
from generator.signals.ties import SAME
from generator.spec.models import StudySpec, note_for
from generator.spec.studies import measure_heading, signal_of
from generator.study.episodes import bar_of, episode_starts
from generator.study.evidence.snooping import superior_ability_p
from generator.study.holding import Holding, holding
from generator.study.ladder import move_in, move_of
from generator.study.paths import AveragePath, average_path
from generator.study.prepare import Prepared, prepare
from generator.study.question import trigger_is_percent
from generator.study.values import Episode, HorizonSummary, Study, StudyResult

MIN_CASES = 5
"""Fewer complete episodes than this are listed, without statistics."""
MIN_CASES_IN_PROSE = 10
"""Fewer than this: no share of time and no p-value in prose."""
MIN_CASES_FOR_SHARPE = 30
"""Fewer than this: the Sharpe ratio has a footnote."""

_AT: Mapping[BarKind, str] = {"daily": "on", "weekly": "in the week to", "monthly": "in"}


@dataclass(frozen=True)
class Moves:
    """How often a study's move came, every bar counted: those within a month of a case are one spell with it.

    Attributes
    ----------
    before : bars with such a move before the newest case's own, those of its spell too; without a case under
        way all, without a case that begins on a bar of its own those before its spell.
    largest, when : the size of the farthest of them, in the unit of the trigger, and its bar; None without
        any.
    now, farther : the size of the newest case's own move, and the bars of those that went farther.
    began, first : the first bar of the spell under way and the size of its move, where that is not its only
        one; else None.
    run, longest : bars in a row with such a move up to the newest, and the most of them before this spell.
    """

    before: int
    largest: float | None
    when: date | None
    now: float
    farther: tuple[date, ...]
    began: date | None
    first: float | None
    run: int
    longest: int


@dataclass(frozen=True, eq=False)
class StudyView:
    """A study of a report.

    Attributes
    ----------
    name : its name in the spec.
    spec : as written.
    result : the answer.
    histories : prices by ticker, nothing after the as-of date.
    names : what the spec calls the tickers.
    names_year : the report has baselines from different years on, so that each says from which.
    others : the report's other studies, in the spec's order.
    """

    name: str
    spec: StudySpec
    result: StudyResult
    histories: Mapping[str, PriceHistory]
    names: Mapping[str, str]
    names_year: bool = False
    others: tuple[StudyView, ...] = ()

    @property
    def study(self) -> Study:
        """The question."""
        return self.result.study

    @property
    def kind(self) -> BarKind:
        """The study's bars."""
        return self.study.bars

    @property
    def occasion(self) -> str:
        """What the returns come after: the signal, the event of a list of dates, or a move like the one that
        is asked about."""
        if self.study.listed is not None:
            return "the event"
        found = move_in(self.study)
        return "the signal" if found is None else "such a move" if found[0].other is None else "such a gap"

    @property
    def any_moment(self) -> str:
        """What the baseline starts from: ``any day``; ``any day since 1999`` beside one from another year."""
        moment = any_moment(self.kind)
        year = self.result.first.year
        return words("any.since", moment=moment, year=year) if self.names_year else moment

    @property
    def target(self) -> str:
        """Ticker whose returns are measured."""
        return self.study.target

    @property
    def called(self) -> str:
        """What sentences call the target: ``the Russell 2000 fund``."""
        return called(self.target, self.names)

    @property
    def was(self) -> str:
        """The verb that goes with it."""
        return was(self.called)

    @property
    def it(self) -> str:
        """The pronoun that stands for it."""
        return it(self.called)

    @property
    def full_name(self) -> str:
        """``IWM (Russell 2000)``."""
        return named(self.target, self.names)

    @cached_property
    def signal(self) -> Signal | None:
        """The library signal it comes from, or None."""
        return signal_of(self.spec)

    @property
    def title(self) -> str:
        """What the report calls the study."""
        if self.spec.title:
            return self.spec.title
        if self.signal is not None and self.target == self.study.asset:
            return self.signal.title
        asked = move_title(self.study, self.names)
        if asked is not None:
            return asked if self.target == self.study.asset else f"{asked}: what {self.target} did"
        title = self.signal.title if self.signal else self.name.replace("-", " ").capitalize()
        return title if self.target == self.study.asset else f"{title}, measured on {self.target}"

    @property
    def trigger_heading(self) -> str | None:
        """Heading of the trigger's column; None when there is no trigger value to show."""
        if all(e.trigger is None for e in self.result.episodes):
            return None
        return measure_heading(self.spec) or (move_heading(self.study) or words("episodes.trigger"))

    @property
    def trigger_is_percent(self) -> bool:
        """Whether the trigger value is a percentage, shown with its sign."""
        return trigger_is_percent(self.study)

    @property
    def present(self) -> int | None:
        """Position of the present case: the newest episode while it is provisional or still pending."""
        if not self.result.episodes:
            return None
        newest = self.result.episodes[-1]
        return len(self.result.episodes) - 1 if newest.provisional or self._waits(newest) else None

    def _waits(self, episode: Episode) -> bool:
        return episode.target_bar is not None and bool(np.isnan(self.result.returns[-1]).any())

    @property
    def present_episode(self) -> Episode | None:
        """The present case, or None."""
        return None if self.present is None else self.result.episodes[self.present]

    @property
    def so_far(self) -> float | None:
        """The target's change from the close of the present case to the last one; None on a bar in progress,
        and without a case under way."""
        episode = self.present_episode
        begun = None if episode is None else self.followed_from(episode)
        if begun is None:
            return None
        closes = self._closes_from(begun)
        return float(closes[-1] / closes[0] - 1)

    def _closes_from(self, day: date) -> FloatArray:
        """The target's closes, from the one that stands at the end of a day."""
        history = self.histories[self.target]
        return history.close[np.searchsorted(history.sessions, np.datetime64(day), side="right") - 1 :]

    @property
    def ride(self) -> tuple[date, float] | None:
        """Since when this time has been under way, from the first move of its spell, and its lowest daily
        close since then against that day's; None on a bar in progress, and without a case under way."""
        episode = self.present_episode
        begun = None if episode is None else self.followed_from(episode)
        if begun is not None and self.moves is not None and self.target == self.study.asset:
            begun = self.moves.began or begun
        fall = self._lowest_from(begun)
        return None if begun is None or fall is None else (begun, fall)

    def lowest_since(self, episode: Episode) -> float | None:
        """The lowest daily close of the target since a case began, against the close that it began at; None
        where it has none."""
        return self._lowest_from(self.followed_from(episode))

    def _lowest_from(self, day: date | None) -> float | None:
        if day is None or self.histories[self.target].rows != "daily":
            return None
        closes = self._closes_from(day)
        return float(closes.min() / closes[0] - 1)

    def followed_from(self, episode: Episode) -> date | None:
        """The session from whose close the target is followed; None on a bar in progress, and where the
        target has no such session, or none yet."""
        if episode.provisional or episode.target_bar is None:
            return None
        return episode.date if self.target == self.study.asset else episode.entered

    @cached_property
    def prepared(self) -> Prepared:
        """The bars and prices that the study was answered from."""
        return prepare(self.study, self.histories, self.result.as_of)

    @cached_property
    def moves(self) -> Moves | None:
        """Every bar of a study of a move; None of another study, and where no such move has come."""
        if move_of(self.study) is None or not self.result.episodes:
            return None
        prepared = self.prepared
        measure = leading_measure(self.study.condition)
        assert measure is not None, "a move is a comparison"
        true = truth(self.study.condition, prepared.bars, prepared.others)
        sizes = np.abs(values(measure, prepared.bars, prepared.others))
        newest = bar_of(prepared.bars, self.result.episodes[-1].date)
        starts, runs = episode_starts(true, self.study.cooldown), run_lengths(true > 0)
        begun = int(starts[starts <= newest][-1])
        came = np.flatnonzero(true > 0)
        # Of a case that is said to begin on its bar that move is told, else the newest of the spell.
        told = newest if self.study.present is not None else int(came[-1])
        first = bar_of(prepared.bars, self.result.first)
        # Where no case is under way, all have been.
        spells_before = came[(came >= first) & ((came < begun) | (self.present is None))]
        counts_own = self.present is not None and self.study.present is not None
        earlier = came[(came >= first) & (came < told)] if counts_own else spells_before
        farthest = int(earlier[np.argmax(sizes[earlier])]) if len(earlier) else None
        dates, is_one = prepared.bars.dates, self.present is not None and begun < told
        now = float(sizes[newest] if told == newest else sizes[came[came >= begun]].max())
        return Moves(
            before=len(earlier),
            largest=None if farthest is None else float(sizes[farthest]),
            when=None if farthest is None else as_date(dates[farthest]),
            now=now,
            farther=tuple(map(as_date, dates[earlier[sizes[earlier] > now * (1 + SAME)]])),
            began=as_date(dates[begun]) if is_one else None,
            first=float(sizes[begun]) if is_one else None,
            run=int(runs[told]),
            longest=int(runs[spells_before].max(initial=0)),
        )

    @property
    def began(self) -> str | None:
        """When the newest spell of a move began (``on Feb 27, 2020``), where its case is told by another
        one."""
        if self.moves is None or self.moves.began is None:
            return None
        return f"{_AT[self.kind]} {self.near_text(self.moves.began)}"

    def near_text(self, day: date) -> str:
        """The date of a bar; a day of the year that the report is of without the year."""
        return self.day_text(day).removesuffix(f", {self.result.as_of.year}")

    @cached_property
    def by_median(self) -> bool:
        """Whether medians stand for its cases: throughout, where a few of them carry the average of one
        horizon, so that its figures can be read across."""
        return any(is_carried(summary) for summary in self.averaged)

    def typical(self, summary: HorizonSummary) -> Typical | None:
        """What speaks for the cases of a horizon, on the study's one ruler; None without a case."""
        return typical(summary, by_median=self.by_median)

    def counts_present(self, summary: HorizonSummary) -> bool:
        """Whether the present case is one of a horizon's complete cases."""
        at = self.present
        return at is not None and bool(np.isfinite(self.result.column(summary.horizon.label)[at]))

    @property
    def earlier(self) -> int:
        """Number of episodes before the present case (all of them when there is none)."""
        return len(self.result.episodes) - (self.present is not None)

    def date_text(self, episode: Episode) -> str:
        """``Apr 2003`` on monthly bars, ``Nov 26, 2025`` on others."""
        return self.day_text(episode.named_day)

    def day_text(self, day: date) -> str:
        """The same of the day of a bar."""
        return numbers.bar_date(day, self.kind)

    def when_text(self, episode: Episode) -> str:
        """``in Apr 2003``, ``in the week to Nov 28, 2025``, ``on Nov 26, 2025``."""
        return f"{_AT[self.kind]} {self.date_text(episode)}"

    def context(self, episode: Episode) -> str:
        """The author's phrase for an episode, else what a list of dates says of it; or nothing."""
        return note_for(self.spec.contexts, episode.named_day, self.kind) or episode.label

    def same_signal(self, other: StudyView) -> bool:
        """Whether another study has the same episodes, because it asks for the same signal."""
        mine, its = self.study, other.study
        return (mine.asset, mine.condition, mine.bars, mine.cooldown, mine.since, mine.present) == (
            its.asset,
            its.condition,
            its.bars,
            its.cooldown,
            its.since,
            its.present,
        )

    def wins(self, summary: HorizonSummary) -> int:
        """Complete episodes with a return above zero."""
        return int(np.count_nonzero(self.result.column(summary.horizon.label) > 0))

    @cached_property
    def headline(self) -> HorizonSummary | None:
        """The horizon that speaks for the study: the one named beforehand, never one picked for its result.

        As long as too few cases are complete at it, the nearest one with enough to average speaks instead;
        None where there is none.
        """
        named = self.study.headline.bars
        return min(self.averaged, key=lambda s: (abs(s.horizon.bars - named), s.horizon.bars), default=None)

    @property
    def told(self) -> tuple[HorizonSummary, ...]:
        """The headline and the longest horizon, told whatever it shows: so neither is picked."""
        if self.headline is None:
            return ()
        return tuple(dict.fromkeys((self.headline, max(self.averaged, key=lambda s: s.horizon.bars))))

    @property
    def averaged(self) -> tuple[HorizonSummary, ...]:
        """Horizons with enough complete episodes for statistics, in the study's order."""
        return tuple(s for s in self.result.summaries if s.n >= MIN_CASES)

    @property
    def history(self) -> PriceHistory:
        """Prices of the asset the signal is read on."""
        return self.histories[self.study.asset]

    @cached_property
    def holding(self) -> Holding | None:
        """What became of earlier weeks or months that stood where the present one stands; None unless the
        present case is provisional."""
        present = self.present_episode
        if present is None or not present.provisional:
            return None
        return holding(self.study, self.histories, self.result.as_of)

    @cached_property
    def superior_p(self) -> float | None:
        """P-value of Hansen's test over the robustness map at the headline's horizon; None where the headline
        has no positive edge, which is all that the test asks about."""
        head = self.headline
        if head is None or head.edge is None or head.edge <= 0:
            return None
        return superior_ability_p(self.prepared, self.result.episodes, self.histories, head.horizon)

    @cached_property
    def path(self) -> AveragePath:
        """Average path after the signal and the baseline path."""
        return average_path(self.prepared, self.result.episodes)


def named(ticker: str, names: Mapping[str, str]) -> str:
    """``IWM (Russell 2000)``; the ticker alone when it has no other name."""
    name = names.get(ticker)
    return ticker if name is None or name == ticker else f"{ticker} ({name})"
