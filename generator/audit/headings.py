"""Headings of published tables: the episodes, the move, or the return after which horizon."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from generator.audit.figures import FigureUnit
from generator.core.accents import without_accents

MOVE = "move"
"""Column of the episode's own move; every other column is named by its horizon."""
EPISODE, CONTEXT = "episode", "context"

StatisticName = Literal[
    "average", "median", "win_rate", "best", "worst", "stdev", "sharpe", "max_drawdown", "n"
]
AUDITED: tuple[StatisticName, ...] = get_args(StatisticName)
"""The statistics that a published table may have, by their keys in ``STATISTICS``."""

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNITS: Mapping[str, str] = {
    "D": "d|days?|sessions?|tage?n?|jours?|dias?|giorn[oi]|dag(?:en)?",
    "W": "w|wks?|weeks?|wochen?|semaines?|semanas?|settiman[ae]|week(?:en)?",
    "M": "m|mos?|mths?|mons?|months?|monate?n?|mois|mes(?:es)?|mes[ei]|maand(?:en)?",
    "Y": "y|yrs?|years?|jahre?n?|an|ans|anos?|ann[oi]|jaar",
    "Q": "q|quarters?|quartale?",
}
_ANY_UNIT = "|".join(_UNITS.values())
_LONG_UNIT = "days?|sessions?|weeks?|months?|quarters?|years?|tag|woche|monat|jahr"
_NEXT = "next|following|an?|ein(?:en?|em)?|nachst(?:er|en?|es)"
_HORIZON = re.compile(
    rf"(?<![a-z0-9.])(\d{{1,4}}|{'|'.join(_COUNTS)}|{_NEXT}) ?(?:trading |business )?"
    rf"({_ANY_UNIT})(?![a-z0-9])"
)
_COUNTED = re.compile(rf"(?<![a-z0-9])([tdwmyq]|bars?|{_LONG_UNIT}) ?(?:\+ ?)?(\d{{1,4}})(?![a-z0-9.])")
_COUNTED_PLUS = re.compile(r"(?<![a-z0-9])([tdwmyq]) ?\+ ?(\d{1,4})(?![a-z0-9.])")
_BARS = re.compile(r"(?<![a-z0-9.])(\d{1,4}) ?bars?(?![a-z0-9])")
_HALF_YEAR = re.compile(r"(?<![a-z0-9])half (?:an? )?year(?![a-z0-9])")

_MOVE_WORDS = {
    *("move", "gain", "change", "trigger", "return", "roc", "rise", "rally", "fall", "drop", "loss"),
    *("performance", "surge", "jump", "decline", "advance", "selloff", "spike", "increase", "decrease"),
}
_EPISODE_WORDS = {
    *("episode", "date", "month", "when", "signal", "day", "week", "period", "event", "datum", "fecha"),
    *("data", "monat", "tag", "mois", "mes", "dates", "episodes", "events"),
}
_CONTEXT_WORDS = {"context", "note", "notes", "comment", "background", "label", "story", "news", "remark"}
_AHEAD = {
    *("fwd", "forward", "next", "later", "after", "following", "ahead", "subsequent", "future", "hence"),
    *("spater", "danach", "nach", "apres", "despues", "dopo", "nachst"),
}
_BACKWARD = {"prior", "past", "previous", "trailing", "last", "before", "preceding", "ytd", "since"}
_OTHER_MEASURES = {
    *("drawdown", "dd", "low", "high", "runup", "worst", "best", "baseline", "benchmark", "max", "min"),
    *("price", "close", "open", "level", "volume", "vix", "yield", "treasury", "spread", "rank", "rsi"),
    *("sma", "ema", "ma", "average", "avg", "mean", "median", "volatility", "vol", "atr", "adx", "macd"),
    *("percentile", "zscore", "stdev", "rate", "streak", "hit", "win", "kurs", "schluss"),
}
# The first that fits counts: "max drawdown" is no maximum, "sample deviation" no number of samples.
_STATISTIC_WORDS: Mapping[StatisticName, set[str]] = {
    "max_drawdown": {"drawdown", "dd", "mdd"},
    "sharpe": {"sharpe"},
    "stdev": {"stdev", "std", "deviation", "volatility", "standardabweichung", "σ"},
    "win_rate": {"win", "wins", "winrate", "positive", "hit", "trefferquote", "winners", "higher"},
    "median": {"median", "mediana", "mediane"},
    "average": {"average", "mean", "avg", "ø", "durchschnitt", "mittelwert", "moyenne", "media", "promedio"},
    "best": {"best", "max", "maximum", "highest"},
    "worst": {"worst", "min", "minimum", "lowest"},
    "n": {"n", "count", "cases", "episodes", "observations", "anzahl", "occurrences", "signals"},
}
_OF_SOMETHING_ELSE = {
    *("any", "every", "baseline", "benchmark", "unconditional", "usual", "normal", "typical", "ex"),
    *("excl", "excluding", "without", "edge", "excess", "vs", "versus", "trimmed", "weighted", "geometric"),
    *("negative", "gain", "gains", "loss", "losses", "winner", "loser", "losers", "losing"),
}


