"""Every fact there is: its name, its unit, what it means, and how it is found.

What an author may name is exactly what stands here; the reference lists it, and ``precedent check`` knows it
without any prices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Generic, Literal, NamedTuple, TypeVar

from generator.desk.between import gap_fact
from generator.desk.facts import Fact, Kind, Period, find_fact
from generator.desk.phrases import place_text, rank_text, since_text
from generator.findings import market_facts
from generator.findings.cases import will_it_hold
from generator.findings.conclusion import report_verdict
from generator.findings.followed import followed
from generator.findings.market_sentences import record_phrase, strongest_phrase
from generator.findings.move_words import move_words
from generator.findings.robust import edge_by_half
from generator.findings.sentences import SAID, one_line
from generator.findings.standout import beside_the_deck
from generator.findings.view import StudyView
from generator.language import numbers
from generator.language.words import of_times, span
from generator.market.history import PriceHistory, as_date
from generator.study.statistic import STATISTICS
from generator.study.values import HorizonSummary

FactUnit = Literal["percent", "rate", "number", "count", "price", "date", "text", "flag"]
FactValue = float | str | date | bool | None
S = TypeVar("S")


@dataclass(frozen=True)
class FactKind(Generic[S]):
    """A fact before there are prices.

    Attributes
    ----------
    unit : decides how it prints and which filters take it.
    meaning : as the reference has it.
    find : the value; decimal for percent and rate, None when it does not exist.
    """

    unit: FactUnit
    meaning: str
    find: Callable[[S], FactValue]


class AtHorizon(NamedTuple):
    """A study and its statistics at one horizon."""

    view: StudyView
    summary: HorizonSummary


class Against(NamedTuple):
    """Two assets that are compared."""

    one: PriceHistory
    other: PriceHistory


def _week(history: PriceHistory) -> float | None:
    week = market_facts.week_to_date(history)
    return None if week is None else week.change


def _episode_date(view: StudyView, position: int) -> date | None:
    return view.result.episodes[position].named_day if view.result.episodes else None


def _of(
    read: Callable[[Fact], FactValue], kind: Kind, period: Period | None = None, side: int = 0
) -> Callable[[PriceHistory], FactValue]:
    """What is read of the week's fact of this kind; None where there is no such fact."""
    return lambda history: _read(read, find_fact(history, kind, period, side))


def _gap(read: Callable[[Fact], FactValue], period: Period) -> Callable[[Against], FactValue]:
    return lambda pair: _read(read, gap_fact(pair.one, pair.other, period))


def _fall(read: Callable[[Fact], FactValue]) -> Callable[[PriceHistory], FactValue]:
    return lambda history: _read(read, find_fact(history, "bear") or find_fact(history, "correction"))


def _read(read: Callable[[Fact], FactValue], fact: Fact | None) -> FactValue:
    return None if fact is None else read(fact)


def _value(fact: Fact) -> FactValue:
    return fact.value


def _day(fact: Fact) -> FactValue:
    return fact.day


def _run(fact: Fact) -> FactValue:
    return round(abs(fact.value))


def _gap_rank(fact: Fact) -> FactValue:
    return f"the most in a {fact.period} {since_text(fact.standing, fact.day)}"


_size, _rank, _streak = partial(_of, _value), partial(_of, rank_text), partial(_of, _run, "streak")
_place = partial(_of, place_text)


