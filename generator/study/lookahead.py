"""Proof that a study does not look ahead: what it says of the past must not change as time goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from generator.market.bars import period_numbers
from generator.market.calendar import closing_moments
from generator.market.history import OPTIONAL_FIELDS, DateArray, FloatArray, PriceHistory, as_date
from generator.study.evidence.statistics import known
from generator.study.prepare import find_episodes, prepare
from generator.study.returns import forward_returns
from generator.study.run import measure
from generator.study.values import Episode, Study

OTHERWISE = (2.0, 0.5)
"""What prices that could not be known yet are multiplied with, to see whether anything is read from them."""
MEASURES = ("return", "max drawdown", "worst daily close", "max run-up")


@dataclass(frozen=True, eq=False)
class Answer:
    """What a study says on one day, without its statistics. Decimals; NaN where pending.

    Attributes
    ----------
    episodes : oldest first, a provisional one included.
    measured : for each of ``MEASURES``, shape (episodes, horizons).
    dates : datetime64[D], shape (B,), of the target's bars.
    baseline : shape (B, horizons), the forward return from every bar.
    """

    episodes: tuple[Episode, ...]
    measured: tuple[FloatArray, ...]
    dates: DateArray
    baseline: FloatArray


Runner = Callable[[Study, Mapping[str, PriceHistory], date], Answer]
"""Answers a study as of a day. It is given the whole histories and must not use what comes after that day."""


@dataclass(frozen=True)
class Change:
    """Something said of the past that was not what the whole history says.

    Attributes
    ----------
    cut : the first as-of date on which it differed.
    bar : date of the episode, or of the bar where a baseline return begins.
    what : ``episode``, ``trigger``, ``3M return``, ``3M max drawdown``, …, ``3M baseline return``.
    then, now : the value as of the cut and over the whole history, decimals (a trigger in the unit of its
        expression); None where there is none. For an episode 1.0 says that it was there.
    """

    cut: date
    bar: date
    what: str
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Proof:
    """The outcome of one check: the study, the cuts made and every change found, oldest cut first."""

    study: Study
    as_of: date
    cuts: tuple[date, ...]
    changes: tuple[Change, ...]


def answer(study: Study, histories: Mapping[str, PriceHistory], as_of: date) -> Answer:
    """Episodes, forward returns and baseline of a study as ``run_study`` finds them."""
    prepared = prepare(study, histories, as_of)
    episodes = find_episodes(prepared)
    columns = [measure(prepared, episodes, horizon) for horizon in study.horizons]
    return Answer(
        episodes=episodes,
        measured=tuple(np.column_stack([column[i] for column in columns]) for i in range(len(MEASURES))),
        dates=prepared.prices.bars.dates,
        baseline=np.column_stack([forward_returns(prepared.prices, h.bars) for h in study.horizons]),
    )


def find_changes(
    study: Study,
    histories: Mapping[str, PriceHistory],
    as_of: date | None = None,
    *,
    runner: Runner = answer,
) -> Proof:
    """Answer a study as of many days of the past and compare with what the whole history says.

    Compared is every episode dated on or before the cut and not provisional then: that it is there, its
    date and its trigger; and every forward return, drawdown, run-up and baseline return that was complete
    then. All must be equal to the last bit. Nothing is asked of what was pending or provisional.

    A date says nothing across time zones: of an asset that closes later that day, its price of the cut is in
    what is read as of the cut. So the study is asked again with all prices changed that came after the close
    of its own asset on the day of the cut: its episodes must stay as they are. And no position may be opened
    at a close before that of the signal (told as ``entry``).

    Parameters
    ----------
    study, histories, as_of : as for ``run_study``.
    runner : what answers the study, when it is not the real one.

    Returns
    -------
    The proof; each thing that changes is reported once, at its first cut.

    Raises
    ------
    DataError, FieldError : see ``prepare``.
    """
    last = as_date(prepare(study, histories, as_of).as_of)
    whole = runner(study, histories, last)
    cuts = _cuts(study, histories, last, whole)
    found: dict[tuple[date, str], Change] = {}
    for cut in cuts:
        then = runner(study, histories, cut)
        for change in (
            *_compare(study, cut, then, whole),
            *_across_zones(study, histories, cut, then, runner),
        ):
            found.setdefault((change.bar, change.what), change)
    return Proof(study, last, cuts, tuple(found.values()))


def _cuts(study: Study, histories: Mapping[str, PriceHistory], last: date, whole: Answer) -> tuple[date, ...]:
    """The as-of dates to try, rising: every month-end, and where a look ahead would show best.

    On weekly and monthly bars the middle session of every month is one too, because a month-end never sees
    a month in progress; and on all bars the day of every episode, when all that it may know has just come.
    """
    common = histories[study.asset].sessions
    for asset in study.assets:
        common = np.intersect1d(common, histories[asset].sessions)
    common = common[common <= np.datetime64(last, "D")]
    months = period_numbers(common, "monthly")
    ends = np.flatnonzero(np.append(months[1:] != months[:-1], True))
    chosen = [common[ends]]
    if study.bars != "daily":
        starts = np.concatenate(([0], ends[:-1] + 1))
        chosen.append(common[(starts + ends) // 2])
    days = np.array([episode.date for episode in whole.episodes], dtype="datetime64[D]")
    chosen.append(days[np.isin(days, common)])
    return tuple(as_date(day) for day in np.unique(np.concatenate(chosen)))


def _across_zones(
    study: Study, histories: Mapping[str, PriceHistory], cut: date, then: Answer, runner: Runner
) -> Iterator[Change]:
    """What a study as of the cut owes to closes that came after its own asset's close of that day."""
    own = histories[study.asset]
    others = [histories[asset] for asset in study.assets if histories[asset].calendar != own.calendar]
    if not others:
        return
    known = {episode.date: episode for episode in then.episodes}
    for factor in OTHERWISE:
        changed = {each.asset: _changed_after(each, own, cut, factor) for each in others}
        found = {e.date: e for e in runner(study, {**histories, **changed}, cut).episodes}
        for day in sorted(known.keys() ^ found.keys()):
            yield Change(cut, day, "episode", 1.0 if day in known else None, 1.0 if day in found else None)
        for day in sorted(known.keys() & found.keys()):
            if known[day].trigger != found[day].trigger:
                yield Change(cut, day, "trigger", known[day].trigger, found[day].trigger)
    yield from _entered_early(study, histories, cut, then)


