"""The market table: the week, the month and the year so far, and the distance from the high."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from generator.editorial import market_facts, numbers
from generator.editorial.draft_words import with_article
from generator.editorial.edition import Cell, Column, Row, Table, Values
from generator.editorial.report import Report
from generator.editorial.spec_models import MarketTableSection
from generator.editorial.tables import percent_cell
from generator.editorial.view import named
from generator.editorial.words import FLAT, listed, moved, paragraph, sentence
from generator.market.history import PriceHistory, as_date

STRIKING_WEEKS = 26
"""Weeks. "The most since" is said when a week like it is at least this long ago."""
STRIKING_DAYS = "1Y"
"""A day of the week is told when one like it is at least this long ago."""
LONG_STREAK = 3
"""Weeks in a row to the same side that are worth a word."""
FAR = 0.10
"""Distance from the high from which the farthest asset is named."""
HEADINGS = ("Week, %", "Month to date, %", "Year to date, %", "From the high, %")


@dataclass(frozen=True)
class Standing:
    """A row of the table; None where the data begin too late. ``distance`` is 0 at the highest close."""

    week: float | None
    month: float | None
    year: float | None
    distance: float
    high: date


def standing(history: PriceHistory) -> Standing:
    """Where an asset stands at its last close: the week, month and year are those of its clock."""
    week, record = market_facts.week_to_date(history), market_facts.record(history)
    month = market_facts.month_to_date(history)
    return Standing(
        week=None if week is None else week.change,
        month=None if month is None else month.change,
        year=market_facts.year_to_date(history),
        distance=record.distance,
        high=record.date,
    )


def market_table(report: Report, spec: MarketTableSection, key: str) -> Values:
    """What the week was like, and the table."""
    chosen = {asset: report.histories[asset] for asset in spec.assets}
    stands = {asset: standing(history) for asset, history in chosen.items()}
    first = next(iter(chosen.values()))
    # Of a quiet week the line under the title has told it.
    quiet = report.lead is None and report.spec.deck is None
    return {
        "week": "" if quiet else week_sentence(first, report.spec.assets),
        "day": day_sentence(first),
        "others": _others(stands, report.spec.assets),
        "highs": _highs(stands, chosen, report.spec.assets),
        "standings": _table(stands, report.spec.assets, f"{key}-standings", numbers.day(report.as_of)),
    }


def quiet_week(report: Report) -> str:
    """The finding of a report without studies."""
    told = report.spec.sections_of(MarketTableSection)
    asset = told[0].assets[0] if told else next(iter(report.spec.assets))
    return paragraph(
        week_sentence(report.histories[asset], report.spec.assets),
        "Nothing that came this week has a history worth a study.",
    )


def week_sentence(history: PriceHistory, names: Mapping[str, str]) -> str:
    """The week's move, and how long it is since one like it, or how many in a row."""
    week = market_facts.week_to_date(history)
    if week is None:
        return ""
    text = f"{_called(history.asset, names)} {moved(week.change)} in the week to "
    return sentence(f"{text}{numbers.day(as_date(history.last))}{_striking(week, history)}")


def day_sentence(history: PriceHistory) -> str:
    """The largest day of the week, when there was none like it in a year."""
    day = market_facts.largest_day(history)
    if day is None or day.sessions_ago < market_facts.days_of(STRIKING_DAYS, history) or day.change == 0:
        return ""
    since = "the data begin" if day.since is None else numbers.day(day.since)
    way = "rise" if day.change > 0 else "fall"
    text = f"on {numbers.day(day.session)} alone it {moved(day.change)}"
    return sentence(f"{text}, the largest {way} in a day since {since}")


def _striking(week: market_facts.Week, history: PriceHistory) -> str:
    if week.weeks_ago >= STRIKING_WEEKS and week.change != 0:
        if week.since is None:
            return f", more than in any week since the data begin in {numbers.month(as_date(history.first))}"
        return f", more than in any week since that to {numbers.day(week.since)}"
    if week.streak >= LONG_STREAK:
        way = "rise" if week.change > 0 else "fall"
        return f", its {numbers.ordinal(week.streak)} weekly {way} in a row"
    return ""


