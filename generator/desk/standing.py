"""How a figure stands among all of its kind before it: since when there was none like it, which place it
takes.

Every "best since" and "worst on record" of a letter is a ``Standing``: counted over the whole history up to
then, never over what came after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from generator.market.history import DateArray, FloatArray, as_date

DAYS_A_YEAR = 365.25
REMEMBERED = 0.6
"""How much the wait for a figure counts in its rarity, beside how often it came."""
LONG_HISTORY = 10.0
"""Years of history from which a largest figure is a record; of a shorter one it is the largest since a
year."""


@dataclass(frozen=True)
class Standing:
    """A figure among all of its kind up to then, by how far it went to its own side.

    Attributes
    ----------
    since : date of the newest earlier figure that went at least as far; None when none did.
    place : 1 for the farthest so far; figures as far as it share a place.
    of : figures counted, this one included.
    first : first session of the history they were counted in.
    years : length of that history. ``waited`` : years since ``since``; all of them when there was none.
    """

    since: date | None
    place: int
    of: int
    first: date
    years: float
    waited: float

    @property
    def rare(self) -> float:
        """Years in which such a figure comes once: a mean (geometric) of how long ago the last one was, which
        is what readers remember, and of how often it came in the whole history."""
        return float(self.waited**REMEMBERED * (self.years / self.place) ** (1 - REMEMBERED))

    @property
    def is_record(self) -> bool:
        """Whether nothing in ten years of history or more went as far."""
        return self.since is None and self.is_long

    @property
    def is_long(self) -> bool:
        """Whether the history is long enough to speak of records."""
        return self.years >= LONG_HISTORY


def standing_of(values: FloatArray, dates: DateArray, first: np.datetime64, at: int = -1) -> Standing | None:
    """How the value at a position stands among those before it; None where it is unknown or the only one.

    Parameters
    ----------
    values : shape (K,), oldest first, NaN where unknown; how far each went to the side in question, so that
        more is farther: a fall is given as a positive number.
    dates : shape (K,), the session on which each was complete.
    first : first session of the history.
    at : position of the value in question; nothing after it is looked at.
    """
    if not len(values) or np.isnan(values[at]):
        return None
    earlier = values[: at % len(values)]
    known = int(np.count_nonzero(np.isfinite(earlier)))
    if not known:
        return None
    as_far = np.flatnonzero(earlier >= values[at])
    years = max(float((dates[at] - first) / np.timedelta64(1, "D")) / DAYS_A_YEAR, 1 / DAYS_A_YEAR)
    since = dates[as_far[-1]] if len(as_far) else None
    waited = years if since is None else float((dates[at] - since) / np.timedelta64(1, "D")) / DAYS_A_YEAR
    return Standing(
        since=None if since is None else as_date(since),
        place=len(as_far) + 1,
        of=known + 1,
        first=as_date(first),
        years=years,
        waited=waited,
    )
