"""The questions of a notebook: ``study``, ``scan`` and ``load``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import pandas as pd

from generator.cli.options import absolute, hand_over, open_prices
from generator.core.errors import RequestError
from generator.core.files import find_project
from generator.market.asof import as_of_date
from generator.market.bars import BarKind, Bars, make_bars
from generator.market.calendar import period_is_open
from generator.market.history import Basis, PriceHistory
from generator.market.sources import Source
from generator.scan.ranking import Collection, Finding
from generator.scan.run import scan_assets
from generator.scan.values import MOST_NEAR, MOST_SESSIONS, ScanQuestion, scan_signals
from generator.study.columns import read_columns
from generator.study.prepare import prepare
from generator.study.question import make_study
from generator.study.run import run_asked_study
from generator.study.values import Entry, ReturnBasis, Study
from precedent.answers import Answer
from precedent.events import Dates, Function, function_dates, listed_dates
from precedent.prices import frame_of, history_of

Prices = pd.DataFrame | pd.Series | str


def study(
    prices: Prices,
    *,
    asset: str | None = None,
    when: str | Function | None = None,
    signal: str | None = None,
    dates: Dates | None = None,
    parameters: Mapping[str, float] | None = None,
    target: str | None = None,
    others: Mapping[str, pd.DataFrame | pd.Series] | None = None,
    bars: BarKind | None = None,
    horizons: Sequence[str] | None = None,
    horizon: str | None = None,
    cooldown: int | None = None,
    entry: Entry = "close",
    returns: ReturnBasis | None = None,
    measure: str | None = None,
    columns: Sequence[str] = (),
    since: date | str | None = None,
    present: date | str | None = None,
    as_of: date | str | None = None,
    basis: Basis | None = None,
) -> Answer:
    """What happened next, every time before.

    Parameters
    ----------
    prices : closes by date as a Series; a DataFrame with ``Close`` and what else there is of ``Open``,
        ``High``, ``Low``, ``Adj Close`` and ``Volume``; or a source: ``yahoo``, ``files:PATH``, ``sample``.
    asset : the ticker; needed with a source. Of a DataFrame it tells the calendar, and is New York's if left
        out.
    when, signal, dates : what happened, one of the three: a condition of the condition language, or a
        function from bars to truths (asked again on cut histories, so that it cannot look ahead); a name of
        the library; dates, with labels or without, or a file of them.
    parameters : other values for the parameters of ``signal``.
    target : the ticker whose returns are measured; the asset itself.
    others : prices by ticker of the target, and of what ``on`` reads, where ``prices`` is no source.
    columns : of the episodes, each as ``--column`` takes it: ``VIX: on("^VIX", close)``.
    bars, horizons, horizon, cooldown, entry, returns, measure, since, present, as_of : as for
        ``precedent study``.
    basis : whether the closes of ``prices`` are ``price`` or ``total``, which have dividends in them.

    Raises
    ------
    PrecedentError : whatever is wrong with the question or the prices, in one message.

    Notes
    -----
    All returns, rates and drawdowns of the answer are decimals, where the JSON has percent.
    """
    notes: list[str] = []
    histories = _Histories(prices, asset, basis, others or {}, notes)
    end = _day(as_of)
    ask = partial(
        make_study,
        histories.name,
        parameters=parameters,
        target=None if target is None else histories.spelled(target),
        bars=bars,
        horizons=horizons,
        cooldown=cooldown,
        entry=entry,
        returns=returns,
        measure=measure,
        columns=read_columns(columns),
        since=_day(since),
        present=_day(present),
        headline=horizon,
    )
    listed = None if dates is None else listed_dates(dates)
    if callable(when):
        if signal is not None or listed is not None:
            raise RequestError("say what happened with only one of when, signal and dates")
        # Any condition stands in until the bars are there on which the function is asked.
        blank = ask(when="close > 0")
        listed, when = function_dates(when, _bars(blank, histories.of(blank), end)), None
    question = ask(when=when, signal=signal, dates=listed)
    read = histories.of(question)
    result = run_asked_study(question, read, end)
    return Answer(result, prepare(question, read, end), tuple(notes))


def _bars(question: Study, read: Mapping[str, PriceHistory], end: date | None) -> Bars:
    """The bars on which a question's signal is read, with nothing after its as-of date."""
    own = read[question.asset].until(as_of_date([read[name] for name in question.assets], end))
    open_period = period_is_open(own.last, question.bars, own.asset, own.zone)
    return make_bars(own, question.bars, in_progress=open_period)


