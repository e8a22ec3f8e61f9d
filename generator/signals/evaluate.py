"""Conditions and expressions on bars. The only way from a tree to an array."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import FieldError
from generator.market.bars import Bars
from generator.market.clock import newest_known
from generator.market.history import DateArray, FloatArray
from generator.signals import indicators, truths, windows
from generator.signals.dates import truth_of_dates
from generator.signals.language import Condition, Expression
from generator.signals.stack import Stack
from generator.signals.ties import difference, total
from generator.signals.tree import (
    OF_BARS,
    Arithmetic,
    Call,
    Comparison,
    Field,
    Listed,
    Logic,
    Negation,
    Node,
    Not,
    Number,
    On,
)
from generator.signals.truths import UNKNOWN, TruthArray

Known = TypeVar("Known", FloatArray, TruthArray)
Asked = TypeVar("Asked", Condition, Expression)

_ARITHMETIC: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "+": total,
    "-": difference,
    "*": np.multiply,
    "/": windows.divide,
}
_OF_NUMBERS: dict[str, Callable[..., FloatArray]] = {
    "lag": windows.lag,
    "change": windows.change,
    "roc": windows.roc,
    "highest": windows.highest,
    "lowest": windows.lowest,
    "sma": windows.sma,
    "wma": windows.wma,
    "stdev": windows.stdev,
    "zscore": windows.zscore,
    "percentile": windows.percentile,
    "drawdown": windows.drawdown,
    "ema": indicators.ema,
    "macd": indicators.macd,
    "rsi": indicators.rsi,
    "bb_upper": indicators.bb_upper,
    "bb_lower": indicators.bb_lower,
}
_NEVER_BEYOND = frozenset(
    {"lag", "highest", "lowest", "percentile", "rsi", "adx", "streak", "bars_since", "count"}
)
"""Functions that give what they are given, or a small number."""
_CROSSINGS = {"crosses_above": truths.crosses_above, "crosses_below": truths.crosses_below}


def truth(condition: Condition, bars: Bars, others: Mapping[str, Bars]) -> TruthArray:
    """Whether the condition holds, bar by bar.

    Parameters
    ----------
    condition : the parsed condition.
    bars : the asset's bars, B of them.
    others : bars of the assets that ``on`` reads (``condition.assets``), of the same kind, cut at the same
        as-of date. The asset's own bars need not be among them.

    Returns
    -------
    int8, shape (B,): 1 true, 0 false, −1 unknown. The value at t depends on nothing dated after bar t.

    Raises
    ------
    FieldError : a field that the series does not carry; names the asset and the field.
    """
    return Evaluation(bars, others).truth(condition)


def values(expression: Expression, bars: Bars, others: Mapping[str, Bars]) -> FloatArray:
    """The value of a numeric expression, bar by bar: float64, shape (B,), NaN where unknown.

    Parameters and errors as in ``truth``.
    """
    return Evaluation(bars, others).values(expression)


class Evaluation:
    """Many conditions and expressions on the same bars: what they share is worked out once.

    Parameters
    ----------
    bars, others : as in ``truth``; ``others`` of every asset that any of the expressions reads.
    """

    def __init__(self, bars: Bars, others: Mapping[str, Bars]) -> None:
        self.bars = bars
        self._evaluation = _Evaluation(bars, {**others, bars.asset: bars}, {})

    def truth(self, condition: Condition) -> TruthArray:
        """As the function ``truth``."""
        with np.errstate(all="ignore"):
            return self._evaluation.truth(condition.tree)

    def values(self, expression: Expression) -> FloatArray:
        """As the function ``values``."""
        with np.errstate(all="ignore"):
            return self._evaluation.number(expression.tree)


def evaluations(rows: Sequence[Bars], others: Mapping[str, Bars]) -> list[Evaluation]:
    """An ``Evaluation`` of each of these series; ``others`` of every asset that an expression reads.

    What one is asked is worked out for all of them together, which takes less time than one after another;
    the answers are the same to the last bit. Ask all of them the same questions.
    """
    stack = Stack(tuple(rows))
    theirs = {asset: bars for asset, bars in others.items() if asset not in stack.assets}
    together = _Evaluation(stack, theirs, {})
    return [_Row(bars, others, together, number) for number, bars in enumerate(rows)]


class _Row(Evaluation):
    """One series of a stack."""

    def __init__(self, bars: Bars, others: Mapping[str, Bars], together: _Evaluation, number: int) -> None:
        super().__init__(bars, others)
        self._together, self._number = together, number

    def truth(self, condition: Condition) -> TruthArray:
        return self._asked(condition, self._together.truth, super().truth)

    def values(self, expression: Expression) -> FloatArray:
        return self._asked(expression, self._together.number, super().values)

    def _asked(
        self, expression: Asked, together: Callable[[Node], Known], alone: Callable[[Asked], Known]
    ) -> Known:
        """This row of what the stack gives; what the series gives alone, where the stack cannot be asked.

        An asset of the stack that is read by name is another series for that row than for the others, and a
        field may be missing in any of them.
        """
        if all(asset in self._together.assets for asset in expression.assets):
            try:
                with np.errstate(all="ignore"):
                    found = together(expression.tree)
            except FieldError:
                return alone(expression)
            own: Known = found[self._number, found.shape[1] - len(self.bars) :]
            return own
        return alone(expression)


class _Evaluation:
    """One evaluation on one asset's bars, or on a stack; every distinct sub-tree is worked out once."""

    def __init__(
        self, bars: Bars | Stack, assets: Mapping[str, Bars], family: dict[str, _Evaluation]
    ) -> None:
        self.bars = bars
        self.assets = assets
        self.family = family
        self.numbers: dict[Node, FloatArray] = {}
        self.truths: dict[Node, TruthArray] = {}
        self.positions: dict[str, NDArray[np.intp]] = {}
        if isinstance(bars, Bars):
            family[bars.asset] = self

    def number(self, node: Node) -> FloatArray:
        found = self.numbers.get(node)
        if found is None:
            found = self._number(node)
            if not isinstance(node, Call) or node.name not in _NEVER_BEYOND:
                # What has grown beyond any number is not a number that could be compared.
                beyond = np.isinf(found)
                if beyond.any():
                    found = np.where(beyond, np.nan, found)
            self.numbers[node] = found
        return found

    def truth(self, node: Node) -> TruthArray:
        found = self.truths.get(node)
        if found is None:
            found = self.truths[node] = self._truth(node)
        return found

    def _number(self, node: Node) -> FloatArray:
        match node:
            case Number(value):
                # Where a series of a stack has no bar, it has no number either.
                return np.where(np.isnat(self.bars.dates), np.nan, value)
            case Field(name):
                return self.bars.field(name)
            case Negation(operand):
                return -self.number(operand)
            case Arithmetic(operator, left, right):
                return _ARITHMETIC[operator](self.number(left), self.number(right))
            case On(asset, operand):
                other = self.other(asset)
                return _taken(other.number(operand), self.known(other), np.nan)
            case Call(name, series, literals):
                return self._called(name, series, literals)
        raise TypeError(node)

    def _called(self, name: str, series: tuple[Node, ...], literals: tuple[float, ...]) -> FloatArray:
        if name in _OF_NUMBERS:
            return _OF_NUMBERS[name](self.number(series[0]), *_parameters(name, literals))
        if name == "bars_since":
            return truths.bars_since(self.truth(series[0]))
        if name == "streak":
            first = self.bars.first if isinstance(self.bars, Stack) else 0
            return truths.streak(self.truth(series[0]), first)
        if name == "count":
            return truths.count(self.truth(series[0]), int(literals[0]))
        if name in OF_BARS:
            return self._of_prices(name, literals)
        return _calendar(name, self.bars.dates)

    def _of_prices(self, name: str, literals: tuple[float, ...]) -> FloatArray:
        if name == "gap":
            return windows.percent_change(self.bars.field("open"), windows.lag(self.bars.field("close"), 1))
        high, low, n = self.bars.field("high"), self.bars.field("low"), int(literals[0])
        return (
            indicators.adx(high, low, n)
            if name == "adx"
            else indicators.atr(high, low, self.bars.field("close"), n)
        )

    def _truth(self, node: Node) -> TruthArray:
        match node:
            case Comparison(operator, left, Number(value)):
                return truths.compare(operator, self.number(left), value)
            case Comparison(operator, left, right):
                return truths.compare(operator, self.number(left), self.number(right))
            case Not(operand):
                return truths.negate(self.truth(operand))
            case Logic(operator, operands):
                join = truths.both if operator == "and" else truths.either
                return reduce(join, map(self.truth, operands))
            case On(asset, operand):
                other = self.other(asset)
                return _taken(other.truth(operand), self.known(other), UNKNOWN)
            case Listed() if isinstance(self.bars, Bars):
                return truth_of_dates(node, self.bars)
            case Call("within", series, literals):
                return truths.within(self.truth(series[0]), int(literals[0]))
            case Call(name, series):
                return _CROSSINGS[name](self.number(series[0]), self.number(series[1]))
        raise TypeError(node)

    def other(self, asset: str) -> _Evaluation:
        """The evaluation on another asset's bars."""
        return self.family.get(asset) or _Evaluation(self.assets[asset], self.assets, self.family)

    def known(self, other: _Evaluation) -> NDArray[np.intp]:
        """Position of the other asset's newest bar that had closed when each of ours closed; −1 for none."""
        theirs = other.bars
        assert isinstance(theirs, Bars)  # another asset is never a stack
        found = self.positions.get(theirs.asset)
        if found is None:
            ours = self.bars
            found = self.positions[theirs.asset] = (
                newest_known(theirs, ours) if isinstance(ours, Bars) else ours.newest_known(theirs)
            )
        return found