STUDY_FACTS: Mapping[str, FactKind[StudyView]] = {
    "episodes": FactKind(
        "count",
        "episodes, without one on a bar in progress",
        lambda v: sum(not e.provisional for e in v.result.episodes),
    ),
    "earlier": FactKind("count", "episodes before the present one", lambda v: v.earlier),
    "first_date": FactKind("date", "the first episode", lambda v: _episode_date(v, 0)),
    "last_date": FactKind("date", "the last episode", lambda v: _episode_date(v, -1)),
    "present_date": FactKind(
        "date",
        "the present episode, if there is one",
        lambda v: None if v.present_episode is None else v.present_episode.named_day,
    ),
    "so_far": FactKind(
        "percent", "the target since the close of the present episode, if there is one", lambda v: v.so_far
    ),
    "finding": FactKind("text", "the finding in one sentence, as under the title", one_line),
    "verdict": FactKind("text", "its verdict, at the horizon that the finding tells", report_verdict),
    "move": FactKind(
        "text",
        "of a study of a move, what it asks: `up 5% or more in a day`",
        lambda v: move_words(v.study, v.names),
    ),
    "followed": FactKind(
        "text", "how often it came before and what followed, in a sentence or two", followed
    ),
    "will_it_hold": FactKind(
        "text",
        "of a signal on a week or month that is not over, how often an earlier one that had it after as many "
        "sessions kept it to the close; with fewer than five such, first how often one had it at all",
        lambda v: will_it_hold(v) or None,
    ),
    "standout": FactKind(
        "text",
        "for a deck that tells what followed: the result of the report that is hardest to explain by luck, "
        "with its q, else a long run of gains; empty where nothing stands out",
        lambda v: beside_the_deck((v, *v.others)),
    ),
    "by_half": FactKind(
        "text",
        "the headline's edge in all and in each half of the history with five cases or more, in a sentence",
        lambda v: edge_by_half(v) or None,
    ),
    "history_since": FactKind(
        "text",
        "since when there are prices to study: `since May 2000`",
        lambda v: f"since {numbers.month(v.result.first)}",
    ),
}


def _statistic(name: str, meaning: str) -> FactKind[AtHorizon]:
    """A statistic of the horizon as a fact of the same name."""
    statistic = STATISTICS[name]
    return FactKind(statistic.printed, meaning, lambda at: statistic.of(at.summary))


HORIZON_FACTS: Mapping[str, FactKind[AtHorizon]] = {
    "span": FactKind(
        "text", "the horizon in words: `three months`", lambda at: span(at.summary.horizon.label)
    ),
    "n": _statistic("n", "complete episodes"),
    "pending": _statistic("pending", "episodes whose horizon has not passed"),
    "independent_n": _statistic("independent_n", "separate episodes: none begins within another's horizon"),
    "wins": FactKind("count", "complete episodes with a gain", lambda at: at.view.wins(at.summary)),
    "often": FactKind(
        "text",
        "both in words: `10 of 13 times`",
        lambda at: of_times(at.view.wins(at.summary), at.summary.n) if at.summary.n else None,
    ),
    "losses": FactKind(
        "count", "all other complete episodes", lambda at: at.summary.n - at.view.wins(at.summary)
    ),
    "average": _statistic("average", "average of the returns"),
    "median": _statistic("median", "median of the returns"),
    "best": _statistic("best", "the best return"),
    "worst": _statistic("worst", "the worst return"),
    "stdev": _statistic("stdev", "standard deviation of the returns"),
    "win_rate": _statistic("win_rate", "share of returns above zero"),
    "win_rate_low": _statistic("win_rate_low", "lower end of its 95% interval"),
    "win_rate_high": _statistic("win_rate_high", "upper end of its 95% interval"),
    "sharpe": _statistic("sharpe", "average divided by standard deviation"),
    "profit_factor": _statistic("profit_factor", "gains divided by losses"),
    "max_drawdown": _statistic("max_drawdown", "deepest fall below entry, on the study's bars"),
    "worst_daily_close": _statistic("worst_daily_close", "deepest fall below entry, on daily closes"),
    "max_runup": _statistic("max_runup", "highest rise above entry"),
    "streak_length": FactKind(
        "count",
        "most gains in a row",
        lambda at: at.summary.longest_winning_streak.length if at.summary.longest_winning_streak else None,
    ),
    "streak_first": FactKind(
        "date",
        "when that streak began",
        lambda at: at.summary.longest_winning_streak.first if at.summary.longest_winning_streak else None,
    ),
    "streak_last": FactKind(
        "date",
        "when it ended",
        lambda at: at.summary.longest_winning_streak.last if at.summary.longest_winning_streak else None,
    ),
    "baseline_n": _statistic("baseline_n", "bars of the baseline"),
    "baseline_average": _statistic("baseline_average", "average from any bar"),
    "baseline_median": _statistic("baseline_median", "median from any bar"),
    "baseline_win_rate": _statistic("baseline_win_rate", "win rate from any bar"),
    "edge": _statistic("edge", "average minus the baseline's"),
    "edge_low": _statistic("edge_low", "lower end of its 95% interval"),
    "edge_high": _statistic("edge_high", "upper end of its 95% interval"),
    "edge_shrunk": _statistic("edge_shrunk", "the best estimate of it, after shrinkage"),
    "p_value": _statistic("p_value", "the edge's shift p"),
    "verdict": FactKind("text", "the verdict's words", lambda at: at.summary.verdict.phrase),
    "verdict_told": FactKind(
        "text",
        "the verdict as a sentence says it: `better than usual, though luck could explain it`",
        lambda at: SAID[at.summary.verdict.key],
    ),
    "ordinary": FactKind(
        "flag",
        "whether the verdict is that this history can tell nothing from luck",
        lambda at: at.summary.verdict.key == "ordinary",
    ),
}

