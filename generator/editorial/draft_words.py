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
    """How a signal is told: what to call it in a heading, what the asset did, and headlines, with ``{the}``
    for the asset."""

    noun: str
    deed: str
    titles: tuple[str, ...]


def _told(noun: str, deed: str, *titles: str) -> Wording:
    return Wording(noun, deed, titles)


BY_SIGNAL: Mapping[str, Wording] = {
    "reverse-up": _told(
        "the turn up",
        "went from a low to a high within days",
        "A sharp turn up in {the}",
        "From low to high in a hurry: {the}",
        "{The} turned around",
    ),
    "reverse-down": _told(
        "the turn down",
        "went from a high to a low within days",
        "A sharp turn down in {the}",
        "From high to low in a hurry: {the}",
        "{The} gave way",
    ),
    "ten-percent-month": _told(
        "a month this strong",
        "is having one of its strongest months",
        "A month to remember for {the}",
        "How often does {the} have such a month?",
        "What a very strong month has meant for {the}",
    ),
    "ten-percent-drop-month": _told(
        "a month this weak",
        "is having one of its weakest months",
        "A bad month for {the}",
        "What came after the worst months of {the}",
        "{The} lost ground, and fast",
    ),
    "five-day-surge-with-gap": _told(
        "the surge",
        "surged within days, and opened with a gap",
        "Buyers in a hurry: {the}",
        "A surge in {the}, and a gap at the open",
        "{The} surged",
    ),
    "golden-cross": _told(
        "the golden cross",
        "saw its short average rise above the long one",
        "A golden cross in {the}",
        "The averages of {the} have crossed: does it matter?",
        "{The} turned up, says the old rule",
    ),
    "death-cross": _told(
        "the death cross",
        "saw its short average fall below the long one",
        "A death cross in {the}",
        "An ominous name, an ordinary signal? {The} crossed down",
        "The averages of {the} have crossed: how bad is it?",
    ),
    "back-above-the-average": _told(
        "the way back above the average",
        "closed above its long average after months below it",
        "{The} is back above its long average",
        "The long average regained: {the}",
        "After months below it, {the} crossed its average",
    ),
    "ten-month-average-cross": _told(
        "the cross of the long average",
        "crossed above its slow average",
        "The slow trend has turned up for {the}",
        "A rule for patient people, and {the}",
        "{The} crossed its slow average",
    ),
    "macd-turns-up": _told(
        "the turn of the trend",
        "saw its short trend rise above the longer one",
        "The trend of {the} has turned up",
        "Momentum came back to {the}",
        "A popular signal, tested: {the} turned up",
    ),
    "year-high-after-drought": _told(
        "the first high",
        "made a high after a long wait",
        "{The} made the first high in a long time",
        "A high at last for {the}",
        "The wait is over: a new high for {the}",
    ),
    "record-close-after-drought": _told(
        "the record",
        "closed at a record after a long wait",
        "A record at last for {the}",
        "{The} closed at a record, after a long wait",
        "The first record in a long time: {the}",
    ),
    "up-day-streak": _told(
        "a streak of up days",
        "rose for days in a row",
        "Up, day after day: {the}",
        "A streak in {the}: what comes after it?",
        "{The} kept rising",
    ),
    "down-day-streak": _told(
        "a streak of down days",
        "fell for days in a row",
        "Down, day after day: {the}",
        "A losing streak in {the}",
        "{The} kept falling",
    ),
    "up-week-streak": _told(
        "a streak of up weeks",
        "rose for weeks in a row",
        "Up, week after week: {the}",
        "How long can {the} keep this up?",
        "A steady climb in {the}",
    ),
    "nine-of-ten-up-months": _told(
        "months of steady gains",
        "has risen in nearly every month",
        "A calm rise with hardly a bad month: {the}",
        "Month after month, {the} went up",
        "Too steady to last? {The} kept gaining",
    ),
    "nine-of-ten-up-days": _told(
        "days of steady gains",
        "rose on nearly every day",
        "Hardly a down day in {the}",
        "A relentless stretch for {the}",
        "{The} rose almost every day",
    ),
    "thrust-from-a-low": _told(
        "the thrust",
        "rose fast out of a correction",
        "Out of a correction, fast: {the}",
        "A thrust from the low in {the}",
        "{The} came back with force",
    ),
    "big-up-day-on-volume": _told(
        "the big day",
        "rose sharply on heavy volume",
        "A big day on heavy volume: {the}",
        "Everybody bought {the} at once",
        "One loud day in {the}",
    ),
    "rsi-oversold": _told(
        "the fall",
        "fell far enough to be called oversold",
        "Oversold: what came next in {the}",
        "A hard fall in {the}",
        "{The} fell far and fast",
    ),
    "rsi-overbought": _told(
        "the run",
        "rose far enough to be called overbought",
        "Too far, too fast? {The}",
        "A strong run in {the}: is it too much?",
        "{The} is called overbought",
    ),
    "two-day-rsi-dip": _told(
        "the dip",
        "dipped while its long trend was up",
        "Does it pay to buy the dip in {the}?",
        "A dip in {the}, with the trend still up",
        "{The} dipped",
    ),
    "lower-band-close": _told(
        "the slide",
        "closed far below its usual band",
        "An unusually weak close for {the}",
        "{The} fell out of its band",
        "A slide in {the}, and what came after others",
    ),
    "gap-down-reversal": _told(
        "the reversal in the day",
        "opened well below the last close and ended the day above it",
        "Sold at the open, bought by the close: {the}",
        "Dip buyers showed up in {the}",
        "{The} opened low and closed higher",
    ),
    "correction": _told(
        "the correction",
        "fell into a correction",
        "A correction in {the}",
        "{The} is in a correction: what came after the others",
        "The fall of {the} has a name now",
    ),
    "bear-market": _told(
        "the bear market",
        "fell into a bear market",
        "{The} is in a bear market",
        "A bear market in {the}: what came after the others",
        "A deep fall in {the}",
    ),
    "volatility-spike": _told(
        "the spike",
        "became far more volatile than usual",
        "Nervous days in {the}",
        "{The} became hard to hold",
        "A spike of volatility in {the}",
    ),
    "volatility-squeeze": _told(
        "the calm",
        "has been calmer than at any time in a year",
        "Very quiet: {the}",
        "A calm in {the}: before what?",
        "{The} has hardly moved",
    ),
    "relative-strength-breakout": _told(
        "the lead over the market",
        "stands higher against the market than at any time in a year",
        "{The} pulled ahead of the market",
        "A new leader? {The}",
        "Ahead of everything else: {the}",
    ),
    "strong-while-the-market-is-weak": _told(
        "strength in a weak market",
        "made a high while the market was weak",
        "A high in a weak market: {the}",
        "{The} went its own way",
        "Strong while others were not: {the}",
    ),
}
"""The library's signals; one that is not here is told by its kind."""

