"""The author's words with the numbers filled in: a sandboxed template over the fact book.

A template may print facts, choose their form by filter and ask whether there are any. It cannot calculate,
and a number that is not a fact stops the build.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from generator.article.fact_kinds import FactUnit
from generator.article.facts import Fact, FactBook
from generator.core.errors import RequestError
from generator.desk.phrases import month_day
from generator.language import numbers, words
from generator.language.asset_names import capital

LONGEST = 100_000
"""Characters that one text may grow to."""


def render(text: str, facts: FactBook, place: str) -> str:
    """Fill in a text.

    Parameters
    ----------
    text : Markdown or plain text with ``{{ study("name").at("3M").win_rate | rate }}``.
    facts : what it may say.
    place : where the text stands, for the message.

    Raises
    ------
    RequestError : a mistake in the template, an unknown fact, or a value that is not one.
    """
    try:
        template = _environment(facts).from_string(text)
        filled = template.render()
    except TemplateError as error:
        raise RequestError(f"{place}: {_explain(error)}") from error
    except RequestError as error:
        raise RequestError(f"{place}: {error}") from error
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise RequestError(f"{place}: {error}. A template prints facts; it does not calculate.") from error
    if len(filled) > LONGEST:
        raise RequestError(f"{place}: the text grows to {len(filled):,} characters; {LONGEST:,} are allowed.")
    return filled.strip()


def _explain(error: TemplateError) -> str:
    message = str(error.message or error).rstrip(".")
    line = getattr(error, "lineno", None)
    where = f"line {line} of the text: " if line else ""
    if isinstance(error, SecurityError):
        return f"{where}{message}. A template prints facts and does nothing else."
    facts = '{{ study("name").at("3M").average }} or {{ market("IWM").close }}'
    return f"{where}{message}. Facts are written {facts}."


def _environment(facts: FactBook) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, finalize=_printable
    )
    environment.globals = {"study": facts.study, "market": facts.market}
    environment.filters = dict(FILTERS)
    environment.tests = {}
    return environment


def _printable(value: object) -> object:
    """Only facts and text are printed: a number that nobody computed is refused."""
    if isinstance(value, Fact | str | StrictUndefined):
        return value
    raise RequestError(
        f"found {str(value)[:40]!r} where a fact is printed. Print a fact, such as "
        'study("name").at("3M").win_rate.'
    )


@dataclass(frozen=True)
class Filter:
    """A form that a fact can be printed in.

    Attributes
    ----------
    unit : the unit of the facts it takes; None: of all, and what another filter made.
    decimals : whether a number of decimals may stand in brackets: ``percent(2)``.
    """

    name: str
    unit: FactUnit | None
    form: Callable[..., str]
    decimals: bool = False

    def __call__(self, fact: object, *given: int) -> str:
        """The text of a fact; RequestError when it is none, or has another unit."""
        if self.unit is None:
            return self.form(str(_printable(fact)))
        if not isinstance(fact, Fact):
            raise RequestError(f"the filter '{self.name}' takes a fact, not {str(fact)[:40]!r}.")
        if fact.unit != self.unit:
            raise RequestError(
                f"the filter '{self.name}' takes a {self.unit}; {fact.key} is a {fact.unit}. "
                "Print it without a filter."
            )
        if given and not (self.decimals and len(given) == 1 and given[0] in range(5)):
            allowed = "a number of decimals from 0 to 4" if self.decimals else "nothing in brackets"
            raise RequestError(f"the filter '{self.name}' takes {allowed}, not {str(given)[:40]}.")
        return numbers.DASH if fact.value is None else self.form(fact.value, *given)


FILTERS: Mapping[str, Filter] = {
    each.name: each
    for each in (
        Filter("rate", "rate", numbers.rate, decimals=True),
        Filter("percent", "percent", numbers.percent_sign, decimals=True),
        Filter("size", "percent", numbers.size, decimals=True),
        Filter("moved", "percent", words.moved),
        Filter("up", "percent", words.stands_at),
        Filter("stands", "percent", partial(words.stood, than="than")),
        Filter("points", "percent", words.points),
        Filter("gap", "percent", words.gap),
        Filter("price", "price", numbers.price),
        Filter("number", "number", numbers.plain, decimals=True),
        Filter("p_value", "number", numbers.p_value),
        Filter("count", "count", numbers.count),
        Filter("date", "date", numbers.day),
        Filter("month", "date", numbers.month),
        Filter("month_day", "date", month_day),
        Filter("capital", None, capital),
    )
}
