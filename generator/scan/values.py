"""What is asked of a scan and what it answers, as frozen values. Returns are decimals, NaN where none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from generator.core.errors import RequestError
from generator.market.bars import BarKind
from generator.signals.language import Condition, Expression, parse_condition, parse_expression
from generator.study.evidence.records import Records
from generator.study.horizons import DEFAULTS
from generator.study.values import Baseline, Horizon

HEADLINES: dict[BarKind, str] = {"daily": "3M", "weekly": "13W", "monthly": "3M"}
"""The one horizon by which a signal is told, tested and ranked in a scan: a quarter."""
MOST_SESSIONS = 252
MOST_NEAR = 250
"""Assets up to which what is one step from firing is looked for: on a universe nobody reads that list."""
NEAR = 0.02
"""How far the next close may be from the last one in what is told as one step from firing."""


@dataclass(frozen=True)
class ScanSignal:
    """A signal of the library, made ready to be read on many assets, at the usual horizons of each."""

    name: str
    condition: Condition
    measure: Expression
    bars: BarKind
    cooldown: int

    @property
    def headline(self) -> int:
        """Which of the horizons is the headline."""
        return DEFAULTS[self.bars].index(HEADLINES[self.bars])

    @property
    def assets(self) -> tuple[str, ...]:
        """The other assets that it reads."""
        return tuple(dict.fromkeys((*self.condition.assets, *self.measure.assets)))


@dataclass(frozen=True)
class ScanQuestion:
    """These signals, on the last ``sessions`` sessions up to ``as_of`` (None: the newest).

    With ``since`` it is every session from that day on, however many an asset has: a week of five in New
    York, of three in Shanghai and of seven for crypto.
    ``near`` is False when what is one step from firing is not wanted; ``fading`` when an earlier one of
    these sessions is as much news as the last, as in a letter of the week.
    """

    signals: tuple[ScanSignal, ...]
    sessions: int = 5
    as_of: date | None = None
    near: bool = True
    fading: bool = True
    since: date | None = None

    @property
    def assets(self) -> tuple[str, ...]:
        """Assets that signals read besides their own."""
        return tuple(dict.fromkeys(asset for signal in self.signals for asset in signal.assets))


@dataclass(frozen=True)
class Firing:
    """One signal that began on one asset, with its history's record at the headline horizon.

    Attributes
    ----------
    day : date of the signal bar. ``provisional`` : it is a week or month in progress.
    trigger : the measure on it; None when undefined.
    extreme : share of the earlier episodes whose measure was less extreme; None without any.
    years : length of the history the signal could be read on; ``episodes`` in it, this one included.
    n, independent_n, average, median, win_rate, baseline, edge, p_value : of the definitions.
    """

    asset: str
    signal: str
    day: date
    provisional: bool
    trigger: float | None
    extreme: float | None
    years: float
    episodes: int
    horizon: str
    n: int
    independent_n: int
    average: float | None
    median: float | None
    win_rate: float | None
    baseline: Baseline
    edge: float | None
    p_value: float | None


@dataclass(frozen=True)
class Near:
    """A daily signal that would begin at the next close if the price moved by ``move`` (a decimal)."""

    asset: str
    signal: str
    move: float
    last_close: float


@dataclass(frozen=True)
class Skipped:
    """What could not be looked at: a whole asset (``signal`` is None), or one signal on it, and why."""

    asset: str
    signal: str | None
    reason: str


@dataclass(frozen=True, eq=False)
class Table:
    """The records of the signals of one kind of bars on one asset; rows of ``records`` are ``signals``."""

    bars: BarKind
    signals: tuple[str, ...]
    horizons: tuple[Horizon, ...]
    records: Records


@dataclass(frozen=True, eq=False)
class AssetScan:
    """All signals on one asset: what began on its last sessions, what is near, the records of all."""

    asset: str
    last: date
    firings: tuple[Firing, ...]
    near: tuple[Near, ...]
    skipped: tuple[Skipped, ...]
    tables: tuple[Table, ...]


def scan_signals(names: tuple[str, ...] = ()) -> tuple[ScanSignal, ...]:
    """These signals of the library, or all of them.

    Raises
    ------
    RequestError : there is no such signal, or one is named twice.
    """
    # Not above: the processes of a scan are given their signals, and need no library.
    from generator.signals.library import find_signal, load_library

    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise RequestError(f"the signal {twice} is named twice. Name each once.")
    signals = [find_signal(name) for name in names] or list(load_library().values())
    return tuple(
        ScanSignal(
            name=signal.name,
            condition=parse_condition(signal.condition),
            measure=parse_expression(signal.measure_text),
            bars=signal.bars,
            cooldown=signal.cooldown,
        )
        for signal in signals
    )
