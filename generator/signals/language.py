"""The condition language: text in, a type-checked frozen tree out, or an error with a caret."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from generator.signals.parser import parse
from generator.signals.tree import Call, Comparison, Logic, Node, Not, On, children, to_text, walk
from generator.signals.vocabulary import FUNCTIONS

__all__ = ["Condition", "Expression", "leading_measure", "parse_condition", "parse_expression"]


@dataclass(frozen=True)
class Expression:
    """A parsed expression that gives a number on every bar (or unknown).

    Attributes
    ----------
    text : as written, with runs of white space made one space.
    tree : its root node.
    history : how many earlier bars the value on a bar may depend on; None when there is no bound
        (averages that never forget, ``drawdown(x)``, ``streak``, ``bars_since``). Inside ``on`` these are
        bars of the other asset.
    assets : tickers read through ``on``, in order of first use, without repeats.
    """

    text: str
    tree: Node
    history: int | None
    assets: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """A parsed expression that is true, false or unknown on every bar; attributes as in ``Expression``."""

    text: str
    tree: Node
    history: int | None
    assets: tuple[str, ...]


@lru_cache(maxsize=512)
def parse_condition(text: str) -> Condition:
    """Parse an expression that must be true or false. Ten years of issues ask the same again and again.

    Raises
    ------
    ConditionError : it is not one; the message says where, what is allowed there and the nearest name.
    """
    tree = parse(text, "truth")
    return Condition(_tidy(text), tree, _history(tree), _assets(tree))


def parse_expression(text: str) -> Expression:
    """Parse an expression that must be a number, such as a study's measure.

    Raises
    ------
    ConditionError : as in ``parse_condition``.
    """
    tree = parse(text, "number")
    return Expression(_tidy(text), tree, _history(tree), _assets(tree))


def leading_measure(condition: Condition) -> Expression | None:
    """The left side of the condition's outermost, leftmost comparison; None when it has none.

    Only ``and``, ``or``, ``not`` and brackets are looked through: what stands inside a function is not
    what the condition is about on its own bar.
    """
    level: list[Node] = [condition.tree]
    while level:
        for node in level:
            if isinstance(node, Comparison):
                left = node.left
                return Expression(to_text(left), left, _history(left), _assets(left))
        level = [child for node in level if isinstance(node, Logic | Not) for child in children(node)]
    return None


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _assets(tree: Node) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node.asset for node in walk(tree) if isinstance(node, On)))


def _history(tree: Node) -> int | None:
    below = [_history(child) for child in children(tree)]
    if None in below:
        return None
    own = FUNCTIONS[tree.name].reach(tree.literals) if isinstance(tree, Call) else 0
    return None if own is None else own + max((h for h in below if h is not None), default=0)
