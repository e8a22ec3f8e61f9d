"""Columns of one's own in the episode table: a value at the signal's close, or how long a recovery took."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

import numpy as np

from generator.core.errors import RequestError
from generator.core.suggest import suggest
from generator.market.history import FloatArray
from generator.signals.evaluate import Evaluation
from generator.signals.language import Expression, parse_expression
from generator.signals.ties import least_equal
from generator.study.prepare import Prepared
from generator.study.question import unit_of
from generator.study.values import Episode, Form, Level, ShownColumn, ShownValue

MOST_COLUMNS = 6
"""With the date, the move and the usual horizons, about as many as a page is wide."""
LEVELS: tuple[Level, ...] = get_args(Level)
FORMS: tuple[Form, ...] = get_args(Form)
_TAKEN = frozenset(
    (
        *("date", "context", "trigger", "asset", "target", "source", "returns", "listed", "label"),
        *("provisional", "entered", "target_was_closed", "simulated"),
    )
)
"""What the columns of the table and of its CSV are called already, beside the horizons."""
_HORIZON = re.compile("[0-9]+[dwmy]")
_WRITTEN = re.compile(r"\s*(?P<heading>[^:]*\S)\s*:\s*(?P<shows>.*?)(\s+as\s+(?P<form>\w+))?\s*")
_RECOVERS = re.compile(r"recovers\s+(\w+)")
_NOTHING = ShownValue(None)


def make_column(heading: str, shows: str | None, recovers: str | None, form: str | None) -> ShownColumn:
    """A column, of an expression or of a recovery.

    Raises
    ------
    RequestError : none or both of them; a level or a form that there is not; a form of a recovery.
    ConditionError : the expression cannot be read, or is no number.
    """
    if (shows is None) == (recovers is None):
        found = "neither" if shows is None else "both"
        raise RequestError(
            f"the column '{heading}' needs an expression to show, or a level to recover; it has {found}"
        )
    if shows is not None:
        expression = parse_expression(shows)
        return ShownColumn(heading, expression, unit_of(expression) if form is None else _form(form))
    if form is not None:
        raise RequestError(f"the column '{heading}' counts sessions, so it has no format. Leave it out")
    level = next((level for level in LEVELS if level == recovers), None)
    if level is None:
        raise RequestError(f"there is no level '{recovers}' to recover. {suggest(str(recovers), LEVELS)}")
    return ShownColumn(heading, level, "number")


def read_column(text: str) -> ShownColumn:
    """A column in one line: ``VIX: on("^VIX", close)``, ``Slope: roc(sma(close, 50), 21) as percent``,
    ``Sessions to recover: recovers entry``.

    Raises
    ------
    RequestError, ConditionError : as ``make_column``; or it does not have this form.
    """
    written = _WRITTEN.fullmatch(text)
    if written is None or not written["shows"]:
        raise RequestError(
            f"the column {text[:60]!r} has no heading. Write it before a colon, as in "
            "'VIX: on(\"^VIX\", close)' or 'Recovered: recovers entry'"
        )
    level = _RECOVERS.fullmatch(written["shows"])
    if level is not None:
        return make_column(written["heading"], None, level[1], written["form"])
    return make_column(written["heading"], written["shows"], None, written["form"])


def read_columns(texts: Sequence[str]) -> tuple[ShownColumn, ...]:
    """Columns in a line each; raises as ``read_column`` and ``refuse_headings``."""
    columns = tuple(map(read_column, texts))
    refuse_headings([column.heading for column in columns])
    return columns


def column_text(column: ShownColumn) -> str:
    """A column as ``read_column`` reads it."""
    if not isinstance(column.shows, Expression):
        return f"{column.heading}: recovers {column.shows}"
    usual = column.form == unit_of(column.shows)
    return f"{column.heading}: {column.shows.text}{'' if usual else f' as {column.form}'}"


def refuse_headings(headings: Sequence[str]) -> None:
    """Raise RequestError where a heading is taken, by the table itself or twice, or has a colon, and where
    there are too many."""
    if len(headings) > MOST_COLUMNS:
        raise RequestError(
            f"{len(headings)} columns; a table has room for {MOST_COLUMNS}. Leave out those that say least"
        )
    folded = [heading.strip().lower() for heading in headings]
    for place, name in enumerate(folded):
        if name in _TAKEN or _HORIZON.fullmatch(name):
            raise RequestError(
                f"the table has a column '{headings[place]}' of its own. Choose another heading"
            )
        if name in folded[:place]:
            raise RequestError(f"two columns have the heading '{headings[place]}'. Change one of them")
        if ":" in name or "\n" in name:
            raise RequestError(f"the heading '{headings[place]}' must be one line without a colon")


def shown_values(prepared: Prepared, episodes: Sequence[Episode]) -> tuple[tuple[ShownValue, ...], ...]:
    """What the study's columns show, a row an episode.

    An expression's value is that on the signal bar, as it was known at its close: like the trigger's, it
    depends on nothing after it. A recovery looks ahead as returns do, up to the as-of date.

    Raises
    ------
    FieldError : an expression reads a field that its series does not carry.
    """
    evaluation = Evaluation(prepared.bars, prepared.others)
    columns: list[list[ShownValue]] = []
    for column in prepared.study.columns:
        if isinstance(column.shows, Expression):
            found = evaluation.values(column.shows)
            columns.append([_known(found, episode) for episode in episodes])
        else:
            columns.append([_recovery(prepared, episode, column.shows) for episode in episodes])
    return tuple(tuple(column[row] for column in columns) for row in range(len(episodes)))


def _known(found: FloatArray, episode: Episode) -> ShownValue:
    value = float(found[episode.bar])
    return ShownValue(value if np.isfinite(value) else None)


def _recovery(prepared: Prepared, episode: Episode, level: Level) -> ShownValue:
    """Sessions of the target from the entry to the first close at a level or above it.

    The level is the price of the entry, and the closes are those after it; or the highest close until the
    entry, whose own close may be at it already: 0.
    """
    prices, bar = prepared.prices, episode.target_bar
    if bar is None or episode.provisional or bar >= len(prices.bars):
        return _NOTHING
    paid = float(prices.entry_price[bar])
    if np.isnan(paid):
        return _NOTHING
    entry = prepared.study.entry
    at = int(prices.bars.last_session[bar]) + (entry != "close")
    # A position that opens with a session sees that session's close afterwards.
    known = at if entry == "next_open" else at + 1
    if level == "entry":
        wanted, first = paid, known
    else:
        wanted, first = float(np.nanmax(prices.daily[:known])), at
    back = np.flatnonzero(prices.daily[first:] >= least_equal(wanted))
    if not len(back):
        return ShownValue(None, len(prices.daily) - 1 - at)
    return ShownValue(float(first + int(back[0]) - at))


def _form(text: str) -> Form:
    form = next((form for form in FORMS if form == text), None)
    if form is None:
        raise RequestError(f"there is no format '{text}'. {suggest(text, FORMS)}")
    return form
