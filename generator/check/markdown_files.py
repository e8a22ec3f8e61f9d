"""Markdown that a person writes in a file of its own: a header between lines of ``---``, words, pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from generator.check.author_prose import picture, unshown
from generator.core.errors import Problem, RequestError, SpecError
from generator.core.yaml_files import parse_yaml
from generator.core.yaml_models import Written
from generator.language.author_markdown import pictures_in
from generator.spec.problems import validate_part

A = TypeVar("A")
H = TypeVar("H", bound=Written)
T = TypeVar("T")
LARGEST = 200_000
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", re.DOTALL)


@dataclass(frozen=True)
class MarkdownFile(Generic[H]):
    """Its header, the Markdown below it, the pictures that it shows by file, and all of it as written."""

    header: H
    body: str
    pictures: Mapping[str, bytes]
    whole: str


def read_each(read: Callable[[A], T], of: Iterable[A]) -> tuple[tuple[T, ...], list[Problem]]:
    """What can be read of these, and every mistake in all of them."""
    found: list[T] = []
    problems: list[Problem] = []
    for each in of:
        try:
            found.append(read(each))
        except SpecError as error:
            problems += error.problems
    return tuple(found), problems


def read_markdown(path: Path, file: str, model: type[H], example: str) -> MarkdownFile[H]:
    """The file at ``path``.

    Parameters
    ----------
    file : what messages call it.
    model : what may stand in its header.
    example : a header, for who wrote none.

    Raises
    ------
    SpecError : every mistake in it.
    """
    whole = _plain_text(path, file)
    front = _FRONT.match(whole)
    if front is None:
        raise wrong(
            file, f"does not begin with its header. Begin it with the lines ---, {example}, and ---.", 1
        )
    # An empty line for the first ---, so that a mistake is told with its own line.
    document = parse_yaml(f"\n{front[1]}", file)
    body = whole[front.end() :].strip("\n")
    header, problems = validate_part(model, document.value, document)
    problems += [Problem(file, None, "", why) for why in unshown(body)]
    pictures: dict[str, bytes] = {}
    for name in pictures_in(body):
        try:
            pictures[name] = picture(path.parent, name, path.name)
        except RequestError as error:
            problems.append(Problem(file, None, "", str(error)))
    if header is None or problems:
        raise SpecError(problems)
    return MarkdownFile(header, body, pictures, whole)


def _plain_text(path: Path, file: str) -> str:
    try:
        if not path.resolve().is_relative_to(path.parent.parent.resolve()) or not path.is_file():
            raise wrong(file, "is no plain file of this folder. Put a text file in its place.")
        if path.stat().st_size > LARGEST:
            raise wrong(file, f"has more than {LARGEST:,} bytes. Make two pages of it.")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise wrong(file, f"cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise wrong(file, "is not UTF-8 text. Save it as UTF-8.") from error


def wrong(file: str, message: str, line: int | None = None) -> SpecError:
    """The one mistake in a file."""
    return SpecError([Problem(file, line, "", message)])
