"""From a condition's truth on every bar to the episodes of a study."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from generator.market.bars import Bars
from generator.market.history import FloatArray, as_date
from generator.study.values import Episode


def run_starts(truth: NDArray[np.int8]) -> NDArray[np.intp]:
    """First bar of every maximal stretch on which the condition is true, shape (runs,).

    Parameters
    ----------
    truth : shape (B,): 1 true, 0 false, −1 unknown; an unknown bar does not fire and ends a run.
    """
    fires = np.zeros(len(truth) + 1, dtype=np.bool_)
    np.equal(truth, 1, out=fires[1:])
    return np.flatnonzero(fires[1:] > fires[:-1])


def episode_starts(truth: NDArray[np.int8], cooldown: int) -> NDArray[np.intp]:
    """Bars on which an episode begins, shape (episodes,).

    A run that begins fewer than ``cooldown`` bars after the previous episode began belongs to that episode.
    Depends on nothing after each start, so appending bars never changes earlier episodes.
    """
    starts = run_starts(truth)
    if cooldown <= 1 or len(starts) == 0:
        return starts
    known = starts.tolist()
    kept = [known[0]]
    for start in known:
        if start - kept[-1] >= cooldown:
            kept.append(start)
    return starts if len(kept) == len(known) else np.array(kept, dtype=np.intp)


def match_bars(bars: Bars, target: Bars, positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Positions in ``target`` of the same day, week or month as these positions in ``bars``; −1 where none.

    Weekly and monthly bars are matched by week and month, not by date.
    """
    wanted = bars.periods[positions]
    found = np.searchsorted(target.periods, wanted)
    found = np.minimum(found, len(target) - 1)
    matched = target.periods[found] == wanted
    return np.where(matched, found, -1)


def list_episodes(
    bars: Bars,
    target: Bars,
    truth: NDArray[np.int8],
    triggers: FloatArray | None,
    *,
    cooldown: int,
    since: date | None,
) -> tuple[Episode, ...]:
    """The episodes of a study, oldest first.

    Parameters
    ----------
    bars, target : bars of the signal's asset and of the target.
    truth : shape (B,), of the condition on ``bars``.
    triggers : shape (B,), the measure on ``bars``, NaN where undefined; None when there is no measure.
    since : episodes before this day are left out, after the cooldown has seen them.
    """
    starts = episode_starts(truth, cooldown)
    if since is not None:
        starts = starts[bars.dates[starts] >= np.datetime64(since, "D")]
    matches = match_bars(bars, target, starts)
    return tuple(
        Episode(
            date=as_date(bars.dates[start]),
            bar=int(start),
            target_bar=None if match < 0 else int(match),
            trigger=None if triggers is None or not np.isfinite(triggers[start]) else float(triggers[start]),
            provisional=int(start) >= bars.completed,
        )
        for start, match in zip(starts, matches, strict=True)
    )
