"""Conditions as clauses: "the close is the highest of the last 20 sessions"."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from generator.signals.nouns import (
    Voice,
    constant,
    is_percent,
    literal,
    noun,
    past_event,
    relative,
)
from generator.signals.settle import settle
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
    return _said(settle(node), voice)


def _said(node: Node, voice: Voice) -> Clause:
    """The clause of a settled condition."""
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
    if n == 1 and (operator, k) in ((">=", 1), (">", 0)):
        return clause(event, voice)
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
    passed = "had passed" if voice.past else "have passed"
    return Clause("", f"{how_long} {passed} since {past_event(event, voice)}")
