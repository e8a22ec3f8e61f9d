"""The functions of the condition language: their parameters, what they give, how far back they look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from generator.signals.tree import ValueKind

LARGEST_WINDOW = 2520
"""Ten years of sessions; the largest ``n``."""

ParameterKind = Literal["number", "truth", "window", "factor"]
"""``number`` and ``truth`` are series; ``window`` a whole literal number, ``factor`` any literal number."""

Reach = Callable[[tuple[float, ...]], int | None]
"""Earlier bars that a function reads beyond those its arguments read, from its literal parameters."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function: how it is written in the documentation, what it takes."""

    name: str
    kind: ParameterKind
    least: int = 1


@dataclass(frozen=True)
class Function:
    """A function of the language.

    ``required`` parameters must be given, the ones after may be left out. ``reach`` is None-valued for a
    function whose value may depend on any earlier bar.
    """

    name: str
    parameters: tuple[Parameter, ...]
    gives: ValueKind
    reach: Reach
    meaning: str
    required: int

    @property
    def usage(self) -> str:
        """How it is written: ``highest(x, n)``."""
        return f"{self.name}({', '.join(p.name for p in self.parameters)})"


_X = Parameter("x", "number")
_Y = Parameter("y", "number")
_CONDITION = Parameter("cond", "truth")
_N = Parameter("n", "window")
_N2 = Parameter("n", "window", least=2)
_K = Parameter("k", "factor")
_FAST = Parameter("fast", "window")
_SLOW = Parameter("slow", "window")


def _nothing(_: tuple[float, ...]) -> int | None:
    return 0


def _one(_: tuple[float, ...]) -> int | None:
    return 1


def _back(literals: tuple[float, ...]) -> int | None:
    return int(literals[0])


def _window(literals: tuple[float, ...]) -> int | None:
    return int(literals[0]) - 1


def _everything(_: tuple[float, ...]) -> int | None:
    return None


def _window_or_everything(literals: tuple[float, ...]) -> int | None:
    return _window(literals) if literals else None


def _function(
    name: str,
    parameters: tuple[Parameter, ...],
    reach: Reach,
    meaning: str,
    gives: ValueKind = "number",
    required: int | None = None,
) -> Function:
    return Function(
        name, parameters, gives, reach, meaning, len(parameters) if required is None else required
    )


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        _function("lag", (_X, _N), _back, "x, n bars ago"),
        _function("change", (_X, _N), _back, "x minus x n bars ago"),
        _function("roc", (_X, _N), _back, "percent change of x from n bars ago"),
        _function("highest", (_X, _N), _window, "the highest of the last n bars, the present one included"),
        _function("lowest", (_X, _N), _window, "the lowest of the last n bars, the present one included"),
        _function("sma", (_X, _N), _window, "simple average of the last n bars"),
        _function(
            "ema", (_X, _N), _everything, "exponential average, weight 2/(n+1), from the mean of the first n"
        ),
        _function(
            "wma", (_X, _N), _window, "average of the last n bars with weights 1 to n, the present one n"
        ),
        _function("stdev", (_X, _N), _window, "population standard deviation of the last n bars"),
        _function("zscore", (_X, _N), _window, "standard deviations from the average of the last n bars"),
        _function("rsi", (_X, _N2), _everything, "Wilder's relative strength index, 0 to 100; 50 when flat"),
        _function("atr", (_N2,), _everything, "Wilder's average true range"),
        _function("adx", (_N2,), _everything, "Wilder's average directional index, 0 to 100"),
        _function("macd", (_X, _FAST, _SLOW), _everything, "ema(x, fast) minus ema(x, slow)"),
        _function("bb_upper", (_X, _N, _K), _window, "sma plus k standard deviations"),
        _function("bb_lower", (_X, _N, _K), _window, "sma minus k standard deviations"),
        _function("gap", (), _one, "percent from the previous close to this open"),
        _function(
            "drawdown",
            (_X, _N),
            _window_or_everything,
            "percent below the highest x so far, or of the last n bars; 0 or negative",
            required=1,
        ),
        _function(
            "percentile", (_X, _N), _window, "percent of the last n values that are <= the present one"
        ),
        _function("crosses_above", (_X, _Y), _one, "x is above y now and was not on the bar before", "truth"),
        _function("crosses_below", (_X, _Y), _one, "x is below y now and was not on the bar before", "truth"),
        _function("streak", (_CONDITION,), _everything, "bars in a row, ending now, on which cond was true"),
        _function("count", (_CONDITION, _N), _window, "how many of the last n bars cond was true on"),
        _function(
            "bars_since", (_CONDITION,), _everything, "bars since cond was last true; 0 when it is true now"
        ),
        _function(
            "within", (_CONDITION, _N), _window, "cond was true on one of the last n bars or more", "truth"
        ),
        _function("month", (), _nothing, "month of the bar's date, 1 to 12"),
        _function("day_of_month", (), _nothing, "day of the month of the bar's date, 1 to 31"),
        _function("weekday", (), _nothing, "weekday of the bar's date, Monday is 0"),
        _function("week_of_year", (), _nothing, "ISO week of the bar's date, 1 to 53"),
    )
}
"""Every function but ``on``, which takes a ticker and has its own place in the grammar."""

ON = "on"
ON_USAGE = 'on("SPY", x)'
"""``on`` evaluates an expression on another asset's bars, as of this bar's date."""
