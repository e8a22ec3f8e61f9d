"""From a condition's truth on every bar to the episodes of a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import Bars, period_number
from generator.market.clock import first_at_or_after
from generator.market.history import FloatArray, as_date
from generator.market.timetable import week_begins
from generator.signals.dates import bars_of_dates, joined
from generator.signals.tree import Listed, ListedDate
from generator.study.values import DatesUsed, Episode


def run_starts(truth: NDArray[np.int8]) -> NDArray[np.intp]:
    """First bar of every maximal stretch on which the condition is true, shape (runs,).

    Parameters
    ----------
    truth : shape (B,): 1 true, 0 false, −1 unknown; an unknown bar does not fire and ends a run.
    """
    fires = np.zeros(len(truth) + 1, dtype=np.bool_)
    np.equal(truth, 1, out=fires[1:])
    return np.flatnonzero(fires[1:] > fires[:-1])


def episode_starts(truth: NDArray[np.int8], cooldown: int, present: int | None = None) -> NDArray[np.intp]:
    """Bars on which an episode begins, shape (episodes,).

    A run that begins fewer than ``cooldown`` bars after the previous episode began belongs to that episode.
    Depends on nothing after each start, so appending bars never changes earlier episodes.

    Parameters
    ----------
    present : a bar on which the case under way begins, where the condition is true on it. The episode to
        which it would belong is then this case, and no earlier one; those before are as without it.
    """
    runs = run_starts(truth)
    starts = _spaced(runs, cooldown)
    if present is None or not 0 <= present < len(truth) or truth[present] != 1:
        return starts
    # The last start until then is that of the spell which holds the present bar.
    earlier = starts[starts <= present][:-1]
    later = _spaced(np.concatenate(([present], runs[runs > present])), cooldown)
    return np.concatenate((earlier, later))


def bar_of(bars: Bars, day: date) -> int:
    """The bar that holds a day; the number of bars where none has reached it yet."""
    return int(np.searchsorted(bars.dates, np.datetime64(day, "D")))


def _spaced(starts: NDArray[np.intp], cooldown: int) -> NDArray[np.intp]:
    """The starts that are no fewer than ``cooldown`` bars after the one kept before."""
    if cooldown <= 1 or len(starts) == 0:
        return starts
    known = starts.tolist()
    kept = [known[0]]
    for start in known:
        if start - kept[-1] >= cooldown:
            kept.append(start)
    return starts if len(kept) == len(known) else np.array(kept, dtype=np.intp)


def match_bars(bars: Bars, target: Bars, positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Positions in ``target`` of the bars at whose close a position can be opened, shape of ``positions``.

    On daily bars that is the target's first close at or after the signal's, by the exchanges' own hours;
    weekly and monthly bars are matched by week and month, and where the target has none, the next one counts.
    The number of bars where that close has not come yet; −1 where the signal came before the target's first
    bar.
    """
    if bars.kind == "daily":
        found = first_at_or_after(target, bars, positions)
        too_early = bars.dates[positions] < target.dates[0]
    else:
        found = np.searchsorted(target.periods, bars.periods[positions])
        too_early = bars.periods[positions] < target.periods[0]
    return np.where(too_early, -1, found)


