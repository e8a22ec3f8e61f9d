"""What the pages of the core assets say: where the price stands, every signal on it, its calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from generator.article.pictures import LOG_FROM, iso
from generator.edition.figures import PriceWithEpisodes
from generator.edition.values import Cell, Column, Picture, Row, Table
from generator.findings.market_facts import change_over, days_of, month_to_date, record
from generator.findings.tables import count_cell, percent_cell
from generator.findings.view import MIN_CASES
from generator.language import numbers
from generator.language.asset_names import capital, with_article
from generator.language.words import listed, paragraph, stands_at
from generator.market.asof import as_of_date
from generator.market.exchanges import calendar_of
from generator.market.history import PriceHistory, as_date
from generator.pages.seasonality import Seasonality, seasonality
from generator.pages.signals import STRONGEST, IssueLink, standing_cells
from generator.pages.survey import WEEK, State, Survey
from generator.signals.library import load_library

SHOWN = 1260
"""Sessions of the price chart: five years."""


@dataclass(frozen=True)
class AssetPage:
    """Everything the page of one asset says."""

    ticker: str
    name: str
    deck: str
    as_of: str
    source: str
    picture: Picture
    summary: str
    standing: Table
    calendar: Seasonality | None
    issues: tuple[IssueLink, ...] = ()


def asset_pages(
    survey: Survey,
    histories: Mapping[str, PriceHistory],
    as_of: date | None,
    source: str,
) -> tuple[AssetPage, ...]:
    """A page for each core asset with prices, in the watchlist's order, its issues left out.

    Parameters
    ----------
    histories : by ticker, whole; cut here at ``as_of``.
    source : the line under the charts.
    """
    pages = []
    clock = calendar_of(survey.watchlist.benchmark)
    for ticker in survey.core:
        whole = histories[ticker]
        history = replace(whole.until(as_of_date([whole], as_of)), clock=clock)
        states = survey.of_asset(ticker)
        pages.append(
            AssetPage(
                ticker=ticker,
                name=capital(survey.watchlist.names[ticker]),
                deck=_deck(history),
                as_of=as_date(history.last).isoformat(),
                source=source,
                picture=_picture(history, source),
                summary=_summary(ticker, states),
                standing=_standing(ticker, states),
                calendar=seasonality(history, with_article(survey.watchlist.names[ticker]), source),
            )
        )
    return tuple(pages)


def _deck(history: PriceHistory) -> str:
    """Close, distance to the record, month to date."""
    top, month, asset = record(history), month_to_date(history), history.asset
    close = (
        f"{asset} closed at {numbers.price(float(history.close[-1]))} on {numbers.day(as_date(history.last))}"
    )
    where = (
        "its highest close in the data"
        if top.distance == 0
        else f"{numbers.size(top.distance)} below its highest close, that of {numbers.day(top.date)}"
    )
    named = numbers.month_name(as_date(history.last).month)
    moved = "" if month is None else f"; it is {stands_at(month.change)} in {named}"
    return f"{close}, {where}{moved}."


def _picture(history: PriceHistory, source: str) -> Picture:
    """The closes of the last five years."""
    closes, sessions = history.close[-SHOWN:], history.sessions[-SHOWN:]
    figure = PriceWithEpisodes(
        asset=history.asset,
        dates=tuple(iso(session) for session in sessions),
        closes=tuple(float(close) for close in closes),
        marks=(),
        present=(iso(sessions[-1]), float(closes[-1])),
        log_scale=bool(closes.max() >= LOG_FROM * closes.min() > 0),
    )
    year = change_over(history, days_of("1Y", history))
    change = "" if year is None else f", {stands_at(year)} in a year"
    span = f"from {numbers.month(as_date(sessions[0]))} to {numbers.day(as_date(sessions[-1]))}"
    caption = (
        f"{history.asset} closed at {numbers.price(float(closes[-1]))}{change}. "
        f"{history.rows.capitalize()} closes {span}"
        f"{', on a logarithmic scale' if figure.log_scale else ''}."
    )
    return Picture("price", figure, caption, f"Line chart of closes of {history.asset}. {caption}", source)


def _summary(ticker: str, states: Sequence[State]) -> str:
    """What fired in the last five sessions; how many signals are followed."""
    library = load_library()
    fresh = [s for s in states if s.sessions_ago is not None and s.sessions_ago < WEEK]
    fresh.sort(key=lambda state: (state.sessions_ago or 0, state.signal))
    names = [library[state.signal].title for state in fresh]
    within = f"on {ticker} in the last five sessions"
    if not names:
        told = f"None of the {len(states)} signals has fired {within}."
    elif len(names) == 1:
        told = f"One of the {len(states)} signals has fired {within}: {names[0]}."
    else:
        count = numbers.count(len(names)).capitalize()
        told = f"{count} of the {len(states)} signals have fired {within}: {listed(names)}."
    return paragraph(
        told,
        "The averages are of three months after each case; “any” is the same from any day, week or month.",
    )


def _standing(ticker: str, states: Sequence[State]) -> Table:
    """Every signal on the asset, the newest first, with its record."""
    library = load_library()
    columns = (
        Column("signal", "Signal", "text"),
        Column("date", "Last fired", "date"),
        Column("sessions", "Sessions since", "number"),
        Column("since", "Return since, %"),
        Column("n", "Cases", "number"),
        Column("average", "Average", group="After three months, %"),
        Column("baseline", "Any", group="After three months, %"),
        Column("edge", "Edge", group="After three months, %", scale=STRONGEST),
    )
    order = sorted(states, key=lambda s: (s.sessions_ago is None, s.sessions_ago or 0, s.signal))
    rows = []
    for state in order:
        told = state.n >= MIN_CASES
        edge = state.edge if told else None
        rows.append(
            Row(
                (
                    Cell(library[state.signal].title, state.signal),
                    *standing_cells(state),
                    count_cell(state.n),
                    percent_cell(state.average if told else None),
                    percent_cell(state.baseline.average if told else None),
                    percent_cell(edge),
                )
            )
        )
    notes = ("A signal with fewer than five complete cases has no averages.",)
    return Table("signals", f"Every signal on {ticker}", columns, tuple(rows), notes, download=True)