def _called(asset: str, names: Mapping[str, str]) -> str:
    """What readers call an asset in the middle of a sentence: ``the S&P 500``, ``gold``."""
    return with_article(names.get(asset, asset))


def _others(stands: Mapping[str, Standing], names: Mapping[str, str]) -> str:
    """How many rose; who did best and who worst."""
    weeks = {asset: each.week for asset, each in stands.items() if each.week is not None}
    if len(weeks) < 3:
        return ""
    rose = [asset for asset, change in weeks.items() if change >= FLAT]
    fell = [asset for asset, change in weeks.items() if change <= -FLAT]
    ranked = sorted(weeks, key=lambda asset: (-weeks[asset], asset))

    def told(asset: str, how: str) -> str:
        return f"{_called(asset, names)} {how} ({numbers.percent_sign(weeks[asset])})"

    total, best, worst = numbers.count(len(weeks)), ranked[0], ranked[-1]
    if len(rose) == len(weeks):
        return sentence(f"all {total} assets here rose, {told(best, 'most')} and {told(worst, 'least')}")
    if len(fell) == len(weeks):
        return sentence(f"all {total} assets here fell, {told(worst, 'most')} and {told(best, 'least')}")
    counts = {"rose": len(rose), "fell": len(fell), "hardly moved": len(weeks) - len(rose) - len(fell)}
    ways = listed([f"{numbers.count(count)} {way}" for way, count in counts.items() if count])
    return sentence(f"of the {total} assets here {ways}; {told(best, 'did best')} and {told(worst, 'worst')}")


def _highs(
    stands: Mapping[str, Standing], histories: Mapping[str, PriceHistory], names: Mapping[str, str]
) -> str:
    """Who closed at the highest of the data; else who is nearest; who is far below."""
    at_high = [asset for asset, each in stands.items() if each.distance == 0]
    ranked = sorted(stands, key=lambda asset: (-stands[asset].distance, asset))
    near, far = ranked[0], ranked[-1]
    below = numbers.size(stands[far].distance)
    if len(at_high) == 1:
        begin = numbers.month(as_date(histories[near].first))
        text = f"{_called(near, names)} ended the week at the highest close since the data begin in {begin}"
    elif at_high:
        text = f"{_some([_called(asset, names) for asset in at_high])} ended the week at the highest closes "
        text += "of their data"
    elif len(stands) == 1:
        return sentence(f"It stands {numbers.size(stands[near].distance)} below its highest close")
    else:
        distance = numbers.size(stands[near].distance)
        text = f"None ended it at a record; {_called(near, names)} came nearest, {distance} below"
    if _far(stands[far]):
        text += f"; farthest from a record, {below} below it, stood {_called(far, names)}"
    return sentence(text)


def _far(each: Standing) -> bool:
    return each.distance <= -FAR


def _some(assets: Sequence[str]) -> str:
    if len(assets) <= 3:
        return listed(assets)
    return listed([*assets[:2], f"{numbers.count(len(assets) - 2)} others"])


def _table(stands: Mapping[str, Standing], names: Mapping[str, str], key: str, day: str) -> Table:
    week, month, year, far = HEADINGS
    columns = (
        Column("asset", "Asset", "text"),
        Column("week", week, scale=_scale([each.week for each in stands.values()])),
        Column("month", month, scale=_scale([each.month for each in stands.values()])),
        Column("year", year, scale=_scale([each.year for each in stands.values()])),
        Column("from_high", far),
        Column("high", "High of", "date"),
    )
    rows = tuple(
        Row(
            (
                Cell(named(asset, names), asset),
                percent_cell(each.week),
                percent_cell(each.month),
                percent_cell(each.year),
                percent_cell(each.distance),
                Cell(numbers.day(each.high), each.high.isoformat()),
            )
        )
        for asset, each in stands.items()
    )
    return Table(key, f"Price changes to the close of {day}", columns, rows, download=True)


def _scale(changes: Sequence[float | None]) -> float:
    """The largest change of a column, which is tinted in full."""
    return max((abs(change) for change in changes if change is not None), default=0.0) or 1.0
