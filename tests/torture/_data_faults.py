"""Each known fault of a free data source, as what it does to an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from generator.market.calendar import last_completed_session, sessions
from generator.market.history import OPTIONAL_FIELDS, DateArray, FloatArray
from generator.market.snapshot import Snapshot
from generator.market.timetable import DAY

PRICES = ("open", "high", "low", "close", "adjusted_close")


@dataclass(frozen=True, eq=False)
class Raw:
    """An answer before anything was checked: rows in the provider's order, empty cells as NaN."""

    asset: str
    sessions: DateArray
    columns: dict[str, FloatArray]
    actions: dict[str, FloatArray | None]
    name: str | None
    first_trade: date | None
    traded: datetime | None

    @staticmethod
    def of(snapshot: Snapshot) -> Raw:
        """A copy of a faultless answer."""
        history = snapshot.history
        named = {name: getattr(history, name) for name in ("close", *OPTIONAL_FIELDS)}
        columns = {name: values.copy() for name, values in named.items() if values is not None}
        actions = {
            "dividends": None if snapshot.dividends is None else snapshot.dividends.copy(),
            "splits": None if snapshot.splits is None else snapshot.splits.copy(),
        }
        beside = (snapshot.name, snapshot.first_trade, snapshot.traded)
        return Raw(history.asset, history.sessions.copy(), columns, actions, *beside)

    def rows(self, order: np.ndarray) -> Raw:
        """These rows, in this order."""
        columns = {name: values[order] for name, values in self.columns.items()}
        actions = {name: None if v is None else v[order] for name, v in self.actions.items()}
        return replace(self, sessions=self.sessions[order], columns=columns, actions=actions)

    def scaled(self, rows: slice | np.ndarray, factor: float | FloatArray) -> Raw:
        """Every price of these rows multiplied."""
        for name in PRICES:
            if name in self.columns:
                self.columns[name][rows] *= factor
        return self

    @property
    def count(self) -> int:
        """Rows."""
        return len(self.sessions)


Fault = Callable[[Raw, int, np.random.Generator, Snapshot], Raw | None]
FAULTS: dict[str, Fault] = {}


def fault(name: str) -> Callable[[Fault], Fault]:
    """Enter a fault under its name."""

    def enter(function: Fault) -> Fault:
        FAULTS[name] = function
        return function

    return enter


def stretch(raw: Raw, at: int, rng: np.random.Generator, shortest: int, longest: int) -> slice:
    """Some rows from ``at`` on, as many as there are."""
    return slice(at, min(at + int(rng.integers(shortest, longest + 1)), raw.count))


# --- Rows --------------------------------------------------------------------------------------------------


@fault("empty frame")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.rows(np.arange(0))


@fault("only the last days")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.rows(np.arange(raw.count - int(rng.integers(1, 23)), raw.count))


@fault("a session vanished")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.rows(np.delete(np.arange(raw.count), at))


@fault("weeks vanished")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    gone = stretch(raw, at, rng, 5, 60)
    return raw.rows(np.delete(np.arange(raw.count), np.arange(raw.count)[gone]))


@fault("the first years vanished")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.rows(np.arange(min(max(at, 60), raw.count - 60), raw.count))


@fault("ends early (delisted, renamed)")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    end = raw.count - int(rng.integers(6, 260))
    cut = raw.rows(np.arange(end))
    return replace(cut, traded=None)


@fault("a row twice")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.rows(np.insert(np.arange(raw.count), at, at))


@fault("a day twice, with other prices")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    twice = raw.rows(np.insert(np.arange(raw.count), at, at))
    return twice.scaled(slice(at, at + 1), 1 + float(rng.normal(0, 0.01)))


@fault("rows out of order")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    order = np.arange(raw.count)
    with_ = (at + int(rng.integers(1, 20))) % raw.count
    order[[at, with_]] = order[[with_, at]]
    return raw.rows(order)


@fault("an invented holiday's bar")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    days = np.arange(raw.sessions[0], raw.sessions[-1])
    closed = np.setdiff1d(days[np.is_busday(days)], raw.sessions)
    day = closed[int(rng.integers(len(closed)))]
    return _inserted(raw, day)


@fault("a weekend's bar")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    days = np.arange(raw.sessions[0], raw.sessions[-1])
    closed = days[~np.is_busday(days)]
    return _inserted(raw, closed[int(rng.integers(len(closed)))])


def _inserted(raw: Raw, day: np.datetime64) -> Raw:
    """The bar of the session before, once more on this day."""
    place = int(np.searchsorted(raw.sessions, day))
    more = raw.rows(np.insert(np.arange(raw.count), place, place - 1))
    more.sessions[place] = day
    return more


