"""What is suspicious about one snapshot by itself.

Pure rules: a snapshot in, faults out; nothing is repaired, nothing dropped. How often they catch what is
measured in ``tests/torture/data.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from generator.market.calendar import (
    FIRST_KNOWN,
    LAST_KNOWN,
    closures,
    holidays_are_known,
    in_trading_week,
    last_completed_session,
    sessions,
)
from generator.market.exchanges import CalendarName, calendar_of
from generator.market.history import DateArray
from generator.market.quality.columns import (
    adjustment_faults,
    bar_faults,
    placeholder_faults,
    split_faults,
)
from generator.market.quality.market import in_known_turmoil
from generator.market.quality.moves import move_faults
from generator.market.quality.newest import newest_faults
from generator.market.quality.payments import payment_faults
from generator.market.quality.repeats import repeat_faults
from generator.market.snapshot import Fault, Snapshot, and_more
from generator.market.timetable import DAY

FEWEST = 20
"""Bars without which nothing can be said of an asset's habits."""
FRESH = 10
"""Sessions at the end of a first snapshot that are judged as strictly as new ones."""
LATE = 5
"""Sessions that a living asset's last bar may be behind, where the exchange's holidays are known."""
NEW_YORK = ZoneInfo("America/New_York")
NEW_YORK_ZONES = (NEW_YORK.key, "America/Chicago")
"""Time zones of exchanges that keep New York's sessions; Toronto, Mexico and São Paulo have holidays of their
own."""
SELDOM = 20_000
"""Shares of a usual day below which the last trade may be long before the bell. Indices have none at all."""
EARLIEST_BELL, LATEST_BELL = 13, 16
"""Hours at which New York's sessions end; between them the calendar must be asked."""
LONG_HOLIDAY = np.timedelta64(12, "D")
"""Longest closure of any exchange (the Chinese new year)."""
LONGEST_STEP = {"weekly": np.timedelta64(20, "D"), "monthly": np.timedelta64(62, "D")}
"""From one bar to the next where a row is a week, of which one may be a holiday, or a month."""


def faults_of(
    snapshot: Snapshot,
    expected: np.datetime64 | None = None,
    start: np.datetime64 | None = None,
    fresh: np.datetime64 | None = None,
) -> tuple[Fault, ...]:
    """Everything that is suspicious about a snapshot.

    Parameters
    ----------
    expected : the last session that a living asset has; None where it is not known.
    start : only what is found from this session on is told; None for all.
    fresh : bars from this session on are new: they are judged more strictly than those that have stood in
        the provider's history for long. None where none are; highs, lows, volumes and payments are always
        judged of the last ten sessions.
    """
    history = snapshot.history
    start = history.first if start is None else start
    newest = history.sessions[-min(FRESH, len(history))] if fresh is None else fresh
    found = (
        *_identity(snapshot),
        *_length(snapshot, expected),
        *_calendar(snapshot, start),
        *placeholder_faults(history, start),
        *bar_faults(history, start - LONG_HOLIDAY),  # the last accepted bars may have been corrected
        *adjustment_faults(snapshot, start),
        *split_faults(snapshot, start),
        *repeat_faults(snapshot, start, fresh),
        *move_faults(snapshot, start, fresh, coin=calendar_of(snapshot.asset) == "24/7"),
        *newest_faults(history, newest),
        *payment_faults(snapshot, newest),
    )
    return tuple(fault for fault in found if not in_known_turmoil(fault, fresh))


def _identity(snapshot: Snapshot) -> Iterator[Fault]:
    """What the answer says of itself against what was asked and what it holds."""
    history = snapshot.history
    if snapshot.symbol is not None and snapshot.symbol.upper() != snapshot.asset:
        yield Fault("identity", history.last, f"The answer is about {snapshot.symbol}, not {snapshot.asset}.")
    if snapshot.first_trade is not None:
        told = np.datetime64(snapshot.first_trade, "D")
        missing = int((sessions(snapshot.asset, told, history.first) < history.first).sum())
        if missing > LATE:
            yield Fault(
                "identity",
                history.first,
                f"The bars begin on {history.first}, but the asset was first traded on {told}: {missing:,} "
                "sessions are missing.",
            )


def _length(snapshot: Snapshot, expected: np.datetime64 | None) -> Iterator[Fault]:
    history = snapshot.history
    if len(history) < FEWEST:
        yield Fault(
            "too-few", history.last, f"There are {len(history)} bars; {FEWEST} are the fewest to judge by."
        )
    if expected is not None and history.rows == "daily":
        yield from ends_early(snapshot.asset, snapshot.zone, history.last, expected)


def ends_early(asset: str, zone: str | None, last: np.datetime64, expected: np.datetime64) -> Iterator[Fault]:
    """The fault of a series that ends long before the last session that it should have."""
    behind = len(sessions(asset, last + DAY, expected)) if last < expected else 0
    if behind > LATE and (knows_holidays(asset, last, expected, zone) or expected - last > LONG_HOLIDAY):
        yield Fault(
            "ends-early",
            last,
            f"The bars end on {last}, {behind:,} sessions before {expected}: delisted, renamed, or no longer "
            "kept up.",
        )