BY_KIND: Mapping[SignalKind, Wording] = {
    "momentum": _told("the move", "moved strongly", "Momentum in {the}", "A strong move in {the}"),
    "trend": _told(
        "the turn of the trend",
        "changed its trend",
        "A turn in the trend of {the}",
        "The trend of {the}, examined",
    ),
    "breakout": _told("the breakout", "broke out", "A breakout in {the}", "{The} broke out"),
    "thrust": _told("the thrust", "moved with force", "A thrust in {the}", "{The} moved with force"),
    "reversal": _told("the reversal", "changed direction", "A reversal in {the}", "{The} changed direction"),
    "drawdown": _told("the fall", "fell", "A fall in {the}", "{The} fell"),
    "volatility": _told(
        "the signal",
        "changed its volatility",
        "The volatility of {the}, examined",
        "{The} and its volatility",
    ),
    "relative strength": _told(
        "the lead", "moved apart from the market", "{The} against the market", "A leader, examined: {the}"
    ),
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


def deck(signal: Signal, name: str, study: str) -> str:
    """The sentence under the title: what the asset did, then what followed before, filled in as a fact."""
    return f'{_capital(with_article(name))} {wording_of(signal).deed}. {{{{ study("{study}").finding }}}}'


def study_heading(signal: Signal, name: str) -> str:
    """The heading over a study: ``After the turn up in the Russell 2000``."""
    return f"After {wording_of(signal).noun} in {with_article(name)}"


def with_article(name: str) -> str:
    """``the Russell 2000``, ``Gold``; what follows a comma in a name is left out."""
    short = name.split(",")[0].strip()
    return f"the {short}" if _TAKES_AN_ARTICLE.search(short) else short


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