def _parameters(name: str, literals: tuple[float, ...]) -> list[float]:
    """Windows as int; ``k`` of the bands is the one literal that need not be whole."""
    if name in ("bb_upper", "bb_lower"):
        return [int(literals[0]), literals[1]]
    return [int(literal) for literal in literals]


def _taken(values: Known, positions: NDArray[np.intp], unknown: float | np.int8) -> Known:
    """The values at these positions; unknown where there is none."""
    found: Known = np.full(positions.shape, unknown, dtype=values.dtype)
    known = positions >= 0
    found[known] = values[positions[known]]
    return found


def _calendar(name: str, dates: DateArray) -> FloatArray:
    """``month``, ``day_of_month``, ``weekday`` or ``week_of_year`` of each date; unknown where none is."""
    days = dates.astype("datetime64[D]")
    number = days.astype(np.int64)
    if name == "month":
        found: NDArray[np.int64] = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    elif name == "day_of_month":
        found = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    elif name == "weekday":
        # 1970-01-01 was a Thursday.
        found = (number + 3) % 7
    elif name == "week_of_year":
        # An ISO week belongs to the year of its Thursday.
        thursday = (number + 3) // 7 * 7
        year_start = thursday.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
        found = (thursday - year_start.astype(np.int64)) // 7 + 1
    else:
        raise KeyError(name)
    return np.where(np.isnat(days), np.nan, found.astype(np.float64))
