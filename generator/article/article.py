"""An edition written as Markdown by the templates of ``templates/report/``, and what they have placed in it.

A template names what Python hands it; what is not Markdown already is escaped as it is printed, and a name
that nobody gave stops the build. Tables and charts are written down as they are placed, so that just their
files are made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.runtime import Context, Undefined
from markupsafe import Markup

from generator.article.table import attributes, table_attributes, table_markdown
from generator.core.errors import BuildError
from generator.core.names import free_name, slug
from generator.edition.values import Edition, Picture, Section, Table
from generator.language import numbers
from generator.language.escape import Markdown, escape
from generator.language.words import paragraph
from generator.market.providers.registry import vendor
from generator.site.loader import Loader
from generator.site.templating import template_folders

_FENCE = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
_SPARE = re.compile(r"\n{3,}")
_BEFORE_END = re.compile(r"\n{2,}(?=/{3,}$)", re.MULTILINE)
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass
class Placed:
    """What the templates of one article have placed, under the names of its files; ``sections`` are anchors
    that are taken."""

    sections: frozenset[str] = frozenset()
    tables: dict[str, Table] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)

    def table(self, table: Table) -> str:
        """The name of a table: its anchor, and the stem of its CSV."""
        name = self._name(table)
        self.tables[name] = table
        return name

    def picture(self, picture: Picture) -> str:
        """The name of a chart: its anchor, and the stem of its files."""
        name = self._name(picture)
        self.pictures[name] = picture
        return name

    def _name(self, what: Table | Picture) -> str:
        """Its own name, if nothing else has it."""
        named: dict[str, Table | Picture] = {**self.tables, **self.pictures}

        def taken(name: str) -> bool:
            return name in self.sections or named.get(name, what) is not what

        return free_name(slug(what.key), taken)


@dataclass(frozen=True)
class Article:
    """An edition as Markdown, and the tables and charts in it by the stems of their files."""

    text: str
    tables: Mapping[str, Table]
    pictures: Mapping[str, Picture]


def write_article(edition: Edition, disclaimer: str) -> Article:
    """The article of an edition.

    Raises
    ------
    BuildError : a template is wrong, or names what it is not given; says which, and where.
    """
    parts = [*edition.sections, *([] if edition.short is None else [edition.short])]
    placed = Placed(frozenset(section.key for section in parts))
    sections = [section_markdown(section, placed) for section in edition.sections]
    short = None if edition.short is None else section_markdown(edition.short, placed)
    text = render(
        "issue", placed, {"edition": edition, "short": short, "sections": sections, "disclaimer": disclaimer}
    )
    return Article(text, placed.tables, placed.pictures)


def section_markdown(section: Section, placed: Placed) -> Markdown:
    """A section by the template of its kind."""
    values = {**section.values, "key": section.key, "heading": section.heading}
    return Markdown(render(section.kind, placed, values))


def table_alone(table: Table, name: str) -> str:
    """The Markdown of a table that stands on a page of the site's own, under this name."""
    return render("table", Placed(), {"shown": replace(table, key=name)})


def render(template: str, placed: Placed, values: Mapping[str, object], folder: str = "report") -> str:
    """The Markdown of a template of ``templates/report/``, or of another folder beside it."""
    name = f"{folder}/{template}.md"
    try:
        return tidy(_environment(template_folders()).get_template(name).render(**values, placed=placed))
    except TemplateSyntaxError as error:
        raise BuildError(f"templates/{error.name}, line {error.lineno}: {error.message}.") from error
    except (TemplateError, TypeError) as error:
        given = ", ".join(sorted(values))
        raise BuildError(f"templates/{name}: {error}. It is given: {given}.") from error


def tidy(text: str) -> str:
    """Markdown with no more than one empty line between its parts, and no spaces at the ends of lines; code
    stays as it is."""
    parts, place = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_tidy_words(text[place : fence.start()]), fence[0]]
        place = fence.end()
    parts.append(_tidy_words(text[place:]))
    return "".join(parts).strip("\n") + "\n"


def _tidy_words(text: str) -> str:
    return _BEFORE_END.sub("\n", _SPARE.sub("\n\n", _TRAILING.sub("", text)))


def printed(value: object) -> object:
    """What a template prints: Markdown as it is, any other text escaped, whole numbers; nothing else."""
    if isinstance(value, Markup | Undefined):
        return value  # Undefined: printing it says which name was not given
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Markdown(str(value))
    raise TypeError(f"a template prints texts, not {type(value).__name__}: {str(value)[:40]!r}")


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    """The Markdown templates. "Autoescape" lets what macros return pass as Markdown; ``printed`` escapes."""
    made = Environment(
        loader=Loader(folders),
        autoescape=True,
        finalize=printed,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["paragraph"] = paragraph
    made.filters |= {
        "day": lambda text: numbers.day(date.fromisoformat(text)),
        "vendor": vendor,
        "rows": table_markdown,
        "fenced": fenced,
        "table_attributes": pass_context(_table_attributes),
        "placed": pass_context(_place_picture),
        "picture_attributes": pass_context(_picture_attributes),
    }
    return made


def _table_attributes(context: Context, table: Table) -> Markdown:
    return table_attributes(table, context["placed"].table(table))


def _place_picture(context: Context, picture: Picture) -> Markdown:
    return Markdown(context["placed"].picture(picture))


def _picture_attributes(context: Context, picture: Picture) -> Markdown:
    name = context["placed"].picture(picture)
    return attributes({"id": name, **({} if picture.data is None else {"data-csv": f"{name}.csv"})})


def fenced(text: str, language: str) -> Markdown:
    """Code between fences that nothing in it can close."""
    ticks = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return Markdown(f"{ticks}{language}\n{text.rstrip()}\n{ticks}")
