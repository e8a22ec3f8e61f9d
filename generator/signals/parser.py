"""From text to a type-checked tree: a small tokenizer and a Pratt parser with hard limits.

The limits come first, so that any text gives its tree or its error at once: length before anything is
read, nesting before anything recurses, the number of nodes as they are made.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NoReturn, cast

from generator.core.errors import ConditionError
from generator.market.history import ASSET, TICKER
from generator.signals.tree import (
    FIELDS,
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
    ValueKind,
    children,
)
from generator.signals.vocabulary import FUNCTIONS, LARGEST_WINDOW, ON, ON_USAGE, Function, Parameter

MAX_CHARACTERS = 500
MAX_NODES = 100
MAX_DEPTH = 20

_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_BINDING = {"or": 1, "and": 2, **dict.fromkeys(_COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_NOT_BINDING, _MINUS_BINDING = 3, 7
_KEYWORDS = ("and", "or", "not")

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<name>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<string>"[^"]*"|'[^']*')
      | (?P<sign><=|>=|==|!=|[-+*/<>(),])
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)

_ADVICE = {
    "=": 'Write "==" to compare.',
    "!": 'Write "not", or "!=" to compare.',
    "&": 'Write "and".',
    "|": 'Write "or".',
    "%": "roc, gap, drawdown and percentile are in percent already: leave it out.",
    "^": "There are no powers: multiply.",
    "−": 'Write the plain minus sign "-".',
    "–": 'Write the plain minus sign "-".',
    "×": 'Write "*".',
    "≥": 'Write ">=".',
    "≤": 'Write "<=".',
    "≠": 'Write "!=".',
    "[": "Nothing can be subscripted: lag(x, n) is x, n bars ago.",
    ".": "Nothing has attributes here.",
    '"': f"The text is not closed; only {ON_USAGE} takes a text.",
    "'": f"The text is not closed; only {ON_USAGE} takes a text.",
    "“": 'Write plain quotation marks: "SPY".',
    "”": 'Write plain quotation marks: "SPY".',
    "{": "Parameters in braces belong to the signal library, which fills them in.",
}

_WORD: dict[ValueKind, str] = {"number": "a number", "truth": "a condition (true or false)"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int

    @property
    def operator(self) -> str:
        """The text when this is a sign or keyword, otherwise nothing."""
        return self.text if self.kind == "sign" or self.text in _KEYWORDS else ""


def parse(text: str, wanted: ValueKind) -> Node:
    """The tree of ``text``, which must give ``wanted`` on every bar.

    Raises
    ------
    ConditionError : the text is not such an expression, or is beyond a limit.
    """
    if len(text) > MAX_CHARACTERS:
        raise ConditionError(
            f"The expression has {len(text):,} characters; at most {MAX_CHARACTERS} are allowed. "
            "Say it in a shorter way, or split it into two studies."
        )
    return _Parser(text).whole(wanted)


class _Parser:
    """One parse. Every method that reads moves ``self.next`` along."""

    def __init__(self, text: str) -> None:
        # A caret must stand under its character and a terminal must not obey one: same length, printable.
        self.text = "".join(c if c.isprintable() else " " for c in text)
        self.source = text
        self.nesting = 0
        self.nodes = 0
        self.offset = 0
        self.next = self._read()

    def fail(self, message: str, position: int) -> NoReturn:
        raise ConditionError(message, self.text, position)

    def _read(self) -> _Token:
        match = _TOKEN.match(self.source, self.offset)
        if match is None:
            rest = self.source[self.offset :]
            position = self.offset + len(rest) - len(rest.lstrip())
            character = self.source[position]
            shown = f'"{character}"' if character.isprintable() else f"the character U+{ord(character):04X}"
            advice = _ADVICE.get(
                character, "Allowed are fields, numbers, functions, + - * /, comparisons, and, or, not."
            )
            self.fail(f"{shown} is not part of the language. {advice}", position)
        self.offset = match.end()
        kind = cast("str", match.lastgroup)
        return _Token(kind, match.group(kind), match.start(kind))

    def take(self) -> _Token:
        """The present token; the next one is read."""
        token = self.next
        if token.kind != "end":
            self.next = self._read()
        return token

    def expect(self, sign: str, why: str) -> _Token:
        if self.next.operator != sign:
            self.fail(f'Expected "{sign}" {why}, found {self.found(self.next)}.', self.next.position)
        return self.take()

    @staticmethod
    def found(token: _Token) -> str:
        return (
            "the end" if token.kind == "end" else f'"{token.text}"' if token.kind != "string" else token.text
        )

    def count(self, position: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail(
                f"The expression has more than {MAX_NODES} parts, which is the limit. Simplify it.", position
            )

    def whole(self, wanted: ValueKind) -> Node:
        if self.next.kind == "end":
            self.fail("The expression is empty. Write for example: close == highest(close, 20)", 0)
        tree = self.expression(0)
        if self.next.kind != "end":
            self.fail(self._leftover(), self.next.position)
        self._check_depth(tree)
        if tree.kind != wanted:
            advice = (
                'Compare it with something: for example "... > 0".'
                if wanted == "truth"
                else "Leave the comparison out."
            )
            self.fail(f"This is {_WORD[tree.kind]}, not {_WORD[wanted]}. {advice}", tree.position)
        return tree

    def _leftover(self) -> str:
        token = self.next
        if token.operator == ")":
            return 'This ")" closes nothing. Take it out, or open a bracket before it.'
        if token.operator == ",":
            return (
                'A "," stands only between the arguments of a function. Join conditions with "and" or "or".'
            )
        near = _nearest(token.text, _KEYWORDS) if token.kind == "name" else ""
        return f"Expected an operator or the end, found {self.found(token)}.{near}"

    def _check_depth(self, tree: Node) -> None:
        level, depth = [tree], 1
        while level:
            if depth > MAX_DEPTH:
                self.too_deep(level[0].position)
            level, depth = [child for node in level for child in children(node)], depth + 1

    def too_deep(self, position: int) -> NoReturn:
        self.fail(f"The expression is nested more than {MAX_DEPTH} deep here. Simplify it.", position)

    # Expressions -------------------------------------------------------------------------------------

    def expression(self, binding: int) -> Node:
        """An operand and the operators behind it that bind tighter than ``binding``."""
        self.nesting += 1
        if self.nesting > MAX_DEPTH:
            self.too_deep(self.next.position)
        left = self.operand()
        while _BINDING.get(self.next.operator, 0) > binding:
            left = self.binary(left, self.take())
        self.nesting -= 1
        return left

    def binary(self, left: Node, token: _Token) -> Node:
        operator = token.text
        self.count(token.position)
        right = self.expression(_BINDING[operator])
        wanted: ValueKind = "truth" if operator in _KEYWORDS else "number"
        if operator in _COMPARISONS and isinstance(left, Comparison):
            advice = f'Write "a {left.operator} b and b {operator} c".'
            self.fail(f"What a comparison gives cannot be compared again. {advice}", token.position)
        self.want(left, wanted, f'On the left of "{operator}"')
        self.want(right, wanted, f'On the right of "{operator}"')
        if operator in _COMPARISONS:
            return Comparison(operator, left, right, left.position)
        if operator in ("and", "or"):
            joint = cast('Literal["and", "or"]', operator)
            before = left.operands if isinstance(left, Logic) and left.operator == operator else (left,)
            return Logic(joint, (*before, right), left.position)
        return Arithmetic(operator, left, right, left.position)

    def want(self, node: Node, wanted: ValueKind, where: str) -> None:
        if node.kind != wanted:
            self.fail(f"{where} stands {_WORD[wanted]}; this is {_WORD[node.kind]}.", node.position)

    def operand(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name" and token.text not in _KEYWORDS:
            return self.named(token)
        if token.text == "(":
            inner = self.expression(0)
            self.expect(")", "to close the bracket")
            return inner
        if token.text == "not":
            self.count(token.position)
            inner = self.expression(_NOT_BINDING)
            self.want(inner, "truth", 'Behind "not"')
            return Not(inner, token.position)
        if token.text == "-":
            self.count(token.position)
            inner = self.expression(_MINUS_BINDING)
            self.want(inner, "number", 'Behind "-"')
            return Negation(inner, token.position)
        return self.not_an_operand(token)

    def not_an_operand(self, token: _Token) -> NoReturn:
        if token.kind == "string":
            self.fail(f"A text stands only in {ON_USAGE}, as its first argument.", token.position)
        expected = "Expected a field, a number, a function or a bracket"
        self.fail(f"{expected}, found {self.found(token)}.", token.position)

    def number(self, token: _Token) -> Number:
        self.count(token.position)
        value = float(token.text)
        if math.isinf(value):
            self.fail("This number is too large.", token.position)
        return Number(value, token.position)

    # Names and calls ---------------------------------------------------------------------------------

    def named(self, token: _Token) -> Node:
        self.count(token.position)
        name, called = token.text, self.next.operator == "("
        if name in FIELDS:
            if called:
                self.fail(f'{name} is a price field, not a function: write "{name}".', token.position)
            return Field(name, token.position)
        if name not in FUNCTIONS and name != ON:
            self.fail(_unknown(name, called), token.position)
        if not called:
            usage = ON_USAGE if name == ON else FUNCTIONS[name].usage
            self.fail(f"{name} is a function: write {usage}.", token.position)
        self.take()
        return self.on(token) if name == ON else self.call(FUNCTIONS[name], token)

    def on(self, name: _Token) -> On:
        token = self.take()
        named = token.text[1:-1]
        # In capitals where it can be a ticker of Yahoo's; files are searched in any case.
        ticker = named.upper() if TICKER.fullmatch(named.upper()) else named
        if token.kind != "string" or not ASSET.fullmatch(ticker):
            self.fail(f"The first argument of on is a ticker in quotation marks: {ON_USAGE}.", token.position)
        self.expect(",", f"after the ticker: {ON_USAGE}")
        inner = self.expression(0)
        self.expect(")", "to close on(")
        return On(ticker, inner, name.position)

    def call(self, function: Function, name: _Token) -> Call:
        series: list[Node] = []
        literals: list[float] = []
        for index, parameter in enumerate(function.parameters):
            if index >= function.required and self.next.operator == ")":
                break
            if self.next.operator == ")":
                advice = f"write {function.usage}, {function.meaning}"
                self.fail(f"{parameter.name} is missing: {advice}.", self.next.position)
            if index:
                self.expect(",", f"before {parameter.name}: {function.usage}")
            if parameter.kind in ("number", "truth"):
                series.append(self.argument(function, parameter))
            else:
                literals.append(self.literal(function, parameter))
        if self.next.operator == ",":
            self.fail(f"{function.name} takes no more arguments: {function.usage}.", self.next.position)
        self.expect(")", f"to close {function.name}(")
        return Call(function.name, tuple(series), tuple(literals), function.gives, name.position)

    def argument(self, function: Function, parameter: Parameter) -> Node:
        node = self.expression(0)
        wanted: ValueKind = "truth" if parameter.kind == "truth" else "number"
        self.want(node, wanted, f"As {parameter.name} of {function.usage}")
        return node

    def literal(self, function: Function, parameter: Parameter) -> float:
        """A literal number, alone up to the next comma or bracket."""
        start = self.next.position
        token = self.take()
        alone = self.next.operator in (",", ")") or self.next.kind == "end"
        if parameter.kind == "factor":
            if token.kind != "number" or not alone:
                self.fail(f"{parameter.name} of {function.usage} is a number written out, such as 2.", start)
            return self.number(token).value
        value = self.number(token).value if token.kind == "number" else -1
        if not alone or value != math.floor(value) or not parameter.least <= value <= LARGEST_WINDOW:
            allowed = f"a whole number from {parameter.least} to {LARGEST_WINDOW}"
            self.fail(f"{parameter.name} of {function.usage} is {allowed}.", start)
        return value


def _unknown(name: str, called: bool) -> str:
    known: list[str] = [*FUNCTIONS, ON] if called else [*FIELDS]
    kind = "function" if called else "field"
    near = _nearest(name, known) or _nearest(name, [*FIELDS, *FUNCTIONS, ON, *_KEYWORDS])
    listed = "" if near and called else f" The {kind}s are: {', '.join(known)}."
    return f'There is no {kind} "{name}".{near}{listed}'


def _nearest(name: str, known: Iterable[str]) -> str:
    if len(name) < 2:
        return ""
    matches = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return f' Did you mean "{matches[0]}"?' if matches else ""