@fault("years invented before the first trade")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    earlier = sessions(raw.asset, raw.sessions[0] - int(rng.integers(30, 900)), raw.sessions[0] - DAY)
    more = raw.rows(np.concatenate((np.zeros(len(earlier), dtype=int), np.arange(raw.count))))
    return replace(more, sessions=np.concatenate((earlier, raw.sessions)))


# --- Dates -------------------------------------------------------------------------------------------------


@fault("all dates a day early (time zone)")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return replace(raw, sessions=raw.sessions - DAY)


@fault("all dates a day late (time zone)")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return replace(raw, sessions=raw.sessions + DAY)


@fault("dates a day early for a summer")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    raw.sessions[stretch(raw, at, rng, 20, 150)] -= DAY
    return raw


@fault("values a session late from here on")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    order = np.arange(raw.count)
    at = max(at, 1)
    order[at:] -= 1
    return replace(raw.rows(order), sessions=raw.sessions, traded=_frozen(raw, 1))


@fault("the close a session late against the rest")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    if "open" not in raw.columns:
        return None
    at = max(at, 1)
    raw.columns["close"][at:] = raw.columns["close"][at - 1 : -1].copy()
    return raw


# --- Empty and impossible cells ----------------------------------------------------------------------------


@fault("the last close empty")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    raw.columns["close"][-1] = np.nan
    return raw


@fault("a close empty")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    raw.columns["close"][at] = np.nan
    return raw


@fault("a price of zero")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    raw.columns["close"][at] = 0
    return raw


@fault("a negative price")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.scaled(slice(at, at + 1), -1)


@fault("an infinite price")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    raw.columns["close"][at] = np.inf
    return raw


@fault("high and low exchanged")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    if "high" not in raw.columns:
        return None
    rows = stretch(raw, at, rng, 1, 20)
    high = raw.columns["high"][rows].copy()
    raw.columns["high"][rows] = raw.columns["low"][rows]
    raw.columns["low"][rows] = high
    return raw


@fault("a last bar that is not over")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    part = float(rng.uniform(0.02, 0.98))
    close = raw.columns["close"]
    open_ = raw.columns.get("open", close)[-1]
    close[-1] = open_ + (close[-1] - open_) * part
    for name, worse in (("high", max), ("low", min)):
        if name in raw.columns:
            raw.columns[name][-1] = worse(open_, close[-1])
    if "volume" in raw.columns:
        raw.columns["volume"][-1] = np.floor(raw.columns["volume"][-1] * part)
    if "adjusted_close" in raw.columns:
        raw.columns["adjusted_close"][-1] = close[-1]
    assert raw.traded is not None
    moment = raw.traded.replace(hour=9, minute=30, second=0) + timedelta(minutes=390 * part)
    if last_completed_session(raw.asset, moment) == raw.sessions[-1]:
        return None  # A short day: its session was over by then.
    return replace(raw, traded=moment)


# --- Sizes -------------------------------------------------------------------------------------------------


@fault("100 times for a while (cents for dollars)")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.scaled(stretch(raw, at, rng, 1, 250), 100)


@fault("a hundredth for a while")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.scaled(stretch(raw, at, rng, 1, 250), 0.01)


@fault("100 times up to here")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.scaled(slice(0, max(at, 1)), 100)


@fault("a split not applied")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.scaled(slice(0, max(at, 1)), float(rng.choice([2, 3, 4, 5, 10, 1.5])))


@fault("a split applied twice")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.scaled(slice(0, max(at, 1)), 1 / float(rng.choice([2, 3, 4, 5, 10, 1.5])))


@fault("a reverse split not applied")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return raw.scaled(slice(0, max(at, 1)), 1 / float(rng.choice([4, 5, 8, 10, 20])))


@fault("a split that is told and not applied")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    at, ratio = max(at, 1), float(rng.choice([2, 3, 4, 1.5]))
    splits = raw.actions["splits"]
    assert splits is not None
    splits[at] = ratio
    return raw.scaled(slice(0, at), ratio)


@fault("a wrong price on one day")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    size = float(rng.uniform(0.25, 0.6)) * float(rng.choice([-1, 1]))
    return raw.scaled(slice(at, at + 1), 1 + size)


@fault("a wrong close on one day")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    raw.columns["close"][at] *= 1 + float(rng.uniform(0.25, 0.6)) * float(rng.choice([-1, 1]))
    return raw


# --- History that is another -------------------------------------------------------------------------------


