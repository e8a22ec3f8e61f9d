"""A list of dates as a signal: read from a file of lines, and found on the bars of an asset."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import RequestError
from generator.market.bars import Bars
from generator.market.history import DateArray
from generator.signals.language import Condition
from generator.signals.tree import Listed, ListedDate
from generator.signals.truths import TruthArray

MOST = 10_000
"""Dates of a list: more than a trading day each for forty years."""
LONGEST_LABEL = 300
MOST_TOLD = 5
"""Lines of a file that a message names; more are counted."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEADING = re.compile(r"(date|day)s?", re.IGNORECASE)


def read_dates(text: str, name: str) -> Condition:
    """The dates of a file as what a study asks: a date a line, and after a comma what it stands for.

    A first line that begins with the word ``date`` is a heading; empty lines and those that begin with ``#``
    are skipped. A label that has quotes around it loses them. A day that is named again counts once, with
    both labels.

    Parameters
    ----------
    text : of the file.
    name : of the file, for messages and for readers.

    Raises
    ------
    RequestError : a line that is no such date, with its number; no date at all, or too many.
    """
    labels: dict[date, list[str]] = {}
    wrong: list[str] = []
    repeated = 0
    for number, written, label in _lines(text):
        day = _day_of(written)
        if isinstance(day, str):
            wrong.append(f"{name}:{number}: {day}")
        elif len(label) > LONGEST_LABEL:
            wrong.append(f"{name}:{number}: the label is longer than {LONGEST_LABEL} characters.")
        else:
            repeated += day in labels
            labels.setdefault(day, []).append(label)
    if wrong:
        more = [f"and {len(wrong) - MOST_TOLD} more lines."] if len(wrong) > MOST_TOLD else []
        raise RequestError("\n".join([*wrong[:MOST_TOLD], *more]))
    if not labels:
        raise RequestError(f"{name}: has no date. Write one a line, such as 2020-03-15, Emergency cut.")
    if len(labels) > MOST:
        raise RequestError(f"{name}: has {len(labels):,} dates; at most {MOST:,} are allowed.")
    dates = tuple(ListedDate(day, joined(labels[day])) for day in sorted(labels))
    return dates_condition(Listed(name, dates, repeated))


def dates_condition(listed: Listed) -> Condition:
    """What a study asks of a list: true on the bars on which its dates are read."""
    return Condition(f"the dates of {listed.name}", listed, 0, ())


def joined(labels: list[str]) -> str:
    """Several labels of one case, each once."""
    return "; ".join(dict.fromkeys(filter(None, labels)))


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Number, date and label of every line that has any."""
    first = True
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        written, _, rest = line.partition(",")
        written = written.strip().strip("\"'").strip()
        if first and _HEADING.fullmatch(written):
            first = False
            continue
        first = False
        yield number, written, _label(rest.strip())


def _label(rest: str) -> str:
    """The label as it is meant: without the quotes of a CSV cell, on one line of single spaces."""
    if rest.startswith('"') and rest.endswith('"') and len(rest) > 1:
        rest = next(csv.reader([rest]), [""])[0]
    return " ".join(rest.split())


def _day_of(written: str) -> date | str:
    """The day, or what is wrong with what was written."""
    if not _DAY.fullmatch(written):
        return (
            f"found '{written[:40]}' where a date such as 2020-03-15 is needed. Write a date a line, and "
            "after a comma what it stands for."
        )
    try:
        return date.fromisoformat(written)
    except ValueError:
        return f"there is no day {written} in the calendar."


def bars_of_dates(listed: Listed, bars: Bars) -> NDArray[np.intp]:
    """Position of the bar on which each date is read, shape (dates,): the first bar that ends on it or after.

    So what happened on a day without a session is read at the next close, and what happened on a Saturday
    is read on the next week's bar, never on a close before it. −1 for a date before the first session; the
    number of bars for one that no bar has reached yet.
    """
    days = _days(listed)
    found = np.searchsorted(bars.dates, days) + listed.later
    before = days < bars.history.sessions[0]
    return np.where(before, -1, np.minimum(found, len(bars)))


def truth_of_dates(listed: Listed, bars: Bars) -> TruthArray:
    """1 on every bar on which a date is read, else 0; int8, shape (B,)."""
    found = bars_of_dates(listed, bars)
    truth = np.zeros(len(bars), dtype=np.int8)
    truth[found[(found >= 0) & (found < len(bars))]] = 1
    return truth


@cache
def _days(listed: Listed) -> DateArray:
    return np.array([each.day for each in listed.dates], dtype="datetime64[D]")
