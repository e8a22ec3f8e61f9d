"""Faults of price data, injected: which are caught by one snapshot alone, which beside the one before.

The faults and their sizes are those that vendors are known for, at random places of real series (simulated
ones where there are none), the first and the last bars among them. No rule was asked what it can see.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from generator.core.errors import BadDataError
from generator.market.checks import PRICE_COLUMNS, Places, checked_history
from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.market.providers.sample import SampleSource
from generator.market.providers.upkeep import check_source
from generator.market.quality.accepted import record_faults, record_of, twin_faults
from generator.market.quality.columns import told_since
from generator.market.quality.faults import faults_of, finished
from generator.market.quality.revisions import revisions
from generator.market.snapshot import Snapshot
from generator.market.timetable import DAY
from tests.torture._data_faults import PRICES, Raw
from tests.torture._data_faults_newest import FAULTS
from tests.torture.result import Result

SERIES = ("IWM", "SPY", "QQQ", "DIA", "MAGS")
SPLITS = {"IWM": {"2005-06-09": 2.0}, "QQQ": {"2000-03-20": 2.0}}
"""Splits of these funds; the provider tells them beside the prices."""
WRONG = {
    "IWM": ("2008-03-25", "2008-03-28", "2008-04-04", "2008-04-22", "2008-04-24", "2008-07-03", "2019-07-30"),
    "QQQ": ("2010-06-25",),
}
"""Days on which the real files are wrong: volumes of a 250th to a 12,000th of the usual one, and the dividend
of a week before once more, to the last digit. Weeks that are held for these are held rightly."""
WEEK = 5
ROUNDING = 2e-6
"""Relative noise of adjusted closes: before its first dividend a fund's are its closes but for this."""
SEED = 20261121
"""Of the places of the faults; none of the rules was made with it."""
FIELDS = dict(PRICE_COLUMNS)


def results(full: bool) -> Iterator[Result]:
    """The numbers of this part."""
    series = [told(history) for history in real_series()]
    yield from injected(series, 20 if full else 1)
    if MARKET_DATA is not None:
        # The simulated crash of February 2020 is bent through two marks and turns back as no market did.
        yield quiet(series)
    yield weekly(series, every=1 if full else 26)
    if full and MARKET_DATA is not None and (MARKET_DATA / "universe-1000.parquet").exists():
        yield universe(MARKET_DATA / "universe-1000.parquet")


MARKET_DATA = Path(os.environ["MARKET_DATA"]) if "MARKET_DATA" in os.environ else None


def real_series() -> list[PriceHistory]:
    """The five series: real ones where there are any, else those of the sample market."""
    source = SampleSource() if MARKET_DATA is None else FilesSource(MARKET_DATA)
    return [source.history(asset) for asset in SERIES]


def told(history: PriceHistory) -> Snapshot:
    """A series with what a provider says beside it: payments, splits, the first and the last trade."""
    dividends = np.zeros(len(history))
    splits = np.zeros(len(history))
    if history.adjusted_close is not None:
        steps = np.diff(np.log(history.adjusted_close / history.close))
        paid = history.close[:-1] * -np.expm1(-steps)
        dividends[1:] = np.where(steps > 1e-4, paid, 0)
    for day, ratio in SPLITS.get(history.asset, {}).items():
        splits[history.sessions == np.datetime64(day)] = ratio
    return Snapshot(
        history,
        dividends=None if history.adjusted_close is None else dividends,
        splits=splits,
        symbol=history.asset,
        name=f"{history.asset} Fund",
        instrument="ETF",
        currency="USD",
        zone="America/New_York",
        first_trade=history.first.item(),
        traded=bell(history.last),
    )


def bell(session: np.datetime64) -> datetime:
    """The moment of the last trade of a whole session."""
    day = session.item()
    return datetime(day.year, day.month, day.day, 16, 0, 4, tzinfo=ZoneInfo("America/New_York"))


def as_of(whole: Snapshot, last: np.datetime64) -> Snapshot:
    """What the provider gave on the evening of a day: divided by no split since, adjusted as on that day."""
    cut = _undivided(whole.until(last), told_since(whole, last))
    changes: dict[str, Any] = {"traded": bell(cut.history.last)}
    if cut.history.adjusted_close is not None:
        scale = cut.history.close[-1] / cut.history.adjusted_close[-1]
        adjusted = np.round(cut.history.adjusted_close * scale, 6)
        changes["history"] = _replace(cut.history, adjusted_close=adjusted)
    return _replace(cut, **changes)


