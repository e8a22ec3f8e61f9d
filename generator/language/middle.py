"""What stands for the cases of a horizon: their average, or the middle one where a few carry the average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from generator.language import numbers
from generator.language.words import FLAT
from generator.study.values import Baseline

CARRIED = 2
"""An average of more than this many medians is carried by a few cases."""
FOUR_FIGURES = 10.0
"""A return of this size, 1,000%, is four figures: one of them drowns all other cases."""


class Cases(Protocol):
    """What followed some cases, beside the baseline."""

    @property
    def average(self) -> float | None: ...  # noqa: D102
    @property
    def median(self) -> float | None: ...  # noqa: D102
    @property
    def baseline(self) -> Baseline: ...  # noqa: D102


@dataclass(frozen=True)
class Typical:
    """The figure that speaks for the cases, and the same of the baseline. Decimals."""

    value: float
    usual: float | None
    is_median: bool

    @property
    def told(self) -> str:
        """``+7.2% on average``, ``a median of +2.0%``."""
        figure = numbers.percent_sign(self.value)
        return f"a median of {figure}" if self.is_median else f"{figure} on average"

    @property
    def noun(self) -> str:
        """``an average of +7.2%``, ``a median of +2.0%``."""
        return f"{'a median' if self.is_median else 'an average'} of {numbers.percent_sign(self.value)}"


def typical(summary: Cases, *, by_median: bool = False) -> Typical | None:
    """What speaks for the cases of a horizon; None without a case.

    ``by_median`` : the median in any case, as it does at another horizon beside it.
    """
    if summary.average is None or summary.median is None:
        return None
    if by_median or is_carried(summary):
        return Typical(summary.median, summary.baseline.median, True)
    return Typical(summary.average, summary.baseline.average, False)


def is_carried(summary: Cases) -> bool:
    """Whether a few cases carry the average: it is more than twice the median, on another side, or huge."""
    average, median = summary.average, summary.median
    if average is None or median is None or abs(average) < FLAT:
        return False
    side = 1 if average > 0 else -1
    return abs(average) >= FOUR_FIGURES or abs(average) > CARRIED * side * median


def carried_sentence(summary: Cases) -> str:
    """Why the median is given; empty where the average speaks for the cases."""
    if not is_carried(summary):
        return ""
    return f"The average, {numbers.percent_sign(summary.average)}, hangs on a few cases; the median does not."
