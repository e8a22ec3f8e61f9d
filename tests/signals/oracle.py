"""The condition language again, one bar at a time, in plain Python: slow and obvious.

Series are lists; None is "unknown". Only the parsed tree is shared with the program.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from generator.signals import tree as nodes

Value = float | bool | None


@dataclass
class Table:
    """Bars of one asset as lists."""

    dates: list[date]
    columns: dict[str, list[float]]


class Oracle:
    """Values of a tree on a table, bar by bar; remembers nothing but whole series of sub-trees."""

    def __init__(self, table: Table, others: dict[str, Table] | None = None) -> None:
        self.table = table
        self.others = others or {}

    def series(self, node: nodes.Node) -> list[Value]:
        return [self.at(node, t) for t in range(len(self.table.dates))]

    def at(self, node: nodes.Node, t: int) -> Value:
        return self._checked(self._at(node, t))

    @staticmethod
    def _checked(value: Value) -> Value:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    def _at(self, node: nodes.Node, t: int) -> Value:
        match node:
            case nodes.Number(value):
                return value
            case nodes.Field(name):
                return self._cell(name, t)
            case nodes.Negation(operand):
                x = self._at(operand, t)
                return None if x is None else -x
            case nodes.Arithmetic(operator, left, right):
                return arithmetic(operator, self._at(left, t), self._at(right, t))
            case nodes.Comparison(operator, left, right):
                return comparison(operator, self._at(left, t), self._at(right, t))
            case nodes.Not(operand):
                x = self._at(operand, t)
                return None if x is None else not x
            case nodes.Logic(operator, operands):
                return logic(operator, [self._at(o, t) for o in operands])
            case nodes.On(asset, operand):
                other = self.others[asset]
                places = [i for i, day in enumerate(other.dates) if day <= self.table.dates[t]]
                return Oracle(other, self.others)._at(operand, places[-1]) if places else None
            case nodes.Call(name, series, literals):
                past = [[self._at(s, i) for i in range(t + 1)] for s in series]
                return getattr(self, f"_{name}")(past, [int(x) if x == int(x) else x for x in literals], t)
        raise AssertionError(node)

    def _cell(self, name, t):
        value = self.table.columns[name][t]
        return None if math.isnan(value) else value

    # Every method below gets the series up to bar t, the literals and t.

    def _lag(self, past, literals, t):
        return past[0][t - literals[0]] if t >= literals[0] else None

    def _change(self, past, literals, t):
        return arithmetic("-", past[0][t], self._lag(past, literals, t))

    def _roc(self, past, literals, t):
        before = self._lag(past, literals, t)
        return percent(past[0][t], before)

    def _highest(self, past, literals, t):
        return over_window(past[0], literals[0], max)

    def _lowest(self, past, literals, t):
        return over_window(past[0], literals[0], min)

    def _sma(self, past, literals, t):
        return over_window(past[0], literals[0], mean)

    def _wma(self, past, literals, t):
        n = literals[0]
        return over_window(
            past[0], n, lambda w: math.fsum((i + 1) * x for i, x in enumerate(w)) / (n * (n + 1) / 2)
        )

    def _stdev(self, past, literals, t):
        return over_window(past[0], literals[0], deviation)

    def _zscore(self, past, literals, t):
        window = over_window(past[0], literals[0], list)
        if window is None or deviation(window) == 0:
            return None
        return arithmetic("-", past[0][t], mean(window)) / deviation(window)

    def _bb_upper(self, past, literals, t):
        return over_window(past[0], literals[0], lambda w: mean(w) + literals[1] * deviation(w))

    def _bb_lower(self, past, literals, t):
        return over_window(past[0], literals[0], lambda w: mean(w) - literals[1] * deviation(w))

    def _percentile(self, past, literals, t):
        return over_window(
            past[0], literals[0], lambda w: 100 * sum(comparison("<=", x, w[-1]) for x in w) / len(w)
        )

    def _ema(self, past, literals, t):
        return smoothed(past[0], literals[0], 2 / (literals[0] + 1))

    def _macd(self, past, literals, t):
        return arithmetic("-", self._ema(past, literals[:1], t), self._ema(past, literals[1:], t))

    def _rsi(self, past, literals, t):
        moves = [None, *(arithmetic("-", b, a) for a, b in zip(past[0], past[0][1:], strict=False))]
        gain = smoothed([None if m is None else max(m, 0.0) for m in moves], literals[0], 1 / literals[0])
        loss = smoothed([None if m is None else max(-m, 0.0) for m in moves], literals[0], 1 / literals[0])
        if gain is None or loss is None:
            return None
        return 50.0 if gain + loss == 0 else 100 - 100 / (1 + gain / loss) if loss else 100.0

    def _atr(self, past, literals, t):
        return smoothed([self._true_range(i) for i in range(1, t + 1)], literals[0], 1 / literals[0])

    def _true_range(self, i):
        high, low, close = self._cell("high", i), self._cell("low", i), self._cell("close", i - 1)
        if None in (high, low, close):
            return None
        return max(high - low, abs(high - close), abs(low - close))

    def _adx(self, past, literals, t):
        n = literals[0]
        plus, minus, index = [], [], []
        for i in range(1, t + 1):
            up = arithmetic("-", self._cell("high", i), self._cell("high", i - 1))
            down = arithmetic("-", self._cell("low", i - 1), self._cell("low", i))
            known = up is not None and down is not None
            plus.append((up if comparison(">", up, down) and up > 0 else 0.0) if known else None)
            minus.append((down if comparison("<", up, down) and down > 0 else 0.0) if known else None)
            parts = [smoothed(x, n, 1 / n) for x in (plus, minus)]
            if None in parts:
                index.append(None)
            elif sum(parts) == 0:
                index.append(0.0)
            else:
                index.append(100 * abs(parts[0] - parts[1]) / sum(parts))
        return smoothed(index, n, 1 / n)

    def _gap(self, past, literals, t):
        return percent(self._cell("open", t), self._cell("close", t - 1)) if t else None

    def _drawdown(self, past, literals, t):
        if literals:
            top = over_window(past[0], literals[0], max)
        else:
            known = past[0][next((i for i, x in enumerate(past[0]) if x is not None), t) :]
            top = None if None in known else max(known)
        return percent(past[0][t], top)

    def _crosses_above(self, past, literals, t):
        return self._newly(">", past, t)

    def _crosses_below(self, past, literals, t):
        return self._newly("<", past, t)

    def _newly(self, operator, past, t):
        now = comparison(operator, past[0][t], past[1][t])
        before = comparison(operator, past[0][t - 1], past[1][t - 1]) if t else None
        return logic("and", [now, None if before is None else not before])

    def _streak(self, past, literals, t):
        length = 0
        for value in reversed(past[0]):
            if value is None:
                return None
            if not value:
                break
            length += 1
        return float(length)

    def _bars_since(self, past, literals, t):
        for back, value in enumerate(reversed(past[0])):
            if value is None:
                return None
            if value:
                return float(back)
        return None

    def _count(self, past, literals, t):
        return over_window(past[0], literals[0], lambda w: float(sum(w)))

    def _within(self, past, literals, t):
        return over_window(past[0], literals[0], any)

    def _month(self, past, literals, t):
        return float(self.table.dates[t].month)

    def _day_of_month(self, past, literals, t):
        return float(self.table.dates[t].day)

    def _weekday(self, past, literals, t):
        return float(self.table.dates[t].weekday())

    def _week_of_year(self, past, literals, t):
        return float(self.table.dates[t].isocalendar().week)


def arithmetic(operator, x, y):
    if x is None or y is None or (operator == "/" and y == 0):
        return None
    value = {
        "+": lambda: 0.0 if equal(x, -y) else x + y,
        "-": lambda: 0.0 if equal(x, y) else x - y,
        "*": lambda: x * y,
        "/": lambda: x / y,
    }[operator]()
    return value if math.isfinite(value) else None


def comparison(operator, x, y):
    if x is None or y is None:
        return None
    same = equal(x, y)
    return {
        "<": x < y and not same,
        "<=": x < y or same,
        ">": x > y and not same,
        ">=": x > y or same,
        "==": same,
        "!=": not same,
    }[operator]


def equal(x, y):
    return abs(x - y) <= 1e-9 * max(abs(x), abs(y))


def logic(operator, values):
    decisive = operator == "or"
    if any(v is decisive for v in values):
        return decisive
    return None if None in values else not decisive


def percent(x, base):
    return None if x is None or base is None or base <= 0 else 100 * arithmetic("-", x, base) / base


def over_window(series, n, fold):
    window = series[-n:]
    return None if len(series) < n or None in window else fold(window)


def mean(window):
    return math.fsum(window) / len(window)


def deviation(window):
    centre = mean(window)
    found = math.sqrt(math.fsum((x - centre) ** 2 for x in window) / len(window))
    return 0.0 if found <= 1e-9 * abs(centre) else found


def smoothed(series, n, weight):
    start = next((i for i, x in enumerate(series) if x is not None), None)
    if start is None or len(series) - start < n:
        return None
    known = series[start:]
    if n == 1:
        return known[-1]
    if None in known:
        return None
    value = mean(known[:n])
    for x in known[n:]:
        value = (1 - weight) * value + weight * x
    return value
