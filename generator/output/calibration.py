"""What ``make calibrate`` measured, as pages and scans tell it: how often the verdict rule is wrong, and what
the stocks that are gone do to averages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from generator.core.json_values import read_json
from generator.language import numbers
from generator.language.words import listed, span
from generator.site.templating import TEMPLATES
from generator.study.evidence.bootstrap import TAU

CALIBRATION = TEMPLATES / "site" / "calibration.json"

SIGNALS: Mapping[str, str] = {
    "random dates": "random dates",
    "momentum": "after a strong month",
    "drop": "after a weak month",
    "surge": "after a strong week",
}
"""The kinds of signal that effects were planted after, as a reader would call them."""
MAIN_CASES = 30
MAIN_SIGNALS = ("random dates", "momentum", "drop")
"""What the table in front shows; the rest is folded away."""
SMALLEST = ("3M", 2)
"""The smallest effect, of which the text says how often it is found on average."""


@dataclass(frozen=True)
class Share:
    """A share of false alarms, as a fraction: of all cells on average, and of the worst."""

    average: float
    highest: float


@dataclass(frozen=True)
class Alarms:
    """False alarms on one kind of history."""

    history: str
    histories: int
    hard: Share
    reports: Share
    headline: Share


@dataclass(frozen=True)
class SignalAlarms:
    """A signal on one kind of history: how often it was judged, and called hard to explain by luck."""

    signal: str
    history: str
    judged: int
    hard: int


@dataclass(frozen=True)
class Power:
    """An effect of so many points, planted: ``realised`` of it in percent points, and in how many histories
    it was called what."""

    history: str
    kind: str
    cases: int
    horizon: str
    points: int | float
    histories: int
    realised: float
    t_test: int
    better_hard: Annotated[int, Field(alias="better-hard")]
    better_luck: Annotated[int, Field(alias="better-luck")]

    @property
    def found(self) -> float:
        """Share of the histories in which it is called better than usual, hard to explain by luck."""
        return self.better_hard / self.histories

    @property
    def is_in_front(self) -> bool:
        """Whether it stands in the table that is not folded away."""
        return self.cases == MAIN_CASES and self.kind in MAIN_SIGNALS


@dataclass(frozen=True)
class Coverage:
    """How many of an interval's cases held the truth."""

    interval: str
    intervals: int
    covered: int


@dataclass(frozen=True)
class TauAt:
    """The spread of true edges at a horizon, and what it would be measured as if there were none."""

    tau: float
    tau_without_effect: float


@dataclass(frozen=True)
class Tau:
    """The spread of true edges, measured on these assets."""

    assets: list[str]
    horizons: list[TauAt]


@dataclass(frozen=True)
class Steps:
    """Verdicts from month to month, and how many of them changed."""

    steps: int
    changed: int


@dataclass(frozen=True)
class Steady:
    """The same of the library's studies."""

    library: Steps


@dataclass(frozen=True)
class Gone:
    """Average three months of simulated stocks, in percent: of those that are left, and of all."""

    baseline_survivors: float
    baseline_all: float


@dataclass(frozen=True)
class Measured:
    """The table that ``make calibrate`` wrote."""

    measured: date
    fewest_judged: int
    alarms: list[Alarms]
    signals: list[SignalAlarms]
    power: list[Power]
    coverage: list[Coverage]
    tau: Tau
    steady: Steady
    survivorship: Gone


@dataclass(frozen=True)
class AlarmRow:
    """False alarms on one kind of history: average and highest share of results, reports and headlines."""

    history: str
    histories: str
    shares: tuple[str, ...]


@dataclass(frozen=True)
class PowerRow:
    """One planted effect: where it was planted, what could be seen of it, how often it was found."""

    heading: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Calibration:
    """What the page shows, as text."""

    measured: str
    alarms: tuple[AlarmRow, ...]
    hard: str
    reports: str
    headline: str
    signals: tuple[PowerRow, ...]
    places: tuple[str, ...]
    power: tuple[PowerRow, ...]
    all_power: tuple[PowerRow, ...]
    smallest: str
    edge_covered: str
    win_rate_covered: str
    tau: str
    tau_real: str
    tau_nothing: str
    assets: str
    steps: str
    changed: str


@dataclass(frozen=True)
class Survivorship:
    """Average three months of simulated stocks, as text: of those that are left, and of all."""

    survivors: str
    everyone: str


