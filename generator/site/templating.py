"""Templates and looks: the engine's, and before them a letter's own, file by file.

What a letter has in its ``templates/`` stands in the place of the engine's file of that name. The Jinja
environment here is that of everything that becomes HTML: escaped by default, strict about what is missing.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator.core.files import visible_files

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = "templates"
_PACKAGE = Path(__file__).resolve().parents[1]
TEMPLATES = next(place for place in (_PACKAGE / FOLDER, _PACKAGE.parent / FOLDER) if place.is_dir())
"""The engine's own: in the package where it is installed, beside it in a checkout."""
_letters: list[Path] = []


def use_templates(root: Path) -> None:
    """From now on, look first in ``templates/`` of the letter at ``root``; a process works for one letter."""
    own = root.absolute() / FOLDER
    # Where there is none yet, it may come while this process runs.
    _letters[:] = [] if own.exists() and own.samefile(TEMPLATES) else [own]


def template_folders() -> tuple[Path, ...]:
    """Where templates are looked for, the letter's own first."""
    return (*_letters, TEMPLATES)


def template_files(below: str = "") -> dict[str, Path]:
    """What stands for each name below a folder of templates, by its path from there, sorted."""
    found: dict[str, Path] = {}
    for folder in reversed(template_folders()):
        found |= {str(path.relative_to(folder / below)): path for path in visible_files(folder / below)}
    return dict(sorted(found.items()))


def overridden() -> tuple[str, ...]:
    """The names under which a letter has a file of its own in place of one of the engine's."""
    return tuple(name for name, path in template_files().items() if _stands_for_another(name, path))


def _stands_for_another(name: str, path: Path) -> bool:
    return not path.is_relative_to(TEMPLATES) and (TEMPLATES / name).is_file()


def environment() -> Environment:
    """The templates of pages; text is escaped, an unknown name is an error."""
    return _environment(template_folders())


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    # Late: every command says where templates are, and few render any.
    from jinja2 import Environment, StrictUndefined

    from generator.language import numbers
    from generator.market.providers.registry import vendor
    from generator.site.loader import Loader

    templates = Environment(
        loader=Loader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["vendor"] = vendor
    templates.filters["day"] = lambda text: numbers.day(date.fromisoformat(text))
    return templates


def render(template: str, **values: object) -> str:
    """The text of one template, given its values."""
    return environment().get_template(template).render(**values)
