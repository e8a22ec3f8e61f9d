"""From moments in UTC to sessions: the date on the clock of the exchange, whichever that may be.

A file that stores midnights of Berlin in UTC says 22:00 or 23:00 of the day before; one with the opening or
closing bell of New York says a time of the same day. The weekdays tell the two apart, else the times of
day do.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from generator.market.history import DateArray

DAY = 86_400
ZONES = (
    *("America/New_York", "Europe/Berlin", "Europe/London", "Europe/Helsinki", "Asia/Tokyo"),
    *("Asia/Hong_Kong", "Asia/Kolkata", "Australia/Sydney", "Europe/Istanbul", "Asia/Jakarta"),
    *("America/Sao_Paulo", "America/Chicago", "Pacific/Auckland", "Africa/Johannesburg", "Asia/Jerusalem"),
)
"""A zone for each habit of clocks that a large exchange has."""
LOOKED_AT = 60
"""Rows, spread over the series, that tell which clock it is."""
WORKING_HOURS = (7 * 3600, 18 * 3600)


def sessions_of(moments: NDArray[np.int64], naive: bool) -> tuple[DateArray, str]:
    """The session of each moment, and what to tell of how it was found; nothing where it is plain.

    Parameters
    ----------
    moments : seconds since 1970 in UTC, shape (T,).
    naive : no clock was named with them: they are the exchange's own time, unless that puts bars on weekends.
    """
    days: DateArray = np.asarray((moments // DAY).astype("datetime64[D]"))
    if not np.any(moments % DAY):
        return days, ""
    later: DateArray = days + np.timedelta64(1, "D")
    weekend, weekend_later = (int(np.sum(~np.is_busday(each))) for each in (days, later))
    if weekend and not weekend_later:
        return later, "times are midnights of the exchange stored in UTC, so the session is the day after"
    if not weekend and (naive or weekend_later):
        return days, ""
    every_day = len(np.unique((days.astype(np.int64) + 3) % 7)) == 7
    zone = _zone(moments, midnights_only=every_day)
    if zone is None:
        return days, ""
    found: DateArray = np.asarray((_local(moments, zone) // DAY).astype("datetime64[D]"))
    return found, f"times in UTC read on the clock of {zone.key}"


def _zone(moments: NDArray[np.int64], *, midnights_only: bool) -> ZoneInfo | None:
    """The clock on which all moments are midnights, else one on which they are times of a working day.

    Parameters
    ----------
    midnights_only : the asset trades every day, so it knows no working day.
    """
    few = moments[np.linspace(0, len(moments) - 1, min(len(moments), LOOKED_AT)).astype(np.intp)]
    working: ZoneInfo | None = None
    for name in ZONES:
        zone = ZoneInfo(name)
        times = np.unique(_local(few, zone) % DAY)
        if len(times) == 1 and times[0] == 0:
            return zone
        if (
            not midnights_only
            and working is None
            and times[0] >= WORKING_HOURS[0]
            and times[-1] <= WORKING_HOURS[1]
        ):
            working = zone
    return working


def _local(moments: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """The moments as seconds on a clock: the offset is looked up once a day and hour."""
    hours, where = np.unique(moments // 3600, return_inverse=True)
    offsets = [
        zone.utcoffset(datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone)) for hour in hours.tolist()
    ]
    seconds = np.array([0 if each is None else int(each.total_seconds()) for each in offsets], np.int64)
    return moments + seconds[where]
