"""The parsed form of an expression: frozen nodes, equal when they say the same, wherever they stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, ClassVar, Literal, TypeVar, dataclass_transform

ValueKind = Literal["number", "truth"]
"""What a node is on every bar: a number (or unknown), or true, false or unknown."""

FieldName = Literal["open", "high", "low", "close", "volume"]
FIELDS: tuple[FieldName, ...] = ("open", "high", "low", "close", "volume")

_NOWHERE = -1
_HASH = "_hash"
N = TypeVar("N")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def _node(made: type[N]) -> type[N]:
    """A frozen dataclass whose hash is worked out once: nodes are looked up again and again."""
    made = dataclass(frozen=True)(made)
    worked_out = made.__hash__

    def once(node: N) -> int:
        found: int | None = node.__dict__.get(_HASH)
        if found is None:
            found = worked_out(node)
            object.__setattr__(node, _HASH, found)
        return found

    def state(node: N) -> dict[str, Any]:
        # In another process the same text has another hash.
        return {name: value for name, value in node.__dict__.items() if name != _HASH}

    made.__hash__ = once  # type: ignore[assignment]
    made.__getstate__ = state  # type: ignore[assignment]
    return made


@_node
class Number:
    """A literal number."""

    value: float
    position: int = field(default=_NOWHERE, compare=False)

    kind: ClassVar[ValueKind] = "number"


@_node
class Field:
    """A price field of the bar."""

    name: FieldName
    position: int = field(default=_NOWHERE, compare=False)

    kind: ClassVar[ValueKind] = "number"


@_node
class Negation:
    """Unary minus."""

    operand: Node
    position: int = field(default=_NOWHERE, compare=False)

    kind: ClassVar[ValueKind] = "number"


@_node
class Arithmetic:
    """``left + right`` and the like; ``operator`` is one of ``+ - * /``."""

    operator: str
    left: Node
    right: Node
    position: int = field(default=_NOWHERE, compare=False)

    kind: ClassVar[ValueKind] = "number"


@_node
class Comparison:
    """``left < right`` and the like; ``operator`` is one of ``< <= > >= == !=``."""

    operator: str
    left: Node
    right: Node
    position: int = field(default=_NOWHERE, compare=False)

    kind: ClassVar[ValueKind] = "truth"


@_node
class Logic:
    """Two or more conditions joined by the same ``and`` or ``or``."""

    operator: Literal["and", "or"]
    operands: tuple[Node, ...]
    position: int = field(default=_NOWHERE, compare=False)

    kind: ClassVar[ValueKind] = "truth"


@_node
class Not:
    """The contrary of a condition; unknown stays unknown."""

    operand: Node
    position: int = field(default=_NOWHERE, compare=False)

    kind: ClassVar[ValueKind] = "truth"


@_node
class Call:
    """A function of the language: the series it is applied to, then its literal parameters (``n``, ``k``)."""

    name: str
    series: tuple[Node, ...]
    literals: tuple[float, ...]
    kind: ValueKind
    position: int = field(default=_NOWHERE, compare=False)


@_node
class On:
    """An expression evaluated on another asset's bars."""

    asset: str
    operand: Node
    position: int = field(default=_NOWHERE, compare=False)

    @property
    def kind(self) -> ValueKind:
        """That of the expression inside."""
        return self.operand.kind


@dataclass(frozen=True)
class ListedDate:
    """A day of a list, and what the list says of it (empty where it says nothing)."""

    day: date
    label: str = ""


@_node
class Listed:
    """A list of dates from a file; no expression can say it (see ``dates``).

    Attributes
    ----------
    name : of the file.
    dates : rising, each day once.
    repeated : lines that named a day that was there already.
    later : bars after its own on which each date is read; 0 but for a neighbouring definition.
    """

    name: str
    dates: tuple[ListedDate, ...]
    repeated: int = 0
    later: int = 0
    position: int = field(default=_NOWHERE, compare=False)

    kind: ClassVar[ValueKind] = "truth"


Node = Number | Field | Negation | Arithmetic | Comparison | Logic | Not | Call | On | Listed


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under this one, left to right."""
    match node:
        case Negation(operand) | Not(operand) | On(_, operand):
            return (operand,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Logic(_, operands):
            return operands
        case Call(_, series):
            return series
    return ()


def walk(node: Node) -> Iterator[Node]:
    """This node and all under it, parents first, left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


OF_BARS = ("gap", "atr", "adx")
"""Functions that look at a bar's open, high and low."""


@cache
def reads_closes(tree: Node) -> bool:
    """Whether an expression looks at closes alone: no open, high, low or volume."""
    return not any(
        (isinstance(node, Field) and node.name != "close")
        or (isinstance(node, Call) and node.name in OF_BARS)
        for node in walk(tree)
    )


_BINDING = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6}
_COMPARISON_BINDING, _MINUS_BINDING, _ATOM_BINDING = 4, 7, 8


def to_text(node: Node) -> str:
    """The expression of this tree, with no more brackets than it needs."""
    match node:
        case Number(value):
            return number_text(value)
        case Field(name):
            return name
        case Negation(operand):
            return f"-{_bracketed(operand, _MINUS_BINDING)}"
        case Arithmetic(operator, left, right):
            own = _BINDING[operator]
            return f"{_bracketed(left, own)} {operator} {_bracketed(right, own + 1)}"
        case Comparison(operator, left, right):
            inner = _COMPARISON_BINDING + 1
            return f"{_bracketed(left, inner)} {operator} {_bracketed(right, inner)}"
        case Logic(operator, operands):
            own = _BINDING[operator] + 1
            return f" {operator} ".join(_bracketed(operand, own) for operand in operands)
        case Not(operand):
            return f"not {_bracketed(operand, _BINDING['not'])}"
        case Call(name, series, literals):
            arguments = [*map(to_text, series), *map(number_text, literals)]
            return f"{name}({', '.join(arguments)})"
        case On(asset, operand):
            return f'on("{asset}", {to_text(operand)})'
        case Listed(name):
            return f"a date of {name}"


def number_text(value: float) -> str:
    """A literal as it is written in an expression: ``20``, ``8.5``."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _bracketed(node: Node, least: int) -> str:
    text = to_text(node)
    return text if _binding(node) >= least else f"({text})"


def _binding(node: Node) -> int:
    match node:
        case Arithmetic(operator) | Logic(operator):
            return _BINDING[operator]
        case Comparison():
            return _COMPARISON_BINDING
        case Not():
            return _BINDING["not"]
        case Negation():
            return _MINUS_BINDING
    return _ATOM_BINDING
