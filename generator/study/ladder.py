"""A move's own question: how large a move of the past is called the same.

The thresholds that may be asked for are fixed beforehand, so that none is picked for what followed it: half
percents to 3, whole ones to 10, then fives. Which of them is asked is decided by the number of cases alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from generator.market.bars import BarKind
from generator.market.exchanges import EVERY_DAY, calendar_of
from generator.market.history import PriceHistory
from generator.signals.evaluate import values
from generator.signals.language import leading_measure
from generator.signals.ties import least_equal
from generator.signals.tree import number_text
from generator.study.episodes import bar_of, episode_starts
from generator.study.prepare import prepare
from generator.study.question import make_study
from generator.study.values import Study

RUNGS: tuple[float, ...] = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10, *map(float, range(15, 505, 5)))
"""Thresholds in percent, or in percentage points."""
ENOUGH, SOME = 10, 5
"""Earlier cases that the threshold should leave; else so many, and then there is no verdict."""
LIKE = 3
"""How many times the threshold the present move may be, where fewer than ten cases are left: of one farther
yet those few say nothing."""
NEXT = 2
"""Rungs to either side that are the neighbours of a threshold."""
COOLDOWNS: Mapping[BarKind, int] = {"daily": 21, "weekly": 4, "monthly": 1}
"""A month, in bars: what comes again sooner is the same case."""
COOLDOWN_EVERY_DAY = 30

_MOVE = r"roc\(close, (?P<bars>[0-9]+)\)"
_GAP = rf'{_MOVE} - on\("(?P<other>[^"]+)", roc\(close, (?P=bars)\)\)'
_CONDITION = re.compile(rf"(?:{_GAP.replace('bars', 'same')}|{_MOVE}) (?P<side>>=|<=) (?P<size>-?[0-9.]+)")


@dataclass(frozen=True)
class Move:
    """A move of an asset, of a size and more.

    Attributes
    ----------
    asset : ticker. ``other`` : the asset that it is measured against, by the difference of both moves.
    bars, length : the bars, and how many of them the move takes.
    up : whether it is a rise.
    """

    asset: str
    bars: BarKind
    up: bool
    length: int = 1
    other: str | None = None

    def condition(self, size: float) -> str:
        """The move of this size (in percent, positive) or more, in the condition language."""
        move = f"roc(close, {self.length})"
        text = move if self.other is None else f'{move} - on("{self.other}", {move})'
        return f"{text} {'>=' if self.up else '<='} {number_text(size if self.up else -size)}"

    @property
    def cooldown(self) -> int:
        """Bars within which it is the same case."""
        every_day = self.bars == "daily" and calendar_of(self.asset) == EVERY_DAY
        return COOLDOWN_EVERY_DAY if every_day else COOLDOWNS[self.bars]

    def study(self, size: float) -> Study:
        """The question at one threshold."""
        return make_study(self.asset, when=self.condition(size), bars=self.bars, cooldown=self.cooldown)


@dataclass(frozen=True)
class Rung:
    """The threshold that was found for a move, in percent, and the earlier cases that it leaves."""

    move: Move
    size: float
    earlier: int

    @property
    def condition(self) -> str:
        """What the study asks."""
        return self.move.condition(self.size)


def rung_of(move: Move, day: date, histories: Mapping[str, PriceHistory], as_of: date) -> Rung | None:
    """The largest threshold that the move of a day, week or month clears and that leaves ten earlier cases,
    else five.

    Parameters
    ----------
    day : a day of the present bar.
    histories : of the assets; nothing after ``as_of`` is used.

    Returns
    -------
    None when no threshold leaves ten, or five of like size, and where the bars of the study do not show such
    a move.
    """
    prepared = prepare(move.study(RUNGS[0]), histories, as_of)
    measure = leading_measure(prepared.study.condition)
    assert measure is not None, "a comparison has a left side"
    sizes = values(measure, prepared.bars, prepared.others) * (1 if move.up else -1)
    present = bar_of(prepared.bars, day)
    some: Rung | None = None
    for size in reversed(RUNGS):
        clears = sizes >= least_equal(size)
        if present >= len(sizes) or not clears[present]:
            continue
        starts = episode_starts(clears.astype(np.int8), move.cooldown, present)
        found = Rung(move, size, int(np.count_nonzero(starts < present)))
        if found.earlier >= ENOUGH:
            return found
        if some is None and found.earlier >= SOME and size * LIKE >= sizes[present]:
            some = found
    return some


def move_of(study: Study) -> tuple[Move, float] | None:
    """The move that a study asks about and its threshold in percent, where it is such a question."""
    return None if study.signal is not None else move_in(study)


def move_in(study: Study) -> tuple[Move, float] | None:
    """The same of any study: a signal with a name can be a move too."""
    found = _CONDITION.fullmatch(study.condition.text)
    if found is None:
        return None
    size, up = float(found["size"]), found["side"] == ">="
    if (size > 0) != up or abs(size) not in RUNGS:
        return None
    length = int(found["same"] or found["bars"])
    return Move(study.asset, study.bars, up, length, found["other"]), abs(size)


def next_rungs(size: float) -> tuple[float, ...]:
    """The thresholds next to one: two below and two above, where there are."""
    at = int(np.searchsorted(RUNGS, size))
    around = RUNGS[max(at - NEXT, 0) : at + NEXT + 1]
    return tuple(each for each in around if each != size)
