"""The words of a drafted issue: headlines, deck and headings by the signal. Numbers in them are facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from generator.language.asset_names import capital, market_name, with_article
from generator.language.asset_names import it as pronoun
from generator.scan.ranking import Finding
from generator.signals.library import Signal, SignalKind
from generator.signals.tree import number_text


@dataclass(frozen=True)
class Wording:
    """How a signal is told; ``{the}`` stands for the asset, ``{days}`` and the like for its parameters.

    Every phrase fits names of one thing and of many, so verbs are in the past and nothing is "its".

    Attributes
    ----------
    noun : what a heading calls it. ``deed`` : what the asset did, after a date. ``titles`` : headlines.
    """

    noun: str
    deed: str
    titles: tuple[str, ...]


def _wording(noun: str, deed: str, *titles: str) -> Wording:
    return Wording(noun, deed, titles)


BY_SIGNAL: Mapping[str, Wording] = {
    "reverse-up": _wording(
        "the turn up in {the}",
        "closed at the highest of {lookback} sessions, days after the lowest",
        "{The} went from a month’s low to a month’s high in days",
        "A sharp turn up in {the}",
        "{The} turned up in a hurry",
    ),
    "reverse-down": _wording(
        "the turn down in {the}",
        "closed at the lowest of {lookback} sessions, days after the highest",
        "{The} went from a month’s high to a month’s low in days",
        "A sharp turn down in {the}",
        "{The} turned down in a hurry",
    ),
    "ten-percent-month": _wording(
        "a month this strong for {the}",
        "rose {percent}% or more",
        "A very strong month for {the}",
        "A month to remember for {the}: what came after the others",
        "{The} gained a great deal in a month",
    ),
    "ten-percent-drop-month": _wording(
        "a month this weak for {the}",
        "fell {percent}% or more",
        "A very weak month for {the}",
        "What came after the worst months of {the}",
        "{The} lost a great deal in a month",
    ),
    "five-day-surge-with-gap": _wording(
        "the fast surge in {the}",
        "stood more than {percent}% above the close {days} sessions before, after a gap at the open",
        "{The} surged within days",
        "Buyers in a hurry: {the}",
        "A surge in {the}, and a gap at the open",
    ),
    "golden-cross": _wording(
        "the golden cross in {the}",
        "saw the {fast}-session average rise above the {slow}-session one",
        "A golden cross in {the}",
        "The averages of {the} have crossed upward",
        "{The} turned up, says an old rule",
    ),
    "death-cross": _wording(
        "the death cross in {the}",
        "saw the {fast}-session average fall below the {slow}-session one",
        "A death cross in {the}",
        "The averages of {the} have crossed downward",
        "{The} turned down, says an old rule",
    ),
    "back-above-the-average": _wording(
        "the return of {the} above the long average",
        "closed above the {average}-session average after months below it",
        "{The} rose back above the long average",
        "The long average regained: {the}",
        "After months below it, {the} crossed the long average",
    ),
    "ten-month-average-cross": _wording(
        "the rise of {the} above the slow average",
        "rose above the {average}-month average",
        "The slow trend has turned up for {the}",
        "A rule for patient people, and {the}",
        "{The} crossed above the slow average",
    ),
    "macd-turns-up": _wording(
        "the MACD turn in {the}",
        "turned positive on the MACD, the {fast}-session average above the {slow}-session one",
        "The trend of {the} has turned up",
        "Momentum came back to {the}",
        "{The} turned up, says a popular signal",
    ),
    "year-high-after-drought": _wording(
        "the first yearly high in {the}",
        "closed at the highest of {year} sessions, for the first time in as many",
        "{The} made the first high in a long time",
        "A high at last for {the}",
        "The wait is over: a new high for {the}",
    ),
    "record-close-after-drought": _wording(
        "the record in {the}",
        "closed at a record, the first in {quiet} sessions",
        "A record at last for {the}",
        "{The} closed at a record, after a long wait",
        "The first record in a long time: {the}",
    ),
    "up-day-streak": _wording(
        "the streak of up days in {the}",
        "had closed higher {days} days in a row",
        "{The} rose, day after day",
        "A winning streak in {the}: what comes after it?",
        "{The} kept rising",
    ),
    "down-day-streak": _wording(
        "the streak of down days in {the}",
        "had closed lower {days} days in a row",
        "{The} fell, day after day",
        "A losing streak in {the}: what comes after it?",
        "{The} kept falling",
    ),
    "up-week-streak": _wording(
        "the streak of up weeks in {the}",
        "had closed higher {weeks} weeks in a row",
        "{The} rose, week after week",
        "How long can {the} keep this up?",
        "A steady climb in {the}",
    ),
    "nine-of-ten-up-months": _wording(
        "the nearly unbroken run of up months in {the}",
        "had risen in at least {up} of {months} months",
        "{The} went up month after month",
        "A rise with hardly a bad month: {the}",
        "Too steady to last? {The} kept gaining",
    ),
    "nine-of-ten-up-days": _wording(
        "the nearly unbroken run of up days in {the}",
        "had risen on at least {up} of {days} days, by {percent}% or more in all",
        "{The} rose almost every day",
        "Hardly a down day in {the}",
        "A relentless stretch for {the}",
    ),
    "thrust-from-a-low": _wording(
        "the thrust out of a correction in {the}",
        "had risen {percent}% or more in {days} sessions, out of a correction",
        "{The} came back with force",
        "A thrust from the low in {the}",
        "Out of a correction, fast: {the}",
    ),
    "big-up-day-on-volume": _wording(
        "the big day on heavy volume in {the}",
        "rose {percent}% or more on heavy volume",
        "A big day on heavy volume: {the}",
        "Heavy buying in {the}, and a big gain",
        "One loud day in {the}",
    ),
    "rsi-oversold": _wording(
        "the oversold close of {the}",
        "became oversold, with an RSI below {level}",
        "{The} fell far and fast",
        "A hard fall in {the}",
        "Oversold: {the}",
    ),
    "rsi-overbought": _wording(
        "the overbought close of {the}",
        "became overbought, with an RSI above {level}",
        "{The} rose far and fast",
        "A strong run in {the}: is it too much?",
        "Overbought: {the}",
    ),
    "two-day-rsi-dip": _wording(
        "the dip in the rising trend of {the}",
        "fell hard while the long trend still pointed up ({period}-session RSI below {level})",
        "{The} dipped, with the long trend still up",
        "A dip in {the}: did it pay to buy the others?",
        "A setback for {the} in a rising trend",
    ),
    "lower-band-close": _wording(
        "the close of {the} below its usual band",
        "closed below the lower Bollinger band",
        "An unusually weak close for {the}",
        "{The} fell out of the usual band",
        "A slide in {the}, and what came after others",
    ),
    "gap-down-reversal": _wording(
        "the reversal after a gap down in {the}",
        "opened {gap}% or more below the last close and still closed higher",
        "Sold at the open, bought by the close: {the}",
        "Dip buyers showed up in {the}",
        "{The} opened low and closed higher",
    ),
    "correction": _wording(
        "the correction in {the}",
        "fell more than {percent}% below the highest close in a year",
        "{The} fell into a correction",
        "A correction in {the}: what came after the others",
        "A correction in {the}",
    ),
    "bear-market": _wording(
        "the bear market in {the}",
        "fell more than {percent}% below the highest close in a year",
        "{The} fell into a bear market",
        "A bear market in {the}: what came after the others",
        "A deep fall in {the}",
    ),
    "volatility-spike": _wording(
        "the spike of volatility in {the}",
        "had swung at least {times} times as much over {short} sessions as over the year",
        "{The} swung far more than usual",
        "Nervous days in {the}",
        "A spike of volatility in {the}",
    ),
    "volatility-squeeze": _wording(
        "the calm in {the}",
        "had been calmer over {short} sessions than at any time in a year",
        "{The} hardly moved",
        "A calm in {the}: before what?",
        "Small moves in {the}: what came after the others",
    ),
    "relative-strength-breakout": _wording(
        "the lead of {the} over the market",
        "stood higher against the market than at any time in a year",
        "{The} pulled ahead of the market",
        "A new leader? {The}",
        "Ahead of the rest: {the}",
    ),
    "strong-while-the-market-is-weak": _wording(
        "the high of {the} in a weak market",
        "closed at the highest of {lookback} sessions while the market was weak",
        "{The} made a high in a weak market",
        "{The} rose while the market was weak",
        "Strong while others were not: {the}",
    ),
}
"""The library's signals; one that is not here is told by its kind."""

