"""The bugs that can be planted in a file: one small change at one place, of the kinds that people make.

A comparison off by its edge, ``and`` for ``or``, a guard that is gone, a number one too large, the wrong one
of two names that stand for alike things, an argument left to its default, a part left out of a tuple.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OTHER_OPERATOR: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_PAIRS = (
    ("any", "all"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("first", "last"),
    ("asset", "target"),
    ("average", "median"),
    ("best", "worst"),
    ("newest", "oldest"),
    ("union", "intersection"),
)
OTHER_NAME = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
TYPES = ("Literal", "Callable", "Mapping", "Iterator", "dict", "tuple", "list", "frozenset", "set")
OTHER_TEXT = {"left": "right", "right": "left"}
"""The side of a search among sorted values."""


@dataclass(frozen=True)
class Plant:
    """A change of one place: what stands there, what is put there, and where (characters of the file)."""

    line: int
    start: int
    stop: int
    old: str
    new: str

    def planted(self, source: str) -> str:
        """The source with the bug in it."""
        return source[: self.start] + self.new + source[self.stop :]


def plants(source: str) -> list[Plant]:
    """Every bug that can be planted in a file of Python, in the order of its lines."""
    tree = ast.parse(source)
    starts = _line_starts(source)
    found = []
    for node in _code(tree):
        for changed in _changes(node):
            start, stop = _span(node, source, starts)
            new = ast.unparse(changed)
            if isinstance(node, ast.stmt):
                new = new.replace("\n", "\n" + " " * node.col_offset)
            found.append(Plant(node.lineno, start, stop, source[start:stop], new))
    return sorted(set(found), key=lambda plant: (plant.start, plant.stop, plant.new))


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _span(node: ast.expr | ast.stmt, source: str, starts: list[int]) -> tuple[int, int]:
    """Positions in characters; the syntax tree counts bytes."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    lines = source.splitlines()
    before = len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
    after = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode())
    return starts[node.lineno - 1] + before, starts[node.end_lineno - 1] + after


def _code(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """What runs: no annotations, no decorators, no text of messages, no docstrings, no names of types."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, (ast.JoinedStr, ast.Raise, ast.Assert)):
                continue
            if _is_type(child) or (isinstance(child, ast.keyword) and child.arg == "strict"):
                continue  # ``zip(strict=True)`` is an assertion
            if isinstance(child, (ast.expr, ast.stmt)):
                yield child
            yield from _code(child)


def _is_type(node: ast.AST) -> bool:
    """``tuple[int, ...]`` outside an annotation, as in the name of a type."""
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in TYPES


def _changes(node: ast.expr | ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op, *_]) if type(op) in OTHER_COMPARISON:
            changed = copy.deepcopy(node)
            changed.ops[0] = OTHER_COMPARISON[type(op)]()
            yield changed
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OTHER_OPERATOR:
            if not (_is_text(left) or _is_text(right)):
                yield ast.BinOp(left, OTHER_OPERATOR[type(op)](), right)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=float() as value):
            yield ast.Constant(value * 1.5 if value else 1.0)
        case ast.Constant(value=str() as value) if value in OTHER_TEXT:
            yield ast.Constant(OTHER_TEXT[value])
        case ast.If(test=test, body=[ast.Return() | ast.Continue()], orelse=[]):
            changed = copy.deepcopy(node)
            changed.test = ast.Constant(False)
            yield changed
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Attribute(value=value, attr=name) if name in OTHER_NAME:
            yield ast.Attribute(value, OTHER_NAME[name], node.ctx)
        case ast.Call(func=ast.Name(id=name)) if name in OTHER_NAME:
            yield ast.Call(ast.Name(OTHER_NAME[name]), node.args, node.keywords)
        case ast.Call(keywords=[*_, ast.keyword(arg=str() as name)]) if name != "strict":
            yield ast.Call(node.func, node.args, node.keywords[:-1])
        case ast.Tuple(elts=[_, _, _, *_], ctx=ast.Load()) if not all(map(_is_text, node.elts)):
            yield ast.Tuple(node.elts[:-1], node.ctx)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
