"""Expressions in words: numeric ones as nouns ("the 50-session average of the close"), conditions as clauses
("the close is the highest of the last 20 sessions")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from generator.market.bars import BarKind
from generator.signals.simplify import simplify
from generator.signals.tree import (
    Arithmetic,
    Call,
    Comparison,
    Field,
    Logic,
    Negation,
    Node,
    Not,
    Number,
    On,
    number_text,
)

_UNITS: dict[BarKind, str] = {"daily": "session", "weekly": "week", "monthly": "month"}
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_AVERAGES = {"sma": "average", "ema": "exponential average", "wma": "weighted average"}
_MEASURES = {**_AVERAGES, "stdev": "standard deviation", "zscore": "z-score", "rsi": "RSI"}
_EXTREMES = ("highest", "lowest")
_PERCENT = ("roc", "gap", "drawdown", "percentile")
_KEEPS_UNIT = (*_AVERAGES, *_EXTREMES, "lag")


@dataclass(frozen=True)
class Voice:
    """How a phrase is said: in which bars, of which other asset, of the present or of an earlier bar."""

    kind: BarKind
    owner: str = ""
    past: bool = False

    @property
    def unit(self) -> str:
        """``session``, ``week`` or ``month``."""
        return _UNITS[self.kind]

    @property
    def be(self) -> str:
        """``is`` or ``was``."""
        return "was" if self.past else "is"

    def bars(self, n: float) -> str:
        """``1 session``, ``20 sessions``."""
        return f"{number_text(n)} {self.unit}{'' if n == 1 else 's'}"

    def last(self, n: float) -> str:
        """``the last 20 sessions``, as seen from the bar that is spoken of."""
        if n == 1:
            return f"that {self.unit}" if self.past else f"the present {self.unit}"
        return f"the {self.bars(n)} up to then" if self.past else f"the last {self.bars(n)}"

    def earlier(self, n: float) -> str:
        """``the session before``, ``5 sessions before``."""
        return f"the {self.unit} before" if n == 1 else f"{self.bars(n)} before"

    def before(self) -> Voice:
        """The same voice about an earlier bar."""
        return replace(self, past=True)

    def on(self, asset: str) -> Voice:
        """The same voice about another asset."""
        return replace(self, owner=asset)


def noun(node: Node, voice: Voice) -> str:
    """The noun phrase of a numeric node."""
    match node:
        case Number(value):
            return literal(value)
        case Field(name):
            return f"{_owner(voice)} {name}"
        case Negation(operand):
            fixed = constant(node)
            return literal(fixed) if fixed is not None else f"minus {part(operand, voice)}"
        case Arithmetic():
            return _arithmetic(node, voice)
        case On(asset, operand):
            return noun(operand, voice.on(asset))
        case Call():
            return _call(node, voice)
    raise TypeError(node)


def part(node: Node, voice: Voice) -> str:
    """The noun phrase as a part of a larger one: in brackets unless it is one thing."""
    text = noun(node, voice)
    return text if _is_one_thing(node) else f"({text})"


def of(node: Node, voice: Voice) -> str:
    """The noun phrase behind "of": in brackets when it is a sum or the like."""
    inner = node.operand if isinstance(node, On) else node
    text = noun(node, voice)
    return f"({text})" if isinstance(inner, Arithmetic) else text


def literal(value: float, *, percent: bool = False) -> str:
    """``20``, ``−8.5``, ``10%``, ``1,000,000``."""
    size = abs(value)
    text = f"{int(size):,}" if size >= 1000 and number_text(size).isdigit() else number_text(size)
    return ("−" if value < 0 else "") + text + ("%" if percent else "")


def constant(node: Node) -> float | None:
    """The value of a literal with its sign; None for anything else."""
    match node:
        case Number(value):
            return value
        case Negation(Number(value)):
            return -value
    return None


def is_percent(node: Node) -> bool:
    """Whether the node's value is in percent."""
    match node:
        case On(_, operand) | Negation(operand):
            return is_percent(operand)
        case Call(name, series):
            return name in _PERCENT or (name in _KEEPS_UNIT and is_percent(series[0]))
    return False


def is_average(node: Node) -> bool:
    """Whether the node is a moving average."""
    return isinstance(node, Call) and node.name in _AVERAGES