BY_KIND: Mapping[SignalKind, Wording] = {
    "momentum": _wording(
        "the move in {the}", "moved strongly", "Momentum in {the}", "A strong move in {the}"
    ),
    "trend": _wording(
        "the turn of the trend in {the}",
        "changed trend",
        "A turn in the trend of {the}",
        "The trend of {the} has changed",
    ),
    "breakout": _wording("the breakout in {the}", "broke out", "A breakout in {the}", "{The} broke out"),
    "thrust": _wording(
        "the thrust in {the}", "moved with force", "{The} moved with force", "A thrust in {the}"
    ),
    "reversal": _wording(
        "the reversal in {the}", "changed direction", "{The} changed direction", "A reversal in {the}"
    ),
    "drawdown": _wording("the fall of {the}", "fell", "{The} fell", "A fall in {the}"),
    "volatility": _wording(
        "the volatility of {the}",
        "became more or less volatile",
        "The volatility of {the} has changed",
        "{The} and the usual swings",
    ),
    "relative strength": _wording(
        "the lead of {the}",
        "moved apart from the market",
        "{The} moved apart from the market",
        "{The} against the market",
    ),
}
assert set(BY_KIND) == set(get_args(SignalKind))


def wording_of(signal: Signal) -> Wording:
    """How a signal is told."""
    return BY_SIGNAL.get(signal.name) or BY_KIND[signal.kind]


