"""Holding periods: labels such as ``3M`` and their length in bars."""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.core.errors import HorizonError
from generator.market.bars import BarKind
from generator.market.exchanges import EVERY_DAY, NEW_YORK
from generator.study.values import Horizon

BARS_PER_UNIT: dict[BarKind, dict[str, int]] = {
    "daily": {"D": 1, "W": 5, "M": 21, "Y": 252},
    "weekly": {"W": 1, "Y": 52},
    "monthly": {"M": 1, "Y": 12},
}
"""Length of each unit in bars. Always positions in the series of bars, never date arithmetic."""

DEFAULTS: dict[BarKind, tuple[str, ...]] = {
    "daily": ("1W", "2W", "1M", "2M", "3M", "6M", "1Y"),
    "weekly": ("4W", "13W", "26W", "52W"),
    "monthly": ("1M", "3M", "6M", "12M"),
}
LONGEST = 2520
"""Bars: ten years of sessions."""
LONGEST_EVERY_DAY = 3650
"""Bars: ten years of an asset that trades every day."""
DAYS_A_YEAR = 365

_LABEL = re.compile(r"([1-9][0-9]{0,3})([DWMY])")


def parse_horizon(label: str, kind: BarKind, calendar: str = NEW_YORK) -> Horizon:
    """Read a horizon such as ``3M`` for these bars.

    Parameters
    ----------
    calendar : of the target (see ``exchanges.calendar_of``): daily bars of an asset that trades every day are
        365 a year, where others have 252.

    Raises
    ------
    HorizonError : not a horizon, one that the bars cannot express (``1W`` on monthly bars), or too long.
    """
    match = _LABEL.fullmatch(label.strip().upper())
    units = BARS_PER_UNIT[kind]
    allowed = (
        f"On {kind} bars a horizon is a number and {_alternatives(tuple(units))}, such as {DEFAULTS[kind][0]}"
    )
    if match is None:
        raise HorizonError(f"{label[:20]!r} is not a horizon. {allowed}.")
    number, unit = int(match[1]), match[2]
    if unit not in units:
        raise HorizonError(f"{kind} bars cannot express the horizon {match[0]}. {allowed}.")
    every_day = kind == "daily" and calendar == EVERY_DAY
    bars = _days(number, unit) if every_day else number * units[unit]
    longest = LONGEST_EVERY_DAY if every_day else LONGEST
    if bars > longest:
        raise HorizonError(f"the horizon {match[0]} is {bars} {kind} bars; the longest is {longest}.")
    return Horizon(match[0], bars)


def _days(number: int, unit: str) -> int:
    """Days in so many units; a month is a twelfth of 365 days, rounded, and a half is rounded down: 1M is 30,
    2M 61, 3M 91, 6M 182, 9M 274."""
    if unit == "M":
        return (2 * number * DAYS_A_YEAR + 11) // 24
    return number * {"D": 1, "W": 7, "Y": DAYS_A_YEAR}[unit]


def parse_horizons(labels: Iterable[str], kind: BarKind, calendar: str = NEW_YORK) -> tuple[Horizon, ...]:
    """Read several horizons, in the order given; at least one, each once."""
    horizons = tuple(parse_horizon(label, kind, calendar) for label in labels)
    names = [horizon.label for horizon in horizons]
    if not names:
        raise HorizonError(
            f"no horizon given; for {kind} bars the usual ones are {' '.join(DEFAULTS[kind])}."
        )
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated:
        raise HorizonError(f"the horizon {repeated} is given twice. Name each once.")
    return horizons


def default_horizons(kind: BarKind, calendar: str = NEW_YORK) -> tuple[Horizon, ...]:
    """The horizons a study uses when none are named."""
    return parse_horizons(DEFAULTS[kind], kind, calendar)


def _alternatives(units: tuple[str, ...]) -> str:
    return units[0] if len(units) == 1 else f"{', '.join(units[:-1])} or {units[-1]}"
