"""Titles and decks of a drafted issue: templates in which every figure and every "since" is a fact."""

from __future__ import annotations

from collections.abc import Mapping

from generator.desk.facts import Fact, Kind
from generator.language.asset_names import capital, is_or_are, it, its, with_article
from generator.language.words import possessive

_RANKS: Mapping[Kind, str] = {
    "range": "widest_day_rank",
    "record": "record_rank",
    "high": "high_rank",
    "low": "low_rank",
    "correction": "correction_rank",
    "bear": "bear_rank",
    "swings": "swings_rank",
    "calm": "calm_rank",
}
"""The market fact that ranks a fact of each kind, where its period does not matter."""


def rank_name(fact: Fact) -> str:
    """The name of the market fact that ranks a fact: ``week_rank``, ``worst_day_rank``."""
    if fact.kind == "move":
        return f"{_of_day(fact)}_rank" if fact.period == "day" else f"{fact.period}_rank"
    return f"{fact.period}_streak_rank" if fact.kind == "streak" else _RANKS[fact.kind]


def place_of(fact: Fact, *, over: bool) -> str:
    """How rare it is, for the deck of a fact that no study is made of: a sentence, or nothing where the title
    has said it all."""
    if fact.kind not in ("move", "gap"):
        return ""
    verb = "was" if over or fact.period in ("day", "week") else "is"
    name = f"{_of_day(fact) if fact.period == 'day' else fact.period}"
    place = (
        _against(fact, f"{fact.period}_gap_place") if fact.kind == "gap" else _market(fact, f"{name}_place")
    )
    return f"It {verb} the {place}."


def also_of(fact: Fact, name: str, other: str, *, over: bool) -> str:
    """What else was rare in the week, as a sentence: ``Gold had its best week since Mar 2020.``"""
    if fact.kind in ("gap", "streak") or (fact.kind == "move" and fact.period != "day" and not over):
        return f"{title_of(fact, name, other, over=over)}."
    the = with_article(name)
    return f"{capital(the)} had {its(the)} {_market(fact, rank_name(fact))}."


def _of_day(fact: Fact) -> str:
    return "best_day" if fact.side > 0 else "worst_day"


def title_of(fact: Fact, name: str, other: str, *, over: bool) -> str:
    """The fact as a headline.

    Parameters
    ----------
    name, other : what the watchlist calls the assets. A rank is one of the fund's prices, whose late trades
        and few years are not the market's, so headlines name the fund.
    over : whether the month, quarter, year or run has ended.
    """
    the = with_article(name)
    rank = _market(fact, rank_name(fact)) if fact.kind not in ("gap", "breadth") else ""
    match fact.kind:
        case "gap":
            gap, ranked = (
                _against(fact, f"{fact.period}_gap", "gap"),
                _against(fact, f"{fact.period}_gap_rank"),
            )
            if over:
                how = "beat" if fact.side > 0 else "trailed"
                time = f" in {_market(fact, 'this_month')}" if fact.period == "month" else ""
                return capital(f"{the} {how} {with_article(other)} by {gap}{time}, {ranked}")
            where = "ahead of" if fact.side > 0 else "behind"
            month = _market(fact, "this_month")
            return capital(f"{the} {is_or_are(the)} {gap} {where} {with_article(other)} in {month}, {ranked}")
        case "move" if fact.period != "day" and not over:
            return capital(f"{the} {is_or_are(the)} having {its(the)} {rank}")
        case "bear":
            return capital(
                f"{the} closed {_market(fact, 'below_high', 'size')} below {its(the)} high, {its(the)} {rank}"
            )
        case "move" | "calm" | "swings" | "range" | "record" | "high" | "low" | "correction":
            return capital(f"{possessive(the)} {rank}")
        case "streak":
            way = "rose" if fact.side > 0 else "fell"
            count = _market(fact, f"{fact.period}_streak")
            if over:
                side = "gains" if fact.side > 0 else "losses"
                return capital(
                    f"{possessive(the)} run of {count} {fact.period}s of {side} ended, {its(the)} {rank}"
                )
            return capital(f"{the} {way} {count} {fact.period}s in a row, {its(the)} {rank}")
        case "breadth":
            raise ValueError("how many rose is no headline")


def deed_of(fact: Fact, name: str, other: str, *, over: bool) -> str:
    """The fact as the first sentence of a deck, with its figure; the fund is called a fund."""
    the = with_article(name)
    match fact.kind:
        case "move" if fact.period == "day":
            day = _of_day(fact)
            when = _market(fact, f"{day}_date", "month_day")
            return f"{capital(the)} {_market(fact, day, 'moved')} on {when}."
        case "move":
            time = f"in {_market(fact, 'this_month')}" if fact.period == "month" else f"in the {fact.period}"
            return f"{capital(the)} {_so_far(fact.asset, fact, over)} {time}."
        case "gap":
            mine, theirs = (_so_far(asset, fact, over) for asset in (fact.asset, fact.other or ""))
            time = f"in {_market(fact, 'this_month')}" if fact.period == "month" else "in the week"
            return f"{capital(the)} {mine} {time}; {with_article(other)} {theirs.removesuffix(' so far')}."
        case "correction" | "bear":
            return fall_of(fact, the)
        case "calm":
            return f"{capital(the)} moved {_market(fact, 'calm', 'size(2)')} a day over the last month."
        case "record":
            return f"{capital(the)} {_market(fact, 'week_to_date', 'moved')} in the week, to a record close."
        case _:
            return f"{capital(the)} {_market(fact, 'week_to_date', 'moved')} in the week."


def _so_far(asset: str, fact: Fact, over: bool) -> str:
    """A move of a period as a fact of the market: ``rose 4.1%``; of one not over, ``is up 4.1% so far``."""
    figure = f'market("{asset}").{fact.period}_to_date'
    if over or fact.period == "week":
        return f"{{{{ {figure} | moved }}}}"
    return f"is {{{{ {figure} | up }}}} so far"


def turn_of(fact: Fact, name: str) -> str:
    """A day to the other side than the rest of a deck, which has named the asset, with its rank."""
    the = with_article(name)
    day = _of_day(fact)
    moved, when = _market(fact, day, "moved"), _market(fact, f"{day}_date", "month_day")
    return f"On {when} {it(the)} {moved}, {its(the)} {_market(fact, rank_name(fact))}."


def swing_of(fact: Fact, name: str) -> str:
    """How far what a deck has named swung within a day, with its rank."""
    the = with_article(name)
    size, rank = _market(fact, "widest_day", "size"), _market(fact, "widest_day_rank")
    return f"{capital(it(the))} swung by {size} within a day, {its(the)} {rank}."


def fall_of(fact: Fact, called: str) -> str:
    """A fall through 10% or 20%: when, how far the close lay below the high, and its rank."""
    day, below = _market(fact, "below_high_date", "month_day"), _market(fact, "below_high", "size")
    whose, rank = its(called), _market(fact, rank_name(fact))
    return f"On {day} {called} closed {below} below {whose} highest close in a year, {whose} {rank}."


def _market(fact: Fact, name: str, form: str = "") -> str:
    pipe = f" | {form}" if form else ""
    return f'{{{{ market("{fact.asset}").{name}{pipe} }}}}'


def _against(fact: Fact, name: str, form: str = "") -> str:
    pipe = f" | {form}" if form else ""
    return f'{{{{ market("{fact.asset}").against("{fact.other}").{name}{pipe} }}}}'
