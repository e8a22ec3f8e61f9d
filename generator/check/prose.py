"""Mistakes inside the braces of an author's text, found without prices.

A template prints facts, chooses their form by filter, and asks whether there are any; this reads its parsed
form and refuses everything else.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError

from generator.article.fact_kinds import (
    AGAINST_FACTS,
    HORIZON_FACTS,
    MARKET_FACTS,
    STUDY_FACTS,
    FactKind,
    FactUnit,
)
from generator.article.prose import FILTERS
from generator.check.limits import LONGEST_PART, parts_in_braces

_EXAMPLE = 'Write a fact such as {{ study("name").at("3M").average }} or {{ market("IWM").close }}.'
_READER = Environment(autoescape=False)  # Only parses; nothing is ever rendered with it.
_MOST_BRANCHES = 5
"""How deep questions may stand inside each other."""
HIDDEN = "\0"
"""Stands for every character of a template's own parts where only the words are wanted."""


@dataclass(frozen=True)
class StudyWords:
    """What a template may name of a study: its horizons, and the values of its signal's parameters."""

    horizons: tuple[str, ...]
    parameters: Mapping[str, float]


@dataclass(frozen=True)
class Vocabulary:
    """What a report's templates may name.

    Attributes
    ----------
    studies : by name; None for one that is not well formed, of which anything may be said.
    assets : tickers of all prices that the report reads.
    """

    studies: Mapping[str, StudyWords | None]
    assets: Collection[str]


@dataclass(frozen=True)
class Mistake:
    """A mistake: its line in the text, counted from 1, and the words at fault where they are known."""

    line: int
    word: str
    message: str


_SUBJECTS = {
    "study": "a study",
    "at": "a study at a horizon",
    "market": "an asset",
    "against": "an asset beside another",
}


class _WrongError(Exception):
    """One mistake, on its way out of an expression."""

    def __init__(self, node: nodes.Node, word: str, message: str) -> None:
        super().__init__(message)
        self.mistake = Mistake(node.lineno, word, message)


def mistakes(text: str, vocabulary: Vocabulary) -> tuple[Mistake, ...]:
    """Everything wrong inside the braces of a text; a text that cannot be parsed has one mistake."""
    _, broken = parts_in_braces(text)
    if broken is not None:
        return (_broken(text, broken),)
    try:
        return tuple(_Checker(vocabulary).body(_READER.parse(text).body))
    except TemplateSyntaxError as error:
        return (Mistake(error.lineno, "", f"{(error.message or '').rstrip('.')}. {_EXAMPLE}"),)
    except RecursionError:
        return (Mistake(1, "", f"the brackets are nested too deep. {_EXAMPLE}"),)


def _broken(text: str, place: int) -> Mistake:
    """What is wrong with a part that does not end as one should, in the parser's words where it has some."""
    line = text.count("\n", 0, place) + 1
    try:
        _READER.parse(text[place : place + LONGEST_PART])
    except TemplateSyntaxError as error:
        return Mistake(line + error.lineno - 1, "", f"{(error.message or '').rstrip('.')}. {_EXAMPLE}")
    except (RecursionError, ValueError):
        pass  # Nested too deep, or a number of thousands of digits: no words of the parser's.
    message = f"what begins with '{text[place : place + 2]}' does not end within {LONGEST_PART} characters"
    return Mistake(line, "", f"{message}, or holds a brace. {_EXAMPLE}")


def words_only(text: str) -> str:
    """A text that parses, with every character of its template's own parts hidden; the length stays."""
    shown, place = [], 0
    for _, kind, value in _READER.lex(text):
        start = text.index(value, place)
        shown.append(HIDDEN * (start - place) + (value if kind == "data" else HIDDEN * len(value)))
        place = start + len(value)
    return "".join(shown).ljust(len(text), HIDDEN)


