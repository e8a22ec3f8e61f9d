"""What ``make calibrate`` measured, as pages and scans tell it: how often the verdict rule is wrong, and what
the stocks that are gone do to averages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

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
SMALLEST = {"horizon": "3M", "points": 2}
"""The smallest effect, of which the text says how often it is found on average."""

Cell = Mapping[str, Any]


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
    alarms, power, tau, steady = table["alarms"], table["power"], table["tau"], table["steady"]["library"]
    places = tuple(dict.fromkeys(cell["history"] for cell in power))
    smallest = [cell for cell in power if SMALLEST.items() <= cell.items() and _in_front(cell)]
    return Calibration(
        measured=numbers.long_day(date.fromisoformat(table["measured"])),
        alarms=tuple(_alarm_row(row) for row in alarms),
        hard=_span_of(row["hard"]["average"] for row in alarms),
        reports=_span_of(row["reports"]["average"] for row in alarms),
        headline=_span_of(row["headline"]["average"] for row in alarms),
        signals=tuple(_signal_rows(table)),
        places=places,
        power=tuple(_main_power(power, places)),
        all_power=tuple(_power_row(cell) for cell in power),
        smallest=numbers.rate(sum(map(_found, smallest)) / len(smallest)),
        edge_covered=_coverage(table["coverage"], "edge"),
        win_rate_covered=_coverage(table["coverage"], "win rate"),
        tau=f"{TAU:.2f}",
        tau_real=listed([f"{row['tau']:.2f}" for row in tau["horizons"]]),
        tau_nothing=listed([f"{row['tau_without_effect']:.2f}" for row in tau["horizons"]]),
        assets=numbers.count(len(tau["assets"])),
        steps=f"{steady['steps']:,}",
        changed=numbers.rate(steady["changed"] / steady["steps"], 1),
    )


def survivorship(path: Path = CALIBRATION) -> Survivorship | None:
    """What was measured of simulated stocks; None where nothing has been."""
    table = _measured(path)
    if table is None:
        return None
    found = table["survivorship"]
    ends = (found["baseline_survivors"], found["baseline_all"])
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


def _measured(path: Path) -> Mapping[str, Any] | None:
    """The table that ``make calibrate`` wrote, shares as fractions and returns in percent."""
    return json.loads(path.read_text()) if path.exists() else None


def _alarm_row(row: Cell) -> AlarmRow:
    shares = (row[key][which] for key in ("hard", "reports", "headline") for which in ("average", "highest"))
    return AlarmRow(
        row["history"], f"{row['histories']:,}", tuple(numbers.rate(share, 1) for share in shares)
    )


def _signal_rows(table: Mapping[str, Any]) -> Iterator[PowerRow]:
    """A signal each: reports with an alarm at any horizon, by kind of history; a dash where hardly judged."""
    kinds = [row["history"] for row in table["alarms"]]
    least = table["fewest_judged"]
    found = {(row["signal"], row["history"]): row for row in table["signals"]}
    for signal in dict.fromkeys(row["signal"] for row in table["signals"]):
        rows = [found.get((signal, kind)) for kind in kinds]
        if any(row and row["judged"] >= least for row in rows):
            yield PowerRow(
                signal,
                tuple(
                    numbers.rate(row["hard"] / row["judged"], 1) if row and row["judged"] >= least
                    else numbers.DASH
                    for row in rows
                ),
            )  # fmt: skip


def _main_power(power: Sequence[Cell], places: tuple[str, ...]) -> Iterator[PowerRow]:
    """An effect each, for the usual number of cases: what could be seen, and how often it was found."""
    cells = [cell for cell in power if _in_front(cell)]
    for horizon, points in dict.fromkeys((cell["horizon"], cell["points"]) for cell in cells):
        alike = {
            (cell["kind"], cell["history"]): cell
            for cell in cells
            if (cell["horizon"], cell["points"]) == (horizon, points)
        }
        seen = [cell["realised"] for cell in alike.values()]
        shares = [numbers.rate(_found(alike[kind, place])) for kind in MAIN_SIGNALS for place in places]
        seen_words = f"{numbers.signed(min(seen), 1)} to {numbers.signed(max(seen), 1)}"
        yield PowerRow(f"+{points} in {span(horizon)}", (seen_words, *shares))


def _in_front(cell: Cell) -> bool:
    return cell["cases"] == MAIN_CASES and cell["kind"] in MAIN_SIGNALS


def _power_row(cell: Cell) -> PowerRow:
    n = cell["histories"]
    return PowerRow(
        f"+{cell['points']} in {span(cell['horizon'])}",
        (
            cell["history"], SIGNALS[cell["kind"]], f"{n:,}", f"{cell['cases']}",
            numbers.signed(cell["realised"], 1), numbers.rate(_found(cell)),
            numbers.rate((cell["better-hard"] + cell["better-luck"]) / n), numbers.rate(cell["t_test"] / n),
        ),
    )  # fmt: skip


def _found(cell: Cell) -> float:
    """Share of the histories in which the effect is called better than usual, hard to explain by luck."""
    return float(cell["better-hard"] / cell["histories"])


def _coverage(cells: Sequence[Cell], interval: str) -> str:
    shares = [cell["covered"] / cell["intervals"] for cell in cells if cell["interval"] == interval]
    return _span_of(shares)


def _span_of(shares: Iterator[float] | Sequence[float]) -> str:
    """The lowest and the highest share: ``2% to 4%``, or ``3%`` where they read the same."""
    known = list(shares)
    low, high = numbers.rate(min(known)), numbers.rate(max(known))
    return low if low == high else f"{low} to {high}"
