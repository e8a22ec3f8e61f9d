"""What happened in a week, in two or three sentences: the benchmark first, then what is rare."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.desk.facts import PERIODS, Fact, Period, is_past
from generator.desk.news import NAMED_FALLS, News, Ranked
from generator.desk.phrases import (
    A_WHILE,
    clause,
    is_striking,
    month_day,
    noun_clause,
    rank_text,
    value_aside,
)
from generator.findings.market_facts import week_to_date
from generator.language import numbers
from generator.language.asset_names import called, capital, is_many, it
from generator.language.words import listed
from generator.market.history import PriceHistory

TOLD = 5
"""Facts that a week's paragraph tells beside the benchmark's week."""
POINTS = 3
"""How many of them, those with the same rank taken together, are a key point of their own."""
MANY_RECORDS = 3
"""As many assets with a month on record are told of it before the month is over."""
MOST_RECORDS, MOST_ALONE = 2, 4
"""Sentences that they make, and those that they and what is told alone make together."""
RECORDS: tuple[Period, ...] = ("day", "week", "month")
"""What is told where it is one on record, whatever else is told of the asset, the shortest first."""
RARE, MOST_RARE = 1.2, 3
"""Weight from which another fact of the benchmark stands beside its week, as its extremes do, and how many of
them do."""
WORTH_TELLING = 0.6
"""Weight from which a fact is told."""
BETTER_THAN_NONE = 0.25
"""The same of key points, where fewer than ``FEW`` weightier facts are to be told."""
FEW = 2
PLAIN = 0.7
"""Part of the weight of an asset's first fact from which its move is told in place of it."""
FAR_WIDER = 1.5
"""How many times as wide as the weightiest gap another is that is told with it: then two ends of the market
moved apart."""
WIDE_YEARS = 1.0
"""Years without a day that swung as far, from which the benchmark's swing within a day is told."""
LATELY = 0.2
"""Years without a week like the benchmark's from which it is told since when."""
TURN_YEARS = 1.0
"""The same of a day to the other side than what is told of its asset."""
EXTREME_YEARS = 2.0
"""A day, week or month that went farther than any in so many years: such a week is never called quiet."""


def told_facts(
    news: News, most: int = TOLD, least: float = WORTH_TELLING, a_while: float = A_WHILE
) -> tuple[Ranked, ...]:
    """The facts that are told, the weightiest first: one of each asset, one gap and the widest, where that is
    far wider. Of an asset's facts its move is told where it weighs nearly as much.

    ``most`` : sentences that they make; what ranks alike stands in one, and takes no other asset's place.
    ``least`` : weight of the lightest. ``a_while`` : years without one like it from which it is rare enough.
    """
    told: list[Ranked] = []
    widest = _widest_gap(news)
    for each in news.ranked:
        if _sentences(told) >= most or each.weight < least:
            break
        if not _can_be_told(each, a_while):
            continue
        others = [other for other in told if each is not widest or other.fact.kind != "gap"]
        if not any(same_news(each.fact, other.fact) for other in others):
            told.append(_plainest(each, news))
    return tuple(told)


def _sentences(told: Sequence[Ranked]) -> int:
    return sum(1 for _ in _together([each.fact for each in told]))


def _widest_gap(news: News) -> Ranked | None:
    """The widest gap over the time of the weightiest one, where it is rare and far wider than that."""
    gaps = [r for r in news.ranked if r.fact.kind == "gap" and r.weight >= RARE and is_striking(r.fact)]
    alike = [r for r in gaps if r.fact.period == gaps[0].fact.period]
    widest = max(alike, key=lambda r: abs(r.fact.value), default=None)
    if widest is None or abs(widest.fact.value) < FAR_WIDER * abs(gaps[0].fact.value):
        return None
    return widest


def _can_be_told(each: Ranked, a_while: float) -> bool:
    """Whether a fact is rare enough; a year that has not ended is told of a record only, a quarter not at
    all."""
    record = each.fact.period == "year" and each.fact.standing.since is None
    return is_striking(each.fact, a_while) and (each.over or record)


def same_news(one: Fact, other: Fact) -> bool:
    """Whether one of two facts has been told with the other."""
    if one.kind == other.kind == "gap":
        return True
    about = {one.asset, one.other} & {other.asset, other.other} - {None}
    return one.asset == other.asset or (bool(about) and one.side == other.side)


def _plainest(best: Ranked, news: News) -> Ranked:
    if best.fact.kind in ("move", "gap", "breadth"):
        return best
    moves = (
        r for r in news.of(best.fact.asset) if r.fact.kind == "move" and r.fact.period in ("day", "week")
    )
    first = next(moves, best)
    # How wide a day was tells least: gold that fell 6% in a week is news before its widest day.
    plain = is_striking(first.fact) or best.fact.kind == "range"
    return first if first.weight >= PLAIN * best.weight and plain else best