def _undivided(cut: Snapshot, ratio: float) -> Snapshot:
    """The prices as they were before a split of this ratio."""
    history = cut.history
    factors = {"volume": 1 / ratio, **dict.fromkeys(PRICES, ratio)}
    held = {name: getattr(history, name) for name in factors}
    changes = {name: values * factors[name] for name, values in held.items() if values is not None}
    dividends = None if cut.dividends is None else cut.dividends * ratio
    return _replace(cut, history=_replace(history, **changes), dividends=dividends)


def _replace(value: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(value, **changes)


@dataclass(frozen=True)
class Caught:
    """Whether a fault was held or refused: alone, beside the one before, beside its record in git."""

    alone: bool
    beside: bool
    record: bool


def judged(raw: Raw, clean: Snapshot, before: Snapshot, other: Snapshot) -> Caught:
    """Put a faulty answer through what every answer goes through; the other fund was accepted already."""
    try:
        now = _snapshot(raw, clean)
    except BadDataError:
        return Caught(True, True, True)
    done = finished(now)
    if done < now.history.last:
        # The unfinished bar is cut. What is left must be as it was on the day before.
        now = now.until(done)
    wanted = clean.history.last
    if len(now.history) < 2 or done < wanted:
        # It does not reach the session that it should: nothing is published from it.
        return Caught(True, True, True)
    start = before.history.last + DAY
    twins = twin_faults({other.asset: record_of(other, other.history.last.item())}, now)
    alone = bool(twins or faults_of(now, expected=wanted))
    fresh = faults_of(now, expected=wanted, start=start, fresh=start)
    record = record_of(before, before.history.last.item())
    known = faults_of(now, expected=wanted, fresh=start)
    return Caught(
        alone,
        bool(twins or revisions(before, now) or fresh),
        bool(twins or record_faults(record, now) or known),
    )


def _snapshot(raw: Raw, clean: Snapshot) -> Snapshot:
    """The answer as a snapshot, cut to the sessions that had closed.

    Raises
    ------
    BadDataError : it is malformed.
    """
    keep = raw.sessions <= clean.history.last
    stop = int(np.flatnonzero(keep)[-1]) + 1 if keep.any() else 0
    while stop and not np.isfinite(raw.columns["close"][stop - 1]):
        stop -= 1
    names = {field: name for name, field in FIELDS.items()}
    columns = {names[name]: values[:stop] for name, values in raw.columns.items()}
    places = Places(raw.asset, lambda row: f"row {row + 1}")
    history = checked_history(raw.asset, raw.sessions[:stop], columns, places, "yahoo")
    rows = np.searchsorted(raw.sessions[:stop], history.sessions)
    actions = {name: None if v is None else v[:stop][rows] for name, v in raw.actions.items()}
    return Snapshot(
        history,
        dividends=actions["dividends"],
        splits=actions["splits"],
        symbol=clean.symbol,
        name=raw.name,
        instrument=clean.instrument,
        currency=clean.currency,
        zone=clean.zone,
        first_trade=raw.first_trade,
        traded=raw.traded,
    )


def injected(series: list[Snapshot], positions: int) -> Iterator[Result]:
    """Every kind of fault, in every series, at so many places."""
    rng = np.random.default_rng(SEED)
    counts: dict[str, list[int]] = {}
    for whole in series:
        others = [each for each in series if each.asset != whole.asset]
        for name, fault in FAULTS.items():
            for number in range(positions):
                clean = as_of(whole, _day(whole, rng))
                before = as_of(clean, clean.sessions[-1 - int(rng.integers(1, WEEK + 1))])
                place = _place(len(clean.history), number, rng)
                other = others[int(rng.integers(len(others)))]
                if other.sessions[20] > clean.history.last:
                    continue
                other = as_of(other, clean.history.last)
                raw = fault(Raw.of(clean), place, rng, other)
                if raw is None or _same(raw, Raw.of(clean)):
                    continue  # A fund without dividends has none that could be missing.
                caught = judged(raw, clean, before, other)
                found = counts.setdefault(name, [0, 0, 0, 0])
                for i, yes in enumerate((True, caught.alone, caught.beside, caught.record)):
                    found[i] += yes
    tried, alone, beside, record = (sum(found[i] for found in counts.values()) for i in range(4))
    what = f"{len(counts)} kinds of fault × {len(series)} series × {positions} places ({tried:,} injected)"
    missed = [f"{name} {n - b} of {n}" for name, (n, _, b, _) in counts.items() if b < n]
    yield Result(
        f"{what}, with an accepted snapshot before",
        "0 unflagged",
        f"{tried - beside} unflagged{_listed(missed)}",
        beside == tried,
    )
    weak = [f"{name} {a / n:.0%}" for name, (n, a, _, _) in counts.items() if a < 0.95 * n]
    yield Result(
        "the same, first time, without one",
        "at least 95% caught",
        f"{alone / tried:.1%} caught{_listed(weak)}",
        alone >= 0.95 * tried,
    )
    poor = [f"{name} {r / n:.0%}" for name, (n, _, _, r) in counts.items() if r < 0.95 * n]
    yield Result(
        "the same, in a fresh checkout with accepted.json alone",
        "at least 98% caught",
        f"{record / tried:.1%} caught{_listed(poor)}",
        record >= 0.98 * tried,
    )


def _same(one: Raw, two: Raw) -> bool:
    """Whether nothing became of a fault here."""
    return (
        one.traded == two.traded
        and np.array_equal(one.sessions, two.sessions)
        and one.columns.keys() == two.columns.keys()
        and all(np.allclose(one.columns[n], two.columns[n], ROUNDING, equal_nan=True) for n in one.columns)
    )


def _listed(each: list[str]) -> str:
    return f" ({', '.join(each)})" if each else ""


def _day(whole: Snapshot, rng: np.random.Generator) -> np.datetime64:
    """The evening on which the provider is asked: any, once there are two years of prices."""
    first = min(504, len(whole.history) // 2)
    return whole.sessions[int(rng.integers(first, len(whole.history)))]


def _place(count: int, number: int, rng: np.random.Generator) -> int:
    """Where the fault is: the last bars and the first ones too, else anywhere."""
    if number % 5 == 0:
        return count - 1 - int(rng.integers(0, 3))
    if number % 10 == 1:
        return int(rng.integers(0, 3))
    return int(rng.integers(0, count))


def quiet(series: list[Snapshot]) -> Result:
    """The real series by themselves: nothing is wrong with them."""
    held = [f"{each.asset}: {faults[0].sentence}" for each in series if (faults := faults_of(each))]
    return Result(
        f"the {len(series)} series themselves",
        "at most 1 held",
        f"{len(held)} held {held or ''}".strip(),
        len(held) <= 1,
    )


def weekly(series: list[Snapshot], every: int) -> Result:
    """Every week of every series: what was given then beside what was given the week before."""
    weeks, rightly, held = 0, 0, []
    for whole in series:
        ends = _week_ends(whole)[104 if len(whole.history) > 1000 else 52 :]
        for before_day, day in list(pairwise(ends))[::every]:
            before, now = as_of(whole, before_day), as_of(whole, day)
            start = before.history.last + DAY
            faults = [*revisions(before, now), *faults_of(now, expected=day, start=start, fresh=start)]
            weeks += 1
            known = WRONG.get(whole.asset, ())
            false = [fault for fault in faults if str(fault.session) not in known]
            rightly += len(faults) > len(false)
            if false:
                held.append(f"{whole.asset} {false[0].sentence}")
    and_rightly = f", and {rightly} rightly, for what is wrong in the files" if rightly else ""
    return Result(
        f"{weeks:,} ordinary weeks of the {len(series)} series, each beside the week before",
        "at most 1 held",
        f"{len(held)} held {held[:5] or ''}".strip() + and_rightly,
        len(held) <= 1,
    )


def _week_ends(whole: Snapshot) -> list[np.datetime64]:
    weeks = (whole.sessions.astype("datetime64[D]").astype(np.int64) + 3) // 7
    return list(whole.sessions[np.flatnonzero(weeks[1:] != weeks[:-1])])


def universe(path: Path) -> Result:
    """A thousand assets, each put to every rule."""
    source = FilesSource(path)
    assets = source.assets()
    begun = time.process_time()
    found = {asset for asset, _ in check_source(path.parent, source, assets)}
    seconds = time.process_time() - begun
    return Result(
        f"{len(assets):,} assets of a universe checked",
        "seconds, without a crash",
        f"{seconds:.0f} s of one processor, {len(found)} suspicious",
        seconds < 30,
    )
