"""What a report expected of its present cases, as frozen values, kept with the report."""

from __future__ import annotations

from dataclasses import dataclass

from generator.market.bars import BarKind
from generator.study.values import Entry, ReturnBasis


@dataclass(frozen=True)
class ExpectedHorizon:
    """What the earlier cases suggested at one horizon that was open on the as-of date. Decimals.

    ``n`` earlier cases were complete. ``lower`` and ``upper`` bound the middle half of their returns (25th
    and 75th percentile), ``worst`` and ``best`` all of them; None with fewer than five. ``usual`` is the
    baseline's median, ``verdict`` the words of the time.
    """

    label: str
    bars: int
    n: int
    worst: float | None
    lower: float | None
    median: float | None
    upper: float | None
    best: float | None
    usual: float | None
    verdict: str


@dataclass(frozen=True)
class Expectation:
    """What was expected of one study's present case.

    ``date`` is the ISO date of its signal bar, the as-of date while the bar was ``provisional``; None when
    the study had no case under way, and then there are no horizons. The question is kept as it was asked:
    ``condition`` with its numbers filled in, so that a later change of the signal library cannot change it.
    ``assets`` are all whose prices it reads. ``headline`` is the label of the horizon that the finding led
    with; None without one, and in what was written before it was kept. ``dates`` is the name of the list of
    dates that was asked about, None of a condition. ``name`` is what sentences call the target; None in what
    was written before it was kept. ``present`` is the day on whose bar the case was said to begin.
    """

    study: str
    title: str
    asset: str
    target: str
    assets: tuple[str, ...]
    condition: str
    bars: BarKind
    cooldown: int
    entry: Entry
    returns: ReturnBasis
    since: str | None
    date: str | None
    provisional: bool
    horizons: tuple[ExpectedHorizon, ...]
    headline: str | None = None
    dates: str | None = None
    name: str | None = None
    present: str | None = None

    @property
    def called(self) -> str:
        """What sentences call the target."""
        return self.name or self.target


@dataclass(frozen=True)
class Expectations:
    """What one report expected: all its studies, those without a case under way included. ISO dates."""

    slug: str
    title: str
    date: str
    as_of: str
    source: str
    studies: tuple[Expectation, ...]
