"""What the sample market must pass through, as pins on the sessions.

Three kinds: the printed figures of the ten-percent months (``figures.csv``), the phases of the market
as roughly as a reader remembers them (``phases.csv``: percent changes and annual volatility of the
broad market, no price level), and the shapes that the two sample reports speak about, below.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np

from generator.market.history import DateArray, FloatArray
from tools.sample_market.bend import Pin, log_return

FIRST, LAST = np.datetime64("2000-01-03"), np.datetime64("2026-04-20")
FORWARD_MONTHS = {"fwd_1m_pct": 1, "fwd_3m_pct": 3, "fwd_6m_pct": 6, "fwd_12m_pct": 12}
SMALL_CAPS = "IWM"

# Month-ends by month: the lowest of the episodes' max drawdowns within 3 and within 6 months. The third
# decimal leaves the figures that share these months their own rounding.
DRAWDOWNS = (("2022-07", "2022-09", -11.927), ("2024-11", "2025-04", -19.44))
# Months that start an episode stand out. Every other month ends between a floor and a ceiling of its own,
# these first and last values in percent.
FLOORS = (-18.0, -23.0)
CEILINGS = (7.4, 9.4)
# Other episodes stay above the two drawdowns: within 3 months, and within 12.
SHALLOW = ((3, -11.4), (12, -18.6))


@dataclass(frozen=True)
class Phase:
    """A stretch of the market: annual volatility of SPY in percent, percent change of each asset."""

    first: np.datetime64
    last: np.datetime64
    volatility: float
    changes: dict[str, float]


def table(name: str) -> str:
    """Text of one of the sample market's tables."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def sessions() -> DateArray:
    """XNYS sessions of the sample market; a list of closed weekdays spares the import of a calendar."""
    closed = np.array(table("closures.txt").split(), dtype="datetime64[D]")
    days = np.arange(FIRST, LAST + 1)
    return days[np.is_busday(days, holidays=closed)]


@cache
def phases() -> tuple[Phase, ...]:
    """Phases of the market, oldest first, without gaps."""
    return tuple(
        Phase(
            first=np.datetime64(row.pop("first")),
            last=np.datetime64(row.pop("last")),
            volatility=float(row.pop("volatility")),
            changes={asset: float(change) for asset, change in row.items() if change},
        )
        for row in csv.DictReader(table("phases.csv").splitlines())
    )


def phase_pins(asset: str, first_session: int) -> list[Pin]:
    """The asset's rough course, from its first session on."""
    pins = []
    for phase in phases():
        start, end = max(_at(phase.first), first_session), _at(phase.last)
        if asset in phase.changes and start < end:
            pins.append(_exactly(start, end, phase.changes[asset]))
    return pins


def small_cap_pins(first_session: int, jitter: FloatArray) -> list[Pin]:
    """Everything that IWM must pass through.

    Parameters
    ----------
    first_session : position of its first session.
    jitter : numbers in [0, 1), at least one a month and one a session of the last month; they keep the
        months that had to be held back from all ending on the same figure.
    """
    pins = {(pin.start, pin.end): pin for pin in phase_pins(SMALL_CAPS, first_session)}
    # What is said first holds: a range never replaces a figure.
    for pin in (
        *_printed_pins(),
        *_drawdown_pins(),
        *_ordinary_month_pins(first_session, jitter),
        *_spring_2025_pins(),
        *_november_2025_pins(),
        *_correction_2026_pins(),
        *_april_2026_pins(jitter),
    ):
        pins.setdefault((pin.start, pin.end), pin)
    return list(pins.values())


@cache
def _episodes() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(table("figures.csv").splitlines()))


@cache
def _month_ends() -> dict[np.datetime64, int]:
    """Position of the last session of each month; the last month has what there is of it."""
    months = sessions().astype("datetime64[M]")
    return {month: position for position, month in enumerate(months)}


def _month_end(month: str, later: int = 0) -> int:
    return _month_ends()[np.datetime64(month, "M") + later]


def _at(day: str | np.datetime64) -> int:
    """Position of the session, which must be one."""
    position = int(np.searchsorted(sessions(), np.datetime64(day)))
    if sessions()[position] != np.datetime64(day):
        raise ValueError(f"{day} is not a session of the sample market")
    return position