def _changed_after(other: PriceHistory, own: PriceHistory, cut: date, factor: float) -> PriceHistory:
    """Another asset's prices, multiplied from its first close after our own close of the cut on."""
    moment = closing_moments(np.array([cut], dtype="datetime64[D]"), own.asset, own.zone)[0]
    later = closing_moments(other.sessions, other.asset, other.zone) > moment
    columns: dict[str, Any] = {
        name: np.where(later, values * factor, values)
        for name in ("close", *OPTIONAL_FIELDS)
        if (values := getattr(other, name)) is not None
    }
    return replace(other, **columns)


def _entered_early(
    study: Study, histories: Mapping[str, PriceHistory], cut: date, then: Answer
) -> Iterator[Change]:
    """Episodes on daily bars whose position is opened before their signal was known."""
    if study.bars != "daily":
        return
    own, target = histories[study.asset], histories[study.target]
    for episode in then.episodes:
        if episode.target_bar is None or episode.target_bar >= len(then.dates):
            continue
        opened = closing_moments(then.dates[[episode.target_bar]], target.asset, target.zone)
        known = closing_moments(np.array([episode.date], dtype="datetime64[D]"), own.asset, own.zone)
        if opened[0] < known[0]:
            yield Change(cut, episode.date, "entry", 1.0, None)


def _compare(study: Study, cut: date, then: Answer, whole: Answer) -> Iterator[Change]:
    before = {e.date: i for i, e in enumerate(then.episodes) if not e.provisional}
    after = {e.date: i for i, e in enumerate(whole.episodes) if not e.provisional and e.date <= cut}
    # A bar that ends on the cut can be in progress then for want of the later sessions that never came.
    open_then = {e.date for e in then.episodes if e.provisional and e.date == cut}
    for day in sorted(before.keys() | after.keys()):
        if day in before and day in after:
            yield from _compare_episode(study, cut, (then, before[day]), (whole, after[day]))
        elif day not in open_then:
            yield Change(cut, day, "episode", 1.0 if day in before else None, 1.0 if day in after else None)
    yield from _compare_baselines(study, cut, then, whole)


def _compare_episode(
    study: Study, cut: date, then: tuple[Answer, int], whole: tuple[Answer, int]
) -> Iterator[Change]:
    """One episode that both have."""
    (early, i), (late, j) = then, whole
    was, found = early.episodes[i], late.episodes[j]
    if was.trigger != found.trigger:
        yield Change(cut, was.date, "trigger", was.trigger, found.trigger)
    for name, values, finals in zip(MEASURES, early.measured, late.measured, strict=True):
        for horizon, value, final in zip(study.horizons, values[i], finals[j], strict=True):
            if np.isfinite(value) and value != final:
                yield Change(cut, was.date, f"{horizon.label} {name}", float(value), known(final))


def _compare_baselines(study: Study, cut: date, then: Answer, whole: Answer) -> Iterator[Change]:
    """For each horizon the first bar whose complete forward return differs."""
    rows = np.minimum(np.searchsorted(whole.dates, then.dates), len(whole.dates) - 1)
    there = whole.dates[rows] == then.dates
    finals = np.where(there[:, None], whole.baseline[rows], np.nan)
    differs = np.isfinite(then.baseline) & (then.baseline != finals)
    for column, horizon in enumerate(study.horizons):
        if differs[:, column].any():
            row = int(differs[:, column].argmax())
            value, final = float(then.baseline[row, column]), known(finals[row, column])
            yield Change(cut, as_date(then.dates[row]), f"{horizon.label} baseline return", value, final)
