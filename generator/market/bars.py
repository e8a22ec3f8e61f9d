"""Bars: the sessions of one asset gathered into days, weeks or months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import RequestError
from generator.market.history import DateArray, FloatArray, PriceField, PriceHistory
from generator.market.timetable import week_begins

BarKind = Literal["daily", "weekly", "monthly"]
BAR_KINDS: tuple[BarKind, ...] = ("daily", "weekly", "monthly")


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars of one asset, oldest first.

    Attributes
    ----------
    asset, kind : the ticker; ``daily``, ``weekly`` or ``monthly``.
    dates : datetime64[D], shape (B,), the last session of each bar.
    periods : int64, shape (B,), rising: the day, trading week or calendar month as a running number that is
        the same for every asset, so that bars of two assets can be matched.
    last_session : intp, shape (B,), position in ``history.sessions`` of each bar's last session.
    in_progress : True when the last bar's week or month has sessions left after the as-of date. Such a
        bar takes part in signals and in nothing else.
    history : the daily bars these were made from.
    """

    asset: str
    kind: BarKind
    dates: DateArray
    periods: NDArray[np.int64]
    last_session: NDArray[np.intp]
    in_progress: bool
    history: PriceHistory

    def __len__(self) -> int:
        return len(self.dates)

    @property
    def completed(self) -> int:
        """Number of completed bars: B, or B − 1 when the last one is in progress."""
        return len(self.dates) - int(self.in_progress)

    def field(self, name: PriceField) -> FloatArray:
        """One price column of the bars, shape (B,): open first, high max, low min, close last, volume sum.

        What needs an unknown cell is unknown: a week's high with one session's high missing, its volume
        likewise, its open with the first session's.

        Raises
        ------
        FieldError : the series does not carry the field.
        """
        daily = self.history.field(name)
        if self.kind == "daily" or name in ("close", "adjusted_close"):
            return daily[self.last_session]
        first = np.concatenate(([0], self.last_session[:-1] + 1))
        if name == "open":
            return daily[first]
        combine = {"high": np.maximum, "low": np.minimum, "volume": np.add}[name]
        return np.asarray(combine.reduceat(daily, first), dtype=np.float64)


def period_numbers(sessions: DateArray, kind: BarKind, begins: int = 0) -> NDArray[np.int64]:
    """Running number of the day, week or month of each session, shape (T,).

    Parameters
    ----------
    begins : days by which a week begins before Monday (see ``timetable.week_begins``). With 0 it is the ISO
        week; a week from Sunday to Thursday has the number of the ISO week that its Monday is in.
    """
    if kind == "monthly":
        return sessions.astype("datetime64[M]").astype(np.int64)
    days = sessions.astype("datetime64[D]").astype(np.int64)
    # 1970-01-01 was a Thursday; Monday 1969-12-29 begins week 0.
    return (days + 3 + begins) // 7 if kind == "weekly" else days


def period_number(day: date, kind: BarKind, begins: int = 0) -> int:
    """Running number of one day's day, week or month."""
    return int(period_numbers(np.array([day], dtype="datetime64[D]"), kind, begins)[0])


def check_rows(history: PriceHistory, kind: BarKind) -> None:
    """Refuse to read weeks or months as anything else.

    Raises
    ------
    RequestError : a row of the series is a week or month, and other bars are asked for.
    """
    if history.rows not in ("daily", kind):
        row = "week" if history.rows == "weekly" else "month"
        raise RequestError(
            f"{history.asset} has {history.rows} prices in the source '{history.source}': a row is a {row}. "
            f"It can be read with {history.rows} bars only, and {kind} ones are asked for. Ask with --bars "
            f"{history.rows} (in a spec, bars: {history.rows}), or give daily prices."
        )


def make_bars(history: PriceHistory, kind: BarKind, *, in_progress: bool) -> Bars:
    """Gather sessions into bars.

    Parameters
    ----------
    history : at least one session, nothing after the as-of date.
    kind : ``daily``, ``weekly`` or ``monthly``.
    in_progress : whether the calendar has a session after the last one within its week or month (see
        ``calendar.period_is_open``). Ignored for daily bars, which are always complete.

    Raises
    ------
    RequestError : see ``check_rows``.
    """
    check_rows(history, kind)
    periods = period_numbers(history.sessions, kind, week_begins(history.calendar))
    last = np.flatnonzero(np.append(periods[1:] != periods[:-1], True))
    return Bars(
        asset=history.asset,
        kind=kind,
        dates=history.sessions[last],
        periods=periods[last],
        last_session=last,
        in_progress=in_progress and kind != "daily",
        history=history,
    )


def make_shifted_months(history: PriceHistory, sessions: int) -> Bars:
    """Months measured ``sessions`` sessions after (negative: before) the last session of each month.

    Which day closes a month is a choice that no reader would call part of a signal; measuring on another
    day shows how much hangs on it. The last bar is in progress unless it ends on the last session known.

    Parameters
    ----------
    history : at least one session; only its own sessions are used, so nothing is known of what comes after.
    sessions : other than 0.

    Raises
    ------
    RequestError : a row of the history is no session.
    """
    check_rows(history, "daily")
    months = period_numbers(history.sessions, "monthly")
    ends = np.flatnonzero(months[1:] != months[:-1]) + sessions
    ends = ends[(ends >= 0) & (ends < len(months))]
    numbers = months[ends - sessions]
    tail = len(ends) == 0 or ends[-1] < len(months) - 1
    if tail:
        ends = np.append(ends, len(months) - 1)
        numbers = np.append(numbers, numbers[-1] + 1 if len(numbers) else months[-1])
    return Bars(
        asset=history.asset,
        kind="monthly",
        dates=history.sessions[ends],
        periods=numbers,
        last_session=ends,
        in_progress=tail,
        history=history,
    )
