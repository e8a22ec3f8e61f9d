"""Pages of a letter's own: ``pages/<name>.md``, front matter and Markdown, pictures beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.check.markdown_files import read_each, read_markdown, wrong
from generator.core.errors import Problem, SpecError
from generator.core.yaml_models import Written
from generator.language.author_lines import author_lines
from generator.language.escape import escape
from generator.spec.models import NAME, Line

PAGES = "pages"
TAKEN = frozenset(("archive", "assets", "index", "issues", "scorecard", "signals", "tags"))
"""Places of the site that no own page may have; ``about`` and ``how-to-read`` it may replace."""


class PageHeader(Written):
    """What stands on top of a page, between two lines of ``---``."""

    title: Line
    description: Line | None = None
    nav: Line | None = None


@dataclass(frozen=True)
class OwnPage:
    """A page: its folder on the site, its header, its Markdown, and the pictures it shows by file."""

    name: str
    header: PageHeader
    text: str
    pictures: Mapping[str, bytes]


def load_pages(root: Path) -> tuple[OwnPage, ...]:
    """The letter's own pages, in the order of their names.

    Raises
    ------
    SpecError : every mistake in all of them.
    """
    pages, problems = read_pages(root)
    if problems:
        raise SpecError(problems)
    return pages


def read_pages(root: Path) -> tuple[tuple[OwnPage, ...], list[Problem]]:
    """The letter's own pages that can be read, and every mistake in all of them."""
    return read_each(_read, sorted((root / PAGES).glob("*.md")))


def _read(path: Path) -> OwnPage:
    file = f"{PAGES}/{path.name}"
    if not re.fullmatch(NAME, path.stem) or path.stem in TAKEN:
        taken = path.stem in TAKEN
        raise wrong(
            file,
            f"{'the site has a page of that name' if taken else 'is no name of a page'}. Rename the file: "
            "small letters, digits and hyphens, such as imprint.md.",
        )
    page = read_markdown(path, file, PageHeader, "title: About us")
    # A page begins with its heading: what begins otherwise could pass for HTML of the site's own.
    heading = "" if page.body.startswith("# ") else f"# {escape(page.header.title)}\n\n"
    written = "\n".join(line.text for line in author_lines(page.body))
    return OwnPage(path.stem, page.header, f"{heading}{written}\n", page.pictures)
