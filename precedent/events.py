"""What a notebook may say happened: a list of dates, or a function of the bars, checked for a look ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generator.audit.grid import read_published
from generator.core.errors import RequestError
from generator.market.bars import Bars
from generator.market.history import as_date
from generator.signals.dates import dates_condition, joined, read_dates
from generator.signals.language import Condition
from generator.signals.tree import Listed, ListedDate
from generator.study.episodes import run_starts
from precedent.prices import bars_frame

Function = Callable[[pd.DataFrame], Any]
"""Takes bars by date, gives one truth a bar."""
Dates = str | Path | Iterable[Any] | Mapping[Any, str]
CUTS = 40
"""Days on which a function is asked again: so many spread over the history, and so many on which it fires."""


def listed_dates(dates: Dates) -> Condition:
    """A list of dates as what a study asks.

    Parameters
    ----------
    dates : the path of a file (see the reference); dates; or dates with labels, as a mapping or as a Series
        of texts by date.

    Raises
    ------
    RequestError : what is no date, or no date at all.
    """
    if isinstance(dates, str | Path):
        return read_dates(read_published(Path(dates), str(dates)), Path(dates).name)
    if isinstance(dates, pd.Series):
        by_date = isinstance(dates.index, pd.DatetimeIndex)
        pairs = list(dates.items()) if by_date else [(day, "") for day in dates]
    elif isinstance(dates, Mapping):
        pairs = list(dates.items())
    else:
        pairs = [(day, "") for day in dates]
    labels: dict[date, list[str]] = {}
    for day, label in pairs:
        labels.setdefault(_day(day), []).append("" if pd.isna(label) else " ".join(str(label).split()))
    if not labels:
        raise RequestError('the list has no date. Give one at least, such as dates=["2020-03-15"].')
    found = tuple(ListedDate(day, joined(labels[day])) for day in sorted(labels))
    return dates_condition(Listed("the list", found, len(pairs) - len(labels)))


def _day(written: Any) -> date:
    try:
        moment = pd.Timestamp(date.fromisoformat(written) if isinstance(written, str) else written)
    except (TypeError, ValueError) as error:
        raise RequestError(
            f"{written!r} is not a date. Write it as '2020-03-15', or give a Timestamp."
        ) from error
    if pd.isna(moment):
        raise RequestError("the list has a date that is missing. Leave it out.")
    return moment.date()


def function_dates(function: Function, bars: Bars) -> Condition:
    """The days on which runs of a function's truth begin, as what a study asks.

    The function is asked of the whole history, and again of the history cut short on many days: of the days
    that it was given it must say the same both times.

    Parameters
    ----------
    function : takes a DataFrame of bars (columns ``Open`` to ``Volume``, as far as there are any, by date)
        and gives a truth for each of them, oldest first; a missing value is unknown and does not fire.
    bars : with nothing after the as-of date.

    Raises
    ------
    RequestError : it looks ahead; it gives something else than a truth a bar; it is never true.
    """
    name = getattr(function, "__name__", type(function).__name__)
    shown = "the function" if name == "<lambda>" else f"the function {name}"
    whole = _asked(function, bars_frame(bars), shown)
    starts = run_starts(whole)
    if not len(starts):
        raise RequestError(f"{shown} is true on no bar of {bars.asset}.")
    frame = bars_frame(bars)
    for cut in _cuts(starts, len(bars)):
        then = _asked(function, frame.iloc[:cut].copy(), shown)
        other = np.flatnonzero(then != whole[:cut])
        if len(other):
            bar, words = int(other[-1]), {1: "true", 0: "false", -1: "unknown"}
            day, end = as_date(bars.dates[bar]), as_date(bars.dates[cut - 1])
            raise RequestError(
                f"{shown} looks ahead: of {day} it says {words[int(whole[bar])]}, and with the history cut "
                f"at {end} it said {words[int(then[bar])]}. Use rolling and expanding windows, and shift "
                "by positive numbers only."
            )
    dates = tuple(ListedDate(as_date(bars.dates[start])) for start in starts)
    return dates_condition(Listed(shown, dates))


def _cuts(starts: NDArray[np.intp], size: int) -> list[int]:
    """Lengths of the history at which a function is asked again, rising."""
    spread = np.linspace(1, size, CUTS + 1, dtype=int)
    fired = starts[np.linspace(0, len(starts) - 1, min(CUTS, len(starts)), dtype=int)]
    # Before it fires, on that bar, and after it: a look ahead of one bar shows on one of them.
    around = np.concatenate((fired, fired + 1, fired + 2))
    return [int(cut) for cut in np.unique(np.concatenate((spread, around))) if 1 <= cut < size]


def _asked(function: Function, frame: pd.DataFrame, shown: str) -> NDArray[np.int8]:
    """What the function says of each bar: 1 true, 0 false, −1 unknown."""
    said = function(frame)
    if isinstance(said, pd.Series) and len(said) == len(frame) and not said.index.equals(frame.index):
        raise RequestError(
            f"{shown} gives a Series by other dates than those of its bars. Keep the index as it is."
        )
    values = pd.Series(np.asarray(said)) if np.ndim(said) == 1 else None
    if values is None or len(values) != len(frame):
        found = "one value" if values is None else f"{len(values):,} values"
        raise RequestError(
            f"{shown} gives {found} for {len(frame):,} bars; it must give a truth for each of them."
        )
    known = values.notna().to_numpy()
    try:
        numbers = values[known].astype(float).to_numpy()
    except (TypeError, ValueError):
        numbers = np.array([np.nan])
    if not np.isin(numbers, (0.0, 1.0)).all():
        raise RequestError(f"{shown} gives other values than True and False. End it with a comparison.")
    truth = np.full(len(frame), -1, dtype=np.int8)
    truth[known] = numbers
    return truth
