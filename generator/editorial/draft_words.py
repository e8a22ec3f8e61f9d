"""The words of a drafted issue: titles and headings by the kind of story. No number stands in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from generator.signals.library import Signal, SignalKind

_TAKES_AN_ARTICLE = re.compile(r"\d|(?:Industrials|Composite|Seven|market|index)$")


@dataclass(frozen=True)
class Wording:
    """How a signal is told: headlines, with ``{the}`` for the asset, and what to call it in a heading."""

    titles: tuple[str, ...]
    noun: str


def _told(noun: str, *titles: str) -> Wording:
    return Wording(titles, noun)


BY_SIGNAL: Mapping[str, Wording] = {
    "reverse-up": _told(
        "the turn up",
        "A sharp turn up in {the}",
        "From low to high in a hurry: {the}",
        "{The} turned around",
    ),
    "reverse-down": _told(
        "the turn down",
        "A sharp turn down in {the}",
        "From high to low in a hurry: {the}",
        "{The} gave way",
    ),
    "ten-percent-month": _told(
        "a month this strong",
        "A month to remember for {the}",
        "How often does {the} have such a month?",
        "What a very strong month has meant for {the}",
    ),
    "ten-percent-drop-month": _told(
        "a month this weak",
        "A bad month for {the}",
        "What came after the worst months of {the}",
        "{The} lost ground, and fast",
    ),
    "five-day-surge-with-gap": _told(
        "the surge",
        "Buyers in a hurry: {the}",
        "A surge in {the}, and a gap at the open",
        "{The} surged",
    ),
    "golden-cross": _told(
        "the golden cross",
        "A golden cross in {the}",
        "The averages of {the} have crossed: does it matter?",
        "{The} turned up, says the old rule",
    ),
    "death-cross": _told(
        "the death cross",
        "A death cross in {the}",
        "An ominous name, an ordinary signal? {The} crossed down",
        "The averages of {the} have crossed: how bad is it?",
    ),
    "back-above-the-average": _told(
        "the way back above the average",
        "{The} is back above its long average",
        "The long average regained: {the}",
        "After months below it, {the} crossed its average",
    ),
    "ten-month-average-cross": _told(
        "the cross of the long average",
        "The slow trend has turned up for {the}",
        "A rule for patient people, and {the}",
        "{The} crossed its slow average",
    ),
    "macd-turns-up": _told(
        "the turn of the trend",
        "The trend of {the} has turned up",
        "Momentum came back to {the}",
        "A popular signal, tested: {the} turned up",
    ),
    "year-high-after-drought": _told(
        "the first high",
        "{The} made the first high in a long time",
        "A high at last for {the}",
        "The wait is over: a new high for {the}",
    ),
    "record-close-after-drought": _told(
        "the record",
        "A record at last for {the}",
        "{The} closed at a record, after a long wait",
        "The first record in a long time: {the}",
    ),
    "up-day-streak": _told(
        "a streak of up days",
        "Up, day after day: {the}",
        "A streak in {the}: what comes after it?",
        "{The} kept rising",
    ),
    "down-day-streak": _told(
        "a streak of down days",
        "Down, day after day: {the}",
        "A losing streak in {the}",
        "{The} kept falling",
    ),
    "up-week-streak": _told(
        "a streak of up weeks",
        "Up, week after week: {the}",
        "How long can {the} keep this up?",
        "A steady climb in {the}",
    ),
    "nine-of-ten-up-months": _told(
        "months of steady gains",
        "A calm rise with hardly a bad month: {the}",
        "Month after month, {the} went up",
        "Too steady to last? {The} kept gaining",
    ),
    "nine-of-ten-up-days": _told(
        "days of steady gains",
        "Hardly a down day in {the}",
        "A relentless stretch for {the}",
        "{The} rose almost every day",
    ),
    "thrust-from-a-low": _told(
        "the thrust",
        "Out of a correction, fast: {the}",
        "A thrust from the low in {the}",
        "{The} came back with force",
    ),
    "big-up-day-on-volume": _told(
        "the big day",
        "A big day on heavy volume: {the}",
        "Everybody bought {the} at once",
        "One loud day in {the}",
    ),
    "rsi-oversold": _told(
        "the fall",
        "How oversold is oversold? {The}",
        "A hard fall in {the}",
        "{The} fell far and fast",
    ),
    "rsi-overbought": _told(
        "the run",
        "Too hot? {The}",
        "A strong run in {the}: is it too much?",
        "{The} is called overbought",
    ),
    "two-day-rsi-dip": _told(
        "the dip",
        "Does it pay to buy the dip in {the}?",
        "A dip in {the}, with the trend still up",
        "{The} dipped",
    ),
    "lower-band-close": _told(
        "the slide",
        "An unusually weak close for {the}",
        "{The} fell out of its band",
        "A slide in {the}, and what came after others",
    ),
    "gap-down-reversal": _told(
        "the reversal in the day",
        "Sold at the open, bought by the close: {the}",
        "Dip buyers showed up in {the}",
        "{The} opened low and closed higher",
    ),
    "correction": _told(
        "the correction",
        "A correction in {the}",
        "{The} is in a correction: what came after the others",
        "The fall of {the} has a name now",
    ),
    "bear-market": _told(
        "the bear market",
        "{The} is in a bear market",
        "A bear market in {the}: what came after the others",
        "A deep fall in {the}",
    ),
    "volatility-spike": _told(
        "the spike",
        "Nervous days in {the}",
        "{The} became hard to hold",
        "A spike of volatility in {the}",
    ),
    "volatility-squeeze": _told(
        "the calm",
        "Very quiet: {the}",
        "A calm in {the}: before what?",
        "{The} has hardly moved",
    ),
    "relative-strength-breakout": _told(
        "the lead over the market",
        "{The} pulled ahead of the market",
        "A new leader? {The}",
        "Ahead of everything else: {the}",
    ),
    "strong-while-the-market-is-weak": _told(
        "strength in a weak market",
        "A high in a weak market: {the}",
        "{The} went its own way",
        "Strong while others were not: {the}",
    ),
}
"""The library's signals; one that is not here is told by its kind."""

