"""Every library signal on every asset of the watchlist: what the signal and asset pages are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from generator.market.history import PriceHistory
from generator.scan.asset import scan_together
from generator.scan.ranking import Collection, ScanResult
from generator.scan.values import AssetScan, Firing, ScanQuestion, Skipped, scan_signals
from generator.spec.watchlist import Watchlist
from generator.study.evidence.statistics import known
from generator.study.values import Baseline

WEEK = 5
"""Sessions that count as this week."""
_EVER = 10**6


@dataclass(frozen=True)
class State:
    """One signal on one asset: its record at the headline horizon, and when it came last.

    Attributes
    ----------
    n, independent_n, average, baseline, edge, win_rate : as in the definitions; decimals.
    day : of the newest episode; None when the signal never came. ``provisional`` : its week or month is not
        over. ``sessions_ago`` : sessions of the asset since.
    since : last close ÷ the close of that day − 1.
    """

    asset: str
    signal: str
    horizon: str
    n: int
    independent_n: int
    average: float | None
    baseline: Baseline
    edge: float | None
    win_rate: float | None
    day: date | None
    provisional: bool
    sessions_ago: int | None
    since: float | None


@dataclass(frozen=True)
class Survey:
    """All signals on all assets.

    Attributes
    ----------
    as_of : newest session of any asset; None without any.
    assets : those with prices, in the watchlist's order; ``missing`` those without.
    states : of every signal that could be read, by asset and then by signal.
    skipped : what could not be read, and why.
    week : what fired within the last five sessions, ranked.
    """

    as_of: date | None
    source: str
    simulated: bool
    watchlist: Watchlist
    assets: tuple[str, ...]
    missing: tuple[str, ...]
    states: tuple[State, ...]
    skipped: tuple[Skipped, ...]
    week: ScanResult

    @property
    def core(self) -> tuple[str, ...]:
        """The assets that have a page."""
        return tuple(asset for asset in self.watchlist.core if asset in self.assets)

    def of_signal(self, name: str) -> tuple[State, ...]:
        """The states of one signal, one an asset."""
        return tuple(state for state in self.states if state.signal == name)

    def of_asset(self, asset: str) -> tuple[State, ...]:
        """The states of one asset, one a signal."""
        return tuple(state for state in self.states if state.asset == asset)


def take_survey(
    watchlist: Watchlist,
    histories: Mapping[str, PriceHistory],
    as_of: date | None,
    source: str,
    simulated: bool,
) -> Survey:
    """Read every signal of the library on the assets of the watchlist that have prices.

    Parameters
    ----------
    histories : by ticker, whole: of the watchlist's assets, and of what signals read beside them.
    as_of : nothing after this day is seen; None for the newest.
    """
    question = ScanQuestion(scan_signals(), _EVER, as_of, near=False)
    week = replace(question, sessions=WEEK)
    begun = {asset: h for asset, h in histories.items() if _has_begun(h, as_of)}
    there = [asset for asset in watchlist.assets if asset in begun]
    found = Collection(week)
    states: list[State] = []
    for asset in there:
        (answer,) = scan_together([begun[asset]], begun, question)
        found.add(answer)
        if isinstance(answer, AssetScan):
            states += _states(answer, begun[answer.asset].until(np.datetime64(answer.last, "D")))
    result = found.result(source, len(watchlist.assets), complete=True)
    return Survey(
        as_of=result.as_of,
        source=source,
        simulated=simulated,
        watchlist=watchlist,
        assets=tuple(there),
        missing=tuple(asset for asset in watchlist.assets if asset not in begun),
        states=tuple(states),
        skipped=result.skipped,
        week=result,
    )


def _has_begun(history: PriceHistory, as_of: date | None) -> bool:
    return as_of is None or bool(history.first <= np.datetime64(as_of))


def _states(scan: AssetScan, history: PriceHistory) -> Sequence[State]:
    """The states of one asset; ``history`` ends on the scan's last session."""
    newest = {firing.signal: firing for firing in scan.firings}
    headlines = {signal.name: signal for signal in scan_signals()}
    states = []
    for table in scan.tables:
        records = table.records
        for row, name in enumerate(table.signals):
            column = headlines[name].headline
            day, provisional, ago, since = _last_time(newest.get(name), history)
            states.append(
                State(
                    asset=scan.asset,
                    signal=name,
                    horizon=table.horizons[column].label,
                    n=int(records.n[row, column]),
                    independent_n=int(records.independent_n[row, column]),
                    average=known(records.average[row, column]),
                    baseline=records.baselines[column],
                    edge=known(records.edge[row, column]),
                    win_rate=known(records.win_rate[row, column]),
                    day=day,
                    provisional=provisional,
                    sessions_ago=ago,
                    since=since,
                )
            )
    return states


def _last_time(
    firing: Firing | None, history: PriceHistory
) -> tuple[date | None, bool, int | None, float | None]:
    """Day, whether provisional, sessions since and return since, of the newest episode."""
    if firing is None:
        return None, False, None, None
    at = int(np.searchsorted(history.sessions, np.datetime64(firing.day), side="right")) - 1
    start = float(history.close[at])
    since = float(history.close[-1] / start - 1) if start > 0 else None
    passed = len(history) - 1 - at
    if history.rows != "daily":
        passed = int(np.busday_count(history.sessions[at], history.last))
    return firing.day, firing.provisional, passed, since
