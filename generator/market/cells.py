"""What single cells of a price series mean: decimals kept in single precision, optional cells, volumes.

An optional cell that cannot be what its column says is unknown (NaN); the close of its row is used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.market.history import DateArray, FloatArray

LEAST_PRICE, MOST_PRICE = 1e-12, 1e15
"""No quoted price but zero is nearer to zero, and none farther; squares and ratios stay far from overflow."""
MOST_VOLUME = 1e18
SINGLE_DIGITS = 9
"""Significant digits that always tell two singles apart, and the most that a single is written with."""
MOST_DECIMALS = 22
"""Powers of ten up to this one are exact in double precision."""

Flags = NDArray[np.bool_]

BLANK = frozenset(
    (
        *("", ".", "-", "--", "—", "–", "-.-", "...", "…", "*", "not available"),
        *("n/a", "na", "nan", "nat", "null", "none", "nil", "nd", "n.a.", "n.d.", "k.a.", "<na>"),
        *("#n/a", "#na", "#n/a n/a", "#n/v", "#nv", "#value!", "#ref!"),
    )
)
"""Cells that say that there is nothing, in small letters."""


def is_blank(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    return text.strip().casefold() in BLANK


def meant_decimals(values: FloatArray) -> FloatArray:
    """The decimals that prices in single precision were before: 63.63999938964844 becomes 63.64.

    A value that equals its own float32 becomes the shortest decimal that rounds to that float32. A value of
    at most nine digits is the decimal that was meant already: that many a single tells apart. So the
    fractions of old quotes stay (133.984375 is 133 and 63/64), and whole numbers do.

    Parameters
    ----------
    values : shape (T,); returned as it is where nothing changes.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        single = values.astype(np.float32)
        left = np.flatnonzero(single == values)
    alike = values[left]
    left = left[(alike != np.rint(alike)) & np.isfinite(alike)]
    left = left[~_is_short(values[left])]
    if not len(left):
        return values
    meant = values.copy()
    for decimals in range(1, MOST_DECIMALS + 1):
        scale = 10.0**decimals
        # A whole number below 2^53 over an exact power of ten is the double nearest to that decimal.
        short = np.rint(values[left] * scale) / scale
        done = short.astype(np.float32) == single[left]
        meant[left[done]] = short[done]
        left = left[~done]
        if not len(left):
            break
    return meant


def _is_short(values: FloatArray) -> Flags:
    """Which values have at most nine significant digits, by the numbers that 1 to 9 decimals can give."""
    whole = np.maximum(np.floor(np.log10(np.abs(values))) + 1, 0)
    scale = 10.0 ** np.clip(SINGLE_DIGITS - whole, 0, None)
    return np.asarray(np.rint(values * scale) / scale == values)


def possible_closes(close: FloatArray) -> Flags:
    """Where a close can be one: a finite number, zero and below included, not beyond any price."""
    with np.errstate(invalid="ignore"):
        size = np.abs(close)
        possible: Flags = (size == 0) | ((size >= LEAST_PRICE) & (size <= MOST_PRICE))
    return possible


def known_prices(values: FloatArray, close: FloatArray) -> FloatArray:
    """An optional column of prices with NaN where a cell can be no price.

    Zero and below are no price, unless the closes of the series go there too (yields, spreads).
    """
    good = possible_closes(values)
    if not np.any(close <= 0):
        good &= values > 0
    return values if good.all() else np.where(good, values, np.nan)


def known_volumes(values: FloatArray, close: FloatArray) -> FloatArray | None:
    """A column of volumes with NaN where it is not known; None when there is no volume at all.

    Unknown are impossible cells, zeros before the first real volume, and a zero on a bar whose close is
    another than the one before: somebody traded.
    """
    with np.errstate(invalid="ignore"):
        good = (values >= 0) & (values <= MOST_VOLUME)
        traded = np.flatnonzero(good & (values > 0))
    if not len(traded):
        return None
    zero = good & (values == 0)
    moved = np.append(False, close[1:] != close[:-1])
    good &= ~(zero & (moved | (np.arange(len(values)) < traded[0])))
    return values if good.all() else np.where(good, values, np.nan)


def told_unknown(name: str, before: FloatArray, after: FloatArray | None, sessions: DateArray) -> str:
    """What a person should know about the cells of an optional column that are not used; often nothing.

    Parameters
    ----------
    before, after : the column as it stands in the file, and as it is used.
    """
    if after is None:
        # An index has no volume; that of a series whose volume is zero throughout is nothing strange.
        empty = name == "Volume" or bool(np.isnan(before).all())
        return "" if empty else f"no {name} is a possible one, so it has none"
    lost = np.flatnonzero(np.isnan(after) & ~((before == 0) & (name == "Volume")))
    if not len(lost):
        return ""
    found = before[lost[0]]
    what = "empty or no number" if np.isnan(found) else f"{found:g}"
    count = "1 session" if len(lost) == 1 else f"{len(lost):,} sessions, first"
    on = sessions[lost[0]]
    return f"{name} is unknown on {count} on {on} ({what}); the close is used"
