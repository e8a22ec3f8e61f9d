"""Will it hold? How often a condition that stood before the end of a week or month still stood at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import BarKind, Bars
from generator.market.history import DateArray, PriceHistory, as_date
from generator.signals.evaluate import truth
from generator.study.prepare import Prepared, prepare
from generator.study.values import Study


@dataclass(frozen=True)
class Holding:
    """What became of the weeks or months that stood where the present one stands. Counts of completed bars.

    Attributes
    ----------
    bars : ``weekly`` or ``monthly``.
    session : number of the bar in progress's last session among the bar's sessions, the first being 1.
    stood : bars on which the condition was true after at least one session before their last.
    closed : how many of these closed with the condition true.
    stood_at_session : bars on which it was true after exactly this session, with sessions still to come.
        That it stood on an earlier session only, or stands on a later one, does not count.
    closed_at_session : how many of these closed with the condition true.
    first : the day on which the first bar looked at ended.
    """

    bars: BarKind
    session: int
    stood: int
    closed: int
    stood_at_session: int
    closed_at_session: int
    first: date


@dataclass(frozen=True, eq=False)
class Standing:
    """A condition seen from within each completed week or month, and at its end.

    Attributes
    ----------
    dates : datetime64[D], shape (P,), the last session of each bar.
    within : bool, shape (P, S): whether the condition was true after session k + 1 of the bar, for all
        sessions but the last; False where it was not, where it was unknown and where there is no such session.
    closed : bool, shape (P,): whether it was true on the completed bar.
    """

    dates: DateArray
    within: NDArray[np.bool_]
    closed: NDArray[np.bool_]


def holding(study: Study, histories: Mapping[str, PriceHistory], as_of: date | None = None) -> Holding | None:
    """How often it held before, when the condition is true on a week or month in progress.

    Parameters
    ----------
    study, histories, as_of : as for ``run_study``.

    Returns
    -------
    None when no bar is in progress, when the condition is not true on it, or when no bar was completed.
    The bar in progress is never counted: how it ends is not known on the as-of date.

    Raises
    ------
    DataError, FieldError : see ``prepare``.
    """
    prepared = prepare(study, histories, as_of)
    bars = prepared.bars
    if not bars.in_progress or truth(study.condition, bars, prepared.others)[-1] != 1:
        return None
    standing = standing_of(prepared)
    if not len(standing.dates):
        return None
    session = int(bars.last_session[-1] - (bars.last_session[-2] if len(bars) > 1 else -1))
    stood = standing.within.any(axis=1)
    at_session = (
        standing.within[:, session - 1] if session <= standing.within.shape[1] else np.zeros_like(stood)
    )
    return Holding(
        bars=study.bars,
        session=session,
        stood=int(stood.sum()),
        closed=int((stood & standing.closed).sum()),
        stood_at_session=int(at_session.sum()),
        closed_at_session=int((at_session & standing.closed).sum()),
        first=as_date(standing.dates[0]),
    )


def standing_of(prepared: Prepared) -> Standing:
    """The condition after every session of every completed week or month of the study's history.

    Each value is what the study would have said with that day as its as-of date: the bars before, the bar
    in progress through that session, and the assets that ``on`` reads cut at the same day. A day on which
    one of these has no price is no as-of date and is passed over. The first bar is left out, because the
    prices may begin in its middle, and so are those before ``since``. Daily bars have nothing within them.
    """
    bars, condition = prepared.bars, prepared.study.condition
    others = {asset: prepared.others[asset] for asset in condition.assets if asset != bars.asset}
    first = 1
    if prepared.study.since is not None:
        first = max(first, int(np.searchsorted(bars.dates, np.datetime64(prepared.study.since, "D"))))
    first = min(first, bars.completed)
    lengths = np.diff(bars.last_session[: bars.completed], prepend=-1)[first:]
    within = np.zeros((len(lengths), max(0, int(lengths.max(initial=1)) - 1)), dtype=np.bool_)
    shared = _shared_sessions(bars, others)
    for bar, session in _standpoints(bars, first):
        if shared[session]:
            day = bars.history.sessions[session]
            then = {asset: bars_as_of(other, day) for asset, other in others.items()}
            number = session - int(bars.last_session[bar - 1])
            within[bar - first, number - 1] = truth(condition, bars_as_of(bars, day), then)[-1] == 1
    return Standing(
        dates=bars.dates[first : bars.completed],
        within=within,
        closed=truth(condition, bars, prepared.others)[first : bars.completed] == 1,
    )


def bars_as_of(bars: Bars, day: np.datetime64) -> Bars:
    """The bars as they were after the sessions of ``day``, the last one in progress."""
    history = bars.history.until(day)
    kept = int(np.searchsorted(bars.last_session, len(history) - 1)) + 1
    ends = np.append(bars.last_session[: kept - 1], len(history) - 1)
    return replace(
        bars,
        dates=history.sessions[ends],
        periods=bars.periods[:kept],
        last_session=ends,
        in_progress=True,
        history=history,
    )


def _standpoints(bars: Bars, first: int) -> Iterator[tuple[int, int]]:
    """(bar, session) for every session but the last of every completed bar from ``first`` on."""
    for bar in range(first, bars.completed):
        for session in range(int(bars.last_session[bar - 1]) + 1, int(bars.last_session[bar])):
            yield bar, session


def _shared_sessions(bars: Bars, others: Mapping[str, Bars]) -> NDArray[np.bool_]:
    """Which sessions of the asset all these others have too, shape (T,)."""
    shared = np.ones(len(bars.history), dtype=np.bool_)
    for other in others.values():
        shared &= np.isin(bars.history.sessions, other.history.sessions)
    return shared
