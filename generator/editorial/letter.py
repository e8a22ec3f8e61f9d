"""The publication itself: ``letter.yml`` at the top of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from generator.editorial.spec_models import SOURCE, URL, Line, Text, Written
from generator.editorial.spec_problems import validate_part
from generator.editorial.yaml_reader import read_yaml
from generator.errors import Problem, SpecError

LETTER_FILE = "letter.yml"


class Letter(Written):
    """What every issue shares.

    ``base_url`` is where the site is published (None: links stay relative, no feed addresses); it never ends
    in a slash. ``source`` is where prices come from when a command names no other: ``yahoo``, ``sample`` or
    ``files:PATH``.
    """

    name: Line
    tagline: Line
    base_url: Annotated[str | None, Field(pattern=URL)] = None
    author: Line
    disclaimer: Text
    source: Annotated[str, Field(pattern=SOURCE)] = "yahoo"


def load_letter(root: Path) -> Letter:
    """Read ``letter.yml`` of the project at ``root``.

    Raises
    ------
    SpecError : every mistake in it, with line and key.
    """
    if not (root / LETTER_FILE).exists():
        message = f"there is none in {root.absolute()}. Go to the letter's folder, or name it with --project."
        raise SpecError([Problem(LETTER_FILE, None, "", message)])
    document = read_yaml(root / LETTER_FILE, LETTER_FILE)
    letter, problems = validate_part(Letter, document.value, document)
    if letter is None or problems:
        raise SpecError(problems)
    return letter
