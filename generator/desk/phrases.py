"""A fact in words: what a headline, a sentence and a list say of it. Pure functions of computed values."""

from __future__ import annotations

from datetime import date, timedelta

from generator.desk.facts import CALM, Fact, Period
from generator.desk.standing import Standing
from generator.language import numbers
from generator.language.words import moved, possessive

_LATELY = timedelta(days=60)
"""The day of a date nearer than this is told."""
YEARS_OF_RECORD = 25
"""Years of prices from which the best year of them is one on record: an index is older than its fund."""
LATELY_PASSED = 3
"""How many times as long as the wait the years for one such figure are, where its place is told."""
STRIKING = 0.75
"""Years in which a figure of this kind comes once, from which its rank is worth telling."""
A_WHILE = 0.5
"""Years without one like it from which it is worth telling, however often it came before."""


def since_text(standing: Standing, day: date, period: Period = "day") -> str:
    """``since Oct 2008``, ``on record``; of a short history ``since prices began in 2023``: “since 2023”
    alone would say that one went as far then."""
    if standing.since is None:
        few = period == "year" and standing.years < YEARS_OF_RECORD
        return "on record" if standing.is_long and not few else _since_prices(standing)
    if period == "year":
        return f"since {standing.since.year}"
    if period == "quarter":
        return (
            f"since the {numbers.ordinal((standing.since.month + 2) // 3)} quarter of {standing.since.year}"
        )
    near = period in ("day", "week") and day - standing.since < _LATELY
    return f"since {numbers.day(standing.since) if near else numbers.month(standing.since)}"


def _since_prices(standing: Standing) -> str:
    return f"since prices began in {standing.first.year}"


def superlative(fact: Fact) -> str:
    """What the fact is the most of: ``best week``, ``wildest week``, ``widest day’s range``."""
    side = "best" if fact.side > 0 else "worst"
    match fact.kind:
        case "move":
            return f"{side} {fact.period}"
        case "swings":
            return f"wildest {fact.period}"
        case "calm":
            return f"calmest {fact.period}"
        case "range":
            return "widest swing in a day"
        case "streak":
            return f"longest run of {'gains' if fact.side > 0 else 'losses'}"
        case "record":
            return "first record close"
        case "high":
            return "first high of a year"
        case "low":
            return "first low of a year"
        case "correction":
            return "first correction"
        case "bear":
            # A close 20% down long after the low is the same bear market to a reader.
            return "first close so far down"
    return "most"


def rank_text(fact: Fact) -> str:
    """The superlative and since when: ``best week since Oct 2008``, ``first correction since Oct 2023``."""
    standing = fact.standing
    if standing.since is None and fact.kind in ("record", "high", "low", "correction", "bear"):
        return f"{superlative(fact)} {_since_prices(standing)}"
    if fact.kind == "move" and _is_nearly_a_record(standing):
        after = ""
        if standing.place == 2 and standing.since is not None:
            after = f", after {since_text(standing, fact.day, fact.period).removeprefix('since ')}"
        return f"{numbers.ordinal(standing.place)}-{superlative(fact)} on record{after}"
    return f"{superlative(fact)} {since_text(standing, fact.day, fact.period)}"


def place_text(fact: Fact) -> str:
    """How a move or a gap stands among all of its side: ``14th-best of 441 weeks since 2014``."""
    standing = fact.standing
    before = "" if standing.place == 1 else f"{numbers.ordinal(standing.place)}-"
    # The year in which prices begin is no whole one.
    first = fact.day.year + 1 - standing.of if fact.period == "year" else standing.first.year
    every = f"{numbers.plural(standing.of, fact.period)} since {first}"
    if fact.kind == "gap":
        return f"{before}largest {'lead' if fact.side > 0 else 'lag'} in {every}"
    return f"{before}{'best' if fact.side > 0 else 'worst'} of {every}"


def _is_nearly_a_record(standing: Standing) -> bool:
    """Whether the place says more than the date: few of a long history went farther, and one did lately."""
    near = standing.is_long and 2 <= standing.place <= 3
    return near and standing.years / standing.place > LATELY_PASSED * standing.waited


def is_striking(fact: Fact, a_while: float = A_WHILE) -> bool:
    """Whether its rank is worth a word: it comes seldom, or there was none like it for a while."""
    return fact.standing.rare >= STRIKING or fact.standing.waited >= a_while


def deed(fact: Fact, other: str = "") -> str:
    """What was done, in the past tense and without a date: ``rose 4.1%``, ``trailed gold by 8.6 points``.

    Parameters
    ----------
    other : what the other asset of a gap is called.
    """
    amount, count = numbers.size(fact.value), numbers.count(round(abs(fact.value)))
    match fact.kind:
        case "move":
            return moved(fact.value)
        case "gap":
            how = "beat" if fact.side > 0 else "trailed"
            return f"{how} {other} by {points(fact.value)}"
        case "record":
            return "closed at a record"
        case "high":
            return "closed at the highest in a year"
        case "low":
            return "closed at the lowest in a year"
        case "correction" | "bear":
            return f"closed {amount} below the highest close in a year on {month_day(fact.day)}"
        case "streak":
            return f"{'rose' if fact.side > 0 else 'fell'} {count} {fact.period}s in a row"
        case "swings" | "calm":
            return f"moved {numbers.size(fact.value, 2)} a day on average"
        case "range":
            return f"swung by {amount} within a day"
        case "breadth":
            return f"{numbers.count(fact.alike)} of {numbers.count(fact.members)} {_way(fact)}"


