"""What a provider gave of one asset in one answer: the bars, and what it says beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

import numpy as np

from generator.market.history import DateArray, FloatArray, PriceHistory

Kind = Literal[
    "malformed",
    "too-few",
    "missing-session",
    "not-a-session",
    "ends-early",
    "impossible-bar",
    "column",
    "placeholder",
    "unit",
    "split",
    "jump",
    "spike",
    "stale",
    "drawn",
    "adjusted",
    "action",
    "identity",
    "vanished",
    "invented",
    "rewritten",
    "readjusted",
    "columns",
    "other-security",
]
"""What can be wrong."""
REVISED: tuple[Kind, ...] = (
    "vanished",
    "invented",
    "rewritten",
    "readjusted",
    "columns",
    "other-security",
)
"""What is found only beside the snapshot that was accepted before."""


@dataclass(frozen=True)
class Fault:
    """One thing that is suspicious about a snapshot.

    Parameters
    ----------
    kind : what it is.
    session : where it is first seen; what ``precedent data ack`` names.
    sentence : what was found, for a person; begins with a capital and ends with a full stop.
    others : the other sessions that the sentence counts and does not name.
    since : where each of ``sessions`` is the end of a stretch, its first session; empty where none is.
    move : the log move of the close that it is about; NaN where it is about something else.
    """

    kind: Kind
    session: np.datetime64
    sentence: str
    others: tuple[np.datetime64, ...] = ()
    since: tuple[np.datetime64, ...] = ()
    move: float = float("nan")

    @property
    def sessions(self) -> tuple[np.datetime64, ...]:
        """All sessions that it is about."""
        return (self.session, *self.others)

    def touches(self, first: np.datetime64, last: np.datetime64) -> bool:
        """Whether any of it lies between two days, both included."""
        begins = self.since or self.sessions
        return any(begin <= last and end >= first for begin, end in zip(begins, self.sessions, strict=True))


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The well-formed bars of one answer, and what came beside them where the provider says it.

    Attributes
    ----------
    history : the bars.
    dividends : shape (T,), per share on the footing of ``close``, 0 on days without; None when not told.
    splits : shape (T,), new shares for each old one, 0 on days without; None when not told.
    symbol : the ticker that the answer itself names.
    name : of the security.
    instrument : what kind of security the provider says it is.
    currency : of the prices.
    zone : the exchange's time zone.
    first_trade : the day of the first trade, which the first bar should be.
    traded : the moment of the last trade, aware.
    """

    history: PriceHistory
    dividends: FloatArray | None = None
    splits: FloatArray | None = None
    symbol: str | None = None
    name: str | None = None
    instrument: str | None = None
    currency: str | None = None
    zone: str | None = None
    first_trade: date | None = None
    traded: datetime | None = None

    @property
    def asset(self) -> str:
        """The ticker that was asked for."""
        return self.history.asset

    @property
    def sessions(self) -> DateArray:
        """Of the bars."""
        return self.history.sessions

    @cached_property
    def logs(self) -> FloatArray:
        """Logarithms of the closes, shape (T,); only where all of these are above zero."""
        return np.log(self.history.close)

    @cached_property
    def moves(self) -> FloatArray:
        """Log moves from each close to the next, shape (T - 1,); only where all closes are above zero."""
        return np.diff(self.logs)

    def until(self, last: np.datetime64) -> Snapshot:
        """The same answer with no bar after ``last``; what is said beside the bars stays."""
        stop = int(np.searchsorted(self.sessions, last, side="right"))
        cut: dict[str, Any] = {"history": self.history.until(last)}
        for name in ("dividends", "splits"):
            column = getattr(self, name)
            cut[name] = None if column is None else column[:stop]
        return replace(self, **cut)


def percent(change: float) -> str:
    """A change for a fault's sentence: ``rose 12.3%``, ``fell 0.4%``."""
    word = "rose" if change > 0 else "fell"
    return f"{word} {abs(change):,.1%}"


def described(faults: Sequence[Fault]) -> str:
    """The faults in one line, the first two of them in full."""
    more = f" And {len(faults) - 2} more." if len(faults) > 2 else ""
    return " ".join(fault.sentence for fault in faults[:2]) + more


def and_more(count: int, what: str = "bar") -> str:
    """`` (3 more such bars)``, behind the first of so many; nothing where it is the only one."""
    if count <= 1:
        return ""
    plural = f"{what}es" if what.endswith("ch") else f"{what}s"
    return f" ({count - 1:,} more such {what if count == 2 else plural})"