@dataclass(frozen=True)
class Heading:
    """A heading: its text, what it stands for (``episode``, ``context``, ``move``, a horizon's label, or
    nothing known), the unit it names, whether it plainly speaks of what came after, and whether its horizon
    is counted in bars of whatever kind (``T+5``)."""

    text: str
    role: str = ""
    unit: FigureUnit = ""
    ahead: bool = False
    bars: bool = False

    @property
    def of_a_move(self) -> bool:
        """Whether it speaks of a move, which may be the episode's own: ``5-day gain``."""
        return bool(set(plain_words(self.text).split()) & _MOVE_WORDS)


def read_heading(text: str) -> Heading:
    """What a heading stands for."""
    words = set(plain_words(text).split())
    unit = _unit(text, words)
    label, bars = _horizon(text)
    if label and not words & _BACKWARD and not words & _OTHER_MEASURES:
        return Heading(text, label, unit, bool(words & _AHEAD) or "+" in text, bars)
    if label or words & _OTHER_MEASURES or words & _BACKWARD:
        return Heading(text, "", unit)
    for role, known in ((MOVE, _MOVE_WORDS), (CONTEXT, _CONTEXT_WORDS), (EPISODE, _EPISODE_WORDS)):
        if words & known:
            return Heading(text, role, unit)
    return Heading(text, "", unit)


def plain_words(name: str) -> str:
    """A name in lower case without accents and signs, its words one space apart."""
    bare = without_accents(name.lower())
    return " ".join(re.sub(r"[^a-z0-9.+øσ]+|\.(?![0-9])", " ", bare).split())


def _unit(text: str, words: set[str]) -> FigureUnit:
    if words & {"bp", "bps"}:
        return "basis points"
    return "percent" if "%" in text or words & {"pct", "percent", "prozent", "pc"} else ""


def _horizon(name: str) -> tuple[str, bool]:
    """``fwd_3m_pct``, ``3-month return`` → ``3M``; nothing for a heading of something else."""
    text = plain_words(name)
    if _HALF_YEAR.search(text):
        return "6M", False
    if found := _BARS.search(text):
        return _label(int(found[1]), "D"), True
    if found := _COUNTED_PLUS.search(text):
        return _label(int(found[2]), _letter(found[1])), found[1] == "t"
    text = text.replace("+", " ")
    if found := _HORIZON.search(" ".join(text.split())):
        number = found[1]
        count = int(number) if number.isdigit() else _COUNTS.index(number) + 1 if number in _COUNTS else 1
        # "Month" alone names a date, "a d" nothing: a word for one goes with a unit that is spelled out.
        if number.isdigit() or len(found[2]) > 2:
            return _label(count, _letter(found[2])), False
    if (found := _COUNTED.search(" ".join(text.split()))) and len(found[1]) > 1:
        return _label(int(found[2]), _letter(found[1])), found[1].startswith("bar")
    return "", False


def _letter(unit: str) -> str:
    if unit == "t" or unit.startswith("bar"):
        return "D"
    return next(letter for letter, known in _UNITS.items() if re.fullmatch(known, unit))


def _label(count: int, letter: str) -> str:
    if count == 0:
        return ""
    return f"{count * 3}M" if letter == "Q" else f"{count}{letter}"


def read_statistic(name: str) -> StatisticName | None:
    """Which statistic a row's name stands for; None for one of something else, or for none."""
    words = set(plain_words(name).replace("+", " ").split())
    if words & _OF_SOMETHING_ELSE and not words & {"positive"}:
        return None
    if words & {"win", "wins", "winners"} and words & {"average", "avg", "mean", "best", "max"}:
        return None
    return next((statistic for statistic, known in _STATISTIC_WORDS.items() if words & known), None)