BY_KIND: Mapping[SignalKind, Wording] = {
    "momentum": _told("the move", "Momentum in {the}", "A strong move in {the}"),
    "trend": _told("the turn of the trend", "A turn in the trend of {the}", "The trend of {the}, examined"),
    "breakout": _told("the breakout", "A breakout in {the}", "{The} broke out"),
    "thrust": _told("the thrust", "A thrust in {the}", "{The} moved with force"),
    "reversal": _told("the reversal", "A reversal in {the}", "{The} changed direction"),
    "drawdown": _told("the fall", "A fall in {the}", "{The} fell"),
    "volatility": _told("the signal", "The volatility of {the}, examined", "{The} and its volatility"),
    "relative strength": _told("the lead", "{The} against the market", "A leader, examined: {the}"),
}
assert set(BY_KIND) == set(get_args(SignalKind))

QUIET_TITLES = ("A quiet week", "Nothing out of the ordinary", "No signal worth a study")


def wording_of(signal: Signal) -> Wording:
    """How a signal is told."""
    return BY_SIGNAL.get(signal.name) or BY_KIND[signal.kind]


def title(signal: Signal, name: str, week: int) -> str:
    """A headline; another one in the next week, should the same signal lead it."""
    titles = wording_of(signal).titles
    the = with_article(name)
    return _capital(titles[week % len(titles)].format(the=the, The=_capital(the)))


def quiet_title(week: int) -> str:
    """The headline of a week without a story."""
    return QUIET_TITLES[week % len(QUIET_TITLES)]


def study_heading(signal: Signal, name: str) -> str:
    """The heading over a study: ``After the turn up in the Russell 2000``."""
    return f"After {wording_of(signal).noun} in {with_article(name)}"


def with_article(name: str) -> str:
    """``the Russell 2000``, ``Gold``; what follows a comma in a name is left out."""
    short = name.split(",")[0].strip()
    return f"the {short}" if _TAKES_AN_ARTICLE.search(short) else short


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
