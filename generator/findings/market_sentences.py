"""Automatic sentences about the present: the month so far, the record, the fall before, the signal itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from generator.findings import market_facts
from generator.findings.view import StudyView, named
from generator.language import numbers
from generator.language.words import FLAT, bar_word, listed, moved, pair, paragraph, possessive, sentence
from generator.market.history import PriceHistory, as_date
from generator.signals.ties import most_equal
from generator.study.values import Episode

STRIKING_GAP = 366
"""Days. "More than in any month since" is said when such a month is further back than this."""
CORRECTION = 0.10
"""A fall of this size or more is a correction."""


def month_so_far(history: PriceHistory, names: Mapping[str, str]) -> str:
    """The month's move, how it compares with earlier months, and its up sessions."""
    month = market_facts.month_to_date(history)
    if month is None:
        return ""
    last = as_date(history.last)
    name, of_month = named(history.asset, names), numbers.month_name(last.month)
    if abs(month.change) < FLAT:
        text = f"{name} is unchanged in {of_month} through {numbers.day(last)}"
    else:
        way = "up" if month.change > 0 else "down"
        text = f"{name} is {way} {numbers.size(month.change)} in {of_month} through {numbers.day(last)}"
        text += since_phrase(month, last)
    ups = f"it closed higher in {pair(month.up_sessions, month.sessions)} sessions"
    return sentence(f"{text}; {ups}" if month.sessions > 1 else text)


def since_phrase(month: market_facts.MonthToDate, last: date) -> str:
    """``, more than in any month since Nov 2020``; empty when a like month is less than a year back."""
    if month.since is None:
        if month.earlier_months < 12:
            return ""
        return f", more than in any month since the data begin in {numbers.month(month.first)}"
    if (last - month.since).days <= STRIKING_GAP:
        return ""
    return f", more than in any month since {numbers.month(month.since)}"


def strongest_phrase(history: PriceHistory) -> str | None:
    """How the month ranks among those before it: ``the strongest month since Nov 2020``.

    A falling month is the weakest since. When the month before was like it there is no "since" to speak of.
    None in the first month of the data.
    """
    month = market_facts.month_to_date(history)
    if month is None:
        return None
    rank, comparative = ("strongest", "stronger") if month.change >= 0 else ("weakest", "weaker")
    if month.since is None:
        return f"the {rank} month since the data begin in {numbers.month(month.first)}"
    last = as_date(history.last)
    if (last.year - month.since.year) * 12 + last.month - month.since.month == 1:
        return f"no {comparative} a month than {numbers.month(month.since)}"
    return f"the {rank} month since {numbers.month(month.since)}"


def record_phrase(history: PriceHistory) -> str:
    """Where the last close stands, to follow "it is": at its highest close, or how far below which one."""
    record = market_facts.record(history)
    if record.distance == 0:
        return f"at its highest close since the data begin in {numbers.month(as_date(history.first))}"
    return f"{numbers.size(record.distance)} below its highest close, that of {numbers.day(record.date)}"


def against_record(history: PriceHistory) -> str:
    """Where the last close stands against the highest one."""
    record = market_facts.record(history)
    if record.distance == 0:
        begin = numbers.month(as_date(history.first))
        return f"The close of {numbers.day(record.date)} is the highest since the data begin in {begin}."
    return f"{history.asset} stands {record_phrase(history)}."


def fall_before(history: PriceHistory, until: date | None = None) -> str:
    """The deepest fall of the six months up to a day, when it was a correction."""
    fall = market_facts.correction(history, until)
    if fall.change > most_equal(-CORRECTION):
        return ""
    fell = f"{possessive(history.asset)} deepest fall of the last six months was {numbers.size(fall.change)}"
    return f"{fell}, from the close of {numbers.day(fall.peak)} to that of {numbers.day(fall.trough)}."


def signal_came(view: StudyView) -> str:
    """When the signal came last and how often before."""
    episodes = view.result.episodes
    if not episodes:
        return f"The signal has not come once since {numbers.month(view.result.first)}."
    newest, before = episodes[-1], episodes[:-1]
    if view.study.listed is not None:
        return _dates_came(view)
    if newest.provisional:
        came = (
            f"The {bar_word(view.kind)} is not over: the signal is on as of "
            f"{numbers.day(view.result.as_of)}, but counts only if it still is at the last close."
        )
    elif view.present is None and not before:
        return f"The signal came once, {view.when_text(newest)}."
    else:
        came = f"The signal last fired on {numbers.day(newest.date)}"
        if before:
            return f"{came}, and {_before_that(view, before)} before that, {_from(view, before)}."
        came += "."
    return f"{came} {_came_before(view, before)}"


def _before_that(view: StudyView, before: Sequence[Episode]) -> str:
    """How often; of a move, every one of them, and in how many spells."""
    moves = view.moves
    if moves is None or moves.before <= len(before):
        return _times(before)
    return f"{numbers.count(moves.before)} times, in {numbers.plural(len(before), 'spell')},"


def _dates_came(view: StudyView) -> str:
    """How many events the list has within the prices, from when to when; the one under way."""
    first, last = view.result.episodes[0], view.result.episodes[-1]
    count, asset = len(view.result.episodes), view.study.asset
    if count == 1:
        return f"The list has one event within the prices of {asset}, {view.when_text(first)}."
    text = (
        f"The list has {numbers.count(count)} events within the prices of {asset}, from "
        f"{view.date_text(first)} to {view.date_text(last)}"
    )
    return f"{text}; the last of them is under way." if view.present is not None else f"{text}."


def _came_before(view: StudyView, before: Sequence[Episode]) -> str:
    if not before:
        return f"It had not come once since {numbers.month(view.result.first)}."
    return f"It has fired {_times(before)} before, {_from(view, before)}."


def _times(before: Sequence[Episode]) -> str:
    return {1: "once", 2: "twice"}.get(len(before), f"{numbers.count(len(before))} times")


def _from(view: StudyView, before: Sequence[Episode]) -> str:
    if len(before) == 1:
        return view.when_text(before[0])
    return f"from {view.date_text(before[0])} to {view.date_text(before[-1])}"


def performance(histories: Mapping[str, PriceHistory], since: date) -> str:
    """Moves of several assets since a day, the largest first; those that moved just as far stand with it."""
    changes = {asset: market_facts.change_since(histories[asset], since) for asset in sorted(histories)}
    first, *rest = sorted(changes, key=lambda asset: -changes[asset])
    alike = [asset for asset in rest if changes[asset] == changes[first]]
    parts = [f"Since {numbers.day(since)} {first} {moved(changes[first])}"]
    for how, assets in (("like", alike), ("ahead of", rest[len(alike) :])):
        if assets:
            told = listed([f"{asset} ({numbers.percent_sign(changes[asset])})" for asset in assets])
            parts.append(f"{how} {told}")
    return sentence(", ".join(parts))


def opening(view: StudyView) -> str:
    """The lead paragraph: what has just happened on the lead study's asset."""
    history = view.history
    return paragraph(
        month_so_far(history, view.names),
        against_record(history),
        fall_before(history),
        signal_came(view),
    )
