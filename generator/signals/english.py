"""Plain English of any expression, written from its tree, so that a page can never describe another signal.

A sentence must be true to the expression before it is pretty: common turns ("is up 10% or more from the month
before") are recognised, everything else is said plainly, and whatever could be read in two ways stands in
brackets or between "both … and", "either … or".
"""

from __future__ import annotations

from generator.market.bars import BarKind
from generator.signals.language import Condition, Expression
from generator.signals.phrases import Voice, clause, noun
from generator.signals.tree import Listed


def describe(what: Condition | Expression, kind: BarKind) -> str:
    """The sentence of a condition, or the noun phrase of a numeric expression, on bars of this kind.

    Returns
    -------
    Without a capital letter or a full stop, to stand inside another sentence: "the close is the highest of
    the last 20 sessions, and it was the lowest of the last 20 at most 8 sessions ago".
    """
    if isinstance(what.tree, Listed):
        return f"a date of the list {what.tree.name}"
    voice = Voice(kind)
    if what.tree.kind == "truth":
        return clause(what.tree, voice).text
    return noun(what.tree, voice)