def title(signal: Signal, name: str, week: int) -> str:
    """A headline; another one in the next week, should the same signal lead it."""
    titles = wording_of(signal).titles
    return _filled(titles[week % len(titles)], name)


def _filled(template: str, name: str) -> str:
    the = market_name(name)
    return capital(template.format(the=the, The=capital(the)))


def deck(signal: Signal, name: str, finding: Finding, study: str, as_of: date) -> str:
    """What the asset did and when, what it did since, what came before; dates and numbers are facts."""
    facts, asset = f'study("{study}")', finding.firing.asset
    done = f"{with_article(name)} {_deed(signal, facts)}"
    it = capital(pronoun(with_article(name)))
    since = f"{it} then {_fact(f'{facts}.so_far | moved')} to the week’s end"
    if finding.firing.day == as_of:
        since = f"{it} {_fact(_market(asset) + '.week_to_date | moved')} in the week"
    return (
        f"{_when(signal, finding, facts)} {done}. {since}. {_fact(f'{facts}.followed')} "
        f"{_fact(f'{facts}.standout')}"
    )


def _market(asset: str) -> str:
    return f'market("{asset}")'


def _deed(signal: Signal, facts: str) -> str:
    values = {name: _fact(f'{facts}.parameter("{name}")') for name in signal.parameters}
    return wording_of(signal).deed.format(**values)


def _when(signal: Signal, finding: Finding, facts: str) -> str:
    """The day, week or month of the signal's bar."""
    if signal.bars == "monthly":
        month = f"In {_fact(_market(finding.firing.asset) + '.this_month')}"
        return f"{month}, which is not over," if finding.firing.provisional else month
    if finding.firing.provisional:
        return "In a week that is not over"
    day = _fact(f"{facts}.present_date")
    return f"On {day}" if signal.bars == "daily" else f"In the week to {day}"


def _fact(expression: str) -> str:
    return f"{{{{ {expression} }}}}"


def deed_of_signal(signal: Signal) -> str:
    """What the asset did, with the signal's numbers, to follow its name: ``fell more than 10% below the
    highest close in a year``; empty of a letter's own signal, of which only its title is known."""
    told = BY_SIGNAL.get(signal.name)
    values = {name: number_text(value) for name, value in signal.parameters.items()}
    return "" if told is None else told.deed.format(**values)


def study_title(signal: Signal, name: str) -> str:
    """What a study is called: ``The turn up in the Russell 2000``; empty of a letter's own signal, whose
    headline says it."""
    return "" if signal.name not in BY_SIGNAL else _filled(wording_of(signal).noun, name)