def own(node: Node, of_what: Node, voice: Voice) -> str:
    """``its 200-session average`` where ``node`` is a measure of ``of_what``; otherwise nothing."""
    match node:
        case Arithmetic("*", Number(value), right) if own(right, of_what, voice):
            return f"{literal(value)} times {own(right, of_what, voice)}"
        case Call(name, (base,), literals) if base == of_what and name in _MEASURES:
            return f"its {_measure(name, literals[0], voice)}"
        case Call(name, (base,), literals) if base == of_what and name.startswith("bb_"):
            return f"its {_band(name)} ({_band_width(literals, voice)})"
        case Call("lag", (Call(name, (base,), (window,)),), (1.0,)) if base == of_what and name in _EXTREMES:
            return f"its {name} of the {voice.bars(window)} before"
    return ""


def past_event(node: Node, voice: Voice) -> str:
    """What a condition says of an earlier bar, as a clause in the past tense."""
    # Nouns and clauses speak of each other: a count is a number, of clauses.

    phrase = clause(node, voice.before())
    return f"({phrase.text})" if phrase.compound and "," in phrase.text else phrase.text


def _owner(voice: Voice) -> str:
    return f"{voice.owner}'s" if voice.owner else "the"


def _measure(name: str, n: float, voice: Voice) -> str:
    return f"{number_text(n)}-{voice.unit} {_MEASURES[name]}"


def _band(name: str) -> str:
    return "upper Bollinger band" if name == "bb_upper" else "lower Bollinger band"


def _band_width(literals: tuple[float, ...], voice: Voice) -> str:
    deviations = "standard deviation" if literals[1] == 1 else "standard deviations"
    return f"{voice.bars(literals[0])}, {number_text(literals[1])} {deviations}"


def _arithmetic(node: Arithmetic, voice: Voice) -> str:
    match node:
        case Arithmetic("*", Arithmetic("-", Arithmetic("/", x, base), Number(1.0)), Number(100.0)):
            return f"the percent distance of {of(x, voice)} from {relative(x, base, voice)}"
        case Arithmetic("*", Number(value), x):
            return f"{literal(value)} times {part(x, voice) if isinstance(x, Arithmetic) else noun(x, voice)}"
        case Arithmetic("/", x, base) if own(base, x, voice):
            return f"the ratio of {of(x, voice)} to {own(base, x, voice)}"
    return f"{part(node.left, voice)} {_SIGNS[node.operator]} {part(node.right, voice)}"


def relative(x: Node, y: Node, voice: Voice) -> str:
    """``y`` as it is said next to ``x``: "its 200-session average", or in full."""
    shared = is_average(x) and is_average(y) and isinstance(x, Call) and isinstance(x.series[0], Field)
    if shared and isinstance(x, Call):
        return own(y, x.series[0], voice) or _clear(y, voice)
    # "Its average" said of an average would be taken for one of the prices.
    return ("" if is_average(x) else own(y, x, voice)) or _clear(y, voice)


def _clear(node: Node, voice: Voice) -> str:
    """In brackets when it is a sum or the like, so that the verb around it cannot cut it in two."""
    scaled = isinstance(node, Arithmetic) and node.operator == "*" and isinstance(node.left, Number)
    return f"({noun(node, voice)})" if isinstance(node, Arithmetic) and not scaled else noun(node, voice)


def _is_one_thing(node: Node) -> bool:
    match node:
        case Number() | Field():
            return True
        case Negation():
            return constant(node) is not None
        case On(_, operand):
            return _is_one_thing(operand)
        case Call(_, series):
            return not series
    return False


def _call(node: Call, voice: Voice) -> str:
    match node:
        case Call(name, (x,), (n,)) if name in _MEASURES:
            return f"the {_measure(name, n, voice)} of {of(x, voice)}"
        case Call(name, (x,), (n,)) if name in _EXTREMES:
            return _extreme(name, x, voice, voice.last(n))
        case Call("lag", (Call(name, (x,), (window,)),), (1.0,)) if name in _EXTREMES:
            return _extreme(name, x, voice, f"the {voice.bars(window)} before")
        case Call("lag", (x,), (n,)):
            joined = f"of {voice.earlier(1)}" if n == 1 else voice.earlier(n)
            return f"{part(x, voice)} {joined}"
        case Call("change", (x,), (n,)):
            return f"the change of {of(x, voice)} from {voice.earlier(n)}"
        case Call("roc", (x,), (1.0,)):
            return f"the {voice.kind} percent change of {of(x, voice)}"
        case Call("roc", (x,), (n,)):
            return f"the percent change of {of(x, voice)} from {voice.earlier(n)}"
        case Call("drawdown", (x,), literals):
            top = f"the highest of {voice.last(literals[0])}" if literals else "its highest so far"
            return f"the percent drawdown of {of(x, voice)} from {top}"
        case Call("percentile", (x,), (n,)):
            return f"the percentile of {of(x, voice)} among {voice.last(n)}"
        case Call("macd", (x,), (fast, slow)):
            spans = f"{number_text(fast)} and {number_text(slow)} {voice.unit}s"
            return f"the MACD ({spans}) of {of(x, voice)}"
        case Call(name, (x,), literals) if name.startswith("bb_"):
            return f"the {_band(name)} ({_band_width(literals, voice)}) of {of(x, voice)}"
    return _of_bars(node, voice)