def _exactly(start: int, end: int, percent: float) -> Pin:
    return Pin(start, end, log_return(percent), log_return(percent))


def _between(start: int, end: int, low: float, high: float) -> Pin:
    return Pin(start, end, log_return(low), log_return(high))


def _printed_pins() -> list[Pin]:
    """Each episode's month, its forward returns, and the two deepest drawdowns."""
    pins = []
    for row in _episodes():
        month = row["episode"]
        pins.append(_exactly(_month_end(month, -1), _month_end(month), float(row["move_pct"])))
        for column, later in FORWARD_MONTHS.items():
            if row[column]:
                pins.append(_exactly(_month_end(month), _month_end(month, later), float(row[column])))
    pins.extend(_exactly(_month_end(first), _month_end(last), fall) for first, last, fall in DRAWDOWNS)
    return pins


def _drawdown_pins() -> list[Pin]:
    """No other month-end after an episode lies as low as the deepest ones."""
    pins = []
    for row in _episodes():
        if not row["fwd_12m_pct"]:
            continue
        for later in range(1, 13):
            floor = next(fall for months, fall in SHALLOW if later <= months)
            pins.append(_between(_month_end(row["episode"]), _month_end(row["episode"], later), floor, 900))
    return pins


def _ordinary_month_pins(first_session: int, jitter: FloatArray) -> list[Pin]:
    """No month without a printed figure begins an episode."""
    ends = [position for position in _month_ends().values() if position > first_session]
    return [
        _between(start, end, _along(FLOORS, share), _along(CEILINGS, share))
        for (start, end), share in zip(pairwise(ends), jitter, strict=False)
    ]


def _along(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share


def _spring_2025_pins() -> list[Pin]:
    """By daily closes the deepest fall after an episode is deeper than by month-ends."""
    entry, trough = _month_end("2024-11"), _at("2025-04-08")
    floors = [_between(entry, day, -27.4, 900) for day in range(entry + 1, trough + 100) if day != trough]
    return [_exactly(entry, trough, -27.72), *floors]


def _november_2025_pins() -> list[Pin]:
    """From a one-month low on Nov 20 to a one-month high on Nov 26, not a day sooner, and on to Nov 28."""
    low, high, surge = _at("2025-11-20"), _at("2025-11-26"), _at("2025-11-28")
    pins = [
        _exactly(low, surge, 8.57),
        _between(low, high, 7.7, 8.2),
        _between(low, high - 1, 4.0, 6.0),
        _between(low, high - 2, 2.0, 4.0),
        _between(low, high - 3, 1.0, 2.5),
    ]
    # Seen from the low, the weeks before lie between it and the later high.
    lowest, highest = -log_return(7.3), -log_return(0.6)
    pins.extend(Pin(day, low, lowest, highest) for day in range(_at("2025-10-22"), low))
    # A close in the window of Nov 25 that is higher than Nov 25's own.
    pins.append(Pin(_at("2025-10-29"), _at("2025-11-25"), -log_return(3.0), -log_return(0.5)))
    return pins


def _correction_2026_pins() -> list[Pin]:
    """A record close on Jan 22, a fall of 11.2% from it to Mar 30, and a new record on the last session."""
    record, peak, trough, last = _at("2025-11-28"), _at("2026-01-22"), _at("2026-03-30"), _at(LAST)
    pins = [_exactly(peak, trough, -11.2), _exactly(peak, last, 2.2)]
    pins.extend(Pin(day, peak, log_return(0.3), log_return(900)) for day in range(record, peak))
    pins.extend(_between(peak, day, -10.9, -0.4) for day in range(peak + 1, trough))
    return pins


def _april_2026_pins(jitter: FloatArray) -> list[Pin]:
    """Twelve of the month's thirteen sessions rise."""
    fall = _at("2026-04-09")
    return [
        _between(day - 1, day, -0.6, -0.15)
        if day == fall
        else _between(day - 1, day, _along((0.1, 0.6), jitter[-offset]), _along((1.5, 2.3), jitter[offset]))
        for offset, day in enumerate(range(_at("2026-04-01"), _at(LAST) + 1), start=1)
    ]
