"""The Python files that draw a report's charts: listed by the letter, found, read. None of them runs here."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from generator.core.errors import Problem, RequestError, SpecError
from generator.core.files import is_file
from generator.core.yaml_files import KeyPath, YamlDocument
from generator.spec.letter import LETTER_FILE, load_letter, unlisted
from generator.spec.models import ChartSection, SectionPart, kind_of

FUNCTION = "draw"
LARGEST = 200_000
"""Bytes of a file of code."""


def read_code(
    sections: Sequence[tuple[KeyPath, SectionPart]], document: YamlDocument, folder: Path
) -> tuple[dict[str, str], list[Problem]]:
    """The texts of the files that chart sections name, by path in the project, and what is wrong with any.

    Parameters
    ----------
    folder : the report's own; the project is above it, or right around it where it was published.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    charts = [(path, section) for path, section in sections if isinstance(section, ChartSection)]
    for path, section in charts:
        try:
            texts[section.draws] = _text(_project(folder), section.draws)
        except RequestError as error:
            problems.append(document.problem((*path, kind_of(section), "draws"), str(error)))
    return texts, problems


def _project(folder: Path) -> Path:
    around = (folder.parent, folder.parent.parent)
    return next((place for place in around if (place / LETTER_FILE).exists()), around[1])


def _text(root: Path, file: str) -> str:
    """The text of a file of code.

    Raises
    ------
    RequestError : the letter does not list it; it is not there, leads out of the project, or draws nothing.
    """
    with suppress(SpecError):  # The letter's own mistakes are told of it, and what it lists is not known.
        if file not in load_letter(root).code:
            raise RequestError(unlisted(file))
    path = root / file
    if not is_file(path):
        raise RequestError(f"{file} is not there. Put it into the project.")
    if not path.resolve().is_relative_to(root.resolve()):
        raise RequestError(f"{file} leads out of the project through a link. Put the file itself there.")
    try:
        content = path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{file} cannot be read: {error}.") from error
    if len(content) > LARGEST:
        raise RequestError(f"{file} has more than {LARGEST:,} bytes. Draw with less.")
    _refuse_without_function(file, text)
    return text


def _refuse_without_function(file: str, text: str) -> None:
    try:
        tree = ast.parse(text, file)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f"{file}, line {line}" if line else file
        raise RequestError(f"{place}: {getattr(error, 'msg', error)}.") from error
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    if FUNCTION not in functions:
        found = ", ".join(functions) or "none"
        raise RequestError(
            f"{file} has no function {FUNCTION}(prices, look); its functions: {found}. It gives a matplotlib "
            "figure."
        )
