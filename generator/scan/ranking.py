"""From what fired to a ranked list of events: false discovery, interest, what fired together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from generator.market.calendar import sessions
from generator.market.exchanges import CalendarName, calendar_of
from generator.market.history import as_date
from generator.scan.values import AssetScan, Firing, Near, ScanQuestion, Skipped
from generator.study.evidence.significance import false_discovery_adjusted

UNUSUAL, CONSEQUENTIAL, FRESH = 0.4, 0.4, 0.2
"""Weights of the three parts of the interest; they add up to 1."""
SEPARATE = 5
"""Separate periods at which half of a record's weight counts."""
PROVISIONAL = 0.5
"""What is left of the freshness of a signal that its week or month may still take back."""


@dataclass(frozen=True)
class Finding:
    """A signal that fired, judged.

    Attributes
    ----------
    sessions_ago : sessions of the asset's calendar since the signal's day; 0 on the last one.
    q_value : the p-value adjusted for all findings of the scan (Benjamini–Hochberg); None without a p-value.
    unusual, consequential, fresh : 0 to 1. ``interest`` : their weighted sum, 0 to 100.
    """

    firing: Firing
    sessions_ago: int
    q_value: float | None
    unusual: float
    consequential: float
    fresh: float

    @property
    def interest(self) -> float:
        """0.4 unusual + 0.4 consequential + 0.2 fresh, times 100."""
        return 100 * (UNUSUAL * self.unusual + CONSEQUENTIAL * self.consequential + FRESH * self.fresh)


@dataclass(frozen=True)
class Event:
    """The same signal on the same day: the finding of most interest, and those on other assets."""

    lead: Finding
    also: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, the lead first."""
        return (self.lead, *self.also)


@dataclass(frozen=True)
class ScanResult:
    """The answer of a scan.

    Attributes
    ----------
    as_of : the last session of any asset, on or before the day asked for.
    asked, scanned : assets that were to be looked at, and those that were.
    events : by interest, the highest first. ``near`` : by the size of the move, the smallest first.
    stale : assets whose prices ended before the sessions looked at; they can have no event.
    tests : p-values that the false-discovery rate is taken over.
    complete : False when the scan was interrupted.
    """

    as_of: date | None
    sessions: int
    source: str
    asked: int
    scanned: int
    events: tuple[Event, ...]
    near: tuple[Near, ...]
    skipped: tuple[Skipped, ...]
    stale: tuple[str, ...]
    tests: int
    complete: bool


@dataclass
class Collection:
    """What a scan has found so far; only what fired, what is near and what was skipped is kept."""

    question: ScanQuestion
    firings: list[Firing] = field(default_factory=list)
    near: list[Near] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    lasts: dict[str, date] = field(default_factory=dict)

    def add(self, answer: AssetScan | Skipped) -> None:
        """Take in the answer for one asset."""
        if isinstance(answer, Skipped):
            self.skipped.append(answer)
            return
        self.firings += answer.firings
        self.near += answer.near
        self.skipped += answer.skipped
        self.lasts[answer.asset] = answer.last

    def result(self, source: str, asked: int, *, complete: bool) -> ScanResult:
        """Judge, group and rank what has been found."""
        as_of = max(self.lasts.values(), default=None)
        windows = {} if as_of is None else _windows(self.lasts, as_of, self.question)
        # A window is empty where an exchange is closed for the whole week.
        oldest = {asset: window[0] if window else date.min for asset, window in windows.items()}
        current = {asset for asset, last in self.lasts.items() if last >= oldest[asset]}
        firings = [f for f in self.firings if f.asset in current and f.day >= oldest[f.asset]]
        findings = _judged(firings, windows, self.question.fading)
        events = sorted(_grouped(findings), key=lambda event: _order(event.lead))
        near = sorted(
            (n for n in self.near if self.lasts[n.asset] in windows[n.asset][-1:]),
            key=lambda n: (abs(n.move), n.signal, n.asset),
        )
        return ScanResult(
            as_of=as_of,
            sessions=self.question.sessions,
            source=source,
            asked=asked,
            scanned=len(self.lasts),
            events=tuple(events),
            near=tuple(near),
            skipped=tuple(self.skipped),
            stale=tuple(sorted(set(self.lasts) - current)),
            tests=sum(f.p_value is not None for f in firings),
            complete=complete,
        )


def _windows(lasts: Iterable[str], as_of: date, question: ScanQuestion) -> Mapping[str, list[date]]:
    """The sessions looked at, oldest first, of the calendar of each asset."""
    day = np.datetime64(as_of, "D")
    # In any calendar a week has three sessions or more, but for the longest closures.
    first = day - np.timedelta64(question.sessions * 2 + 14, "D")
    kept = slice(-question.sessions, None)
    if question.since is not None:
        first, kept = np.datetime64(question.since, "D"), slice(None)
    known: dict[CalendarName, list[date]] = {}
    found = {}
    for asset in lasts:
        calendar = calendar_of(asset)
        if calendar not in known:
            days = sessions(asset, first, day)[kept]
            known[calendar] = [as_date(d) for d in days]
        found[asset] = known[calendar]
    return found


def _judged(firings: Sequence[Firing], windows: Mapping[str, list[date]], fading: bool) -> list[Finding]:
    tested = [i for i, f in enumerate(firings) if f.p_value is not None]
    adjusted = false_discovery_adjusted(np.array([firings[i].p_value for i in tested], dtype=np.float64))
    q_values = dict(zip(tested, adjusted.tolist(), strict=True))
    findings = []
    for number, firing in enumerate(firings):
        window = windows[firing.asset]
        ago = sum(day > firing.day for day in window)
        faded = ago / len(window) if fading and window else 0.0
        fresh = (1 - faded) * (PROVISIONAL if firing.provisional else 1)
        findings.append(
            Finding(firing, ago, q_values.get(number), unusual(firing), consequential(firing), fresh)
        )
    return findings


def unusual(firing: Firing) -> float:
    """How rare the signal is on this asset and how extreme this time, 0 to 1: the mean of the two.

    Rare: y ÷ (y + 1) with y the years of history per episode. Extreme: the share of earlier episodes whose
    measure was less extreme; a half where that cannot be said.
    """
    wait = firing.years / firing.episodes
    return (wait / (wait + 1) + (0.5 if firing.extreme is None else firing.extreme)) / 2


def consequential(firing: Firing) -> float:
    """How much the record says, 0 to 1: (1 − p) · m ÷ (m + 5), with m the separate periods.

    An edge that any set of dates would have weighs nothing, and so does one that a few cases carry.
    """
    if firing.p_value is None:
        return 0.0
    return (1 - firing.p_value) * firing.independent_n / (firing.independent_n + SEPARATE)


def _grouped(findings: Sequence[Finding]) -> list[Event]:
    together: dict[tuple[str, date], list[Finding]] = {}
    for finding in sorted(findings, key=_order):
        together.setdefault((finding.firing.signal, finding.firing.day), []).append(finding)
    return [Event(group[0], tuple(group[1:])) for group in together.values()]


def _order(finding: Finding) -> tuple[float, str, str]:
    return -finding.interest, finding.firing.signal, finding.firing.asset