def week_story(
    news: News,
    histories: Mapping[str, PriceHistory],
    names: Mapping[str, str],
    benchmark: str,
    without: Collection[str] = (),
) -> tuple[str, ...]:
    """The benchmark's week and what is rare of it, then what is rare elsewhere: a sentence each.

    Parameters
    ----------
    histories : those that the news are of. ``names`` : what the assets are called.
    without : other assets of which nothing is to be told.
    """
    tell = _Teller(news, histories, names)
    own = [r.fact for r in news.of(benchmark)]
    week = next((fact for fact in own if (fact.kind, fact.period) == ("move", "week")), None)
    told = told_facts(news, TOLD + 1)
    rare = [
        r.fact
        for r in news.of(benchmark)
        if (is_wide(r.fact, own) if r.fact.kind == "range" else r.weight >= RARE or _is_told_of_it(r.fact))
        and r.over
        and r.fact is not week
        and r.fact.kind not in ("gap", "swings")
    ]
    # Its extreme moves and named falls before a run; then in the order of time, what took longer last.
    rare = sorted(rare, key=lambda fact: not (is_extreme(fact) or fact.kind in NAMED_FALLS))[:MOST_RARE]
    rare.sort(key=lambda fact: (fact.kind != "record", PERIODS.index(fact.period), fact.day))
    first = [] if week is None else [tell.clause(week, a_while=LATELY)]
    for fact in rare:
        first.append(tell.clause(fact, again=bool(first)))
    elsewhere = [r.fact for r in told if r.fact.asset != benchmark or r.fact.kind == "gap"]
    rest = tell.sentences([fact for fact in elsewhere if fact.asset not in without])[:TOLD]
    return tuple(f"{capital(text)}." for text in (". ".join(map(capital, first)), *rest) if text)


def _is_told_of_it(fact: Fact) -> bool:
    """Whether a move of the benchmark stands beside its week: an extreme one, and a day as far as none in a
    year, without which a week that ended where it began reads as calm."""
    turned = (fact.kind, fact.period) == ("move", "day") and fact.standing.waited >= TURN_YEARS
    return turned or is_extreme(fact)


def fact_story(news: News, histories: Mapping[str, PriceHistory], names: Mapping[str, str], key: str) -> str:
    """One fact of the week as a sentence; empty where the week has no such fact."""
    fact = news.find(key)
    return "" if fact is None else f"{capital(_Teller(news, histories, names).clause(fact))}."


def others_points(
    news: News,
    histories: Mapping[str, PriceHistory],
    names: Mapping[str, str],
    without: Collection[str] = (),
) -> tuple[str, ...]:
    """What is rare in the week without some assets: the first of it a sentence each, the rest as one list."""
    told = [r.fact for r in told_facts(news, TOLD + 1) if r.fact.asset not in without]
    a_while = A_WHILE
    if len(told) < FEW:
        a_while = LATELY
        lighter = told_facts(news, TOLD + 1, BETTER_THAN_NONE, a_while)
        told = [r.fact for r in lighter if r.fact.asset not in without][:POINTS]
    # How far comes before how long.
    told.sort(key=lambda fact: fact.kind == "streak")
    tell = _Teller(news, histories, names, a_while)
    alone = [f"{capital(text)}." for text in tell.sentences(told)[:POINTS]]
    said = {(f.asset, f.period) for f in told}
    records = [text for period in RECORDS for text in _records(news, tell, period, without, said)]
    rest = tell.listed(told)[POINTS:TOLD]
    also = (f"Also: {'; '.join(rest)}.",) if rest else ()
    room = min(MOST_RECORDS, MOST_ALONE - len(alone))
    return (*alone, *records[:room], *also)


def _records(
    news: News, tell: _Teller, period: Period, without: Collection[str], said: Collection[tuple[str, str]]
) -> Iterator[str]:
    """That a day, the week or the month is one on record, a sentence for all assets of which it is; not of
    those of which it has been said. Of a month that is not over it is told where it is so of many."""
    moves = [r.fact for r in news.ranked if (r.fact.kind, r.fact.period) == ("move", period)]
    left = [
        fact
        for fact in moves
        if fact.standing.is_record and fact.asset not in without and (fact.asset, period) not in said
    ]
    while left:
        first = left[0]
        alike = [fact for fact in left if (fact.day, fact.side) == (first.day, first.side)]
        left = [fact for fact in left if fact not in alike]
        if not tell.over(first) and len(alike) < MANY_RECORDS:
            continue
        who = [f"{tell.called(f.asset)} ({numbers.percent_sign(f.value)})" for f in alike]
        yield f"{_time_of(first, over=tell.over(first))} the {rank_text(first)} for {listed(who)}."


def _time_of(fact: Fact, *, over: bool) -> str:
    """``April 9 was``, ``April is so far``, to begin a sentence."""
    if fact.period == "week":
        return "It was"
    named = month_day(fact.day) if fact.period == "day" else numbers.month_name(fact.day.month)
    return f"{named} {'was' if over else 'is so far'}"


