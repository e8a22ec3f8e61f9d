"""The words of an audit: likely causes, definitions, marks of cells, figures as they were printed."""

from __future__ import annotations

from generator.audit.figures import Printed
from generator.audit.headings import AUDITED, MOVE, StatisticName
from generator.audit.values import (
    Audit,
    Cause,
    CauseKind,
    CellAudit,
    Definition,
    Reason,
    RowAudit,
    Status,
)
from generator.language import numbers
from generator.language.words import span
from generator.market.bars import BarKind
from generator.study.question import trigger_is_percent
from generator.study.statistic import STATISTICS
from generator.study.values import Study

_END: dict[BarKind, str] = {"daily": "close", "weekly": "week-end", "monthly": "month-end"}
_BAR: dict[BarKind, str] = {"daily": "session", "weekly": "week", "monthly": "month"}
_ENTRY = {
    "close": "from the close of the signal",
    "next_open": "from the next open",
    "next_close": "from the next close",
}
MARKS: dict[Status, str] = {
    "right": "right",
    "rounding": "rounding",
    "wrong": "wrong",
    "unchecked": "not checkable",
}
REASONS: dict[Reason, str] = {
    "": "",
    "empty": "nothing printed",
    "pending": "not over yet",
    "no-bar": "no such bar in these prices",
    "no-measure": "the study has no move",
}
STATISTIC_NAMES: dict[StatisticName, str] = {name: STATISTICS[name].label for name in AUDITED} | {
    "n": "Cases"
}
STATISTIC_WORDS: dict[StatisticName, str] = {
    **{name: text.lower() for name, text in STATISTIC_NAMES.items()},
    "sharpe": "Sharpe ratio",
    "best": "best return",
    "worst": "worst return",
    "n": "number of cases",
}
"""The same in a sentence."""


def cause_phrase(cause: Cause, column: str, kind: BarKind) -> str:
    """What a wrong figure equals, in a few words: ``the return to the next month-end``."""
    bar, end, what = _BAR[kind], _END[kind], "move" if column == MOVE else "return"
    match cause.kind:
        case "next-bar":
            return f"the move of the next {bar}" if column == MOVE else f"the return to the next {end}"
        case "previous-bar":
            return f"the move of the {bar} before" if column == MOVE else f"the return to the {end} before"
        case "horizon":
            return f"the return after {span(cause.label)}"
        case "late-start" | "early-start":
            return (
                f"the return from the {end} {'after' if cause.kind == 'late-start' else 'before'} the entry"
            )
        case "later" | "earlier":
            return f"the return begun and ended one {bar} too {'late' if cause.kind == 'later' else 'early'}"
        case "segment":
            return "the return since the horizon before it"
        case "calendar":
            return f"the return {_calendar(cause.label, end)}"
        case "total-return" | "price-return":
            return f"the {what} {'with' if cause.kind == 'total-return' else 'without'} dividends"
        case "entry":
            return f"the return {_ENTRY[cause.label]}"
        case "asset":
            return f"the return of {cause.label}"
        case "currency":
            return f"the return in another currency, by {cause.label}"
        case "lowest" | "highest":
            return f"the {cause.kind} {_WAYS.get(cause.label, end)} on the way"
        case "earlier-session":
            return f"the move through {_day(cause, 'daily')}"
        case "other-column":
            return f"the row’s figure under {column_name(cause.label)}"
        case "other-row":
            return f"the figure of {_day(cause, kind)}"
        case _:
            return _formula(cause, what)


_WAYS = {"daily": "daily close", "prices": "price"}
_FORMULAS: dict[tuple[CauseKind, str], str] = {
    ("hundredth", ""): "a hundredth of the right figure",
    ("hundredfold", ""): "a hundred times the right figure",
    ("log", ""): "the logarithmic {what}",
    ("annualised", "compound"): "the return a year, compounded",
    ("annualised", "simple"): "the return a year, not compounded",
    ("index", ""): "100 plus the return",
    ("excess", "average"): "the return less the usual average",
    ("excess", "median"): "the return less the usual median",
    ("sign", ""): "the right figure with the opposite sign",
    ("rounded", "0"): "the right figure rounded to a whole number",
    ("rounded", "1"): "the right figure rounded to one decimal",
    ("digits", ""): "the right figure with two digits swapped",
}


