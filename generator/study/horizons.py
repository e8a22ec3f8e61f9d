"""Holding periods: labels such as ``3M`` and their length in bars."""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.errors import HorizonError
from generator.market.bars import BarKind
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

_LABEL = re.compile(r"([1-9][0-9]{0,3})([DWMY])")


def parse_horizon(label: str, kind: BarKind) -> Horizon:
    """Read a horizon such as ``3M`` for these bars.

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
    bars = number * units[unit]
    if bars > LONGEST:
        raise HorizonError(f"the horizon {match[0]} is {bars} {kind} bars; the longest is {LONGEST}.")
    return Horizon(match[0], bars)


def parse_horizons(labels: Iterable[str], kind: BarKind) -> tuple[Horizon, ...]:
    """Read several horizons, in the order given; at least one, each once."""
    horizons = tuple(parse_horizon(label, kind) for label in labels)
    names = [horizon.label for horizon in horizons]
    if not names:
        raise HorizonError(
            f"no horizon given; for {kind} bars the usual ones are {' '.join(DEFAULTS[kind])}."
        )
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated:
        raise HorizonError(f"the horizon {repeated} is given twice. Name each once.")
    return horizons


def default_horizons(kind: BarKind) -> tuple[Horizon, ...]:
    """The horizons a study uses when none are named."""
    return parse_horizons(DEFAULTS[kind], kind)


def _alternatives(units: tuple[str, ...]) -> str:
    return units[0] if len(units) == 1 else f"{', '.join(units[:-1])} or {units[-1]}"
