"""Will it hold? How often a condition that stood before the end of a week or month still stood at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from generator.market.bars import BarKind
from generator.market.history import PriceHistory, as_date
from generator.signals.evaluate import truth
from generator.study.prepare import prepare
from generator.study.standing import standing_of
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


def holding(study: Study, histories: Mapping[str, PriceHistory], as_of: date | None = None) -> Holding | None:
    """How often it held before, when the condition is true on a week or month in progress.

    Parameters
    ----------
    study, histories, as_of : as for ``run_study``.

    Returns
    -------
    None when no bar is in progress, when the condition is not true on it, or when no bar was completed;
    and of a list of dates, which stand as soon as they have come.
    The bar in progress is never counted: how it ends is not known on the as-of date.

    Raises
    ------
    DataError, FieldError : see ``prepare``.
    """
    if study.listed is not None:
        return None
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
