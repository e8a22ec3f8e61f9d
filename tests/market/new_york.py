"""``make calendar``: the table of New York's holidays, written from exchange_calendars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from pathlib import Path

import numpy as np
from exchange_calendars.exchange_calendar_xnys import XNYSExchangeCalendar

from generator.market.calendar import FIRST_KNOWN, LAST_KNOWN, NEW_YORK_TABLE

HEAD = """\
# The New York Stock Exchange: weekdays without a session, and after the bar sessions that end at 13:00.
# Written from exchange_calendars by "make calendar"; not to be edited by hand.
"""


def new_york() -> XNYSExchangeCalendar:
    """The library's calendar of every day in the table."""
    return XNYSExchangeCalendar(start=str(FIRST_KNOWN), end=str(LAST_KNOWN))


def table(calendar: XNYSExchangeCalendar) -> str:
    """A line a year: the year, its closed weekdays, a bar, its half sessions."""
    days = np.arange(FIRST_KNOWN, LAST_KNOWN + 1)
    open_on = calendar.sessions.to_numpy().astype("datetime64[D]")
    closed = days[np.is_busday(days) & ~np.isin(days, open_on)]
    ends = calendar.closes.dt.tz_convert("America/New_York")
    half = [session.date() for session, end in ends.items() if end.time() == time(13)]
    lines = [
        f"{year} {_of_year(closed, year)} | {_of_year(half, year)}".strip()
        for year in range(int(str(days[0])[:4]), int(str(days[-1])[:4]) + 1)
    ]
    return HEAD + "\n".join(lines) + "\n"


def _of_year(days: Iterable[object], year: int) -> str:
    return " ".join(str(day)[5:] for day in days if str(day)[:4] == str(year))


if __name__ == "__main__":
    Path(NEW_YORK_TABLE).write_text(table(new_york()))