def load(asset: str, source: str = "yahoo") -> pd.DataFrame:
    """Prices of one asset by date, with Yahoo's names of columns; ``attrs`` say what the closes are.

    Parameters
    ----------
    asset : the ticker.
    source : ``yahoo``, ``files:PATH`` or ``sample``.

    Raises
    ------
    PrecedentError : the asset or the source is not there, or its prices cannot be trusted.
    """
    opened = _opened(source)
    return frame_of(opened.history(opened.spelled(asset)))


def scan(
    source: str,
    assets: Sequence[str] | None = None,
    *,
    signals: Sequence[str] = (),
    sessions: int = 5,
    as_of: date | str | None = None,
) -> pd.DataFrame:
    """Which signals began on which assets, those of most interest first, with the record of each.

    Parameters
    ----------
    source : ``yahoo``, ``files:PATH`` or ``sample``.
    assets : tickers; all that the source has.
    signals : of the library; all of them.
    sessions : how far back, from 1 to 252.
    as_of : nothing after this day exists.

    Returns
    -------
    A row a finding, by ``signal`` and ``asset``; returns and rates are decimals. ``attrs["skipped"]`` says
    what could not be read and why.

    Raises
    ------
    PrecedentError : an unknown signal; a source that cannot be read.
    """
    if not 1 <= sessions <= MOST_SESSIONS:
        raise RequestError(f"sessions is {sessions}; it is a number from 1 to {MOST_SESSIONS}")
    opened = _opened(source)
    wanted = [opened.spelled(asset) for asset in assets or opened.assets()]
    question = ScanQuestion(scan_signals(tuple(signals)), sessions, _day(as_of), len(wanted) <= MOST_NEAR)
    found = Collection(question)
    for answer in scan_assets(question, wanted, opened):
        found.add(answer)
    result = found.result(opened.name, len(wanted), complete=True)
    rows = [_row(finding) for event in result.events for finding in (event.lead, *event.also)]
    frame = pd.DataFrame(rows, columns=list(_ROW)).set_index(["signal", "asset"])
    frame["date"] = pd.to_datetime(frame["date"])
    frame.attrs = {
        "as_of": result.as_of,
        "skipped": [(each.asset, each.signal, each.reason) for each in result.skipped],
    }
    return frame


_ROW = (
    *("signal", "asset", "date", "provisional", "trigger", "interest", "episodes", "years", "horizon", "n"),
    *("independent_n", "average", "median", "win_rate", "baseline_average", "baseline_win_rate", "edge"),
    *("p_value", "q_value"),
)


def _row(finding: Finding) -> dict[str, Any]:
    firing = finding.firing
    own = {name: getattr(firing, name) for name in _ROW if hasattr(firing, name)}
    return {
        **own,
        "date": firing.day,
        "interest": finding.interest,
        "q_value": finding.q_value,
        "baseline_average": firing.baseline.average,
        "baseline_win_rate": firing.baseline.win_rate,
    }


class _Histories:
    """The prices that a question reads: those of a notebook, or of a source."""

    def __init__(
        self,
        prices: Prices,
        asset: str | None,
        basis: Basis | None,
        others: Mapping[str, pd.DataFrame | pd.Series],
        notes: list[str],
    ) -> None:
        self._source: Source | None = None
        self._known: dict[str, PriceHistory] = {}
        self._notes = notes
        if isinstance(prices, str):
            if asset is None:
                raise RequestError(f'name the asset: precedent.study("{prices}", asset="SPY", …)')
            if others or basis is not None:
                raise RequestError("others and basis belong to prices of a notebook; a source knows its own")
            self._source = _opened(prices)
            self.name = self._source.spelled(asset)
            return
        hand_over(find_project(), None)
        own = history_of(prices, asset, basis, notes)
        self.name = own.asset
        self._known = {name: history_of(frame, name, None, notes) for name, frame in others.items()}
        self._known[own.asset] = own

    def spelled(self, asset: str) -> str:
        """A ticker as the source spells it."""
        return asset if self._source is None else self._source.spelled(asset)

    def of(self, question: Study) -> dict[str, PriceHistory]:
        """The prices of every asset that the question reads."""
        return {name: self._history(name) for name in question.assets}

    def _history(self, name: str) -> PriceHistory:
        if name not in self._known:
            if self._source is None:
                raise RequestError(f'the question reads {name}. Give its prices: others={{"{name}": …}}')
            self._known[name] = self._source.history(name)
            self._notes += [note for note in self._source.notes if note not in self._notes]
        return self._known[name]


def _opened(text: str) -> Source:
    root = find_project()
    hand_over(root, None)
    return open_prices(root, absolute(text))


def _day(written: date | str | None) -> date | None:
    if not isinstance(written, str):
        return written.date() if isinstance(written, datetime) else written
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise RequestError(f"{written[:40]!r} is not a date. Write it as 2026-04-20.") from error