def _way(fact: Fact) -> str:
    return "rose" if fact.side > 0 else "fell"


def month_day(day: date) -> str:
    """``April 9``, of a day of the week that is told."""
    return f"{numbers.month_name(day.month)} {day.day}"


def points(value: float) -> str:
    """``8.6 points``."""
    text = numbers.size(value).removesuffix("%")
    return f"{text} point{'' if text == '1.0' else 's'}"


def clause(
    fact: Fact,
    called: str,
    *,
    over: bool,
    other: str = "",
    to_record: bool = False,
    many: bool = False,
    a_while: float = A_WHILE,
) -> str:
    """A fact as part of a sentence, its rank with it: ``gold rose 6.5% to a record close, its best week since
    Mar 2020``.

    Parameters
    ----------
    called, other : what the assets are called in the middle of a sentence.
    over : whether the month, quarter or year has ended.
    to_record : of a rise, that it ended at a record. ``many`` : whether the name is one of many things.
    a_while : years without one like it from which its rank is told.
    """
    its = "their" if many else "its"
    record = " to a record close" if to_record else ""
    if fact.kind == "breadth":
        every = fact.alike == fact.members
        group = f"all {numbers.count(fact.members)}" if every else deed(fact).removesuffix(f" {_way(fact)}")
        return f"{group} of the assets followed most {_way(fact)}, {_first_time(fact)}"
    if fact.kind == "gap":
        time = "" if fact.period == "week" else _time(fact, over)
        return f"{called} {_done(fact, over, many, other)}{time}, {_most(fact)}"
    if fact.kind in ("record", "high", "low", "correction", "bear"):
        return f"{called} {deed(fact)}, {its} {rank_text(fact)}"
    ranked = f"{its} {rank_text(fact)}" if is_striking(fact, a_while) else ""
    time = "" if ranked and fact.period in ("week",) else _time(fact, over)
    done = _done(fact, over, many)
    return ", ".join(part for part in (f"{called} {done}{record}{time}", ranked) if part)


def _done(fact: Fact, over: bool, many: bool, other: str = "") -> str:
    """What was done; in a month, quarter or year that is not over, how it stands: ``is up 9.8%``."""
    if over or fact.kind not in ("move", "gap") or fact.period in ("day", "week"):
        return deed(fact, other)
    be = "are" if many else "is"
    if fact.kind == "gap":
        return f"{be} {'ahead of' if fact.side > 0 else 'behind'} {other} by {points(fact.value)}"
    return f"{be} {'up' if fact.side > 0 else 'down'} {numbers.size(fact.value)}"


def _most(fact: Fact) -> str:
    return f"the most in a {fact.period} {since_text(fact.standing, fact.day)}"


def _first_time(fact: Fact) -> str:
    since = fact.standing.since
    return "as never before" if since is None else f"as last in the week to {numbers.day(since)}"


def _time(fact: Fact, over: bool) -> str:
    """`` on April 9``, `` in the week``, `` so far in July``."""
    if fact.kind == "calm":
        return f" over {CALM} sessions"
    if fact.kind == "streak":
        return f" to {month_day(fact.day)}" if over else ""
    if fact.period == "day":
        return f" on {month_day(fact.day)}"
    if fact.period == "week":
        return " in the week"
    named = numbers.month_name(fact.day.month) if fact.period == "month" else f"the {fact.period}"
    return f"{'' if over else ' so far'} in {named}"


def noun_clause(fact: Fact, called: str, *, over: bool, other: str = "") -> str:
    """A fact for a list: ``gold’s best week since Mar 2020 (+5.7%)``."""
    if fact.kind in ("gap", "breadth"):
        return clause(fact, called, over=over, other=other)
    return f"{possessive(called)} {rank_text(fact)}{value_aside(fact, over=over)}"


def value_aside(fact: Fact, *, over: bool) -> str:
    """`` (+5.7%)``, `` (+9.8% so far)``; nothing where the words have said it."""
    if fact.kind in ("record", "high", "low"):
        return ""
    if fact.kind == "streak":
        until = f", to {month_day(fact.day)}" if over else ""
        return f" ({numbers.plural(round(abs(fact.value)), fact.period)}{until})"
    if fact.kind in ("range", "swings", "calm"):
        return f" ({numbers.size(fact.value)})"
    return f" ({numbers.percent_sign(fact.value)}{'' if over else ' so far'})"
