"""The definitions once more, bar by bar in plain Python, to hold the fast code against."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise


def starts(truth: list[int], cooldown: int) -> list[int]:
    """Episode starts: a run's first bar, unless fewer than ``cooldown`` bars after the last episode began."""
    found: list[int] = []
    for bar, now in enumerate(truth):
        before = truth[bar - 1] if bar else 0
        if now == 1 and before != 1 and (not found or bar - found[-1] >= cooldown):
            found.append(bar)
    return found


def month_ends(days: list[date]) -> list[int]:
    """Positions of the last session of every calendar month."""
    ends = [i for i, (a, b) in enumerate(pairwise(days)) if (a.year, a.month) != (b.year, b.month)]
    return [*ends, len(days) - 1]


def week_ends(days: list[date]) -> list[int]:
    """Positions of the last session of every ISO week."""
    ends = [i for i, (a, b) in enumerate(pairwise(days)) if a.isocalendar()[:2] != b.isocalendar()[:2]]
    return [*ends, len(days) - 1]


def forward(
    daily: list[float],
    opens: list[float],
    ends: list[int],
    completed: int,
    bar: int,
    horizon: int,
    entry: str,
    is_daily: bool,
) -> tuple[float, float, float, float] | None:
    """(return, max drawdown, worst daily close, max run-up) of one bar and horizon; None where pending."""
    at_next = entry != "close"
    exit_bar = bar + horizon + (1 if at_next and is_daily else 0)
    if bar >= completed or exit_bar >= completed:
        return None
    session = ends[bar] + (1 if at_next else 0)
    paid = opens[session] if entry == "next_open" else daily[session]
    gained = daily[ends[exit_bar]] / paid - 1
    lowest = highest = worst = 0.0
    for later in range(bar + 1, exit_bar + 1):
        lowest = min(lowest, daily[ends[later]] / paid - 1)
        highest = max(highest, daily[ends[later]] / paid - 1)
    for day in range(ends[bar] + 1, ends[exit_bar] + 1):
        worst = min(worst, daily[day] / paid - 1)
    return gained, lowest, worst, highest


def shift_p(returns: list[float], positions: list[int], horizon: int) -> float | None:
    """The studentised circular-shift p-value with a loop over the shifts."""
    length = len(returns)
    shifts = range(horizon, length - horizon + 1)
    if len(positions) < 3 or length < 10 * horizon or len(shifts) < 99:
        return None
    baseline = math.fsum(returns) / length

    def t(shift: int) -> float:
        moved = [returns[(position + shift) % length] for position in positions]
        mean = math.fsum(moved) / len(moved)
        away = abs(mean - baseline)
        if max(moved) - min(moved) < 1e-12:
            return 0.0 if away < 1e-12 else math.inf
        return away / math.sqrt(math.fsum((value - mean) ** 2 for value in moved) / len(moved))

    observed = t(0) * (1 - 1e-9)
    return (1 + sum(1 for shift in shifts if t(shift) >= observed)) / (1 + len(shifts))


def independent(positions: list[int], horizon: int) -> int:
    """Episodes that begin at or after the end of the last counted one's horizon."""
    counted: list[int] = []
    for position in positions:
        if not counted or position >= counted[-1] + horizon:
            counted.append(position)
    return len(counted)


def streak(returns: list[float]) -> int:
    """Length of the longest run of gains."""
    best = 0
    for first in range(len(returns)):
        length = 0
        while first + length < len(returns) and returns[first + length] > 0:
            length += 1
        best = max(best, length)
    return best