def _formula(cause: Cause, what: str) -> str:
    """The causes that the right figure itself is enough for."""
    if (cause.kind, cause.label) in _FORMULAS:
        return _FORMULAS[cause.kind, cause.label].format(what=what)
    if cause.kind == "excess":
        return f"the return less that of {cause.label}"
    return f"the right figure rounded to {numbers.count(int(cause.label))} decimals"


def _calendar(label: str, end: str) -> str:
    """``months after sessions``: how the date is counted, and which close is taken for it."""
    counted, side, where = label.split()
    count = {
        "months": "to the same date of the calendar",
        "days": "after days of the calendar",
        "thirties": "after months of 30 days",
    }
    which = f"the {'first' if side == 'after' else 'last'} {_closes(where, end)} {_SIDES[side]} it"
    return f"{count[counted]} ({which})"


def _closes(where: str, end: str) -> str:
    return "close" if where == "sessions" else end


_SIDES = {"after": "on or after", "before": "on or before"}


def _day(cause: Cause, kind: BarKind) -> str:
    return numbers.DASH if cause.day is None else numbers.bar_date(cause.day, kind)


def definition_phrase(definition: Definition, kind: BarKind) -> str:
    """How a statistic was computed, in a few words."""
    phrases: dict[Definition, str] = {
        "mean": "the arithmetic mean",
        "median": "the median",
        "above-zero": "returns above zero, of all",
        "zero-or-above": "returns of zero or above, of all",
        "highest": "the highest return",
        "lowest": "the lowest return",
        "count": "the number of returns",
        "population": "the population standard deviation",
        "sample": "the sample standard deviation",
        "population-annual": "the population standard deviation, annualised",
        "sample-annual": "the sample standard deviation, annualised",
        "bar-closes": "daily closes" if kind == "daily" else f"{_END[kind]} closes",
        "daily-closes": "daily closes",
        "lowest-return": "the lowest return of the column",
        "losers": "the share of returns at or below zero",
    }
    return phrases[definition]


def column_name(column: str) -> str:
    """A column's heading."""
    return "Move" if column == MOVE else column


def row_name(row: RowAudit, kind: BarKind) -> str:
    """A row's episode: its bar's date, or what the table calls it."""
    return row.row.name if row.day is None else numbers.bar_date(row.day, kind)


def figure_text(value: float | None, printed: Printed | None, statistic: StatisticName | None = None) -> str:
    """A computed figure with as many decimals as the printed one has, two where nothing is printed."""
    decimals = 2 if printed is None else max(printed.decimals, 0)
    signed = statistic is None or STATISTICS[statistic].signed
    return (numbers.signed if signed else numbers.plain)(value, decimals)


def cell_text(value: float | None, cell: CellAudit, study: Study) -> str:
    """A figure of a cell: signed, but for a move that is no percent, such as an RSI."""
    decimals = 2 if cell.printed is None else max(cell.printed.decimals, 0)
    signed = cell.column != MOVE or trigger_is_percent(study)
    return (numbers.signed if signed else numbers.plain)(value, decimals)


def move_text(value: float | None, decimals: int, study: Study) -> str:
    """A move in a sentence: ``+10.28%``; an RSI of ``63.20``."""
    return (
        f"{numbers.signed(value, decimals)}%" if trigger_is_percent(study) else numbers.plain(value, decimals)
    )


def prose_figure(printed: Printed, value: float | None, statistic: StatisticName) -> str:
    """A figure in a sentence, with its percent sign where it has one."""
    text = figure_text(value, printed, statistic)
    return text if STATISTICS[statistic].printed in ("number", "count") else f"{text}%"


def remark(cell: CellAudit, kind: BarKind) -> str:
    """What is to be said of a cell beside its mark: the cause, the kind of rounding, why it is unchecked."""
    if cell.status == "wrong":
        return cause_phrase(cell.cause, cell.column, kind) if cell.cause else ""
    if cell.status == "rounding":
        return "cut off, not rounded" if cell.truncated else "one unit off in the last place"
    return REASONS[cell.reason]


def tally(audit: Audit, *, moves: bool) -> dict[Status, int]:
    """How many cells bear each mark."""
    found: dict[Status, int] = dict.fromkeys(MARKS, 0)
    for cell in audit.cells(moves=moves):
        found[cell.status] += 1
    return found