def was_closed(bars: Bars, target: Bars, positions: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the target has no bar of the same day, week or month as these bars, shape of ``positions``."""
    wanted = bars.periods[positions]
    found = np.minimum(np.searchsorted(target.periods, wanted), len(target) - 1)
    return np.not_equal(target.periods[found], wanted)


def list_episodes(
    bars: Bars,
    target: Bars,
    truth: NDArray[np.int8],
    triggers: FloatArray | None,
    *,
    cooldown: int,
    since: date | None,
    delay: int = 0,
    present: date | None = None,
) -> tuple[Episode, ...]:
    """The episodes of a study, oldest first.

    Parameters
    ----------
    bars, target : bars of the signal's asset and of the target.
    truth : shape (B,), of the condition on ``bars``.
    triggers : shape (B,), the measure on ``bars``, NaN where undefined; None when there is no measure.
    since : episodes before this day are left out, after the cooldown has seen them.
    delay : sessions by which the entry comes after the close of the target's bar.
    present : a day on whose bar the case under way begins; see ``episode_starts``.
    """
    at = None if present is None else bar_of(bars, present)
    starts = _begun(bars, episode_starts(truth, cooldown, at), since)
    return _episodes(bars, target, starts, triggers, delay)


def list_dated_episodes(
    bars: Bars,
    target: Bars,
    listed: Listed,
    triggers: FloatArray | None,
    *,
    cooldown: int,
    since: date | None,
    delay: int = 0,
) -> tuple[Episode, ...]:
    """The episodes of a list of dates, oldest first: one a bar on which a date is read (``bars_of_dates``).

    Each date is a case of its own, also on the bar after another's; the other parameters are those of
    ``list_episodes``. Dates that no bar has reached yet, and those before the first session, have none.
    """
    on_bar: dict[int, list[ListedDate]] = {}
    for bar, each in zip(bars_of_dates(listed, bars).tolist(), listed.dates, strict=True):
        if 0 <= bar < len(bars):
            on_bar.setdefault(bar, []).append(each)
    starts = _begun(bars, _spaced(np.array(list(on_bar), dtype=np.intp), cooldown), since)
    return tuple(
        replace(
            episode,
            listed=on_bar[episode.bar][0].day,
            label=joined([each.label for each in on_bar[episode.bar]]),
            target_was_closed=_closed_after(target, episode, on_bar[episode.bar][0].day),
        )
        for episode in _episodes(bars, target, starts, triggers, delay)
    )


def _closed_after(target: Bars, episode: Episode, day: date) -> bool:
    """Whether the target has no session on the listed day, or none left in its week or month."""
    if episode.target_bar is None:
        return False
    period = period_number(day, target.kind, week_begins(target.history.calendar))
    return period not in target.periods or target.dates[np.searchsorted(target.periods, period)] < day


def dates_used(listed: Listed, bars: Bars, episodes: Sequence[Episode], since: date | None) -> DatesUsed:
    """What became of the dates of a list.

    Parameters
    ----------
    bars : of the signal's asset.
    episodes : those that ``list_dated_episodes`` found.
    """
    found = bars_of_dates(listed, bars)
    there = (found >= 0) & (found < len(bars))
    early = found < 0
    if since is not None:
        early[there] |= bars.dates[found[there]] < np.datetime64(since, "D")
    counted = int((there & ~early).sum())
    return DatesUsed(
        dates=len(listed.dates),
        repeated=listed.repeated,
        begin=since or as_date(bars.history.first),
        before=int(early.sum()),
        after=int((found == len(bars)).sum()),
        together=counted - len(episodes),
        cases=len(episodes),
    )


def _begun(bars: Bars, starts: NDArray[np.intp], since: date | None) -> NDArray[np.intp]:
    return starts if since is None else starts[bars.dates[starts] >= np.datetime64(since, "D")]


def _episodes(
    bars: Bars, target: Bars, starts: NDArray[np.intp], triggers: FloatArray | None, delay: int
) -> tuple[Episode, ...]:
    """An episode for each of these bars."""
    matches, closed = match_bars(bars, target, starts), was_closed(bars, target, starts)
    return tuple(
        Episode(
            date=as_date(bars.dates[start]),
            bar=int(start),
            target_bar=None if match < 0 else int(match),
            trigger=None if triggers is None or not np.isfinite(triggers[start]) else float(triggers[start]),
            provisional=int(start) >= bars.completed,
            entered=_entered(target, int(match), delay),
            target_was_closed=bool(shut) and match >= 0,
        )
        for start, match, shut in zip(starts, matches, closed, strict=True)
    )


def _entered(target: Bars, match: int, delay: int) -> date | None:
    """The session on which a position is opened; None where there is none yet, or none at all."""
    if not 0 <= match < len(target):
        return None
    session = int(target.last_session[match]) + delay
    sessions = target.history.sessions
    return as_date(sessions[session]) if session < len(sessions) else None