def calibration(path: Path = CALIBRATION) -> Calibration | None:
    """What was measured of the rule; None where nothing has been."""
    table = _measured(path)
    if table is None:
        return None
    alarms, power, tau, steady = table.alarms, table.power, table.tau.horizons, table.steady.library
    places = tuple(dict.fromkeys(cell.history for cell in power))
    smallest = [cell for cell in power if (cell.horizon, cell.points) == SMALLEST and cell.is_in_front]
    return Calibration(
        measured=numbers.long_day(table.measured),
        alarms=tuple(_alarm_row(row) for row in alarms),
        hard=_span_of(row.hard.average for row in alarms),
        reports=_span_of(row.reports.average for row in alarms),
        headline=_span_of(row.headline.average for row in alarms),
        signals=tuple(_signal_rows(table)),
        places=places,
        power=tuple(_main_power(power, places)),
        all_power=tuple(_power_row(cell) for cell in power),
        smallest=numbers.rate(sum(cell.found for cell in smallest) / len(smallest)),
        edge_covered=_covered(table.coverage, "edge"),
        win_rate_covered=_covered(table.coverage, "win rate"),
        tau=f"{TAU:.2f}",
        tau_real=listed([f"{row.tau:.2f}" for row in tau]),
        tau_nothing=listed([f"{row.tau_without_effect:.2f}" for row in tau]),
        assets=numbers.count(len(table.tau.assets)),
        steps=f"{steady.steps:,}",
        changed=numbers.rate(steady.changed / steady.steps, 1),
    )


def survivorship(path: Path = CALIBRATION) -> Survivorship | None:
    """What was measured of simulated stocks; None where nothing has been."""
    table = _measured(path)
    if table is None:
        return None
    ends = (table.survivorship.baseline_survivors, table.survivorship.baseline_all)
    return Survivorship(*(f"{numbers.signed(end)}%" for end in ends))


def survivorship_sentence(path: Path = CALIBRATION) -> str:
    """A sentence for whoever looks at single stocks."""
    told = survivorship(path)
    figures = ""
    if told is not None:
        figures = f" (of simulated ones, {told.survivors} in three months, against {told.everyone} for all)"
    return (
        f"Stocks that can be studied today are those still there, and their averages are too good{figures}."
    )


def _measured(path: Path) -> Measured | None:
    return read_json(path.read_bytes(), Measured, path.name) if path.exists() else None


def _alarm_row(row: Alarms) -> AlarmRow:
    shares = (
        share for kind in (row.hard, row.reports, row.headline) for share in (kind.average, kind.highest)
    )
    return AlarmRow(row.history, f"{row.histories:,}", tuple(numbers.rate(share, 1) for share in shares))


def _signal_rows(table: Measured) -> Iterator[PowerRow]:
    """A signal each: reports with an alarm at any horizon, by kind of history; a dash where hardly judged."""
    kinds = [row.history for row in table.alarms]
    found = {(row.signal, row.history): row for row in table.signals if row.judged >= table.fewest_judged}
    for signal in dict.fromkeys(row.signal for row in table.signals):
        rows = [found.get((signal, kind)) for kind in kinds]
        if any(rows):
            shares = (None if row is None else row.hard / row.judged for row in rows)
            yield PowerRow(signal, tuple(numbers.DASH if s is None else numbers.rate(s, 1) for s in shares))


def _main_power(power: Sequence[Power], places: tuple[str, ...]) -> Iterator[PowerRow]:
    """An effect each, for the usual number of cases: what could be seen, and how often it was found."""
    cells = [cell for cell in power if cell.is_in_front]
    for horizon, points in dict.fromkeys((cell.horizon, cell.points) for cell in cells):
        alike = {
            (cell.kind, cell.history): cell
            for cell in cells
            if (cell.horizon, cell.points) == (horizon, points)
        }
        seen = [cell.realised for cell in alike.values()]
        shares = [numbers.rate(alike[kind, place].found) for kind in MAIN_SIGNALS for place in places]
        seen_words = f"{numbers.signed(min(seen), 1)} to {numbers.signed(max(seen), 1)}"
        yield PowerRow(f"+{points} in {span(horizon)}", (seen_words, *shares))


def _power_row(cell: Power) -> PowerRow:
    n = cell.histories
    return PowerRow(
        f"+{cell.points} in {span(cell.horizon)}",
        (
            cell.history, SIGNALS[cell.kind], f"{n:,}", f"{cell.cases}",
            numbers.signed(cell.realised, 1), numbers.rate(cell.found),
            numbers.rate((cell.better_hard + cell.better_luck) / n), numbers.rate(cell.t_test / n),
        ),
    )  # fmt: skip


def _covered(cells: Sequence[Coverage], interval: str) -> str:
    return _span_of([cell.covered / cell.intervals for cell in cells if cell.interval == interval])


def _span_of(shares: Iterator[float] | Sequence[float]) -> str:
    """The lowest and the highest share: ``2% to 4%``, or ``3%`` where they read the same."""
    known = list(shares)
    low, high = numbers.rate(min(known)), numbers.rate(max(known))
    return low if low == high else f"{low} to {high}"
