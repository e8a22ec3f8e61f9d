"""What was last accepted of each asset of each source, in few words: ``accepted.json``, kept in git.

A fresh checkout has no price store, and a folder of files has none at all. With this file new prices can be
compared with the accepted past all the same: year by year, and session by session at its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from generator.core.errors import BadDataError, SourceError
from generator.core.files import write_atomically
from generator.market.history import FloatArray, PriceHistory, fingerprint
from generator.market.quality.columns import SPLIT_TOLD, told_since, undivided_faults
from generator.market.quality.identity import said, security_faults
from generator.market.snapshot import Fault, Snapshot, and_more
from generator.market.sources import USUAL

FILE = "accepted.json"
RECENT = 10
"""Sessions at the end whose closes are kept."""
SAME_GROWTH = 2e-4
"""How far the growth of a year may be from what was accepted: closes of cents have few digits."""
SAME_CLOSE = 2e-5
LAST_CLOSE = 1e-3
"""What the last accepted close may still move by."""
TWINS = 2
"""Equal closes of two assets on the same days that are no chance."""
FEWEST_SHARES = 1000
"""Shares of a day up to which two assets may have traded as many."""
BROKEN = 3
"""Years of another growth from which on it is another security."""


@dataclass(frozen=True)
class Record:
    """The accepted prices of one asset.

    Attributes
    ----------
    retrieved : the day (ISO) they were retrieved.
    first, last : their first and last session.
    fingerprint : of all of them.
    years : sessions of each calendar year, and its last close over that of the year before (in the first
        year: over the first close). A split does not change it.
    recent, volumes : the last sessions, each with its close; each with its volume, where there are any.
    beside : what the provider said of the asset (see ``said``).
    """

    retrieved: str
    first: str
    last: str
    fingerprint: str
    years: dict[str, tuple[int, float]]
    recent: dict[str, float]
    volumes: dict[str, float]
    beside: dict[str, str]

    def __post_init__(self) -> None:
        # A date that is none would be found only when it is compared.
        for day in (self.retrieved, self.first, self.last, *self.recent, *self.volumes):
            date.fromisoformat(day)
        for year in self.years:
            int(year)


def record_of(snapshot: Snapshot, retrieved: date) -> Record:
    """What is kept of an accepted snapshot."""
    history = snapshot.history
    return Record(
        retrieved.isoformat(),
        str(history.first),
        str(history.last),
        fingerprint([history]),
        _years(history),
        _last_values(history, history.close),
        {} if history.volume is None else _last_values(history, history.volume),
        said(snapshot),
    )


def _last_values(history: PriceHistory, values: FloatArray) -> dict[str, float]:
    last = zip(history.sessions[-RECENT:], values[-RECENT:], strict=True)
    return {str(day): round(float(value), 6) for day, value in last}


def _years(history: PriceHistory) -> dict[str, tuple[int, float]]:
    years = history.sessions.astype("datetime64[Y]")
    starts = np.concatenate(([0], np.flatnonzero(years[1:] != years[:-1]) + 1))
    stops = np.concatenate((starts[1:], [len(history)]))
    closes = history.close[stops - 1]
    bases = np.concatenate((history.close[:1], closes[:-1]))
    growth = np.divide(closes, bases, out=np.ones_like(closes), where=bases != 0)
    return {
        str(years[start]): (int(stop - start), round(float(each), 7))
        for start, stop, each in zip(starts, stops, growth, strict=True)
    }


def record_faults(record: Record, now: Snapshot) -> tuple[Fault, ...]:
    """What changed in the past that this record tells of."""
    return (
        *security_faults(record.beside, now, np.datetime64(record.last, "D")),
        *_past_years(record, now),
        *_last_sessions(record, now),
    )


def _past_years(record: Record, now: Snapshot) -> Iterator[Fault]:
    past = now.history.until(np.datetime64(record.last, "D"))
    years = _years(past) if len(past) else {}
    counts = [year for year, (count, _) in record.years.items() if years.get(year, (0, 0.0))[0] != count]
    more = [year for year in years if year not in record.years]
    if counts or more:
        year = max(*counts, *more, key=int) if len(counts) + len(more) > 1 else (counts or more)[0]
        was, given = record.years.get(year, (0, 0))[0], years.get(year, (0, 0))[0]
        yield Fault(
            "vanished" if given < was else "invented",
            _end_of(year, record),
            f"{year} has {given:,} sessions and had {was:,} when it was accepted on {record.retrieved}.",
        )
    other = [
        year
        for year, (_, growth) in record.years.items()
        if year in years and abs(years[year][1] - growth) > _slack(year, record) * abs(growth)
    ]
    if other:
        year = other[-1]
        whole = len(other) > max(BROKEN, len(record.years) / 2)
        yield Fault(
            "other-security" if whole else "rewritten",
            _end_of(year, record),
            f"The close changed by {years[year][1] - 1:+.2%} in {year}, by {record.years[year][1] - 1:+.2%} "
            f"when it was accepted{and_more(len(other), 'year')}.",
        )


def _slack(year: str, record: Record) -> float:
    return LAST_CLOSE if year == record.last[:4] else SAME_GROWTH


def _end_of(year: str, record: Record) -> np.datetime64:
    return min(np.datetime64(f"{year}-12-31", "D"), np.datetime64(record.last, "D"))


def _last_sessions(record: Record, now: Snapshot) -> Iterator[Fault]:
    """The last accepted closes, but for a split since that the provider tells."""
    if not record.recent:
        return
    since = int(np.searchsorted(now.sessions, np.datetime64(min(record.recent), "D")))
    days = now.sessions[since:].astype(str).tolist()
    closes = dict(zip(days, now.history.close[since:].tolist(), strict=True))
    gone = [day for day in record.recent if day not in closes]
    if gone:
        yield Fault(
            "vanished",
            np.datetime64(gone[-1], "D"),
            f"The session of {gone[-1]} is gone; it was accepted on {record.retrieved}.",
        )
        return
    ratios = {day: _ratio(closes[day], close) for day, close in record.recent.items()}
    factor = float(np.median(list(ratios.values())))
    other = [
        day
        for day, ratio in ratios.items()
        if abs(ratio / factor - 1) > (LAST_CLOSE if day == record.last else SAME_CLOSE)
    ]
    if other:
        yield Fault(
            "rewritten",
            np.datetime64(other[-1], "D"),
            f"The close of {other[-1]} is {closes[other[-1]]:,.4f} now and was "
            f"{record.recent[other[-1]]:,.4f} when it was accepted on {record.retrieved}.",
        )
        return
    last = np.datetime64(record.last, "D")
    if abs(factor - 1) <= SAME_CLOSE:
        yield from undivided_faults(now, last, 1.0)
    elif abs(factor * told_since(now, last) - 1) > SPLIT_TOLD or told_since(now, last) == 1:
        yield Fault(
            "rewritten",
            last,
            f"All closes up to {record.last} are multiplied by {factor:.6g}, without a split that is told.",
        )


def _ratio(now: float, before: float) -> float:
    """Of two closes; yields and spreads have closes of zero."""
    if before == 0:
        return 1.0 if now == 0 else np.inf
    return now / before


def twin_faults(records: Mapping[str, Record], now: Snapshot) -> tuple[Fault, ...]:
    """The fault of an answer whose last closes are exactly those that were accepted of another asset.

    One equal close is chance, unless as many shares were traded.
    """
    history = now.history
    closes = _last_values(history, history.close)
    volumes = {} if history.volume is None else _last_values(history, history.volume)
    found = []
    for asset, record in records.items():
        same = [day for day, close in closes.items() if record.recent.get(day) == close]
        bars = [
            day
            for day in same
            if volumes.get(day, 0) > FEWEST_SHARES and record.volumes.get(day) == volumes[day]
        ]
        if asset == now.asset or not (len(same) >= TWINS or bars):
            continue
        what = f"{len(same)} of the last closes" if same[1:] else f"The close and volume of {same[0]}"
        text = f"{what} are exactly those of {asset}: one has the other's prices."
        found.append(Fault("identity", history.last, text))
    return tuple(found)


def load_accepted(root: Path, source: str) -> dict[str, Record]:
    """The records of ``accepted.json`` of a source, by asset; none where there are none.

    Parameters
    ----------
    source : as ``Source.key`` gives it.

    Raises
    ------
    SourceError : it cannot be read.
    BadDataError : it is not as the program writes it.
    """
    return _load(root).get(source, {})


def _load(root: Path) -> dict[str, dict[str, Record]]:
    path = root / FILE
    if not path.exists():
        return {}
    # Only who has such a file pays for the library that checks it.
    from generator.core.json_values import parse_json

    try:
        content = parse_json(path.read_bytes(), dict[str, dict[str, Record] | Record])
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}.") from error
    except ValueError as error:
        raise BadDataError(
            f"{path} is damaged ({error}). Take it from git again; without it the past cannot be compared."
        ) from error
    # The first version knew one source and did not write its name.
    unnamed = {asset: record for asset, record in content.items() if isinstance(record, Record)}
    named = {source: records for source, records in content.items() if not isinstance(records, Record)}
    return {USUAL: unnamed, **named} if unnamed else named


def save_accepted(root: Path, source: str, accepted: Mapping[str, Record]) -> None:
    """Put these records of a source in their place; one line an asset, in the order of the tickers.

    Raises
    ------
    SourceError, BadDataError : the file there cannot be read; it is left alone.
    OutputError : the file cannot be written; it is as it was.
    """
    known = _load(root)
    records = {**known, source: {**known.get(source, {}), **accepted}}
    if records == known:
        return
    blocks = []
    for name in sorted(records):
        lines = [f"{json.dumps(a)}: {json.dumps(asdict(records[name][a]))}" for a in sorted(records[name])]
        blocks.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n}")
    write_atomically(root / FILE, ("{\n" + ",\n".join(blocks) + "\n}\n").encode())