class _Checker:
    """Walks a parsed template."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def body(self, parts: Iterable[nodes.Node], depth: int = 0) -> Iterator[Mistake]:
        for part in parts:
            if isinstance(part, nodes.Output):
                for shown in part.nodes:
                    if not isinstance(shown, nodes.TemplateData):
                        yield from self._attempt(self.printed, shown)
            elif isinstance(part, nodes.If) and depth == _MOST_BRANCHES:
                message = f"questions stand more than {_MOST_BRANCHES} deep inside each other. Ask fewer."
                yield Mistake(part.lineno, "", message)
            elif isinstance(part, nodes.If):
                yield from self._attempt(self.asked, part.test)
                for branch in (part.body, part.elif_, part.else_):
                    yield from self.body(branch, depth + 1)
            else:
                what = type(part).__name__.lower()
                message = (
                    f"'{what}' is no part of a report's words. Facts are printed with {{{{ }}}}, "
                    "and {% if %} asks whether there are any."
                )
                yield Mistake(part.lineno, "", message)

    def _attempt(self, check: Callable[[nodes.Node], None], node: nodes.Node) -> Iterator[Mistake]:
        try:
            check(node)
        except _WrongError as wrong:
            yield wrong.mistake

    def asked(self, node: nodes.Node) -> None:
        """A question: a fact, ``not``, ``and``, ``or``."""
        if isinstance(node, nodes.Not):
            self.asked(node.node)
        elif isinstance(node, nodes.And | nodes.Or):
            self.asked(node.left)
            self.asked(node.right)
        else:
            self.fact(node)  # Its unit does not matter here.

    def printed(self, node: nodes.Node) -> None:
        """A fact, perhaps through filters; the first chooses its form."""
        chain: list[nodes.Filter] = []
        inner: nodes.Node | None = node
        while isinstance(inner, nodes.Filter):
            chain.insert(0, inner)
            inner = inner.node
        if inner is None:
            raise _WrongError(node, "", f"there is nothing to print. {_EXAMPLE}")
        unit = self.fact(inner)
        for place, each in enumerate(chain):
            self.filter(each, unit, first=place == 0)

    def filter(self, node: nodes.Filter, unit: FactUnit, *, first: bool) -> None:
        if node.name not in FILTERS:
            raise _WrongError(
                node, node.name, f"there is no filter '{node.name}'. {_near(node.name, FILTERS)}"
            )
        form = FILTERS[node.name]
        if form.unit is None:
            given: Collection[object] = [*node.args, *node.kwargs]
            allowed = not given
        elif not first:
            raise _WrongError(
                node, node.name, f"the filter '{node.name}' takes a fact. Keep one of the filters."
            )
        elif form.unit != unit:
            fitting = [name for name, other in FILTERS.items() if other.unit in (unit, None)]
            message = f"the filter '{node.name}' takes a {form.unit}, and this is a {unit}."
            raise _WrongError(node, node.name, f"{message} Allowed here: {', '.join(fitting)}.")
        else:
            values = [arg.value if isinstance(arg, nodes.Const) else None for arg in node.args]
            decimals = form.decimals and len(values) == 1 and values[0] in range(5)
            allowed = not node.kwargs and (not values or decimals)
        if not allowed:
            wanted = "a number of decimals from 0 to 4" if form.decimals else "nothing in brackets"
            raise _WrongError(node, node.name, f"the filter '{node.name}' takes {wanted}.")

    def fact(self, node: nodes.Node) -> FactUnit:
        """The unit of a fact."""
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
            subject, call = node.node.node, node.node.attr
            kind, name = self.subject(subject)
            if kind == "study" and call == "parameter":
                return self.parameter(node, name)
            if kind == "market" and call == "change_since":
                return self.since(node)
        if isinstance(node, nodes.Getattr):
            kind, name = self.subject(node.node)
            known = {
                "study": STUDY_FACTS,
                "at": HORIZON_FACTS,
                "market": MARKET_FACTS,
                "against": AGAINST_FACTS,
            }
            table: Mapping[str, FactKind[object]] = known[kind]  # type: ignore[assignment]
            if node.attr not in table:
                called = _SUBJECTS[kind]
                advice = _near(node.attr, table)
                if kind == "study" and node.attr in HORIZON_FACTS:
                    advice = f'It belongs to a horizon: study("{name}").at("3M").{node.attr}.'
                raise _WrongError(node, node.attr, f"{called} has no fact '{node.attr}'. {advice}")
            return table[node.attr].unit
        raise _WrongError(node, "", f"only facts are printed and asked about. {_EXAMPLE}")

    def subject(self, node: nodes.Node) -> tuple[str, str]:
        """What a fact is about: ``study``, ``at`` (a study at a horizon), ``market`` or ``against`` (an asset
        beside another one), and its name."""
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            kind = node.node.name
            known: Collection[str]
            if kind == "study":
                known = self.vocabulary.studies
            elif kind == "market":
                known = self.vocabulary.assets
            else:
                advice = _near(kind, ["study", "market"])
                raise _WrongError(node, kind, f"there is nothing called '{kind}'. {advice}")
            name = _text(node)
            if name not in known:
                what = "study" if kind == "study" else "asset"
                raise _WrongError(node, name, f"the report has no {what} '{name}'. {_near(name, known)}")
            return kind, name
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "at":
            kind, name = self.subject(node.node.node)
            if kind == "study":
                label, study = _text(node), self.vocabulary.studies[name]
                if study is not None and label not in study.horizons:
                    advice = _near(label, study.horizons)
                    raise _WrongError(node, label, f"the study '{name}' has no horizon '{label}'. {advice}")
                return "at", name
        if (
            isinstance(node, nodes.Call)
            and isinstance(node.node, nodes.Getattr)
            and node.node.attr == "against"
        ):
            kind, name = self.subject(node.node.node)
            if kind == "market":
                other = _text(node)
                if other not in self.vocabulary.assets:
                    advice = _near(other, self.vocabulary.assets)
                    raise _WrongError(node, other, f"the report has no asset '{other}'. {advice}")
                return "against", name
        raise _WrongError(node, "", f"only facts are printed and asked about. {_EXAMPLE}")

    def parameter(self, node: nodes.Call, study: str) -> FactUnit:
        name, words = _text(node), self.vocabulary.studies[study]
        if words is not None and name not in words.parameters:
            advice = _near(name, words.parameters) if words.parameters else "It has none."
            raise _WrongError(node, name, f"the signal of '{study}' has no parameter '{name}'. {advice}")
        return "text"

    def since(self, node: nodes.Call) -> FactUnit:
        day = _text(node)
        try:
            date.fromisoformat(day)
        except ValueError:
            message = f"change_since needs a date such as '2025-08-01', not '{day[:40]}'."
            raise _WrongError(node, day, message) from None
        return "percent"


def _text(call: nodes.Call) -> str:
    """The one text in a call's brackets."""
    given = call.args[0] if len(call.args) == 1 and not call.kwargs else None
    if not isinstance(given, nodes.Const) or not isinstance(given.value, str):
        raise _WrongError(call, "", f"one name in quotes is needed in the brackets. {_EXAMPLE}")
    return given.value


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, 1)
    return f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(names)}."
