"""Conditions rewritten for saying them: the same three-valued truth with the fewest "not"s.

Kleene's logic keeps de Morgan's laws and double negation, and a comparison with an unknown is unknown either
way round, so every rewriting here gives the same truth on every bar.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from generator.signals.tree import Comparison, Logic, Node, Not, On

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_OTHER: dict[str, Literal["and", "or"]] = {"and": "or", "or": "and"}


def simplify(node: Node) -> Node:
    """``not`` drawn inwards, ``on`` drawn to single conditions, joints of the same kind made one."""
    match node:
        case Not(operand):
            return _contrary(simplify(operand))
        case On(asset, operand) if operand.kind == "truth":
            inner = simplify(operand)
            return _each(inner, asset) if isinstance(inner, Logic) else On(asset, inner)
        case Logic(operator, operands):
            joined: list[Node] = []
            for operand in map(simplify, operands):
                same = isinstance(operand, Logic) and operand.operator == operator
                joined.extend(operand.operands if same and isinstance(operand, Logic) else (operand,))
            return Logic(operator, tuple(joined))
    return node


def _contrary(node: Node) -> Node:
    """The contrary of a simplified condition."""
    match node:
        case Not(operand):
            return operand
        case Comparison(operator):
            return replace(node, operator=_OPPOSITE[operator])
        case Logic(operator, operands):
            return Logic(_OTHER[operator], tuple(map(_contrary, operands)))
        case On(asset, operand):
            return On(asset, _contrary(operand))
    return Not(node)


def _each(node: Logic, asset: str) -> Node:
    operands = (_each(o, asset) if isinstance(o, Logic) else On(asset, o) for o in node.operands)
    return replace(node, operands=tuple(operands))
