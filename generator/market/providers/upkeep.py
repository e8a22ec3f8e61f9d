"""The state of prices: what is stored, what every rule says of it, and bringing it up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import numpy as np

from generator.core.errors import BadDataError, DataError, PrecedentError, SourceError
from generator.market.calendar import last_completed_session
from generator.market.history import PriceHistory
from generator.market.providers.vetting import SETTLING, Acknowledged, Vetting
from generator.market.quality.accepted import load_accepted
from generator.market.quality.acknowledged import (
    acknowledge,
    entries_of,
    faults_to_excuse,
    load_acknowledged,
    not_excused,
)
from generator.market.quality.faults import ends_early, faults_of
from generator.market.quality.suspicions import Suspicions, accept, suspicious
from generator.market.snapshot import Fault, described
from generator.market.sources import Fetching, Source

State = Literal["accepted", "behind", "held", "not here"]


@dataclass(frozen=True)
class AssetState:
    """Where one asset stands: its accepted sessions, when they were retrieved, and what is to be known."""

    asset: str
    state: State
    first: str
    last: str
    retrieved: str
    sessions: int
    reason: str


def states(root: Path, source: str, now: datetime) -> list[AssetState]:
    """Every asset of a source that is stored or stands in ``accepted.json``, by ticker.

    Parameters
    ----------
    source : its name in the records (``Source.key``).

    Raises
    ------
    DataError : a file of the store is damaged.
    """
    vetting = Vetting(root, source)
    records = load_accepted(root, vetting.source)
    held = set(vetting.store.held.assets())
    return [
        _state(asset, vetting, asset in held, records, now)
        for asset in sorted({*vetting.store.assets(), *held, *records})
    ]


def _state(
    asset: str, vetting: Vetting, held: bool, records: Mapping[str, object], now: datetime
) -> AssetState:
    before = vetting.accepted(asset, [])
    state: State = "accepted"
    reason = ""
    if before is None:
        state = "not here"
        reason = "Accepted elsewhere (accepted.json)." if asset in records else ""
    elif before.history.last < last_completed_session(asset, now - SETTLING, before.zone):
        state, reason = "behind", "A session that has closed is missing."
    if held:
        found = vetting.store.held.load(asset)
        assert found is not None  # its name was just read from the folder
        state, reason = "held", f"Since {found.day}: {described(found.faults)}"
    if before is None:
        return AssetState(asset, state, "", "", "", 0, reason)
    used = before.history
    return AssetState(asset, state, str(used.first), str(used.last), str(used.retrieved), len(used), reason)


Finding = tuple[str, Fault]


def check_store(root: Path, source: str, assets: Sequence[str]) -> Iterator[Finding]:
    """What every rule says of the stored prices of these assets, and why others are held.

    Parameters
    ----------
    source : the name in the records (``Source.key``) of the one whose prices are stored.

    Raises
    ------
    DataError : an asset is not stored at all.
    """
    vetting = Vetting(root, source)
    excused = load_acknowledged(root)
    for asset in assets:
        held = vetting.store.held.load(asset)
        before = vetting.accepted(asset, [])
        if held is None and before is None:
            raise DataError(f"no prices of {asset} are stored. Run 'precedent data update {asset}' first.")
        yield from ((asset, fault) for fault in (() if held is None else held.faults))
        if before is None or before.history.retrieved is None:
            continue
        left = not_excused(excused, vetting.source, asset, faults_of(before), before.history.retrieved)
        yield from ((asset, fault) for fault in left)


def check_source(root: Path, source: Source, assets: Sequence[str]) -> Iterator[Finding]:
    """What every rule says of the prices of a source; series that end before the others do are told too.

    Raises
    ------
    SourceError : nothing can be read.
    """
    suspicions = Suspicions(root, source)
    lasts: dict[str, np.datetime64] = {}
    for asset, history in source.histories(assets):
        if isinstance(history, PriceHistory):
            suspicions.look(history)
            if history.rows == "daily":
                lasts[asset] = history.last
        elif isinstance(history, BadDataError):
            yield asset, Fault("malformed", np.datetime64("NaT", "D"), str(history))
        else:
            raise history
    for asset, faults in suspicions.found().items():
        yield from ((asset, fault) for fault in faults)
    newest = max(lasts.values(), default=np.datetime64("NaT", "D"))
    excused, key = load_acknowledged(root), source.key(root)
    for asset, last in lasts.items():
        early = tuple(ends_early(asset, None, last, newest))
        yield from ((asset, fault) for fault in not_excused(excused, key, asset, early, None))


def acknowledge_read(
    root: Path,
    source: Source,
    ticker: str,
    day: date,
    reason: str,
    today: date,
    kinds: Sequence[str] = (),
    as_of: date | None = None,
) -> tuple[str, Acknowledged]:
    """Excuse what is strange about an asset of a source that holds nothing back; its ticker, what is left.

    Parameters
    ----------
    as_of : the last day of the prices that are looked at, for what is strange only as long as nothing came
        after it; None for all of them.

    Raises
    ------
    DataError : it cannot be read.
    RequestError : as ``faults_to_excuse`` and ``entries_of``.
    OutputError : a file cannot be written.
    """
    history = source.history(ticker)
    asset = history.asset
    until = None if as_of is None else np.datetime64(as_of, "D")
    faults = suspicious(root, source, [history], until).get(asset, ())
    asked = faults_to_excuse(asset, day, faults, kinds, "Correct the file.")
    acknowledge(root, entries_of(source.key(root), asset, asked, today, reason))
    accept(root, source, [history], today)
    return asset, Acknowledged(tuple(asked), suspicious(root, source, [history], until).get(asset, ()))


def update(
    source: Fetching, assets: Sequence[str], told: Callable[[int, str, str], None]
) -> tuple[list[str], list[str]]:
    """Ask for each asset that misses a session, one after another.

    Parameters
    ----------
    told : gets the number, the ticker and what became of it, as it happens.

    Returns
    -------
    The assets that are not as they should be, and those that were not asked for any more because the
    source refused or could not be reached.
    """
    troubled: list[str] = []
    for number, asset in enumerate(assets, 1):
        try:
            history = source.history(asset)
        except SourceError as error:
            if source.stopped:
                told(number, asset, str(error))
                return [*troubled, asset], list(assets[number - 1 :])
            troubled.append(asset)
            told(number, asset, str(error))
        except PrecedentError as error:
            troubled.append(asset)
            told(number, asset, str(error))
        else:
            if asset in source.held or asset in source.stale:
                troubled.append(asset)
            old = "; newer ones cannot be had" if asset in source.stale else ""
            what = f"{len(history):,} sessions to {history.last}{old}"
            told(number, asset, source.held.get(asset, what))
            if source.stopped:
                return troubled, list(assets[number:])
    return troubled, []
