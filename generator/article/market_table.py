"""The market table: the week, the month and the year so far, and the distance from the high."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from generator.article.report import Report
from generator.desk.facts import fact_key, key_parts, week_begin
from generator.desk.phrases import is_striking, month_day
from generator.desk.standing import DAYS_A_YEAR, LONG_HISTORY
from generator.desk.week_words import fact_story, far_mover, week_story
from generator.edition.values import Cell, Column, Row, Table, Values
from generator.findings import market_facts
from generator.findings.tables import percent_cell
from generator.findings.view import named
from generator.language import numbers
from generator.language.asset_names import called, is_or_are, it, its
from generator.language.words import FLAT, listed, moved, paragraph, sentence
from generator.market.history import PriceHistory, as_date
from generator.spec.models import KeyPointsSection, MarketTableSection

FAR_FROM_ALL = 8
"""How many times as large as all others a change is that takes no other's tint away."""
DEEP = 0.20
"""Distance from its high from which it is said how far the benchmark lies below it."""
HEADINGS = ("Week", "Month to date", "Year to date", "From high")


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
    benchmark = spec.benchmark or spec.assets[0]
    first, *rest = week_story(
        report.news, report.histories, report.spec.assets, benchmark, report.deck_names - {benchmark}
    ) or ("",)
    story = report.spec.story
    return {
        "week": paragraph(_of_the_lead(report, benchmark), first),
        "picked_from": story.picked_from if story else None,
        "too_few": story is not None and _is_move(report, story.fact),
        # With a study, what is rare elsewhere stands in the key points.
        "rare": "" if report.ordered and report.spec.sections_of(KeyPointsSection) else paragraph(*rest),
        "others": paragraph(_others(stands, report.spec.assets), _outside(report, stands)),
        "highs": _highs(
            {a: each for a, each in stands.items() if a != benchmark or "record close" not in first},
            chosen,
            report.spec.assets,
        ),
        "depth": _depth(stands[benchmark], chosen[benchmark], first, report.spec.assets)
        if benchmark in stands
        else "",
        "standings": _table(stands, report.spec.assets, f"{key}-standings"),
        "day": numbers.day(report.as_of),
    }


def _of_the_lead(report: Report, benchmark: str) -> str:
    """The week of the asset in the title, where that is not the benchmark."""
    story = report.spec.story
    asset = key_parts(story.fact)[0] if story else benchmark
    found = (report.news.find(fact_key(asset, "week", "move", up=up)) for up in (True, False))
    week = next(filter(None, found), None)
    if asset == benchmark or week is None or (story is not None and story.fact == week.key):
        return ""
    # Where the deck has said how its week was, it is said again only with a rank.
    if f'market("{asset}").week_to_date' in (report.spec.deck or "") and not is_striking(week):
        return ""
    return fact_story(report.news, report.histories, report.spec.assets, week.key)


def _is_move(report: Report, key: str) -> bool:
    """Whether a fact of the week is a move: such ones are asked what followed, where enough came before."""
    fact = report.news.find(key)
    return fact is not None and fact.kind in ("move", "gap")


def quiet_week(report: Report) -> str:
    """The finding of a report that no study leads."""
    if report.spec.story is not None:
        led = fact_story(report.news, report.histories, report.spec.assets, report.spec.story.fact)
        if led:
            return led
    benchmark = next((s.benchmark or s.assets[0] for s in report.spec.sections_of(MarketTableSection)), None)
    story = (
        () if benchmark is None else week_story(report.news, report.histories, report.spec.assets, benchmark)
    )
    return story[0] if story else "No study: nothing of the week was rare enough."


def _others(stands: Mapping[str, Standing], names: Mapping[str, str]) -> str:
    """How many rose; who did best and who worst."""
    weeks = {asset: each.week for asset, each in stands.items() if each.week is not None}
    if len(weeks) < 3:
        return ""
    rose = [asset for asset, change in weeks.items() if change >= FLAT]
    fell = [asset for asset, change in weeks.items() if change <= -FLAT]
    ranked = sorted(weeks, key=lambda asset: (-weeks[asset], asset))

    def told(asset: str, how: str) -> str:
        return f"{called(asset, names)} {how} ({numbers.percent_sign(weeks[asset])})"

    total, best, worst = numbers.count(len(weeks)), ranked[0], ranked[-1]
    if len(rose) == len(weeks):
        return sentence(f"all {total} assets here rose, {told(best, 'most')} and {told(worst, 'least')}")
    if len(fell) == len(weeks):
        return sentence(f"all {total} assets here fell, {told(worst, 'most')} and {told(best, 'least')}")
    counts = {"rose": len(rose), "fell": len(fell), "hardly moved": len(weeks) - len(rose) - len(fell)}
    ways = listed([f"{numbers.count(count)} {way}" for way, count in counts.items() if count])
    return sentence(f"of the {total} assets here {ways}; {told(best, 'did best')} and {told(worst, 'worst')}")