@dataclass(frozen=True)
class _Teller:
    """What facts are put into words with."""

    news: News
    histories: Mapping[str, PriceHistory]
    names: Mapping[str, str]
    a_while: float = A_WHILE

    def called(self, asset: str | None) -> str:
        """An asset in the middle of a sentence."""
        return "" if asset is None else called(asset, self.names)

    def over(self, fact: Fact) -> bool:
        """Whether what a fact is measured over has ended."""
        return is_past(fact, self.histories[fact.asset])

    def clause(self, fact: Fact, *, again: bool = False, a_while: float | None = None) -> str:
        """A fact in words; ``again`` of the asset that has just been named; ``a_while`` as in ``phrases``."""
        rise = fact.kind == "move" and fact.side > 0 and fact.period == "week"
        record = rise and any(r.fact.kind == "record" for r in self.news.of(fact.asset))
        called = it(self.called(fact.asset)) if again else self.called(fact.asset)
        other = self.called(fact.other)
        if again and fact.kind == "record":
            # The week's sentence has said that it was to a record.
            return f"it was the {rank_text(fact)}"
        return clause(
            fact,
            called,
            over=self.over(fact),
            other=other,
            to_record=record,
            many=is_many(self.called(fact.asset)),
            a_while=self.a_while if a_while is None else a_while,
        )

    def listed(self, facts: Sequence[Fact]) -> list[str]:
        """Facts for a list; those with the same rank stand together."""
        texts: list[str] = []
        for first, alike in _together(facts):
            if alike:
                who = [f"{self.called(f.asset)}{value_aside(f, over=self.over(f))}" for f in (first, *alike)]
                texts.append(f"the {rank_text(first)} for {listed(who)}")
            else:
                called, other = self.called(first.asset), self.called(first.other)
                texts.append(noun_clause(first, called, over=self.over(first), other=other))
        return texts

    def sentences(self, facts: Sequence[Fact]) -> list[str]:
        """Facts as sentences; those with the same rank stand in one."""
        texts: list[str] = []
        for first, alike in _together(facts):
            text = self.clause(first)
            if alike:
                who = [f"{self.called(f.asset)} ({numbers.percent_sign(f.value)})" for f in alike]
                text += f"; the same goes for {listed(who)}"
            turned = next(turns(self.news, first), None)
            if turned is not None:
                text += f". {capital(self.clause(turned, again=not alike))}"
            texts.append(text)
        return texts


def _together(facts: Sequence[Fact]) -> Iterator[tuple[Fact, list[Fact]]]:
    """Each fact with those of other assets that have the same rank."""
    left = list(facts)
    while left:
        first = left.pop(0)
        alike = [fact for fact in left if _ranks_alike(first, fact)]
        left = [fact for fact in left if fact not in alike]
        yield first, alike


def _ranks_alike(one: Fact, other: Fact) -> bool:
    same = (one.kind, one.period, one.side, one.day) == (other.kind, other.period, other.side, other.day)
    return same and one.kind == "move" and rank_text(one) == rank_text(other)


def far_mover(histories: Mapping[str, PriceHistory], core: Sequence[str]) -> str | None:
    """The asset outside the core that moved more in the week than any of the core; None where none did."""
    weeks = {asset: week_to_date(history) for asset, history in histories.items()}
    moves = {asset: abs(week.change) for asset, week in weeks.items() if week is not None}
    farthest = max(moves, key=lambda asset: moves[asset], default=None)
    return None if farthest in core else farthest


def turns(news: News, fact: Fact) -> Iterator[Fact]:
    """Of an asset that has a day, week or month told, its most extreme days to the other side: what fell as
    never before rose so, too."""
    if fact.kind not in ("move", "correction", "bear", "low", "range"):
        return
    for each in news.of(fact.asset):
        other = each.fact
        if (other.kind, other.period) != ("move", "day") or other.standing.waited < TURN_YEARS:
            continue
        if other.side != fact.side or fact.kind == "range":
            yield other


def extremes(news: News, core: Sequence[str]) -> Iterator[Fact]:
    """The days, weeks and months of the core that went farther than any in two years."""
    for each in news.ranked:
        fact = each.fact
        if fact.asset in core and is_extreme(fact):
            yield fact


def is_wide(fact: Fact, own: Collection[Fact]) -> bool:
    """Whether a day swung as far as none in a year, and no extreme close of the asset says so already."""
    if fact.kind != "range" or fact.standing.waited < WIDE_YEARS or not is_striking(fact):
        return False
    return not any(each.period == "day" and each.day == fact.day and is_extreme(each) for each in own)


def is_extreme(fact: Fact) -> bool:
    """Whether a day, week or month went farther than any in two years."""
    moved = fact.kind == "move" and fact.period in ("day", "week", "month")
    return moved and fact.standing.waited >= EXTREME_YEARS
