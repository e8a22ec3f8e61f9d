"""Pages of a letter's own: ``pages/<name>.md``, front matter and Markdown, pictures beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.check.author_prose import picture, unshown
from generator.core.errors import Problem, RequestError, SpecError
from generator.core.yaml_files import YamlDocument, parse_yaml
from generator.core.yaml_models import Written
from generator.language.author_lines import author_lines
from generator.language.author_markdown import pictures_in
from generator.language.escape import escape
from generator.spec.models import NAME, Line
from generator.spec.problems import validate_part

PAGES = "pages"
TAKEN = frozenset(("archive", "assets", "index", "issues", "scorecard", "signals", "tags"))
"""Places of the site that no own page may have; ``about`` and ``how-to-read`` it may replace."""
LARGEST = 200_000
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", re.DOTALL)


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
    pages: list[OwnPage] = []
    problems: list[Problem] = []
    for path in sorted((root / PAGES).glob("*.md")):
        try:
            pages.append(_read(path, f"{PAGES}/{path.name}"))
        except SpecError as error:
            problems += error.problems
    return tuple(pages), problems


def _read(path: Path, file: str) -> OwnPage:
    if not re.fullmatch(NAME, path.stem) or path.stem in TAKEN:
        taken = path.stem in TAKEN
        raise _wrong(
            file,
            f"{'the site has a page of that name' if taken else 'is no name of a page'}. Rename the file: "
            "small letters, digits and hyphens, such as imprint.md.",
        )
    document, body = front_matter(plain_text(path, file), file, "title: About us")
    header, problems = validate_part(PageHeader, document.value, document)
    pictures, unshown = pictures_of(body, path.parent, file, path.name)
    problems += unshown
    if header is None or problems:
        raise SpecError(problems)
    # A page begins with its heading: what begins otherwise could pass for HTML of the site's own.
    heading = "" if body.startswith("# ") else f"# {escape(header.title)}\n\n"
    written = "\n".join(line.text for line in author_lines(body))
    return OwnPage(path.stem, header, f"{heading}{written}\n", pictures)


def front_matter(text: str, file: str, example: str) -> tuple[YamlDocument, str]:
    """What stands between the lines of ``---`` on top, and the Markdown below.

    Raises
    ------
    SpecError : it does not begin so, or is not YAML.
    """
    front = _FRONT.match(text)
    if front is None:
        raise _wrong(
            file, f"does not begin with its header. Begin it with the lines ---, {example}, and ---.", 1
        )
    # An empty line for the first ---, so that a mistake is told with its own line.
    return parse_yaml(f"\n{front[1]}", file), text[front.end() :].strip("\n")


def pictures_of(body: str, folder: Path, file: str, beside: str) -> tuple[dict[str, bytes], list[Problem]]:
    """The pictures that a text shows, by file, and all in it that cannot be shown."""
    problems = [Problem(file, None, "", why) for why in unshown(body)]
    pictures: dict[str, bytes] = {}
    for name in pictures_in(body):
        try:
            pictures[name] = picture(folder, name, beside)
        except RequestError as error:
            problems.append(Problem(file, None, "", str(error)))
    return pictures, problems


def plain_text(path: Path, file: str) -> str:
    """The text of a file that a person wrote.

    Raises
    ------
    SpecError : it cannot be read, is too large, or is no text.
    """
    try:
        if not path.resolve().is_relative_to(path.parent.parent.resolve()) or not path.is_file():
            raise _wrong(file, "is no plain file of this folder. Put a text file in its place.")
        if path.stat().st_size > LARGEST:
            raise _wrong(file, f"has more than {LARGEST:,} bytes. Make two pages of it.")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise _wrong(file, f"cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise _wrong(file, "is not UTF-8 text. Save it as UTF-8.") from error


def _wrong(file: str, message: str, line: int | None = None) -> SpecError:
    return SpecError([Problem(file, line, "", message)])