@fault("a stretch rewritten by a few percent")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    rows = stretch(raw, at, rng, 20, 500)
    if rows.stop - rows.start < 5 or rows.start >= raw.count - 5:
        return None  # It would be of new sessions alone, of which there is nothing before.
    return raw.scaled(rows, 1 + float(rng.uniform(0.01, 0.05)) * float(rng.choice([-1, 1])))


@fault("a stretch invented")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    rows = stretch(raw, at, rng, 20, 250)
    if rows.start >= raw.count - 5:
        return None
    steps = rng.normal(0, 0.02, rows.stop - rows.start)
    return raw.scaled(rows, np.exp(np.cumsum(steps)))


@fault("a stretch drawn with a ruler")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    rows = stretch(raw, at, rng, 12, 60)
    count = rows.stop - rows.start
    if count < 12:
        return None
    for name in PRICES:
        if name in raw.columns:
            ends = raw.columns["close"][[rows.start, rows.stop - 1]]
            raw.columns[name][rows] = np.linspace(*ends, count)
    return raw


@fault("another security")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return _spliced(raw, 0, other)


@fault("another security under the ticker from here on")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    return replace(mixed_up(raw, at, rng, other), name=other.name, first_trade=other.first_trade)


@fault("the bars of another asset in the store from here on")
def mixed_up(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    """The answer says that it is what was asked for."""
    at = min(max(at, 1), raw.count - 1)
    return _spliced(raw, at, other)


def _spliced(raw: Raw, at: int, other: Snapshot) -> Raw:
    """The rows from ``at`` on as they are of another fund, of the same days."""
    history = other.history
    there = np.searchsorted(history.sessions, raw.sessions)
    known = (there < len(history)) & (history.sessions[np.minimum(there, len(history) - 1)] == raw.sessions)
    known[:at] = False
    whole = at == 0
    rows, source = np.flatnonzero(known), there[known]
    for name in list(raw.columns):
        values = getattr(history, name)
        if values is None:
            del raw.columns[name]
            continue
        raw.columns[name][rows] = values[source]
    for name in ("dividends", "splits"):
        told, given = raw.actions[name], getattr(other, name)
        if told is None or given is None:
            raw.actions[name] = None
        else:
            told[rows] = given[source]
    return raw.rows(rows) if whole else raw


# --- Columns that change their meaning ---------------------------------------------------------------------


@fault("the close is the adjusted close")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    if "adjusted_close" not in raw.columns:
        return None
    raw.columns["close"] = raw.columns["adjusted_close"].copy()
    return raw


@fault("all prices are adjusted (auto_adjust)")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    if "adjusted_close" not in raw.columns:
        return None
    ratio = raw.columns["adjusted_close"] / raw.columns["close"]
    for name in ("open", "high", "low", "close"):
        raw.columns[name] *= ratio
    return raw


@fault("the adjusted close is the close")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    if "adjusted_close" not in raw.columns:
        return None
    raw.columns["adjusted_close"] = raw.columns["close"].copy()
    return raw


@fault("the adjusted close is the close up to here")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    if "adjusted_close" not in raw.columns:
        return None
    rows = slice(0, max(at, 1))
    raw.columns["adjusted_close"][rows] = raw.columns["close"][rows]
    return raw


@fault("a dividend taken off twice")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    dividends = raw.actions["dividends"]
    if dividends is None or not dividends.any():
        return None
    paid = np.flatnonzero(dividends)
    day = int(paid[np.argmin(np.abs(paid - at))])
    share = dividends[day] / raw.columns["close"][day - 1]
    raw.columns["adjusted_close"][:day] *= 1 - share
    return raw


@fault("the volume in the place of the close")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    if "volume" not in raw.columns:
        return None
    raw.columns["close"], raw.columns["volume"] = raw.columns["volume"], raw.columns["close"]
    return raw


# --- Stale -------------------------------------------------------------------------------------------------


@fault("the last bars repeat an old one")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw:
    days = int(rng.integers(1, 6))
    order = np.arange(raw.count)
    order[-days:] = raw.count - 1 - days
    return replace(raw.rows(order), sessions=raw.sessions, traded=_frozen(raw, days))


@fault("bars repeated inside")
def _(raw: Raw, at: int, rng: np.random.Generator, other: Snapshot) -> Raw | None:
    rows = stretch(raw, max(at, 1), rng, 3, 10)
    if rows.stop - rows.start < 3:
        return None
    order = np.arange(raw.count)
    order[rows] = rows.start - 1
    return replace(raw.rows(order), sessions=raw.sessions)


def _frozen(raw: Raw, days: int) -> datetime | None:
    """A feed that stands still has its last trade on the day from which it does."""
    assert raw.traded is not None
    day = raw.sessions[-1 - days].item()
    return raw.traded.replace(year=day.year, month=day.month, day=day.day)
