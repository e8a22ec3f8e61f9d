"""The statistics of a horizon: what each is called, its unit, and where it stands in a summary.

The table of an article, the terminal, JSON, CSV, the facts that prose may name, claims and the scan read them
here. What is shown, and in which order, is for each of them to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from generator.study.values import HorizonSummary

Unit = Literal["count", "percent", "spread", "rate", "bound", "number", "p"]
"""``percent``: a return, written with its sign; ``spread``: one without a sign; ``rate``: a share; ``bound``:
an end of a share's interval. These are decimals, which JSON has in percent. The others stand as they are."""
Printed = Literal["percent", "rate", "number", "count"]
"""How a unit prints: a spread as a return, an end of an interval as a share, a p as a number."""
PRINTED: Mapping[Unit, Printed] = {
    "count": "count",
    "percent": "percent",
    "spread": "percent",
    "rate": "rate",
    "bound": "rate",
    "number": "number",
    "p": "number",
}


@dataclass(frozen=True)
class Statistic:
    """A statistic of one horizon.

    ``column`` is the group of its column in a table, empty where it stands alone and None where it has none;
    its heading is among the letter's words. ``label`` is that of its line in the terminal, which stands
    ``under`` another statistic's or alone; ``{bar}`` in it is the study's bar. Empty where it has no line.
    """

    column: Literal["", "average", "median", "win_rate", "spread", "way"] | None
    label: str
    unit: Unit
    of: Callable[[HorizonSummary], float | None]
    under: str = ""

    @property
    def printed(self) -> Printed:
        """How it prints."""
        return PRINTED[self.unit]

    @property
    def signed(self) -> bool:
        """Whether it prints with its sign: a return does."""
        return self.unit == "percent"

    def in_percent(self, value: float | None) -> float | None:
        """The value as JSON has it."""
        return value * 100 if value is not None and self.unit in _DECIMALS else value


_DECIMALS: frozenset[Unit] = frozenset(("percent", "spread", "rate", "bound"))


def _end(interval: tuple[float, float] | None, side: int) -> float | None:
    return None if interval is None else interval[side]


def _streak(summary: HorizonSummary) -> int:
    streak = summary.longest_winning_streak
    return 0 if streak is None else streak.length


STATISTICS: Mapping[str, Statistic] = {
    "n": Statistic("", "Episodes", "count", lambda s: s.n),
    "pending": Statistic("", "pending", "count", lambda s: s.pending, "n"),
    "independent_n": Statistic("", "separate periods", "count", lambda s: s.independent_n, "n"),
    "average": Statistic("average", "Average", "percent", lambda s: s.average),
    "baseline_n": Statistic(None, "", "count", lambda s: s.baseline.n),
    "baseline_average": Statistic("average", "any {bar}", "percent", lambda s: s.baseline.average, "average"),
    "edge": Statistic("average", "edge", "percent", lambda s: s.edge, "average"),
    "edge_shrunk": Statistic("average", "best estimate", "percent", lambda s: s.edge_shrunk, "average"),
    "edge_low": Statistic("average", "95% from", "percent", lambda s: _end(s.edge_interval, 0), "average"),
    "edge_high": Statistic("average", "95% to", "percent", lambda s: _end(s.edge_interval, 1), "average"),
    "p_value": Statistic("average", "shift p", "p", lambda s: s.p_value, "average"),
    "median": Statistic("median", "Median", "percent", lambda s: s.median),
    "baseline_median": Statistic("median", "any {bar}", "percent", lambda s: s.baseline.median, "median"),
    "win_rate": Statistic("win_rate", "Win rate", "rate", lambda s: s.win_rate),
    "win_rate_low": Statistic(
        "win_rate", "95% from", "bound", lambda s: _end(s.win_rate_interval, 0), "win_rate"
    ),
    "win_rate_high": Statistic(
        "win_rate", "95% to", "bound", lambda s: _end(s.win_rate_interval, 1), "win_rate"
    ),
    "baseline_win_rate": Statistic(
        "win_rate", "any {bar}", "rate", lambda s: s.baseline.win_rate, "win_rate"
    ),
    "best": Statistic("spread", "Best", "percent", lambda s: s.best),
    "worst": Statistic("spread", "Worst", "percent", lambda s: s.worst),
    "stdev": Statistic("spread", "Standard deviation", "spread", lambda s: s.stdev),
    "sharpe": Statistic("spread", "Sharpe", "number", lambda s: s.sharpe),
    "profit_factor": Statistic("spread", "Profit factor", "number", lambda s: s.profit_factor),
    "max_drawdown": Statistic("way", "Max drawdown", "percent", lambda s: s.max_drawdown),
    "worst_daily_close": Statistic("way", "Worst daily close", "percent", lambda s: s.worst_daily_close),
    "max_runup": Statistic("way", "Max run-up", "percent", lambda s: s.max_runup),
    "longest_winning_streak": Statistic(None, "Winning streak", "count", _streak),
}
"""By their keys in CSV and facts; JSON and claims have ``baseline.average`` instead of an underscore."""


def in_percent(key: str, value: float | None) -> float | None:
    """A value of this statistic as JSON has it: percent where it is a return or a share."""
    return STATISTICS[key].in_percent(value)