def _extreme(name: str, x: Node, voice: Voice, span: str) -> str:
    match x:
        case Field(field):
            return f"{_owner(voice)} {name} {field} of {span}"
        case On(asset, Field(field)):
            return f"{asset}'s {name} {field} of {span}"
    return f"the {name} value of {of(x, voice)} in {span}"


def _of_bars(node: Call, voice: Voice) -> str:
    """Functions of conditions, of whole bars and of dates."""
    unit, whose = voice.unit, _owner(voice)
    match node:
        case Call("streak", (event,)):
            ending = "up to then" if voice.past else "up to now"
            return f"the number of {unit}s in a row, {ending}, on which {past_event(event, voice)}"
        case Call("count", (event,), (n,)):
            return f"the number of {unit}s among {voice.last(n)} on which {past_event(event, voice)}"
        case Call("bars_since", (event,)):
            return f"the number of {unit}s since {past_event(event, voice)}"
        case Call("atr", _, (n,)):
            return f"{whose} {number_text(n)}-{unit} average true range"
        case Call("adx", _, (n,)):
            return f"{whose} {number_text(n)}-{unit} ADX"
        case Call("gap"):
            return f"{whose} opening gap in percent"
        case Call(name):
            return f"{whose} {_DATES[name]}"


_DATES = {
    "month": "month",
    "day_of_month": "day of the month",
    "weekday": "weekday (Monday is 0)",
    "week_of_year": "week of the year",
}


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_HOW_MANY = {
    ">=": "at least {}",
    ">": "more than {}",
    "<=": "at most {}",
    "<": "fewer than {}",
    "==": "exactly {}",
}
_AGAINST = {
    "<": "below {}",
    "<=": "at or below {}",
    ">": "above {}",
    ">=": "at or above {}",
    "==": "equal to {}",
    "!=": "not equal to {}",
}
_AGAINST_LITERAL = {**_AGAINST, "<=": "{} or less", ">=": "{} or more", "==": "{}", "!=": "not {}"}
_THAN_BEFORE = {
    ">": "higher than",
    "<": "lower than",
    ">=": "no lower than",
    "<=": "no higher than",
    "==": "the same as",
    "!=": "not the same as",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Clause:
    """A clause: its subject, so that the next one can say "it", and the rest.

    ``subject`` is empty where the clause does not begin with it. ``dated`` is the rest shortened to stand
    before "… sessions ago", empty where that would be misread. ``compound`` clauses are joined ones.
    """

    subject: str
    rest: str
    dated: str = ""
    compound: bool = False

    @property
    def text(self) -> str:
        """The whole clause."""
        return f"{self.subject} {self.rest}" if self.subject else self.rest


def clause(node: Node, voice: Voice) -> Clause:
    """The clause of a condition."""
    return _said(simplify(node), voice)


def _said(node: Node, voice: Voice) -> Clause:
    """The clause of a simplified condition."""
    match node:
        case Logic():
            return _joined(node, voice)
        case On(asset, operand):
            return _said(operand, voice.on(asset))
        case Comparison():
            return _comparison(node, voice)
        case Call("within", (event,), (n,)):
            return _counted(">=", 1, event, n, voice)
        case Not(Call("within", (event,), (n,))):
            return _counted("<", 1, event, n, voice)
        case Call("crosses_below", (Call("drawdown", (x,), literals), Negation(Number(percent)))):
            verb = "fell" if voice.past else "falls"
            return Clause(
                noun(x, voice), f"{verb} to more than {literal(percent)}% below {_top(literals, voice)}"
            )
        case Call(name, (x, y)):
            verb = "crossed" if voice.past else "crosses"
            rest = f"{verb} {name.removeprefix('crosses_')} {relative(x, y, voice)}"
            return Clause(noun(x, voice), rest, dated=rest)
        case Not(Call(name, (x, y))):
            verb = "did not cross" if voice.past else "does not cross"
            return Clause(noun(x, voice), f"{verb} {name.removeprefix('crosses_')} {relative(x, y, voice)}")
    raise TypeError(node)


# Joined clauses --------------------------------------------------------------------------------------


def _joined(node: Logic, voice: Voice) -> Clause:
    """Outermost joints by commas; "it" for a subject that was the last clause's own."""
    match node:
        case Logic("and", (first, Comparison("==", Call("count", (event,), (n,)), Number(1.0)))) if (
            event == first
        ):
            return Clause(
                "", f"{_member(first, voice).text}, for the first time in {voice.bars(n)}", compound=True
            )
    clauses = [_member(operand, voice) for operand in node.operands]
    texts = [clauses[0].text]
    for before, present in pairwise(clauses):
        same = present.subject and present.subject == before.subject
        texts.append(f"it {present.rest}" if same else present.text)
    return Clause("", f"{', '.join(texts[:-1])}, {node.operator} {texts[-1]}", compound=True)


def _member(node: Node, voice: Voice) -> Clause:
    """A clause among others; a joined one shows where it begins and ends."""
    said = _said(node, voice)
    if not isinstance(node, Logic):
        # "On each of …, x was, and y was": in the past nothing tells whether y belongs to it.
        return said if said.subject or not voice.past else Clause("", f"({said.text})")
    texts = [_member(operand, voice).text for operand in node.operands]
    if len(texts) == 2 and not any("," in text for text in texts):
        opening = {"and": "both", "or": "either"}[node.operator]
        return Clause("", f"{opening} {texts[0]} {node.operator} {texts[1]}")
    return Clause("", f"({said.text})")


# Comparisons -----------------------------------------------------------------------------------------


def _comparison(node: Comparison, voice: Voice) -> Clause:
    operator, x, y = node.operator, node.left, node.right
    if constant(x) is not None and constant(y) is None:
        operator, x, y = _MIRRORED[operator], y, x
    inside = voice
    while isinstance(x, On) and constant(y) is not None:
        inside = inside.on(x.asset)
        x = x.operand
    value = constant(y)
    known = (
        _against_value(operator, x, value, inside)
        if value is not None
        else _against_series(operator, x, y, voice)
    )
    if known is not None:
        return known
    if value is None:
        return Clause(noun(x, voice), f"{voice.be} {_AGAINST[operator].format(relative(x, y, voice))}")
    shown = literal(value, percent=is_percent(x))
    return Clause(noun(x, inside), f"{voice.be} {_AGAINST_LITERAL[operator].format(shown)}")


def _against_series(operator: str, x: Node, y: Node, voice: Voice) -> Clause | None:
    match y:
        case Call("highest" | "lowest" as name, (base,), (n,)) if base == x and n > 1:
            # The window holds the present value, so nothing is above its highest.
            met = {"==", ">="} if name == "highest" else {"==", "<="}
            if operator in met:
                rest = f"{voice.be} the {name} of the last {number_text(n)}"
                return Clause(noun(x, voice), f"{rest} {voice.unit}s", dated=rest)
            if operator == "!=":
                return Clause(noun(x, voice), f"{voice.be} not the {name} of {voice.last(n)}")
        case Call("lag", (base,), (n,)) if base == x:
            return Clause(noun(x, voice), f"{voice.be} {_THAN_BEFORE[operator]} {voice.earlier(n)}")
    return None


def _against_value(operator: str, x: Node, value: float, voice: Voice) -> Clause | None:
    match x:
        case Arithmetic("*", Arithmetic("-", Arithmetic("/", upper, base), Number(1.0)), Number(100.0)):
            return _apart(operator, upper, relative(upper, base, voice), value, voice)
        case Call("roc" | "change", (base,), (n,)):
            amount = literal(abs(value), percent=is_percent(x))
            return _moved(operator, base, value, amount, f"from {voice.earlier(n)}", n, voice)
        case Call("gap"):
            return _gap(operator, value, voice)
        case Call("drawdown", (base,), literals):
            return _below_top(operator, base, value, literals, voice)
        case Call("count", (event,), (n,)) if operator in _HOW_MANY and _whole(value):
            return _counted(operator, int(value), event, n, voice)
        case Call("streak", (event,)) if _whole(value):
            return _in_a_row(operator, int(value), event, voice)
        case Call("bars_since", (event,)) if operator in _HOW_MANY and _whole(value):
            return _since(operator, int(value), event, voice)
        case Call("month") if operator in ("==", "!=") and _whole(value) and 1 <= value <= 12:
            return _named(operator, noun(x, voice), _MONTHS[int(value) - 1], voice)
        case Call("weekday") if operator in ("==", "!=") and _whole(value) and 0 <= value <= 6:
            return _named(
                operator, noun(x, voice).removesuffix(" (Monday is 0)"), _WEEKDAYS[int(value)], voice
            )
    return None


def _whole(value: float) -> bool:
    return value == int(value) and value >= 0


def _named(operator: str, subject: str, name: str, voice: Voice) -> Clause:
    return Clause(subject, f"{voice.be} {'' if operator == '==' else 'not '}{name}")


def _moved(
    operator: str, x: Node, value: float, amount: str, since: str, n: float, voice: Voice
) -> Clause | None:
    """Up or down by at least so much; nothing for "up by less than"."""
    if value == 0:
        return Clause(noun(x, voice), f"{voice.be} {_THAN_BEFORE[operator]} {voice.earlier(n)}")
    direction = {(True, ">"): "up", (True, ">="): "up", (False, "<"): "down", (False, "<="): "down"}
    way = direction.get((value > 0, operator))
    if way is None:
        return None
    size = f"{amount} or more" if operator in (">=", "<=") else f"more than {amount}"
    return Clause(noun(x, voice), f"{voice.be} {way} {size} {since}")


def _gap(operator: str, value: float, voice: Voice) -> Clause | None:
    opening, before = Field("open"), f"the close of {voice.earlier(1)}"
    return _apart(operator, opening, before, value, voice)


def _apart(operator: str, x: Node, base: str, value: float, voice: Voice) -> Clause | None:
    """Above or below another value by at least so many percent; nothing for "by less than"."""
    if value == 0:
        return Clause(noun(x, voice), f"{voice.be} {_AGAINST[operator].format(base)}")
    sides = {(True, ">"): "above", (True, ">="): "above", (False, "<"): "below", (False, "<="): "below"}
    side = sides.get((value > 0, operator))
    if side is None:
        return None
    amount = literal(abs(value), percent=True)
    size = f"{amount} or more" if operator in (">=", "<=") else f"more than {amount}"
    return Clause(noun(x, voice), f"{voice.be} {size} {side} {base}")


def _below_top(
    operator: str, x: Node, value: float, literals: tuple[float, ...], voice: Voice
) -> Clause | None:
    top = _top(literals, voice)
    if value == 0 and operator in ("==", ">="):
        return Clause(noun(x, voice), f"{voice.be} at {top}")
    if value == 0 and operator in ("<", "!="):
        return Clause(noun(x, voice), f"{voice.be} below {top}")
    if value >= 0 or operator in ("==", "!="):
        return None
    amount = literal(-value, percent=True)
    size = {"<": "more than {}", "<=": "{} or more", ">": "less than {}", ">=": "at most {}"}[operator]
    return Clause(noun(x, voice), f"{voice.be} {size.format(amount)} below {top}")


def _top(literals: tuple[float, ...], voice: Voice) -> str:
    return f"its highest of {voice.last(literals[0])}" if literals else "its highest so far"


# Conditions of the past ------------------------------------------------------------------------------


def _counted(operator: str, k: int, event: Node, n: float, voice: Voice) -> Clause:
    if n == 1 and (operator, k) in ((">=", 1), (">", 0), ("==", 1)):
        return clause(event, voice)
    if n == 1 and (operator, k) in (("<", 1), ("<=", 0), ("==", 0)):
        return clause(Not(event), voice)
    said = past_event(event, voice)
    if (operator, k) in ((">=", 1), (">", 0)):
        return Clause("", f"on at least one of {voice.last(n)}, {said}")
    if (operator, k) in (("<", 1), ("<=", 0), ("==", 0)):
        return Clause("", f"on none of {voice.last(n)} was it true that {said}")
    return Clause("", f"on {_HOW_MANY[operator].format(k)} of {voice.last(n)}, {said}")


def _in_a_row(operator: str, k: int, event: Node, voice: Voice) -> Clause | None:
    least = {">=": k, ">": k + 1}.get(operator, 0)
    if least >= 2:
        return Clause("", f"on each of {voice.last(least)}, {past_event(event, voice)}")
    if operator == "==" and k >= 2:
        ending = "up to then" if voice.past else "up to now"
        return Clause("", f"for exactly {voice.bars(k)} in a row {ending}, {past_event(event, voice)}")
    return None


def _since(operator: str, k: int, event: Node, voice: Voice) -> Clause:
    when = "before" if voice.past else "ago"
    how_long = f"{_HOW_MANY[operator].format(voice.bars(k))}"
    if operator in ("<", "<="):
        happened = clause(event, voice.before())
        if happened.dated and happened.subject:
            return Clause(happened.subject, f"{happened.dated} {how_long} {when}")
        return Clause("", f"{how_long} {when}, {past_event(event, voice)}")
    passed = "had passed" if voice.past else "has passed" if k == 1 else "have passed"
    return Clause("", f"{how_long} {passed} since {past_event(event, voice)}")