MARKET_FACTS: Mapping[str, FactKind[PriceHistory]] = {
    "close": FactKind("price", "the last close", lambda h: float(h.close[-1])),
    "as_of": FactKind("date", "its date", lambda h: as_date(h.last)),
    "this_month": FactKind(
        "text", "the month of the last close: `April`", lambda h: _month_name(as_date(h.last).month)
    ),
    "last_month": FactKind(
        "text", "the month before it: `March`", lambda h: _month_name((as_date(h.last).month - 2) % 12 + 1)
    ),
    "week_to_date": FactKind("percent", "the return since the last close of the week before", _week),
    "month_to_date": FactKind(
        "percent", "the return since the last close of the month before", lambda h: _month(h, "change")
    ),
    "sessions": FactKind("count", "the month's sessions so far", lambda h: _month(h, "sessions")),
    "up_sessions": FactKind(
        "count", "those that closed higher than the session before", lambda h: _month(h, "up_sessions")
    ),
    "strongest_since": FactKind(
        "text", "how the month ranks: `the strongest month since Nov 2020`", strongest_phrase
    ),
    "history_since": FactKind(
        "text", "since when there are prices: `since May 2000`", lambda h: f"since {_first_month(h)}"
    ),
    "record": FactKind(
        "text",
        "where the close stands: `at its highest close since the data begin in May 2000`, "
        "or `4.1% below its highest close, that of Nov 8, 2021`",
        record_phrase,
    ),
    "at_record": FactKind(
        "flag",
        "whether the last close is the highest of the data",
        lambda h: market_facts.record(h).distance == 0,
    ),
    "record_date": FactKind("date", "when the highest close was", lambda h: market_facts.record(h).date),
    "record_distance": FactKind(
        "percent", "the last close against it", lambda h: market_facts.record(h).distance
    ),
    "correction": FactKind(
        "percent",
        "the deepest fall within the last six months (126 sessions)",
        lambda h: market_facts.correction(h).change,
    ),
    "peak_date": FactKind("date", "when that fall began", lambda h: market_facts.correction(h).peak),
    "trough_date": FactKind("date", "when it ended", lambda h: market_facts.correction(h).trough),
    "week_rank": FactKind("text", "how the week ranks: `best week since Nov 2023`", _rank("move", "week")),
    "week_place": FactKind(
        "text",
        "its place among all weeks: `14th-best of 441 weeks since 2014`",
        _place("move", "week"),
    ),
    "month_place": FactKind("text", "the same of the month so far", _place("move", "month")),
    "quarter_place": FactKind("text", "the same of the quarter so far", _place("move", "quarter")),
    "year_place": FactKind("text", "the same of the year so far", _place("move", "year")),
    "month_rank": FactKind(
        "text",
        "how the month so far ranks among whole ones: `worst month on record`",
        _rank("move", "month"),
    ),
    "quarter_to_date": FactKind(
        "percent", "the return since the last close of the quarter before", _size("move", "quarter")
    ),
    "quarter_rank": FactKind("text", "how the quarter so far ranks", _rank("move", "quarter")),
    "year_to_date": FactKind(
        "percent", "the return since the last close of the year before", _size("move", "year")
    ),
    "year_rank": FactKind("text", "how the year so far ranks", _rank("move", "year")),
    "best_day": FactKind("percent", "the largest rise of a day in the week", _size("move", "day", 1)),
    "best_day_date": FactKind("date", "when that was", _of(_day, "move", "day", 1)),
    "best_day_rank": FactKind("text", "how it ranks: `best day since Oct 2008`", _rank("move", "day", 1)),
    "best_day_place": FactKind("text", "its place among all days", _place("move", "day", 1)),
    "worst_day_place": FactKind("text", "the same of the largest fall", _place("move", "day", -1)),
    "worst_day": FactKind("percent", "the largest fall of a day in the week", _size("move", "day", -1)),
    "worst_day_date": FactKind("date", "when that was", _of(_day, "move", "day", -1)),
    "worst_day_rank": FactKind("text", "how it ranks: `worst day on record`", _rank("move", "day", -1)),
    "widest_day": FactKind(
        "percent", "the widest range of a day in the week, from low to high", _size("range")
    ),
    "widest_day_rank": FactKind(
        "text", "how it ranks: `widest swing in a day since Mar 2020`", _rank("range")
    ),
    "record_rank": FactKind(
        "text", "of a close at a record: `first record close since Jan 2022`", _rank("record")
    ),
    "high_rank": FactKind("text", "of the highest close of a year, no record", _rank("high")),
    "low_rank": FactKind("text", "of the lowest close of a year", _rank("low")),
    "correction_rank": FactKind(
        "text",
        "of a week with the first close of a fall that lies more than 10% below the highest of a year: "
        "`first correction since Oct 2023`",
        _rank("correction"),
    ),
    "bear_rank": FactKind("text", "the same of 20%: `first bear market since Jul 2008`", _rank("bear")),
    "below_high": FactKind("percent", "how far that close lies below it", _fall(_value)),
    "below_high_date": FactKind("date", "when that close was", _fall(_day)),
    "day_streak": FactKind(
        "count", "days in a row to one side, from six on, the last of them in the week", _streak("day")
    ),
    "day_streak_rank": FactKind("text", "how that run ranks", _rank("streak", "day")),
    "week_streak": FactKind("count", "weeks in a row to one side, from five on", _streak("week")),
    "week_streak_rank": FactKind("text", "how that run ranks", _rank("streak", "week")),
    "month_streak": FactKind(
        "count",
        "months in a row to one side, from five on, when the last is over",
        _streak("month"),
    ),
    "month_streak_rank": FactKind("text", "how that run ranks", _rank("streak", "month")),
    "swings_rank": FactKind(
        "text", "the week by the size of its daily moves: `wildest week on record`", _rank("swings")
    ),
    "calm": FactKind("percent", "the mean size of the daily moves of the last 21 sessions", _size("calm")),
    "calm_rank": FactKind(
        "text", "a month of sessions likewise: `calmest month since Nov 1995`", _rank("calm")
    ),
    "five_day_gain": FactKind(
        "percent", "the return over five sessions", lambda h: market_facts.change_over(h, 5)
    ),
    "gap": FactKind("percent", "from the close before to the last open", market_facts.gap),
}


AGAINST_FACTS: Mapping[str, FactKind[Against]] = {
    "week_gap": FactKind(
        "percent",
        "the return of the week minus the other asset's; print it with `points` or `size`",
        _gap(_value, "week"),
    ),
    "week_gap_rank": FactKind(
        "text", "how that ranks: `the most in a week since Mar 2020`", _gap(_gap_rank, "week")
    ),
    "week_gap_place": FactKind(
        "text",
        "its place among all weeks: `third-largest lead in 441 weeks since 2014`",
        _gap(place_text, "week"),
    ),
    "month_gap_place": FactKind("text", "the same of the month so far", _gap(place_text, "month")),
    "month_gap": FactKind("percent", "the same of the month so far", _gap(_value, "month")),
    "month_gap_rank": FactKind("text", "how that ranks among whole months", _gap(_gap_rank, "month")),
}


def _month(history: PriceHistory, name: str) -> float | None:
    month = market_facts.month_to_date(history)
    value: float | None = None if month is None else getattr(month, name)
    return value


def _month_name(month: int) -> str:
    return numbers.month_name(month)


def _first_month(history: PriceHistory) -> str:
    return numbers.month(as_date(history.first))