def _outside(report: Report, stands: Mapping[str, Standing]) -> str:
    """The asset outside the table that moved more than any in it, unless it leads."""
    asset = far_mover(report.histories, tuple(stands))
    if asset is None or (report.lead is not None and report.lead.study.asset == asset):
        return ""
    week = market_facts.week_to_date(report.histories[asset])
    assert week is not None, "it has moved in the week"
    return sentence(f"outside this table, {called(asset, report.spec.assets)} {moved(week.change)}")


def _highs(
    stands: Mapping[str, Standing], histories: Mapping[str, PriceHistory], names: Mapping[str, str]
) -> str:
    """Who closed the week at a record; in prices of less than ten years, at the highest close since when."""
    told: list[str] = []
    at_high = [asset for asset, each in stands.items() if each.distance == 0]
    told += _at_records(at_high, histories, names, "ended the week at {}", "a record", "records")
    for day, assets in _records_in_the_week(stands, histories).items():
        told += _at_records(
            assets, histories, names, f"closed at {{}} on {month_day(day)}", "a record", "a record"
        )
    return sentence("; ".join(told)) if told else ""


def _at_records(
    assets: Sequence[str],
    histories: Mapping[str, PriceHistory],
    names: Mapping[str, str],
    done: str,
    record: str,
    records: str,
) -> Iterator[str]:
    """That these assets were at a record, those of a long history together."""
    long = [called(asset, names) for asset in assets if _years(histories[asset]) >= LONG_HISTORY]
    if long:
        yield f"{_some(long)} {done.format(record if len(long) == 1 else records)}"
    for asset in assets:
        if _years(histories[asset]) < LONG_HISTORY:
            since = as_date(histories[asset].first).year
            name = called(asset, names)
            yield f"{name} {done.format(f'{its(name)} highest since prices began in {since}')}"


def _records_in_the_week(
    stands: Mapping[str, Standing], histories: Mapping[str, PriceHistory]
) -> Mapping[date, list[str]]:
    """The assets whose highest close was within the week and not at its end, by its day."""
    found: dict[date, list[str]] = {}
    for asset, each in stands.items():
        history = histories[asset]
        begins = as_date(history.sessions[week_begin(history)])
        if each.distance < 0 and each.high >= begins:
            found.setdefault(each.high, []).append(asset)
    return dict(sorted(found.items()))


def _depth(stands: Standing, history: PriceHistory, told: str, names: Mapping[str, str]) -> str:
    """How far the benchmark lies below its high, where that is a bear market that nothing else has told."""
    if stands.distance > -DEEP or "below" in told:
        return ""
    name = called(history.asset, names)
    far, high = numbers.size(stands.distance), numbers.day(stands.high)
    return sentence(f"{it(name)} {is_or_are(name)} {far} below {its(name)} high of {high}")


def _years(history: PriceHistory) -> float:
    return float((history.last - history.first).astype(int)) / DAYS_A_YEAR


def _some(assets: Sequence[str]) -> str:
    if len(assets) <= 3:
        return listed(assets)
    return listed([*assets[:2], f"{numbers.count(len(assets) - 2)} others"])


def _table(stands: Mapping[str, Standing], names: Mapping[str, str], key: str) -> Table:
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
    return Table(key, "", columns, rows, download=True)


def _scale(changes: Sequence[float | None]) -> float:
    """The largest change of a column, which is tinted in full; without one that leaves all others blank."""
    sizes = [abs(change) for change in changes if change is not None]
    second, largest = sorted([0.0, 0.0, *sizes])[-2:]
    return (second if largest > FAR_FROM_ALL * second > 0 else largest) or 1.0