def _calendar(snapshot: Snapshot, start: np.datetime64) -> Iterator[Fault]:
    """Bars on days without a session, and sessions without a bar."""
    history = snapshot.history
    held = snapshot.sessions
    # New York traded on Saturdays until 1952, and its holidays are known from 1970 on.
    held = held[np.searchsorted(held, max(FIRST_KNOWN, start - LONG_HOLIDAY)) :]
    if not len(held):
        return
    if history.rows != "daily":
        yield from _long_gaps(held, LONGEST_STEP[history.rows])
    elif new_york(snapshot.asset, snapshot.zone):
        held = held[np.searchsorted(held, start) :]
        known = _all_sessions(calendar_of(snapshot.asset), closures())
        first, stop = np.searchsorted(known, (max(FIRST_KNOWN, start), history.last + DAY))
        known = known[first:stop]
        if not np.array_equal(known, held):
            yield from _no_sessions(np.setdiff1d(held, known, assume_unique=True), len(held))
            yield from _missing(np.setdiff1d(known, held, assume_unique=True))
    else:
        name = calendar_of(snapshot.asset)
        if name != "24/7":
            odd = ~in_trading_week(held, snapshot.asset, snapshot.zone)
            yield from _no_sessions(held[odd & (held >= start)], len(held))
        yield from _long_gaps(held, DAY if name == "24/7" else LONG_HOLIDAY)


@lru_cache(maxsize=8)
def _all_sessions(name: CalendarName, closed: tuple[date, ...]) -> DateArray:
    """Every session that is known of New York; ``closed`` belongs to what ``sessions`` goes by."""
    return sessions("SPY", FIRST_KNOWN, LAST_KNOWN)


def new_york(asset: str, zone: str | None = None) -> bool:
    """Whether an asset surely keeps New York's sessions: its ticker names no other place.

    Parameters
    ----------
    zone : of its exchange, where the provider tells it; otherwise the ticker must do.
    """
    here = zone is None or zone in NEW_YORK_ZONES
    return calendar_of(asset, zone) == "XNYS" and "." not in asset and here


def knows_holidays(asset: str, first: np.datetime64, last: np.datetime64, zone: str | None = None) -> bool:
    """Whether all days without a session are known of an asset, from ``first`` to ``last``: not of one whose
    ticker does not say for sure where it trades."""
    surely = calendar_of(asset, zone) != "XNYS" or new_york(asset, zone)
    return surely and holidays_are_known(asset, first, last, zone)


def _no_sessions(days: DateArray, among: int) -> Iterator[Fault]:
    if not len(days):
        return
    shifted = " The dates look shifted by a day." if len(days) > max(among // 10, 2) else ""
    text = f"There is a bar of {days[0]}, which is no session{and_more(len(days))}.{shifted}"
    yield Fault("not-a-session", days[0], text, tuple(days[1:]))


def _missing(days: DateArray) -> Iterator[Fault]:
    if len(days):
        text = f"The session of {days[0]} has no bar{and_more(len(days), 'session')}."
        yield Fault("missing-session", days[0], text, tuple(days[1:]))


def _long_gaps(held: DateArray, longest: np.timedelta64) -> Iterator[Fault]:
    gaps = np.flatnonzero(np.diff(held) > longest)
    if len(gaps):
        # What is missing begins after the last bar there is.
        before, after = held[gaps[0]], held[gaps[0] + 1]
        text = f"There is no bar between {before} and {after}{and_more(len(gaps), 'gap')}."
        yield Fault("missing-session", after, text, tuple(held[gaps[1:] + 1]), since=tuple(held[gaps]))


def _trades_seldom(snapshot: Snapshot) -> bool:
    volume = snapshot.history.volume
    return volume is None or float(np.median(volume[-FEWEST:])) < SELDOM


def finished(snapshot: Snapshot, settled: datetime | None = None) -> np.datetime64:
    """The last session that had closed when the asset was last traded, by the provider's own word.

    The provider's clock may be behind: a bar after this is of a session that it has not finished. Where it
    does not tell, or the exchange's hours are not known here, the last bar is.

    Parameters
    ----------
    settled : what had closed by then is final of an asset that trades seldom, and was traded that day: its
        last trade may be long before the bell. Of others an early one means that the answer is an old one.
    """
    if snapshot.traded is None or not new_york(snapshot.asset, snapshot.zone):
        return snapshot.history.last
    traded = snapshot.traded.astimezone(NEW_YORK)
    day = np.datetime64(traded.date(), "D")
    closed = settled is not None and last_completed_session(snapshot.asset, settled) >= day
    if closed and _trades_seldom(snapshot):
        return min(snapshot.history.last, day)
    if traded.hour >= LATEST_BELL:
        return min(snapshot.history.last, day)
    if traded.hour < EARLIEST_BELL:
        return min(snapshot.history.last, day - DAY)
    return min(snapshot.history.last, last_completed_session(snapshot.asset, snapshot.traded))
