"""The signals of the library that are most worth a study in a week."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from generator.findings.sentences import is_large
from generator.market.bars import period_number
from generator.scan.ranking import Finding, ScanResult
from generator.signals.library import Signal, find_signal, load_library
from generator.spec.watchlist import Watchlist
from generator.study.ladder import ENOUGH

WORTH = 55.0
"""Interest below which a signal is not worth a study."""
TELLING_Q = 0.10
"""Largest q of a history that tells something."""
FEWEST_SEPARATE = 5
"""Separate periods in a record below which, as with fewer than ten cases, there is nothing to study."""
BENCHMARK, CORE = 20.0, 10.0
"""Interest that a signal gains for being the benchmark's or of the core: more readers have a stake in it, and
of many assets with the same signal the least known would otherwise be told, for the luck of its record."""
TIRED = 12.0
"""Interest that a signal loses for having been studied in one of the last ``REMEMBERED`` days."""
REMEMBERED = timedelta(days=35)
_DAYS_A_BAR = {"daily": 7 / 5, "weekly": 7.0, "monthly": 365.25 / 12}


@dataclass(frozen=True)
class Told:
    """A signal that an earlier issue studied, on which asset, as of when."""

    signal: str
    asset: str
    as_of: date


def choose_signals(scan: ScanResult, watchlist: Watchlist, told: Collection[Told]) -> tuple[Finding, ...]:
    """The findings worth a study: those whose history tells something, then the most interesting.

    A signal is told once, for one of the assets that had it in the week: what readers know counts for more.
    The same case is told once: a month or week that was told while it was under way is not told again. What
    an earlier issue studied is left out while it cools down; a signal that was studied lately on another
    asset loses some of its interest.

    Parameters
    ----------
    scan : of the week.
    told : what earlier issues studied, none after the week's own.
    """
    as_of = scan.as_of
    if as_of is None:
        return ()
    findings = [f for event in scan.events for f in event.findings]
    fresh = [
        f
        for f in findings
        if _is_able(f) and not _is_told(f, told, as_of) and not _cools_down(f, told, as_of)
    ]
    ranked = sorted(
        fresh,
        key=lambda f: (
            not is_telling(f),
            -_worth(f, watchlist, told, as_of),
            f.firing.signal,
            f.firing.asset,
        ),
    )
    once: dict[str, Finding] = {}
    for finding in ranked:
        if is_telling(finding) or _interest(finding, told, as_of) >= WORTH:
            once.setdefault(finding.firing.signal, finding)
    return tuple(once.values())


def is_telling(finding: Finding) -> bool:
    """Whether a history stands out of all that came in the week, by a share of gains that a reader sees."""
    told = is_large(finding.firing.win_rate, finding.firing.baseline.win_rate)
    return told and finding.q_value is not None and finding.q_value <= TELLING_Q


def _is_able(finding: Finding) -> bool:
    firing = finding.firing
    worth = finding.interest >= WORTH or is_telling(finding)
    return worth and firing.n >= ENOUGH and firing.independent_n >= FEWEST_SEPARATE


def _worth(finding: Finding, watchlist: Watchlist, told: Collection[Told], as_of: date) -> float:
    """Interest, and more of it for what readers know."""
    return _interest(finding, told, as_of) + known_as(finding.firing.asset, watchlist)


def known_as(asset: str, watchlist: Watchlist) -> float:
    """The interest that a signal gains for its asset."""
    return BENCHMARK if asset == watchlist.benchmark else CORE if asset in watchlist.core else 0.0


def _interest(finding: Finding, told: Collection[Told], as_of: date) -> float:
    tired = any(t.signal == finding.firing.signal and as_of - t.as_of <= REMEMBERED for t in told)
    return finding.interest - (TIRED if tired else 0.0)


def _is_told(finding: Finding, told: Collection[Told], as_of: date) -> bool:
    """Whether an earlier issue told of the same bar of this signal: of a week or month under way."""
    bars = find_signal(finding.firing.signal).bars
    mine, period = (finding.firing.signal, finding.firing.asset), period_number(as_of, bars)
    return any((t.signal, t.asset) == mine and period_number(t.as_of, bars) == period for t in told)


def _cools_down(finding: Finding, told: Collection[Told], as_of: date) -> bool:
    """Whether the same signal on the same asset was studied within its cooldown, or the last weeks."""
    span = _span(find_signal(finding.firing.signal))
    mine = (finding.firing.signal, finding.firing.asset)
    return any((t.signal, t.asset) == mine and as_of - t.as_of <= span for t in told)


def _span(signal: Signal) -> timedelta:
    """How long after a study of a signal there is no other of the same asset."""
    return max(timedelta(days=signal.cooldown * _DAYS_A_BAR[signal.bars]), REMEMBERED)


def longest_span() -> timedelta:
    """How long an issue is looked at when a week is drafted: no signal cools down for longer."""
    return max(_span(signal) for signal in load_library().values())
