"""The Jinja environment of everything that becomes HTML: escaped by default, strict about what is missing."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator.language import numbers

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@cache
def environment() -> Environment:
    """The templates of ``templates/``; text is escaped, an unknown name is an error."""
    # A scan prints a sentence of what was calibrated, and renders nothing.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["day"] = lambda text: numbers.day(date.fromisoformat(text))
    return templates


def render(template: str, **values: object) -> str:
    """The text of one template, given its values."""
    return environment().get_template(template).render(**values)
